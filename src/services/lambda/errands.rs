//! The calls that Lambda makes on other services, and what it waits for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Lambda;
use super::happened::Happened;
use crate::services::ServiceError;
use crate::services::arn::resource_of;
use crate::services::chance::Chance;
use crate::services::time::Time;
use crate::services::world::{Errand, Operation, ServiceId};

/// What an errand was for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    /// Nothing comes of the answer.
    Nothing,
    /// The attributes of a queue, or the summary of a stream, for a mapping that is being made or
    /// changed.
    Source(Box<super::mapping::Pending>),
    /// A slot's `ReceiveMessage`.
    Messages { uuid: String, slot: u32 },
    /// The shards of a stream.
    Shards { uuid: String },
    /// An iterator for a shard.
    Iterator { uuid: String, shard: String },
    /// A read of a shard.
    Records { uuid: String, shard: String },
}

/// Errands that wait to be run or answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Errands {
    last: u64,
    out: Vec<Errand>,
    asked: BTreeMap<u64, Asked>,
}

impl Errands {
    /// Asks another service; what cannot even be said is not asked (and the caller is told).
    pub(super) fn ask(
        &mut self,
        service: &'static str,
        name: &str,
        params: Value,
        what: Asked,
    ) -> Result<(), ServiceError> {
        let Some(service) = ServiceId::from_name(service) else {
            return Err(ServiceError::new("UnknownService", format!("no service {service}")));
        };
        self.ask_for(Operation::from_json(service, name, params)?, what);
        Ok(())
    }

    /// The same with a call that is there already: what pollers do all the time.
    pub(super) fn ask_for(&mut self, operation: Operation, what: Asked) {
        self.last += 1;
        self.asked.insert(self.last, what);
        self.out.push(Errand { number: self.last, operation, caller: None });
    }

    pub(super) fn take(&mut self) -> Vec<Errand> {
        std::mem::take(&mut self.out)
    }

    pub(super) fn answered(&mut self, number: u64) -> Option<Asked> {
        self.asked.remove(&number)
    }
}

impl Lambda {
    /// Sends a body to a queue, topic, function, bus or bucket, by its ARN.
    pub(super) fn send(
        &mut self,
        now: Time,
        chance: &mut Chance,
        to: &str,
        body: String,
        attributes: BTreeMap<String, (String, String)>,
        function: &str,
    ) {
        self.trace
            .note(now, || Happened::Sent { to: to.to_owned(), function: function.to_owned() });
        let attributes: Value = attributes
            .into_iter()
            .map(|(name, (kind, value))| (name, json!({"DataType": kind, "StringValue": value})))
            .collect::<serde_json::Map<_, _>>()
            .into();
        // A destination that is gone or refuses loses what was sent, as on AWS.
        let _ = if let Some(queue) = resource_of(to, "sqs") {
            let params =
                json!({"QueueUrl": queue, "MessageBody": body, "MessageAttributes": attributes});
            self.errands.ask("sqs", "SendMessage", params, Asked::Nothing)
        } else if resource_of(to, "sns").is_some() {
            let params = json!({"TopicArn": to, "Message": body, "MessageAttributes": attributes});
            self.errands.ask("sns", "Publish", params, Asked::Nothing)
        } else if let Some(bus) = resource_of(to, "events") {
            let bus = bus.strip_prefix("event-bus/").unwrap_or(bus);
            let entry = json!({
                "Source": "lambda", "DetailType": "Lambda Function Invocation Result",
                "Detail": body, "EventBusName": bus,
            });
            let params = json!({"Entries": [entry]});
            self.errands.ask("events", "PutEvents", params, Asked::Nothing)
        } else if resource_of(to, "lambda").is_some() {
            let (name, qualifier) = super::function::parse_name(to);
            if self.functions.contains_key(name) {
                self.enqueue(now, chance, name, qualifier, body);
            }
            Ok(())
        } else {
            self.documents.push(Document { to: to.to_owned(), at: now, body });
            Ok(())
        };
    }
}

/// Something Lambda sent to a place that the model has no service for (an S3 bucket).
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// ARN of the destination.
    pub to: String,
    /// When.
    pub at: Time,
    /// What was sent.
    pub body: String,
}
