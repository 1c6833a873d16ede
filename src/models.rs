//! Live models: the engine (virtual clock, timeline, journal) and one folder a model.
//!
//! A model is a [`Scene`]: services plus actors on a virtual clock, as one plain value. The
//! [`Timeline`](timeline::Timeline) runs it, remembers the learner's commands, and can go to any
//! moment of any branch again. A scene knows no screen and no language: what happened is told as
//! [`Event`](journal::Event)s of numbered words, which the language files turn into sentences.

pub mod agenda;
pub mod aurora;
pub mod cache;
pub mod catalog;
pub mod command;
pub mod compare;
pub mod connections;
pub mod console;
pub mod dials;
pub mod duel;
pub mod dynamodb;
pub mod fanout;
pub mod journal;
pub mod leads;
pub mod playback;
pub mod prompt;
pub mod queue;
pub mod rate;
pub mod rds;
pub mod registry;
pub mod series;
pub mod stream;
pub mod timeline;
pub mod workload;

#[cfg(test)]
mod trials;

use crate::services::time::Time;
use catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use command::{Command, Outcome, Refusal};
use journal::{Journal, ObjectId};
use prompt::Prompt;

/// The world of one live model: a plain value that does one thing after another.
///
/// All that a scene will do is decided by its [`Setup`] and the commands it is given: no clock, no
/// chance that is not in it, no floats in what decides. Cloning it makes a checkpoint.
pub trait Scene: Clone + PartialEq + std::fmt::Debug + Sized {
    /// The model's id in lessons and on the command line, such as `queue`.
    const ID: &'static str;
    /// The presets, the first being the default.
    const PRESETS: &'static [Preset];
    /// The knobs, in the order in which they are shown.
    const KNOBS: &'static [Knob];
    /// What the learner can do with one key, break-it actions among them.
    const ACTIONS: &'static [ActionSpec];
    /// What is measured, named as CloudWatch names it where CloudWatch has it.
    const METRICS: &'static [MetricSpec];

    /// The scene as a preset starts it, with the knobs turned and the seed given.
    fn new(setup: &Setup) -> Self;

    /// When the next thing happens by itself; `None` when nothing ever will.
    fn next_at(&self) -> Option<Time>;

    /// Does exactly one thing: the next. Called only when [`next_at`](Scene::next_at) is `Some`.
    fn step(&mut self, journal: &mut Journal);

    /// Does what the learner asked at `now` (everything due before `now` has been stepped). After a
    /// refusal the [`Timeline`](timeline::Timeline) puts the scene back as it was.
    fn act(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal>;

    /// The value of [`Scene::METRICS`]`[index]` at `now`, in the metric's unit.
    fn measure(&self, index: usize, now: Time) -> i64;

    /// A named number of the state, for predictions and tests: every metric's name works, and what the
    /// model adds. `None` for a name it does not know.
    fn probe(&self, name: &str, now: Time) -> Option<i64> {
        let index = Self::METRICS.iter().position(|metric| metric.name == name)?;
        Some(self.measure(index, now))
    }

    /// Everything that can be selected now, in the order in which the selection walks.
    fn objects(&self, now: Time) -> Vec<ObjectId>;

    /// How an object is called on screen and in commands: `worker-2`, `m7`, `shardId-000000000001`.
    fn name(&self, object: ObjectId) -> String;

    /// The present value of a knob; the learner may have turned it since the start.
    fn knob(&self, id: &str) -> i64;

    /// The model's prompt.
    fn prompt(&self) -> &Prompt;

    /// About how many bytes a clone takes, for deciding how many checkpoints to keep.
    fn weight(&self) -> usize {
        size_of::<Self>()
    }

    /// Asserts that what the scene tells (a book, tallies) is what its services hold. Every model's
    /// trials ask for it after every move.
    #[cfg(test)]
    fn audit(&self, _now: Time) {}

    /// The `aws` command that an action stands for on the selected object, if AWS has one.
    fn aws_equivalent(&self, _command: &Command, _now: Time) -> Option<String> {
        None
    }
}
