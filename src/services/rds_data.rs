//! The RDS Data API: SQL over HTTPS against an Aurora cluster, with no connection for the client to keep.
//!
//! It opens a connection to the cluster's writer for each call, or for each transaction, through the same
//! door as any client (`Reach` of RDS), and closes it. RDS has no SQL here; what the few
//! statements of [`sql`] mean for a map of keys to values is this service's own. Left out: array
//! parameters, type hints, generated keys, the deprecated `ExecuteSql`, and whether a secret is right.

mod api;
mod calls;
pub mod operation;
pub mod sql;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use calls::{Asked, Call};
use operation::{Operation, Response};

use super::chance::Chance;
use super::rds;
use super::shape::Api;
use super::time::{Span, Time};
use super::world::{self, Errand, ErrandResult};
use super::{Answer, LateAnswer, Service, ServiceError, Ticket, constants};

/// After this long a call is answered with `StatementTimeoutException`.
pub const CALL_TIMEOUT: Span = Span::seconds(45);
/// What facts of lessons must agree with.
pub(super) const CONSTANTS: &[constants::Constant] =
    &[constants::time("rds-data.timeout", CALL_TIMEOUT)];
/// A transaction that no call names for this long is rolled back.
pub const TRANSACTION_IDLE: Span = Span::minutes(3);
/// A transaction lasts this long at most.
pub const TRANSACTION_LASTS: Span = Span::hours(24);
/// A call that finds all connections taken tries again after this long (the model's choice).
const TRY_AGAIN: Span = Span::millis(100);
/// An answer carries so many bytes at most.
pub const RESPONSE_BYTES: usize = 1 << 20;
/// A row of a result has so many bytes at most.
pub const ROW_BYTES: usize = 64 << 10;

/// A transaction that was begun and not ended.
#[derive(Debug, Clone, PartialEq)]
struct Transaction {
    /// The ARN of its cluster.
    resource: String,
    /// The connection that it has to the writer.
    connection: u64,
    /// What it has written so far.
    writes: BTreeMap<String, String>,
    /// When a call named it last.
    used: Time,
    /// Whether a call of it is under way.
    busy: bool,
}

/// Something that happens by itself.
#[derive(Debug, Clone, PartialEq)]
enum Due {
    /// A call has taken too long.
    CallTimeout(u64),
    /// A call that found no connection left tries again.
    Again(u64),
    /// A transaction was not used since then.
    Idle(String, Time),
    /// A transaction has lasted too long.
    Over(String),
}

/// The Data API of an account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RdsData {
    transactions: BTreeMap<String, Transaction>,
    calls: BTreeMap<u64, Call>,
    /// What each errand under way is for.
    asked: BTreeMap<u64, Asked>,
    errands: Vec<Errand>,
    late: Vec<LateAnswer<Response>>,
    agenda: BTreeMap<(Time, u64), Due>,
    numbers: u64,
}

fn error(code: &'static str, message: impl Into<String>) -> ServiceError {
    ServiceError::new(code, message)
}

fn no_transaction(id: &str) -> ServiceError {
    error("TransactionNotFoundException", format!("Transaction {id:.80} is not found."))
}

impl RdsData {
    /// Transactions that are open now.
    pub fn open_transactions(&self) -> usize {
        self.transactions.len()
    }

    /// Calls that are not answered yet.
    pub fn calls_under_way(&self) -> usize {
        self.calls.values().filter(|call| call.ticket.is_some()).count()
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn at(&mut self, at: Time, due: Due) {
        let number = self.number();
        self.agenda.insert((at, number), due);
    }

    /// Asks RDS, and remembers what for.
    fn ask(&mut self, operation: rds::operation::Operation, asked: Asked) {
        let number = self.number();
        self.asked.insert(number, asked);
        let operation = world::Operation::Rds(operation);
        self.errands.push(Errand { number, operation, caller: None });
    }

    fn answer(
        &mut self,
        now: Time,
        ticket: Option<Ticket>,
        result: Result<Response, ServiceError>,
    ) {
        if let Some(ticket) = ticket {
            self.late.push(LateAnswer { ticket, at: now, result });
        }
    }

    fn happen(&mut self, now: Time, due: Due) {
        match due {
            Due::CallTimeout(number) => self.call_timed_out(now, number),
            Due::Again(number) => self.reach(number),
            Due::Idle(id, since) => {
                let same = |one: &&Transaction| one.used == since && !one.busy;
                if self.transactions.get(&id).filter(same).is_some() {
                    self.roll_back(&id);
                }
            }
            Due::Over(id) => self.roll_back(&id),
        }
    }

    /// A transaction ends, and nothing of it was ever written.
    fn roll_back(&mut self, id: &str) {
        if let Some(transaction) = self.transactions.remove(id) {
            self.hang_up(transaction.connection);
        }
    }

    /// A call names a transaction: from now on it is used again.
    fn use_transaction(&mut self, now: Time, id: &str) {
        if let Some(transaction) = self.transactions.get_mut(id) {
            transaction.used = now;
            self.at(now + TRANSACTION_IDLE, Due::Idle(id.to_owned(), now));
        }
    }

    fn hang_up(&mut self, connection_id: u64) {
        let close = rds::operation::ConnectionName { connection_id };
        self.ask(rds::operation::Operation::Disconnect(close), Asked::Nothing);
    }
}

impl Service for RdsData {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, _chance: &mut Chance, operation: Operation) -> Answer<Response> {
        match self.begin(now, operation) {
            Ok(ticket) => Answer::Later(ticket),
            Err(error) => Answer::Now(Err(error)),
        }
    }

    fn next_wakeup(&self) -> Option<Time> {
        let due = self.agenda.first_key_value().map(|((at, _), _)| *at);
        // An answer that is ready is due at once.
        self.late.first().map_or(due, |answer| Some(answer.at))
    }

    fn advance(&mut self, now: Time, _chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), due) = entry.remove_entry();
            self.happen(at, due);
        }
        std::mem::take(&mut self.late)
    }

    fn take_errands(&mut self) -> Vec<Errand> {
        std::mem::take(&mut self.errands)
    }

    fn errand_answered(
        &mut self,
        now: Time,
        _chance: &mut Chance,
        number: u64,
        result: ErrandResult,
    ) {
        if let Some(asked) = self.asked.remove(&number) {
            self.asked_answered(now, asked, result);
        }
    }
}
