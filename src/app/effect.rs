//! What an update asks of the world: plain values, which a test compares and the shell performs.

use super::work::Job;
use crate::progress::What;

/// What the shell must do after an update, in order.
#[must_use = "effects do nothing unless the shell performs them"]
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effects(Vec<Effect>);

/// One thing that the shell must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Give the terminal back and end.
    Quit,
    /// Give the terminal back until the shell brings the program to the front again.
    Suspend,
    /// Forget what is on the screen and draw everything.
    Redraw,
    /// Take or leave the mouse.
    Mouse(bool),
    /// Write this to the progress file and answer with `Action::Recorded`.
    Record(What),
    /// Put this text on the clipboard, where the terminal lets us.
    Copy(String),
    /// Do this on the worker thread and answer with `Action::Worked`.
    Work(Job),
}

impl Effects {
    /// Nothing to do.
    pub fn none() -> Effects {
        Effects::default()
    }

    /// Adds one more thing to do.
    pub fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    /// This, and then that.
    pub fn and(mut self, other: Effects) -> Effects {
        self.0.extend(other.0);
        self
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Effect> for Effects {
    fn from(effect: Effect) -> Effects {
        Effects(vec![effect])
    }
}

impl IntoIterator for Effects {
    type Item = Effect;
    type IntoIter = std::vec::IntoIter<Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
