//! The stream model's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};
use crate::models::dials::ARRIVAL_SHAPES;

/// The stream, or Kafka's topic.
pub const STREAM: u16 = 0;
/// The producer.
pub const PRODUCER: u16 = 1;
/// A shard by its index, or a partition.
pub const SHARD: u16 = 2;
/// An application that reads a Kinesis stream, or a member of a Kafka group, from number 1.
pub const CONSUMER: u16 = 3;
/// A Kafka group by its index.
pub const GROUP: u16 = 4;
/// A record: its shard in the upper byte of the number, its position below.
pub const RECORD: u16 = 5;
/// A partition key.
pub const KEY: u16 = 6;
/// Whoever types at the prompt.
pub const PROMPT: u16 = 7;

/// The second choice of a knob.
pub const SECOND: i64 = 1;
const THIRD: i64 = 2;

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "routing", knobs: &[("consumers", 0)] },
    Preset {
        id: "hot-shard",
        knobs: &[
            ("shards", 4),
            ("keys", THIRD),
            ("hot-share", 9_000),
            ("arrival-shape", THIRD),
            ("burst-size", 1_600),
            ("burst-every", 4_000),
            ("record-size", 20),
            ("consumers", 1),
        ],
    },
    Preset {
        id: "merge",
        knobs: &[
            ("shards", 4),
            ("arrival-rate", 2_000),
            ("consumers", 1),
            ("work-time", 300),
            ("poll-interval", 2_000),
        ],
    },
    Preset { id: "two-consumers", knobs: &[("consumers", 2), ("work-time", 200)] },
    Preset {
        id: "slow-consumer",
        knobs: &[
            ("shards", 1),
            ("arrival-rate", 100),
            ("consumers", 2),
            ("work-time", 40_000),
            ("fast-readers", 1),
            ("batch-size", 5),
            ("poll-interval", 5_000),
        ],
    },
    Preset {
        id: "throttled-producer",
        knobs: &[
            ("shards", 2),
            ("arrival-shape", THIRD),
            ("burst-size", 4_000),
            ("burst-every", 10_000),
            ("record-size", 20),
            ("retries", 3),
            ("consumers", 0),
        ],
    },
    Preset {
        id: "on-demand",
        knobs: &[
            ("mode", SECOND),
            ("shards", 4),
            ("keys", THIRD),
            ("key-count", 12),
            ("hot-share", 6_000),
            ("arrival-rate", 14_000),
            ("record-size", 61_440),
            ("peak-for", 240_000),
            ("consumers", 0),
        ],
    },
    Preset {
        id: "kafka-rebalance",
        knobs: &[
            ("system", SECOND),
            ("shards", 6),
            ("consumers", 3),
            ("arrival-rate", 4_000),
            ("key-count", 30),
            ("work-time", 400),
            ("batch-size", 10),
            ("retention", 7 * DAY),
        ],
    },
    Preset {
        id: "kafka-two-groups",
        knobs: &[
            ("system", SECOND),
            ("shards", 6),
            ("consumers", 3),
            ("second-group", 1),
            ("arrival-rate", 4_000),
            ("key-count", 30),
            ("work-time", 400),
            ("batch-size", 10),
            ("retention", 7 * DAY),
        ],
    },
];

const fn count(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    knob(id, Unit::Count, range, default, stops)
}

const fn millis(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    knob(id, Unit::Millis, range, default, stops)
}

const fn knob(
    id: &'static str,
    unit: Unit,
    (min, max): (i64, i64),
    default: i64,
    stops: &'static [i64],
) -> Knob {
    Knob { id, unit, min, max, default, stops, choices: &[] }
}

const fn choice(id: &'static str, choices: &'static [&'static str]) -> Knob {
    const STOPS: &[i64] = &[0, 1, 2, 3];
    let max = choices.len() as i64 - 1;
    let (stops, _) = STOPS.split_at(choices.len());
    Knob { id, unit: Unit::Choice, min: 0, max, default: 0, stops, choices }
}

const DAY: i64 = 86_400_000;

pub(super) const KNOBS: &[Knob] = &[
    choice("system", &["kinesis", "kafka"]),
    choice("mode", &["provisioned", "on-demand"]),
    choice("actors", &["working", "still"]),
    count("shards", (1, 64), 2, &[1, 2, 3, 4, 6, 8, 12, 16, 32, 64]),
    knob(
        "arrival-rate",
        Unit::MilliPerSecond,
        (0, 5_000_000),
        1_000,
        &[
            0, 100, 200, 500, 1_000, 2_000, 4_000, 8_000, 14_000, 50_000, 200_000, 1_000_000,
            5_000_000,
        ],
    ),
    choice("arrival-shape", ARRIVAL_SHAPES),
    count(
        "burst-size",
        (1, 20_000),
        1_000,
        &[1, 10, 100, 500, 1_000, 1_600, 4_000, 10_000, 20_000],
    ),
    millis(
        "burst-every",
        (500, 3_600_000),
        10_000,
        &[500, 1_000, 4_000, 10_000, 60_000, 600_000, 3_600_000],
    ),
    millis("peak-for", (0, DAY), 0, &[0, 60_000, 240_000, 600_000, 3_600_000, DAY]),
    knob(
        "record-size",
        Unit::Bytes,
        (1, 1_000_000),
        100,
        &[1, 20, 100, 300, 1_024, 10_240, 61_440, 262_144, 1_000_000],
    ),
    choice("keys", &["uniform", "zipf", "one-hot"]),
    count("key-count", (1, 10_000), 40, &[1, 2, 4, 12, 30, 40, 100, 1_000, 10_000]),
    knob(
        "hot-share",
        Unit::BasisPoints,
        (0, 10_000),
        5_000,
        &[0, 1_000, 3_000, 5_000, 6_000, 8_000, 9_000, 10_000],
    ),
    count("retries", (0, 10), 5, &[0, 1, 2, 3, 5, 10]),
    millis("retry-after", (10, 60_000), 200, &[10, 50, 100, 200, 500, 1_000, 5_000, 60_000]),
    count("consumers", (0, 12), 1, &[0, 1, 2, 3, 4, 5, 6, 8, 12]),
    count("second-group", (0, 6), 0, &[0, 1, 2, 3, 6]),
    choice("reading", &["shared", "fan-out"]),
    choice("start", &["trim-horizon", "latest"]),
    choice("checkpoint", &["after-work", "before-work"]),
    choice("children", &["after-parents", "at-once"]),
    millis(
        "poll-interval",
        (100, 60_000),
        1_000,
        &[100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000],
    ),
    count("batch-size", (1, 10_000), 1_000, &[1, 5, 10, 100, 500, 1_000, 10_000]),
    millis(
        "work-time",
        (0, 600_000),
        0,
        &[0, 10, 100, 200, 300, 400, 1_000, 5_000, 10_000, 40_000, 600_000],
    ),
    count("fast-readers", (0, 12), 0, &[0, 1, 2, 3, 12]),
    millis("retention", (DAY, 365 * DAY), DAY, &[DAY, 2 * DAY, 7 * DAY, 30 * DAY, 365 * DAY]),
    millis("session-timeout", (6_000, 300_000), 45_000, &[6_000, 10_000, 45_000, 300_000]),
    millis("max-poll-interval", (10_000, 3_600_000), 60_000, &[10_000, 60_000, 300_000, 3_600_000]),
];

const fn action(id: &'static str, key: char, target: Option<u16>, sort: ActionSort) -> ActionSpec {
    ActionSpec::new(id, key, target, sort)
}

pub(super) const ACTIONS: &[ActionSpec] = &[
    action("put", 'n', None, ActionSort::Use),
    action("burst", 'b', None, ActionSort::Use),
    action("split", 's', Some(SHARD), ActionSort::Use),
    action("merge", 'm', Some(SHARD), ActionSort::Use),
    action("more-partitions", 'a', None, ActionSort::Use),
    action("join", 'c', None, ActionSort::Use).taking(CONSUMER),
    action("leave", 'l', Some(CONSUMER), ActionSort::Use),
    action("rewind", 'r', Some(CONSUMER), ActionSort::Use),
    action("pause", 'p', None, ActionSort::Use),
    action("kill", 'x', Some(CONSUMER), ActionSort::Break),
    action("slow", 'w', Some(CONSUMER), ActionSort::Break),
    action("revive", 'e', Some(CONSUMER), ActionSort::Mend),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("IncomingRecords", Unit::Count),
    metric("IncomingBytes", Unit::Bytes),
    metric("WriteProvisionedThroughputExceeded", Unit::Count),
    metric("ReadProvisionedThroughputExceeded", Unit::Count),
    metric("GetRecords.Records", Unit::Count),
    metric("GetRecords.IteratorAgeMilliseconds", Unit::Millis),
    metric("MillisBehindLatest", Unit::Millis),
    metric("OpenShardCount", Unit::Count),
    metric("MaxOffsetLag", Unit::Count),
    metric("SumOffsetLag", Unit::Count),
    metric("EstimatedMaxTimeLag", Unit::Millis),
    metric("Rebalances", Unit::Count),
    metric("RecordsProcessed", Unit::Count),
    metric("RecordsProcessedAgain", Unit::Count),
    metric("RecordsExpiredUnread", Unit::Count),
    metric("RecordsSkipped", Unit::Count),
    metric("RecordsGivenUp", Unit::Count),
];
