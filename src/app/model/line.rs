//! The model's command line: what is typed, completed, recalled and run, and what it said.

use super::{JUMP_BUDGET, Live, MOST_SAID, Request, Said, SaidSort};
use crate::app::key::{Code, Key};
use crate::app::prompt::Prompt;
use crate::awscli;
use crate::models::catalog::Direction;
use crate::models::command::Command;
use crate::services::time::Span;
use crate::tell;
use crate::words::Lang;

impl Live {
    /// Shows what a call that waited has answered.
    pub(super) fn take_answer(&mut self) {
        let Some(was_paused) = self.waits else { return };
        let prompt = self.bench().prompt();
        if prompt.is_waiting() {
            return;
        }
        if let Some(answered) = prompt.answered() {
            let answered = answered.clone();
            self.say(&answered.text, answered.failed);
        }
        self.waits = None;
        if was_paused {
            self.playback.pause();
        }
    }

    /// Whether a call at the prompt waits for its answer.
    pub fn is_waiting(&self) -> bool {
        self.waits.is_some()
    }

    pub(super) fn say(&mut self, text: &str, failed: bool) {
        let sort = if failed { SaidSort::Failed } else { SaidSort::Printed };
        self.said.extend(text.lines().map(|line| Said { sort, text: line.to_owned() }));
        let extra = self.said.len().saturating_sub(MOST_SAID);
        self.said.drain(..extra);
    }

    /// A key that is text for the command line.
    pub fn key(&mut self, key: Key) {
        let Some(line) = &mut self.line else { return };
        let is_empty = line.text().is_empty();
        if key.code == Code::Backspace && is_empty {
            self.line = None;
        } else {
            line.key(key);
        }
        self.candidates.clear();
    }

    /// Text pasted into the command line.
    pub fn paste(&mut self, text: &str) {
        if let Some(line) = &mut self.line {
            line.insert(text.trim_end());
        }
    }

    pub(super) fn complete(&mut self) {
        let Some(line) = &mut self.line else { return };
        let before = line.before_cursor().to_owned();
        let candidates = awscli::complete(&before);
        let last = before.rsplit(char::is_whitespace).next().unwrap_or_default().len();
        let common = candidates.iter().skip(1).fold(
            candidates.first().cloned().unwrap_or_default(),
            |common, other| {
                let same = common.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
                common.chars().take(same).collect()
            },
        );
        if let Some(more) = common.get(last..).filter(|more| !more.is_empty()) {
            line.insert(more);
        }
        if candidates.len() == 1 && !common.ends_with('=') {
            line.insert(" ");
        }
        self.candidates = if candidates.len() > 1 { candidates } else { Vec::new() };
    }

    pub(super) fn recall(&mut self, direction: Direction) {
        let next = match (direction, self.recalled) {
            (Direction::Down, None) => self.typed.len().checked_sub(1),
            (Direction::Down, Some(at)) => Some(at.saturating_sub(1)),
            (Direction::Up, Some(at)) if at + 1 < self.typed.len() => Some(at + 1),
            (Direction::Up, _) => None,
        };
        self.recalled = next;
        let text = next.and_then(|at| self.typed.get(at)).cloned().unwrap_or_default();
        self.line = Some(Prompt::with(text));
    }

    /// Runs the typed line. A line that is refused stays, to be mended.
    pub(super) fn enter(&mut self, now_ms: u64, lang: Lang) -> Option<Request> {
        let text = self.line.as_ref()?.text().trim().to_owned();
        self.candidates.clear();
        if text.is_empty() {
            return None;
        }
        if self.typed.last() != Some(&text) {
            self.typed.push(text.clone());
        }
        self.recalled = None;
        let past = self.is_in_past().then(|| self.bench().current_branch());
        self.said.push(Said { sort: SaidSort::Typed, text: text.clone() });
        match self.command(&Command::Aws(text)) {
            Ok(outcome) => {
                self.line = Some(Prompt::default());
                self.say(&outcome.output, outcome.failed);
                if outcome.sleep > Span::ZERO {
                    let until = self.bench().now().at + outcome.sleep;
                    self.model.bench_mut().play(until, JUMP_BUDGET);
                }
                if outcome.waits {
                    self.waits = Some(!self.playback.is_playing());
                    self.playback.play();
                    self.frame = now_ms;
                }
                self.settle();
                past.map(|branch| self.forked(branch, lang))
            }
            Err(refusal) => {
                let text = tell::refused(self.model.id(), &refusal, lang);
                self.say(&text, true);
                None
            }
        }
    }
}
