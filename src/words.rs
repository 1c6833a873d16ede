//! The language files: every text the program itself shows, in each language it speaks.
//!
//! One file an area (`words/reader.rs`, `words/quiz.rs`, …). A file declares one struct of
//! `&'static str` fields and two constants of it, `EN` and `KO`, side by side: a text that is
//! missing in one language does not compile. Texts with holes are written `"{n} of {total}"`
//! and filled with [`fill`]; a test in each area holds the holes of both languages equal.

use std::fmt::Write as _;

/// Declares a struct of texts and its two constants, each text in both languages on one line.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $en:literal, $ko:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each text stands below, beside its name")]
        pub struct $name { $(pub $field: &'static str,)* }

        /// The texts in English.
        pub const EN: $name = $name { $($field: $en,)* };
        /// The texts in Korean.
        pub const KO: $name = $name { $($field: $ko,)* };

        #[cfg(test)]
        #[test]
        fn both_languages_have_the_same_holes() {
            $(assert_eq!($crate::words::holes($en), $crate::words::holes($ko), stringify!($field));)*
        }
    };
}

pub mod keys;
pub mod model;
pub mod models;
pub mod page;
mod particle;
pub mod progress;
pub mod quiz;
pub mod reader;
pub mod shell;

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
/// A hole `{name|word|words}` becomes the word that goes with that number: the first for one. A
/// Korean pair of particles (`을(를)`) becomes the one that fits what stands before it.
pub fn fill(template: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
        particle::push(&mut out, &rest[..open]);
        let hole = &rest[open + 1..close];
        let (name, words) = hole.split_once('|').map_or((hole, None), |(n, w)| (n, Some(w)));
        let value = values.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
        match (value, words.and_then(|words| words.split_once('|'))) {
            (Some(value), Some((one, many))) => {
                out.push_str(if value.to_string() == "1" { one } else { many });
            }
            (Some(value), None) => write!(out, "{value}").expect("a String takes any text"),
            (None, _) => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    particle::push(&mut out, rest);
    out
}

/// The names of the holes in a template, sorted, each once.
#[cfg(test)]
pub(crate) fn holes(template: &str) -> Vec<&str> {
    let mut holes: Vec<&str> = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(hole, _)| hole))
        .map(|hole| hole.split('|').next().unwrap_or(hole))
        .collect();
    holes.sort_unstable();
    holes.dedup();
    holes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_by_name_and_unknown_ones_stay() {
        assert_eq!(fill("{n} of {total} {x}", &[("total", &7), ("n", &"two")]), "two of 7 {x}");
        assert_eq!(fill("open {", &[]), "open {");
    }

    #[test]
    fn a_word_goes_with_its_number() {
        let told = |n: usize| fill("{n} {n|try|tries}", &[("n", &n)]);
        assert_eq!([told(1), told(0), told(12)], ["1 try", "0 tries", "12 tries"]);
        assert_eq!(holes("{n} {n|try|tries} of {all}"), ["all", "n"]);
    }
}
