//! The DynamoDB model's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};

/// A table.
pub const TABLE: u16 = 0;
/// The application that writes and reads.
pub const CLIENT: u16 = 1;
/// A partition of the table by its number.
pub const PARTITION: u16 = 2;
/// The global secondary index.
pub const INDEX: u16 = 3;
/// The table's stream.
pub const STREAM: u16 = 4;
/// Who reads the stream.
pub const READER: u16 = 5;
/// A clerk, from number 1.
pub const CLERK: u16 = 6;
/// A partition key.
pub const KEY: u16 = 7;
/// Whoever types at the prompt.
pub const PROMPT: u16 = 8;

/// The second choice of a knob, and those after it.
pub const SECOND: i64 = 1;
const THIRD: i64 = 2;
const FOURTH: i64 = 3;

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "basic", knobs: &[("key-count", 12), ("item-size", 1_500)] },
    Preset {
        id: "hot-key",
        knobs: &[
            ("billing", SECOND),
            ("write-capacity", 10_000),
            ("read-capacity", 300),
            ("write-rate", 250_000),
            ("item-size", 8_192),
            ("keys", THIRD),
            ("key-count", 200),
            ("hot-share", 7_000),
            ("retries", 1),
        ],
    },
    Preset {
        id: "write-sharding",
        knobs: &[
            ("billing", SECOND),
            ("write-capacity", 10_000),
            ("read-capacity", 300),
            ("write-rate", 250_000),
            ("item-size", 8_192),
            ("keys", THIRD),
            ("key-count", 200),
            ("hot-share", 7_000),
            ("retries", 1),
            ("suffixes", 10),
        ],
    },
    Preset {
        id: "adaptive",
        knobs: &[
            ("billing", SECOND),
            ("write-capacity", 400),
            ("read-capacity", 100),
            ("partitions", 4),
            ("write-rate", 75_000),
            ("item-size", 4_096),
            ("keys", THIRD),
            ("key-count", 400),
            ("hot-share", 3_300),
            ("retries", 1),
        ],
    },
    Preset {
        id: "isolation",
        knobs: &[
            ("billing", SECOND),
            ("write-capacity", 3_000),
            ("read-capacity", 300),
            ("partitions", 4),
            ("isolate-after", 10_000),
            ("write-rate", 250_000),
            ("item-size", 8_192),
            ("keys", THIRD),
            ("key-count", 400),
            ("hot-share", 4_000),
            ("retries", 1),
        ],
    },
    Preset {
        id: "burst",
        knobs: &[
            ("billing", SECOND),
            ("write-shape", THIRD),
            ("burst-size", 300),
            ("burst-every", 30_000),
            ("read-rate", 1_000),
        ],
    },
    Preset {
        id: "on-demand",
        knobs: &[
            ("write-rate", 60_000),
            ("read-rate", 0),
            ("key-count", 1_000),
            ("item-size", 102_400),
            ("retries", 0),
        ],
    },
    Preset {
        id: "gsi-backpressure",
        knobs: &[
            ("billing", SECOND),
            ("write-capacity", 100),
            ("read-capacity", 100),
            ("index", SECOND),
            ("index-capacity", 10),
            ("bucket", 2_000),
            ("write-shape", SECOND),
            ("write-rate", 50_000),
            ("read-rate", 5_000),
            ("item-size", 1_000),
            ("retries", 1),
        ],
    },
    Preset {
        id: "gsi-lag",
        knobs: &[
            ("index", SECOND),
            ("index-lag", 800),
            ("reads", FOURTH),
            ("write-rate", 1_000),
            ("key-count", 3),
        ],
    },
    Preset {
        id: "eventual-read",
        knobs: &[
            ("replica-lag", 1_000),
            ("write-rate", 1_000),
            ("read-rate", 3_000),
            ("key-count", 2),
        ],
    },
    Preset { id: "lost-update", knobs: &[("clerks", 2), ("write-rate", 0), ("read-rate", 0)] },
    Preset {
        id: "condition",
        knobs: &[("clerks", 2), ("task", SECOND), ("write-rate", 0), ("read-rate", 0)],
    },
    Preset {
        id: "lost-answer",
        knobs: &[
            ("clerks", 2),
            ("task", THIRD),
            ("lost-answers", 2_000),
            ("write-rate", 0),
            ("read-rate", 0),
        ],
    },
    Preset {
        id: "transactions",
        knobs: &[
            ("clerks", 4),
            ("task", FOURTH),
            ("accounts", 3),
            ("transaction-time", 300),
            ("write-rate", 0),
            ("read-rate", 0),
        ],
    },
    Preset {
        id: "scan-against-query",
        knobs: &[
            ("billing", SECOND),
            ("read-capacity", 20),
            ("orders", 10),
            ("reads", THIRD),
            ("read-rate", 2_000),
            ("write-rate", 0),
            ("retries", 1),
        ],
    },
    Preset {
        id: "ttl",
        knobs: &[
            ("keys", FOURTH),
            ("ttl", 30_000),
            ("ttl-delay", 300_000),
            ("write-rate", 1_000),
            ("read-rate", 500),
        ],
    },
    Preset {
        id: "ttl-milliseconds",
        knobs: &[
            ("keys", FOURTH),
            ("ttl", 30_000),
            ("ttl-unit", SECOND),
            ("ttl-delay", 300_000),
            ("write-rate", 1_000),
            ("read-rate", 500),
        ],
    },
    Preset {
        id: "streams",
        knobs: &[
            ("stream", SECOND),
            ("same-share", 3_000),
            ("key-count", 8),
            ("read-rate", 0),
            ("poll-interval", 1_000),
        ],
    },
];

const fn count(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    Knob::number(id, Unit::Count, range, default, stops)
}

const fn millis(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    Knob::number(id, Unit::Millis, range, default, stops)
}

const fn rate(id: &'static str, default: i64) -> Knob {
    const STOPS: &[i64] = &[
        0, 100, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 50_000, 75_000, 110_000, 250_000, 500_000,
        1_000_000, 5_000_000,
    ];
    Knob::number(id, Unit::MilliPerSecond, (0, 5_000_000), default, STOPS)
}

const fn share(id: &'static str, default: i64) -> Knob {
    const STOPS: &[i64] = &[0, 1_000, 2_000, 3_300, 4_000, 5_000, 7_000, 9_000, 10_000];
    Knob::number(id, Unit::BasisPoints, (0, 10_000), default, STOPS)
}

const CAPACITIES: &[i64] = &[1, 5, 10, 50, 100, 200, 400, 1_000, 3_000, 10_000, 40_000];
const LAGS: &[i64] = &[0, 100, 500, 800, 1_000, 2_000, 5_000, 60_000];
const HOUR: i64 = 3_600_000;

pub(super) const KNOBS: &[Knob] = &[
    Knob::choice("billing", &["on-demand", "provisioned"]),
    Knob::choice("actors", &["working", "still"]),
    count("write-capacity", (1, 40_000), 10, CAPACITIES),
    count("read-capacity", (1, 40_000), 10, CAPACITIES),
    count("partitions", (1, 64), 1, &[1, 2, 4, 8, 16, 32, 64]),
    share("bucket", 0),
    count("previous-peak", (0, 40_000), 0, &[0, 2_000, 3_000, 5_000, 10_000, 40_000]),
    millis("isolate-after", (0, HOUR), 60_000, &[0, 1_000, 10_000, 60_000, 600_000, HOUR]),
    rate("write-rate", 2_000),
    Knob::choice("write-shape", &["random", "steady", "burst", "daily"]),
    count("burst-size", (1, 10_000), 300, &[1, 10, 100, 300, 600, 1_000, 2_000]),
    millis("burst-every", (1_000, HOUR), 30_000, &[1_000, 10_000, 30_000, 60_000, 300_000, HOUR]),
    rate("read-rate", 2_000),
    Knob::choice("reads", &["get", "query", "scan", "index"]),
    Knob::choice("consistency", &["eventual", "strong"]),
    Knob::choice("keys", &["uniform", "zipf", "one-hot", "fresh"]),
    count("key-count", (1, 10_000), 40, &[1, 2, 3, 8, 12, 40, 100, 200, 400, 1_000, 10_000]),
    share("hot-share", 5_000),
    count("suffixes", (1, 200), 1, &[1, 2, 4, 10, 20, 200]),
    Knob::number(
        "item-size",
        Unit::Bytes,
        (1, 409_600),
        400,
        &[1, 400, 1_000, 1_024, 1_025, 1_500, 4_096, 4_097, 8_192, 102_400, 409_600],
    ),
    share("same-share", 0),
    count("retries", (0, 10), 3, &[0, 1, 2, 3, 5, 10]),
    millis("retry-after", (10, 60_000), 50, &[10, 50, 100, 200, 1_000, 60_000]),
    Knob::choice("index", &["none", "by-email"]),
    count("index-capacity", (1, 40_000), 10, CAPACITIES),
    millis("index-lag", (0, 60_000), 0, LAGS),
    millis("replica-lag", (0, 60_000), 0, LAGS),
    count("orders", (0, 50), 0, &[0, 1, 5, 10, 20, 50]),
    millis("ttl", (0, 720 * HOUR), 0, &[0, 10_000, 30_000, 60_000, HOUR, 24 * HOUR, 720 * HOUR]),
    Knob::choice("ttl-unit", &["seconds", "milliseconds"]),
    millis(
        "ttl-delay",
        (1_000, 48 * HOUR),
        48 * HOUR,
        &[1_000, 60_000, 300_000, HOUR, 24 * HOUR, 48 * HOUR],
    ),
    Knob::choice("stream", &["off", "on"]),
    millis("poll-interval", (100, HOUR), 1_000, &[100, 500, 1_000, 5_000, 60_000, HOUR]),
    count("clerks", (0, 8), 0, &[0, 1, 2, 3, 4, 6, 8]),
    Knob::choice("task", &["overwrite", "condition", "add", "transfer"]),
    millis("think-time", (0, 60_000), 1_000, &[0, 100, 500, 1_000, 2_000, 5_000, 60_000]),
    millis("sale-every", (100, 60_000), 2_000, &[100, 500, 1_000, 2_000, 5_000, 60_000]),
    count("accounts", (2, 100), 10, &[2, 3, 5, 10, 50, 100]),
    millis("transaction-time", (0, 10_000), 0, &[0, 50, 100, 300, 1_000, 10_000]),
    share("lost-answers", 0),
];

pub(super) const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new("put", 'n', None, ActionSort::Use),
    ActionSpec::new("get", 'g', None, ActionSort::Use),
    ActionSpec::new("burst", 'b', None, ActionSort::Use),
    ActionSpec::new("scan", 's', None, ActionSort::Use),
    ActionSpec::new("double", 'd', None, ActionSort::Use),
    ActionSpec::new("pause", 'p', None, ActionSort::Use),
    ActionSpec::new("flood", 'f', Some(PARTITION), ActionSort::Break),
    ActionSpec::new("calm", 'c', None, ActionSort::Mend),
    ActionSpec::new("lose", 'l', Some(CLERK), ActionSort::Break),
    ActionSpec::new("kill", 'x', Some(READER), ActionSort::Break),
    ActionSpec::new("revive", 'e', Some(READER), ActionSort::Mend),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("ConsumedWriteCapacityUnits", Unit::MilliPerSecond),
    metric("ConsumedReadCapacityUnits", Unit::MilliPerSecond),
    metric("WriteThrottleEvents", Unit::Count),
    metric("ReadThrottleEvents", Unit::Count),
    metric("ThrottledRequests", Unit::Count),
    metric("BurstBalance", Unit::Count),
    metric("RequestsGivenUp", Unit::Count),
    metric("GSI.ConsumedWriteCapacityUnits", Unit::MilliPerSecond),
    metric("GSI.WriteThrottleEvents", Unit::Count),
    metric("ConditionalCheckFailedRequests", Unit::Count),
    metric("TransactionConflict", Unit::Count),
    metric("ReturnedItemCount", Unit::Count),
    metric("StaleReads", Unit::Count),
    metric("LostUpdates", Unit::Count),
    metric("CountedTwice", Unit::Count),
    metric("TimeToLiveDeletedItemCount", Unit::Count),
    metric("ExpiredItems", Unit::Count),
    metric("ReturnedRecordsCount", Unit::Count),
    metric("IteratorAge", Unit::Millis),
];
