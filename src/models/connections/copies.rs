//! The copies of the function: started, connected, at work, frozen, recycled.

use super::setting_up::ORDERS;
use super::{Connections, Path, SHOP, THE_DATABASE, THE_FUNCTION, THE_PROXY, THE_TABLE, copy};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::models::workload::Shape;
use crate::services::dynamodb::{self, AttributeValue};
use crate::services::rds::operation as rds;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};
use crate::services::{Answer, ServiceError, Ticket};

/// A request to DynamoDB takes this long here.
const DYNAMODB: Span = Span::millis(5);
/// The SDK's first wait before it tries again; twice as long each further time.
const BACKOFF: Span = Span::millis(50);
/// A backoff does not grow past this many doublings.
const DOUBLINGS: u32 = 8;

/// What a copy is at.
#[derive(Debug, Clone, std::marker::Copy, PartialEq, Eq)]
pub enum Doing {
    /// Frozen, its connection open.
    Idle,
    /// It starts.
    Starting,
    /// Its transaction runs, or waits for a proxy's connection.
    InTransaction,
    /// Its request to DynamoDB or the Data API is under way, or waits to be tried again.
    Asking {
        /// How often it was refused so far.
        throttled: u32,
    },
}

/// A running copy of the function: it handles one request at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Copy {
    /// Its number, from 1.
    pub number: u32,
    /// What it is at.
    pub doing: Doing,
    /// Its connection, to the database or to the proxy.
    pub connection: Option<u64>,
    /// Since when it is at that.
    pub since: Time,
    /// When its request came.
    came: Time,
    last: Option<EventId>,
}

/// What happens by the scene's own doing.
#[derive(Debug, Clone, std::marker::Copy, PartialEq)]
pub(super) enum Due {
    Begin,
    /// The next request, or burst, comes.
    Arrive {
        life: u32,
    },
    /// A copy has started.
    Handle {
        number: u32,
    },
    /// DynamoDB's answer is there.
    Answered {
        number: u32,
    },
    /// A throttled request is tried again.
    Again {
        number: u32,
    },
    /// The database becomes slow.
    Slow,
    /// A copy that was idle since then is recycled.
    Recycle {
        number: u32,
        since: Time,
    },
}

impl Connections {
    pub(super) fn let_actor_act(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => {
                let event = journal.write(now, Note::new(THE_FUNCTION, "began", "preset"));
                self.began = Some(event);
                self.flow = Some(event);
                self.database = Some(event);
                self.start_flow(now);
                let slow_after = Span(self.number("slow-after"));
                if slow_after > Span::ZERO {
                    self.agenda.enter(now + slow_after, Due::Slow);
                }
            }
            Due::Slow if !self.slow => self.slow_down(now, journal),
            Due::Arrive { life } if life == self.life => self.arrive(now, journal),
            Due::Handle { number } => self.handle(now, number, journal),
            Due::Answered { number } => self.succeed(now, number, journal),
            Due::Again { number } => self.handle(now, number, journal),
            Due::Recycle { number, since } => {
                let same = |copy: &Copy| copy.doing == Doing::Idle && copy.since == since;
                if self.copies.get(&number).is_some_and(same) {
                    self.recycle(now, number, "idle-for-long", journal);
                }
            }
            Due::Arrive { .. } | Due::Slow => {}
        }
    }

    /// Queries take longer from now on, by nobody's doing.
    fn slow_down(&mut self, now: Time, journal: &mut Journal) {
        self.slow = true;
        let note = Note::new(THE_DATABASE, "slow", "grew").arg(Arg::Span(self.query_time()));
        let event = journal.write(now, note.because(self.database.or(self.began)));
        self.database = Some(event);
    }

    /// Lets requests come from now on, as the knobs say.
    pub(super) fn start_flow(&mut self, now: Time) {
        self.life += 1;
        let size = u32::try_from(self.dials.get("burst-size")).unwrap_or(0);
        let shape = match size {
            0 => Shape::Random,
            _ => Shape::Burst { count: size, every: Span(self.number("burst-every")) },
        };
        self.arrivals.set_shape(shape);
        self.arrivals.set_rate(self.number("arrival-rate"));
        self.next = None;
        if !self.is_still() {
            // The first burst comes after a second.
            self.next = match size {
                0 => self.arrivals.next_after(now),
                _ => Some(now + Span::seconds(1)),
            };
            self.enter_next();
        }
    }

    fn enter_next(&mut self) {
        if let Some(next) = self.next {
            self.agenda.enter(next, Due::Arrive { life: self.life });
        }
    }

    fn arrive(&mut self, now: Time, journal: &mut Journal) {
        let size = self.number("burst-size");
        if size > 0 {
            self.next = Some(now + Span(self.number("burst-every")));
            self.burst(now, size, "came-in", journal);
        } else {
            self.next = self.arrivals.next_after(now);
            self.request(now, self.flow, journal);
        }
        self.enter_next();
    }

    /// So many requests at once.
    pub(super) fn burst(&mut self, now: Time, size: u64, why: &'static str, journal: &mut Journal) {
        let note = Note::new(THE_FUNCTION, "burst", why).arg(Arg::Count(size as i64));
        let event = journal.write(now, note.because(self.yours.or(self.began)));
        self.flow = Some(event);
        for _ in 0..size {
            self.request(now, Some(event), journal);
        }
    }

    /// A request: an idle copy takes it, or a new one, or nobody.
    fn request(&mut self, now: Time, cause: Option<EventId>, journal: &mut Journal) {
        self.requests += 1;
        let idle = self.copies.values().find(|copy| copy.doing == Doing::Idle);
        if let Some(number) = idle.map(|copy| copy.number) {
            if let Some(copy) = self.copies.get_mut(&number) {
                (copy.doing, copy.since, copy.came) = (Doing::Starting, now, now);
            }
            return self.handle(now, number, journal);
        }
        if self.copies.len() as u64 >= self.number("concurrency") {
            self.tally.throttles += 1;
            let note = Note::new(THE_FUNCTION, "throttled", "concurrency-reached")
                .arg(Arg::Count(self.copies.len() as i64))
                .because(cause.or(self.began))
                .rule("L-5");
            journal.write(now, note);
            return;
        }
        self.made += 1;
        let number = self.made;
        let note = Note::new(copy(number), "started", "no-idle-copy");
        let last = Some(journal.write(now, note.because(cause.or(self.began)).rule("L-1")));
        let new =
            Copy { number, doing: Doing::Starting, connection: None, since: now, came: now, last };
        self.copies.insert(number, new);
        self.agenda.enter(now + Span(self.number("cold-start")), Due::Handle { number });
    }

    fn handle(&mut self, now: Time, number: u32, journal: &mut Journal) {
        if !self.copies.contains_key(&number) {
            return;
        }
        match self.path() {
            Path::DynamoDb => self.put_item(now, number, journal),
            Path::DataApi => self.execute_statement(now, number, journal),
            Path::Direct | Path::Proxy => {
                if let Some(connection) = self.connected(now, number, journal) {
                    self.transact(now, number, connection, journal);
                }
            }
        }
    }

    pub(super) fn last(&self, number: u32) -> Option<EventId> {
        self.copies.get(&number).and_then(|copy| copy.last).or(self.began)
    }

    pub(super) fn set_last(&mut self, number: u32, event: EventId) {
        if let Some(copy) = self.copies.get_mut(&number) {
            copy.last = Some(event);
        }
    }

    /// The copy's connection: the one it has, or a new one; nothing when it was refused.
    fn connected(&mut self, now: Time, number: u32, journal: &mut Journal) -> Option<u64> {
        if let Some(connection) = self.copies.get(&number)?.connection {
            return Some(connection);
        }
        let endpoint = match self.proxy() {
            Some(proxy) => proxy.endpoint(),
            None => SHOP.to_owned(),
        };
        let connect = rds::Connect { endpoint: Some(endpoint), ..rds::Connect::default() };
        match self.ask_database(now, rds::Operation::Connect(connect)) {
            Answer::Now(Ok(Response::Rds(rds::Response::Connected { connection_id, .. }))) => {
                self.is_connected(now, number, connection_id, journal);
                Some(connection_id)
            }
            Answer::Now(Err(error)) => {
                self.refused(now, number, &error, journal);
                None
            }
            // A paused database wakes first (AUR-19).
            Answer::Later(ticket) => {
                self.tickets.insert(ticket, number);
                self.tell(self.copies.get(&number).and_then(|copy| copy.last), journal);
                None
            }
            Answer::Now(Ok(_)) => None,
        }
    }

    fn is_connected(&mut self, now: Time, number: u32, connection: u64, journal: &mut Journal) {
        let why = if self.path() == Path::Proxy { "proxy-takes-all" } else { "one-each" };
        let note = Note::new(copy(number), "connected", why).because(self.last(number));
        let event = journal.write(now, note.rule("RDS-28"));
        self.set_last(number, event);
        if let Some(copy) = self.copies.get_mut(&number) {
            copy.connection = Some(connection);
        }
    }

    fn refused(&mut self, now: Time, number: u32, error: &ServiceError, journal: &mut Journal) {
        let full = error.code == "1040";
        let (why, rule) =
            if full { ("all-connections-taken", "RDS-28") } else { ("nobody-answers", "RDS-18") };
        self.tally.refused += u64::from(full);
        let note = Note::new(copy(number), "refused", why)
            .arg(Arg::Object(THE_DATABASE))
            .arg(Arg::Word(if full { "1040" } else { "ConnectionTimedOut" }))
            .because(self.last(number));
        let event = journal.write(now, note.rule(rule));
        self.fail(now, number, event);
    }

    fn transact(&mut self, now: Time, number: u32, connection: u64, journal: &mut Journal) {
        let row = (format!("row-{}", self.requests % 50), self.requests.to_string());
        let execute = rds::Execute {
            connection_id: connection,
            writes: Some([row].into()),
            millis: Some(self.query_time().0),
            pins_session: Some(self.dials.get("session-state") == super::tables::SECOND),
            ..rds::Execute::default()
        };
        match self.ask_database(now, rds::Operation::Execute(execute)) {
            Answer::Later(ticket) => {
                self.tickets.insert(ticket, number);
                if let Some(copy) = self.copies.get_mut(&number) {
                    (copy.doing, copy.since) = (Doing::InTransaction, now);
                }
                self.tell_waits(now, number, journal);
            }
            Answer::Now(Ok(_)) => self.succeed(now, number, journal),
            Answer::Now(Err(error)) => self.transaction_failed(now, number, &error, journal),
        }
        self.tell(None, journal);
    }

    /// Tells that a transaction waits for a connection of the proxy.
    fn tell_waits(&mut self, now: Time, number: u32, journal: &mut Journal) {
        let Some(proxy) = self.proxy() else { return };
        let connection = self.copies.get(&number).and_then(|copy| copy.connection);
        let place = proxy.queue().position(|wait| Some(wait.client) == connection);
        let Some(place) = place else { return };
        let note = Note::new(copy(number), "waits", "all-lent")
            .arg(Arg::Count(place as i64 + 1))
            .because(self.last(number))
            .rule("RDS-29");
        let event = journal.write(now, note);
        self.set_last(number, event);
    }

    /// An answer of the database has come.
    pub(super) fn answered(
        &mut self,
        at: Time,
        ticket: Ticket,
        result: Result<Response, ServiceError>,
        journal: &mut Journal,
    ) {
        let Some(number) = self.tickets.remove(&ticket) else { return };
        if self.path() == Path::Proxy
            && let Some(copy) = self.copies.get(&number)
        {
            let waited = at.since(copy.since).0.saturating_sub(self.query_time().0);
            ease(&mut self.tally.borrow_latency, waited);
        }
        let connected = self.copies.get(&number).is_some_and(|copy| copy.connection.is_some());
        match result {
            Ok(Response::Rds(rds::Response::Connected { connection_id, .. })) => {
                self.is_connected(at, number, connection_id, journal);
                self.transact(at, number, connection_id, journal);
            }
            Ok(_) => self.succeed(at, number, journal),
            Err(error) if self.path() == Path::DataApi => {
                self.statement_failed(at, number, &error, journal);
            }
            Err(error) if !connected => self.refused(at, number, &error, journal),
            Err(error) => self.transaction_failed(at, number, &error, journal),
        }
    }

    fn transaction_failed(
        &mut self,
        now: Time,
        number: u32,
        error: &ServiceError,
        journal: &mut Journal,
    ) {
        let timed_out = error.code == "9501";
        let (what, why, rule, object) = if timed_out {
            self.tally.borrow_timeouts += 1;
            ("gave-up", "borrow-timeout-over", "RDS-29", THE_PROXY)
        } else {
            // A proxy keeps its clients while the database is gone.
            let keeps = self.path() == Path::Proxy && error.code == "ConnectionLost";
            if let Some(copy) = self.copies.get_mut(&number) {
                copy.connection = copy.connection.filter(|_| keeps);
            }
            ("cut-off", "connection-died", "RDS-14", THE_DATABASE)
        };
        let cause = self.last(number).max(self.database.filter(|_| !timed_out));
        let note = Note::new(copy(number), what, why).arg(Arg::Object(object)).because(cause);
        let event = journal.write(now, note.rule(rule));
        self.fail(now, number, event);
    }

    fn put_item(&mut self, now: Time, number: u32, journal: &mut Journal) {
        let Some(state) = self.copies.get(&number) else { return };
        let throttled = match state.doing {
            Doing::Asking { throttled } => throttled,
            _ => 0,
        };
        self.requests += 1;
        let id = AttributeValue::S(format!("order-{}", self.requests % 997).into());
        let item = [("id", id)].into_iter().collect();
        let put = dynamodb::PutItem {
            table_name: ORDERS.to_owned(),
            item,
            ..dynamodb::PutItem::default()
        };
        let put = dynamodb::Operation::PutItem(put);
        let answer = self.world.call(now, Operation::DynamoDb(put));
        if let Some(copy) = self.copies.get_mut(&number) {
            (copy.doing, copy.since) = (Doing::Asking { throttled }, now);
        }
        if matches!(answer, Answer::Now(Ok(_))) {
            self.agenda.enter(now + DYNAMODB, Due::Answered { number });
            return;
        }
        self.tally.write_throttles += 1;
        let tries = throttled + 1;
        let gives_up = u64::from(tries) > self.number("retries");
        let what = if gives_up { "throttled-for-good" } else { "throttled-by-table" };
        let wait = Span(BACKOFF.0 << throttled.min(DOUBLINGS));
        let note = Note::new(copy(number), what, "capacity-used-up")
            .arg(Arg::Object(THE_TABLE))
            .arg(Arg::Span(wait))
            .because(self.last(number))
            .rule("DDB-23");
        let event = journal.write(now, note);
        if gives_up {
            return self.fail(now, number, event);
        }
        self.set_last(number, event);
        if let Some(copy) = self.copies.get_mut(&number) {
            copy.doing = Doing::Asking { throttled: tries };
        }
        self.agenda.enter(now + wait, Due::Again { number });
    }

    pub(super) fn succeed(&mut self, now: Time, number: u32, journal: &mut Journal) {
        let Some(came) = self.copies.get(&number).map(|copy| copy.came) else { return };
        self.tally.succeeded += 1;
        let took = now.since(came);
        ease(&mut self.tally.duration, took.0);
        let object = copy(number);
        let note = Note::new(object, "done", "answered").arg(Arg::Span(took));
        let event = journal.write(now, note.because(self.last(number)));
        self.set_last(number, event);
        self.rest(now, number);
    }

    pub(super) fn fail(&mut self, now: Time, number: u32, event: EventId) {
        self.tally.errors += 1;
        self.set_last(number, event);
        self.rest(now, number);
    }

    /// The copy is frozen until another request comes; its connection stays open.
    fn rest(&mut self, now: Time, number: u32) {
        if let Some(copy) = self.copies.get_mut(&number) {
            (copy.doing, copy.since) = (Doing::Idle, now);
        }
        let after = Span(self.number("copy-life"));
        self.agenda.enter(now + after, Due::Recycle { number, since: now });
    }

    fn recycle(&mut self, now: Time, number: u32, why: &'static str, journal: &mut Journal) {
        let cause = self.last(number);
        let Some(gone) = self.copies.remove(&number) else { return };
        journal.write(now, Note::new(copy(number), "recycled", why).because(cause));
        self.hang_up(now, gone.connection);
        self.tell(None, journal);
    }

    fn hang_up(&mut self, now: Time, connection: Option<u64>) {
        if let Some(connection_id) = connection {
            let close = rds::ConnectionName { connection_id };
            let _ = self.ask_database(now, rds::Operation::Disconnect(close));
        }
    }

    /// Every copy that is idle goes; new ones will come.
    pub(super) fn recycle_idle(&mut self, now: Time, journal: &mut Journal) {
        let idle = self.copies.values().filter(|copy| copy.doing == Doing::Idle);
        for number in idle.map(|copy| copy.number).collect::<Vec<_>>() {
            self.recycle(now, number, "you-asked", journal);
        }
    }
}

/// A mean that follows the last values.
fn ease(mean: &mut u64, value: u64) {
    *mean = if *mean == 0 { value } else { (*mean * 7 + value) / 8 };
}
