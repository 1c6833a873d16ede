//! A request on its way: to the cache, to the database, and back to the cache with what it found.

use super::books::{Doubt, NONE, value, version};
use super::engine::{Engine, Kept, Looked};
use super::{Cache, Due, HISTORY, Second, THE_DATABASE, WINDOW, key_object};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::time::{Span, Time};

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Somebody reads a row.
    Read,
    /// A report reads a row.
    Scan,
    /// A reader has somebody load a key again before it expires.
    Refresh,
    /// Somebody changes a row.
    Write,
}

/// Where a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// On its way to the cache with a GET.
    Asking,
    /// On its way to the cache for the lock.
    Locking,
    /// Somebody else loads the key: waits before it asks again.
    LockWait,
    /// Waits for a connection to the database.
    QueryWait,
    /// In the database.
    Querying,
    /// Has the database's answer and dawdles.
    Pausing,
    /// On its way to the cache with a SET.
    Storing,
    /// On its way to the cache with a DEL.
    Deleting,
}

/// A request under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// Its number.
    pub number: u32,
    /// What it is for.
    pub sort: Sort,
    /// Which row.
    pub row: u32,
    /// When it came.
    pub born: Time,
    /// Where it is.
    pub stage: Stage,
    /// Since when.
    pub since: Time,
    /// Until when, if that is known.
    pub until: Option<Time>,
    /// Trips so far, to the cache and to the database.
    pub trips: u32,
    /// Whether the cache had the key; unknown before it has answered.
    pub hit: Option<bool>,
    /// The version it read, or wrote.
    pub(super) version: u32,
    pub(super) has_lock: bool,
    /// Whether it has waited for somebody else's load.
    pub(super) waited: bool,
    /// Whether the database has its change.
    pub(super) updated: bool,
    /// Whether the cache did not answer.
    pub(super) bare: bool,
    /// Whether it was just told to ask elsewhere.
    pub(super) sent_on: bool,
    pub(super) pause: Span,
    pub(super) last: Option<EventId>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The cache had it.
    Hit,
    /// The cache had something older than the database.
    Stale,
    /// The database had it.
    Miss,
    /// The row is changed.
    Written,
    /// No answer.
    Failed,
}

/// A request that has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ended {
    /// Its number.
    pub number: u32,
    /// Which row.
    pub row: u32,
    /// How it ended.
    pub verdict: Verdict,
    /// How many trips it took.
    pub trips: u32,
    /// How long it took.
    pub took: Span,
    /// When it ended.
    pub at: Time,
}

/// So many ended requests are remembered.
const REMEMBERED: usize = 16;
/// So many queries wait for a connection at most.
const QUEUE: usize = 1_000;
/// How long a reader waits for whoever has the lock before it asks again.
const LOCK_PAUSE: Span = Span::millis(50);

impl Request {
    /// The request as a thing that can be pointed at.
    pub fn object(&self) -> ObjectId {
        ObjectId { kind: super::REQUEST, number: self.number }
    }

    fn key(&self) -> Arg {
        Arg::Object(key_object(self.row + 1))
    }

    pub(super) fn is_read(&self) -> bool {
        matches!(self.sort, Sort::Read | Sort::Scan)
    }
}

impl Cache {
    /// A request comes; its number.
    pub(super) fn start(
        &mut self,
        at: Time,
        sort: Sort,
        row: u32,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) -> u32 {
        self.numbers += 1;
        let request = Request {
            number: self.numbers,
            sort,
            row,
            born: at,
            stage: Stage::Asking,
            since: at,
            until: None,
            trips: 0,
            hit: None,
            version: 0,
            has_lock: sort == Sort::Refresh,
            waited: false,
            updated: false,
            bare: false,
            sent_on: false,
            pause: if sort == Sort::Write { Span::ZERO } else { self.settings.pause },
            last: cause,
        };
        match sort {
            Sort::Read | Sort::Scan => self.travel(at, request, Stage::Asking),
            Sort::Refresh => self.begin_query(at, request, journal),
            Sort::Write => self.begin_write(at, request, journal),
        }
        self.numbers
    }

    /// Sends a request to the cache.
    pub(super) fn travel(&mut self, at: Time, request: Request, stage: Stage) {
        self.stay(at, request, stage, self.settings.cache_time);
    }

    fn stay(&mut self, at: Time, request: Request, stage: Stage, span: Span) {
        let until = at + span;
        let moved = Request { stage, since: at, until: Some(until), ..request };
        self.requests.insert(request.number, moved);
        self.agenda.enter(until, Due::Goes(request.number));
    }

    /// A request has arrived where it was going.
    pub(super) fn go_on(&mut self, at: Time, number: u32, journal: &mut Journal) {
        let Some(mut request) = self.requests.get(&number).copied() else { return };
        let asks = matches!(request.stage, Stage::Asking | Stage::Storing | Stage::Deleting);
        match self.detour(request.row).filter(|_| asks && !request.sent_on) {
            Some(detour) => return self.send_on(at, request, detour, journal),
            None => request.sent_on = false,
        }
        match request.stage {
            Stage::Asking => self.ask(at, request, journal),
            Stage::Locking => self.take_lock(at, request, journal),
            Stage::LockWait => self.travel(at, request, Stage::Asking),
            Stage::QueryWait => {}
            Stage::Querying => self.end_query(at, request, journal),
            Stage::Pausing => self.travel(at, request, Stage::Storing),
            Stage::Storing => {
                request.trips += 1;
                self.store(at, request, journal);
            }
            Stage::Deleting => {
                request.trips += 1;
                self.delete(at, request, journal);
            }
        }
    }

    fn ask(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        request.trips += 1;
        let renews = self.settings.sessions && self.settings.ttl > Span::ZERO;
        match self.look(at, request.row, renews.then_some(self.settings.ttl)) {
            Looked::Found(value) => self.hit(at, request, &value, renews, journal),
            Looked::Nothing => self.missed(at, request, journal),
            Looked::Silent => {
                self.count_read(at, false);
                request.hit = Some(false);
                request.bare = true;
                let note = Note::new(request.object(), "cache-silent", self.why_silent());
                let note = note.arg(request.key()).because(self.node_event.or(request.last));
                request.last = Some(journal.write(at, note.rule("EC-11")));
                self.begin_query(at, request, journal);
            }
        }
    }

    fn hit(
        &mut self,
        at: Time,
        mut request: Request,
        value: &[u8],
        renews: bool,
        journal: &mut Journal,
    ) {
        if request.hit.is_none() {
            self.count_read(at, true);
            request.hit = Some(true);
        }
        let row = self.rows[request.row as usize];
        let stale = version(value).is_some_and(|version| version < row.version);
        let (what, why, cause, rule) = if stale && row.doubt == Doubt::Raced {
            ("hit-stale", "lost-race", row.last, "EC-15")
        } else if stale && row.doubt == Doubt::LeftBehind {
            ("hit-stale", "left-behind", row.last, "MC-4")
        } else if stale {
            ("hit-stale", "changed-behind", row.changed, "EC-12")
        } else if value == NONE {
            ("hit-none", "marker-kept", row.last, "EC-14")
        } else if request.waited {
            ("hit", "somebody-loaded", row.last, "EC-17")
        } else if renews {
            ("hit", "session-renewed", row.last, "EC-31")
        } else {
            ("hit", "in-cache", row.last, "EC-9")
        };
        let note = Note::new(request.object(), what, why)
            .arg(request.key())
            .arg(Arg::Span(at.since(request.born)))
            .because(cause.or(request.last).or(self.began))
            .rule(rule);
        request.last = Some(journal.write(at, note));
        if renews {
            self.keep(at, request.row, Some(self.whole(self.settings.ttl)));
            self.rows[request.row as usize].doubt = row.doubt;
        }
        if stale {
            self.tally.stale += 1;
        }
        self.refresh_early(at, &request, journal);
        self.end(at, request, if stale { Verdict::Stale } else { Verdict::Hit });
    }

    /// One of the readers of a key that will expire soon has it loaded anew.
    fn refresh_early(&mut self, at: Time, request: &Request, journal: &mut Journal) {
        let expires = self.rows[request.row as usize].expires;
        let margin = Span((self.settings.ttl.0 / 5).max(self.settings.db_time.0 * 2));
        let soon = expires.is_some_and(|expires| expires.since(at) <= margin);
        if !self.settings.early || !soon || request.row >= self.settings.rows {
            return;
        }
        if self.lock(at, request.row, self.numbers + 1) == Kept::Yes {
            let note = Note::new(key_object(request.row + 1), "refresh-began", "expires-soon");
            let note = note.arg(Arg::Span(expires.unwrap_or(at).since(at))).because(request.last);
            let event = journal.write(at, note.rule("EC-17"));
            self.start(at, Sort::Refresh, request.row, Some(event), journal);
        }
    }

    fn missed(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        if request.hit.is_none() {
            self.count_read(at, false);
            request.hit = Some(false);
            let row = self.rows[request.row as usize];
            let why = match row.gone {
                "" if request.row >= self.settings.rows => "no-such-row",
                "" => "never-stored",
                gone => gone,
            };
            let lost_session = self.settings.sessions && !row.gone.is_empty();
            let what = if lost_session { "logged-out" } else { "missed" };
            if lost_session && row.gone != "expired" {
                self.tally.logins_again += 1;
            }
            let rule = match (lost_session, why) {
                (true, _) => "EC-31",
                (_, "no-such-row") => "EC-14",
                _ => "EC-10",
            };
            let cause = row.last.or(request.last).or(self.began);
            let note = Note::new(request.object(), what, why).arg(request.key());
            request.last = Some(journal.write(at, note.because(cause).rule(rule)));
        }
        if self.settings.lock {
            self.travel(at, request, Stage::Locking);
        } else {
            self.begin_query(at, request, journal);
        }
    }

    fn take_lock(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        request.trips += 1;
        if self.lock(at, request.row, request.number) == Kept::Taken {
            if !request.waited {
                let note = Note::new(request.object(), "lock-taken", "somebody-loads");
                let note = note.arg(request.key()).because(request.last).rule("EC-17");
                request.last = Some(journal.write(at, note));
                request.waited = true;
            }
            self.stay(at, request, Stage::LockWait, LOCK_PAUSE);
            return;
        }
        request.has_lock = true;
        let note = Note::new(request.object(), "locked", "first-to-miss").arg(request.key());
        let note = note.arg(Arg::Span(self.settings.lock_ttl)).because(request.last);
        request.last = Some(journal.write(at, note.rule("EC-17")));
        self.begin_query(at, request, journal);
    }

    /// Sends a request to the database, or into the line before it.
    pub(super) fn begin_query(&mut self, at: Time, request: Request, journal: &mut Journal) {
        if let Some(down) = self.database_down {
            return self.fail(at, request, ("database-down", Some(down), Some("EC-11")), journal);
        }
        if self.queries < self.settings.connections {
            return self.query(at, request);
        }
        if self.waiting.len() >= QUEUE {
            return self.fail(at, request, ("line-full", request.last, None), journal);
        }
        if self.waiting.is_empty() {
            let note = Note::new(THE_DATABASE, "queries-wait", "connections-busy");
            let note = note.arg(Arg::Count(self.queries as i64)).because(request.last);
            self.database_event = Some(journal.write(at, note));
        }
        self.waiting.push_back(request.number);
        let waits = Request { stage: Stage::QueryWait, since: at, until: None, ..request };
        self.requests.insert(request.number, waits);
    }

    fn query(&mut self, at: Time, mut request: Request) {
        self.queries += 1;
        self.tally.queries += 1;
        if request.sort != Sort::Write {
            // A query sees the rows as they were when it began.
            request.version = self.rows[request.row as usize].version;
        }
        request.trips += 1;
        self.stay(at, request, Stage::Querying, self.settings.db_time);
    }

    /// Gives a connection back; the next in line takes it.
    pub(super) fn free_connection(&mut self, at: Time) {
        self.queries = self.queries.saturating_sub(1);
        while self.queries < self.settings.connections {
            let Some(next) = self.waiting.pop_front() else { break };
            if let Some(request) = self.requests.get(&next).copied() {
                self.query(at, request);
            }
        }
    }

    fn end_query(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        self.free_connection(at);
        if let Some(down) = self.database_down {
            return self.fail(at, request, ("database-down", Some(down), Some("EC-11")), journal);
        }
        if request.sort == Sort::Write {
            return self.updated(at, request, journal);
        }
        let exists = request.row < self.settings.rows;
        let (what, why) = match (exists, request.bare) {
            (false, _) => ("found-nothing", "no-such-row"),
            (_, true) => ("loaded", "without-cache"),
            _ => ("loaded", "was-missed"),
        };
        let note = Note::new(request.object(), what, why)
            .arg(request.key())
            .arg(Arg::Span(at.since(request.since)))
            .arg(Arg::Span(at.since(request.born)));
        let rule = if exists { "EC-10" } else { "EC-14" };
        request.last = Some(journal.write(at, note.because(request.last).rule(rule)));
        let remember = exists || self.settings.negative > Span::ZERO;
        if request.bare || !remember {
            self.end(at, request, Verdict::Miss);
        } else if request.pause > Span::ZERO {
            self.stay(at, request, Stage::Pausing, request.pause);
        } else {
            self.travel(at, request, Stage::Storing);
        }
    }

    fn store(&mut self, at: Time, mut request: Request, journal: &mut Journal) {
        let negative = request.row >= self.settings.rows;
        let life = self.life(negative);
        let bytes = match negative {
            true => NONE.to_vec(),
            false => value(request.version, self.value_size()),
        };
        let kept = self.put(at, request.row, &bytes, life);
        let late = request.version < self.rows[request.row as usize].version;
        let through = request.sort == Sort::Write;
        let for_ever = life.is_none();
        let stored = if for_ever { "stored-for-ever" } else { "stored" };
        let (what, why, rule) = match kept {
            Kept::Refused | Kept::Taken => ("store-refused", "memory-full", "EC-21"),
            Kept::Silent => ("store-lost", self.why_silent(), "EC-11"),
            Kept::Yes if late && for_ever => {
                ("stored-stale-for-ever", "read-before-write", "EC-15")
            }
            Kept::Yes if late => ("stored-stale", "read-before-write", "EC-15"),
            Kept::Yes if negative => ("stored-none", "remember-none", "EC-14"),
            Kept::Yes if through => (stored, "write-through", "EC-13"),
            Kept::Yes if request.sort == Sort::Refresh => (stored, "refreshed", "EC-17"),
            Kept::Yes => (stored, "after-miss", "EC-10"),
        };
        let mut note = Note::new(key_object(request.row + 1), what, why)
            .arg(Arg::Object(request.object()))
            .because(request.last.or(self.began))
            .rule(rule);
        if let Some(life) = life {
            note = note.arg(Arg::Span(life));
        }
        let event = journal.write(at, note);
        request.last = Some(event);
        if kept == Kept::Yes {
            self.keep(at, request.row, life);
            let row = &mut self.rows[request.row as usize];
            row.last = Some(event);
            row.doubt = if late { Doubt::Raced } else { Doubt::None };
        } else {
            self.tally.refused += 1;
        }
        self.tell_evicted(at, Some(event), journal);
        if request.has_lock {
            self.unlock(at, request.row, request.number);
        }
        self.end(at, request, if through { Verdict::Written } else { Verdict::Miss });
    }

    /// Why no server of the key's shard answers.
    pub(super) fn why_silent(&self) -> &'static str {
        match self.settings.engine {
            Engine::Valkey => "no-primary",
            Engine::Memcached => "node-is-down",
        }
    }

    /// A request gets no answer.
    pub(super) fn fail(
        &mut self,
        at: Time,
        mut request: Request,
        (why, cause, rule): (&'static str, Option<EventId>, Option<&'static str>),
        journal: &mut Journal,
    ) {
        self.tally.failed += 1;
        let mut note = Note::new(request.object(), "failed", why).arg(request.key());
        note = note.because(cause.or(request.last).or(self.began));
        if let Some(rule) = rule {
            note = note.rule(rule);
        }
        request.last = Some(journal.write(at, note));
        self.end(at, request, Verdict::Failed);
    }

    /// A request is over.
    pub(super) fn end(&mut self, at: Time, request: Request, verdict: Verdict) {
        self.requests.remove(&request.number);
        let took = at.since(request.born);
        if request.is_read() && verdict != Verdict::Failed {
            let (mean, new) = (self.tally.latency, took.0 * 16);
            self.tally.latency = if mean == 0 { new } else { (mean * 15 + new) / 16 };
        }
        if self.ended.len() == REMEMBERED {
            self.ended.pop_front();
        }
        let Request { number, row, trips, .. } = request;
        self.ended.push_back(Ended { number, row, verdict, trips, took, at });
    }

    fn count_read(&mut self, at: Time, hit: bool) {
        *(if hit { &mut self.tally.hits } else { &mut self.tally.misses }) += 1;
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(hit);
        let number = at.0 / 1_000;
        if self.seconds.back().is_none_or(|second| second.number != number) {
            if self.seconds.len() == HISTORY {
                self.seconds.pop_front();
            }
            self.seconds.push_back(Second { number, ..Second::default() });
        }
        if let Some(second) = self.seconds.back_mut() {
            second.reads += 1;
            second.hits += u32::from(hit);
        }
    }

    /// Somebody's process dies in the middle of loading a key; the request is never heard of again.
    pub(super) fn crash(&mut self, at: Time, number: u32, journal: &mut Journal) {
        let Some(request) = self.requests.remove(&number) else { return };
        let note = Note::new(request.object(), "crashed", "you-asked").arg(request.key());
        let note = note.because(request.last.or(self.began)).rule("EC-17");
        journal.write(at, note);
        self.waiting.retain(|waiting| *waiting != number);
        if request.stage == Stage::Querying {
            self.free_connection(at);
        }
        self.tally.failed += 1;
    }
}
