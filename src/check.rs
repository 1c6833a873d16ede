//! What is wrong with a whole course: for its authors, and for CI.
//!
//! [`check()`] reads every language of a course and goes through the `RULES`: each is a function
//! that sees one edition (the course in one language) and reports what it finds. The rules of
//! `languages` see two editions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::course::{Course, Files, Lesson, QuizId, Text};
use crate::page::{Document, SlotKind};
use crate::problem::{Problem, Severity};
use crate::quiz::Parsed;
use crate::words::Lang;

mod console;
mod facts;
mod languages;
mod links;
mod predictions;
mod quizzes;
mod reach;
mod shown;

pub use shown::{Look, shown};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Every finding, by file and place.
    pub problems: Vec<Problem>,
    /// The languages that were checked; none for a book in one.
    pub languages: Vec<Lang>,
    /// How many lessons one edition has.
    pub lessons: usize,
    /// How many quizzes one edition has.
    pub quizzes: usize,
    /// How many questions one edition has.
    pub questions: usize,
}

impl Report {
    /// How many findings are as bad as `severity`.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.severity == severity).count()
    }
}

/// The rules that look at one edition.
const RULES: [fn(&Edition, &mut Vec<Problem>); 5] =
    [links::check, quizzes::check, reach::check, console::check, facts::check];

/// Checks the course in these files, in every language that it has. Predict questions are worked out
/// with so many seeds, [`SEEDS`](crate::quiz::predict::SEEDS) for a proof.
pub fn check(files: &Arc<dyn Files>, seeds: u64) -> Report {
    let mut problems = Vec::new();
    let (first, _) = Course::open(Arc::clone(files), Lang::En);
    let languages = first.languages().to_vec();
    let editions: Vec<Edition> = if languages.is_empty() {
        vec![Edition::read(first.in_lang(Lang::En), &mut problems)]
    } else {
        languages.iter().map(|lang| Edition::read(first.in_lang(*lang), &mut problems)).collect()
    };
    for edition in &editions {
        for rule in RULES {
            rule(edition, &mut problems);
        }
    }
    predictions::check(&editions, seeds, &mut problems);
    let (one, others) = editions.split_first().expect("there is one edition at least");
    for other in others {
        languages::check(one, other, &mut problems);
    }
    problems.sort_by(|a, b| {
        let place = |problem: &Problem| (problem.file.clone(), problem.span.start);
        place(a).cmp(&place(b)).then_with(|| a.message.cmp(&b.message))
    });
    problems.dedup();
    Report {
        problems,
        languages,
        lessons: one.lessons.len(),
        quizzes: one.quizzes.len(),
        questions: one.quizzes.values().map(|quiz| quiz.parsed.quiz.questions.len()).sum(),
    }
}

/// A course in one language, read whole.
struct Edition {
    course: Course,
    lessons: Vec<ReadLesson>,
    /// The quizzes that lessons embed.
    quizzes: BTreeMap<QuizId, ReadQuiz>,
}

struct ReadLesson {
    lesson: Lesson,
    text: Text,
    document: Document,
}

struct ReadQuiz {
    parsed: Parsed,
    file: String,
    /// Index of the first lesson that embeds it.
    lesson: usize,
}

impl Edition {
    fn read((course, found): (Course, Vec<Problem>), problems: &mut Vec<Problem>) -> Edition {
        problems.extend(found);
        let mut lessons = Vec::new();
        for lesson in course.lessons() {
            let (text, found) = course.text(lesson);
            problems.extend(found.into_iter().map(|problem| at_summary(problem, lesson, &course)));
            let document = Document::parse(text.as_str());
            lessons.push(ReadLesson { lesson: lesson.clone(), text, document });
        }
        let mut quizzes = BTreeMap::new();
        for (index, read) in lessons.iter().enumerate() {
            for (path, _) in read.quizzes() {
                let Some(id) = course.quiz_at(&read.lesson, path) else { continue };
                quizzes.entry(id).or_insert_with_key(|id| ReadQuiz {
                    parsed: course.quiz(id),
                    file: course.quiz_file(id),
                    lesson: index,
                });
            }
        }
        Edition { course, lessons, quizzes }
    }

    fn lesson(&self, id: &crate::course::LessonId) -> Option<&ReadLesson> {
        self.lessons.iter().find(|read| read.lesson.id == *id)
    }
}

/// A chapter that cannot be read has no place of its own: the line of the summary is the place.
fn at_summary(problem: Problem, lesson: &Lesson, course: &Course) -> Problem {
    if problem.code != "chapter-file" {
        return problem;
    }
    Problem { file: course.summary_file(), span: lesson.span.clone(), ..problem }
}

impl ReadLesson {
    /// The paths of the quizzes that the page shows, and where they stand in the text.
    fn quizzes(&self) -> impl Iterator<Item = (&str, std::ops::Range<usize>)> {
        self.document.slots().iter().filter_map(|slot| match &slot.kind {
            SlotKind::Quiz(path) => Some((path.as_str(), slot.source.clone())),
            SlotKind::Model(_) => None,
        })
    }

    /// A finding at the bytes `span` of the expanded text, at the place they came from.
    fn problem(&self, span: std::ops::Range<usize>, finding: Finding) -> Problem {
        let (file, span) = self.text.source(span);
        finding.at(file, span)
    }
}

/// What was found, before its place is known.
struct Finding {
    severity: Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Finding {
    fn error(code: &'static str, message: String) -> Finding {
        Finding { severity: Severity::Error, code, message, help: None }
    }

    fn warning(code: &'static str, message: String) -> Finding {
        Finding { severity: Severity::Warning, code, message, help: None }
    }

    fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }

    fn at(self, file: &str, span: std::ops::Range<usize>) -> Problem {
        let Finding { severity, code, message, help } = self;
        Problem { file: file.to_owned(), span, severity, code, message, help }
    }
}
