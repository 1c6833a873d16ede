//! The cache: an application, ElastiCache in front of a database, and every way in which the two differ.
//!
//! The service decides what the cache holds; this scene decides who asks when, what the application
//! does on a hit, a miss and a write, and how slow the database is.

mod books;
mod commands;
mod engine;
mod requests;
mod scaling;
mod settings;
mod tables;
mod writes;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use books::{Doubt, Row, Typed};
pub use engine::Engine;
pub use requests::{Ended, Request, Sort, Stage, Verdict};
pub use settings::Settings;
pub use tables::{APP, DATABASE, KEY, NODE, PROMPT, REQUEST};

use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{Arg, EventId, Journal, Note, ObjectId};
use super::prompt::Prompt;
use super::workload::Arrivals;
use crate::services::chance::Chance;
use crate::services::elasticache::group::{ReplicationGroup, Shard, SlotMap};
use crate::services::memcached::cluster::Cluster;
use crate::services::time::{Span, Time};
use crate::services::world::World;

/// The application.
pub const THE_APP: ObjectId = ObjectId { kind: APP, number: 0 };
/// The database.
pub const THE_DATABASE: ObjectId = ObjectId { kind: DATABASE, number: 0 };
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// So many keys can be selected, the hottest.
const SELECTABLE: u32 = 12;
/// So many seconds of hit ratios are remembered.
const HISTORY: usize = 60;
/// So many reads count for the hit rate.
const WINDOW: usize = 256;

/// What is due when.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Due {
    /// The next read comes, of this generation of readers.
    Read(u32),
    /// The next write comes.
    Write(u32),
    /// The next row of a scan, and how many are left after it.
    Scan(u32),
    /// A report begins.
    Report(u32),
    /// A request goes on.
    Goes(u32),
    /// The writer of a staged race begins.
    Overtake(u32),
    /// A node dies, as the preset has it.
    NodeDies,
    /// One shard or node more, as the preset has it.
    Scale,
    /// Values are larger from now on, as the preset has it.
    ValuesGrow,
}

/// What is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Reads that found their key.
    pub hits: u64,
    /// Reads that did not.
    pub misses: u64,
    /// Queries that the database began, reads and writes.
    pub queries: u64,
    /// Reads that got a value older than the database's.
    pub stale: u64,
    /// Values that the cache would not take.
    pub refused: u64,
    /// Requests that got no answer.
    pub failed: u64,
    /// Sessions lost before they were idle for long enough.
    pub logins_again: u64,
    /// Requests that were sent on after a slot.
    pub sent_on: u64,
    /// Milliseconds a read took, in sixteenths, running mean over about sixteen.
    pub latency: u64,
}

/// The reads of one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Second {
    /// Which second.
    pub number: u64,
    /// Hits in it.
    pub hits: u32,
    /// Reads in it.
    pub reads: u32,
}

/// ElastiCache between an application and its database.
#[derive(Debug, Clone, PartialEq)]
pub struct Cache {
    world: World,
    prompt: Prompt,
    dials: Dials,
    settings: Settings,
    agenda: Agenda<Due>,
    /// Raised when readers and writers start anew, so that older dues are void.
    generation: u32,
    reads: Arrivals,
    writes: Arrivals,
    read_keys: Chance,
    write_keys: Chance,
    app_chance: Chance,
    cache_chance: Chance,
    scan_at: u32,
    rows: Vec<Row>,
    /// The keys that expire, by when.
    due: BTreeSet<(Time, u32)>,
    requests: BTreeMap<u32, Request>,
    ended: VecDeque<Ended>,
    numbers: u32,
    queries: usize,
    waiting: VecDeque<u32>,
    database_down: Option<EventId>,
    database_event: Option<EventId>,
    /// What each node was when it was last looked at: up, primary.
    nodes: Vec<Vec<(bool, bool)>>,
    node_event: Option<EventId>,
    report_event: Option<EventId>,
    evictions: u64,
    /// What the primaries' own counts of evictions came to when last looked at.
    evictions_seen: u64,
    /// The rows whose keys Memcached has thrown out since this was last told.
    thrown_out: Vec<u32>,
    /// The client's map of the slots.
    map: SlotMap,
    /// Whether slots are on the move, and how many of the moved ones were told of.
    resharding: bool,
    slots_told: usize,
    lost: u64,
    values_grown: bool,
    tally: Tally,
    window: VecDeque<bool>,
    seconds: VecDeque<Second>,
    typed: Option<Typed>,
    began: Option<EventId>,
}

impl Scene for Cache {
    const ID: &'static str = "cache";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Cache {
        let dials = Dials::new(tables::KNOBS, setup);
        let settings = Settings::of(&dials);
        let stream = |number| Chance::stream(setup.seed, number);
        let mut cache = Cache {
            world: World::new(setup.seed),
            prompt: Prompt::default(),
            agenda: Agenda::default(),
            generation: 0,
            reads: Arrivals::new(settings.shape, settings.reads, stream(1)),
            writes: Arrivals::new(super::workload::Shape::Random, settings.writes, stream(2)),
            read_keys: stream(3),
            write_keys: stream(4),
            app_chance: stream(5),
            cache_chance: stream(6),
            scan_at: 0,
            rows: vec![Row::default(); (settings.rows + tables::MISSING) as usize],
            due: BTreeSet::new(),
            requests: BTreeMap::new(),
            ended: VecDeque::new(),
            numbers: 0,
            queries: 0,
            waiting: VecDeque::new(),
            database_down: None,
            database_event: None,
            nodes: Vec::new(),
            node_event: None,
            report_event: None,
            evictions: 0,
            evictions_seen: 0,
            thrown_out: Vec::new(),
            map: SlotMap::default(),
            resharding: false,
            slots_told: 0,
            lost: 0,
            values_grown: false,
            tally: Tally::default(),
            window: VecDeque::new(),
            seconds: VecDeque::new(),
            typed: None,
            began: None,
            dials,
            settings,
        };
        cache.build();
        let warm = cache.dials.get("warm") == tables::SECOND && !cache.settings.still;
        if warm {
            cache.fill();
        }
        if !cache.settings.still {
            cache.set_out(Time::START);
            let planned = [
                ("node-dies-at", Due::NodeDies),
                ("scale-at", Due::Scale),
                ("larger-values-at", Due::ValuesGrow),
            ];
            for (knob, due) in planned {
                let at = cache.dials.get(knob).unsigned_abs();
                if at > 0 {
                    cache.agenda.enter(Time::START + Span(at), due);
                }
            }
        }
        cache
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        self.begin(self.next_at().unwrap_or_default(), journal);
        let (world, actors) = (self.world.next_wakeup(), self.agenda.next_at());
        match (world, actors) {
            (Some(at), then) if then.is_none_or(|then| at <= then) => {
                for late in self.world.advance(at) {
                    self.prompt.take(&late);
                }
                self.heed(at, journal);
            }
            _ => {
                if let Some((at, due)) = self.agenda.pop() {
                    self.let_actor_act(at, due, journal);
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
        self.obey(now, command, journal)
    }

    fn measure(&self, index: usize, now: Time) -> i64 {
        let tally = &self.tally;
        let value = match Self::METRICS.get(index).map_or("", |metric| metric.name) {
            "CacheHitRate" => self.hit_rate(),
            "CacheHits" => tally.hits,
            "CacheMisses" => tally.misses,
            "DatabaseQueries" => tally.queries,
            "DatabaseBusy" => (self.queries + self.waiting.len()) as u64,
            "ReadLatency" => tally.latency / 16,
            "StaleReads" => tally.stale,
            "Evictions" => self.evictions,
            "Reclaimed" => self.holdings().expired,
            "BytesUsedForCache" => self.holdings().bytes,
            "CurrItems" => self.holdings().items,
            "ReplicationLag" => self.replication_lag(now).0,
            "WritesLost" => self.shards().iter().map(|shard| shard.lost).sum(),
            "StoresRefused" => tally.refused,
            "RequestsFailed" => tally.failed,
            "LoginsAgain" => tally.logins_again,
            "RequestsSentOn" => tally.sent_on,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let nodes = self.nodes.iter().enumerate().flat_map(|(shard, there)| {
            (0..there.len()).map(move |member| node_object(shard, member))
        });
        let keys = (1..=self.settings.rows.min(SELECTABLE)).map(key_object);
        let requests = self.requests.keys().rev().take(SELECTABLE as usize);
        let requests = requests.map(|number| ObjectId { kind: REQUEST, number: *number });
        [THE_APP]
            .into_iter()
            .chain(nodes)
            .chain([THE_DATABASE])
            .chain(keys)
            .chain(requests)
            .collect()
    }

    fn name(&self, object: ObjectId) -> String {
        match object.kind {
            APP => "app".to_owned(),
            NODE if self.settings.engine == Engine::Memcached => {
                Cluster::name((object.number / 10) as usize)
            }
            NODE => format!("{:04}-{:03}", object.number / 10 + 1, object.number % 10 + 1),
            DATABASE => "database".to_owned(),
            KEY => self.key(object.number.saturating_sub(1)),
            REQUEST => format!("r{}", object.number),
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
        let keys = self.holdings().items as usize;
        let copies = usize::from(self.settings.layout.replicas) + 1;
        size_of::<Self>()
            + self.rows.len() * size_of::<Row>()
            + keys * copies * 300
            + self.requests.len() * 200
    }

    fn aws_equivalent(&self, command: &Command, _now: Time) -> Option<String> {
        self.operation_of(command).map(|operation| crate::awscli::command_for(&operation))
    }
}

/// A node as a thing that can be pointed at.
pub fn node_object(shard: usize, member: usize) -> ObjectId {
    ObjectId { kind: NODE, number: (shard * 10 + member) as u32 }
}

fn key_object(number: u32) -> ObjectId {
    ObjectId { kind: KEY, number }
}

impl Cache {
    /// What the knobs say.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The shards of Valkey; none where the engine is another.
    pub fn shards(&self) -> &[Shard] {
        if self.settings.engine == Engine::Memcached {
            return &[];
        }
        self.world.elasticache.group(None).map(ReplicationGroup::shards).unwrap_or_default()
    }

    /// The cache.
    pub fn group(&self) -> Option<&ReplicationGroup> {
        self.world.elasticache.group(None)
    }

    /// The requests that are under way, the oldest first.
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.requests.values()
    }

    /// The last requests that ended, the latest at the end.
    pub fn ended(&self) -> &VecDeque<Ended> {
        &self.ended
    }

    /// Queries that run, and queries that wait for a connection.
    pub fn database(&self) -> (usize, usize) {
        (self.queries, self.waiting.len())
    }

    /// Whether the database does not answer.
    pub fn is_database_down(&self) -> bool {
        self.database_down.is_some()
    }

    /// What is counted since the start.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The hits and reads of the last seconds, the latest at the end.
    pub fn seconds(&self) -> &VecDeque<Second> {
        &self.seconds
    }

    /// The last key that was typed, and where it lies.
    pub fn typed(&self) -> Option<&Typed> {
        self.typed.as_ref()
    }

    /// The name of a row's key.
    pub fn key(&self, row: u32) -> String {
        let what = if self.settings.sessions { "session" } else { "product" };
        format!("{what}:{}", row + 1)
    }

    /// Hits of the last reads, in hundredths of a percent.
    pub fn hit_rate(&self) -> u64 {
        let hits = self.window.iter().filter(|hit| **hit).count() as u64;
        hits * 10_000 / (self.window.len() as u64).max(1)
    }

    /// How far the furthest replica lies behind now.
    pub fn replication_lag(&self, _now: Time) -> Span {
        let behind = self.shards().iter().flat_map(|shard| {
            let written = shard.written;
            shard.members.iter().filter(move |member| member.up && member.applied < written)
        });
        behind.map(|member| member.lag).max().unwrap_or_default()
    }

    fn begin(&mut self, at: Time, journal: &mut Journal) {
        if self.began.is_none() {
            let note = Note::new(THE_APP, "began", "preset")
                .arg(Arg::Count(i64::from(self.settings.rows)));
            self.began = Some(journal.write(at, note));
        }
    }

    /// Starts readers, writers and reports anew from `now`.
    fn set_out(&mut self, now: Time) {
        self.generation += 1;
        self.reads.set_rate(self.settings.reads);
        self.reads.set_shape(self.settings.shape);
        self.writes.set_rate(self.settings.writes);
        if self.settings.still {
            return;
        }
        let generation = self.generation;
        if let Some(at) = self.reads.next_after(now) {
            self.agenda.enter(at, Due::Read(generation));
        }
        if let Some(at) = self.writes.next_after(now) {
            self.agenda.enter(at, Due::Write(generation));
        }
        if self.settings.scan_every > Span::ZERO {
            self.agenda.enter(now + self.settings.scan_every, Due::Report(generation));
        }
    }

    fn let_actor_act(&mut self, at: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Read(generation) if generation == self.generation => {
                let row = self.draw_row();
                self.start(at, Sort::Read, row, self.began, journal);
                if let Some(next) = self.reads.next_after(at) {
                    self.agenda.enter(next, due);
                }
            }
            Due::Write(generation) if generation == self.generation => {
                let row = self.settings.keys.draw(&mut self.write_keys);
                self.start(at, Sort::Write, row, self.began, journal);
                if let Some(next) = self.writes.next_after(at) {
                    self.agenda.enter(next, due);
                }
            }
            Due::Report(generation) if generation == self.generation => {
                self.report(at, "report-due", journal);
                self.agenda.enter(at + self.settings.scan_every, due);
            }
            Due::Read(_) | Due::Write(_) | Due::Report(_) => {}
            Due::Scan(left) => self.scan_on(at, left, journal),
            Due::Goes(number) => self.go_on(at, number, journal),
            Due::Overtake(row) if row < self.settings.rows => {
                self.start(at, Sort::Write, row, self.began, journal);
            }
            Due::Overtake(_) => {}
            Due::NodeDies => {
                let primary = self
                    .nodes
                    .first()
                    .and_then(|shard| shard.iter().position(|(_, primary)| *primary));
                if let Some(member) = primary {
                    self.lose_node(at, node_object(0, member), "preset", journal);
                }
            }
            Due::Scale => {
                let count = self.count() as i64 + 1;
                if self.can_scale(count).is_ok() && self.dials.set("shards", count).is_ok() {
                    self.settings = Settings::of(&self.dials);
                    self.scale(at, count as usize, ("preset", self.began), journal);
                }
            }
            Due::ValuesGrow => {
                self.values_grown = true;
                let bytes = Arg::Count(self.value_size() as i64);
                let note = Note::new(THE_APP, "values-grow", "preset").arg(bytes);
                journal.write(at, note.because(self.began).rule("MC-6"));
            }
        }
    }

    /// How many bytes a value has now.
    fn value_size(&self) -> usize {
        self.settings.value_size << u32::from(self.values_grown)
    }

    fn draw_row(&mut self) -> u32 {
        if self.read_keys.parts_in(self.settings.missing, 10_000) {
            return self.settings.rows + self.read_keys.below(u64::from(tables::MISSING)) as u32;
        }
        self.settings.keys.draw(&mut self.read_keys)
    }

    /// A report begins to read one row after the other.
    fn report(&mut self, at: Time, why: &'static str, journal: &mut Journal) {
        let note = Note::new(THE_APP, "scan-began", why)
            .arg(Arg::Count(i64::from(self.settings.scan_size)))
            .because(self.began);
        self.report_event = Some(journal.write(at, note));
        self.agenda.enter(at, Due::Scan(self.settings.scan_size));
    }

    fn scan_on(&mut self, at: Time, left: u32, journal: &mut Journal) {
        if left == 0 || self.settings.still {
            return;
        }
        // From the coldest row on: a report reads what nobody else does.
        self.scan_at %= self.settings.rows;
        let row = self.settings.rows - 1 - self.scan_at;
        self.scan_at += 1;
        self.start(at, Sort::Scan, row, self.report_event, journal);
        self.agenda.enter(at + Span(5), Due::Scan(left - 1));
    }
}
