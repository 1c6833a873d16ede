//! Filter policies: whether a subscription wants a message.

use std::collections::BTreeMap;

use serde_json::Value;

use super::operation::MessageAttribute;
use crate::services::pattern::{Pattern, Test, leaf};

/// A subscription's filter policy in its scope.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    /// On the message attributes: each name with the tests of which one must hold.
    Attributes(Vec<(String, Vec<Test>)>),
    /// On the body, which must be JSON.
    Body(Pattern),
}

impl Filter {
    /// Reads a policy.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str, on_body: bool) -> Result<Filter, String> {
        if on_body {
            return Pattern::parse(text).map(Filter::Body);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let Value::Object(entries) = value else {
            return Err("a filter policy must be a JSON object".to_owned());
        };
        let entries = entries.iter().map(|(name, tests)| Ok((name.clone(), leaf(tests)?)));
        entries.collect::<Result<_, String>>().map(Filter::Attributes)
    }

    pub(super) fn wants(
        &self,
        attributes: &BTreeMap<String, MessageAttribute>,
        body: &str,
    ) -> bool {
        match self {
            Filter::Body(pattern) => {
                serde_json::from_str(body).is_ok_and(|body: Value| pattern.matches(&body))
            }
            Filter::Attributes(entries) => entries.iter().all(|(name, tests)| {
                let values = attributes.get(name).map_or_else(Vec::new, values_of);
                let values: Vec<&Value> = values.iter().collect();
                tests.iter().any(|test| test.holds(&values))
            }),
        }
    }
}

/// The values of an attribute: one, or the members of a `String.Array`. Binary ones match nothing.
fn values_of(attribute: &MessageAttribute) -> Vec<Value> {
    let Some(text) = &attribute.string_value else { return Vec::new() };
    let as_json = || serde_json::from_str(text).ok();
    let plain = || vec![Value::String(text.clone())];
    match attribute.data_type.as_str() {
        "String.Array" => match as_json() {
            Some(Value::Array(members)) => members,
            _ => plain(),
        },
        kind if kind.starts_with("Number") => match as_json() {
            Some(number @ Value::Number(_)) => vec![number],
            _ => plain(),
        },
        _ => plain(),
    }
}
