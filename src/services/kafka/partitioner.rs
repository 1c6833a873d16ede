//! Which partition a record goes to, as Kafka's own clients choose.

use crate::services::chance::Chance;

/// Kafka's 32-bit murmur2 of a key.
pub fn murmur2(key: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    const SEED: u32 = 0x9747_b28c;
    let mut hash = SEED ^ key.len() as u32;
    let mut chunks = key.chunks_exact(4);
    for chunk in &mut chunks {
        let mut k = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
        k = k.wrapping_mul(M);
        k ^= k >> 24;
        hash = hash.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    let rest = chunks.remainder();
    for (at, byte) in rest.iter().enumerate() {
        hash ^= u32::from(*byte) << (8 * at);
    }
    if !rest.is_empty() {
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^ (hash >> 15)
}

/// The partition of a key among `partitions`: the hash without its sign, modulo their number (MSK-1).
pub fn partition(key: &[u8], partitions: u32) -> u32 {
    (murmur2(key) & 0x7fff_ffff) % partitions.max(1)
}

/// The producer's place for records without a key: it stays on one partition for a batch and then takes
/// another (MSK-2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sticky {
    partition: Option<u32>,
    bytes: u64,
}

impl Sticky {
    /// `batch.size` of a Kafka producer, in bytes.
    pub const BATCH: u64 = 16_384;

    /// The partition for a record of so many bytes.
    pub fn next(&mut self, partitions: u32, bytes: u64, chance: &mut Chance) -> u32 {
        let partitions = partitions.max(1);
        let full = self.bytes > 0 && self.bytes + bytes > Sticky::BATCH;
        match self.partition.filter(|partition| *partition < partitions && !full) {
            Some(partition) => {
                self.bytes += bytes;
                partition
            }
            None => {
                // Another one than before, if there is another.
                let old = self.partition.filter(|old| *old < partitions && partitions > 1);
                let draw = chance.below(u64::from(partitions) - u64::from(old.is_some())) as u32;
                let partition = draw + u32::from(old.is_some_and(|old| draw >= old));
                self.partition = Some(partition);
                self.bytes = bytes;
                partition
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn msk_1_a_key_goes_to_its_hash_modulo_the_number_of_partitions() {
        // The vectors of Kafka's own tests (apache/kafka, UtilsTest), which count with a sign.
        for (key, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ] {
            assert_eq!(murmur2(key.as_bytes()) as i32, hash, "{key}");
        }
        assert_eq!(partition(b"abc", 6), 479_470_107 % 6);
        assert_eq!(partition(b"21", 6), ((-973_932_308_i32 as u32) & 0x7fff_ffff) % 6);
    }

    #[test]
    fn msk_2_records_without_a_key_stay_on_one_partition_for_a_batch() {
        let (mut sticky, mut chance) = (Sticky::default(), Chance::new(1));
        let places: Vec<u32> = (0..64).map(|_| sticky.next(4, 1024, &mut chance)).collect();
        for batch in places.chunks(16) {
            assert!(batch.iter().all(|place| *place == batch[0]), "{places:?}");
        }
        assert!(places.windows(2).filter(|pair| pair[0] != pair[1]).count() == 3, "{places:?}");
    }
}
