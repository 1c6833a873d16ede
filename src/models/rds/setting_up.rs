//! The world as a preset begins: an instance with its standby and replicas, and an application.

use serde_json::{Value, json};

use super::alarms::{ALARMS, Alarm};
use super::app::{App, Due};
use super::load::{Disk, Faults};
use super::settings::Settings;
use super::tables::{CLASSES, ENGINES, SECOND, STORAGE_TYPES};
use super::{Known, Rds, SHOP, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::services::rds::Happened;
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
        rds.set_max_connections(SHOP, Some(most).filter(|most| *most > 0));
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
