//! The history of a model: it can be played, stepped, scrubbed, undone and forked, and the state at a
//! moment is the same however it was reached.
//!
//! A history is a row of *moves*: natural steps of the scene and the learner's commands. Only the
//! commands and some checkpoints are stored; everything else is done again when it is wanted.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Scene;
use super::catalog::Setup;
use super::command::{Command, Outcome, Refusal, Stamped};
use super::journal::{Journal, Keeping};
use super::series::Series;
use crate::services::time::{Span, Time};

/// So many checkpoints a branch at most; past that every other one goes.
const MOST_CHECKPOINTS: usize = 512;
/// So many bytes of checkpoints a branch at most, as far as scenes know their weight.
const HEAVIEST_CHECKPOINTS: usize = 192 << 20;
/// The first distance between checkpoints, in moves.
const FIRST_SPACING: u64 = 256;
/// A scene of so many bytes is copied at most once in as many moves, or playing would be mostly copying.
const BYTES_PER_MOVE: u64 = 1_024;
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
    /// About how many bytes it takes.
    weight: usize,
    scene: Arc<S>,
}

impl<S: Scene> Checkpoint<S> {
    fn new(moment: Moment, events: usize, scene: &S) -> Checkpoint<S> {
        Checkpoint { moment, events, weight: scene.weight(), scene: Arc::new(scene.clone()) }
    }
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
        let (metrics, spacing) = match keeping {
            Keeping::Events => (0, u64::MAX),
            Keeping::All | Keeping::None => (S::METRICS.len(), FIRST_SPACING),
        };
        let start = Moment { position: 0, at: Time::START };
        let root = Branch {
            parent: None,
            commands: Vec::new(),
            checkpoints: vec![Checkpoint::new(start, 0, &scene)],
            spacing,
            journal: Journal::new(keeping),
            series: Series::new(metrics, Span::seconds(1)),
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
                Some(due) if due <= until => self.advance_at(due),
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

    /// Makes the next move if there is one.
    fn advance_one(&mut self) {
        if let Some(due) = self.next_at() {
            self.advance_at(due);
        }
    }

    /// Makes the next move, which is due then.
    fn advance_at(&mut self, due: Time) {
        let new = self.now.position == self.branch().end.position;
        if new {
            self.advance_new(due);
        } else {
            self.advance_again(due);
        }
    }

    /// A natural step beyond the branch's end: it is written down, measured and sometimes checkpointed.
    fn advance_new(&mut self, due: Time) {
        let branch = &mut self.branches[self.current];
        sample_before(&self.scene, &mut branch.series, due);
        self.scene.step(&mut branch.journal);
        self.now = Moment { position: self.now.position + 1, at: due.max(self.now.at) };
        self.events = branch.journal.len();
        branch.end = self.now;
        let last = branch.checkpoints.last().map_or(0, |checkpoint| checkpoint.moment.position);
        let gone = self.now.position - last;
        let is_time = gone > 0 && gone.is_multiple_of(branch.spacing);
        if is_time && gone >= self.scene.weight() as u64 / BYTES_PER_MOVE {
            branch.checkpoints.push(Checkpoint::new(self.now, self.events, &self.scene));
            branch.thin_checkpoints();
        }
    }

    /// A move that was made before: nothing is written.
    fn advance_again(&mut self, due: Time) {
        let mut silent = Journal::from_number(self.events, Keeping::None);
        match self.recorded().cloned() {
            Some(Stamped { at, command, .. }) => {
                // It was accepted in this very state before.
                let _ = self.scene.act(at, &command, &mut silent);
                self.now.at = at;
            }
            None => {
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
        let weight: usize = self.checkpoints.iter().map(|kept| kept.weight).sum();
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
