//! AWS Lambda: functions whose outcomes are scripted, their concurrency, asynchronous invocations,
//! and event source mappings that poll queues and streams.
//!
//! Rules `L1` to `L13`, `LS-1` to `LS-9` and `LK-1` to `LK-11` of the ledger are its tests.

mod api;
mod concurrency;
mod control;
mod errands;
mod errors;
mod events;
mod function;
pub mod happened;
mod invoke;
mod mapping;
mod operation;
pub mod script;
mod timers;

use std::collections::BTreeMap;

pub use errands::Document;
pub use happened::Happened;
pub use mapping::MappingView;
pub use operation::*;

use concurrency::Run;
use errands::Errands;
use events::Event;
use function::Function;
use happened::Cause;
use mapping::Mapping;
use timers::{Timer, Timers};

use super::bucket::Bucket;
use super::chance::Chance;
use super::constants;
use super::shape::Api;
use super::time::{Span, Time};
use super::trace::Trace;
use super::world::{Errand, ErrandResult};
use super::{Answer, LateAnswer, Service, ServiceError, Ticket};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::count("lambda.sqs.batch.default", mapping::settings::MESSAGES as u64),
    constants::time(
        "lambda.kinesis.min-record-age",
        Span::seconds(mapping::settings::LEAST_AGE as u64),
    ),
    constants::count("lambda.sqs.initial-concurrency", mapping::queue::SLOTS.0 as u64),
    constants::count("lambda.sqs.max-concurrency", mapping::queue::SLOTS.1 as u64),
];

/// Concurrent executions of an account, unless raised.
const ACCOUNT_LIMIT: u64 = 1000;

/// All functions and mappings of the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    account_limit: u64,
    rate: Bucket,
    functions: BTreeMap<String, Function>,
    runs: BTreeMap<u64, Run>,
    events: BTreeMap<u64, Event>,
    mappings: BTreeMap<String, Box<Mapping>>,
    timers: Timers,
    errands: Errands,
    numbers: u64,
    answered: Vec<LateAnswer<Response>>,
    documents: Vec<Document>,
    /// What happened and why, for whoever watches.
    pub trace: Trace<Happened>,
}

impl Default for Lambda {
    fn default() -> Lambda {
        Lambda {
            account_limit: ACCOUNT_LIMIT,
            rate: concurrency::request_rate(ACCOUNT_LIMIT),
            functions: BTreeMap::new(),
            runs: BTreeMap::new(),
            events: BTreeMap::new(),
            mappings: BTreeMap::new(),
            timers: Timers::default(),
            errands: Errands::default(),
            numbers: 0,
            answered: Vec::new(),
            documents: Vec::new(),
            trace: Trace::default(),
        }
    }
}

impl Service for Lambda {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        match operation {
            Operation::Invoke(invoke) => self.invoke(now, chance, invoke),
            Operation::CreateEventSourceMapping(create) => self.create_mapping(now, chance, create),
            Operation::UpdateEventSourceMapping(update) => self.update_mapping(now, update),
            other => Answer::Now(self.control(now, other)),
        }
    }

    fn next_wakeup(&self) -> Option<Time> {
        self.answered.first().map(|late| late.at).or_else(|| self.timers.next())
    }

    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        while let Some((at, timer)) = self.timers.due(now) {
            self.timer(at, chance, timer);
        }
        std::mem::take(&mut self.answered)
    }

    fn take_errands(&mut self) -> Vec<Errand> {
        self.errands.take()
    }

    fn errand_answered(
        &mut self,
        now: Time,
        chance: &mut Chance,
        number: u64,
        result: ErrandResult,
    ) {
        if let Some(asked) = self.errands.answered(number) {
            self.answer_came(now, chance, asked, result);
        }
    }
}

impl Lambda {
    /// Raises or lowers the account's concurrency, as a Service Quotas request does.
    pub fn set_account_limit(&mut self, concurrency: u64) {
        self.account_limit = concurrency;
        self.rate = concurrency::request_rate(concurrency);
    }

    /// What went to places that the model has no service for, oldest first.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn timer(&mut self, now: Time, chance: &mut Chance, timer: Timer) {
        match timer {
            Timer::RunEnds(run) => self.run_ends(now, chance, run),
            Timer::EventDue(event) => self.try_event(now, chance, event),
            Timer::MappingSettles(uuid) => self.mapping_settles(now, chance, &uuid),
            Timer::Slot { uuid, slot } => self.slot_due(now, chance, &uuid, slot),
            Timer::Growth(uuid) => self.grow(now, &uuid),
            Timer::Shard { uuid, shard } => self.shard_due(now, chance, &uuid, &shard),
        }
    }

    fn run_ends(&mut self, now: Time, chance: &mut Chance, number: u64) {
        let Some(run) = self.finish(now, number) else { return };
        match &run.cause {
            Cause::Caller(ticket) => self.answer_caller(now, *ticket, &run),
            Cause::Event(event) => self.event_ran(now, chance, *event, &run),
            Cause::Mapping { uuid, slot } => self.batch_ran(now, chance, uuid, *slot, &run),
        }
    }

    /// Answers a call that had to wait.
    fn answer(&mut self, at: Time, ticket: Ticket, result: Result<Response, ServiceError>) {
        self.answered.push(LateAnswer { ticket, at, result });
    }
}

#[cfg(test)]
pub(crate) mod tests;
