//! Event patterns: what EventBridge rules, Lambda's filters and SNS filter policies on the body
//! are written in.
//!
//! A pattern is a JSON object; its leaves are lists of which one must hold. A value that is a list
//! matches when one of its members does. Left out: `cidr`.

use serde_json::Value;

/// A pattern that has been read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// Every named part must match.
    All(Vec<(String, Node)>),
    /// One of these must match (`$or`).
    Either(Vec<Node>),
    /// One test must hold for the value.
    Any(Vec<Test>),
}

/// One test of a leaf.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Is(Value),
    Prefix(String),
    Suffix(String),
    IgnoringCase(String),
    Wildcard(String),
    Numeric(Vec<(Comparison, f64)>),
    AnythingBut(Vec<Test>),
    Exists(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong, in a few words.
    pub(crate) fn parse(text: &str) -> Result<Pattern, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Pattern::read(&value)
    }

    /// Reads a pattern that is JSON already.
    pub(crate) fn read(value: &Value) -> Result<Pattern, String> {
        match value {
            Value::Object(_) => node(value).map(Pattern),
            _ => Err("a pattern must be a JSON object".to_owned()),
        }
    }

    /// Whether an event matches.
    pub(crate) fn matches(&self, event: &Value) -> bool {
        self.0.matches(Some(event))
    }
}

impl Node {
    fn matches(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Node::Any(tests), value) => {
                let found: Vec<&Value> = match value {
                    Some(Value::Array(members)) => members.iter().collect(),
                    // A structure is no leaf: for a test it is not there.
                    Some(Value::Object(_)) | None => Vec::new(),
                    Some(value) => vec![value],
                };
                tests.iter().any(|test| test.holds(&found))
            }
            (node, Some(Value::Array(members))) => {
                members.iter().any(|member| node.matches(Some(member)))
            }
            (Node::All(parts), value) => parts.iter().all(|(name, part)| match part {
                Node::Either(_) if name == "$or" => part.matches(value),
                _ => part.matches(value.and_then(|value| value.get(name))),
            }),
            (Node::Either(choices), value) => choices.iter().any(|each| each.matches(value)),
        }
    }
}

impl Test {
    /// Whether the test holds for one of the values; none means there is no value.
    pub(crate) fn holds(&self, values: &[&Value]) -> bool {
        match self {
            Test::Exists(wanted) => *wanted != values.is_empty(),
            Test::AnythingBut(tests) => {
                values.iter().any(|value| !tests.iter().any(|test| test.holds(&[value])))
            }
            _ => values.iter().any(|value| self.is(value)),
        }
    }

    fn is(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Test::Is(wanted) => match (wanted.as_f64(), value.as_f64()) {
                (Some(wanted), Some(value)) => same(wanted, value),
                _ => wanted == value,
            },
            Test::Prefix(start) => text.is_some_and(|text| text.starts_with(start.as_str())),
            Test::Suffix(end) => text.is_some_and(|text| text.ends_with(end.as_str())),
            Test::IgnoringCase(wanted) => {
                text.is_some_and(|text| text.to_lowercase() == wanted.to_lowercase())
            }
            Test::Wildcard(shape) => text.is_some_and(|text| fits_wildcard(shape, text)),
            Test::Numeric(ranges) => value.as_f64().is_some_and(|value| {
                ranges.iter().all(|(comparison, bound)| comparison.holds(value, *bound))
            }),
            Test::AnythingBut(_) | Test::Exists(_) => false,
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Comparison::Equal => same(value, bound),
            Comparison::Less => value < bound,
            Comparison::AtMost => value <= bound,
            Comparison::Greater => value > bound,
            Comparison::AtLeast => value >= bound,
        }
    }
}

/// 300, 300.0 and 3.0e2 are one number.
fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= f64::EPSILON * one.abs().max(other.abs())
}

fn node(value: &Value) -> Result<Node, String> {
    match value {
        Value::Object(parts) if parts.is_empty() => Err("an empty object matches nothing".into()),
        Value::Object(parts) => parts
            .iter()
            .map(|(name, part)| match (name.as_str(), part) {
                ("$or", Value::Array(choices)) if choices.iter().all(Value::is_object) => {
                    let choices = choices.iter().map(node).collect::<Result<_, _>>()?;
                    Ok((name.clone(), Node::Either(choices)))
                }
                _ => Ok((name.clone(), node(part)?)),
            })
            .collect::<Result<_, String>>()
            .map(Node::All),
        Value::Array(_) => leaf(value).map(Node::Any),
        _ => Err(format!("{value} must be an object or an array")),
    }
}

/// Reads a leaf: a list of values and tests.
pub(crate) fn leaf(value: &Value) -> Result<Vec<Test>, String> {
    match value.as_array() {
        Some(tests) if !tests.is_empty() => tests.iter().map(test).collect(),
        _ => Err(format!("{value} must be an array with something in it")),
    }
}

fn test(value: &Value) -> Result<Test, String> {
    let Value::Object(entries) = value else {
        return match value {
            Value::Array(_) => Err(format!("{value} is a list within a list")),
            plain => Ok(Test::Is(plain.clone())),
        };
    };
    let mut entries = entries.iter();
    let (Some((name, given)), None) = (entries.next(), entries.next()) else {
        return Err(format!("{value} must have exactly one operator"));
    };
    let text = || given.as_str().map(str::to_owned).ok_or(format!("{name} takes a string"));
    match name.as_str() {
        "prefix" => affix(given, Test::Prefix, text),
        "suffix" => affix(given, Test::Suffix, text),
        "equals-ignore-case" => text().map(Test::IgnoringCase),
        "wildcard" => text().map(Test::Wildcard),
        "exists" => match given {
            Value::Bool(wanted) => Ok(Test::Exists(*wanted)),
            _ => Err("exists takes true or false".to_owned()),
        },
        "anything-but" => match given {
            Value::Array(_) => leaf(given).map(Test::AnythingBut),
            one => test(one).map(|test| Test::AnythingBut(vec![test])),
        },
        "numeric" => numeric(given),
        other => Err(format!("unrecognized match type {other}")),
    }
}

/// `prefix` and `suffix` also take `{"equals-ignore-case": …}`, which the model leaves out.
fn affix(
    given: &Value,
    make: fn(String) -> Test,
    text: impl Fn() -> Result<String, String>,
) -> Result<Test, String> {
    match given {
        Value::String(_) => text().map(make),
        _ => Err(format!("{given} must be a string")),
    }
}

fn numeric(given: &Value) -> Result<Test, String> {
    let wrong = || format!("{given} is no numeric range");
    let parts = given.as_array().filter(|parts| !parts.is_empty() && parts.len() % 2 == 0);
    let pairs = parts.ok_or_else(wrong)?.chunks(2);
    let ranges = pairs.map(|pair| {
        let comparison = match pair[0].as_str()? {
            "=" => Comparison::Equal,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::Greater,
            ">=" => Comparison::AtLeast,
            _ => return None,
        };
        Some((comparison, pair[1].as_f64()?))
    });
    ranges.collect::<Option<_>>().map(Test::Numeric).ok_or_else(wrong)
}

/// `*` stands for any characters; `\*` for itself.
fn fits_wildcard(shape: &str, text: &str) -> bool {
    let mut pieces: Vec<String> = vec![String::new()];
    let mut chars = shape.chars();
    while let Some(next) = chars.next() {
        match next {
            '*' => pieces.push(String::new()),
            '\\' => pieces.last_mut().expect("never empty").extend(chars.next()),
            plain => pieces.last_mut().expect("never empty").push(plain),
        }
    }
    let (first, rest) = pieces.split_first().expect("never empty");
    let Some(mut left) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, between)) = rest.split_last() else { return left.is_empty() };
    for piece in between {
        let Some(at) = left.find(piece.as_str()) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(pattern: Value, event: Value) -> bool {
        Pattern::read(&pattern).expect("a pattern").matches(&event)
    }

    #[test]
    fn every_field_must_match_and_one_of_its_values_is_enough() {
        let event = json!({"source": "shop", "detail": {"total": 12, "tags": ["new", "eu"]}});
        assert!(matches(json!({"source": ["shop", "web"]}), event.clone()));
        assert!(matches(json!({"detail": {"tags": ["eu"]}}), event.clone()));
        assert!(!matches(json!({"source": ["shop"], "detail": {"tags": ["us"]}}), event.clone()));
        assert!(!matches(json!({"detail": {"other": ["x"]}}), event));
    }

    #[test]
    fn the_operators_do_what_they_are_called() {
        let event = json!({"name": "order-17.json", "total": 12.0, "state": null});
        let yes = [
            json!({"name": [{"prefix": "order-"}]}),
            json!({"name": [{"suffix": ".json"}]}),
            json!({"name": [{"equals-ignore-case": "ORDER-17.JSON"}]}),
            json!({"name": [{"wildcard": "order-*.js*n"}]}),
            json!({"name": [{"anything-but": ["x", "y"]}]}),
            json!({"name": [{"anything-but": {"prefix": "x"}}]}),
            json!({"total": [12]}),
            json!({"total": [{"numeric": [">", 0, "<=", 12]}]}),
            json!({"name": [{"exists": true}], "gone": [{"exists": false}]}),
            json!({"state": [null]}),
            json!({"$or": [{"total": [1]}, {"name": [{"prefix": "order"}]}]}),
        ];
        for pattern in yes {
            assert!(matches(pattern.clone(), event.clone()), "{pattern}");
        }
        let no = [
            json!({"name": [{"prefix": "Order"}]}),
            json!({"name": [{"wildcard": "order-*.csv"}]}),
            json!({"name": [{"anything-but": "order-17.json"}]}),
            json!({"gone": [{"anything-but": "x"}]}),
            json!({"total": [{"numeric": [">", 12]}]}),
            json!({"name": [{"exists": false}]}),
            json!({"$or": [{"total": [1]}, {"total": [2]}]}),
        ];
        for pattern in no {
            assert!(!matches(pattern.clone(), event.clone()), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"a": "b"}"#,
            r#"{"a": []}"#,
            r#"{"a": [{"like": 1}]}"#,
            r#"{"a": [[1]]}"#,
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
