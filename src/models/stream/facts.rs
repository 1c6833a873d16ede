//! What the services note, turned into events with their causes.

use std::collections::BTreeMap;

use super::actors::{Due, Placed, THE_PRODUCER};
use super::{
    GROUP_NAMES, KEY, NAME, Stream, THE_STREAM, TYPED_KEYS, group_object, record_object,
    shard_object,
};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::kafka::group::Change;
use crate::services::time::{Span, Time};
use crate::services::trace::Fact;
use crate::services::{kafka, kinesis};

/// Enhanced fan-out brings a record after about this long (`message propagation delay`, 70 ms).
const PUSHED_AFTER: Span = Span::millis(70);

/// What the services' facts follow from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cause {
    /// The producer's flow.
    Flow(Option<EventId>),
    /// Records that were refused in this event are put again.
    Again(Option<EventId>),
    /// Something that was told already.
    Event(EventId),
    /// Time passed.
    Nobody,
}

impl Cause {
    pub(super) fn event(self) -> Option<EventId> {
        match self {
            Cause::Flow(event) | Cause::Again(event) => event,
            Cause::Event(event) => Some(event),
            Cause::Nobody => None,
        }
    }

    fn why(self) -> &'static str {
        match self {
            Cause::Flow(_) => "came-in",
            Cause::Again(_) => "was-refused",
            Cause::Event(_) => "asked",
            Cause::Nobody => "time-passed",
        }
    }
}

/// Records stored and refused in one round, by shard.
#[derive(Default)]
struct Round {
    stored: Vec<(u32, u64)>,
    refused: BTreeMap<u32, u64>,
}

impl Stream {
    /// Tells what the services noted since the last time; the event of what was put, if anything was.
    pub(super) fn tell(
        &mut self,
        now: Time,
        cause: Cause,
        journal: &mut Journal,
    ) -> Option<EventId> {
        let mut round = Round::default();
        for fact in self.world.kinesis.trace.drain() {
            self.tell_kinesis(fact, cause, &mut round, journal);
        }
        for fact in self.world.kafka.trace.drain() {
            self.tell_kafka(fact, cause, &mut round, journal);
        }
        self.tell_puts(now, cause, &round, journal)
    }

    fn tell_kinesis(
        &mut self,
        fact: Fact<kinesis::Happened>,
        cause: Cause,
        round: &mut Round,
        journal: &mut Journal,
    ) {
        use kinesis::Happened as H;
        match fact.what {
            H::Stored { stream, shard, position } if stream == NAME => {
                round.stored.push((shard, position));
            }
            H::WriteThrottled { stream, shard } if stream == NAME => {
                *round.refused.entry(shard).or_default() += 1;
            }
            H::ReadThrottled { stream, shard } if stream == NAME => {
                self.tally.reads_refused.note(fact.at, 1);
                let cause = cause.event().or_else(|| self.shard_event(shard));
                let note = Note::new(shard_object(shard), "read-refused", "reads-used-up")
                    .because(cause)
                    .rule("KDS-12");
                journal.write(fact.at, note);
            }
            H::ShardOpened { stream, shard, parents } if stream == NAME => {
                self.tell_opened(fact.at, shard, &parents, cause, journal);
            }
            H::StreamDeleted { stream } if stream == NAME => {
                let note = Note::new(THE_STREAM, "deleted", cause.why())
                    .because(cause.event().or(self.whole));
                self.whole = Some(journal.write(fact.at, note));
            }
            _ => {}
        }
    }

    fn tell_opened(
        &mut self,
        at: Time,
        shard: u32,
        parents: &[u32],
        cause: Cause,
        journal: &mut Journal,
    ) {
        let mut because = cause.event().or(self.whole);
        let (why, rule) = match parents {
            [] => ("stream-made", "KDS-3"),
            [_] if self.settings.on_demand => ("busy-for-a-minute", "KDS-5"),
            [_] => ("split", "KDS-5"),
            _ => ("merged", "KDS-6"),
        };
        for parent in parents {
            let closes = self
                .kinesis()
                .and_then(|stream| stream.shards().get(*parent as usize))
                .is_some_and(|state| state.closed_at() == Some(at));
            // The second child of a split finds its parent's closing told already.
            if closes && self.closed.insert(*parent) {
                let because =
                    if self.settings.on_demand { self.shard_event(*parent) } else { because };
                let note =
                    Note::new(shard_object(*parent), "closed", why).because(because).rule(rule);
                let event = journal.write(at, note);
                self.note_shard(*parent, event);
            }
            because = self.shard_event(*parent);
        }
        let note = Note::new(shard_object(shard), "opened", why).because(because).rule(rule);
        let event = journal.write(at, note);
        self.note_shard(shard, event);
        if !parents.is_empty() {
            self.lease_child(at, shard, parents, event);
        }
    }

    fn tell_kafka(
        &mut self,
        fact: Fact<kafka::Happened>,
        cause: Cause,
        round: &mut Round,
        journal: &mut Journal,
    ) {
        use kafka::Happened as H;
        match fact.what {
            H::Produced { topic, partition, offset } if topic == NAME => {
                round.stored.push((partition, offset));
            }
            H::RebalanceBegan { group, member, why } => {
                let Some(group) = group_named(&group) else { return };
                self.tally.rebalances += 1;
                let member = member.and_then(|name| self.member_called(&name));
                let event = member.and_then(|index| self.members[index].last);
                let mut note = Note::new(group_object(group), "rebalance-began", change(why))
                    .because(cause.event().or(event).or(self.group_events[group]).or(self.whole))
                    .rule(if matches!(why, Change::SessionTimedOut | Change::PollTimedOut) {
                        "MSK-6"
                    } else {
                        "MSK-5"
                    });
                if let Some(index) = member {
                    note = note.arg(Arg::Object(self.members[index].object()));
                } else {
                    note = note.arg(Arg::Object(THE_STREAM));
                }
                self.group_events[group] = Some(journal.write(fact.at, note));
            }
            H::RebalanceEnded { group, generation } => {
                if let Some(group) = group_named(&group) {
                    self.tell_assigned(fact.at, group, generation, journal);
                }
            }
            H::Expired { topic, partition, first } if topic == NAME => {
                let note = Note::new(shard_object(partition), "expired", "retention-over")
                    .arg(Arg::Count(i64::try_from(first).unwrap_or(i64::MAX)))
                    .because(self.shard_event(partition))
                    .rule("MSK-9");
                let event = journal.write(fact.at, note);
                self.note_shard(partition, event);
            }
            _ => {}
        }
    }

    /// The new assignment: one event for the group and one for each member.
    fn tell_assigned(&mut self, at: Time, group: usize, generation: u64, journal: &mut Journal) {
        let note = Note::new(group_object(group), "rebalance-ended", "all-have-joined")
            .arg(Arg::Count(i64::try_from(generation).unwrap_or(i64::MAX)))
            .because(self.group_events[group].or(self.whole))
            .rule("MSK-4");
        let ended = journal.write(at, note);
        self.group_events[group] = Some(ended);
        let shares: Vec<(String, usize)> = self.group(group).map_or_else(Vec::new, |group| {
            let members = group.members.iter();
            members.map(|(name, member)| (name.clone(), member.partitions.len())).collect()
        });
        for (name, share) in shares {
            let Some(index) = self.member_called(&name) else { continue };
            let (what, why) =
                if share == 0 { ("idle", "more-members") } else { ("assigned", "ranges") };
            let note = Note::new(self.members[index].object(), what, why)
                .arg(Arg::Count(share as i64))
                .because(ended)
                .rule("MSK-4");
            self.members[index].last = Some(journal.write(at, note));
        }
    }

    pub(super) fn member_called(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name() == name)
    }

    fn tell_puts(
        &mut self,
        now: Time,
        cause: Cause,
        round: &Round,
        journal: &mut Journal,
    ) -> Option<EventId> {
        if round.stored.is_empty() && round.refused.is_empty() {
            return None;
        }
        let bytes = round.stored.iter().map(|(shard, position)| self.size_of(*shard, *position));
        let bytes = bytes.sum();
        let refused: u64 = round.refused.values().sum();
        self.tally.records.note(now, round.stored.len() as u64);
        self.tally.bytes.note(now, bytes);
        self.tally.writes_refused.note(now, refused);
        let is_kafka = self.settings.system == super::System::Kafka;
        let mut last = None;
        let because = cause.event().or(self.whole);
        if let [(shard, position)] = round.stored[..] {
            let key = self.key_of(shard, position).map(|key| self.key_object(&key));
            let note = Note::new(record_object(shard, position), "stored", cause.why())
                .arg(key.map_or(Arg::Word("-"), Arg::Object))
                .arg(Arg::Object(shard_object(shard)))
                .because(because)
                .rule(if is_kafka { "MSK-1" } else { "KDS-1" });
            last = Some(journal.write(now, note));
        } else if !round.stored.is_empty() {
            let note = Note::new(THE_PRODUCER, "stored-many", cause.why())
                .arg(Arg::Count(round.stored.len() as i64))
                .arg(Arg::Count(refused as i64))
                .because(because)
                .rule(if is_kafka { "MSK-1" } else { "KDS-14" });
            last = Some(journal.write(now, note));
        }
        for (shard, count) in &round.refused {
            let writes = self
                .kinesis()
                .and_then(|stream| stream.shards().get(*shard as usize))
                .map(|state| state.writes(now));
            let full = writes.is_some_and(|load| load.count >= kinesis::WRITES.count);
            let why = if full { "thousand-records" } else { "one-mebibyte" };
            let note = Note::new(shard_object(*shard), "refused", why)
                .arg(Arg::Count(*count as i64))
                .because(last.or(because))
                .rule("KDS-13");
            let event = journal.write(now, note);
            self.note_shard(*shard, event);
            last = Some(event);
        }
        if let Some(event) = last {
            self.wake_pushed(now, round, event);
        }
        last
    }

    fn size_of(&self, shard: u32, position: u64) -> u64 {
        if let Some(topic) = self.topic() {
            let record = topic.partitions.get(shard as usize).and_then(|log| log.get(position));
            return record.map_or(0, |record| {
                (record.key.as_ref().map_or(0, |key| key.len()) + record.value.len()) as u64
            });
        }
        let state = self.kinesis().and_then(|stream| stream.shards().get(shard as usize));
        state
            .and_then(|state| state.records().get(position))
            .map_or(0, |record| record.size() as u64)
    }

    fn key_of(&self, shard: u32, position: u64) -> Option<String> {
        if let Some(topic) = self.topic() {
            let record = topic.partitions.get(shard as usize)?.get(position)?;
            return record.key.as_deref().map(str::to_owned);
        }
        let state = self.kinesis()?.shards().get(shard as usize)?;
        state.records().get(position)?.key.map(str::to_owned)
    }

    /// A key as a thing that sentences can name.
    pub(super) fn key_object(&mut self, key: &str) -> ObjectId {
        let own = key.strip_prefix("user-").and_then(|digits| digits.parse::<u32>().ok());
        if let Some(number) = own.filter(|n| *n < TYPED_KEYS && key == format!("user-{n}")) {
            return ObjectId { kind: KEY, number };
        }
        let known = self.typed.iter().position(|typed| typed == key);
        let index = known.unwrap_or_else(|| {
            self.typed.push(key.to_owned());
            self.typed.len() - 1
        });
        ObjectId { kind: KEY, number: TYPED_KEYS + index as u32 }
    }

    /// Enhanced fan-out: what waits at a shard that got records is pushed them.
    fn wake_pushed(&mut self, now: Time, round: &Round, _event: EventId) {
        let mut shards: Vec<u32> = round.stored.iter().map(|(shard, _)| *shard).collect();
        shards.sort_unstable();
        shards.dedup();
        for app in &mut self.apps {
            for shard in &shards {
                let Some(lease) = app.leases.get_mut(shard).filter(|lease| lease.idle) else {
                    continue;
                };
                lease.idle = false;
                let due = Due::Read { app: app.number, shard: *shard, life: app.life };
                self.agenda.enter(now + PUSHED_AFTER, due);
            }
        }
    }

    /// Remembers where a record that was put by hand fell.
    pub(super) fn mark(&mut self, now: Time, key: &str) {
        if let Some((hash, shard)) = self.place_of(key) {
            self.marked = Some((key.to_owned(), hash));
            self.place(Placed { hash, shard, at: now });
        }
    }
}

/// Which of the scene's groups has this name; others are made at the prompt.
pub(super) fn group_named(name: &str) -> Option<usize> {
    GROUP_NAMES.iter().position(|known| *known == name)
}

fn change(why: Change) -> &'static str {
    match why {
        Change::Joined => "member-joined",
        Change::Left => "member-left",
        Change::SessionTimedOut => "session-timed-out",
        Change::PollTimedOut => "poll-timed-out",
        Change::MorePartitions => "more-partitions",
    }
}
