//! Where items lie: collections of one partition key, in the order of the hash; inside, by sort key.
//!
//! Buckets are ranges of the hash and double in number as the store grows, so that finding a key takes
//! the same time whatever the number of items, and a scan still goes in the order of the hash.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::keys::{KeyValue, TableKey, placement, tie_order};
use super::value::SharedItem;

/// Items of a table or an index.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// The number of buckets is 2 to the power of this.
    bits: u32,
    buckets: Vec<Vec<Collection>>,
    collections: usize,
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
    Of(u64, Box<TableKey>),
    /// After all of them.
    Last,
}

/// Most collections hold one item; a tree is only for more.
#[derive(Debug, Clone, PartialEq)]
enum Rows {
    One(RowKey, SharedItem),
    Many(BTreeMap<RowKey, SharedItem>),
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
        Tie::Of(tie_order(key), Box::new(key.clone()))
    }
}

impl Default for Store {
    fn default() -> Store {
        Store { bits: 0, buckets: vec![Vec::new()], collections: 0, rows: 0, bytes: 0 }
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
        self.rows().map(|(_, item)| item)
    }

    pub(super) fn rows(&self) -> Box<dyn DoubleEndedIterator<Item = (&RowKey, &SharedItem)> + '_> {
        match &self.rows {
            Rows::One(key, item) => Box::new(std::iter::once((key, item))),
            Rows::Many(rows) => Box::new(rows.iter()),
        }
    }

    /// The rows in a range; none if it ends before it begins.
    pub(super) fn range(
        &self,
        range: Range,
    ) -> Box<dyn DoubleEndedIterator<Item = (&RowKey, &SharedItem)> + '_> {
        if is_empty(&range) {
            return Box::new(std::iter::empty());
        }
        match &self.rows {
            Rows::One(key, item) => {
                Box::new(contains(&range, key).then_some((key, item)).into_iter())
            }
            Rows::Many(rows) => Box::new(rows.range(range)),
        }
    }

    fn get(&self, row: &RowKey) -> Option<&SharedItem> {
        match &self.rows {
            Rows::One(key, item) => (key == row).then_some(item),
            Rows::Many(rows) => rows.get(row),
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
        self.buckets.iter().flatten()
    }

    /// The collection of a partition key.
    pub fn collection(&self, key: &KeyValue) -> Option<&Collection> {
        let hash = placement(key);
        let bucket = &self.buckets[self.bucket(hash)];
        search(bucket, hash, key).ok().map(|at| &bucket[at])
    }

    /// The collections from one of this hash and key on, itself included.
    pub(super) fn collections_from<'s>(
        &'s self,
        hash: u64,
        key: Option<&KeyValue>,
    ) -> impl Iterator<Item = &'s Collection> + use<'s> {
        let first = self.bucket(hash);
        let skipped = self.buckets[first].partition_point(|one| match key {
            Some(key) => (one.hash, &one.key) < (hash, key),
            None => one.hash < hash,
        });
        self.buckets[first][skipped..].iter().chain(self.buckets[first + 1..].iter().flatten())
    }

    pub(super) fn get(&self, place: &Place) -> Option<&SharedItem> {
        let bucket = &self.buckets[self.bucket(place.hash)];
        let at = search(bucket, place.hash, &place.key).ok()?;
        bucket[at].get(&place.row)
    }

    pub(super) fn put(&mut self, place: Place, item: SharedItem) {
        let size = item.size();
        let Place { hash, key, row } = place;
        let number = self.bucket(hash);
        let bucket = &mut self.buckets[number];
        let replaced = match search(bucket, hash, &key) {
            Ok(at) => {
                let collection = &mut bucket[at];
                let replaced = collection.put(row, item);
                let before = replaced.as_ref().map_or(0, |old| old.size());
                collection.bytes = collection.bytes + size - before;
                replaced
            }
            Err(at) => {
                let rows = Rows::One(row, item);
                bucket.insert(at, Collection { hash, key, rows, bytes: size });
                self.collections += 1;
                None
            }
        };
        self.bytes += size;
        match replaced {
            Some(old) => self.bytes -= old.size(),
            None => self.rows += 1,
        }
        if self.collections > self.buckets.len() * 2 && self.bits < 40 {
            self.double();
        }
    }

    pub(super) fn remove(&mut self, place: &Place) -> Option<SharedItem> {
        let number = self.bucket(place.hash);
        let bucket = &mut self.buckets[number];
        let at = search(bucket, place.hash, &place.key).ok()?;
        let collection = &mut bucket[at];
        let (removed, is_empty) = match &mut collection.rows {
            Rows::One(key, item) if *key == place.row => (item.clone(), true),
            Rows::One(..) => return None,
            Rows::Many(rows) => {
                let removed = rows.remove(&place.row)?;
                (removed, rows.is_empty())
            }
        };
        collection.bytes -= removed.size();
        if is_empty {
            bucket.remove(at);
            self.collections -= 1;
        }
        self.rows -= 1;
        self.bytes -= removed.size();
        Some(removed)
    }

    fn bucket(&self, hash: u64) -> usize {
        if self.bits == 0 { 0 } else { (hash >> (64 - self.bits)) as usize }
    }

    /// Cuts each bucket into two.
    fn double(&mut self) {
        self.bits += 1;
        let halves = self.buckets.len() * 2;
        let old = std::mem::replace(&mut self.buckets, Vec::with_capacity(halves));
        for (number, mut bucket) in old.into_iter().enumerate() {
            let middle = ((number as u64) * 2 + 1) << (64 - self.bits);
            let upper = bucket.split_off(bucket.partition_point(|one| one.hash < middle));
            self.buckets.push(bucket);
            self.buckets.push(upper);
        }
    }
}

impl Collection {
    fn put(&mut self, row: RowKey, item: SharedItem) -> Option<SharedItem> {
        match &mut self.rows {
            Rows::One(key, old) if *key == row => Some(std::mem::replace(old, item)),
            Rows::One(key, old) => {
                let first = (key.clone(), old.clone());
                self.rows = Rows::Many(BTreeMap::from([first, (row, item)]));
                None
            }
            Rows::Many(rows) => rows.insert(row, item),
        }
    }
}

fn search(bucket: &[Collection], hash: u64, key: &KeyValue) -> Result<usize, usize> {
    bucket.binary_search_by(|one| one.hash.cmp(&hash).then_with(|| one.key.cmp(key)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::value::{AttributeValue, Item};
    use super::*;

    fn key(text: &str) -> TableKey {
        TableKey { hash: KeyValue::S(text.to_owned()), range: None }
    }

    fn item(text: &str) -> SharedItem {
        Arc::new(Item::from_iter([("p", AttributeValue::S(text.to_owned()))]))
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
        for number in 0..1000 {
            let text = number.to_string();
            assert_eq!(store.remove(&Place::in_table(&key(&text))), Some(item(&text)));
        }
        assert!(store.is_empty() && store.bytes() == 0);
    }
}
