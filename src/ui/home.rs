//! The home screen: where to go on, how far one is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put, put_right};
use super::theme::Tone;
use crate::app::home::{self, Item, Layout, Scores};
use crate::words::fill;

/// Draws the screen.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let words = app.words();
    let items = home::items(app);
    let layout = Layout::of(panes.body, &items, &app.home);
    let column = layout.column;
    if let Some(y) = layout.title {
        put(buf, column.x + 2, y, column.right(), app.course.title(), theme.style(Tone::Accent));
        if app.course.title() == "awslearn" {
            put(buf, column.x + 2, y + 1, column.right(), words.tagline, theme.style(Tone::Muted));
        }
    }
    if let Some(y) = layout.heading {
        let x = put(buf, column.x + 2, y, column.right(), words.progress, theme.style(Tone::Muted));
        let streak = app.streak();
        if streak > 1 {
            let text = fill(words.home_streak, &[("n", &streak)]);
            let end = column.right().saturating_sub(1);
            put_right(buf, x + 2, y, end, &text, theme.style(Tone::Accent));
        }
    }
    if items.is_empty() {
        for (line, y) in text::wrap(words.empty_course, column.width).iter().zip(column.y + 4..) {
            put(buf, column.x, y, column.right(), line, theme.style(Tone::Muted));
        }
    }
    let names = name_width(view, &items, column);
    for (at, row) in &layout.rows {
        let is_selected = *at == app.home.list.selected;
        if is_selected {
            buf.set_style(*row, theme.style(Tone::Selected));
            put(buf, row.x, row.y, row.right(), theme.symbols.pointer, theme.style(Tone::Accent));
        }
        match &items[*at] {
            Item::Continue { id, first_time } => {
                let verb = if *first_time { words.begin } else { words.go_on };
                let x = put(buf, row.x + 2, row.y, row.right(), verb, theme.style(Tone::Strong));
                let x = x.max(row.x + 2 + names) + 2;
                let title = app.contents.title(id).unwrap_or_default();
                let end = row.right() - 1;
                let percent = match (&app.lesson, first_time) {
                    (Some(lesson), false) if lesson.id == *id => {
                        fill(words.percent, &[("n", &(lesson.progress() / 10))])
                    }
                    _ => String::new(),
                };
                let end = put_right(buf, x, row.y, end, &percent, theme.style(Tone::Muted));
                let title = text::cut(title, end.saturating_sub(x + 1), theme.symbols.ellipsis);
                put(buf, x, row.y, end, &title, theme.style(Tone::Text));
            }
            Item::Part { title, read, total, .. } => {
                part(view, *row, names, (title, *read, *total), buf);
            }
        }
    }
    if let Some(y) = layout.scores {
        scores(view, column, y, buf);
    }
}

/// Cells that the widest name takes, within reason.
fn name_width(view: View<'_>, items: &[Item], column: Rect) -> u16 {
    let words = view.app.words();
    let widest = items.iter().map(|item| match item {
        Item::Continue { .. } => text::width(words.go_on).max(text::width(words.begin)),
        Item::Part { title, .. } if title.is_empty() => text::width(words.untitled_part),
        Item::Part { title, .. } => text::width(title),
    });
    widest.max().unwrap_or(0).min(column.width / 2)
}

fn part(
    view: View<'_>,
    row: Rect,
    names: u16,
    (title, read, total): (&str, usize, usize),
    buf: &mut Buffer,
) {
    let View { app, theme, .. } = view;
    let title = if title.is_empty() { app.words().untitled_part } else { title };
    let cut = text::cut(title, names, theme.symbols.ellipsis);
    put(buf, row.x + 2, row.y, row.right(), &cut, theme.style(Tone::Text));
    let count = format!("{read}/{total}");
    let end = row.right() - 1;
    put_right(buf, row.x, row.y, end, &count, theme.style(Tone::Muted));
    let from = row.x + 2 + names + 2;
    let to = end.saturating_sub(8);
    if from + 4 > to {
        return;
    }
    let room = usize::from(to - from);
    let done = (read * room).checked_div(total).unwrap_or(0);
    let tone = if read == total { Tone::Good } else { Tone::Accent };
    let x = put(buf, from, row.y, to, &theme.symbols.full.repeat(done), theme.style(tone));
    put(buf, x, row.y, to, &theme.symbols.empty.repeat(room - done), theme.style(Tone::Faint));
}

/// How the quizzes went; before anything was read, how to begin.
fn scores(view: View<'_>, column: Rect, y: u16, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let words = app.words();
    let (x, end) = (column.x + 2, column.right());
    if app.progress.last_place().is_none() {
        put(buf, x, y, end, words.home_first, theme.style(Tone::Muted));
        return;
    }
    put(buf, x, y, end, words.home_scores, theme.style(Tone::Muted));
    let Scores { right, total, taken } = Scores::of(app);
    let (text, tone) = match taken {
        0 => (words.home_untaken.to_owned(), Tone::Muted),
        _ => {
            let text = words.home_right;
            (fill(text, &[("right", &right), ("total", &total), ("quizzes", &taken)]), Tone::Text)
        }
    };
    let text = text::cut(&text, end.saturating_sub(x), theme.symbols.ellipsis);
    put(buf, x, y + 1, end, &text, theme.style(tone));
}
