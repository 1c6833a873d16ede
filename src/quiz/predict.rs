//! Predict questions: what is asked and judged, before a model has worked out the numbers.
//!
//! Such a question is a multiple-choice or numeric question with holes. Its scenario says which model
//! to run and until when; which option is right, or which number, is a [`Formula`] over what the model
//! then shows. This room knows no models: whoever does, works the scenario out, and [`Run`](super::Run)
//! is handed the question with its holes filled.
//!
//! In the quiz's file, out of mdbook-quiz's sight:
//!
//! ```toml
//! [[awslearn.questions]]
//! id = "back"
//! type = "Predict"
//! context = "The timeout of {visibility-timeout} began with the receive."
//! [awslearn.questions.prompt]
//! prompt = "A message is received; the timeout is {visibility-timeout}. What happens then?"
//! model = "queue"
//! preset = "basic"                                   # else the model's first
//! draw = { visibility-timeout = ["20 s", "40 s"] }   # one of each list, anew at each showing
//! knobs = { workers = 0, dlq = "on" }                # formulas over what was drawn
//! steps = [{ at = "1 s", run = "do send" }]          # commands as in share lines
//! until = "visibility-timeout + 8 s"                 # the moment that is judged
//! figures = { back = "first(visible-again) - first(received)" }
//! cause = "visible-again"                            # the last of these events is explained
//! [[awslearn.questions.answer.options]]
//! text = "It is visible again after {back}"
//! when = "back == visibility-timeout"                # exactly one holds, whatever is drawn
//! why = "The deadline passed without a delete."
//! ```
//!
//! Instead of options `answer` may hold a number to type: `answer = "back / 1000"`, `tolerance`, `unit`.
//! A draw or a knob of the same name is one thing. Texts and formulas know draws, knobs, figures, metrics
//! and what else the model's `probe` tells; `count(what)`, `first(what)` and `last(what)` ask its events,
//! those of one thing with its name: `count(received, m1)`. What stands before the run (draws, knobs,
//! steps, `until`) knows draws and knobs only.

use std::ops::Range;

use super::formula::{Formula, NoValue};
use super::question::{Kind, Question};

/// So many seeds a predict question is put with; `awslearn check` proves it for each of them.
pub const SEEDS: u64 = 1_000;

/// Something with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// The thing.
    pub value: T,
    /// Its place.
    pub span: Range<usize>,
}

/// A name and what it stands for.
pub type Named<T> = (String, Placed<T>);

/// What a model is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The model's id.
    pub model: Placed<String>,
    /// Its starting state; the model's first preset if none is named.
    pub preset: Option<Placed<String>>,
    /// Numbers of which one is drawn at each showing.
    pub draw: Vec<Named<Vec<Formula>>>,
    /// Knobs turned at the start.
    pub knobs: Vec<Named<Formula>>,
    /// What is done while it runs, in order.
    pub steps: Vec<Step>,
    /// The moment at which it is judged.
    pub until: Placed<Formula>,
    /// Numbers of that moment, for options and texts.
    pub figures: Vec<Named<Formula>>,
    /// The kind of event whose last one explains the answer.
    pub cause: Option<Placed<String>>,
}

/// Something done in the model, as in a share line: `do kill worker-1`, `set workers 3`, `aws …`.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When.
    pub at: Placed<Formula>,
    /// The command; holes take plain numbers.
    pub run: Placed<String>,
}

/// What is right.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// For each option, in the order of the question's own list: the condition under which it is right.
    Options(Vec<Placed<Formula>>),
    /// The right number.
    Number(Placed<Formula>),
}

/// A question's scenario and key.
#[derive(Debug, Clone, PartialEq)]
pub struct Predict {
    /// What the model does.
    pub scenario: Scenario,
    /// What is right then.
    pub key: Key,
}

impl Predict {
    /// Everything that a machine reads of the question, as one text: the same in every language.
    pub fn source(&self) -> String {
        let Scenario { model, preset, draw, knobs, steps, until, figures, cause } = &self.scenario;
        let mut lines = vec![
            format!("model {}", model.value),
            format!("preset {}", preset.as_ref().map_or("", |preset| &preset.value)),
            format!("until {}", until.value),
            format!("cause {}", cause.as_ref().map_or("", |cause| &cause.value)),
        ];
        for (name, values) in draw {
            let values: Vec<String> = values.value.iter().map(Formula::to_string).collect();
            lines.push(format!("draw {name} {}", values.join(" | ")));
        }
        for (what, rows) in [("knob", knobs), ("figure", figures)] {
            lines.extend(
                rows.iter().map(|(name, formula)| format!("{what} {name} {}", formula.value)),
            );
        }
        lines.extend(steps.iter().map(|step| format!("step {} {}", step.at.value, step.run.value)));
        match &self.key {
            Key::Options(whens) => {
                lines.extend(whens.iter().map(|when| format!("when {}", when.value)));
            }
            Key::Number(answer) => lines.push(format!("answer {}", answer.value)),
        }
        lines.join("\n")
    }
}

/// The question as it is put once its numbers are known: every hole of its texts filled by `text`, its
/// key computed by `value`.
///
/// # Errors
/// The formula that has no value, and why.
pub fn pose(
    question: &Question,
    text: &dyn Fn(&str) -> Option<String>,
    value: &mut dyn FnMut(&Formula) -> Result<i64, NoValue>,
) -> Result<Question, (Range<usize>, NoValue)> {
    let Some(predict) = &question.predict else { return Ok(question.clone()) };
    let mut posed = question.clone();
    let fill = |template: &mut String| *template = filled(template, text);
    fill(&mut posed.prompt);
    posed.context.iter_mut().chain(&mut posed.hints).for_each(fill);
    let mut worth = |formula: &Placed<Formula>| {
        value(&formula.value).map_err(|error| (formula.span.clone(), error))
    };
    match (&mut posed.kind, &predict.key) {
        (Kind::MultipleChoice(choice), Key::Options(whens)) => {
            for (option, when) in choice.options.iter_mut().zip(whens) {
                fill(&mut option.text);
                option.why.iter_mut().for_each(fill);
                option.correct = worth(when)? != 0;
            }
        }
        (Kind::Numeric(numeric), Key::Number(answer)) => {
            let number = worth(answer)?;
            (numeric.answer, numeric.written) = (number as f64, number.to_string());
        }
        _ => {}
    }
    Ok(posed)
}

/// The names in the holes of a text: `{visibility-timeout}`. Other braces are text.
pub fn holes(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(open, _)| hole(&text[open..]))
}

/// The name in a hole that this text begins with.
fn hole(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.split_once('}')?.0;
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_inside))
        .then_some(name)
}

/// A text with its holes filled; a hole that `text` does not know stays.
pub fn filled(template: &str, text: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let told = hole(rest).and_then(|name| Some((name.len() + 2, text(name)?)));
        let (taken, told) = told.unwrap_or((1, "{".to_owned()));
        out.push_str(&told);
        rest = &rest[taken..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_names_in_braces_and_nothing_else() {
        let text = "{a-b} and {\"json\": 1} and {1} and {x.y} and {open";
        assert_eq!(holes(text).collect::<Vec<_>>(), ["a-b", "x.y"]);
        let told = filled(text, &|name| (name == "a-b").then(|| "30 s".to_owned()));
        assert_eq!(told, "30 s and {\"json\": 1} and {1} and {x.y} and {open");
    }
}
