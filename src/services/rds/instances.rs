//! The life of an instance: made, changed, stopped, started, rebooted, deleted, described.

use crate::services::time::{Span, Time};
use crate::services::{ServiceError, arn};

use super::engine::Engine;
use super::instance::{Instance, Status, pace, zone};
use super::log::Log;
use super::members::{promotion_tier, refuse_cluster_settings};
use super::operation::{
    CreateDBInstance, DBInstance, DeleteDBInstance, DescribeEvents, Endpoint, Event, MaybeInstance,
    ModifyDBInstance, ParameterGroup, RebootDBInstance, Response, SecurityGroup,
};
use super::storage::{self, Credits};
use super::{Due, Happened, Rds, Why, error, invalid, invalid_combination, no_instance};

/// The seconds between two samples of Enhanced Monitoring that may be asked for (RDS-30).
pub(super) const MONITORING: &[i64] = &[0, 1, 5, 10, 15, 30, 60];

/// The most days of automated backups (RDS-4).
pub(super) const RETENTION: u64 = 35;

/// Days of automated backups (RDS-4).
pub(super) fn retention(days: i64, least: u64) -> Result<u64, ServiceError> {
    let days = u64::try_from(days).ok().filter(|days| (least..=RETENTION).contains(days));
    days.ok_or_else(|| {
        invalid(format!(
            "Invalid backup retention period: it must be between {least} and {RETENTION}."
        ))
    })
}

pub(super) fn monitoring(
    interval: Option<i64>,
    role: Option<&String>,
) -> Result<i64, ServiceError> {
    let interval = interval.unwrap_or(0);
    if !MONITORING.contains(&interval) {
        return Err(invalid(format!(
            "Invalid monitoring interval {interval}: use 0, 1, 5, 10, 15, 30 or 60."
        )));
    }
    if interval > 0 && role.is_none() {
        return Err(invalid_combination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
        ));
    }
    Ok(interval)
}

pub(super) fn gib(asked: i64, storage_type: &str, engine: Engine) -> Result<u64, ServiceError> {
    let sizes = storage::sizes(storage_type, engine.family);
    let (least, most) =
        sizes.ok_or_else(|| error("StorageTypeNotSupported", "Invalid storage type."))?;
    u64::try_from(asked).ok().filter(|gib| (least..=most).contains(gib)).ok_or_else(|| {
        invalid(format!(
            "Invalid storage size for engine name {} and storage type {storage_type}: {asked} (from {least} \
             to {most} GiB)",
            engine.name
        ))
    })
}

/// The port that is asked for, or the engine's.
pub(super) fn port(asked: Option<i64>, engine: Engine) -> Result<i64, ServiceError> {
    let port = asked.unwrap_or_else(|| engine.port());
    if (1150..=65_535).contains(&port) {
        return Ok(port);
    }
    Err(invalid(format!("Invalid database port {port}: 1150 to 65535 are allowed.")))
}

/// The availability zone of this name.
pub(super) fn zone_named(name: &str) -> Result<usize, ServiceError> {
    let found = (0..3).find(|az| zone(*az) == name);
    found.ok_or_else(|| invalid(format!("Invalid availability zone: {name:.40}")))
}

impl Rds {
    /// A new instance of which nothing is known but its place.
    pub(super) fn blank(
        &mut self,
        now: Time,
        id: String,
        engine: Engine,
        class: String,
        az: usize,
    ) -> Instance {
        Instance {
            uid: self.number(),
            id,
            class,
            engine,
            status: Status::Creating,
            created: now,
            az,
            host: self.number(),
            up: !self.lost_zones[az],
            multi_az: false,
            standby: None,
            gib: 20,
            storage_type: "gp3".to_owned(),
            iops: None,
            port: engine.port(),
            retention: 1,
            backups_since: None,
            deletion_protection: false,
            monitoring_interval: 0,
            parameter_group: format!("default.{}", engine.name),
            security_groups: vec!["default".to_owned()],
            log: Log::default(),
            replica: None,
            cluster: None,
            promotion_tier: 1,
            reader_lag: pace::AURORA_LAG,
            capacity: None,
            stopped_at: None,
            credits: Credits::full(now),
            max_connections_set: None,
        }
    }

    /// Puts a new instance in its place; it is `creating` from now on.
    pub(super) fn start_life(
        &mut self,
        now: Time,
        instance: Instance,
    ) -> Result<Response, ServiceError> {
        self.at(now + pace::CREATE, Due::Made(instance.uid));
        let id = instance.id.clone();
        self.trace.note(now, || Happened::Begun { id: id.clone() });
        self.instances.insert(id.clone(), instance);
        self.shown(now, &id)
    }

    pub(super) fn create(
        &mut self,
        now: Time,
        asked: CreateDBInstance,
    ) -> Result<Response, ServiceError> {
        let engine = Engine::named(&asked.engine)
            .ok_or_else(|| invalid(format!("Invalid DB engine: {:.40}", asked.engine)))?;
        let id = self.free_instance_id(&asked.id)?;
        if !asked.class.starts_with("db.") {
            return Err(invalid(format!("Invalid DB Instance class: {:.40}", asked.class)));
        }
        let multi_az = asked.multi_az == Some(true);
        if multi_az && asked.availability_zone.is_some() {
            return Err(invalid_combination(
                "Requesting a specific availability zone is not valid for Multi-AZ instances.",
            ));
        }
        self.room_for_instance()?;
        if let Some(cluster) = asked.cluster.clone() {
            return self.join(now, id, &cluster, asked);
        }
        if engine.aurora {
            return Err(invalid_combination(
                "DBClusterIdentifier is required: an Aurora instance is always in a cluster.",
            ));
        }
        let default_type = if asked.iops.is_some() { "io1" } else { "gp3" };
        let storage_type = asked.storage_type.unwrap_or_else(|| default_type.to_owned());
        let size = asked
            .allocated_storage
            .ok_or_else(|| invalid_combination("AllocatedStorage is required for this engine."))?;
        let gib = gib(size, &storage_type, engine)?;
        let days = retention(asked.backup_retention_period.unwrap_or(1), 0)?;
        let interval = monitoring(asked.monitoring_interval, asked.monitoring_role_arn.as_ref())?;
        let port = port(asked.port, engine)?;
        let az = match asked.availability_zone {
            Some(name) => zone_named(&name)?,
            None => self.next_zone(),
        };
        let blank = self.blank(now, id, engine, asked.class, az);
        let instance = Instance {
            multi_az,
            gib,
            storage_type,
            iops: asked.iops.and_then(|iops| u64::try_from(iops).ok()),
            port,
            retention: days,
            deletion_protection: asked.deletion_protection == Some(true),
            monitoring_interval: interval,
            parameter_group: asked.parameter_group.unwrap_or(blank.parameter_group.clone()),
            security_groups: asked.vpc_security_group_ids.unwrap_or(blank.security_groups.clone()),
            ..blank
        };
        self.start_life(now, instance)
    }

    /// The instance is made: its standby is there, and its first backup begins.
    pub(super) fn made(&mut self, now: Time, uid: u64) {
        let Some(id) = self.id_of(uid) else { return };
        let instance = &self.instances[&id];
        let (az, multi_az, retention, deleting) = (
            instance.az,
            instance.multi_az,
            instance.retention,
            instance.status == Status::Deleting,
        );
        if deleting {
            return;
        }
        if multi_az && let Some(standby_az) = self.other_zone(az) {
            let host = self.number();
            self.place_standby(&id, standby_az, host);
            self.standby_ready(now, uid, host);
        }
        let member = self.instances[&id].cluster.is_some();
        if retention > 0 && !member && self.instances[&id].replica.is_none() {
            self.daily_backup(now, uid);
            self.begin(now, uid, Status::BackingUp, pace::SNAPSHOT);
        } else {
            self.become_status(now, uid, Status::Available);
        }
        self.tell(now, &id, None, "DB instance created");
    }

    pub(super) fn daily_backup(&mut self, now: Time, uid: u64) {
        let Some(instance) = self.of_number(uid).filter(|instance| instance.retention > 0) else {
            return;
        };
        instance.backups_since.get_or_insert(now);
        let instance = instance.clone();
        let day = now.unix_millis() / Span::days(1).0;
        self.take_snapshot(now, &format!("rds:{}-{day}-{}", instance.id, uid), &instance, false);
        self.forget_old_backups(now, uid, instance.retention);
        self.at(now + Span::days(1), Due::DailyBackup(uid));
    }

    pub(super) fn modify(
        &mut self,
        now: Time,
        asked: ModifyDBInstance,
    ) -> Result<Response, ServiceError> {
        // A full volume can be made larger.
        let full = self.instance(&asked.id).filter(|one| one.status == Status::StorageFull);
        let instance = full.map_or_else(|| self.available(&asked.id), Ok)?;
        let (id, uid, engine) = (instance.id.clone(), instance.uid, instance.engine);
        if instance.cluster.is_some() {
            let storage = asked.allocated_storage.or(asked.iops).is_some();
            refuse_cluster_settings(&[
                ("backup retention", asked.backup_retention_period.is_some()),
                ("deletion protection", asked.deletion_protection.is_some()),
                ("storage", storage || asked.storage_type.is_some()),
                ("Multi-AZ", asked.multi_az.is_some()),
                ("DB instance class", asked.class.is_some() && self.is_of_multi_az(instance)),
            ])?;
        }
        if let Some(size) = asked.allocated_storage {
            let wanted = u64::try_from(size).ok().and_then(|gib| storage::grown(instance.gib, gib));
            let grown = wanted.ok_or_else(|| {
                invalid(format!(
                    "Invalid storage size: it cannot shrink below {} GiB.",
                    instance.gib
                ))
            })?;
            let kind = asked.storage_type.as_deref().unwrap_or(&instance.storage_type);
            gib(i64::try_from(grown).unwrap_or(i64::MAX), kind, engine)?;
        }
        if let Some(days) = asked.backup_retention_period {
            let days = retention(days, 0)?;
            if days == 0 && self.replicas_of(&id).next().is_some() {
                return Err(error(
                    "InvalidDBInstanceState",
                    "Backups cannot be disabled on an instance that has read replicas.",
                ));
            }
        }
        if asked.monitoring_interval.is_some() {
            monitoring(asked.monitoring_interval, asked.monitoring_role_arn.as_ref())?;
        }
        if asked.class.as_ref().is_some_and(|class| !class.starts_with("db.")) {
            return Err(invalid("Invalid DB Instance class."));
        }
        let tier = promotion_tier(asked.promotion_tier)?;
        // These never wait for a window.
        let instance = self.known_mut(&id)?;
        if let Some(protection) = asked.deletion_protection {
            instance.deletion_protection = protection;
        }
        if let Some(interval) = asked.monitoring_interval {
            instance.monitoring_interval = interval;
        }
        if let Some(tier) = tier {
            instance.promotion_tier = tier;
        }
        self.rescale(now, uid);
        if asked.apply_immediately == Some(true) {
            self.apply(now, &id, &asked);
        } else {
            let next = Time(now.0 - now.0 % pace::WINDOW.0) + pace::WINDOW;
            self.at(next, Due::Window(uid, Box::new(asked)));
        }
        self.shown(now, &id)
    }

    /// Carries out a change that was checked before; what no longer fits is left as it is.
    pub(super) fn apply(&mut self, now: Time, id: &str, asked: &ModifyDBInstance) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        if !matches!(instance.status, Status::Available | Status::StorageFull) {
            return;
        }
        let uid = instance.uid;
        if let Some(kind) = &asked.storage_type {
            instance.storage_type.clone_from(kind);
        }
        if let Some(iops) = asked.iops {
            instance.iops = u64::try_from(iops).ok();
        }
        let wanted = asked.allocated_storage.and_then(|gib| u64::try_from(gib).ok());
        if let Some(gib) = wanted.and_then(|gib| storage::grown(instance.gib, gib)) {
            instance.gib = gib;
        }
        let days = asked.backup_retention_period.and_then(|days| u64::try_from(days).ok());
        let before = instance.retention;
        let days = days.unwrap_or(before);
        instance.retention = days;
        let toggled = (days == 0) != (before == 0);
        if days == 0 {
            instance.backups_since = None;
        }
        let class = asked.class.as_ref().filter(|class| **class != instance.class).cloned();
        self.set_multi_az(now, id, asked.multi_az);
        if toggled {
            self.drop_connections(now, uid);
            self.begin(now, uid, Status::Rebooting, pace::REBOOT);
            if days > 0 {
                self.daily_backup(now, uid);
            }
        } else if class.is_none() {
            self.begin(now, uid, Status::Modifying, pace::MODIFY);
        }
        if let (Some(class), Some(instance)) = (class, self.instances.get_mut(id)) {
            instance.class = class;
            if instance.standby.as_ref().is_some_and(|standby| standby.ready) {
                self.begin_failover(now, uid, Why::ClassChanged);
            } else {
                self.drop_connections(now, uid);
                self.begin(now, uid, Status::Rebooting, pace::MODIFY);
            }
        }
    }

    /// A standby comes or goes; the primary serves on (RDS-17).
    fn set_multi_az(&mut self, now: Time, id: &str, wanted: Option<bool>) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        match wanted {
            Some(true) if !instance.multi_az => {
                instance.multi_az = true;
                self.build_standby(now, id);
            }
            Some(false) => {
                instance.multi_az = false;
                instance.standby = None;
            }
            _ => {}
        }
    }

    pub(super) fn delete(
        &mut self,
        now: Time,
        asked: &DeleteDBInstance,
    ) -> Result<Response, ServiceError> {
        let instance = self.instance(&asked.id).ok_or_else(|| no_instance(&asked.id))?.clone();
        if instance.deletion_protection {
            return Err(invalid_combination(
                "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            ));
        }
        if instance.status == Status::Deleting {
            return Err(error(
                "InvalidDBInstanceState",
                format!("Instance {} is already being deleted.", instance.id),
            ));
        }
        if self.is_of_multi_az(&instance) {
            return Err(invalid_combination(
                "An instance of a Multi-AZ DB cluster goes with its cluster: use DeleteDBCluster.",
            ));
        }
        if instance.cluster.is_some() && asked.final_snapshot.is_some() {
            return Err(invalid_combination(
                "FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance",
            ));
        }
        let member = instance.cluster.is_some() || instance.replica.is_some();
        let last = match (asked.skip_final_snapshot == Some(true), &asked.final_snapshot) {
            (true, None) => None,
            (false, Some(name)) => Some(self.checked_final_snapshot(name)?),
            (false, None) if member => None,
            (false, None) => {
                return Err(invalid_combination(
                    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
                ));
            }
            (true, Some(_)) => {
                return Err(invalid_combination(
                    "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.",
                ));
            }
        };
        if let Some(name) = last {
            self.available(&asked.id)?;
            self.take_snapshot(now, &name, &instance, true);
        }
        if asked.delete_automated_backups == Some(false) {
            self.retain_backups(now, &instance);
        }
        self.drop_connections(now, instance.uid);
        self.become_status(now, instance.uid, Status::Deleting);
        self.member_leaves(now, instance.uid);
        self.at(now + pace::STOP, Due::Gone(instance.uid));
        self.shown(now, &instance.id)
    }

    pub(super) fn gone(&mut self, now: Time, uid: u64) {
        let Some(id) = self.id_of(uid) else { return };
        self.orphan_replicas(now, &id);
        self.member_gone(uid);
        self.instances.remove(&id);
        self.trace.note(now, || Happened::Gone { id: id.clone() });
        self.snapshots.retain(|_, snapshot| snapshot.manual || snapshot.of.uid != uid);
        self.tell(now, &id, None, "DB instance deleted");
    }

    pub(super) fn start(&mut self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let instance = self.instance(id).ok_or_else(|| no_instance(id))?;
        if instance.status != Status::Stopped {
            return Err(error(
                "InvalidDBInstanceState",
                format!("Instance {} is not stopped.", instance.id),
            ));
        }
        let (id, uid) = (instance.id.clone(), instance.uid);
        self.begin(now, uid, Status::Starting, pace::START);
        self.shown(now, &id)
    }

    pub(super) fn stop(&mut self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let instance = self.available(id)?;
        let (id, uid) = (instance.id.clone(), instance.uid);
        if instance.cluster.is_some() {
            return Err(invalid_combination(
                "The instances of a cluster are not eligible for stopping and starting: use StopDBCluster.",
            ));
        }
        if instance.replica.is_some() || self.replicas_of(&id).next().is_some() {
            return Err(error(
                "InvalidDBInstanceState",
                "An instance that is or has a read replica cannot be stopped.",
            ));
        }
        self.drop_connections(now, uid);
        self.become_status(now, uid, Status::Stopping);
        let stopped = now + pace::STOP;
        self.known_mut(&id)?.stopped_at = Some(stopped);
        self.at(stopped, Due::Become(uid, Status::Stopped));
        self.at(stopped + pace::STOPPED, Due::StartAgain(uid, stopped));
        self.shown(now, &id)
    }

    pub(super) fn reboot(
        &mut self,
        now: Time,
        asked: &RebootDBInstance,
    ) -> Result<Response, ServiceError> {
        let instance = self.available(&asked.id)?;
        let (id, uid) = (instance.id.clone(), instance.uid);
        if asked.force_failover != Some(true) {
            self.drop_connections(now, uid);
            self.begin(now, uid, Status::Rebooting, pace::REBOOT);
            return self.shown(now, &id);
        }
        if !instance.multi_az {
            return Err(invalid_combination(
                "You cannot specify ForceFailover if the instance is not configured for Multi-AZ.",
            ));
        }
        if !instance.standby.as_ref().is_some_and(|standby| standby.ready) {
            return Err(error(
                "InvalidDBInstanceState",
                format!("The standby of {id} is still being built."),
            ));
        }
        self.begin_failover(now, uid, Why::Asked);
        self.shown(now, &id)
    }

    pub(super) fn describe(
        &self,
        now: Time,
        asked: &MaybeInstance,
    ) -> Result<Response, ServiceError> {
        let instances = match &asked.id {
            Some(id) => {
                vec![self.description(now, self.instance(id).ok_or_else(|| no_instance(id))?)]
            }
            None => self.instances.values().map(|one| self.description(now, one)).collect(),
        };
        Ok(Response::Instances { instances })
    }

    pub(super) fn shown(&self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let instance = self.instance(id).ok_or_else(|| no_instance(id))?;
        Ok(Response::Instance { instance: Box::new(self.description(now, instance)) })
    }

    fn description(&self, now: Time, instance: &Instance) -> DBInstance {
        let reachable = instance.status != Status::Creating;
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let cluster = self.cluster_of(instance).map(|(cluster, _)| cluster);
        let region = cluster.map_or(arn::REGION, |cluster| cluster.region.as_str());
        let of_region = |text: String| text.replacen(arn::REGION, region, 1);
        DBInstance {
            id: instance.id.clone(),
            class: instance.class.clone(),
            engine: instance.engine.name.to_owned(),
            status: instance.status.name().to_owned(),
            arn: of_region(arn::arn("rds", &format!("db:{}", instance.id))),
            dbi_resource_id: super::snapshots::resource_id(instance.uid),
            availability_zone: of_region(zone(instance.az)),
            multi_az: instance.multi_az,
            storage_type: instance.storage_type.clone(),
            backup_retention_period: number(
                cluster.map_or(instance.retention, |one| one.retention),
            ),
            deletion_protection: instance.deletion_protection,
            monitoring_interval: instance.monitoring_interval,
            instance_create_time: instance.created.into(),
            replicas: self.replicas_of(&instance.id).map(|replica| replica.id.clone()).collect(),
            allocated_storage: (instance.gib > 0).then(|| number(instance.gib)),
            endpoint: reachable
                .then(|| Endpoint { address: of_region(instance.endpoint()), port: instance.port }),
            secondary_availability_zone: instance.standby.as_ref().map(|standby| zone(standby.az)),
            latest_restorable_time: instance.restorable(now).map(|(_, latest)| latest.into()),
            source: instance.replica.as_ref().map(|replica| replica.source.clone()),
            cluster: instance.cluster.clone(),
            promotion_tier: instance.cluster.is_some().then_some(instance.promotion_tier),
            iops: instance.iops.map(number),
            parameter_groups: Some(vec![ParameterGroup {
                name: instance.parameter_group.clone(),
                parameter_apply_status: "in-sync".to_owned(),
            }]),
            vpc_security_groups: Some(
                instance
                    .security_groups
                    .iter()
                    .map(|id| SecurityGroup {
                        vpc_security_group_id: id.clone(),
                        status: "active".to_owned(),
                    })
                    .collect(),
            ),
        }
    }

    pub(super) fn describe_events(&self, now: Time, asked: &DescribeEvents) -> Response {
        let minutes = asked.duration.and_then(|minutes| u64::try_from(minutes).ok()).unwrap_or(60);
        let since = now - Span(minutes.saturating_mul(60_000));
        let wanted = |source: &str| {
            asked.source_identifier.as_ref().is_none_or(|id| id.eq_ignore_ascii_case(source))
        };
        let events = self.events.iter().filter(|told| told.at >= since && wanted(&told.source));
        let events = events
            .map(|told| Event {
                source_identifier: told.source.clone(),
                source_type: if told.of_cluster { "db-cluster" } else { "db-instance" }.to_owned(),
                message: told.message.clone(),
                date: told.at.into(),
            })
            .collect();
        Response::Events { events }
    }
}
