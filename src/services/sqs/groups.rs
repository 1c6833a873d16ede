//! The message groups of a FIFO queue: in each, a message is deliverable if it is visible and none
//! before it is in flight or delayed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::message::{GroupNumber, State};
use super::store::{Entry, Store};

/// All groups that have messages.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Groups {
    numbers: BTreeMap<Arc<str>, GroupNumber>,
    groups: Vec<Group>,
    free: Vec<GroupNumber>,
    /// Groups whose first message is visible, in the order in which they became so.
    ready: BTreeSet<(u64, GroupNumber)>,
    turn: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Group {
    name: Arc<str>,
    /// Slots by serial.
    messages: BTreeMap<u64, u32>,
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
        let group = Group { name: name.clone(), messages: BTreeMap::new(), ready: None };
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

    pub fn add(&mut self, number: GroupNumber, entry: Entry) {
        self.groups[number as usize].messages.insert(entry.serial, entry.slot);
    }

    /// Takes a message that is gone out of its group; a group without messages goes, too.
    pub fn remove(&mut self, number: GroupNumber, serial: u64, store: &Store) {
        let group = &mut self.groups[number as usize];
        group.messages.remove(&serial);
        if group.messages.is_empty() {
            if let Some(turn) = group.ready.take() {
                self.ready.remove(&(turn, number));
            }
            self.numbers.remove(&group.name);
            self.free.push(number);
        } else {
            self.refresh(number, store);
        }
    }

    /// Puts the group among the ready ones, or takes it out, as its first message says.
    pub fn refresh(&mut self, number: GroupNumber, store: &Store) {
        let group = &mut self.groups[number as usize];
        let visible = group
            .messages
            .first_key_value()
            .is_some_and(|(serial, slot)| is_visible(store, *serial, *slot));
        match (visible, group.ready) {
            (true, None) => {
                self.turn += 1;
                group.ready = Some(self.turn);
                self.ready.insert((self.turn, number));
            }
            (false, Some(turn)) => {
                group.ready = None;
                self.ready.remove(&(turn, number));
            }
            _ => {}
        }
    }

    /// Whether anything is deliverable.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// How many groups have something deliverable.
    pub fn ready_groups(&self) -> usize {
        self.ready.len()
    }

    /// The turn that the next group to become ready gets: a receive stops before it, so that what
    /// it made visible again is not handed out twice.
    pub fn horizon(&self) -> u64 {
        self.turn + 1
    }

    /// The ready group that is next, if its turn came before `horizon`.
    pub fn next(&self, horizon: u64) -> Option<GroupNumber> {
        self.ready.first().filter(|(turn, _)| *turn < horizon).map(|(_, number)| *number)
    }

    /// Takes a group that a receive has been through out of the ready ones; whether it is ready
    /// again, [`Groups::refresh`] says.
    pub fn visited(&mut self, number: GroupNumber) {
        if let Some(turn) = self.groups[number as usize].ready.take() {
            self.ready.remove(&(turn, number));
        }
    }

    /// The deliverable message of the group after the one with serial `after`.
    pub fn deliverable(&self, number: GroupNumber, after: u64, store: &Store) -> Option<Entry> {
        let messages = &self.groups[number as usize].messages;
        let (serial, slot) = messages.range(after + 1..).next()?;
        is_visible(store, *serial, *slot).then_some(Entry { serial: *serial, slot: *slot })
    }

    /// Forgets all groups.
    pub fn clear(&mut self) {
        *self = Groups { turn: self.turn, ..Groups::default() };
    }
}

fn is_visible(store: &Store, serial: u64, slot: u32) -> bool {
    store.get(Entry { serial, slot }).is_some_and(|message| message.state == State::Visible)
}
