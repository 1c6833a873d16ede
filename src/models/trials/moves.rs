//! Any moves over a model's history: wherever they end, a straight run ends in the same state.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::models::catalog::Unit;
use crate::models::timeline::BranchId;
use crate::services::time::{Span, Time};

/// So many runs for each model, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 24;
/// What `ProptestConfig` says when nobody said anything.
const NOBODY_SAID: u32 = 256;
/// So many moves does one stretch of playing take at most.
const BUDGET: usize = 2_000;

/// Why an event may have no cause: the preset or the learner wanted it.
const ROOTS: [&str; 3] = ["preset", "you-asked", "asked"];

/// Lines that somebody may type; those that an action stands for come from the model itself.
const LINES: [&str; 8] = [
    "aws sqs send-message --queue-url orders --message-body poison-by-hand",
    "aws sqs receive-message --queue-url orders --max-number-of-messages 10",
    "aws sqs receive-message --queue-url orders --wait-time-seconds 3",
    "aws sqs purge-queue --queue-url orders-dlq",
    "aws sqs delete-queue --queue-url orders",
    "aws kinesis split-shard --stream-name clicks --shard-to-split shardId-000000000000 \
     --new-starting-hash-key 10",
    "NAME=$(aws sqs list-queues --query 'QueueUrls[0]' --output text)",
    "sleep 2",
];

/// Something that a learner may do with a timeline.
#[derive(Debug, Clone)]
pub(super) enum Move {
    Play(u64),
    Step,
    Back,
    SeekTime(u64),
    SeekEvent(usize),
    Do(usize, usize),
    Set(usize, usize),
    Type(usize),
    TypeAction(usize, usize),
    Undo,
    Switch(usize),
    Reset,
}

/// Some moves; actions, knobs and things by their place in whatever the model has.
pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let some = 0usize..1_000;
    let a_move = prop_oneof![
        16 => (0u64..20_000).prop_map(Move::Play),
        8 => Just(Move::Step),
        4 => Just(Move::Back),
        4 => (0u64..40_000).prop_map(Move::SeekTime),
        4 => (0usize..200).prop_map(Move::SeekEvent),
        16 => (some.clone(), some.clone()).prop_map(|(at, pick)| Move::Do(at, pick)),
        8 => (some.clone(), some.clone()).prop_map(|(at, pick)| Move::Set(at, pick)),
        3 => some.clone().prop_map(Move::Type),
        3 => (some.clone(), some).prop_map(|(at, pick)| Move::TypeAction(at, pick)),
        4 => Just(Move::Undo),
        4 => (0usize..4).prop_map(Move::Switch),
        1 => Just(Move::Reset),
    ];
    proptest::collection::vec(a_move, 1..14)
}

fn command(id: ModelId, bench: &dyn Bench, a_move: &Move) -> Option<Command> {
    match a_move {
        Move::Do(at, pick) => Some(action(id, bench, *at, *pick)),
        Move::Set(at, pick) => {
            let knob = &id.knobs()[at % id.knobs().len()];
            let value = knob.stops[pick % knob.stops.len()];
            // What is to be tried is the ways, not the crowds.
            let value = match (knob.unit, knob.id) {
                (Unit::MilliPerSecond, _) => value.min(5_000),
                (_, "burst-size") => value.min(50),
                _ => value,
            };
            Some(Command::Set { knob: knob.id.to_owned(), value })
        }
        Move::Type(at) => Some(Command::Aws(LINES[at % LINES.len()].to_owned())),
        Move::TypeAction(at, pick) => {
            bench.aws_equivalent(&action(id, bench, *at, *pick)).map(Command::Aws)
        }
        _ => None,
    }
}

pub(super) fn make(model: &mut Model, a_move: &Move) {
    let id = model.id();
    if let Some(command) = command(id, model.bench(), a_move) {
        let before = model.clone();
        if model.bench_mut().act(command.clone()).is_err() {
            assert!(model.is_where(&before), "{command} was refused and changed something");
            assert_eq!(model.bench().events(), before.bench().events(), "{command}");
        }
        return;
    }
    let bench = model.bench_mut();
    match a_move {
        Move::Play(span) => {
            bench.play(bench.now().at + Span(*span), BUDGET);
        }
        Move::Step => {
            bench.step_event(100);
        }
        Move::Back => {
            bench.step_back();
        }
        Move::SeekTime(at) => {
            bench.seek_time(Time(*at), BUDGET);
        }
        Move::SeekEvent(event) => bench.seek_event(*event),
        Move::Undo => {
            bench.undo();
        }
        Move::Switch(branch) => {
            bench.switch(BranchId(*branch));
        }
        Move::Reset => bench.reset(),
        Move::Do(..) | Move::Set(..) | Move::Type(_) | Move::TypeAction(..) => {}
    }
}

/// The same commands run straight to the same moment.
fn straight(model: &Model) -> Model {
    let bench = model.bench();
    let mut fresh =
        Model::replay(model.id(), bench.setup().clone(), bench.commands()).expect("they were done");
    let straight = fresh.bench_mut();
    while straight.now().position < bench.now().position {
        let due = straight.next_at().expect("the straight run goes as far");
        straight.play(due, 1);
    }
    straight.play(bench.now().at, 0);
    fresh
}

/// Every event but what the preset and the learner wanted has a cause that lies before it.
fn each_has_its_cause(bench: &dyn Bench) {
    for event in bench.journal().range(0..bench.events()) {
        match event.because {
            Some(cause) => assert!(cause < event.id, "{event:?}"),
            None => assert!(ROOTS.contains(&event.why), "{event:?}"),
        }
    }
}

fn any_way_is_the_straight_way(id: ModelId, preset: usize, seed: u64, moves: &[Move]) {
    let preset = id.presets()[preset % id.presets().len()].id;
    let mut model = started(id, preset, seed, Keeping::All);
    let mut silent = started(id, preset, seed, Keeping::None);
    for a_move in moves {
        make(&mut model, a_move);
        make(&mut silent, a_move);
        assert!(model.is_where(&silent), "{preset}: attribution changed the state");
        model.bench().audit();
    }
    let fresh = straight(&model);
    assert!(model.is_where(&fresh), "{preset}: a straight run ends elsewhere");
    let (bench, fresh) = (model.bench(), fresh.bench());
    assert_eq!(bench.now(), fresh.now());
    assert_eq!(bench.events(), fresh.events());
    let told = |bench: &dyn Bench| -> Vec<_> {
        bench.journal().range(0..bench.events()).copied().collect()
    };
    assert_eq!(told(bench), told(fresh));
    each_has_its_cause(bench);
    words::of_events(id, bench);
}

#[test]
fn any_way_to_a_moment_ends_in_the_state_of_a_straight_run() {
    let asked = ProptestConfig::default().cases;
    let cases = if asked == NOBODY_SAID { CASES } else { asked };
    let runs = (0usize..100, 0u64..50, moves());
    for id in ModelId::ALL {
        let config =
            ProptestConfig { source_file: Some(file!()), ..ProptestConfig::with_cases(cases) };
        let result = TestRunner::new(config).run(&runs, |(preset, seed, moves)| {
            any_way_is_the_straight_way(*id, preset, seed, &moves);
            Ok(())
        });
        if let Err(error) = result {
            panic!("{}: {error}", id.id());
        }
    }
}
