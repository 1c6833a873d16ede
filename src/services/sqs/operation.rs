//! The operations of SQS with their parameters, as typed values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::services::blob::Blob;

/// One call to SQS. The parameters are AWS's; [`super::api::API`] lists them as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Operation {
    /// Lets other accounts call some actions on a queue.
    AddPermission(AddPermission),
    /// Stops a running move task; what has moved stays moved.
    CancelMessageMoveTask(CancelMessageMoveTask),
    /// Restarts the visibility timeout of a received message from now.
    ChangeMessageVisibility(ChangeMessageVisibility),
    /// The same for up to ten messages.
    ChangeMessageVisibilityBatch(ChangeMessageVisibilityBatch),
    /// Makes a queue, or returns the URL of the one that is already as asked.
    CreateQueue(CreateQueue),
    /// Deletes a received message.
    DeleteMessage(DeleteMessage),
    /// The same for up to ten messages.
    DeleteMessageBatch(DeleteMessageBatch),
    /// Deletes a queue with all it holds.
    DeleteQueue(OfQueue),
    /// Reads attributes and counters of a queue.
    GetQueueAttributes(GetQueueAttributes),
    /// The URL of the queue of a name.
    GetQueueUrl(GetQueueUrl),
    /// The queues whose dead letters go to this one.
    ListDeadLetterSourceQueues(ListDeadLetterSourceQueues),
    /// The latest move tasks of a source.
    ListMessageMoveTasks(ListMessageMoveTasks),
    /// The tags of a queue.
    ListQueueTags(OfQueue),
    /// The queues, perhaps of one prefix.
    ListQueues(ListQueues),
    /// Deletes every message of a queue.
    PurgeQueue(OfQueue),
    /// Receives up to ten messages, perhaps waiting for the first.
    ReceiveMessage(ReceiveMessage),
    /// Takes back a permission by its label.
    RemovePermission(RemovePermission),
    /// Sends a message.
    SendMessage(SendMessage),
    /// Sends up to ten messages.
    SendMessageBatch(SendMessageBatch),
    /// Changes attributes of a queue.
    SetQueueAttributes(SetQueueAttributes),
    /// Starts to move messages out of a dead-letter queue.
    StartMessageMoveTask(StartMessageMoveTask),
    /// Adds tags to a queue.
    TagQueue(TagQueue),
    /// Removes tags from a queue.
    UntagQueue(UntagQueue),
}

/// The operation's parameters, as AWS names them (here in Rust's spelling).
macro_rules! parameters {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$field_attr:meta])* $field:ident: $kind:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
            #[serde(rename_all = "PascalCase")]
            pub struct $Name {
                $(
                    #[doc = concat!("AWS's parameter `", stringify!($field), "` in PascalCase.")]
                    #[serde(default, skip_serializing_if = "Absent::is_absent")]
                    $(#[$field_attr])*
                    pub $field: $kind,
                )*
            }
        )+
    };
}

/// What may be left out of JSON because it was not given. Required texts and lists are always
/// written, even when empty.
trait Absent {
    fn is_absent(&self) -> bool {
        false
    }
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl Absent for String {}
impl Absent for i64 {}
impl<T> Absent for Vec<T> {}
impl<K, V> Absent for BTreeMap<K, V> {}

parameters! {
    /// The parameters of operations on a queue that take nothing else.
    OfQueue {
        queue_url: String,
    }

    /// The parameters of `AddPermission`.
    AddPermission {
        queue_url: String,
        label: String,
        #[serde(rename = "AWSAccountIds")]
        aws_account_ids: Vec<String>,
        actions: Vec<String>,
    }

    /// The parameters of `CancelMessageMoveTask`.
    CancelMessageMoveTask {
        task_handle: String,
    }

    /// The parameters of `ChangeMessageVisibility`; seconds.
    ChangeMessageVisibility {
        queue_url: String,
        receipt_handle: String,
        visibility_timeout: i64,
    }

    /// The parameters of `ChangeMessageVisibilityBatch`.
    ChangeMessageVisibilityBatch {
        queue_url: String,
        entries: Vec<VisibilityEntry>,
    }

    /// One entry of `ChangeMessageVisibilityBatch`.
    VisibilityEntry {
        id: String,
        receipt_handle: String,
        visibility_timeout: Option<i64>,
    }

    /// The parameters of `CreateQueue`.
    CreateQueue {
        queue_name: String,
        attributes: Option<BTreeMap<String, String>>,
        #[serde(rename = "tags")]
        tags: Option<BTreeMap<String, String>>,
    }

    /// The parameters of `DeleteMessage`.
    DeleteMessage {
        queue_url: String,
        receipt_handle: String,
    }

    /// The parameters of `DeleteMessageBatch`.
    DeleteMessageBatch {
        queue_url: String,
        entries: Vec<DeleteEntry>,
    }

    /// One entry of `DeleteMessageBatch`.
    DeleteEntry {
        id: String,
        receipt_handle: String,
    }

    /// The parameters of `GetQueueAttributes`.
    GetQueueAttributes {
        queue_url: String,
        attribute_names: Option<Vec<String>>,
    }

    /// The parameters of `GetQueueUrl`.
    GetQueueUrl {
        queue_name: String,
        #[serde(rename = "QueueOwnerAWSAccountId")]
        queue_owner_aws_account_id: Option<String>,
    }

    /// The parameters of `ListDeadLetterSourceQueues`.
    ListDeadLetterSourceQueues {
        queue_url: String,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    /// The parameters of `ListMessageMoveTasks`.
    ListMessageMoveTasks {
        source_arn: String,
        max_results: Option<i64>,
    }

    /// The parameters of `ListQueues`.
    ListQueues {
        queue_name_prefix: Option<String>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    /// The parameters of `ReceiveMessage`; seconds.
    ReceiveMessage {
        queue_url: String,
        attribute_names: Option<Vec<String>>,
        message_system_attribute_names: Option<Vec<String>>,
        message_attribute_names: Option<Vec<String>>,
        max_number_of_messages: Option<i64>,
        visibility_timeout: Option<i64>,
        wait_time_seconds: Option<i64>,
        receive_request_attempt_id: Option<String>,
    }

    /// The parameters of `RemovePermission`.
    RemovePermission {
        queue_url: String,
        label: String,
    }

    /// The parameters of `SendMessage`; seconds.
    SendMessage {
        queue_url: String,
        message_body: String,
        delay_seconds: Option<i64>,
        message_attributes: Option<BTreeMap<String, AttributeValue>>,
        message_system_attributes: Option<BTreeMap<String, AttributeValue>>,
        message_deduplication_id: Option<String>,
        message_group_id: Option<String>,
    }

    /// The parameters of `SendMessageBatch`.
    SendMessageBatch {
        queue_url: String,
        entries: Vec<SendEntry>,
    }

    /// One entry of `SendMessageBatch`.
    SendEntry {
        id: String,
        message_body: String,
        delay_seconds: Option<i64>,
        message_attributes: Option<BTreeMap<String, AttributeValue>>,
        message_system_attributes: Option<BTreeMap<String, AttributeValue>>,
        message_deduplication_id: Option<String>,
        message_group_id: Option<String>,
    }

    /// A typed value beside the body of a message.
    AttributeValue {
        data_type: String,
        string_value: Option<String>,
        binary_value: Option<Blob>,
        string_list_values: Option<Vec<String>>,
        binary_list_values: Option<Vec<Blob>>,
    }

    /// The parameters of `SetQueueAttributes`.
    SetQueueAttributes {
        queue_url: String,
        attributes: BTreeMap<String, String>,
    }

    /// The parameters of `StartMessageMoveTask`.
    StartMessageMoveTask {
        source_arn: String,
        destination_arn: Option<String>,
        max_number_of_messages_per_second: Option<i64>,
    }

    /// The parameters of `TagQueue`.
    TagQueue {
        queue_url: String,
        tags: BTreeMap<String, String>,
    }

    /// The parameters of `UntagQueue`.
    UntagQueue {
        queue_url: String,
        tag_keys: Vec<String>,
    }
}
