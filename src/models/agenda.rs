//! What the actors of a scene will do: by time, and at one time in the order of entry.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::services::time::Time;

/// Things to do, each at its moment.
#[derive(Debug, Clone)]
pub struct Agenda<T> {
    due: BinaryHeap<Reverse<Entry<T>>>,
    entered: u64,
}

#[derive(Debug, Clone, Copy)]
struct Entry<T> {
    at: Time,
    number: u64,
    what: T,
}

impl<T> Entry<T> {
    fn key(&self) -> (Time, u64) {
        (self.at, self.number)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl<T> Default for Agenda<T> {
    fn default() -> Agenda<T> {
        Agenda { due: BinaryHeap::new(), entered: 0 }
    }
}

/// Two agendas are equal when the same is due at the same moments in the same order.
impl<T: Copy + PartialEq> PartialEq for Agenda<T> {
    fn eq(&self, other: &Agenda<T>) -> bool {
        self.entered == other.entered && self.in_order() == other.in_order()
    }
}

impl<T: Copy> Agenda<T> {
    /// Enters `what` for the moment `at`.
    pub fn enter(&mut self, at: Time, what: T) {
        self.entered += 1;
        self.due.push(Reverse(Entry { at, number: self.entered, what }));
    }

    /// When the next is due.
    pub fn next_at(&self) -> Option<Time> {
        self.due.peek().map(|Reverse(entry)| entry.at)
    }

    /// Takes the next.
    pub fn pop(&mut self) -> Option<(Time, T)> {
        self.due.pop().map(|Reverse(entry)| (entry.at, entry.what))
    }

    /// How much is entered.
    pub fn len(&self) -> usize {
        self.due.len()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    fn in_order(&self) -> Vec<(Time, T)> {
        let mut entries: Vec<&Entry<T>> = self.due.iter().map(|Reverse(entry)| entry).collect();
        entries.sort_unstable();
        entries.into_iter().map(|entry| (entry.at, entry.what)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_at_one_moment_comes_in_the_order_of_entry() {
        let mut agenda = Agenda::default();
        for (at, what) in [(5, 'b'), (1, 'a'), (5, 'c'), (9, 'd')] {
            agenda.enter(Time(at), what);
        }
        let order: String = std::iter::from_fn(|| agenda.pop()).map(|(_, what)| what).collect();
        assert_eq!(order, "abcd");
        assert!(agenda.is_empty());
    }
}
