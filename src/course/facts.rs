//! Numbers of the lessons that AWS may change: `lessons/facts.toml`, each with its source and date.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::files::{Files, read_text};
use crate::problem::{Problem, Severity};
use crate::words::Lang;

/// The file that holds the facts of a course, from its root.
pub const FILE: &str = "lessons/facts.toml";

/// A number that AWS may change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its name in links, such as `sqs.visibility-timeout.default`.
    pub key: Spanned<String>,
    /// The number, or words where it is none.
    pub value: Value,
    /// What it counts; may be empty.
    #[serde(default)]
    pub unit: String,
    /// Where it is known from.
    pub source: String,
    /// The day on which the source said so, `2026-11-17`.
    pub as_of: String,
    /// The constant of the services that must say the same; may be empty.
    #[serde(default)]
    pub model: String,
    /// Further link texts that are right.
    #[serde(default)]
    pub text: Texts,
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Number(i64),
    /// A number with decimals.
    Decimal(f64),
    /// Words.
    Words(String),
}

/// A link text in each language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// In English.
    #[serde(default)]
    pub en: String,
    /// In Korean.
    #[serde(default)]
    pub ko: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    facts: Vec<Fact>,
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Decimal(number) => write!(f, "{number}"),
            Value::Words(words) => f.write_str(words),
        }
    }
}

impl Fact {
    /// Where its key stands in the file.
    pub fn span(&self) -> Range<usize> {
        self.key.span()
    }

    /// Whether a link to it may say this: it says the value (thousands apart or not), or one of the
    /// texts.
    pub fn allows(&self, text: &str, lang: Lang) -> bool {
        let own = match lang {
            Lang::En => &self.text.en,
            Lang::Ko => &self.text.ko,
        };
        if !own.is_empty() && text == own {
            return true;
        }
        let plain: String = text.chars().filter(|c| *c != ',').collect();
        let value = self.value.to_string();
        plain.match_indices(&value).any(|(at, _)| {
            let is_part = |c: char| c.is_ascii_digit() || c == '.';
            let before = plain[..at].chars().next_back();
            let after = plain[at + value.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(|c| c.is_ascii_digit())
        })
    }
}

/// The facts of a course, and what is wrong with their file. A course need not have any.
pub fn read(files: &dyn Files) -> (Vec<Fact>, Vec<Problem>) {
    if !files.exists(FILE) {
        return (Vec::new(), Vec::new());
    }
    let problem = |message: String, span: Range<usize>| Problem {
        file: FILE.to_owned(),
        span,
        severity: Severity::Error,
        code: "facts-file",
        message,
        help: None,
    };
    let (text, mut problems) = match read_text(files, FILE) {
        Ok(read) => read,
        Err(error) => return (Vec::new(), vec![problem(error.to_string(), 0..0)]),
    };
    match toml::from_str::<Table>(&text) {
        Ok(table) => (table.facts, problems),
        Err(error) => {
            problems.push(problem(error.message().to_owned(), error.span().unwrap_or(0..0)));
            (Vec::new(), problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::InMemory;

    fn facts(text: &str) -> (Vec<Fact>, Vec<Problem>) {
        read(&InMemory::new([(FILE, text)]))
    }

    #[test]
    fn a_link_may_say_the_value_in_any_unit_of_words_but_no_other_number() {
        let (facts, problems) = facts(
            "[[facts]]\nkey = \"a\"\nvalue = 120000\nsource = \"s\"\nas_of = \"2026-11-17\"\n\
             text = { en = \"a lot\", ko = \"많이\" }\n",
        );
        assert_eq!(problems, []);
        let fact = &facts[0];
        for text in ["120,000", "120000 messages", "120,000개"] {
            assert!(fact.allows(text, Lang::En), "{text}");
        }
        assert!(fact.allows("a lot", Lang::En) && !fact.allows("a lot", Lang::Ko));
        for text in ["20,000", "1,120,000", "120,0000", "", "many"] {
            assert!(!fact.allows(text, Lang::En), "{text}");
        }
    }

    #[test]
    fn a_bad_file_says_where_it_is_wrong() {
        let (found, problems) = facts("[[facts]]\nkey = 3\n");
        assert!(found.is_empty());
        assert_eq!(problems.len(), 1);
        assert!(problems[0].span.start > 0, "{problems:?}");
    }
}
