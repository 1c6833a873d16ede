//! Aurora: a writer and its replicas over one volume of six copies, and what it costs to be served.
//!
//! RDS decides what happens to instances, clusters and copies; this scene decides who writes, reads
//! and visits, and what breaks. How fast a copy answers is drawn here.

mod actors;
mod commands;
mod facts;
mod money;
mod setting_up;
mod tables;
#[cfg(test)]
mod tests;
mod visitors;

use std::collections::{BTreeMap, BTreeSet};

pub use money::{AURORA_HOUR, RDS_HOUR};
pub use tables::{CLIENT, CLUSTER, COPY, INSTANCE, PROMPT, ZONE};

use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, ObjectId};
use super::prompt::Prompt;
use crate::services::Ticket;
use crate::services::chance::Chance;
use crate::services::rds::cluster::Cluster;
use crate::services::rds::instance::Instance;
use crate::services::rds::volume::{COPIES, ProtectionGroup, Volume};
use crate::services::time::{Span, Time};
use crate::services::world::World;

/// The model's cluster.
pub const NAME: &str = "app";
/// The cluster that is cloned from it.
pub const CLONE: &str = "app-clone";
/// The model's cluster as a thing that can be pointed at.
pub const THE_CLUSTER: ObjectId = ObjectId { kind: CLUSTER, number: 0 };
/// The application, which writes.
pub const THE_APP: ObjectId = client(0);
/// Those who come and go with the load.
pub const THE_VISITORS: ObjectId = client(1);
/// What looks after the database now and then.
pub const THE_MONITOR: ObjectId = client(2);
/// A tool that keeps a connection open.
pub const THE_REPORT_TOOL: ObjectId = client(3);
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };

/// The number of the first reader.
const FIRST_READER: u32 = 10;
/// So many groups can be selected copy by copy.
const SELECTABLE_GROUPS: usize = 8;
/// How much later a slow copy answers.
pub const SLOW: Span = Span::millis(150);

const fn client(number: u32) -> ObjectId {
    ObjectId { kind: CLIENT, number }
}

/// An availability zone as a thing that can be pointed at.
pub const fn zone_object(zone: usize) -> ObjectId {
    ObjectId { kind: ZONE, number: zone as u32 }
}

/// A copy of a group as a thing that can be pointed at.
pub const fn copy_object(group: u64, copy: usize) -> ObjectId {
    ObjectId { kind: COPY, number: group as u32 * COPIES as u32 + copy as u32 }
}

/// The application: it writes one order after another through the cluster endpoint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct App {
    /// Its connection, if it has one.
    pub connection: Option<u64>,
    /// The number of the order that it writes now or wrote last.
    pub order: u64,
    /// The latest order that was acknowledged, and what its row holds.
    pub acknowledged: Option<(u64, String)>,
    /// Whether a write is under way.
    pub writing: bool,
    /// Since when its writes have failed.
    pub down_since: Option<Time>,
    /// How long the last commit took.
    pub latency: Span,
}

/// A reader: it connected once, through the reader endpoint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reader {
    /// Its connection, if it has one.
    pub connection: Option<u64>,
    /// Whether it could not connect the last time.
    pub shut_out: bool,
}

/// Those who come and go with the load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Visitors {
    /// What they ask for, in thousandths of a request a second.
    pub load: u64,
    /// Their connection, one for all of them.
    pub connection: Option<u64>,
    /// A connection that waits for the database to wake, and since when.
    pub waits: Option<(Ticket, Time)>,
    /// Somebody came by hand and wants to leave again at this moment.
    by_hand: Option<Time>,
}

/// What is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Commits acknowledged to the application.
    pub commits: u64,
    /// Acknowledged commits that were not there afterwards.
    pub lost: u64,
    /// Reads of the newest order that did not show it yet.
    pub stale: u64,
    /// How long the application could not write, in milliseconds.
    pub down: u64,
    /// How long the last client waited for a paused database, in milliseconds.
    pub resume_wait: u64,
    /// Clients that gave up while it resumed.
    pub turned_away: u64,
}

/// What happens by the scene's own doing. Those with a life count only while it is the scene's.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Due {
    Begin,
    /// A step of the knob `script`.
    Script(u8),
    Write(u32),
    /// Four copies have answered.
    Commit(u64),
    Read(usize, u32),
    Load(u32),
    Monitor(u32),
    /// The visitors' patience is over.
    GiveUp(Ticket),
    /// Who came by hand leaves.
    Leave,
}

/// One Aurora cluster and whoever works with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Aurora {
    world: World,
    prompt: Prompt,
    dials: Dials,
    agenda: Agenda<Due>,
    chance: Chance,
    life: u32,
    /// Instances by the order in which they were met.
    instances: Vec<String>,
    /// Clusters by the order in which they were met.
    clusters: Vec<String>,
    slow: BTreeSet<u32>,
    app: App,
    readers: Vec<Reader>,
    visitors: Visitors,
    /// A connection of the health check that waits for the database to wake.
    monitor_waits: Option<Ticket>,
    /// When the health check last connected.
    monitored: Option<Time>,
    report_tool: Option<u64>,
    /// Whether the orders were spoilt by a bad deployment, and when.
    spoilt: Option<Time>,
    tally: Tally,
    /// The latest event of each thing.
    latest: BTreeMap<ObjectId, EventId>,
    began: Option<EventId>,
}

impl Scene for Aurora {
    const ID: &'static str = "aurora";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Aurora {
        Aurora::set_up(setup)
    }

    fn next_at(&self) -> Option<Time> {
        [self.world.next_wakeup(), self.agenda.next_at()].into_iter().flatten().min()
    }

    fn step(&mut self, journal: &mut Journal) {
        match (self.world.next_wakeup(), self.agenda.next_at()) {
            (Some(at), due) if due.is_none_or(|due| at <= due) => {
                let late = self.world.advance(at.max(self.world.now()));
                self.heed(late, None, journal);
            }
            _ => {
                if let Some((at, due)) = self.agenda.pop() {
                    let at = at.max(self.world.now());
                    let late = self.world.advance(at);
                    self.heed(late, None, journal);
                    self.let_happen(at, due, journal);
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
        const GIB: u64 = 1 << 30;
        let volume = |gb: fn(&Volume) -> u64| {
            self.cluster().and_then(Cluster::volume).map_or(0, gb).saturating_mul(GIB)
        };
        let value = match Self::METRICS.get(index).map_or("", |metric| metric.name) {
            "CommitLatency" => self.app.latency.0,
            "AuroraReplicaLag" => {
                let readers = self.members().filter(|one| one.serves() && !self.writes(one));
                readers.map(|one| one.reader_lag.0).max().unwrap_or(0)
            }
            "DatabaseConnections" => {
                self.members().map(|one| self.world.rds.connections_of(&one.id)).sum()
            }
            "ServerlessDatabaseCapacity" => self.capacity().into(),
            "ACUUtilization" => {
                let writer = self.writer().and_then(|writer| writer.capacity.as_ref());
                writer.map_or(0, |capacity| u64::from(capacity.utilization()) * 100)
            }
            "VolumeBytesUsed" => volume(Volume::gb),
            "BilledStorage" => volume(Volume::billed_gb),
            "Commits" => self.tally.commits,
            "CommitsLost" => self.tally.lost,
            "StaleReads" => self.tally.stale,
            "Downtime" => {
                self.tally.down + self.app.down_since.map_or(0, |since| now.since(since).0)
            }
            "CopiesDead" => self.copies_dead(),
            "ResumeWait" => self.tally.resume_wait,
            "VisitorsTurnedAway" => self.tally.turned_away,
            "AverageCapacity" => self.average_capacity(now),
            "ServerlessCost" => self.serverless_cost(now),
            "FixedCost" => self.fixed_cost(now),
            "RdsCost" => self.rds_cost(now),
            "MonthStandard" => self.month().standard(),
            "MonthIoOptimized" => self.month().io_optimized(),
            "IoShare" => self.month().io_share() * 10,
            _ => 0,
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn probe(&self, name: &str, now: Time) -> Option<i64> {
        if name == "CloneBytes" {
            let own = self.clone_cluster().and_then(Cluster::volume).map_or(0, Volume::billed_gb);
            return i64::try_from(own << 30).ok();
        }
        let index = Self::METRICS.iter().position(|metric| metric.name == name)?;
        Some(self.measure(index, now))
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let instances = self.members().filter_map(|one| self.instance_object(&one.id));
        let zones = (0..3).map(zone_object);
        let copies = self.shown_groups(SELECTABLE_GROUPS).into_iter();
        let copies = copies.flat_map(|group| (0..COPIES).map(move |copy| copy_object(group, copy)));
        instances.chain(zones).chain(copies).chain([THE_CLUSTER]).collect()
    }

    fn name(&self, object: ObjectId) -> String {
        let of = |names: &[String]| names.get(object.number as usize).cloned().unwrap_or_default();
        match (object.kind, object.number) {
            (INSTANCE, _) => of(&self.instances),
            (CLUSTER, _) => of(&self.clusters),
            (ZONE, zone) => zone_name(zone as usize),
            (COPY, number) => {
                let (group, copy) = (number as usize / COPIES, number as usize % COPIES);
                format!("g{group}-{}{}", ZONES[copy / 2], copy % 2 + 1)
            }
            (CLIENT, 0) => "orders-app".to_owned(),
            (CLIENT, 1) => "visitors".to_owned(),
            (CLIENT, 2) => "health-check".to_owned(),
            (CLIENT, 3) => "report-tool".to_owned(),
            (CLIENT, number) => format!("reader-{}", number - FIRST_READER + 1),
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
        let members = self.world.rds.instances().count();
        let log = self.cluster().map_or(0, |cluster| cluster.log.weight());
        size_of::<Self>() + members * size_of::<Instance>() + log
    }

    fn aws_equivalent(&self, command: &Command, now: Time) -> Option<String> {
        self.operation_of(command, now).map(|operation| crate::awscli::command_for(&operation))
    }
}

/// The letters of the zones.
pub const ZONES: [char; 3] = ['a', 'b', 'c'];

fn zone_name(zone: usize) -> String {
    format!("{}{}", crate::services::arn::REGION, ZONES[zone.min(2)])
}

impl Aurora {
    /// The services.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The model's cluster.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.world.rds.cluster(NAME)
    }

    /// The cluster that was cloned from it.
    pub fn clone_cluster(&self) -> Option<&Cluster> {
        self.world.rds.cluster(CLONE)
    }

    /// The instances of the model's cluster, by name.
    pub fn members(&self) -> impl Iterator<Item = &Instance> {
        self.world.rds.members_of(NAME)
    }

    /// The instance that writes.
    pub fn writer(&self) -> Option<&Instance> {
        self.world.rds.writer_of(NAME)
    }

    /// Whether an instance is its cluster's writer.
    pub fn writes(&self, instance: &Instance) -> bool {
        self.cluster().is_some_and(|cluster| cluster.writer == Some(instance.uid))
    }

    /// An instance as a thing that can be pointed at.
    pub fn instance_object(&self, id: &str) -> Option<ObjectId> {
        let number = self.instances.iter().position(|known| known == id)?;
        Some(ObjectId { kind: INSTANCE, number: number as u32 })
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The readers.
    pub fn readers(&self) -> &[Reader] {
        &self.readers
    }

    /// Those who come and go with the load.
    pub fn visitors(&self) -> &Visitors {
        &self.visitors
    }

    /// When the health check last connected.
    pub fn monitored(&self) -> Option<Time> {
        self.monitored
    }

    /// Whether the report tool holds a connection.
    pub fn report_tool_is_connected(&self) -> bool {
        self.report_tool.is_some()
    }

    /// Since when the orders are spoilt.
    pub fn spoilt(&self) -> Option<Time> {
        self.spoilt
    }

    /// What is counted since the start.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether a copy answers late.
    pub fn is_slow(&self, group: u64, copy: usize) -> bool {
        self.slow.contains(&copy_object(group, copy).number)
    }

    /// Whether the members are serverless.
    pub fn is_serverless(&self) -> bool {
        self.dials.get("compute") == 2
    }

    /// The capacity of the writer, in halves of an ACU.
    pub fn capacity(&self) -> u32 {
        self.writer().and_then(|one| one.capacity.as_ref()).map_or(0, |one| one.halves)
    }

    /// A protection group of the model's volume.
    pub fn group(&self, number: u64) -> ProtectionGroup {
        self.cluster().and_then(Cluster::volume).map(|one| one.group(number)).unwrap_or_default()
    }

    /// How many protection groups there are.
    pub fn groups(&self) -> u64 {
        self.cluster().and_then(Cluster::volume).map_or(0, Volume::groups)
    }

    /// The groups to show: those in trouble first, then from the start; by number.
    pub fn shown_groups(&self, most: usize) -> Vec<u64> {
        let Some(volume) = self.cluster().and_then(Cluster::volume) else { return Vec::new() };
        let zones_dead = 2 * self.world.rds.lost_zones().iter().filter(|lost| **lost).count();
        let troubled = volume.touched().filter(|(_, group)| group.alive() < COPIES - zones_dead);
        let troubled = troubled.map(|(number, _)| number);
        let slow = self.slow.iter().map(|number| u64::from(*number) / COPIES as u64);
        let mut shown: Vec<u64> = Vec::new();
        for group in troubled.chain(slow).chain(0..volume.groups().min(most as u64)) {
            if shown.len() < most && !shown.contains(&group) {
                shown.push(group);
            }
        }
        shown.sort_unstable();
        shown
    }

    fn copies_dead(&self) -> u64 {
        let Some(volume) = self.cluster().and_then(Cluster::volume) else { return 0 };
        let dead = |group: &ProtectionGroup| (COPIES - group.alive()) as u64;
        let touched: u64 = volume.touched().map(|(_, group)| dead(group)).sum();
        let zones = self.world.rds.lost_zones().iter().filter(|lost| **lost).count() as u64;
        touched + 2 * zones * (volume.groups() - volume.touched().count() as u64)
    }

    fn is_still(&self) -> bool {
        self.dials.get("actors") == 1
    }

    fn span_of(&self, knob: &str) -> Option<Span> {
        Some(Span(self.dials.get(knob).unsigned_abs())).filter(|span| *span > Span::ZERO)
    }
}
