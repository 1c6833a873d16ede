//! Topics, subscriptions and their attributes.

use std::collections::BTreeMap;

use super::Sns;
use super::filter::Filter;
use super::operation::*;
use crate::services::arn::{ACCOUNT_ID, arn};
use crate::services::chance::Chance;
use crate::services::time::Time;
use crate::services::{ServiceError, ids::uuid};

/// The greatest message unless the topic says otherwise: 256 KiB.
pub(super) const MAXIMUM_SIZE: usize = 262_144;

/// A topic.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// When a FIFO topic took each deduplication id.
    pub(super) taken: BTreeMap<String, (Time, String)>,
    pub(super) sequence: u128,
}

impl Topic {
    pub(super) fn fifo(&self) -> bool {
        self.name.ends_with(".fifo")
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.attributes.get(name).is_some_and(|value| value == "true")
    }

    pub(super) fn maximum_size(&self) -> usize {
        let set = self.attributes.get("MaximumMessageSize");
        set.and_then(|value| value.parse().ok()).unwrap_or(MAXIMUM_SIZE)
    }
}

/// A subscription.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Subscription {
    pub(super) topic: String,
    pub(super) protocol: String,
    pub(super) endpoint: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) filter: Option<Filter>,
}

impl Subscription {
    pub(super) fn flag(&self, name: &str) -> bool {
        self.attributes.get(name).is_some_and(|value| value == "true")
    }

    /// Reads the filter policy from the attributes.
    fn refilter(&mut self) -> Result<(), ServiceError> {
        let on_body =
            self.attributes.get("FilterPolicyScope").is_some_and(|scope| scope == "MessageBody");
        self.filter = match self.attributes.get("FilterPolicy").map(String::as_str) {
            None | Some("" | "{}") => None,
            Some(text) => {
                let filter = Filter::parse(text, on_body);
                Some(filter.map_err(|why| invalid(format!("FilterPolicy: {why}")))?)
            }
        };
        Ok(())
    }

    fn entry(&self, arn: &str) -> SubscriptionEntry {
        SubscriptionEntry {
            subscription_arn: arn.to_owned(),
            owner: ACCOUNT_ID.to_owned(),
            protocol: self.protocol.clone(),
            endpoint: self.endpoint.clone(),
            topic_arn: self.topic.clone(),
        }
    }
}

/// SNS's `InvalidParameter`.
pub(super) fn invalid(reason: impl std::fmt::Display) -> ServiceError {
    ServiceError::new("InvalidParameter", format!("Invalid parameter: {reason}"))
}

fn not_found(what: &str) -> ServiceError {
    ServiceError::new("NotFound", format!("{what} does not exist"))
}

const PROTOCOLS: [&str; 9] =
    ["http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"];
const SUBSCRIPTION_ATTRIBUTES: [&str; 6] = [
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
];

impl Sns {
    /// Every operation that sends nothing.
    pub(super) fn control(
        &mut self,
        chance: &mut Chance,
        operation: Operation,
    ) -> Result<Response, ServiceError> {
        match operation {
            Operation::CreateTopic(create) => self.create_topic(create),
            Operation::DeleteTopic(which) => {
                self.topics.remove(&which.topic_arn);
                self.subscriptions.retain(|_, each| each.topic != which.topic_arn);
                Ok(Response::Empty)
            }
            Operation::ListTopics(_) => {
                let topics = self.topics.keys().map(|arn| TopicArn { topic_arn: arn.clone() });
                Ok(Response::Topics(Topics { topics: topics.collect() }))
            }
            Operation::GetTopicAttributes(which) => self.topic_attributes(&which.topic_arn),
            Operation::SetTopicAttributes(set) => {
                let value = set.attribute_value.unwrap_or_default();
                check_topic_attribute(&set.attribute_name, &value)?;
                let topic = self.topics.get_mut(&set.topic_arn).ok_or(not_found("Topic"))?;
                topic.attributes.insert(set.attribute_name, value);
                Ok(Response::Empty)
            }
            Operation::Subscribe(subscribe) => self.subscribe(chance, subscribe),
            Operation::Unsubscribe(which) => {
                self.subscriptions.remove(&which.subscription_arn);
                Ok(Response::Empty)
            }
            Operation::ListSubscriptions(_) => Ok(self.list(|_| true)),
            Operation::ListSubscriptionsByTopic(which) => {
                self.topic(&which.topic_arn)?;
                Ok(self.list(|each| each.topic == which.topic_arn))
            }
            Operation::GetSubscriptionAttributes(which) => {
                let found = self.subscriptions.get(&which.subscription_arn);
                let found = found.ok_or(not_found("Subscription"))?;
                let mut attributes = found.attributes.clone();
                let more = [
                    ("SubscriptionArn", which.subscription_arn.as_str()),
                    ("TopicArn", &found.topic),
                    ("Protocol", &found.protocol),
                    ("Endpoint", &found.endpoint),
                    ("Owner", ACCOUNT_ID),
                    ("PendingConfirmation", "false"),
                ];
                attributes.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
                Ok(Response::Attributes(Attributes { attributes }))
            }
            Operation::SetSubscriptionAttributes(set) => self.set_subscription(set),
            Operation::Publish(_) | Operation::PublishBatch(_) => Ok(Response::Empty),
        }
    }

    pub(super) fn topic(&self, arn: &str) -> Result<&Topic, ServiceError> {
        self.topics.get(arn).ok_or(not_found("Topic"))
    }

    fn create_topic(&mut self, create: CreateTopic) -> Result<Response, ServiceError> {
        let name = create.name;
        let attributes = create.attributes.unwrap_or_default();
        let stem = name.strip_suffix(".fifo").unwrap_or(&name);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if stem.is_empty() || name.len() > 256 || !stem.chars().all(plain) {
            return Err(invalid("Topic Name"));
        }
        let fifo = attributes.get("FifoTopic").is_some_and(|value| value == "true");
        if fifo != name.ends_with(".fifo") {
            return Err(invalid(
                "Fifo Topic names must end with .fifo and must be made up of only uppercase and \
                 lowercase ASCII letters, numbers, underscores, and hyphens, and must be between \
                 1 and 256 characters long.",
            ));
        }
        for (name, value) in &attributes {
            check_topic_attribute(name, value)?;
        }
        let topic_arn = arn("sns", &name);
        if let Some(known) = self.topics.get(&topic_arn) {
            let differs = attributes.iter().any(|(key, value)| {
                known.attributes.get(key).is_some_and(|present| present != value)
            });
            if differs {
                return Err(invalid(
                    "Attributes Reason: Topic already exists with different attributes",
                ));
            }
        } else {
            let topic = Topic { name, attributes, taken: BTreeMap::new(), sequence: 0 };
            self.topics.insert(topic_arn.clone(), topic);
        }
        Ok(Response::Topic(TopicArn { topic_arn }))
    }

    fn topic_attributes(&self, topic_arn: &str) -> Result<Response, ServiceError> {
        let topic = self.topic(topic_arn)?;
        let mut attributes = topic.attributes.clone();
        let subscribed = self.subscriptions.values().filter(|each| each.topic == topic_arn).count();
        let more = [
            ("TopicArn", topic_arn.to_owned()),
            ("Owner", ACCOUNT_ID.to_owned()),
            ("SubscriptionsConfirmed", subscribed.to_string()),
            ("SubscriptionsPending", "0".to_owned()),
            ("SubscriptionsDeleted", "0".to_owned()),
        ];
        attributes.extend(more.map(|(name, value)| (name.to_owned(), value)));
        attributes.entry("DisplayName".to_owned()).or_default();
        Ok(Response::Attributes(Attributes { attributes }))
    }

    fn subscribe(
        &mut self,
        chance: &mut Chance,
        subscribe: Subscribe,
    ) -> Result<Response, ServiceError> {
        let fifo = self.topic(&subscribe.topic_arn)?.fifo();
        let protocol = subscribe.protocol;
        if !PROTOCOLS.contains(&protocol.as_str()) {
            return Err(invalid(format!(
                "Amazon SNS does not support this protocol string: {protocol}"
            )));
        }
        let endpoint = subscribe.endpoint.filter(|text| !text.is_empty());
        let endpoint = endpoint.ok_or(invalid("Endpoint"))?;
        let service = matches!(protocol.as_str(), "sqs" | "lambda" | "firehose");
        if service && !endpoint.starts_with(&format!("arn:aws:{protocol}:")) {
            return Err(invalid(format!("{} endpoint ARN", protocol.to_uppercase())));
        }
        if protocol == "sqs" && endpoint.ends_with(".fifo") && !fifo {
            return Err(invalid(
                "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
            ));
        }
        let attributes = subscribe.attributes.unwrap_or_default();
        if let Some(name) =
            attributes.keys().find(|name| !SUBSCRIPTION_ATTRIBUTES.contains(&name.as_str()))
        {
            return Err(invalid(format!("AttributeName: {name}")));
        }
        let mut subscription = Subscription {
            topic: subscribe.topic_arn.clone(),
            protocol,
            endpoint,
            attributes,
            filter: None,
        };
        subscription.refilter()?;
        // Subscribing the same endpoint again answers with the subscription there is.
        let twin = self.subscriptions.iter().find(|(_, each)| {
            each.topic == subscription.topic
                && each.protocol == subscription.protocol
                && each.endpoint == subscription.endpoint
        });
        if let Some((arn, known)) = twin {
            if known.attributes != subscription.attributes {
                return Err(invalid(
                    "Attributes Reason: Subscription already exists with different attributes",
                ));
            }
            return Ok(Response::Subscription(SubscriptionArn { subscription_arn: arn.clone() }));
        }
        let subscription_arn = format!("{}:{}", subscription.topic, uuid(chance));
        self.subscriptions.insert(subscription_arn.clone(), subscription);
        Ok(Response::Subscription(SubscriptionArn { subscription_arn }))
    }

    fn list(&self, wanted: impl Fn(&Subscription) -> bool) -> Response {
        let found = self.subscriptions.iter().filter(|(_, each)| wanted(each));
        let subscriptions = found.map(|(arn, each)| each.entry(arn)).collect();
        Response::Subscriptions(Subscriptions { subscriptions })
    }

    fn set_subscription(
        &mut self,
        set: SetSubscriptionAttributes,
    ) -> Result<Response, ServiceError> {
        if !SUBSCRIPTION_ATTRIBUTES.contains(&set.attribute_name.as_str()) {
            return Err(invalid("AttributeName"));
        }
        let known = self.subscriptions.get_mut(&set.subscription_arn);
        let known = known.ok_or(not_found("Subscription"))?;
        let mut changed = known.clone();
        changed.attributes.insert(set.attribute_name, set.attribute_value.unwrap_or_default());
        changed.refilter()?;
        *known = changed;
        Ok(Response::Empty)
    }
}

fn check_topic_attribute(name: &str, value: &str) -> Result<(), ServiceError> {
    let size =
        |value: &str| value.parse().is_ok_and(|size: u64| (1024..=1_048_576).contains(&size));
    if name == "MaximumMessageSize" && !size(value) {
        return Err(invalid(format!("MaximumMessageSize: {value} is not in 1024..1048576")));
    }
    Ok(())
}
