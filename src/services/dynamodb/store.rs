//! Where items lie: collections of one partition key, in the order of the hash; inside, by sort key.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound;

use super::keys::{KeyValue, TableKey, placement, tie_order};
use super::value::SharedItem;
use crate::services::places::{Placed, Places};

/// Items of a table or an index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Store {
    collections: Places<Collection>,
    rows: u64,
    bytes: u64,
}

/// All items of one partition key.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    hash: u64,
    key: KeyValue,
    rows: Rows,
    bytes: u64,
}

/// Where a row stands within its collection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowKey {
    /// The sort key.
    pub(super) sort: Option<KeyValue>,
    /// In indexes, what tells rows of one key apart.
    pub(super) tie: Tie,
}

/// Tells rows of one index key apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// Before all of them; the only row of a table's key.
    First,
    /// The row of this item, with what orders it.
    Of(Box<(u64, TableKey)>),
    /// After all of them.
    Last,
}

/// Most collections hold one item; a tree is only for more.
#[derive(Debug, Clone, PartialEq)]
enum Rows {
    One(RowKey, Row),
    Many(BTreeMap<RowKey, Row>),
}

/// An item and its size, so that a page can be counted without looking into its items.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) item: SharedItem,
    pub(super) bytes: u64,
}

impl Row {
    pub(super) fn of(item: SharedItem) -> Row {
        let bytes = item.size();
        Row { item, bytes }
    }
}

/// From where to where, within a collection.
pub(super) type Range = (Bound<RowKey>, Bound<RowKey>);

/// Where a row stands in a store.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) hash: u64,
    pub(super) key: KeyValue,
    pub(super) row: RowKey,
}

impl Place {
    /// The place of a table's item.
    pub(super) fn in_table(key: &TableKey) -> Place {
        Place {
            hash: placement(&key.hash),
            key: key.hash.clone(),
            row: RowKey { sort: key.range.clone(), tie: Tie::First },
        }
    }

    /// The place of an index's entry.
    pub(super) fn in_index(index_key: TableKey, key: &TableKey) -> Place {
        Place {
            hash: placement(&index_key.hash),
            key: index_key.hash,
            row: RowKey { sort: index_key.range, tie: Tie::of(key) },
        }
    }
}

impl Tie {
    pub(super) fn of(key: &TableKey) -> Tie {
        Tie::Of(Box::new((tie_order(key), key.clone())))
    }
}

impl Placed for Collection {
    fn hash(&self) -> u64 {
        self.hash
    }
}

impl Collection {
    /// The partition key.
    pub fn key(&self) -> &KeyValue {
        &self.key
    }

    /// Where the partition key falls.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Bytes of all its items.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its items, by sort key.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &SharedItem> {
        self.rows().map(|(_, row)| &row.item)
    }

    pub(super) fn rows(&self) -> Box<dyn DoubleEndedIterator<Item = (&RowKey, &Row)> + '_> {
        match &self.rows {
            Rows::One(key, row) => Box::new(std::iter::once((key, row))),
            Rows::Many(rows) => Box::new(rows.iter()),
        }
    }

    /// The rows in a range; none if it ends before it begins.
    pub(super) fn range(
        &self,
        range: Range,
    ) -> Box<dyn DoubleEndedIterator<Item = (&RowKey, &Row)> + '_> {
        if is_empty(&range) {
            return Box::new(std::iter::empty());
        }
        match &self.rows {
            Rows::One(key, row) => {
                Box::new(contains(&range, key).then_some((key, row)).into_iter())
            }
            Rows::Many(rows) => Box::new(rows.range(range)),
        }
    }

    fn get(&self, key: &RowKey) -> Option<&Row> {
        match &self.rows {
            Rows::One(own, row) => (own == key).then_some(row),
            Rows::Many(rows) => rows.get(key),
        }
    }
}

fn contains(range: &Range, key: &RowKey) -> bool {
    let after = match &range.0 {
        Bound::Included(start) => key >= start,
        Bound::Excluded(start) => key > start,
        Bound::Unbounded => true,
    };
    after
        && match &range.1 {
            Bound::Included(end) => key <= end,
            Bound::Excluded(end) => key < end,
            Bound::Unbounded => true,
        }
}

fn is_empty(range: &Range) -> bool {
    match range {
        (Bound::Included(start), Bound::Included(end)) => start > end,
        (Bound::Included(start) | Bound::Excluded(start), Bound::Excluded(end))
        | (Bound::Excluded(start), Bound::Included(end)) => start >= end,
        _ => false,
    }
}

impl Store {
    /// How many items.
    pub fn len(&self) -> u64 {
        self.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Bytes of all items.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// All collections in the order of the hash.
    pub fn collections(&self) -> impl Iterator<Item = &Collection> {
        self.collections.iter()
    }

    /// The collection of a partition key.
    pub fn collection(&self, key: &KeyValue) -> Option<&Collection> {
        self.collection_at(placement(key), key)
    }

    /// The collection of a partition key whose hash is known.
    pub(super) fn collection_at(&self, hash: u64, key: &KeyValue) -> Option<&Collection> {
        self.collections.at(self.search(hash, key).ok()?)
    }

    /// The collections from one of this hash and key on, itself included.
    pub(super) fn collections_from<'s>(
        &'s self,
        hash: u64,
        key: Option<&KeyValue>,
    ) -> impl Iterator<Item = &'s Collection> + use<'s> {
        let first = match key {
            Some(key) => self.search(hash, key),
            None => self.collections.search(hash, |_| Ordering::Greater),
        };
        let (Ok(first) | Err(first)) = first;
        self.collections.iter_from(first)
    }

    pub(super) fn get(&self, place: &Place) -> Option<&SharedItem> {
        self.row(place).map(|row| &row.item)
    }

    /// The item of a place, with its size.
    pub(super) fn row(&self, place: &Place) -> Option<&Row> {
        self.collection_at(place.hash, &place.key)?.get(&place.row)
    }

    pub(super) fn put(&mut self, place: Place, item: SharedItem) {
        let row = Row::of(item);
        let bytes = row.bytes;
        let Place { hash, key, row: row_key } = place;
        let before = match self.search(hash, &key) {
            Ok(at) => self.collections.at_mut(at).and_then(|collection| {
                let before = collection.put(row_key, row).map(|old| old.bytes);
                collection.bytes = collection.bytes + bytes - before.unwrap_or(0);
                before
            }),
            Err(at) => {
                let rows = Rows::One(row_key, row);
                self.collections.insert(at, Collection { hash, key, rows, bytes });
                None
            }
        };
        self.bytes = self.bytes + bytes - before.unwrap_or(0);
        self.rows += u64::from(before.is_none());
    }

    pub(super) fn remove(&mut self, place: &Place) -> Option<SharedItem> {
        let at = self.search(place.hash, &place.key).ok()?;
        let collection = self.collections.at_mut(at)?;
        let (removed, is_empty) = match &mut collection.rows {
            Rows::One(key, row) if *key == place.row => (row.clone(), true),
            Rows::One(..) => return None,
            Rows::Many(rows) => {
                let removed = rows.remove(&place.row)?;
                (removed, rows.is_empty())
            }
        };
        collection.bytes -= removed.bytes;
        if is_empty {
            self.collections.take(at);
        }
        self.rows -= 1;
        self.bytes -= removed.bytes;
        Some(removed.item)
    }

    /// The place of a partition key, or where it would go.
    fn search(&self, hash: u64, key: &KeyValue) -> Result<usize, usize> {
        self.collections.search(hash, |collection| collection.key.cmp(key))
    }
}

impl Collection {
    fn put(&mut self, key: RowKey, row: Row) -> Option<Row> {
        match &mut self.rows {
            Rows::One(own, old) if *own == key => Some(std::mem::replace(old, row)),
            Rows::One(own, old) => {
                let first = (own.clone(), old.clone());
                self.rows = Rows::Many(BTreeMap::from([first, (key, row)]));
                None
            }
            Rows::Many(rows) => rows.insert(key, row),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::value::{AttributeValue, Item};
    use super::*;

    fn key(text: &str) -> TableKey {
        TableKey { hash: KeyValue::S(text.into()), range: None }
    }

    fn item(text: &str) -> SharedItem {
        Arc::new(Item::from_iter([("p", AttributeValue::S(text.into()))]))
    }

    #[test]
    fn items_are_found_and_scanned_in_the_order_of_the_hash_however_many_there_are() {
        let mut store = Store::default();
        for number in 0..1000 {
            let text = number.to_string();
            store.put(Place::in_table(&key(&text)), item(&text));
        }
        assert_eq!(store.len(), 1000);
        assert_eq!(store.collections().count(), 1000);
        let hashes: Vec<u64> = store.collections().map(|one| one.hash).collect();
        assert!(hashes.is_sorted());
        for number in 0..1000 {
            let text = number.to_string();
            assert_eq!(store.get(&Place::in_table(&key(&text))), Some(&item(&text)));
        }
        let middle = hashes[500];
        assert_eq!(store.collections_from(middle, None).count(), 500);
        assert_eq!(store.collections_from(u64::MAX, None).count(), 0);
        for number in 0..1000 {
            let text = number.to_string();
            assert_eq!(store.remove(&Place::in_table(&key(&text))), Some(item(&text)));
        }
        assert!(store.is_empty() && store.bytes() == 0);
    }
}
