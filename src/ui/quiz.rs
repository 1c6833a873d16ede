//! The quiz: its header with one dot a question, and the sheet below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::View;
use super::lesson::draw_line;
use super::text::{self, put, put_right};
use super::theme::{Theme, Tone};
use crate::app::panes::Panes;
use crate::app::quiz::{Body, Ink, Row, Stage, Taking};
use crate::quiz::{Phase, Tally};
use crate::words::{fill, quiz as words};

/// Draws the screen.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let Some(taking) = &app.quiz else { return };
    header(view, taking, buf);
    let places = panes.quiz(taking.trial_place());
    if let Some(trial) = &taking.trial {
        super::model::watch(view, &trial.live, places.model, buf);
    }
    let line = places.divider;
    for y in line.top()..line.bottom() {
        put(buf, line.x, y, line.right(), theme.symbols.vertical, theme.style(Tone::Faint));
    }
    let place = places.sheet;
    if place.is_empty() {
        return;
    }
    for (row, y) in taking.sheet.rows.iter().skip(taking.top).zip(place.top()..place.bottom()) {
        draw_row(row, theme, Rect { y, height: 1, ..place }, buf);
    }
    more(view, taking, place, buf);
}

/// Where the cursor of the terminal stands while an answer is typed.
pub(super) fn cursor(taking: &Taking, panes: &Panes) -> Option<(u16, u16)> {
    let place = panes.quiz(taking.trial_place()).sheet;
    let rows = taking.sheet.rows.iter().enumerate().skip(taking.top);
    for (at, row) in rows.take(usize::from(place.height)) {
        if let Body::Field(_, Some(cell)) = &row.body {
            let x = place.x + (row.hang + cell) as u16;
            return Some((
                x.min(place.right().saturating_sub(1)),
                place.y + (at - taking.top) as u16,
            ));
        }
    }
    None
}

fn tone(ink: Ink) -> Tone {
    match ink {
        Ink::Text => Tone::Text,
        Ink::Strong => Tone::Strong,
        Ink::Muted => Tone::Muted,
        Ink::Faint => Tone::Faint,
        Ink::Accent => Tone::Accent,
        Ink::Good => Tone::Good,
        Ink::Warn => Tone::Warn,
        Ink::Bad => Tone::Bad,
        Ink::Code => Tone::Code,
        Ink::Link => Tone::Link,
    }
}

fn draw_row(row: &Row, theme: &Theme, place: Rect, buf: &mut Buffer) {
    if row.is_at {
        // A little wider than the text, so that it does not touch the edge of the ground.
        let ground = Rect { x: place.x.saturating_sub(1), width: place.width + 1, ..place };
        buf.set_style(ground.intersection(buf.area), theme.style(Tone::Selected));
    }
    let mut x = place.x;
    for (piece, ink) in &row.lead {
        x = put(buf, x, place.y, place.right(), piece, theme.style(tone(*ink)));
    }
    let hang = (row.hang as u16).min(place.width);
    let body = Rect { x: place.x + hang, width: place.width - hang, ..place };
    match &row.body {
        Body::Pieces(pieces) => {
            let mut x = body.x;
            for (piece, ink) in pieces {
                x = put(buf, x, body.y, body.right(), piece, theme.style(tone(*ink)));
            }
        }
        Body::Page(line, ink) => {
            draw_line(line, theme, body, buf);
            if let Some(ink) = ink
                && line.ground.is_none()
            {
                buf.set_style(body, theme.style(tone(*ink)));
            }
        }
        Body::Field(text, cursor) => {
            buf.set_style(body, theme.style(Tone::CodeGround));
            put(buf, body.x, body.y, body.right(), text, theme.style(Tone::Text));
            if theme.is_plain() {
                buf.set_style(body, Style::new().add_modifier(Modifier::UNDERLINED));
            }
            if let Some(cell) = cursor {
                let x = body.x + *cell as u16;
                if x < body.right() {
                    let block = Style::new().add_modifier(Modifier::REVERSED);
                    buf.set_style(Rect { x, width: 1, ..body }, block);
                }
            }
        }
    }
}

/// What the quiz is, and how far one is: a dot for each question.
fn header(view: View<'_>, taking: &Taking, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let words = words::of(app.lang);
    let row = panes.header;
    let end = row.right().saturating_sub(1);
    let tallies = taking.run.tallies();
    let answered = tallies.iter().filter(|tally| tally.attempts > 0).count();
    let mut left = end;
    if taking.stage == Stage::Running {
        let count = fill(words.question_of, &[("n", &answered), ("total", &tallies.len())]);
        left = put_right(buf, row.x, row.y, end, &count, theme.style(Tone::Muted));
        let dots = tallies.len() as u16;
        if left > row.x + dots + 24 {
            left = left.saturating_sub(dots + 2);
            let now = taking.run.index().filter(|_| taking.run.phase() != &Phase::Done);
            for (at, tally) in tallies.iter().enumerate() {
                let (sign, tone) = dot(tally, now == Some(at), theme);
                put(buf, left + at as u16, row.y, end, sign, theme.style(tone));
            }
        }
    }
    let x = put(buf, row.x + 1, row.y, left, words.title, theme.style(Tone::Accent));
    let separator = format!(" {} ", theme.symbols.separator);
    let x = put(buf, x, row.y, left, &separator, theme.style(Tone::Faint));
    let room = left.saturating_sub(x + 2);
    let title = text::cut(&taking.title, room, theme.symbols.ellipsis);
    put(buf, x, row.y, left, &title, theme.style(Tone::Text));
    let rule = theme.symbols.horizontal.repeat(usize::from(panes.rule.width));
    put(buf, panes.rule.x, panes.rule.y, panes.rule.right(), &rule, theme.style(Tone::Faint));
}

/// Right at first, right later, to come back, open now, not asked yet: each has its own shape.
fn dot(tally: &Tally, is_now: bool, theme: &Theme) -> (&'static str, Tone) {
    let symbols = theme.symbols;
    match (tally.settled, tally.first_right) {
        _ if is_now && !tally.settled => (symbols.pointer, Tone::Accent),
        (true, Some(true)) => (symbols.read, Tone::Good),
        (true, _) => (symbols.begun, Tone::Warn),
        (false, Some(_)) => (symbols.begun, Tone::Bad),
        (false, None) => (symbols.unread, Tone::Faint),
    }
}

/// A thumb at the edge where the sheet is longer than the screen.
fn more(view: View<'_>, taking: &Taking, place: Rect, buf: &mut Buffer) {
    let View { theme, panes, .. } = view;
    let last = taking.sheet.last_top();
    let height = usize::from(place.height);
    if last == 0 || height < 3 {
        return;
    }
    let size = (height * height / taking.sheet.rows.len().max(1)).clamp(1, height - 1);
    let at = (height - size) * taking.top / last;
    let line = panes.quiz(taking.trial_place()).divider;
    let x = if line.is_empty() { panes.body.right().saturating_sub(1) } else { line.x };
    for row in at..at + size {
        let y = place.y + row as u16;
        put(buf, x, y, x + 1, theme.symbols.thumb, theme.style(Tone::Faint));
    }
}
