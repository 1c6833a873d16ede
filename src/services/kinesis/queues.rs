//! Kinesis queues: the delivery state of every record of one on-demand stream, for one queue.
//!
//! The stream keeps the data; a queue keeps, for each record after its start, whether it is visible,
//! in flight, acknowledged or dead. A record that was never delivered costs nothing: a cursor a
//! shard says how far deliveries have come.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use md5::{Digest as _, Md5};

use super::super::Ticket;
use super::super::arn::arn;
use super::super::blob::Blob;
use super::super::chance::Chance;
use super::super::time::{Span, Time};
use super::limits::{QUEUE_IN_FLIGHT, QUEUE_RECEIVES};
use super::queue_operations::{QueueRecord, QueueStatus};
use super::shapes::StreamStatus;
use super::stream::Stream;
use super::token::{Kind, open, seal};

/// Where a record lies: shard number and position.
pub type Place = (u32, u64);

/// Where a queue's deliveries begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the oldest record.
    TrimHorizon,
    /// With records put after the queue was made.
    Latest(Time),
    /// With the first record at or after a moment.
    At(Time),
}

/// One queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    pub(super) name: String,
    pub(super) stream: String,
    pub(super) created: Time,
    pub(super) status: QueueStatus,
    /// When it stops being CREATING, UPDATING or DELETING.
    pub(super) settles: Option<Time>,
    pub(super) start: Start,
    pub(super) visibility: Span,
    /// After so many receives without an acknowledgement a record is dead; `None`: never.
    pub(super) max_receives: Option<u64>,
    pub(super) tags: BTreeMap<String, String>,
    /// Up to where each shard's records have been delivered at least once.
    cursors: BTreeMap<u32, u64>,
    tracked: BTreeMap<Place, Tracked>,
    /// The records to deliver again, oldest waiting first: alive and dead ones.
    again: [BTreeSet<(Time, Place)>; 2],
    deadlines: BTreeSet<(Time, Place)>,
    pub(super) waiting: VecDeque<Waiting>,
    nonce: u64,
}

/// A record that was delivered and is not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracked {
    /// Receives since it began, or since it was restored.
    pub receives: u64,
    /// When it was first received.
    pub first_received: Time,
    /// Whether it is a dead-letter record.
    pub dead: bool,
    /// Until when it is in flight; `None` while it is visible.
    pub in_flight_until: Option<Time>,
    visible_since: Time,
    handle: u64,
}

/// A receive that waits for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waiting {
    pub ticket: Ticket,
    pub until: Time,
    pub ask: Ask,
}

/// What a receive asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    pub dead: bool,
    pub limit: usize,
    pub visibility: Option<Span>,
}

/// How many records are in which state, as the queue's metrics count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueCounts {
    /// Waiting to be received, delivered before or not.
    pub visible: u64,
    /// In flight.
    pub in_flight: u64,
    /// Dead-letter records that wait to be received.
    pub dead_visible: u64,
    /// Dead-letter records in flight.
    pub dead_in_flight: u64,
}

impl Queue {
    pub(super) fn new(name: String, stream: String, created: Time, start: Start) -> Queue {
        Queue {
            name,
            stream,
            created,
            status: QueueStatus::Creating,
            settles: None,
            start,
            visibility: Span::seconds(30),
            max_receives: Some(QUEUE_RECEIVES),
            tags: BTreeMap::new(),
            cursors: BTreeMap::new(),
            tracked: BTreeMap::new(),
            again: [BTreeSet::new(), BTreeSet::new()],
            deadlines: BTreeSet::new(),
            waiting: VecDeque::new(),
            nonce: 0,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The stream it delivers from.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        arn("kinesis", &format!("queue/{}", self.name))
    }

    /// What it is doing.
    pub fn status(&self) -> QueueStatus {
        self.status
    }

    /// The records that were delivered and are not acknowledged.
    pub fn tracked(&self) -> impl Iterator<Item = (Place, &Tracked)> {
        self.tracked.iter().map(|(place, tracked)| (*place, tracked))
    }

    /// How many records are in which state.
    pub fn counts(&self, stream: &Stream) -> QueueCounts {
        let mut counts = QueueCounts::default();
        for tracked in self.tracked.values() {
            let slot = match (tracked.dead, tracked.in_flight_until.is_some()) {
                (false, false) => &mut counts.visible,
                (false, true) => &mut counts.in_flight,
                (true, false) => &mut counts.dead_visible,
                (true, true) => &mut counts.dead_in_flight,
            };
            *slot += 1;
        }
        for shard in stream.shards() {
            let from = self.cursor(stream, shard.index()).max(shard.records().first());
            counts.visible += shard.records().next().saturating_sub(from);
        }
        counts
    }

    pub(super) fn waits_for(&self, stream: &str) -> bool {
        !self.waiting.is_empty() && self.stream == stream
    }

    /// Whether it hands out records.
    fn delivers(&self) -> bool {
        matches!(self.status, QueueStatus::Active | QueueStatus::Updating)
    }

    /// The next position of a shard that was never delivered.
    fn cursor(&self, stream: &Stream, shard: u32) -> u64 {
        if let Some(cursor) = self.cursors.get(&shard) {
            return *cursor;
        }
        let Some(found) = stream.shards.get(shard as usize) else { return 0 };
        match self.start {
            Start::TrimHorizon => 0,
            Start::At(at) => found.log.at_or_after(at),
            // Shards that were made later are read whole.
            Start::Latest(at) if found.opened > at => 0,
            Start::Latest(at) => found.log.at_or_after(at),
        }
    }

    /// Fixes where deliveries begin: later puts at this very moment count as later.
    pub(super) fn pin_start(&mut self, stream: &Stream) {
        for shard in &stream.shards {
            let cursor = match self.start {
                Start::Latest(_) => shard.log.next(),
                _ => self.cursor(stream, shard.index),
            };
            self.cursors.insert(shard.index, cursor);
        }
    }

    /// Hands out up to `limit` records, oldest deliveries first, then shards in a random turn.
    pub(super) fn receive(
        &mut self,
        now: Time,
        chance: &mut Chance,
        stream: &Stream,
        ask: Ask,
    ) -> Vec<QueueRecord> {
        self.expire(now, stream);
        if !self.delivers() {
            return Vec::new();
        }
        let room = QUEUE_IN_FLIGHT.saturating_sub(self.deadlines.len()).min(ask.limit);
        let hidden_until = now + ask.visibility.unwrap_or(self.visibility);
        let mut places = Vec::new();
        while places.len() < room {
            let Some((_, place)) = self.again[usize::from(ask.dead)].pop_first() else { break };
            places.push(place);
        }
        if !ask.dead {
            self.fresh(chance, stream, room, &mut places);
        }
        places
            .into_iter()
            .filter_map(|place| self.deliver(now, stream, place, hidden_until))
            .collect()
    }

    /// Takes records that were never delivered, up to `room` in all.
    fn fresh(
        &mut self,
        chance: &mut Chance,
        stream: &Stream,
        room: usize,
        places: &mut Vec<Place>,
    ) {
        let count = stream.shards.len();
        let turn = chance.below(count as u64) as usize;
        for step in 0..count {
            let shard = &stream.shards[(turn + step) % count];
            let mut next = self.cursor(stream, shard.index).max(shard.log.first());
            while places.len() < room && next < shard.log.next() {
                places.push((shard.index, next));
                next += 1;
            }
            self.cursors.insert(shard.index, next);
        }
    }

    fn deliver(
        &mut self,
        now: Time,
        stream: &Stream,
        place: Place,
        hidden_until: Time,
    ) -> Option<QueueRecord> {
        let record = stream.shards.get(place.0 as usize)?.log.get(place.1)?;
        self.nonce += 1;
        let tracked = self.tracked.entry(place).or_insert(Tracked {
            receives: 0,
            first_received: now,
            dead: false,
            in_flight_until: None,
            visible_since: now,
            handle: 0,
        });
        tracked.receives += 1;
        tracked.handle = self.nonce;
        tracked.in_flight_until = Some(hidden_until);
        let tracked = *tracked;
        self.deadlines.insert((hidden_until, place));
        let numbers = [self.created.0, u64::from(place.0), place.1, self.nonce];
        Some(QueueRecord {
            receipt_handle: seal(Kind::Handle, numbers, &self.name),
            record_id: record_id(stream, place),
            partition_key: record.key.map(str::to_owned),
            data: Blob(record.data.to_vec()),
            approximate_arrival_timestamp: record.at.into(),
            first_receive_timestamp: tracked.first_received.into(),
            receive_count: i64::try_from(tracked.receives).unwrap_or(i64::MAX),
        })
    }

    /// The record a handle stands for, if the handle is of its last receive and it is still in flight.
    pub(super) fn held(&self, handle: &str, dead: bool) -> Option<Place> {
        let ([created, shard, position, nonce], name) = open::<4>(Kind::Handle, handle)?;
        let place = (u32::try_from(shard).ok()?, position);
        let tracked = self.tracked.get(&place)?;
        let ours = name == self.name && created == self.created.0;
        let same = tracked.handle == nonce && tracked.dead == dead;
        (ours && same && tracked.in_flight_until.is_some()).then_some(place)
    }

    /// Forgets a record: acknowledged, or gone from the stream.
    pub(super) fn forget(&mut self, place: Place) {
        if let Some(tracked) = self.tracked.remove(&place) {
            match tracked.in_flight_until {
                Some(until) => self.deadlines.remove(&(until, place)),
                None => {
                    self.again[usize::from(tracked.dead)].remove(&(tracked.visible_since, place))
                }
            };
        }
    }

    /// Hides a record for so long from now; no time at all makes it visible.
    pub(super) fn hide(&mut self, now: Time, place: Place, span: Span) {
        let Some(tracked) = self.tracked.get_mut(&place) else { return };
        let until = now + span;
        if let Some(before) = tracked.in_flight_until.replace(until) {
            self.deadlines.remove(&(before, place));
        }
        if span == Span::ZERO {
            self.show(now, place);
        } else {
            self.deadlines.insert((until, place));
        }
    }

    /// Brings a dead-letter record back to life: visible, with no receives (KQ-4).
    pub(super) fn restore(&mut self, now: Time, place: Place) {
        let Some(tracked) = self.tracked.get_mut(&place) else { return };
        if let Some(until) = tracked.in_flight_until.take() {
            self.deadlines.remove(&(until, place));
        }
        (tracked.dead, tracked.receives, tracked.visible_since) = (false, 0, now);
        self.again[0].insert((now, place));
    }

    /// A record comes back: to the living, or to the dead after its last allowed receive (the model's
    /// choice of the moment: when that receive's timeout ends).
    fn show(&mut self, now: Time, place: Place) -> bool {
        let Some(tracked) = self.tracked.get_mut(&place) else { return false };
        tracked.in_flight_until = None;
        tracked.visible_since = now;
        let dies = !tracked.dead && self.max_receives.is_some_and(|most| tracked.receives >= most);
        tracked.dead |= dies;
        self.again[usize::from(tracked.dead)].insert((now, place));
        dies
    }

    /// Ends the visibility timeouts that are due; returns the records that died of it.
    pub(super) fn time_out(&mut self, now: Time) -> Vec<Place> {
        let mut died = Vec::new();
        while let Some((until, place)) =
            self.deadlines.first().copied().filter(|(at, _)| *at <= now)
        {
            self.deadlines.pop_first();
            if self.show(until, place) {
                died.push(place);
            }
        }
        died
    }

    /// Forgets what has left the stream (KQ-5).
    fn expire(&mut self, now: Time, stream: &Stream) {
        let horizon = stream.horizon(now);
        for shard in &stream.shards {
            let first = shard.log.at_or_after(horizon);
            let from = (shard.index, 0);
            let gone: Vec<Place> =
                self.tracked.range(from..(shard.index, first)).map(|(place, _)| *place).collect();
            for place in gone {
                self.forget(place);
            }
        }
    }

    /// When something next happens to it by itself.
    pub(super) fn next_wakeup(&self) -> Option<Time> {
        let timeout = self.deadlines.first().map(|(at, _)| *at);
        let waits = self.waiting.iter().map(|waiting| waiting.until).min();
        [timeout, waits, self.settles].into_iter().flatten().min()
    }

    /// Answers waiting receives, first come first served; those that end empty-handed too.
    pub(super) fn answer_waiting(
        &mut self,
        now: Time,
        chance: &mut Chance,
        stream: Option<&Stream>,
    ) -> Vec<(Ticket, Vec<QueueRecord>)> {
        let mut answers = Vec::new();
        let waiting = std::mem::take(&mut self.waiting);
        for one in waiting {
            let ready = stream.filter(|stream| stream.status != StreamStatus::Creating);
            let records = ready.map_or_else(Vec::new, |s| self.receive(now, chance, s, one.ask));
            if records.is_empty() && one.until > now {
                self.waiting.push_back(one);
            } else {
                answers.push((one.ticket, records));
            }
        }
        answers
    }
}

/// The same for every delivery and every queue of the stream, and saying nothing about the shard.
fn record_id(stream: &Stream, (shard, position): Place) -> String {
    let mut hash = Md5::new();
    hash.update(stream.name.as_bytes());
    for number in [stream.created.0, u64::from(shard), position] {
        hash.update(number.to_be_bytes());
    }
    let id = u128::from_be_bytes(hash.finalize().into());
    format!("{id:032x}")
}
