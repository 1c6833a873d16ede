//! When something will happen in Lambda by itself.

use std::collections::BTreeSet;

use crate::services::time::Time;

/// What is due. At one moment runs end first, so that what follows finds their environments free.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// An invocation is over.
    RunEnds(u64),
    /// An asynchronous event is tried.
    EventDue(u64),
    /// A mapping leaves `Creating`, `Updating` or `Deleting`.
    MappingSettles(String),
    /// A slot of a queue's mapping or a lane of a stream's has waited enough.
    Slot { uuid: String, slot: u32 },
    /// A queue's mapping may gain a slot.
    Growth(String),
    /// A shard is read again.
    Shard { uuid: String, shard: String },
}

/// The timers, earliest first. One that no longer matters is found out when it is due.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Timers(BTreeSet<(Time, Timer)>);

impl Timers {
    pub(super) fn set(&mut self, at: Time, timer: Timer) {
        self.0.insert((at, timer));
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes the earliest timer that is due at or before `now`.
    pub(super) fn due(&mut self, now: Time) -> Option<(Time, Timer)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop_first()
    }
}
