//! The queue model's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};
use crate::models::dials::ARRIVAL_SHAPES;

/// A queue: number 0 the main one, 1 its dead-letter queue.
pub const QUEUE: u16 = 0;
/// The producer.
pub const PRODUCER: u16 = 1;
/// A worker, from number 1.
pub const WORKER: u16 = 2;
/// A message, numbered by first appearance from 1.
pub const MESSAGE: u16 = 3;
/// Whoever types at the prompt.
pub const PROMPT: u16 = 4;
/// The Lambda function that consumes the queue.
pub const FUNCTION: u16 = 5;

/// The second choice of an on/off or A/B knob.
pub const SECOND: i64 = 1;

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "basic", knobs: &[] },
    Preset {
        id: "visibility-too-short",
        knobs: &[("visibility-timeout", 3_000), ("work-time", 4_000), ("arrival-rate", 400)],
    },
    Preset {
        id: "poison-message",
        knobs: &[
            ("poison", 800),
            ("dlq", SECOND),
            ("max-receive-count", 3),
            ("visibility-timeout", 10_000),
        ],
    },
    Preset {
        id: "no-dlq",
        knobs: &[
            ("poison", 800),
            ("visibility-timeout", 10_000),
            ("retention", 300_000),
            ("workers", 3),
        ],
    },
    Preset {
        id: "fifo-groups",
        knobs: &[
            ("queue-type", SECOND),
            ("groups", 5),
            ("workers", 4),
            ("arrival-rate", 1_500),
            ("work-time", 2_000),
        ],
    },
    Preset {
        id: "one-group",
        knobs: &[
            ("queue-type", SECOND),
            ("groups", 1),
            ("workers", 4),
            ("arrival-rate", 1_500),
            ("work-time", 2_000),
        ],
    },
    Preset {
        id: "dedup-window",
        knobs: &[
            ("queue-type", SECOND),
            ("groups", 3),
            ("arrival-rate", 100),
            ("lost-answers", 6_000),
            ("retry-after", 160_000),
        ],
    },
    Preset {
        id: "noisy-tenant",
        knobs: &[
            ("groups", 4),
            ("hot-share", 9_000),
            ("arrival-rate", 15_000),
            ("workers", 10),
            ("batch-size", 10),
            ("work-time", 800),
            ("visibility-timeout", 60_000),
        ],
    },
    Preset {
        id: "backlog-and-age",
        knobs: &[
            ("arrival-shape", 2),
            ("burst-size", 120),
            ("burst-every", 120_000),
            ("work-time", 1_000),
        ],
    },
    Preset {
        id: "worker-crash",
        knobs: &[
            ("visibility-timeout", 300_000),
            ("crashes", 1_000),
            ("restart-time", 5_000),
            ("arrival-rate", 500),
        ],
    },
    Preset {
        id: "polling",
        knobs: &[("servers", 4), ("arrival-rate", 250), ("short-pollers", 1), ("work-time", 500)],
    },
    Preset {
        id: "lambda-consumer",
        knobs: &[
            ("consumer", SECOND),
            ("arrival-shape", 2),
            ("burst-size", 40),
            ("burst-every", 10_000),
            ("batch-size", 5),
            ("work-time", 400),
            ("poison", 300),
            ("dlq", SECOND),
            ("max-receive-count", 5),
            ("visibility-timeout", 60_000),
            ("partial-responses", SECOND),
        ],
    },
];

const fn count(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    knob(id, Unit::Count, range, default, stops)
}

const fn millis(id: &'static str, range: (i64, i64), default: i64, stops: &'static [i64]) -> Knob {
    knob(id, Unit::Millis, range, default, stops)
}

/// A share, in hundredths of a percent.
const fn share(id: &'static str, default: i64) -> Knob {
    const STOPS: &[i64] = &[0, 100, 200, 500, 1_000, 2_000, 5_000, 8_000, 9_000, 10_000];
    knob(id, Unit::BasisPoints, (0, 10_000), default, STOPS)
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

/// Four days, SQS's default.
const RETENTION: i64 = 345_600_000;

pub(super) const KNOBS: &[Knob] = &[
    choice("queue-type", &["standard", "fifo"]),
    choice("consumer", &["workers", "lambda"]),
    choice("actors", &["working", "still"]),
    knob(
        "arrival-rate",
        Unit::MilliPerSecond,
        (0, 10_000_000),
        1_000,
        &[0, 100, 200, 500, 1_000, 1_500, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000],
    ),
    choice("arrival-shape", ARRIVAL_SHAPES),
    count("burst-size", (1, 10_000), 50, &[1, 10, 50, 100, 500, 1_000, 10_000]),
    millis(
        "burst-every",
        (1_000, 86_400_000),
        30_000,
        &[1_000, 10_000, 30_000, 60_000, 120_000, 600_000, 3_600_000],
    ),
    count("workers", (0, 100), 2, &[0, 1, 2, 3, 4, 6, 8, 12, 20, 50, 100]),
    millis(
        "work-time",
        (0, 3_600_000),
        1_500,
        &[0, 10, 100, 500, 1_000, 1_500, 2_000, 5_000, 10_000, 30_000, 60_000],
    ),
    share("work-jitter", 3_000),
    millis(
        "visibility-timeout",
        (0, 43_200_000),
        30_000,
        &[0, 1_000, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 43_200_000],
    ),
    millis("wait-time", (0, 20_000), 20_000, &[0, 1_000, 5_000, 10_000, 20_000]),
    count("batch-size", (1, 10), 1, &[1, 2, 5, 10]),
    count("short-pollers", (0, 100), 0, &[0, 1, 2, 3, 4]),
    millis("poll-pause", (100, 60_000), 1_000, &[100, 500, 1_000, 5_000, 10_000, 60_000]),
    choice("dlq", &["off", "on"]),
    count("max-receive-count", (1, 1_000), 3, &[1, 2, 3, 5, 10, 100, 1_000]),
    count("groups", (0, 40), 0, &[0, 1, 2, 3, 4, 5, 8, 12, 20, 40]),
    share("hot-share", 0),
    share("poison", 0),
    share("lost-answers", 0),
    millis(
        "retry-after",
        (1_000, 3_600_000),
        10_000,
        &[1_000, 10_000, 60_000, 160_000, 299_000, 301_000, 600_000],
    ),
    share("lost-deletes", 0),
    share("crashes", 0),
    millis("restart-time", (1_000, 3_600_000), 10_000, &[1_000, 5_000, 10_000, 60_000, 600_000]),
    millis("delay", (0, 900_000), 0, &[0, 1_000, 5_000, 10_000, 60_000, 900_000]),
    millis(
        "retention",
        (60_000, 1_209_600_000),
        RETENTION,
        &[60_000, 300_000, 3_600_000, 86_400_000, RETENTION, 1_209_600_000],
    ),
    count("servers", (1, 16), 1, &[1, 2, 4, 8, 16]),
    choice("partial-responses", &["off", "on"]),
];

const fn action(id: &'static str, key: char, target: Option<u16>, sort: ActionSort) -> ActionSpec {
    ActionSpec::new(id, key, target, sort)
}

pub(super) const ACTIONS: &[ActionSpec] = &[
    action("send", 's', None, ActionSort::Use),
    action("burst", 'b', None, ActionSort::Use),
    action("receive", 'v', None, ActionSort::Use),
    action("delete", 'd', Some(MESSAGE), ActionSort::Use),
    action("release", 'w', Some(MESSAGE), ActionSort::Use),
    action("pause", 'p', None, ActionSort::Use),
    action("purge", 'z', None, ActionSort::Use),
    action("kill", 'x', Some(WORKER), ActionSort::Break),
    action("poison", 'o', Some(MESSAGE), ActionSort::Break),
    action("duplicate", 'c', Some(MESSAGE), ActionSort::Break),
    action("lose-delete", 'a', Some(MESSAGE), ActionSort::Break),
    action("revive", 'e', Some(WORKER), ActionSort::Mend),
    action("fix", 'f', None, ActionSort::Mend),
    action("redrive", 'm', None, ActionSort::Mend),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("ApproximateNumberOfMessagesVisible", Unit::Count),
    metric("ApproximateNumberOfMessagesNotVisible", Unit::Count),
    metric("ApproximateNumberOfMessagesDelayed", Unit::Count),
    metric("ApproximateAgeOfOldestMessage", Unit::Millis),
    metric("NumberOfMessagesSent", Unit::Count),
    metric("NumberOfMessagesReceived", Unit::Count),
    metric("NumberOfMessagesDeleted", Unit::Count),
    metric("NumberOfEmptyReceives", Unit::Count),
    metric("DeadLetters", Unit::Count),
    metric("WorkersBusy", Unit::Count),
    metric("WorkDone", Unit::Count),
    metric("WorkDoneTwice", Unit::Count),
    metric("WorkFailed", Unit::Count),
    metric("MessagesLost", Unit::Count),
    metric("DuplicateSendsDropped", Unit::Count),
    metric("TimeToDone", Unit::Millis),
    metric("TimeToDoneOfOthers", Unit::Millis),
];
