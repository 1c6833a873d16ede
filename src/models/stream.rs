//! The stream: Amazon Kinesis Data Streams with a producer and the applications that read it, or a Kafka
//! topic with consumer groups.
//!
//! The services decide where records go and who may read; this scene decides who calls when.

mod actors;
#[cfg(test)]
mod audit;
mod commands;
mod facts;
mod flow;
mod group;
mod readers;
mod settings;
mod tables;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

pub use actors::{
    App, Batch, Hand, Lease, Member, Pending, PerSecond, Placed, Producer, Start, THE_PRODUCER,
    Tally,
};
pub use settings::{Settings, System};
pub use tables::{CONSUMER, GROUP, KEY, PRODUCER, PROMPT, RECORD, SHARD, STREAM};

use self::actors::{Due, Flow};
use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, Note, ObjectId};
use super::prompt::Prompt;
use super::workload::Arrivals;
use crate::services::chance::Chance;
use crate::services::kafka::group::Group;
use crate::services::kafka::topic::Topic;
use crate::services::kinesis::{self, shard_id};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId, World};

/// The name of the stream, and of Kafka's topic.
pub const NAME: &str = "clicks";
/// The Kafka groups: each reads everything, at its own offsets.
pub const GROUP_NAMES: [&str; 2] = ["billing", "search"];
/// The cluster in MSK's calls.
const CLUSTER: &str = "arn:aws:kafka:us-east-1:123456789012:cluster/clicks/1";
/// The stream as a thing that can be pointed at.
pub const THE_STREAM: ObjectId = ObjectId { kind: STREAM, number: 0 };
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// A resharding takes this long here; AWS gives no figure.
const RESHARDING: Span = Span::seconds(3);
/// An on-demand stream splits a busy shard after this long here (AWS: "within about 15 minutes").
const ON_DEMAND_SPLIT: Span = Span::seconds(90);
/// Keys typed by the learner are numbered from here.
const TYPED_KEYS: u32 = 1 << 31;
/// The bits of a record's number that hold its position.
const POSITION_BITS: u32 = 24;

/// A stream or a topic with whoever writes and reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    world: World,
    prompt: Prompt,
    dials: Dials,
    settings: Settings,
    agenda: Agenda<Due>,
    producer: Producer,
    apps: Vec<App>,
    members: Vec<Member>,
    /// One after the highest offset a group has ever worked on, by group and partition.
    high: BTreeMap<(usize, u32), u64>,
    flow: Flow,
    tally: Tally,
    /// Keys that the learner typed.
    typed: Vec<String>,
    /// The last typed key's place.
    marked: Option<(String, u128)>,
    /// The first event.
    began: Option<EventId>,
    /// The last event of the stream as a whole.
    whole: Option<EventId>,
    /// The last event of each group as a whole.
    group_events: [Option<EventId>; GROUP_NAMES.len()],
    /// The last event of each shard.
    shards: BTreeMap<u32, EventId>,
    /// The shards whose closing was told.
    closed: BTreeSet<u32>,
}

impl Scene for Stream {
    const ID: &'static str = "stream";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Stream {
        let dials = Dials::new(tables::KNOBS, setup);
        let settings = Settings::of(&dials);
        let arrivals =
            Arrivals::new(settings.shape, settings.rate, Chance::stream(setup.seed, 101));
        let mut agenda = Agenda::default();
        agenda.enter(Time::START, Due::Begin);
        Stream {
            world: world(setup.seed, &settings, &dials),
            prompt: Prompt::default(),
            dials,
            settings,
            agenda,
            producer: Producer {
                arrivals,
                chance: Chance::stream(setup.seed, 102),
                next: None,
                paused: false,
                life: 0,
                waiting: BTreeMap::new(),
                waits: 0,
                came: 0,
                stored: 0,
                put: None,
                last: None,
            },
            apps: Vec::new(),
            members: Vec::new(),
            high: BTreeMap::new(),
            flow: Flow::new(),
            tally: Tally::default(),
            typed: Vec::new(),
            marked: None,
            began: None,
            whole: None,
            group_events: [None; GROUP_NAMES.len()],
            shards: BTreeMap::new(),
            closed: BTreeSet::new(),
        }
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        match (self.world.next_wakeup(), self.agenda.next_at()) {
            (Some(at), None) => self.let_services_act(at, journal),
            (Some(at), Some(then)) if at <= then => self.let_services_act(at, journal),
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
        let value = match name {
            "IncomingRecords" => tally.records.rate(now),
            "IncomingBytes" => tally.bytes.rate(now),
            "WriteProvisionedThroughputExceeded" => tally.writes_refused.rate(now),
            "ReadProvisionedThroughputExceeded" => tally.reads_refused.rate(now),
            "GetRecords.Records" => tally.read.rate(now),
            "GetRecords.IteratorAgeMilliseconds" => self.iterator_age(now).0,
            "MillisBehindLatest" => self.behind(),
            "OpenShardCount" => self.open_shards() as u64,
            "MaxOffsetLag" => self.worst(|group| self.lags(group).max().unwrap_or(0)),
            "SumOffsetLag" => self.worst(|group| self.lags(group).sum()),
            "EstimatedMaxTimeLag" => self.worst(|group| self.time_lag(group, now).0),
            "Rebalances" => tally.rebalances,
            "RecordsProcessed" => tally.done,
            "RecordsProcessedAgain" => tally.again,
            "RecordsExpiredUnread" => tally.missed,
            "RecordsSkipped" => tally.skipped,
            "RecordsGivenUp" => tally.given_up,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn probe(&self, name: &str, now: Time) -> Option<i64> {
        let total = |counted: PerSecond| i64::try_from(counted.total).ok();
        match name {
            "RecordsStored" => total(self.tally.records),
            "RecordsRefused" => total(self.tally.writes_refused),
            "ReadsRefused" => total(self.tally.reads_refused),
            "RecordsRead" => total(self.tally.read),
            _ => {
                let index = Self::METRICS.iter().position(|metric| metric.name == name)?;
                Some(self.measure(index, now))
            }
        }
    }

    fn objects(&self, now: Time) -> Vec<ObjectId> {
        let shards = self.shown_shards(now).into_iter().map(shard_object);
        let consumers = self.apps.iter().map(App::object);
        let members = self.members.iter().map(Member::object);
        let groups = (0..self.groups()).map(group_object);
        [THE_PRODUCER, THE_STREAM]
            .into_iter()
            .chain(shards)
            .chain(groups)
            .chain(consumers)
            .chain(members)
            .collect()
    }

    fn name(&self, object: ObjectId) -> String {
        let number = object.number;
        match (object.kind, self.settings.system) {
            (STREAM, _) => NAME.to_owned(),
            (PRODUCER, _) => "producer".to_owned(),
            (SHARD, System::Kinesis) => shard_id(number),
            (SHARD, System::Kafka) => format!("{NAME}-{number}"),
            (CONSUMER, System::Kinesis) => App::new(number, None).name().to_owned(),
            (CONSUMER, System::Kafka) => {
                let member = (number as usize).checked_sub(1).and_then(|at| self.members.get(at));
                member.map_or_else(|| format!("member-{number}"), Member::name)
            }
            (GROUP, _) => GROUP_NAMES[number as usize % GROUP_NAMES.len()].to_owned(),
            (RECORD, system) => {
                let (shard, position) = (number >> POSITION_BITS, number % (1 << POSITION_BITS));
                let letter = if system == System::Kafka { 'p' } else { 's' };
                format!("{letter}{shard}#{position}")
            }
            (KEY, _) if number >= TYPED_KEYS => {
                self.typed.get((number - TYPED_KEYS) as usize).cloned().unwrap_or_default()
            }
            (KEY, _) => format!("user-{number}"),
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
        let logs = self.kinesis().map_or(0, |stream| stream.shards().len() * 512);
        let topic = self.topic().map_or(0, |topic| {
            topic.partitions.iter().map(|log| (log.end() - log.first()) as usize * 48).sum()
        });
        size_of::<Stream>() + logs + topic + self.producer.waiting() * 40
    }

    /// Each record is accounted for, by whom it came from and by whom it is read.
    #[cfg(test)]
    fn audit(&self, _now: Time) {
        self.check();
    }

    fn aws_equivalent(&self, command: &Command, now: Time) -> Option<String> {
        self.equivalent(command, now)
    }
}

/// A Kafka group as a thing that can be pointed at.
pub fn group_object(group: usize) -> ObjectId {
    ObjectId { kind: GROUP, number: group as u32 }
}

/// A shard or partition as a thing that can be pointed at.
pub fn shard_object(index: u32) -> ObjectId {
    ObjectId { kind: SHARD, number: index }
}

/// A record as a thing that can be pointed at; numbers come round after 16 million records of a shard.
pub fn record_object(shard: u32, position: u64) -> ObjectId {
    let position = (position % (1 << POSITION_BITS)) as u32;
    ObjectId { kind: RECORD, number: (shard % 256) << POSITION_BITS | position }
}

/// A topic's configuration as MSK takes it: `retention.ms`, in base64.
fn retention_config(millis: i64) -> String {
    STANDARD.encode(format!("retention.ms={millis}"))
}

/// The world with its stream or topic ready.
fn world(seed: u64, settings: &Settings, dials: &Dials) -> World {
    let mut world = World::new(seed);
    let shards = dials.get("shards");
    let mut call = |service, name: &str, params| {
        let operation = Operation::from_json(service, name, params)
            .expect("written here with parameters that AWS takes");
        let _ = world.call(Time::START, operation);
        world.kinesis.timings.create = Span::ZERO;
        world.advance(Time::START);
    };
    match settings.system {
        System::Kinesis => {
            let mut params = json!({ "StreamName": NAME });
            if settings.on_demand {
                params["StreamModeDetails"] = json!({ "StreamMode": "ON_DEMAND" });
            } else {
                params["ShardCount"] = json!(shards);
            }
            // Nothing waits for the stream that the scene starts with.
            call(ServiceId::Kinesis, "ListStreams", json!({}));
            call(ServiceId::Kinesis, "CreateStream", params);
            let hours = dials.get("retention") / 3_600_000;
            if hours > 24 {
                let params = json!({ "StreamName": NAME, "RetentionPeriodHours": hours });
                call(ServiceId::Kinesis, "IncreaseStreamRetentionPeriod", params);
            }
        }
        System::Kafka => call(
            ServiceId::Kafka,
            "CreateTopic",
            json!({
                "ClusterArn": CLUSTER,
                "TopicName": NAME,
                "PartitionCount": shards,
                "ReplicationFactor": 3,
                "Configs": retention_config(dials.get("retention")),
            }),
        ),
    }
    world.kinesis.timings = kinesis::Timings {
        update: RESHARDING,
        on_demand_split: ON_DEMAND_SPLIT,
        ..kinesis::Timings::default()
    };
    world.kinesis.trace.watch();
    world.kafka.trace.watch();
    world
}

impl Stream {
    /// Kinesis or Kafka.
    pub fn system(&self) -> System {
        self.settings.system
    }

    /// The knobs as they stand.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The Kinesis stream while there is one.
    pub fn kinesis(&self) -> Option<&kinesis::Stream> {
        self.world.kinesis.stream(NAME)
    }

    /// The Kafka topic while there is one.
    pub fn topic(&self) -> Option<&Topic> {
        self.world.kafka.topic(NAME)
    }

    /// A Kafka group once somebody has joined.
    pub fn group(&self, group: usize) -> Option<&Group> {
        self.world.kafka.group(GROUP_NAMES.get(group)?)
    }

    /// How many groups read the topic; none reads a Kinesis stream.
    pub fn groups(&self) -> usize {
        match self.settings.system {
            System::Kinesis => 0,
            System::Kafka => 1 + usize::from(self.members.iter().any(|member| member.group > 0)),
        }
    }

    /// What is largest of the group that has most of it.
    fn worst(&self, of: impl Fn(usize) -> u64) -> u64 {
        (0..self.groups()).map(of).max().unwrap_or(0)
    }

    /// The producer.
    pub fn producer(&self) -> &Producer {
        &self.producer
    }

    /// The applications that read the Kinesis stream.
    pub fn apps(&self) -> &[App] {
        &self.apps
    }

    /// The members of the Kafka groups, dead ones included.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The last records put, the latest at the end.
    pub fn flow(&self) -> impl DoubleEndedIterator<Item = &Placed> + ExactSizeIterator {
        self.flow.iter()
    }

    /// The last typed key and its hash.
    pub fn marked(&self) -> Option<(&str, u128)> {
        self.marked.as_ref().map(|(key, hash)| (key.as_str(), *hash))
    }

    /// What was counted.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The shards worth showing: open ones, and closed ones that still hold records; partitions all.
    pub fn shown_shards(&self, now: Time) -> Vec<u32> {
        if let Some(topic) = self.topic() {
            return (0..topic.partitions.len() as u32).collect();
        }
        let Some(stream) = self.kinesis() else { return Vec::new() };
        let horizon = stream.horizon(now);
        let shown = stream
            .shards()
            .iter()
            .filter(|shard| shard.closed_at().is_none_or(|closed| closed >= horizon));
        shown.map(kinesis::ShardState::index).collect()
    }

    fn open_shards(&self) -> usize {
        self.topic().map_or_else(
            || self.kinesis().map_or(0, |stream| stream.open_shards().len()),
            |topic| topic.partitions.len(),
        )
    }

    /// How old the next record of the consumer that is furthest behind is.
    pub fn iterator_age(&self, now: Time) -> Span {
        let ages = self.apps.iter().map(|app| self.age(app, now));
        ages.max().unwrap_or(Span::ZERO)
    }

    /// How old the oldest record is that an application has not read.
    pub fn age(&self, app: &App, now: Time) -> Span {
        let ages = app.leases.keys().map(|shard| self.lease_age(app, *shard, now));
        ages.max().unwrap_or(Span::ZERO)
    }

    /// The same for one of its shards.
    pub fn lease_age(&self, app: &App, shard: u32, now: Time) -> Span {
        let next = app.leases.get(&shard).and_then(|lease| lease.next);
        let state = self.kinesis().and_then(|stream| stream.shards().get(shard as usize));
        let (Some(next), Some(state)) = (next, state) else { return Span::ZERO };
        let log = state.records();
        log.get(next.max(log.first())).map_or(Span::ZERO, |record| now.since(record.at))
    }

    fn behind(&self) -> u64 {
        let leases = self.apps.iter().flat_map(|app| app.leases.values());
        leases.map(|lease| lease.behind.unsigned_abs()).max().unwrap_or(0)
    }

    /// How many records lie between a group's committed offset and the end, by partition.
    pub fn lags(&self, group: usize) -> impl Iterator<Item = u64> + '_ {
        let partitions = self.topic().map_or(&[][..], |topic| &topic.partitions);
        partitions.iter().enumerate().map(move |(index, log)| {
            let group = self.group(group);
            let committed = group.and_then(|group| group.committed.get(&(index as u32)));
            log.end() - committed.copied().unwrap_or(log.first()).clamp(log.first(), log.end())
        })
    }

    fn time_lag(&self, group: usize, now: Time) -> Span {
        let partitions = self.topic().map_or(&[][..], |topic| &topic.partitions);
        let ages = partitions.iter().enumerate().map(|(index, log)| {
            let group = self.group(group);
            let committed = group.and_then(|group| group.committed.get(&(index as u32)));
            let next = committed.copied().unwrap_or(log.first()).max(log.first());
            log.get(next).map_or(Span::ZERO, |record| now.since(record.at))
        });
        ages.max().unwrap_or(Span::ZERO)
    }

    fn let_services_act(&mut self, at: Time, journal: &mut Journal) {
        for late in self.world.advance(at) {
            self.prompt.take(&late);
        }
        self.tell(at, facts::Cause::Nobody, journal);
    }

    fn let_actor_act(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => self.begin(now, journal),
            Due::Put { life } if life == self.producer.life => self.put_arrivals(now, journal),
            Due::Again { wait } => self.put_again(now, wait, journal),
            Due::Read { app, shard, life } => self.read(now, app, shard, life, journal),
            Due::Done { app, shard, life } => self.done(now, app, shard, life, journal),
            Due::Poll { member, life } => self.poll(now, member, life, journal),
            Due::Worked { member, life } => self.worked(now, member, life, journal),
            Due::Put { .. } => {}
        }
    }

    fn begin(&mut self, now: Time, journal: &mut Journal) {
        if self.began.is_some() {
            return;
        }
        let why = if self.settings.still { "stands-still" } else { "preset" };
        let began = journal.write(now, Note::new(THE_STREAM, "began", why));
        self.began = Some(began);
        self.whole = Some(began);
        self.tell(now, facts::Cause::Event(began), journal);
        self.producer.last = Some(began);
        for _ in 0..self.settings.consumers {
            self.add_consumer(now, 0, Some(began), journal);
        }
        if self.settings.system == System::Kafka {
            for _ in 0..self.settings.second_group {
                self.add_consumer(now, 1, Some(began), journal);
            }
        }
        self.start_flow(now);
    }

    /// One more application, or member of a group.
    fn add_consumer(
        &mut self,
        now: Time,
        group: usize,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        match self.settings.system {
            System::Kinesis => self.add_app(now, cause, journal),
            System::Kafka => self.add_member(now, group, cause, journal),
        }
    }
}
