//! The records of one shard: an append-only log in blocks that clones share.
//!
//! A record costs sixteen bytes beside its key and its data; reaching one by its position or by
//! its time takes a binary search over the blocks, however long the log is.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::time::Time;

/// A block takes no more records than this…
const BLOCK_RECORDS: usize = 512;
/// … and no further ones once it holds this many bytes.
const BLOCK_BYTES: usize = 64 * 1024;
/// The key length that stands for "no key".
const NO_KEY: u16 = u16::MAX;

/// The records of a shard, each at its position: 0, 1, 2, … in order of arrival.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Log {
    blocks: VecDeque<Arc<Block>>,
    first: u64,
    next: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Block {
    start: u64,
    metas: Vec<Meta>,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Meta {
    at: Time,
    /// Where its bytes (key, then data) end in the block.
    end: u32,
    key: u16,
    encrypted: bool,
}

/// One record as it lies in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRecord<'a> {
    /// Its place in the shard.
    pub position: u64,
    /// When it came.
    pub at: Time,
    /// Its partition key, if it came with one.
    pub key: Option<&'a str>,
    /// Its data.
    pub data: &'a [u8],
    /// Whether it was written with server-side encryption on.
    pub encrypted: bool,
}

impl LogRecord<'_> {
    /// Key and data, in bytes.
    pub fn size(&self) -> usize {
        self.key.map_or(0, str::len) + self.data.len()
    }
}

impl Log {
    /// The position of the oldest record that is retained.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The position the next record will get.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Appends a record that came at `at`, not before the last one; returns its position.
    pub fn push(&mut self, at: Time, key: Option<&str>, data: &[u8], encrypted: bool) -> u64 {
        let full = self.blocks.back().is_none_or(|block| {
            block.metas.len() >= BLOCK_RECORDS || block.bytes.len() >= BLOCK_BYTES
        });
        if full {
            if let Some(block) = self.blocks.back_mut().and_then(Arc::get_mut) {
                block.bytes.shrink_to_fit();
                block.metas.shrink_to_fit();
            }
            self.blocks.push_back(Arc::new(Block { start: self.next, ..Block::default() }));
        }
        let block = Arc::make_mut(self.blocks.back_mut().expect("one was just pushed"));
        block.bytes.extend_from_slice(key.unwrap_or_default().as_bytes());
        block.bytes.extend_from_slice(data);
        block.metas.push(Meta {
            at,
            end: u32::try_from(block.bytes.len()).unwrap_or(u32::MAX),
            key: key.map_or(NO_KEY, |key| u16::try_from(key.len()).unwrap_or(NO_KEY - 1)),
            encrypted,
        });
        self.next += 1;
        self.next - 1
    }

    /// The record at `position`, if it is still there.
    pub fn get(&self, position: u64) -> Option<LogRecord<'_>> {
        if position < self.first || position >= self.next {
            return None;
        }
        let block = &self.blocks[self.block_of(position)];
        Some(block.record(position))
    }

    /// The records from `position` on, oldest first.
    pub fn from(&self, position: u64) -> impl Iterator<Item = LogRecord<'_>> {
        let position = position.max(self.first);
        let block = if position < self.next { self.block_of(position) } else { self.blocks.len() };
        self.blocks.range(block..).flat_map(move |block| {
            let from = position.max(block.start);
            (from..block.start + block.metas.len() as u64).map(|position| block.record(position))
        })
    }

    /// The position of the first record that came at `at` or later.
    pub fn at_or_after(&self, at: Time) -> u64 {
        let block = self.blocks.partition_point(|block| block.last_at() < at);
        let Some(block) = self.blocks.get(block) else { return self.next };
        let within = block.metas.partition_point(|meta| meta.at < at) as u64;
        (block.start + within).max(self.first)
    }

    /// Forgets the records that came before `cutoff`.
    pub fn trim(&mut self, cutoff: Time) {
        if self.first < self.next && self.get(self.first).is_some_and(|record| record.at < cutoff) {
            self.first = self.at_or_after(cutoff);
            while self.blocks.front().is_some_and(|block| block.end() <= self.first) {
                self.blocks.pop_front();
            }
        }
    }

    fn block_of(&self, position: u64) -> usize {
        self.blocks.partition_point(|block| block.start <= position).saturating_sub(1)
    }
}

impl Block {
    fn end(&self) -> u64 {
        self.start + self.metas.len() as u64
    }

    fn last_at(&self) -> Time {
        self.metas.last().map_or(Time::START, |meta| meta.at)
    }

    fn record(&self, position: u64) -> LogRecord<'_> {
        let index = (position - self.start) as usize;
        let meta = self.metas[index];
        let from = index.checked_sub(1).map_or(0, |before| self.metas[before].end as usize);
        let bytes = &self.bytes[from..meta.end as usize];
        let (key, data) = match meta.key {
            NO_KEY => (None, bytes),
            length => {
                let (key, data) = bytes.split_at(length as usize);
                (Some(std::str::from_utf8(key).unwrap_or_default()), data)
            }
        };
        LogRecord { position, at: meta.at, key, data, encrypted: meta.encrypted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_by_position_and_by_time_across_blocks() {
        let mut log = Log::default();
        for n in 0..5000_u64 {
            let key = format!("k{n}");
            let position =
                log.push(Time(n / 2), (n % 3 > 0).then_some(&key), &n.to_le_bytes(), false);
            assert_eq!(position, n);
        }
        for n in [0, 1, 511, 512, 4999] {
            let record = log.get(n).unwrap();
            assert_eq!((record.at, record.data), (Time(n / 2), n.to_le_bytes().as_slice()));
            assert_eq!(record.key, (n % 3 > 0).then(|| format!("k{n}")).as_deref());
        }
        assert_eq!(log.get(5000), None);
        assert_eq!(log.at_or_after(Time(300)), 600);
        assert_eq!(log.at_or_after(Time(9999)), 5000);
        assert_eq!(
            log.from(4997).map(|record| record.position).collect::<Vec<_>>(),
            [4997, 4998, 4999]
        );
    }

    #[test]
    fn trimming_forgets_the_old_and_keeps_positions() {
        let mut log = Log::default();
        for n in 0..2000 {
            log.push(Time(n), Some("k"), b"x", false);
        }
        let whole = log.clone();
        log.trim(Time(1500));
        assert_eq!((log.first(), log.next()), (1500, 2000));
        assert_eq!(log.get(1499), None);
        assert_eq!(log.from(0).next().map(|record| record.position), Some(1500));
        assert_eq!(log.at_or_after(Time(0)), 1500);
        assert_eq!(whole.from(0).count(), 2000, "a clone keeps what it had");
        log.trim(Time(u64::MAX));
        assert_eq!(log.from(0).count(), 0);
        assert_eq!(log.push(Time(3000), Some("k"), b"x", false), 2000);
    }
}
