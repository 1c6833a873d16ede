//! Lambda as the consumer: one function behind an event source mapping on the queue.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::book::Tale;
use super::{Queue, THE_FUNCTION};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::lambda::Happened;
use crate::services::sqs::{MessageId, queue_arn};
use crate::services::time::Time;
use crate::services::world::{Operation, ServiceId};

/// The function's name.
pub(super) const NAME: &str = "worker";
/// How long it may run, in seconds.
const TIMEOUT: i64 = 10;

/// What the model knows of the function.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Function {
    /// The mapping's UUID, once it is made.
    pub mapping: Option<String>,
    /// Messages in the poller's hands, by their id as the function sees it.
    held: BTreeMap<String, MessageId>,
    /// What runs: the event of each run's start, and its messages.
    runs: BTreeMap<u64, (EventId, Vec<MessageId>)>,
    last: Option<EventId>,
}

impl Queue {
    /// Makes the function and its mapping if Lambda is to consume the queue.
    pub(super) fn set_up_function(&mut self) {
        if !self.settings.by_lambda || self.settings.still || self.function.mapping.is_some() {
            return;
        }
        let now = self.world.now();
        let create = json!({
            "FunctionName": NAME, "Role": "arn:aws:iam::000000000000:role/worker",
            "Timeout": self.timeout(), "Script": self.script(),
        });
        self.ask_lambda(now, "CreateFunction", create);
        let mut mapping = json!({
            "EventSourceArn": queue_arn(self.settings.queue()), "FunctionName": NAME,
            "BatchSize": self.settings.batch,
        });
        if self.settings.partial {
            mapping["FunctionResponseTypes"] = json!(["ReportBatchItemFailures"]);
        }
        self.ask_lambda(now, "CreateEventSourceMapping", mapping);
        // The mapping is answered once its queue has been looked at, which is at this moment.
        let _ = self.world.advance(now);
        self.function.mapping = self.world.lambda.mapping_ids().next().map(str::to_owned);
    }

    /// Brings function and mapping to what the knobs say now.
    pub(super) fn adjust_function(&mut self, now: Time) {
        self.set_up_function();
        let Some(uuid) = self.function.mapping.clone() else { return };
        let update = json!({
            "FunctionName": NAME, "Script": self.script(), "Timeout": self.timeout(),
        });
        self.ask_lambda(now, "UpdateFunctionConfiguration", update);
        let types: &[&str] = if self.settings.partial { &["ReportBatchItemFailures"] } else { &[] };
        let update = json!({
            "UUID": uuid, "BatchSize": self.settings.batch, "FunctionResponseTypes": types,
            "Enabled": self.settings.by_lambda && !self.settings.still,
        });
        self.ask_lambda(now, "UpdateEventSourceMapping", update);
    }

    fn ask_lambda(&mut self, now: Time, name: &str, params: Value) {
        if let Ok(operation) = Operation::from_json(ServiceId::Lambda, name, params) {
            let _ = self.world.call(now, operation);
        }
    }

    /// The function's timeout, which must not be above the queue's visibility timeout.
    fn timeout(&self) -> i64 {
        (self.dials.get("visibility-timeout") / 1000).clamp(1, TIMEOUT)
    }

    /// What the function does: so long for each message, and poison fails.
    fn script(&self) -> Value {
        let per_item = self.settings.work.0.min(TIMEOUT.unsigned_abs() * 1000);
        let fail_on: &[&str] = if self.fixed { &[] } else { &["poison"] };
        json!({
            "DurationMillis": 0, "MillisPerItem": per_item, "FailOn": fail_on,
            "OnFailedItem": if self.settings.partial { "Report" } else { "Throw" },
        })
    }

    /// The poller received this message.
    pub(super) fn function_received(&mut self, message: MessageId) {
        self.function.held.insert(message.to_uuid(), message);
    }

    /// The poller deleted this message.
    pub(super) fn function_deleted(&mut self, at: Time, tale: &Tale) {
        self.tally.done += 1;
        self.count_time(at.since(tale.sent), tale.group);
        let before = tale.order.is_some_and(|order| self.mark_done(order));
        self.tally.twice += u64::from(before);
    }

    /// Turns what Lambda noted into events.
    pub(super) fn tell_function(&mut self, journal: &mut Journal) {
        for fact in self.world.lambda.trace.drain() {
            let Some((note, run)) = self.note_of(&fact.what) else { continue };
            let event = journal.write(fact.at, note);
            self.function.last = Some(event);
            if let Some(run) = run {
                self.tell_run(run, event, &fact.what);
            }
        }
    }

    /// The event of one fact, and the run that it is about.
    fn note_of(&mut self, fact: &Happened) -> Option<(Note, Option<u64>)> {
        let began = |run: &u64| self.function.runs.get(run).map(|(event, _)| *event);
        let last = self.function.last.or(self.began);
        Some(match fact {
            Happened::InvocationStarted { run, ids, cold, .. } => {
                let held: Vec<MessageId> =
                    ids.iter().filter_map(|id| self.function.held.remove(id)).collect();
                let what = if cold.is_some() { "invoked-cold" } else { "invoked" };
                let cause = held.first().and_then(|id| self.book.get(*id)?.last);
                let note = Note::new(THE_FUNCTION, what, "batch-ready")
                    .arg(Arg::Count(held.len() as i64))
                    .because(cause.or(last));
                self.function.runs.insert(*run, (EventId(0), held));
                (note, Some(*run))
            }
            Happened::InvocationSucceeded { run, .. } => {
                let note = Note::new(THE_FUNCTION, "succeeded", "function-returned");
                (note.because(began(run).or(last)).rule("LS-3"), Some(*run))
            }
            Happened::InvocationFailed { run, kind, .. } => {
                let note = Note::new(THE_FUNCTION, "run-failed", "function-threw");
                let note = note.arg(Arg::Word(kind)).because(began(run).or(last));
                (note.rule("LS-1"), Some(*run))
            }
            Happened::BatchReturned { items, .. } => {
                let note = Note::new(THE_FUNCTION, "left-in-queue", "not-deleted");
                (note.arg(Arg::Count(i64::from(*items))).because(last).rule("LS-2"), None)
            }
            Happened::Throttled { reason, .. } => {
                let note = Note::new(THE_FUNCTION, "throttled", "no-concurrency");
                (note.arg(Arg::Word(reason.name())).because(last).rule("LS-8"), None)
            }
            Happened::PollersScaled { slots, .. } => {
                let note = Note::new(THE_FUNCTION, "scaled", "queue-has-more");
                (note.arg(Arg::Count(i64::from(*slots))).because(last), None)
            }
            _ => return None,
        })
    }

    /// What a run means for the messages in it.
    fn tell_run(&mut self, run: u64, event: EventId, what: &Happened) {
        let is_over = !matches!(what, Happened::InvocationStarted { .. });
        let messages = if is_over {
            self.function.runs.remove(&run).map(|(_, messages)| messages).unwrap_or_default()
        } else {
            let Some((start, messages)) = self.function.runs.get_mut(&run) else { return };
            *start = event;
            messages.clone()
        };
        self.tally.failed += u64::from(matches!(what, Happened::InvocationFailed { .. }));
        for message in messages {
            if let Some(tale) = self.book.get_mut(message) {
                tale.last = Some(event);
                if is_over {
                    tale.undeleted = "function-failed";
                }
            }
        }
    }

    /// The messages that the function works on now.
    pub fn with_function(&self) -> impl Iterator<Item = ObjectId> + '_ {
        let messages = self.function.runs.values().flat_map(|(_, messages)| messages);
        messages.filter_map(|message| self.book.get(*message).map(Tale::object))
    }
}
