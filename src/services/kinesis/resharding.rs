//! Splitting and merging: `SplitShard`, `MergeShards`, `UpdateShardCount`, and an on-demand stream's growth.

use super::super::arn::ACCOUNT_ID;
use super::super::time::{Span, Time};
use super::data_operations::{MergeShards, SplitShard, UpdateShardCount};
use super::errors::{
    Result, in_use, invalid, limit, no_shard, no_stream, not_active, provisioned_only,
    too_many_shards,
};
use super::hash::{HashRange, even_ranges, parse_hash_key};
use super::limits::{RECOUNTS_A_DAY, SHARDS_PER_ACCOUNT, SHARDS_PER_STREAM};
use super::responses::{Response, UpdateShardCountOutput};
use super::shapes::{StreamMode, StreamStatus};
use super::shard::{Shard, shard_index};
use super::stream::{Change, Stream};
use super::{Happened, Kinesis};

const DAY: Span = Span::days(1);

impl Kinesis {
    /// An ACTIVE provisioned stream: what resharding needs.
    fn reshardable(&mut self, operation: &str, name: &str) -> Result<&mut Stream> {
        let stream = self.streams.get_mut(name).ok_or_else(|| no_stream(name))?;
        if stream.mode == StreamMode::OnDemand {
            return Err(provisioned_only(operation, name));
        }
        if stream.status != StreamStatus::Active {
            return Err(not_active(name, stream.status));
        }
        Ok(stream)
    }

    pub(super) fn split_shard(&mut self, now: Time, split: &SplitShard) -> Result<Response> {
        let name =
            self.stream_name(split.stream_name.as_deref(), split.stream_arn.as_deref())?.to_owned();
        let (have, done) = (self.open_shard_count(), now + self.timings.update);
        let stream = self.reshardable("SplitShard", &name)?;
        let shard = open_shard(stream, &split.shard_to_split)?;
        if have + 1 > SHARDS_PER_ACCOUNT {
            return Err(too_many_shards(have, 1));
        }
        let HashRange { start, end } = shard.range;
        // KDS-4: either child owns at least two keys.
        let at = parse_hash_key(&split.new_starting_hash_key)
            .filter(|at| *at > start.saturating_add(1) && *at < end)
            .ok_or_else(|| {
                invalid(format!(
                    "NewStartingHashKey {:.200} used in SplitShard() on shard {} in stream {name} under account \
                     {ACCOUNT_ID} is not both greater than one plus the shard's StartingHashKey {start} and less \
                     than the shard's EndingHashKey {end}.",
                    split.new_starting_hash_key,
                    shard.id()
                ))
            })?;
        let change = Change::Split { shard: shard.index, at };
        stream.begin(StreamStatus::Updating, done, change);
        Ok(Response::Empty)
    }

    pub(super) fn merge_shards(&mut self, now: Time, merge: &MergeShards) -> Result<Response> {
        let name =
            self.stream_name(merge.stream_name.as_deref(), merge.stream_arn.as_deref())?.to_owned();
        let done = now + self.timings.update;
        let stream = self.reshardable("MergeShards", &name)?;
        let shard = open_shard(stream, &merge.shard_to_merge)?;
        let adjacent = open_shard(stream, &merge.adjacent_shard_to_merge)?;
        if shard.range.end.checked_add(1) != Some(adjacent.range.start) {
            return Err(invalid(format!(
                "Shards {} and {} in stream {name} under account {ACCOUNT_ID} are not an adjacent pair of \
                 shards eligible for merging",
                shard.id(),
                adjacent.id()
            )));
        }
        let change = Change::Merge { shard: shard.index, adjacent: adjacent.index };
        stream.begin(StreamStatus::Updating, done, change);
        Ok(Response::Empty)
    }

    pub(super) fn update_shard_count(
        &mut self,
        now: Time,
        update: &UpdateShardCount,
    ) -> Result<Response> {
        let name = self
            .stream_name(update.stream_name.as_deref(), update.stream_arn.as_deref())?
            .to_owned();
        let (have, done) = (self.open_shard_count(), now + self.timings.update);
        let stream = self.reshardable("UpdateShardCount", &name)?;
        let current = i64::try_from(stream.open.len()).unwrap_or(i64::MAX);
        let target = update.target_shard_count;
        if target > current.saturating_mul(2) {
            return Err(invalid("Cannot update shard count beyond 2x current shard count"));
        }
        if target < 1 || target.saturating_mul(2) < current {
            return Err(invalid("Cannot update shard count below 50% of the current shard count"));
        }
        if target > SHARDS_PER_STREAM {
            return Err(limit(format!(
                "UpdateShardCount cannot scale a stream to more than {SHARDS_PER_STREAM} shards."
            )));
        }
        if have - current + target > SHARDS_PER_ACCOUNT {
            return Err(too_many_shards(have, target - current));
        }
        while stream.recounts.front().is_some_and(|at| *at + DAY <= now) {
            stream.recounts.pop_front();
        }
        if stream.recounts.len() >= RECOUNTS_A_DAY {
            return Err(limit(format!(
                "UpdateShardCount was called {RECOUNTS_A_DAY} times in a rolling 24-hour period for stream \
                 {name} under account {ACCOUNT_ID}."
            )));
        }
        stream.recounts.push_back(now);
        let shards = u32::try_from(target).unwrap_or(1);
        stream.begin(StreamStatus::Updating, done, Change::Recount { shards });
        Ok(Response::UpdateShardCount(UpdateShardCountOutput {
            stream_name: Some(name),
            current_shard_count: Some(current),
            target_shard_count: Some(target),
            stream_arn: Some(stream.arn()),
        }))
    }

    pub(super) fn open_shard_count(&self) -> i64 {
        let open: usize = self.streams.values().map(|stream| stream.open.len()).sum();
        i64::try_from(open).unwrap_or(i64::MAX)
    }
}

fn open_shard<'a>(stream: &'a Stream, id: &str) -> Result<&'a Shard> {
    let index = shard_index(id).ok_or_else(|| no_shard(id, &stream.name))?;
    let shard = stream.shards.get(index as usize).ok_or_else(|| no_shard(id, &stream.name))?;
    if !shard.is_open() {
        return Err(in_use(format!(
            "Shard {} in stream {} under account {ACCOUNT_ID} is not active: it is already closed.",
            shard.id(),
            stream.name
        )));
    }
    Ok(shard)
}

impl Stream {
    /// Splits a shard: the lower child ends before `at`, the upper one begins there (KDS-5).
    pub(super) fn split(&mut self, now: Time, shard: u32, at: u128) -> [u32; 2] {
        let HashRange { start, end } = self.shards[shard as usize].range;
        self.close_shard(now, shard);
        let lower = HashRange { start, end: at - 1 };
        [
            self.add_shard(now, lower, Some(shard), None),
            self.add_shard(now, HashRange { start: at, end }, Some(shard), None),
        ]
    }

    /// Merges two neighbours into one (KDS-6).
    pub(super) fn merge(&mut self, now: Time, shard: u32, adjacent: u32) -> u32 {
        let start = self.shards[shard as usize].range.start;
        let end = self.shards[adjacent as usize].range.end;
        self.close_shard(now, shard);
        self.close_shard(now, adjacent);
        self.add_shard(now, HashRange { start, end }, Some(shard), Some(adjacent))
    }

    /// Splits and merges until there are `count` shards of (nearly) equal size.
    ///
    /// AWS says that it does this by splits and merges and that short-lived shards can come of it, not
    /// in which order. The model cuts at the new boundaries first and then merges what lies
    /// between two of them; a boundary that is off by a rounding stays where it is.
    pub(super) fn recount(&mut self, now: Time, count: u32) {
        let starts: Vec<u128> = self.open.iter().map(|(start, _)| *start).collect();
        let near = |wanted: u128| {
            let slack = u128::from(count);
            let close = |start: &&u128| start.abs_diff(wanted) <= slack;
            starts.iter().find(close).copied().unwrap_or(wanted)
        };
        let boundaries: Vec<u128> =
            even_ranges(count).iter().map(|range| near(range.start)).collect();
        for boundary in boundaries.iter().copied() {
            let place = self.open.partition_point(|(start, _)| *start <= boundary);
            let (start, shard) = self.open[place.saturating_sub(1)];
            if start < boundary {
                self.split(now, shard, boundary);
            }
        }
        let mut place = 0;
        while place + 1 < self.open.len() {
            let ((_, shard), (start, adjacent)) = (self.open[place], self.open[place + 1]);
            if boundaries.binary_search(&start).is_ok() {
                place += 1;
            } else {
                self.merge(now, shard, adjacent);
            }
        }
    }

    /// Splits the busy shards of an on-demand stream that are due; returns which ones.
    pub(super) fn grow(&mut self, now: Time) -> Vec<u32> {
        let due: Vec<u32> =
            self.splits_due.iter().filter(|(_, at)| **at <= now).map(|(shard, _)| *shard).collect();
        for shard in &due {
            self.splits_due.remove(shard);
            let range = self.shards[*shard as usize].range;
            if self.shards[*shard as usize].is_open() && range.end - range.start > 3 {
                self.split(now, *shard, range.middle() + 1);
            }
        }
        due
    }
}

impl Kinesis {
    pub(super) fn note_resharded(&mut self, now: Time, name: &str, before: usize) {
        let Some(stream) = self.streams.get(name) else { return };
        for shard in stream.shards.get(before..).unwrap_or_default() {
            let what = || Happened::ShardOpened {
                stream: name.into(),
                shard: shard.index,
                parents: shard.parents().collect(),
            };
            self.trace.note(now, what);
        }
    }
}
