//! Every operation of Kinesis with its parameters, in the shapes of AWS (botocore 1.44.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::params::operations;
use super::data_operations::*;
use super::queue_operations::*;
use super::shapes::*;
use super::timestamp::Timestamp;

operations! {
    AcknowledgeDeadLetterQueueRecords
    AcknowledgeQueueRecords
    AddTagsToStream
    CreateQueue
    CreateStream
    DecreaseStreamRetentionPeriod
    DeleteQueue
    DeleteStream
    DeregisterStreamConsumer
    DescribeAccountSettings
    DescribeLimits
    DescribeQueue
    DescribeStream
    DescribeStreamConsumer
    DescribeStreamSummary
    DisableEnhancedMonitoring
    EnableEnhancedMonitoring
    GetRecords
    GetShardIterator
    IncreaseStreamRetentionPeriod
    ListQueues
    ListShards
    ListStreamConsumers
    ListStreams
    ListTagsForResource
    ListTagsForStream
    MergeShards
    PutRecord
    PutRecords
    ReceiveDeadLetterQueueRecords
    ReceiveQueueRecords
    RegisterStreamConsumer
    RemoveTagsFromStream
    RestoreDeadLetterQueueRecords
    SplitShard
    StartStreamEncryption
    StopStreamEncryption
    SubscribeToShard
    TagResource
    UntagResource
    UpdateAccountSettings
    UpdateDeadLetterQueueRecordsVisibility
    UpdateMaxRecordSize
    UpdateQueue
    UpdateQueueRecordsVisibility
    UpdateShardCount
    UpdateStreamMode
    UpdateStreamRecordDistributionStrategy
    UpdateStreamWarmThroughput
}

/// The parameters of `AddTagsToStream`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddTagsToStream {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 200 entries.
    pub tags: BTreeMap<String, String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `CreateStream`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateStream {
    /// A text of 1 to 128 characters.
    pub stream_name: String,
    /// 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_count: Option<i64>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_mode_details: Option<StreamModeDetails>,
    /// From 1 to 200 entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// 0 or more.
    #[serde(rename = "WarmThroughputMiBps")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_throughput_mibps: Option<i64>,
    /// From 1024 to 10240.
    #[serde(rename = "MaxRecordSizeInKiB")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_record_size_in_kib: Option<i64>,
    /// One of `AUTO`, `USER_PARTITION_KEY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_distribution_strategy: Option<RecordDistributionStrategy>,
}

/// The parameters of `DecreaseStreamRetentionPeriod`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DecreaseStreamRetentionPeriod {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A whole number.
    pub retention_period_hours: i64,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `DeleteStream`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteStream {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforce_consumer_deletion: Option<bool>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `DeregisterStreamConsumer`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeregisterStreamConsumer {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_name: Option<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ConsumerARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `DescribeAccountSettings`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeAccountSettings {}

/// The parameters of `DescribeLimits`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeLimits {}

/// The parameters of `DescribeStream`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeStream {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive_start_shard_id: Option<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `DescribeStreamConsumer`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeStreamConsumer {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_name: Option<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ConsumerARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `DescribeStreamSummary`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeStreamSummary {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `DisableEnhancedMonitoring`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DisableEnhancedMonitoring {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 7 items.
    pub shard_level_metrics: Vec<MetricsName>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `EnableEnhancedMonitoring`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EnableEnhancedMonitoring {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 7 items.
    pub shard_level_metrics: Vec<MetricsName>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `IncreaseStreamRetentionPeriod`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IncreaseStreamRetentionPeriod {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A whole number.
    pub retention_period_hours: i64,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `ListStreamConsumers`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListStreamConsumers {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// From 1 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i64>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_creation_timestamp: Option<Timestamp>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `ListStreams`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListStreams {
    /// From 1 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive_start_stream_name: Option<String>,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// The parameters of `ListTagsForResource`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsForResource {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `ListTagsForStream`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsForStream {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive_start_tag_key: Option<String>,
    /// From 1 to 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `RegisterStreamConsumer`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegisterStreamConsumer {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A text of 1 to 128 characters.
    pub consumer_name: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// From 1 to 200 entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

/// The parameters of `RemoveTagsFromStream`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RemoveTagsFromStream {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 50 items.
    pub tag_keys: Vec<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `StartStreamEncryption`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartStreamEncryption {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// One of `NONE`, `KMS`.
    pub encryption_type: EncryptionType,
    /// A text of 1 to 2048 characters.
    pub key_id: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `StopStreamEncryption`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StopStreamEncryption {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// One of `NONE`, `KMS`.
    pub encryption_type: EncryptionType,
    /// A text of 1 to 2048 characters.
    pub key_id: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `TagResource`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagResource {
    /// From 1 to 200 entries.
    pub tags: BTreeMap<String, String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UntagResource {
    /// From 1 to 50 items.
    pub tag_keys: Vec<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `UpdateAccountSettings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateAccountSettings {
    /// See the structure.
    pub minimum_throughput_billing_commitment: MinimumThroughputBillingCommitmentInput,
}

/// The parameters of `UpdateMaxRecordSize`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateMaxRecordSize {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// From 1024 to 10240.
    #[serde(rename = "MaxRecordSizeInKiB")]
    pub max_record_size_in_kib: i64,
}

/// The parameters of `UpdateStreamMode`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateStreamMode {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// See the structure.
    pub stream_mode_details: StreamModeDetails,
    /// 0 or more.
    #[serde(rename = "WarmThroughputMiBps")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_throughput_mibps: Option<i64>,
}

/// The parameters of `UpdateStreamRecordDistributionStrategy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateStreamRecordDistributionStrategy {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// One of `AUTO`, `USER_PARTITION_KEY`.
    pub record_distribution_strategy: RecordDistributionStrategy,
}

/// The parameters of `UpdateStreamWarmThroughput`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateStreamWarmThroughput {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// 0 or more.
    #[serde(rename = "WarmThroughputMiBps")]
    pub warm_throughput_mibps: i64,
}
