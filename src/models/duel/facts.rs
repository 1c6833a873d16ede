//! What the services note turned into events with their causes: messages and records.

use super::orders::{State, THE_DEAD_LETTERS, THE_DESTINATION, THE_QUEUE, function, order, shard};
use super::{APPS, DEAD_LETTERS, DESTINATION, Duel, ORDERS};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::lambda::Happened as Ran;
use crate::services::sqs::{Happened as Told, MessageId, Why};
use crate::services::time::{Span, Time};
use crate::services::trace::Fact;
use crate::services::world::Response;
use crate::services::{LateAnswer, kinesis};

impl Duel {
    /// Lets happen what is due at this moment, and tells it.
    pub(super) fn heed_now(&mut self, now: Time, journal: &mut Journal) {
        let is_due = self.world.next_wakeup().is_some_and(|at| at <= now);
        let late = if is_due { self.world.advance(now) } else { Vec::new() };
        self.heed(late, journal);
    }

    /// Tells what the services noted: ends of runs, then what moved, then starts of runs.
    pub(super) fn heed(&mut self, late: Vec<LateAnswer<Response>>, journal: &mut Journal) {
        for late in late {
            self.prompt.take(&late);
        }
        let ran = self.world.lambda.trace.drain();
        for fact in &ran {
            if !matches!(fact.what, Ran::InvocationStarted { .. }) {
                self.tell_ran(fact, journal);
            }
        }
        for fact in self.world.sqs.trace.drain() {
            self.tell_message(fact, journal);
        }
        for Fact { at, what } in self.world.kinesis.trace.drain() {
            if let kinesis::Happened::Stored { stream, shard, position } = what
                && stream == ORDERS
            {
                self.tell_stored(at, shard, position, journal);
            }
        }
        for fact in &ran {
            if let Ran::InvocationStarted { function, run, ids, cause, .. } = &fact.what {
                self.tell_started(fact.at, function, *run, ids, cause, journal);
            }
        }
        self.drop_done();
    }

    /// Forgets what need not be looked at any more.
    fn drop_done(&mut self) {
        while self.orders.get(self.oldest[0]).is_some_and(|order| order.queue.state.is_final()) {
            self.oldest[0] += 1;
        }
        while self.orders.get(self.oldest[1]).is_some_and(|order| {
            order.stored.is_some() && order.stream[0].state.is_final()
                || order.stored.is_none() && (order.by_hand || order.queue.state == State::Absent)
        }) {
            self.oldest[1] += 1;
        }
        while let Some(index) = self.retained.front() {
            let entries = &self.orders[*index as usize].stream;
            if !entries.iter().all(|entry| entry.state.is_final()) {
                break;
            }
            self.retained.pop_front();
        }
    }

    // ── the queue ──────────────────────────────────────────────────────────────────────────────

    fn tell_message(&mut self, Fact { at, what }: Fact<Told>, journal: &mut Journal) {
        match what {
            Told::Sent { queue, message, .. } if queue == ORDERS => {
                let index = self.sending.unwrap_or_else(|| self.strangers(at, message, journal));
                self.messages.insert(message, index);
                let cause = self.orders[index as usize].event;
                let note = Note::new(order(index), "queued", "producer-sends-both")
                    .because(cause)
                    .rule("SQS-1");
                self.enter_queue(index, State::Waiting, journal.write(at, note));
            }
            Told::Sent { queue, .. } if queue == DESTINATION => {
                let note = Note::new(THE_DESTINATION, "pointer-arrived", "on-failure-set")
                    .because(self.function_events[0].or(self.began))
                    .rule("LK-4");
                journal.write(at, note);
            }
            Told::Received { queue, message, receives, hidden_until } if queue == ORDERS => {
                let Some(&index) = self.messages.get(&message) else { return };
                self.held.insert(message.to_uuid(), index);
                let why = if receives > 1 { "came-back" } else { "poller-waits" };
                let note = Note::new(order(index), "received", why)
                    .arg(Arg::Count(i64::from(receives)))
                    .arg(Arg::Span(hidden_until.since(at)))
                    .because(self.orders[index as usize].queue.last)
                    .rule(if receives > 1 { "SQS-2" } else { "SQS-1" });
                self.enter_queue(index, State::Running, journal.write(at, note));
            }
            Told::VisibleAgain { queue, message, why: Why::TimeoutOver } if queue == ORDERS => {
                self.tell_again(at, message, journal);
            }
            Told::Gone { queue, message, why } => self.tell_gone(at, &queue, message, why, journal),
            Told::DeadLettered { queue, message, receives, .. } if queue == ORDERS => {
                let Some(&index) = self.messages.get(&message) else { return };
                let note = Note::new(order(index), "dead-lettered", "received-too-often")
                    .arg(Arg::Count(i64::from(receives)))
                    .because(self.orders[index as usize].queue.last)
                    .rule("LS-4");
                self.enter_queue(index, State::Dead, journal.write(at, note));
            }
            Told::Redriven { target, message, new, .. } if target == ORDERS => {
                let Some(index) = self.messages.remove(&message) else { return };
                self.messages.insert(new, index);
                let note = Note::new(order(index), "redriven", "you-asked")
                    .because(self.your_event.or(self.orders[index as usize].queue.last))
                    .rule("DLQ-8");
                self.enter_queue(index, State::Waiting, journal.write(at, note));
                self.oldest[0] = self.oldest[0].min(index as usize);
            }
            Told::Purged { queue } => self.tell_emptied(at, &queue, "purged", journal),
            Told::QueueDeleted { queue } => {
                self.tell_emptied(at, &queue, "queue-deleted", journal);
            }
            _ => {}
        }
    }

    /// All messages of the queue, or of its dead-letter queue, are gone at once.
    fn tell_emptied(&mut self, at: Time, queue: &str, what: &'static str, journal: &mut Journal) {
        let (place, is_dead) = match queue {
            ORDERS => (THE_QUEUE, false),
            DEAD_LETTERS => (THE_DEAD_LETTERS, true),
            _ => return,
        };
        let cause = self.your_event.or(self.began);
        let note = Note::new(place, what, "you-asked").because(cause).rule("SQS-21");
        let event = journal.write(at, note);
        let orders = &mut self.orders;
        let is_there = |index: u32| (orders[index as usize].queue.state == State::Dead) == is_dead;
        let gone: Vec<(MessageId, u32)> = self
            .messages
            .iter()
            .map(|(message, index)| (*message, *index))
            .filter(|(_, index)| is_there(*index))
            .collect();
        for (message, index) in gone {
            self.messages.remove(&message);
            self.queue.lost += 1;
            self.enter_queue(index, State::Lost, event);
        }
    }

    fn enter_queue(&mut self, index: u32, state: State, event: EventId) {
        let entry = &mut self.orders[index as usize].queue;
        entry.state = state;
        entry.last = Some(event);
    }

    /// An order that the learner sent by hand to one side.
    fn strangers(&mut self, at: Time, message: MessageId, journal: &mut Journal) -> u32 {
        let view = self.world.sqs.view(ORDERS);
        let messages = view.map(|view| view.messages()).unwrap_or_default();
        let sent = messages.iter().find(|sent| sent.id == message);
        let poison = sent.is_some_and(|sent| sent.body.contains("poison"));
        self.by_hand(at, poison, journal)
    }

    fn by_hand(&mut self, at: Time, poison: bool, journal: &mut Journal) -> u32 {
        let index = self.new_order(at, poison, "you-asked", journal);
        self.orders[index as usize].by_hand = true;
        index
    }

    fn tell_again(&mut self, at: Time, message: MessageId, journal: &mut Journal) {
        let Some(&index) = self.messages.get(&message) else { return };
        self.held.remove(&message.to_uuid());
        if self.orders[index as usize].queue.state == State::Dead {
            return;
        }
        let note = Note::new(order(index), "visible-again", "not-deleted-in-time")
            .arg(Arg::Span(Span(self.dials.get("visibility-timeout").unsigned_abs())))
            .because(self.orders[index as usize].queue.last)
            .rule("LS-1");
        self.enter_queue(index, State::Waiting, journal.write(at, note));
    }

    fn tell_gone(
        &mut self,
        at: Time,
        queue: &str,
        message: MessageId,
        why: Why,
        journal: &mut Journal,
    ) {
        if queue != ORDERS && queue != DEAD_LETTERS {
            return;
        }
        let Some(index) = self.messages.remove(&message) else { return };
        let cause = self.orders[index as usize].queue.last;
        let (note, state) = match why {
            Why::RetentionOver => {
                self.queue.lost += 1;
                let note = Note::new(order(index), "expired-queue", "older-than-retention");
                let place = if queue == ORDERS { THE_QUEUE } else { THE_DEAD_LETTERS };
                (note.arg(Arg::Object(place)).rule("SQS-17"), State::Lost)
            }
            _ => {
                let note = Note::new(order(index), "handled-queue", "function-returned");
                (note.rule("LS-3"), State::Handled)
            }
        };
        let event = journal.write(at, note.because(cause));
        self.enter_queue(index, state, event);
    }

    // ── the stream ─────────────────────────────────────────────────────────────────────────────

    fn tell_stored(&mut self, at: Time, number: u32, position: u64, journal: &mut Journal) {
        let Some(records) = self.records.get_mut(number as usize) else { return };
        records.resize(position as usize, 0);
        let index = match self.sending {
            Some(index) => index,
            None => self.by_hand(at, self.is_poison(number, position), journal),
        };
        self.records[number as usize].push(index + 1);
        let cause = self.orders[index as usize].stream[0].last;
        let cause = cause.or(self.orders[index as usize].event);
        let note = Note::new(order(index), "stored", "hash-of-key")
            .arg(Arg::Object(shard(number)))
            .because(cause)
            .rule("KDS-1");
        let event = journal.write(at, note);
        let has_second = self.has_second();
        let stored = &mut self.orders[index as usize];
        stored.stored = Some((at, number));
        for (app, entry) in stored.stream.iter_mut().enumerate() {
            entry.last = Some(event);
            if app == 0 || has_second {
                entry.state = State::Waiting;
            }
        }
        self.stream_open += 1;
        // What never seemed to come may have been passed by.
        self.oldest[1] = self.oldest[1].min(index as usize);
        self.retained.push_back(index);
    }

    fn is_poison(&self, number: u32, position: u64) -> bool {
        let stream = self.world.kinesis.stream(ORDERS);
        let record = stream.and_then(|stream| {
            let shard = stream.shards().get(number as usize)?;
            shard.records().get(position)
        });
        record.is_some_and(|record| record.data.windows(6).any(|part| part == b"poison"))
    }

    /// Another reader begins: what the stream still keeps lies before it.
    pub(super) fn join_stream(&mut self, app: usize, now: Time) {
        let Some(stream) = self.world.kinesis.stream(ORDERS) else { return };
        let horizon = stream.horizon(now);
        let mut kept = Vec::new();
        for (number, shard) in stream.shards().iter().enumerate() {
            let first = shard.records().at_or_after(horizon);
            if let Some(next) = self.next.get_mut(number) {
                next[app] = first;
                let records = self.records[number].iter().skip(first as usize);
                kept.extend(records.filter_map(|index| index.checked_sub(1)));
            }
        }
        kept.sort_unstable_by_key(|index| (self.orders[*index as usize].stored, *index));
        for index in &kept {
            self.orders[*index as usize].stream[app].state = State::Waiting;
        }
        self.retained = kept.into();
    }

    /// The oldest record of the stream that somebody has still to read expires.
    pub(super) fn expire(&mut self, now: Time, journal: &mut Journal) {
        if let Some(index) = self.retained.pop_front() {
            for app in 0..APPS {
                if self.orders[index as usize].stream[app].state == State::Waiting {
                    self.lose(now, app, index, journal);
                }
            }
        }
        self.drop_done();
    }

    pub(super) fn lose(&mut self, now: Time, app: usize, index: u32, journal: &mut Journal) {
        if app == 0 {
            self.stream.lost += 1;
        }
        let kept = self.stream_retention();
        let note = Note::new(order(index), "expired-stream", "older-than-retention")
            .arg(Arg::Object(function(app)))
            .arg(Arg::Span(kept))
            .because(self.orders[index as usize].stream[app].last)
            .rule("KDS-16");
        self.enter_stream(app, index, State::Lost, journal.write(now, note));
    }

    pub(super) fn enter_stream(&mut self, app: usize, index: u32, state: State, event: EventId) {
        let entry = &mut self.orders[index as usize].stream[app];
        if app == 0 && state.is_final() && !entry.state.is_final() {
            self.stream_open = self.stream_open.saturating_sub(1);
        }
        entry.state = state;
        entry.last = Some(event);
    }
}
