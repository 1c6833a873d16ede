//! The types of values, and how much memory each takes.

use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};

use super::reply::Bytes;

/// A map that keeps the order of insertion, whatever the hash.
pub type Table<V> = IndexMap<Bytes, V, FixedState>;
/// A set that keeps the order of insertion, whatever the hash.
pub type Names = IndexSet<Bytes, FixedState>;

/// What a key holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A string of bytes.
    Text(Bytes),
    /// A list.
    List(Box<VecDeque<Bytes>>),
    /// A hash: fields and their values.
    Hash(Box<Table<Bytes>>),
    /// A set.
    Set(Box<Names>),
    /// A sorted set.
    Sorted(Box<Sorted>),
}

impl Value {
    /// The name that `TYPE` answers with.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Hash(_) => "hash",
            Value::Set(_) => "set",
            Value::Sorted(_) => "zset",
        }
    }

    /// Whether a collection has run empty: such a key ceases to be.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(_) => false,
            Value::List(list) => list.is_empty(),
            Value::Hash(hash) => hash.is_empty(),
            Value::Set(set) => set.is_empty(),
            Value::Sorted(sorted) => sorted.len() == 0,
        }
    }

    /// About how many bytes the value takes in a server's memory. Strings follow redis-server 7.0's
    /// encodings (number, embedded, raw); of a collection some members are measured, as `MEMORY USAGE`
    /// does it, and each has a small overhead.
    pub fn bytes(&self) -> u64 {
        const OBJECT: u64 = 16;
        match self {
            Value::Text(text) => match text.len() as u64 {
                _ if is_integer(text) => OBJECT,
                short @ ..=44 => allocated(OBJECT + 3 + short + 1),
                long => OBJECT + allocated(string_header(long) + long + 1),
            },
            Value::List(list) => members(list.len(), |at| list.get(at).map(|item| item.len())),
            Value::Hash(hash) => members(hash.len(), |at| {
                hash.get_index(at).map(|(field, value)| field.len() + value.len() + MEMBER)
            }),
            Value::Set(set) => members(set.len(), |at| set.get_index(at).map(|item| item.len())),
            Value::Sorted(sorted) => members(sorted.len(), |at| {
                sorted.scores.get_index(at).map(|(member, _)| member.len() + 8 + MEMBER)
            }),
        }
    }
}

/// What a member of a collection takes beside its own bytes.
const MEMBER: usize = 16;

/// About how many bytes a collection takes, by a few of its members.
fn members(len: usize, size: impl Fn(usize) -> Option<usize>) -> u64 {
    const OBJECT: u64 = 80;
    const MEASURED: usize = 16;
    let measured = len.clamp(1, MEASURED);
    let sum: usize = (0..len.min(MEASURED)).filter_map(|n| size(n * len / measured)).sum();
    OBJECT + ((sum * len).div_ceil(measured) + MEMBER * len) as u64
}

/// About how many bytes a key takes beside its value: its name, its place in the table, and, if it
/// expires, its place in the table of expiring keys.
pub fn key_bytes(key: &[u8], expires: bool) -> u64 {
    const TABLE_ENTRY: u64 = 24 + 8;
    let length = key.len() as u64;
    let name = allocated(string_header(length) + length + 1);
    TABLE_ENTRY + name + if expires { TABLE_ENTRY } else { 0 }
}

fn string_header(length: u64) -> u64 {
    match length {
        0..=31 => 1,
        32..=255 => 3,
        256..=65_535 => 5,
        _ => 9,
    }
}

/// What an allocator with jemalloc's size classes hands out for `bytes`: steps of 16 up to 128, then four
/// steps to each doubling.
fn allocated(bytes: u64) -> u64 {
    match bytes {
        0..=8 => 8,
        9..=128 => bytes.next_multiple_of(16),
        _ => {
            let step = (bytes.next_power_of_two() / 8).max(16);
            bytes.next_multiple_of(step)
        }
    }
}

fn is_integer(text: &[u8]) -> bool {
    parse_integer(text).is_some()
}

/// The number that a text is, if it is written just as a server would write it.
pub fn parse_integer(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 20 || text[0] == b'+' {
        return None;
    }
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    // No `-0`, no leading zeros.
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    (digits[0] != b'0' || text == b"0").then_some(number)
}

/// A sorted set: members with scores, in the order of score and then of name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sorted {
    scores: Table<f64>,
    order: BTreeSet<(Score, Bytes)>,
}

/// A score as a key of an ordered set. Never NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Score(f64);

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Score) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Score) -> Ordering {
        // Never NaN, and both zeros are one place.
        self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
    }
}

impl Sorted {
    /// How many members there are.
    pub fn len(&self) -> usize {
        self.scores.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// A member's score.
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Gives a member a score; says whether it is new.
    pub fn insert(&mut self, member: &[u8], score: f64) -> bool {
        let member = Bytes::from(member);
        let old = self.scores.insert(Bytes::clone(&member), score);
        if let Some(old) = old {
            self.order.remove(&(Score(old), Bytes::clone(&member)));
        }
        self.order.insert((Score(score), member));
        old.is_none()
    }

    /// Takes a member out; says whether it was there.
    pub fn remove(&mut self, member: &[u8]) -> bool {
        let Some((member, score)) = self.scores.swap_remove_entry(member) else { return false };
        self.order.remove(&(Score(score), member))
    }

    /// The members and their scores, lowest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Bytes, f64)> + '_ {
        self.order.iter().map(|(score, member)| (member, score.0))
    }
}

impl FromIterator<(Bytes, f64)> for Sorted {
    fn from_iter<I: IntoIterator<Item = (Bytes, f64)>>(members: I) -> Sorted {
        let mut sorted = Sorted::default();
        for (member, score) in members {
            sorted.insert(&member, score);
        }
        sorted
    }
}

/// Up to so many members a server keeps a collection in the order in which they came; a larger one is
/// a table, in no promised order.
const IN_ORDER: usize = 512;

/// Takes a field out of a hash; the order of a small one is kept.
pub fn take_out(hash: &mut Table<Bytes>, field: &[u8]) -> Option<Bytes> {
    if hash.len() <= IN_ORDER { hash.shift_remove(field) } else { hash.swap_remove(field) }
}

/// Takes a member out of a set; the order of a small one is kept.
pub fn drop_out(set: &mut Names, member: &[u8]) -> bool {
    if set.len() <= IN_ORDER { set.shift_remove(member) } else { set.swap_remove(member) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_only_as_a_server_writes_them() {
        assert_eq!(parse_integer(b"-12"), Some(-12));
        assert_eq!(parse_integer(b"0"), Some(0));
        for text in ["", "-", "+1", "01", "-0", "1.0", " 1", "9223372036854775808", "abc"] {
            assert_eq!(parse_integer(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn allocations_come_in_size_classes() {
        for (asked, given) in [(1, 8), (9, 16), (100, 112), (129, 160), (1029, 1280), (4097, 5120)]
        {
            assert_eq!(allocated(asked), given);
        }
    }
}
