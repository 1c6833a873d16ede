//! A topic: partitions, each an ordered log of records that are counted from 0.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::services::time::{Span, Time};

/// A record in a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When it was written.
    pub at: Time,
    /// Its key, if it has one.
    pub key: Option<Arc<str>>,
    /// Its value.
    pub value: Arc<str>,
}

/// One partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partition {
    first: u64,
    records: VecDeque<Record>,
}

impl Partition {
    /// The offset of the oldest record that is still there.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The offset that the next record gets: the log's end.
    pub fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// The record at an offset.
    pub fn get(&self, offset: u64) -> Option<&Record> {
        self.records.get(usize::try_from(offset.checked_sub(self.first)?).ok()?)
    }

    pub(super) fn push(&mut self, record: Record) -> u64 {
        self.records.push_back(record);
        self.end() - 1
    }

    /// Forgets records older than `retention`.
    pub(super) fn expire(&mut self, now: Time, retention: Span) {
        while self.records.front().is_some_and(|oldest| now.since(oldest.at) >= retention) {
            self.records.pop_front();
            self.first += 1;
        }
    }

    pub(super) fn oldest_at(&self) -> Option<Time> {
        self.records.front().map(|oldest| oldest.at)
    }
}

/// A topic with its partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its partitions in order.
    pub partitions: Vec<Partition>,
    /// How many copies the brokers keep.
    pub replication_factor: i64,
    /// How long records stay (`retention.ms`).
    pub retention: Span,
    /// The configuration as it was given (`Configs`).
    pub configs: Option<String>,
}

/// How long records stay where a topic does not say: Kafka's `log.retention.hours`, 168.
pub const RETENTION: Span = Span::hours(168);

impl Topic {
    /// An empty topic.
    pub fn new(partitions: u32, replication_factor: i64, configs: Option<String>) -> Topic {
        let retention = configs.as_deref().and_then(retention).unwrap_or(RETENTION);
        let partitions = vec![Partition::default(); partitions as usize];
        Topic { partitions, replication_factor, retention, configs }
    }

    /// When the next record becomes too old.
    pub fn next_expiry(&self) -> Option<Time> {
        let oldest = self.partitions.iter().filter_map(Partition::oldest_at).min()?;
        Some(oldest + self.retention)
    }
}

/// The value of `retention.ms` in a topic's configuration, which AWS takes as base64 of `name=value` lines.
pub fn retention(configs: &str) -> Option<Span> {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.decode(configs).ok()?;
    let text = String::from_utf8(text).ok()?;
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("retention.ms="))
        .find_map(|value| value.trim().parse().ok())
        .map(Span)
}
