//! The producer at work: records come in, are put, and are put again when their shard refuses them.

use super::actors::{Due, Pending, Placed, THE_PRODUCER};
use super::facts::Cause;
use super::{NAME, Stream, System, shard_object};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::models::workload::Shape;
use crate::services::Answer;
use crate::services::blob::Blob;
use crate::services::kafka::operation as kafka;
use crate::services::kinesis::{self, hash_key};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};

/// What comes in within this long goes out together.
const LINGER: Span = Span::millis(100);
/// So many of the last records are remembered for the picture.
const REMEMBERED: usize = 64;
/// After its peak the flow is this many times smaller.
const AFTER_PEAK: u64 = 50;
/// A backoff does not grow past this many doublings.
const DOUBLINGS: u32 = 8;

impl Stream {
    /// Lets the flow run from now on, as the knobs say.
    pub(super) fn start_flow(&mut self, now: Time) {
        self.producer.life += 1;
        self.producer.arrivals.set_rate(self.rate(now));
        self.producer.arrivals.set_shape(self.settings.shape);
        if self.settings.still || self.producer.paused {
            self.producer.next = None;
            return;
        }
        self.producer.next = self.producer.arrivals.next_after(now);
        self.enter_put(now, false);
    }

    fn rate(&self, now: Time) -> u64 {
        let peak = self.settings.peak_for;
        if peak > Span::ZERO && now.since(Time::START) >= peak {
            self.settings.rate / AFTER_PEAK
        } else {
            self.settings.rate
        }
    }

    fn enter_put(&mut self, now: Time, lingers: bool) {
        let life = self.producer.life;
        if let Some(next) = self.producer.next {
            let at = if lingers { next.max(now + LINGER) } else { next };
            self.agenda.enter(at, Due::Put { life });
        }
    }

    /// Puts everything that has come in.
    pub(super) fn put_arrivals(&mut self, now: Time, journal: &mut Journal) {
        self.producer.arrivals.set_rate(self.rate(now));
        let mut batch = Vec::new();
        while let Some(next) = self.producer.next.filter(|next| *next <= now) {
            let key = self.settings.keys.draw(&mut self.producer.chance) + 1;
            batch.push(Pending { key: format!("user-{key}"), refused: 0 });
            self.producer.next = self.producer.arrivals.next_after(next);
        }
        let lingers = !matches!(self.settings.shape, Shape::Burst { .. });
        self.enter_put(now, lingers);
        self.producer.came += batch.len() as u64;
        let cause = self.producer.last;
        self.put(now, batch, Cause::Flow(cause), journal);
    }

    /// Puts refused records another time.
    pub(super) fn put_again(&mut self, now: Time, wait: u32, journal: &mut Journal) {
        if let Some((batch, refused)) = self.producer.waiting.remove(&wait) {
            self.put(now, batch, Cause::Again(refused), journal);
        }
    }

    /// Puts records, in calls of as many as one may carry; refused ones will be put again.
    pub(super) fn put(
        &mut self,
        now: Time,
        batch: Vec<Pending>,
        cause: Cause,
        journal: &mut Journal,
    ) -> Option<EventId> {
        if batch.is_empty() {
            return None;
        }
        self.producer.put = Some(now);
        match self.settings.system {
            System::Kafka => self.produce(now, &batch, cause, journal),
            System::Kinesis => {
                let size = self.settings.record_size as u64 + 16;
                let most = (kinesis::BYTES_PER_PUT / size.max(1)).max(1) as usize;
                let mut last = None;
                let mut batch = batch;
                while !batch.is_empty() {
                    let rest = batch.split_off(batch.len().min(kinesis::RECORDS_PER_PUT).min(most));
                    last = self.put_call(now, batch, cause, journal);
                    batch = rest;
                }
                last
            }
        }
    }

    /// One `PutRecord` or `PutRecords`.
    fn put_call(
        &mut self,
        now: Time,
        batch: Vec<Pending>,
        cause: Cause,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let answer = self.world.call(now, Operation::Kinesis(self.put_operation(&batch)));
        let mut refused = Vec::new();
        match answer {
            Answer::Now(Ok(Response::Kinesis(kinesis::Response::PutRecords(answer)))) => {
                let mut stored = answer.records.iter().filter(|one| one.shard_id.is_some()).count();
                self.producer.stored += stored as u64;
                for (record, entry) in batch.into_iter().zip(answer.records) {
                    let Some(id) = entry.shard_id else {
                        refused.push(record);
                        continue;
                    };
                    // The picture shows no more.
                    if stored <= REMEMBERED {
                        self.remember(now, &record.key, &id);
                    }
                    stored -= 1;
                }
            }
            Answer::Now(Ok(Response::Kinesis(kinesis::Response::PutRecord(answer)))) => {
                if let Some(record) = batch.first() {
                    self.producer.stored += 1;
                    self.remember(now, &record.key, &answer.shard_id);
                }
            }
            // The whole call was refused: throttled, or the stream is gone.
            _ => refused = batch,
        }
        let told = self.tell(now, cause, journal);
        if !refused.is_empty() {
            self.hold_back(now, refused, told, journal);
        }
        told
    }

    pub(super) fn put_operation(&self, batch: &[Pending]) -> kinesis::Operation {
        let data = || Blob(vec![b'.'; self.settings.record_size]);
        let stream_name = Some(NAME.to_owned());
        if let [record] = batch {
            return kinesis::Operation::PutRecord(kinesis::PutRecord {
                stream_name,
                data: data(),
                partition_key: Some(record.key.clone()),
                ..kinesis::PutRecord::default()
            });
        }
        let records = batch.iter().map(|record| kinesis::PutRecordsRequestEntry {
            data: data(),
            explicit_hash_key: None,
            partition_key: Some(record.key.clone()),
        });
        kinesis::Operation::PutRecords(kinesis::PutRecords {
            records: records.collect(),
            stream_name,
            ..kinesis::PutRecords::default()
        })
    }

    fn remember(&mut self, now: Time, key: &str, id: &str) {
        let shard = id.rsplit('-').next().and_then(|digits| digits.parse().ok()).unwrap_or(0);
        self.place(Placed { hash: hash_key(key), shard, at: now });
    }

    pub(super) fn place(&mut self, placed: Placed) {
        if self.flow.len() == REMEMBERED {
            self.flow.pop_front();
        }
        self.flow.push_back(placed);
    }

    /// Keeps refused records for later; those refused too often are given up.
    fn hold_back(
        &mut self,
        now: Time,
        refused: Vec<Pending>,
        told: Option<EventId>,
        journal: &mut Journal,
    ) {
        let mut waits: Vec<Vec<Pending>> = Vec::new();
        let mut given_up = 0;
        for mut record in refused {
            if record.refused >= self.settings.retries {
                given_up += 1;
                continue;
            }
            let turn = record.refused as usize;
            record.refused += 1;
            waits.resize_with(waits.len().max(turn + 1), Vec::new);
            waits[turn].push(record);
        }
        for (turn, records) in
            waits.into_iter().enumerate().filter(|(_, records)| !records.is_empty())
        {
            let doublings = (turn as u32).min(DOUBLINGS);
            let after = Span(self.settings.retry_after.0 << doublings);
            self.producer.waits += 1;
            let wait = self.producer.waits;
            let event = journal.write(
                now,
                Note::new(THE_PRODUCER, "waits", "backs-off")
                    .arg(Arg::Count(records.len() as i64))
                    .arg(Arg::Span(after))
                    .because(told)
                    .rule("KDS-13"),
            );
            self.producer.waiting.insert(wait, (records, Some(event)));
            self.agenda.enter(now + after, Due::Again { wait });
        }
        if given_up > 0 {
            self.tally.given_up += given_up;
            journal.write(
                now,
                Note::new(THE_PRODUCER, "gave-up", "refused-too-often")
                    .arg(Arg::Count(given_up as i64))
                    .arg(Arg::Count(i64::from(self.settings.retries)))
                    .because(told)
                    .rule("KDS-13"),
            );
        }
    }

    /// Writes records into the Kafka topic.
    fn produce(
        &mut self,
        now: Time,
        batch: &[Pending],
        cause: Cause,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let mut refused = Vec::new();
        for record in batch {
            let operation = kafka::Operation::Produce(kafka::Produce {
                topic_name: NAME.to_owned(),
                value: ".".repeat(self.settings.record_size),
                key: Some(record.key.clone()),
                partition: None,
            });
            let answer = self.world.call(now, Operation::Kafka(operation));
            if let Answer::Now(Ok(Response::Kafka(kafka::Response::Produce {
                partition, ..
            }))) = answer
            {
                let hash = crate::services::kafka::partitioner::murmur2(record.key.as_bytes());
                self.producer.stored += 1;
                self.place(Placed { hash: u128::from(hash), shard: partition, at: now });
            } else {
                // The topic is gone.
                refused.push(record.clone());
            }
        }
        let told = self.tell(now, cause, journal);
        if !refused.is_empty() {
            let told = told.or(cause.event()).or(self.whole);
            self.hold_back(now, refused, told, journal);
        }
        told
    }

    /// Where a key falls now: its place and the shard or partition.
    pub fn place_of(&self, key: &str) -> Option<(u128, u32)> {
        match self.settings.system {
            System::Kinesis => {
                let hash = hash_key(key);
                Some((hash, self.kinesis()?.shard_for(hash)?.index()))
            }
            System::Kafka => {
                let count = self.topic()?.partitions.len() as u32;
                let hash = crate::services::kafka::partitioner::murmur2(key.as_bytes());
                let partition =
                    crate::services::kafka::partitioner::partition(key.as_bytes(), count);
                Some((u128::from(hash & 0x7fff_ffff), partition))
            }
        }
    }

    /// A shard's open neighbour above it, or else below it.
    pub(super) fn neighbour(&self, index: u32) -> Option<(u32, u32)> {
        let stream = self.kinesis()?;
        let open: Vec<u32> = stream.open_shards().map(kinesis::ShardState::index).collect();
        let at = open.iter().position(|open| *open == index)?;
        match open.get(at + 1) {
            Some(above) => Some((index, *above)),
            None => Some((open[at.checked_sub(1)?], index)),
        }
    }

    /// The last event of a shard, or else of the stream.
    pub(super) fn shard_event(&self, index: u32) -> Option<EventId> {
        self.shards.get(&index).copied().or(self.whole)
    }

    pub(super) fn note_shard(&mut self, index: u32, event: EventId) {
        self.shards.insert(shard_object(index).number, event);
    }
}
