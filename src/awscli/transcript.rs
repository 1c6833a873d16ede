//! A whole script of command lines against a world of its own: the engine of `awslearn sim --cli`.

use super::session::{Printed, Ran, Rendering, Session};
use crate::services::world::World;
use crate::services::{ServiceError, Ticket};

/// A prompt with the world behind it. Calls block as they do at a real prompt: the virtual clock runs on
/// until a long poll is answered.
#[derive(Debug, Clone)]
pub struct Transcript {
    world: World,
    session: Session,
    /// The beginning of a line that goes on: it ended with a backslash.
    begun: String,
}

impl Transcript {
    /// A prompt in a new world; `seed` decides what AWS leaves open.
    pub fn new(seed: u64) -> Transcript {
        Transcript { world: World::new(seed), session: Session::default(), begun: String::new() }
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Runs one line and gives what it printed. A `$ ` before the line, as lessons write it, is passed
    /// over; a backslash at its end joins the next line.
    pub fn line(&mut self, text: &str) -> Printed {
        let text = text.trim_end_matches(['\r', '\n']);
        self.begun.push_str(text.strip_prefix("$ ").unwrap_or(text));
        if let Some(open) = self.begun.strip_suffix('\\') {
            self.begun = format!("{open} ");
            return Printed::default();
        }
        let line = std::mem::take(&mut self.begun);
        let now = self.world.now();
        match self.session.run(&line, &mut |operation| self.world.call(now, operation)) {
            Ran::Printed(printed) => printed,
            Ran::Sleep(span) => {
                self.world.advance(now + span);
                Printed::default()
            }
            Ran::Waits(ticket, rendering) => self.wait(ticket, &rendering),
        }
    }

    fn wait(&mut self, ticket: Ticket, rendering: &Rendering) -> Printed {
        while let Some(next) = self.world.next_wakeup() {
            let late = self.world.advance(next);
            if let Some(answer) = late.into_iter().find(|late| late.ticket == ticket) {
                return self.session.finish(rendering, answer.result);
            }
        }
        let never = ServiceError::new("ConnectionError", "the call is never answered");
        self.session.finish(rendering, Err(never))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::time::Time;

    #[test]
    fn a_long_poll_blocks_until_its_message_comes_or_its_time_is_over() {
        let mut prompt = Transcript::new(1);
        for line in [
            "$ aws sqs create-queue --queue-name q",
            "URL=$(aws sqs get-queue-url --queue-name q \\",
            "  --query QueueUrl --output text)",
            "aws sqs send-message --queue-url $URL --message-body late --delay-seconds 4",
        ] {
            assert!(!prompt.line(line).failed, "{line}");
        }
        let received = prompt.line(
            "aws sqs receive-message --queue-url $URL --wait-time-seconds 20 --query 'Messages[].Body' \
             --output text",
        );
        assert_eq!((received.text.as_str(), prompt.world().now()), ("late", Time(4000)));
        let empty = prompt.line("aws sqs receive-message --queue-url $URL --wait-time-seconds 20");
        assert_eq!((empty.text.as_str(), prompt.world().now()), ("", Time(24_000)));
    }
}
