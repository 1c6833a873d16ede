//! Who comes and goes: visitors with the load, a health check, a tool that keeps a connection open.

use serde_json::json;

use super::actors::connection_of;
use super::{Aurora, Due, THE_MONITOR, THE_REPORT_TOOL, THE_VISITORS};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::time::{Span, Time};
use crate::services::world::Response;
use crate::services::{Answer, LateAnswer, Ticket};

/// How often the load is felt.
const LOAD_STEP: Span = Span::minutes(1);
/// Thousandths of a request a second that one ACU carries: the model's choice.
pub(super) const PER_ACU: u64 = 100_000;
/// For how long a visitor stays that came by hand.
const VISIT: Span = Span::seconds(10);
/// Visitors of a day, hour by hour, in hundredths of the peak.
const OFFICE_HOURS: [u64; 24] =
    [0, 0, 0, 0, 0, 0, 0, 0, 25, 70, 100, 95, 55, 60, 90, 85, 60, 30, 10, 5, 3, 0, 0, 0];
/// The hour at which the model's day begins.
const FIRST_HOUR: u64 = 6;

impl Aurora {
    /// What the visitors ask for at a moment, in thousandths of a request a second.
    fn load_at(&self, now: Time) -> u64 {
        let peak = self.dials.get("peak").unsigned_abs();
        let minute = now.0 / Span::minutes(1).0;
        match self.dials.get("load") {
            1 => peak,
            2 => {
                let (hour, part) = (minute / 60 + FIRST_HOUR, minute % 60);
                let of = |hour: u64| OFFICE_HOURS[(hour % 24) as usize];
                peak * (of(hour) * (60 - part) + of(hour + 1) * part) / 6_000
            }
            3 if minute % 10 < 2 => peak,
            3 => peak / 20,
            _ => 0,
        }
    }

    /// The load has changed: visitors connect or leave, and capacity follows.
    pub(super) fn feel_load(&mut self, now: Time, journal: &mut Journal) {
        self.agenda.enter(now + LOAD_STEP, Due::Load(self.life));
        if self.dials.get("load") == 0 {
            return;
        }
        let (before, load) = (self.visitors.load, self.load_at(now));
        self.visitors.load = load;
        self.demand(now);
        if load > 0 && self.visitors.connection.is_none() && self.visitors.waits.is_none() {
            self.visitors_knock(now, "people-come", None, journal);
        } else if load == 0 && before > 0 {
            self.visitors_leave(now, "night", journal);
        }
        self.heed(Vec::new(), self.latest.get(&THE_VISITORS).copied(), journal);
    }

    /// Tells the database what the visitors need.
    fn demand(&mut self, now: Time) {
        let serving = self.visitors.connection.is_some();
        let load = if serving { self.visitors.load } else { 0 };
        let halves = (2 * load).div_ceil(PER_ACU);
        let Some(writer) = self.writer().map(|writer| writer.id.clone()) else { return };
        self.world.rds.demand_acu(now, &writer, u32::try_from(halves).unwrap_or(u32::MAX));
    }

    /// Somebody wants to be let in. A paused database wakes first (AUR-19).
    fn visitors_knock(
        &mut self,
        now: Time,
        why: &'static str,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        match self.knock(now) {
            Answer::Now(Ok(connected)) => {
                self.visitors.connection = connection_of(&connected);
                let note = Note::new(THE_VISITORS, "visitors-in", why);
                self.visitors_told(now, note, cause, journal);
                self.demand(now);
            }
            Answer::Now(Err(_)) => {
                let note = Note::new(THE_VISITORS, "cannot-connect", "nobody-answers");
                self.visitors_told(now, note, cause, journal);
            }
            Answer::Later(ticket) => {
                self.visitors.waits = Some((ticket, now));
                let patience = Span(self.dials.get("client-timeout").unsigned_abs());
                self.agenda.enter(now + patience, Due::GiveUp(ticket));
                let note = Note::new(THE_VISITORS, "visitors-wait", why);
                let event = self.visitors_told(now, note.rule("AUR-19"), cause, journal);
                self.heed(Vec::new(), Some(event), journal);
            }
        }
    }

    fn visitors_told(
        &mut self,
        now: Time,
        note: Note,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) -> EventId {
        let cause = cause.or(self.latest.get(&THE_VISITORS).copied());
        self.told_because(now, THE_VISITORS, note, cause, journal)
    }

    fn visitors_leave(&mut self, now: Time, why: &'static str, journal: &mut Journal) {
        let Some(connection) = self.visitors.connection.take() else { return };
        drop(self.ask(now, "Disconnect", json!({ "ConnectionId": connection })));
        self.demand(now);
        self.visitors_told(now, Note::new(THE_VISITORS, "visitors-out", why), None, journal);
    }

    /// There is no load any more: who came with it leaves at the next look at the agenda.
    pub(super) fn visitors_go(&mut self, now: Time) {
        self.visitors.by_hand = self.visitors.by_hand.or(Some(now));
        self.demand(now);
    }

    /// The database had not woken in time: the visitor saw an error.
    pub(super) fn give_up(&mut self, now: Time, ticket: Ticket, journal: &mut Journal) {
        let Some((_, since)) = self.visitors.waits.filter(|(waits, _)| *waits == ticket) else {
            return;
        };
        self.visitors.waits = None;
        self.tally.turned_away += 1;
        let note = Note::new(THE_VISITORS, "visitor-gave-up", "timeout-shorter-than-resume");
        let note = note.arg(Arg::Span(now.since(since))).rule("AUR-19");
        self.visitors_told(now, note, None, journal);
    }

    /// A late answer: who waited for a paused database is in. Says whether somebody here waited for it.
    pub(super) fn let_in(
        &mut self,
        late: &LateAnswer<Response>,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        let connection = late.result.as_ref().ok().and_then(connection_of);
        if let Some((_, since)) = self.visitors.waits.filter(|(ticket, _)| *ticket == late.ticket) {
            self.visitors.waits = None;
            self.visitors.connection = connection;
            let waited = late.at.since(since);
            self.tally.resume_wait = waited.0;
            let what = if connection.is_some() { "visitors-in-late" } else { "cannot-connect" };
            let why = if connection.is_some() { "resumed" } else { "nobody-answers" };
            let note = Note::new(THE_VISITORS, what, why).arg(Arg::Span(waited)).rule("AUR-19");
            self.visitors_told(late.at, note, cause, journal);
            self.demand(late.at);
            return;
        }
        if self.monitor_waits == Some(late.ticket) {
            self.monitor_waits = None;
        }
        // A health check leaves at once, and so does one who gave up before.
        if let Some(connection) = connection {
            drop(self.ask(late.at, "Disconnect", json!({ "ConnectionId": connection })));
        }
    }

    /// The health check connects and leaves; its idle time begins anew for the database (AUR-19).
    pub(super) fn monitor(&mut self, now: Time, journal: &mut Journal) {
        let Some(every) = self.span_of("monitor-every") else { return };
        self.agenda.enter(now + every, Due::Monitor(self.life));
        if self.monitor_waits.is_some() {
            return;
        }
        let note = Note::new(THE_MONITOR, "health-checked", "every-so-often").arg(Arg::Span(every));
        let event = self.told(now, THE_MONITOR, note.rule("AUR-19"), journal);
        self.monitored = Some(now);
        match self.knock(now) {
            Answer::Now(answer) => {
                if let Some(connection) = answer.as_ref().ok().and_then(connection_of) {
                    drop(self.ask(now, "Disconnect", json!({ "ConnectionId": connection })));
                }
            }
            Answer::Later(ticket) => self.monitor_waits = Some(ticket),
        }
        self.heed(Vec::new(), Some(event), journal);
    }

    /// The report tool connects, and keeps its connection.
    pub(super) fn connect_report_tool(&mut self, now: Time, journal: &mut Journal) {
        let Answer::Now(Ok(connected)) = self.knock(now) else { return };
        self.report_tool = connection_of(&connected);
        let note = Note::new(THE_REPORT_TOOL, "keeps-connection", "pool-keeps-one");
        self.told(now, THE_REPORT_TOOL, note.rule("AUR-19"), journal);
    }

    /// The report tool closes its connection.
    pub(super) fn disconnect_report_tool(
        &mut self,
        now: Time,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        let Some(connection) = self.report_tool.take() else { return };
        drop(self.ask(now, "Disconnect", json!({ "ConnectionId": connection })));
        let note = Note::new(THE_REPORT_TOOL, "closes-connection", "you-asked");
        self.told_because(now, THE_REPORT_TOOL, note.rule("AUR-19"), cause, journal);
    }

    /// Somebody comes by hand, and leaves after a while.
    pub(super) fn visit(&mut self, now: Time, cause: Option<EventId>, journal: &mut Journal) {
        self.visitors.by_hand = Some(now + VISIT);
        if self.visitors.connection.is_none() && self.visitors.waits.is_none() {
            self.visitors_knock(now, "you-asked", cause, journal);
        }
        self.agenda.enter(now + VISIT, Due::Leave);
    }

    /// Who came by hand leaves, once let in and not needed by the load.
    pub(super) fn leave(&mut self, now: Time, journal: &mut Journal) {
        let Some(until) = self.visitors.by_hand else { return };
        if self.visitors.waits.is_some() {
            self.agenda.enter(now + VISIT, Due::Leave);
        } else if now >= until {
            self.visitors.by_hand = None;
            if self.visitors.load == 0 {
                self.visitors_leave(now, "visit-over", journal);
            }
        }
    }
}
