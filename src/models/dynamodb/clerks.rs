//! The clerks: what they read, think and write, and what becomes of two who do so at once.

use super::Dynamo;
use super::actors::{Due, Phase};
use super::calls::{self, ARTICLE, STOCK};
use super::facts::Round;
use super::settings::Task;
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::models::workload::exponential;
use crate::services::ServiceError;
use crate::services::dynamodb::{Operation, Response};
use crate::services::time::{Span, Time};

/// A clerk whose answer did not come tries again after this long.
const TIMEOUT: Span = Span::millis(1_000);
/// A clerk that was refused or met a conflict tries again within this long.
const BACKOFF: u64 = 100;

/// What a call came to.
type Answered = Result<Response, ServiceError>;

impl Dynamo {
    /// The clerks begin, or go on.
    pub(super) fn start_clerks(&mut self, now: Time) {
        self.clerks_life += 1;
        if self.settings.still {
            return;
        }
        for index in 0..self.clerks.len() {
            self.rest(now, index);
        }
    }

    fn enter_clerk(&mut self, now: Time, index: usize, after: Span) {
        let clerk = &mut self.clerks[index];
        clerk.since = now;
        let due = Due::Clerk { number: clerk.number, life: self.clerks_life };
        self.agenda.enter(now + after, due);
    }

    /// Until the next customer comes.
    fn rest(&mut self, now: Time, index: usize) {
        let mean = self.settings.sale_every.0;
        let clerk = &mut self.clerks[index];
        clerk.phase = Phase::Resting;
        let after = Span((mean * exponential(&mut clerk.chance) / 1024).max(1));
        self.enter_clerk(now, index, after);
    }

    fn try_later(&mut self, now: Time, index: usize) {
        let after = self.clerks[index].chance.between(BACKOFF / 2, BACKOFF);
        self.enter_clerk(now, index, Span(after));
    }

    /// A clerk does what is next.
    pub(super) fn clerk_acts(&mut self, now: Time, index: usize, journal: &mut Journal) {
        match (self.clerks[index].phase, self.settings.task) {
            (Phase::Resting, Task::Transfer) => {
                let accounts = self.settings.accounts;
                let chance = &mut self.clerks[index].chance;
                let from = chance.below(u64::from(accounts)) as u32;
                let step = 1 + chance.below(u64::from(accounts) - 1) as u32;
                self.transfer(now, index, from, (from + step) % accounts, journal);
            }
            (Phase::Moving(from, to), _) => self.transfer(now, index, from, to, journal),
            (Phase::Resting, Task::Add) => self.write_stock(now, index, 0, journal),
            (Phase::Resting, _) => self.read_stock(now, index, journal),
            (Phase::Thinking(seen), _) => self.write_stock(now, index, seen, journal),
            (Phase::Unsure(seen), _) => self.write_again(now, index, seen, journal),
        }
    }

    /// Writes down something that a clerk did; it follows from the clerk's last event.
    fn note(&mut self, now: Time, index: usize, note: Note, journal: &mut Journal) -> EventId {
        let because = self.clerks[index].last.or(self.began);
        let event = journal.write(now, note.because(because));
        self.clerks[index].last = Some(event);
        event
    }

    fn clerk_note(&self, index: usize, what: &'static str, why: &'static str) -> Note {
        Note::new(self.clerks[index].object(), what, why)
    }

    /// Calls DynamoDB in a clerk's name; what it took comes with the answer.
    fn clerk_calls(&mut self, now: Time, operation: Operation) -> (Answered, Round) {
        let answer = self.call(now, operation);
        let mut round = Round::default();
        self.gather(&mut round);
        (answer, round)
    }

    fn read_stock(&mut self, now: Time, index: usize, journal: &mut Journal) {
        let operation = self.get(ARTICLE, true);
        let (answer, round) = self.clerk_calls(now, operation);
        let Ok(Response::Get(answer)) = answer else {
            return self.clerk_refused(now, index, &round, journal);
        };
        let seen = answer.item.and_then(|item| calls::number_in(&item, STOCK)).unwrap_or_default();
        let note = self
            .clerk_note(index, "saw", "customer")
            .arg(Arg::Count(seen))
            .arg(Arg::Halves(round.read_halves()))
            .rule("DDB-10");
        self.note(now, index, note, journal);
        self.clerks[index].phase = Phase::Thinking(seen);
        self.enter_clerk(now, index, self.settings.think);
    }

    fn stock_operation(&self, seen: i64) -> Operation {
        match self.settings.task {
            Task::Overwrite => calls::overwrite(seen - 1),
            Task::Condition => calls::write_if_unchanged(seen),
            Task::Add | Task::Transfer => calls::take_one(),
        }
    }

    /// How a write that went through is told.
    fn why_written(&self) -> &'static str {
        match self.settings.task {
            Task::Overwrite => "whatever-is-there",
            Task::Condition => "still-as-read",
            Task::Add | Task::Transfer => "counted-inside",
        }
    }

    fn write_stock(&mut self, now: Time, index: usize, seen: i64, journal: &mut Journal) {
        let before = self.stock();
        let operation = self.stock_operation(seen);
        let (answer, round) = self.clerk_calls(now, operation);
        match answer {
            Ok(_) => {
                self.tally.sold += 1;
                self.clerks[index].done += 1;
                let stock = self.stock();
                let overwrote = self.settings.task == Task::Overwrite && before != seen;
                let (what, why) = match overwrote {
                    true => ("overwrote", "changed-meanwhile"),
                    false => ("sold", self.why_written()),
                };
                let note = self
                    .clerk_note(index, what, why)
                    .arg(Arg::Count(stock))
                    .arg(Arg::Halves(round.written_halves()))
                    .arg(Arg::Count(before))
                    .rule("DDB-10");
                self.note(now, index, note, journal);
                self.answered(now, index, seen, journal);
            }
            Err(error) if error.code == "ConditionalCheckFailedException" => {
                self.clerks[index].sent_back += 1;
                let note = self
                    .clerk_note(index, "sent-back", "changed-meanwhile")
                    .arg(Arg::Count(seen))
                    .arg(Arg::Halves(round.written_halves()))
                    .arg(Arg::Count(before))
                    .rule("DDB-9");
                self.note(now, index, note, journal);
                // The clerk reads again and decides again.
                self.clerks[index].phase = Phase::Resting;
                self.try_later(now, index);
            }
            Err(_) => self.clerk_refused(now, index, &round, journal),
        }
    }

    /// The answer to a write comes, or gets lost.
    fn answered(&mut self, now: Time, index: usize, seen: i64, journal: &mut Journal) {
        let (lost, clerk) = (self.settings.lost_answers, &mut self.clerks[index]);
        let by_chance = lost > 0 && clerk.chance.parts_in(lost, 10_000);
        if !std::mem::take(&mut clerk.loses) && !by_chance {
            return self.rest(now, index);
        }
        clerk.phase = Phase::Unsure(seen);
        let note = self.clerk_note(index, "no-answer", "answer-lost").arg(Arg::Span(TIMEOUT));
        self.note(now, index, note.rule("DDB-38"), journal);
        self.enter_clerk(now, index, TIMEOUT);
    }

    /// A clerk that does not know whether its write was done does it again.
    fn write_again(&mut self, now: Time, index: usize, seen: i64, journal: &mut Journal) {
        let operation = self.stock_operation(seen);
        let (answer, round) = self.clerk_calls(now, operation);
        let (what, why) = match (&answer, self.settings.task) {
            (Err(error), _) if error.code == "ConditionalCheckFailedException" => {
                ("retry-refused", "was-done-already")
            }
            (Err(_), _) => return self.clerk_refused(now, index, &round, journal),
            (Ok(_), Task::Add) => ("counted-again", "add-again"),
            (Ok(_), _) => ("wrote-again", "same-again"),
        };
        let note = self
            .clerk_note(index, what, why)
            .arg(Arg::Count(self.stock()))
            .arg(Arg::Halves(round.written_halves()))
            .rule("DDB-38");
        self.note(now, index, note, journal);
        self.rest(now, index);
    }

    fn transfer(&mut self, now: Time, index: usize, from: u32, to: u32, journal: &mut Journal) {
        let (answer, round) = self.clerk_calls(now, calls::transfer(from, to));
        let keys = [from, to].map(|account| self.key_called(&calls::account(account)).object());
        let moved = |note: Note| note.arg(Arg::Object(keys[0])).arg(Arg::Object(keys[1]));
        if answer.is_ok() {
            self.clerks[index].done += 1;
            let note = moved(self.clerk_note(index, "moved", "all-or-nothing"))
                .arg(Arg::Halves(round.written_halves()))
                .rule("DDB-27");
            self.note(now, index, note, journal);
            return self.rest(now, index);
        }
        if round.conflicts > 0 {
            self.clerks[index].sent_back += 1;
            self.clerks[index].phase = Phase::Moving(from, to);
            let note = moved(self.clerk_note(index, "cancelled", "conflict"));
            self.note(now, index, note.rule("DDB-26"), journal);
            return self.try_later(now, index);
        }
        if round.is_throttled() {
            self.clerks[index].phase = Phase::Moving(from, to);
            return self.clerk_refused(now, index, &round, journal);
        }
        let note = moved(self.clerk_note(index, "cancelled", "not-enough"));
        self.note(now, index, note.rule("DDB-26"), journal);
        self.rest(now, index);
    }

    /// A clerk was throttled, or the table is not there: it tries the same again.
    fn clerk_refused(&mut self, now: Time, index: usize, round: &Round, journal: &mut Journal) {
        let why = if round.is_throttled() { "out-of-units" } else { "no-table" };
        let note = self.clerk_note(index, "refused-clerk", why).rule("DDB-23");
        self.note(now, index, note, journal);
        self.try_later(now, index);
    }

    /// What is left of the article, as the leader has it.
    pub fn stock(&self) -> i64 {
        let item = self.item_of(ARTICLE);
        item.and_then(|item| calls::number_in(item, STOCK)).unwrap_or_default()
    }

    /// How many sales the stock knows nothing of; below nothing, how many it counts twice.
    pub fn lost_updates(&self) -> i64 {
        if !self.sells() {
            return 0;
        }
        self.stock() + self.tally.sold - super::STOCK_AT_START
    }

    /// What all accounts hold together.
    pub fn money(&self) -> i64 {
        let accounts = (0..self.settings.accounts).map(calls::account);
        accounts.filter_map(|pk| calls::number_in(self.item_of(&pk)?, calls::BALANCE)).sum()
    }

    /// Whether clerks sell, or did.
    pub fn sells(&self) -> bool {
        self.item_of(ARTICLE).is_some()
    }
}
