//! The structures and enums that operations and answers of Kinesis share (botocore 1.44.5).

use serde::{Deserialize, Serialize};

use super::super::blob::Blob;
use super::timestamp::Timestamp;

/// `StreamModeDetails`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamModeDetails {
    /// One of `PROVISIONED`, `ON_DEMAND`.
    pub stream_mode: StreamMode,
}

/// `MinimumThroughputBillingCommitmentOutput`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MinimumThroughputBillingCommitmentOutput {
    /// One of `ENABLED`, `DISABLED`, `ENABLED_UNTIL_EARLIEST_ALLOWED_END`.
    pub status: MinimumThroughputBillingCommitmentOutputStatus,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest_allowed_end_at: Option<Timestamp>,
}

/// `StreamDescription`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamDescription {
    /// A text of 1 to 128 characters.
    pub stream_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// One of `CREATING`, `DELETING`, `ACTIVE`, `UPDATING`.
    pub stream_status: StreamStatus,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_mode_details: Option<StreamModeDetails>,
    /// Any number of items.
    pub shards: Vec<Shard>,
    /// Yes or no.
    pub has_more_shards: bool,
    /// A whole number.
    pub retention_period_hours: i64,
    /// A moment.
    pub stream_creation_timestamp: Timestamp,
    /// Any number of items.
    pub enhanced_monitoring: Vec<EnhancedMetrics>,
    /// One of `NONE`, `KMS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_type: Option<EncryptionType>,
    /// A text of 1 to 2048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
}

/// `Shard`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Shard {
    /// A text of 1 to 128 characters.
    pub shard_id: String,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_shard_id: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjacent_parent_shard_id: Option<String>,
    /// See the structure.
    pub hash_key_range: HashKeyRange,
    /// See the structure.
    pub sequence_number_range: SequenceNumberRange,
}

/// `HashKeyRange`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HashKeyRange {
    /// A text.
    pub starting_hash_key: String,
    /// A text.
    pub ending_hash_key: String,
}

/// `SequenceNumberRange`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SequenceNumberRange {
    /// A text.
    pub starting_sequence_number: String,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending_sequence_number: Option<String>,
}

/// `EnhancedMetrics`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EnhancedMetrics {
    /// From 1 to 7 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_level_metrics: Option<Vec<MetricsName>>,
}

/// `ConsumerDescription`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConsumerDescription {
    /// A text of 1 to 128 characters.
    pub consumer_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ConsumerARN")]
    pub consumer_arn: String,
    /// One of `CREATING`, `DELETING`, `ACTIVE`.
    pub consumer_status: ConsumerStatus,
    /// A moment.
    pub consumer_creation_timestamp: Timestamp,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
}

/// `StreamDescriptionSummary`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamDescriptionSummary {
    /// A text of 1 to 128 characters.
    pub stream_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// One of `CREATING`, `DELETING`, `ACTIVE`, `UPDATING`.
    pub stream_status: StreamStatus,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_mode_details: Option<StreamModeDetails>,
    /// A whole number.
    pub retention_period_hours: i64,
    /// A moment.
    pub stream_creation_timestamp: Timestamp,
    /// Any number of items.
    pub enhanced_monitoring: Vec<EnhancedMetrics>,
    /// One of `NONE`, `KMS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_type: Option<EncryptionType>,
    /// A text of 1 to 2048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// From 0 to 1000000.
    pub open_shard_count: i64,
    /// From 0 to 1000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_count: Option<i64>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_throughput: Option<WarmThroughputObject>,
    /// From 1024 to 10240.
    #[serde(rename = "MaxRecordSizeInKiB")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_record_size_in_kib: Option<i64>,
    /// From 0 to 1000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<i64>,
    /// One of `AUTO`, `USER_PARTITION_KEY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_distribution_strategy: Option<RecordDistributionStrategy>,
    /// From 0 to 1000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_count: Option<i64>,
}

/// `WarmThroughputObject`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WarmThroughputObject {
    /// 0 or more.
    #[serde(rename = "TargetMiBps")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_mibps: Option<i64>,
    /// 0 or more.
    #[serde(rename = "CurrentMiBps")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_mibps: Option<i64>,
}

/// `Record`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Record {
    /// A text.
    pub sequence_number: String,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approximate_arrival_timestamp: Option<Timestamp>,
    /// Up to 10485760 bytes.
    pub data: Blob,
    /// A text of 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// One of `NONE`, `KMS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_type: Option<EncryptionType>,
}

/// `ChildShard`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChildShard {
    /// A text of 1 to 128 characters.
    pub shard_id: String,
    /// Any number of items.
    pub parent_shards: Vec<String>,
    /// See the structure.
    pub hash_key_range: HashKeyRange,
}

/// `ShardFilter`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ShardFilter {
    /// One of `AFTER_SHARD_ID`, `AT_TRIM_HORIZON`, `FROM_TRIM_HORIZON`, `AT_LATEST`, `AT_TIMESTAMP`, `FROM_TIMESTAMP`.
    #[serde(rename = "Type")]
    pub kind: ShardFilterType,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_id: Option<String>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
}

/// `Consumer`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Consumer {
    /// A text of 1 to 128 characters.
    pub consumer_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ConsumerARN")]
    pub consumer_arn: String,
    /// One of `CREATING`, `DELETING`, `ACTIVE`.
    pub consumer_status: ConsumerStatus,
    /// A moment.
    pub consumer_creation_timestamp: Timestamp,
}

/// `StreamSummary`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamSummary {
    /// A text of 1 to 128 characters.
    pub stream_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// One of `CREATING`, `DELETING`, `ACTIVE`, `UPDATING`.
    pub stream_status: StreamStatus,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_mode_details: Option<StreamModeDetails>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_creation_timestamp: Option<Timestamp>,
}

/// `Tag`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// A text of 1 to 128 characters.
    pub key: String,
    /// A text of 0 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// `PutRecordsRequestEntry`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRecordsRequestEntry {
    /// Up to 10485760 bytes.
    pub data: Blob,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explicit_hash_key: Option<String>,
    /// A text of 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
}

/// `PutRecordsResultEntry`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRecordsResultEntry {
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_number: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_id: Option<String>,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

/// `StartingPosition`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartingPosition {
    /// One of `AT_SEQUENCE_NUMBER`, `AFTER_SEQUENCE_NUMBER`, `TRIM_HORIZON`, `LATEST`, `AT_TIMESTAMP`.
    #[serde(rename = "Type")]
    pub kind: ShardIteratorType,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_number: Option<String>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
}

/// `MinimumThroughputBillingCommitmentInput`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MinimumThroughputBillingCommitmentInput {
    /// One of `ENABLED`, `DISABLED`.
    pub status: MinimumThroughputBillingCommitmentInputStatus,
}

/// `StreamMode`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StreamMode {
    /// `PROVISIONED`.
    #[serde(rename = "PROVISIONED")]
    Provisioned,
    /// `ON_DEMAND`.
    #[serde(rename = "ON_DEMAND")]
    OnDemand,
}

/// `RecordDistributionStrategy`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordDistributionStrategy {
    /// `AUTO`.
    #[serde(rename = "AUTO")]
    Auto,
    /// `USER_PARTITION_KEY`.
    #[serde(rename = "USER_PARTITION_KEY")]
    UserPartitionKey,
}

/// `MinimumThroughputBillingCommitmentOutputStatus`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MinimumThroughputBillingCommitmentOutputStatus {
    /// `ENABLED`.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLED`.
    #[serde(rename = "DISABLED")]
    Disabled,
    /// `ENABLED_UNTIL_EARLIEST_ALLOWED_END`.
    #[serde(rename = "ENABLED_UNTIL_EARLIEST_ALLOWED_END")]
    EnabledUntilEarliestAllowedEnd,
}

/// `StreamStatus`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StreamStatus {
    /// `CREATING`.
    #[serde(rename = "CREATING")]
    Creating,
    /// `DELETING`.
    #[serde(rename = "DELETING")]
    Deleting,
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
    /// `UPDATING`.
    #[serde(rename = "UPDATING")]
    Updating,
}

/// `MetricsName`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MetricsName {
    /// `IncomingBytes`.
    #[serde(rename = "IncomingBytes")]
    IncomingBytes,
    /// `IncomingRecords`.
    #[serde(rename = "IncomingRecords")]
    IncomingRecords,
    /// `OutgoingBytes`.
    #[serde(rename = "OutgoingBytes")]
    OutgoingBytes,
    /// `OutgoingRecords`.
    #[serde(rename = "OutgoingRecords")]
    OutgoingRecords,
    /// `WriteProvisionedThroughputExceeded`.
    #[serde(rename = "WriteProvisionedThroughputExceeded")]
    WriteProvisionedThroughputExceeded,
    /// `ReadProvisionedThroughputExceeded`.
    #[serde(rename = "ReadProvisionedThroughputExceeded")]
    ReadProvisionedThroughputExceeded,
    /// `IteratorAgeMilliseconds`.
    #[serde(rename = "IteratorAgeMilliseconds")]
    IteratorAgeMilliseconds,
    /// `ALL`.
    #[serde(rename = "ALL")]
    All,
}

/// `EncryptionType`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EncryptionType {
    /// `NONE`.
    #[serde(rename = "NONE")]
    None,
    /// `KMS`.
    #[serde(rename = "KMS")]
    Kms,
}

/// `ConsumerStatus`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ConsumerStatus {
    /// `CREATING`.
    #[serde(rename = "CREATING")]
    Creating,
    /// `DELETING`.
    #[serde(rename = "DELETING")]
    Deleting,
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
}

/// `ShardIteratorType`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ShardIteratorType {
    /// `AT_SEQUENCE_NUMBER`.
    #[serde(rename = "AT_SEQUENCE_NUMBER")]
    AtSequenceNumber,
    /// `AFTER_SEQUENCE_NUMBER`.
    #[serde(rename = "AFTER_SEQUENCE_NUMBER")]
    AfterSequenceNumber,
    /// `TRIM_HORIZON`.
    #[serde(rename = "TRIM_HORIZON")]
    TrimHorizon,
    /// `LATEST`.
    #[serde(rename = "LATEST")]
    Latest,
    /// `AT_TIMESTAMP`.
    #[serde(rename = "AT_TIMESTAMP")]
    AtTimestamp,
}

/// `ShardFilterType`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ShardFilterType {
    /// `AFTER_SHARD_ID`.
    #[serde(rename = "AFTER_SHARD_ID")]
    AfterShardId,
    /// `AT_TRIM_HORIZON`.
    #[serde(rename = "AT_TRIM_HORIZON")]
    AtTrimHorizon,
    /// `FROM_TRIM_HORIZON`.
    #[serde(rename = "FROM_TRIM_HORIZON")]
    FromTrimHorizon,
    /// `AT_LATEST`.
    #[serde(rename = "AT_LATEST")]
    AtLatest,
    /// `AT_TIMESTAMP`.
    #[serde(rename = "AT_TIMESTAMP")]
    AtTimestamp,
    /// `FROM_TIMESTAMP`.
    #[serde(rename = "FROM_TIMESTAMP")]
    FromTimestamp,
}

/// `MinimumThroughputBillingCommitmentInputStatus`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MinimumThroughputBillingCommitmentInputStatus {
    /// `ENABLED`.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLED`.
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// `ScalingType`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ScalingType {
    /// `UNIFORM_SCALING`.
    #[serde(rename = "UNIFORM_SCALING")]
    UniformScaling,
}

/// What a subscription pushes: one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubscribeToShardEventStream {
    /// The event.
    pub subscribe_to_shard_event: SubscribeToShardEvent,
}

/// Records pushed to a consumer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubscribeToShardEvent {
    /// The records, oldest first.
    pub records: Vec<Record>,
    /// Where to subscribe again after this event.
    pub continuation_sequence_number: String,
    /// How far behind the newest record the event is.
    pub millis_behind_latest: i64,
    /// The shards that follow, once a closed shard is read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_shards: Option<Vec<ChildShard>>,
}
