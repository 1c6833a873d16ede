//! `Publish` and `PublishBatch`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::delivery::Message;
use super::operation::*;
use super::topic::invalid;
use super::{Happened, Sns};
use crate::services::ServiceError;
use crate::services::chance::Chance;
use crate::services::ids::{content_id, uuid};
use crate::services::time::{Span, Time};

/// How long a FIFO topic remembers a deduplication id.
const DEDUPLICATION: Span = Span::minutes(5);
/// Messages in a batch.
const PER_BATCH: usize = 10;

/// One message to publish, from either operation.
struct Wanted {
    topic: String,
    message: String,
    subject: Option<String>,
    structure: Option<String>,
    attributes: BTreeMap<String, MessageAttribute>,
    deduplication: Option<String>,
    group: Option<String>,
}

impl Sns {
    pub(super) fn publish(
        &mut self,
        now: Time,
        chance: &mut Chance,
        publish: Publish,
    ) -> Result<Response, ServiceError> {
        let topic = publish.topic_arn.or(publish.target_arn);
        let wanted = Wanted {
            topic: topic
                .ok_or(invalid("TopicArn or TargetArn Reason: no value for required parameter"))?,
            message: publish.message,
            subject: publish.subject,
            structure: publish.message_structure,
            attributes: publish.message_attributes.unwrap_or_default(),
            deduplication: publish.message_deduplication_id,
            group: publish.message_group_id,
        };
        self.take(now, chance, wanted).map(Response::Published)
    }

    pub(super) fn publish_batch(
        &mut self,
        now: Time,
        chance: &mut Chance,
        batch: PublishBatch,
    ) -> Result<Response, ServiceError> {
        let limit = self.topic(&batch.topic_arn)?.maximum_size();
        let entries = batch.publish_batch_request_entries;
        check_batch(&entries, limit)?;
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in entries {
            let id = entry.id;
            let wanted = Wanted {
                topic: batch.topic_arn.clone(),
                message: entry.message,
                subject: entry.subject,
                structure: entry.message_structure,
                attributes: entry.message_attributes.unwrap_or_default(),
                deduplication: entry.message_deduplication_id,
                group: entry.message_group_id,
            };
            match self.take(now, chance, wanted) {
                Ok(Published { message_id, sequence_number }) => {
                    successful.push(BatchSuccess { id, message_id, sequence_number });
                }
                Err(error) => failed.push(BatchFailure {
                    id,
                    code: error.code.into_owned(),
                    message: error.message,
                    sender_fault: true,
                }),
            }
        }
        Ok(Response::Batch(PublishBatchOutput { successful, failed }))
    }

    /// Takes one message and sends a copy to every subscription that wants it.
    fn take(
        &mut self,
        now: Time,
        chance: &mut Chance,
        wanted: Wanted,
    ) -> Result<Published, ServiceError> {
        let id = uuid(chance);
        let topic = self.topic(&wanted.topic)?;
        if wanted.message.is_empty() {
            return Err(invalid("Empty message"));
        }
        if size(&wanted.message, &wanted.attributes) > topic.maximum_size() {
            return Err(invalid("Message too long"));
        }
        let per_protocol = match wanted.structure.as_deref() {
            None => None,
            Some("json") => Some(structured(&wanted.message)?),
            Some(_) => return Err(invalid("MessageStructure")),
        };
        let fifo = topic.fifo();
        let deduplication = if fifo {
            Some(deduplication_id(topic.flag("ContentBasedDeduplication"), &wanted)?)
        } else {
            None
        };
        if let Some(original) = self.remembered(now, &wanted.topic, &deduplication, &id) {
            self.trace.note(now, || Happened::Deduplicated {
                topic: wanted.topic.clone(),
                message: original.clone(),
            });
            return Ok(Published { message_id: original, sequence_number: None });
        }
        let sequence = fifo.then(|| self.next_sequence(&wanted.topic));
        let message = Message {
            id: id.clone(),
            topic: wanted.topic,
            body: wanted.message,
            subject: wanted.subject,
            attributes: wanted.attributes,
            group: wanted.group,
            deduplication,
            sequence: sequence.clone(),
            at: now,
        };
        self.fan_out(now, &message, per_protocol.as_ref());
        Ok(Published { message_id: id, sequence_number: sequence })
    }

    fn fan_out(
        &mut self,
        now: Time,
        message: &Message,
        per_protocol: Option<&serde_json::Map<String, Value>>,
    ) {
        let (mut takers, mut refusers) = (Vec::new(), Vec::new());
        for (arn, each) in self.subscriptions.iter().filter(|(_, each)| each.topic == message.topic)
        {
            let wants =
                each.filter.as_ref().is_none_or(|f| f.wants(&message.attributes, &message.body));
            if wants {
                takers.push((arn.clone(), each.protocol.clone()));
            } else {
                refusers.push(arn.clone());
            }
        }
        let copies = u32::try_from(takers.len()).unwrap_or(u32::MAX);
        let (topic, id) = (&message.topic, &message.id);
        self.trace.note(now, || Happened::Published {
            topic: topic.clone(),
            message: id.clone(),
            copies,
        });
        for subscription in refusers {
            self.trace.note(now, || Happened::FilteredOut { subscription, message: id.clone() });
        }
        for (subscription, protocol) in takers {
            let mut copy = message.clone();
            if let Some(bodies) = per_protocol {
                let body = bodies.get(&protocol).or_else(|| bodies.get("default"));
                copy.body = body.and_then(Value::as_str).unwrap_or_default().to_owned();
            }
            self.begin(now, &subscription, &copy);
        }
    }

    /// The message that a FIFO topic took under this id within the last five minutes.
    fn remembered(
        &mut self,
        now: Time,
        topic: &str,
        deduplication: &Option<String>,
        id: &str,
    ) -> Option<String> {
        let key = deduplication.clone()?;
        let topic = self.topics.get_mut(topic)?;
        if let Some((at, original)) = topic.taken.get(&key)
            && now.since(*at) < DEDUPLICATION
        {
            return Some(original.clone());
        }
        topic.taken.insert(key, (now, id.to_owned()));
        None
    }

    fn next_sequence(&mut self, topic: &str) -> String {
        let topic = self.topics.get_mut(topic).expect("the caller looked it up");
        topic.sequence += 1;
        format!("{:020}", 10_000_000_000_000_000_000_u128 + topic.sequence)
    }
}

fn check_batch(entries: &[PublishBatchEntry], limit: usize) -> Result<(), ServiceError> {
    if entries.is_empty() {
        return Err(ServiceError::new(
            "EmptyBatchRequest",
            "The batch request doesn't contain any entries.",
        ));
    }
    if entries.len() > PER_BATCH {
        return Err(ServiceError::new(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ));
    }
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let good = |id: &str| (1..=80).contains(&id.len()) && id.chars().all(word);
    if !entries.iter().all(|entry| good(&entry.id)) {
        return Err(ServiceError::new(
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request doesn't abide by the specification.",
        ));
    }
    let twice = |(at, entry): (usize, &PublishBatchEntry)| {
        entries[..at].iter().any(|earlier| earlier.id == entry.id)
    };
    if entries.iter().enumerate().any(twice) {
        return Err(ServiceError::new(
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ));
    }
    let nothing = BTreeMap::new();
    let sizes = entries
        .iter()
        .map(|entry| size(&entry.message, entry.message_attributes.as_ref().unwrap_or(&nothing)));
    if sizes.sum::<usize>() > limit {
        return Err(ServiceError::new(
            "BatchRequestTooLong",
            "The length of all the batch messages put together is more than the limit.",
        ));
    }
    Ok(())
}

/// Body and attributes together.
fn size(message: &str, attributes: &BTreeMap<String, MessageAttribute>) -> usize {
    let each = attributes.iter().map(|(name, attribute)| {
        name.len()
            + attribute.data_type.len()
            + attribute.string_value.as_ref().map_or(0, String::len)
            + attribute.binary_value.as_ref().map_or(0, |blob| blob.0.len())
    });
    message.len() + each.sum::<usize>()
}

fn structured(message: &str) -> Result<serde_json::Map<String, Value>, ServiceError> {
    match serde_json::from_str(message) {
        Ok(Value::Object(bodies)) if bodies.get("default").is_some_and(Value::is_string) => {
            Ok(bodies)
        }
        Ok(_) => Err(invalid("Message Structure - No default entry in JSON message body")),
        Err(_) => Err(invalid("Message Structure - JSON message body failed to parse")),
    }
}

/// What a FIFO topic knows a message by.
fn deduplication_id(by_content: bool, wanted: &Wanted) -> Result<String, ServiceError> {
    if wanted.group.is_none() {
        return Err(invalid("The MessageGroupId parameter is required for FIFO topics"));
    }
    match (&wanted.deduplication, by_content) {
        (Some(id), _) => Ok(id.clone()),
        (None, true) => Ok(content_id(&wanted.message)),
        (None, false) => Err(invalid(
            "The topic should either have ContentBasedDeduplication enabled or \
             MessageDeduplicationId provided explicitly",
        )),
    }
}
