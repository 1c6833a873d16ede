//! `Query`: items of one partition key in the order of the sort key, and the page that a scan makes too.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Bound;
use std::sync::Arc;

use super::super::time::Time;
use super::capacity::{Direction, Units};
use super::errors::{Result, invalid, not_found, validation};
use super::expression::Condition;
use super::expression::condition::Comparator;
use super::expression::key_condition::{KeyTest, KeyTests, key_tests};
use super::expression::path::Projection;
use super::items::placeholders;
use super::keys::{KeySchema, KeyValue, same_key};
use super::legacy;
use super::operations::Query;
use super::reading::{Use, check_kinds, check_to_get, consumed, nested, projection};
use super::responses::{PageOutput, Response};
use super::shapes::{ConditionalOperator, LegacyCondition, ReturnConsumedCapacity, Select};
use super::store::{Place, Range, Row, RowKey, Tie};
use super::table::Table;
use super::value::Item;
use super::{DynamoDb, Happened};

/// Most bytes that one page reads, before any filter (DDB-6).
const PAGE_BYTES: u64 = 1024 * 1024;

/// What a query or scan reads: the table, a local or a global index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Table,
    Local(usize),
    Global(usize),
}

/// Which of the items read are answered.
pub(super) enum Filter<'e> {
    All,
    Expression(Condition<'e>),
    Legacy(&'e BTreeMap<String, LegacyCondition>, Option<ConditionalOperator>),
}

impl Filter<'_> {
    fn passes(&self, item: &Item) -> bool {
        match self {
            Filter::All => true,
            Filter::Expression(condition) => condition.holds(item),
            Filter::Legacy(filter, joined) => legacy::passes(item, filter, *joined),
        }
    }

    /// The attributes that it looks at, and whether it leads into them.
    pub(super) fn attributes(&self) -> Vec<(&str, bool)> {
        let mut all = Vec::new();
        match self {
            Filter::All => {}
            Filter::Expression(condition) => {
                condition.paths(&mut |path| all.push((path.attribute(), path.is_nested())));
            }
            Filter::Legacy(filter, _) => all.extend(filter.keys().map(|n| (n.as_str(), false))),
        }
        all
    }
}

/// How a page is made of the items read.
pub(super) struct Paging<'e> {
    pub(super) source: Source,
    pub(super) filter: Filter<'e>,
    pub(super) wanted: Option<Projection<'e>>,
    pub(super) select: Option<Select>,
    pub(super) limit: Option<u64>,
    pub(super) consistent: bool,
    pub(super) fetches: bool,
}

/// The rows that a page reads, before any filter.
struct Read<'r> {
    rows: Vec<&'r Row>,
    bytes: u64,
    /// Whether it ended because the page is full.
    is_full: bool,
}

impl<'r> Read<'r> {
    fn of(rows: impl Iterator<Item = &'r Row>, limit: Option<u64>) -> Read<'r> {
        let mut read = Read { rows: Vec::new(), bytes: 0, is_full: false };
        for row in rows {
            read.bytes += row.bytes;
            read.rows.push(row);
            // Asks for the item's memory, which shall be there when the item's turn comes: waited for
            // one after the other, the items of a large table take longer than all else.
            black_box(Arc::strong_count(&row.item));
            let limited = limit.is_some_and(|limit| read.rows.len() as u64 >= limit);
            read.is_full = limited || read.bytes >= PAGE_BYTES;
            if read.is_full {
                break;
            }
        }
        read
    }
}

impl Table {
    /// What an index name means.
    pub(super) fn source(&self, index: Option<&str>, consistent: bool) -> Result<Source> {
        let Some(name) = index else { return Ok(Source::Table) };
        if let Some(number) = self.globals.iter().position(|global| global.index.name == name) {
            if consistent {
                return Err(validation(
                    "Consistent reads are not supported on global secondary indexes",
                ));
            }
            return Ok(Source::Global(number));
        }
        self.locals.iter().position(|index| index.name == name).map(Source::Local).ok_or_else(
            || validation(format!("The table does not have the specified index: {name}")),
        )
    }

    pub(super) fn source_key(&self, source: Source) -> &KeySchema {
        match source {
            Source::Table => &self.key,
            Source::Local(number) => &self.locals[number].key,
            Source::Global(number) => &self.globals[number].index.key,
        }
    }

    pub(super) fn source_store(&self, source: Source) -> &super::store::Store {
        match source {
            Source::Table => &self.items,
            Source::Local(number) => &self.locals[number].entries,
            Source::Global(number) => &self.globals[number].index.entries,
        }
    }

    /// The attributes of a start key: of the table's key and the index's.
    pub(super) fn start_names(&self, source: Source) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.key.attributes().map(|attribute| attribute.name.as_str()).collect();
        for attribute in self.source_key(source).attributes() {
            if !names.contains(&attribute.name.as_str()) {
                names.push(&attribute.name);
            }
        }
        names
    }

    /// Where a start key stands.
    pub(super) fn start_place(&self, source: Source, start: &Item) -> Option<Place> {
        let key = self.key.key_of(start)?;
        match source {
            Source::Table => Some(Place::in_table(&key)),
            _ => Some(Place::in_index(self.source_key(source).key_of(start)?, &key)),
        }
    }

    /// Whether items have to be fetched from the table because the index does not hold all that is asked
    /// for; a global index cannot (2.3.7).
    pub(super) fn fetches(
        &self,
        source: Source,
        select: Option<Select>,
        wanted: Option<&Projection<'_>>,
    ) -> Result<bool> {
        let index = match source {
            Source::Table => return Ok(false),
            Source::Local(number) => &self.locals[number],
            Source::Global(number) => &self.globals[number].index,
        };
        let wants_all = select == Some(Select::AllAttributes) && !index.holds_all();
        let is_local = matches!(source, Source::Local(_));
        if wants_all && !is_local {
            return Err(invalid(format!(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index {} because \
                 its projection type is not ALL",
                index.name
            )));
        }
        let mut paths = wanted.into_iter().flat_map(|wanted| &wanted.0);
        let wants_more = paths.any(|path| !index.holds(path.attribute(), &self.key));
        Ok(is_local && (wants_all || wants_more))
    }

    /// Reads a page and says what it took.
    pub(super) fn page<'r>(
        &'r self,
        paging: &Paging<'_>,
        rows: impl Iterator<Item = &'r Row>,
    ) -> (PageOutput, Use) {
        let Paging { source, filter, wanted, select, limit, consistent, fetches } = paging;
        let mut out = PageOutput::default();
        let mut fetched = Units::ZERO;
        let Read { rows, bytes, is_full } = Read::of(rows, *limit);
        out.scanned_count = rows.len() as u64;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            let item = match fetches {
                true => {
                    let key = self.key.key_of(&row.item);
                    let whole = key.and_then(|key| self.items.row(&Place::in_table(&key)));
                    let whole = whole.unwrap_or(row);
                    fetched += Units::read(whole.bytes, *consistent);
                    &whole.item
                }
                false => &row.item,
            };
            if filter.passes(item) {
                out.count += 1;
                if *select != Some(Select::Count) {
                    items.push(match wanted {
                        Some(wanted) => Arc::new(wanted.of(item)),
                        None => item.clone(),
                    });
                }
            }
        }
        if is_full && let Some(last) = rows.last() {
            let names = self.start_names(*source);
            let value = |name| last.item.get(name).cloned();
            let key = names.into_iter().filter_map(|name| Some((name, value(name)?)));
            out.last_evaluated_key = Some(key.collect());
        }
        out.items = (*select != Some(Select::Count)).then_some(items);
        let units = Units::read(bytes, *consistent);
        let used = match source {
            Source::Table => Use::of_table(units),
            Source::Local(number) => Use {
                table: fetched,
                locals: vec![(self.locals[*number].name.clone(), units)],
                globals: Vec::new(),
            },
            Source::Global(number) => Use {
                table: Units::ZERO,
                locals: Vec::new(),
                globals: vec![(self.globals[*number].index.name.clone(), units)],
            },
        };
        (out, used)
    }
}

/// Checks what `Select` and a projection say together.
pub(super) fn check_select(
    select: Option<Select>,
    has_index: bool,
    expression: bool,
    names: bool,
) -> Result<()> {
    let given = match (expression, names) {
        (true, _) => Some("ProjectionExpression"),
        (_, true) => Some("AttributesToGet"),
        _ => None,
    };
    match (select, given) {
        (Some(Select::SpecificAttributes), None) => Err(invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get \
             SPECIFIC_ATTRIBUTES",
        )),
        (Some(Select::AllProjectedAttributes), _) if !has_index => Err(invalid(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        )),
        (Some(Select::Count), Some(given)) => Err(validation(format!(
            "Cannot specify the {given} when choosing to get only the Count"
        ))),
        (Some(Select::AllAttributes), Some(given)) => Err(validation(format!(
            "Cannot specify the {given} when choosing to get ALL_ATTRIBUTES"
        ))),
        (Some(Select::AllProjectedAttributes), Some(given)) => Err(validation(format!(
            "Cannot specify the {given} when choosing to get ALL_PROJECTED_ATTRIBUTES"
        ))),
        _ => Ok(()),
    }
}

/// Checks the values of a start key.
pub(super) fn check_start(start: Option<&Item>) -> Result<()> {
    const BARE: &[&str] = &[
        "contains duplicates",
        "number set",
        "numeric value",
        "significant digits",
        "number with magnitude",
    ];
    let Some(start) = start else { return Ok(()) };
    start.check().map_err(|message| {
        let is_bare = BARE.iter().any(|part| message.contains(part));
        let before = if is_bare { "" } else { "The provided starting key is invalid: " };
        validation(format!("{before}{message}"))
    })
}

/// Checks the key conditions of a query against the key, and the start key against both.
fn check_keys(
    table: &Table,
    source: Source,
    tests: &KeyTests<'_>,
    start: Option<&Item>,
) -> Result<()> {
    const BAD_START: &str = "The provided starting key is invalid";
    let schema = table.source_key(source);
    if start.is_some_and(|start| start.len() != table.start_names(source).len()) {
        return Err(validation(BAD_START));
    }
    for attribute in schema.attributes() {
        let is_hash = *attribute == schema.hash;
        if let Some(start) = start {
            if start.get(&attribute.name).is_none() {
                return Err(validation(BAD_START));
            }
            schema.check_piece(start, attribute)?;
        }
        if is_hash && schema.range.is_none() && tests.len() > 1 {
            return Err(validation("Query key condition not supported"));
        }
        let Some((_, test)) = tests.iter().find(|(name, _)| *name == attribute.name) else {
            if is_hash || tests.len() > 1 {
                return Err(validation(format!(
                    "Query condition missed key schema element: {}",
                    attribute.name
                )));
            }
            continue;
        };
        if *test == KeyTest::NotIndexable {
            return Err(validation(
                "Attempted conditional constraint is not an indexable operation",
            ));
        }
        let wanted = attribute.kind.text();
        if test.values().any(|value| value.type_name() != wanted) {
            return Err(invalid("Condition parameter type does not match schema type"));
        }
        if is_hash && !matches!(test, KeyTest::Compare(Comparator::Eq, _)) {
            return Err(validation("Query key condition not supported"));
        }
        if let Some(what) = empty_value(test) {
            return Err(invalid(format!(
                "The AttributeValue for a key attribute cannot contain an empty {what} value. Key: \
                 {}",
                attribute.name
            )));
        }
    }
    let Some(start) = start else { return Ok(()) };
    let own: Item = table
        .key
        .attributes()
        .filter_map(|key| Some((key.name.clone(), start.get(&key.name)?.clone())))
        .collect();
    table
        .key
        .checked_key(&own)
        .map_err(|error| validation(format!("{BAD_START}: {}", error.message)))?;
    check_start_within(schema, tests, start)
}

fn empty_value(test: &KeyTest<'_>) -> Option<&'static str> {
    use super::value::AttributeValue as Value;
    test.values().find_map(|value| match value {
        Value::S(text) if text.is_empty() => Some("string"),
        Value::B(blob) if blob.0.is_empty() => Some("binary"),
        _ => None,
    })
}

fn check_start_within(schema: &KeySchema, tests: &KeyTests<'_>, start: &Item) -> Result<()> {
    let test_of = |name: &str| tests.iter().find(|(own, _)| own == &name).map(|(_, test)| *test);
    let same_hash = match (test_of(&schema.hash.name), start.get(&schema.hash.name)) {
        (Some(KeyTest::Compare(_, value)), Some(own)) => same_key(value, own),
        _ => false,
    };
    let range = schema
        .range
        .as_ref()
        .and_then(|range| test_of(&range.name).map(|test| (test, start.get(&range.name))));
    match range {
        None if !same_hash => Err(validation(
            "The provided starting key is outside query boundaries based on provided conditions",
        )),
        Some((test, Some(own))) if !test.holds(own) => {
            Err(validation("The provided starting key does not match the range key predicate"))
        }
        Some(_) if !same_hash => {
            Err(validation("The query can return at most one row and cannot be restarted"))
        }
        _ => Ok(()),
    }
}

/// The rows that a sort-key condition leaves.
fn range_of(test: Option<KeyTest<'_>>, schema: &KeySchema) -> Range {
    use Bound::{Excluded, Included, Unbounded};
    let key = |value| schema.range.as_ref().and_then(|range| KeyValue::of(value, range.kind));
    let first = |value| RowKey { sort: key(value), tie: Tie::First };
    let last = |value| RowKey { sort: key(value), tie: Tie::Last };
    match test {
        None | Some(KeyTest::NotIndexable) => (Unbounded, Unbounded),
        Some(KeyTest::Compare(how, value)) => match how {
            Comparator::Lt => (Unbounded, Excluded(first(value))),
            Comparator::Le => (Unbounded, Included(last(value))),
            Comparator::Gt => (Excluded(last(value)), Unbounded),
            Comparator::Ge => (Included(first(value)), Unbounded),
            Comparator::Eq | Comparator::Ne => (Included(first(value)), Included(last(value))),
        },
        Some(KeyTest::Between(low, high)) => (Included(first(low)), Included(last(high))),
        Some(KeyTest::BeginsWith(start)) => {
            let end = key(start).and_then(|key| key.after_prefix());
            let end = end.map(|end| RowKey { sort: Some(end), tie: Tie::First });
            (Included(first(start)), end.map_or(Unbounded, Excluded))
        }
    }
}

impl DynamoDb {
    pub(super) fn query(&mut self, now: Time, op: &Query) -> Result<Response> {
        let has_both = op.key_conditions.is_some() && op.key_condition_expression.is_none();
        check_kinds(
            &[
                ("ProjectionExpression", op.projection_expression.is_some()),
                ("FilterExpression", op.filter_expression.is_some()),
                ("KeyConditionExpression", op.key_condition_expression.is_some()),
            ],
            &[
                ("AttributesToGet", op.attributes_to_get.is_some()),
                ("QueryFilter", op.query_filter.is_some()),
                ("ConditionalOperator", op.conditional_operator.is_some()),
                ("KeyConditions", op.key_conditions.is_some() && !has_both),
            ],
            op.expression_attribute_names.is_some(),
            op.expression_attribute_values.is_some(),
        )?;
        if let Some(filter) = &op.query_filter {
            legacy::check_conditions(filter)?;
        }
        check_to_get(op.attributes_to_get.as_ref())?;
        check_start(op.exclusive_start_key.as_ref())?;
        if op.key_conditions.is_none() && op.key_condition_expression.is_none() {
            return Err(validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in \
                 the request.",
            ));
        }
        let mut placeholders = placeholders(
            op.expression_attribute_names.as_ref(),
            op.expression_attribute_values.as_ref(),
        )?;
        let condition = op.key_condition_expression.as_deref();
        let condition = condition
            .map(|text| placeholders.condition("KeyConditionExpression", text))
            .transpose()
            .map_err(validation)?;
        let filter = match (&op.filter_expression, &op.query_filter) {
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
        let tests = match (&condition, &op.key_conditions) {
            (Some(condition), _) => key_tests(condition).map_err(validation)?,
            (None, Some(conditions)) => {
                legacy::check_conditions(conditions)?;
                legacy::key_tests(conditions)
            }
            (None, None) => Vec::new(),
        };
        if !(1..=2).contains(&tests.len()) {
            return Err(validation("Conditions can be of length 1 or 2 only"));
        }
        check_select(
            op.select,
            op.index_name.is_some(),
            op.projection_expression.is_some(),
            op.attributes_to_get.is_some(),
        )?;
        self.run_query(now, op, &tests, filter, wanted)
    }

    fn run_query(
        &mut self,
        now: Time,
        op: &Query,
        tests: &KeyTests<'_>,
        filter: Filter<'_>,
        wanted: Option<Projection<'_>>,
    ) -> Result<Response> {
        let consistent = op.consistent_read.unwrap_or(false);
        let table =
            self.tables.get_mut(&op.table_name).filter(|t| t.is_live()).ok_or_else(not_found)?;
        let source = table.source(op.index_name.as_deref(), consistent)?;
        let start = op.exclusive_start_key.as_ref();
        check_keys(table, source, tests, start)?;
        table.check_key_paths(nested(wanted.as_ref()))?;
        let schema = table.source_key(source);
        let looked_at = filter.attributes();
        let name = if op.query_filter.is_some() { "QueryFilter" } else { "Filter Expression" };
        if let Some(key) =
            schema.attributes().find(|key| looked_at.iter().any(|(name, _)| *name == key.name))
        {
            return Err(validation(format!(
                "{name} can only contain non-primary key attributes: Primary key attribute: {}",
                key.name
            )));
        }
        let fetches = table.fetches(source, op.select, wanted.as_ref())?;
        let nested = looked_at.iter().filter(|(_, nested)| *nested).map(|(name, _)| *name);
        table.check_key_paths(nested)?;
        drop(looked_at);
        let hash_value = tests.iter().find(|(name, _)| *name == schema.hash.name);
        let hash_value = hash_value.and_then(|(_, test)| test.values().next());
        let Some(hash_key) = hash_value.and_then(|value| KeyValue::of(value, schema.hash.kind))
        else {
            return Err(validation("Query key condition not supported"));
        };
        let range = schema.range.as_ref();
        let range = range.and_then(|range| tests.iter().find(|(name, _)| *name == range.name));
        let mut range = range_of(range.map(|(_, test)| *test), schema);
        let forward = op.scan_index_forward.unwrap_or(true);
        if let Some(place) = start.and_then(|start| table.start_place(source, start)) {
            match forward {
                true => range.0 = Bound::Excluded(place.row),
                false => range.1 = Bound::Excluded(place.row),
            }
        }
        let limit = op.limit.map(|limit| limit.max(1) as u64);
        let paging =
            Paging { source, filter, wanted, select: op.select, limit, consistent, fetches };
        let hash = super::placement(&hash_key);
        if let Err(throttled) = table.admit_read(now, source, Some(hash)) {
            return Err(self.refuse(now, throttled));
        }
        let collection = table.source_store(source).collection_at(hash, &hash_key);
        let rows = collection.map(|collection| collection.range(range));
        let (out, used) = match (rows, forward) {
            (None, _) => table.page(&paging, std::iter::empty()),
            (Some(rows), true) => table.page(&paging, rows.map(|(_, row)| row)),
            (Some(rows), false) => table.page(&paging, rows.rev().map(|(_, row)| row)),
        };
        let how = op.return_consumed_capacity;
        self.read_page(now, &op.table_name, source, Some(hash), how, out, used)
    }

    /// Takes the units of a page and hands it out.
    #[expect(clippy::too_many_arguments, reason = "what a query and a scan have in common")]
    pub(super) fn read_page(
        &mut self,
        now: Time,
        name: &str,
        source: Source,
        hash: Option<u64>,
        how: Option<ReturnConsumedCapacity>,
        mut out: PageOutput,
        used: Use,
    ) -> Result<Response> {
        let table = self.tables.get_mut(name).ok_or_else(not_found)?;
        let mut total = used.table_and_locals();
        let mut index = used.locals.first().map(|(name, _)| name.clone());
        let mut partition = hash.map(|hash| table.throughput.partition_of(hash));
        if let Source::Global(number) = source {
            let global = &mut table.globals[number];
            total = used.globals.iter().map(|(_, units)| *units).sum();
            global.throughput.take(now, Direction::Read, hash, total);
            partition = hash.map(|hash| global.throughput.partition_of(hash));
            index = Some(global.index.name.clone());
        } else {
            table.throughput.take(now, Direction::Read, hash, total);
        }
        self.trace.note(now, || Happened::Read {
            table: name.to_owned(),
            index,
            partition,
            units: total,
        });
        out.consumed_capacity = consumed(how, name, &used);
        Ok(Response::Page(out))
    }
}

impl Table {
    /// Whether a read of the table or an index is let through (DDB-16).
    pub(super) fn admit_read(
        &mut self,
        now: Time,
        source: Source,
        hash: Option<u64>,
    ) -> std::result::Result<(), super::Throttled> {
        let Source::Global(number) = source else {
            return self.admits(now, Direction::Read, hash);
        };
        self.globals[number]
            .throughput
            .admits(now, Direction::Read, hash)
            .map_err(|limit| self.throttled(Some(number), Direction::Read, limit, hash))
    }
}
