//! Each order and what became of it on either side.

use super::tables::{FUNCTION, ORDER, PLACE, PRODUCER, PROMPT, SHARD};
use crate::models::journal::{EventId, ObjectId};
use crate::services::time::Time;

/// The queue.
pub const THE_QUEUE: ObjectId = ObjectId { kind: PLACE, number: 0 };
/// Its dead-letter queue.
pub const THE_DEAD_LETTERS: ObjectId = ObjectId { kind: PLACE, number: 1 };
/// The stream.
pub const THE_STREAM: ObjectId = ObjectId { kind: PLACE, number: 2 };
/// Where pointers to given-up records go.
pub const THE_DESTINATION: ObjectId = ObjectId { kind: PLACE, number: 3 };
/// Where orders come from.
pub const THE_PRODUCER: ObjectId = ObjectId { kind: PRODUCER, number: 0 };
/// Whoever presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// The applications: the worker, and the second one.
pub const APPS: usize = 2;

/// An application's function.
pub fn function(app: usize) -> ObjectId {
    ObjectId { kind: FUNCTION, number: app as u32 }
}

/// A shard.
pub fn shard(index: u32) -> ObjectId {
    ObjectId { kind: SHARD, number: index }
}

/// The order of a place in the list.
pub fn order(index: u32) -> ObjectId {
    ObjectId { kind: ORDER, number: index + 1 }
}

/// Where the copy of an order on one side is, for one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// It never came to this side.
    #[default]
    Absent,
    /// It waits to be read, or to be tried again.
    Waiting,
    /// A function has it.
    Running,
    /// Its work is done.
    Handled,
    /// In the dead-letter queue.
    Dead,
    /// Lambda went past it.
    GivenUp,
    /// Too old before its work was done.
    Lost,
}

impl State {
    /// Whether nothing more will happen to it by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, State::Waiting | State::Running)
    }
}

/// An order on one side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Entry {
    /// Where it is.
    pub state: State,
    /// How often its work was done.
    pub works: u16,
    /// How often a function was handed it.
    pub tries: u16,
    /// What last happened to it.
    pub last: Option<EventId>,
}

/// An order on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// When it came.
    pub came: Time,
    /// Whether the function cannot handle it.
    pub poison: bool,
    /// Whose it is.
    pub customer: u32,
    /// Whether it was sent by hand, to one side only.
    pub by_hand: bool,
    /// The event of its coming.
    pub event: Option<EventId>,
    /// In the queue, where one application gets it.
    pub queue: Entry,
    /// In the stream, for each application.
    pub stream: [Entry; APPS],
    /// When the stream stored it, and in which shard.
    pub stored: Option<(Time, u32)>,
}

impl Order {
    /// An order that has just come.
    pub fn new(came: Time, poison: bool, customer: u32, event: Option<EventId>) -> Order {
        Order {
            came,
            poison,
            customer,
            by_hand: false,
            event,
            queue: Entry::default(),
            stream: [Entry::default(); APPS],
            stored: None,
        }
    }
}
