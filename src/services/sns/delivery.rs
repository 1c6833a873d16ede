//! Deliveries: each subscription's own copy, tried again until it arrives or its retries are over.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::operation::MessageAttribute;
use super::{Happened, Sns};
use crate::services::arn::resource_of;
use crate::services::blob::Blob;
use crate::services::calendar::iso_8601;
use crate::services::courier::{Failed, Parcel};
use crate::services::time::{Span, Time};
use crate::services::world::{Caller, ErrandResult, Operation, ServiceId};

/// A message as published.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) topic: String,
    pub(super) body: String,
    pub(super) subject: Option<String>,
    pub(super) attributes: BTreeMap<String, MessageAttribute>,
    pub(super) group: Option<String>,
    pub(super) deduplication: Option<String>,
    pub(super) sequence: Option<String>,
    pub(super) at: Time,
}

/// What is remembered of one copy on its way to one subscription.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Copy {
    pub(super) subscription: String,
    pub(super) message: String,
    /// Where it goes when it cannot be delivered, if anywhere.
    dead_letter: Option<Operation>,
}

/// How often a delivery is tried in all.
pub(super) const ATTEMPTS: u32 = 100_015;

/// Waits before the tries after the first: 3 at once (two more with no wait), 2 at 1 s, 10 backing
/// off from 1 s to 20 s, then 100,000 at 20 s: 100,015 in all over 23 days.
pub(super) fn wait_after(failures: u32) -> Option<Span> {
    /// The ten waits between 1 s and 20 s grow by the same factor; in milliseconds.
    const BACK_OFF: [u64; 10] = [1000, 1395, 1946, 2714, 3786, 5282, 7368, 10_279, 14_339, 20_000];
    match failures {
        0..=2 => Some(Span::ZERO),
        3..=4 => Some(Span::seconds(1)),
        5..=14 => Some(Span::millis(BACK_OFF[failures as usize - 5])),
        15..ATTEMPTS => Some(Span::seconds(20)),
        _ => None,
    }
}

impl Sns {
    /// Sends one copy off.
    pub(super) fn begin(&mut self, now: Time, subscription_arn: &str, message: &Message) {
        let Some(subscription) = self.subscriptions.get(subscription_arn) else { return };
        let raw = subscription.flag("RawMessageDelivery");
        let endpoint = subscription.endpoint.as_str();
        let operation = match subscription.protocol.as_str() {
            "sqs" => to_queue(endpoint, message, subscription_arn, raw),
            "lambda" => to_function(endpoint, message, subscription_arn),
            // Mail, telephones and web servers are not in this world: what goes there arrives.
            _ => None,
        };
        let policy = subscription.attributes.get("RedrivePolicy");
        let policy = policy.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let target = policy.as_ref().and_then(|policy| policy["deadLetterTargetArn"].as_str());
        let dead_letter = target.and_then(|to| to_queue(to, message, subscription_arn, raw));
        let caller = Caller { principal: "sns.amazonaws.com", source_arn: message.topic.clone() };
        let copy = Copy {
            subscription: subscription_arn.to_owned(),
            message: message.id.clone(),
            dead_letter,
        };
        match operation {
            Some(operation) => self.courier.send(now, endpoint, operation, caller, copy),
            None => self.trace.note(now, || Happened::Delivered {
                subscription: copy.subscription,
                message: copy.message,
            }),
        }
    }

    /// Tries what is due.
    pub(super) fn try_due(&mut self, now: Time) {
        for (at, number) in self.courier.try_due(now) {
            self.server_error(at, number);
        }
    }

    pub(super) fn came_back(&mut self, now: Time, number: u64, result: &ErrandResult) {
        let Some(parcel) = self.courier.done(number) else { return };
        let Copy { subscription, message, .. } = parcel.about.clone();
        if result.is_ok() {
            return self.trace.note(now, || Happened::Delivered { subscription, message });
        }
        self.given_up(now, parcel);
    }

    fn server_error(&mut self, now: Time, number: u64) {
        let failed = self.courier.failed(now, number, |parcel| wait_after(parcel.failures));
        match failed {
            Some(Failed::Again(at, failures)) => {
                if let Some(copy) = self.courier.about(number).cloned() {
                    self.trace.note(now, || Happened::DeliveryFailed {
                        subscription: copy.subscription,
                        message: copy.message,
                        failures,
                        again: Some(at),
                    });
                }
            }
            Some(Failed::Over(parcel)) => self.given_up(now, *parcel),
            None => {}
        }
    }

    /// The subscription's own dead-letter queue gets it, if there is one.
    fn given_up(&mut self, now: Time, parcel: Parcel<Copy>) {
        let Copy { subscription, message, dead_letter } = parcel.about;
        let failures = parcel.failures.max(1);
        self.trace.note(now, || Happened::DeliveryFailed {
            subscription: subscription.clone(),
            message: message.clone(),
            failures,
            again: None,
        });
        if let Some(operation) = dead_letter {
            let copy = Copy { subscription, message, dead_letter: None };
            self.courier.send(now, "", operation, parcel.caller, copy);
        }
    }
}

fn to_queue(endpoint: &str, message: &Message, subscription: &str, raw: bool) -> Option<Operation> {
    let queue = resource_of(endpoint, "sqs")?;
    let body = if raw { message.body.clone() } else { envelope(message, subscription).to_string() };
    let mut params = json!({"QueueUrl": queue, "MessageBody": body});
    if raw && !message.attributes.is_empty() {
        params["MessageAttributes"] = json!(message.attributes);
    }
    // A group goes to FIFO queues, and to standard ones for fair queues.
    if let Some(group) = &message.group {
        params["MessageGroupId"] = json!(group);
    }
    if queue.ends_with(".fifo")
        && let Some(deduplication) = &message.deduplication
    {
        params["MessageDeduplicationId"] = json!(deduplication);
    }
    Operation::from_json(ServiceId::from_name("sqs")?, "SendMessage", params).ok()
}

fn to_function(endpoint: &str, message: &Message, subscription: &str) -> Option<Operation> {
    let event = json!({"Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
        "Sns": envelope(message, subscription),
    }]});
    let payload = Blob(event.to_string().into_bytes());
    let params = json!({"FunctionName": endpoint, "InvocationType": "Event", "Payload": payload});
    Operation::from_json(ServiceId::from_name("lambda")?, "Invoke", params).ok()
}

/// The JSON that SNS wraps a message in. It is not signed: there is nobody to check.
fn envelope(message: &Message, subscription: &str) -> Value {
    let mut envelope = json!({
        "Type": "Notification",
        "MessageId": message.id,
        "TopicArn": message.topic,
        "Message": message.body,
        "Timestamp": iso_8601(message.at.unix_millis()),
        "UnsubscribeURL":
            format!("https://sns.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"),
    });
    if let Some(subject) = &message.subject {
        envelope["Subject"] = json!(subject);
    }
    if let Some(sequence) = &message.sequence {
        envelope["SequenceNumber"] = json!(sequence);
    }
    if !message.attributes.is_empty() {
        let attributes = message.attributes.iter().map(|(name, attribute)| {
            let value = attribute
                .string_value
                .clone()
                .or_else(|| attribute.binary_value.as_ref().map(Blob::to_base64));
            (name.clone(), json!({"Type": attribute.data_type, "Value": value}))
        });
        envelope["MessageAttributes"] =
            Value::Object(attributes.collect::<serde_json::Map<_, _>>());
    }
    envelope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_tried_100_015_times_over_23_days() {
        let mut tries = 1_u32;
        let mut over = Span::ZERO;
        while let Some(wait) = wait_after(tries) {
            over = over + wait;
            tries += 1;
        }
        assert_eq!(tries, ATTEMPTS);
        assert_eq!(over.as_seconds() / 86_400, 23);
    }
}
