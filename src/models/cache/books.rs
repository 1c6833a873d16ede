//! What the model knows of each row and its key in the cache, so that a miss can name its reason; and
//! what it notices by itself: keys that expire or are evicted, nodes that go and come.

use super::engine::{Engine, Kept};
use super::settings::Settings;
use super::tables::{GROUP, MISSING};
use super::{Cache, THE_DATABASE, key_object, node_object};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::elasticache::group::{ReplicationGroup, SlotMap};
use crate::services::elasticache::keyspace::Keyspace;
use crate::services::memcached::cluster::Cluster;
use crate::services::time::{Span, Time};

/// More keys than these that go in one moment are told as one event.
const TOLD_SINGLY: usize = 4;

/// A row of the database, and its key in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Row {
    /// How often the row was changed.
    pub version: u32,
    /// The change.
    pub changed: Option<EventId>,
    /// Whether the key is in the cache, as far as the model knows.
    pub kept: bool,
    /// When the key expires.
    pub expires: Option<Time>,
    /// The key's last event.
    pub last: Option<EventId>,
    /// Why the key is not there; empty if it never was.
    pub gone: &'static str,
    /// Why what is kept may be older than the row.
    pub doubt: Doubt,
}

/// Why a key may hold an old value although every writer told the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doubt {
    /// There is no reason.
    #[default]
    None,
    /// It was stored by a reader that had lost a race.
    Raced,
    /// It was left on a node while the clients looked elsewhere.
    LeftBehind,
}

/// A key that was typed, and where the clients look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The key.
    pub key: String,
    /// Its slot; none for Memcached, which has no slots.
    pub slot: Option<u16>,
    /// The shard that owns the slot, or the node, from 0.
    pub shard: usize,
}

/// A value as the application stores it: `v3` and filling up to the size.
pub(super) fn value(version: u32, size: usize) -> Vec<u8> {
    let mut bytes = format!("v{version}").into_bytes();
    bytes.resize(size.max(bytes.len()), b'.');
    bytes
}

/// The version in a value; none for what somebody else stored there.
pub(super) fn version(value: &[u8]) -> Option<u32> {
    let digits = value.strip_prefix(b"v")?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// What stands for "there is no such row".
pub(super) const NONE: &[u8] = b"none";

impl Cache {
    /// Builds the cache anew, empty.
    pub(super) fn build(&mut self) {
        let Settings { layout, policy, memory, lag, rows, .. } = self.settings;
        self.world.elasticache.name_alone(GROUP);
        self.world.elasticache.name_memcached(GROUP, usize::from(layout.shards));
        if let Some(group) = self.world.elasticache.group_mut(None) {
            *group = ReplicationGroup::new(layout);
            group.set_replica_lag(lag);
        }
        self.configure(policy, memory);
        // Beside Valkey as many nodes of Memcached stand idle, for lines at the prompt.
        let nodes = usize::from(layout.shards);
        let hashing = self.hashing();
        *self.world.memcached = Cluster::new(nodes, memory, hashing);
        (self.map, self.resharding, self.slots_told) = (SlotMap::default(), false, 0);
        self.thrown_out.clear();
        self.rows.resize((rows + MISSING) as usize, Row::default());
        for row in &mut self.rows {
            (row.kept, row.expires, row.gone) = (false, None, "");
            row.doubt = Doubt::None;
        }
        self.due.clear();
        self.requests.clear();
        self.waiting.clear();
        self.queries = 0;
        (self.evictions_seen, self.lost) = (0, 0);
        self.nodes = self.look_at_nodes();
    }

    pub(super) fn configure(
        &mut self,
        policy: crate::services::elasticache::eviction::Policy,
        memory: u64,
    ) {
        if let Some(group) = self.world.elasticache.group_mut(None) {
            group.configure(|keys| {
                let settings = keys.settings_mut();
                (settings.policy, settings.maxmemory) = (policy, memory);
            });
        }
    }

    /// Every row is in the cache from the start, as after a nightly job.
    pub(super) fn fill(&mut self) {
        for row in 0..self.settings.rows {
            let (value, life) = (value(0, self.value_size()), self.life(false));
            if self.put(Time::START, row, &value, life) == Kept::Yes {
                self.keep(Time::START, row, life);
            }
        }
        self.evictions_seen = self.holdings().evicted;
        self.evictions = self.evictions_seen;
        self.thrown_out.clear();
        for row in 0..self.settings.rows {
            if !self.present(row) {
                self.forget(row, "evicted", None);
            }
        }
    }

    /// How long the next value shall live; `None` for ever.
    pub(super) fn life(&mut self, negative: bool) -> Option<Span> {
        if negative {
            return Some(self.whole(self.settings.negative));
        }
        let more = self.app_chance.below(self.settings.jitter.0 + 1);
        (self.settings.ttl > Span::ZERO).then(|| self.whole(self.settings.ttl + Span(more)))
    }

    /// A time to live as the engine counts it: Memcached in whole seconds.
    pub(super) fn whole(&self, life: Span) -> Span {
        match self.settings.engine {
            Engine::Valkey => life,
            Engine::Memcached => Span(life.0.next_multiple_of(1_000)),
        }
    }

    /// Notes that a key is in the cache.
    pub(super) fn keep(&mut self, now: Time, row: u32, life: Option<Span>) {
        let expires = life.map(|life| now + life);
        let Some(there) = self.rows.get_mut(row as usize) else { return };
        if let Some(before) = there.expires {
            self.due.remove(&(before, row));
        }
        (there.kept, there.expires, there.doubt) = (true, expires, Doubt::None);
        if let Some(at) = expires {
            self.due.insert((at, row));
        }
    }

    /// Notes that a key is not in the cache any more.
    pub(super) fn forget(&mut self, row: u32, why: &'static str, last: Option<EventId>) {
        let Some(there) = self.rows.get_mut(row as usize) else { return };
        if let Some(before) = there.expires.take() {
            self.due.remove(&(before, row));
        }
        (there.kept, there.gone, there.doubt) = (false, why, Doubt::None);
        there.last = last.or(there.last);
    }

    /// The keys of the primaries that are up.
    pub(super) fn primaries(&self) -> impl Iterator<Item = &Keyspace> {
        self.shards()
            .iter()
            .filter_map(|shard| shard.members.get(shard.primary?).map(|member| member.node.keys()))
    }

    /// Whether the row's key is where the clients look for it.
    pub(super) fn present(&self, row: u32) -> bool {
        self.found(row).is_some()
    }

    /// The row of a key's name.
    pub(super) fn row_of(&self, key: &str) -> Option<u32> {
        let (_, number) = key.split_once(':')?;
        let row = number.parse::<u32>().ok()?.checked_sub(1)?;
        (self.key(row) == key && (row as usize) < self.rows.len()).then_some(row)
    }

    /// Tells what has happened by itself until `now`.
    pub(super) fn heed(&mut self, now: Time, journal: &mut Journal) {
        self.tell_expired(now, journal);
        self.tell_nodes(now, journal);
        self.tell_resharding(now, journal);
        self.tell_evicted(now, self.began, journal);
    }

    fn tell_expired(&mut self, now: Time, journal: &mut Journal) {
        let mut rows = Vec::new();
        while let Some((at, row)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.pop_first();
            let there = &mut self.rows[row as usize];
            if there.kept && there.expires == Some(at) {
                rows.push(row);
            }
        }
        if rows.len() > TOLD_SINGLY {
            let count = Arg::Count(rows.len() as i64);
            let cause = self.rows[rows[0] as usize].last.or(self.began);
            let note = Note::new(THE_DATABASE, "expired-together", "same-ttl");
            let event = journal.write(now, note.arg(count).because(cause).rule("EC-18"));
            for row in rows {
                self.forget(row, "expired", Some(event));
            }
            return;
        }
        for row in rows {
            let cause = self.rows[row as usize].last.or(self.began);
            let note = Note::new(key_object(row + 1), "expired", "ttl-over");
            let event = journal.write(now, note.because(cause).rule("EC-16"));
            self.forget(row, "expired", Some(event));
        }
    }

    /// Tells which keys a write has pushed out.
    pub(super) fn tell_evicted(
        &mut self,
        now: Time,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        let total = self.holdings().evicted;
        if total <= self.evictions_seen {
            self.evictions_seen = total;
            return;
        }
        let count = total - self.evictions_seen;
        self.evictions += count;
        self.evictions_seen = total;
        let (why, rule) = match (self.settings.engine, self.settings.policy.name()) {
            (Engine::Memcached, _) => ("evicted-class", "MC-6"),
            (_, "volatile-lru") => ("evicted-volatile-lru", "EC-22"),
            (_, "allkeys-lfu") => ("evicted-lfu", "EC-22"),
            (_, "allkeys-random") => ("evicted-random", "EC-22"),
            _ => ("evicted-lru", "EC-22"),
        };
        let mut gone = std::mem::take(&mut self.thrown_out);
        if (gone.len() as u64) < count {
            // More than the application's own writes have thrown out: a line at the prompt did.
            gone = (0..self.rows.len() as u32).collect();
        }
        gone.sort_unstable();
        gone.retain(|row| self.rows[*row as usize].kept && !self.present(*row));
        for row in gone {
            let note = Note::new(key_object(row + 1), "evicted", why).because(cause);
            let event = journal.write(now, note.rule(rule));
            self.forget(row, "evicted", Some(event));
        }
    }

    /// Looks at every key again; those that are not there any more are gone for this reason.
    pub(super) fn look_again(&mut self, why: &'static str, event: Option<EventId>) -> usize {
        let mut changed = 0;
        for row in 0..self.rows.len() as u32 {
            let (kept, there) = (self.rows[row as usize].kept, self.found(row));
            if kept && there.is_none() {
                self.forget(row, why, event);
                changed += 1;
            }
            if let Some(expires) = there
                && (!kept || expires != self.rows[row as usize].expires)
            {
                self.keep(Time::START, row, expires.map(|at| at.since(Time::START)));
                self.rows[row as usize].last = event;
                changed += 1;
            }
        }
        changed
    }

    pub(super) fn look_at_nodes(&self) -> Vec<Vec<(bool, bool)>> {
        if self.settings.engine == Engine::Memcached {
            // Each node is its own primary: nobody else has what it has.
            let nodes = self.memcached().nodes().iter();
            return nodes.map(|node| vec![(node.up, node.up)]).collect();
        }
        let look = |shard: &crate::services::elasticache::group::Shard| {
            let members = shard.members.iter().enumerate();
            members.map(|(index, member)| (member.up, shard.primary == Some(index))).collect()
        };
        self.shards().iter().map(look).collect()
    }

    /// A node is lost with all that only it held.
    pub(super) fn lose_node(
        &mut self,
        now: Time,
        node: ObjectId,
        why: &'static str,
        journal: &mut Journal,
    ) {
        let name = crate::models::Scene::name(self, node);
        let shard = (node.number / 10) as usize;
        let rule = match (self.settings.engine, self.settings.layout.replicas) {
            (Engine::Memcached, _) => "MC-5",
            (_, 0) => "EC-28",
            _ => "EC-26",
        };
        if self.settings.engine == Engine::Memcached {
            self.world.memcached.lose_node(now, shard);
        } else if let Some(group) = self.world.elasticache.group_mut(None) {
            group.lose_node(now, &mut self.cache_chance, &name);
        }
        let note = Note::new(node, "node-lost", why).because(self.began).rule(rule);
        let event = journal.write(now, note);
        self.node_event = Some(event);
        self.nodes = self.look_at_nodes();
        let alone = self.nodes.get(shard).is_some_and(|shard| shard.iter().all(|(up, _)| !up));
        if alone {
            for row in 0..self.rows.len() as u32 {
                if self.rows[row as usize].kept && self.shard_of(&self.key(row)) == shard {
                    self.forget(row, "node-lost", Some(event));
                }
            }
        }
    }

    /// Tells which nodes were promoted and which came back.
    pub(super) fn tell_nodes(&mut self, now: Time, journal: &mut Journal) {
        let after = self.look_at_nodes();
        if after == self.nodes {
            return;
        }
        let before = std::mem::replace(&mut self.nodes, after.clone());
        let cause = self.node_event.or(self.began);
        let empty = match self.settings.engine {
            Engine::Valkey => "EC-28",
            Engine::Memcached => "MC-5",
        };
        for (shard, (old, new)) in before.iter().zip(&after).enumerate() {
            for (member, (was, is)) in old.iter().zip(new).enumerate() {
                let node = node_object(shard, member);
                let (what, why, rule) = match (was, is) {
                    ((false, _), (true, true)) => ("replaced-empty", "nothing-to-copy", empty),
                    ((false, _), (true, false)) => ("replaced", "copied-from-primary", "EC-26"),
                    ((true, _), (false, _)) => ("node-lost", "failover-asked", "EC-26"),
                    ((_, false), (_, true)) => ("promoted", "least-lag", "EC-26"),
                    _ => continue,
                };
                let note = Note::new(node, what, why).because(cause).rule(rule);
                self.node_event = Some(journal.write(now, note));
            }
        }
        let lost: u64 = self.shards().iter().map(|shard| shard.lost).sum();
        if lost > self.lost {
            let count = Arg::Count((lost - self.lost) as i64);
            let note = Note::new(super::THE_APP, "writes-lost", "not-replicated-yet").arg(count);
            let note = note.because(self.node_event).rule("EC-25");
            self.node_event = Some(journal.write(now, note));
            self.lost = lost;
        }
        self.evictions_seen = self.holdings().evicted;
        if self.nodes.iter().all(|shard| shard.iter().any(|(_, primary)| *primary)) {
            self.look_again("lost-at-failover", self.node_event);
        }
    }
}
