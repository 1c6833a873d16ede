//! A lane at work: its next batch is invoked, split, tried again, or given up.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Batch, Doing, PER_READ, Record, event};
use crate::services::calendar::iso_8601;
use crate::services::chance::Chance;
use crate::services::lambda::Lambda;
use crate::services::lambda::concurrency::{Run, Wanted};
use crate::services::lambda::events::doubled;
use crate::services::lambda::function::function_arn;
use crate::services::lambda::happened::{Cause, GaveUp, Happened};
use crate::services::lambda::mapping::queue::fitting;
use crate::services::lambda::mapping::verdict::{Verdict, verdict};
use crate::services::lambda::mapping::{Mapping, Poller};
use crate::services::lambda::script::Item;
use crate::services::lambda::timers::Timer;
use crate::services::time::{Span, Time};

/// The waits of a failed or throttled batch: the model's choice.
const AFTER_FAILURE: (Span, Span) = (Span::seconds(1), Span::minutes(1));
/// The payload of a synchronous invocation.
const PAYLOAD: usize = 6 * 1024 * 1024;

impl Lambda {
    pub(in crate::services::lambda::mapping) fn lane_due(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
    ) {
        let poller = poller!(mapping);
        let Some(lane) = poller.lanes.get_mut(&number) else { return };
        if lane.doing == Doing::Waiting(now) {
            lane.doing = Doing::Idle;
            self.work_lane(now, chance, mapping, number);
        }
    }

    /// Hands the lane's next batch to the function, if it is time.
    pub(super) fn work_lane(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
    ) {
        if !mapping.polls() {
            return;
        }
        loop {
            if !self.batch_ready(now, mapping, number) {
                return;
            }
            if self.drop_stale(now, chance, mapping, number) {
                continue;
            }
            return self.invoke_lane(now, chance, mapping, number);
        }
    }

    /// Whether the lane is free and has a batch in hand, cutting one from the buffer if need be.
    fn batch_ready(&mut self, now: Time, mapping: &mut Mapping, number: u32) -> bool {
        let size = usize::try_from(mapping.settings.batch_size).unwrap_or(PER_READ);
        let window = Span::seconds(mapping.settings.window.unsigned_abs());
        let Poller::Stream(poller) = &mut mapping.poller else { return false };
        let Some(lane) = poller.lanes.get_mut(&number) else { return false };
        match lane.doing {
            Doing::Running => return false,
            Doing::Waiting(until) if until > now && !lane.work.is_empty() => return false,
            Doing::Waiting(_) | Doing::Idle => {}
        }
        if !lane.work.is_empty() {
            return true;
        }
        if lane.buffer.is_empty() {
            return false;
        }
        let bytes: usize = lane.buffer.iter().map(weight).sum();
        let ends = lane.window_ends.unwrap_or(now);
        if lane.buffer.len() < size && bytes < PAYLOAD && ends > now {
            lane.doing = Doing::Waiting(ends);
            self.timers.set(ends, Timer::Slot { uuid: mapping.uuid.clone(), slot: number });
            return false;
        }
        let fits = fitting(lane.buffer.iter().map(weight), PAYLOAD).min(size);
        let records = lane.buffer.drain(..fits).collect();
        lane.work.push(Batch { records, attempts: 0, throttles: 0 });
        lane.window_ends = (!lane.buffer.is_empty()).then_some(now + window);
        true
    }

    /// Gives up the records of the batch in hand that are too old; true if nothing is left of it.
    fn drop_stale(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
    ) -> bool {
        let settings = &mapping.settings;
        let kept_for = settings.retention;
        let max_age =
            (settings.max_age >= 0).then(|| Span::seconds(settings.max_age.unsigned_abs()));
        let Poller::Stream(poller) = &mut mapping.poller else { return false };
        let Some(lane) = poller.lanes.get_mut(&number) else { return false };
        let Some(batch) = lane.work.last_mut() else { return false };
        let too_old = |record: &Record, age: Span| now.since(record.arrived) > age;
        let expired = batch.records.partition_point(|record| too_old(record, kept_for));
        let aged =
            max_age.map_or(0, |age| batch.records.partition_point(|record| too_old(record, age)));
        let lost = expired.max(aged);
        if lost == 0 {
            return false;
        }
        let why = if aged >= expired && aged > 0 { GaveUp::AgeExceeded } else { GaveUp::Expired };
        let records: Vec<Record> = batch.records.drain(..lost).collect();
        let attempts = batch.attempts;
        let empty = batch.records.is_empty();
        if empty {
            lane.work.pop();
        }
        let shard = lane.shard.clone();
        let given_up = Batch { records, attempts, throttles: 0 };
        self.discard(now, chance, mapping, &shard, &given_up, why, None);
        empty
    }

    fn invoke_lane(&mut self, now: Time, chance: &mut Chance, mapping: &mut Mapping, number: u32) {
        let (uuid, function) = (mapping.uuid.clone(), mapping.function.clone());
        let qualifier = mapping.qualifier.clone();
        let poller = poller!(mapping);
        let Some(lane) = poller.lanes.get_mut(&number) else { return };
        let Some(batch) = lane.work.last_mut() else { return };
        let items: Vec<Item<'_>> = batch
            .records
            .iter()
            .map(|record| Item { id: &record.sequence, text: &record.text })
            .collect();
        let cause = Cause::Mapping { uuid: uuid.clone(), slot: number };
        let wanted =
            Wanted { function: &function, qualifier: qualifier.as_deref(), cause, items: &items };
        let known = self.functions.get(&function);
        let known = known.is_some_and(|each| each.version(qualifier.as_deref()).is_some());
        if known && self.start(now, chance, wanted).is_ok() {
            batch.attempts = batch.attempts.saturating_add(1);
            lane.doing = Doing::Running;
            return;
        }
        // Throttles do not count as attempts.
        let until = now + doubled(AFTER_FAILURE, batch.throttles);
        batch.throttles = batch.throttles.saturating_add(1);
        lane.doing = Doing::Waiting(until);
        self.timers.set(until, Timer::Slot { uuid, slot: number });
    }

    /// A run of a lane's batch is over.
    pub(in crate::services::lambda::mapping) fn records_ran(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
        run: &Run,
    ) {
        let reports = mapping.settings.reports;
        let poller = poller!(mapping);
        let Some(lane) = poller.lanes.get_mut(&number) else { return };
        lane.doing = Doing::Idle;
        let shard = lane.shard.clone();
        let Some(mut batch) = lane.work.pop() else { return };
        let ids: Vec<&str> = batch.records.iter().map(|each| each.sequence.as_str()).collect();
        let done = match verdict(&run.result, reports, &ids) {
            Verdict::Success => batch.records.len(),
            Verdict::Partial(positions) => positions.first().copied().unwrap_or(0),
            Verdict::Failure => 0,
        };
        let cut = u32::try_from(batch.records.len() - done).unwrap_or(u32::MAX);
        batch.records.drain(..done);
        let items = u32::try_from(done).unwrap_or(u32::MAX);
        if items > 0 {
            let uuid = &mapping.uuid;
            self.trace.note(now, || Happened::BatchDone {
                uuid: uuid.clone(),
                slot: number,
                items,
            });
        }
        if cut > 0 && items > 0 {
            self.note_split(now, mapping, &shard, (items, cut));
        }
        if cut > 0 {
            let whole = items == 0;
            self.failed(now, chance, mapping, number, batch, run, whole);
        }
        self.work_lane(now, chance, mapping, number);
        self.finish_shard(now, mapping, &shard);
    }

    fn note_split(&mut self, now: Time, mapping: &Mapping, shard: &str, parts: (u32, u32)) {
        self.trace.note(now, || Happened::BatchSplit {
            uuid: mapping.uuid.clone(),
            shard: shard.to_owned(),
            parts,
        });
    }

    /// Halves a failed batch, tries it again, or gives it up.
    #[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
    fn failed(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
        mut batch: Batch,
        run: &Run,
        whole: bool,
    ) {
        let settings = &mapping.settings;
        let (bisect, retries) = (settings.bisect, settings.retries);
        let Some(shard) = mapping.shard_of(number) else { return };
        if bisect && whole && batch.records.len() > 1 {
            let second = batch.records.split_off(batch.records.len() / 2);
            let count = |records: &[Record]| u32::try_from(records.len()).unwrap_or(u32::MAX);
            let parts = (count(&batch.records), count(&second));
            self.note_split(now, mapping, &shard, parts);
            let poller = poller!(mapping);
            let Some(lane) = poller.lanes.get_mut(&number) else { return };
            let fresh = |records| Batch { records, attempts: 0, throttles: 0 };
            lane.work.push(fresh(second));
            lane.work.push(fresh(batch.records));
            return;
        }
        if retries >= 0 && i64::from(batch.attempts) > retries {
            let why = GaveUp::RetryAttemptsExhausted;
            return self.discard(now, chance, mapping, &shard, &batch, why, Some(run));
        }
        let until = now + doubled(AFTER_FAILURE, batch.attempts.saturating_sub(1));
        let (attempts, items) =
            (batch.attempts, u32::try_from(batch.records.len()).unwrap_or(u32::MAX));
        self.trace.note(now, || Happened::BatchWillRetry {
            uuid: mapping.uuid.clone(),
            shard: shard.clone(),
            attempts,
            items,
            at: until,
        });
        self.timers.set(until, Timer::Slot { uuid: mapping.uuid.clone(), slot: number });
        let poller = poller!(mapping);
        let Some(lane) = poller.lanes.get_mut(&number) else { return };
        lane.doing = Doing::Waiting(until);
        lane.work.push(batch);
    }

    #[expect(clippy::too_many_arguments, reason = "everything the document tells")]
    fn discard(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &Mapping,
        shard: &str,
        batch: &Batch,
        why: GaveUp,
        run: Option<&Run>,
    ) {
        self.trace.note(now, || Happened::BatchDiscarded {
            uuid: mapping.uuid.clone(),
            shard: shard.to_owned(),
            items: u32::try_from(batch.records.len()).unwrap_or(u32::MAX),
            why,
        });
        let condition = match why {
            GaveUp::RetryAttemptsExhausted => "RetryAttemptsExhausted",
            GaveUp::AgeExceeded => "RecordAgeExceeded",
            // What the stream itself lets go leaves no trace.
            GaveUp::Expired | GaveUp::VisibilityEnded => return,
        };
        let Some(to) = mapping.settings.on_failure.clone() else { return };
        let mut document = mapping.document(now, chance, shard, batch, condition);
        if let Some(run) = run {
            document["responseContext"] = json!({
                "statusCode": 200,
                "executedVersion": run.version,
                "functionError": run.result.is_error().then_some("Unhandled"),
            });
        }
        if to.starts_with("arn:aws:s3:") {
            let records: Vec<Value> =
                batch.records.iter().map(|record| event(record, shard, &mapping.source)).collect();
            document["payload"] = json!(json!({"Records": records}).to_string());
        }
        self.send(now, chance, &to, document.to_string(), BTreeMap::new(), &mapping.function);
    }
}

impl Mapping {
    fn shard_of(&self, lane: u32) -> Option<String> {
        match &self.poller {
            Poller::Stream(poller) => poller.lanes.get(&lane).map(|lane| lane.shard.clone()),
            Poller::Queue(_) => None,
        }
    }

    /// The on-failure document: where the records are, not the records.
    fn document(
        &self,
        now: Time,
        chance: &mut Chance,
        shard: &str,
        batch: &Batch,
        condition: &str,
    ) -> Value {
        let (first, last) = (batch.records.first(), batch.records.last());
        let sequence = |record: Option<&Record>| record.map(|each| each.sequence.clone());
        let arrival =
            |record: Option<&Record>| record.map(|each| iso_8601(each.arrived.unix_millis()));
        json!({
            "requestContext": {
                "requestId": crate::services::ids::uuid(chance),
                "functionArn": function_arn(&self.function, self.qualifier.as_deref()),
                "condition": condition,
                "approximateInvokeCount": batch.attempts,
            },
            "version": "1.0",
            "timestamp": iso_8601(now.unix_millis()),
            "KinesisBatchInfo": {
                "shardId": shard,
                "startSequenceNumber": sequence(first),
                "endSequenceNumber": sequence(last),
                "approximateArrivalOfFirstRecord": arrival(first),
                "approximateArrivalOfLastRecord": arrival(last),
                "batchSize": batch.records.len(),
                "streamArn": self.source,
            },
        })
    }
}

/// What a record weighs in the function's payload: base64 and the text around it.
fn weight(record: &Record) -> usize {
    record.data.len().div_ceil(3) * 4 + record.partition_key.len() + 300
}
