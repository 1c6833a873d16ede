//! The model beside the lesson: setting one up, acting in it, letting it rest when nobody sees it.

use crate::app::effect::{Effect, Effects};
use crate::app::model::{Action, Request};
use crate::app::overlay::Kind;
use crate::app::{App, console, right};
use crate::words;

impl App {
    /// A model that cannot be seen does not play on.
    pub(in crate::app) fn rest_unseen(&mut self) {
        let is_seen = self.sees_model();
        if let Some(live) = self.right.live.as_mut().filter(|_| !is_seen) {
            live.rest(self.now_ms);
        }
    }

    /// Sets a preset up in the model, `queue/poison-message`; false if there is no such one.
    pub(in crate::app) fn set_up(&mut self, name: &str) -> bool {
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

    pub(in crate::app) fn model_action(&mut self, action: Action) -> Effects {
        let now = self.now_ms;
        let starts_anew = matches!(action, Action::Reset(_));
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
    pub(in crate::app) fn grant(&mut self, request: Request) -> Effects {
        match request {
            Request::Notice(text) => self.notice = Some(text),
            Request::Show(kind) => return self.show(kind),
            Request::Whole => self.whole = !self.whole,
            Request::Share => {
                let line = self.right.live.as_ref().map(|live| live.share_line());
                let shown = self.show(Kind::Share);
                return shown
                    .and(line.map_or_else(Effects::none, |line| Effect::Copy(line).into()));
            }
        }
        Effects::none()
    }
}
