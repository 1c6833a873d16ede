//! The picture of the stream: the producer and the key typed, the ring of hash keys cut into shards, a
//! lane of time for each shard with every consumer's place on it, and the consumers.

mod lane;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::text::{cut, put, put_right, width};
use super::super::theme::{Symbols, Tone};
use super::Stage;
use crate::models::Scene as _;
use crate::models::journal::ObjectId;
use crate::models::stream::{App, GROUP_NAMES, Member, Stream, System, THE_PRODUCER, group_object};
use crate::models::timeline::Timeline;
use crate::services::time::{Span, Time};
use crate::words::fill;
use crate::words::models::{Words, of};

/// One row of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Row {
    /// Where records come from.
    Producer,
    /// The last typed key and where it falls.
    Key,
    /// All hash keys from left to right, cut into shards.
    Ring,
    /// A shard or partition.
    Lane(u32),
    /// So many more of them.
    MoreLanes(usize),
    /// A Kafka group as a whole.
    Group(usize),
    /// A consumer by its index.
    Consumer(usize),
    /// So many more of them.
    MoreConsumers(usize),
    /// What to do when nobody reads.
    Nobody,
}

/// How many rows the picture would like, `most` at most.
pub(super) fn height(timeline: &Timeline<Stream>, _width: u16, most: u16) -> u16 {
    let rows = plan(timeline.scene(), timeline.now().at, u16::MAX);
    u16::try_from(rows.len()).unwrap_or(u16::MAX).min(most)
}

/// Draws the stream at the cursor of its timeline.
pub(super) fn draw(timeline: &Timeline<Stream>, stage: &Stage<'_>, buf: &mut Buffer) {
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let Some(words) = of(Stream::ID, stage.lang) else { return };
    let easel = Easel { scene, now, stage, words, since: lane::since(scene, now) };
    if scene.kinesis().is_none() && scene.topic().is_none() {
        let text = cut(words.picture("gone"), stage.area.width, easel.symbols().ellipsis);
        put(buf, stage.area.x, stage.area.y, stage.area.right(), &text, easel.style(Tone::Warn));
        return;
    }
    for (row, y) in plan(scene, now, stage.area.height).into_iter().zip(stage.area.y..) {
        let line = Rect { y, height: 1, ..stage.area };
        easel.row(row, line, buf);
    }
}

/// The lanes in the order of their hash keys: parents, which are closed, above their children.
fn lanes(scene: &Stream, now: Time) -> Vec<u32> {
    let mut shown = scene.shown_shards(now);
    if let Some(stream) = scene.kinesis() {
        shown.sort_by_key(|index| {
            let state = &stream.shards()[*index as usize];
            (state.range().start, state.opened_at(), *index)
        });
    }
    shown
}

/// The rows for `most` lines: what is told in one row each gives way last.
fn plan(scene: &Stream, now: Time, most: u16) -> Vec<Row> {
    let most = usize::from(most);
    let all = lanes(scene, now);
    let consumers = scene.apps().len().max(scene.members().len());
    // What gives way stands last: a topic's ring has but equal pieces.
    let mut single: Vec<Row> = (0..scene.groups()).map(Row::Group).collect();
    single.extend(match scene.system() {
        System::Kinesis => [Row::Ring, Row::Producer, Row::Key],
        System::Kafka => [Row::Producer, Row::Ring, Row::Key],
    });
    single.truncate(most.saturating_sub((all.len() + consumers).clamp(2, 4)));
    let has = |row: Row| single.contains(&row).then_some(row);
    let room = most - single.len().min(most);
    let below = consumers.max(1);
    // One row for several would but count them.
    let least = if below > 1 && room > 3 { 2 } else { 1 };
    let for_consumers = below.min((room / 3).max(room.saturating_sub(all.len())).max(least));
    let for_lanes = room.saturating_sub(for_consumers);
    let mut rows: Vec<Row> =
        [Row::Producer, Row::Key, Row::Ring].into_iter().filter_map(has).collect();
    if all.len() <= for_lanes {
        rows.extend(all.iter().map(|index| Row::Lane(*index)));
    } else if for_lanes > 0 {
        let shown = for_lanes - 1;
        let mut fullest = all.clone();
        fullest.sort_by_key(|index| std::cmp::Reverse(fullness(scene, *index)));
        fullest.truncate(shown);
        rows.extend(all.iter().filter(|index| fullest.contains(index)).map(|i| Row::Lane(*i)));
        rows.push(Row::MoreLanes(all.len() - shown));
    }
    let shown = match consumers <= for_consumers {
        true => consumers,
        false => for_consumers.saturating_sub(1),
    };
    let mut left = shown;
    for group in 0..scene.groups().max(1) {
        rows.extend(has(Row::Group(group)));
        let its = consumers_of(scene, group);
        rows.extend(its.iter().take(left).map(|index| Row::Consumer(*index)));
        left -= its.len().min(left);
    }
    match (consumers, consumers - shown) {
        (0, _) => rows.push(Row::Nobody),
        (_, 0) => {}
        (_, more) => rows.push(Row::MoreConsumers(more)),
    }
    rows
}

/// What makes a lane worth showing where there is no room for all: the records of a shard, open ones before
/// closed ones, and the lag of a partition.
fn fullness(scene: &Stream, index: u32) -> (bool, u64) {
    let shard = scene.kinesis().and_then(|stream| stream.shards().get(index as usize));
    match shard {
        Some(shard) => {
            let records = shard.records();
            (shard.is_open(), records.next() - records.first())
        }
        None => {
            let lags =
                (0..scene.groups()).filter_map(|group| scene.lags(group).nth(index as usize));
            (true, lags.max().unwrap_or(0))
        }
    }
}

/// A group's members by their index, or all applications of a stream.
fn consumers_of(scene: &Stream, group: usize) -> Vec<usize> {
    if scene.system() == System::Kinesis {
        return (0..scene.apps().len()).collect();
    }
    let members = scene.members().iter().enumerate();
    members.filter(|(_, member)| member.group == group).map(|(index, _)| index).collect()
}

/// What rows are drawn from.
struct Easel<'a> {
    scene: &'a Stream,
    now: Time,
    stage: &'a Stage<'a>,
    words: Words,
    /// The moment at the left end of the lanes.
    since: Time,
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

    /// A length of time in the unit that fits.
    fn span(&self, span: Span) -> String {
        let (key, n) = match span.0 {
            0..120_000 => ("seconds", span.0 / 1000),
            120_000..7_200_000 => ("minutes", span.0 / 60_000),
            7_200_000..172_800_000 => ("hours", span.0 / 3_600_000),
            _ => ("days", span.0 / 86_400_000),
        };
        fill(self.words.picture(key), &[("n", &n)])
    }

    fn row(&self, row: Row, line: Rect, buf: &mut Buffer) {
        match row {
            Row::Producer => self.producer(line, buf),
            Row::Key => self.key(line, buf),
            Row::Ring => self.ring(line, buf),
            Row::Lane(index) => self.lane(index, line, buf),
            Row::MoreLanes(count) | Row::MoreConsumers(count) => {
                let text = format!("+{count} {}", self.words.picture("more"));
                put(buf, line.x, line.y, line.right(), &text, self.style(Tone::Muted));
            }
            Row::Group(group) => self.group(group, line, buf),
            Row::Consumer(index) => match self.scene.system() {
                System::Kinesis => self.app(&self.scene.apps()[index], line, buf),
                System::Kafka => self.member(&self.scene.members()[index], line, buf),
            },
            Row::Nobody => {
                let text =
                    cut(self.words.picture("no-readers"), line.width, self.symbols().ellipsis);
                put(buf, line.x, line.y, line.right(), &text, self.style(Tone::Faint));
            }
        }
    }

    fn producer(&self, line: Rect, buf: &mut Buffer) {
        let (words, scene) = (self.words, self.scene);
        let y = line.y;
        let look = self.look(THE_PRODUCER, Tone::Text);
        let mut x = put(buf, line.x, y, line.right(), words.picture("producer"), look) + 1;
        let producer = scene.producer();
        let (text, tone) = if producer.paused {
            (words.picture("paused").to_owned(), Tone::Warn)
        } else if scene.settings().still {
            (words.choice("still").to_owned(), Tone::Muted)
        } else {
            let rate = number(scene.tally().records.rate(self.now));
            (format!("{rate} {}", words.picture("records")), Tone::Strong)
        };
        x = put(buf, x, y, line.right(), &text, self.style(tone)) + 2;
        let refused = scene.tally().writes_refused.rate(self.now);
        if refused > 0 {
            let text = format!("{} {}", number(refused), words.picture("refused"));
            x = put(buf, x, y, line.right(), &text, self.style(Tone::Bad)) + 2;
        }
        let waiting = producer.waiting();
        if waiting > 0 {
            let text = format!("{} {}", number(waiting as u64), words.picture("waiting"));
            x = put(buf, x, y, line.right(), &text, self.style(Tone::Warn)) + 2;
        }
        let given_up = scene.tally().given_up;
        if given_up > 0 {
            let text = format!("{} {}", number(given_up), words.picture("lost"));
            put(buf, x, y, line.right(), &text, self.style(Tone::Bad));
        }
    }

    /// The typed key, its hash and its shard.
    fn key(&self, line: Rect, buf: &mut Buffer) {
        let (words, scene, y) = (self.words, self.scene, line.y);
        let Some((key, hash)) = scene.marked() else {
            let text = cut(words.picture("no-key"), line.width, self.symbols().ellipsis);
            put(buf, line.x, y, line.right(), &text, self.style(Tone::Faint));
            return;
        };
        let shard = scene.place_of(key).map(|(_, shard)| shard).unwrap_or_default();
        let place = format!("{} {}", self.symbols().pointer, self.lane_name(shard, line.width));
        let (name, digits) = match scene.system() {
            System::Kinesis => {
                let digits = format!("{hash:032x}");
                let few = if line.width < 60 { 4 } else { 12 };
                let digits = format!("{}{}", &digits[..few], self.symbols().ellipsis);
                (words.picture("hash"), digits)
            }
            System::Kafka => {
                let count = scene.topic().map_or(1, |topic| topic.partitions.len());
                (words.picture("murmur"), format!("{hash} mod {count}"))
            }
        };
        let tail = format!("{name} {digits} ");
        let room = line.width.saturating_sub(width(&tail) + width(&place) + 1).max(4);
        let key = cut(key, room, self.symbols().ellipsis);
        let x = put(buf, line.x, y, line.right(), &key, self.style(Tone::Accent)) + 1;
        let x = put(buf, x, y, line.right(), &tail, self.style(Tone::Muted));
        put(buf, x, y, line.right(), &place, self.style(Tone::Strong));
    }

    /// How a shard is called where there is little room.
    fn lane_name(&self, index: u32, wide: u16) -> String {
        if wide < 60 {
            index.to_string()
        } else {
            let kind = match self.scene.system() {
                System::Kinesis => "shard",
                System::Kafka => "partition",
            };
            format!("{} {index}", self.words.picture(kind))
        }
    }

    fn group(&self, index: usize, line: Rect, buf: &mut Buffer) {
        let (words, y) = (self.words, line.y);
        let look = self.look(group_object(index), Tone::Strong);
        let x = put(buf, line.x, y, line.right(), GROUP_NAMES[index], look) + 1;
        let Some(group) = self.scene.group(index) else { return };
        let (text, tone) = if group.is_rebalancing() {
            (words.picture("rebalancing").to_owned(), Tone::Warn)
        } else {
            (format!("{} {}", words.picture("generation"), group.generation), Tone::Muted)
        };
        let lag: u64 = self.scene.lags(index).sum();
        let tail = format!("{} {}", words.picture("lag"), number(lag));
        let end = line.right().saturating_sub(width(&tail) + 1);
        put(
            buf,
            x,
            y,
            end,
            &cut(&text, end.saturating_sub(x), self.symbols().ellipsis),
            self.style(tone),
        );
        put_right(buf, line.x, y, line.right(), &tail, self.style(Tone::Strong));
    }

    fn app(&self, app: &App, line: Rect, buf: &mut Buffer) {
        let (words, y) = (self.words, line.y);
        let alive = app.dead.is_none();
        let tone = if alive { Tone::Text } else { Tone::Bad };
        let letter = lane::letter(app);
        put(buf, line.x, y, line.right(), &letter.to_string(), self.style(Tone::Accent));
        let x = line.x + 2;
        let name = cut(app.name(), 8, self.symbols().ellipsis);
        put(buf, x, y, line.right(), &name, self.look(app.object(), tone));
        let x = x + 9;
        let age = self.scene.age(app, self.now);
        let retention =
            self.scene.kinesis().map_or(Span::ZERO, crate::services::kinesis::Stream::retention);
        let close = age.0 * 2 >= retention.0;
        let (text, tone) = if !alive {
            (words.picture("dead").to_owned(), Tone::Bad)
        } else if age < Span::seconds(1) {
            (words.picture("caught-up").to_owned(), Tone::Good)
        } else {
            let text = format!("{} {}", self.span(age), words.picture("behind"));
            (text, if close { Tone::Bad } else { Tone::Warn })
        };
        let mut facts = vec![(text, tone)];
        if app.slow {
            facts.push((words.picture("slow").to_owned(), Tone::Warn));
        }
        if app.missed > 0 {
            facts.push((format!("{} {}", number(app.missed), words.picture("lost")), Tone::Bad));
        }
        if app.again > 0 {
            facts.push((format!("{} {}", number(app.again), words.picture("again")), Tone::Warn));
        }
        self.facts(&facts, x, app.done, line, buf);
    }

    /// What is to be said of a consumer, as much as there is room, and what it has done at the right.
    fn facts(&self, facts: &[(String, Tone)], x: u16, done: u64, line: Rect, buf: &mut Buffer) {
        let tail = number(done);
        let end = line.right().saturating_sub(width(&tail) + 1);
        let mut x = x;
        for (number, (text, tone)) in facts.iter().enumerate() {
            if number > 0 && x + width(text) > end {
                break;
            }
            let text = cut(text, end.saturating_sub(x), self.symbols().ellipsis);
            x = put(buf, x, line.y, end, &text, self.style(*tone)) + 2;
        }
        put_right(buf, line.x, line.y, line.right(), &tail, self.style(Tone::Muted));
    }

    fn member(&self, member: &Member, line: Rect, buf: &mut Buffer) {
        let (words, y) = (self.words, line.y);
        let group = self.scene.group(member.group);
        let known = group.and_then(|group| group.members.get(&member.name()));
        let tone = if member.dead.is_some() { Tone::Bad } else { Tone::Text };
        let name = member.name();
        let x = put(buf, line.x, y, line.right(), &name, self.look(member.object(), tone)) + 1;
        let mut facts = Vec::new();
        if member.left {
            facts.push((words.picture("left").to_owned(), Tone::Muted));
        } else if member.dead.is_some() {
            facts.push((words.picture("dead").to_owned(), Tone::Bad));
        }
        match known {
            Some(state) if !state.partitions.is_empty() => {
                let list: Vec<String> = state.partitions.iter().map(u32::to_string).collect();
                facts
                    .push((format!("{} {}", self.symbols().pointer, list.join(" ")), Tone::Strong));
            }
            Some(_) if group.is_some_and(|group| !group.is_rebalancing()) => {
                facts.push((words.picture("idle").to_owned(), Tone::Muted));
            }
            None if !member.left => {
                facts.push((words.picture("thrown-out").to_owned(), Tone::Bad));
            }
            _ => {}
        }
        if member.slow {
            facts.push((words.picture("slow").to_owned(), Tone::Warn));
        }
        if let Some(hand) = &member.hand {
            let count: u64 = hand.ranges.iter().map(|(_, from, to)| to - from).sum();
            let left = self.span(hand.until.since(self.now) + Span::millis(999));
            facts.push((format!("{} {count} {left}", self.symbols().begun), Tone::Muted));
        }
        self.facts(&facts, x, member.done, line, buf);
    }
}

/// A count with its thousands parted.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
