//! The last row: the keys that matter now, or what just happened, or what is being typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put, put_right};
use super::theme::Tone;
use crate::app::keys;
use crate::app::overlay::{Find, Overlay};
use crate::app::{App, Screen};
use crate::words::{self, fill};

/// Draws the last row.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let row = panes.footer;
    if let Some(Overlay::Find(find)) = app.overlays.last() {
        return typing(view, find, buf);
    }
    if let Some(notice) = &app.notice {
        let style = theme.style(Tone::Warn);
        let mut x = put(buf, row.x + 1, row.y, row.right(), theme.symbols.pointer, style);
        x = put(buf, x, row.y, row.right(), " ", style);
        let notice = text::cut(notice, row.right().saturating_sub(x + 1), theme.symbols.ellipsis);
        put(buf, x, row.y, row.right(), &notice, theme.style(Tone::Text));
        return;
    }
    let end = match status(app) {
        Some(status) => {
            let end = row.right().saturating_sub(1);
            put_right(buf, row.x, row.y, end, &status, theme.style(Tone::Muted)).saturating_sub(2)
        }
        None => row.right().saturating_sub(1),
    };
    keys_of_now(view, Rect { width: end.saturating_sub(row.x), ..row }, buf);
}

/// The keys, as many as fit whole; the help and the way out always stand at the end.
fn keys_of_now(view: View<'_>, row: Rect, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let parts = keys::footer(app.mode(), words::keys::of(app.lang), app.settings.symbols);
    let wide = |(keys, text): &(String, &str)| text::width(keys) + 1 + text::width(text) + 3;
    let room = row.width.saturating_sub(1);
    let kept = parts.len().saturating_sub(2);
    let last: u16 = parts[kept..].iter().map(wide).sum();
    let mut left = room.saturating_sub(last) + 3;
    let mut shown: Vec<&(String, &str)> = Vec::new();
    for part in &parts[..kept] {
        if wide(part) > left {
            break;
        }
        left -= wide(part);
        shown.push(part);
    }
    shown.extend(&parts[kept..]);
    let mut x = row.x + 1;
    for part in shown {
        if x + wide(part).saturating_sub(3) > row.right() {
            break;
        }
        x = put(buf, x, row.y, row.right(), &part.0, theme.style(Tone::Key));
        x = put(buf, x + 1, row.y, row.right(), part.1, theme.style(Tone::Muted));
        x += 3;
    }
}

/// How far one is through the lesson, and which hit one is at; how links are opened, while they have
/// letters.
fn status(app: &App) -> Option<String> {
    if let Some(Overlay::Links(_)) = app.overlays.last() {
        return Some(app.words().links_hint.to_owned());
    }
    let lesson = app.lesson.as_ref().filter(|_| app.screen == Screen::Reader)?;
    let percent = fill(app.words().percent, &[("n", &(lesson.progress() / 10))]);
    match &lesson.found {
        Some(found) => Some(format!("{}   {percent}", hits(app, found.current, found.hits.len()))),
        None => Some(percent),
    }
}

fn hits(app: &App, current: usize, total: usize) -> String {
    match total {
        0 => app.words().find_none.to_owned(),
        total => fill(app.words().find_count, &[("n", &(current + 1)), ("total", &total)]),
    }
}

/// Between which columns the pattern stands while it is typed.
pub(super) fn pattern_place(app: &App, row: Rect) -> (u16, u16) {
    let found = app.lesson.as_ref().and_then(|lesson| lesson.found.as_ref());
    let count = found.map_or(0, |found| {
        text::width(&hits(app, found.current, found.hits.len())).saturating_add(2)
    });
    (row.x + 2, row.right().saturating_sub(1 + count))
}

fn typing(view: View<'_>, find: &Find, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let row = panes.footer;
    if let Some(found) = app.lesson.as_ref().and_then(|lesson| lesson.found.as_ref()) {
        let text = hits(app, found.current, found.hits.len());
        let tone = if found.hits.is_empty() { Tone::Bad } else { Tone::Muted };
        let end = row.right().saturating_sub(1);
        put_right(buf, row.x, row.y, end, &text, theme.style(tone));
    }
    let (x, end) = pattern_place(app, row);
    put(buf, row.x + 1, row.y, end, "/", theme.style(Tone::Accent));
    let prompt = &find.prompt;
    let room = end.saturating_sub(x);
    let (_, shown) = text::in_sight(prompt.text(), prompt.before_cursor(), room);
    put(buf, x, row.y, end, shown, theme.style(Tone::Text));
}
