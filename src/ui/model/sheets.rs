//! The sheets about a model: presets, knobs, branches, events, causes, what is left out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::View;
use super::super::overlay::{begin, frame};
use super::super::text::{self, put, put_right};
use super::super::theme::Tone;
use crate::app::model::Live;
use crate::app::model::sheet::Sheet;
use crate::app::overlay::{self, Kind};
use crate::models::catalog::{Knob, Unit};
use crate::models::journal::Event;
use crate::services::rules::{self, State};
use crate::tell;
use crate::words::{self, fill};

/// Draws a sheet.
pub(in crate::ui) fn draw(view: View<'_>, sheet: &Sheet, buf: &mut Buffer) {
    let Some(live) = &view.app.right.live else { return };
    let words = words::model::of(view.app.lang);
    let (title, aside) = match sheet.kind {
        Kind::Presets => (words.presets, words.presets_help),
        Kind::Knobs => (words.knobs, words.knobs_help),
        Kind::Compare => (words.compare, words.compare_help),
        Kind::Branches => (words.branches, ""),
        Kind::Events => (words.events, words.events_help),
        Kind::Why => (words.why, ""),
        Kind::LeavesOut => (words.leaves_out, ""),
        _ => (words.share, ""),
    };
    let place = overlay::place(sheet.kind, view.app);
    frame(place, title, aside, view.theme, buf);
    let inner = overlay::inner(sheet.kind, view.app);
    if inner.is_empty() {
        return;
    }
    let under = Rect {
        y: inner.bottom(),
        height: overlay::below(sheet.kind).min(place.bottom().saturating_sub(inner.bottom() + 1)),
        ..inner
    };
    let painter = Painter { view, live, words, inner, under };
    match sheet.kind {
        Kind::Presets => painter.presets(sheet, buf),
        Kind::Knobs | Kind::Compare => painter.knobs(sheet, buf),
        Kind::Branches => painter.branches(sheet, buf),
        Kind::Events => painter.events(sheet, buf),
        Kind::Why => painter.why(sheet, buf),
        Kind::LeavesOut => painter.leaves_out(sheet, buf),
        _ => painter.share(buf),
    }
}

struct Painter<'a> {
    view: View<'a>,
    live: &'a Live,
    words: &'static words::model::Model,
    inner: Rect,
    under: Rect,
}

impl Painter<'_> {
    /// The rows of the list from its top on, with the number of each line.
    fn rows(&self, sheet: &Sheet, len: usize) -> impl Iterator<Item = (usize, Rect)> {
        let inner = self.inner;
        (sheet.list.top..len)
            .zip(inner.top()..inner.bottom())
            .map(move |(at, y)| (at, Rect { y, height: 1, ..inner }))
    }

    fn paragraphs(&self, place: Rect, parts: &[(&str, Tone)], buf: &mut Buffer) {
        let mut y = place.y;
        for (part, tone) in parts {
            for line in text::wrap(part, place.width.max(1)) {
                if y < place.bottom() {
                    put(buf, place.x, y, place.right(), &line, self.view.theme.style(*tone));
                }
                y += 1;
            }
        }
    }

    fn presets(&self, sheet: &Sheet, buf: &mut Buffer) {
        let own = self.live.words(self.view.app.lang);
        let theme = self.view.theme;
        let presets = self.live.model.id().presets();
        let here = self.live.bench().setup().preset;
        for (at, row) in self.rows(sheet, presets.len()) {
            let id = presets[at].id;
            let x = begin(self.view, row, at == sheet.list.selected, buf);
            let end = match id == here {
                true => {
                    put_right(buf, x, row.y, row.right(), self.words.here, theme.style(Tone::Muted))
                }
                false => put_right(buf, x, row.y, row.right(), id, theme.style(Tone::Faint)),
            };
            let name = own.preset(id).name;
            put(buf, x, row.y, end.saturating_sub(1), name, theme.style(Tone::Strong));
        }
        let chosen = presets.get(sheet.list.selected);
        let teaches = chosen.map_or("", |preset| own.preset(preset.id).text);
        self.paragraphs(self.under, &[("", Tone::Text), (teaches, Tone::Text)], buf);
    }

    fn knobs(&self, sheet: &Sheet, buf: &mut Buffer) {
        let lang = self.view.app.lang;
        let own = self.live.words(lang);
        let theme = self.view.theme;
        let knobs = self.live.model.id().knobs();
        let tell = |knob: &Knob, value| tell::value(knob.unit, value, knob.choices, own, lang);
        for (at, row) in self.rows(sheet, knobs.len()) {
            let knob = &knobs[at];
            let value = sheet.values.get(at).copied().unwrap_or(self.live.bench().knob(knob.id));
            let is_selected = at == sheet.list.selected;
            let x = begin(self.view, row, is_selected, buf);
            let is_turned = self.live.bench().setup().knobs.get(knob.id) != Some(&value);
            let tone = if is_turned { Tone::Accent } else { Tone::Strong };
            let shown = tell(knob, value);
            let shown = if is_selected && theme.symbols.pointer == "▸" {
                format!("◂ {shown} ▸")
            } else {
                shown
            };
            let end = put_right(buf, x, row.y, row.right(), &shown, theme.style(tone));
            let name = own.knob(knob.id).name;
            put(buf, x, row.y, end.saturating_sub(1), name, theme.style(Tone::Text));
        }
        let Some(knob) = knobs.get(sheet.list.selected) else { return };
        let range = match knob.unit {
            Unit::Choice => knob
                .choices
                .iter()
                .map(|id| own.choice(id))
                .collect::<Vec<_>>()
                .join(&format!(" {} ", theme.symbols.dot)),
            _ => fill(
                self.words.range,
                &[
                    ("min", &tell(knob, knob.min)),
                    ("max", &tell(knob, knob.max)),
                    ("default", &tell(knob, knob.default)),
                ],
            ),
        };
        let about = own.knob(knob.id).text;
        let parts = [("", Tone::Text), (about, Tone::Text), (range.as_str(), Tone::Muted)];
        let parts = if about.is_empty() { [parts[0], parts[2], parts[0]] } else { parts };
        self.paragraphs(self.under, &parts, buf);
    }

    fn branches(&self, sheet: &Sheet, buf: &mut Buffer) {
        let theme = self.view.theme;
        let bench = self.live.bench();
        let branches = bench.branches();
        for (at, row) in self.rows(sheet, branches.len()) {
            let branch = &branches[at];
            let x = begin(self.view, row, at == sheet.list.selected, buf);
            let name = fill(self.words.branch, &[("n", &(at + 1))]);
            let tone =
                if branch.id == bench.current_branch() { Tone::Accent } else { Tone::Strong };
            let x = put(buf, x, row.y, row.right(), &name, theme.style(tone));
            let from = match branch.parent {
                None => self.words.branch_root.to_owned(),
                Some((parent, moment)) => fill(
                    self.words.branch_parent,
                    &[("n", &(parent.0 + 1)), ("at", &tell::clock(moment.at))],
                ),
            };
            let x = put(buf, x + 2, row.y, row.right(), &from, theme.style(Tone::Muted));
            let end = fill(self.words.branch_end, &[("at", &tell::clock(branch.end.at))]);
            let commands = fill(self.words.branch_commands, &[("n", &branch.commands)]);
            let about = format!("{end}  {commands}");
            if x + 2 + text::width(&about) <= row.right() {
                put_right(buf, x, row.y, row.right(), &about, theme.style(Tone::Muted));
            }
        }
    }

    fn events(&self, sheet: &Sheet, buf: &mut Buffer) {
        let (theme, lang) = (self.view.theme, self.view.app.lang);
        let bench = self.live.bench();
        let own = self.live.words(lang);
        if sheet.is_empty(self.live) {
            self.paragraphs(self.inner, &[(self.words.log_empty, Tone::Muted)], buf);
        }
        for (at, row) in self.rows(sheet, bench.events()) {
            let Some(event) = bench.journal().range(at..at + 1).next() else { continue };
            let x = begin(self.view, row, at == sheet.list.selected, buf);
            let clock = format!("{:>8}", tell::clock(event.at));
            let x = put(buf, x, row.y, row.right(), &clock, theme.style(Tone::Muted)) + 1;
            let sentence = tell::event(bench, own, event, lang);
            let sentence =
                text::cut(&sentence, row.right().saturating_sub(x), theme.symbols.ellipsis);
            put(buf, x, row.y, row.right(), &sentence, theme.style(Tone::Text));
        }
    }

    fn why(&self, sheet: &Sheet, buf: &mut Buffer) {
        let chain = sheet.chain(self.live);
        if chain.is_empty() {
            return self.paragraphs(self.inner, &[(self.words.why_none, Tone::Muted)], buf);
        }
        let mut y = self.inner.y;
        for (at, event) in chain.iter().enumerate().skip(sheet.list.top) {
            if y >= self.inner.bottom() {
                break;
            }
            let place = Rect { y, height: self.inner.bottom() - y, ..self.inner };
            y += self.link(event, at, sheet.list.selected, place, buf) + 1;
        }
    }

    /// One link of the chain: what, why, and the rule behind it. Gives the rows it took.
    fn link(
        &self,
        event: &Event,
        at: usize,
        selected: usize,
        place: Rect,
        buf: &mut Buffer,
    ) -> u16 {
        let (theme, lang) = (self.view.theme, self.view.app.lang);
        let bench = self.live.bench();
        let own = self.live.words(lang);
        let row = Rect { height: 1, ..place };
        let x = begin(self.view, row, at == selected, buf);
        let clock = tell::clock(event.at);
        let x = put(buf, x, row.y, row.right(), &clock, theme.style(Tone::Muted)) + 1;
        let what = tell::what(bench, own, event, lang);
        let what = text::cut(&what, row.right().saturating_sub(x), theme.symbols.ellipsis);
        put(buf, x, row.y, row.right(), &what, theme.style(Tone::Strong));
        let why = format!("{}: {}", self.words.because, tell::why(bench, own, event, lang));
        let mut lines: Vec<(String, Tone)> = Vec::new();
        let room = place.width.saturating_sub(4).max(1);
        lines.extend(text::wrap(&why, room).into_iter().map(|line| (line, Tone::Text)));
        if let Some(id) = event.rule {
            let (text, tone) = match rule(id) {
                Some(rule) => {
                    let state = match rule.state {
                        State::Choice => self.words.rule_choice,
                        State::Exact | State::LeftOut => self.words.rule_exact,
                    };
                    {
                        let (dot, source) = (theme.symbols.dot, self.words.source);
                        (format!("{id} {dot} {state} {dot} {source}: {}", rule.source), Tone::Info)
                    }
                }
                None => (format!("{} {id}", self.words.rule), Tone::Info),
            };
            lines.extend(text::wrap(&text, room).into_iter().map(|line| (line, tone)));
        }
        for ((line, tone), y) in lines.iter().zip(place.y + 1..place.bottom()) {
            put(buf, place.x + 3, y, place.right(), line, theme.style(*tone));
        }
        1 + lines.len() as u16
    }

    fn leaves_out(&self, sheet: &Sheet, buf: &mut Buffer) {
        let own = self.live.words(self.view.app.lang);
        let theme = self.view.theme;
        let mut y = self.inner.y;
        for text in own.left_out().skip(sheet.list.selected) {
            put(
                buf,
                self.inner.x,
                y.min(buf.area.bottom()),
                self.inner.right(),
                theme.symbols.dot,
                theme.style(Tone::Accent),
            );
            for line in text::wrap(text, self.inner.width.saturating_sub(2).max(1)) {
                if y < self.inner.bottom() {
                    put(
                        buf,
                        self.inner.x + 2,
                        y,
                        self.inner.right(),
                        &line,
                        theme.style(Tone::Text),
                    );
                }
                y += 1;
            }
            y += 1;
            if y >= self.inner.bottom() {
                break;
            }
        }
    }

    fn share(&self, buf: &mut Buffer) {
        let line = self.live.share_line();
        let parts =
            [(self.words.share_help, Tone::Muted), ("", Tone::Text), (line.as_str(), Tone::Code)];
        self.paragraphs(self.inner, &parts, buf);
    }
}

/// The rule of this id, from the ledger.
fn rule(id: &str) -> Option<rules::Rule> {
    let families = rules::ledger();
    families.into_iter().flat_map(|family| family.rules).find(|rule| rule.id == id)
}
