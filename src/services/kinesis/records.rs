//! Writing and reading records: `PutRecord`, `PutRecords`, `GetShardIterator`, `GetRecords`.

use super::super::ServiceError;
use super::super::arn::ACCOUNT_ID;
use super::super::time::Time;
use super::data_operations::{GetRecords, GetShardIterator, PutRecord, PutRecords};
use super::errors::{
    Result, dry_run, invalid, no_shard_to_read, no_stream, not_found, null_member, rate_text,
    throttled, validation,
};
use super::hash::{hash_key, parse_hash_key};
use super::limits::{
    BYTES_PER_PUT, BYTES_PER_READ, ITERATOR_LIFE, READS, RECORDS_PER_PUT, RECORDS_PER_READ, WRITES,
};
use super::responses::{
    GetRecordsOutput, GetShardIteratorOutput, PutRecordOutput, PutRecordsOutput, Response,
};
use super::sequence::SequenceNumber;
use super::shapes::{
    ChildShard, EncryptionType, PutRecordsResultEntry, RecordDistributionStrategy,
    ShardIteratorType, StreamMode, StreamStatus,
};
use super::shard::{Shard, hash_key_range, shard_id, shard_index};
use super::stream::Stream;
use super::timestamp::Timestamp;
use super::token::{Kind, open, seal};
use super::{Happened, Kinesis};

/// One record on its way in.
struct Incoming<'a> {
    key: Option<&'a str>,
    explicit: Option<&'a str>,
    data: &'a [u8],
}

/// Where an iterator stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShardIterator {
    pub(super) made: Time,
    pub(super) stream: String,
    pub(super) stream_created: Time,
    pub(super) shard: u32,
    pub(super) position: u64,
}

impl Incoming<'_> {
    fn size(&self) -> u64 {
        (self.key.map_or(0, str::len) + self.data.len()) as u64
    }

    /// The shard that this record goes to; `entry` is its number in a request of several.
    fn route(&self, stream: &mut Stream, entry: Option<usize>) -> Result<u32> {
        if stream.strategy == RecordDistributionStrategy::Auto {
            stream.turn = (stream.turn + 1) % stream.open.len().max(1);
            let place = stream.open.get(stream.turn);
            return place.map(|(_, index)| *index).ok_or_else(|| no_stream(&stream.name));
        }
        let hash = match (self.explicit, self.key) {
            (Some(text), _) => parse_hash_key(text).ok_or_else(|| {
                invalid(format!(
                    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified \
                     value was {text:.200}"
                ))
            })?,
            (None, Some(key)) => hash_key(key),
            (None, None) => {
                let entry = entry.map(|number| format!("records.{number}.member."));
                return Err(null_member(&format!("{}partitionKey", entry.unwrap_or_default())));
            }
        };
        stream.shard_for(hash).map(Shard::index).ok_or_else(|| no_stream(&stream.name))
    }

    /// Whether the stream takes a record of this size; `member` is how the request calls its data.
    fn fits(&self, stream: &Stream, member: impl FnOnce() -> String) -> Result<()> {
        let limit = stream.max_record_bytes();
        let length = self.data.len();
        if length as u64 > limit {
            return Err(validation(format!(
                "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]' \
                 at '{}' failed to satisfy constraint: Member must have length less than or equal to {limit}",
                member()
            )));
        }
        if self.size() > limit {
            return Err(invalid(format!(
                "Record of {} bytes with its partition key exceeds the maximum record size of {limit} bytes \
                 of stream {} under account {ACCOUNT_ID}.",
                self.size(),
                stream.name
            )));
        }
        Ok(())
    }
}

/// What became of one record that was routed.
enum Written {
    Stored { shard: u32, position: u64 },
    Throttled { shard: u32 },
}

impl Kinesis {
    /// A stream that takes reads and writes.
    fn ready_stream(&mut self, name: Option<&str>, arn: Option<&str>) -> Result<&mut Stream> {
        let name = self.stream_name(name, arn)?;
        match self.streams.get_mut(name) {
            Some(stream) if stream.is_ready() => Ok(stream),
            _ => Err(no_stream(name)),
        }
    }

    pub(super) fn put_record(&mut self, now: Time, put: &PutRecord) -> Result<Response> {
        let stream = self.ready_stream(put.stream_name.as_deref(), put.stream_arn.as_deref())?;
        let record = Incoming {
            key: put.partition_key.as_deref(),
            explicit: put.explicit_hash_key.as_deref(),
            data: &put.data.0,
        };
        record.fits(stream, || "data".to_owned())?;
        let shard = record.route(stream, None)?;
        if let Some(text) = &put.sequence_number_for_ordering {
            let second = now.unix_millis() / 1000;
            if SequenceNumber::parse(text).is_none_or(|number| number.second > second) {
                return Err(invalid(format!(
                    "ExclusiveMinimumSequenceNumber {text:.200} used in PutRecord on stream {} under account \
                     {ACCOUNT_ID} is invalid.",
                    stream.name
                )));
            }
        }
        if put.dry_run == Some(true) {
            return Err(dry_run());
        }
        let written = write(stream, now, shard, &record);
        let encryption_type = stream.key_id.is_some().then_some(EncryptionType::Kms);
        let answer = match written {
            Written::Stored { shard, position } => {
                let shard = &stream.shards[shard as usize];
                Ok(Response::PutRecord(PutRecordOutput {
                    shard_id: shard.id(),
                    sequence_number: shard.sequence_number(position, now),
                    encryption_type,
                }))
            }
            Written::Throttled { shard } => Err(throttled(&shard_id(shard), &stream.name)),
        };
        let name = put_name(&put.stream_name, stream);
        self.wrote(now, &name, [(written, record.size())].into_iter());
        answer
    }

    pub(super) fn put_records(&mut self, now: Time, put: &PutRecords) -> Result<Response> {
        let stream = self.ready_stream(put.stream_name.as_deref(), put.stream_arn.as_deref())?;
        let records: Vec<Incoming<'_>> = put
            .records
            .iter()
            .map(|entry| Incoming {
                key: entry.partition_key.as_deref(),
                explicit: entry.explicit_hash_key.as_deref(),
                data: &entry.data.0,
            })
            .collect();
        if records.is_empty() || records.len() > RECORDS_PER_PUT {
            return Err(validation(format!(
                "1 validation error detected: Value '[{} records]' at 'records' failed to satisfy constraint: \
                 Member must have length between 1 and {RECORDS_PER_PUT}",
                records.len()
            )));
        }
        let mut routed = Vec::with_capacity(records.len());
        for (number, record) in records.iter().enumerate() {
            record.fits(stream, || format!("records.{}.member.data", number + 1))?;
            routed.push(record.route(stream, Some(number + 1))?);
        }
        if records.iter().map(Incoming::size).sum::<u64>() > BYTES_PER_PUT {
            return Err(invalid("Records size exceeds 10 MB limit"));
        }
        if put.dry_run == Some(true) {
            return Err(dry_run());
        }
        let mut written = Vec::with_capacity(records.len());
        let mut entries = Vec::with_capacity(records.len());
        for (record, shard) in records.iter().zip(routed) {
            let one = write(stream, now, shard, record);
            entries.push(entry(stream, now, &one));
            written.push((one, record.size()));
        }
        let failed = entries.iter().filter(|entry| entry.error_code.is_some()).count();
        let answer = PutRecordsOutput {
            failed_record_count: failed as i64,
            records: entries,
            encryption_type: stream.key_id.is_some().then_some(EncryptionType::Kms),
        };
        let name = put_name(&put.stream_name, stream);
        self.wrote(now, &name, written.into_iter());
        Ok(Response::PutRecords(answer))
    }

    /// Notes what was written, wakes queues, and sees whether an on-demand stream has to grow.
    fn wrote(&mut self, now: Time, name: &str, written: impl Iterator<Item = (Written, u64)>) {
        let split_after = self.timings.on_demand_split;
        let Some(stream) = self.streams.get_mut(name) else { return };
        for (one, size) in written {
            match one {
                Written::Stored { shard, position } => {
                    let note = || Happened::Stored { stream: name.into(), shard, position };
                    self.trace.note(now, note);
                    let on_demand = stream.mode == StreamMode::OnDemand;
                    if on_demand && stream.shards[shard as usize].minute.busy(now, size) {
                        stream.splits_due.entry(shard).or_insert(now + split_after);
                    }
                }
                Written::Throttled { shard } => {
                    let note = || Happened::WriteThrottled { stream: name.into(), shard };
                    self.trace.note(now, note);
                }
            }
        }
        if self.queues.values().any(|queue| queue.waits_for(name)) {
            self.due = Some(now);
        }
    }

    pub(super) fn get_shard_iterator(
        &mut self,
        now: Time,
        get: &GetShardIterator,
    ) -> Result<Response> {
        let name =
            self.stream_name(get.stream_name.as_deref(), get.stream_arn.as_deref())?.to_owned();
        let Some(index) = shard_index(&get.shard_id) else {
            return Err(not_found(format!(
                "Could not find shard {:.200} in stream {name} under account {ACCOUNT_ID}.",
                get.shard_id
            )));
        };
        let stream = self
            .streams
            .get_mut(&name)
            .filter(|stream| stream.status != StreamStatus::Creating)
            .ok_or_else(|| no_shard_to_read(&shard_id(index), &name))?;
        stream.trim(now);
        let horizon = stream.horizon(now);
        let stream_created = stream.created;
        let shard = stream
            .shards
            .get(index as usize)
            .filter(|shard| shard.is_listed(horizon))
            .ok_or_else(|| no_shard_to_read(&shard_id(index), &name))?;
        let position = start(now, shard, &name, get)?;
        if get.dry_run == Some(true) {
            return Err(dry_run());
        }
        let iterator =
            ShardIterator { made: now, stream: name, stream_created, shard: index, position };
        let shard_iterator = self.seal(&iterator);
        Ok(Response::GetShardIterator(GetShardIteratorOutput { shard_iterator }))
    }

    /// A fresh text for an iterator: never the same twice (KDS-10).
    fn seal(&mut self, iterator: &ShardIterator) -> String {
        self.nonce += 1;
        let numbers = [
            iterator.made.0,
            self.nonce,
            iterator.stream_created.0,
            u64::from(iterator.shard),
            iterator.position,
        ];
        seal(Kind::Iterator, numbers, &iterator.stream)
    }

    /// Where a shard iterator stands, for whoever shows consumers: stream, shard number, the
    /// position it reads next, and when it was made.
    pub fn iterator_position(iterator: &str) -> Option<(String, u32, u64, Time)> {
        let iterator = opened(iterator)?;
        Some((iterator.stream, iterator.shard, iterator.position, iterator.made))
    }

    pub(super) fn get_records(&mut self, now: Time, get: &GetRecords) -> Result<Response> {
        let limit = get.limit.unwrap_or(RECORDS_PER_READ);
        if !(1..=RECORDS_PER_READ).contains(&limit) {
            return Err(invalid(format!(
                "Limit {limit} is out of range: GetRecords returns at most {RECORDS_PER_READ} records."
            )));
        }
        let mut iterator = opened(&get.shard_iterator)
            .filter(|iterator| iterator.made <= now)
            .ok_or_else(|| invalid("Invalid ShardIterator."))?;
        if now.since(iterator.made) > ITERATOR_LIFE {
            return Err(expired(iterator.made, now));
        }
        let name = iterator.stream.clone();
        let absent = || no_shard_to_read(&shard_id(iterator.shard), &name);
        let stream = self.streams.get_mut(&name).ok_or_else(absent)?;
        if stream.created != iterator.stream_created {
            // A later stream of the same name: every record in it came after this position.
            iterator.position = 0;
            iterator.stream_created = stream.created;
        }
        let horizon = stream.horizon(now);
        let shard = stream
            .shards
            .get_mut(iterator.shard as usize)
            .filter(|shard| shard.is_listed(horizon))
            .ok_or_else(absent)?;
        if get.dry_run == Some(true) {
            return Err(dry_run());
        }
        if !shard.reads.call(now, READS) {
            let shard = shard.index;
            self.trace
                .note(now, || Happened::ReadThrottled { stream: name.as_str().into(), shard });
            return Err(throttled(&shard_id(shard), &name));
        }
        shard.log.trim(horizon);
        let read = read(shard, iterator.position, limit as usize, BYTES_PER_READ);
        shard.reads.carried(now, read.bytes, READS);
        iterator.position = read.next;
        iterator.made = now;
        let shard = &stream.shards[iterator.shard as usize];
        let finished = !shard.is_open() && read.records.is_empty() && read.next >= shard.log.next();
        let child_shards = finished.then(|| children(stream, shard.index));
        let behind =
            shard.log.get(read.next).map_or(0, |oldest_unread| now.since(oldest_unread.at).0);
        let next_shard_iterator = (!finished).then(|| self.seal(&iterator));
        Ok(Response::GetRecords(GetRecordsOutput {
            records: read.records,
            next_shard_iterator,
            millis_behind_latest: Some(i64::try_from(behind).unwrap_or(i64::MAX)),
            child_shards,
        }))
    }
}

/// The stream's name for what follows a put, without a copy where the caller gave it.
fn put_name(given: &Option<String>, stream: &Stream) -> String {
    given.clone().unwrap_or_else(|| stream.name.clone())
}

fn write(stream: &mut Stream, now: Time, shard: u32, record: &Incoming<'_>) -> Written {
    let horizon = stream.horizon(now);
    let encrypted = stream.key_id.is_some();
    let into = &mut stream.shards[shard as usize];
    if !into.writes.write(now, record.size(), WRITES) {
        return Written::Throttled { shard };
    }
    into.log.trim(horizon);
    let position = into.log.push(now, record.key, record.data, encrypted);
    Written::Stored { shard, position }
}

fn entry(stream: &Stream, now: Time, written: &Written) -> PutRecordsResultEntry {
    match *written {
        Written::Stored { shard, position } => {
            let shard = &stream.shards[shard as usize];
            PutRecordsResultEntry {
                sequence_number: Some(shard.sequence_number(position, now)),
                shard_id: Some(shard.id()),
                ..PutRecordsResultEntry::default()
            }
        }
        Written::Throttled { shard } => PutRecordsResultEntry {
            error_code: Some("ProvisionedThroughputExceededException".to_owned()),
            error_message: Some(rate_text(&shard_id(shard), &stream.name)),
            ..PutRecordsResultEntry::default()
        },
    }
}

/// The position at which an iterator of this kind starts.
pub(super) fn start(now: Time, shard: &Shard, stream: &str, get: &GetShardIterator) -> Result<u64> {
    use ShardIteratorType::{
        AfterSequenceNumber, AtSequenceNumber, AtTimestamp, Latest, TrimHorizon,
    };
    let kind = get.shard_iterator_type;
    let wrong_pair = |what: &str| {
        let shown = match kind {
            AtSequenceNumber => "AT_SEQUENCE_NUMBER",
            AfterSequenceNumber => "AFTER_SEQUENCE_NUMBER",
            TrimHorizon => "TRIM_HORIZON",
            Latest => "LATEST",
            AtTimestamp => "AT_TIMESTAMP",
        };
        invalid(format!(
            "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or \
             (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified {shown} and {what}."
        ))
    };
    match (kind, &get.starting_sequence_number) {
        (TrimHorizon | Latest | AtTimestamp, Some(_)) => {
            Err(wrong_pair("also a StartingSequenceNumber"))
        }
        (AtSequenceNumber | AfterSequenceNumber, None) => {
            Err(wrong_pair("no StartingSequenceNumber"))
        }
        (TrimHorizon, None) => Ok(shard.log.first()),
        (Latest, None) => Ok(shard.log.next()),
        (AtTimestamp, None) => {
            let at = get.timestamp.ok_or_else(|| {
                invalid(
                    "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current \
                     request has no timestamp parameter.",
                )
            })?;
            if at > Timestamp::from(now) {
                return Err(invalid(format!(
                    "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. \
                     timestampInMillis: {}, currentTimestampInMillis: {}",
                    at.0,
                    now.unix_millis()
                )));
            }
            Ok(shard.log.at_or_after(at.time()))
        }
        (AtSequenceNumber, Some(text)) => {
            sequenced(shard, stream, text).map(Shard::position_of)
        }
        (AfterSequenceNumber, Some(text)) => {
            sequenced(shard, stream, text).map(|number| number.counter)
        }
    }
    .map(|position| position.min(shard.log.next()))
}

/// A sequence number that this shard could have given out.
fn sequenced(shard: &Shard, stream: &str, text: &str) -> Result<SequenceNumber> {
    let used = || {
        format!(
            "StartingSequenceNumber {text:.200} used in GetShardIterator on shard {} in stream {stream} under \
             account {ACCOUNT_ID} is invalid",
            shard.id()
        )
    };
    let number = SequenceNumber::parse(text).ok_or_else(|| invalid(format!("{}.", used())))?;
    if number.shard != i64::from(shard.index) {
        let sign = if number.shard < 0 { "-" } else { "" };
        let width = if number.shard < 0 { 11 } else { 12 };
        return Err(invalid(format!(
            "Invalid StartingSequenceNumber. It encodes shardId-{sign}{:0width$}, while it was used in a call \
             to a shard with {}",
            number.shard.abs(),
            shard.id()
        )));
    }
    if number.version != 2 || number.created != shard.created() {
        if number.version == 0 {
            return Err(ServiceError::new("InternalFailure", ""));
        }
        return Err(invalid(format!("{} because it did not come from this stream.", used())));
    }
    Ok(number)
}

pub(super) fn opened(iterator: &str) -> Option<ShardIterator> {
    let ([made, _, created, shard, position], stream) = open(Kind::Iterator, iterator)?;
    Some(ShardIterator {
        made: Time(made),
        stream,
        stream_created: Time(created),
        shard: u32::try_from(shard).ok()?,
        position,
    })
}

fn expired(made: Time, now: Time) -> ServiceError {
    ServiceError::new(
        "ExpiredIteratorException",
        format!(
            "Iterator expired. The iterator was created at time {made} while right now it is {now} which is \
             further in the future than the tolerated delay of {} milliseconds.",
            ITERATOR_LIFE.0
        ),
    )
}

/// What one read found.
pub(super) struct Read {
    pub(super) records: Vec<super::shapes::Record>,
    pub(super) bytes: u64,
    pub(super) next: u64,
}

/// Reads from `position`, at most so many records and so many bytes (but always one record).
pub(super) fn read(shard: &Shard, position: u64, records: usize, bytes: u64) -> Read {
    let mut read = Read { records: Vec::new(), bytes: 0, next: position.max(shard.log.first()) };
    for record in shard.log.from(position).take(records) {
        let size = record.size() as u64;
        if read.bytes + size > bytes && !read.records.is_empty() {
            break;
        }
        read.bytes += size;
        read.next = record.position + 1;
        read.records.push(shard.record(record));
    }
    read
}

/// The shards that follow a closed one.
pub(super) fn children(stream: &Stream, parent: u32) -> Vec<ChildShard> {
    let of_parent = |shard: &&Shard| shard.parents().any(|one| one == parent);
    let later = stream.shards.get(parent as usize + 1..).unwrap_or_default();
    later
        .iter()
        .filter(of_parent)
        .map(|shard| ChildShard {
            shard_id: shard.id(),
            parent_shards: shard.parents().map(shard_id).collect(),
            hash_key_range: hash_key_range(shard.range),
        })
        .collect()
}
