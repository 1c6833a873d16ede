//! The operations on messages: send, receive, delete, change visibility, and their batches.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::dedup::First;
use super::handle::ReceiptHandle;
use super::message::{
    self, Extras, LARGEST_MESSAGE, Message, State, check_attributes, check_body, check_fifo_id,
    md5_hex, md5_of_attributes, sequence_number, trace_header,
};
use super::operation::{
    ChangeMessageVisibility, ChangeMessageVisibilityBatch, DeleteMessage, DeleteMessageBatch,
    ReceiveMessage, SendEntry, SendMessage, SendMessageBatch,
};
use super::queue::{Draft, Queue, Wanted};
use super::response::{
    BatchResult, DoneEntry, FailedEntry, Messages, Received, Response, Sent, SentBatch, SentEntry,
};
use super::sampling::Sampling;
use super::store::Entry;
use super::throttle::Action;
use super::trace::Happened;
use super::{MAX_VISIBILITY, Sqs, api, error, queue_arn};
use crate::services::ServiceError;
use crate::services::arn::ACCOUNT_ID;
use crate::services::chance::Chance;
use crate::services::ids::content_id;
use crate::services::time::{Span, Time};

/// The most entries in a batch, and the most messages in a receive.
pub(super) const MOST: usize = 10;

impl Sqs {
    pub(super) fn send_message(
        &mut self,
        now: Time,
        params: SendMessage,
    ) -> Result<Response, ServiceError> {
        self.throttle(now, &params.queue_url, Action::Send)?;
        let entry = SendEntry {
            id: String::new(),
            message_body: params.message_body,
            delay_seconds: params.delay_seconds,
            message_attributes: params.message_attributes,
            message_system_attributes: params.message_system_attributes,
            message_deduplication_id: params.message_deduplication_id,
            message_group_id: params.message_group_id,
        };
        self.send(now, &params.queue_url, entry).map(Response::Sent)
    }

    fn send(&mut self, now: Time, url: &str, entry: SendEntry) -> Result<Sent, ServiceError> {
        let id = self.next_message_id();
        // The queue and the trace are both fields of ours.
        let name = super::name_in_url(url);
        let queue = name.and_then(|name| self.queues.get_mut(name)).ok_or_else(error::no_queue)?;
        let attributes = entry.message_attributes.as_ref();
        check_body(&entry.message_body, attributes, queue.attributes.largest_message)?;
        check_attributes(attributes)?;
        let trace_header = trace_header(entry.message_system_attributes.as_ref())?;
        check_fifo_id(entry.message_deduplication_id.as_ref(), "MessageDeduplicationId")?;
        check_fifo_id(entry.message_group_id.as_ref(), "MessageGroupId")?;
        let delay = delay_of(queue, entry.delay_seconds)?;
        let deduplication_id = deduplication_id_of(queue, &entry)?;

        let mut sent = Sent {
            md5_of_message_attributes: attributes.and_then(md5_of_attributes),
            md5_of_message_body: md5_hex(entry.message_body.as_bytes()),
            md5_of_message_system_attributes: entry
                .message_system_attributes
                .as_ref()
                .and_then(md5_of_attributes),
            message_id: String::new(),
            sequence_number: None,
        };
        let group = entry.message_group_id.as_deref();
        let of_group = deduplication_id.as_ref().zip(group);
        let new_id = match of_group.map(|(id, group)| queue.find_duplicate(now, group, id)) {
            Some(Ok(first)) => {
                sent.message_id = first.id.to_uuid();
                sent.sequence_number = Some(sequence_number(first.serial));
                let queue = || queue.name.as_str().into();
                self.trace.note(now, || Happened::Duplicate { queue: queue(), first: first.id });
                return Ok(sent);
            }
            Some(Err(tag)) => Some(tag),
            None => None,
        };
        let has_extras = attributes.is_some_and(|attributes| !attributes.is_empty())
            || trace_header.is_some()
            || deduplication_id.is_some();
        let extras = has_extras.then(|| {
            Box::new(Extras {
                attributes: entry.message_attributes.unwrap_or_default(),
                trace_header,
                deduplication_id: deduplication_id.clone(),
                ..Extras::default()
            })
        });
        let serial = queue.insert(
            now,
            Draft {
                id,
                sent: now,
                body: entry.message_body.into_boxed_str(),
                extras,
                group,
                delay,
                first_received: Time::START,
            },
        );
        sent.message_id = id.to_uuid();
        if let (Some(key), Some(tag), Some(group)) = (deduplication_id, new_id, group) {
            queue.remember_id(now, group, (key, tag), First { id, serial });
            sent.sequence_number = Some(sequence_number(serial));
        }
        self.trace.note(now, || Happened::Sent {
            queue: queue.name.as_str().into(),
            message: id,
            visible_at: now + delay,
        });
        Ok(sent)
    }

    pub(super) fn send_message_batch(
        &mut self,
        now: Time,
        params: SendMessageBatch,
    ) -> Result<Response, ServiceError> {
        self.throttle(now, &params.queue_url, Action::Send)?;
        let queue = self.queue(&params.queue_url)?;
        let ids = params.entries.iter().map(|entry| entry.id.as_str());
        check_batch(ids, "SendMessageBatchRequestEntry")?;
        if queue.is_fifo() {
            for entry in &params.entries {
                let has_id =
                    entry.message_deduplication_id.as_ref().is_some_and(|id| !id.is_empty());
                if !has_id && !queue.attributes.content_based_deduplication {
                    return Err(error::no_deduplication_id());
                }
                if entry.message_group_id.as_ref().is_none_or(String::is_empty) {
                    // Recorded: in a batch the same text comes with another code.
                    return Err(error::invalid(error::missing("MessageGroupId").message));
                }
            }
        }
        let size: u64 = params
            .entries
            .iter()
            .map(|entry| message::size(&entry.message_body, entry.message_attributes.as_ref()))
            .sum();
        if size > LARGEST_MESSAGE {
            return Err(ServiceError::new(
                "AWS.SimpleQueueService.BatchRequestTooLong",
                format!(
                    "Batch requests cannot be longer than {LARGEST_MESSAGE} bytes. You have sent {size} bytes."
                ),
            ));
        }
        let mut result = SentBatch::default();
        for entry in params.entries {
            let id = entry.id.clone();
            match self.send(now, &params.queue_url, entry) {
                Ok(sent) => result.successful.push(SentEntry { id, sent }),
                Err(error) => {
                    let mut failed = failed(id, error);
                    // Recorded: a batch words this one differently.
                    failed.message = failed.message.replace(
                        "parameters are invalid. Reason: Message must",
                        "parameters cannot be validated. Reason: Message must",
                    );
                    result.failed.push(failed);
                }
            }
        }
        Ok(Response::SentBatch(result))
    }

    /// Receives what is there now.
    pub(super) fn receive(
        &mut self,
        now: Time,
        chance: &mut Chance,
        request: &ReceiveMessage,
        is_long_poll: bool,
    ) -> Result<Messages, ServiceError> {
        self.throttle(now, &request.queue_url, Action::Receive)?;
        let name = super::name_in_url(&request.queue_url).ok_or_else(error::no_queue)?;
        check_fifo_id(request.receive_request_attempt_id.as_ref(), "ReceiveRequestAttemptId")?;
        let filter = Filter::new(request)?;
        let max_receives = self.max_receives(name);
        let queue = self.queues.get_mut(name).ok_or_else(error::no_queue)?;
        let wanted = Wanted {
            most: most_of(request)?,
            timeout: match request.visibility_timeout {
                None => queue.attributes.visibility_timeout,
                Some(seconds) => visibility_of(seconds)?,
            },
            max_receives,
        };
        if let Some(messages) = repeated(queue, now, request, &filter, wanted.timeout) {
            return Ok(messages);
        }
        let sampling = (self.settings.servers > 1).then_some(Sampling {
            chance,
            servers: self.settings.servers,
            is_long_poll,
        });
        let haul = queue.receive(now, &wanted, &self.settings, sampling, &mut self.trace)?;
        if let Some(attempt) = &request.receive_request_attempt_id
            && queue.is_fifo()
            && !haul.handed.is_empty()
        {
            let until = now + wanted.timeout;
            queue.attempts.remember(now, attempt, until, haul.handed.clone());
        }
        let messages =
            haul.handed.iter().filter_map(|entry| received(queue, *entry, &filter)).collect();
        for (message, group) in haul.dead {
            self.dead_letter(now, name, message, group);
        }
        Ok(Messages { messages })
    }

    pub(super) fn delete_message(
        &mut self,
        now: Time,
        params: &DeleteMessage,
    ) -> Result<Response, ServiceError> {
        self.throttle(now, &params.queue_url, Action::Delete)?;
        self.delete(now, &params.queue_url, &params.receipt_handle)?;
        Ok(Response::Empty)
    }

    fn delete(&mut self, now: Time, url: &str, handle: &str) -> Result<(), ServiceError> {
        let name = super::name_in_url(url);
        let queue = name.and_then(|name| self.queues.get_mut(name)).ok_or_else(error::no_queue)?;
        let parsed = handle_of(queue, handle)?;
        queue.delete(now, parsed, handle, &mut self.trace)
    }

    pub(super) fn delete_message_batch(
        &mut self,
        now: Time,
        params: &DeleteMessageBatch,
    ) -> Result<Response, ServiceError> {
        self.throttle(now, &params.queue_url, Action::Delete)?;
        let ids = params.entries.iter().map(|entry| entry.id.as_str());
        check_batch(ids, "DeleteMessageBatchRequestEntry")?;
        let results = params.entries.iter().map(|entry| {
            (entry.id.clone(), self.delete(now, &params.queue_url, &entry.receipt_handle))
        });
        Ok(batch_result(results))
    }

    pub(super) fn change_message_visibility(
        &mut self,
        now: Time,
        params: &ChangeMessageVisibility,
    ) -> Result<Response, ServiceError> {
        self.throttle(now, &params.queue_url, Action::ChangeVisibility)?;
        self.change(now, &params.queue_url, &params.receipt_handle, params.visibility_timeout)?;
        Ok(Response::Empty)
    }

    fn change(
        &mut self,
        now: Time,
        url: &str,
        handle: &str,
        seconds: i64,
    ) -> Result<(), ServiceError> {
        let name = super::name_in_url(url);
        let queue = name.and_then(|name| self.queues.get_mut(name)).ok_or_else(error::no_queue)?;
        visibility_of(seconds)?;
        let parsed = handle_of(queue, handle)?;
        queue.change_visibility(now, parsed, handle, seconds, &mut self.trace)
    }

    pub(super) fn change_message_visibility_batch(
        &mut self,
        now: Time,
        params: &ChangeMessageVisibilityBatch,
    ) -> Result<Response, ServiceError> {
        self.throttle(now, &params.queue_url, Action::ChangeVisibility)?;
        let ids = params.entries.iter().map(|entry| entry.id.as_str());
        check_batch(ids, "ChangeMessageVisibilityBatchRequestEntry")?;
        let results = params.entries.iter().map(|entry| {
            let seconds = entry.visibility_timeout.unwrap_or_default();
            let url = &params.queue_url;
            (entry.id.clone(), self.change(now, url, &entry.receipt_handle, seconds))
        });
        Ok(batch_result(results))
    }
}

/// A handle of this queue; any other text is refused.
fn handle_of(queue: &Queue, text: &str) -> Result<ReceiptHandle, ServiceError> {
    ReceiptHandle::read(text)
        .filter(|handle| handle.queue == queue.number)
        .ok_or_else(|| error::bad_handle(text))
}

/// When a message sent now becomes receivable: by itself on a standard queue, by the queue else.
fn delay_of(queue: &Queue, asked: Option<i64>) -> Result<Span, ServiceError> {
    match asked {
        Some(seconds) if queue.is_fifo() && seconds != 0 => Err(error::invalid_value(
            seconds,
            "DelaySeconds",
            "The request include parameter that is not valid for this queue type.",
        )),
        Some(seconds @ 0..=900) if !queue.is_fifo() => Ok(Span::seconds(seconds.unsigned_abs())),
        Some(seconds) if !queue.is_fifo() => Err(error::invalid_value(
            seconds,
            "DelaySeconds",
            "DelaySeconds must be >= 0 and <= 900.",
        )),
        _ => Ok(queue.attributes.delay),
    }
}

/// The id by which a FIFO queue tells duplicates: the one given, else the SHA-256 of the body.
fn deduplication_id_of(
    queue: &Queue,
    entry: &SendEntry,
) -> Result<Option<CompactString>, ServiceError> {
    match (&entry.message_deduplication_id, queue.is_fifo()) {
        (Some(id), false) => Err(error::invalid_value(
            id,
            "MessageDeduplicationId",
            "The request includes a parameter that is not valid for this queue type.",
        )),
        (None, false) => Ok(None),
        (_, true) if entry.message_group_id.is_none() => Err(error::missing("MessageGroupId")),
        (Some(id), true) => Ok(Some(id.as_str().into())),
        (None, true) if queue.attributes.content_based_deduplication => {
            Ok(Some(content_id(&entry.message_body).into()))
        }
        (None, true) => Err(error::no_deduplication_id()),
    }
}

fn visibility_of(seconds: i64) -> Result<Span, ServiceError> {
    match seconds {
        0..=MAX_VISIBILITY => Ok(Span::seconds(seconds.unsigned_abs())),
        _ => Err(error::invalid_value(
            seconds,
            "VisibilityTimeout",
            format_args!("Must be between 0 and {MAX_VISIBILITY}, if provided."),
        )),
    }
}

/// How many messages a receive wants. Zero counts as not given (see the ledger, SQS-12).
fn most_of(request: &ReceiveMessage) -> Result<usize, ServiceError> {
    match request.max_number_of_messages.unwrap_or_default() {
        0 => Ok(1),
        number @ 1..=10 => Ok(number as usize),
        number => Err(error::invalid_value(
            number,
            "MaxNumberOfMessages",
            "Must be between 1 and 10, if provided.",
        )),
    }
}

/// What an earlier receive of the same attempt id handed out, if nothing has been done about it.
fn repeated(
    queue: &mut Queue,
    now: Time,
    request: &ReceiveMessage,
    filter: &Filter,
    timeout: Span,
) -> Option<Messages> {
    let id = request.receive_request_attempt_id.as_ref().filter(|_| queue.is_fifo())?;
    let attempt = queue.attempts.find(now, id)?.clone();
    let untouched = attempt.handed.iter().all(|entry| {
        queue.message(*entry).is_some_and(|message| message.state == State::InFlight(attempt.until))
    });
    if !untouched {
        return None;
    }
    let until = now + timeout;
    queue.hand_out_again(&attempt.handed, until);
    queue.attempts.remember(attempt.at, id, until, attempt.handed.clone());
    let messages =
        attempt.handed.iter().filter_map(|entry| received(queue, *entry, filter)).collect();
    Some(Messages { messages })
}

/// Which attributes a receive asks for.
struct Filter<'a> {
    system: &'a [String],
    user: &'a [String],
}

impl<'a> Filter<'a> {
    fn new(request: &'a ReceiveMessage) -> Result<Filter<'a>, ServiceError> {
        let given = |names: &'a Option<Vec<String>>| names.as_deref().unwrap_or_default();
        let older = given(&request.attribute_names);
        let newer = given(&request.message_system_attribute_names);
        for name in newer.iter().chain(older) {
            let known = api::SYSTEM_ATTRIBUTE_NAMES.contains(&name.as_str())
                || api::ATTRIBUTE_NAMES.contains(&name.as_str());
            if !known {
                return Err(error::unknown_attribute(name));
            }
        }
        let system = if newer.is_empty() { older } else { newer };
        Ok(Filter { system, user: given(&request.message_attribute_names) })
    }

    fn wants_system(&self, name: &str) -> bool {
        self.system.iter().any(|wanted| wanted == "All" || wanted == name)
    }

    fn wants_user(&self, name: &str) -> bool {
        self.user.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => wanted == "All" || wanted == "*" || wanted == name,
        })
    }
}

/// The message as this receive answers it.
fn received(queue: &Queue, entry: Entry, filter: &Filter) -> Option<Received> {
    let message = queue.message(entry)?;
    let handle = ReceiptHandle {
        queue: queue.number,
        slot: entry.slot,
        serial: entry.serial,
        receive: message.receives,
    };
    let mut user = BTreeMap::new();
    if let Some(extras) = &message.extras
        && !filter.user.is_empty()
    {
        let wanted = extras.attributes.iter().filter(|(name, _)| filter.wants_user(name));
        user.extend(wanted.map(|(name, value)| (name.clone(), value.clone())));
    }
    Some(Received {
        attributes: if filter.system.is_empty() {
            BTreeMap::new()
        } else {
            system_attributes(queue, message, filter)
        },
        body: message.body.to_string(),
        md5_of_body: md5_hex(message.body.as_bytes()),
        md5_of_message_attributes: md5_of_attributes(&user),
        message_attributes: user,
        message_id: message.id.to_uuid(),
        receipt_handle: handle.write(),
    })
}

fn system_attributes(
    queue: &Queue,
    message: &Message,
    filter: &Filter,
) -> BTreeMap<&'static str, String> {
    let extras = message.extras.as_deref();
    let of_extras = |pick: fn(&Extras) -> Option<&String>| extras.and_then(pick).cloned();
    let sequence = queue.is_fifo().then(|| sequence_number(message.serial));
    let source = extras.and_then(|extras| extras.dead_letter_source.as_deref()).map(queue_arn);
    let all = [
        ("AWSTraceHeader", of_extras(|extras| extras.trace_header.as_ref())),
        (
            "ApproximateFirstReceiveTimestamp",
            Some(message.first_received.unix_millis().to_string()),
        ),
        ("ApproximateReceiveCount", Some(message.total_receives().to_string())),
        ("DeadLetterQueueSourceArn", source),
        (
            "MessageDeduplicationId",
            extras.and_then(|extras| extras.deduplication_id.as_deref()).map(str::to_owned),
        ),
        ("MessageGroupId", queue.group_name(message.group).map(str::to_owned)),
        ("SenderId", Some(ACCOUNT_ID.to_owned())),
        ("SentTimestamp", Some(message.sent.unix_millis().to_string())),
        ("SequenceNumber", sequence),
    ];
    all.into_iter()
        .filter(|(name, _)| filter.wants_system(name))
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
}

/// What holds for every batch: one to ten entries, with ids that are ids and differ.
fn check_batch<'a>(
    ids: impl ExactSizeIterator<Item = &'a str>,
    entry: &str,
) -> Result<(), ServiceError> {
    let count = ids.len();
    if count == 0 {
        return Err(ServiceError::new(
            "AWS.SimpleQueueService.EmptyBatchRequest",
            format!("There should be at least one {entry} in the request."),
        ));
    }
    if count > MOST {
        return Err(ServiceError::new(
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            format!("Maximum number of entries per request are {MOST}. You have sent {count}."),
        ));
    }
    let mut seen = BTreeSet::new();
    for id in ids {
        let is_id = (1..=80).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !is_id {
            return Err(ServiceError::new(
                "AWS.SimpleQueueService.InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and \
                 underscores. It can be at most 80 letters long.",
            ));
        }
        if !seen.insert(id) {
            return Err(ServiceError::new(
                "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
                format!("Id {id} repeated."),
            ));
        }
    }
    Ok(())
}

fn failed(id: String, error: ServiceError) -> FailedEntry {
    FailedEntry { id, sender_fault: true, code: error.code.into_owned(), message: error.message }
}

fn batch_result(results: impl Iterator<Item = (String, Result<(), ServiceError>)>) -> Response {
    let mut result = BatchResult::default();
    for (id, done) in results {
        match done {
            Ok(()) => result.successful.push(DoneEntry { id }),
            Err(error) => result.failed.push(failed(id, error)),
        }
    }
    Response::Batch(result)
}
