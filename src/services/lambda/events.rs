//! Asynchronous invocations: the internal queue, its retries, and where events end up.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Lambda;
use super::concurrency::{Run, Wanted};
use super::function::{EventConfig, LATEST, function_arn};
use super::happened::{Cause, GaveUp, Happened};
use super::script::{FunctionResult, Item};
use super::timers::Timer;
use crate::services::calendar::iso_8601;
use crate::services::chance::Chance;
use crate::services::time::{Span, Time};

/// Retries after a function error, unless configured.
const RETRIES: i64 = 2;
/// How long an event is kept, unless configured: 6 hours.
const MAX_AGE: i64 = 21_600;
/// The waits before the first and the second retry after a function error.
const AFTER_ERRORS: [Span; 2] = [Span::minutes(1), Span::minutes(2)];
/// The back-off of throttled events: doubling from here to there.
const AFTER_THROTTLE: (Span, Span) = (Span::seconds(1), Span::minutes(5));

/// An event in the asynchronous queue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    function: String,
    qualifier: Option<String>,
    payload: String,
    accepted: Time,
    request_id: String,
    attempts: u32,
    throttles: u32,
}

/// Why an event leaves the queue.
enum Ending<'a> {
    Success(&'a Run),
    RetriesExhausted(&'a Run),
    AgeExceeded,
}

impl Lambda {
    /// Takes an event into the asynchronous queue; the function must exist.
    pub(super) fn enqueue(
        &mut self,
        now: Time,
        chance: &mut Chance,
        function: &str,
        qualifier: Option<&str>,
        payload: String,
    ) -> u64 {
        let number = self.next_number();
        let event = Event {
            function: function.to_owned(),
            qualifier: qualifier.map(str::to_owned),
            payload,
            accepted: now,
            request_id: crate::services::ids::uuid(chance),
            attempts: 0,
            throttles: 0,
        };
        self.events.insert(number, event);
        self.timers.set(now, Timer::EventDue(number));
        number
    }

    /// Events that wait in the asynchronous queue or run.
    pub fn queued_events(&self) -> usize {
        self.events.len()
    }

    fn event_config(&self, event: &Event) -> EventConfig {
        let Some(function) = self.functions.get(&event.function) else {
            return EventConfig::default();
        };
        let qualifier = event.qualifier.as_deref().unwrap_or(LATEST);
        function.event_configs.get(qualifier).cloned().unwrap_or_default()
    }

    fn deadline(event: &Event, config: &EventConfig) -> Time {
        event.accepted + Span::seconds(config.max_age.unwrap_or(MAX_AGE).unsigned_abs())
    }

    /// Tries an event whose time has come.
    pub(super) fn try_event(&mut self, now: Time, chance: &mut Chance, number: u64) {
        let Some(event) = self.events.get(&number).cloned() else { return };
        let known = self
            .functions
            .get(&event.function)
            .and_then(|function| function.version(event.qualifier.as_deref()));
        if known.is_none() {
            self.events.remove(&number);
            return;
        }
        let config = self.event_config(&event);
        let deadline = Lambda::deadline(&event, &config);
        if now >= deadline {
            return self.leave(now, chance, number, &Ending::AgeExceeded);
        }
        let items = [Item { id: "", text: &event.payload }];
        let wanted = Wanted {
            function: &event.function,
            qualifier: event.qualifier.as_deref(),
            cause: Cause::Event(number),
            items: &items,
        };
        let started = self.start(now, chance, wanted).is_ok();
        let kept = self.events.get_mut(&number).expect("looked up above");
        if started {
            kept.attempts += 1;
        } else {
            let wait = doubled(AFTER_THROTTLE, kept.throttles);
            kept.throttles += 1;
            self.retry(now, number, (now + wait).min(deadline));
        }
    }

    fn retry(&mut self, now: Time, number: u64, at: Time) {
        self.timers.set(at, Timer::EventDue(number));
        if let Some(event) = self.events.get(&number) {
            let (function, attempts) = (&event.function, event.attempts);
            self.trace.note(now, || Happened::EventWillRetry {
                function: function.clone(),
                event: number,
                attempts,
                at,
            });
        }
    }

    /// A run of an event is over.
    pub(super) fn event_ran(&mut self, now: Time, chance: &mut Chance, number: u64, run: &Run) {
        let Some(event) = self.events.get(&number) else { return };
        if !run.result.is_error() {
            return self.leave(now, chance, number, &Ending::Success(run));
        }
        let config = self.event_config(event);
        let retries = config.retries.unwrap_or(RETRIES).unsigned_abs();
        if u64::from(event.attempts) > retries {
            return self.leave(now, chance, number, &Ending::RetriesExhausted(run));
        }
        let nth = usize::try_from(event.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = AFTER_ERRORS[nth.min(AFTER_ERRORS.len() - 1)];
        let at = (now + wait).min(Lambda::deadline(event, &config).max(now));
        self.retry(now, number, at);
    }

    fn leave(&mut self, now: Time, chance: &mut Chance, number: u64, ending: &Ending<'_>) {
        let Some(event) = self.events.remove(&number) else { return };
        let config = self.event_config(&event);
        let why = match ending {
            Ending::Success(_) => None,
            Ending::RetriesExhausted(_) => Some(GaveUp::RetryAttemptsExhausted),
            Ending::AgeExceeded => Some(GaveUp::AgeExceeded),
        };
        if let Some(why) = why {
            let function = &event.function;
            self.trace.note(now, || Happened::EventDiscarded {
                function: function.clone(),
                event: number,
                why,
            });
            self.dead_letter(now, chance, &event, ending);
        }
        let to = if why.is_none() { config.on_success } else { config.on_failure };
        if let Some(to) = to {
            let body = record(now, &event, ending).to_string();
            self.send(now, chance, &to, body, BTreeMap::new(), &event.function);
        }
    }

    /// The function's own dead-letter queue gets the event itself, with why in attributes.
    fn dead_letter(&mut self, now: Time, chance: &mut Chance, event: &Event, ending: &Ending<'_>) {
        let Some(function) = self.functions.get(&event.function) else { return };
        let config = function.latest.dead_letter_config.as_ref();
        let Some(to) = config.and_then(|config| config.target_arn.clone()) else { return };
        let (code, message) = match ending {
            Ending::RetriesExhausted(Run {
                result: FunctionResult::Failed { message, .. },
                ..
            }) => ("200", message.as_str()),
            _ => ("429", "Rate Exceeded."),
        };
        let text = |value: &str| ("String".to_owned(), value.to_owned());
        let attributes = BTreeMap::from([
            ("RequestID".to_owned(), text(&event.request_id)),
            ("ErrorCode".to_owned(), ("Number".to_owned(), code.to_owned())),
            ("ErrorMessage".to_owned(), text(message)),
        ]);
        self.send(now, chance, &to, event.payload.clone(), attributes, &event.function);
    }
}

/// The invocation record that a destination gets.
fn record(now: Time, event: &Event, ending: &Ending<'_>) -> Value {
    let (condition, run) = match ending {
        Ending::Success(run) => ("Success", Some(run)),
        Ending::RetriesExhausted(run) => ("RetriesExhausted", Some(run)),
        Ending::AgeExceeded => ("EventAgeExceeded", None),
    };
    let qualifier = event.qualifier.as_deref().unwrap_or(LATEST);
    let mut record = json!({
        "version": "1.0",
        "timestamp": iso_8601(now.unix_millis()),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": function_arn(&event.function, Some(qualifier)),
            "condition": condition,
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": as_json(&event.payload),
    });
    if let Some(run) = run {
        record["responseContext"] = json!({"statusCode": 200, "executedVersion": run.version});
        if run.result.is_error() {
            record["responseContext"]["functionError"] = json!("Unhandled");
        }
        record["responsePayload"] = as_json(&run.result.payload());
    }
    record
}

fn as_json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// The wait after so many earlier tries: doubling from the first to the last.
pub(super) fn doubled((first, last): (Span, Span), earlier: u32) -> Span {
    Span(first.0.saturating_mul(1 << earlier.min(32)).min(last.0))
}
