//! Arithmetic of lists and pages that are longer than the place they are shown in.

/// A list with one line selected and some lines scrolled away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct List {
    /// Which line is selected, from 0.
    pub selected: usize,
    /// The first line that is shown.
    pub top: usize,
}

impl List {
    /// Selects `line` (or the last one there is) and scrolls so that it is shown among `height` lines.
    pub fn select(&mut self, line: usize, len: usize, height: usize) {
        self.selected = line.min(len.saturating_sub(1));
        self.top = follow(self.top, self.selected, len, height);
    }

    /// Moves the selection by so many lines, stopping at both ends.
    pub fn step(&mut self, by: isize, len: usize, height: usize) {
        self.select(self.selected.saturating_add_signed(by), len, height);
    }
}

/// The new first line, near `top`, with which `line` is shown among `height` lines, with some
/// context around it where there is room.
pub fn follow(top: usize, line: usize, len: usize, height: usize) -> usize {
    let margin = (height / 6).min(3);
    let low = (line + margin + 1).saturating_sub(height);
    let high = line.saturating_sub(margin);
    top.clamp(low.min(high), high).min(last_top(len, height))
}

/// The first line shown when the end of `len` lines is on the last of `height` rows.
pub fn last_top(len: usize, height: usize) -> usize {
    len.saturating_sub(height)
}

/// How far one is through `len` lines, in percent, when `top` is the first of `height` shown.
pub fn percent(top: usize, len: usize, height: usize) -> u8 {
    let last = last_top(len, height);
    let part = (top.min(last) * 100).checked_div(last).unwrap_or(100);
    u8::try_from(part).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_line_is_always_shown() {
        for len in 0..12usize {
            for height in 1..14usize {
                let mut list = List::default();
                for by in [1isize, 5, -2, 40, -3, -40, 7] {
                    list.step(by, len, height);
                    assert!(list.selected < len.max(1));
                    assert!(list.top <= list.selected && list.selected < list.top + height);
                    assert!(list.top <= last_top(len, height));
                }
            }
        }
    }

    #[test]
    fn a_page_that_fits_is_read_to_its_end() {
        assert_eq!(percent(0, 10, 20), 100);
        assert_eq!(percent(0, 30, 20), 0);
        assert_eq!(percent(5, 30, 20), 50);
        assert_eq!(percent(99, 30, 20), 100);
    }
}
