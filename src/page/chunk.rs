//! Cuts a long text into parts that can be parsed alone, without parsing it.
//!
//! A text up to [`WHOLE`] bytes is one part, parsed exactly as it is. In a longer one, a part ends
//! before a line that begins a new block at the left edge after a blank line: such a line closes
//! every list, quotation and footnote. Lines in fenced code and in HTML that runs over blank lines
//! are no such places. Definitions of links are collected on the way, since they hold everywhere.

use std::ops::Range;

/// Texts up to this size are parsed in one go.
pub(super) const WHOLE: usize = 64 * 1024;

/// Parts of longer texts are at least this big.
const PART: usize = 16 * 1024;

/// The parts of a text, and the lines in it that look like definitions of links.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub(super) parts: Vec<Range<usize>>,
    pub(super) definitions: String,
}

/// HTML blocks that go on over blank lines: how they begin and end.
const LONG_HTML: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("<?", "?>"),
    ("<![CDATA[", "]]>"),
    ("<script", "</script>"),
    ("<pre", "</pre>"),
    ("<style", "</style>"),
    ("<textarea", "</textarea>"),
];

enum Inside {
    Text,
    Fence { mark: u8, length: usize, indent: usize },
    Html(&'static str),
}

/// Cuts `text[start..]`.
pub(super) fn cut(text: &str, start: usize) -> Cut {
    let mut cut = Cut::default();
    if text.len() - start <= WHOLE {
        cut.parts.push(start..text.len());
        return cut;
    }
    let mut part = start;
    let mut inside = Inside::Text;
    let mut blank_before = false;
    let mut at = start;
    let mut wants_target = false;
    for line in text[start..].split_inclusive('\n') {
        let bytes = line.as_bytes();
        let indent = bytes.iter().take_while(|byte| **byte == b' ').count();
        let body = &bytes[indent..];
        let blank = body.iter().all(u8::is_ascii_whitespace);
        match inside {
            Inside::Fence { mark, length, indent: opened } => {
                let closes = run_length(body, mark) >= length
                    && body[run_length(body, mark)..].iter().all(u8::is_ascii_whitespace);
                // A fence this deep stands in a list, which text at the left edge ends.
                let left = opened >= 4 && indent == 0 && !blank;
                if closes || left {
                    inside = Inside::Text;
                }
            }
            Inside::Html(end) => {
                if contains_ignoring_case(line, end) {
                    inside = Inside::Text;
                }
            }
            Inside::Text => {
                if blank_before && begins_block(bytes) && at - part >= PART {
                    cut.parts.push(part..at);
                    part = at;
                }
                if wants_target || looks_like_definition(body) {
                    wants_target = !wants_target && body.trim_ascii_end().ends_with(b"]:");
                    if !wants_target && !cut.definitions.ends_with("]:\n") {
                        cut.definitions.push('\n');
                    }
                    cut.definitions.push_str(line.trim());
                    cut.definitions.push('\n');
                }
                inside = opened_by(line, body, indent);
            }
        }
        blank_before = blank;
        at += line.len();
    }
    cut.parts.push(part..text.len());
    cut
}

fn run_length(body: &[u8], mark: u8) -> usize {
    body.iter().take_while(|byte| **byte == mark).count()
}

/// A letter or a heading at the left edge; anything else might go on with what stands above.
fn begins_block(line: &[u8]) -> bool {
    match line.first() {
        Some(b'#') => {
            let level = run_length(line, b'#');
            level <= 6 && line.get(level) == Some(&b' ')
        }
        Some(first) => first.is_ascii_alphabetic() || *first >= 0xc3,
        None => false,
    }
}

fn looks_like_definition(body: &[u8]) -> bool {
    body.first() == Some(&b'[')
        && body.get(1) != Some(&b'^')
        && body.windows(2).any(|two| two == b"]:")
}

fn opened_by(line: &str, body: &[u8], indent: usize) -> Inside {
    let (body, deeper) = without_markers(body);
    for mark in [b'`', b'~'] {
        let length = run_length(body, mark);
        if length >= 3 && !(mark == b'`' && body[length..].contains(&b'`')) {
            return Inside::Fence { mark, length, indent: indent + deeper * 4 };
        }
    }
    if indent < 4 && body.first() == Some(&b'<') {
        let found = LONG_HTML.iter().find(|(start, _)| {
            body.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        });
        if let Some((_, end)) = found
            && !contains_ignoring_case(line, end)
        {
            return Inside::Html(end);
        }
    }
    Inside::Text
}

/// The line without the markers of lists and quotations at its start, and how many there were.
fn without_markers(body: &[u8]) -> (&[u8], usize) {
    let mut rest = body;
    let mut count = 0;
    loop {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let marker = match rest.get(digits) {
            Some(b'.' | b')') if digits > 0 => digits + 1,
            Some(b'-' | b'*' | b'+' | b'>') if digits == 0 => 1,
            _ => return (rest, count),
        };
        let spaces = run_length(&rest[marker..], b' ');
        if spaces == 0 && rest[0] != b'>' {
            return (rest, count);
        }
        rest = &rest[marker + spaces..];
        count += 1;
    }
}

fn contains_ignoring_case(line: &str, end: &str) -> bool {
    line.as_bytes().windows(end.len()).any(|window| window.eq_ignore_ascii_case(end.as_bytes()))
}

/// Where the text begins behind front matter (`---` or `+++` lines around `key: value` lines).
pub(super) fn behind_front_matter(text: &str) -> usize {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    let separator = match first.trim_end() {
        "---" => ':',
        "+++" => '=',
        _ => return start,
    };
    let mut at = start + first.len();
    for (index, line) in lines.enumerate() {
        let bare = line.trim_end();
        at += line.len();
        if index > 0 && (bare == first.trim_end() || (bare == "..." && separator == ':')) {
            return at;
        }
        let key = bare.split(separator).next().unwrap_or("").trim();
        let parted = bare.split_once(separator).is_some_and(|(_, value)| {
            separator == '=' || value.is_empty() || value.starts_with([' ', '\t'])
        });
        let is_key = parted
            && !key.is_empty()
            && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if index == 0 && !is_key {
            return start;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_found_only_where_it_holds_keys() {
        assert_eq!(behind_front_matter("---\ntitle: x\n---\n# a"), 17);
        assert_eq!(behind_front_matter("---\nFoo\n---\nBar"), 0);
        assert_eq!(behind_front_matter("+++\na = 1\n+++\nb"), 14);
        assert_eq!(behind_front_matter("---\ntitle: x\n"), 0);
    }

    #[test]
    fn a_long_text_is_cut_between_blocks_and_never_inside_code() {
        let block =
            "# Title\n\nSome text.\n\n```sh\n\n# a comment\n\nls\n```\n\n- item\n\n  more\n\n";
        let text = block.repeat(4000);
        let cut = cut(&text, 0);
        assert!(cut.parts.len() > 5);
        assert_eq!(cut.parts.first().map(|part| part.start), Some(0));
        assert_eq!(cut.parts.last().map(|part| part.end), Some(text.len()));
        for pair in cut.parts.windows(2) {
            assert_eq!(pair[0].end, pair[1].start);
            let begins = &text[pair[1].start..];
            assert!(begins.starts_with("# Title") || begins.starts_with("Some"), "{begins:.20}");
        }
    }
}
