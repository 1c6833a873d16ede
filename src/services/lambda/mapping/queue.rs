//! Polling a queue: slots that each long-poll, gather a batch, invoke, and delete what succeeded.
//!
//! The model's choices where AWS is silent: growth is even over the minute, one slot at a time and
//! only while no slot is free; an empty long poll or an unreported error takes a slot away.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::verdict::{Verdict, verdict};
use super::{Mapping, Poller, parsed};
use crate::services::arn::{REGION, resource_of};
use crate::services::chance::Chance;
use crate::services::lambda::Lambda;
use crate::services::lambda::concurrency::{Run, Wanted};
use crate::services::lambda::errands::Asked;
use crate::services::lambda::events::doubled;
use crate::services::lambda::happened::{Cause, GaveUp, Happened};
use crate::services::lambda::script::Item;
use crate::services::lambda::timers::Timer;
use crate::services::sqs::operation::{DeleteEntry, DeleteMessageBatch, ReceiveMessage};
use crate::services::sqs::response::Received;
use crate::services::time::{Span, Time};
use crate::services::world::ErrandResult;
use crate::services::{sqs, world};

/// Concurrent batches at the start, and at most.
pub(in crate::services::lambda) const SLOTS: (usize, usize) = (5, 1250);
/// As few slots as errors leave.
const FEWEST: usize = 2;
/// One more slot each 200 ms is 300 a minute; each 60 ms is 1,000 a minute (provisioned pollers).
const GROWTH: Span = Span::millis(200);
const PROVISIONED_GROWTH: Span = Span::millis(60);
/// Concurrent batches of one provisioned poller.
const PER_POLLER: i64 = 10;
/// The longest poll that SQS allows.
const LONG_POLL: Span = Span::seconds(20);
/// The most messages SQS gives at once.
const PER_RECEIVE: usize = 10;
/// The payload of a synchronous invocation.
const PAYLOAD: usize = 6 * 1024 * 1024;
/// The back-off of throttled invocations: the model's choice.
const AFTER_THROTTLE: (Span, Span) = (Span::seconds(1), Span::seconds(10));
/// The pause after letting messages go or a refused poll: the model's choice.
const PAUSE: Span = Span::seconds(1);

/// A message in a poller's hands.
#[derive(Debug, Clone, PartialEq)]
struct Message {
    id: String,
    handle: String,
    body: String,
    received: Time,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Doing {
    /// A `ReceiveMessage` is out.
    Polling,
    /// It waits for its timer: the end of its window, or of a pause.
    Waiting,
    /// The first so many of its messages are with the function.
    Running(usize),
    /// The function was throttled so many times for this batch.
    Throttled(u32),
}

#[derive(Debug, Clone, PartialEq)]
struct Slot {
    held: Vec<Message>,
    window_ends: Option<Time>,
    doing: Doing,
    /// When its timer matters; older timers are stale.
    due: Option<Time>,
}

/// What a mapping does with its queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct QueuePoller {
    slots: BTreeMap<u32, Slot>,
    next: u32,
    polling: usize,
    growing: bool,
    last_growth: Time,
}

impl QueuePoller {
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn running(&self) -> usize {
        self.slots.values().filter(|slot| matches!(slot.doing, Doing::Running(_))).count()
    }

    pub(super) fn throttled(&self) -> usize {
        self.slots.values().filter(|slot| matches!(slot.doing, Doing::Throttled(_))).count()
    }

    pub(super) fn held(&self) -> usize {
        self.slots.values().map(|slot| slot.held.len()).sum()
    }

    /// Drops every slot that is not with the function: its messages reappear by themselves.
    pub(super) fn let_go(&mut self) {
        self.slots.retain(|_, slot| matches!(slot.doing, Doing::Running(_)));
        self.polling = 0;
    }
}

/// The mapping's poller, which the caller knows to be of this kind.
macro_rules! poller {
    ($mapping:expr) => {
        match &mut $mapping.poller {
            Poller::Queue(poller) => poller,
            Poller::Stream(_) => return,
        }
    };
}

impl Mapping {
    /// Slots at the start and at most.
    fn slot_limits(&self) -> (usize, usize) {
        let most = self.settings.max_concurrency.map(|most| most.unsigned_abs() as usize);
        match (self.settings.pollers, most) {
            (Some((min, max)), _) => {
                let slots = |pollers: i64| (pollers * PER_POLLER).unsigned_abs() as usize;
                (slots(min), slots(max))
            }
            (None, Some(most)) => (SLOTS.0.min(most), SLOTS.1.min(most)),
            (None, None) => SLOTS,
        }
    }
}

impl Lambda {
    /// Brings a mapping up to its first slots.
    pub(super) fn start_queue(&mut self, now: Time, mapping: &mut Mapping) {
        let (first, most) = mapping.slot_limits();
        let poller = poller!(mapping);
        // A slot that is with the function leaves by itself when there are too many.
        while poller.slots.len() > most {
            let Some(free) = free_slot(poller) else { break };
            poller.remove(free);
        }
        while let Poller::Queue(poller) = &mapping.poller
            && poller.slots.len() < first
        {
            self.add_slot(now, mapping);
        }
    }

    fn add_slot(&mut self, now: Time, mapping: &mut Mapping) {
        let poller = poller!(mapping);
        let number = poller.next;
        poller.next = poller.next.wrapping_add(1);
        let slot = Slot { held: Vec::new(), window_ends: None, doing: Doing::Waiting, due: None };
        poller.slots.insert(number, slot);
        self.note_scale(now, mapping);
        self.poll(now, mapping, number);
    }

    fn note_scale(&mut self, now: Time, mapping: &Mapping) {
        let Poller::Queue(poller) = &mapping.poller else { return };
        let slots = u32::try_from(poller.slots.len()).unwrap_or(u32::MAX);
        self.trace.note(now, || Happened::PollersScaled { uuid: mapping.uuid.clone(), slots });
    }

    /// A queue's mapping may gain a slot.
    pub(in crate::services::lambda) fn grow(&mut self, now: Time, uuid: &str) {
        self.with_mapping(uuid, |lambda, mapping| {
            let most = mapping.slot_limits().1;
            let wanted = mapping.polls();
            let poller = poller!(mapping);
            poller.growing = false;
            if wanted && poller.polling == 0 && poller.slots.len() < most {
                poller.last_growth = now;
                lambda.add_slot(now, mapping);
            }
        });
    }

    /// When every slot has its hands full, another one is due.
    fn consider_growth(&mut self, now: Time, mapping: &mut Mapping) {
        let most = mapping.slot_limits().1;
        let provisioned = mapping.settings.pollers.is_some();
        let each = if provisioned { PROVISIONED_GROWTH } else { GROWTH };
        let poller = poller!(mapping);
        if poller.polling == 0 && poller.slots.len() < most && !poller.growing {
            poller.growing = true;
            let at = (poller.last_growth + each).max(now + Span::millis(1));
            self.timers.set(at, Timer::Growth(mapping.uuid.clone()));
        }
    }

    fn poll(&mut self, now: Time, mapping: &mut Mapping, number: u32) {
        let batch = usize::try_from(mapping.settings.batch_size).unwrap_or(PER_RECEIVE);
        let polls = mapping.polls();
        let (uuid, source) = (mapping.uuid.clone(), mapping.source.clone());
        let most = mapping.slot_limits().1;
        // Only filters look at attributes.
        let attributes = (!mapping.filters.is_empty()).then(|| vec!["All".to_owned()]);
        let poller = poller!(mapping);
        if !polls || poller.slots.len() > most {
            poller.remove(number);
            return;
        }
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        let wait = match slot.window_ends {
            Some(ends) => LONG_POLL.min(ends.since(now)),
            None => LONG_POLL,
        };
        if wait < Span::seconds(1) {
            // Too little is left of the window for a poll: the timer at its end goes on.
            slot.doing = Doing::Waiting;
            return;
        }
        slot.doing = Doing::Polling;
        poller.polling += 1;
        let room = batch.saturating_sub(slot.held.len()).clamp(1, PER_RECEIVE);
        let receive = ReceiveMessage {
            queue_url: resource_of(&source, "sqs").unwrap_or_default().to_owned(),
            max_number_of_messages: Some(room as i64),
            wait_time_seconds: Some(wait.as_seconds() as i64),
            message_system_attribute_names: attributes.clone(),
            message_attribute_names: attributes,
            ..ReceiveMessage::default()
        };
        let receive = world::Operation::Sqs(sqs::Operation::ReceiveMessage(receive));
        self.errands.ask_for(receive, Asked::Messages { uuid, slot: number });
    }

    /// A `ReceiveMessage` was answered.
    pub(super) fn messages_came(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
        result: ErrandResult,
    ) {
        let floor = mapping.slot_limits().0;
        let poller = poller!(mapping);
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        if slot.doing != Doing::Polling {
            return;
        }
        slot.doing = Doing::Waiting;
        poller.polling = poller.polling.saturating_sub(1);
        let received = match result {
            Ok(world::Response::Sqs(sqs::Response::Messages(answer))) => answer.messages,
            Ok(_) => Vec::new(),
            Err(_) => return self.pause(now + LONG_POLL, mapping, number),
        };
        let nothing = slot.held.is_empty() && received.is_empty();
        if nothing && poller.slots.len() > floor {
            poller.remove(number);
            return self.note_scale(now, mapping);
        }
        self.take_in(now, mapping, number, received);
        self.gather(now, chance, mapping, number);
    }

    /// Keeps the messages that pass the filter; the others are deleted from the queue.
    fn take_in(&mut self, now: Time, mapping: &mut Mapping, number: u32, received: Vec<Received>) {
        if received.is_empty() {
            return;
        }
        self.trace.note(now, || Happened::Polled {
            uuid: mapping.uuid.clone(),
            slot: number.to_string(),
            items: u32::try_from(received.len()).unwrap_or(u32::MAX),
        });
        let mut unwanted = Vec::new();
        let mut wanted = Vec::new();
        for message in received {
            let passes = mapping.filters.is_empty() || {
                let event = filterable(&message, &mapping.source);
                mapping.filters.iter().any(|pattern| pattern.matches(&event))
            };
            if passes {
                wanted.push(Message {
                    id: message.message_id,
                    handle: message.receipt_handle,
                    body: message.body,
                    received: now,
                });
            } else {
                unwanted.push(message.receipt_handle);
            }
        }
        if !unwanted.is_empty() {
            self.trace.note(now, || Happened::Filtered {
                uuid: mapping.uuid.clone(),
                items: u32::try_from(unwanted.len()).unwrap_or(u32::MAX),
            });
            self.delete_messages(&mapping.source, unwanted.into_iter());
        }
        let window = Span::seconds(mapping.settings.window.unsigned_abs());
        let uuid = mapping.uuid.clone();
        let poller = poller!(mapping);
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        slot.held.extend(wanted);
        if !slot.held.is_empty() && slot.window_ends.is_none() && window > Span::ZERO {
            slot.window_ends = Some(now + window);
            slot.due = Some(now + window);
            self.timers.set(now + window, Timer::Slot { uuid, slot: number });
        }
    }

    /// Invokes when the batch is full or its window is over, and polls on otherwise.
    fn gather(&mut self, now: Time, chance: &mut Chance, mapping: &mut Mapping, number: u32) {
        let batch = usize::try_from(mapping.settings.batch_size).unwrap_or(PER_RECEIVE);
        let window = mapping.settings.window > 0;
        let poller = poller!(mapping);
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        let bytes: usize = slot.held.iter().map(|message| message.body.len()).sum();
        let full = slot.held.len() >= batch || bytes >= PAYLOAD;
        let over = slot.window_ends.is_some_and(|ends| ends <= now);
        if !slot.held.is_empty() && (full || over || !window) {
            self.dispatch(now, chance, mapping, number);
        } else {
            self.poll(now, mapping, number);
        }
        self.consider_growth(now, mapping);
    }

    fn dispatch(&mut self, now: Time, chance: &mut Chance, mapping: &mut Mapping, number: u32) {
        let batch = usize::try_from(mapping.settings.batch_size).unwrap_or(PER_RECEIVE);
        let visibility = mapping.settings.visibility;
        let poller = poller!(mapping);
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        let sizes = slot.held.iter().map(|message| message.body.len());
        let fits = fitting(sizes, PAYLOAD).min(batch);
        let cause = Cause::Mapping { uuid: mapping.uuid.clone(), slot: number };
        let items: Vec<Item<'_>> = slot.held[..fits]
            .iter()
            .map(|message| Item { id: &message.id, text: &message.body })
            .collect();
        let wanted = Wanted {
            function: &mapping.function,
            qualifier: mapping.qualifier.as_deref(),
            cause,
            items: &items,
        };
        let known = self.functions.get(&mapping.function);
        let known = known.is_some_and(|each| each.version(wanted.qualifier).is_some());
        let started = known && self.start(now, chance, wanted).is_ok();
        slot.due = None;
        if started {
            slot.window_ends = None;
            slot.doing = Doing::Running(fits);
            return;
        }
        let tries = match slot.doing {
            Doing::Throttled(tries) => tries,
            _ => 0,
        };
        slot.doing = Doing::Throttled(tries + 1);
        let lets_go = slot.held.first().map_or(now, |message| message.received + visibility);
        let at = (now + doubled(AFTER_THROTTLE, tries)).min(lets_go).max(now);
        slot.due = Some(at);
        self.timers.set(at, Timer::Slot { uuid: mapping.uuid.clone(), slot: number });
    }

    /// A slot's timer: its window or pause is over, or a throttled batch is tried again.
    pub(super) fn queue_slot_due(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
    ) {
        let visibility = mapping.settings.visibility;
        let polls = mapping.polls();
        let poller = poller!(mapping);
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        if slot.due != Some(now) {
            return;
        }
        match slot.doing {
            Doing::Running(_) | Doing::Polling => {}
            Doing::Throttled(_) => {
                let lets_go = slot.held.first().map_or(now, |first| first.received + visibility);
                if now < lets_go && polls {
                    return self.dispatch(now, chance, mapping, number);
                }
                let items = u32::try_from(slot.held.len()).unwrap_or(u32::MAX);
                slot.held.clear();
                slot.window_ends = None;
                self.trace.note(now, || Happened::BatchDiscarded {
                    uuid: mapping.uuid.clone(),
                    shard: number.to_string(),
                    items,
                    why: GaveUp::VisibilityEnded,
                });
                self.pause(now + PAUSE, mapping, number);
            }
            Doing::Waiting => self.gather(now, chance, mapping, number),
        }
    }

    fn pause(&mut self, until: Time, mapping: &mut Mapping, number: u32) {
        let uuid = mapping.uuid.clone();
        let poller = poller!(mapping);
        if let Some(slot) = poller.slots.get_mut(&number) {
            slot.doing = Doing::Waiting;
            slot.due = Some(until);
            self.timers.set(until, Timer::Slot { uuid, slot: number });
        }
    }

    /// A run of a slot's batch is over: what succeeded is deleted, the rest is left to reappear.
    pub(super) fn messages_ran(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
        run: &Run,
    ) {
        let reports = mapping.settings.reports;
        let poller = poller!(mapping);
        let Some(slot) = poller.slots.get_mut(&number) else { return };
        let Doing::Running(with_function) = slot.doing else { return };
        let batch: Vec<Message> = slot.held.drain(..with_function).collect();
        slot.doing = Doing::Waiting;
        let ids: Vec<&str> = batch.iter().map(|message| message.id.as_str()).collect();
        let failed = match verdict(&run.result, reports, &ids) {
            Verdict::Success => Vec::new(),
            Verdict::Partial(positions) => positions,
            Verdict::Failure => (0..batch.len()).collect(),
        };
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        let (done, returned) = (count(batch.len() - failed.len()), count(failed.len()));
        let handles = batch.into_iter().enumerate();
        let handles = handles.filter(|(at, _)| failed.binary_search(at).is_err());
        self.delete_messages(&mapping.source, handles.map(|(_, message)| message.handle));
        let uuid = || mapping.uuid.clone();
        if done > 0 {
            self.trace.note(now, || Happened::BatchDone {
                uuid: uuid(),
                slot: number,
                items: done,
            });
        }
        if returned > 0 {
            self.trace.note(now, || Happened::BatchReturned {
                uuid: uuid(),
                slot: number,
                items: returned,
            });
        }
        self.next_for(now, chance, mapping, number, run.result.is_error() && !reports);
    }

    /// What a slot does after a run: the rest of what it holds, another poll, or nothing any more.
    fn next_for(
        &mut self,
        now: Time,
        chance: &mut Chance,
        mapping: &mut Mapping,
        number: u32,
        back_off: bool,
    ) {
        let poller = poller!(mapping);
        let rest = poller.slots.get(&number).is_some_and(|slot| !slot.held.is_empty());
        if rest {
            self.dispatch(now, chance, mapping, number);
        } else if back_off && poller.slots.len() > FEWEST {
            poller.remove(number);
            self.note_scale(now, mapping);
        } else {
            self.poll(now, mapping, number);
        }
        if mapping.polls() {
            self.consider_growth(now, mapping);
        }
    }

    fn delete_messages(&mut self, source: &str, handles: impl Iterator<Item = String>) {
        let queue_url = resource_of(source, "sqs").unwrap_or_default();
        let entries: Vec<DeleteEntry> = handles
            .enumerate()
            .map(|(at, receipt_handle)| DeleteEntry { id: at.to_string(), receipt_handle })
            .collect();
        for entries in entries.chunks(PER_RECEIVE) {
            let delete =
                DeleteMessageBatch { queue_url: queue_url.to_owned(), entries: entries.to_vec() };
            let delete = world::Operation::Sqs(sqs::Operation::DeleteMessageBatch(delete));
            self.errands.ask_for(delete, Asked::Nothing);
        }
    }
}

impl QueuePoller {
    fn remove(&mut self, number: u32) {
        if let Some(slot) = self.slots.remove(&number)
            && slot.doing == Doing::Polling
        {
            self.polling = self.polling.saturating_sub(1);
        }
    }
}

fn free_slot(poller: &QueuePoller) -> Option<u32> {
    let running = |slot: &Slot| matches!(slot.doing, Doing::Running(_));
    poller.slots.iter().rev().find(|(_, slot)| !running(slot)).map(|(number, _)| *number)
}

/// How many of these sizes fit into so many bytes; at least one.
pub(super) fn fitting(sizes: impl Iterator<Item = usize>, bytes: usize) -> usize {
    let mut sum = 0;
    sizes
        .take_while(|size| {
            sum += size;
            sum <= bytes
        })
        .count()
        .max(1)
}

/// The message as a filter pattern sees it: the body as JSON if it is one.
fn filterable(message: &Received, source: &str) -> Value {
    let attributes: serde_json::Map<String, Value> = message
        .message_attributes
        .iter()
        .map(|(name, value)| {
            let text = json!({"stringValue": value.string_value, "dataType": value.data_type});
            (name.clone(), text)
        })
        .collect();
    json!({
        "messageId": message.message_id,
        "body": parsed(&message.body),
        "attributes": message.attributes,
        "messageAttributes": attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": source,
        "awsRegion": REGION,
    })
}
