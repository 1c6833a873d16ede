//! Whatever the learner does, in whatever order.

use proptest::prelude::*;

use super::*;
use crate::models::timeline::BranchId;

#[derive(Debug, Clone)]
enum Move {
    Play(u64),
    Step,
    Back,
    SeekTime(u64),
    SeekEvent(usize),
    Do(usize, u8),
    Set(usize, u8),
    Aws(usize),
    Undo,
    Switch(usize),
}

const LINES: [&str; 4] = [
    "aws sqs send-message --queue-url orders --message-body poison-by-hand",
    "aws sqs receive-message --queue-url orders --max-number-of-messages 10",
    "aws sqs receive-message --queue-url orders --wait-time-seconds 3",
    "aws sqs purge-queue --queue-url orders-dlq",
];

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let a_move = prop_oneof![
        4 => (0u64..30_000).prop_map(Move::Play),
        2 => Just(Move::Step),
        1 => Just(Move::Back),
        1 => (0u64..60_000).prop_map(Move::SeekTime),
        1 => (0usize..300).prop_map(Move::SeekEvent),
        4 => (0..Queue::ACTIONS.len(), any::<u8>()).prop_map(|(at, pick)| Move::Do(at, pick)),
        2 => (0..Queue::KNOBS.len(), any::<u8>()).prop_map(|(at, pick)| Move::Set(at, pick)),
        1 => (0..LINES.len()).prop_map(Move::Aws),
        1 => Just(Move::Undo),
        1 => (0usize..4).prop_map(Move::Switch),
    ];
    proptest::collection::vec(a_move, 1..14)
}

/// The command of a move, for the things that are there.
fn command(scene: &Queue, now: Time, a_move: &Move) -> Option<Command> {
    match a_move {
        Move::Do(at, pick) => {
            let spec = Queue::ACTIONS[*at];
            let things: Vec<_> = scene
                .objects(now)
                .into_iter()
                .filter(|object| Some(object.kind) == spec.target)
                .collect();
            let thing = things.get(usize::from(*pick) % things.len().max(1));
            Some(act(spec.id, thing.map(|object| scene.name(*object)).as_deref()))
        }
        Move::Set(at, pick) => {
            let knob = &Queue::KNOBS[*at];
            let mut value = knob.stops[usize::from(*pick) % knob.stops.len()];
            if knob.unit == crate::models::catalog::Unit::MilliPerSecond {
                value = value.min(5_000);
            }
            if knob.id == "burst-size" {
                value = value.min(50);
            }
            Some(set(knob.id, value))
        }
        Move::Aws(at) => Some(Command::Aws(LINES[*at].to_owned())),
        _ => None,
    }
}

fn run(timeline: &mut Timeline<Queue>, a_move: &Move) {
    match a_move {
        Move::Play(span) => {
            timeline.play(timeline.now().at + Span(*span), 3_000);
        }
        Move::Step => {
            timeline.step_event(100);
        }
        Move::Back => {
            timeline.step_back();
        }
        Move::SeekTime(at) => {
            timeline.seek_time(Time(*at), 3_000);
        }
        Move::SeekEvent(event) => timeline.seek_event(*event),
        Move::Undo => {
            timeline.undo();
        }
        Move::Switch(branch) => {
            timeline.switch(BranchId(*branch));
        }
        Move::Do(..) | Move::Set(..) | Move::Aws(_) => {
            let (scene, now) = (timeline.scene(), timeline.now().at);
            if let Some(command) = command(scene, now, a_move) {
                // Refusals are part of it.
                let _ = timeline.act(command);
            }
        }
    }
}

/// The book agrees with the service, and every event has a cause.
fn check(timeline: &Timeline<Queue>) {
    let scene = timeline.scene();
    for place in [super::super::Place::Main, super::super::Place::Dead] {
        let counts = scene.counts(place);
        let told = scene.book().of(place).len();
        let there = counts.visible + counts.in_flight + counts.delayed;
        // A retention that was just shortened ends messages at once; the book is told at the next step.
        assert!(told >= there, "{place:?}: {told} told, {there} there");
    }
    for event in timeline.journal().range(0..timeline.events()) {
        match event.because {
            Some(cause) => assert!(cause < event.id, "{event:?}"),
            None => assert!(matches!(event.why, "preset" | "you-asked"), "{event:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_way_to_a_moment_ends_in_the_state_of_a_straight_run(
        preset in 0..Queue::PRESETS.len(),
        seed in 0u64..50,
        moves in moves(),
    ) {
        let mut timeline = timeline(Queue::PRESETS[preset].id, &[], seed);
        let setup = timeline.setup().clone();
        let mut silent = Timeline::<Queue>::new(setup.clone(), Keeping::None);
        for a_move in &moves {
            run(&mut timeline, a_move);
            run(&mut silent, a_move);
            // Switching attribution off changes no state.
            prop_assert_eq!(timeline.scene(), silent.scene());
        }
        let mut fresh = Timeline::replay(setup, timeline.commands(), Keeping::All).unwrap();
        while fresh.now().position < timeline.now().position {
            let due = fresh.next_at().expect("the straight run goes as far");
            fresh.play(due, 1);
        }
        fresh.play(timeline.now().at, 0);
        prop_assert_eq!(timeline.scene(), fresh.scene());
        prop_assert_eq!(timeline.events(), fresh.events());
        check(&timeline);
    }
}
