//! What ElastiCache can be asked, and what it answers, in JSON's shapes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::group::{ClusterMode, Coverage, Durability, Layout, ReplicationGroup, Shard};
use super::reply::Reply;
use crate::services::ServiceError;

/// The most replicas of a shard.
pub(super) const MOST_REPLICAS: i64 = 5;

/// One operation: a server's command or a call of the AWS API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Json>", into = "Map<String, Json>")]
pub enum Operation {
    /// A command such as `GET`.
    Command(CommandCall),
    /// Makes a replication group.
    CreateReplicationGroup(CreateReplicationGroup),
    /// Shows replication groups.
    DescribeReplicationGroups(DescribeReplicationGroups),
    /// Deletes a replication group with all its nodes.
    DeleteReplicationGroup(DeleteReplicationGroup),
    /// Fails a primary over on purpose.
    TestFailover(TestFailover),
    /// Changes the number of shards.
    ModifyReplicationGroupShardConfiguration(ModifyReplicationGroupShardConfiguration),
    /// Changes the number of Memcached's nodes.
    ModifyCacheCluster(ModifyCacheCluster),
}

/// A command with its arguments and where it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandCall {
    /// The command's name; a subcommand may stand in it after a blank (`OBJECT FREQ`).
    pub name: String,
    /// The words after the name.
    pub args: Vec<String>,
    /// The replication group; none for the node that stands alone.
    pub replication_group_id: Option<String>,
    /// The very node, for a client that does not know the cluster protocol.
    pub node: Option<String>,
    /// Whether it goes to the reader endpoint.
    pub reader: bool,
}

#[derive(Serialize, Deserialize, Default)]
struct CommandParams {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    args: Vec<String>,
    #[serde(rename = "ReplicationGroupId", skip_serializing_if = "Option::is_none")]
    replication_group_id: Option<String>,
    #[serde(rename = "Node", skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    #[serde(rename = "Endpoint", skip_serializing_if = "Option::is_none")]
    endpoint: Option<Endpoint>,
}

#[derive(Serialize, Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Endpoint {
    Primary,
    Reader,
}

impl CommandCall {
    /// The words as they go to the server.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.name.split(' ').chain(self.args.iter().map(String::as_str)).map(str::as_bytes)
    }
}

/// `CreateReplicationGroup`, as far as the model knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateReplicationGroup {
    /// The group's id.
    pub replication_group_id: String,
    /// A text about it.
    pub replication_group_description: String,
    /// `valkey` or `redis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// The type of its nodes; the model gives all types the same memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_node_type: Option<String>,
    /// Nodes in all, for a group of one shard: 1 to 6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_cache_clusters: Option<i64>,
    /// Shards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_node_groups: Option<i64>,
    /// Replicas of each shard, 0 to 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas_per_node_group: Option<i64>,
    /// Whether a replica is promoted by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic_failover_enabled: Option<bool>,
    /// Whether nodes lie in several zones.
    #[serde(rename = "MultiAZEnabled", skip_serializing_if = "Option::is_none")]
    pub multi_az_enabled: Option<bool>,
    /// `enabled` or `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_mode: Option<String>,
    /// `default`, `disabled` or `sync`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durability: Option<String>,
}

impl CreateReplicationGroup {
    /// The layout that was asked for.
    ///
    /// # Errors
    /// `InvalidParameterValue` and `InvalidParameterCombination`, as the facts' limits say.
    pub fn layout(&self) -> Result<Layout, ServiceError> {
        let combination = |message: &str| ServiceError::new("InvalidParameterCombination", message);
        let shards = self.num_node_groups.unwrap_or(1);
        let mode = match (self.cluster_mode.as_deref(), shards) {
            (Some("disabled"), 2..) => {
                return Err(combination("Cluster mode must be enabled for several node groups."));
            }
            (Some("enabled"), _) | (_, 2..) => ClusterMode::Enabled,
            _ => ClusterMode::Disabled,
        };
        let replicas = match (self.num_cache_clusters, self.replicas_per_node_group) {
            (Some(_), Some(_)) => {
                return Err(combination(
                    "NumCacheClusters and ReplicasPerNodeGroup cannot be given together.",
                ));
            }
            (Some(nodes), None) => nodes - 1,
            (None, replicas) => replicas.unwrap_or(0),
        };
        let automatic_failover = self.automatic_failover_enabled.unwrap_or(false);
        if mode == ClusterMode::Enabled && self.automatic_failover_enabled == Some(false) {
            return Err(combination("Automatic failover is mandatory with cluster mode."));
        }
        if automatic_failover && mode == ClusterMode::Disabled && replicas == 0 {
            return Err(combination("Automatic failover needs at least two nodes."));
        }
        if self.multi_az_enabled == Some(true) && replicas == 0 {
            return Err(combination("Multi-AZ needs at least one replica."));
        }
        let durability = match self.durability.as_deref() {
            Some("sync") => Durability::Sync,
            _ => Durability::Disabled,
        };
        Ok(Layout {
            mode,
            shards: shards.clamp(1, 500) as u16,
            replicas: replicas.clamp(0, MOST_REPLICAS) as u8,
            automatic_failover: automatic_failover || mode == ClusterMode::Enabled,
            durability,
            coverage: Coverage::Partial,
        })
    }
}

/// `DescribeReplicationGroups`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeReplicationGroups {
    /// The one group to show; all without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replication_group_id: Option<String>,
}

/// `DeleteReplicationGroup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteReplicationGroup {
    /// The group to delete.
    pub replication_group_id: String,
}

/// `TestFailover`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TestFailover {
    /// The group.
    pub replication_group_id: String,
    /// The shard, such as `0001`.
    pub node_group_id: String,
}

/// `ModifyReplicationGroupShardConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyReplicationGroupShardConfiguration {
    /// The group.
    pub replication_group_id: String,
    /// The number of shards it shall have.
    pub node_group_count: i64,
    /// Must be true: there is no later.
    pub apply_immediately: bool,
    /// The shards that go, where there shall be fewer.
    #[serde(rename = "NodeGroupsToRemove", default, skip_serializing_if = "Vec::is_empty")]
    pub node_group_ids_to_remove: Vec<String>,
}

/// `ModifyCacheCluster`, as far as the model knows it: only Memcached's clusters have several nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ModifyCacheCluster {
    /// The cluster.
    pub cache_cluster_id: String,
    /// The number of nodes it shall have.
    pub num_cache_nodes: i64,
    /// Must be true: there is no later.
    pub apply_immediately: bool,
    /// The nodes that go, where there shall be fewer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_node_ids_to_remove: Vec<String>,
}

impl TryFrom<Map<String, Json>> for Operation {
    type Error = serde_json::Error;

    fn try_from(call: Map<String, Json>) -> Result<Operation, serde_json::Error> {
        let (name, params) = call.into_iter().next().unwrap_or_default();
        Ok(match name.as_str() {
            "CreateReplicationGroup" => {
                Operation::CreateReplicationGroup(serde_json::from_value(params)?)
            }
            "DescribeReplicationGroups" => {
                Operation::DescribeReplicationGroups(serde_json::from_value(params)?)
            }
            "DeleteReplicationGroup" => {
                Operation::DeleteReplicationGroup(serde_json::from_value(params)?)
            }
            "TestFailover" => Operation::TestFailover(serde_json::from_value(params)?),
            "ModifyReplicationGroupShardConfiguration" => {
                Operation::ModifyReplicationGroupShardConfiguration(serde_json::from_value(params)?)
            }
            "ModifyCacheCluster" => Operation::ModifyCacheCluster(serde_json::from_value(params)?),
            _ => {
                let params: CommandParams = serde_json::from_value(params)?;
                Operation::Command(CommandCall {
                    name,
                    args: params.args,
                    replication_group_id: params.replication_group_id,
                    node: params.node,
                    reader: params.endpoint == Some(Endpoint::Reader),
                })
            }
        })
    }
}

impl From<Operation> for Map<String, Json> {
    fn from(operation: Operation) -> Map<String, Json> {
        let (name, params) = match &operation {
            Operation::Command(call) => {
                let params = CommandParams {
                    args: call.args.clone(),
                    replication_group_id: call.replication_group_id.clone(),
                    node: call.node.clone(),
                    endpoint: call.reader.then_some(Endpoint::Reader),
                };
                (call.name.as_str(), json(&params))
            }
            Operation::CreateReplicationGroup(asked) => ("CreateReplicationGroup", json(asked)),
            Operation::DescribeReplicationGroups(asked) => {
                ("DescribeReplicationGroups", json(asked))
            }
            Operation::DeleteReplicationGroup(asked) => ("DeleteReplicationGroup", json(asked)),
            Operation::TestFailover(asked) => ("TestFailover", json(asked)),
            Operation::ModifyReplicationGroupShardConfiguration(asked) => {
                ("ModifyReplicationGroupShardConfiguration", json(asked))
            }
            Operation::ModifyCacheCluster(asked) => ("ModifyCacheCluster", json(asked)),
        };
        [(name.to_owned(), params)].into_iter().collect()
    }
}

/// Parameters as JSON: plain data with text keys always can be.
fn json(params: &impl Serialize) -> Json {
    serde_json::to_value(params).unwrap_or_default()
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// A server's reply.
    #[serde(serialize_with = "reply_as_json")]
    Reply(Reply),
    /// One replication group.
    #[serde(rename_all = "PascalCase")]
    ReplicationGroup {
        /// The group as it is now.
        replication_group: ReplicationGroupDescription,
    },
    /// A cluster of Memcached.
    #[serde(rename_all = "PascalCase")]
    CacheCluster {
        /// The cluster as it is now.
        cache_cluster: CacheClusterDescription,
    },
    /// Several replication groups.
    #[serde(rename_all = "PascalCase")]
    ReplicationGroups {
        /// The groups by id.
        replication_groups: Vec<ReplicationGroupDescription>,
    },
}

fn reply_as_json<S: serde::Serializer>(reply: &Reply, serializer: S) -> Result<S::Ok, S::Error> {
    reply.to_json().serialize(serializer)
}

/// A replication group as AWS describes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationGroupDescription {
    replication_group_id: String,
    status: &'static str,
    cluster_enabled: bool,
    automatic_failover: &'static str,
    node_groups: Vec<NodeGroup>,
}

/// A cluster of Memcached as AWS describes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CacheClusterDescription {
    cache_cluster_id: String,
    engine: &'static str,
    cache_cluster_status: &'static str,
    num_cache_nodes: i64,
}

impl CacheClusterDescription {
    /// The description of a cluster with so many nodes.
    pub fn of(id: &str, nodes: i64) -> CacheClusterDescription {
        CacheClusterDescription {
            cache_cluster_id: id.to_owned(),
            engine: "memcached",
            cache_cluster_status: "available",
            num_cache_nodes: nodes,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NodeGroup {
    node_group_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    slots: Option<String>,
    node_group_members: Vec<NodeGroupMember>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NodeGroupMember {
    cache_cluster_id: String,
    cache_node_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_role: Option<&'static str>,
}

impl ReplicationGroupDescription {
    /// The description of a group as it is now.
    pub fn of(id: &str, group: &ReplicationGroup) -> ReplicationGroupDescription {
        let enabled = group.layout().mode == ClusterMode::Enabled;
        let whole = group.resharding().is_none()
            && group.shards().iter().all(|shard| shard.members.iter().all(|member| member.up));
        ReplicationGroupDescription {
            replication_group_id: id.to_owned(),
            status: if whole { "available" } else { "modifying" },
            cluster_enabled: enabled,
            automatic_failover: if group.layout().automatic_failover {
                "enabled"
            } else {
                "disabled"
            },
            node_groups: group
                .shards()
                .iter()
                .enumerate()
                .map(|(index, shard)| node_group(id, index, shard, enabled))
                .collect(),
        }
    }
}

fn node_group(id: &str, index: usize, shard: &Shard, enabled: bool) -> NodeGroup {
    let slots: Vec<String> =
        shard.slots.iter().map(|range| format!("{}-{}", range.start(), range.end())).collect();
    let members = shard.members.iter().enumerate().filter(|(_, member)| member.up);
    NodeGroup {
        node_group_id: format!("{:04}", index + 1),
        status: if shard.primary.is_some() { "available" } else { "modifying" },
        slots: enabled.then(|| slots.join(",")),
        node_group_members: members
            .map(|(place, member)| NodeGroupMember {
                cache_cluster_id: format!("{id}-{}", member.name),
                cache_node_id: "0001",
                // With cluster mode the API names no roles.
                current_role: (!enabled)
                    .then(|| if shard.primary == Some(place) { "primary" } else { "replica" }),
            })
            .collect(),
    }
}
