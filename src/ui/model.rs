//! The live model's pane: its time, its picture, its numbers, what happened, the command line.

mod places;
mod sheets;

pub(super) use sheets::draw as draw_sheet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::places::Places;
use super::View;
use super::models::{self, Stage};
use super::text::{self, put, put_right};
use super::theme::{Theme, Tone};
use crate::app::App;
use crate::app::model::{Live, SaidSort};
use crate::app::panes::{Pane, column};
use crate::models::catalog::ActionSort;
use crate::models::leads;
use crate::models::registry::Model;
use crate::tell;
use crate::words::{self, fill};

/// The event log reads back no further than this for one picture.
const MOST_EVENTS: usize = 64;
/// The numbers stand no further than this from their names.
const METRICS_WIDTH: u16 = 100;

/// Draws the pane.
pub(super) fn draw(view: View<'_>, buf: &mut Buffer) {
    let View { app, panes, .. } = view;
    if panes.model.is_empty() {
        return;
    }
    let Some(live) = &app.right.live else { return nothing(view, buf) };
    let place = within(panes.model);
    let places = places_of(app, live, place);
    let pane = Painter { view, live, words: words::model::of(app.lang) };
    pane.head(places.head, buf);
    pane.scrubber(places.scrubber, buf);
    pane.pictures(&places, buf);
    pane.selection(places.selection, buf);
    pane.metrics(places.metrics, buf);
    pane.log(places.log, buf);
    pane.talk(places.talk, buf);
    pane.prompt(places.prompt, buf);
}

/// Draws a model that is only looked at: without command line and actions.
pub(super) fn watch(view: View<'_>, live: &Live, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let place = within(area);
    let picture = models::height(&live.model, place.width, place.height);
    let places = Places::to_watch(place, picture, live.model.id().metrics().len());
    let pane = Painter { view, live, words: words::model::of(view.app.lang) };
    pane.head(places.head, buf);
    pane.scrubber(places.scrubber, buf);
    pane.pictures(&places, buf);
    pane.metrics(places.metrics, buf);
    pane.log(places.log, buf);
}

/// Where the cursor of the terminal stands while a command line is typed.
pub(super) fn cursor(app: &App) -> Option<(u16, u16)> {
    let panes = app.panes();
    let live = app.right.live.as_ref()?;
    let line =
        live.line.as_ref().filter(|_| app.focus == Pane::Model && app.overlays.is_empty())?;
    let place = panes.model;
    if place.is_empty() {
        return None;
    }
    let row = places_of(app, live, within(place)).prompt;
    let (skipped, _) =
        text::in_sight(line.text(), line.before_cursor(), row.width.saturating_sub(6));
    let x = row.x + 5 + text::width(&line.before_cursor()[skipped..]);
    (x < row.right() && row.height > 0).then_some((x, row.y))
}

/// The pane without its margin.
fn within(pane: Rect) -> Rect {
    let margin = u16::from(pane.width > 24);
    Rect { x: pane.x + margin, width: pane.width.saturating_sub(2 * margin), ..pane }
}

fn places_of(app: &App, live: &Live, place: Rect) -> Places {
    let metrics = live.model.id().metrics().len();
    let is_split = live.other.is_some();
    let picture = models::height(&live.model, place.width, place.height);
    let talk = match app.focus {
        Pane::Model if live.line.is_some() => {
            live.said.len() + usize::from(!live.candidates.is_empty())
        }
        _ => live.said.len().min(6),
    };
    Places::of(place, picture, metrics, talk, is_split)
}

fn nothing(view: View<'_>, buf: &mut Buffer) {
    let View { app, theme, panes } = view;
    let place = column(panes.model, 56);
    let words = app.words();
    let mut y = place.y;
    let (text, tone) = match &app.right.trouble {
        Some(trouble) => (trouble.as_str(), Tone::Warn),
        None => (words.model_none, Tone::Muted),
    };
    for (text, tone) in [(text, tone), ("", tone), (words.model_none_help, Tone::Muted)] {
        for line in text::wrap(text, place.width.max(1)) {
            if y < place.bottom() {
                put(buf, place.x, y, place.right(), &line, theme.style(tone));
            }
            y += 1;
        }
    }
}

struct Painter<'a> {
    view: View<'a>,
    live: &'a Live,
    words: &'static words::model::Model,
}

impl Painter<'_> {
    fn theme(&self) -> &Theme {
        self.view.theme
    }

    /// What it is, how fast it runs, what time it is there.
    fn head(&self, row: Rect, buf: &mut Buffer) {
        if row.is_empty() {
            return;
        }
        let (theme, live, lang) = (self.theme(), self.live, self.view.app.lang);
        let own = live.words(lang);
        let bench = live.bench();
        let speed = live.playback.speed_tenths();
        let speed = match speed % 10 {
            0 => format!("{}×", speed / 10),
            tenths => format!("{}.{tenths}×", speed / 10),
        };
        let speed = if theme.symbols.playing == ">" { speed.replace('×', "x") } else { speed };
        let (sign, tone) = match live.playback.is_playing() {
            true => (theme.symbols.playing, Tone::Good),
            false => (theme.symbols.paused, Tone::Muted),
        };
        let end = row.right();
        let clock = tell::clock(bench.now().at);
        let at = put_right(buf, row.x, row.y, end, &clock, theme.style(Tone::Strong));
        let at =
            put_right(buf, row.x, row.y, at.saturating_sub(2), &speed, theme.style(Tone::Muted));
        let at = put_right(buf, row.x, row.y, at.saturating_sub(1), sign, theme.style(tone));
        let end = at.saturating_sub(2);
        let setup = bench.setup();
        let preset = own.preset(setup.preset).name;
        let mut x = row.x;
        let mut tone = Tone::Accent;
        // Where both do not fit, the preset says more than the model's name, which is in sight.
        if text::width(own.title()) + 3 + text::width(preset) <= end.saturating_sub(x) {
            x = put(buf, x, row.y, end, own.title(), theme.style(tone)) + 1;
            x = put(buf, x, row.y, end, theme.symbols.separator, theme.style(Tone::Faint)) + 1;
            tone = Tone::Text;
        }
        let preset = text::cut(preset, end.saturating_sub(x), theme.symbols.ellipsis);
        let x = put(buf, x, row.y, end, &preset, theme.style(tone));
        let seed = format!("{} {}", self.words.seed, setup.seed);
        if x + 2 + text::width(&seed) <= end {
            put(buf, x + 2, row.y, end, &seed, theme.style(Tone::Muted));
        }
    }

    /// The line of time: what has passed, where one is, where branches leave.
    fn scrubber(&self, rows: Rect, buf: &mut Buffer) {
        if rows.is_empty() {
            return;
        }
        let (theme, live) = (self.theme(), self.live);
        let bench = live.bench();
        let (now, end) = (bench.now().at.0, bench.end().at.0.max(1));
        let last = u64::from(rows.width.saturating_sub(1));
        let cell = |at: u64| {
            rows.x + (u128::from(at.min(end)) * u128::from(last) / u128::from(end)) as u16
        };
        let here = cell(now);
        for x in rows.left()..rows.right() {
            let (sign, tone) = match x <= here {
                true => (theme.symbols.full, Tone::Accent),
                false => (theme.symbols.horizontal, Tone::Faint),
            };
            let style = theme.style(tone).remove_modifier(ratatui::style::Modifier::BOLD);
            put(buf, x, rows.y, rows.right(), sign, style);
        }
        let current = bench.current_branch();
        for branch in bench.branches() {
            if let Some((parent, moment)) = branch.parent
                && (parent == current || branch.id == current)
            {
                let x = cell(moment.at.0);
                put(buf, x, rows.y, rows.right(), theme.symbols.mark, theme.style(Tone::Info));
            }
        }
        put(buf, here, rows.y, rows.right(), theme.symbols.knob, theme.style(Tone::Accent));
        if rows.height > 1 {
            self.under_scrubber(Rect { y: rows.y + 1, height: 1, ..rows }, buf);
        }
    }

    fn under_scrubber(&self, row: Rect, buf: &mut Buffer) {
        let (theme, live) = (self.theme(), self.live);
        let bench = live.bench();
        let branches = bench.branches().len();
        let mut end = row.right();
        if branches > 1 {
            let here = bench.current_branch().0 + 1;
            let text = fill(self.words.branch_of, &[("n", &here), ("total", &branches)]);
            end = put_right(buf, row.x, row.y, end, &text, theme.style(Tone::Muted))
                .saturating_sub(2);
        }
        let (text, tone) = if live.is_behind && live.playback.is_playing() {
            (self.words.behind, Tone::Warn)
        } else if live.is_waiting() {
            (self.words.waits, Tone::Info)
        } else if live.is_in_past() {
            (self.words.in_past, Tone::Warn)
        } else if live.is_still() {
            (self.words.still, Tone::Muted)
        } else {
            return;
        };
        let text = text::cut(text, end.saturating_sub(row.x), theme.symbols.ellipsis);
        put(buf, row.x, row.y, end, &text, theme.style(tone));
    }

    fn pictures(&self, places: &Places, buf: &mut Buffer) {
        let live = self.live;
        self.picture(&live.model, self.side(places.picture, self.words.side_a, buf), buf);
        if let (Some(other), Some(place)) = (&live.other, places.other) {
            let lang = self.view.app.lang;
            let own = live.words(lang);
            let knob = live.model.id().knobs().iter().find(|knob| knob.id == other.knob);
            let value = knob.map_or_else(String::new, |knob| {
                tell::value(knob.unit, other.value, knob.choices, own, lang)
            });
            let name = own.knob(other.knob).name;
            let label = format!("{}  {name}: {value}", self.words.side_b);
            let place = self.side(place, &label, buf);
            self.picture(&other.model, place, buf);
        }
    }

    /// While two sides are compared: names the side, and gives what is left of its place.
    fn side(&self, place: Rect, label: &str, buf: &mut Buffer) -> Rect {
        if self.live.other.is_none() || place.height < 2 {
            return place;
        }
        let theme = self.theme();
        let label = text::cut(label, place.width, theme.symbols.ellipsis);
        put(buf, place.x, place.y, place.right(), &label, theme.style(Tone::Accent));
        Rect { y: place.y + 1, height: place.height - 1, ..place }
    }

    fn picture(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let fresh = self.live.fresh();
        let stage = Stage {
            theme: self.theme(),
            lang: self.view.app.lang,
            area,
            selected: self.live.selected,
            fresh: &fresh,
        };
        models::draw(model, &stage, buf);
    }

    /// What is selected, and what can be done by key; or what the last key stood for.
    fn selection(&self, rows: Rect, buf: &mut Buffer) {
        if rows.is_empty() {
            return;
        }
        let (theme, live, lang) = (self.theme(), self.live, self.view.app.lang);
        let own = live.words(lang);
        let end = rows.right();
        let mut x = rows.x;
        match live.selected {
            Some(object) => {
                x = put(buf, x, rows.y, end, theme.symbols.pointer, theme.style(Tone::Accent));
                x = put(
                    buf,
                    x + 1,
                    rows.y,
                    end,
                    &live.bench().name(object),
                    theme.style(Tone::Strong),
                );
                x += 3;
            }
            None if rows.height > 1 || live.model.id().actions().is_empty() => {
                x = put(buf, x, rows.y, end, self.words.nothing_selected, theme.style(Tone::Muted));
                x += 3;
            }
            None => {}
        }
        let mut y = rows.y;
        for (_, action) in live.actions() {
            let name = own.action(action.id).name;
            let key = action.key.to_string();
            let wide = text::width(&key) + 1 + text::width(name);
            if x + wide > end && x > rows.x {
                (x, y) = (rows.x, y + 1);
            }
            if y + u16::from(rows.height > 2) >= rows.bottom() && y > rows.y || y >= rows.bottom() {
                break;
            }
            let tone = match action.sort {
                ActionSort::Break => Tone::Bad,
                ActionSort::Mend => Tone::Good,
                ActionSort::Use => Tone::Key,
            };
            x = put(buf, x, y, end, &key, theme.style(tone));
            x = put(buf, x + 1, y, end, name, theme.style(Tone::Muted)) + 2;
        }
        if let (Some(hint), true) = (&live.hint, rows.height > 2) {
            let row = rows.bottom() - 1;
            let name = own.action(&hint.action).name;
            let (text, tone) = match &hint.aws {
                Some(aws) => (format!("$ {aws}"), Tone::Code),
                None => (format!("{name}: {}", self.words.no_command), Tone::Muted),
            };
            let text = text::cut(&text, rows.width, theme.symbols.ellipsis);
            put(buf, rows.x, row, end, &text, theme.style(tone));
        }
    }

    /// Each metric, those that the preset is about first: its name, how it ran, what it is now; with
    /// two sides, both and the difference.
    fn metrics(&self, rows: Rect, buf: &mut Buffer) {
        let rows = Rect { width: rows.width.min(METRICS_WIDTH), ..rows };
        let (theme, live, lang) = (self.theme(), self.live, self.view.app.lang);
        let own = live.words(lang);
        let bench = live.bench();
        let at = bench.now().at;
        let wide = (rows.width / 4).clamp(4, 32);
        let least = rows.width.saturating_sub(wide + 12);
        let specs = live.model.id().metrics();
        // CloudWatch's own names, if there is room for every one of them.
        let are_whole = specs.iter().all(|metric| text::width(metric.name) <= least);
        let order = leads::order(live.model.id(), bench.setup().preset);
        for (index, y) in order.into_iter().zip(rows.top()..rows.bottom()) {
            let metric = &specs[index];
            let tell = |number| tell::value(metric.unit, number, &[], own, lang);
            let now = bench.measure(index);
            let mut end = rows.right();
            if let Some(other) = &live.other {
                let b = other.model.bench().measure(index);
                let difference = match b - now {
                    0 => "=".to_owned(),
                    more if more > 0 => format!("+{}", tell(more)),
                    less => tell(less),
                };
                let tone = if b == now { Tone::Muted } else { Tone::Accent };
                for (text, tone) in [(difference, tone), (tell(b), Tone::Text)] {
                    put_right(buf, rows.x, y, end, &text, theme.style(tone));
                    end = end.saturating_sub(10);
                }
            }
            let value = tell(now);
            put_right(buf, rows.x, y, end, &value, theme.style(Tone::Strong));
            let column = end.saturating_sub(text::width(&value).max(8) + 1);
            let from = column.saturating_sub(wide + 1).max(rows.x);
            let room = from.saturating_sub(rows.x + 1);
            let shown = if are_whole { metric.name } else { own.metric(metric.name).name };
            let name = text::cut(shown, room, theme.symbols.ellipsis);
            put(buf, rows.x, y, from, &name, theme.style(Tone::Muted));
            let window = bench.series().window(index, at, usize::from(wide));
            sparkline(window, Rect::new(from, y, wide, 1), theme, buf);
        }
    }

    /// The last events, each with its reason, the newest at the bottom.
    fn log(&self, rows: Rect, buf: &mut Buffer) {
        if rows.is_empty() {
            return;
        }
        let (theme, live, lang) = (self.theme(), self.live, self.view.app.lang);
        let bench = live.bench();
        let own = live.words(lang);
        let line = theme.symbols.horizontal.repeat(usize::from(rows.width));
        put(buf, rows.x, rows.y, rows.right(), &line, theme.style(Tone::Faint));
        let title = format!("{} ", self.words.log);
        let title = text::cut(&title, rows.width, theme.symbols.ellipsis);
        put(buf, rows.x, rows.y, rows.right(), &title, theme.style(Tone::Muted));
        let rows = Rect { y: rows.y + 1, height: rows.height - 1, ..rows };
        let count = bench.events();
        if count == 0 {
            for (line, y) in text::wrap(self.words.log_empty, rows.width.max(1))
                .iter()
                .zip(rows.top()..rows.bottom())
            {
                put(buf, rows.x, y, rows.right(), line, theme.style(Tone::Muted));
            }
            return;
        }
        let events: Vec<_> =
            bench.journal().range(count.saturating_sub(MOST_EVENTS)..count).collect();
        let mut room = usize::from(rows.height);
        let mut shown = Vec::new();
        for (age, event) in events.iter().rev().enumerate() {
            let clock = tell::clock(event.at);
            let sentence = tell::event(bench, own, event, lang);
            let width = rows.width.saturating_sub(text::width(&clock) + 1).max(1);
            let lines = text::wrap(&sentence, width);
            if lines.len() > room {
                break;
            }
            room -= lines.len();
            let tone = match age {
                _ if live.selected == Some(event.object) => Tone::Accent,
                0 => Tone::Text,
                _ => Tone::Muted,
            };
            shown.push((clock, lines, tone));
        }
        // A log that is not full grows down from its heading; a full one keeps the newest at the bottom.
        let is_full = shown.len() < events.len();
        let mut y = rows.y + if is_full { room as u16 } else { 0 };
        for (clock, lines, tone) in shown.into_iter().rev() {
            let x = put(buf, rows.x, y, rows.right(), &clock, theme.style(Tone::Muted)) + 1;
            let style = theme.style(tone).remove_modifier(ratatui::style::Modifier::BOLD);
            for line in lines {
                put(buf, x, y, rows.right(), &line, style);
                y += 1;
            }
        }
    }

    /// What the prompt printed, the newest at the bottom.
    fn talk(&self, rows: Rect, buf: &mut Buffer) {
        let (theme, live) = (self.theme(), self.live);
        let mut lines: Vec<(&str, Tone)> = live
            .said
            .iter()
            .map(|said| match said.sort {
                SaidSort::Typed => (said.text.as_str(), Tone::Code),
                SaidSort::Printed => (said.text.as_str(), Tone::Text),
                SaidSort::Failed => (said.text.as_str(), Tone::Bad),
            })
            .collect();
        let candidates = live.candidates.join("  ");
        if !candidates.is_empty() {
            lines.push((&candidates, Tone::Muted));
        }
        let from = lines.len().saturating_sub(usize::from(rows.height));
        for ((line, tone), y) in lines[from..].iter().zip(rows.top()..rows.bottom()) {
            let mut x = rows.x;
            if *tone == Tone::Code {
                x = put(buf, x, y, rows.right(), "$ ", theme.style(Tone::Muted));
            }
            let line = text::cut(line, rows.right().saturating_sub(x), theme.symbols.ellipsis);
            let style = theme.style(*tone).remove_modifier(ratatui::style::Modifier::BOLD);
            put(buf, x, y, rows.right(), &line, style);
        }
    }

    fn prompt(&self, row: Rect, buf: &mut Buffer) {
        if row.is_empty() {
            return;
        }
        let (theme, live) = (self.theme(), self.live);
        let Some(line) = &live.line else {
            let hint = text::cut(self.words.prompt_hint, row.width, theme.symbols.ellipsis);
            put(buf, row.x, row.y, row.right(), &hint, theme.style(Tone::Faint));
            return;
        };
        put(buf, row.x, row.y, row.right(), "aws>", theme.style(Tone::Accent));
        let (_, shown) =
            text::in_sight(line.text(), line.before_cursor(), row.width.saturating_sub(6));
        put(buf, row.x + 5, row.y, row.right(), shown, theme.style(Tone::Text));
    }
}

/// Values as bars, the newest at the right end.
fn sparkline(values: &[i64], place: Rect, theme: &Theme, buf: &mut Buffer) {
    let values = &values[values.len().saturating_sub(usize::from(place.width))..];
    let most = values.iter().copied().max().unwrap_or(0).max(1);
    let start = place.right() - values.len() as u16;
    for (value, x) in values.iter().zip(start..) {
        // Never the full cell: the rows above and below would touch.
        let level = (i128::from((*value).max(0)) * 6 / i128::from(most)) as usize;
        let tone = if *value > 0 { Tone::Info } else { Tone::Faint };
        put(buf, x, place.y, place.right(), theme.symbols.bars[level], theme.style(tone));
    }
}
