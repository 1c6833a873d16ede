//! How answers are printed: `--query`, `--output json|text|table`, and errors.

use serde_json::{Map, Value as Json};

use crate::services::ServiceError;

/// The value of `--output`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Indented JSON.
    #[default]
    Json,
    /// Words parted by tabs.
    Text,
    /// A table drawn with lines.
    Table,
}

impl Format {
    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "json" => Some(Format::Json),
            "text" => Some(Format::Text),
            "table" => Some(Format::Table),
            _ => None,
        }
    }
}

/// The text of an answer without a newline at its end; nothing for an answer that carries nothing.
///
/// # Errors
/// A `--query` that fails on this very answer.
pub fn text(
    operation: &str,
    answer: Json,
    query: Option<&str>,
    format: Format,
) -> Result<String, String> {
    let mut shown = answer;
    moments(&mut shown);
    if shown.as_object().is_some_and(Map::is_empty) && query.is_none() {
        return Ok(String::new());
    }
    if let Some(query) = query {
        shown = search(query, &shown)?;
    }
    Ok(match format {
        Format::Json => json(&shown),
        Format::Text => {
            let mut lines = Vec::new();
            words(None, &shown, &mut lines);
            lines.join("\n")
        }
        Format::Table => table(operation, &shown),
    })
}

fn search(query: &str, data: &Json) -> Result<Json, String> {
    let expression = jmespath::compile(query).map_err(|error| error.to_string())?;
    let found = expression.search(data).map_err(|error| error.to_string())?;
    let mut found = serde_json::to_value(&*found).map_err(|error| error.to_string())?;
    if query.contains('(') {
        whole_numbers(&mut found);
    }
    Ok(found)
}

/// JMESPath's functions count in floating point; whole numbers are written as such again. What is only
/// looked up stays as it was answered: capacity units are `1.0`.
fn whole_numbers(value: &mut Json) {
    match value {
        Json::Number(number) => {
            if let Some(float) = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e15) {
                *value = Json::from(float as i64);
            }
        }
        Json::Array(items) => items.iter_mut().for_each(whole_numbers),
        Json::Object(fields) => fields.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// JSON indented by four, as `aws` prints it.
fn json(value: &Json) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    let written = serde::Serialize::serialize(value, &mut serializer);
    match written {
        Ok(()) => String::from_utf8_lossy(&out).into_owned(),
        Err(_) => value.to_string(),
    }
}

/// Moments come as seconds since 1970; version 2 of the command line prints them in ISO 8601.
fn moments(value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(moments),
        Json::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                let names_a_moment = ["Timestamp", "Time", "Date", "CreatedAt", "LastModified"]
                    .iter()
                    .any(|end| name.ends_with(end));
                match value {
                    Json::Number(seconds) if names_a_moment => {
                        let seconds = seconds.as_f64().filter(|s| *s > 0.0 && *s < 1e11);
                        if let Some(seconds) = seconds {
                            *value = Json::from(iso((seconds * 1000.0).round() as u64));
                        }
                    }
                    other => moments(other),
                }
            }
        }
        _ => {}
    }
}

/// `2026-01-01T00:00:12.500000+00:00`; without a fraction if there is none.
fn iso(unix_millis: u64) -> String {
    let (days, in_day) = (unix_millis / 86_400_000, unix_millis % 86_400_000);
    let (year, month, day) = date(days as i64);
    let (hour, minute, second) = (in_day / 3_600_000, in_day / 60_000 % 60, in_day / 1000 % 60);
    let millis = in_day % 1000;
    let fraction = if millis == 0 { String::new() } else { format!(".{:06}", millis * 1000) };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}+00:00")
}

/// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// One value as a word of text output.
fn word(value: &Json) -> String {
    match value {
        Json::Null => "None".to_owned(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_scalar(value: &Json) -> bool {
    !value.is_array() && !value.is_object()
}

/// Text output: a structure's plain values on one line in the order of their names, then its structures
/// and lists, each line beginning with the name in capitals.
fn words(name: Option<&str>, value: &Json, lines: &mut Vec<String>) {
    let lead = |cells: Vec<String>| {
        let name = name.map(str::to_uppercase);
        name.into_iter().chain(cells).collect::<Vec<String>>().join("\t")
    };
    match value {
        Json::Array(items) => {
            if items.iter().all(is_scalar) {
                if items.is_empty() {
                    return;
                }
                match name {
                    Some(_) => lines.extend(items.iter().map(|item| lead(vec![word(item)]))),
                    None => lines.push(items.iter().map(word).collect::<Vec<String>>().join("\t")),
                }
                return;
            }
            for item in items {
                words(name, item, lines);
            }
        }
        Json::Object(fields) => {
            let mut sorted: Vec<(&String, &Json)> = fields.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            let cells: Vec<String> = sorted
                .iter()
                .filter(|(_, value)| is_scalar(value))
                .map(|(_, value)| word(value))
                .collect();
            if !cells.is_empty() {
                lines.push(lead(cells));
            } else if let Some(name) = name {
                lines.push(name.to_uppercase());
            }
            for (key, value) in sorted.iter().filter(|(_, value)| !is_scalar(value)) {
                words(Some(key), value, lines);
            }
        }
        scalar => lines.push(lead(vec![word(scalar)])),
    }
}

/// A table: a title, then rows of names and values; inner structures are tables within.
fn table(title: &str, value: &Json) -> String {
    let mut sections = Vec::new();
    collect(title, value, 0, &mut sections);
    let width = sections.iter().map(Section::width).max().unwrap_or(0);
    let mut out = vec!["-".repeat(width)];
    for section in &sections {
        section.draw(width, &mut out);
    }
    out.join("\n")
}

/// One titled grid of a table.
struct Section {
    depth: usize,
    title: String,
    rows: Vec<Vec<String>>,
    /// Whether the first row holds names.
    headed: bool,
}

fn collect(title: &str, value: &Json, depth: usize, sections: &mut Vec<Section>) {
    let section = |rows, headed| Section { depth, title: title.to_owned(), rows, headed };
    match value {
        Json::Object(fields) => {
            let mut scalars: Vec<(&String, &Json)> =
                fields.iter().filter(|(_, value)| is_scalar(value)).collect();
            scalars.sort_by_key(|(key, _)| *key);
            let rows =
                scalars.iter().map(|(key, value)| vec![(*key).clone(), word(value)]).collect();
            sections.push(section(rows, false));
            for (key, inner) in fields.iter().filter(|(_, value)| !is_scalar(value)) {
                collect(key, inner, depth + 1, sections);
            }
        }
        Json::Array(items)
            if items.iter().all(|item| plain_row(item).is_some()) && !items.is_empty() =>
        {
            let mut rows: Vec<Vec<String>> = Vec::new();
            let mut names: Vec<&String> = Vec::new();
            for item in items {
                if let Json::Object(fields) = item {
                    for key in fields.keys() {
                        if !names.contains(&key) {
                            names.push(key);
                        }
                    }
                }
            }
            names.sort();
            let headed = !names.is_empty();
            if headed {
                rows.push(names.iter().map(|name| (*name).clone()).collect());
            }
            for item in items {
                rows.push(match item {
                    Json::Object(fields) => names
                        .iter()
                        .map(|name| fields.get(*name).map_or_else(String::new, word))
                        .collect(),
                    scalar => vec![word(scalar)],
                });
            }
            sections.push(section(rows, headed));
        }
        Json::Array(items) => {
            for item in items {
                collect(title, item, depth, sections);
            }
        }
        scalar => sections.push(section(vec![vec![word(scalar)]], false)),
    }
}

fn plain_row(value: &Json) -> Option<()> {
    match value {
        Json::Object(fields) => fields.values().all(is_scalar).then_some(()),
        other => is_scalar(other).then_some(()),
    }
}

impl Section {
    fn columns(&self) -> Vec<usize> {
        use unicode_width::UnicodeWidthStr as _;
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        (0..count)
            .map(|at| {
                let wide = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
                wide.max().unwrap_or(0) + 4
            })
            .collect()
    }

    fn width(&self) -> usize {
        let columns = self.columns();
        let grid = columns.iter().sum::<usize>() + columns.len() + 1;
        grid.max(self.title.len() + 4) + 2 * self.depth
    }

    fn draw(&self, width: usize, out: &mut Vec<String>) {
        let bars = "|".repeat(self.depth);
        let inner = width - 2 * self.depth;
        out.push(format!("{bars}|{}|{bars}", centred(&self.title, inner - 2)));
        let mut columns = self.columns();
        if let Some(last) = columns.last().copied() {
            let taken = columns.iter().sum::<usize>() + columns.len() + 1;
            let at = columns.len() - 1;
            columns[at] = last + inner.saturating_sub(taken);
        }
        let rule = |columns: &[usize]| {
            if columns.is_empty() {
                return format!("{bars}+{}+{bars}", "-".repeat(inner - 2));
            }
            let parts: Vec<String> = columns.iter().map(|wide| "-".repeat(*wide)).collect();
            format!("{bars}+{}+{bars}", parts.join("+"))
        };
        out.push(rule(&columns));
        for (number, row) in self.rows.iter().enumerate() {
            let head = self.headed && number == 0;
            let cells: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(at, wide)| {
                    let text = row.get(at).map_or("", String::as_str);
                    if head { centred(text, *wide) } else { padded(text, *wide) }
                })
                .collect();
            out.push(format!("{bars}|{}|{bars}", cells.join("|")));
            if head {
                out.push(rule(&columns));
            }
        }
        if !self.rows.is_empty() {
            out.push(rule(&columns));
        }
    }
}

fn padded(text: &str, wide: usize) -> String {
    use unicode_width::UnicodeWidthStr as _;
    format!("  {text}{}", " ".repeat(wide.saturating_sub(2 + text.width())))
}

fn centred(text: &str, wide: usize) -> String {
    use unicode_width::UnicodeWidthStr as _;
    let free = wide.saturating_sub(text.width());
    format!("{}{text}{}", " ".repeat(free / 2), " ".repeat(free - free / 2))
}

/// The error of a call, as the command line prints it. What the client itself refuses has no call.
pub fn error_text(operation: &str, error: &ServiceError) -> String {
    if error.code == "ParamValidation" {
        return format!("aws: [ERROR]: {}", error.message);
    }
    format!(
        "An error occurred ({}) when calling the {operation} operation: {}",
        error.code, error.message
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn moments_are_printed_in_iso_8601() {
        let moment = |millis| iso(crate::services::time::WORLD_START_UNIX_MS + millis);
        assert_eq!(moment(0), "2026-01-01T00:00:00+00:00");
        assert_eq!(moment(86_400_000 * 59 + 12_500), "2026-03-01T00:00:12.500000+00:00");
        let mut value = json!({"ApproximateArrivalTimestamp": 1_767_225_600.5, "ShardCount": 3});
        moments(&mut value);
        assert_eq!(
            value,
            json!({"ApproximateArrivalTimestamp": "2026-01-01T00:00:00.500000+00:00", "ShardCount": 3})
        );
    }

    #[test]
    fn text_output_is_words_and_tabs() {
        let show = |value: Json, query| text("X", value, query, Format::Text).unwrap();
        assert_eq!(show(json!({"QueueUrl": "u"}), None), "u");
        assert_eq!(show(json!({"QueueUrl": "u"}), Some("QueueUrl")), "u");
        assert_eq!(show(json!({"A": null}), Some("A")), "None");
        assert_eq!(show(json!({"Urls": ["a", "b"]}), None), "URLS\ta\nURLS\tb");
        assert_eq!(show(json!({"Urls": ["a", "b"]}), Some("Urls")), "a\tb");
        assert_eq!(show(json!({"M": [{"Id": 1, "B": "x"}]}), Some("M[].[Id,B]")), "1\tx");
        assert_eq!(show(json!({"M": [{"Id": 1, "B": "x"}]}), None), "M\tx\t1");
    }

    #[test]
    fn an_answer_that_carries_nothing_prints_nothing() {
        assert_eq!(text("X", json!({}), None, Format::Json).unwrap(), "");
    }

    #[test]
    fn tables_are_drawn_with_lines() {
        let shown = text(
            "GetQueueAttributes",
            json!({"Attributes": {"VisibilityTimeout": "30", "DelaySeconds": "0"}}),
            None,
            Format::Table,
        )
        .unwrap();
        let widths: Vec<usize> = shown.lines().map(str::len).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{shown}");
        assert!(shown.contains("||  VisibilityTimeout  |"), "{shown}");
    }
}
