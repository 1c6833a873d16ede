//! What is wrong in a quiz's file, for its cover.

use crate::course::{Course, QuizId, read_text};
use crate::models::journal::Keeping;
use crate::predict::Plan;
use crate::problem::{Position, Problem, Severity};
use crate::quiz::{Question, Quiz};

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

/// Takes the questions out that the models cannot work out, and says why.
pub(super) fn leave_out(quiz: &mut Quiz, file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut can_be_put = |question: &Question| {
        let found = match Plan::of(question, file) {
            Ok(None) => return true,
            Ok(Some(plan)) => match plan.case(0, Keeping::All) {
                Ok(_) => return true,
                Err(trouble) => vec![trouble.into_problem(file)],
            },
            Err(found) => found,
        };
        problems.extend(found);
        false
    };
    quiz.questions.retain(|question| can_be_put(question));
    problems
}
