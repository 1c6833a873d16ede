//! What EventBridge can be asked and what it answers, in AWS's JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::services::params::structures;

/// One call to EventBridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is AWS's operation of that name")]
pub enum Operation {
    CreateEventBus(BusName),
    DeleteEventBus(BusName),
    DeleteRule(RuleName),
    DescribeRule(RuleName),
    DisableRule(RuleName),
    EnableRule(RuleName),
    ListEventBuses(ListEventBuses),
    ListRules(ListRules),
    ListTargetsByRule(ListTargetsByRule),
    PutEvents(PutEvents),
    PutRule(PutRule),
    PutTargets(PutTargets),
    RemoveTargets(RemoveTargets),
    TestEventPattern(TestEventPattern),
}

/// What EventBridge answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant is AWS's structure of that name")]
pub enum Response {
    Bus(BusArn),
    Buses(Buses),
    RuleArn(RuleArn),
    Rule(RuleDescription),
    Rules(Rules),
    Targets(Targets),
    Events(PutEventsOutput),
    TargetsChanged(TargetsChanged),
    Tested(Tested),
    Empty,
}

structures! {
    /// A bus by its name.
    BusName { name: String, ; }
    /// A rule by its name.
    RuleName { name: String, ; event_bus_name: String, }
    /// `ListEventBuses` has no parameters that the model knows.
    ListEventBuses { ; }
    /// `ListRules`.
    ListRules { ; name_prefix: String, event_bus_name: String, }
    /// `ListTargetsByRule`.
    ListTargetsByRule { rule: String, ; event_bus_name: String, }
    /// `PutEvents`.
    PutEvents { entries: Vec<EventEntry>, ; }
    /// One event to put.
    EventEntry {
        ;
        time: Value, source: String, resources: Vec<String>, detail_type: String, detail: String,
        event_bus_name: String,
    }
    /// `PutRule`.
    PutRule {
        name: String,
        ;
        event_pattern: String, state: String, description: String, event_bus_name: String,
    }
    /// `PutTargets`.
    PutTargets { rule: String, targets: Vec<Target>, ; event_bus_name: String, }
    /// Where matching events go.
    Target {
        id: String, arn: String,
        ;
        role_arn: String, input: String, input_path: String, retry_policy: RetryPolicy,
        dead_letter_config: DeadLetterConfig, sqs_parameters: SqsParameters,
    }
    /// How often and how long a target is tried.
    RetryPolicy { ; maximum_retry_attempts: i64, maximum_event_age_in_seconds: i64, }
    /// The queue for events that could not be delivered.
    DeadLetterConfig { ; arn: String, }
    /// The message group for a FIFO queue.
    SqsParameters { ; message_group_id: String, }
    /// `RemoveTargets`.
    RemoveTargets { rule: String, ids: Vec<String>, ; event_bus_name: String, }
    /// `TestEventPattern`.
    TestEventPattern { event_pattern: String, event: String, ; }

    /// The answer to `CreateEventBus`.
    BusArn { event_bus_arn: String, ; }
    /// A bus in a listing.
    BusEntry { name: String, arn: String, ; }
    /// The answer to `ListEventBuses`.
    Buses { event_buses: Vec<BusEntry>, ; }
    /// The answer to `PutRule`.
    RuleArn { rule_arn: String, ; }
    /// A rule.
    RuleDescription {
        name: String, arn: String, state: String, event_bus_name: String,
        ;
        event_pattern: String, description: String,
    }
    /// The answer to `ListRules`.
    Rules { rules: Vec<RuleDescription>, ; }
    /// The answer to `ListTargetsByRule`.
    Targets { targets: Vec<Target>, ; }
    /// The answer to `PutEvents`: one entry for each event, in order.
    PutEventsOutput { failed_entry_count: u64, entries: Vec<PutEventsResult>, ; }
    /// What became of one event.
    PutEventsResult { ; event_id: String, error_code: String, error_message: String, }
    /// The answer to `PutTargets` and `RemoveTargets`.
    TargetsChanged { failed_entry_count: u64, failed_entries: Vec<Value>, ; }
    /// The answer to `TestEventPattern`.
    Tested { result: bool, ; }
}
