//! Amazon RDS: database instances, their backups, standbys and replicas, and what clients meet there.
//!
//! The API is AWS's own. What a client does has no AWS API; here it is `Resolve`, `Connect`, `Execute` and
//! `Disconnect` (and `Reach`, which the Data API uses), for scripts and models: a database is a map of keys to values, a transaction reads some
//! and then writes some, and is acknowledged at the moment it is made. What breaks is a Rust method
//! ([`Rds::lose_instance`], [`Rds::lose_zone`]). Left out: SQL, option groups, engine
//! versions, subnet groups; a proxy has one target and one endpoint.

mod api;
mod backtrack;
mod borrowing;
pub mod cluster;
mod cluster_snapshots;
pub mod clusters;
pub mod cost;
mod data_api;
mod dns;
mod endpoints;
pub mod engine;
mod failover;
pub mod global;
pub mod instance;
mod instances;
mod levers;
pub mod log;
pub mod members;
pub mod multi_az;
pub mod operation;
mod proxies;
pub mod proxy;
mod replicas;
pub mod serverless;
mod sessions;
pub mod snapshots;
pub mod storage;
pub mod volume;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use cluster::{Cluster, ClusterStatus};
pub use cluster_snapshots::ClusterSnapshot;
pub use dns::Resolver;
use global::Global;
use instance::{Instance, Status, pace};
pub use levers::Replication;
use operation::{ModifyDBInstance, Operation, Response};
pub use sessions::Connection;
use snapshots::{Retained, Snapshot};

use super::chance::Chance;
use super::constants;
use super::shape::Api;
use super::time::{Span, Time};
use super::trace::Trace;
use super::{Answer, LateAnswer, Service, ServiceError, Ticket};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::count("rds.gp2.bucket", storage::GP2_BUCKET),
    constants::time("rds.stop.days", pace::STOPPED),
    constants::count("aurora.replicas.max", members::REPLICAS as u64),
    constants::bytes("aurora.volume.max", volume::MOST_GB << 30),
    constants::time("aurora.backtrack.hours", clusters::BACKTRACK),
    constants::time("aurora.pause.min-seconds", pace::AUTO_PAUSE),
    constants::Constant {
        name: "aurora.acu.price",
        amount: constants::Amount::MicroDollars(cost::ACU_HOUR),
    },
    constants::count("rds.gp3.baseline", storage::GP3_BASELINE),
    constants::time("rds.proxy.borrow-timeout", proxy::BORROW_TIMEOUT),
    constants::time("rds.backup.retention.max", Span::days(instances::RETENTION)),
    constants::time("rds.enhanced.min-interval", Span::seconds(instances::MONITORING[1] as u64)),
    constants::count("aurora.acu.max", serverless::MOST as u64 / 2),
];

/// What happened, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "names, numbers and states, named as what they are")]
pub enum Happened {
    /// An instance is being made: new, as a replica, or from what another one held.
    Begun { id: String },
    /// An instance has another status.
    Became { id: String, status: Status },
    /// An instance is gone for good.
    Gone { id: String },
    /// A snapshot is being taken, by itself or because somebody asked for it.
    SnapshotBegun { id: String, name: String, manual: bool },
    /// A snapshot can be used.
    SnapshotReady { name: String },
    /// A primary or writer no longer answers: a standby takes over.
    FailoverStarted { id: String, why: Why },
    /// A name now stands for another host.
    DnsFlipped { endpoint: String, address: String },
    /// The new primary answers.
    FailoverEnded { id: String },
    /// A standby holds everything: from now on it can take over.
    StandbyReady { id: String },
    /// An instance is gone from its host, and nothing can take over.
    Lost { id: String, why: Why },
    /// An instance answers again on a new host.
    Back { id: String },
    /// A replica became an instance of its own; so many commits had not reached it.
    Promoted { id: String, missing: u64 },
    /// A client was let in.
    Connected { id: String, connection: u64 },
    /// A client was refused: all connections are taken.
    Refused { id: String },
    /// Open connections died with their host.
    ConnectionsLost { id: String, count: u64 },
    /// A transaction waits for a connection of a proxy, as one of so many.
    Queued { proxy: String, client: u64, waiting: usize },
    /// A transaction has waited too long for a connection of a proxy.
    BorrowTimedOut { proxy: String, client: u64 },
    /// A client's session is tied to a connection of a proxy.
    Pinned { proxy: String, client: u64 },
    /// A transaction was acknowledged.
    Committed { id: String, position: u64 },
    /// A transaction was not acknowledged: too few copies of a protection group answer.
    NoQuorum { id: String, group: u64, alive: usize },
    /// A cluster has another status.
    ClusterBecame { id: String, status: ClusterStatus },
    /// A replica of this promotion tier becomes the writer of its cluster.
    WriterChosen { cluster: String, id: String, tier: i64 },
    /// The capacity of a serverless member changed, in halves of an ACU.
    Scaled { id: String, from: u32, to: u32 },
    /// A serverless member has paused.
    Paused { id: String },
    /// A client woke a paused member, which answers at this moment.
    Resuming { id: String, ready: Time },
    /// A paused member answers again.
    Resumed { id: String },
    /// A cluster was rewound to a moment; so many commits are undone.
    Backtracked { id: String, to: Time, undone: u64 },
    /// Another cluster becomes the primary of a Global Database; so many commits had not reached it.
    GlobalChange { target: String, lost: u64 },
}

/// Why something failed over or was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its host is gone.
    HostLost,
    /// Its availability zone is gone.
    ZoneLost,
    /// Somebody asked for it.
    Asked,
    /// Its class was changed.
    ClassChanged,
}

/// An event of a resource, as `DescribeEvents` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Time,
    /// The resource.
    pub source: String,
    /// AWS's number of the event, where it is known.
    pub number: Option<&'static str>,
    /// What happened.
    pub message: String,
    /// Whether the resource is a cluster.
    pub of_cluster: bool,
}

/// Something that will happen by itself. Instances are named by their number.
#[derive(Debug, Clone, PartialEq)]
enum Due {
    Become(u64, Status),
    /// The first backup begins when the instance is made.
    Made(u64),
    DailyBackup(u64),
    Gone(u64),
    SnapshotReady(String),
    /// A standby takes over.
    TakeOver(u64),
    /// A reboot with failover keeps the old primary as the standby.
    SwapOver(u64),
    StandbyReady(u64, u64),
    HostBack(u64),
    /// A stopped instance is started; with the moment at which it was stopped.
    StartAgain(u64, Time),
    Window(u64, Box<ModifyDBInstance>),
    Cluster(clusters::Due),
    /// A transaction comes to its end.
    Finish(u64),
    /// A transaction has waited long enough for a proxy's connection.
    GiveUp(u64, Ticket),
    /// A proxy's client was idle since that moment.
    IdleClient(u64, u64, Time),
    ProxyReady(u64),
}

/// DB instances of an account in a region.
pub const INSTANCES: usize = 40;

/// The databases of an account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rds {
    /// What happened and why; off until somebody watches.
    pub trace: Trace<Happened>,
    instances: BTreeMap<String, Instance>,
    snapshots: BTreeMap<String, Snapshot>,
    retained: BTreeMap<String, Retained>,
    clusters: BTreeMap<String, Cluster>,
    cluster_snapshots: BTreeMap<String, ClusterSnapshot>,
    backtracks: Vec<backtrack::Rewound>,
    globals: BTreeMap<String, Global>,
    /// Connections that wait for a paused member.
    waiting: Vec<serverless::Waiting>,
    /// Answers that came late and were not handed out yet.
    late: Vec<LateAnswer<Response>>,
    connections: BTreeMap<u64, Connection>,
    proxies: BTreeMap<String, proxy::Proxy>,
    running: BTreeMap<u64, borrowing::Running>,
    /// Transactions of Multi-AZ clusters that no reader could acknowledge.
    stalled: Vec<borrowing::Running>,
    events: Vec<Told>,
    agenda: BTreeMap<(Time, u64), Due>,
    lost_zones: [bool; 3],
    /// Numbers given so far: instances, hosts, connections and agenda entries share them.
    numbers: u64,
    zones: usize,
    now: Time,
}

fn error(code: &'static str, message: impl Into<String>) -> ServiceError {
    ServiceError::new(code, message)
}

fn invalid(message: impl Into<String>) -> ServiceError {
    error("InvalidParameterValue", message)
}

fn invalid_combination(message: impl Into<String>) -> ServiceError {
    error("InvalidParameterCombination", message)
}

fn no_instance(id: &str) -> ServiceError {
    error("DBInstanceNotFound", format!("DBInstance {} not found.", id.to_ascii_lowercase()))
}

/// An identifier as it is kept: lower case (RDS-3).
fn identifier(text: &str, most: usize) -> Result<String, ServiceError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let fits = (1..=most).contains(&text.len())
        && text.bytes().all(known)
        && text.as_bytes()[0].is_ascii_alphabetic()
        && !text.ends_with('-')
        && !text.contains("--");
    if fits {
        return Ok(text.to_ascii_lowercase());
    }
    let shown: String = text.chars().take(80).collect();
    Err(invalid(format!(
        "The parameter {shown} is not a valid identifier. Identifiers must begin with a letter; must contain \
         only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive \
         hyphens; at most {most} characters."
    )))
}

impl Rds {
    /// An instance by its identifier.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        // Most ask with the identifier as it is kept.
        self.instances.get(id).or_else(|| self.instances.get(&id.to_ascii_lowercase()))
    }

    /// All instances, by identifier.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.values()
    }

    /// What `DescribeEvents` can tell, oldest first.
    pub fn events(&self) -> &[Told] {
        &self.events
    }

    /// Which of the three availability zones are lost.
    pub fn lost_zones(&self) -> [bool; 3] {
        self.lost_zones
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn at(&mut self, at: Time, due: Due) {
        let number = self.number();
        self.agenda.insert((at, number), due);
    }

    fn tell(&mut self, at: Time, source: &str, number: Option<&'static str>, message: &str) {
        self.events.push(Told {
            at,
            source: source.to_owned(),
            number,
            message: message.to_owned(),
            of_cluster: false,
        });
    }

    fn of_number(&mut self, uid: u64) -> Option<&mut Instance> {
        self.instances.values_mut().find(|instance| instance.uid == uid)
    }

    fn id_of(&self, uid: u64) -> Option<String> {
        let found = self.instances.values().find(|instance| instance.uid == uid);
        found.map(|instance| instance.id.clone())
    }

    fn known_mut(&mut self, id: &str) -> Result<&mut Instance, ServiceError> {
        self.instances.get_mut(&id.to_ascii_lowercase()).ok_or_else(|| no_instance(id))
    }

    /// An instance that is `available`.
    fn available(&self, id: &str) -> Result<&Instance, ServiceError> {
        let instance = self.instance(id).ok_or_else(|| no_instance(id))?;
        if instance.status == Status::Available {
            return Ok(instance);
        }
        Err(error(
            "InvalidDBInstanceState",
            format!("Instance {} is not in available state.", instance.id),
        ))
    }

    fn free_instance_id(&self, id: &str) -> Result<String, ServiceError> {
        let id = identifier(id, 63)?;
        if self.instances.contains_key(&id) {
            return Err(error("DBInstanceAlreadyExists", "DB instance already exists"));
        }
        Ok(id)
    }

    fn room_for_instance(&self) -> Result<(), ServiceError> {
        if self.instances.len() >= INSTANCES {
            return Err(error(
                "InstanceQuotaExceeded",
                "You have exceeded the maximum number of DB instances.",
            ));
        }
        Ok(())
    }

    /// The zone of the next instance: in turn, without the lost ones.
    fn next_zone(&mut self) -> usize {
        for _ in 0..3 {
            let zone = self.zones % 3;
            self.zones += 1;
            if !self.lost_zones[zone] {
                return zone;
            }
        }
        0
    }

    /// Another zone than this one that is not lost.
    fn other_zone(&self, than: usize) -> Option<usize> {
        (1..3).map(|step| (than + step) % 3).find(|zone| !self.lost_zones[*zone])
    }

    fn become_status(&mut self, now: Time, uid: u64, status: Status) {
        if let Some(instance) = self.of_number(uid) {
            instance.status = status;
            let id = instance.id.clone();
            self.trace.note(now, || Happened::Became { id, status });
            self.rescale(now, uid);
            if status.serves() {
                self.serve_all_queues(now);
                self.answers_again(now, uid);
            }
        }
    }

    fn happen(&mut self, now: Time, due: Due) {
        match due {
            Due::Become(uid, status) => {
                let going = |instance: &&mut Instance| instance.status != Status::Deleting;
                if self.of_number(uid).filter(going).is_some() {
                    self.become_status(now, uid, status);
                }
            }
            Due::Made(uid) => self.made(now, uid),
            Due::DailyBackup(uid) => self.daily_backup(now, uid),
            Due::Gone(uid) => self.gone(now, uid),
            Due::SnapshotReady(name) => {
                if let Some(snapshot) = self.snapshots.get_mut(&name) {
                    snapshot.available = true;
                    self.trace.note(now, || Happened::SnapshotReady { name });
                }
            }
            Due::TakeOver(uid) => self.take_over(now, uid, None),
            Due::SwapOver(uid) => self.swap_over(now, uid),
            Due::StandbyReady(uid, host) => self.standby_ready(now, uid, host),
            Due::HostBack(uid) => self.host_back(now, uid),
            Due::StartAgain(uid, stopped) => {
                let same = |instance: &&mut Instance| {
                    instance.status == Status::Stopped && instance.stopped_at == Some(stopped)
                };
                if self.of_number(uid).filter(same).is_some() {
                    self.begin(now, uid, Status::Starting, pace::START);
                }
            }
            Due::Window(uid, changes) => {
                if let Some(id) = self.id_of(uid) {
                    self.apply(now, &id, &changes);
                }
            }
            Due::Cluster(due) => self.happen_to_cluster(now, due),
            Due::Finish(number) => self.finish_transaction(now, number),
            Due::GiveUp(uid, ticket) => self.give_up_waiting(now, uid, ticket),
            Due::IdleClient(uid, client, since) => self.end_idle_client(now, uid, client, since),
            Due::ProxyReady(uid) => self.proxy_ready(uid),
        }
    }

    /// A status for a while, then `available`.
    fn begin(&mut self, now: Time, uid: u64, status: Status, span: Span) {
        self.become_status(now, uid, status);
        self.at(now + span, Due::Become(uid, Status::Available));
    }

    fn answer(&mut self, now: Time, operation: Operation) -> Answer<Response> {
        Answer::Now(match operation {
            Operation::CreateDBInstance(asked) => self.create(now, *asked),
            Operation::ModifyDBInstance(asked) => self.modify(now, *asked),
            Operation::DeleteDBInstance(asked) => self.delete(now, &asked),
            Operation::StartDBInstance(asked) => self.start(now, &asked.id),
            Operation::StopDBInstance(asked) => self.stop(now, &asked.id),
            Operation::RebootDBInstance(asked) => self.reboot(now, &asked),
            Operation::DescribeDBInstances(asked) => self.describe(now, &asked),
            Operation::CreateDBSnapshot(asked) => self.create_snapshot(now, &asked),
            Operation::CopyDBSnapshot(asked) => self.copy_snapshot(now, &asked),
            Operation::DeleteDBSnapshot(asked) => self.delete_snapshot(&asked.snapshot),
            Operation::DescribeDBSnapshots(asked) => self.describe_snapshots(&asked),
            Operation::RestoreDBInstanceFromDBSnapshot(asked) => self.restore_snapshot(now, *asked),
            Operation::RestoreDBInstanceToPointInTime(asked) => {
                self.restore_to_point_in_time(now, *asked)
            }
            Operation::DescribeDBInstanceAutomatedBackups(asked) => {
                self.describe_backups(now, &asked)
            }
            Operation::CreateDBInstanceReadReplica(asked) => self.create_replica(now, asked),
            Operation::PromoteReadReplica(asked) => self.promote(now, &asked),
            Operation::DescribeEvents(asked) => Ok(self.describe_events(now, &asked)),
            Operation::Resolve(asked) => self.resolved(&asked.endpoint),
            Operation::Reach(asked) => self.reach(now, &asked.resource_arn),
            Operation::Connect(asked) => return self.connect(now, &asked),
            Operation::Disconnect(asked) => self.disconnect(now, asked.connection_id),
            Operation::Execute(asked) => return self.transact(now, asked),
            Operation::CreateDBProxy(asked) => self.create_proxy(now, asked),
            Operation::ModifyDBProxy(asked) => self.modify_proxy(&asked),
            Operation::DeleteDBProxy(asked) => self.delete_proxy(now, &asked.name),
            Operation::DescribeDBProxies(asked) => self.describe_proxies(&asked),
            Operation::RegisterDBProxyTargets(asked) => self.register_targets(now, &asked),
            Operation::DeregisterDBProxyTargets(asked) => self.deregister_targets(now, &asked),
            Operation::DescribeDBProxyTargets(asked) => self.describe_targets(&asked),
            Operation::DescribeDBProxyTargetGroups(asked) => self.describe_target_groups(&asked),
            Operation::ModifyDBProxyTargetGroup(asked) => self.modify_target_group(now, &asked),
            Operation::CreateDBCluster(asked) => self.create_cluster(now, *asked),
            Operation::ModifyDBCluster(asked) => self.modify_cluster(now, *asked),
            Operation::DeleteDBCluster(asked) => self.delete_cluster(now, &asked),
            Operation::StartDBCluster(asked) => self.start_cluster(now, &asked.id),
            Operation::StopDBCluster(asked) => self.stop_cluster(now, &asked.id),
            Operation::RebootDBCluster(asked) => self.reboot_cluster(now, &asked.id),
            Operation::DescribeDBClusters(asked) => self.describe_clusters(now, &asked),
            Operation::FailoverDBCluster(asked) => self.fail_over(now, &asked),
            Operation::CreateDBClusterEndpoint(asked) => self.create_endpoint(asked),
            Operation::ModifyDBClusterEndpoint(asked) => self.modify_endpoint(asked),
            Operation::DeleteDBClusterEndpoint(asked) => self.delete_endpoint(&asked),
            Operation::DescribeDBClusterEndpoints(asked) => self.describe_endpoints(&asked),
            Operation::CreateDBClusterSnapshot(asked) => self.create_cluster_snapshot(now, &asked),
            Operation::DeleteDBClusterSnapshot(asked) => self.delete_cluster_snapshot(&asked),
            Operation::DescribeDBClusterSnapshots(asked) => self.describe_cluster_snapshots(&asked),
            Operation::RestoreDBClusterFromSnapshot(asked) => {
                self.restore_cluster_snapshot(now, *asked)
            }
            Operation::RestoreDBClusterToPointInTime(asked) => {
                self.restore_cluster_to_point_in_time(now, *asked)
            }
            Operation::BacktrackDBCluster(asked) => self.backtrack(now, &asked),
            Operation::DescribeDBClusterBacktracks(asked) => self.describe_backtracks(now, &asked),
            Operation::CreateGlobalCluster(asked) => self.create_global(asked),
            Operation::DeleteGlobalCluster(asked) => self.delete_global(&asked.id),
            Operation::DescribeGlobalClusters(asked) => self.describe_globals(&asked),
            Operation::RemoveFromGlobalCluster(asked) => self.remove_from_global(&asked),
            Operation::SwitchoverGlobalCluster(asked) => self.switch_over_global(now, &asked),
            Operation::FailoverGlobalCluster(asked) => self.fail_over_global(now, &asked),
        })
    }
}

impl Service for Rds {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, _chance: &mut Chance, operation: Operation) -> Answer<Response> {
        self.now = now;
        self.follow(now);
        self.answer(now, operation)
    }

    fn next_wakeup(&self) -> Option<Time> {
        let due = self.agenda.first_key_value().map(|((at, _), _)| *at);
        // An answer that is ready is due at once.
        self.late.first().map_or(due, |answer| Some(answer.at))
    }

    fn advance(&mut self, now: Time, _chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), due) = entry.remove_entry();
            let at = at.max(self.now);
            self.now = at;
            self.follow(at);
            self.happen(at, due);
        }
        std::mem::take(&mut self.late)
    }
}
