//! Calls on the services, and what they note turned into events with their causes.

use std::collections::VecDeque;

use super::actors::{Doing, Job, Order, THE_PRODUCER};
use super::book::{End, Phase, Place, Tale};
use super::{Queue, THE_DEAD_LETTERS, THE_FUNCTION, THE_QUEUE, YOU};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::sqs::response::{Messages, Received};
use crate::services::sqs::{Happened, MessageId, Why};
use crate::services::time::Time;
use crate::services::trace::Fact;
use crate::services::world::{Operation, Response};
use crate::services::{Answer, LateAnswer};

/// Who makes a call.
#[derive(Debug, Clone)]
pub(super) enum Caller {
    /// The producer sends an order.
    Producer(Order),
    /// A worker, by its index, asks for messages.
    Worker(u32),
    /// A worker deletes what it did in this event.
    Deleter(EventId),
    /// The learner, perhaps sending these orders.
    You(Vec<Order>),
    /// The learner's line at the prompt.
    Prompt {
        /// Whether it receives; the prompt keeps the answer.
        receives: bool,
    },
    /// Nobody: time passes.
    Nobody,
}

/// Who gets a message.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Taker {
    Worker {
        index: u32,
        waited: bool,
    },
    You,
    /// Whoever asked is dead.
    Nobody,
}

/// What came back from one round of calls.
#[derive(Default)]
struct Round {
    deliveries: VecDeque<(Taker, Received)>,
    /// Workers that got messages or nothing.
    busy: Vec<u32>,
    empty: Vec<(u32, bool)>,
    /// Orders among the sends, in their order.
    orders: VecDeque<Order>,
}

impl Queue {
    /// Makes a call and tells what came of it.
    pub(super) fn call(
        &mut self,
        now: Time,
        operation: Operation,
        caller: &Caller,
        journal: &mut Journal,
    ) -> Answer<Response> {
        let answer = self.world.call(now, operation);
        self.heed(now, answer, caller, journal)
    }

    /// Tells what came of a call that was made.
    pub(super) fn heed(
        &mut self,
        now: Time,
        answer: Answer<Response>,
        caller: &Caller,
        journal: &mut Journal,
    ) -> Answer<Response> {
        let is_due = self.world.next_wakeup().is_some_and(|at| at <= now);
        let late = if is_due { self.world.advance(now) } else { Vec::new() };
        let mut round = Round::default();
        match caller {
            Caller::Producer(order) => round.orders.push_back(*order),
            Caller::You(orders) => round.orders.extend(orders),
            _ => {}
        }
        self.take_answer(now, &answer, caller, &mut round);
        self.take_late(late, &mut round);
        self.tell(caller, round, journal);
        answer
    }

    /// Lets the services do what is due.
    pub(super) fn let_services_act(&mut self, at: Time, journal: &mut Journal) {
        let now = at.max(self.world.now());
        let late = self.world.advance(now);
        let mut round = Round::default();
        self.take_late(late, &mut round);
        self.tell(&Caller::Nobody, round, journal);
    }

    fn take_answer(
        &mut self,
        now: Time,
        answer: &Answer<Response>,
        caller: &Caller,
        round: &mut Round,
    ) {
        match (answer, caller) {
            (Answer::Later(ticket), Caller::Worker(index)) => {
                self.workers[*index as usize].doing = Doing::Waits { ticket: *ticket, since: now };
            }
            (Answer::Now(Ok(response)), Caller::Worker(index)) => {
                let taker = Taker::Worker { index: *index, waited: false };
                hand(response, taker, round);
            }
            (Answer::Now(Ok(response)), Caller::You(_)) => {
                hand(response, Taker::You, round);
            }
            _ => {}
        }
    }

    fn take_late(&mut self, late: Vec<LateAnswer<Response>>, round: &mut Round) {
        for late in late {
            let worker = self.workers.iter().position(|worker| {
                matches!(worker.doing, Doing::Waits { ticket, .. } if ticket == late.ticket)
            });
            let taker = match worker {
                Some(index) => Taker::Worker { index: index as u32, waited: true },
                None if self.prompt.take(&late) => Taker::You,
                None => Taker::Nobody,
            };
            if let Taker::Worker { index, .. } = taker {
                self.workers[index as usize].doing = Doing::Rests;
            }
            match &late.result {
                Ok(response) => hand(response, taker, round),
                Err(_) => {
                    // The queue was deleted under the poll.
                    if let Taker::Worker { index, waited } = taker {
                        round.empty.push((index, waited));
                    }
                }
            }
        }
    }

    /// Turns what was noted into events, and lets the workers go on.
    fn tell(&mut self, caller: &Caller, mut round: Round, journal: &mut Journal) {
        let facts = self.world.sqs.trace.drain();
        for fact in facts {
            self.tell_fact(fact, caller, &mut round, journal);
        }
        self.tell_function(journal);
        let now = self.world.now();
        for (index, waited) in round.empty {
            self.came_back_empty(now, index, waited, journal);
        }
        for index in round.busy {
            self.go_on(now, index);
        }
    }

    fn tell_fact(
        &mut self,
        Fact { at, what }: Fact<Happened>,
        caller: &Caller,
        round: &mut Round,
        journal: &mut Journal,
    ) {
        match what {
            Happened::Sent { queue, message, visible_at } => {
                let order = round.orders.pop_front();
                if let Some(place) = self.place_of(&queue) {
                    self.tell_sent(at, place, message, visible_at, order, caller, journal);
                }
            }
            Happened::Duplicate { first, .. } => {
                let told = round.orders.pop_front().and_then(|order| order.told);
                self.tell_duplicate(at, first, told, journal);
            }
            Happened::Received { queue, message, receives, hidden_until } => {
                let taken = self.taken(message, caller, round);
                if self.place_of(&queue).is_some() {
                    let hidden = (receives, hidden_until);
                    self.tell_received(at, message, hidden, (taken, caller), round, journal);
                }
            }
            Happened::VisibilityChanged { message, hidden_until, .. } => {
                let phase = Phase::InFlight { since: at, until: hidden_until };
                self.tell_change(at, message, phase, "timeout-restarted", journal);
            }
            Happened::VisibleAgain { message, why, .. } => {
                self.tell_visible(at, message, why, journal);
            }
            Happened::Gone { message, why, .. } => {
                self.tell_gone(at, message, why, caller, journal);
            }
            Happened::DeadLettered { target, message, receives, .. } => {
                match (self.book.remove(message), self.place_of(&target)) {
                    (Some(tale), Some(place)) => {
                        self.tell_dead(at, place, tale, (message, receives), journal);
                    }
                    (Some(tale), None) => self.tell_moved_away(at, &tale, journal),
                    (None, Some(place)) => {
                        self.tell_sent(at, place, message, at, None, caller, journal);
                    }
                    (None, None) => {}
                }
            }
            Happened::Redriven { target, message, new, .. } => {
                match (self.book.remove(message), self.place_of(&target)) {
                    (Some(old), Some(place)) => self.tell_redriven(at, place, old, new, journal),
                    (Some(tale), None) => self.tell_moved_away(at, &tale, journal),
                    (None, Some(place)) => {
                        self.tell_sent(at, place, new, at, None, caller, journal);
                    }
                    (None, None) => {}
                }
            }
            Happened::Purged { queue } => self.tell_emptied(at, &queue, "purged", journal),
            Happened::QueueDeleted { queue } => {
                self.tell_emptied(at, &queue, "queue-deleted", journal);
            }
        }
    }

    /// All messages of a queue are gone at once.
    fn tell_emptied(&mut self, at: Time, queue: &str, what: &'static str, journal: &mut Journal) {
        let Some(place) = self.place_of(queue) else { return };
        self.book.clear(place);
        let note = Note::new(queue_object(place), what, "you-asked")
            .because(self.queue_event.or(self.began))
            .rule("SQS-21");
        self.queue_event = Some(journal.write(at, note));
    }

    /// Which of the model's two queues this is; other queues are the learner's own.
    fn place_of(&self, queue: &str) -> Option<Place> {
        [Place::Main, Place::Dead].into_iter().find(|place| self.queue_of(*place) == queue)
    }

    /// The answer that a received message came in; nothing if Lambda's poller or the prompt got it.
    fn taken(
        &self,
        message: MessageId,
        caller: &Caller,
        round: &mut Round,
    ) -> Option<(Taker, Received)> {
        if self.function.mapping.is_some() || matches!(caller, Caller::Prompt { .. }) {
            let id = message.to_uuid();
            round.deliveries.front().filter(|(_, received)| received.message_id == id)?;
        }
        round.deliveries.pop_front()
    }

    #[expect(clippy::too_many_arguments, reason = "one fact with all it tells")]
    fn tell_sent(
        &mut self,
        at: Time,
        place: Place,
        message: MessageId,
        visible_at: Time,
        order: Option<Order>,
        caller: &Caller,
        journal: &mut Journal,
    ) {
        let (poison, group) = match order {
            Some(order) => (order.poison, order.group.map(|group| group as u16)),
            None => self.look_at(place, message),
        };
        let number = self.book.next_number();
        let phase = if visible_at > at { Phase::Delayed(visible_at) } else { Phase::Visible };
        let mut tale = Tale {
            number,
            order: order.map(|order| order.number),
            poison,
            group,
            phase,
            changed: at,
            sent: at,
            receives: 0,
            holder: None,
            done: false,
            loses_delete: false,
            undeleted: "holder-works",
            last: None,
        };
        let (by, why, cause) = match caller {
            Caller::Producer(Order { attempt: 0, .. }) => {
                (THE_PRODUCER, "order-came", self.producer.last)
            }
            Caller::Producer(order) => (THE_PRODUCER, "sent-again", order.told),
            _ => (YOU, "you-asked", self.queue_event),
        };
        let what = if visible_at > at { "sent-delayed" } else { "sent" };
        let rule = if visible_at > at { "SQS-15" } else { "SQS-1" };
        let note = Note::new(tale.object(), what, why)
            .arg(Arg::Object(by))
            .arg(Arg::Object(queue_object(place)))
            .arg(Arg::Span(visible_at.since(at)))
            .because(cause.or(self.began))
            .rule(rule);
        let event = journal.write(at, note);
        tale.last = Some(event);
        self.last_send = Some(event);
        self.tally.sent += u64::from(place == Place::Main);
        self.book.insert(place, message, tale);
    }

    /// What a message sent by hand says: whether it is poison, and its group.
    fn look_at(&mut self, place: Place, message: MessageId) -> (bool, Option<u16>) {
        let Some(view) = self.world.sqs.view(self.queue_of(place)) else { return (false, None) };
        let messages = view.messages();
        let Some(found) = messages.iter().find(|found| found.id == message) else {
            return (false, None);
        };
        let (poison, group) = (found.body.starts_with("poison"), found.group.map(str::to_owned));
        (poison, group.map(|group| self.book.group(&group)))
    }

    fn tell_duplicate(
        &mut self,
        at: Time,
        first: MessageId,
        told: Option<EventId>,
        journal: &mut Journal,
    ) {
        self.tally.dropped += 1;
        let object = self.book.get(first).map_or(THE_QUEUE, Tale::object);
        let note = Note::new(object, "duplicate-dropped", "same-deduplication-id")
            .because(told.or(self.last_send).or(self.began))
            .rule("FIFO-2");
        self.last_send = Some(journal.write(at, note));
    }

    fn tell_received(
        &mut self,
        at: Time,
        message: MessageId,
        (receives, until): (u32, Time),
        (taken, caller): (Option<(Taker, Received)>, &Caller),
        round: &mut Round,
        journal: &mut Journal,
    ) {
        let phase = if until > at { Phase::InFlight { since: at, until } } else { Phase::Visible };
        self.book.enter(message, phase, at);
        self.tally.received += 1;
        let taker = match (&taken, caller) {
            (Some((taker, _)), _) => Some(*taker),
            (None, Caller::Prompt { receives: true }) => Some(Taker::You),
            (None, _) => None,
        };
        let (who, number, waited) = match taker {
            Some(Taker::Worker { index, waited }) => {
                let worker = &self.workers[index as usize];
                (worker.object(), Some(worker.number), waited)
            }
            Some(Taker::You) => (YOU, None, false),
            Some(Taker::Nobody) => (THE_QUEUE, None, true),
            None => (THE_FUNCTION, None, true),
        };
        let Some(tale) = self.book.get_mut(message) else { return };
        (tale.receives, tale.holder) = (receives, number);
        let (what, undeleted) = match taker {
            Some(Taker::Nobody) => ("received-by-nobody", "holder-died"),
            Some(Taker::You) => ("received", "you-hold-it"),
            _ => ("received", "holder-works"),
        };
        tale.undeleted = undeleted;
        let why = match (receives, waited) {
            (2.., _) => "came-back",
            (_, true) => "waited-for-it",
            (_, false) => "asked-for-it",
        };
        let rule = match (receives, waited) {
            (2.., _) => "SQS-2",
            (_, true) => "SQS-13",
            (_, false) => "SQS-1",
        };
        let note = Note::new(tale.object(), what, why)
            .arg(Arg::Object(who))
            .arg(Arg::Count(i64::from(receives)))
            .arg(Arg::Span(until.since(at)))
            .because(tale.last)
            .rule(rule);
        let event = journal.write(at, note);
        tale.last = Some(event);
        let Some((taker, received)) = taken else {
            if taker.is_none() {
                self.function_received(message);
            }
            return;
        };
        let job = Job {
            message,
            number: tale.number,
            handle: received.receipt_handle,
            received: event,
            receives,
            order: tale.order,
            sent: tale.sent,
            group: tale.group,
        };
        match taker {
            Taker::Worker { index, .. } => {
                self.workers[index as usize].jobs.push_back(job);
                if round.busy.last() != Some(&index) {
                    round.busy.push(index);
                }
            }
            Taker::You => {
                self.hands.insert(message, job.handle);
            }
            Taker::Nobody => {}
        }
    }

    fn tell_change(
        &mut self,
        at: Time,
        message: MessageId,
        phase: Phase,
        what: &'static str,
        journal: &mut Journal,
    ) {
        self.book.enter(message, phase, at);
        let Some(tale) = self.book.get_mut(message) else { return };
        let until = match phase {
            Phase::InFlight { until, .. } => until.since(at),
            _ => crate::services::time::Span::ZERO,
        };
        let note = Note::new(tale.object(), what, "change-asked")
            .arg(Arg::Span(until))
            .because(tale.last)
            .rule("SQS-4");
        tale.last = Some(journal.write(at, note));
    }

    fn tell_visible(&mut self, at: Time, message: MessageId, why: Why, journal: &mut Journal) {
        let began = self.began;
        self.book.enter(message, Phase::Visible, at);
        let Some(tale) = self.book.get_mut(message) else { return };
        tale.holder = None;
        let (what, why, rule) = match why {
            Why::DelayOver => ("visible", "delay-over", "SQS-15"),
            Why::VisibilityChanged => ("visible-again", "change-asked", "SQS-5"),
            Why::ReceiveForgotten => ("visible-again", "server-forgot", "SQS-24"),
            _ => ("visible-again", tale.undeleted, "SQS-2"),
        };
        let note = Note::new(tale.object(), what, why)
            .arg(Arg::Count(i64::from(tale.receives)))
            .because(tale.last.or(began))
            .rule(rule);
        let event = journal.write(at, note);
        tale.last = Some(event);
        self.hands.remove(&message);
    }

    fn tell_gone(
        &mut self,
        at: Time,
        message: MessageId,
        why: Why,
        caller: &Caller,
        journal: &mut Journal,
    ) {
        let by_you = self.hands.remove(&message).is_some();
        let Some(tale) = self.book.remove(message) else { return };
        let by_you = by_you || matches!(caller, Caller::You(_) | Caller::Prompt { .. });
        let is_deleted = why == Why::Deleted;
        let (what, rule) = if is_deleted { ("deleted", "SQS-1") } else { ("expired", "SQS-16") };
        let (why, cause) = match (caller, is_deleted) {
            (Caller::Deleter(done), true) => ("work-done", Some(*done)),
            (_, true) if by_you => ("you-asked", tale.last),
            (_, true) => ("function-succeeded", tale.last),
            (_, false) if tale.done => ("too-old", tale.last),
            (_, false) => ("too-old-undone", tale.last),
        };
        let note = Note::new(tale.object(), what, why)
            .arg(Arg::Count(i64::from(tale.receives)))
            .because(cause.or(tale.last))
            .rule(rule);
        journal.write(at, note);
        self.tally.deleted += u64::from(is_deleted);
        self.tally.lost += u64::from(!is_deleted && !tale.done);
        if is_deleted && self.function.mapping.is_some() && tale.holder.is_none() && !by_you {
            self.function_deleted(at, &tale);
        }
        let end = if is_deleted { End::Deleted } else { End::Expired };
        self.book.left(&tale, end, at);
    }

    fn tell_dead(
        &mut self,
        at: Time,
        place: Place,
        mut tale: Tale,
        (message, receives): (MessageId, u32),
        journal: &mut Journal,
    ) {
        let note = Note::new(tale.object(), "dead-lettered", "received-too-often")
            .arg(Arg::Count(i64::from(receives)))
            .arg(Arg::Object(queue_object(place)))
            .because(tale.last)
            .rule("DLQ-1");
        tale.last = Some(journal.write(at, note));
        tale.phase = Phase::Visible;
        (tale.changed, tale.holder, tale.receives) = (at, None, 0);
        self.book.insert(place, message, tale);
    }

    /// A message went to a queue that is not the model's but the learner's own.
    fn tell_moved_away(&mut self, at: Time, tale: &Tale, journal: &mut Journal) {
        let note = Note::new(tale.object(), "moved-away", "to-your-own-queue").because(tale.last);
        journal.write(at, note);
    }

    fn tell_redriven(
        &mut self,
        at: Time,
        place: Place,
        old: Tale,
        new: MessageId,
        journal: &mut Journal,
    ) {
        let was = old.object();
        let number = self.book.next_number();
        let mut tale = Tale {
            number,
            phase: Phase::Visible,
            changed: at,
            sent: at,
            receives: 0,
            holder: None,
            loses_delete: false,
            undeleted: "holder-works",
            ..old
        };
        let cause = self.redrive.or(tale.last).or(self.began);
        let note = Note::new(tale.object(), "redriven", "move-task")
            .arg(Arg::Object(was))
            .arg(Arg::Object(queue_object(place)))
            .because(cause)
            .rule("DLQ-8");
        tale.last = Some(journal.write(at, note));
        self.book.insert(place, new, tale);
    }
}

fn queue_object(place: Place) -> ObjectId {
    match place {
        Place::Main => THE_QUEUE,
        Place::Dead => THE_DEAD_LETTERS,
    }
}

/// Sorts what a receive answered.
fn hand(response: &Response, taker: Taker, round: &mut Round) {
    use crate::services::sqs::Response::Messages as Answered;
    let Response::Sqs(Answered(Messages { messages })) = response else { return };
    if messages.is_empty()
        && let Taker::Worker { index, waited } = taker
    {
        round.empty.push((index, waited));
    }
    round.deliveries.extend(messages.iter().map(|message| (taker, message.clone())));
}
