//! Amazon EventBridge, Classic buses (service `events`): rules with patterns, and their targets.
//!
//! Left out: schedules, archives, input transformers, partner buses, the Custom Event Bus
//! (`eventbridgev2`), and targets other than queues, topics, functions and streams.

mod api;
mod operation;
mod put;
mod rule;

use std::collections::BTreeMap;

pub use operation::*;

use put::Copy;
use rule::Bus;

use super::chance::Chance;
use super::constants;
use super::courier::Courier;
use super::shape::Api;
use super::time::Span;
use super::time::Time;
use super::trace::Trace;
use super::world::{Errand, ErrandResult};
use super::{Answer, LateAnswer, Service};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::count("events.retry.attempts", put::RETRIES as u64),
    constants::time("events.retry.hours", Span::seconds(put::MAX_AGE as u64)),
];

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "names, ids and moments, named as what they are")]
pub enum Happened {
    /// A bus took an event.
    Put { bus: String, event: String },
    /// A rule matched it.
    Matched { bus: String, rule: String, event: String, targets: u32 },
    /// A target got it.
    Delivered { target: String, event: String },
    /// A target did not get it; it is tried again at a moment, or given up.
    DeliveryFailed { target: String, event: String, failures: u32, again: Option<Time> },
}

/// All buses of the account.
#[derive(Debug, Clone, PartialEq)]
pub struct EventBridge {
    buses: BTreeMap<String, Bus>,
    courier: Courier<Copy>,
    /// What happened and why, for whoever watches.
    pub trace: Trace<Happened>,
}

impl Default for EventBridge {
    fn default() -> EventBridge {
        EventBridge {
            buses: BTreeMap::from([(rule::DEFAULT_BUS.to_owned(), Bus::default())]),
            courier: Courier::default(),
            trace: Trace::default(),
        }
    }
}

impl Service for EventBridge {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        Answer::Now(match operation {
            Operation::PutEvents(put) => Ok(self.put_events(now, chance, put)),
            other => self.control(other),
        })
    }

    fn next_wakeup(&self) -> Option<Time> {
        self.courier.next()
    }

    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        self.try_due(now, chance);
        Vec::new()
    }

    fn take_errands(&mut self) -> Vec<Errand> {
        self.courier.take_errands()
    }

    fn errand_answered(
        &mut self,
        now: Time,
        _chance: &mut Chance,
        number: u64,
        result: ErrandResult,
    ) {
        self.came_back(now, number, &result);
    }
}

impl EventBridge {
    /// Events that are on their way to a target or wait for another try.
    pub fn pending_deliveries(&self) -> usize {
        self.courier.under_way()
    }

    /// Puts a target out of order for deliveries, or back into it: server errors, which are tried
    /// again.
    pub fn set_outage(&mut self, target: &str, out: bool) {
        self.courier.set_outage(target, out);
    }
}

#[cfg(test)]
mod tests;
