//! What lies over the screen: frames and what stands in them.

pub(super) use lists::begin;

mod help;
mod lists;
mod small;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put, put_right};
use super::theme::{Theme, Tone};
use crate::app::App;
use crate::app::overlay::{self, Kind, Overlay};
use crate::app::prompt::Prompt;

/// Draws an overlay; what it lies over steps back.
pub(super) fn draw(view: View<'_>, overlay: &Overlay, buf: &mut Buffer) {
    if !matches!(overlay, Overlay::Links(_) | Overlay::Find(_)) {
        buf.set_style(view.panes.body, view.theme.style(Tone::Below));
    }
    match overlay {
        Overlay::Help(top) => help::draw(view, *top, buf),
        Overlay::Outline(outline) => lists::outline(view, outline, buf),
        Overlay::Search(search) => lists::search(view, search, buf),
        Overlay::Palette(palette) => lists::palette(view, palette, buf),
        Overlay::Notes(notes) => small::notes(view, notes, buf),
        Overlay::Sheet(sheet) => super::model::draw_sheet(view, sheet, buf),
        Overlay::Card(target) => small::card(view, target, buf),
        // These two are drawn by the lesson and the footer themselves.
        Overlay::Links(_) | Overlay::Find(_) => {}
    }
}

/// Where the terminal's cursor stands while something is typed.
pub(super) fn cursor(app: &App) -> Option<(u16, u16)> {
    let panes = app.panes();
    if panes.too_small() {
        return None;
    }
    let (prompt, x, y, end) = match app.overlays.last()? {
        Overlay::Find(find) => {
            let (x, end) = super::footer::pattern_place(app, panes.footer);
            (&find.prompt, x, panes.footer.y, end)
        }
        Overlay::Search(search) => prompt_place(&search.prompt, Kind::Search, app),
        Overlay::Palette(palette) => prompt_place(&palette.prompt, Kind::Palette, app),
        _ => return None,
    };
    let (from, _) = text::in_sight(prompt.text(), prompt.before_cursor(), end.saturating_sub(x));
    let x = x + text::width(&prompt.before_cursor()[from..]);
    (x < end).then_some((x, y))
}

fn prompt_place<'a>(prompt: &'a Prompt, kind: Kind, app: &App) -> (&'a Prompt, u16, u16, u16) {
    let place = overlay::place(kind, app);
    (prompt, place.x + 4, place.y + 1, place.right().saturating_sub(2))
}

/// Clears a box and draws its frame with a title and something at the right of it.
pub(super) fn frame(place: Rect, title: &str, aside: &str, theme: &Theme, buf: &mut Buffer) {
    open_edges(place, theme, buf);
    ratatui::widgets::Widget::render(ratatui::widgets::Clear, place, buf);
    buf.set_style(place, theme.base());
    if place.width < 4 || place.height < 2 {
        return;
    }
    let style = theme.style(Tone::Muted);
    let [top_left, top_right, bottom_left, bottom_right] = theme.symbols.corners;
    let (right, bottom) = (place.right() - 1, place.bottom() - 1);
    let line = theme.symbols.horizontal.repeat(usize::from(place.width - 2));
    for (y, from, to) in [(place.y, top_left, top_right), (bottom, bottom_left, bottom_right)] {
        let x = put(buf, place.x, y, place.right(), from, style);
        let x = put(buf, x, y, place.right(), &line, style);
        put(buf, x, y, place.right(), to, style);
    }
    for y in place.y + 1..bottom {
        put(buf, place.x, y, place.right(), theme.symbols.vertical, style);
        put(buf, right, y, place.right(), theme.symbols.vertical, style);
    }
    let title = format!(" {title} ");
    let x = put(buf, place.x + 2, place.y, right, &title, theme.style(Tone::Accent));
    if !aside.is_empty() {
        let aside = format!(" {aside} ");
        if text::width(&aside) + x + 2 < right {
            put_right(buf, x, place.y, right - 1, &aside, style);
        }
    }
}

/// Takes away wide characters that lie across the edges of a box: on the left they would hide its
/// frame, and on the right leave a half that has no ground.
fn open_edges(place: Rect, theme: &Theme, buf: &mut Buffer) {
    let rows = place.intersection(buf.area);
    if rows.is_empty() {
        return;
    }
    let ground = theme.base().patch(theme.style(Tone::Below));
    for y in rows.top()..rows.bottom() {
        for x in [rows.left().checked_sub(1), Some(rows.right() - 1)].into_iter().flatten() {
            if text::width(buf[(x, y)].symbol()) > 1 {
                buf[(x, y)].set_symbol(" ");
                if x + 1 < buf.area.right() {
                    buf[(x + 1, y)].set_symbol(" ").set_style(ground);
                }
            }
        }
    }
}

/// The line being typed, at the top of a box, and the light line under it.
fn prompt(prompt: &Prompt, hint: &str, place: Rect, theme: &Theme, buf: &mut Buffer) {
    if place.height < 4 || place.width < 6 {
        return;
    }
    let end = place.right() - 2;
    let y = place.y + 1;
    put(buf, place.x + 2, y, end, theme.symbols.separator, theme.style(Tone::Accent));
    if prompt.text().is_empty() {
        put(buf, place.x + 4, y, end, hint, theme.style(Tone::Muted));
    } else {
        let room = end.saturating_sub(place.x + 4);
        let (_, shown) = text::in_sight(prompt.text(), prompt.before_cursor(), room);
        put(buf, place.x + 4, y, end, shown, theme.style(Tone::Text));
    }
    let line = theme.symbols.horizontal.repeat(usize::from(place.width - 4));
    put(buf, place.x + 2, y + 1, end, &line, theme.style(Tone::Faint));
}
