//! What the knobs say, read once when they are turned.

use super::tables::SECOND;
use crate::models::dials::Dials;
use crate::models::workload::{Keys, Shape};
use crate::services::time::Span;

/// The knobs as the actors use them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether the actors use `orders.fifo`.
    pub is_fifo: bool,
    /// Whether Lambda consumes the queue, and not workers.
    pub by_lambda: bool,
    /// Whether the actors stand still.
    pub still: bool,
    /// How messages arrive over time.
    pub shape: Shape,
    /// Thousandths of a message a second.
    pub rate: u64,
    /// How many workers there are.
    pub workers: u32,
    /// How long a job takes.
    pub work: Span,
    /// By how much of that a job may be shorter or longer, in hundredths of a percent.
    pub jitter: u64,
    /// How long workers wait at the queue, in seconds.
    pub wait: i64,
    /// How many messages they ask for.
    pub batch: i64,
    /// How many of them, from the first, poll short whatever `wait` says.
    pub short_pollers: u32,
    /// How long a short poller rests after an empty answer.
    pub pause: Span,
    /// Groups or tenants; none without.
    pub groups: Option<Keys>,
    /// Of ten thousand orders, how many cannot be worked on.
    pub poison: u64,
    /// Of ten thousand sends, how many answers get lost.
    pub lost_answers: u64,
    /// After how long the producer sends again then.
    pub retry_after: Span,
    /// Of ten thousand deletes, how many get lost.
    pub lost_deletes: u64,
    /// Of ten thousand jobs, how many kill their worker.
    pub crashes: u64,
    /// After how long such a worker is back.
    pub restart: Span,
    /// Whether the function reports single failed messages.
    pub partial: bool,
}

fn span(dials: &Dials, id: &str) -> Span {
    Span(dials.get(id).unsigned_abs())
}

fn share(dials: &Dials, id: &str) -> u64 {
    dials.get(id).unsigned_abs()
}

fn small(dials: &Dials, id: &str) -> u32 {
    u32::try_from(dials.get(id)).unwrap_or_default()
}

impl Settings {
    /// Reads the knobs.
    pub(super) fn of(dials: &Dials) -> Settings {
        let is = |id: &str| dials.get(id) == SECOND;
        let is_fifo = is("queue-type");
        Settings {
            is_fifo,
            by_lambda: is("consumer"),
            still: is("actors"),
            shape: dials.arrival_shape(),
            rate: dials.get("arrival-rate").unsigned_abs(),
            workers: small(dials, "workers"),
            work: span(dials, "work-time"),
            jitter: share(dials, "work-jitter"),
            wait: dials.get("wait-time") / 1000,
            batch: dials.get("batch-size"),
            short_pollers: small(dials, "short-pollers"),
            pause: span(dials, "poll-pause"),
            groups: groups_of(dials, is_fifo),
            poison: share(dials, "poison"),
            lost_answers: share(dials, "lost-answers"),
            retry_after: span(dials, "retry-after"),
            lost_deletes: share(dials, "lost-deletes"),
            crashes: share(dials, "crashes"),
            restart: span(dials, "restart-time"),
            partial: is("partial-responses"),
        }
    }

    /// The queue that the actors use.
    pub fn queue(&self) -> &'static str {
        if self.is_fifo { "orders.fifo" } else { "orders" }
    }

    /// Where its dead letters go.
    pub fn dead_letters(&self) -> &'static str {
        if self.is_fifo { "orders-dlq.fifo" } else { "orders-dlq" }
    }
}

/// A FIFO queue has at least one group.
fn groups_of(dials: &Dials, is_fifo: bool) -> Option<Keys> {
    let count = small(dials, "groups").max(u32::from(is_fifo));
    let hot = small(dials, "hot-share") / 10;
    match (count, hot) {
        (0, _) => None,
        (count, 0) => Some(Keys::Uniform { count }),
        (count, per_mille) => Some(Keys::OneHot { count, per_mille }),
    }
}
