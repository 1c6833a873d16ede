//! `Scan`: every item, in the order of the hash, whole or in segments.

use std::ops::Bound;

use super::super::time::Time;
use super::DynamoDb;
use super::errors::{Result, not_found, validation};
use super::items::placeholders;
use super::legacy;
use super::operations::Scan;
use super::query::{Filter, Paging, Source, check_select, check_start};
use super::reading::{check_kinds, check_to_get, nested, projection};
use super::responses::Response;
use super::store::{Place, Row};
use super::table::Table;
use super::value::Item;

/// The hashes of a segment: the first one, and the last one.
fn segment_hashes(segment: u64, total: u64) -> (u64, u64) {
    let bound = |number: u64| -> u128 {
        // Small numbers of segments are cut at 4,096ths, as dynalite found it.
        match total {
            1..=4096 => u128::from((4096 * number).div_ceil(total)) << 52,
            _ => (u128::from(number) << 64) / u128::from(total),
        }
    };
    let last = (bound(segment + 1)).saturating_sub(1);
    (bound(segment) as u64, u64::try_from(last).unwrap_or(u64::MAX))
}

fn check_segments(op: &Scan) -> Result<()> {
    let missing = |missing: &str, given: &str| {
        Err(validation(format!(
            "The {missing} parameter is required but was not present in the request when {given}"
        )))
    };
    match (op.segment, op.total_segments) {
        (Some(_), None) => missing("TotalSegments", "Segment parameter is present"),
        (None, Some(_)) => missing("Segment", "parameter TotalSegments is present"),
        (Some(segment), Some(total)) if segment >= total => Err(validation(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: \
             Segment: {segment} is not less than TotalSegments: {total}"
        ))),
        _ => Ok(()),
    }
}

/// Checks the start key of a scan and finds its place.
fn start_place(table: &Table, source: Source, start: &Item) -> Result<Place> {
    const BAD: &str = "The provided starting key is invalid";
    const NO_MATCH: &str = "The provided key element does not match the schema";
    let is_index = source != Source::Table;
    if start.len() != table.start_names(source).len() {
        return Err(match is_index {
            true => validation(BAD),
            false => validation(format!("{BAD}: {NO_MATCH}")),
        });
    }
    if is_index {
        let schema = table.source_key(source);
        for attribute in schema.attributes() {
            if start.get(&attribute.name).is_none() {
                return Err(validation(BAD));
            }
            schema.check_piece(start, attribute)?;
        }
    }
    let own: Item = table
        .key
        .attributes()
        .filter_map(|key| Some((key.name.clone(), start.get(&key.name)?.clone())))
        .collect();
    table.key.checked_key(&own).map_err(|error| validation(format!("{BAD}: {}", error.message)))?;
    table.start_place(source, start).ok_or_else(|| validation(BAD))
}

impl DynamoDb {
    pub(super) fn scan(&mut self, now: Time, op: &Scan) -> Result<Response> {
        check_kinds(
            &[
                ("ProjectionExpression", op.projection_expression.is_some()),
                ("FilterExpression", op.filter_expression.is_some()),
            ],
            &[
                ("AttributesToGet", op.attributes_to_get.is_some()),
                ("ScanFilter", op.scan_filter.is_some()),
                ("ConditionalOperator", op.conditional_operator.is_some()),
            ],
            op.expression_attribute_names.is_some(),
            op.expression_attribute_values.is_some(),
        )?;
        check_to_get(op.attributes_to_get.as_ref())?;
        if let Some(filter) = &op.scan_filter {
            legacy::check_conditions(filter)?;
        }
        check_start(op.exclusive_start_key.as_ref())?;
        check_segments(op)?;
        let mut placeholders = placeholders(
            op.expression_attribute_names.as_ref(),
            op.expression_attribute_values.as_ref(),
        )?;
        let filter = match (&op.filter_expression, &op.scan_filter) {
            (Some(text), _) => Filter::Expression(
                placeholders.condition("FilterExpression", text).map_err(validation)?,
            ),
            (None, Some(filter)) => Filter::Legacy(filter, op.conditional_operator),
            (None, None) => Filter::All,
        };
        let wanted = projection(
            &mut placeholders,
            op.projection_expression.as_deref(),
            op.attributes_to_get.as_ref(),
        )?;
        placeholders.finish().map_err(validation)?;
        check_select(
            op.select,
            op.index_name.is_some(),
            op.projection_expression.is_some(),
            op.attributes_to_get.is_some(),
        )?;
        let consistent = op.consistent_read.unwrap_or(false);
        let table =
            self.tables.get_mut(&op.table_name).filter(|t| t.is_live()).ok_or_else(not_found)?;
        let source = table.source(op.index_name.as_deref(), consistent)?;
        let start = op.exclusive_start_key.as_ref();
        let start = start.map(|start| start_place(table, source, start)).transpose()?;
        let fetches = table.fetches(source, op.select, wanted.as_ref())?;
        let (first, last) = match (op.segment, op.total_segments) {
            (Some(segment), Some(total)) => segment_hashes(segment as u64, total as u64),
            _ => (0, u64::MAX),
        };
        if let Some(start) = &start
            && !(first..=last).contains(&start.hash)
        {
            return Err(validation(format!(
                "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use \
                 ExclusiveStartKey with correct Segment. TotalSegments: {} Segment: {}",
                op.total_segments.unwrap_or(1),
                op.segment.unwrap_or(0)
            )));
        }
        table.check_key_paths(nested(wanted.as_ref()))?;
        let looked_at = filter.attributes();
        let nested = looked_at.iter().filter(|(_, nested)| *nested).map(|(name, _)| *name);
        table.check_key_paths(nested)?;
        drop(looked_at);
        let limit = op.limit.map(|limit| limit.max(1) as u64);
        let paging =
            Paging { source, filter, wanted, select: op.select, limit, consistent, fetches };
        if let Err(throttled) = table.admit_read(now, source, None) {
            return Err(self.refuse(now, throttled));
        }
        let (out, used) = table.page(&paging, rows(table, source, start, first, last));
        let how = op.return_consumed_capacity;
        self.read_page(now, &op.table_name, source, None, how, out, used)
    }
}

/// The rows after a start, or of a segment, in the order of the hash.
fn rows(
    table: &Table,
    source: Source,
    start: Option<Place>,
    first: u64,
    last: u64,
) -> impl Iterator<Item = &Row> {
    let store = table.source_store(source);
    let (hash, key) = match &start {
        Some(place) => (place.hash, Some(place.key.clone())),
        None => (first, None),
    };
    store
        .collections_from(hash, key.as_ref())
        .take_while(move |collection| collection.hash() <= last)
        .flat_map(move |collection| {
            let after = start.as_ref().filter(|place| place.key == *collection.key());
            let after = after.map_or(Bound::Unbounded, |place| Bound::Excluded(place.row.clone()));
            collection.range((after, Bound::Unbounded)).map(|(_, row)| row)
        })
}
