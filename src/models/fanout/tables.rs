//! The fan-out's presets, knobs, actions and metrics, and the kinds of things in it.

use crate::models::catalog::{ActionSort, ActionSpec, Knob, MetricSpec, Preset, Unit};
use crate::models::dials::ARRIVAL_SHAPES;

/// An order, numbered from 1.
pub const ORDER: u16 = 0;
/// A service that wants to know of orders, by its index.
pub const SERVICE: u16 = 1;
/// What lies between: 0 the shared queue, 1 the topic, 2 the stream.
pub const BETWEEN: u16 = 2;
/// The order service.
pub const SHOP: u16 = 3;
/// Whoever types and presses keys.
pub const PROMPT: u16 = 4;

/// The ways to tell the services, as the knob `way` counts them.
pub const WAYS: &[&str] = &["one-by-one", "shared-queue", "sns-queues", "stream-readers"];

pub(super) const PRESETS: &[Preset] = &[
    Preset { id: "one-by-one", knobs: &[("way", 0)] },
    Preset { id: "shared-queue", knobs: &[("way", 1)] },
    Preset { id: "sns-queues", knobs: &[("way", 2)] },
    Preset { id: "stream-readers", knobs: &[("way", 3)] },
];

const WORK: &[i64] = &[0, 10, 40, 80, 120, 300, 900, 2_000, 10_000];

pub(super) const KNOBS: &[Knob] = &[
    Knob::choice("actors", &["working", "still"]),
    Knob::choice("way", WAYS),
    Knob::number(
        "arrival-rate",
        Unit::MilliPerSecond,
        (0, 100_000),
        500,
        &[0, 100, 200, 500, 1_000, 2_000, 10_000, 100_000],
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
    Knob::number("billing-time", Unit::Millis, (0, 60_000), 120, WORK),
    Knob::number("search-time", Unit::Millis, (0, 60_000), 80, WORK),
    Knob::number("audit-time", Unit::Millis, (0, 60_000), 900, WORK),
    Knob::number("hop", Unit::Millis, (0, 1_000), 10, &[0, 1, 10, 50, 200, 1_000]),
    Knob::number(
        "call-timeout",
        Unit::Millis,
        (100, 60_000),
        3_000,
        &[100, 1_000, 3_000, 10_000, 60_000],
    ),
    Knob::number("retries", Unit::Count, (0, 10), 1, &[0, 1, 2, 3, 10]),
];

pub(super) const ACTIONS: &[ActionSpec] = &[
    ActionSpec::new("order", 'n', None, ActionSort::Use),
    ActionSpec::new("down", 'd', Some(SERVICE), ActionSort::Break),
    ActionSpec::new("forget-policy", 'f', Some(SERVICE), ActionSort::Break),
    ActionSpec::new("up", 'm', Some(SERVICE), ActionSort::Mend),
    ActionSpec::new("join", 'A', None, ActionSort::Use),
];

const fn metric(name: &'static str, unit: Unit) -> MetricSpec {
    MetricSpec { name, unit }
}

pub(super) const METRICS: &[MetricSpec] = &[
    metric("OrderLatency", Unit::Millis),
    metric("OrdersAccepted", Unit::Count),
    metric("OrdersFailed", Unit::Count),
    metric("BillingLogged", Unit::Count),
    metric("SearchLogged", Unit::Count),
    metric("AuditLogged", Unit::Count),
    metric("MailLogged", Unit::Count),
    metric("Missing", Unit::Count),
    metric("LoggedTwice", Unit::Count),
    metric("Waiting", Unit::Count),
    metric("TimeToAll", Unit::Millis),
];
