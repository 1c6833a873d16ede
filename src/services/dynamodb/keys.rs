//! Keys: their values and order, what DynamoDB refuses in them, and where a partition key falls.

use compact_str::CompactString;
use md5::{Digest as _, Md5};

use super::super::blob::Blob;
use super::errors::{Result, invalid, validation};
use super::number::Number;
use super::shapes::{KeySchemaElement, KeyType, ScalarAttributeType};
use super::value::{AttributeValue, Item};

/// The value of one key attribute, in DynamoDB's order: texts by bytes, numbers by value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyValue {
    /// A text; a short one is kept in place, so that comparing keys leads to no other memory.
    S(CompactString),
    /// A number.
    N(Number),
    /// Bytes.
    B(Box<[u8]>),
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableKey {
    /// The partition key.
    pub hash: KeyValue,
    /// The sort key, in a table that has one.
    pub range: Option<KeyValue>,
}

/// One attribute of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: ScalarAttributeType,
}

/// The key of a table or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySchema {
    /// The partition key.
    pub hash: KeyAttribute,
    /// The sort key.
    pub range: Option<KeyAttribute>,
}

impl ScalarAttributeType {
    /// As it is written.
    pub(super) fn text(self) -> &'static str {
        match self {
            ScalarAttributeType::S => "S",
            ScalarAttributeType::N => "N",
            ScalarAttributeType::B => "B",
        }
    }
}

impl KeyValue {
    /// The key that a value of this type is.
    pub fn of(value: &AttributeValue, kind: ScalarAttributeType) -> Option<KeyValue> {
        match (value, kind) {
            (AttributeValue::S(text), ScalarAttributeType::S) => Some(KeyValue::S(text.clone())),
            (AttributeValue::N(number), ScalarAttributeType::N) => {
                Some(KeyValue::N(number.clone()))
            }
            (AttributeValue::B(blob), ScalarAttributeType::B) => {
                Some(KeyValue::B(blob.0.as_slice().into()))
            }
            _ => None,
        }
    }

    fn of_any(value: &AttributeValue) -> Option<KeyValue> {
        match value {
            AttributeValue::S(text) => Some(KeyValue::S(text.clone())),
            AttributeValue::N(number) => Some(KeyValue::N(number.clone())),
            AttributeValue::B(blob) => Some(KeyValue::B(blob.0.as_slice().into())),
            _ => None,
        }
    }

    /// The attribute's value.
    pub fn value(&self) -> AttributeValue {
        match self {
            KeyValue::S(text) => AttributeValue::S(text.clone()),
            KeyValue::N(number) => AttributeValue::N(number.clone()),
            KeyValue::B(bytes) => AttributeValue::B(Blob(bytes.to_vec())),
        }
    }

    /// The first key that no longer begins as this one does; nothing if every later one does.
    pub(super) fn after_prefix(&self) -> Option<KeyValue> {
        match self {
            KeyValue::S(text) => {
                let mut text = text.clone();
                while let Some(last) = text.pop() {
                    if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX))
                        .take(0x801)
                        .find_map(char::from_u32)
                    {
                        text.push(next);
                        return Some(KeyValue::S(text));
                    }
                }
                None
            }
            KeyValue::B(bytes) => {
                let mut bytes = bytes.to_vec();
                while let Some(last) = bytes.pop() {
                    if let Some(next) = last.checked_add(1) {
                        bytes.push(next);
                        return Some(KeyValue::B(bytes.into()));
                    }
                }
                None
            }
            KeyValue::N(_) => None,
        }
    }

    fn feed(&self, hasher: &mut Md5) {
        match self {
            KeyValue::S(text) => hasher.update(text.as_bytes()),
            KeyValue::N(number) => hasher.update(number.hashed_bytes()),
            KeyValue::B(bytes) => hasher.update(bytes),
        }
    }
}

/// Where a partition key falls in 0 … 2^64−1. AWS does not publish its function; the model takes the one
/// that dynalite found to give the live service's scan order (DDB-1).
pub fn placement(key: &KeyValue) -> u64 {
    hashed([key])
}

/// What items of one index key are ordered by, where their sort keys do not: the primary key, hashed.
pub(super) fn tie_order(key: &TableKey) -> u64 {
    match &key.range {
        Some(range) => hashed([&key.hash, range]),
        None => placement(&key.hash),
    }
}

fn hashed<const N: usize>(keys: [&KeyValue; N]) -> u64 {
    let mut hasher = Md5::new_with_prefix(b"Outliers");
    for key in keys {
        key.feed(&mut hasher);
    }
    let digest: [u8; 16] = hasher.finalize().into();
    u64::from_be_bytes(digest[..8].try_into().expect("eight of sixteen bytes"))
}

impl KeySchema {
    /// The key of a schema whose attributes are defined.
    pub(super) fn of(
        elements: &[KeySchemaElement],
        kind_of: impl Fn(&str) -> Option<ScalarAttributeType>,
    ) -> Option<KeySchema> {
        let attribute = |element: &KeySchemaElement| {
            let kind = kind_of(&element.attribute_name)?;
            Some(KeyAttribute { name: element.attribute_name.clone(), kind })
        };
        let range = match elements.get(1) {
            Some(element) => Some(attribute(element)?),
            None => None,
        };
        Some(KeySchema { hash: attribute(elements.first()?)?, range })
    }

    /// As AWS writes it.
    pub(super) fn elements(&self) -> Vec<KeySchemaElement> {
        let element = |attribute: &KeyAttribute, key_type| KeySchemaElement {
            attribute_name: attribute.name.clone(),
            key_type,
        };
        let range = self.range.iter().map(|range| element(range, KeyType::Range));
        std::iter::once(element(&self.hash, KeyType::Hash)).chain(range).collect()
    }

    /// The key attributes, partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.hash).chain(&self.range)
    }

    /// The key of an item; nothing if an attribute is missing or of another type.
    pub(super) fn key_of(&self, item: &Item) -> Option<TableKey> {
        let part = |attribute: &KeyAttribute| {
            item.get(&attribute.name).and_then(|value| KeyValue::of(value, attribute.kind))
        };
        let hash = part(&self.hash)?;
        match &self.range {
            None => Some(TableKey { hash, range: None }),
            Some(range) => Some(TableKey { hash, range: Some(part(range)?) }),
        }
    }

    /// The key attributes of a key.
    pub(super) fn item_of(&self, key: &TableKey) -> Item {
        let hash = (self.hash.name.clone(), key.hash.value());
        let range = self.range.iter().zip(&key.range);
        std::iter::once(hash)
            .chain(range.map(|(attribute, value)| (attribute.name.clone(), value.value())))
            .collect()
    }

    /// The key that a `Key` parameter stands for.
    ///
    /// # Errors
    /// As DynamoDB words a key that does not fit the schema, or is empty or too long (DDB-29).
    pub(super) fn checked_key(&self, key: &Item) -> Result<TableKey> {
        if key.len() != self.attributes().count() {
            return Err(no_match());
        }
        for attribute in self.attributes() {
            self.check_piece(key, attribute)?;
        }
        self.key_of(key).ok_or_else(no_match)
    }

    /// Checks one attribute of a key.
    pub(super) fn check_piece(&self, key: &Item, attribute: &KeyAttribute) -> Result<()> {
        let value = key.get(&attribute.name);
        let value = value.filter(|value| attribute.fits(value)).ok_or_else(no_match)?;
        if is_empty(value) {
            return Err(invalid(empty_key_text(attribute)));
        }
        self.check_size(value, attribute)
    }

    /// The key of a whole item.
    ///
    /// # Errors
    /// As DynamoDB words an item whose key is missing, of another type, empty or too long (DDB-29).
    pub(super) fn checked_item(&self, item: &Item) -> Result<TableKey> {
        for attribute in self.attributes() {
            let name = &attribute.name;
            let value = item
                .get(name)
                .ok_or_else(|| invalid(format!("Missing the key {name} in the item")))?;
            if !attribute.fits(value) {
                return Err(invalid(format!(
                    "Type mismatch for key {name} expected: {} actual: {}",
                    attribute.kind.text(),
                    value.type_name()
                )));
            }
            if is_empty(value) {
                return Err(validation(format!(
                    "One or more parameter values are not valid. {}",
                    empty_key_text(attribute)
                )));
            }
            self.check_size(value, attribute)?;
        }
        self.key_of(item).ok_or_else(no_match)
    }

    fn check_size(&self, value: &AttributeValue, attribute: &KeyAttribute) -> Result<()> {
        if attribute.name == self.hash.name {
            if value.size() > 2048 {
                return Err(invalid(
                    "Size of hashkey has exceeded the maximum size limit of2048 bytes",
                ));
            }
        } else if value.size() > 1024 {
            return Err(invalid(
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
            ));
        }
        Ok(())
    }
}

impl KeyAttribute {
    /// Whether a value is of its type.
    fn fits(&self, value: &AttributeValue) -> bool {
        value.type_name() == self.kind.text()
    }
}

/// Whether a value is an empty text or no bytes, which no key may be.
fn is_empty(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::S(text) => text.is_empty(),
        AttributeValue::B(blob) => blob.0.is_empty(),
        _ => false,
    }
}

/// Whether two values are the same key, of whatever type.
pub(super) fn same_key(a: &AttributeValue, b: &AttributeValue) -> bool {
    KeyValue::of_any(a).is_some_and(|a| KeyValue::of_any(b) == Some(a))
}

fn empty_key_text(attribute: &KeyAttribute) -> String {
    let what = if attribute.kind == ScalarAttributeType::S { "string" } else { "binary" };
    format!(
        "The AttributeValue for a key attribute cannot contain an empty {what} value. Key: {}",
        attribute.name
    )
}

/// What any key is told that does not fit.
pub(super) fn no_match() -> super::ServiceError {
    validation("The provided key element does not match the schema")
}
