//! The ways from a question to what teaches it.

use crate::course::{Course, LessonId, LinkTarget};
use crate::page::Document;
use crate::quiz::Question;

/// Where a link of a question leads, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The lesson.
    pub lesson: LessonId,
    /// The heading in it.
    pub anchor: Option<String>,
    /// What it is called: the heading's text, else the lesson's title.
    pub name: String,
}

/// The ways that the questions name, each once, with what they are called.
pub(super) fn ways(course: &Course, questions: &[&Question]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for link in questions.iter().flat_map(|question| &question.links) {
        let LinkTarget::Lesson { id, anchor } = course.question_link(&link.target) else {
            continue;
        };
        if ways.iter().any(|way| way.lesson == id && way.anchor == anchor) {
            continue;
        }
        let Some(lesson) = course.lesson(&id) else { continue };
        let heading = anchor.as_ref().and_then(|anchor| {
            let document = Document::parse(course.text(lesson).0.as_str());
            let heading = document.outline().iter().find(|heading| heading.anchor == *anchor)?;
            Some(heading.text.clone())
        });
        ways.push(Way {
            name: heading.unwrap_or_else(|| lesson.title.clone()),
            lesson: id,
            anchor,
        });
    }
    ways
}
