//! Snapshots and restores: always into a new instance.

use crate::services::ServiceError;
use crate::services::time::Time;

use super::instance::{Instance, pace, restorable};
use super::log::Log;
use super::operation::{
    AutomatedBackup, CopyDBSnapshot, CreateDBSnapshot, DBSnapshot, DescribeDBSnapshots,
    MaybeInstance, Response, RestoreFromSnapshot, RestoreToPointInTime, RestoreWindow,
};
use super::{Due, Happened, Rds, error, identifier, invalid_combination, no_instance};
use crate::services::arn;

/// Manual snapshots of an account in a region.
pub const MANUAL_SNAPSHOTS: usize = 100;

/// A snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Whether somebody asked for it: then it stays until somebody deletes it.
    pub manual: bool,
    /// When it was taken.
    pub created: Time,
    /// Whether it can be used.
    pub available: bool,
    /// The instance as it was.
    pub of: Box<Instance>,
}

/// The automated backups of an instance that is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Retained {
    /// The instance as it was at its end.
    pub of: Box<Instance>,
    /// From when to when it can be restored.
    pub window: (Time, Time),
}

fn no_snapshot(id: &str) -> ServiceError {
    error("DBSnapshotNotFound", format!("DBSnapshot {id} not found."))
}

impl Snapshot {
    fn described(&self, name: &str) -> DBSnapshot {
        DBSnapshot {
            snapshot: name.to_owned(),
            id: self.of.id.clone(),
            engine: self.of.engine.name.to_owned(),
            status: if self.available { "available" } else { "creating" }.to_owned(),
            snapshot_type: if self.manual { "manual" } else { "automated" }.to_owned(),
            allocated_storage: i64::try_from(self.of.gib).unwrap_or(i64::MAX),
            snapshot_create_time: self.created.into(),
            arn: arn::arn("rds", &format!("snapshot:{name}")),
        }
    }
}

impl Rds {
    /// Every snapshot by its identifier.
    pub fn snapshots(&self) -> impl Iterator<Item = (&str, &Snapshot)> {
        self.snapshots.iter().map(|(name, snapshot)| (name.as_str(), snapshot))
    }

    /// Checks a name and the quota for one more manual snapshot, and gives the name as it is kept.
    fn room_for(&self, name: &str) -> Result<String, ServiceError> {
        let name = identifier(name, 255)?;
        if self.snapshots.contains_key(&name) {
            return Err(error(
                "DBSnapshotAlreadyExists",
                format!(
                    "Cannot create the snapshot because a snapshot with the identifier {name} already exists."
                ),
            ));
        }
        if self.snapshots.values().filter(|snapshot| snapshot.manual).count() >= MANUAL_SNAPSHOTS {
            return Err(error(
                "SnapshotQuotaExceeded",
                format!("Cannot create more than {MANUAL_SNAPSHOTS} manual snapshots."),
            ));
        }
        Ok(name)
    }

    pub(super) fn checked_final_snapshot(&self, name: &str) -> Result<String, ServiceError> {
        self.room_for(name)
    }

    /// Takes a snapshot of an instance as it is now.
    pub(super) fn take_snapshot(&mut self, now: Time, name: &str, of: &Instance, manual: bool) {
        let of = Box::new(Instance { log: self.contents(of), ..of.clone() });
        let id = of.id.clone();
        self.trace.note(now, || Happened::SnapshotBegun { id, name: name.to_owned(), manual });
        let snapshot = Snapshot { manual, created: now, available: false, of };
        self.snapshots.insert(name.to_owned(), snapshot);
        self.at(now + pace::SNAPSHOT, Due::SnapshotReady(name.to_owned()));
    }

    pub(super) fn create_snapshot(
        &mut self,
        now: Time,
        asked: &CreateDBSnapshot,
    ) -> Result<Response, ServiceError> {
        let instance = self.available(&asked.id)?.clone();
        if instance.cluster.is_some() {
            return Err(invalid_combination(
                "A member of a cluster has no snapshots of its own: use CreateDBClusterSnapshot.",
            ));
        }
        let name = self.room_for(&asked.snapshot)?;
        self.take_snapshot(now, &name, &instance, true);
        Ok(Response::Snapshot { snapshot: self.snapshots[&name].described(&name) })
    }

    pub(super) fn copy_snapshot(
        &mut self,
        now: Time,
        asked: &CopyDBSnapshot,
    ) -> Result<Response, ServiceError> {
        let source = self.usable_snapshot(&asked.source)?.of.clone();
        let name = self.room_for(&asked.target)?;
        let copy = Snapshot { manual: true, created: now, available: false, of: source };
        let described = copy.described(&name);
        let (id, copied) = (described.id.clone(), name.clone());
        self.trace.note(now, || Happened::SnapshotBegun { id, name: copied, manual: true });
        self.snapshots.insert(name.clone(), copy);
        self.at(now + pace::SNAPSHOT, Due::SnapshotReady(name));
        Ok(Response::Snapshot { snapshot: described })
    }

    fn usable_snapshot(&self, name: &str) -> Result<&Snapshot, ServiceError> {
        let name = name.to_ascii_lowercase();
        let snapshot = self.snapshots.get(&name).ok_or_else(|| no_snapshot(&name))?;
        if snapshot.available {
            return Ok(snapshot);
        }
        Err(error("InvalidDBSnapshotState", format!("Snapshot {name} is not in available state.")))
    }

    pub(super) fn delete_snapshot(&mut self, name: &str) -> Result<Response, ServiceError> {
        let described = self.usable_snapshot(name)?.described(&name.to_ascii_lowercase());
        if described.snapshot_type == "automated" {
            return Err(error("InvalidDBSnapshotState", "Only manual snapshots may be deleted."));
        }
        self.snapshots.remove(&name.to_ascii_lowercase());
        Ok(Response::Snapshot { snapshot: described })
    }

    pub(super) fn describe_snapshots(
        &self,
        asked: &DescribeDBSnapshots,
    ) -> Result<Response, ServiceError> {
        let name = asked.snapshot.as_ref().map(|name| name.to_ascii_lowercase());
        if let Some(name) = name.as_ref().filter(|name| !self.snapshots.contains_key(*name)) {
            return Err(no_snapshot(name));
        }
        let id = asked.id.as_ref().map(|id| id.to_ascii_lowercase());
        let snapshots = self
            .snapshots
            .iter()
            .filter(|(key, _)| name.as_ref().is_none_or(|name| name == *key))
            .map(|(key, snapshot)| snapshot.described(key))
            .filter(|shown| id.as_ref().is_none_or(|id| *id == shown.id))
            .filter(|shown| {
                asked.snapshot_type.as_ref().is_none_or(|kind| *kind == shown.snapshot_type)
            })
            .collect();
        Ok(Response::Snapshots { snapshots })
    }

    /// Drops automated snapshots that are older than the retention.
    pub(super) fn forget_old_backups(&mut self, now: Time, uid: u64, days: u64) {
        let horizon = now - crate::services::time::Span::days(days);
        self.snapshots.retain(|_, snapshot| {
            snapshot.manual || snapshot.of.uid != uid || snapshot.created >= horizon
        });
    }

    pub(super) fn describe_backups(
        &self,
        now: Time,
        asked: &MaybeInstance,
    ) -> Result<Response, ServiceError> {
        let wanted = |instance: &Instance| {
            asked.id.as_ref().is_none_or(|id| id.eq_ignore_ascii_case(&instance.id))
        };
        let shown =
            |instance: &Instance, window: Option<(Time, Time)>, status: &str| AutomatedBackup {
                id: instance.id.clone(),
                dbi_resource_id: resource_id(instance.uid),
                status: status.to_owned(),
                backup_retention_period: i64::try_from(instance.retention).unwrap_or(i64::MAX),
                restore_window: window.map(|(from, to)| RestoreWindow {
                    earliest_time: from.into(),
                    latest_time: to.into(),
                }),
            };
        let active = self
            .instances
            .values()
            .filter(|instance| instance.backups_since.is_some() && wanted(instance))
            .map(|instance| shown(instance, instance.restorable(now), "active"));
        let retained = self
            .retained
            .values()
            .filter(|kept| wanted(&kept.of))
            .map(|kept| shown(&kept.of, Some(kept.window), "retained"));
        let backups: Vec<_> = active.chain(retained).collect();
        match (&asked.id, backups.is_empty()) {
            (Some(id), true) => Err(no_backup(id)),
            _ => Ok(Response::AutomatedBackups { backups }),
        }
    }

    pub(super) fn restore_snapshot(
        &mut self,
        now: Time,
        asked: RestoreFromSnapshot,
    ) -> Result<Response, ServiceError> {
        let id = self.free_instance_id(&asked.id)?;
        let of = self.usable_snapshot(&asked.snapshot)?.of.clone();
        let wishes = Wishes {
            class: asked.class,
            multi_az: asked.multi_az,
            parameter_group: asked.parameter_group,
            security_groups: asked.vpc_security_group_ids,
        };
        self.restore(now, id, &of, of.log.clone(), wishes)
    }

    pub(super) fn restore_to_point_in_time(
        &mut self,
        now: Time,
        asked: RestoreToPointInTime,
    ) -> Result<Response, ServiceError> {
        let latest_wanted = asked.use_latest_restorable_time == Some(true);
        if latest_wanted == asked.restore_time.is_some() {
            return Err(invalid_combination(
                "Specify either RestoreTime or UseLatestRestorableTime, and not both.",
            ));
        }
        let (of, window) = self.restore_source(now, &asked)?;
        let id = self.free_instance_id(&asked.target)?;
        let (earliest, latest) = window.ok_or_else(|| {
            error("InvalidRestoreFault", format!("There is nothing to restore {} from yet.", of.id))
        })?;
        let wanted = match asked.restore_time {
            // A second is the finest that can be asked for (RDS-7).
            Some(time) => time.time().0 / 1000 * 1000,
            None => latest.0,
        };
        let earliest_second = earliest.0 / 1000 * 1000;
        if wanted < earliest_second || wanted > latest.0 {
            return Err(error(
                "InvalidParameterValue",
                "The specified instance cannot be restored to a time outside of its restore window.",
            ));
        }
        let contents = self.contents(&of);
        let log = contents.prefix(contents.position_at(Time(wanted)));
        let wishes = Wishes {
            class: asked.class,
            multi_az: asked.multi_az,
            parameter_group: asked.parameter_group,
            security_groups: asked.vpc_security_group_ids,
        };
        self.restore(now, id, &of, log, wishes)
    }

    /// What a point-in-time restore starts from: an instance, or the backups it left behind.
    fn restore_source(
        &self,
        now: Time,
        asked: &RestoreToPointInTime,
    ) -> Result<(Instance, Option<(Time, Time)>), ServiceError> {
        match (&asked.source, &asked.source_dbi_resource_id) {
            (Some(id), None) => {
                let instance = self.instance(id).ok_or_else(|| no_instance(id))?;
                if instance.retention == 0 || instance.cluster.is_some() {
                    return Err(error(
                        "PointInTimeRestoreNotEnabled",
                        format!("Automated backups are not enabled for {}.", instance.id),
                    ));
                }
                Ok((instance.clone(), instance.restorable(now)))
            }
            (None, Some(resource)) => {
                let kept = self.retained.get(resource).ok_or_else(|| no_backup(resource))?;
                Ok(((*kept.of).clone(), Some(kept.window)))
            }
            _ => Err(invalid_combination(
                "Specify either SourceDBInstanceIdentifier or SourceDbiResourceId.",
            )),
        }
    }

    /// Makes a new instance with these contents: Single-AZ and default groups unless asked otherwise (RDS-8).
    fn restore(
        &mut self,
        now: Time,
        id: String,
        of: &Instance,
        log: Log,
        wishes: Wishes,
    ) -> Result<Response, ServiceError> {
        self.room_for_instance()?;
        let az = self.next_zone();
        let mut instance =
            self.blank(now, id, of.engine, wishes.class.unwrap_or(of.class.clone()), az);
        instance.gib = of.gib;
        instance.storage_type.clone_from(&of.storage_type);
        instance.iops = of.iops;
        instance.port = of.port;
        instance.retention = of.retention;
        instance.log = log;
        if let Some(group) = wishes.parameter_group {
            instance.parameter_group = group;
        }
        if let Some(groups) = wishes.security_groups {
            instance.security_groups = groups;
        }
        if wishes.multi_az == Some(true) {
            instance.multi_az = true;
        }
        self.start_life(now, instance)
    }

    /// Keeps the automated backups of an instance that goes (RDS-9).
    pub(super) fn retain_backups(&mut self, now: Time, instance: &Instance) {
        let Some(since) = instance.backups_since else { return };
        if let Some(window) = restorable(now, since, instance.retention) {
            let of = Box::new(Instance { log: self.contents(instance), ..instance.clone() });
            self.retained.insert(resource_id(instance.uid), Retained { of, window });
        }
    }
}

/// What a restored instance is asked to be.
struct Wishes {
    class: Option<String>,
    multi_az: Option<bool>,
    parameter_group: Option<String>,
    security_groups: Option<Vec<String>>,
}

fn no_backup(id: &str) -> ServiceError {
    error("DBInstanceAutomatedBackupNotFound", format!("Automated backup {id} not found."))
}

/// `DbiResourceId` of an instance.
pub(crate) fn resource_id(uid: u64) -> String {
    format!("db-{uid:026}")
}
