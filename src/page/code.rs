//! Code blocks: a label, the highlighted lines on their own ground, and what was put under them.

use std::ops::Range;

use super::OutputLine;
use super::block::{Code, CodeLine};
use super::highlight;
use super::layout::SymbolSet;
use super::line::{Line, LineKind, Role, Span};
use super::text;

/// Columns between two tab stops.
const TAB: usize = 4;

/// What the layout of code depends on.
pub(super) struct Frame {
    pub(super) width: usize,
    /// Cells by which code is scrolled to the left.
    pub(super) shift: usize,
    pub(super) show_hidden: bool,
    pub(super) symbols: &'static SymbolSet,
}

impl Frame {
    /// Free cells at each side of the code.
    fn margin(&self) -> usize {
        usize::from(self.width >= 20)
    }
}

/// A line of a block as readers see it.
struct Shown<'a> {
    whole: &'a CodeLine,
    text: &'a str,
    /// Bytes at the start of the line that are not shown.
    cut: usize,
    hidden: bool,
}

pub(super) fn lay_out(
    code: &Code,
    block: usize,
    output: Option<&[OutputLine]>,
    frame: &Frame,
    out: &mut Vec<Line>,
) {
    if !code.info.lang.is_empty() {
        let label = Span::added(text::safe(&code.info.lang), Role::CodeLabel);
        let frame = Frame { shift: 0, ..*frame };
        out.push(clipped(vec![label], LineKind::CodeHead { block }, &frame));
    }
    let lines = shown_lines(code, frame.show_hidden);
    let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let tokens = highlight::highlight(&code.info.lang, &texts);
    for (line, tokens) in lines.iter().zip(tokens) {
        let mut spans = Spans::default();
        let place =
            |range: Range<usize>| line.whole.place(range.start + line.cut..range.end + line.cut);
        let plain = if line.hidden { Role::Muted } else { Role::Code };
        let mut at = 0;
        for (range, token) in tokens {
            spans.push(&line.text[at..range.start], at, place, plain);
            let role = if line.hidden { Role::Muted } else { Role::Token(token) };
            spans.push(&line.text[range.clone()], range.start, place, role);
            at = range.end;
        }
        spans.push(&line.text[at..], at, place, plain);
        out.push(clipped(spans.done, LineKind::Code { block }, frame));
    }
    for line in output.into_iter().flatten() {
        let mut spans = Spans::default();
        spans.push(&line.text, 0, |range| range, line.role);
        for span in &mut spans.done {
            span.source = None;
        }
        out.push(clipped(spans.done, LineKind::Output { block }, frame));
    }
}

/// The lines to show: in Rust, `# ` at the start hides a line and `##` stands for `#`.
fn shown_lines(code: &Code, show_hidden: bool) -> Vec<Shown<'_>> {
    let hides = code.info.hides_lines();
    code.lines
        .iter()
        .filter_map(|line| {
            let text = line.text.as_str();
            let indent = text.len() - text.trim_start().len();
            let after = text[indent..].strip_prefix('#').filter(|_| hides);
            let (cut, hidden) = match after {
                Some("") => (indent + 1, true),
                Some(rest) if rest.starts_with(' ') => (indent + 2, true),
                Some(rest) if rest.starts_with('#') => (indent + 1, false),
                _ => (0, false),
            };
            (!hidden || show_hidden).then(|| Shown { whole: line, text: &text[cut..], cut, hidden })
        })
        .collect()
}

/// Spans of one line of code, made safe and with tabs set.
#[derive(Default)]
struct Spans {
    done: Vec<Span>,
    column: usize,
}

impl Spans {
    /// Adds the part of a line that begins at `from`; `place` tells where a part stands.
    fn push(
        &mut self,
        text: &str,
        from: usize,
        place: impl Fn(Range<usize>) -> Range<usize>,
        role: Role,
    ) {
        let mut at = from;
        for part in text.split_inclusive('\t') {
            let bare = part.strip_suffix('\t').unwrap_or(part);
            for piece in text::safe_pieces(bare) {
                let role = if piece.escaped { Role::Escaped } else { role };
                let source = place(at + piece.from.start..at + piece.from.end);
                self.add(piece.text.into_owned(), source, role);
            }
            if bare.len() < part.len() {
                let tab = at + bare.len();
                self.add(" ".repeat(TAB - self.column % TAB), place(tab..tab + 1), role);
            }
            at += part.len();
        }
    }

    fn add(&mut self, text: String, source: Range<usize>, role: Role) {
        if text.is_empty() {
            return;
        }
        self.column += text::width(&text);
        self.done.push(Span { text, role, source: Some(source), ..Span::default() });
    }
}

/// The part of a line that is in view, with marks where it goes on.
fn clipped(spans: Vec<Span>, kind: LineKind, frame: &Frame) -> Line {
    let margin = frame.margin();
    let room = frame.width - 2 * margin;
    let all: usize = spans.iter().map(Span::width).sum();
    let mut line = Line { kind, ground: Some(0), ..Line::default() };
    if margin > 0 {
        line.spans.push(Span::added(" ", Role::Code));
    }
    if all <= room && frame.shift == 0 {
        line.spans.extend(spans);
        return line;
    }
    let more_left = frame.shift > 0 && all > 0 && room > 0;
    let more_right = all > frame.shift + room && room > 0;
    let from = frame.shift + usize::from(more_left);
    let to = (frame.shift + room).saturating_sub(usize::from(more_right)).max(from);
    if more_left {
        line.spans.push(Span::added(frame.symbols.left, Role::More));
    }
    let mut left = 0;
    for span in spans {
        let wide = span.width();
        if left < to && left + wide > from {
            cut(&span, left, from, to, &mut line.spans);
        }
        left += wide;
    }
    if more_right && to - from + usize::from(more_left) < room {
        line.spans.push(Span::added(frame.symbols.right, Role::More));
    }
    line
}

/// The clusters of a span in the cells `from..to`; half a wide one is a space.
fn cut(span: &Span, left: usize, from: usize, to: usize, out: &mut Vec<Span>) {
    let verbatim = span.source.as_ref().is_some_and(|source| source.len() == span.text.len());
    let (mut first, mut last) = (span.text.len(), 0);
    let (mut before, mut after) = (0, 0);
    let mut cell = left;
    for (at, cluster) in text::clusters(&span.text) {
        let wide = text::width(cluster);
        let end = cell + wide;
        if cell >= from && end <= to {
            first = first.min(at);
            last = at + cluster.len();
        } else if cell < from && end > from {
            before = end.min(to) - from;
        } else if cell < to && end > to {
            after = to - cell;
        }
        cell = end;
    }
    if before > 0 {
        out.push(Span::added(" ".repeat(before), span.role));
    }
    if first < last {
        let mut part = Span { text: span.text[first..last].to_owned(), ..span.clone() };
        if verbatim && let Some(source) = &mut part.source {
            *source = source.start + first..source.start + last;
        }
        out.push(part);
    }
    if after > 0 {
        out.push(Span::added(" ".repeat(after), span.role));
    }
}
