//! The value of one parameter on the command line: plain, JSON, or the shorthand syntax.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};

use crate::services::shape::{Kind, Member};

/// How `--cli-binary-format` says that blobs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BinaryFormat {
    /// As base64: version 2's default.
    #[default]
    Base64,
    /// As they are.
    Raw,
}

/// Turns the words of one parameter into JSON of its kind.
///
/// # Errors
/// What is wrong, worded as the command line words it after `Error parsing parameter '--x': `.
pub fn parse(kind: &Kind, words: &[String], binary: BinaryFormat) -> Result<Json, String> {
    if let Some(word) = words.iter().find(|word| names_a_file(word)) {
        return Err(format!(
            "'{word}' names a file or an address: nothing outside of the model is read"
        ));
    }
    match kind {
        Kind::List(item, _) => list(item, words, binary),
        _ => match words {
            [word] => one(kind, word, binary),
            _ => Err(format!("Expected one value, got {}", words.len())),
        },
    }
}

fn names_a_file(word: &str) -> bool {
    ["file://", "fileb://"].iter().any(|start| word.starts_with(start))
}

fn list(item: &Kind, words: &[String], binary: BinaryFormat) -> Result<Json, String> {
    if let [word] = words
        && word.trim_start().starts_with('[')
    {
        return match json(word)? {
            Json::Array(items) => cast_all(item, items, binary),
            other => Ok(other),
        };
    }
    let items = words.iter().map(|word| one(item, word, binary));
    items.collect::<Result<Vec<Json>, String>>().map(Json::Array)
}

fn cast_all(item: &Kind, values: Vec<Json>, binary: BinaryFormat) -> Result<Json, String> {
    let values = values.into_iter().map(|value| cast(item, value, binary));
    values.collect::<Result<Vec<Json>, String>>().map(Json::Array)
}

fn is_scalar(kind: &Kind) -> bool {
    !matches!(kind, Kind::List(..) | Kind::Map(..) | Kind::Structure(_) | Kind::Document)
}

fn one(kind: &Kind, word: &str, binary: BinaryFormat) -> Result<Json, String> {
    if is_scalar(kind) {
        return scalar(kind, word, binary);
    }
    let trimmed = word.trim_start();
    if trimmed.starts_with('{') || trimmed.starts_with('[') || matches!(kind, Kind::Document) {
        return cast(kind, json(word)?, binary);
    }
    cast(kind, Shorthand::parse(word)?, binary)
}

fn json(word: &str) -> Result<Json, String> {
    serde_json::from_str(word)
        .map_err(|error| format!("Invalid JSON: {error}\nJSON received: {word}"))
}

fn scalar(kind: &Kind, word: &str, binary: BinaryFormat) -> Result<Json, String> {
    match kind {
        Kind::Integer(_) => word
            .parse::<i64>()
            .map(Json::from)
            .map_err(|_| format!("invalid literal for int() with base 10: '{word}'")),
        Kind::Number => word
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(|number| whole(number, word))
            .ok_or_else(|| format!("could not convert string to float: '{word}'")),
        Kind::Boolean => match word.to_ascii_lowercase().as_str() {
            "true" => Ok(Json::Bool(true)),
            "false" => Ok(Json::Bool(false)),
            _ => Err(format!("'{word}' is neither true nor false")),
        },
        Kind::Timestamp => {
            Ok(word.parse::<f64>().ok().map_or_else(|| Json::from(word), |_| number(word)))
        }
        Kind::Blob(_) => match binary {
            BinaryFormat::Raw => Ok(Json::from(STANDARD.encode(word))),
            BinaryFormat::Base64 => match STANDARD.decode(word) {
                Ok(_) => Ok(Json::from(word)),
                Err(_) => Err(format!("Invalid base64: \"{word}\"")),
            },
        },
        _ => Ok(Json::from(word)),
    }
}

fn whole(number: serde_json::Number, word: &str) -> Json {
    word.parse::<i64>().map_or(Json::Number(number), Json::from)
}

fn number(word: &str) -> Json {
    serde_json::from_str(word).unwrap_or_else(|_| Json::from(word))
}

/// Gives shorthand's texts, and JSON as it was written, the kinds that the shape says. What does not fit is
/// left as it is: the service's own door words that.
fn cast(kind: &Kind, value: Json, binary: BinaryFormat) -> Result<Json, String> {
    match (kind, value) {
        (Kind::Structure(members), Json::Object(fields)) => {
            let mut out = Map::new();
            for (name, value) in fields {
                let member = members.iter().find(|member| member.name == name);
                let value = match member {
                    Some(member) => cast(&member.kind, value, binary)?,
                    None => value,
                };
                out.insert(name, value);
            }
            Ok(Json::Object(out))
        }
        (Kind::Map(item, _), Json::Object(fields)) => fields
            .into_iter()
            .map(|(name, value)| Ok((name, cast(item, value, binary)?)))
            .collect::<Result<Map<String, Json>, String>>()
            .map(Json::Object),
        (Kind::List(item, _), Json::Array(items)) => cast_all(item, items, binary),
        (Kind::List(item, _), value @ Json::String(_)) => {
            Ok(Json::Array(vec![cast(item, value, binary)?]))
        }
        (Kind::Integer(_) | Kind::Number | Kind::Boolean | Kind::Blob(_), Json::String(text)) => {
            scalar(kind, &text, binary)
        }
        (_, value) => Ok(value),
    }
}

/// The names of a structure's members, for completion.
pub fn member_names(kind: &Kind) -> &'static [Member] {
    match kind {
        Kind::Structure(members) => members,
        Kind::List(Kind::Structure(members), _) => members,
        _ => &[],
    }
}

/// The shorthand syntax: `Key=value,Other=[a,b],Nested={x=1}`.
struct Shorthand<'a> {
    whole: &'a str,
    at: usize,
}

impl<'a> Shorthand<'a> {
    fn parse(text: &'a str) -> Result<Json, String> {
        let mut reader = Shorthand { whole: text, at: 0 };
        let fields = reader.fields(None)?;
        Ok(Json::Object(fields))
    }

    fn rest(&self) -> &'a str {
        &self.whole[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, c: char) -> bool {
        let taken = self.peek() == Some(c);
        if taken {
            self.at += c.len_utf8();
        }
        taken
    }

    fn expected(&self, wanted: &str) -> String {
        let got = self.peek().map_or_else(|| "EOF".to_owned(), |c| c.to_string());
        let pointer = " ".repeat(self.whole[..self.at].chars().count());
        format!("Expected: '{wanted}', received: '{got}' for input:\n {}\n {pointer}^", self.whole)
    }

    /// `key=value` pairs up to the end, or up to `close`.
    fn fields(&mut self, close: Option<char>) -> Result<Map<String, Json>, String> {
        let mut fields = Map::new();
        loop {
            self.skip_blanks();
            if close.is_some_and(|close| self.peek() == Some(close)) {
                return Ok(fields);
            }
            let key = self.key()?;
            if !self.take('=') {
                return Err(self.expected("="));
            }
            let value = self.values(close)?;
            if fields.insert(key.clone(), value).is_some() {
                return Err(format!(
                    "Second instance of key \"{key}\" encountered for input:\n {}",
                    self.whole
                ));
            }
            self.skip_blanks();
            if self.take(',') {
                continue;
            }
            return match (self.peek(), close) {
                (None, None) => Ok(fields),
                (Some(c), Some(close)) if c == close => Ok(fields),
                _ => Err(self.expected(",")),
            };
        }
    }

    fn key(&mut self) -> Result<String, String> {
        let is_key = |c: char| c.is_alphanumeric() || "_-.#/:".contains(c);
        let end = self.rest().find(|c| !is_key(c)).unwrap_or(self.rest().len());
        let key = &self.rest()[..end];
        self.at += end;
        if key.is_empty() { Err(self.expected("=")) } else { Ok(key.to_owned()) }
    }

    /// One value, or several parted by commas as long as no key follows.
    fn values(&mut self, close: Option<char>) -> Result<Json, String> {
        let first = self.value(close)?;
        let mut more = vec![first];
        while self.peek() == Some(',') && !self.key_follows() {
            self.at += 1;
            if self.rest().is_empty() {
                return Err(self.expected("value"));
            }
            more.push(self.value(close)?);
        }
        Ok(if more.len() == 1 { more.remove(0) } else { Json::Array(more) })
    }

    /// Whether `,key=` comes next.
    fn key_follows(&self) -> bool {
        let mut ahead = Shorthand { whole: self.whole, at: self.at + 1 };
        ahead.skip_blanks();
        ahead.key().is_ok() && ahead.peek() == Some('=')
    }

    fn value(&mut self, close: Option<char>) -> Result<Json, String> {
        self.skip_blanks();
        match self.peek() {
            Some('[') => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.skip_blanks();
                    if self.take(']') {
                        return Ok(Json::Array(items));
                    }
                    items.push(self.value(Some(']'))?);
                    self.skip_blanks();
                    if !self.take(',') && self.peek() != Some(']') {
                        return Err(self.expected(","));
                    }
                }
            }
            Some('{') => {
                self.at += 1;
                let fields = self.fields(Some('}'))?;
                if !self.take('}') {
                    return Err(self.expected("}"));
                }
                Ok(Json::Object(fields))
            }
            Some(quote @ ('\'' | '"')) => self.quoted(quote).map(Json::from),
            _ => {
                let ends = |c: char| c == ',' || Some(c) == close;
                let mut text = String::new();
                while let Some(c) = self.peek().filter(|c| !ends(*c)) {
                    self.at += c.len_utf8();
                    let escaped =
                        self.peek().filter(|next| c == '\\' && matches!(next, ',' | '\\'));
                    if let Some(next) = escaped {
                        self.at += next.len_utf8();
                    }
                    text.push(escaped.unwrap_or(c));
                }
                Ok(Json::from(text.trim_end()))
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                c if c == quote => return Ok(text),
                '\\' if self.peek().is_some_and(|next| next == quote || next == '\\') => {
                    if let Some(next) = self.peek() {
                        self.at += next.len_utf8();
                        text.push(next);
                    }
                }
                c => text.push(c),
            }
        }
        Err(self.expected(&quote.to_string()))
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shorthand(text: &str) -> Json {
        Shorthand::parse(text).unwrap()
    }

    #[test]
    fn shorthand_is_read_as_the_command_line_reads_it() {
        assert_eq!(shorthand("a=b,c=d"), json!({"a": "b", "c": "d"}));
        assert_eq!(shorthand("a=b,c,d,e=f"), json!({"a": ["b", "c", "d"], "e": "f"}));
        assert_eq!(
            shorthand("a=[b, c],d={e=f,g=[h]}"),
            json!({"a": ["b", "c"], "d": {"e": "f", "g": ["h"]}})
        );
        assert_eq!(shorthand("a='b,c',d=\"e=f\""), json!({"a": "b,c", "d": "e=f"}));
        assert_eq!(shorthand("a=x\\,y"), json!({"a": "x,y"}));
        assert_eq!(shorthand("url=http://h/q?a"), json!({"url": "http://h/q?a"}));
        assert_eq!(shorthand("a=,b=c"), json!({"a": "", "b": "c"}));
        for wrong in ["", "a", "a=[b", "a={b=c", "a='b", "=b", "a=b,a=c", "a={b}"] {
            assert!(Shorthand::parse(wrong).is_err(), "{wrong}");
        }
    }
}
