//! Quizzes: beginning one, going back to it, what it asks of the rest of the program.

use crate::app::effect::Effects;
use crate::app::panes::Pane;
use crate::app::quiz::{Action, Around, Request, Taking};
use crate::app::{App, Screen, settings};
use crate::course::QuizId;
use crate::words;

impl App {
    /// Goes back to the quiz that waits, or begins the one whose place in the lesson is nearest.
    pub(in crate::app) fn take_quiz(&mut self) {
        if self.quiz.is_some() {
            self.screen = Screen::Quiz;
            return;
        }
        match self.lesson.as_ref().and_then(|lesson| lesson.nearest_quiz(&self.course)) {
            Some(id) => self.open_quiz(id),
            None => self.notice = Some(self.words().no_quiz.to_owned()),
        }
    }

    pub(in crate::app) fn open_quiz(&mut self, id: QuizId) {
        let Some(lesson) = self.lesson.as_ref().map(|lesson| lesson.id.clone()) else { return };
        self.next_seed();
        let taking = Taking::open(id, lesson, self.settings.confidence, self.around_quiz());
        self.quiz = Some(taking);
        self.screen = Screen::Quiz;
    }

    fn next_seed(&mut self) {
        // An odd step that goes through all numbers before one comes again.
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    }

    pub(in crate::app) fn around_quiz(&self) -> Around<'_> {
        Around {
            course: &self.course,
            progress: &self.progress,
            lang: self.lang,
            now_ms: self.now_ms,
            fresh: self.seed,
        }
    }

    pub(in crate::app) fn quiz_action(&mut self, action: Action) -> Effects {
        let Some(mut taking) = self.quiz.take() else { return Effects::none() };
        self.next_seed();
        let (effects, request) = taking.update(action, self.around_quiz());
        let is_kept = taking.is_in_the_middle();
        self.quiz = Some(taking);
        let words = words::quiz::of(self.lang);
        match request {
            None => effects,
            Some(Request::Notice(text)) => {
                self.notice = Some(text);
                effects
            }
            Some(Request::Leave) => {
                self.quiz = None;
                self.screen = Screen::Reader;
                self.notice = is_kept.then(|| words.left.to_owned());
                effects
            }
            Some(Request::Confidence(asks)) => {
                self.settings.confidence = asks;
                let text = if asks { words.confidence_on } else { words.confidence_off };
                self.notice = Some(text.to_owned());
                effects.and(self.settings.record(settings::CONFIDENCE))
            }
            Some(Request::Lesson(target)) => {
                let opened = match target {
                    Some((lesson, anchor)) => self.open(&lesson, anchor.as_deref()),
                    None => Effects::none(),
                };
                (self.screen, self.focus) = (Screen::Reader, Pane::Lesson);
                self.notice = Some(words.aside.to_owned());
                effects.and(opened)
            }
        }
    }

    pub(in crate::app) fn translate_quiz(&mut self) {
        let Some(mut taking) = self.quiz.take() else { return };
        if !taking.translate(self.around_quiz()) {
            self.notice = Some(words::quiz::of(self.lang).other_language.to_owned());
        }
        self.quiz = Some(taking);
    }
}
