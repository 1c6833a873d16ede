//! Draws the app into a buffer.
//!
//! [`render`] is the only way in. It reads the state and changes nothing; where things stand it
//! asks [`crate::app::panes`], what they look like it asks [`theme`].

pub mod theme;

mod contents;
mod footer;
mod header;
mod home;
mod lesson;
mod model;
mod models;
mod overlay;
mod quiz;
mod text;

pub(crate) use lesson::HYPERLINK_END;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use theme::{Theme, Tone};

use crate::app::panes::{Pane, Panes};
use crate::app::{App, Screen};

/// What a part of the screen needs to draw itself: the state, the looks, the places.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) app: &'a App,
    pub(crate) theme: &'a Theme,
    pub(crate) panes: &'a Panes,
}

/// Draws everything into `area`, which has the size that the app was told.
pub fn render(app: &App, theme: &Theme, area: Rect, buf: &mut Buffer) {
    buf.set_style(area, theme.base());
    let panes = app.panes();
    let screen = Rect::new(0, 0, app.size.width, app.size.height);
    if panes.too_small() || area.union(screen) != area {
        return too_small(app, area, buf);
    }
    let view = View { app, theme, panes: &panes };
    match app.screen {
        Screen::Home => {
            header::draw(view, buf);
            home::draw(view, buf);
        }
        Screen::Quiz => quiz::draw(view, buf),
        Screen::Reader => {
            header::draw(view, buf);
            contents::draw(view, buf);
            lesson::draw(view, buf);
            model::draw(view, buf);
            dividers(view, buf);
        }
    }
    footer::draw(view, buf);
    for overlay in &app.overlays {
        overlay::draw(view, overlay, buf);
    }
}

/// Where the cursor of the terminal stands: in the line being typed, for input methods that show
/// what they compose there.
pub fn cursor(app: &App) -> Option<(u16, u16)> {
    let typing =
        app.quiz.as_ref().filter(|_| app.screen == Screen::Quiz && app.overlays.is_empty());
    match typing {
        Some(taking) => quiz::cursor(taking, &app.panes()),
        None => overlay::cursor(app).or_else(|| model::cursor(app)),
    }
}

fn too_small(app: &App, area: Rect, buf: &mut Buffer) {
    let minimum = crate::app::panes::MINIMUM;
    let text = crate::words::fill(
        app.words().too_small,
        &[("width", &minimum.width), ("height", &minimum.height)],
    );
    if area.is_empty() {
        return;
    }
    let lines = text::wrap(&text, area.width);
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (line, y) in lines.iter().zip(top..area.bottom()) {
        text::put(buf, area.x, y, area.right(), line, ratatui::style::Style::new());
    }
}

/// The light lines between the panes; the right one shows how far the lesson is scrolled.
fn dividers(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    for line in [panes.left, panes.right] {
        for y in line.top()..line.bottom() {
            let held = app.held.is_some();
            let tone = if held { Tone::Muted } else { Tone::Faint };
            text::put(buf, line.x, y, line.right(), theme.symbols.vertical, theme.style(tone));
        }
    }
    let edge = if panes.right.is_empty() {
        Rect { x: panes.lesson.right().saturating_sub(1), width: 1, ..panes.lesson }
    } else {
        panes.right
    };
    if let (Some(lesson), false) = (&app.lesson, panes.lesson.is_empty()) {
        let height = usize::from(edge.height);
        let all = lesson.page.shows_end(lesson.page.start(), lesson.height());
        if !all && height > 2 {
            let size = (height / 6).clamp(1, 5);
            let at = (height - size) * usize::from(lesson.progress()) / 1000;
            let style =
                theme.style(if app.focus == Pane::Lesson { Tone::Muted } else { Tone::Faint });
            for row in at..at + size {
                let y = edge.y + row as u16;
                text::put(buf, edge.x, y, edge.right(), theme.symbols.thumb, style);
            }
        }
    }
}

#[cfg(test)]
mod tests;
