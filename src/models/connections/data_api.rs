//! The way over HTTPS: a statement is a call to the Data API, and the copy holds nothing between two.

use serde_json::json;

use super::copies::{Doing, Due};
use super::{Connections, SHOP, THE_DATABASE, copy};
use crate::models::journal::{Arg, Journal, Note};
use crate::services::time::{Span, Time};
use crate::services::world::ServiceId;
use crate::services::{Answer, ServiceError, arn};

/// A call that a resuming cluster refused is made again after this long.
const AFTER_RESUMING: Span = Span::seconds(5);

impl Connections {
    pub(super) fn execute_statement(&mut self, now: Time, number: u32, journal: &mut Journal) {
        let Some(state) = self.copies.get(&number) else { return };
        let throttled = match state.doing {
            Doing::Asking { throttled } => throttled,
            _ => 0,
        };
        let millis = self.query_time().0;
        let statement = json!({
            "resourceArn": arn::arn("rds", &format!("cluster:{SHOP}")),
            "secretArn": arn::arn("secretsmanager", &format!("secret:{SHOP}")),
            "sql": format!("SELECT SLEEP({}.{:03})", millis / 1000, millis % 1000),
        });
        let answer = self.ask(now, ServiceId::RdsData, "ExecuteStatement", statement);
        if let Some(copy) = self.copies.get_mut(&number) {
            (copy.doing, copy.since) = (Doing::Asking { throttled }, now);
        }
        match answer {
            Answer::Later(ticket) => drop(self.tickets.insert(ticket, number)),
            Answer::Now(Ok(_)) => self.succeed(now, number, journal),
            Answer::Now(Err(error)) => self.statement_failed(now, number, &error, journal),
        }
    }

    /// The Data API refused a statement: a cluster that wakes is asked again.
    pub(super) fn statement_failed(
        &mut self,
        now: Time,
        number: u32,
        error: &ServiceError,
        journal: &mut Journal,
    ) {
        let Some(Doing::Asking { throttled }) = self.copies.get(&number).map(|copy| copy.doing)
        else {
            return;
        };
        let resuming = error.code == "DatabaseResumingException";
        let tries = throttled + u32::from(resuming);
        let again = resuming && u64::from(tries) <= self.number("retries");
        let (what, why, rule) = match error.code.as_ref() {
            _ if again => ("asked-too-early", "cluster-resumes", "RD-6"),
            "DatabaseResumingException" => ("statement-failed", "cluster-resumes", "RD-6"),
            "StatementTimeoutException" => ("statement-failed", "took-45-seconds", "RD-4"),
            _ => ("statement-failed", "nobody-answers", "RD-5"),
        };
        let cause = self.last(number).max(self.database.filter(|_| !resuming));
        let note = Note::new(copy(number), what, why)
            .arg(Arg::Object(THE_DATABASE))
            .arg(Arg::Span(AFTER_RESUMING))
            .because(cause)
            .rule(rule);
        let event = journal.write(now, note);
        if !again {
            return self.fail(now, number, event);
        }
        self.set_last(number, event);
        if let Some(copy) = self.copies.get_mut(&number) {
            copy.doing = Doing::Asking { throttled: tries };
        }
        self.agenda.enter(now + AFTER_RESUMING, Due::Again { number });
    }
}
