//! Overlays that are lists: the outline, the search, the commands.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::View;
use super::super::text::{self, put, put_marked, put_right};
use super::super::theme::Tone;
use super::{frame, prompt};
use crate::app::outline::Outline;
use crate::app::overlay::{self, Kind};
use crate::app::palette::Palette;
use crate::app::search::{Hit, HitPlace, Search};
use crate::words::{self, fill};

/// A line of a list: marked if it is selected. The column at which its text begins.
pub(in crate::ui) fn begin(view: View<'_>, row: Rect, is_selected: bool, buf: &mut Buffer) -> u16 {
    if is_selected {
        let ground = Rect { x: row.x - 1, width: row.width + 2, ..row };
        buf.set_style(ground, view.theme.style(Tone::Selected));
        let style = view.theme.style(Tone::Accent);
        put(buf, row.x - 1, row.y, row.right(), view.theme.symbols.pointer, style);
    }
    row.x + 1
}

/// The headings of the lesson.
pub(super) fn outline(view: View<'_>, outline: &Outline, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let place = overlay::place(Kind::Outline, app);
    let inner = overlay::inner(Kind::Outline, app);
    let Some(lesson) = &app.lesson else { return };
    frame(place, app.words().outline, "", theme, buf);
    let headings = lesson.page.document().outline();
    let least = headings.iter().map(|heading| heading.level).min().unwrap_or(1);
    let shown = headings.iter().enumerate().skip(outline.list.top);
    for ((at, heading), y) in shown.zip(inner.top()..inner.bottom()) {
        let row = Rect { y, height: 1, ..inner };
        let x = begin(view, row, at == outline.list.selected, buf);
        let x = x + 2 * u16::from(heading.level - least);
        let tone = if heading.level <= 2 { Tone::Strong } else { Tone::Text };
        let room = row.right().saturating_sub(x);
        let title = text::cut(&heading.text, room, theme.symbols.ellipsis);
        put(buf, x, y, row.right(), &title, theme.style(tone));
    }
}

/// The search in the whole course.
pub(super) fn search(view: View<'_>, search: &Search, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let words = app.words();
    let place = overlay::place(Kind::Search, app);
    let inner = overlay::inner(Kind::Search, app);
    let aside = match search.awaited {
        Some(_) => words.searching.to_owned(),
        None => fill(words.search_count, &[("n", &search.hits.len())]),
    };
    frame(place, words.search, &aside, theme, buf);
    prompt(&search.prompt, words.search_hint, place, theme, buf);
    if search.hits.is_empty() && search.awaited.is_none() {
        put(buf, inner.x, inner.y, inner.right(), words.search_none, theme.style(Tone::Muted));
    }
    let titles = (inner.width / 3).min(28);
    let mut before = None;
    let shown = search.hits.iter().enumerate().skip(search.list.top);
    for ((at, hit), y) in shown.zip(inner.top()..inner.bottom()) {
        let row = Rect { y, height: 1, ..inner };
        let x = begin(view, row, at == search.list.selected, buf);
        match &hit.place {
            HitPlace::Title(marks) => title_hit(view, hit, marks, (x, row), buf),
            HitPlace::Text { context, marks, .. } | HitPlace::Note { context, marks } => {
                if before != Some(&hit.lesson) {
                    let title = text::cut(&hit.title, titles, theme.symbols.ellipsis);
                    put(buf, x, y, x + titles, &title, theme.style(Tone::Muted));
                }
                before = Some(&hit.lesson);
                let mut x = x + titles + 2;
                if matches!(hit.place, HitPlace::Note { .. }) {
                    let sign = format!("{} ", theme.symbols.note);
                    x = put(buf, x, y, row.right(), &sign, theme.style(Tone::Accent));
                }
                let styles = (theme.style(Tone::Text), theme.style(Tone::Match));
                let room = row.right().saturating_sub(x);
                let context = text::cut(context, room, theme.symbols.ellipsis);
                put_marked(buf, (x, y), row.right(), (&context, marks), styles);
            }
        }
    }
}

fn title_hit(
    view: View<'_>,
    hit: &Hit,
    marks: &[std::ops::Range<usize>],
    (x, row): (u16, Rect),
    buf: &mut Buffer,
) {
    let View { app, theme, .. } = view;
    let part = app.contents.part_of(&hit.lesson).unwrap_or_default();
    let end = match text::width(part) + text::width(&hit.title) + 4 < row.width {
        true => put_right(buf, x, row.y, row.right(), part, theme.style(Tone::Muted)) - 1,
        false => row.right(),
    };
    let styles = (theme.style(Tone::Strong), theme.style(Tone::Match));
    let title = text::cut(&hit.title, end.saturating_sub(x), theme.symbols.ellipsis);
    put_marked(buf, (x, row.y), end, (&title, marks), styles);
}

/// Every command.
pub(super) fn palette(view: View<'_>, palette: &Palette, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let texts = words::keys::of(app.lang);
    let place = overlay::place(Kind::Palette, app);
    let inner = overlay::inner(Kind::Palette, app);
    frame(place, app.words().palette, "", theme, buf);
    prompt(&palette.prompt, "", place, theme, buf);
    let commands = palette.commands(app.lang);
    if commands.is_empty() {
        let none = app.words().palette_none;
        put(buf, inner.x, inner.y, inner.right(), none, theme.style(Tone::Muted));
    }
    let shown = commands.iter().enumerate().skip(palette.list.top);
    for ((at, command), y) in shown.zip(inner.top()..inner.bottom()) {
        let row = Rect { y, height: 1, ..inner };
        let x = begin(view, row, at == palette.list.selected, buf);
        let key = command.row.keys[0].sign(app.settings.symbols);
        let end = put_right(buf, x, y, row.right(), &key, theme.style(Tone::Key)) - 1;
        let label = (command.row.label)(texts);
        let styles = (theme.style(Tone::Text), theme.style(Tone::Match));
        put_marked(buf, (x, y), end, (label, &command.marks), styles);
    }
}
