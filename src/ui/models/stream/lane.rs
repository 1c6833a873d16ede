//! The ring of hash keys, and the lanes of the shards: time from left to right, records as density, each
//! consumer where it has come to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::super::text::{cut, put, put_right, width};
use super::super::super::theme::Tone;
use super::{Easel, number};
use crate::models::stream::{App, Member, Stream, System, shard_object};
use crate::services::kinesis::{self, ShardState, WRITES};
use crate::services::time::{Span, Time};

/// A lane shows at least so much time.
const LEAST: Span = Span::seconds(10);
/// Keys that fell within this long are marked on the ring.
const RECENT: Span = Span::seconds(2);
/// Cells of a load bar.
const BAR: u16 = 5;

/// The moment at the left end of the lanes: the oldest record's, or the horizon.
pub(super) fn since(scene: &Stream, now: Time) -> Time {
    let oldest = match scene.system() {
        System::Kinesis => scene.kinesis().and_then(|stream| {
            let horizon = stream.horizon(now);
            let firsts = stream.shards().iter().filter_map(|state| {
                let log = state.records();
                log.get(log.at_or_after(horizon)).map(|record| record.at)
            });
            firsts.min()
        }),
        System::Kafka => scene.topic().and_then(|topic| {
            let firsts = topic.partitions.iter();
            firsts.filter_map(|log| log.get(log.first())).map(|record| record.at).min()
        }),
    };
    oldest.unwrap_or(now).min(now - LEAST)
}

/// The letter of an application on the lanes.
pub(super) fn letter(app: &App) -> char {
    app.name().chars().next().unwrap_or('?').to_ascii_uppercase()
}

/// Part `part` of `whole` as a cell among `wide`.
fn cell(part: u64, whole: u64, wide: u16) -> u16 {
    let at = u128::from(part) * u128::from(wide) / u128::from(whole.max(1));
    u16::try_from(at).unwrap_or(wide).min(wide.saturating_sub(1))
}

impl Easel<'_> {
    /// All hash keys from 0 at the left to 2^128 − 1 at the right: borders of shards, their numbers, and
    /// where keys fell lately. For Kafka, whose hash is taken modulo, one piece a partition.
    pub(super) fn ring(&self, line: Rect, buf: &mut Buffer) {
        let (symbols, wide, y) = (self.symbols(), line.width, line.y);
        let on_ring = |hash: u128| {
            u16::try_from(((hash >> 96) * u128::from(wide)) >> 32).unwrap_or(0).min(wide - 1)
        };
        let pieces: Vec<(u32, u16, u16)> = match self.scene.kinesis() {
            Some(stream) => stream
                .open_shards()
                .map(|state| {
                    let end = on_ring(state.range().end) + 1;
                    (state.index(), on_ring(state.range().start), end)
                })
                .collect(),
            None => {
                let count = self.scene.topic().map_or(1, |topic| topic.partitions.len()) as u64;
                let at = |index: u64| (index * u64::from(wide) / count.max(1)) as u16;
                (0..count).map(|index| (index as u32, at(index), at(index + 1))).collect()
            }
        };
        for x in 0..wide {
            put(buf, line.x + x, y, line.right(), symbols.horizontal, self.style(Tone::Faint));
        }
        let now = self.now;
        let place = |hash: u128, shard: u32| match self.scene.system() {
            System::Kinesis => on_ring(hash),
            System::Kafka => {
                let piece = pieces.iter().find(|piece| piece.0 == shard);
                piece.map_or(0, |(_, from, to)| from + (to - from) / 2)
            }
        };
        for placed in self.scene.flow().filter(|placed| now.since(placed.at) < RECENT) {
            let x = line.x + place(placed.hash, placed.shard);
            put(buf, x, y, line.right(), symbols.read, self.style(Tone::Info));
        }
        for (index, from, to) in &pieces {
            let object = shard_object(*index);
            put(
                buf,
                line.x + from,
                y,
                line.right(),
                symbols.vertical,
                self.look(object, Tone::Muted),
            );
            let name = index.to_string();
            if to - from > width(&name) + 1 {
                put(buf, line.x + from + 1, y, line.x + to, &name, self.look(object, Tone::Strong));
            }
        }
        if let Some((key, hash)) = self.scene.marked() {
            let shard = self.scene.place_of(key).map(|(_, shard)| shard).unwrap_or_default();
            let x = line.x + place(hash, shard);
            put(buf, x, y, line.right(), symbols.read, self.style(Tone::MatchNow));
        }
    }

    pub(super) fn lane(&self, index: u32, line: Rect, buf: &mut Buffer) {
        let name = self.lane_name(index, line.width);
        let label = width(&self.lane_name(99, line.width));
        let open = self.state(index).is_none_or(ShardState::is_open);
        let tone = if open { Tone::Text } else { Tone::Faint };
        let look = self.look(shard_object(index), tone);
        put(buf, line.x, line.y, line.right(), &name, look);
        let tail = self.tail(index, line, buf);
        let area =
            Rect { x: line.x + label + 1, width: tail.saturating_sub(line.x + label + 2), ..line };
        self.records(index, open, area, buf);
        match self.scene.system() {
            System::Kinesis => self.readers(index, area, buf),
            System::Kafka => self.committed(index, area, buf),
        }
    }

    fn state(&self, index: u32) -> Option<&ShardState> {
        self.scene.kinesis().and_then(|stream| stream.shards().get(index as usize))
    }

    /// The load, or the lag, at the right end; the column where it begins.
    fn tail(&self, index: u32, line: Rect, buf: &mut Buffer) -> u16 {
        let words = self.words;
        let y = line.y;
        let Some(state) = self.state(index) else {
            let lags = (0..self.scene.groups())
                .map(|group| self.scene.lags(group).nth(index as usize).unwrap_or(0));
            let lags: Vec<u64> = lags.collect();
            let told: String = lags.iter().map(|lag| format!(" {:>4}", number(*lag))).collect();
            let text = format!("{}{told}", words.picture("lag"));
            let most = lags.into_iter().max().unwrap_or(0);
            let tone = if most > 20 { Tone::Warn } else { Tone::Muted };
            return put_right(buf, line.x, y, line.right(), &text, self.style(tone));
        };
        let room = if line.width < 60 { 11 } else { 14 };
        let start = line.right().saturating_sub(room).max(line.x);
        if !state.is_open() {
            let text = cut(words.picture("closed"), room, self.symbols().ellipsis);
            put_right(buf, line.x, y, line.right(), &text, self.style(Tone::Faint));
            return start;
        }
        let load = state.writes(self.now);
        let full = (load.count * 100 / WRITES.count).max(load.bytes * 100 / kinesis::MIB);
        let tone = match full {
            100.. => Tone::Bad,
            80.. => Tone::Warn,
            _ => Tone::Good,
        };
        let filled = if full == 0 { 0 } else { cell(full.min(100), 100, BAR) + 1 };
        for at in 0..BAR {
            let (sign, tone) = if at < filled.min(BAR) {
                (self.symbols().full, tone)
            } else {
                (self.symbols().empty, Tone::Faint)
            };
            put(buf, start + at, y, line.right(), sign, self.style(tone));
        }
        let text = if line.width < 60 {
            format!("{full}%")
        } else {
            format!("{}/{}", number(load.count), words.picture("second"))
        };
        put_right(buf, start + BAR + 1, y, line.right(), &text, self.style(Tone::Muted));
        start
    }

    /// The records of a lane as density over time.
    fn records(&self, index: u32, open: bool, area: Rect, buf: &mut Buffer) {
        let symbols = self.symbols();
        let whole = self.now.since(self.since).0.max(1);
        let edge = |x: u16| self.since + Span(whole * u64::from(x) / u64::from(area.width.max(1)));
        let mut before = self.position_at(index, edge(0));
        for x in 0..area.width {
            let last = x + 1 == area.width;
            let after = if last { self.end(index) } else { self.position_at(index, edge(x + 1)) };
            let (sign, tone) = match after.saturating_sub(before) {
                0 => (symbols.horizontal, Tone::Faint),
                1..=2 => (symbols.dot, Tone::Muted),
                3..=20 => (symbols.unread, Tone::Text),
                _ => (symbols.read, Tone::Text),
            };
            let tone = if open || tone == Tone::Faint { tone } else { Tone::Muted };
            put(buf, area.x + x, area.y, area.right(), sign, self.style(tone));
            before = after;
        }
        let horizon = self.scene.kinesis().map(|stream| stream.horizon(self.now));
        if horizon.is_some_and(|horizon| horizon > Time::START && self.since <= horizon + LEAST) {
            put(buf, area.x, area.y, area.right(), symbols.here, self.style(Tone::Bad));
        }
    }

    fn end(&self, index: u32) -> u64 {
        match (self.state(index), self.scene.topic()) {
            (Some(state), _) => state.records().next(),
            (None, Some(topic)) => topic.partitions[index as usize].end(),
            (None, None) => 0,
        }
    }

    /// The position of the first record that came at `at` or later.
    fn position_at(&self, index: u32, at: Time) -> u64 {
        if let Some(state) = self.state(index) {
            return state.records().at_or_after(at);
        }
        let Some(log) = self.scene.topic().and_then(|topic| topic.partitions.get(index as usize))
        else {
            return 0;
        };
        let (mut low, mut high) = (log.first(), log.end());
        while low < high {
            let middle = low + (high - low) / 2;
            if log.get(middle).is_some_and(|record| record.at < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The cell of a moment on a lane.
    fn at(&self, moment: Time, area: Rect) -> u16 {
        let whole = self.now.since(self.since).0.max(1);
        area.x + cell(moment.since(self.since).0, whole, area.width)
    }

    /// Each application where it has come to; several at one place as a number.
    fn readers(&self, index: u32, area: Rect, buf: &mut Buffer) {
        let Some(state) = self.state(index).filter(|_| area.width > 0) else { return };
        let log = state.records();
        let mut marks: Vec<(u16, char, Tone)> = Vec::new();
        for app in self.scene.apps() {
            let Some(lease) = app.leases.get(&index).filter(|lease| !lease.drained) else {
                continue;
            };
            let next = lease.hand.as_ref().map(|hand| hand.from).or(lease.next);
            let Some(next) = next else { continue };
            let x = match log.get(next.max(log.first())) {
                Some(record) => self.at(record.at, area),
                None => area.right() - 1,
            };
            let tone = if app.dead.is_some() { Tone::Bad } else { Tone::Accent };
            match marks.iter_mut().find(|mark| mark.0 == x) {
                Some(mark) => {
                    let count = mark.1.to_digit(10).unwrap_or(1) + 1;
                    mark.1 = char::from_digit(count.min(9), 10).unwrap_or('9');
                }
                None => marks.push((x, letter(app), tone)),
            }
        }
        for (x, sign, tone) in marks {
            put(buf, x, area.y, area.right(), &sign.to_string(), self.style(tone));
        }
    }

    /// The committed offsets of the groups, the first group's above the others'.
    fn committed(&self, index: u32, area: Rect, buf: &mut Buffer) {
        for group in (0..self.scene.groups()).rev().filter(|_| area.width > 0) {
            self.committed_of(group, index, area, buf);
        }
    }

    /// A committed offset, as the number of the member that has the partition; the second group's as
    /// a letter.
    fn committed_of(&self, at: usize, index: u32, area: Rect, buf: &mut Buffer) {
        let (Some(topic), Some(group)) = (self.scene.topic(), self.scene.group(at)) else { return };
        let log = &topic.partitions[index as usize];
        let Some(committed) = group.committed.get(&index) else { return };
        let x = match log.get(*committed) {
            Some(record) => self.at(record.at, area),
            None => area.right() - 1,
        };
        let sign = |member: &Member| match at {
            0 => member.ordinal.to_string(),
            _ => member.name().chars().take(1).collect(),
        };
        let mut members = self.scene.members().iter().filter(|member| member.group == at);
        let owner = members.find(|member| {
            let state = group.members.get(&member.name());
            state.is_some_and(|state| state.partitions.contains(&index))
        });
        let (sign, tone) = match owner {
            Some(member) if member.dead.is_some() => (sign(member), Tone::Bad),
            Some(member) if at > 0 => (sign(member), Tone::Info),
            Some(member) => (sign(member), Tone::Accent),
            None => (self.symbols().vertical.to_owned(), Tone::Warn),
        };
        put(buf, x, area.y, area.right(), &sign, self.style(tone));
    }
}
