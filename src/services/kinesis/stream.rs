//! One stream: its shards, its settings, and the change it is going through.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::arn::arn;
use super::super::time::{Span, Time};
use super::consumers::{Consumer, Subscription};
use super::hash::{HashRange, even_ranges};
use super::limits::{RECORD_MIN_KIB, RETENTION_MIN_HOURS};
use super::shapes::{
    EncryptionType, EnhancedMetrics, MetricsName, RecordDistributionStrategy,
    StreamDescriptionSummary, StreamMode, StreamModeDetails, StreamStatus,
};
use super::shard::Shard;

/// A data stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    pub(super) name: String,
    pub(super) created: Time,
    pub(super) status: StreamStatus,
    /// What happens to it next, and when: at most one thing at a time.
    pub(super) change: Option<(Time, Change)>,
    pub(super) mode: StreamMode,
    pub(super) shards: Vec<Shard>,
    /// The open shards by the start of their ranges: the routing table.
    pub(super) open: Vec<(u128, u32)>,
    pub(super) retention_hours: i64,
    pub(super) max_record_kib: i64,
    pub(super) strategy: RecordDistributionStrategy,
    /// Where `AUTO` puts the next record.
    pub(super) turn: usize,
    pub(super) key_id: Option<String>,
    pub(super) metrics: BTreeSet<MetricsName>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) consumers: BTreeMap<String, Consumer>,
    pub(super) subscriptions: BTreeMap<(String, u32), Subscription>,
    pub(super) recounts: VecDeque<Time>,
    pub(super) mode_switches: VecDeque<Time>,
    pub(super) warm_mibps: i64,
    /// On-demand shards that were busy, and when they will be split.
    pub(super) splits_due: BTreeMap<u32, Time>,
}

/// What a stream is going through.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Create { shards: u32 },
    Delete,
    Split { shard: u32, at: u128 },
    Merge { shard: u32, adjacent: u32 },
    Recount { shards: u32 },
    Mode(StreamMode),
    Encryption(Option<String>),
    MaxRecord(i64),
    Warm(i64),
}

impl Stream {
    pub(super) fn new(name: String, now: Time, mode: StreamMode) -> Stream {
        Stream {
            name,
            created: now,
            status: StreamStatus::Creating,
            change: None,
            mode,
            shards: Vec::new(),
            open: Vec::new(),
            retention_hours: RETENTION_MIN_HOURS,
            max_record_kib: RECORD_MIN_KIB,
            strategy: RecordDistributionStrategy::UserPartitionKey,
            turn: 0,
            key_id: None,
            metrics: BTreeSet::new(),
            tags: BTreeMap::new(),
            consumers: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            recounts: VecDeque::new(),
            mode_switches: VecDeque::new(),
            warm_mibps: 0,
            splits_due: BTreeMap::new(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        arn("kinesis", &format!("stream/{}", self.name))
    }

    /// What it is doing.
    pub fn status(&self) -> StreamStatus {
        self.status
    }

    /// When its present change (creation, resharding, …) will be done.
    pub fn busy_until(&self) -> Option<Time> {
        self.change.as_ref().map(|(at, _)| *at)
    }

    /// Who decides how many shards there are.
    pub fn mode(&self) -> StreamMode {
        self.mode
    }

    /// Who decides which shard a record goes to.
    pub fn distribution(&self) -> RecordDistributionStrategy {
        self.strategy
    }

    /// How long a record stays.
    pub fn retention(&self) -> Span {
        Span::hours(self.retention_hours.unsigned_abs())
    }

    /// All shards in the order they were made, closed and expired ones too.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// The open shards by the start of their ranges; together they own every hash key once.
    pub fn open_shards(&self) -> impl ExactSizeIterator<Item = &Shard> {
        self.open.iter().map(|(_, index)| &self.shards[*index as usize])
    }

    /// The open shard that owns a hash key; none while the stream is being created.
    pub fn shard_for(&self, hash_key: u128) -> Option<&Shard> {
        let place = self.open.partition_point(|(start, _)| *start <= hash_key).checked_sub(1)?;
        self.shards.get(self.open[place].1 as usize)
    }

    /// Its registered enhanced fan-out consumers, by name.
    pub fn consumers(&self) -> impl ExactSizeIterator<Item = &Consumer> {
        self.consumers.values()
    }

    /// Records that came before this are gone.
    pub fn horizon(&self, now: Time) -> Time {
        now - self.retention()
    }

    pub(super) fn max_record_bytes(&self) -> u64 {
        self.max_record_kib.unsigned_abs() * 1024
    }

    /// Takes calls that read and write.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.status, StreamStatus::Active | StreamStatus::Updating)
    }

    /// Begins a change that will be done at `at`.
    pub(super) fn begin(&mut self, status: StreamStatus, at: Time, change: Change) {
        self.status = status;
        self.change = Some((at, change));
    }

    /// Drops the records that have expired by `now`.
    pub(super) fn trim(&mut self, now: Time) {
        let horizon = self.horizon(now);
        for shard in &mut self.shards {
            shard.log.trim(horizon);
        }
    }

    pub(super) fn create_shards(&mut self, now: Time, count: u32) {
        for range in even_ranges(count) {
            self.add_shard(now, range, None, None);
        }
    }

    pub(super) fn add_shard(
        &mut self,
        now: Time,
        range: HashRange,
        parent: Option<u32>,
        adjacent_parent: Option<u32>,
    ) -> u32 {
        let index = u32::try_from(self.shards.len()).unwrap_or(u32::MAX);
        self.shards.push(Shard { parent, adjacent_parent, ..Shard::new(index, range, now) });
        let place = self.open.partition_point(|(start, _)| *start < range.start);
        self.open.insert(place, (range.start, index));
        index
    }

    pub(super) fn close_shard(&mut self, now: Time, index: u32) {
        self.shards[index as usize].closed = Some(now);
        self.open.retain(|(_, open)| *open != index);
        self.splits_due.remove(&index);
    }

    pub(super) fn encryption_type(&self) -> EncryptionType {
        if self.key_id.is_some() { EncryptionType::Kms } else { EncryptionType::None }
    }

    pub(super) fn enhanced_monitoring(&self) -> Vec<EnhancedMetrics> {
        let metrics = self.metrics.iter().copied().collect();
        vec![EnhancedMetrics { shard_level_metrics: Some(metrics) }]
    }

    pub(super) fn mode_details(&self) -> StreamModeDetails {
        StreamModeDetails { stream_mode: self.mode }
    }

    pub(super) fn summary(&self, queues: usize) -> StreamDescriptionSummary {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let on_demand = self.mode == StreamMode::OnDemand;
        StreamDescriptionSummary {
            stream_name: self.name.clone(),
            stream_arn: self.arn(),
            stream_id: None,
            stream_status: self.status,
            stream_mode_details: Some(self.mode_details()),
            retention_period_hours: self.retention_hours,
            stream_creation_timestamp: self.created.into(),
            enhanced_monitoring: self.enhanced_monitoring(),
            encryption_type: Some(self.encryption_type()),
            key_id: self.key_id.clone(),
            open_shard_count: count(self.open.len()),
            consumer_count: Some(count(self.consumers.len())),
            warm_throughput: None,
            max_record_size_in_kib: Some(self.max_record_kib),
            channel_count: None,
            record_distribution_strategy: on_demand.then_some(self.strategy),
            queue_count: on_demand.then_some(count(queues)),
        }
    }
}
