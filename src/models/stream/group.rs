//! The members of the Kafka groups: they poll, work, commit, and go and come.

use super::actors::{Batch, Due, Member};
use super::facts::Cause;
use super::{GROUP_NAMES, NAME, Stream};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::kafka::operation::{self as kafka, GroupMember, JoinGroup, Poll};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};
use crate::services::{Answer, ServiceError};

/// How soon a member asks again while the group rebalances.
const WHILE_REBALANCING: Span = Span::millis(500);
/// A slow member works at this part of its speed…
const SLOWER: u64 = 100;
/// … and on a record that takes no time otherwise for this long.
const SLOW_WORK: Span = Span::seconds(20);

impl Stream {
    /// One call of a member.
    fn ask(
        &mut self,
        now: Time,
        operation: kafka::Operation,
    ) -> Result<kafka::Response, ServiceError> {
        match self.world.call(now, Operation::Kafka(operation)) {
            Answer::Now(Ok(Response::Kafka(response))) => Ok(response),
            Answer::Now(Err(error)) => Err(error),
            _ => Ok(kafka::Response::Empty {}),
        }
    }

    fn as_member(&self, index: usize) -> GroupMember {
        let member = &self.members[index];
        GroupMember { group_id: GROUP_NAMES[member.group].to_owned(), member_id: member.name() }
    }

    /// A new member joins a group.
    pub(super) fn add_member(
        &mut self,
        now: Time,
        group: usize,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        let number = self.members.len() as u32 + 1;
        let others = self.members.iter().filter(|member| member.group == group).count();
        let member = Member::new(number, group, others as u32 + 1, cause);
        let note = Note::new(member.object(), "joins", "asked").because(cause).rule("MSK-5");
        self.members.push(member);
        let event = journal.write(now, note);
        self.join(now, number as usize - 1, event, journal);
    }

    /// A member joins, or joins again.
    pub(super) fn join(&mut self, now: Time, index: usize, event: EventId, journal: &mut Journal) {
        let member = &mut self.members[index];
        member.last = Some(event);
        member.dead = None;
        member.left = false;
        member.hand = None;
        let asked = JoinGroup {
            group_id: GROUP_NAMES[member.group].to_owned(),
            member_id: member.name(),
            topic_name: NAME.to_owned(),
            session_timeout_ms: Some(self.settings.session_timeout.0),
            heartbeat_interval_ms: None,
            max_poll_interval_ms: Some(self.settings.max_poll_interval.0),
            auto_offset_reset: Some(
                if self.settings.from_latest { "latest" } else { "earliest" }.to_owned(),
            ),
        };
        // The topic may be gone; then the member asks in vain.
        let _ = self.ask(now, kafka::Operation::JoinGroup(asked));
        self.tell(now, Cause::Event(event), journal);
        self.enter_poll(now, index, WHILE_REBALANCING);
    }

    fn enter_poll(&mut self, now: Time, index: usize, after: Span) {
        let Member { number, life, dead, left, .. } = self.members[index];
        if dead.is_none() && !left && !self.settings.still {
            self.agenda.enter(now + after, Due::Poll { member: number, life });
        }
    }

    fn live(&self, number: u32, life: u32) -> Option<usize> {
        let index = (number as usize).checked_sub(1)?;
        self.members.get(index).filter(|member| member.life == life).map(|_| index)
    }

    /// A member asks for records.
    pub(super) fn poll(&mut self, now: Time, number: u32, life: u32, journal: &mut Journal) {
        let Some(index) = self.live(number, life) else { return };
        let GroupMember { group_id, member_id } = self.as_member(index);
        let max_poll_records = usize::try_from(self.settings.batch).ok();
        let answer =
            self.ask(now, kafka::Operation::Poll(Poll { group_id, member_id, max_poll_records }));
        match answer {
            Ok(kafka::Response::Poll { rebalancing: true, .. }) => {
                self.enter_poll(now, index, WHILE_REBALANCING);
            }
            Ok(kafka::Response::Poll { records, .. }) if records.is_empty() => {
                self.enter_poll(now, index, self.settings.poll);
            }
            Ok(kafka::Response::Poll { records, .. }) => {
                self.take_batch(now, index, &records, journal);
            }
            Err(error) if error.code == "UNKNOWN_MEMBER_ID" => {
                let group = self.group_events[self.members[index].group];
                let cause = group.or(self.whole).max(self.members[index].last);
                let object = self.members[index].object();
                let note = Note::new(object, "joins-again", "was-thrown-out").because(cause);
                let event = journal.write(now, note.rule("MSK-6"));
                self.join(now, index, event, journal);
            }
            _ => self.enter_poll(now, index, self.settings.poll),
        }
    }

    fn take_batch(
        &mut self,
        now: Time,
        index: usize,
        records: &[kafka::Polled],
        journal: &mut Journal,
    ) {
        let mut ranges: Vec<(u32, u64, u64)> = Vec::new();
        for record in records {
            match ranges.last_mut().filter(|range| range.0 == record.partition) {
                Some(range) => range.2 = record.offset + 1,
                None => ranges.push((record.partition, record.offset, record.offset + 1)),
            }
        }
        let settings = &self.settings;
        let (work, fast) = (settings.work, settings.fast);
        let member = &mut self.members[index];
        let each = match (member.number <= fast, member.slow) {
            (true, false) => Span::ZERO,
            (_, false) => work,
            (_, true) => Span((work.0 * SLOWER).max(SLOW_WORK.0)),
        };
        let until = now + Span(each.0 * records.len() as u64);
        let note = Note::new(member.object(), "polled", "has-partitions")
            .arg(Arg::Count(records.len() as i64))
            .arg(Arg::Count(ranges.len() as i64))
            .because(member.last)
            .rule("MSK-3");
        let polled = journal.write(now, note);
        member.last = Some(polled);
        member.hand = Some(Batch { ranges, since: now, until, polled });
        let (number, life) = (member.number, member.life);
        self.tally.read.note(now, records.len() as u64);
        self.agenda.enter(until, Due::Worked { member: number, life });
    }

    /// A member has worked on what it was given, and commits.
    pub(super) fn worked(&mut self, now: Time, number: u32, life: u32, journal: &mut Journal) {
        let Some(index) = self.live(number, life) else { return };
        let Some(hand) = self.members[index].hand.take() else { return };
        let group = self.members[index].group;
        let (mut count, mut again) = (0, 0);
        for (partition, from, to) in &hand.ranges {
            let high = self.high.entry((group, *partition)).or_default();
            count += to - from;
            again += (*high).min(*to).saturating_sub(*from);
            *high = (*high).max(*to);
        }
        self.tally.done += count;
        self.tally.again += again;
        self.members[index].done += count;
        let committed = {
            let member = self.as_member(index);
            self.ask(now, kafka::Operation::CommitOffsets(member))
        };
        let (what, why, rule) = match &committed {
            Ok(_) if again == 0 => ("committed", "work-done", "MSK-3"),
            Ok(_) => ("committed-again", "read-before", "MSK-7"),
            Err(error) if error.code == "REBALANCE_IN_PROGRESS" => {
                ("commit-refused", "rebalance-goes-on", "MSK-5")
            }
            Err(_) => ("commit-refused", "not-a-member", "MSK-6"),
        };
        let mut note = Note::new(self.members[index].object(), what, why)
            .arg(Arg::Count(count as i64))
            .because(hand.polled)
            .rule(rule);
        if again > 0 {
            note = note.arg(Arg::Count(again as i64));
        }
        let event = journal.write(now, note);
        self.members[index].last = Some(event);
        self.tell(now, Cause::Event(event), journal);
        let next = (hand.since + self.settings.poll).since(now);
        self.enter_poll(now, index, next);
    }

    /// A member's process dies without a goodbye.
    pub(super) fn kill_member(
        &mut self,
        now: Time,
        index: usize,
        event: EventId,
        journal: &mut Journal,
    ) {
        let member = self.as_member(index);
        // Silent already when the group has thrown it out.
        let _ = self.ask(now, kafka::Operation::StopHeartbeats(member));
        let member = &mut self.members[index];
        member.dead = Some(now);
        member.life += 1;
        member.hand = None;
        member.last = Some(event);
        self.tell(now, Cause::Event(event), journal);
    }

    /// A member leaves with a goodbye.
    pub(super) fn leave(&mut self, now: Time, index: usize, event: EventId, journal: &mut Journal) {
        let member = self.as_member(index);
        let _ = self.ask(now, kafka::Operation::LeaveGroup(member));
        let member = &mut self.members[index];
        member.left = true;
        member.life += 1;
        member.hand = None;
        member.last = Some(event);
        self.tell(now, Cause::Event(event), journal);
    }
}
