//! How much passed in the last second: what decides whether a shard throttles.
//!
//! The second is a sliding one, to the millisecond (AWS does not say how it cuts its seconds). What
//! is larger than a second's share is let through once and paid back at the steady rate, as the
//! documentation of large records and of 10 MiB reads describes.

use std::collections::VecDeque;

use super::super::time::{Span, Time};

/// What may pass in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Records written, or calls made.
    pub count: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What passed in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Records written, or calls made.
    pub count: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Counts what passes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meter {
    spans: VecDeque<(Time, Load)>,
    load: Load,
    /// Until when what was too large is being paid back.
    busy_until: Time,
}

const SECOND: Span = Span::seconds(1);

impl Meter {
    /// What passed in the second that ends at `now`.
    pub fn load(&self, now: Time) -> Load {
        let old = self.spans.iter().take_while(|(at, _)| *at + SECOND <= now);
        old.fold(self.load, |load, (_, gone)| Load {
            count: load.count - gone.count,
            bytes: load.bytes - gone.bytes,
        })
    }

    /// Lets one record of `bytes` pass, unless that is more than `rate` allows.
    pub fn write(&mut self, now: Time, bytes: u64, rate: Rate) -> bool {
        self.forget(now);
        let large = bytes > rate.bytes;
        let fits = self.load.count < rate.count && (large || self.load.bytes + bytes <= rate.bytes);
        if !fits || now < self.busy_until {
            return false;
        }
        if large {
            self.busy_until = now + paying_back(bytes, rate);
        }
        // A large record is paid back through `busy_until`, not by filling one second.
        self.note(now, if large { 0 } else { bytes });
        true
    }

    /// Lets one call pass, unless there were too many or one before is still being paid back.
    pub fn call(&mut self, now: Time, rate: Rate) -> bool {
        self.forget(now);
        if self.load.count >= rate.count || now < self.busy_until {
            return false;
        }
        self.note(now, 0);
        true
    }

    /// Counts the bytes that a call let through by [`call`](Meter::call) carried.
    pub fn carried(&mut self, now: Time, bytes: u64, rate: Rate) {
        self.load.bytes += bytes;
        if let Some((_, load)) = self.spans.back_mut() {
            load.bytes += bytes;
        }
        if self.load.bytes >= rate.bytes {
            let since = self.spans.front().map_or(now, |(at, _)| *at);
            self.busy_until = self.busy_until.max(since + paying_back(self.load.bytes, rate));
        }
    }

    fn forget(&mut self, now: Time) {
        while let Some((at, gone)) = self.spans.front().copied() {
            if at + SECOND > now {
                break;
            }
            self.spans.pop_front();
            self.load.count -= gone.count;
            self.load.bytes -= gone.bytes;
        }
    }

    fn note(&mut self, now: Time, bytes: u64) {
        self.load.count += 1;
        self.load.bytes += bytes;
        match self.spans.back_mut() {
            Some((at, load)) if *at == now => {
                load.count += 1;
                load.bytes += bytes;
            }
            _ => self.spans.push_back((now, Load { count: 1, bytes })),
        }
    }
}

/// How long so many bytes take at the steady rate.
fn paying_back(bytes: u64, rate: Rate) -> Span {
    Span::millis((bytes * 1000).div_ceil(rate.bytes.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { count: 5, bytes: 100 };

    #[test]
    fn a_sliding_second_allows_its_share_and_no_more() {
        let mut meter = Meter::default();
        for at in [0, 100, 200, 300, 400] {
            assert!(meter.write(Time(at), 1, RATE));
        }
        assert!(!meter.write(Time(999), 1, RATE), "the sixth within a second");
        assert!(meter.write(Time(1000), 1, RATE), "the first has left the second");
        assert_eq!(meter.load(Time(1050)), Load { count: 5, bytes: 5 });
        assert_eq!(meter.load(Time(5000)), Load::default());
        assert!(!Meter::default().write(Time(0), 101, Rate { count: 0, bytes: 100 }));
    }

    #[test]
    fn what_is_too_large_is_paid_back() {
        let mut meter = Meter::default();
        assert!(meter.write(Time(0), 1000, RATE));
        assert!(!meter.write(Time(9_999), 1, RATE));
        assert!(meter.write(Time(10_000), 1, RATE));
        let mut reads = Meter::default();
        assert!(reads.call(Time(0), RATE));
        reads.carried(Time(0), 500, RATE);
        assert!(!reads.call(Time(4_999), RATE));
        assert!(reads.call(Time(5_000), RATE));
    }
}
