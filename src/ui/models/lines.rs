//! Lines of toned pieces, for pictures that are rows of labels and counts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Stage;
use crate::services::time::Span;
use crate::tell;
use crate::ui::text::{cut, put};
use crate::ui::theme::Tone;

/// Pieces of text in their tones, from left to right.
pub(super) type Line = Vec<(String, Tone)>;

/// Puts lines into an area, one a row; what does not fit is cut.
pub(super) fn put_lines(lines: &[Line], stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    let end = area.right();
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        let mut x = area.left();
        for (text, tone) in line {
            let text = cut(text, end.saturating_sub(x), stage.theme.symbols.ellipsis);
            x = put(buf, x, y, end, &text, stage.theme.style(*tone));
        }
    }
}

/// Up to `most` things as full and empty dots, and how many there are beyond.
pub(super) fn dots(stage: &Stage<'_>, full: usize, empty: usize, most: usize) -> String {
    let symbols = stage.theme.symbols;
    let shown = full.min(most);
    let mut text = symbols.read.repeat(shown);
    text.push_str(&symbols.unread.repeat(empty.min(most - shown)));
    if full + empty > most {
        text.push('+');
    }
    text
}

/// A length of time, rounded down to what one wants to know of it.
pub(super) fn span(span: Span, stage: &Stage<'_>) -> String {
    let each = match span.0 {
        0..1_000 => 1,
        1_000..120_000 => 1_000,
        120_000..7_200_000 => 60_000,
        _ => 3_600_000,
    };
    tell::span(Span(span.0 / each * each), stage.lang)
}
