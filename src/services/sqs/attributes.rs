//! The attributes of a queue: which there are, what they may be, and what they mean.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error;
use super::message::LARGEST_MESSAGE;
use crate::services::arn;
use crate::services::time::Span;
use crate::services::{ServiceError, sqs::MAX_VISIBILITY};

/// What an attribute may be.
enum Allowed {
    /// A whole number in this range.
    Number(u64, u64),
    /// `true` or `false`.
    Boolean,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A JSON map; the empty text removes it.
    Json,
    /// Any text; the empty text removes it.
    Text,
}

/// One attribute that can be set.
struct Rule {
    name: &'static str,
    allowed: Allowed,
    /// What a new queue of either type starts with.
    standard: Option<&'static str>,
    fifo: Option<&'static str>,
}

/// The longest delay, retention and wait, in seconds.
pub(super) const MAX_DELAY: u64 = 900;
pub(super) const MAX_RETENTION: u64 = 1_209_600;
pub(super) const MAX_WAIT: u64 = 20;
/// What a new queue starts with, in seconds, as AWS writes it.
pub(super) const RETENTION: &str = "345600";
pub(super) const VISIBILITY: &str = "30";
/// The most receives that a redrive policy may allow.
pub(super) const MAX_RECEIVES: u32 = 1000;

const RULES: &[Rule] = &[
    rule("ContentBasedDeduplication", Allowed::Boolean, None, Some("false")),
    rule("DeduplicationScope", Allowed::Choice(&["messageGroup", "queue"]), None, Some("queue")),
    rule("DelaySeconds", Allowed::Number(0, MAX_DELAY), Some("0"), Some("0")),
    rule("FifoQueue", Allowed::Boolean, None, Some("true")),
    rule(
        "FifoThroughputLimit",
        Allowed::Choice(&["perQueue", "perMessageGroupId"]),
        None,
        Some("perQueue"),
    ),
    rule("KmsDataKeyReusePeriodSeconds", Allowed::Number(60, 86_400), None, None),
    rule("KmsMasterKeyId", Allowed::Text, None, None),
    rule(
        "MaximumMessageSize",
        Allowed::Number(1024, LARGEST_MESSAGE),
        Some("1048576"),
        Some("1048576"),
    ),
    rule(
        "MessageRetentionPeriod",
        Allowed::Number(60, MAX_RETENTION),
        Some(RETENTION),
        Some(RETENTION),
    ),
    rule("Policy", Allowed::Json, None, None),
    rule("ReceiveMessageWaitTimeSeconds", Allowed::Number(0, MAX_WAIT), Some("0"), Some("0")),
    rule("RedriveAllowPolicy", Allowed::Json, None, None),
    rule("RedrivePolicy", Allowed::Json, None, None),
    rule("SqsManagedSseEnabled", Allowed::Boolean, Some("true"), Some("true")),
    rule(
        "VisibilityTimeout",
        Allowed::Number(0, MAX_VISIBILITY as u64),
        Some(VISIBILITY),
        Some(VISIBILITY),
    ),
];

const fn rule(
    name: &'static str,
    allowed: Allowed,
    standard: Option<&'static str>,
    fifo: Option<&'static str>,
) -> Rule {
    Rule { name, allowed, standard, fifo }
}

/// Only FIFO queues know these, and their refusal has words of its own.
const FIFO_THROUGHPUT: &[&str] = &["FifoThroughputLimit", "DeduplicationScope"];

/// Only FIFO queues know these.
const FIFO_ONLY: &[&str] = &["FifoQueue", "ContentBasedDeduplication"];

/// The attributes of one queue: as they were set, and as the queue uses them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attributes {
    pub is_fifo: bool,
    set: BTreeMap<&'static str, String>,
    pub delay: Span,
    pub visibility_timeout: Span,
    pub wait: Span,
    pub retention: Span,
    pub largest_message: u64,
    pub content_based_deduplication: bool,
    pub per_group_throughput: bool,
    pub redrive: Option<Redrive>,
}

/// Where messages go that were received too often.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Redrive {
    pub target: String,
    pub max_receives: u32,
}

impl Attributes {
    /// What a new queue starts with.
    pub fn new(is_fifo: bool) -> Attributes {
        let set = RULES
            .iter()
            .filter_map(|rule| {
                let value = if is_fifo { rule.fifo } else { rule.standard };
                value.map(|value| (rule.name, value.to_owned()))
            })
            .collect();
        let mut attributes = Attributes {
            is_fifo,
            set,
            delay: Span::ZERO,
            visibility_timeout: Span::ZERO,
            wait: Span::ZERO,
            retention: Span::ZERO,
            largest_message: 0,
            content_based_deduplication: false,
            per_group_throughput: false,
            redrive: None,
        };
        attributes.read();
        attributes
    }

    /// The value of an attribute that is set.
    pub fn get(&self, name: &str) -> Option<&String> {
        self.set.get(name)
    }

    /// All that are set.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &String)> {
        self.set.iter().map(|(name, value)| (*name, value))
    }

    /// The first of these attributes whose value is another one here.
    pub fn differing<'a>(&self, asked: &'a BTreeMap<String, String>) -> Option<&'a str> {
        asked
            .iter()
            .find(|(name, value)| {
                !value.is_empty() && self.set.get(name.as_str()) != Some(*value)
                    || value.is_empty() && self.set.contains_key(name.as_str())
            })
            .map(|(name, _)| name.as_str())
    }

    /// Checks names and values without setting anything. What a redrive policy points at, the
    /// whole of SQS must check.
    pub fn check(&self, asked: &BTreeMap<String, String>) -> Result<(), ServiceError> {
        for (name, value) in asked {
            self.check_name(name)?;
            let rule = find(name).ok_or_else(|| error::unknown_attribute(name))?;
            if name == "FifoQueue" && value != "true" {
                return Err(ServiceError::new(
                    "InvalidAttributeValue",
                    "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is \
                     not supported.",
                ));
            }
            if !rule.allowed.admits(value) {
                return Err(error::invalid_attribute(name));
            }
        }
        let asks = |name: &str| asked.get(name).map(String::as_str);
        if asks("KmsMasterKeyId").is_some_and(|key| !key.is_empty())
            && asks("SqsManagedSseEnabled") == Some("true")
        {
            return Err(ServiceError::new(
                "InvalidAttributeName",
                "You can use one type of server-side encryption (SSE) at one time. You can either \
                 enable KMS SSE or SQS SSE.",
            ));
        }
        let after = |name: &str| asks(name).or(self.get(name).map(String::as_str));
        if after("FifoThroughputLimit") == Some("perMessageGroupId")
            && after("DeduplicationScope") != Some("messageGroup")
        {
            return Err(error::invalid_attribute("FifoThroughputLimit"));
        }
        Ok(())
    }

    fn check_name(&self, name: &str) -> Result<(), ServiceError> {
        if self.is_fifo {
            Ok(())
        } else if FIFO_THROUGHPUT.contains(&name) {
            Err(ServiceError::new(
                "InvalidAttributeName",
                format!("You can specify the {name} only when FifoQueue is set to true."),
            ))
        } else if FIFO_ONLY.contains(&name) {
            Err(error::unknown_attribute(name))
        } else {
            Ok(())
        }
    }

    /// Sets what [`Attributes::check`] found right.
    pub fn set(&mut self, asked: &BTreeMap<String, String>) {
        for (name, value) in asked {
            let Some(rule) = find(name) else { continue };
            let is_default = rule.name == "KmsDataKeyReusePeriodSeconds" && value == "300";
            if value.is_empty() || is_default {
                self.set.remove(rule.name);
            } else {
                self.set.insert(rule.name, value.clone());
            }
            match rule.name {
                "KmsMasterKeyId" if !value.is_empty() => {
                    self.set.insert("SqsManagedSseEnabled", "false".to_owned());
                }
                "SqsManagedSseEnabled" if value == "true" => {
                    self.set.remove("KmsMasterKeyId");
                }
                _ => {}
            }
        }
        self.read();
    }

    fn read(&mut self) {
        let number = |name: &str| self.set.get(name).and_then(|text| text.parse().ok());
        let seconds = |name: &str| Span::seconds(number(name).unwrap_or_default());
        self.delay = seconds("DelaySeconds");
        self.visibility_timeout = seconds("VisibilityTimeout");
        self.wait = seconds("ReceiveMessageWaitTimeSeconds");
        self.retention = seconds("MessageRetentionPeriod");
        self.largest_message = number("MaximumMessageSize").unwrap_or(LARGEST_MESSAGE);
        let is = |name: &str, value: &str| self.set.get(name).is_some_and(|set| set == value);
        self.content_based_deduplication = is("ContentBasedDeduplication", "true");
        self.per_group_throughput = is("FifoThroughputLimit", "perMessageGroupId");
        self.redrive = self.set.get("RedrivePolicy").and_then(|policy| Redrive::read(policy).ok());
    }

    /// Whether the redrive allow policy lets `source_arn` send its dead letters here.
    pub fn allows_source(&self, source_arn: &str) -> bool {
        let Some(policy) = self.set.get("RedriveAllowPolicy") else { return true };
        let policy: Value = serde_json::from_str(policy).unwrap_or_default();
        match policy.get("redrivePermission").and_then(Value::as_str) {
            Some("denyAll") => false,
            Some("byQueue") => policy
                .get("sourceQueueArns")
                .and_then(Value::as_array)
                .is_some_and(|arns| arns.iter().any(|arn| arn == source_arn)),
            _ => true,
        }
    }
}

fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

impl Allowed {
    fn admits(&self, value: &str) -> bool {
        match self {
            Allowed::Number(min, max) => {
                value.parse::<u64>().is_ok_and(|number| (*min..=*max).contains(&number))
            }
            Allowed::Boolean => matches!(value, "true" | "false"),
            Allowed::Choice(choices) => choices.contains(&value),
            Allowed::Json => {
                value.is_empty()
                    || serde_json::from_str::<Value>(value).is_ok_and(|value| value.is_object())
            }
            Allowed::Text => true,
        }
    }
}

impl Redrive {
    /// A redrive policy: the name of its target in this account, and how many receives it allows.
    ///
    /// # Errors
    /// `InvalidParameterValue` with the policy and what is wrong with it.
    pub fn read(policy: &str) -> Result<Redrive, ServiceError> {
        let refuse = |reason: String| error::invalid_value(policy, "RedrivePolicy", reason);
        let Ok(Value::Object(map)) = serde_json::from_str(policy) else {
            return Err(refuse("Redrive policy is not a valid JSON map.".to_owned()));
        };
        let mandatory = |name: &str| {
            map.get(name).ok_or_else(|| {
                refuse(format!("Redrive policy does not contain mandatory attribute: {name}."))
            })
        };
        let target = mandatory("deadLetterTargetArn")?;
        let receives = mandatory("maxReceiveCount")?;
        let target = target
            .as_str()
            .and_then(|target| arn::resource_of(target, "sqs"))
            .filter(|name| !name.is_empty())
            .ok_or_else(|| refuse("Invalid value for deadLetterTargetArn.".to_owned()))?;
        let shown = receives.as_str().map_or_else(|| receives.to_string(), str::to_owned);
        let max_receives = shown.parse().ok().filter(|count| (1..=MAX_RECEIVES).contains(count));
        let max_receives = max_receives.ok_or_else(|| {
            refuse(format!(
                "Invalid value for maxReceiveCount: {shown}, valid values are from 1 to 1000 both \
                 inclusive."
            ))
        })?;
        Ok(Redrive { target: target.to_owned(), max_receives })
    }
}

/// Whether a redrive allow policy is one: its permission, and at most ten sources when by queue.
pub(super) fn check_allow_policy(policy: &str) -> Result<(), ServiceError> {
    let refuse = |reason: &str| error::invalid_value(policy, "RedriveAllowPolicy", reason);
    let Ok(Value::Object(map)) = serde_json::from_str(policy) else {
        return Err(refuse("Redrive allow policy is not a valid JSON map."));
    };
    let sources = map.get("sourceQueueArns").and_then(Value::as_array);
    match map.get("redrivePermission").and_then(Value::as_str) {
        Some("byQueue") => match sources.map(Vec::len) {
            Some(1..=10) => Ok(()),
            _ => Err(refuse(
                "sourceQueueArns must hold 1 to 10 queues when redrivePermission is byQueue.",
            )),
        },
        Some("allowAll" | "denyAll") if sources.is_some() => {
            Err(refuse("sourceQueueArns is only allowed when redrivePermission is byQueue."))
        }
        Some("allowAll" | "denyAll") => Ok(()),
        _ => Err(refuse("redrivePermission must be allowAll, denyAll or byQueue.")),
    }
}
