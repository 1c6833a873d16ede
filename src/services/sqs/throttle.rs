//! How many calls a second a FIFO queue takes, for each kind of action.

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
    used: [Used; 4],
}

/// Calls that weigh on the rate, in thousandths of a call.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Used {
    load: u64,
    at: Time,
}

impl Throttle {
    /// Whether one more call is taken at `now` when `rate` calls a second are.
    pub fn admits(&mut self, now: Time, action: Action, rate: u64) -> bool {
        let used = &mut self.used[action as usize];
        // A thousandth of a call a millisecond for each call a second.
        used.load = used.load.saturating_sub(now.since(used.at).0.saturating_mul(rate));
        used.at = now;
        let admitted = used.load + 1000 <= rate * 1000;
        if admitted {
            used.load += 1000;
        }
        admitted
    }
}
