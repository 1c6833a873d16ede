//! The producer, the applications and the members: what they are at, without what they do.

use std::collections::{BTreeMap, VecDeque};

use super::GROUP_NAMES;
use super::tables::{CONSUMER, PRODUCER};
use crate::models::journal::{EventId, ObjectId};
pub use crate::models::rate::PerSecond;
use crate::models::workload::Arrivals;
use crate::services::chance::Chance;
use crate::services::time::Time;

/// A record about to be put.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// Its partition key.
    pub key: String,
    /// How often it was refused.
    pub refused: u32,
}

/// A record that was put lately: where its key fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The MD5 of its key as a number.
    pub hash: u128,
    /// The shard that took it.
    pub shard: u32,
    /// When.
    pub at: Time,
}

/// Where records come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Producer {
    /// When they come.
    pub arrivals: Arrivals,
    /// Which keys they have.
    pub chance: Chance,
    /// When the next comes.
    pub next: Option<Time>,
    /// Whether it rests.
    pub paused: bool,
    /// Counts starts and stops: what was entered in an earlier life is not done.
    pub life: u32,
    /// Refused records that wait to be put again, by the number of their wait.
    pub waiting: BTreeMap<u32, (Vec<Pending>, Option<EventId>)>,
    /// How many such waits there were.
    pub waits: u32,
    /// How many records there were to put.
    pub came: u64,
    /// How many of these are stored.
    pub stored: u64,
    /// When it last put something.
    pub put: Option<Time>,
    /// What it was last told.
    pub last: Option<EventId>,
}

/// The producer as a thing that can be pointed at.
pub const THE_PRODUCER: ObjectId = ObjectId { kind: PRODUCER, number: 0 };

impl Producer {
    /// How many refused records wait.
    pub fn waiting(&self) -> usize {
        self.waiting.values().map(|(records, _)| records.len()).sum()
    }
}

/// Where reading begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At the oldest record that is kept.
    Horizon,
    /// With what comes from now on.
    Latest,
    /// With the first record of this moment or later.
    At(Time),
    /// After the record of this sequence number.
    After(String),
}

/// Records in an application's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// The first position.
    pub from: u64,
    /// One after the last.
    pub to: u64,
    /// The sequence number of the last.
    pub last: String,
    /// Since when it works on them.
    pub since: Time,
    /// When it will be done.
    pub until: Time,
    /// The event of the read.
    pub read: EventId,
}

/// One shard as an application reads it: KCL's lease.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// Where it begins without a checkpoint.
    pub start: Start,
    /// The iterator to use next, and the position that it stands at.
    pub iterator: Option<(String, Option<u64>)>,
    /// The next position to read, once it has begun.
    pub next: Option<u64>,
    /// The sequence number of the last record read.
    pub read: Option<String>,
    /// What it works on.
    pub hand: Option<Hand>,
    /// The next position after the last stored one, and the stored sequence number.
    pub checkpoint: Option<(u64, String)>,
    /// Whether the closed shard was read to its end.
    pub drained: bool,
    /// Waits to be pushed something.
    pub idle: bool,
    /// `MillisBehindLatest` of the last answer.
    pub behind: i64,
    /// The last event it was in.
    pub last: Option<EventId>,
}

impl Lease {
    /// A lease that has read nothing yet.
    pub fn new(start: Start, last: Option<EventId>) -> Lease {
        Lease {
            start,
            iterator: None,
            next: None,
            read: None,
            hand: None,
            checkpoint: None,
            drained: false,
            idle: false,
            behind: 0,
            last,
        }
    }
}

/// What applications and members are called, by number.
const NAMES: [&str; 12] = [
    "billing", "search", "audit", "fraud", "reports", "archive", "alerts", "sessions", "pricing",
    "mails", "stock", "ranking",
];

/// An application that reads the stream.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// Its number, from 1.
    pub number: u32,
    /// Counts deaths: what was entered in an earlier life is not done.
    pub life: u32,
    /// Since when it is dead.
    pub dead: Option<Time>,
    /// Whether it works at a tenth of its speed.
    pub slow: bool,
    /// Its shards.
    pub leases: BTreeMap<u32, Lease>,
    /// One after the highest position it has ever worked on, by shard.
    pub high: BTreeMap<u32, u64>,
    /// Records worked on.
    pub done: u64,
    /// Of these, how many for another time.
    pub again: u64,
    /// Records that expired before it read them.
    pub missed: u64,
    /// The last event of the application as a whole.
    pub last: Option<EventId>,
}

impl App {
    /// An application that has not begun.
    pub fn new(number: u32, last: Option<EventId>) -> App {
        App {
            number,
            life: 0,
            dead: None,
            slow: false,
            leases: BTreeMap::new(),
            high: BTreeMap::new(),
            done: 0,
            again: 0,
            missed: 0,
            last,
        }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        NAMES[(self.number as usize).saturating_sub(1) % NAMES.len()]
    }

    /// As a thing that can be pointed at.
    pub fn object(&self) -> ObjectId {
        ObjectId { kind: CONSUMER, number: self.number }
    }
}

/// What a member works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Partition, first offset, one after the last.
    pub ranges: Vec<(u32, u64, u64)>,
    /// Since when.
    pub since: Time,
    /// When it will be done.
    pub until: Time,
    /// The event of the poll.
    pub polled: EventId,
}

/// A member of a Kafka group.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its number among all members, from 1.
    pub number: u32,
    /// Its group.
    pub group: usize,
    /// Its number in the group, from 1.
    pub ordinal: u32,
    /// Counts deaths.
    pub life: u32,
    /// Since when its process is gone.
    pub dead: Option<Time>,
    /// Whether it left with a goodbye.
    pub left: bool,
    /// Whether it works at a hundredth of its speed.
    pub slow: bool,
    /// What it works on.
    pub hand: Option<Batch>,
    /// Records worked on.
    pub done: u64,
    /// The last event it was in.
    pub last: Option<EventId>,
}

impl Member {
    /// A member about to join.
    pub fn new(number: u32, group: usize, ordinal: u32, last: Option<EventId>) -> Member {
        Member {
            number,
            group,
            ordinal,
            life: 0,
            dead: None,
            left: false,
            slow: false,
            hand: None,
            done: 0,
            last,
        }
    }

    /// Its name in the group; names of the second group begin with the group's.
    pub fn name(&self) -> String {
        let stem = if self.group == 0 { "member" } else { GROUP_NAMES[self.group] };
        format!("{stem}-{}", self.ordinal)
    }

    /// As a thing that can be pointed at.
    pub fn object(&self) -> ObjectId {
        ObjectId { kind: CONSUMER, number: self.number }
    }
}

/// What is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Records stored.
    pub records: PerSecond,
    /// Their bytes, keys included.
    pub bytes: PerSecond,
    /// Records refused.
    pub writes_refused: PerSecond,
    /// Reads refused.
    pub reads_refused: PerSecond,
    /// Records read.
    pub read: PerSecond,
    /// Records worked on.
    pub done: u64,
    /// Of these, for another time.
    pub again: u64,
    /// Records that expired unread, by all consumers.
    pub missed: u64,
    /// Records whose checkpoint was stored but whose work was not done.
    pub skipped: u64,
    /// Records that the producer gave up.
    pub given_up: u64,
    /// Kafka's rebalances.
    pub rebalances: u64,
}

/// The last records put, the latest at the end.
pub type Flow = VecDeque<Placed>;

/// What an actor will do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Due {
    /// Everything starts.
    Begin,
    /// Records have come in.
    Put { life: u32 },
    /// Refused records are put again.
    Again { wait: u32 },
    /// An application reads a shard.
    Read { app: u32, shard: u32, life: u32 },
    /// It has worked on what it read.
    Done { app: u32, shard: u32, life: u32 },
    /// A member polls.
    Poll { member: u32, life: u32 },
    /// It has worked on what it was given.
    Worked { member: u32, life: u32 },
}
