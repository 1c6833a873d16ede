//! The cache model's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};

/// The application.
pub const APP: u16 = 0;
/// A node of the cache, numbered shard × 10 + place in the shard.
pub const NODE: u16 = 1;
/// The database.
pub const DATABASE: u16 = 2;
/// A row of the database and its key in the cache, from number 1, the hottest.
pub const KEY: u16 = 3;
/// A request, numbered by first appearance from 1.
pub const REQUEST: u16 = 4;
/// Whoever types at the prompt.
pub const PROMPT: u16 = 5;

/// The second choice of an on/off knob.
pub const SECOND: i64 = 1;

/// What the model's own replication group is called in the AWS API.
pub const GROUP: &str = "cache";

/// So many ids are asked for that no row has.
pub const MISSING: u32 = 100;

/// What a writer does to the cache, in the order of the knob's choices.
pub const TTL_ONLY: i64 = 0;
/// The row first, then the key is deleted.
pub const DELETE_ON_WRITE: i64 = 1;
/// The row first, then the key is set.
pub const WRITE_THROUGH: i64 = 2;
/// The key is deleted first: the wrong order.
pub const DELETE_FIRST: i64 = 3;

/// The policies in the order of the knob's choices.
pub const POLICIES: [&str; 5] =
    ["volatile-lru", "allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"];

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "basic", knobs: &[] },
    Preset {
        id: "eviction",
        knobs: &[
            ("policy", 1),
            ("memory", 65_536),
            ("rows", 1_000),
            ("read-rate", 100_000),
            ("write-rate", 0),
            ("ttl", 3_600_000),
            ("scan-every", 30_000),
            ("scan-size", 200),
        ],
    },
    Preset {
        id: "volatile-no-ttl",
        knobs: &[
            ("policy", 0),
            ("ttl", 0),
            ("memory", 32_768),
            ("rows", 500),
            ("read-rate", 50_000),
            ("write-rate", 0),
        ],
    },
    Preset {
        id: "stampede",
        knobs: &[
            ("keys", 2),
            ("rows", 20),
            ("warm", SECOND),
            ("read-rate", 1_000_000),
            ("read-shape", 1),
            ("write-rate", 0),
            ("db-time", 200),
            ("db-connections", 50),
            ("ttl", 10_000),
        ],
    },
    Preset {
        id: "jitter",
        knobs: &[
            ("warm", SECOND),
            ("rows", 1_000),
            ("keys", 1),
            ("read-rate", 200_000),
            ("write-rate", 0),
            ("ttl", 20_000),
            ("db-connections", 2),
        ],
    },
    Preset {
        id: "stale-race",
        knobs: &[
            ("rows", 4),
            ("read-rate", 4_000),
            ("write-rate", 1_000),
            ("reader-pause", 400),
            ("ttl", 30_000),
            ("write", DELETE_ON_WRITE),
        ],
    },
    Preset {
        id: "missing-rows",
        knobs: &[("missing-share", 5_000), ("write-rate", 0), ("warm", SECOND)],
    },
    Preset {
        id: "node-loss",
        knobs: &[
            ("warm", SECOND),
            ("rows", 200),
            ("ttl", 3_600_000),
            ("read-rate", 100_000),
            ("db-connections", 1),
            ("node-dies-at", 10_000),
        ],
    },
    Preset {
        id: "failover",
        knobs: &[
            ("warm", SECOND),
            ("replicas", 1),
            ("replica-lag", 500),
            ("read-rate", 20_000),
            ("write-rate", 10_000),
            ("write", WRITE_THROUGH),
            ("ttl", 3_600_000),
            ("rows", 50),
            ("node-dies-at", 10_000),
        ],
    },
    Preset {
        id: "cluster",
        knobs: &[("shards", 3), ("replicas", 1), ("read-rate", 20_000), ("rows", 60)],
    },
    Preset {
        id: "reshard",
        knobs: &[
            ("shards", 3),
            ("warm", SECOND),
            ("rows", 200),
            ("read-rate", 100_000),
            ("write-rate", 2_000),
            ("ttl", 3_600_000),
            ("scale-at", 10_000),
        ],
    },
    Preset {
        id: "memcached",
        knobs: &[
            ("engine", SECOND),
            ("shards", 3),
            ("warm", SECOND),
            ("rows", 60),
            ("read-rate", 20_000),
            ("ttl", 3_600_000),
            ("node-dies-at", 10_000),
        ],
    },
    Preset {
        id: "memcached-scale-out",
        knobs: &[
            ("engine", SECOND),
            ("shards", 3),
            ("warm", SECOND),
            ("rows", 200),
            ("read-rate", 100_000),
            ("write-rate", 2_000),
            ("ttl", 3_600_000),
            ("db-connections", 3),
            ("scale-at", 10_000),
        ],
    },
    Preset {
        id: "memcached-slabs",
        knobs: &[
            ("engine", SECOND),
            ("warm", SECOND),
            ("rows", 5_000),
            ("keys", 1),
            ("memory", 3_145_728),
            ("read-rate", 1_000_000),
            ("read-shape", 1),
            ("write-rate", 0),
            ("ttl", 20_000),
            ("ttl-jitter", 20_000),
            ("db-connections", 50),
            ("larger-values-at", 10_000),
        ],
    },
    Preset {
        id: "sessions",
        knobs: &[
            ("data", SECOND),
            ("ttl", 20_000),
            ("rows", 30),
            ("read-rate", 4_000),
            ("write-rate", 0),
        ],
    },
];

const fn count(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    knob(id, Unit::Count, range, default, stops)
}

const fn millis(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    knob(id, Unit::Millis, range, default, stops)
}

const fn rate(id: &'static str, default: i64) -> Knob {
    const STOPS: &[i64] = &[
        0, 200, 500, 1_000, 2_000, 4_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
        1_000_000,
    ];
    knob(id, Unit::MilliPerSecond, (0, 2_000_000), default, STOPS)
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

const fn choice(id: &'static str, choices: &'static [&'static str], default: i64) -> Knob {
    const STOPS: &[i64] = &[0, 1, 2, 3, 4];
    let max = choices.len() as i64 - 1;
    let (stops, _) = STOPS.split_at(choices.len());
    Knob { id, unit: Unit::Choice, min: 0, max, default, stops, choices }
}

/// When something may be planned; 0 is never.
const PLANNED: &[i64] = &[0, 10_000, 30_000, 60_000];

pub(super) const KNOBS: &[Knob] = &[
    choice("actors", &["working", "still"], 0),
    choice("engine", &["valkey", "memcached"], 0),
    choice("hashing", &["modulo", "ketama"], 0),
    choice(
        "write",
        &["ttl-only", "delete-on-write", "write-through", "delete-first"],
        DELETE_ON_WRITE,
    ),
    millis(
        "ttl",
        (0, 86_400_000),
        60_000,
        &[0, 1_000, 5_000, 10_000, 20_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000],
    ),
    millis("ttl-jitter", (0, 3_600_000), 0, &[0, 1_000, 2_000, 5_000, 10_000, 60_000, 119_000]),
    choice("lock", &["off", "on"], 0),
    millis("lock-ttl", (100, 60_000), 5_000, &[100, 500, 1_000, 5_000, 30_000]),
    choice("early-refresh", &["off", "on"], 0),
    millis("negative-ttl", (0, 600_000), 0, &[0, 1_000, 5_000, 30_000, 60_000]),
    choice("policy", &POLICIES, 0),
    knob(
        "memory",
        Unit::Bytes,
        (8_192, 67_108_864),
        1_048_576,
        &[
            8_192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576, 3_145_728,
            67_108_864,
        ],
    ),
    knob("value-size", Unit::Bytes, (16, 65_536), 512, &[16, 64, 128, 512, 1_024, 4_096, 65_536]),
    choice("data", &["products", "sessions"], 0),
    count(
        "rows",
        (1, 10_000),
        100,
        &[1, 4, 10, 20, 30, 50, 60, 100, 200, 500, 1_000, 5_000, 10_000],
    ),
    choice("keys", &["zipf", "uniform", "one-hot"], 0),
    rate("read-rate", 10_000),
    choice("read-shape", &["random", "steady", "burst", "daily"], 0),
    count("burst-size", (1, 2_000), 100, &[1, 10, 50, 100, 500, 1_000, 2_000]),
    millis("burst-every", (100, 3_600_000), 10_000, &[100, 1_000, 5_000, 10_000, 60_000]),
    rate("write-rate", 500),
    knob("missing-share", Unit::BasisPoints, (0, 10_000), 0, &[0, 500, 1_000, 5_000, 10_000]),
    millis("scan-every", (0, 3_600_000), 0, &[0, 10_000, 30_000, 60_000, 600_000]),
    count("scan-size", (1, 10_000), 100, &[1, 100, 200, 500, 1_000, 10_000]),
    choice("warm", &["off", "on"], 0),
    millis("cache-time", (0, 1_000), 1, &[0, 1, 2, 5, 10, 100]),
    millis("db-time", (1, 60_000), 20, &[1, 5, 10, 20, 50, 100, 200, 500, 1_000]),
    count("db-connections", (1, 1_000), 10, &[1, 2, 5, 10, 20, 50, 100, 1_000]),
    millis("reader-pause", (0, 10_000), 0, &[0, 50, 100, 200, 400, 1_000, 5_000]),
    count("shards", (1, 10), 1, &[1, 2, 3, 4, 5, 6, 8, 9, 10]),
    count("replicas", (0, 5), 0, &[0, 1, 2, 3, 4, 5]),
    millis("replica-lag", (0, 10_000), 2, &[0, 2, 10, 100, 500, 1_000, 5_000]),
    millis("node-dies-at", (0, 3_600_000), 0, PLANNED),
    millis("scale-at", (0, 3_600_000), 0, PLANNED),
    millis("larger-values-at", (0, 3_600_000), 0, PLANNED),
];

const fn action(id: &'static str, key: char, target: Option<u16>, sort: ActionSort) -> ActionSpec {
    ActionSpec::new(id, key, target, sort)
}

pub(super) const ACTIONS: &[ActionSpec] = &[
    action("read", 'g', None, ActionSort::Use).taking(KEY),
    action("write", 'w', None, ActionSort::Use).taking(KEY),
    action("crowd", 'b', None, ActionSort::Use).taking(KEY),
    action("scan", 'S', None, ActionSort::Use),
    action("delete", 'd', Some(KEY), ActionSort::Use),
    action("sneak", 'n', None, ActionSort::Break).taking(KEY),
    action("race", 'r', None, ActionSort::Break).taking(KEY),
    action("expire", 'x', Some(KEY), ActionSort::Break),
    action("crash", 'D', None, ActionSort::Break),
    action("flush", 'f', None, ActionSort::Break),
    action("kill", 'X', Some(NODE), ActionSort::Break),
    action("stop-database", 'O', None, ActionSort::Break),
    action("failover", 'o', None, ActionSort::Use).taking(NODE),
    action("scale-out", 'a', None, ActionSort::Use),
    action("scale-in", 'l', None, ActionSort::Use),
    action("start-database", 'm', None, ActionSort::Mend),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("CacheHitRate", Unit::BasisPoints),
    metric("CacheHits", Unit::Count),
    metric("CacheMisses", Unit::Count),
    metric("DatabaseQueries", Unit::Count),
    metric("DatabaseBusy", Unit::Count),
    metric("ReadLatency", Unit::Millis),
    metric("StaleReads", Unit::Count),
    metric("Evictions", Unit::Count),
    metric("Reclaimed", Unit::Count),
    metric("BytesUsedForCache", Unit::Bytes),
    metric("CurrItems", Unit::Count),
    metric("ReplicationLag", Unit::Millis),
    metric("WritesLost", Unit::Count),
    metric("StoresRefused", Unit::Count),
    metric("RequestsFailed", Unit::Count),
    metric("LoginsAgain", Unit::Count),
    metric("RequestsSentOn", Unit::Count),
];
