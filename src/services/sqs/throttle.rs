//! How many calls a second a FIFO queue takes, for each kind of action.

use crate::services::bucket::Load;
use crate::services::time::Time;

/// A kind of action that has a rate of its own; a batch counts as one call of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Send,
    Receive,
    Delete,
    ChangeVisibility,
}

/// What is left of each kind's rate.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Throttle {
    loads: [Load; 4],
}

impl Throttle {
    /// Whether one more call is taken at `now` when `rate` calls a second are.
    pub fn admits(&mut self, now: Time, action: Action, rate: u64) -> bool {
        self.loads[action as usize].take(now, rate, rate)
    }
}
