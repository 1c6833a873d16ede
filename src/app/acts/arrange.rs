//! Panes: sizes, focus, dividers, and all that follows from them.

use crate::app::effect::Effects;
use crate::app::panes::{Divider, Pane, Panes};
use crate::app::{App, Screen, settings};

impl App {
    /// Brings everything that follows from size and shape in line with them.
    pub(in crate::app) fn settle(&mut self) {
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
            let place = panes.quiz(taking.trial_place()).sheet;
            taking.fit(place.width, place.height, self.lang, self.settings.symbols.of_page());
        }
        let height = Panes::of(self.size, &self.settings.shape, Pane::Contents).contents.height;
        self.contents.fit(usize::from(height));
    }

    /// Rows of lesson text on the screen, whatever pane has the focus.
    pub(in crate::app) fn page_height(&self) -> usize {
        usize::from(Panes::of(self.size, &self.settings.shape, Pane::Lesson).page().height)
    }

    pub(in crate::app) fn focus_on(&mut self, pane: Pane) {
        match pane {
            Pane::Contents => self.settings.shape.contents = true,
            Pane::Model => self.settings.shape.model = true,
            Pane::Lesson => {}
        }
        self.focus = pane;
    }

    pub(in crate::app) fn focus_next(&mut self, by: isize) {
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

    pub(in crate::app) fn toggle(&mut self, pane: Pane) -> Effects {
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

    pub(in crate::app) fn move_divider(&mut self, by: i16) -> Effects {
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

    pub(in crate::app) fn record_shape(&self) -> Effects {
        self.settings.record(settings::SHAPE)
    }
}
