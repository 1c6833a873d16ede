//! The table of contents: its rows, which one is selected, which lesson is open.

use super::scroll::List;
use crate::course::{Course, Entry, LessonId};

/// One row of the contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Air before a part, or a separator of the book.
    Blank,
    /// The title of a part.
    Part(String),
    /// A lesson.
    Lesson {
        /// Its name.
        id: LessonId,
        /// Its title.
        title: String,
        /// How deep it is nested, from 0.
        depth: usize,
    },
    /// A lesson that is planned and cannot be opened.
    Draft {
        /// Its title.
        title: String,
        /// How deep it is nested, from 0.
        depth: usize,
    },
}

/// What can be done in the contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Move the selection by so many lessons.
    Step(isize),
    /// Move it by so many screens.
    Page(isize),
    /// Scroll by so many rows and leave the selection.
    Scroll(isize),
    /// Open what is selected.
    Open,
    /// Select this row and open it.
    Click(usize),
}

/// The table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// Every row, in order.
    pub rows: Vec<Row>,
    /// Which is selected, and which are shown.
    pub list: List,
    height: usize,
}

impl Contents {
    /// The contents of a course.
    pub fn of(course: &Course) -> Contents {
        let mut rows = Vec::new();
        for entry in course.entries() {
            match entry {
                Entry::Part(title) => {
                    if !rows.is_empty() {
                        rows.push(Row::Blank);
                    }
                    rows.push(Row::Part(title.clone()));
                }
                Entry::Separator => rows.push(Row::Blank),
                Entry::Lesson(lesson) => rows.push(Row::Lesson {
                    id: lesson.id.clone(),
                    title: lesson.title.clone(),
                    depth: lesson.depth,
                }),
                Entry::Draft { title, depth, .. } => {
                    rows.push(Row::Draft { title: title.clone(), depth: *depth });
                }
            }
        }
        let mut contents = Contents { rows, ..Contents::default() };
        let first = contents.lesson_rows().next().unwrap_or(0);
        contents.list.selected = first;
        contents
    }

    /// Rows of lessons.
    fn lesson_rows(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.rows
            .iter()
            .enumerate()
            .filter(|(_, row)| matches!(row, Row::Lesson { .. }))
            .map(|(at, _)| at)
    }

    /// Every lesson, in order.
    pub fn lessons(&self) -> impl Iterator<Item = &LessonId> {
        self.rows.iter().filter_map(|row| match row {
            Row::Lesson { id, .. } => Some(id),
            _ => None,
        })
    }

    /// The title of a lesson.
    pub fn title(&self, wanted: &LessonId) -> Option<&str> {
        self.rows.iter().find_map(|row| match row {
            Row::Lesson { id, title, .. } if id == wanted => Some(title.as_str()),
            _ => None,
        })
    }

    /// The title of the part that a lesson stands in.
    pub fn part_of(&self, wanted: &LessonId) -> Option<&str> {
        let at = self.row_of(wanted)?;
        self.rows[..at].iter().rev().find_map(|row| match row {
            Row::Part(title) => Some(title.as_str()),
            _ => None,
        })
    }

    fn row_of(&self, wanted: &LessonId) -> Option<usize> {
        self.rows.iter().position(|row| matches!(row, Row::Lesson { id, .. } if id == wanted))
    }

    /// The lesson so many further on than `here` (`None`: before the first), if there is one.
    pub fn neighbour(&self, here: Option<&LessonId>, by: isize) -> Option<LessonId> {
        let lessons: Vec<&LessonId> = self.lessons().collect();
        let at = match here {
            Some(id) => lessons.iter().position(|lesson| *lesson == id)? as isize,
            None => -1,
        };
        let next = usize::try_from(at + by).ok()?;
        lessons.get(next).map(|id| (*id).clone())
    }

    /// Selects a lesson.
    pub fn reveal(&mut self, id: &LessonId) {
        if let Some(row) = self.row_of(id) {
            self.list.select(row, self.rows.len(), self.height.max(1));
        }
    }

    /// Takes the height of the pane.
    pub fn fit(&mut self, height: usize) {
        if self.height != height {
            self.height = height;
            self.list.select(self.list.selected, self.rows.len(), height.max(1));
        }
    }

    /// Does what was meant; names a lesson to open.
    pub fn update(&mut self, action: Action, height: usize) -> Option<LessonId> {
        let height = height.max(1);
        match action {
            Action::Step(by) => self.step(by, height),
            Action::Page(by) => self.step(by * (height as isize / 2).max(1), height),
            Action::Scroll(by) => {
                let last = super::scroll::last_top(self.rows.len(), height);
                self.list.top = self.list.top.saturating_add_signed(by).min(last);
            }
            Action::Open => return self.at(self.list.selected),
            Action::Click(row) => {
                let id = self.at(row)?;
                self.list.selected = row;
                return Some(id);
            }
        }
        None
    }

    fn at(&self, row: usize) -> Option<LessonId> {
        match self.rows.get(row) {
            Some(Row::Lesson { id, .. }) => Some(id.clone()),
            _ => None,
        }
    }

    fn step(&mut self, by: isize, height: usize) {
        let rows: Vec<usize> = self.lesson_rows().collect();
        let Some(last) = rows.len().checked_sub(1) else { return };
        let here = rows.partition_point(|row| *row < self.list.selected);
        let next = here.saturating_add_signed(by).min(last);
        self.list.select(rows[next], self.rows.len(), height);
        if next == 0 {
            self.list.top = 0;
        }
    }
}
