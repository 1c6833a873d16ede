//! What a FIFO queue remembers of the last five minutes: deduplication ids, and receive attempts.
//!
//! The table of ids is a hash table of our own (open addressing, a fixed hash), so that its order
//! never depends on anything but the calls; ids are forgotten from the oldest on.

use std::collections::{BTreeMap, VecDeque};

use super::message::MessageId;
use super::store::Entry;
use crate::services::chance::split_mix;
use crate::services::time::{Span, Time};

/// For how long an id is remembered.
pub(super) const INTERVAL: Span = Span::minutes(5);

/// The ids sent in the last five minutes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Deduplication {
    /// The oldest first.
    ids: VecDeque<Id>,
    /// How many were forgotten: the id with number n lies at `ids[n - forgotten]`.
    forgotten: u64,
    /// Numbers of ids plus one, by hash; zero is free. Its length is a power of two.
    buckets: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq)]
struct Id {
    hash: u64,
    /// The group (or nothing when the whole queue is the scope), a zero byte, and the id.
    key: Box<str>,
    at: Time,
    first: First,
}

/// The message that an id was first sent with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct First {
    pub id: MessageId,
    pub serial: u64,
}

impl Deduplication {
    /// The key of an id in its scope.
    pub fn key(group: Option<&str>, id: &str) -> Box<str> {
        format!("{}\0{id}", group.unwrap_or_default()).into_boxed_str()
    }

    /// The message this key was first sent with in the last five minutes.
    pub fn find(&mut self, now: Time, key: &str) -> Option<First> {
        self.forget(now);
        let number = self.bucket_of(hash(key), key).ok()?;
        let number = self.buckets[number] - 1;
        Some(self.ids[(number - self.forgotten) as usize].first)
    }

    /// Remembers a key that [`Deduplication::find`] did not know.
    pub fn remember(&mut self, now: Time, key: Box<str>, first: First) {
        if (self.ids.len() + 1) * 2 > self.buckets.len() {
            self.grow();
        }
        let hash = hash(&key);
        let number = self.forgotten + self.ids.len() as u64;
        if let Err(bucket) = self.bucket_of(hash, &key) {
            self.buckets[bucket] = number + 1;
            self.ids.push_back(Id { hash, key, at: now, first });
        }
    }

    /// Forgets everything (a purge).
    pub fn clear(&mut self) {
        *self = Deduplication::default();
    }

    fn forget(&mut self, now: Time) {
        while self.ids.front().is_some_and(|id| id.at + INTERVAL <= now) {
            if let Some(id) = self.ids.front()
                && let Ok(bucket) = self.bucket_of(id.hash, &id.key.clone())
            {
                self.empty_bucket(bucket);
            }
            self.ids.pop_front();
            self.forgotten += 1;
        }
    }

    /// The bucket of a key, or the free one where it would go.
    fn bucket_of(&self, hash: u64, key: &str) -> Result<usize, usize> {
        if self.buckets.is_empty() {
            return Err(0);
        }
        let mask = self.buckets.len() - 1;
        let mut bucket = hash as usize & mask;
        loop {
            match self.buckets[bucket] {
                0 => return Err(bucket),
                number => {
                    let id = &self.ids[(number - 1 - self.forgotten) as usize];
                    if id.hash == hash && *id.key == *key {
                        return Ok(bucket);
                    }
                }
            }
            bucket = (bucket + 1) & mask;
        }
    }

    /// Frees a bucket and closes the gap in its run.
    fn empty_bucket(&mut self, mut gap: usize) {
        let mask = self.buckets.len() - 1;
        let mut bucket = gap;
        loop {
            bucket = (bucket + 1) & mask;
            let number = self.buckets[bucket];
            if number == 0 {
                break;
            }
            let home = self.ids[(number - 1 - self.forgotten) as usize].hash as usize & mask;
            if bucket.wrapping_sub(home) & mask >= bucket.wrapping_sub(gap) & mask {
                self.buckets[gap] = number;
                gap = bucket;
            }
        }
        self.buckets[gap] = 0;
    }

    fn grow(&mut self) {
        let length = (self.buckets.len() * 2).max(16);
        self.buckets = vec![0; length];
        for (index, id) in self.ids.iter().enumerate() {
            let mut bucket = id.hash as usize & (length - 1);
            while self.buckets[bucket] != 0 {
                bucket = (bucket + 1) & (length - 1);
            }
            self.buckets[bucket] = self.forgotten + index as u64 + 1;
        }
    }
}

/// A fixed hash over eight bytes at a time.
fn hash(key: &str) -> u64 {
    key.as_bytes().chunks(8).fold(key.len() as u64, |hash, chunk| {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        split_mix(hash ^ u64::from_le_bytes(bytes))
    })
}

/// The receives with a `ReceiveRequestAttemptId` in the last five minutes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Attempts {
    by_id: BTreeMap<String, Attempt>,
    /// The oldest first.
    order: VecDeque<(Time, String)>,
}

/// What a receive handed out, and until when it is hidden if nobody changes that.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attempt {
    pub at: Time,
    pub until: Time,
    pub handed: Vec<Entry>,
}

impl Attempts {
    pub fn find(&mut self, now: Time, id: &str) -> Option<&Attempt> {
        while let Some((at, id)) = self.order.front()
            && *at + INTERVAL <= now
        {
            if self.by_id.get(id).is_some_and(|attempt| attempt.at == *at) {
                self.by_id.remove(id);
            }
            self.order.pop_front();
        }
        self.by_id.get(id)
    }

    /// Remembers what a receive at `at` handed out; repeating it does not make it younger.
    pub fn remember(&mut self, at: Time, id: &str, until: Time, handed: Vec<Entry>) {
        let known = self.by_id.insert(id.to_owned(), Attempt { at, until, handed });
        if known.is_none_or(|known| known.at != at) {
            self.order.push_back((at, id.to_owned()));
        }
    }

    pub fn clear(&mut self) {
        *self = Attempts::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_ids_agrees_with_a_plain_search() {
        let mut table = Deduplication::default();
        let mut plain: Vec<(Time, String)> = Vec::new();
        for step in 0..5_000_u64 {
            let now = Time(step * 700);
            let key = format!("id-{}", split_mix(step) % 600);
            plain.retain(|(at, _)| *at + INTERVAL > now);
            let known = plain.iter().any(|(_, id)| *id == key);
            assert_eq!(table.find(now, &key).is_some(), known, "step {step}");
            if !known {
                plain.push((now, key.clone()));
                table.remember(now, key.into(), First { id: MessageId(step), serial: step });
            }
        }
        assert!(table.ids.len() < 600);
    }
}
