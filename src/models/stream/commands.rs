//! What the learner does: knobs, actions, lines at the prompt, and the `aws` command of each.

use super::actors::{Pending, Start};
use super::facts::{self, Cause};
use super::{
    CLUSTER, NAME, Stream, System, THE_PRODUCER, THE_STREAM, YOU, retention_config, shard_object,
    tables,
};
use crate::awscli::command_for;
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::Answer;
use crate::services::blob::Blob;
use crate::services::kafka::operation as kafka;
use crate::services::kinesis::{self, ScalingType, ShardIteratorType, shard_id};
use crate::services::time::{Span, Time};
use crate::services::world::Operation;

use super::settings::Settings;

/// So many records come at once with `burst`.
const BURST: usize = 1_500;
/// At most so many applications or members.
const MOST_CONSUMERS: usize = 12;

impl Stream {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal),
            Command::Do { action, target, argument } => {
                self.perform(now, action, target.as_deref(), argument.as_deref(), journal)
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let event = journal.write(now, Note::new(YOU, "typed", "asked"));
                let told = self.tell(now, Cause::Event(event), journal);
                self.whole =
                    Some(told.unwrap_or(event)).filter(|_| self.is_changing()).or(self.whole);
                Ok(outcome)
            }
        }
    }

    /// Whether the stream is resharding: what comes of it follows from the last command.
    fn is_changing(&self) -> bool {
        self.kinesis().is_some_and(|stream| stream.busy_until().is_some())
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let before = self.dials.get(id);
        let knob = self.dials.set(id, value)?;
        if matches!(knob.id, "system" | "mode") && before != value {
            return Err(Refusal::NotNow("fixed-at-start"));
        }
        if knob.id == "second-group" && self.settings.system == System::Kinesis {
            return Err(Refusal::NotNow("kinesis-has-no-groups"));
        }
        self.settings = Settings::of(&self.dials);
        let note = Note::new(YOU, "turned", "asked").arg(Arg::Word(knob.id)).arg(Arg::Count(value));
        let event = journal.write(now, note);
        match knob.id {
            "shards" if before != value => {
                let operation = self.recount(value);
                self.change(now, operation, event, journal)?;
            }
            "retention" if before != value => {
                let operation = self.retain(before, value);
                self.change(now, operation, event, journal)?;
            }
            "consumers" => self.recruit(now, 0, value, event, journal),
            "second-group" => self.recruit(now, 1, value, event, journal),
            "reading" => self.restart_apps(now, event),
            "actors" => {
                self.start_flow(now);
                self.wake_all(now);
            }
            "arrival-rate" | "arrival-shape" | "burst-size" | "burst-every" | "peak-for" => {
                self.start_flow(now);
            }
            _ => {}
        }
        Ok(Outcome::default())
    }

    fn recount(&self, count: i64) -> Operation {
        match self.settings.system {
            System::Kinesis => Operation::Kinesis(kinesis::Operation::UpdateShardCount(
                kinesis::UpdateShardCount {
                    stream_name: Some(NAME.to_owned()),
                    target_shard_count: count,
                    scaling_type: ScalingType::UniformScaling,
                    stream_arn: None,
                    stream_id: None,
                },
            )),
            System::Kafka => Operation::Kafka(kafka::Operation::UpdateTopic(kafka::UpdateTopic {
                cluster_arn: CLUSTER.to_owned(),
                topic_name: NAME.to_owned(),
                configs: None,
                partition_count: Some(count),
            })),
        }
    }

    fn retain(&self, before: i64, value: i64) -> Operation {
        if self.settings.system == System::Kafka {
            return Operation::Kafka(kafka::Operation::UpdateTopic(kafka::UpdateTopic {
                cluster_arn: CLUSTER.to_owned(),
                topic_name: NAME.to_owned(),
                configs: Some(retention_config(value)),
                partition_count: None,
            }));
        }
        let stream_name = Some(NAME.to_owned());
        let retention_period_hours = value / 3_600_000;
        let operation = if value > before {
            kinesis::Operation::IncreaseStreamRetentionPeriod(
                kinesis::IncreaseStreamRetentionPeriod {
                    stream_name,
                    retention_period_hours,
                    ..Default::default()
                },
            )
        } else {
            kinesis::Operation::DecreaseStreamRetentionPeriod(
                kinesis::DecreaseStreamRetentionPeriod {
                    stream_name,
                    retention_period_hours,
                    ..Default::default()
                },
            )
        };
        Operation::Kinesis(operation)
    }

    /// A call that changes the stream or the topic; what comes of it later follows from `event`.
    fn change(
        &mut self,
        now: Time,
        operation: Operation,
        event: EventId,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let (name, _) = operation.to_json();
        if let Answer::Now(Err(error)) = self.world.call(now, operation) {
            return Err(Refusal::Aws(format!(
                "An error occurred ({}) when calling the {name} operation: {}",
                error.code, error.message
            )));
        }
        self.whole = Some(event);
        self.tell(now, Cause::Event(event), journal);
        Ok(())
    }

    /// Brings the number of working consumers, or of a group's working members, to `count`.
    fn recruit(
        &mut self,
        now: Time,
        group: usize,
        count: i64,
        event: EventId,
        journal: &mut Journal,
    ) {
        let wanted = usize::try_from(count).unwrap_or(0);
        let mut working: Vec<usize> = match self.settings.system {
            System::Kinesis => {
                let live = self.apps.iter().enumerate().filter(|(_, app)| app.dead.is_none());
                live.map(|(index, _)| index).collect()
            }
            System::Kafka => {
                let live = self.members.iter().enumerate();
                let live = live.filter(|(_, member)| {
                    member.group == group && member.dead.is_none() && !member.left
                });
                live.map(|(index, _)| index).collect()
            }
        };
        while working.len() > wanted {
            let Some(index) = working.pop() else { break };
            self.dismiss(now, index, event, journal);
        }
        let mut more = wanted.saturating_sub(working.len());
        for index in 0..self.apps.len().max(self.members.len()) {
            let another = self.members.get(index).is_some_and(|member| member.group != group);
            if more > 0 && !working.contains(&index) && !another {
                self.call_back(now, index, event, journal);
                more -= 1;
            }
        }
        for _ in 0..more {
            self.add_consumer(now, group, Some(event), journal);
        }
    }

    /// The group that one more member shall join: the one typed or selected, or the selected member's.
    fn group_meant(&self, target: Option<&str>, argument: Option<&str>) -> usize {
        let named = |name: &str| {
            let member = self.member_called(name).map(|index| self.members[index].group);
            facts::group_named(name).or(member)
        };
        argument.and_then(named).or_else(|| target.and_then(named)).unwrap_or(0)
    }

    fn consumer_object(&self, index: usize) -> ObjectId {
        ObjectId { kind: tables::CONSUMER, number: index as u32 + 1 }
    }

    /// A consumer stops in good order.
    fn dismiss(&mut self, now: Time, index: usize, event: EventId, journal: &mut Journal) {
        let note = Note::new(self.consumer_object(index), "left", "asked").because(event);
        let event = journal.write(now, note);
        match self.settings.system {
            System::Kinesis => self.kill_app(now, index as u32 + 1, event),
            System::Kafka => self.leave(now, index, event, journal),
        }
    }

    /// A consumer that stopped works again.
    fn call_back(&mut self, now: Time, index: usize, cause: EventId, journal: &mut Journal) {
        let (why, rule) = match self.settings.system {
            System::Kinesis => ("after-checkpoint", "KDS-19"),
            System::Kafka => ("after-committed", "MSK-7"),
        };
        let died = match self.settings.system {
            System::Kinesis => self.apps[index].last,
            System::Kafka => self.members[index].last,
        };
        let note = Note::new(self.consumer_object(index), "revived", why);
        let event = journal.write(now, note.because(died.or(Some(cause))).rule(rule));
        match self.settings.system {
            System::Kinesis => self.revive_app(now, index as u32 + 1, event),
            System::Kafka => {
                self.members[index].slow = false;
                self.members[index].life += 1;
                self.join(now, index, event, journal);
            }
        }
    }

    fn restart_apps(&mut self, now: Time, event: EventId) {
        for number in 1..=self.apps.len() as u32 {
            if self.apps[number as usize - 1].dead.is_none() {
                self.kill_app(now, number, event);
                self.revive_app(now, number, event);
            }
        }
    }

    /// The actors work again, or for the first time.
    fn wake_all(&mut self, now: Time) {
        if self.settings.still {
            return;
        }
        for number in 1..=self.apps.len() as u32 {
            let app = &self.apps[number as usize - 1];
            if let (None, Some(event)) = (app.dead, app.last) {
                self.kill_app(now, number, event);
                self.revive_app(now, number, event);
            }
        }
        for index in 0..self.members.len() {
            let member = &mut self.members[index];
            member.life += 1;
            member.hand = None;
            if member.dead.is_none() && !member.left {
                let (member, life) = (member.number, member.life);
                self.agenda.enter(now, super::actors::Due::Poll { member, life });
            }
        }
    }

    fn perform(
        &mut self,
        now: Time,
        action: &str,
        target: Option<&str>,
        argument: Option<&str>,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let spec = tables::ACTIONS.iter().find(|spec| spec.id == action).ok_or_else(|| {
            let near = nearest(action, tables::ACTIONS.iter().map(|spec| spec.id));
            Refusal::UnknownAction(action.to_owned(), near)
        })?;
        let is_kafka = self.settings.system == System::Kafka;
        match spec.id {
            "put" => self.put_by_hand(now, argument.unwrap_or("user-1"), 1, journal),
            "burst" => self.put_by_hand(now, argument.unwrap_or("user-1"), BURST, journal),
            "split" | "merge" if is_kafka => return Err(Refusal::NotNow("kafka-has-partitions")),
            "split" | "merge" => {
                let shard = self.shard_named(target)?;
                let operation = self.reshard(spec.id, shard)?;
                let what = if spec.id == "split" { "split-asked" } else { "merge-asked" };
                let cause = self.shard_event(shard);
                let note = Note::new(shard_object(shard), what, "asked").because(cause);
                let event = journal.write(now, note.rule("KDS-7"));
                self.change(now, operation, event, journal)?;
            }
            "more-partitions" if !is_kafka => return Err(Refusal::NotNow("kinesis-splits")),
            "more-partitions" => {
                let count = self.topic().map_or(0, |topic| topic.partitions.len()) as i64 + 1;
                let note = Note::new(THE_STREAM, "partition-added", "asked").arg(Arg::Count(count));
                let event = journal.write(now, note.because(self.whole).rule("MSK-8"));
                self.change(now, self.recount(count), event, journal)?;
            }
            "join" => {
                if self.apps.len().max(self.members.len()) >= MOST_CONSUMERS {
                    return Err(Refusal::NotNow("enough-consumers"));
                }
                let group = if is_kafka { self.group_meant(target, argument) } else { 0 };
                let event = journal.write(now, Note::new(YOU, "asks-for-one-more", "asked"));
                self.add_consumer(now, group, Some(event), journal);
            }
            "pause" => self.pause(now, journal),
            _ => {
                let index = self.consumer_named(target)?;
                self.treat(now, spec.id, index, argument, journal)?;
            }
        }
        Ok(Outcome::default())
    }

    fn put_by_hand(&mut self, now: Time, key: &str, count: usize, journal: &mut Journal) {
        let object = self.key_object(key);
        let note =
            Note::new(YOU, "puts", "asked").arg(Arg::Count(count as i64)).arg(Arg::Object(object));
        let event = journal.write(now, note);
        let batch = vec![Pending { key: key.to_owned(), refused: 0 }; count];
        self.producer.came += count as u64;
        self.put(now, batch, Cause::Event(event), journal);
        self.mark(now, key);
    }

    fn pause(&mut self, now: Time, journal: &mut Journal) {
        self.producer.paused = !self.producer.paused;
        let what = if self.producer.paused { "paused" } else { "goes-on" };
        let note = Note::new(THE_PRODUCER, what, "asked").because(self.producer.last);
        self.producer.last = Some(journal.write(now, note));
        self.start_flow(now);
    }

    fn shard_named(&self, target: Option<&str>) -> Result<u32, Refusal> {
        let target = target.ok_or(Refusal::NeedsTarget)?;
        let open = self.kinesis().and_then(|stream| {
            stream
                .open_shards()
                .map(kinesis::ShardState::index)
                .find(|index| shard_id(*index) == target)
        });
        open.ok_or_else(|| Refusal::NoSuchTarget(target.to_owned()))
    }

    fn consumer_named(&self, target: Option<&str>) -> Result<usize, Refusal> {
        let target = target.ok_or(Refusal::NeedsTarget)?;
        let app = self.apps.iter().position(|app| app.name() == target);
        let found = app.or_else(|| self.member_called(target));
        found.ok_or_else(|| Refusal::NoSuchTarget(target.to_owned()))
    }

    fn reshard(&self, action: &str, shard: u32) -> Result<Operation, Refusal> {
        let stream_name = Some(NAME.to_owned());
        let operation = if action == "split" {
            let state = self.kinesis().and_then(|stream| stream.shards().get(shard as usize));
            let range = state.ok_or(Refusal::NeedsTarget)?.range();
            kinesis::Operation::SplitShard(kinesis::SplitShard {
                stream_name,
                shard_to_split: shard_id(shard),
                new_starting_hash_key: range.middle().saturating_add(1).to_string(),
                ..Default::default()
            })
        } else {
            let (lower, upper) = self.neighbour(shard).ok_or(Refusal::NotNow("no-neighbour"))?;
            kinesis::Operation::MergeShards(kinesis::MergeShards {
                stream_name,
                shard_to_merge: shard_id(lower),
                adjacent_shard_to_merge: shard_id(upper),
                ..Default::default()
            })
        };
        Ok(Operation::Kinesis(operation))
    }

    /// An action on a consumer.
    fn treat(
        &mut self,
        now: Time,
        action: &str,
        index: usize,
        argument: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let object = self.consumer_object(index);
        let is_kafka = self.settings.system == System::Kafka;
        let (dead, last) = match self.settings.system {
            System::Kinesis => (self.apps[index].dead.is_some(), self.apps[index].last),
            System::Kafka => {
                let member = &self.members[index];
                (member.dead.is_some() || member.left, member.last)
            }
        };
        if dead && action != "revive" {
            return Err(Refusal::NotNow("is-dead"));
        }
        let you = Note::new(YOU, "acts", "asked").arg(Arg::Object(object));
        let write = |journal: &mut Journal, what, why| {
            let asked = journal.write(now, you);
            journal.write(now, Note::new(object, what, why).because(last.or(Some(asked))))
        };
        match action {
            "kill" => {
                let event = write(journal, "killed", "asked");
                match self.settings.system {
                    System::Kinesis => self.kill_app(now, index as u32 + 1, event),
                    System::Kafka => self.kill_member(now, index, event, journal),
                }
            }
            "slow" => {
                let event = write(journal, "slowed", "asked");
                match self.settings.system {
                    System::Kinesis => {
                        self.apps[index].slow = true;
                        self.apps[index].last = Some(event);
                    }
                    System::Kafka => {
                        self.members[index].slow = true;
                        self.members[index].last = Some(event);
                    }
                }
            }
            "revive" => {
                let asked = journal.write(now, you);
                let slow = self.apps.get(index).is_some_and(|app| app.slow)
                    || self.members.get(index).is_some_and(|member| member.slow);
                match (dead, slow) {
                    (true, _) => self.call_back(now, index, asked, journal),
                    (false, true) => self.mend(now, index, asked, journal),
                    (false, false) => return Err(Refusal::NotNow("is-well")),
                }
            }
            "leave" if is_kafka => self.dismiss_by_hand(now, index, journal),
            "leave" => return Err(Refusal::NotNow("applications-stop")),
            "rewind" if is_kafka => return Err(Refusal::NotNow("kafka-rewind")),
            _ => {
                let start = start_of(argument, now)?;
                let why = match start {
                    Start::At(_) => "at-timestamp",
                    Start::Latest => "from-latest",
                    _ => "from-horizon",
                };
                let note = Note::new(object, "rewound", why).because(last).rule("KDS-9");
                let event = journal.write(now, note);
                self.rewind_app(now, index as u32 + 1, &start, event);
            }
        }
        Ok(())
    }

    fn dismiss_by_hand(&mut self, now: Time, index: usize, journal: &mut Journal) {
        let event = journal.write(
            now,
            Note::new(YOU, "acts", "asked").arg(Arg::Object(self.consumer_object(index))),
        );
        self.dismiss(now, index, event, journal);
    }

    /// A slow consumer works at its own speed again.
    fn mend(&mut self, now: Time, index: usize, asked: EventId, journal: &mut Journal) {
        let object = self.consumer_object(index);
        let event = journal.write(now, Note::new(object, "quick-again", "asked").because(asked));
        if let Some(app) = self.apps.get_mut(index) {
            app.slow = false;
            app.last = Some(event);
        }
        if let Some(member) = self.members.get_mut(index) {
            member.slow = false;
            member.last = Some(event);
        }
    }

    /// The `aws` command of an action or a knob.
    pub(super) fn equivalent(&self, command: &Command, now: Time) -> Option<String> {
        let operation = match command {
            Command::Set { knob, value } if knob == "shards" => Some(self.recount(*value)),
            Command::Set { knob, value } if knob == "retention" => {
                Some(self.retain(self.dials.get(knob), *value))
            }
            Command::Do { action, target, argument } => {
                self.operation_of(action, target.as_deref(), argument.as_deref(), now)
            }
            _ => None,
        };
        operation.map(|operation| command_for(&operation))
    }

    fn operation_of(
        &self,
        action: &str,
        target: Option<&str>,
        argument: Option<&str>,
        now: Time,
    ) -> Option<Operation> {
        let is_kafka = self.settings.system == System::Kafka;
        match action {
            "put" if !is_kafka => {
                Some(Operation::Kinesis(kinesis::Operation::PutRecord(kinesis::PutRecord {
                    stream_name: Some(NAME.to_owned()),
                    data: Blob(b"hello".to_vec()),
                    partition_key: Some(argument.unwrap_or("user-1").to_owned()),
                    ..Default::default()
                })))
            }
            "split" | "merge" => self.reshard(action, self.shard_named(target).ok()?).ok(),
            "more-partitions" => {
                let count = self.topic()?.partitions.len() as i64 + 1;
                Some(self.recount(count))
            }
            "rewind" if !is_kafka => {
                let index = self.consumer_named(target).ok()?;
                let shard = self.apps[index].leases.keys().next().copied()?;
                let (kind, timestamp) = match start_of(argument, now).ok()? {
                    Start::At(at) => (ShardIteratorType::AtTimestamp, Some(at.into())),
                    Start::Latest => (ShardIteratorType::Latest, None),
                    _ => (ShardIteratorType::TrimHorizon, None),
                };
                let operation = kinesis::GetShardIterator {
                    stream_name: Some(NAME.to_owned()),
                    shard_id: shard_id(shard),
                    shard_iterator_type: kind,
                    starting_sequence_number: None,
                    timestamp,
                    stream_arn: None,
                    stream_id: None,
                    dry_run: None,
                };
                Some(Operation::Kinesis(kinesis::Operation::GetShardIterator(operation)))
            }
            _ => None,
        }
    }
}

/// Where to go: `TRIM_HORIZON`, `LATEST`, or so many seconds back.
fn start_of(argument: Option<&str>, now: Time) -> Result<Start, Refusal> {
    match argument.map(str::trim) {
        None | Some("" | "TRIM_HORIZON") => Ok(Start::Horizon),
        Some("LATEST") => Ok(Start::Latest),
        Some(seconds) => {
            let back = seconds.parse().map_err(|_| Refusal::NotNow("rewind-where"))?;
            Ok(Start::At(now - Span::seconds(back)))
        }
    }
}
