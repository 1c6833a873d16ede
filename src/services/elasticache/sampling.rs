//! Which keys a server looks at when one of them must go: runs of neighbours in its table, not keys drawn
//! evenly. Neighbours are looked at together again and again, which shows in the hit ratio of a scan.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::reply::Bytes;
use crate::services::chance::Chance;

/// The keys of a table in the order of its buckets, which is the order of their hashes.
#[derive(Debug, Clone, PartialEq)]
pub struct Buckets {
    keys: BTreeSet<(u64, Bytes)>,
    /// Comes before every other name of the same hash.
    first: Bytes,
}

impl Default for Buckets {
    fn default() -> Buckets {
        Buckets { keys: BTreeSet::new(), first: Bytes::from(&b""[..]) }
    }
}

fn hash(key: &[u8]) -> u64 {
    FixedState::default().hash_one(key)
}

impl Buckets {
    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Adds a key.
    pub fn insert(&mut self, key: &Bytes) {
        self.keys.insert((hash(key), Bytes::clone(key)));
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &Bytes) {
        self.keys.remove(&(hash(key), Bytes::clone(key)));
    }

    /// A bucket drawn from as many as a table of this size has: where it begins, and how far it goes.
    fn bucket(&self, chance: &mut Chance) -> (u64, u64) {
        let buckets = self.keys.len().next_power_of_two() as u64;
        let wide = u64::MAX / buckets;
        (chance.below(buckets) * wide, wide)
    }

    /// The keys of neighbouring buckets from one that is drawn, at most `count` of them.
    pub fn run(&self, chance: &mut Chance, count: usize) -> impl Iterator<Item = &Bytes> {
        let begin = (self.bucket(chance).0, Bytes::clone(&self.first));
        let run = self.keys.range(begin..).chain(&self.keys);
        run.take(count.min(self.keys.len())).map(|(_, key)| key)
    }

    /// A key of a bucket that is drawn: one with neighbours in its bucket is drawn less often.
    pub fn any(&self, chance: &mut Chance) -> Option<&Bytes> {
        while !self.keys.is_empty() {
            let (begin, wide) = self.bucket(chance);
            let first = || Bytes::clone(&self.first);
            let keys = || self.keys.range((begin, first())..(begin.saturating_add(wide), first()));
            let many = keys().count() as u64;
            if many > 0 {
                return keys().nth(chance.below(many) as usize).map(|(_, key)| key);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_drawn_sooner_or_later() {
        let (mut buckets, mut chance) = (Buckets::default(), Chance::new(3));
        assert_eq!(buckets.any(&mut chance), None);
        let keys: Vec<Bytes> = (0..20).map(|n| Bytes::from(format!("k{n}").as_bytes())).collect();
        keys.iter().for_each(|key| buckets.insert(key));
        let mut seen = BTreeSet::new();
        for _ in 0..400 {
            seen.extend(buckets.any(&mut chance).map(Bytes::clone));
            let run: BTreeSet<&Bytes> = buckets.run(&mut chance, 5).collect();
            assert_eq!(run.len(), 5);
        }
        assert_eq!(seen.len(), 20);
        keys.iter().for_each(|key| buckets.remove(key));
        assert!(buckets.is_empty());
    }
}
