//! What Lambda notes turned into events: runs of the functions, and what becomes of their batches.

use super::orders::{State, function, order, shard};
use super::{APPS, Blocked, Duel, FUNCTIONS, Run, Side};
use crate::models::journal::{Arg, Journal, Note};
use crate::services::kinesis;
use crate::services::lambda::Happened as Ran;
use crate::services::lambda::happened::{Cause, GaveUp};
use crate::services::time::Time;
use crate::services::trace::Fact;

impl Duel {
    /// Which application and side a mapping belongs to; nothing for one of the learner's own.
    fn owner(&self, uuid: &str) -> Option<(usize, Side)> {
        let of = |app: usize, side: Side| {
            (self.mappings[app][side as usize].as_deref() == Some(uuid)).then_some((app, side))
        };
        let all = (0..APPS).flat_map(|app| [(app, Side::Queue), (app, Side::Stream)]);
        all.into_iter().find_map(|(app, side)| of(app, side))
    }

    pub(super) fn tell_started(
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

    pub(super) fn tell_ran(&mut self, Fact { at, what }: &Fact<Ran>, journal: &mut Journal) {
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
}

/// `shardId-000000000002` is 2.
fn shard_number(id: &str) -> Option<u32> {
    id.strip_prefix("shardId-")?.parse().ok()
}
