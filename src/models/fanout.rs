//! The fan-out: an order is placed, and several services each log it in their own form.
//!
//! Four ways to tell them: calls one after another, one shared queue, a topic with a queue for each,
//! and a stream with a reader each. SQS, SNS and Kinesis decide what happens to messages; the order
//! service and the services that log are actors of this scene.

#[cfg(test)]
mod audit;
mod commands;
mod deliveries;
mod setting_up;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

pub use tables::{BETWEEN, ORDER, PROMPT, SERVICE, SHOP, WAYS};

use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, ObjectId};
use super::prompt::Prompt;
use super::workload::Arrivals;
use crate::services::Ticket;
use crate::services::roll::Roll;
use crate::services::time::{Span, Time};
use crate::services::world::World;

/// The services, in the order in which they are called; the last one joins late.
pub const SERVICES: [&str; 4] = ["billing", "search", "audit", "mail"];
/// How many of them are there from the start.
pub const AT_START: usize = 3;
/// How long the service that joins late works on an order.
const MAIL_TIME: Span = Span::millis(200);

/// The shared queue and the stream.
const ORDERS: &str = "orders";
/// The topic.
const TOPIC: &str = "order-placed";

/// The order service.
pub const THE_SHOP: ObjectId = ObjectId { kind: SHOP, number: 0 };
/// Whoever presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// At most so many orders can be selected, the newest.
const SELECTABLE: usize = 100;

/// How the services are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Calls, one after another.
    OneByOne,
    /// One queue, and all of them poll it.
    SharedQueue,
    /// A topic, and a queue for each.
    SnsQueues,
    /// A stream, and each reads it at its own position.
    StreamReaders,
}

/// An order and who has logged it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// When it was placed.
    pub placed: Time,
    /// When the customer got an answer, and whether it was a yes.
    pub answered: Option<(Time, bool)>,
    /// How often each service has logged it.
    pub logged: [u8; SERVICES.len()],
    /// What last happened to it.
    pub last: Option<EventId>,
    /// How often the order service has begun to call.
    attempts: u8,
}

/// What a service works on.
#[derive(Debug, Clone, PartialEq)]
struct Job {
    order: u32,
    /// Where to delete the message.
    receipt: Option<(String, String)>,
    because: Option<EventId>,
}

/// A service that logs orders.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// Whether it takes part.
    pub here: bool,
    /// Whether it is down.
    pub down: bool,
    /// Its life: what was entered for an earlier one counts no more.
    life: u32,
    /// A poll that waits.
    polls: Option<Ticket>,
    jobs: VecDeque<Job>,
    /// Until when it works on the first job.
    busy: Option<Time>,
    /// Its iterator.
    iterator: Option<String>,
    /// Its subscription to the topic.
    subscription: Option<String>,
    /// How many records it has read.
    pub read: u64,
    /// How many orders it has logged, repeated ones too.
    pub lines: u64,
    /// The order it logged last.
    pub newest: Option<u32>,
    /// Whether its queue lacks the policy that lets the topic in.
    pub closed: bool,
    last: Option<EventId>,
}

/// What happens by the scene's own doing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Due {
    Begin,
    Arrive(u32),
    /// The order service calls a service for an order.
    Call(u32, usize),
    /// The call is answered: the service has logged the order, if it still lives that life.
    Called(u32, usize, u32),
    /// The call was not answered in time.
    GaveUp(u32, usize),
    /// The order has reached what lies between.
    Send(u32),
    /// A service asks for messages or records.
    Poll(usize, u32),
    /// A service has logged its first job.
    Logged(usize, u32),
}

/// One order after another, and all who want to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Fanout {
    world: World,
    prompt: Prompt,
    dials: Dials,
    agenda: Agenda<Due>,
    arrivals: Arrivals,
    life: u32,
    orders: Roll<Order>,
    desks: [Desk; SERVICES.len()],
    /// Copies on their way from the topic, by message: of which order, and how many.
    copies: BTreeMap<String, (u32, u32)>,
    accepted: u64,
    failed: u64,
    missing: u64,
    twice: u64,
    latency: u64,
    time_to_all: u64,
    began: Option<EventId>,
    shop_event: Option<EventId>,
    your_event: Option<EventId>,
}

impl Scene for Fanout {
    const ID: &'static str = "fanout";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Fanout {
        Fanout::set_up(setup)
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        match (self.world.next_wakeup(), self.agenda.next_at()) {
            (Some(at), due) if due.is_none_or(|due| at <= due) => {
                let late = self.world.advance(at.max(self.world.now()));
                self.heed(late, journal);
            }
            _ => {
                if let Some((at, due)) = self.agenda.pop() {
                    self.let_happen(at.max(self.world.now()), due, journal);
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

    fn measure(&self, index: usize, _now: Time) -> i64 {
        let lines = |desk: usize| self.desks[desk].lines;
        let value = match Self::METRICS.get(index).map_or("", |metric| metric.name) {
            "OrderLatency" => self.latency,
            "OrdersAccepted" => self.accepted,
            "OrdersFailed" => self.failed,
            "BillingLogged" => lines(0),
            "SearchLogged" => lines(1),
            "AuditLogged" => lines(2),
            "MailLogged" => lines(3),
            "Missing" => self.missing,
            "LoggedTwice" => self.twice,
            "Waiting" => (0..SERVICES.len()).map(|desk| self.waiting(desk)).sum::<u64>(),
            "TimeToAll" => self.time_to_all,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let between = match self.way() {
            Way::OneByOne => None,
            Way::SharedQueue => Some(0),
            Way::SnsQueues => Some(1),
            Way::StreamReaders => Some(2),
        };
        let between = between.map(|number| ObjectId { kind: BETWEEN, number });
        let desks = (0..SERVICES.len()).filter(|desk| self.desks[*desk].here).map(service);
        let first = self.orders.len().saturating_sub(SELECTABLE);
        let orders = (first..self.orders.len()).rev().map(|index| order(index as u32));
        [THE_SHOP].into_iter().chain(between).chain(desks).chain(orders).collect()
    }

    fn name(&self, object: ObjectId) -> String {
        match (object.kind, object.number) {
            (ORDER, number) => format!("order-{number}"),
            (SERVICE, number) => SERVICES[(number as usize).min(SERVICES.len() - 1)].to_owned(),
            (BETWEEN, 0) => "queue orders".to_owned(),
            (BETWEEN, 1) => "topic order-placed".to_owned(),
            (BETWEEN, _) => "stream orders".to_owned(),
            (SHOP, _) => "order service".to_owned(),
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
        let waiting: u64 = (0..SERVICES.len()).map(|desk| self.waiting(desk)).sum();
        size_of::<Self>() + self.orders.weight() + self.orders.len() * 16 + waiting as usize * 300
    }

    /// Each order has reached each service, is on its way, or is counted as missing.
    #[cfg(test)]
    fn audit(&self, _now: Time) {
        self.check();
    }

    fn aws_equivalent(&self, command: &Command, _now: Time) -> Option<String> {
        self.equivalent(command)
    }
}

/// A service as a thing that can be pointed at.
pub fn service(desk: usize) -> ObjectId {
    ObjectId { kind: SERVICE, number: desk as u32 }
}

/// An order as a thing that can be pointed at.
pub fn order(index: u32) -> ObjectId {
    ObjectId { kind: ORDER, number: index + 1 }
}

impl Fanout {
    /// The services of AWS.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// How the services are told.
    pub fn way(&self) -> Way {
        match self.dials.get("way") {
            0 => Way::OneByOne,
            1 => Way::SharedQueue,
            2 => Way::SnsQueues,
            _ => Way::StreamReaders,
        }
    }

    /// Every order so far.
    pub fn orders(&self) -> &Roll<Order> {
        &self.orders
    }

    /// The services that log.
    pub fn desks(&self) -> &[Desk; SERVICES.len()] {
        &self.desks
    }

    /// How many orders wait for a service; for the shared queue they are counted at the first.
    pub fn waiting(&self, desk: usize) -> u64 {
        let jobs = self.desks[desk].jobs.len() as u64;
        let of_queue = |name: &str| {
            let view = self.world.sqs.view(name);
            view.map_or(0, |view| view.counts().visible + view.counts().in_flight) as u64
        };
        match self.way() {
            Way::OneByOne => jobs,
            Way::SharedQueue if desk == 0 => of_queue(ORDERS),
            Way::SharedQueue => 0,
            Way::SnsQueues if self.desks[desk].here => of_queue(SERVICES[desk]),
            Way::SnsQueues => 0,
            Way::StreamReaders if self.desks[desk].here => {
                jobs + self.records().saturating_sub(self.desks[desk].read)
            }
            Way::StreamReaders => 0,
        }
    }

    /// How many records the stream has taken.
    pub fn records(&self) -> u64 {
        let stream = self.world.kinesis.stream(ORDERS);
        stream.and_then(|stream| stream.shards().first()).map_or(0, |shard| shard.records().next())
    }

    /// How long a service works on one order.
    fn work_time(&self, desk: usize) -> Span {
        let span = |id: &str| Span(self.dials.get(id).unsigned_abs());
        match desk {
            0 => span("billing-time"),
            1 => span("search-time"),
            2 => span("audit-time"),
            _ => MAIL_TIME,
        }
    }

    fn is_still(&self) -> bool {
        self.dials.get("actors") == 1
    }
}
