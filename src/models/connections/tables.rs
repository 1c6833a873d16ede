//! The connections model's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};

/// The function.
pub const FUNCTION: u16 = 0;
/// A running copy of it (an execution environment), from number 1.
pub const COPY: u16 = 1;
/// The database.
pub const DATABASE: u16 = 2;
/// The proxy.
pub const PROXY: u16 = 3;
/// The DynamoDB table.
pub const TABLE: u16 = 4;
/// Whoever types and presses keys.
pub const PROMPT: u16 = 5;

/// The second choice of a knob.
pub const SECOND: i64 = 1;
/// The path to DynamoDB.
const DYNAMODB: i64 = 2;
/// The path over the Data API.
const DATA_API: i64 = 3;

/// A burst of 200 that comes every minute, and nothing in between.
const STORM: (&str, i64) = ("burst-size", 200);

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "basic", knobs: &[] },
    Preset { id: "storm", knobs: &[STORM] },
    Preset { id: "proxy", knobs: &[STORM, ("path", SECOND)] },
    Preset {
        id: "pinning",
        knobs: &[STORM, ("path", SECOND), ("session-state", SECOND), ("borrow-timeout", 10_000)],
    },
    Preset {
        id: "borrow-timeout",
        knobs: &[STORM, ("path", SECOND), ("query-time", 6_000), ("borrow-timeout", 5_000)],
    },
    Preset { id: "fewer-copies", knobs: &[STORM, ("concurrency", 60)] },
    Preset { id: "slow-database", knobs: &[("arrival-rate", 50_000), ("slow-after", 20_000)] },
    Preset { id: "data-api", knobs: &[STORM, ("path", DATA_API), ("burst-every", 600_000)] },
    Preset {
        id: "proxy-awake",
        knobs: &[
            ("path", SECOND),
            ("database", SECOND),
            ("burst-size", 20),
            ("burst-every", 600_000),
            ("copy-life", 60_000),
        ],
    },
    Preset {
        id: "dynamodb",
        knobs: &[("path", DYNAMODB), ("arrival-rate", 60_000), ("write-capacity", 10)],
    },
];

const COUNT: Unit = Unit::Count;
const MILLIS: Unit = Unit::Millis;

pub(super) const KNOBS: &[Knob] = &[
    Knob::choice("actors", &["working", "still"]),
    Knob::choice("path", &["direct", "proxy", "dynamodb", "data-api"]),
    Knob::choice("database", &["mysql", "aurora-serverless"]),
    Knob::number(
        "arrival-rate",
        Unit::MilliPerSecond,
        (0, 500_000),
        20_000,
        &[0, 1_000, 5_000, 20_000, 50_000, 100_000, 200_000, 500_000],
    ),
    Knob::number("burst-size", COUNT, (0, 2_000), 0, &[0, 50, 85, 200, 500, 1_000]),
    Knob::number(
        "burst-every",
        MILLIS,
        (1_000, 3_600_000),
        60_000,
        &[1_000, 10_000, 30_000, 60_000, 600_000],
    ),
    Knob::number("concurrency", COUNT, (0, 1_000), 1_000, &[0, 10, 60, 85, 200, 1_000]),
    Knob::number("cold-start", MILLIS, (0, 10_000), 300, &[0, 100, 300, 1_000]),
    Knob::number("copy-life", MILLIS, (1_000, 3_600_000), 300_000, &[10_000, 60_000, 300_000]),
    Knob::number(
        "query-time",
        MILLIS,
        (1, 60_000),
        500,
        &[20, 100, 500, 1_000, 2_000, 6_000, 30_000],
    ),
    Knob::number("slow-after", MILLIS, (0, 3_600_000), 0, &[0, 20_000, 60_000, 300_000]),
    Knob::number("max-connections", COUNT, (0, 10_000), 0, &[0, 50, 85, 200, 500, 1_000]),
    Knob::choice("session-state", &["none", "set"]),
    Knob::number("pool-percent", COUNT, (1, 100), 100, &[10, 50, 70, 90, 100]),
    Knob::number(
        "borrow-timeout",
        MILLIS,
        (0, 300_000),
        120_000,
        &[0, 1_000, 5_000, 10_000, 120_000, 300_000],
    ),
    Knob::number("write-capacity", COUNT, (1, 4_000), 100, &[10, 50, 100, 200, 1_000]),
    Knob::number("retries", COUNT, (0, 10), 6, &[0, 1, 3, 6, 10]),
];

pub(super) const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new("burst", 'b', None, ActionSort::Use),
    ActionSpec::new("slow", 's', None, ActionSort::Break),
    ActionSpec::new("lose", 'x', Some(DATABASE), ActionSort::Break),
    ActionSpec::new("recycle", 'd', None, ActionSort::Mend),
    ActionSpec::new("mend", 'm', None, ActionSort::Mend),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("ConcurrentExecutions", COUNT),
    metric("Copies", COUNT),
    metric("Throttles", COUNT),
    metric("Errors", COUNT),
    metric("Succeeded", COUNT),
    metric("Duration", MILLIS),
    metric("DatabaseConnections", COUNT),
    metric("ConnectionsRefused", COUNT),
    metric("ClientConnections", COUNT),
    metric("DatabaseConnectionsCurrentlyBorrowed", COUNT),
    metric("DatabaseConnectionsCurrentlySessionPinned", COUNT),
    metric("Waiting", COUNT),
    metric("DatabaseConnectionsBorrowLatency", MILLIS),
    metric("BorrowTimeouts", COUNT),
    metric("WriteThrottleEvents", COUNT),
];
