//! The duel: the same orders into a queue and into a stream, at the same moment, each with the same
//! function behind it.
//!
//! Amazon SQS, Kinesis and Lambda run in one world and decide everything; this scene sends the orders,
//! breaks things when asked to, and tells what the services note as events with their causes.

#[cfg(test)]
mod audit;
mod commands;
mod facts;
mod orders;
mod runs;
mod setting_up;
mod tables;
#[cfg(test)]
mod tests;
mod work;

use std::collections::{BTreeMap, VecDeque};

pub use orders::{
    APPS, Entry, Order, State, THE_DEAD_LETTERS, THE_DESTINATION, THE_PRODUCER, THE_QUEUE,
    THE_STREAM, YOU, function, order, shard,
};
pub use tables::{FUNCTION, ORDER, PLACE, PRODUCER, PROMPT, Row, SHARD, TABLE};

use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, ObjectId};
use super::prompt::Prompt;
use super::workload::{Arrivals, Keys};
use crate::services::chance::Chance;
use crate::services::kinesis::{ShardState, Stream};
use crate::services::lambda::MappingView;
use crate::services::roll::Roll;
use crate::services::sqs::{Counts, MessageId};
use crate::services::time::{Span, Time};
use crate::services::world::World;

/// The names of queue and stream, dead-letter queue, destination and functions.
pub(super) const ORDERS: &str = "orders";
const DEAD_LETTERS: &str = "orders-dlq";
const DESTINATION: &str = "orders-failed";
const FUNCTIONS: [&str; APPS] = ["worker", "audit"];

/// At most so many orders can be selected, the newest.
const SELECTABLE: usize = 200;

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Amazon SQS.
    Queue,
    /// Kinesis.
    Stream,
}

/// What is counted on one side since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Orders whose work was done at least once.
    pub handled: u64,
    /// Times that work was done again.
    pub repeated: u64,
    /// Orders that grew too old before their work was done.
    pub lost: u64,
    /// What the second application has handled.
    pub second: u64,
}

/// What will happen by the scene's own doing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Due {
    /// The first event.
    Begin,
    /// The next order comes; counts only in the producer's present life.
    Arrive(u32),
    /// What the stream refused is put again.
    PutAgain,
    /// The order that was too big is put again, the stream allowing more now.
    PutBig(u32),
    /// The function dies, or lives again; counts only in the present plan.
    Dead(bool, u32),
    /// The consumer goes off, or comes back.
    Off(bool, u32),
}

/// A run of a function, from start to end.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    app: usize,
    side: Side,
    dead: bool,
    orders: Vec<u32>,
    event: EventId,
}

/// A shard that tries the same batch again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocked {
    /// Since when.
    pub since: Time,
    /// How often the batch ran.
    pub attempts: u32,
    /// When it runs again.
    pub again: Time,
    last: EventId,
}

/// Both sides under the same orders.
#[derive(Debug, Clone, PartialEq)]
pub struct Duel {
    world: World,
    prompt: Prompt,
    dials: Dials,
    agenda: Agenda<Due>,
    arrivals: Arrivals,
    /// Which customers order.
    customers: Keys,
    chance: Chance,
    /// The producer's life: a knob that changes the arrivals begins another.
    life: u32,
    /// The plan of what dies and goes off when.
    plan: u32,
    orders: Roll<Order>,
    /// Where messages and records come from: an order's place in the list.
    messages: BTreeMap<MessageId, u32>,
    /// Messages in a poller's hands, as functions see their ids.
    held: BTreeMap<String, u32>,
    /// The orders in each shard, by position; one above the place, nothing for a stranger's record.
    records: Vec<Vec<u32>>,
    /// What the stream holds and has not dropped, oldest first.
    retained: VecDeque<u32>,
    /// What the stream refused.
    refused: VecDeque<u32>,
    /// The mappings' UUIDs, by application and side.
    mappings: [[Option<String>; 2]; APPS],
    runs: BTreeMap<u64, Run>,
    /// Which shard a lane of a mapping reads.
    lanes: BTreeMap<(usize, u32), u32>,
    /// How far each application has come in each shard, as a position.
    next: Vec<[u64; APPS]>,
    blocked: Vec<[Option<Blocked>; APPS]>,
    /// The order that is being sent.
    sending: Option<u32>,
    next_is_poison: bool,
    dead: bool,
    off: bool,
    fixed: bool,
    queue: Tally,
    stream: Tally,
    given_up: u64,
    /// Stored, and not done with by the worker.
    stream_open: usize,
    throttled: u64,
    /// All before it are done with, on each side.
    oldest: [usize; 2],
    began: Option<EventId>,
    /// The latest event of the producer, and of each function.
    producer_event: Option<EventId>,
    function_events: [Option<EventId>; APPS],
    /// What the learner last did.
    your_event: Option<EventId>,
}

impl Scene for Duel {
    const ID: &'static str = "duel";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Duel {
        Duel::set_up(setup)
    }

    fn next_at(&self) -> Option<Time> {
        let own = [self.agenda.next_at(), self.next_expiry()];
        own.into_iter().chain([self.world.next_wakeup()]).flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        let far = Time(u64::MAX);
        let world = self.world.next_wakeup().unwrap_or(far);
        let actors = self.agenda.next_at().unwrap_or(far);
        let expiry = self.next_expiry().unwrap_or(far);
        let now = world.min(actors).min(expiry).max(self.world.now());
        if world <= actors && world <= expiry {
            let late = self.world.advance(now);
            self.heed(late, journal);
        } else if expiry <= actors {
            self.expire(now, journal);
        } else if let Some((_, due)) = self.agenda.pop() {
            self.let_happen(now, due, journal);
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
        let value = match Self::METRICS.get(index).map_or("", |metric| metric.name) {
            "QueueHandled" => self.queue.handled,
            "StreamHandled" => self.stream.handled,
            "QueueRepeated" => self.queue.repeated,
            "StreamRepeated" => self.stream.repeated,
            "QueueLost" => self.queue.lost,
            "StreamLost" => self.stream.lost,
            "QueueWaiting" => {
                let counts = self.counts();
                (counts.visible + counts.in_flight + counts.delayed) as u64
            }
            "StreamWaiting" => self.stream_waiting() as u64,
            "DeadLetters" => self.dead_letters() as u64,
            "BlockedShards" => {
                self.blocked.iter().filter(|shard| shard[0].is_some()).count() as u64
            }
            "ApproximateAgeOfOldestMessage" => self.age(Side::Queue, now).0,
            "IteratorAge" => self.age(Side::Stream, now).0,
            "StreamRetained" => self.retained_records(now),
            "StreamGivenUp" => self.given_up,
            "WriteProvisionedThroughputExceeded" => self.throttled,
            "SecondFromQueue" => self.queue.second,
            "SecondFromStream" => self.stream.second,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let fixed = [THE_PRODUCER, THE_QUEUE, THE_DEAD_LETTERS, THE_STREAM];
        let shards = (0..self.records.len() as u32).map(shard);
        let functions = (0..if self.has_second() { 2 } else { 1 }).map(function);
        let first = self.orders.len().saturating_sub(SELECTABLE);
        let orders = (first..self.orders.len()).rev().map(|index| order(index as u32));
        fixed.into_iter().chain(shards).chain(functions).chain(orders).collect()
    }

    fn name(&self, object: ObjectId) -> String {
        match (object.kind, object.number) {
            (ORDER, number) => format!("order-{number}"),
            (PLACE, 0) => "queue orders".to_owned(),
            (PLACE, 1) => DEAD_LETTERS.to_owned(),
            (PLACE, 2) => "stream orders".to_owned(),
            (PLACE, _) => DESTINATION.to_owned(),
            (SHARD, number) => format!("shard-{number}"),
            (FUNCTION, app) => FUNCTIONS[(app as usize).min(APPS - 1)].to_owned(),
            (PRODUCER, _) => "producer".to_owned(),
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
        let waiting = self.messages.len() + self.held.len();
        size_of::<Self>()
            + self.orders.weight()
            + self.orders.len() * 8
            + waiting * 400
            + self.records.iter().map(Vec::len).sum::<usize>() * 4
    }

    /// Each order is where it is said to be, on both sides, and counted once.
    #[cfg(test)]
    fn audit(&self, _now: Time) {
        self.check();
    }

    fn aws_equivalent(&self, command: &Command, _now: Time) -> Option<String> {
        self.equivalent(command)
    }
}

impl Duel {
    /// The services.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Every order so far.
    pub fn orders(&self) -> &Roll<Order> {
        &self.orders
    }

    /// What is counted on a side.
    pub fn tally(&self, side: Side) -> &Tally {
        match side {
            Side::Queue => &self.queue,
            Side::Stream => &self.stream,
        }
    }

    /// How many messages of the queue are in which state.
    pub fn counts(&self) -> Counts {
        self.world.sqs.view(ORDERS).map(|view| view.counts()).unwrap_or_default()
    }

    /// How many dead letters lie in their queue.
    pub fn dead_letters(&self) -> usize {
        let counts = self.world.sqs.view(DEAD_LETTERS).map(|view| view.counts());
        counts.map_or(0, |counts| counts.visible + counts.in_flight)
    }

    /// How many pointers to given-up records were sent to the destination.
    pub fn pointers(&self) -> usize {
        let counts = self.world.sqs.view(DESTINATION).map(|view| view.counts());
        counts.map_or(0, |counts| counts.visible + counts.in_flight)
    }

    /// Whether the function fails at everything.
    pub fn is_dead(&self) -> bool {
        self.dead
    }

    /// Whether the consumers are switched off.
    pub fn is_off(&self) -> bool {
        self.off
    }

    /// Whether the second application is there.
    pub fn has_second(&self) -> bool {
        self.dials.get("second") == tables::SECOND
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.records.len()
    }

    /// What a shard is stuck at, for the worker.
    pub fn blocked(&self, shard: usize) -> Option<Blocked> {
        self.blocked.get(shard).and_then(|apps| apps[0])
    }

    /// The orders of a shard that an application has still before it, oldest first.
    pub fn ahead_of(&self, app: usize, shard: usize) -> impl Iterator<Item = u32> + '_ {
        let records = &self.records[shard];
        let from = (self.next[shard][app] as usize).min(records.len());
        let orders = records[from..].iter().filter_map(|order| order.checked_sub(1));
        orders.filter(move |order| !self.orders[*order as usize].stream[app].state.is_final())
    }

    /// What a mapping is at.
    pub fn mapping(&self, app: usize, side: Side, now: Time) -> Option<MappingView> {
        let uuid = self.mappings[app][side as usize].as_deref()?;
        self.world.lambda.mapping(uuid, now)
    }

    /// How long the oldest order has waited for its work on a side.
    pub fn age(&self, side: Side, now: Time) -> Span {
        let oldest = self.orders.get(self.oldest[side as usize]);
        oldest.map_or(Span::ZERO, |order| now.since(order.came))
    }

    /// How many records the stream holds that the worker has not done with.
    pub fn stream_waiting(&self) -> usize {
        self.stream_open
    }

    /// How many records the stream still keeps, done with or not.
    pub fn retained_records(&self, now: Time) -> u64 {
        let Some(stream) = self.world.kinesis.stream(ORDERS) else { return 0 };
        let horizon = stream.horizon(now);
        let shards = stream.shards().iter().map(ShardState::records);
        shards.map(|records| records.next() - records.at_or_after(horizon)).sum()
    }

    /// When the oldest record of the stream expires that somebody has still to read.
    fn next_expiry(&self) -> Option<Time> {
        let (stored, _) = self.orders[*self.retained.front()? as usize].stored?;
        Some(stored + self.stream_retention() + Span::millis(1))
    }

    fn stream_retention(&self) -> Span {
        self.world.kinesis.stream(ORDERS).map_or(Span::days(365), Stream::retention)
    }
}
