//! What the knobs say, read once when they are turned.

use super::tables::SECOND;
use crate::models::dials::Dials;
use crate::models::workload::{Keys, Shape, Zipf};
use crate::services::time::Span;

/// How items are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// `GetItem`.
    Get,
    /// `Query` of a partition key.
    Query,
    /// `Scan` of everything, with a filter for the partition key.
    Scan,
    /// `Query` of the global secondary index.
    Index,
}

/// What a clerk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Reads, thinks, and writes the whole item.
    Overwrite,
    /// The same, if the item is still as it was read.
    Condition,
    /// Lets DynamoDB count.
    Add,
    /// Moves money between two accounts in a transaction.
    Transfer,
}

/// Which keys the application's writes have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Drawn from so many keys.
    Drawn(Keys),
    /// Each write has a new one.
    Fresh,
}

/// The knobs as the actors use them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether units are reserved.
    pub provisioned: bool,
    /// Whether the actors stand still.
    pub still: bool,
    /// How writes arrive over time.
    pub shape: Shape,
    /// Thousandths of a write a second.
    pub write_rate: u64,
    /// Thousandths of a read a second.
    pub read_rate: u64,
    /// How items are read.
    pub reads: Reads,
    /// Whether reads are strongly consistent.
    pub strong: bool,
    /// Which keys writes have.
    pub pattern: Pattern,
    /// How many keys there are.
    pub keys: u32,
    /// Over how many suffixes each key is spread.
    pub suffixes: u32,
    /// Bytes of an item.
    pub item_size: u64,
    /// In ten thousand writes, how many put what is there already.
    pub same: u64,
    /// How often a refused request is sent again.
    pub retries: u32,
    /// After how long the first time; each further time takes twice as long.
    pub retry_after: Span,
    /// After how long items expire; never when nothing.
    pub ttl: Span,
    /// Whether the moment is written in milliseconds, by mistake.
    pub ttl_in_millis: bool,
    /// How often the stream is read.
    pub poll: Span,
    /// How many clerks there are.
    pub clerks: u32,
    /// What they do.
    pub task: Task,
    /// How long they think between reading and writing.
    pub think: Span,
    /// How long they rest on average.
    pub sale_every: Span,
    /// How many accounts there are.
    pub accounts: u32,
    /// In ten thousand answers to clerks, how many get lost.
    pub lost_answers: u64,
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
        let wide = |id: &str| dials.get(id).unsigned_abs();
        Settings {
            provisioned: is("billing"),
            still: is("actors"),
            shape: shape_of(dials),
            write_rate: wide("write-rate"),
            read_rate: wide("read-rate"),
            reads: match dials.get("reads") {
                0 => Reads::Get,
                1 => Reads::Query,
                2 => Reads::Scan,
                _ => Reads::Index,
            },
            strong: is("consistency"),
            pattern: pattern_of(dials),
            keys: small(dials, "key-count"),
            suffixes: small(dials, "suffixes"),
            item_size: wide("item-size"),
            same: wide("same-share"),
            retries: small(dials, "retries"),
            retry_after: span(dials, "retry-after"),
            ttl: span(dials, "ttl"),
            ttl_in_millis: is("ttl-unit"),
            poll: span(dials, "poll-interval"),
            clerks: small(dials, "clerks"),
            task: match dials.get("task") {
                0 => Task::Overwrite,
                1 => Task::Condition,
                2 => Task::Add,
                _ => Task::Transfer,
            },
            think: span(dials, "think-time"),
            sale_every: span(dials, "sale-every"),
            accounts: small(dials, "accounts"),
            lost_answers: wide("lost-answers"),
        }
    }
}

fn shape_of(dials: &Dials) -> Shape {
    match dials.get("write-shape") {
        1 => Shape::Steady,
        2 => Shape::Burst { count: small(dials, "burst-size"), every: span(dials, "burst-every") },
        3 => Shape::Daily,
        _ => Shape::Random,
    }
}

fn pattern_of(dials: &Dials) -> Pattern {
    let count = small(dials, "key-count");
    Pattern::Drawn(match dials.get("keys") {
        1 => Keys::Zipf(Zipf::new(count)),
        2 => Keys::OneHot { count, per_mille: small(dials, "hot-share") / 10 },
        3 => return Pattern::Fresh,
        _ => Keys::Uniform { count },
    })
}
