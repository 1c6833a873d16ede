//! Trials that every model of the registry is put to, those that come later too.

mod bad_input;
mod logs;
mod moves;
mod words;

use super::command::Command;
use super::journal::{Arg, Event, Keeping};
use super::registry::{Bench, Model, ModelId};

fn started(id: ModelId, preset: &str, seed: u64, keeping: Keeping) -> Model {
    Model::new(id, id.setup(Some(preset), &[], seed).unwrap(), keeping)
}

/// Every preset of every model.
fn presets() -> impl Iterator<Item = (ModelId, &'static str)> {
    let of = |id: &ModelId| id.presets().iter().map(|preset| (*id, preset.id)).collect::<Vec<_>>();
    ModelId::ALL.iter().flat_map(of)
}

/// An action on one of the things it can be done to, if there is any.
fn action(id: ModelId, bench: &dyn Bench, at: usize, pick: usize) -> Command {
    let spec = id.actions()[at % id.actions().len()];
    let mut things = bench.objects();
    things.retain(|object| Some(object.kind) == spec.target);
    let thing = things.get(pick % things.len().max(1));
    let target = thing.map(|object| bench.name(*object));
    Command::Do { action: spec.id.to_owned(), target, argument: None }
}

/// The first events, a line each.
pub(super) fn log(bench: &dyn Bench, count: usize) -> String {
    bench.journal().range(0..count).map(|event| line(bench, event) + "\n").collect()
}

/// An event as a line of keys and names.
pub(super) fn line(bench: &dyn Bench, event: &Event) -> String {
    let args = event.args.iter().flatten().map(|arg| match arg {
        Arg::Object(object) => bench.name(*object),
        Arg::Span(span) => format!("{}ms", span.0),
        Arg::At(at) => at.to_string(),
        Arg::Count(count) => count.to_string(),
        Arg::Halves(halves) => format!("{halves}/2"),
        Arg::Word(word) => (*word).to_owned(),
    });
    let args: Vec<String> = args.collect();
    format!(
        "{:>3} {:>9} {} {} [{}] {}{}{}",
        event.id.0,
        event.at.to_string(),
        bench.name(event.object),
        event.what,
        args.join(" "),
        event.why,
        event.because.map(|cause| format!(" <-{}", cause.0)).unwrap_or_default(),
        event.rule.map(|rule| format!(" {rule}")).unwrap_or_default(),
    )
}
