//! One table: its definition, its items and indexes, and how a write reaches all of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::super::arn::arn;
use super::super::chance::Chance;
use super::super::time::{Span, Time};
use super::capacity::{Direction, Limit, Throughput, Units};
use super::errors::{Result, invalid, validation};
use super::index::{Change, GlobalIndex, Index};
use super::keys::{KeySchema, TableKey};
use super::shapes::{
    AttributeDefinition, BillingMode, EventName, OnDemandThroughput, ProvisionedThroughput,
    TableClass, TableStatus, Tag, WarmThroughput,
};
use super::store::{Place, Store};
use super::streams::{Stream, StreamRecord};
use super::throttling::Throttled;
use super::ttl::TimeToLive;
use super::value::{AttributeValue, Item, SharedItem};
use super::{ServiceError, Settings};

/// Most bytes of an item (DDB-28).
pub const ITEM_BYTES: u64 = 409_600;

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) created: Time,
    pub(super) status: TableStatus,
    /// When the change under way is done.
    pub(super) settles: Option<Time>,
    pub(super) definitions: Vec<AttributeDefinition>,
    pub(super) key: KeySchema,
    pub(super) billing: BillingMode,
    pub(super) billing_changed: Option<Time>,
    pub(super) provisioned: ProvisionedThroughput,
    pub(super) decreases: Vec<Time>,
    pub(super) last_increase: Option<Time>,
    pub(super) ceilings: OnDemandThroughput,
    pub(super) warm: WarmThroughput,
    pub(super) class: Option<TableClass>,
    pub(super) is_protected: bool,
    pub(super) tags: Vec<Tag>,
    /// Its capacity and partitions.
    pub throughput: Throughput,
    pub(super) items: Store,
    pub(super) locals: Vec<Index>,
    pub(super) globals: Vec<GlobalIndex>,
    pub(super) stream: Option<Stream>,
    pub(super) ttl: TimeToLive,
    pub(super) recovery: Option<Recovery>,
    /// Items that a transaction holds, and until when.
    pub(super) held: BTreeMap<TableKey, Time>,
    /// Items as they were before writes that not all replicas have yet.
    pub(super) replicating: VecDeque<Undo>,
}

/// Point-in-time recovery: the way back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recovery {
    pub(super) since: Time,
    pub(super) days: u64,
    pub(super) undo: VecDeque<Undo>,
}

/// An item as it was before a write.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Undo {
    pub(super) at: Time,
    pub(super) key: TableKey,
    pub(super) old: Option<SharedItem>,
}

/// What a write did, or would do.
pub(super) struct Written {
    pub(super) key: TableKey,
    pub(super) old: Option<SharedItem>,
    pub(super) new: Option<SharedItem>,
    place: Place,
    locals: Vec<(usize, Change)>,
    globals: Vec<(usize, Change)>,
    /// What the table itself takes, local indexes apart.
    pub(super) units: Units,
}

impl Written {
    /// What the table and its local indexes take.
    pub(super) fn table_units(&self) -> Units {
        self.units + self.locals.iter().map(|(_, change)| change.units).sum()
    }

    /// What each local index takes.
    pub(super) fn local_units(&self) -> impl Iterator<Item = (usize, Units)> + '_ {
        self.locals.iter().map(|(number, change)| (*number, change.units))
    }

    /// What each global index takes.
    pub(super) fn global_units(&self) -> impl Iterator<Item = (usize, Units)> + '_ {
        self.globals.iter().map(|(number, change)| (*number, change.units))
    }
}

impl Table {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        arn("dynamodb", &format!("table/{}", self.name))
    }

    pub(super) fn index_arn(&self, index: &str) -> String {
        format!("{}/index/{index}", self.arn())
    }

    /// What it is doing.
    pub fn status(&self) -> TableStatus {
        self.status
    }

    /// Its key.
    pub fn key(&self) -> &KeySchema {
        &self.key
    }

    /// Provisioned or on demand.
    pub fn billing(&self) -> BillingMode {
        self.billing
    }

    /// Its items.
    pub fn items(&self) -> &Store {
        &self.items
    }

    /// Its local indexes.
    pub fn local_indexes(&self) -> &[Index] {
        &self.locals
    }

    /// Its global indexes.
    pub fn global_indexes(&self) -> &[GlobalIndex] {
        &self.globals
    }

    /// A global index, to set up a scene.
    pub fn global_index_mut(&mut self, name: &str) -> Option<&mut GlobalIndex> {
        self.globals.iter_mut().find(|global| global.index.name == name)
    }

    /// Its stream, if changes go to one.
    pub fn stream(&self) -> Option<&Stream> {
        self.stream.as_ref()
    }

    /// Which attribute tells when items expire, and which will be deleted when.
    pub fn ttl(&self) -> &TimeToLive {
        &self.ttl
    }

    /// The item of a key as the leader has it.
    pub fn item(&self, key: &TableKey) -> Option<&SharedItem> {
        self.items.get(&Place::in_table(key))
    }

    /// How many writes some replicas do not have yet.
    pub fn replicating(&self) -> usize {
        self.replicating.len()
    }

    /// All indexes, global ones first.
    pub(super) fn indexes(&self) -> impl Iterator<Item = &Index> {
        self.globals.iter().map(|global| &global.index).chain(&self.locals)
    }

    /// Whether it can be read and written.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.status, TableStatus::Active | TableStatus::Updating)
    }

    /// Refuses an item whose attributes do not fit the keys of the indexes.
    pub(super) fn check_index_keys(&self, item: &Item) -> Result<()> {
        for index in self.indexes() {
            for attribute in index.key.attributes() {
                let Some(value) = item.get(&attribute.name) else { continue };
                let (name, index) = (&attribute.name, &index.name);
                if value.type_name() != attribute.kind.text() {
                    return Err(invalid(format!(
                        "Type mismatch for Index Key {name} Expected: {} Actual: {} IndexName: \
                         {index}",
                        attribute.kind.text(),
                        value.type_name()
                    )));
                }
                if let Some(what) = empty_scalar(value) {
                    return Err(validation(format!(
                        "One or more parameter values are not valid. A value specified for a \
                         secondary index key is not supported. The AttributeValue for a key \
                         attribute cannot contain an empty {what} value. IndexName: {index}, \
                         IndexKey: {name}"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Refuses an item that an update made unfit for the indexes.
    pub(super) fn check_updated_index_keys(&self, item: &Item) -> Result<()> {
        for attribute in self.indexes().flat_map(|index| index.key.attributes()) {
            let Some(value) = item.get(&attribute.name) else { continue };
            if value.type_name() != attribute.kind.text() {
                return Err(validation(
                    "The update expression attempted to update the secondary index key to \
                     unsupported type",
                ));
            }
            if let Some(what) = empty_scalar(value) {
                return Err(validation(format!(
                    "One or more parameter values are not valid. The update expression attempted \
                     to update a secondary index key to a value that is not supported. The \
                     AttributeValue for a key attribute cannot contain an empty {what} value."
                )));
            }
        }
        Ok(())
    }

    /// Refuses paths that lead into key attributes.
    pub(super) fn check_key_paths<'p>(&self, nested: impl Iterator<Item = &'p str>) -> Result<()> {
        let nested: BTreeSet<&str> = nested.collect();
        if nested.is_empty() {
            return Ok(());
        }
        let of_table = self.key.attributes().map(|key| ("Key", key));
        let of_indexes = self.indexes().flat_map(|index| index.key.attributes());
        for (what, key) in of_table.chain(of_indexes.map(|key| ("IndexKey", key))) {
            if nested.contains(key.name.as_str()) {
                return Err(validation(format!(
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' \
                     are not allowed: {what}: {}",
                    key.name
                )));
            }
        }
        Ok(())
    }

    /// What replacing an item does everywhere, and what it costs.
    pub(super) fn plan(
        &self,
        key: TableKey,
        place: Place,
        old: Option<SharedItem>,
        new: Option<SharedItem>,
    ) -> Written {
        let units = Units::write(
            old.as_ref().map_or(0, |item| item.size()).max(new.as_ref().map_or(0, |i| i.size())),
        );
        let change = |index: &Index| index.change(&self.key, &key, old.as_ref(), new.as_ref());
        let numbered = |(number, change): (usize, Option<Change>)| Some((number, change?));
        let locals = self.locals.iter().map(change).enumerate().filter_map(numbered).collect();
        let globals = self
            .globals
            .iter()
            .map(|global| change(&global.index))
            .enumerate()
            .filter_map(numbered)
            .collect();
        Written { key, old, new, place, locals, globals, units }
    }

    /// Refuses a write that would make an item collection too large (DDB-30).
    pub(super) fn check_collection(&self, written: &Written, most: u64) -> Result<()> {
        if self.locals.is_empty() {
            return Ok(());
        }
        let size = |item: &Option<SharedItem>| item.as_ref().map_or(0, |item| item.size());
        let (before, after) = (size(&written.old), size(&written.new));
        let bytes = self.collection_bytes(&written.key);
        if after > before && bytes + after - before > most {
            return Err(ServiceError::new(
                "ItemCollectionSizeLimitExceededException",
                "Collection size exceeded.",
            ));
        }
        Ok(())
    }

    /// Bytes of a partition key's items, in the table and its local indexes.
    pub(super) fn collection_bytes(&self, key: &TableKey) -> u64 {
        let locals = self.locals.iter().map(|index| &index.entries);
        std::iter::once(&self.items)
            .chain(locals)
            .filter_map(|store| store.collection(&key.hash))
            .map(super::store::Collection::bytes)
            .sum()
    }

    /// Whether the table lets a request to this place through.
    pub(super) fn admits(
        &mut self,
        now: Time,
        direction: Direction,
        hash: Option<u64>,
    ) -> std::result::Result<(), Throttled> {
        self.throughput
            .admits(now, direction, hash)
            .map_err(|limit| self.throttled(None, direction, limit, hash))
    }

    /// Whether every global index that a write concerns lets it through (DDB-15).
    pub(super) fn indexes_admit(
        &mut self,
        now: Time,
        written: &Written,
    ) -> std::result::Result<(), Throttled> {
        for (number, change) in &written.globals {
            let throughput = &mut self.globals[*number].throughput;
            throughput.admits(now, Direction::Write, Some(change.hash)).map_err(|limit| {
                self.throttled(Some(*number), Direction::Write, limit, Some(change.hash))
            })?;
        }
        Ok(())
    }

    pub(super) fn throttled(
        &self,
        index: Option<usize>,
        direction: Direction,
        limit: Limit,
        hash: Option<u64>,
    ) -> Throttled {
        let throughput = index.map_or(&self.throughput, |number| &self.globals[number].throughput);
        let partition =
            hash.filter(|_| limit == Limit::KeyRange).map(|hash| throughput.partition_of(hash));
        let index = index.map(|number| self.globals[number].index.name.clone());
        let (table, billing) = (self.name.clone(), self.billing);
        Throttled { table, index, direction, limit, partition, billing }
    }

    /// Takes the units of a write; `times` is 2 in a transaction.
    pub(super) fn take_write_units(&mut self, now: Time, written: &Written, times: u64) {
        let times = |units: Units| Units { halves: units.halves * times };
        let hash = Some(written.place.hash);
        self.throughput.take(now, Direction::Write, hash, times(written.table_units()));
        for (number, change) in &written.globals {
            let throughput = &mut self.globals[*number].throughput;
            throughput.take(now, Direction::Write, Some(change.hash), times(change.units));
        }
    }

    /// Does a write: the item, the indexes, the stream, and what remembers how it was. Hands back the key.
    pub(super) fn commit(
        &mut self,
        now: Time,
        chance: &mut Chance,
        settings: &Settings,
        written: Written,
        is_expiry: bool,
    ) -> TableKey {
        let Written { key, old, new, place, locals, globals, .. } = written;
        match &new {
            Some(item) => self.items.put(place, item.clone()),
            None => drop(self.items.remove(&place)),
        }
        for (number, change) in locals {
            self.locals[number].apply(change);
        }
        for (number, change) in globals {
            let global = &mut self.globals[number];
            if settings.index_lag == Span::ZERO && global.pending.is_empty() {
                global.index.apply(change);
            } else {
                global.pending.push_back((now + settings.index_lag, change));
            }
        }
        let undo = || Undo { at: now, key: key.clone(), old: old.clone() };
        if let Some(recovery) = &mut self.recovery {
            let kept = Span::days(recovery.days);
            while recovery.undo.pop_front_if(|undo| undo.at + kept <= now).is_some() {}
            recovery.undo.push_back(undo());
        }
        if settings.replica_lag > Span::ZERO {
            self.replicating.push_back(undo());
        }
        if let Some(item) = &new {
            self.ttl.schedule(now, chance, settings, &key, item);
        }
        if let Some(stream) = &mut self.stream
            && let Some(event) = EventName::of(old.as_deref(), new.as_deref())
        {
            let keys = self.key.item_of(&key);
            stream.append(StreamRecord { at: now, event, keys, old, new, is_expiry });
        }
        key
    }

    /// The item as a lagging replica has it: as it was before the writes still under way (DDB-11).
    pub(super) fn lagging_item(
        &mut self,
        now: Time,
        lag: Span,
        key: &TableKey,
    ) -> Option<Option<SharedItem>> {
        while self.replicating.pop_front_if(|undo| undo.at + lag <= now).is_some() {}
        self.replicating.iter().find(|undo| undo.key == *key).map(|undo| undo.old.clone())
    }

    /// Whether a transaction holds an item now.
    pub(super) fn is_held(&self, now: Time, key: &TableKey) -> bool {
        self.held.get(key).is_some_and(|until| *until > now)
    }

    /// Puts an item without any check, cost or record: to restore or to set up a scene.
    pub(super) fn load(&mut self, item: SharedItem) {
        let Some(key) = self.key.key_of(&item) else { return };
        let place = Place::in_table(&key);
        let old = self.items.get(&place).cloned();
        let written = self.plan(key, place, old, Some(item.clone()));
        for (number, change) in written.locals {
            self.locals[number].apply(change);
        }
        for (number, change) in written.globals {
            self.globals[number].index.apply(change);
        }
        self.items.put(written.place, item);
    }

    /// Puts an item without any check, cost or record, to set up a scene.
    pub fn seed(&mut self, item: Item) {
        self.load(Arc::new(item));
    }
}

fn empty_scalar(value: &AttributeValue) -> Option<&'static str> {
    match value {
        AttributeValue::S(text) if text.is_empty() => Some("string"),
        AttributeValue::B(blob) if blob.0.is_empty() => Some("binary"),
        _ => None,
    }
}
