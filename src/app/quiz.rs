//! The quiz that is being taken: its run, the answer being made, what is on the screen.
//!
//! While a question is open the lesson is out of sight. Looking into it, or reading again what an
//! answer pointed to, leaves the quiz waiting; going back finds it as it was.

mod fault;
mod reply;
mod sheet;
mod trial;
mod way;

use std::sync::Arc;

use tui_textarea::TextArea;

pub use fault::Fault;
pub use reply::Reply;
pub use sheet::{Body, Ink, Row, Sheet, Spot};
pub use trial::Trial;
pub use way::Way;

use fault::{faults, leave_out};
use way::ways;

use super::effect::{Effect, Effects};
use super::key::Key;
use super::keys::Mode;
use super::model;
use super::notes::area_input;
use super::panes::TrialPlace;
use crate::course::{Course, LessonId, QuizId};
use crate::models::journal::Keeping;
use crate::page::Symbols;
use crate::predict::Plan;
use crate::progress::{self, OpenRun, Score, What};
use crate::quiz::{Answered, Confidence, Phase, Refusal, Run};
use crate::words::{Lang, quiz as words};

/// What can be done in the quiz.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Move by so many options, items or lines of a list.
    Step(isize),
    /// The key of a number, from 0.
    Pick(usize),
    /// Tick, untick, take hold.
    Toggle,
    /// Carry the item that the keys are at by so many places.
    Carry(isize),
    /// Choose the next right side, or the one before.
    Turn(isize),
    /// Hand the answer in; in a list, do what its line says.
    Submit,
    /// Say anew whether the program compiles.
    Undecide,
    /// Say how sure one is.
    Confide(Confidence),
    /// Back to the question before it is judged.
    Reconsider,
    /// On to the next question.
    Next,
    /// Scroll by so many lines.
    Scroll(isize),
    /// Scroll by so many half pages.
    Half(isize),
    /// Show one more hint.
    Hint,
    /// Look into the lesson.
    Peek,
    /// Go to the paragraph that teaches it.
    Reread,
    /// See the model run once more to the moment that was predicted.
    Watch,
    /// Do this with the model that runs to the moment that was predicted.
    Trial(model::Action),
    /// Take the quiz once more.
    Again,
    /// Ask for confidence, or no longer.
    ToggleConfidence,
    /// Leave the quiz; what was answered is kept.
    Leave,
    /// The mouse pressed on this.
    Click(Spot),
}

/// What the quiz asks of the rest of the program.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Show the lesson, at this link of the quiz if there is one.
    Lesson(Option<(LessonId, Option<String>)>),
    /// Take the quiz off the screen.
    Leave,
    /// Keep whether confidence is asked for.
    Confidence(bool),
    /// Say this in one line.
    Notice(String),
}

/// What the quiz shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// A cover before the first question: the quiz was left in the middle, or its file has faults.
    Cover {
        /// The run to go on with.
        open: Option<OpenRun>,
    },
    /// The run.
    Running,
}

/// What the app hands to the quiz at each update.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The course.
    pub course: &'a Course,
    /// What is known of the learner.
    pub progress: &'a progress::State,
    /// The language of the program's texts.
    pub lang: Lang,
    /// Milliseconds of a clock that only goes forward.
    pub now_ms: u64,
    /// Drawn anew for each run.
    pub fresh: u64,
}

/// A quiz on the screen.
#[derive(Debug)]
pub struct Taking {
    /// Which quiz.
    pub id: QuizId,
    /// The lesson it was opened from.
    pub lesson: LessonId,
    /// That lesson's title.
    pub title: String,
    /// What it shows.
    pub stage: Stage,
    /// The run.
    pub run: Run,
    /// The answer being made.
    pub reply: Reply,
    /// The reason in words being written.
    pub reason: TextArea<'static>,
    /// Hints shown.
    pub hints: usize,
    /// The last score before this run.
    pub before: Option<Score>,
    /// What is wrong in the file.
    pub faults: Vec<Fault>,
    /// The line of a list that the keys are at: on the cover, at the confidence, at the end.
    pub cursor: usize,
    /// Ways to read again: of the answer that is shown, or of all that was missed.
    pub ways: Vec<Way>,
    /// The model that the open question is about, if its answer is a prediction.
    pub trial: Option<Box<Trial>>,
    /// What is on the screen.
    pub sheet: Sheet,
    /// The first row of the sheet that is shown.
    pub top: usize,
    name: String,
    seed: u32,
    is_noted: bool,
    asks_confidence: bool,
    opened_ms: u64,
    follows: bool,
}

impl Taking {
    /// Opens a quiz from a lesson: at its first question, or at a cover if there is something to
    /// say first.
    pub fn open(id: QuizId, lesson: LessonId, asks_confidence: bool, around: Around<'_>) -> Taking {
        let title =
            around.course.lesson(&lesson).map_or(String::new(), |found| found.title.clone());
        let mut parsed = around.course.quiz(&id);
        parsed.problems.extend(leave_out(&mut parsed.quiz, &around.course.quiz_file(&id)));
        let faults = faults(around.course, &id, &parsed.problems);
        let open = around.progress.quiz(id.as_str()).and_then(progress::QuizState::open_run);
        let is_covered = open.is_some() || !faults.is_empty() || parsed.quiz.questions.is_empty();
        let run = Run::new(Arc::new(parsed.quiz), 0, asks_confidence);
        let mut taking = Taking {
            before: around.progress.score(id.as_str()),
            id,
            lesson,
            title,
            stage: if is_covered { Stage::Cover { open } } else { Stage::Running },
            reply: Reply::Line(super::prompt::Prompt::default()),
            reason: reply::area(),
            hints: 0,
            faults,
            cursor: 0,
            ways: Vec::new(),
            trial: None,
            sheet: Sheet::default(),
            top: 0,
            name: String::new(),
            seed: 0,
            is_noted: false,
            asks_confidence,
            opened_ms: around.now_ms,
            follows: false,
            run,
        };
        if taking.stage == Stage::Running {
            taking.begin(around);
        }
        taking
    }

    /// Begins a run from the first question.
    fn begin(&mut self, around: Around<'_>) {
        self.name = format!("{:016x}", around.fresh);
        self.seed = (around.fresh >> 32) as u32;
        self.is_noted = false;
        let quiz = Arc::clone(self.run.quiz());
        self.run = Run::new(quiz, self.seed.into(), self.asks_confidence);
        self.start(around);
    }

    fn start(&mut self, around: Around<'_>) {
        self.before = around.progress.score(self.id.as_str());
        self.stage = Stage::Running;
        self.open_question(around);
    }

    fn open_question(&mut self, around: Around<'_>) {
        (self.hints, self.cursor, self.top, self.follows) = (0, 0, 0, false);
        self.opened_ms = around.now_ms;
        self.reason = reply::area();
        self.trial = self.pose(around).map(Box::new);
        if let Some(question) = self.run.question() {
            self.reply = Reply::to(question, self.run.order());
        }
        self.ways = match self.run.phase() {
            Phase::Done => {
                let missed = self.run.summary().missed;
                ways(
                    around.course,
                    &missed.iter().map(|at| &self.run.quiz().questions[*at]).collect::<Vec<_>>(),
                )
            }
            _ => Vec::new(),
        };
    }

    /// Has a model work out the numbers of the open question, if it needs any, and gives the model.
    fn pose(&mut self, around: Around<'_>) -> Option<Trial> {
        let (question, seed) = self.run.unposed()?;
        let lang = around.course.lang().unwrap_or(around.lang);
        // A question that the models cannot work out was left out when the quiz was opened.
        let plan = Plan::of(question, "").ok().flatten()?;
        let (case, posed) = [seed, 0].into_iter().find_map(|seed| {
            let case = plan.case(seed, Keeping::All).ok()?;
            let posed = case.pose(question, lang).ok()?;
            Some((case, posed))
        })?;
        let trial = Trial::of(case);
        self.run.pose(posed);
        Some(trial)
    }

    /// Whether a model is on its way to the moment that was predicted.
    pub fn is_watching(&self) -> bool {
        self.trial.as_ref().is_some_and(|trial| trial.is_shown())
    }

    /// Where the model belongs on the screen.
    pub fn trial_place(&self) -> TrialPlace {
        match &self.trial {
            None => TrialPlace::None,
            Some(_) if self.is_watching() => TrialPlace::First,
            Some(_) => TrialPlace::Beside,
        }
    }

    /// When the next frame of the model is due, no sooner than `pace` milliseconds after the last.
    pub fn deadline(&self, pace: u64) -> Option<u64> {
        self.trial.as_ref()?.deadline(pace)
    }

    /// Lets the model's time pass.
    pub fn tick(&mut self, now_ms: u64) {
        if let Some(trial) = &mut self.trial {
            trial.tick(now_ms);
        }
    }

    /// Whether something was answered and the end is not reached.
    pub fn is_in_the_middle(&self) -> bool {
        self.stage == Stage::Running
            && self.run.phase() != &Phase::Done
            && self.run.tallies().iter().any(|tally| tally.attempts > 0)
    }

    /// What the keys mean now.
    pub fn mode(&self) -> Mode {
        if self.stage != Stage::Running {
            return Mode::QuizCover;
        }
        match self.run.phase() {
            Phase::Asking => match &self.reply {
                Reply::Choice { .. } => Mode::QuizChoice,
                Reply::Line(_) => Mode::QuizLine,
                Reply::Text(_) => Mode::QuizText,
                Reply::Trace { compiles: Some(true), .. } => Mode::QuizOutput,
                Reply::Trace { .. } => Mode::QuizTrace,
                Reply::Order { .. } => Mode::QuizOrder,
                Reply::Pairs { .. } => Mode::QuizPairs,
            },
            Phase::Explaining { .. } => Mode::QuizText,
            Phase::Confiding { .. } => Mode::QuizSure,
            Phase::Shown { .. } if self.is_watching() => Mode::QuizTrial,
            Phase::Shown { .. } => Mode::QuizShown,
            Phase::Done => Mode::QuizDone,
        }
    }

    /// Takes a key that is text.
    pub fn key(&mut self, key: Key) {
        self.follows = true;
        match self.run.phase() {
            Phase::Explaining { .. } => {
                self.reason.input(area_input(key));
            }
            _ => self.reply.key(key),
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        self.follows = true;
        match self.run.phase() {
            Phase::Explaining { .. } => reply::insert(&mut self.reason, text),
            _ => self.reply.paste(text),
        }
    }

    /// Does what was meant: what is to be written down, and what the rest of the program must do.
    pub fn update(&mut self, action: Action, around: Around<'_>) -> (Effects, Option<Request>) {
        let mut effects = Effects::none();
        let request = self.act(action, around, &mut effects);
        (effects, request)
    }

    fn act(
        &mut self,
        action: Action,
        around: Around<'_>,
        effects: &mut Effects,
    ) -> Option<Request> {
        self.follows = !matches!(action, Action::Scroll(_) | Action::Half(_) | Action::Hint);
        let order = self.run.order().to_vec();
        match action {
            Action::Step(by) if self.is_list() => {
                let len = self.list_len();
                self.cursor = self.cursor.saturating_add_signed(by).min(len.saturating_sub(1));
            }
            Action::Step(by) => self.reply.step(by, &order),
            Action::Pick(at) => self.reply.pick(at, &order),
            Action::Toggle => self.reply.toggle(&order),
            Action::Carry(by) => self.reply.carry(by),
            Action::Turn(by) => self.reply.turn(by, &order),
            Action::Undecide => {
                if let Reply::Trace { compiles, .. } = &mut self.reply {
                    *compiles = None;
                }
            }
            Action::Submit => return self.submit(around, effects),
            Action::Confide(confidence) => {
                if let Ok(answered) = self.run.confide(confidence) {
                    self.judged(answered, around, effects);
                }
            }
            Action::Reconsider => {
                self.run.reconsider().ok();
            }
            Action::Next => {
                self.run.go_on().ok();
                self.open_question(around);
            }
            Action::Scroll(by) => self.scroll(by),
            Action::Half(by) => self.scroll(by * (self.sheet.height / 2).max(1) as isize),
            Action::Hint => return self.hint(around.lang),
            Action::Peek => return Some(Request::Lesson(None)),
            Action::Reread => return self.reread(),
            Action::Watch => match &mut self.trial {
                Some(trial) => trial.begin(around.now_ms),
                None => {
                    let text = words::of(around.lang).nothing_to_watch;
                    return Some(Request::Notice(text.to_owned()));
                }
            },
            Action::Trial(action) => {
                if let Some(trial) = &mut self.trial {
                    trial.update(action, around.now_ms, around.lang);
                }
            }
            Action::Again => self.begin(around),
            Action::ToggleConfidence => {
                self.asks_confidence = !self.asks_confidence;
                self.run.set_ask_confidence(self.asks_confidence);
                if let Phase::Confiding { response, .. } = self.run.phase() {
                    let response = response.clone();
                    self.run.reconsider().ok();
                    self.hand_in(response, around, effects);
                }
                return Some(Request::Confidence(self.asks_confidence));
            }
            Action::Leave => return Some(Request::Leave),
            Action::Click(spot) => return self.click(spot, around, effects),
        }
        None
    }

    fn scroll(&mut self, by: isize) {
        self.top = self.top.saturating_add_signed(by).min(self.sheet.last_top());
    }

    /// Whether a list of the quiz's own is on the screen: its cover, the confidence, its end.
    fn is_list(&self) -> bool {
        matches!(self.mode(), Mode::QuizCover | Mode::QuizSure | Mode::QuizDone)
    }

    fn list_len(&self) -> usize {
        match self.mode() {
            Mode::QuizCover => self.cover().len(),
            Mode::QuizSure => Confidence::ALL.len(),
            _ => self.ways.len(),
        }
    }

    /// What can be chosen on the cover.
    pub fn cover(&self) -> Vec<CoverItem> {
        match &self.stage {
            _ if self.run.quiz().questions.is_empty() => vec![CoverItem::Later],
            Stage::Cover { open: Some(_) } => {
                vec![CoverItem::GoOn, CoverItem::Anew, CoverItem::Later]
            }
            _ => vec![CoverItem::Anew, CoverItem::Later],
        }
    }

    fn submit(&mut self, around: Around<'_>, effects: &mut Effects) -> Option<Request> {
        let order = self.run.order().to_vec();
        match self.mode() {
            Mode::QuizCover => return self.uncover(around, effects),
            Mode::QuizSure => {
                let confidence = Confidence::ALL[self.cursor.min(2)];
                return self.act(Action::Confide(confidence), around, effects);
            }
            Mode::QuizShown => return self.act(Action::Next, around, effects),
            Mode::QuizDone => return self.reread().or(Some(Request::Leave)),
            _ => {}
        }
        if matches!(self.run.phase(), Phase::Explaining { .. }) {
            let reason = self.reason.lines().join("\n");
            return match self.run.explain(&reason) {
                Ok(Some(answered)) => {
                    self.judged(answered, around, effects);
                    None
                }
                Ok(None) => None,
                Err(_) => Some(Request::Notice(words::of(around.lang).empty_answer.to_owned())),
            };
        }
        let Some(response) = self.reply.response(&order) else {
            self.reply.go_to_open();
            return Some(Request::Notice(words::of(around.lang).unfinished_answer.to_owned()));
        };
        self.hand_in(response, around, effects)
    }

    fn hand_in(
        &mut self,
        response: crate::quiz::Response,
        around: Around<'_>,
        effects: &mut Effects,
    ) -> Option<Request> {
        match self.run.submit(response) {
            Ok(Some(answered)) => self.judged(answered, around, effects),
            Ok(None) => self.cursor = 1,
            Err(Refusal::Empty) => {
                return Some(Request::Notice(words::of(around.lang).empty_answer.to_owned()));
            }
            Err(Refusal::NotNow) => {}
        }
        None
    }

    /// Writes a judged answer down, and the end of the run with its last one.
    fn judged(&mut self, answered: Answered, around: Around<'_>, effects: &mut Effects) {
        (self.top, self.follows, self.cursor) = (0, false, 0);
        if let Some(trial) = &mut self.trial {
            trial.begin(around.now_ms);
        }
        let quiz = self.id.to_string();
        let run = self.name.clone();
        let total = self.run.tallies().len();
        if !std::mem::replace(&mut self.is_noted, true) {
            let (quiz, run) = (quiz.clone(), run.clone());
            let lesson = self.lesson.to_string();
            let seed = self.seed;
            effects.push(Effect::Record(What::QuizStarted { quiz, run, lesson, seed, total }));
        }
        if let Some(question) = self.run.question() {
            self.ways = ways(around.course, &[question]);
        }
        effects.push(Effect::Record(What::Answer(progress::Answer {
            quiz,
            run,
            question: answered.question,
            content: answered.content,
            lang: around.course.lang().unwrap_or(around.lang).code().to_owned(),
            chosen: answered.response,
            right: answered.right,
            confidence: answered.confidence,
            attempt: answered.attempt,
            ms: around.now_ms.saturating_sub(self.opened_ms),
            explanation: answered.explanation,
        })));
        self.finish_if_done(effects);
    }

    fn finish_if_done(&self, effects: &mut Effects) {
        if !self.run.tallies().iter().all(|tally| tally.settled) {
            return;
        }
        let summary = self.run.summary();
        effects.push(Effect::Record(What::QuizFinished {
            quiz: self.id.to_string(),
            run: self.name.clone(),
            right: summary.first_right,
            total: summary.total,
        }));
    }

    fn uncover(&mut self, around: Around<'_>, effects: &mut Effects) -> Option<Request> {
        let chosen = self.cover().get(self.cursor).copied();
        let Stage::Cover { open } = &self.stage else { return None };
        match chosen? {
            CoverItem::Later => return Some(Request::Leave),
            CoverItem::Anew => {
                if let Some(open) = open {
                    let (quiz, run) = (self.id.to_string(), open.run.clone());
                    effects.push(Effect::Record(What::QuizAbandoned { quiz, run }));
                }
                self.begin(around);
            }
            CoverItem::GoOn => {
                let OpenRun { run, seed, past, .. } = open.clone()?;
                (self.name, self.seed, self.is_noted) = (run, seed, true);
                let quiz = Arc::clone(self.run.quiz());
                self.run = Run::resume(quiz, seed.into(), self.asks_confidence, &past);
                self.start(around);
                self.finish_if_done(effects);
            }
        }
        None
    }

    fn hint(&mut self, lang: Lang) -> Option<Request> {
        let hints = self.run.question().map_or(0, |question| question.hints.len());
        if self.hints < hints {
            self.hints += 1;
            self.top = self.sheet.last_top();
            self.follows = true;
            return None;
        }
        Some(Request::Notice(words::of(lang).no_hint.to_owned()))
    }

    fn reread(&self) -> Option<Request> {
        let at = if self.mode() == Mode::QuizDone { self.cursor } else { 0 };
        let way = self.ways.get(at)?;
        Some(Request::Lesson(Some((way.lesson.clone(), way.anchor.clone()))))
    }

    fn click(&mut self, spot: Spot, around: Around<'_>, effects: &mut Effects) -> Option<Request> {
        let order = self.run.order().to_vec();
        match spot {
            Spot::Line(at) if self.is_list() => {
                self.cursor = at;
                self.submit(around, effects)
            }
            Spot::Line(at) => {
                self.reply.click(at, &order);
                None
            }
            Spot::Way(at) => {
                let way = self.ways.get(at)?;
                Some(Request::Lesson(Some((way.lesson.clone(), way.anchor.clone()))))
            }
        }
    }

    /// Goes on in another language; says whether it could.
    pub fn translate(&mut self, around: Around<'_>) -> bool {
        let mut quiz = around.course.quiz(&self.id).quiz;
        leave_out(&mut quiz, "");
        if !self.run.translate(Arc::new(quiz)) {
            return false;
        }
        // The same numbers in other words; the model stays where it is.
        self.pose(around);
        if let Some(lesson) = around.course.lesson(&self.lesson) {
            self.title = lesson.title.clone();
        }
        let questions = &self.run.quiz().questions;
        self.ways = match self.run.phase() {
            Phase::Done => {
                let missed = self.run.summary().missed;
                ways(around.course, &missed.iter().map(|at| &questions[*at]).collect::<Vec<_>>())
            }
            Phase::Shown { .. } => {
                ways(around.course, &self.run.question().into_iter().collect::<Vec<_>>())
            }
            _ => Vec::new(),
        };
        true
    }

    /// Lays the screen out for a page of this size; what the keys are at stays in sight.
    pub fn fit(&mut self, width: u16, height: u16, lang: Lang, symbols: Symbols) {
        self.sheet = sheet::lay_out(self, usize::from(width), lang, symbols);
        self.sheet.height = usize::from(height).max(1);
        if let (true, Some(focus)) = (self.follows, &self.sheet.focus) {
            let height = self.sheet.height;
            let low = (focus.end + 1).saturating_sub(height);
            self.top = self.top.clamp(low.min(focus.start), focus.start);
        }
        self.top = self.top.min(self.sheet.last_top());
    }
}

/// Something to choose on the cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverItem {
    /// Go on with the run that was left.
    GoOn,
    /// Begin a run.
    Anew,
    /// Leave.
    Later,
}

#[cfg(test)]
pub(crate) mod tests;
