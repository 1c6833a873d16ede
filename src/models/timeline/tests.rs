//! Any way through a history, on a toy scene that ticks and adds.

use proptest::prelude::*;

use super::super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Unit};
use super::super::journal::{EventId, Note, ObjectId};
use super::super::prompt::Prompt;
use super::*;
use crate::services::chance::Chance;

/// A toy: ticks at random gaps (often none), counts, and can be told to add.
#[derive(Debug, Clone, PartialEq)]
struct Counter {
    chance: Chance,
    next: Time,
    sum: i64,
    last: Option<EventId>,
    prompt: Prompt,
}

const TICK: ObjectId = ObjectId { kind: 0, number: 0 };

impl Scene for Counter {
    const ID: &'static str = "counter";
    const PRESETS: &'static [Preset] = &[Preset { id: "basic", knobs: &[] }];
    const KNOBS: &'static [Knob] = &[];
    const ACTIONS: &'static [ActionSpec] = &[];
    const METRICS: &'static [MetricSpec] = &[MetricSpec { name: "Sum", unit: Unit::Count }];

    fn new(setup: &Setup) -> Counter {
        Counter {
            chance: Chance::new(setup.seed),
            next: Time(5),
            sum: 0,
            last: None,
            prompt: Prompt::default(),
        }
    }

    fn next_at(&self) -> Option<Time> {
        Some(self.next)
    }

    fn step(&mut self, journal: &mut Journal) {
        self.sum += self.chance.below(10) as i64;
        // Two of three steps bring an event; a quarter of the gaps is nothing.
        if !self.chance.parts_in(1, 3) {
            let note = Note::new(TICK, "ticked", "due").because(self.last);
            self.last = Some(journal.write(self.next, note));
        }
        self.next += Span(self.chance.below(4) * 100);
    }

    fn act(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let Command::Set { value, .. } = command else {
            return Err(Refusal::NotNow("never"));
        };
        self.sum = self.sum * 3 + value + now.0 as i64;
        self.last = Some(journal.write(now, Note::new(TICK, "set", "asked")));
        Ok(Outcome::default())
    }

    fn measure(&self, _index: usize, _now: Time) -> i64 {
        self.sum
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        vec![TICK]
    }

    fn name(&self, _object: ObjectId) -> String {
        "tick".to_owned()
    }

    fn knob(&self, _id: &str) -> i64 {
        0
    }

    fn prompt(&self) -> &Prompt {
        &self.prompt
    }
}

fn setup(seed: u64) -> Setup {
    Setup::new(Counter::PRESETS, Counter::KNOBS, "basic", &[], seed).unwrap()
}

#[derive(Debug, Clone)]
enum Act {
    Play(u64),
    Step,
    Back,
    SeekTime(u64),
    SeekEvent(usize),
    Set(i64),
    Refused,
    Undo,
    Switch(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0u64..20_000).prop_map(Act::Play),
        3 => Just(Act::Step),
        2 => Just(Act::Back),
        2 => (0u64..60_000).prop_map(Act::SeekTime),
        2 => (0usize..400).prop_map(Act::SeekEvent),
        3 => (0i64..9).prop_map(Act::Set),
        1 => Just(Act::Refused),
        2 => Just(Act::Undo),
        1 => (0usize..5).prop_map(Act::Switch),
    ];
    proptest::collection::vec(act, 1..40)
}

fn run(timeline: &mut Timeline<Counter>, act: &Act) {
    match act {
        Act::Play(span) => {
            timeline.play(timeline.now().at + Span(*span), 100_000);
        }
        Act::Step => {
            timeline.step_event(100);
        }
        Act::Back => {
            timeline.step_back();
        }
        Act::SeekTime(at) => {
            timeline.seek_time(Time(*at), 100_000);
        }
        Act::SeekEvent(event) => timeline.seek_event(*event),
        Act::Set(value) => {
            let command = Command::Set { knob: "k".to_owned(), value: *value };
            timeline.act(command).unwrap();
        }
        Act::Refused => {
            timeline.act(Command::Aws("aws".to_owned())).unwrap_err();
        }
        Act::Undo => {
            timeline.undo();
        }
        Act::Switch(branch) => {
            timeline.switch(BranchId(*branch));
        }
    }
}

/// The same commands run straight to the same moment.
fn straight(timeline: &Timeline<Counter>, keeping: Keeping) -> Timeline<Counter> {
    let mut fresh =
        Timeline::replay(timeline.setup().clone(), timeline.commands(), keeping).unwrap();
    while fresh.now().position < timeline.now().position {
        fresh.advance_one();
    }
    fresh.rest_until(timeline.now().at);
    fresh
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_way_to_a_moment_ends_in_the_state_of_a_straight_run(seed in 0u64..50, acts in acts()) {
        let mut timeline = Timeline::<Counter>::new(setup(seed), Keeping::All);
        for act in &acts {
            run(&mut timeline, act);
            let fresh = straight(&timeline, Keeping::All);
            prop_assert_eq!(timeline.scene(), fresh.scene());
            prop_assert_eq!(timeline.now(), fresh.now());
            prop_assert_eq!(timeline.events(), fresh.events());
            let there: Vec<_> = timeline.journal().range(0..timeline.events()).collect();
            let straight: Vec<_> = fresh.journal().range(0..fresh.events()).collect();
            prop_assert_eq!(there, straight);
        }
    }

    #[test]
    fn switching_attribution_off_changes_no_state(seed in 0u64..50, acts in acts()) {
        let mut told = Timeline::<Counter>::new(setup(seed), Keeping::All);
        let mut silent = Timeline::<Counter>::new(setup(seed), Keeping::None);
        for act in &acts {
            run(&mut told, act);
            run(&mut silent, act);
            prop_assert_eq!(told.scene(), silent.scene());
            prop_assert_eq!(told.now(), silent.now());
        }
    }
}

fn set(value: i64) -> Command {
    Command::Set { knob: "k".to_owned(), value }
}

#[test]
fn acting_in_the_past_keeps_the_old_future_as_a_branch() {
    let mut timeline = Timeline::<Counter>::new(setup(1), Keeping::All);
    timeline.play(Time(10_000), 100_000);
    timeline.act(set(1)).unwrap();
    timeline.play(Time(20_000), 100_000);
    let old_end = timeline.scene().clone();
    timeline.seek_time(Time(5_000), 0);
    timeline.act(set(2)).unwrap();
    assert_eq!(timeline.branches().count(), 2);
    timeline.play(Time(20_000), 100_000);
    assert_ne!(timeline.scene(), &old_end);
    assert!(timeline.switch(BranchId(0)));
    assert_eq!(timeline.scene(), &old_end);
    assert_eq!(timeline.now().at, Time(20_000));
}

#[test]
fn undo_takes_the_last_command_back_and_can_itself_be_taken_back() {
    let mut timeline = Timeline::<Counter>::new(setup(1), Keeping::All);
    timeline.play(Time(1_000), 100_000);
    let before = timeline.scene().clone();
    timeline.act(set(4)).unwrap();
    timeline.play(Time(3_000), 100_000);
    assert_eq!(timeline.undo(), Some(set(4)));
    assert_eq!((timeline.scene(), timeline.now().at), (&before, Time(1_000)));
    timeline.play(Time(3_000), 100_000);
    assert!(timeline.commands().is_empty());
    assert_eq!(timeline.undo(), None);
    assert!(timeline.switch(BranchId(0)));
    assert_eq!(timeline.commands().len(), 1);
}

#[test]
fn a_long_history_keeps_few_checkpoints() {
    let mut timeline = Timeline::<Counter>::new(setup(1), Keeping::None);
    timeline.play(Time(30_000_000), usize::MAX);
    assert!(timeline.now().position > 150_000);
    assert!(timeline.branch().checkpoints.len() <= MOST_CHECKPOINTS);
    let end = timeline.scene().clone();
    timeline.seek_time(Time(15_000_000), 0);
    timeline.seek_time(Time(30_000_000), 0);
    assert_eq!(timeline.scene(), &end);
}
