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

    /// Takes the cells that are to be written, in the order of the screen, and returns the columns
    /// of halves that nothing of it covers, each with the index in `cells` behind which it is to be
    /// written.
    ///
    /// `shown` tells what of a cell's symbol is seen.
    pub(super) fn left_over(
        &mut self,
        cells: &[(u16, u16, &Cell)],
        shown: impl Fn(&Cell) -> &str,
    ) -> Vec<(usize, u16)> {
        let mut left = Vec::new();
        for (at, (x, y, cell)) in cells.iter().enumerate() {
            // Almost everything is one byte, and then one cell.
            let text = shown(cell);
            let is_wide = text.len() > 1 && text.width() > 1;
            if self.heads.is_empty() && !is_wide {
                continue;
            }
            let stood = self.heads.remove(&(*x, *y));
            // A wide one takes the next cell, too, where another may have begun.
            let (behind, is_cut) =
                if is_wide { (x + 2, self.heads.remove(&(x + 1, *y))) } else { (x + 1, stood) };
            if is_wide {
                self.heads.insert((*x, *y));
            }
            let is_written = cells.get(at + 1).is_some_and(|next| (next.0, next.1) == (behind, *y));
            if is_cut && !is_written {
                left.push((at, behind));
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(halves: &mut Halves, cells: &[(u16, &'static str)]) -> Vec<(usize, u16)> {
        let cells: Vec<(u16, Cell)> = cells.iter().map(|(x, text)| (*x, Cell::new(text))).collect();
        let cells: Vec<(u16, u16, &Cell)> = cells.iter().map(|(x, cell)| (*x, 0, cell)).collect();
        halves.left_over(&cells, |cell| cell.symbol())
    }

    #[test]
    fn a_blank_over_a_wide_character_is_followed_by_one_for_its_other_half() {
        let mut halves = Halves::default();
        assert!(left(&mut halves, &[(0, "한"), (2, "a"), (4, "글")]).is_empty());
        assert_eq!(left(&mut halves, &[(0, " "), (2, " "), (4, "x")]), [(0, 1), (2, 5)]);
        assert!(left(&mut halves, &[(0, "y")]).is_empty(), "it is gone by now");
    }

    #[test]
    fn a_wide_character_over_the_first_half_of_another_clears_the_rest_of_it() {
        let mut halves = Halves::default();
        left(&mut halves, &[(1, "한")]);
        assert_eq!(left(&mut halves, &[(0, "글")]), [(0, 2)]);
        assert!(left(&mut halves, &[(2, "a")]).is_empty());
    }

    #[test]
    fn a_half_that_is_written_anyway_needs_no_blank() {
        let mut halves = Halves::default();
        left(&mut halves, &[(0, "한"), (2, "글")]);
        assert!(left(&mut halves, &[(0, "a"), (1, "b"), (2, "말")]).is_empty());
    }
}
