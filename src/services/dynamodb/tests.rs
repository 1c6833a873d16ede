//! The rules of DynamoDB by their ids.
