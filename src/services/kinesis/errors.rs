//! The errors of Kinesis, in AWS's words where a recording or the documentation gives them.

use super::super::ServiceError;
use super::super::arn::{ACCOUNT_ID, REGION};
use super::limits::SHARDS_PER_ACCOUNT;
use super::shapes::StreamStatus;

/// A result of Kinesis.
pub type Result<T> = std::result::Result<T, ServiceError>;

pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidArgumentException", message)
}

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", message)
}

pub(super) fn in_use(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceInUseException", message)
}

pub(super) fn limit(message: impl Into<String>) -> ServiceError {
    ServiceError::new("LimitExceededException", message)
}

pub(super) fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_stream(name: &str) -> ServiceError {
    not_found(format!("Stream {name} under account {ACCOUNT_ID} not found."))
}

/// As reads word it.
pub(super) fn no_shard_to_read(shard: &str, stream: &str) -> ServiceError {
    not_found(format!("Shard {shard} in stream {stream} under account {ACCOUNT_ID} does not exist"))
}

/// As resharding words it.
pub(super) fn no_shard(shard: &str, stream: &str) -> ServiceError {
    not_found(format!(
        "Could not find shard {shard} in stream {stream} under account {ACCOUNT_ID}."
    ))
}

pub(super) fn stream_exists(name: &str) -> ServiceError {
    in_use(format!("Stream {name} under account {ACCOUNT_ID} already exists."))
}

pub(super) fn not_active(name: &str, status: StreamStatus) -> ServiceError {
    let state = match status {
        StreamStatus::Creating => "CREATING",
        StreamStatus::Updating => "UPDATING",
        StreamStatus::Deleting => "DELETING",
        StreamStatus::Active => "ACTIVE",
    };
    in_use(format!("Stream {name} under account {ACCOUNT_ID} not ACTIVE, instead in state {state}"))
}

pub(super) fn too_many_shards(have: i64, more: i64) -> ServiceError {
    limit(format!(
        "This request would exceed the shard limit for the account {ACCOUNT_ID} in {REGION}. Current shard \
         count for the account: {have}. Limit: {SHARDS_PER_ACCOUNT}. Number of additional shards that would \
         have resulted from this request: {more}. Refer to the AWS Service Limits page \
         (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to \
         request higher limits."
    ))
}

/// What a throttled put or get is told, of which shard.
pub(super) fn rate_text(shard: &str, stream: &str) -> String {
    format!("Rate exceeded for shard {shard} in stream {stream} under account {ACCOUNT_ID}.")
}

pub(super) fn throttled(shard: &str, stream: &str) -> ServiceError {
    ServiceError::new("ProvisionedThroughputExceededException", rate_text(shard, stream))
}

pub(super) fn provisioned_only(operation: &str, stream: &str) -> ServiceError {
    validation(format!(
        "Operation {operation} is not supported on stream {stream} under account {ACCOUNT_ID}: it is in \
         ON_DEMAND capacity mode."
    ))
}

pub(super) fn on_demand_only(what: &str, stream: &str) -> String {
    format!(
        "{what} is not supported on stream {stream} under account {ACCOUNT_ID}: it is in PROVISIONED \
         capacity mode."
    )
}

pub(super) fn dry_run() -> ServiceError {
    ServiceError::new(
        "DryRunOperationException",
        "Request would have succeeded, but DryRun flag is set.",
    )
}

pub(super) fn null_member(member: &str) -> ServiceError {
    validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must \
         not be null"
    ))
}
