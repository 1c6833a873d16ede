//! The lesson: its page in the middle of the pane, with hits, links and their letters.

use std::num::NonZeroU16;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put};
use super::theme::{Theme, Tone};
use crate::app::lesson::{Found, Lesson};
use crate::app::overlay::{Links, Overlay};
use crate::page::{self, Line, Link, Role};

/// Draws the pane.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let place = panes.page();
    if place.is_empty() {
        return;
    }
    let Some(lesson) = &app.lesson else { return nothing(view, place, buf) };
    let links = match app.overlays.last() {
        Some(Overlay::Links(links)) => Some(links),
        _ => None,
    };
    let lines = lesson.page.lines(lesson.top, usize::from(place.height));
    for (line, y) in lines.iter().zip(place.top()..) {
        let row = Rect { y, height: 1, ..place };
        draw_line(line, theme, row, buf);
        if let Some(found) = &lesson.found {
            mark_hits(line, found, theme, row, buf);
        }
        if let Some(links) = links {
            put_letters(line, links, theme, row, buf);
        }
    }
}

fn nothing(view: View<'_>, place: Rect, buf: &mut Buffer) {
    let lines = text::wrap(view.app.words().empty_course, place.width);
    for (line, y) in lines.iter().zip(place.top()..place.bottom()) {
        put(buf, place.x, y, place.right(), line, view.theme.style(Tone::Muted));
    }
}

/// Draws one line of a page into a row.
pub(crate) fn draw_line(line: &Line, theme: &Theme, row: Rect, buf: &mut Buffer) {
    if let Some(from) = line.ground {
        let from = (from as u16).min(row.width);
        let ground = Rect { x: row.x + from, width: row.width - from, ..row };
        buf.set_style(ground, theme.style(Tone::CodeGround));
        if theme.is_plain() && ground.x > row.x {
            put(
                buf,
                ground.x - 1,
                row.y,
                row.right(),
                theme.symbols.vertical,
                theme.style(Tone::Faint),
            );
        }
    }
    let mut x = row.x;
    for span in &line.spans {
        let mut style = theme.role(span.role, span.marks);
        if line.ground.is_some() && span.role == Role::Code {
            style.fg = None;
        }
        let start = x;
        x = put(buf, x, row.y, row.right(), &span.text, style);
        if theme.hyperlinks
            && let Some(link) = &span.link
        {
            hyperlink(link, row.y, start..x, buf);
        }
    }
}

/// Makes cells a hyperlink of the terminal: each cell opens and closes it, so that redrawing any of
/// them leaves no link behind; the shell joins neighbours.
fn hyperlink(link: &Link, y: u16, cells: Range<u16>, buf: &mut Buffer) {
    let Some(address) = page::ansi::hyperlink(link) else { return };
    let open = format!("\x1b]8;id={};{address}\x1b\\", link.source.start);
    for x in cells {
        let cell = &mut buf[(x, y)];
        let width = text::width(cell.symbol());
        let Some(forced) = NonZeroU16::new(width) else { continue };
        let symbol = format!("{open}{}{HYPERLINK_END}", cell.symbol());
        cell.set_symbol(&symbol);
        cell.set_diff_option(CellDiffOption::ForcedWidth(forced));
    }
}

/// What ends a hyperlink.
pub(crate) const HYPERLINK_END: &str = "\x1b]8;;\x1b\\";

fn mark_hits(line: &Line, found: &Found, theme: &Theme, row: Rect, buf: &mut Buffer) {
    if line.source.is_empty() {
        return;
    }
    let first = found.hits.partition_point(|hit| hit.end <= line.source.start);
    for (at, hit) in found.hits.iter().enumerate().skip(first) {
        if hit.start >= line.source.end {
            break;
        }
        let tone = if at == found.current { Tone::MatchNow } else { Tone::Match };
        for cells in line.cells_of(hit) {
            restyle(cells, tone, theme, row, buf);
        }
    }
}

fn restyle(cells: Range<usize>, tone: Tone, theme: &Theme, row: Rect, buf: &mut Buffer) {
    let from = (cells.start as u16).min(row.width);
    let to = (cells.end as u16).min(row.width);
    let marked = Rect { x: row.x + from, width: to.saturating_sub(from), ..row };
    buf.set_style(marked, theme.style(tone));
}

/// The letters to type stand on the first cells of each link.
fn put_letters(line: &Line, links: &Links, theme: &Theme, row: Rect, buf: &mut Buffer) {
    for (at, (link, label)) in links.links.iter().enumerate() {
        let Some(cells) = line.cells_of(&link.source).into_iter().next() else { continue };
        if at == links.chosen {
            restyle(cells.clone(), Tone::MatchNow, theme, row, buf);
        }
        if line.source.contains(&link.source.start) && label.starts_with(&links.typed) {
            let x = row.x + (cells.start as u16).min(row.width);
            put(buf, x, row.y, row.right(), label, theme.style(Tone::Hint));
        }
    }
}

impl Lesson {
    /// How far one is through the lesson, from 0 to 1000: 1000 when the end is on the page.
    pub fn progress(&self) -> u16 {
        if self.top >= self.page.last_top(self.height()) {
            return 1000;
        }
        self.page.permille(self.top)
    }
}
