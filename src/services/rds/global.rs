//! Global Database: one primary cluster that writes, and secondaries in other Regions that follow it.
//!
//! A world has one account with all Regions in it: a cluster is made in the Region that its
//! `AvailabilityZones` name. How far a secondary is behind is the model's choice ([`Rds::pace_global`]).

use std::collections::BTreeMap;

use crate::services::ServiceError;
use crate::services::time::{Span, Time};

use super::cluster::{Cluster, ClusterStatus};
use super::clusters::Due;
use super::engine::Engine;
use super::instance::{Instance, pace};
use super::log::Log;
use super::operation::{
    CreateGlobalCluster, FailoverGlobalCluster, GlobalClusterDescription, GlobalClusterMember,
    GlobalFailover, MaybeGlobalCluster, RemoveFromGlobalCluster, Response, SwitchoverGlobalCluster,
};
use super::{Happened, Rds, error, identifier, invalid, invalid_combination};
use crate::services::arn;

/// Secondary Regions that a Global Database may have.
pub const SECONDARIES: usize = 10;

/// A Global Database.
#[derive(Debug, Clone, PartialEq)]
pub struct Global {
    /// Its number.
    pub uid: u64,
    /// The engine of all its clusters.
    pub engine: Engine,
    /// Whether it cannot be deleted.
    pub deletion_protection: bool,
    /// The cluster that writes.
    pub primary: Option<String>,
    /// The clusters that follow, and how far behind.
    pub secondaries: BTreeMap<String, Span>,
    /// The change of the primary that is going on.
    pub change: Option<Change>,
}

/// A change of the primary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The cluster that becomes the primary.
    pub target: String,
    /// Whether what was not replicated may be lost.
    pub data_loss: bool,
}

fn no_global(id: &str) -> ServiceError {
    error("GlobalClusterNotFoundFault", format!("Global cluster {id:.80} not found."))
}

fn global_state(message: impl Into<String>) -> ServiceError {
    error("InvalidGlobalClusterStateFault", message)
}

/// The Region of availability zones such as `us-west-2a`, all of one Region.
pub(super) fn region_of(zones: Option<&[String]>) -> Result<String, ServiceError> {
    let Some(zones) = zones.filter(|zones| !zones.is_empty()) else {
        return Ok(arn::REGION.to_owned());
    };
    let region = |zone: &str| {
        let region = zone.strip_suffix(|letter: char| letter.is_ascii_lowercase())?;
        let parts: Vec<&str> = region.split('-').collect();
        let plain = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && plain(part)))
            .then(|| region.to_owned())
    };
    let wrong = |zone: &str| invalid(format!("Invalid availability zone: {zone:.40}"));
    let first = region(&zones[0]).ok_or_else(|| wrong(&zones[0]))?;
    match zones.iter().find(|zone| region(zone).as_ref() != Some(&first)) {
        Some(other) => Err(wrong(other)),
        None => Ok(first),
    }
}

/// The identifier in a cluster's ARN, or the identifier itself.
fn cluster_named(text: &str) -> String {
    text.rsplit(":cluster:").next().unwrap_or(text).to_ascii_lowercase()
}

impl Rds {
    /// A Global Database by its identifier.
    pub fn global(&self, id: &str) -> Option<&Global> {
        self.globals.get(&id.to_ascii_lowercase())
    }

    /// Sets how far a secondary cluster is behind its primary.
    pub fn pace_global(&mut self, cluster: &str, lag: Span) {
        let cluster = cluster.to_ascii_lowercase();
        for global in self.globals.values_mut() {
            if let Some(behind) = global.secondaries.get_mut(&cluster) {
                *behind = lag;
            }
        }
    }

    /// `AuroraGlobalDBReplicationLag` of a secondary cluster.
    pub fn global_lag(&self, cluster: &str) -> Option<Span> {
        self.primary_of(self.cluster(cluster)?).map(|(_, lag)| lag)
    }

    pub(super) fn is_global_primary(&self, cluster: &str) -> bool {
        self.globals.values().any(|global| global.primary.as_deref() == Some(cluster))
    }

    /// The cluster that a secondary follows, and how far behind; `None` for any other cluster.
    pub(super) fn primary_of(&self, cluster: &Cluster) -> Option<(&Cluster, Span)> {
        let global = self.globals.get(cluster.aurora()?.global.as_ref()?)?;
        let lag = *global.secondaries.get(&cluster.id)?;
        Some((self.clusters.get(global.primary.as_ref()?)?, lag))
    }

    /// Whether a cluster's members only read, because another Region writes (or is about to).
    pub(super) fn follows_a_region(&self, cluster: &Cluster) -> bool {
        let global = cluster.aurora().and_then(|aurora| self.globals.get(aurora.global.as_ref()?));
        global.is_some_and(|global| {
            global.change.is_some() || global.primary.as_ref() != Some(&cluster.id)
        })
    }

    /// What a cluster holds now: a secondary, what has reached it.
    pub(super) fn held_by(&self, cluster: &Cluster) -> Log {
        match self.primary_of(cluster) {
            None => cluster.log.clone(),
            Some((primary, lag)) => primary.log.prefix(primary.log.position_behind(self.now, lag)),
        }
    }

    /// The log that a member reads from, and up to where it sees it: a reader lags a little (AUR-10), a
    /// secondary Region by its replication (AUR-22).
    pub(super) fn seen_by<'a>(
        &'a self,
        instance: &Instance,
        cluster: &'a Cluster,
        writes: bool,
    ) -> (&'a Log, usize) {
        if let Some(applied) = self.applied(self.now, instance) {
            return (&cluster.log, applied);
        }
        let own = if writes { Span::ZERO } else { instance.reader_lag };
        let (log, lag) = match self.primary_of(cluster) {
            None => (&cluster.log, own),
            Some((primary, lag)) => (&primary.log, lag + own),
        };
        let position = match lag {
            Span::ZERO => log.len(),
            lag => log.position_behind(self.now, lag),
        };
        (log, position)
    }

    fn known_global_mut(&mut self, id: &str) -> Result<&mut Global, ServiceError> {
        self.globals.get_mut(&id.to_ascii_lowercase()).ok_or_else(|| no_global(id))
    }

    /// A Global Database whose primary is not being changed.
    fn settled(&self, id: &str) -> Result<&Global, ServiceError> {
        let global = self.global(id).ok_or_else(|| no_global(id))?;
        match &global.change {
            None => Ok(global),
            Some(_) => Err(global_state(format!("Global cluster {id:.63} is being changed."))),
        }
    }

    pub(super) fn create_global(
        &mut self,
        asked: CreateGlobalCluster,
    ) -> Result<Response, ServiceError> {
        let id = identifier(&asked.id, 63)?;
        if self.globals.contains_key(&id) {
            return Err(error("GlobalClusterAlreadyExistsFault", "Global cluster already exists."));
        }
        let (engine, primary) = match (&asked.source, &asked.engine) {
            (Some(source), None) => {
                let source = self.available_cluster(&cluster_named(source))?;
                let taken = source.aurora().is_none_or(|aurora| aurora.global.is_some());
                if taken {
                    return Err(global_state("The cluster cannot be the primary of a new one."));
                }
                (source.engine, Some(source.id.clone()))
            }
            (None, Some(engine)) => {
                let engine = Engine::named(engine).filter(|engine| engine.aurora);
                (engine.ok_or_else(|| invalid("Invalid DB engine."))?, None)
            }
            _ => {
                return Err(invalid_combination(
                    "Specify either SourceDBClusterIdentifier or Engine.",
                ));
            }
        };
        let global = Global {
            uid: self.number(),
            engine,
            deletion_protection: asked.deletion_protection == Some(true),
            primary: None,
            secondaries: BTreeMap::new(),
            change: None,
        };
        self.globals.insert(id.clone(), global);
        if let Some(primary) = primary {
            self.join_global(&id, &primary)?;
        }
        self.shown_global(&id)
    }

    /// Whether a new cluster of this engine in this Region may join.
    pub(super) fn room_in_global(
        &self,
        id: &str,
        engine: Engine,
        region: &str,
    ) -> Result<String, ServiceError> {
        let global = self.settled(id)?;
        if global.engine != engine {
            return Err(invalid_combination("All clusters of a global cluster have one engine."));
        }
        let mut members = global.primary.iter().chain(global.secondaries.keys());
        if members.any(|one| self.clusters.get(one).is_some_and(|one| one.region == region)) {
            return Err(global_state(format!("There is a cluster in {region:.40} already.")));
        }
        if global.secondaries.len() >= SECONDARIES {
            return Err(global_state(format!("There are {SECONDARIES} secondaries already.")));
        }
        Ok(id.to_ascii_lowercase())
    }

    /// A cluster becomes the primary of a Global Database that has none, else a secondary.
    pub(super) fn join_global(&mut self, global: &str, cluster: &str) -> Result<(), ServiceError> {
        let found = self.known_global_mut(global)?;
        if found.primary.is_none() {
            found.primary = Some(cluster.to_owned());
        } else {
            found.secondaries.insert(cluster.to_owned(), pace::GLOBAL_LAG);
        }
        if let Some(aurora) = self.known_cluster_mut(cluster)?.aurora_mut() {
            aurora.global = Some(global.to_owned());
        }
        self.rescale_members(self.now, cluster);
        Ok(())
    }

    pub(super) fn remove_from_global(
        &mut self,
        asked: &RemoveFromGlobalCluster,
    ) -> Result<Response, ServiceError> {
        let global = self.settled(&asked.id)?;
        let cluster = cluster_named(&asked.cluster);
        let found = self.known_cluster(&cluster)?;
        let is_primary = global.primary.as_ref() == Some(&cluster);
        if is_primary && !global.secondaries.is_empty() {
            return Err(global_state("The primary can be removed only when it is alone."));
        }
        if !is_primary && !global.secondaries.contains_key(&cluster) {
            return Err(error("DBClusterNotFoundFault", "The cluster is no member of this one."));
        }
        // What has reached it is what it holds from now on.
        let log = self.held_by(found);
        let global = self.known_global_mut(&asked.id)?;
        global.secondaries.remove(&cluster);
        if is_primary {
            global.primary = None;
        }
        let found = self.known_cluster_mut(&cluster)?;
        found.log = log;
        if let Some(aurora) = found.aurora_mut() {
            aurora.global = None;
        }
        self.rescale_members(self.now, &cluster);
        self.shown_global(&asked.id)
    }

    pub(super) fn delete_global(&mut self, id: &str) -> Result<Response, ServiceError> {
        let global = self.settled(id)?;
        if global.deletion_protection {
            return Err(invalid_combination("Cannot delete a protected global cluster."));
        }
        if global.primary.is_some() {
            return Err(global_state("Global cluster is not empty."));
        }
        let shown = self.shown_global(id);
        self.globals.remove(&id.to_ascii_lowercase());
        shown
    }

    pub(super) fn switch_over_global(
        &mut self,
        now: Time,
        asked: &SwitchoverGlobalCluster,
    ) -> Result<Response, ServiceError> {
        self.change_primary(now, &asked.id, &asked.target, Loss::None)
    }

    pub(super) fn fail_over_global(
        &mut self,
        now: Time,
        asked: &FailoverGlobalCluster,
    ) -> Result<Response, ServiceError> {
        let loss = match (asked.allow_data_loss == Some(true), asked.switchover == Some(true)) {
            (true, true) => {
                return Err(invalid_combination("Specify AllowDataLoss or Switchover, not both."));
            }
            (true, false) => Loss::Allowed,
            (false, _) => Loss::None,
        };
        self.change_primary(now, &asked.id, &asked.target, loss)
    }

    /// Nobody writes from now on. A switchover waits for everything to arrive, a failover takes what has.
    fn change_primary(
        &mut self,
        now: Time,
        id: &str,
        target: &str,
        loss: Loss,
    ) -> Result<Response, ServiceError> {
        let global = self.settled(id)?;
        let target = cluster_named(target);
        let lag = *global.secondaries.get(&target).ok_or_else(|| {
            error("DBClusterNotFoundFault", "The target is no secondary of this global cluster.")
        })?;
        let (uid, primary) = (global.uid, global.primary.clone());
        if self.known_cluster(&target)?.status != ClusterStatus::Available {
            return Err(super::clusters::cluster_state("The target is not in available state."));
        }
        let log = match loss {
            Loss::Allowed => self.held_by(self.known_cluster(&target)?),
            Loss::None => primary
                .as_ref()
                .and_then(|primary| self.clusters.get(primary))
                .map(|primary| primary.log.clone())
                .unwrap_or_default(),
        };
        let held = primary.as_ref().and_then(|id| self.clusters.get(id)).map(|one| one.log.len());
        let lost = held.unwrap_or(0).saturating_sub(log.len()) as u64;
        self.known_cluster_mut(&target)?.log = log;
        let change = Change { target: target.clone(), data_loss: loss == Loss::Allowed };
        self.known_global_mut(id)?.change = Some(change);
        for cluster in primary.iter().chain([&target]) {
            for member in self.numbers_of_members(cluster) {
                self.drop_connections(now, member);
            }
        }
        self.trace.note(now, || Happened::GlobalChange { target, lost });
        self.cluster_at(now + pace::GLOBAL_CHANGE.max(lag), Due::PrimaryChanged(uid));
        self.shown_global(id)
    }

    /// The target writes, and the old primary follows it.
    pub(super) fn primary_changed(&mut self, now: Time, uid: u64) {
        let Some(global) = self.globals.values_mut().find(|global| global.uid == uid) else {
            return;
        };
        let Some(change) = global.change.take() else { return };
        let Some(lag) = global.secondaries.remove(&change.target) else { return };
        if let Some(old) = global.primary.replace(change.target.clone()) {
            global.secondaries.insert(old, lag);
        }
        self.rescale_members(now, &change.target);
        self.trace.note(now, || Happened::FailoverEnded { id: change.target });
    }

    pub(super) fn describe_globals(
        &self,
        asked: &MaybeGlobalCluster,
    ) -> Result<Response, ServiceError> {
        let clusters = match &asked.id {
            Some(id) => vec![self.global_description(id)?],
            None => {
                let all = self.globals.keys().map(|id| self.global_description(id));
                all.collect::<Result<_, _>>()?
            }
        };
        Ok(Response::GlobalClusters { clusters })
    }

    fn shown_global(&self, id: &str) -> Result<Response, ServiceError> {
        Ok(Response::GlobalCluster { cluster: Box::new(self.global_description(id)?) })
    }

    fn global_description(&self, id: &str) -> Result<GlobalClusterDescription, ServiceError> {
        let id = id.to_ascii_lowercase();
        let global = self.globals.get(&id).ok_or_else(|| no_global(&id))?;
        let arn_of = |id: &String| self.clusters.get(id).map(|one| self.cluster_arn(one));
        let readers: Vec<String> = global.secondaries.keys().filter_map(arn_of).collect();
        let primary = global.primary.iter().filter_map(arn_of).map(|arn| GlobalClusterMember {
            arn,
            readers: readers.clone(),
            is_writer: true,
            global_write_forwarding_status: None,
        });
        let secondaries = global.secondaries.keys().filter_map(|id| self.clusters.get(id));
        let secondaries = secondaries.map(|cluster| {
            let forwards = cluster.aurora().is_some_and(|aurora| aurora.forwards_writes);
            GlobalClusterMember {
                arn: self.cluster_arn(cluster),
                readers: Vec::new(),
                is_writer: false,
                global_write_forwarding_status: Some(
                    if forwards { "enabled" } else { "disabled" }.to_owned(),
                ),
            }
        });
        let status = match &global.change {
            None => "available",
            Some(change) if change.data_loss => "failing-over",
            Some(_) => "switching-over",
        };
        let failover = global.change.as_ref().map(|change| GlobalFailover {
            status: status.to_owned(),
            is_data_loss_allowed: change.data_loss,
            to: arn_of(&change.target).unwrap_or_default(),
            from: global.primary.as_ref().and_then(arn_of),
        });
        Ok(GlobalClusterDescription {
            // A Global Database belongs to no Region.
            arn: format!("arn:aws:rds::{}:global-cluster:{id}", arn::ACCOUNT_ID),
            global_cluster_resource_id: format!("cluster-{:016x}", global.uid),
            id,
            status: status.to_owned(),
            engine: global.engine.name.to_owned(),
            deletion_protection: global.deletion_protection,
            members: primary.chain(secondaries).collect(),
            failover_state: failover,
        })
    }
}

/// What a change of the primary may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    None,
    Allowed,
}
