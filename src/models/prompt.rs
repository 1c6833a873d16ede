//! The command line of a model: `aws …` lines run in the scene's world, at its moment.

use super::command::{Outcome, Refusal};
use crate::awscli::{Printed, Ran, Rendering, Session};
use crate::services::Ticket;
use crate::services::time::Time;
use crate::services::world::{Response, World};
use crate::services::{LateAnswer, ServiceError};

/// The prompt of one scene: its variables, and a call that still waits for its answer. Part of the
/// scene's state, so that going back in time takes variables back too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prompt {
    session: Session,
    waiting: Option<(Ticket, Rendering)>,
    /// What the last call that waited printed when its answer came.
    answered: Option<Printed>,
}

impl Prompt {
    /// Runs one line. A mistake of the line itself is a refusal and changes nothing; an error of the
    /// service is an outcome that failed.
    ///
    /// # Errors
    /// The text that the command line would print.
    pub fn run(&mut self, world: &mut World, now: Time, line: &str) -> Result<Outcome, Refusal> {
        if self.waiting.is_some() {
            return Err(Refusal::NotNow("prompt-waits"));
        }
        let mut called = false;
        let ran = self.session.run(line, &mut |operation| {
            called = true;
            world.call(now, operation)
        });
        match ran {
            Ran::Printed(Printed { text, failed: true }) if !called => Err(Refusal::Aws(text)),
            Ran::Printed(Printed { text, failed }) => {
                Ok(Outcome { output: text, failed, ..Outcome::default() })
            }
            Ran::Sleep(span) => Ok(Outcome { sleep: span, ..Outcome::default() }),
            Ran::Waits(ticket, rendering) => {
                self.waiting = Some((ticket, rendering));
                self.answered = None;
                Ok(Outcome { waits: true, ..Outcome::default() })
            }
        }
    }

    /// Takes a late answer if the prompt waits for it; says whether it did.
    pub fn take(&mut self, late: &LateAnswer<Response>) -> bool {
        let Some((ticket, _)) = self.waiting else { return false };
        if ticket != late.ticket {
            return false;
        }
        let Some((_, rendering)) = self.waiting.take() else { return false };
        let result: Result<Response, ServiceError> = late.result.clone();
        self.answered = Some(self.session.finish(&rendering, result));
        true
    }

    /// Whether a call still waits.
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// What the last call that waited printed, once its answer has come.
    pub fn answered(&self) -> Option<&Printed> {
        self.answered.as_ref()
    }
}
