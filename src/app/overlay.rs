//! What can lie over the screen, on a stack: keys go to the top one and no further.

use ratatui::layout::Rect;

use super::effect::{Effect, Effects};
use super::help;
use super::key::{Code, Key};
use super::keys::Mode;
use super::link::Target;
use super::links::{Aim, Links};
use super::model::sheet::{Chosen, Sheet, Turn};
use super::notes::Notes;
use super::outline::Outline;
use super::palette::Palette;
use super::panes::{self, Pane, Panes};
use super::prompt::Prompt;
use super::search::{self, HitPlace, Search};
use super::{Action as AppAction, App, Screen};
use crate::progress::What;

/// Which overlay to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its overlay")]
pub enum Kind {
    Help,
    Outline,
    Links,
    Find,
    Search,
    Notes,
    Palette,
    Presets,
    Knobs,
    Branches,
    Events,
    Why,
    LeavesOut,
    Share,
    Compare,
}

impl Kind {
    /// Whether it is a sheet about the model.
    pub const fn is_sheet(self) -> bool {
        use Kind::*;
        matches!(self, Presets | Knobs | Branches | Events | Why | LeavesOut | Share | Compare)
    }
}

/// Something that lies over the screen.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// Every key; the first line shown.
    Help(usize),
    /// The headings of the lesson.
    Outline(Outline),
    /// Letters on the links and quizzes of the page.
    Links(Links),
    /// What to find in the lesson.
    Find(Find),
    /// Search in the whole course.
    Search(Search),
    /// Notes on the lesson.
    Notes(Box<Notes>),
    /// Every command.
    Palette(Palette),
    /// Something about the model.
    Sheet(Sheet),
    /// Where a link leads that leads out of the course.
    Card(Target),
}

/// What can be done in every overlay; each takes what concerns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Move by so many lines, or hits.
    Step(isize),
    /// Move by so many pages.
    Page(isize),
    /// Take what is selected.
    Choose,
    /// Take this line.
    Click(usize),
}

/// What to find in the lesson, while it is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// What was typed.
    pub prompt: Prompt,
    /// Where one was before.
    pub from: usize,
}

impl Overlay {
    /// The overlay of this kind over the program as it is; nothing if there is nothing to show,
    /// which is then said in the notice.
    pub fn open(kind: Kind, app: &mut App) -> Option<Overlay> {
        let words = app.words();
        let list_height = usize::from(inner(kind, app).height);
        let page_height = usize::from(page(app).height);
        match kind {
            Kind::Help => Some(Overlay::Help(0)),
            Kind::Palette => Some(Overlay::Palette(Palette::of(app.mode()))),
            Kind::Search => Some(Overlay::Search(Search::default())),
            Kind::Outline => {
                let outline = Outline::of(app.lesson.as_ref()?, list_height);
                if outline.is_none() {
                    app.notice = Some(words.no_headings.to_owned());
                }
                outline.map(Overlay::Outline)
            }
            Kind::Links => {
                let links = Links::of(app.lesson.as_ref()?, &app.course, page_height);
                if links.is_none() {
                    app.notice = Some(words.no_links.to_owned());
                }
                links.map(Overlay::Links)
            }
            Kind::Find => {
                let from = app.lesson.as_ref()?.offset;
                Some(Overlay::Find(Find { prompt: Prompt::default(), from }))
            }
            Kind::Notes => {
                let id = app.lesson.as_ref()?.id.clone();
                let text = app.progress.note(id.as_str()).unwrap_or_default().to_owned();
                Some(Overlay::Notes(Box::new(Notes::on(id, &text))))
            }
            kind => match &app.right.live {
                Some(live) => Some(Overlay::Sheet(Sheet::of(
                    kind,
                    live,
                    (list_height / rows_of(kind)).max(1),
                ))),
                None => {
                    app.notice = Some(crate::words::model::of(app.lang).no_model.to_owned());
                    None
                }
            },
        }
    }

    /// The mode of the keys under this overlay.
    pub fn mode(&self) -> Mode {
        match self {
            Overlay::Help(_) => Mode::Help,
            Overlay::Outline(_) => Mode::Outline,
            Overlay::Links(_) => Mode::Links,
            Overlay::Find(_) => Mode::Find,
            Overlay::Search(_) => Mode::Search,
            Overlay::Notes(_) => Mode::Notes,
            Overlay::Palette(_) => Mode::Palette,
            Overlay::Card(_) => Mode::Card,
            Overlay::Sheet(Sheet { kind: Kind::Knobs | Kind::Compare, .. }) => Mode::Knobs,
            Overlay::Sheet(Sheet { kind: Kind::LeavesOut, .. }) => Mode::Help,
            Overlay::Sheet(Sheet { kind: Kind::Share, .. }) => Mode::Card,
            Overlay::Sheet(_) => Mode::Sheet,
        }
    }

    /// Which kind it is; a card is shown by a link, never by a key.
    fn kind(&self) -> Option<Kind> {
        match self {
            Overlay::Help(_) => Some(Kind::Help),
            Overlay::Outline(_) => Some(Kind::Outline),
            Overlay::Links(_) => Some(Kind::Links),
            Overlay::Find(_) => Some(Kind::Find),
            Overlay::Search(_) => Some(Kind::Search),
            Overlay::Notes(_) => Some(Kind::Notes),
            Overlay::Palette(_) => Some(Kind::Palette),
            Overlay::Sheet(sheet) => Some(sheet.kind),
            Overlay::Card(_) => None,
        }
    }
}

fn page(app: &App) -> Rect {
    Panes::of(app.size, &app.settings.shape, Pane::Lesson).page()
}

/// The box that an overlay of this kind fills; nothing for what lies over the lesson itself.
pub fn place(kind: Kind, app: &App) -> Rect {
    let body = app.panes().body;
    // A row of what lies below stays in sight, unless every row is needed.
    let spare = u16::from(body.height > 8);
    let room = Rect { height: body.height - spare, ..body };
    match kind {
        Kind::Help => panes::centred(room, 132, room.height),
        Kind::Outline => panes::centred(room, 64, 24),
        Kind::Search => panes::centred(room, 100, 30),
        Kind::Palette => panes::centred(room, 64, 20),
        Kind::Notes => panes::centred(room, 84, 24),
        Kind::Presets | Kind::Knobs | Kind::Compare => panes::centred(room, 76, 26),
        Kind::Branches => panes::centred(room, 72, 18),
        Kind::Events | Kind::Why => panes::centred(room, 100, 30),
        Kind::LeavesOut => panes::centred(room, 76, 22),
        Kind::Share => panes::centred(room, 84, 12),
        Kind::Links | Kind::Find => Rect::default(),
    }
}

/// What an overlay's list or text has of its box: inside the frame, and below the line being typed.
pub fn inner(kind: Kind, app: &App) -> Rect {
    let place = place(kind, app);
    let typed: u16 = match kind {
        Kind::Search | Kind::Palette => 2,
        _ => 0,
    };
    Rect {
        x: place.x + 2.min(place.width),
        y: place.y + (1 + typed).min(place.height),
        width: place.width.saturating_sub(4),
        height: place.height.saturating_sub(2 + typed + below(kind)),
    }
}

/// Rows under a list that say more about what is selected.
pub fn below(kind: Kind) -> u16 {
    match kind {
        Kind::Presets | Kind::Knobs | Kind::Compare => 4,
        _ => 0,
    }
}

/// Rows that one line of the list takes.
const fn rows_of(kind: Kind) -> usize {
    if matches!(kind, Kind::Why) { 4 } else { 1 }
}

/// How many lines of its list an overlay shows.
fn list_height(app: &App, kind: Kind) -> usize {
    (usize::from(inner(kind, app).height) / rows_of(kind)).max(1)
}

/// Does what was meant in the top overlay.
pub fn update(app: &mut App, action: Action) -> Effects {
    let Some(kind) = app.overlays.last().and_then(Overlay::kind) else {
        return app.act(AppAction::Close);
    };
    let height = list_height(app, kind);
    let last_help = if kind == Kind::Help { help::last_top(app) } else { 0 };
    let by = match action {
        Action::Step(by) => by,
        Action::Page(by) => by * (height as isize - 1).max(1),
        Action::Choose => return choose(app),
        Action::Click(line) => return click(app, line),
    };
    let lang = app.lang;
    let mut hit = None;
    match app.overlays.last_mut() {
        Some(Overlay::Help(top)) => *top = top.saturating_add_signed(by).min(last_help),
        Some(Overlay::Outline(outline)) => {
            let len =
                app.lesson.as_ref().map_or(0, |lesson| lesson.page.document().outline().len());
            outline.list.step(by, len, height);
        }
        Some(Overlay::Search(search)) => search.list.step(by, search.hits.len(), height),
        Some(Overlay::Palette(palette)) => {
            let len = palette.commands(lang).len();
            palette.list.step(by, len, height);
        }
        Some(Overlay::Links(links)) => links.step(by),
        Some(Overlay::Sheet(sheet)) => {
            if let Some(live) = &app.right.live {
                let len = sheet.len(live);
                sheet.list.step(by, len, height);
            }
        }
        Some(Overlay::Find(_)) => hit = Some(by),
        Some(Overlay::Notes(_) | Overlay::Card(_)) | None => {}
    }
    match hit {
        Some(by) => app.act(AppAction::Lesson(super::lesson::Action::Hit(by))),
        None => Effects::none(),
    }
}

fn click(app: &mut App, line: usize) -> Effects {
    let list = match app.overlays.last_mut() {
        Some(Overlay::Outline(outline)) => &mut outline.list,
        Some(Overlay::Search(search)) => &mut search.list,
        Some(Overlay::Palette(palette)) => &mut palette.list,
        Some(Overlay::Sheet(sheet)) if rows_of(sheet.kind) == 1 => &mut sheet.list,
        _ => return Effects::none(),
    };
    list.selected = list.top + line;
    choose(app)
}

/// Takes what is selected in the top overlay, which closes it.
fn choose(app: &mut App) -> Effects {
    let Some(overlay) = app.overlays.pop() else { return Effects::none() };
    match overlay {
        Overlay::Outline(outline) => {
            let Some(lesson) = &mut app.lesson else { return Effects::none() };
            let headings = lesson.page.document().outline();
            let offset = headings.get(outline.list.selected).map(|heading| heading.source.start);
            let id = lesson.id.clone();
            match offset {
                Some(offset) => app.act(AppAction::OpenAt(id, offset)),
                None => Effects::none(),
            }
        }
        Overlay::Search(search) => {
            let Some(hit) = search.hits.get(search.list.selected) else {
                app.overlays.push(Overlay::Search(search));
                return Effects::none();
            };
            let id = hit.lesson.clone();
            match &hit.place {
                HitPlace::Title(_) => app.act(AppAction::Open(id, None)),
                HitPlace::Text { offset, .. } => {
                    let effects = app.act(AppAction::OpenAt(id, *offset));
                    if let Some(lesson) = &mut app.lesson {
                        lesson.find(search.prompt.text().trim(), *offset);
                    }
                    effects
                }
                HitPlace::Note { .. } => {
                    let effects = app.act(AppAction::Open(id, None));
                    effects.and(app.act(AppAction::Show(Kind::Notes)))
                }
            }
        }
        Overlay::Palette(palette) => {
            let commands = palette.commands(app.lang);
            match commands.get(palette.list.selected) {
                Some(command) => app.act(command.row.action.clone()),
                None => Effects::none(),
            }
        }
        Overlay::Links(links) => match links.aim().cloned() {
            Some(Aim::Link(target)) => app.act(AppAction::Follow(target)),
            Some(Aim::Quiz(id)) => app.act(AppAction::OpenQuiz(id)),
            None => Effects::none(),
        },
        Overlay::Notes(notes) => {
            if !notes.is_changed() {
                return Effects::none();
            }
            app.notice = Some(app.words().notes_saved.to_owned());
            let (lesson, text) = (notes.lesson.to_string(), notes.text());
            Effect::Record(What::Note { lesson, text }).into()
        }
        Overlay::Find(_) => {
            let found = app.lesson.as_ref().and_then(|lesson| lesson.found.as_ref());
            if found.is_some_and(|found| found.hits.is_empty()) {
                app.notice = Some(app.words().nothing_found.to_owned());
                if let Some(lesson) = &mut app.lesson {
                    lesson.found = None;
                }
            }
            app.screen = Screen::Reader;
            Effects::none()
        }
        Overlay::Sheet(sheet) => {
            let Some(live) = &mut app.right.live else { return Effects::none() };
            let starts_anew = matches!(sheet.kind, Kind::Presets | Kind::Compare);
            match sheet.choose(live, app.lang) {
                Chosen::Done => {}
                Chosen::Notice(text) => app.notice = Some(text),
                Chosen::Stay(sheet, text) => {
                    app.notice = Some(text);
                    app.overlays.push(Overlay::Sheet(*sheet));
                    return Effects::none();
                }
                Chosen::Over(sheets) => {
                    app.overlays.extend(sheets.into_iter().map(Overlay::Sheet));
                }
            }
            if starts_anew {
                super::console::forget(app);
            }
            Effects::none()
        }
        Overlay::Help(_) | Overlay::Card(_) => Effects::none(),
    }
}

/// Turns the knob that is selected on the top sheet.
pub fn turn(app: &mut App, turn: Turn) -> Effects {
    let lang = app.lang;
    let (Some(Overlay::Sheet(sheet)), Some(live)) = (app.overlays.last_mut(), &mut app.right.live)
    else {
        return Effects::none();
    };
    match sheet.turn(live, turn, lang) {
        Some(request) => app.grant(request),
        None => Effects::none(),
    }
}

/// Cleans up after an overlay that was closed without choosing.
pub fn closed(app: &mut App, overlay: Overlay) {
    if let (Overlay::Find(find), Some(lesson)) = (overlay, &mut app.lesson) {
        lesson.found = None;
        lesson.go_to(find.from);
    }
}

/// A key that is text for the top overlay.
pub fn typed(app: &mut App, key: Key) -> Effects {
    match app.overlays.last_mut() {
        Some(Overlay::Search(search)) => {
            if search.prompt.key(key) {
                return search::refresh(app);
            }
        }
        Some(Overlay::Palette(palette)) => {
            palette.prompt.key(key);
            palette.list = Default::default();
        }
        Some(Overlay::Find(find)) => {
            let emptied = key.code == Code::Backspace && find.prompt.text().is_empty();
            if emptied {
                return app.act(AppAction::Close);
            }
            if find.prompt.key(key) {
                find_typed(app);
            }
        }
        Some(Overlay::Links(links)) => {
            if links.key(key) {
                return choose(app);
            }
        }
        Some(Overlay::Notes(notes)) => notes.key(key),
        Some(Overlay::Help(_) | Overlay::Outline(_) | Overlay::Card(_) | Overlay::Sheet(_))
        | None => {}
    }
    Effects::none()
}

fn find_typed(app: &mut App) {
    let Some(Overlay::Find(find)) = app.overlays.last() else { return };
    let Some(lesson) = &mut app.lesson else { return };
    let pattern = find.prompt.text().to_owned();
    if pattern.is_empty() {
        lesson.go_to(find.from);
    }
    lesson.find(&pattern, find.from);
}

/// Text pasted into the top overlay.
pub fn pasted(app: &mut App, text: &str) -> Effects {
    match app.overlays.last_mut() {
        Some(Overlay::Search(search)) => {
            search.prompt.insert(text);
            return search::refresh(app);
        }
        Some(Overlay::Palette(palette)) => {
            palette.prompt.insert(text);
        }
        Some(Overlay::Find(find)) => {
            find.prompt.insert(text);
            find_typed(app);
        }
        Some(Overlay::Notes(notes)) => notes.paste(text),
        _ => {}
    }
    Effects::none()
}
