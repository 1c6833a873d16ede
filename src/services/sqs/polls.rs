//! Long polls: receives that wait for their first message.

use super::operation::ReceiveMessage;
use super::response::{Messages, Response};
use super::{Sqs, error};
use crate::services::chance::Chance;
use crate::services::time::{Span, Time};
use crate::services::{Answer, LateAnswer, ServiceError, Ticket};

/// A receive that waits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Poll {
    ticket: Ticket,
    /// When it is answered with nothing.
    ends: Time,
    request: ReceiveMessage,
}

impl Sqs {
    /// Receives at once if there is something, else waits as long as the call or the queue says.
    pub(super) fn receive_or_wait(
        &mut self,
        now: Time,
        chance: &mut Chance,
        request: ReceiveMessage,
    ) -> Answer<Response> {
        let received = self.wait_of(&request).and_then(|wait| {
            let is_long_poll = wait > Span::ZERO;
            Ok((wait, self.receive(now, chance, &request, is_long_poll)?))
        });
        match received {
            Ok((wait, messages)) if messages.messages.is_empty() && wait > Span::ZERO => {
                self.tickets += 1;
                let ticket = Ticket(self.tickets);
                let poll = Poll { ticket, ends: now + wait, request };
                if let Ok(queue) = self.queue_mut(&poll.request.queue_url.clone()) {
                    queue.polls.push_back(poll);
                    let name = queue.name.clone();
                    self.polled.insert(name);
                }
                Answer::Later(ticket)
            }
            Ok((_, messages)) => Answer::Now(Ok(Response::Messages(messages))),
            Err(error) => Answer::Now(Err(error)),
        }
    }

    /// How long this receive may wait: as it says, else as the queue says.
    fn wait_of(&self, request: &ReceiveMessage) -> Result<Span, ServiceError> {
        let queue = self.queue(&request.queue_url)?;
        match request.wait_time_seconds {
            None => Ok(queue.attributes.wait),
            Some(seconds @ 0..=20) => Ok(Span::seconds(seconds.unsigned_abs())),
            Some(seconds) => Err(error::invalid_value(
                seconds,
                "WaitTimeSeconds",
                "Must be >= 0 and <= 20, if provided.",
            )),
        }
    }

    /// When the next poll ends without a message.
    pub(super) fn next_poll_end(&self) -> Option<Time> {
        let queues = self.polled.iter().filter_map(|name| self.queues.get(name));
        queues.flat_map(|queue| &queue.polls).map(|poll| poll.ends).min()
    }

    /// Gives the polls what has become receivable, the longest waiting first.
    pub(super) fn serve_polls(&mut self, now: Time, chance: &mut Chance) {
        if self.polled.is_empty() {
            return;
        }
        for name in self.polled.clone() {
            while let Some(queue) = self.queues.get_mut(&name) {
                if !queue.has_deliverable() {
                    break;
                }
                let Some(poll) = queue.polls.pop_front() else { break };
                match self.receive(now, chance, &poll.request, true) {
                    Ok(messages) if messages.messages.is_empty() => {
                        // Only dead letters came up: it waits on in its place.
                        if let Some(queue) = self.queues.get_mut(&name) {
                            queue.polls.push_front(poll);
                        }
                        break;
                    }
                    Ok(messages) => {
                        self.answer_poll(now, poll.ticket, Ok(Response::Messages(messages)));
                    }
                    Err(error) => self.answer_poll(now, poll.ticket, Err(error)),
                }
            }
        }
        self.forget_unpolled();
    }

    /// Answers the polls that have waited long enough.
    pub(super) fn end_polls(&mut self, now: Time) {
        for name in self.polled.clone() {
            let Some(queue) = self.queues.get_mut(&name) else { continue };
            let mut ended = Vec::new();
            queue.polls.retain(|poll| {
                let ends = poll.ends <= now;
                if ends {
                    ended.push(poll.ticket);
                }
                !ends
            });
            for ticket in ended {
                self.answer_poll(now, ticket, Ok(Response::Messages(Messages::default())));
            }
        }
        self.forget_unpolled();
    }

    /// Refuses all polls of a queue that is gone.
    pub(super) fn refuse_polls(&mut self, now: Time, polls: impl IntoIterator<Item = Poll>) {
        for poll in polls {
            self.answer_poll(now, poll.ticket, Err(error::no_queue()));
        }
        self.forget_unpolled();
    }

    fn answer_poll(&mut self, at: Time, ticket: Ticket, result: Result<Response, ServiceError>) {
        self.ready.push(LateAnswer { ticket, at, result });
    }

    fn forget_unpolled(&mut self) {
        let queues = &self.queues;
        self.polled.retain(|name| queues.get(name).is_some_and(|queue| !queue.polls.is_empty()));
    }
}
