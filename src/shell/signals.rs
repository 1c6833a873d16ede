//! Signals, and the pipe that wakes the loop when one comes or the worker has an answer.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};

/// The signals that end the program; the terminal is given back first.
const ENDING: [i32; 4] = [SIGTERM, SIGINT, SIGHUP, SIGQUIT];
/// The others that concern us.
const OTHERS: [i32; 3] = [SIGTSTP, SIGCONT, SIGWINCH];

/// Signals that have come, and a pipe that can be waited for.
#[derive(Debug)]
pub(crate) struct Signals {
    came: Vec<(i32, Arc<AtomicBool>)>,
    pipe: UnixStream,
    waker: UnixStream,
}

impl Signals {
    /// From now on no signal of ours is lost or does what it does by default.
    pub(crate) fn listen() -> io::Result<Signals> {
        let (pipe, waker) = UnixStream::pair()?;
        pipe.set_nonblocking(true)?;
        let mut came = Vec::new();
        for signal in ENDING.into_iter().chain(OTHERS) {
            let flag = Arc::new(AtomicBool::new(false));
            signal_hook::flag::register(signal, flag.clone())?;
            signal_hook::low_level::pipe::register(signal, waker.try_clone()?)?;
            came.push((signal, flag));
        }
        Ok(Signals { came, pipe, waker })
    }

    /// What to wait for.
    pub(crate) fn pipe(&self) -> &UnixStream {
        &self.pipe
    }

    /// One more way to wake the loop: a byte written to it.
    pub(crate) fn waker(&self) -> io::Result<UnixStream> {
        self.waker.try_clone()
    }

    /// Empties the pipe.
    pub(crate) fn drain(&mut self) {
        let mut bytes = [0; 64];
        while matches!(self.pipe.read(&mut bytes), Ok(n) if n > 0) {}
    }

    /// Whether this signal has come since it was last asked.
    fn take(&self, signal: i32) -> bool {
        self.came.iter().any(|(known, flag)| *known == signal && flag.swap(false, Ordering::SeqCst))
    }

    /// The signal that asks the program to end, if one has come.
    pub(crate) fn ending(&self) -> Option<i32> {
        ENDING.into_iter().find(|signal| self.take(*signal))
    }

    /// Whether the program was asked to step back behind the shell.
    pub(crate) fn stop(&self) -> bool {
        self.take(SIGTSTP)
    }

    /// Whether the program has been brought back.
    pub(crate) fn resumed(&self) -> bool {
        self.take(SIGCONT)
    }

    /// Whether the terminal has another size.
    pub(crate) fn resized(&self) -> bool {
        self.take(SIGWINCH)
    }
}

/// Stops this process group as ctrl-z does, and comes back when the shell goes on with it.
pub(crate) fn stop_here(signals: &Signals) {
    // The others of the pipeline first: our own handler only notes the signal.
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).ok();
    signal_hook::low_level::emulate_default_handler(SIGTSTP).ok();
    signals.stop();
    signals.resumed();
}

/// Ends as if the signal had not been handled, so that whoever started us sees why.
pub(crate) fn end_by(signal: i32) {
    signal_hook::low_level::emulate_default_handler(signal).ok();
}
