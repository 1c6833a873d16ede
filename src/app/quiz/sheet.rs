//! What the quiz shows, laid out in rows for a width: built at each update, so that drawing only draws.

mod answer;
mod ask;
mod ends;
mod typed;

use std::ops::Range;

use super::{Stage, Taking};
use crate::page::{self, LineRef, Options, Symbols};
use crate::quiz::Phase;
use crate::words::Lang;
use crate::words::quiz::{self as words, Quiz as Words};

/// What a piece of the sheet is, for the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after what it marks")]
pub enum Ink {
    Text,
    Strong,
    Muted,
    Faint,
    Accent,
    Good,
    Warn,
    Bad,
    Code,
    Link,
}

/// What stands in a row after its lead.
#[derive(Debug, Clone)]
pub enum Body {
    /// Pieces of text.
    Pieces(Vec<(String, Ink)>),
    /// A line of Markdown, perhaps all in one ink.
    Page(LineRef, Option<Ink>),
    /// A line being typed, with the cell of the cursor if it is here.
    Field(String, Option<usize>),
}

/// Something that the mouse can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// An option, an item, a line of a list: its place on the screen, from 0.
    Line(usize),
    /// A way to read again.
    Way(usize),
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Marker and number, from the left edge.
    pub lead: Vec<(String, Ink)>,
    /// The column at which the body begins.
    pub hang: usize,
    /// The body.
    pub body: Body,
    /// What a press on the row means.
    pub spot: Option<Spot>,
    /// Whether the keys are at it.
    pub is_at: bool,
}

/// Everything that the quiz shows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The rows.
    pub rows: Vec<Row>,
    /// The rows that must stay in sight.
    pub focus: Option<Range<usize>>,
    /// How many rows the screen shows.
    pub height: usize,
}

impl Sheet {
    /// The greatest first row.
    pub fn last_top(&self) -> usize {
        self.rows.len().saturating_sub(self.height)
    }
}

/// The signs before options and verdicts.
struct Signs {
    pointer: &'static str,
    radio: [&'static str; 2],
    tick: [&'static str; 2],
    hit: &'static str,
    mistaken: &'static str,
    left: &'static str,
    held: &'static str,
    arrow: &'static str,
    way: &'static str,
    prompt: &'static str,
}

const UNICODE: Signs = Signs {
    pointer: "▸",
    radio: ["○", "●"],
    tick: ["□", "■"],
    hit: "✓",
    mistaken: "✗",
    left: "·",
    held: "↕",
    arrow: "→",
    way: "→",
    prompt: "›",
};

const ASCII: Signs = Signs {
    pointer: ">",
    radio: ["o", "@"],
    tick: ["-", "x"],
    hit: "+",
    mistaken: "x",
    left: ".",
    held: "|",
    arrow: "->",
    way: "->",
    prompt: ">",
};

/// Builds the rows of a sheet.
struct Paper {
    rows: Vec<Row>,
    focus: Option<Range<usize>>,
    width: usize,
    options: Options,
    signs: &'static Signs,
    words: &'static Words,
}

type Pieces = Vec<(String, Ink)>;

fn piece(text: impl Into<String>, ink: Ink) -> Pieces {
    vec![(text.into(), ink)]
}

/// Lays out what the quiz shows now.
pub(super) fn lay_out(taking: &Taking, width: usize, lang: Lang, symbols: Symbols) -> Sheet {
    let mut paper = Paper {
        rows: Vec::new(),
        focus: None,
        width: width.max(8),
        options: Options { lang, symbols, ..Options::default() },
        signs: if symbols == Symbols::Ascii { &ASCII } else { &UNICODE },
        words: words::of(lang),
    };
    match (&taking.stage, taking.run.phase()) {
        (Stage::Cover { .. }, _) => paper.cover(taking),
        (_, Phase::Done) => paper.done(taking),
        (_, phase) => {
            if let Some(question) = taking.run.question() {
                paper.question(taking, question, phase);
            }
        }
    }
    let Paper { rows, focus, .. } = paper;
    Sheet { rows, focus, height: 1 }
}

impl Paper {
    fn row(&mut self, lead: Pieces, hang: usize, body: Body) {
        self.rows.push(Row { lead, hang, body, spot: None, is_at: false });
    }

    fn blank(&mut self) {
        if !self.rows.is_empty() {
            self.row(Vec::new(), 0, Body::Pieces(Vec::new()));
        }
    }

    /// Markdown from column `hang` on; the first row carries the lead.
    fn markdown(&mut self, text: &str, mut lead: Pieces, hang: usize, ink: Option<Ink>) {
        let width = self.width.saturating_sub(hang).max(1);
        let options = Options { width, ..self.options.clone() };
        for line in page::lay_out(text, &options) {
            self.row(std::mem::take(&mut lead), hang, Body::Page(line, ink));
        }
        if !lead.is_empty() {
            self.row(lead, hang, Body::Pieces(Vec::new()));
        }
    }

    /// Words of the program: wrapped, in one ink.
    fn say(&mut self, text: &str, lead: Pieces, hang: usize, ink: Ink) {
        self.markdown(text, lead, hang, Some(ink));
    }

    /// Text as it was typed or must be typed, line by line.
    fn verbatim(&mut self, text: &str, hang: usize, ink: Ink) {
        let room = self.width.saturating_sub(hang).max(1);
        for line in text.trim_end().lines() {
            for (part, _) in typed::chop(&printable(line), room) {
                self.row(Vec::new(), hang, Body::Pieces(piece(part, ink)));
            }
        }
    }

    /// Makes the rows since `from` belong to a spot.
    fn mark(&mut self, from: usize, spot: Spot, is_at: bool) {
        for row in &mut self.rows[from..] {
            (row.spot, row.is_at) = (Some(spot), is_at);
        }
        if is_at {
            self.focus = Some(from..self.rows.len());
        }
    }

    fn pointer(&self, is_at: bool) -> (String, Ink) {
        let sign = if is_at { self.signs.pointer } else { " " };
        (format!("{sign} "), Ink::Accent)
    }

    fn list(&mut self, items: &[&str], cursor: usize) {
        for (at, item) in items.iter().enumerate() {
            let from = self.rows.len();
            let lead = vec![self.pointer(at == cursor), (format!("{} ", at + 1), Ink::Muted)];
            self.say(item, lead, 4, if at == cursor { Ink::Strong } else { Ink::Text });
            self.mark(from, Spot::Line(at), at == cursor);
        }
    }
}

/// Text without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
