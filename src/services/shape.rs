//! The shapes of operations as data: from these tables come the checking of JSON parameters, the
//! flags of the command line and its completion.
//!
//! A wrong parameter is refused with the sentences of botocore (unknown, missing, wrong type), all of
//! them at once; a value out of range with those of AWS's request validation, unless the service
//! words that itself ([`Ranges::ByService`]).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::ServiceError;

/// Everything a service can be asked, as data.
#[derive(Debug, Clone, Copy)]
pub struct Api {
    /// The name on the command line, such as `sqs`.
    pub service: &'static str,
    /// Who refuses a value that is out of range, too long or not one of the choices.
    pub ranges: Ranges,
    /// The operations, in the order of the alphabet.
    pub operations: &'static [Operation],
}

/// Who refuses a value that is out of range, too long or not one of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ranges {
    /// The service, in its own words; the table's limits are for help and completion only.
    ByService,
    /// The door, before the service sees the call, with this code and AWS's sentence
    /// `1 validation error detected: Value '…' at '…' failed to satisfy constraint: …`.
    AtTheDoor(&'static str),
}

/// One operation: its name and what it takes.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// AWS's name, such as `SendMessage`.
    pub name: &'static str,
    /// The parameters, required ones first as AWS lists them.
    pub input: &'static [Member],
}

/// A named value in a structure.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// AWS's name, such as `QueueUrl`.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it has to be there.
    pub required: bool,
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text; the limits count characters.
    Text(Limits),
    /// A text that is one of these.
    Choice(&'static [&'static str]),
    /// Bytes, written as base64; the limits count bytes.
    Blob(Limits),
    /// A whole number.
    Integer(Limits),
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A moment: seconds since 1970 as a number, or a text in ISO 8601.
    Timestamp,
    /// A list of these; the limits count items.
    List(&'static Kind, Limits),
    /// Texts to these; the limits count entries.
    Map(&'static Kind, Limits),
    /// Named values.
    Structure(&'static [Member]),
    /// Any JSON at all.
    Document,
}

/// From where to where, both included, and which characters.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The least value, or the shortest length.
    pub min: Option<i64>,
    /// The greatest value, or the longest length.
    pub max: Option<i64>,
    /// What a text must look like.
    pub pattern: Option<Pattern>,
}

/// What a text must look like: the regular expression as AWS prints it, and the check it stands for.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// As AWS prints it, such as `[a-zA-Z0-9_.-]+`.
    pub text: &'static str,
    /// Whether a text matches.
    pub matches: fn(&str) -> bool,
}

/// No limits.
pub const ANY: Limits = Limits { min: None, max: None, pattern: None };

/// Both ends included.
pub const fn within(min: i64, max: i64) -> Limits {
    Limits { min: Some(min), max: Some(max), pattern: None }
}

/// No upper end.
pub const fn at_least(min: i64) -> Limits {
    Limits { min: Some(min), max: None, pattern: None }
}

impl Limits {
    /// The same, and the text must match.
    pub const fn like(self, pattern: Pattern) -> Limits {
        Limits { pattern: Some(pattern), ..self }
    }
}

/// Any text.
pub const TEXT: Kind = Kind::Text(ANY);
/// Any whole number.
pub const INTEGER: Kind = Kind::Integer(ANY);
/// A list of texts.
pub const TEXTS: Kind = Kind::List(&TEXT, ANY);
/// Texts to texts (tags, attributes).
pub const TEXT_MAP: Kind = Kind::Map(&TEXT, ANY);

/// A text of so many characters.
pub const fn text(min: i64, max: i64) -> Kind {
    Kind::Text(within(min, max))
}

/// A whole number in this range.
pub const fn integer(min: i64, max: i64) -> Kind {
    Kind::Integer(within(min, max))
}

/// A parameter that has to be there.
pub const fn required(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, required: true }
}

/// A parameter that may be left out.
pub const fn optional(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, required: false }
}

impl Api {
    /// The operation of this name. A command that is written in capitals is known in any case, as
    /// Valkey and Redis take it.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        let is_command =
            |operation: &Operation| !operation.name.bytes().any(|b| b.is_ascii_lowercase());
        let find = |fits: &dyn Fn(&Operation) -> bool| self.operations.iter().find(|o| fits(o));
        find(&|operation| operation.name == name).or_else(|| {
            find(&|operation| is_command(operation) && operation.name.eq_ignore_ascii_case(name))
        })
    }

    /// Checks the parameters of one call against its shape; gives the operation's name.
    ///
    /// # Errors
    /// `UnknownOperationException`; `ParamValidation` with every finding of botocore's kind; the
    /// code of [`Ranges::AtTheDoor`] with every value that is out of range.
    pub fn check(&self, name: &str, params: &Value) -> Result<&'static str, ServiceError> {
        let Some(operation) = self.operation(name) else {
            return Err(ServiceError::new(
                "UnknownOperationException",
                format!("{} has no operation {}", self.service, shortened(name)),
            ));
        };
        let mut findings = Findings::default();
        findings.structure("", operation.input, params);
        if !findings.wrong.is_empty() {
            return Err(ServiceError::new(
                "ParamValidation",
                format!("Parameter validation failed:\n{}", findings.wrong.join("\n")),
            ));
        }
        match self.ranges {
            Ranges::AtTheDoor(code) if !findings.out_of_range.is_empty() => {
                Err(ServiceError::new(code, out_of_range_text(&findings.out_of_range)))
            }
            _ => Ok(operation.name),
        }
    }
}

fn out_of_range_text(found: &[String]) -> String {
    let errors = if found.len() == 1 { "error" } else { "errors" };
    format!("{} validation {errors} detected: {}", found.len(), found.join("; "))
}

/// What is wrong with one call: by type, and by range.
#[derive(Default)]
struct Findings {
    wrong: Vec<String>,
    out_of_range: Vec<String>,
}

impl Findings {
    fn value(&mut self, path: &str, kind: &Kind, value: &Value) {
        match (kind, value) {
            (Kind::Text(limits), Value::String(text)) => {
                if let Some(pattern) = limits.pattern.filter(|pattern| !(pattern.matches)(text)) {
                    let wanted = format!("satisfy regular expression pattern: {}", pattern.text);
                    self.constraint(path, value, &wanted);
                }
                self.length(path, value, text.chars().count(), limits);
            }
            (Kind::Choice(choices), Value::String(text)) => {
                if !choices.contains(&text.as_str()) {
                    let wanted = format!("satisfy enum value set: [{}]", choices.join(", "));
                    self.constraint(path, value, &wanted);
                }
            }
            (Kind::Blob(limits), Value::String(text)) => match STANDARD.decode(text) {
                Ok(bytes) => self.length(path, value, bytes.len(), limits),
                Err(_) => self.wrong.push(format!("Invalid base64 in parameter {path}")),
            },
            (Kind::Integer(limits), Value::Number(number)) if number.as_i64().is_some() => {
                self.range(path, value, number.as_i64().unwrap_or_default(), limits);
            }
            (Kind::Integer(limits), Value::Number(number)) if number.is_u64() => {
                self.range(path, value, i64::MAX, limits);
            }
            (Kind::Number | Kind::Timestamp, Value::Number(_))
            | (Kind::Timestamp, Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Document, _) => {}
            (Kind::List(item, limits), Value::Array(items)) => {
                self.length(path, value, items.len(), limits);
                for (index, value) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, value);
                }
            }
            (Kind::Map(item, limits), Value::Object(entries)) => {
                self.length(path, value, entries.len(), limits);
                for (key, value) in entries {
                    self.value(&format!("{path}.{}", shortened(key)), item, value);
                }
            }
            (Kind::Structure(members), value) => self.structure(path, members, value),
            _ => self.wrong_type(path, kind, value),
        }
    }

    fn structure(&mut self, path: &str, members: &[Member], value: &Value) {
        let place = if path.is_empty() { "input" } else { path };
        let Value::Object(entries) = value else {
            return self.wrong_type(place, &Kind::Structure(&[]), value);
        };
        for member in members.iter().filter(|member| member.required) {
            if !entries.contains_key(member.name) {
                let name = member.name;
                self.wrong.push(format!("Missing required parameter in {place}: \"{name}\""));
            }
        }
        for (name, value) in entries {
            match members.iter().find(|member| member.name == name) {
                Some(member) if path.is_empty() => self.value(name, &member.kind, value),
                Some(member) => self.value(&format!("{path}.{name}"), &member.kind, value),
                None => {
                    let known: Vec<&str> = members.iter().map(|member| member.name).collect();
                    self.wrong.push(format!(
                        "Unknown parameter in {place}: \"{}\", must be one of: {}",
                        shortened(name),
                        known.join(", ")
                    ));
                }
            }
        }
    }

    fn wrong_type(&mut self, path: &str, kind: &Kind, value: &Value) {
        self.wrong.push(format!(
            "Invalid type for parameter {path}, value: {}, type: <class '{}'>, valid types: {}",
            shown(value),
            python_type(value),
            valid_types(kind)
        ));
    }

    fn length(&mut self, path: &str, value: &Value, length: usize, limits: &Limits) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        if let Some(min) = limits.min.filter(|min| length < *min) {
            self.constraint(path, value, &format!("have length greater than or equal to {min}"));
        }
        if let Some(max) = limits.max.filter(|max| length > *max) {
            self.constraint(path, value, &format!("have length less than or equal to {max}"));
        }
    }

    fn range(&mut self, path: &str, value: &Value, number: i64, limits: &Limits) {
        if let Some(min) = limits.min.filter(|min| number < *min) {
            self.constraint(path, value, &format!("have value greater than or equal to {min}"));
        }
        if let Some(max) = limits.max.filter(|max| number > *max) {
            self.constraint(path, value, &format!("have value less than or equal to {max}"));
        }
    }

    fn constraint(&mut self, path: &str, value: &Value, wanted: &str) {
        self.out_of_range.push(format!(
            "Value '{}' at '{}' failed to satisfy constraint: Member must {wanted}",
            shortened(&as_java(value)),
            member_path(path)
        ));
    }
}

/// `Records[0].PartitionKey` as AWS's validation writes it: `records.1.member.partitionKey`.
fn member_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for part in path.split('.') {
        if !out.is_empty() {
            out.push('.');
        }
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        let mut chars = name.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_lowercase));
        out.push_str(chars.as_str());
        if let Some(index) = index {
            write!(out, ".{}.member", index + 1).expect("a String takes any text");
        }
    }
    out
}

/// A value as a message shows it: texts without quotes, and never a screenful.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => shortened(text),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => shortened(&other.to_string()),
    }
}

/// A value as AWS's services print it: `[a, b]` and `{key=value}`.
fn as_java(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", list(items.iter().map(as_java).collect())),
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{key}={}", as_java(value));
            format!("{{{}}}", list(entries.iter().map(entry).collect()))
        }
        other => other.to_string(),
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 300;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn python_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

fn valid_types(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text(_) | Kind::Choice(_) | Kind::Blob(_) => "<class 'str'>",
        Kind::Integer(_) => "<class 'int'>",
        Kind::Number => "<class 'float'>, <class 'int'>",
        Kind::Timestamp => "<class 'float'>, <class 'int'>, timestamp-string",
        Kind::Boolean => "<class 'bool'>",
        Kind::List(..) => "<class 'list'>, <class 'tuple'>",
        Kind::Map(..) | Kind::Structure(_) | Kind::Document => "<class 'dict'>",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAME: Pattern = Pattern {
        text: "[a-z]+",
        matches: |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase()),
    };
    const ENTRY: Kind = Kind::Structure(&[required("Id", TEXT), optional("Size", integer(1, 9))]);
    const API: Api = Api {
        service: "toy",
        ranges: Ranges::AtTheDoor("ValidationException"),
        operations: &[Operation {
            name: "Put",
            input: &[
                required("StreamName", Kind::Text(within(1, 5).like(NAME))),
                optional("Entries", Kind::List(&ENTRY, within(1, 2))),
                optional("Data", Kind::Blob(within(0, 2))),
                optional("Mode", Kind::Choice(&["A", "B"])),
            ],
        }],
    };

    fn refusal(params: Value) -> String {
        API.check("Put", &params).expect_err("refused").to_string()
    }

    #[test]
    fn wrong_parameters_are_told_all_at_once_in_botocores_words() {
        assert_eq!(
            refusal(json!({"Bogus": 1, "Entries": [{"Id": 7}, {"Size": 1}]})),
            "ParamValidation: Parameter validation failed:\n\
             Missing required parameter in input: \"StreamName\"\n\
             Unknown parameter in input: \"Bogus\", must be one of: StreamName, Entries, Data, Mode\n\
             Invalid type for parameter Entries[0].Id, value: 7, type: <class 'int'>, valid types: <class 'str'>\n\
             Missing required parameter in Entries[1]: \"Id\""
        );
        assert!(refusal(json!([])).contains("Invalid type for parameter input"));
        assert!(refusal(json!({"StreamName": "a", "Data": "%%"})).contains("base64"));
        assert!(refusal(json!({"StreamName": null})).contains("value: None"));
    }

    #[test]
    fn values_out_of_range_are_told_in_awss_words() {
        assert_eq!(
            refusal(json!({"StreamName": "Bad name"})),
            "ValidationException: 2 validation errors detected: Value 'Bad name' at 'streamName' failed to \
             satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; Value 'Bad name' at \
             'streamName' failed to satisfy constraint: Member must have length less than or equal to 5"
        );
        assert_eq!(
            refusal(json!({"StreamName": "a", "Entries": [{"Id": "x", "Size": 0}]})),
            "ValidationException: 1 validation error detected: Value '0' at 'entries.1.member.size' failed to \
             satisfy constraint: Member must have value greater than or equal to 1"
        );
        assert!(
            refusal(json!({"StreamName": "a", "Mode": "C"})).contains("enum value set: [A, B]")
        );
    }

    #[test]
    fn absurd_input_is_refused_and_shown_short() {
        let long = "x".repeat(1 << 20);
        assert!(refusal(json!({"StreamName": long})).len() < 1000);
        assert!(API.check(&long, &json!({})).expect_err("unknown").message.len() < 500);
        let number: Value = serde_json::from_str("1e400").unwrap_or(json!(1e300));
        assert!(
            refusal(json!({"StreamName": "a", "Entries": [{"Id": "x", "Size": number}]}))
                .contains("<class 'float'>")
        );
        let huge = json!({"StreamName": "a", "Entries": [{"Id": "x", "Size": u64::MAX}]});
        assert!(refusal(huge).contains("less than or equal to 9"));
    }
}
