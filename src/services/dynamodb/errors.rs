//! The errors of DynamoDB, in AWS's words where the documentation or dynalite gives them.

use serde_json::{Map, Value, json};

use super::super::ServiceError;
use super::value::Item;

/// A result of DynamoDB.
pub(super) type Result<T> = std::result::Result<T, ServiceError>;

pub(super) fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationException", message)
}

/// What begins with AWS's usual words for a parameter that makes no sense.
pub(super) fn invalid(what: impl std::fmt::Display) -> ServiceError {
    validation(format!("One or more parameter values were invalid: {what}"))
}

pub(super) fn not_found() -> ServiceError {
    ServiceError::new("ResourceNotFoundException", "Requested resource not found")
}

pub(super) fn no_table(name: &str) -> ServiceError {
    ServiceError::new(
        "ResourceNotFoundException",
        format!("Requested resource not found: Table: {name} not found"),
    )
}

pub(super) fn in_use(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ResourceInUseException", message)
}

pub(super) fn limit(message: impl Into<String>) -> ServiceError {
    ServiceError::new("LimitExceededException", message)
}

/// The sentence about a condition that did not hold.
pub(super) const CONDITION_FAILED: &str = "The conditional request failed";

/// A condition that did not hold; shows the item when that was asked for.
pub(super) fn condition_failed(item: Option<&Item>) -> ServiceError {
    let error = ServiceError::new("ConditionalCheckFailedException", CONDITION_FAILED);
    match item {
        Some(item) => error.with("Item", json!(item)),
        None => error,
    }
}

/// A transaction that was cancelled, with a reason for each of its actions.
pub(super) fn cancelled(reasons: Vec<Map<String, Value>>) -> ServiceError {
    let codes: Vec<&str> =
        reasons.iter().map(|reason| reason["Code"].as_str().unwrap_or_default()).collect();
    ServiceError::new(
        "TransactionCanceledException",
        format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        ),
    )
    .with("CancellationReasons", json!(reasons))
}
