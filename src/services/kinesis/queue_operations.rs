//! The operations of Kinesis queues with their parameters and answers, in the shapes of AWS (botocore 1.44.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::blob::Blob;
use super::timestamp::Timestamp;

/// The parameters of `AcknowledgeDeadLetterQueueRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AcknowledgeDeadLetterQueueRecords {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10 items.
    pub entries: Vec<ReceiptHandleEntry>,
}

/// The parameters of `AcknowledgeQueueRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AcknowledgeQueueRecords {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10 items.
    pub entries: Vec<ReceiptHandleEntry>,
}

/// The parameters of `CreateQueue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateQueue {
    /// A text of 1 to 128 characters.
    pub queue_name: String,
    /// From 1 to 10000 items.
    pub stream_configuration_list: Vec<QueueStreamConfiguration>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_attributes: Option<QueueAttributes>,
    /// From 1 to 200 entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

/// The parameters of `DeleteQueue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteQueue {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
}

/// The parameters of `DescribeQueue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeQueue {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
}

/// The parameters of `ListQueues`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListQueues {
    /// From 1 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i64>,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// From 1 to 10000 items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_filter: Option<Vec<QueueStreamFilter>>,
}

/// The parameters of `ReceiveDeadLetterQueueRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReceiveDeadLetterQueueRecords {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// From 1 to 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_time_seconds: Option<i64>,
    /// From 0 to 43200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility_timeout_seconds: Option<i64>,
}

/// The parameters of `ReceiveQueueRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReceiveQueueRecords {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// From 1 to 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_time_seconds: Option<i64>,
    /// From 0 to 43200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility_timeout_seconds: Option<i64>,
}

/// The parameters of `RestoreDeadLetterQueueRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RestoreDeadLetterQueueRecords {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10 items.
    pub entries: Vec<ReceiptHandleEntry>,
}

/// The parameters of `UpdateDeadLetterQueueRecordsVisibility`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateDeadLetterQueueRecordsVisibility {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10 items.
    pub entries: Vec<VisibilityEntry>,
}

/// The parameters of `UpdateQueue`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateQueue {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// See the structure.
    pub queue_attributes: QueueAttributes,
}

/// The parameters of `UpdateQueueRecordsVisibility`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateQueueRecordsVisibility {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// From 1 to 10 items.
    pub entries: Vec<VisibilityEntry>,
}

/// What `AcknowledgeDeadLetterQueueRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AcknowledgeDeadLetterQueueRecordsOutput {
    /// Any number of items.
    pub successful: Vec<SuccessfulEntry>,
    /// Any number of items.
    pub failed: Vec<FailedEntry>,
}

/// What `AcknowledgeQueueRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AcknowledgeQueueRecordsOutput {
    /// Any number of items.
    pub successful: Vec<SuccessfulEntry>,
    /// Any number of items.
    pub failed: Vec<FailedEntry>,
}

/// What `CreateQueue` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateQueueOutput {
    /// See the structure.
    pub queue_description: QueueDescription,
}

/// What `DescribeQueue` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeQueueOutput {
    /// See the structure.
    pub queue_description: QueueDescription,
}

/// What `ListQueues` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListQueuesOutput {
    /// Any number of items.
    pub queue_summaries: Vec<QueueSummary>,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// What `ReceiveDeadLetterQueueRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReceiveDeadLetterQueueRecordsOutput {
    /// Any number of items.
    pub queue_records: Vec<QueueRecord>,
}

/// What `ReceiveQueueRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReceiveQueueRecordsOutput {
    /// Any number of items.
    pub queue_records: Vec<QueueRecord>,
}

/// What `RestoreDeadLetterQueueRecords` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RestoreDeadLetterQueueRecordsOutput {
    /// Any number of items.
    pub successful: Vec<SuccessfulEntry>,
    /// Any number of items.
    pub failed: Vec<FailedEntry>,
}

/// What `UpdateDeadLetterQueueRecordsVisibility` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateDeadLetterQueueRecordsVisibilityOutput {
    /// Any number of items.
    pub successful: Vec<SuccessfulEntry>,
    /// Any number of items.
    pub failed: Vec<FailedEntry>,
}

/// What `UpdateQueue` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateQueueOutput {
    /// See the structure.
    pub queue_description: QueueDescription,
}

/// What `UpdateQueueRecordsVisibility` answers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateQueueRecordsVisibilityOutput {
    /// Any number of items.
    pub successful: Vec<SuccessfulEntry>,
    /// Any number of items.
    pub failed: Vec<FailedEntry>,
}

/// `ReceiptHandleEntry`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReceiptHandleEntry {
    /// A text of 1 to 1024 characters.
    pub receipt_handle: String,
}

/// `SuccessfulEntry`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SuccessfulEntry {
    /// A text of 1 to 1024 characters.
    pub receipt_handle: String,
}

/// `FailedEntry`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FailedEntry {
    /// A text of 1 to 1024 characters.
    pub receipt_handle: String,
    /// A text.
    pub error_code: String,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

/// `QueueStreamConfiguration`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueStreamConfiguration {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_position: Option<QueueStartingPosition>,
}

/// `QueueStartingPosition`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueStartingPosition {
    /// One of `TRIM_HORIZON`, `LATEST`, `AT_TIMESTAMP`.
    #[serde(rename = "Type")]
    pub kind: QueueStartingPositionType,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
}

/// `QueueAttributes`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueAttributes {
    /// From 0 to 43200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility_timeout_seconds: Option<i64>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_configuration: Option<DeadLetterConfiguration>,
}

/// `DeadLetterConfiguration`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfiguration {
    /// One of `BUILT_IN`, `NONE`.
    pub target_type: TargetType,
    /// From 1 to 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_receive_count: Option<i64>,
}

/// `QueueDescription`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueDescription {
    /// A text of 1 to 128 characters.
    pub queue_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// One of `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`.
    pub queue_status: QueueStatus,
    /// A moment.
    pub queue_creation_timestamp: Timestamp,
    /// From 1 to 10000 items.
    pub stream_configuration_list: Vec<QueueStreamConfiguration>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_attributes: Option<QueueAttributes>,
}

/// `QueueStreamFilter`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueStreamFilter {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_creation_timestamp: Option<Timestamp>,
}

/// `QueueSummary`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueSummary {
    /// A text of 1 to 128 characters.
    pub queue_name: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "QueueARN")]
    pub queue_arn: String,
    /// One of `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`.
    pub queue_status: QueueStatus,
    /// A moment.
    pub queue_creation_timestamp: Timestamp,
    /// From 1 to 10000 items.
    pub streams: Vec<QueueStreamIdentifier>,
}

/// `QueueStreamIdentifier`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueStreamIdentifier {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    pub stream_arn: String,
    /// A moment.
    pub stream_creation_timestamp: Timestamp,
}

/// `QueueRecord`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueRecord {
    /// A text of 1 to 1024 characters.
    pub receipt_handle: String,
    /// A text of 1 to 64 characters.
    pub record_id: String,
    /// A text of 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// Up to 10485760 bytes.
    pub data: Blob,
    /// A moment.
    pub approximate_arrival_timestamp: Timestamp,
    /// A moment.
    pub first_receive_timestamp: Timestamp,
    /// 0 or more.
    pub receive_count: i64,
}

/// `VisibilityEntry`, as AWS shapes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VisibilityEntry {
    /// A text of 1 to 1024 characters.
    pub receipt_handle: String,
    /// From 0 to 43200.
    pub visibility_timeout_seconds: i64,
}

/// `QueueStartingPositionType`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum QueueStartingPositionType {
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

/// `TargetType`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetType {
    /// `BUILT_IN`.
    #[serde(rename = "BUILT_IN")]
    BuiltIn,
    /// `NONE`.
    #[serde(rename = "NONE")]
    None,
}

/// `QueueStatus`, as AWS names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum QueueStatus {
    /// `CREATING`.
    #[serde(rename = "CREATING")]
    Creating,
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
    /// `UPDATING`.
    #[serde(rename = "UPDATING")]
    Updating,
    /// `DELETING`.
    #[serde(rename = "DELETING")]
    Deleting,
}
