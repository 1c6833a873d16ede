//! A look into the queues that changes nothing: for models, labs and tests.

use super::message::{Message, MessageId, State};
use super::queue::{Counts, Queue};
use super::{Sqs, name_in_url};
use crate::services::time::{Span, Time};

/// A queue as it is now.
#[derive(Debug, Clone, Copy)]
pub struct QueueView<'a>(&'a Queue);

/// A message as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView<'a> {
    /// Its identity.
    pub id: MessageId,
    /// Its place in the order of arrival in this queue.
    pub serial: u64,
    /// The body.
    pub body: &'a str,
    /// Message group (FIFO) or tenant (fair queue).
    pub group: Option<&'a str>,
    /// Which state it is in.
    pub state: State,
    /// How often it was received from this queue.
    pub receives: u32,
    /// When it was sent.
    pub sent: Time,
}

impl Sqs {
    /// The queue of this URL or name.
    pub fn view(&self, url: &str) -> Option<QueueView<'_>> {
        name_in_url(url).and_then(|name| self.queues.get(name)).map(QueueView)
    }

    /// Every queue, by name.
    pub fn views(&self) -> impl Iterator<Item = QueueView<'_>> {
        self.queues.values().map(QueueView)
    }
}

impl<'a> QueueView<'a> {
    /// The queue's name.
    pub fn name(&self) -> &'a str {
        &self.0.name
    }

    /// Whether it is a FIFO queue.
    pub fn is_fifo(&self) -> bool {
        self.0.is_fifo()
    }

    /// How many messages are in which state.
    pub fn counts(&self) -> Counts {
        self.0.counts
    }

    /// The visibility timeout of a receive that does not say.
    pub fn visibility_timeout(&self) -> Span {
        self.0.attributes.visibility_timeout
    }

    /// The name of its dead-letter queue, and how many receives it allows.
    pub fn redrive(&self) -> Option<(&'a str, u32)> {
        let redrive = self.0.attributes.redrive.as_ref()?;
        Some((&redrive.target, redrive.max_receives))
    }

    /// How many receives wait here.
    pub fn waiting_receives(&self) -> usize {
        self.0.polls.len()
    }

    /// Message groups that have something deliverable (FIFO).
    pub fn ready_groups(&self) -> usize {
        self.0.ready_groups()
    }

    /// The noisy tenants of a fair queue, the busiest first.
    pub fn noisy_tenants(&self, now: Time) -> Vec<&'a str> {
        self.0.noisy_tenants(now)
    }

    /// Every message in the order of arrival. Costs what there is: for pictures, not for rules.
    pub fn messages(&self) -> Vec<MessageView<'a>> {
        let mut messages: Vec<MessageView<'a>> =
            self.0.messages().map(|message| self.view_of(message)).collect();
        messages.sort_by_key(|message| message.serial);
        messages
    }

    fn view_of(&self, message: &'a Message) -> MessageView<'a> {
        MessageView {
            id: message.id,
            serial: message.serial,
            body: &message.body,
            group: self.0.group_name(message.group),
            state: message.state,
            receives: message.receives,
            sent: message.sent,
        }
    }
}
