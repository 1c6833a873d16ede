//! Reading: `GetItem`, and what it shares with queries, scans, batches and transactions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::chance::Chance;
use super::super::time::{Span, Time};
use super::capacity::{Direction, Units};
use super::errors::{Result, invalid, not_found, validation};
use super::expression::path::Projection;
use super::expression::{Path, Placeholders};
use super::items::placeholders;
use super::keys::TableKey;
use super::operations::GetItem;
use super::responses::{
    Capacity, ConsumedCapacity, GetItemOutput, ItemCollectionMetrics, Response,
};
use super::shapes::{ReturnConsumedCapacity, ReturnItemCollectionMetrics};
use super::store::{Place, Row};
use super::table::Table;
use super::value::SharedItem;
use super::{DynamoDb, Happened};

/// The units that a call used, by whom they are paid.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Use {
    /// The table itself.
    pub(super) table: Units,
    /// Local indexes.
    pub(super) locals: Vec<(String, Units)>,
    /// Global indexes.
    pub(super) globals: Vec<(String, Units)>,
}

impl Use {
    pub(super) fn of_table(table: Units) -> Use {
        Use { table, ..Use::default() }
    }

    pub(super) fn table_and_locals(&self) -> Units {
        self.table + self.locals.iter().map(|(_, units)| *units).sum()
    }

    fn total(&self) -> Units {
        self.table_and_locals() + self.globals.iter().map(|(_, units)| *units).sum()
    }

    /// Adds what another call to the same table used.
    pub(super) fn add(&mut self, other: Use) {
        self.table += other.table;
        for (own, others) in [(&mut self.locals, other.locals), (&mut self.globals, other.globals)]
        {
            for (name, units) in others {
                match own.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, sum)) => *sum += units,
                    None => own.push((name, units)),
                }
            }
        }
    }
}

/// The units as a call wants to be told them.
pub(super) fn consumed(
    how: Option<ReturnConsumedCapacity>,
    table: &str,
    used: &Use,
) -> Option<ConsumedCapacity> {
    let is_split = match how? {
        ReturnConsumedCapacity::None => return None,
        ReturnConsumedCapacity::Total => false,
        ReturnConsumedCapacity::Indexes => true,
    };
    let capacity = |capacity_units| Capacity {
        capacity_units,
        read_capacity_units: None,
        write_capacity_units: None,
    };
    let by_index = |indexes: &[(String, Units)]| -> Option<BTreeMap<String, Capacity>> {
        let all = indexes.iter().map(|(name, units)| (name.clone(), capacity(*units)));
        (is_split && !indexes.is_empty()).then(|| all.collect())
    };
    Some(ConsumedCapacity {
        table_name: table.to_owned(),
        capacity_units: used.total(),
        table: is_split.then(|| capacity(used.table)),
        local_secondary_indexes: by_index(&used.locals),
        global_secondary_indexes: by_index(&used.globals),
        ..ConsumedCapacity::default()
    })
}

/// The same for a transaction, which also tells reads from writes.
pub(super) fn consumed_in_transaction(
    how: Option<ReturnConsumedCapacity>,
    table: &str,
    used: &Use,
    direction: Direction,
) -> Option<ConsumedCapacity> {
    let mut out = consumed(how, table, used)?;
    let mark = |capacity: &mut Capacity| match direction {
        Direction::Read => capacity.read_capacity_units = Some(capacity.capacity_units),
        Direction::Write => capacity.write_capacity_units = Some(capacity.capacity_units),
    };
    match direction {
        Direction::Read => out.read_capacity_units = Some(out.capacity_units),
        Direction::Write => out.write_capacity_units = Some(out.capacity_units),
    }
    out.table.iter_mut().for_each(mark);
    out.local_secondary_indexes.iter_mut().flat_map(BTreeMap::values_mut).for_each(mark);
    out.global_secondary_indexes.iter_mut().flat_map(BTreeMap::values_mut).for_each(mark);
    Some(out)
}

/// The size of an item collection, in a table with local indexes.
pub(super) fn collection_metrics(
    table: Option<&Table>,
    how: Option<ReturnItemCollectionMetrics>,
    key: &TableKey,
) -> Option<ItemCollectionMetrics> {
    const GB: u64 = 1024 * 1024 * 1024;
    let table = table.filter(|table| !table.locals.is_empty())?;
    if how != Some(ReturnItemCollectionMetrics::Size) {
        return None;
    }
    let whole = (table.collection_bytes(key) / GB) as f64;
    let hash = (table.key.hash.name.clone(), key.hash.value());
    Some(ItemCollectionMetrics {
        item_collection_key: std::iter::once(hash).collect(),
        size_estimate_range_gb: [whole, whole + 1.0],
    })
}

/// Refuses expressions and legacy parameters in one call, and names or values without expressions.
pub(super) fn check_kinds(
    expressions: &[(&str, bool)],
    legacy: &[(&str, bool)],
    has_names: bool,
    has_values: bool,
) -> Result<()> {
    let given = |all: &[(&str, bool)]| -> Vec<String> {
        all.iter().filter(|(_, given)| *given).map(|(name, _)| (*name).to_owned()).collect()
    };
    let some = expressions.iter().any(|(_, given)| *given);
    if some && legacy.iter().any(|(_, given)| *given) {
        return Err(validation(format!(
            "Can not use both expression and non-expression parameters in the same request: \
             Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
            given(legacy).join(", "),
            given(expressions).join(", ")
        )));
    }
    if has_names && !some {
        return Err(validation(
            "ExpressionAttributeNames can only be specified when using expressions",
        ));
    }
    let with_values = || expressions.iter().filter(|(name, _)| *name != "ProjectionExpression");
    if has_values && with_values().all(|(_, given)| !given) {
        let names: Vec<&str> = with_values().map(|(name, _)| *name).collect();
        let verb = if names.len() > 1 { "are" } else { "is" };
        return Err(validation(format!(
            "ExpressionAttributeValues can only be specified when using expressions: {} {verb} \
             null",
            names.join(" and ")
        )));
    }
    Ok(())
}

/// The parts that are asked for, from an expression or the legacy list.
pub(super) fn projection<'e>(
    placeholders: &mut Placeholders<'e>,
    expression: Option<&'e str>,
    names: Option<&'e Vec<String>>,
) -> Result<Option<Projection<'e>>> {
    if let Some(text) = expression {
        return placeholders.projection(text).map(Some).map_err(validation);
    }
    Ok(names.map(|names| Projection(names.iter().map(|name| Path::of(name)).collect())))
}

/// Refuses a name that stands twice in `AttributesToGet`.
pub(super) fn check_to_get(names: Option<&Vec<String>>) -> Result<()> {
    let Some(names) = names else { return Ok(()) };
    match (1..names.len()).find(|at| names[..*at].contains(&names[*at])) {
        Some(at) => Err(invalid(format!("Duplicate value in attribute name: {}", names[at]))),
        None => Ok(()),
    }
}

/// The attributes that a projection leads into.
pub(super) fn nested<'p>(projection: Option<&'p Projection<'p>>) -> impl Iterator<Item = &'p str> {
    let paths = projection.into_iter().flat_map(|projection| &projection.0);
    paths.filter(|path| path.is_nested()).map(Path::attribute)
}

impl DynamoDb {
    /// Reads one item of a table, without taking units; an eventually consistent read may meet a replica
    /// that lags behind, one in three (DDB-11).
    pub(super) fn item_now(
        table: &mut Table,
        lag: Span,
        now: Time,
        chance: &mut Chance,
        key: &TableKey,
        consistent: bool,
    ) -> Option<SharedItem> {
        if !consistent
            && lag > Span::ZERO
            && chance.parts_in(1, 3)
            && let Some(before) = table.lagging_item(now, lag, key)
        {
            return before;
        }
        table.items.get(&Place::in_table(key)).cloned()
    }

    pub(super) fn get_item(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: GetItem,
    ) -> Result<Response> {
        check_kinds(
            &[("ProjectionExpression", op.projection_expression.is_some())],
            &[("AttributesToGet", op.attributes_to_get.is_some())],
            op.expression_attribute_names.is_some(),
            false,
        )?;
        op.key.check().map_err(validation)?;
        check_to_get(op.attributes_to_get.as_ref())?;
        let mut placeholders = placeholders(op.expression_attribute_names.as_ref(), None)?;
        let wanted = projection(
            &mut placeholders,
            op.projection_expression.as_deref(),
            op.attributes_to_get.as_ref(),
        )?;
        placeholders.finish().map_err(validation)?;
        let lag = self.settings.replica_lag;
        let table =
            self.tables.get_mut(&op.table_name).filter(|t| t.is_live()).ok_or_else(not_found)?;
        let key = table.key.checked_key(&op.key)?;
        table.check_key_paths(nested(wanted.as_ref()))?;
        let place = Place::in_table(&key);
        if let Err(throttled) = table.admits(now, Direction::Read, Some(place.hash)) {
            return Err(self.refuse(now, throttled));
        }
        let consistent = op.consistent_read.unwrap_or(false);
        let row = match lag {
            Span::ZERO => table.items.row(&place).cloned(),
            lag => DynamoDb::item_now(table, lag, now, chance, &key, consistent).map(Row::of),
        };
        let units = Units::read(row.as_ref().map_or(0, |row| row.bytes), consistent);
        table.throughput.take(now, Direction::Read, Some(place.hash), units);
        let partition = Some(table.throughput.partition_of(place.hash));
        self.trace.note(now, || Happened::Read {
            table: op.table_name.clone(),
            index: None,
            partition,
            units,
        });
        let item = row.map(|row| match wanted {
            Some(wanted) => Arc::new(wanted.of(&row.item)),
            None => row.item,
        });
        let used = Use::of_table(units);
        Ok(Response::Get(GetItemOutput {
            item,
            consumed_capacity: consumed(op.return_consumed_capacity, &op.table_name, &used),
        }))
    }
}
