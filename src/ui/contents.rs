//! The table of contents, with the state of each lesson.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put, put_right};
use super::theme::Tone;
use crate::app::contents::Row;
use crate::app::panes::Pane;
use crate::course::LessonId;

/// Draws the pane.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let place = view.panes.contents;
    let list = view.app.contents.list;
    let rows = view.app.contents.rows.iter().enumerate().skip(list.top);
    for ((at, row), y) in rows.zip(place.top()..place.bottom()) {
        let line = Rect { y, height: 1, ..place };
        match row {
            Row::Blank => {}
            Row::Part(title) => part(view, line, title, buf),
            Row::Draft { title, depth } => draft(view, line, title, *depth, buf),
            Row::Lesson { id, title, depth } => {
                lesson(view, line, (id, title, *depth), at == list.selected, buf);
            }
        }
    }
}

fn part(view: View<'_>, line: Rect, title: &str, buf: &mut Buffer) {
    let title = text::cut(title, line.width.saturating_sub(2), view.theme.symbols.ellipsis);
    let style = view.theme.style(Tone::Muted).patch(view.theme.style(Tone::Strong));
    put(buf, line.x + 1, line.y, line.right(), &title, style);
}

fn draft(view: View<'_>, line: Rect, title: &str, depth: usize, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let style = theme.style(Tone::Faint);
    let muted = theme.style(Tone::Muted);
    let end = put_right(buf, line.x, line.y, line.right() - 1, app.words().draft, style);
    let x = indent(line, depth);
    let x = put(buf, x, line.y, end, theme.symbols.draft, style);
    let title = text::cut(title, end.saturating_sub(x + 2), theme.symbols.ellipsis);
    put(buf, x + 1, line.y, end, &title, muted);
}

fn indent(line: Rect, depth: usize) -> u16 {
    line.x + 2 + 2 * depth.min(4) as u16
}

fn lesson(
    view: View<'_>,
    line: Rect,
    (id, title, depth): (&LessonId, &str, usize),
    is_selected: bool,
    buf: &mut Buffer,
) {
    let View { app, theme, .. } = view;
    let has_focus = app.focus == Pane::Contents;
    let is_open = app.lesson.as_ref().is_some_and(|lesson| lesson.id == *id);
    if is_selected && has_focus {
        buf.set_style(line, theme.style(Tone::Selected));
    }
    if is_open {
        put(buf, line.x, line.y, line.right(), theme.symbols.here, theme.style(Tone::Accent));
    }
    let (sign, tone) = if app.progress.is_read(id.as_str()) {
        (theme.symbols.read, Tone::Good)
    } else if app.progress.place(id.as_str()).is_some() || is_open {
        (theme.symbols.begun, Tone::Accent)
    } else {
        (theme.symbols.unread, Tone::Faint)
    };
    let x = put(buf, indent(line, depth), line.y, line.right(), sign, theme.style(tone));
    let mut end = line.right() - 1;
    if let Some(score) = app.progress.lesson_score(id.as_str()) {
        let tone = if score.right == score.total { Tone::Good } else { Tone::Muted };
        let score = format!("{}/{}", score.right, score.total);
        end = put_right(buf, x, line.y, end, &score, theme.style(tone)).saturating_sub(1);
    }
    if app.progress.note(id.as_str()).is_some() {
        end = put_right(buf, x, line.y, end, theme.symbols.note, theme.style(Tone::Muted));
        end = end.saturating_sub(1);
    }
    let title = text::cut(title, end.saturating_sub(x + 1), theme.symbols.ellipsis);
    let style = if is_open { theme.style(Tone::Strong) } else { theme.style(Tone::Text) };
    put(buf, x + 1, line.y, end, &title, style);
}
