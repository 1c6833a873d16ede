//! The two rows at the top: where one is and how far; the focused pane, or the tabs.

use ratatui::buffer::Buffer;

use super::View;
use super::text::{self, put, put_right};
use super::theme::Tone;
use crate::app::panes::Pane;
use crate::app::{App, Screen};
use crate::words::fill;

/// Draws both rows.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    first_row(view, buf);
    match (view.app.screen, view.panes.stacked) {
        (Screen::Home | Screen::Quiz, _) => line(view, buf),
        (Screen::Reader, true) => tabs(view, buf),
        (Screen::Reader, false) => {
            line(view, buf);
            focus_mark(view, buf);
        }
    }
}

fn first_row(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let row = panes.header;
    let end = row.right().saturating_sub(1);
    let state = how_far(app);
    let left = put_right(buf, row.x, row.y, end, &state, theme.style(Tone::Muted));
    let end = left.saturating_sub(2);
    let mut x = put(buf, row.x + 1, row.y, end, "awslearn", theme.style(Tone::Accent));
    let Some(lesson) = app.lesson.as_ref().filter(|_| app.screen == Screen::Reader) else {
        if app.course.title() != "awslearn" {
            put(buf, x + 2, row.y, end, app.course.title(), theme.style(Tone::Muted));
        }
        return;
    };
    if let Some(live) = app.right.live.as_ref().filter(|_| app.is_whole()) {
        put(buf, x + 2, row.y, end, live.words(app.lang).title(), theme.style(Tone::Text));
        return;
    }
    let separator = format!(" {} ", theme.symbols.separator);
    if let Some(part) = app.contents.part_of(&lesson.id) {
        let room = end.saturating_sub(x + 2);
        if text::width(part) + 8 + text::width(&lesson.title) <= room {
            x = put(buf, x + 2, row.y, end, part, theme.style(Tone::Muted));
            x = put(buf, x, row.y, end, &separator, theme.style(Tone::Muted)).saturating_sub(2);
        }
    }
    let title = text::cut(&lesson.title, end.saturating_sub(x + 2), theme.symbols.ellipsis);
    put(buf, x + 2, row.y, end, &title, theme.style(Tone::Text));
}

fn how_far(app: &App) -> String {
    let read = app.contents.lessons().filter(|id| app.progress.is_read(id.as_str())).count();
    let total = app.contents.lessons().count();
    fill(app.words().lessons_read, &[("read", &read), ("total", &total)])
}

fn line(view: View<'_>, buf: &mut Buffer) {
    let row = view.panes.rule;
    let line = view.theme.symbols.horizontal.repeat(usize::from(row.width));
    put(buf, row.x, row.y, row.right(), &line, view.theme.style(Tone::Faint));
}

/// The rule is heavy above the pane that has the focus.
fn focus_mark(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let pane = panes.pane(app.focus);
    let heavy = theme.symbols.heavy.repeat(usize::from(pane.width));
    put(buf, pane.x, panes.rule.y, pane.right(), &heavy, theme.style(Tone::Accent));
}

fn tabs(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    line(view, buf);
    for (pane, x, width) in app.tabs() {
        let is_here = pane == app.focus;
        let name = match is_here {
            true => format!("{}{} ", theme.symbols.pointer, app.pane_name(pane)),
            false => format!(" {} ", app.pane_name(pane)),
        };
        let style = match (is_here, pane) {
            (true, _) => theme.style(Tone::Accent),
            (false, Pane::Contents | Pane::Lesson | Pane::Model) => theme.style(Tone::Muted),
        };
        let end = (x + width).min(panes.rule.right());
        put(buf, x, panes.rule.y, end, &name, style);
    }
}
