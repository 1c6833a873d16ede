//! Which keys a server looks at when one of them must go: runs of neighbours in its table, not keys drawn
//! evenly. Neighbours are looked at together again and again, which shows in the hit ratio of a scan.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use crate::services::chance::Chance;
use crate::services::places::{Placed, Places};

/// Where a key lies in a server's table.
pub(super) fn hash(key: &[u8]) -> u64 {
    FixedState::default().hash_one(key)
}

/// A bucket drawn from as many as a table of so many keys has: where it begins, and how far it goes.
fn bucket(keys: usize, chance: &mut Chance) -> (u64, u64) {
    let buckets = keys.next_power_of_two() as u64;
    let wide = u64::MAX / buckets;
    (chance.below(buckets) * wide, wide)
}

/// The keys of neighbouring buckets from one that is drawn, at most `count` of them.
pub(super) fn run<'k, T: Placed>(
    keys: &'k Places<T>,
    chance: &mut Chance,
    count: usize,
) -> impl Iterator<Item = &'k T> + use<'k, T> {
    let (begin, _) = bucket(keys.len(), chance);
    keys.iter_from_hash(begin).chain(keys.iter()).take(count.min(keys.len()))
}

/// A key of a bucket that is drawn: one with neighbours in its bucket is drawn less often.
pub(super) fn any<'k, T: Placed>(keys: &'k Places<T>, chance: &mut Chance) -> Option<&'k T> {
    while !keys.is_empty() {
        let (begin, wide) = bucket(keys.len(), chance);
        let end = begin.saturating_add(wide);
        let inside = || keys.iter_from_hash(begin).take_while(|key| key.hash() < end);
        let many = inside().count() as u64;
        if many > 0 {
            return inside().nth(chance.below(many) as usize);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::services::chance::split_mix;

    impl Placed for u64 {
        fn hash(&self) -> u64 {
            *self
        }
    }

    #[test]
    fn every_key_is_drawn_sooner_or_later() {
        let (mut keys, mut chance) = (Places::default(), Chance::new(3));
        assert_eq!(any(&keys, &mut chance), None);
        for key in (0..20).map(split_mix) {
            let place = keys.search(key, |_| std::cmp::Ordering::Equal).unwrap_err();
            keys.insert(place, key);
        }
        let mut seen: BTreeSet<&u64> = BTreeSet::new();
        for _ in 0..400 {
            seen.extend(any(&keys, &mut chance));
            let run: BTreeSet<&u64> = run(&keys, &mut chance, 5).collect();
            assert_eq!(run.len(), 5);
        }
        assert_eq!(seen.len(), 20);
    }
}
