//! The queue: Amazon SQS with a producer, workers or a Lambda function, and a dead-letter queue.
//!
//! The services decide what happens to messages; this scene decides who calls when. What they note
//! becomes events, each with the event that it follows from.

mod actors;
mod book;
mod commands;
mod facts;
mod function;
mod setting_up;
mod settings;
mod tables;
mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use actors::{Doing, Job, Order, Producer, Worker};
pub use book::{Book, End, Gone, Group, Phase, Place, Tale};
pub use settings::Settings;
pub use tables::{FUNCTION, MESSAGE, PRODUCER, PROMPT, QUEUE, WORKER};

use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, ObjectId};
use super::prompt::Prompt;
use crate::services::sqs::{Counts, MessageId};
use crate::services::time::{Span, Time};
use crate::services::world::World;
use actors::{Due, THE_PRODUCER};

/// The main queue as a thing that can be pointed at.
pub const THE_QUEUE: ObjectId = ObjectId { kind: QUEUE, number: 0 };
/// Its dead-letter queue.
pub const THE_DEAD_LETTERS: ObjectId = ObjectId { kind: QUEUE, number: 1 };
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };
/// The function that consumes the queue.
pub const THE_FUNCTION: ObjectId = ObjectId { kind: FUNCTION, number: 0 };

/// At most so many messages can be selected, the oldest.
const SELECTABLE: usize = 200;

/// What is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// `NumberOfMessagesSent`.
    pub sent: u64,
    /// `NumberOfMessagesReceived`.
    pub received: u64,
    /// `NumberOfMessagesDeleted`.
    pub deleted: u64,
    /// `NumberOfEmptyReceives`.
    pub empty: u64,
    /// Jobs done, repeated ones too.
    pub done: u64,
    /// Jobs done that had been done before.
    pub twice: u64,
    /// Jobs that failed.
    pub failed: u64,
    /// Messages that became too old before anybody had done their work.
    pub lost: u64,
    /// Sends that repeated a deduplication id.
    pub dropped: u64,
    /// Milliseconds from send to done, running mean over about eight jobs.
    pub to_done: u64,
    /// The same for all groups or tenants but the first.
    pub to_done_of_others: u64,
}

/// SQS with whoever sends and receives.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    seed: u64,
    world: World,
    prompt: Prompt,
    dials: Dials,
    settings: Settings,
    agenda: Agenda<Due>,
    producer: Producer,
    workers: Vec<Worker>,
    /// How many lives workers have had.
    lives: u32,
    book: Book,
    tally: Tally,
    /// Which orders were done, a bit each.
    orders_done: Vec<u64>,
    /// Handles of what the learner received.
    hands: BTreeMap<MessageId, String>,
    /// Whether the workers' code has been mended, so that poison is poison no more.
    fixed: bool,
    function: function::Function,
    /// The first event.
    began: Option<EventId>,
    /// The latest event that changed the queue as a whole.
    queue_event: Option<EventId>,
    /// The start of the latest redrive.
    redrive: Option<EventId>,
    /// The latest send or duplicate.
    last_send: Option<EventId>,
}

impl Scene for Queue {
    const ID: &'static str = "queue";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Queue {
        Queue::set_up(setup)
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        let (world, actors) = (self.world.next_wakeup(), self.agenda.next_at());
        match (world, actors) {
            (Some(at), None) => self.let_services_act(at, journal),
            (Some(at), Some(then)) if at <= then => self.let_services_act(at, journal),
            _ => {
                if let Some((at, due)) = self.agenda.pop() {
                    self.let_actor_act(at.max(self.world.now()), due, journal);
                }
            }
        }
    }

    fn act(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        self.obey(now, command, journal)
    }

    fn measure(&self, index: usize, now: Time) -> i64 {
        let counts = self.counts(Place::Main);
        let tally = &self.tally;
        let value = match Self::METRICS.get(index).map_or("", |metric| metric.name) {
            "ApproximateNumberOfMessagesVisible" => counts.visible as u64,
            "ApproximateNumberOfMessagesNotVisible" => counts.in_flight as u64,
            "ApproximateNumberOfMessagesDelayed" => counts.delayed as u64,
            "ApproximateAgeOfOldestMessage" => {
                self.book.oldest().map_or(0, |sent| now.since(sent).0)
            }
            "NumberOfMessagesSent" => tally.sent,
            "NumberOfMessagesReceived" => tally.received,
            "NumberOfMessagesDeleted" => tally.deleted,
            "NumberOfEmptyReceives" => tally.empty,
            "DeadLetters" => self.book.of(Place::Dead).len() as u64,
            "WorkersBusy" => self.busy() as u64,
            "WorkDone" => tally.done,
            "WorkDoneTwice" => tally.twice,
            "WorkFailed" => tally.failed,
            "MessagesLost" => tally.lost,
            "DuplicateSendsDropped" => tally.dropped,
            "TimeToDone" => tally.to_done,
            "TimeToDoneOfOthers" => tally.to_done_of_others,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let consumers = if self.settings.by_lambda {
            vec![THE_FUNCTION]
        } else {
            self.workers.iter().map(Worker::object).collect()
        };
        let messages = [Place::Main, Place::Dead]
            .into_iter()
            .flat_map(|place| self.book.of(place).values().take(SELECTABLE).map(Tale::object));
        let fixed = [THE_PRODUCER, THE_QUEUE, THE_DEAD_LETTERS];
        fixed.into_iter().chain(consumers).chain(messages).collect()
    }

    fn name(&self, object: ObjectId) -> String {
        match object.kind {
            QUEUE if object.number == 0 => self.settings.queue().to_owned(),
            QUEUE => self.settings.dead_letters().to_owned(),
            PRODUCER => "producer".to_owned(),
            WORKER => format!("worker-{}", object.number),
            MESSAGE => format!("m{}", object.number),
            FUNCTION => function::NAME.to_owned(),
            _ => "you".to_owned(),
        }
    }

    fn knob(&self, id: &str) -> i64 {
        self.dials.get(id)
    }

    fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    fn weight(&self) -> usize {
        let messages = self.book.of(Place::Main).len() + self.book.of(Place::Dead).len();
        size_of::<Self>() + self.workers.len() * 200 + messages * 400 + self.orders_done.len() * 8
    }

    /// The book holds what is in the queues, each message in its state.
    #[cfg(test)]
    fn audit(&self, now: Time) {
        for place in [Place::Main, Place::Dead] {
            let mut told = Counts::default();
            for tale in self.book.of(place).values() {
                *match tale.phase {
                    Phase::Delayed(_) => &mut told.delayed,
                    Phase::Visible => &mut told.visible,
                    Phase::InFlight { .. } => &mut told.in_flight,
                } += 1;
            }
            assert_eq!(told, self.counts(place), "{place:?} at {now}");
        }
    }

    fn aws_equivalent(&self, command: &Command, _now: Time) -> Option<String> {
        self.operation_of(command).map(|operation| crate::awscli::command_for(&operation))
    }
}

impl Queue {
    /// What the knobs say.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The services.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Where orders come from.
    pub fn producer(&self) -> &Producer {
        &self.producer
    }

    /// The workers.
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    /// The messages.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// What is counted since the start.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether the workers' code was mended.
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// How many messages of a queue are in which state.
    pub fn counts(&self, place: Place) -> Counts {
        self.world.sqs.view(self.queue_of(place)).map(|view| view.counts()).unwrap_or_default()
    }

    /// The name of one of the two queues.
    pub fn queue_of(&self, place: Place) -> &'static str {
        match place {
            Place::Main => self.settings.queue(),
            Place::Dead => self.settings.dead_letters(),
        }
    }

    /// After how many receives a message is a dead letter, if there is a redrive policy.
    pub fn max_receives(&self) -> Option<u32> {
        let view = self.world.sqs.view(self.settings.queue())?;
        view.redrive().map(|(_, most)| most)
    }

    /// The tenants that are noisy now.
    pub fn noisy(&self, now: Time) -> Vec<&str> {
        let view = self.world.sqs.view(self.settings.queue());
        view.map(|view| view.noisy_tenants(now)).unwrap_or_default()
    }

    /// What the function is at, when it consumes the queue: batches that run, and the most it may.
    pub fn invocations(&self, now: Time) -> Option<(usize, usize)> {
        let uuid = self.function.mapping.as_deref().filter(|_| self.settings.by_lambda)?;
        let mapping = self.world.lambda.mapping(uuid, now)?;
        Some((mapping.running, mapping.slots))
    }

    fn next_life(&mut self) -> u32 {
        self.lives += 1;
        self.lives
    }

    fn busy(&self) -> usize {
        if self.settings.by_lambda {
            return self.invocations(self.world.now()).map_or(0, |(running, _)| running);
        }
        self.workers.iter().filter(|worker| matches!(worker.doing, Doing::Works { .. })).count()
    }

    /// Whether this order was done before; it is done now.
    fn mark_done(&mut self, order: u32) -> bool {
        let (word, bit) = (order as usize / 64, 1 << (order % 64));
        if self.orders_done.len() <= word {
            self.orders_done.resize(word + 1, 0);
        }
        let before = self.orders_done[word] & bit != 0;
        self.orders_done[word] |= bit;
        before
    }

    fn count_time(&mut self, took: Span, group: Option<u16>) {
        let tally = &mut self.tally;
        let ease = |mean: &mut u64| {
            *mean = if *mean == 0 { took.0 } else { (*mean * 7 + took.0) / 8 };
        };
        ease(&mut tally.to_done);
        if group.is_some_and(|group| group > 0) {
            ease(&mut tally.to_done_of_others);
        }
    }
}
