//! A Markdown text: its parts, and what can be asked about it as a whole.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use pulldown_cmark::Parser;

use super::block::{Block, Info, Placed, Run, SlotKind};
use super::chunk;
use super::line::Link;
use super::parse;
use super::slug::Slugs;

/// A page lays a text of one part out in pieces of about this many bytes.
const PIECE: usize = 1536;

/// Links defined by `[label]: target` lines, for texts that are parsed in parts.
#[derive(Debug, Clone, Default)]
pub(super) struct References(BTreeMap<String, (String, String)>);

impl References {
    fn read(definitions: &str) -> References {
        let parser = Parser::new(definitions);
        let mut found = BTreeMap::new();
        for (label, definition) in parser.reference_definitions().iter() {
            let title = definition.title.as_ref().map(ToString::to_string).unwrap_or_default();
            found.entry(folded(label)).or_insert((definition.dest.to_string(), title));
        }
        References(found)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Target and title.
    pub(super) fn get(&self, label: &str) -> Option<&(String, String)> {
        self.0.get(&folded(label))
    }
}

fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A Markdown text. Cheap to clone; nothing is parsed before it is asked for.
#[derive(Debug, Clone)]
pub struct Document(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    text: String,
    parts: Vec<Range<usize>>,
    references: References,
    /// A text of one part, parsed: page and survey both want it.
    whole: OnceLock<Whole>,
    survey: OnceLock<Survey>,
}

/// The blocks of a text of one part, and the pieces that a page lays out.
#[derive(Debug)]
struct Whole {
    blocks: Arc<[Placed]>,
    /// Of each piece: its bytes in the source.
    places: Vec<Range<usize>>,
    /// Of each piece: which of the blocks.
    members: Vec<Range<usize>>,
}

impl Whole {
    fn new(blocks: Arc<[Placed]>, part: Range<usize>) -> Whole {
        let (mut places, mut members) = (Vec::new(), Vec::new());
        let (mut start, mut first) = (part.start, 0);
        for (index, block) in blocks.iter().enumerate() {
            if block.source.start >= start + PIECE && index > first {
                places.push(start..block.source.start);
                members.push(first..index);
                (start, first) = (block.source.start, index);
            }
        }
        places.push(start..part.end);
        members.push(first..blocks.len());
        Whole { blocks, places, members }
    }
}

/// Blocks that are laid out in one go.
#[derive(Debug)]
pub(super) struct Piece {
    /// The blocks that were parsed together.
    pub(super) blocks: Arc<[Placed]>,
    /// Which of them belong to the piece.
    pub(super) members: Range<usize>,
}

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// What links name it by, without the `#`.
    pub anchor: String,
    /// Its bytes in the source.
    pub source: Range<usize>,
}

/// A link and the text it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPlace {
    /// Where it leads, and its place.
    pub link: Arc<Link>,
    /// The text that is linked.
    pub text: String,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// Its language and attributes.
    pub info: Info,
    /// All its lines, hidden ones too, each with a line break.
    pub text: String,
    /// Its bytes in the source; the start names the block.
    pub source: Range<usize>,
}

/// The place of a quiz or a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What stands there.
    pub kind: SlotKind,
    /// Its bytes in the source.
    pub source: Range<usize>,
}

#[derive(Debug, Default)]
struct Survey {
    outline: Vec<Heading>,
    links: Vec<LinkPlace>,
    codes: Vec<CodeBlock>,
    slots: Vec<Slot>,
}

impl Document {
    /// Takes a Markdown text. Front matter is left out of the page; a text up to 64 KiB is parsed
    /// in one go when it is first needed, a longer one in parts.
    pub fn parse(text: &str) -> Document {
        let cut = chunk::cut(text, chunk::behind_front_matter(text));
        let references = References::read(&cut.definitions);
        let inner = Inner {
            text: text.to_owned(),
            parts: cut.parts,
            references,
            whole: OnceLock::new(),
            survey: OnceLock::new(),
        };
        Document(Arc::new(inner))
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Every heading, in order.
    pub fn outline(&self) -> &[Heading] {
        &self.survey().outline
    }

    /// Where the heading with this anchor begins.
    pub fn anchor(&self, anchor: &str) -> Option<usize> {
        let heading = self.outline().iter().find(|heading| heading.anchor == anchor)?;
        Some(heading.source.start)
    }

    /// Every link, in order.
    pub fn links(&self) -> &[LinkPlace] {
        &self.survey().links
    }

    /// Every code block, in order; models are slots.
    pub fn codes(&self) -> &[CodeBlock] {
        &self.survey().codes
    }

    /// Every place of a quiz or a model, in order.
    pub fn slots(&self) -> &[Slot] {
        &self.survey().slots
    }

    /// Where `query` stands; see [`super::search::search`].
    pub fn search(&self, query: &str) -> Vec<Range<usize>> {
        super::search::search(self.text(), query)
    }

    /// The bytes of each piece that a page lays out in one go: a part of a longer text, some blocks
    /// of a short one.
    pub(super) fn pieces(&self) -> &[Range<usize>] {
        match self.0.parts.as_slice() {
            [_] => &self.whole().places,
            parts => parts,
        }
    }

    /// A piece, parsed.
    pub(super) fn piece(&self, piece: usize) -> Piece {
        let blocks = self.blocks(piece);
        let members = match self.0.parts.as_slice() {
            [_] => self.whole().members[piece].clone(),
            _ => 0..blocks.len(),
        };
        Piece { blocks, members }
    }

    /// The blocks that the piece was parsed with. Those of a longer text are not kept: its parts
    /// come and go.
    fn blocks(&self, piece: usize) -> Arc<[Placed]> {
        match self.0.parts.as_slice() {
            [_] => self.whole().blocks.clone(),
            parts => self.read(&parts[piece]),
        }
    }

    fn whole(&self) -> &Whole {
        let part = &self.0.parts[0];
        self.0.whole.get_or_init(|| Whole::new(self.read(part), part.clone()))
    }

    fn read(&self, part: &Range<usize>) -> Arc<[Placed]> {
        parse::blocks(self.text(), part.clone(), &self.0.references).into()
    }

    fn survey(&self) -> &Survey {
        self.0.survey.get_or_init(|| {
            let mut survey = Survey::default();
            let mut slugs = Slugs::default();
            for part in 0..self.0.parts.len() {
                survey.read(&self.blocks(part), &mut slugs);
            }
            survey
        })
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Document) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.text() == other.text()
    }
}

impl Eq for Document {}

impl Survey {
    fn read(&mut self, blocks: &[Placed], slugs: &mut Slugs) {
        for Placed { block, source } in blocks {
            let source = source.clone();
            match block {
                Block::Heading { level, id, runs } => {
                    self.links_in(runs);
                    let text = plain(runs).trim().to_owned();
                    let anchor = slugs.next(id.as_deref(), &text);
                    self.outline.push(Heading { level: *level, text, anchor, source });
                }
                Block::Paragraph(runs) | Block::Term(runs) => self.links_in(runs),
                Block::Code(code) => {
                    let text = code.lines.iter().flat_map(|line| [line.text.as_str(), "\n"]);
                    let text = text.collect();
                    self.codes.push(CodeBlock { info: code.info.clone(), text, source });
                }
                Block::Quote { blocks, .. }
                | Block::Footnote { blocks, .. }
                | Block::Definition(blocks) => self.read(blocks, slugs),
                Block::List { items, .. } => {
                    for item in items {
                        self.read(&item.blocks, slugs);
                    }
                }
                Block::Table { head, rows, .. } => {
                    for cell in head.iter().chain(rows.iter().flatten()) {
                        self.links_in(cell);
                    }
                }
                Block::Slot(kind) => self.slots.push(Slot { kind: kind.clone(), source }),
                Block::Rule => {}
            }
        }
    }

    fn links_in(&mut self, runs: &[Run]) {
        for run in runs {
            let Some(link) = &run.link else { continue };
            match self.links.last_mut() {
                Some(last) if last.link == *link => last.text.push_str(&run.text),
                _ => self.links.push(LinkPlace { link: link.clone(), text: run.text.clone() }),
            }
        }
    }
}

fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::layout::{Outputs, lay_out};
    use crate::page::{Options, Page};

    /// Some 6 KB: headings, lists, quotations, code and tables, with notes and definitions between.
    fn long() -> String {
        let turn = |n: usize| {
            format!(
                "# Part {n}\n\nText with [a link] and a note[^{n}].\n\n- one\n- two\n\n  more of two\n\n> said\n\n\
                 [^{n}]: The note.\n\n```sh\necho {n}\n```\n\n| a | b |\n|---|---|\n| {n} | 2 |\n\n[other{n}]: x.md\n\n## Then\n\n"
            )
        };
        (0..25).map(turn).collect::<String>() + "[a link]: there.md\n"
    }

    #[test]
    fn pieces_laid_out_one_by_one_are_the_text_laid_out_whole() {
        let document = Document::parse(&long());
        assert!(document.pieces().len() > 2, "so small a text shows nothing");
        let blocks = document.blocks(0);
        let whole = Piece { members: 0..blocks.len(), blocks };
        let options = Options::default();
        let page = Page::new(document, options.clone());
        let lines: Vec<_> = page.all().iter().map(|line| (**line).clone()).collect();
        assert_eq!(lines, lay_out(&whole, &options, &Outputs::new(), false));
    }

    #[test]
    fn every_byte_has_a_place_that_comes_no_earlier_than_that_of_the_byte_before() {
        let text = long();
        let page = Page::new(Document::parse(&text), Options::default());
        let places: Vec<_> = (0..text.len()).step_by(5).map(|byte| page.pos_of(byte)).collect();
        assert!(places.is_sorted());
    }
}
