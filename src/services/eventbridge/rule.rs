//! Buses, rules and targets.

use std::collections::BTreeMap;

use serde_json::Value;

use super::EventBridge;
use super::operation::*;
use crate::services::ServiceError;
use crate::services::arn::{arn, resource_of};
use crate::services::pattern::Pattern;

/// The bus that every account has.
pub(super) const DEFAULT_BUS: &str = "default";
/// Targets of one rule.
const TARGETS: usize = 5;

/// A bus.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bus {
    pub(super) rules: BTreeMap<String, Rule>,
}

/// A rule with its targets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    pub(super) text: String,
    pub(super) enabled: bool,
    pub(super) description: Option<String>,
    pub(super) targets: BTreeMap<String, Target>,
}

/// The name of a bus, from its name or ARN; the default bus if none is given.
pub(super) fn bus_name(given: Option<&str>) -> &str {
    let given = given.unwrap_or(DEFAULT_BUS);
    resource_of(given, "events").and_then(|bus| bus.strip_prefix("event-bus/")).unwrap_or(given)
}

/// The ARN of a rule.
pub(super) fn rule_arn(bus: &str, rule: &str) -> String {
    match bus {
        DEFAULT_BUS => arn("events", &format!("rule/{rule}")),
        _ => arn("events", &format!("rule/{bus}/{rule}")),
    }
}

fn not_found(what: String) -> ServiceError {
    ServiceError::new("ResourceNotFoundException", what)
}

impl EventBridge {
    /// Every operation that puts no event.
    pub(super) fn control(&mut self, operation: Operation) -> Result<Response, ServiceError> {
        match operation {
            Operation::CreateEventBus(create) => self.create_bus(create.name),
            Operation::DeleteEventBus(which) => {
                if bus_name(Some(&which.name)) == DEFAULT_BUS {
                    return Err(ServiceError::new(
                        "ValidationException",
                        "Cannot delete event bus default.",
                    ));
                }
                self.buses.remove(bus_name(Some(&which.name)));
                Ok(Response::Empty)
            }
            Operation::ListEventBuses(_) => {
                let entry = |name: &String| BusEntry { name: name.clone(), arn: bus_arn(name) };
                Ok(Response::Buses(Buses { event_buses: self.buses.keys().map(entry).collect() }))
            }
            Operation::PutRule(put) => self.put_rule(put),
            Operation::DeleteRule(which) => self.delete_rule(&which),
            Operation::EnableRule(which) => self.enable(&which, true),
            Operation::DisableRule(which) => self.enable(&which, false),
            Operation::DescribeRule(which) => {
                let bus = bus_name(which.event_bus_name.as_deref());
                let rule = self.rule(bus, &which.name)?;
                Ok(Response::Rule(rule.describe(bus, &which.name)))
            }
            Operation::ListRules(list) => {
                let bus = bus_name(list.event_bus_name.as_deref());
                let prefix = list.name_prefix.unwrap_or_default();
                let rules = self.bus(bus)?.rules.iter();
                let rules = rules.filter(|(name, _)| name.starts_with(&prefix));
                let rules = rules.map(|(name, rule)| rule.describe(bus, name)).collect();
                Ok(Response::Rules(Rules { rules }))
            }
            Operation::PutTargets(put) => self.put_targets(put),
            Operation::RemoveTargets(remove) => {
                let bus = bus_name(remove.event_bus_name.as_deref());
                let rule = self.rule_mut(bus, &remove.rule)?;
                rule.targets.retain(|id, _| !remove.ids.contains(id));
                Ok(Response::TargetsChanged(TargetsChanged::default()))
            }
            Operation::ListTargetsByRule(list) => {
                let bus = bus_name(list.event_bus_name.as_deref());
                let targets = self.rule(bus, &list.rule)?.targets.values().cloned().collect();
                Ok(Response::Targets(Targets { targets }))
            }
            Operation::TestEventPattern(test) => {
                let pattern = read_pattern(&test.event_pattern)?;
                let event: Value = serde_json::from_str(&test.event).map_err(|_| {
                    ServiceError::new("InvalidEventPatternException", "Event is not valid JSON.")
                })?;
                Ok(Response::Tested(Tested { result: pattern.matches(&event) }))
            }
            Operation::PutEvents(_) => Ok(Response::Empty),
        }
    }

    fn bus(&self, name: &str) -> Result<&Bus, ServiceError> {
        let bus = self.buses.get(name);
        bus.ok_or_else(|| not_found(format!("Event bus {name} does not exist.")))
    }

    fn rule(&self, bus: &str, name: &str) -> Result<&Rule, ServiceError> {
        let rule = self.bus(bus)?.rules.get(name);
        rule.ok_or_else(|| not_found(format!("Rule {name} does not exist on EventBus {bus}.")))
    }

    fn rule_mut(&mut self, bus: &str, name: &str) -> Result<&mut Rule, ServiceError> {
        self.rule(bus, name)?;
        let rule = self.buses.get_mut(bus).and_then(|bus| bus.rules.get_mut(name));
        Ok(rule.expect("just looked up"))
    }

    fn create_bus(&mut self, name: String) -> Result<Response, ServiceError> {
        if self.buses.contains_key(&name) {
            return Err(ServiceError::new(
                "ResourceAlreadyExistsException",
                format!("Event bus {name} already exists."),
            ));
        }
        let event_bus_arn = bus_arn(&name);
        self.buses.insert(name, Bus::default());
        Ok(Response::Bus(BusArn { event_bus_arn }))
    }

    fn put_rule(&mut self, put: PutRule) -> Result<Response, ServiceError> {
        let bus = bus_name(put.event_bus_name.as_deref()).to_owned();
        self.bus(&bus)?;
        let Some(text) = put.event_pattern.filter(|text| !text.is_empty()) else {
            return Err(ServiceError::new(
                "ValidationException",
                "Parameter(s) EventPattern or ScheduleExpression must be specified.",
            ));
        };
        let pattern = read_pattern(&text)?;
        let enabled = put.state.as_deref() != Some("DISABLED");
        let rules = &mut self.buses.get_mut(&bus).expect("just looked up").rules;
        let targets = rules.remove(&put.name).map(|rule| rule.targets).unwrap_or_default();
        let rule_arn = rule_arn(&bus, &put.name);
        let rule = Rule { pattern, text, enabled, description: put.description, targets };
        rules.insert(put.name, rule);
        Ok(Response::RuleArn(RuleArn { rule_arn }))
    }

    fn delete_rule(&mut self, which: &RuleName) -> Result<Response, ServiceError> {
        let bus = bus_name(which.event_bus_name.as_deref());
        self.bus(bus)?;
        let rules = &mut self.buses.get_mut(bus).expect("just looked up").rules;
        if rules.get(&which.name).is_some_and(|rule| !rule.targets.is_empty()) {
            return Err(ServiceError::new(
                "ValidationException",
                "Rule can't be deleted since it has targets.",
            ));
        }
        rules.remove(&which.name);
        Ok(Response::Empty)
    }

    fn enable(&mut self, which: &RuleName, enabled: bool) -> Result<Response, ServiceError> {
        let bus = bus_name(which.event_bus_name.as_deref());
        self.rule_mut(bus, &which.name)?.enabled = enabled;
        Ok(Response::Empty)
    }

    fn put_targets(&mut self, put: PutTargets) -> Result<Response, ServiceError> {
        let bus = bus_name(put.event_bus_name.as_deref());
        let rule = self.rule_mut(bus, &put.rule)?;
        let mut targets = rule.targets.clone();
        targets.extend(put.targets.into_iter().map(|target| (target.id.clone(), target)));
        if targets.len() > TARGETS {
            return Err(ServiceError::new(
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            ));
        }
        rule.targets = targets;
        Ok(Response::TargetsChanged(TargetsChanged::default()))
    }
}

impl Rule {
    fn describe(&self, bus: &str, name: &str) -> RuleDescription {
        RuleDescription {
            name: name.to_owned(),
            arn: rule_arn(bus, name),
            state: if self.enabled { "ENABLED" } else { "DISABLED" }.to_owned(),
            event_bus_name: bus.to_owned(),
            event_pattern: Some(self.text.clone()),
            description: self.description.clone(),
        }
    }
}

fn bus_arn(name: &str) -> String {
    arn("events", &format!("event-bus/{name}"))
}

fn read_pattern(text: &str) -> Result<Pattern, ServiceError> {
    Pattern::parse(text).map_err(|why| {
        ServiceError::new(
            "InvalidEventPatternException",
            format!("Event pattern is not valid. Reason: {why}"),
        )
    })
}
