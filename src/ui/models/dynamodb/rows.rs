//! The rows of the picture, each from what the scene and the service say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::super::text::{cut, put, put_right, width};
use super::super::super::theme::Tone;
use super::super::lines::span;
use super::bar::Part;
use super::plan::RECENT;
use super::{Easel, Piece, WIDE};
use crate::app::model::tell::grouped;
use crate::models::dynamodb::{
    ARTICLE, Clerk, Phase, Reads, THE_CLIENT, THE_INDEX, THE_READER, THE_STREAM, Task,
    partition_object,
};
use crate::models::journal::ObjectId;
use crate::models::workload::Shape;
use crate::services::dynamodb::{
    Direction, Meter, PARTITION_READS, PARTITION_WRITES, StreamRecord, TableStatus, Throughput,
    Units,
};
use crate::services::time::Time;
use crate::words::fill;

/// The columns that labels at the left of bars take.
const LABEL: u16 = 8;
/// The shortest bar.
const LEAST: u16 = 4;

fn count(number: u64) -> String {
    grouped(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Units with their thousands apart and a half if there is one.
fn units(units: Units) -> String {
    let half = if units.halves.is_multiple_of(2) { "" } else { ".5" };
    format!("{}{half}", count(units.halves / 2))
}

/// What a meter shows: the last full second, or this one if that is more already.
fn shown(meter: &Meter, now: Time) -> Units {
    meter.last_second(now).max(meter.used(now))
}

fn letter(direction: Direction) -> &'static str {
    match direction {
        Direction::Write => "w",
        Direction::Read => "r",
    }
}

impl Easel<'_> {
    fn throughput(&self) -> Option<&Throughput> {
        self.scene.shown_table().map(|table| &table.throughput)
    }

    fn told(&self, key: &str, n: u64, tone: Tone) -> Piece {
        self.piece(fill(self.words.picture(key), &[("n", &count(n))]), tone)
    }

    pub(super) fn client(&self, line: Rect, buf: &mut Buffer) {
        let (settings, client) = (self.scene.settings(), self.scene.client());
        let name = (self.words.picture("client").to_owned(), self.look(THE_CLIENT, Tone::Text));
        let mut pieces = vec![name];
        if client.flood.is_some() {
            pieces.push(self.label("flood", Tone::Bad));
        }
        if client.paused {
            pieces.push(self.label("paused", Tone::Warn));
        } else if settings.still {
            pieces.push(self.label("still", Tone::Muted));
        } else {
            let rate = |milli: u64| match milli % 1000 {
                0 => count(milli / 1000),
                part => format!("{}.{}", count(milli / 1000), part / 100),
            };
            if let Shape::Burst { count: size, every } = settings.shape {
                let every = span(every, self.stage);
                pieces.push(self.piece(format!("{} w/{every}", count(size.into())), Tone::Strong));
            } else if settings.write_rate > 0 {
                pieces.push(self.piece(format!("{} w/s", rate(settings.write_rate)), Tone::Strong));
            }
            if settings.read_rate > 0 {
                pieces.push(self.piece(format!("{} r/s", rate(settings.read_rate)), Tone::Strong));
            }
        }
        let tally = self.scene.tally();
        let refused = [&tally.writes_refused, &tally.reads_refused, &tally.index_refused]
            .map(|rate| rate.rate(self.now))
            .iter()
            .sum();
        if refused > 0 {
            pieces.push(self.told("refused", refused, Tone::Bad));
        }
        if client.waiting() > 0 {
            pieces.push(self.told("waiting", client.waiting() as u64, Tone::Warn));
        }
        if tally.given_up > 0 {
            pieces.push(self.told("given-up", tally.given_up, Tone::Bad));
        }
        self.strip(&pieces, None, line, buf);
    }

    /// The last key used, its hash and its partition.
    pub(super) fn key(&self, line: Rect, buf: &mut Buffer) {
        let Some((key, hash, partition)) = self.scene.marked() else {
            self.strip(&[self.label("no-key", Tone::Faint)], None, line, buf);
            return;
        };
        let digits = format!("{hash:016x}");
        let few = if line.width < WIDE { 4 } else { 12 };
        let digits = format!("{}{}", &digits[..few], self.symbols().ellipsis);
        let place = format!(
            "{} {}",
            self.symbols().pointer,
            fill(self.words.picture("partition"), &[("n", &partition)])
        );
        let tail = format!("{} {digits} {place}", self.words.picture("hash"));
        let room = line.width.saturating_sub(width(&tail) + 1).max(4);
        let key = cut(key, room, self.symbols().ellipsis).into_owned();
        let hash = format!("{} {digits}", self.words.picture("hash"));
        let pieces = [
            self.piece(key, Tone::Accent),
            self.piece(hash, Tone::Muted),
            self.piece(place, Tone::Strong),
        ];
        self.strip(&pieces, None, line, buf);
    }

    /// All hashes from left to right, cut into ranges; the keys used lately as dots.
    pub(super) fn ring(&self, line: Rect, buf: &mut Buffer) {
        let Some(throughput) = self.throughput() else { return };
        let symbols = self.symbols();
        let wide = u128::from(line.width);
        let at = |hash: u64| line.x + ((u128::from(hash) * wide) >> 64) as u16;
        for x in line.left()..line.right() {
            put(buf, x, line.y, line.right(), symbols.horizontal, self.style(Tone::Faint));
        }
        for placed in &self.scene.client().placed {
            if self.now.since(placed.at) <= RECENT {
                let x = at(placed.hash);
                put(buf, x, line.y, line.right(), symbols.dot, self.style(Tone::Text));
            }
        }
        let ranges = throughput.ranges();
        // Ranges too narrow for a cell of their own are not drawn.
        let drawn = if ranges * 2 > usize::from(line.width) { 0 } else { ranges };
        for number in 0..drawn {
            let from = line.x + (number as u128 * wide / ranges as u128) as u16;
            let to = line.x + ((number + 1) as u128 * wide / ranges as u128) as u16;
            let object = partition_object(number);
            let name = number.to_string();
            let edge = self.look(object, Tone::Muted);
            put(buf, from, line.y, line.right(), symbols.vertical, edge);
            if to - from > width(&name) + 1 {
                put(buf, from + 1, line.y, to, &name, self.look(object, Tone::Strong));
            }
        }
        if let Some((_, hash, _)) = self.scene.marked() {
            put(buf, at(hash), line.y, line.right(), symbols.read, self.style(Tone::MatchNow));
        }
    }

    pub(super) fn table(&self, line: Rect, buf: &mut Buffer) {
        let Some(table) = self.scene.shown_table() else { return };
        let number = crate::models::Scene::objects(self.scene, self.now)
            .into_iter()
            .find(|object| object.kind == crate::models::dynamodb::TABLE);
        let object = number.unwrap_or(ObjectId { kind: crate::models::dynamodb::TABLE, number: 0 });
        let mode = if self.scene.is_provisioned() { "provisioned" } else { "on-demand" };
        let mut pieces = vec![
            (table.name().to_owned(), self.look(object, Tone::Strong)),
            self.piece(self.words.choice(mode), Tone::Muted),
        ];
        if table.status() != TableStatus::Active {
            pieces.push(self.label("changing", Tone::Warn));
        }
        pieces.push(self.told("items", table.items().len(), Tone::Muted));
        let others = self.scene.other_tables().count() as u64;
        let right = (others > 0).then(|| self.told("other-tables", others, Tone::Faint));
        self.strip(&pieces, right.as_ref(), line, buf);
    }

    /// A label, a bar, and what is said at its right.
    fn measured(&self, label: &Piece, part: Part, tail: &[Piece], line: Rect, buf: &mut Buffer) {
        let label_wide = LABEL.max(width(&label.0)).min(line.width);
        put(buf, line.x, line.y, line.x + label_wide, &label.0, label.1);
        let start = line.x + label_wide + 1;
        // What is said last goes first when the bar would be too short.
        let mut said = tail.len();
        let wide = |said: usize| tail[..said].iter().map(|(text, _)| width(text) + 1).sum::<u16>();
        while said > 1 && start + LEAST + wide(said) > line.right() {
            said -= 1;
        }
        let end = line.right().saturating_sub(wide(said)).max(start);
        self.bar(part, (start, line.y), end, buf);
        let mut x = end + 1;
        for (text, style) in &tail[..said] {
            x = put(buf, x, line.y, line.right(), text, *style) + 1;
        }
    }

    /// Used units against the limit, and the bucket.
    fn meter_tail(&self, meter: &Meter, wide: bool) -> (Part, Vec<Piece>) {
        let used = shown(meter, self.now);
        let part =
            Part { used: used.halves, whole: meter.per_second().saturating_mul(2), mark: None };
        let text = format!("{}/{}", units(used), count(meter.per_second()));
        let tone = match part.tone() {
            Tone::Good => Tone::Text,
            tone => tone,
        };
        let mut tail = vec![self.piece(format!("{text:>9}"), tone)];
        let (burst, most) = (meter.burst(self.now), meter.burst_capacity());
        if most > Units::ZERO {
            let tone = if burst == Units::ZERO { Tone::Warn } else { Tone::Muted };
            let key = if wide { "bucket" } else { "bucket-short" };
            let values = (count(burst.halves / 2), count(most.halves / 2));
            let text = fill(self.words.picture(key), &[("n", &values.0), ("most", &values.1)]);
            tail.push(self.piece(text, tone));
        }
        (part, tail)
    }

    pub(super) fn meter(&self, direction: Direction, line: Rect, buf: &mut Buffer) {
        let Some(throughput) = self.throughput() else { return };
        let key = match direction {
            Direction::Write => "writes",
            Direction::Read => "reads",
        };
        let (part, tail) = self.meter_tail(throughput.meter(direction), line.width >= WIDE);
        self.measured(&self.label(key, Tone::Text), part, &tail, line, buf);
    }

    pub(super) fn partition(&self, number: usize, line: Rect, buf: &mut Buffer) {
        let Some(throughput) = self.throughput() else { return };
        let Some(load) = throughput.partitions().get(number) else { return };
        let both = [(Direction::Write, PARTITION_WRITES), (Direction::Read, PARTITION_READS)];
        let used =
            |direction| load.last_second(self.now, direction).max(load.used(self.now, direction));
        let parts = both.map(|(direction, limit)| {
            let rate = throughput.meter(direction).per_second();
            let whole = limit.min(rate.max(1));
            let share = self.scene.is_provisioned().then(|| rate * 2 / throughput.ranges() as u64);
            Part { used: used(direction).halves, whole: whole * 2, mark: share }
        });
        let part = if parts[1].percent() > parts[0].percent() { parts[1] } else { parts[0] };
        let alone = number >= throughput.ranges();
        let marked = self.scene.marked().is_some_and(|(_, _, partition)| partition == number);
        let tone = if marked { Tone::Accent } else { Tone::Text };
        let key = if alone { "alone" } else { "partition" };
        let name = fill(self.words.picture(key), &[("n", &number)]);
        let label = (name, self.look(partition_object(number), tone));
        let mut tail: Vec<Piece> = both
            .map(|(direction, _)| {
                let text = format!("{} {}", units(used(direction)), letter(direction));
                self.piece(format!("{text:>7}"), Tone::Muted)
            })
            .to_vec();
        if part.percent() >= 100 {
            tail[0].1 = self.style(Tone::Bad);
        }
        self.measured(&label, part, &tail, line, buf);
    }

    pub(super) fn index(&self, line: Rect, buf: &mut Buffer) {
        let Some(index) = self.scene.index() else { return };
        let name = cut(index.index.name(), 10, self.symbols().ellipsis).into_owned();
        let label = (name, self.look(THE_INDEX, Tone::Text));
        let (part, mut tail) = self.meter_tail(&index.throughput.writes, line.width >= WIDE);
        if index.pending() > 0 {
            tail.insert(1, self.told("pending", index.pending() as u64, Tone::Warn));
        }
        self.measured(&label, part, &tail, line, buf);
    }

    pub(super) fn old(&self, line: Rect, buf: &mut Buffer) {
        let tally = self.scene.tally();
        let tone = if tally.stale > 0 { Tone::Warn } else { Tone::Good };
        let values = (count(tally.stale), count(tally.read));
        let text = fill(self.words.picture("old"), &[("n", &values.0), ("all", &values.1)]);
        let how = match (self.scene.settings().reads, self.scene.settings().strong) {
            (Reads::Index, _) => "index",
            (_, true) => "strong",
            (_, false) => "eventual",
        };
        let how = self.label(how, Tone::Muted);
        self.strip(&[self.piece(text, tone)], Some(&how), line, buf);
    }

    pub(super) fn scan(&self, line: Rect, buf: &mut Buffer) {
        let reads = match self.scene.settings().reads {
            Reads::Scan => self.words.choice("scan"),
            _ => self.words.choice("query"),
        };
        let tally = self.scene.tally();
        let total = self.throughput().map_or(Units::ZERO, |throughput| throughput.reads.total());
        let per_item = units(Units { halves: total.halves / tally.read.max(1) });
        let values = (count(tally.returned), per_item);
        let text = fill(self.words.picture("returned"), &[("n", &values.0), ("units", &values.1)]);
        self.strip(
            &[self.piece(reads, Tone::Strong), self.piece(text, Tone::Text)],
            None,
            line,
            buf,
        );
    }

    pub(super) fn stock(&self, line: Rect, buf: &mut Buffer) {
        let scene = self.scene;
        let lost = scene.lost_updates();
        let values = (grouped(scene.stock()), grouped(scene.tally().sold));
        let text = fill(self.words.picture("stock"), &[("n", &values.0), ("sold", &values.1)]);
        let verdict = match lost {
            0 => self.label("adds-up", Tone::Good),
            1.. => self.told("lost", lost.unsigned_abs(), Tone::Bad),
            _ => self.told("twice", lost.unsigned_abs(), Tone::Bad),
        };
        let pieces = [self.piece(ARTICLE, Tone::Strong), self.piece(text, Tone::Text)];
        self.strip(&pieces, Some(&verdict), line, buf);
    }

    pub(super) fn accounts(&self, line: Rect, buf: &mut Buffer) {
        let sum = grouped(self.scene.money());
        let accounts = self.scene.settings().accounts;
        let text = fill(self.words.picture("accounts"), &[("n", &accounts), ("sum", &sum)]);
        let conflicts = self.scene.tally().conflicts;
        let right = (conflicts > 0).then(|| self.told("conflicts", conflicts, Tone::Warn));
        self.strip(&[self.piece(text, Tone::Text)], right.as_ref(), line, buf);
    }

    pub(super) fn clerk(&self, number: usize, line: Rect, buf: &mut Buffer) {
        let Some(clerk) = self.scene.clerks().get(number) else { return };
        let name = (clerk.name(), self.look(clerk.object(), Tone::Text));
        let mut pieces = vec![name, self.at_work(clerk)];
        if clerk.sent_back > 0 {
            pieces.push(self.told("sent-back", clerk.sent_back, Tone::Muted));
        }
        let done = self.piece(count(clerk.done), Tone::Muted);
        self.strip(&pieces, Some(&done), line, buf);
    }

    fn at_work(&self, clerk: &Clerk) -> Piece {
        let saw = |key: &str, seen: i64| fill(self.words.picture(key), &[("n", &grouped(seen))]);
        match clerk.phase {
            Phase::Resting if clerk.loses => self.label("will-lose", Tone::Warn),
            Phase::Resting => self.label("rests", Tone::Faint),
            Phase::Thinking(seen) => {
                let is_past = self.scene.settings().task != Task::Add && seen != self.scene.stock();
                let tone = if is_past { Tone::Warn } else { Tone::Strong };
                self.piece(saw("thinks", seen), tone)
            }
            Phase::Unsure(_) => self.label("unsure", Tone::Bad),
            Phase::Moving(from, to) => {
                let text = format!("acct-{} {} acct-{}", from + 1, self.symbols().pointer, to + 1);
                self.piece(text, Tone::Warn)
            }
        }
    }

    pub(super) fn expiry(&self, line: Rect, buf: &mut Buffer) {
        let there = self.scene.expired_items(self.now);
        let tone = if there > 0 { Tone::Warn } else { Tone::Muted };
        let mut pieces = vec![
            self.label("ttl", Tone::Text),
            self.told("still-there", there, tone),
            self.told("deleted", self.scene.tally().expired, Tone::Good),
        ];
        if self.scene.settings().ttl_in_millis {
            pieces.push(self.label("never", Tone::Bad));
        }
        self.strip(&pieces, None, line, buf);
    }

    /// The last records, one sign each, the reader's place among them.
    pub(super) fn stream(&self, line: Rect, buf: &mut Buffer) {
        let Some(stream) = self.scene.stream() else { return };
        let name = self.words.picture("stream");
        let x = put(buf, line.x, line.y, line.right(), name, self.look(THE_STREAM, Tone::Text)) + 1;
        let range = stream.range();
        let right = count(range.end);
        put_right(buf, x, line.y, line.right(), &right, self.style(Tone::Muted));
        let end = line.right().saturating_sub(width(&right) + 1);
        let room = usize::from(end.saturating_sub(x));
        let kept = (range.end - range.start) as usize;
        let skipped = kept.saturating_sub(room);
        let first = range.start + skipped as u64;
        for ((number, record), column) in (first..).zip(stream.records().skip(skipped)).zip(x..end)
        {
            let read = number < self.scene.reader().next;
            let tone = if read { Tone::Muted } else { Tone::Accent };
            put(buf, column, line.y, end, self.sign(record), self.style(tone));
        }
    }

    /// `I`, `M` or `R`, as the record's event begins.
    fn sign(&self, record: &StreamRecord) -> &'static str {
        use crate::services::dynamodb::EventName;
        match record.event {
            EventName::Insert => "I",
            EventName::Modify => "M",
            EventName::Remove => "R",
        }
    }

    pub(super) fn reader(&self, line: Rect, buf: &mut Buffer) {
        let reader = self.scene.reader();
        let tone = if reader.dead.is_some() { Tone::Bad } else { Tone::Text };
        let name = (self.words.picture("reader").to_owned(), self.look(THE_READER, tone));
        let mut pieces = vec![name];
        if reader.dead.is_some() {
            pieces.push(self.label("dead", Tone::Bad));
        }
        let unread = self.scene.unread();
        if unread > 0 {
            pieces.push(self.told("unread", unread, Tone::Accent));
        } else {
            pieces.push(self.label("caught-up", Tone::Good));
        }
        if reader.missed > 0 {
            pieces.push(self.told("missed", reader.missed, Tone::Bad));
        }
        let [inserts, modifies, removes, expired] = reader.read;
        let text = format!("{inserts} I  {modifies} M  {} R", removes + expired);
        let right = self.piece(text, Tone::Muted);
        self.strip(&pieces, Some(&right), line, buf);
    }
}
