//! Hash slots: which of the 16,384 slots a key lies in, and which shard owns the slot.

use std::ops::RangeInclusive;

use crc::{CRC_16_XMODEM, Crc};

/// How many hash slots there are (EC-1).
pub const SLOTS: u16 = 16_384;

const CRC16: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// The slot of a key: CRC16 (XMODEM) of its hash tag, or of the whole key, modulo 16,384 (EC-1, EC-2).
pub fn slot(key: &[u8]) -> u16 {
    CRC16.checksum(hash_tag(key).unwrap_or(key)) % SLOTS
}

/// What lies between the first `{` and the next `}`, if anything does (EC-2).
pub fn hash_tag(key: &[u8]) -> Option<&[u8]> {
    let open = key.iter().position(|byte| *byte == b'{')?;
    let rest = &key[open + 1..];
    let close = rest.iter().position(|byte| *byte == b'}')?;
    (close > 0).then(|| &rest[..close])
}

/// The slots of each of `shards` shards when all are split evenly, as `redis-cli --cluster create`
/// rounds them (EC-4): shard i begins at round(i × 16384 / shards).
pub fn even_split(shards: u16) -> Vec<RangeInclusive<u16>> {
    let shards = u32::from(shards.clamp(1, SLOTS));
    let begin = |index: u32| ((2 * index * u32::from(SLOTS) + shards) / (2 * shards)) as u16;
    (0..shards).map(|index| begin(index)..=begin(index + 1) - 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ec_1_the_slot_is_crc16_xmodem_modulo_16384() {
        assert_eq!(CRC16.checksum(b"123456789"), 0x31C3);
        assert_eq!(slot(b"123456789"), 12_739);
    }

    #[test]
    fn ec_2_only_the_first_non_empty_tag_is_hashed() {
        assert_eq!(hash_tag(b"{user1000}.following"), Some(&b"user1000"[..]));
        assert_eq!(hash_tag(b"foo{}{bar}"), None);
        assert_eq!(hash_tag(b"foo{{bar}}zap"), Some(&b"{bar"[..]));
        assert_eq!(hash_tag(b"foo{bar}{zap}"), Some(&b"bar"[..]));
        assert_eq!(hash_tag(b"foo}bar{"), None);
        assert_eq!(hash_tag(b"{bar"), None);
    }

    #[test]
    fn ec_3_keys_lie_in_the_slots_that_a_real_server_names() {
        for (key, expected) in [
            ("foo", 12182),
            ("bar", 5061),
            ("hello", 866),
            ("key", 12539),
            ("somekey", 11058),
            ("a", 15495),
            ("b", 3300),
            ("c", 7365),
            ("user:1000", 1649),
            ("user:1001", 5712),
            ("session:abc123", 11692),
            ("product:42", 12456),
            ("product:43", 8329),
            ("order:1", 14374),
            ("order:2", 2117),
            ("order:3", 6244),
            ("cart:42", 15749),
            ("session:1", 9436),
            ("session:2", 5311),
            ("session:3", 1182),
            ("{user1000}.following", 3443),
            ("{user1000}.followers", 3443),
            ("user1000", 3443),
            ("foo{}{bar}", 8363),
            ("foo{{bar}}zap", 4015),
            ("{bar", 4015),
            ("foo{bar}{zap}", 5061),
            ("{}foo", 9500),
            ("session:{abc123}:cart", 4795),
            ("session:{abc123}:profile", 4795),
            ("foo}bar{", 11073),
            ("키", 10996),
            ("상품:42", 13894),
            ("", 0),
        ] {
            assert_eq!(slot(key.as_bytes()), expected, "{key}");
        }
    }

    #[test]
    fn ec_4_three_shards_split_the_slots_evenly() {
        assert_eq!(even_split(3), [0..=5460, 5461..=10922, 10923..=16383]);
        let owner = |key: &str| {
            even_split(3).iter().position(|range| range.contains(&slot(key.as_bytes()))).unwrap()
        };
        assert_eq!(["foo", "bar", "hello", "user:1001"].map(owner), [2, 0, 0, 1]);
    }

    #[test]
    fn every_even_split_tiles_the_slots() {
        for shards in 1..=500 {
            let ranges = even_split(shards);
            assert_eq!(ranges.len(), usize::from(shards));
            assert_eq!((*ranges[0].start(), *ranges[ranges.len() - 1].end()), (0, SLOTS - 1));
            assert!(ranges.windows(2).all(|pair| *pair[0].end() + 1 == *pair[1].start()));
        }
    }
}
