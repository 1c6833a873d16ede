//! What Kinesis answers, in the shapes of AWS (botocore 1.44.5).

use serde::{Deserialize, Serialize};

use super::queue_operations::*;
use super::shapes::*;

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// To `AcknowledgeDeadLetterQueueRecords`.
    AcknowledgeDeadLetterQueueRecords(AcknowledgeDeadLetterQueueRecordsOutput),
    /// To `AcknowledgeQueueRecords`.
    AcknowledgeQueueRecords(AcknowledgeQueueRecordsOutput),
    /// To `CreateQueue`.
    CreateQueue(CreateQueueOutput),
    /// To `DescribeAccountSettings`.
    DescribeAccountSettings(DescribeAccountSettingsOutput),
    /// To `DescribeLimits`.
    DescribeLimits(DescribeLimitsOutput),
    /// To `DescribeQueue`.
    DescribeQueue(DescribeQueueOutput),
    /// To `DescribeStream`.
    DescribeStream(DescribeStreamOutput),
    /// To `DescribeStreamConsumer`.
    DescribeStreamConsumer(DescribeStreamConsumerOutput),
    /// To `DescribeStreamSummary`.
    DescribeStreamSummary(DescribeStreamSummaryOutput),
    /// To `DisableEnhancedMonitoring`.
    DisableEnhancedMonitoring(DisableEnhancedMonitoringOutput),
    /// To `EnableEnhancedMonitoring`.
    EnableEnhancedMonitoring(EnableEnhancedMonitoringOutput),
    /// To `GetRecords`.
    GetRecords(GetRecordsOutput),
    /// To `GetShardIterator`.
    GetShardIterator(GetShardIteratorOutput),
    /// To `ListQueues`.
    ListQueues(ListQueuesOutput),
    /// To `ListShards`.
    ListShards(ListShardsOutput),
    /// To `ListStreamConsumers`.
    ListStreamConsumers(ListStreamConsumersOutput),
    /// To `ListStreams`.
    ListStreams(ListStreamsOutput),
    /// To `ListTagsForResource`.
    ListTagsForResource(ListTagsForResourceOutput),
    /// To `ListTagsForStream`.
    ListTagsForStream(ListTagsForStreamOutput),
    /// To `PutRecord`.
    PutRecord(PutRecordOutput),
    /// To `PutRecords`.
    PutRecords(PutRecordsOutput),
    /// To `ReceiveDeadLetterQueueRecords`.
    ReceiveDeadLetterQueueRecords(ReceiveDeadLetterQueueRecordsOutput),
    /// To `ReceiveQueueRecords`.
    ReceiveQueueRecords(ReceiveQueueRecordsOutput),
    /// To `RegisterStreamConsumer`.
    RegisterStreamConsumer(RegisterStreamConsumerOutput),
    /// To `RestoreDeadLetterQueueRecords`.
    RestoreDeadLetterQueueRecords(RestoreDeadLetterQueueRecordsOutput),
    /// To `SubscribeToShard`.
    SubscribeToShard(SubscribeToShardOutput),
    /// To `UpdateAccountSettings`.
    UpdateAccountSettings(UpdateAccountSettingsOutput),
    /// To `UpdateDeadLetterQueueRecordsVisibility`.
    UpdateDeadLetterQueueRecordsVisibility(UpdateDeadLetterQueueRecordsVisibilityOutput),
    /// To `UpdateQueue`.
    UpdateQueue(UpdateQueueOutput),
    /// To `UpdateQueueRecordsVisibility`.
    UpdateQueueRecordsVisibility(UpdateQueueRecordsVisibilityOutput),
    /// To `UpdateShardCount`.
    UpdateShardCount(UpdateShardCountOutput),
    /// To `UpdateStreamWarmThroughput`.
    UpdateStreamWarmThroughput(UpdateStreamWarmThroughputOutput),
    /// To every operation that answers with nothing.
    Empty,
}

/// What `DescribeAccountSettings` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeAccountSettingsOutput {
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_throughput_billing_commitment: Option<MinimumThroughputBillingCommitmentOutput>,
}

/// What `DescribeLimits` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeLimitsOutput {
    /// From 0 to 1000000.
    pub shard_limit: i64,
    /// From 0 to 1000000.
    pub open_shard_count: i64,
    /// From 0 to 1000000.
    pub on_demand_stream_count: i64,
    /// From 0 to 1000000.
    pub on_demand_stream_count_limit: i64,
    /// From 0 to 1000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<i64>,
    /// From 0 to 1000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_count_limit: Option<i64>,
}

/// What `DescribeStream` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeStreamOutput {
    /// See the structure.
    pub stream_description: Box<StreamDescription>,
}

/// What `DescribeStreamConsumer` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeStreamConsumerOutput {
    /// See the structure.
    pub consumer_description: ConsumerDescription,
}

/// What `DescribeStreamSummary` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeStreamSummaryOutput {
    /// See the structure.
    pub stream_description_summary: Box<StreamDescriptionSummary>,
}

/// What `DisableEnhancedMonitoring` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DisableEnhancedMonitoringOutput {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 7 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_shard_level_metrics: Option<Vec<MetricsName>>,
    /// From 1 to 7 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_shard_level_metrics: Option<Vec<MetricsName>>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
}

/// What `EnableEnhancedMonitoring` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EnableEnhancedMonitoringOutput {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// From 1 to 7 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_shard_level_metrics: Option<Vec<MetricsName>>,
    /// From 1 to 7 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired_shard_level_metrics: Option<Vec<MetricsName>>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
}

/// What `GetRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetRecordsOutput {
    /// Any number of items.
    pub records: Vec<Record>,
    /// A text of 1 to 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_shard_iterator: Option<String>,
    /// 0 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub millis_behind_latest: Option<i64>,
    /// Any number of items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_shards: Option<Vec<ChildShard>>,
}

/// What `GetShardIterator` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetShardIteratorOutput {
    /// A text of 1 to 512 characters.
    pub shard_iterator: String,
}

/// What `ListShards` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListShardsOutput {
    /// Any number of items.
    pub shards: Vec<Shard>,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// What `ListStreamConsumers` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListStreamConsumersOutput {
    /// Any number of items.
    pub consumers: Vec<Consumer>,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// What `ListStreams` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListStreamsOutput {
    /// Any number of items.
    pub stream_names: Vec<String>,
    /// Yes or no.
    pub has_more_streams: bool,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// Any number of items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_summaries: Option<Vec<StreamSummary>>,
}

/// What `ListTagsForResource` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsForResourceOutput {
    /// From 0 to 200 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// What `ListTagsForStream` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsForStreamOutput {
    /// From 0 to 200 items.
    pub tags: Vec<Tag>,
    /// Yes or no.
    pub has_more_tags: bool,
}

/// What `PutRecord` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRecordOutput {
    /// A text of 1 to 128 characters.
    pub shard_id: String,
    /// A text.
    pub sequence_number: String,
    /// One of `NONE`, `KMS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_type: Option<EncryptionType>,
}

/// What `PutRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRecordsOutput {
    /// 1 or more.
    pub failed_record_count: i64,
    /// From 1 to 500 items.
    pub records: Vec<PutRecordsResultEntry>,
    /// One of `NONE`, `KMS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_type: Option<EncryptionType>,
}

/// What `RegisterStreamConsumer` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegisterStreamConsumerOutput {
    /// See the structure.
    pub consumer: Consumer,
}

/// What `SubscribeToShard` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubscribeToShardOutput {
    /// See the structure.
    pub event_stream: Vec<SubscribeToShardEventStream>,
}

/// What `UpdateAccountSettings` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateAccountSettingsOutput {
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_throughput_billing_commitment: Option<MinimumThroughputBillingCommitmentOutput>,
}

/// What `UpdateShardCount` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateShardCountOutput {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_shard_count: Option<i64>,
    /// 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_shard_count: Option<i64>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
}

/// What `UpdateStreamWarmThroughput` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateStreamWarmThroughputOutput {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_throughput: Option<WarmThroughputObject>,
}
