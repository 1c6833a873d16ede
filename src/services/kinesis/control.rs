//! Making, ending and changing streams: creation, retention, capacity mode, record size, encryption, metrics.

use std::collections::BTreeSet;

use super::super::arn::ACCOUNT_ID;
use super::super::time::{Span, Time};
use super::errors::{
    Result, in_use, invalid, limit, no_stream, not_active, on_demand_only, stream_exists,
    too_many_shards, validation,
};
use super::limits::{
    CREATING_STREAMS, MODE_SWITCHES_A_DAY, ON_DEMAND_SHARDS, ON_DEMAND_STREAMS, RECORD_MAX_KIB,
    RECORD_MIN_KIB, RETENTION_MAX_HOURS, RETENTION_MIN_HOURS, SHARDS_PER_ACCOUNT,
};
use super::operations::{
    CreateStream, DecreaseStreamRetentionPeriod, DeleteStream, DisableEnhancedMonitoring,
    EnableEnhancedMonitoring, IncreaseStreamRetentionPeriod, StartStreamEncryption,
    StopStreamEncryption, UpdateAccountSettings, UpdateMaxRecordSize, UpdateStreamMode,
    UpdateStreamRecordDistributionStrategy, UpdateStreamWarmThroughput,
};
use super::responses::{
    DescribeAccountSettingsOutput, DescribeLimitsOutput, DisableEnhancedMonitoringOutput,
    EnableEnhancedMonitoringOutput, Response, UpdateAccountSettingsOutput,
    UpdateStreamWarmThroughputOutput,
};
use super::shapes::{
    EncryptionType, MetricsName, MinimumThroughputBillingCommitmentInputStatus as Wanted,
    MinimumThroughputBillingCommitmentOutput,
    MinimumThroughputBillingCommitmentOutputStatus as Shown, RecordDistributionStrategy,
    StreamMode, StreamStatus, WarmThroughputObject,
};
use super::stream::{Change, Stream};
use super::tags::checked_tags;
use super::{Commitment, Kinesis};

/// Every shard-level metric: what `ALL` stands for.
const METRICS: [MetricsName; 7] = [
    MetricsName::IncomingBytes,
    MetricsName::IncomingRecords,
    MetricsName::OutgoingBytes,
    MetricsName::OutgoingRecords,
    MetricsName::WriteProvisionedThroughputExceeded,
    MetricsName::ReadProvisionedThroughputExceeded,
    MetricsName::IteratorAgeMilliseconds,
];

const DAY: Span = Span::days(1);

impl Kinesis {
    pub(super) fn create_stream(&mut self, now: Time, create: CreateStream) -> Result<Response> {
        let name = create.stream_name;
        if self.streams.contains_key(&name) {
            return Err(stream_exists(&name));
        }
        let creating = |stream: &&Stream| stream.status == StreamStatus::Creating;
        if self.streams.values().filter(creating).count() >= CREATING_STREAMS {
            return Err(limit(format!(
                "This request would exceed the limit of {CREATING_STREAMS} streams in CREATING state under \
                 account {ACCOUNT_ID}."
            )));
        }
        // Neither mode nor count: on AWS such a stream came up with four shards, on-demand's start.
        let mode = match (create.stream_mode_details, create.shard_count) {
            (Some(details), _) => details.stream_mode,
            (None, Some(_)) => StreamMode::Provisioned,
            (None, None) => StreamMode::OnDemand,
        };
        let shards = match (mode, create.shard_count) {
            (StreamMode::OnDemand, None) => i64::from(ON_DEMAND_SHARDS),
            (StreamMode::Provisioned, Some(count)) => count,
            (StreamMode::OnDemand, Some(_)) => {
                return Err(invalid(
                    "ShardCount must not be given for a stream in ON_DEMAND mode.",
                ));
            }
            (StreamMode::Provisioned, None) => {
                return Err(invalid("ShardCount must be given for a stream in PROVISIONED mode."));
            }
        };
        self.account_takes(mode, shards)?;
        let mut stream = Stream::new(name.clone(), now, mode);
        if let Some(strategy) = create.record_distribution_strategy {
            stream.set_distribution(strategy)?;
        }
        if let Some(kib) = create.max_record_size_in_kib {
            stream.max_record_kib = kib.clamp(RECORD_MIN_KIB, RECORD_MAX_KIB);
        }
        if let Some(mibps) = create.warm_throughput_mibps {
            self.may_be_warm(mode, &name)?;
            stream.warm_mibps = mibps;
        }
        stream.tags = checked_tags(create.tags.unwrap_or_default(), &stream.tags, &name)?;
        let shards = u32::try_from(shards).unwrap_or(1).max(1);
        stream.begin(StreamStatus::Creating, now + self.timings.create, Change::Create { shards });
        self.streams.insert(name, stream);
        Ok(Response::Empty)
    }

    fn account_takes(&self, mode: StreamMode, shards: i64) -> Result<()> {
        let have = self.open_shard_count();
        if have.saturating_add(shards) > SHARDS_PER_ACCOUNT {
            return Err(too_many_shards(have, shards));
        }
        if mode == StreamMode::OnDemand && self.on_demand_streams() >= ON_DEMAND_STREAMS {
            return Err(limit(format!(
                "This request would exceed the limit of {ON_DEMAND_STREAMS} on-demand streams of account \
                 {ACCOUNT_ID}."
            )));
        }
        Ok(())
    }

    fn on_demand_streams(&self) -> i64 {
        let on_demand = |stream: &&Stream| stream.mode == StreamMode::OnDemand;
        self.streams.values().filter(on_demand).count() as i64
    }

    pub(super) fn delete_stream(&mut self, now: Time, delete: &DeleteStream) -> Result<Response> {
        let name = self
            .stream_name(delete.stream_name.as_deref(), delete.stream_arn.as_deref())?
            .to_owned();
        let queued = self.queues.values().any(|queue| queue.stream() == name);
        let done = now + self.timings.delete;
        let stream = self.streams.get_mut(&name).ok_or_else(|| no_stream(&name))?;
        if queued {
            return Err(in_use(format!(
                "Stream {name} under account {ACCOUNT_ID} has queues: delete every queue on it first."
            )));
        }
        if !stream.consumers.is_empty() && delete.enforce_consumer_deletion != Some(true) {
            return Err(in_use(format!(
                "Stream {name} under account {ACCOUNT_ID} has registered consumers: deregister them, or set \
                 EnforceConsumerDeletion."
            )));
        }
        if stream.status != StreamStatus::Active {
            return Err(not_active(&name, stream.status));
        }
        if self.timings.delete == Span::ZERO {
            self.streams.remove(&name);
        } else {
            stream.begin(StreamStatus::Deleting, done, Change::Delete);
        }
        Ok(Response::Empty)
    }

    pub(super) fn increase_retention(
        &mut self,
        now: Time,
        call: &IncreaseStreamRetentionPeriod,
    ) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let hours = call.retention_period_hours;
        self.retain(now, name, hours, |existing| {
            (hours < existing).then_some(("shorter", "DecreaseRetentionPeriod"))
        })
    }

    pub(super) fn decrease_retention(
        &mut self,
        now: Time,
        call: &DecreaseStreamRetentionPeriod,
    ) -> Result<Response> {
        let name = self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?;
        let hours = call.retention_period_hours;
        self.retain(now, name, hours, |existing| {
            (hours > existing).then_some(("longer", "IncreaseRetentionPeriod"))
        })
    }

    /// Sets the retention, unless `wrong_way` says which way it is off and which call it takes.
    fn retain(
        &mut self,
        now: Time,
        name: &str,
        hours: i64,
        wrong_way: impl FnOnce(i64) -> Option<(&'static str, &'static str)>,
    ) -> Result<Response> {
        let stream = self.streams.get_mut(name).ok_or_else(|| no_stream(name))?;
        if hours < RETENTION_MIN_HOURS {
            return Err(invalid(format!(
                "Minimum allowed retention period is {RETENTION_MIN_HOURS} hours. Requested retention period \
                 ({hours} hours) is too short."
            )));
        }
        if hours > RETENTION_MAX_HOURS {
            return Err(invalid(format!(
                "Maximum allowed retention period is {RETENTION_MAX_HOURS} hours. Requested retention period \
                 ({hours} hours) is too long."
            )));
        }
        let existing = stream.retention_hours;
        if let Some((relation, other)) = wrong_way(existing) {
            return Err(invalid(format!(
                "Requested retention period ({hours} hours) for stream {name} can not be {relation} than \
                 existing retention period ({existing} hours). Use {other} API."
            )));
        }
        if !stream.is_ready() {
            return Err(not_active(name, stream.status));
        }
        // Expired before the change stays expired; too old after it goes at once (KDS-16).
        stream.trim(now);
        stream.retention_hours = hours;
        stream.trim(now);
        Ok(Response::Empty)
    }

    pub(super) fn update_stream_mode(
        &mut self,
        now: Time,
        call: &UpdateStreamMode,
    ) -> Result<Response> {
        let name = self.stream_name(None, Some(&call.stream_arn))?.to_owned();
        let done = now + self.timings.update;
        let mode = call.stream_mode_details.stream_mode;
        let queued = self.queues.values().any(|queue| queue.stream() == name);
        let stream = self.active_stream(&name)?;
        if mode == stream.mode {
            return Err(invalid(format!("Stream {name} is already in that capacity mode.")));
        }
        if queued {
            return Err(in_use(format!(
                "Stream {name} under account {ACCOUNT_ID} has queues: delete every queue on it before it \
                 leaves ON_DEMAND capacity mode."
            )));
        }
        while stream.mode_switches.front().is_some_and(|at| *at + DAY <= now) {
            stream.mode_switches.pop_front();
        }
        if stream.mode_switches.len() >= MODE_SWITCHES_A_DAY {
            return Err(limit(format!(
                "The capacity mode of stream {name} was changed {MODE_SWITCHES_A_DAY} times in a rolling \
                 24-hour period."
            )));
        }
        stream.mode_switches.push_back(now);
        stream.begin(StreamStatus::Updating, done, Change::Mode(mode));
        Ok(Response::Empty)
    }

    fn active_stream(&mut self, name: &str) -> Result<&mut Stream> {
        let stream = self.streams.get_mut(name).ok_or_else(|| no_stream(name))?;
        if stream.status != StreamStatus::Active {
            return Err(not_active(name, stream.status));
        }
        Ok(stream)
    }

    pub(super) fn update_max_record_size(
        &mut self,
        now: Time,
        call: &UpdateMaxRecordSize,
    ) -> Result<Response> {
        let name = self.stream_name(None, call.stream_arn.as_deref())?.to_owned();
        let kib = call.max_record_size_in_kib;
        if !(RECORD_MIN_KIB..=RECORD_MAX_KIB).contains(&kib) {
            return Err(validation(format!(
                "MaxRecordSizeInKiB must be between {RECORD_MIN_KIB} and {RECORD_MAX_KIB}."
            )));
        }
        let done = now + self.timings.update;
        self.active_stream(&name)?.begin(StreamStatus::Updating, done, Change::MaxRecord(kib));
        Ok(Response::Empty)
    }

    pub(super) fn update_distribution(
        &mut self,
        call: &UpdateStreamRecordDistributionStrategy,
    ) -> Result<Response> {
        let name = self.stream_name(None, Some(&call.stream_arn))?.to_owned();
        self.active_stream(&name)?.set_distribution(call.record_distribution_strategy)?;
        Ok(Response::Empty)
    }

    pub(super) fn start_encryption(
        &mut self,
        now: Time,
        call: &StartStreamEncryption,
    ) -> Result<Response> {
        let name =
            self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?.to_owned();
        self.encrypt(now, &name, call.encryption_type, Some(call.key_id.clone()))
    }

    pub(super) fn stop_encryption(
        &mut self,
        now: Time,
        call: &StopStreamEncryption,
    ) -> Result<Response> {
        let name =
            self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?.to_owned();
        self.encrypt(now, &name, call.encryption_type, None)
    }

    fn encrypt(
        &mut self,
        now: Time,
        name: &str,
        kind: EncryptionType,
        key_id: Option<String>,
    ) -> Result<Response> {
        if kind != EncryptionType::Kms {
            return Err(invalid("KMS is the only valid EncryptionType for this request."));
        }
        let done = now + self.timings.update;
        self.active_stream(name)?.begin(StreamStatus::Updating, done, Change::Encryption(key_id));
        Ok(Response::Empty)
    }

    pub(super) fn enable_metrics(&mut self, call: &EnableEnhancedMonitoring) -> Result<Response> {
        let name =
            self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?.to_owned();
        let wanted = expanded(&call.shard_level_metrics);
        let [arn, current, desired] = self.metrics(&name, |metrics| metrics.extend(wanted))?;
        Ok(Response::EnableEnhancedMonitoring(EnableEnhancedMonitoringOutput {
            stream_name: Some(name),
            current_shard_level_metrics: Some(current.1),
            desired_shard_level_metrics: Some(desired.1),
            stream_arn: Some(arn.0),
        }))
    }

    pub(super) fn disable_metrics(&mut self, call: &DisableEnhancedMonitoring) -> Result<Response> {
        let name =
            self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?.to_owned();
        let unwanted = expanded(&call.shard_level_metrics);
        let [arn, current, desired] =
            self.metrics(&name, |metrics| metrics.retain(|metric| !unwanted.contains(metric)))?;
        Ok(Response::DisableEnhancedMonitoring(DisableEnhancedMonitoringOutput {
            stream_name: Some(name),
            current_shard_level_metrics: Some(current.1),
            desired_shard_level_metrics: Some(desired.1),
            stream_arn: Some(arn.0),
        }))
    }

    /// Changes the metrics; answers the stream's ARN, and the metrics before and after.
    fn metrics(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut BTreeSet<MetricsName>),
    ) -> Result<[(String, Vec<MetricsName>); 3]> {
        let stream = self.active_stream(name)?;
        let before = stream.metrics.iter().copied().collect();
        change(&mut stream.metrics);
        let after = stream.metrics.iter().copied().collect();
        Ok([(stream.arn(), Vec::new()), (String::new(), before), (String::new(), after)])
    }

    fn may_be_warm(&self, mode: StreamMode, name: &str) -> Result<()> {
        if mode != StreamMode::OnDemand {
            return Err(validation(on_demand_only("Warm throughput", name)));
        }
        if !self.is_advantage() {
            return Err(validation(format!(
                "Warm throughput needs MinimumThroughputBillingCommitment enabled for account {ACCOUNT_ID}."
            )));
        }
        Ok(())
    }

    pub(super) fn update_warm_throughput(
        &mut self,
        now: Time,
        call: &UpdateStreamWarmThroughput,
    ) -> Result<Response> {
        const MOST: i64 = 10 * 1024;
        let name =
            self.stream_name(call.stream_name.as_deref(), call.stream_arn.as_deref())?.to_owned();
        let (target, done) = (call.warm_throughput_mibps, now + self.timings.update);
        let mode = self.active_stream(&name)?.mode;
        self.may_be_warm(mode, &name)?;
        if target > MOST {
            return Err(limit("An on-demand stream cannot scale to more than 10 GiBps."));
        }
        let stream = self.active_stream(&name)?;
        stream.begin(StreamStatus::Updating, done, Change::Warm(target));
        Ok(Response::UpdateStreamWarmThroughput(UpdateStreamWarmThroughputOutput {
            stream_arn: Some(stream.arn()),
            stream_name: Some(name),
            warm_throughput: Some(WarmThroughputObject {
                target_mibps: Some(target),
                current_mibps: Some(stream.warm_mibps),
            }),
        }))
    }

    /// Whether the account is On-demand Advantage.
    pub fn is_advantage(&self) -> bool {
        self.commitment.is_some_and(|commitment| !commitment.ended)
    }

    pub(super) fn describe_account(&self) -> Response {
        Response::DescribeAccountSettings(DescribeAccountSettingsOutput {
            minimum_throughput_billing_commitment: Some(self.commitment_shown()),
        })
    }

    pub(super) fn update_account(&mut self, now: Time, call: &UpdateAccountSettings) -> Response {
        match call.minimum_throughput_billing_commitment.status {
            Wanted::Enabled if self.is_advantage() => {
                if let Some(commitment) = &mut self.commitment {
                    commitment.ends = None;
                }
            }
            Wanted::Enabled => {
                self.commitment = Some(Commitment { started: now, ends: None, ended: false });
            }
            Wanted::Disabled => {
                if let Some(commitment) = self.commitment.as_mut().filter(|c| !c.ended) {
                    // A commitment lasts a day at least; it ends by itself then.
                    commitment.ends = Some(now.max(commitment.started + DAY));
                    commitment.ended = commitment.ends == Some(now);
                }
            }
        }
        Response::UpdateAccountSettings(UpdateAccountSettingsOutput {
            minimum_throughput_billing_commitment: Some(self.commitment_shown()),
        })
    }

    fn commitment_shown(&self) -> MinimumThroughputBillingCommitmentOutput {
        let status = match self.commitment {
            Some(Commitment { ended: false, ends: None, .. }) => Shown::Enabled,
            Some(Commitment { ended: false, .. }) => Shown::EnabledUntilEarliestAllowedEnd,
            _ => Shown::Disabled,
        };
        let commitment = self.commitment;
        MinimumThroughputBillingCommitmentOutput {
            status,
            started_at: commitment.map(|c| c.started.into()),
            ended_at: commitment.filter(|c| c.ended).and_then(|c| c.ends).map(Into::into),
            earliest_allowed_end_at: commitment
                .filter(|c| !c.ended)
                .map(|c| (c.started + DAY).into()),
        }
    }

    pub(super) fn describe_limits(&self) -> Response {
        Response::DescribeLimits(DescribeLimitsOutput {
            shard_limit: SHARDS_PER_ACCOUNT,
            open_shard_count: self.open_shard_count(),
            on_demand_stream_count: self.on_demand_streams(),
            on_demand_stream_count_limit: ON_DEMAND_STREAMS,
            channel_count: None,
            channel_count_limit: None,
        })
    }
}

impl Stream {
    fn set_distribution(&mut self, strategy: RecordDistributionStrategy) -> Result<()> {
        if strategy == RecordDistributionStrategy::Auto && self.mode == StreamMode::Provisioned {
            return Err(invalid(on_demand_only("RecordDistributionStrategy AUTO", &self.name)));
        }
        self.strategy = strategy;
        Ok(())
    }

    /// Finishes the change it was going through; false when that was its end.
    pub(super) fn settle(&mut self, now: Time, change: Change) -> bool {
        self.status = StreamStatus::Active;
        match change {
            Change::Create { shards } => self.create_shards(now, shards),
            Change::Delete => return false,
            Change::Split { shard, at } => {
                self.split(now, shard, at);
            }
            Change::Merge { shard, adjacent } => {
                self.merge(now, shard, adjacent);
            }
            Change::Recount { shards } => self.recount(now, shards),
            Change::Mode(mode) => {
                self.mode = mode;
                if mode == StreamMode::Provisioned {
                    self.strategy = RecordDistributionStrategy::UserPartitionKey;
                    self.splits_due.clear();
                }
            }
            Change::Encryption(key_id) => self.key_id = key_id,
            Change::MaxRecord(kib) => self.max_record_kib = kib,
            Change::Warm(mibps) => self.warm_mibps = mibps,
        }
        true
    }
}

fn expanded(metrics: &[MetricsName]) -> Vec<MetricsName> {
    let all = metrics.contains(&MetricsName::All);
    if all { METRICS.to_vec() } else { metrics.to_vec() }
}
