//! The languages of a course are in step: the same lessons, anchors, quizzes, questions and
//! numbers of options, in the same order. Progress made in one language then counts in all.

use super::{Edition, Finding, ReadLesson, ReadQuiz};
use crate::problem::Problem;
use crate::words::Lang;

const CODE: &str = "languages";

/// Compares two editions; what one of them lacks is reported where the other has it.
pub(super) fn check(one: &Edition, other: &Edition, problems: &mut Vec<Problem>) {
    missing_lessons(one, other, problems);
    missing_lessons(other, one, problems);
    order_of_lessons(one, other, problems);
    for lesson in &one.lessons {
        if let Some(twin) = other.lesson(&lesson.lesson.id) {
            missing_anchors(lesson, twin, problems);
            missing_anchors(twin, lesson, problems);
            embedded_quizzes(one, lesson, other, twin, problems);
        }
    }
    for (id, quiz) in &one.quizzes {
        if let Some(twin) = other.quizzes.get(id) {
            questions(quiz, other, twin, problems);
            missing_questions(twin, one, quiz, problems);
        }
    }
}

fn code(edition: &Edition) -> &'static str {
    edition.course.lang().map_or("", Lang::code)
}

fn missing_lessons(one: &Edition, other: &Edition, problems: &mut Vec<Problem>) {
    for read in &one.lessons {
        if other.lesson(&read.lesson.id).is_none() {
            let message =
                format!("The lesson `{}` is missing in `{}`", read.lesson.id, code(other));
            let finding = Finding::error(CODE, message)
                .help(format!("list its translation in `{}`", other.course.summary_file()));
            problems.push(finding.at(&one.course.summary_file(), read.lesson.span.clone()));
        }
    }
}

/// The first lesson that stands in another place.
fn order_of_lessons(one: &Edition, other: &Edition, problems: &mut Vec<Problem>) {
    let common = |edition: &Edition, with: &Edition| -> Vec<_> {
        let lessons = edition.lessons.iter().map(|read| read.lesson.clone());
        lessons.filter(|lesson| with.lesson(&lesson.id).is_some()).collect()
    };
    let (ours, theirs) = (common(one, other), common(other, one));
    let differs = ours.iter().zip(&theirs).find(|(a, b)| {
        a.id != b.id || a.depth != b.depth || a.number.is_some() != b.number.is_some()
    });
    if let Some((ours, theirs)) = differs {
        let message = format!("`{}` stands where `{}` has `{}`", theirs.id, code(one), ours.id);
        let finding = Finding::error(CODE, message).help("bring both summaries into one order");
        problems.push(finding.at(&other.course.summary_file(), theirs.span.clone()));
    }
}

fn missing_anchors(one: &ReadLesson, other: &ReadLesson, problems: &mut Vec<Problem>) {
    for heading in one.document.outline() {
        if other.document.anchor(&heading.anchor).is_none() {
            let file = &other.lesson.file;
            let message = format!("`{file}` has no heading `#{}`", heading.anchor);
            let finding =
                Finding::error(CODE, message).help("give both headings one name: ## Title {#name}");
            problems.push(one.problem(first_line(one, &heading.source), finding));
        }
    }
}

fn first_line(read: &ReadLesson, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let line = read.document.text()[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

fn embedded_quizzes(
    one: &Edition,
    lesson: &ReadLesson,
    other: &Edition,
    twin: &ReadLesson,
    problems: &mut Vec<Problem>,
) {
    let names = |edition: &Edition, read: &ReadLesson| -> Vec<_> {
        read.quizzes().map(|(path, _)| edition.course.quiz_at(&read.lesson, path)).collect()
    };
    let (ours, theirs) = (names(one, lesson), names(other, twin));
    if ours != theirs {
        let message = format!("The quizzes differ from those of `{}`", lesson.lesson.file);
        let finding = Finding::error(CODE, message).help("embed the same quizzes in one order");
        let span = twin.quizzes().next().map_or(0..0, |(_, span)| span);
        problems.push(twin.problem(span, finding));
    }
}

/// Each question of `quiz` has its twin: same place, same kind, same number of options.
fn questions(quiz: &ReadQuiz, other: &Edition, twin: &ReadQuiz, problems: &mut Vec<Problem>) {
    missing_questions(quiz, other, twin, problems);
    let ours = &quiz.parsed.quiz.questions;
    let theirs = &twin.parsed.quiz.questions;
    for (a, b) in ours.iter().filter_map(|a| twin.parsed.quiz.question(&a.id).map(|b| (a, b))) {
        let message = if std::mem::discriminant(&a.kind) != std::mem::discriminant(&b.kind) {
            format!("`{}` is a question of another type in `{}`", a.id, quiz.file)
        } else if a.option_count() != b.option_count() {
            let (here, there) = (b.option_count(), a.option_count());
            format!("`{}` has {here} options here and {there} in `{}`", a.id, quiz.file)
        } else {
            continue;
        };
        problems.push(Finding::error(CODE, message).at(&twin.file, b.span.clone()));
    }
    let moved = ours.iter().zip(theirs).find(|(a, b)| a.id != b.id);
    if let (Some((a, b)), true) = (moved, ours.len() == theirs.len()) {
        let message = format!("`{}` stands where `{}` has `{}`", b.id, quiz.file, a.id);
        problems.push(Finding::error(CODE, message).at(&twin.file, b.span.clone()));
    }
}

fn missing_questions(
    quiz: &ReadQuiz,
    other: &Edition,
    twin: &ReadQuiz,
    problems: &mut Vec<Problem>,
) {
    for question in &quiz.parsed.quiz.questions {
        let finding = if !question.named {
            let message = "A question of a course in several languages needs an id".to_owned();
            Finding::error(CODE, message).help("write the same id = \"…\" in every language")
        } else if twin.parsed.quiz.question(&question.id).is_none() {
            let message = format!("The question `{}` is missing in `{}`", question.id, code(other));
            Finding::error(CODE, message)
        } else {
            continue;
        };
        problems.push(finding.at(&quiz.file, question.span.clone()));
    }
}
