//! The operations of ElastiCache as data: the servers' commands, and what the model knows of the AWS API
//! (botocore 1.44.5, `elasticache`).

use super::commands::Command;
use crate::services::shape::{
    Api, INTEGER, Kind, Member, Operation, Ranges, TEXT, TEXTS, integer, optional, required,
};

/// What ElastiCache can be asked.
pub const API: Api = Api {
    service: "elasticache",
    ranges: Ranges::AtTheDoor("InvalidParameterValue"),
    operations: &OPERATIONS,
};

/// A command's parameters, as this project's scripts write them.
const CALL: &[Member] = &[
    optional("args", TEXTS),
    optional("ReplicationGroupId", TEXT),
    optional("Node", TEXT),
    optional("Endpoint", Kind::Choice(&["primary", "reader"])),
];

const GROUP: Member = required("ReplicationGroupId", TEXT);

const CALLS_OF_THE_API: [Operation; 5] = [
    Operation {
        name: "CreateReplicationGroup",
        input: &[
            GROUP,
            required("ReplicationGroupDescription", TEXT),
            optional("Engine", Kind::Choice(&["valkey", "redis"])),
            optional("CacheNodeType", TEXT),
            optional("NumCacheClusters", integer(1, 6)),
            optional("NumNodeGroups", integer(1, 500)),
            optional("ReplicasPerNodeGroup", integer(0, 5)),
            optional("AutomaticFailoverEnabled", Kind::Boolean),
            optional("MultiAZEnabled", Kind::Boolean),
            optional("ClusterMode", Kind::Choice(&["enabled", "disabled"])),
            optional("Durability", Kind::Choice(&["default", "disabled", "sync"])),
        ],
    },
    Operation { name: "DescribeReplicationGroups", input: &[optional("ReplicationGroupId", TEXT)] },
    Operation { name: "DeleteReplicationGroup", input: &[GROUP] },
    Operation { name: "TestFailover", input: &[GROUP, required("NodeGroupId", TEXT)] },
    Operation {
        name: "ModifyReplicationGroupShardConfiguration",
        input: &[
            GROUP,
            required("NodeGroupCount", INTEGER),
            required("ApplyImmediately", Kind::Boolean),
        ],
    },
];

/// Subcommands that scripts may name in one word with their command.
const SUBCOMMANDS: [&str; 6] = [
    "CLUSTER KEYSLOT",
    "CONFIG GET",
    "CONFIG SET",
    "MEMORY USAGE",
    "OBJECT FREQ",
    "OBJECT IDLETIME",
];

const COMMANDS: usize = Command::TABLE.len();
const COUNT: usize = CALLS_OF_THE_API.len() + SUBCOMMANDS.len() + COMMANDS;

const OPERATIONS: [Operation; COUNT] = {
    let mut all = [Operation { name: "", input: CALL }; COUNT];
    let mut at = 0;
    while at < CALLS_OF_THE_API.len() {
        all[at] = CALLS_OF_THE_API[at];
        at += 1;
    }
    let mut row = 0;
    while row < SUBCOMMANDS.len() {
        all[at].name = SUBCOMMANDS[row];
        (at, row) = (at + 1, row + 1);
    }
    let mut row = 0;
    while row < COMMANDS {
        all[at].name = Command::TABLE[row].name;
        (at, row) = (at + 1, row + 1);
    }
    all
};
