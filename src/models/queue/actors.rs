//! The producer and the workers: what they are at, without what they do.

use std::collections::VecDeque;

use super::tables::{PRODUCER, WORKER};
use crate::models::journal::{EventId, ObjectId};
use crate::models::workload::Arrivals;
use crate::services::Ticket;
use crate::services::chance::Chance;
use crate::services::sqs::MessageId;
use crate::services::time::Time;

/// An order that comes in and is sent as a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// Its number, from 1.
    pub number: u32,
    /// Whether working on it fails.
    pub poison: bool,
    /// Its group or tenant, from 0.
    pub group: Option<u32>,
    /// How often it was sent before.
    pub attempt: u32,
    /// Why it is sent again.
    pub told: Option<EventId>,
}

impl Order {
    /// What the message says.
    pub fn body(&self) -> String {
        let word = if self.poison { "poison" } else { "order" };
        format!("{word}-{}", self.number)
    }
}

/// Where orders come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Producer {
    /// When they come.
    pub arrivals: Arrivals,
    /// What they are.
    pub chance: Chance,
    /// Whether it rests.
    pub paused: bool,
    /// Counts starts and stops: what was entered in an earlier life is not done.
    pub life: u32,
    /// How many orders there were.
    pub orders: u32,
    /// When it last sent.
    pub sent: Option<Time>,
    /// What it was last told.
    pub last: Option<EventId>,
}

/// The producer as a thing that can be pointed at.
pub const THE_PRODUCER: ObjectId = ObjectId { kind: PRODUCER, number: 0 };

/// A message in a worker's hands.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Which message.
    pub message: MessageId,
    /// Its number.
    pub number: u32,
    /// The receipt handle.
    pub handle: String,
    /// The event of the receive.
    pub received: EventId,
    /// Which receive of the message this was.
    pub receives: u32,
    /// The order it carries.
    pub order: Option<u32>,
    /// When the message was sent.
    pub sent: Time,
    /// Its group or tenant.
    pub group: Option<u16>,
}

/// What a worker is at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doing {
    /// Between two polls.
    Rests,
    /// Waits at the queue for a message.
    Waits {
        /// Its call.
        ticket: Ticket,
        /// Since when.
        since: Time,
    },
    /// Works on the first of its jobs.
    Works {
        /// Since when.
        since: Time,
        /// When it will be done.
        until: Time,
    },
    /// Dead.
    Dead {
        /// Since when.
        since: Time,
    },
}

/// A worker: polls, works on what it gets one by one, deletes.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    /// Its number, from 1.
    pub number: u32,
    /// What it is at.
    pub doing: Doing,
    /// What it has in hand, the present job first.
    pub jobs: VecDeque<Job>,
    /// Which life this is: what was entered in an earlier one is not done.
    pub life: u32,
    /// Receives that brought nothing.
    pub empty: u32,
    /// Jobs done.
    pub done: u32,
    /// What last happened to it.
    pub last: Option<EventId>,
}

impl Worker {
    /// A worker that has not polled yet.
    pub fn new(number: u32, life: u32) -> Worker {
        Worker {
            number,
            doing: Doing::Rests,
            jobs: VecDeque::new(),
            life,
            empty: 0,
            done: 0,
            last: None,
        }
    }

    /// The worker as a thing that can be pointed at.
    pub fn object(&self) -> ObjectId {
        ObjectId { kind: WORKER, number: self.number }
    }

    /// Whether it lives.
    pub fn is_alive(&self) -> bool {
        !matches!(self.doing, Doing::Dead { .. })
    }
}

/// What an actor will do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Due {
    /// Everything starts.
    Begin,
    /// An order comes in.
    Arrive { life: u32 },
    /// The producer sends again.
    SendAgain(Order),
    /// A worker asks for messages.
    Poll { worker: u32, life: u32 },
    /// A worker is done with its present job.
    Finish { worker: u32, life: u32 },
    /// A worker dies over its present job.
    Crash { worker: u32, life: u32 },
    /// A worker is back.
    Restart { worker: u32, life: u32 },
}
