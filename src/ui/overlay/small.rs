//! Overlays that are a text: the notes, the card about a link.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::View;
use super::super::text::{self, put};
use super::super::theme::Tone;
use super::frame;
use crate::app::link::Target;
use crate::app::notes::Notes;
use crate::app::overlay::{self, Kind};
use crate::app::panes::centred;

/// The notes being written.
pub(super) fn notes(view: View<'_>, notes: &Notes, buf: &mut Buffer) {
    let View { app, theme, .. } = view;
    let place = overlay::place(Kind::Notes, app);
    let inner = overlay::inner(Kind::Notes, app);
    let title = app.contents.title(&notes.lesson).unwrap_or_default();
    let room = place.width.saturating_sub(text::width(app.words().notes) + 12);
    let aside = text::cut(title, room, theme.symbols.ellipsis);
    frame(place, app.words().notes, &aside, theme, buf);
    if inner.is_empty() {
        return;
    }
    (&notes.area).render(inner, buf);
    if notes.area.is_empty() {
        let hint = app.words().notes_empty;
        put(buf, inner.x + 2, inner.y, inner.right(), hint, theme.style(Tone::Muted));
    }
}

/// What is known about a link that leads out of the course.
pub(super) fn card(view: View<'_>, target: &Target, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let words = app.words();
    let (title, subject, help) = match target {
        Target::Outside(address) => (words.card_outside, address, words.card_outside_help),
        Target::Fact(key, None) => (words.card_fact, key, words.card_fact_missing),
        Target::Fact(_, Some(fact)) => {
            let mut about = format!("{} ({}: {}).", fact.source, words.fact_as_of, fact.as_of);
            if fact.is_modelled {
                about = format!("{about} {}", words.fact_modelled);
            }
            return card_of((words.card_fact, &fact.value, &about), panes.body, theme, buf);
        }
        Target::Preset(name) => (words.card_preset, name, words.card_preset_help),
        Target::Missing(path) | Target::Lesson(_, Some(path)) => (words.card_missing, path, ""),
        Target::Lesson(id, None) => {
            return card_of((words.card_missing, id.as_str(), ""), panes.body, theme, buf);
        }
    };
    card_of((title, subject, help), panes.body, theme, buf);
}

fn card_of(
    (title, subject, help): (&str, &str, &str),
    body: Rect,
    theme: &super::Theme,
    buf: &mut Buffer,
) {
    let width = 72.min(body.width);
    let room = width.saturating_sub(4);
    let subject = text::wrap(subject, room);
    let help = if help.is_empty() { Vec::new() } else { text::wrap(help, room) };
    let height = subject.len() + help.len() + 2 + 2 + usize::from(!help.is_empty());
    let place = centred(body, width, height as u16);
    frame(place, title, "", theme, buf);
    let end = place.right().saturating_sub(2);
    let mut y = place.y + 2;
    for (lines, tone) in [(&subject, Tone::Link), (&help, Tone::Muted)] {
        for line in lines {
            if y + 1 < place.bottom() {
                put(buf, place.x + 2, y, end, line, theme.style(tone));
            }
            y += 1;
        }
        y += 1;
    }
}
