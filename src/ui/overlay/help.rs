//! Every key, from the one table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::View;
use super::super::text::{self, put};
use super::super::theme::Tone;
use super::frame;
use crate::app::help::{self, Line};
use crate::app::overlay::{self, Kind};
use crate::words;

/// Draws the help.
pub(super) fn draw(view: View<'_>, top: usize, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let words = app.words();
    let place = overlay::place(Kind::Help, app);
    let inner = overlay::inner(Kind::Help, app);
    let columns = help::columns(app);
    let last = help::last_top(app);
    let top = top.min(last);
    let aside = match last - top {
        0 => String::new(),
        below => words::fill(words.help_more, &[("n", &below)]),
    };
    frame(place, words.help, &aside, theme, buf);
    let width = inner.width / columns.len().max(1) as u16;
    let keys = (help::keys_width(&columns) as u16 + 2).min(width * 45 / 100);
    for (column, x) in columns.iter().zip((inner.x..).step_by(usize::from(width.max(1)))) {
        let shown = column.iter().skip(top);
        for (line, y) in shown.zip(inner.top()..inner.bottom()) {
            let row = Rect::new(x, y, width.saturating_sub(1), 1);
            draw_line(view, line, keys, row, buf);
        }
    }
}

fn draw_line(view: View<'_>, line: &Line, keys_width: u16, row: Rect, buf: &mut Buffer) {
    let theme = view.theme;
    match line {
        Line::Blank => {}
        Line::Title(title) => {
            put(buf, row.x, row.y, row.right(), title, theme.style(Tone::Strong));
        }
        Line::Keys(keys, label) => {
            let at = row.x + keys_width;
            let keys = text::cut(keys, keys_width.saturating_sub(1), theme.symbols.ellipsis);
            put(buf, row.x, row.y, at, &keys, theme.style(Tone::Key));
            let label = text::cut(label, row.right().saturating_sub(at), theme.symbols.ellipsis);
            put(buf, at, row.y, row.right(), &label, theme.style(Tone::Text));
        }
    }
}
