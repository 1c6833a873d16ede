//! The state of the whole program: input, actions, update, effects.
//!
//! [`App::input`] says what an input means, without touching anything; [`App::update`] does it and
//! says what the world must do. A pane owns its state, its actions and its update; only this file and
//! `acts` see two panes. What mode the program is in is computed, never stored.

pub mod console;
pub mod contents;
pub mod effect;
pub mod help;
pub mod home;
pub mod key;
pub mod keys;
pub mod launch;
pub mod lesson;
pub mod link;
pub mod links;
pub mod model;
pub mod notes;
pub mod outline;
pub mod overlay;
pub mod palette;
pub mod panes;
pub mod prompt;
pub mod quiz;
pub mod right;
pub mod scroll;
pub mod search;
pub mod settings;
pub mod trail;
pub mod work;

mod acts;
mod mouse;

use std::sync::Arc;

use contents::Contents;
use effect::{Effect, Effects};
use home::Home;
use key::{Input, Key, Shade, Size};
use keys::Mode;
use launch::Wall;
use lesson::Lesson;
use overlay::{Kind, Overlay};
use panes::{Divider, Pane, Panes};
use quiz::Taking;
use right::Right;
use settings::Settings;
use trail::Trail;

use crate::course::{Course, LessonId, QuizId};
use crate::progress::{Entry, State};
use crate::services::time::Time;
use crate::words::{self, Lang, reader};

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Where to go on, scores, what is due.
    Home,
    /// Contents, lesson and model.
    Reader,
    /// A question of a quiz; the lesson is out of sight.
    Quiz,
}

/// Something that was meant.
#[derive(Debug, Clone)]
pub enum Action {
    /// Give the terminal back and end.
    Quit,
    /// Step back behind the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// The terminal has this size.
    Resize(Size),
    /// The terminal's background is like this.
    Background(Shade),
    /// Leave the home screen for the lesson.
    Read,
    /// Show the home screen.
    GoHome,
    /// Give the focus to a pane.
    Focus(Pane),
    /// Give the focus to the next pane, or the one before.
    FocusNext(isize),
    /// Show or hide a pane.
    Toggle(Pane),
    /// Show only the lesson, or all panes again.
    Zoom,
    /// Move the divider nearest the focus by so many cells.
    MoveDivider(i16),
    /// Take hold of a divider with the mouse.
    Grab(Divider),
    /// Drag the divider that is held to this column.
    Drag(u16),
    /// Let go of the divider.
    Release,
    /// Open this lesson, at this anchor of it.
    Open(LessonId, Option<String>),
    /// Open this lesson at this place of its source.
    OpenAt(LessonId, usize),
    /// Open the lesson so many further on.
    NextLesson(isize),
    /// Follow what a link points at.
    Follow(String),
    /// Back to where one was.
    Back,
    /// Forward again.
    Forward,
    /// Note that the lesson has been read.
    MarkRead,
    /// Begin the quiz of the lesson, or go back to the one that waits.
    TakeQuiz,
    /// Begin this quiz.
    OpenQuiz(QuizId),
    /// In the quiz.
    Quiz(quiz::Action),
    /// The other language.
    SwitchLanguage,
    /// The next theme.
    NextTheme,
    /// Mouse on or off.
    ToggleMouse,
    /// Motion on or off.
    ToggleMotion,
    /// Lay an overlay over the screen.
    Show(Kind),
    /// Take the top overlay away.
    Close,
    /// A key that is text for the top overlay.
    Type(Key),
    /// Text pasted into the top overlay.
    Paste(String),
    /// In the contents.
    Contents(contents::Action),
    /// In the lesson.
    Lesson(lesson::Action),
    /// In the model's pane.
    Model(model::Action),
    /// Turn the knob that is selected on the sheet.
    Turn(model::sheet::Turn),
    /// Run a console block of the page in the model, or a line of it.
    Run(console::Amount),
    /// Time has passed: a frame of the model is due.
    Tick,
    /// On the home screen.
    Home(home::Action),
    /// In the top overlay.
    Overlay(overlay::Action),
    /// The progress file took this.
    Recorded(Vec<Entry>),
    /// The worker answers.
    Worked(work::Answer),
    /// Something went wrong outside that the learner should know.
    Notice(String),
}

/// The state of the whole program.
#[derive(Debug)]
pub struct App {
    /// The size of the terminal.
    pub size: Size,
    /// The language of the program's own texts.
    pub lang: Lang,
    /// What the learner set.
    pub settings: Settings,
    /// What the terminal's background is like.
    pub shade: Shade,
    /// The course that is open.
    pub course: Arc<Course>,
    /// What is known about the learner.
    pub progress: State,
    /// What fills the screen.
    pub screen: Screen,
    /// The pane that the keys go to.
    pub focus: Pane,
    /// The table of contents.
    pub contents: Contents,
    /// The lesson that is open; none in a course without lessons.
    pub lesson: Option<Lesson>,
    /// What stands beside the lesson.
    pub right: Right,
    /// The quiz that is being taken, on the screen or waiting.
    pub quiz: Option<Taking>,
    /// The home screen.
    pub home: Home,
    /// What lies over the screen, the top one last.
    pub overlays: Vec<Overlay>,
    /// Where one has been.
    pub trail: Trail,
    /// One line about something that just happened; the next key takes it away.
    pub notice: Option<String>,
    /// Whether the model has the whole screen while it has the focus.
    pub whole: bool,
    /// The divider that the mouse holds.
    pub held: Option<Divider>,
    /// Counts the questions put to the worker.
    pub asked: u64,
    /// Milliseconds of a clock that only goes forward, as the shell told last.
    pub now_ms: u64,
    /// The clock on the wall when `now_ms` was 0.
    pub wall: Wall,
    /// Chance, different at each start and for each run through a quiz.
    pub seed: u64,
}

impl App {
    /// The texts of the reader in the language of the program.
    pub fn words(&self) -> &'static reader::Reader {
        reader::of(self.lang)
    }

    /// Where everything stands now.
    pub fn panes(&self) -> Panes {
        let panes = Panes::of(self.size, &self.settings.shape, self.focus);
        if self.is_whole() { panes.only_model() } else { panes }
    }

    /// On how many days without a gap something was learned, up to today or yesterday.
    pub fn streak(&self) -> u32 {
        let Wall { ms, offset_minutes } = self.wall;
        self.progress.streak(ms.saturating_add(self.now_ms), offset_minutes)
    }

    /// Whether the model fills the screen.
    pub fn is_whole(&self) -> bool {
        self.whole
            && self.screen == Screen::Reader
            && self.focus == Pane::Model
            && self.right.live.is_some()
    }

    /// Whether the model can be seen.
    fn sees_model(&self) -> bool {
        self.screen == Screen::Reader && !self.panes().model.is_empty()
    }

    /// When the shell must wake the program by itself, on its clock; none while nothing moves.
    pub fn deadline(&self) -> Option<u64> {
        let pace = self.settings.pace();
        if self.screen == Screen::Quiz {
            return self.quiz.as_ref()?.deadline(pace);
        }
        self.right.live.as_ref().filter(|_| self.sees_model())?.deadline(pace)
    }

    /// What the program is doing, as far as keys are concerned.
    pub fn mode(&self) -> Mode {
        self.overlays.last().map_or_else(|| self.ground(), Overlay::mode)
    }

    /// The same for what lies under all overlays.
    pub fn ground(&self) -> Mode {
        match self.screen {
            Screen::Home => Mode::Home,
            Screen::Quiz => self.quiz.as_ref().map_or(Mode::Home, Taking::mode),
            Screen::Reader => match self.focus {
                Pane::Contents => Mode::Contents,
                Pane::Model => match &self.right.live {
                    Some(live) if live.line.is_some() => Mode::ModelLine,
                    _ => Mode::Model,
                },
                Pane::Lesson
                    if self.lesson.as_ref().is_some_and(|lesson| lesson.found.is_some()) =>
                {
                    Mode::Found
                }
                Pane::Lesson if self.quiz.is_some() => Mode::Aside,
                Pane::Lesson => Mode::Lesson,
            },
        }
    }

    /// What an input means now. Looks, and does not touch.
    pub fn input(&self, input: &Input) -> Option<Action> {
        match input {
            Input::Resize(size) => Some(Action::Resize(*size)),
            Input::Background(shade) => Some(Action::Background(*shade)),
            Input::Mouse(mouse) => self.mouse(*mouse),
            Input::Paste(text) => self.mode().is_typing().then(|| Action::Paste(text.clone())),
            Input::Key(key) => {
                let mode = self.mode();
                if let Some(action) = keys::action(mode, *key) {
                    return Some(action.clone());
                }
                if mode.is_typing() {
                    return Some(Action::Type(*key));
                }
                let key = key.without_hangul();
                keys::action(mode, key).cloned().or_else(|| self.model_key(mode, key))
            }
        }
    }

    /// The model's own action on this key.
    fn model_key(&self, mode: Mode, key: Key) -> Option<Action> {
        let live = self.right.live.as_ref().filter(|_| mode == Mode::Model)?;
        live.action_of(key).map(|number| Action::Model(model::Action::Do(number)))
    }

    /// Does what was meant and says what the world must do.
    pub fn update(&mut self, action: Action) -> Effects {
        if !matches!(
            action,
            Action::Background(_)
                | Action::Resize(_)
                | Action::Worked(_)
                | Action::Recorded(_)
                | Action::Tick
        ) {
            self.notice = None;
        }
        self.rest_unseen();
        let effects = self.act(action);
        self.settle();
        effects
    }

    fn act(&mut self, action: Action) -> Effects {
        match action {
            Action::Quit => return self.record_place().and(Effect::Quit.into()),
            Action::Suspend => return self.record_place().and(Effect::Suspend.into()),
            Action::Redraw => return Effect::Redraw.into(),
            Action::Resize(size) => self.size = size,
            Action::Background(shade) => self.shade = shade,
            Action::Read => self.screen = Screen::Reader,
            Action::GoHome => {
                self.screen = Screen::Home;
                self.home = Home::default();
                return self.record_place();
            }
            Action::Focus(pane) => self.focus_on(pane),
            Action::FocusNext(by) => self.focus_next(by),
            Action::Toggle(pane) => return self.toggle(pane),
            Action::Zoom => {
                let shape = &mut self.settings.shape;
                let all = !(shape.contents || shape.model);
                (shape.contents, shape.model) = (all, all);
                self.focus = Pane::Lesson;
                return self.record_shape();
            }
            Action::MoveDivider(by) => return self.move_divider(by),
            Action::Grab(divider) => self.held = Some(divider),
            Action::Drag(x) => {
                if let Some(divider) = self.held {
                    self.settings.shape = self.settings.shape.dragged(divider, x, self.size);
                }
            }
            Action::Release => {
                if self.held.take().is_some() {
                    return self.record_shape();
                }
            }
            Action::Open(id, anchor) => return self.open(&id, anchor.as_deref()),
            Action::OpenAt(id, offset) => return self.open_at(&id, offset),
            Action::NextLesson(by) => {
                let here = self.lesson.as_ref().map(|lesson| &lesson.id);
                match self.contents.neighbour(here, by) {
                    Some(id) => return self.open_at(&id, 0),
                    None if by > 0 => self.notice = Some(self.words().last_lesson.to_owned()),
                    None => self.notice = Some(self.words().first_lesson.to_owned()),
                }
            }
            Action::Follow(target) => return self.follow(&target),
            Action::Back => return self.travel(-1),
            Action::Forward => return self.travel(1),
            Action::MarkRead => return self.mark_read(),
            Action::TakeQuiz => self.take_quiz(),
            Action::OpenQuiz(id) => self.open_quiz(id),
            Action::Quiz(action) => return self.quiz_action(action),
            Action::SwitchLanguage => return self.switch_language(),
            Action::NextTheme => {
                self.settings.theme = self.settings.theme.next();
                self.notice =
                    Some(settings::theme_name(self.settings.theme, self.words()).to_owned());
                return self.settings.record(settings::THEME);
            }
            Action::ToggleMouse => {
                self.settings.mouse = !self.settings.mouse;
                let words = self.words();
                let text = if self.settings.mouse { words.mouse_on } else { words.mouse_off };
                self.notice = Some(text.to_owned());
                return Effects::from(Effect::Mouse(self.settings.mouse))
                    .and(self.settings.record(settings::MOUSE));
            }
            Action::ToggleMotion => {
                self.settings.motion = !self.settings.motion;
                let words = self.words();
                let text = if self.settings.motion { words.motion_on } else { words.motion_off };
                self.notice = Some(text.to_owned());
                return self.settings.record(settings::MOTION);
            }
            Action::Show(kind) => return self.show(kind),
            Action::Close => return self.close(),
            Action::Type(key) => return self.type_key(key),
            Action::Paste(text) => return self.paste(&text),
            Action::Contents(action) => {
                let height = usize::from(self.panes().contents.height);
                if let Some(id) = self.contents.update(action, height) {
                    self.focus = Pane::Lesson;
                    return self.open_at_place(&id);
                }
            }
            Action::Lesson(action) => {
                let height = self.page_height();
                if let Some(lesson) = &mut self.lesson {
                    lesson.update(action, height);
                }
            }
            Action::Model(action) => return self.model_action(action),
            Action::Turn(turn) => return overlay::turn(self, turn),
            Action::Run(amount) => {
                if !console::run(self, amount) {
                    if amount == console::Amount::Line {
                        return self.enter();
                    }
                    self.notice = Some(words::model::of(self.lang).no_block.to_owned());
                }
            }
            Action::Tick => match (&mut self.quiz, &mut self.right.live) {
                (Some(taking), _) if self.screen == Screen::Quiz => taking.tick(self.now_ms),
                (_, Some(live)) => live.tick(self.now_ms, Time::END),
                _ => {}
            },
            Action::Home(action) => {
                let items = home::items(self);
                if let Some(action) = self.home.update(action, &items) {
                    return self.act(action);
                }
            }
            Action::Overlay(action) => return overlay::update(self, action),
            Action::Recorded(entries) => {
                for entry in &entries {
                    self.progress.apply(entry);
                }
            }
            Action::Worked(answer) => search::answered(self, answer),
            Action::Notice(text) => self.notice = Some(text),
        }
        Effects::none()
    }

    /// The quiz, if what is typed goes into it.
    fn typing_quiz(&mut self) -> Option<&mut Taking> {
        let is_open = self.screen == Screen::Quiz && self.overlays.is_empty();
        self.quiz.as_mut().filter(|_| is_open)
    }

    /// The model, if what is typed goes into its command line.
    fn typing_model(&mut self) -> Option<&mut model::Live> {
        let is_line = self.mode() == Mode::ModelLine;
        self.right.live.as_deref_mut().filter(|_| is_line)
    }

    fn show(&mut self, kind: Kind) -> Effects {
        match Overlay::open(kind, self) {
            Some(overlay) => {
                self.overlays.push(overlay);
                search::refresh(self)
            }
            None => Effects::none(),
        }
    }

    fn close(&mut self) -> Effects {
        if let Some(overlay) = self.overlays.pop() {
            overlay::closed(self, overlay);
        }
        Effects::none()
    }

    fn type_key(&mut self, key: Key) -> Effects {
        if let Some(taking) = self.typing_quiz() {
            taking.key(key);
            return Effects::none();
        }
        if let Some(live) = self.typing_model() {
            live.key(key);
            return Effects::none();
        }
        overlay::typed(self, key)
    }

    fn paste(&mut self, text: &str) -> Effects {
        if let Some(taking) = self.typing_quiz() {
            taking.paste(text);
            return Effects::none();
        }
        if let Some(live) = self.typing_model() {
            live.paste(text);
            return Effects::none();
        }
        overlay::pasted(self, text)
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
