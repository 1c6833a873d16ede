//! One shard: its range, its parents, its records, and what it lets through.

use super::super::time::{Span, Time};
use super::hash::HashRange;
use super::limits::ON_DEMAND_SPLIT_BYTES;
use super::log::{Log, LogRecord};
use super::meter::{Load, Meter};
use super::sequence::{LAST, SequenceNumber};
use super::shapes;

/// A shard, open or closed.
#[derive(Debug, Clone, PartialEq)]
pub struct Shard {
    pub(super) index: u32,
    pub(super) range: HashRange,
    pub(super) parent: Option<u32>,
    pub(super) adjacent_parent: Option<u32>,
    pub(super) opened: Time,
    pub(super) closed: Option<Time>,
    pub(super) log: Log,
    pub(super) writes: Meter,
    pub(super) reads: Meter,
    pub(super) minute: Minute,
}

/// How much was written since the minute began: what an on-demand stream grows by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Minute {
    from: Time,
    bytes: u64,
}

impl Minute {
    /// Counts a write; true when the minute's mean has reached the splitting point.
    pub fn busy(&mut self, now: Time, bytes: u64) -> bool {
        if now.since(self.from) >= Span::minutes(1) {
            *self = Minute { from: now, bytes: 0 };
        }
        self.bytes += bytes;
        self.bytes >= ON_DEMAND_SPLIT_BYTES * 60
    }
}

/// `shardId-000000000007`.
pub fn shard_id(index: u32) -> String {
    format!("shardId-{index:012}")
}

/// The number in a shard's id; AWS also takes the bare number.
pub(super) fn shard_index(id: &str) -> Option<u32> {
    let digits = id.split('-').nth(1).filter(|part| !part.is_empty()).unwrap_or(id);
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| digits.parse().ok()).flatten().filter(|index| *index <= i32::MAX as u32)
}

impl Shard {
    pub(super) fn new(index: u32, range: HashRange, opened: Time) -> Shard {
        Shard {
            index,
            range,
            parent: None,
            adjacent_parent: None,
            opened,
            closed: None,
            log: Log::default(),
            writes: Meter::default(),
            reads: Meter::default(),
            minute: Minute::default(),
        }
    }

    /// Its id, such as `shardId-000000000000`.
    pub fn id(&self) -> String {
        shard_id(self.index)
    }

    /// Its number: the place in the order in which the stream's shards were made.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The hash keys it owns (or owned).
    pub fn range(&self) -> HashRange {
        self.range
    }

    /// The shards it came from: one after a split, two after a merge, none for a new stream's.
    pub fn parents(&self) -> impl Iterator<Item = u32> + use<> {
        self.parent.into_iter().chain(self.adjacent_parent)
    }

    /// When it began.
    pub fn opened_at(&self) -> Time {
        self.opened
    }

    /// When it was split or merged away; nothing while it is open.
    pub fn closed_at(&self) -> Option<Time> {
        self.closed
    }

    /// Whether it takes records.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Its records by position, oldest retained first.
    pub fn records(&self) -> &Log {
        &self.log
    }

    /// What was written in the second that ends at `now`.
    pub fn writes(&self, now: Time) -> Load {
        self.writes.load(now)
    }

    /// What shared consumers read in the second that ends at `now`.
    pub fn reads(&self, now: Time) -> Load {
        self.reads.load(now)
    }

    /// Whether it still shows: a closed shard goes when its last record could have expired.
    pub(super) fn is_listed(&self, horizon: Time) -> bool {
        self.closed.is_none_or(|closed| closed >= horizon)
    }

    fn number(&self, counter: u64, at: Time) -> SequenceNumber {
        SequenceNumber {
            version: 2,
            created: self.created(),
            counter,
            second: at.unix_millis() / 1000,
            shard: i64::from(self.index),
        }
    }

    /// When it was made as sequence numbers say it, in seconds since 1970.
    pub(super) fn created(&self) -> u64 {
        self.opened.unix_millis() / 1000
    }

    /// The sequence number of the record at `position`, which came at `at`.
    pub fn sequence_number(&self, position: u64, at: Time) -> String {
        self.number(position + 1, at).text()
    }

    /// The position that a sequence number of this shard points at.
    pub(super) fn position_of(number: SequenceNumber) -> u64 {
        number.counter.saturating_sub(1)
    }

    pub(super) fn described(&self) -> shapes::Shard {
        shapes::Shard {
            shard_id: self.id(),
            parent_shard_id: self.parent.map(shard_id),
            adjacent_parent_shard_id: self.adjacent_parent.map(shard_id),
            hash_key_range: hash_key_range(self.range),
            sequence_number_range: shapes::SequenceNumberRange {
                starting_sequence_number: self.number(0, self.opened).text(),
                ending_sequence_number: self.closed.map(|at| self.number(LAST, at).text()),
            },
        }
    }

    pub(super) fn record(&self, record: LogRecord<'_>) -> shapes::Record {
        shapes::Record {
            sequence_number: self.sequence_number(record.position, record.at),
            approximate_arrival_timestamp: Some(record.at.into()),
            data: super::super::blob::Blob(record.data.to_vec()),
            partition_key: record.key.map(str::to_owned),
            encryption_type: record.encrypted.then_some(shapes::EncryptionType::Kms),
        }
    }
}

pub(super) fn hash_key_range(range: HashRange) -> shapes::HashKeyRange {
    shapes::HashKeyRange {
        starting_hash_key: range.start.to_string(),
        ending_hash_key: range.end.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shard_ids_are_read_as_aws_reads_them() {
        assert_eq!(shard_id(7), "shardId-000000000007");
        for (id, index) in [
            ("shardId-000000000007", Some(7)),
            ("shard-7", Some(7)),
            ("7", Some(7)),
            ("shardId-2147483648", None),
            ("shardId", None),
            ("shardId-", None),
            ("", None),
            ("shardId-0000000000x7", None),
        ] {
            assert_eq!(shard_index(id), index, "{id}");
        }
    }
}
