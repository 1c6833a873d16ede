//! HTML inside Markdown, reduced to what it says: its text, and the few tags a terminal can show.

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, Parser};

use super::block::Run;
use super::inline::{Inline, Look};
use super::line::{Link, Marks, Role};

/// The text of an HTML block, with the place of each piece of it.
#[derive(Debug, Default)]
pub(super) struct Source {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    /// Where in the block's text it begins.
    start: usize,
    /// Its bytes in the source.
    place: Range<usize>,
    /// Whether it is what stands there: the parser may have changed its indentation.
    verbatim: bool,
}

impl Source {
    /// Adds what the parser gave for a range of the whole text.
    pub(super) fn push(&mut self, whole: &str, text: &str, place: Range<usize>) {
        let verbatim = whole.get(place.clone()) == Some(text);
        self.pieces.push(Piece { start: self.text.len(), place, verbatim });
        self.text.push_str(text);
    }

    fn piece(&self, offset: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.start <= offset);
        self.pieces.get(index.checked_sub(1)?)
    }

    fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.piece(range.start).map_or(0, |piece| match piece.verbatim {
            true => piece.place.start + range.start - piece.start,
            false => piece.place.start,
        });
        let last = range.end.saturating_sub(1).max(range.start);
        let end = self.piece(last).map_or(start, |piece| match piece.verbatim {
            true => piece.place.start + range.end - piece.start,
            false => piece.place.end,
        });
        start..end.max(start)
    }
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name in small letters.
    pub(super) name: String,
    pub(super) closing: bool,
    /// Written `<x/>`.
    pub(super) empty: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads `<name …>`; comments and declarations are no tags.
    pub(super) fn read(text: &'a str) -> Option<Tag<'a>> {
        let inner = text.strip_prefix('<')?.strip_suffix('>')?;
        let closing = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        let empty = inner.ends_with('/');
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
        let name = inner[..end].to_ascii_lowercase();
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| Tag {
            name,
            closing,
            empty,
            attributes: &inner[end..],
        })
    }

    /// The value of an attribute, as written.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end.max(1).min(rest.len()));
            rest = after.trim_start();
            let Some(value) = rest.strip_prefix('=') else { continue };
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
    }
}

/// How each inline tag makes its text look.
const LOOKS: &[(&[&str], Marks, Option<Role>)] = &[
    (&["b", "strong", "mark", "summary", "th", "dt"], Marks::STRONG, None),
    (&["i", "em", "cite", "dfn", "var", "figcaption"], Marks::EMPHASIS, None),
    (&["s", "del", "strike"], Marks::STRIKE, None),
    (&["u", "ins"], Marks::UNDERLINE, None),
    (&["sup"], Marks::SUPER, None),
    (&["sub"], Marks::SUB, None),
    (&["code", "samp", "tt"], Marks::NONE, Some(Role::Code)),
    (&["kbd"], Marks::NONE, Some(Role::Key)),
    (&["h1"], Marks::NONE, Some(Role::Heading(1))),
    (&["h2"], Marks::NONE, Some(Role::Heading(2))),
    (&["h3"], Marks::NONE, Some(Role::Heading(3))),
    (&["h4"], Marks::NONE, Some(Role::Heading(4))),
    (&["h5"], Marks::NONE, Some(Role::Heading(5))),
    (&["h6"], Marks::NONE, Some(Role::Heading(6))),
];

/// Tags that end the line of text they stand in.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];

/// What a tag that opens does to the text in it.
pub(super) fn look_of(tag: &Tag<'_>, place: Range<usize>) -> Option<Look> {
    if tag.name == "a" {
        let target = decoded(tag.attribute("href")?);
        let title = tag.attribute("title").map(decoded).unwrap_or_default();
        let link = Arc::new(Link { target, title, source: place });
        return Some(Look { role: Some(Role::Link), link: Some(link), marks: Marks::NONE });
    }
    let (_, marks, role) = LOOKS.iter().find(|(names, ..)| names.contains(&tag.name.as_str()))?;
    Some(Look { marks: *marks, role: *role, link: None })
}

/// A part of an HTML block.
pub(super) enum Part {
    Text(Vec<Run>),
    Rule(Range<usize>),
}

/// Reduces an HTML block to its text, cut at the tags that make blocks.
pub(super) fn parts(source: &Source, inline: &mut Inline<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut preformatted = 0usize;
    for token in tokens(&source.text) {
        match token {
            Token::Text(range) => push_text(source, range, preformatted > 0, inline),
            Token::Tag(tag, range) => {
                let place = source.place(range);
                if tag.name == "pre" {
                    preformatted = if tag.closing { 0 } else { 1 };
                }
                if tag.name == "hr" {
                    flush(&mut parts, inline);
                    parts.push(Part::Rule(place));
                    continue;
                }
                let is_block = BLOCKS.contains(&tag.name.as_str());
                if is_block && !tag.closing {
                    flush(&mut parts, inline);
                }
                if matches!(tag.name.as_str(), "td" | "th") && inline.last_char().is_some() {
                    inline.added("  ", Role::TableRule);
                }
                inline.tag(&tag, place);
                match tag.name.as_str() {
                    "li" if !tag.closing => inline.added("• ", Role::ListMarker),
                    "summary" if !tag.closing => inline.added("▾ ", Role::ListMarker),
                    _ => {}
                }
                if is_block && tag.closing {
                    flush(&mut parts, inline);
                }
            }
        }
    }
    flush(&mut parts, inline);
    parts
}

fn flush(parts: &mut Vec<Part>, inline: &mut Inline<'_>) {
    let runs = inline.take();
    if runs.iter().any(|run| run.source.is_some() || run.role == Role::Image) {
        parts.push(Part::Text(runs));
    }
}

/// Text between tags: white space collapses, entities are decoded.
fn push_text(source: &Source, range: Range<usize>, preformatted: bool, inline: &mut Inline<'_>) {
    let text = &source.text[range.clone()];
    for line in text.split_inclusive('\n') {
        let start = range.start + (line.as_ptr() as usize - text.as_ptr() as usize);
        let bare = line.trim_end_matches(['\n', '\r']);
        let mut at = start;
        for word in bare.split_inclusive(char::is_whitespace) {
            let is_blank = word.trim().is_empty();
            let keep = preformatted || inline.last_char().is_some_and(|c| c != ' ');
            if !is_blank || keep {
                push_word(source, at..at + word.len(), inline);
            }
            at += word.len();
        }
        if line.len() > bare.len() {
            match preformatted {
                true => inline.hard_break(),
                false if inline.last_char().is_some_and(|c| c != ' ') => {
                    inline.soft_break(source.place(at..at + 1));
                }
                false => {}
            }
        }
    }
}

fn push_word(source: &Source, range: Range<usize>, inline: &mut Inline<'_>) {
    let word = &source.text[range.clone()];
    let place = source.place(range);
    if word.contains('&') {
        inline.text(&decoded(word), place);
    } else {
        inline.text(word, place);
    }
}

/// The text with its entities decoded, by the one table that pulldown-cmark has.
pub(super) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(40).position(|b| b == b';').map_or(0, |end| end + 1);
        let is_entity =
            end > 2 && rest[1..end - 1].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        let character = is_entity.then(|| Parser::new(&rest[..end])).and_then(|mut events| {
            events.find_map(|event| match event {
                Event::Text(text) => Some(text.to_string()),
                _ => None,
            })
        });
        match character {
            Some(character) => {
                out.push_str(&character);
                rest = &rest[end..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

enum Token<'a> {
    Text(Range<usize>),
    Tag(Tag<'a>, Range<usize>),
}

/// What is left out whole: how it begins and how it ends.
const LEFT_OUT: &[(&str, &str)] = &[
    ("<!-->", ""),
    ("<!--->", ""),
    ("<!--", "-->"),
    ("<![CDATA[", "]]>"),
    ("<?", "?>"),
    ("<!", ">"),
];

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|found| at + found) {
        let rest = &text[open..];
        let left_out = LEFT_OUT.iter().find(|(start, _)| rest.starts_with(start));
        let (end, tag) = match left_out {
            Some((start, end)) => {
                let close = rest[start.len()..].find(end);
                (close.map_or(text.len(), |at| open + start.len() + at + end.len()), None)
            }
            None => match tag_end(rest).and_then(|end| Some((end, Tag::read(&rest[..end])?))) {
                Some((end, tag)) => (open + end, Some(tag)),
                None => {
                    at = open + 1;
                    continue;
                }
            },
        };
        if from < open {
            tokens.push(Token::Text(from..open));
        }
        from = end;
        at = end;
        let Some(tag) = tag else { continue };
        if matches!(tag.name.as_str(), "script" | "style") && !tag.closing && !tag.empty {
            let close = format!("</{}", tag.name);
            let found = text[end..].to_ascii_lowercase().find(&close);
            from = found.map_or(text.len(), |found| end + found);
            at = from;
        }
        tokens.push(Token::Tag(tag, open..end));
    }
    if from < text.len() {
        tokens.push(Token::Text(from..text.len()));
    }
    tokens
}

/// Where the tag at the start of `text` ends: after the first `>` outside quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'<') => return None,
            (None, b'"' | b'\'') if text[..at].trim_end().ends_with('=') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_and_a_lone_ampersand_stays() {
        assert_eq!(
            decoded("a &lt; b &amp; c &copy; AT&T &nope; &#44032;"),
            "a < b & c © AT&T &nope; 가"
        );
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        let tag = Tag::read("<img src=a.png alt='a > b' />").expect("a tag");
        assert_eq!(tag.attribute("alt"), Some("a > b"));
        assert_eq!(tag.attribute("SRC"), Some("a.png"));
        assert_eq!(tag.attribute("title"), None);
    }
}
