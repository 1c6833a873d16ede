//! Text as a terminal takes it: clusters, their width in cells, and nothing that could command it.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What a reader perceives as characters, with their byte offsets.
pub(super) fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true)
}

/// Width in cells: the sum over the clusters, as a terminal buffer counts.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The nearest character boundary at or before `offset`.
pub(super) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// How much of `text` fits into `cells`: the byte offset of the end, and the cells used.
pub(super) fn fitting(text: &str, cells: usize) -> (usize, usize) {
    if text.is_ascii() {
        let end = cells.min(text.len());
        return (end, end);
    }
    let mut used = 0;
    for (at, cluster) in clusters(text) {
        let wide = cluster.width();
        if used + wide > cells {
            return (at, used);
        }
        used += wide;
    }
    (text.len(), used)
}

/// What stands for a character on a page.
enum Shown {
    AsIs,
    Dropped,
    Space,
    Instead(String),
}

/// Control characters are shown as their pictures, characters that turn the direction of text by
/// their number; marks without any shape are dropped.
fn shown(c: char) -> Shown {
    match c {
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Shown::Space,
        '\0'..='\u{1f}' => {
            Shown::Instead(char::from_u32(0x2400 + c as u32).map_or(String::new(), String::from))
        }
        '\u{7f}' => Shown::Instead("␡".to_owned()),
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Shown::Instead(format!("‹U+{:04X}›", c as u32))
        }
        '\u{fff9}'..='\u{fffb}' => Shown::Instead(format!("‹U+{:04X}›", c as u32)),
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}' => Shown::Dropped,
        _ => Shown::AsIs,
    }
}

fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') || (c > '\u{9f}' && matches!(shown(c), Shown::AsIs))
}

/// A stretch of text that is safe to show.
pub(super) struct Piece<'a> {
    /// The safe text.
    pub(super) text: Cow<'a, str>,
    /// The bytes of the given text it stands for.
    pub(super) from: Range<usize>,
    /// Whether it was changed to be made visible.
    pub(super) escaped: bool,
}

/// Cuts `text` into safe pieces; usually one, the text itself.
pub(super) fn safe_pieces(text: &str) -> Vec<Piece<'_>> {
    if text.chars().all(is_plain) {
        return vec![Piece { text: Cow::Borrowed(text), from: 0..text.len(), escaped: false }];
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| !is_plain(*c)) {
        if start < at {
            let text = Cow::Borrowed(&text[start..at]);
            pieces.push(Piece { text, from: start..at, escaped: false });
        }
        start = at + c.len_utf8();
        let (stand_in, escaped) = match shown(c) {
            Shown::AsIs => (c.to_string(), false),
            Shown::Dropped => continue,
            Shown::Space => (" ".to_owned(), false),
            Shown::Instead(picture) => (picture, true),
        };
        pieces.push(Piece { text: Cow::Owned(stand_in), from: at..start, escaped });
    }
    if start < text.len() {
        let text = Cow::Borrowed(&text[start..]);
        pieces.push(Piece { from: start..start + text.len(), text, escaped: false });
    }
    pieces
}

/// The text with everything unsafe made visible or dropped.
pub(super) fn safe(text: &str) -> String {
    safe_pieces(text).into_iter().map(|piece| piece.text).collect()
}

/// Signs that Unicode has raised and lowered.
const SCRIPTS: &[(char, char, char)] = &[
    ('0', '⁰', '₀'),
    ('1', '¹', '₁'),
    ('2', '²', '₂'),
    ('3', '³', '₃'),
    ('4', '⁴', '₄'),
    ('5', '⁵', '₅'),
    ('6', '⁶', '₆'),
    ('7', '⁷', '₇'),
    ('8', '⁸', '₈'),
    ('9', '⁹', '₉'),
    ('+', '⁺', '₊'),
    ('-', '⁻', '₋'),
    ('(', '⁽', '₍'),
    (')', '⁾', '₎'),
    ('n', 'ⁿ', 'ₙ'),
    ('i', 'ⁱ', 'ᵢ'),
];

/// The text raised, so that 10<sup>6</sup> is not read as 106; with a `^` before it where Unicode
/// has no raised letters.
pub(super) fn raised(text: &str) -> String {
    let raised = |c| SCRIPTS.iter().find(|(plain, ..)| *plain == c).map(|(_, up, _)| *up);
    text.chars().map(raised).collect::<Option<String>>().unwrap_or_else(|| format!("^{text}"))
}

/// The text lowered where Unicode has all of it lowered, else as it is.
pub(super) fn lowered(text: &str) -> String {
    let lowered = |c| SCRIPTS.iter().find(|(plain, ..)| *plain == c).map(|(.., down)| *down);
    text.chars().map(lowered).collect::<Option<String>>().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_becomes_its_picture() {
        assert_eq!(safe("a\u{1b}[31mb"), "a␛[31mb");
        assert_eq!(safe("a\u{9b}31mb"), "a‹U+009B›31mb");
    }

    #[test]
    fn a_power_is_not_read_as_a_longer_number() {
        assert_eq!(
            (raised("6"), raised("th"), lowered("2")),
            ("⁶".into(), "^th".into(), "₂".into())
        );
    }

    #[test]
    fn text_that_turns_its_direction_says_so() {
        assert_eq!(safe("if \u{202e}admin"), "if ‹U+202E›admin");
        assert_eq!(safe("soft\u{ad}hyphen"), "softhyphen");
    }

    #[test]
    fn wide_characters_and_emoji_take_two_cells() {
        assert_eq!(width("대기열"), 6);
        assert_eq!(width("👩‍💻"), 2);
        assert_eq!(width("🇰🇷"), 2);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(fitting("대기열", 5), ("대기".len(), 4));
    }
}
