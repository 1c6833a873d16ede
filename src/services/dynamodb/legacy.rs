//! The legacy parameters that expressions replaced: `Expected`, `KeyConditions`, `QueryFilter`,
//! `ScanFilter` and `AttributeUpdates`.

use std::collections::BTreeMap;

use super::errors::{Result, invalid, validation};
use super::expression::condition::{Comparator, begins_with, contains};
use super::expression::key_condition::{KeyTest, KeyTests};
use super::expression::update::{Mismatch, added, without};
use super::shapes::{
    AttributeAction, AttributeValueUpdate, ComparisonOperator, ConditionalOperator,
    ExpectedAttributeValue, LegacyCondition,
};
use super::value::{AttributeValue, Item};

use ComparisonOperator as Op;

impl ComparisonOperator {
    fn text(self) -> &'static str {
        match self {
            Op::Eq => "EQ",
            Op::Ne => "NE",
            Op::In => "IN",
            Op::Le => "LE",
            Op::Lt => "LT",
            Op::Ge => "GE",
            Op::Gt => "GT",
            Op::Between => "BETWEEN",
            Op::NotNull => "NOT_NULL",
            Op::Null => "NULL",
            Op::Contains => "CONTAINS",
            Op::NotContains => "NOT_CONTAINS",
            Op::BeginsWith => "BEGINS_WITH",
        }
    }

    /// How many values it takes.
    fn takes(self, count: usize) -> bool {
        match self {
            Op::Null | Op::NotNull => count == 0,
            Op::In => count > 0,
            Op::Between => count == 2,
            _ => count == 1,
        }
    }

    /// The types that `QueryFilter` and its like let it compare with.
    fn types(self) -> &'static [&'static str] {
        match self {
            Op::Eq | Op::Ne => &["S", "N", "B", "SS", "NS", "BS"],
            Op::BeginsWith => &["S", "B"],
            _ => &["S", "N", "B"],
        }
    }

    fn comparator(self) -> Option<Comparator> {
        Some(match self {
            Op::Eq => Comparator::Eq,
            Op::Ne => Comparator::Ne,
            Op::Le => Comparator::Le,
            Op::Lt => Comparator::Lt,
            Op::Ge => Comparator::Ge,
            Op::Gt => Comparator::Gt,
            _ => return None,
        })
    }

    fn holds(self, value: Option<&AttributeValue>, with: &[AttributeValue]) -> bool {
        if let Some(comparator) = self.comparator() {
            return comparator.holds(value, with.first());
        }
        let both = |test: fn(&AttributeValue, &AttributeValue) -> bool| {
            value.zip(with.first()).is_some_and(|(value, with)| test(value, with))
        };
        match self {
            Op::NotNull => value.is_some(),
            Op::Null => value.is_none(),
            Op::Contains => both(contains),
            Op::NotContains => !both(contains),
            Op::BeginsWith => both(begins_with),
            Op::In => with.iter().any(|one| Comparator::Eq.holds(value, Some(one))),
            _ => {
                Comparator::Ge.holds(value, with.first())
                    && Comparator::Le.holds(value, with.get(1))
            }
        }
    }
}

fn wrong_count(operator: Op) -> super::ServiceError {
    invalid(format!("Invalid number of argument(s) for the {} ComparisonOperator", operator.text()))
}

fn check_alike(values: &[AttributeValue]) -> Result<()> {
    if values.windows(2).any(|pair| pair[0].type_name() != pair[1].type_name()) {
        return Err(invalid("AttributeValues inside AttributeValueList must be of same type"));
    }
    Ok(())
}

fn check_bounds(operator: Op, values: &[AttributeValue]) -> Result<()> {
    if operator == Op::Between && Comparator::Gt.holds(values.first(), values.get(1)) {
        return Err(validation(
            "The BETWEEN condition was provided a range where the lower bound is greater than the \
             upper bound",
        ));
    }
    Ok(())
}

/// Checks `KeyConditions`, `QueryFilter` or `ScanFilter`.
pub(super) fn check_conditions(conditions: &BTreeMap<String, LegacyCondition>) -> Result<()> {
    for condition in conditions.values() {
        let operator = condition.comparison_operator;
        let values = condition.attribute_value_list.as_deref().unwrap_or_default();
        for value in values {
            value.check().map_err(validation)?;
        }
        if !operator.takes(values.len()) {
            return Err(wrong_count(operator));
        }
        check_alike(values)?;
        if let Some(value) = values.iter().find(|one| !operator.types().contains(&one.type_name()))
        {
            return Err(invalid(format!(
                "ComparisonOperator {} is not valid for {} AttributeValue type",
                operator.text(),
                value.type_name()
            )));
        }
        check_bounds(operator, values)?;
    }
    Ok(())
}

/// Checks `Expected`.
pub(super) fn check_expected(expected: &BTreeMap<String, ExpectedAttributeValue>) -> Result<()> {
    for (name, condition) in expected {
        let ExpectedAttributeValue { comparison_operator, attribute_value_list, value, exists } =
            condition;
        if attribute_value_list.is_some() && value.is_some() {
            return Err(invalid(format!(
                "Value and AttributeValueList cannot be used together for Attribute: {name}"
            )));
        }
        match comparison_operator {
            Some(operator) => check_compared(name, *operator, condition)?,
            None if attribute_value_list.is_some() => {
                return Err(invalid(format!(
                    "AttributeValueList can only be used with a ComparisonOperator for Attribute: \
                     {name}"
                )));
            }
            None => match (exists, value) {
                (None | Some(true), None) => {
                    let exists = if exists.is_some() { "true" } else { "null" };
                    return Err(invalid(format!(
                        "Value must be provided when Exists is {exists} for Attribute: {name}"
                    )));
                }
                (Some(false), Some(_)) => {
                    return Err(invalid(format!(
                        "Value cannot be used when Exists is false for Attribute: {name}"
                    )));
                }
                (_, Some(value)) => value.check().map_err(validation)?,
                _ => {}
            },
        }
    }
    Ok(())
}

fn check_compared(name: &str, operator: Op, condition: &ExpectedAttributeValue) -> Result<()> {
    if condition.exists.is_some() {
        return Err(invalid(format!(
            "Exists and ComparisonOperator cannot be used together for Attribute: {name}"
        )));
    }
    let needs_none = matches!(operator, Op::Null | Op::NotNull);
    if !needs_none && condition.attribute_value_list.is_none() && condition.value.is_none() {
        return Err(invalid(format!(
            "Value or AttributeValueList must be used with ComparisonOperator: {} for Attribute: \
             {name}",
            operator.text()
        )));
    }
    let values = compared_with(condition);
    if !operator.takes(values.len()) {
        return Err(wrong_count(operator));
    }
    for value in values {
        value.check().map_err(validation)?;
    }
    check_alike(values)?;
    check_bounds(operator, values)
}

fn compared_with(condition: &ExpectedAttributeValue) -> &[AttributeValue] {
    match (&condition.attribute_value_list, &condition.value) {
        (Some(list), _) => list,
        (None, Some(value)) => std::slice::from_ref(value),
        (None, None) => &[],
    }
}

/// Whether an item is as `Expected`.
pub(super) fn is_expected(
    item: &Item,
    expected: &BTreeMap<String, ExpectedAttributeValue>,
    joined: Option<ConditionalOperator>,
) -> bool {
    let tests = expected.iter().map(|(name, condition)| {
        let operator = match (condition.comparison_operator, condition.exists) {
            (Some(operator), _) => operator,
            (None, Some(false)) => Op::Null,
            (None, _) => Op::Eq,
        };
        operator.holds(item.get(name), compared_with(condition))
    });
    join(tests, joined)
}

/// Whether an item passes a `QueryFilter` or `ScanFilter`.
pub(super) fn passes(
    item: &Item,
    filter: &BTreeMap<String, LegacyCondition>,
    joined: Option<ConditionalOperator>,
) -> bool {
    let tests = filter.iter().map(|(name, condition)| {
        let values = condition.attribute_value_list.as_deref().unwrap_or_default();
        condition.comparison_operator.holds(item.get(name), values)
    });
    join(tests, joined)
}

fn join(mut tests: impl Iterator<Item = bool>, joined: Option<ConditionalOperator>) -> bool {
    match joined {
        Some(ConditionalOperator::Or) => tests.any(|held| held),
        _ => tests.all(|held| held),
    }
}

/// What `KeyConditions` ask of the keys.
pub(super) fn key_tests(conditions: &BTreeMap<String, LegacyCondition>) -> KeyTests<'_> {
    conditions
        .iter()
        .map(|(name, condition)| {
            let values = condition.attribute_value_list.as_deref().unwrap_or_default();
            let operator = condition.comparison_operator;
            let test = match (operator, values) {
                (Op::Ne, _) => KeyTest::NotIndexable,
                (Op::BeginsWith, [start]) => KeyTest::BeginsWith(start),
                (Op::Between, [low, high]) => KeyTest::Between(low, high),
                (_, [value]) => operator
                    .comparator()
                    .map_or(KeyTest::NotIndexable, |how| KeyTest::Compare(how, value)),
                _ => KeyTest::NotIndexable,
            };
            (name.as_str(), test)
        })
        .collect()
}

/// Checks `AttributeUpdates`.
pub(super) fn check_updates(updates: &BTreeMap<String, AttributeValueUpdate>) -> Result<()> {
    for AttributeValueUpdate { action, value } in updates.values() {
        let Some(value) = value else {
            if *action == Some(AttributeAction::Delete) {
                continue;
            }
            return Err(invalid(
                "Only DELETE action is allowed when no attribute value is specified",
            ));
        };
        value.check().map_err(validation)?;
        let kind = value.type_name();
        match action {
            Some(AttributeAction::Delete) if !matches!(kind, "SS" | "NS" | "BS") => {
                return Err(invalid(format!(
                    "DELETE action with value is not supported for the type {kind}"
                )));
            }
            Some(AttributeAction::Add) if !matches!(kind, "L" | "SS" | "NS" | "BS" | "N") => {
                return Err(invalid(format!("ADD action is not supported for the type {kind}")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Does `AttributeUpdates` to an item.
pub(super) fn apply_updates(
    item: &mut Item,
    updates: &BTreeMap<String, AttributeValueUpdate>,
) -> Result<()> {
    let mismatch = || validation("Type mismatch for attribute to update");
    for (name, AttributeValueUpdate { action, value }) in updates {
        match (action, value) {
            (Some(AttributeAction::Delete), None) => drop(item.remove(name)),
            (_, None) => {}
            (None | Some(AttributeAction::Put), Some(value)) => item.set(name, value.clone()),
            (Some(AttributeAction::Add), Some(value)) => {
                let sum = match item.get(name) {
                    None => value.clone(),
                    Some(existing) => {
                        added(existing.clone(), value).map_err(|error| match error {
                            Mismatch::Type => mismatch(),
                            Mismatch::Range(message) => validation(message),
                        })?
                    }
                };
                item.set(name, sum);
            }
            (Some(AttributeAction::Delete), Some(value)) => {
                let Some(existing) = item.get(name) else { continue };
                match without(existing.clone(), value).ok_or_else(mismatch)? {
                    Some(rest) => item.set(name, rest),
                    None => drop(item.remove(name)),
                }
            }
        }
    }
    Ok(())
}
