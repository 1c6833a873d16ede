//! Trials that every model can be put to: its log in words, and any moves over its history.

use proptest::prelude::*;

use super::Scene;
use super::catalog::{Setup, Unit};
use super::command::Command;
use super::journal::{Arg, Event, Keeping};
use super::timeline::{BranchId, Timeline};
use crate::services::time::{Span, Time};

/// The first `count` events of a preset with seed 7, a line each.
pub(super) fn log<S: Scene>(preset: &str, seconds: u64, count: usize) -> String {
    let setup = Setup::new(S::PRESETS, S::KNOBS, preset, &[], 7).unwrap();
    let mut timeline = Timeline::<S>::new(setup, Keeping::All);
    timeline.play(Time::START + Span::seconds(seconds), usize::MAX);
    let events = timeline.journal().range(0..count);
    events.map(|event| line(timeline.scene(), event) + "\n").collect()
}

fn line<S: Scene>(scene: &S, event: &Event) -> String {
    let args = event.args.iter().flatten().map(|arg| match arg {
        Arg::Object(object) => scene.name(*object),
        Arg::Span(span) => format!("{}ms", span.0),
        Arg::At(at) => at.to_string(),
        Arg::Count(count) => count.to_string(),
        Arg::Word(word) => (*word).to_owned(),
    });
    let args: Vec<String> = args.collect();
    format!(
        "{:>3} {:>9} {} {} [{}] {}{}{}",
        event.id.0,
        event.at.to_string(),
        scene.name(event.object),
        event.what,
        args.join(" "),
        event.why,
        event.because.map(|cause| format!(" <-{}", cause.0)).unwrap_or_default(),
        event.rule.map(|rule| format!(" {rule}")).unwrap_or_default(),
    )
}

/// Something that a learner may do with a timeline.
#[derive(Debug, Clone)]
pub(super) enum Move {
    Play(u64),
    Step,
    Back,
    SeekTime(u64),
    SeekEvent(usize),
    Do(usize, u8),
    Set(usize, u8),
    Aws,
    Undo,
    Switch(usize),
}

/// Some moves; actions and knobs by their place in the model's tables.
pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let a_move = prop_oneof![
        4 => (0u64..20_000).prop_map(Move::Play),
        2 => Just(Move::Step),
        1 => Just(Move::Back),
        1 => (0u64..40_000).prop_map(Move::SeekTime),
        1 => (0usize..200).prop_map(Move::SeekEvent),
        4 => (0usize..50, any::<u8>()).prop_map(|(at, pick)| Move::Do(at, pick)),
        2 => (0usize..50, any::<u8>()).prop_map(|(at, pick)| Move::Set(at, pick)),
        1 => Just(Move::Aws),
        1 => Just(Move::Undo),
        1 => (0usize..4).prop_map(Move::Switch),
    ];
    proptest::collection::vec(a_move, 1..12)
}

fn command<S: Scene>(scene: &S, now: Time, a_move: &Move) -> Option<Command> {
    match a_move {
        Move::Do(at, pick) => {
            let spec = S::ACTIONS[at % S::ACTIONS.len()];
            let things = scene.objects(now).into_iter();
            let things: Vec<_> = things.filter(|object| Some(object.kind) == spec.target).collect();
            let thing = things.get(usize::from(*pick) % things.len().max(1));
            let target = thing.map(|object| scene.name(*object));
            Some(Command::Do { action: spec.id.to_owned(), target, argument: None })
        }
        Move::Set(at, pick) => {
            let knob = &S::KNOBS[at % S::KNOBS.len()];
            let mut value = knob.stops[usize::from(*pick) % knob.stops.len()];
            if knob.unit == Unit::MilliPerSecond {
                value = value.min(2_000);
            }
            Some(Command::Set { knob: knob.id.to_owned(), value })
        }
        Move::Aws => {
            let send = "aws sqs send-message --queue-url orders --message-body by-hand";
            Some(Command::Aws(send.to_owned()))
        }
        _ => None,
    }
}

fn run<S: Scene>(timeline: &mut Timeline<S>, a_move: &Move) {
    match a_move {
        Move::Play(span) => {
            timeline.play(timeline.now().at + Span(*span), 2_000);
        }
        Move::Step => {
            timeline.step_event(100);
        }
        Move::Back => {
            timeline.step_back();
        }
        Move::SeekTime(at) => {
            timeline.seek_time(Time(*at), 2_000);
        }
        Move::SeekEvent(event) => timeline.seek_event(*event),
        Move::Undo => {
            timeline.undo();
        }
        Move::Switch(branch) => {
            timeline.switch(BranchId(*branch));
        }
        Move::Do(..) | Move::Set(..) | Move::Aws => {
            if let Some(command) = command(timeline.scene(), timeline.now().at, a_move) {
                let before = timeline.scene().clone();
                if timeline.act(command).is_err() {
                    assert_eq!(*timeline.scene(), before, "a refusal changes nothing");
                }
            }
        }
    }
}

/// Makes the moves: a journal that is off changes nothing, a straight run comes to the same state, and
/// every event but the learner's own has a cause.
pub(super) fn any_way_is_the_straight_way<S: Scene>(preset: usize, seed: u64, moves: &[Move]) {
    let preset = S::PRESETS[preset % S::PRESETS.len()].id;
    let setup = Setup::new(S::PRESETS, S::KNOBS, preset, &[], seed).unwrap();
    let mut timeline = Timeline::<S>::new(setup.clone(), Keeping::All);
    let mut silent = Timeline::<S>::new(setup.clone(), Keeping::None);
    for a_move in moves {
        run(&mut timeline, a_move);
        run(&mut silent, a_move);
        assert_eq!(timeline.scene(), silent.scene(), "attribution changes no state");
    }
    let mut fresh = Timeline::<S>::replay(setup, timeline.commands(), Keeping::All).unwrap();
    while fresh.now().position < timeline.now().position {
        let due = fresh.next_at().expect("the straight run goes as far");
        fresh.play(due, 1);
    }
    fresh.play(timeline.now().at, 0);
    assert_eq!(timeline.scene(), fresh.scene());
    assert_eq!(timeline.events(), fresh.events());
    for event in timeline.journal().range(0..timeline.events()) {
        match event.because {
            Some(cause) => assert!(cause < event.id, "{event:?}"),
            None => assert!(matches!(event.why, "preset" | "you-asked"), "{event:?}"),
        }
    }
}

/// Every id of the model's tables, and every word of its events over its presets, has its text.
pub(super) fn everything_has_its_words<S: Scene>(seconds: u64) {
    let words = crate::words::models::of(S::ID, crate::words::Lang::En).unwrap();
    let tables = words.tables;
    let rows = [
        (tables.presets, S::PRESETS.iter().map(|preset| preset.id).collect::<Vec<_>>()),
        (tables.knobs, S::KNOBS.iter().map(|knob| knob.id).collect()),
        (tables.actions, S::ACTIONS.iter().map(|action| action.id).collect()),
        (tables.metrics, S::METRICS.iter().map(|metric| metric.name).collect()),
    ];
    for (rows, ids) in rows {
        assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), ids);
    }
    for choice in S::KNOBS.iter().flat_map(|knob| knob.choices) {
        assert!(tables.choices.iter().any(|line| line[0] == *choice), "{choice}");
    }
    for preset in S::PRESETS {
        let setup = Setup::new(S::PRESETS, S::KNOBS, preset.id, &[], 7).unwrap();
        let mut timeline = Timeline::<S>::new(setup, Keeping::All);
        timeline.play(Time::START + Span::seconds(seconds), usize::MAX);
        for event in timeline.journal().range(0..timeline.events()) {
            assert!(tables.events.iter().any(|line| line[0] == event.what), "{event:?}");
            assert!(tables.whys.iter().any(|line| line[0] == event.why), "{event:?}");
        }
    }
}
