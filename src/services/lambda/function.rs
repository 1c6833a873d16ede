//! A function: its configuration, versions, aliases, and its execution environments.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::operation::{FunctionConfiguration, ProvisionedConcurrency};
use crate::services::arn::arn;
use crate::services::bucket::Bucket;
use crate::services::calendar::iso_8601;
use crate::services::time::{Span, Time};

/// New environments a function may add at once, and how many more each second (`L4`).
pub(super) const SCALING_BURST: u64 = 1000;
pub(super) const SCALING_PER_SECOND: u64 = 100;
/// How long an idle environment is kept: the model's choice, AWS publishes none (`L11`).
pub(super) const IDLE_TTL: Span = Span::minutes(10);
/// How long provisioned concurrency takes to become ready: the model's choice.
pub(super) const PROVISIONING: Span = Span::minutes(1);

/// The unpublished version.
pub(super) const LATEST: &str = "$LATEST";

/// One execution environment: serves one invocation at a time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Environment {
    pub(super) id: u64,
    pub(super) served: u64,
    pub(super) idle_since: Time,
}

/// Provisioned concurrency of one version or alias.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Provisioned {
    pub(super) requested: u64,
    pub(super) ready_at: Time,
    pub(super) modified: Time,
    pub(super) busy: u64,
    pub(super) idle: Vec<Environment>,
}

impl Provisioned {
    pub(super) fn describe(&self, now: Time) -> ProvisionedConcurrency {
        let ready = now >= self.ready_at;
        ProvisionedConcurrency {
            requested_provisioned_concurrent_executions: self.requested,
            available_provisioned_concurrent_executions: if ready { self.requested } else { 0 },
            allocated_provisioned_concurrent_executions: if ready { self.requested } else { 0 },
            status: if ready { "READY" } else { "IN_PROGRESS" }.to_owned(),
            last_modified: iso_8601(self.modified.unix_millis()),
        }
    }
}

/// How asynchronous events of a function are handled.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct EventConfig {
    pub(super) modified: Time,
    pub(super) retries: Option<i64>,
    pub(super) max_age: Option<i64>,
    pub(super) on_success: Option<String>,
    pub(super) on_failure: Option<String>,
}

/// An alias of a published version.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alias {
    pub(super) version: String,
    pub(super) description: String,
}

/// One function.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Function {
    pub(super) latest: FunctionConfiguration,
    pub(super) published: BTreeMap<u64, FunctionConfiguration>,
    pub(super) next_version: u64,
    pub(super) aliases: BTreeMap<String, Alias>,
    pub(super) reserved: Option<u64>,
    pub(super) rate: Option<Bucket>,
    pub(super) scaling: Bucket,
    pub(super) idle: BTreeMap<String, VecDeque<Environment>>,
    pub(super) provisioned: BTreeMap<String, Provisioned>,
    pub(super) on_demand_busy: u64,
    pub(super) invocations: u64,
    pub(super) event_configs: BTreeMap<String, EventConfig>,
    pub(super) policy: BTreeMap<String, Value>,
}

impl Function {
    pub(super) fn new(latest: FunctionConfiguration) -> Function {
        Function {
            latest,
            published: BTreeMap::new(),
            next_version: 1,
            aliases: BTreeMap::new(),
            reserved: None,
            rate: None,
            scaling: Bucket::new(SCALING_BURST, SCALING_PER_SECOND),
            idle: BTreeMap::new(),
            provisioned: BTreeMap::new(),
            on_demand_busy: 0,
            invocations: 0,
            event_configs: BTreeMap::new(),
            policy: BTreeMap::new(),
        }
    }

    /// The version that a qualifier means: `$LATEST`, a number, or what an alias points at.
    pub(super) fn version(&self, qualifier: Option<&str>) -> Option<String> {
        let qualifier = qualifier.unwrap_or(LATEST);
        if qualifier == LATEST {
            return Some(LATEST.to_owned());
        }
        if let Some(alias) = self.aliases.get(qualifier) {
            return Some(alias.version.clone());
        }
        let number = qualifier.parse().ok()?;
        self.published.contains_key(&number).then(|| qualifier.to_owned())
    }

    /// The configuration of a version.
    pub(super) fn configuration(&self, version: &str) -> &FunctionConfiguration {
        version.parse().ok().and_then(|number| self.published.get(&number)).unwrap_or(&self.latest)
    }

    /// Environments of its provisioned concurrency, busy or not: they count as used.
    pub(super) fn provisioned_total(&self) -> u64 {
        self.provisioned.values().fold(0, |sum, each| sum.saturating_add(each.requested))
    }

    /// What it takes from its limit or from the account's.
    pub(super) fn in_use(&self) -> u64 {
        self.provisioned_total().saturating_add(self.on_demand_busy)
    }

    /// Takes the most recently used idle environment of a version.
    pub(super) fn warm(&mut self, now: Time, version: &str) -> Option<Environment> {
        let idle = self.idle.get_mut(version)?;
        while idle.front().is_some_and(|oldest| oldest.idle_since + IDLE_TTL <= now) {
            idle.pop_front();
        }
        idle.pop_back()
    }

    /// Idle environments of all versions.
    pub(super) fn idle_count(&self, now: Time) -> usize {
        let alive = |each: &&Environment| each.idle_since + IDLE_TTL > now;
        self.idle.values().map(|idle| idle.iter().filter(alive).count()).sum()
    }
}

/// The function's name and perhaps a qualifier, from a name, a partial ARN or an ARN.
pub(super) fn parse_name(text: &str) -> (&str, Option<&str>) {
    let rest = text.split_once("function:").map_or(text, |(_, rest)| rest);
    let rest = match rest.split_once(':') {
        // `123456789012:name`
        Some((account, name))
            if !account.is_empty() && account.bytes().all(|b| b.is_ascii_digit()) =>
        {
            name
        }
        _ => rest,
    };
    match rest.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (rest, None),
    }
}

/// The ARN of a function, with its qualifier if there is one.
pub(super) fn function_arn(name: &str, qualifier: Option<&str>) -> String {
    match qualifier {
        Some(qualifier) => arn("lambda", &format!("function:{name}:{qualifier}")),
        None => arn("lambda", &format!("function:{name}")),
    }
}
