//! `book.toml`: what of it matters to a reader.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Problem, Severity};

/// What a `book.toml` says, with mdBook's defaults for what it leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookConfig {
    /// `book.title`.
    pub title: Option<String>,
    /// `book.language`.
    pub language: Option<String>,
    /// `book.src`: the folder of `SUMMARY.md`.
    pub src: String,
    /// `preprocessor.quiz`.
    pub quiz: QuizOptions,
}

impl Default for BookConfig {
    fn default() -> BookConfig {
        BookConfig {
            title: None,
            language: None,
            src: "src".to_owned(),
            quiz: QuizOptions::default(),
        }
    }
}

/// The options of mdbook-quiz. Each may be spelt with `-` or with `_`: the preprocessor's
/// documentation has the one, its 0.5.0 reads the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuizOptions {
    /// `fullscreen`: a quiz takes the whole page.
    pub fullscreen: Option<bool>,
    /// `cache-answers`: answers are kept.
    pub cache_answers: Option<bool>,
    /// `spellcheck`.
    pub spellcheck: Option<bool>,
    /// `show-bug-reporter`.
    pub show_bug_reporter: Option<bool>,
    /// `more-words`: a dictionary for the spell checker.
    pub more_words: Option<String>,
    /// `default-language`: the language of code without one.
    pub default_language: Option<String>,
    /// `initial-text`: what stands above a quiz.
    pub initial_text: Option<String>,
}

/// Reads the text of a `book.toml` in the file `file`.
pub fn parse(text: &str, file: &str) -> (BookConfig, Vec<Problem>) {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { file, problems: Vec::new() };
    for error in errors {
        reader.report(error.span().unwrap_or(0..0), "book-toml", error.message().to_owned());
    }
    let root = root.get_ref();
    let defaults = BookConfig::default();
    let book = reader.table(root, "book");
    let quiz = reader.table(root, "preprocessor").and_then(|table| reader.table(table, "quiz"));
    let src = reader.string(book, "src").unwrap_or(defaults.src);
    let config = BookConfig {
        title: reader.string(book, "title"),
        language: reader.string(book, "language"),
        src: super::files::join("", &src).unwrap_or_else(|| {
            let message = format!("`{src}` lies outside the course's folder");
            reader.report(span_of(book, "src"), "outside", message);
            "src".to_owned()
        }),
        quiz: QuizOptions {
            fullscreen: reader.bool(quiz, "fullscreen"),
            cache_answers: reader.bool(quiz, "cache-answers"),
            spellcheck: reader.bool(quiz, "spellcheck"),
            show_bug_reporter: reader.bool(quiz, "show-bug-reporter"),
            more_words: reader.string(quiz, "more-words"),
            default_language: reader.string(quiz, "default-language"),
            initial_text: reader.string(quiz, "initial-text"),
        },
    };
    (config, reader.problems)
}

type Value<'a> = Spanned<DeValue<'a>>;

/// The value under `key`, in either spelling.
fn get<'t, 'a>(table: Option<&'t DeTable<'a>>, key: &str) -> Option<&'t Value<'a>> {
    let table = table?;
    table.get(key).or_else(|| table.get(key.replace('-', "_").as_str()))
}

fn span_of(table: Option<&DeTable<'_>>, key: &str) -> Range<usize> {
    get(table, key).map_or(0..0, Spanned::span)
}

struct Reader<'f> {
    file: &'f str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn table<'t, 'a>(&mut self, table: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
        let value = get(Some(table), key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.wrong_type(value, key, "a table");
                None
            }
        }
    }

    fn string(&mut self, table: Option<&DeTable<'_>>, key: &str) -> Option<String> {
        let value = get(table, key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wrong_type(value, key, "a string");
                None
            }
        }
    }

    fn bool(&mut self, table: Option<&DeTable<'_>>, key: &str) -> Option<bool> {
        let value = get(table, key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong_type(value, key, "true or false");
                None
            }
        }
    }

    fn wrong_type(&mut self, value: &Value<'_>, key: &str, wanted: &str) {
        self.report(value.span(), "book-toml", format!("`{key}` must be {wanted}"));
    }

    fn report(&mut self, span: Range<usize>, code: &'static str, message: String) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            span,
            severity: Severity::Error,
            code,
            message,
            help: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_quiz_options_count() {
        let (config, problems) = parse(
            "[book]\ntitle = 'T'\n[preprocessor.quiz]\ncache-answers = true\nmore_words = 'w.dic'\n",
            "book.toml",
        );
        assert_eq!(config.quiz.cache_answers, Some(true));
        assert_eq!(config.quiz.more_words.as_deref(), Some("w.dic"));
        assert_eq!((config.title.as_deref(), config.src.as_str()), (Some("T"), "src"));
        assert_eq!(problems, []);
    }

    #[test]
    fn a_wrong_value_is_reported_where_it_stands_and_the_rest_counts() {
        let text = "[book]\ntitle = 7\nsrc = '../elsewhere'\nlanguage = 'ko'\n";
        let (config, problems) = parse(text, "book.toml");
        assert_eq!((config.title, config.language.as_deref()), (None, Some("ko")));
        let found: Vec<_> = problems.iter().map(|p| (p.code, &text[p.span.clone()])).collect();
        assert_eq!(found, [("book-toml", "7"), ("outside", "'../elsewhere'")]);
    }

    #[test]
    fn broken_toml_is_a_problem_and_what_can_be_read_counts() {
        let (config, problems) = parse("[book]\ntitle = 'T'\nsrc = = 3\n", "book.toml");
        assert_eq!(config.title.as_deref(), Some("T"));
        assert!(!problems.is_empty());
    }
}
