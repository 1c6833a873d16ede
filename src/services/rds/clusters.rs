//! The life of a cluster: made, changed, stopped, started, deleted, described.

use crate::services::time::{Span, Time};
use crate::services::{ServiceError, arn};

use super::cluster::{Aurora, Cluster, ClusterStatus, Kind};
use super::engine::Engine;
use super::global::region_of;
use super::instance::{Status, pace, zone};
use super::instances::{port, retention};
use super::operation::{
    ClusterMember, CreateDBCluster, DBCluster, DeleteDBCluster, MaybeCluster, ModifyDBCluster,
    Response,
};
use super::serverless::Range;
use super::volume::Volume;
use super::{Happened, Rds, error, identifier, invalid, invalid_combination};

/// DB clusters of an account in a region.
pub const CLUSTERS: usize = 40;
/// How often a cluster may be switched to I/O-Optimized (AUR-21).
pub const IO_OPTIMIZED_AGAIN: Span = Span::days(30);
/// How far an Aurora MySQL cluster can be rewound (AUR-17).
pub const BACKTRACK: Span = Span::hours(72);

/// Something that will happen to a cluster or a member by itself. Both are named by their numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Due {
    Becomes(u64, ClusterStatus),
    Gone(u64),
    Backup(u64),
    SnapshotReady(String),
    /// A stopped cluster is started; with the moment at which it was stopped.
    StartAgain(u64, Time),
    /// A replica becomes the writer: this one, or the first in order.
    Promote(u64, Option<u64>),
    Scale(u64),
    Pause(u64),
    Awake(u64),
    /// A Global Database has another primary.
    PrimaryChanged(u64),
}

pub(super) fn no_cluster(id: &str) -> ServiceError {
    let id = id.to_ascii_lowercase();
    error("DBClusterNotFoundFault", format!("DBCluster {id:.80} not found."))
}

pub(super) fn cluster_state(message: impl Into<String>) -> ServiceError {
    error("InvalidDBClusterStateFault", message)
}

/// Whether a storage type of Aurora is the I/O-Optimized one.
pub(super) fn io_optimized(storage_type: Option<&str>) -> Result<bool, ServiceError> {
    match storage_type {
        None | Some("aurora") => Ok(false),
        Some("aurora-iopt1") => Ok(true),
        Some(other) => Err(error(
            "StorageTypeNotSupported",
            format!("Aurora has the storage types aurora and aurora-iopt1, not {other:.40}."),
        )),
    }
}

/// How far back a cluster of this engine is asked to be rewound (AUR-17).
pub(super) fn backtrack_window(seconds: Option<i64>, engine: Engine) -> Result<Span, ServiceError> {
    let seconds = seconds.unwrap_or(0);
    let window = u64::try_from(seconds).map(Span::seconds).ok().filter(|span| *span <= BACKTRACK);
    let window = window.ok_or_else(|| {
        invalid(format!("Invalid backtrack window {seconds}: it must be between 0 and 259200."))
    })?;
    if window > Span::ZERO && engine.name != "aurora-mysql" {
        return Err(invalid_combination("Backtrack is not supported for this engine."));
    }
    Ok(window)
}

impl Rds {
    pub(super) fn cluster_at(&mut self, at: Time, due: Due) {
        self.at(at, super::Due::Cluster(due));
    }

    pub(super) fn happen_to_cluster(&mut self, now: Time, due: Due) {
        match due {
            Due::Becomes(uid, status) => {
                let going = |one: &&mut Cluster| one.status != ClusterStatus::Deleting;
                if self.cluster_of_number(uid).filter(going).is_some() {
                    self.cluster_becomes(now, uid, status);
                }
            }
            Due::Gone(uid) => self.cluster_gone(uid),
            Due::Backup(uid) => self.back_up_cluster(now, uid),
            Due::SnapshotReady(name) => {
                if let Some(snapshot) = self.cluster_snapshots.get_mut(&name) {
                    snapshot.available = true;
                }
            }
            Due::StartAgain(uid, stopped) => {
                let same = |one: &&mut Cluster| {
                    one.status == ClusterStatus::Stopped && one.stopped_at == Some(stopped)
                };
                let id = self.cluster_of_number(uid).filter(same).map(|one| one.id.clone());
                if let Some(id) = id {
                    drop(self.start_cluster(now, &id));
                }
            }
            Due::Promote(cluster, target) => self.promote_member(now, cluster, target),
            Due::Scale(uid) => self.scale(now, uid),
            Due::Pause(uid) => self.pause(now, uid),
            Due::Awake(uid) => self.awake(now, uid),
            Due::PrimaryChanged(uid) => self.primary_changed(now, uid),
        }
    }

    /// A cluster by its identifier.
    pub fn cluster(&self, id: &str) -> Option<&Cluster> {
        self.clusters.get(&id.to_ascii_lowercase())
    }

    /// All clusters, by identifier.
    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.values()
    }

    /// Changes what an Aurora cluster's volume holds, or breaks and repairs its copies.
    pub fn change_volume(&mut self, id: &str, change: impl FnOnce(&mut Volume)) {
        let cluster = self.clusters.get_mut(&id.to_ascii_lowercase());
        if let Some(aurora) = cluster.and_then(|cluster| cluster.aurora_mut()) {
            change(&mut aurora.volume);
        }
    }

    /// The Regions in which there is something.
    pub(super) fn regions(&self) -> impl Iterator<Item = &str> {
        let clusters = self.clusters.values().map(|cluster| cluster.region.as_str());
        clusters.chain([arn::REGION])
    }

    pub(super) fn known_cluster(&self, id: &str) -> Result<&Cluster, ServiceError> {
        self.cluster(id).ok_or_else(|| no_cluster(id))
    }

    pub(super) fn known_cluster_mut(&mut self, id: &str) -> Result<&mut Cluster, ServiceError> {
        self.clusters.get_mut(&id.to_ascii_lowercase()).ok_or_else(|| no_cluster(id))
    }

    /// A cluster that is `available`.
    pub(super) fn available_cluster(&self, id: &str) -> Result<&Cluster, ServiceError> {
        let cluster = self.known_cluster(id)?;
        if cluster.status == ClusterStatus::Available {
            return Ok(cluster);
        }
        Err(cluster_state(format!("DB cluster {} is not in available state.", cluster.id)))
    }

    pub(super) fn cluster_of_number(&mut self, uid: u64) -> Option<&mut Cluster> {
        self.clusters.values_mut().find(|cluster| cluster.uid == uid)
    }

    pub(super) fn free_cluster_id(&self, id: &str) -> Result<String, ServiceError> {
        let id = identifier(id, 63)?;
        if self.clusters.contains_key(&id) {
            return Err(error("DBClusterAlreadyExistsFault", "DB Cluster already exists"));
        }
        if self.clusters.len() >= CLUSTERS {
            return Err(error(
                "DBClusterQuotaExceededFault",
                "You have exceeded the maximum number of DB clusters.",
            ));
        }
        Ok(id)
    }

    /// A new cluster without members of which nothing is known but its engine and kind.
    pub(super) fn blank_cluster(
        &mut self,
        now: Time,
        id: String,
        engine: Engine,
        kind: Kind,
    ) -> Cluster {
        Cluster {
            uid: self.number(),
            id,
            engine,
            status: ClusterStatus::Creating,
            created: now,
            port: engine.port(),
            retention: 1,
            backups_since: now,
            deletion_protection: false,
            http_endpoint: false,
            region: arn::REGION.to_owned(),
            log: super::log::Log::default(),
            writer: None,
            turns: 0,
            endpoints: std::collections::BTreeMap::new(),
            stopped_at: None,
            kind,
        }
    }

    /// Puts a new cluster in its place; it is `creating` from now on.
    pub(super) fn start_cluster_life(
        &mut self,
        now: Time,
        cluster: Cluster,
        span: Span,
    ) -> Result<Response, ServiceError> {
        let (id, uid) = (cluster.id.clone(), cluster.uid);
        self.clusters.insert(id.clone(), cluster);
        self.begin_cluster(now, uid, ClusterStatus::Creating, span);
        self.cluster_at(now + Span::days(1), Due::Backup(uid));
        self.tell_of_cluster(now, &id, Some("RDS-EVENT-0170"), "DB cluster created.");
        self.shown_cluster(now, &id)
    }

    pub(super) fn create_cluster(
        &mut self,
        now: Time,
        asked: CreateDBCluster,
    ) -> Result<Response, ServiceError> {
        let engine = Engine::named(&asked.engine)
            .ok_or_else(|| invalid(format!("Invalid DB engine: {:.40}", asked.engine)))?;
        let id = self.free_cluster_id(&asked.id)?;
        let region = region_of(asked.availability_zones.as_deref())?;
        if !engine.aurora {
            return self.create_multi_az(now, &asked, engine, &region);
        }
        if asked.class.is_some() || asked.allocated_storage.is_some() || asked.iops.is_some() {
            return Err(for_multi_az_only());
        }
        let days = retention(asked.backup_retention_period.unwrap_or(1), 1)?;
        let scaling = asked.serverless_v2_scaling_configuration;
        let io_optimized = io_optimized(asked.storage_type.as_deref())?;
        let aurora = Aurora {
            io_optimized,
            switched: io_optimized.then_some(now),
            scaling: scaling.map(|scaling| Range::of(&scaling, None)).transpose()?,
            backtrack: backtrack_window(asked.backtrack_window, engine)?,
            forwards_writes: asked.enable_global_write_forwarding == Some(true),
            ..Aurora::default()
        };
        let port = port(asked.port, engine)?;
        let global = match &asked.global_cluster_identifier {
            Some(global) => Some(self.room_in_global(global, engine, &region)?),
            None => None,
        };
        let name = id.clone();
        let blank = self.blank_cluster(now, id, engine, Kind::Aurora(Box::new(aurora)));
        let cluster = Cluster {
            retention: days,
            port,
            deletion_protection: asked.deletion_protection == Some(true),
            http_endpoint: asked.enable_http_endpoint == Some(true),
            region,
            ..blank
        };
        self.start_cluster_life(now, cluster, pace::CLUSTER)?;
        if let Some(global) = global {
            self.join_global(&global, &name)?;
        }
        self.shown_cluster(now, &name)
    }

    pub(super) fn modify_cluster(
        &mut self,
        now: Time,
        asked: ModifyDBCluster,
    ) -> Result<Response, ServiceError> {
        let cluster = self.available_cluster(&asked.id)?;
        if cluster.multi_az().is_some() {
            return self.modify_multi_az(now, &asked);
        }
        if asked.class.is_some() || asked.allocated_storage.is_some() || asked.iops.is_some() {
            return Err(for_multi_az_only());
        }
        let (id, uid, engine) = (cluster.id.clone(), cluster.uid, cluster.engine);
        let days = asked.backup_retention_period.map(|days| retention(days, 1)).transpose()?;
        let mut aurora = cluster.aurora().cloned().unwrap_or_default();
        if let Some(kind) = asked.storage_type.as_deref() {
            switch_storage(&mut aurora, now, io_optimized(Some(kind))?)?;
        }
        if let Some(scaling) = &asked.serverless_v2_scaling_configuration {
            aurora.scaling = Some(Range::of(scaling, aurora.scaling)?);
        }
        if let Some(seconds) = asked.backtrack_window {
            let window = backtrack_window(Some(seconds), engine)?;
            if window > Span::ZERO && aurora.backtrack == Span::ZERO {
                return Err(invalid_combination(
                    "Backtrack can be enabled only when a cluster is created or restored.",
                ));
            }
            aurora.backtrack = window;
        }
        aurora.forwards_writes =
            asked.enable_global_write_forwarding.unwrap_or(aurora.forwards_writes);
        let port = asked.port.map(|asked| port(Some(asked), engine)).transpose()?;
        let cluster = self.known_cluster_mut(&id)?;
        if let Some(before) = cluster.aurora_mut() {
            *before = aurora;
        }
        cluster.retention = days.unwrap_or(cluster.retention);
        cluster.port = port.unwrap_or(cluster.port);
        cluster.deletion_protection =
            asked.deletion_protection.unwrap_or(cluster.deletion_protection);
        cluster.http_endpoint = asked.enable_http_endpoint.unwrap_or(cluster.http_endpoint);
        self.rescale_members(now, &id);
        self.begin_cluster(now, uid, ClusterStatus::Modifying, pace::CLUSTER);
        self.shown_cluster(now, &id)
    }

    pub(super) fn delete_cluster(
        &mut self,
        now: Time,
        asked: &DeleteDBCluster,
    ) -> Result<Response, ServiceError> {
        let cluster = self.known_cluster(&asked.id)?;
        let (id, uid) = (cluster.id.clone(), cluster.uid);
        if cluster.deletion_protection {
            return Err(invalid_combination(
                "Cannot delete protected Cluster, please disable deletion protection and try again.",
            ));
        }
        if cluster.status != ClusterStatus::Available {
            return Err(cluster_state(format!("DB cluster {id} is not in available state.")));
        }
        let multi_az = cluster.multi_az().is_some();
        if !multi_az && self.members_of(&id).any(|member| member.status != Status::Deleting) {
            return Err(cluster_state(
                "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
            ));
        }
        if cluster.aurora().is_some_and(|aurora| aurora.global.is_some()) {
            return Err(cluster_state(
                "This cluster is a part of a global cluster, please remove it from globalcluster first",
            ));
        }
        match (asked.skip_final_snapshot == Some(true), &asked.final_snapshot) {
            (true, None) => {}
            (false, Some(name)) => {
                let name = self.room_for_cluster_snapshot(name)?;
                self.take_cluster_snapshot(now, &name, &id, true);
            }
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
        }
        if multi_az {
            self.delete_members(now, &id);
        }
        self.cluster_becomes(now, uid, ClusterStatus::Deleting);
        self.cluster_at(now + pace::STOP + pace::STOP, Due::Gone(uid));
        self.shown_cluster(now, &id)
    }

    pub(super) fn cluster_gone(&mut self, uid: u64) {
        self.clusters.retain(|_, cluster| cluster.uid != uid);
        self.cluster_snapshots.retain(|_, snapshot| snapshot.manual || snapshot.of.uid != uid);
    }

    pub(super) fn stop_cluster(&mut self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let cluster = self.available_cluster(id)?;
        let (id, uid) = (cluster.id.clone(), cluster.uid);
        if cluster.multi_az().is_some() {
            return Err(cluster_state("A Multi-AZ DB cluster cannot be stopped and started."));
        }
        self.cluster_becomes(now, uid, ClusterStatus::Stopping);
        let stopped = now + pace::STOP;
        for member in self.numbers_of_members(&id) {
            self.drop_connections(now, member);
            self.become_status(now, member, Status::Stopping);
            self.at(stopped, super::Due::Become(member, Status::Stopped));
        }
        self.known_cluster_mut(&id)?.stopped_at = Some(stopped);
        self.cluster_at(stopped, Due::Becomes(uid, ClusterStatus::Stopped));
        self.cluster_at(stopped + pace::STOPPED, Due::StartAgain(uid, stopped));
        self.shown_cluster(now, &id)
    }

    pub(super) fn start_cluster(&mut self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let cluster = self.known_cluster(id)?;
        let (id, uid) = (cluster.id.clone(), cluster.uid);
        if cluster.status != ClusterStatus::Stopped {
            return Err(cluster_state(format!("DbCluster {id} is not in stopped state.")));
        }
        for member in self.numbers_of_members(&id) {
            self.begin(now, member, Status::Starting, pace::START);
        }
        self.begin_cluster(now, uid, ClusterStatus::Starting, pace::START);
        self.shown_cluster(now, &id)
    }

    pub(super) fn describe_clusters(
        &self,
        now: Time,
        asked: &MaybeCluster,
    ) -> Result<Response, ServiceError> {
        let clusters = match &asked.id {
            Some(id) => vec![self.cluster_description(now, self.known_cluster(id)?)],
            None => self.clusters.values().map(|one| self.cluster_description(now, one)).collect(),
        };
        Ok(Response::Clusters { clusters })
    }

    pub(super) fn shown_cluster(&self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let cluster = Box::new(self.cluster_description(now, self.known_cluster(id)?));
        Ok(Response::Cluster { cluster })
    }

    fn cluster_description(&self, now: Time, cluster: &Cluster) -> DBCluster {
        let (aurora, multi_az) = (cluster.aurora(), cluster.multi_az());
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let window = cluster.restorable(now);
        let custom: Vec<String> =
            cluster.endpoints.keys().map(|name| cluster.custom_endpoint(name)).collect();
        let members = self.members_of(&cluster.id).map(|member| ClusterMember {
            id: member.id.clone(),
            is_cluster_writer: cluster.writer == Some(member.uid)
                && !self.follows_a_region(cluster),
            parameter_group_status: "in-sync".to_owned(),
            promotion_tier: member.promotion_tier,
        });
        let zones: std::collections::BTreeSet<usize> =
            self.members_of(&cluster.id).map(|member| member.az).collect();
        let again = aurora.and_then(|aurora| aurora.switched).map(|at| at + IO_OPTIMIZED_AGAIN);
        let rewinds = aurora.filter(|aurora| aurora.backtrack > Span::ZERO);
        DBCluster {
            id: cluster.id.clone(),
            engine: cluster.engine.name.to_owned(),
            engine_mode: "provisioned".to_owned(),
            status: cluster.status.name().to_owned(),
            arn: self.cluster_arn(cluster),
            db_cluster_resource_id: format!("cluster-{:026}", cluster.uid),
            endpoint: cluster.endpoint(),
            reader_endpoint: cluster.reader_endpoint(),
            port: cluster.port,
            multi_az: zones.len() > 1,
            availability_zones: (0..3)
                .map(|az| zone(az).replacen(arn::REGION, &cluster.region, 1))
                .collect(),
            backup_retention_period: number(cluster.retention),
            deletion_protection: cluster.deletion_protection,
            http_endpoint_enabled: cluster.http_endpoint,
            cluster_create_time: cluster.created.into(),
            members: members.collect(),
            // Aurora's volume has no fixed size: AWS always answers 1.
            allocated_storage: Some(multi_az.map_or(1, |one| number(one.gib))),
            custom_endpoints: (!custom.is_empty()).then_some(custom),
            earliest_restorable_time: window.map(|(earliest, _)| earliest.into()),
            latest_restorable_time: window.map(|(_, latest)| latest.into()),
            storage_type: match &cluster.kind {
                Kind::MultiAz(one) => Some(one.storage_type.clone()),
                Kind::Aurora(one) if one.io_optimized => Some("aurora-iopt1".to_owned()),
                Kind::Aurora(_) => Some("aurora".to_owned()),
            },
            io_optimized_again: again.filter(|at| *at > now).map(Into::into),
            backtrack_window: rewinds.map(|aurora| seconds(aurora.backtrack)),
            earliest_backtrack_time: rewinds
                .map(|aurora| cluster.created.max(now - aurora.backtrack).into()),
            clone_group_id: aurora
                .and_then(|aurora| aurora.clone_group)
                .map(|group| format!("clone-group-{group}")),
            global_write_forwarding_status: aurora
                .filter(|aurora| aurora.global.is_some() && aurora.forwards_writes)
                .map(|_| "enabled".to_owned()),
            global_cluster_identifier: aurora.and_then(|aurora| aurora.global.clone()),
            serverless_v2_scaling_configuration: aurora
                .and_then(|aurora| aurora.scaling)
                .map(Range::described),
            class: multi_az.map(|one| one.class.clone()),
            iops: multi_az.map(|one| number(one.iops)),
        }
    }

    pub(super) fn cluster_arn(&self, cluster: &Cluster) -> String {
        let made = arn::arn("rds", &format!("cluster:{}", cluster.id));
        made.replacen(arn::REGION, &cluster.region, 1)
    }

    pub(super) fn cluster_becomes(&mut self, now: Time, uid: u64, status: ClusterStatus) {
        if let Some(cluster) = self.cluster_of_number(uid) {
            cluster.status = status;
            let id = cluster.id.clone();
            self.trace.note(now, || Happened::ClusterBecame { id, status });
        }
    }

    /// A status for a while, then `available`.
    pub(super) fn begin_cluster(&mut self, now: Time, uid: u64, status: ClusterStatus, span: Span) {
        self.cluster_becomes(now, uid, status);
        self.cluster_at(now + span, Due::Becomes(uid, ClusterStatus::Available));
    }

    pub(super) fn tell_of_cluster(
        &mut self,
        at: Time,
        source: &str,
        number: Option<&'static str>,
        message: &str,
    ) {
        self.tell(at, source, number, message);
        if let Some(told) = self.events.last_mut() {
            told.of_cluster = true;
        }
    }
}

fn for_multi_az_only() -> ServiceError {
    invalid_combination(
        "DBClusterInstanceClass, AllocatedStorage and Iops are for Multi-AZ DB clusters only.",
    )
}

/// To I/O-Optimized at most once in 30 days, and back at any time (AUR-21).
fn switch_storage(aurora: &mut Aurora, now: Time, optimized: bool) -> Result<(), ServiceError> {
    if optimized && !aurora.io_optimized {
        let again = aurora.switched.map_or(now, |at| at + IO_OPTIMIZED_AGAIN);
        if now < again {
            return Err(cluster_state(
                "The cluster was switched to aurora-iopt1 within the last 30 days.",
            ));
        }
        aurora.switched = Some(now);
    }
    aurora.io_optimized = optimized;
    Ok(())
}

fn seconds(span: Span) -> i64 {
    i64::try_from(span.as_seconds()).unwrap_or(i64::MAX)
}
