//! A token bucket in whole numbers: so many tokens at most, so many more each second.

use super::time::Time;

/// Filled continuously, never above its capacity; starts full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bucket {
    capacity: u64,
    per_second: u64,
    load: Load,
}

/// What was taken and is not refilled yet. Capacity and rate come with each question, as they may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Load {
    /// Thousandths of a token, so that a millisecond's refill is a whole number.
    taken: u64,
    at: Time,
}

impl Bucket {
    /// A full bucket of `capacity` tokens that gains `per_second` each second.
    pub(crate) fn new(capacity: u64, per_second: u64) -> Bucket {
        Bucket { capacity, per_second, load: Load::default() }
    }

    /// Takes one token; false, and nothing taken, when there is none.
    pub(crate) fn take(&mut self, now: Time) -> bool {
        self.load.take(now, self.capacity, self.per_second)
    }
}

impl Load {
    /// Takes one token of a bucket of this size and rate; false, and nothing taken, when there is none.
    pub(crate) fn take(&mut self, now: Time, capacity: u64, per_second: u64) -> bool {
        let gained = now.since(self.at).0.saturating_mul(per_second);
        self.taken = self.taken.saturating_sub(gained);
        self.at = now;
        let enough = self.taken + 1000 <= capacity.saturating_mul(1000);
        if enough {
            self.taken += 1000;
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
