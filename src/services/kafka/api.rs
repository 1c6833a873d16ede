//! The operations of MSK as data: topics as the AWS API has them (botocore 1.44.5, `kafka`), and what
//! Kafka's own clients do, under names of ours after the names of its protocol.

use crate::services::shape::{
    Api, Kind, Member, Operation, Ranges, TEXT, at_least, integer, optional, required, text,
};

/// What MSK can be asked.
pub const API: Api = Api {
    service: "kafka",
    ranges: Ranges::AtTheDoor("BadRequestException"),
    operations: OPERATIONS,
};

const CLUSTER: Member = required("ClusterArn", TEXT);
const TOPIC: Member = required("TopicName", text(1, 249));
const GROUP: Member = required("GroupId", text(1, 255));
const MEMBER: Member = required("MemberId", text(1, 255));

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateTopic",
        input: &[
            CLUSTER,
            TOPIC,
            required("PartitionCount", Kind::Integer(at_least(1))),
            required("ReplicationFactor", Kind::Integer(at_least(1))),
            optional("Configs", TEXT),
        ],
    },
    Operation {
        name: "UpdateTopic",
        input: &[
            CLUSTER,
            TOPIC,
            optional("Configs", TEXT),
            optional("PartitionCount", integer(1, 100_000)),
        ],
    },
    Operation { name: "DeleteTopic", input: &[CLUSTER, TOPIC] },
    Operation { name: "DescribeTopic", input: &[CLUSTER, TOPIC] },
    Operation { name: "ListTopics", input: &[CLUSTER, optional("TopicNameFilter", TEXT)] },
    Operation {
        name: "Produce",
        input: &[
            TOPIC,
            required("Value", TEXT),
            optional("Key", TEXT),
            optional("Partition", integer(0, 100_000)),
        ],
    },
    Operation {
        name: "JoinGroup",
        input: &[
            GROUP,
            MEMBER,
            TOPIC,
            optional("SessionTimeoutMs", integer(1, 3_600_000)),
            optional("HeartbeatIntervalMs", integer(1, 3_600_000)),
            optional("MaxPollIntervalMs", integer(1, 86_400_000)),
            optional("AutoOffsetReset", Kind::Choice(&["earliest", "latest"])),
        ],
    },
    Operation {
        name: "Poll",
        input: &[GROUP, MEMBER, optional("MaxPollRecords", integer(1, 10_000))],
    },
    Operation { name: "CommitOffsets", input: &[GROUP, MEMBER] },
    Operation { name: "LeaveGroup", input: &[GROUP, MEMBER] },
    Operation { name: "StopHeartbeats", input: &[GROUP, MEMBER] },
    Operation { name: "DescribeGroup", input: &[GROUP] },
];
