//! Writing one item: `PutItem`, `UpdateItem`, `DeleteItem`, and the write that they share with batches.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::chance::Chance;
use super::super::time::{Span, Time};
use super::capacity::{Direction, Units};
use super::errors::{Result, condition_failed, not_found, validation};
use super::expression::path::Projection;
use super::expression::{Condition, Names, Path, Placeholders, Update};
use super::keys::TableKey;
use super::legacy::{apply_updates, check_expected, check_updates, is_expected};
use super::operations::{DeleteItem, PutItem, UpdateItem};
use super::reading::{Use, check_kinds, collection_metrics, consumed};
use super::responses::{Response, WriteOutput};
use super::shapes::{
    AttributeValueUpdate, ConditionalOperator, ExpectedAttributeValue, ReturnValues,
    ReturnValuesOnConditionCheckFailure,
};
use super::store::Place;
use super::table::{ITEM_BYTES, Table, Written};
use super::value::{AttributeValue, Item, SharedItem};
use super::{DynamoDb, Happened, ServiceError};

/// What a write makes of an item.
pub(super) enum Change<'e> {
    Put(SharedItem),
    Update(Update<'e>),
    Legacy(&'e BTreeMap<String, AttributeValueUpdate>),
    /// An update without any change: makes the item if it is missing.
    Touch,
    Delete,
}

/// The condition of a write.
#[derive(Default)]
pub(super) struct Guard<'e> {
    pub(super) condition: Option<Condition<'e>>,
    pub(super) expected: Option<&'e BTreeMap<String, ExpectedAttributeValue>>,
    pub(super) joined: Option<ConditionalOperator>,
    /// Whether its failure shows the item.
    pub(super) shows_item: bool,
}

impl Guard<'_> {
    /// Whether the item, or its absence, fulfils it.
    pub(super) fn holds(&self, item: Option<&Item>) -> bool {
        static NOTHING: std::sync::LazyLock<Item> = std::sync::LazyLock::new(Item::new);
        let item = item.unwrap_or(&NOTHING);
        self.condition.as_ref().is_none_or(|condition| condition.holds(item))
            && self.expected.is_none_or(|expected| is_expected(item, expected, self.joined))
    }
}

impl Change<'_> {
    /// The item after it.
    pub(super) fn result(
        &self,
        table: &Table,
        key: &TableKey,
        old: Option<&SharedItem>,
    ) -> Result<Option<SharedItem>> {
        let start = || old.map_or_else(|| table.key.item_of(key), |old| (**old).clone());
        let item = match self {
            Change::Put(item) => return Ok(Some(item.clone())),
            Change::Delete => return Ok(None),
            Change::Touch => start(),
            Change::Update(update) => {
                let mut item = start();
                update.apply(&mut item).map_err(validation)?;
                item
            }
            Change::Legacy(updates) => {
                let mut item = start();
                apply_updates(&mut item, updates)?;
                item
            }
        };
        item.check().map_err(validation)?;
        if item.size() > ITEM_BYTES {
            return Err(validation("Item size to update has exceeded the maximum allowed size"));
        }
        table.check_updated_index_keys(&item)?;
        Ok(Some(Arc::new(item)))
    }

    /// The paths that it changes, for `UPDATED_OLD` and `UPDATED_NEW`.
    fn paths(&self) -> Vec<Path<'_>> {
        match self {
            Change::Update(update) => {
                update.actions().map(|action| action.path().clone()).collect()
            }
            Change::Legacy(updates) => updates.keys().map(|name| Path::of(name)).collect(),
            _ => Vec::new(),
        }
    }

    /// Refuses a change of key attributes, or of index keys to another type.
    pub(super) fn check(&self, table: &Table) -> Result<()> {
        let changed: Vec<(&str, bool, Option<&str>)> = match self {
            Change::Update(update) => update
                .actions()
                .map(|action| {
                    let path = action.path();
                    (path.attribute(), path.is_nested(), action.known_type())
                })
                .collect(),
            Change::Legacy(updates) => updates
                .iter()
                .map(|(name, update)| {
                    let kind = update.value.as_ref().map(AttributeValue::type_name);
                    (name.as_str(), false, kind)
                })
                .collect(),
            _ => return Ok(()),
        };
        for attribute in table.key.attributes() {
            if changed.iter().any(|(name, ..)| *name == attribute.name) {
                return Err(super::errors::invalid(format!(
                    "Cannot update attribute {}. This attribute is part of the key",
                    attribute.name
                )));
            }
        }
        for index in table.indexes() {
            for attribute in index.key.attributes() {
                let wanted = attribute.kind.text();
                let kind = changed
                    .iter()
                    .find(|(name, nested, _)| *name == attribute.name && !nested)
                    .and_then(|(_, _, kind)| *kind);
                if let Some(kind) = kind.filter(|kind| *kind != wanted) {
                    return Err(super::errors::invalid(format!(
                        "Type mismatch for Index Key {} Expected: {wanted} Actual: {kind} \
                         IndexName: {}",
                        attribute.name, index.name
                    )));
                }
            }
        }
        let nested = changed.iter().filter(|(_, nested, _)| *nested).map(|(name, ..)| *name);
        table.check_key_paths(nested)
    }
}

/// What a write did.
pub(super) struct Done {
    pub(super) key: TableKey,
    pub(super) old: Option<SharedItem>,
    pub(super) new: Option<SharedItem>,
    pub(super) used: Use,
}

impl DynamoDb {
    /// Does one write, or says why not.
    pub(super) fn write(
        &mut self,
        now: Time,
        chance: &mut Chance,
        name: &str,
        key: TableKey,
        change: &Change<'_>,
        guard: &Guard<'_>,
    ) -> Result<Done> {
        let settings = self.settings;
        let table = self.tables.get_mut(name).ok_or_else(not_found)?;
        if settings.transaction > Span::ZERO && table.is_held(now, &key) {
            return Err(ServiceError::new(
                "TransactionConflictException",
                "Transaction is ongoing for the item",
            ));
        }
        let place = Place::in_table(&key);
        let hash = place.hash;
        if let Err(throttled) = table.admits(now, Direction::Write, Some(hash)) {
            return Err(self.refuse(now, throttled));
        }
        let old = table.items.get(&place).cloned();
        if !guard.holds(old.as_deref()) {
            let units = Units::write(old.as_ref().map_or(0, |item| item.size()));
            table.throughput.take(now, Direction::Write, Some(hash), units);
            let table = || name.to_owned();
            self.trace.note(now, || Happened::ConditionFailed { table: table(), key, units });
            return Err(condition_failed(old.as_deref().filter(|_| guard.shows_item)));
        }
        let new = change.result(table, &key, old.as_ref())?;
        let written = table.plan(key, place, old.clone(), new.clone());
        table.check_collection(&written, settings.item_collection_bytes)?;
        if let Err(throttled) = table.indexes_admit(now, &written) {
            return Err(self.refuse(now, throttled));
        }
        table.take_write_units(now, &written, 1);
        let used = table.write_use(&written, 1);
        let partition = table.throughput.partition_of(hash);
        self.trace.note(now, || Happened::Written {
            table: name.to_owned(),
            key: written.key.clone(),
            partition,
            units: used.table_and_locals(),
        });
        let key = table.commit(now, chance, &settings, written, false);
        Ok(Done { key, old, new, used })
    }

    pub(super) fn put_item(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: PutItem,
    ) -> Result<Response> {
        check_kinds(
            &[("ConditionExpression", op.condition_expression.is_some())],
            &[("Expected", op.expected.is_some())],
            op.expression_attribute_names.is_some(),
            op.expression_attribute_values.is_some(),
        )?;
        op.item.check().map_err(validation)?;
        check_returned(op.return_values)?;
        check_size(&op.item)?;
        let guard = guard(
            op.condition_expression.as_deref(),
            op.expression_attribute_names.as_ref(),
            op.expression_attribute_values.as_ref(),
            op.expected.as_ref(),
            op.conditional_operator,
            op.return_values_on_condition_check_failure,
        )?;
        let table = self.live_mut(&op.table_name)?;
        let key = table.key.checked_item(&op.item)?;
        table.check_index_keys(&op.item)?;
        let change = Change::Put(Arc::new(op.item));
        let done = self.write(now, chance, &op.table_name, key, &change, &guard)?;
        let attributes = done.old.filter(|_| op.return_values == Some(ReturnValues::AllOld));
        Ok(Response::Write(WriteOutput {
            attributes,
            consumed_capacity: consumed(op.return_consumed_capacity, &op.table_name, &done.used),
            item_collection_metrics: collection_metrics(
                self.tables.get(&op.table_name),
                op.return_item_collection_metrics,
                &done.key,
            ),
        }))
    }

    pub(super) fn delete_item(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: DeleteItem,
    ) -> Result<Response> {
        check_kinds(
            &[("ConditionExpression", op.condition_expression.is_some())],
            &[("Expected", op.expected.is_some())],
            op.expression_attribute_names.is_some(),
            op.expression_attribute_values.is_some(),
        )?;
        op.key.check().map_err(validation)?;
        check_returned(op.return_values)?;
        let guard = guard(
            op.condition_expression.as_deref(),
            op.expression_attribute_names.as_ref(),
            op.expression_attribute_values.as_ref(),
            op.expected.as_ref(),
            op.conditional_operator,
            op.return_values_on_condition_check_failure,
        )?;
        let key = self.live_mut(&op.table_name)?.key.checked_key(&op.key)?;
        let done = self.write(now, chance, &op.table_name, key, &Change::Delete, &guard)?;
        let attributes = done.old.filter(|_| op.return_values == Some(ReturnValues::AllOld));
        Ok(Response::Write(WriteOutput {
            attributes,
            consumed_capacity: consumed(op.return_consumed_capacity, &op.table_name, &done.used),
            item_collection_metrics: collection_metrics(
                self.tables.get(&op.table_name),
                op.return_item_collection_metrics,
                &done.key,
            ),
        }))
    }

    pub(super) fn update_item(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: UpdateItem,
    ) -> Result<Response> {
        check_kinds(
            &[
                ("UpdateExpression", op.update_expression.is_some()),
                ("ConditionExpression", op.condition_expression.is_some()),
            ],
            &[
                ("AttributeUpdates", op.attribute_updates.is_some()),
                ("Expected", op.expected.is_some()),
            ],
            op.expression_attribute_names.is_some(),
            op.expression_attribute_values.is_some(),
        )?;
        op.key.check().map_err(validation)?;
        if let Some(updates) = &op.attribute_updates {
            check_updates(updates)?;
        }
        if let Some(expected) = &op.expected {
            check_expected(expected)?;
        }
        let mut placeholders = placeholders(
            op.expression_attribute_names.as_ref(),
            op.expression_attribute_values.as_ref(),
        )?;
        let update = op.update_expression.as_deref();
        let update = update.map(|text| placeholders.update(text)).transpose();
        let update = update.map_err(validation)?;
        let condition = op.condition_expression.as_deref();
        let condition =
            condition.map(|text| placeholders.condition("ConditionExpression", text)).transpose();
        let condition = condition.map_err(validation)?;
        placeholders.finish().map_err(validation)?;
        let change = match (update, &op.attribute_updates) {
            (Some(update), _) => Change::Update(update),
            (None, Some(updates)) => Change::Legacy(updates),
            (None, None) => Change::Touch,
        };
        let guard = Guard {
            condition,
            expected: op.expected.as_ref(),
            joined: op.conditional_operator,
            shows_item: shows_item(op.return_values_on_condition_check_failure),
        };
        let table = self.live_mut(&op.table_name)?;
        let key = table.key.checked_key(&op.key)?;
        change.check(table)?;
        let done = self.write(now, chance, &op.table_name, key, &change, &guard)?;
        let part = |item: Option<&SharedItem>| {
            let part = Projection(change.paths()).of(item?);
            (!part.is_empty()).then(|| Arc::new(part))
        };
        let attributes = match op.return_values {
            None | Some(ReturnValues::None) => None,
            Some(ReturnValues::AllOld) => done.old,
            Some(ReturnValues::AllNew) => done.new,
            Some(ReturnValues::UpdatedOld) => part(done.old.as_ref()),
            Some(ReturnValues::UpdatedNew) => part(done.new.as_ref()),
        };
        Ok(Response::Write(WriteOutput {
            attributes,
            consumed_capacity: consumed(op.return_consumed_capacity, &op.table_name, &done.used),
            item_collection_metrics: collection_metrics(
                self.tables.get(&op.table_name),
                op.return_item_collection_metrics,
                &done.key,
            ),
        }))
    }
}

impl Table {
    /// What a write takes, of whom.
    pub(super) fn write_use(&self, written: &Written, times: u64) -> Use {
        let times = |units: Units| Units { halves: units.halves * times };
        let locals = written.local_units();
        let globals = written.global_units();
        Use {
            table: times(written.units),
            locals: locals
                .map(|(number, units)| (self.locals[number].name.clone(), times(units)))
                .collect(),
            globals: globals
                .map(|(number, units)| (self.globals[number].index.name.clone(), times(units)))
                .collect(),
        }
    }
}

/// Refuses an item that is too large to put (DDB-28).
pub(super) fn check_size(item: &Item) -> Result<()> {
    if item.size() > ITEM_BYTES {
        return Err(validation("Item size has exceeded the maximum allowed size"));
    }
    Ok(())
}

fn check_returned(returned: Option<ReturnValues>) -> Result<()> {
    match returned {
        None | Some(ReturnValues::None | ReturnValues::AllOld) => Ok(()),
        Some(_) => Err(validation("ReturnValues can only be ALL_OLD or NONE")),
    }
}

pub(super) fn shows_item(how: Option<ReturnValuesOnConditionCheckFailure>) -> bool {
    how == Some(ReturnValuesOnConditionCheckFailure::AllOld)
}

/// The names and values of a call, checked.
pub(super) fn placeholders<'e>(
    names: Option<&'e Names>,
    values: Option<&'e Item>,
) -> Result<Placeholders<'e>> {
    Placeholders::new(names, values).map_err(validation)
}

/// The condition of a write that has only that one expression.
pub(super) fn guard<'e>(
    condition: Option<&'e str>,
    names: Option<&'e Names>,
    values: Option<&'e Item>,
    expected: Option<&'e BTreeMap<String, ExpectedAttributeValue>>,
    joined: Option<ConditionalOperator>,
    on_failure: Option<ReturnValuesOnConditionCheckFailure>,
) -> Result<Guard<'e>> {
    if let Some(expected) = expected {
        check_expected(expected)?;
    }
    let mut placeholders = placeholders(names, values)?;
    let condition =
        condition.map(|text| placeholders.condition("ConditionExpression", text)).transpose();
    let condition = condition.map_err(validation)?;
    placeholders.finish().map_err(validation)?;
    Ok(Guard { condition, expected, joined, shows_item: shows_item(on_failure) })
}
