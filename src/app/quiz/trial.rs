//! The model that a prediction is about: played, once the prediction is made, to the moment that is judged.

use crate::app::model::{self, Live};
use crate::models::journal::EventId;
use crate::predict::Case;
use crate::services::time::Time;
use crate::words::Lang;

/// About how long, in real milliseconds, the way to the moment should take.
const SHOWING_MS: u64 = 8_000;

/// A model from its start to the moment that is judged.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The model.
    pub live: Live,
    /// The event that explains the answer.
    pub cause: Option<EventId>,
    until: Time,
    is_shown: bool,
}

impl Trial {
    /// The model at its start, before anything is given away.
    pub fn of(case: Case<'_>) -> Trial {
        let cause = case.cause().map(|event| event.id);
        let mut live = Live::of(case.model);
        let until = live.bench().now().at;
        live.playback.fit(until.since(Time::START), SHOWING_MS);
        let mut trial = Trial { live, cause, until, is_shown: false };
        trial.rewind();
        trial
    }

    fn rewind(&mut self) {
        self.live.model.bench_mut().seek_time(Time::START, 0);
    }

    /// Whether the model is on its way: the verdict waits for it.
    pub fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Plays from the start.
    pub fn begin(&mut self, now_ms: u64) {
        self.rewind();
        self.live.playback.play();
        self.live.rest(now_ms);
        self.is_shown = true;
    }

    /// Lets the time since the last frame pass.
    pub fn tick(&mut self, now_ms: u64) {
        self.live.tick(now_ms, self.until);
        self.end_when_reached();
    }

    /// When the next frame is due, no sooner than `pace` milliseconds after the last.
    pub fn deadline(&self, pace: u64) -> Option<u64> {
        self.live.deadline(pace).filter(|_| self.is_shown)
    }

    /// Does what was meant with the model, never past the moment.
    pub fn update(&mut self, action: model::Action, now_ms: u64, lang: Lang) {
        self.live.update(action, now_ms, lang);
        if self.live.bench().now().at > self.until {
            self.live.model.bench_mut().seek_time(self.until, 0);
        }
        self.end_when_reached();
    }

    fn end_when_reached(&mut self) {
        if self.live.bench().now().at >= self.until {
            self.live.playback.pause();
            self.is_shown = false;
        }
    }
}
