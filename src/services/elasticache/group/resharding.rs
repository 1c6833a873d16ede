//! Resharding while the cluster serves: slots move run by run, each with its keys, and clients are sent
//! after them with ASK and MOVED (EC-8, EC-32).

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{ClusterMode, ReplicationGroup, Shard, pace};
use crate::services::elasticache::name::Name;
use crate::services::elasticache::reply::Reply;
use crate::services::elasticache::slots::{self, SLOTS};
use crate::services::time::{Span, Time};

/// So many slots are on the move at a time.
const RUN: usize = 256;

/// Slots that go from one shard to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The slots.
    pub slots: RangeInclusive<u16>,
    /// The shard that has them.
    pub from: usize,
    /// The shard that gets them.
    pub to: usize,
}

/// A change of the number of shards that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resharding {
    plan: Arc<[Run]>,
    /// Which run is on the move.
    at: usize,
    /// How many shards there shall be.
    shards: u16,
    /// When its keys go over, and then: when its slots do.
    due: Time,
    keys_went: bool,
}

impl Resharding {
    /// The run that is on the move.
    pub fn run(&self) -> &Run {
        &self.plan[self.at]
    }

    /// Slots that have moved, and all that will.
    pub fn progress(&self) -> (usize, usize) {
        let count = |runs: &[Run]| runs.iter().map(|run| run.slots.len()).sum();
        (count(&self.plan[..self.at]), count(&self.plan))
    }
}

/// What a client with a map of the slots is told on its way to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detour {
    /// The slot has moved for good: ask there, and learn the new map.
    Moved {
        /// The slot.
        slot: u16,
        /// The shard that owns it now.
        to: usize,
    },
    /// The slot is on the move and the key is not here any more, or not yet: ask there this once.
    Ask {
        /// The slot.
        slot: u16,
        /// The shard that is getting it.
        to: usize,
    },
}

/// A client's map of the slots: how many runs it has learned of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlotMap(u64);

impl ReplicationGroup {
    /// Begins to change the number of shards; slots will move so that as few as possible change their
    /// shard (EC-8). Says how many will. Nothing begins while slots are on the move already.
    pub fn reshard(&mut self, now: Time, shards: u16) -> u16 {
        let shards = shards.clamp(1, SLOTS);
        if self.resharding.is_some() {
            return 0;
        }
        let old: Vec<usize> = (0..SLOTS).map(|slot| self.owner(slot)).collect();
        self.open_shards(shards);
        let plan = runs(&old, &spread(&old, usize::from(shards)));
        let moved: usize = plan.iter().map(|run| run.slots.len()).sum();
        self.layout.shards = shards;
        self.moved_before += self.last_plan.len() as u64;
        self.last_plan = plan.into();
        if !self.last_plan.is_empty() {
            self.resharding = Some(Resharding {
                plan: Arc::clone(&self.last_plan),
                at: 0,
                shards,
                due: now + half_a_run(),
                keys_went: false,
            });
        }
        moved as u16
    }

    /// The change that goes on, if one does.
    pub fn resharding(&self) -> Option<&Resharding> {
        self.resharding.as_ref()
    }

    /// The shard that has a key, or would take it: the slot's owner, or the one that is getting the slot
    /// where the owner does not have the key any more. The first without cluster mode.
    pub fn holder(&self, key: &[u8]) -> usize {
        if self.layout.mode == ClusterMode::Disabled {
            return 0;
        }
        let slot = slots::slot(key);
        self.asked_at(slot, &[key]).unwrap_or_else(|| self.owner(slot))
    }

    /// What a client with this map is told on its way to a key, if it is sent elsewhere.
    pub fn detour(&self, key: &[u8], map: SlotMap) -> Option<Detour> {
        let slot = slots::slot(key);
        let known = usize::try_from(map.0.saturating_sub(self.moved_before)).unwrap_or(0);
        let moved = self.last_plan.get(known..self.runs_moved()).unwrap_or_default();
        if moved.iter().any(|run| run.slots.contains(&slot)) {
            return Some(Detour::Moved { slot, to: self.owner(slot) });
        }
        let to = self.asked_at(slot, &[key])?;
        Some(Detour::Ask { slot, to })
    }

    /// The map as it is now: what a client learns when it is told MOVED.
    pub fn slot_map(&self) -> SlotMap {
        SlotMap(self.moved_before + self.runs_moved() as u64)
    }

    fn runs_moved(&self) -> usize {
        self.resharding.as_ref().map_or(self.last_plan.len(), |change| change.at)
    }

    /// The shard that is getting the slot, if the one that has it does not have these keys.
    pub(super) fn asked_at(&self, slot: u16, keys: &[&[u8]]) -> Option<usize> {
        let run = self.resharding.as_ref().map(Resharding::run)?;
        let here = run.slots.contains(&slot).then_some(&self.shards[run.from])?;
        (self.count_of(here, keys) == 0 && !keys.is_empty()).then_some(run.to)
    }

    /// Whether some of the keys are still here and others are not: nobody can answer for all (EC-32).
    pub(super) fn is_torn(&self, slot: u16, keys: &[&[u8]]) -> bool {
        let Some(run) = self.resharding.as_ref().map(Resharding::run) else { return false };
        let here = self.count_of(&self.shards[run.from], keys);
        run.slots.contains(&slot) && here > 0 && here < keys.len()
    }

    fn count_of(&self, shard: &Shard, keys: &[&[u8]]) -> usize {
        let held = shard.primary.map(|primary| shard.members[primary].node.keys());
        held.map_or(0, |held| keys.iter().filter(|key| held.peek(key).is_some()).count())
    }

    /// What a node says that has the slot but not the key while the slot is on the move.
    pub(super) fn ask_reply(&self, slot: u16, to: usize) -> Reply {
        let shard = &self.shards[to];
        let name = &shard.members[shard.primary.unwrap_or(0)].name;
        Reply::error(format!("ASK {slot} {name}:6379"))
    }

    pub(super) fn next_run_at(&self) -> Option<Time> {
        self.resharding.as_ref().map(|change| change.due)
    }

    /// Moves keys and slots that are due.
    pub(super) fn move_slots(&mut self, now: Time) {
        while let Some(change) = self.resharding.as_ref().filter(|change| change.due <= now) {
            let (run, keys_went) = (change.run().clone(), change.keys_went);
            let ready =
                [run.from, run.to].iter().all(|shard| self.shards[*shard].primary.is_some());
            match (ready, keys_went) {
                (true, false) => self.move_keys(&run),
                (true, true) => self.hand_over(&run),
                (false, _) => {}
            }
            let Some(change) = &mut self.resharding else { return };
            change.due += half_a_run();
            match (ready, keys_went) {
                (true, false) => change.keys_went = true,
                (true, true) => {
                    (change.at, change.keys_went) = (change.at + 1, false);
                    if change.at == change.plan.len() {
                        self.end_resharding();
                    }
                }
                // Nobody can move anything without both primaries: a little later, then.
                (false, _) => {}
            }
        }
    }

    fn end_resharding(&mut self) {
        if let Some(change) = self.resharding.take() {
            self.shards.truncate(usize::from(change.shards));
        }
    }

    /// New shards, without slots, with the settings of the others.
    fn open_shards(&mut self, shards: u16) {
        while self.shards.len() < usize::from(shards) {
            let mut shard = Shard::new(self.shards.len(), Vec::new(), self.layout.replicas);
            let settings = self.shards[0].members[0].node.keys().settings().to_owned();
            for member in &mut shard.members {
                *member.node.keys_mut().settings_mut() = settings;
            }
            self.shards.push(shard);
        }
    }

    /// The run's slots belong to the other shard now, with whatever was stored meanwhile.
    fn hand_over(&mut self, run: &Run) {
        self.move_keys(run);
        let (from, to) = (run.from, run.to);
        let mut owners: Vec<usize> = (0..SLOTS).map(|slot| self.owner(slot)).collect();
        for slot in run.slots.clone() {
            owners[usize::from(slot)] = to;
        }
        for shard in [from, to] {
            self.shards[shard].slots = ranges(&owners, shard);
        }
    }

    fn move_keys(&mut self, run: &Run) {
        let Some(primary) = self.shards[run.from].primary else { return };
        let held = self.shards[run.from].members[primary].node.keys().keys();
        let keys: Vec<Name> =
            held.filter(|key| run.slots.contains(&slots::slot(key))).cloned().collect();
        for key in keys {
            self.move_key(run.from, run.to, &key);
        }
    }

    fn move_key(&mut self, from: usize, to: usize, key: &Name) {
        let mut held = None;
        for member in &mut self.shards[from].members {
            let keys = member.node.keys_mut();
            let expires = keys.expiry(key).flatten();
            if let Some(value) = keys.remove(key) {
                held = Some((value, expires));
            }
        }
        let Some((value, expires)) = held else { return };
        for member in &mut self.shards[to].members {
            member.node.keys_mut().set(key, value.clone(), expires, Time::START);
        }
    }
}

fn half_a_run() -> Span {
    Span(pace::SLOTS_ON_THE_MOVE.0 / 2)
}

/// Which of `shards` shards owns each slot after a change that moves as few as it can: shards that hold
/// more than their part give up their last slots.
fn spread(owners: &[usize], shards: usize) -> Vec<usize> {
    let part = |index: usize| owners.len() / shards + usize::from(index < owners.len() % shards);
    let mut counts = vec![0; shards];
    let mut homeless = Vec::new();
    let mut new = owners.to_vec();
    for (slot, owner) in owners.iter().enumerate() {
        if *owner < shards && counts[*owner] < part(*owner) {
            counts[*owner] += 1;
        } else {
            homeless.push(slot);
        }
    }
    let mut target = 0;
    for slot in homeless {
        while target + 1 < shards && counts[target] >= part(target) {
            target += 1;
        }
        counts[target] += 1;
        new[slot] = target;
    }
    new
}

/// The slots that change their shard, in runs of at most [`RUN`].
fn runs(old: &[usize], new: &[usize]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (slot, (from, to)) in old.iter().zip(new).enumerate() {
        if from == to {
            continue;
        }
        let slot = slot as u16;
        match runs.last_mut() {
            Some(run)
                if (run.from, run.to) == (*from, *to)
                    && *run.slots.end() + 1 == slot
                    && run.slots.len() < RUN =>
            {
                run.slots = *run.slots.start()..=slot;
            }
            _ => runs.push(Run { slots: slot..=slot, from: *from, to: *to }),
        }
    }
    runs
}

/// The runs of slots that belong to one shard.
fn ranges(owners: &[usize], shard: usize) -> Vec<RangeInclusive<u16>> {
    let mut runs: Vec<RangeInclusive<u16>> = Vec::new();
    for (slot, owner) in owners.iter().enumerate() {
        if *owner != shard {
            continue;
        }
        let slot = slot as u16;
        match runs.last_mut() {
            Some(run) if *run.end() + 1 == slot => *run = *run.start()..=slot,
            _ => runs.push(slot..=slot),
        }
    }
    runs
}
