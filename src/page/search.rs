//! Full-text search in the source of a text, as a reader of the page would see it.

use std::ops::Range;

/// Marks that part of a word may be wrapped in: `vis**ib**ility` is found by `visibility`.
const MARKS: &str = "*_`~";

/// Where `query` stands in `text`: whatever the case of its letters, across line breaks and over
/// emphasis marks. White space in the query stands for any white space. Ranges are bytes of `text`
/// and do not overlap.
pub fn search(text: &str, query: &str) -> Vec<Range<usize>> {
    let query: Vec<char> = query
        .split_whitespace()
        .flat_map(|word| word.chars().flat_map(char::to_lowercase).chain([' ']))
        .collect();
    let Some(query) = query.strip_suffix(&[' ']) else { return Vec::new() };
    let Some(first) = query.first().copied() else { return Vec::new() };
    let skips = !query.iter().any(|c| MARKS.contains(*c));
    let mut hits: Vec<Range<usize>> = Vec::new();
    for at in starts(text, first) {
        if hits.last().is_none_or(|hit| hit.end <= at)
            && let Some(length) = matches_at(&text[at..], query, skips)
        {
            hits.push(at..at + length);
        }
    }
    hits
}

/// Where a letter stands, great or small. An ASCII one is looked for byte by byte: in 10 MB that
/// is the difference between a key that answers at once and one that does not.
fn starts(text: &str, first: char) -> Box<dyn Iterator<Item = usize> + '_> {
    // The Kelvin sign and the dotted I are capitals of ASCII letters.
    match u8::try_from(first) {
        Ok(byte) if byte.is_ascii() && !matches!(byte, b'k' | b'i') => {
            let bytes = text.bytes().enumerate();
            Box::new(bytes.filter(move |(_, b)| b.to_ascii_lowercase() == byte).map(|(at, _)| at))
        }
        _ => {
            Box::new(text.char_indices().filter(move |(_, c)| lower(*c) == first).map(|(at, _)| at))
        }
    }
}

fn lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

/// The length of the match that begins at the start of `text`.
fn matches_at(text: &str, query: &[char], skips: bool) -> Option<usize> {
    let mut wanted = query.iter().copied().peekable();
    let mut last_was_space = false;
    for (at, c) in text.char_indices() {
        let Some(next) = wanted.peek().copied() else { return Some(at) };
        // A quotation goes on with `>` at the start of its next line.
        let is_space = c.is_whitespace() || (last_was_space && c == '>' && next != '>');
        if is_space {
            if last_was_space {
                continue;
            }
            if next != ' ' {
                return None;
            }
            last_was_space = true;
            wanted.next();
            continue;
        }
        if skips && MARKS.contains(c) {
            continue;
        }
        last_was_space = false;
        if lower(c) != next {
            return None;
        }
        wanted.next();
    }
    wanted.peek().is_none().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_over_line_breaks_marks_and_case() {
        let text = "The **visibility\ntimeout** hides it. > VISIBILITY\n> timeout";
        let hits = search(text, "visibility timeout");
        assert_eq!(hits.len(), 2);
        assert_eq!(&text[hits[0].clone()], "visibility\ntimeout");
        assert_eq!(&text[hits[1].clone()], "VISIBILITY\n> timeout");
        assert_eq!(search("가시성 제한", "시성").first(), Some(&(3..9)));
        assert!(search(text, "  ").is_empty());
    }
}
