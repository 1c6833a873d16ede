//! The applications that read the Kinesis stream, as the Kinesis Client Library has them: a lease a
//! shard, a checkpoint a lease, parents before children.

use super::actors::{App, Due, Hand, Lease, Start};
use super::facts::Cause;
use super::{NAME, Stream, shard_object};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::Answer;
use crate::services::kinesis::{self, Kinesis, ShardIteratorType, shard_id};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};

/// How long an application waits when a call was refused.
const BACKOFF: Span = Span::seconds(1);
/// How soon it may subscribe again (`SubscribeToShard`).
const RESUBSCRIBE: Span = kinesis::SUBSCRIPTION_GUARD;
/// A slow application works at this part of its speed…
const SLOWER: u64 = 10;
/// … and on a record that takes no time otherwise for this long.
const SLOW_WORK: Span = Span::seconds(2);

/// What one read brought.
struct Got {
    records: usize,
    /// The first position and one after the last.
    positions: Option<(u64, u64)>,
    last: Option<String>,
    behind: i64,
    /// Whether a closed shard was read to its end.
    ended: bool,
}

impl Stream {
    fn app(&mut self, number: u32) -> Option<&mut App> {
        self.apps.get_mut((number as usize).checked_sub(1)?)
    }

    fn lease(&mut self, app: u32, shard: u32) -> Option<&mut Lease> {
        self.app(app)?.leases.get_mut(&shard)
    }

    /// A new application begins to read.
    pub(super) fn add_app(&mut self, now: Time, cause: Option<EventId>, journal: &mut Journal) {
        let number = self.apps.len() as u32 + 1;
        let mut app = App::new(number, cause);
        let why = if self.settings.from_latest { "from-latest" } else { "from-horizon" };
        let begins =
            journal.write(now, Note::new(app.object(), "begins", why).because(cause).rule("KDS-9"));
        app.last = Some(begins);
        if self.settings.fan_out {
            self.register(now, app.name());
        }
        self.apps.push(app);
        let start = if self.settings.from_latest { Start::Latest } else { Start::Horizon };
        self.take_leases(now, number, &start);
    }

    fn register(&mut self, now: Time, consumer: &str) {
        let Some(arn) = self.kinesis().map(kinesis::Stream::arn) else { return };
        let operation =
            kinesis::Operation::RegisterStreamConsumer(kinesis::RegisterStreamConsumer {
                stream_arn: arn,
                consumer_name: consumer.to_owned(),
                ..kinesis::RegisterStreamConsumer::default()
            });
        // Refused when it is registered already: that is as good.
        let _ = self.world.call(now, Operation::Kinesis(operation));
    }

    /// Gives an application its leases: the oldest shards that there are, or the open ones.
    pub(super) fn take_leases(&mut self, now: Time, number: u32, start: &Start) {
        let horizon = self.kinesis().map_or(now, |stream| stream.horizon(now));
        let Some(stream) = self.kinesis() else { return };
        let is_there = |index: u32| {
            let state = stream.shards().get(index as usize);
            state.is_some_and(|state| state.closed_at().is_none_or(|closed| closed >= horizon))
        };
        let begins = |state: &kinesis::ShardState| match start {
            Start::Latest => state.is_open(),
            _ if self.settings.children_at_once => is_there(state.index()),
            _ => is_there(state.index()) && !state.parents().any(is_there),
        };
        let shards: Vec<u32> = stream
            .shards()
            .iter()
            .filter(|state| begins(state))
            .map(kinesis::ShardState::index)
            .collect();
        for shard in shards {
            let cause = self.app(number).and_then(|app| app.last);
            if let Some(app) = self.app(number) {
                app.leases.insert(shard, Lease::new(start.clone(), cause));
            }
            self.enter_read(now, number, shard);
        }
    }

    fn enter_read(&mut self, at: Time, number: u32, shard: u32) {
        if self.settings.still {
            return;
        }
        if let Some(app) = self.app(number).filter(|app| app.dead.is_none()) {
            let life = app.life;
            self.agenda.enter(at, Due::Read { app: number, shard, life });
        }
    }

    /// A child opened: whoever may read it by now begins with it.
    pub(super) fn lease_child(&mut self, now: Time, child: u32, parents: &[u32], opened: EventId) {
        for number in 1..=self.apps.len() as u32 {
            self.maybe_lease(now, number, child, parents, Some(opened));
        }
    }

    fn maybe_lease(
        &mut self,
        now: Time,
        number: u32,
        child: u32,
        parents: &[u32],
        cause: Option<EventId>,
    ) {
        let at_once = self.settings.children_at_once;
        let horizon = self.kinesis().map_or(now, |stream| stream.horizon(now));
        let gone = |stream: &Stream, index: u32| {
            let state = stream.kinesis().and_then(|s| s.shards().get(index as usize));
            state.is_none_or(|state| state.closed_at().is_some_and(|closed| closed < horizon))
        };
        let gone: Vec<bool> = parents.iter().map(|parent| gone(self, *parent)).collect();
        let Some(app) = self.app(number) else { return };
        let is_ready = at_once
            || parents.iter().zip(gone).all(|(parent, gone)| {
                gone || app.leases.get(parent).is_some_and(|lease| lease.drained)
            });
        if is_ready && !app.leases.contains_key(&child) {
            app.leases.insert(child, Lease::new(Start::Horizon, cause));
            self.enter_read(now, number, child);
        }
    }

    /// An application asks a shard for records.
    pub(super) fn read(
        &mut self,
        now: Time,
        number: u32,
        shard: u32,
        life: u32,
        journal: &mut Journal,
    ) {
        let live = self.app(number).is_some_and(|app| app.life == life && app.dead.is_none());
        if !live
            || self.lease(number, shard).is_none_or(|lease| lease.drained || lease.hand.is_some())
        {
            return;
        }
        let got = if self.settings.fan_out {
            self.pushed(now, number, shard)
        } else {
            self.polled(now, number, shard)
        };
        let cause = self.lease(number, shard).and_then(|lease| lease.last);
        match got {
            Ok(got) => self.take(now, number, shard, got, journal),
            Err((code, wait)) => {
                if code == "ExpiredIteratorException" {
                    let object = self.apps[number as usize - 1].object();
                    let note = Note::new(object, "iterator-expired", "five-minutes")
                        .arg(Arg::Object(shard_object(shard)))
                        .because(cause)
                        .rule("KDS-10");
                    let event = journal.write(now, note);
                    if let Some(lease) = self.lease(number, shard) {
                        (lease.iterator, lease.last) = (None, Some(event));
                    }
                }
                if let Some(event) = cause {
                    self.tell(now, Cause::Event(event), journal);
                }
                self.enter_read(now + wait, number, shard);
            }
        }
    }

    fn starting(&self, number: u32, shard: u32) -> Start {
        let lease = self.apps.get(number as usize - 1).and_then(|app| app.leases.get(&shard));
        match lease {
            Some(lease) => match (&lease.read, &lease.checkpoint) {
                (Some(read), _) => Start::After(read.clone()),
                (None, Some((_, stored))) => Start::After(stored.clone()),
                (None, None) => lease.start.clone(),
            },
            None => Start::Horizon,
        }
    }

    fn polled(&mut self, now: Time, number: u32, shard: u32) -> Result<Got, (String, Span)> {
        let iterator = match self.lease(number, shard).and_then(|lease| lease.iterator.take()) {
            Some(iterator) => iterator,
            None => standing(self.iterator(now, number, shard)?),
        };
        let (iterator, before) = iterator;
        let operation = kinesis::Operation::GetRecords(kinesis::GetRecords {
            shard_iterator: iterator.clone(),
            limit: Some(self.settings.batch),
            ..kinesis::GetRecords::default()
        });
        let answer = match self.world.call(now, Operation::Kinesis(operation)) {
            Answer::Now(Ok(Response::Kinesis(kinesis::Response::GetRecords(answer)))) => answer,
            Answer::Now(Err(error)) => {
                if error.code != "ExpiredIteratorException"
                    && let Some(lease) = self.lease(number, shard)
                {
                    lease.iterator = Some((iterator, before));
                }
                return Err((error.code.into_owned(), BACKOFF));
            }
            _ => return Err((String::new(), BACKOFF)),
        };
        let next = answer.next_shard_iterator.map(standing);
        let after = next.as_ref().and_then(|(_, position)| *position);
        let end = after.or_else(|| self.end_of(shard));
        let count = answer.records.len();
        let positions = end.map(|end| (end - (count as u64).min(end), end));
        let ended = next.is_none();
        if let Some(lease) = self.lease(number, shard) {
            lease.iterator = next;
            lease.next = lease.next.or(before);
        }
        Ok(Got {
            records: count,
            positions,
            last: answer.records.into_iter().next_back().map(|record| record.sequence_number),
            behind: answer.millis_behind_latest.unwrap_or(0),
            ended,
        })
    }

    fn end_of(&self, shard: u32) -> Option<u64> {
        Some(self.kinesis()?.shards().get(shard as usize)?.records().next())
    }

    fn iterator(&mut self, now: Time, number: u32, shard: u32) -> Result<String, (String, Span)> {
        let (kind, number, timestamp) = split(self.starting(number, shard));
        let operation = kinesis::Operation::GetShardIterator(kinesis::GetShardIterator {
            stream_name: Some(NAME.to_owned()),
            shard_id: shard_id(shard),
            shard_iterator_type: kind,
            starting_sequence_number: number,
            timestamp,
            stream_arn: None,
            stream_id: None,
            dry_run: None,
        });
        match self.world.call(now, Operation::Kinesis(operation)) {
            Answer::Now(Ok(Response::Kinesis(kinesis::Response::GetShardIterator(answer)))) => {
                Ok(answer.shard_iterator)
            }
            Answer::Now(Err(error)) => Err((error.code.into_owned(), BACKOFF)),
            _ => Err((String::new(), BACKOFF)),
        }
    }

    /// Enhanced fan-out: the next event of the subscription, which is made when there is none.
    fn pushed(&mut self, now: Time, number: u32, shard: u32) -> Result<Got, (String, Span)> {
        let name = self.apps[number as usize - 1].name();
        let subscribed = self.world.kinesis.subscription(now, NAME, name, shard).is_some();
        let fresh = self.lease(number, shard).is_some_and(|lease| lease.next.is_none());
        let event = if subscribed && !fresh {
            self.world.kinesis.push(now, NAME, name, shard)
        } else {
            self.subscribe(now, number, shard, name)?
        };
        let position = self
            .world
            .kinesis
            .subscription(now, NAME, name, shard)
            .map(|subscription| subscription.position)
            .or_else(|| self.end_of(shard));
        let Some(event) = event else {
            if let Some(lease) = self.lease(number, shard) {
                lease.next = lease.next.or(position);
                lease.idle = true;
            }
            let (records, behind) = (0, 0);
            return Ok(Got { records, positions: None, last: None, behind, ended: false });
        };
        let count = event.records.len();
        Ok(Got {
            records: count,
            positions: position.map(|end| (end - (count as u64).min(end), end)),
            last: event.records.into_iter().next_back().map(|record| record.sequence_number),
            behind: event.millis_behind_latest,
            ended: event.child_shards.is_some(),
        })
    }

    fn subscribe(
        &mut self,
        now: Time,
        number: u32,
        shard: u32,
        name: &str,
    ) -> Result<Option<kinesis::SubscribeToShardEvent>, (String, Span)> {
        self.register(now, name);
        let stream = self.kinesis();
        let arn = stream.and_then(|stream| {
            stream
                .consumers()
                .find(|consumer| consumer.name() == name)
                .map(|found| found.arn().to_owned())
        });
        let Some(arn) = arn else { return Err((String::new(), BACKOFF)) };
        let (kind, sequence_number, timestamp) = split(self.starting(number, shard));
        let operation = kinesis::Operation::SubscribeToShard(kinesis::SubscribeToShard {
            consumer_arn: arn,
            stream_id: None,
            shard_id: shard_id(shard),
            starting_position: kinesis::StartingPosition { kind, sequence_number, timestamp },
            dry_run: None,
        });
        match self.world.call(now, Operation::Kinesis(operation)) {
            Answer::Now(Ok(Response::Kinesis(kinesis::Response::SubscribeToShard(answer)))) => {
                let event = answer.event_stream.into_iter().next();
                let event = event.map(|event| event.subscribe_to_shard_event);
                Ok(event.filter(|event| !event.records.is_empty() || event.child_shards.is_some()))
            }
            Answer::Now(Err(error)) if error.code == "ResourceInUseException" => {
                Err((error.code.into_owned(), RESUBSCRIBE))
            }
            _ => Err((String::new(), BACKOFF)),
        }
    }

    /// Takes what a read brought.
    fn take(&mut self, now: Time, number: u32, shard: u32, got: Got, journal: &mut Journal) {
        let (work, poll) = (self.settings.work, self.settings.poll);
        let (fast, first) = (self.settings.fast, self.settings.checkpoint_first);
        let fan_out = self.settings.fan_out;
        let shard_event = self.shard_event(shard);
        self.tally.read.note(now, got.records as u64);
        let Some(app) = self.app(number) else { return };
        let (object, slow) = (app.object(), app.slow);
        let Some(lease) = app.leases.get_mut(&shard) else { return };
        lease.behind = got.behind;
        if let (Some(next), Some((from, _))) = (lease.next, got.positions)
            && from > next
        {
            let missed = from - next;
            let note = Note::new(object, "missed", "expired-unread")
                .arg(Arg::Count(missed as i64))
                .arg(Arg::Object(shard_object(shard)))
                .because(lease.last.or(shard_event))
                .rule("KDS-16");
            lease.last = Some(journal.write(now, note));
            app.missed += missed;
            self.tally.missed += missed;
        }
        let Some(lease) = self.lease(number, shard) else { return };
        if let Some((_, end)) = got.positions {
            lease.next = Some(end);
        }
        let (Some((from, to)), Some(last)) = (got.positions, got.last) else {
            if got.ended {
                self.drain(now, number, shard, journal);
            } else if !fan_out {
                self.enter_read(now + poll, number, shard);
            }
            return;
        };
        let why = if fan_out { "pushed" } else { "polled" };
        let note = Note::new(object, "read", why)
            .arg(Arg::Count((to - from) as i64))
            .arg(Arg::Object(shard_object(shard)))
            .because(lease.last.or(shard_event))
            .rule(if fan_out { "KDS-21" } else { "KDS-11" });
        let read = journal.write(now, note);
        let each = match (number <= fast, slow) {
            (true, false) => Span::ZERO,
            (_, false) => work,
            (_, true) => Span((work.0 * SLOWER).max(SLOW_WORK.0)),
        };
        let until = now + Span(each.0 * (to - from));
        lease.last = Some(read);
        lease.read = Some(last.clone());
        lease.drained = false;
        if first {
            lease.checkpoint = Some((to, last.clone()));
        }
        lease.hand = Some(Hand { from, to, last, since: now, until, read });
        let life = self.apps[number as usize - 1].life;
        self.agenda.enter(until, Due::Done { app: number, shard, life });
    }

    /// An application has worked on everything that its last read brought.
    pub(super) fn done(
        &mut self,
        now: Time,
        number: u32,
        shard: u32,
        life: u32,
        journal: &mut Journal,
    ) {
        let poll = self.settings.poll;
        let (fan_out, first) = (self.settings.fan_out, self.settings.checkpoint_first);
        let Some(app) = self.app(number).filter(|app| app.life == life) else { return };
        let object = app.object();
        let Some(lease) = app.leases.get_mut(&shard) else { return };
        let Some(hand) = lease.hand.take() else { return };
        let count = hand.to - hand.from;
        let high = app.high.entry(shard).or_default();
        let again = (*high).min(hand.to).saturating_sub(hand.from);
        *high = (*high).max(hand.to);
        let (what, why) = match (first, again) {
            (true, _) => ("worked", "stored-before"),
            (false, 0) => ("checkpoint", "work-done"),
            (false, _) => ("checkpoint-again", "read-before"),
        };
        let mut note = Note::new(object, what, why)
            .arg(Arg::Count(count as i64))
            .arg(Arg::Object(shard_object(shard)))
            .because(hand.read)
            .rule("KDS-19");
        if again > 0 {
            note = note.arg(Arg::Count(again as i64));
        }
        let event = journal.write(now, note);
        lease.last = Some(event);
        if !first {
            lease.checkpoint = Some((hand.to, hand.last));
        }
        app.done += count;
        app.again += again;
        self.tally.done += count;
        self.tally.again += again;
        let next = if fan_out { now } else { now.max(hand.since + poll) };
        self.enter_read(next, number, shard);
    }

    /// A closed shard was read to its end: its children may follow.
    fn drain(&mut self, now: Time, number: u32, shard: u32, journal: &mut Journal) {
        let shard_event = self.shard_event(shard);
        let object = self.apps[number as usize - 1].object();
        let Some(lease) = self.lease(number, shard) else { return };
        let note = Note::new(object, "drained", "closed-and-read")
            .arg(Arg::Object(shard_object(shard)))
            .because(lease.last.or(shard_event))
            .rule("KDS-10");
        let event = journal.write(now, note);
        lease.last = Some(event);
        lease.drained = true;
        lease.iterator = None;
        let children: Vec<(u32, Vec<u32>)> = self.kinesis().map_or_else(Vec::new, |stream| {
            let children = stream.shards().iter().map(|s| (s.index(), s.parents().collect()));
            children.filter(|(_, parents): &(u32, Vec<u32>)| parents.contains(&shard)).collect()
        });
        for (child, parents) in children {
            self.maybe_lease(now, number, child, &parents, Some(event));
        }
    }

    /// Kills an application: what it had in hand is forgotten.
    pub(super) fn kill_app(&mut self, now: Time, number: u32, event: EventId) {
        let first = self.settings.checkpoint_first;
        let Some(app) = self.app(number) else { return };
        app.dead = Some(now);
        app.life += 1;
        app.last = Some(event);
        let mut skipped = 0;
        for lease in app.leases.values_mut() {
            if let Some(hand) = lease.hand.take()
                && first
            {
                skipped += hand.to - hand.from;
            }
            lease.last = Some(event);
            lease.idle = false;
        }
        self.tally.skipped += skipped;
    }

    /// An application is back and goes on after its checkpoints.
    pub(super) fn revive_app(&mut self, now: Time, number: u32, event: EventId) {
        let Some(app) = self.app(number) else { return };
        app.dead = None;
        app.slow = false;
        app.last = Some(event);
        for lease in app.leases.values_mut() {
            lease.iterator = None;
            lease.read = None;
            lease.next = lease.checkpoint.as_ref().map(|(position, _)| *position);
            lease.last = Some(event);
        }
        let shards: Vec<u32> = app.leases.keys().copied().collect();
        for shard in shards {
            self.enter_read(now, number, shard);
        }
    }

    /// An application begins anew somewhere else.
    pub(super) fn rewind_app(&mut self, now: Time, number: u32, start: &Start, event: EventId) {
        let Some(app) = self.app(number) else { return };
        app.life += 1;
        app.leases.clear();
        app.last = Some(event);
        self.take_leases(now, number, start);
    }
}

/// An iterator with the position that it stands at.
fn standing(iterator: String) -> (String, Option<u64>) {
    let position = Kinesis::iterator_position(&iterator).map(|(_, _, position, _)| position);
    (iterator, position)
}

fn split(start: Start) -> (ShardIteratorType, Option<String>, Option<kinesis::Timestamp>) {
    match start {
        Start::Horizon => (ShardIteratorType::TrimHorizon, None, None),
        Start::Latest => (ShardIteratorType::Latest, None, None),
        Start::At(at) => (ShardIteratorType::AtTimestamp, None, Some(at.into())),
        Start::After(number) => (ShardIteratorType::AfterSequenceNumber, Some(number), None),
    }
}
