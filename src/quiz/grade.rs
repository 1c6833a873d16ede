//! Is an answer right, and why (not)? The rules are mdbook-quiz's; our own types follow them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::question::{Kind, Matching, MultipleChoice, Numeric, Question, ShortAnswer, Tracing};

/// What the learner answered. Indices are those of the question's own lists, not of the screen, so
/// that an answer means the same in every order and language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Words or a number.
    Text(String),
    /// The options ticked.
    Choice(BTreeSet<usize>),
    /// Of a program.
    Trace {
        /// Does it compile?
        compiles: bool,
        /// What it prints, if it does.
        stdout: String,
    },
    /// The items, first to last.
    Order(Vec<usize>),
    /// For each left side the right side chosen.
    Pairs(Vec<usize>),
}

/// How an answer was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// Whether it is right.
    pub right: bool,
    /// Why.
    pub reason: Reason,
    /// Each option, item or left side in the order of the question's own list.
    pub parts: Vec<PartGrade>,
}

/// Why an answer is right or wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// It is the answer.
    Exact,
    /// It is one of the alternatives.
    Alternative,
    /// It is near enough.
    WithinTolerance,
    /// The words are not the answer.
    OtherWords,
    /// The number is another.
    OtherNumber,
    /// Not a number, or another unit than asked for.
    NotANumber,
    /// The one option chosen is wrong.
    WrongOption,
    /// Some right options were not ticked, and some wrong ones were.
    WrongSet {
        /// Right ones not ticked.
        missed: usize,
        /// Wrong ones ticked.
        extra: usize,
    },
    /// The compiler takes the program, and the answer says that it does not.
    ItCompiles,
    /// The compiler refuses the program, and the answer says that it takes it.
    ItDoesNotCompile,
    /// The program prints something else.
    OtherOutput,
    /// So many items stand in their place.
    WrongOrder {
        /// Items in their place.
        in_place: usize,
    },
    /// So many pairs are right.
    WrongPairs {
        /// Pairs that are right.
        right: usize,
    },
}

/// What the answer made of one option, item or left side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartGrade {
    /// Ticked, or for items and pairs: put somewhere.
    pub chosen: bool,
    /// Belongs to the answer; for items and pairs: put right.
    pub correct: bool,
}

/// What a [`PartGrade`] comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Right and chosen.
    Hit,
    /// Right and not chosen.
    Missed,
    /// Wrong and chosen.
    Mistaken,
    /// Wrong and rightly left alone.
    Left,
}

impl PartGrade {
    /// The four cases by name.
    pub fn mark(self) -> Mark {
        match (self.correct, self.chosen) {
            (true, true) => Mark::Hit,
            (true, false) => Mark::Missed,
            (false, true) => Mark::Mistaken,
            (false, false) => Mark::Left,
        }
    }
}

impl Response {
    /// Whether it says anything: an empty reply and no tick at all are not answers.
    pub fn is_empty(&self) -> bool {
        match self {
            Response::Text(text) => text.trim().is_empty(),
            Response::Choice(ticked) => ticked.is_empty(),
            Response::Trace { .. } => false,
            Response::Order(order) => order.is_empty(),
            Response::Pairs(pairs) => pairs.is_empty(),
        }
    }

    /// The answer that is right.
    pub fn right_to(question: &Question) -> Response {
        match &question.kind {
            Kind::ShortAnswer(short) => Response::Text(short.answer.clone()),
            Kind::MultipleChoice(choice) => Response::Choice(
                (0..choice.options.len()).filter(|at| choice.options[*at].correct).collect(),
            ),
            Kind::Tracing(tracing) => Response::Trace {
                compiles: tracing.compiles,
                stdout: tracing.stdout.clone().unwrap_or_default(),
            },
            Kind::Numeric(numeric) => Response::Text(numeric.written.clone()),
            Kind::Ordering(ordering) => Response::Order((0..ordering.items.len()).collect()),
            Kind::Matching(matching) => Response::Pairs((0..matching.pairs.len()).collect()),
        }
    }
}

/// Judges an answer. An answer of another type than the question (from an older edition of the
/// file) is wrong.
pub fn grade(question: &Question, response: &Response) -> Grade {
    match (&question.kind, response) {
        (Kind::ShortAnswer(short), Response::Text(text)) => short_answer(short, text),
        (Kind::MultipleChoice(choice), Response::Choice(ticked)) => choice_of(choice, ticked),
        (Kind::Tracing(tracing), Response::Trace { compiles, stdout }) => {
            trace(tracing, *compiles, stdout)
        }
        (Kind::Numeric(numeric), Response::Text(text)) => number(numeric, text),
        (Kind::Ordering(ordering), Response::Order(order)) => {
            let right: Vec<bool> =
                (0..ordering.items.len()).map(|at| order.get(at) == Some(&at)).collect();
            let in_place = right.iter().filter(|right| **right).count();
            all_or(right, Reason::WrongOrder { in_place })
        }
        (Kind::Matching(matching), Response::Pairs(pairs)) => pairs_of(matching, pairs),
        _ => verdict(false, Reason::OtherWords),
    }
}

fn verdict(right: bool, reason: Reason) -> Grade {
    Grade { right, reason, parts: Vec::new() }
}

fn all_or(right: Vec<bool>, otherwise: Reason) -> Grade {
    let all = right.iter().all(|right| *right);
    let parts = right.into_iter().map(|correct| PartGrade { chosen: true, correct }).collect();
    Grade { right: all, reason: if all { Reason::Exact } else { otherwise }, parts }
}

/// mdbook-quiz: trim and lower-case the reply and every accepted string; right if equal to one.
fn short_answer(short: &ShortAnswer, text: &str) -> Grade {
    let plain = |text: &str| text.trim().to_lowercase();
    let reply = plain(text);
    if reply == plain(&short.answer) {
        return verdict(true, Reason::Exact);
    }
    if short.alternatives.iter().any(|other| plain(other) == reply) {
        return verdict(true, Reason::Alternative);
    }
    let Some(tolerance) = short.tolerance else { return verdict(false, Reason::OtherWords) };
    match (read_number(&short.answer, None), read_number(text, None)) {
        (Some(answer), Some(reply)) if (answer - reply).abs() <= tolerance => {
            verdict(true, Reason::WithinTolerance)
        }
        (Some(_), Some(_)) => verdict(false, Reason::OtherNumber),
        _ => verdict(false, Reason::OtherWords),
    }
}

/// mdbook-quiz: exactly the right set; no part marks.
fn choice_of(choice: &MultipleChoice, ticked: &BTreeSet<usize>) -> Grade {
    let parts: Vec<PartGrade> = choice
        .options
        .iter()
        .enumerate()
        .map(|(at, option)| PartGrade { chosen: ticked.contains(&at), correct: option.correct })
        .collect();
    let count = |mark: Mark| parts.iter().filter(|part| part.mark() == mark).count();
    let (missed, extra) = (count(Mark::Missed), count(Mark::Mistaken));
    let right = missed == 0 && extra == 0;
    let reason = match (right, choice.many) {
        (true, _) => Reason::Exact,
        (false, false) => Reason::WrongOption,
        (false, true) => Reason::WrongSet { missed, extra },
    };
    Grade { right, reason, parts }
}

/// mdbook-quiz: the verdict must be equal and, if it compiles, the output after trimming.
fn trace(tracing: &Tracing, compiles: bool, stdout: &str) -> Grade {
    let expected = tracing.stdout.as_deref().unwrap_or("").trim();
    match (tracing.compiles, compiles) {
        (true, false) => verdict(false, Reason::ItCompiles),
        (false, true) => verdict(false, Reason::ItDoesNotCompile),
        (false, false) => verdict(true, Reason::Exact),
        (true, true) if expected == stdout.trim() => verdict(true, Reason::Exact),
        (true, true) => verdict(false, Reason::OtherOutput),
    }
}

fn number(numeric: &Numeric, text: &str) -> Grade {
    match read_number(text, numeric.unit.as_deref()) {
        None => verdict(false, Reason::NotANumber),
        Some(reply) if reply == numeric.answer => verdict(true, Reason::Exact),
        Some(reply) if (reply - numeric.answer).abs() <= numeric.tolerance => {
            verdict(true, Reason::WithinTolerance)
        }
        Some(_) => verdict(false, Reason::OtherNumber),
    }
}

/// A number as people write it: `1,000`, `1_000`, `30 s` if the unit is `s`.
fn read_number(text: &str, unit: Option<&str>) -> Option<f64> {
    let text = text.trim();
    let text = unit
        .and_then(|unit| {
            let at = text.len().checked_sub(unit.len())?;
            let tail = text.get(at..)?;
            tail.eq_ignore_ascii_case(unit).then(|| text[..at].trim_end())
        })
        .unwrap_or(text);
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    digits.parse().ok().filter(|number: &f64| number.is_finite())
}

fn pairs_of(matching: &Matching, pairs: &[usize]) -> Grade {
    let rights: Vec<&str> = matching.rights().collect();
    // Two equal right sides cannot be told apart, so the text counts and not the place.
    let right: Vec<bool> = (0..matching.pairs.len())
        .map(|at| pairs.get(at).and_then(|to| rights.get(*to)) == Some(&rights[at]))
        .collect();
    let count = right.iter().filter(|right| **right).count();
    all_or(right, Reason::WrongPairs { right: count })
}
