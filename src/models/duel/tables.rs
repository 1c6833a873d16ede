//! The duel's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};
use crate::models::dials::ARRIVAL_SHAPES;

/// An order, numbered from 1; the same on both sides.
pub const ORDER: u16 = 0;
/// A place: 0 the queue, 1 its dead-letter queue, 2 the stream, 3 where pointers to given-up records go.
pub const PLACE: u16 = 1;
/// A shard of the stream, by its index.
pub const SHARD: u16 = 2;
/// A function: 0 the worker, 1 the second application.
pub const FUNCTION: u16 = 3;
/// Where orders come from.
pub const PRODUCER: u16 = 4;
/// Whoever types and presses keys.
pub const PROMPT: u16 = 5;

/// The second choice of an on/off knob.
pub const SECOND: i64 = 1;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "default", knobs: &[] },
    Preset { id: "poison", knobs: &[("poison-at", 20), ("visibility-timeout", 30_000)] },
    Preset {
        id: "killed-function",
        knobs: &[("dead-at", MINUTE), ("dead-for", 10 * MINUTE), ("arrival-rate", 500)],
    },
    Preset { id: "second-application", knobs: &[("second", SECOND)] },
    Preset {
        id: "day-off",
        knobs: &[("off-at", 10 * MINUTE), ("off-for", 26 * HOUR), ("arrival-rate", 10)],
    },
];

pub(super) const KNOBS: &[Knob] = &[
    Knob::choice("actors", &["working", "still"]),
    Knob::number(
        "arrival-rate",
        Unit::MilliPerSecond,
        (0, 1_000_000),
        1_500,
        &[0, 10, 100, 500, 1_000, 1_500, 5_000, 20_000, 100_000],
    ),
    Knob::choice("arrival-shape", ARRIVAL_SHAPES),
    Knob::number("burst-size", Unit::Count, (1, 10_000), 50, &[1, 10, 50, 100, 500, 1_000, 10_000]),
    Knob::number(
        "burst-every",
        Unit::Millis,
        (1_000, 86_400_000),
        30_000,
        &[1_000, 10_000, 30_000, 60_000, 600_000, 3_600_000],
    ),
    Knob::number("customers", Unit::Count, (1, 1_000), 12, &[1, 2, 3, 12, 50, 1_000]),
    Knob::choice("keys", &["uniform", "zipf", "one-hot"]),
    Knob::number("shards", Unit::Count, (1, 8), 3, &[1, 2, 3, 4, 6, 8]),
    Knob::number("work-time", Unit::Millis, (0, 1_000), 20, &[0, 5, 20, 100, 500, 1_000]),
    Knob::number(
        "visibility-timeout",
        Unit::Millis,
        (6_000, 12 * HOUR),
        180_000,
        &[6_000, 30_000, 60_000, 180_000, 600_000, HOUR, 12 * HOUR],
    ),
    Knob::number("max-receive-count", Unit::Count, (1, 1_000), 5, &[1, 2, 3, 5, 10, 100, 1_000]),
    Knob::choice("partial-responses", &["off", "on"]),
    Knob::number("max-retries", Unit::Count, (-1, 10_000), -1, &[-1, 0, 1, 2, 5, 10, 100]),
    Knob::choice("bisect", &["off", "on"]),
    Knob::choice("on-failure", &["nowhere", "queue"]),
    Knob::number(
        "queue-retention",
        Unit::Millis,
        (MINUTE, 14 * DAY),
        4 * DAY,
        &[MINUTE, HOUR, DAY, 4 * DAY, 14 * DAY],
    ),
    Knob::number(
        "stream-retention",
        Unit::Millis,
        (DAY, 365 * DAY),
        DAY,
        &[DAY, 2 * DAY, 7 * DAY, 365 * DAY],
    ),
    Knob::choice("second", &["absent", "there"]),
    Knob::number("poison-at", Unit::Count, (0, 1_000_000), 0, &[0, 1, 20, 100, 1_000]),
    Knob::number("dead-at", Unit::Millis, (0, 30 * DAY), 0, &[0, MINUTE, 10 * MINUTE, HOUR, DAY]),
    Knob::number("dead-for", Unit::Millis, (0, 30 * DAY), 0, &[0, MINUTE, 10 * MINUTE, HOUR, DAY]),
    Knob::number("off-at", Unit::Millis, (0, 30 * DAY), 0, &[0, MINUTE, 10 * MINUTE, HOUR, DAY]),
    Knob::number(
        "off-for",
        Unit::Millis,
        (0, 30 * DAY),
        0,
        &[0, 10 * MINUTE, HOUR, 12 * HOUR, 26 * HOUR, 5 * DAY],
    ),
];

pub(super) const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new("order", 'n', None, ActionSort::Use),
    ActionSpec::new("poison", 'o', None, ActionSort::Break),
    ActionSpec::new("kill", 'd', None, ActionSort::Break),
    ActionSpec::new("day-off", 'f', None, ActionSort::Break),
    ActionSpec::new("flood", 'N', None, ActionSort::Break),
    ActionSpec::new("oversize", 'O', None, ActionSort::Break),
    ActionSpec::new("second", 'A', None, ActionSort::Use),
    ActionSpec::new("destination", 'D', None, ActionSort::Use),
    ActionSpec::new("stop", 'S', None, ActionSort::Use),
    ActionSpec::new("mend", 'm', None, ActionSort::Mend),
    ActionSpec::new("redrive", 'r', None, ActionSort::Mend),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("QueueHandled", Unit::Count),
    metric("StreamHandled", Unit::Count),
    metric("QueueRepeated", Unit::Count),
    metric("StreamRepeated", Unit::Count),
    metric("QueueLost", Unit::Count),
    metric("StreamLost", Unit::Count),
    metric("QueueWaiting", Unit::Count),
    metric("StreamWaiting", Unit::Count),
    metric("DeadLetters", Unit::Count),
    metric("BlockedShards", Unit::Count),
    metric("ApproximateAgeOfOldestMessage", Unit::Millis),
    metric("IteratorAge", Unit::Millis),
    metric("StreamRetained", Unit::Count),
    metric("StreamGivenUp", Unit::Count),
    metric("WriteProvisionedThroughputExceeded", Unit::Count),
    metric("SecondFromQueue", Unit::Count),
    metric("SecondFromStream", Unit::Count),
];

/// A row of the comparison table: its key in the language file, and the action that shows it happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// `size`, `independence`, …; cells are called `row-size`, `row-size-queue`, `row-size-stream`.
    pub id: &'static str,
    /// One of the model's actions.
    pub action: &'static str,
}

/// The source text's comparison table, as it is true today.
pub const TABLE: &[Row] = &[
    Row { id: "size", action: "oversize" },
    Row { id: "independence", action: "poison" },
    Row { id: "scaling", action: "flood" },
    Row { id: "retention", action: "day-off" },
    Row { id: "dead-letters", action: "destination" },
    Row { id: "afterwards", action: "second" },
];
