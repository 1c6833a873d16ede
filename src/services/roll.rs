//! A long list whose clones share what neither of them changes: for what grows with a history, so that a
//! checkpoint of it costs what has changed and not what there is.

use std::ops::{Index, IndexMut};
use std::sync::Arc;

/// So many entries are shared or copied together.
const PART: usize = 256;
/// About so many parts change between two checkpoints: the newest entries.
const CHANGING: usize = 4;

/// A list that grows at its end and may change anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Roll<T> {
    parts: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Roll<T> {
    fn default() -> Roll<T> {
        Roll { parts: Vec::new() }
    }
}

impl<T> Roll<T> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        let full = self.parts.len().saturating_sub(1) * PART;
        self.parts.last().map_or(0, |last| full + last.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The entry of this number, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.parts.get(index / PART)?.get(index % PART)
    }

    /// All entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// How many entries from the start on are `before`; those that are stand before those that are not.
    pub fn partition_point(&self, before: impl Fn(&T) -> bool) -> usize {
        let all_before = |part: &Arc<Vec<T>>| part.last().is_some_and(&before);
        let parts = self.parts.partition_point(all_before);
        match self.parts.get(parts) {
            Some(part) => parts * PART + part.partition_point(&before),
            None => self.len(),
        }
    }

    /// About how many bytes a clone comes to have for itself.
    pub fn weight(&self) -> usize {
        self.parts.len() * size_of::<Arc<Vec<T>>>() + CHANGING * PART * size_of::<T>()
    }
}

impl<T: Clone> Roll<T> {
    /// Adds an entry at the end.
    pub fn push(&mut self, entry: T) {
        match self.parts.last_mut().filter(|last| last.len() < PART) {
            Some(last) => Arc::make_mut(last).push(entry),
            None => {
                let mut part = Vec::with_capacity(PART);
                part.push(entry);
                self.parts.push(Arc::new(part));
            }
        }
    }

    /// Forgets every entry from number `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.parts.truncate(len.div_ceil(PART));
        if let Some(last) = self.parts.get_mut(len / PART) {
            Arc::make_mut(last).truncate(len % PART);
        }
    }
}

impl<T> Index<usize> for Roll<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.parts[index / PART][index % PART]
    }
}

impl<T: Clone> IndexMut<usize> for Roll<T> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.parts[index / PART])[index % PART]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_was_and_shares_what_stays_the_same() {
        let mut roll = Roll::default();
        (0..1_000).for_each(|number| roll.push(number));
        let before = roll.clone();
        roll[300] = 7;
        roll.push(1_000);
        assert_eq!((before.len(), roll.len()), (1_000, 1_001));
        assert_eq!((before[300], roll[300], roll.get(1_000)), (300, 7, Some(&1_000)));
        assert!(before.iter().copied().eq(0..1_000));
        assert!(Arc::ptr_eq(&before.parts[0], &roll.parts[0]), "what nobody changed is shared");
        assert_ne!(before, roll);
    }

    #[test]
    fn what_is_cut_off_is_gone_and_what_is_sorted_is_found() {
        let mut whole = Roll::default();
        (0..1_000).for_each(|number| whole.push(number));
        for len in [0, 1, 255, 256, 257, 512, 999, 1_000, 2_000] {
            let mut roll = whole.clone();
            roll.truncate(len);
            assert!(roll.iter().copied().eq(0..len.min(1_000)));
            assert_eq!(whole.partition_point(|number| *number < len), len.min(1_000));
            roll.push(7);
            assert_eq!((roll.len(), roll.iter().last()), (len.min(1_000) + 1, Some(&7)));
        }
    }
}
