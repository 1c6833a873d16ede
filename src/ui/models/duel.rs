//! The duel's picture: queue and stream side by side, and the comparison table below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Stage;
use super::lines::{Line, dots, put_lines, span};
use crate::models::Scene;
use crate::models::duel::{Duel, Side, TABLE};
use crate::models::timeline::Timeline;
use crate::services::time::Time;
use crate::ui::theme::Tone;
use crate::words::fill;
use crate::words::models::{Words, of};

/// From this width on the two sides stand beside each other.
const SIDE_BY_SIDE: u16 = 68;
/// From this width on a row of the table is one line.
const TABLE_IN_ROWS: u16 = 90;
/// So many messages or records are shown one by one.
const SHOWN: usize = 12;

/// Draws the duel.
pub(super) fn draw(timeline: &Timeline<Duel>, stage: &Stage<'_>, buf: &mut Buffer) {
    let Some(words) = of(Duel::ID, stage.lang) else { return };
    let (area, now) = (stage.area, timeline.now().at);
    let queue = queue_lines(timeline.scene(), stage, words, now);
    let stream = stream_lines(timeline.scene(), stage, words, now);
    let rows = queue.len().max(stream.len()) as u16;
    let below = if area.width >= SIDE_BY_SIDE {
        let half = (area.width - 3) / 2;
        let left = Rect { width: half, ..area };
        let right = Rect { x: area.x + half + 3, width: area.width - half - 3, ..area };
        put_lines(&queue, stage, left, buf);
        put_lines(&stream, stage, right, buf);
        let bar = vec![vec![(stage.theme.symbols.vertical.to_owned(), Tone::Faint)]];
        for y in 0..rows.min(area.height) {
            let cell = Rect { x: area.x + half + 1, y: area.y + y, width: 1, height: 1 };
            put_lines(&bar, stage, cell, buf);
        }
        rows
    } else {
        let lines: Vec<Line> = queue.into_iter().chain(stream).collect();
        put_lines(&lines, stage, area, buf);
        lines.len() as u16
    };
    if area.height > below + 1 {
        let rest = Rect { y: area.y + below + 1, height: area.height - below - 1, ..area };
        put_table(words, stage, rest, buf);
    }
}

/// How many rows the picture would like.
pub(super) fn height(timeline: &Timeline<Duel>, width: u16, most: u16) -> u16 {
    let (queue, stream) = (6, 3 + timeline.scene().shards() as u16);
    let sides = if width >= SIDE_BY_SIDE { stream.max(queue) } else { queue + stream };
    let lines = if width >= TABLE_IN_ROWS { 1 } else { 2 };
    (sides + 2 + lines * TABLE.len() as u16).min(most)
}

fn label(words: Words, key: &str, value: &str, tone: Tone) -> [(String, Tone); 2] {
    [(format!("{} ", words.picture(key)), Tone::Muted), (format!("{value}  "), tone)]
}

/// Bad tones only where there is something bad to say.
fn alarm(count: u64, tone: Tone) -> Tone {
    if count > 0 { tone } else { Tone::Muted }
}

fn worker(scene: &Duel, words: Words, side: Side, now: Time) -> (String, Tone) {
    let running = scene.mapping(0, side, now).map_or(0, |mapping| mapping.running);
    let (text, tone) = match (scene.is_off(), scene.is_dead(), running) {
        (true, ..) => (words.picture("off").to_owned(), Tone::Warn),
        (_, true, _) => (words.picture("dead").to_owned(), Tone::Bad),
        (_, _, 0) => (words.picture("idle").to_owned(), Tone::Muted),
        _ => (fill(words.picture("running"), &[("0", &running)]), Tone::Good),
    };
    (format!("worker: {text}"), tone)
}

fn results(scene: &Duel, words: Words, side: Side) -> Line {
    let tally = scene.tally(side);
    let mut line: Line = Vec::new();
    line.extend(label(words, "handled", &tally.handled.to_string(), Tone::Good));
    line.extend(label(
        words,
        "repeated",
        &tally.repeated.to_string(),
        alarm(tally.repeated, Tone::Warn),
    ));
    line.extend(label(words, "lost", &tally.lost.to_string(), alarm(tally.lost, Tone::Bad)));
    line
}

fn queue_lines(scene: &Duel, stage: &Stage<'_>, words: Words, now: Time) -> Vec<Line> {
    let counts = scene.counts();
    let dead = scene.dead_letters() as u64;
    let mut states: Line = Vec::new();
    states.extend(label(words, "visible", &counts.visible.to_string(), Tone::Text));
    states.extend(label(words, "in-flight", &counts.in_flight.to_string(), Tone::Text));
    let age = span(scene.age(Side::Queue, now), stage);
    let mut last: Line = Vec::new();
    last.extend(label(words, "oldest", &age, Tone::Text));
    last.extend(label(words, "dlq", &dead.to_string(), alarm(dead, Tone::Warn)));
    vec![
        vec![
            (words.picture("queue").to_owned(), Tone::Strong),
            (format!("  {}", dots(stage, counts.visible, counts.in_flight, SHOWN)), Tone::Accent),
        ],
        states,
        vec![worker(scene, words, Side::Queue, now)],
        results(scene, words, Side::Queue),
        last,
        Vec::new(),
    ]
}

fn stream_lines(scene: &Duel, stage: &Stage<'_>, words: Words, now: Time) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![vec![
        (words.picture("stream").to_owned(), Tone::Strong),
        (format!("  {} {}", words.picture("kept"), scene.retained_records(now)), Tone::Muted),
    ]];
    for shard in 0..scene.shards() {
        let waiting = scene.ahead_of(0, shard).count();
        let mut line: Line = vec![(format!("shard-{shard} "), Tone::Muted)];
        match scene.blocked(shard) {
            None => {
                line.push((format!("{waiting} "), Tone::Text));
                line.push((dots(stage, waiting, 0, SHOWN), Tone::Accent));
            }
            Some(blocked) => {
                let since = span(now.since(blocked.since), stage);
                let text = fill(words.picture("blocked"), &[("0", &since)]);
                let tries = fill(words.picture("tries"), &[("0", &blocked.attempts)]);
                line.push((format!("{waiting}  {text}"), Tone::Bad));
                line.push((format!("  {tries}"), Tone::Muted));
            }
        }
        lines.push(line);
    }
    lines.push(vec![worker(scene, words, Side::Stream, now)]);
    lines.push(results(scene, words, Side::Stream));
    let given_up = scene.probe("StreamGivenUp", now).unwrap_or_default().unsigned_abs();
    let mut last: Line = Vec::new();
    last.extend(label(words, "oldest", &span(scene.age(Side::Stream, now), stage), Tone::Text));
    last.extend(label(words, "given-up", &given_up.to_string(), alarm(given_up, Tone::Warn)));
    lines.push(last);
    lines
}

fn put_table(words: Words, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
    let mut lines: Vec<Line> = vec![vec![(words.picture("table").to_owned(), Tone::Muted)]];
    let cell = |row: &str, side: &str| words.picture(&format!("row-{row}{side}")).to_owned();
    for row in TABLE {
        let key = Duel::ACTIONS.iter().find(|action| action.id == row.action);
        let key = (format!("{} ", key.map_or(' ', |action| action.key)), Tone::Key);
        let [name, queue, stream] = ["", "-queue", "-stream"].map(|side| cell(row.id, side));
        if area.width >= TABLE_IN_ROWS {
            lines.push(vec![
                key,
                (padded(&name, 24), Tone::Text),
                (padded(&queue, 25), Tone::Accent),
                (stream, Tone::Accent),
            ]);
        } else {
            let between = format!("  {} ", stage.theme.symbols.vertical);
            lines.push(vec![key, (name, Tone::Text)]);
            lines.push(vec![
                (format!("  {queue}"), Tone::Accent),
                (between, Tone::Faint),
                (stream, Tone::Accent),
            ]);
        }
    }
    put_lines(&lines, stage, area, buf);
}

/// Filled up with spaces to a width in cells, and with one at least.
fn padded(text: &str, width: usize) -> String {
    let wide = usize::from(crate::ui::text::width(text));
    format!("{text}{}", " ".repeat(width.saturating_sub(wide).max(2)))
}
