//! What DynamoDB answers, in the shapes of AWS (botocore 1.44.5).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::capacity::Units;
use super::shapes::{KeysAndAttributes, WriteRequest};
use super::value::{Item, SharedItem, shared};

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// To `GetItem`.
    Get(GetItemOutput),
    /// To `PutItem`, `UpdateItem` and `DeleteItem`.
    Write(WriteOutput),
    /// To `Query` and `Scan`.
    Page(PageOutput),
    /// To `BatchGetItem`.
    BatchGet(BatchGetItemOutput),
    /// To `BatchWriteItem`.
    BatchWrite(BatchWriteItemOutput),
    /// To `TransactGetItems`.
    TransactGet(TransactGetItemsOutput),
    /// To `TransactWriteItems`.
    TransactWrite(TransactWriteItemsOutput),
    /// To everything that is not asked often.
    Json(Value),
}

/// The units that a call used.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct ConsumedCapacity {
    /// The table.
    pub table_name: String,
    /// All units, of the table and its indexes.
    pub capacity_units: Units,
    /// The read units, in a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_capacity_units: Option<Units>,
    /// The write units, in a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_capacity_units: Option<Units>,
    /// Those of the table itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Capacity>,
    /// Those of each local index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_secondary_indexes: Option<BTreeMap<String, Capacity>>,
    /// Those of each global index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_secondary_indexes: Option<BTreeMap<String, Capacity>>,
}

/// Units of one table or index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Capacity {
    /// The units.
    pub capacity_units: Units,
    /// The read units, in a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_capacity_units: Option<Units>,
    /// The write units, in a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_capacity_units: Option<Units>,
}

/// The size of an item collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ItemCollectionMetrics {
    /// The partition key.
    pub item_collection_key: Item,
    /// Its size in GB, from and to.
    #[serde(rename = "SizeEstimateRangeGB")]
    pub size_estimate_range_gb: [f64; 2],
}

/// To `GetItem`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct GetItemOutput {
    /// The item, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shared::serialize")]
    pub item: Option<SharedItem>,
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<ConsumedCapacity>,
}

/// To `PutItem`, `UpdateItem` and `DeleteItem`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct WriteOutput {
    /// What `ReturnValues` asked for.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shared::serialize")]
    pub attributes: Option<SharedItem>,
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<ConsumedCapacity>,
    /// The size of the item collection, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_collection_metrics: Option<ItemCollectionMetrics>,
}

/// To `Query` and `Scan`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct PageOutput {
    /// The items, unless only their number was asked for.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shared::serialize_list")]
    pub items: Option<Vec<SharedItem>>,
    /// How many passed the filter.
    pub count: u64,
    /// How many were read.
    pub scanned_count: u64,
    /// Where the next page begins; the end is only where this is missing (DDB-7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_evaluated_key: Option<Item>,
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<ConsumedCapacity>,
}

/// To `BatchGetItem`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct BatchGetItemOutput {
    /// The items that were found, by table.
    #[serde(serialize_with = "tables_of_items")]
    pub responses: BTreeMap<String, Vec<SharedItem>>,
    /// What has to be asked for again.
    pub unprocessed_keys: BTreeMap<String, KeysAndAttributes>,
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<Vec<ConsumedCapacity>>,
}

/// To `BatchWriteItem`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct BatchWriteItemOutput {
    /// What has to be written again.
    pub unprocessed_items: BTreeMap<String, Vec<WriteRequest>>,
    /// The sizes of item collections, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_collection_metrics: Option<BTreeMap<String, Vec<ItemCollectionMetrics>>>,
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<Vec<ConsumedCapacity>>,
}

/// To `TransactGetItems`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct TransactGetItemsOutput {
    /// For each read, the item if there is one.
    pub responses: Vec<ItemResponse>,
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<Vec<ConsumedCapacity>>,
}

/// One read of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct ItemResponse {
    /// The item, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shared::serialize")]
    pub item: Option<SharedItem>,
}

/// To `TransactWriteItems`.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
pub struct TransactWriteItemsOutput {
    /// The units, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumed_capacity: Option<Vec<ConsumedCapacity>>,
    /// The sizes of item collections, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_collection_metrics: Option<BTreeMap<String, Vec<ItemCollectionMetrics>>>,
}

fn tables_of_items<S: serde::Serializer>(
    tables: &BTreeMap<String, Vec<SharedItem>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(tables.iter().map(|(name, items)| {
        let items: Vec<&Item> = items.iter().map(AsRef::as_ref).collect();
        (name, items)
    }))
}
