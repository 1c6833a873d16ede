//! A consumer group: members, the partitions each has, committed offsets, and the rebalance between two
//! assignments.

use std::collections::{BTreeMap, BTreeSet};

use crate::services::time::{Span, Time};

/// A client's settings, as Kafka names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// `session.timeout.ms`: without a heartbeat for so long a member is out.
    pub session_timeout: Span,
    /// `heartbeat.interval.ms`: how often members speak up, and so how soon they hear of a rebalance.
    pub heartbeat_interval: Span,
    /// `max.poll.interval.ms`: without a poll for so long a member is out, heartbeats or not.
    pub max_poll_interval: Span,
    /// Where a group begins that has not committed: `auto.offset.reset`.
    pub offset_reset: OffsetReset,
}

/// Where to begin without a usable committed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffsetReset {
    /// At the oldest record.
    Earliest,
    /// At the end: only what comes from now on.
    Latest,
}

impl Default for Settings {
    /// The clients' defaults (librdkafka CONFIGURATION.md; Kafka's consumer configuration).
    fn default() -> Settings {
        Settings {
            session_timeout: Span::seconds(45),
            heartbeat_interval: Span::seconds(3),
            max_poll_interval: Span::minutes(5),
            offset_reset: OffsetReset::Latest,
        }
    }
}

/// One member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The partitions it has now.
    pub partitions: BTreeSet<u32>,
    /// The next offset that it will read in each of them.
    pub positions: BTreeMap<u32, u64>,
    /// When it last asked for records.
    pub polled_at: Time,
    /// Since when it has been silent: its process is gone but the group does not know.
    pub silent_since: Option<Time>,
    /// The rebalance that gave it its partitions.
    pub generation: u64,
}

/// Why the group's members changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A member came.
    Joined,
    /// A member said goodbye.
    Left,
    /// A member sent no heartbeat for the session timeout.
    SessionTimedOut,
    /// A member did not poll for the maximum poll interval.
    PollTimedOut,
    /// The topic got more partitions.
    MorePartitions,
}

/// A consumer group on one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The topic it reads.
    pub topic: String,
    /// Its clients' settings.
    pub settings: Settings,
    /// Its members by name.
    pub members: BTreeMap<String, Member>,
    /// The committed offset of each partition: the next one to read.
    pub committed: BTreeMap<u32, u64>,
    /// How many assignments there have been.
    pub generation: u64,
    /// When the rebalance that is going on will be over.
    pub rebalanced_at: Option<Time>,
}

impl Group {
    /// A group without members.
    pub fn new(topic: &str, settings: Settings) -> Group {
        Group {
            topic: topic.to_owned(),
            settings,
            members: BTreeMap::new(),
            committed: BTreeMap::new(),
            generation: 0,
            rebalanced_at: None,
        }
    }

    /// Whether nobody may read just now.
    pub fn is_rebalancing(&self) -> bool {
        self.rebalanced_at.is_some()
    }

    /// Adds a member, or takes one up again that was silent.
    pub fn join(&mut self, now: Time, name: &str) {
        let member = Member {
            partitions: BTreeSet::new(),
            positions: BTreeMap::new(),
            polled_at: now,
            silent_since: None,
            generation: 0,
        };
        self.members.insert(name.to_owned(), member);
        self.begin_rebalance(now);
    }

    /// Takes a member out at once. Says whether it was there.
    pub fn remove(&mut self, now: Time, name: &str) -> bool {
        let removed = self.members.remove(name).is_some();
        if removed {
            self.begin_rebalance(now);
        }
        removed
    }

    /// All partitions are given back; the new assignment holds when every member has heard of it, which is
    /// at its next heartbeat (the model takes the whole interval).
    pub fn begin_rebalance(&mut self, now: Time) {
        for member in self.members.values_mut() {
            member.partitions.clear();
            member.positions.clear();
        }
        self.rebalanced_at =
            (!self.members.is_empty()).then(|| now + self.settings.heartbeat_interval);
    }

    /// When something happens by itself: a member is thrown out, or a rebalance ends.
    pub fn next_wakeup(&self) -> Option<Time> {
        let outs = self.members.values().map(|member| self.out_at(member).0);
        outs.chain(self.rebalanced_at).min()
    }

    /// When a member will be thrown out unless it speaks up, and for what.
    pub fn out_at(&self, member: &Member) -> (Time, Change) {
        let poll = member.polled_at + self.settings.max_poll_interval;
        match member.silent_since.map(|since| since + self.settings.session_timeout) {
            Some(session) if session <= poll => (session, Change::SessionTimedOut),
            _ => (poll, Change::PollTimedOut),
        }
    }

    /// Throws out the members that are due; gives their names and why.
    pub fn throw_out(&mut self, now: Time) -> Vec<(String, Change)> {
        let due: Vec<(String, Change)> = self
            .members
            .iter()
            .map(|(name, member)| (name.clone(), self.out_at(member)))
            .filter(|(_, (at, _))| *at <= now)
            .map(|(name, (_, why))| (name, why))
            .collect();
        for (name, _) in &due {
            self.remove(now, name);
        }
        due
    }

    /// Ends a rebalance that is due: partitions are given out in ranges, in the order of the members'
    /// names; the first ones get one more where they do not divide evenly (MSK-4). Says whether it did.
    pub fn finish_rebalance(&mut self, now: Time, ends: &[(u64, u64)]) -> bool {
        if self.rebalanced_at.is_none_or(|at| at > now) {
            return false;
        }
        self.rebalanced_at = None;
        self.generation += 1;
        let partitions = ends.len() as u32;
        let count = self.members.len() as u32;
        let mut next = 0;
        for (index, member) in self.members.values_mut().enumerate() {
            let share = partitions / count + u32::from((index as u32) < partitions % count);
            member.partitions = (next..next + share).collect();
            member.generation = self.generation;
            next += share;
            for partition in &member.partitions {
                let (first, end) = ends[*partition as usize];
                let start = match self.committed.get(partition) {
                    Some(committed) if *committed >= first => *committed,
                    // Never committed, or the record is gone by now.
                    _ => match self.settings.offset_reset {
                        OffsetReset::Earliest => first,
                        OffsetReset::Latest => end,
                    },
                };
                member.positions.insert(*partition, start);
            }
        }
        true
    }
}
