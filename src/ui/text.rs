//! Putting text into a buffer: clipped, cut with an ellipsis, wrapped.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cells that a text takes.
pub(crate) fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Puts `text` at `x`, clipped at column `end`; the column after it.
pub(crate) fn put(buf: &mut Buffer, x: u16, y: u16, end: u16, text: &str, style: Style) -> u16 {
    if x >= end || y >= buf.area.bottom() {
        return x;
    }
    buf.set_stringn(x, y, text, usize::from(end - x), style).0
}

/// Puts `text` so that it ends before column `end`; the column it begins at.
pub(crate) fn put_right(
    buf: &mut Buffer,
    x: u16,
    y: u16,
    end: u16,
    text: &str,
    style: Style,
) -> u16 {
    let start = end.saturating_sub(width(text)).max(x);
    put(buf, start, y, end, text, style);
    start
}

/// The text, cut to `room` cells with an ellipsis at its end if it is longer.
pub(crate) fn cut<'a>(text: &'a str, room: u16, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    let keep = room.saturating_sub(width(ellipsis));
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        used += width(cluster);
        if used > keep {
            break;
        }
        out.push_str(cluster);
    }
    if width(ellipsis) <= room {
        out.truncate(out.trim_end().len());
        out.push_str(ellipsis);
    }
    Cow::Owned(out)
}

/// The part of a typed line that is shown in `room` cells: from which byte on, so that the cursor
/// behind `before` stays in sight.
pub(crate) fn in_sight<'a>(line: &'a str, before: &str, room: u16) -> (usize, &'a str) {
    let mut from = 0;
    while width(&before[from..]) > room.saturating_sub(1) {
        match before[from..].chars().next() {
            Some(c) => from += c.len_utf8(),
            None => break,
        }
    }
    (from, &line[from..])
}

/// Puts `text` with the bytes in `marks` in another style; the column after it.
pub(crate) fn put_marked(
    buf: &mut Buffer,
    (x, y): (u16, u16),
    end: u16,
    (text, marks): (&str, &[Range<usize>]),
    (style, marked): (Style, Style),
) -> u16 {
    let mut x = x;
    let mut at = 0;
    for mark in marks {
        // A mark may reach beyond a text that was cut, or into the middle of its ellipsis.
        let [from, to] = [mark.start, mark.end].map(|end| text.floor_char_boundary(end).max(at));
        x = put(buf, x, y, end, text.get(at..from).unwrap_or(""), style);
        x = put(buf, x, y, end, text.get(from..to).unwrap_or(""), style.patch(marked));
        at = to;
    }
    put(buf, x, y, end, text.get(at..).unwrap_or(""), style)
}

/// The text broken into lines of at most `room` cells: between words, and inside of a word only
/// where it is wider than a line.
pub(crate) fn wrap(text: &str, room: u16) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        if used + width(word.trim_end()) > room && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for cluster in word.graphemes(true) {
            let wide = width(cluster);
            if used + wide > room && used > 0 {
                if cluster == " " {
                    continue;
                }
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(cluster);
            }
            used += wide;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_wide_character_and_never_grows() {
        for room in 0..20 {
            let cut = cut("메시지 큐 message", room, "…");
            assert!(width(&cut) <= room, "{cut} in {room}");
        }
        assert_eq!(cut("메시지", 6, "…"), "메시지");
        assert_eq!(cut("메시지", 5, "…"), "메시…");
    }

    #[test]
    fn wrapped_lines_fit_and_keep_their_words() {
        for room in 1..30 {
            let lines = wrap("a queue that you push to, 그리고 소비하는 큐", room.max(2));
            assert!(lines.iter().all(|line| width(line) <= room.max(2)), "{lines:?}");
            let words: String = lines.concat().split_whitespace().collect();
            assert_eq!(words, "aqueuethatyoupushto,그리고소비하는큐");
        }
    }

    #[test]
    fn punctuation_stays_with_the_word_before_it() {
        assert_eq!(wrap("m3 visible: late", 11), ["m3 visible:", " late"].map(str::trim));
        assert_eq!(wrap("m3 visible: late", 10), ["m3 ", "visible: ", "late"].map(|line| line));
    }
}
