//! Who works with the cluster all the time: the application that writes, the readers, and the script.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Aurora, Due, FIRST_READER, NAME, SLOW, THE_APP, THE_CLUSTER, YOU, client, copy_object,
};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::rds::cluster::Cluster;
use crate::services::rds::operation::Execute;
use crate::services::rds::volume::{COPIES, commit_latency};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};
use crate::services::{Answer, ServiceError, rds};

/// When the script begins to act.
const SCRIPT_AT: Span = Span::seconds(20);
/// The application writes these many rows in turn.
const ROWS: u64 = 48;
/// How long the first steps of the script are apart.
const SCRIPT_STEP: Span = Span::seconds(40);

impl Aurora {
    /// Writes an event of a thing. Unless it says otherwise it follows from the thing's last one.
    pub(super) fn told(
        &mut self,
        now: Time,
        object: ObjectId,
        note: Note,
        journal: &mut Journal,
    ) -> EventId {
        let cause = self.latest.get(&object).copied().or(self.began);
        self.told_because(now, object, note, cause, journal)
    }

    /// Writes an event of a thing that follows from another event.
    pub(super) fn told_because(
        &mut self,
        now: Time,
        object: ObjectId,
        note: Note,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) -> EventId {
        // Before the beginning all follows from what the learner asked for.
        let cause = cause.or(self.began).or_else(|| self.latest.get(&YOU).copied());
        let event = journal.write(now, note.because(cause));
        self.latest.insert(object, event);
        event
    }

    pub(super) fn let_happen(&mut self, now: Time, due: Due, journal: &mut Journal) {
        let lives = |life: u32| life == self.life;
        match due {
            Due::Begin => self.begin(now, journal),
            Due::Script(step) => self.script(now, step, journal),
            Due::Write(life) if lives(life) => self.write(now, journal),
            Due::Commit(order) => self.commit(now, order, journal),
            Due::Read(reader, life) if lives(life) => self.read(now, reader, journal),
            Due::Load(life) if lives(life) => self.feel_load(now, journal),
            Due::Monitor(life) if lives(life) => self.monitor(now, journal),
            Due::GiveUp(ticket) => self.give_up(now, ticket, journal),
            Due::Leave => self.leave(now, journal),
            Due::Write(_) | Due::Read(..) | Due::Load(_) | Due::Monitor(_) => {}
        }
    }

    fn begin(&mut self, now: Time, journal: &mut Journal) {
        let event = journal.write(now, Note::new(THE_CLUSTER, "began", "preset"));
        self.began = Some(event);
        self.latest.insert(THE_CLUSTER, event);
        if self.dials.get("report-tool") == 1 {
            self.connect_report_tool(now, journal);
        }
        if self.dials.get("script") != 0 {
            self.agenda.enter(now + SCRIPT_AT, Due::Script(0));
        }
        if !self.is_still() {
            self.start_actors(now);
        }
    }

    /// Everybody begins anew, in a new life.
    pub(super) fn start_actors(&mut self, now: Time) {
        self.life += 1;
        let life = self.life;
        if let Some(every) = self.span_of("write-every") {
            self.agenda.enter(now + every, Due::Write(life));
        }
        if self.span_of("read-every").is_some() {
            for reader in 0..self.readers.len() {
                let first = Span::millis(150 + 90 * reader as u64);
                self.agenda.enter(now + first, Due::Read(reader, life));
            }
        }
        self.agenda.enter(now, Due::Load(life));
        if let Some(every) = self.span_of("monitor-every") {
            self.agenda.enter(now + every, Due::Monitor(life));
        }
    }

    fn script(&mut self, now: Time, step: u8, journal: &mut Journal) {
        let next = (now + SCRIPT_STEP, Due::Script(step + 1));
        let writer = self.writer().map(|writer| (writer.id.clone(), writer.az));
        let Some((writer, zone)) = writer else { return };
        match (self.dials.get("script"), step) {
            (1, 0) => self.kill(now, &writer, "preset", journal),
            (2, 0) => {
                self.lose_zone(now, zone, "preset", journal);
                self.agenda.enter(next.0, next.1);
            }
            // The zone is gone; one copy more of the first group, in another zone.
            (2, 1) => {
                self.kill_copy(now, 0, 2 * ((lost_zone(self) + 1) % 3), "preset", journal);
                self.agenda.enter(next.0, next.1);
            }
            (2, 2) => {
                let copy = 2 * ((lost_zone(self) + 1) % 3);
                self.mend_copy(now, 0, copy, "repair-from-peers", journal);
                self.agenda.enter(next.0, next.1);
            }
            (2, 3) => {
                let lost = lost_zone(self);
                self.restore_zone(now, lost, "preset", journal);
            }
            (3, 0) => self.spoil(now, "preset", journal),
            _ => {}
        }
    }

    /// The application begins its next order, unless one is still under way.
    fn write(&mut self, now: Time, journal: &mut Journal) {
        let Some(every) = self.span_of("write-every") else { return };
        self.agenda.enter(now + every, Due::Write(self.life));
        if self.app.writing {
            return;
        }
        if self.app.connection.is_none() && !self.connect_app(now, journal) {
            return;
        }
        self.app.order += 1;
        let group = self.group_of(self.app.order);
        match self.answers(group) {
            Some(latency) => {
                (self.app.writing, self.app.latency) = (true, latency);
                self.agenda.enter(now + latency, Due::Commit(self.app.order));
            }
            None => {
                let alive = self.group(group).alive() as i64;
                let note = Note::new(THE_APP, "write-waits", "no-write-quorum");
                let note = note.arg(Arg::Count(self.app.order as i64)).arg(Arg::Count(alive));
                self.app.order -= 1;
                let cause = self.trouble_of(group);
                self.goes_down(now, note.rule("AUR-2"), cause, journal);
            }
        }
    }

    /// Runs a transaction; what it read, by row.
    fn execute(
        &mut self,
        now: Time,
        connection: u64,
        reads: Vec<String>,
        writes: BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, ServiceError> {
        let execute = Execute {
            connection_id: connection,
            reads: Some(reads),
            writes: Some(writes).filter(|writes| !writes.is_empty()),
            ..Execute::default()
        };
        match self.world.call(now, Operation::Rds(rds::operation::Operation::Execute(execute))) {
            Answer::Now(Ok(Response::Rds(rds::operation::Response::Executed {
                values, ..
            }))) => Ok(values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()),
            Answer::Now(Err(error)) => Err(error),
            _ => Ok(BTreeMap::new()),
        }
    }

    /// The group in which an order lies.
    fn group_of(&self, order: u64) -> u64 {
        let volume = self.cluster().and_then(|cluster| cluster.volume());
        volume.map_or(0, |volume| volume.group_of(&row(order)))
    }

    /// The latest event of what a group lacks.
    fn trouble_of(&self, group: u64) -> Option<EventId> {
        let segments = *self.group(group).segments();
        let dead = (0..COPIES).filter(|copy| segments[*copy].dead);
        let of = dead.flat_map(|copy| [copy_object(group, copy), super::zone_object(copy / 2)]);
        of.filter_map(|object| self.latest.get(&object).copied()).max()
    }

    /// When the fourth fastest copy has answered (AUR-5); `None` without four.
    fn answers(&mut self, group: u64) -> Option<Span> {
        let home = self.writer().map_or(0, |writer| writer.az);
        let segments = *self.group(group).segments();
        let mut answers = Vec::new();
        for (copy, segment) in segments.iter().enumerate() {
            // Drawn for dead copies, too, so that others are the same without them.
            let way = if copy / 2 == home { 1 } else { 2 };
            let drawn = way + self.chance.below(3);
            let slow = if self.is_slow(group, copy) { SLOW.0 } else { 0 };
            if !segment.dead {
                answers.push(drawn + slow);
            }
        }
        commit_latency(&answers).map(Span::millis)
    }

    /// The application connects through the cluster endpoint; says whether it can write at once.
    fn connect_app(&mut self, now: Time, journal: &mut Journal) -> bool {
        let Some(endpoint) = self.cluster().map(Cluster::endpoint) else { return false };
        match self.ask(now, "Connect", json!({ "Endpoint": endpoint })) {
            Ok(connected) => {
                self.app.connection = connection_of(&connected);
                true
            }
            Err(_) => {
                let cause = self.writer_trouble();
                let note = Note::new(THE_APP, "cannot-connect", "no-writer").rule("AUR-12");
                self.goes_down(now, note, cause, journal);
                false
            }
        }
    }

    fn writer_trouble(&self) -> Option<EventId> {
        let writer = self.writer().and_then(|writer| self.instance_object(&writer.id));
        let of = [writer, Some(THE_CLUSTER)].into_iter().flatten();
        of.filter_map(|object| self.latest.get(&object).copied()).max()
    }

    /// The application cannot write: told once, until it can again.
    fn goes_down(&mut self, now: Time, note: Note, cause: Option<EventId>, journal: &mut Journal) {
        if self.app.down_since.is_none() {
            self.app.down_since = Some(now);
            self.told_because(now, THE_APP, note, cause, journal);
        }
    }

    /// Four copies have answered: the commit is acknowledged, if its writer still lives.
    fn commit(&mut self, now: Time, order: u64, journal: &mut Journal) {
        self.app.writing = false;
        let Some(connection) = self.app.connection else { return };
        let (key, value) = (row(order), format!("order-{order}"));
        let last = self.app.acknowledged.clone();
        let reads: Vec<String> = last.iter().map(|(order, _)| row(*order)).collect();
        let writes = BTreeMap::from([(key, value.clone())]);
        match self.execute(now, connection, reads, writes) {
            Ok(read) => {
                let is_there =
                    |(before, held): (u64, String)| read.get(&row(before)) == Some(&held);
                if !last.is_none_or(is_there) {
                    self.tally.lost += 1;
                }
                self.acknowledged(now, order, value, journal);
            }
            Err(error) => {
                self.app.connection = None;
                self.app.order = order - 1;
                let (note, cause) = self.refused(order, &error);
                self.goes_down(now, note, cause, journal);
            }
        }
    }

    fn acknowledged(&mut self, now: Time, order: u64, value: String, journal: &mut Journal) {
        self.tally.commits += 1;
        self.app.acknowledged = Some((order, value));
        if let Some(since) = self.app.down_since.take() {
            let down = now.since(since);
            self.tally.down += down.0;
            let cause = self.trouble_of(self.group_of(order)).max(self.writer_trouble());
            let cause = cause.max(self.latest.get(&THE_APP).copied());
            let note = Note::new(THE_APP, "writes-again", "quorum-and-writer");
            self.told_because(
                now,
                THE_APP,
                note.arg(Arg::Span(down)).rule("AUR-12"),
                cause,
                journal,
            );
        }
        let note = Note::new(THE_APP, "committed", "fourth-answer");
        let note = note.arg(Arg::Count(order as i64)).arg(Arg::Span(self.app.latency));
        self.told(now, THE_APP, note.rule("AUR-5"), journal);
    }

    fn refused(&self, order: u64, error: &ServiceError) -> (Note, Option<EventId>) {
        let (why, rule, cause) = match error.code.as_ref() {
            "NoWriteQuorum" => ("no-write-quorum", "AUR-2", self.trouble_of(self.group_of(order))),
            "1290" => ("reads-only", "AUR-12", self.writer_trouble()),
            _ => ("connection-lost", "AUR-12", self.writer_trouble()),
        };
        let note = Note::new(THE_APP, "write-failed", why).arg(Arg::Count(order as i64));
        (note.rule(rule), cause)
    }

    /// A reader asks for the newest order, over the connection that it has kept since it connected.
    fn read(&mut self, now: Time, reader: usize, journal: &mut Journal) {
        let Some(every) = self.span_of("read-every") else { return };
        self.agenda.enter(now + every, Due::Read(reader, self.life));
        let object = client(FIRST_READER + reader as u32);
        if self.readers[reader].connection.is_none() {
            return self.connect_reader(now, reader, object, journal);
        }
        let Some((order, held)) = self.app.acknowledged.clone() else { return };
        let Some(connection) = self.readers[reader].connection else { return };
        match self.execute(now, connection, vec![row(order)], BTreeMap::new()) {
            Ok(read) if read.get(&row(order)) != Some(&held) => {
                self.tally.stale += 1;
                let lag = Span(self.dials.get("lag").unsigned_abs());
                let note =
                    Note::new(object, "read-stale", "replica-lags").arg(Arg::Count(order as i64));
                let cause = self.latest.get(&THE_APP).copied();
                self.told_because(
                    now,
                    object,
                    note.arg(Arg::Span(lag)).rule("AUR-10"),
                    cause,
                    journal,
                );
            }
            Ok(_) => {}
            Err(error) if error.code == "NoReadQuorum" => {
                let cause = self.trouble_of(self.group_of(order));
                self.shut_out(now, reader, "no-read-quorum", cause, journal);
            }
            Err(_) => {
                self.readers[reader].connection = None;
                let note = Note::new(object, "reader-cut-off", "server-gone");
                let cause = self.writer_trouble();
                self.told_because(now, object, note.rule("AUR-12"), cause, journal);
            }
        }
    }

    fn connect_reader(
        &mut self,
        now: Time,
        reader: usize,
        object: ObjectId,
        journal: &mut Journal,
    ) {
        let endpoint = self.cluster().map(Cluster::reader_endpoint).unwrap_or_default();
        match self.ask(now, "Connect", json!({ "Endpoint": endpoint })) {
            Ok(connected) => {
                let at = connected.to_json()["Address"].as_str().unwrap_or_default().to_owned();
                self.readers[reader].connection = connection_of(&connected);
                self.readers[reader].shut_out = false;
                let found =
                    self.members().find(|one| one.address() == at).map(|one| one.id.clone());
                let instance =
                    found.and_then(|id| self.instance_object(&id)).unwrap_or(THE_CLUSTER);
                let writes = self.writer().is_some_and(|one| one.address() == at);
                let why = if writes { "no-replica" } else { "reader-turn" };
                let note = Note::new(object, "reader-connected", why).arg(Arg::Object(instance));
                let cause = self.latest.get(&instance).copied();
                self.told_because(now, object, note.rule("AUR-14"), cause, journal);
            }
            Err(_) => {
                let cause = self.writer_trouble();
                self.shut_out(now, reader, "nobody-answers", cause, journal);
            }
        }
    }

    /// A reader that cannot read says so once.
    fn shut_out(
        &mut self,
        now: Time,
        reader: usize,
        why: &'static str,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        if !std::mem::replace(&mut self.readers[reader].shut_out, true) {
            let object = client(FIRST_READER + reader as u32);
            let note = Note::new(object, "cannot-read", why);
            self.told_because(now, object, note, cause, journal);
        }
    }

    /// A bad deployment overwrites every row.
    pub(super) fn spoil(&mut self, now: Time, why: &'static str, journal: &mut Journal) {
        let Some(endpoint) = self.cluster().map(Cluster::endpoint) else { return };
        let connected = self.ask(now, "Connect", json!({ "Endpoint": endpoint })).ok();
        let Some(connection) = connected.as_ref().and_then(connection_of) else { return };
        let rows: serde_json::Map<_, _> =
            (0..ROWS).map(|number| (row(number), json!("spoilt"))).collect();
        let execute = json!({ "ConnectionId": connection, "Writes": rows });
        let done = self.ask(now, "Execute", execute).is_ok();
        drop(self.ask(now, "Disconnect", json!({ "ConnectionId": connection })));
        if !done {
            return;
        }
        if let Some((_, held)) = self.app.acknowledged.as_mut() {
            "spoilt".clone_into(held);
        }
        self.spoilt = Some(now);
        let note = Note::new(THE_CLUSTER, "spoilt", why).arg(Arg::Count(ROWS as i64));
        let cause = self.latest.get(&YOU).copied();
        self.told_because(now, THE_CLUSTER, note, cause, journal);
    }

    /// Whether the cluster's rows are spoilt now, seen by the writer.
    pub(super) fn forget_after_rewind(&mut self, to: Time) {
        let held = self.cluster().map(|cluster| cluster.log.clone());
        let Some(log) = held else { return };
        // What the application knows is what there is now: what was undone was undone on purpose.
        self.app.acknowledged = self.app.acknowledged.take().and_then(|(order, _)| {
            let value = log.read(&row(order), log.len())?;
            Some((order, value.to_owned()))
        });
        if self.spoilt.is_some_and(|at| to < at) {
            self.spoilt = None;
        }
    }

    /// The call on the model's cluster that makes this instance its writer.
    pub(super) fn endpoint(&self) -> String {
        self.cluster().map(Cluster::endpoint).unwrap_or_else(|| NAME.to_owned())
    }

    /// Asks for a connection that may have to wait.
    pub(super) fn knock(&mut self, now: Time) -> Answer<Response> {
        let endpoint = self.endpoint();
        self.ask_or_wait(now, "Connect", json!({ "Endpoint": endpoint }))
    }
}

fn lost_zone(scene: &Aurora) -> usize {
    scene.world.rds.lost_zones().iter().position(|lost| *lost).unwrap_or(0)
}

/// The row of an order.
fn row(order: u64) -> String {
    format!("row-{}", order % ROWS)
}

/// The number of a connection that was opened.
pub(super) fn connection_of(response: &Response) -> Option<u64> {
    response.to_json()["ConnectionId"].as_u64()
}
