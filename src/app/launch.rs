//! How the program starts: what the shell hands in, and where reading begins.

use std::sync::Arc;

use super::contents::Contents;
use super::home::Home;
use super::key::{Shade, Size};
use super::panes::Pane;
use super::right::Right;
use super::settings::Settings;
use super::trail::Trail;
use super::{App, Screen, model};
use crate::course::{Course, LessonId, QuizId};
use crate::progress::State;
use crate::words::Lang;

/// Where the program begins.
#[derive(Debug)]
pub enum Start {
    /// On the home screen.
    Home,
    /// In this lesson.
    Lesson(LessonId),
    /// In a quiz of this lesson.
    Quiz(LessonId, QuizId),
    /// With one model alone, on the whole screen.
    Model(Box<model::Live>),
}

/// The clock on the wall when the program starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wall {
    /// Milliseconds since 1970 UTC.
    pub ms: u64,
    /// Minutes that the learner's day is ahead of UTC.
    pub offset_minutes: i32,
}

/// What the shell knows when it starts the program.
#[derive(Debug)]
pub struct Launch {
    /// The size of the terminal.
    pub size: Size,
    /// The course, opened in the language to begin with.
    pub course: Arc<Course>,
    /// The language of the program's own texts.
    pub lang: Lang,
    /// What is known about the learner.
    pub progress: State,
    /// Settings given for this run or kept from earlier ones.
    pub settings: Settings,
    /// Where to begin.
    pub start: Start,
    /// Chance, different at each start: names and orders the runs through quizzes.
    pub seed: u64,
    /// What to tell the learner at the start.
    pub notice: Option<String>,
    /// What time it is.
    pub wall: Wall,
}

impl App {
    /// The program as it starts: at home, or in the lesson that was named.
    pub fn new(launch: Launch) -> App {
        let Launch { size, course, lang, progress, settings, start, seed, notice, wall } = launch;
        let (open, quiz, model) = match start {
            Start::Home => (None, None, None),
            Start::Lesson(id) => (Some(id), None, None),
            Start::Quiz(id, quiz) => (Some(id), Some(quiz), None),
            Start::Model(model) => (None, None, Some(model)),
        };
        let mut app = App {
            size,
            lang,
            settings,
            shade: Shade::default(),
            contents: Contents::of(&course),
            home: Home::default(),
            lesson: None,
            right: Right::default(),
            course,
            progress,
            screen: if open.is_some() { Screen::Reader } else { Screen::Home },
            focus: Pane::Lesson,
            overlays: Vec::new(),
            trail: Trail::default(),
            notice,
            whole: false,
            held: None,
            asked: 0,
            quiz: None,
            now_ms: 0,
            wall,
            seed,
        };
        let (id, offset) = app.start_place(open);
        if let Some(id) = id {
            app.load(&id);
            if let Some(lesson) = &mut app.lesson {
                lesson.go_to(offset);
            }
        }
        if let Some(id) = quiz {
            app.open_quiz(id);
        }
        if model.is_some() {
            app.right = Right { live: model, ..Right::default() };
            (app.screen, app.focus, app.whole) = (Screen::Reader, Pane::Model, true);
        }
        app.settle();
        app
    }

    /// Where reading begins: the lesson that was asked for, the last place, or the first lesson.
    fn start_place(&self, open: Option<LessonId>) -> (Option<LessonId>, usize) {
        let readable = |id: &LessonId| self.course.lesson(id).is_some();
        if let Some(id) = open.filter(readable) {
            let offset = self.progress.place(id.as_str()).unwrap_or(0);
            return (Some(id), offset);
        }
        if let Some((name, offset)) = self.progress.last_place() {
            let id = LessonId::from(name.to_owned());
            if readable(&id) {
                return (Some(id), offset);
            }
        }
        (self.contents.neighbour(None, 1), 0)
    }
}
