//! Tables: columns that share the width, or one record a row where the page is too narrow.

use super::block::{Align, Run};
use super::layout::SymbolSet;
use super::line::{Line, LineKind, Role, Span};
use super::wrap::{Wrapped, widths, wrap};

/// Cells between two columns: a space, the rule, a space.
const GAP: usize = 3;

/// A column up to this width is wrapped last.
const SHORT: usize = 14;

/// A table as it was parsed.
pub(super) struct Table<'a> {
    pub(super) columns: &'a [Align],
    pub(super) head: &'a [Vec<Run>],
    pub(super) rows: &'a [Vec<Vec<Run>>],
}

/// Lays a table out to `width`.
pub(super) fn lay_out(table: &Table<'_>, width: usize, symbols: &SymbolSet) -> Vec<Line> {
    let count = table.rows.iter().map(Vec::len).chain([table.head.len()]).max().unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    match column_widths(table, count, width) {
        Some(columns) => grid(table, &columns, symbols),
        None => records(table, width, symbols),
    }
}

/// The width of each column: as wide as its text where that fits, else shrunk in proportion but
/// never below the longest word. `None` where even that is too wide.
fn column_widths(table: &Table<'_>, count: usize, width: usize) -> Option<Vec<usize>> {
    let mut natural = vec![1; count];
    let mut least = vec![1; count];
    for row in table.rows.iter().map(Vec::as_slice).chain([table.head]) {
        for (column, cell) in row.iter().enumerate() {
            let (wide, word) = widths(cell);
            natural[column] = natural[column].max(wide);
            least[column] = least[column].max(word);
        }
    }
    let room = width.checked_sub(GAP * (count - 1))?;
    if natural.iter().sum::<usize>() <= room {
        return Some(natural);
    }
    let needed: usize = least.iter().sum();
    let mut spare = room.checked_sub(needed)?;
    // Short columns get what they lack: they would win nothing for the others by wrapping.
    for (min, full) in least.iter_mut().zip(&natural).filter(|(_, full)| **full <= SHORT) {
        let lack = full - *min;
        if lack * count <= spare {
            *min = *full;
            spare -= lack;
        }
    }
    // What is left above the longest words goes to the columns in proportion to what they lack.
    let lacking: Vec<usize> = natural.iter().zip(&least).map(|(all, min)| all - min).collect();
    let total: usize = lacking.iter().sum::<usize>().max(1);
    let mut columns: Vec<usize> =
        least.iter().zip(&lacking).map(|(min, lack)| min + lack * spare / total).collect();
    let mut left = room.saturating_sub(columns.iter().sum());
    for (column, full) in columns.iter_mut().zip(&natural) {
        if left > 0 && *column < *full {
            *column += 1;
            left -= 1;
        }
    }
    Some(columns)
}

fn grid(table: &Table<'_>, columns: &[usize], symbols: &SymbolSet) -> Vec<Line> {
    let mut lines = Vec::new();
    let aligned = |column: usize| table.columns.get(column).copied().unwrap_or_default();
    if !table.head.is_empty() {
        let head: Vec<Vec<Run>> = table.head.iter().map(|cell| as_head(cell)).collect();
        lines.extend(row_lines(&head, columns, aligned, symbols).0);
        lines.push(rule(columns, symbols));
    }
    let rows: Vec<(Vec<Line>, bool)> =
        table.rows.iter().map(|row| row_lines(row, columns, aligned, symbols)).collect();
    let any_wraps = rows.iter().any(|(_, wraps)| *wraps);
    for (index, (row, _)) in rows.into_iter().enumerate() {
        if index > 0 && any_wraps {
            lines.push(rule(columns, symbols));
        }
        lines.extend(row);
    }
    lines
}

fn as_head(cell: &[Run]) -> Vec<Run> {
    cell.iter()
        .map(|run| {
            let role = if run.role == Role::Text { Role::TableHead } else { run.role };
            Run { role, ..run.clone() }
        })
        .collect()
}

fn row_lines(
    row: &[Vec<Run>],
    columns: &[usize],
    aligned: impl Fn(usize) -> Align,
    symbols: &SymbolSet,
) -> (Vec<Line>, bool) {
    let mut cells: Vec<std::vec::IntoIter<Wrapped>> = columns
        .iter()
        .enumerate()
        .map(|(column, width)| {
            row.get(column).map(|cell| wrap(cell, *width)).unwrap_or_default().into_iter()
        })
        .collect();
    let height = cells.iter().map(ExactSizeIterator::len).max().unwrap_or(0).max(1);
    let lines = (0..height)
        .map(|_| {
            let mut spans = Vec::new();
            let mut pad = 0;
            for (column, width) in columns.iter().enumerate() {
                if column > 0 {
                    let between = format!("{:pad$} {} ", "", symbols.column);
                    spans.push(Span::added(between, Role::TableRule));
                }
                let cell = cells[column].next().unwrap_or_default();
                let free = width.saturating_sub(cell.iter().map(Span::width).sum());
                let before = match aligned(column) {
                    Align::Left => 0,
                    Align::Center => free / 2,
                    Align::Right => free,
                };
                if before > 0 {
                    spans.push(Span::added(" ".repeat(before), Role::Text));
                }
                spans.extend(cell);
                pad = free - before;
            }
            Line { spans, kind: LineKind::Table, ..Line::default() }
        })
        .collect();
    (lines, height > 1)
}

fn rule(columns: &[usize], symbols: &SymbolSet) -> Line {
    let mut text = String::new();
    for (index, width) in columns.iter().enumerate() {
        if index > 0 {
            text.push_str(symbols.rule);
            text.push_str(symbols.cross);
            text.push_str(symbols.rule);
        }
        text.push_str(&symbols.rule.repeat(*width));
    }
    let spans = vec![Span::added(text, Role::TableRule)];
    Line { spans, kind: LineKind::Table, ..Line::default() }
}

/// One record a row: each cell under or behind the head of its column.
fn records(table: &Table<'_>, width: usize, symbols: &SymbolSet) -> Vec<Line> {
    let mut lines = Vec::new();
    let line = |spans| Line { spans, kind: LineKind::Table, ..Line::default() };
    if table.rows.is_empty() {
        for cell in table.head {
            lines.extend(wrap(&as_head(cell), width).into_iter().map(line));
        }
        return lines;
    }
    for (index, row) in table.rows.iter().enumerate() {
        if index > 0 {
            let rule = symbols.rule.repeat(width.min(12));
            lines.push(line(vec![Span::added(rule, Role::TableRule)]));
        }
        for column in 0..row.len().max(table.head.len()) {
            let mut runs = Vec::new();
            if let Some(head) = table.head.get(column).filter(|head| !head.is_empty()) {
                runs.extend(as_head(head).into_iter().map(|run| Run {
                    // The head is in the source once: only the first record stands for it.
                    source: run.source.filter(|_| index == 0),
                    ..run
                }));
                runs.push(Run { text: ": ".into(), role: Role::TableRule, ..Run::default() });
            }
            runs.extend(row.get(column).into_iter().flatten().cloned());
            // Later lines of a cell are indented, so that the labels stand out.
            let hang = if width >= 12 { 2 } else { 0 };
            let mut wrapped = wrap(&runs, width);
            if wrapped.len() > 1 && hang > 0 {
                wrapped = wrap(&runs, width - hang);
                for spans in wrapped.iter_mut().skip(1) {
                    spans.insert(0, Span::added(" ".repeat(hang), Role::Text));
                }
            }
            lines.extend(wrapped.into_iter().map(line));
        }
    }
    lines
}
