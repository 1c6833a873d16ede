//! The operations on shards and records with their parameters, in the shapes of AWS (botocore 1.44.5).

use serde::{Deserialize, Serialize};

use super::super::blob::Blob;
use super::shapes::*;
use super::timestamp::Timestamp;

/// The parameters of `GetRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetRecords {
    /// A text of 1 to 512 characters.
    pub shard_iterator: String,
    /// From 1 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// The parameters of `GetShardIterator`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetShardIterator {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 128 characters.
    pub shard_id: String,
    /// One of `AT_SEQUENCE_NUMBER`, `AFTER_SEQUENCE_NUMBER`, `TRIM_HORIZON`, `LATEST`, `AT_TIMESTAMP`.
    pub shard_iterator_type: ShardIteratorType,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_sequence_number: Option<String>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// The parameters of `ListShards`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListShards {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 1048576 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive_start_shard_id: Option<String>,
    /// From 1 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i64>,
    /// A moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_creation_timestamp: Option<Timestamp>,
    /// See the structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard_filter: Option<ShardFilter>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `MergeShards`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MergeShards {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 128 characters.
    pub shard_to_merge: String,
    /// A text of 1 to 128 characters.
    pub adjacent_shard_to_merge: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `PutRecord`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRecord {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// Up to 10485760 bytes.
    pub data: Blob,
    /// A text of 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explicit_hash_key: Option<String>,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_number_for_ordering: Option<String>,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// The parameters of `PutRecords`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRecords {
    /// From 1 to 500 items.
    pub records: Vec<PutRecordsRequestEntry>,
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
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// The parameters of `SplitShard`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SplitShard {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// A text of 1 to 128 characters.
    pub shard_to_split: String,
    /// A text.
    pub new_starting_hash_key: String,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}

/// The parameters of `SubscribeToShard`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubscribeToShard {
    /// A text of 1 to 2048 characters.
    #[serde(rename = "ConsumerARN")]
    pub consumer_arn: String,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
    /// A text of 1 to 128 characters.
    pub shard_id: String,
    /// See the structure.
    pub starting_position: StartingPosition,
    /// Yes or no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// The parameters of `UpdateShardCount`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateShardCount {
    /// A text of 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_name: Option<String>,
    /// 1 or more.
    pub target_shard_count: i64,
    /// One of `UNIFORM_SCALING`.
    pub scaling_type: ScalingType,
    /// A text of 1 to 2048 characters.
    #[serde(rename = "StreamARN")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_arn: Option<String>,
    /// A text of 1 to 24 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_id: Option<String>,
}
