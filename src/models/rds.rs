//! The database: Amazon RDS with an application that writes to it, its standby, replicas, backups and alarms.
//!
//! The service decides what instances hold and when they answer; this scene decides what the application
//! does, what its queries ask of the machine, and when CloudWatch looks.

pub mod alarms;
mod app;
mod commands;
mod facts;
pub mod load;
mod setting_up;
mod settings;
mod tables;
#[cfg(test)]
mod tests;

pub use app::{App, Outage, Tally};
pub use settings::{ReadsFrom, Settings};
pub use tables::{ALARM, APP, INSTANCE, PROMPT, SNAPSHOT, ZONE};

use self::alarms::{ALARMS, Alarm, Limit, Threshold};
use self::app::Due;
use self::load::{Disk, Faults, Load};
use super::Scene;
use super::agenda::Agenda;
use super::catalog::{ActionSpec, Knob, MetricSpec, Preset, Setup};
use super::command::{Command, Outcome, Refusal};
use super::dials::Dials;
use super::journal::{EventId, Journal, ObjectId};
use super::prompt::Prompt;
use crate::services::rds::cluster::Cluster;
use crate::services::rds::instance::Instance;
use crate::services::rds::{self, Replication};
use crate::services::time::{Span, Time};
use crate::services::world::World;

/// The instance that every preset begins with, or the cluster.
pub const SHOP: &str = "shop";
/// The application as a thing that can be pointed at.
pub const THE_APP: ObjectId = ObjectId { kind: APP, number: 0 };
/// Whoever types and presses keys.
pub const YOU: ObjectId = ObjectId { kind: PROMPT, number: 0 };
/// The names of the availability zones.
pub const ZONES: [&str; 3] = ["us-east-1a", "us-east-1b", "us-east-1c"];

/// Something that was made: its name, and what last happened to it. Its number is its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    name: String,
    last: Option<EventId>,
}

/// RDS with whoever uses it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rds {
    world: World,
    prompt: Prompt,
    dials: Dials,
    settings: Settings,
    agenda: Agenda<Due>,
    app: App,
    faults: Faults,
    disk: Disk,
    /// What was entered for an earlier load counts no more.
    load_life: u32,
    alarms: Vec<Alarm>,
    instances: Vec<Known>,
    snapshots: Vec<Known>,
    zones: [Option<EventId>; 3],
    /// When somebody deleted the wrong rows, and where.
    damage: Option<(String, Time)>,
    /// The first event.
    began: Option<EventId>,
    /// The last thing that the learner did.
    yours: Option<EventId>,
}

impl Scene for Rds {
    const ID: &'static str = "rds";
    const PRESETS: &'static [Preset] = tables::PRESETS;
    const KNOBS: &'static [Knob] = tables::KNOBS;
    const ACTIONS: &'static [ActionSpec] = tables::ACTIONS;
    const METRICS: &'static [MetricSpec] = tables::METRICS;

    fn new(setup: &Setup) -> Rds {
        Rds::set_up(setup)
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
        let before = self.clone();
        let outcome = self.obey(now, command, journal);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    fn measure(&self, index: usize, now: Time) -> i64 {
        self.value(Self::METRICS.get(index).map_or("", |metric| metric.name), now)
    }

    fn probe(&self, name: &str, now: Time) -> Option<i64> {
        if let Some(metric) = name.strip_prefix("Alarm.") {
            let index = ALARMS.iter().position(|alarm| alarm.metric == metric)?;
            return Some(self.alarms.get(index)?.state as i64);
        }
        let count = |number: usize| i64::try_from(number).ok();
        match name {
            "Damaged" => {
                Some(i64::from(self.watched().is_some_and(|one| self.is_damaged(one, now))))
            }
            "Restored" => count(self.restored().map_or(0, |one| self.position(one, now))),
            "Snapshots" => count(self.world.rds.snapshots().count()),
            _ => {
                let index = Self::METRICS.iter().position(|metric| metric.name == name)?;
                Some(self.measure(index, now))
            }
        }
    }

    fn objects(&self, _now: Time) -> Vec<ObjectId> {
        let instances = self.instances_by_zone().into_iter().map(|one| self.object(&one.id));
        let zones = (0..3).map(|number| ObjectId { kind: ZONE, number });
        let snapshots = self.snapshots_in_order().into_iter().map(|(object, _)| object);
        [THE_APP].into_iter().chain(instances).chain(zones).chain(snapshots).collect()
    }

    fn name(&self, object: ObjectId) -> String {
        let number = object.number as usize;
        let known =
            |all: &[Known]| all.get(number).map_or_else(String::new, |one| one.name.clone());
        match object.kind {
            APP => "app".to_owned(),
            INSTANCE => known(&self.instances),
            SNAPSHOT => known(&self.snapshots),
            ZONE => ZONES.get(number).copied().unwrap_or_default().to_owned(),
            ALARM => ALARMS.get(number).map_or("", |alarm| alarm.metric).to_owned(),
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
        let rds = &self.world.rds;
        let logs = rds.instances().map(|one| &one.log).chain(rds.clusters().map(|one| &one.log));
        let logs: usize = logs.filter(|log| !log.is_empty()).map(rds::log::Log::weight).sum();
        size_of::<Self>() + logs + self.app.pool().len() * 40 + 4096
    }

    fn aws_equivalent(&self, command: &Command, now: Time) -> Option<String> {
        self.equivalent(command, now)
    }
}

impl Rds {
    /// The knobs.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The service.
    pub fn service(&self) -> &rds::Rds {
        &self.world.rds
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What the learner broke in the application.
    pub fn faults(&self) -> Faults {
        self.faults
    }

    /// The alarms, in the order of [`ALARMS`].
    pub fn alarms(&self) -> &[Alarm] {
        &self.alarms
    }

    /// When somebody deleted the wrong rows of this instance, or of what it was restored from.
    pub fn damage(&self) -> Option<(&str, Time)> {
        self.damage.as_ref().map(|(id, at)| (id.as_str(), *at))
    }

    /// Whether an instance holds the wrong delete.
    pub fn is_damaged(&self, instance: &Instance, now: Time) -> bool {
        let (log, position) = self.held(instance, now);
        log.read(app::DAMAGE, position).is_some()
    }

    /// The instance that the application writes to: the one it names, or its cluster's writer.
    pub fn watched(&self) -> Option<&Instance> {
        let (rds, endpoint) = (&self.world.rds, self.app.endpoint());
        rds.instance(endpoint).or_else(|| rds.writer_of(endpoint))
    }

    /// Whether the application writes to this instance.
    pub fn uses(&self, id: &str) -> bool {
        self.app.endpoint() == id || self.watched().is_some_and(|instance| instance.id == id)
    }

    /// The Multi-AZ cluster that the application writes to, by its name.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.world.rds.cluster(self.app.endpoint())
    }

    /// The copies that can be read besides the one that is written to: replicas, or a cluster's readers.
    pub fn readers(&self) -> Vec<&Instance> {
        let (rds, endpoint) = (&self.world.rds, self.app.endpoint());
        match self.cluster() {
            Some(cluster) => {
                let reads = |one: &&Instance| cluster.writer != Some(one.uid);
                rds.members_of(&cluster.id).filter(reads).collect()
            }
            None => rds.replicas_of(endpoint).collect(),
        }
    }

    /// Whether no commit can be acknowledged, since a cluster has no reader left.
    fn commits_wait(&self) -> bool {
        let serves = self.watched().is_some_and(Instance::serves);
        serves && self.cluster().is_some_and(|cluster| self.world.rds.lacks_readers(cluster))
    }

    /// From when to when what the application uses can be restored.
    pub fn restorable(&self, now: Time) -> Option<(Time, Time)> {
        match self.cluster() {
            Some(cluster) => cluster.restorable(now),
            None => self.watched()?.restorable(now),
        }
    }

    /// The instance that was made last, unless it follows a source: what a restore gave.
    fn restored(&self) -> Option<&Instance> {
        let last = self.world.rds.instances().max_by_key(|one| one.uid)?;
        (last.replica.is_none() && last.id != self.app.endpoint()).then_some(last)
    }

    /// Every instance, zone by zone, sources before their replicas.
    pub fn instances_by_zone(&self) -> Vec<&Instance> {
        let mut all: Vec<&Instance> = self.world.rds.instances().collect();
        all.sort_by_key(|one| (one.az, one.replica.is_some(), one.uid));
        all
    }

    /// An instance as a thing that can be pointed at.
    pub fn object(&self, id: &str) -> ObjectId {
        ObjectId { kind: INSTANCE, number: place_of(&self.instances, id) }
    }

    /// The snapshots that there are, in the order in which they were taken.
    pub fn snapshots_in_order(&self) -> Vec<(ObjectId, &rds::snapshots::Snapshot)> {
        let all = self.world.rds.snapshots().map(|(name, snapshot)| {
            let number = place_of(&self.snapshots, name);
            (ObjectId { kind: SNAPSHOT, number }, snapshot)
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(object, snapshot)| (snapshot.created, object.number));
        all
    }

    /// How far a replica has come.
    pub fn replication(&self, id: &str, now: Time) -> Option<Replication> {
        self.world.rds.replication(now, id)
    }

    /// What an instance reads from, and how many commits of it it sees.
    fn held<'a>(&'a self, instance: &'a Instance, now: Time) -> (&'a rds::log::Log, usize) {
        let rds = &self.world.rds;
        let applied = self.replication(&instance.id, now).map(|replication| replication.applied);
        if let Some((cluster, _)) = rds.cluster_of(instance) {
            return (&cluster.log, applied.unwrap_or(cluster.log.len()));
        }
        let mut root = instance;
        while let Some(replica) = &root.replica
            && let Some(source) = rds.instance(&replica.source)
        {
            root = source;
        }
        (&root.log, applied.unwrap_or(root.log.len()))
    }

    /// How many commits an instance shows to who reads it now.
    pub fn position(&self, instance: &Instance, now: Time) -> usize {
        self.held(instance, now).1
    }

    /// The load on the instance that the application uses.
    pub fn load(&self, now: Time) -> Option<Load<'_>> {
        let instance = self.watched()?;
        Some(Load {
            instance,
            settings: &self.settings,
            faults: self.faults,
            connections: self.world.rds.connections_of(&instance.id),
            acknowledgement: self.acknowledgement(instance),
            now,
        })
    }

    /// What a commit waits for besides its own disk: the standby, or the nearest reader.
    fn acknowledgement(&self, instance: &Instance) -> Span {
        let trip = self.settings.standby_trip;
        match self.cluster() {
            Some(cluster) => {
                let nearest = self.world.rds.acknowledging(cluster);
                nearest.map_or(trip, |(_, further)| trip + further)
            }
            None if instance.standby.as_ref().is_some_and(|standby| standby.ready) => trip,
            None => Span::ZERO,
        }
    }

    /// Bytes that lie on the volume.
    pub fn disk(&self) -> Disk {
        self.disk
    }

    /// The lag of the replica that is furthest behind.
    fn replica_lag(&self, now: Time) -> Option<Span> {
        // A reader that is down tells nothing.
        let tells = |one: &&Instance| one.cluster.is_none() || one.serves();
        let readers = self.readers().into_iter().filter(tells);
        readers.filter_map(|one| self.replication(&one.id, now)).map(|one| one.lag).max()
    }

    fn value(&self, metric: &str, now: Time) -> i64 {
        let tally = self.app.tally();
        let value = match metric {
            "ReplicaLag" => self.replica_lag(now).unwrap_or(Span::ZERO).0,
            "Acknowledged" => tally.acknowledged,
            "Failed" => tally.failed,
            "Unanswered" => tally.unanswered,
            "CommitsLost" => tally.lost,
            "StaleReads" => tally.stale,
            "ConnectionsRefused" => tally.refused,
            "Outage" => self.app.outage_so_far(now).0,
            _ => self
                .load(now)
                .filter(|load| load.instance.serves())
                .map_or(0, |load| self.machine(metric, load)),
        };
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    /// A metric of the machine that the application uses.
    fn machine(&self, metric: &str, load: Load<'_>) -> u64 {
        let writes = load.served() / 3;
        match metric {
            "CPUUtilization" => load.cpu(),
            "DatabaseConnections" => load.connections,
            "FreeableMemory" => load.free_memory(),
            "FreeStorageSpace" => load.free_storage(self.disk),
            "ReadIOPS" => load.served() - writes,
            "WriteIOPS" => writes,
            "ReadLatency" | "WriteLatency" => load.io_latency().0,
            "DiskQueueDepth" => load.queue_depth(),
            "BurstBalance" => load.instance.burst_balance(load.now) * 100,
            "CommitLatency" => load.commit_latency().0,
            _ => 0,
        }
    }

    /// The value of an alarm's metric, and its threshold in the same unit; nothing where there is no data.
    pub fn watch(&self, alarm: usize, now: Time) -> Option<(i64, Threshold)> {
        let spec = ALARMS.get(alarm)?;
        let instance = self.watched().filter(|instance| instance.serves())?;
        let exists = match spec.metric {
            "ReplicaLag" => self.replica_lag(now).is_some(),
            "BurstBalance" => instance.storage_type == "gp2",
            _ => true,
        };
        let part = |whole: u64, percent: u64| {
            i64::try_from(u128::from(whole) * u128::from(percent) / 100).unwrap_or(i64::MAX)
        };
        let threshold = match spec.threshold {
            Limit::Above(most) => Threshold::Above(most),
            Limit::Below(least) => Threshold::Below(least),
            Limit::AbovePartOfConnections(percent) => {
                Threshold::Above(part(instance.max_connections()?, percent))
            }
            Limit::BelowPartOfVolume(percent) => {
                Threshold::Below(part(instance.gib << 30, percent))
            }
        };
        exists.then(|| (self.value(spec.metric, now), threshold))
    }
}

/// The number of what bears a name now: names can be used again, the last one counts.
fn place_of(all: &[Known], name: &str) -> u32 {
    all.iter().rposition(|one| one.name == name).unwrap_or(all.len()) as u32
}
