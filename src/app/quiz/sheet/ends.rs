//! Before the first question and after the last: the cover with what is in the way, the score and what to read again.

use unicode_width::UnicodeWidthStr as _;

use super::{Body, Ink, Paper};
use crate::app::quiz::{CoverItem, Stage, Taking};
use crate::page::Symbols;
use crate::quiz::Kind;
use crate::words::fill;

impl Paper {
    pub(super) fn cover(&mut self, taking: &Taking) {
        let words = self.words;
        let Stage::Cover { open } = &taking.stage else { return };
        let total = taking.run.quiz().questions.len();
        if total == 0 {
            self.say(words.nothing_to_ask, Vec::new(), 0, Ink::Strong);
        } else if let Some(open) = open {
            self.say(words.resume_title, Vec::new(), 0, Ink::Strong);
            let text = fill(words.resume_text, &[("n", &open.answered()), ("total", &total)]);
            self.say(&text, Vec::new(), 0, Ink::Muted);
        }
        if !taking.faults.is_empty() {
            self.blank();
            let text = match taking.faults.len() {
                1 => words.problems_one.to_owned(),
                n => fill(words.problems_many, &[("n", &n)]),
            };
            self.say(&text, Vec::new(), 0, Ink::Warn);
            for fault in &taking.faults {
                self.verbatim(&fault.place, 2, Ink::Code);
                self.verbatim(&fault.message, 4, Ink::Muted);
            }
        }
        self.blank();
        let items: Vec<&str> = taking
            .cover()
            .into_iter()
            .map(|item| match item {
                CoverItem::GoOn => words.resume_go_on,
                CoverItem::Anew if open.is_none() => words.start,
                CoverItem::Anew => words.resume_anew,
                CoverItem::Later => words.resume_later,
            })
            .collect();
        self.list(&items, taking.cursor);
    }

    pub(super) fn done(&mut self, taking: &Taking) {
        let words = self.words;
        let summary = taking.run.summary();
        let (right, total) = (summary.first_right, summary.total);
        self.say(words.done_title, Vec::new(), 0, Ink::Strong);
        self.blank();
        let room = self.width.min(40);
        let filled = (right * room).checked_div(total).unwrap_or(0);
        let [full, empty] = match self.options.symbols {
            Symbols::Unicode => ["━", "─"],
            Symbols::Ascii => ["=", "-"],
        };
        let ink = if right == total { Ink::Good } else { Ink::Accent };
        let bar = vec![(full.repeat(filled), ink), (empty.repeat(room - filled), Ink::Faint)];
        self.row(Vec::new(), 0, Body::Pieces(bar));
        let score = fill(words.score, &[("right", &right), ("total", &total)]);
        self.say(&score, Vec::new(), 0, Ink::Strong);
        let change = match taking.before {
            None => words.first_time.to_owned(),
            Some(before) => {
                // Between two editions of a quiz only parts of the whole compare.
                let (text, n) = match (right * before.total.max(1)).cmp(&(before.right * total)) {
                    std::cmp::Ordering::Greater => (words.better, right.abs_diff(before.right)),
                    std::cmp::Ordering::Less => (words.worse, right.abs_diff(before.right)),
                    std::cmp::Ordering::Equal => (words.same, 0),
                };
                fill(text, &[("n", &n), ("before", &before.right), ("total", &before.total)])
            }
        };
        self.say(&change, Vec::new(), 0, Ink::Muted);
        if summary.missed.is_empty() {
            self.say(words.perfect, Vec::new(), 0, Ink::Good);
            return;
        }
        self.blank();
        self.say(words.missed_title, Vec::new(), 0, Ink::Accent);
        for at in &summary.missed {
            self.missed(taking, *at, summary.surprises.contains(at));
        }
        self.blank();
        if taking.ways.is_empty() {
            self.say(words.nothing_to_reread, Vec::new(), 0, Ink::Muted);
        } else {
            self.say(words.reread, Vec::new(), 0, Ink::Accent);
            self.ways(taking, Some(taking.cursor));
        }
    }

    /// One line about a question that was wrong at first.
    fn missed(&mut self, taking: &Taking, at: usize, was_sure: bool) {
        let question = &taking.run.quiz().questions[at];
        let tries = taking.run.tallies()[at].attempts;
        let mut notes = fill(self.words.tries, &[("n", &tries)]);
        if was_sure {
            notes = format!("{notes}, {}", self.words.was_sure);
        }
        let number = question.number.to_string();
        let hang = number.width() + 3;
        let first = match &question.kind {
            Kind::Tracing(_) => self.words.trace_task.to_owned(),
            _ => question.objective.clone().unwrap_or_else(|| first_line(&question.prompt)),
        };
        let lead = vec![(format!("  {number} "), Ink::Bad)];
        self.say(&first, lead, hang, Ink::Text);
        self.say(&notes, Vec::new(), hang, Ink::Muted);
    }
}

/// The first line of a Markdown text that says something.
fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
