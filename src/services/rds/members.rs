//! The members of a cluster: how an instance joins, which of them writes, and who takes over.

use std::cmp::Reverse;

use crate::services::time::{Span, Time};
use crate::services::{ServiceError, arn};

use super::cluster::{Cluster, ClusterStatus, Kind};
use super::clusters::{Due, cluster_state};
use super::engine;
use super::instance::{Instance, Status, pace};
use super::instances::{monitoring, zone_named};
use super::operation::{CreateDBInstance, FailoverDBCluster, Response};
use super::serverless::{Capacity, SERVERLESS};
use super::{Happened, Rds, Why, error, invalid, invalid_combination};

/// Replicas that a cluster may have besides its writer (AUR-9).
pub const REPLICAS: usize = 15;

impl Rds {
    /// The members of a cluster, by identifier.
    pub fn members_of<'a>(&'a self, cluster: &'a str) -> impl Iterator<Item = &'a Instance> {
        let of = move |one: &&Instance| one.cluster.as_deref() == Some(cluster);
        self.instances.values().filter(of)
    }

    /// The member of a cluster that writes.
    pub fn writer_of(&self, cluster: &str) -> Option<&Instance> {
        let writer = self.cluster(cluster)?.writer?;
        self.members_of(&self.cluster(cluster)?.id).find(|member| member.uid == writer)
    }

    /// The cluster of an instance, and whether the instance is its writer.
    pub fn cluster_of(&self, instance: &Instance) -> Option<(&Cluster, bool)> {
        let cluster = self.clusters.get(instance.cluster.as_ref()?)?;
        Some((cluster, cluster.writer == Some(instance.uid)))
    }

    /// Sets how far a reader is behind its cluster's writer.
    pub fn pace_member(&mut self, id: &str, lag: Span) {
        if let Some(instance) = self.instances.get_mut(&id.to_ascii_lowercase()) {
            instance.reader_lag = lag;
        }
    }

    /// Whether an instance is in another Region, whose zones are never lost here.
    pub(super) fn is_elsewhere(&self, instance: &Instance) -> bool {
        self.cluster_of(instance).is_some_and(|(cluster, _)| cluster.region != arn::REGION)
    }

    fn is_in_lost_zone(&self, instance: &Instance) -> bool {
        self.lost_zones[instance.az] && !self.is_elsewhere(instance)
    }

    pub(super) fn numbers_of_members(&self, cluster: &str) -> Vec<u64> {
        self.members_of(cluster).map(|member| member.uid).collect()
    }

    /// A new instance joins a cluster: it copies nothing, since the data is in the volume (AUR-8).
    pub(super) fn join(
        &mut self,
        now: Time,
        id: String,
        cluster: &str,
        asked: CreateDBInstance,
    ) -> Result<Response, ServiceError> {
        let cluster = self.known_cluster(cluster)?;
        if cluster.multi_az().is_some() {
            return Err(cluster_state(
                "A Multi-AZ DB cluster has its three instances, and no more.",
            ));
        }
        if !matches!(cluster.status, ClusterStatus::Available | ClusterStatus::Creating) {
            return Err(cluster_state(format!(
                "DB cluster {} is not in available state.",
                cluster.id
            )));
        }
        if cluster.engine.name != asked.engine {
            return Err(invalid_combination(format!(
                "The engine name requested for your DB instance ({:.40}) doesn't match the engine name of your \
                 DB cluster ({}).",
                asked.engine, cluster.engine.name
            )));
        }
        let of_the_cluster = [
            ("backup retention", asked.backup_retention_period.is_some()),
            ("deletion protection", asked.deletion_protection.is_some()),
            ("storage", asked.allocated_storage.or(asked.iops).is_some()),
            ("Multi-AZ", asked.multi_az == Some(true)),
        ];
        refuse_cluster_settings(&of_the_cluster)?;
        let range = cluster.aurora().and_then(|aurora| aurora.scaling);
        let serverless = asked.class == SERVERLESS;
        if serverless && range.is_none() {
            return Err(cluster_state(
                "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a \
                 Serverless v2 DB instance.",
            ));
        }
        if self.members_of(&cluster.id).count() > REPLICAS {
            return Err(error(
                "InstanceQuotaExceeded",
                format!("DB cluster {} has {REPLICAS} replicas already.", cluster.id),
            ));
        }
        let (name, engine, port) = (cluster.id.clone(), cluster.engine, cluster.port);
        let tier = promotion_tier(asked.promotion_tier)?.unwrap_or(1);
        let interval = monitoring(asked.monitoring_interval, asked.monitoring_role_arn.as_ref())?;
        let az = match asked.availability_zone {
            Some(name) => zone_named(&name)?,
            None => self.zone_for_member(&name),
        };
        let blank = self.blank(now, id, engine, asked.class, az);
        let instance = Instance {
            port,
            gib: 0,
            storage_type: "aurora".to_owned(),
            retention: 0,
            cluster: Some(name.clone()),
            promotion_tier: tier,
            monitoring_interval: interval,
            capacity: range.filter(|_| serverless).map(|range| Capacity::new(now, range)),
            ..blank
        };
        let cluster = self.known_cluster_mut(&name)?;
        cluster.writer.get_or_insert(instance.uid);
        self.start_life(now, instance)
    }

    /// The zone with the fewest members of a cluster.
    fn zone_for_member(&self, cluster: &str) -> usize {
        let members = |zone: usize| self.members_of(cluster).filter(|one| one.az == zone).count();
        let zones = (0..3).filter(|zone| !self.lost_zones[*zone]);
        zones.min_by_key(|zone| members(*zone)).unwrap_or(0)
    }

    /// Who would be promoted now: the lowest tier, then the largest, then the oldest (AUR-11; the last is
    /// the model's choice); in a Multi-AZ cluster the reader that has received most (RDS-25).
    pub fn next_writer(&self, cluster: &str) -> Option<&Instance> {
        let cluster = self.cluster(cluster)?;
        let able = |one: &&Instance| {
            one.serves() && cluster.writer != Some(one.uid) && !self.is_in_lost_zone(one)
        };
        if cluster.multi_az().is_some() {
            return self.most_caught_up(self.members_of(&cluster.id).filter(able));
        }
        let rank = |one: &&Instance| {
            let size = one.capacity.as_ref().map(|now| u64::from(now.halves) / 2);
            (one.promotion_tier, Reverse(size.unwrap_or_else(|| engine::size(&one.class))), one.uid)
        };
        self.members_of(&cluster.id).filter(able).min_by_key(rank)
    }

    pub(super) fn fail_over(
        &mut self,
        now: Time,
        asked: &FailoverDBCluster,
    ) -> Result<Response, ServiceError> {
        let cluster = self.available_cluster(&asked.id)?;
        let (id, uid, writer) = (cluster.id.clone(), cluster.uid, cluster.writer);
        let target = match &asked.target {
            None => self.next_writer(&id).map(|next| next.uid).ok_or_else(|| {
                cluster_state(format!("DB cluster {id} has no replica that could be promoted."))
            })?,
            Some(target) => {
                let member = self.available(target)?;
                if member.cluster.as_ref() != Some(&id) || Some(member.uid) == writer {
                    return Err(error(
                        "InvalidDBInstanceState",
                        format!("{} is not a replica of DB cluster {id}.", member.id),
                    ));
                }
                member.uid
            }
        };
        if let Some(writer) = writer {
            self.drop_connections(now, writer);
            self.become_status(now, writer, Status::Rebooting);
        }
        self.begin_promotion(now, uid, Some(target), Why::Asked);
        self.shown_cluster(now, &id)
    }

    /// A member's host is gone. A lost writer is replaced by a replica, or else made anew (AUR-12, AUR-13).
    pub(super) fn lose_member(&mut self, now: Time, uid: u64, why: Why) {
        self.drop_connections(now, uid);
        let Some(instance) = self.of_number(uid) else { return };
        let id = instance.id.clone();
        let instance = &self.instances[&id];
        let cluster = self.cluster_of(instance).filter(|(_, writes)| *writes);
        let multi_az = cluster.is_some_and(|(cluster, _)| cluster.multi_az().is_some());
        let cluster = cluster.map(|(cluster, _)| (cluster.uid, cluster.id.clone()));
        self.trace.note(now, || Happened::Lost { id, why });
        let alone = cluster.as_ref().is_some_and(|(_, id)| self.next_writer(id).is_none());
        let back = if alone && !multi_az { pace::AURORA_REBUILD } else { pace::HOST };
        self.at(now + back, super::Due::HostBack(uid));
        if let Some((cluster, _)) = &cluster {
            self.falls_silent(now, *cluster);
        }
        if let Some((cluster, _)) = cluster.filter(|_| !alone) {
            self.begin_promotion(now, cluster, None, why);
        }
    }

    /// From now on the cluster has no writer; `target` or whoever comes first takes over.
    pub(super) fn begin_promotion(
        &mut self,
        now: Time,
        cluster: u64,
        target: Option<u64>,
        why: Why,
    ) {
        let Some(found) = self.cluster_of_number(cluster) else { return };
        if found.status == ClusterStatus::FailingOver {
            return;
        }
        let id = found.id.clone();
        let span = match found.kind {
            Kind::Aurora(_) => pace::AURORA_FAILOVER,
            Kind::MultiAz(_) => pace::CLUSTER_FAILOVER,
        };
        self.falls_silent(now, cluster);
        self.cluster_becomes(now, cluster, ClusterStatus::FailingOver);
        self.trace.note(now, || Happened::FailoverStarted { id, why });
        self.cluster_at(now + span, Due::Promote(cluster, target));
    }

    /// A replica becomes the writer: what is in the volume is there (AUR-12).
    pub(super) fn promote_member(&mut self, now: Time, cluster: u64, target: Option<u64>) {
        let Some(found) = self.cluster_of_number(cluster) else { return };
        let (id, old) = (found.id.clone(), found.writer);
        let wanted = target.and_then(|uid| self.of_number(uid).filter(|one| one.serves()));
        let next = match wanted.map(|instance| instance.uid) {
            Some(uid) => Some(uid),
            None => self.next_writer(&id).map(|next| next.uid),
        };
        self.cluster_becomes(now, cluster, ClusterStatus::Available);
        if let Some(old) = old.filter(|old| next != Some(*old)) {
            let restarts = self.of_number(old).is_some_and(|one| one.status == Status::Rebooting);
            if restarts {
                self.at(now + pace::REBOOT, super::Due::Become(old, Status::Available));
            }
        }
        let Some(next) = next else { return };
        // The replica restarts as the writer: its readers' connections end.
        self.drop_connections(now, next);
        self.reader_writes(now, cluster, old.filter(|old| *old != next), next);
        if let Some(found) = self.cluster_of_number(cluster) {
            found.writer = Some(next);
        }
        let Some(writer) = self.of_number(next) else { return };
        let (writer, address, tier) = (writer.id.clone(), writer.address(), writer.promotion_tier);
        let told = format!("Completed failover to DB instance: {writer}");
        self.tell_of_cluster(now, &id, Some("RDS-EVENT-0071"), &told);
        let endpoint = self.clusters[&id].endpoint();
        self.trace.note(now, || Happened::WriterChosen { cluster: id.clone(), id: writer, tier });
        self.trace.note(now, || Happened::DnsFlipped { endpoint, address });
        self.trace.note(now, || Happened::FailoverEnded { id: id.clone() });
        self.rescale_members(now, &id);
    }

    /// A member answers again: it takes over if its cluster has no writer that does.
    pub(super) fn member_back(&mut self, now: Time, uid: u64) {
        let member = self.id_of(uid).and_then(|id| self.instances[&id].cluster.clone());
        let Some(cluster) = member.and_then(|id| self.clusters.get(&id)) else { return };
        let (number, id) = (cluster.uid, cluster.id.clone());
        if self.writer_of(&id).is_none_or(|writer| !writer.up) {
            self.begin_promotion(now, number, None, Why::HostLost);
        }
        self.answers_again(now, uid);
    }

    /// A member is being deleted: another one writes, or nobody.
    pub(super) fn member_leaves(&mut self, now: Time, uid: u64) {
        let writes = self.clusters.values().find(|cluster| cluster.writer == Some(uid));
        let Some((cluster, id)) = writes.map(|cluster| (cluster.uid, cluster.id.clone())) else {
            return;
        };
        if self.next_writer(&id).is_some() {
            self.begin_promotion(now, cluster, None, Why::Asked);
        }
    }

    pub(super) fn member_gone(&mut self, uid: u64) {
        for cluster in self.clusters.values_mut().filter(|one| one.writer == Some(uid)) {
            cluster.writer = None;
        }
    }
}

/// What is set for the whole cluster cannot be set for one of its members.
pub(super) fn refuse_cluster_settings(asked: &[(&str, bool)]) -> Result<(), ServiceError> {
    match asked.iter().find(|(_, is_asked)| *is_asked) {
        None => Ok(()),
        Some((what, _)) => Err(invalid_combination(format!(
            "The specified DB Instance is a member of a cluster. Modify {what} for the DB Cluster using the \
             ModifyDbCluster API"
        ))),
    }
}

pub(super) fn promotion_tier(asked: Option<i64>) -> Result<Option<i64>, ServiceError> {
    match asked {
        Some(tier) if !(0..=15).contains(&tier) => {
            Err(invalid("The promotion tier must be between 0 and 15."))
        }
        tier => Ok(tier),
    }
}
