//! Lambda's error codes with their sentences.

use super::happened::ThrottleReason;
use crate::services::ServiceError;

pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValueException", message)
}

pub(super) fn conflict(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceConflictException", message)
}

pub(super) fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceNotFoundException", message)
}

pub(super) fn no_function(arn: &str) -> ServiceError {
    not_found(format!("Function not found: {arn}"))
}

/// AWS answers "Rate Exceeded." and carries the reason in a member of its own; here it stands
/// behind the sentence.
pub(super) fn throttled(reason: ThrottleReason) -> ServiceError {
    ServiceError::new(
        "TooManyRequestsException",
        format!("Rate Exceeded. (Reason: {})", reason.name()),
    )
}

pub(super) fn too_large(bytes: usize, limit: usize) -> ServiceError {
    ServiceError::new(
        "RequestEntityTooLargeException",
        format!("{bytes} byte payload is too large for the Invoke API (limit: {limit} bytes)"),
    )
}

pub(super) fn not_json() -> ServiceError {
    ServiceError::new(
        "InvalidRequestContentException",
        "Could not parse request body into json: the payload is not valid JSON",
    )
}
