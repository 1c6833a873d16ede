//! Functions, versions, aliases, permissions and limits: what changes no running invocation.

use serde_json::{Value, json};

use super::Lambda;
use super::concurrency::request_rate;
use super::errors::{conflict, invalid, no_function, not_found};
use super::function::{
    Alias, EventConfig, Function, LATEST, PROVISIONING, Provisioned, function_arn, parse_name,
};
use super::operation::*;
use crate::services::calendar::iso_8601;
use crate::services::time::Time;
use crate::services::world::Caller;
use crate::services::{ServiceError, policy};

type Answered = Result<Response, ServiceError>;

/// Seconds a function may run unless configured.
const TIMEOUT: i64 = 3;
/// Megabytes of memory unless configured.
const MEMORY: i64 = 128;
/// Concurrency that must stay unreserved (`L6`).
const UNRESERVED_AT_LEAST: u64 = 100;

impl Lambda {
    /// Every operation that is answered at once and starts nothing.
    pub(super) fn control(&mut self, now: Time, operation: Operation) -> Answered {
        match operation {
            Operation::CreateFunction(create) => self.create_function(now, create),
            Operation::UpdateFunctionConfiguration(update) => self.update_function(now, update),
            Operation::GetFunction(which) => self.get_function(&which),
            Operation::GetFunctionConfiguration(which) => {
                let configuration = self.configuration(&which)?;
                Ok(Response::Function(Box::new(configuration)))
            }
            Operation::ListFunctions(_) => {
                let functions = self.functions.values().map(|each| each.latest.clone()).collect();
                Ok(Response::Functions(Functions { functions }))
            }
            Operation::DeleteFunction(which) => self.delete_function(&which),
            Operation::PublishVersion(publish) => self.publish_version(now, &publish),
            Operation::CreateAlias(alias) => self.create_alias(alias),
            Operation::UpdateAlias(alias) => self.update_alias(alias),
            Operation::AddPermission(permission) => self.add_permission(permission),
            Operation::RemovePermission(permission) => self.remove_permission(&permission),
            Operation::GetPolicy(which) => self.get_policy(&which),
            Operation::PutFunctionConcurrency(put) => self.put_concurrency(&put),
            Operation::GetFunctionConcurrency(which) => {
                let (_, function, _) = self.find(&which)?;
                Ok(Response::Concurrency(Concurrency {
                    reserved_concurrent_executions: function.reserved,
                }))
            }
            Operation::DeleteFunctionConcurrency(which) => {
                let (_, function, _) = self.find_mut(&which)?;
                function.reserved = None;
                function.rate = None;
                Ok(Response::Empty)
            }
            Operation::PutProvisionedConcurrencyConfig(put) => self.put_provisioned(now, put),
            Operation::GetProvisionedConcurrencyConfig(which) => self.get_provisioned(now, &which),
            Operation::DeleteProvisionedConcurrencyConfig(which) => {
                let (_, function, qualifier) = self.find_mut(&which)?;
                function.provisioned.remove(&qualifier.unwrap_or_default());
                Ok(Response::Empty)
            }
            Operation::PutFunctionEventInvokeConfig(put) => self.put_event_config(now, put),
            Operation::GetFunctionEventInvokeConfig(which) => self.get_event_config(&which),
            Operation::DeleteFunctionEventInvokeConfig(which) => {
                let (_, function, qualifier) = self.find_mut(&which)?;
                function.event_configs.remove(&qualifier.unwrap_or_else(|| LATEST.to_owned()));
                Ok(Response::Empty)
            }
            Operation::GetAccountSettings(_) => Ok(self.account_settings()),
            Operation::GetEventSourceMapping(which) => self.get_mapping(&which),
            Operation::ListEventSourceMappings(list) => Ok(self.list_mappings(&list)),
            Operation::DeleteEventSourceMapping(which) => self.delete_mapping(now, &which),
            Operation::Invoke(_)
            | Operation::CreateEventSourceMapping(_)
            | Operation::UpdateEventSourceMapping(_) => Ok(Response::Empty),
        }
    }

    fn find(
        &self,
        which: &FunctionName,
    ) -> Result<(String, &Function, Option<String>), ServiceError> {
        let (name, in_name) = parse_name(&which.function_name);
        let qualifier = which.qualifier.clone().or_else(|| in_name.map(str::to_owned));
        let known = self.functions.get(name);
        let function = known.filter(|each| each.version(qualifier.as_deref()).is_some());
        match function {
            Some(function) => Ok((name.to_owned(), function, qualifier)),
            None => Err(no_function(&function_arn(name, qualifier.as_deref()))),
        }
    }

    fn find_mut(
        &mut self,
        which: &FunctionName,
    ) -> Result<(String, &mut Function, Option<String>), ServiceError> {
        let (name, _, qualifier) = self.find(which)?;
        let function = self.functions.get_mut(&name).expect("just found");
        Ok((name, function, qualifier))
    }

    fn named(&mut self, name: &str) -> Result<(String, &mut Function), ServiceError> {
        let which = FunctionName { function_name: name.to_owned(), qualifier: None };
        self.find_mut(&which).map(|(name, function, _)| (name, function))
    }

    fn create_function(&mut self, now: Time, create: CreateFunction) -> Answered {
        let name = parse_name(&create.function_name).0.to_owned();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
            return Err(invalid(format!(
                "The function name {name:?} must be 1 to 64 letters, digits, hyphens and \
                 underscores"
            )));
        }
        if self.functions.contains_key(&name) {
            return Err(conflict(format!("Function already exist: {name}")));
        }
        let configuration = FunctionConfiguration {
            function_arn: function_arn(&name, None),
            function_name: name.clone(),
            role: create.role,
            description: create.description.unwrap_or_default(),
            timeout: create.timeout.unwrap_or(TIMEOUT),
            memory_size: create.memory_size.unwrap_or(MEMORY),
            version: LATEST.to_owned(),
            last_modified: iso_8601(now.unix_millis()),
            state: "Active".to_owned(),
            script: create.script.unwrap_or_default(),
            runtime: create.runtime,
            handler: create.handler,
            dead_letter_config: create.dead_letter_config,
            environment: create.environment,
        };
        self.functions.insert(name.clone(), Function::new(configuration.clone()));
        if create.publish == Some(true) {
            let publish = PublishVersion { function_name: name, description: None };
            return self.publish_version(now, &publish);
        }
        Ok(Response::Function(Box::new(configuration)))
    }

    fn update_function(&mut self, now: Time, update: UpdateFunctionConfiguration) -> Answered {
        let (_, function) = self.named(&update.function_name)?;
        let latest = &mut function.latest;
        latest.last_modified = iso_8601(now.unix_millis());
        set(&mut latest.role, update.role);
        set(&mut latest.description, update.description);
        set(&mut latest.timeout, update.timeout);
        set(&mut latest.memory_size, update.memory_size);
        set(&mut latest.script, update.script);
        latest.runtime = update.runtime.or(latest.runtime.take());
        latest.handler = update.handler.or(latest.handler.take());
        latest.environment = update.environment.or(latest.environment.take());
        latest.dead_letter_config = update.dead_letter_config.or(latest.dead_letter_config.take());
        // What is configured anew starts in new environments (`L13`).
        function.idle.remove(LATEST);
        Ok(Response::Function(Box::new(function.latest.clone())))
    }

    fn configuration(&self, which: &FunctionName) -> Result<FunctionConfiguration, ServiceError> {
        let (name, function, qualifier) = self.find(which)?;
        let version = function.version(qualifier.as_deref()).unwrap_or_default();
        let mut configuration = function.configuration(&version).clone();
        if qualifier.is_some() {
            configuration.function_arn = function_arn(&name, qualifier.as_deref());
        }
        Ok(configuration)
    }

    fn get_function(&self, which: &FunctionName) -> Answered {
        let configuration = self.configuration(which)?;
        let (_, function, _) = self.find(which)?;
        let concurrency = function
            .reserved
            .map(|reserved| Concurrency { reserved_concurrent_executions: Some(reserved) });
        Ok(Response::GetFunction(Box::new(GetFunctionOutput { configuration, concurrency })))
    }

    fn delete_function(&mut self, which: &FunctionName) -> Answered {
        let (name, function, qualifier) = self.find_mut(which)?;
        let number = qualifier.as_deref().and_then(|version| version.parse::<u64>().ok());
        match (qualifier, number) {
            (None, _) => {
                self.functions.remove(&name);
            }
            (Some(_), Some(number)) => {
                function.published.remove(&number);
            }
            (Some(_), None) => {
                return Err(invalid(
                    "$LATEST version cannot be deleted without deleting the function.",
                ));
            }
        }
        Ok(Response::Empty)
    }

    fn publish_version(&mut self, now: Time, publish: &PublishVersion) -> Answered {
        let (name, function) = self.named(&publish.function_name)?;
        let number = function.next_version;
        function.next_version += 1;
        let mut published = function.latest.clone();
        published.version = number.to_string();
        published.function_arn = function_arn(&name, Some(&published.version));
        published.last_modified = iso_8601(now.unix_millis());
        if let Some(description) = &publish.description {
            published.description.clone_from(description);
        }
        function.published.insert(number, published.clone());
        Ok(Response::Function(Box::new(published)))
    }

    fn create_alias(&mut self, put: PutAlias) -> Answered {
        let (name, function) = self.named(&put.function_name)?;
        let version = put.function_version.unwrap_or_default();
        if function.aliases.contains_key(&put.name) {
            let arn = function_arn(&name, Some(&put.name));
            return Err(conflict(format!("Alias already exists: {arn}")));
        }
        if put.name.bytes().all(|byte| byte.is_ascii_digit()) || put.name == LATEST {
            return Err(invalid(format!("The alias name {:?} looks like a version", put.name)));
        }
        if function.version(Some(&version)).is_none_or(|found| found != version) {
            return Err(no_function(&function_arn(&name, Some(&version))));
        }
        let description = put.description.unwrap_or_default();
        function.aliases.insert(put.name.clone(), Alias { version, description });
        Ok(describe_alias(&name, &put.name, &function.aliases[&put.name]))
    }

    fn update_alias(&mut self, put: PutAlias) -> Answered {
        let (name, function) = self.named(&put.function_name)?;
        let version = put.function_version;
        if let Some(version) = &version
            && function.version(Some(version)).is_none_or(|found| found != *version)
        {
            return Err(no_function(&function_arn(&name, Some(version))));
        }
        let Some(alias) = function.aliases.get_mut(&put.name) else {
            let arn = function_arn(&name, Some(&put.name));
            return Err(not_found(format!("Cannot find alias arn: {arn}")));
        };
        set(&mut alias.version, version);
        set(&mut alias.description, put.description);
        Ok(describe_alias(&name, &put.name, &function.aliases[&put.name]))
    }

    fn add_permission(&mut self, add: AddPermission) -> Answered {
        let (name, function) = self.named(&add.function_name)?;
        if function.policy.contains_key(&add.statement_id) {
            return Err(conflict(format!(
                "The statement id ({}) provided already exists. Please provide a new statement \
                 id, or remove the existing statement.",
                add.statement_id
            )));
        }
        let service = add.principal.ends_with(".amazonaws.com");
        let principal = match (service, add.principal.as_str()) {
            (true, principal) => json!({"Service": principal}),
            (false, "*") => json!("*"),
            (false, principal) => json!({"AWS": principal}),
        };
        let mut statement = json!({
            "Sid": add.statement_id, "Effect": "Allow", "Principal": principal,
            "Action": add.action, "Resource": function_arn(&name, add.qualifier.as_deref()),
        });
        if let Some(source) = &add.source_arn {
            statement["Condition"] = json!({"ArnLike": {"AWS:SourceArn": source}});
        }
        let text = statement.to_string();
        function.policy.insert(add.statement_id, statement);
        Ok(Response::Statement(Statement { statement: text }))
    }

    fn remove_permission(&mut self, remove: &RemovePermission) -> Answered {
        let (_, function) = self.named(&remove.function_name)?;
        match function.policy.remove(&remove.statement_id) {
            Some(_) => Ok(Response::Empty),
            None => Err(not_found("No policy is associated with the given resource.")),
        }
    }

    fn get_policy(&self, which: &FunctionName) -> Answered {
        let (_, function, _) = self.find(which)?;
        if function.policy.is_empty() {
            return Err(not_found("The resource you requested does not exist."));
        }
        Ok(Response::Policy(PolicyOutput { policy: policy_of(function).to_string() }))
    }

    /// Whether the function's policy lets another service make this call.
    pub(crate) fn may(&self, caller: &Caller, operation: &Operation) -> Result<(), ServiceError> {
        let Operation::Invoke(invoke) = operation else { return Ok(()) };
        let name = parse_name(&invoke.function_name).0;
        // A function that is not there is refused by the call itself.
        let Some(function) = self.functions.get(name) else { return Ok(()) };
        if policy::allows(&policy_of(function).to_string(), caller, "lambda:InvokeFunction") {
            return Ok(());
        }
        Err(ServiceError::new(
            "AccessDeniedException",
            format!(
                "User: {} is not authorized to perform: lambda:InvokeFunction on resource: {}",
                caller.principal,
                function_arn(name, None)
            ),
        ))
    }

    fn put_concurrency(&mut self, put: &PutFunctionConcurrency) -> Answered {
        let wanted = u64::try_from(put.reserved_concurrent_executions).unwrap_or(0);
        let left = self.unreserved_limit();
        let (_, function) = self.named(&put.function_name)?;
        let left = left.saturating_add(function.reserved.unwrap_or(0));
        if wanted.saturating_add(UNRESERVED_AT_LEAST) > left {
            return Err(invalid(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of \
                 [{UNRESERVED_AT_LEAST}]."
            )));
        }
        if wanted < function.provisioned_total() {
            return Err(invalid(format!(
                "ReservedConcurrentExecutions {wanted} should not be lower than function's total \
                 provisioned concurrency [{}].",
                function.provisioned_total()
            )));
        }
        function.reserved = Some(wanted);
        function.rate = Some(request_rate(wanted));
        Ok(Response::Concurrency(Concurrency { reserved_concurrent_executions: Some(wanted) }))
    }

    fn put_provisioned(&mut self, now: Time, put: PutProvisionedConcurrencyConfig) -> Answered {
        let wanted = put.provisioned_concurrent_executions.unsigned_abs();
        let unreserved = self.unreserved_limit().saturating_sub(self.unreserved_in_use());
        let which =
            FunctionName { function_name: put.function_name, qualifier: Some(put.qualifier) };
        let (_, function, qualifier) = self.find_mut(&which)?;
        let qualifier = qualifier.unwrap_or_default();
        if qualifier == LATEST {
            return Err(invalid(
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            ));
        }
        let before = function.provisioned.get(&qualifier).map_or(0, |each| each.requested);
        let others = function.provisioned_total() - before;
        match function.reserved {
            Some(reserved) if others.saturating_add(wanted) > reserved => {
                return Err(invalid(
                    "Requested Provisioned Concurrency should not be greater than the \
                     reservedConcurrentExecution for function",
                ));
            }
            None if wanted.saturating_add(UNRESERVED_AT_LEAST)
                > unreserved.saturating_add(before) =>
            {
                return Err(invalid(format!(
                    "Specified ConcurrentExecutions for function is greater than account's \
                     unreserved concurrency [{}].",
                    unreserved.saturating_add(before)
                )));
            }
            _ => {}
        }
        let provisioned = function.provisioned.entry(qualifier).or_insert(Provisioned {
            requested: wanted,
            ready_at: now,
            modified: now,
            busy: 0,
            idle: Vec::new(),
        });
        provisioned.requested = wanted;
        provisioned.ready_at = now + PROVISIONING;
        provisioned.modified = now;
        Ok(Response::ProvisionedConcurrency(provisioned.describe(now)))
    }

    fn get_provisioned(&self, now: Time, which: &FunctionName) -> Answered {
        let (_, function, qualifier) = self.find(which)?;
        match function.provisioned.get(&qualifier.unwrap_or_default()) {
            Some(provisioned) => Ok(Response::ProvisionedConcurrency(provisioned.describe(now))),
            None => Err(ServiceError::new(
                "ProvisionedConcurrencyConfigNotFoundException",
                "No Provisioned Concurrency Config found for this function",
            )),
        }
    }

    fn put_event_config(&mut self, now: Time, put: PutFunctionEventInvokeConfig) -> Answered {
        let which = FunctionName { function_name: put.function_name, qualifier: put.qualifier };
        let (name, function, qualifier) = self.find_mut(&which)?;
        let destinations = put.destination_config.unwrap_or_default();
        let target = |each: Option<Destination>| {
            each.and_then(|each| each.destination).filter(|arn| !arn.is_empty())
        };
        let config = EventConfig {
            modified: now,
            retries: put.maximum_retry_attempts,
            max_age: put.maximum_event_age_in_seconds,
            on_success: target(destinations.on_success),
            on_failure: target(destinations.on_failure),
        };
        let qualifier = qualifier.unwrap_or_else(|| LATEST.to_owned());
        let answer = describe_events(&name, &qualifier, &config);
        function.event_configs.insert(qualifier, config);
        Ok(answer)
    }

    fn get_event_config(&self, which: &FunctionName) -> Answered {
        let (name, function, qualifier) = self.find(which)?;
        let qualifier = qualifier.unwrap_or_else(|| LATEST.to_owned());
        match function.event_configs.get(&qualifier) {
            Some(config) => Ok(describe_events(&name, &qualifier, config)),
            None => Err(not_found(format!(
                "The function {} doesn't have an EventInvokeConfig",
                function_arn(&name, Some(&qualifier))
            ))),
        }
    }

    fn account_settings(&self) -> Response {
        Response::AccountSettings(AccountSettings {
            account_limit: AccountLimit {
                // 300 GB unzipped, 250 MB a function unzipped and 50 MB zipped.
                total_code_size: 300 << 30,
                code_size_unzipped: 250 << 20,
                code_size_zipped: 50 << 20,
                concurrent_executions: self.account_limit,
                unreserved_concurrent_executions: self.unreserved_limit(),
            },
            account_usage: AccountUsage {
                total_code_size: 0,
                function_count: self.functions.len() as u64,
            },
        })
    }
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

fn policy_of(function: &Function) -> Value {
    let statements: Vec<&Value> = function.policy.values().collect();
    json!({"Version": "2012-10-17", "Id": "default", "Statement": statements})
}

fn describe_alias(function: &str, name: &str, alias: &Alias) -> Response {
    Response::Alias(AliasConfiguration {
        alias_arn: function_arn(function, Some(name)),
        name: name.to_owned(),
        function_version: alias.version.clone(),
        description: alias.description.clone(),
    })
}

fn describe_events(function: &str, qualifier: &str, config: &EventConfig) -> Response {
    let destination = |arn: &Option<String>| Destination { destination: arn.clone() };
    Response::EventInvokeConfig(EventInvokeConfig {
        last_modified: config.modified.unix_seconds(),
        function_arn: function_arn(function, Some(qualifier)),
        destination_config: DestinationConfig {
            on_success: Some(destination(&config.on_success)),
            on_failure: Some(destination(&config.on_failure)),
        },
        maximum_retry_attempts: config.retries,
        maximum_event_age_in_seconds: config.max_age,
    })
}
