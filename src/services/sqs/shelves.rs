//! The visible messages of a standard queue: as they came, and with fair queues the quiet tenants'
//! before those of a noisy one.
//!
//! A tenant (`MessageGroupId`) is noisy while it holds more than a tenth of the queue's messages in
//! flight and at least thirty; a message without a group is a tenant of its own.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::sync::Arc;

use super::message::{GroupNumber, NO_GROUP};
use super::store::Entry;
use crate::services::time::{Span, Time};

/// So many in flight at least make a tenant noisy (FAIR-2).
const NOISY_IN_FLIGHT: u32 = 30;
/// More than one of so many in flight make it noisy.
const NOISY_SHARE: u64 = 10;
/// A tenant that has sent nothing for so long is not noisy any more (FAIR-4).
const NOISY_AFTER_SENDING: Span = Span::minutes(5);

/// Messages waiting in order: those that never left, and those that came back.
#[derive(Debug, Clone, Default)]
struct Shelf {
    fresh: VecDeque<Entry>,
    returned: BinaryHeap<Reverse<Entry>>,
}

impl PartialEq for Shelf {
    fn eq(&self, other: &Shelf) -> bool {
        self.fresh == other.fresh && self.returned.as_slice() == other.returned.as_slice()
    }
}

impl Shelf {
    fn push(&mut self, entry: Entry) {
        if self.fresh.back().is_none_or(|last| *last < entry) {
            self.fresh.push_back(entry);
        } else {
            self.returned.push(Reverse(entry));
        }
    }

    /// The first entry that still waits; what no longer does is dropped on the way.
    fn first(&mut self, waits: &impl Fn(Entry) -> bool) -> Option<Entry> {
        while self.fresh.front().is_some_and(|entry| !waits(*entry)) {
            self.fresh.pop_front();
        }
        while self.returned.peek().is_some_and(|Reverse(entry)| !waits(*entry)) {
            self.returned.pop();
        }
        let returned = self.returned.peek().map(|Reverse(entry)| *entry);
        [self.fresh.front().copied(), returned].into_iter().flatten().min()
    }

    fn pop(&mut self, entry: Entry) {
        if self.fresh.front() == Some(&entry) {
            self.fresh.pop_front();
        } else {
            self.returned.pop();
        }
    }
}

/// All visible messages of a standard queue, and what is known of its tenants.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shelves {
    /// Messages without a group.
    open: Shelf,
    numbers: BTreeMap<Arc<str>, GroupNumber>,
    tenants: Vec<Tenant>,
    free: Vec<GroupNumber>,
    /// Tenants with visible messages, by the serial of their first.
    waiting: BTreeSet<(u64, GroupNumber)>,
    /// Tenants with enough in flight to be noisy, by how many.
    heavy: BTreeSet<(u32, GroupNumber)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Tenant {
    name: Arc<str>,
    shelf: Shelf,
    /// Its key in `waiting`.
    first: Option<u64>,
    in_flight: u32,
    messages: u32,
    last_sent: Time,
}

impl Shelves {
    /// The number of the tenant of this name, made if it is new, for a message sent now.
    pub fn number(&mut self, name: &str, now: Time) -> GroupNumber {
        if let Some(number) = self.numbers.get(name) {
            let tenant = &mut self.tenants[*number as usize];
            tenant.last_sent = now;
            return *number;
        }
        let name: Arc<str> = name.into();
        let tenant = Tenant {
            name: name.clone(),
            shelf: Shelf::default(),
            first: None,
            in_flight: 0,
            messages: 0,
            last_sent: now,
        };
        let number = match self.free.pop() {
            Some(number) => {
                self.tenants[number as usize] = tenant;
                number
            }
            None => {
                self.tenants.push(tenant);
                (self.tenants.len() - 1) as GroupNumber
            }
        };
        self.numbers.insert(name, number);
        number
    }

    pub fn name(&self, number: GroupNumber) -> &str {
        &self.tenants[number as usize].name
    }

    /// A message of the tenant has come into the queue, in whatever state.
    pub fn arrived(&mut self, number: GroupNumber) {
        if number != NO_GROUP {
            self.tenants[number as usize].messages += 1;
        }
    }

    /// A message of the tenant is gone from the queue; it was not in flight any more.
    pub fn left(&mut self, number: GroupNumber, waits: &impl Fn(Entry) -> bool) {
        if number == NO_GROUP {
            return;
        }
        self.index(number, waits);
        let tenant = &mut self.tenants[number as usize];
        tenant.messages -= 1;
        if tenant.messages == 0 {
            let name = tenant.name.clone();
            self.numbers.remove(&name);
            self.free.push(number);
        }
    }

    /// A message is visible now.
    pub fn push(&mut self, number: GroupNumber, entry: Entry, waits: &impl Fn(Entry) -> bool) {
        if number == NO_GROUP {
            return self.open.push(entry);
        }
        self.tenants[number as usize].shelf.push(entry);
        self.index(number, waits);
    }

    /// A tenant's messages in flight have become one more or one less.
    pub fn in_flight(&mut self, number: GroupNumber, more: bool) {
        if number == NO_GROUP {
            return;
        }
        let tenant = &mut self.tenants[number as usize];
        self.heavy.remove(&(tenant.in_flight, number));
        tenant.in_flight =
            if more { tenant.in_flight + 1 } else { tenant.in_flight.saturating_sub(1) };
        if tenant.in_flight >= NOISY_IN_FLIGHT {
            self.heavy.insert((tenant.in_flight, number));
        }
    }

    /// Takes the message to deliver next: the oldest that is not a noisy tenant's, else one of the
    /// noisy tenant with the fewest in flight.
    pub fn take(
        &mut self,
        now: Time,
        in_flight: usize,
        waits: &impl Fn(Entry) -> bool,
    ) -> Option<Entry> {
        let open = self.open.first(waits);
        if self.waiting.is_empty() {
            return open.inspect(|entry| self.open.pop(*entry));
        }
        let noisy = self.noisy(now, in_flight);
        let quiet = self.waiting.iter().find(|(_, number)| !noisy.contains(number)).copied();
        let tenant = match (quiet, open) {
            (Some((serial, _)), Some(entry)) if entry.serial < serial => None,
            (Some((_, number)), _) => Some(number),
            (None, Some(_)) => None,
            // `noisy` lists the busiest first.
            (None, None) => noisy
                .iter()
                .rev()
                .find(|number| self.tenants[**number as usize].first.is_some())
                .copied(),
        };
        match tenant {
            None => open.inspect(|entry| self.open.pop(*entry)),
            Some(number) => {
                let shelf = &mut self.tenants[number as usize].shelf;
                let entry = shelf.first(waits)?;
                shelf.pop(entry);
                self.index(number, waits);
                Some(entry)
            }
        }
    }

    /// The noisy tenants, the busiest first: at most nine, since each has more than a tenth.
    pub fn noisy(&self, now: Time, in_flight: usize) -> Vec<GroupNumber> {
        self.heavy
            .iter()
            .rev()
            .take_while(|(own, _)| u64::from(*own) * NOISY_SHARE > in_flight as u64)
            .map(|(_, number)| *number)
            .filter(|number| {
                let tenant = &self.tenants[*number as usize];
                tenant.first.is_some() && now.since(tenant.last_sent) < NOISY_AFTER_SENDING
            })
            .collect()
    }

    /// Forgets all messages and tenants.
    pub fn clear(&mut self) {
        *self = Shelves::default();
    }

    /// Keeps the tenant's place among the waiting by its first message.
    fn index(&mut self, number: GroupNumber, waits: &impl Fn(Entry) -> bool) {
        let tenant = &mut self.tenants[number as usize];
        let first = tenant.shelf.first(waits).map(|entry| entry.serial);
        if first != tenant.first {
            if let Some(old) = tenant.first {
                self.waiting.remove(&(old, number));
            }
            if let Some(new) = first {
                self.waiting.insert((new, number));
            }
            tenant.first = first;
        }
    }
}
