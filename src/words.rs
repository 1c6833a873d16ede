//! The language files: every text the program itself shows, in each language it speaks.
//!
//! One file an area (`words/reader.rs`, `words/quiz.rs`, …). A file declares one struct of
//! `&'static str` fields and two constants of it, `EN` and `KO`, side by side: a text that is
//! missing in one language does not compile. Texts with holes are written `"{n} of {total}"`
//! and filled with [`fill`]; a test in each area holds the holes of both languages equal.

use std::fmt::Write as _;

pub mod page;
pub mod progress;

/// A language the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Lang {
    /// Every language, in the order in which `L` goes through them.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Ko];

    /// The code used for folders and options: `en`, `ko`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ko => "ko",
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// Fills the holes `{name}` of `template` with the values given; an unknown hole stays as it is.
pub fn fill(template: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..close];
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => write!(out, "{value}").expect("a String takes any text"),
            None => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_by_name_and_unknown_ones_stay() {
        assert_eq!(fill("{n} of {total} {x}", &[("total", &7), ("n", &"two")]), "two of 7 {x}");
        assert_eq!(fill("open {", &[]), "open {");
    }
}
