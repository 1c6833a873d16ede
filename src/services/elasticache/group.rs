//! A replication group: shards of one primary and its replicas, asynchronous replication, failover, and
//! the rules of the cluster protocol.

mod resharding;

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::Arc;

pub use resharding::{Detour, Resharding, Run, SlotMap};

use super::commands::{Command, Sort, Words};
use super::keyspace::Keyspace;
use super::name::Name;
use super::node::{Done, Node, check};
use super::reply::{Bytes, Reply};
use super::slots;
use crate::services::chance::Chance;
use crate::services::time::{Span, Time};

/// Whether the keys are split over shards by hash slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterMode {
    /// One shard; clients need not know the cluster protocol.
    Disabled,
    /// Shards by slot; clients speak the cluster protocol.
    Enabled,
}

/// Whether a group with a shard that has no primary still answers for the other slots (EC-30).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Every slot must be served, or nothing is.
    Full,
    /// Slots that are served are answered for: ElastiCache's default.
    Partial,
}

/// What a write survives (Valkey 9.0's `Durability`, EC-25).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Replication is asynchronous: the tail may be lost at a failover.
    Disabled,
    /// A write is in two zones' logs before its reply.
    Sync,
}

/// How a group is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Whether there is more than one shard to split keys over.
    pub mode: ClusterMode,
    /// How many shards.
    pub shards: u16,
    /// How many replicas each shard has, 0 to 5.
    pub replicas: u8,
    /// Whether a replica is promoted by itself when a primary is lost.
    pub automatic_failover: bool,
    /// What a write survives.
    pub durability: Durability,
    /// Whether every slot must be served.
    pub coverage: Coverage,
}

impl Default for Layout {
    /// One node alone, as `NumCacheClusters=1` makes it.
    fn default() -> Layout {
        Layout {
            mode: ClusterMode::Disabled,
            shards: 1,
            replicas: 0,
            automatic_failover: false,
            durability: Durability::Disabled,
            coverage: Coverage::Partial,
        }
    }
}

/// How long things take that AWS gives no exact seconds for (the model's choice).
pub mod pace {
    use crate::services::time::Span;

    /// From a primary's loss to the promotion of a replica: "typically a few seconds".
    pub const PROMOTION: Span = Span::seconds(5);
    /// From a node's loss to its replacement being there.
    pub const REPLACEMENT: Span = Span::minutes(3);
    /// How far the first replica lies behind; each further one lies as much more behind.
    pub const REPLICA_LAG: Span = Span::millis(2);
    /// How long a run of 256 slots is on the move while a cluster changes its number of shards.
    pub const SLOTS_ON_THE_MOVE: Span = Span::seconds(1);
}

/// One node of a shard.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name, such as `0001-002`: the shard's number and the node's.
    pub name: String,
    /// The server itself.
    pub node: Node,
    /// Whether it runs.
    pub up: bool,
    /// How far behind the primary it applies writes; nothing while it is the primary.
    pub lag: Span,
    /// How many of the shard's writes it has applied.
    pub applied: u64,
    /// When a lost node's replacement will be there.
    replaced_at: Option<Time>,
}

/// One shard: a primary and its replicas.
#[derive(Debug, Clone, PartialEq)]
pub struct Shard {
    /// The slots it owns, in order.
    pub slots: Vec<RangeInclusive<u16>>,
    /// Its nodes.
    pub members: Vec<Member>,
    /// Which of them is the primary, if one is.
    pub primary: Option<usize>,
    /// Acknowledged writes that some replica has not applied yet.
    log: VecDeque<Written>,
    /// How many writes were acknowledged in all.
    pub written: u64,
    /// How many acknowledged writes failovers have lost.
    pub lost: u64,
    promote_at: Option<Time>,
}

#[derive(Debug, Clone, PartialEq)]
struct Written {
    at: Time,
    deed: Deed,
}

#[derive(Debug, Clone, PartialEq)]
enum Deed {
    Command(Vec<Bytes>),
    Evicted(Name),
}

/// Which node a command is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via<'a> {
    /// The primary endpoint; with cluster mode, the primary of the key's slot, as a cluster client finds it.
    Primary,
    /// The reader endpoint: replicas in turn.
    Reader,
    /// This very node, whatever the key.
    Node(&'a str),
}

/// Why a command did not reach a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreachable {
    /// There is no node of this name.
    NoSuchNode(String),
    /// The node is lost and not replaced yet.
    Down(String),
    /// The shard has no primary now.
    NoPrimary(u16),
}

/// A replication group with everything in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicationGroup {
    layout: Layout,
    shards: Vec<Shard>,
    /// Which reader is next in turn.
    turn: u64,
    /// The keys that the last command had thrown out.
    evicted: Vec<Name>,
    resharding: Option<Resharding>,
    /// The runs of the last change of the number of shards, and how many there were in earlier ones.
    last_plan: Arc<[Run]>,
    moved_before: u64,
}

impl Default for ReplicationGroup {
    fn default() -> ReplicationGroup {
        ReplicationGroup::new(Layout::default())
    }
}

impl ReplicationGroup {
    /// A new, empty group.
    pub fn new(layout: Layout) -> ReplicationGroup {
        let shards = slots::even_split(layout.shards)
            .into_iter()
            .enumerate()
            .map(|(index, range)| Shard::new(index, vec![range], layout.replicas))
            .collect();
        ReplicationGroup {
            layout,
            shards,
            turn: 0,
            evicted: Vec::new(),
            resharding: None,
            last_plan: Arc::default(),
            moved_before: 0,
        }
    }

    /// How the group is built.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The shards in order.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// The keys that the last command had thrown out to make room for it.
    pub fn evicted(&self) -> &[Name] {
        &self.evicted
    }

    /// Applies a change of settings to every node, as a parameter group does.
    pub fn configure(&mut self, mut change: impl FnMut(&mut Keyspace)) {
        for shard in &mut self.shards {
            for member in &mut shard.members {
                change(member.node.keys_mut());
            }
        }
    }

    /// Sets how far behind replicas apply writes: the first by `lag`, each further one by as much more.
    pub fn set_replica_lag(&mut self, lag: Span) {
        for shard in &mut self.shards {
            let primary = shard.primary;
            let replicas = shard.members.iter_mut().enumerate();
            let replicas = replicas.filter(|(index, _)| Some(*index) != primary);
            for (number, (_, member)) in (1..).zip(replicas) {
                member.lag = Span(lag.0 * number);
            }
        }
    }

    /// The shard that owns a slot.
    pub fn owner(&self, slot: u16) -> usize {
        self.shards
            .iter()
            .position(|shard| shard.slots.iter().any(|range| range.contains(&slot)))
            .unwrap_or(0)
    }

    /// Runs a command. `Err` means that no server answered.
    pub fn run(
        &mut self,
        now: Time,
        chance: &mut Chance,
        via: Via<'_>,
        words: Words<'_>,
    ) -> Result<Reply, Unreachable> {
        self.advance(now, chance);
        self.evicted.clear();
        let command = match check(words) {
            Ok(command) => command,
            Err(reply) => return Ok(reply),
        };
        let slot = match self.slot_of(command, words) {
            Ok(slot) => slot,
            Err(reply) => return Ok(reply),
        };
        if self.layout.mode == ClusterMode::Enabled {
            if command.name == "SELECT" && words.get(1).is_some_and(|index| *index != b"0") {
                return Ok(Reply::error("ERR SELECT is not allowed in cluster mode"));
            }
            if self.layout.coverage == Coverage::Full
                && slot.is_some()
                && self.shards.iter().any(|shard| shard.primary.is_none())
            {
                return Ok(Reply::error("CLUSTERDOWN The cluster is down"));
            }
        }
        let keys = match slot {
            Some(_) if self.resharding.is_some() => command.keys_of(words),
            _ => Vec::new(),
        };
        let asked_at = slot.and_then(|slot| self.asked_at(slot, &keys));
        let (shard, member) = self.find(via, slot, asked_at)?;
        if let Some(reply) = self.redirection(via, slot, shard) {
            return Ok(reply);
        }
        match (slot, asked_at) {
            (Some(slot), _) if self.is_torn(slot, &keys) => {
                return Ok(Reply::error("TRYAGAIN Multiple keys request during rehashing of slot"));
            }
            (Some(slot), Some(to)) if to != shard => return Ok(self.ask_reply(slot, to)),
            _ => {}
        }
        let primary = self.shards[shard].primary == Some(member);
        if !primary && command.sort != Sort::Read {
            return Ok(Reply::error("READONLY You can't write against a read only replica."));
        }
        let done = self.shards[shard].run(now, chance, member, (command, words));
        self.evicted = done.evicted;
        Ok(done.reply)
    }

    /// The one slot of the keys; CROSSSLOT if there are several (EC-6). Nothing in a group without slots.
    fn slot_of(&self, command: &Command, words: Words<'_>) -> Result<Option<u16>, Reply> {
        if self.layout.mode == ClusterMode::Disabled {
            return Ok(None);
        }
        let mut all = command.keys_of(words).into_iter().map(slots::slot);
        let first = all.next();
        if all.any(|slot| Some(slot) != first) {
            return Err(Reply::error("CROSSSLOT Keys in request don't hash to the same slot"));
        }
        Ok(first)
    }

    /// The node that a command goes to: a cluster client follows a slot that is on the move.
    fn find(
        &mut self,
        via: Via<'_>,
        slot: Option<u16>,
        asked_at: Option<usize>,
    ) -> Result<(usize, usize), Unreachable> {
        let owner = asked_at.unwrap_or_else(|| slot.map_or(0, |slot| self.owner(slot)));
        match via {
            Via::Primary => match self.shards[owner].primary {
                Some(member) => Ok((owner, member)),
                None => Err(Unreachable::NoPrimary(owner as u16 + 1)),
            },
            Via::Reader => {
                let shard = &self.shards[owner];
                let ready = |replica: &bool| {
                    let up = shard.members.iter().enumerate().filter(|(_, member)| member.up);
                    up.filter(|(index, _)| *replica || Some(*index) == shard.primary)
                        .filter(|(index, _)| !*replica || Some(*index) != shard.primary)
                        .map(|(index, _)| index)
                        .collect::<Vec<usize>>()
                };
                let mut readers = ready(&true);
                if readers.is_empty() {
                    readers = ready(&false);
                }
                if readers.is_empty() {
                    return Err(Unreachable::NoPrimary(owner as u16 + 1));
                }
                self.turn += 1;
                Ok((owner, readers[(self.turn % readers.len() as u64) as usize]))
            }
            Via::Node(name) => {
                let found = self.shards.iter().enumerate().find_map(|(index, shard)| {
                    let member = shard.members.iter().position(|member| member.name == name)?;
                    Some((index, member))
                });
                let (shard, member) =
                    found.ok_or_else(|| Unreachable::NoSuchNode(name.to_owned()))?;
                if self.shards[shard].members[member].up {
                    Ok((shard, member))
                } else {
                    Err(Unreachable::Down(name.to_owned()))
                }
            }
        }
    }

    /// What a node says that is asked for a slot of another shard (EC-5).
    fn redirection(&self, via: Via<'_>, slot: Option<u16>, shard: usize) -> Option<Reply> {
        let slot = slot?;
        let owner = self.owner(slot);
        if !matches!(via, Via::Node(_)) || owner == shard {
            return None;
        }
        let target = &self.shards[owner];
        let name = &target.members[target.primary.unwrap_or(0)].name;
        Some(Reply::error(format!("MOVED {slot} {name}:6379")))
    }

    /// A node is lost, with everything that only it held (EC-26, EC-28).
    pub fn lose_node(&mut self, now: Time, chance: &mut Chance, name: &str) -> bool {
        self.advance(now, chance);
        let failover = self.layout.automatic_failover;
        for shard in &mut self.shards {
            if let Some(index) = shard.members.iter().position(|member| member.name == name) {
                return shard.lose(now, index, failover);
            }
        }
        false
    }

    /// `TestFailover`: the primary of a shard is replaced on purpose. `false` if there is no such shard or
    /// no replica to promote.
    pub fn test_failover(&mut self, now: Time, chance: &mut Chance, shard: usize) -> bool {
        self.advance(now, chance);
        let Some(shard) = self.shards.get_mut(shard) else { return false };
        match shard.primary {
            Some(primary) if shard.replica_to_promote().is_some() => shard.lose(now, primary, true),
            _ => false,
        }
    }

    /// When something will next happen by itself.
    pub fn next_wakeup(&self) -> Option<Time> {
        self.shards.iter().filter_map(Shard::next_wakeup).chain(self.next_run_at()).min()
    }

    /// Lets everything happen that is due at or before `now`.
    pub fn advance(&mut self, now: Time, chance: &mut Chance) {
        self.move_slots(now);
        for shard in &mut self.shards {
            shard.advance(now, chance, self.layout.durability);
        }
    }
}

impl Shard {
    fn new(index: usize, slots: Vec<RangeInclusive<u16>>, replicas: u8) -> Shard {
        let members = (0..=replicas)
            .map(|number| Member {
                name: format!("{:04}-{:03}", index + 1, number + 1),
                node: Node::default(),
                up: true,
                lag: Span(pace::REPLICA_LAG.0 * u64::from(number)),
                applied: 0,
                replaced_at: None,
            })
            .collect();
        Shard {
            slots,
            members,
            primary: Some(0),
            log: VecDeque::new(),
            written: 0,
            lost: 0,
            promote_at: None,
        }
    }

    fn run(
        &mut self,
        now: Time,
        chance: &mut Chance,
        member: usize,
        (command, words): (&Command, Words<'_>),
    ) -> Done {
        let alone = self.members.len() == 1;
        let done = self.members[member].node.run_checked(now, chance, command, words);
        if Some(member) == self.primary && !alone {
            for key in &done.evicted {
                self.write_down(now, member, Deed::Evicted(key.clone()));
            }
            if done.wrote {
                let words = words.iter().map(|word| Bytes::from(*word)).collect();
                self.write_down(now, member, Deed::Command(words));
            }
        }
        done
    }

    fn write_down(&mut self, now: Time, primary: usize, deed: Deed) {
        self.written += 1;
        self.members[primary].applied = self.written;
        self.log.push_back(Written { at: now, deed });
    }

    /// The number of the first write that is still in the log.
    fn log_start(&self) -> u64 {
        self.written - self.log.len() as u64
    }

    fn next_write_for(&self, member: &Member) -> Option<&Written> {
        self.log.get((member.applied - self.log_start().min(member.applied)) as usize)
    }

    fn next_wakeup(&self) -> Option<Time> {
        let follows = self.members.iter().enumerate().filter_map(|(index, member)| {
            let follows = member.up && Some(index) != self.primary && self.primary.is_some();
            if !follows {
                return None;
            }
            self.next_write_for(member).map(|written| written.at + member.lag)
        });
        let replacements = self.members.iter().filter_map(|member| member.replaced_at);
        let expiries = self.members.iter().filter_map(|member| member.node.keys().next_expiry());
        follows.chain(replacements).chain(expiries).chain(self.promote_at).min()
    }

    fn advance(&mut self, now: Time, chance: &mut Chance, durability: Durability) {
        for index in 0..self.members.len() {
            if self.members[index].up && Some(index) != self.primary {
                // With the primary gone, what it had not sent yet never comes.
                let until = if self.primary.is_some() { now } else { self.promote_since() };
                self.follow(index, until, chance);
            }
        }
        self.trim_log();
        if self.promote_at.is_some_and(|at| at <= now) {
            self.promote(now, chance, durability);
        }
        for index in 0..self.members.len() {
            if self.members[index].replaced_at.is_some_and(|at| at <= now) {
                self.replace(index);
            }
        }
        for member in &mut self.members {
            member.node.keys_mut().expire(now);
        }
    }

    /// The moment at which the primary was lost.
    fn promote_since(&self) -> Time {
        self.promote_at.map_or(Time::START, |at| at - pace::PROMOTION)
    }

    /// Applies to a replica what has reached it by `until`.
    fn follow(&mut self, index: usize, until: Time, chance: &mut Chance) {
        let start = self.log_start();
        let member = &mut self.members[index];
        while let Some(written) = self.log.get((member.applied.saturating_sub(start)) as usize) {
            if written.at + member.lag > until {
                break;
            }
            apply(&mut member.node, written, chance);
            member.applied += 1;
        }
    }

    fn trim_log(&mut self) {
        // A node that is down is copied anew when it is replaced; nobody waits for it.
        let slowest =
            self.members.iter().filter(|member| member.up).map(|member| member.applied).min();
        let needed = slowest.unwrap_or(self.written);
        while self.log_start() < needed && self.log.pop_front().is_some() {}
    }

    fn replica_to_promote(&self) -> Option<usize> {
        let replicas = self.members.iter().enumerate();
        replicas
            .filter(|(index, member)| member.up && Some(*index) != self.primary)
            .max_by_key(|(index, member)| (member.applied, usize::MAX - index))
            .map(|(index, _)| index)
    }

    fn lose(&mut self, now: Time, index: usize, failover: bool) -> bool {
        if !self.members[index].up {
            return false;
        }
        let member = &mut self.members[index];
        member.up = false;
        member.replaced_at = Some(now + pace::REPLACEMENT);
        // Its memory is gone with it; its settings come from the parameter group.
        member.node.keys_mut().clear();
        if self.primary == Some(index) {
            self.primary = None;
            if failover && self.replica_to_promote().is_some() {
                self.promote_at = Some(now + pace::PROMOTION);
            }
        }
        true
    }

    /// The replica with the least lag becomes the primary; what it had not received is lost, unless the
    /// writes were durable (EC-25, EC-26).
    fn promote(&mut self, now: Time, chance: &mut Chance, durability: Durability) {
        self.promote_at = None;
        let Some(chosen) = self.replica_to_promote() else { return };
        if durability == Durability::Sync {
            self.follow_all(chosen, chance);
        }
        self.lost += self.written - self.members[chosen].applied;
        self.written = self.members[chosen].applied;
        self.log.clear();
        self.primary = Some(chosen);
        let node = self.members[chosen].node.clone();
        for (index, member) in self.members.iter_mut().enumerate() {
            member.lag = if index == chosen { Span::ZERO } else { pace::REPLICA_LAG };
            if index != chosen && member.up {
                member.node = node.clone();
                member.applied = self.written;
            }
        }
        self.members[chosen].node.keys_mut().expire(now);
    }

    fn follow_all(&mut self, index: usize, chance: &mut Chance) {
        let start = self.log_start();
        let member = &mut self.members[index];
        while let Some(written) = self.log.get((member.applied - start) as usize) {
            apply(&mut member.node, written, chance);
            member.applied += 1;
        }
    }

    /// The replacement of a lost node: a copy of the primary, or empty where there is none (EC-28).
    fn replace(&mut self, index: usize) {
        let copy = self.primary.map(|primary| self.members[primary].node.clone());
        let written = self.written;
        let member = &mut self.members[index];
        member.up = true;
        member.replaced_at = None;
        member.applied = written;
        match copy {
            Some(node) => {
                member.node = node;
                member.lag = pace::REPLICA_LAG;
            }
            None => {
                self.primary = Some(index);
                self.promote_at = None;
                self.log.clear();
                self.members[index].lag = Span::ZERO;
            }
        }
    }
}

fn apply(node: &mut Node, written: &Written, chance: &mut Chance) {
    match &written.deed {
        Deed::Command(words) => {
            let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
            node.follow(written.at, chance, &words);
        }
        Deed::Evicted(key) => node.follow_eviction(key),
    }
}
