//! DynamoDB Streams: one record for each change, kept for 24 hours.
//!
//! The model gives each stream one shard: how many AWS takes, and when they split, is not published.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::arn::REGION;
use super::super::time::{Span, Time};
use super::DynamoDb;
use super::errors::{Result, not_found, validation};
use super::operations::{DescribeStream, GetRecords, GetShardIterator, ListStreams};
use super::responses::Response;
use super::shapes::{EventName, ShardIteratorType, StreamStatus, StreamViewType};
use super::value::{Item, SharedItem};

/// How long records are kept (2.3.3).
const RETENTION: Span = Span::hours(24);
/// How long an iterator may be used (2.3.3).
const ITERATOR_LIFE: Span = Span::minutes(15);
/// Most records of one answer, and most bytes (2.3.3).
const PAGE: usize = 1000;
const PAGE_BYTES: u64 = 1024 * 1024;
/// Where sequence numbers begin, so that they have the length that AWS gives them.
const FIRST_SEQUENCE: u128 = 100_000_000_000_000_000_000;
const SHARD: &str = "shardId-00000001767225600000-00000001";

/// The changes of one table, newest last.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    pub(super) arn: String,
    pub(super) label: String,
    pub(super) table: String,
    pub(super) key_schema: Value,
    pub(super) view: StreamViewType,
    pub(super) status: StreamStatus,
    created: Time,
    /// The number of the oldest record that is kept.
    first: u64,
    records: VecDeque<StreamRecord>,
}

impl EventName {
    /// What became of an item; nothing if it is the same as before (DDB-32).
    pub(super) fn of(old: Option<&Item>, new: Option<&Item>) -> Option<EventName> {
        match (old, new) {
            (None, Some(_)) => Some(EventName::Insert),
            (Some(old), Some(new)) => (!old.same(new)).then_some(EventName::Modify),
            (Some(_), None) => Some(EventName::Remove),
            (None, None) => None,
        }
    }
}

/// One change of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    /// When.
    pub at: Time,
    /// What happened.
    pub event: EventName,
    /// The key.
    pub keys: Item,
    /// The item as it was.
    pub old: Option<SharedItem>,
    /// The item as it became.
    pub new: Option<SharedItem>,
    /// Whether the item expired, and nobody deleted it (DDB-31).
    pub is_expiry: bool,
}

impl Stream {
    pub(super) fn new(table: &str, key_schema: Value, view: StreamViewType, now: Time) -> Stream {
        let label = format!("{}", super::super::kinesis::Timestamp::from(now).0);
        let arn = super::super::arn::arn("dynamodb", &format!("table/{table}/stream/{label}"));
        Stream {
            arn,
            label,
            table: table.to_owned(),
            key_schema,
            view,
            status: StreamStatus::Enabled,
            created: now,
            first: 0,
            records: VecDeque::new(),
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// What its records show.
    pub fn view(&self) -> StreamViewType {
        self.view
    }

    /// The records that are kept, oldest first.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &StreamRecord> {
        self.records.iter()
    }

    /// The numbers of the records that are kept; the first record of all has number 0.
    pub fn range(&self) -> std::ops::Range<u64> {
        self.first..self.next()
    }

    pub(super) fn append(&mut self, record: StreamRecord) {
        self.trim(record.at);
        self.records.push_back(record);
    }

    /// Lets go of records older than 24 hours (DDB-32).
    fn trim(&mut self, now: Time) {
        while self.records.pop_front_if(|record| record.at + RETENTION <= now).is_some() {
            self.first += 1;
        }
    }

    fn next(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    fn record_json(&self, number: u64, record: &StreamRecord) -> Value {
        let shows_new =
            matches!(self.view, StreamViewType::NewImage | StreamViewType::NewAndOldImages);
        let shows_old =
            matches!(self.view, StreamViewType::OldImage | StreamViewType::NewAndOldImages);
        let new = record.new.as_deref().filter(|_| shows_new);
        let old = record.old.as_deref().filter(|_| shows_old);
        let size = record.keys.size() + new.map_or(0, Item::size) + old.map_or(0, Item::size);
        let mut change = json!({
            "ApproximateCreationDateTime": record.at.unix_seconds().floor(),
            "Keys": record.keys,
            "SequenceNumber": sequence_text(number),
            "SizeBytes": size,
            "StreamViewType": self.view,
        });
        if let Some(new) = new {
            change["NewImage"] = json!(new);
        }
        if let Some(old) = old {
            change["OldImage"] = json!(old);
        }
        let mut out = json!({
            "eventID": format!("{:032x}", u128::from(number) + FIRST_SEQUENCE),
            "eventName": record.event,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": change,
        });
        if record.is_expiry {
            out["userIdentity"] =
                json!({ "Type": "Service", "PrincipalId": "dynamodb.amazonaws.com" });
        }
        out
    }
}

fn sequence_text(number: u64) -> String {
    (FIRST_SEQUENCE + u128::from(number)).to_string()
}

fn sequence_of(text: &str) -> Option<u64> {
    let number = text.parse::<u128>().ok()?.checked_sub(FIRST_SEQUENCE)?;
    u64::try_from(number).ok()
}

/// An iterator says itself where it stands and when it was made.
fn seal(arn: &str, position: u64, made: Time) -> String {
    format!("{arn}|1|{}", STANDARD.encode(format!("{position}|{}", made.0)))
}

fn open(iterator: &str) -> Option<(&str, u64, Time)> {
    let (arn, rest) = iterator.split_once('|')?;
    let inside = STANDARD.decode(rest.strip_prefix("1|")?).ok()?;
    let (position, made) = std::str::from_utf8(&inside).ok()?.split_once('|')?;
    Some((arn, position.parse().ok()?, Time(made.parse().ok()?)))
}

fn no_stream(arn: &str) -> super::ServiceError {
    super::ServiceError::new(
        "ResourceNotFoundException",
        format!("Requested resource not found: Stream: {arn} not found"),
    )
}

impl DynamoDb {
    /// Every stream that still has records, or takes them.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        let live = self.tables().filter_map(|table| table.stream());
        live.chain(self.old_streams.iter())
    }

    fn stream_mut(&mut self, arn: &str) -> Option<&mut Stream> {
        let live = self.tables.values_mut().filter_map(|table| table.stream.as_mut());
        live.chain(self.old_streams.iter_mut()).find(|stream| stream.arn == arn)
    }

    pub(super) fn list_streams(&self, op: &ListStreams) -> Result<Response> {
        let limit = op.limit.map_or(100, |limit| limit as usize);
        let all: Vec<&Stream> = self
            .streams()
            .filter(|stream| op.table_name.as_ref().is_none_or(|name| *name == stream.table))
            .collect();
        let after = op.exclusive_start_stream_arn.as_ref();
        let skipped = after
            .and_then(|after| all.iter().position(|stream| stream.arn == *after))
            .map_or(0, |at| at + 1);
        let page: Vec<Value> = all
            .iter()
            .skip(skipped)
            .take(limit)
            .map(|stream| {
                json!({ "StreamArn": stream.arn, "StreamLabel": stream.label, "TableName": stream.table })
            })
            .collect();
        let mut out = json!({ "Streams": page });
        if skipped + limit < all.len() {
            out["LastEvaluatedStreamArn"] = json!(all[skipped + limit - 1].arn);
        }
        Ok(Response::Json(out))
    }

    pub(super) fn describe_stream(&self, op: &DescribeStream) -> Result<Response> {
        let stream = self
            .streams()
            .find(|stream| stream.arn == op.stream_arn)
            .ok_or_else(|| no_stream(&op.stream_arn))?;
        let mut range = json!({ "StartingSequenceNumber": sequence_text(stream.first) });
        if stream.status == StreamStatus::Disabled {
            range["EndingSequenceNumber"] = json!(sequence_text(stream.next().max(1) - 1));
        }
        let is_past = op.exclusive_start_shard_id.as_deref() == Some(SHARD);
        let shards = match is_past {
            true => Vec::new(),
            false => vec![json!({ "ShardId": SHARD, "SequenceNumberRange": range })],
        };
        Ok(Response::Json(json!({ "StreamDescription": {
            "StreamArn": stream.arn,
            "StreamLabel": stream.label,
            "StreamStatus": stream.status,
            "StreamViewType": stream.view,
            "CreationRequestDateTime": stream.created.unix_seconds(),
            "TableName": stream.table,
            "KeySchema": stream.key_schema,
            "Shards": shards,
        }})))
    }

    pub(super) fn get_shard_iterator(
        &mut self,
        now: Time,
        op: &GetShardIterator,
    ) -> Result<Response> {
        let stream = self.stream_mut(&op.stream_arn).ok_or_else(|| no_stream(&op.stream_arn))?;
        if op.shard_id != SHARD {
            return Err(not_found());
        }
        stream.trim(now);
        let wanted = || {
            let text = op.sequence_number.as_ref().ok_or_else(|| {
                validation("SequenceNumber must be specified for this ShardIteratorType")
            })?;
            let number = sequence_of(text).ok_or_else(|| validation("Invalid SequenceNumber"))?;
            if number < stream.first {
                return Err(trimmed());
            }
            Ok(number)
        };
        let position = match op.shard_iterator_type {
            ShardIteratorType::TrimHorizon => stream.first,
            ShardIteratorType::Latest => stream.next(),
            ShardIteratorType::AtSequenceNumber => wanted()?,
            ShardIteratorType::AfterSequenceNumber => wanted()? + 1,
        };
        Ok(Response::Json(json!({ "ShardIterator": seal(&op.stream_arn, position, now) })))
    }

    pub(super) fn get_records(&mut self, now: Time, op: &GetRecords) -> Result<Response> {
        let (arn, position, made) =
            open(&op.shard_iterator).ok_or_else(|| validation("Invalid ShardIterator"))?;
        let stream = self.stream_mut(arn).ok_or_else(|| no_stream(arn))?;
        if now.since(made) > ITERATOR_LIFE {
            return Err(super::ServiceError::new(
                "ExpiredIteratorException",
                "Iterator expired. The iterator was created more than 15 minutes ago.",
            ));
        }
        stream.trim(now);
        if position < stream.first {
            return Err(trimmed());
        }
        let limit = op.limit.map_or(PAGE, |limit| limit as usize);
        let mut bytes = 0;
        let skipped = usize::try_from(position - stream.first).unwrap_or(usize::MAX);
        let records: Vec<Value> = (position..)
            .zip(stream.records.iter().skip(skipped))
            .take(limit)
            .take_while(|(_, record)| {
                let images = [&record.old, &record.new].into_iter().flatten();
                bytes += images.map(|image| image.size()).sum::<u64>();
                bytes <= PAGE_BYTES || bytes == 0
            })
            .map(|(number, record)| stream.record_json(number, record))
            .collect();
        let next = position + records.len() as u64;
        let mut out = json!({ "Records": records });
        let is_over = stream.status == StreamStatus::Disabled && next >= stream.next();
        if !is_over {
            out["NextShardIterator"] = json!(seal(arn, next, now));
        }
        Ok(Response::Json(out))
    }
}

fn trimmed() -> super::ServiceError {
    super::ServiceError::new(
        "TrimmedDataAccessException",
        "The requested data is older than 24 hours and has been trimmed.",
    )
}
