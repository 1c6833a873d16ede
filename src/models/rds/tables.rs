//! The RDS model's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};

/// The application.
pub const APP: u16 = 0;
/// An instance, numbered in the order in which instances were made.
pub const INSTANCE: u16 = 1;
/// An availability zone, 0 to 2.
pub const ZONE: u16 = 2;
/// A snapshot, numbered in the order in which snapshots were taken.
pub const SNAPSHOT: u16 = 3;
/// An alarm, by its place in [`ALARMS`](super::alarms::ALARMS).
pub const ALARM: u16 = 4;
/// Whoever types and presses keys.
pub const PROMPT: u16 = 5;

/// The second choice of a knob.
pub const SECOND: i64 = 1;
/// The third one.
pub const THIRD: i64 = 2;

const GIB: i64 = 1 << 30;
const DAY: i64 = 86_400_000;

/// The engines to choose from.
pub const ENGINES: &[&str] = &["mysql", "postgres"];
/// The classes to choose from: 1, 4, 8 and 16 GiB.
pub const CLASSES: &[&str] = &["db.t4g.micro", "db.t4g.medium", "db.m6g.large", "db.r6g.large"];
/// The same for a Multi-AZ cluster, whose instances have local disks: 2, 4, 8 and 16 GiB.
pub const CLUSTER_CLASSES: &[&str] =
    &["db.c6gd.medium", "db.c6gd.large", "db.m6gd.large", "db.r6gd.large"];
/// The types of storage to choose from.
pub const STORAGE_TYPES: &[&str] = &["gp3", "gp2"];

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "basic", knobs: &[] },
    Preset { id: "multi-az", knobs: &[("multi-az", SECOND), ("replicas", 1)] },
    Preset {
        id: "multi-az-cluster",
        knobs: &[("multi-az", THIRD), ("replica-lag", 1_000), ("reads-from", SECOND)],
    },
    Preset {
        id: "backups",
        knobs: &[("writes", 1_000), ("retention", 7), ("storage", 20), ("dns-ttl", 0)],
    },
    Preset {
        id: "monitoring",
        knobs: &[
            ("storage-type", SECOND),
            ("replicas", 1),
            ("connections", 40),
            ("io", 250),
            ("writes", 5_000),
        ],
    },
    Preset {
        id: "replica-lag",
        knobs: &[
            ("replicas", 1),
            ("writes", 100_000),
            ("write-for", 60_000),
            ("replica-lag", 0),
            ("apply-rate", 80_000),
            ("reads-from", SECOND),
        ],
    },
    Preset {
        id: "stale-reads",
        knobs: &[("replicas", 1), ("replica-lag", 2_000), ("reads-from", SECOND), ("writes", 500)],
    },
    Preset {
        id: "sync-commit",
        knobs: &[
            ("multi-az", SECOND),
            ("replicas", 1),
            ("writes", 500),
            ("standby-trip", 1_000),
            ("replica-lag", 5_000),
        ],
    },
    Preset {
        id: "promote-replica",
        knobs: &[("replicas", 1), ("replica-lag", 3_000), ("writes", 5_000)],
    },
    Preset { id: "dns-cache", knobs: &[("multi-az", SECOND), ("dns-ttl", DAY)] },
    Preset { id: "storage-burst", knobs: &[("storage-type", SECOND), ("io", 3_000)] },
    Preset { id: "storage-full", knobs: &[("growth", 2 * GIB), ("storage", 40)] },
    Preset { id: "max-connections", knobs: &[("connections", 60)] },
];

const COUNT: Unit = Unit::Count;
const MILLIS: Unit = Unit::Millis;
const RATE: Unit = Unit::MilliPerSecond;

pub(super) const KNOBS: &[Knob] = &[
    Knob::choice("actors", &["working", "still"]),
    Knob::choice("engine", ENGINES),
    Knob::choice("class", CLASSES),
    Knob::choice("multi-az", &["single-az", "multi-az", "multi-az-cluster"]),
    Knob::number("replicas", COUNT, (0, 5), 0, &[0, 1, 2, 3, 4, 5]),
    Knob::number(
        "writes",
        RATE,
        (0, 200_000),
        2_000,
        &[0, 500, 1_000, 2_000, 5_000, 20_000, 100_000, 200_000],
    ),
    Knob::number("write-for", MILLIS, (0, DAY), 0, &[0, 60_000, 300_000, 3_600_000]),
    Knob::number(
        "connections",
        COUNT,
        (1, 2_000),
        10,
        &[1, 10, 40, 60, 85, 100, 200, 500, 1_000, 2_000],
    ),
    Knob::number("max-connections", COUNT, (0, 10_000), 0, &[0, 50, 85, 100, 200, 500, 1_000]),
    Knob::number("dns-ttl", MILLIS, (0, DAY), 5_000, &[0, 5_000, 60_000, 600_000, DAY]),
    Knob::number("standby-trip", MILLIS, (0, 10_000), 3, &[0, 1, 3, 10, 100, 1_000]),
    Knob::number(
        "replica-lag",
        MILLIS,
        (0, 600_000),
        500,
        &[0, 100, 500, 2_000, 5_000, 30_000, 600_000],
    ),
    Knob::number("apply-rate", RATE, (0, 1_000_000), 0, &[0, 1_000, 4_000, 20_000, 80_000]),
    Knob::choice("reads-from", &["source", "replica"]),
    Knob::number("read-after", MILLIS, (0, 60_000), 200, &[0, 50, 200, 1_000, 5_000]),
    Knob::number("retention", COUNT, (0, 35), 7, &[0, 1, 7, 14, 35]),
    Knob::choice("storage-type", STORAGE_TYPES),
    Knob::number("storage", COUNT, (20, 65_536), 100, &[20, 34, 100, 200, 400, 1_000, 4_000]),
    Knob::number("io", COUNT, (0, 64_000), 200, &[0, 100, 200, 250, 500, 1_000, 3_000, 12_000]),
    Knob::number(
        "cpu-load",
        Unit::BasisPoints,
        (0, 9_000),
        2_000,
        &[0, 1_000, 2_000, 4_000, 7_000, 9_000],
    ),
    Knob::number("growth", Unit::Bytes, (0, 64 * GIB), 0, &[0, GIB / 16, GIB, 2 * GIB, 8 * GIB]),
    Knob::number("alarm-points", COUNT, (1, 10), 3, &[1, 2, 3, 5, 10]),
    Knob::number("alarm-periods", COUNT, (1, 10), 5, &[1, 3, 5, 10]),
    Knob::choice("missing-data", &["missing", "breaching", "not-breaching", "ignore"]),
];

const USE: ActionSort = ActionSort::Use;
const BREAK: ActionSort = ActionSort::Break;
const MEND: ActionSort = ActionSort::Mend;

pub(super) const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new("lose", 'x', Some(INSTANCE), BREAK),
    ActionSpec::new("lose-zone", 'z', Some(ZONE), BREAK),
    ActionSpec::new("restore-zone", 'h', Some(ZONE), MEND),
    ActionSpec::new("failover", 'f', Some(INSTANCE), USE),
    ActionSpec::new("promote", 'p', Some(INSTANCE), USE),
    ActionSpec::new("switch", 'w', Some(INSTANCE), USE),
    ActionSpec::new("damage", 'd', None, BREAK),
    ActionSpec::new("snapshot", 's', Some(INSTANCE), USE),
    ActionSpec::new("restore", 'r', Some(INSTANCE), USE),
    ActionSpec::new("restore-snapshot", 'n', Some(SNAPSHOT), USE),
    ActionSpec::new("delete", 'e', Some(INSTANCE), BREAK),
    ActionSpec::new("scale-out", 'o', None, BREAK),
    ActionSpec::new("leak", 'l', None, BREAK),
    ActionSpec::new("slow-query", 'c', None, BREAK),
    ActionSpec::new("io-storm", 'b', None, BREAK),
    ActionSpec::new("grow", 'g', Some(INSTANCE), MEND),
    ActionSpec::new("mend", 'm', None, MEND),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("CPUUtilization", Unit::BasisPoints),
    metric("DatabaseConnections", COUNT),
    metric("FreeableMemory", Unit::Bytes),
    metric("FreeStorageSpace", Unit::Bytes),
    metric("ReadIOPS", COUNT),
    metric("WriteIOPS", COUNT),
    metric("ReadLatency", MILLIS),
    metric("WriteLatency", MILLIS),
    metric("DiskQueueDepth", COUNT),
    metric("BurstBalance", Unit::BasisPoints),
    metric("ReplicaLag", MILLIS),
    metric("CommitLatency", MILLIS),
    metric("Acknowledged", COUNT),
    metric("Failed", COUNT),
    metric("Unanswered", COUNT),
    metric("CommitsLost", COUNT),
    metric("StaleReads", COUNT),
    metric("ConnectionsRefused", COUNT),
    metric("Outage", MILLIS),
];
