//! The course that a subcommand works on, and what the learner calls its lessons and quizzes.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::Global;
use crate::course::{Course, Embedded, Files, Lesson, LessonId, QuizId};
use crate::problem::Problem;
use crate::shell::folder::Folder;

/// The files of the course in `folder`, or of the one that is built in.
pub(super) fn files(folder: Option<&Path>) -> anyhow::Result<Arc<dyn Files>> {
    Ok(match folder {
        None => Arc::new(Embedded),
        Some(folder) => Arc::new(
            Folder::open(folder)
                .with_context(|| format!("cannot open the course in `{}`", folder.display()))?,
        ),
    })
}

/// Opens the course that the options name.
pub(super) fn open(global: &Global) -> anyhow::Result<(Course, Vec<Problem>)> {
    let (course, problems) = Course::open(files(global.course.as_deref())?, global.lang());
    if let Some(problem) = problems.iter().find(|problem| problem.code == "summary-file") {
        let help = problem.help.as_deref().unwrap_or_default();
        bail!("{}; {help}", problem.message);
    }
    Ok((course, problems))
}

/// The lesson that `name` means: its id or the last part of it, its number, its title, or its file.
pub(super) fn lesson<'c>(course: &'c Course, name: &str) -> anyhow::Result<&'c Lesson> {
    let wanted = name.trim().to_lowercase();
    let names = |lesson: &&Lesson| {
        let mut names = vec![lesson.id.as_str().to_lowercase()];
        names.extend(lesson.number.as_ref().map(ToString::to_string));
        names.push(lesson.file.to_lowercase());
        names.push(format!("{}.md", lesson.id).to_lowercase());
        names.push(lesson.title.to_lowercase());
        names.push(lesson.id.name().to_lowercase());
        names
    };
    let lessons: Vec<&Lesson> = course.lessons().collect();
    pick(lessons, &wanted, names, |lesson| lesson.id.as_str().to_owned())
        .map_err(|others| unknown("lesson", name, &others))
}

/// The quiz that `name` means, and the first lesson that embeds it: the quiz's name or the last
/// part of it, or any name of the lesson.
pub(super) fn quiz(course: &Course, name: &str) -> anyhow::Result<(QuizId, LessonId)> {
    let wanted = name.trim().to_lowercase();
    let quizzes = course.quizzes();
    let names = |(id, lesson): &(QuizId, &Lesson)| {
        let id = id.as_str().to_lowercase();
        let last = id.rsplit('/').next().unwrap_or_default().to_owned();
        vec![id, last, lesson.id.as_str().to_lowercase(), lesson.id.name().to_lowercase()]
    };
    pick(quizzes, &wanted, names, |(id, _)| id.as_str().to_owned())
        .map(|(id, lesson)| (id, lesson.id.clone()))
        .map_err(|others| unknown("quiz", name, &others))
}

/// The thing one of whose names is `wanted`: the surest kind of name decides. Otherwise the ids
/// that look most like it.
fn pick<T>(
    things: Vec<T>,
    wanted: &str,
    names: impl Fn(&T) -> Vec<String>,
    id: impl Fn(&T) -> String,
) -> Result<T, Vec<String>> {
    let wanted = wanted.trim_end_matches('.');
    let known: Vec<Vec<String>> = things.iter().map(&names).collect();
    let kinds = known.iter().map(Vec::len).max().unwrap_or_default();
    for kind in 0..kinds {
        let found = known.iter().position(|names| {
            names.get(kind).is_some_and(|name| name.trim_end_matches('.') == wanted)
        });
        if let Some(index) = found {
            return Ok(things.into_iter().nth(index).expect("the index was found in it"));
        }
    }
    let mut near: Vec<(f64, String)> = things
        .iter()
        .zip(&known)
        .map(|(thing, names)| {
            let likeness = names.iter().map(|name| likeness(name, wanted)).fold(0.0, f64::max);
            (likeness, id(thing))
        })
        .filter(|(likeness, _)| *likeness > 0.6)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    Err(near.into_iter().take(3).map(|(_, id)| id).collect())
}

/// From 0 to 1; a name that contains what was typed is close to it.
fn likeness(name: &str, wanted: &str) -> f64 {
    if wanted.chars().count() >= 3 && name.contains(wanted) {
        return 0.9;
    }
    strsim::normalized_damerau_levenshtein(name, wanted)
}

fn unknown(what: &str, name: &str, others: &[String]) -> anyhow::Error {
    let many = if what == "quiz" { "quizzes" } else { "lessons" };
    match others {
        [] => anyhow::anyhow!("there is no {what} `{name}`; `awslearn list` shows all {many}"),
        others => {
            let others: Vec<_> = others.iter().map(|other| format!("`{other}`")).collect();
            anyhow::anyhow!("there is no {what} `{name}`; did you mean {}?", others.join(" or "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::InMemory;
    use crate::words::Lang;

    fn course() -> Course {
        let files = InMemory::new([
            ("SUMMARY.md", "- [Standard queues](mq/sqs-standard.md)\n  - [FIFO](mq/sqs-fifo.md)\n"),
            ("mq/sqs-standard.md", "{{#quiz ../quizzes/sqs-standard.toml}}"),
            ("mq/sqs-fifo.md", ""),
        ]);
        Course::open(Arc::new(files), Lang::En).0
    }

    #[test]
    fn a_lesson_is_found_by_any_of_its_names() {
        let course = course();
        for name in ["mq/sqs-fifo", "sqs-fifo", "1.1", "1.1.", "fifo", "mq/sqs-fifo.md", " FIFO "] {
            let found = lesson(&course, name).map(|lesson| lesson.id.as_str());
            assert_eq!(found.ok(), Some("mq/sqs-fifo"), "{name}");
        }
    }

    #[test]
    fn a_quiz_is_found_by_its_name_or_its_lesson() {
        let course = course();
        let id = course.quizzes()[0].0.clone();
        for name in [id.as_str(), "sqs-standard", "mq/sqs-standard"] {
            let (quiz, lesson) = quiz(&course, name).expect(name);
            assert_eq!((&quiz, lesson.as_str()), (&id, "mq/sqs-standard"));
        }
        assert!(quiz(&course, "sqs-standart").unwrap_err().to_string().contains("did you mean"));
    }

    #[test]
    fn a_wrong_name_gets_a_did_you_mean() {
        let course = course();
        let error = lesson(&course, "sqs-fivo").expect_err("there is none").to_string();
        assert_eq!(error, "there is no lesson `sqs-fivo`; did you mean `mq/sqs-fifo`?");
        let error = lesson(&course, "zzz").expect_err("there is none").to_string();
        assert_eq!(error, "there is no lesson `zzz`; `awslearn list` shows all lessons");
    }
}
