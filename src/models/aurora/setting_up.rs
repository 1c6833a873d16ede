//! The world at the start: the cluster, its instances and its volume, all made and available.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::tables::{CLUSTER, INSTANCE};
use super::{App, Aurora, CLONE, Due, NAME, Reader, Tally, Visitors, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::journal::ObjectId;
use crate::models::prompt::Prompt;
use crate::services::chance::Chance;
use crate::services::rds::cluster::KeepsAwake;
use crate::services::rds::serverless::{SERVERLESS, acu};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response, ServiceId, World};
use crate::services::{Answer, ServiceError};

/// The number of the stream of chance for how fast copies answer.
const ANSWERS: u64 = 1;
/// Promotion tiers and classes of the replicas where they are mixed: the example of AUR-11.
const MIXED: [(i64, &str); 3] = [(1, "db.r6g.large"), (0, "db.r6g.large"), (0, "db.r6g.2xlarge")];

impl Aurora {
    pub(super) fn set_up(setup: &Setup) -> Aurora {
        let dials = Dials::new(tables::KNOBS, setup);
        let mut scene = Aurora {
            world: World::new(setup.seed),
            prompt: Prompt::default(),
            agenda: Agenda::default(),
            chance: Chance::stream(setup.seed, ANSWERS),
            life: 0,
            instances: Vec::new(),
            clusters: vec![NAME.to_owned()],
            slow: BTreeSet::new(),
            app: App::default(),
            readers: Vec::new(),
            visitors: Visitors::default(),
            monitor_waits: None,
            monitored: None,
            report_tool: None,
            spoilt: None,
            tally: Tally::default(),
            latest: BTreeMap::new(),
            began: None,
            dials,
        };
        scene.readers = vec![Reader::default(); scene.dials.get("readers").unsigned_abs() as usize];
        scene.make_cluster();
        if scene.dials.get("clone") == 1 {
            let now = Time::START;
            let clone = scene.ask(now, "RestoreDBClusterToPointInTime", clone_of(NAME, CLONE));
            drop(clone);
            scene.make_instance(CLONE, "app-clone-1", &class_of(0), 1);
            scene.clusters.push(CLONE.to_owned());
        }
        scene.world.rds.trace.watch();
        scene.agenda.enter(Time::START, Due::Begin);
        scene
    }

    fn make_cluster(&mut self) {
        let now = Time::START;
        let create = json!({
            "DBClusterIdentifier": NAME, "Engine": "aurora-mysql", "BacktrackWindow": 259_200,
            "ServerlessV2ScalingConfiguration": self.scaling(),
        });
        drop(self.ask(now, "CreateDBCluster", create));
        self.world.rds.finish_making(now);
        let gb = self.dials.get("volume-gb").unsigned_abs();
        self.world.rds.change_volume(NAME, |volume| {
            volume.grow(gb);
        });
        let class = class_of(self.dials.get("compute"));
        self.make_instance(NAME, "app-1", &class, 1);
        for number in 0..self.dials.get("replicas").unsigned_abs() as usize {
            let mixed = MIXED.get(number).filter(|_| self.dials.get("tiers") == 1);
            let (tier, class) = mixed.map_or((1, class.as_str()), |(tier, class)| (*tier, class));
            let id = format!("app-{}", number + 2);
            self.make_instance(NAME, &id, class, tier);
        }
        for (knob, what) in [("proxy", KeepsAwake::Proxy), ("binlog", KeepsAwake::Binlog)] {
            if self.dials.get(knob) == 1 {
                self.world.rds.keep_awake(now, NAME, what);
            }
        }
        self.set_lag();
    }

    fn make_instance(&mut self, cluster: &str, id: &str, class: &str, tier: i64) {
        let now = Time::START;
        drop(self.ask(now, "CreateDBInstance", instance_of(cluster, id, class, tier)));
        self.world.rds.finish_making(now);
        self.meet_instance(id);
    }

    /// The range of the serverless members, as the knobs say.
    pub(super) fn scaling(&self) -> Value {
        let halves = |knob: &str| u32::try_from(self.dials.get(knob)).unwrap_or(0);
        let min = halves("min-acu");
        let pause = Span(self.dials.get("pause-after").unsigned_abs()).as_seconds();
        json!({
            "MinCapacity": acu(min), "MaxCapacity": acu(halves("max-acu").max(min)),
            "SecondsUntilAutoPause": pause,
        })
    }

    /// How far every instance is behind while it reads.
    pub(super) fn set_lag(&mut self) {
        let lag = Span(self.dials.get("lag").unsigned_abs());
        let ids: Vec<String> = self.members().map(|one| one.id.clone()).collect();
        for id in ids {
            self.world.rds.pace_member(&id, lag);
        }
    }

    /// An instance as a thing that can be pointed at, known from now on.
    pub(super) fn meet_instance(&mut self, id: &str) -> ObjectId {
        meet(&mut self.instances, INSTANCE, id)
    }

    /// A cluster as a thing that can be pointed at, known from now on.
    pub(super) fn meet_cluster(&mut self, id: &str) -> ObjectId {
        meet(&mut self.clusters, CLUSTER, id)
    }

    /// Makes a call that is answered at once or later.
    pub(super) fn ask_or_wait(&mut self, now: Time, name: &str, params: Value) -> Answer<Response> {
        match Operation::from_json(ServiceId::Rds, name, params) {
            Err(error) => Answer::Now(Err(error)),
            Ok(operation) => self.world.call(now, operation),
        }
    }

    /// Makes a call that is answered at once.
    pub(super) fn ask(
        &mut self,
        now: Time,
        name: &str,
        params: Value,
    ) -> Result<Response, ServiceError> {
        match self.ask_or_wait(now, name, params) {
            Answer::Now(result) => result,
            Answer::Later(_) => Err(ServiceError::new("Waits", "The answer comes later.")),
        }
    }
}

fn meet(known: &mut Vec<String>, kind: u16, id: &str) -> ObjectId {
    let number = known.iter().position(|one| one == id).unwrap_or_else(|| {
        known.push(id.to_owned());
        known.len() - 1
    });
    ObjectId { kind, number: number as u32 }
}

/// The class that the knob `compute` says.
pub(super) fn class_of(compute: i64) -> String {
    match compute {
        0 => "db.r6g.large",
        1 => "db.r6g.2xlarge",
        _ => SERVERLESS,
    }
    .to_owned()
}

/// The call that adds an instance.
pub(super) fn instance_of(cluster: &str, id: &str, class: &str, tier: i64) -> Value {
    json!({
        "DBInstanceIdentifier": id, "DBClusterIdentifier": cluster, "Engine": "aurora-mysql",
        "DBInstanceClass": class, "PromotionTier": tier,
    })
}

/// The call that clones a cluster.
pub(super) fn clone_of(cluster: &str, id: &str) -> Value {
    json!({
        "SourceDBClusterIdentifier": cluster, "DBClusterIdentifier": id,
        "RestoreType": "copy-on-write", "UseLatestRestorableTime": true,
    })
}
