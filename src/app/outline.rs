//! The outline of the lesson: its headings, to go to one.

use super::lesson::Lesson;
use super::scroll::List;

/// The outline over the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// Which heading is selected.
    pub list: List,
}

impl Outline {
    /// The outline, at the heading that one is under; nothing for a lesson without headings.
    pub fn of(lesson: &Lesson, height: usize) -> Option<Outline> {
        let headings = lesson.page.document().outline().len();
        if headings == 0 {
            return None;
        }
        let mut outline = Outline::default();
        outline.list.select(lesson.section().unwrap_or(0), headings, height);
        Some(outline)
    }
}
