//! What a FIFO queue remembers of the last five minutes: deduplication ids, and receive attempts.
//!
//! The table of ids is a hash table of our own (open addressing, a fixed hash), so that its order
//! never depends on anything but the calls; ids are forgotten from the oldest on.

use std::collections::{BTreeMap, VecDeque};
use std::hash::BuildHasher as _;

use compact_str::CompactString;
use foldhash::fast::FixedState;

use super::message::MessageId;
use super::store::Entry;
use crate::services::time::{Span, Time};

/// For how long an id is remembered.
pub(super) const INTERVAL: Span = Span::minutes(5);

/// The ids sent in the last five minutes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Deduplication {
    /// The oldest first.
    ids: VecDeque<Id>,
    /// How many were forgotten: the id with number n lies at `ids[n - forgotten]`. It wraps.
    forgotten: u32,
    /// By hash; the length is a power of two.
    buckets: Vec<Bucket>,
    /// A byte for each bucket, zero if it is free: a new id is looked for here alone, in an eighth of the
    /// memory.
    marks: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
struct Id {
    tag: u32,
    /// The scope; nothing when it is the whole queue.
    group: Option<Box<str>>,
    id: CompactString,
    at: Time,
    first: First,
}

/// A place of the hash table. The tag beside the number spares looks at the ids themselves.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bucket {
    /// Part of the hash; zero is free.
    tag: u32,
    number: u32,
}

impl Bucket {
    /// Where it would lie if no other were in its way.
    fn home(self, mask: usize) -> usize {
        (self.tag >> 1) as usize & mask
    }

    /// The part of the tag that says least about the home; never zero.
    fn mark(self) -> u8 {
        (self.tag >> 24) as u8 | 1
    }
}

/// A new id's place in the hash, as [`Deduplication::find`] worked it out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag(u32);

/// The message that an id was first sent with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct First {
    pub id: MessageId,
    pub serial: u64,
}

impl Deduplication {
    /// The message this id was first sent with in its scope in the last five minutes, or with what the
    /// new id is remembered.
    pub fn find(&mut self, now: Time, group: Option<&str>, id: &str) -> Result<First, Tag> {
        self.forget(now);
        let tag = tag(group, id);
        let is_it = |_, known: &Id| known.id == id && known.group.as_deref() == group;
        self.look_up(tag, is_it).map(|(_, known)| known.first).ok_or(Tag(tag))
    }

    /// Remembers an id that [`Deduplication::find`] did not know.
    pub fn remember(
        &mut self,
        now: Time,
        group: Option<&str>,
        (id, Tag(tag)): (CompactString, Tag),
        first: First,
    ) {
        if (self.ids.len() + 1) * 2 > self.buckets.len() {
            self.grow();
        }
        let number = self.forgotten.wrapping_add(self.ids.len() as u32);
        self.put(Bucket { tag, number });
        self.ids.push_back(Id { tag, group: group.map(Box::from), id, at: now, first });
    }

    /// Forgets everything (a purge).
    pub fn clear(&mut self) {
        *self = Deduplication::default();
    }

    fn forget(&mut self, now: Time) {
        while let Some(oldest) = self.ids.front()
            && oldest.at + INTERVAL <= now
        {
            let found = self.look_up(oldest.tag, |number, _| number == self.forgotten);
            if let Some((place, _)) = found {
                self.empty_bucket(place);
            }
            self.ids.pop_front();
            self.forgotten = self.forgotten.wrapping_add(1);
        }
    }

    /// The id of this tag that `is_it` by its number and itself, and the place of its bucket.
    fn look_up(&self, tag: u32, is_it: impl Fn(u32, &Id) -> bool) -> Option<(usize, &Id)> {
        let mask = self.marks.len().checked_sub(1)?;
        let wanted = Bucket { tag, number: 0 };
        let mut place = wanted.home(mask);
        while self.marks[place] != 0 {
            if self.marks[place] == wanted.mark() && self.buckets[place].tag == tag {
                let number = self.buckets[place].number;
                let id = &self.ids[number.wrapping_sub(self.forgotten) as usize];
                if is_it(number, id) {
                    return Some((place, id));
                }
            }
            place = (place + 1) & mask;
        }
        None
    }

    /// Frees a bucket and closes the gap in its run.
    fn empty_bucket(&mut self, mut gap: usize) {
        let mask = self.buckets.len() - 1;
        let mut place = gap;
        loop {
            place = (place + 1) & mask;
            let bucket = self.buckets[place];
            if bucket.tag == 0 {
                break;
            }
            let home = bucket.home(mask);
            if place.wrapping_sub(home) & mask >= place.wrapping_sub(gap) & mask {
                self.set(gap, bucket);
                gap = place;
            }
        }
        self.buckets[gap] = Bucket::default();
        self.marks[gap] = 0;
    }

    fn grow(&mut self) {
        let wider = (self.buckets.len() * 2).max(16);
        let buckets = std::mem::replace(&mut self.buckets, vec![Bucket::default(); wider]);
        self.marks = vec![0; wider];
        for bucket in buckets.into_iter().filter(|bucket| bucket.tag != 0) {
            self.put(bucket);
        }
    }

    /// Puts a bucket into the first free place from its home on.
    fn put(&mut self, bucket: Bucket) {
        let mask = self.marks.len() - 1;
        let mut place = bucket.home(mask);
        while self.marks[place] != 0 {
            place = (place + 1) & mask;
        }
        self.set(place, bucket);
    }

    fn set(&mut self, place: usize, bucket: Bucket) {
        self.buckets[place] = bucket;
        self.marks[place] = bucket.mark();
    }
}

/// Half of a fixed hash of the id in its scope; never zero.
fn tag(group: Option<&str>, id: &str) -> u32 {
    let hash = match group {
        None => FixedState::default().hash_one(id),
        Some(group) => FixedState::default().hash_one((group, id)),
    };
    (hash >> 32) as u32 | 1
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
    use crate::services::chance::split_mix;

    #[test]
    fn the_table_of_ids_agrees_with_a_plain_search() {
        let mut table = Deduplication::default();
        let mut plain: Vec<(Time, String)> = Vec::new();
        for step in 0..5_000_u64 {
            let now = Time(step * 700);
            let key = format!("id-{}", split_mix(step) % 600);
            plain.retain(|(at, _)| *at + INTERVAL > now);
            let known = plain.iter().any(|(_, id)| *id == key);
            let found = table.find(now, None, &key);
            assert_eq!(found.is_ok(), known, "step {step}");
            if let Err(tag) = found {
                plain.push((now, key.clone()));
                let first = First { id: MessageId(step), serial: step };
                table.remember(now, None, (key.into(), tag), first);
            }
        }
        assert!(table.ids.len() < 600);
    }
}
