//! Secondary indexes: what they hold of an item, and what a write to the table costs and does there.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::time::Time;
use super::capacity::{Throughput, Units};
use super::keys::{KeySchema, TableKey};
use super::shapes::{
    OnDemandThroughput, Projection, ProjectionType, ProvisionedThroughput, TableStatus,
};
use super::store::{Place, Store};
use super::value::SharedItem;

/// A local or global secondary index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    pub(super) name: String,
    pub(super) key: KeySchema,
    pub(super) projection: Projection,
    pub(super) entries: Store,
}

/// A global secondary index: its own capacity, and writes that are still under way.
#[derive(Debug, Clone, PartialEq)]
pub struct GlobalIndex {
    /// What every index has.
    pub index: Index,
    /// Its capacity.
    pub throughput: Throughput,
    pub(super) provisioned: ProvisionedThroughput,
    pub(super) ceilings: OnDemandThroughput,
    pub(super) status: TableStatus,
    pub(super) pending: VecDeque<(Time, Change)>,
}

/// What a write to the table does to an index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    gone: Option<Place>,
    put: Option<(Place, SharedItem)>,
    /// What it costs (DDB-14).
    pub(super) units: Units,
    /// Where the entry lies that costs it.
    pub(super) hash: u64,
}

impl Index {
    pub(super) fn new(name: String, key: KeySchema, projection: Projection) -> Index {
        Index { name, key, projection, entries: Store::default() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its key.
    pub fn key(&self) -> &KeySchema {
        &self.key
    }

    /// Its entries as they can be read now.
    pub fn entries(&self) -> &Store {
        &self.entries
    }

    /// Whether it holds all attributes.
    pub(super) fn holds_all(&self) -> bool {
        self.projection.projection_type == Some(ProjectionType::All)
    }

    /// Whether it holds an attribute.
    pub(super) fn holds(&self, name: &str, table: &KeySchema) -> bool {
        self.holds_all()
            || self.key.attributes().chain(table.attributes()).any(|key| key.name == name)
            || self.projection.non_key_attributes.iter().flatten().any(|own| own == name)
    }

    /// The part of an item that it holds.
    fn entry(&self, item: &SharedItem, table: &KeySchema) -> SharedItem {
        if self.holds_all() {
            return item.clone();
        }
        let held = item.iter().filter(|(name, _)| self.holds(name, table));
        Arc::new(held.map(|(name, value)| (name, value.clone())).collect())
    }

    /// What replacing an item does to it; nothing if that does not concern it.
    pub(super) fn change(
        &self,
        table: &KeySchema,
        key: &TableKey,
        old: Option<&SharedItem>,
        new: Option<&SharedItem>,
    ) -> Option<Change> {
        let entry = |item: Option<&SharedItem>| {
            let item = item?;
            let index_key = self.key.key_of(item)?;
            Some((Place::in_index(index_key, key), self.entry(item, table)))
        };
        let (old, new) = (entry(old), entry(new));
        let size = |entry: &Option<(Place, SharedItem)>| {
            entry.as_ref().map_or(Units::ZERO, |(_, item)| Units::write(item.size()))
        };
        let (before, after) = (size(&old), size(&new));
        match (old, new) {
            (None, None) => None,
            (Some((old_place, old_item)), Some((new_place, new_item))) => {
                if old_place == new_place {
                    if old_item.same(&new_item) {
                        return None;
                    }
                    let (units, hash) = (before.max(after), new_place.hash);
                    let put = Some((new_place, new_item));
                    return Some(Change { gone: None, put, units, hash });
                }
                let (units, hash) = (before + after, new_place.hash);
                let put = Some((new_place, new_item));
                Some(Change { gone: Some(old_place), put, units, hash })
            }
            (Some((place, _)), None) => {
                let hash = place.hash;
                Some(Change { gone: Some(place), put: None, units: before, hash })
            }
            (None, Some((place, item))) => {
                let hash = place.hash;
                Some(Change { gone: None, put: Some((place, item)), units: after, hash })
            }
        }
    }

    pub(super) fn apply(&mut self, change: Change) {
        if let Some(place) = change.gone {
            self.entries.remove(&place);
        }
        if let Some((place, item)) = change.put {
            self.entries.put(place, item);
        }
    }
}

impl GlobalIndex {
    /// Whether it can be read, or is still being made.
    pub fn status(&self) -> TableStatus {
        self.status
    }

    /// How many writes of the table have not reached it yet.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// When the oldest write that has not reached it will.
    pub fn next_applied(&self) -> Option<Time> {
        self.pending.front().map(|(due, _)| *due)
    }

    /// Lets writes reach it that are due.
    pub(super) fn catch_up(&mut self, now: Time) {
        while let Some((_, change)) = self.pending.pop_front_if(|(due, _)| *due <= now) {
            self.index.apply(change);
        }
    }
}
