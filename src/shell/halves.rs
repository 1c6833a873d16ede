//! The second halves of wide characters: when something narrow takes the place of the first half,
//! the other one is written, too.
//!
//! ratatui leaves that to the terminal, and most clear the half themselves. Some keep it, and then
//! everything behind it on the line stands one cell off.

use std::collections::HashSet;

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr;

/// Where on the screen the first halves of wide characters stand.
#[derive(Debug, Default)]
pub(super) struct Halves {
    heads: HashSet<(u16, u16)>,
}

impl Halves {
    /// Forgets the screen: it was cleared.
    pub(super) fn clear(&mut self) {
        self.heads.clear();
    }

    /// Takes the cells that are to be written, in the order of the screen, and returns where a
    /// blank must follow: an index into `cells`, behind which the half is to be written.
    ///
    /// `shown` tells what of a cell's symbol is seen.
    pub(super) fn left_over(
        &mut self,
        cells: &[(u16, u16, &Cell)],
        shown: impl Fn(&Cell) -> &str,
    ) -> Vec<usize> {
        let mut left = Vec::new();
        for (at, (x, y, cell)) in cells.iter().enumerate() {
            // Almost everything is one byte, and then one cell.
            let text = shown(cell);
            if text.len() > 1 && text.width() > 1 {
                self.heads.insert((*x, *y));
                continue;
            }
            if self.heads.is_empty() || !self.heads.remove(&(*x, *y)) {
                continue;
            }
            let is_written = cells.get(at + 1).is_some_and(|next| (next.0, next.1) == (x + 1, *y));
            if !is_written {
                left.push(at);
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(halves: &mut Halves, cells: &[(u16, &'static str)]) -> Vec<usize> {
        let cells: Vec<(u16, Cell)> = cells.iter().map(|(x, text)| (*x, Cell::new(text))).collect();
        let cells: Vec<(u16, u16, &Cell)> = cells.iter().map(|(x, cell)| (*x, 0, cell)).collect();
        halves.left_over(&cells, |cell| cell.symbol())
    }

    #[test]
    fn a_blank_over_a_wide_character_is_followed_by_one_for_its_other_half() {
        let mut halves = Halves::default();
        assert!(left(&mut halves, &[(0, "한"), (2, "a"), (4, "글")]).is_empty());
        assert_eq!(left(&mut halves, &[(0, " "), (2, " "), (4, "x")]), [0, 2]);
        assert!(left(&mut halves, &[(0, "y")]).is_empty(), "it is gone by now");
    }

    #[test]
    fn a_half_that_is_written_anyway_needs_no_blank() {
        let mut halves = Halves::default();
        left(&mut halves, &[(0, "한"), (2, "글")]);
        assert!(left(&mut halves, &[(0, "a"), (1, "b"), (2, "말")]).is_empty());
    }
}
