//! Tests of the cache model: its rules, and what each preset teaches.

mod engines;
mod rules;

use super::Cache;
use crate::models::Scene;
use crate::models::catalog::Setup;
use crate::models::command::Command;
use crate::models::journal::{Event, Keeping};
use crate::models::timeline::{Played, Timeline};
use crate::services::time::{Span, Time};

fn timeline(preset: &str, knobs: &[(&str, i64)], seed: u64) -> Timeline<Cache> {
    let setup = Setup::new(Cache::PRESETS, Cache::KNOBS, preset, knobs, seed).unwrap();
    Timeline::new(setup, Keeping::All)
}

/// A preset played for so many seconds.
fn played(preset: &str, knobs: &[(&str, i64)], seconds: u64) -> Timeline<Cache> {
    let mut timeline = timeline(preset, knobs, 7);
    assert_eq!(timeline.play(Time::START + Span::seconds(seconds), 1_000_000), Played::Reached);
    timeline
}

/// A preset in which only the learner acts.
fn quiet(knobs: &[(&str, i64)]) -> Timeline<Cache> {
    let mut all = vec![("read-rate", 0), ("write-rate", 0), ("rows", 4)];
    all.extend_from_slice(knobs);
    timeline("basic", &all, 7)
}

fn metric(timeline: &Timeline<Cache>, name: &str) -> i64 {
    timeline.scene().probe(name, timeline.now().at).unwrap()
}

fn act(action: &str, target: Option<&str>) -> Command {
    Command::Do { action: action.to_owned(), target: target.map(str::to_owned), argument: None }
}

fn go(timeline: &mut Timeline<Cache>, millis: u64) {
    let until = timeline.now().at + Span(millis);
    timeline.play(until, 1_000_000);
}

/// Does something and lets so much time pass.
fn then(timeline: &mut Timeline<Cache>, command: Command, millis: u64) {
    timeline.act(command).unwrap();
    go(timeline, millis);
}

fn events<'a>(timeline: &'a Timeline<Cache>, what: &str) -> Vec<&'a Event> {
    timeline.journal().range(0..usize::MAX).filter(|event| event.what == what).collect()
}
