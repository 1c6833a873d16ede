//! Snapshots of clusters, restores and clones: always into a new cluster, to which instances are added.

use crate::services::ServiceError;
use crate::services::time::{Span, Time};

use super::cluster::{Aurora, Cluster, Kind};
use super::clusters::{Due, backtrack_window, io_optimized, no_cluster};
use super::instance::pace;
use super::instances::{port, retention};
use super::log::Log;
use super::operation::{
    ClusterSnapshotName, CreateDBClusterSnapshot, DBClusterSnapshot, DescribeDBClusterSnapshots,
    Response, RestoreClusterFromSnapshot, RestoreClusterToPointInTime, RestoredCluster,
};
use super::serverless::Range;
use super::snapshots::MANUAL_SNAPSHOTS;
use super::volume::Volume;
use super::{Rds, error, identifier, invalid, invalid_combination};
use crate::services::arn;

/// A snapshot of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterSnapshot {
    /// Whether somebody asked for it: then it stays until somebody deletes it.
    pub manual: bool,
    /// When it was taken.
    pub created: Time,
    /// Whether it can be used.
    pub available: bool,
    /// The cluster as it was.
    pub of: Box<Cluster>,
}

fn no_snapshot(id: &str) -> ServiceError {
    error("DBClusterSnapshotNotFoundFault", format!("DBClusterSnapshot {id:.80} not found."))
}

impl ClusterSnapshot {
    fn described(&self, name: &str) -> DBClusterSnapshot {
        let own = self.of.multi_az().map_or(0, |multi_az| multi_az.gib);
        let gb = self.of.volume().map_or(own, Volume::gb);
        DBClusterSnapshot {
            snapshot: name.to_owned(),
            id: self.of.id.clone(),
            engine: self.of.engine.name.to_owned(),
            status: if self.available { "available" } else { "creating" }.to_owned(),
            snapshot_type: if self.manual { "manual" } else { "automated" }.to_owned(),
            allocated_storage: i64::try_from(gb).unwrap_or(i64::MAX),
            snapshot_create_time: self.created.into(),
            cluster_create_time: self.of.created.into(),
            arn: arn::arn("rds", &format!("cluster-snapshot:{name}")),
        }
    }
}

impl Rds {
    /// Every snapshot of a cluster by its identifier.
    pub fn cluster_snapshots(&self) -> impl Iterator<Item = (&str, &ClusterSnapshot)> {
        self.cluster_snapshots.iter().map(|(name, snapshot)| (name.as_str(), snapshot))
    }

    pub(super) fn room_for_cluster_snapshot(&self, name: &str) -> Result<String, ServiceError> {
        let name = identifier(name, 63)?;
        if self.cluster_snapshots.contains_key(&name) {
            return Err(error(
                "DBClusterSnapshotAlreadyExistsFault",
                format!("Cannot create the snapshot because {name} already exists."),
            ));
        }
        let manual = self.cluster_snapshots.values().filter(|snapshot| snapshot.manual).count();
        if manual >= MANUAL_SNAPSHOTS {
            return Err(error(
                "SnapshotQuotaExceeded",
                format!("Cannot create more than {MANUAL_SNAPSHOTS} manual snapshots."),
            ));
        }
        Ok(name)
    }

    /// Takes a snapshot of a cluster as it is now.
    pub(super) fn take_cluster_snapshot(&mut self, now: Time, name: &str, id: &str, manual: bool) {
        let Some(cluster) = self.cluster(id) else { return };
        let of = Box::new(Cluster { log: self.held_by(cluster), ..cluster.clone() });
        let snapshot = ClusterSnapshot { manual, created: now, available: false, of };
        self.cluster_snapshots.insert(name.to_owned(), snapshot);
        self.cluster_at(now + pace::SNAPSHOT, Due::SnapshotReady(name.to_owned()));
    }

    /// The automated backup of a day.
    pub(super) fn back_up_cluster(&mut self, now: Time, uid: u64) {
        let Some(cluster) = self.cluster_of_number(uid) else { return };
        let (id, days) = (cluster.id.clone(), cluster.retention);
        let day = now.unix_millis() / Span::days(1).0;
        self.take_cluster_snapshot(now, &format!("rds:{id}-{day}-{uid}"), &id, false);
        let horizon = now - Span::days(days);
        self.cluster_snapshots.retain(|_, snapshot| {
            snapshot.manual || snapshot.of.uid != uid || snapshot.created >= horizon
        });
        self.cluster_at(now + Span::days(1), Due::Backup(uid));
    }

    pub(super) fn create_cluster_snapshot(
        &mut self,
        now: Time,
        asked: &CreateDBClusterSnapshot,
    ) -> Result<Response, ServiceError> {
        let id = self.available_cluster(&asked.id)?.id.clone();
        let name = self.room_for_cluster_snapshot(&asked.snapshot)?;
        self.take_cluster_snapshot(now, &name, &id, true);
        let snapshot = self.cluster_snapshots[&name].described(&name);
        Ok(Response::ClusterSnapshot { snapshot })
    }

    fn usable_cluster_snapshot(&self, name: &str) -> Result<&ClusterSnapshot, ServiceError> {
        let name = name.to_ascii_lowercase();
        let snapshot = self.cluster_snapshots.get(&name).ok_or_else(|| no_snapshot(&name))?;
        if snapshot.available {
            return Ok(snapshot);
        }
        Err(error(
            "InvalidDBClusterSnapshotStateFault",
            format!("Snapshot {name} is not in available state."),
        ))
    }

    pub(super) fn delete_cluster_snapshot(
        &mut self,
        asked: &ClusterSnapshotName,
    ) -> Result<Response, ServiceError> {
        let name = asked.snapshot.to_ascii_lowercase();
        let snapshot = self.usable_cluster_snapshot(&name)?;
        if !snapshot.manual {
            return Err(error(
                "InvalidDBClusterSnapshotStateFault",
                "Only manual snapshots may be deleted.",
            ));
        }
        let snapshot = snapshot.described(&name);
        self.cluster_snapshots.remove(&name);
        Ok(Response::ClusterSnapshot { snapshot })
    }

    pub(super) fn describe_cluster_snapshots(
        &self,
        asked: &DescribeDBClusterSnapshots,
    ) -> Result<Response, ServiceError> {
        let matches = |wanted: &Option<String>, value: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
        };
        let all = self.cluster_snapshots.iter().filter(|(key, _)| matches(&asked.snapshot, key));
        let snapshots: Vec<_> = all
            .map(|(key, snapshot)| snapshot.described(key))
            .filter(|shown| matches(&asked.id, &shown.id))
            .filter(|shown| matches(&asked.snapshot_type, &shown.snapshot_type))
            .collect();
        match &asked.snapshot {
            Some(name) if snapshots.is_empty() => Err(no_snapshot(name)),
            _ => Ok(Response::ClusterSnapshots { snapshots }),
        }
    }

    pub(super) fn restore_cluster_snapshot(
        &mut self,
        now: Time,
        asked: RestoreClusterFromSnapshot,
    ) -> Result<Response, ServiceError> {
        let of = self.usable_cluster_snapshot(&asked.snapshot)?.of.clone();
        if of.engine.name != asked.engine {
            return Err(invalid_combination(format!(
                "The snapshot is of engine {}, not {:.40}.",
                of.engine.name, asked.engine
            )));
        }
        if of.multi_az().is_some() {
            return self.restore_multi_az(now, &of, of.log.clone(), &asked.wishes);
        }
        let volume = of.volume().map(Volume::full_copy).unwrap_or_default();
        let log = of.log.clone();
        self.restore_cluster(now, &of, Contents { log, volume, clone_group: None }, asked.wishes)
    }

    pub(super) fn restore_cluster_to_point_in_time(
        &mut self,
        now: Time,
        asked: RestoreClusterToPointInTime,
    ) -> Result<Response, ServiceError> {
        let source = asked.source.as_ref().ok_or_else(|| {
            invalid_combination("SourceDBClusterIdentifier is required for this restore.")
        })?;
        let of = self.cluster(source).ok_or_else(|| no_cluster(source))?.clone();
        let latest_wanted = asked.use_latest_restorable_time == Some(true);
        let clone = match asked.restore_type.as_deref() {
            None | Some("full-copy") => false,
            Some("copy-on-write") => true,
            Some(other) => {
                return Err(invalid(format!(
                    "Invalid restore type {other:.40}: use full-copy or copy-on-write."
                )));
            }
        };
        if latest_wanted == asked.restore_to_time.is_some() || clone && !latest_wanted {
            return Err(invalid_combination(
                "Specify either RestoreToTime or UseLatestRestorableTime; a clone has the latest state.",
            ));
        }
        if clone && of.aurora().is_none() {
            return Err(invalid_combination("Only Aurora clusters can be cloned."));
        }
        if let Some(aurora) = of.aurora().filter(|_| clone) {
            let group = aurora.clone_group.unwrap_or(of.uid);
            let contents = Contents {
                log: self.held_by(&of),
                volume: aurora.volume.copy_on_write(),
                clone_group: Some(group),
            };
            if let Some(source) = self.known_cluster_mut(source)?.aurora_mut() {
                source.clone_group = Some(group);
            }
            return self.restore_cluster(now, &of, contents, asked.wishes);
        }
        let (earliest, latest) = of.restorable(now).ok_or_else(|| {
            error("InvalidRestoreFault", format!("There is nothing to restore {} from yet.", of.id))
        })?;
        // A second is the finest that can be asked for.
        let at = asked.restore_to_time.map_or(latest.0, |time| time.time().0 / 1000 * 1000);
        if at < earliest.0 / 1000 * 1000 || at > latest.0 {
            return Err(invalid(
                "The specified cluster cannot be restored to a time outside of its restore window.",
            ));
        }
        let log = of.held_at(Time(at));
        let Some(volume) = of.volume().map(Volume::full_copy) else {
            return self.restore_multi_az(now, &of, log, &asked.wishes);
        };
        let contents = Contents { log, volume, clone_group: None };
        self.restore_cluster(now, &of, contents, asked.wishes)
    }

    fn restore_cluster(
        &mut self,
        now: Time,
        of: &Cluster,
        contents: Contents,
        wishes: RestoredCluster,
    ) -> Result<Response, ServiceError> {
        let id = self.free_cluster_id(&wishes.id)?;
        let engine = of.engine;
        let before = of.aurora().cloned().unwrap_or_default();
        let optimized = match wishes.storage_type.as_deref() {
            None => before.io_optimized,
            Some(kind) => io_optimized(Some(kind))?,
        };
        let scaling = match &wishes.serverless_v2_scaling_configuration {
            None => before.scaling,
            Some(asked) => Some(Range::of(asked, None)?),
        };
        let days = wishes.backup_retention_period.map(|days| retention(days, 1)).transpose()?;
        let span = match contents.clone_group {
            Some(_) => pace::CLUSTER,
            None => pace::CLUSTER + Span::seconds(contents.volume.gb()),
        };
        let aurora = Aurora {
            volume: contents.volume,
            io_optimized: optimized,
            switched: optimized.then_some(now),
            scaling,
            backtrack: backtrack_window(wishes.backtrack_window, engine)?,
            clone_group: contents.clone_group,
            ..Aurora::default()
        };
        let port = wishes.port.map(|asked| port(Some(asked), engine)).transpose()?;
        let blank = self.blank_cluster(now, id, engine, Kind::Aurora(Box::new(aurora)));
        let cluster = Cluster {
            log: contents.log,
            retention: days.unwrap_or(of.retention),
            port: port.unwrap_or(of.port),
            deletion_protection: wishes.deletion_protection == Some(true),
            ..blank
        };
        self.start_cluster_life(now, cluster, span)
    }
}

/// What a restored cluster holds.
struct Contents {
    log: Log,
    volume: Volume,
    clone_group: Option<u64>,
}
