//! Where a link of a lesson leads, as the screen shows it.

use crate::course::{Course, Lesson, LessonId, LinkTarget};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a lesson, perhaps to a heading of it.
    Lesson(LessonId, Option<String>),
    /// To a number's fact (`fact:…`).
    Fact(String),
    /// To a starting state of a model (`preset:…`).
    Preset(String),
    /// Out of the course.
    Outside(String),
    /// To something that is no lesson of this course.
    Missing(String),
}

/// Where `target`, as written in `lesson`, leads.
pub fn resolve(course: &Course, lesson: &Lesson, target: &str) -> Target {
    match course.link(lesson, target) {
        LinkTarget::Lesson { id, anchor } => Target::Lesson(id, anchor),
        LinkTarget::Url { scheme, rest } if scheme == "fact" => Target::Fact(rest),
        LinkTarget::Url { scheme, rest } if scheme == "preset" => Target::Preset(rest),
        LinkTarget::Url { .. } => Target::Outside(target.to_owned()),
        LinkTarget::File(path) | LinkTarget::Outside(path) => Target::Missing(path),
    }
}
