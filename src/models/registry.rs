//! Which models there are: a closed list, so that a model without a picture does not compile.

use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup, SetupError};
use super::command::{Command, Outcome, Refusal, Stamped};
use super::journal::{Journal, Keeping, ObjectId};
use super::prompt::Prompt;
use super::series::Series;
use super::timeline::{BranchId, BranchSummary, Moment, Played, Timeline};
use super::{Scene, compare};
use crate::services::time::Time;

/// A timeline whatever its scene: all that controls, logs, metrics and prompts need. Pictures match on
/// [`Model`] and see the scene itself.
pub trait Bench {
    /// What the history started from.
    fn setup(&self) -> &Setup;
    /// The cursor.
    fn now(&self) -> Moment;
    /// The furthest that the current branch was played to.
    fn end(&self) -> Moment;
    /// When the next move is due.
    fn next_at(&self) -> Option<Time>;
    /// The journal of the current branch.
    fn journal(&self) -> &Journal;
    /// How many events of it have happened at the cursor.
    fn events(&self) -> usize;
    /// The metrics of the current branch over time.
    fn series(&self) -> &Series;
    /// The commands that led to the cursor.
    fn commands(&self) -> &[Stamped];
    /// All branches.
    fn branches(&self) -> Vec<BranchSummary>;
    /// The branch of the cursor.
    fn current_branch(&self) -> BranchId;
    /// Plays to `until`, making at most `budget` moves.
    fn play(&mut self, until: Time, budget: usize) -> Played;
    /// Makes moves until one event more has happened.
    fn step_event(&mut self, budget: usize) -> bool;
    /// Goes back to just before the last event.
    fn step_back(&mut self) -> bool;
    /// Goes to a time.
    fn seek_time(&mut self, at: Time, budget: usize) -> Played;
    /// Goes to the moment right after an event.
    fn seek_event(&mut self, event: usize);
    /// Does what the learner asked, forking if the cursor stands in the past.
    fn act(&mut self, command: Command) -> Result<Outcome, Refusal>;
    /// Takes the last command back.
    fn undo(&mut self) -> Option<Command>;
    /// Goes to another branch.
    fn switch(&mut self, branch: BranchId) -> bool;
    /// Back to the start.
    fn reset(&mut self);
    /// Everything that can be selected now.
    fn objects(&self) -> Vec<ObjectId>;
    /// How an object is called.
    fn name(&self, object: ObjectId) -> String;
    /// The present value of a metric.
    fn measure(&self, index: usize) -> i64;
    /// A named number of the state.
    fn probe(&self, name: &str) -> Option<i64>;
    /// The present value of a knob.
    fn knob(&self, id: &str) -> i64;
    /// The `aws` command that an action stands for.
    fn aws_equivalent(&self, command: &Command) -> Option<String>;
    /// The model's prompt.
    fn prompt(&self) -> &Prompt;
    /// Asserts that what the scene tells is what its services hold.
    #[cfg(test)]
    fn audit(&self);
}

impl<S: Scene> Bench for Timeline<S> {
    fn setup(&self) -> &Setup {
        Timeline::setup(self)
    }
    fn now(&self) -> Moment {
        Timeline::now(self)
    }
    fn end(&self) -> Moment {
        Timeline::end(self)
    }
    fn next_at(&self) -> Option<Time> {
        Timeline::next_at(self)
    }
    fn journal(&self) -> &Journal {
        Timeline::journal(self)
    }
    fn events(&self) -> usize {
        Timeline::events(self)
    }
    fn series(&self) -> &Series {
        Timeline::series(self)
    }
    fn commands(&self) -> &[Stamped] {
        Timeline::commands(self)
    }
    fn branches(&self) -> Vec<BranchSummary> {
        Timeline::branches(self).collect()
    }
    fn current_branch(&self) -> BranchId {
        Timeline::current_branch(self)
    }
    fn play(&mut self, until: Time, budget: usize) -> Played {
        Timeline::play(self, until, budget)
    }
    fn step_event(&mut self, budget: usize) -> bool {
        Timeline::step_event(self, budget)
    }
    fn step_back(&mut self) -> bool {
        Timeline::step_back(self)
    }
    fn seek_time(&mut self, at: Time, budget: usize) -> Played {
        Timeline::seek_time(self, at, budget)
    }
    fn seek_event(&mut self, event: usize) {
        Timeline::seek_event(self, event);
    }
    fn act(&mut self, command: Command) -> Result<Outcome, Refusal> {
        Timeline::act(self, command)
    }
    fn undo(&mut self) -> Option<Command> {
        Timeline::undo(self)
    }
    fn switch(&mut self, branch: BranchId) -> bool {
        Timeline::switch(self, branch)
    }
    fn reset(&mut self) {
        Timeline::reset(self);
    }
    fn objects(&self) -> Vec<ObjectId> {
        self.scene().objects(self.now().at)
    }
    fn name(&self, object: ObjectId) -> String {
        self.scene().name(object)
    }
    fn measure(&self, index: usize) -> i64 {
        self.scene().measure(index, self.now().at)
    }
    fn probe(&self, name: &str) -> Option<i64> {
        self.scene().probe(name, self.now().at)
    }
    fn knob(&self, id: &str) -> i64 {
        self.scene().knob(id)
    }
    fn aws_equivalent(&self, command: &Command) -> Option<String> {
        self.scene().aws_equivalent(command, self.now().at)
    }
    fn prompt(&self) -> &Prompt {
        self.scene().prompt()
    }
    #[cfg(test)]
    fn audit(&self) {
        self.scene().audit(self.now().at);
    }
}

/// Writes down every model once: variant and scene.
macro_rules! models {
    ($($(#[$doc:meta])* $Variant:ident => $scene:ty,)*) => {
        /// Which model.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ModelId {
            $($(#[$doc])* $Variant,)*
        }

        impl ModelId {
            /// Every model, in the order of the course.
            pub const ALL: &[ModelId] = &[$(ModelId::$Variant,)*];

            /// The id in lessons and on the command line.
            pub fn id(self) -> &'static str {
                match self {
                    $(ModelId::$Variant => <$scene as Scene>::ID,)*
                }
            }

            /// The model's presets, the first being the default.
            pub fn presets(self) -> &'static [Preset] {
                match self {
                    $(ModelId::$Variant => <$scene as Scene>::PRESETS,)*
                }
            }

            /// The model's knobs.
            pub fn knobs(self) -> &'static [Knob] {
                match self {
                    $(ModelId::$Variant => <$scene as Scene>::KNOBS,)*
                }
            }

            /// What can be done with one key.
            pub fn actions(self) -> &'static [ActionSpec] {
                match self {
                    $(ModelId::$Variant => <$scene as Scene>::ACTIONS,)*
                }
            }

            /// What is measured.
            pub fn metrics(self) -> &'static [MetricSpec] {
                match self {
                    $(ModelId::$Variant => <$scene as Scene>::METRICS,)*
                }
            }
        }

        /// One model with its history.
        #[derive(Debug, Clone)]
        pub enum Model {
            $($(#[$doc])* $Variant(Box<Timeline<$scene>>),)*
        }

        impl Model {
            /// A model as `setup` starts it.
            pub fn new(id: ModelId, setup: Setup, keeping: Keeping) -> Model {
                match id {
                    $(ModelId::$Variant => Model::$Variant(Box::new(Timeline::new(setup, keeping))),)*
                }
            }

            /// The model that `commands` make of `setup`.
            ///
            /// # Errors
            /// The number of the first command that was refused, and why.
            pub fn replay(
                id: ModelId,
                setup: Setup,
                commands: &[Stamped],
            ) -> Result<Model, (usize, Refusal)> {
                Ok(match id {
                    $(ModelId::$Variant => {
                        Model::$Variant(Box::new(Timeline::replay(setup, commands, Keeping::All)?))
                    })*
                })
            }

            /// Which model it is.
            pub fn id(&self) -> ModelId {
                match self {
                    $(Model::$Variant(_) => ModelId::$Variant,)*
                }
            }

            /// Whether both are the same model in the same state, however they came to it.
            pub fn is_where(&self, other: &Model) -> bool {
                match (self, other) {
                    $((Model::$Variant(a), Model::$Variant(b)) => a.scene() == b.scene(),)*
                    _ => false,
                }
            }

            /// The timeline whatever the scene.
            pub fn bench(&self) -> &dyn Bench {
                match self {
                    $(Model::$Variant(timeline) => timeline.as_ref(),)*
                }
            }

            /// The timeline whatever the scene, to act on.
            pub fn bench_mut(&mut self) -> &mut dyn Bench {
                match self {
                    $(Model::$Variant(timeline) => timeline.as_mut(),)*
                }
            }

            /// The same model twice from its start, with some knobs turned on the second side.
            ///
            /// # Errors
            /// A knob that is not there, or a value out of its range.
            pub fn compared(&self, changed: &[(&str, i64)]) -> Result<(Model, Model), SetupError> {
                match self {
                    $(Model::$Variant(timeline) => {
                        let sides = compare::Compare::new(timeline, changed)?;
                        Ok((Model::$Variant(Box::new(sides.a)), Model::$Variant(Box::new(sides.b))))
                    })*
                }
            }
        }
    };
}

models! {
    /// Amazon SQS: a queue with its producers and consumers.
    Queue => super::queue::Queue,
    /// Amazon Kinesis: a stream with its producer and consumers, or a Kafka topic.
    Stream => super::stream::Stream,
    /// A queue and a stream under the same orders, each with a function behind it.
    Duel => super::duel::Duel,
    /// One order and several services that want to know of it: four ways to tell them.
    Fanout => super::fanout::Fanout,
    /// Amazon Aurora: a writer and replicas over one volume of six copies.
    Aurora => super::aurora::Aurora,
    /// Amazon ElastiCache between an application and its database.
    Cache => super::cache::Cache,
    /// Amazon RDS: a database with its standby, replicas, backups and alarms.
    Rds => super::rds::Rds,
    /// A function in many copies against a database, a proxy, or DynamoDB.
    Connections => super::connections::Connections,
    /// Amazon DynamoDB: a table's partitions, its units, and whoever writes and reads.
    DynamoDb => super::dynamodb::Dynamo,
}

impl ModelId {
    /// The model of this id.
    pub fn from_id(id: &str) -> Option<ModelId> {
        ModelId::ALL.iter().copied().find(|model| model.id() == id)
    }

    /// The setup of one of the model's presets (the first without a name) with knobs turned.
    ///
    /// # Errors
    /// A preset or knob that is not there, or a value out of its range.
    pub fn setup(
        self,
        preset: Option<&str>,
        knobs: &[(&str, i64)],
        seed: u64,
    ) -> Result<Setup, SetupError> {
        let preset = preset.or(self.presets().first().map(|preset| preset.id)).unwrap_or_default();
        Setup::new(self.presets(), self.knobs(), preset, knobs, seed)
    }
}
