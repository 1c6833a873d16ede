//! The lesson: its page in the middle of the pane, with hits, links and their letters.

use std::num::NonZeroU16;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put};
use super::theme::{Theme, Tone};
use crate::app::console;
use crate::app::lesson::{Found, Lesson};
use crate::app::links::Links;
use crate::app::overlay::Overlay;
use crate::page::{self, Line, LineKind, LineRef, Link, Role};
use crate::words;

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
    keys(view, lesson, &lines, place, buf);
}

/// The keys that do something with what is on the page, at the thing itself: the block that runs
/// next, the quizzes.
fn keys(view: View<'_>, lesson: &Lesson, lines: &[LineRef], place: Rect, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let words = words::model::of(app.lang);
    let target = console::target(lesson, &app.right);
    for ((at, line), y) in lines.iter().enumerate().zip(place.top()..place.bottom()) {
        let end = place.right().saturating_sub(1);
        match line.kind {
            LineKind::CodeHead { block } => {
                let Some(code) = target.filter(|code| code.source.start == block) else { continue };
                let mut pairs = vec![("r", words.block_run)];
                if app.right.runs.is_begun(code) {
                    pairs.insert(0, ("enter", words.block_next));
                }
                let wide: u16 =
                    pairs.iter().map(|(key, text)| text::width(key) + text::width(text) + 1).sum();
                let from = end.saturating_sub(wide + 3 * (pairs.len() as u16 - 1));
                if from > place.x + text::width(&line.text()) + 2 {
                    keys_at(from, y, end, &pairs, theme, buf);
                }
            }
            LineKind::Slot { .. } => {
                let Some(id) = lesson.quiz_at_row(at, &app.course) else { continue };
                let x = place.x + text::width(line.text().trim_end()) + 3;
                let pair = ("t", words::keys::of(app.lang).f_quiz);
                let x = keys_at(x, y, end, &[pair], theme, buf);
                if let Some(score) = app.progress.score(id.as_str()) {
                    let score = format!("{}/{}", score.right, score.total);
                    put(buf, x + 3, y, end, &score, theme.style(Tone::Muted));
                }
            }
            _ => {}
        }
    }
}

/// Keys with what they do, three cells apart; the column after them.
fn keys_at(
    mut x: u16,
    y: u16,
    end: u16,
    pairs: &[(&str, &str)],
    theme: &Theme,
    buf: &mut Buffer,
) -> u16 {
    for (at, (key, text)) in pairs.iter().enumerate() {
        x += if at > 0 { 3 } else { 0 };
        x = put(buf, x, y, end, key, theme.style(Tone::Key));
        x = put(buf, x + 1, y, end, text, theme.style(Tone::Muted));
    }
    x
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

/// The letters to type stand on the first cells of each link and quiz.
fn put_letters(line: &Line, links: &Links, theme: &Theme, row: Rect, buf: &mut Buffer) {
    for (at, spot) in links.spots.iter().enumerate() {
        let Some(cells) = line.cells_of(&spot.source).into_iter().next() else { continue };
        if at == links.chosen {
            restyle(cells.clone(), Tone::MatchNow, theme, row, buf);
        }
        if line.source.contains(&spot.source.start) && spot.label.starts_with(&links.typed) {
            let x = row.x + (cells.start as u16).min(row.width);
            put(buf, x, row.y, row.right(), &spot.label, theme.style(Tone::Hint));
        }
    }
}

impl Lesson {
    /// How far one is through the lesson, from 0 to 1000: 1000 when the end is on the page.
    pub fn progress(&self) -> u16 {
        if self.page.shows_end(self.top, self.height()) {
            return 1000;
        }
        self.page.permille(self.top)
    }
}
