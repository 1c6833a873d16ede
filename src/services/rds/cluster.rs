//! A DB cluster: its state, what it holds, and what follows from both at a moment.

use std::collections::BTreeMap;

use crate::services::time::{Span, Time};

use super::engine::Engine;
use super::instance::{self, domain_in};
use super::log::Log;
use super::multi_az::MultiAz;
use super::serverless::Range;
use super::volume::Volume;

/// `Status` of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's own names")]
pub enum ClusterStatus {
    Creating,
    Available,
    Modifying,
    FailingOver,
    Backtracking,
    Rebooting,
    Stopping,
    Stopped,
    Starting,
    Deleting,
}

impl ClusterStatus {
    /// As AWS writes it.
    pub fn name(self) -> &'static str {
        match self {
            ClusterStatus::Creating => "creating",
            ClusterStatus::Available => "available",
            ClusterStatus::Modifying => "modifying",
            ClusterStatus::FailingOver => "failing-over",
            ClusterStatus::Backtracking => "backtracking",
            ClusterStatus::Rebooting => "rebooting",
            ClusterStatus::Stopping => "stopping",
            ClusterStatus::Stopped => "stopped",
            ClusterStatus::Starting => "starting",
            ClusterStatus::Deleting => "deleting",
        }
    }
}

/// A custom endpoint: a name for some of a cluster's instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomEndpoint {
    /// Whether it may lead to the writer (`ANY`), or to readers only (`READER`).
    pub with_writer: bool,
    /// The instances it leads to; empty for all that are not excluded.
    pub members: Vec<String>,
    /// Instances that it never leads to.
    pub excluded: Vec<String>,
}

/// What keeps a serverless cluster from ever pausing, besides open connections (AUR-19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeepsAwake {
    /// An RDS Proxy is in front of it.
    Proxy,
    /// The binary log is replicated.
    Binlog,
    /// A zero-ETL integration reads it.
    ZeroEtl,
    /// It is the primary of a Global Database.
    GlobalPrimary,
}

/// What an Aurora cluster has besides its members.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aurora {
    /// The volume that all members share.
    pub volume: Volume,
    /// Whether it is billed as I/O-Optimized (`aurora-iopt1`).
    pub io_optimized: bool,
    /// When it was last switched to I/O-Optimized.
    pub switched: Option<Time>,
    /// Between which capacities serverless members move.
    pub scaling: Option<Range>,
    /// How far it can be rewound (`BacktrackWindow`); zero for not at all.
    pub backtrack: Span,
    /// What it held before it was rewound: until when, and what.
    pub eras: Vec<(Time, Log)>,
    /// The cluster it was cloned from, for those that share pages (`CloneGroupId`).
    pub clone_group: Option<u64>,
    /// The Global Database it belongs to.
    pub global: Option<String>,
    /// Whether a secondary of a Global Database sends writes on to the primary.
    pub forwards_writes: bool,
    /// What keeps it from pausing.
    pub awake: Vec<KeepsAwake>,
}

/// What kind of cluster it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Instances around one shared volume.
    Aurora(Box<Aurora>),
    /// A writer and two readable standbys (RDS-25).
    MultiAz(Box<MultiAz>),
}

/// A DB cluster. Its members are instances that name it.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the members of AWS's DBCluster, under their own names")]
pub struct Cluster {
    /// Its number: names can be used again, this is not.
    pub uid: u64,
    pub id: String,
    pub engine: Engine,
    pub status: ClusterStatus,
    pub created: Time,
    pub port: i64,
    /// Days for which automated backups are kept.
    pub retention: u64,
    /// Since when there are automated backups.
    pub backups_since: Time,
    pub deletion_protection: bool,
    /// Whether the Data API reaches it.
    pub http_endpoint: bool,
    pub region: String,
    /// What it holds.
    pub log: Log,
    /// The number of the member that writes; `None` before there is one.
    pub writer: Option<u64>,
    /// How often a name that stands for several members was looked up: they take turns.
    pub turns: usize,
    pub endpoints: BTreeMap<String, CustomEndpoint>,
    pub stopped_at: Option<Time>,
    pub kind: Kind,
}

impl Cluster {
    /// What an Aurora cluster has; `None` for a cluster of another kind.
    pub fn aurora(&self) -> Option<&Aurora> {
        match &self.kind {
            Kind::Aurora(aurora) => Some(aurora),
            Kind::MultiAz(_) => None,
        }
    }

    /// The same, to change it.
    pub fn aurora_mut(&mut self) -> Option<&mut Aurora> {
        match &mut self.kind {
            Kind::Aurora(aurora) => Some(aurora),
            Kind::MultiAz(_) => None,
        }
    }

    /// What a Multi-AZ cluster has; `None` for a cluster of another kind.
    pub fn multi_az(&self) -> Option<&MultiAz> {
        match &self.kind {
            Kind::MultiAz(multi_az) => Some(multi_az),
            Kind::Aurora(_) => None,
        }
    }

    /// The same, to change it.
    pub fn multi_az_mut(&mut self) -> Option<&mut MultiAz> {
        match &mut self.kind {
            Kind::MultiAz(multi_az) => Some(multi_az),
            Kind::Aurora(_) => None,
        }
    }

    /// The volume of an Aurora cluster.
    pub fn volume(&self) -> Option<&Volume> {
        self.aurora().map(|aurora| &aurora.volume)
    }

    /// The name of the cluster endpoint: the writer's, whoever it is.
    pub fn endpoint(&self) -> String {
        format!("{}.cluster-{}", self.id, self.domain())
    }

    /// The name of the reader endpoint.
    pub fn reader_endpoint(&self) -> String {
        format!("{}.cluster-ro-{}", self.id, self.domain())
    }

    /// The name of a custom endpoint of this cluster.
    pub fn custom_endpoint(&self, name: &str) -> String {
        format!("{name}.cluster-custom-{}", self.domain())
    }

    /// What the names of its endpoints end with.
    pub fn domain(&self) -> String {
        domain_in(&self.region)
    }

    /// From when to when it can be restored now.
    pub fn restorable(&self, now: Time) -> Option<(Time, Time)> {
        instance::restorable(now, self.backups_since, self.retention)
    }

    /// What it held at a moment: before it was rewound that was something else (AUR-17).
    pub fn held_at(&self, at: Time) -> Log {
        let eras = self.aurora().map(|aurora| &aurora.eras[..]).unwrap_or_default();
        let then = eras.iter().find(|(until, _)| at < *until).map_or(&self.log, |(_, log)| log);
        then.prefix(then.position_at(at))
    }
}
