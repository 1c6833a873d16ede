//! Every quiz keeps the rules of mdbook-quiz and its validator, and no two questions share an id.

use std::collections::BTreeMap;

use super::{Edition, Finding};
use crate::problem::Problem;

pub(super) fn check(edition: &Edition, problems: &mut Vec<Problem>) {
    embeds(edition, problems);
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for quiz in edition.quizzes.values() {
        if !edition.course.files().exists(&quiz.file) {
            continue;
        }
        problems.extend(quiz.parsed.problems.iter().cloned());
        let own: Vec<_> = quiz.parsed.quiz.questions.iter().filter(|asked| asked.named).collect();
        for question in &own {
            if let Some(other) = seen.get(question.id.as_str()) {
                let message = format!("The id `{}` is also used in `{other}`", question.id);
                let finding = Finding::error("quiz-duplicate-id", message)
                    .help("progress is kept by id: give each question of the course its own");
                problems.push(finding.at(&quiz.file, question.span.clone()));
            }
        }
        // Twice in one file is the quiz reader's finding.
        seen.extend(own.iter().map(|question| (question.id.as_str(), quiz.file.as_str())));
    }
}

/// Each `{{#quiz …}}` names a file that is there.
fn embeds(edition: &Edition, problems: &mut Vec<Problem>) {
    for read in &edition.lessons {
        for (path, span) in read.quizzes() {
            let file = edition
                .course
                .quiz_at(&read.lesson, path)
                .map(|id| edition.course.quiz_file(&id))
                .filter(|file| edition.course.files().exists(file));
            if file.is_none() {
                let message = format!("There is no quiz file `{path}`");
                let finding = Finding::error("quiz-file", message)
                    .help("the path counts from the folder of the chapter");
                problems.push(read.problem(span, finding));
            }
        }
    }
}
