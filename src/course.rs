//! From files to a [`Course`]: summary, chapters, directives, quizzes; every problem with its place.
//!
//! A course is an mdBook, perhaps with mdbook-quiz's quizzes. Its files are handed in as
//! [`Files`]. [`Course::open`] reads `book.toml` and `SUMMARY.md` and nothing else; a chapter is
//! read and expanded when [`Course::text`] is asked for it.
//!
//! A course may come in several languages: `lessons/<lang>/SUMMARY.md` and its chapters, and
//! `quizzes/<lang>/*.toml`. The same lessons and quizzes have the same [`LessonId`] and [`QuizId`]
//! in each. Any other book has one language.

use std::sync::Arc;

use crate::problem::{Problem, Severity};
use crate::quiz;
use crate::words::Lang;

mod config;
mod directive;
mod embedded;
mod expand;
pub mod facts;
mod files;
mod ids;
mod link;
mod parts;
mod summary;
mod text;

pub use config::{BookConfig, QuizOptions};
pub use embedded::Embedded;
pub use files::{Files, InMemory, ReadError, folder_of, join, read_text};
pub use ids::{LessonId, QuizId};
pub use link::LinkTarget;
pub use summary::{Entry, Lesson, Number, Summary};
pub use text::Text;

/// A course in one of its languages.
#[derive(Debug, Clone)]
pub struct Course {
    files: Arc<dyn Files>,
    config: BookConfig,
    summary: Summary,
    layout: Layout,
}

/// Where a course keeps what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layout {
    /// The folder of `SUMMARY.md` and the chapters.
    src: String,
    /// The folder of the quizzes.
    quizzes: String,
    /// Every language that there is; none if the course is not made for several.
    languages: Vec<Lang>,
    /// The one that is open.
    lang: Option<Lang>,
}

const BOOK_TOML: &str = "book.toml";

impl Course {
    /// Opens the course that lies in these files, in the language `lang` if it has it. Only
    /// `book.toml` and `SUMMARY.md` are read. A course without a summary has no entries and a
    /// problem `summary-file`.
    pub fn open(files: Arc<dyn Files>, lang: Lang) -> (Course, Vec<Problem>) {
        let mut problems = Vec::new();
        let config = read_config(&*files, &mut problems);
        let layout = Layout::find(&*files, config.as_ref(), lang);
        let file = layout.summary_file();
        let summary = match read_text(&*files, &file) {
            Ok((text, found)) => {
                let (summary, more) = summary::parse(&text, &file, &layout.src);
                problems.extend(found.into_iter().chain(more));
                summary
            }
            Err(error) => {
                problems.push(Problem {
                    message: format!("The summary `{file}` cannot be read: {error}"),
                    file,
                    span: 0..0,
                    severity: Severity::Error,
                    code: "summary-file",
                    help: Some("a course is a folder with a SUMMARY.md, as mdBook has it".into()),
                });
                Summary::default()
            }
        };
        (Course { files, config: config.unwrap_or_default(), summary, layout }, problems)
    }

    /// The same course in another language.
    pub fn in_lang(&self, lang: Lang) -> (Course, Vec<Problem>) {
        Course::open(Arc::clone(&self.files), lang)
    }

    /// Its title: the heading of `SUMMARY.md` for a course in several languages, else
    /// `book.title`, else that heading.
    pub fn title(&self) -> &str {
        let heading = self.summary.title.as_deref();
        let book = self.config.title.as_deref();
        let title = if self.layout.lang.is_some() { heading.or(book) } else { book.or(heading) };
        title.unwrap_or_default()
    }

    /// The languages that the course comes in; none if it is a book in one.
    pub fn languages(&self) -> &[Lang] {
        &self.layout.languages
    }

    /// The language it is open in, if it comes in several.
    pub fn lang(&self) -> Option<Lang> {
        self.layout.lang
    }

    /// The options that `book.toml` sets.
    pub fn config(&self) -> &BookConfig {
        &self.config
    }

    /// The table of contents, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.summary.entries
    }

    /// The lessons, in order.
    pub fn lessons(&self) -> impl DoubleEndedIterator<Item = &Lesson> {
        self.entries().iter().filter_map(|entry| match entry {
            Entry::Lesson(lesson) => Some(lesson),
            _ => None,
        })
    }

    /// The lesson with this name.
    pub fn lesson(&self, id: &LessonId) -> Option<&Lesson> {
        self.lessons().find(|lesson| lesson.id == *id)
    }

    /// Reads the chapter of a lesson and expands its directives; `{{#quiz …}}` stays in it.
    pub fn text(&self, lesson: &Lesson) -> (Text, Vec<Problem>) {
        expand::chapter(&*self.files, &lesson.file)
    }

    /// Where the link `target` in `lesson` leads.
    pub fn link(&self, lesson: &Lesson, target: &str) -> LinkTarget {
        self.resolve(target, folder_of(&lesson.file), Some(lesson))
    }

    /// Where a link in a question's own `links` leads: its path counts from the folder of
    /// `SUMMARY.md`, since a quiz may stand in several lessons.
    pub fn question_link(&self, target: &str) -> LinkTarget {
        self.resolve(target, &self.layout.src, None)
    }

    fn resolve(&self, target: &str, folder: &str, lesson: Option<&Lesson>) -> LinkTarget {
        let origin = link::Origin { folder, lesson, src: &self.layout.src };
        let find = |file: &str| self.lessons().find(|lesson| lesson.file == file);
        link::resolve(target, &origin, find)
    }

    /// The quiz that `{{#quiz path}}` in `lesson` names; none if the path leaves the course.
    pub fn quiz_at(&self, lesson: &Lesson, path: &str) -> Option<QuizId> {
        let file = join(folder_of(&lesson.file), path)?;
        Some(QuizId::of_file(&file, &self.layout.quizzes))
    }

    /// The quizzes that a lesson embeds, in order. Reads the chapter.
    pub fn quizzes_in(&self, lesson: &Lesson) -> Vec<QuizId> {
        let (text, _) = self.text(lesson);
        text.quizzes().into_iter().filter_map(|(path, _)| self.quiz_at(lesson, path)).collect()
    }

    /// Every quiz that a lesson embeds, in the order of the lessons, with the first lesson that
    /// does. Reads every chapter.
    pub fn quizzes(&self) -> Vec<(QuizId, &Lesson)> {
        let mut found: Vec<(QuizId, &Lesson)> = Vec::new();
        for lesson in self.lessons() {
            for quiz in self.quizzes_in(lesson) {
                if found.iter().all(|(known, _)| *known != quiz) {
                    found.push((quiz, lesson));
                }
            }
        }
        found
    }

    /// Reads a quiz. A file that cannot be read is an empty quiz and a problem `quiz-file`.
    pub fn quiz(&self, id: &QuizId) -> quiz::Parsed {
        let file = self.quiz_file(id);
        match read_text(&*self.files, &file) {
            Ok((text, problems)) => {
                let mut parsed = quiz::parse(&file, &text);
                parsed.problems.splice(0..0, problems);
                parsed
            }
            Err(error) => {
                let problem = Problem {
                    message: format!("The quiz `{file}` cannot be read: {error}"),
                    file,
                    span: 0..0,
                    severity: Severity::Error,
                    code: "quiz-file",
                    help: None,
                };
                quiz::Parsed { quiz: quiz::Quiz::default(), problems: vec![problem] }
            }
        }
    }

    /// The file of a quiz, from the course's root.
    pub fn quiz_file(&self, id: &QuizId) -> String {
        id.file(&self.layout.quizzes)
    }

    /// The name of the quiz in `file`, a path from the course's root.
    pub fn quiz_of_file(&self, file: &str) -> QuizId {
        QuizId::of_file(file, &self.layout.quizzes)
    }

    /// The summary's file, from the course's root.
    pub fn summary_file(&self) -> String {
        self.layout.summary_file()
    }

    /// The folder of the chapters, from the course's root.
    pub fn source_folder(&self) -> &str {
        &self.layout.src
    }

    /// The folder of the quizzes, from the course's root.
    pub fn quiz_folder(&self) -> &str {
        &self.layout.quizzes
    }

    /// The files that the course is read from.
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }
}

/// What `book.toml` says; none if there is none.
fn read_config(files: &dyn Files, problems: &mut Vec<Problem>) -> Option<BookConfig> {
    match read_text(files, BOOK_TOML) {
        Ok((text, found)) => {
            let (config, more) = config::parse(&text, BOOK_TOML);
            problems.extend(found.into_iter().chain(more));
            Some(config)
        }
        Err(ReadError::Missing) => None,
        Err(error) => {
            problems.push(Problem {
                file: BOOK_TOML.to_owned(),
                span: 0..0,
                severity: Severity::Error,
                code: "book-toml",
                message: format!("`{BOOK_TOML}` cannot be read: {error}"),
                help: None,
            });
            None
        }
    }
}

impl Layout {
    fn find(files: &dyn Files, config: Option<&BookConfig>, lang: Lang) -> Layout {
        if config.is_none_or(|config| join("", &config.src).is_some_and(|src| in_lessons(&src))) {
            let has = |lang: &Lang| files.exists(&format!("lessons/{}/SUMMARY.md", lang.code()));
            let languages: Vec<Lang> = Lang::ALL.into_iter().filter(has).collect();
            let lang = languages.iter().find(|has| **has == lang).or(languages.first()).copied();
            if let Some(lang) = lang {
                return Layout {
                    src: format!("lessons/{}", lang.code()),
                    quizzes: format!("quizzes/{}", lang.code()),
                    languages,
                    lang: Some(lang),
                };
            }
        }
        let src = match config {
            Some(config) => config.src.clone(),
            None if files.exists("src/SUMMARY.md") || !files.exists("SUMMARY.md") => "src".into(),
            None => String::new(),
        };
        Layout { src, quizzes: "quizzes".to_owned(), languages: Vec::new(), lang: None }
    }

    fn summary_file(&self) -> String {
        match self.src.as_str() {
            "" => "SUMMARY.md".to_owned(),
            src => format!("{src}/SUMMARY.md"),
        }
    }
}

fn in_lessons(src: &str) -> bool {
    files::below(src, "lessons").is_some()
}

/// Reads the chapter in `file`, in a course or not, and expands its directives.
pub fn read_chapter(files: &dyn Files, file: &str) -> (Text, Vec<Problem>) {
    expand::chapter(files, file)
}
