//! What the learner does: knobs, actions, lines at the prompt, and the `aws` command of each.

use serde_json::{Value, json};

use super::setting_up::{choice, replica};
use super::tables::{ACTIONS, CLASSES, CLUSTER_CLASSES, SECOND, STORAGE_TYPES, THIRD};
use super::{Rds, Settings, YOU, app};
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::ServiceError;
use crate::services::rds::instance::Instance;
use crate::services::rds::operation::Response as Answered;
use crate::services::rds::storage;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response, ServiceId};

/// So many connections leak each time.
const LEAK: usize = 30;
/// More copies than these the application does not get.
const MOST_COPIES: usize = 7;

/// A call of the API.
type Call = (&'static str, Value);

impl Rds {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal)?,
            Command::Do { action, target, argument } => {
                let known = ACTIONS.iter().find(|known| known.id == *action).ok_or_else(|| {
                    let near = nearest(action, ACTIONS.iter().map(|known| known.id));
                    Refusal::UnknownAction(action.clone(), near)
                })?;
                let target = match known.target {
                    Some(_) => Some(target.as_deref().ok_or(Refusal::NeedsTarget)?),
                    None => None,
                };
                self.perform(
                    now,
                    known.id,
                    target.unwrap_or_default(),
                    argument.as_deref(),
                    journal,
                )?;
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let event = self.yours(now, Note::new(YOU, "typed", "you-asked"), journal);
                self.tell(now, Some(event), journal);
                return Ok(outcome);
            }
        }
        Ok(Outcome::default())
    }

    fn yours(&mut self, now: Time, note: Note, journal: &mut Journal) -> EventId {
        let event = journal.write(now, note.because(self.yours.or(self.began)));
        self.yours = Some(event);
        event
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let before = self.dials.get(id);
        let used = self.disk.used(now, self.settings.growth);
        let knob = self.dials.set(id, value)?;
        if knob.id == "engine" && before != value {
            return Err(Refusal::NotNow("engine-at-start"));
        }
        let cluster = before == THIRD || value == THIRD;
        if knob.id == "multi-az" && before != value && cluster {
            return Err(Refusal::NotNow("cluster-at-start"));
        }
        self.settings = Settings::of(&self.dials);
        if before != value {
            let calls = self.calls_of_knob(knob.id, value)?;
            self.make_calls(now, calls)?;
        }
        let note = Note::new(YOU, "turned", "you-asked");
        let note = note.arg(Arg::Word(knob.id)).arg(Arg::Count(value));
        let event = self.yours(now, note, journal);
        self.tell(now, Some(event), journal);
        self.set_levers(now);
        match knob.id {
            "growth" if self.disk.grows() => self.disk = super::load::Disk::new(used, now),
            "dns-ttl" => self.remember_names(),
            "connections" => self.connect(now, journal),
            "actors" => self.work(now, journal),
            "writes" | "write-for" => self.start_flow(now),
            _ => {}
        }
        self.press(now);
        Ok(())
    }

    /// The calls that turning a knob stands for.
    fn calls_of_knob(&self, knob: &str, value: i64) -> Result<Vec<Call>, Refusal> {
        let id = self.app.endpoint();
        if self.cluster().is_some() {
            return self.calls_of_knob_on_cluster(id, knob, value);
        }
        let modify = |name: &str, value: Value| {
            let mut params = json!({ "DBInstanceIdentifier": id, "ApplyImmediately": true });
            params[name] = value;
            vec![("ModifyDBInstance", params)]
        };
        Ok(match knob {
            "class" => modify("DBInstanceClass", json!(choice(&self.dials, knob, CLASSES))),
            "multi-az" => modify("MultiAZ", json!(value == SECOND)),
            "retention" => modify("BackupRetentionPeriod", json!(value)),
            "storage" => modify("AllocatedStorage", json!(value)),
            "storage-type" => {
                modify("StorageType", json!(choice(&self.dials, knob, STORAGE_TYPES)))
            }
            "replicas" => self.recount(usize::try_from(value).unwrap_or(0)),
            _ => Vec::new(),
        })
    }

    /// The same where the application uses a Multi-AZ cluster.
    fn calls_of_knob_on_cluster(
        &self,
        id: &str,
        knob: &str,
        value: i64,
    ) -> Result<Vec<Call>, Refusal> {
        let (name, value) = match knob {
            "class" => {
                ("DBClusterInstanceClass", json!(choice(&self.dials, knob, CLUSTER_CLASSES)))
            }
            "retention" => ("BackupRetentionPeriod", json!(value)),
            "storage" => ("AllocatedStorage", json!(value)),
            "storage-type" => ("StorageType", json!(choice(&self.dials, knob, STORAGE_TYPES))),
            "replicas" => return Err(Refusal::NotNow("cluster-has-two-readers")),
            _ => return Ok(Vec::new()),
        };
        let params = json!({ "DBClusterIdentifier": id, "ApplyImmediately": true, name: value });
        Ok(vec![("ModifyDBCluster", params)])
    }

    /// The calls that bring the number of replicas to `wanted`.
    fn recount(&self, wanted: usize) -> Vec<Call> {
        let source = self.app.endpoint();
        let replicas = self.world.rds.replicas_of(source).map(|one| one.id.clone());
        let replicas: Vec<String> = replicas.collect();
        let taken =
            |number: i64| self.world.rds.instance(&format!("{source}-replica-{number}")).is_some();
        let free = (1..).filter(|number| !taken(*number));
        let more = free.take(wanted.saturating_sub(replicas.len()));
        let more = more.map(|number| ("CreateDBInstanceReadReplica", replica(source, number)));
        let fewer = replicas.iter().skip(wanted).map(|id| delete(id));
        more.chain(fewer).collect()
    }

    fn make_calls(&mut self, now: Time, calls: Vec<Call>) -> Result<Option<Answered>, Refusal> {
        let mut last = None;
        for (name, params) in calls {
            match self.ask(now, name, params) {
                Ok(Response::Rds(response)) => last = Some(response),
                Ok(_) => {}
                Err(error) => return Err(refused(name, &error)),
            }
        }
        Ok(last)
    }

    fn perform(
        &mut self,
        now: Time,
        action: &'static str,
        target: &str,
        argument: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        match action {
            "lose-zone" | "restore-zone" => return self.strike_zone(now, action, target, journal),
            "damage" => return self.damage_rows(now, journal),
            "scale-out" | "leak" | "slow-query" | "io-storm" | "mend" => {
                return self.strike_app(now, action, journal);
            }
            "restore-snapshot" => {}
            _ => {
                self.known(target)?;
            }
        }
        match action {
            "lose" => self.lose(now, target, journal),
            "switch" => self.switch_to(now, target, journal),
            _ => {
                let call = self.call_of(now, action, target, argument)?;
                let name = call.0;
                let object = match action {
                    "restore-snapshot" => self.snapshot_named(target)?,
                    _ => self.object(target),
                };
                self.make_calls(now, vec![call])?;
                let note = Note::new(object, "called", "you-asked").arg(Arg::Word(name));
                let event = self.yours(now, note, journal);
                self.tell(now, Some(event), journal);
                self.press(now);
                Ok(())
            }
        }
    }

    /// The application uses another endpoint; a cluster's writer it reaches under the cluster's name.
    fn switch_to(&mut self, now: Time, target: &str, journal: &mut Journal) -> Result<(), Refusal> {
        let cluster = self.world.rds.cluster_of(self.known(target)?).filter(|(_, writes)| *writes);
        let to = cluster.map_or_else(|| target.to_owned(), |(cluster, _)| cluster.id.clone());
        if self.app.endpoint() == to {
            return Err(Refusal::NotNow("used-already"));
        }
        self.app_event(now, "switched", &[Arg::Object(self.object(&to))], journal);
        self.go_to(now, &to, journal);
        Ok(())
    }

    fn known(&self, id: &str) -> Result<&Instance, Refusal> {
        let instance = self.world.rds.instance(id);
        instance.ok_or_else(|| Refusal::NoSuchTarget(id.to_owned()))
    }

    fn snapshot_named(&self, name: &str) -> Result<crate::models::journal::ObjectId, Refusal> {
        let exists = self.world.rds.snapshots().any(|(known, _)| known == name);
        let number = super::place_of(&self.snapshots, name);
        let object = crate::models::journal::ObjectId { kind: super::SNAPSHOT, number };
        exists.then_some(object).ok_or_else(|| Refusal::NoSuchTarget(name.to_owned()))
    }

    /// The host of an instance is gone.
    fn lose(&mut self, now: Time, id: &str, journal: &mut Journal) -> Result<(), Refusal> {
        if !self.known(id)?.up {
            return Err(Refusal::NotNow("down-already"));
        }
        let note = Note::new(self.object(id), "struck", "you-asked").because(self.last_of(id));
        let event = journal.write(now, note);
        self.set_last(id, event);
        self.world.rds.lose_instance(now, id);
        self.tell(now, Some(event), journal);
        Ok(())
    }

    fn strike_zone(
        &mut self,
        now: Time,
        action: &str,
        target: &str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let az = Rds::zone_named(target).ok_or_else(|| Refusal::NoSuchTarget(target.to_owned()))?;
        let is_lost = self.world.rds.lost_zones()[az];
        match (action, is_lost) {
            ("lose-zone", true) => return Err(Refusal::NotNow("down-already")),
            ("lose-zone", false) => {
                let event = self.zone_event(now, az, "zone-lost", journal);
                self.world.rds.lose_zone(now, az);
                self.tell(now, Some(event), journal);
            }
            (_, false) => return Err(Refusal::NotNow("zone-is-well")),
            (_, true) => {
                let event = self.zone_event(now, az, "zone-back", journal);
                self.world.rds.restore_zone(now, az);
                self.tell(now, Some(event), journal);
            }
        }
        Ok(())
    }

    /// Somebody deletes the wrong rows: a commit like any other.
    fn damage_rows(&mut self, now: Time, journal: &mut Journal) -> Result<(), Refusal> {
        let id = self.app.endpoint().to_owned();
        let nobody = |_: ServiceError| Refusal::NotNow("nobody-answers");
        let connected = self.ask(now, "Connect", json!({ "Endpoint": id })).map_err(nobody)?;
        let Response::Rds(Answered::Connected { connection_id, .. }) = connected else {
            return Err(Refusal::NotNow("nobody-answers"));
        };
        let delete =
            json!({ "ConnectionId": connection_id, "Writes": { app::DAMAGE: "all rows" } });
        let done = self.ask(now, "Execute", delete);
        let _ = self.ask(now, "Disconnect", json!({ "ConnectionId": connection_id }));
        done.map_err(|error| refused("Execute", &error))?;
        self.damage = Some((id.clone(), now));
        let note = Note::new(self.object(&id), "damaged", "you-asked").arg(Arg::At(now));
        let event = journal.write(now, note.because(self.last_of(&id)));
        self.set_last(&id, event);
        self.tell(now, Some(event), journal);
        Ok(())
    }

    fn strike_app(
        &mut self,
        now: Time,
        action: &'static str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let faults = &mut self.faults;
        let args: &[Arg] = match action {
            "scale-out" if faults.more_copies >= MOST_COPIES => {
                return Err(Refusal::NotNow("enough-copies"));
            }
            "scale-out" => {
                faults.more_copies += 1;
                &[Arg::Count(faults.more_copies as i64 + 1)]
            }
            "leak" => {
                faults.leaked += LEAK;
                &[Arg::Count(LEAK as i64)]
            }
            "slow-query" => {
                faults.slow_query = true;
                &[]
            }
            "io-storm" => {
                faults.io_storm = true;
                &[]
            }
            _ if *faults == super::load::Faults::default() => {
                return Err(Refusal::NotNow("nothing-to-mend"));
            }
            _ => {
                *faults = super::load::Faults::default();
                &[]
            }
        };
        let event = self.app_event(now, action, args, journal);
        self.yours = Some(event);
        self.connect(now, journal);
        self.press(now);
        Ok(())
    }

    /// The call that an action on a thing stands for.
    fn call_of(
        &self,
        now: Time,
        action: &str,
        target: &str,
        argument: Option<&str>,
    ) -> Result<Call, Refusal> {
        let free_instance = |of: &str, what: &str| {
            let names = (1..).map(|number| format!("{of}-{what}-{number}"));
            let mut free = names.filter(|name| self.world.rds.instance(name).is_none());
            free.next().unwrap_or_default()
        };
        let id = json!({ "DBInstanceIdentifier": target });
        Ok(match action {
            "failover" => self.failover_of(target),
            "promote" => ("PromoteReadReplica", id),
            "snapshot" => {
                let taken = |name: &str| self.world.rds.snapshots().any(|(known, _)| known == name);
                let mut names = (1..).map(|number| format!("{target}-snapshot-{number}"));
                let name = names.find(|name| !taken(name));
                let params =
                    json!({ "DBInstanceIdentifier": target, "DBSnapshotIdentifier": name });
                ("CreateDBSnapshot", params)
            }
            "restore" => {
                let mut params = json!({
                    "SourceDBInstanceIdentifier": target,
                    "TargetDBInstanceIdentifier": free_instance(target, "restored"),
                });
                match self.second_to_restore(now, target, argument)? {
                    Some(second) => params["RestoreTime"] = json!(second.unix_millis() / 1000),
                    None => params["UseLatestRestorableTime"] = json!(true),
                }
                ("RestoreDBInstanceToPointInTime", params)
            }
            "restore-snapshot" => {
                let snapshots = self.world.rds.snapshots();
                let found = snapshots.into_iter().find(|(name, _)| *name == target);
                let (_, of) = found.ok_or_else(|| Refusal::NoSuchTarget(target.to_owned()))?;
                let name = free_instance(&of.of.id, "restored");
                let params =
                    json!({ "DBInstanceIdentifier": name, "DBSnapshotIdentifier": target });
                ("RestoreDBInstanceFromDBSnapshot", params)
            }
            "delete" => delete(target),
            "grow" => {
                let gib = self.known(target)?.gib;
                let larger = storage::grown(gib, gib + 1).unwrap_or(gib);
                (
                    "ModifyDBInstance",
                    json!({
                        "DBInstanceIdentifier": target, "AllocatedStorage": larger,
                        "ApplyImmediately": true,
                    }),
                )
            }
            _ => return Err(Refusal::NeedsTarget),
        })
    }

    /// Who takes over in a cluster: the reader that is meant, or for the writer whoever comes first.
    fn failover_of(&self, target: &str) -> Call {
        let instance = self.world.rds.instance(target);
        match instance.and_then(|instance| self.world.rds.cluster_of(instance)) {
            Some((cluster, true)) => {
                ("FailoverDBCluster", json!({ "DBClusterIdentifier": cluster.id }))
            }
            Some((cluster, false)) => (
                "FailoverDBCluster",
                json!({ "DBClusterIdentifier": cluster.id, "TargetDBInstanceIdentifier": target }),
            ),
            None => (
                "RebootDBInstance",
                json!({ "DBInstanceIdentifier": target, "ForceFailover": true }),
            ),
        }
    }

    /// The second to which an instance shall be restored: what was typed (`90`, `1:30`, `0:01:30`), or the last one
    /// before the wrong delete if the logs reach so far; nothing for the latest that there is.
    fn second_to_restore(
        &self,
        now: Time,
        id: &str,
        argument: Option<&str>,
    ) -> Result<Option<Time>, Refusal> {
        if let Some(typed) = argument {
            let parts = typed.trim().split(':').map(|part| part.parse::<u64>().ok());
            let seconds = parts
                .into_iter()
                .try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(part?));
            let seconds = seconds.filter(|seconds| *seconds < 1 << 40);
            let second = seconds.ok_or(Refusal::NotNow("which-second"))?;
            return Ok(Some(Time::START + Span::seconds(second)));
        }
        let instance = self.known(id)?;
        let before = self.damage.as_ref().map(|(_, at)| Time(at.0.saturating_sub(1) / 1000 * 1000));
        let before = before.filter(|_| self.is_damaged(instance, now));
        match (before, instance.restorable(now)) {
            (Some(second), Some((earliest, latest))) if second >= earliest && second <= latest => {
                Ok(Some(second))
            }
            (Some(second), Some((_, latest))) if second > latest => {
                Err(Refusal::NotNow("logs-come-later"))
            }
            _ => Ok(None),
        }
    }

    /// The `aws` line that a command stands for.
    pub(super) fn equivalent(&self, command: &Command, now: Time) -> Option<String> {
        let calls = match command {
            Command::Set { knob, value } => {
                let mut turned = self.clone();
                turned.dials.set(knob, *value).ok()?;
                turned.calls_of_knob(knob, *value).ok()?
            }
            Command::Do { action, target, argument } => {
                let target = target.as_deref()?;
                vec![self.call_of(now, action, target, argument.as_deref()).ok()?]
            }
            Command::Aws(_) => return None,
        };
        let (name, params) = calls.into_iter().next()?;
        let operation = Operation::from_json(ServiceId::Rds, name, params).ok()?;
        Some(crate::awscli::command_for(&operation))
    }
}

fn delete(id: &str) -> Call {
    ("DeleteDBInstance", json!({ "DBInstanceIdentifier": id, "SkipFinalSnapshot": true }))
}

/// As the command line prints an error of the service.
fn refused(name: &str, error: &ServiceError) -> Refusal {
    Refusal::Aws(format!(
        "An error occurred ({}) when calling the {name} operation: {}",
        error.code, error.message
    ))
}
