//! The tables of a predict question: `prompt` tells the scenario, `answer` how it is judged.

use std::ops::Range;

use toml::de::DeValue;

use super::extra::Extra;
use super::table::{Bad, Table, Value};
use crate::quiz::formula::Formula;
use crate::quiz::options::speaks_of_the_others;
use crate::quiz::predict::{Key, Named, Placed, Predict, Scenario, Step};
use crate::quiz::question::{Choice, Kind, MultipleChoice, Numeric, OptionOrder};

const PROMPT: &[&str] =
    &["prompt", "model", "preset", "draw", "knobs", "steps", "until", "figures", "cause"];
const ANSWER: &[&str] = &["options", "answer", "tolerance", "unit"];

/// What is asked, as far as it is known before the model ran: no option is right, no number is.
pub(super) fn asked(
    prompt: &Table<'_>,
    answer: &Table<'_>,
    extra: &Extra,
) -> Result<(String, Kind), Bad> {
    prompt.check_keys(PROMPT);
    answer.check_keys(ANSWER);
    let text = prompt.need_text("prompt")?;
    if answer.get("options").is_none() {
        let tolerance = answer.number("tolerance")?.map_or(0.0, |(tolerance, _)| tolerance.abs());
        let unit = answer.text("unit")?;
        let numeric = Numeric { answer: 0.0, written: String::new(), tolerance, unit };
        return Ok((text, Kind::Numeric(numeric)));
    }
    let mut options: Vec<Choice> = Vec::new();
    for option in tables(answer, "options", "answer.options")? {
        option.check_keys(&["text", "when", "why"]);
        let text = option.need_text("text")?;
        if options.iter().any(|other| other.text == text) {
            return Err(option.bad(option.span.clone(), "this option stands here twice".to_owned()));
        }
        options.push(Choice {
            correct: false,
            why: option.text("why")?.or_else(|| extra.why(&text)),
            pinned: extra.pins(&text) || speaks_of_the_others(&text),
            text,
        });
    }
    if options.len() < 2 {
        let message = "`answer.options` needs two options or more".to_owned();
        return Err(answer.bad(answer.span.clone(), message));
    }
    let order = OptionOrder::Shuffled;
    Ok((text, Kind::MultipleChoice(MultipleChoice { options, many: false, order })))
}

/// The scenario and the key.
pub(super) fn read(prompt: &Table<'_>, answer: &Table<'_>) -> Result<Predict, Bad> {
    let scenario = Scenario {
        model: need_name(prompt, "model")?,
        preset: name(prompt, "preset")?,
        draw: draws(prompt)?,
        knobs: formulas(prompt, "knobs")?,
        steps: steps(prompt)?,
        until: need_formula(prompt, "until")?,
        figures: formulas(prompt, "figures")?,
        cause: name(prompt, "cause")?,
    };
    let key = match answer.get("options") {
        None => Key::Number(need_formula(answer, "answer")?),
        Some(_) => Key::Options(
            tables(answer, "options", "answer.options")?
                .iter()
                .map(|option| need_formula(option, "when"))
                .collect::<Result<_, _>>()?,
        ),
    };
    Ok(Predict { scenario, key })
}

fn name(table: &Table<'_>, key: &str) -> Result<Option<Placed<String>>, Bad> {
    let Some(value) = table.text(key)? else { return Ok(None) };
    let span = table.get(key).map_or(table.span.clone(), |value| table.span_of(value));
    Ok(Some(Placed { value, span }))
}

fn need_name(table: &Table<'_>, key: &str) -> Result<Placed<String>, Bad> {
    match name(table, key)? {
        Some(name) => Ok(name),
        None => table.need_text(key).map(|value| Placed { value, span: table.span.clone() }),
    }
}

/// A formula as it may be written: a string, or a whole number.
fn formula(table: &Table<'_>, value: &Value<'_>) -> Result<Placed<Formula>, Bad> {
    let span = table.span_of(value);
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        _ => return Err(table.bad(span, "a formula is a string or a whole number".to_owned())),
    };
    match Formula::parse(&text) {
        Ok(value) => Ok(Placed { value, span }),
        Err(error) => Err(table.bad(span, error.to_string())),
    }
}

fn need_formula(table: &Table<'_>, key: &str) -> Result<Placed<Formula>, Bad> {
    match table.get(key) {
        Some(value) => formula(table, value),
        // The message of a missing key.
        None => Err(table.need_text(key).err().unwrap_or(Bad)),
    }
}

fn formulas(table: &Table<'_>, key: &'static str) -> Result<Vec<Named<Formula>>, Bad> {
    let Some(table) = table.table(key)? else { return Ok(Vec::new()) };
    table.entries().map(|(name, value)| Ok((name.to_owned(), formula(&table, value)?))).collect()
}

fn draws(table: &Table<'_>) -> Result<Vec<Named<Vec<Formula>>>, Bad> {
    let Some(table) = table.table("draw")? else { return Ok(Vec::new()) };
    let draw = |(name, value): (&str, &Value<'_>)| {
        let span = table.span_of(value);
        let values: Vec<Formula> = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| formula(&table, item).map(|formula| formula.value))
                .collect::<Result<_, _>>()?,
            _ => Vec::new(),
        };
        match values.is_empty() {
            true => Err(table.bad(span, format!("`draw.{name}` must be an array of numbers"))),
            false => Ok((name.to_owned(), Placed { value: values, span })),
        }
    };
    table.entries().map(draw).collect()
}

fn steps(prompt: &Table<'_>) -> Result<Vec<Step>, Bad> {
    if prompt.get("steps").is_none() {
        return Ok(Vec::new());
    }
    let step = |table: &Table<'_>| {
        table.check_keys(&["at", "run"]);
        Ok(Step { at: need_formula(table, "at")?, run: need_name(table, "run")? })
    };
    tables(prompt, "steps", "prompt.steps")?.iter().map(step).collect()
}

/// An array of tables.
fn tables<'t>(table: &Table<'t>, key: &str, path: &'static str) -> Result<Vec<Table<'t>>, Bad> {
    let wrong =
        |span: Range<usize>| table.bad(span, format!("`{path}` must be an array of tables"));
    let Some(value) = table.get(key) else { return Err(wrong(table.span.clone())) };
    let DeValue::Array(items) = value.get_ref() else { return Err(wrong(table.span_of(value))) };
    items
        .iter()
        .map(|item| {
            let span = table.span_of(item);
            let inner = item.get_ref().as_table().ok_or_else(|| wrong(span.clone()))?;
            Ok(table.child(inner, span, ""))
        })
        .collect()
}
