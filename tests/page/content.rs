//! What a text says: as a page shows it, and as pulldown-cmark's HTML says it without its tags.

use awslearn::page::{LineKind, LineRef, Role};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// What our pages read of Markdown.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// Whether code blocks count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Counts,
    LeftOut,
}

/// The text of a page in the order of the source, without white space and what the layout added.
pub fn of_page(lines: &[LineRef], code: Code) -> String {
    let mut pieces: Vec<(usize, &str)> = lines
        .iter()
        .filter(|line| code == Code::Counts || !matches!(line.kind, LineKind::Code { .. }))
        .flat_map(|line| &line.spans)
        .filter(|span| span.role != Role::Escaped)
        .filter_map(|span| Some((span.source.as_ref()?.start, span.text.as_str())))
        .collect();
    pieces.sort_by_key(|(start, _)| *start);
    pieces.iter().flat_map(|(_, text)| text.chars()).filter(|c| !c.is_whitespace()).collect()
}

/// The text of pulldown-cmark's HTML with the tags taken off, without white space. Of an image, its
/// description counts; what footnotes are numbered with does not.
pub fn of_html(text: &str, code: Code) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut in_code = false;
    let mut raw: Option<String> = None;
    let events = Parser::new_ext(text, options()).filter_map(|event| match event {
        Event::Start(Tag::CodeBlock(_)) if code == Code::LeftOut => {
            in_code = true;
            None
        }
        Event::End(TagEnd::CodeBlock) if code == Code::LeftOut => {
            in_code = false;
            None
        }
        Event::Text(_) if in_code => None,
        Event::Start(Tag::HtmlBlock) => {
            raw = Some(String::new());
            None
        }
        Event::Html(text) | Event::Text(text) if raw.is_some() => {
            raw.as_mut()?.push_str(&text);
            None
        }
        Event::End(TagEnd::HtmlBlock) => Some(Event::Text(untagged(&raw.take()?).into())),
        Event::InlineHtml(tag) => Some(Event::Text(untagged(&tag).into())),
        Event::FootnoteReference(label) => Some(Event::Text(format!("[{label}]").into())),
        Event::Start(Tag::FootnoteDefinition(_)) | Event::End(TagEnd::FootnoteDefinition) => None,
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    untagged(&out).chars().filter(|c| !c.is_whitespace()).collect()
}

fn untagged(html: &str) -> String {
    const LEFT_OUT: &[(&str, &str)] = &[
        ("<!-->", ""),
        ("<!--->", ""),
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ("<?", "?>"),
        ("<!", ">"),
    ];
    let mut out = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.push_str(&decoded(&rest[..open]));
        rest = &rest[open..];
        if let Some((start, end)) = LEFT_OUT.iter().find(|(start, _)| rest.starts_with(start)) {
            let close = rest[start.len()..].find(end).map(|at| start.len() + at + end.len());
            rest = &rest[close.unwrap_or(rest.len())..];
            continue;
        }
        let is_tag =
            rest[1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
        let Some(end) = tag_end(rest).filter(|_| is_tag) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[..end];
        rest = &rest[end..];
        if let Some(alt) = tag.strip_prefix("<img ").and_then(|tag| tag.split_once("alt=\"")) {
            out.push_str(&decoded(alt.1.split('"').next().unwrap_or("")));
        }
        for name in ["script", "style"] {
            if tag[1..].to_ascii_lowercase().starts_with(name) {
                let close = rest.to_ascii_lowercase().find(&format!("</{name}"));
                rest = &rest[close.unwrap_or(rest.len())..];
            }
        }
    }
    out.push_str(&decoded(rest));
    out
}

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

/// Entities, as HTML itself would read them.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let entity = rest.find(';').map(|end| &rest[..=end]).filter(|entity| {
            entity.len() > 2
                && entity.len() < 40
                && entity[1..entity.len() - 1]
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'#')
        });
        let text = entity.and_then(|entity| {
            Parser::new(entity).find_map(|event| match event {
                Event::Text(text) => Some(text.to_string()),
                _ => None,
            })
        });
        match (entity, text) {
            (Some(entity), Some(text)) => {
                out.push_str(&text);
                rest = &rest[entity.len()..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
