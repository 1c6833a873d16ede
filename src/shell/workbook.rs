//! The loop: wait, take everything that waits, update, draw once, do what the update asks.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Stdin};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::decode::Decoder;
use super::environment::{Environment, utc_offset_minutes};
use super::report;
use super::signals::{self, Signals};
use super::store::{self, Store, StoreError};
use super::terminal::{self, Terminal};
use super::worker::Thread;
use crate::app::effect::{Effect, Effects};
use crate::app::key::Input;
use crate::app::launch::{Launch, Start, Wall};
use crate::app::settings::{self, Settings, ThemeChoice};
use crate::app::{Action, App};
use crate::course::Course;
use crate::progress::What;
use crate::ui::theme::Theme;
use crate::words::{Lang, fill};

/// What was asked for on the command line.
#[derive(Debug)]
pub struct Request {
    /// The course, in the language to begin with.
    pub course: Course,
    /// The key of the course in the progress file; empty for the one that is built in.
    pub course_key: String,
    /// The progress file.
    pub progress: PathBuf,
    /// The language, if one was named; else the one kept, else the environment's.
    pub lang: Option<Lang>,
    /// The language of the environment.
    pub environment_lang: Lang,
    /// The theme, if one was named.
    pub theme: Option<ThemeChoice>,
    /// Whether the mouse is left to the terminal.
    pub no_mouse: bool,
    /// Where to begin.
    pub start: Start,
}

/// Why the workbook could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// The progress file is not one of ours, or newer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The terminal could not be used.
    #[error("the terminal cannot be used")]
    Terminal(#[from] io::Error),
}

/// Opens the workbook and runs it until it is closed.
///
/// # Errors
/// The progress file is refused, or the terminal cannot be used.
pub fn run(request: Request) -> Result<(), WorkbookError> {
    let environment = Environment::read();
    let opened = Store::open(&request.progress, &request.course_key)?;
    let progress = opened.history.state(&request.course_key);
    let mut kept = Settings::kept(|name| progress.setting(name));
    kept.symbols = environment.symbols;
    kept.mouse &= !request.no_mouse;
    let kept_lang = progress.setting(settings::LANG).and_then(Lang::from_code);
    let lang = request.lang.or(kept_lang).unwrap_or(request.environment_lang);
    if let Some(theme) = request.theme.or(environment.theme) {
        kept.theme = theme;
    }
    let course = match request.course.lang() {
        Some(open) if open != lang && request.course.languages().contains(&lang) => {
            request.course.in_lang(lang).0
        }
        _ => request.course,
    };
    report::install(lang);
    // Asked before there is a second thread: then the answer is certain.
    let wall = Wall { ms: store::now_ms(), offset_minutes: utc_offset_minutes() };
    let mut signals = Signals::listen()?;
    let notice = opened.notices.first().map(|notice| notice.text(lang));
    let mut app = App::new(Launch {
        size: terminal::size(),
        course: Arc::new(course),
        lang,
        progress,
        settings: kept,
        start: request.start,
        seed: store::any_number(),
        notice,
        wall,
    });
    app.shade = environment.shade.unwrap_or_default();
    let terminal = Terminal::take(app.settings.mouse)?;
    let mut workbook = Workbook {
        app,
        terminal,
        environment,
        store: opened.store,
        worker: None,
        tty: Tty::open()?,
        decoder: Decoder::default(),
        started: now(),
    };
    let ending = workbook.run(&mut signals);
    let farewell = workbook.app.record_place();
    workbook.save(farewell);
    drop(workbook);
    match ending {
        Ending::Quit | Ending::Gone => Ok(()),
        Ending::Signal(signal) => {
            signals::end_by(signal);
            Ok(())
        }
    }
}

/// Why the loop ended.
enum Ending {
    /// The learner wanted it.
    Quit,
    /// A signal asked for it.
    Signal(i32),
    /// The terminal is gone.
    Gone,
}

struct Workbook {
    app: App,
    terminal: Terminal,
    environment: Environment,
    store: Store,
    worker: Option<Thread>,
    tty: Tty,
    decoder: Decoder,
    started: Instant,
}

impl Workbook {
    fn run(&mut self, signals: &mut Signals) -> Ending {
        let asks = self.app.settings.theme == ThemeChoice::Auto && self.environment.answers;
        if asks && self.terminal.ask_background().is_err() || self.draw().is_err() {
            return Ending::Gone;
        }
        if self.store.is_new() {
            // Made behind the first frame: whether it can be is known early all the same.
            self.record(&[]);
            if self.app.notice.is_some() && self.draw().is_err() {
                return Ending::Gone;
            }
        }
        loop {
            let actions = match self.wait(signals) {
                Ok(actions) => actions,
                Err(ending) => return ending,
            };
            let mut is_changed = false;
            for input in actions {
                self.app.now_ms = self.elapsed();
                let Some(action) = self.app.input(&input) else { continue };
                let effects = self.app.update(action);
                if let Some(ending) = self.perform(effects, signals) {
                    return ending;
                }
                is_changed = true;
            }
            is_changed |= self.take_answers();
            is_changed |= self.tick();
            if is_changed && self.draw().is_err() {
                return Ending::Gone;
            }
        }
    }

    /// How long to sleep at most: until a model's next frame, or for ever.
    fn patience(&self) -> Option<Timespec> {
        let left = self.app.deadline()?.saturating_sub(self.elapsed());
        Some(Timespec {
            tv_sec: i64::try_from(left / 1000).unwrap_or(i64::MAX),
            tv_nsec: (left % 1000 * 1_000_000) as _,
        })
    }

    /// Milliseconds since the start.
    fn elapsed(&self) -> u64 {
        self.started.elapsed().as_millis().try_into().unwrap_or(u64::MAX)
    }

    /// Lets a frame of the model pass if one is due.
    fn tick(&mut self) -> bool {
        let now = self.elapsed();
        let is_due = self.app.deadline().is_some_and(|due| due <= now);
        if is_due {
            self.app.now_ms = now;
            // A frame asks nothing of the world.
            let _ = self.app.update(Action::Tick);
        }
        is_due
    }

    fn draw(&mut self) -> io::Result<()> {
        crash_if_asked();
        let Environment { depth, symbols, hyperlinks, .. } = self.environment;
        let mut theme = Theme::new(self.app.settings.theme, self.app.shade, depth, symbols);
        theme.hyperlinks = hyperlinks;
        self.terminal.draw(&self.app, &theme)
    }

    /// Sleeps until something comes, and takes all of it.
    fn wait(&mut self, signals: &mut Signals) -> Result<Vec<Input>, Ending> {
        let (is_input, is_gone) = {
            let mut fds = [
                PollFd::from_borrowed_fd(self.tty.fd(), PollFlags::IN),
                PollFd::new(signals.pipe(), PollFlags::IN),
            ];
            match poll(&mut fds, self.patience().as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Ending::Gone),
            }
            let state = fds[0].revents();
            let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
            (state.contains(PollFlags::IN), state.intersects(gone))
        };
        signals.drain();
        if let Some(signal) = signals.ending() {
            return Err(Ending::Signal(signal));
        }
        let mut inputs = Vec::new();
        if is_input {
            let mut bytes = [0; 1 << 14];
            match self.tty.read(&mut bytes) {
                Ok(0) => return Err(Ending::Gone),
                Ok(n) => self.decoder.feed(&bytes[..n], &mut inputs),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return Err(Ending::Gone),
            }
        } else if is_gone {
            return Err(Ending::Gone);
        }
        if signals.stop() && !self.suspend(signals) {
            return Err(Ending::Gone);
        }
        if signals.resumed() && self.terminal.retake(self.app.settings.mouse).is_err() {
            return Err(Ending::Gone);
        }
        if signals.resized() {
            inputs.insert(0, Input::Resize(terminal::size()));
        }
        Ok(inputs)
    }

    fn perform(&mut self, effects: Effects, signals: &Signals) -> Option<Ending> {
        for effect in effects {
            let result = match effect {
                Effect::Quit => return Some(Ending::Quit),
                Effect::Suspend => match self.suspend(signals) {
                    true => Ok(()),
                    false => return Some(Ending::Gone),
                },
                Effect::Redraw => self.terminal.forget(),
                Effect::Copy(text) => self.terminal.copy(&text),
                Effect::Mouse(on) => self.terminal.set_mouse(on),
                Effect::Record(what) => {
                    self.save(Effect::Record(what).into());
                    Ok(())
                }
                Effect::Work(job) => self.worker(signals).map(|worker| worker.give(job)),
            };
            if result.is_err() {
                return Some(Ending::Gone);
            }
        }
        None
    }

    fn worker(&mut self, signals: &Signals) -> io::Result<&Thread> {
        if self.worker.is_none() {
            self.worker = Some(Thread::start(signals.waker()?));
        }
        self.worker.as_ref().ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// Writes down what is to be written down; says in the app what became of it.
    fn save(&mut self, effects: Effects) {
        for effect in effects {
            if let Effect::Record(what) = effect {
                self.record(&[what]);
            }
        }
    }

    fn record(&mut self, events: &[What]) {
        let recorded = self.store.record(events);
        let _ = self.app.update(Action::Recorded(recorded.entries));
        if let Some(notice) = recorded.notice {
            let _ = self.app.update(Action::Notice(notice.text(self.app.lang)));
        }
    }

    fn take_answers(&mut self) -> bool {
        let mut is_changed = false;
        while let Some(answer) = self.worker.as_ref().and_then(Thread::answer) {
            let action = match answer {
                Some(answer) => Action::Worked(answer),
                None => {
                    let text = self.app.words().worker_failed;
                    Action::Notice(fill(text, &[("path", &report::last())]))
                }
            };
            let _ = self.app.update(action);
            is_changed = true;
        }
        is_changed
    }

    /// Gives the terminal back, stops, and takes it again when the program is continued. False if
    /// the terminal has gone meanwhile.
    fn suspend(&mut self, signals: &Signals) -> bool {
        self.terminal.leave();
        signals::stop_here(signals);
        let _ = self.app.update(Action::Resize(terminal::size()));
        self.terminal.retake(self.app.settings.mouse).is_ok() && self.draw().is_ok()
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell reads the clock")]
fn now() -> Instant {
    Instant::now()
}

/// Where input comes from: standard input, or the terminal itself if that is something else.
enum Tty {
    Stdin(Stdin),
    Device(File),
}

impl Tty {
    fn open() -> io::Result<Tty> {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Ok(Tty::Stdin(stdin));
        }
        #[expect(clippy::disallowed_methods, reason = "the shell reads the terminal")]
        let device = File::open("/dev/tty")?;
        Ok(Tty::Device(device))
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Tty::Stdin(stdin) => stdin.as_fd(),
            Tty::Device(device) => device.as_fd(),
        }
    }

    /// Reads what is there. Goes past the buffer of standard input: what it holds, `poll` does not
    /// know of.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Tty::Stdin(stdin) => Ok(rustix::io::read(stdin.as_fd(), bytes)?),
            Tty::Device(device) => device.read(bytes),
        }
    }
}

/// The door for the test of the panic hook: `AWSLEARN_PANIC` makes the first frame fail.
fn crash_if_asked() {
    #[expect(clippy::disallowed_methods, reason = "the shell reads the environment")]
    let is_asked = std::env::var_os("AWSLEARN_PANIC").is_some();
    assert!(!is_asked, "AWSLEARN_PANIC is set: failing as asked");
}
