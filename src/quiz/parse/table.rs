//! Typed reading of TOML tables, every mistake with its place.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Problem, Severity};

/// A value with its place.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// Strings, each with its place.
pub(super) type Placed = Vec<(String, Range<usize>)>;

/// Something was wrong and is in the log already.
#[derive(Debug)]
pub(super) struct Bad;

/// Takes the problems of one file.
pub(super) struct Log<'f> {
    file: &'f str,
    problems: RefCell<Vec<Problem>>,
}

/// A problem just logged, to which a way out can be added.
pub(super) struct Logged<'l>(&'l RefCell<Vec<Problem>>);

impl Logged<'_> {
    /// Says what to do about it.
    pub(super) fn help(self, help: impl Into<String>) {
        if let Some(problem) = self.0.borrow_mut().last_mut() {
            problem.help = Some(help.into());
        }
    }
}

impl<'f> Log<'f> {
    pub(super) fn new(file: &'f str) -> Log<'f> {
        Log { file, problems: RefCell::default() }
    }

    fn push(
        &self,
        severity: Severity,
        code: &'static str,
        span: Range<usize>,
        message: String,
    ) -> Logged<'_> {
        self.problems.borrow_mut().push(Problem {
            file: self.file.to_owned(),
            span,
            severity,
            code,
            message,
            help: None,
        });
        Logged(&self.problems)
    }

    pub(super) fn error(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: String,
    ) -> Logged<'_> {
        self.push(Severity::Error, code, span, message)
    }

    pub(super) fn warning(
        &self,
        code: &'static str,
        span: Range<usize>,
        message: String,
    ) -> Logged<'_> {
        self.push(Severity::Warning, code, span, message)
    }

    /// The problems in the order of the file.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }
}

/// A table being read: where it stands, what it is called, and under which code its mistakes go.
pub(super) struct Table<'t> {
    table: &'t DeTable<'t>,
    base: usize,
    /// Where its header or brace is.
    pub(super) span: Range<usize>,
    path: &'t str,
    code: &'static str,
    /// Where mistakes are said.
    pub(super) log: &'t Log<'t>,
}

impl<'t> Table<'t> {
    /// The table of a whole document that starts at byte `base` of its file.
    pub(super) fn root(table: &'t DeTable<'t>, base: usize, log: &'t Log<'t>) -> Table<'t> {
        Table { table, base, span: base..base, path: "", code: "quiz-question", log }
    }

    /// A table inside this one; `path` is put before its keys in messages.
    pub(super) fn child(
        &self,
        table: &'t DeTable<'t>,
        span: Range<usize>,
        path: &'t str,
    ) -> Table<'t> {
        Table { table, base: self.base, span, path, code: self.code, log: self.log }
    }

    /// The same table, its mistakes under another code.
    pub(super) fn under(self, code: &'static str) -> Table<'t> {
        Table { code, ..self }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.get(key)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&'t str, &'t Value<'t>)> {
        self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), value))
    }

    /// The place of a value in the file.
    pub(super) fn span_of(&self, value: &Value<'_>) -> Range<usize> {
        let span = value.span();
        self.base + span.start..self.base + span.end
    }

    /// Logs a mistake in this table.
    pub(super) fn bad(&self, span: Range<usize>, message: String) -> Bad {
        self.log.error(self.code, span, message);
        Bad
    }

    fn wrong_type(&self, key: &str, value: &Value<'_>, wanted: &str) -> Bad {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let path = self.path;
        self.bad(self.span_of(value), format!("`{path}{key}` must be {wanted}, and is {found}"))
    }

    fn missing(&self, key: &str, wanted: &str) -> Bad {
        let path = self.path;
        self.bad(self.span.clone(), format!("`{path}{key}` is missing; it must be {wanted}"))
    }

    /// A value that may be absent, read by `read`, which knows only the type `wanted`.
    fn maybe<T>(
        &self,
        key: &str,
        wanted: &str,
        read: impl FnOnce(&'t Value<'t>) -> Option<T>,
    ) -> Result<Option<T>, Bad> {
        let Some(value) = self.get(key) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.wrong_type(key, value, wanted))
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, Bad> {
        self.maybe(key, "a string", |value| value.get_ref().as_str().map(str::to_owned))
    }

    pub(super) fn need_text(&self, key: &str) -> Result<String, Bad> {
        self.text(key)?.ok_or_else(|| self.missing(key, "a string"))
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, Bad> {
        self.maybe(key, "true or false", |value| value.get_ref().as_bool())
    }

    pub(super) fn need_flag(&self, key: &str) -> Result<bool, Bad> {
        self.flag(key)?.ok_or_else(|| self.missing(key, "true or false"))
    }

    /// An integer of 0 or more, with its place.
    pub(super) fn count(&self, key: &str) -> Result<Option<(usize, Range<usize>)>, Bad> {
        self.maybe(key, "an integer of 0 or more", |value| {
            let integer = value.get_ref().as_integer()?;
            let count = usize::from_str_radix(integer.as_str(), integer.radix()).ok()?;
            Some((count, self.span_of(value)))
        })
    }

    /// A finite number, with how the file writes it.
    pub(super) fn number(&self, key: &str) -> Result<Option<(f64, String)>, Bad> {
        self.maybe(key, "a number", |value| {
            let (number, written) = match value.get_ref() {
                DeValue::Integer(integer) => {
                    let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok()?;
                    (number as f64, number.to_string())
                }
                DeValue::Float(float) => (float.as_str().parse().ok()?, float.as_str().to_owned()),
                _ => return None,
            };
            number.is_finite().then_some((number, written))
        })
    }

    pub(super) fn need_number(&self, key: &str) -> Result<(f64, String), Bad> {
        self.number(key)?.ok_or_else(|| self.missing(key, "a number"))
    }

    /// An array of strings, each with its place.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Placed>, Bad> {
        self.maybe(key, "an array of strings", |value| {
            let items = value.get_ref().as_array()?;
            items
                .iter()
                .map(|item| Some((item.get_ref().as_str()?.to_owned(), self.span_of(item))))
                .collect()
        })
    }

    pub(super) fn need_texts(&self, key: &str) -> Result<Placed, Bad> {
        self.texts(key)?.ok_or_else(|| self.missing(key, "an array of strings"))
    }

    /// A string or an array of strings; the flag says that it was an array.
    pub(super) fn need_one_or_many(&self, key: &str) -> Result<(Placed, bool), Bad> {
        let wanted = "a string or an array of strings";
        let value = self.get(key).ok_or_else(|| self.missing(key, wanted))?;
        if let Some(text) = value.get_ref().as_str() {
            return Ok((vec![(text.to_owned(), self.span_of(value))], false));
        }
        match value.get_ref() {
            DeValue::Array(_) => Ok((self.need_texts(key)?, true)),
            _ => Err(self.wrong_type(key, value, wanted)),
        }
    }

    pub(super) fn table(&self, key: &'t str) -> Result<Option<Table<'t>>, Bad> {
        self.maybe(key, "a table", |value| {
            Some(self.child(value.get_ref().as_table()?, self.span_of(value), ""))
        })
    }

    /// A table that must be there; its keys are called `path` + key in messages.
    pub(super) fn need_table(&self, key: &str, path: &'t str) -> Result<Table<'t>, Bad> {
        let value = self.get(key).ok_or_else(|| self.missing(key, "a table"))?;
        match value.get_ref().as_table() {
            Some(table) => Ok(self.child(table, self.span_of(value), path)),
            None => Err(self.wrong_type(key, value, "a table")),
        }
    }

    /// Warns of keys that look like a misspelt known one: mdbook-quiz ignores what it does not
    /// know, so that a wrong `answer_index` would silently do nothing.
    pub(super) fn check_keys(&self, known: &[&str]) {
        let plain = |key: &str| key.replace(['_', '-'], "").to_lowercase();
        for (key, _) in self.table.iter() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let meant = known.iter().find(|known| {
                plain(known) == plain(name) || strsim::damerau_levenshtein(known, name) == 1
            });
            let Some(meant) = meant else { continue };
            let span = key.span();
            self.log
                .warning(
                    "quiz-key",
                    self.base + span.start..self.base + span.end,
                    format!("`{}{name}` is not a key of mdbook-quiz and is ignored", self.path),
                )
                .help(format!("did you mean `{meant}`?"));
        }
    }
}
