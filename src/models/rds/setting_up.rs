//! The world as a preset begins: an instance with its standby and replicas, and an application.

use serde_json::{Value, json};

use super::alarms::{ALARMS, Alarm};
use super::app::{App, Due};
use super::load::{Disk, Faults};
use super::settings::Settings;
use super::tables::{CLASSES, CLUSTER_CLASSES, ENGINES, SECOND, STORAGE_TYPES, THIRD};
use super::{Known, Rds, SHOP, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::services::rds::Happened;
use crate::services::rds::cluster::{Cluster, ClusterStatus};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response, ServiceId, World};
use crate::services::{Answer, ServiceError};

/// How much of its volume a database fills at the start, in per cent.
const FILLED: u64 = 40;

impl Rds {
    pub(super) fn set_up(setup: &Setup) -> Rds {
        let dials = Dials::new(tables::KNOBS, setup);
        let settings = Settings::of(&dials);
        let (mut agenda, now) = (Agenda::default(), Time::START);
        agenda.enter(now, Due::Begin);
        let mut scene = Rds {
            world: World::new(setup.seed),
            prompt: Prompt::default(),
            app: App::new(setup.seed, &settings),
            faults: Faults::default(),
            disk: Disk::new((gib(&dials) << 30) / 100 * FILLED, now),
            load_life: 0,
            alarms: vec![Alarm::new(); ALARMS.len()],
            instances: Vec::new(),
            snapshots: Vec::new(),
            zones: [None; 3],
            damage: None,
            began: None,
            yours: None,
            dials,
            settings,
            agenda,
        };
        scene.world.rds.trace.watch();
        scene.make_instances(now);
        scene
    }

    fn make_instances(&mut self, now: Time) {
        if self.dials.get("multi-az") == THIRD {
            return self.make_cluster(now);
        }
        let dials = &self.dials;
        let shop = json!({
            "DBInstanceIdentifier": SHOP,
            "DBInstanceClass": choice(dials, "class", CLASSES),
            "Engine": choice(dials, "engine", ENGINES),
            "AllocatedStorage": gib(dials),
            "StorageType": choice(dials, "storage-type", STORAGE_TYPES),
            "BackupRetentionPeriod": dials.get("retention"),
            "MultiAZ": dials.get("multi-az") == SECOND,
        });
        let replicas = dials.get("replicas");
        let _ = self.ask(now, "CreateDBInstance", shop);
        self.world.rds.finish_making(now);
        for number in 1..=replicas {
            let _ = self.ask(now, "CreateDBInstanceReadReplica", replica(SHOP, number));
        }
        self.all_is_made(now);
    }

    fn make_cluster(&mut self, now: Time) {
        let dials = &self.dials;
        let shop = json!({
            "DBClusterIdentifier": SHOP,
            "DBClusterInstanceClass": choice(dials, "class", CLUSTER_CLASSES),
            "Engine": choice(dials, "engine", ENGINES),
            "AllocatedStorage": gib(dials),
            // There is no gp2 in such a cluster.
            "StorageType": "gp3",
            "Iops": 3_000.min(gib(dials) * 50).max(gib(dials).div_ceil(2)),
            "BackupRetentionPeriod": dials.get("retention").max(1),
        });
        let _ = self.ask(now, "CreateDBCluster", shop);
        self.all_is_made(now);
    }

    fn all_is_made(&mut self, now: Time) {
        self.world.rds.finish_making(now);
        self.set_levers(now);
        for fact in self.world.rds.trace.drain() {
            self.register(&fact.what);
        }
    }

    /// Remembers the name of what is made, so that it has a number.
    pub(super) fn register(&mut self, what: &Happened) {
        match what {
            Happened::Begun { id } => {
                self.instances.push(Known { name: id.clone(), last: None });
            }
            // The application names a cluster as it names an instance.
            Happened::ClusterBecame { id, status: ClusterStatus::Creating } => {
                self.instances.push(Known { name: id.clone(), last: None });
            }
            Happened::SnapshotBegun { name, .. } => {
                self.snapshots.push(Known { name: name.clone(), last: None });
            }
            _ => {}
        }
    }

    /// What no API does: `max_connections`, the pace of replicas, the load on the volume.
    pub(super) fn set_levers(&mut self, now: Time) {
        let most = self.dials.get("max-connections").unsigned_abs();
        let rds = &mut self.world.rds;
        let members: Vec<String> = rds.members_of(SHOP).map(|one| one.id.clone()).collect();
        for id in members.iter().map(String::as_str).chain([SHOP]) {
            rds.set_max_connections(id, Some(most).filter(|most| *most > 0));
        }
        let receivers = rds.cluster(SHOP).and_then(Cluster::multi_az).map(|one| &one.receivers);
        let mut receivers: Vec<(Span, u64)> = receivers
            .map(|all| all.iter().map(|(uid, one)| (one.behind, *uid)).collect())
            .unwrap_or_default();
        receivers.sort();
        // The nearest one has a change at once, though it shows it no sooner.
        for (place, (_, uid)) in receivers.into_iter().enumerate() {
            let id = rds.instances().find(|one| one.uid == uid).map(|one| one.id.clone());
            let lag = self.settings.replica_lag;
            let behind = if place == 0 { Span::ZERO } else { lag };
            rds.pace_reader(now, &id.unwrap_or_default(), behind, lag);
        }
        let replicas: Vec<String> =
            rds.instances().filter(|one| one.replica.is_some()).map(|one| one.id.clone()).collect();
        for id in replicas {
            rds.pace_replica(now, &id, self.settings.replica_lag, self.settings.apply_rate);
        }
    }

    pub(super) fn ask(
        &mut self,
        now: Time,
        name: &str,
        params: Value,
    ) -> Result<Response, ServiceError> {
        self.call(now, Operation::from_json(ServiceId::Rds, name, params)?)
    }

    pub(super) fn call(
        &mut self,
        now: Time,
        operation: Operation,
    ) -> Result<Response, ServiceError> {
        match self.world.call(now, operation) {
            Answer::Now(result) => result,
            Answer::Later(_) => Err(ServiceError::new("StillWaiting", "The answer comes later.")),
        }
    }
}

/// The call that makes a replica.
pub(super) fn replica(source: &str, number: i64) -> Value {
    json!({
        "DBInstanceIdentifier": format!("{source}-replica-{number}"),
        "SourceDBInstanceIdentifier": source,
    })
}

fn gib(dials: &Dials) -> u64 {
    dials.get("storage").unsigned_abs()
}

/// The word that a knob chooses.
pub(super) fn choice(dials: &Dials, id: &str, of: &[&'static str]) -> &'static str {
    let index = usize::try_from(dials.get(id)).unwrap_or(0);
    of.get(index).copied().unwrap_or(of[0])
}

/// How often CloudWatch gets a data point.
pub(super) const PERIOD: Span = Span::minutes(1);
