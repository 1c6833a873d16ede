//! `awslearn progress`: where the progress file is, and its copies.

use std::fs;
use std::io::{self, BufRead, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::{Global, Outcome};
use crate::course::Course;
use crate::progress::History;
use crate::shell::store::{self, StoreError};

/// Keep, copy, join or reset the record of what you did.
#[derive(Debug, Args)]
pub(super) struct Progress {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print where the progress file is
    Path,
    /// Write the whole progress, notes included, as JSON lines
    Export {
        /// The file to write [default: standard output]; an existing one is not overwritten
        file: Option<PathBuf>,
    },
    /// Add what an exported file holds to the progress; what is known already stays as it is
    Import {
        /// An exported file, or the progress file of another machine; `-` for standard input
        file: PathBuf,
    },
    /// Join several progress files into one, without touching them or your own
    Merge {
        /// Progress files
        #[arg(required = true, num_args = 1..)]
        files: Vec<PathBuf>,
        /// The file to write [default: standard output]; an existing one is not overwritten
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Begin anew; a copy of the progress is kept beside the file
    Reset {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

impl Global {
    /// The progress file to use.
    pub(super) fn progress_path(&self) -> Result<PathBuf, StoreError> {
        self.progress.clone().map_or_else(store::default_path, Ok)
    }

    /// Under which name this course's events are kept: empty for the one that is built in.
    pub(super) fn course_key(&self, course: &Course) -> String {
        if self.course.is_none() { String::new() } else { course.title().to_owned() }
    }

    /// What the progress file holds; a file that is not there yet holds nothing.
    pub(super) fn history(&self) -> anyhow::Result<History> {
        let path = self.progress_path()?;
        match path.try_exists() {
            Ok(false) => Ok(History::default()),
            _ => Ok(store::read_history(&path)?),
        }
    }
}

impl Progress {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match &self.action {
            Action::Path => writeln!(out, "{}", global.progress_path()?.display())?,
            Action::Export { file } => {
                let text = global.history()?.to_text();
                write_new(file.as_deref(), &text, out)?;
            }
            Action::Import { file } => {
                let path = global.progress_path()?;
                let history = if file == Path::new("-") {
                    let mut bytes = Vec::new();
                    io::Read::read_to_end(&mut io::stdin(), &mut bytes)?;
                    History::read(&bytes).context("standard input")?.history
                } else {
                    store::read_history(file)?
                };
                let count = store::import(&path, history)?;
                writeln!(out, "{count} new {} added to {}", entries(count), path.display())?;
            }
            Action::Merge { files, output } => {
                let mut all = History::default();
                for file in files {
                    all.merge(store::read_history(file)?);
                }
                write_new(output.as_deref(), &all.to_text(), out)?;
            }
            Action::Reset { yes } => return reset(global, *yes, out),
        }
        Ok(Outcome::Fine)
    }
}

fn entries(count: usize) -> &'static str {
    if count == 1 { "entry" } else { "entries" }
}

/// Writes to a file that must not exist yet, or to `out`.
fn write_new(file: Option<&Path>, text: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let Some(path) = file else { return Ok(out.write_all(text.as_bytes())?) };
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .with_context(|| path.display().to_string())
}

fn reset(global: &Global, yes: bool, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let path = global.progress_path()?;
    let count = global.history()?.len();
    if count == 0 {
        writeln!(out, "There is no progress yet in {}", path.display())?;
        return Ok(Outcome::Fine);
    }
    if !yes {
        anyhow::ensure!(
            io::stdin().is_terminal(),
            "resetting needs a `yes` at the terminal, or the option --yes"
        );
        write!(out, "Begin anew? {count} {} in {} [y/N] ", entries(count), path.display())?;
        out.flush()?;
        let mut reply = String::new();
        io::stdin().lock().read_line(&mut reply)?;
        if !matches!(reply.trim().to_lowercase().as_str(), "y" | "yes") {
            writeln!(out, "Nothing was changed")?;
            return Ok(Outcome::Fine);
        }
    }
    let kept = store::reset(&path)?;
    writeln!(out, "Begun anew. The progress so far is kept in {}", kept.display())?;
    Ok(Outcome::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::What;
    use crate::shell::store::Store;

    /// Runs the subcommand with this file as progress and gives what it printed.
    fn run(path: &Path, action: Action) -> anyhow::Result<String> {
        let global = Global { progress: Some(path.to_owned()), ..Global::default() };
        let mut out = Vec::new();
        Progress { action }.run(&global, &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    fn learned(path: &Path, lesson: &str) {
        let event = What::LessonRead { lesson: lesson.to_owned() };
        Store::open(path, "").unwrap().store.record(&[event]);
    }

    #[test]
    fn an_export_imports_on_another_machine_and_twice_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let [here, there, file] = ["a", "b", "c"].map(|name| folder.path().join(name));
        learned(&here, "one");
        learned(&there, "two");
        run(&here, Action::Export { file: Some(file.clone()) }).unwrap();
        let printed = run(&there, Action::Import { file: file.clone() }).unwrap();
        assert!(printed.starts_with("1 new entry added"), "{printed}");
        assert!(run(&there, Action::Import { file: file.clone() }).unwrap().starts_with("0 new"));
        assert_eq!(run(&there, Action::Export { file: None }).unwrap().lines().count(), 3);
        let again = run(&here, Action::Export { file: Some(file) });
        assert!(again.is_err(), "an existing file is not overwritten");
    }

    #[test]
    fn merging_prints_the_union_and_touches_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let [mine, one, two] = ["mine", "one", "two"].map(|name| folder.path().join(name));
        learned(&one, "a");
        learned(&two, "b");
        let files = vec![one.clone(), two, one];
        let merged = run(&mine, Action::Merge { files, output: None }).unwrap();
        assert_eq!(merged.lines().count(), 3);
        assert!(!mine.exists());
    }

    #[test]
    fn a_reset_asks_and_keeps_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.jsonl");
        assert!(run(&path, Action::Reset { yes: true }).unwrap().contains("no progress yet"));
        learned(&path, "a");
        let printed = run(&path, Action::Reset { yes: true }).unwrap();
        assert!(printed.contains("progress.1.jsonl"), "{printed}");
        assert_eq!(run(&path, Action::Export { file: None }).unwrap().lines().count(), 1);
    }
}
