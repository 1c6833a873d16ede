//! mdBook's directives: `{{#include PATH}}` and its kin, found in a text.

use std::ops::Range;

/// A directive and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    pub span: Range<usize>,
    pub kind: Kind<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// `\{{#…}}`: stands for itself without the backslash.
    Escaped,
    /// `{{#include PATH:WHAT}}`.
    Include(Target<'a>),
    /// `{{#rustdoc_include PATH:WHAT}}`: what is not taken stays, hidden by `# `.
    RustdocInclude(Target<'a>),
    /// `{{#playground PATH ATTRIBUTES}}` (once `playpen`): a Rust block of the whole file.
    Playground { path: &'a str, attributes: Vec<&'a str> },
    /// `{{#title TEXT}}`: the page's title in a browser.
    Title(&'a str),
    /// `{{#quiz PATH}}`; the path is everything up to the brace, as mdbook-quiz has it.
    Quiz(&'a str),
}

/// A file, and what of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<'a> {
    pub path: &'a str,
    pub part: Part<'a>,
}

/// Which part of a file is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// These lines, counted from 0.
    Lines(Range<usize>),
    /// What stands between `ANCHOR: name` and `ANCHOR_END: name`.
    Anchor(&'a str),
}

/// The first directive at or after byte `from`.
pub(super) fn find(text: &str, from: usize) -> Option<Directive<'_>> {
    let mut at = from;
    loop {
        let open = at + text[at..].find("{{")?;
        if let Some(directive) = escaped(text, from, open).or_else(|| read(text, open)) {
            return Some(directive);
        }
        at = open + 1;
    }
}

/// A backslash before `{{#` escapes up to the last `}}` of the line, as mdBook has it.
fn escaped(text: &str, from: usize, open: usize) -> Option<Directive<'_>> {
    let start = open.checked_sub(1).filter(|start| *start >= from)?;
    if text.as_bytes()[start] != b'\\' || !text[open..].starts_with("{{#") {
        return None;
    }
    let line = text[open..].split('\n').next().unwrap_or_default();
    let close = line.rfind("}}")?;
    Some(Directive { span: start..open + close + 2, kind: Kind::Escaped })
}

fn read(text: &str, open: usize) -> Option<Directive<'_>> {
    let body = &text[open + 2..];
    let close = body.find('}')?;
    if !body[close..].starts_with("}}") {
        return None;
    }
    let span = open..open + 2 + close + 2;
    let body = &body[..close];
    if let Some(path) = body.strip_prefix("#quiz ") {
        return (!path.is_empty()).then_some(Directive { span, kind: Kind::Quiz(path) });
    }
    let named = body.trim_start().strip_prefix('#')?;
    let name_end = named.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = named.split_at(name_end);
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let rest = rest.trim_start();
    let mut words = rest.split_whitespace();
    let kind = match name {
        "title" if !rest.is_empty() => Kind::Title(rest),
        "include" => Kind::Include(target(words.next()?)),
        "rustdoc_include" => Kind::RustdocInclude(target(words.next()?)),
        "playground" | "playpen" => {
            Kind::Playground { path: words.next()?, attributes: words.collect() }
        }
        _ => return None,
    };
    Some(Directive { span, kind })
}

fn target(word: &str) -> Target<'_> {
    match word.split_once(':') {
        Some((path, part)) => Target { path, part: self::part(part) },
        None => Target { path: word, part: Part::Lines(0..usize::MAX) },
    }
}

/// `2`, `2:`, `:10`, `2:10` are lines from 1, the last one included; anything else is an anchor.
fn part(text: &str) -> Part<'_> {
    let mut numbers = text.splitn(3, ':');
    let first = numbers.next().unwrap_or_default();
    let second = numbers.next();
    let start = match first.parse::<usize>() {
        Ok(line) => Some(line.saturating_sub(1)),
        Err(_) if first.is_empty() => None,
        Err(_) => return Part::Anchor(first),
    };
    let end = second.map(|end| end.parse::<usize>().unwrap_or(usize::MAX));
    Part::Lines(match (start, end) {
        (Some(start), None) => start..start.saturating_add(1),
        (start, end) => start.unwrap_or(0)..end.unwrap_or(usize::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind<'_>> {
        let mut from = 0;
        let mut found = Vec::new();
        while let Some(directive) = find(text, from) {
            from = directive.span.end;
            found.push(directive.kind);
        }
        found
    }

    fn part_of(directive: &str) -> Part<'_> {
        match kinds(directive).remove(0) {
            Kind::Include(target) => target.part,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_form_of_include_names_its_lines() {
        assert_eq!(part_of("{{#include a.rs}}"), Part::Lines(0..usize::MAX));
        assert_eq!(part_of("{{#include a.rs:2}}"), Part::Lines(1..2));
        assert_eq!(part_of("{{#include a.rs::10}}"), Part::Lines(0..10));
        assert_eq!(part_of("{{#include a.rs:2:}}"), Part::Lines(1..usize::MAX));
        assert_eq!(part_of("{{#include a.rs:2:10}}"), Part::Lines(1..10));
        assert_eq!(part_of("{{#include a.rs:0}}"), Part::Lines(0..1));
        assert_eq!(part_of("{{#include a.rs:}}"), Part::Lines(0..usize::MAX));
        assert_eq!(part_of("{{#include a.rs:here}}"), Part::Anchor("here"));
        assert_eq!(part_of("{{#include a.rs:here:3}}"), Part::Anchor("here"));
    }

    #[test]
    fn the_other_directives() {
        assert_eq!(
            kinds("{{ #playground a.rs editable ignore }} {{#playpen b.rs}} {{#title A b}}"),
            [
                Kind::Playground { path: "a.rs", attributes: vec!["editable", "ignore"] },
                Kind::Playground { path: "b.rs", attributes: vec![] },
                Kind::Title("A b"),
            ]
        );
        assert_eq!(kinds("{{#quiz ../q/a b.toml}}"), [Kind::Quiz("../q/a b.toml")]);
        assert!(matches!(&kinds("{{#include\n  a.rs\n}}")[..], [Kind::Include(_)]));
    }

    #[test]
    fn what_is_no_directive_is_left_alone() {
        for text in [
            "{{include a}}",
            "{{#include a}",
            "{{#include}}",
            "{{#quiz}}",
            "{{#unknown a}}",
            "{{{{{",
            "{{ #quiz a.toml}}",
            "{{#label x}}",
            "{{#include a} }",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn a_backslash_escapes_to_the_last_braces_of_the_line() {
        assert_eq!(kinds(r"\{{#include a}} and {{#include b}}"), [Kind::Escaped]);
        assert_eq!(kinds("\\{{#include a\n}} {{#title b}}").len(), 2, "not over a line's end");
    }

    #[test]
    fn a_directive_may_follow_other_braces() {
        assert!(matches!(&kinds("{{{#include a.rs}}")[..], [Kind::Include(_)]));
    }
}
