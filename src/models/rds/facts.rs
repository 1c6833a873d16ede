//! What the service noted, turned into events with their causes; what the machine and the alarms come to.

use super::alarms::{ALARMS, State};
use super::app::Due;
use super::load::{self, Disk};
use super::setting_up::PERIOD;
use super::{ALARM, Rds, THE_APP, ZONE, ZONES};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::rds::cluster::ClusterStatus;
use crate::services::rds::instance::Status;
use crate::services::rds::{Happened, Why};
use crate::services::time::{Span, Time};
use crate::services::trace::Fact;

/// A zone as a thing that can be pointed at.
pub(super) fn zone(az: usize) -> ObjectId {
    ObjectId { kind: ZONE, number: az as u32 }
}

impl Rds {
    /// The service does what is due.
    pub(super) fn let_service_act(&mut self, at: Time, journal: &mut Journal) {
        for late in self.world.advance(at) {
            self.prompt.take(&late);
        }
        self.tell(at, None, journal);
    }

    /// Tells what the service noted since the last time. What has no cause here follows from what happened
    /// to the same thing before.
    pub(super) fn tell(&mut self, now: Time, cause: Option<EventId>, journal: &mut Journal) {
        for fact in self.world.rds.trace.drain() {
            self.register(&fact.what);
            self.tell_fact(now, &fact, cause, journal);
        }
    }

    fn tell_fact(
        &mut self,
        now: Time,
        fact: &Fact<Happened>,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        use Happened as H;
        let at = fact.at;
        match &fact.what {
            H::SnapshotBegun { name, manual, .. } => {
                let why = if *manual { "asked-for-snapshot" } else { "daily-backup" };
                self.snapshot_event(at, name, "snapshot-begun", why, cause, journal);
            }
            H::SnapshotReady { name } => {
                self.snapshot_event(at, name, "snapshot-ready", "snapshot-took", cause, journal);
            }
            H::Connected { .. } | H::Refused { .. } | H::Committed { .. } => {}
            what => {
                let Some((id, note)) = self.instance_note(what) else { return };
                let note = note.because(cause.or_else(|| self.last_of(&id)));
                let event = journal.write(at, note);
                self.set_last(&id, event);
                self.react(now, what, &id, event, journal);
            }
        }
    }

    /// What happened to an instance, in words.
    fn instance_note(&self, what: &Happened) -> Option<(String, Note)> {
        use Happened as H;
        let note = |id: &str, what, why| Note::new(self.object(id), what, why);
        let count = |number: u64| Arg::Count(i64::try_from(number).unwrap_or(i64::MAX));
        let (id, note) = match what {
            H::Begun { id } => (id, note(id, "begun", "call-answered-at-once").rule("RDS-1")),
            H::Gone { id } => (id, note(id, "gone", "deleted").rule("RDS-9")),
            H::Became { id, status } => {
                let (why, rule) = status_why(*status);
                (id, note(id, "became", why).arg(Arg::Word(status.name())).rule(rule))
            }
            H::ClusterBecame { status: ClusterStatus::FailingOver, .. } => return None,
            H::ClusterBecame { id, status } => {
                let why = match status {
                    ClusterStatus::Available => "work-is-done",
                    _ => "call-answered-at-once",
                };
                (id, note(id, "became", why).arg(Arg::Word(status.name())).rule("RDS-25"))
            }
            H::FailoverStarted { id, why } if self.world.rds.cluster(id).is_some() => {
                (id, note(id, "cluster-fails-over", loss(*why)).rule("RDS-25"))
            }
            H::FailoverEnded { id } if self.world.rds.cluster(id).is_some() => {
                let note = note(id, "failover-ended", "reader-took-over");
                (id, note.arg(Arg::Word("RDS-EVENT-0071")).rule("RDS-25"))
            }
            H::WriterChosen { id, .. } => {
                (id, note(id, "writer-chosen", "received-most").rule("RDS-25"))
            }
            H::Lost { id, why } if self.is_member(id) => {
                (id, note(id, "member-lost", loss(*why)).rule("RDS-25"))
            }
            H::FailoverStarted { id, why } => {
                let note = note(id, "failover-started", loss(*why));
                (id, note.arg(Arg::Word("RDS-EVENT-0013")).rule("RDS-15"))
            }
            H::FailoverEnded { id } => {
                let note = note(id, "failover-ended", "standby-took-over");
                (id, note.arg(Arg::Word("RDS-EVENT-0015")).rule("RDS-15"))
            }
            H::StandbyReady { id } => {
                (id, note(id, "standby-ready", "standby-copied").rule("RDS-17"))
            }
            H::Lost { id, why } => (id, note(id, "lost", loss(*why)).rule("RDS-18")),
            H::Back { id } => (id, note(id, "back", "new-host").rule("RDS-18")),
            H::Promoted { id, missing } => (
                id,
                note(id, "promoted", "applied-what-it-had").arg(count(*missing)).rule("RDS-22"),
            ),
            H::ConnectionsLost { id, count: lost } => {
                (id, note(id, "connections-lost", "host-went").arg(count(*lost)).rule("RDS-14"))
            }
            H::DnsFlipped { endpoint, .. } => {
                let id = endpoint.split('.').next().unwrap_or_default();
                let rds = &self.world.rds;
                let of_cluster = || Some((&rds.cluster(id)?.id, rds.writer_of(id)?.az));
                let own = rds.instance(id).map(|instance| (&instance.id, instance.az));
                let (id, az) = own.or_else(of_cluster)?;
                let note = note(id, "dns-flipped", "name-stays").arg(Arg::Object(zone(az)));
                (id, note.rule("RDS-14"))
            }
            _ => return None,
        };
        Some((id.clone(), note))
    }

    fn is_member(&self, id: &str) -> bool {
        self.world.rds.instance(id).is_some_and(|one| one.cluster.is_some())
    }

    fn snapshot_event(
        &mut self,
        at: Time,
        name: &str,
        what: &'static str,
        why: &'static str,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        let object = self.snapshot_object(name);
        let source = self.world.rds.snapshots().find(|(known, _)| *known == name);
        let source = source.map(|(_, snapshot)| snapshot.of.id.clone());
        let own = self.known_snapshot(name).and_then(|known| known.last);
        let cause = cause.or(own).or_else(|| self.last_of(&source.unwrap_or_default()));
        let rule = if why == "daily-backup" { "RDS-5" } else { "RDS-11" };
        let event = journal.write(at, Note::new(object, what, why).because(cause).rule(rule));
        if let Some(known) = self.known_snapshot(name) {
            known.last = Some(event);
        }
    }

    fn snapshot_object(&self, name: &str) -> ObjectId {
        ObjectId { kind: super::SNAPSHOT, number: super::place_of(&self.snapshots, name) }
    }

    /// What the application and the machine make of it.
    fn react(
        &mut self,
        now: Time,
        what: &Happened,
        id: &str,
        event: EventId,
        journal: &mut Journal,
    ) {
        match what {
            Happened::ConnectionsLost { .. } | Happened::Lost { .. } => {
                self.connections_died(now, id, event);
            }
            Happened::Gone { .. } => self.connections_died(now, id, event),
            Happened::FailoverEnded { .. } | Happened::Promoted { .. }
                if self.app.endpoint() == id =>
            {
                self.count_lost(now, journal);
                self.press(now);
            }
            Happened::Became { .. } if self.uses(id) => self.press(now),
            Happened::Begun { .. } => self.set_levers(now),
            _ => {}
        }
    }

    /// Lets the queries press on the machine as they do from now on.
    pub(super) fn press(&mut self, now: Time) {
        self.load_life += 1;
        let life = self.load_life;
        let Some(load) = self.load(now) else { return };
        let (id, status, demand) = (load.instance.id.clone(), load.instance.status, load.demand());
        let gp2 = load.instance.storage_type == "gp2";
        let (baseline, peak) = load.instance.gp2();
        let (free, growth) = (load.free_storage(self.disk), self.settings.growth);
        if status != Status::StorageFull && !self.disk.grows() && free > 0 {
            self.disk = Disk::new(self.disk.used(now, growth), now);
        }
        if growth > 0 && self.disk.grows() {
            let left = u128::from(free) * 60_000 / u128::from(growth);
            let left = Span(u64::try_from(left).unwrap_or(u64::MAX / 4) + 1);
            self.agenda.enter(now + left, Due::StorageFull { life });
        }
        self.world.rds.demand_io(now, &id, if gp2 { demand } else { 0 });
        let credits = self.world.rds.instance(&id).map(|instance| &instance.credits);
        if let Some(left) = credits.and_then(|credits| credits.lasts(now, baseline, peak)) {
            self.agenda.enter(now + left + Span(1), Due::BurstEmpty { life });
        }
    }

    pub(super) fn burst_empty(&mut self, now: Time, journal: &mut Journal) {
        let Some(load) = self.load(now) else { return };
        let (id, baseline) = (load.instance.id.clone(), load.instance.gp2().0);
        let note = Note::new(self.object(&id), "burst-empty", "spends-more-than-it-earns")
            .arg(Arg::Count(load::demand(&self.settings, self.faults) as i64))
            .arg(Arg::Count(baseline as i64))
            .because(self.last_of(&id).max(self.yours))
            .rule("RDS-27");
        let event = journal.write(now, note);
        self.set_last(&id, event);
    }

    pub(super) fn storage_full(&mut self, now: Time, journal: &mut Journal) {
        let Some(load) = self.load(now) else { return };
        let (id, bytes) = (load.instance.id.clone(), load.instance.gib << 30);
        if load.instance.status != Status::Available {
            // It is being changed: the volume is looked at again afterwards.
            return;
        }
        self.disk = Disk::full(bytes, now);
        self.world.rds.fill_storage(now, &id);
        let cause = self.last_of(&id).max(self.yours);
        self.tell(now, cause, journal);
    }

    /// CloudWatch gets a data point of each metric, and looks at its alarms.
    pub(super) fn minute(&mut self, now: Time, journal: &mut Journal) {
        self.agenda.enter(now + PERIOD, Due::Minute);
        let settings = (self.settings.alarm_points, self.settings.alarm_periods);
        for number in 0..ALARMS.len() {
            let watched = self.watch(number, now);
            let breaches = watched.map(|(value, threshold)| threshold.is_breached(value));
            let state = self.alarms[number].take(breaches, settings, self.settings.silence);
            let Some(state) = state else { continue };
            let why = match (state, breaches) {
                (State::NoData, _) => "no-data-points",
                (State::Alarm, None) => "silence-counts-as-breaching",
                (State::Alarm, _) => "points-breach",
                (State::Ok, _) => "points-do-not-breach",
            };
            let object = ObjectId { kind: ALARM, number: number as u32 };
            let cause = self.alarms[number].last.max(self.last_of(self.app.endpoint()));
            let note = Note::new(object, "alarm", why)
                .arg(Arg::Word(state.name()))
                .arg(Arg::Count(settings.0 as i64))
                .arg(Arg::Count(settings.1 as i64))
                .because(cause.max(self.yours).or(self.began));
            self.alarms[number].last = Some(journal.write(now, note));
        }
    }

    /// Breaks a zone, or brings it back.
    pub(super) fn zone_event(
        &mut self,
        now: Time,
        az: usize,
        what: &'static str,
        journal: &mut Journal,
    ) -> EventId {
        let cause = self.zones[az].or(self.began);
        let event = journal.write(now, Note::new(zone(az), what, "you-asked").because(cause));
        self.zones[az] = Some(event);
        event
    }

    /// The zone of this name.
    pub(super) fn zone_named(name: &str) -> Option<usize> {
        ZONES.iter().position(|zone| *zone == name)
    }

    /// The application as the cause of what its connections meet.
    pub(super) fn app_event(
        &mut self,
        now: Time,
        what: &'static str,
        args: &[Arg],
        journal: &mut Journal,
    ) -> EventId {
        let mut note = Note::new(THE_APP, what, "you-asked").because(self.app.last.or(self.began));
        for arg in args {
            note = note.arg(*arg);
        }
        let event = journal.write(now, note);
        self.app.last = Some(event);
        event
    }
}

/// Why an instance has this status, and the rule.
fn status_why(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::BackingUp => ("first-backup", "RDS-1"),
        Status::Available => ("work-is-done", "RDS-1"),
        Status::StorageFull => ("volume-is-full", "RDS-26"),
        Status::Rebooting => ("database-restarts", "RDS-14"),
        Status::Deleting => ("deleted", "RDS-9"),
        _ => ("call-answered-at-once", "RDS-1"),
    }
}

fn loss(why: Why) -> &'static str {
    match why {
        Why::HostLost => "host-lost",
        Why::ZoneLost => "zone-lost",
        Why::Asked => "failover-asked",
        Why::ClassChanged => "class-changed",
    }
}
