//! Connections: a function in many copies against one database, directly, through a proxy or over the Data
//! API, and against DynamoDB.
//!
//! RDS and DynamoDB decide who is let in, who waits and who is throttled; the copies of the function are
//! actors of this scene.

mod commands;
mod copies;
mod data_api;
mod facts;
mod setting_up;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use copies::{Copy, Doing};
pub use tables::{COPY, DATABASE, FUNCTION, PROMPT, PROXY, TABLE};

use self::copies::Due;
use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, ObjectId};
use super::prompt::Prompt;
use super::workload::Arrivals;
use crate::services::Ticket;
use crate::services::rds::cluster::KeepsAwake;
use crate::services::rds::log::Log;
use crate::services::rds::proxy;
use crate::services::rds::serverless::Capacity;
use crate::services::time::{Span, Time};
use crate::services::world::World;

/// The database, and the proxy in front of it.
pub const SHOP: &str = "shop";
/// The function as a thing that can be pointed at.
pub const THE_FUNCTION: ObjectId = ObjectId { kind: FUNCTION, number: 0 };
/// The database.
pub const THE_DATABASE: ObjectId = ObjectId { kind: DATABASE, number: 0 };
/// The proxy.
pub const THE_PROXY: ObjectId = ObjectId { kind: PROXY, number: 0 };
/// The table.
pub const THE_TABLE: ObjectId = ObjectId { kind: TABLE, number: 0 };
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// At most so many copies can be selected.
const SELECTABLE: usize = 100;

/// How the function reaches its data.
#[derive(Debug, Clone, PartialEq, Eq, std::marker::Copy)]
pub enum Path {
    /// A connection of each copy to the database.
    Direct,
    /// A connection of each copy to the proxy.
    Proxy,
    /// Requests to DynamoDB.
    DynamoDb,
    /// Statements to the Data API, which reaches an Aurora cluster.
    DataApi,
}

/// What is counted since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    missing_docs,
    reason = "counts, named as what they count; the language files explain them"
)]
pub struct Tally {
    pub succeeded: u64,
    pub errors: u64,
    pub throttles: u64,
    pub refused: u64,
    pub borrow_timeouts: u64,
    pub write_throttles: u64,
    /// How long a request took, on average over the last ones, in milliseconds.
    pub duration: u64,
    /// How long a transaction waited for a proxy's connection, likewise.
    pub borrow_latency: u64,
}

/// A function in many copies, and its data.
#[derive(Debug, Clone, PartialEq)]
pub struct Connections {
    world: World,
    prompt: Prompt,
    dials: Dials,
    agenda: Agenda<Due>,
    arrivals: Arrivals,
    next: Option<Time>,
    life: u32,
    copies: BTreeMap<u32, Copy>,
    made: u32,
    /// Which copy waits for which answer.
    tickets: BTreeMap<Ticket, u32>,
    /// Requests so far.
    requests: u64,
    slow: bool,
    tally: Tally,
    began: Option<EventId>,
    /// The last burst, or the beginning.
    flow: Option<EventId>,
    /// The last thing that the learner did.
    yours: Option<EventId>,
    /// The last event of the database.
    database: Option<EventId>,
}

impl Scene for Connections {
    const ID: &'static str = "connections";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Connections {
        Connections::set_up(setup)
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        match (self.world.next_wakeup(), self.agenda.next_at()) {
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
        let before = self.clone();
        let outcome = self.obey(now, command, journal);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    fn measure(&self, index: usize, _now: Time) -> i64 {
        let tally = &self.tally;
        let proxy = |count: fn(&proxy::Proxy) -> usize| self.proxy().map_or(0, count) as u64;
        let value = match Self::METRICS.get(index).map_or("", |metric| metric.name) {
            "ConcurrentExecutions" => self.busy() as u64,
            "Copies" => self.copies.len() as u64,
            "Throttles" => tally.throttles,
            "Errors" => tally.errors,
            "Succeeded" => tally.succeeded,
            "Duration" => tally.duration,
            "DatabaseConnections" => self.world.rds.connections_of(SHOP),
            "ConnectionsRefused" => tally.refused,
            "ClientConnections" => proxy(|proxy| proxy.clients().len()),
            "DatabaseConnectionsCurrentlyBorrowed" => proxy(proxy::Proxy::borrowed),
            "DatabaseConnectionsCurrentlySessionPinned" => proxy(proxy::Proxy::pinned),
            "Waiting" if self.path() == Path::DataApi => self.statements_waiting(),
            "Waiting" => proxy(|proxy| proxy.queue().len()),
            "DatabaseConnectionsBorrowLatency" => tally.borrow_latency,
            "BorrowTimeouts" => tally.borrow_timeouts,
            "WriteThrottleEvents" => tally.write_throttles,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let data = match self.path() {
            Path::Direct | Path::DataApi => vec![THE_DATABASE],
            Path::Proxy => vec![THE_PROXY, THE_DATABASE],
            Path::DynamoDb => vec![THE_TABLE],
        };
        let copies = self.copies.keys().take(SELECTABLE).map(|number| copy(*number));
        [THE_FUNCTION].into_iter().chain(data).chain(copies).collect()
    }

    fn name(&self, object: ObjectId) -> String {
        match object.kind {
            FUNCTION => "checkout".to_owned(),
            COPY => format!("copy-{}", object.number),
            DATABASE => SHOP.to_owned(),
            PROXY => "proxy".to_owned(),
            TABLE => "orders".to_owned(),
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
        let logs = self.world.rds.instances().map(|one| &one.log);
        let logs: usize = logs.filter(|log| !log.is_empty()).map(Log::weight).sum();
        size_of::<Self>() + self.copies.len() * 400 + logs + 4096
    }

    fn aws_equivalent(&self, command: &Command, _now: Time) -> Option<String> {
        self.equivalent(command)
    }
}

/// A copy as a thing that can be pointed at.
pub fn copy(number: u32) -> ObjectId {
    ObjectId { kind: COPY, number }
}

impl Connections {
    /// How the function reaches its data.
    pub fn path(&self) -> Path {
        match self.dials.get("path") {
            0 => Path::Direct,
            1 => Path::Proxy,
            2 => Path::DynamoDb,
            _ => Path::DataApi,
        }
    }

    /// Whether the database is an Aurora Serverless v2 cluster, which pauses when nothing uses it.
    pub fn is_aurora(&self) -> bool {
        self.path() == Path::DataApi || self.dials.get("database") == tables::SECOND
    }

    /// The capacity of the Aurora database.
    pub fn capacity(&self) -> Option<&Capacity> {
        self.world.rds.instance(SHOP)?.capacity.as_ref()
    }

    /// Whether the proxy keeps the Aurora database from pausing.
    pub fn kept_awake(&self) -> bool {
        self.world.rds.kept_awake_by(SHOP).contains(&KeepsAwake::Proxy)
    }

    /// Statements that the Data API has taken, and those of them that have no connection of the database yet.
    pub fn statements(&self) -> (u64, u64) {
        (self.world.rds_data.calls_under_way() as u64, self.statements_waiting())
    }

    fn statements_waiting(&self) -> u64 {
        let under_way = self.world.rds_data.calls_under_way() as u64;
        under_way.saturating_sub(self.world.rds.connections_of(SHOP))
    }

    /// Whether nothing comes in.
    pub fn is_still(&self) -> bool {
        self.dials.get("actors") == tables::SECOND
    }

    /// Whether queries take four times as long by now.
    pub fn is_slow(&self) -> bool {
        self.slow
    }

    /// The copies, by number.
    pub fn copies(&self) -> impl Iterator<Item = &Copy> {
        self.copies.values()
    }

    /// How many copies handle a request now.
    pub fn busy(&self) -> usize {
        self.copies.values().filter(|copy| copy.doing != Doing::Idle).count()
    }

    /// The proxy, if the path leads through it.
    pub fn proxy(&self) -> Option<&proxy::Proxy> {
        self.world.rds.proxy(SHOP).filter(|_| self.path() == Path::Proxy)
    }

    /// How many connections the proxy may have to the database.
    pub fn pool_limit(&self) -> u64 {
        self.world.rds.pool_limit(SHOP)
    }

    /// Open connections of the database, and the most that it takes.
    pub fn connections(&self) -> (u64, u64) {
        let database = self.world.rds.instance(SHOP);
        let most = database.and_then(crate::services::rds::instance::Instance::max_connections);
        (self.world.rds.connections_of(SHOP), most.unwrap_or(0))
    }

    /// Whether the database answers.
    pub fn database_serves(&self) -> bool {
        self.world.rds.instance(SHOP).is_some_and(crate::services::rds::instance::Instance::serves)
    }

    /// What is counted.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// How long a query takes now.
    pub fn query_time(&self) -> Span {
        Span(self.number("query-time") * if self.slow { 4 } else { 1 })
    }

    fn number(&self, knob: &str) -> u64 {
        self.dials.get(knob).unsigned_abs()
    }
}
