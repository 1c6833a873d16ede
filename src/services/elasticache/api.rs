//! The operations of ElastiCache as data: the servers' commands, and what the model knows of the AWS API
//! (botocore 1.44.5, `elasticache`).

use super::commands::Command;
use super::transaction::TRANSACTIONS;
use crate::services::memcached::cluster::MOST_NODES;
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

const CALLS_OF_THE_API: [Operation; 6] = [
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
            optional("NodeGroupsToRemove", TEXTS),
        ],
    },
    Operation {
        name: "ModifyCacheCluster",
        input: &[
            required("CacheClusterId", TEXT),
            required("NumCacheNodes", integer(1, MOST_NODES as i64)),
            required("ApplyImmediately", Kind::Boolean),
            optional("CacheNodeIdsToRemove", TEXTS),
        ],
    },
];

/// Subcommands that scripts may name in one word with their command, in the order of
/// [`SUBCOMMANDS`](super::commands::SUBCOMMANDS).
const IN_ONE_WORD: [&str; 9] = [
    "CLUSTER KEYSLOT",
    "CONFIG GET",
    "CONFIG RESETSTAT",
    "CONFIG SET",
    "MEMORY USAGE",
    "OBJECT ENCODING",
    "OBJECT FREQ",
    "OBJECT IDLETIME",
    "OBJECT REFCOUNT",
];

const COMMANDS: usize = Command::TABLE.len();
const COUNT: usize = CALLS_OF_THE_API.len() + IN_ONE_WORD.len() + TRANSACTIONS.len() + COMMANDS;

const OPERATIONS: [Operation; COUNT] = {
    let mut all = [Operation { name: "", input: CALL }; COUNT];
    let mut at = 0;
    while at < CALLS_OF_THE_API.len() {
        all[at] = CALLS_OF_THE_API[at];
        at += 1;
    }
    let mut row = 0;
    while row < IN_ONE_WORD.len() {
        all[at].name = IN_ONE_WORD[row];
        (at, row) = (at + 1, row + 1);
    }
    let mut row = 0;
    while row < TRANSACTIONS.len() {
        all[at].name = TRANSACTIONS[row];
        (at, row) = (at + 1, row + 1);
    }
    let mut row = 0;
    while row < COMMANDS {
        all[at].name = Command::TABLE[row].name;
        (at, row) = (at + 1, row + 1);
    }
    all
};

#[cfg(test)]
mod tests {
    use super::super::commands::SUBCOMMANDS;
    use super::*;

    #[test]
    fn a_command_is_known_in_any_case_and_a_call_of_the_api_in_its_own() {
        let name = |name: &str| API.operation(name).map(|operation| operation.name);
        assert_eq!(name("get"), Some("GET"));
        assert_eq!(name("Config Set"), Some("CONFIG SET"));
        assert_eq!(name("multi"), Some("MULTI"));
        assert_eq!(name("testfailover"), None);
    }

    #[test]
    fn each_subcommand_can_be_named_in_one_word() {
        let words = SUBCOMMANDS.iter().map(|(name, verb, _)| format!("{name} {verb}"));
        assert_eq!(words.collect::<Vec<_>>(), IN_ONE_WORD);
    }
}
