//! What SQS answers, in the shapes of its JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::operation::AttributeValue;

/// The answer to an operation of SQS.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// To `CancelMessageMoveTask`.
    CancelMessageMoveTask(CancelledTask),
    /// To `CreateQueue` and `GetQueueUrl`.
    QueueUrl(QueueUrl),
    /// To the batch operations other than send.
    Batch(BatchResult),
    /// To `GetQueueAttributes`.
    QueueAttributes(QueueAttributes),
    /// To `ListDeadLetterSourceQueues`.
    SourceQueues(SourceQueues),
    /// To `ListMessageMoveTasks`.
    MoveTasks(MoveTasks),
    /// To `ListQueueTags`.
    Tags(Tags),
    /// To `ListQueues`.
    Queues(Queues),
    /// To `ReceiveMessage`.
    Messages(Messages),
    /// To `SendMessage`.
    Sent(Sent),
    /// To `SendMessageBatch`.
    SentBatch(SentBatch),
    /// To `StartMessageMoveTask`.
    StartedTask(StartedTask),
    /// To the operations that answer nothing.
    Empty,
}

/// To `CreateQueue` and `GetQueueUrl`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueUrl {
    /// The queue's URL.
    pub queue_url: String,
}

/// To `SendMessage`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sent {
    /// MD5 of the attributes, in hex; absent without attributes.
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    pub md5_of_message_attributes: Option<String>,
    /// MD5 of the body's UTF-8 bytes, in hex.
    #[serde(rename = "MD5OfMessageBody")]
    pub md5_of_message_body: String,
    /// MD5 of the system attributes, in hex; absent without any.
    #[serde(rename = "MD5OfMessageSystemAttributes", skip_serializing_if = "Option::is_none")]
    pub md5_of_message_system_attributes: Option<String>,
    /// The message's id.
    pub message_id: String,
    /// Its place in its group; FIFO queues only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_number: Option<String>,
}

/// To `SendMessageBatch`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SentBatch {
    /// The entries that were sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub successful: Vec<SentEntry>,
    /// The entries that were not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedEntry>,
}

/// An entry that was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SentEntry {
    /// The entry's id in the request.
    pub id: String,
    /// As `SendMessage` answers.
    #[serde(flatten)]
    pub sent: Sent,
}

/// An entry of a batch that failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FailedEntry {
    /// The entry's id in the request.
    pub id: String,
    /// Whether the sender is to blame.
    pub sender_fault: bool,
    /// The error code.
    pub code: String,
    /// The sentence that comes with it.
    pub message: String,
}

/// To `DeleteMessageBatch` and `ChangeMessageVisibilityBatch`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchResult {
    /// The entries that were done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub successful: Vec<DoneEntry>,
    /// The entries that were not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedEntry>,
}

/// An entry of a batch that was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DoneEntry {
    /// The entry's id in the request.
    pub id: String,
}

/// To `ReceiveMessage`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Messages {
    /// What was received; absent when nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Received>,
}

/// A received message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Received {
    /// The system attributes that were asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<&'static str, String>,
    /// The body.
    pub body: String,
    /// MD5 of the body's UTF-8 bytes, in hex.
    #[serde(rename = "MD5OfBody")]
    pub md5_of_body: String,
    /// MD5 of the attributes that are returned here, in hex.
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    pub md5_of_message_attributes: Option<String>,
    /// The message attributes that were asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub message_attributes: BTreeMap<String, AttributeValue>,
    /// The message's id.
    pub message_id: String,
    /// Names this act of receiving.
    pub receipt_handle: String,
}

/// To `GetQueueAttributes`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueueAttributes {
    /// Name to value; absent when none was asked for.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<&'static str, String>,
}

/// To `ListQueueTags`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tags {
    /// Key to value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// To `ListQueues`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queues {
    /// The queues of this page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queue_urls: Vec<String>,
    /// Where the next page begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// To `ListDeadLetterSourceQueues`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct SourceQueues {
    /// The queues of this page.
    #[serde(rename = "queueUrls")]
    pub queue_urls: Vec<String>,
    /// Where the next page begins.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// To `StartMessageMoveTask`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartedTask {
    /// Names the task.
    pub task_handle: String,
}

/// To `CancelMessageMoveTask`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CancelledTask {
    /// What has moved, and stays moved.
    pub approximate_number_of_messages_moved: u64,
}

/// To `ListMessageMoveTasks`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MoveTasks {
    /// The latest first.
    pub results: Vec<MoveTask>,
}

/// A move task as it is listed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MoveTask {
    /// Messages moved so far.
    pub approximate_number_of_messages_moved: u64,
    /// Messages there were to move when it began.
    pub approximate_number_of_messages_to_move: u64,
    /// Where to; absent when each goes back to its own source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_arn: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<&'static str>,
    /// The rate that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_number_of_messages_per_second: Option<i64>,
    /// The dead-letter queue.
    pub source_arn: String,
    /// Milliseconds since 1970.
    pub started_timestamp: u64,
    /// `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
    pub status: &'static str,
    /// Names the task while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_handle: Option<String>,
}
