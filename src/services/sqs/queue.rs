//! One queue: its messages, the states they go through, and what a receive hands out.

use std::collections::{BTreeMap, VecDeque};

use compact_str::CompactString;

use super::attributes::Attributes;
use super::dedup::{Attempts, Deduplication, First, Tag};
use super::groups::Groups;
use super::handle::ReceiptHandle;
use super::message::{Extras, GroupNumber, Message, MessageId, NO_GROUP, State};
use super::polls::Poll;
use super::sampling::Sampling;
use super::shelves::Shelves;
use super::store::{Ages, Due, Entry, Store};
use super::throttle::Throttle;
use super::trace::{Happened, Why};
use super::{MAX_VISIBILITY, Settings, error};
use crate::services::ServiceError;
use crate::services::time::{Span, Time};
use crate::services::trace::Trace;

/// One queue with all it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Queue {
    pub name: String,
    /// Its number in the world, in the order of creation.
    pub number: u32,
    pub created: Time,
    pub modified: Time,
    pub attributes: Attributes,
    pub tags: BTreeMap<String, String>,
    pub purged: Option<Time>,
    pub polls: VecDeque<Poll>,
    pub throttle: Throttle,
    pub attempts: Attempts,
    pub counts: Counts,
    store: Store,
    serials: u64,
    due: Due,
    ages: Ages,
    backlog: Backlog,
    deduplication: Deduplication,
    /// Whether an id is told from others within its group only; fixed when the queue is made.
    deduplicates_by_group: bool,
}

/// How many messages are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// `ApproximateNumberOfMessages`.
    pub visible: usize,
    /// `ApproximateNumberOfMessagesNotVisible`.
    pub in_flight: usize,
    /// `ApproximateNumberOfMessagesDelayed`.
    pub delayed: usize,
}

impl Counts {
    fn of(&mut self, state: State) -> &mut usize {
        match state {
            State::Delayed(_) => &mut self.delayed,
            State::Visible => &mut self.visible,
            State::InFlight(_) => &mut self.in_flight,
        }
    }
}

/// The messages that wait, by the type of the queue.
#[derive(Debug, Clone, PartialEq)]
enum Backlog {
    Standard(Shelves),
    Fifo(Groups),
}

/// A message on its way into a queue.
pub(super) struct Draft<'a> {
    pub id: MessageId,
    /// From when its age counts.
    pub sent: Time,
    pub body: Box<str>,
    pub extras: Option<Box<Extras>>,
    pub group: Option<&'a str>,
    pub delay: Span,
    /// When it was first received in a queue before.
    pub first_received: Time,
}

/// What one receive wants.
pub(super) struct Wanted {
    pub most: usize,
    pub timeout: Span,
    /// After so many receives a message is a dead letter.
    pub max_receives: Option<u32>,
}

/// What one receive found.
#[derive(Default)]
pub(super) struct Haul {
    pub handed: Vec<Entry>,
    /// Messages that were received too often and left the queue, each with its group.
    pub dead: Vec<(Message, Option<String>)>,
}

impl Queue {
    pub fn new(name: &str, number: u32, now: Time, attributes: Attributes) -> Queue {
        let backlog = if attributes.is_fifo {
            Backlog::Fifo(Groups::default())
        } else {
            Backlog::Standard(Shelves::default())
        };
        let deduplicates_by_group =
            attributes.get("DeduplicationScope").is_some_and(|scope| scope == "messageGroup");
        Queue {
            name: name.to_owned(),
            number,
            created: now,
            modified: now,
            attributes,
            tags: BTreeMap::new(),
            purged: None,
            polls: VecDeque::new(),
            throttle: Throttle::default(),
            attempts: Attempts::default(),
            counts: Counts::default(),
            store: Store::default(),
            serials: 0,
            due: Due::default(),
            ages: Ages::default(),
            backlog,
            deduplication: Deduplication::default(),
            deduplicates_by_group,
        }
    }

    pub fn is_fifo(&self) -> bool {
        self.attributes.is_fifo
    }

    /// Whether a receive would get something.
    pub fn has_deliverable(&self) -> bool {
        match &self.backlog {
            Backlog::Standard(_) => self.counts.visible > 0,
            Backlog::Fifo(groups) => groups.is_ready(),
        }
    }

    /// Message groups that have something deliverable (FIFO).
    pub fn ready_groups(&self) -> usize {
        match &self.backlog {
            Backlog::Standard(_) => 0,
            Backlog::Fifo(groups) => groups.ready_groups(),
        }
    }

    /// The noisy tenants of a fair queue, the busiest first.
    pub fn noisy_tenants(&self, now: Time) -> Vec<&str> {
        match &self.backlog {
            Backlog::Standard(shelves) => shelves
                .noisy(now, self.counts.in_flight)
                .into_iter()
                .map(|number| shelves.name(number))
                .collect(),
            Backlog::Fifo(_) => Vec::new(),
        }
    }

    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.store.iter()
    }

    pub fn message(&self, entry: Entry) -> Option<&Message> {
        self.store.get(entry)
    }

    pub fn group_name(&self, group: GroupNumber) -> Option<&str> {
        match &self.backlog {
            _ if group == NO_GROUP => None,
            Backlog::Standard(shelves) => Some(shelves.name(group)),
            Backlog::Fifo(groups) => Some(groups.name(group)),
        }
    }

    /// Puts a message in; its serial comes back.
    pub fn insert(&mut self, now: Time, draft: Draft) -> u64 {
        self.serials += 1;
        let serial = self.serials;
        let group = match (&mut self.backlog, draft.group) {
            (Backlog::Standard(shelves), Some(group)) => shelves.number(group, now),
            (Backlog::Fifo(groups), Some(group)) => groups.number(group),
            (_, None) => NO_GROUP,
        };
        // It comes in as delayed until now, so that becoming visible is one way for all.
        let entry = self.store.insert(Message {
            serial,
            id: draft.id,
            sent: draft.sent,
            body: draft.body,
            extras: draft.extras,
            state: State::Delayed(now),
            first_received: draft.first_received,
            last_received: Time::START,
            receives: 0,
            group,
        });
        self.counts.delayed += 1;
        self.ages.push(draft.sent, entry);
        match &mut self.backlog {
            Backlog::Standard(shelves) => shelves.arrived(group),
            Backlog::Fifo(groups) if group != NO_GROUP => groups.add(group, entry),
            Backlog::Fifo(_) => {}
        }
        let state = match draft.delay {
            Span::ZERO => State::Visible,
            delay => State::Delayed(now + delay),
        };
        self.enter(entry, state);
        serial
    }

    /// Brings a message into another state: the one place where a state changes.
    fn enter(&mut self, entry: Entry, to: State) {
        let Some(message) = self.store.get_mut(entry) else { return };
        let from = std::mem::replace(&mut message.state, to);
        let group = message.group;
        *self.counts.of(from) -= 1;
        *self.counts.of(to) += 1;
        if let State::Delayed(until) | State::InFlight(until) = to {
            self.due.push(until, entry);
        }
        let store = &self.store;
        match &mut self.backlog {
            Backlog::Standard(shelves) => {
                let flew = matches!(from, State::InFlight(_));
                let flies = matches!(to, State::InFlight(_));
                if flew != flies {
                    shelves.in_flight(group, flies);
                }
                if to == State::Visible {
                    shelves.push(group, entry, &|entry| waits(store, entry));
                }
            }
            Backlog::Fifo(groups) => groups.changed(group, entry, store),
        }
        self.tidy();
    }

    /// Takes a message out for good.
    fn remove(&mut self, entry: Entry) -> Option<Message> {
        let message = self.store.remove(entry)?;
        *self.counts.of(message.state) -= 1;
        let store = &self.store;
        match &mut self.backlog {
            Backlog::Standard(shelves) => {
                if matches!(message.state, State::InFlight(_)) {
                    shelves.in_flight(message.group, false);
                }
                shelves.left(message.group, &|entry| waits(store, entry));
            }
            Backlog::Fifo(groups) => groups.remove(message.group, store),
        }
        self.tidy();
        Some(message)
    }

    fn tidy(&mut self) {
        let store = &self.store;
        self.due.tidy(self.counts.delayed + self.counts.in_flight, |at, entry| {
            matches!(
                store.get(entry).map(|message| message.state),
                Some(State::Delayed(until) | State::InFlight(until)) if until == at
            )
        });
        self.ages.tidy(store.len(), |entry| store.get(entry).is_some());
    }

    /// Hands out up to `wanted.most` messages, and finds those that were received too often.
    ///
    /// # Errors
    /// `OverLimit` on a standard queue with as many in flight as may be.
    pub fn receive(
        &mut self,
        now: Time,
        wanted: &Wanted,
        settings: &Settings,
        sampling: Option<Sampling>,
        trace: &mut Trace<Happened>,
    ) -> Result<Haul, ServiceError> {
        let room = settings.in_flight_limit.saturating_sub(self.counts.in_flight);
        let most = wanted.most.min(room);
        match &self.backlog {
            Backlog::Standard(_) if room == 0 => Err(ServiceError::new(
                "OverLimit",
                "The maximum number of in flight messages is reached.",
            )),
            Backlog::Standard(_) => Ok(self.receive_standard(now, most, wanted, sampling, trace)),
            Backlog::Fifo(_) => Ok(self.receive_fifo(now, most, wanted, trace)),
        }
    }

    fn receive_standard(
        &mut self,
        now: Time,
        most: usize,
        wanted: &Wanted,
        sampling: Option<Sampling>,
        trace: &mut Trace<Happened>,
    ) -> Haul {
        let mut haul = Haul::default();
        let mut aside = Vec::new();
        let mut sampled = sampling.map(|sampling| sampling.choose(self, now, most, &mut aside));
        while haul.handed.len() < most {
            let next = match &mut sampled {
                Some(sampled) => sampled.next(),
                None => self.take_visible(now),
            };
            let Some(entry) = next else { break };
            if self.is_dead(entry, wanted) {
                haul.dead.extend(self.take_out(entry));
            } else {
                self.hand_out(now, entry, wanted.timeout, trace);
                haul.handed.push(entry);
                if wanted.timeout == Span::ZERO {
                    aside.push(entry);
                }
            }
        }
        // Only now, so that no message is handed out twice.
        aside.extend(sampled.into_iter().flatten());
        for entry in aside {
            self.put_back(entry);
        }
        haul
    }

    fn receive_fifo(
        &mut self,
        now: Time,
        most: usize,
        wanted: &Wanted,
        trace: &mut Trace<Happened>,
    ) -> Haul {
        let mut haul = Haul::default();
        let Backlog::Fifo(groups) = &self.backlog else { return haul };
        let horizon = groups.horizon();
        while haul.handed.len() < most {
            let Backlog::Fifo(groups) = &mut self.backlog else { break };
            let Some(group) = groups.next(horizon) else { break };
            groups.visited(group);
            let mut after = 0;
            while haul.handed.len() < most {
                let Backlog::Fifo(groups) = &self.backlog else { break };
                let Some(entry) = groups.deliverable(group, after, &self.store) else { break };
                after = entry.serial;
                if self.is_dead(entry, wanted) {
                    haul.dead.extend(self.take_out(entry));
                } else {
                    self.hand_out(now, entry, wanted.timeout, trace);
                    haul.handed.push(entry);
                }
            }
            if let Backlog::Fifo(groups) = &mut self.backlog {
                groups.refresh(group, &self.store);
            }
        }
        haul
    }

    /// Takes the next visible message off its shelf (standard); it stays visible by state.
    pub fn take_visible(&mut self, now: Time) -> Option<Entry> {
        let store = &self.store;
        match &mut self.backlog {
            Backlog::Standard(shelves) => {
                shelves.take(now, self.counts.in_flight, &|entry| waits(store, entry))
            }
            Backlog::Fifo(_) => None,
        }
    }

    /// Puts a visible message back on its shelf (standard).
    fn put_back(&mut self, entry: Entry) {
        let store = &self.store;
        let Some(message) = store.get(entry) else { return };
        if let Backlog::Standard(shelves) = &mut self.backlog {
            shelves.push(message.group, entry, &|entry| waits(store, entry));
        }
    }

    fn is_dead(&self, entry: Entry, wanted: &Wanted) -> bool {
        let receives = self.store.get(entry).map_or(0, |message| message.receives);
        wanted.max_receives.is_some_and(|most| receives >= most)
    }

    fn hand_out(&mut self, now: Time, entry: Entry, timeout: Span, trace: &mut Trace<Happened>) {
        let Some(message) = self.store.get_mut(entry) else { return };
        message.receives += 1;
        message.last_received = now;
        if message.total_receives() == 1 {
            message.first_received = now;
        }
        let (id, receives) = (message.id, message.receives);
        trace.note(now, || Happened::Received {
            queue: self.name.as_str().into(),
            message: id,
            receives,
            hidden_until: now + timeout,
        });
        if timeout > Span::ZERO {
            self.enter(entry, State::InFlight(now + timeout));
        }
    }

    /// The same receive again (FIFO, by attempt id): timeouts restart, handles stay.
    pub fn hand_out_again(&mut self, entries: &[Entry], until: Time) {
        for entry in entries {
            self.enter(*entry, State::InFlight(until));
        }
    }

    /// Takes a message out of the queue, for another one.
    fn take_out(&mut self, entry: Entry) -> Option<(Message, Option<String>)> {
        let group = self.store.get(entry)?.group;
        let group = self.group_name(group).map(str::to_owned);
        Some((self.remove(entry)?, group))
    }

    /// Takes the oldest visible message out, for a move task.
    pub fn take_oldest(&mut self, now: Time) -> Option<(Message, Option<String>)> {
        let entry = match &self.backlog {
            Backlog::Standard(_) => self.take_visible(now)?,
            Backlog::Fifo(groups) => {
                let group = groups.next(u64::MAX)?;
                groups.deliverable(group, 0, &self.store)?
            }
        };
        self.take_out(entry)
    }

    /// The message that a handle of this queue names, if it is still there.
    fn find(&self, handle: ReceiptHandle) -> Option<(Entry, &Message)> {
        let entry = Entry { serial: handle.serial, slot: handle.slot };
        self.store.get(entry).map(|message| (entry, message))
    }

    /// `DeleteMessage`. A message that is gone is deleted already.
    ///
    /// # Errors
    /// On a FIFO queue, a handle whose timeout is over.
    pub fn delete(
        &mut self,
        now: Time,
        handle: ReceiptHandle,
        text: &str,
        trace: &mut Trace<Happened>,
    ) -> Result<(), ServiceError> {
        let Some((entry, message)) = self.find(handle) else { return Ok(()) };
        let is_latest = message.receives == handle.receive;
        if self.is_fifo() {
            let in_flight = matches!(message.state, State::InFlight(until) if until > now);
            if !(is_latest && in_flight) {
                return Err(error::expired_handle(text));
            }
        } else if !is_latest {
            // Left open by AWS ("might not be deleted"): here the later receiver keeps it.
            return Ok(());
        }
        if let Some(message) = self.remove(entry) {
            trace.note(now, || Happened::Gone {
                queue: self.name.as_str().into(),
                message: message.id,
                why: Why::Deleted,
            });
        }
        Ok(())
    }

    /// `ChangeMessageVisibility`: the countdown restarts from now.
    ///
    /// # Errors
    /// When the message is gone, or would be hidden for more than 12 hours since its receive.
    pub fn change_visibility(
        &mut self,
        now: Time,
        handle: ReceiptHandle,
        text: &str,
        seconds: i64,
        trace: &mut Trace<Happened>,
    ) -> Result<(), ServiceError> {
        let Some((entry, message)) = self.find(handle) else {
            return Err(error::invalid_value(
                text,
                "ReceiptHandle",
                "Message does not exist or is not available for visibility timeout change.",
            ));
        };
        let timeout = Span::seconds(seconds.unsigned_abs());
        if !matches!(message.state, State::InFlight(_)) {
            // The timeout is over: recorded as success; the message stays as it is.
            return Ok(());
        }
        if (now + timeout).since(message.last_received) > Span::seconds(MAX_VISIBILITY as u64) {
            return Err(error::invalid_value(
                seconds,
                "VisibilityTimeout",
                format_args!(
                    "Total VisibilityTimeout for the message is beyond the limit [{MAX_VISIBILITY} seconds]."
                ),
            ));
        }
        if self.is_fifo() && message.receives != handle.receive {
            return Ok(());
        }
        let id = message.id;
        let state = match timeout {
            Span::ZERO => State::Visible,
            timeout => State::InFlight(now + timeout),
        };
        self.enter(entry, state);
        trace.note(now, || match state {
            State::Visible => Happened::VisibleAgain {
                queue: self.name.as_str().into(),
                message: id,
                why: Why::VisibilityChanged,
            },
            _ => Happened::VisibilityChanged {
                queue: self.name.as_str().into(),
                message: id,
                hidden_until: now + timeout,
            },
        });
        Ok(())
    }

    /// Shows a message again whose receive a server has not heard of; says whether it was in flight.
    pub fn forget_receive(
        &mut self,
        now: Time,
        id: MessageId,
        trace: &mut Trace<Happened>,
    ) -> bool {
        let flies = |message: &Message| {
            (message.id == id && matches!(message.state, State::InFlight(_))).then_some(now)
        };
        let Some((entry, _)) = self.store.entries(flies).first().copied() else { return false };
        self.enter(entry, State::Visible);
        trace.note(now, || Happened::VisibleAgain {
            queue: self.name.as_str().into(),
            message: id,
            why: Why::ReceiveForgotten,
        });
        true
    }

    /// What a send with this deduplication id repeats, or with what the new id is remembered.
    pub fn find_duplicate(&mut self, now: Time, group: &str, id: &str) -> Result<First, Tag> {
        let group = self.deduplicates_by_group.then_some(group);
        self.deduplication.find(now, group, id)
    }

    /// Remembers the deduplication id of a message that was sent.
    pub fn remember_id(&mut self, now: Time, group: &str, id: (CompactString, Tag), first: First) {
        let group = self.deduplicates_by_group.then_some(group);
        self.deduplication.remember(now, group, id, first);
    }

    /// When a message next changes by itself.
    pub fn next_wakeup(&self) -> Option<Time> {
        let expiry = self.ages.first().map(|(sent, _)| sent + self.attributes.retention);
        let due = self.due.first().map(|(at, _)| at);
        [expiry, due].into_iter().flatten().min()
    }

    /// Lets messages expire and become visible that are due at `now`.
    pub fn advance(&mut self, now: Time, trace: &mut Trace<Happened>) {
        while let Some((sent, entry)) = self.ages.first()
            && sent + self.attributes.retention <= now
        {
            if let Some(message) = self.remove(entry) {
                trace.note(now, || Happened::Gone {
                    queue: self.name.as_str().into(),
                    message: message.id,
                    why: Why::RetentionOver,
                });
            } else {
                self.tidy();
            }
        }
        while let Some((at, entry)) = self.due.first()
            && at <= now
        {
            self.due.pop();
            let Some(message) = self.store.get(entry) else { continue };
            let (id, state) = (message.id, message.state);
            self.enter(entry, State::Visible);
            trace.note(now, || Happened::VisibleAgain {
                queue: self.name.as_str().into(),
                message: id,
                why: match state {
                    State::Delayed(_) => Why::DelayOver,
                    _ => Why::TimeoutOver,
                },
            });
        }
    }

    /// Applies a new delay to the messages that are delayed (FIFO queues do so, standard ones not).
    pub fn change_delay(&mut self, now: Time) {
        let delay = self.attributes.delay;
        let delayed: Vec<(Entry, Time)> = self.store.entries(|message| {
            matches!(message.state, State::Delayed(_)).then_some(message.sent + delay)
        });
        for (entry, until) in delayed {
            self.enter(entry, if until > now { State::Delayed(until) } else { State::Visible });
        }
    }

    /// Deletes every message, whatever its state, and forgets the deduplication ids.
    pub fn purge(&mut self, now: Time) {
        self.purged = Some(now);
        self.store.clear();
        self.due.clear();
        self.ages.clear();
        self.attempts.clear();
        self.deduplication.clear();
        self.counts = Counts::default();
        match &mut self.backlog {
            Backlog::Standard(shelves) => shelves.clear(),
            Backlog::Fifo(groups) => groups.clear(),
        }
    }
}

fn waits(store: &Store, entry: Entry) -> bool {
    store.get(entry).is_some_and(|message| message.state == State::Visible)
}
