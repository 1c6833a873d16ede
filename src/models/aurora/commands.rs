//! What the learner asks for: knobs, actions and `aws` lines.

use serde_json::{Value, json};

use super::setting_up::{class_of, clone_of, instance_of};
use super::tables::ACTIONS;
use super::{Aurora, CLONE, Due, NAME, THE_CLUSTER, YOU, ZONES, copy_object, zone_object};
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::rds::cluster::KeepsAwake;
use crate::services::rds::volume::Volume;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId};

/// How far back a backtrack goes that names no time.
const BACK: Span = Span::seconds(60);
/// GB that are changed in the clone, or dropped from the cluster, at one press.
const GB: u64 = 5;
/// GB of tables that are dropped at one press.
const DROPPED_GB: u64 = 40;
/// Knobs that say how the model starts; they cannot be turned afterwards.
const AT_START: &[&str] =
    &["script", "compute", "replicas", "tiers", "volume-gb", "readers", "clone"];

impl Aurora {
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
                match target.as_deref() {
                    _ if known.target.is_none() => {
                        self.act_on_cluster(now, known.id, argument.as_deref(), journal)?;
                    }
                    None => return Err(Refusal::NeedsTarget),
                    Some(target) => self.act_on(now, known.id, target, journal)?,
                }
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let event = self.you(now, "typed", journal);
                self.heed(Vec::new(), Some(event), journal);
                return Ok(outcome);
            }
        }
        Ok(Outcome::default())
    }

    /// An event of the learner's own.
    fn you(&mut self, now: Time, what: &'static str, journal: &mut Journal) -> EventId {
        self.told(now, YOU, Note::new(YOU, what, "you-asked"), journal)
    }

    fn act_on(
        &mut self,
        now: Time,
        action: &'static str,
        target: &str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let unknown = || Refusal::NoSuchTarget(target.to_owned());
        let lost = self.world.rds.lost_zones();
        match action {
            "kill" | "failover" => {
                let member = self.members().find(|one| one.id == target).ok_or_else(unknown)?;
                if !member.up {
                    return Err(Refusal::NotNow("already-down"));
                }
                if action == "kill" {
                    self.kill(now, target, "you-asked", journal);
                    return Ok(());
                }
                let asked = failover_to(target);
                self.call(now, "FailoverDBCluster", asked, "not-promotable", journal)
            }
            "lose-zone" | "restore-zone" => {
                let zone = (0..3).find(|zone| super::zone_name(*zone) == target);
                let zone = zone.ok_or_else(unknown)?;
                match (action, lost[zone]) {
                    ("lose-zone", false) => self.lose_zone(now, zone, "you-asked", journal),
                    ("restore-zone", true) => self.restore_zone(now, zone, "you-asked", journal),
                    ("lose-zone", true) => return Err(Refusal::NotNow("zone-lost-already")),
                    _ => return Err(Refusal::NotNow("zone-is-there")),
                }
                Ok(())
            }
            _ => {
                let (group, copy) = self.copy_named(target).ok_or_else(unknown)?;
                self.act_on_copy(now, action, (group, copy), journal)
            }
        }
    }

    fn act_on_copy(
        &mut self,
        now: Time,
        action: &'static str,
        (group, copy): (u64, usize),
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let dead = self.group(group).segments()[copy].dead;
        let slow = self.is_slow(group, copy);
        match action {
            _ if self.world.rds.lost_zones()[copy / 2] => Err(Refusal::NotNow("zone-lost-already")),
            "kill-copy" if dead => Err(Refusal::NotNow("copy-dead-already")),
            "kill-copy" => {
                self.kill_copy(now, group, copy, "you-asked", journal);
                Ok(())
            }
            "slow-copy" if slow => Err(Refusal::NotNow("copy-slow-already")),
            "slow-copy" => {
                let object = copy_object(group, copy);
                self.slow.insert(object.number);
                let note = Note::new(object, "copy-slow", "you-asked").arg(Arg::Span(super::SLOW));
                self.told_because(now, object, note.rule("AUR-5"), None, journal);
                Ok(())
            }
            _ if dead || slow => {
                self.mend_copy(now, group, copy, "you-asked", journal);
                Ok(())
            }
            _ => Err(Refusal::NotNow("copy-is-whole")),
        }
    }

    /// The copy of this name: `g3-b1` is the first copy of group 3 in zone b.
    fn copy_named(&self, name: &str) -> Option<(u64, usize)> {
        let (group, place) = name.strip_prefix('g')?.split_once('-')?;
        let group: u64 = group.parse().ok().filter(|group| *group < self.groups())?;
        let zone = ZONES.iter().position(|letter| place.starts_with(*letter))?;
        let which = match place.get(1..)? {
            "1" => 0,
            "2" => 1,
            _ => return None,
        };
        Some((group, 2 * zone + which))
    }

    pub(super) fn kill(&mut self, now: Time, id: &str, why: &'static str, journal: &mut Journal) {
        let object = self.meet_instance(id);
        let note = Note::new(object, "host-broken", why);
        let event = self.told_because(now, object, note, None, journal);
        self.world.rds.lose_instance(now, id);
        self.heed(Vec::new(), Some(event), journal);
    }

    pub(super) fn lose_zone(
        &mut self,
        now: Time,
        zone: usize,
        why: &'static str,
        journal: &mut Journal,
    ) {
        let object = zone_object(zone);
        let note = Note::new(object, "zone-lost", why).arg(Arg::Count(self.groups() as i64 * 2));
        let event = self.told_because(now, object, note.rule("AUR-3"), None, journal);
        self.world.rds.lose_zone(now, zone);
        self.heed(Vec::new(), Some(event), journal);
    }

    pub(super) fn restore_zone(
        &mut self,
        now: Time,
        zone: usize,
        why: &'static str,
        journal: &mut Journal,
    ) {
        let object = zone_object(zone);
        let note = Note::new(object, "zone-back", why).rule("AUR-3");
        let event = self.told(now, object, note, journal);
        self.world.rds.restore_zone(now, zone);
        self.heed(Vec::new(), Some(event), journal);
    }

    pub(super) fn kill_copy(
        &mut self,
        now: Time,
        group: u64,
        copy: usize,
        why: &'static str,
        journal: &mut Journal,
    ) {
        self.world.rds.change_volume(NAME, |volume| volume.kill(group, copy));
        let alive = self.group(group).alive();
        let (object, what) = (
            copy_object(group, copy),
            match alive {
                4.. => "copy-dead",
                3 => "copy-dead-no-writes",
                _ => "copy-dead-no-reads",
            },
        );
        let note = Note::new(object, what, why).arg(Arg::Count(alive as i64)).rule("AUR-2");
        self.told_because(now, object, note, None, journal);
    }

    pub(super) fn mend_copy(
        &mut self,
        now: Time,
        group: u64,
        copy: usize,
        why: &'static str,
        journal: &mut Journal,
    ) {
        let object = copy_object(group, copy);
        self.slow.remove(&object.number);
        self.world.rds.change_volume(NAME, |volume| volume.repair(group, copy));
        let alive = self.group(group).alive() as i64;
        let note = Note::new(object, "copy-mended", why).arg(Arg::Count(alive));
        self.told(now, object, note.rule("AUR-3"), journal);
    }

    fn act_on_cluster(
        &mut self,
        now: Time,
        action: &'static str,
        argument: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        match action {
            "bad-deploy" => {
                if !self.writer().is_some_and(|writer| writer.serves() && !writer.is_paused()) {
                    return Err(Refusal::NotNow("no-writer"));
                }
                self.you(now, "deployed", journal);
                self.spoil(now, "you-asked", journal);
                Ok(())
            }
            "backtrack" => {
                let span = argument.and_then(|text| text.trim().parse().ok()).map(Span::seconds);
                let to = backtrack_to(now, span.unwrap_or(BACK));
                self.call(now, "BacktrackDBCluster", to, "not-rewindable", journal)
            }
            "add-replica" => {
                let asked = self.next_replica();
                self.call(now, "CreateDBInstance", asked, "no-more-replicas", journal)?;
                self.set_lag();
                Ok(())
            }
            "visit" => {
                let event = self.you(now, "visited", journal);
                self.visit(now, Some(event), journal);
                Ok(())
            }
            "clone" if self.clone_cluster().is_some() => Err(Refusal::NotNow("cloned-already")),
            "clone" => {
                let asked = clone_of(NAME, CLONE);
                self.call(now, "RestoreDBClusterToPointInTime", asked, "not-now", journal)?;
                let class = class_of(self.dials.get("compute"));
                let first = instance_of(CLONE, "app-clone-1", &class, 1);
                self.call(now, "CreateDBInstance", first, "not-now", journal)
            }
            "edit-clone" if self.clone_cluster().is_none() => Err(Refusal::NotNow("no-clone")),
            "edit-clone" => {
                self.world.rds.change_volume(CLONE, |volume| volume.change(GB));
                let volume = self.clone_cluster().and_then(|one| one.volume());
                let billed = volume.map_or(0, Volume::billed_gb) as i64;
                let object = self.meet_cluster(CLONE);
                let note = Note::new(object, "clone-edited", "you-asked").rule("AUR-16");
                let note = note.arg(Arg::Count(GB as i64)).arg(Arg::Count(billed));
                self.told_because(now, object, note, None, journal);
                Ok(())
            }
            "drop-tables" => {
                let before = self.cluster().and_then(|one| one.volume()).map_or(0, Volume::gb);
                let dropped = DROPPED_GB.min(before.saturating_sub(10));
                if dropped == 0 {
                    return Err(Refusal::NotNow("nothing-to-drop"));
                }
                self.world.rds.change_volume(NAME, |volume| volume.shrink(dropped));
                let note = Note::new(THE_CLUSTER, "tables-dropped", "you-asked").rule("AUR-20");
                let note = note.arg(Arg::Count(dropped as i64));
                let note = note.arg(Arg::Count((before - dropped) as i64));
                self.told_because(now, THE_CLUSTER, note, None, journal);
                Ok(())
            }
            _ => {
                let asked = self.other_storage();
                self.call(now, "ModifyDBCluster", asked, "switched-lately", journal)?;
                let optimized =
                    self.cluster().and_then(|one| one.aurora()).is_some_and(|one| one.io_optimized);
                let what = if optimized { "io-optimized" } else { "io-standard" };
                let note = Note::new(THE_CLUSTER, what, "you-asked").rule("AUR-21");
                self.told(now, THE_CLUSTER, note, journal);
                Ok(())
            }
        }
    }

    /// Makes a call of AWS's that the learner asked for; an error of the service is a refusal.
    fn call(
        &mut self,
        now: Time,
        name: &'static str,
        params: Value,
        refusal: &'static str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        self.ask(now, name, params).map_err(|_| Refusal::NotNow(refusal))?;
        let note = Note::new(YOU, "called", "you-asked").arg(Arg::Word(name));
        let event = self.told(now, YOU, note, journal);
        self.heed(Vec::new(), Some(event), journal);
        Ok(())
    }

    fn next_replica(&self) -> Value {
        let taken = |number: &usize| self.world.rds.instance(&format!("app-{number}")).is_some();
        let number = (1..100).find(|number| !taken(number)).unwrap_or(100);
        let class = class_of(self.dials.get("compute"));
        instance_of(NAME, &format!("app-{number}"), &class, 1)
    }

    fn other_storage(&self) -> Value {
        let optimized =
            self.cluster().and_then(|one| one.aurora()).is_some_and(|one| one.io_optimized);
        let kind = if optimized { "aurora" } else { "aurora-iopt1" };
        json!({ "DBClusterIdentifier": NAME, "StorageType": kind, "ApplyImmediately": true })
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let mut dials = self.dials.clone();
        let knob = dials.set(id, value)?;
        if AT_START.contains(&knob.id) && value != self.dials.get(knob.id) {
            return Err(Refusal::NotNow("at-start"));
        }
        let was_still = self.is_still();
        let before = std::mem::replace(&mut self.dials, dials);
        if matches!(knob.id, "min-acu" | "max-acu" | "pause-after") {
            let modify = json!({
                "DBClusterIdentifier": NAME, "ApplyImmediately": true,
                "ServerlessV2ScalingConfiguration": self.scaling(),
            });
            if self.ask(now, "ModifyDBCluster", modify).is_err() {
                self.dials = before;
                return Err(Refusal::NotNow("cluster-busy"));
            }
        }
        let note = Note::new(YOU, "knob-turned", "you-asked");
        let note = note.arg(Arg::Word(knob.id)).arg(Arg::Count(value));
        let event = self.told(now, YOU, note, journal);
        match knob.id {
            "lag" => self.set_lag(),
            "proxy" => self.awake(now, value, KeepsAwake::Proxy),
            "binlog" => self.awake(now, value, KeepsAwake::Binlog),
            "report-tool" if value == 1 && self.report_tool.is_none() => {
                self.connect_report_tool(now, journal);
            }
            "report-tool" if value == 0 => self.disconnect_report_tool(now, Some(event), journal),
            "actors" if was_still && !self.is_still() => self.start_actors(now),
            "actors" => self.life += 1,
            "write-every" | "read-every" | "monitor-every" | "load" | "peak"
                if !self.is_still() =>
            {
                if self.dials.get("load") == 0 {
                    self.visitors.load = 0;
                    self.agenda.enter(now, Due::Leave);
                    self.visitors_go(now);
                }
                self.start_actors(now);
            }
            _ => {}
        }
        self.heed(Vec::new(), Some(event), journal);
        Ok(())
    }

    fn awake(&mut self, now: Time, value: i64, what: KeepsAwake) {
        match value {
            1 => self.world.rds.keep_awake(now, NAME, what),
            _ => self.world.rds.let_sleep(now, NAME, what),
        }
    }

    /// The `aws` call that a command stands for.
    pub(super) fn operation_of(&self, command: &Command, now: Time) -> Option<Operation> {
        let (name, params) = match command {
            Command::Do { action, target, argument } => match action.as_str() {
                "failover" => ("FailoverDBCluster", failover_to(target.as_deref()?)),
                "add-replica" => ("CreateDBInstance", self.next_replica()),
                "clone" => ("RestoreDBClusterToPointInTime", clone_of(NAME, CLONE)),
                "switch-storage" => ("ModifyDBCluster", self.other_storage()),
                "backtrack" => {
                    let span = argument.as_ref().and_then(|text| text.trim().parse().ok());
                    let span = span.map_or(BACK, Span::seconds);
                    ("BacktrackDBCluster", backtrack_to(now, span))
                }
                _ => return None,
            },
            Command::Set { knob, .. } if matches!(knob.as_str(), "min-acu" | "max-acu") => {
                let modify = json!({
                    "DBClusterIdentifier": NAME, "ApplyImmediately": true,
                    "ServerlessV2ScalingConfiguration": self.scaling(),
                });
                ("ModifyDBCluster", modify)
            }
            _ => return None,
        };
        Operation::from_json(ServiceId::Rds, name, params).ok()
    }
}

fn failover_to(target: &str) -> Value {
    json!({ "DBClusterIdentifier": NAME, "TargetDBInstanceIdentifier": target })
}

fn backtrack_to(now: Time, span: Span) -> Value {
    let to = (now - span).unix_millis() / 1000;
    json!({ "DBClusterIdentifier": NAME, "BacktrackTo": to })
}
