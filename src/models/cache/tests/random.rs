//! Whatever the learner does, in whatever order.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Move {
    Play(u64),
    Step,
    Back,
    SeekTime(u64),
    Do(usize, u8),
    Set(usize, u8),
    Line(usize),
    Undo,
}

const LINES: [&str; 4] = [
    "valkey-cli SET product:1 hello EX 5",
    "valkey-cli FLUSHALL",
    "valkey-cli GET product:2",
    "valkey-cli MGET foo bar",
];

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let a_move = prop_oneof![
        4 => (0u64..8_000).prop_map(Move::Play),
        2 => Just(Move::Step),
        1 => Just(Move::Back),
        1 => (0u64..20_000).prop_map(Move::SeekTime),
        4 => (0..Cache::ACTIONS.len(), any::<u8>()).prop_map(|(at, pick)| Move::Do(at, pick)),
        2 => (0..Cache::KNOBS.len(), any::<u8>()).prop_map(|(at, pick)| Move::Set(at, pick)),
        1 => (0..LINES.len()).prop_map(Move::Line),
        1 => Just(Move::Undo),
    ];
    proptest::collection::vec(a_move, 1..10)
}

fn command(timeline: &Timeline<Cache>, a_move: &Move) -> Option<Command> {
    match a_move {
        Move::Do(at, pick) => {
            let spec = Cache::ACTIONS[*at];
            let things = timeline.scene().objects(timeline.now().at).into_iter();
            let things: Vec<_> = things.filter(|one| Some(one.kind) == spec.target).collect();
            let thing = things.get(usize::from(*pick) % things.len().max(1));
            Some(act(spec.id, thing.map(|object| timeline.scene().name(*object)).as_deref()))
        }
        Move::Set(at, pick) => {
            let knob = &Cache::KNOBS[*at];
            let value = knob.stops[usize::from(*pick) % knob.stops.len()];
            let value = if knob.id.ends_with("-rate") { value.min(50_000) } else { value };
            let value = if knob.id == "rows" { value.min(200) } else { value };
            Some(Command::Set { knob: knob.id.to_owned(), value })
        }
        Move::Line(at) => Some(Command::Aws(LINES[*at].to_owned())),
        _ => None,
    }
}

fn run(timeline: &mut Timeline<Cache>, a_move: &Move) {
    match a_move {
        Move::Play(span) => {
            timeline.play(timeline.now().at + Span(*span), 1_500);
        }
        Move::Step => {
            timeline.step_event(100);
        }
        Move::Back => {
            timeline.step_back();
        }
        Move::SeekTime(at) => {
            timeline.seek_time(Time(*at), 1_500);
        }
        Move::Undo => {
            timeline.undo();
        }
        Move::Do(..) | Move::Set(..) | Move::Line(_) => {
            if let Some(command) = command(timeline, a_move) {
                let before = timeline.scene().clone();
                if timeline.act(command).is_err() {
                    assert_eq!(timeline.scene(), &before, "a refusal changes nothing");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_way_to_a_moment_ends_in_the_state_of_a_straight_run(
        preset in 0..Cache::PRESETS.len(),
        seed in 0u64..50,
        moves in moves(),
    ) {
        let mut timeline = timeline(Cache::PRESETS[preset].id, &[], seed);
        let setup = timeline.setup().clone();
        let mut silent = Timeline::<Cache>::new(setup.clone(), Keeping::None);
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
        for event in timeline.journal().range(0..timeline.events()) {
            match event.because {
                Some(cause) => prop_assert!(cause < event.id, "{:?}", event),
                None => prop_assert!(matches!(event.why, "preset" | "you-asked"), "{:?}", event),
            }
        }
    }
}
