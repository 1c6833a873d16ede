//! The picture of the database: the application and the name it uses, a lane of commits for each copy in
//! its zone, the volume, the backups on a line of time, and the alarms.

mod plan;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use self::plan::{Member, Row};
use super::super::text::{cut, put, put_right, width};
use super::super::theme::{Symbols, Tone};
use super::Stage;
use super::lines::{Line, put_lines, span};
use crate::app::model::tell::{self, clock, grouped};
use crate::models::Scene as _;
use crate::models::journal::ObjectId;
use crate::models::rds::alarms::{ALARMS, State, Threshold};
use crate::models::rds::load::Load;
use crate::models::rds::{ALARM, Rds, THE_APP, ZONE, ZONES};
use crate::models::timeline::Timeline;
use crate::services::rds::instance::{Instance, Standby, Status};
use crate::services::time::{Span, Time};
use crate::words::fill;
use crate::words::models::{Words, of};

/// From this width on there is room for words beside the lanes.
const ROOMY: u16 = 60;

/// How many rows the picture would like, `most` at most.
pub(super) fn height(timeline: &Timeline<Rds>, _width: u16, most: u16) -> u16 {
    let rows = plan::rows(timeline.scene(), u16::MAX);
    u16::try_from(rows.len()).unwrap_or(u16::MAX).min(most)
}

/// Draws the database at the cursor of its timeline.
pub(super) fn draw(timeline: &Timeline<Rds>, stage: &Stage<'_>, buf: &mut Buffer) {
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let Some(words) = of(Rds::ID, stage.lang) else { return };
    let rows = plan::rows(scene, stage.area.height);
    let label = label(&rows, words, stage.area.width);
    let easel = Easel { scene, now, stage, words, label };
    for (row, y) in rows.iter().zip(stage.area.y..) {
        easel.row(row, Rect { y, height: 1, ..stage.area }, buf);
    }
}

/// Cells of the names beside the lanes.
fn label(rows: &[Row<'_>], words: Words, wide: u16) -> u16 {
    let names = rows.iter().filter_map(|row| match row {
        Row::Member(member) => Some(width(&name(member, words))),
        _ => None,
    });
    names.max().unwrap_or(0).min(if wide < ROOMY { 15 } else { 24 })
}

fn name(member: &Member<'_>, words: Words) -> String {
    match member.standby {
        Some(_) => fill(words.picture("standby-of"), &[("0", &member.instance.id)]),
        None => member.instance.id.clone(),
    }
}

/// What rows are drawn from.
struct Easel<'a> {
    scene: &'a Rds,
    now: Time,
    stage: &'a Stage<'a>,
    words: Words,
    label: u16,
}

impl Easel<'_> {
    fn style(&self, tone: Tone) -> Style {
        self.stage.theme.style(tone)
    }

    fn symbols(&self) -> &'static Symbols {
        self.stage.theme.symbols
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

    fn span(&self, length: Span) -> String {
        span(length, self.stage)
    }

    fn row(&self, row: &Row<'_>, line: Rect, buf: &mut Buffer) {
        match row {
            Row::Gap => {}
            Row::App => self.app(line, buf),
            Row::Name => self.put(self.name_line(), line, buf),
            Row::Member(member) => self.member(member, line, buf),
            Row::EmptyZone(az) => {
                let x = self.zone(*az, line, buf);
                let lost = self.scene.service().lost_zones()[*az];
                let (key, tone) =
                    if lost { ("zone-lost", Tone::Bad) } else { ("zone-empty", Tone::Faint) };
                let text = cut(self.words.picture(key), line.right() - x.min(line.right()), "");
                put(buf, x, line.y, line.right(), &text, self.style(tone));
            }
            Row::MoreMembers(count) => {
                let text = fill(self.words.picture("more"), &[("0", count)]);
                put(buf, line.x, line.y, line.right(), &text, self.style(Tone::Muted));
            }
            Row::Machine => self.put(self.machine(), line, buf),
            Row::Backups => self.backups(line, buf),
            Row::Restorable => self.put(self.restorable(), line, buf),
            Row::Alarms => self.put(self.alarms(), line, buf),
            Row::Alarm(number) => self.alarm(*number, line, buf),
        }
    }

    /// Puts the pieces that there is room for; the first in any case.
    fn put(&self, pieces: Line, line: Rect, buf: &mut Buffer) {
        let mut room = line.width;
        let fitting = pieces.into_iter().enumerate().filter(|(number, (text, _))| {
            let fits = *number == 0 || width(text) <= room;
            room = room.saturating_sub(if fits { width(text) } else { 0 });
            fits
        });
        let fitting: Line = fitting.map(|(_, piece)| piece).collect();
        put_lines(&[fitting], self.stage, line, buf);
    }

    fn is_roomy(&self) -> bool {
        self.stage.area.width >= ROOMY
    }

    /// The application: what it does, its pool, and how it fares.
    fn app(&self, line: Rect, buf: &mut Buffer) {
        let (scene, words) = (self.scene, self.words);
        let app = scene.app();
        let x = put(buf, line.x, line.y, line.right(), "app", self.look(THE_APP, Tone::Strong));
        let rest = Rect { x: x + 1, width: line.right().saturating_sub(x + 1), ..line };
        let rate = grouped((scene.settings().writes / 1000) as i64);
        let rate = match scene.settings().writes % 1000 {
            0 => rate,
            part => format!("{rate}.{}", part / 100),
        };
        let state = match app.outage() {
            _ if scene.settings().still => (words.choice("still").to_owned(), Tone::Muted),
            Some(outage) => {
                let since = self.span(self.now.since(outage.since));
                let text =
                    fill(words.picture("cannot-write"), &[("0", &since), ("1", &outage.failed)]);
                (text, Tone::Bad)
            }
            None if !app.is_writing() => (words.picture("writes-no-more").to_owned(), Tone::Muted),
            None => (fill(words.picture("writes"), &[("0", &rate)]), Tone::Good),
        };
        let mut pieces: Line = vec![state];
        let lost = app.tally().lost;
        if lost > 0 {
            let text = fill(words.picture("lost"), &[("0", &grouped(lost as i64))]);
            pieces.push((format!("  {text}"), Tone::Bad));
        }
        let most = scene.watched().and_then(Instance::max_connections);
        let open = app.pool().len();
        let wanted = scene.load(self.now).map_or(0, |load| load.connections as usize).max(open);
        if let Some(most) = most {
            let tone = if wanted as u64 >= most { Tone::Bad } else { Tone::Muted };
            let key = if self.is_roomy() { "connections" } else { "connections-short" };
            let text = fill(words.picture(key), &[("0", &wanted), ("1", &most)]);
            pieces.push((format!("  {text}"), tone));
        }
        self.put(pieces, rest, buf);
    }

    /// The name, what it stands for, and what the application takes it for.
    fn name_line(&self) -> Line {
        let (scene, words) = (self.scene, self.words);
        let app = scene.app();
        let arrow = format!(" {} ", self.symbols().pointer);
        let mut line: Line = vec![(app.endpoint().to_owned(), Tone::Code), (arrow, Tone::Faint)];
        let Some(instance) = scene.watched() else {
            line.push((words.picture("no-such-name").to_owned(), Tone::Bad));
            return line;
        };
        line.push((instance.address(), Tone::Text));
        match app.believed() {
            Some(believed) if believed != instance.address() => {
                let text = fill(words.picture("believes"), &[("0", &believed)]);
                line.push((format!("  {text}"), Tone::Bad));
            }
            _ => {}
        }
        line
    }

    /// The name of a zone at the left, or its letter; the column where the rest begins.
    fn zone(&self, az: usize, line: Rect, buf: &mut Buffer) -> u16 {
        let name = ZONES.get(az).copied().unwrap_or_default();
        let shown = if self.is_roomy() { name } else { &name[name.len().saturating_sub(1)..] };
        let lost = self.scene.service().lost_zones()[az];
        let tone = if lost { Tone::Bad } else { Tone::Muted };
        let look = self.look(ObjectId { kind: ZONE, number: az as u32 }, tone);
        put(buf, line.x, line.y, line.right(), shown, look) + 1
    }

    /// One copy of the data: its name, its lane of commits, and how it is.
    fn member(&self, member: &Member<'_>, line: Rect, buf: &mut Buffer) {
        let ellipsis = self.symbols().ellipsis;
        let x = if member.first_of_zone {
            self.zone(member.az, line, buf)
        } else {
            line.x + 1 + if self.is_roomy() { ZONES[0].len() as u16 } else { 1 }
        };
        let object = self.scene.object(&member.instance.id);
        let used = member.standby.is_none() && self.scene.uses(&member.instance.id);
        let tone = match member.standby {
            Some(_) => Tone::Muted,
            None if used => Tone::Strong,
            None => Tone::Text,
        };
        let full = name(member, self.words);
        let shown = cut(&full, self.label, ellipsis);
        put(buf, x, line.y, line.right(), &shown, self.look(object, tone));
        let x = x + self.label + 1;
        let (position, state, tone) = self.state_of(member);
        let room = if self.is_roomy() { 22 } else { 12 };
        let room = room.min(line.right().saturating_sub(x + 4));
        let lane = Rect { x, width: line.right().saturating_sub(x + room + 1), ..line };
        self.lane(member, position, lane, buf);
        let tail = cut(&state, room, ellipsis);
        put(buf, lane.right() + 1, line.y, line.right(), &tail, self.style(tone));
    }

    /// How many commits a copy holds, and what is to be said of it.
    fn state_of(&self, member: &Member<'_>) -> (usize, String, Tone) {
        let (words, instance) = (self.words, member.instance);
        if let Some(standby) = member.standby {
            return self.state_of_standby(instance, standby);
        }
        let position = self.scene.position(instance, self.now);
        let count = grouped(position as i64);
        if !instance.up {
            return (position, words.picture("down").to_owned(), Tone::Bad);
        }
        if instance.status != Status::Available {
            let tone = if instance.serves() { Tone::Info } else { Tone::Warn };
            let tone = if instance.status == Status::StorageFull { Tone::Bad } else { tone };
            return (position, instance.status.name().to_owned(), tone);
        }
        if let Some(of) = self.scene.replication(&instance.id, self.now) {
            let received = self.scene.service().received(self.now, instance);
            if of.missing == 0 {
                let role = if received.is_some() { "reader" } else { "replica" };
                return (position, self.with_role(&count, role), Tone::Good);
            }
            let missing = grouped(of.missing as i64);
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("0", &missing), ("1", &self.span(of.lag))];
            let has_all = received.is_some_and(|received| received == position + of.missing);
            let key = match (self.is_roomy(), has_all) {
                (true, true) => "to-apply",
                (false, true) => "to-apply-short",
                (true, false) => "behind",
                (false, false) => "behind-short",
            };
            let text = fill(words.picture(key), &values);
            return (position, text, Tone::Warn);
        }
        let role = match self.scene.is_damaged(instance, self.now) {
            true => return (position, words.picture("damaged").to_owned(), Tone::Bad),
            false if instance.cluster.is_some() => ("writer", Tone::Good),
            false if self.scene.uses(&instance.id) => ("primary", Tone::Good),
            false => ("beside", Tone::Muted),
        };
        (position, self.with_role(&count, role.0), role.1)
    }

    /// How many commits, and the part that a copy plays where there is room to say it.
    fn with_role(&self, count: &str, role: &str) -> String {
        if self.is_roomy() {
            format!("{count} {}", self.words.picture(role))
        } else {
            count.to_owned()
        }
    }

    fn state_of_standby(&self, instance: &Instance, standby: &Standby) -> (usize, String, Tone) {
        if !standby.ready {
            return (0, self.words.picture("building").to_owned(), Tone::Warn);
        }
        if !instance.up {
            return (standby.position, self.words.picture("takes-over").to_owned(), Tone::Accent);
        }
        let count = grouped(standby.position as i64);
        (standby.position, self.with_role(&count, "hidden"), Tone::Muted)
    }

    /// The last commits from left to right: what a copy holds, and what it does not hold yet.
    fn lane(&self, member: &Member<'_>, position: usize, area: Rect, buf: &mut Buffer) {
        if area.width == 0 {
            return;
        }
        let symbols = self.symbols();
        let under_way: u64 = self.scene.app().sent().map(|sent| sent.count).sum();
        let (head, behind) = self.heads();
        let wide = usize::from(area.width);
        let per_cell = (behind * 5 / 3).div_ceil(wide).max(1);
        let coming = if per_cell == 1 { (under_way as usize).min(wide / 2) } else { 0 };
        let end = head + coming;
        let uses = self.scene.uses(&member.instance.id);
        let received = self.scene.service().received(self.now, member.instance).unwrap_or(0);
        for cell in 0..wide {
            // The newest commit that this cell stands for.
            let newest = (end + cell * per_cell + per_cell).checked_sub(wide * per_cell);
            let Some(newest) = newest.filter(|newest| *newest > 0) else { continue };
            let (sign, tone) = if newest <= position {
                (symbols.full, self.lane_tone(member))
            } else if newest <= received {
                // A reader has it, and does not show it yet.
                (symbols.begun, Tone::Info)
            } else if newest > head && uses && member.instance.up {
                match member.standby {
                    Some(_) => (symbols.unread, Tone::Warn),
                    None => (symbols.begun, Tone::Accent),
                }
            } else {
                (symbols.dot, Tone::Faint)
            };
            put(buf, area.x + cell as u16, area.y, area.right(), sign, self.style(tone));
        }
    }

    fn lane_tone(&self, member: &Member<'_>) -> Tone {
        let instance = member.instance;
        match member.standby {
            Some(_) if instance.up => Tone::Muted,
            Some(_) => Tone::Accent,
            None if !instance.serves() => Tone::Faint,
            None if instance.replica.is_some() => Tone::Info,
            None if self.scene.uses(&instance.id) => Tone::Good,
            None if instance.cluster.is_some() => Tone::Info,
            None => Tone::Muted,
        }
    }

    /// The most commits that anything holds, and how far the furthest replica is behind.
    fn heads(&self) -> (usize, usize) {
        let (mut head, mut behind) = (0, 0);
        for instance in self.scene.service().instances() {
            head = head.max(self.scene.position(instance, self.now));
            let replication = self.scene.replication(&instance.id, self.now);
            behind = behind.max(replication.map_or(0, |one| one.missing));
        }
        (head, behind)
    }

    /// The volume and the processor under the load.
    fn machine(&self) -> Line {
        let words = self.words;
        let Some(load) = self.scene.load(self.now) else { return Vec::new() };
        let instance = load.instance;
        let mut line: Line = vec![(
            format!("{} {} GiB", instance.storage_type, grouped(instance.gib as i64)),
            Tone::Text,
        )];
        let alarming = |is: bool| if is { Tone::Bad } else { Tone::Muted };
        let mut pieces = vec![(self.io(load), alarming(load.served() < load.demand()))];
        if instance.storage_type == "gp2" {
            let balance = instance.burst_balance(self.now);
            pieces.push((fill(words.picture("burst"), &[("0", &balance)]), alarming(balance < 20)));
        }
        let free = load.free_storage(self.scene.disk());
        let text = fill(words.picture("free"), &[("0", &grouped((free >> 30) as i64))]);
        pieces.push((text, alarming(free * 5 < instance.gib << 30)));
        let cpu = load.cpu() / 100;
        pieces.push((format!("CPU {cpu} %"), alarming(cpu >= 80)));
        // What is bad comes first: there may be no room for all.
        pieces.sort_by_key(|(_, tone)| *tone != Tone::Bad);
        line.extend(pieces.into_iter().map(|(text, tone)| (format!("  {text}"), tone)));
        line
    }

    fn io(&self, load: Load<'_>) -> String {
        let (served, demand) = (load.served(), load.demand());
        if served < demand {
            let values = [grouped(served as i64), grouped(demand as i64)];
            return fill(self.words.picture("io-of"), &[("0", &values[0]), ("1", &values[1])]);
        }
        format!("{} IOPS", grouped(served as i64))
    }

    /// From the oldest restorable second to now: what can be restored, the snapshots, the wrong delete.
    fn backups(&self, line: Rect, buf: &mut Buffer) {
        let (words, symbols) = (self.words, self.symbols());
        let head = words.picture("backups");
        let x = put(buf, line.x, line.y, line.right(), head, self.style(Tone::Muted)) + 1;
        let area = Rect { x, width: line.right().saturating_sub(x), ..line };
        let Some(instance) = self.scene.watched() else { return };
        let window = self.scene.restorable(self.now);
        let Some((earliest, latest)) = window.filter(|_| area.width > 0) else {
            let text = cut(words.picture("no-backups"), area.width, symbols.ellipsis);
            put(buf, x, line.y, line.right(), &text, self.style(Tone::Warn));
            return;
        };
        let whole = self.now.since(earliest).0.max(1);
        let cell = |at: Time| {
            let part = at.since(earliest).0.min(whole);
            let last = u64::from(area.width - 1);
            area.x + u16::try_from(part * last / whole).unwrap_or(0)
        };
        for x in area.x..area.right() {
            let (sign, tone) = if x <= cell(latest) {
                (symbols.heavy, Tone::Good)
            } else {
                (symbols.dot, Tone::Faint)
            };
            put(buf, x, line.y, line.right(), sign, self.style(tone));
        }
        for (object, snapshot) in self.scene.snapshots_in_order() {
            if snapshot.of.uid != instance.uid || snapshot.created < earliest {
                continue;
            }
            let (sign, tone) = if snapshot.manual {
                (symbols.read, Tone::Accent)
            } else {
                (symbols.unread, Tone::Text)
            };
            put(buf, cell(snapshot.created), line.y, line.right(), sign, self.look(object, tone));
        }
        if let Some((_, at)) = self.scene.damage().filter(|(_, at)| *at >= earliest) {
            put(buf, cell(at), line.y, line.right(), symbols.here, self.style(Tone::Bad));
        }
    }

    /// The newest second that can be restored, and whether that is before the wrong delete.
    fn restorable(&self) -> Line {
        let words = self.words;
        let Some((_, latest)) = self.scene.restorable(self.now) else { return Vec::new() };
        let ago = self.span(self.now.since(latest));
        let text = fill(words.picture("latest"), &[("0", &clock(latest)), ("1", &ago)]);
        let mut line: Line = Vec::new();
        if let Some((_, at)) = self.scene.damage() {
            let (key, tone) = if at > latest {
                ("delete-not-in-logs", Tone::Warn)
            } else {
                ("delete-in-logs", Tone::Good)
            };
            line.push((format!("{}  ", fill(words.picture(key), &[("0", &clock(at))])), tone));
        }
        line.push((text, Tone::Muted));
        line
    }

    /// The alarms in one row: those that ring, or that none does.
    fn alarms(&self) -> Line {
        let words = self.words;
        let mut line: Line = vec![(words.picture("alarms").to_owned(), Tone::Muted)];
        for (spec, alarm) in ALARMS.iter().zip(self.scene.alarms()) {
            if alarm.state == State::Alarm {
                line.push((format!(" {} {}", self.symbols().read, spec.metric), Tone::Bad));
            }
        }
        if line.len() == 1 {
            line.push((format!(" {}", words.picture("none-rings")), Tone::Good));
        }
        line
    }

    /// One alarm: its metric, the value, the threshold, its state.
    fn alarm(&self, number: usize, line: Rect, buf: &mut Buffer) {
        let (Some(spec), Some(alarm)) = (ALARMS.get(number), self.scene.alarms().get(number))
        else {
            return;
        };
        let (sign, tone) = match alarm.state {
            State::Ok => (self.symbols().unread, Tone::Good),
            State::Alarm => (self.symbols().read, Tone::Bad),
            State::NoData => (self.symbols().dot, Tone::Muted),
        };
        let object = ObjectId { kind: ALARM, number: number as u32 };
        put(buf, line.x, line.y, line.right(), sign, self.style(tone));
        let tail_tone = self.style(tone);
        let tail = match alarm.state {
            State::NoData if line.width < ROOMY => self.words.picture("no-data"),
            state => state.name(),
        };
        let end = put_right(buf, line.x, line.y, line.right(), tail, tail_tone);
        let end = end.saturating_sub(1).max(line.x);
        let x = put(buf, line.x + 2, line.y, end, spec.metric, self.look(object, Tone::Text)) + 1;
        let Some((value, threshold)) = self.scene.watch(number, self.now) else { return };
        let metric = Rds::METRICS.iter().find(|metric| metric.name == spec.metric);
        let Some(unit) = metric.map(|metric| metric.unit) else { return };
        let shown = |value| tell::value(unit, value, &[], self.words, self.stage.lang);
        let value = shown(value);
        let limit = match threshold {
            Threshold::Above(most) => format!("(> {})", shown(most)),
            Threshold::Below(least) => format!("(< {})", shown(least)),
        };
        if x + width(&value) <= end {
            let x = put(buf, x, line.y, end, &value, self.style(Tone::Strong)) + 1;
            if x + width(&limit) <= end {
                put(buf, x, line.y, end, &limit, self.style(Tone::Faint));
            }
        }
    }
}
