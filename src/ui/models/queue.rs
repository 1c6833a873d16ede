//! The picture of the queue: the producer above, the lane that messages travel along to the right,
//! whoever holds them with the timeout running down, and the trays where they end.

mod plan;
mod token;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use self::plan::{Row, plan};
use self::token::{number, span};
use super::super::text::{cut, put, put_right, width};
use super::super::theme::{Theme, Tone};
use super::Stage;
use crate::models::Scene as _;
use crate::models::journal::ObjectId;
use crate::models::queue::{
    Doing, End, MESSAGE, PRODUCER, Phase, Place, Queue, THE_DEAD_LETTERS, THE_FUNCTION, THE_QUEUE,
    Tale,
};
use crate::models::timeline::Timeline;
use crate::services::time::{Span, Time};
use crate::words::fill;
use crate::words::models::{Words, of};

/// So many messages are looked at for a lane; what lies behind them is shown as a count.
const LOOKS: usize = 600;

/// How many rows the picture would like, `most` at most.
pub(super) fn height(timeline: &Timeline<Queue>, _width: u16, most: u16) -> u16 {
    let rows = plan(timeline.scene(), u16::MAX);
    u16::try_from(rows.len()).unwrap_or(u16::MAX).min(most)
}

/// Draws the queue at the cursor of its timeline.
pub(super) fn draw(timeline: &Timeline<Queue>, stage: &Stage<'_>, buf: &mut Buffer) {
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let Some(words) = of(Queue::ID, stage.lang) else { return };
    let label = ["producer", "visible", "delayed", "worker", "deleted", "nobody"]
        .map(|key| width(words.picture(key)))
        .into_iter()
        .max()
        .unwrap_or(8)
        .max(longest_name(scene))
        .min(stage.area.width * 2 / 5);
    let easel = Easel { scene, now, stage, words, label };
    for (row, y) in plan(scene, stage.area.height).into_iter().zip(stage.area.y..) {
        let line = Rect { y, height: 1, ..stage.area };
        easel.row(row, line, buf);
    }
}

/// Cells of the longest name at the left.
fn longest_name(scene: &Queue) -> u16 {
    let groups = scene.book().groups.iter().map(|group| width(&group.name));
    let workers = scene.workers().last().map(|worker| width(&scene.name(worker.object())));
    let has_dead = scene.max_receives().is_some() || !scene.book().of(Place::Dead).is_empty();
    let dead = has_dead.then(|| width(&scene.name(THE_DEAD_LETTERS)));
    groups.chain(workers).chain(dead).max().unwrap_or(0)
}

/// What rows are drawn from.
struct Easel<'a> {
    scene: &'a Queue,
    now: Time,
    stage: &'a Stage<'a>,
    words: Words,
    /// Cells of the names at the left.
    label: u16,
}

impl Easel<'_> {
    fn style(&self, tone: Tone) -> Style {
        self.stage.theme.style(tone)
    }

    fn theme(&self) -> &Theme {
        self.stage.theme
    }

    /// How a thing looks: selected, just touched, or as it would.
    fn look(&self, object: ObjectId, tone: Tone) -> Style {
        let style = self.style(tone);
        if self.stage.selected == Some(object) {
            style.patch(self.style(Tone::Selected))
        } else if self.stage.fresh.contains(&object) {
            self.style(Tone::Accent)
        } else {
            style
        }
    }

    fn row(&self, row: Row, line: Rect, buf: &mut Buffer) {
        match row {
            Row::Gap => {}
            Row::Producer => self.producer(line, buf),
            Row::Title => self.title(line, buf),
            Row::Delayed => self.delayed(line, buf),
            Row::Lane(group) => self.lane(group, line, buf),
            Row::MoreLanes(from) => self.more_lanes(from, line, buf),
            Row::Worker(index) => self.worker(index, line, buf),
            Row::MoreWorkers(from) => self.more_workers(from, line, buf),
            Row::Function => self.function(line, buf),
            Row::Unheld => self.unheld(line, buf),
            Row::Dead => self.dead(line, buf),
            Row::Gone => self.gone(line, buf),
        }
    }

    /// The name at the left and the count behind it; the column where the rest begins.
    fn head(
        &self,
        name: &str,
        style: Style,
        count: Option<usize>,
        line: Rect,
        buf: &mut Buffer,
    ) -> u16 {
        let ellipsis = self.theme().symbols.ellipsis;
        put(buf, line.x, line.y, line.right(), &cut(name, self.label, ellipsis), style);
        let x = line.x + self.label + 1;
        let Some(count) = count else { return x };
        let text = number(count as u64);
        let end = (x + 4.max(width(&text))).min(line.right());
        put_right(buf, x, line.y, end, &text, self.style(Tone::Strong));
        end + 1
    }

    fn producer(&self, line: Rect, buf: &mut Buffer) {
        let (scene, words) = (self.scene, self.words);
        let object = ObjectId { kind: PRODUCER, number: 0 };
        let x =
            self.head(words.picture("producer"), self.look(object, Tone::Text), None, line, buf);
        let settings = scene.settings();
        let (text, tone) = if scene.producer().paused {
            (words.picture("paused").to_owned(), Tone::Warn)
        } else if settings.still {
            (words.choice("still").to_owned(), Tone::Muted)
        } else {
            (self.arrivals(), Tone::Muted)
        };
        let just = scene.producer().sent.is_some_and(|at| self.now.since(at) < Span::millis(500));
        let arrow = self.theme().symbols.pointer;
        let tone_of_arrow = if just { Tone::Accent } else { Tone::Faint };
        let x = put(buf, x, line.y, line.right(), arrow, self.style(tone_of_arrow));
        put(buf, x + 1, line.y, line.right(), &text, self.style(tone));
        if scene.is_fixed() {
            put_right(buf, x, line.y, line.right(), words.picture("fixed"), self.style(Tone::Good));
        }
    }

    /// How orders come: the shape, and the rate or the burst.
    fn arrivals(&self) -> String {
        let knob = |id: &str| self.scene.knob(id);
        let shape = ["random", "steady", "burst", "daily"];
        let shape = shape.get(knob("arrival-shape") as usize).copied().unwrap_or("random");
        let name = self.words.choice(shape);
        let rate = if shape == "burst" {
            let every = span(Span(knob("burst-every").unsigned_abs()), self.words);
            fill(
                self.words.picture("burst-rate"),
                &[("n", &number(knob("burst-size").unsigned_abs())), ("every", &every)],
            )
        } else {
            let rate = knob("arrival-rate").unsigned_abs();
            let text = match (rate / 1000, rate % 1000 / 10) {
                (whole, 0) => number(whole),
                (whole, part) => format!("{whole}.{part:02}").trim_end_matches('0').to_owned(),
            };
            fill(self.words.picture("per-second"), &[("n", &text)])
        };
        format!("{rate} {} {name}", self.theme().symbols.dot)
    }

    fn title(&self, line: Rect, buf: &mut Buffer) {
        let (scene, symbols) = (self.scene, self.theme().symbols);
        let faint = self.style(Tone::Faint);
        for x in line.x..line.right() {
            put(buf, x, line.y, line.right(), symbols.horizontal, faint);
        }
        let name = format!("{} ", scene.name(THE_QUEUE));
        put(buf, line.x, line.y, line.right(), &name, self.look(THE_QUEUE, Tone::Strong));
        let timeout = Span(scene.knob("visibility-timeout").unsigned_abs());
        let timeout = fill(self.words.picture("timeout"), &[("t", &span(timeout, self.words))]);
        let age = scene.book().oldest().map(|sent| {
            let age = span(self.now.since(sent), self.words);
            fill(self.words.picture("oldest"), &[("t", &age)])
        });
        let room = line.width.saturating_sub(width(&name) + 2);
        let full = age.map_or(timeout.clone(), |age| format!("{timeout} {} {age}", symbols.dot));
        let text = if width(&full) <= room { full } else { timeout };
        put_right(buf, line.x, line.y, line.right(), &format!(" {text}"), self.style(Tone::Muted));
    }

    fn delayed(&self, line: Rect, buf: &mut Buffer) {
        let count = self.scene.counts(Place::Main).delayed;
        let name = self.words.picture("delayed");
        let x = self.head(name, self.style(Tone::Text), Some(count), line, buf);
        let tales = self.tales().filter_map(|tale| match tale.phase {
            Phase::Delayed(until) => Some((tale, Some(until))),
            _ => None,
        });
        self.tokens(tales, count, x, line, buf);
    }

    fn tales(&self) -> impl Iterator<Item = &Tale> {
        self.scene.book().of(Place::Main).values().take(LOOKS)
    }

    fn lane(&self, group: Option<u16>, line: Rect, buf: &mut Buffer) {
        let book = self.scene.book();
        let of_group = group.and_then(|group| book.groups.get(usize::from(group)));
        let count = match of_group {
            Some(group) => group.visible as usize,
            None => self.scene.counts(Place::Main).visible,
        };
        let name = of_group.map_or(self.words.picture("visible"), |group| &group.name);
        let mut x = self.head(name, self.style(Tone::Text), Some(count), line, buf);
        if let Some(of_group) = of_group {
            x = self.state_of_group(&of_group.name, of_group.in_flight, x, line, buf);
        }
        let tales = self
            .tales()
            .filter(|tale| tale.phase == Phase::Visible && (group.is_none() || tale.group == group))
            .map(|tale| (tale, None));
        self.tokens(tales, count, x, line, buf);
    }

    /// Why a group's messages wait: behind one in flight (FIFO), or because it is noisy (fair).
    fn state_of_group(
        &self,
        name: &str,
        in_flight: u32,
        x: u16,
        line: Rect,
        buf: &mut Buffer,
    ) -> u16 {
        let is_fifo = self.scene.settings().is_fifo;
        let noisy = !is_fifo && self.scene.noisy(self.now).contains(&name);
        let (key, tone) = match (in_flight, noisy) {
            (_, true) => ("noisy", Tone::Warn),
            (1.., _) if is_fifo => ("blocked", Tone::Muted),
            _ => return x,
        };
        let text = fill(self.words.picture(key), &[("n", &in_flight)]);
        put(buf, x, line.y, line.right(), &text, self.style(tone)) + 1
    }

    /// Messages from the right, the next to be received rightmost; what does not fit is a bar.
    fn tokens<'t>(
        &self,
        tales: impl Iterator<Item = (&'t Tale, Option<Time>)>,
        count: usize,
        x: u16,
        line: Rect,
        buf: &mut Buffer,
    ) {
        let symbols = self.theme().symbols;
        if count == 0 {
            put_right(buf, x, line.y, line.right(), symbols.dot, self.style(Tone::Faint));
            return;
        }
        put_right(buf, x, line.y, line.right(), symbols.pointer, self.style(Tone::Muted));
        let mut end = line.right().saturating_sub(2);
        let mut drawn = 0;
        // A few cells are kept for the bar of those that do not fit.
        let keep = 4;
        for (tale, until) in tales {
            let mut text = token::text(tale, self.scene.settings().is_fifo);
            if let Some(until) = until {
                text = format!("{text} {}", span(until.since(self.now), self.words));
            }
            let left = count - drawn - 1;
            let needs = width(&text) + if left > 0 { keep } else { 0 };
            if end < x + needs {
                break;
            }
            let tone = if tale.poison { Tone::Bad } else { Tone::Text };
            put_right(buf, x, line.y, end, &text, self.look(tale.object(), tone));
            end = end.saturating_sub(width(&text) + 1);
            drawn += 1;
        }
        let left = count - drawn;
        let most = end.saturating_sub(x);
        if left > 0 && most > 0 {
            let wide = token::bar(left as u64).min(most);
            let bar = symbols.heavy.repeat(usize::from(wide));
            put_right(buf, x, line.y, end, &bar, self.style(Tone::Muted));
        }
    }

    fn more_lanes(&self, from: usize, line: Rect, buf: &mut Buffer) {
        let groups = self.scene.book().groups.get(from..).unwrap_or_default();
        let visible: u32 = groups.iter().map(|group| group.visible).sum();
        let name = fill(self.words.picture("more"), &[("n", &groups.len())]);
        let x = self.head(&name, self.style(Tone::Muted), Some(visible as usize), line, buf);
        let wide = token::bar(u64::from(visible)).min(line.right().saturating_sub(x));
        let bar = self.theme().symbols.heavy.repeat(usize::from(wide));
        put_right(buf, x, line.y, line.right(), &bar, self.style(Tone::Muted));
    }

    fn worker(&self, index: usize, line: Rect, buf: &mut Buffer) {
        let worker = &self.scene.workers()[index];
        let name = self.scene.name(worker.object());
        let tone = if worker.is_alive() { Tone::Text } else { Tone::Bad };
        let x = self.head(&name, self.look(worker.object(), tone), None, line, buf);
        let words = self.words;
        let for_long = |key: &str, since: Time| {
            fill(words.picture(key), &[("t", &span(self.now.since(since), words))])
        };
        let (text, tone) = match worker.doing {
            Doing::Rests => (words.picture("rests").to_owned(), Tone::Faint),
            Doing::Waits { since, .. } => (for_long("waits", since), Tone::Muted),
            Doing::Dead { since } => (for_long("dead", since), Tone::Bad),
            Doing::Works { since, until } => {
                self.job(worker.jobs.front(), worker.jobs.len(), (since, until), x, line, buf);
                return;
            }
        };
        put(buf, x, line.y, line.right(), &text, self.style(tone));
        let empty = fill(words.picture("empty"), &[("n", &number(u64::from(worker.empty)))]);
        if worker.empty > 0 && x + width(&text) + width(&empty) + 1 < line.right() {
            put_right(buf, x, line.y, line.right(), &empty, self.style(Tone::Faint));
        }
    }

    /// The job in hand: how far the work is, and how long the message stays hidden.
    fn job(
        &self,
        job: Option<&crate::models::queue::Job>,
        in_hand: usize,
        (since, until): (Time, Time),
        x: u16,
        line: Rect,
        buf: &mut Buffer,
    ) {
        let Some(job) = job else { return };
        let object = ObjectId { kind: MESSAGE, number: job.number };
        let tale = self.scene.book().get(job.message);
        let tone = if tale.is_some_and(|tale| tale.poison) { Tone::Bad } else { Tone::Text };
        let text = match tale {
            Some(tale) => token::text(tale, self.scene.settings().is_fifo),
            None => format!("m{}", job.number),
        };
        let mut x = put(buf, x, line.y, line.right(), &text, self.look(object, tone)) + 1;
        if in_hand > 1 {
            let more = format!("+{}", in_hand - 1);
            x = put(buf, x, line.y, line.right(), &more, self.style(Tone::Muted)) + 1;
        }
        let hidden = tale.and_then(|tale| match tale.phase {
            Phase::InFlight { since, until } => Some((since, until)),
            _ => None,
        });
        // A late holder works on although the message is somebody else's, or gone.
        let is_late = hidden.is_none_or(|(_, ends)| ends < until);
        let room = line.right().saturating_sub(x);
        if room >= 34 {
            let done = fraction(self.now.since(since), until.since(since));
            x = self.bar(done, 8, Tone::Good, x, line, buf);
            let left = span(until.since(self.now), self.words);
            x = put(buf, x, line.y, line.right(), &left, self.style(Tone::Muted)).max(x + 7) + 1;
        }
        match hidden {
            Some((since, ends)) => {
                let left = fraction(ends.since(self.now), ends.since(since));
                let text = span(ends.since(self.now), self.words);
                let tone = if is_late { Tone::Warn } else { Tone::Accent };
                let room = line.right().saturating_sub(x);
                let wide = room.saturating_sub(8).clamp(1, 12);
                let x = self.bar(left, wide, tone, x, line, buf);
                let mark = if is_late { "!" } else { "" };
                put(buf, x, line.y, line.right(), &format!("{text}{mark}"), self.style(tone));
            }
            None => {
                let text = self.words.picture("late");
                put(buf, x, line.y, line.right(), text, self.style(Tone::Warn));
            }
        }
    }

    /// A bar filled to `part` of a thousand; the column after it.
    fn bar(&self, part: u64, wide: u16, tone: Tone, x: u16, line: Rect, buf: &mut Buffer) -> u16 {
        let symbols = self.theme().symbols;
        let full = (u64::from(wide) * part).div_ceil(1000).min(u64::from(wide)) as usize;
        let bar = symbols.full.repeat(full);
        let rest = symbols.empty.repeat(usize::from(wide) - full);
        let x = put(buf, x, line.y, line.right(), &bar, self.style(tone));
        put(buf, x, line.y, line.right(), &rest, self.style(Tone::Faint)) + 1
    }

    fn more_workers(&self, from: usize, line: Rect, buf: &mut Buffer) {
        let workers = self.scene.workers().get(from..).unwrap_or_default();
        let count = |is: fn(&Doing) -> bool| workers.iter().filter(|it| is(&it.doing)).count();
        let busy = count(|doing| matches!(doing, Doing::Works { .. }));
        let dead = count(|doing| matches!(doing, Doing::Dead { .. }));
        let name = fill(self.words.picture("more"), &[("n", &workers.len())]);
        let x = self.head(&name, self.style(Tone::Muted), None, line, buf);
        let text = fill(
            self.words.picture("busy-of"),
            &[("busy", &busy), ("n", &workers.len()), ("dead", &dead)],
        );
        put(buf, x, line.y, line.right(), &text, self.style(Tone::Muted));
    }

    fn function(&self, line: Rect, buf: &mut Buffer) {
        let name = self.scene.name(THE_FUNCTION);
        let x = self.head(&name, self.look(THE_FUNCTION, Tone::Text), None, line, buf);
        let Some((running, slots)) = self.scene.invocations(self.now) else { return };
        let text = fill(self.words.picture("runs"), &[("n", &running), ("slots", &slots)]);
        let mut x = put(buf, x, line.y, line.right(), &text, self.style(Tone::Muted)) + 2;
        for object in self.scene.with_function() {
            let text = self.scene.name(object);
            if x + width(&text) > line.right() {
                break;
            }
            x = put(buf, x, line.y, line.right(), &text, self.look(object, Tone::Text)) + 1;
        }
    }

    /// Messages in flight that no living worker holds: they come back when their timeout ends.
    fn unheld(&self, line: Rect, buf: &mut Buffer) {
        let tales: Vec<(&Tale, Time)> = self
            .tales()
            .filter(|tale| plan::is_unheld(self.scene, tale))
            .filter_map(|tale| match tale.phase {
                Phase::InFlight { until, .. } => Some((tale, until)),
                _ => None,
            })
            .collect();
        let name = self.words.picture("nobody");
        let x = self.head(name, self.style(Tone::Warn), Some(tales.len()), line, buf);
        let mut by_time = tales;
        by_time.sort_by_key(|(_, until)| *until);
        let count = by_time.len();
        let tales = by_time.into_iter().map(|(tale, until)| (tale, Some(until)));
        self.tokens(tales, count, x, line, buf);
    }

    fn dead(&self, line: Rect, buf: &mut Buffer) {
        let dead = self.scene.book().of(Place::Dead);
        let name = self.scene.name(THE_DEAD_LETTERS);
        let tone = if dead.is_empty() { Tone::Muted } else { Tone::Bad };
        let x = self.head(&name, self.look(THE_DEAD_LETTERS, tone), Some(dead.len()), line, buf);
        let latest = dead.values().rev().take(LOOKS).map(|tale| (tale, None));
        self.tokens(latest, dead.len(), x, line, buf);
    }

    fn gone(&self, line: Rect, buf: &mut Buffer) {
        let (tally, words) = (self.scene.tally(), self.words);
        let deleted = usize::try_from(tally.deleted).unwrap_or(usize::MAX);
        let name = words.picture("deleted");
        let mut x = self.head(name, self.style(Tone::Text), Some(deleted), line, buf);
        let notes = [("lost", tally.lost, Tone::Bad), ("again", tally.twice, Tone::Warn)];
        for (key, count, tone) in notes {
            if count > 0 {
                let text = fill(words.picture(key), &[("n", &number(count))]);
                x = put(buf, x, line.y, line.right(), &text, self.style(tone)) + 1;
            }
        }
        let mut end = line.right();
        for gone in self.scene.book().gone.iter().rev() {
            let is_new = self.now.since(gone.at) < Span::seconds(1);
            let tone = match (gone.end, is_new) {
                (End::Expired, _) => Tone::Bad,
                (End::Deleted, true) => Tone::Good,
                (End::Deleted, false) => Tone::Faint,
            };
            let text = format!("m{}", gone.number);
            if end < x + width(&text) + 1 {
                break;
            }
            put_right(buf, x, line.y, end, &text, self.style(tone));
            end = end.saturating_sub(width(&text) + 1);
        }
    }
}

/// `part` of `whole` in thousandths.
fn fraction(part: Span, whole: Span) -> u64 {
    (part.0 * 1000).checked_div(whole.0).unwrap_or(1000).min(1000)
}
