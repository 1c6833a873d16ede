//! A hash table that stays sorted by its hashes.
//!
//! Each thing lies where its hash wants it, or behind, never with a gap between (open addressing). So it is
//! found at one place of memory whatever the number of things, and walking over all of them goes in the
//! order of the hash: the same for the same things, whatever happened before.

use std::cmp::Ordering;

/// What has a hash, which decides where it lies.
pub(crate) trait Placed {
    /// The hash; things of one hash lie in an order of their own.
    fn hash(&self) -> u64;
}

/// Things by their hash.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Places<T> {
    /// The number of homes is 2 to the power of this.
    bits: u32,
    /// A place for each home, and some behind for what the last ones have no room for.
    slots: Vec<Option<T>>,
    count: usize,
}

impl<T> Default for Places<T> {
    fn default() -> Places<T> {
        Places { bits: 0, slots: vec![None], count: 0 }
    }
}

impl<T: Placed> Places<T> {
    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All of them, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().flatten()
    }

    /// Those from a place on that [`Places::search`] gave.
    pub(crate) fn iter_from(&self, place: usize) -> impl Iterator<Item = &T> {
        self.slots[place.min(self.slots.len())..].iter().flatten()
    }

    /// Those of this hash and of higher ones.
    pub(crate) fn iter_from_hash(&self, hash: u64) -> impl Iterator<Item = &T> {
        let (Ok(place) | Err(place)) = self.search(hash, |_| Ordering::Greater);
        self.iter_from(place)
    }

    /// The place of a thing, or where it would go. `order` says how one of the same hash stands to it.
    pub(crate) fn search(&self, hash: u64, order: impl Fn(&T) -> Ordering) -> Result<usize, usize> {
        let mut at = self.home(hash);
        while let Some(Some(one)) = self.slots.get(at) {
            match one.hash().cmp(&hash).then_with(|| order(one)) {
                Ordering::Less => at += 1,
                Ordering::Equal => return Ok(at),
                Ordering::Greater => break,
            }
        }
        Err(at)
    }

    /// What lies at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&T> {
        self.slots.get(place)?.as_ref()
    }

    /// What lies at a place, to be changed; its hash must stay as it is.
    pub(crate) fn at_mut(&mut self, place: usize) -> Option<&mut T> {
        self.slots.get_mut(place)?.as_mut()
    }

    /// Puts a new thing where [`Places::search`] said; what lies there moves on.
    pub(crate) fn insert(&mut self, place: usize, thing: T) {
        let run = self.slots[place.min(self.slots.len())..].iter();
        let free = place + run.take_while(|slot| slot.is_some()).count();
        if free == self.slots.len() {
            self.slots.push(None);
        }
        self.slots[free] = Some(thing);
        self.slots[place..=free].rotate_right(1);
        self.count += 1;
        if self.count * 4 > (3 << self.bits) {
            self.resize(self.bits + 1);
        }
    }

    /// Empties a place; what lies behind it and not at home moves back.
    pub(crate) fn take(&mut self, place: usize) -> Option<T> {
        let taken = self.slots.get_mut(place)?.take()?;
        let (mut free, mut next) = (place, place + 1);
        while let Some(Some(one)) = self.slots.get(next)
            && self.home(one.hash()) < next
        {
            self.slots.swap(free, next);
            (free, next) = (next, next + 1);
        }
        self.count -= 1;
        if self.bits > 0 && self.count * 8 < (1 << self.bits) {
            self.resize(self.bits - 1);
        }
        Some(taken)
    }

    /// Where a hash would lie were no other in its way.
    fn home(&self, hash: u64) -> usize {
        if self.bits == 0 { 0 } else { (hash >> (64 - self.bits)) as usize }
    }

    /// Gives the hashes another number of homes.
    fn resize(&mut self, bits: u32) {
        self.bits = bits;
        let homes = 1 << bits;
        let mut slots = Vec::with_capacity(homes + 8);
        for thing in std::mem::take(&mut self.slots).into_iter().flatten() {
            let home = self.home(thing.hash());
            if slots.len() < home {
                slots.resize_with(home, || None);
            }
            slots.push(Some(thing));
        }
        if slots.len() < homes {
            slots.resize_with(homes, || None);
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::services::chance::split_mix;

    /// A hash of few values, so that many things share one, and what tells them apart.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Thing(u64, u64);

    impl Placed for Thing {
        fn hash(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn things_are_found_and_walked_over_in_the_order_of_their_hashes() {
        let mut places = Places::default();
        let mut plain = BTreeSet::new();
        for step in 0..20_000_u64 {
            // More come than go at first, and all go at last.
            let draw = split_mix(step);
            let thing = Thing(split_mix(draw % 300) & !0 << (draw % 3 * 31), draw % 7);
            let found = places.search(thing.0, |one: &Thing| one.1.cmp(&thing.1));
            assert_eq!(found.is_ok(), plain.contains(&thing), "step {step}");
            match found {
                Err(place) if step % 5 < 3 && step < 15_000 => {
                    places.insert(place, thing);
                    plain.insert(thing);
                }
                Ok(place) if step % 5 >= 3 || step >= 15_000 => {
                    assert_eq!(places.take(place), Some(thing));
                    plain.remove(&thing);
                }
                _ => {}
            }
            assert_eq!(places.len(), plain.len());
            if step % 500 == 0 {
                assert!(places.iter().eq(&plain), "step {step}");
                let from = split_mix(step);
                assert!(
                    places.iter_from_hash(from).eq(plain.range(Thing(from, 0)..)),
                    "step {step}"
                );
            }
        }
        assert!(places.slots.len() < 5_000);
    }
}
