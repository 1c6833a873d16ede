//! A queue's access policy: the statements that `AddPermission` writes, and whether another service
//! may call.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::operation::{AddPermission, Operation, RemovePermission};
use super::response::Response;
use super::{Sqs, api, error, name_in_url, queue_arn};
use crate::services::ServiceError;
use crate::services::policy::allows;
use crate::services::world::Caller;

/// The most actions in one permission.
const MOST_ACTIONS: usize = 7;

impl Sqs {
    pub(super) fn add_permission(
        &mut self,
        params: &AddPermission,
    ) -> Result<Response, ServiceError> {
        let queue = self.queue_mut(&params.queue_url)?;
        let label = &params.label;
        let is_label = (1..=80).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !is_label {
            return Err(error::invalid_value(
                label,
                "Label",
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
            ));
        }
        for action in &params.actions {
            if action != "*" && api::API.operation(action).is_none() {
                return Err(error::invalid_value(
                    format_args!("SQS:{action}"),
                    "ActionName",
                    "Please refer to the appropriate WSDL for a list of valid actions. ",
                ));
            }
        }
        if params.actions.is_empty() {
            return Err(error::missing("Actions"));
        }
        if params.aws_account_ids.is_empty() {
            return Err(error::missing("AWSAccountIds"));
        }
        if params.actions.len() > MOST_ACTIONS {
            return Err(ServiceError::new(
                "OverLimit",
                format!(
                    "{} Actions were found, maximum allowed is {MOST_ACTIONS}.",
                    params.actions.len()
                ),
            ));
        }
        let arn = queue_arn(&queue.name);
        let mut policy = read(queue.attributes.get("Policy")).unwrap_or_else(|| {
            json!({
                "Version": "2008-10-17",
                "Id": format!("{arn}/SQSDefaultPolicy"),
                "Statement": [],
            })
        });
        if statements(&policy).any(|statement| statement["Sid"] == label.as_str()) {
            return Err(error::invalid_value(label, "Label", "Already exists."));
        }
        let accounts = params.aws_account_ids.iter().map(|id| format!("arn:aws:iam::{id}:root"));
        let actions = params.actions.iter().map(|action| format!("SQS:{action}"));
        let statement = json!({
            "Sid": label,
            "Effect": "Allow",
            "Principal": { "AWS": one_or_many(accounts) },
            "Action": one_or_many(actions),
            "Resource": arn,
        });
        match policy.get_mut("Statement") {
            Some(Value::Array(statements)) => statements.push(statement),
            _ => policy["Statement"] = json!([statement]),
        }
        queue.attributes.set(&BTreeMap::from([("Policy".to_owned(), policy.to_string())]));
        Ok(Response::Empty)
    }

    pub(super) fn remove_permission(
        &mut self,
        params: &RemovePermission,
    ) -> Result<Response, ServiceError> {
        let queue = self.queue_mut(&params.queue_url)?;
        let label = &params.label;
        let mut policy = read(queue.attributes.get("Policy")).unwrap_or_default();
        if !statements(&policy).any(|statement| statement["Sid"] == label.as_str()) {
            return Err(error::invalid_value(label, "Label", "can't find label."));
        }
        let mut is_empty = true;
        if let Some(Value::Array(statements)) = policy.get_mut("Statement") {
            statements.retain(|statement| statement["Sid"] != label.as_str());
            is_empty = statements.is_empty();
        }
        let policy = if is_empty { String::new() } else { policy.to_string() };
        queue.attributes.set(&BTreeMap::from([("Policy".to_owned(), policy)]));
        Ok(Response::Empty)
    }

    /// Whether the policy of the queue lets another service make this call. The account's own calls
    /// are not asked about.
    ///
    /// # Errors
    /// `AccessDenied`.
    pub fn may(&self, caller: &Caller, operation: &Operation) -> Result<(), ServiceError> {
        let (action, url) = match operation {
            Operation::SendMessage(params) => ("SendMessage", &params.queue_url),
            Operation::SendMessageBatch(params) => ("SendMessage", &params.queue_url),
            Operation::ReceiveMessage(params) => ("ReceiveMessage", &params.queue_url),
            Operation::DeleteMessage(params) => ("DeleteMessage", &params.queue_url),
            Operation::DeleteMessageBatch(params) => ("DeleteMessage", &params.queue_url),
            _ => return Ok(()),
        };
        let Some(queue) = name_in_url(url).and_then(|name| self.queues.get(name)) else {
            return Ok(());
        };
        let policy = queue.attributes.get("Policy").map(String::as_str).unwrap_or_default();
        if allows(policy, caller, &format!("sqs:{action}")) {
            return Ok(());
        }
        Err(ServiceError::new(
            "AccessDenied",
            format!(
                "User: {} is not authorized to perform: sqs:{} on resource: {} because no resource-based policy allows the sqs:{} action",
                caller.principal,
                action.to_lowercase(),
                queue_arn(&queue.name),
                action.to_lowercase(),
            ),
        ))
    }
}

fn read(policy: Option<&String>) -> Option<Value> {
    policy.and_then(|policy| serde_json::from_str(policy).ok()).filter(Value::is_object)
}

/// The statements of a policy; a single one need not stand in a list.
fn statements(policy: &Value) -> impl Iterator<Item = &Value> {
    many(&policy["Statement"])
}

fn many(value: &Value) -> impl Iterator<Item = &Value> {
    let (list, single) = match value {
        Value::Array(list) => (list.as_slice(), None),
        Value::Null => (&[][..], None),
        single => (&[][..], Some(single)),
    };
    list.iter().chain(single)
}

fn one_or_many(values: impl Iterator<Item = String>) -> Value {
    let mut values: Vec<String> = values.collect();
    if values.len() == 1 { json!(values.remove(0)) } else { json!(values) }
}
