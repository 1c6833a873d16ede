//! Every console block of every lesson prints in its model what is written there; every `model` block
//! and `preset:` link names what there is.
//!
//! Each block runs in a fresh copy of the lesson's model: its preset with its actors standing still.

use super::{Edition, Finding, ReadLesson};
use crate::course::LinkTarget;
use crate::models::catalog::SetupError;
use crate::models::command::Refusal;
use crate::models::console::{self, Compared, SEED, Stopped};
use crate::models::journal::Keeping;
use crate::models::registry::{Model, ModelId};
use crate::page::SlotKind;
use crate::problem::Problem;

pub(super) fn check(edition: &Edition, problems: &mut Vec<Problem>) {
    for read in &edition.lessons {
        presets(read, edition, problems);
        let slots = read.document.slots().iter().filter_map(|slot| match &slot.kind {
            SlotKind::Model(body) => Some((body.as_str(), slot.source.clone())),
            SlotKind::Quiz(_) => None,
        });
        let mut model = None;
        for (at, (body, source)) in slots.enumerate() {
            let started = start(body);
            match started {
                Ok(started) if at == 0 => model = Some(started),
                Ok(_) => {}
                Err(finding) => problems.push(read.problem(source, finding)),
            }
        }
        if let Some(model) = model {
            blocks(read, &model, problems);
        }
    }
}

/// The model that a `model` block names, as blocks run in it.
fn start(body: &str) -> Result<Model, Finding> {
    let wrong = |message: String| Finding::error("model-block", message);
    let table: toml::Table = body
        .parse()
        .map_err(|error: toml::de::Error| wrong(format!("This is no TOML: {}", error.message())))?;
    let name = table
        .get("id")
        .and_then(toml::Value::as_str)
        .ok_or_else(|| wrong("The block names no model: it needs `id = \"…\"`".to_owned()))?;
    let Some(id) = ModelId::from_id(name) else {
        let finding = Finding::warning("model-unknown", format!("There is no model `{name}`"));
        return Err(finding.help("its console blocks were not run"));
    };
    let preset = table.get("preset").and_then(toml::Value::as_str);
    let mut knobs = Vec::new();
    for (knob, value) in table.get("knobs").and_then(toml::Value::as_table).into_iter().flatten() {
        let value = value
            .as_integer()
            .ok_or_else(|| wrong(format!("The knob `{knob}` must be a whole number")))?;
        knobs.push((knob.as_str(), value));
    }
    match console::still_setup(id, preset, &knobs, SEED) {
        Ok(setup) => Ok(Model::new(id, setup, Keeping::None)),
        Err(error) => Err(setup_finding(name, &error)),
    }
}

fn setup_finding(model: &str, error: &SetupError) -> Finding {
    let (message, near) = match error {
        SetupError::UnknownPreset(name, near) => {
            (format!("The model `{model}` has no preset `{name}`"), near)
        }
        SetupError::UnknownKnob(name, near) => {
            (format!("The model `{model}` has no knob `{name}`"), near)
        }
        SetupError::OutOfRange { knob, value, min, max } => {
            (format!("`{knob}` goes from {min} to {max}; {value} is outside"), &None)
        }
    };
    let finding = Finding::error("model-preset", message);
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

/// Every `preset:` link sets something up that there is.
fn presets(read: &ReadLesson, edition: &Edition, problems: &mut Vec<Problem>) {
    for place in read.document.links() {
        let target = edition.course.link(&read.lesson, &place.link.target);
        let LinkTarget::Url { scheme, rest } = target else { continue };
        if scheme != "preset" {
            continue;
        }
        let (model, preset) = rest.split_once('/').unwrap_or((&rest, ""));
        let finding = match ModelId::from_id(model) {
            None => Finding::warning("model-unknown", format!("There is no model `{model}`")),
            Some(id) => match id.setup(Some(preset), &[], SEED) {
                Ok(_) => continue,
                Err(error) => setup_finding(model, &error),
            },
        };
        problems.push(read.problem(place.link.source.clone(), finding));
    }
}

/// Runs the blocks of a lesson.
fn blocks(read: &ReadLesson, fresh: &Model, problems: &mut Vec<Problem>) {
    for code in read.document.codes().iter().filter(|code| code.info.lang == "console") {
        let mut model = fresh.clone();
        for step in console::steps(&code.text) {
            let printed = match console::run(model.bench_mut(), &step.line) {
                Ok(ran) => ran.output,
                Err(Stopped::Refused(Refusal::Aws(text))) => text,
                Err(stopped) => format!("({})", why(&stopped)),
            };
            if console::agrees(&step.expected, &printed) {
                continue;
            }
            let message = format!("`{}` prints something else in the model", step.line);
            let finding = Finding::error("console-output", message);
            let diff: Vec<String> = console::compare(&step.expected, &printed)
                .into_iter()
                .map(|line| match line {
                    Compared::Same(text) => format!("  {text}"),
                    Compared::Missing(text) => format!("- {text}"),
                    Compared::Extra(text) => format!("+ {text}"),
                })
                .collect();
            let finding = finding.help(format!("- written, + printed:\n{}", diff.join("\n")));
            let span = line_of(read.document.text(), &code.source, &step.line);
            problems.push(read.problem(span, finding));
        }
    }
}

fn why(stopped: &Stopped) -> String {
    match stopped {
        Stopped::Refused(refusal) => format!("refused: {refusal:?}"),
        Stopped::TooLong => "the command came to no end".to_owned(),
    }
}

/// Where in the text the command stands; the block, if it is not found there.
fn line_of(text: &str, block: &std::ops::Range<usize>, line: &str) -> std::ops::Range<usize> {
    let first = line.split_once("  ").map_or(line, |(first, _)| first);
    let body = text.get(block.clone()).unwrap_or_default();
    match body.find(&format!("$ {first}")) {
        Some(at) => block.start + at..block.start + at + 2 + first.len(),
        None => block.clone(),
    }
}
