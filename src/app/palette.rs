//! Every command by its name: type a few letters of it, enter does it.

use std::ops::Range;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

use super::keys::{self, Binding, Mode};
use super::prompt::Prompt;
use super::scroll::List;
use super::search::fuzzy;
use crate::words::{self, Lang};

/// A command that fits what was typed.
pub struct Command {
    /// The row of the key table.
    pub row: &'static Binding,
    /// Bytes of its name that match.
    pub marks: Vec<Range<usize>>,
}

/// The palette over the screen.
#[derive(Debug, Clone)]
pub struct Palette {
    /// What was typed.
    pub prompt: Prompt,
    /// Which command is selected.
    pub list: List,
    /// The mode that the palette was opened in: its commands are on offer.
    pub mode: Mode,
}

impl Palette {
    /// The palette with the commands of a mode.
    pub fn of(mode: Mode) -> Palette {
        Palette { prompt: Prompt::default(), list: List::default(), mode }
    }

    /// The commands that fit, the best first. Each is named once.
    pub fn commands(&self, lang: Lang) -> Vec<Command> {
        let words = words::keys::of(lang);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern =
            Pattern::parse(self.prompt.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut found: Vec<(u32, Command)> = Vec::new();
        for row in keys::in_mode(self.mode) {
            let label = (row.label)(words);
            if found.iter().any(|(_, other)| (other.row.label)(words) == label) {
                continue;
            }
            if let Some((score, marks)) = fuzzy(&mut matcher, &pattern, label) {
                found.push((score, Command { row, marks }));
            }
        }
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, command)| command).collect()
    }
}
