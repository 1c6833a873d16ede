//! The keys of one node: lookup, expiry, memory, and the eviction of keys when memory is full.

use std::collections::BTreeSet;

use super::eviction::{Pool, Settings, Stamp};
use super::name::Name;
use super::reply::Bytes;
use super::sampling;
use super::value::{Value, key_bytes};
use crate::services::chance::Chance;
use crate::services::places::{Placed, Places};
use crate::services::time::Time;

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    hash: u64,
    name: Name,
    value: Value,
    expires: Option<Time>,
    stamp: Stamp,
    bytes: u64,
}

impl Placed for Key {
    fn hash(&self) -> u64 {
        self.hash
    }
}

/// A key that expires, as it lies in a server's second table.
#[derive(Debug, Clone, PartialEq)]
struct Volatile {
    hash: u64,
    name: Name,
}

impl Placed for Volatile {
    fn hash(&self) -> u64 {
        self.hash
    }
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
    keys: Places<Key>,
    /// The keys that have an expiry, by the time of it.
    due: BTreeSet<(Time, Name)>,
    used: u64,
    /// The same by their hash; kept only while memory is limited.
    volatile: Option<Places<Volatile>>,
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
        self.keys.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
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

    /// The keys in the order of their hashes.
    pub fn keys(&self) -> impl Iterator<Item = &Name> + '_ {
        self.keys.iter().map(|key| &key.name)
    }

    /// The keys of this hash and of higher ones, in order, with their hashes.
    pub fn keys_from(&self, hash: u64) -> impl Iterator<Item = (u64, &Name)> + '_ {
        self.keys.iter_from_hash(hash).map(|key| (key.hash, &key.name))
    }

    /// A key that chance picks.
    pub fn any_key(&self, chance: &mut Chance) -> Option<&Name> {
        sampling::any(&self.keys, chance).map(|key| &key.name)
    }

    /// The place of a key, or where it would go.
    fn place(&self, hash: u64, name: &[u8]) -> Result<usize, usize> {
        self.keys.search(hash, |key| (*key.name).cmp(name))
    }

    fn find(&self, name: &[u8]) -> Option<&Key> {
        self.keys.at(self.place(sampling::hash(name), name).ok()?)
    }

    fn find_mut(&mut self, name: &[u8]) -> Option<&mut Key> {
        let place = self.place(sampling::hash(name), name).ok()?;
        self.keys.at_mut(place)
    }

    /// When the next key expires.
    pub fn next_expiry(&self) -> Option<Time> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Forgets every key that is due at `now`, and gives their names.
    pub fn expire(&mut self, now: Time) -> Vec<Name> {
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
        self.find(key).map(|key| &key.value)
    }

    /// A value for reading: it counts as a use of the key, and as a hit or a miss.
    pub fn read(&mut self, key: &[u8], now: Time, chance: &mut Chance) -> Option<&Value> {
        let settings = self.settings;
        let Ok(place) = self.place(sampling::hash(key), key) else {
            self.stats.keyspace_misses += 1;
            return None;
        };
        self.stats.keyspace_hits += 1;
        let key = self.keys.at_mut(place)?;
        key.stamp.touch(&settings, now, chance);
        Some(&key.value)
    }

    /// Marks a key as used; says whether it is there.
    pub fn touch(&mut self, key: &[u8], now: Time, chance: &mut Chance) -> bool {
        let settings = self.settings;
        let Some(key) = self.find_mut(key) else { return false };
        key.stamp.touch(&settings, now, chance);
        true
    }

    /// Changes a value in place, as `change` says, and keeps the books. A collection that runs empty is
    /// removed. `None` when there is no such key.
    pub fn change<T>(
        &mut self,
        name: &[u8],
        now: Time,
        chance: &mut Chance,
        change: impl FnOnce(&mut Value) -> T,
    ) -> Option<T> {
        let settings = self.settings;
        let key = self.find_mut(name)?;
        key.stamp.touch(&settings, now, chance);
        let result = change(&mut key.value);
        let is_empty = key.value.is_empty();
        let grown = key.measure();
        self.used = self.used.saturating_add_signed(grown);
        if is_empty {
            self.remove(name);
        }
        Some(result)
    }

    /// Gives a key a value and an expiry, or none; what it held before is gone.
    pub fn set(&mut self, name: &[u8], value: Value, expires: Option<Time>, now: Time) {
        let (hash, settings) = (sampling::hash(name), self.settings);
        match self.place(hash, name) {
            Ok(place) => {
                let Some(key) = self.keys.at_mut(place) else { return };
                let before = std::mem::replace(&mut key.expires, expires);
                key.value = value;
                key.stamp = key.stamp.for_new_value(&settings, now);
                let grown = key.measure();
                self.used = self.used.saturating_add_signed(grown);
                if before != expires {
                    self.index_expiry(&Name::from(name), before, expires);
                }
            }
            Err(place) => {
                let name = Name::from(name);
                self.index_expiry(&name, None, expires);
                let stamp = Stamp::fresh(&settings, now);
                let mut key = Key { hash, name, value, expires, stamp, bytes: 0 };
                let grown = key.measure();
                self.used = self.used.saturating_add_signed(grown);
                self.keys.insert(place, key);
            }
        }
    }

    /// `SET` without options: a string in the place of whatever a key holds, without an expiry.
    pub fn put_text(&mut self, name: &[u8], text: &[u8], now: Time, chance: &mut Chance) {
        let settings = self.settings;
        let Some(key) = self.find_mut(name) else {
            return self.set(name, Value::Text(Bytes::from(text)), None, now);
        };
        key.stamp.touch(&settings, now, chance);
        key.stamp = key.stamp.for_new_value(&settings, now);
        let before = key.expires.take();
        let in_place = match &mut key.value {
            Value::Text(old) if old.len() == text.len() => Bytes::get_mut(old),
            _ => None,
        };
        match in_place {
            // Nobody else holds the old bytes: the new ones take their place.
            Some(old) => old.copy_from_slice(text),
            None => key.value = Value::Text(Bytes::from(text)),
        }
        let grown = key.measure();
        self.used = self.used.saturating_add_signed(grown);
        if before.is_some() {
            self.index_expiry(&Name::from(name), before, None);
        }
    }

    /// When a key expires: `None` if there is no key, `Some(None)` if it never does.
    pub fn expiry(&self, key: &[u8]) -> Option<Option<Time>> {
        self.find(key).map(|key| key.expires)
    }

    /// Changes when a key expires; nothing happens if there is no such key.
    pub fn set_expiry(&mut self, name: &[u8], expires: Option<Time>) {
        let Some(key) = self.find_mut(name) else { return };
        let before = std::mem::replace(&mut key.expires, expires);
        let (name, grown) = (key.name.clone(), key.measure());
        self.used = self.used.saturating_add_signed(grown);
        self.index_expiry(&name, before, expires);
    }

    /// Removes a key and gives what it held.
    pub fn remove(&mut self, name: &[u8]) -> Option<Value> {
        let place = self.place(sampling::hash(name), name).ok()?;
        let key = self.keys.take(place)?;
        self.index_expiry(&key.name, key.expires, None);
        self.used -= key.bytes;
        Some(key.value)
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
        self.find(key).map(|key| key.stamp.idle_seconds(now))
    }

    /// A key's LFU counter after its decay until `now`; `None` if there is no key.
    pub fn frequency(&self, key: &[u8], now: Time) -> Option<u8> {
        self.find(key).map(|key| key.stamp.frequency(&self.settings, now))
    }

    /// Evicts keys until the used memory is within `maxmemory`, and gives their names (EC-20).
    pub fn make_room(&mut self, now: Time, chance: &mut Chance) -> (Room, Vec<Name>) {
        let mut evicted = Vec::new();
        self.list_volatile();
        while self.settings.maxmemory > 0 && self.used > self.settings.maxmemory {
            let Some(victim) = self.victim(now, chance) else { return (Room::None, evicted) };
            self.remove(&victim);
            self.stats.evicted_keys += 1;
            evicted.push(victim);
        }
        (Room::Made, evicted)
    }

    /// Lists the keys that expire by their hash, or drops the list where memory is not limited.
    fn list_volatile(&mut self) {
        if self.settings.maxmemory == 0 {
            self.volatile = None;
        } else if self.volatile.is_none() {
            let mut volatile = Places::default();
            let expiring = self.keys.iter().filter(|key| key.expires.is_some());
            expiring.for_each(|key| list(&mut volatile, &key.name));
            self.volatile = Some(volatile);
        }
    }

    /// The key that the policy throws out next.
    fn victim(&mut self, now: Time, chance: &mut Chance) -> Option<Name> {
        let policy = self.settings.policy;
        let volatile = self.volatile.as_ref().filter(|_| policy.only_volatile());
        let eligible = volatile.map_or(self.keys.len(), Places::len);
        if eligible == 0 || policy.never_evicts() {
            return None;
        }
        if policy.at_random() {
            return match volatile {
                Some(volatile) => sampling::any(volatile, chance).map(|key| key.name.clone()),
                None => self.any_key(chance).cloned(),
            };
        }
        let samples = self.settings.samples.clamp(1, MOST_SAMPLES) as usize;
        let score = |key: &Key| key.stamp.score(&self.settings, key.expires, now);
        // A sample may hold only keys that the pool knows already; then another is drawn.
        loop {
            match volatile {
                Some(volatile) => {
                    for Volatile { name, .. } in sampling::run(volatile, chance, samples) {
                        if let Some(key) = self.find(name) {
                            self.pool.offer(score(key), name.clone());
                        }
                    }
                }
                None => {
                    for key in sampling::run(&self.keys, chance, samples) {
                        self.pool.offer(score(key), key.name.clone());
                    }
                }
            }
            while let Some(name) = self.pool.worst() {
                let key = self.find(&name);
                if key.is_some_and(|key| !policy.only_volatile() || key.expires.is_some()) {
                    return Some(name);
                }
            }
        }
    }

    fn index_expiry(&mut self, name: &Name, before: Option<Time>, after: Option<Time>) {
        if let Some(at) = before {
            self.due.remove(&(at, name.clone()));
        }
        if let Some(volatile) = &mut self.volatile {
            match (before, after) {
                (Some(_), None) => unlist(volatile, name),
                (None, Some(_)) => list(volatile, name),
                _ => {}
            }
        }
        if let Some(at) = after {
            self.due.insert((at, name.clone()));
        }
    }
}

impl Key {
    /// Counts its bytes anew; says by how many it grew.
    fn measure(&mut self) -> i64 {
        let bytes = key_bytes(&self.name, self.expires.is_some()) + self.value.bytes();
        let before = std::mem::replace(&mut self.bytes, bytes);
        bytes.wrapping_sub(before) as i64
    }
}

fn list(volatile: &mut Places<Volatile>, name: &Name) {
    let hash = sampling::hash(name);
    if let Err(place) = volatile.search(hash, |key| key.name.cmp(name)) {
        volatile.insert(place, Volatile { hash, name: name.clone() });
    }
}

fn unlist(volatile: &mut Places<Volatile>, name: &Name) {
    if let Ok(place) = volatile.search(sampling::hash(name), |key| key.name.cmp(name)) {
        volatile.take(place);
    }
}
