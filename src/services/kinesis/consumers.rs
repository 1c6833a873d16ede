//! Enhanced fan-out: registered consumers and their subscriptions to shards.
//!
//! AWS pushes events over HTTP/2. Here the answer to `SubscribeToShard` carries the first events, and
//! [`Kinesis::push`] hands out what came since, for as long as the subscription lasts.

use std::collections::BTreeMap;

use super::super::arn::{ACCOUNT_ID, resource_of};
use super::super::time::Time;
use super::Kinesis;
use super::data_operations::{GetShardIterator, SubscribeToShard};
use super::errors::{
    Result, dry_run, in_use, invalid, limit, no_shard_to_read, no_stream, not_active, not_found,
};
use super::limits::{
    CONSUMERS, CONSUMERS_ADVANTAGE, CREATING_CONSUMERS, READS, SUBSCRIPTION_GUARD,
    SUBSCRIPTION_LIFE,
};
use super::operations::{
    DeregisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers, RegisterStreamConsumer,
};
use super::records::{children, read};
use super::responses::{
    DescribeStreamConsumerOutput, ListStreamConsumersOutput, RegisterStreamConsumerOutput,
    Response, SubscribeToShardOutput,
};
use super::shapes::{
    self, ConsumerDescription, ConsumerStatus, StreamStatus, SubscribeToShardEvent,
    SubscribeToShardEventStream,
};
use super::shard::{shard_id, shard_index};
use super::stream::Stream;
use super::tags::checked_tags;
use super::token::{Kind, seal};

/// A registered consumer.
#[derive(Debug, Clone, PartialEq)]
pub struct Consumer {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) created: Time,
    pub(super) status: ConsumerStatus,
    /// When it stops being CREATING or DELETING.
    pub(super) settles: Option<Time>,
    pub(super) tags: BTreeMap<String, String>,
}

/// A consumer's open connection to one shard.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// When it was made.
    pub since: Time,
    /// The position it will be pushed next.
    pub position: u64,
    /// Until when it has used up its 2 MiB a second.
    pub busy_until: Time,
}

impl Consumer {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// What it is doing.
    pub fn status(&self) -> ConsumerStatus {
        self.status
    }

    fn shown(&self) -> shapes::Consumer {
        shapes::Consumer {
            consumer_name: self.name.clone(),
            consumer_arn: self.arn.clone(),
            consumer_status: self.status,
            consumer_creation_timestamp: self.created.into(),
        }
    }
}

impl Kinesis {
    /// How many consumers and queues a stream may have together (KQ-10).
    pub(super) fn consumer_limit(&self) -> usize {
        if self.is_advantage() { CONSUMERS_ADVANTAGE } else { CONSUMERS }
    }

    /// How many consumers and queues a stream has.
    pub(super) fn consumer_count(&self, stream: &Stream) -> usize {
        let queues = self.queues.values().filter(|queue| queue.stream() == stream.name).count();
        stream.consumers.len() + queues
    }

    pub(super) fn register_consumer(
        &mut self,
        now: Time,
        call: RegisterStreamConsumer,
    ) -> Result<Response> {
        let stream_name = self.stream_name(None, Some(&call.stream_arn))?.to_owned();
        let most = self.consumer_limit();
        let settles = now + self.timings.consumer;
        let stream = self.streams.get(&stream_name).ok_or_else(|| no_stream(&stream_name))?;
        let name = call.consumer_name;
        if stream.consumers.contains_key(&name) {
            return Err(in_use(format!(
                "Consumer {name} under stream {stream_name} already exists for account {ACCOUNT_ID}."
            )));
        }
        if !stream.is_ready() {
            return Err(not_active(&stream_name, stream.status));
        }
        if self.consumer_count(stream) >= most {
            return Err(limit(format!(
                "Stream {stream_name} under account {ACCOUNT_ID} already has {most} registered consumers and \
                 queues."
            )));
        }
        let creating = |consumer: &&Consumer| consumer.status == ConsumerStatus::Creating;
        if stream.consumers.values().filter(creating).count() >= CREATING_CONSUMERS {
            return Err(limit(format!(
                "Only {CREATING_CONSUMERS} consumers of a stream can be in CREATING status at once."
            )));
        }
        let tags = checked_tags(call.tags.unwrap_or_default(), &BTreeMap::new(), &name)?;
        let created = now.unix_millis() / 1000;
        let consumer = Consumer {
            arn: format!("{}/consumer/{name}:{created}", stream.arn()),
            name: name.clone(),
            created: now,
            status: ConsumerStatus::Creating,
            settles: Some(settles),
            tags,
        };
        let shown = consumer.shown();
        if let Some(stream) = self.streams.get_mut(&stream_name) {
            stream.consumers.insert(name, consumer);
        }
        Ok(Response::RegisterStreamConsumer(RegisterStreamConsumerOutput { consumer: shown }))
    }

    /// The stream and the consumer that a call names by ARN, or by stream and name.
    fn named_consumer(
        &self,
        stream_arn: Option<&str>,
        name: Option<&str>,
        arn: Option<&str>,
    ) -> Result<(String, String)> {
        let absent = |what: &str| not_found(format!("Consumer {what:.300} not found."));
        if let Some(arn) = arn {
            let stream = resource_of(arn, "kinesis")
                .and_then(|resource| resource.strip_prefix("stream/")?.split_once("/consumer/"))
                .and_then(|(stream, _)| self.streams.get(stream));
            let found = stream.and_then(|stream| {
                let consumer = stream.consumers.values().find(|consumer| consumer.arn == arn)?;
                Some((stream.name.clone(), consumer.name.clone()))
            });
            let found = found.ok_or_else(|| absent(arn))?;
            if name.is_some_and(|name| name != found.1) {
                return Err(invalid("ConsumerName and ConsumerARN name different consumers."));
            }
            return Ok(found);
        }
        let (Some(stream_arn), Some(name)) = (stream_arn, name) else {
            return Err(invalid(
                "Either ConsumerARN or both StreamARN and ConsumerName must be given.",
            ));
        };
        let stream = self.stream_name(None, Some(stream_arn))?;
        let known = self.streams.get(stream).ok_or_else(|| no_stream(stream))?;
        if !known.consumers.contains_key(name) {
            return Err(not_found(format!(
                "Consumer {name} under stream {stream} not found under account {ACCOUNT_ID}."
            )));
        }
        Ok((stream.to_owned(), name.to_owned()))
    }

    pub(super) fn deregister_consumer(
        &mut self,
        now: Time,
        call: &DeregisterStreamConsumer,
    ) -> Result<Response> {
        let (stream, name) = self.named_consumer(
            call.stream_arn.as_deref(),
            call.consumer_name.as_deref(),
            call.consumer_arn.as_deref(),
        )?;
        let settles = now + self.timings.consumer;
        if let Some(stream) = self.streams.get_mut(&stream) {
            stream.subscriptions.retain(|(consumer, _), _| *consumer != name);
            if let Some(consumer) = stream.consumers.get_mut(&name) {
                consumer.status = ConsumerStatus::Deleting;
                consumer.settles = Some(settles);
            }
        }
        Ok(Response::Empty)
    }

    pub(super) fn describe_consumer(&self, call: &DescribeStreamConsumer) -> Result<Response> {
        let (stream, name) = self.named_consumer(
            call.stream_arn.as_deref(),
            call.consumer_name.as_deref(),
            call.consumer_arn.as_deref(),
        )?;
        let consumer = &self.streams[&stream].consumers[&name];
        Ok(Response::DescribeStreamConsumer(DescribeStreamConsumerOutput {
            consumer_description: ConsumerDescription {
                consumer_name: name,
                consumer_arn: consumer.arn.clone(),
                consumer_status: consumer.status,
                consumer_creation_timestamp: consumer.created.into(),
                stream_arn: self.streams[&stream].arn(),
            },
        }))
    }

    pub(super) fn list_consumers(&self, now: Time, list: &ListStreamConsumers) -> Result<Response> {
        let name = self.stream_name(None, Some(&list.stream_arn))?;
        let stream = self.streams.get(name).ok_or_else(|| no_stream(name))?;
        let after = match &list.next_token {
            Some(token) => Some(self.page_after(now, token)?.1),
            None => None,
        };
        let limit = list.max_results.map_or(100, |most| usize::try_from(most).unwrap_or(1)).max(1);
        let mut rest = stream
            .consumers
            .values()
            .filter(|c| after.as_ref().is_none_or(|after| c.name > *after));
        let consumers: Vec<shapes::Consumer> =
            rest.by_ref().take(limit).map(Consumer::shown).collect();
        let next_token = match (rest.next(), consumers.last()) {
            (Some(_), Some(last)) => {
                Some(seal(Kind::NextToken, [now.0, 0, 0], &last.consumer_name))
            }
            _ => None,
        };
        Ok(Response::ListStreamConsumers(ListStreamConsumersOutput { consumers, next_token }))
    }

    pub(super) fn subscribe(&mut self, now: Time, call: &SubscribeToShard) -> Result<Response> {
        let (name, consumer) = self.named_consumer(None, None, Some(&call.consumer_arn))?;
        let stream = self.streams.get_mut(&name).ok_or_else(|| no_stream(&name))?;
        if stream.status == StreamStatus::Creating || stream.status == StreamStatus::Deleting {
            return Err(not_active(&name, stream.status));
        }
        if stream.consumers[&consumer].status != ConsumerStatus::Active {
            return Err(in_use(format!("Consumer {} is not ACTIVE.", call.consumer_arn)));
        }
        let index = shard_index(&call.shard_id)
            .filter(|index| (*index as usize) < stream.shards.len())
            .ok_or_else(|| no_shard_to_read(&call.shard_id, &name))?;
        let slot = (consumer.clone(), index);
        let guarded = |old: &Subscription| now.since(old.since) < SUBSCRIPTION_GUARD;
        if stream.subscriptions.get(&slot).is_some_and(guarded) {
            return Err(in_use(format!(
                "Another active subscription exists for this consumer: {ACCOUNT_ID}:{name}:{}:{}",
                shard_id(index),
                consumer
            )));
        }
        stream.trim(now);
        let starting = &call.starting_position;
        let position = super::records::start(
            now,
            &stream.shards[index as usize],
            &name,
            &GetShardIterator {
                stream_name: None,
                shard_id: call.shard_id.clone(),
                shard_iterator_type: starting.kind,
                starting_sequence_number: starting.sequence_number.clone(),
                timestamp: starting.timestamp,
                stream_arn: None,
                stream_id: None,
                dry_run: None,
            },
        )?;
        if call.dry_run == Some(true) {
            return Err(dry_run());
        }
        let subscription = Subscription { since: now, position, busy_until: now };
        stream.subscriptions.insert(slot, subscription);
        let event_stream = stream
            .push(now, &consumer, index)
            .map(|event| SubscribeToShardEventStream { subscribe_to_shard_event: event })
            .into_iter()
            .collect();
        Ok(Response::SubscribeToShard(SubscribeToShardOutput { event_stream }))
    }

    /// The next event of a consumer's subscription to a shard: nothing while nothing new is there,
    /// while its 2 MiB a second are used up, and after the subscription's five minutes (KDS-21).
    pub fn push(
        &mut self,
        now: Time,
        stream: &str,
        consumer: &str,
        shard: u32,
    ) -> Option<SubscribeToShardEvent> {
        let event = self.streams.get_mut(stream)?.push(now, consumer, shard)?;
        let nothing = event.records.is_empty() && event.child_shards.is_none();
        (!nothing).then_some(event)
    }

    /// A consumer's subscription to a shard while it lasts.
    pub fn subscription(
        &self,
        now: Time,
        stream: &str,
        consumer: &str,
        shard: u32,
    ) -> Option<&Subscription> {
        let found = self.streams.get(stream)?.subscriptions.get(&(consumer.to_owned(), shard))?;
        (now.since(found.since) < SUBSCRIPTION_LIFE).then_some(found)
    }
}

impl Stream {
    fn push(&mut self, now: Time, consumer: &str, index: u32) -> Option<SubscribeToShardEvent> {
        let horizon = self.horizon(now);
        let shard = self.shards.get_mut(index as usize)?;
        shard.log.trim(horizon);
        let slot = (consumer.to_owned(), index);
        let subscription = self.subscriptions.get_mut(&slot)?;
        if now.since(subscription.since) >= SUBSCRIPTION_LIFE {
            self.subscriptions.remove(&slot);
            return None;
        }
        if now < subscription.busy_until {
            return None;
        }
        let shard = &self.shards[index as usize];
        let read = read(shard, subscription.position, usize::MAX, READS.bytes);
        subscription.position = read.next;
        let pause = (read.bytes * 1000).div_ceil(READS.bytes);
        subscription.busy_until = now + super::super::time::Span::millis(pause);
        let behind = shard.log.get(read.next).map_or(0, |oldest| now.since(oldest.at).0);
        let finished = !shard.is_open() && read.next >= shard.log.next();
        let continuation = match read.next.checked_sub(1).and_then(|last| shard.log.get(last)) {
            Some(last) => shard.sequence_number(last.position, last.at),
            None => shard.described().sequence_number_range.starting_sequence_number,
        };
        let child_shards = finished.then(|| children(self, index));
        if finished {
            self.subscriptions.remove(&slot);
        }
        Some(SubscribeToShardEvent {
            records: read.records,
            continuation_sequence_number: continuation,
            millis_behind_latest: i64::try_from(behind).unwrap_or(i64::MAX),
            child_shards,
        })
    }

    /// Consumers whose CREATING or DELETING is over.
    pub(super) fn settle_consumers(&mut self, now: Time) {
        self.consumers.retain(|_, consumer| {
            if consumer.settles.is_none_or(|at| at > now) {
                return true;
            }
            consumer.settles = None;
            let gone = consumer.status == ConsumerStatus::Deleting;
            consumer.status = ConsumerStatus::Active;
            !gone
        });
    }
}
