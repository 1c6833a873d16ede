//! What the application's client says to the cache, in the words of either engine, and what is there.

use super::Cache;
use super::tables::SECOND;
use crate::services::elasticache::group::{ClusterMode, Detour, Unreachable, Via};
use crate::services::elasticache::keyspace::Keyspace;
use crate::services::elasticache::reply::Reply;
use crate::services::memcached;
use crate::services::memcached::cluster::{Cluster, HashingKind};
use crate::services::memcached::slabs::Slabs;
use crate::services::time::{Span, Time};

/// Which server the nodes run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Valkey or Redis OSS: types, replicas, slots.
    Valkey,
    /// Memcached: strings, no replicas, nodes that know nothing of each other.
    Memcached,
}

impl Engine {
    pub(super) fn of(choice: i64) -> Engine {
        if choice == SECOND { Engine::Memcached } else { Engine::Valkey }
    }
}

/// What came of a read.
#[derive(Debug, PartialEq)]
pub(super) enum Looked {
    /// The value.
    Found(Vec<u8>),
    /// The cache does not have it.
    Nothing,
    /// No server answered.
    Silent,
}

/// What came of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is stored.
    Yes,
    /// Somebody was first: only of a lock.
    Taken,
    /// The server would not.
    Refused,
    /// No server answered.
    Silent,
}

/// What the nodes that serve hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Holdings {
    pub(super) items: u64,
    pub(super) bytes: u64,
    pub(super) evicted: u64,
    pub(super) expired: u64,
}

impl std::ops::Add for Holdings {
    type Output = Holdings;

    fn add(self, other: Holdings) -> Holdings {
        Holdings {
            items: self.items + other.items,
            bytes: self.bytes + other.bytes,
            evicted: self.evicted + other.evicted,
            expired: self.expired + other.expired,
        }
    }
}

/// Memcached counts in whole seconds; what is less than one must not be for ever.
fn seconds(span: Span) -> String {
    span.0.div_ceil(1_000).to_string()
}

impl Cache {
    /// Which server the nodes run.
    pub fn engine(&self) -> Engine {
        self.settings.engine
    }

    /// The nodes of Memcached.
    pub fn memcached(&self) -> &Cluster {
        &self.world.memcached
    }

    /// How Memcached's clients hash.
    pub(super) fn hashing(&self) -> HashingKind {
        match self.dials.get("hashing") {
            SECOND => HashingKind::Ketama,
            _ => HashingKind::Modulo,
        }
    }

    /// One of Memcached's commands at the node of its key; nothing if that is down.
    fn tell(&mut self, now: Time, name: &str, args: &[&str]) -> Option<memcached::Reply> {
        self.world.memcached.run(now, name, args).ok()
    }

    /// Reads a row's key; a session is renewed by it.
    pub(super) fn look(&mut self, now: Time, row: u32, renew: Option<Span>) -> Looked {
        let key = self.key(row);
        if self.settings.engine == Engine::Memcached {
            let reply = match renew {
                Some(life) => self.tell(now, "gat", &[&seconds(life), &key]),
                None => self.tell(now, "gets", &[&key]),
            };
            return match reply {
                Some(memcached::Reply::Values(mut found)) => match found.pop() {
                    Some(found) => Looked::Found(found.value.into_bytes()),
                    None => Looked::Nothing,
                },
                Some(_) => Looked::Nothing,
                None => Looked::Silent,
            };
        }
        let millis = renew.map(|life| life.0.to_string());
        let reply = match &millis {
            Some(millis) => self.run(now, &[b"GETEX", key.as_bytes(), b"PX", millis.as_bytes()]),
            None => self.run(now, &[b"GET", key.as_bytes()]),
        };
        match reply {
            Ok(Reply::Bulk(value)) => Looked::Found(value.to_vec()),
            Ok(_) => Looked::Nothing,
            Err(_) => Looked::Silent,
        }
    }

    /// Stores a row's key.
    pub(super) fn put(&mut self, now: Time, row: u32, value: &[u8], life: Option<Span>) -> Kept {
        let key = self.key(row);
        if self.settings.engine == Engine::Memcached {
            let value = String::from_utf8_lossy(value);
            let exptime = life.map_or_else(|| "0".to_owned(), seconds);
            let kept = kept(self.tell(now, "set", &[&key, "0", &exptime, &value]));
            if kept == Kept::Yes {
                self.note_thrown_out(&key);
            }
            return kept;
        }
        let millis = life.map(|life| life.0.to_string());
        let reply = match &millis {
            Some(millis) => {
                self.run(now, &[b"SET", key.as_bytes(), value, b"PX", millis.as_bytes()])
            }
            None => self.run(now, &[b"SET", key.as_bytes(), value]),
        };
        match reply {
            Ok(Reply::Error(_)) => Kept::Refused,
            Ok(_) => Kept::Yes,
            Err(_) => Kept::Silent,
        }
    }

    /// Remembers the rows whose keys a write to Memcached has thrown out.
    fn note_thrown_out(&mut self, key: &str) {
        let node = self.world.memcached.node_of(key);
        let slabs = self.world.memcached.nodes()[node].server.slabs();
        let rows: Vec<u32> = slabs.thrown_out().iter().filter_map(|key| self.row_of(key)).collect();
        self.thrown_out.extend(rows);
    }

    /// Deletes a row's key; whether a server answered.
    pub(super) fn drop_key(&mut self, now: Time, row: u32) -> bool {
        let key = self.key(row);
        match self.settings.engine {
            Engine::Valkey => self.run(now, &[b"DEL", key.as_bytes()]).is_ok(),
            Engine::Memcached => self.tell(now, "delete", &[&key]).is_some(),
        }
    }

    /// Lets a row's key expire now; whether a server answered.
    pub(super) fn hurry(&mut self, now: Time, row: u32) -> bool {
        let key = self.key(row);
        match self.settings.engine {
            Engine::Valkey => self.run(now, &[b"EXPIRE", key.as_bytes(), b"0"]).is_ok(),
            Engine::Memcached => self.tell(now, "touch", &[&key, "-1"]).is_some(),
        }
    }

    /// Takes the lock of a row for whom it may concern, if nobody has it (EC-17).
    pub(super) fn lock(&mut self, now: Time, row: u32, owner: u32) -> Kept {
        let (name, owner) = (format!("lock:{}", self.key(row)), format!("r{owner}"));
        let life = self.settings.lock_ttl;
        if self.settings.engine == Engine::Memcached {
            return kept(self.tell(now, "add", &[&name, "0", &seconds(life), &owner]));
        }
        let millis = life.0.to_string();
        let words: [&[u8]; 6] =
            [b"SET", name.as_bytes(), owner.as_bytes(), b"NX", b"PX", millis.as_bytes()];
        match self.run(now, &words) {
            Ok(Reply::Nil) => Kept::Taken,
            Ok(Reply::OK) => Kept::Yes,
            Ok(_) => Kept::Refused,
            Err(_) => Kept::Silent,
        }
    }

    /// Frees the lock if it is still this owner's: comparing and deleting is one command (EC-19). Without
    /// an answer the lock goes by itself.
    pub(super) fn unlock(&mut self, now: Time, row: u32, owner: u32) {
        let (name, owner) = (format!("lock:{}", self.key(row)), format!("r{owner}"));
        if self.settings.engine == Engine::Valkey {
            let _ = self.run(now, &[b"DELIFEQ", name.as_bytes(), owner.as_bytes()]);
            return;
        }
        // Memcached compares by the number of the write: nobody has stored since it was read.
        if let Some(memcached::Reply::Values(found)) = self.tell(now, "gets", &[&name])
            && let [found] = found.as_slice()
            && found.value == owner
        {
            self.tell(now, "cas", &[&name, "0", "-1", "", &found.cas.to_string()]);
        }
    }

    /// Empties every node.
    pub(super) fn empty(&mut self, now: Time) {
        match self.settings.engine {
            Engine::Valkey => {
                if let Some(group) = self.world.elasticache.group_mut(None) {
                    group.configure(Keyspace::clear);
                }
            }
            Engine::Memcached => self.world.memcached.flush_all(now),
        }
    }

    /// The shard whose primary has a key or should have it, or Memcached's node.
    pub(super) fn shard_of(&self, key: &str) -> usize {
        match (self.settings.engine, self.group()) {
            (Engine::Memcached, _) => self.world.memcached.node_of(key),
            (_, Some(group)) => group.holder(key.as_bytes()),
            _ => 0,
        }
    }

    /// When the row's key expires, if it is where the clients look for it.
    pub(super) fn found(&self, row: u32) -> Option<Option<Time>> {
        let key = self.key(row);
        let shard = self.shard_of(&key);
        if self.settings.engine == Engine::Memcached {
            let node = self.world.memcached.nodes().get(shard).filter(|node| node.up)?;
            return node.server.slabs().peek(&key).map(|item| item.expires);
        }
        let shard = self.shards().get(shard)?;
        let keys = shard.members.get(shard.primary?)?.node.keys();
        keys.peek(key.as_bytes()).map(|_| keys.expiry(key.as_bytes()).flatten())
    }

    pub(super) fn holdings(&self) -> Holdings {
        let of_valkey = |keys: &Keyspace| Holdings {
            items: keys.len() as u64,
            bytes: keys.used_bytes(),
            evicted: keys.stats().evicted_keys,
            expired: keys.stats().expired_keys,
        };
        let of_memcached = |slabs: &Slabs| Holdings {
            items: slabs.len() as u64,
            bytes: slabs.used_bytes(),
            evicted: slabs.evicted(),
            expired: slabs.expired(),
        };
        let sum = |all: Holdings, one| all + one;
        match self.settings.engine {
            Engine::Valkey => self.primaries().map(of_valkey).fold(Holdings::default(), sum),
            Engine::Memcached => {
                self.world.memcached.slabs().map(of_memcached).fold(Holdings::default(), sum)
            }
        }
    }

    /// Where a request for a row is sent on to, if slots have moved or are on the move.
    pub(super) fn detour(&self, row: u32) -> Option<Detour> {
        let group = self.group().filter(|_| self.settings.engine == Engine::Valkey)?;
        let is_cluster = group.layout().mode == ClusterMode::Enabled;
        is_cluster.then(|| group.detour(self.key(row).as_bytes(), self.map))?
    }

    /// Runs one command of Valkey where a client that knows the cluster would send it.
    pub(super) fn run(&mut self, now: Time, words: &[&[u8]]) -> Result<Reply, Unreachable> {
        let Some(group) = self.world.elasticache.group_mut(None) else {
            return Err(Unreachable::NoPrimary(0));
        };
        let reply = group.run(now, &mut self.cache_chance, Via::Primary, words);
        if let Some(group) = self.world.elasticache.group(None) {
            let keys = group.evicted().iter().map(|key| String::from_utf8_lossy(key));
            let rows: Vec<u32> = keys.filter_map(|key| self.row_of(&key)).collect();
            self.thrown_out.extend(rows);
        }
        reply
    }
}

fn kept(reply: Option<memcached::Reply>) -> Kept {
    match reply {
        Some(memcached::Reply::Word("STORED")) => Kept::Yes,
        Some(memcached::Reply::Word(_)) => Kept::Taken,
        Some(_) => Kept::Refused,
        None => Kept::Silent,
    }
}
