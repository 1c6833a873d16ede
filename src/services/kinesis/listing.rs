//! Looking at streams: `ListStreams`, `DescribeStream`, `DescribeStreamSummary`, `ListShards`.

use super::super::ServiceError;
use super::super::arn::arn;
use super::super::time::Time;
use super::Kinesis;
use super::data_operations::ListShards;
use super::errors::{Result, invalid, no_stream, not_found};
use super::limits::TOKEN_LIFE;
use super::operations::{DescribeStream, DescribeStreamSummary, ListStreams};
use super::responses::{
    DescribeStreamOutput, DescribeStreamSummaryOutput, ListShardsOutput, ListStreamsOutput,
    Response,
};
use super::shapes::{ShardFilter, ShardFilterType, StreamDescription, StreamSummary};
use super::shard::{Shard, shard_id};
use super::stream::Stream;
use super::timestamp::Timestamp;
use super::token::{Kind, open, seal};

/// A page's length: what was asked for, up to what AWS gives.
fn page(asked: Option<i64>, most: usize) -> usize {
    asked.map_or(most, |asked| usize::try_from(asked).unwrap_or(1).clamp(1, most))
}

impl Kinesis {
    pub(super) fn list_streams(&self, now: Time, list: &ListStreams) -> Result<Response> {
        let after = match &list.next_token {
            Some(token) => Some(self.page_after(now, token)?.1),
            None => list.exclusive_start_stream_name.clone(),
        };
        let limit = page(list.limit, 100);
        let streams: Vec<&Stream> = self
            .streams
            .values()
            .filter(|stream| after.as_ref().is_none_or(|after| stream.name > *after))
            .take(limit + 1)
            .collect();
        let has_more_streams = streams.len() > limit;
        let streams = &streams[..streams.len().min(limit)];
        let last = streams.last().filter(|_| has_more_streams);
        Ok(Response::ListStreams(ListStreamsOutput {
            stream_names: streams.iter().map(|stream| stream.name.clone()).collect(),
            has_more_streams,
            next_token: last.map(|last| seal(Kind::NextToken, [now.0, 0, 0], &last.name)),
            stream_summaries: Some(streams.iter().map(|stream| summary(stream)).collect()),
        }))
    }

    /// The numbers and the name in a next token that is still good.
    pub(super) fn page_after(&self, now: Time, token: &str) -> Result<([u64; 3], String)> {
        let (numbers, name) =
            open::<3>(Kind::NextToken, token).ok_or_else(|| invalid("NextToken is invalid."))?;
        if now.since(Time(numbers[0])) > TOKEN_LIFE {
            return Err(ServiceError::new(
                "ExpiredNextTokenException",
                format!("The NextToken is older than {} seconds.", TOKEN_LIFE.as_seconds()),
            ));
        }
        Ok((numbers, name))
    }

    pub(super) fn describe_stream(&self, now: Time, call: &DescribeStream) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let stream = self.streams.get(name).ok_or_else(|| no_stream(name))?;
        let limit = page(call.limit, 100);
        let after = call.exclusive_start_shard_id.as_deref();
        let shards: Vec<&Shard> = stream.listed_shards(now, after).take(limit + 1).collect();
        Ok(Response::DescribeStream(DescribeStreamOutput {
            stream_description: Box::new(StreamDescription {
                stream_name: stream.name.clone(),
                stream_arn: stream.arn(),
                stream_status: stream.status,
                stream_mode_details: Some(stream.mode_details()),
                shards: shards.iter().take(limit).map(|shard| shard.described()).collect(),
                has_more_shards: shards.len() > limit,
                retention_period_hours: stream.retention_hours,
                stream_creation_timestamp: stream.created.into(),
                enhanced_monitoring: stream.enhanced_monitoring(),
                encryption_type: Some(stream.encryption_type()),
                key_id: stream.key_id.clone(),
            }),
        }))
    }

    pub(super) fn describe_summary(&self, call: &DescribeStreamSummary) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let stream = self.streams.get(name).ok_or_else(|| no_stream(name))?;
        let queues = self.queues.values().filter(|queue| queue.stream() == name).count();
        let stream_description_summary = Box::new(stream.summary(queues));
        Ok(Response::DescribeStreamSummary(DescribeStreamSummaryOutput {
            stream_description_summary,
        }))
    }

    pub(super) fn list_shards(&self, now: Time, list: &ListShards) -> Result<Response> {
        let (name, from, created) = match &list.next_token {
            None => {
                let (name, arn) = (list.stream_name.as_deref(), list.stream_arn.as_deref());
                if name.is_none() && arn.is_none() {
                    return Err(invalid("Either NextToken or StreamName should be provided."));
                }
                (self.stream_name(name, arn)?.to_owned(), 0, list.stream_creation_timestamp)
            }
            Some(token) => {
                let also = list.stream_name.is_some()
                    || list.stream_creation_timestamp.is_some()
                    || list.exclusive_start_shard_id.is_some();
                if also {
                    return Err(invalid("NextToken and StreamName cannot be provided together."));
                }
                let ([_, next, created], name) = self.page_after(now, token)?;
                (name, next, Some(Time(created).into()))
            }
        };
        let stream = self
            .streams
            .get(&name)
            .filter(|stream| {
                created.is_none_or(|at| stream.created.unix_millis() / 1000 == at.seconds())
            })
            .ok_or_else(|| {
                let arn = arn("kinesis", &format!("stream/{name}"));
                not_found(format!("Stream arn {arn} not found"))
            })?;
        let filter = list.shard_filter.as_ref();
        let passes = stream.filter(now, filter)?;
        let limit = page(list.max_results, 1000);
        let after = list
            .exclusive_start_shard_id
            .as_deref()
            .or_else(|| filter.and_then(|filter| filter.shard_id.as_deref()));
        let shards: Vec<&Shard> = stream
            .listed_shards(now, after)
            .filter(|shard| u64::from(shard.index) >= from && passes(shard))
            .take(limit + 1)
            .collect();
        let next_token = shards.get(limit).map(|next| {
            seal(Kind::NextToken, [now.0, u64::from(next.index), stream.created.0], &name)
        });
        let shards = shards.iter().take(limit).map(|shard| shard.described()).collect();
        Ok(Response::ListShards(ListShardsOutput { shards, next_token }))
    }
}

impl Stream {
    /// The shards that have not expired, after the given id, in the order of their ids.
    fn listed_shards<'a>(
        &'a self,
        now: Time,
        after: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Shard> {
        let horizon = self.horizon(now);
        self.shards.iter().filter(move |shard| {
            shard.is_listed(horizon)
                && after.is_none_or(|after| shard_id(shard.index).as_str() > after)
        })
    }

    /// What a `ShardFilter` lets through.
    fn filter(&self, now: Time, filter: Option<&ShardFilter>) -> Result<impl Fn(&Shard) -> bool> {
        use ShardFilterType::{
            AfterShardId, AtLatest, AtTimestamp, AtTrimHorizon, FromTimestamp, FromTrimHorizon,
        };
        let kind = filter.map_or(FromTrimHorizon, |filter| filter.kind);
        let timestamp = filter.and_then(|filter| filter.timestamp);
        let by_time = matches!(kind, AtTimestamp | FromTimestamp);
        if by_time && timestamp.is_none() {
            return Err(invalid(
                "A ShardFilter of type AT_TIMESTAMP or FROM_TIMESTAMP needs a Timestamp.",
            ));
        }
        if !by_time && timestamp.is_some() {
            return Err(invalid(
                "Timestamp goes with a ShardFilter of type AT_TIMESTAMP or FROM_TIMESTAMP only.",
            ));
        }
        let has_shard = filter.is_some_and(|filter| filter.shard_id.is_some());
        if has_shard != (kind == AfterShardId) {
            return Err(invalid(
                "ShardId goes with a ShardFilter of type AFTER_SHARD_ID, and only there.",
            ));
        }
        let first = self.shards.first().map_or(self.created, |shard| shard.opened);
        let horizon = self.horizon(now).max(first);
        let at = timestamp.map_or(horizon, Timestamp::time);
        let at = if kind == FromTimestamp { at.max(horizon) } else { at };
        Ok(move |shard: &Shard| {
            let ends_after = shard.closed.is_none_or(|closed| closed >= at);
            match kind {
                AfterShardId | FromTrimHorizon => true,
                AtLatest => shard.is_open(),
                AtTimestamp | AtTrimHorizon => shard.opened <= at && ends_after,
                FromTimestamp => ends_after,
            }
        })
    }
}

fn summary(stream: &Stream) -> StreamSummary {
    StreamSummary {
        stream_name: stream.name.clone(),
        stream_arn: stream.arn(),
        stream_status: stream.status,
        stream_mode_details: Some(stream.mode_details()),
        stream_creation_timestamp: Some(stream.created.into()),
    }
}
