//! One call on its way: to the cluster's writer, through its statements, and back.

use std::collections::BTreeMap;

use super::operation::{
    ColumnMetadata, Executed, Field, Operation, Response, SqlParameter, UpdateResult,
};
use super::sql::{self, Held, Outcome, Statement, Value};
use super::{
    CALL_TIMEOUT, Due, RESPONSE_BYTES, ROW_BYTES, RdsData, TRANSACTION_LASTS, TRY_AGAIN,
    Transaction, error, no_transaction,
};
use crate::services::rds::operation as rds;
use crate::services::time::Time;
use crate::services::world::{self, ErrandResult};
use crate::services::{ServiceError, Ticket};

/// What a call wants.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wants {
    /// The result of one statement; with the columns' names, and as one text of JSON.
    Result { metadata: bool, as_json: bool },
    /// What became of each set of a batch.
    Batch,
    /// A new transaction.
    Transaction,
    /// The end of one.
    Commit,
}

/// A call that is not over.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// Who waits for the answer; nobody after a timeout.
    pub(super) ticket: Option<Ticket>,
    wants: Wants,
    resource: String,
    transaction: Option<String>,
    /// Whether it goes on when nobody waits any more.
    goes_on: bool,
    /// Its connection to the writer, once it has one.
    connection: Option<u64>,
    statements: Vec<Statement>,
    held: Held,
}

/// What an errand is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    /// Nothing comes of the answer.
    Nothing,
    /// A connection to the writer.
    Reach(u64),
    /// What the database holds; whether the columns of whole rows are known by now.
    Reads(u64, Round),
    /// The commit, and what to answer then.
    Writes(u64, Box<Response>),
}

/// Which keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// Those that the statements name.
    First,
    /// Those of rows of which every column is wanted.
    Second,
}

/// The parameters of a statement by name.
fn named(parameters: &[SqlParameter]) -> BTreeMap<String, Value> {
    let one = |parameter: &SqlParameter| {
        let value = parameter.value.as_ref().map_or(Value::Null, Value::from);
        (parameter.name.clone().unwrap_or_default(), value)
    };
    parameters.iter().map(one).collect()
}

fn database_error(message: &str) -> ServiceError {
    error("DatabaseErrorException", format!("ERROR: {message}"))
}

/// What a client of the Data API hears of an error of the database.
fn told(found: &ServiceError) -> ServiceError {
    match found.code.as_ref() {
        code if code.ends_with("Exception") => found.clone(),
        "ConnectionLost" | "ConnectionClosed" | "ConnectionTimedOut" => error(
            "DatabaseUnavailableException",
            "The writer instance in the DB cluster isn't available.",
        ),
        code => database_error(&format!("{}; Error code: {code}", found.message)),
    }
}

/// A secret is named by its ARN; what is in it is not looked at.
fn check_secret(arn: &str) -> Result<(), ServiceError> {
    match arn.starts_with("arn:aws:secretsmanager:") {
        true => Ok(()),
        false => Err(error("SecretsErrorException", "The secret provided wasn't found.")),
    }
}

impl RdsData {
    /// Takes a call; its answer comes under the ticket.
    pub(super) fn begin(
        &mut self,
        now: Time,
        operation: Operation,
    ) -> Result<Ticket, ServiceError> {
        let (wants, resource, secret, transaction, statements, goes_on) = match operation {
            Operation::ExecuteStatement(asked) => {
                let parameters = named(asked.parameters.as_deref().unwrap_or_default());
                let statement = sql::parse(&asked.sql, &parameters)
                    .map_err(|message| database_error(&message))?;
                let wants = Wants::Result {
                    metadata: asked.include_result_metadata == Some(true),
                    as_json: asked.format_records_as.as_deref() == Some("JSON"),
                };
                let goes_on = asked.continue_after_timeout == Some(true);
                let asked = *asked;
                (
                    wants,
                    asked.resource_arn,
                    asked.secret_arn,
                    asked.transaction_id,
                    vec![statement],
                    goes_on,
                )
            }
            Operation::BatchExecuteStatement(asked) => {
                let sets = asked.parameter_sets.as_deref().unwrap_or_default();
                let parsed = sets.iter().map(|set| sql::parse(&asked.sql, &named(set)));
                let statements = parsed
                    .collect::<Result<Vec<_>, String>>()
                    .map_err(|message| database_error(&message))?;
                let asked = *asked;
                (
                    Wants::Batch,
                    asked.resource_arn,
                    asked.secret_arn,
                    asked.transaction_id,
                    statements,
                    false,
                )
            }
            Operation::BeginTransaction(asked) => {
                (Wants::Transaction, asked.resource_arn, asked.secret_arn, None, Vec::new(), false)
            }
            Operation::CommitTransaction(asked) => {
                let id = Some(asked.transaction_id);
                (Wants::Commit, asked.resource_arn, asked.secret_arn, id, Vec::new(), false)
            }
            Operation::RollbackTransaction(asked) => {
                check_secret(&asked.secret_arn)?;
                self.known_transaction(&asked.transaction_id, &asked.resource_arn)?;
                self.roll_back(&asked.transaction_id);
                let ended = Response::Ended { transaction_status: "Rollback Complete".to_owned() };
                let ticket = Ticket(self.number());
                self.answer(now, Some(ticket), Ok(ended));
                return Ok(ticket);
            }
        };
        check_secret(&secret)?;
        let connection = match &transaction {
            None => None,
            Some(id) => Some(self.known_transaction(id, &resource)?),
        };
        let number = self.number();
        let ticket = Ticket(number);
        let call = Call {
            ticket: Some(ticket),
            wants,
            resource,
            transaction: transaction.clone(),
            goes_on,
            connection,
            statements,
            held: Held::new(),
        };
        self.calls.insert(number, call);
        self.at(now + CALL_TIMEOUT, Due::CallTimeout(number));
        match transaction {
            None => self.reach(number),
            Some(id) => {
                self.use_transaction(now, &id);
                if let Some(transaction) = self.transactions.get_mut(&id) {
                    transaction.busy = true;
                }
                self.go_on(now, number);
            }
        }
        Ok(ticket)
    }

    /// The connection of a transaction of this cluster that no other call uses now.
    fn known_transaction(&self, id: &str, resource: &str) -> Result<u64, ServiceError> {
        let transaction = self.transactions.get(id).filter(|one| one.resource == resource);
        let transaction = transaction.ok_or_else(|| no_transaction(id))?;
        match transaction.busy {
            false => Ok(transaction.connection),
            true => Err(database_error("A statement of this transaction is still running.")),
        }
    }

    /// Asks for a connection to the writer.
    pub(super) fn reach(&mut self, number: u64) {
        let Some(call) = self.calls.get(&number) else { return };
        let reach = rds::Reach { resource_arn: call.resource.clone() };
        self.ask(rds::Operation::Reach(reach), Asked::Reach(number));
    }

    /// A call has its connection: it reads, commits, or is over.
    fn go_on(&mut self, now: Time, number: u64) {
        let Some(call) = self.calls.get(&number) else { return };
        let Some(connection) = call.connection else { return };
        match call.wants {
            Wants::Transaction => {
                let id = format!("awslearn-transaction-{number:012}");
                let transaction = Transaction {
                    resource: call.resource.clone(),
                    connection,
                    writes: BTreeMap::new(),
                    used: now,
                    busy: false,
                };
                self.transactions.insert(id.clone(), transaction);
                self.use_transaction(now, &id);
                self.at(now + TRANSACTION_LASTS, Due::Over(id.clone()));
                self.finish(now, number, Ok(Response::Begun { transaction_id: id }));
            }
            Wants::Commit => {
                let id = call.transaction.clone().unwrap_or_default();
                let writes = self.transactions.get(&id).map(|one| one.writes.clone());
                let status = "Transaction Committed".to_owned();
                let ended = Response::Ended { transaction_status: status };
                self.commit(now, number, writes.unwrap_or_default(), ended);
            }
            Wants::Result { .. } | Wants::Batch => {
                let keys = call.statements.iter().flat_map(Statement::reads).collect();
                let millis = call.statements.iter().map(|one| one.takes().0).sum();
                self.read(number, connection, keys, millis, Round::First);
            }
        }
    }

    fn read(
        &mut self,
        number: u64,
        connection_id: u64,
        keys: Vec<String>,
        millis: u64,
        round: Round,
    ) {
        let execute = rds::Execute {
            connection_id,
            reads: Some(keys),
            millis: (millis > 0).then_some(millis),
            ..rds::Execute::default()
        };
        self.ask(rds::Operation::Execute(execute), Asked::Reads(number, round));
    }

    /// Writes all or nothing, and then answers.
    fn commit(
        &mut self,
        now: Time,
        number: u64,
        writes: BTreeMap<String, String>,
        answer: Response,
    ) {
        let connection = self.calls.get(&number).and_then(|call| call.connection);
        let Some(connection_id) = connection.filter(|_| !writes.is_empty()) else {
            return self.finish(now, number, Ok(answer));
        };
        let execute =
            rds::Execute { connection_id, writes: Some(writes), ..rds::Execute::default() };
        self.ask(rds::Operation::Execute(execute), Asked::Writes(number, Box::new(answer)));
    }

    /// RDS has answered an errand.
    pub(super) fn asked_answered(&mut self, now: Time, asked: Asked, result: ErrandResult) {
        let (number, result) = match (asked, result) {
            (Asked::Nothing, _) => return,
            (
                Asked::Reach(number),
                Ok(world::Response::Rds(rds::Response::Connected { connection_id, .. })),
            ) => {
                if let Some(call) = self.calls.get_mut(&number) {
                    call.connection = Some(connection_id);
                    return self.go_on(now, number);
                }
                return self.hang_up(connection_id);
            }
            (Asked::Reach(number), Err(full)) if matches!(full.code.as_ref(), "1040" | "53300") => {
                return self.at(now + TRY_AGAIN, Due::Again(number));
            }
            (
                Asked::Reads(number, round),
                Ok(world::Response::Rds(rds::Response::Executed { values, .. })),
            ) => {
                return self.has_read(now, number, round, values);
            }
            (Asked::Writes(number, answer), Ok(_)) => (number, Ok(*answer)),
            (Asked::Reach(number) | Asked::Reads(number, _) | Asked::Writes(number, _), result) => {
                let found = result.err().unwrap_or_else(|| {
                    error("InternalServerErrorException", "RDS answered something else.")
                });
                (number, Err(told(&found)))
            }
        };
        self.finish(now, number, result);
    }

    /// What the statements asked for is known: they are done, and their writes committed.
    fn has_read(&mut self, now: Time, number: u64, round: Round, values: Held) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        call.held.extend(values);
        let own = call.transaction.as_ref().and_then(|id| self.transactions.get(id));
        let mut writes = own.map(|one| one.writes.clone()).unwrap_or_default();
        // A transaction sees what it wrote itself.
        for (key, value) in &writes {
            call.held.insert(key.clone(), Some(value.clone()));
        }
        let more: Vec<String> =
            call.statements.iter().flat_map(|one| one.reads_then(&call.held)).collect();
        if round == Round::First && !more.is_empty() {
            let Some(connection) = call.connection else { return };
            return self.read(number, connection, more, 0, Round::Second);
        }
        let statements = std::mem::take(&mut call.statements);
        let mut held = std::mem::take(&mut call.held);
        let wants = call.wants.clone();
        let transaction = call.transaction.clone();
        let outcomes: Result<Vec<Outcome>, String> =
            statements.iter().map(|one| one.run(&mut held, &mut writes)).collect();
        let answer = outcomes
            .map_err(|message| database_error(&message))
            .and_then(|outcomes| answer_of(&wants, &statements, outcomes));
        match (answer, transaction) {
            (Err(error), _) => self.finish(now, number, Err(error)),
            (Ok(answer), Some(id)) => {
                if let Some(transaction) = self.transactions.get_mut(&id) {
                    transaction.writes = writes;
                }
                self.finish(now, number, Ok(answer));
            }
            (Ok(answer), None) => self.commit(now, number, writes, answer),
        }
    }

    /// A call is over: it is answered, and its connection closed unless a transaction keeps it.
    fn finish(&mut self, now: Time, number: u64, result: Result<Response, ServiceError>) {
        let Some(call) = self.calls.remove(&number) else { return };
        match (&call.wants, call.transaction, call.connection) {
            (Wants::Commit, Some(id), _) => self.roll_back(&id),
            (_, Some(id), _) => {
                if let Some(transaction) = self.transactions.get_mut(&id) {
                    transaction.busy = false;
                }
                self.use_transaction(now, &id);
            }
            (Wants::Transaction, None, Some(_)) if result.is_ok() => {}
            (_, None, Some(connection)) => self.hang_up(connection),
            (_, None, None) => {}
        }
        self.answer(now, call.ticket, result);
    }

    /// Nobody waits any longer; what has not been committed by now is not, unless it was asked to go on.
    pub(super) fn call_timed_out(&mut self, now: Time, number: u64) {
        let Some(call) = self.calls.get_mut(&number) else { return };
        let (ticket, goes_on) = (call.ticket.take(), call.goes_on);
        let timed_out =
            error("StatementTimeoutException", "The execution of the SQL statement timed out.");
        self.answer(now, ticket, Err(timed_out.clone()));
        if !goes_on {
            self.finish(now, number, Err(timed_out));
        }
    }
}

/// What a call answers when its statements are done.
fn answer_of(
    wants: &Wants,
    statements: &[Statement],
    outcomes: Vec<Outcome>,
) -> Result<Response, ServiceError> {
    let Wants::Result { metadata, as_json } = wants else {
        let results = outcomes.iter().map(|_| UpdateResult::default()).collect();
        return Ok(Response::Batch { update_results: results });
    };
    let outcome = outcomes.into_iter().next().unwrap_or_default();
    let bytes = |row: &Vec<Value>| row.iter().map(Value::bytes).sum::<usize>();
    let too_large = outcome.rows.iter().map(bytes).sum::<usize>() > RESPONSE_BYTES
        || outcome.rows.iter().any(|row| bytes(row) > ROW_BYTES);
    if too_large {
        return Err(error(
            "UnsupportedResultException",
            "The result is larger than 1 MiB, or a row than 64 KB.",
        ));
    }
    let selects = statements.first().is_some_and(Statement::selects);
    let mut executed =
        Executed { number_of_records_updated: outcome.updated, ..Executed::default() };
    if !selects {
        executed.generated_fields = Some(Vec::new());
        return Ok(Response::Executed(Box::new(executed)));
    }
    if *as_json {
        executed.formatted_records = Some(json_text(&outcome));
        return Ok(Response::Executed(Box::new(executed)));
    }
    let row = |row: &Vec<Value>| row.iter().map(Field::from).collect();
    executed.records = Some(outcome.rows.iter().map(row).collect());
    if *metadata {
        let first = outcome.rows.first();
        let column = |(at, name): (usize, &String)| ColumnMetadata {
            name: name.clone(),
            label: name.clone(),
            type_name: match first.and_then(|row| row.get(at)) {
                Some(Value::Long(_)) => "BIGINT",
                _ => "VARCHAR",
            }
            .to_owned(),
        };
        executed.column_metadata = Some(outcome.columns.iter().enumerate().map(column).collect());
    }
    Ok(Response::Executed(Box::new(executed)))
}

/// The rows as `formatRecordsAs` writes them.
fn json_text(outcome: &Outcome) -> String {
    let value = |value: &Value| match value {
        Value::Null => serde_json::Value::Null,
        Value::Long(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
    };
    let row = |row: &Vec<Value>| {
        let entries = outcome.columns.iter().cloned().zip(row.iter().map(value));
        serde_json::Value::Object(entries.collect())
    };
    serde_json::Value::Array(outcome.rows.iter().map(row).collect()).to_string()
}
