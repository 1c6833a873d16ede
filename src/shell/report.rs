//! What happens when the program fails on an error of its own: the terminal is given back, a report
//! is written, one line says where.

use std::backtrace::Backtrace;
use std::fs;
use std::io;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use etcetera::BaseStrategy;

use super::terminal;
use crate::words::{Lang, fill, shell};

/// Where the last report of another thread lies, until the loop asks.
static LAST: Mutex<Option<PathBuf>> = Mutex::new(None);

/// From now on a panic gives the terminal back and leaves a report.
pub(crate) fn install(lang: Lang) {
    let main = thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let on_main = thread::current().id() == main;
        if on_main {
            terminal::give_back();
        }
        let words = shell::of(lang);
        let line = match write(info) {
            Ok(path) => {
                let line = fill(words.panicked, &[("path", &path.display())]);
                if let Ok(mut last) = LAST.lock() {
                    *last = Some(path);
                }
                line
            }
            Err(error) => fill(words.panicked_unsaved, &[("error", &error)]),
        };
        if on_main {
            eprintln!("{line}");
        }
    }));
}

/// Where the report of a failed job lies.
pub(crate) fn last() -> String {
    let last = LAST.lock().ok().and_then(|mut last| last.take());
    last.map_or_else(String::new, |path| path.display().to_string())
}

fn write(info: &PanicHookInfo<'_>) -> io::Result<PathBuf> {
    let home = etcetera::base_strategy::choose_native_strategy()
        .map_err(|error| io::Error::new(io::ErrorKind::NotFound, error.to_string()))?;
    let folder = home.state_dir().unwrap_or_else(|| home.data_dir()).join("awslearn");
    fs::create_dir_all(&folder)?;
    let now = seconds();
    let path = folder.join(format!("panic-{now}-{}.txt", std::process::id()));
    let report = format!(
        "awslearn {}\nat {now} (seconds since 1970, UTC)\n\n{info}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        Backtrace::force_capture(),
    );
    #[expect(clippy::disallowed_methods, reason = "the shell writes the report")]
    fs::write(&path, report)?;
    Ok(path)
}

#[expect(clippy::disallowed_methods, reason = "the shell reads the clock")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
