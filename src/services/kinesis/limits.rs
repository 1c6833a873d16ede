//! The numbers of Kinesis, each with its source, and the durations that the model chooses.

use super::super::time::Span;
use super::meter::Rate;

/// One mebibyte.
pub const MIB: u64 = 1024 * 1024;
/// What a shard takes: 1 MiB and 1,000 records a second (botocore 1.44.5 `CreateStream`).
pub const WRITES: Rate = Rate { count: 1000, bytes: MIB };
/// What all shared consumers of a shard get: 2 MiB and 5 `GetRecords` calls a second (`GetRecords`).
pub const READS: Rate = Rate { count: 5, bytes: 2 * MIB };
/// `GetRecords` answers with no more records than this (`GetRecords.Limit`).
pub const RECORDS_PER_READ: i64 = 10_000;
/// … and no more bytes than this.
pub const BYTES_PER_READ: u64 = 10 * MIB;
/// A `PutRecords` request carries no more than this, keys included.
pub const BYTES_PER_PUT: u64 = 10 * MIB;
/// `PutRecords` takes this many records.
pub const RECORDS_PER_PUT: usize = 500;
/// How long a shard iterator is good for (`GetShardIterator`).
pub const ITERATOR_LIFE: Span = Span::minutes(5);
/// How long a `NextToken` is good for (`ListShards`).
pub const TOKEN_LIFE: Span = Span::seconds(300);
/// The shortest retention, and the one a stream starts with.
pub const RETENTION_MIN_HOURS: i64 = 24;
/// The longest retention: 365 days.
pub const RETENTION_MAX_HOURS: i64 = 8760;
/// The least and the default greatest record, in KiB (`MaxRecordSizeInKiB`).
pub const RECORD_MIN_KIB: i64 = 1024;
/// The most that the greatest record may be raised to.
pub const RECORD_MAX_KIB: i64 = 10_240;
/// Shards of an account in us-east-1 (service-sizes-and-limits).
pub const SHARDS_PER_ACCOUNT: i64 = 20_000;
/// Shards of one stream (`UpdateShardCount`).
pub const SHARDS_PER_STREAM: i64 = 10_000;
/// On-demand streams of an account.
pub const ON_DEMAND_STREAMS: i64 = 50;
/// Shards of a new on-demand stream: 4 MB/s of writes (how-do-i-size-a-stream).
pub const ON_DEMAND_SHARDS: u32 = 4;
/// Streams that may be CREATING at once (`CreateStream`).
pub const CREATING_STREAMS: usize = 5;
/// `UpdateShardCount` calls in a rolling day.
pub const RECOUNTS_A_DAY: usize = 10;
/// Changes of the capacity mode in a rolling day (how-do-i-size-a-stream).
pub const MODE_SWITCHES_A_DAY: usize = 2;
/// Registered consumers and queues of a stream, On-demand Standard and Provisioned.
pub const CONSUMERS: usize = 20;
/// The same with On-demand Advantage.
pub const CONSUMERS_ADVANTAGE: usize = 50;
/// Consumers that may be CREATING at once (`RegisterStreamConsumer`).
pub const CREATING_CONSUMERS: usize = 5;
/// How long a subscription lasts (`SubscribeToShard`).
pub const SUBSCRIPTION_LIFE: Span = Span::minutes(5);
/// How soon after a subscription another one is refused (`SubscribeToShard`).
pub const SUBSCRIPTION_GUARD: Span = Span::seconds(5);
/// Tags of a stream.
pub const TAGS: usize = 50;
/// Queues that may be CREATING or DELETING at once (queues-quotas).
pub const CHANGING_QUEUES: usize = 5;
/// How often a queue hands a record out before it is dead, if nothing is said.
pub const QUEUE_RECEIVES: u64 = 6;
/// Records in flight of a queue (queues-quotas).
pub const QUEUE_IN_FLIGHT: usize = 120_000;
/// The load at which an on-demand shard is split: 500 KB/s (how-do-i-size-a-stream).
pub const ON_DEMAND_SPLIT_BYTES: u64 = 500_000;

/// How long things take that AWS gives no figure for: the model's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// A stream is CREATING for this long.
    pub create: Span,
    /// A stream is UPDATING for this long.
    pub update: Span,
    /// A stream is DELETING for this long.
    pub delete: Span,
    /// A consumer is CREATING or DELETING for this long.
    pub consumer: Span,
    /// A queue is CREATING, UPDATING or DELETING for this long.
    pub queue: Span,
    /// An on-demand stream splits a busy shard after this long ("within about 15 minutes").
    pub on_demand_split: Span,
}

impl Default for Timings {
    fn default() -> Timings {
        Timings {
            create: Span::millis(500),
            update: Span::millis(500),
            delete: Span::ZERO,
            consumer: Span::millis(500),
            queue: Span::millis(500),
            on_demand_split: Span::minutes(15),
        }
    }
}
