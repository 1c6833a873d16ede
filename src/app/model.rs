//! The live model beside the lesson: its timeline, what is selected, the line being typed, A/B.

pub mod sheet;

mod acts;
mod line;

use super::key::Key;
use super::overlay::Kind;
use super::prompt::Prompt;
use crate::models::catalog::{ActionSpec, Direction, SetupError};
use crate::models::console;
use crate::models::journal::{Keeping, ObjectId};
use crate::models::playback::Playback;
use crate::models::registry::{Bench, Model, ModelId};
use crate::models::timeline::{BranchId, Played};
use crate::services::time::{Span, Time};
pub use crate::tell;
use crate::words::Lang;

/// The row of the pane, from its top, on which the line of time lies.
pub const SCRUBBER_ROW: u16 = 1;

/// Moves that one frame may make, so that no speed can hold up the keys.
const FRAME_BUDGET: usize = 5_000;
/// Moves that one step or jump into the future may make.
const JUMP_BUDGET: usize = 200_000;
/// More real time than this between two frames is a pause of the machine, not of the model.
const LONGEST_FRAME_MS: u64 = 2_000;
/// Lines of the prompt's talk that are kept.
const MOST_SAID: usize = 400;
/// Real milliseconds for which something that changed stays marked.
const FRESH_MS: u64 = 600;

/// What can be done with the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Play if paused, pause if playing.
    Play,
    /// To the next event, or to just before the last one.
    Step(Direction),
    /// The next faster or slower speed.
    Speed(Direction),
    /// Move in time by so many milliseconds.
    Scrub(i64),
    /// To a place of the history, in thousandths of what was played.
    ScrubTo(u16),
    /// To the start.
    Start,
    /// To the furthest moment that was played to.
    End,
    /// Take the last command back.
    Undo,
    /// Do it again.
    Redo,
    /// Everything from the start, with the same seed or another one.
    Reset(Seed),
    /// Select the next thing, or the one before.
    Select(isize),
    /// Show why the last thing happened, to what is selected if something is.
    Why,
    /// Begin to type a command line.
    Type,
    /// Stop typing.
    Untype,
    /// Run the line that was typed.
    Enter,
    /// Complete the word being typed.
    Complete,
    /// An older line typed before, or a newer one.
    Recall(Direction),
    /// Do the model's action of this number.
    Do(usize),
    /// Compare with another setting, or stop comparing.
    Compare,
    /// Show the line that replays all this.
    Share,
    /// Give the model the whole screen, or the lesson its place again.
    Whole,
}

/// Which seed a new start takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// The one it had.
    Same,
    /// The next one.
    Next,
}

/// What the model asks of the program around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Say this in the footer.
    Notice(String),
    /// Lay a sheet over the screen.
    Show(Kind),
    /// Put this on the clipboard, and show it.
    Share,
    /// Change between the whole screen and the pane.
    Whole,
}

/// One line that the prompt typed or printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What kind of line.
    pub sort: SaidSort,
    /// The text.
    pub text: String,
}

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaidSort {
    /// It was typed.
    Typed,
    /// It was printed.
    Printed,
    /// It was printed and is an error.
    Failed,
}

/// What an action by key stands for on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The action's id.
    pub action: String,
    /// The `aws` command, if AWS has one.
    pub aws: Option<String>,
}

/// The other side of a comparison.
#[derive(Debug, Clone)]
pub struct Other {
    /// The model with the knob turned.
    pub model: Model,
    /// Which knob.
    pub knob: &'static str,
    /// Its value on this side.
    pub value: i64,
    /// The model as it was before the comparison.
    before: Model,
}

/// A live model and everything about it that is not in its timeline.
#[derive(Debug, Clone)]
pub struct Live {
    /// The model with its history.
    pub model: Model,
    /// The other side, while two settings are compared.
    pub other: Option<Box<Other>>,
    /// Whether and how fast time runs.
    pub playback: Playback,
    /// What is selected.
    pub selected: Option<ObjectId>,
    /// The command line being typed.
    pub line: Option<Prompt>,
    /// What the word being typed may become, if there is a choice.
    pub candidates: Vec<String>,
    /// What was typed and printed.
    pub said: Vec<Said>,
    /// What the last action by key stands for.
    pub hint: Option<Hint>,
    /// Whether the last frame could not keep up with the speed.
    pub is_behind: bool,
    /// Branches that were left by taking a command back, with the moment to return to.
    undone: Vec<(BranchId, Time)>,
    typed: Vec<String>,
    /// Which of `typed` is recalled.
    recalled: Option<usize>,
    /// When the last frame was, on the clock of the shell.
    frame: u64,
    /// A call at the prompt waits; whether time was paused before.
    waits: Option<bool>,
}

impl Live {
    /// A model as a preset starts it.
    ///
    /// # Errors
    /// The model has no such preset or knob, or the value lies outside of its range.
    pub fn new(
        id: ModelId,
        preset: Option<&str>,
        knobs: &[(&str, i64)],
        seed: u64,
    ) -> Result<Live, SetupError> {
        let setup = id.setup(preset, knobs, seed)?;
        Ok(Live::of(Model::new(id, setup, Keeping::All)))
    }

    /// A model that has a history already.
    pub fn of(model: Model) -> Live {
        Live {
            model,
            other: None,
            playback: Playback::default(),
            selected: None,
            line: None,
            candidates: Vec::new(),
            said: Vec::new(),
            hint: None,
            is_behind: false,
            undone: Vec::new(),
            typed: Vec::new(),
            recalled: None,
            frame: 0,
            waits: None,
        }
    }

    /// The timeline.
    pub fn bench(&self) -> &dyn Bench {
        self.model.bench()
    }

    /// The model's own texts.
    pub fn words(&self, lang: Lang) -> crate::words::models::Words {
        tell::words(self.model.id(), lang)
    }

    /// Whether the cursor stands before the end of what was played.
    pub fn is_in_past(&self) -> bool {
        self.bench().now() < self.bench().end()
    }

    /// Whether the model's actors stand still.
    pub fn is_still(&self) -> bool {
        console::stillness(self.model.id())
            .is_some_and(|still| self.bench().knob(console::ACTORS) == still)
    }

    /// The model's action that this key does.
    pub fn action_of(&self, key: Key) -> Option<usize> {
        let typed = key.typed()?;
        self.model.id().actions().iter().position(|action| action.key == typed)
    }

    /// The actions that fit what is selected, with their numbers.
    pub fn actions(&self) -> impl Iterator<Item = (usize, &'static ActionSpec)> + '_ {
        let kind = self.selected.map(|object| object.kind);
        self.model
            .id()
            .actions()
            .iter()
            .enumerate()
            .filter(move |(_, action)| action.target.is_none() || action.target == kind)
    }

    /// What the last moments touched.
    pub fn fresh(&self) -> Vec<ObjectId> {
        let bench = self.bench();
        let count = bench.events();
        let recent = bench.journal().range(count.saturating_sub(48)..count);
        let now = bench.now().at;
        let window = match self.playback.is_playing() {
            true => Span(FRESH_MS * self.playback.speed_tenths() / 10),
            false => Span::ZERO,
        };
        let last = bench.journal().range(count.saturating_sub(1)..count).next();
        let since = match (self.playback.is_playing(), last) {
            (true, _) => Time(now.0.saturating_sub(window.0)),
            (false, Some(last)) => last.at,
            (false, None) => return Vec::new(),
        };
        recent.filter(|event| event.at >= since).map(|event| event.object).collect()
    }

    /// When the next frame is due on the shell's clock, `pace` milliseconds after the last one at
    /// the earliest; none while nothing moves.
    pub fn deadline(&self, pace: u64) -> Option<u64> {
        if !self.playback.is_playing() {
            return None;
        }
        let tenth = self.playback.real_millis(Span(100));
        let now = self.bench().now().at;
        let next = self.bench().next_at().map(|due| self.playback.real_millis(due.since(now)));
        Some(self.frame + next.unwrap_or(tenth).min(tenth).max(pace))
    }

    /// Lets the time since the last frame pass, but no later than `last`.
    pub fn tick(&mut self, now_ms: u64, last: Time) {
        let real = now_ms.saturating_sub(self.frame).min(LONGEST_FRAME_MS);
        self.frame = now_ms;
        let span = self.playback.advance(real);
        if span == Span::ZERO {
            return;
        }
        let until = (self.bench().now().at + span).min(last);
        self.is_behind = self.model.bench_mut().play(until, FRAME_BUDGET) == Played::OutOfBudget;
        self.follow(FRAME_BUDGET);
        self.take_answer();
    }

    /// Notes that time passes without frames: the model is out of sight.
    pub fn rest(&mut self, now_ms: u64) {
        self.frame = now_ms;
    }

    /// Does what was meant.
    pub fn update(&mut self, action: Action, now_ms: u64, lang: Lang) -> Option<Request> {
        let words = crate::words::model::of(lang);
        let bench = self.model.bench_mut();
        match action {
            Action::Play => {
                self.playback.toggle();
                self.frame = now_ms;
                self.is_behind = false;
            }
            Action::Step(Direction::Up) => {
                self.playback.pause();
                if !bench.step_event(JUMP_BUDGET) && bench.next_at().is_none() {
                    return Some(Request::Notice(words.nothing_more.to_owned()));
                }
            }
            Action::Step(Direction::Down) => {
                self.playback.pause();
                bench.step_back();
            }
            Action::Speed(Direction::Up) => self.playback.faster(),
            Action::Speed(Direction::Down) => self.playback.slower(),
            Action::Scrub(by) => {
                let at = Time(bench.now().at.0.saturating_add_signed(by));
                bench.seek_time(at, JUMP_BUDGET);
            }
            Action::ScrubTo(permille) => {
                let at = Time(bench.end().at.0 / 1000 * u64::from(permille.min(1000)));
                let at = if permille >= 1000 { bench.end().at } else { at };
                bench.seek_time(at, JUMP_BUDGET);
            }
            Action::Start => {
                self.playback.pause();
                bench.seek_time(Time::START, JUMP_BUDGET);
            }
            Action::End => {
                let end = bench.end().at;
                bench.seek_time(end, JUMP_BUDGET);
            }
            Action::Undo => return Some(self.undo(lang)),
            Action::Redo => return Some(self.redo(lang)),
            Action::Reset(seed) => return Some(self.reset(seed, lang)),
            Action::Select(by) => self.select(by),
            Action::Why => return Some(Request::Show(Kind::Why)),
            Action::Type => self.line = Some(Prompt::default()),
            Action::Untype => {
                self.line = None;
                self.candidates.clear();
            }
            Action::Enter => return self.enter(now_ms, lang),
            Action::Complete => self.complete(),
            Action::Recall(direction) => self.recall(direction),
            Action::Do(number) => return self.act(number, lang),
            Action::Compare => {
                if self.other.is_none() {
                    return Some(Request::Show(Kind::Compare));
                }
                self.stop_comparing();
                return Some(Request::Notice(words.compare_off.to_owned()));
            }
            Action::Share => return Some(Request::Share),
            Action::Whole => return Some(Request::Whole),
        }
        self.settle();
        None
    }

    /// Brings what follows from the cursor in line with it.
    fn settle(&mut self) {
        self.follow(JUMP_BUDGET);
        self.take_answer();
        if let Some(selected) = self.selected
            && !self.bench().objects().contains(&selected)
        {
            self.selected = None;
        }
    }

    /// Brings the other side to the same time.
    fn follow(&mut self, budget: usize) {
        let at = self.bench().now().at;
        if let Some(other) = &mut self.other {
            other.model.bench_mut().seek_time(at, budget);
        }
    }

    /// Brings everything in line after a lesson's block was run.
    pub fn settle_after_run(&mut self) {
        self.playback.pause();
        self.undone.clear();
        self.settle();
    }
}

#[cfg(test)]
mod tests;
