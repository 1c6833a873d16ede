//! The state of the whole program: input, actions, update, effects.
//!
//! [`App::input`] says what an input means, without touching anything; [`App::update`] does it and
//! says what the world must do. A pane owns its state, its actions and its update; only this file
//! sees two panes. What mode the program is in is computed, never stored.

pub mod console;
pub mod contents;
pub mod effect;
pub mod home;
pub mod key;
pub mod keys;
pub mod lesson;
pub mod link;
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

mod mouse;

use std::sync::Arc;

use contents::Contents;
use effect::{Effect, Effects};
use home::Home;
use key::{Input, Key, Shade, Size};
use keys::Mode;
use lesson::Lesson;
use overlay::{Kind, Overlay};
use panes::{Divider, Pane, Panes};
use quiz::Taking;
use right::Right;
use settings::Settings;
use trail::{Place, Trail};

use crate::course::{Course, LessonId, QuizId};
use crate::progress::{Entry, State, What};
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
    /// The lesson to open at once, if one was named.
    pub open: Option<LessonId>,
    /// The quiz of that lesson to begin at once, if one was named.
    pub quiz: Option<QuizId>,
    /// A model to show alone, on the whole screen.
    pub model: Option<Box<model::Live>>,
    /// Chance, different at each start: names and orders the runs through quizzes.
    pub seed: u64,
    /// What to tell the learner at the start.
    pub notice: Option<String>,
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
    /// Chance, different at each start and for each run through a quiz.
    pub seed: u64,
}

impl App {
    /// The program as it starts: at home, or in the lesson that was named.
    pub fn new(launch: Launch) -> App {
        let Launch { size, course, lang, progress, settings, open, quiz, model, seed, notice } =
            launch;
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

    /// The texts of the reader in the language of the program.
    pub fn words(&self) -> &'static reader::Reader {
        reader::of(self.lang)
    }

    /// Where everything stands now.
    pub fn panes(&self) -> Panes {
        let panes = Panes::of(self.size, &self.settings.shape, self.focus);
        if self.is_whole() { panes.only_model() } else { panes }
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
        self.right.live.as_ref().filter(|_| self.sees_model())?.deadline()
    }

    /// What the program is doing, as far as keys are concerned.
    pub fn mode(&self) -> Mode {
        match (self.overlays.last(), self.screen) {
            (Some(overlay), _) => overlay.mode(),
            (None, Screen::Home) => Mode::Home,
            (None, Screen::Quiz) => self.quiz.as_ref().map_or(Mode::Home, Taking::mode),
            (None, Screen::Reader) => match self.focus {
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
                        return self.show(Kind::Links);
                    }
                    self.notice = Some(words::model::of(self.lang).no_block.to_owned());
                }
            }
            Action::Tick => {
                if let Some(live) = &mut self.right.live {
                    live.tick(self.now_ms);
                }
            }
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

    /// A model that cannot be seen does not play on.
    fn rest_unseen(&mut self) {
        let is_seen = self.sees_model();
        if let Some(live) = self.right.live.as_mut().filter(|_| !is_seen) {
            live.rest(self.now_ms);
        }
    }

    /// Brings everything that follows from size and shape in line with them.
    fn settle(&mut self) {
        self.rest_unseen();
        let panes = self.panes();
        if panes.too_small() {
            return;
        }
        if !self.settings.shape.contents && self.focus == Pane::Contents && !panes.stacked {
            self.focus = Pane::Lesson;
        }
        if !self.settings.shape.model && self.focus == Pane::Model && !panes.stacked {
            self.focus = Pane::Lesson;
        }
        let page = Panes::of(self.size, &self.settings.shape, Pane::Lesson).page();
        if let Some(lesson) = &mut self.lesson {
            lesson.fit(page.width, page.height, self.settings.symbols);
        }
        if let (Some(taking), Screen::Quiz) = (&mut self.quiz, self.screen) {
            let place = panes.quiz();
            taking.fit(place.width, place.height, self.lang, self.settings.symbols.of_page());
        }
        let height = Panes::of(self.size, &self.settings.shape, Pane::Contents).contents.height;
        self.contents.fit(usize::from(height));
    }

    /// Rows of lesson text on the screen, whatever pane has the focus.
    fn page_height(&self) -> usize {
        usize::from(Panes::of(self.size, &self.settings.shape, Pane::Lesson).page().height)
    }

    fn focus_on(&mut self, pane: Pane) {
        match pane {
            Pane::Contents => self.settings.shape.contents = true,
            Pane::Model => self.settings.shape.model = true,
            Pane::Lesson => {}
        }
        self.focus = pane;
    }

    fn focus_next(&mut self, by: isize) {
        let shape = self.settings.shape;
        let stacked = self.panes().stacked;
        let shown: Vec<Pane> = Pane::ALL
            .into_iter()
            .filter(|pane| match pane {
                Pane::Contents => stacked || shape.contents,
                Pane::Lesson => true,
                Pane::Model => stacked || shape.model,
            })
            .collect();
        let here = shown.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let next = (here as isize + by).rem_euclid(shown.len() as isize);
        self.focus = shown[next as usize];
    }

    fn toggle(&mut self, pane: Pane) -> Effects {
        let stacked = self.panes().stacked;
        let shape = &mut self.settings.shape;
        let shown = match pane {
            Pane::Contents => &mut shape.contents,
            Pane::Model => &mut shape.model,
            Pane::Lesson => return Effects::none(),
        };
        if stacked {
            self.focus = if self.focus == pane { Pane::Lesson } else { pane };
            return Effects::none();
        }
        *shown = !*shown;
        if !*shown && self.focus == pane {
            self.focus = Pane::Lesson;
        }
        self.record_shape()
    }

    fn move_divider(&mut self, by: i16) -> Effects {
        let panes = self.panes();
        let divider = match self.focus {
            Pane::Contents => Divider::Left,
            _ if self.settings.shape.model => Divider::Right,
            _ => Divider::Left,
        };
        let place = match divider {
            Divider::Left => panes.left,
            Divider::Right => panes.right,
        };
        if place.is_empty() {
            return Effects::none();
        }
        let x = place.x.saturating_add_signed(by);
        self.settings.shape = self.settings.shape.dragged(divider, x, self.size);
        self.record_shape()
    }

    fn record_shape(&self) -> Effects {
        self.settings.record(settings::SHAPE)
    }

    /// Opens a lesson at an anchor, or where it was left.
    fn open(&mut self, id: &LessonId, anchor: Option<&str>) -> Effects {
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

    fn open_at_place(&mut self, id: &LessonId) -> Effects {
        let offset = self.progress.place(id.as_str()).unwrap_or(0);
        self.open_at(id, offset)
    }

    /// Opens a lesson at a place of its source; where one was goes on the trail.
    fn open_at(&mut self, id: &LessonId, offset: usize) -> Effects {
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
    fn arrive(&mut self, place: &Place) {
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

    fn load(&mut self, id: &LessonId) {
        let lesson = Lesson::open(&self.course, id, self.lang, self.settings.symbols);
        let mut right = Right::of_lesson(&lesson, self.lang);
        right.keep(&mut self.right);
        self.right = right;
        self.contents.reveal(id);
        self.lesson = Some(lesson);
    }

    fn travel(&mut self, by: isize) -> Effects {
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

    fn mark_read(&mut self) -> Effects {
        let Some(lesson) = &self.lesson else { return Effects::none() };
        self.notice = Some(self.words().marked_read.to_owned());
        if self.progress.is_read(lesson.id.as_str()) {
            return Effects::none();
        }
        Effect::Record(What::LessonRead { lesson: lesson.id.to_string() }).into()
    }

    fn follow(&mut self, target: &str) -> Effects {
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

    /// Sets a preset up in the model, `queue/poison-message`; false if there is no such one.
    fn set_up(&mut self, name: &str) -> bool {
        let Some((id, preset)) = name.split_once('/') else { return false };
        let named =
            right::Named { id: id.to_owned(), preset: Some(preset.to_owned()), knobs: Vec::new() };
        let Ok(live) = named.start(self.lang) else { return false };
        let title = live.words(self.lang).preset(preset).name;
        let words = words::model::of(self.lang);
        self.notice = Some(words::fill(words.set_up, &[("name", &title)]));
        console::forget(self);
        match &mut self.right.live {
            Some(old) if old.model.id() == live.model.id() => old.restart(live.model),
            old => *old = Some(Box::new(live)),
        }
        true
    }

    fn model_action(&mut self, action: model::Action) -> Effects {
        let now = self.now_ms;
        let starts_anew = matches!(action, model::Action::Reset(_));
        let Some(live) = &mut self.right.live else {
            self.notice = Some(words::model::of(self.lang).no_model.to_owned());
            return Effects::none();
        };
        let request = live.update(action, now, self.lang);
        if starts_anew {
            console::forget(self);
        }
        match request {
            None => Effects::none(),
            Some(request) => self.grant(request),
        }
    }

    /// Does what the model asked for.
    fn grant(&mut self, request: model::Request) -> Effects {
        match request {
            model::Request::Notice(text) => self.notice = Some(text),
            model::Request::Show(kind) => return self.show(kind),
            model::Request::Whole => self.whole = !self.whole,
            model::Request::Share => {
                let line = self.right.live.as_ref().map(|live| live.share_line());
                let shown = self.show(Kind::Share);
                return shown
                    .and(line.map_or_else(Effects::none, |line| Effect::Copy(line).into()));
            }
        }
        Effects::none()
    }

    fn switch_language(&mut self) -> Effects {
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

    fn translate_quiz(&mut self) {
        let Some(mut taking) = self.quiz.take() else { return };
        if !taking.translate(self.around_quiz()) {
            self.notice = Some(words::quiz::of(self.lang).other_language.to_owned());
        }
        self.quiz = Some(taking);
    }

    /// Takes the course in another language and keeps the place: the same heading, as far below it.
    fn change_course(&mut self, course: Arc<Course>) {
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

    /// Goes back to the quiz that waits, or begins the one whose place in the lesson is nearest.
    fn take_quiz(&mut self) {
        if self.quiz.is_some() {
            self.screen = Screen::Quiz;
            return;
        }
        match self.lesson.as_ref().and_then(|lesson| lesson.nearest_quiz(&self.course)) {
            Some(id) => self.open_quiz(id),
            None => self.notice = Some(self.words().no_quiz.to_owned()),
        }
    }

    fn open_quiz(&mut self, id: QuizId) {
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

    fn around_quiz(&self) -> quiz::Around<'_> {
        quiz::Around {
            course: &self.course,
            progress: &self.progress,
            lang: self.lang,
            now_ms: self.now_ms,
            fresh: self.seed,
        }
    }

    fn quiz_action(&mut self, action: quiz::Action) -> Effects {
        let Some(mut taking) = self.quiz.take() else { return Effects::none() };
        self.next_seed();
        let (effects, request) = taking.update(action, self.around_quiz());
        let is_kept = taking.is_in_the_middle();
        self.quiz = Some(taking);
        let words = words::quiz::of(self.lang);
        match request {
            None => effects,
            Some(quiz::Request::Notice(text)) => {
                self.notice = Some(text);
                effects
            }
            Some(quiz::Request::Leave) => {
                self.quiz = None;
                self.screen = Screen::Reader;
                self.notice = is_kept.then(|| words.left.to_owned());
                effects
            }
            Some(quiz::Request::Confidence(asks)) => {
                self.settings.confidence = asks;
                let text = if asks { words.confidence_on } else { words.confidence_off };
                self.notice = Some(text.to_owned());
                effects.and(self.settings.record(settings::CONFIDENCE))
            }
            Some(quiz::Request::Lesson(target)) => {
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
