//! From blocks to lines for a width.

use std::collections::BTreeMap;
use std::ops::Range;

use super::block::{Block, Item, Placed, Run, SlotKind};
use super::code;
use super::document::Piece;
use super::line::{Alert, Line, LineKind, Marks, Role, Span};
use super::table;
use super::text;
use super::wrap::wrap;
use super::{Options, OutputLine, Symbols};
use crate::words::page::Page as Words;

/// Below this many cells, containers no longer indent what is in them.
const NARROWEST: usize = 10;

/// The signs that the layout draws with.
#[derive(Debug)]
pub(super) struct SymbolSet {
    pub(super) bar: &'static str,
    pub(super) bullets: [&'static str; 3],
    pub(super) rule: &'static str,
    pub(super) heavy: &'static str,
    pub(super) column: &'static str,
    pub(super) cross: &'static str,
    pub(super) left: &'static str,
    pub(super) right: &'static str,
    pub(super) quiz: &'static str,
    pub(super) model: &'static str,
    pub(super) cut: &'static str,
}

const UNICODE: SymbolSet = SymbolSet {
    bar: "│",
    bullets: ["•", "◦", "▪"],
    rule: "─",
    heavy: "━",
    column: "│",
    cross: "┼",
    left: "‹",
    right: "›",
    quiz: "▸",
    model: "◇",
    cut: "…",
};

const ASCII: SymbolSet = SymbolSet {
    bar: "|",
    bullets: ["*", "-", "+"],
    rule: "-",
    heavy: "=",
    column: "|",
    cross: "+",
    left: "<",
    right: ">",
    quiz: ">",
    model: "*",
    cut: "~",
};

impl Symbols {
    pub(super) fn set(self) -> &'static SymbolSet {
        match self {
            Symbols::Unicode => &UNICODE,
            Symbols::Ascii => &ASCII,
        }
    }
}

/// What is put under code blocks, by the start of the block.
pub(super) type Outputs = BTreeMap<usize, Vec<OutputLine>>;

/// Lays a piece out; `follows` says that something stands above it.
pub(super) fn lay_out(
    piece: &Piece,
    options: &Options,
    outputs: &Outputs,
    follows: bool,
) -> Vec<Line> {
    let layout =
        Layout { options, outputs, symbols: options.symbols.set(), words: Words::of(options.lang) };
    let (above, rest) = piece.blocks.split_at(piece.members.start);
    let blocks = &rest[..piece.members.len()];
    let mut lines = Vec::new();
    if let Some(first) = blocks.first()
        && follows
    {
        lines.extend(air(above.last(), first));
    }
    layout.blocks(blocks, options.width.max(1), Place::default(), &mut lines);
    lines
}

/// Where a block stands: how deep in lists, and whether blank lines part blocks there.
#[derive(Clone, Copy, Default)]
struct Place {
    depth: usize,
    tight: bool,
}

struct Layout<'a> {
    options: &'a Options,
    outputs: &'a Outputs,
    symbols: &'static SymbolSet,
    words: &'static Words,
}

/// The blank lines above a block.
fn air(before: Option<&Placed>, block: &Placed) -> Vec<Line> {
    let count = match (&block.block, before.map(|before| &before.block)) {
        (Block::Heading { level: 1 | 2, .. }, Some(Block::Heading { .. })) => 1,
        (Block::Heading { level: 1 | 2, .. }, _) => 2,
        (Block::Definition(_), _) => 0,
        (Block::Footnote { .. }, Some(Block::Footnote { .. })) => 0,
        _ => 1,
    };
    let mut line = Line::default();
    line.locate(before.map_or(block.source.start, |before| before.source.end));
    vec![line; count]
}

impl Layout<'_> {
    fn blocks(&self, blocks: &[Placed], width: usize, place: Place, out: &mut Vec<Line>) {
        for (index, block) in blocks.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).map(|before| &blocks[before])
                && !place.tight
            {
                out.extend(air(Some(before), block));
            }
            self.block(block, width, place, out);
        }
    }

    fn block(&self, placed: &Placed, width: usize, place: Place, out: &mut Vec<Line>) {
        let first = out.len();
        let source = &placed.source;
        match &placed.block {
            Block::Paragraph(runs) => text_lines(runs, width, out),
            Block::Heading { level, runs, .. } => self.heading(*level, runs, width, out),
            Block::Term(runs) => text_lines(&relooked(runs, Role::Term, Marks::STRONG), width, out),
            Block::Code(block) => {
                let frame = code::Frame {
                    width,
                    shift: self.options.code_shift,
                    show_hidden: self.options.show_hidden,
                    symbols: self.symbols,
                };
                let output = self.outputs.get(&source.start).map(Vec::as_slice);
                code::lay_out(block, source.start, output, &frame, out);
            }
            Block::Quote { alert, blocks } => self.quote(*alert, blocks, width, place, out),
            Block::List { start, loose, items } => {
                let place = Place { depth: place.depth, tight: !loose };
                self.list(*start, items, width, place, source, out);
            }
            Block::Table { columns, head, rows } => {
                let table = table::Table { columns, head, rows };
                out.extend(table::lay_out(&table, width, self.symbols));
            }
            Block::Rule => {
                let spans = vec![Span::added(self.symbols.rule.repeat(width), Role::Rule)];
                out.push(Line { spans, kind: LineKind::Rule, ..Line::default() });
            }
            Block::Footnote { label, blocks } => {
                let label = text::safe(label);
                let marker = Span::added(format!("[{label}] "), Role::Footnote);
                self.hanging(vec![marker], blocks, width, place, source, out);
            }
            Block::Definition(blocks) => {
                let marker = Span::added("  ", Role::Text);
                self.hanging(vec![marker], blocks, width, place, source, out);
            }
            Block::Slot(kind) => out.push(self.slot(kind, width, source.start)),
        }
        let mut reached = source.start;
        for line in &mut out[first..] {
            if self.options.symbols == Symbols::Ascii {
                to_ascii(line);
            }
            line.locate(reached);
            reached = line.source.end.max(reached);
        }
    }

    fn heading(&self, level: u8, runs: &[Run], width: usize, out: &mut Vec<Line>) {
        let first = out.len();
        text_lines(&relooked(runs, Role::Heading(level), Marks::NONE), width, out);
        let widest = out[first..].iter().map(Line::width).max().unwrap_or(0);
        let rule = match level {
            1 => self.symbols.heavy,
            2 => self.symbols.rule,
            _ => "",
        };
        if !rule.is_empty() && widest > 0 {
            let spans = vec![Span::added(rule.repeat(widest), Role::HeadingRule(level))];
            out.push(Line { spans, ..Line::default() });
        }
        for line in &mut out[first..] {
            line.kind = LineKind::Heading(level);
        }
    }

    fn quote(
        &self,
        alert: Option<Alert>,
        blocks: &[Placed],
        width: usize,
        place: Place,
        out: &mut Vec<Line>,
    ) {
        let bar = alert.map_or(Role::QuoteBar, Role::AlertBar);
        let prefix =
            if width >= NARROWEST { format!("{} ", self.symbols.bar) } else { String::new() };
        let inner = width - text::width(&prefix);
        let mut lines = Vec::new();
        if let Some(alert) = alert {
            let title = self.words.alerts[alert as usize].to_owned();
            let run = Run { text: title, role: Role::AlertTitle(alert), ..Run::default() };
            text_lines(&[run], inner, &mut lines);
        }
        let place = Place { depth: place.depth, tight: false };
        self.blocks(blocks, inner, place, &mut lines);
        for mut line in lines {
            if alert.is_none() {
                for span in line.spans.iter_mut().filter(|span| span.role == Role::Text) {
                    span.role = Role::Quote;
                }
            }
            if line.kind == LineKind::Blank {
                line.kind = LineKind::Text;
            }
            indent(&mut line, vec![Span::added(prefix.clone(), bar)]);
            out.push(line);
        }
    }

    fn list(
        &self,
        start: Option<u64>,
        items: &[Item],
        width: usize,
        place: Place,
        source: &Range<usize>,
        out: &mut Vec<Line>,
    ) {
        let last = start.map(|start| start.saturating_add(items.len().saturating_sub(1) as u64));
        let digits = last.map_or(0, |last| last.to_string().len());
        for (index, item) in items.iter().enumerate() {
            let here = item.blocks.first().map_or(source, |first| &first.source);
            if index > 0 && !place.tight {
                let mut line = Line::default();
                line.locate(here.start);
                out.push(line);
            }
            let mut marker = Vec::new();
            if let Some(start) = start {
                let number = start.saturating_add(index as u64);
                marker.push(Span::added(format!("{number:>digits$}. "), Role::ListMarker));
            } else if item.task.is_none() {
                let bullets = self.symbols.bullets;
                let bullet = bullets[place.depth.min(bullets.len() - 1)];
                marker.push(Span::added(format!("{bullet} "), Role::ListMarker));
            }
            match item.task {
                Some(true) => marker.push(Span::added("[x] ", Role::TaskDone)),
                Some(false) => marker.push(Span::added("[ ] ", Role::TaskOpen)),
                None => {}
            }
            let inner = Place { depth: place.depth + 1, tight: place.tight };
            self.hanging(marker, &item.blocks, width, inner, here, out);
        }
    }

    /// Blocks behind a marker, indented by its width; under it where the page is too narrow.
    fn hanging(
        &self,
        marker: Vec<Span>,
        blocks: &[Placed],
        width: usize,
        place: Place,
        source: &Range<usize>,
        out: &mut Vec<Line>,
    ) {
        let wide: usize = marker.iter().map(Span::width).sum();
        if width < wide + NARROWEST {
            let runs: Vec<Run> = marker
                .into_iter()
                .map(|span| Run { text: span.text, role: span.role, ..Run::default() })
                .collect();
            text_lines(&runs, width, out);
            self.blocks(blocks, width, place, out);
            return;
        }
        let mut lines = Vec::new();
        self.blocks(blocks, width - wide, place, &mut lines);
        if lines.first().is_none_or(|line| line.ground.is_some()) {
            // Nothing, or code: the marker stands alone on its line.
            let mut line = Line { kind: LineKind::Text, ..Line::default() };
            line.locate(source.start);
            lines.insert(0, line);
        }
        let mut marker = Some(marker);
        let rest = " ".repeat(wide);
        for mut line in lines {
            match marker.take() {
                Some(marker) => indent(&mut line, marker),
                None if line.kind == LineKind::Blank => {}
                None => indent(&mut line, vec![Span::added(rest.clone(), Role::Text)]),
            }
            out.push(line);
        }
    }

    fn slot(&self, kind: &SlotKind, width: usize, start: usize) -> Line {
        let (symbol, word, name, role) = match kind {
            SlotKind::Quiz(path) => {
                let file = path.rsplit('/').next().unwrap_or(path);
                let name = file.strip_suffix(".toml").unwrap_or(file);
                (self.symbols.quiz, self.words.quiz, name, Role::Slot)
            }
            SlotKind::Model(toml) => {
                (self.symbols.model, self.words.model, model_id(toml), Role::Muted)
            }
        };
        let label = text::safe(&format!("{symbol} {word}: {name}"));
        let (end, _) = text::fitting(&label, width);
        let label = if end < label.len() {
            let (end, _) = text::fitting(&label, width.saturating_sub(1));
            format!("{}{}", &label[..end], self.symbols.cut)
        } else {
            label
        };
        let spans = vec![Span::added(label, role)];
        Line { spans, kind: LineKind::Slot { source: start }, ..Line::default() }
    }
}

/// Signs that were drawn before the layout knew what it may draw with.
fn to_ascii(line: &mut Line) {
    const SIGNS: &[(char, &str)] = &[('•', "*"), ('▾', "v")];
    let drawn = line.spans.iter_mut().filter(|span| span.role == Role::ListMarker);
    for span in drawn.filter(|span| !span.text.is_ascii()) {
        for (sign, ascii) in SIGNS {
            span.text = span.text.replace(*sign, ascii);
        }
    }
}

/// The value of the line `id = "…"`.
fn model_id(toml: &str) -> &str {
    toml.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim() == "id")
        .map_or("", |(_, value)| value.trim().trim_matches(['"', '\'']))
}

fn text_lines(runs: &[Run], width: usize, out: &mut Vec<Line>) {
    out.extend(wrap(runs, width).into_iter().map(|spans| Line {
        spans,
        kind: LineKind::Text,
        ..Line::default()
    }));
}

/// The runs with `role` where they have none of their own.
fn relooked(runs: &[Run], role: Role, marks: Marks) -> Vec<Run> {
    runs.iter()
        .map(|run| Run {
            role: if run.role == Role::Text { role } else { run.role },
            marks: run.marks.with(marks),
            ..run.clone()
        })
        .collect()
}

fn indent(line: &mut Line, prefix: Vec<Span>) {
    let wide: usize = prefix.iter().map(Span::width).sum();
    if let Some(ground) = &mut line.ground {
        *ground += wide;
    }
    line.spans.splice(0..0, prefix.into_iter().filter(|span| !span.text.is_empty()));
}
