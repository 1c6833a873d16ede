//! The history of a model: it can be played, stepped, scrubbed, undone and forked, and the state at a
//! moment is the same however it was reached.
//!
//! A history is a row of *moves*: natural steps of the scene and the learner's commands. Only the
//! commands and some checkpoints are stored; everything else is done again when it is wanted.

use std::sync::Arc;

use super::Scene;
use super::catalog::Setup;
use super::command::{Command, Outcome, Refusal, Stamped};
use super::journal::{Journal, Keeping};
use super::series::Series;
use crate::services::time::{Span, Time};

/// So many checkpoints a branch at most; past that every other one goes.
const MOST_CHECKPOINTS: usize = 96;
/// So many bytes of checkpoints a branch at most, as far as scenes know their weight.
const HEAVIEST_CHECKPOINTS: usize = 192 << 20;
/// The first distance between checkpoints, in moves.
const FIRST_SPACING: u64 = 256;
/// A share line that asks for more moves than this is a mistake, and would keep the program busy for ever.
const MOST_REPLAYED: u64 = 20_000_000;

/// The number of a branch of a timeline, from 0; branch 0 is the first history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchId(pub usize);

/// A place in a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// How many moves have been made.
    pub position: u64,
    /// The virtual time.
    pub at: Time,
}

#[derive(Debug, Clone)]
struct Checkpoint<S> {
    moment: Moment,
    /// How many events had been written.
    events: usize,
    scene: Arc<S>,
}

#[derive(Debug, Clone)]
struct Branch<S> {
    parent: Option<(BranchId, Moment)>,
    /// All commands from the root of the timeline on, by ascending position.
    commands: Vec<Stamped>,
    checkpoints: Vec<Checkpoint<S>>,
    spacing: u64,
    journal: Journal,
    series: Series,
    /// The furthest that this branch was ever played to.
    end: Moment,
}

/// What the learner may want to know of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchSummary {
    /// Which branch.
    pub id: BranchId,
    /// Where it left its parent.
    pub parent: Option<(BranchId, Moment)>,
    /// How far it was played.
    pub end: Moment,
    /// How many commands lie on it, those before the fork included.
    pub commands: usize,
}

/// How a stretch of playing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Played {
    /// The time asked for was reached.
    Reached,
    /// The budget of moves ran out first; go on where it stopped.
    OutOfBudget,
}

/// The history of one model, with a cursor at the moment that is shown.
#[derive(Debug, Clone)]
pub struct Timeline<S: Scene> {
    setup: Setup,
    branches: Vec<Branch<S>>,
    current: usize,
    scene: S,
    now: Moment,
    /// How many events of the branch's journal have happened at the cursor.
    events: usize,
}

impl<S: Scene> Timeline<S> {
    /// A new history. With [`Keeping::None`] nothing is written down, and all else is the same.
    pub fn new(setup: Setup, keeping: Keeping) -> Timeline<S> {
        let scene = S::new(&setup);
        let start = Moment { position: 0, at: Time::START };
        let root = Branch {
            parent: None,
            commands: Vec::new(),
            checkpoints: vec![Checkpoint {
                moment: start,
                events: 0,
                scene: Arc::new(scene.clone()),
            }],
            spacing: FIRST_SPACING,
            journal: Journal::new(keeping),
            series: Series::new(S::METRICS.len(), Span::seconds(1)),
            end: start,
        };
        Timeline { setup, branches: vec![root], current: 0, scene, now: start, events: 0 }
    }

    /// The history that `commands` make of `setup`, played to the last of them. A command that the
    /// scene refuses, or that does not fit its place, is told with its number.
    pub fn replay(
        setup: Setup,
        commands: &[Stamped],
        keeping: Keeping,
    ) -> Result<Timeline<S>, (usize, Refusal)> {
        let mut timeline: Timeline<S> = Timeline::new(setup, keeping);
        for (number, stamped) in commands.iter().enumerate() {
            let misfit = || (number, Refusal::NotNow("history-does-not-fit"));
            if stamped.position > MOST_REPLAYED {
                return Err(misfit());
            }
            while timeline.now.position < stamped.position {
                match timeline.scene.next_at() {
                    Some(due) if due <= stamped.at => timeline.advance_one(),
                    _ => return Err(misfit()),
                }
            }
            timeline.now.at = timeline.now.at.max(stamped.at);
            timeline.act(stamped.command.clone()).map_err(|refusal| (number, refusal))?;
        }
        Ok(timeline)
    }

    /// What the history started from.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The scene at the cursor.
    pub fn scene(&self) -> &S {
        &self.scene
    }

    /// The cursor.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The furthest that the current branch was played to.
    pub fn end(&self) -> Moment {
        self.branch().end
    }

    /// Whether the cursor stands in the past of its branch.
    pub fn is_in_past(&self) -> bool {
        self.now < self.branch().end
    }

    /// The journal of the current branch; the first [`Timeline::events`] of it have happened.
    pub fn journal(&self) -> &Journal {
        &self.branch().journal
    }

    /// How many events have happened at the cursor.
    pub fn events(&self) -> usize {
        self.events
    }

    /// The metrics of the current branch.
    pub fn series(&self) -> &Series {
        &self.branch().series
    }

    /// The commands that led to the cursor.
    pub fn commands(&self) -> &[Stamped] {
        let commands = &self.branch().commands;
        &commands[..commands.partition_point(|done| done.position < self.now.position)]
    }

    /// When the next move is due: the next recorded command of the branch or the scene's own next step.
    pub fn next_at(&self) -> Option<Time> {
        match self.recorded() {
            Some(command) => Some(command.at),
            None => self.scene.next_at(),
        }
    }

    /// All branches.
    pub fn branches(&self) -> impl Iterator<Item = BranchSummary> + '_ {
        self.branches.iter().enumerate().map(|(index, branch)| BranchSummary {
            id: BranchId(index),
            parent: branch.parent,
            end: branch.end,
            commands: branch.commands.len(),
        })
    }

    /// The branch of the cursor.
    pub fn current_branch(&self) -> BranchId {
        BranchId(self.current)
    }

    /// Plays to `until`, making at most `budget` moves.
    pub fn play(&mut self, until: Time, budget: usize) -> Played {
        for _ in 0..budget {
            match self.next_at() {
                Some(due) if due <= until => self.advance_one(),
                _ => {
                    self.rest_until(until);
                    return Played::Reached;
                }
            }
        }
        if self.next_at().is_none_or(|due| due > until) {
            self.rest_until(until);
            return Played::Reached;
        }
        Played::OutOfBudget
    }

    /// Makes moves until one event more has happened, or nothing is left to happen, or `budget` moves
    /// brought no event. Says whether an event happened.
    pub fn step_event(&mut self, budget: usize) -> bool {
        let before = self.events;
        for _ in 0..budget {
            if self.next_at().is_none() {
                return false;
            }
            self.advance_one();
            if self.events > before {
                return true;
            }
        }
        false
    }

    /// Goes back to just before the move that brought the last event. Says whether there was one.
    pub fn step_back(&mut self) -> bool {
        if self.events == 0 {
            return false;
        }
        let target = self.events - 1;
        self.restore_where(|checkpoint| checkpoint.events <= target);
        // The moves of one checkpoint's stretch are made again up to the one that passes the target.
        let mut before = (self.scene.clone(), self.now, self.events);
        while self.events <= target && self.next_at().is_some() {
            before = (self.scene.clone(), self.now, self.events);
            self.advance_one();
        }
        (self.scene, self.now, self.events) = before;
        true
    }

    /// Goes to a time of the current branch, past or future; at most `budget` moves into the unplayed
    /// future.
    pub fn seek_time(&mut self, at: Time, budget: usize) -> Played {
        if at < self.now.at {
            self.restore_where(|checkpoint| checkpoint.moment.at <= at);
            return self.play(at, usize::MAX);
        }
        if at <= self.branch().end.at {
            if self.nearest_checkpoint(|checkpoint| checkpoint.moment.at <= at).moment.position
                > self.now.position
            {
                self.restore_where(|checkpoint| checkpoint.moment.at <= at);
            }
            return self.play(at, usize::MAX);
        }
        self.play(at, budget)
    }

    /// Goes to the moment right after event number `event` of the current branch (0 is the first).
    pub fn seek_event(&mut self, event: usize) {
        let wanted = (event + 1).min(self.branch().journal.len());
        let nearest = self.nearest_checkpoint(|checkpoint| checkpoint.events <= wanted);
        if wanted < self.events || nearest.moment.position > self.now.position {
            self.restore_where(|checkpoint| checkpoint.events <= wanted);
        }
        while self.events < wanted && self.now < self.branch().end {
            self.advance_one();
        }
    }

    /// Does what the learner asked, now. In the past this forks: the old future stays as a branch of its
    /// own. A refusal changes nothing.
    pub fn act(&mut self, command: Command) -> Result<Outcome, Refusal> {
        let before = self.scene.clone();
        let mut told = Journal::from_number(self.events, self.branch().journal.keeping());
        let outcome = match self.scene.act(self.now.at, &command, &mut told) {
            Ok(outcome) => outcome,
            Err(refusal) => {
                self.scene = before;
                return Err(refusal);
            }
        };
        if self.is_in_past() {
            self.fork();
        }
        let stamped = Stamped { position: self.now.position, at: self.now.at, command };
        let branch = &mut self.branches[self.current];
        branch.journal.append(told);
        branch.commands.push(stamped);
        self.events = branch.journal.len();
        self.now.position += 1;
        branch.end = self.now;
        Ok(outcome)
    }

    /// Takes the last command before the cursor back: the cursor goes to the moment it was given at, on
    /// a branch without it. Gives the command, or `None` if there is none.
    pub fn undo(&mut self) -> Option<Command> {
        let last = self.commands().last()?.clone();
        self.restore_where(|checkpoint| checkpoint.moment.position <= last.position);
        while self.now.position < last.position {
            self.advance_one();
        }
        self.now.at = last.at;
        self.fork();
        Some(last.command)
    }

    /// Goes to another branch, at the cursor's time or at the branch's end if that comes first.
    pub fn switch(&mut self, branch: BranchId) -> bool {
        let Some(end) = self.branches.get(branch.0).map(|branch| branch.end) else { return false };
        let at = self.now.at.min(end.at);
        self.current = branch.0;
        self.restore_where(|checkpoint| checkpoint.moment.at <= at);
        self.play(at, usize::MAX);
        true
    }

    /// Back to the start with nothing done; all branches are forgotten.
    pub fn reset(&mut self) {
        let keeping = self.branch().journal.keeping();
        *self = Timeline::new(self.setup.clone(), keeping);
    }

    fn branch(&self) -> &Branch<S> {
        &self.branches[self.current]
    }

    /// The recorded command that is the branch's next move, if a command is.
    fn recorded(&self) -> Option<&Stamped> {
        let commands = &self.branch().commands;
        let at = commands.partition_point(|done| done.position < self.now.position);
        commands.get(at).filter(|next| next.position == self.now.position)
    }

    /// Lets time pass without a move.
    fn rest_until(&mut self, until: Time) {
        self.now.at = self.now.at.max(until);
        let branch = &mut self.branches[self.current];
        if self.now.position == branch.end.position && self.now.at > branch.end.at {
            sample(&self.scene, &mut branch.series, self.now.at);
            branch.end.at = self.now.at;
        }
    }

    /// Makes the next move, which must exist.
    fn advance_one(&mut self) {
        let new = self.now.position == self.branch().end.position;
        if new {
            self.advance_new();
        } else {
            self.advance_again();
        }
    }

    /// A natural step beyond the branch's end: it is written down, measured and sometimes checkpointed.
    fn advance_new(&mut self) {
        let Some(due) = self.scene.next_at() else { return };
        let branch = &mut self.branches[self.current];
        sample_before(&self.scene, &mut branch.series, due);
        self.scene.step(&mut branch.journal);
        self.now = Moment { position: self.now.position + 1, at: due.max(self.now.at) };
        self.events = branch.journal.len();
        branch.end = self.now;
        let last = branch.checkpoints.last().map_or(0, |checkpoint| checkpoint.moment.position);
        if self.now.position - last >= branch.spacing {
            let (moment, events) = (self.now, self.events);
            branch.checkpoints.push(Checkpoint {
                moment,
                events,
                scene: Arc::new(self.scene.clone()),
            });
            branch.thin_checkpoints();
        }
    }

    /// A move that was made before: nothing is written.
    fn advance_again(&mut self) {
        let mut silent = Journal::from_number(self.events, Keeping::None);
        match self.recorded().cloned() {
            Some(Stamped { at, command, .. }) => {
                // It was accepted in this very state before.
                let _ = self.scene.act(at, &command, &mut silent);
                self.now.at = at;
            }
            None => {
                let Some(due) = self.scene.next_at() else { return };
                self.scene.step(&mut silent);
                self.now.at = due.max(self.now.at);
            }
        }
        self.now.position += 1;
        self.events = silent.len();
    }

    fn nearest_checkpoint(&self, before: impl Fn(&Checkpoint<S>) -> bool) -> &Checkpoint<S> {
        let checkpoints = &self.branch().checkpoints;
        let count = checkpoints.partition_point(before);
        &checkpoints[count.max(1) - 1]
    }

    fn restore_where(&mut self, before: impl Fn(&Checkpoint<S>) -> bool) {
        let nearest = self.nearest_checkpoint(before);
        let (scene, moment, events) = ((*nearest.scene).clone(), nearest.moment, nearest.events);
        self.scene = scene;
        self.now = moment;
        self.events = events;
    }

    /// A new branch that is the current one up to the cursor, and becomes the current one.
    fn fork(&mut self) {
        let (now, events) = (self.now, self.events);
        let old = self.branch();
        let mut journal = old.journal.clone();
        journal.truncate(events);
        let mut series = old.series.clone();
        series.truncate(now.at);
        let kept = old.checkpoints.partition_point(|kept| kept.moment.position <= now.position);
        let branch = Branch {
            parent: Some((BranchId(self.current), now)),
            commands: self.commands().to_vec(),
            checkpoints: old.checkpoints[..kept].to_vec(),
            spacing: old.spacing,
            journal,
            series,
            end: now,
        };
        self.branches.push(branch);
        self.current = self.branches.len() - 1;
    }
}

impl<S: Scene> Branch<S> {
    fn thin_checkpoints(&mut self) {
        let weight: usize = self.checkpoints.iter().map(|kept| kept.scene.weight()).sum();
        if self.checkpoints.len() <= MOST_CHECKPOINTS
            && (weight <= HEAVIEST_CHECKPOINTS || self.checkpoints.len() < 8)
        {
            return;
        }
        let mut number = 0;
        self.checkpoints.retain(|_| {
            number += 1;
            number % 2 == 1
        });
        self.spacing *= 2;
    }
}

/// Takes the samples due before `at`: the scene does not change until then.
fn sample_before<S: Scene>(scene: &S, series: &mut Series, at: Time) {
    while series.next_at() < at {
        let due = series.next_at();
        series.sample(|index| scene.measure(index, due));
    }
}

/// Takes the samples due at or before `at`.
fn sample<S: Scene>(scene: &S, series: &mut Series, at: Time) {
    while series.next_at() <= at {
        let due = series.next_at();
        series.sample(|index| scene.measure(index, due));
    }
}

#[cfg(test)]
mod tests {
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
}
