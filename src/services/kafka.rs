//! Amazon MSK: Kafka's topics, partitions, consumer groups, offsets and rebalancing.
//!
//! Topics go through AWS's own API. What Kafka's clients do has no AWS API; here it is `Produce`, `Poll`
//! and so on, for scripts and models. The cluster itself (brokers, volumes) is left out: every cluster
//! ARN names the same, healthy one.

mod api;
pub mod group;
pub mod operation;
pub mod partitioner;
pub mod topic;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::group::{Change, Group, OffsetReset, Settings};
use self::operation::{
    CreateTopic, GroupDescription, GroupMember, GroupPartition, JoinGroup, Operation, Poll, Polled,
    Produce, Response, TopicChanged, TopicDescription, UpdateTopic,
};
use self::partitioner::Sticky;
use self::topic::{Record, Topic};
use super::chance::Chance;
use super::shape::Api;
use super::time::{Span, Time};
use super::trace::Trace;
use super::{Answer, LateAnswer, Service, ServiceError, arn};

/// `max.poll.records` of a client that does not say.
const MAX_POLL_RECORDS: usize = 500;

/// What happened, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A record was written.
    Produced {
        /// The topic.
        topic: String,
        /// The partition.
        partition: u32,
        /// Its offset.
        offset: u64,
    },
    /// A group's members changed: all partitions are given back.
    RebalanceBegan {
        /// The group.
        group: String,
        /// Whose coming or going it was; nobody's for more partitions.
        member: Option<String>,
        /// What changed.
        why: Change,
    },
    /// The new assignment holds.
    RebalanceEnded {
        /// The group.
        group: String,
        /// Its number.
        generation: u64,
    },
    /// A member was given records.
    Polled {
        /// The group.
        group: String,
        /// The member.
        member: String,
        /// The partition.
        partition: u32,
        /// The first offset.
        from: u64,
        /// One after the last offset.
        to: u64,
    },
    /// A member committed.
    Committed {
        /// The group.
        group: String,
        /// The member.
        member: String,
        /// The partition.
        partition: u32,
        /// The next offset to read.
        offset: u64,
    },
    /// Records became too old.
    Expired {
        /// The topic.
        topic: String,
        /// The partition.
        partition: u32,
        /// The oldest offset that is left.
        first: u64,
    },
}

/// The topics and groups of a cluster.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kafka {
    topics: BTreeMap<String, Topic>,
    groups: BTreeMap<String, Group>,
    sticky: BTreeMap<String, Sticky>,
    /// What happened and why; off until somebody watches.
    pub trace: Trace<Happened>,
}

fn error(code: &'static str, message: impl Into<String>) -> ServiceError {
    ServiceError::new(code, message)
}

fn unknown_topic(name: &str) -> ServiceError {
    error(
        "UnknownTopicOrPartitionException",
        format!("This server does not host this topic-partition: {name}."),
    )
}

fn unknown_member(name: &str) -> ServiceError {
    error("UNKNOWN_MEMBER_ID", format!("The coordinator is not aware of this member: {name}."))
}

fn topic_arn(name: &str) -> String {
    arn::arn("kafka", &format!("topic/cluster/{name}"))
}

impl Kafka {
    /// A topic by its name.
    pub fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.get(name)
    }

    /// All topics by name.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &Topic)> {
        self.topics.iter().map(|(name, topic)| (name.as_str(), topic))
    }

    /// A group by its name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name)
    }

    /// All groups by name.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups.iter().map(|(name, group)| (name.as_str(), group))
    }

    fn create(&mut self, asked: CreateTopic) -> Result<Response, ServiceError> {
        if self.topics.contains_key(&asked.topic_name) {
            let message = format!("Topic '{}' already exists.", asked.topic_name);
            return Err(error("TopicExistsException", message));
        }
        let partitions = u32::try_from(asked.partition_count)
            .ok()
            .filter(|count| *count <= 100_000)
            .ok_or_else(|| error("BadRequestException", "The partition count is too large."))?;
        let topic = Topic::new(partitions, asked.replication_factor, asked.configs);
        self.topics.insert(asked.topic_name.clone(), topic);
        Ok(changed(asked.topic_name, "CREATING"))
    }

    /// Partitions can be added, never taken away (MSK-8).
    fn update(&mut self, now: Time, asked: UpdateTopic) -> Result<Response, ServiceError> {
        let name = asked.topic_name;
        let topic = self.topics.get_mut(&name).ok_or_else(|| unknown_topic(&name))?;
        if let Some(configs) = asked.configs {
            topic.retention = topic::retention(&configs).unwrap_or(topic::RETENTION);
            topic.configs = Some(configs);
        }
        if let Some(count) = asked.partition_count {
            let count = usize::try_from(count).unwrap_or(0);
            let current = topic.partitions.len();
            if count < current {
                return Err(error(
                    "BadRequestException",
                    format!(
                        "Topic currently has {current} partitions, which is higher than the requested {count}."
                    ),
                ));
            }
            topic.partitions.resize_with(count, Default::default);
            for (id, group) in &mut self.groups {
                if group.topic == name && count > current {
                    group.begin_rebalance(now);
                    let began = || Happened::RebalanceBegan {
                        group: id.clone(),
                        member: None,
                        why: Change::MorePartitions,
                    };
                    self.trace.note(now, began);
                }
            }
        }
        Ok(changed(name, "UPDATING"))
    }

    fn describe(&self, name: &str) -> Result<Response, ServiceError> {
        let topic = self.topics.get(name).ok_or_else(|| unknown_topic(name))?;
        Ok(Response::DescribeTopic(TopicDescription {
            configs: topic.configs.clone(),
            status: Some("ACTIVE"),
            ..listed(name, topic)
        }))
    }

    fn produce(
        &mut self,
        now: Time,
        chance: &mut Chance,
        asked: Produce,
    ) -> Result<Response, ServiceError> {
        let name = asked.topic_name;
        let topic = self.topics.get_mut(&name).ok_or_else(|| unknown_topic(&name))?;
        let count = topic.partitions.len() as u32;
        let partition = match (asked.partition, &asked.key) {
            (Some(partition), _) => u32::try_from(partition)
                .ok()
                .filter(|partition| *partition < count)
                .ok_or_else(|| unknown_topic(&format!("{name}-{partition}")))?,
            (None, Some(key)) => partitioner::partition(key.as_bytes(), count),
            (None, None) => {
                let sticky = self.sticky.entry(name.clone()).or_default();
                sticky.next(count, asked.value.len() as u64, chance)
            }
        };
        let record = Record {
            at: now,
            key: asked.key.as_deref().map(Arc::from),
            value: Arc::from(asked.value),
        };
        let offset = topic.partitions[partition as usize].push(record);
        self.trace.note(now, || Happened::Produced { topic: name, partition, offset });
        Ok(Response::Produce { partition, offset })
    }

    fn join(&mut self, now: Time, asked: JoinGroup) -> Result<Response, ServiceError> {
        if !self.topics.contains_key(&asked.topic_name) {
            return Err(unknown_topic(&asked.topic_name));
        }
        let group = self
            .groups
            .entry(asked.group_id.clone())
            .or_insert_with(|| Group::new(&asked.topic_name, settings(&asked)));
        if group.topic != asked.topic_name {
            return Err(error(
                "INCONSISTENT_GROUP_PROTOCOL",
                format!(
                    "The group reads {} already: this model keeps one topic a group.",
                    group.topic
                ),
            ));
        }
        group.join(now, &asked.member_id);
        self.trace.note(now, || Happened::RebalanceBegan {
            group: asked.group_id,
            member: Some(asked.member_id),
            why: Change::Joined,
        });
        Ok(Response::Empty {})
    }

    fn poll(&mut self, now: Time, asked: Poll) -> Result<Response, ServiceError> {
        let Poll { group_id, member_id, max_poll_records } = asked;
        let who = GroupMember { group_id, member_id };
        let group = member_of(&mut self.groups, &who)?;
        let (rebalancing, topic) = (group.is_rebalancing(), group.topic.clone());
        let Some(member) = group.members.get_mut(&who.member_id) else {
            return Err(unknown_member(&who.member_id));
        };
        member.polled_at = now;
        member.silent_since = None;
        if rebalancing {
            return Ok(Response::Poll { records: Vec::new(), rebalancing });
        }
        let reset = group.settings.offset_reset;
        let Some(topic) = self.topics.get(&topic) else { return Err(unknown_topic(&topic)) };
        let mut left = max_poll_records.unwrap_or(MAX_POLL_RECORDS);
        let mut records = Vec::new();
        for (partition, position) in &mut member.positions {
            let Some(log) = topic.partitions.get(*partition as usize) else { continue };
            if *position < log.first() {
                *position = match reset {
                    OffsetReset::Earliest => log.first(),
                    OffsetReset::Latest => log.end(),
                };
            }
            let from = *position;
            while left > 0 {
                let Some(record) = log.get(*position) else { break };
                records.push(Polled {
                    partition: *partition,
                    offset: *position,
                    key: record.key.as_deref().map(str::to_owned),
                    value: record.value.as_ref().to_owned(),
                });
                (*position, left) = (*position + 1, left - 1);
            }
            if *position > from {
                let (partition, to) = (*partition, *position);
                let GroupMember { group_id: group, member_id: member } = who.clone();
                self.trace.note(now, || Happened::Polled { group, member, partition, from, to });
            }
        }
        Ok(Response::Poll { records, rebalancing })
    }

    fn commit(&mut self, now: Time, asked: &GroupMember) -> Result<Response, ServiceError> {
        let group = member_of(&mut self.groups, asked)?;
        if group.is_rebalancing() {
            return Err(error(
                "REBALANCE_IN_PROGRESS",
                "The group is rebalancing, so a rejoin is needed.",
            ));
        }
        let positions = group.members[&asked.member_id].positions.clone();
        group.committed.extend(positions.iter().map(|(partition, offset)| (*partition, *offset)));
        for (partition, offset) in positions {
            let GroupMember { group_id: group, member_id: member } = asked.clone();
            self.trace.note(now, || Happened::Committed { group, member, partition, offset });
        }
        Ok(Response::Empty {})
    }

    fn leave(&mut self, now: Time, asked: GroupMember) -> Result<Response, ServiceError> {
        member_of(&mut self.groups, &asked)?.remove(now, &asked.member_id);
        self.trace.note(now, || Happened::RebalanceBegan {
            group: asked.group_id,
            member: Some(asked.member_id),
            why: Change::Left,
        });
        Ok(Response::Empty {})
    }

    fn stop_heartbeats(
        &mut self,
        now: Time,
        asked: &GroupMember,
    ) -> Result<Response, ServiceError> {
        let group = member_of(&mut self.groups, asked)?;
        if let Some(member) = group.members.get_mut(&asked.member_id) {
            member.silent_since = Some(member.silent_since.unwrap_or(now));
        }
        Ok(Response::Empty {})
    }

    fn describe_group(&self, id: &str) -> Result<Response, ServiceError> {
        let group = self.groups.get(id).ok_or_else(|| {
            error("GROUP_ID_NOT_FOUND", format!("The group {id} does not exist."))
        })?;
        let logs = self.topics.get(&group.topic).map_or(&[][..], |topic| &topic.partitions);
        let partitions = logs
            .iter()
            .enumerate()
            .map(|(index, log)| {
                let partition = index as u32;
                let current_offset = group.committed.get(&partition).copied();
                GroupPartition {
                    partition,
                    current_offset,
                    log_end_offset: log.end(),
                    lag: log.end() - current_offset.unwrap_or(log.first()).min(log.end()),
                    member_id: group
                        .members
                        .iter()
                        .find(|(_, member)| member.partitions.contains(&partition))
                        .map(|(name, _)| name.clone()),
                }
            })
            .collect();
        let state = match (group.members.is_empty(), group.is_rebalancing()) {
            (true, _) => "Empty",
            (false, true) => "PreparingRebalance",
            (false, false) => "Stable",
        };
        Ok(Response::Group(GroupDescription { state, generation: group.generation, partitions }))
    }

    fn delete(&mut self, name: String) -> Result<Response, ServiceError> {
        if self.groups.values().any(|group| group.topic == name && !group.members.is_empty()) {
            return Err(error(
                "GroupSubscribedToTopicException",
                format!("A consumer group is actively subscribed to the topic {name}."),
            ));
        }
        self.topics.remove(&name).ok_or_else(|| unknown_topic(&name))?;
        self.groups.retain(|_, group| group.topic != name);
        Ok(changed(name, "DELETING"))
    }

    /// Does the one thing that is due at `at` in each group and topic.
    fn settle(&mut self, at: Time) {
        for (id, group) in &mut self.groups {
            for (member, why) in group.throw_out(at) {
                let began =
                    || Happened::RebalanceBegan { group: id.clone(), member: Some(member), why };
                self.trace.note(at, began);
            }
            let ends: Vec<(u64, u64)> =
                self.topics.get(&group.topic).map_or_else(Vec::new, |topic| {
                    topic.partitions.iter().map(|log| (log.first(), log.end())).collect()
                });
            if group.finish_rebalance(at, &ends) {
                let generation = group.generation;
                self.trace.note(at, || Happened::RebalanceEnded { group: id.clone(), generation });
            }
        }
        for (name, topic) in &mut self.topics {
            for (index, log) in topic.partitions.iter_mut().enumerate() {
                let before = log.first();
                log.expire(at, topic.retention);
                let (partition, first) = (index as u32, log.first());
                if first > before {
                    let expired = || Happened::Expired { topic: name.clone(), partition, first };
                    self.trace.note(at, expired);
                }
            }
        }
    }
}

/// The group of a member, if it is one.
fn member_of<'a>(
    groups: &'a mut BTreeMap<String, Group>,
    asked: &GroupMember,
) -> Result<&'a mut Group, ServiceError> {
    groups
        .get_mut(&asked.group_id)
        .filter(|group| group.members.contains_key(&asked.member_id))
        .ok_or_else(|| unknown_member(&asked.member_id))
}

fn settings(asked: &JoinGroup) -> Settings {
    let default = Settings::default();
    let span = |given: Option<u64>, default: Span| given.map_or(default, Span);
    Settings {
        session_timeout: span(asked.session_timeout_ms, default.session_timeout),
        heartbeat_interval: span(asked.heartbeat_interval_ms, default.heartbeat_interval),
        max_poll_interval: span(asked.max_poll_interval_ms, default.max_poll_interval),
        offset_reset: match asked.auto_offset_reset.as_deref() {
            Some("earliest") => OffsetReset::Earliest,
            _ => default.offset_reset,
        },
    }
}

fn changed(name: String, status: &'static str) -> Response {
    Response::Topic(TopicChanged { topic_arn: topic_arn(&name), topic_name: name, status })
}

fn listed(name: &str, topic: &Topic) -> TopicDescription {
    TopicDescription {
        topic_arn: topic_arn(name),
        topic_name: name.to_owned(),
        replication_factor: topic.replication_factor,
        partition_count: topic.partitions.len(),
        configs: None,
        status: None,
    }
}

impl Service for Kafka {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        Answer::Now(match operation {
            Operation::CreateTopic(asked) => self.create(asked),
            Operation::UpdateTopic(asked) => self.update(now, asked),
            Operation::DeleteTopic(asked) => self.delete(asked.topic_name),
            Operation::DescribeTopic(asked) => self.describe(&asked.topic_name),
            Operation::ListTopics(asked) => {
                let wanted = asked.topic_name_filter.unwrap_or_default();
                let topics = self.topics.iter().filter(|(name, _)| name.contains(&wanted));
                let topics = topics.map(|(name, topic)| listed(name, topic)).collect();
                Ok(Response::ListTopics { topics })
            }
            Operation::Produce(asked) => self.produce(now, chance, asked),
            Operation::JoinGroup(asked) => self.join(now, asked),
            Operation::Poll(asked) => self.poll(now, asked),
            Operation::CommitOffsets(asked) => self.commit(now, &asked),
            Operation::LeaveGroup(asked) => self.leave(now, asked),
            Operation::StopHeartbeats(asked) => self.stop_heartbeats(now, &asked),
            Operation::DescribeGroup(asked) => self.describe_group(&asked.group_id),
        })
    }

    fn next_wakeup(&self) -> Option<Time> {
        let groups = self.groups.values().filter_map(Group::next_wakeup);
        groups.chain(self.topics.values().filter_map(Topic::next_expiry)).min()
    }

    fn advance(&mut self, now: Time, _chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        while let Some(at) = self.next_wakeup().filter(|at| *at <= now) {
            self.settle(at);
        }
        Vec::new()
    }
}
