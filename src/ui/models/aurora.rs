//! Aurora's picture: three zones with their instances, the volume's groups copy by copy under them, and
//! what the model is about: capacity and its cost, a clone, a bill, what was spoilt.

use ratatui::buffer::Buffer;

use super::Stage;
use super::lines::{Line, put_lines};
use crate::app::model::tell;
use crate::models::Scene;
use crate::models::aurora::{
    Aurora, THE_APP, THE_CLUSTER, THE_VISITORS, ZONES, copy_object, zone_object,
};
use crate::models::catalog::Unit;
use crate::models::journal::ObjectId;
use crate::models::timeline::Timeline;
use crate::services::rds::cluster::KeepsAwake;
use crate::services::rds::instance::Instance;
use crate::services::rds::serverless::Capacity;
use crate::services::rds::volume::{COPIES, Volume};
use crate::services::time::{Span, Time};
use crate::ui::text::{cut, width, wrap};
use crate::ui::theme::{Symbols, Tone};
use crate::words::Lang;
use crate::words::fill;
use crate::words::models::{Words, of};

/// Columns before the zones: a group and how many of its copies answer.
const LABEL: u16 = 8;
/// A zone takes at most so many columns.
const WIDEST_ZONE: u16 = 22;
/// So many groups are shown copy by copy where the volume is what matters, and where something else does.
const GROUPS: usize = 6;
const FEW_GROUPS: usize = 2;
/// So many instances of a zone are shown.
const INSTANCES: usize = 3;
/// Cells of the capacity's bar.
const BAR: u64 = 16;

/// Draws Aurora.
pub(super) fn draw(timeline: &Timeline<Aurora>, stage: &Stage<'_>, buf: &mut Buffer) {
    let Some(words) = of(Aurora::ID, stage.lang) else { return };
    let easel = Easel {
        scene: timeline.scene(),
        now: timeline.now().at,
        words,
        lang: stage.lang,
        ink: Ink::of(stage.theme.symbols),
        wide: stage.area.width,
        selected: stage.selected,
        fresh: stage.fresh,
    };
    put_lines(&easel.lines(), stage, stage.area, buf);
}

/// How many rows the picture would like, in the language that needs more.
pub(super) fn height(timeline: &Timeline<Aurora>, width: u16, most: u16) -> u16 {
    let rows = |lang: Lang| {
        let words = of(Aurora::ID, lang)?;
        let (scene, now) = (timeline.scene(), timeline.now().at);
        let ink = Ink::PLAIN;
        let easel = Easel { scene, now, words, lang, ink, wide: width, selected: None, fresh: &[] };
        Some(easel.lines().len() as u16)
    };
    Lang::ALL.into_iter().filter_map(rows).max().unwrap_or(0).min(most)
}

/// The signs that the picture is made of.
#[derive(Clone, Copy)]
struct Ink {
    alive: &'static str,
    slow: &'static str,
    dead: &'static str,
    pointer: &'static str,
    full: &'static str,
    empty: &'static str,
    ellipsis: &'static str,
}

impl Ink {
    const PLAIN: Ink = Ink {
        alive: "*",
        slow: "~",
        dead: ".",
        pointer: ">",
        full: "=",
        empty: "-",
        ellipsis: ".",
    };

    fn of(symbols: &Symbols) -> Ink {
        Ink {
            alive: symbols.read,
            slow: symbols.begun,
            dead: symbols.unread,
            pointer: symbols.pointer,
            full: symbols.full,
            empty: symbols.empty,
            ellipsis: symbols.ellipsis,
        }
    }
}

struct Easel<'a> {
    scene: &'a Aurora,
    now: Time,
    words: Words,
    lang: Lang,
    ink: Ink,
    wide: u16,
    selected: Option<ObjectId>,
    fresh: &'a [ObjectId],
}

type Piece = (String, Tone);

impl Easel<'_> {
    fn lines(&self) -> Vec<Line> {
        let mut lines = self.head();
        if self.scene.is_serverless() {
            lines.extend(self.serverless());
        }
        lines.extend(self.bill());
        lines.extend(self.clone_of_it());
        lines.extend(self.rewinding());
        lines.push(self.zone_names());
        lines.extend(self.instances());
        lines.extend(self.volume());
        lines.extend(self.groups());
        lines.extend(self.quorum());
        lines
    }

    fn say(&self, key: &str, values: &[&dyn std::fmt::Display]) -> String {
        let names = ["0", "1", "2"];
        let values: Vec<_> = names.into_iter().zip(values.iter().copied()).collect();
        fill(self.words.picture(key), &values)
    }

    fn span(&self, span: Span) -> String {
        let each = if span.0 < 1_000 { 1 } else { 1_000 };
        tell::span(Span(span.0 / each * each), self.lang)
    }

    fn probe(&self, name: &str) -> i64 {
        self.scene.probe(name, self.now).unwrap_or_default()
    }

    /// Selected, just touched, or in its own tone.
    fn tone(&self, object: ObjectId, own: Tone) -> Tone {
        match object {
            it if self.selected == Some(it) => Tone::Selected,
            it if self.fresh.contains(&it) && own == Tone::Text => Tone::Accent,
            _ => own,
        }
    }

    /// Pieces after each other with two blanks between, on as many rows as they need.
    fn flow(&self, pieces: Vec<Piece>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut used = 0;
        for (text, tone) in pieces.into_iter().filter(|(text, _)| !text.is_empty()) {
            let room = width(&text);
            match lines.last_mut().filter(|_| used + 2 + room <= self.wide) {
                Some(line) => {
                    line.push((format!("  {text}"), tone));
                    used += 2 + room;
                }
                None if room <= self.wide => {
                    lines.push(vec![(text, tone)]);
                    used = room;
                }
                None => {
                    let wrapped = wrap(&text, self.wide);
                    used = wrapped.last().map_or(0, |last| width(last));
                    lines.extend(wrapped.into_iter().map(|row| vec![(row, tone)]));
                }
            }
        }
        lines
    }

    /// The cluster, its state, and how its application fares.
    fn head(&self) -> Vec<Line> {
        let status = self.scene.cluster().map_or("", |cluster| cluster.status.name());
        let tone = if status == "available" { Tone::Good } else { Tone::Warn };
        let app = self.scene.app();
        let mut pieces = vec![
            (self.scene.name(THE_CLUSTER), self.tone(THE_CLUSTER, Tone::Strong)),
            (status.to_owned(), tone),
        ];
        if self.scene.knob("write-every") > 0 {
            let commits = self.scene.tally().commits;
            pieces.push((self.say("commits", &[&commits]), self.tone(THE_APP, Tone::Text)));
            pieces.push(match app.down_since {
                Some(since) => (self.say("down", &[&self.span(self.now.since(since))]), Tone::Bad),
                None => (self.say("latency", &[&self.span(app.latency)]), Tone::Muted),
            });
            let lost = self.scene.tally().lost;
            pieces
                .push((self.say("lost", &[&lost]), if lost > 0 { Tone::Bad } else { Tone::Muted }));
        }
        let stale = self.scene.tally().stale;
        if stale > 0 {
            pieces.push((self.say("stale", &[&stale]), Tone::Warn));
        }
        self.flow(pieces)
    }

    fn zone_width(&self) -> u16 {
        (self.wide.saturating_sub(LABEL) / 3).clamp(1, WIDEST_ZONE)
    }

    /// One row of the zones' columns behind a label.
    fn row(&self, label: Piece, cells: [Vec<Piece>; 3]) -> Line {
        let mut line = vec![self.padded(&label.0, LABEL, label.1)];
        for cell in cells {
            let mut left = self.zone_width();
            for (text, tone) in cell {
                // A column keeps a blank at its right.
                let text = cut(&text, left.saturating_sub(1), self.ink.ellipsis).into_owned();
                left -= width(&text);
                line.push((text, tone));
            }
            line.push((" ".repeat(left.into()), Tone::Text));
        }
        line
    }

    fn padded(&self, text: &str, room: u16, tone: Tone) -> Piece {
        let text = cut(text, room.saturating_sub(1), self.ink.ellipsis);
        let pad = usize::from(room - width(&text));
        (format!("{text}{}", " ".repeat(pad)), tone)
    }

    fn zone_names(&self) -> Line {
        let lost = self.scene.world().rds.lost_zones();
        let cell = |zone: usize| {
            let object = zone_object(zone);
            let own = if lost[zone] { Tone::Bad } else { Tone::Muted };
            let name = match (lost[zone], self.zone_width() > 14) {
                (false, true) => self.scene.name(object),
                (false, false) => format!("1{}", ZONES[zone]),
                (true, _) => self.say("zone-lost", &[&ZONES[zone]]),
            };
            vec![(name, self.tone(object, own))]
        };
        let label = (self.words.picture("zones").to_owned(), Tone::Muted);
        self.row(label, std::array::from_fn(cell))
    }

    /// Two rows for each place in a zone: the instance's name, and what it does.
    fn instances(&self) -> Vec<Line> {
        let of: [Vec<&Instance>; 3] =
            std::array::from_fn(|zone| self.scene.members().filter(|one| one.az == zone).collect());
        let most = of.iter().map(Vec::len).max().unwrap_or(0);
        let mut lines = Vec::new();
        for place in 0..most.min(INSTANCES) {
            let at = |zone: usize| of[zone].get(place).copied();
            let names =
                |zone: usize| at(zone).map(|one| self.instance_name(one)).unwrap_or_default();
            let states =
                |zone: usize| at(zone).map(|one| self.instance_state(one)).unwrap_or_default();
            let blank = || (String::new(), Tone::Text);
            lines.push(self.row(blank(), std::array::from_fn(names)));
            lines.push(self.row(blank(), std::array::from_fn(states)));
            if self.scene.knob("readers") > 0 || self.scene.knob("write-every") > 0 {
                let clients =
                    |zone: usize| at(zone).map(|one| self.clients(one)).unwrap_or_default();
                lines.push(self.row(blank(), std::array::from_fn(clients)));
            }
        }
        let more: usize = of.iter().map(|zone| zone.len().saturating_sub(INSTANCES)).sum();
        if more > 0 {
            lines.push(vec![(self.say("more-instances", &[&more]), Tone::Muted)]);
        }
        lines
    }

    fn instance_name(&self, instance: &Instance) -> Vec<Piece> {
        let object = self.scene.instance_object(&instance.id);
        let tone = |own| object.map_or(own, |object| self.tone(object, own));
        let own = if instance.serves() { Tone::Strong } else { Tone::Bad };
        let mark = if self.scene.writes(instance) { self.ink.pointer } else { "" };
        vec![(mark.to_owned(), Tone::Accent), (instance.id.clone(), tone(own))]
    }

    fn instance_state(&self, instance: &Instance) -> Vec<Piece> {
        let lost = self.scene.world().rds.lost_zones()[instance.az];
        if !instance.up {
            let key = if lost { "gone" } else { "host-lost" };
            return vec![(self.words.picture(key).to_owned(), Tone::Bad)];
        }
        if !instance.serves() {
            return vec![(instance.status.name().to_owned(), Tone::Warn)];
        }
        match &instance.capacity {
            Some(capacity) if capacity.resumes.is_some() => {
                vec![(self.words.picture("resuming").to_owned(), Tone::Warn)]
            }
            Some(capacity) if capacity.paused.is_some() => {
                vec![(self.words.picture("paused").to_owned(), Tone::Muted)]
            }
            Some(capacity) => vec![(acus(capacity.halves), Tone::Accent)],
            None if self.scene.writes(instance) => {
                vec![(self.words.picture("writer").to_owned(), Tone::Accent)]
            }
            None => vec![(self.say("tier", &[&instance.promotion_tier]), Tone::Muted)],
        }
    }

    fn clients(&self, instance: &Instance) -> Vec<Piece> {
        let count = self.scene.world().rds.connections_of(&instance.id);
        let tone = if count > 0 { Tone::Text } else { Tone::Faint };
        vec![(self.say("connections", &[&count]), tone)]
    }

    fn volume(&self) -> Vec<Line> {
        let Some(volume) = self.scene.cluster().and_then(|cluster| cluster.volume()) else {
            return Vec::new();
        };
        let gb = tell::grouped(volume.gb() as i64);
        let groups = tell::grouped(volume.groups() as i64);
        self.flow(vec![
            (self.say("volume", &[&gb]), Tone::Strong),
            (self.say("groups", &[&groups]), Tone::Muted),
        ])
    }

    fn shown_groups(&self) -> Vec<u64> {
        let about_else = self.scene.is_serverless()
            || self.scene.knob("compute") == 1
            || self.scene.clone_cluster().is_some();
        self.scene.shown_groups(if about_else { FEW_GROUPS } else { GROUPS })
    }

    /// A row for each group: its copies under their zones.
    fn groups(&self) -> Vec<Line> {
        let shown = self.shown_groups();
        let hidden = self.scene.groups().saturating_sub(shown.len() as u64);
        let mut lines: Vec<Line> = shown.into_iter().map(|group| self.group(group)).collect();
        if hidden > 0 {
            let hidden = tell::grouped(hidden as i64);
            lines.push(vec![(self.say("more-groups", &[&hidden]), Tone::Faint)]);
        }
        lines
    }

    fn group(&self, number: u64) -> Line {
        let group = self.scene.group(number);
        let alive = group.alive();
        let tone = match alive {
            6 => Tone::Muted,
            4 | 5 => Tone::Good,
            3 => Tone::Warn,
            _ => Tone::Bad,
        };
        let cell = |zone: usize| -> Vec<Piece> {
            let copies = [2 * zone, 2 * zone + 1];
            copies
                .into_iter()
                .map(|copy| {
                    let (sign, own) = if group.segments()[copy].dead {
                        (self.ink.dead, Tone::Bad)
                    } else if self.scene.is_slow(number, copy) {
                        (self.ink.slow, Tone::Warn)
                    } else {
                        (self.ink.alive, Tone::Info)
                    };
                    (sign.to_owned(), self.tone(copy_object(number, copy), own))
                })
                .collect()
        };
        let label = (format!("g{number} {alive}/{COPIES}"), tone);
        self.row(label, std::array::from_fn(cell))
    }

    /// What the worst group can still do.
    fn quorum(&self) -> Vec<Line> {
        let shown = self.shown_groups().into_iter();
        let worst = shown.map(|number| (self.scene.group(number).alive(), number)).min();
        let Some((alive, number)) = worst else { return Vec::new() };
        let (key, tone) = match alive {
            6 => ("quorum-whole", Tone::Muted),
            4 | 5 => ("quorum-writes", Tone::Good),
            3 => ("quorum-reads", Tone::Warn),
            _ => ("quorum-none", Tone::Bad),
        };
        self.flow(vec![(self.say(key, &[&number, &alive]), tone)])
    }

    fn rewinding(&self) -> Vec<Line> {
        let Some(at) = self.scene.spoilt() else { return Vec::new() };
        let since = tell::clock(at);
        self.flow(vec![(self.say("spoilt", &[&since]), Tone::Bad)])
    }

    fn clone_of_it(&self) -> Vec<Line> {
        let Some(clone) = self.scene.clone_cluster() else { return Vec::new() };
        let (gb, own) = clone.volume().map_or((0, 0), |one| (one.gb(), one.billed_gb()));
        let shared = tell::grouped((gb - own) as i64);
        let source = self.scene.cluster().and_then(|one| one.volume()).map_or(0, Volume::billed_gb);
        self.flow(vec![
            (clone.id.clone(), Tone::Strong),
            (self.say("clone-shares", &[&shared]), Tone::Info),
            (self.say("clone-own", &[&own]), Tone::Text),
            (self.say("billed", &[&tell::grouped((source + own) as i64)]), Tone::Muted),
        ])
    }

    fn serverless(&self) -> Vec<Line> {
        let Some(capacity) = self.scene.writer().and_then(|writer| writer.capacity.as_ref()) else {
            return Vec::new();
        };
        let range = capacity.range;
        let full = u64::from(capacity.halves) * BAR / u64::from(range.max.max(1));
        let full = full.max(u64::from(capacity.halves > 0)) as usize;
        let bar = self.ink.full.repeat(full) + &self.ink.empty.repeat(BAR as usize - full);
        let load = tell::grouped((self.scene.visitors().load / 1_000) as i64);
        let bounds = self.say("range", &[&halves(range.min), &halves(range.max)]);
        let mut lines = self.flow(vec![
            (acus(capacity.halves), Tone::Strong),
            (bar, Tone::Accent),
            (bounds, Tone::Muted),
            (self.say("load", &[&load]), self.tone(THE_VISITORS, Tone::Text)),
        ]);
        lines.extend(self.flow(self.sleep(capacity)));
        let average = self.scene.average_capacity(self.now);
        let even = Aurora::break_even();
        lines.extend(self.flow(vec![
            (self.say("average", &[&halves(average as u32)]), Tone::Text),
            (self.say("break-even", &[&halves(even as u32)]), Tone::Muted),
        ]));
        let dollars = |name: &str| dollars(self.probe(name));
        let cheaper = self.probe("ServerlessCost") <= self.probe("FixedCost");
        lines.extend(self.flow(vec![
            (
                self.say("cost-serverless", &[&dollars("ServerlessCost")]),
                if cheaper { Tone::Good } else { Tone::Warn },
            ),
            (self.say("cost-fixed", &[&dollars("FixedCost")]), Tone::Text),
            (self.say("cost-rds", &[&dollars("RdsCost")]), Tone::Text),
        ]));
        lines
    }

    /// Whether it sleeps, when it will, or what keeps it awake.
    fn sleep(&self, capacity: &Capacity) -> Vec<Piece> {
        if let Some(ready) = capacity.resumes {
            let left = self.span(ready.since(self.now));
            return vec![(self.say("resumes-in", &[&left]), Tone::Warn)];
        }
        if let Some(since) = capacity.paused {
            let span = self.span(self.now.since(since));
            return vec![(self.say("paused-for", &[&span]), Tone::Good)];
        }
        if capacity.range.min > 0 {
            return vec![(self.words.picture("min-above-zero").to_owned(), Tone::Muted)];
        }
        let mut pieces = Vec::new();
        if self.scene.visitors().connection.is_some() {
            pieces.push(("kept-visitors", Tone::Text));
        }
        if self.scene.report_tool_is_connected() {
            pieces.push(("kept-report-tool", Tone::Warn));
        }
        for kept in self
            .scene
            .cluster()
            .map_or(Vec::new(), |one| self.scene.world().rds.kept_awake_by(&one.id))
        {
            pieces.push(match kept {
                KeepsAwake::Proxy => ("kept-proxy", Tone::Warn),
                KeepsAwake::Binlog => ("kept-binlog", Tone::Warn),
                KeepsAwake::ZeroEtl | KeepsAwake::GlobalPrimary => ("kept-other", Tone::Warn),
            });
        }
        let mut pieces: Vec<Piece> = pieces
            .into_iter()
            .map(|(key, tone)| (self.words.picture(key).to_owned(), tone))
            .collect();
        if let Some(at) = self.scene.monitored() {
            let ago = self.span(self.now.since(at));
            pieces.push((self.say("monitored", &[&ago]), Tone::Warn));
        }
        if let Some(since) = capacity.idle_since {
            let left = (since + capacity.range.pause_after).since(self.now);
            pieces.push((self.say("pauses-in", &[&self.span(left)]), Tone::Muted));
        }
        pieces
    }

    /// What a month costs in either mode, for the clusters of large instances.
    fn bill(&self) -> Vec<Line> {
        if self.scene.knob("compute") != 1 {
            return Vec::new();
        }
        let share =
            tell::value(Unit::BasisPoints, self.probe("IoShare"), &[], self.words, self.lang);
        let (standard, optimized) = (self.probe("MonthStandard"), self.probe("MonthIoOptimized"));
        let io = tell::grouped(self.scene.knob("million-io"));
        let is_optimized =
            self.scene.cluster().and_then(|one| one.aurora()).is_some_and(|one| one.io_optimized);
        let tone = |here: bool| if here { Tone::Strong } else { Tone::Text };
        let advice = if standard <= optimized { "stay-standard" } else { "go-optimized" };
        let mut lines = self.flow(vec![
            (self.say("month", &[&io]), Tone::Muted),
            (self.say("month-standard", &[&dollars(standard)]), tone(!is_optimized)),
            (self.say("month-optimized", &[&dollars(optimized)]), tone(is_optimized)),
        ]);
        lines.extend(self.flow(vec![
            (self.say("io-share", &[&share]), Tone::Text),
            (self.words.picture(advice).to_owned(), Tone::Accent),
        ]));
        lines
    }
}

/// Halves of an ACU as a number of ACUs.
fn halves(halves: u32) -> String {
    match halves % 2 {
        0 => tell::grouped(i64::from(halves / 2)),
        _ => format!("{}.5", tell::grouped(i64::from(halves / 2))),
    }
}

fn acus(count: u32) -> String {
    format!("{} ACU", halves(count))
}

/// Millionths of a dollar as dollars and cents.
fn dollars(micros: i64) -> String {
    let cents = micros / 10_000;
    format!("${}.{:02}", tell::grouped(cents / 100), cents % 100)
}
