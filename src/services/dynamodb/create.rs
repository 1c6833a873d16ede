//! `CreateTable`: what DynamoDB refuses in a definition, in its order, and the table it makes.

use super::super::chance::Chance;
use super::super::ids::uuid;
use super::super::time::Time;
use super::capacity::{Allowance, ON_DEMAND_READS, ON_DEMAND_WRITES, Throughput};
use super::errors::{Result, in_use, invalid, validation};
use super::index::{GlobalIndex, Index};
use super::keys::KeySchema;
use super::operations::CreateTable;
use super::responses::Response;
use super::shapes::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    OnDemandThroughput, Projection, ProjectionType, ProvisionedThroughput, ScalarAttributeType,
    StreamSpecification, TableStatus, WarmThroughput,
};
use super::streams::Stream;
use super::table::Table;
use super::{DynamoDb, ServiceError};

/// Most local indexes, global indexes, and projected attributes of all indexes (2.3.3).
pub(super) const LOCALS: usize = 5;
pub(super) const GLOBALS: usize = 20;
const PROJECTED: usize = 100;
const MOST_UNITS: i64 = 1_000_000_000_000;

/// No units, as an on-demand table shows them.
pub(super) const NO_UNITS: ProvisionedThroughput =
    ProvisionedThroughput { read_capacity_units: 0, write_capacity_units: 0 };

/// Refuses a name of a table that is too short or too long.
pub(super) fn check_name(name: &str) -> Result<()> {
    if (3..=255).contains(&name.len()) {
        return Ok(());
    }
    Err(validation("TableName must be at least 3 characters long and at most 255 characters long"))
}

pub(super) fn check_bounds(units: &ProvisionedThroughput) -> Result<()> {
    let both = [
        ("ReadCapacityUnits", units.read_capacity_units),
        ("WriteCapacityUnits", units.write_capacity_units),
    ];
    match both.into_iter().find(|(_, units)| *units > MOST_UNITS) {
        Some((name, units)) => {
            Err(validation(format!("Given value {units} for {name} is out of bounds")))
        }
        None => Ok(()),
    }
}

fn check_billing(op: &CreateTable) -> Result<()> {
    if op.billing_mode == Some(BillingMode::PayPerRequest) {
        if op.provisioned_throughput.is_some() {
            return Err(invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when \
                 BillingMode is PAY_PER_REQUEST",
            ));
        }
        return Ok(());
    }
    let Some(units) = &op.provisioned_throughput else {
        return Err(invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is \
             PROVISIONED",
        ));
    };
    check_bounds(units)
}

fn names(elements: &[KeySchemaElement]) -> Vec<&str> {
    elements.iter().map(|element| element.attribute_name.as_str()).collect()
}

/// Refuses key attributes that are not defined.
fn check_defined(elements: &[KeySchemaElement], definitions: &[AttributeDefinition]) -> Result<()> {
    let defined: Vec<&str> =
        definitions.iter().map(|definition| definition.attribute_name.as_str()).collect();
    let keys = names(elements);
    if keys.iter().all(|key| defined.contains(key)) {
        return Ok(());
    }
    Err(invalid(format!(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], \
         AttributeDefinitions: [{}]",
        keys.join(", "),
        defined.join(", ")
    )))
}

/// Refuses a key that is not one partition key and at most one sort key.
fn check_schema(elements: &[KeySchemaElement]) -> Result<()> {
    if let [first, second] = elements
        && first.attribute_name == second.attribute_name
    {
        return Err(validation(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
    }
    if elements.first().is_none_or(|element| element.key_type != KeyType::Hash) {
        return Err(validation(
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ));
    }
    if elements.get(1).is_some_and(|element| element.key_type != KeyType::Range) {
        return Err(validation(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ));
    }
    Ok(())
}

fn check_projection(projection: &Projection) -> Result<()> {
    let Some(kind) = projection.projection_type else {
        return Err(invalid("Unknown ProjectionType: null"));
    };
    let name = match kind {
        ProjectionType::All => "ALL",
        ProjectionType::KeysOnly => "KEYS_ONLY",
        ProjectionType::Include => {
            return match projection.non_key_attributes {
                Some(_) => Ok(()),
                None => {
                    Err(invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"))
                }
            };
        }
    };
    if projection.non_key_attributes.is_some() {
        return Err(invalid(format!(
            "ProjectionType is {name}, but NonKeyAttributes is specified"
        )));
    }
    Ok(())
}

fn check_locals<'o>(op: &'o CreateTable, seen: &mut Vec<&'o str>) -> Result<()> {
    let Some(locals) = &op.local_secondary_indexes else { return Ok(()) };
    if locals.is_empty() {
        return Err(invalid("List of LocalSecondaryIndexes is empty"));
    }
    if op.key_schema.len() != 2 {
        return Err(invalid(
            "Table KeySchema does not have a range key, which is required when specifying a \
             LocalSecondaryIndex",
        ));
    }
    let table_hash = &op.key_schema[0].attribute_name;
    for local in locals {
        let name = &local.index_name;
        check_defined(&local.key_schema, &op.attribute_definitions)?;
        check_schema(&local.key_schema)?;
        if local.key_schema.len() != 2 {
            return Err(invalid(format!(
                "Index KeySchema does not have a range key for index: {name}"
            )));
        }
        let hash = &local.key_schema[0].attribute_name;
        if hash != table_hash {
            return Err(invalid(format!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for \
                 index: {name}. index hash key: {hash}, table hash key: {table_hash}"
            )));
        }
        check_projection(&local.projection)?;
        check_unseen(name, seen)?;
    }
    if locals.len() > LOCALS {
        return Err(invalid(format!(
            "Number of LocalSecondaryIndexes exceeds per-table limit of {LOCALS}"
        )));
    }
    Ok(())
}

fn check_unseen<'o>(name: &'o str, seen: &mut Vec<&'o str>) -> Result<()> {
    if seen.contains(&name) {
        return Err(invalid(format!("Duplicate index name: {name}")));
    }
    seen.push(name);
    Ok(())
}

/// Checks the definition of one global index.
pub(super) fn check_global(
    global: &GlobalSecondaryIndex,
    definitions: &[AttributeDefinition],
    billing: BillingMode,
) -> Result<()> {
    check_defined(&global.key_schema, definitions)?;
    check_schema(&global.key_schema)?;
    check_projection(&global.projection)?;
    let name = &global.index_name;
    match (billing, &global.provisioned_throughput) {
        (BillingMode::PayPerRequest, Some(_)) => Err(invalid(format!(
            "ProvisionedThroughput should not be specified for index: {name} when BillingMode is \
             PAY_PER_REQUEST"
        ))),
        (BillingMode::Provisioned, None) => {
            Err(invalid(format!("ProvisionedThroughput must be specified for index: {name}")))
        }
        (_, Some(units)) => check_bounds(units),
        _ => Ok(()),
    }
}

fn check_globals<'o>(op: &'o CreateTable, seen: &mut Vec<&'o str>) -> Result<()> {
    let Some(globals) = &op.global_secondary_indexes else { return Ok(()) };
    if globals.is_empty() {
        return Err(invalid("List of GlobalSecondaryIndexes is empty"));
    }
    let billing = op.billing_mode.unwrap_or(BillingMode::Provisioned);
    for global in globals {
        check_global(global, &op.attribute_definitions, billing)?;
        check_unseen(&global.index_name, seen)?;
    }
    if globals.len() > GLOBALS {
        return Err(invalid(format!(
            "GlobalSecondaryIndex count exceeds the per-table limit of {GLOBALS}"
        )));
    }
    Ok(())
}

/// Refuses definitions of attributes that no key uses, and too many projected ones.
fn check_sums(op: &CreateTable) -> Result<()> {
    let locals = op.local_secondary_indexes.iter().flatten();
    let globals = op.global_secondary_indexes.iter().flatten();
    let schemas = locals
        .clone()
        .map(|local| &local.key_schema)
        .chain(globals.clone().map(|global| &global.key_schema));
    let used: Vec<&str> =
        std::iter::once(&op.key_schema).chain(schemas).flat_map(|keys| names(keys)).collect();
    if op.attribute_definitions.iter().any(|one| !used.contains(&one.attribute_name.as_str())) {
        return Err(invalid(
            "Some AttributeDefinitions are not used. AttributeDefinitions must name key \
             attributes only",
        ));
    }
    let projected: usize = locals
        .map(|local| &local.projection)
        .chain(globals.map(|global| &global.projection))
        .map(|projection| projection.non_key_attributes.as_ref().map_or(0, Vec::len))
        .sum();
    if projected > PROJECTED {
        return Err(invalid(format!(
            "Number of NonKeyAttributes over all indexes exceeds the limit of {PROJECTED}"
        )));
    }
    Ok(())
}

fn check(op: &CreateTable) -> Result<()> {
    check_name(&op.table_name)?;
    check_billing(op)?;
    let definitions = &op.attribute_definitions;
    if op.key_schema.len() > definitions.len() {
        return Err(validation("Invalid KeySchema: Some index key attribute have no definition"));
    }
    check_defined(&op.key_schema, definitions)?;
    check_schema(&op.key_schema)?;
    let has_indexes = op.local_secondary_indexes.is_some() || op.global_secondary_indexes.is_some();
    if !has_indexes && op.key_schema.len() != definitions.len() {
        return Err(invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes \
             defined in AttributeDefinitions",
        ));
    }
    let mut seen = Vec::new();
    check_locals(op, &mut seen)?;
    check_globals(op, &mut seen)?;
    check_sums(op)?;
    check_stream(op.stream_specification.as_ref())
}

/// Refuses a stream setting that contradicts itself.
pub(super) fn check_stream(stream: Option<&StreamSpecification>) -> Result<()> {
    match stream {
        Some(StreamSpecification { stream_enabled: true, stream_view_type: None }) => {
            Err(invalid("StreamViewType must be specified when StreamEnabled is true"))
        }
        Some(StreamSpecification { stream_enabled: false, stream_view_type: Some(_) }) => {
            Err(invalid("StreamViewType must not be specified when StreamEnabled is false"))
        }
        _ => Ok(()),
    }
}

/// What a table or index lets through, from what it was given.
pub(super) fn allowances(
    billing: BillingMode,
    units: &ProvisionedThroughput,
    ceilings: &OnDemandThroughput,
    warm: &WarmThroughput,
) -> (Allowance, Allowance) {
    let whole = |units: i64| u64::try_from(units).unwrap_or(0);
    if billing == BillingMode::Provisioned {
        return (
            Allowance::Provisioned { per_second: whole(units.read_capacity_units) },
            Allowance::Provisioned { per_second: whole(units.write_capacity_units) },
        );
    }
    let on_demand = |least: u64, warm: Option<i64>, ceiling: Option<i64>| Allowance::OnDemand {
        at_least: least.max(warm.map_or(0, whole)),
        ceiling: ceiling.filter(|ceiling| *ceiling >= 0).map(whole),
    };
    (
        on_demand(ON_DEMAND_READS, warm.read_units_per_second, ceilings.max_read_request_units),
        on_demand(ON_DEMAND_WRITES, warm.write_units_per_second, ceilings.max_write_request_units),
    )
}

/// The type that attributes are defined with.
pub(super) fn kind_in(
    definitions: &[AttributeDefinition],
) -> impl Fn(&str) -> Option<ScalarAttributeType> + '_ {
    |name| {
        let found = definitions.iter().find(|definition| definition.attribute_name == name);
        found.map(|definition| definition.attribute_type)
    }
}

fn undefined() -> ServiceError {
    validation("Invalid KeySchema: Some index key attribute have no definition")
}

/// Capacity as given, and as many partitions as the warm throughput needs.
pub(super) fn throughput(
    billing: BillingMode,
    units: &ProvisionedThroughput,
    ceilings: &OnDemandThroughput,
    warm: &WarmThroughput,
    now: Time,
) -> Throughput {
    let (reads, writes) = allowances(billing, units, ceilings, warm);
    let mut throughput = Throughput::new(reads, writes, now);
    let parts = |units: Option<i64>, of: u64| {
        usize::try_from(units.unwrap_or(0).max(0) as u64 / of).unwrap_or(usize::MAX)
    };
    throughput.split_into(parts(warm.read_units_per_second, super::PARTITION_READS));
    throughput.split_into(parts(warm.write_units_per_second, super::PARTITION_WRITES));
    throughput
}

/// A global index as it was defined.
pub(super) fn global_index(
    global: GlobalSecondaryIndex,
    definitions: &[AttributeDefinition],
    billing: BillingMode,
    now: Time,
) -> Result<GlobalIndex> {
    let key = KeySchema::of(&global.key_schema, kind_in(definitions)).ok_or_else(undefined)?;
    let provisioned = global.provisioned_throughput.unwrap_or(NO_UNITS);
    let ceilings = global.on_demand_throughput.unwrap_or_default();
    let warm = global.warm_throughput.unwrap_or_default();
    Ok(GlobalIndex {
        index: Index::new(global.index_name, key, global.projection),
        throughput: throughput(billing, &provisioned, &ceilings, &warm, now),
        provisioned,
        ceilings,
        status: TableStatus::Creating,
        pending: std::collections::VecDeque::new(),
    })
}

impl DynamoDb {
    pub(super) fn create_table(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: CreateTable,
    ) -> Result<Response> {
        check(&op)?;
        if self.tables.contains_key(&op.table_name) {
            return Err(in_use(format!("Table already exists: {}", op.table_name)));
        }
        let name = op.table_name.clone();
        let table = self.defined(now, chance, op)?;
        let description = table.description();
        self.tables.insert(name, table);
        Ok(Response::Json(serde_json::json!({ "TableDescription": description })))
    }

    /// The table that a definition describes, still being made.
    fn defined(&self, now: Time, chance: &mut Chance, op: CreateTable) -> Result<Table> {
        let active = now + self.settings.create_table;
        let definitions = op.attribute_definitions;
        let key = KeySchema::of(&op.key_schema, kind_in(&definitions)).ok_or_else(undefined)?;
        let billing = op.billing_mode.unwrap_or(BillingMode::Provisioned);
        let provisioned = op.provisioned_throughput.unwrap_or(NO_UNITS);
        let ceilings = op.on_demand_throughput.unwrap_or_default();
        let warm = op.warm_throughput.unwrap_or_default();
        let mut locals = Vec::new();
        for local in op.local_secondary_indexes.into_iter().flatten() {
            let key =
                KeySchema::of(&local.key_schema, kind_in(&definitions)).ok_or_else(undefined)?;
            locals.push(Index::new(local.index_name, key, local.projection));
        }
        let globals = op.global_secondary_indexes.into_iter().flatten();
        let globals = globals
            .map(|global| global_index(global, &definitions, billing, active))
            .collect::<Result<Vec<_>>>()?;
        let stream = op.stream_specification.filter(|stream| stream.stream_enabled);
        let stream = stream
            .and_then(|stream| stream.stream_view_type)
            .map(|view| Stream::new(&op.table_name, serde_json::json!(key.elements()), view, now));
        Ok(Table {
            id: uuid(chance),
            created: now,
            status: TableStatus::Creating,
            settles: Some(active),
            billing,
            billing_changed: (billing == BillingMode::PayPerRequest).then_some(now),
            throughput: throughput(billing, &provisioned, &ceilings, &warm, active),
            provisioned,
            decreases: Vec::new(),
            last_increase: None,
            ceilings,
            warm,
            class: op.table_class,
            is_protected: op.deletion_protection_enabled.unwrap_or(false),
            tags: op.tags.unwrap_or_default(),
            items: super::store::Store::default(),
            locals,
            globals,
            stream,
            ttl: super::ttl::TimeToLive::default(),
            recovery: None,
            held: std::collections::BTreeMap::new(),
            replicating: std::collections::VecDeque::new(),
            name: op.table_name,
            definitions,
            key,
        })
    }
}
