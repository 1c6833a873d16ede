//! Where a queue keeps its messages, and in which order they come due: a slab, a heap of ends of
//! delays and timeouts, and the order of age. Nothing here scans the messages.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::message::Message;
use crate::services::time::Time;

/// Where a message lies; the serial tells whether it is still that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub serial: u64,
    pub slot: u32,
}

/// The messages of a queue by slot.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Store {
    slots: Vec<Option<Message>>,
    free: Vec<u32>,
}

impl Store {
    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub fn insert(&mut self, message: Message) -> Entry {
        let serial = message.serial;
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Some(message);
                slot
            }
            None => {
                self.slots.push(Some(message));
                (self.slots.len() - 1) as u32
            }
        };
        Entry { serial, slot }
    }

    pub fn get(&self, entry: Entry) -> Option<&Message> {
        self.slots.get(entry.slot as usize)?.as_ref().filter(|m| m.serial == entry.serial)
    }

    pub fn get_mut(&mut self, entry: Entry) -> Option<&mut Message> {
        self.slots.get_mut(entry.slot as usize)?.as_mut().filter(|m| m.serial == entry.serial)
    }

    pub fn remove(&mut self, entry: Entry) -> Option<Message> {
        self.get(entry)?;
        self.free.push(entry.slot);
        self.slots[entry.slot as usize].take()
    }

    pub fn clear(&mut self) {
        *self = Store::default();
    }

    /// The messages that `pick` picks something from, in the order of their serials.
    pub fn entries<T>(&self, pick: impl Fn(&Message) -> Option<T>) -> Vec<(Entry, T)> {
        let mut entries: Vec<(Entry, T)> = self
            .slots
            .iter()
            .enumerate()
            .filter_map(|(slot, message)| {
                let message = message.as_ref()?;
                let entry = Entry { serial: message.serial, slot: slot as u32 };
                pick(message).map(|picked| (entry, picked))
            })
            .collect();
        entries.sort_by_key(|(entry, _)| entry.serial);
        entries
    }

    /// Every message, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.slots.iter().flatten()
    }
}

/// A heap of entries that come due, the earliest first. An entry that no longer holds is not
/// looked for but dropped when it surfaces, or when such entries outnumber the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Due(BinaryHeap<Reverse<(Time, Entry)>>);

/// Heaps that were made by the same calls lie alike.
impl PartialEq for Due {
    fn eq(&self, other: &Due) -> bool {
        self.0.as_slice() == other.0.as_slice()
    }
}

/// How many stale entries are always borne.
const SLACK: usize = 64;

impl Due {
    pub fn push(&mut self, at: Time, entry: Entry) {
        self.0.push(Reverse((at, entry)));
    }

    pub fn first(&self) -> Option<(Time, Entry)> {
        self.0.peek().map(|Reverse(first)| *first)
    }

    pub fn pop(&mut self) -> Option<(Time, Entry)> {
        self.0.pop().map(|Reverse(first)| first)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Makes the first entry one that holds, and keeps the stale ones few beside `alive`.
    pub fn tidy(&mut self, alive: usize, holds: impl Fn(Time, Entry) -> bool) {
        while let Some((at, entry)) = self.first()
            && !holds(at, entry)
        {
            self.0.pop();
        }
        if self.0.len() > alive * 2 + SLACK {
            self.0.retain(|Reverse((at, entry))| holds(*at, *entry));
        }
    }
}

/// Entries by the time they were sent, the oldest first: a queue for those that come in order, and a
/// heap for the few that do not (dead letters keep their age).
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Ages {
    in_order: VecDeque<(Time, Entry)>,
    others: Due,
}

impl Ages {
    pub fn push(&mut self, sent: Time, entry: Entry) {
        if self.in_order.back().is_none_or(|(last, _)| *last <= sent) {
            self.in_order.push_back((sent, entry));
        } else {
            self.others.push(sent, entry);
        }
    }

    pub fn first(&self) -> Option<(Time, Entry)> {
        let queued = self.in_order.front().copied();
        [queued, self.others.first()].into_iter().flatten().min()
    }

    pub fn clear(&mut self) {
        self.in_order.clear();
        self.others.clear();
    }

    /// Makes the first entry one that is still there, and keeps the others few beside `alive`.
    pub fn tidy(&mut self, alive: usize, is_there: impl Fn(Entry) -> bool) {
        while self.in_order.front().is_some_and(|(_, entry)| !is_there(*entry)) {
            self.in_order.pop_front();
        }
        if self.in_order.len() > alive * 2 + SLACK {
            self.in_order.retain(|(_, entry)| is_there(*entry));
        }
        self.others.tidy(alive, |_, entry| is_there(entry));
    }
}
