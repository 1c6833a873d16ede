//! The errors of SQS: codes as boto3 shows them, texts as recorded from AWS where they are known.

use crate::services::ServiceError;

/// The queue is not there.
pub(super) fn no_queue() -> ServiceError {
    ServiceError::new(
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
    )
}

/// A resource named by ARN is not there.
pub(super) fn no_resource(parameter: &str) -> ServiceError {
    ServiceError::new(
        "ResourceNotFoundException",
        format!("The resource that you specified for the {parameter} parameter doesn't exist."),
    )
}

/// `InvalidParameterValue` with a text of its own.
pub(super) fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidParameterValue", message)
}

/// `Value … for parameter … is invalid. Reason: …`.
pub(super) fn invalid_value(
    value: impl std::fmt::Display,
    parameter: &str,
    reason: impl std::fmt::Display,
) -> ServiceError {
    invalid(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

/// A parameter that the call needs is missing or empty.
pub(super) fn missing(parameter: &str) -> ServiceError {
    ServiceError::new(
        "MissingParameter",
        format!("The request must contain the parameter {parameter}."),
    )
}

/// An attribute name that this queue does not know.
pub(super) fn unknown_attribute(name: &str) -> ServiceError {
    ServiceError::new("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

/// An attribute value that is not allowed.
pub(super) fn invalid_attribute(name: &str) -> ServiceError {
    ServiceError::new("InvalidAttributeValue", format!("Invalid value for the parameter {name}."))
}

/// A receipt handle that never was one of this queue.
pub(super) fn bad_handle(handle: &str) -> ServiceError {
    ServiceError::new(
        "ReceiptHandleIsInvalid",
        format!("The input receipt handle \"{handle}\" is not a valid receipt handle."),
    )
}

/// FIFO: the visibility timeout of that act of receiving is over.
pub(super) fn expired_handle(handle: &str) -> ServiceError {
    invalid_value(handle, "ReceiptHandle", "The receipt handle has expired.")
}

/// A FIFO queue that cannot tell duplicates.
pub(super) fn no_deduplication_id() -> ServiceError {
    invalid(
        "The queue should either have ContentBasedDeduplication enabled or \
         MessageDeduplicationId provided explicitly",
    )
}
