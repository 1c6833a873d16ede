//! What DynamoDB notes, gathered and turned into events with their causes.

use super::actors::{Key, THE_CLIENT};
use super::settings::Reads;
use super::{Dynamo, INDEX_NAME, TABLE_NAME, THE_INDEX, YOU, partition_object};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::dynamodb::{
    BillingMode, Direction, Happened, KeyValue, Limit, TableKey, Throttled, Units,
};
use crate::services::time::Time;

/// So many events of one kind are told one by one.
const TOLD: usize = 3;

/// What the facts follow from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cause {
    /// The application's flow.
    Flow,
    /// Requests that were refused in this event are sent again.
    Again(Option<EventId>),
    /// The flood that this event began.
    Flood(EventId),
    /// Something the learner asked for.
    Asked(EventId),
    /// Time passed.
    Nobody,
}

impl Cause {
    fn event(self) -> Option<EventId> {
        match self {
            Cause::Again(event) => event,
            Cause::Flood(event) | Cause::Asked(event) => Some(event),
            Cause::Flow | Cause::Nobody => None,
        }
    }

    fn why(self) -> &'static str {
        match self {
            Cause::Flow => "came-in",
            Cause::Again(_) => "was-refused",
            Cause::Flood(_) => "flooded",
            Cause::Asked(_) => "you-asked",
            Cause::Nobody => "time-passed",
        }
    }

    fn actor(self) -> ObjectId {
        match self {
            Cause::Asked(_) => YOU,
            _ => THE_CLIENT,
        }
    }
}

/// How many of a kind there were, what they took, and the first one.
#[derive(Debug)]
pub(super) struct Several<T> {
    count: u64,
    units: Units,
    first: Option<T>,
}

impl<T> Default for Several<T> {
    fn default() -> Several<T> {
        Several { count: 0, units: Units::ZERO, first: None }
    }
}

impl<T> Several<T> {
    fn add(&mut self, units: Units, one: impl FnOnce() -> T) {
        self.count += 1;
        self.units += units;
        self.first.get_or_insert_with(one);
    }

    fn halves(&self) -> i64 {
        i64::try_from(self.units.halves).unwrap_or(i64::MAX)
    }
}

/// What happened in one round of calls.
#[derive(Debug, Default)]
pub(super) struct Round {
    written: Several<(TableKey, usize)>,
    read: Several<(Option<String>, Option<usize>)>,
    failed: Several<TableKey>,
    refused: Vec<(Throttled, u64)>,
    cancelled: Vec<&'static str>,
    expired: Vec<TableKey>,
    settled: Vec<String>,
    /// The table that was named last.
    pub(super) table: Option<String>,
    /// Actions of transactions that met another one.
    pub(super) conflicts: u64,
    /// The key that was read last.
    pub(super) asked: Option<Key>,
    /// A key whose put changes nothing.
    pub(super) same: Option<Key>,
    /// Reads that were answered an old version, and one of them with its version and the leader's.
    pub(super) stale: u64,
    pub(super) old: Option<(Key, i64, i64)>,
    /// A key whose item had expired and was still there.
    pub(super) expired_read: Option<Key>,
    /// Items that pages answered, and that scans read.
    pub(super) returned: u64,
    pub(super) scanned: u64,
}

impl Round {
    /// What reads took, in halves of a unit.
    pub(super) fn read_halves(&self) -> i64 {
        self.read.halves()
    }

    /// What writes took, failed conditions included, in halves of a unit.
    pub(super) fn written_halves(&self) -> i64 {
        self.written.halves() + self.failed.halves()
    }

    /// Whether something was throttled.
    pub(super) fn is_throttled(&self) -> bool {
        !self.refused.is_empty()
    }
}

/// The reasons of a cancelled transaction that are told.
const REASONS: [&str; 4] = [
    "ConditionalCheckFailed",
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ValidationError",
];

impl Dynamo {
    /// Takes what DynamoDB noted since the last time.
    pub(super) fn gather(&mut self, round: &mut Round) {
        for fact in self.world.dynamodb.trace.drain() {
            let tally = &mut self.tally;
            match fact.what {
                Happened::Written { table, key, partition, units } => {
                    tally.written += 1;
                    round.written.add(units, || (key, partition));
                    round.table = Some(table);
                }
                Happened::Read { table, index, partition, units } => {
                    tally.read += 1;
                    round.read.add(units, || (index, partition));
                    round.table = Some(table);
                }
                Happened::ConditionFailed { table, key, units } => {
                    tally.conditions += 1;
                    round.failed.add(units, || key);
                    round.table = Some(table);
                }
                Happened::Throttled(throttled) => {
                    tally.throttled += 1;
                    let rate = match (throttled.direction, &throttled.index) {
                        (Direction::Write, Some(_)) => &mut tally.index_refused,
                        (Direction::Write, None) => &mut tally.writes_refused,
                        (Direction::Read, _) => &mut tally.reads_refused,
                    };
                    rate.note(fact.at, 1);
                    match round.refused.iter_mut().find(|(known, _)| *known == throttled) {
                        Some((_, count)) => *count += 1,
                        None => round.refused.push((throttled, 1)),
                    }
                }
                Happened::TransactionCancelled { reasons } => {
                    let conflicts = reasons.iter().filter(|code| *code == REASONS[1]).count();
                    round.conflicts += conflicts as u64;
                    tally.conflicts += conflicts as u64;
                    let told = REASONS.into_iter().find(|known| reasons.iter().any(|r| r == known));
                    round.cancelled.push(told.unwrap_or("None"));
                }
                Happened::Expired { key, .. } => {
                    tally.expired += 1;
                    round.expired.push(key);
                }
                Happened::TableSettled { table } => round.settled.push(table),
                Happened::TableDeleted { table } => round.table = Some(table),
            }
        }
        self.tally.stale += round.stale;
        self.tally.returned += round.returned;
        self.tally.expired_reads += u64::from(round.expired_read.is_some());
    }

    /// Gathers and tells what happened by itself.
    pub(super) fn tell_passed(&mut self, now: Time, journal: &mut Journal) {
        let mut round = Round::default();
        self.gather(&mut round);
        self.tell(now, Cause::Nobody, &round, journal);
    }

    /// Tells a round; the last event that matters to whoever sent it.
    pub(super) fn tell(
        &mut self,
        now: Time,
        cause: Cause,
        round: &Round,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let because = cause.event().or(self.client.last).or(self.began);
        for key in &round.expired {
            let note = Note::new(self.object_of(key), "expired", "ttl-over").because(because);
            self.last_change = Some(journal.write(now, note.rule("DDB-31")));
        }
        for table in &round.settled {
            let object = self.table_object(table);
            journal.write(
                now,
                Note::new(object, "settled", "time-passed").because(self.asked.or(because)),
            );
        }
        let written = self.tell_written(now, cause, because, round, journal);
        let read = self.tell_read(now, cause, because, round, journal);
        self.tell_old(now, read.or(because), round, journal);
        if let Some(key) = round.failed.first.as_ref() {
            let note = Note::new(self.object_of(key), "condition-failed", "not-as-asked")
                .arg(Arg::Halves(round.failed.halves()));
            journal.write(now, note.because(because).rule("DDB-9"));
        }
        for reason in round.cancelled.iter().take(TOLD) {
            let note =
                Note::new(cause.actor(), "cancelled-all", "one-of-them").arg(Arg::Word(reason));
            journal.write(now, note.because(because).rule("DDB-26"));
        }
        let refused = self.tell_refused(now, because, round, journal);
        if let (Some(_), Some(event)) = (round.same, written) {
            self.tell_no_record(now, event, journal);
        }
        self.tell_shape(now, refused.or(because), journal);
        refused.or(written).or(read)
    }

    /// A table's key as a thing that can be pointed at.
    fn object_of(&mut self, key: &TableKey) -> ObjectId {
        let text = match &key.hash {
            KeyValue::S(text) => text.to_string(),
            KeyValue::N(number) => number.to_string(),
            KeyValue::B(_) => "binary".to_owned(),
        };
        self.key_called(&text).object()
    }

    fn tell_written(
        &mut self,
        now: Time,
        cause: Cause,
        because: Option<EventId>,
        round: &Round,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let written = &round.written;
        let (key, partition) = written.first.as_ref()?;
        let note = if written.count == 1 {
            Note::new(self.object_of(key), "written", cause.why())
                .arg(Arg::Halves(written.halves()))
                .arg(Arg::Object(partition_object(*partition)))
        } else {
            Note::new(cause.actor(), "written-many", cause.why())
                .arg(Arg::Count(written.count as i64))
                .arg(Arg::Halves(written.halves()))
        };
        let event = journal.write(now, note.because(because).rule("DDB-4"));
        self.last_change = Some(event);
        Some(event)
    }

    fn tell_read(
        &mut self,
        now: Time,
        cause: Cause,
        because: Option<EventId>,
        round: &Round,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let read = &round.read;
        let (index, partition) = read.first.as_ref()?;
        let halves = Arg::Halves(read.halves());
        let note = match (read.count, index, partition) {
            _ if round.scanned > 0 => Note::new(cause.actor(), "scanned", "filter-comes-after")
                .arg(Arg::Count(round.scanned as i64))
                .arg(Arg::Count(round.returned as i64))
                .arg(halves)
                .rule("DDB-6"),
            (1, Some(_), _) => {
                Note::new(THE_INDEX, "answered", cause.why()).arg(halves).rule("DDB-13")
            }
            (1, None, Some(partition)) => {
                let partition = partition_object(*partition);
                let rule = if round.returned > 0 { "DDB-5" } else { "DDB-4" };
                match round.asked {
                    Some(key) => Note::new(key.object(), "read", self.why_read(cause))
                        .arg(halves)
                        .arg(Arg::Object(partition)),
                    None => Note::new(partition, "answered", cause.why()).arg(halves),
                }
                .rule(rule)
            }
            (count, ..) => Note::new(cause.actor(), "read-many", cause.why())
                .arg(Arg::Count(count as i64))
                .arg(halves)
                .rule("DDB-4"),
        };
        Some(journal.write(now, note.because(because)))
    }

    /// What a read of the flow is priced by.
    fn why_read(&self, cause: Cause) -> &'static str {
        match (cause, self.settings.reads, self.settings.strong) {
            (Cause::Asked(_), ..) => "you-asked",
            (_, Reads::Query, _) => "summed-then-rounded",
            (_, _, true) => "strong-is-whole",
            (_, _, false) => "eventual-is-half",
        }
    }

    /// Tells of reads that were answered what is past.
    fn tell_old(&self, now: Time, because: Option<EventId>, round: &Round, journal: &mut Journal) {
        if let Some((key, old, present)) = round.old {
            let (why, rule) = match self.settings.reads {
                Reads::Index => ("index-behind", "DDB-13"),
                _ => ("replica-behind", "DDB-11"),
            };
            let note = match (round.stale, old) {
                (1, 0) => Note::new(key.object(), "missing", why).arg(Arg::Count(present)),
                (1, _) => Note::new(key.object(), "old-version", why)
                    .arg(Arg::Count(old))
                    .arg(Arg::Count(present)),
                (count, _) => {
                    Note::new(THE_CLIENT, "old-versions", why).arg(Arg::Count(count as i64))
                }
            };
            journal.write(now, note.because(because).rule(rule));
        }
        if let Some(key) = round.expired_read {
            let note = Note::new(key.object(), "read-expired", "not-deleted-yet");
            journal.write(now, note.because(because).rule("DDB-31"));
        }
    }

    fn tell_refused(
        &mut self,
        now: Time,
        because: Option<EventId>,
        round: &Round,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let mut last = None;
        for (throttled, count) in &round.refused {
            let is_read = throttled.direction == Direction::Read;
            let object = match (&throttled.index, throttled.partition) {
                (Some(_), _) => THE_INDEX,
                (None, Some(partition)) => partition_object(partition),
                (None, None) => self.table_object(&throttled.table),
            };
            let (why, rule) = why_refused(throttled);
            let what = if is_read { "refused-reads" } else { "refused-writes" };
            let note = Note::new(object, what, why).arg(Arg::Count(*count as i64));
            last = Some(journal.write(now, note.because(because).rule(rule)));
        }
        last
    }

    /// Tells when the shown table's partitions became more.
    fn tell_shape(&mut self, now: Time, because: Option<EventId>, journal: &mut Journal) {
        let Some(throughput) = self.world.dynamodb.table(TABLE_NAME).map(|t| &t.throughput) else {
            return;
        };
        let shape = (throughput.ranges(), throughput.isolated().len());
        if shape == self.shape {
            return;
        }
        let (ranges, alone) = std::mem::replace(&mut self.shape, shape);
        if shape.0 != ranges {
            let note = Note::new(self.table_object(TABLE_NAME), "split", "peak-grew")
                .arg(Arg::Count(shape.0 as i64));
            journal.write(now, note.because(because).rule("DDB-21"));
        }
        for number in alone..shape.1 {
            let note = Note::new(partition_object(shape.0 + number), "isolated", "crowded-out");
            journal.write(now, note.because(because).rule("DDB-19"));
        }
    }

    /// A table as a thing that can be pointed at.
    pub(super) fn table_object(&mut self, name: &str) -> ObjectId {
        let known = self.tables.iter().position(|table| table == name);
        let index = known.unwrap_or_else(|| {
            self.tables.push(name.to_owned());
            self.tables.len() - 1
        });
        ObjectId { kind: super::tables::TABLE, number: index as u32 }
    }

    /// Whether the scene's table has its index.
    pub(super) fn has_index(&self) -> bool {
        self.world.dynamodb.table(TABLE_NAME).is_some_and(|table| {
            table.global_indexes().iter().any(|g| g.index.name() == INDEX_NAME)
        })
    }
}

/// Why a request was not let through, and by which rule.
fn why_refused(throttled: &Throttled) -> (&'static str, &'static str) {
    let provisioned = throttled.billing == BillingMode::Provisioned;
    match (&throttled.index, throttled.limit, throttled.direction) {
        (Some(_), _, Direction::Write) => ("index-used-up", "DDB-15"),
        (Some(_), _, Direction::Read) => ("index-reads-used-up", "DDB-16"),
        (None, Limit::KeyRange, Direction::Write) => ("thousand-writes", "DDB-18"),
        (None, Limit::KeyRange, Direction::Read) => ("three-thousand-reads", "DDB-18"),
        (None, Limit::Ceiling, _) => ("ceiling", "DDB-21"),
        (None, Limit::Throughput, _) if provisioned => ("used-up", "DDB-17"),
        (None, Limit::Throughput, _) => ("twice-the-peak", "DDB-21"),
    }
}
