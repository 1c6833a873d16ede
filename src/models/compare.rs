//! A/B: the same arrivals under two settings, side by side on one clock. Each actor draws from its own
//! seeded stream, so what differs between the sides is only what the settings made of it.

use super::Scene;
use super::catalog::{SetupError, in_range};
use super::command::{Command, Outcome, Refusal};
use super::journal::Keeping;
use super::timeline::{Played, Timeline};
use crate::services::time::Time;

/// Two histories of one model that differ in knobs alone.
#[derive(Debug, Clone)]
pub struct Compare<S: Scene> {
    /// The setting as it is.
    pub a: Timeline<S>,
    /// The setting that is tried.
    pub b: Timeline<S>,
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The setting as it is.
    A,
    /// The setting that is tried.
    B,
}

/// What a metric came to on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// The index into [`Scene::METRICS`].
    pub metric: usize,
    /// Its value on side A.
    pub a: i64,
    /// Its value on side B.
    pub b: i64,
}

impl<S: Scene> Compare<S> {
    /// Starts both sides from the setup of `base`, with the knobs of `changed` turned on side B.
    pub fn new(base: &Timeline<S>, changed: &[(&str, i64)]) -> Result<Compare<S>, SetupError> {
        let setup = base.setup().clone();
        let mut other = setup.clone();
        for (id, value) in changed {
            let knob = super::catalog::find_knob(S::KNOBS, id)?;
            other.knobs.insert(knob.id, in_range(knob, *value)?);
        }
        Ok(Compare { a: Timeline::new(setup, Keeping::All), b: Timeline::new(other, Keeping::All) })
    }

    /// Plays both sides to `until`, each with at most `budget` moves.
    pub fn play(&mut self, until: Time, budget: usize) -> Played {
        match (self.a.play(until, budget), self.b.play(until, budget)) {
            (Played::Reached, Played::Reached) => Played::Reached,
            _ => Played::OutOfBudget,
        }
    }

    /// Does the same on both sides. It is done only if both sides accept it.
    pub fn act(&mut self, command: &Command) -> Result<(Outcome, Outcome), Refusal> {
        let mut tried = self.b.clone();
        let b = tried.act(command.clone())?;
        let a = self.a.act(command.clone())?;
        self.b = tried;
        Ok((a, b))
    }

    /// The metrics of both sides at their cursors.
    pub fn differences(&self) -> Vec<Difference> {
        let (a, b) = (self.a.now().at, self.b.now().at);
        (0..S::METRICS.len())
            .map(|metric| Difference {
                metric,
                a: self.a.scene().measure(metric, a),
                b: self.b.scene().measure(metric, b),
            })
            .collect()
    }
}
