//! What the learner does to the model: acts, knobs, undo, starting anew, comparing, sharing.

use std::collections::BTreeMap;

use super::{Hint, JUMP_BUDGET, Live, Other, Request, Seed};
use crate::models::catalog::{Knob, SetupError};
use crate::models::command::{Command, Outcome, Refusal, write_all};
use crate::models::journal::Keeping;
use crate::models::registry::Model;
use crate::models::timeline::BranchId;
use crate::tell;
use crate::words::{Lang, fill};

impl Live {
    /// Does a command on the timeline, and on the other side too. A refusal changes nothing.
    ///
    /// # Errors
    /// Why it was not done.
    pub fn command(&mut self, command: &Command) -> Result<Outcome, Refusal> {
        if let Some(other) = &mut self.other {
            let mut tried = other.model.clone();
            tried.bench_mut().act(command.clone())?;
            let outcome = self.model.bench_mut().act(command.clone())?;
            other.model = tried;
            self.undone.clear();
            return Ok(outcome);
        }
        let outcome = self.model.bench_mut().act(command.clone())?;
        self.undone.clear();
        Ok(outcome)
    }

    pub(super) fn act(&mut self, number: usize, lang: Lang) -> Option<Request> {
        let action = self.model.id().actions().get(number)?;
        let target = match (action.target, self.selected) {
            (None, selected) => selected
                .filter(|object| action.takes == Some(object.kind))
                .map(|object| self.bench().name(object)),
            (Some(kind), Some(object)) if object.kind == kind => Some(self.bench().name(object)),
            // The first thing of the kind: there is often just one.
            (Some(kind), _) => {
                let object = self.bench().objects().into_iter().find(|o| o.kind == kind);
                self.selected = object;
                object.map(|object| self.bench().name(object))
            }
        };
        let command = Command::Do { action: action.id.to_owned(), target, argument: None };
        let aws = self.bench().aws_equivalent(&command);
        let past = self.is_in_past().then(|| self.bench().current_branch());
        match self.command(&command) {
            Ok(outcome) => {
                self.hint = Some(Hint { action: action.id.to_owned(), aws });
                self.say(&outcome.output, outcome.failed);
                self.settle();
                past.map(|branch| self.forked(branch, lang))
            }
            Err(refusal) => Some(Request::Notice(tell::refused(self.model.id(), &refusal, lang))),
        }
    }

    pub(super) fn forked(&self, old: BranchId, lang: Lang) -> Request {
        let words = crate::words::model::of(lang);
        Request::Notice(fill(words.forked, &[("n", &(old.0 + 1))]))
    }

    /// Turns a knob.
    pub fn turn(&mut self, knob: &'static Knob, value: i64, lang: Lang) -> Option<Request> {
        let past = self.is_in_past().then(|| self.bench().current_branch());
        let command = Command::Set { knob: knob.id.to_owned(), value };
        match self.command(&command) {
            Ok(_) => {
                self.settle();
                past.map(|branch| self.forked(branch, lang))
            }
            Err(refusal) => Some(Request::Notice(tell::refused(self.model.id(), &refusal, lang))),
        }
    }

    pub(super) fn undo(&mut self, lang: Lang) -> Request {
        let words = crate::words::model::of(lang);
        let (branch, at) = (self.bench().current_branch(), self.bench().now().at);
        match self.model.bench_mut().undo() {
            Some(command) => {
                self.undone.push((branch, at));
                if let Some(other) = &mut self.other {
                    other.model.bench_mut().undo();
                }
                self.waits = None;
                self.playback.pause();
                self.settle();
                Request::Notice(fill(words.undone, &[("command", &command)]))
            }
            None => Request::Notice(words.nothing_to_undo.to_owned()),
        }
    }

    pub(super) fn redo(&mut self, lang: Lang) -> Request {
        let words = crate::words::model::of(lang);
        if self.other.is_some() {
            return Request::Notice(words.nothing_to_redo.to_owned());
        }
        let Some((branch, at)) = self.undone.pop() else {
            return Request::Notice(words.nothing_to_redo.to_owned());
        };
        let bench = self.model.bench_mut();
        bench.switch(branch);
        bench.seek_time(at, JUMP_BUDGET);
        self.settle();
        Request::Notice(words.redone.to_owned())
    }

    /// Starts anew: the same setup with this seed.
    pub(super) fn reset(&mut self, seed: Seed, lang: Lang) -> Request {
        let words = crate::words::model::of(lang);
        let mut setup = self.bench().setup().clone();
        let notice = match seed {
            Seed::Same => words.reset_done.to_owned(),
            Seed::Next => {
                setup.seed = setup.seed.wrapping_add(1);
                fill(words.reseeded, &[("n", &setup.seed)])
            }
        };
        self.restart(Model::new(self.model.id(), setup, Keeping::All));
        Request::Notice(notice)
    }

    /// Puts another history of the same model in the place of this one; the speed stays.
    pub fn restart(&mut self, model: Model) {
        let mut playback = self.playback;
        playback.pause();
        let typed = std::mem::take(&mut self.typed);
        *self = Live { playback, typed, frame: self.frame, ..Live::of(model) };
    }

    pub(super) fn select(&mut self, by: isize) {
        let objects = self.bench().objects();
        if objects.is_empty() {
            self.selected = None;
            return;
        }
        let here = self.selected.and_then(|it| objects.iter().position(|object| *object == it));
        let next = match here {
            Some(here) => (here as isize + by).rem_euclid(objects.len() as isize) as usize,
            None if by > 0 => 0,
            None => objects.len() - 1,
        };
        self.selected = Some(objects[next]);
    }

    /// Compares with the other value of a knob, both sides from the start.
    pub fn compare(&mut self, knob: &'static Knob, value: i64) -> Result<(), SetupError> {
        let (a, b) = self.model.compared(&[(knob.id, value)])?;
        let before = match self.other.take() {
            Some(other) => other.before,
            None => self.model.clone(),
        };
        self.restart(a);
        self.other = Some(Box::new(Other { model: b, knob: knob.id, value, before }));
        Ok(())
    }

    pub(super) fn stop_comparing(&mut self) {
        if let Some(other) = self.other.take() {
            self.restart(other.before);
        }
    }

    /// The command line that replays all this.
    pub fn share_line(&self) -> String {
        let bench = self.bench();
        let setup = bench.setup();
        let mut line = format!("awslearn model {} --preset {}", self.model.id().id(), setup.preset);
        line.push_str(&format!(" --seed {}", setup.seed));
        let plain = self.model.id().setup(Some(setup.preset), &[], setup.seed);
        let usual: BTreeMap<&str, i64> =
            plain.map(|plain| plain.knobs.into_iter().collect()).unwrap_or_default();
        for (knob, value) in &setup.knobs {
            if usual.get(knob) != Some(value) {
                line.push_str(&format!(" --set {knob}={value}"));
            }
        }
        if !bench.commands().is_empty() {
            let commands = write_all(bench.commands());
            line.push_str(&format!(" --commands {}", shell_words::quote(&commands)));
        }
        line
    }
}
