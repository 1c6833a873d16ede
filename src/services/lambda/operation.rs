//! What Lambda can be asked and what it answers, in AWS's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::script::Script;
use crate::services::blob::Blob;
use crate::services::params::structures;

/// One call to Lambda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is AWS's operation of that name")]
pub enum Operation {
    AddPermission(AddPermission),
    CreateAlias(PutAlias),
    CreateEventSourceMapping(CreateEventSourceMapping),
    CreateFunction(CreateFunction),
    DeleteEventSourceMapping(MappingName),
    DeleteFunction(FunctionName),
    DeleteFunctionConcurrency(FunctionName),
    DeleteFunctionEventInvokeConfig(FunctionName),
    DeleteProvisionedConcurrencyConfig(FunctionName),
    GetAccountSettings(GetAccountSettings),
    GetEventSourceMapping(MappingName),
    GetFunction(FunctionName),
    GetFunctionConcurrency(FunctionName),
    GetFunctionConfiguration(FunctionName),
    GetFunctionEventInvokeConfig(FunctionName),
    GetPolicy(FunctionName),
    GetProvisionedConcurrencyConfig(FunctionName),
    Invoke(Invoke),
    ListEventSourceMappings(ListEventSourceMappings),
    ListFunctions(ListFunctions),
    PublishVersion(PublishVersion),
    PutFunctionConcurrency(PutFunctionConcurrency),
    PutFunctionEventInvokeConfig(PutFunctionEventInvokeConfig),
    PutProvisionedConcurrencyConfig(PutProvisionedConcurrencyConfig),
    RemovePermission(RemovePermission),
    UpdateAlias(PutAlias),
    UpdateEventSourceMapping(UpdateEventSourceMapping),
    UpdateFunctionConfiguration(UpdateFunctionConfiguration),
}

/// What Lambda answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant is AWS's structure of that name")]
pub enum Response {
    Statement(Statement),
    Alias(AliasConfiguration),
    EventSourceMapping(Box<EventSourceMappingConfiguration>),
    EventSourceMappings(EventSourceMappings),
    Function(Box<FunctionConfiguration>),
    Functions(Functions),
    GetFunction(Box<GetFunctionOutput>),
    Concurrency(Concurrency),
    ProvisionedConcurrency(ProvisionedConcurrency),
    EventInvokeConfig(EventInvokeConfig),
    AccountSettings(AccountSettings),
    Policy(PolicyOutput),
    Invoke(InvokeOutput),
    Empty,
}

structures! {
    /// `AddPermission`.
    AddPermission {
        function_name: String, statement_id: String, action: String, principal: String,
        ;
        source_arn: String, source_account: String, qualifier: String,
    }
    /// `CreateAlias` and `UpdateAlias`.
    PutAlias { function_name: String, name: String, ; function_version: String, description: String, }
    /// `CreateFunction`; `Script` is `awslearn`'s own.
    CreateFunction {
        function_name: String, role: String,
        ;
        runtime: String, handler: String, description: String, timeout: i64, memory_size: i64,
        dead_letter_config: DeadLetterConfig, environment: Environment, publish: bool,
        code: serde_json::Value, script: Script,
    }
    /// `UpdateFunctionConfiguration`; `Script` is `awslearn`'s own.
    UpdateFunctionConfiguration {
        function_name: String,
        ;
        role: String, runtime: String, handler: String, description: String, timeout: i64,
        memory_size: i64, dead_letter_config: DeadLetterConfig, environment: Environment,
        script: Script,
    }
    /// A function, and perhaps one of its versions or aliases.
    FunctionName { function_name: String, ; qualifier: String, }
    /// `GetAccountSettings` has no parameters.
    GetAccountSettings { ; }
    /// `Invoke`.
    Invoke {
        function_name: String,
        ;
        invocation_type: String, log_type: String, client_context: String, payload: Blob,
        qualifier: String,
    }
    /// `ListFunctions`.
    ListFunctions { ; marker: String, max_items: i64, }
    /// `PublishVersion`.
    PublishVersion { function_name: String, ; description: String, }
    /// `PutFunctionConcurrency`.
    PutFunctionConcurrency { function_name: String, reserved_concurrent_executions: i64, ; }
    /// `PutProvisionedConcurrencyConfig`.
    PutProvisionedConcurrencyConfig {
        function_name: String, qualifier: String, provisioned_concurrent_executions: i64,
        ;
    }
    /// `PutFunctionEventInvokeConfig`.
    PutFunctionEventInvokeConfig {
        function_name: String,
        ;
        qualifier: String, maximum_retry_attempts: i64, maximum_event_age_in_seconds: i64,
        destination_config: DestinationConfig,
    }
    /// `RemovePermission`.
    RemovePermission { function_name: String, statement_id: String, ; qualifier: String, }

    /// `CreateEventSourceMapping`.
    CreateEventSourceMapping {
        event_source_arn: String, function_name: String,
        ;
        enabled: bool, batch_size: i64, filter_criteria: FilterCriteria,
        scaling_config: ScalingConfig, maximum_batching_window_in_seconds: i64,
        parallelization_factor: i64, starting_position: String,
        starting_position_timestamp: serde_json::Value, destination_config: DestinationConfig,
        maximum_record_age_in_seconds: i64, bisect_batch_on_function_error: bool,
        maximum_retry_attempts: i64, tumbling_window_in_seconds: i64,
        function_response_types: Vec<String>, provisioned_poller_config: ProvisionedPollerConfig,
    }
    /// `UpdateEventSourceMapping`.
    UpdateEventSourceMapping {
        #[serde(rename = "UUID")] uuid: String,
        ;
        function_name: String, enabled: bool, batch_size: i64, filter_criteria: FilterCriteria,
        scaling_config: ScalingConfig, maximum_batching_window_in_seconds: i64,
        parallelization_factor: i64, destination_config: DestinationConfig,
        maximum_record_age_in_seconds: i64, bisect_batch_on_function_error: bool,
        maximum_retry_attempts: i64, tumbling_window_in_seconds: i64,
        function_response_types: Vec<String>, provisioned_poller_config: ProvisionedPollerConfig,
    }
    /// A mapping by its UUID.
    MappingName { #[serde(rename = "UUID")] uuid: String, ; }
    /// `ListEventSourceMappings`.
    ListEventSourceMappings {
        ;
        event_source_arn: String, function_name: String, marker: String, max_items: i64,
    }

    /// Where a function's discarded asynchronous events go.
    DeadLetterConfig { ; target_arn: String, }
    /// Environment variables.
    Environment { ; variables: BTreeMap<String, String>, }
    /// Where records of invocations go.
    DestinationConfig { ; on_success: Destination, on_failure: Destination, }
    /// One destination.
    Destination { ; destination: String, }
    /// Which items a mapping hands to its function.
    FilterCriteria { ; filters: Vec<Filter>, }
    /// One pattern of a filter.
    Filter { ; pattern: String, }
    /// How far a queue's mapping may scale.
    ScalingConfig { ; maximum_concurrency: i64, }
    /// Provisioned pollers of a queue's mapping.
    ProvisionedPollerConfig { ; minimum_pollers: i64, maximum_pollers: i64, }

    /// The answer to `AddPermission`.
    Statement { statement: String, ; }
    /// The answer to `GetPolicy`.
    PolicyOutput { policy: String, ; }
    /// An alias.
    AliasConfiguration {
        alias_arn: String, name: String, function_version: String, description: String, ;
    }
    /// A function's configuration.
    FunctionConfiguration {
        function_name: String, function_arn: String, role: String, description: String,
        timeout: i64, memory_size: i64, version: String, last_modified: String, state: String,
        script: Script,
        ;
        runtime: String, handler: String, dead_letter_config: DeadLetterConfig,
        environment: Environment,
    }
    /// The answer to `GetFunction`.
    GetFunctionOutput {
        configuration: FunctionConfiguration,
        ;
        concurrency: Concurrency,
    }
    /// The answer to `ListFunctions`.
    Functions { functions: Vec<FunctionConfiguration>, ; }
    /// Reserved concurrency.
    Concurrency { ; reserved_concurrent_executions: u64, }
    /// Provisioned concurrency of a version or alias.
    ProvisionedConcurrency {
        requested_provisioned_concurrent_executions: u64,
        available_provisioned_concurrent_executions: u64,
        allocated_provisioned_concurrent_executions: u64, status: String, last_modified: String,
        ;
    }
    /// How asynchronous invocations of a function are handled.
    EventInvokeConfig {
        last_modified: f64, function_arn: String, destination_config: DestinationConfig,
        ;
        maximum_retry_attempts: i64, maximum_event_age_in_seconds: i64,
    }
    /// The answer to `GetAccountSettings`.
    AccountSettings { account_limit: AccountLimit, account_usage: AccountUsage, ; }
    /// Limits of the account.
    AccountLimit {
        total_code_size: u64, code_size_unzipped: u64, code_size_zipped: u64,
        concurrent_executions: u64, unreserved_concurrent_executions: u64,
        ;
    }
    /// What the account uses.
    AccountUsage { total_code_size: u64, function_count: u64, ; }
    /// The answer to `Invoke`.
    InvokeOutput {
        status_code: u16,
        ;
        function_error: String, executed_version: String, payload: Blob,
    }
    /// The answer to `ListEventSourceMappings`.
    EventSourceMappings { event_source_mappings: Vec<EventSourceMappingConfiguration>, ; }
    /// A mapping's configuration.
    EventSourceMappingConfiguration {
        #[serde(rename = "UUID")] uuid: String,
        batch_size: i64, maximum_batching_window_in_seconds: i64, event_source_arn: String,
        function_arn: String, event_source_mapping_arn: String, last_modified: f64, state: String,
        state_transition_reason: String, function_response_types: Vec<String>,
        ;
        starting_position: String, starting_position_timestamp: f64, parallelization_factor: i64,
        filter_criteria: FilterCriteria, scaling_config: ScalingConfig,
        last_processing_result: String, destination_config: DestinationConfig,
        maximum_record_age_in_seconds: i64, bisect_batch_on_function_error: bool,
        maximum_retry_attempts: i64, tumbling_window_in_seconds: i64,
        provisioned_poller_config: ProvisionedPollerConfig,
    }
}
