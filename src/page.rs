//! From Markdown to laid-out lines of roles, with anchors and a map back to the source.
//!
//! A [`Document`] holds a text and answers questions about all of it; a [`Page`] lays it out for a
//! width, part by part, when lines are asked for. What a line looks like is not decided here: its
//! spans carry a [`Role`] and [`Marks`], and the map from cells to bytes of the source.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::Arc;

pub mod ansi;
mod block;
mod chunk;
mod code;
mod document;
mod highlight;
mod html;
mod inline;
mod layout;
mod line;
mod parse;
pub mod search;
pub mod slug;
mod table;
mod text;
mod wrap;

pub use block::{Info, SlotKind};
pub use document::{CodeBlock, Document, Heading, LinkPlace, Slot};
pub use line::{Alert, Line, LineKind, Link, Marks, Role, Span, Token};

use crate::words::Lang;

/// Parts whose lines are kept; the longest unused goes first.
const KEPT: usize = 48;

/// The signs that rules, bars and bullets are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbols {
    /// Box drawing and geometric shapes.
    #[default]
    Unicode,
    /// For terminals without Unicode.
    Ascii,
}

/// How a page is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Cells of the longest line; at least 1.
    pub width: usize,
    /// The language of the few words that the layout adds.
    pub lang: Lang,
    /// Whether lines of Rust that begin with `# ` are shown.
    pub show_hidden: bool,
    /// Cells by which code is scrolled to the left.
    pub code_shift: usize,
    /// The signs it draws with.
    pub symbols: Symbols,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            width: 80,
            lang: Lang::En,
            show_hidden: false,
            code_shift: 0,
            symbols: Symbols::Unicode,
        }
    }
}

/// A line that is put under a code block: what its commands printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputLine {
    /// One line of text.
    pub text: String,
    /// What it is.
    pub role: Role,
}

/// A line's place in a page; later lines are greater. It holds for the page's present options
/// only: to keep a place across a change, keep its byte in the source ([`Page::source_of`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos {
    part: usize,
    line: usize,
}

/// A line of a page, shared with the page's store of laid-out lines.
#[derive(Debug, Clone)]
pub struct LineRef {
    lines: Arc<Vec<Line>>,
    pos: Pos,
}

impl LineRef {
    /// Where in its page the line stands.
    pub fn pos(&self) -> Pos {
        self.pos
    }
}

impl Deref for LineRef {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.lines[self.pos.line]
    }
}

impl PartialEq for LineRef {
    fn eq(&self, other: &LineRef) -> bool {
        self.pos == other.pos && **self == **other
    }
}

impl Eq for LineRef {}

/// A document laid out for a width. Lines are made when they are asked for, and kept for a while.
#[derive(Debug, Clone)]
pub struct Page {
    document: Document,
    options: Options,
    outputs: layout::Outputs,
    store: RefCell<Store>,
}

#[derive(Debug, Clone, Default)]
struct Store {
    parts: Vec<Option<Arc<Vec<Line>>>>,
    used: VecDeque<usize>,
}

impl PartialEq for Page {
    fn eq(&self, other: &Page) -> bool {
        self.document == other.document
            && self.options == other.options
            && self.outputs == other.outputs
    }
}

impl Eq for Page {}

/// Lays a small text out whole.
pub fn lay_out(text: &str, options: &Options) -> Vec<LineRef> {
    Page::new(Document::parse(text), options.clone()).all()
}

impl Page {
    /// A page of this document.
    pub fn new(document: Document, options: Options) -> Page {
        let parts = vec![None; document.pieces().len()];
        let store = RefCell::new(Store { parts, used: VecDeque::new() });
        Page { document, options, outputs: layout::Outputs::new(), store }
    }

    /// The text it shows.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// How it is laid out.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Lays the page out in another way. Every [`Pos`] taken before is void.
    pub fn set_options(&mut self, options: Options) {
        if self.options != options {
            self.options = options;
            *self.store.get_mut() =
                Store { parts: vec![None; self.document.pieces().len()], used: VecDeque::new() };
        }
    }

    /// Changes the width only.
    pub fn set_width(&mut self, width: usize) {
        self.set_options(Options { width, ..self.options.clone() });
    }

    /// Scrolls code sideways. Lines stay where they are.
    pub fn set_code_shift(&mut self, code_shift: usize) {
        self.set_options(Options { code_shift, ..self.options.clone() });
    }

    /// Shows or hides the hidden lines of Rust code.
    pub fn set_show_hidden(&mut self, show_hidden: bool) {
        self.set_options(Options { show_hidden, ..self.options.clone() });
    }

    /// Changes the signs it draws with.
    pub fn set_symbols(&mut self, symbols: Symbols) {
        self.set_options(Options { symbols, ..self.options.clone() });
    }

    /// Puts lines under the code block that begins at byte `block`, instead of those before.
    /// Positions behind it on the page move.
    pub fn set_output(&mut self, block: usize, lines: Option<Vec<OutputLine>>) {
        match lines {
            Some(lines) => self.outputs.insert(block, lines),
            None => self.outputs.remove(&block),
        };
        let part = self.part_of(block);
        self.store.get_mut().parts[part] = None;
    }

    /// The place of the first line.
    pub fn start(&self) -> Pos {
        self.onward(Pos::default()).unwrap_or_default()
    }

    /// Up to `count` lines from `top` on.
    pub fn lines(&self, top: Pos, count: usize) -> Vec<LineRef> {
        let mut out = Vec::with_capacity(count.min(256));
        let mut pos = top;
        while out.len() < count && pos.part < self.document.pieces().len() {
            let lines = self.part(pos.part);
            let end = lines.len().min(pos.line + (count - out.len()));
            out.extend(
                (pos.line..end).map(|line| LineRef {
                    lines: lines.clone(),
                    pos: Pos { part: pos.part, line },
                }),
            );
            pos = Pos { part: pos.part + 1, line: 0 };
        }
        out
    }

    /// Every line: only for texts that are known to be small, or to be written out.
    pub fn all(&self) -> Vec<LineRef> {
        self.lines(Pos::default(), usize::MAX)
    }

    /// The place `by` lines further down (or up, if negative), at most the last (or first) line.
    pub fn moved(&self, pos: Pos, by: isize) -> Pos {
        let mut left = by.unsigned_abs();
        let mut pos = pos;
        if by < 0 {
            while left > pos.line {
                let Some(part) = pos.part.checked_sub(1) else { return self.start() };
                left -= pos.line;
                pos = Pos { part, line: self.part(part).len() };
            }
            pos.line -= left;
            return self.onward(pos).unwrap_or(pos);
        }
        loop {
            let count = self.part(pos.part).len();
            if pos.line + left < count {
                pos.line += left;
                return pos;
            }
            if pos.part + 1 >= self.document.pieces().len() {
                return self.last();
            }
            left -= count.saturating_sub(pos.line);
            pos = Pos { part: pos.part + 1, line: 0 };
        }
    }

    /// The place of the last line.
    pub fn last(&self) -> Pos {
        (0..self.document.pieces().len())
            .rev()
            .find_map(|part| Some(Pos { part, line: self.part(part).len().checked_sub(1)? }))
            .unwrap_or_default()
    }

    /// The top line that has the last line at the bottom of `height` lines; the start if all fit.
    pub fn last_top(&self, height: usize) -> Pos {
        let up = isize::try_from(height.saturating_sub(1)).unwrap_or(isize::MAX);
        self.moved(self.last(), -up)
    }

    /// `top`, or [`Page::last_top`] if that is above it. Lays out no more than is seen, unless the
    /// end is near.
    pub fn bounded(&self, top: Pos, height: usize) -> Pos {
        match self.lines(top, height).len() < height {
            true => top.min(self.last_top(height)),
            false => top,
        }
    }

    /// Whether nothing follows the `height` lines from `top` on.
    pub fn shows_end(&self, top: Pos, height: usize) -> bool {
        self.lines(top, height.saturating_add(1)).len() <= height
    }

    /// How many lines further down `to` is than `from`; 0 if it is not. Lays out all between.
    pub fn distance(&self, from: Pos, to: Pos) -> usize {
        if to <= from {
            return 0;
        }
        let whole: usize = (from.part..to.part).map(|part| self.part(part).len()).sum();
        (whole + to.line).saturating_sub(from.line)
    }

    /// The line that shows this byte of the source, or else the nearest before it.
    pub fn pos_of(&self, source: usize) -> Pos {
        let part = self.part_of(source);
        let lines = self.part(part);
        let shows = |line: &Line| {
            line.spans
                .iter()
                .any(|span| span.source.as_ref().is_some_and(|place| place.contains(&source)))
        };
        let found = lines.iter().position(shows).or_else(|| {
            // Between two pieces of text: markup, a fence, a blank line.
            let after = |line: &Line| line.kind != LineKind::Blank && line.source.start >= source;
            let next = lines.iter().position(after);
            let before = lines
                .iter()
                .rposition(|line| line.kind != LineKind::Blank && line.source.start <= source);
            match (before, next) {
                (Some(before), _) if source < lines[before].source.end => Some(before),
                (_, Some(next)) => Some(next),
                (_, None) if part + 1 < self.document.pieces().len() => None,
                (before, None) => before,
            }
        });
        match (found, self.document.pieces().get(part + 1)) {
            (None, Some(next)) => self.pos_of(next.start),
            _ => {
                let pos = Pos { part, line: found.unwrap_or(0) };
                self.onward(pos).unwrap_or_else(|| self.last())
            }
        }
    }

    /// The byte of the source at which this line begins.
    pub fn source_of(&self, pos: Pos) -> usize {
        let lines = self.part(pos.part);
        lines.get(pos.line).map_or_else(
            || self.document.pieces().get(pos.part).map_or(0, |part| part.start),
            |line| line.source.start,
        )
    }

    /// How far through the text this line is, in thousandths.
    pub fn permille(&self, pos: Pos) -> u16 {
        let length = self.document.text().len().max(1);
        u16::try_from(self.source_of(pos) * 1000 / length).unwrap_or(1000).min(1000)
    }

    /// The first line at or after a place; parts may have no lines.
    fn onward(&self, pos: Pos) -> Option<Pos> {
        let mut pos = pos;
        while pos.part < self.document.pieces().len() {
            if pos.line < self.part(pos.part).len() {
                return Some(pos);
            }
            pos = Pos { part: pos.part + 1, line: 0 };
        }
        None
    }

    fn part_of(&self, source: usize) -> usize {
        let parts = self.document.pieces();
        parts.partition_point(|part| part.end <= source).min(parts.len().saturating_sub(1))
    }

    /// The lines of a part, laid out if they are not in store.
    fn part(&self, part: usize) -> Arc<Vec<Line>> {
        let Some(kept) = self.store.borrow().parts.get(part).cloned() else {
            return Arc::default();
        };
        if let Some(lines) = kept {
            return lines;
        }
        let piece = self.document.piece(part);
        let lines = Arc::new(layout::lay_out(&piece, &self.options, &self.outputs, part > 0));
        let mut store = self.store.borrow_mut();
        store.parts[part] = Some(lines.clone());
        store.used.push_back(part);
        if store.used.len() > KEPT
            && let Some(oldest) = store.used.pop_front()
            && oldest != part
        {
            store.parts[oldest] = None;
        }
        lines
    }
}
