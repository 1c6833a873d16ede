//! Bars of units: how much of a limit is used, with a mark on the way if there is one.

use ratatui::buffer::Buffer;

use super::super::super::text::put;
use super::super::super::theme::Tone;
use super::Easel;

/// So much of a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) used: u64,
    pub(super) whole: u64,
    /// A place on the way that is marked, such as an even share.
    pub(super) mark: Option<u64>,
}

impl Part {
    /// In hundredths, more than 100 when it is overdrawn.
    pub(super) fn percent(self) -> u64 {
        self.used.saturating_mul(100) / self.whole.max(1)
    }

    pub(super) fn tone(self) -> Tone {
        match self.percent() {
            100.. => Tone::Bad,
            80.. => Tone::Warn,
            _ => Tone::Good,
        }
    }
}

impl Easel<'_> {
    /// A bar from column `x` to before `end`.
    pub(super) fn bar(&self, part: Part, (x, y): (u16, u16), end: u16, buf: &mut Buffer) {
        let wide = u64::from(end.saturating_sub(x));
        let cells = |units: u64| units.min(part.whole) * wide / part.whole.max(1);
        // Hardly anything is still something.
        let filled = cells(part.used).max(u64::from(part.used > 0));
        let symbols = self.symbols();
        for (at, column) in (0..).zip(x..end) {
            let (sign, tone) = if at < filled {
                (symbols.full, part.tone())
            } else {
                (symbols.empty, Tone::Faint)
            };
            put(buf, column, y, end, sign, self.style(tone));
        }
        if let Some(mark) = part.mark.filter(|mark| *mark < part.whole) {
            let column = x + cells(mark) as u16;
            put(buf, column, y, end, symbols.vertical, self.style(Tone::Muted));
        }
    }
}
