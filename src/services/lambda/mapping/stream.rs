//! Polling a stream: each shard is read about once a second, its records go through lanes (one, or
//! `ParallelizationFactor` of them by partition key), and a lane works on one batch at a time.
//!
//! The model's choices where AWS is silent: lanes keep the order of each partition key; a failed
//! batch waits 1 s, then twice as long each time, up to a minute; odd batches are halved with the
//! smaller half first; both halves start with a fresh count of attempts; what is left after a
//! partial response keeps its count.

/// The mapping's poller, which the caller knows to be of this kind.
macro_rules! poller {
    ($mapping:expr) => {
        match &mut $mapping.poller {
            Poller::Stream(poller) => poller,
            Poller::Queue(_) => return,
        }
    };
}

mod lane;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::settings::Start;
use super::{Mapping, Poller, parsed, stream_name};
use crate::services::arn::REGION;
use crate::services::chance::Chance;
use crate::services::lambda::Lambda;
use crate::services::lambda::errands::Asked;
use crate::services::lambda::happened::Happened;
use crate::services::lambda::timers::Timer;
use crate::services::time::{Span, Time};
use crate::services::world::ErrandResult;
use crate::services::{kinesis, world};

/// How often a shard is read.
const READ_EACH: Span = Span::seconds(1);
/// Records read at once, at most.
const PER_READ: usize = 10_000;
/// A shard is read ahead of its lanes by so many batches: the model's choice.
const READ_AHEAD: usize = 10;
/// A record in a lane's hands.
#[derive(Debug, Clone, PartialEq)]
struct Record {
    sequence: String,
    partition_key: String,
    data: Vec<u8>,
    text: String,
    arrived: Time,
}

/// Records that go to the function together, with what they have been through.
#[derive(Debug, Clone, PartialEq)]
struct Batch {
    records: Vec<Record>,
    attempts: u32,
    throttles: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Idle,
    /// Until its timer is due.
    Waiting(Time),
    Running,
}

/// One batch at a time, in order.
#[derive(Debug, Clone, PartialEq)]
struct Lane {
    shard: String,
    buffer: VecDeque<Record>,
    window_ends: Option<Time>,
    /// The batch in hand is the last one; a split leaves its second half below the first.
    work: Vec<Batch>,
    doing: Doing,
}

impl Lane {
    fn waiting(&self) -> usize {
        self.buffer.len() + self.work.iter().map(|batch| batch.records.len()).sum::<usize>()
    }

    fn oldest(&self) -> Option<Time> {
        self.work
            .last()
            .and_then(|batch| batch.records.first())
            .or(self.buffer.front())
            .map(|record| record.arrived)
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Shard {
    parents: Vec<String>,
    from: From,
    iterator: Option<String>,
    asked: bool,
    ended: bool,
    last: Option<String>,
    lanes: Vec<u32>,
}

/// Where a shard is read from when there is no position yet.
#[derive(Debug, Clone, PartialEq)]
enum From {
    Horizon,
    Latest,
    At(Time),
}

/// What a mapping does with its stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StreamPoller {
    start: Start,
    listed: bool,
    shards: BTreeMap<String, Shard>,
    done: BTreeSet<String>,
    lanes: BTreeMap<u32, Lane>,
    next_lane: u32,
}

impl StreamPoller {
    pub(super) fn new(start: Start) -> StreamPoller {
        StreamPoller {
            start,
            listed: false,
            shards: BTreeMap::new(),
            done: BTreeSet::new(),
            lanes: BTreeMap::new(),
            next_lane: 0,
        }
    }

    pub(super) fn lanes(&self) -> usize {
        self.lanes.len()
    }

    pub(super) fn running(&self) -> usize {
        self.lanes.values().filter(|lane| lane.doing == Doing::Running).count()
    }

    pub(super) fn held(&self) -> usize {
        self.lanes.values().map(Lane::waiting).sum()
    }

    pub(super) fn waiting_to_retry(&self) -> usize {
        let waits = |lane: &&Lane| matches!(lane.doing, Doing::Waiting(_)) && !lane.work.is_empty();
        self.lanes.values().filter(waits).count()
    }

    pub(super) fn oldest(&self) -> Option<Time> {
        self.lanes.values().filter_map(Lane::oldest).min()
    }
}

impl Lambda {
    /// A mapping begins, or goes on where it stopped.
    pub(super) fn start_stream(&mut self, now: Time, chance: &mut Chance, mapping: &mut Mapping) {
        let poller = poller!(mapping);
        let lanes: Vec<u32> = poller.lanes.keys().copied().collect();
        let shards: Vec<String> = poller.shards.keys().cloned().collect();
        self.list_shards(mapping);
        for lane in lanes {
            self.work_lane(now, chance, mapping, lane);
        }
        for shard in shards {
            self.read_shard(now, mapping, &shard);
        }
    }

    fn list_shards(&mut self, mapping: &Mapping) {
        let params = json!({"StreamName": stream_name(&mapping.source)});
        let asked = Asked::Shards { uuid: mapping.uuid.clone() };
        let said = self.errands.ask("kinesis", "ListShards", params, asked);
        debug_assert!(said.is_ok(), "a listing that cannot be said: {said:?}");
    }

    /// The stream's shards are known: new ones are read once their parents are finished.
    pub(super) fn shards_came(&mut self, now: Time, mapping: &mut Mapping, result: ErrandResult) {
        let Ok(response) = result else { return };
        let answer = response.to_json();
        let lanes_each = mapping.settings.parallelization.clamp(1, 10);
        let poller = poller!(mapping);
        let first = !std::mem::replace(&mut poller.listed, true);
        for listed in answer["Shards"].as_array().into_iter().flatten() {
            let id = listed["ShardId"].as_str().unwrap_or_default().to_owned();
            if poller.shards.contains_key(&id) || poller.done.contains(&id) {
                continue;
            }
            let closed = listed["SequenceNumberRange"]["EndingSequenceNumber"].is_string();
            let from = match (&poller.start, first) {
                (Start::Latest, true) if closed => {
                    poller.done.insert(id);
                    continue;
                }
                (Start::Latest, true) => From::Latest,
                (Start::At(at), true) => From::At(*at),
                _ => From::Horizon,
            };
            let parents = ["ParentShardId", "AdjacentParentShardId"];
            let parents = parents.iter().filter_map(|name| listed[name].as_str());
            let parents = parents.map(str::to_owned).collect();
            let lanes = (0..lanes_each).map(|_| poller.add_lane(&id)).collect();
            let shard = Shard {
                parents,
                from,
                iterator: None,
                asked: false,
                ended: false,
                last: None,
                lanes,
            };
            poller.shards.insert(id, shard);
        }
        self.open_shards(now, mapping);
    }

    /// Begins to read every shard whose parents are finished.
    fn open_shards(&mut self, now: Time, mapping: &mut Mapping) {
        let poller = poller!(mapping);
        let free = |shard: &Shard| {
            // A parent that is no longer listed has nothing left to read.
            shard.parents.iter().all(|parent| !poller.shards.contains_key(parent))
        };
        let ready: Vec<String> = poller
            .shards
            .iter()
            .filter(|(_, shard)| {
                shard.iterator.is_none() && !shard.asked && !shard.ended && free(shard)
            })
            .map(|(id, _)| id.clone())
            .collect();
        for shard in ready {
            self.ask_iterator(now, mapping, &shard);
        }
    }

    fn ask_iterator(&mut self, now: Time, mapping: &mut Mapping, id: &str) {
        let (uuid, source) = (mapping.uuid.clone(), mapping.source.clone());
        let poller = poller!(mapping);
        let Some(shard) = poller.shards.get_mut(id) else { return };
        let mut params = json!({"StreamName": stream_name(&source), "ShardId": id});
        let kind = match (&shard.last, &shard.from) {
            (Some(last), _) => {
                params["StartingSequenceNumber"] = json!(last);
                "AFTER_SEQUENCE_NUMBER"
            }
            (None, From::Horizon) => "TRIM_HORIZON",
            (None, From::Latest) => "LATEST",
            (None, From::At(at)) => {
                params["Timestamp"] = json!(at.unix_seconds());
                "AT_TIMESTAMP"
            }
        };
        params["ShardIteratorType"] = json!(kind);
        shard.asked = true;
        let asked = Asked::Iterator { uuid, shard: id.to_owned() };
        let said = self.errands.ask("kinesis", "GetShardIterator", params, asked);
        debug_assert!(said.is_ok(), "a question that cannot be said at {now}: {said:?}");
    }

    pub(super) fn iterator_came(
        &mut self,
        now: Time,
        mapping: &mut Mapping,
        id: &str,
        result: ErrandResult,
    ) {
        let poller = poller!(mapping);
        let Some(shard) = poller.shards.get_mut(id) else { return };
        shard.asked = false;
        let iterator = result.ok().map(|response| response.to_json());
        let iterator =
            iterator.and_then(|answer| answer["ShardIterator"].as_str().map(str::to_owned));
        shard.iterator = iterator;
        if shard.iterator.is_some() {
            self.read_shard(now, mapping, id);
        } else {
            self.read_later(now, mapping, id);
        }
    }

    fn read_later(&mut self, now: Time, mapping: &Mapping, id: &str) {
        let timer = Timer::Shard { uuid: mapping.uuid.clone(), shard: id.to_owned() };
        self.timers.set(now + READ_EACH, timer);
    }

    /// A shard's second is over.
    pub(in crate::services::lambda) fn shard_due(
        &mut self,
        now: Time,
        _chance: &mut Chance,
        uuid: &str,
        id: &str,
    ) {
        self.with_mapping(uuid, |lambda, mapping| lambda.read_shard(now, mapping, id));
    }

    fn read_shard(&mut self, now: Time, mapping: &mut Mapping, id: &str) {
        if !mapping.polls() {
            return;
        }
        let batch = usize::try_from(mapping.settings.batch_size).unwrap_or(PER_READ);
        let (uuid, polls) = (mapping.uuid.clone(), mapping.polls());
        let poller = poller!(mapping);
        let Some(shard) = poller.shards.get_mut(id) else { return };
        if shard.ended || shard.asked || !polls {
            return;
        }
        let Some(iterator) = &shard.iterator else {
            return self.ask_iterator(now, mapping, id);
        };
        let held: usize = shard.lanes.iter().map(|lane| poller.lanes[lane].waiting()).sum();
        let room = (batch * READ_AHEAD * shard.lanes.len()).min(PER_READ).saturating_sub(held);
        if room == 0 {
            return self.read_later(now, mapping, id);
        }
        shard.asked = true;
        let read = kinesis::GetRecords {
            shard_iterator: iterator.clone(),
            limit: Some(room as i64),
            ..kinesis::GetRecords::default()
        };
        let read = world::Operation::Kinesis(kinesis::Operation::GetRecords(read));
        self.errands.ask_for(read, Asked::Records { uuid, shard: id.to_owned() });
    }

    /// A read was answered: its records go to the lanes.
    pub(super) fn records_came(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        id: &str,
        result: ErrandResult,
    ) {
        let poller = poller!(mapping);
        let Some(shard) = poller.shards.get_mut(id) else { return };
        shard.asked = false;
        let answer = match result {
            Ok(world::Response::Kinesis(kinesis::Response::GetRecords(answer))) => answer,
            Ok(_) => kinesis::GetRecordsOutput::default(),
            Err(error) => {
                // An iterator that is too old is asked for anew; a throttled read is repeated.
                if error.code != "ProvisionedThroughputExceededException" {
                    shard.iterator = None;
                }
                return self.read_later(now, mapping, id);
            }
        };
        shard.iterator = answer.next_shard_iterator;
        shard.ended = shard.iterator.is_none();
        let ended = shard.ended;
        let records: Vec<Record> = answer.records.into_iter().map(record).collect();
        if let Some(last) = records.last() {
            shard.last = Some(last.sequence.clone());
        }
        let lanes = shard.lanes.clone();
        self.hand_out(now, mapping, id, &lanes, records);
        for lane in lanes {
            self.work_lane(now, chance, mapping, lane);
        }
        if ended {
            self.finish_shard(now, mapping, id);
        } else {
            self.read_later(now, mapping, id);
        }
    }

    fn hand_out(
        &mut self,
        now: Time,
        mapping: &mut Mapping,
        id: &str,
        lanes: &[u32],
        records: Vec<Record>,
    ) {
        if records.is_empty() {
            return;
        }
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        let read = count(records.len());
        self.trace.note(now, || Happened::Polled {
            uuid: mapping.uuid.clone(),
            slot: id.to_owned(),
            items: read,
        });
        let (filters, source) = (&mapping.filters, &mapping.source);
        let wanted: Vec<Record> = records
            .into_iter()
            .filter(|record| {
                filters.is_empty() || {
                    let event = filterable(record, id, source);
                    filters.iter().any(|pattern| pattern.matches(&event))
                }
            })
            .collect();
        let passed = read - count(wanted.len());
        if passed > 0 {
            let uuid = &mapping.uuid;
            self.trace.note(now, || Happened::Filtered { uuid: uuid.clone(), items: passed });
        }
        let window = Span::seconds(mapping.settings.window.unsigned_abs());
        let poller = poller!(mapping);
        for record in wanted {
            let number = lanes[lane_of(&record.partition_key, lanes.len())];
            let lane = poller.lanes.get_mut(&number).expect("a shard's lanes are there");
            lane.window_ends.get_or_insert(now + window);
            lane.buffer.push_back(record);
        }
    }

    /// A closed shard whose records are all done makes way for its children.
    fn finish_shard(&mut self, now: Time, mapping: &mut Mapping, id: &str) {
        let poller = poller!(mapping);
        let Some(shard) = poller.shards.get(id) else { return };
        let quiet = |lane: &u32| {
            let lane = &poller.lanes[lane];
            lane.waiting() == 0 && lane.doing != Doing::Running
        };
        if !shard.ended || !shard.lanes.iter().all(quiet) {
            return;
        }
        let shard = poller.shards.remove(id).expect("just looked up");
        for lane in shard.lanes {
            poller.lanes.remove(&lane);
        }
        poller.done.insert(id.to_owned());
        self.list_shards(mapping);
        self.open_shards(now, mapping);
    }
}

impl StreamPoller {
    fn add_lane(&mut self, shard: &str) -> u32 {
        let number = self.next_lane;
        self.next_lane += 1;
        let lane = Lane {
            shard: shard.to_owned(),
            buffer: VecDeque::new(),
            window_ends: None,
            work: Vec::new(),
            doing: Doing::Idle,
        };
        self.lanes.insert(number, lane);
        number
    }
}

/// A key always takes the same lane, so that its records stay in order.
fn lane_of(key: &str, lanes: usize) -> usize {
    // FNV-1a: any fixed spreading will do.
    let spread = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (spread % lanes.max(1) as u64) as usize
}

fn record(listed: kinesis::Record) -> Record {
    let data = listed.data.0;
    Record {
        sequence: listed.sequence_number,
        partition_key: listed.partition_key.unwrap_or_default(),
        text: String::from_utf8_lossy(&data).into_owned(),
        data,
        arrived: listed.approximate_arrival_timestamp.unwrap_or_default().time(),
    }
}

/// The record as a filter pattern sees it: the data as JSON if it is one.
fn filterable(record: &Record, shard: &str, source: &str) -> Value {
    let mut seen = event(record, shard, source)["kinesis"].take();
    seen["data"] = parsed(&record.text);
    seen
}

/// The record as the function gets it.
fn event(record: &Record, shard: &str, source: &str) -> Value {
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": record.sequence,
            "data": STANDARD.encode(&record.data),
            "approximateArrivalTimestamp": record.arrived.unix_seconds(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("{shard}:{}", record.sequence),
        "eventName": "aws:kinesis:record",
        "awsRegion": REGION,
        "eventSourceARN": source,
    })
}
