//! A little SQL over a map of keys to values: enough for a statement to read and write rows.
//!
//! A row is kept under its table and the value of its first column: `orders/17` has the names of its
//! columns, `orders/17/total` the value of one. Understood are `SELECT` of literals, of `SLEEP(n)` and
//! `pg_sleep(n)`, and of the columns of a row; `INSERT`, whose first column is the row's key; `UPDATE` and
//! `DELETE` of a row. Rows are found by their key alone.

use std::collections::BTreeMap;

use crate::services::time::Span;

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Long(i64),
    /// A text.
    Text(String),
}

impl Value {
    /// As it is kept.
    fn kept(&self) -> String {
        match self {
            Value::Null => String::new(),
            Value::Long(number) => number.to_string(),
            Value::Text(text) => text.clone(),
        }
    }

    /// What is kept, read again: a text that looks like a whole number is one.
    fn read(kept: &str) -> Value {
        kept.parse().map_or_else(|_| Value::Text(kept.to_owned()), Value::Long)
    }

    /// How many bytes it takes in an answer.
    pub fn bytes(&self) -> usize {
        match self {
            Value::Null => 0,
            Value::Long(_) => 8,
            Value::Text(text) => text.len(),
        }
    }
}

/// One statement, its parameters filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// Values that stand in the statement.
    Literals(Vec<(String, Value)>),
    /// Nothing, after this long.
    Sleep(Span),
    /// Columns of a row; all of them when none is named.
    Select {
        /// The row.
        row: Row,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A new row.
    Insert {
        /// The row.
        row: Row,
        /// Its columns with their values, the key's first.
        values: Vec<(String, Value)>,
    },
    /// New values for some columns of a row.
    Update {
        /// The row.
        row: Row,
        /// The columns with their values.
        values: Vec<(String, Value)>,
    },
    /// A row less.
    Delete {
        /// The row.
        row: Row,
    },
}

/// A row by its table and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(String);

impl Row {
    fn of(table: &str, key: &Value) -> Row {
        Row(format!("{table}/{}", key.kept()))
    }

    fn column(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }
}

/// What a statement did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The names of the columns of its rows.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Value>>,
    /// Rows that it changed.
    pub updated: u64,
}

/// What the database holds: the keys that were asked for.
pub type Held = BTreeMap<String, Option<String>>;

impl Statement {
    /// How long it takes beyond the rest.
    pub fn takes(&self) -> Span {
        match self {
            Statement::Sleep(span) => *span,
            _ => Span::ZERO,
        }
    }

    /// Whether it is about rows that it gives.
    pub fn selects(&self) -> bool {
        matches!(self, Statement::Literals(_) | Statement::Sleep(_) | Statement::Select { .. })
    }

    /// The keys that it reads first. Which columns a row has is known only from the row: until then only that.
    pub fn reads(&self) -> Vec<String> {
        match self {
            Statement::Literals(_) | Statement::Sleep(_) => Vec::new(),
            Statement::Select { row, columns } => {
                let columns = columns.iter().map(|column| row.column(column));
                columns.chain([row.0.clone()]).collect()
            }
            Statement::Insert { row, .. }
            | Statement::Update { row, .. }
            | Statement::Delete { row } => vec![row.0.clone()],
        }
    }

    /// The keys that it reads once the first ones are known.
    pub fn reads_then(&self, held: &Held) -> Vec<String> {
        match self {
            Statement::Select { row, columns } if columns.is_empty() => {
                columns_of(held, row).iter().map(|column| row.column(column)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Does it on what is held; what it writes is held from now on, and noted.
    ///
    /// # Errors
    /// The database's own error: a key that is taken.
    pub fn run(
        &self,
        held: &mut Held,
        writes: &mut BTreeMap<String, String>,
    ) -> Result<Outcome, String> {
        let mut put = |held: &mut Held, key: String, value: String| {
            held.insert(key.clone(), Some(value.clone()));
            writes.insert(key, value);
        };
        Ok(match self {
            Statement::Literals(values) => Outcome {
                columns: values.iter().map(|(name, _)| name.clone()).collect(),
                rows: vec![values.iter().map(|(_, value)| value.clone()).collect()],
                updated: 0,
            },
            Statement::Sleep(_) => Outcome {
                columns: vec!["sleep".to_owned()],
                rows: vec![vec![Value::Long(0)]],
                updated: 0,
            },
            Statement::Select { row, columns } => {
                let known = columns_of(held, row);
                let columns = if columns.is_empty() { known.clone() } else { columns.clone() };
                let value = |column: &String| {
                    let kept = held.get(&row.column(column)).and_then(Option::as_ref);
                    let kept = kept.filter(|kept| known.contains(column) && !kept.is_empty());
                    kept.map_or(Value::Null, |kept| Value::read(kept))
                };
                let rows = match known.is_empty() {
                    true => Vec::new(),
                    false => vec![columns.iter().map(value).collect()],
                };
                Outcome { columns, rows, updated: 0 }
            }
            Statement::Insert { row, values } => {
                if !columns_of(held, row).is_empty() {
                    return Err(format!("Duplicate entry '{}' for key 'PRIMARY'", row.0));
                }
                let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
                put(held, row.0.clone(), names.join(","));
                for (name, value) in values {
                    put(held, row.column(name), value.kept());
                }
                Outcome { updated: 1, ..Outcome::default() }
            }
            Statement::Update { row, values } => {
                let mut known = columns_of(held, row);
                if known.is_empty() {
                    return Ok(Outcome::default());
                }
                for (name, value) in values {
                    if !known.contains(name) {
                        known.push(name.clone());
                    }
                    put(held, row.column(name), value.kept());
                }
                put(held, row.0.clone(), known.join(","));
                Outcome { updated: 1, ..Outcome::default() }
            }
            Statement::Delete { row } => {
                let was_there = !columns_of(held, row).is_empty();
                if was_there {
                    put(held, row.0.clone(), String::new());
                }
                Outcome { updated: u64::from(was_there), ..Outcome::default() }
            }
        })
    }
}

/// The columns of a row; none for a row that is not there.
fn columns_of(held: &Held, row: &Row) -> Vec<String> {
    let names = held.get(&row.0).and_then(Option::as_ref).filter(|names| !names.is_empty());
    names.map_or_else(Vec::new, |names| names.split(',').map(str::to_owned).collect())
}

/// A piece of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Value(Value),
    Sign(char),
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Token::Word(word) => word.clone(),
            Token::Value(value) => value.kept(),
            Token::Sign(sign) => sign.to_string(),
        }
    }
}

/// Reads a statement and fills in its parameters.
///
/// # Errors
/// The sentence of a syntax error, or that a parameter has no value.
pub fn parse(sql: &str, parameters: &BTreeMap<String, Value>) -> Result<Statement, String> {
    let mut reader = Reader { tokens: tokens(sql, parameters)?, at: 0 };
    let statement = reader.statement()?;
    // A semicolon at the end says nothing.
    reader.sign(';');
    match reader.peek() {
        None => Ok(statement),
        Some(_) => Err(reader.wrong()),
    }
}

fn tokens(sql: &str, parameters: &BTreeMap<String, Value>) -> Result<Vec<Token>, String> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let word_end = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
        rest = if first == '\'' {
            let (text, after) = quoted(after).ok_or("unterminated quoted string")?;
            tokens.push(Token::Value(Value::Text(text)));
            after
        } else if first == ':' {
            let (name, after) = after.split_at(word_end(after));
            let value = parameters.get(name);
            let value = value.ok_or_else(|| format!("Missing value for parameter :{name:.40}"))?;
            tokens.push(Token::Value(value.clone()));
            after
        } else if first.is_ascii_digit() || first == '-' {
            let (_, after_digits) = after.split_at(word_end(after));
            let number = &rest[..rest.len() - after_digits.len()];
            // A number with a point is kept as it stands.
            let is_decimal = number.contains('.') && decimal(number).is_some();
            tokens.push(Token::Value(match number.parse() {
                Ok(number) => Value::Long(number),
                Err(_) if is_decimal => Value::Text(number.to_owned()),
                Err(_) => return Err(near(number)),
            }));
            after_digits
        } else if is_word(first) {
            let (word, after) = rest.split_at(word_end(rest));
            tokens.push(match word.to_ascii_lowercase().as_str() {
                "null" => Token::Value(Value::Null),
                _ => Token::Word(word.to_owned()),
            });
            after
        } else if matches!(first, '(' | ')' | ',' | '=' | ';' | '*') {
            tokens.push(Token::Sign(first));
            after
        } else {
            return Err(near(&first.to_string()));
        };
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// A number of seconds with up to three decimals, such as `0.5`.
fn decimal(text: &str) -> Option<Span> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let millis = if digits { format!("{part:0<3}").parse::<u64>().ok()? } else { return None };
    let whole = whole.parse::<u64>().ok().filter(|seconds| *seconds < 1 << 40)?;
    Some(Span::seconds(whole) + Span(millis))
}

/// The text up to the closing quote, and what stands behind it; two quotes stand for one.
fn quoted(from: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = from;
    loop {
        let (part, after) = rest.split_once('\'')?;
        text.push_str(part);
        rest = match after.strip_prefix('\'') {
            None => return Some((text, after)),
            Some(after) => after,
        };
        text.push('\'');
    }
}

fn near(what: &str) -> String {
    format!("syntax error at or near \"{what:.40}\"")
}

/// Reads tokens from left to right.
struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn wrong(&self) -> String {
        near(&self.peek().map_or_else(|| "end of input".to_owned(), Token::shown))
    }

    fn sign(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(wanted));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.sign(wanted) { Ok(()) } else { Err(self.wrong()) }
    }

    fn keyword(&mut self, wanted: &str) -> bool {
        let is =
            |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted));
        let found = self.peek().is_some_and(is);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, keyword: &str) -> Result<(), String> {
        if self.keyword(keyword) { Ok(()) } else { Err(self.wrong()) }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.to_ascii_lowercase();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.wrong()),
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        match self.peek() {
            Some(Token::Value(value)) => {
                let value = value.clone();
                self.at += 1;
                Ok(value)
            }
            _ => Err(self.wrong()),
        }
    }

    /// Items with commas between them.
    fn several<T>(
        &mut self,
        one: impl Fn(&mut Reader) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut all = vec![one(self)?];
        while self.sign(',') {
            all.push(one(self)?);
        }
        Ok(all)
    }

    fn statement(&mut self) -> Result<Statement, String> {
        if self.keyword("select") {
            return self.select();
        }
        if self.keyword("insert") {
            self.need("into")?;
            return self.insert();
        }
        if self.keyword("update") {
            let table = self.name()?;
            self.need("set")?;
            let values = self.several(|reader| {
                let name = reader.name()?;
                reader.expect('=')?;
                Ok((name, reader.value()?))
            })?;
            return Ok(Statement::Update { row: self.row(&table)?, values });
        }
        if self.keyword("delete") {
            self.need("from")?;
            let table = self.name()?;
            return Ok(Statement::Delete { row: self.row(&table)? });
        }
        Err(self.wrong())
    }

    fn select(&mut self) -> Result<Statement, String> {
        if matches!(self.peek(), Some(Token::Value(_))) {
            return Ok(Statement::Literals(self.several(|reader| {
                let value = reader.value()?;
                let name = if reader.keyword("as") { reader.name()? } else { value.kept() };
                Ok((name, value))
            })?));
        }
        if self.keyword("sleep") || self.keyword("pg_sleep") {
            self.expect('(')?;
            let span = decimal(&self.value()?.kept()).filter(|span| *span <= Span::days(1));
            self.expect(')')?;
            return Ok(Statement::Sleep(span.ok_or("wrong argument")?));
        }
        let columns = match self.sign('*') {
            true => Vec::new(),
            false => self.several(Reader::name)?,
        };
        self.need("from")?;
        let table = self.name()?;
        Ok(Statement::Select { row: self.row(&table)?, columns })
    }

    fn insert(&mut self) -> Result<Statement, String> {
        let table = self.name()?;
        self.expect('(')?;
        let names = self.several(Reader::name)?;
        self.expect(')')?;
        self.need("values")?;
        self.expect('(')?;
        let values = self.several(Reader::value)?;
        self.expect(')')?;
        if names.len() != values.len() {
            return Err("Column count doesn't match value count at row 1".to_owned());
        }
        let row = Row::of(&table, &values[0]);
        Ok(Statement::Insert { row, values: names.into_iter().zip(values).collect() })
    }

    /// `WHERE key = value`.
    fn row(&mut self, table: &str) -> Result<Row, String> {
        self.need("where")?;
        self.name()?;
        self.expect('=')?;
        Ok(Row::of(table, &self.value()?))
    }
}
