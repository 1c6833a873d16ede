//! The structures and choices that operations and answers share (botocore 1.44.5).

use serde::{Deserialize, Serialize};

pub use super::super::kinesis::Timestamp;
use super::expression::Names;
use super::value::{AttributeValue, Item};

/// How units are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnConsumedCapacity {
    /// `INDEXES`.
    #[serde(rename = "INDEXES")]
    Indexes,
    /// `TOTAL`.
    #[serde(rename = "TOTAL")]
    Total,
    /// `NONE`.
    #[serde(rename = "NONE")]
    None,
}

/// Whether the size of the item collection is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnItemCollectionMetrics {
    /// `SIZE`.
    #[serde(rename = "SIZE")]
    Size,
    /// `NONE`.
    #[serde(rename = "NONE")]
    None,
}

/// Which attributes a write answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnValues {
    /// `NONE`.
    #[serde(rename = "NONE")]
    None,
    /// `ALL_OLD`.
    #[serde(rename = "ALL_OLD")]
    AllOld,
    /// `UPDATED_OLD`.
    #[serde(rename = "UPDATED_OLD")]
    UpdatedOld,
    /// `ALL_NEW`.
    #[serde(rename = "ALL_NEW")]
    AllNew,
    /// `UPDATED_NEW`.
    #[serde(rename = "UPDATED_NEW")]
    UpdatedNew,
}

/// Whether a failed condition shows the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnValuesOnConditionCheckFailure {
    /// `ALL_OLD`.
    #[serde(rename = "ALL_OLD")]
    AllOld,
    /// `NONE`.
    #[serde(rename = "NONE")]
    None,
}

/// How legacy conditions are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConditionalOperator {
    /// `AND`.
    #[serde(rename = "AND")]
    And,
    /// `OR`.
    #[serde(rename = "OR")]
    Or,
}

/// How a legacy condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComparisonOperator {
    /// `EQ`.
    #[serde(rename = "EQ")]
    Eq,
    /// `NE`.
    #[serde(rename = "NE")]
    Ne,
    /// `IN`.
    #[serde(rename = "IN")]
    In,
    /// `LE`.
    #[serde(rename = "LE")]
    Le,
    /// `LT`.
    #[serde(rename = "LT")]
    Lt,
    /// `GE`.
    #[serde(rename = "GE")]
    Ge,
    /// `GT`.
    #[serde(rename = "GT")]
    Gt,
    /// `BETWEEN`.
    #[serde(rename = "BETWEEN")]
    Between,
    /// `NOT_NULL`.
    #[serde(rename = "NOT_NULL")]
    NotNull,
    /// `NULL`.
    #[serde(rename = "NULL")]
    Null,
    /// `CONTAINS`.
    #[serde(rename = "CONTAINS")]
    Contains,
    /// `NOT_CONTAINS`.
    #[serde(rename = "NOT_CONTAINS")]
    NotContains,
    /// `BEGINS_WITH`.
    #[serde(rename = "BEGINS_WITH")]
    BeginsWith,
}

/// What a legacy update does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeAction {
    /// `ADD`.
    #[serde(rename = "ADD")]
    Add,
    /// `PUT`.
    #[serde(rename = "PUT")]
    Put,
    /// `DELETE`.
    #[serde(rename = "DELETE")]
    Delete,
}

/// What a query or scan answers of each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Select {
    /// `ALL_ATTRIBUTES`.
    #[serde(rename = "ALL_ATTRIBUTES")]
    AllAttributes,
    /// `ALL_PROJECTED_ATTRIBUTES`.
    #[serde(rename = "ALL_PROJECTED_ATTRIBUTES")]
    AllProjectedAttributes,
    /// `SPECIFIC_ATTRIBUTES`.
    #[serde(rename = "SPECIFIC_ATTRIBUTES")]
    SpecificAttributes,
    /// `COUNT`.
    #[serde(rename = "COUNT")]
    Count,
}

/// The type of a key attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScalarAttributeType {
    /// `S`.
    S,
    /// `N`.
    N,
    /// `B`.
    B,
}

/// The part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyType {
    /// `HASH`.
    #[serde(rename = "HASH")]
    Hash,
    /// `RANGE`.
    #[serde(rename = "RANGE")]
    Range,
}

/// How units are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BillingMode {
    /// `PROVISIONED`.
    #[serde(rename = "PROVISIONED")]
    Provisioned,
    /// `PAY_PER_REQUEST`.
    #[serde(rename = "PAY_PER_REQUEST")]
    PayPerRequest,
}

/// Which attributes an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProjectionType {
    /// `ALL`.
    #[serde(rename = "ALL")]
    All,
    /// `KEYS_ONLY`.
    #[serde(rename = "KEYS_ONLY")]
    KeysOnly,
    /// `INCLUDE`.
    #[serde(rename = "INCLUDE")]
    Include,
}

/// What a stream record shows of the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StreamViewType {
    /// `NEW_IMAGE`.
    #[serde(rename = "NEW_IMAGE")]
    NewImage,
    /// `OLD_IMAGE`.
    #[serde(rename = "OLD_IMAGE")]
    OldImage,
    /// `NEW_AND_OLD_IMAGES`.
    #[serde(rename = "NEW_AND_OLD_IMAGES")]
    NewAndOldImages,
    /// `KEYS_ONLY`.
    #[serde(rename = "KEYS_ONLY")]
    KeysOnly,
}

/// The price class of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableClass {
    /// `STANDARD`.
    #[serde(rename = "STANDARD")]
    Standard,
    /// `STANDARD_INFREQUENT_ACCESS`.
    #[serde(rename = "STANDARD_INFREQUENT_ACCESS")]
    StandardInfrequentAccess,
}

/// What a table is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableStatus {
    /// `CREATING`.
    #[serde(rename = "CREATING")]
    Creating,
    /// `UPDATING`.
    #[serde(rename = "UPDATING")]
    Updating,
    /// `DELETING`.
    #[serde(rename = "DELETING")]
    Deleting,
    /// `ACTIVE`.
    #[serde(rename = "ACTIVE")]
    Active,
}

/// Whether items expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeToLiveStatus {
    /// `ENABLING`.
    #[serde(rename = "ENABLING")]
    Enabling,
    /// `DISABLING`.
    #[serde(rename = "DISABLING")]
    Disabling,
    /// `ENABLED`.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLED`.
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// Whether a stream takes changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StreamStatus {
    /// `ENABLING`.
    #[serde(rename = "ENABLING")]
    Enabling,
    /// `ENABLED`.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLING`.
    #[serde(rename = "DISABLING")]
    Disabling,
    /// `DISABLED`.
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// A kind of place in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShardIteratorType {
    /// `TRIM_HORIZON`.
    #[serde(rename = "TRIM_HORIZON")]
    TrimHorizon,
    /// `LATEST`.
    #[serde(rename = "LATEST")]
    Latest,
    /// `AT_SEQUENCE_NUMBER`.
    #[serde(rename = "AT_SEQUENCE_NUMBER")]
    AtSequenceNumber,
    /// `AFTER_SEQUENCE_NUMBER`.
    #[serde(rename = "AFTER_SEQUENCE_NUMBER")]
    AfterSequenceNumber,
}

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventName {
    /// `INSERT`.
    #[serde(rename = "INSERT")]
    Insert,
    /// `MODIFY`.
    #[serde(rename = "MODIFY")]
    Modify,
    /// `REMOVE`.
    #[serde(rename = "REMOVE")]
    Remove,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Enablement {
    /// `ENABLED`.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// `DISABLED`.
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// The type of a key attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeDefinition {
    /// Its name.
    pub attribute_name: String,
    /// Its type.
    pub attribute_type: ScalarAttributeType,
}

/// One attribute of a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeySchemaElement {
    /// Its name.
    pub attribute_name: String,
    /// Its part.
    pub key_type: KeyType,
}

/// Which attributes an index holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    /// All, some or keys only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projection_type: Option<ProjectionType>,
    /// Which ones, for `INCLUDE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_key_attributes: Option<Vec<String>>,
}

/// Units a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProvisionedThroughput {
    /// For reads.
    pub read_capacity_units: i64,
    /// For writes.
    pub write_capacity_units: i64,
}

/// Ceilings of an on-demand table; -1 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct OnDemandThroughput {
    /// For reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_read_request_units: Option<i64>,
    /// For writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_write_request_units: Option<i64>,
}

/// What a table takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct WarmThroughput {
    /// For reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_units_per_second: Option<i64>,
    /// For writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_units_per_second: Option<i64>,
}

/// An index within each partition key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LocalSecondaryIndex {
    /// Its name.
    pub index_name: String,
    /// Its key.
    pub key_schema: Vec<KeySchemaElement>,
    /// What it holds.
    pub projection: Projection,
}

/// An index with a key of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSecondaryIndex {
    /// Its name.
    pub index_name: String,
    /// Its key.
    pub key_schema: Vec<KeySchemaElement>,
    /// What it holds.
    pub projection: Projection,
    /// Its units, when provisioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<ProvisionedThroughput>,
    /// Its ceilings, when on demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand_throughput: Option<OnDemandThroughput>,
    /// What it must take at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_throughput: Option<WarmThroughput>,
}

/// Changes an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateGlobalSecondaryIndexAction {
    /// Its name.
    pub index_name: String,
    /// Its units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<ProvisionedThroughput>,
    /// Its ceilings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand_throughput: Option<OnDemandThroughput>,
    /// What it must take at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_throughput: Option<WarmThroughput>,
}

/// Deletes an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteGlobalSecondaryIndexAction {
    /// Its name.
    pub index_name: String,
}

/// Makes, changes or deletes an index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSecondaryIndexUpdate {
    /// To change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateGlobalSecondaryIndexAction>,
    /// To make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<GlobalSecondaryIndex>,
    /// To delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<DeleteGlobalSecondaryIndexAction>,
}

/// Whether changes go to a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamSpecification {
    /// Yes or no.
    pub stream_enabled: bool,
    /// What its records show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_view_type: Option<StreamViewType>,
}

/// Which attribute tells when items expire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLiveSpecification {
    /// Yes or no.
    pub enabled: bool,
    /// The attribute.
    pub attribute_name: String,
}

/// Whether a table can be restored to any second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PointInTimeRecoverySpecification {
    /// Yes or no.
    pub point_in_time_recovery_enabled: bool,
    /// How far back, 1 to 35 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_period_in_days: Option<i64>,
}

/// A key and a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

/// A condition of the legacy parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LegacyCondition {
    /// How it compares.
    pub comparison_operator: ComparisonOperator,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute_value_list: Option<Vec<AttributeValue>>,
}

/// A condition of `Expected`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ExpectedAttributeValue {
    /// How it compares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison_operator: Option<ComparisonOperator>,
    /// With what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute_value_list: Option<Vec<AttributeValue>>,
    /// The value it must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<AttributeValue>,
    /// Whether it must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
}

/// A change of `AttributeUpdates`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeValueUpdate {
    /// Put, add or delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<AttributeAction>,
    /// The value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<AttributeValue>,
}

/// What to read of one table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeysAndAttributes {
    /// The keys.
    pub keys: Vec<Item>,
    /// The legacy form of the projection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes_to_get: Option<Vec<String>>,
    /// Whether to read from the leader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consistent_read: Option<bool>,
    /// The parts that are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projection_expression: Option<String>,
    /// What `#names` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_names: Option<Names>,
}

/// A put in a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRequest {
    /// The whole item.
    pub item: Item,
}

/// A deletion in a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteRequest {
    /// The key.
    pub key: Item,
}

/// A write in a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WriteRequest {
    /// To put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_request: Option<PutRequest>,
    /// To delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_request: Option<DeleteRequest>,
}

/// A read in a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Get {
    /// The table.
    pub table_name: String,
    /// The key of the item.
    pub key: Item,
    /// The parts that are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projection_expression: Option<String>,
    /// What `#names` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_names: Option<Names>,
}

/// A read in a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactGetItem {
    /// The read.
    pub get: Get,
}

/// A condition on an item that a transaction does not write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConditionCheck {
    /// The table.
    pub table_name: String,
    /// The key of the item.
    pub key: Item,
    /// The condition.
    pub condition_expression: String,
    /// What `#names` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_names: Option<Names>,
    /// What `:values` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_values: Option<Item>,
    /// Whether a failed condition shows the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_values_on_condition_check_failure: Option<ReturnValuesOnConditionCheckFailure>,
}

/// A put in a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactPut {
    /// The table.
    pub table_name: String,
    /// The whole item.
    pub item: Item,
    /// The condition under which it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_expression: Option<String>,
    /// What `#names` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_names: Option<Names>,
    /// What `:values` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_values: Option<Item>,
    /// Whether a failed condition shows the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_values_on_condition_check_failure: Option<ReturnValuesOnConditionCheckFailure>,
}

/// A deletion in a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactDelete {
    /// The table.
    pub table_name: String,
    /// The key of the item.
    pub key: Item,
    /// The condition under which it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_expression: Option<String>,
    /// What `#names` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_names: Option<Names>,
    /// What `:values` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_values: Option<Item>,
    /// Whether a failed condition shows the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_values_on_condition_check_failure: Option<ReturnValuesOnConditionCheckFailure>,
}

/// An update in a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactUpdate {
    /// The table.
    pub table_name: String,
    /// The key of the item.
    pub key: Item,
    /// What to change.
    pub update_expression: String,
    /// The condition under which it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_expression: Option<String>,
    /// What `#names` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_names: Option<Names>,
    /// What `:values` stand for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression_attribute_values: Option<Item>,
    /// Whether a failed condition shows the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_values_on_condition_check_failure: Option<ReturnValuesOnConditionCheckFailure>,
}

/// One action of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TransactWriteItem {
    /// To check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_check: Option<ConditionCheck>,
    /// To put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put: Option<TransactPut>,
    /// To delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<TransactDelete>,
    /// To update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<TransactUpdate>,
}
