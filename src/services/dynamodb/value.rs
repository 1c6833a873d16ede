//! Attribute values and items: AWS's JSON outside, compact and sorted inside; their sizes and checks.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::super::blob::Blob;
use super::number::Number;

/// Deepest nesting of lists and maps (DDB23).
const DEEPEST: usize = 32;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// A text; a short one is kept in place.
    S(CompactString),
    /// A number.
    N(Number),
    /// Bytes.
    B(Blob),
    /// A set of texts, in the order in which they were put in.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<Number>),
    /// A set of bytes.
    Bs(Vec<Blob>),
    /// A map.
    M(Item),
    /// A list.
    L(Vec<AttributeValue>),
    /// Null; `false` is refused.
    Null(bool),
    /// True or false.
    Bool(bool),
    /// What came in is no value: the JSON, and DynamoDB's sentence about it.
    Malformed(Box<(Value, String)>),
}

/// Attribute names and values, sorted by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item(Vec<(CompactString, AttributeValue)>);

/// An item that may stand in several places at once: the table, an index, an answer.
pub type SharedItem = Arc<Item>;

impl AttributeValue {
    /// The name of its type: `S`, `N`, …
    pub fn type_name(&self) -> &'static str {
        match self {
            AttributeValue::S(_) => "S",
            AttributeValue::N(_) => "N",
            AttributeValue::B(_) => "B",
            AttributeValue::Ss(_) => "SS",
            AttributeValue::Ns(_) => "NS",
            AttributeValue::Bs(_) => "BS",
            AttributeValue::M(_) => "M",
            AttributeValue::L(_) => "L",
            AttributeValue::Null(_) => "NULL",
            AttributeValue::Bool(_) => "BOOL",
            AttributeValue::Malformed(_) => "",
        }
    }

    /// Whether it is a number, text or bytes.
    pub fn is_scalar(&self) -> bool {
        matches!(self, AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_))
    }

    /// Bytes it counts for, without its name (2.3.3).
    pub fn size(&self) -> u64 {
        match self {
            AttributeValue::S(text) => text.len() as u64,
            AttributeValue::N(number) => number.size(),
            AttributeValue::B(blob) => blob.0.len() as u64,
            AttributeValue::Ss(texts) => texts.iter().map(|text| text.len() as u64).sum(),
            AttributeValue::Ns(numbers) => numbers.iter().map(Number::size).sum(),
            AttributeValue::Bs(blobs) => blobs.iter().map(|blob| blob.0.len() as u64).sum(),
            AttributeValue::M(map) => 3 + map.0.len() as u64 + map.size(),
            AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + value.size()).sum::<u64>(),
            AttributeValue::Null(_) | AttributeValue::Bool(_) => 1,
            AttributeValue::Malformed(_) => 0,
        }
    }

    /// Equal as DynamoDB compares: sets regardless of order.
    pub fn same(&self, other: &AttributeValue) -> bool {
        match (self, other) {
            (AttributeValue::Ss(a), AttributeValue::Ss(b)) => same_set(a, b),
            (AttributeValue::Ns(a), AttributeValue::Ns(b)) => same_set(a, b),
            (AttributeValue::Bs(a), AttributeValue::Bs(b)) => same_set(a, b),
            (AttributeValue::M(a), AttributeValue::M(b)) => a.same(b),
            (AttributeValue::L(a), AttributeValue::L(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            _ => self == other,
        }
    }

    /// Checks what DynamoDB checks of every value it is handed.
    ///
    /// # Errors
    /// Its sentence about the first thing that is wrong.
    pub fn check(&self) -> Result<(), String> {
        self.check_within(DEEPEST)
    }

    fn check_within(&self, levels: usize) -> Result<(), String> {
        const INVALID: &str = "One or more parameter values were invalid: ";
        match self {
            AttributeValue::S(_)
            | AttributeValue::N(_)
            | AttributeValue::B(_)
            | AttributeValue::Bool(_)
            | AttributeValue::Null(true) => Ok(()),
            AttributeValue::Malformed(what) => Err(what.1.clone()),
            AttributeValue::Null(false) => {
                Err(format!("{INVALID}Null attribute value types must have the value of true"))
            }
            AttributeValue::Ss(set) if set.is_empty() => {
                Err(format!("{INVALID}An string set  may not be empty"))
            }
            AttributeValue::Ns(set) if set.is_empty() => {
                Err(format!("{INVALID}An number set  may not be empty"))
            }
            AttributeValue::Bs(set) if set.is_empty() => {
                Err(format!("{INVALID}Binary sets should not be empty"))
            }
            AttributeValue::Ss(set) if has_duplicates(set) => {
                Err(format!("{INVALID}Input collection [{}] contains duplicates.", set.join(", ")))
            }
            AttributeValue::Ns(set) if has_duplicates(set) => {
                Err("Input collection contains duplicates".to_owned())
            }
            AttributeValue::Bs(set) if has_duplicates(set) => {
                let all: Vec<String> = set.iter().map(Blob::to_base64).collect();
                let all = all.join(", ");
                Err(format!("{INVALID}Input collection [{all}]of type BS contains duplicates."))
            }
            AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => Ok(()),
            AttributeValue::M(_) | AttributeValue::L(_) if levels == 0 => {
                Err("Nesting Levels have exceeded supported limits".to_owned())
            }
            AttributeValue::M(map) => {
                map.0.iter().try_for_each(|(_, value)| value.check_within(levels - 1))
            }
            AttributeValue::L(list) => {
                list.iter().try_for_each(|value| value.check_within(levels - 1))
            }
        }
    }
}

fn has_duplicates<T: PartialEq + Ord>(set: &[T]) -> bool {
    if set.len() < 16 {
        return (1..set.len()).any(|at| set[..at].contains(&set[at]));
    }
    let mut sorted: Vec<&T> = set.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

fn same_set<T: PartialEq + Ord>(a: &[T], b: &[T]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut a: Vec<&T> = a.iter().collect();
    let mut b: Vec<&T> = b.iter().collect();
    a.sort_unstable();
    b.sort_unstable();
    a == b
}

impl Item {
    /// Without attributes.
    pub fn new() -> Item {
        Item::default()
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.place(name).ok().map(|at| &self.0[at].1)
    }

    /// The value of an attribute, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut AttributeValue> {
        self.place(name).ok().map(|at| &mut self.0[at].1)
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: impl Into<CompactString>, value: AttributeValue) {
        let name = name.into();
        match self.place(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Removes an attribute.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        self.place(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of all names and values (DDB-28).
    pub fn size(&self) -> u64 {
        self.0.iter().map(|(name, value)| name.len() as u64 + value.size()).sum()
    }

    /// Equal as DynamoDB compares: sets regardless of order.
    pub fn same(&self, other: &Item) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(a, b)| a.0 == b.0 && a.1.same(&b.1))
    }

    /// Checks every value.
    ///
    /// # Errors
    /// As [`AttributeValue::check`].
    pub fn check(&self) -> Result<(), String> {
        self.0.iter().try_for_each(|(_, value)| value.check())
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_str().cmp(name))
    }
}

impl<N: Into<CompactString>> FromIterator<(N, AttributeValue)> for Item {
    fn from_iter<I: IntoIterator<Item = (N, AttributeValue)>>(pairs: I) -> Item {
        let pairs = pairs.into_iter();
        let mut all = Vec::with_capacity(pairs.size_hint().0);
        all.extend(pairs.map(|(name, value)| (name.into(), value)));
        // The last one of a name wins, as in JSON.
        all.sort_by(|a: &(CompactString, _), b| a.0.cmp(&b.0));
        if all.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            all = all.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect();
        }
        all.shrink_to_fit();
        Item(all)
    }
}

impl Serialize for AttributeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let AttributeValue::Malformed(what) = self {
            return what.0.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        let name = self.type_name();
        match self {
            AttributeValue::S(text) => map.serialize_entry(name, text.as_str())?,
            AttributeValue::N(number) => map.serialize_entry(name, &number.to_string())?,
            AttributeValue::B(blob) => map.serialize_entry(name, blob)?,
            AttributeValue::Ss(set) => map.serialize_entry(name, set)?,
            AttributeValue::Ns(set) => {
                let texts: Vec<String> = set.iter().map(Number::to_string).collect();
                map.serialize_entry(name, &texts)?;
            }
            AttributeValue::Bs(set) => map.serialize_entry(name, set)?,
            AttributeValue::M(item) => map.serialize_entry(name, item)?,
            AttributeValue::L(list) => map.serialize_entry(name, list)?,
            AttributeValue::Null(yes) | AttributeValue::Bool(yes) => {
                map.serialize_entry(name, yes)?;
            }
            AttributeValue::Malformed(_) => {}
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AttributeValue, D::Error> {
        Value::deserialize(deserializer).map(AttributeValue::from)
    }
}

/// Never fails: what is no value says so when it is checked, as DynamoDB does.
impl From<Value> for AttributeValue {
    fn from(json: Value) -> AttributeValue {
        let malformed = |json: &Value, message: &str| {
            AttributeValue::Malformed(Box::new((json.clone(), message.to_owned())))
        };
        let Value::Object(fields) = &json else {
            return malformed(&json, "Unexpected value type in payload");
        };
        let mut found = None;
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            let value = match of_type(name, value) {
                Ok(value) => value,
                Err(message) => return malformed(&json, &message),
            };
            if found.is_some() {
                if let Err(message) = value.check() {
                    return malformed(&json, &message);
                }
                return malformed(
                    &json,
                    "Supplied AttributeValue has more than one datatypes set, must contain \
                     exactly one of the supported datatypes",
                );
            }
            found = Some(value);
        }
        found.unwrap_or_else(|| {
            malformed(
                &json,
                "Supplied AttributeValue is empty, must contain exactly one of the supported \
                 datatypes",
            )
        })
    }
}

fn of_type(name: &str, value: &Value) -> Result<AttributeValue, String> {
    let wrong = || "Unexpected value type in payload".to_owned();
    let text = || value.as_str().ok_or_else(wrong);
    let texts = || -> Result<Vec<&str>, String> {
        value.as_array().ok_or_else(wrong)?.iter().map(|v| v.as_str().ok_or_else(wrong)).collect()
    };
    let blob = |text: &str| {
        serde_json::from_value::<Blob>(Value::from(text)).map_err(|error| error.to_string())
    };
    Ok(match name {
        "S" => AttributeValue::S(text()?.into()),
        "N" => AttributeValue::N(Number::parse(text()?)?),
        "B" => AttributeValue::B(blob(text()?)?),
        "SS" => AttributeValue::Ss(texts()?.into_iter().map(str::to_owned).collect()),
        "NS" => {
            AttributeValue::Ns(texts()?.into_iter().map(Number::parse).collect::<Result<_, _>>()?)
        }
        "BS" => AttributeValue::Bs(texts()?.into_iter().map(blob).collect::<Result<_, _>>()?),
        "M" => AttributeValue::M(
            value
                .as_object()
                .ok_or_else(wrong)?
                .iter()
                .map(|(name, value)| (name.clone(), AttributeValue::from(value.clone())))
                .collect(),
        ),
        "L" => AttributeValue::L(
            value.as_array().ok_or_else(wrong)?.iter().cloned().map(AttributeValue::from).collect(),
        ),
        "NULL" => AttributeValue::Null(value.as_bool().ok_or_else(wrong)?),
        "BOOL" => AttributeValue::Bool(value.as_bool().ok_or_else(wrong)?),
        _ => {
            return Err("Supplied AttributeValue is empty, must contain exactly one of the \
                        supported datatypes"
                .to_owned());
        }
    })
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Item, D::Error> {
        let map = BTreeMap::<String, AttributeValue>::deserialize(deserializer)?;
        Ok(map.into_iter().collect())
    }
}

/// For answers: an item that is shared, written as itself.
pub(super) mod shared {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        item: &Option<SharedItem>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        item.as_deref().serialize(serializer)
    }

    pub(in super::super) fn serialize_list<S: Serializer>(
        items: &Option<Vec<SharedItem>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items.iter().flatten().map(Arc::as_ref))
    }
}
