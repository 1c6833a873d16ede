//! The expression language: what an expression is made of, and the names and values it refers to.
//!
//! `parse.rs` holds the grammar, `condition.rs` and `update.rs` what conditions and updates mean and
//! which of them DynamoDB refuses, `key_condition.rs` how a condition picks a range of a query.

pub(super) mod condition;
pub(super) mod key_condition;
mod parse;
pub(super) mod path;
pub(super) mod update;

use std::collections::BTreeMap;

pub(super) use condition::Condition;
pub(super) use path::{Path, Piece};
pub(super) use update::Update;

use super::value::{AttributeValue, Item};
use path::Projection;

/// Longest expression in bytes (DDB23:ServiceQuotas).
const LONGEST: usize = 4096;

/// What a condition compares, and what an update sets.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand<'e> {
    /// An attribute, or a part of one.
    Path(Path<'e>),
    /// `:v`, not looked up yet.
    Named(&'e str),
    /// A value that was handed in.
    Value(&'e AttributeValue),
    /// A function of operands.
    Function(&'e str, Vec<Operand<'e>>),
    /// A sum or difference; only in updates.
    Arithmetic(Sign, Box<(Operand<'e>, Operand<'e>)>),
}

/// `+` or `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

impl Operand<'_> {
    /// The type, when it is a value that was handed in.
    fn value_type(&self) -> Option<&'static str> {
        match self {
            Operand::Value(value) => Some(value.type_name()),
            _ => None,
        }
    }

    /// The type, as far as it is known before any item is looked at.
    fn known_type(&self) -> Option<&'static str> {
        match self {
            Operand::Function("size", _) | Operand::Arithmetic(..) => Some("N"),
            Operand::Function("list_append", _) => Some("L"),
            Operand::Function("if_not_exists", args) => args.get(1).and_then(Operand::known_type),
            Operand::Function(..) => Some("BOOL"),
            _ => self.value_type(),
        }
    }
}

/// What `ExpressionAttributeNames` stand for.
pub(super) type Names = BTreeMap<String, String>;

/// The names and values of one call, and which of them its expressions use.
pub(super) struct Placeholders<'e> {
    names: Option<&'e Names>,
    values: Option<&'e Item>,
    used_names: Vec<&'e str>,
    used_values: Vec<&'e str>,
}

impl<'e> Placeholders<'e> {
    /// Checks names and values before any expression is read.
    pub(super) fn new(
        names: Option<&'e Names>,
        values: Option<&'e Item>,
    ) -> Result<Placeholders<'e>, String> {
        if let Some(names) = names {
            check_keys("ExpressionAttributeNames", '#', names.keys().map(String::as_str))?;
        }
        if let Some(values) = values {
            check_keys("ExpressionAttributeValues", ':', values.iter().map(|(key, _)| key))?;
            for (key, value) in values.iter() {
                value.check().map_err(|message| {
                    format!(
                        "ExpressionAttributeValues contains invalid value: {message} for key {key}"
                    )
                })?;
            }
        }
        Ok(Placeholders { names, values, used_names: Vec::new(), used_values: Vec::new() })
    }

    fn name(&mut self, placeholder: &'e str) -> Option<&'e str> {
        let name = self.names?.get(placeholder)?;
        if !self.used_names.contains(&placeholder) {
            self.used_names.push(placeholder);
        }
        Some(name)
    }

    fn value(&mut self, placeholder: &'e str) -> Option<&'e AttributeValue> {
        let value = self.values?.get(placeholder)?;
        if !self.used_values.contains(&placeholder) {
            self.used_values.push(placeholder);
        }
        Some(value)
    }

    /// Reads a condition; `what` is the parameter's name.
    pub(super) fn condition(&mut self, what: &str, text: &'e str) -> Result<Condition<'e>, String> {
        read(what, text, |text| {
            let mut condition = parse::condition(text)?;
            condition::resolve(&mut condition, self)?;
            Ok(condition)
        })
    }

    /// Reads an `UpdateExpression`.
    pub(super) fn update(&mut self, text: &'e str) -> Result<Update<'e>, String> {
        read("UpdateExpression", text, |text| {
            let mut update = parse::update(text)?;
            update::resolve(&mut update, self)?;
            Ok(update)
        })
    }

    /// Reads a `ProjectionExpression`.
    pub(super) fn projection(&mut self, text: &'e str) -> Result<Projection<'e>, String> {
        read("ProjectionExpression", text, |text| {
            let mut paths = parse::projection(text)?;
            path::resolve_projection(&mut paths, self)?;
            Ok(Projection(paths))
        })
    }

    /// Refuses names and values that no expression used.
    pub(super) fn finish(self) -> Result<(), String> {
        let names = self.names.into_iter().flat_map(BTreeMap::keys).map(String::as_str);
        unused("Names", names, &self.used_names)?;
        let values = self.values.into_iter().flat_map(Item::iter).map(|(key, _)| key);
        unused("Values", values, &self.used_values)
    }
}

fn unused<'a>(what: &str, all: impl Iterator<Item = &'a str>, used: &[&str]) -> Result<(), String> {
    let unused: Vec<&str> = all.filter(|key| !used.contains(key)).collect();
    if unused.is_empty() {
        return Ok(());
    }
    Err(format!(
        "Value provided in ExpressionAttribute{what} unused in expressions: keys: {{{}}}",
        unused.join(", ")
    ))
}

fn check_keys<'a>(
    what: &str,
    mark: char,
    keys: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), String> {
    if keys.len() == 0 {
        return Err(format!("{what} must not be empty"));
    }
    for key in keys {
        let rest = key.strip_prefix(mark).unwrap_or_default();
        let good = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !good {
            return Err(format!("{what} contains invalid key: Syntax error; key: \"{key:.255}\""));
        }
    }
    Ok(())
}

fn read<'e, T>(
    what: &str,
    text: &'e str,
    parse: impl FnOnce(&'e str) -> Result<T, String>,
) -> Result<T, String> {
    if text.is_empty() {
        return Err(format!("Invalid {what}: The expression can not be empty;"));
    }
    if text.len() > LONGEST {
        return Err(format!(
            "Invalid {what}: Expression size has exceeded the maximum allowed size; expression \
             size: {}",
            text.len()
        ));
    }
    parse(text).map_err(|message| format!("Invalid {what}: {message}"))
}

/// Errors found in an expression, of each kind the first one; which is told is a matter of rank.
#[derive(Default)]
struct Found<const KINDS: usize>([Option<String>; KINDS])
where
    [Option<String>; KINDS]: Default;

impl<const KINDS: usize> Found<KINDS>
where
    [Option<String>; KINDS]: Default,
{
    fn note(&mut self, kind: usize, message: impl FnOnce() -> String) {
        self.0[kind].get_or_insert_with(message);
    }

    fn first(self) -> Result<(), String> {
        self.0.into_iter().flatten().next().map_or(Ok(()), Err)
    }
}

fn reserved_text(name: &str) -> String {
    format!("Attribute name is a reserved keyword; reserved keyword: {name}")
}

fn undefined_name_text(name: &str) -> String {
    format!(
        "An expression attribute name used in the document path is not defined; attribute name: \
         {name}"
    )
}

fn undefined_value_text(name: &str) -> String {
    format!(
        "An expression attribute value used in expression is not defined; attribute value: {name}"
    )
}

fn operand_count_text(name: &str, count: usize) -> String {
    format!(
        "Incorrect number of operands for operator or function; operator or function: {name}, \
         number of operands: {count}"
    )
}

fn operand_type_text(name: &str, kind: &str) -> String {
    format!(
        "Incorrect operand type for operator or function; operator or function: {name}, operand \
         type: {kind}"
    )
}

fn path_needed_text(name: &str) -> String {
    format!("Operator or function requires a document path; operator or function: {name}")
}
