//! What a page is made of once it is laid out: lines of spans, each with its role and its source.

use std::ops::Range;
use std::sync::Arc;

use super::text;

/// What a piece of text is; a theme turns it into a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Role {
    /// Running text.
    #[default]
    Text,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// The line drawn under a heading of level 1 or 2.
    HeadingRule(u8),
    /// Inline code; on a line with a ground, code without a colour of its own.
    Code,
    /// A link.
    Link,
    /// A number that is linked to its fact (`fact:…`).
    Fact,
    /// The description of an image.
    Image,
    /// A bullet or a number before a list item.
    ListMarker,
    /// The box of a task that is done.
    TaskDone,
    /// The box of a task that is open.
    TaskOpen,
    /// The bar beside a quotation.
    QuoteBar,
    /// Text inside a quotation.
    Quote,
    /// The bar beside an alert.
    AlertBar(Alert),
    /// The title of an alert.
    AlertTitle(Alert),
    /// Lines between the cells of a table.
    TableRule,
    /// Text in the head of a table.
    TableHead,
    /// A thematic break.
    Rule,
    /// The mark of a footnote in the text and before its definition.
    Footnote,
    /// A term that is defined.
    Term,
    /// A key on the keyboard (`<kbd>`).
    Key,
    /// What a code block says about itself: its language.
    CodeLabel,
    /// A piece of highlighted code.
    Token(Token),
    /// Says that a line of code goes on beyond the edge.
    More,
    /// A character that must not reach a terminal, made visible.
    Escaped,
    /// The place of a quiz or a model.
    Slot,
    /// Text that may be overlooked.
    Muted,
}

impl Role {
    /// Whether this stands for something that is only drawn: bars, rules, markers.
    pub fn is_decoration(self) -> bool {
        matches!(
            self,
            Role::HeadingRule(_)
                | Role::QuoteBar
                | Role::AlertBar(_)
                | Role::AlertTitle(_)
                | Role::TableRule
                | Role::Rule
                | Role::ListMarker
                | Role::TaskDone
                | Role::TaskOpen
                | Role::CodeLabel
                | Role::More
                | Role::Slot
        )
    }
}

/// The five alerts of GitHub's Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alert {
    /// Useful to know.
    Note,
    /// Makes a thing easier.
    Tip,
    /// Needed to reach the goal.
    Important,
    /// Needs attention at once.
    Warning,
    /// What may go wrong.
    Caution,
}

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// A type or a built-in.
    Type,
    /// A literal name: `true`, `None`, `null`.
    Constant,
    /// A string.
    String,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// What is called.
    Function,
    /// A key of a mapping, a flag of a command, an attribute.
    Key,
    /// A variable such as `$HOME`.
    Variable,
    /// An operator or bracket.
    Punctuation,
    /// The prompt before a command.
    Prompt,
    /// What a command printed.
    Output,
}

/// How a piece of text is said, beside what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Marks(u8);

impl Marks {
    /// No mark.
    pub const NONE: Marks = Marks(0);
    /// Strong.
    pub const STRONG: Marks = Marks(1);
    /// Emphasised.
    pub const EMPHASIS: Marks = Marks(2);
    /// Struck out.
    pub const STRIKE: Marks = Marks(4);
    /// Raised.
    pub const SUPER: Marks = Marks(8);
    /// Lowered.
    pub const SUB: Marks = Marks(16);
    /// Underlined (`<u>`, `<ins>`).
    pub const UNDERLINE: Marks = Marks(32);

    /// Whether all marks of `other` are set.
    pub fn has(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// These marks and those.
    #[must_use]
    pub fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target as written, entities decoded.
    pub target: String,
    /// The title, or an empty text.
    pub title: String,
    /// Bytes of the source that make the whole link.
    pub source: Range<usize>,
}

/// A piece of a line with one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The text: no control character, no line break.
    pub text: String,
    /// What it is.
    pub role: Role,
    /// How it is said.
    pub marks: Marks,
    /// The link it belongs to.
    pub link: Option<Arc<Link>>,
    /// The bytes of the source it shows; `None` for what the layout added.
    pub source: Option<Range<usize>>,
}

impl Span {
    /// A span that the layout adds: it has no place in the source.
    pub fn added(text: impl Into<String>, role: Role) -> Span {
        Span { text: text.into(), role, ..Span::default() }
    }

    /// Its width in cells.
    pub fn width(&self) -> usize {
        text::width(&self.text)
    }

    /// Whether each byte of the text is the byte of the source at the same place.
    fn is_verbatim(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.len() == self.text.len())
    }
}

/// What a line is part of. The places are byte offsets of the block's start in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineKind {
    /// Air between blocks.
    #[default]
    Blank,
    /// Text of a paragraph, list, quotation, …
    Text,
    /// A heading of this level, or the line under it.
    Heading(u8),
    /// The line above a code block that names its language.
    CodeHead {
        /// The block's start.
        block: usize,
    },
    /// A line of a code block.
    Code {
        /// The block's start.
        block: usize,
    },
    /// A line put under a code block with [`super::Page::set_output`].
    Output {
        /// The block's start.
        block: usize,
    },
    /// A line of a table.
    Table,
    /// A thematic break.
    Rule,
    /// The place of a quiz or a model.
    Slot {
        /// The slot's start.
        source: usize,
    },
}

/// One line of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its pieces, from left to right.
    pub spans: Vec<Span>,
    /// What it is part of.
    pub kind: LineKind,
    /// Bytes of the source it shows; empty where it shows none, and then where it stands.
    pub source: Range<usize>,
    /// Cells from the left at which the ground of code begins, if this line stands on it.
    pub ground: Option<usize>,
}

impl Line {
    /// The text without its looks.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Width in cells.
    pub fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    /// The cells that show any of these bytes of the source, as ranges from left to right.
    pub fn cells_of(&self, source: &Range<usize>) -> Vec<Range<usize>> {
        let mut cells: Vec<Range<usize>> = Vec::new();
        let mut left = 0;
        for span in &self.spans {
            let width = span.width();
            if let Some(own) = &span.source
                && own.start < source.end
                && source.start < own.end
            {
                let (from, to) = if span.is_verbatim() {
                    let clip = |offset: usize| {
                        text::floor_boundary(&span.text, offset.saturating_sub(own.start))
                    };
                    (
                        text::width(&span.text[..clip(source.start)]),
                        text::width(&span.text[..clip(source.end)]),
                    )
                } else {
                    (0, width)
                };
                match cells.last_mut() {
                    Some(last) if last.end == left + from => last.end = left + to,
                    _ if from < to => cells.push(left + from..left + to),
                    _ => {}
                }
            }
            left += width;
        }
        cells
    }

    /// The byte of the source that is shown in this cell.
    pub fn source_at(&self, cell: usize) -> Option<usize> {
        let (span, within) = self.span_at(cell)?;
        let source = span.source.as_ref()?;
        if !span.is_verbatim() {
            return Some(source.start);
        }
        let mut left = 0;
        for (at, cluster) in text::clusters(&span.text) {
            left += text::width(cluster);
            if within < left {
                return Some(source.start + at);
            }
        }
        Some(source.start)
    }

    /// The link shown in this cell.
    pub fn link_at(&self, cell: usize) -> Option<&Arc<Link>> {
        self.span_at(cell)?.0.link.as_ref()
    }

    fn span_at(&self, cell: usize) -> Option<(&Span, usize)> {
        let mut left = 0;
        for span in &self.spans {
            let width = span.width();
            if cell < left + width {
                return Some((span, cell - left));
            }
            left += width;
        }
        None
    }

    /// Sets `source` from the spans; a line without any stands at `place`.
    pub(super) fn locate(&mut self, place: usize) {
        let mut sources = self.spans.iter().filter_map(|span| span.source.clone());
        self.source = match sources.next() {
            None => place..place,
            Some(first) => {
                sources.fold(first, |all, one| all.start.min(one.start)..all.end.max(one.end))
            }
        };
    }
}
