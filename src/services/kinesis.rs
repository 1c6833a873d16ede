//! Amazon Kinesis Data Streams: streams, shards, records, fan-out consumers and queues.
//!
//! The rules carry the ids of `rules/kds.toml` and `rules/kq.toml`. What a model wants to show it
//! reads from [`Kinesis::streams`] and [`Kinesis::queues`] and from the [`Happened`] it is told.

mod api;
mod consumers;
mod control;
mod data_operations;
mod errors;
mod hash;
mod limits;
mod listing;
mod log;
mod meter;
mod operations;
mod queue_calls;
mod queue_operations;
mod queues;
mod records;
mod resharding;
mod responses;
mod sequence;
mod shapes;
mod shard;
mod stream;
mod tags;
#[cfg(test)]
mod tests;
mod timestamp;
mod token;

use std::collections::BTreeMap;

use compact_str::CompactString;

pub use consumers::{Consumer, Subscription};
pub use data_operations::*;
pub use hash::{HashRange, even_ranges, hash_key, parse_hash_key};
pub use limits::{Timings, *};
pub use log::{Log, LogRecord};
pub use meter::{Load, Rate};
pub use operations::*;
pub use queue_operations::*;
pub use queues::{Place, Queue, QueueCounts, Start, Tracked};
pub use responses::*;
pub use sequence::SequenceNumber;
pub use shapes::*;
/// A shard's state; [`ShardDescription`](shapes::Shard) is what AWS says of it.
pub use shard::{Shard as ShardState, shard_id};
pub use stream::Stream;
pub use timestamp::Timestamp;

use super::arn::resource_of;
use super::chance::Chance;
use super::constants;
use super::shape::Api;
use super::time::Span;
use super::time::Time;
use super::trace::Trace;
use super::{Answer, LateAnswer, Service};
use errors::{Result, invalid, not_found};
use queue_calls::{Receive, received};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::count("kinesis.update-shard-count.per-day", RECOUNTS_A_DAY as u64),
    constants::bytes("kinesis.record-size.default", RECORD_MIN_KIB as u64 * 1024),
    constants::bytes("kinesis.record-size.max", RECORD_MAX_KIB as u64 * 1024),
    constants::time("kinesis.iterator.lifetime", ITERATOR_LIFE),
    constants::count("kinesis.efo.consumers", CONSUMERS as u64),
    constants::time("kinesis.retention.default", Span::hours(RETENTION_MIN_HOURS as u64)),
    constants::time("kinesis.retention.max", Span::hours(RETENTION_MAX_HOURS as u64)),
    constants::count("kinesis.get-records.per-second", READS.count),
    constants::bytes("kinesis.shard.write", WRITES.bytes),
    constants::count("kinesis.shard.records", WRITES.count),
    constants::bytes("kinesis.shard.read", READS.bytes),
    constants::count("kinesis.queue.max-receive-count", QUEUE_RECEIVES),
];

/// Kinesis in one account and region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kinesis {
    /// How long things take that AWS gives no figure for.
    pub timings: Timings,
    /// What happened and why, for whoever watches.
    pub trace: Trace<Happened>,
    streams: BTreeMap<String, Stream>,
    queues: BTreeMap<String, Queue>,
    commitment: Option<Commitment>,
    nonce: u64,
    tickets: u64,
    /// A waiting receive may be answered at this moment.
    due: Option<Time>,
}

/// The account's minimum throughput billing commitment: On-demand Advantage while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Commitment {
    started: Time,
    ends: Option<Time>,
    ended: bool,
}

/// Something that happened in Kinesis. Shards are given by number, records by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A stream's creation, or another change, was done.
    StreamSettled {
        /// The stream.
        stream: CompactString,
    },
    /// A stream was gone.
    StreamDeleted {
        /// The stream.
        stream: CompactString,
    },
    /// A shard opened: with a new stream, or out of its parents.
    ShardOpened {
        /// The stream.
        stream: CompactString,
        /// The shard.
        shard: u32,
        /// The shards it came from.
        parents: Vec<u32>,
    },
    /// A record was stored.
    Stored {
        /// The stream.
        stream: CompactString,
        /// The shard.
        shard: u32,
        /// The record.
        position: u64,
    },
    /// A record was refused: its shard had taken its share of the second.
    WriteThrottled {
        /// The stream.
        stream: CompactString,
        /// The shard.
        shard: u32,
    },
    /// A read was refused: the shard's shared consumers had used up their share of the second.
    ReadThrottled {
        /// The stream.
        stream: CompactString,
        /// The shard.
        shard: u32,
    },
    /// A queue's record was not acknowledged for the last allowed time, and is a dead-letter record.
    DeadLettered {
        /// The queue.
        queue: CompactString,
        /// The record.
        place: Place,
    },
}

impl Kinesis {
    /// Every stream, by name.
    pub fn streams(&self) -> impl ExactSizeIterator<Item = &Stream> {
        self.streams.values()
    }

    /// The stream of this name.
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.get(name)
    }

    /// Every queue, by name.
    pub fn queues(&self) -> impl ExactSizeIterator<Item = &Queue> {
        self.queues.values()
    }

    /// The queue of this name.
    pub fn queue_named(&self, name: &str) -> Option<&Queue> {
        self.queues.get(name)
    }

    /// The name of the stream that a call means by name, by ARN, or by both.
    fn stream_name<'a>(&self, name: Option<&'a str>, arn: Option<&'a str>) -> Result<&'a str> {
        let Some(arn) = arn else {
            return name.ok_or_else(|| invalid("Neither StreamARN nor StreamName was provided."));
        };
        let named = resource_of(arn, "kinesis")
            .and_then(|resource| resource.strip_prefix("stream/"))
            .ok_or_else(|| not_found(format!("Stream arn {arn:.300} not found")))?;
        if name.is_some_and(|name| name != named) {
            return Err(invalid("StreamName and StreamARN name different streams."));
        }
        Ok(named)
    }

    fn answer(&mut self, now: Time, operation: Operation) -> Result<Response> {
        use Operation as Op;
        match operation {
            Op::AcknowledgeDeadLetterQueueRecords(op) => {
                self.acknowledge(true, &op.queue_arn, &op.entries)
            }
            Op::AcknowledgeQueueRecords(op) => self.acknowledge(false, &op.queue_arn, &op.entries),
            Op::AddTagsToStream(op) => self.add_tags(op),
            Op::CreateQueue(op) => self.create_queue(now, op),
            Op::CreateStream(op) => self.create_stream(now, op),
            Op::DecreaseStreamRetentionPeriod(op) => self.decrease_retention(now, &op),
            Op::DeleteQueue(op) => self.delete_queue(now, &op),
            Op::DeleteStream(op) => self.delete_stream(now, &op),
            Op::DeregisterStreamConsumer(op) => self.deregister_consumer(now, &op),
            Op::DescribeAccountSettings(_) => Ok(self.describe_account()),
            Op::DescribeLimits(_) => Ok(self.describe_limits()),
            Op::DescribeQueue(op) => self.describe_queue(&op),
            Op::DescribeStream(op) => self.describe_stream(now, &op),
            Op::DescribeStreamConsumer(op) => self.describe_consumer(&op),
            Op::DescribeStreamSummary(op) => self.describe_summary(&op),
            Op::DisableEnhancedMonitoring(op) => self.disable_metrics(&op),
            Op::EnableEnhancedMonitoring(op) => self.enable_metrics(&op),
            Op::GetRecords(op) => self.get_records(now, &op),
            Op::GetShardIterator(op) => self.get_shard_iterator(now, &op),
            Op::IncreaseStreamRetentionPeriod(op) => self.increase_retention(now, &op),
            Op::ListQueues(op) => self.list_queues(now, &op),
            Op::ListShards(op) => self.list_shards(now, &op),
            Op::ListStreamConsumers(op) => self.list_consumers(now, &op),
            Op::ListStreams(op) => self.list_streams(now, &op),
            Op::ListTagsForResource(op) => self.list_tags_of(&op),
            Op::ListTagsForStream(op) => self.list_tags(&op),
            Op::MergeShards(op) => self.merge_shards(now, &op),
            Op::PutRecord(op) => self.put_record(now, &op),
            Op::PutRecords(op) => self.put_records(now, &op),
            Op::ReceiveDeadLetterQueueRecords(_) | Op::ReceiveQueueRecords(_) => {
                Err(invalid("A receive may wait."))
            }
            Op::RegisterStreamConsumer(op) => self.register_consumer(now, op),
            Op::RemoveTagsFromStream(op) => self.remove_tags(&op),
            Op::RestoreDeadLetterQueueRecords(op) => self.restore(now, &op.queue_arn, &op.entries),
            Op::SplitShard(op) => self.split_shard(now, &op),
            Op::StartStreamEncryption(op) => self.start_encryption(now, &op),
            Op::StopStreamEncryption(op) => self.stop_encryption(now, &op),
            Op::SubscribeToShard(op) => self.subscribe(now, &op),
            Op::TagResource(op) => self.tag_resource(op),
            Op::UntagResource(op) => self.untag_resource(&op),
            Op::UpdateAccountSettings(op) => Ok(self.update_account(now, &op)),
            Op::UpdateDeadLetterQueueRecordsVisibility(op) => {
                self.change_visibility(now, true, &op.queue_arn, &op.entries)
            }
            Op::UpdateMaxRecordSize(op) => self.update_max_record_size(now, &op),
            Op::UpdateQueue(op) => self.update_queue(now, &op),
            Op::UpdateQueueRecordsVisibility(op) => {
                self.change_visibility(now, false, &op.queue_arn, &op.entries)
            }
            Op::UpdateShardCount(op) => self.update_shard_count(now, &op),
            Op::UpdateStreamMode(op) => self.update_stream_mode(now, &op),
            Op::UpdateStreamRecordDistributionStrategy(op) => self.update_distribution(&op),
            Op::UpdateStreamWarmThroughput(op) => self.update_warm_throughput(now, &op),
        }
    }

    /// Finishes the changes of streams and consumers that are due.
    fn settle_streams(&mut self, now: Time) {
        let mut settled = Vec::new();
        let mut gone = Vec::new();
        for stream in self.streams.values_mut() {
            let before = stream.shards.len();
            stream.settle_consumers(now);
            if let Some((_, change)) = stream.change.take_if(|(at, _)| *at <= now)
                && !stream.settle(now, change)
            {
                gone.push(stream.name.clone());
                continue;
            }
            let grew = !stream.grow(now).is_empty();
            if grew || stream.shards.len() > before {
                settled.push((stream.name.clone(), before));
            }
        }
        for name in gone {
            self.streams.remove(&name);
            self.trace.note(now, || Happened::StreamDeleted { stream: name.as_str().into() });
        }
        for (name, before) in settled {
            self.trace.note(now, || Happened::StreamSettled { stream: name.as_str().into() });
            self.note_resharded(now, &name, before);
        }
    }

    /// Ends the timeouts of queues, finishes their changes, and answers who waits.
    fn settle_queues(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        let mut late = Vec::new();
        for queue in self.queues.values_mut() {
            let done = queue.settles.take_if(|at| *at <= now).is_some();
            if done && queue.status != QueueStatus::Deleting {
                queue.status = QueueStatus::Active;
            }
            for place in queue.time_out(now) {
                let what = || Happened::DeadLettered { queue: queue.name.as_str().into(), place };
                self.trace.note(now, what);
            }
            let asked: Vec<_> =
                queue.waiting.iter().map(|one| (one.ticket, one.ask.dead)).collect();
            let stream = self.streams.get(&queue.stream);
            for (ticket, records) in queue.answer_waiting(now, chance, stream) {
                let dead = asked.iter().any(|(one, dead)| *one == ticket && *dead);
                late.push(LateAnswer { ticket, at: now, result: Ok(received(dead, records)) });
            }
        }
        self.queues.retain(|_, queue| {
            let gone = queue.status == QueueStatus::Deleting && queue.settles.is_none();
            if gone {
                for one in &queue.waiting {
                    let result = Err(not_found(format!("Queue {} was deleted.", queue.name)));
                    late.push(LateAnswer { ticket: one.ticket, at: now, result });
                }
            }
            !gone
        });
        late
    }
}

impl Service for Kinesis {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        match operation {
            Operation::ReceiveQueueRecords(ReceiveQueueRecords {
                queue_arn,
                limit,
                wait_time_seconds,
                visibility_timeout_seconds,
            }) => {
                let queue_arn = &queue_arn;
                let call =
                    Receive { queue_arn, limit, wait_time_seconds, visibility_timeout_seconds };
                self.receive(now, chance, false, &call)
            }
            Operation::ReceiveDeadLetterQueueRecords(ReceiveDeadLetterQueueRecords {
                queue_arn,
                limit,
                wait_time_seconds,
                visibility_timeout_seconds,
            }) => {
                let queue_arn = &queue_arn;
                let call =
                    Receive { queue_arn, limit, wait_time_seconds, visibility_timeout_seconds };
                self.receive(now, chance, true, &call)
            }
            operation => Answer::Now(self.answer(now, operation)),
        }
    }

    fn next_wakeup(&self) -> Option<Time> {
        let streams = self.streams.values().flat_map(|stream| {
            let consumers = stream.consumers.values().filter_map(|consumer| consumer.settles);
            let splits = stream.splits_due.values().copied();
            stream.busy_until().into_iter().chain(consumers).chain(splits)
        });
        let queues = self.queues.values().filter_map(Queue::next_wakeup);
        let commitment = self.commitment.filter(|c| !c.ended).and_then(|c| c.ends);
        streams.chain(queues).chain(commitment).chain(self.due).min()
    }

    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        let mut late = Vec::new();
        while let Some(at) = self.next_wakeup().filter(|at| *at <= now) {
            self.due = None;
            if let Some(commitment) = &mut self.commitment {
                commitment.ended |= commitment.ends.is_some_and(|ends| ends <= at);
            }
            self.settle_streams(at);
            late.extend(self.settle_queues(at, chance));
        }
        late
    }
}
