//! The knobs as the application and the instances use them.

use super::tables::SECOND;
use crate::models::dials::Dials;
use crate::services::time::Span;

/// Where the application reads back what it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadsFrom {
    /// From the instance it writes to.
    Source,
    /// From that instance's replicas, in turn.
    Replicas,
}

/// What an alarm makes of a minute without a data point (`TreatMissingData`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// `missing`: without any point there is not enough data.
    Unknown,
    /// `breaching`: as beyond the threshold.
    Breaching,
    /// `notBreaching`: as within it.
    NotBreaching,
    /// `ignore`: the state stays as it is.
    Ignore,
}

/// The knobs that are asked again and again.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether the application stands still.
    pub still: bool,
    /// Thousandths of a write a second.
    pub writes: u64,
    /// For how long it writes; without end when nothing.
    pub write_for: Span,
    /// Connections of its pool.
    pub connections: usize,
    /// For how long it believes what a name stood for.
    pub dns_ttl: Span,
    /// What a commit takes longer for its way to the standby and back.
    pub standby_trip: Span,
    /// How long a commit travels to a replica.
    pub replica_lag: Span,
    /// How many commits a replica applies a second at most.
    pub apply_rate: Option<u64>,
    /// Where it reads back.
    pub reads_from: ReadsFrom,
    /// How long after the commit.
    pub read_after: Span,
    /// I/O requests a second that the queries ask for.
    pub io: u64,
    /// CPU that the queries take, in hundredths of a percent.
    pub cpu_load: u64,
    /// Bytes of data that come each minute.
    pub growth: u64,
    /// So many of the last periods must breach for an alarm.
    pub alarm_points: usize,
    /// How many periods are looked at.
    pub alarm_periods: usize,
    /// What a period without a point counts as.
    pub silence: Silence,
}

impl Settings {
    pub(super) fn of(dials: &Dials) -> Settings {
        let number = |id: &str| dials.get(id).unsigned_abs();
        let size = |id: &str| usize::try_from(dials.get(id)).unwrap_or_default();
        let span = |id: &str| Span(number(id));
        Settings {
            still: dials.get("actors") == SECOND,
            writes: number("writes"),
            write_for: span("write-for"),
            connections: size("connections"),
            dns_ttl: span("dns-ttl"),
            standby_trip: span("standby-trip"),
            replica_lag: span("replica-lag"),
            apply_rate: Some(number("apply-rate") / 1000).filter(|rate| *rate > 0),
            reads_from: match dials.get("reads-from") {
                SECOND => ReadsFrom::Replicas,
                _ => ReadsFrom::Source,
            },
            read_after: span("read-after"),
            io: number("io"),
            cpu_load: number("cpu-load"),
            growth: number("growth"),
            alarm_points: size("alarm-points"),
            alarm_periods: size("alarm-periods"),
            silence: match dials.get("missing-data") {
                1 => Silence::Breaching,
                2 => Silence::NotBreaching,
                3 => Silence::Ignore,
                _ => Silence::Unknown,
            },
        }
    }
}
