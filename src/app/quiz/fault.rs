//! What is wrong in a quiz's file, for its cover.

use crate::course::{Course, QuizId, read_text};
use crate::problem::{Position, Problem, Severity};

/// What is wrong in the quiz's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// File, line and column.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

/// What costs questions or mdbook-quiz would refuse, with its place in the file.
pub(super) fn faults(course: &Course, id: &QuizId, problems: &[Problem]) -> Vec<Fault> {
    let file = course.quiz_file(id);
    let text = read_text(course.files(), &file).map(|(text, _)| text).unwrap_or_default();
    problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .filter(|problem| !matches!(problem.code, "quiz-extra" | "quiz-option" | "quiz-key"))
        .map(|problem| Fault {
            place: format!("{}:{}", problem.file, Position::of(&text, problem.span.start)),
            message: problem.message.clone(),
        })
        .collect()
}
