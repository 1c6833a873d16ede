//! A mapping from outside: what pictures and metrics are drawn from.

use super::{Mapping, Poller};
use crate::services::lambda::Lambda;
use crate::services::time::{Span, Time};

/// What a mapping is at, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingView {
    /// `Creating`, `Enabled`, `Disabled`, `Updating` or `Deleting`.
    pub state: &'static str,
    /// Concurrent batches it may hold: slots of a queue's poller, lanes of a stream's.
    pub slots: usize,
    /// Batches that are with the function.
    pub running: usize,
    /// Batches that wait after a throttle (queue) or a failure or throttle (stream).
    pub waiting: usize,
    /// Messages or records in its hands.
    pub held: usize,
    /// Age of the oldest record in its hands (`IteratorAge`); streams only.
    pub iterator_age: Option<Span>,
}

impl Mapping {
    pub(super) fn runs_something(&self) -> bool {
        match &self.poller {
            Poller::Queue(poller) => poller.running() > 0,
            Poller::Stream(poller) => poller.running() > 0,
        }
    }
}

impl Lambda {
    /// The UUIDs of all mappings.
    pub fn mapping_ids(&self) -> impl Iterator<Item = &str> {
        self.mappings.keys().map(String::as_str)
    }

    /// One mapping as it is now.
    pub fn mapping(&self, uuid: &str, now: Time) -> Option<MappingView> {
        let mapping = self.mappings.get(uuid)?;
        let state = mapping.state.name();
        Some(match &mapping.poller {
            Poller::Queue(poller) => MappingView {
                state,
                slots: poller.slots(),
                running: poller.running(),
                waiting: poller.throttled(),
                held: poller.held(),
                iterator_age: None,
            },
            Poller::Stream(poller) => MappingView {
                state,
                slots: poller.lanes(),
                running: poller.running(),
                waiting: poller.waiting_to_retry(),
                held: poller.held(),
                iterator_age: poller.oldest().map(|oldest| now.since(oldest)),
            },
        })
    }
}
