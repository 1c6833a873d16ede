//! What MSK can be asked and what it answers, in JSON's shapes.

use serde::{Deserialize, Serialize};

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Makes a topic.
    CreateTopic(CreateTopic),
    /// Changes a topic's configuration, or gives it more partitions.
    UpdateTopic(UpdateTopic),
    /// Deletes a topic.
    DeleteTopic(NamedTopic),
    /// Shows a topic.
    DescribeTopic(NamedTopic),
    /// Lists the topics of a cluster.
    ListTopics(ListTopics),
    /// Writes a record.
    Produce(Produce),
    /// Joins a consumer group, which is made if it is new.
    JoinGroup(JoinGroup),
    /// Asks for records.
    Poll(Poll),
    /// Commits everything the member has been given so far.
    CommitOffsets(GroupMember),
    /// Leaves a group with a goodbye.
    LeaveGroup(GroupMember),
    /// The member's process is gone without a goodbye.
    StopHeartbeats(GroupMember),
    /// Shows members, assignments, committed offsets and lag.
    DescribeGroup(NamedGroup),
}

/// Parameters of `CreateTopic`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub struct CreateTopic {
    pub cluster_arn: String,
    pub topic_name: String,
    pub partition_count: i64,
    pub replication_factor: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configs: Option<String>,
}

/// Parameters of `UpdateTopic`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub struct UpdateTopic {
    pub cluster_arn: String,
    pub topic_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configs: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_count: Option<i64>,
}

/// A topic by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub struct NamedTopic {
    pub cluster_arn: String,
    pub topic_name: String,
}

/// Parameters of `ListTopics`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub struct ListTopics {
    pub cluster_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_name_filter: Option<String>,
}

/// A record to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Produce {
    /// Where to.
    pub topic_name: String,
    /// What.
    pub value: String,
    /// What its partition is chosen by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The partition itself, whatever the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<i64>,
}

/// A member that joins; the settings count for the whole group from its first member on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct JoinGroup {
    /// The group.
    pub group_id: String,
    /// The member's name.
    pub member_id: String,
    /// The topic the group reads.
    pub topic_name: String,
    /// `session.timeout.ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_timeout_ms: Option<u64>,
    /// `heartbeat.interval.ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_interval_ms: Option<u64>,
    /// `max.poll.interval.ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_poll_interval_ms: Option<u64>,
    /// `auto.offset.reset`: `earliest` or `latest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_offset_reset: Option<String>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupMember {
    /// The group.
    pub group_id: String,
    /// The member's name.
    pub member_id: String,
}

/// A member that asks for records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Poll {
    /// The group.
    pub group_id: String,
    /// The member's name.
    pub member_id: String,
    /// `max.poll.records`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_poll_records: Option<usize>,
}

/// A group by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NamedGroup {
    /// The group.
    pub group_id: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// Of operations that change a topic.
    Topic(TopicChanged),
    /// Of `DescribeTopic`.
    DescribeTopic(TopicDescription),
    /// Of `ListTopics`.
    #[serde(rename_all = "PascalCase")]
    ListTopics {
        /// The topics by name.
        topics: Vec<TopicDescription>,
    },
    /// Of `Produce`.
    #[serde(rename_all = "PascalCase")]
    Produce {
        /// Where the record lies.
        partition: u32,
        /// Its number there.
        offset: u64,
    },
    /// Of `Poll`.
    #[serde(rename_all = "PascalCase")]
    Poll {
        /// The records, by partition and offset.
        records: Vec<Polled>,
        /// Whether the group is rebalancing, so that nobody gets anything.
        rebalancing: bool,
    },
    /// Of `DescribeGroup`.
    Group(GroupDescription),
    /// Of operations that answer nothing.
    Empty {},
}

/// A topic that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub struct TopicChanged {
    pub topic_arn: String,
    pub topic_name: String,
    pub status: &'static str,
}

/// A topic as AWS describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub struct TopicDescription {
    pub topic_arn: String,
    pub topic_name: String,
    pub replication_factor: i64,
    pub partition_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
}

/// A record that a poll brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Polled {
    /// The partition.
    pub partition: u32,
    /// Its number there.
    pub offset: u64,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its value.
    pub value: String,
}

/// A group as `kafka-consumer-groups.sh --describe` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupDescription {
    /// `Stable`, `PreparingRebalance` or `Empty`.
    pub state: &'static str,
    /// How many assignments there have been.
    pub generation: u64,
    /// One row a partition.
    pub partitions: Vec<GroupPartition>,
}

/// One partition as a group sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupPartition {
    /// The partition.
    pub partition: u32,
    /// The committed offset: the next one to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_offset: Option<u64>,
    /// The offset that the next record will get.
    pub log_end_offset: u64,
    /// How many records lie between the two.
    pub lag: u64,
    /// Who reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_id: Option<String>,
}
