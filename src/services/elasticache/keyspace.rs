//! The keys of one node: lookup, expiry, memory, and the eviction of keys when memory is full.

use std::collections::BTreeSet;

use super::eviction::{Pool, Settings, Stamp};
use super::reply::Bytes;
use super::sampling::Buckets;
use super::value::{Table, Value, key_bytes};
use crate::services::chance::Chance;
use crate::services::time::Time;

/// What is kept of a key.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    value: Value,
    expires: Option<Time>,
    stamp: Stamp,
    bytes: u64,
}

/// All keys, and those that expire.
#[derive(Debug, Clone, PartialEq, Default)]
struct Candidates {
    all: Buckets,
    volatile: Buckets,
}

/// Counts of what happened to keys, named as `INFO stats` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Reads that found their key.
    pub keyspace_hits: u64,
    /// Reads that did not.
    pub keyspace_misses: u64,
    /// Keys that a policy threw out because memory was full.
    pub evicted_keys: u64,
    /// Keys whose own time ran out.
    pub expired_keys: u64,
}

/// The keys of one node. A key ceases to be at the very millisecond of its expiry; a real server also
/// forgets it then, but frees its memory only when it next comes across it (the model's choice).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Keyspace {
    entries: Table<Entry>,
    /// The keys that have an expiry, by the time of it.
    due: BTreeSet<(Time, Bytes)>,
    used: u64,
    /// The keys that may be evicted, as they lie in a server's tables; kept only while memory is limited.
    candidates: Option<Candidates>,
    pool: Pool,
    stats: Stats,
    settings: Settings,
}

/// More samples than these make no eviction any better.
const MOST_SAMPLES: u32 = 1_000;

/// Whether memory could be brought under its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// There is room.
    Made,
    /// Nothing (more) may be evicted.
    None,
}

impl Keyspace {
    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many keys have an expiry.
    pub fn expiring(&self) -> usize {
        self.due.len()
    }

    /// About how many bytes the keys and values take.
    pub fn used_bytes(&self) -> u64 {
        self.used
    }

    /// What happened so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// The settings of memory and eviction.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The settings of memory and eviction, to change.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The keys in no promised order (the same for the same history).
    pub fn keys(&self) -> impl Iterator<Item = &Bytes> + '_ {
        self.entries.keys()
    }

    /// The key at a place from 0 in that order.
    pub fn key_at(&self, index: usize) -> Option<&Bytes> {
        self.entries.get_index(index).map(|(key, _)| key)
    }

    /// When the next key expires.
    pub fn next_expiry(&self) -> Option<Time> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Forgets every key that is due at `now`, and gives their names.
    pub fn expire(&mut self, now: Time) -> Vec<Bytes> {
        let mut gone = Vec::new();
        while self.due.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.due.pop_first() else { break };
            self.remove(&key);
            self.stats.expired_keys += 1;
            gone.push(key);
        }
        gone
    }

    /// A value as it is, without counting as a use.
    pub fn peek(&self, key: &[u8]) -> Option<&Value> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// A value for reading: it counts as a use of the key, and as a hit or a miss.
    pub fn read(&mut self, key: &[u8], now: Time, chance: &mut Chance) -> Option<&Value> {
        match self.entries.get_mut(key) {
            Some(entry) => {
                self.stats.keyspace_hits += 1;
                entry.stamp.touch(&self.settings, now, chance);
                Some(&entry.value)
            }
            None => {
                self.stats.keyspace_misses += 1;
                None
            }
        }
    }

    /// Marks a key as used; says whether it is there.
    pub fn touch(&mut self, key: &[u8], now: Time, chance: &mut Chance) -> bool {
        let Some(entry) = self.entries.get_mut(key) else { return false };
        entry.stamp.touch(&self.settings, now, chance);
        true
    }

    /// Changes a value in place, as `change` says, and keeps the books. A collection that runs empty is
    /// removed. `None` when there is no such key.
    pub fn change<T>(
        &mut self,
        key: &[u8],
        now: Time,
        chance: &mut Chance,
        change: impl FnOnce(&mut Value) -> T,
    ) -> Option<T> {
        let entry = self.entries.get_mut(key)?;
        entry.stamp.touch(&self.settings, now, chance);
        let result = change(&mut entry.value);
        let bytes = key_bytes(key, entry.expires.is_some()) + entry.value.bytes();
        self.used = self.used - entry.bytes + bytes;
        entry.bytes = bytes;
        if entry.value.is_empty() {
            self.remove(key);
        }
        Some(result)
    }

    /// Gives a key a value and an expiry, or none; what it held before is gone.
    pub fn set(&mut self, key: &[u8], value: Value, expires: Option<Time>, now: Time) {
        let bytes = key_bytes(key, expires.is_some()) + value.bytes();
        if let Some(entry) = self.entries.get_mut(key) {
            let before = entry.expires;
            self.used = self.used - entry.bytes + bytes;
            let stamp = entry.stamp.for_new_value(&self.settings, now);
            *entry = Entry { value, expires, stamp, bytes };
            if before != expires {
                let name = Bytes::from(key);
                self.index_expiry(&name, before, expires);
            }
            return;
        }
        let name = Bytes::from(key);
        if let Some(candidates) = &mut self.candidates {
            candidates.all.insert(&name);
        }
        self.index_expiry(&name, None, expires);
        self.used += bytes;
        let stamp = Stamp::fresh(&self.settings, now);
        self.entries.insert(name, Entry { value, expires, stamp, bytes });
    }

    /// `SET` without options: a string in the place of whatever a key holds, without an expiry.
    pub fn put_text(&mut self, key: &[u8], text: &[u8], now: Time, chance: &mut Chance) {
        let Some(entry) = self.entries.get_mut(key) else {
            return self.set(key, Value::Text(Bytes::from(text)), None, now);
        };
        entry.stamp.touch(&self.settings, now, chance);
        entry.stamp = entry.stamp.for_new_value(&self.settings, now);
        let before = entry.expires.take();
        let in_place = match &mut entry.value {
            Value::Text(old) if old.len() == text.len() => Bytes::get_mut(old),
            _ => None,
        };
        match in_place {
            // Nobody else holds the old bytes: the new ones take their place.
            Some(old) => old.copy_from_slice(text),
            None => entry.value = Value::Text(Bytes::from(text)),
        }
        let bytes = key_bytes(key, false) + entry.value.bytes();
        self.used = self.used - entry.bytes + bytes;
        entry.bytes = bytes;
        if before.is_some() {
            self.index_expiry(&Bytes::from(key), before, None);
        }
    }

    /// When a key expires: `None` if there is no key, `Some(None)` if it never does.
    pub fn expiry(&self, key: &[u8]) -> Option<Option<Time>> {
        self.entries.get(key).map(|entry| entry.expires)
    }

    /// Changes when a key expires; nothing happens if there is no such key.
    pub fn set_expiry(&mut self, key: &[u8], expires: Option<Time>) {
        let Some((name, entry)) =
            self.entries.get_full_mut(key).map(|(_, name, entry)| (name, entry))
        else {
            return;
        };
        let (name, before) = (Bytes::clone(name), entry.expires);
        entry.expires = expires;
        let bytes = key_bytes(key, expires.is_some()) + entry.value.bytes();
        self.used = self.used - entry.bytes + bytes;
        entry.bytes = bytes;
        self.index_expiry(&name, before, expires);
    }

    /// Removes a key and gives what it held.
    pub fn remove(&mut self, key: &[u8]) -> Option<Value> {
        let (name, entry) = self.entries.swap_remove_entry(key)?;
        if let Some(candidates) = &mut self.candidates {
            candidates.all.remove(&name);
        }
        self.index_expiry(&name, entry.expires, None);
        self.used -= entry.bytes;
        Some(entry.value)
    }

    /// Removes everything; settings and counts stay.
    pub fn clear(&mut self) {
        *self = Keyspace { settings: self.settings, stats: self.stats, ..Keyspace::default() };
    }

    /// Counts from nothing again (`CONFIG RESETSTAT`).
    pub fn reset_stats(&mut self) {
        self.stats = Stats::default();
    }

    /// How long a key was not used, in whole seconds; `None` if there is no key.
    pub fn idle_seconds(&self, key: &[u8], now: Time) -> Option<u64> {
        self.entries.get(key).map(|entry| entry.stamp.idle_seconds(now))
    }

    /// A key's LFU counter after its decay until `now`; `None` if there is no key.
    pub fn frequency(&self, key: &[u8], now: Time) -> Option<u8> {
        self.entries.get(key).map(|entry| entry.stamp.frequency(&self.settings, now))
    }

    /// Evicts keys until the used memory is within `maxmemory`, and gives their names (EC-20).
    pub fn make_room(&mut self, now: Time, chance: &mut Chance) -> (Room, Vec<Bytes>) {
        let mut evicted = Vec::new();
        self.list_candidates();
        while self.settings.maxmemory > 0 && self.used > self.settings.maxmemory {
            let Some(victim) = self.victim(now, chance) else { return (Room::None, evicted) };
            self.remove(&victim);
            self.stats.evicted_keys += 1;
            evicted.push(victim);
        }
        (Room::Made, evicted)
    }

    /// Lists the keys that may be evicted, or drops the list where memory is not limited.
    fn list_candidates(&mut self) {
        if self.settings.maxmemory == 0 {
            self.candidates = None;
        } else if self.candidates.is_none() {
            let mut candidates = Candidates::default();
            for (key, entry) in &self.entries {
                candidates.all.insert(key);
                if entry.expires.is_some() {
                    candidates.volatile.insert(key);
                }
            }
            self.candidates = Some(candidates);
        }
    }

    /// The key that the policy throws out next.
    fn victim(&mut self, now: Time, chance: &mut Chance) -> Option<Bytes> {
        let policy = self.settings.policy;
        let candidates = self.candidates.as_ref()?;
        let eligible = if policy.only_volatile() { &candidates.volatile } else { &candidates.all };
        if eligible.is_empty() || policy.never_evicts() {
            return None;
        }
        if policy.at_random() {
            return eligible.any(chance).map(Bytes::clone);
        }
        let samples = self.settings.samples.clamp(1, MOST_SAMPLES) as usize;
        // A sample may hold only keys that the pool knows already; then another is drawn.
        loop {
            for key in eligible.run(chance, samples) {
                if let Some(entry) = self.entries.get(key) {
                    let score = entry.stamp.score(&self.settings, entry.expires, now);
                    self.pool.offer(score, Bytes::clone(key));
                }
            }
            while let Some(key) = self.pool.worst() {
                let entry = self.entries.get(&key);
                if entry.is_some_and(|entry| !policy.only_volatile() || entry.expires.is_some()) {
                    return Some(key);
                }
            }
        }
    }

    fn index_expiry(&mut self, name: &Bytes, before: Option<Time>, after: Option<Time>) {
        if let Some(at) = before {
            self.due.remove(&(at, Bytes::clone(name)));
        }
        if let Some(candidates) = &mut self.candidates {
            match (before, after) {
                (Some(_), None) => candidates.volatile.remove(name),
                (None, Some(_)) => candidates.volatile.insert(name),
                _ => {}
            }
        }
        if let Some(at) = after {
            self.due.insert((at, Bytes::clone(name)));
        }
    }
}
