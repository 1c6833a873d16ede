//! What the knobs say, read once when they are turned.

use super::tables::SECOND;
use crate::models::dials::Dials;
use crate::models::workload::{Keys, Shape, Zipf};
use crate::services::time::Span;

/// Whose words the scene speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Amazon Kinesis Data Streams.
    Kinesis,
    /// Apache Kafka, as Amazon MSK runs it.
    Kafka,
}

/// The knobs as the actors use them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Kinesis or Kafka.
    pub system: System,
    /// Whether AWS decides how many shards there are.
    pub on_demand: bool,
    /// Whether the actors stand still.
    pub still: bool,
    /// How records arrive over time.
    pub shape: Shape,
    /// Thousandths of a record a second.
    pub rate: u64,
    /// After how long the flow falls to a fiftieth; never when nothing.
    pub peak_for: Span,
    /// Bytes of data in a record.
    pub record_size: usize,
    /// Which keys records have.
    pub keys: Keys,
    /// How often a refused record is put again.
    pub retries: u32,
    /// After how long the first time; each further time takes twice as long.
    pub retry_after: Span,
    /// How many applications or members of the first group there are at the start.
    pub consumers: u32,
    /// How many members of the second group.
    pub second_group: u32,
    /// Whether applications read by enhanced fan-out.
    pub fan_out: bool,
    /// Whether they begin with what comes from now on.
    pub from_latest: bool,
    /// Whether they checkpoint before the work.
    pub checkpoint_first: bool,
    /// Whether children are read before their parents are drained.
    pub children_at_once: bool,
    /// How often a consumer asks for records.
    pub poll: Span,
    /// How many records it asks for.
    pub batch: i64,
    /// How long it works on each.
    pub work: Span,
    /// So many consumers, from the first, work without taking time.
    pub fast: u32,
    /// `session.timeout.ms`.
    pub session_timeout: Span,
    /// `max.poll.interval.ms`.
    pub max_poll_interval: Span,
}

fn span(dials: &Dials, id: &str) -> Span {
    Span(dials.get(id).unsigned_abs())
}

fn small(dials: &Dials, id: &str) -> u32 {
    u32::try_from(dials.get(id)).unwrap_or_default()
}

impl Settings {
    /// Reads the knobs.
    pub(super) fn of(dials: &Dials) -> Settings {
        let is = |id: &str| dials.get(id) == SECOND;
        Settings {
            system: if is("system") { System::Kafka } else { System::Kinesis },
            on_demand: is("mode"),
            still: is("actors"),
            shape: dials.arrival_shape(),
            rate: dials.get("arrival-rate").unsigned_abs(),
            peak_for: span(dials, "peak-for"),
            record_size: usize::try_from(dials.get("record-size")).unwrap_or(1),
            keys: keys_of(dials),
            retries: small(dials, "retries"),
            retry_after: span(dials, "retry-after"),
            consumers: small(dials, "consumers"),
            second_group: small(dials, "second-group"),
            fan_out: is("reading"),
            from_latest: is("start"),
            checkpoint_first: is("checkpoint"),
            children_at_once: is("children"),
            poll: span(dials, "poll-interval"),
            batch: dials.get("batch-size"),
            work: span(dials, "work-time"),
            fast: small(dials, "fast-readers"),
            session_timeout: span(dials, "session-timeout"),
            max_poll_interval: span(dials, "max-poll-interval"),
        }
    }
}

fn keys_of(dials: &Dials) -> Keys {
    let count = small(dials, "key-count");
    match dials.get("keys") {
        1 => Keys::Zipf(Zipf::new(count)),
        2 => Keys::OneHot { count, per_mille: small(dials, "hot-share") / 10 },
        _ => Keys::Uniform { count },
    }
}
