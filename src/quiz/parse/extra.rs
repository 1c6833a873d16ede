//! The table `[questions.awslearn]`: what we know of a question beyond mdbook-quiz's format.
//!
//! A mistake in it is said, and costs only what is wrong: the question is asked all the same.

use std::collections::BTreeMap;
use std::ops::Range;

use super::table::{Log, Table};
use crate::quiz::question::{Kind, Link};

const KEYS: &[&str] =
    &["hints", "feedback", "pin_last", "objective", "links", "difficulty", "accept"];

/// What the table says.
#[derive(Default)]
pub(super) struct Extra {
    pub(super) hints: Vec<String>,
    pub(super) objective: Option<String>,
    pub(super) links: Vec<Link>,
    pub(super) difficulty: Option<u8>,
    pub(super) tolerance: Option<f64>,
    /// Why, by the option's text without surrounding space; with its place.
    feedback: BTreeMap<String, (String, Range<usize>)>,
    pin_last: Vec<(String, Range<usize>)>,
}

/// Reads the sub-table `awslearn` of a question's table.
pub(super) fn read(question: &Table<'_>) -> Extra {
    let mut extra = Extra::default();
    let Some(value) = question.get("awslearn") else { return extra };
    let Some(table) = value.get_ref().as_table() else {
        let message = "`awslearn` must be a table".to_owned();
        question.log.error("quiz-extra", question.span_of(value), message);
        return extra;
    };
    let table = question.child(table, question.span_of(value), "awslearn.").under("quiz-extra");
    table.check_keys(KEYS);
    let texts = |key| table.texts(key).ok().flatten().unwrap_or_default();
    extra.hints = texts("hints").into_iter().map(|(text, _)| text).collect();
    extra.pin_last = texts("pin_last");
    extra.links = texts("links").into_iter().map(|(target, span)| Link { target, span }).collect();
    extra.objective = table.text("objective").ok().flatten();
    if let Ok(Some((difficulty, span))) = table.count("difficulty") {
        match u8::try_from(difficulty) {
            Ok(difficulty @ 1..=5) => extra.difficulty = Some(difficulty),
            _ => {
                table.bad(
                    span,
                    format!("`awslearn.difficulty` is {difficulty}, and must be 1 to 5"),
                );
            }
        }
    }
    if let Ok(Some(feedback)) = table.table("feedback") {
        for (option, why) in feedback.entries() {
            let span = table.span_of(why);
            match why.get_ref().as_str() {
                Some(text) => {
                    extra.feedback.insert(option.trim().to_owned(), (text.to_owned(), span));
                }
                None => {
                    table.bad(span, format!("the feedback to `{option}` must be a string"));
                }
            }
        }
    }
    if let Ok(Some(accept)) = table.table("accept") {
        accept.check_keys(&["numeric_tolerance"]);
        extra.tolerance =
            accept.number("numeric_tolerance").ok().flatten().map(|(number, _)| number.abs());
    }
    extra
}

impl Extra {
    /// Why the option with this text is right or wrong.
    pub(super) fn why(&self, option: &str) -> Option<String> {
        self.feedback.get(option.trim()).map(|(why, _)| why.clone())
    }

    /// Whether the option stays last.
    pub(super) fn pins(&self, option: &str) -> bool {
        self.pin_last.iter().any(|(pinned, _)| pinned.trim() == option.trim())
    }

    /// Says which feedback and pins are about no option.
    pub(super) fn check_feedback(&self, log: &Log<'_>, kind: &Kind) {
        let options: Vec<&str> = match kind {
            Kind::MultipleChoice(choice) => choice.options.iter().map(|o| o.text.trim()).collect(),
            Kind::Ordering(ordering) => ordering.items.iter().map(|i| i.text.trim()).collect(),
            Kind::Matching(matching) => {
                matching.pairs.iter().map(|(left, _)| left.text.trim()).collect()
            }
            Kind::ShortAnswer(_) | Kind::Tracing(_) | Kind::Numeric(_) => Vec::new(),
        };
        let named = self
            .feedback
            .iter()
            .map(|(option, (_, span))| (option.as_str(), span))
            .chain(self.pin_last.iter().map(|(option, span)| (option.trim(), span)));
        for (option, span) in named {
            if !options.contains(&option) {
                log.error("quiz-option", span.clone(), format!("no option reads `{option}`"))
                    .help("the text must be the option's, letter by letter");
            }
        }
    }
}
