//! Virtual time: integer milliseconds since the start of a world. Nobody's wall clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A moment, in milliseconds since the start of the world.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

/// A length of time in milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub u64);

/// What AWS timestamps count as the start of the world: 2026-01-01T00:00:00Z, in milliseconds since 1970.
pub const WORLD_START_UNIX_MS: u64 = 1_767_225_600_000;

impl Time {
    /// The start of the world.
    pub const START: Time = Time(0);

    /// Later than anything happens.
    pub const END: Time = Time(u64::MAX);

    /// Milliseconds since 1970, as SQS writes its timestamps.
    pub fn unix_millis(self) -> u64 {
        WORLD_START_UNIX_MS + self.0
    }

    /// Seconds since 1970 with fraction, as AWS JSON writes timestamps.
    pub fn unix_seconds(self) -> f64 {
        self.unix_millis() as f64 / 1000.0
    }

    /// How long ago `earlier` was; nothing if it lies ahead.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// So many milliseconds.
    pub const fn millis(millis: u64) -> Span {
        Span(millis)
    }

    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Span {
        Span(seconds * 1000)
    }

    /// So many minutes.
    pub const fn minutes(minutes: u64) -> Span {
        Span::seconds(minutes * 60)
    }

    /// So many hours.
    pub const fn hours(hours: u64) -> Span {
        Span::minutes(hours * 60)
    }

    /// So many days of 24 hours.
    pub const fn days(days: u64) -> Span {
        Span::hours(days * 24)
    }

    /// Whole seconds, rounded down.
    pub const fn as_seconds(self) -> u64 {
        self.0 / 1000
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

/// Seconds with three decimals: `42.500`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}
