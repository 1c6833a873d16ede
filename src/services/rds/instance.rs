//! A DB instance: its state, what it holds, and what follows from both at a moment.

use crate::services::time::{Span, Time};

use super::engine::{self, Engine};
use super::log::Log;
use super::serverless::Capacity;
use super::storage::{self, Credits};

/// How long things take here. AWS gives ranges at most ("typically 60 to 120 seconds"); these are the
/// model's choices within them.
pub mod pace {
    use super::Span;

    /// From `creating` to `backing-up` or `available`.
    pub const CREATE: Span = Span::minutes(5);
    /// A snapshot, and the state `backing-up`.
    pub const SNAPSHOT: Span = Span::minutes(2);
    /// The state `modifying`.
    pub const MODIFY: Span = Span::minutes(2);
    /// A reboot.
    pub const REBOOT: Span = Span::seconds(30);
    /// `stopping` and `deleting`.
    pub const STOP: Span = Span::minutes(1);
    /// `starting`.
    pub const START: Span = Span::minutes(2);
    /// From the loss of a Multi-AZ instance's primary to its standby answering (60 to 120 s).
    pub const FAILOVER: Span = Span::seconds(90);
    /// A new standby.
    pub const STANDBY: Span = Span::minutes(5);
    /// A new host for an instance that has no standby.
    pub const HOST: Span = Span::minutes(10);
    /// A new proxy.
    pub const PROXY: Span = Span::minutes(5);
    /// How often transaction logs are stored.
    pub const LOG_UPLOAD: Span = Span::minutes(5);
    /// After how long a stopped instance is started again.
    pub const STOPPED: Span = Span::days(7);
    /// How often a maintenance window opens.
    pub const WINDOW: Span = Span::days(7);
    /// For how long a client may remember what an endpoint's name stood for.
    pub const DNS_TTL: Span = Span::seconds(5);
    /// How far a read replica is behind while it keeps up.
    pub const REPLICA_LAG: Span = Span::millis(500);
    /// A Multi-AZ cluster's failover (under 35 s).
    pub const CLUSTER_FAILOVER: Span = Span::seconds(30);
    /// How far the slower reader of a Multi-AZ cluster is behind.
    pub const READER_LAG: Span = Span::millis(200);
    /// An Aurora cluster's failover to a replica (often under 30 s).
    pub const AURORA_FAILOVER: Span = Span::seconds(25);
    /// A new writer for an Aurora cluster without replicas (under 10 minutes).
    pub const AURORA_REBUILD: Span = Span::minutes(8);
    /// How far an Aurora Replica is behind (far below 100 ms).
    pub const AURORA_LAG: Span = Span::millis(20);
    /// A cluster's `creating` and `modifying`; a restore takes a second more for each GB.
    pub const CLUSTER: Span = Span::minutes(1);
    /// A rewinding ("a brief outage").
    pub const BACKTRACK: Span = Span::minutes(1);
    /// Idle time after which a serverless cluster pauses, when none is given (AWS's default).
    pub const AUTO_PAUSE: Span = Span::seconds(300);
    /// From a client's call until a paused member answers (about 15 s).
    pub const RESUME: Span = Span::seconds(15);
    /// The same after more than a day's pause (about 30 s or more).
    pub const RESUME_DEEP: Span = Span::seconds(30);
    /// Between two steps up of a serverless member's capacity.
    pub const SCALE_UP: Span = Span::seconds(5);
    /// Between two steps down.
    pub const SCALE_DOWN: Span = Span::seconds(15);
    /// How far a secondary Region is behind (usually under 1 s).
    pub const GLOBAL_LAG: Span = Span::millis(500);
    /// A change of a Global Database's primary.
    pub const GLOBAL_CHANGE: Span = Span::minutes(1);
}

/// `DBInstanceStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "AWS's own names")]
pub enum Status {
    Creating,
    BackingUp,
    Available,
    Modifying,
    Rebooting,
    Stopping,
    Stopped,
    Starting,
    StorageFull,
    Failed,
    Deleting,
}

impl Status {
    /// As AWS writes it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Creating => "creating",
            Status::BackingUp => "backing-up",
            Status::Available => "available",
            Status::Modifying => "modifying",
            Status::Rebooting => "rebooting",
            Status::Stopping => "stopping",
            Status::Stopped => "stopped",
            Status::Starting => "starting",
            Status::StorageFull => "storage-full",
            Status::Failed => "failed",
            Status::Deleting => "deleting",
        }
    }

    /// Whether the database answers.
    pub fn serves(self) -> bool {
        matches!(
            self,
            Status::BackingUp | Status::Available | Status::Modifying | Status::StorageFull
        )
    }
}

/// The hidden second copy of a Multi-AZ instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standby {
    /// Its availability zone, 0 to 2.
    pub az: usize,
    /// Its host.
    pub host: u64,
    /// Whether it holds everything; until then it is being built.
    pub ready: bool,
    /// How many commits it holds.
    pub position: usize,
}

/// How a read replica follows its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replica {
    /// The identifier of its source.
    pub source: String,
    /// How long a commit travels.
    pub lag: Span,
    /// How many commits it applies a second at most; `None` for as many as come.
    pub per_second: Option<u64>,
    /// How many of the source's commits it has applied.
    pub applied: usize,
    /// When it is done with the last one, in microseconds.
    free_at: u64,
}

impl Replica {
    pub(crate) fn of(source: &str, applied: usize) -> Replica {
        Replica {
            source: source.to_owned(),
            lag: pace::REPLICA_LAG,
            per_second: None,
            applied,
            free_at: 0,
        }
    }

    /// Applies what came by now and there was time for (RDS-19, RDS-20).
    pub(crate) fn catch_up(&mut self, now: Time, log: &Log, visible: usize) {
        let each = self.per_second.map_or(0, |rate| 1_000_000 / rate.max(1));
        for at in log.times(self.applied..visible) {
            let arrived = (at + self.lag).0.saturating_mul(1000);
            let done = arrived.max(self.free_at).saturating_add(each);
            if done > now.0.saturating_mul(1000) {
                break;
            }
            self.free_at = done;
            self.applied += 1;
        }
    }
}

/// A DB instance.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the members of AWS's DBInstance, under their own names")]
pub struct Instance {
    /// Its number: names can be used again, this is not.
    pub uid: u64,
    pub id: String,
    pub class: String,
    pub engine: Engine,
    pub status: Status,
    pub created: Time,
    /// Its availability zone, 0 to 2.
    pub az: usize,
    /// The host behind its endpoint.
    pub host: u64,
    /// Whether that host answers.
    pub up: bool,
    pub multi_az: bool,
    pub standby: Option<Standby>,
    pub gib: u64,
    pub storage_type: String,
    pub iops: Option<u64>,
    pub port: i64,
    /// Days for which automated backups are kept; 0 for none.
    pub retention: u64,
    /// Since when there are automated backups without a gap.
    pub backups_since: Option<Time>,
    pub deletion_protection: bool,
    pub monitoring_interval: i64,
    pub parameter_group: String,
    pub security_groups: Vec<String>,
    /// What it holds by itself; a member of a cluster holds nothing.
    pub log: Log,
    pub replica: Option<Replica>,
    pub cluster: Option<String>,
    pub promotion_tier: i64,
    /// How far a reader of a cluster is behind its writer.
    pub reader_lag: Span,
    /// The capacity of a serverless member.
    pub capacity: Option<Capacity>,
    pub stopped_at: Option<Time>,
    /// The burst credits of its gp2 volume.
    pub credits: Credits,
    /// `max_connections` set by hand.
    pub max_connections_set: Option<u64>,
}

impl Instance {
    /// `max_connections`: as set, or the default of its class (nominal memory, an upper bound).
    pub fn max_connections(&self) -> Option<u64> {
        // A serverless member's follows from the most it may have: an ACU is about 2 GiB.
        let serverless = self.capacity.as_ref().map(|one| u64::from(one.range.max) << 30);
        let default = || self.engine.max_connections(serverless.or(engine::memory(&self.class))?);
        self.max_connections_set.or_else(default)
    }

    /// Whether it is paused, or resumes from a pause.
    pub fn is_paused(&self) -> bool {
        self.capacity.as_ref().is_some_and(|capacity| capacity.paused.is_some())
    }

    /// Whether it takes connections.
    pub fn serves(&self) -> bool {
        self.up && self.status.serves()
    }

    /// From when to when it can be restored now (RDS-5).
    pub fn restorable(&self, now: Time) -> Option<(Time, Time)> {
        let since = self.backups_since.filter(|_| self.retention > 0)?;
        restorable(now, since, self.retention)
    }

    /// What its gp2 volume earns and can reach, in I/Os a second.
    pub fn gp2(&self) -> (u64, u64) {
        let family = self.engine.family;
        (storage::gp2_baseline(self.gib, family), storage::gp2_peak(self.gib, family))
    }

    /// `BurstBalance` of its gp2 volume, in per cent.
    pub fn burst_balance(&self, now: Time) -> u64 {
        let (baseline, peak) = self.gp2();
        self.credits.balance(now, baseline, peak)
    }

    /// The name of its endpoint.
    pub fn endpoint(&self) -> String {
        format!("{}.{DOMAIN}", self.id)
    }

    /// The address behind its endpoint.
    pub fn address(&self) -> String {
        address(self.az, self.host)
    }
}

/// What every endpoint's name ends with.
pub(crate) const DOMAIN: &str = "c0awslearn.us-east-1.rds.amazonaws.com";

/// The same in another Region.
pub(crate) fn domain_in(region: &str) -> String {
    DOMAIN.replacen(crate::services::arn::REGION, region, 1)
}

/// The address of a host.
pub(crate) fn address(az: usize, host: u64) -> String {
    format!("10.0.{}.{host}", az + 1)
}

/// The name of an availability zone.
pub(crate) fn zone(az: usize) -> String {
    let letter = ["a", "b", "c"].get(az).copied().unwrap_or("a");
    format!("{}{letter}", crate::services::arn::REGION)
}

/// From when to when there is something to restore: not before the backups began or the retention reaches,
/// not after the last upload of logs.
pub(crate) fn restorable(now: Time, since: Time, days: u64) -> Option<(Time, Time)> {
    let earliest = since.max(now - Span::days(days));
    let latest = Time(now.0 - now.0 % pace::LOG_UPLOAD.0);
    (earliest <= latest).then_some((earliest, latest))
}
