//! `BatchGetItem` and `BatchWriteItem`: many at once, each for itself; what was not done is handed back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::chance::Chance;
use super::super::time::Time;
use super::capacity::{Direction, Units};
use super::errors::{Result, not_found, validation};
use super::items::{Change, Guard, check_size, placeholders};
use super::keys::{TableKey, no_match};
use super::operations::{BatchGetItem, BatchWriteItem};
use super::reading::{
    Use, check_kinds, check_to_get, collection_metrics, consumed, nested, projection,
};
use super::responses::{BatchGetItemOutput, BatchWriteItemOutput, Response};
use super::shapes::{KeysAndAttributes, ReturnItemCollectionMetrics, WriteRequest};
use super::store::Place;
use super::{DynamoDb, ServiceError};

/// Most items of a read, of a write, and most bytes of either (2.3.3).
const GETS: usize = 100;
const WRITES: usize = 25;
const BYTES: u64 = 16 * 1024 * 1024;

/// What carrying an item adds to its size, as a fraction: with it, 52 items of 300 KB fit into 16 MB, as
/// AWS's documentation says (DDB-25).
const CARRIAGE: u64 = 25;

const DUPLICATES: &str = "Provided list of item keys contains duplicates";

fn is_throttling(error: &ServiceError) -> bool {
    matches!(&*error.code, "ProvisionedThroughputExceededException" | "ThrottlingException")
}

/// A table's name in a batch is checked like any other.
fn check_names<'n>(names: impl Iterator<Item = &'n String>) -> Result<()> {
    for name in names {
        let good = (3..=255).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        if !good {
            return Err(validation(format!(
                "1 validation error detected: Value '{name:.255}' at 'requestItems' failed to \
                 satisfy constraint: Map keys must satisfy constraint: [Member must have length \
                 less than or equal to 255, Member must have length greater than or equal to 3, \
                 Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
            )));
        }
    }
    Ok(())
}

impl DynamoDb {
    pub(super) fn batch_get(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: BatchGetItem,
    ) -> Result<Response> {
        check_names(op.request_items.keys())?;
        let keys: usize = op.request_items.values().map(|request| request.keys.len()).sum();
        for request in op.request_items.values() {
            check_request(request)?;
        }
        if keys > GETS {
            return Err(validation("Too many items requested for the BatchGetItem call"));
        }
        // All tables and keys are checked before anything is read.
        let mut asked = Vec::new();
        for (name, request) in &op.request_items {
            let table = self.live_mut(name)?;
            let keys = request.keys.iter().map(|key| table.key.checked_key(key));
            let keys: Vec<TableKey> = keys.collect::<Result<_>>()?;
            if (1..keys.len()).any(|at| keys[..at].contains(&keys[at])) {
                return Err(validation(DUPLICATES));
            }
            asked.push((name, request, keys));
        }
        let mut out = BatchGetItemOutput::default();
        let mut uses = Vec::new();
        let (mut bytes, mut done) = (0, 0);
        let mut refused = None;
        for (name, request, keys) in asked {
            let mut used = Use::default();
            let items = out.responses.entry(name.clone()).or_default();
            let mut left = Vec::new();
            let mut names = placeholders(request.expression_attribute_names.as_ref(), None)?;
            let wanted = projection(
                &mut names,
                request.projection_expression.as_deref(),
                request.attributes_to_get.as_ref(),
            )?;
            let consistent = request.consistent_read.unwrap_or(false);
            let lag = self.settings.replica_lag;
            let table = self.tables.get_mut(name).ok_or_else(not_found)?;
            table.check_key_paths(nested(wanted.as_ref()))?;
            for (key, written) in keys.iter().zip(&request.keys) {
                let hash = Some(Place::in_table(key).hash);
                if let Err(throttled) = table.admits(now, Direction::Read, hash) {
                    refused.get_or_insert(throttled);
                    left.push(written.clone());
                    continue;
                }
                let item = DynamoDb::item_now(table, lag, now, chance, key, consistent);
                let size = item.as_ref().map_or(0, |item| item.size());
                let carried = size + size / CARRIAGE;
                if bytes + carried > BYTES {
                    left.push(written.clone());
                    continue;
                }
                bytes += carried;
                done += 1;
                let units = Units::read(size, consistent);
                table.throughput.take(now, Direction::Read, hash, units);
                used.add(Use::of_table(units));
                items.extend(item.map(|item| match &wanted {
                    Some(wanted) => Arc::new(wanted.of(&item)),
                    None => item,
                }));
            }
            if !left.is_empty() {
                let rest = KeysAndAttributes { keys: left, ..request.clone() };
                out.unprocessed_keys.insert(name.clone(), rest);
            }
            uses.push((name, used));
        }
        if done == 0
            && let Some(throttled) = refused
        {
            return Err(self.refuse(now, throttled));
        }
        let how = op.return_consumed_capacity;
        out.consumed_capacity = uses.iter().map(|(name, used)| consumed(how, name, used)).collect();
        Ok(Response::BatchGet(out))
    }

    pub(super) fn batch_write(
        &mut self,
        now: Time,
        chance: &mut Chance,
        op: BatchWriteItem,
    ) -> Result<Response> {
        check_names(op.request_items.keys())?;
        let count: usize = op.request_items.values().map(Vec::len).sum();
        if count > WRITES {
            return Err(validation("Too many items requested for the BatchWriteItem call"));
        }
        for request in op.request_items.values().flatten() {
            check_write(request)?;
        }
        let mut asked: Vec<(String, TableKey, WriteRequest)> = Vec::new();
        for (name, requests) in op.request_items {
            let table = self.live_mut(&name)?;
            for request in requests {
                let key = match (&request.put_request, &request.delete_request) {
                    (Some(put), _) => {
                        let key = table.key.checked_item(&put.item).map_err(reworded)?;
                        table.check_index_keys(&put.item)?;
                        key
                    }
                    (None, Some(delete)) => table.key.checked_key(&delete.key)?,
                    (None, None) => return Err(no_match()),
                };
                if asked.iter().any(|(table, own, _)| *table == name && *own == key) {
                    return Err(validation(DUPLICATES));
                }
                asked.push((name.clone(), key, request));
            }
        }
        self.write_all(
            now,
            chance,
            asked,
            op.return_consumed_capacity,
            op.return_item_collection_metrics,
        )
    }

    fn write_all(
        &mut self,
        now: Time,
        chance: &mut Chance,
        asked: Vec<(String, TableKey, WriteRequest)>,
        how: Option<super::ReturnConsumedCapacity>,
        metrics: Option<ReturnItemCollectionMetrics>,
    ) -> Result<Response> {
        let mut out = BatchWriteItemOutput::default();
        let mut uses: BTreeMap<String, Use> = BTreeMap::new();
        let mut refused = None;
        let mut sizes: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (name, key, request) in asked {
            let change = match request.put_request.clone() {
                Some(put) => Change::Put(Arc::new(put.item)),
                None => Change::Delete,
            };
            match self.write(now, chance, &name, key.clone(), &change, &Guard::default()) {
                Ok(done) => {
                    let table = self.tables.get(&name);
                    if let Some(size) = collection_metrics(table, metrics, &key) {
                        sizes.entry(name.clone()).or_default().push(size);
                    }
                    uses.entry(name).or_default().add(done.used);
                }
                Err(error) if is_throttling(&error) => {
                    refused.get_or_insert(error);
                    out.unprocessed_items.entry(name).or_default().push(request);
                }
                Err(error) => return Err(error),
            }
        }
        if uses.is_empty()
            && let Some(error) = refused
        {
            return Err(error);
        }
        out.consumed_capacity = uses.iter().map(|(name, used)| consumed(how, name, used)).collect();
        out.item_collection_metrics = (!sizes.is_empty()).then_some(sizes);
        Ok(Response::BatchWrite(out))
    }
}

fn check_request(request: &KeysAndAttributes) -> Result<()> {
    check_kinds(
        &[("ProjectionExpression", request.projection_expression.is_some())],
        &[("AttributesToGet", request.attributes_to_get.is_some())],
        request.expression_attribute_names.is_some(),
        false,
    )?;
    check_to_get(request.attributes_to_get.as_ref())?;
    let mut names = placeholders(request.expression_attribute_names.as_ref(), None)?;
    projection(&mut names, request.projection_expression.as_deref(), None)?;
    names.finish().map_err(validation)?;
    request.keys.iter().try_for_each(|key| key.check().map_err(validation))
}

fn check_write(request: &WriteRequest) -> Result<()> {
    match (&request.put_request, &request.delete_request) {
        (Some(put), None) => {
            put.item.check().map_err(validation)?;
            check_size(&put.item)
        }
        (None, Some(delete)) => delete.key.check().map_err(validation),
        _ => Err(validation(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of \
             the supported datatypes",
        )),
    }
}

/// A batch tells less about a key that does not fit.
fn reworded(error: ServiceError) -> ServiceError {
    let is_mismatch = error.message.contains("Missing the key")
        || error.message.contains("Type mismatch for key");
    if is_mismatch { no_match() } else { error }
}
