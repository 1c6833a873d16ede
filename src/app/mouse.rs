//! What the mouse means: whatever stands under it decides.

use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

use super::key::{Mouse, MouseKind};
use super::overlay::{self, Kind, Overlay};
use super::panes::Pane;
use super::{Action, App, Screen, contents, home, lesson, model, quiz};

use crate::course::QuizId;

/// Lines that one notch of the wheel scrolls.
const NOTCH: isize = 3;

impl App {
    /// What this use of the mouse means now.
    pub(super) fn mouse(&self, mouse: Mouse) -> Option<Action> {
        let panes = self.panes();
        if panes.too_small() || !self.settings.mouse {
            return None;
        }
        match mouse.kind {
            MouseKind::Drag => return self.held.map(|_| Action::Drag(mouse.x)),
            MouseKind::Release => return self.held.map(|_| Action::Release),
            MouseKind::Press | MouseKind::WheelUp | MouseKind::WheelDown => {}
        }
        if let Some(overlay) = self.overlays.last() {
            return self.mouse_over(overlay, mouse);
        }
        match self.screen {
            Screen::Home => self.mouse_at_home(mouse),
            Screen::Reader => self.mouse_in_reader(mouse),
            Screen::Quiz => self.mouse_in_quiz(mouse),
        }
    }

    fn mouse_over(&self, overlay: &Overlay, mouse: Mouse) -> Option<Action> {
        let kind = match overlay {
            Overlay::Help(_) => Kind::Help,
            Overlay::Outline(_) => Kind::Outline,
            Overlay::Search(_) => Kind::Search,
            Overlay::Palette(_) => Kind::Palette,
            Overlay::Notes(_) => Kind::Notes,
            Overlay::Sheet(sheet) => sheet.kind,
            Overlay::Links(_) | Overlay::Find(_) | Overlay::Card(_) => {
                return (mouse.kind == MouseKind::Press).then_some(Action::Close);
            }
        };
        let at = Position { x: mouse.x, y: mouse.y };
        let list = overlay::inner(kind, self);
        match mouse.kind {
            MouseKind::WheelUp => Some(Action::Overlay(overlay::Action::Step(-1))),
            MouseKind::WheelDown => Some(Action::Overlay(overlay::Action::Step(1))),
            _ if list.contains(at) && kind != Kind::Notes && kind != Kind::Help => {
                let line = usize::from(mouse.y - list.y);
                Some(Action::Overlay(overlay::Action::Click(line)))
            }
            _ if overlay::place(kind, self).contains(at) || kind == Kind::Notes => None,
            _ => Some(Action::Close),
        }
    }

    fn mouse_at_home(&self, mouse: Mouse) -> Option<Action> {
        match mouse.kind {
            MouseKind::WheelUp => Some(Action::Home(home::Action::Step(-1))),
            MouseKind::WheelDown => Some(Action::Home(home::Action::Step(1))),
            _ => {
                let layout = home::Layout::of(self.panes().body, &home::items(self), &self.home);
                let row = layout
                    .rows
                    .iter()
                    .find(|(_, row)| row.contains(Position { x: mouse.x, y: mouse.y }))?;
                Some(Action::Home(home::Action::Click(row.0)))
            }
        }
    }

    fn mouse_in_quiz(&self, mouse: Mouse) -> Option<Action> {
        let taking = self.quiz.as_ref()?;
        let place = self.panes().quiz(taking.trial_place()).sheet;
        let action = match mouse.kind {
            MouseKind::WheelUp => quiz::Action::Scroll(-NOTCH),
            MouseKind::WheelDown => quiz::Action::Scroll(NOTCH),
            _ if place.contains(Position { x: mouse.x, y: mouse.y }) => {
                let row = usize::from(mouse.y - place.y) + taking.top;
                quiz::Action::Click(taking.sheet.rows.get(row)?.spot?)
            }
            _ => return None,
        };
        Some(Action::Quiz(action))
    }

    fn mouse_in_reader(&self, mouse: Mouse) -> Option<Action> {
        let panes = self.panes();
        let by = match mouse.kind {
            MouseKind::WheelUp => -NOTCH,
            MouseKind::WheelDown => NOTCH,
            _ => return self.press(mouse),
        };
        match panes.pane_at(mouse.x, mouse.y)? {
            Pane::Contents => Some(Action::Contents(contents::Action::Scroll(by))),
            Pane::Lesson => Some(Action::Lesson(lesson::Action::Scroll(by))),
            Pane::Model => Some(Action::Model(model::Action::Select(by.signum()))),
        }
    }

    fn press(&self, mouse: Mouse) -> Option<Action> {
        let panes = self.panes();
        if let Some(divider) = panes.divider_at(mouse.x, mouse.y) {
            return Some(Action::Grab(divider));
        }
        if panes.stacked && panes.rule.contains(Position { x: mouse.x, y: mouse.y }) {
            return self.tab_at(mouse.x).map(Action::Focus);
        }
        match panes.pane_at(mouse.x, mouse.y)? {
            Pane::Contents => {
                let row = usize::from(mouse.y - panes.contents.y) + self.contents.list.top;
                match self.contents.rows.get(row) {
                    Some(contents::Row::Lesson { .. }) => {
                        Some(Action::Contents(contents::Action::Click(row)))
                    }
                    _ => Some(Action::Focus(Pane::Contents)),
                }
            }
            Pane::Lesson => {
                if let Some(id) = self.quiz_under(mouse) {
                    return Some(Action::OpenQuiz(id));
                }
                let link = self.link_under(mouse);
                Some(link.map_or(Action::Focus(Pane::Lesson), Action::Follow))
            }
            Pane::Model => {
                let pane = panes.model;
                let is_scrubber = mouse.y == pane.y + model::SCRUBBER_ROW;
                match (is_scrubber, pane.width.checked_sub(1)) {
                    (true, Some(last)) if last > 0 && self.right.live.is_some() => {
                        let permille = u32::from(mouse.x - pane.x) * 1000 / u32::from(last);
                        Some(Action::Model(model::Action::ScrubTo(permille as u16)))
                    }
                    _ => Some(Action::Focus(Pane::Model)),
                }
            }
        }
    }

    /// The quiz whose slot is under this cell.
    fn quiz_under(&self, mouse: Mouse) -> Option<QuizId> {
        let page = self.panes().page();
        let is_inside = page.contains(Position { x: mouse.x, y: mouse.y });
        let lesson = self.lesson.as_ref().filter(|_| is_inside && self.quiz.is_none())?;
        lesson.quiz_at_row(usize::from(mouse.y - page.y), &self.course)
    }

    /// Where the link under this cell leads.
    fn link_under(&self, mouse: Mouse) -> Option<String> {
        let page = self.panes().page();
        let lesson = self.lesson.as_ref()?;
        if !page.contains(Position { x: mouse.x, y: mouse.y }) {
            return None;
        }
        let row = usize::from(mouse.y - page.y);
        let lines = lesson.page.lines(lesson.top, row + 1);
        let link = lines.get(row)?.link_at(usize::from(mouse.x - page.x))?;
        Some(link.target.clone())
    }

    /// The tab of the stacked panes at this column.
    fn tab_at(&self, x: u16) -> Option<Pane> {
        self.tabs()
            .into_iter()
            .find(|(_, from, width)| (*from..from + width).contains(&x))
            .map(|tab| tab.0)
    }

    /// The tabs of the stacked panes: where each begins and how wide it is.
    pub fn tabs(&self) -> Vec<(Pane, u16, u16)> {
        let mut x = 1;
        let mut tabs = Vec::new();
        for pane in Pane::ALL {
            let width = self.pane_name(pane).width() as u16 + 2;
            tabs.push((pane, x, width));
            x += width + 1;
        }
        tabs
    }

    /// What a pane is called.
    pub fn pane_name(&self, pane: Pane) -> &'static str {
        let words = self.words();
        match pane {
            Pane::Contents => words.contents,
            Pane::Lesson => words.lesson,
            Pane::Model => words.model,
        }
    }
}
