//! What SNS can be asked and what it answers, in AWS's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::services::blob::Blob;
use crate::services::params::structures;

/// One call to SNS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is AWS's operation of that name")]
pub enum Operation {
    CreateTopic(CreateTopic),
    DeleteTopic(TopicName),
    GetSubscriptionAttributes(SubscriptionName),
    GetTopicAttributes(TopicName),
    ListSubscriptions(Page),
    ListSubscriptionsByTopic(TopicName),
    ListTopics(Page),
    Publish(Publish),
    PublishBatch(PublishBatch),
    SetSubscriptionAttributes(SetSubscriptionAttributes),
    SetTopicAttributes(SetTopicAttributes),
    Subscribe(Subscribe),
    Unsubscribe(SubscriptionName),
}

/// What SNS answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant is AWS's structure of that name")]
pub enum Response {
    Topic(TopicArn),
    Topics(Topics),
    Subscription(SubscriptionArn),
    Subscriptions(Subscriptions),
    Attributes(Attributes),
    Published(Published),
    Batch(PublishBatchOutput),
    Empty,
}

structures! {
    /// `CreateTopic`.
    CreateTopic { name: String, ; attributes: BTreeMap<String, String>, tags: serde_json::Value, }
    /// A topic by its ARN.
    TopicName { topic_arn: String, ; next_token: String, }
    /// A subscription by its ARN.
    SubscriptionName { subscription_arn: String, ; }
    /// The next page of a listing; everything fits on one.
    Page { ; next_token: String, }
    /// `Publish`.
    Publish {
        message: String,
        ;
        topic_arn: String, target_arn: String, subject: String, message_structure: String,
        message_attributes: BTreeMap<String, MessageAttribute>, message_deduplication_id: String,
        message_group_id: String,
    }
    /// `PublishBatch`.
    PublishBatch { topic_arn: String, publish_batch_request_entries: Vec<PublishBatchEntry>, ; }
    /// One message of a batch.
    PublishBatchEntry {
        id: String, message: String,
        ;
        subject: String, message_structure: String,
        message_attributes: BTreeMap<String, MessageAttribute>, message_deduplication_id: String,
        message_group_id: String,
    }
    /// `SetSubscriptionAttributes`.
    SetSubscriptionAttributes {
        subscription_arn: String, attribute_name: String,
        ;
        attribute_value: String,
    }
    /// `SetTopicAttributes`.
    SetTopicAttributes { topic_arn: String, attribute_name: String, ; attribute_value: String, }
    /// `Subscribe`.
    Subscribe {
        topic_arn: String, protocol: String,
        ;
        endpoint: String, attributes: BTreeMap<String, String>, return_subscription_arn: bool,
    }
    /// An attribute of a message.
    MessageAttribute { data_type: String, ; string_value: String, binary_value: Blob, }

    /// The answer to `CreateTopic`.
    TopicArn { topic_arn: String, ; }
    /// The answer to `ListTopics`.
    Topics { topics: Vec<TopicArn>, ; }
    /// The answer to `Subscribe`.
    SubscriptionArn { subscription_arn: String, ; }
    /// A subscription in a listing.
    SubscriptionEntry {
        subscription_arn: String, owner: String, protocol: String, endpoint: String,
        topic_arn: String,
        ;
    }
    /// The answer to `ListSubscriptions`.
    Subscriptions { subscriptions: Vec<SubscriptionEntry>, ; }
    /// Attributes of a topic or subscription.
    Attributes { attributes: BTreeMap<String, String>, ; }
    /// The answer to `Publish`.
    Published { message_id: String, ; sequence_number: String, }
    /// The answer to `PublishBatch`.
    PublishBatchOutput { successful: Vec<BatchSuccess>, failed: Vec<BatchFailure>, ; }
    /// A message of a batch that was taken.
    BatchSuccess { id: String, message_id: String, ; sequence_number: String, }
    /// A message of a batch that was refused.
    BatchFailure { id: String, code: String, message: String, sender_fault: bool, ; }
}
