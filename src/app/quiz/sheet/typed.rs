//! A line or an area being typed: chopped to the width, with its cursor.

use tui_textarea::TextArea;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{Body, Ink, Paper, piece};

impl Paper {
    pub(super) fn area(&mut self, area: &TextArea<'_>, is_open: bool) {
        let lines: Vec<&str> = area.lines().iter().map(String::as_str).collect();
        let (row, column) = {
            let cursor = area.cursor();
            (cursor.0, cursor.1)
        };
        let column = lines.get(row).map_or(0, |line| {
            let before: String = line.chars().take(column).collect();
            before.graphemes(true).count()
        });
        self.field(&lines, is_open.then_some((row, column)));
    }

    /// Lines being typed; the cursor is a line and a count of graphemes.
    pub(super) fn field(&mut self, lines: &[&str], cursor: Option<(usize, usize)>) {
        let from = self.rows.len();
        let hang = 2;
        // One cell stays free for the cursor behind the last character.
        let room = self.width.saturating_sub(hang + 1).max(2);
        for (number, line) in lines.iter().enumerate() {
            let mut before = 0;
            let parts = chop(line, room);
            let last = parts.len() - 1;
            for (index, (part, count)) in parts.into_iter().enumerate() {
                let at = cursor.filter(|(row, _)| *row == number).and_then(|(_, column)| {
                    let here = before..before + count;
                    let is_here = here.contains(&column) || (index == last && column >= here.end);
                    is_here.then(|| {
                        let cells: String = part.graphemes(true).take(column - before).collect();
                        cells.width()
                    })
                });
                before += count;
                if at.is_some() {
                    self.focus = Some(self.rows.len()..self.rows.len() + 1);
                }
                let sign = if number == 0 && index == 0 { self.signs.prompt } else { " " };
                self.row(piece(format!("{sign} "), Ink::Accent), hang, Body::Field(part, at));
            }
        }
        debug_assert!(self.rows.len() > from, "a field has at least one row");
    }
}

/// A line in parts of at most `room` cells, each with its count of graphemes; at least one part.
pub(super) fn chop(line: &str, room: usize) -> Vec<(String, usize)> {
    let mut parts = vec![(String::new(), 0)];
    let mut used = 0;
    for grapheme in line.graphemes(true) {
        let cells = grapheme.width();
        if used + cells > room && used > 0 {
            parts.push((String::new(), 0));
            used = 0;
        }
        if let Some((part, count)) = parts.last_mut() {
            part.push_str(grapheme);
            *count += 1;
        }
        used += cells;
    }
    parts
}
