//! Orders on their way, and what the services note turned into events with their causes.

use super::orders::{
    Order, State, THE_DEAD_LETTERS, THE_DESTINATION, THE_PRODUCER, THE_QUEUE, THE_STREAM, YOU,
    function, order, shard,
};
use super::{APPS, Blocked, DEAD_LETTERS, DESTINATION, Due, Duel, FUNCTIONS, ORDERS, Run, Side};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::blob::Blob;
use crate::services::lambda::Happened as Ran;
use crate::services::lambda::happened::{Cause, GaveUp};
use crate::services::sqs::operation::SendMessage;
use crate::services::sqs::{Happened as Told, MessageId, Why};
use crate::services::time::{Span, Time};
use crate::services::trace::Fact;
use crate::services::world::{Operation, Response};
use crate::services::{Answer, LateAnswer, ServiceError, kinesis, sqs};

/// After so long, what the stream refused is put again.
const PUT_AGAIN: Span = Span::seconds(1);

impl Duel {
    pub(super) fn let_happen(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => {
                let note = Note::new(THE_PRODUCER, "began", "preset");
                self.began = Some(journal.write(now, note));
                self.expect_next_order(now);
                self.enter_plan(now);
            }
            Due::Arrive(life) if life == self.life => {
                self.enter_next(now);
                let poison_at = self.dials.get("poison-at");
                let is_poison = poison_at > 0 && self.orders.len() as i64 + 1 == poison_at;
                let index = self.new_order(now, is_poison, "customer-ordered", journal);
                self.send(now, index, journal);
            }
            Due::Arrive(_) => {}
            Due::PutAgain => {
                for index in std::mem::take(&mut self.refused) {
                    self.put(now, index, self.orders[index as usize].body(index), journal);
                }
            }
            Due::PutBig(index) => {
                self.put(now, index, big_body(index), journal);
            }
            Due::Dead(dead, plan) if plan == self.plan => {
                self.turn_dead(now, dead, "plan", journal);
            }
            Due::Off(off, plan) if plan == self.plan => self.turn_off(now, off, "plan", journal),
            Due::Dead(..) | Due::Off(..) => {}
        }
    }

    /// Enters the next order; what was entered before counts no more.
    pub(super) fn expect_next_order(&mut self, now: Time) {
        self.life += 1;
        self.enter_next(now);
    }

    fn enter_next(&mut self, now: Time) {
        if self.is_still() {
            return;
        }
        if let Some(at) = self.arrivals.next_after(now) {
            self.agenda.enter(at, Due::Arrive(self.life));
        }
    }

    /// Enters what dies and goes off when, counted from `now`.
    pub(super) fn enter_plan(&mut self, now: Time) {
        self.plan += 1;
        if self.is_still() {
            return;
        }
        let span = |id: &str| Span(self.dials.get(id).unsigned_abs());
        let (dead_for, off_for) = (span("dead-for"), span("off-for"));
        if dead_for > Span::ZERO {
            let at = now + span("dead-at");
            self.agenda.enter(at, Due::Dead(true, self.plan));
            self.agenda.enter(at + dead_for, Due::Dead(false, self.plan));
        }
        if off_for > Span::ZERO {
            let at = now + span("off-at");
            self.agenda.enter(at, Due::Off(true, self.plan));
            self.agenda.enter(at + off_for, Due::Off(false, self.plan));
        }
    }

    /// An order comes; nothing is sent yet.
    pub(super) fn new_order(
        &mut self,
        now: Time,
        poison: bool,
        why: &'static str,
        journal: &mut Journal,
    ) -> u32 {
        let customers = self.dials.get("customers").unsigned_abs();
        let customer = self.chance.below(customers.max(1)) as u32;
        let poison = poison || std::mem::take(&mut self.next_is_poison);
        let index = self.orders.len() as u32;
        let what = if poison { "came-poison" } else { "came" };
        let note = Note::new(order(index), what, why).because(self.producer_event.or(self.began));
        let event = journal.write(now, note);
        self.producer_event = Some(event);
        self.orders.push(Order::new(now, poison, customer, Some(event)));
        index
    }

    /// Sends an order to both sides.
    pub(super) fn send(&mut self, now: Time, index: u32, journal: &mut Journal) {
        let body = self.orders[index as usize].body(index);
        let _ = self.send_message(now, index, body.clone(), journal);
        self.put(now, index, body, journal);
    }

    pub(super) fn send_message(
        &mut self,
        now: Time,
        index: u32,
        body: String,
        journal: &mut Journal,
    ) -> Result<(), ServiceError> {
        self.sending = Some(index);
        let send = SendMessage {
            queue_url: ORDERS.to_owned(),
            message_body: body,
            ..SendMessage::default()
        };
        let answer = self.world.call(now, Operation::Sqs(sqs::Operation::SendMessage(send)));
        self.heed_now(now, journal);
        self.sending = None;
        match answer {
            Answer::Now(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) fn put(&mut self, now: Time, index: u32, body: String, journal: &mut Journal) {
        self.sending = Some(index);
        let customer = self.orders[index as usize].customer;
        let put = kinesis::PutRecord {
            stream_name: Some(ORDERS.to_owned()),
            data: Blob(body.into_bytes()),
            partition_key: Some(format!("customer-{}", customer + 1)),
            explicit_hash_key: None,
            sequence_number_for_ordering: None,
            stream_arn: None,
            stream_id: None,
            dry_run: None,
        };
        let answer = self.world.call(now, Operation::Kinesis(kinesis::Operation::PutRecord(put)));
        self.heed_now(now, journal);
        self.sending = None;
        let Answer::Now(Err(error)) = answer else { return };
        let cause = self.orders[index as usize].event;
        if error.code == "ProvisionedThroughputExceededException" {
            self.throttled += 1;
            let note = Note::new(order(index), "put-refused", "shard-full")
                .arg(Arg::Span(PUT_AGAIN))
                .because(cause)
                .rule("KDS-13");
            self.orders[index as usize].stream[0].last = Some(journal.write(now, note));
            if self.refused.is_empty() {
                self.agenda.enter(now + PUT_AGAIN, Due::PutAgain);
            }
            self.refused.push_back(index);
        } else {
            let note = Note::new(order(index), "too-big", "limit-of-stream")
                .arg(Arg::Object(THE_STREAM))
                .because(cause)
                .rule("KDS-17");
            self.orders[index as usize].stream[0].last = Some(journal.write(now, note));
        }
    }

    /// An order that is bigger than the queue takes, and than the stream takes as it is.
    pub(super) fn send_big(&mut self, now: Time, journal: &mut Journal) {
        let index = self.new_order(now, false, "you-asked", journal);
        if self.send_message(now, index, big_body(index), journal).is_err() {
            let note = Note::new(order(index), "too-big", "limit-of-queue")
                .arg(Arg::Object(THE_QUEUE))
                .because(self.orders[index as usize].event)
                .rule("SQS-16");
            self.orders[index as usize].queue.last = Some(journal.write(now, note));
        }
        self.put(now, index, big_body(index), journal);
        if self.orders[index as usize].stored.is_some() {
            return;
        }
        let raise = serde_json::json!({
            "StreamARN": super::setting_up::stream_arn(), "MaxRecordSizeInKiB": 10_240,
        });
        let raised =
            self.ask(now, crate::services::world::ServiceId::Kinesis, "UpdateMaxRecordSize", raise);
        if raised.is_ok() {
            let note = Note::new(THE_STREAM, "limit-raised", "you-asked")
                .because(self.orders[index as usize].stream[0].last)
                .rule("KDS-17");
            self.orders[index as usize].stream[0].last = Some(journal.write(now, note));
            self.agenda.enter(now + PUT_AGAIN, Due::PutBig(index));
        }
    }

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
            _ => {}
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

    fn lose(&mut self, now: Time, app: usize, index: u32, journal: &mut Journal) {
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

    fn enter_stream(&mut self, app: usize, index: u32, state: State, event: EventId) {
        let entry = &mut self.orders[index as usize].stream[app];
        if app == 0 && state.is_final() && !entry.state.is_final() {
            self.stream_open = self.stream_open.saturating_sub(1);
        }
        entry.state = state;
        entry.last = Some(event);
    }

    // ── the functions ──────────────────────────────────────────────────────────────────────────

    /// Which application and side a mapping belongs to; nothing for one of the learner's own.
    fn owner(&self, uuid: &str) -> Option<(usize, Side)> {
        let of = |app: usize, side: Side| {
            (self.mappings[app][side as usize].as_deref() == Some(uuid)).then_some((app, side))
        };
        let all = (0..APPS).flat_map(|app| [(app, Side::Queue), (app, Side::Stream)]);
        all.into_iter().find_map(|(app, side)| of(app, side))
    }

    fn tell_started(
        &mut self,
        at: Time,
        name: &str,
        run: u64,
        ids: &[String],
        cause: &Cause,
        journal: &mut Journal,
    ) {
        let Cause::Mapping { uuid, slot } = cause else { return };
        let Some((app, side)) = self.owner(uuid) else { return };
        debug_assert_eq!(name, FUNCTIONS[app]);
        let orders = match side {
            Side::Queue => ids.iter().filter_map(|id| self.held.remove(id)).collect(),
            Side::Stream => self.records_of(app, *slot, ids),
        };
        let Some(&first) = orders.first() else { return };
        let order_of = |index: u32| &self.orders[index as usize];
        let entry = match side {
            Side::Queue => &order_of(first).queue,
            Side::Stream => &order_of(first).stream[app],
        };
        let again = entry.tries > 0;
        let (what, why, rule) = match (side, again) {
            (Side::Queue, false) => ("invoked-queue", "message-received", "LS-3"),
            (Side::Queue, true) => ("invoked-queue-again", "came-back", "LS-1"),
            (Side::Stream, false) => ("invoked-stream", "position-reached", "LK-8"),
            (Side::Stream, true) => ("invoked-stream-again", "same-batch-again", "LK-1"),
        };
        let note = Note::new(function(app), what, why)
            .arg(Arg::Count(orders.len() as i64))
            .arg(Arg::Object(order(first)))
            .because(entry.last)
            .rule(rule);
        let event = journal.write(at, note);
        for index in &orders {
            let order = &mut self.orders[*index as usize];
            let entry = match side {
                Side::Queue => &mut order.queue,
                Side::Stream => &mut order.stream[app],
            };
            entry.tries = entry.tries.saturating_add(1);
            entry.last = Some(event);
            if entry.state == State::Waiting {
                entry.state = State::Running;
            }
        }
        self.function_events[app] = Some(event);
        self.runs.insert(run, Run { app, side, dead: self.dead && app == 0, orders, event });
    }

    /// The orders of records by their sequence numbers; the reader's position moves to the first.
    fn records_of(&mut self, app: usize, lane: u32, ids: &[String]) -> Vec<u32> {
        let numbers = ids.iter().filter_map(|id| kinesis::SequenceNumber::parse(id));
        let places: Vec<(u32, u64)> =
            numbers.map(|number| (number.shard as u32, number.counter.saturating_sub(1))).collect();
        if let Some((number, position)) = places.first() {
            self.lanes.insert((app, lane), *number);
            if let Some(next) = self.next.get_mut(*number as usize) {
                next[app] = *position;
            }
        }
        let order = |(number, position): (u32, u64)| {
            let index = self.records.get(number as usize)?.get(position as usize)?;
            index.checked_sub(1)
        };
        places.into_iter().filter_map(order).collect()
    }

    fn tell_ran(&mut self, Fact { at, what }: &Fact<Ran>, journal: &mut Journal) {
        match what {
            Ran::InvocationSucceeded { run, .. } => {
                let Some(run) = self.runs.remove(run) else { return };
                self.tell_end(*at, &run, None, journal);
            }
            Ran::InvocationFailed { run, kind, .. } => {
                let Some(run) = self.runs.remove(run) else { return };
                self.tell_end(*at, &run, Some(kind), journal);
            }
            Ran::BatchDone { uuid, slot, items } => {
                if let Some((app, Side::Stream)) = self.owner(uuid) {
                    self.tell_done(*at, app, *slot, *items, journal);
                }
            }
            Ran::BatchWillRetry { uuid, shard, attempts, items, at: again } => {
                if let Some((app, _)) = self.owner(uuid) {
                    self.tell_retry(*at, app, shard, (*attempts, *items, *again), journal);
                }
            }
            Ran::BatchSplit { uuid, shard: id, parts } => {
                let (Some((app, _)), Some(number)) = (self.owner(uuid), shard_number(id)) else {
                    return;
                };
                let note = Note::new(shard(number), "batch-split", "bisect-or-partial")
                    .arg(Arg::Count(i64::from(parts.0)))
                    .arg(Arg::Count(i64::from(parts.1)))
                    .because(self.function_events[app].or(self.began))
                    .rule("LK-6");
                self.function_events[app] = Some(journal.write(*at, note));
            }
            Ran::BatchDiscarded { uuid, shard, items, why } => {
                if let Some((app, Side::Stream)) = self.owner(uuid) {
                    self.tell_discarded(*at, app, shard, *items, *why, journal);
                }
            }
            _ => {}
        }
    }

    fn tell_end(
        &mut self,
        at: Time,
        run: &Run,
        failed: Option<&'static str>,
        journal: &mut Journal,
    ) {
        let Run { app, side, dead, ref orders, event } = *run;
        let is_bad = |index: &u32| !self.fixed && self.orders[*index as usize].poison;
        let first_bad = orders.iter().position(is_bad);
        let note = match failed {
            None => Note::new(function(app), "returned", "work-over").rule("LS-3"),
            Some(kind) => {
                let why = match (dead, first_bad) {
                    (true, _) => "function-dead",
                    (false, Some(_)) => "poison",
                    (false, None) => "timed-out",
                };
                let rule = if side == Side::Queue { "LS-1" } else { "LK-1" };
                let note = Note::new(function(app), "failed", why);
                note.arg(Arg::Word(kind)).arg(Arg::Count(orders.len() as i64)).rule(rule)
            }
        };
        let end = journal.write(at, note.because(event));
        self.function_events[app] = Some(end);
        // What stood before the bad one was worked on, whatever becomes of the batch.
        let worked = match failed {
            None => orders.len(),
            Some(_) if dead => 0,
            Some(_) => first_bad.unwrap_or(0),
        };
        for (at, index) in orders.iter().enumerate() {
            let bad = !self.fixed && self.orders[*index as usize].poison;
            let does = at < worked && !bad;
            self.count_work(app, side, *index, does);
            let order = &mut self.orders[*index as usize];
            match side {
                Side::Queue => order.queue.last = Some(end),
                Side::Stream => {
                    let entry = &mut order.stream[app];
                    entry.last = Some(end);
                    if entry.state == State::Running {
                        entry.state = State::Waiting;
                    }
                }
            }
        }
    }

    fn count_work(&mut self, app: usize, side: Side, index: u32, does: bool) {
        if !does {
            return;
        }
        let order = &mut self.orders[index as usize];
        let (entry, tally) = match side {
            Side::Queue => (&mut order.queue, &mut self.queue),
            Side::Stream => (&mut order.stream[app], &mut self.stream),
        };
        entry.works = entry.works.saturating_add(1);
        let first = entry.works == 1;
        match (app, side) {
            (0, _) | (_, Side::Queue) => {
                tally.handled += u64::from(first);
                tally.repeated += u64::from(!first);
            }
            _ => {}
        }
        tally.second += u64::from(app == 1 && first);
    }

    /// A reader's position moves on past `items` records.
    fn pass(&mut self, app: usize, number: u32, items: u32) -> Vec<u32> {
        let Some(next) = self.next.get_mut(number as usize) else { return Vec::new() };
        let from = next[app] as usize;
        next[app] += u64::from(items);
        let records = &self.records[number as usize];
        let until = (from + items as usize).min(records.len());
        let passed = &records[from.min(until)..until];
        passed.iter().filter_map(|index| index.checked_sub(1)).collect()
    }

    fn tell_done(&mut self, at: Time, app: usize, lane: u32, items: u32, journal: &mut Journal) {
        let Some(&number) = self.lanes.get(&(app, lane)) else { return };
        for index in self.pass(app, number, items) {
            let note = Note::new(order(index), "handled-stream", "position-moved")
                .arg(Arg::Object(shard(number)))
                .arg(Arg::Object(function(app)))
                .because(self.orders[index as usize].stream[app].last)
                .rule("KDS-11");
            self.enter_stream(app, index, State::Handled, journal.write(at, note));
        }
        self.unblock(at, app, number, "batch-done", journal);
    }

    fn tell_retry(
        &mut self,
        at: Time,
        app: usize,
        id: &str,
        (attempts, items, again): (u32, u32, Time),
        journal: &mut Journal,
    ) {
        let Some(number) = shard_number(id) else { return };
        let Some(slot) = self.blocked.get(number as usize).map(|apps| apps[app]) else { return };
        let (what, cause) = match slot {
            None => ("blocked", self.function_events[app]),
            Some(blocked) => ("still-blocked", self.function_events[app].or(Some(blocked.last))),
        };
        let note = Note::new(shard(number), what, "same-batch-again")
            .arg(Arg::Count(i64::from(items)))
            .arg(Arg::Span(again.since(at)))
            .arg(Arg::Count(i64::from(attempts)))
            .because(cause.or(self.began))
            .rule("LK-1");
        let last = journal.write(at, note);
        let since = slot.map_or(at, |blocked| blocked.since);
        self.blocked[number as usize][app] = Some(Blocked { since, attempts, again, last });
        // The next try of the batch follows from this.
        let from = self.next[number as usize][app] as usize;
        if let Some(first) = self.records[number as usize].get(from).and_then(|i| i.checked_sub(1))
        {
            self.orders[first as usize].stream[app].last = Some(last);
        }
    }

    fn unblock(
        &mut self,
        at: Time,
        app: usize,
        number: u32,
        why: &'static str,
        journal: &mut Journal,
    ) {
        let Some(slot) = self.blocked.get_mut(number as usize) else { return };
        let Some(blocked) = slot[app].take() else { return };
        let note = Note::new(shard(number), "goes-on", why)
            .arg(Arg::Span(at.since(blocked.since)))
            .because(self.function_events[app].or(Some(blocked.last)))
            .rule("LK-8");
        journal.write(at, note);
    }

    fn tell_discarded(
        &mut self,
        at: Time,
        app: usize,
        id: &str,
        items: u32,
        gave_up: GaveUp,
        journal: &mut Journal,
    ) {
        let Some(number) = shard_number(id) else { return };
        for index in self.pass(app, number, items) {
            if self.orders[index as usize].stream[app].state.is_final() {
                continue;
            }
            if gave_up == GaveUp::Expired {
                self.lose(at, app, index, journal);
                continue;
            }
            let (why, rule) = match gave_up {
                GaveUp::RetryAttemptsExhausted => ("retries-used-up", "LK-2"),
                _ => ("too-old", "LK-3"),
            };
            self.given_up += u64::from(app == 0);
            let note = Note::new(order(index), "given-up", why)
                .arg(Arg::Object(shard(number)))
                .because(self.orders[index as usize].stream[app].last)
                .rule(rule);
            let event = journal.write(at, note);
            self.function_events[app] = Some(event);
            self.enter_stream(app, index, State::GivenUp, event);
        }
        self.unblock(at, app, number, "batch-given-up", journal);
    }

    /// Writes down what the learner did.
    pub(super) fn told(&mut self, now: Time, what: &'static str, journal: &mut Journal) -> EventId {
        let note = Note::new(YOU, what, "you-asked").because(self.your_event.or(self.began));
        let event = journal.write(now, note);
        self.your_event = Some(event);
        event
    }
}

impl Order {
    /// What is sent.
    pub(super) fn body(&self, index: u32) -> String {
        let poison = if self.poison { " poison" } else { "" };
        format!("order-{}{poison}", index + 1)
    }
}

/// One byte more than SQS takes, and than a stream takes as it is made.
fn big_body(index: u32) -> String {
    let mut body = format!("order-{} ", index + 1);
    body.extend(std::iter::repeat_n('x', 1_048_577 - body.len()));
    body
}

/// `shardId-000000000002` is 2.
fn shard_number(id: &str) -> Option<u32> {
    id.strip_prefix("shardId-")?.parse().ok()
}
