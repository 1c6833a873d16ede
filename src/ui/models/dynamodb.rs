//! The picture of DynamoDB: the application, the hash of the key used last on the range of all hashes,
//! the table's units and burst bucket, its partitions, and whatever else the preset is about.

mod bar;
mod plan;
mod rows;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use self::plan::{Row, plan};
use super::super::text::{cut, put, put_right, width};
use super::super::theme::{Symbols, Tone};
use super::Stage;
use crate::models::Scene as _;
use crate::models::dynamodb::Dynamo;
use crate::models::journal::ObjectId;
use crate::models::timeline::Timeline;
use crate::services::time::Time;
use crate::words::models::{Words, of};

/// A picture narrower than this says less.
const WIDE: u16 = 60;

/// How many rows the picture would like, `most` at most.
pub(super) fn height(timeline: &Timeline<Dynamo>, _width: u16, most: u16) -> u16 {
    let rows = plan(timeline.scene(), timeline.now().at, u16::MAX);
    u16::try_from(rows.len()).unwrap_or(u16::MAX).min(most)
}

/// Draws the table at the cursor of its timeline.
pub(super) fn draw(timeline: &Timeline<Dynamo>, stage: &Stage<'_>, buf: &mut Buffer) {
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let Some(words) = of(Dynamo::ID, stage.lang) else { return };
    let easel = Easel { scene, now, stage, words };
    let rows = plan(scene, now, stage.area.height);
    for (row, y) in rows.into_iter().zip(stage.area.y..stage.area.bottom()) {
        let line = Rect { y, height: 1, ..stage.area };
        easel.row(row, line, buf);
    }
}

/// A piece of text in its style.
type Piece = (String, Style);

/// What rows are drawn from.
struct Easel<'a> {
    scene: &'a Dynamo,
    now: Time,
    stage: &'a Stage<'a>,
    words: Words,
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

    fn piece(&self, text: impl Into<String>, tone: Tone) -> Piece {
        (text.into(), self.style(tone))
    }

    /// A label of the picture as a piece.
    fn label(&self, key: &str, tone: Tone) -> Piece {
        self.piece(self.words.picture(key), tone)
    }

    /// Pieces from the left, as many as there is room for, and one at the right end; the column after
    /// the last piece at the left.
    fn strip(&self, pieces: &[Piece], right: Option<&Piece>, line: Rect, buf: &mut Buffer) -> u16 {
        let mut end = line.right();
        if let Some((text, style)) = right {
            put_right(buf, line.x, line.y, end, text, *style);
            end = end.saturating_sub(width(text) + 1).max(line.x);
        }
        let mut x = line.x;
        for (number, (text, style)) in pieces.iter().enumerate() {
            let gap = if number == 0 { 0 } else { 1 };
            if number > 0 && x + gap + width(text) > end {
                break;
            }
            let text = cut(text, end.saturating_sub(x + gap), self.symbols().ellipsis);
            x = put(buf, x + gap, line.y, end, &text, *style);
        }
        x
    }

    fn row(&self, row: Row, line: Rect, buf: &mut Buffer) {
        match row {
            Row::Client => self.client(line, buf),
            Row::Key => self.key(line, buf),
            Row::Ring => self.ring(line, buf),
            Row::Table => self.table(line, buf),
            Row::Meter(direction) => self.meter(direction, line, buf),
            Row::Partition(number) => self.partition(number, line, buf),
            Row::MorePartitions(count) => {
                let text = format!("+{count} {}", self.words.picture("more-partitions"));
                self.strip(&[self.piece(text, Tone::Muted)], None, line, buf);
            }
            Row::Index => self.index(line, buf),
            Row::Old => self.old(line, buf),
            Row::Stock => self.stock(line, buf),
            Row::Accounts => self.accounts(line, buf),
            Row::Clerk(number) => self.clerk(number, line, buf),
            Row::MoreClerks(count) => {
                let text = format!("+{count} {}", self.words.picture("more-clerks"));
                self.strip(&[self.piece(text, Tone::Muted)], None, line, buf);
            }
            Row::Expiry => self.expiry(line, buf),
            Row::Scan => self.scan(line, buf),
            Row::Stream => self.stream(line, buf),
            Row::Reader => self.reader(line, buf),
            Row::Gone => {
                self.strip(&[self.label("gone", Tone::Warn)], None, line, buf);
            }
        }
    }
}
