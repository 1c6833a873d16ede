//! What the knobs say, read once when they are turned.

use super::engine::Engine;
use super::tables::{POLICIES, SECOND};
use crate::models::dials::Dials;
use crate::models::workload::{Keys, Shape, Zipf};
use crate::services::elasticache::eviction::Policy;
use crate::services::elasticache::group::{ClusterMode, Layout};
use crate::services::memcached::slabs::PAGE;
use crate::services::time::Span;

/// The knobs as the actors use them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether the actors stand still.
    pub still: bool,
    /// Which server the nodes run.
    pub engine: Engine,
    /// What a writer does to the cache.
    pub write: i64,
    /// How long a key lives; nothing for ever.
    pub ttl: Span,
    /// How much is added to that at random.
    pub jitter: Span,
    /// Whether who misses takes a lock first.
    pub lock: bool,
    /// After how long the lock goes by itself.
    pub lock_ttl: Span,
    /// Whether a key is loaded again before it expires.
    pub early: bool,
    /// How long it is remembered that a row does not exist; nothing for not at all.
    pub negative: Span,
    /// Which key goes when memory is full.
    pub policy: Policy,
    /// `maxmemory` of each node.
    pub memory: u64,
    /// Bytes of a value.
    pub value_size: usize,
    /// Whether keys are sessions that each request renews.
    pub sessions: bool,
    /// How many rows the database has.
    pub rows: u32,
    /// Which rows are asked for.
    pub keys: Keys,
    /// Thousandths of a read a second.
    pub reads: u64,
    /// How reads are spread over time.
    pub shape: Shape,
    /// Thousandths of a write a second.
    pub writes: u64,
    /// Of ten thousand reads, how many ask for rows that do not exist.
    pub missing: u64,
    /// How often a report scans rows; nothing for never.
    pub scan_every: Span,
    /// How many rows it scans.
    pub scan_size: u32,
    /// How long a trip to the cache takes.
    pub cache_time: Span,
    /// How long a query takes.
    pub db_time: Span,
    /// How many queries run at a time.
    pub connections: usize,
    /// How long a reader dawdles between the database's answer and storing it.
    pub pause: Span,
    /// How far replicas lie behind.
    pub lag: Span,
    /// How the cache is built.
    pub layout: Layout,
}

impl Settings {
    pub(super) fn of(dials: &Dials) -> Settings {
        let span = |id| Span(dials.get(id).unsigned_abs());
        let number = |id| dials.get(id).unsigned_abs();
        let small = |id| u32::try_from(dials.get(id)).unwrap_or(1);
        let on = |id| dials.get(id) == SECOND;
        let engine = Engine::of(dials.get("engine"));
        let rows = small("rows").max(1);
        let shards = small("shards").max(1) as u16;
        let replicas = small("replicas") as u8;
        let policy = POLICIES.get(number("policy") as usize).copied().unwrap_or_default();
        Settings {
            still: on("actors"),
            engine,
            write: dials.get("write"),
            ttl: span("ttl"),
            jitter: span("ttl-jitter"),
            lock: on("lock"),
            lock_ttl: span("lock-ttl"),
            early: on("early-refresh"),
            negative: span("negative-ttl"),
            policy: Policy::from_name(policy).unwrap_or(Policy::VolatileLru),
            memory: match engine {
                Engine::Valkey => number("memory"),
                // A page is the least that Memcached can do with.
                Engine::Memcached => number("memory").max(PAGE),
            },
            value_size: number("value-size") as usize,
            sessions: on("data"),
            rows,
            keys: match dials.get("keys") {
                0 => Keys::Zipf(Zipf::new(rows)),
                1 => Keys::Uniform { count: rows },
                _ => Keys::OneHot { count: rows, per_mille: 990 },
            },
            reads: number("read-rate"),
            shape: match dials.get("read-shape") {
                0 => Shape::Random,
                1 => Shape::Steady,
                2 => Shape::Burst { count: small("burst-size"), every: span("burst-every") },
                _ => Shape::Daily,
            },
            writes: number("write-rate"),
            missing: number("missing-share"),
            scan_every: span("scan-every"),
            scan_size: small("scan-size"),
            cache_time: span("cache-time"),
            db_time: span("db-time"),
            connections: number("db-connections") as usize,
            pause: span("reader-pause"),
            lag: span("replica-lag"),
            layout: Layout {
                mode: if shards > 1 { ClusterMode::Enabled } else { ClusterMode::Disabled },
                shards,
                replicas,
                automatic_failover: replicas > 0,
                ..Layout::default()
            },
        }
    }
}
