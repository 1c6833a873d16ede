//! Hands on the keyboard that know nothing of it: any keys, pastes, mice and sizes.

use super::terminal::{Start, Terminal};

/// What a terminal sends for keys that are more than a letter.
const LONG: &[&str] = &[
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[H",
    "\x1b[F",
    "\x1b[3~",
    "\x1bOP",
    "\t",
    "\x1b[Z",
    "\r",
    "\x7f",
    "\x1b",
    " ",
    "\x1b[1;2C",
    "\x1b[<0;30;10M",
    "\x1b[<0;30;10m",
    "\x1b[<64;60;20M",
    "\x1b[<65;60;20M",
    "\x1b[<0;110;7M",
    "\x1b[<32;70;7M",
    "\x1b[200~큐 a\x1b[31m\n\x1b[201~",
    "\x1b]11;rgb:ffff/ffff/ffff\x07",
    "\x1b[",
    "한",
    "ㅂ",
    "\x06",
    "\x02",
    "\x04",
    "\x15",
    "\x0e",
    "\x13",
    "\x07",
];

/// Letters and signs, without the ones that end the program, stop it or name such a command.
const SHORT: &str =
    "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789[]{}<>/?.,;'+-=*!@#$%^&_~`|\\";

const SIZES: [(u16, u16); 8] =
    [(1, 1), (3, 2), (40, 10), (80, 24), (109, 30), (120, 40), (300, 100), (80, 3)];

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn mash(seed: u64, args: &[&str]) {
    let mut dice = Dice(seed);
    let mut terminal = Terminal::start(&Start { args, ..Start::default() });
    terminal.until("there is a frame", |screen| !screen.contents().trim().is_empty());
    let short: Vec<char> = SHORT.chars().collect();
    for _ in 0..40 {
        let mut keys = String::new();
        for _ in 0..12 {
            match dice.below(3) {
                0 => keys.push_str(LONG[dice.below(LONG.len())]),
                _ => keys.push(short[dice.below(short.len())]),
            }
        }
        terminal.send(&keys);
        if dice.below(4) == 0 {
            let (cols, rows) = SIZES[dice.below(SIZES.len())];
            terminal.resize(cols, rows);
        }
    }
    // It is still there, draws, and ends when it is told to.
    terminal.resize(120, 40).send("\x0c\x03");
    let (status, home) = terminal.end();
    assert!(status.success(), "seed {seed}: {}", terminal.screen());
    terminal.is_given_back();
    let again = std::process::Command::new(env!("CARGO_BIN_EXE_awslearn"))
        .arg("status")
        .env("HOME", home.path())
        .output()
        .expect("it runs");
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
}

#[test]
fn keys_struck_blindly_in_a_lesson_break_nothing() {
    mash(1, &["--lang", "en", "open", "sqs-standard"]);
    mash(2, &["--lang", "ko", "open", "sqs-fifo"]);
}

#[test]
fn keys_struck_blindly_at_home_and_in_a_quiz_break_nothing() {
    mash(3, &["--lang", "ko"]);
    mash(4, &["--lang", "en", "quiz", "sqs-standard"]);
}

#[test]
fn keys_struck_blindly_in_a_model_break_nothing() {
    mash(5, &["--lang", "en", "model", "queue"]);
    mash(6, &["--lang", "ko", "model", "stream"]);
}
