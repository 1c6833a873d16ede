//! Tables from the outside: describing, listing, deleting and tagging them, and what time does to them.

use serde_json::{Value, json};

use super::super::arn::resource_of;
use super::super::time::Time;
use super::create::check_name;
use super::errors::{Result, in_use, validation};
use super::index::{GlobalIndex, Index};
use super::operations::{
    DeleteTable, DescribeTable, ListTables, ListTagsOfResource, TagResource, UntagResource,
};
use super::responses::Response;
use super::shapes::{
    BillingMode, KeySchemaElement, ProvisionedThroughput, StreamStatus, TableStatus,
};
use super::table::Table;
use super::{DynamoDb, Happened};

/// Most names of one page of `ListTables`.
const NAMES: usize = 100;

/// The quotas of an account (2.3.3).
pub(super) fn describe_limits() -> Response {
    Response::Json(json!({
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }))
}

impl Table {
    /// As AWS describes it. Numbers of items are those of the moment; AWS counts about every six hours.
    pub(super) fn description(&self) -> Value {
        let mut definitions: Vec<_> = self.definitions.iter().collect();
        definitions.sort_by(|a, b| a.attribute_name.cmp(&b.attribute_name));
        let mut out = json!({
            "AttributeDefinitions": definitions,
            "TableName": self.name,
            "KeySchema": self.key.elements(),
            "TableStatus": self.status,
            "CreationDateTime": self.created.unix_seconds(),
            "ProvisionedThroughput": self.provisioned_json(),
            "TableSizeBytes": self.items.bytes(),
            "ItemCount": self.items.len(),
            "TableArn": self.arn(),
            "TableId": self.id,
            "DeletionProtectionEnabled": self.is_protected,
        });
        if let Some(changed) = self.billing_changed {
            let mut summary = json!({ "BillingMode": self.billing });
            if self.billing == BillingMode::PayPerRequest {
                summary["LastUpdateToPayPerRequestDateTime"] = json!(changed.unix_seconds());
            }
            out["BillingModeSummary"] = summary;
        }
        if self.ceilings != Default::default() {
            out["OnDemandThroughput"] = json!(self.ceilings);
        }
        out["WarmThroughput"] = json!({
            "ReadUnitsPerSecond": self.throughput.reads.per_second(),
            "WriteUnitsPerSecond": self.throughput.writes.per_second(),
            "Status": "ACTIVE",
        });
        if let Some(class) = &self.class {
            out["TableClassSummary"] = json!({ "TableClass": class });
        }
        if !self.locals.is_empty() {
            out["LocalSecondaryIndexes"] =
                self.locals.iter().map(|index| self.index_json(index)).collect();
        }
        if !self.globals.is_empty() {
            out["GlobalSecondaryIndexes"] =
                self.globals.iter().map(|global| self.global_json(global)).collect();
        }
        if let Some(stream) = &self.stream {
            out["StreamSpecification"] =
                json!({ "StreamEnabled": true, "StreamViewType": stream.view });
            out["LatestStreamLabel"] = json!(stream.label);
            out["LatestStreamArn"] = json!(stream.arn);
        }
        out
    }

    fn provisioned_json(&self) -> Value {
        let mut out = units_json(&self.provisioned);
        out["NumberOfDecreasesToday"] = json!(self.decreases.len());
        if let Some(at) = self.last_increase {
            out["LastIncreaseDateTime"] = json!(at.unix_seconds());
        }
        if let Some(at) = self.decreases.last() {
            out["LastDecreaseDateTime"] = json!(at.unix_seconds());
        }
        out
    }

    fn index_json(&self, index: &Index) -> Value {
        let keys: Vec<KeySchemaElement> = index.key.elements();
        json!({
            "IndexName": index.name,
            "KeySchema": keys,
            "Projection": index.projection,
            "IndexSizeBytes": index.entries.bytes(),
            "ItemCount": index.entries.len(),
            "IndexArn": self.index_arn(&index.name),
        })
    }

    fn global_json(&self, global: &GlobalIndex) -> Value {
        let mut out = self.index_json(&global.index);
        out["IndexStatus"] = json!(global.status);
        out["ProvisionedThroughput"] = units_json(&global.provisioned);
        out["ProvisionedThroughput"]["NumberOfDecreasesToday"] = json!(0);
        if global.ceilings != Default::default() {
            out["OnDemandThroughput"] = json!(global.ceilings);
        }
        out
    }
}

fn units_json(units: &ProvisionedThroughput) -> Value {
    json!({
        "ReadCapacityUnits": units.read_capacity_units,
        "WriteCapacityUnits": units.write_capacity_units,
    })
}

impl DynamoDb {
    pub(super) fn describe_table(&self, op: &DescribeTable) -> Result<Response> {
        check_name(&op.table_name)?;
        Ok(Response::Json(json!({ "Table": self.known(&op.table_name)?.description() })))
    }

    pub(super) fn list_tables(&self, op: &ListTables) -> Response {
        let limit = op.limit.map_or(NAMES, |limit| limit.clamp(1, NAMES as i64) as usize);
        let after = op.exclusive_start_table_name.as_deref();
        let mut names =
            self.tables.keys().filter(|name| after.is_none_or(|after| name.as_str() > after));
        let page: Vec<&String> = names.by_ref().take(limit).collect();
        let mut out = json!({ "TableNames": page });
        if names.next().is_some() {
            out["LastEvaluatedTableName"] = json!(page.last());
        }
        Response::Json(out)
    }

    pub(super) fn delete_table(&mut self, now: Time, op: &DeleteTable) -> Result<Response> {
        check_name(&op.table_name)?;
        let settles = now + self.settings.delete_table;
        let table = self.known_mut(&op.table_name)?;
        let busy = match table.status {
            TableStatus::Creating => "created",
            TableStatus::Updating => "updated",
            TableStatus::Deleting => "deleted",
            TableStatus::Active if table.is_protected => {
                return Err(validation(
                    "Resource cannot be deleted as it is currently protected against deletion. \
                     Disable deletion protection first.",
                ));
            }
            TableStatus::Active => {
                table.status = TableStatus::Deleting;
                table.settles = Some(settles);
                table.globals.clear();
                table.locals.clear();
                table.ttl = super::ttl::TimeToLive::default();
                let mut description = table.description();
                description["TableSizeBytes"] = json!(0);
                description["ItemCount"] = json!(0);
                return Ok(Response::Json(json!({ "TableDescription": description })));
            }
        };
        Err(in_use(format!(
            "Attempt to change a resource which is still in use: Table is being {busy}: {}",
            op.table_name
        )))
    }

    /// Finishes the changes of tables that are due.
    pub(super) fn settle_tables(&mut self, now: Time) {
        let due: Vec<String> = self
            .tables
            .values()
            .filter(|table| table.settles.is_some_and(|at| at <= now))
            .map(|table| table.name.clone())
            .collect();
        for name in due {
            let Some(table) = self.tables.get_mut(&name) else { continue };
            table.settles = None;
            if table.status == TableStatus::Deleting {
                if let Some(mut stream) = self.tables.remove(&name).and_then(|table| table.stream) {
                    stream.status = StreamStatus::Disabled;
                    self.old_streams.push(stream);
                }
                self.trace.note(now, || Happened::TableDeleted { table: name });
                continue;
            }
            table.status = TableStatus::Active;
            table.globals.retain(|global| global.status != TableStatus::Deleting);
            for global in &mut table.globals {
                global.status = TableStatus::Active;
            }
            self.trace.note(now, || Happened::TableSettled { table: name });
        }
    }

    fn tagged_mut(&mut self, arn: &str) -> Result<&mut Table> {
        let name = resource_of(arn, "dynamodb")
            .and_then(|resource| resource.strip_prefix("table/"))
            .ok_or_else(|| {
                validation(format!(
                    "Invalid TableArn: Invalid ResourceArn provided as input {arn:.200}"
                ))
            })?;
        let missing = super::ServiceError::new(
            "ResourceNotFoundException",
            format!("Requested resource not found: ResourcArn: {arn:.300} not found"),
        );
        self.tables.get_mut(name).ok_or(missing)
    }

    pub(super) fn tag(&mut self, op: TagResource) -> Result<Response> {
        if op.tags.is_empty() {
            return Err(validation("At least one Tag needs to be provided as Input."));
        }
        let table = self.tagged_mut(&op.resource_arn)?;
        for tag in op.tags {
            match table.tags.iter_mut().find(|own| own.key == tag.key) {
                Some(own) => own.value = tag.value,
                None => table.tags.push(tag),
            }
        }
        Ok(Response::Json(json!({})))
    }

    pub(super) fn untag(&mut self, op: &UntagResource) -> Result<Response> {
        if op.tag_keys.is_empty() {
            return Err(validation("At least one Tag Key needs to be provided as Input."));
        }
        let table = self.tagged_mut(&op.resource_arn)?;
        table.tags.retain(|tag| !op.tag_keys.contains(&tag.key));
        Ok(Response::Json(json!({})))
    }

    pub(super) fn list_tags(&mut self, op: &ListTagsOfResource) -> Result<Response> {
        let table = self.tagged_mut(&op.resource_arn)?;
        Ok(Response::Json(json!({ "Tags": table.tags })))
    }
}
