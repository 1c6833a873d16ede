//! `UpdateTable`: units, billing mode, global indexes, the stream, and protection against deletion.

use serde_json::json;

use super::super::time::{Span, Time};
use super::DynamoDb;
use super::create::{
    GLOBALS, NO_UNITS, allowances, check_bounds, check_global, check_name, check_stream,
    global_index,
};
use super::errors::{Result, in_use, invalid, limit, validation};
use super::operations::UpdateTable;
use super::responses::Response;
use super::shapes::{
    BillingMode, GlobalSecondaryIndex, GlobalSecondaryIndexUpdate, ProvisionedThroughput,
    StreamSpecification, StreamStatus, TableStatus,
};
use super::store::Collection;
use super::streams::Stream;
use super::table::Table;

const HOUR: Span = Span::hours(1);
const DAY: Span = Span::days(1);

fn check(op: &UpdateTable) -> Result<()> {
    check_name(&op.table_name)?;
    let updates = op.global_secondary_index_updates.as_deref().unwrap_or_default();
    let has_something = op.provisioned_throughput.is_some()
        || op.billing_mode.is_some()
        || op.stream_specification.is_some()
        || op.deletion_protection_enabled.is_some()
        || op.on_demand_throughput.is_some()
        || op.warm_throughput.is_some()
        || op.table_class.is_some()
        || !updates.is_empty();
    if !has_something {
        return Err(validation(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, \
             GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
        ));
    }
    if op.billing_mode == Some(BillingMode::Provisioned) && op.provisioned_throughput.is_none() {
        return Err(invalid(
            "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        ));
    }
    if let Some(units) = &op.provisioned_throughput {
        check_bounds(units)?;
    }
    let mut seen: Vec<&str> = Vec::new();
    for update in updates {
        let name = index_name(update).ok_or_else(|| {
            invalid(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, \
                 GlobalSecondaryIndexUpdate.Delete must not be null",
            )
        })?;
        if seen.contains(&name) {
            return Err(invalid(format!(
                "Only one global secondary index update per index is allowed simultaneously. \
                 Index: {name}"
            )));
        }
        seen.push(name);
    }
    let online = updates.iter().filter(|one| one.create.is_some() || one.delete.is_some());
    if online.count() > 1 {
        return Err(limit(
            "Subscriber limit exceeded: Only 1 online index can be created or deleted \
             simultaneously per table",
        ));
    }
    check_stream(op.stream_specification.as_ref())
}

fn index_name(update: &GlobalSecondaryIndexUpdate) -> Option<&str> {
    let GlobalSecondaryIndexUpdate { update, create, delete } = update;
    let update = update.as_ref().map(|one| one.index_name.as_str());
    let create = create.as_ref().map(|one| one.index_name.as_str());
    let delete = delete.as_ref().map(|one| one.index_name.as_str());
    update.or(create).or(delete)
}

impl DynamoDb {
    pub(super) fn update_table(&mut self, now: Time, op: UpdateTable) -> Result<Response> {
        check(&op)?;
        let settles = now + self.settings.update_table;
        let table = self.known_mut(&op.table_name)?;
        let busy = match table.status {
            TableStatus::Active => None,
            TableStatus::Creating => Some("created"),
            TableStatus::Updating => Some("updated"),
            TableStatus::Deleting => Some("deleted"),
        };
        if let Some(busy) = busy {
            return Err(in_use(format!(
                "Attempt to change a resource which is still in use: Table is being {busy}: {}",
                op.table_name
            )));
        }
        // A copy is changed, so that a refusal half way leaves the table as it was.
        let mut changed = table.clone();
        changed.change_billing(now, &op)?;
        for update in op.global_secondary_index_updates.into_iter().flatten() {
            changed.change_index(now, &op.attribute_definitions, update)?;
        }
        let ended = changed.change_stream(now, op.stream_specification)?;
        if let Some(protected) = op.deletion_protection_enabled {
            changed.is_protected = protected;
        }
        changed.class = op.table_class.or(changed.class);
        changed.status = TableStatus::Updating;
        changed.settles = Some(settles);
        let description = changed.description();
        *table = changed;
        self.old_streams.extend(ended);
        Ok(Response::Json(json!({ "TableDescription": description })))
    }
}

impl Table {
    fn change_billing(&mut self, now: Time, op: &UpdateTable) -> Result<()> {
        let billing = op.billing_mode.unwrap_or(self.billing);
        if billing == BillingMode::PayPerRequest && op.provisioned_throughput.is_some() {
            return Err(invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when \
                 BillingMode is PAY_PER_REQUEST",
            ));
        }
        if billing == BillingMode::Provisioned && self.billing != billing {
            let updates = op.global_secondary_index_updates.as_deref().unwrap_or_default();
            let missing: Vec<&str> = self
                .globals
                .iter()
                .map(|global| global.index.name.as_str())
                .filter(|name| !updates.iter().any(|one| index_name(one) == Some(*name)))
                .collect();
            if !missing.is_empty() {
                return Err(invalid(format!(
                    "ProvisionedThroughput must be specified for index: {}",
                    missing.join(",")
                )));
            }
        }
        if let Some(units) = op.provisioned_throughput {
            if billing == self.billing {
                self.check_units(now, &units)?;
            }
            self.provisioned = units;
        }
        if billing != self.billing {
            self.billing = billing;
            self.billing_changed = Some(now);
            if billing == BillingMode::PayPerRequest {
                self.provisioned = NO_UNITS;
                self.globals.iter_mut().for_each(|global| global.provisioned = NO_UNITS);
            }
        }
        if let Some(ceilings) = op.on_demand_throughput {
            self.ceilings.max_read_request_units =
                ceilings.max_read_request_units.or(self.ceilings.max_read_request_units);
            self.ceilings.max_write_request_units =
                ceilings.max_write_request_units.or(self.ceilings.max_write_request_units);
        }
        self.warm = op.warm_throughput.unwrap_or(self.warm);
        self.set_allowances(now);
        Ok(())
    }

    /// Refuses units that change nothing, and more decreases than a day allows (2.3.3).
    fn check_units(&mut self, now: Time, units: &ProvisionedThroughput) -> Result<()> {
        let own = &self.provisioned;
        if own == units {
            return Err(validation(format!(
                "The provisioned throughput for the table will not change. The requested value \
                 equals the current value. Current ReadCapacityUnits provisioned for the table: \
                 {0}. Requested ReadCapacityUnits: {0}. Current WriteCapacityUnits provisioned for \
                 the table: {1}. Requested WriteCapacityUnits: {1}. Refer to the Amazon DynamoDB \
                 Developer Guide for current limits and how to request higher limits.",
                own.read_capacity_units, own.write_capacity_units
            )));
        }
        let is_less = units.read_capacity_units < own.read_capacity_units
            || units.write_capacity_units < own.write_capacity_units;
        if !is_less {
            self.last_increase = Some(now);
            return Ok(());
        }
        self.decreases.retain(|at| at.0 / DAY.0 == now.0 / DAY.0);
        let in_first_hour = self.decreases.first().is_none_or(|first| now.since(*first) < HOUR);
        let allowed = match in_first_hour {
            true => self.decreases.len() < 4,
            false => self.decreases.last().is_none_or(|last| now.since(*last) >= HOUR),
        };
        if !allowed {
            return Err(limit(
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a \
                 given UTC day. After the first 4 decreases, each subsequent decrease in the same \
                 UTC day can be performed at most once every 3600 seconds.",
            ));
        }
        self.decreases.push(now);
        Ok(())
    }

    fn set_allowances(&mut self, now: Time) {
        let (reads, writes) =
            allowances(self.billing, &self.provisioned, &self.ceilings, &self.warm);
        self.throughput.set_allowances(now, reads, writes);
        for global in &mut self.globals {
            let (reads, writes) = allowances(
                self.billing,
                &global.provisioned,
                &global.ceilings,
                &Default::default(),
            );
            global.throughput.set_allowances(now, reads, writes);
        }
    }

    fn change_index(
        &mut self,
        now: Time,
        definitions: &Option<Vec<super::shapes::AttributeDefinition>>,
        update: GlobalSecondaryIndexUpdate,
    ) -> Result<()> {
        if let Some(create) = update.create {
            for definition in definitions.iter().flatten() {
                let name = &definition.attribute_name;
                if !self.definitions.iter().any(|own| own.attribute_name == *name) {
                    self.definitions.push(definition.clone());
                }
            }
            return self.create_index(now, create);
        }
        let name = update.update.as_ref().map(|one| one.index_name.clone());
        let name = name.or(update.delete.as_ref().map(|one| one.index_name.clone()));
        let name = name.unwrap_or_default();
        let Some(global) = self.globals.iter_mut().find(|global| global.index.name == name) else {
            return Err(super::ServiceError::new(
                "ResourceNotFoundException",
                format!("Requested resource not found: Index: {name} not found"),
            ));
        };
        match update.update {
            None => global.status = TableStatus::Deleting,
            Some(change) => {
                if let Some(units) = change.provisioned_throughput {
                    check_bounds(&units)?;
                    global.provisioned = units;
                }
                global.ceilings = change.on_demand_throughput.unwrap_or(global.ceilings);
                global.status = TableStatus::Updating;
                self.set_allowances(now);
            }
        }
        Ok(())
    }

    /// Makes a new index and fills it with what the table holds.
    fn create_index(&mut self, now: Time, create: GlobalSecondaryIndex) -> Result<()> {
        let name = create.index_name.clone();
        if self.indexes().any(|index| index.name == name) {
            return Err(invalid(format!("Duplicate index name: {name}")));
        }
        if self.globals.len() >= GLOBALS {
            return Err(invalid(format!(
                "GlobalSecondaryIndex count exceeds the per-table limit of {GLOBALS}"
            )));
        }
        check_global(&create, &self.definitions, self.billing)?;
        let mut global = global_index(create, &self.definitions, self.billing, now)?;
        for item in self.items.collections().flat_map(Collection::items) {
            let Some(key) = self.key.key_of(item) else { continue };
            if let Some(change) = global.index.change(&self.key, &key, None, Some(item)) {
                global.index.apply(change);
            }
        }
        self.globals.push(global);
        Ok(())
    }

    /// Turns the stream on or off; hands out the one that ended.
    fn change_stream(
        &mut self,
        now: Time,
        wanted: Option<StreamSpecification>,
    ) -> Result<Option<Stream>> {
        match (wanted, &self.stream) {
            (None, _) => Ok(None),
            (Some(StreamSpecification { stream_enabled: true, .. }), Some(_)) => Err(validation(
                "Table already has an enabled stream: TableName: ".to_owned() + &self.name,
            )),
            (Some(StreamSpecification { stream_enabled: false, .. }), None) => Err(validation(
                "Table has no stream to disable: TableName: ".to_owned() + &self.name,
            )),
            (Some(StreamSpecification { stream_view_type, .. }), None) => {
                self.stream = stream_view_type
                    .map(|view| Stream::new(&self.name, json!(self.key.elements()), view, now));
                Ok(None)
            }
            (Some(_), Some(_)) => {
                let mut ended = self.stream.take();
                if let Some(stream) = &mut ended {
                    stream.status = StreamStatus::Disabled;
                }
                Ok(ended)
            }
        }
    }
}
