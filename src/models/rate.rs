//! What passes in a second, for metrics.

use crate::services::time::Time;

/// Counts what passes in full seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerSecond {
    second: u64,
    this: u64,
    before: u64,
    /// All that ever passed.
    pub total: u64,
}

impl PerSecond {
    /// Counts `n` more.
    pub fn note(&mut self, now: Time, n: u64) {
        let second = now.0 / 1000;
        if second > self.second {
            self.before = if second == self.second + 1 { self.this } else { 0 };
            self.this = 0;
            self.second = second;
        }
        self.this += n;
        self.total += n;
    }

    /// What passed in the last full second.
    pub fn rate(&self, now: Time) -> u64 {
        match (now.0 / 1000).saturating_sub(self.second) {
            0 => self.before,
            1 => self.this,
            _ => 0,
        }
    }
}
