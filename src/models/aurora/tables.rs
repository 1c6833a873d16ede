//! Aurora's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};

/// A database instance, by the order in which they were met.
pub const INSTANCE: u16 = 0;
/// A cluster: 0 is the model's own, others as they were met.
pub const CLUSTER: u16 = 1;
/// An availability zone, 0 to 2.
pub const ZONE: u16 = 2;
/// A copy of a protection group: six times the group, and which of the six.
pub const COPY: u16 = 3;
/// Whoever connects: 0 the application, 1 the visitors, 2 the health check, 3 the report tool, readers from 10.
pub const CLIENT: u16 = 4;
/// Whoever types and presses keys.
pub const PROMPT: u16 = 5;

/// What happens by itself, as the knob `script` counts it.
pub const SCRIPTS: &[&str] = &["nothing", "writer-dies", "zone-lost", "bad-deploy"];
/// What the instances are, as the knob `compute` counts it.
pub const COMPUTE: &[&str] = &["large", "2xlarge", "serverless"];
/// How many visitors come, as the knob `load` counts it.
pub const LOADS: &[&str] = &["no-load", "steady", "office-hours", "burst"];

const OFF_ON: &[&str] = &["off", "on"];

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "basic", knobs: &[] },
    Preset { id: "quorum", knobs: &[("replicas", 1), ("volume-gb", 10), ("read-every", 0)] },
    Preset { id: "zone-lost", knobs: &[("script", 2), ("volume-gb", 30)] },
    Preset { id: "failover", knobs: &[("script", 1), ("tiers", 1), ("replicas", 3)] },
    Preset { id: "no-replica", knobs: &[("script", 1), ("replicas", 0)] },
    Preset { id: "endpoints", knobs: &[("replicas", 3), ("readers", 6), ("lag", 400)] },
    Preset { id: "clone", knobs: &[("replicas", 0), ("clone", 1), ("volume-gb", 500)] },
    Preset { id: "backtrack", knobs: &[("script", 3), ("replicas", 1)] },
    Preset { id: "serverless", knobs: SERVERLESS },
    Preset { id: "never-pauses", knobs: NEVER_PAUSES },
    Preset {
        id: "io-optimized",
        knobs: &[("compute", 1), ("replicas", 1), ("volume-gb", 800), ("million-io", 1_200)],
    },
];

/// A day of visitors, and nobody at night.
const SERVERLESS: &[(&str, i64)] = &[
    ("compute", 2),
    ("replicas", 0),
    ("write-every", 0),
    ("readers", 0),
    ("load", 2),
    ("volume-gb", 100),
];

/// Nobody works with it, and it pauses all the same not.
const NEVER_PAUSES: &[(&str, i64)] = &[
    ("compute", 2),
    ("replicas", 0),
    ("write-every", 0),
    ("readers", 0),
    ("volume-gb", 100),
    ("monitor-every", 60_000),
    ("report-tool", 1),
];

const EVERY: &[i64] = &[0, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 60_000];
const ACUS: &[i64] = &[0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

pub(super) const KNOBS: &[Knob] = &[
    Knob::choice("actors", &["working", "still"]),
    Knob::choice("script", SCRIPTS),
    Knob::choice("compute", COMPUTE),
    Knob::number("replicas", Unit::Count, (0, 15), 2, &[0, 1, 2, 3, 5, 10, 15]),
    Knob::choice("tiers", &["all-one", "mixed"]),
    Knob::number(
        "volume-gb",
        Unit::Count,
        (10, 262_144),
        60,
        &[10, 30, 60, 100, 500, 800, 10_000, 262_144],
    ),
    Knob::number("write-every", Unit::Millis, (0, 60_000), 1_000, EVERY),
    Knob::number("readers", Unit::Count, (0, 12), 4, &[0, 1, 2, 4, 6, 12]),
    Knob::number("read-every", Unit::Millis, (0, 60_000), 700, EVERY),
    Knob::number("lag", Unit::Millis, (0, 5_000), 20, &[0, 20, 100, 400, 1_000, 5_000]),
    Knob::choice("clone", OFF_ON),
    Knob::choice("load", LOADS),
    Knob::number(
        "peak",
        Unit::MilliPerSecond,
        (0, 25_600_000),
        2_000_000,
        &[0, 100_000, 500_000, 1_000_000, 2_000_000, 3_000_000, 6_400_000, 25_600_000],
    ),
    Knob::number("min-acu", Unit::Halves, (0, 512), 0, ACUS),
    Knob::number("max-acu", Unit::Halves, (1, 512), 64, ACUS),
    Knob::number(
        "pause-after",
        Unit::Millis,
        (300_000, 86_400_000),
        300_000,
        &[300_000, 600_000, 1_800_000, 3_600_000, 86_400_000],
    ),
    Knob::number(
        "client-timeout",
        Unit::Millis,
        (1_000, 120_000),
        30_000,
        &[1_000, 5_000, 10_000, 30_000, 60_000, 120_000],
    ),
    Knob::number(
        "monitor-every",
        Unit::Millis,
        (0, 3_600_000),
        0,
        &[0, 60_000, 300_000, 600_000, 3_600_000],
    ),
    Knob::choice("report-tool", OFF_ON),
    Knob::choice("proxy", OFF_ON),
    Knob::choice("binlog", OFF_ON),
    Knob::number(
        "million-io",
        Unit::Count,
        (0, 100_000),
        100,
        &[0, 100, 500, 1_200, 2_000, 3_000, 5_000, 10_000, 100_000],
    ),
];

pub(super) const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new("kill", 'x', Some(INSTANCE), ActionSort::Break),
    ActionSpec::new("lose-zone", 'z', Some(ZONE), ActionSort::Break),
    ActionSpec::new("kill-copy", 'c', Some(COPY), ActionSort::Break),
    ActionSpec::new("slow-copy", 's', Some(COPY), ActionSort::Break),
    ActionSpec::new("bad-deploy", 'd', None, ActionSort::Break),
    ActionSpec::new("restore-zone", 'r', Some(ZONE), ActionSort::Mend),
    ActionSpec::new("mend-copy", 'm', Some(COPY), ActionSort::Mend),
    ActionSpec::new("backtrack", 'b', None, ActionSort::Mend),
    ActionSpec::new("failover", 'f', Some(INSTANCE), ActionSort::Use),
    ActionSpec::new("add-replica", 'a', None, ActionSort::Use),
    ActionSpec::new("visit", 'v', None, ActionSort::Use),
    ActionSpec::new("clone", 'n', None, ActionSort::Use),
    ActionSpec::new("edit-clone", 'e', None, ActionSort::Use),
    ActionSpec::new("drop-tables", 'h', None, ActionSort::Use),
    ActionSpec::new("switch-storage", 'o', None, ActionSort::Use),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("CommitLatency", Unit::Millis),
    metric("AuroraReplicaLag", Unit::Millis),
    metric("DatabaseConnections", Unit::Count),
    metric("ServerlessDatabaseCapacity", Unit::Halves),
    metric("ACUUtilization", Unit::BasisPoints),
    metric("VolumeBytesUsed", Unit::Bytes),
    metric("Commits", Unit::Count),
    metric("CommitsLost", Unit::Count),
    metric("StaleReads", Unit::Count),
    metric("Downtime", Unit::Millis),
    metric("CopiesDead", Unit::Count),
    metric("ResumeWait", Unit::Millis),
    metric("VisitorsTurnedAway", Unit::Count),
    metric("BilledStorage", Unit::Bytes),
    metric("AverageCapacity", Unit::Halves),
    metric("ServerlessCost", Unit::MicroDollars),
    metric("FixedCost", Unit::MicroDollars),
    metric("RdsCost", Unit::MicroDollars),
    metric("MonthStandard", Unit::MicroDollars),
    metric("MonthIoOptimized", Unit::MicroDollars),
    metric("IoShare", Unit::BasisPoints),
];
