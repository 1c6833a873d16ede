//! DynamoDB: a table with its partitions and units, the application that writes and reads it, clerks
//! who change one item, an index, a stream and its reader.
//!
//! The service decides where keys fall, what requests cost and which are let through; this scene
//! decides who asks for what, and when.

mod actors;
mod calls;
mod clerks;
mod commands;
mod facts;
mod flow;
mod reader;
mod setting_up;
mod settings;
mod tables;

#[cfg(test)]
mod tests;

pub use actors::{
    Clerk, Client, Key, Pending, Phase, Placed, Reader, Request, THE_CLIENT, THE_READER, Tally,
};
pub use calls::ARTICLE;
pub use settings::{Pattern, Reads, Settings, Task};
pub use tables::{CLERK, CLIENT, INDEX, KEY, PARTITION, PROMPT, READER, STREAM, TABLE};

use self::actors::Due;
use self::flow::hash_of;
use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, Note, ObjectId};
use super::prompt::Prompt;
use crate::services::dynamodb::{Collection, GlobalIndex, Table, Units};
use crate::services::time::Time;
use crate::services::world::World;

/// The scene's table. Lessons make tables of their own beside it.
pub const TABLE_NAME: &str = "Shop";
/// Its global secondary index.
pub const INDEX_NAME: &str = "by-email";
/// Who reads the stream.
const READER_NAME: &str = "reader";
/// How many of the article there are at the start.
pub const STOCK_AT_START: i64 = 1_000;
/// The index as a thing that can be pointed at.
pub const THE_INDEX: ObjectId = ObjectId { kind: INDEX, number: 0 };
/// The stream as a thing that can be pointed at.
pub const THE_STREAM: ObjectId = ObjectId { kind: STREAM, number: 0 };
/// The scene's table as a thing that can be pointed at.
pub const THE_TABLE: ObjectId = ObjectId { kind: TABLE, number: 0 };
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// At most so many partitions can be selected.
const SELECTABLE: usize = 64;

/// A table with whoever uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dynamo {
    seed: u64,
    world: World,
    prompt: Prompt,
    dials: Dials,
    settings: Settings,
    agenda: Agenda<Due>,
    client: Client,
    clerks: Vec<Clerk>,
    /// Counts the clerks' starts: what was entered before the last one is not done.
    clerks_life: u32,
    reader: Reader,
    tally: Tally,
    /// Partition keys that are words.
    words: Vec<String>,
    /// The names of tables that were told of, the scene's first.
    tables: Vec<String>,
    /// The table that is drawn and measured: the one that was worked on last.
    shown: String,
    /// The last key that the learner used.
    marked: Option<String>,
    /// How many ranges and isolated items the scene's table was last known to have.
    shape: (usize, usize),
    /// The first event.
    began: Option<EventId>,
    /// The last thing that the learner asked for.
    asked: Option<EventId>,
    /// The last event in which an item changed.
    last_change: Option<EventId>,
}

impl Scene for Dynamo {
    const ID: &'static str = "dynamodb";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Dynamo {
        Dynamo::set_up(setup)
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        match (self.world.next_wakeup(), self.agenda.next_at()) {
            (Some(at), None) => self.let_service_act(at, journal),
            (Some(at), Some(then)) if at <= then => self.let_service_act(at, journal),
            _ => {
                if let Some((at, due)) = self.agenda.pop() {
                    self.let_actor_act(at.max(self.world.now()), due, journal);
                }
            }
        }
    }

    fn act(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        // Whatever is done at the very first moment follows from the beginning, too.
        self.begin(now, journal);
        self.obey(now, command, journal)
    }

    fn measure(&self, index: usize, now: Time) -> i64 {
        let name = Self::METRICS.get(index).map_or("", |metric| metric.name);
        let tally = &self.tally;
        let table = self.shown_table().map(|table| &table.throughput);
        let per_second = |units: Option<Units>| units.map_or(0, |units| units.halves * 500);
        let value = match name {
            "ConsumedWriteCapacityUnits" => per_second(table.map(|t| t.writes.last_second(now))),
            "ConsumedReadCapacityUnits" => per_second(table.map(|t| t.reads.last_second(now))),
            "WriteThrottleEvents" => tally.writes_refused.rate(now),
            "ReadThrottleEvents" => tally.reads_refused.rate(now),
            "ThrottledRequests" => tally.throttled,
            "BurstBalance" => table.map_or(0, |table| table.writes.burst(now).halves / 2),
            "RequestsGivenUp" => tally.given_up,
            "GSI.ConsumedWriteCapacityUnits" => {
                per_second(self.index().map(|index| index.throughput.writes.last_second(now)))
            }
            "GSI.WriteThrottleEvents" => tally.index_refused.rate(now),
            "ConditionalCheckFailedRequests" => tally.conditions,
            "TransactionConflict" => tally.conflicts,
            "ReturnedItemCount" => tally.returned,
            "StaleReads" => tally.stale,
            "LostUpdates" => self.lost_updates().max(0).unsigned_abs(),
            "CountedTwice" => self.lost_updates().min(0).unsigned_abs(),
            "TimeToLiveDeletedItemCount" => tally.expired,
            "ExpiredItems" => self.expired_items(now),
            "ReturnedRecordsCount" => tally.records,
            "IteratorAge" => self.iterator_age(now).0,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn probe(&self, name: &str, now: Time) -> Option<i64> {
        let tally = &self.tally;
        let table = self.shown_table();
        let value = match name {
            "ItemsWritten" => tally.written,
            "ReadsAnswered" => tally.read,
            "ExpiredItemsRead" => tally.expired_reads,
            "ItemsSold" => tally.sold.unsigned_abs(),
            "Stock" => return Some(self.stock()),
            "ItemCount" => table.map_or(0, |table| table.items().len()),
            "Partitions" => table.map_or(0, |table| table.throughput.partitions().len() as u64),
            "IsolatedItems" => table.map_or(0, |table| table.throughput.isolated().len() as u64),
            "WriteUnits" => table.map_or(0, |table| table.throughput.writes.total().halves / 2),
            "ReadHalfUnits" => table.map_or(0, |table| table.throughput.reads.total().halves),
            "UnreadRecords" => self.unread(),
            "RecordsMissed" => self.reader.missed,
            _ => {
                let index = Self::METRICS.iter().position(|metric| metric.name == name)?;
                return Some(self.measure(index, now));
            }
        };
        i64::try_from(value).ok()
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let partitions = self
            .shown_table()
            .map_or(0, |table| table.throughput.partitions().len().min(SELECTABLE));
        let has_stream = self.stream().is_some();
        let table = self.tables.iter().position(|name| *name == self.shown).unwrap_or(0);
        [THE_CLIENT, ObjectId { kind: TABLE, number: table as u32 }]
            .into_iter()
            .chain((0..partitions).map(partition_object))
            .chain(self.index().map(|_| THE_INDEX))
            .chain(has_stream.then_some(THE_STREAM))
            .chain(has_stream.then_some(THE_READER))
            .chain(self.clerks.iter().map(Clerk::object))
            .collect()
    }

    fn name(&self, object: ObjectId) -> String {
        let number = object.number;
        match object.kind {
            TABLE => self.tables.get(number as usize).cloned().unwrap_or_default(),
            CLIENT => "client".to_owned(),
            PARTITION => partition_name(number as usize),
            INDEX => self.index().map_or(INDEX_NAME, |index| index.index.name()).to_owned(),
            STREAM => "stream".to_owned(),
            READER => READER_NAME.to_owned(),
            CLERK => format!("clerk-{number}"),
            KEY => self.key_text(Key::of(object)),
            _ => "you".to_owned(),
        }
    }

    fn knob(&self, id: &str) -> i64 {
        self.dials.get(id)
    }

    fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    fn weight(&self) -> usize {
        let tables = self.world.dynamodb.tables();
        let items: u64 = tables.map(|table| table.items().len()).sum();
        size_of::<Dynamo>() + items as usize * 96 + self.client.waiting() * 32
    }

    fn aws_equivalent(&self, command: &Command, now: Time) -> Option<String> {
        self.equivalent(command, now)
    }

    #[cfg(test)]
    fn audit(&self, now: Time) {
        tests::audit(self, now);
    }
}

/// A partition as a thing that can be pointed at.
pub fn partition_object(number: usize) -> ObjectId {
    ObjectId { kind: PARTITION, number: number as u32 }
}

fn partition_name(number: usize) -> String {
    format!("partition-{number}")
}

impl Dynamo {
    /// The knobs as they stand.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The application.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The clerks.
    pub fn clerks(&self) -> &[Clerk] {
        &self.clerks
    }

    /// The stream's reader.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// What was counted.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The table that is drawn and measured: the scene's, or the one the learner worked on last.
    pub fn shown_table(&self) -> Option<&Table> {
        let tables = &self.world.dynamodb;
        tables.table(&self.shown).or_else(|| tables.table(TABLE_NAME))
    }

    /// Tables that are there and not drawn.
    pub fn other_tables(&self) -> impl Iterator<Item = &Table> {
        let shown = self.shown_table().map(Table::name);
        self.world.dynamodb.tables().filter(move |table| Some(table.name()) != shown)
    }

    /// The shown table's first global index.
    pub fn index(&self) -> Option<&GlobalIndex> {
        self.shown_table()?.global_indexes().first()
    }

    /// The last key that the learner used, with its hash and its partition.
    pub fn marked(&self) -> Option<(&str, u64, usize)> {
        let key = self.marked.as_deref()?;
        let hash = hash_of(key);
        Some((key, hash, self.shown_table()?.throughput.partition_of(hash)))
    }

    /// How many items have expired and are still there.
    pub fn expired_items(&self, now: Time) -> u64 {
        let Some(table) = self.shown_table().filter(|table| table.ttl().attribute().is_some())
        else {
            return 0;
        };
        let items = table.items().collections().flat_map(Collection::items);
        items.filter(|item| table.ttl().is_expired(now, item)).count() as u64
    }

    fn let_service_act(&mut self, at: Time, journal: &mut Journal) {
        for late in self.world.advance(at) {
            self.prompt.take(&late);
        }
        self.begin(at, journal);
        self.tell_passed(at, journal);
    }

    fn let_actor_act(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => self.begin(now, journal),
            Due::Send { life } if life == self.client.life => self.send_arrivals(now, journal),
            Due::Flood { life } if life == self.client.life => self.flood(now, journal),
            Due::Again { wait } => self.send_again(now, wait, journal),
            Due::Clerk { number, life } if life == self.clerks_life => {
                self.clerk_acts(now, number as usize - 1, journal);
            }
            Due::Poll { life } if life == self.reader.life => self.poll(now, journal),
            Due::Send { .. } | Due::Flood { .. } | Due::Clerk { .. } | Due::Poll { .. } => {}
        }
    }

    fn begin(&mut self, now: Time, journal: &mut Journal) {
        if self.began.is_some() {
            return;
        }
        let what = if self.settings.still { "began-still" } else { "began" };
        self.began = Some(journal.write(now, Note::new(THE_TABLE, what, "preset")));
        self.start_flow(now);
        self.start_clerks(now);
        self.start_reader(now);
    }
}
