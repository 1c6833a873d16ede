//! Read replicas: asynchronous copies that are promoted by hand.

use crate::services::ServiceError;
use crate::services::time::{Span, Time};

use super::engine::Family;
use super::instance::{Instance, Replica, Status, pace};
use super::instances::retention;
use super::log::Log;
use super::operation::{CreateReadReplica, PromoteReadReplica, Response};
use super::{Happened, Rds, error, no_instance};

impl Rds {
    /// The replicas of an instance.
    pub fn replicas_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Instance> {
        let follows =
            move |one: &&Instance| one.replica.as_ref().is_some_and(|replica| replica.source == id);
        self.instances.values().filter(follows)
    }

    /// How many commits of its source a replica has not applied, and for how long the oldest of them has
    /// waited (`ReplicaLag`). `None` for an instance that is no replica.
    pub fn replica_lag(&mut self, now: Time, id: &str) -> Option<(usize, Span)> {
        self.follow(now);
        let instance = self.instance(id)?;
        let applied = instance.replica.as_ref()?.applied;
        let (log, _) = self.root(instance);
        let lag = log.time(applied).map_or(Span::ZERO, |at| now.since(at));
        Some((log.len().saturating_sub(applied), lag))
    }

    /// Sets how a replica follows: how long a commit travels, and how many it applies a second at most.
    pub fn pace_replica(&mut self, now: Time, id: &str, lag: Span, per_second: Option<u64>) {
        self.follow(now);
        let instance = self.instances.get_mut(&id.to_ascii_lowercase());
        if let Some(replica) = instance.and_then(|instance| instance.replica.as_mut()) {
            (replica.lag, replica.per_second) = (lag, per_second.map(|rate| rate.max(1)));
        }
    }

    /// The log that an instance reads from, and up to where it sees it.
    pub(super) fn root<'a>(&'a self, instance: &'a Instance) -> (&'a Log, usize) {
        if let Some((cluster, writes)) = self.cluster_of(instance) {
            return self.seen_by(instance, cluster, writes);
        }
        let mut source = instance;
        while let Some(next) = self.source_of(source) {
            source = next;
        }
        let log = &source.log;
        let position = instance.replica.as_ref().map_or(log.len(), |replica| replica.applied);
        (log, position)
    }

    /// What an instance holds now.
    pub(super) fn contents(&self, instance: &Instance) -> Log {
        let (log, position) = self.root(instance);
        log.prefix(position)
    }

    fn source_of(&self, instance: &Instance) -> Option<&Instance> {
        self.instances.get(&instance.replica.as_ref()?.source)
    }

    /// How many sources lie behind an instance.
    fn depth(&self, instance: &Instance) -> usize {
        self.source_of(instance).map_or(0, |source| 1 + self.depth(source))
    }

    /// Lets every replica apply what is due, sources before their replicas.
    pub(super) fn follow(&mut self, now: Time) {
        self.now = self.now.max(now);
        let mut replicas: Vec<(usize, String)> = self
            .instances
            .values()
            .filter(|one| one.replica.is_some() && one.up)
            .map(|one| (self.depth(one), one.id.clone()))
            .collect();
        replicas.sort();
        for (_, id) in replicas {
            let instance = &self.instances[&id];
            let Some(source) = self.source_of(instance) else { continue };
            let (log, visible) = self.root(source);
            let mut replica = instance.replica.clone();
            if let Some(replica) = &mut replica {
                replica.catch_up(now, log, visible);
            }
            if let Some(instance) = self.instances.get_mut(&id) {
                instance.replica = replica;
            }
        }
    }

    pub(super) fn create_replica(
        &mut self,
        now: Time,
        asked: CreateReadReplica,
    ) -> Result<Response, ServiceError> {
        let id = self.free_instance_id(&asked.id)?;
        let source = self.available(&asked.source)?.clone();
        if source.retention == 0 || source.engine.aurora {
            return Err(error(
                "InvalidDBInstanceState",
                "Automated backups are not enabled for this database instance. To enable automated backups, \
                 use ModifyDBInstance to set the backup retention period to a non-zero value.",
            ));
        }
        let chains =
            matches!(source.engine.family, Family::MySql | Family::MariaDb | Family::Postgres);
        if source.replica.is_some() && !chains {
            return Err(error(
                "InvalidDBInstanceState",
                "A read replica of this engine cannot be the source of another one.",
            ));
        }
        if self.replicas_of(&source.id).count() >= source.engine.replicas() {
            return Err(error(
                "InstanceQuotaExceeded",
                format!("{} has as many read replicas as its engine allows.", source.id),
            ));
        }
        self.room_for_instance()?;
        let az = self.other_zone(source.az).unwrap_or_else(|| self.next_zone());
        let class = asked.class.unwrap_or_else(|| source.class.clone());
        let (_, position) = self.root(&source);
        let blank = self.blank(now, id, source.engine, class, az);
        let instance = Instance {
            multi_az: asked.multi_az == Some(true),
            gib: source.gib,
            storage_type: source.storage_type,
            iops: source.iops,
            port: source.port,
            retention: 0,
            replica: Some(Replica::of(&source.id, position)),
            ..blank
        };
        self.start_life(now, instance)
    }

    pub(super) fn promote(
        &mut self,
        now: Time,
        asked: &PromoteReadReplica,
    ) -> Result<Response, ServiceError> {
        let instance = self.available(&asked.id)?;
        let (id, uid) = (instance.id.clone(), instance.uid);
        let days = retention(asked.backup_retention_period.unwrap_or(1), 0)?;
        if instance.replica.is_none() {
            return Err(error("InvalidDBInstanceState", "DB Instance is not a read replica."));
        }
        self.stand_alone(now, &id);
        self.known_mut(&id)?.retention = days;
        self.drop_connections(now, uid);
        self.begin(now, uid, Status::Rebooting, pace::REBOOT);
        self.daily_backup(now, uid);
        self.shown(now, &id)
    }

    /// Replication ends for good: what was not applied is not there (RDS-22).
    fn stand_alone(&mut self, now: Time, id: &str) {
        let Some(instance) = self.instances.get(id) else { return };
        let (log, position) = self.root(instance);
        let missing = (log.len() - position.min(log.len())) as u64;
        let log = log.prefix(position);
        if let Some(instance) = self.instances.get_mut(id) {
            instance.log = log;
            instance.replica = None;
            let held = instance.log.len();
            if let Some(standby) = &mut instance.standby {
                standby.position = held;
            }
        }
        self.trace.note(now, || Happened::Promoted { id: id.to_owned(), missing });
    }

    /// The source is deleted: its replicas become instances of their own (RDS-24).
    pub(super) fn orphan_replicas(&mut self, now: Time, id: &str) {
        let orphans: Vec<String> = self.replicas_of(id).map(|one| one.id.clone()).collect();
        for orphan in orphans {
            self.stand_alone(now, &orphan);
        }
    }

    /// An instance for a call that breaks or reads it.
    pub(super) fn must_know(&self, id: &str) -> Result<&Instance, ServiceError> {
        self.instance(id).ok_or_else(|| no_instance(id))
    }
}
