//! The picture of the connections: the copies of the function, the proxy's queue and connections, the
//! database's slots, or the table.

use ratatui::buffer::Buffer;

use super::super::text::width;
use super::super::theme::Tone;
use super::Stage;
use super::lines::{Line, put_lines, span};
use crate::app::model::tell::grouped;
use crate::models::Scene as _;
use crate::models::connections::{
    Connections, Doing, Path, THE_DATABASE, THE_FUNCTION, THE_PROXY, THE_TABLE,
};
use crate::models::journal::ObjectId;
use crate::models::timeline::Timeline;
use crate::services::rds::serverless::acu;
use crate::words::fill;
use crate::words::models::{Words, of};

/// At most so many rows of dots for the copies.
const ROWS_OF_COPIES: usize = 6;

/// How many rows the picture would like, `most` at most.
pub(super) fn height(timeline: &Timeline<Connections>, wide: u16, most: u16) -> u16 {
    let copies = timeline.scene().copies().count();
    let rows = copies.div_ceil(usize::from(wide.max(1))).clamp(1, ROWS_OF_COPIES);
    (rows as u16 + 9).min(most)
}

/// Draws the function and what it reaches.
pub(super) fn draw(timeline: &Timeline<Connections>, stage: &Stage<'_>, buf: &mut Buffer) {
    let Some(words) = of(Connections::ID, stage.lang) else { return };
    let easel = Easel { scene: timeline.scene(), stage, words };
    let data: Vec<Vec<Line>> = match easel.scene.path() {
        Path::Direct => vec![easel.database()],
        Path::DataApi => vec![easel.data_api(), easel.database()],
        Path::Proxy => vec![easel.proxy(), easel.database()],
        Path::DynamoDb => vec![easel.table()],
    };
    let rest: usize = data.iter().map(Vec::len).sum();
    let room = usize::from(stage.area.height);
    // Gaps only where there is room for them.
    let gaps = if room >= 3 + rest + data.len() { data.len() } else { 0 };
    let rows = room.saturating_sub(2 + rest + gaps).clamp(1, ROWS_OF_COPIES);
    let mut lines = easel.function(rows);
    for part in data {
        if gaps > 0 {
            lines.push(Vec::new());
        }
        lines.extend(part);
    }
    put_lines(&lines, stage, stage.area, buf);
}

struct Easel<'a> {
    scene: &'a Connections,
    stage: &'a Stage<'a>,
    words: Words,
}

impl Easel<'_> {
    fn tone(&self, object: ObjectId) -> Tone {
        if self.stage.selected == Some(object) {
            Tone::Selected
        } else if self.stage.fresh.contains(&object) {
            Tone::Accent
        } else {
            Tone::Strong
        }
    }

    fn count(&self, key: &str, number: u64) -> String {
        fill(self.words.picture(key), &[("0", &grouped(number as i64))])
    }

    /// A name and what there is to say, as much as fits.
    fn line(&self, object: ObjectId, pieces: Vec<(String, Tone)>) -> Line {
        let name = self.scene.name(object);
        let mut room = self.stage.area.width.saturating_sub(width(&name));
        let mut line: Line = vec![(name, self.tone(object))];
        for (text, tone) in pieces {
            let text = format!("  {text}");
            if width(&text) <= room {
                room -= width(&text);
                line.push((text, tone));
            }
        }
        line
    }

    /// So many cells of slots: those in use, and those that are free.
    fn slots(&self, used: u64, most: u64, tone: Tone) -> Line {
        let wide = u64::from(self.stage.area.width.max(1));
        let cells = most.min(wide).max(1);
        let full = (used * cells).div_ceil(most.max(1)).min(cells);
        let symbols = self.stage.theme.symbols;
        let repeat = |sign: &str, times: u64| sign.repeat(usize::try_from(times).unwrap_or(0));
        vec![(repeat(symbols.full, full), tone), (repeat(symbols.empty, cells - full), Tone::Faint)]
    }

    /// The copies as dots: those at work, those that wait, those that are frozen.
    fn function(&self, rows: usize) -> Vec<Line> {
        let (scene, tally) = (self.scene, self.scene.tally());
        let copies = scene.copies().count();
        let text = fill(
            self.words.picture("copies"),
            &[("0", &grouped(copies as i64)), ("1", &grouped(scene.busy() as i64))],
        );
        let mut pieces = vec![(text, Tone::Text)];
        if tally.throttles > 0 {
            pieces.push((self.count("throttles", tally.throttles), Tone::Warn));
        }
        let mut results = vec![(self.count("succeeded", tally.succeeded), Tone::Good)];
        if tally.errors > 0 {
            results.push((format!("  {}", self.count("errors", tally.errors)), Tone::Bad));
        }
        let mut lines = vec![self.line(THE_FUNCTION, pieces), results];
        lines.extend(self.dots(rows));
        lines
    }

    fn dots(&self, rows: usize) -> Vec<Line> {
        let symbols = self.stage.theme.symbols;
        let wide = usize::from(self.stage.area.width.max(2));
        let signs: Vec<(&str, Tone)> = self
            .scene
            .copies()
            .map(|copy| match copy.doing {
                Doing::Starting => (symbols.begun, Tone::Muted),
                Doing::InTransaction | Doing::Asking { throttled: 0 } => {
                    (symbols.read, Tone::Accent)
                }
                Doing::Asking { .. } => (symbols.begun, Tone::Warn),
                Doing::Idle if copy.connection.is_some() => (symbols.unread, Tone::Text),
                Doing::Idle => (symbols.dot, Tone::Faint),
            })
            .collect();
        let mut lines = Vec::new();
        for (number, row) in signs.chunks(wide).take(rows).enumerate() {
            let mut line: Line = Vec::new();
            let hidden = number + 1 == rows && signs.len() > rows * wide;
            let shown = if hidden { &row[..wide - 1] } else { row };
            for (sign, tone) in shown {
                match line.last_mut() {
                    Some((text, last)) if last == tone => text.push_str(sign),
                    _ => line.push(((*sign).to_owned(), *tone)),
                }
            }
            if hidden {
                line.push(("+".to_owned(), Tone::Muted));
            }
            lines.push(line);
        }
        lines
    }

    fn proxy(&self) -> Vec<Line> {
        let Some(proxy) = self.scene.proxy() else { return Vec::new() };
        let (limit, borrowed) = (self.scene.pool_limit(), proxy.borrowed() as u64);
        let (waiting, pinned) = (proxy.queue().len() as u64, proxy.pinned() as u64);
        let mut pieces = Vec::new();
        if waiting > 0 {
            pieces.push((self.count("waiting", waiting), Tone::Warn));
        }
        if pinned > 0 {
            pieces.push((self.count("pinned", pinned), Tone::Bad));
        }
        let lent = fill(
            self.words.picture("lent"),
            &[("0", &grouped(borrowed as i64)), ("1", &grouped(limit as i64))],
        );
        pieces.push((lent, Tone::Text));
        pieces.push((self.count("clients", proxy.clients().len() as u64), Tone::Muted));
        let tone = if pinned > 0 { Tone::Bad } else { Tone::Good };
        vec![self.line(THE_PROXY, pieces), self.slots(borrowed, limit, tone)]
    }

    /// The Data API: what it has taken, and what waits there.
    fn data_api(&self) -> Vec<Line> {
        let (taken, waiting) = self.scene.statements();
        let mut pieces: Line = vec![(self.words.picture("data-api").to_owned(), Tone::Strong)];
        if waiting > 0 {
            pieces.push((format!("  {}", self.count("waiting", waiting)), Tone::Warn));
        }
        pieces.push((format!("  {}", self.count("statements", taken)), Tone::Text));
        vec![pieces]
    }

    /// The capacity of an Aurora database, or that it has none now.
    fn capacity(&self) -> Option<(String, Tone)> {
        let capacity = self.scene.capacity()?;
        let acu = format!("{} ACU", acu(capacity.halves));
        Some(match (capacity.resumes, capacity.paused) {
            (Some(_), _) => (self.words.picture("resuming").to_owned(), Tone::Warn),
            (None, Some(_)) => (self.words.picture("paused").to_owned(), Tone::Info),
            (None, None) if self.scene.kept_awake() => {
                (fill(self.words.picture("kept-awake"), &[("0", &acu)]), Tone::Warn)
            }
            (None, None) => (acu, Tone::Text),
        })
    }

    fn database(&self) -> Vec<Line> {
        let (open, most) = self.scene.connections();
        let refused = self.scene.tally().refused;
        let text = fill(
            self.words.picture("connections"),
            &[("0", &grouped(open as i64)), ("1", &grouped(most as i64))],
        );
        let full = open >= most && most > 0;
        let mut pieces = Vec::new();
        if !self.scene.database_serves() {
            pieces.push((self.words.picture("down").to_owned(), Tone::Bad));
        }
        pieces.extend(self.capacity());
        pieces.push((text, if full { Tone::Bad } else { Tone::Text }));
        if refused > 0 {
            pieces.push((self.count("refused", refused), Tone::Bad));
        }
        if self.scene.is_slow() {
            pieces.push((self.words.picture("slow").to_owned(), Tone::Warn));
        }
        let query = span(self.scene.query_time(), self.stage);
        pieces.push((fill(self.words.picture("query"), &[("0", &query)]), Tone::Muted));
        let tone = if full { Tone::Bad } else { Tone::Good };
        vec![self.line(THE_DATABASE, pieces), self.slots(open, most, tone)]
    }

    fn table(&self) -> Vec<Line> {
        let throttled = self.scene.tally().write_throttles;
        let capacity = self.scene.knob("write-capacity").unsigned_abs();
        let mut pieces = vec![(self.count("capacity", capacity), Tone::Text)];
        if throttled > 0 {
            pieces.push((self.count("write-throttles", throttled), Tone::Warn));
        }
        let none = self.words.picture("no-connections").to_owned();
        vec![self.line(THE_TABLE, pieces), vec![(none, Tone::Muted)]]
    }
}
