//! `PutEvents`: events are matched, and each target gets its own copy, tried again until it
//! arrives or its retries are over.

use serde_json::{Value, json};

use super::operation::*;
use super::rule::{bus_name, rule_arn};
use super::{EventBridge, Happened};
use crate::services::arn::{ACCOUNT_ID, REGION, resource_of};
use crate::services::blob::Blob;
use crate::services::calendar::iso_8601;
use crate::services::chance::Chance;
use crate::services::courier::{Failed, Parcel};
use crate::services::ids::uuid;
use crate::services::time::{Span, Time};
use crate::services::world::{Caller, ErrandResult, Operation as Call, ServiceId};

/// All entries of a call together stay below 1 MB.
const TOTAL: usize = 1_000_000;
/// Retries and age unless the target says otherwise: 185 times within 24 hours.
pub(super) const RETRIES: i64 = 185;
pub(super) const MAX_AGE: i64 = 86_400;
/// The back-off doubles from here to there: the model's choice, so that 185 retries take 24 hours.
const BACK_OFF: (u64, u64) = (1_000, 480_000);

/// What is remembered of an event on its way to one target.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Copy {
    event: String,
    retries: u32,
    max_age: Span,
    dead_letter: Option<Box<(String, Call)>>,
}

impl EventBridge {
    pub(super) fn put_events(
        &mut self,
        now: Time,
        chance: &mut Chance,
        put: PutEvents,
    ) -> Response {
        let too_much = put.entries.iter().map(size).sum::<usize>() >= TOTAL;
        let entries: Vec<PutEventsResult> = put
            .entries
            .into_iter()
            .map(|entry| match refusal(&entry, too_much) {
                Some((code, message)) => PutEventsResult {
                    event_id: None,
                    error_code: Some(code.to_owned()),
                    error_message: Some(message.to_owned()),
                },
                None => {
                    let event_id = Some(self.put_event(now, chance, entry));
                    PutEventsResult { event_id, error_code: None, error_message: None }
                }
            })
            .collect();
        let failed = entries.iter().filter(|entry| entry.error_code.is_some()).count();
        Response::Events(PutEventsOutput { failed_entry_count: failed as u64, entries })
    }

    fn put_event(&mut self, now: Time, chance: &mut Chance, entry: EventEntry) -> String {
        let id = uuid(chance);
        let bus = bus_name(entry.event_bus_name.as_deref()).to_owned();
        let detail = entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let event = json!({
            "version": "0",
            "id": id,
            "detail-type": entry.detail_type,
            "source": entry.source,
            "account": ACCOUNT_ID,
            "time": iso_8601(now.unix_millis()).replace(".000Z", "Z"),
            "region": REGION,
            "resources": entry.resources.unwrap_or_default(),
            "detail": detail.unwrap_or(Value::Null),
        });
        self.trace.note(now, || Happened::Put { bus: bus.clone(), event: id.clone() });
        // A bus that is not there takes the event and it is gone, as on AWS.
        let Some(rules) = self.buses.get(&bus).map(|bus| bus.rules.clone()) else { return id };
        for (name, rule) in rules {
            if !rule.enabled || !rule.pattern.matches(&event) {
                continue;
            }
            self.trace.note(now, || Happened::Matched {
                bus: bus.clone(),
                rule: name.clone(),
                event: id.clone(),
                targets: u32::try_from(rule.targets.len()).unwrap_or(u32::MAX),
            });
            for target in rule.targets.values() {
                self.send(now, &rule_arn(&bus, &name), target, &event);
            }
        }
        id
    }

    fn send(&mut self, now: Time, source_arn: &str, target: &Target, event: &Value) {
        let text = match (&target.input, &target.input_path) {
            (Some(input), _) => input.clone(),
            (None, Some(path)) => at_path(event, path).to_string(),
            (None, None) => event.to_string(),
        };
        let policy = target.retry_policy.clone().unwrap_or_default();
        let dead_letter = target.dead_letter_config.as_ref().and_then(|config| config.arn.clone());
        let dead_letter = dead_letter.and_then(|arn| {
            let call = call_for(&arn, &text, None)?;
            Some(Box::new((arn, call)))
        });
        let number = |given: Option<i64>, default: i64| given.unwrap_or(default).unsigned_abs();
        let copy = Copy {
            event: event["id"].as_str().unwrap_or_default().to_owned(),
            retries: u32::try_from(number(policy.maximum_retry_attempts, RETRIES))
                .unwrap_or(u32::MAX),
            max_age: Span::seconds(number(policy.maximum_event_age_in_seconds, MAX_AGE)),
            dead_letter,
        };
        let group = target.sqs_parameters.as_ref().and_then(|each| each.message_group_id.clone());
        let caller =
            Caller { principal: "events.amazonaws.com", source_arn: source_arn.to_owned() };
        if let Some(call) = call_for(&target.arn, &text, group.as_deref()) {
            self.courier.send(now, &target.arn, call, caller, copy);
        } else {
            let (target, event) = (target.arn.clone(), copy.event);
            let failed = Happened::DeliveryFailed { target, event, failures: 1, again: None };
            self.trace.note(now, || failed);
        }
    }

    pub(super) fn try_due(&mut self, now: Time, chance: &mut Chance) {
        for (at, number) in self.courier.try_due(now) {
            self.server_error(at, chance, number);
        }
    }

    pub(super) fn came_back(&mut self, now: Time, number: u64, result: &ErrandResult) {
        let Some(parcel) = self.courier.done(number) else { return };
        if result.is_ok() {
            let (target, event) = (parcel.to, parcel.about.event);
            return self.trace.note(now, || Happened::Delivered { target, event });
        }
        self.given_up(now, parcel);
    }

    fn server_error(&mut self, now: Time, chance: &mut Chance, number: u64) {
        let jitter = chance.below(BACK_OFF.0);
        let failed = self.courier.failed(now, number, |parcel| {
            let doublings = parcel.failures.saturating_sub(1).min(32);
            let wait = Span(BACK_OFF.0.saturating_mul(1 << doublings).min(BACK_OFF.1) + jitter);
            let in_time = (now + wait).since(parcel.since) <= parcel.about.max_age;
            (parcel.failures <= parcel.about.retries && in_time).then_some(wait)
        });
        match failed {
            Some(Failed::Again(at, failures)) => {
                if let Some(copy) = self.courier.about(number).cloned() {
                    self.trace.note(now, || Happened::DeliveryFailed {
                        target: String::new(),
                        event: copy.event,
                        failures,
                        again: Some(at),
                    });
                }
            }
            Some(Failed::Over(parcel)) => self.given_up(now, *parcel),
            None => {}
        }
    }

    /// The target's dead-letter queue gets it, if there is one.
    fn given_up(&mut self, now: Time, parcel: Parcel<Copy>) {
        let failures = parcel.failures.max(1);
        let Copy { event, retries, max_age, dead_letter } = parcel.about;
        let target = parcel.to;
        self.trace.note(now, || Happened::DeliveryFailed {
            target: target.clone(),
            event: event.clone(),
            failures,
            again: None,
        });
        if let Some(dead_letter) = dead_letter {
            let (to, call) = *dead_letter;
            let copy = Copy { event, retries, max_age, dead_letter: None };
            self.courier.send(now, &to, call, parcel.caller, copy);
        }
    }
}

fn refusal(entry: &EventEntry, too_much: bool) -> Option<(&'static str, &'static str)> {
    let missing = |value: &Option<String>| value.as_ref().is_none_or(String::is_empty);
    let detail = entry.detail.as_deref().unwrap_or_default();
    if too_much {
        Some(("ValidationException", "Total size of the entries in the request is over the limit."))
    } else if missing(&entry.source) {
        Some((
            "InvalidArgument",
            "Parameter Source is not valid. Reason: Source is a required argument.",
        ))
    } else if missing(&entry.detail_type) {
        Some((
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ))
    } else if detail.is_empty() {
        Some((
            "InvalidArgument",
            "Parameter Detail is not valid. Reason: Detail is a required argument.",
        ))
    } else if !serde_json::from_str::<Value>(detail).is_ok_and(|value| value.is_object()) {
        Some(("MalformedDetail", "Detail is malformed."))
    } else {
        None
    }
}

/// As AWS counts an entry: 14 bytes for a given time, and every text in it.
fn size(entry: &EventEntry) -> usize {
    let text = |value: &Option<String>| value.as_ref().map_or(0, String::len);
    let resources = entry.resources.iter().flatten().map(String::len).sum::<usize>();
    let time = if entry.time.is_some() { 14 } else { 0 };
    time + text(&entry.source) + text(&entry.detail_type) + text(&entry.detail) + resources
}

/// `$.detail.order` and the like; nothing where the path leads nowhere.
fn at_path<'a>(event: &'a Value, path: &str) -> &'a Value {
    let names = path.trim_start_matches('$').split('.').filter(|name| !name.is_empty());
    names.fold(event, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// The call that brings a text to a target.
fn call_for(target: &str, text: &str, group: Option<&str>) -> Option<Call> {
    let (service, name, params) = if let Some(queue) = resource_of(target, "sqs") {
        let mut params = json!({"QueueUrl": queue, "MessageBody": text});
        if let Some(group) = group {
            params["MessageGroupId"] = json!(group);
        }
        ("sqs", "SendMessage", params)
    } else if resource_of(target, "lambda").is_some() {
        let payload = Blob(text.as_bytes().to_vec());
        let params = json!({"FunctionName": target, "InvocationType": "Event", "Payload": payload});
        ("lambda", "Invoke", params)
    } else if resource_of(target, "sns").is_some() {
        ("sns", "Publish", json!({"TopicArn": target, "Message": text}))
    } else {
        let stream = resource_of(target, "kinesis")?.strip_prefix("stream/")?;
        let key = serde_json::from_str::<Value>(text).ok();
        let key = key.and_then(|event| event["id"].as_str().map(str::to_owned));
        let data = Blob(text.as_bytes().to_vec());
        let key = key.unwrap_or_else(|| "event".to_owned());
        ("kinesis", "PutRecord", json!({"StreamName": stream, "Data": data, "PartitionKey": key}))
    };
    Call::from_json(ServiceId::from_name(service)?, name, params).ok()
}
