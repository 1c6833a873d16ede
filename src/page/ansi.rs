//! A page as text for standard output: plain, or with the escape sequences of ANSI terminals.

use std::fmt::Write as _;
use std::ops::Deref;

use super::line::{Alert, Line, Link, Marks, Role, Token};
use super::text;

/// The lines without looks; no spaces at line ends.
pub fn plain<L: Deref<Target = Line>>(lines: &[L]) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(line.text().trim_end());
        out.push('\n');
    }
    out
}

/// The lines with colours of the 16 and 256 colour sets, and with OSC 8 links. `width` is how far
/// the ground of code is painted.
pub fn ansi<L: Deref<Target = Line>>(lines: &[L], width: usize) -> String {
    let mut out = String::new();
    for line in lines {
        paint(line, width, &mut out);
        out.push('\n');
    }
    out
}

/// The ground of code: a shade that is readable on dark and light terminals' own colours.
const GROUND: &str = "48;5;236;38;5;252";

fn paint(line: &Line, width: usize, out: &mut String) {
    let mut left = 0;
    for span in &line.spans {
        let grounded = line.ground.is_some_and(|ground| left >= ground);
        left += span.width();
        let codes = codes(span.role, span.marks, grounded);
        let target = span.link.as_deref().and_then(hyperlink);
        if let Some(target) = &target {
            let _ = write!(out, "\u{1b}]8;;{target}\u{1b}\\");
        }
        if codes.is_empty() {
            out.push_str(&span.text);
        } else {
            let _ = write!(out, "\u{1b}[{codes}m{}\u{1b}[0m", span.text);
        }
        if target.is_some() {
            out.push_str("\u{1b}]8;;\u{1b}\\");
        }
    }
    if line.ground.is_some() && left < width {
        let _ = write!(out, "\u{1b}[{GROUND}m{:rest$}\u{1b}[0m", "", rest = width - left);
    }
}

/// The target as OSC 8 takes it; only addresses that lead somewhere from a terminal.
pub fn hyperlink(link: &Link) -> Option<String> {
    let target = link.target.as_str();
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    known.then(|| {
        let mut out = String::with_capacity(target.len());
        for byte in target.bytes() {
            match byte {
                b'!'..=b'~' => out.push(byte as char),
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
        out
    })
}

fn codes(role: Role, marks: Marks, grounded: bool) -> String {
    let mut codes: Vec<&str> = Vec::new();
    if grounded {
        codes.push(GROUND);
    }
    codes.extend(role_codes(role, grounded));
    const MARKS: &[(Marks, &str)] = &[
        (Marks::STRONG, "1"),
        (Marks::EMPHASIS, "3"),
        (Marks::UNDERLINE, "4"),
        (Marks::STRIKE, "9"),
    ];
    codes.extend(MARKS.iter().filter(|(mark, _)| marks.has(*mark)).map(|(_, code)| *code));
    codes.join(";")
}

fn role_codes(role: Role, grounded: bool) -> Option<&'static str> {
    Some(match role {
        Role::Heading(1) => "1;36",
        Role::Heading(2) => "1;36",
        Role::Heading(_) => "1",
        Role::HeadingRule(_) => "36",
        Role::Code if grounded => return None,
        Role::Code => "33",
        Role::Link => "4;34",
        Role::Fact => "4;35",
        Role::Image | Role::Quote => "3",
        Role::ListMarker => "36",
        Role::TaskDone | Role::AlertBar(Alert::Tip) => "32",
        Role::AlertTitle(Alert::Tip) => "1;32",
        Role::AlertBar(Alert::Note) => "34",
        Role::AlertTitle(Alert::Note) => "1;34",
        Role::AlertBar(Alert::Important) => "35",
        Role::AlertTitle(Alert::Important) => "1;35",
        Role::AlertBar(Alert::Warning) => "33",
        Role::AlertTitle(Alert::Warning) => "1;33",
        Role::AlertBar(Alert::Caution) => "31",
        Role::AlertTitle(Alert::Caution) => "1;31",
        Role::TableHead | Role::Term => "1",
        Role::Footnote => "36",
        Role::Key => "7",
        Role::Escaped => "7;31",
        Role::Slot => "1;36",
        Role::QuoteBar | Role::TableRule | Role::Rule | Role::Muted | Role::More => "2",
        Role::CodeLabel => "2",
        Role::Token(token) => match token {
            Token::Keyword => "38;5;176",
            Token::Type => "38;5;80",
            Token::Constant | Token::Number => "38;5;215",
            Token::String => "38;5;150",
            Token::Comment => "38;5;245",
            Token::Function => "38;5;111",
            Token::Key => "38;5;117",
            Token::Variable => "38;5;216",
            Token::Prompt => "1;38;5;80",
            Token::Output => "38;5;248",
            Token::Punctuation => return None,
        },
        Role::Text | Role::TaskOpen => return None,
    })
}

/// Whether a text holds nothing that a terminal would obey.
pub fn is_safe(text: &str) -> bool {
    text::safe(text) == text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Options, lay_out};

    #[test]
    fn a_link_cannot_end_its_own_escape_sequence() {
        let link = Link {
            target: "https://a.io/\u{1b}\\x y\u{7}가".to_owned(),
            title: String::new(),
            source: 0..0,
        };
        assert_eq!(hyperlink(&link).as_deref(), Some("https://a.io/%1B\\x%20y%07%EA%B0%80"));
        let here = Link { target: "#top".to_owned(), ..link };
        assert_eq!(hyperlink(&here), None);
    }

    #[test]
    fn looks_end_with_each_span_and_the_ground_reaches_the_edge() {
        let lines = lay_out("**a** b\n\n```\nx\n```", &Options { width: 20, ..Options::default() });
        let out = ansi(&lines, 20);
        assert!(out.starts_with("\u{1b}[1ma\u{1b}[0m b\n"), "{out:?}");
        assert_eq!(plain(&lines), "a b\n\n x\n");
    }
}
