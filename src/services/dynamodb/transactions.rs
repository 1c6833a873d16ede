//! `TransactWriteItems` and `TransactGetItems`: all or nothing, and harmless to try again (DDB-26).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::chance::Chance;
use super::super::time::{Span, Time};
use super::capacity::{Direction, Units};
use super::errors::{CONDITION_FAILED, Result, cancelled, not_found, validation};
use super::items::{Change, Guard, check_size, guard, placeholders, shows_item};
use super::keys::TableKey;
use super::operations::{TransactGetItems, TransactWriteItems};
use super::reading::{Use, collection_metrics, consumed_in_transaction, nested, projection};
use super::responses::{ItemResponse, Response, TransactGetItemsOutput, TransactWriteItemsOutput};
use super::shapes::{TransactUpdate, TransactWriteItem};
use super::store::Place;
use super::table::Written;
use super::value::Item;
use super::{DynamoDb, Happened, ServiceError, Throttled};

/// Most actions, and most bytes of all items (2.3.3).
pub(super) const ACTIONS: usize = 100;
const BYTES: u64 = 4 * 1024 * 1024;
/// How long a token makes trying again harmless (2.3.3).
const TOKEN_LIFE: Span = Span::minutes(10);

/// A transaction that was done, remembered by its token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    at: Time,
    items: Vec<TransactWriteItem>,
    response: Response,
}

/// One action, read and checked as far as that goes without the item.
struct Action<'o> {
    table: &'o str,
    key: TableKey,
    /// Nothing for a mere check.
    change: Option<Change<'o>>,
    guard: Guard<'o>,
}

/// Why one action cancels the whole transaction.
enum Reason {
    Condition(Option<super::SharedItem>),
    Conflict,
    Throttled(Throttled),
    Other(ServiceError),
}

impl Reason {
    fn json(&self) -> Map<String, Value> {
        let (code, message) = match self {
            Reason::Condition(_) => ("ConditionalCheckFailed", CONDITION_FAILED.to_owned()),
            Reason::Conflict => {
                ("TransactionConflict", "Transaction is ongoing for the item".to_owned())
            }
            Reason::Throttled(throttled) => {
                let code = match throttled.code() {
                    "ThrottlingException" => "ThrottlingError",
                    _ => "ProvisionedThroughputExceeded",
                };
                (code, throttled.error().message)
            }
            Reason::Other(error) if error.code == "ItemCollectionSizeLimitExceededException" => {
                ("ItemCollectionSizeLimitExceeded", error.message.clone())
            }
            Reason::Other(error) => ("ValidationError", error.message.clone()),
        };
        let mut out = Map::new();
        out.insert("Code".to_owned(), json!(code));
        out.insert("Message".to_owned(), json!(message));
        if let Reason::Condition(Some(item)) = self {
            out.insert("Item".to_owned(), json!(**item));
        }
        out
    }
}

fn none() -> Map<String, Value> {
    Map::from_iter([("Code".to_owned(), json!("None"))])
}

fn check_count(count: usize) -> Result<()> {
    if count > ACTIONS {
        return Err(validation(
            "1 validation error detected at 'transactItems' failed to satisfy constraint: Member \
             must have length less than or equal to 100.",
        ));
    }
    Ok(())
}

fn several_on_one() -> ServiceError {
    validation("Transaction request cannot include multiple operations on one item")
}

impl DynamoDb {
    /// Reads one action; its table must be there and its key must fit.
    fn action<'o>(&self, item: &'o TransactWriteItem) -> Result<Action<'o>> {
        let live = |name: &str| {
            self.tables.get(name).filter(|table| table.is_live()).ok_or_else(not_found)
        };
        let TransactWriteItem { condition_check, put, delete, update } = item;
        match (condition_check, put, delete, update) {
            (Some(check), None, None, None) => {
                check.key.check().map_err(validation)?;
                let guard = guard(
                    Some(&check.condition_expression),
                    check.expression_attribute_names.as_ref(),
                    check.expression_attribute_values.as_ref(),
                    None,
                    None,
                    check.return_values_on_condition_check_failure,
                )?;
                let key = live(&check.table_name)?.key.checked_key(&check.key)?;
                Ok(Action { table: &check.table_name, key, change: None, guard })
            }
            (None, Some(put), None, None) => {
                put.item.check().map_err(validation)?;
                check_size(&put.item)?;
                let guard = guard(
                    put.condition_expression.as_deref(),
                    put.expression_attribute_names.as_ref(),
                    put.expression_attribute_values.as_ref(),
                    None,
                    None,
                    put.return_values_on_condition_check_failure,
                )?;
                let table = live(&put.table_name)?;
                let key = table.key.checked_item(&put.item)?;
                table.check_index_keys(&put.item)?;
                let change = Some(Change::Put(Arc::new(put.item.clone())));
                Ok(Action { table: &put.table_name, key, change, guard })
            }
            (None, None, Some(delete), None) => {
                delete.key.check().map_err(validation)?;
                let guard = guard(
                    delete.condition_expression.as_deref(),
                    delete.expression_attribute_names.as_ref(),
                    delete.expression_attribute_values.as_ref(),
                    None,
                    None,
                    delete.return_values_on_condition_check_failure,
                )?;
                let key = live(&delete.table_name)?.key.checked_key(&delete.key)?;
                Ok(Action { table: &delete.table_name, key, change: Some(Change::Delete), guard })
            }
            (None, None, None, Some(update)) => {
                let (change, guard) = update_of(update)?;
                let table = live(&update.table_name)?;
                let key = table.key.checked_key(&update.key)?;
                change.check(table)?;
                Ok(Action { table: &update.table_name, key, change: Some(change), guard })
            }
            _ => Err(validation(
                "TransactItems can only contain one of Check, Put, Update or Delete",
            )),
        }
    }

    pub(super) fn transact_write(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: TransactWriteItems,
    ) -> Result<Response> {
        check_count(op.transact_items.len())?;
        self.tokens.retain(|_, token| now.since(token.at) < TOKEN_LIFE);
        let token = op.client_request_token.as_ref().and_then(|token| self.tokens.get(token));
        if let Some(token) = token {
            if token.items != op.transact_items {
                return Err(ServiceError::new(
                    "IdempotentParameterMismatchException",
                    "The provided client token was already used with different parameters",
                ));
            }
            if now.since(token.at) < self.settings.transaction {
                return Err(ServiceError::new(
                    "TransactionInProgressException",
                    "The transaction with the given request token is already in progress.",
                ));
            }
            return Ok(token.response.clone());
        }
        let mut actions: Vec<Action<'_>> = Vec::with_capacity(op.transact_items.len());
        for item in &op.transact_items {
            let action = self.action(item)?;
            if actions.iter().any(|own| own.table == action.table && own.key == action.key) {
                return Err(several_on_one());
            }
            actions.push(action);
        }
        let planned: Vec<std::result::Result<Option<Written>, Reason>> =
            actions.iter().map(|action| self.prepared(now, action)).collect();
        self.check_bytes(&actions, &planned)?;
        if planned.iter().any(std::result::Result::is_err) {
            return Err(self.cancel(now, &planned));
        }
        let uses = self.commit_all(now, chance, &actions, planned);
        let how = op.return_consumed_capacity;
        let write = Direction::Write;
        let sizes = op.return_item_collection_metrics;
        let mut metrics: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for action in &actions {
            if let Some(size) =
                collection_metrics(self.tables.get(action.table), sizes, &action.key)
            {
                metrics.entry(action.table.to_owned()).or_default().push(size);
            }
        }
        let response = Response::TransactWrite(TransactWriteItemsOutput {
            consumed_capacity: uses
                .iter()
                .map(|(name, used)| consumed_in_transaction(how, name, used, write))
                .collect(),
            item_collection_metrics: (!metrics.is_empty()).then_some(metrics),
        });
        drop(actions);
        if let Some(token) = op.client_request_token {
            let done = Token { at: now, items: op.transact_items, response: response.clone() };
            self.tokens.insert(token, done);
        }
        Ok(response)
    }

    /// What one action will do, or why it cannot.
    fn prepared(
        &mut self,
        now: Time,
        action: &Action<'_>,
    ) -> std::result::Result<Option<Written>, Reason> {
        let most = self.settings.item_collection_bytes;
        let Some(table) = self.tables.get_mut(action.table) else {
            return Err(Reason::Other(not_found()));
        };
        if table.is_held(now, &action.key) {
            return Err(Reason::Conflict);
        }
        let place = Place::in_table(&action.key);
        table.admits(now, Direction::Write, Some(place.hash)).map_err(Reason::Throttled)?;
        let old = table.items.get(&place).cloned();
        if !action.guard.holds(old.as_deref()) {
            return Err(Reason::Condition(old.filter(|_| action.guard.shows_item)));
        }
        let Some(change) = &action.change else { return Ok(None) };
        let new = change.result(table, &action.key, old.as_ref()).map_err(Reason::Other)?;
        let written = table.plan(action.key.clone(), place, old, new);
        table.check_collection(&written, most).map_err(Reason::Other)?;
        table.indexes_admit(now, &written).map_err(Reason::Throttled)?;
        Ok(Some(written))
    }

    /// Refuses more than 4 MB in one transaction.
    fn check_bytes(
        &self,
        actions: &[Action<'_>],
        planned: &[std::result::Result<Option<Written>, Reason>],
    ) -> Result<()> {
        let mut bytes = 0;
        for (action, plan) in actions.iter().zip(planned) {
            let new = match plan {
                Ok(Some(written)) => written.new.as_ref().or(written.old.as_ref()),
                _ => self.tables.get(action.table).and_then(|table| table.item(&action.key)),
            };
            bytes += new.map_or(0, |item| item.size());
        }
        if bytes > BYTES {
            return Err(validation(
                "Collection size of items in transaction exceeded the limit of 4 MB",
            ));
        }
        Ok(())
    }

    fn cancel(
        &mut self,
        now: Time,
        planned: &[std::result::Result<Option<Written>, Reason>],
    ) -> ServiceError {
        let reasons: Vec<Map<String, Value>> = planned
            .iter()
            .map(|plan| plan.as_ref().map_or_else(Reason::json, |_| none()))
            .collect();
        for plan in planned {
            if let Err(Reason::Throttled(throttled)) = plan {
                self.trace.note(now, || Happened::Throttled(throttled.clone()));
            }
        }
        self.trace.note(now, || Happened::TransactionCancelled {
            reasons: reasons
                .iter()
                .map(|reason| reason["Code"].as_str().unwrap_or_default().to_owned())
                .collect(),
        });
        cancelled(reasons)
    }

    /// Does all actions; each takes twice the units of a plain write (DDB-27).
    fn commit_all(
        &mut self,
        now: Time,
        chance: &mut Chance,
        actions: &[Action<'_>],
        planned: Vec<std::result::Result<Option<Written>, Reason>>,
    ) -> BTreeMap<String, Use> {
        let settings = self.settings;
        let mut uses: BTreeMap<String, Use> = BTreeMap::new();
        for (action, plan) in actions.iter().zip(planned) {
            let Some(table) = self.tables.get_mut(action.table) else { continue };
            if settings.transaction > Span::ZERO {
                table.held.retain(|_, until| *until > now);
                table.held.insert(action.key.clone(), now + settings.transaction);
            }
            let hash = Place::in_table(&action.key).hash;
            let used = match plan {
                Ok(Some(written)) => {
                    table.take_write_units(now, &written, 2);
                    let used = table.write_use(&written, 2);
                    let partition = table.throughput.partition_of(hash);
                    self.trace.note(now, || Happened::Written {
                        table: action.table.to_owned(),
                        key: action.key.clone(),
                        partition,
                        units: used.table_and_locals(),
                    });
                    _ = table.commit(now, chance, &settings, written, false);
                    used
                }
                _ => {
                    let size = table.item(&action.key).map_or(0, |item| item.size());
                    let units = Units::write(size).twice();
                    table.throughput.take(now, Direction::Write, Some(hash), units);
                    Use::of_table(units)
                }
            };
            uses.entry(action.table.to_owned()).or_default().add(used);
        }
        uses
    }

    pub(super) fn transact_get(&mut self, now: Time, op: &TransactGetItems) -> Result<Response> {
        check_count(op.transact_items.len())?;
        let mut asked = Vec::new();
        for get in op.transact_items.iter().map(|item| &item.get) {
            get.key.check().map_err(validation)?;
            let mut names = placeholders(get.expression_attribute_names.as_ref(), None)?;
            let wanted = projection(&mut names, get.projection_expression.as_deref(), None)?;
            names.finish().map_err(validation)?;
            let table = self.live_mut(&get.table_name)?;
            let key = table.key.checked_key(&get.key)?;
            table.check_key_paths(nested(wanted.as_ref()))?;
            if asked.iter().any(|(name, own, _)| *name == &get.table_name && *own == key) {
                return Err(several_on_one());
            }
            asked.push((&get.table_name, key, wanted));
        }
        let mut reasons = Vec::new();
        for (name, key, _) in &asked {
            let table = self.live_mut(name)?;
            let hash = Place::in_table(key).hash;
            let reason = match table.admits(now, Direction::Read, Some(hash)) {
                Err(throttled) => Err(Reason::Throttled(throttled)),
                Ok(()) if table.is_held(now, key) => Err(Reason::Conflict),
                Ok(()) => Ok(None),
            };
            reasons.push(reason);
        }
        if reasons.iter().any(std::result::Result::is_err) {
            return Err(self.cancel(now, &reasons));
        }
        let mut out = TransactGetItemsOutput::default();
        let mut uses: BTreeMap<&str, Use> = BTreeMap::new();
        let mut bytes = 0;
        for (name, key, wanted) in &asked {
            let table = self.live_mut(name)?;
            let place = Place::in_table(key);
            let item = table.items.get(&place).cloned();
            let size = item.as_ref().map_or(0, |item| item.size());
            bytes += size;
            let units = Units::read(size, true).twice();
            table.throughput.take(now, Direction::Read, Some(place.hash), units);
            uses.entry(name).or_default().add(Use::of_table(units));
            let item = match wanted {
                Some(wanted) => item.map(|item| Arc::new(wanted.of(&item))),
                None => item,
            };
            out.responses.push(ItemResponse { item });
        }
        if bytes > BYTES {
            return Err(validation(
                "Collection size of items in transaction exceeded the limit of 4 MB",
            ));
        }
        let how = op.return_consumed_capacity;
        out.consumed_capacity = uses
            .iter()
            .map(|(name, used)| consumed_in_transaction(how, name, used, Direction::Read))
            .collect();
        Ok(Response::TransactGet(out))
    }
}

/// The change and the condition of an update; names and values may stand in either.
fn update_of(update: &TransactUpdate) -> Result<(Change<'_>, Guard<'_>)> {
    update.key.check().map_err(validation)?;
    let values: Option<&Item> = update.expression_attribute_values.as_ref();
    let mut placeholders = placeholders(update.expression_attribute_names.as_ref(), values)?;
    let change = placeholders.update(&update.update_expression).map_err(validation)?;
    let condition = update.condition_expression.as_deref();
    let condition =
        condition.map(|text| placeholders.condition("ConditionExpression", text)).transpose();
    let condition = condition.map_err(validation)?;
    placeholders.finish().map_err(validation)?;
    let shows_item = shows_item(update.return_values_on_condition_check_failure);
    Ok((Change::Update(change), Guard { condition, shows_item, ..Guard::default() }))
}
