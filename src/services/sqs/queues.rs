//! The operations on queues: create, delete, list, attributes, tags, purge.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::attributes::Attributes;
use super::operation::{
    CreateQueue, GetQueueAttributes, GetQueueUrl, ListDeadLetterSourceQueues, ListQueues,
    SetQueueAttributes, TagQueue, UntagQueue,
};
use super::queue::Queue;
use super::response::{QueueAttributes, QueueUrl, Queues, Response, SourceQueues, Tags};
use super::trace::Happened;
use super::{Sqs, api, error, queue_arn, queue_url};
use crate::services::ServiceError;
use crate::services::arn::ACCOUNT_ID;
use crate::services::time::{Span, Time};

/// For how long the name of a deleted queue is blocked, and a purge keeps off the next.
pub(super) const MINUTE: Span = Span::seconds(60);

/// How many queues a page of a list holds when nothing is said.
const PAGE: usize = 1000;

impl Sqs {
    pub(super) fn create_queue(
        &mut self,
        now: Time,
        params: CreateQueue,
    ) -> Result<Response, ServiceError> {
        let name = &params.queue_name;
        let asked = params.attributes.unwrap_or_default();
        let is_fifo = asked.get("FifoQueue").is_some_and(|value| value == "true");
        if let Some(queue) = self.queues.get(name) {
            queue.attributes.check(&asked)?;
            if let Some(differing) = queue.attributes.differing(&asked) {
                return Err(ServiceError::new(
                    "QueueAlreadyExists",
                    format!(
                        "A queue already exists with the same name and a different value for attribute {differing}"
                    ),
                ));
            }
            return Ok(url_of(name));
        }
        self.deleted.retain(|_, at| *at + MINUTE > now);
        if self.deleted.contains_key(name) {
            return Err(ServiceError::new(
                "AWS.SimpleQueueService.QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another \
                 with the same name.",
            ));
        }
        check_name(name, is_fifo)?;
        let mut attributes = Attributes::new(is_fifo);
        attributes.check(&asked)?;
        self.check_policies(name, is_fifo, &asked)?;
        attributes.set(&asked);
        self.numbers += 1;
        let mut queue = Queue::new(name, self.numbers, now, attributes);
        queue.tags = params.tags.unwrap_or_default();
        let url = url_of(name);
        self.queues.insert(params.queue_name, queue);
        Ok(url)
    }

    pub(super) fn delete_queue(&mut self, now: Time, url: &str) -> Result<Response, ServiceError> {
        let name = self.queue(url)?.name.clone();
        if let Some(queue) = self.queues.remove(&name) {
            self.trace.note(now, || Happened::QueueDeleted { queue: name.as_str().into() });
            self.deleted.insert(name, now);
            self.refuse_polls(now, queue.polls);
        }
        Ok(Response::Empty)
    }

    pub(super) fn get_queue_url(&self, params: &GetQueueUrl) -> Result<Response, ServiceError> {
        let is_ours =
            params.queue_owner_aws_account_id.as_ref().is_none_or(|account| account == ACCOUNT_ID);
        match self.queues.contains_key(&params.queue_name) && is_ours {
            true => Ok(url_of(&params.queue_name)),
            false => Err(error::no_queue()),
        }
    }

    pub(super) fn list_queues(&self, params: &ListQueues) -> Result<Response, ServiceError> {
        let prefix = params.queue_name_prefix.as_deref().unwrap_or_default();
        let names = self.names(|queue| queue.name.starts_with(prefix));
        let (queue_urls, next_token) =
            page(names, params.next_token.as_deref(), params.max_results)?;
        Ok(Response::Queues(Queues { queue_urls, next_token }))
    }

    pub(super) fn list_dead_letter_source_queues(
        &self,
        params: &ListDeadLetterSourceQueues,
    ) -> Result<Response, ServiceError> {
        let target = &self.queue(&params.queue_url)?.name;
        let names = self.names(|queue| {
            queue.attributes.redrive.as_ref().is_some_and(|redrive| redrive.target == *target)
        });
        let (queue_urls, next_token) =
            page(names, params.next_token.as_deref(), params.max_results)?;
        Ok(Response::SourceQueues(SourceQueues { queue_urls, next_token }))
    }

    /// The names of queues in the order in which they were made.
    fn names(&self, wanted: impl Fn(&Queue) -> bool) -> Vec<&str> {
        let mut found: Vec<&Queue> = self.queues.values().filter(|queue| wanted(queue)).collect();
        found.sort_by_key(|queue| queue.number);
        found.into_iter().map(|queue| queue.name.as_str()).collect()
    }

    pub(super) fn get_queue_attributes(
        &self,
        params: &GetQueueAttributes,
    ) -> Result<Response, ServiceError> {
        let queue = self.queue(&params.queue_url)?;
        let asked = params.attribute_names.as_deref().unwrap_or_default();
        let known = |name: &String| api::ATTRIBUTE_NAMES.contains(&name.as_str());
        if let Some(unknown) = asked.iter().find(|name| !known(name)) {
            return Err(error::unknown_attribute(unknown));
        }
        if asked.is_empty() {
            return Ok(Response::QueueAttributes(QueueAttributes::default()));
        }
        let all = asked.iter().any(|name| name == "All");
        let attributes = all_attributes(queue)
            .into_iter()
            .filter(|(name, _)| all || asked.iter().any(|asked| asked == name))
            .collect();
        Ok(Response::QueueAttributes(QueueAttributes { attributes }))
    }

    pub(super) fn set_queue_attributes(
        &mut self,
        now: Time,
        params: &SetQueueAttributes,
    ) -> Result<Response, ServiceError> {
        let queue = self.queue(&params.queue_url)?;
        if params.attributes.is_empty() {
            return Ok(Response::Empty);
        }
        queue.attributes.check(&params.attributes)?;
        let name = queue.name.clone();
        self.check_policies(&name, queue.is_fifo(), &params.attributes)?;
        if let Some(queue) = self.queues.get_mut(&name) {
            queue.attributes.set(&params.attributes);
            queue.modified = now;
            if queue.is_fifo() && params.attributes.contains_key("DelaySeconds") {
                queue.change_delay(now);
            }
            // A shorter retention applies to what is already there.
            queue.advance(now, &mut self.trace);
        }
        Ok(Response::Empty)
    }

    pub(super) fn purge_queue(&mut self, now: Time, url: &str) -> Result<Response, ServiceError> {
        let queue = self.queue_mut(url)?;
        if queue.purged.is_some_and(|at| at + MINUTE > now) {
            return Err(ServiceError::new(
                "AWS.SimpleQueueService.PurgeQueueInProgress",
                format!(
                    "Only one PurgeQueue operation on {} is allowed every 60 seconds.",
                    queue.name
                ),
            ));
        }
        queue.purge(now);
        let name = queue.name.clone();
        self.trace.note(now, || Happened::Purged { queue: name.into() });
        Ok(Response::Empty)
    }

    pub(super) fn list_queue_tags(&self, url: &str) -> Result<Response, ServiceError> {
        Ok(Response::Tags(Tags { tags: self.queue(url)?.tags.clone() }))
    }

    pub(super) fn tag_queue(&mut self, params: TagQueue) -> Result<Response, ServiceError> {
        self.queue_mut(&params.queue_url)?.tags.extend(params.tags);
        Ok(Response::Empty)
    }

    pub(super) fn untag_queue(&mut self, params: &UntagQueue) -> Result<Response, ServiceError> {
        let queue = self.queue_mut(&params.queue_url)?;
        queue.tags.retain(|key, _| !params.tag_keys.contains(key));
        Ok(Response::Empty)
    }
}

fn url_of(name: &str) -> Response {
    Response::QueueUrl(QueueUrl { queue_url: queue_url(name) })
}

/// Whether a queue of this type may have this name.
fn check_name(name: &str, is_fifo: bool) -> Result<(), ServiceError> {
    let stem = if is_fifo { name.strip_suffix(".fifo") } else { Some(name) };
    let fits = |stem: &str| {
        !stem.is_empty() && stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    if stem.is_some_and(fits) && name.len() <= 80 {
        return Ok(());
    }
    Err(error::invalid(match is_fifo {
        true => {
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or \
             underscores, must end with .fifo suffix and be 1 to 80 in length"
        }
        false => {
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        }
    }))
}

/// Every attribute that a queue has now: set, counted and given.
fn all_attributes(queue: &Queue) -> BTreeMap<&'static str, String> {
    let mut all: BTreeMap<&'static str, String> =
        queue.attributes.iter().map(|(name, value)| (name, value.clone())).collect();
    let seconds = |time: Time| (time.unix_millis() / 1000).to_string();
    all.insert("ApproximateNumberOfMessages", queue.counts.visible.to_string());
    all.insert("ApproximateNumberOfMessagesNotVisible", queue.counts.in_flight.to_string());
    all.insert("ApproximateNumberOfMessagesDelayed", queue.counts.delayed.to_string());
    all.insert("CreatedTimestamp", seconds(queue.created));
    all.insert("LastModifiedTimestamp", seconds(queue.modified));
    all.insert("QueueArn", queue_arn(&queue.name));
    all
}

/// One page of queue URLs, and the token of the next; only a call that sets `MaxResults` gets one.
fn page(
    names: Vec<&str>,
    token: Option<&str>,
    max_results: Option<i64>,
) -> Result<(Vec<String>, Option<String>), ServiceError> {
    let size = match max_results {
        None => PAGE,
        Some(size @ 1..=1000) => size as usize,
        Some(size) => {
            return Err(error::invalid_value(
                size,
                "MaxResults",
                "MaxResults must be an integer between 1 and 1000.",
            ));
        }
    };
    let start = match token {
        None => 0,
        Some(token) => {
            let last = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let place = names.iter().position(|name| last.as_deref() == Some(*name));
            place.ok_or_else(|| error::invalid("Invalid or expired next token."))? + 1
        }
    };
    let end = (start + size).min(names.len());
    let is_more = end < names.len() && max_results.is_some();
    let next = is_more.then(|| STANDARD.encode(names[end - 1]));
    Ok((names[start..end].iter().map(|name| queue_url(name)).collect(), next))
}
