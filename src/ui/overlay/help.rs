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
    &[Scope::Reader],
    &[Scope::Program, Scope::Always],
    &[Scope::Contents],
    &[Scope::Found],
    &[Scope::Model],
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
    let lines = lines(view);
    let columns = if inner.width >= 76 { 2 } else { 1 };
    let height = usize::from(inner.height).max(1);
    let rows = lines.len().div_ceil(columns);
    let top = top.min(rows.saturating_sub(height));
    let below = rows.saturating_sub(top + height);
    let aside = match below {
        0 => String::new(),
        below => words::fill(words.help_more, &[("n", &below)]),
    };
    frame(place, words.help, &aside, theme, buf);
    let width = inner.width / columns as u16;
    for column in 0..columns {
        let x = inner.x + width * column as u16;
        let from = column * rows + top;
        let shown = lines.iter().take((column + 1) * rows).skip(from).take(height);
        for (line, y) in shown.zip(inner.top()..inner.bottom()) {
            let row = Rect::new(x, y, width.saturating_sub(2), 1);
            draw_line(view, line, row, buf);
        }
    }
}

fn lines(view: View<'_>) -> Vec<Line> {
    let words = words::keys::of(view.app.lang);
    let mut lines = Vec::new();
    for scopes in GROUPS {
        let mut rows = KEYS.iter().filter(|row| scopes.contains(&row.scope)).peekable();
        if rows.peek().is_none() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::Blank);
        }
        lines.push(Line::Title(keys::title(scopes[0])(words)));
        for row in rows {
            let keys: Vec<String> = row.keys.iter().map(ToString::to_string).collect();
            lines.push(Line::Key(keys.join("  "), (row.label)(words)));
        }
    }
    lines
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
            put(buf, at, row.y, row.right(), label, theme.style(Tone::Text));
        }
    }
}
