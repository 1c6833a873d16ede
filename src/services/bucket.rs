//! A token bucket in whole numbers: so many tokens at most, so many more each second.

use super::time::Time;

/// Filled continuously, never above its capacity; starts full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    capacity: u64,
    per_second: u64,
    /// Thousandths of a token, so that a millisecond's refill is a whole number.
    level: u64,
    filled_at: Time,
}

impl Bucket {
    /// A full bucket of `capacity` tokens that gains `per_second` each second.
    pub(crate) fn new(capacity: u64, per_second: u64) -> Bucket {
        Bucket { capacity, per_second, level: capacity * 1000, filled_at: Time::START }
    }

    /// Takes one token; false, and nothing taken, when there is none.
    pub(crate) fn take(&mut self, now: Time) -> bool {
        let gained = now.since(self.filled_at).0.saturating_mul(self.per_second);
        self.level = self.level.saturating_add(gained).min(self.capacity * 1000);
        self.filled_at = now;
        let enough = self.level >= 1000;
        if enough {
            self.level -= 1000;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_refills_with_time_and_never_above_its_capacity() {
        let mut bucket = Bucket::new(2, 1);
        assert_eq!([0, 0, 0].map(|at| bucket.take(Time(at))), [true, true, false]);
        assert!(!bucket.take(Time(999)));
        assert!(bucket.take(Time(1000)));
        assert_eq!([90_000; 3].map(|at| bucket.take(Time(at))), [true, true, false]);
    }
}
