//! Where a link of a lesson leads, as the screen shows it.

use crate::course::facts::{self, Value};
use crate::course::{Course, Lesson, LessonId, LinkTarget};
use crate::tell;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a lesson, perhaps to a heading of it.
    Lesson(LessonId, Option<String>),
    /// To a number's fact (`fact:…`), and what the course says about it.
    Fact(String, Option<Fact>),
    /// To a starting state of a model (`preset:…`).
    Preset(String),
    /// Out of the course.
    Outside(String),
    /// To something that is no lesson of this course.
    Missing(String),
}

/// What the course says about a number that AWS may change: a row of its `facts.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The number with its unit.
    pub value: String,
    /// Where it is from.
    pub source: String,
    /// The day on which it was right.
    pub as_of: String,
    /// Whether the models are built on it.
    pub is_modelled: bool,
}

/// The fact of this name.
fn fact(course: &Course, key: &str) -> Option<Fact> {
    let (facts, _) = facts::read(course.files());
    let fact = facts.into_iter().find(|fact| fact.key.get_ref() == key)?;
    let number = match fact.value {
        Value::Number(number) => tell::grouped(number),
        other => other.to_string(),
    };
    let value = format!("{number} {}", fact.unit).trim_end().to_owned();
    let is_modelled = !fact.model.is_empty();
    Some(Fact { value, source: fact.source, as_of: fact.as_of, is_modelled })
}

/// Where `target`, as written in `lesson`, leads.
pub fn resolve(course: &Course, lesson: &Lesson, target: &str) -> Target {
    match course.link(lesson, target) {
        LinkTarget::Lesson { id, anchor } => Target::Lesson(id, anchor),
        LinkTarget::Url { scheme, rest } if scheme == "fact" => {
            Target::Fact(rest.clone(), fact(course, &rest))
        }
        LinkTarget::Url { scheme, rest } if scheme == "preset" => Target::Preset(rest),
        LinkTarget::Url { .. } => Target::Outside(target.to_owned()),
        LinkTarget::File(path) | LinkTarget::Outside(path) => Target::Missing(path),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::course::Embedded;
    use crate::words::Lang;

    #[test]
    fn a_fact_of_the_course_that_is_built_in_has_its_source_and_day() {
        let (course, _) = Course::open(Arc::new(Embedded), Lang::Ko);
        let lesson = course.lessons().next().expect("there are lessons");
        let target = resolve(&course, lesson, "fact:sqs.visibility-timeout.default");
        let Target::Fact(_, Some(fact)) = target else { panic!("{target:?}") };
        assert!(!fact.source.is_empty() && fact.as_of.len() == "2026-01-01".len());
        assert!(fact.is_modelled, "the queue hides a message for as long");
        let target = resolve(&course, lesson, "fact:msk.standard.storage.max");
        let Target::Fact(_, Some(fact)) = target else { panic!("{target:?}") };
        assert_eq!((fact.value.as_str(), fact.is_modelled), ("16,384 GiB", false));
        let target = resolve(&course, lesson, "fact:no.such");
        assert_eq!(target, Target::Fact("no.such".to_owned(), None));
    }
}
