//! Amazon SNS: topics that push a copy of each message to every subscription that wants it.
//!
//! Rules `FAN-1` to `FAN-5` of the ledger. Subscriptions of queues and functions are confirmed at
//! once; what goes to mail, telephones and web servers is taken as delivered.

mod api;
mod delivery;
mod filter;
mod operation;
mod publish;
mod topic;

use std::collections::BTreeMap;

pub use operation::*;

use delivery::Copy;
use topic::{Subscription, Topic};

use super::chance::Chance;
use super::constants;
use super::courier::Courier;
use super::shape::Api;
use super::time::Time;
use super::trace::Trace;
use super::world::{Errand, ErrandResult};
use super::{Answer, LateAnswer, Service};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::bytes("sns.message-size.default", topic::MAXIMUM_SIZE as u64),
    constants::count("sns.retry.attempts", delivery::ATTEMPTS as u64),
];

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "ARNs, ids and moments, named as what they are")]
pub enum Happened {
    /// A message was taken.
    Published { topic: String, message: String, copies: u32 },
    /// A filter policy kept a subscription's copy back.
    FilteredOut { subscription: String, message: String },
    /// A FIFO topic took a message that it had within the last five minutes: no copies.
    Deduplicated { topic: String, message: String },
    /// A copy arrived.
    Delivered { subscription: String, message: String },
    /// A copy did not arrive; it is tried again at a moment, or given up.
    DeliveryFailed { subscription: String, message: String, failures: u32, again: Option<Time> },
}

/// All topics and subscriptions of the account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sns {
    topics: BTreeMap<String, Topic>,
    subscriptions: BTreeMap<String, Subscription>,
    courier: Courier<Copy>,
    /// What happened and why, for whoever watches.
    pub trace: Trace<Happened>,
}

impl Service for Sns {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        Answer::Now(match operation {
            Operation::Publish(publish) => self.publish(now, chance, publish),
            Operation::PublishBatch(batch) => self.publish_batch(now, chance, batch),
            other => self.control(chance, other),
        })
    }

    fn next_wakeup(&self) -> Option<Time> {
        self.courier.next()
    }

    fn advance(&mut self, now: Time, _chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        self.try_due(now);
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

impl Sns {
    /// Copies that are on their way or wait for another try.
    pub fn pending_deliveries(&self) -> usize {
        self.courier.under_way()
    }

    /// Puts a queue or function out of order for deliveries, or back into it: server errors, which
    /// are tried again.
    pub fn set_outage(&mut self, endpoint: &str, out: bool) {
        self.courier.set_outage(endpoint, out);
    }
}

#[cfg(test)]
mod tests;
