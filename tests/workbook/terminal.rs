//! A program in a pseudo-terminal, and the screen that it draws.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// How long anything may take before the test fails; only reached when something is wrong.
const DEADLINE: Duration = Duration::from_secs(20);

/// The workbook in a pseudo-terminal. Its files lie in a folder of its own.
pub(crate) struct Terminal {
    home: Option<TempDir>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    is_gone: Arc<AtomicBool>,
    parser: vt100::Parser,
    /// Everything that was written.
    pub(crate) bytes: Vec<u8>,
}

/// How to start it.
pub(crate) struct Start<'a> {
    pub(crate) size: (u16, u16),
    pub(crate) args: &'a [&'a str],
    pub(crate) environment: &'a [(&'a str, &'a str)],
}

impl Default for Start<'_> {
    fn default() -> Self {
        Start { size: (120, 40), args: &["--lang", "en"], environment: &[] }
    }
}

/// The screen as text, without blanks at the ends of lines.
pub(crate) fn text(screen: &vt100::Screen) -> String {
    screen.contents().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has at least one cell")
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { cols, rows, pixel_width: 0, pixel_height: 0 }
}

impl Terminal {
    /// Starts the workbook with an empty home.
    pub(crate) fn start(start: &Start<'_>) -> Terminal {
        let home = TempDir::new().expect("a temporary folder");
        Terminal::start_in(home, start)
    }

    /// Starts it again where another one has been.
    pub(crate) fn start_in(home: TempDir, start: &Start<'_>) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_awslearn"));
        command.args(start.args);
        Terminal::spawn(home, start, command)
    }

    /// Starts it from a shell script, in which `$AWSLEARN` is the program.
    pub(crate) fn script(script: &str, start: &Start<'_>) -> Terminal {
        let home = TempDir::new().expect("a temporary folder");
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", script]);
        command.env("AWSLEARN", env!("CARGO_BIN_EXE_awslearn"));
        Terminal::spawn(home, start, command)
    }

    fn spawn(home: TempDir, start: &Start<'_>, mut command: CommandBuilder) -> Terminal {
        let pair = native_pty_system().openpty(pty_size(start.size)).expect("a pseudo-terminal");
        command.env_clear();
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")]
        {
            command.env(name, value);
        }
        command.env("AWSLEARN", env!("CARGO_BIN_EXE_awslearn"));
        command.env("HOME", home.path());
        for (name, value) in start.environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("the terminal can be read");
        let writer = pair.master.take_writer().expect("the terminal can be written");
        let (sender, output) = channel();
        let is_gone = Arc::new(AtomicBool::new(false));
        let gone = is_gone.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 1 << 16];
            while let Ok(n) = reader.read(&mut bytes) {
                let is_over = n == 0 || gone.load(Ordering::SeqCst);
                if is_over || sender.send(bytes[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let (cols, rows) = start.size;
        Terminal {
            home: Some(home),
            master: Some(pair.master),
            writer: Some(writer),
            child,
            output,
            is_gone,
            parser: vt100::Parser::new(cells(rows), cells(cols), 0),
            bytes: Vec::new(),
        }
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        text(self.parser.screen())
    }

    /// What the terminal knows about itself: alternate screen, cursor, mouse, paste.
    pub(crate) fn modes(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn until(
        &mut self,
        what: &str,
        is_so: impl Fn(&vt100::Screen) -> bool,
    ) -> &mut Terminal {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if is_so(self.parser.screen()) {
                return self;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.bytes.extend(bytes);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited in vain until {what}; the screen:\n{}", self.screen());
                }
            }
        }
    }

    /// Waits until the screen shows a text.
    pub(crate) fn see(&mut self, text: &str) -> &mut Terminal {
        self.until(&format!("“{text}” is seen"), |screen| screen.contents().contains(text))
    }

    /// Waits until the screen no longer shows a text.
    pub(crate) fn see_no(&mut self, text: &str) -> &mut Terminal {
        self.until(&format!("“{text}” is gone"), |screen| !screen.contents().contains(text))
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) -> &mut Terminal {
        let writer = self.writer.as_mut().expect("the terminal is there");
        writer.write_all(keys.as_bytes()).expect("the terminal takes keys");
        writer.flush().expect("the terminal takes keys");
        self
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, cols: u16, rows: u16) -> &mut Terminal {
        let master = self.master.as_ref().expect("the terminal is there");
        master.resize(pty_size((cols, rows))).expect("the terminal takes the size");
        self.parser.screen_mut().set_size(cells(rows), cells(cols));
        self
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&mut self, name: &str) -> &mut Terminal {
        let id = self.child.process_id().expect("the program runs").to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.expect("kill runs").success());
        self
    }

    /// Takes the terminal away, as closing its window does.
    pub(crate) fn hang_up(&mut self) {
        // Whoever still reads holds the terminal: it stops at the next output, which a key brings.
        self.is_gone.store(true, Ordering::SeqCst);
        self.send("?");
        while self.output.recv_timeout(DEADLINE).is_ok() {}
        self.writer = None;
        self.master = None;
    }

    /// Waits for the end: how it ended, and its home.
    pub(crate) fn end(&mut self) -> (portable_pty::ExitStatus, TempDir) {
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the program can be waited for") {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end; the screen:\n{}", self.screen());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(5)) {
                self.parser.process(&bytes);
                self.bytes.extend(bytes);
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.parser.process(&bytes);
            self.bytes.extend(bytes);
        }
        (status, self.home.take().expect("it ends once"))
    }

    /// Asserts that the terminal is as it was before: main screen, cursor, no modes.
    pub(crate) fn is_given_back(&self) {
        let screen = self.modes();
        assert!(!screen.alternate_screen(), "the main screen is back");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pasting is plain");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        if let Some(master) = &self.master {
            let termios = master.get_termios();
            if let Some(termios) = termios {
                assert!(format!("{termios:?}").contains("ECHO"), "{termios:?}");
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Only matters where a test fails half way.
        self.child.kill().ok();
    }
}
