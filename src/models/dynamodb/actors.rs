//! The application, the clerks and the stream's reader: what they are at, without what they do.

use std::collections::{BTreeMap, VecDeque};

use super::tables::{CLERK, CLIENT, KEY, READER};
use crate::models::journal::{EventId, ObjectId};
use crate::models::rate::PerSecond;
use crate::models::workload::Arrivals;
use crate::services::chance::Chance;
use crate::services::time::Time;

/// The application as a thing that can be pointed at.
pub const THE_CLIENT: ObjectId = ObjectId { kind: CLIENT, number: 0 };
/// The stream's reader as a thing that can be pointed at.
pub const THE_READER: ObjectId = ObjectId { kind: READER, number: 0 };

/// Keys that are words are numbered from here.
const WORDS: u32 = 1 << 31;
/// The bits of a key's number that hold its suffix, 0 for none.
const SUFFIX_BITS: u32 = 8;

/// A partition key by its number: `user-7`, `user-7#3`, or a word such as one that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u32);

impl Key {
    /// The key of user `index`, from 0, spread over suffixes if there are several.
    pub fn user(index: u32, suffix: Option<u32>) -> Key {
        let index = index % (WORDS >> SUFFIX_BITS);
        Key(index << SUFFIX_BITS | suffix.map_or(0, |suffix| suffix % 255 + 1))
    }

    /// The key that is the word of this index.
    pub fn word(index: usize) -> Key {
        Key(WORDS | index as u32)
    }

    /// The word's index, if it is one.
    pub fn as_word(self) -> Option<usize> {
        (self.0 >= WORDS).then_some((self.0 & !WORDS) as usize)
    }

    /// How it is written, unless it is a word.
    pub fn text(self) -> String {
        let (user, suffix) = ((self.0 >> SUFFIX_BITS) + 1, self.0 % (1 << SUFFIX_BITS));
        match suffix {
            0 => format!("user-{user}"),
            _ => format!("user-{user}#{}", suffix - 1),
        }
    }

    /// The key that is written so, if it is a user's.
    pub fn parse(text: &str) -> Option<Key> {
        let rest = text.strip_prefix("user-")?;
        let (user, suffix) = match rest.split_once('#') {
            Some((user, suffix)) => (user, Some(suffix.parse().ok()?)),
            None => (rest, None),
        };
        let user: u32 = user.parse().ok()?;
        let key = Key::user(user.checked_sub(1)?, suffix);
        (key.text() == text).then_some(key)
    }

    /// As a thing that can be pointed at.
    pub fn object(self) -> ObjectId {
        ObjectId { kind: KEY, number: self.0 }
    }

    /// The key of such a thing.
    pub fn of(object: ObjectId) -> Key {
        Key(object.number)
    }
}

/// What the application asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Puts an item of this version.
    Put(Key, i64),
    /// Puts the item as it is already.
    Same(Key),
    /// Reads what belongs to a key, as the knobs say.
    Read(Key),
}

impl Request {
    /// The partition key.
    pub fn key(self) -> Key {
        match self {
            Request::Put(key, _) | Request::Same(key) | Request::Read(key) => key,
        }
    }
}

/// A request about to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// What is asked for.
    pub request: Request,
    /// How often it was refused.
    pub refused: u32,
    /// How often it may be sent again.
    pub retries: u32,
}

/// A key that was used lately: where it fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its hash.
    pub hash: u64,
    /// When.
    pub at: Time,
}

/// The application that writes and reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    /// When writes come.
    pub writes: Arrivals,
    /// When reads come.
    pub reads: Arrivals,
    /// Which keys are written.
    pub write_keys: Chance,
    /// Which keys are read.
    pub read_keys: Chance,
    /// How long retries wait.
    pub jitter: Chance,
    /// When the next write comes.
    pub next_write: Option<Time>,
    /// When the next read comes.
    pub next_read: Option<Time>,
    /// Whether it rests.
    pub paused: bool,
    /// Counts starts and stops: what was entered in an earlier life is not done.
    pub life: u32,
    /// The version of the last item put.
    pub version: i64,
    /// How many keys were used only once.
    pub fresh: u32,
    /// The key that is flooded, and the event that began it.
    pub flood: Option<(Key, EventId)>,
    /// Refused requests that wait to be sent again, by the number of their wait.
    pub waiting: BTreeMap<u32, (Vec<Pending>, Option<EventId>)>,
    /// How many such waits there were.
    pub waits: u32,
    /// What it was last told.
    pub last: Option<EventId>,
    /// The keys it used last, the latest at the end.
    pub placed: VecDeque<Placed>,
}

impl Client {
    /// How many refused requests wait.
    pub fn waiting(&self) -> usize {
        self.waiting.values().map(|(requests, _)| requests.len()).sum()
    }
}

/// What a clerk is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It rests until the next customer.
    Resting,
    /// It has read this stock and thinks.
    Thinking(i64),
    /// It wrote after reading this stock, and no answer came.
    Unsure(i64),
    /// It moves money from one account to another.
    Moving(u32, u32),
}

/// A clerk.
#[derive(Debug, Clone, PartialEq)]
pub struct Clerk {
    /// Its number, from 1.
    pub number: u32,
    /// What it is at.
    pub phase: Phase,
    /// When it began with that.
    pub since: Time,
    /// Sales or transfers done.
    pub done: u64,
    /// How often a condition or a conflict sent it back.
    pub sent_back: u64,
    /// Whether its next answer gets lost.
    pub loses: bool,
    /// What it draws.
    pub chance: Chance,
    /// The last event it was in.
    pub last: Option<EventId>,
}

impl Clerk {
    /// As a thing that can be pointed at.
    pub fn object(&self) -> ObjectId {
        ObjectId { kind: CLERK, number: self.number }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        format!("clerk-{}", self.number)
    }
}

/// Who reads the stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reader {
    /// Counts deaths: what was entered in an earlier life is not done.
    pub life: u32,
    /// Since when it is dead.
    pub dead: Option<Time>,
    /// The iterator to use next.
    pub iterator: Option<String>,
    /// The sequence number of the last record read.
    pub sequence: Option<String>,
    /// The number of the record to read next.
    pub next: u64,
    /// Records read, by what happened: `INSERT`, `MODIFY`, `REMOVE`, and those that expired.
    pub read: [u64; 4],
    /// Records that were trimmed before they were read.
    pub missed: u64,
    /// The last event it was in.
    pub last: Option<EventId>,
}

/// What is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Items put, updated or deleted, by whomever.
    pub written: u64,
    /// Reads answered.
    pub read: u64,
    /// Reads that the client made and that were older than the leader.
    pub stale: u64,
    /// Reads of items that had expired.
    pub expired_reads: u64,
    /// Items that Query and Scan answered.
    pub returned: u64,
    /// Requests that were throttled.
    pub throttled: u64,
    /// Writes that the table throttled.
    pub writes_refused: PerSecond,
    /// Reads that were throttled.
    pub reads_refused: PerSecond,
    /// Writes that the index throttled.
    pub index_refused: PerSecond,
    /// Requests that the client stopped sending again.
    pub given_up: u64,
    /// Failed conditions.
    pub conditions: u64,
    /// Actions of transactions that met another one.
    pub conflicts: u64,
    /// Items deleted because they expired.
    pub expired: u64,
    /// Stream records read.
    pub records: u64,
    /// Sales that customers made.
    pub sold: i64,
}

/// What an actor will do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Due {
    /// Everything starts.
    Begin,
    /// The client's writes and reads have come in.
    Send { life: u32 },
    /// Refused requests are sent again.
    Again { wait: u32 },
    /// The flood goes on.
    Flood { life: u32 },
    /// A clerk goes on.
    Clerk { number: u32, life: u32 },
    /// The stream is read.
    Poll { life: u32 },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for key in [Key::user(0, None), Key::user(6, Some(0)), Key::user(9_999, Some(199))] {
            assert_eq!(Key::parse(&key.text()), Some(key), "{}", key.text());
        }
        assert_eq!(Key::user(6, Some(3)).text(), "user-7#3");
        for other in ["tea", "user-0", "user-07", "user-7#", "user-"] {
            assert_eq!(Key::parse(other), None, "{other}");
        }
        assert_eq!(Key::word(3).as_word(), Some(3));
        assert_eq!(Key::user(3, None).as_word(), None);
    }
}
