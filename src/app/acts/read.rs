//! Lessons: opening them, travelling between them, what is kept of where one was.

use std::sync::Arc;

use crate::app::contents::Contents;
use crate::app::effect::{Effect, Effects};
use crate::app::lesson::Lesson;
use crate::app::link;
use crate::app::overlay::{Kind, Overlay};
use crate::app::panes::{Pane, Panes};
use crate::app::right::Right;
use crate::app::trail::Place;
use crate::app::{App, Screen};
use crate::course::{Course, LessonId};
use crate::progress::What;
use crate::words::{self, Lang};

impl App {
    /// Opens a lesson at an anchor, or where it was left.
    pub(in crate::app) fn open(&mut self, id: &LessonId, anchor: Option<&str>) -> Effects {
        let Some(anchor) = anchor else { return self.open_at_place(id) };
        let effects = self.open_at(id, 0);
        let missing = match &mut self.lesson {
            Some(lesson) if lesson.id == *id => !lesson.go_to_anchor(anchor),
            _ => false,
        };
        if missing {
            self.notice = Some(words::fill(self.words().no_anchor, &[("name", &anchor)]));
        }
        effects
    }

    pub(in crate::app) fn open_at_place(&mut self, id: &LessonId) -> Effects {
        let offset = self.progress.place(id.as_str()).unwrap_or(0);
        self.open_at(id, offset)
    }

    /// Opens a lesson at a place of its source; where one was goes on the trail.
    pub(in crate::app) fn open_at(&mut self, id: &LessonId, offset: usize) -> Effects {
        if self.course.lesson(id).is_none() {
            self.notice = Some(self.words().draft_lesson.to_owned());
            return Effects::none();
        }
        let effects = self.record_place();
        if let Some(place) = self.place() {
            self.trail.leave(place);
        }
        self.arrive(&Place { lesson: id.clone(), offset });
        effects
    }

    /// Shows a place without writing it on the trail.
    pub(in crate::app) fn arrive(&mut self, place: &Place) {
        self.screen = Screen::Reader;
        if self.focus == Pane::Model || self.panes().stacked {
            self.focus = Pane::Lesson;
        }
        if self.lesson.as_ref().is_none_or(|lesson| lesson.id != place.lesson) {
            self.load(&place.lesson);
        }
        if let Some(lesson) = &mut self.lesson {
            lesson.go_to(place.offset);
        }
    }

    pub(in crate::app) fn load(&mut self, id: &LessonId) {
        let lesson = Lesson::open(&self.course, id, self.lang, self.settings.symbols);
        let mut right = Right::of_lesson(&lesson, self.lang);
        right.keep(&mut self.right);
        self.right = right;
        self.contents.reveal(id);
        self.lesson = Some(lesson);
    }

    pub(in crate::app) fn travel(&mut self, by: isize) -> Effects {
        let Some(here) = self.place() else { return Effects::none() };
        match self.trail.travel(here, by) {
            Some(place) => {
                let effects = self.record_place();
                self.arrive(&place);
                effects
            }
            None => {
                let words = self.words();
                let text = if by < 0 { words.no_back } else { words.no_forward };
                self.notice = Some(text.to_owned());
                Effects::none()
            }
        }
    }

    /// Where one is reading.
    pub fn place(&self) -> Option<Place> {
        let lesson = self.lesson.as_ref()?;
        Some(Place { lesson: lesson.id.clone(), offset: lesson.offset })
    }

    /// Writes down where one is, and that a lesson read to its end is read.
    pub fn record_place(&self) -> Effects {
        let Some(lesson) = self.lesson.as_ref().filter(|_| self.screen == Screen::Reader) else {
            return Effects::none();
        };
        let mut effects = Effects::none();
        if self.progress.last_place() != Some((lesson.id.as_str(), lesson.offset)) {
            effects.push(Effect::Record(What::Place {
                lesson: lesson.id.to_string(),
                offset: lesson.offset,
            }));
        }
        if lesson.seen_end && !self.progress.is_read(lesson.id.as_str()) {
            effects.push(Effect::Record(What::LessonRead { lesson: lesson.id.to_string() }));
        }
        effects
    }

    pub(in crate::app) fn mark_read(&mut self) -> Effects {
        let Some(lesson) = &self.lesson else { return Effects::none() };
        self.notice = Some(self.words().marked_read.to_owned());
        if self.progress.is_read(lesson.id.as_str()) {
            return Effects::none();
        }
        Effect::Record(What::LessonRead { lesson: lesson.id.to_string() }).into()
    }

    /// Enter on a page without commands: its quiz, else its links.
    pub(in crate::app) fn enter(&mut self) -> Effects {
        match self.lesson.as_ref().and_then(|lesson| lesson.quiz_on_page(&self.course)) {
            Some(id) => {
                self.open_quiz(id);
                Effects::none()
            }
            None => self.show(Kind::Links),
        }
    }

    pub(in crate::app) fn follow(&mut self, target: &str) -> Effects {
        let here = self.lesson.as_ref().and_then(|lesson| self.course.lesson(&lesson.id));
        let Some(lesson) = here else { return Effects::none() };
        match link::resolve(&self.course, lesson, target) {
            link::Target::Lesson(id, anchor) => self.open(&id, anchor.as_deref()),
            link::Target::Preset(name) => {
                if !self.set_up(&name) {
                    self.overlays.push(Overlay::Card(link::Target::Preset(name)));
                }
                Effects::none()
            }
            target => {
                self.overlays.push(Overlay::Card(target));
                Effects::none()
            }
        }
    }

    pub(in crate::app) fn switch_language(&mut self) -> Effects {
        let next = match self.lang {
            Lang::En => Lang::Ko,
            Lang::Ko => Lang::En,
        };
        self.lang = next;
        let effects = self.settings.record_lang(next);
        if self.course.languages().contains(&next) {
            let (course, _) = self.course.in_lang(next);
            self.change_course(Arc::new(course));
            self.translate_quiz();
        } else if let Some(lesson) = &mut self.lesson {
            lesson.relabel(next, self.settings.symbols);
        }
        effects
    }

    /// Takes the course in another language and keeps the place: the same heading, as far below it.
    pub(in crate::app) fn change_course(&mut self, course: Arc<Course>) {
        self.course = course;
        self.contents = Contents::of(&self.course);
        self.trail.forget_offsets();
        let Some(old) = self.lesson.take() else { return };
        self.load(&old.id);
        if let Some(lesson) = &mut self.lesson {
            let offset = old.counterpart(lesson);
            let page = Panes::of(self.size, &self.settings.shape, Pane::Lesson).page();
            lesson.fit(page.width, page.height, self.settings.symbols);
            lesson.go_to(offset);
            lesson.seen_end = old.seen_end;
        }
    }
}
