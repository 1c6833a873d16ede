//! Every key, from the one table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::View;
use super::super::text::{self, put};
use super::super::theme::Tone;
use super::frame;
use crate::app::keys::{self, KEYS, Scope};
use crate::app::overlay::{self, Kind};
use crate::words;

/// The groups of keys, in the order in which they are told.
const GROUPS: &[&[Scope]] = &[
    &[Scope::Lesson, Scope::Plain],
    &[Scope::Reader, Scope::Pages],
    &[Scope::Seek, Scope::Program, Scope::Always],
    &[Scope::Contents],
    &[Scope::Found],
    &[Scope::Model],
    &[Scope::ModelLine],
    &[Scope::Turn],
    &[Scope::Home],
    &[Scope::Search],
    &[Scope::Find],
    &[Scope::Links],
    &[Scope::List],
    &[Scope::Notes],
];

/// A line of the help.
enum Line {
    Blank,
    Title(&'static str),
    Key(String, &'static str),
}

/// Draws the help.
pub(super) fn draw(view: View<'_>, top: usize, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let words = app.words();
    let place = overlay::place(Kind::Help, app);
    let inner = overlay::inner(Kind::Help, app);
    let columns = columns(lines(view), if inner.width >= 96 { 2 } else { 1 });
    let height = usize::from(inner.height).max(1);
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    let top = top.min(rows.saturating_sub(height));
    let below = rows.saturating_sub(top + height);
    let aside = match below {
        0 => String::new(),
        below => words::fill(words.help_more, &[("n", &below)]),
    };
    frame(place, words.help, &aside, theme, buf);
    let width = inner.width / columns.len().max(1) as u16;
    for (column, x) in columns.iter().zip((inner.x..).step_by(usize::from(width.max(1)))) {
        let shown = column.iter().skip(top);
        for (line, y) in shown.zip(inner.top()..inner.bottom()) {
            let row = Rect::new(x, y, width.saturating_sub(2), 1);
            draw_line(view, line, row, buf);
        }
    }
}

/// The groups in so many columns of about the same height; no group is torn.
fn columns(groups: Vec<Vec<Line>>, count: usize) -> Vec<Vec<Line>> {
    let total: usize = groups.iter().map(|group| group.len() + 1).sum();
    let mut columns: Vec<Vec<Line>> = vec![Vec::new()];
    for group in groups {
        let is_full = columns
            .last()
            .is_some_and(|column| column.len() + group.len() / 2 > total.div_ceil(count));
        if is_full && columns.len() < count {
            columns.push(Vec::new());
        }
        if let Some(column) = columns.last_mut() {
            if !column.is_empty() {
                column.push(Line::Blank);
            }
            column.extend(group);
        }
    }
    columns
}

fn lines(view: View<'_>) -> Vec<Vec<Line>> {
    let words = words::keys::of(view.app.lang);
    let mut groups = Vec::new();
    for scopes in GROUPS {
        let mut rows = KEYS.iter().filter(|row| scopes.contains(&row.scope)).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let mut lines = vec![Line::Title(keys::title(scopes[0])(words))];
        for row in rows {
            let keys: Vec<String> =
                row.keys.iter().map(|key| key.sign(view.app.settings.symbols)).collect();
            lines.push(Line::Key(keys.join("  "), (row.label)(words)));
        }
        groups.push(lines);
    }
    groups
}

fn draw_line(view: View<'_>, line: &Line, row: Rect, buf: &mut Buffer) {
    let theme = view.theme;
    match line {
        Line::Blank => {}
        Line::Title(title) => {
            put(buf, row.x, row.y, row.right(), title, theme.style(Tone::Strong));
        }
        Line::Key(keys, label) => {
            let at = row.x + row.width.saturating_mul(2) / 5;
            let room = at.saturating_sub(row.x + 1);
            let keys = text::cut(keys, room, theme.symbols.ellipsis);
            put(buf, row.x, row.y, at, &keys, theme.style(Tone::Key));
            let label = text::cut(label, row.right().saturating_sub(at), theme.symbols.ellipsis);
            put(buf, at, row.y, row.right(), &label, theme.style(Tone::Text));
        }
    }
}
