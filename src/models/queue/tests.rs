//! Tests of the queue model.

mod lessons;

use super::Queue;
use crate::models::Scene;
use crate::models::catalog::Setup;
use crate::models::command::Command;
use crate::models::journal::{Arg, Event, Keeping};
use crate::models::timeline::{Played, Timeline};
use crate::models::trials::log;
use crate::services::time::{Span, Time};

fn timeline(preset: &str, knobs: &[(&str, i64)], seed: u64) -> Timeline<Queue> {
    let setup = Setup::new(Queue::PRESETS, Queue::KNOBS, preset, knobs, seed).unwrap();
    Timeline::new(setup, Keeping::All)
}

/// A preset played for so many seconds.
fn played(preset: &str, knobs: &[(&str, i64)], seconds: u64) -> Timeline<Queue> {
    let mut timeline = timeline(preset, knobs, 7);
    assert_eq!(timeline.play(Time::START + Span::seconds(seconds), 1_000_000), Played::Reached);
    timeline
}

fn metric(timeline: &Timeline<Queue>, name: &str) -> i64 {
    timeline.scene().probe(name, timeline.now().at).unwrap()
}

fn act(action: &str, target: Option<&str>) -> Command {
    Command::Do { action: action.to_owned(), target: target.map(str::to_owned), argument: None }
}

fn set(knob: &str, value: i64) -> Command {
    Command::Set { knob: knob.to_owned(), value }
}
