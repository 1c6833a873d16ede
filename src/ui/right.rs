//! The pane beside the lesson: what its live model will be.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::View;
use super::text::{self, put};
use super::theme::Tone;
use crate::app::panes::column;
use crate::words::fill;

/// Draws the pane.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let place = column(panes.model, 56);
    if place.is_empty() {
        return;
    }
    let words = app.words();
    let mut page = Column { view, place, y: place.y, buf };
    let Some(model) = &app.right.model else {
        page.paragraph(words.model_none, Tone::Muted);
        page.y += 1;
        page.paragraph(words.model_none_help, Tone::Muted);
        return;
    };
    page.paragraph(words.model_title, Tone::Accent);
    page.y += 1;
    page.pair(words.model_id, &model.id);
    if let Some(preset) = &model.preset {
        page.pair(words.model_preset, preset);
    }
    for (knob, value) in &model.knobs {
        page.pair(knob, value);
    }
    page.y += 1;
    let line = theme.symbols.horizontal.repeat(usize::from(place.width));
    page.paragraph(&line, Tone::Faint);
    page.y += 1;
    if app.right.blocks > 0 {
        page.paragraph(&fill(words.model_blocks, &[("n", &app.right.blocks)]), Tone::Text);
        page.y += 1;
    }
    page.paragraph(words.model_later, Tone::Muted);
}

/// Writes downwards.
struct Column<'a, 'b> {
    view: View<'a>,
    place: Rect,
    y: u16,
    buf: &'b mut Buffer,
}

impl Column<'_, '_> {
    fn paragraph(&mut self, text: &str, tone: Tone) {
        for line in text::wrap(text, self.place.width) {
            if self.y >= self.place.bottom() {
                return;
            }
            let style = self.view.theme.style(tone);
            put(self.buf, self.place.x, self.y, self.place.right(), &line, style);
            self.y += 1;
        }
    }

    fn pair(&mut self, name: &str, value: &str) {
        if self.y >= self.place.bottom() {
            return;
        }
        let theme = self.view.theme;
        let (x, end) = (self.place.x, self.place.right());
        put(self.buf, x, self.y, end, name, theme.style(Tone::Muted));
        let at = (x + text::width(name) + 2).max(x + 10);
        put(self.buf, at, self.y, end, value, theme.style(Tone::Strong));
        self.y += 1;
    }
}
