//! Key conditions: from an expression, or from the legacy `KeyConditions`, to one condition a key.

use super::super::value::AttributeValue;
use super::condition::{Comparator, Condition};
use super::{Operand, Path};

/// What a key attribute must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) enum KeyTest<'e> {
    Compare(Comparator, &'e AttributeValue),
    BeginsWith(&'e AttributeValue),
    Between(&'e AttributeValue, &'e AttributeValue),
    /// An operator of the legacy parameters that no key may be asked with.
    NotIndexable,
}

impl<'e> KeyTest<'e> {
    /// The values it compares with.
    pub(in super::super) fn values(self) -> impl Iterator<Item = &'e AttributeValue> {
        let (first, second) = match self {
            KeyTest::Compare(_, value) | KeyTest::BeginsWith(value) => (Some(value), None),
            KeyTest::Between(low, high) => (Some(low), Some(high)),
            KeyTest::NotIndexable => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Whether a key fulfils it.
    pub(in super::super) fn holds(self, key: &AttributeValue) -> bool {
        match self {
            KeyTest::Compare(how, value) => how.holds(Some(key), Some(value)),
            KeyTest::BeginsWith(start) => super::condition::begins_with(key, start),
            KeyTest::Between(low, high) => {
                Comparator::Ge.holds(Some(key), Some(low))
                    && Comparator::Le.holds(Some(key), Some(high))
            }
            KeyTest::NotIndexable => false,
        }
    }
}

/// One condition for each key attribute that is asked for.
pub(in super::super) type KeyTests<'e> = Vec<(&'e str, KeyTest<'e>)>;

/// What a `KeyConditionExpression` asks of the keys.
pub(in super::super) fn key_tests<'e>(condition: &Condition<'e>) -> Result<KeyTests<'e>, String> {
    let mut tests = Vec::with_capacity(2);
    collect(condition, &mut tests)?;
    Ok(tests)
}

fn collect<'e>(condition: &Condition<'e>, tests: &mut KeyTests<'e>) -> Result<(), String> {
    match condition {
        Condition::And(both) => {
            collect(&both.0, tests)?;
            collect(&both.1, tests)
        }
        Condition::Parens(inner) => collect(inner, tests),
        Condition::Or(_) => invalid_operator("OR"),
        Condition::Not(_) => invalid_operator("NOT"),
        Condition::In(..) => invalid_operator("IN"),
        Condition::Compare(Comparator::Ne, ..) => invalid_operator("<>"),
        Condition::Function(Operand::Function("begins_with", args)) => match &args[..] {
            [Operand::Path(path), Operand::Value(value)] => {
                add(tests, path, KeyTest::BeginsWith(value))
            }
            [Operand::Path(_), Operand::Path(_)] => several(),
            _ => key_first("begins_with"),
        },
        Condition::Function(Operand::Function("size", _)) => nested(),
        Condition::Function(Operand::Function(name, _)) => invalid_operator(name),
        Condition::Function(_) => none(),
        Condition::Between(key, low, high) => match (key, low, high) {
            (Operand::Path(path), Operand::Value(low), Operand::Value(high)) => {
                add(tests, path, KeyTest::Between(low, high))
            }
            (Operand::Path(_), Operand::Function(..), _)
            | (Operand::Path(_), _, Operand::Function(..)) => nested(),
            (Operand::Path(_), ..) => several(),
            _ => key_first("BETWEEN"),
        },
        Condition::Compare(how, a, b) => match (a, b) {
            (Operand::Path(path), Operand::Value(value)) => {
                add(tests, path, KeyTest::Compare(*how, value))
            }
            (Operand::Value(value), Operand::Path(path)) => {
                add(tests, path, KeyTest::Compare(turned(*how), value))
            }
            (Operand::Path(_), Operand::Path(_)) => several(),
            (Operand::Function(..), _) | (_, Operand::Function(..)) => nested(),
            _ => none(),
        },
    }
}

fn add<'e>(tests: &mut KeyTests<'e>, path: &Path<'e>, test: KeyTest<'e>) -> Result<(), String> {
    if path.is_nested() {
        return Err(
            "KeyConditionExpressions cannot have conditions on nested attributes".to_owned()
        );
    }
    if tests.iter().any(|(name, _)| *name == path.attribute()) {
        return Err("KeyConditionExpressions must only contain one condition per key".to_owned());
    }
    tests.push((path.attribute(), test));
    Ok(())
}

/// The comparison with its sides changed over.
fn turned(how: Comparator) -> Comparator {
    match how {
        Comparator::Lt => Comparator::Gt,
        Comparator::Le => Comparator::Ge,
        Comparator::Gt => Comparator::Lt,
        Comparator::Ge => Comparator::Le,
        same => same,
    }
}

fn invalid_operator(name: &str) -> Result<(), String> {
    Err(format!("Invalid operator used in KeyConditionExpression: {name}"))
}

fn key_first(name: &str) -> Result<(), String> {
    Err(format!(
        "Invalid condition in KeyConditionExpression: {name} operator must have the key attribute \
         as its first operand"
    ))
}

fn several() -> Result<(), String> {
    Err("Invalid condition in KeyConditionExpression: Multiple attribute names used in one \
         condition"
        .to_owned())
}

fn nested() -> Result<(), String> {
    Err("KeyConditionExpressions cannot contain nested operations".to_owned())
}

fn none() -> Result<(), String> {
    Err("Invalid condition in KeyConditionExpression: No key attribute specified".to_owned())
}
