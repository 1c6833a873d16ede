//! The application: a pool of connections to one endpoint, commits, and reads of what it wrote.

use std::collections::BTreeMap;

use serde_json::json;

use super::setting_up::PERIOD;
use super::settings::{ReadsFrom, Settings};
use super::{Known, Rds, SHOP, THE_APP};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::models::workload::{Arrivals, Shape};
use crate::services::ServiceError;
use crate::services::chance::Chance;
use crate::services::rds::Resolver;
use crate::services::rds::instance::Instance;
use crate::services::rds::operation::{self as rds, Execute};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};

/// What comes within this long goes out together, a transaction each.
const LINGER: Span = Span::millis(100);
/// A client that nobody answered tries again after this long.
const RETRY: Span = Span::seconds(1);
/// A client that was refused tries again after this long.
const RETRY_REFUSED: Span = Span::seconds(10);
/// So many rows are written in turn.
const ROWS: u64 = 97;
/// The key that a wrong delete writes.
pub(super) const DAMAGE: &str = "damage";
/// The number of the stream of chance.
const ARRIVALS: u64 = 201;

/// What happens by the scene's own doing. A life that is over counts no more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Due {
    Begin,
    Write {
        life: u32,
    },
    /// The commits of a round are acknowledged.
    Answer {
        round: u32,
    },
    ReadBack {
        epoch: u32,
        position: usize,
        commit: EventId,
    },
    Reconnect {
        life: u32,
    },
    /// CloudWatch gets its data points.
    Minute,
    BurstEmpty {
        life: u32,
    },
    StorageFull {
        life: u32,
    },
}

/// Commits under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// How many.
    pub count: u64,
    /// Since when.
    pub at: Time,
    /// When they will be acknowledged.
    pub until: Time,
    connection: u64,
}

/// A time in which the application could not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// Since when.
    pub since: Time,
    /// Writes that failed in it.
    pub failed: u64,
}

/// What is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    missing_docs,
    reason = "counts, named as what they count; the language files explain them"
)]
pub struct Tally {
    pub acknowledged: u64,
    pub failed: u64,
    pub unanswered: u64,
    pub lost: u64,
    pub stale: u64,
    pub reads: u64,
    pub refused: u64,
}

/// The application.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    endpoint: String,
    resolver: Resolver,
    believed: Option<String>,
    pool: Vec<u64>,
    turn: usize,
    arrivals: Arrivals,
    next: Option<Time>,
    life: u32,
    /// Grows when it goes to another endpoint.
    epoch: u32,
    reconnecting: Option<u32>,
    reconnects: u32,
    sent: BTreeMap<u32, Sent>,
    rounds: u32,
    orders: u64,
    /// Connections to replicas, by the number of the instance.
    readers: BTreeMap<String, u64>,
    outage: Option<Outage>,
    last_outage: Span,
    full: bool,
    pub(super) last: Option<EventId>,
    tally: Tally,
}

impl App {
    pub(super) fn new(seed: u64, settings: &Settings) -> App {
        let chance = Chance::stream(seed, ARRIVALS);
        App {
            endpoint: SHOP.to_owned(),
            resolver: Resolver::new(settings.dns_ttl),
            believed: None,
            pool: Vec::new(),
            turn: 0,
            arrivals: Arrivals::new(Shape::Steady, settings.writes, chance),
            next: None,
            life: 0,
            epoch: 0,
            reconnecting: None,
            reconnects: 0,
            sent: BTreeMap::new(),
            rounds: 0,
            orders: 0,
            readers: BTreeMap::new(),
            outage: None,
            last_outage: Span::ZERO,
            full: false,
            last: None,
            tally: Tally::default(),
        }
    }

    /// The identifier of the instance, or of the cluster, whose endpoint it uses.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address that it took that name for when it last connected.
    pub fn believed(&self) -> Option<&str> {
        self.believed.as_deref()
    }

    /// Its open connections.
    pub fn pool(&self) -> &[u64] {
        &self.pool
    }

    /// Commits that are not acknowledged yet, oldest first.
    pub fn sent(&self) -> impl Iterator<Item = &Sent> {
        self.sent.values()
    }

    /// Whether it cannot write now.
    pub fn outage(&self) -> Option<Outage> {
        self.outage
    }

    /// How long this outage has lasted, or how long the last one did.
    pub fn outage_so_far(&self, now: Time) -> Span {
        self.outage.map_or(self.last_outage, |outage| now.since(outage.since))
    }

    /// What is counted.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether it has something to write.
    pub fn is_writing(&self) -> bool {
        self.next.is_some()
    }
}

impl Rds {
    pub(super) fn let_actor_act(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => self.begin(now, journal),
            Due::Write { life } if life == self.app.life => self.write(now, journal),
            Due::Answer { round } => self.answered(now, round, journal),
            Due::ReadBack { epoch, position, commit } if epoch == self.app.epoch => {
                self.read_back(now, position, commit, journal);
            }
            Due::Reconnect { life } if self.app.reconnecting == Some(life) => {
                self.app.reconnecting = None;
                self.connect(now, journal);
            }
            Due::Minute => self.minute(now, journal),
            Due::BurstEmpty { life } if life == self.load_life => self.burst_empty(now, journal),
            Due::StorageFull { life } if life == self.load_life => self.storage_full(now, journal),
            _ => {}
        }
    }

    fn begin(&mut self, now: Time, journal: &mut Journal) {
        if self.began.is_some() {
            return;
        }
        let event = journal
            .write(now, Note::new(THE_APP, "began", "preset").arg(Arg::Object(self.object(SHOP))));
        self.began = Some(event);
        self.app.last = Some(event);
        for known in self.instances.iter_mut().chain(&mut self.snapshots) {
            known.last.get_or_insert(event);
        }
        self.agenda.enter(now + PERIOD, Due::Minute);
        self.press(now);
        self.work(now, journal);
    }

    /// Lets the application work, or stand still, as the knob says.
    pub(super) fn work(&mut self, now: Time, journal: &mut Journal) {
        if self.settings.still {
            self.app.life += 1;
            self.app.next = None;
            self.hang_up(now);
            return;
        }
        self.connect(now, journal);
        self.start_flow(now);
    }

    /// Lets writes come from now on, as the knobs say.
    pub(super) fn start_flow(&mut self, now: Time) {
        let app = &mut self.app;
        app.life += 1;
        app.arrivals.set_rate(self.settings.writes);
        app.next = None;
        if !self.settings.still {
            app.next = app.arrivals.next_after(now);
            self.enter_write(now);
        }
    }

    fn enter_write(&mut self, now: Time) {
        let (life, limit) = (self.app.life, self.settings.write_for);
        let over = |at: Time| limit > Span::ZERO && at.since(Time::START) > limit;
        self.app.next = self.app.next.filter(|next| !over(*next));
        if let Some(next) = self.app.next {
            self.agenda.enter(next.max(now + LINGER), Due::Write { life });
        }
    }

    /// How many connections all copies of the application want.
    pub(super) fn wanted(&self) -> usize {
        self.settings.connections * (1 + self.faults.more_copies) + self.faults.leaked
    }

    /// Sends what has come in.
    fn write(&mut self, now: Time, journal: &mut Journal) {
        let mut count = 0;
        while let Some(next) = self.app.next.filter(|next| *next <= now) {
            count += 1;
            self.app.next = self.app.arrivals.next_after(next);
        }
        self.enter_write(now);
        let Some(connection) = self.borrow() else {
            let why = if self.app.full { "no-connection-left" } else { "nobody-answers" };
            return self.fail(now, count, why, self.app.last, journal);
        };
        // A connection whose commit waits takes no other.
        if self.commits_wait() && self.app.sent.len() >= self.app.pool.len() {
            return self.fail(now, count, "no-reader-acknowledges", self.app.last, journal);
        }
        let latency = self.load(now).map_or(Span::ZERO, super::load::Load::commit_latency);
        let app = &mut self.app;
        app.rounds += 1;
        let until = now + latency;
        app.sent.insert(app.rounds, Sent { count, at: now, until, connection });
        self.agenda.enter(until, Due::Answer { round: app.rounds });
    }

    /// A connection of the pool, in turn.
    fn borrow(&mut self) -> Option<u64> {
        let app = &mut self.app;
        app.turn += 1;
        let at = app.turn.checked_rem(app.pool.len())?;
        Some(app.pool[at])
    }

    /// Writes failed; the first one of an outage is told.
    fn fail(
        &mut self,
        now: Time,
        count: u64,
        why: &'static str,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        self.app.tally.failed += count;
        match &mut self.app.outage {
            Some(outage) => outage.failed += count,
            None => {
                self.app.outage = Some(Outage { since: now, failed: count });
                let rule = match why {
                    "no-connection-left" => "RDS-28",
                    "replica-is-read-only" => "RDS-21",
                    "volume-is-full" => "RDS-26",
                    "no-reader-acknowledges" => "RDS-25",
                    _ => "RDS-14",
                };
                let note = Note::new(THE_APP, "cannot-write", why)
                    .arg(Arg::Object(self.object(&self.app.endpoint)))
                    .because(cause.or(self.began))
                    .rule(rule);
                self.app.last = Some(journal.write(now, note));
            }
        }
    }

    /// It can write again.
    fn recover(&mut self, now: Time, journal: &mut Journal) {
        let Some(outage) = self.app.outage.take() else { return };
        let lasted = now.since(outage.since);
        self.app.last_outage = lasted;
        let cause = self.last_of(&self.app.endpoint).max(self.app.last);
        let note = Note::new(THE_APP, "writes-again", "reconnected")
            .arg(Arg::Span(lasted))
            .arg(Arg::Count(outage.failed as i64))
            .because(cause)
            .rule("RDS-14");
        self.app.last = Some(journal.write(now, note));
    }

    /// The round's transactions are made and acknowledged, or cut off.
    fn answered(&mut self, now: Time, round: u32, journal: &mut Journal) {
        if self.commits_wait() {
            return self.wait_for_reader(now, round, journal);
        }
        let Some(sent) = self.app.sent.remove(&round) else { return };
        let mut done = 0;
        let (mut position, mut failure) = (0, None);
        while done < sent.count {
            self.app.orders += 1;
            let row = format!("row-{}", self.app.orders % ROWS);
            let writes = BTreeMap::from([(row, self.app.orders.to_string())]);
            match self.execute(now, sent.connection, writes) {
                Ok(seen) => position = seen + 1,
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
            done += 1;
        }
        self.tell(now, None, journal);
        if done > 0 {
            self.tell_committed(now, done, position, journal);
        }
        if let Some(error) = failure {
            self.tell_failed(now, sent.count - done, &error, journal);
        }
    }

    /// No reader is there to acknowledge the round: it waits on.
    fn wait_for_reader(&mut self, now: Time, round: u32, journal: &mut Journal) {
        let Some(sent) = self.app.sent.get_mut(&round) else { return };
        sent.until = now + RETRY;
        self.agenda.enter(now + RETRY, Due::Answer { round });
        let cause = self.last_of(&self.app.endpoint).max(self.app.last);
        self.fail(now, 0, "no-reader-acknowledges", cause, journal);
    }

    fn execute(
        &mut self,
        now: Time,
        connection_id: u64,
        writes: BTreeMap<String, String>,
    ) -> Result<usize, ServiceError> {
        let execute = Execute { connection_id, writes: Some(writes), ..Execute::default() };
        let operation = Operation::Rds(rds::Operation::Execute(execute));
        match self.call(now, operation) {
            Ok(Response::Rds(rds::Response::Executed { position, .. })) => {
                Ok(usize::try_from(position).unwrap_or(usize::MAX))
            }
            Ok(_) => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn tell_committed(&mut self, now: Time, count: u64, position: usize, journal: &mut Journal) {
        self.app.tally.acknowledged += count;
        let Some(instance) = self.watched() else { return };
        let (why, rule) = match (&instance.standby, instance.multi_az) {
            _ if self.cluster().is_some() => ("one-reader-has-it", "RDS-25"),
            (Some(standby), _) if standby.ready => ("both-have-it", "RDS-13"),
            (Some(_), _) => ("standby-is-being-built", "RDS-13"),
            (None, true) => ("no-standby-now", "RDS-13"),
            (None, false) => ("one-copy", "RDS-13"),
        };
        let note = Note::new(self.object(&self.app.endpoint), "committed", why)
            .arg(Arg::Count(count as i64))
            .arg(Arg::Count(position as i64))
            .because(self.app.last.or(self.began))
            .rule(rule);
        let event = journal.write(now, note);
        self.recover(now, journal);
        let due = Due::ReadBack { epoch: self.app.epoch, position, commit: event };
        self.agenda.enter(now + self.settings.read_after, due);
    }

    fn tell_failed(&mut self, now: Time, count: u64, error: &ServiceError, journal: &mut Journal) {
        let cause = self.last_of(&self.app.endpoint).max(self.app.last);
        match error.code.as_ref() {
            "1290" | "25006" => self.fail(now, count, "replica-is-read-only", cause, journal),
            "StorageFull" => self.fail(now, count, "volume-is-full", cause, journal),
            _ => {
                self.app.tally.unanswered += count;
                let note = Note::new(THE_APP, "unanswered", "connection-died")
                    .arg(Arg::Count(count as i64))
                    .because(cause)
                    .rule("RDS-13");
                self.app.last = Some(journal.write(now, note));
            }
        }
    }

    /// Reads a row back that was committed as the `position`th.
    fn read_back(&mut self, now: Time, position: usize, commit: EventId, journal: &mut Journal) {
        if self.settings.still || self.app.pool.is_empty() {
            return;
        }
        self.app.tally.reads += 1;
        let from = match self.settings.reads_from {
            // What was committed there is seen there.
            ReadsFrom::Source => return,
            ReadsFrom::Replicas => self.next_reader(),
        };
        let Some(id) = from else { return };
        let seen = self.read_at(now, &id);
        self.tell(now, None, journal);
        let Some(seen) = seen else { return };
        let in_cluster = self.cluster().is_some();
        let (what, why) = if seen < position {
            self.app.tally.stale += 1;
            ("read-old", if in_cluster { "reader-applies-later" } else { "not-applied-yet" })
        } else {
            ("read-new", "applied")
        };
        let note = Note::new(self.object(&id), what, why)
            .arg(Arg::Count(seen as i64))
            .arg(Arg::Count(position as i64))
            .because(commit)
            .rule(if in_cluster { "RDS-25" } else { "RDS-19" });
        journal.write(now, note);
    }

    /// The replica or reader whose turn it is.
    fn next_reader(&self) -> Option<String> {
        let up: Vec<&Instance> = self.readers().into_iter().filter(|one| one.serves()).collect();
        let at = self.app.tally.reads.checked_rem(up.len() as u64)?;
        Some(up[usize::try_from(at).ok()?].id.clone())
    }

    /// How many commits a reader of this replica sees.
    fn read_at(&mut self, now: Time, id: &str) -> Option<usize> {
        let connection = match self.app.readers.get(id) {
            Some(connection) => *connection,
            None => {
                let connect = self.ask(now, "Connect", json!({ "Endpoint": id })).ok()?;
                let Response::Rds(rds::Response::Connected { connection_id, .. }) = connect else {
                    return None;
                };
                self.app.readers.insert(id.to_owned(), connection_id);
                connection_id
            }
        };
        let seen = self.execute(now, connection, BTreeMap::new()).ok();
        if seen.is_none() {
            self.app.readers.remove(id);
        }
        seen
    }

    /// Opens what the pool lacks; tries again later what could not be opened.
    pub(super) fn connect(&mut self, now: Time, journal: &mut Journal) {
        if self.settings.still || self.app.reconnecting.is_some() {
            return;
        }
        let wanted = self.wanted();
        while self.app.pool.len() > wanted {
            if let Some(connection) = self.app.pool.pop() {
                self.close(now, connection);
            }
        }
        let retry = loop {
            let missing = wanted - self.app.pool.len();
            if missing == 0 {
                self.app.full = false;
                break None;
            }
            match self.open(now) {
                Ok(connection) => self.app.pool.push(connection),
                Err(Some(code)) => {
                    self.tell_refused(now, missing, code, journal);
                    break Some(RETRY_REFUSED);
                }
                Err(None) => break Some(RETRY),
            }
        };
        self.tell(now, None, journal);
        if let Some(after) = retry {
            self.app.reconnects += 1;
            let life = self.app.reconnects;
            self.app.reconnecting = Some(life);
            self.agenda.enter(now + after, Due::Reconnect { life });
        }
    }

    /// Opens one connection; the engine's code when it was refused, nothing when nobody answered.
    fn open(&mut self, now: Time) -> Result<u64, Option<&'static str>> {
        let app = &mut self.app;
        let address = app.resolver.resolve(now, &mut self.world.rds, &app.endpoint).ok_or(None)?;
        app.believed = Some(address.clone());
        match self.ask(now, "Connect", json!({ "Address": address })) {
            Ok(Response::Rds(rds::Response::Connected { connection_id, .. })) => Ok(connection_id),
            Err(error) if error.code == "1040" => Err(Some("1040")),
            Err(error) if error.code == "53300" => Err(Some("53300")),
            _ => Err(None),
        }
    }

    fn tell_refused(
        &mut self,
        now: Time,
        missing: usize,
        code: &'static str,
        journal: &mut Journal,
    ) {
        self.app.tally.refused += missing as u64;
        if std::mem::replace(&mut self.app.full, true) {
            return;
        }
        let most = self.watched().and_then(Instance::max_connections);
        let note = Note::new(self.object(&self.app.endpoint), "refused", "all-connections-taken")
            .arg(Arg::Count(missing as i64))
            .arg(Arg::Count(most.unwrap_or(0) as i64))
            .arg(Arg::Word(code))
            .because(self.yours.max(self.app.last).or(self.began))
            .rule("RDS-28");
        self.app.last = Some(journal.write(now, note));
    }

    fn close(&mut self, now: Time, connection: u64) {
        let _ = self.ask(now, "Disconnect", json!({ "ConnectionId": connection }));
    }

    /// Closes all connections; commits under way are given up.
    fn hang_up(&mut self, now: Time) {
        for connection in std::mem::take(&mut self.app.pool) {
            self.close(now, connection);
        }
        for connection in std::mem::take(&mut self.app.readers).into_values() {
            self.close(now, connection);
        }
        self.app.reconnecting = None;
    }

    /// The connections to an instance died.
    pub(super) fn connections_died(&mut self, now: Time, id: &str, event: EventId) {
        if let Some(connection) = self.app.readers.remove(id) {
            self.close(now, connection);
        }
        if !self.uses(id) {
            return;
        }
        self.app.last = Some(event);
        for connection in std::mem::take(&mut self.app.pool) {
            self.close(now, connection);
        }
        if !self.settings.still {
            self.app.reconnects += 1;
            let life = self.app.reconnects;
            self.app.reconnecting = Some(life);
            self.agenda.enter(now + RETRY, Due::Reconnect { life });
        }
    }

    /// The application uses another endpoint from now on.
    pub(super) fn go_to(&mut self, now: Time, id: &str, journal: &mut Journal) {
        self.hang_up(now);
        self.app.epoch += 1;
        id.clone_into(&mut self.app.endpoint);
        self.app.resolver = Resolver::new(self.settings.dns_ttl);
        self.app.full = false;
        self.press(now);
        self.count_lost(now, journal);
        self.work(now, journal);
    }

    /// Believes names for another time from now on.
    pub(super) fn remember_names(&mut self) {
        self.app.resolver = Resolver::new(self.settings.dns_ttl);
    }

    /// Counts the acknowledged commits that the application's database does not hold.
    pub(super) fn count_lost(&mut self, now: Time, journal: &mut Journal) {
        let Some(instance) = self.watched() else { return };
        let (log, position) = self.held(instance, now);
        let orders = log.len().min(position) - log.count(DAMAGE, position);
        let lost = self.app.tally.acknowledged.saturating_sub(orders as u64);
        if lost == self.app.tally.lost {
            return;
        }
        self.app.tally.lost = lost;
        let object = self.object(&self.app.endpoint);
        let (what, rule) = if lost > 0 { ("lacks", "RDS-22") } else { ("lacks-nothing", "RDS-13") };
        let cause = self.last_of(&self.app.endpoint).max(self.app.last);
        let note = Note::new(object, what, "counted").arg(Arg::Count(lost as i64));
        let event = journal.write(now, note.because(cause.or(self.began)).rule(rule));
        self.set_last(&self.app.endpoint.clone(), event);
    }

    /// The last event of an instance.
    pub(super) fn last_of(&self, id: &str) -> Option<EventId> {
        let known = self.instances.iter().rfind(|known| known.name == id);
        known.and_then(|known| known.last).or(self.began)
    }

    pub(super) fn set_last(&mut self, id: &str, event: EventId) {
        if let Some(known) = self.instances.iter_mut().rfind(|known| known.name == id) {
            known.last = Some(event);
        }
    }

    pub(super) fn known_snapshot(&mut self, name: &str) -> Option<&mut Known> {
        self.snapshots.iter_mut().rfind(|known| known.name == name)
    }
}
