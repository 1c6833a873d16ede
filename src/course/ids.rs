//! Names that stay: of a lesson and of a quiz, the same in every language of a course.

use std::fmt;

use super::files::below;

/// The stable name of a lesson: its chapter's path below the course's source folder without
/// `.md`, such as `messaging/sqs-standard`. The same in every language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LessonId(String);

impl LessonId {
    /// The lesson whose chapter is the file `path` below the source folder.
    pub fn of_file(path: &str) -> LessonId {
        LessonId(path.strip_suffix(".md").unwrap_or(path).to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path: `sqs-standard`.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for LessonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The stable name of a quiz: its file's path below the quiz folder without `.toml`, such as
/// `sqs-standard` for `quizzes/en/sqs-standard.toml`. A quiz file that lies elsewhere has `./` and
/// its path from the root, so that no two files share a name. The same in every language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuizId(String);

impl QuizId {
    /// The quiz in the file `path` (from the course's root) when quizzes lie in `folder`.
    pub(super) fn of_file(path: &str, folder: &str) -> QuizId {
        let stem = path.strip_suffix(".toml").unwrap_or(path);
        match below(stem, folder) {
            Some(name) => QuizId(name.to_owned()),
            None => QuizId(format!("./{stem}")),
        }
    }

    /// The quiz file's path from the course's root when quizzes lie in `folder`.
    pub(super) fn file(&self, folder: &str) -> String {
        match self.0.strip_prefix("./") {
            Some(path) => format!("{path}.toml"),
            None => format!("{folder}/{}.toml", self.0),
        }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QuizId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes back what [`LessonId::as_str`] gave, for instance from the progress file.
impl From<String> for LessonId {
    fn from(name: String) -> LessonId {
        LessonId(name)
    }
}

/// Takes back what [`QuizId::as_str`] gave, for instance from the progress file.
impl From<String> for QuizId {
    fn from(name: String) -> QuizId {
        QuizId(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiz_id_and_its_file_are_one_to_one() {
        for (file, folder, id) in [
            ("quizzes/en/sqs.toml", "quizzes/en", "sqs"),
            ("quizzes/ch01/hello.toml", "quizzes", "ch01/hello"),
            ("src/hello.toml", "quizzes", "./src/hello"),
            ("quizzes2/hello.toml", "quizzes", "./quizzes2/hello"),
        ] {
            let quiz = QuizId::of_file(file, folder);
            assert_eq!(quiz.as_str(), id);
            assert_eq!(quiz.file(folder), file);
        }
    }
}
