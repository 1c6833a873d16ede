//! From the events of pulldown-cmark to blocks: structure here, inline text in [`super::inline`].

use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag,
    TagEnd,
};

use super::block::{Align, Block, Code, CodeLine, Info, Item, Placed, Run, SlotKind};
use super::document::References;
use super::html;
use super::inline::{Inline, split};
use super::line::{Alert, Marks, Role};

/// Containers nested deeper than this are shown at this depth.
const DEEPEST: usize = 40;

/// How the directive of a quiz begins.
const QUIZ: &str = "{{#quiz ";

/// What of Markdown is read. `$` and `^` stay text: prices and caret notation are commoner in
/// lessons than formulas. `{#id}` behind a heading is read here, since pulldown-cmark 0.13.6 panics
/// over it in a heading that is nothing but the box of a task.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// The blocks of one part of `text`; places are offsets into the whole.
pub(super) fn blocks(text: &str, part: Range<usize>, references: &References) -> Vec<Placed> {
    let mut find = |link: BrokenLink<'_>| {
        references
            .get(&link.reference)
            .map(|(target, title)| (CowStr::from(target.clone()), CowStr::from(title.clone())))
    };
    let parser = Parser::new_with_broken_link_callback(
        &text[part.clone()],
        options(),
        (!references.is_empty()).then_some(&mut find),
    );
    let mut builder = Builder::new(text, part.start);
    for (event, range) in parser.into_offset_iter() {
        let place = range.start + part.start..range.end + part.start;
        let place = if matches!(event, Event::Text(_)) { seen(text, place) } else { place };
        builder.event(event, place);
    }
    builder.finish()
}

/// The place of a text. Of a tab that only half belongs to the indentation blanks are left over
/// that are no bytes of their own: they stand where the tab stands.
fn seen(text: &str, place: Range<usize>) -> Range<usize> {
    if place.is_empty() && text[..place.start].ends_with('\t') {
        return place.start - 1..place.end;
    }
    place
}

/// A container that is open.
struct Frame {
    kind: FrameKind,
    start: usize,
    blocks: Vec<Placed>,
}

enum FrameKind {
    Root,
    /// Hands its blocks to the container around it.
    Through,
    Quote(Option<Alert>),
    List {
        start: Option<u64>,
        loose: bool,
        items: Vec<Item>,
    },
    Item {
        task: Option<bool>,
    },
    Footnote(String),
    Definition,
}

/// What the inline text that is being collected will become.
enum Leaf {
    Paragraph,
    Heading { level: u8 },
    Term,
    Cell,
}

#[derive(Default)]
struct Table {
    columns: Vec<Align>,
    head: Vec<Vec<Run>>,
    rows: Vec<Vec<Vec<Run>>>,
    row: Vec<Vec<Run>>,
}

struct Builder<'a> {
    text: &'a str,
    frames: Vec<Frame>,
    leaf: Option<(Leaf, Range<usize>)>,
    inline: Inline<'a>,
    code: Option<(Code, bool)>,
    html: Option<html::Source>,
    table: Table,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, start: usize) -> Builder<'a> {
        Builder {
            text,
            frames: vec![Frame { kind: FrameKind::Root, start, blocks: Vec::new() }],
            leaf: None,
            inline: Inline::new(text),
            code: None,
            html: None,
            table: Table::default(),
        }
    }

    fn finish(mut self) -> Vec<Placed> {
        self.end_leaf(None);
        while self.frames.len() > 1 {
            let end = self.frames.last().map_or(0, |frame| frame.start);
            self.close(end);
        }
        self.frames.pop().map(|frame| frame.blocks).unwrap_or_default()
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => match (&mut self.code, &mut self.html) {
                (Some((code, open)), _) => {
                    *open = push_code(code, self.text, &text, range, *open);
                }
                (None, Some(source)) => source.push(self.text, &text, range),
                (None, None) => {
                    self.want_leaf(&range);
                    self.inline.text(&text, range);
                }
            },
            Event::Html(text) => {
                if let Some(source) = &mut self.html {
                    source.push(self.text, &text, range);
                }
            }
            Event::Code(text) => {
                self.want_leaf(&range);
                self.inline.code(&text, range);
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.want_leaf(&range);
                self.inline.text(&text, range);
            }
            Event::InlineHtml(tag) => {
                self.want_leaf(&range);
                self.inline.html(&tag, range);
            }
            Event::FootnoteReference(label) => {
                self.want_leaf(&range);
                self.inline.footnote(&label, range);
            }
            Event::SoftBreak => self.inline.soft_break(range),
            Event::HardBreak => self.inline.hard_break(),
            Event::Rule => {
                self.end_leaf(None);
                self.push(Block::Rule, range);
            }
            Event::TaskListMarker(done) => {
                let item = self.frames.iter_mut().rev().find_map(|frame| match &mut frame.kind {
                    FrameKind::Item { task } => Some(task),
                    _ => None,
                });
                if let Some(task) = item {
                    *task = Some(done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Emphasis => self.inline.open(Marks::EMPHASIS),
            Tag::Strong => self.inline.open(Marks::STRONG),
            Tag::Strikethrough => self.inline.open(Marks::STRIKE),
            Tag::Superscript => self.inline.open(Marks::SUPER),
            Tag::Subscript => self.inline.open(Marks::SUB),
            Tag::Link { dest_url, title, .. } => {
                self.want_leaf(&range);
                self.inline.open_link(&dest_url, &title, range);
            }
            Tag::Image { dest_url, title, .. } => {
                self.want_leaf(&range);
                self.inline.open_image(&dest_url, &title, range);
            }
            block => {
                self.end_leaf(None);
                self.start_block(block, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                if let [.., list, item] = self.frames.as_mut_slice()
                    && matches!(item.kind, FrameKind::Item { .. })
                    && let FrameKind::List { loose, .. } = &mut list.kind
                {
                    *loose = true;
                }
                self.leaf = Some((Leaf::Paragraph, range));
            }
            Tag::Heading { level, .. } => {
                self.leaf = Some((Leaf::Heading { level: level as u8 }, range));
            }
            Tag::DefinitionListTitle => self.leaf = Some((Leaf::Term, range)),
            Tag::TableCell => self.leaf = Some((Leaf::Cell, range)),
            Tag::BlockQuote(kind) => self.open(FrameKind::Quote(kind.map(alert)), range),
            Tag::List(start) => {
                let kind = FrameKind::List { start, loose: false, items: Vec::new() };
                self.open(kind, range);
            }
            Tag::Item => self.open(FrameKind::Item { task: None }, range),
            Tag::FootnoteDefinition(label) => {
                self.open(FrameKind::Footnote(label.to_string()), range);
            }
            Tag::DefinitionListDefinition => self.open(FrameKind::Definition, range),
            Tag::DefinitionList => self.open(FrameKind::Through, range),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Indented => Info::default(),
                    CodeBlockKind::Fenced(info) => Info::parse(&info),
                };
                self.code = Some((Code { info, lines: Vec::new() }, false));
            }
            Tag::HtmlBlock | Tag::MetadataBlock(_) => self.html = Some(html::Source::default()),
            Tag::Table(columns) => {
                let columns = columns.into_iter().map(align).collect();
                self.table = Table { columns, ..Table::default() };
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => self.inline.close(),
            TagEnd::Link => self.inline.close_link(),
            TagEnd::Image => self.inline.close_image(range),
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::DefinitionListTitle
            | TagEnd::TableCell => self.end_leaf(Some(range)),
            TagEnd::CodeBlock => self.end_code(range),
            TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => self.end_html(&range),
            TagEnd::TableHead => self.table.head = std::mem::take(&mut self.table.row),
            TagEnd::TableRow => {
                let row = std::mem::take(&mut self.table.row);
                self.table.rows.push(row);
            }
            TagEnd::Table => {
                let Table { columns, head, rows, .. } = std::mem::take(&mut self.table);
                self.push(Block::Table { columns, head, rows }, range);
            }
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition => {
                self.end_leaf(None);
                self.close(range.end);
            }
        }
    }

    /// Text of a tight list item comes without a paragraph around it.
    fn want_leaf(&mut self, range: &Range<usize>) {
        match &mut self.leaf {
            None => self.leaf = Some((Leaf::Paragraph, range.clone())),
            Some((_, all)) => all.end = all.end.max(range.end),
        }
    }

    fn end_leaf(&mut self, range: Option<Range<usize>>) {
        let Some((leaf, seen)) = self.leaf.take() else { return };
        let range = range.unwrap_or(seen);
        let mut runs = self.inline.take();
        match leaf {
            Leaf::Paragraph => self.push_paragraph(runs, range),
            Leaf::Heading { level } => {
                let id = take_id(&mut runs);
                self.push(Block::Heading { level, id, runs }, range);
            }
            Leaf::Term => self.push(Block::Term(runs), range),
            Leaf::Cell => self.table.row.push(runs),
        }
    }

    /// A paragraph, cut where it holds the directive of a quiz.
    fn push_paragraph(&mut self, runs: Vec<Run>, range: Range<usize>) {
        if !self.text[range.clone()].contains(QUIZ) {
            if !is_blank(&runs) {
                self.push(Block::Paragraph(runs), range);
            }
            return;
        }
        let mut before = Vec::new();
        for mut run in runs {
            while let Some((open, close)) = self.quiz_in(&run) {
                let path = run.text[open + QUIZ.len()..close].to_owned();
                let start = run.source.as_ref().map_or(range.start, |source| source.start);
                let place = start + open..start + close + 2;
                let rest = split(&mut run, close + 2);
                split(&mut run, open);
                before.push(run);
                let text = std::mem::take(&mut before);
                if !is_blank(&text) {
                    self.push(Block::Paragraph(text), range.start..place.start);
                }
                self.push(Block::Slot(SlotKind::Quiz(path)), place);
                run = rest;
            }
            before.push(run);
        }
        if !is_blank(&before) {
            let start =
                before.iter().find_map(|run| run.source.clone()).map_or(range.end, |s| s.start);
            self.push(Block::Paragraph(before), start..range.end);
        }
    }

    /// Where in a run the directive of a quiz begins and where its path ends. In code, and behind a
    /// backslash, it is text.
    fn quiz_in(&self, run: &Run) -> Option<(usize, usize)> {
        let place = run.source.as_ref().filter(|_| !run.whole)?;
        let open = run.text.match_indices(QUIZ).map(|(at, _)| at).find(|at| {
            let before = (place.start + at).checked_sub(1);
            before.is_none_or(|before| self.text.as_bytes()[before] != b'\\')
        })?;
        Some((open, open + run.text[open..].find("}}")?))
    }

    fn end_code(&mut self, range: Range<usize>) {
        let Some((code, _)) = self.code.take() else { return };
        if code.info.lang == "model" {
            let toml = code.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>();
            self.push(Block::Slot(SlotKind::Model(toml.join("\n"))), range);
        } else {
            self.push(Block::Code(code), range);
        }
    }

    fn end_html(&mut self, range: &Range<usize>) {
        let Some(source) = self.html.take() else { return };
        for part in html::parts(&source, &mut self.inline) {
            match part {
                html::Part::Text(runs) => {
                    let start = runs.iter().find_map(|run| run.source.clone());
                    let start = start.map_or(range.start, |source| source.start);
                    self.push_paragraph(runs, start..range.end);
                }
                html::Part::Rule(at) => self.push(Block::Rule, at),
            }
        }
    }

    fn push(&mut self, block: Block, source: Range<usize>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.blocks.push(Placed { block, source });
        }
    }

    fn open(&mut self, kind: FrameKind, range: Range<usize>) {
        let kind = if self.frames.len() < DEEPEST { kind } else { FrameKind::Through };
        self.frames.push(Frame { kind, start: range.start, blocks: Vec::new() });
    }

    fn close(&mut self, end: usize) {
        if self.frames.len() < 2 {
            return;
        }
        let Some(Frame { kind, start, blocks }) = self.frames.pop() else { return };
        let source = start..end.max(start);
        match kind {
            FrameKind::Root | FrameKind::Through => {
                if let Some(parent) = self.frames.last_mut() {
                    parent.blocks.extend(blocks);
                }
            }
            FrameKind::Quote(alert) => self.push(Block::Quote { alert, blocks }, source),
            FrameKind::Footnote(label) => self.push(Block::Footnote { label, blocks }, source),
            FrameKind::Definition => self.push(Block::Definition(blocks), source),
            FrameKind::List { start, loose, mut items } => {
                // Items nested too deep to be containers have left their blocks here.
                if !blocks.is_empty() {
                    items.push(Item { task: None, blocks });
                }
                self.push(Block::List { start, loose, items }, source);
            }
            FrameKind::Item { task } => match self.frames.last_mut() {
                Some(Frame { kind: FrameKind::List { items, .. }, .. }) => {
                    items.push(Item { task, blocks });
                }
                Some(parent) => parent.blocks.extend(blocks),
                None => {}
            },
        }
    }
}

/// Adds text to a code block; says whether its last line is still open.
fn push_code(code: &mut Code, source: &str, text: &str, range: Range<usize>, open: bool) -> bool {
    let verbatim = source.get(range.clone()) == Some(text);
    let mut open = open;
    let mut at = range.start;
    for piece in text.split_inclusive('\n') {
        let bare = piece.trim_end_matches(['\n', '\r']);
        let place = if verbatim { at..at + bare.len() } else { range.clone() };
        match code.lines.last_mut() {
            Some(last) if open => {
                last.text.push_str(bare);
                last.source.end = place.end.max(last.source.end);
            }
            _ => code.lines.push(CodeLine { text: bare.to_owned(), source: place }),
        }
        open = !piece.ends_with('\n');
        at += piece.len();
    }
    open
}

/// Takes `{#id .class key=value}` from the end of a heading; gives the id.
fn take_id(runs: &mut Vec<Run>) -> Option<String> {
    let last = runs.last_mut().filter(|run| !run.whole && run.role == Role::Text)?;
    let inner = last.text.trim_end().strip_suffix('}')?;
    let open = inner.rfind('{')?;
    let attributes: Vec<&str> = inner[open + 1..].split_whitespace().collect();
    let is_attribute = |text: &&str| text.starts_with(['#', '.']) || text.contains('=');
    if attributes.is_empty() || !attributes.iter().all(is_attribute) {
        return None;
    }
    let id = attributes.iter().rev().find_map(|text| text.strip_prefix('#')).map(str::to_owned);
    let end = last.text[..open].trim_end().len();
    split(last, end);
    if last.text.is_empty() {
        runs.pop();
    }
    id.filter(|id| !id.is_empty())
}

fn is_blank(runs: &[Run]) -> bool {
    runs.iter().all(|run| run.text.trim().is_empty())
}

fn alert(kind: BlockQuoteKind) -> Alert {
    match kind {
        BlockQuoteKind::Note => Alert::Note,
        BlockQuoteKind::Tip => Alert::Tip,
        BlockQuoteKind::Important => Alert::Important,
        BlockQuoteKind::Warning => Alert::Warning,
        BlockQuoteKind::Caution => Alert::Caution,
    }
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None | Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}
