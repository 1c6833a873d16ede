//! The blocks of a text: what the parser hands to the layout.

use std::ops::Range;
use std::sync::Arc;

use super::line::{Alert, Link, Marks, Role};

/// A stretch of inline text with one look, as the layout gets it: safe to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) role: Role,
    pub(super) marks: Marks,
    pub(super) link: Option<Arc<Link>>,
    /// The bytes of the source it stands for; `None` for what was added.
    pub(super) source: Option<Range<usize>>,
    /// A line ends after it.
    pub(super) breaks: bool,
    /// Kept on one line if any line can hold it (code).
    pub(super) whole: bool,
}

/// What `[^1]`, `#` and `:` lead to, and everything else that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Run>),
    Heading { level: u8, id: Option<String>, runs: Vec<Run> },
    Code(Code),
    Quote { alert: Option<Alert>, blocks: Vec<Placed> },
    List { start: Option<u64>, loose: bool, items: Vec<Item> },
    Table { columns: Vec<Align>, head: Vec<Vec<Run>>, rows: Vec<Vec<Vec<Run>>> },
    Rule,
    Footnote { label: String, blocks: Vec<Placed> },
    Term(Vec<Run>),
    Definition(Vec<Placed>),
    Slot(SlotKind),
}

/// A block and the bytes of the source that make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) block: Block,
    pub(super) source: Range<usize>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Item {
    pub(super) task: Option<bool>,
    pub(super) blocks: Vec<Placed>,
}

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Align {
    #[default]
    Left,
    Center,
    Right,
}

/// A code block: its lines with the place of each in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Code {
    pub(super) info: Info,
    pub(super) lines: Vec<CodeLine>,
}

/// One line of code, without its line break and with tabs as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct CodeLine {
    pub(super) text: String,
    /// The bytes of the source it stands for: its own, unless the parser changed its indentation.
    pub(super) source: Range<usize>,
}

impl CodeLine {
    /// The bytes of the source that a part of the line stands for.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        if self.source.len() == self.text.len() {
            self.source.start + part.start..self.source.start + part.end
        } else {
            self.source.clone()
        }
    }
}

/// What a fence says about its code: `rust,ignore` is the language `rust` with one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Info {
    /// The language as written, or an empty text.
    pub lang: String,
    /// What follows it, as mdBook reads it: parted by commas or white space.
    pub attrs: Vec<String>,
}

impl Info {
    /// Reads the text after a fence.
    pub fn parse(info: &str) -> Info {
        let mut parts = info
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(str::to_owned);
        match parts.next() {
            Some(first) if !first.starts_with('{') => Info { lang: first, attrs: parts.collect() },
            first => Info { lang: String::new(), attrs: first.into_iter().chain(parts).collect() },
        }
    }

    /// Whether lines that begin with `# ` are meant to be hidden from readers.
    pub(super) fn hides_lines(&self) -> bool {
        self.lang == "rust"
    }
}

/// What stands in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotKind {
    /// A quiz: the path as written, relative to the chapter's file.
    Quiz(String),
    /// A model: the TOML of its fenced block.
    Model(String),
}
