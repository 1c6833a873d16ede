//! The only randomness there is: a small seeded generator that is handed in and can be cloned.
//! The same seed gives the same numbers on every machine (PCG XSL 128/64, from `rand_pcg`).

use rand_core::Rng as _;
use rand_pcg::Pcg64Mcg;

/// A seeded stream of choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chance(Pcg64Mcg);

impl Chance {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Chance {
        Chance::stream(seed, 0)
    }

    /// One of many independent streams of a seed: give each actor its own number.
    pub fn stream(seed: u64, number: u64) -> Chance {
        // Two rounds of SplitMix64 spread neighbouring seeds and numbers over the state.
        let high = split_mix(seed ^ split_mix(number));
        let low = split_mix(high ^ number);
        Chance(Pcg64Mcg::new((u128::from(high) << 64) | u128::from(low)))
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..n`, each equally likely; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // Multiply-shift; the bias of at most n/2^64 does not matter to anything here.
        ((u128::from(self.bits()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True with a chance of `parts` in `whole`.
    pub fn parts_in(&mut self, parts: u64, whole: u64) -> bool {
        self.below(whole) < parts
    }

    /// Puts the items into a random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

pub(crate) fn split_mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_numbers() {
        let mut chance = Chance::new(7);
        let first: Vec<u64> = (0..4).map(|_| chance.below(100)).collect();
        let mut again = Chance::new(7);
        assert_eq!(first, (0..4).map(|_| again.below(100)).collect::<Vec<_>>());
        assert_ne!(Chance::stream(7, 1).bits(), Chance::stream(7, 2).bits());
    }
}
