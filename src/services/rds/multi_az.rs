//! Multi-AZ DB clusters: a writer and two readable standbys, each with a volume of its own, in three
//! zones (RDS-25).
//!
//! Each change goes to both readers, and the commit is acknowledged as soon as one of them has it. Having
//! it is not yet showing it: a reader applies what it received, and can be behind. How far is the model's
//! choice ([`Rds::pace_reader`]). Left out: read replicas of such a cluster, and restoring its snapshots
//! into an instance.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::services::time::{Span, Time};
use crate::services::{ServiceError, arn};

use super::cluster::{Cluster, ClusterStatus, Kind};
use super::clusters::cluster_state;
use super::engine::Engine;
use super::instance::{Instance, Status, pace};
use super::instances::{gib, port, retention};
use super::log::Log;
use super::operation::{CreateDBCluster, ModifyDBCluster, Response, RestoredCluster};
use super::storage;
use super::{Rds, Why, error, identifier, invalid, invalid_combination};

/// The instances of a Multi-AZ cluster: a writer and two readers.
pub const MEMBERS: usize = 3;
/// The longest name of such a cluster; its instances' names begin with it.
const NAME: usize = 52;
/// What its volumes can be.
const STORAGE_TYPES: &[&str] = &["io1", "io2", "gp3"];

/// What a Multi-AZ cluster has besides its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultiAz {
    /// The class of all its instances.
    pub class: String,
    /// The size of each one's volume.
    pub gib: u64,
    /// The type of each one's volume.
    pub storage_type: String,
    /// The provisioned I/Os a second of each one's volume.
    pub iops: u64,
    /// What its readers have, by the number of the instance.
    pub receivers: BTreeMap<u64, Receiver>,
    /// Since when no writer sends anything.
    silent: Option<Time>,
}

/// What a reader has received from the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver {
    /// How long after its acknowledgement a change arrives, where the other reader acknowledged it.
    pub behind: Span,
    /// Commits that it holds in any case.
    held: usize,
}

impl MultiAz {
    fn of(asked: &CreateDBCluster, engine: Engine) -> Result<MultiAz, ServiceError> {
        let required = |name: &str| {
            invalid_combination(format!("{name} is required to create a Multi-AZ DB cluster."))
        };
        let class = asked.class.clone().ok_or_else(|| required("DBClusterInstanceClass"))?;
        class_of_cluster(&class)?;
        let size = asked.allocated_storage.ok_or_else(|| required("AllocatedStorage"))?;
        let storage_type = asked.storage_type.clone().unwrap_or_else(|| "io1".to_owned());
        let size = volume(size, &storage_type, engine)?;
        let iops = iops(asked.iops.ok_or_else(|| required("Iops"))?, size)?;
        Ok(MultiAz {
            class,
            gib: size,
            storage_type,
            iops,
            receivers: BTreeMap::new(),
            silent: None,
        })
    }
}

/// Burstable classes are not for these clusters.
fn class_of_cluster(class: &str) -> Result<(), ServiceError> {
    if class.starts_with("db.") && !class.starts_with("db.t") {
        return Ok(());
    }
    Err(invalid(format!("Invalid DB cluster instance class: {class:.40}")))
}

fn volume(size: i64, storage_type: &str, engine: Engine) -> Result<u64, ServiceError> {
    if !STORAGE_TYPES.contains(&storage_type) {
        return Err(error(
            "StorageTypeNotSupported",
            format!("Multi-AZ DB clusters have io1, io2 and gp3, not {storage_type:.40}."),
        ));
    }
    gib(size, storage_type, engine)
}

/// Provisioned IOPS are half of the GiB to 50 times the GiB.
fn iops(asked: i64, gib: u64) -> Result<u64, ServiceError> {
    let fits = |iops: &u64| *iops >= gib.div_ceil(2) && *iops <= gib.saturating_mul(50);
    u64::try_from(asked).ok().filter(fits).ok_or_else(|| {
        invalid(format!("Invalid Iops {asked}: from 0.5 to 50 for each of the {gib} GiB."))
    })
}

/// What belongs to Aurora, where a Multi-AZ cluster is asked for it.
fn refuse_what_is_auroras(asked: &[(&str, bool)]) -> Result<(), ServiceError> {
    match asked.iter().find(|(_, is_asked)| *is_asked) {
        None => Ok(()),
        Some((what, _)) => {
            Err(invalid_combination(format!("{what} is not for Multi-AZ DB clusters.")))
        }
    }
}

impl Rds {
    /// Whether an instance is a member of a Multi-AZ cluster.
    pub fn is_of_multi_az(&self, instance: &Instance) -> bool {
        self.cluster_of(instance).is_some_and(|(cluster, _)| cluster.multi_az().is_some())
    }

    /// How many commits a reader of a Multi-AZ cluster has received: they are there after a failover to it.
    /// `None` for any other instance.
    pub fn received(&self, now: Time, instance: &Instance) -> Option<usize> {
        let (cluster, _) = self.cluster_of(instance)?;
        let multi_az = cluster.multi_az()?;
        let receiver = multi_az.receivers.get(&instance.uid)?;
        let until = multi_az.silent.map_or(now, |silent| silent.min(now));
        let arrived = match instance.serves() {
            true => cluster.log.position_behind(until, receiver.behind),
            false => 0,
        };
        Some(receiver.held.max(arrived).min(cluster.log.len()))
    }

    /// How many commits a reader of a Multi-AZ cluster shows: those it has received and applied.
    pub(super) fn applied(&self, now: Time, instance: &Instance) -> Option<usize> {
        let received = self.received(now, instance)?;
        let (cluster, _) = self.cluster_of(instance)?;
        Some(received.min(cluster.log.position_behind(now, instance.reader_lag)))
    }

    /// Sets how long after its acknowledgement a change reaches a reader, unless that reader acknowledges
    /// it, and after how long the reader shows it.
    pub fn pace_reader(&mut self, now: Time, id: &str, behind: Span, shown: Span) {
        let Some(instance) = self.instances.get(&id.to_ascii_lowercase()) else { return };
        let uid = instance.uid;
        self.settle(now, uid);
        if let Some(receiver) = self.receiver(uid) {
            receiver.behind = behind;
        }
        if let Some(instance) = self.of_number(uid) {
            instance.reader_lag = shown;
        }
    }

    fn receiver(&mut self, uid: u64) -> Option<&mut Receiver> {
        let clusters = self.clusters.values_mut().filter_map(Cluster::multi_az_mut);
        clusters.filter_map(|one| one.receivers.get_mut(&uid)).next()
    }

    /// What a reader has received by now stays with it, even if it goes down.
    pub(super) fn settle(&mut self, now: Time, uid: u64) {
        let Some(id) = self.id_of(uid) else { return };
        let Some(held) = self.received(now, &self.instances[&id]) else { return };
        if let Some(receiver) = self.receiver(uid) {
            receiver.held = held;
        }
    }

    /// The reader that acknowledges now, the nearest one that answers, and how much further away it is than
    /// the nearest can be.
    pub fn acknowledging(&self, cluster: &Cluster) -> Option<(u64, Span)> {
        let receivers = &cluster.multi_az()?.receivers;
        let up = self.members_of(&cluster.id).filter(|one| one.serves());
        let up = up.filter_map(|one| receivers.get(&one.uid).map(|of| (of.behind, one.uid)));
        up.min().map(|(behind, uid)| (uid, behind))
    }

    /// A commit of the writer was made: the reader that acknowledges it has everything up to it.
    pub(super) fn acknowledge(&mut self, cluster: &str) {
        let Some(cluster) = self.cluster(cluster) else { return };
        let (held, reader) = (cluster.log.len(), self.acknowledging(cluster));
        if let Some(receiver) = reader.and_then(|(uid, _)| self.receiver(uid)) {
            receiver.held = held;
        }
    }

    /// Whether a cluster's commits wait, since neither reader can acknowledge them.
    pub fn lacks_readers(&self, cluster: &Cluster) -> bool {
        cluster.multi_az().is_some() && self.acknowledging(cluster).is_none()
    }

    /// The reader that has received most; the oldest of two (the model's choice).
    pub(super) fn most_caught_up<'a>(
        &'a self,
        able: impl Iterator<Item = &'a Instance>,
    ) -> Option<&'a Instance> {
        able.min_by_key(|one| (Reverse(self.received(self.now, one)), one.uid))
    }

    /// From now on the writer sends nothing.
    pub(super) fn falls_silent(&mut self, now: Time, cluster: u64) {
        let found = self.cluster_of_number(cluster).and_then(Cluster::multi_az_mut);
        if let Some(multi_az) = found {
            multi_az.silent.get_or_insert(now);
        }
    }

    /// A reader becomes the writer: what it received is what there is, and the others follow it.
    pub(super) fn reader_writes(&mut self, now: Time, cluster: u64, old: Option<u64>, next: u64) {
        let Some(id) = self.id_of(next) else { return };
        let Some(position) = self.received(now, &self.instances[&id]) else { return };
        let Some(found) = self.cluster_of_number(cluster) else { return };
        found.log = found.log.prefix(position);
        let Some(multi_az) = found.multi_az_mut() else { return };
        let behind = multi_az.receivers.remove(&next).map_or(Span::ZERO, |one| one.behind);
        for receiver in multi_az.receivers.values_mut() {
            receiver.held = position;
        }
        if let Some(old) = old {
            multi_az.receivers.insert(old, Receiver { behind, held: position });
        }
        multi_az.silent = None;
    }

    /// A member answers again: a writer that nobody took over from sends, and what waited for a reader's
    /// acknowledgement goes on.
    pub(super) fn answers_again(&mut self, now: Time, uid: u64) {
        for cluster in self.clusters.values_mut() {
            let writes = cluster.writer == Some(uid);
            if writes
                && cluster.status != ClusterStatus::FailingOver
                && let Some(multi_az) = cluster.multi_az_mut()
            {
                multi_az.silent = None;
            }
        }
        self.retry_stalled(now);
    }

    pub(super) fn create_multi_az(
        &mut self,
        now: Time,
        asked: &CreateDBCluster,
        engine: Engine,
        region: &str,
    ) -> Result<Response, ServiceError> {
        if !matches!(engine.name, "mysql" | "postgres") {
            return Err(invalid(format!(
                "The engine {} has no DB clusters: aurora-mysql, aurora-postgresql, mysql and postgres have.",
                engine.name
            )));
        }
        if region != arn::REGION {
            return Err(invalid("Multi-AZ DB clusters are made in the own Region here."));
        }
        refuse_what_is_auroras(&[
            ("BacktrackWindow", asked.backtrack_window.is_some_and(|window| window > 0)),
            ("EnableHttpEndpoint", asked.enable_http_endpoint == Some(true)),
            (
                "ServerlessV2ScalingConfiguration",
                asked.serverless_v2_scaling_configuration.is_some(),
            ),
            ("GlobalClusterIdentifier", asked.global_cluster_identifier.is_some()),
        ])?;
        let id = identifier(&asked.id, NAME)?;
        let multi_az = MultiAz::of(asked, engine)?;
        let blank = self.blank_cluster(now, id, engine, Kind::MultiAz(Box::new(multi_az)));
        let cluster = Cluster {
            retention: retention(asked.backup_retention_period.unwrap_or(1), 1)?,
            port: port(asked.port, engine)?,
            deletion_protection: asked.deletion_protection == Some(true),
            ..blank
        };
        self.start_multi_az(now, cluster)
    }

    /// Puts a new cluster in its place, with its three instances.
    fn start_multi_az(&mut self, now: Time, cluster: Cluster) -> Result<Response, ServiceError> {
        let names = (1..=MEMBERS).map(|number| format!("{}-instance-{number}", cluster.id));
        let names: Vec<String> =
            names.map(|name| self.free_instance_id(&name)).collect::<Result<_, _>>()?;
        if self.instances.len() + MEMBERS > super::INSTANCES {
            return Err(error(
                "InstanceQuotaExceeded",
                "You have exceeded the maximum number of DB instances.",
            ));
        }
        let Some(multi_az) = cluster.multi_az().cloned() else {
            return Err(cluster_state("It is no Multi-AZ DB cluster."));
        };
        let (id, engine, port, held) =
            (cluster.id.clone(), cluster.engine, cluster.port, cluster.log.len());
        let answer = self.start_cluster_life(now, cluster, pace::CREATE);
        let first = self.next_zone();
        for (number, name) in names.into_iter().enumerate() {
            let az = (first + number) % 3;
            let blank = self.blank(now, name, engine, multi_az.class.clone(), az);
            let member = Instance {
                port,
                gib: multi_az.gib,
                storage_type: multi_az.storage_type.clone(),
                iops: Some(multi_az.iops),
                retention: 0,
                cluster: Some(id.clone()),
                reader_lag: pace::READER_LAG,
                ..blank
            };
            let cluster = self.known_cluster_mut(&id)?;
            match (number, cluster.multi_az_mut()) {
                (0, _) => cluster.writer = Some(member.uid),
                (_, Some(multi_az)) => {
                    // The second reader is further away.
                    let behind = if number == 1 { Span::ZERO } else { pace::READER_LAG };
                    multi_az.receivers.insert(member.uid, Receiver { behind, held });
                }
                _ => {}
            }
            self.start_life(now, member)?;
        }
        answer.and_then(|_| self.shown_cluster(now, &id))
    }

    pub(super) fn modify_multi_az(
        &mut self,
        now: Time,
        asked: &ModifyDBCluster,
    ) -> Result<Response, ServiceError> {
        let cluster = self.available_cluster(&asked.id)?;
        let (id, uid, engine, writer) =
            (cluster.id.clone(), cluster.uid, cluster.engine, cluster.writer);
        refuse_what_is_auroras(&[
            ("Port", asked.port.is_some()),
            ("BacktrackWindow", asked.backtrack_window.is_some()),
            ("EnableHttpEndpoint", asked.enable_http_endpoint == Some(true)),
            (
                "ServerlessV2ScalingConfiguration",
                asked.serverless_v2_scaling_configuration.is_some(),
            ),
            ("EnableGlobalWriteForwarding", asked.enable_global_write_forwarding.is_some()),
        ])?;
        let days = asked.backup_retention_period.map(|days| retention(days, 1)).transpose()?;
        let Some(before) = cluster.multi_az() else {
            return Err(cluster_state("No such cluster."));
        };
        let mut after = before.clone();
        if let Some(class) = &asked.class {
            class_of_cluster(class)?;
            after.class.clone_from(class);
        }
        if let Some(kind) = &asked.storage_type {
            after.storage_type.clone_from(kind);
        }
        let wanted = match asked.allocated_storage {
            None => Some(after.gib),
            Some(size) => u64::try_from(size).ok().and_then(|gib| storage::grown(after.gib, gib)),
        };
        let wanted = wanted.ok_or_else(|| {
            invalid(format!("Invalid storage size: it cannot shrink below {} GiB.", before.gib))
        })?;
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        after.gib = volume(number(wanted), &after.storage_type, engine)?;
        after.iops = iops(asked.iops.unwrap_or(number(after.iops)), after.gib)?;
        let new_class = before.class != after.class;
        for member in self.numbers_of_members(&id) {
            if let Some(member) = self.of_number(member) {
                member.class.clone_from(&after.class);
                member.storage_type.clone_from(&after.storage_type);
                (member.gib, member.iops) = (after.gib, Some(after.iops));
            }
        }
        let cluster = self.known_cluster_mut(&id)?;
        cluster.retention = days.unwrap_or(cluster.retention);
        cluster.deletion_protection =
            asked.deletion_protection.unwrap_or(cluster.deletion_protection);
        cluster.kind = Kind::MultiAz(Box::new(after));
        match writer.filter(|_| new_class && self.next_writer(&id).is_some()) {
            // The readers are changed first; then one of them takes over.
            Some(writer) => {
                self.drop_connections(now, writer);
                self.become_status(now, writer, Status::Rebooting);
                self.begin_promotion(now, uid, None, Why::ClassChanged);
            }
            None => self.begin_cluster(now, uid, ClusterStatus::Modifying, pace::MODIFY),
        }
        self.shown_cluster(now, &id)
    }

    /// A new Multi-AZ cluster with these contents; what is not wished for is as it was.
    pub(super) fn restore_multi_az(
        &mut self,
        now: Time,
        of: &Cluster,
        log: Log,
        wishes: &RestoredCluster,
    ) -> Result<Response, ServiceError> {
        let Some(before) = of.multi_az() else {
            return Err(cluster_state("It is no Multi-AZ DB cluster."));
        };
        refuse_what_is_auroras(&[
            ("BacktrackWindow", wishes.backtrack_window.is_some_and(|window| window > 0)),
            (
                "ServerlessV2ScalingConfiguration",
                wishes.serverless_v2_scaling_configuration.is_some(),
            ),
        ])?;
        let id = identifier(&self.free_cluster_id(&wishes.id)?, NAME)?;
        let storage_type = wishes.storage_type.as_ref().unwrap_or(&before.storage_type).clone();
        let size = i64::try_from(before.gib).unwrap_or(i64::MAX);
        volume(size, &storage_type, of.engine)?;
        let multi_az =
            MultiAz { storage_type, receivers: BTreeMap::new(), silent: None, ..before.clone() };
        let days = wishes.backup_retention_period.map(|days| retention(days, 1)).transpose()?;
        let port = port(Some(wishes.port.unwrap_or(of.port)), of.engine)?;
        let blank = self.blank_cluster(now, id, of.engine, Kind::MultiAz(Box::new(multi_az)));
        let cluster = Cluster {
            log,
            retention: days.unwrap_or(of.retention),
            port,
            deletion_protection: wishes.deletion_protection == Some(true),
            ..blank
        };
        self.start_multi_az(now, cluster)
    }

    pub(super) fn reboot_cluster(&mut self, now: Time, id: &str) -> Result<Response, ServiceError> {
        let cluster = self.available_cluster(id)?;
        let (id, uid) = (cluster.id.clone(), cluster.uid);
        if cluster.multi_az().is_none() {
            return Err(cluster_state("Only Multi-AZ DB clusters are rebooted as a whole."));
        }
        for member in self.numbers_of_members(&id) {
            self.drop_connections(now, member);
            self.begin(now, member, Status::Rebooting, pace::REBOOT);
        }
        self.begin_cluster(now, uid, ClusterStatus::Rebooting, pace::REBOOT);
        self.shown_cluster(now, &id)
    }

    /// The instances of a Multi-AZ cluster go with it.
    pub(super) fn delete_members(&mut self, now: Time, cluster: &str) {
        for member in self.numbers_of_members(cluster) {
            self.drop_connections(now, member);
            self.become_status(now, member, Status::Deleting);
            self.at(now + pace::STOP, super::Due::Gone(member));
        }
    }
}
