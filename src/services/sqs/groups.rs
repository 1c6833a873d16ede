//! The message groups of a FIFO queue: in each, a message is deliverable if it is visible and none
//! before it is in flight or delayed.
//!
//! What is gone from a group, or not ready any more, is not looked for: it is dropped when it comes
//! to the front, or when there is more of it than of the rest.

use std::collections::VecDeque;
use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::message::{GroupNumber, State};
use super::store::{Entry, Store};

/// How much that does not count any more is always borne.
const SLACK: usize = 16;

/// All groups that have messages.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Groups {
    numbers: IndexMap<Arc<str>, GroupNumber, FixedState>,
    groups: Vec<Group>,
    free: Vec<GroupNumber>,
    /// Groups whose first message is visible, in the order in which they became so; a group counts
    /// at its turn only. The first one always does.
    ready: VecDeque<(u64, GroupNumber)>,
    /// How many of them count.
    ready_groups: usize,
    turn: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Group {
    name: Arc<str>,
    /// By serial. The first one is always there; later ones may be gone.
    messages: VecDeque<Entry>,
    /// How many are there.
    there: usize,
    /// Its turn among the ready ones.
    ready: Option<u64>,
}

impl Groups {
    /// The number of the group of this name, made if it is new.
    pub fn number(&mut self, name: &str) -> GroupNumber {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let name: Arc<str> = name.into();
        let group = Group { name: name.clone(), messages: VecDeque::new(), there: 0, ready: None };
        let number = match self.free.pop() {
            Some(number) => {
                self.groups[number as usize] = group;
                number
            }
            None => {
                self.groups.push(group);
                (self.groups.len() - 1) as GroupNumber
            }
        };
        self.numbers.insert(name, number);
        number
    }

    pub fn name(&self, number: GroupNumber) -> &str {
        &self.groups[number as usize].name
    }

    /// Adds a message with a higher serial than all before.
    pub fn add(&mut self, number: GroupNumber, entry: Entry) {
        let group = &mut self.groups[number as usize];
        group.messages.push_back(entry);
        group.there += 1;
    }

    /// Takes a message that is gone from the store out of its group; a group without messages goes,
    /// too.
    pub fn remove(&mut self, number: GroupNumber, store: &Store) {
        let group = &mut self.groups[number as usize];
        group.there -= 1;
        if group.there == 0 {
            self.numbers.swap_remove(&group.name);
            self.unready(number);
            self.groups[number as usize].messages = VecDeque::new();
            self.free.push(number);
            return;
        }
        while group.messages.front().is_some_and(|entry| store.get(*entry).is_none()) {
            group.messages.pop_front();
        }
        if group.messages.len() > group.there * 2 + SLACK {
            group.messages.retain(|entry| store.get(*entry).is_some());
        }
        self.refresh(number, store);
    }

    /// A message's state has changed, which only matters if it is the first of its group.
    pub fn changed(&mut self, number: GroupNumber, entry: Entry, store: &Store) {
        if self.groups[number as usize].messages.front() == Some(&entry) {
            self.refresh(number, store);
        }
    }

    /// Puts the group among the ready ones, or takes it out, as its first message says.
    pub fn refresh(&mut self, number: GroupNumber, store: &Store) {
        let group = &mut self.groups[number as usize];
        let visible = group.messages.front().is_some_and(|entry| is_visible(store, *entry));
        if visible && group.ready.is_none() {
            self.turn += 1;
            group.ready = Some(self.turn);
            self.ready.push_back((self.turn, number));
            self.ready_groups += 1;
        } else if !visible {
            self.unready(number);
        }
    }

    fn unready(&mut self, number: GroupNumber) {
        if self.groups[number as usize].ready.take().is_none() {
            return;
        }
        self.ready_groups -= 1;
        let groups = &self.groups;
        let counts =
            |(turn, number): &(u64, GroupNumber)| groups[*number as usize].ready == Some(*turn);
        while self.ready.front().is_some_and(|first| !counts(first)) {
            self.ready.pop_front();
        }
        if self.ready.len() > self.ready_groups * 2 + SLACK {
            self.ready.retain(counts);
        }
    }

    /// Whether anything is deliverable.
    pub fn is_ready(&self) -> bool {
        self.ready_groups > 0
    }

    /// How many groups have something deliverable.
    pub fn ready_groups(&self) -> usize {
        self.ready_groups
    }

    /// The turn that the next group to become ready gets: a receive stops before it, so that what
    /// it made visible again is not handed out twice.
    pub fn horizon(&self) -> u64 {
        self.turn + 1
    }

    /// The ready group that is next, if its turn came before `horizon`.
    pub fn next(&self, horizon: u64) -> Option<GroupNumber> {
        self.ready.front().filter(|(turn, _)| *turn < horizon).map(|(_, number)| *number)
    }

    /// Takes a group that a receive has been through out of the ready ones; whether it is ready
    /// again, [`Groups::refresh`] says.
    pub fn visited(&mut self, number: GroupNumber) {
        self.unready(number);
    }

    /// The deliverable message of the group after the one with serial `after`.
    pub fn deliverable(&self, number: GroupNumber, after: u64, store: &Store) -> Option<Entry> {
        let messages = &self.groups[number as usize].messages;
        let from = match messages.front() {
            Some(first) if first.serial > after => 0,
            _ => messages.partition_point(|entry| entry.serial <= after),
        };
        let mut later = messages.range(from..);
        let next = later.find(|entry| store.get(**entry).is_some())?;
        is_visible(store, *next).then_some(*next)
    }

    /// Forgets all groups.
    pub fn clear(&mut self) {
        *self = Groups { turn: self.turn, ..Groups::default() };
    }
}

fn is_visible(store: &Store, entry: Entry) -> bool {
    store.get(entry).is_some_and(|message| message.state == State::Visible)
}
