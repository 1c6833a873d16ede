//! The space of hash keys, 0 … 2^128−1: MD5 of partition keys, and how ranges cut it up.

use md5::{Digest as _, Md5};

/// An inclusive range of hash keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashRange {
    /// The first key in it.
    pub start: u128,
    /// The last key in it.
    pub end: u128,
}

impl HashRange {
    /// All keys.
    pub const ALL: HashRange = HashRange { start: 0, end: u128::MAX };

    /// Whether `key` lies in it; both ends do (KDS-2).
    pub fn contains(self, key: u128) -> bool {
        self.start <= key && key <= self.end
    }

    /// Half way, rounded down: where the documentation splits a shard.
    pub fn middle(self) -> u128 {
        self.start + (self.end - self.start) / 2
    }
}

/// Where a partition key falls: the MD5 of its UTF-8 bytes as a big-endian number (KDS-1).
pub fn hash_key(partition_key: &str) -> u128 {
    u128::from_be_bytes(Md5::digest(partition_key.as_bytes()).into())
}

/// A hash key written in decimal; nothing if it is no number below 2^128.
pub fn parse_hash_key(text: &str) -> Option<u128> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The ranges of a new stream's shards: ⌊2^128/n⌋ keys each, the last one takes the rest (KDS-3).
pub fn even_ranges(count: u32) -> Vec<HashRange> {
    let n = u128::from(count.max(1));
    if n == 1 {
        return vec![HashRange::ALL];
    }
    // 2^128 itself does not fit: divide 2^128 − 1 and put the one back.
    let size = u128::MAX / n + u128::from(u128::MAX % n == n - 1);
    (0..n)
        .map(|i| HashRange {
            start: i * size,
            end: if i + 1 == n { u128::MAX } else { (i + 1) * size - 1 },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard_of(key: &str, count: u32) -> usize {
        even_ranges(count).iter().position(|range| range.contains(hash_key(key))).unwrap()
    }

    #[test]
    fn kds_1_the_md5_of_the_key_as_a_number_picks_the_shard() {
        for (key, number, of_2, of_3, of_4) in [
            ("user-1", 285573413173782752570879317399258818820, 1, 2, 3),
            ("user-2", 81544010656874607678696621737415172275, 0, 0, 0),
            ("user-5", 75932596252591349261859535904089678889, 0, 0, 0),
            ("order-1", 146877212252092102612564579855103022916, 0, 1, 1),
            ("hello", 123957004363873451094272536567338222994, 0, 1, 1),
            ("a", 16955237001963240173058271559858726497, 0, 0, 0),
            ("b", 195289424170611159128911017612795795343, 1, 1, 2),
            ("한국", 233730374714200375037945345000285044578, 1, 2, 2),
        ] {
            assert_eq!(hash_key(key), number, "{key}");
            assert_eq!(shard_of(key, 2), of_2, "{key} of 2");
            assert_eq!(shard_of(key, 3), of_3, "{key} of 3");
            assert_eq!(shard_of(key, 4), of_4, "{key} of 4");
        }
        for key in ["user-2", "user-3", "user-4", "user-5"] {
            assert_eq!(shard_of(key, 4), 0, "{key}: the hot shard");
        }
    }

    #[test]
    fn kds_3_a_new_stream_is_cut_into_even_ranges_and_the_last_takes_the_rest() {
        let starts = |n| even_ranges(n).iter().map(|range| range.start).collect::<Vec<_>>();
        assert_eq!(even_ranges(1), [HashRange::ALL]);
        assert_eq!(starts(2), [0, 170141183460469231731687303715884105728]);
        let third = 113427455640312821154458202477256070485;
        assert_eq!(starts(3), [0, third, 2 * third]);
        assert_eq!(even_ranges(3)[1].end, 226854911280625642308916404954512140969);
        assert_eq!(
            starts(4),
            [
                0,
                85070591730234615865843651857942052864,
                170141183460469231731687303715884105728,
                255211775190703847597530955573826158592
            ]
        );
        for n in [1, 2, 3, 4, 7, 1000] {
            let ranges = even_ranges(n);
            assert_eq!(ranges.last().map(|range| range.end), Some(u128::MAX));
            assert!(ranges.windows(2).all(|pair| pair[0].end + 1 == pair[1].start));
        }
        assert_eq!(HashRange::ALL.middle(), 170141183460469231731687303715884105727);
    }

    #[test]
    fn hash_keys_beyond_the_space_are_none() {
        assert_eq!(parse_hash_key("340282366920938463463374607431768211455"), Some(u128::MAX));
        for bad in ["340282366920938463463374607431768211456", "", "-1", "+1", "0x1", "1e3"] {
            assert_eq!(parse_hash_key(bad), None, "{bad}");
        }
    }
}
