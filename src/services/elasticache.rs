//! Amazon ElastiCache for Valkey and Redis OSS: nodes that run commands, and replication groups of them.
//!
//! Through the door an operation is either a command of the server (`GET` with `{"args": ["k"]}`) or an
//! operation of the AWS API (`CreateReplicationGroup`). A command that names no replication group goes
//! to a node that stands alone and is always there.

mod api;
pub mod commands;
pub mod eviction;
pub mod group;
pub mod keyspace;
pub mod name;
pub mod node;
pub mod operation;
pub mod reply;
mod sampling;
pub mod slots;
pub mod transaction;
pub mod value;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::group::{ReplicationGroup, Unreachable, Via};
use self::operation::{
    CacheClusterDescription, CommandCall, CreateReplicationGroup, DescribeReplicationGroups,
    ModifyCacheCluster, ModifyReplicationGroupShardConfiguration, Operation,
    ReplicationGroupDescription, Response, TestFailover,
};
use self::reply::Reply;
use self::transaction::{Connection, Step};
use super::chance::Chance;
use super::constants;
use super::shape::Api;
use super::time::Time;
use super::world::{self, Errand};
use super::{Answer, LateAnswer, Service, ServiceError, memcached};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::count("elasticache.maxmemory-samples", eviction::SAMPLES as u64),
    constants::count("elasticache.replicas.max", operation::MOST_REPLICAS as u64),
];

/// The caches of an account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ElastiCache {
    alone: ReplicationGroup,
    /// What the API calls the node that stands alone; nothing unless a model says so.
    alone_id: Option<String>,
    /// The cluster of Memcached that a model has made known: its id and how many nodes it has.
    memcached: Option<(String, i64)>,
    errands: Vec<Errand>,
    groups: BTreeMap<String, ReplicationGroup>,
    connection: Connection,
}

impl ElastiCache {
    /// The group of this id; without an id, the node that stands alone.
    pub fn group(&self, id: Option<&str>) -> Option<&ReplicationGroup> {
        id.map_or(Some(&self.alone), |id| self.groups.get(id))
    }

    /// The same, to run commands in or to break.
    pub fn group_mut(&mut self, id: Option<&str>) -> Option<&mut ReplicationGroup> {
        match id {
            None => Some(&mut self.alone),
            Some(id) => self.groups.get_mut(id),
        }
    }

    /// Lets the API know the node that stands alone, or what a model has put in its place, by an id.
    pub fn name_alone(&mut self, id: &str) {
        self.alone_id = Some(id.to_owned());
    }

    /// Lets the API know the cluster of Memcached by an id.
    pub fn name_memcached(&mut self, id: &str, nodes: usize) {
        self.memcached = Some((id.to_owned(), nodes as i64));
    }

    /// Changes the number of Memcached's nodes; the cluster itself is told by an errand.
    fn resize(&mut self, asked: &ModifyCacheCluster) -> Result<Response, ServiceError> {
        let id = &asked.cache_cluster_id;
        let known = self.memcached.as_mut().filter(|(known, _)| known == id);
        let Some((_, nodes)) = known else {
            let message = format!("CacheCluster not found: {id}");
            return Err(ServiceError::new("CacheClusterNotFound", message));
        };
        let last = (asked.num_cache_nodes..*nodes).map(|node| format!("{:04}", node + 1));
        let mut going = asked.cache_node_ids_to_remove.clone();
        going.sort_unstable();
        if !going.into_iter().eq(last) {
            return Err(ServiceError::new(
                "InvalidParameterCombination",
                "To have fewer nodes, name those to remove: this model takes the last ones.",
            ));
        }
        *nodes = asked.num_cache_nodes;
        self.errands.push(Errand {
            number: 0,
            operation: world::Operation::Memcached(memcached::Operation::resize(
                asked.num_cache_nodes,
            )),
            caller: None,
        });
        let cache_cluster = CacheClusterDescription::of(id, asked.num_cache_nodes);
        Ok(Response::CacheCluster { cache_cluster })
    }

    fn known(&mut self, id: &str) -> Result<&mut ReplicationGroup, ServiceError> {
        if self.alone_id.as_deref() == Some(id) {
            return Ok(&mut self.alone);
        }
        known(&mut self.groups, id)
    }

    fn command(
        &mut self,
        now: Time,
        chance: &mut Chance,
        call: &CommandCall,
    ) -> Result<Response, ServiceError> {
        let words: Vec<&[u8]> = call.words().collect();
        let group = match &call.replication_group_id {
            None => &mut self.alone,
            Some(id) if self.alone_id.as_ref() == Some(id) => &mut self.alone,
            Some(id) => known(&mut self.groups, id)?,
        };
        let via = match (&call.node, call.reader) {
            (Some(node), _) => Via::Node(node),
            (None, true) => Via::Reader,
            (None, false) => Via::Primary,
        };
        let reply = match self.connection.take(&words) {
            Step::Answer(reply) => reply,
            Step::Run => {
                let reply = group.run(now, chance, via, &words).map_err(unreachable)?;
                self.connection.ran(&words, &reply);
                reply
            }
            Step::RunAll(queued) => {
                let mut replies = Vec::new();
                for words in queued {
                    let words: Vec<&[u8]> = words.iter().map(AsRef::as_ref).collect();
                    replies.push(group.run(now, chance, via, &words).map_err(unreachable)?);
                }
                Reply::Array(replies)
            }
        };
        reply.into_result().map(Response::Reply)
    }

    fn create(&mut self, asked: &CreateReplicationGroup) -> Result<Response, ServiceError> {
        let id = asked.replication_group_id.to_ascii_lowercase();
        let layout = asked.layout()?;
        if self.known(&id).is_ok() {
            return Err(ServiceError::new(
                "ReplicationGroupAlreadyExists",
                format!("Replication group {id} already exists."),
            ));
        }
        let group = ReplicationGroup::new(layout);
        let described = ReplicationGroupDescription::of(&id, &group);
        self.groups.insert(id, group);
        Ok(Response::ReplicationGroup { replication_group: described })
    }

    fn describe(&mut self, asked: &DescribeReplicationGroups) -> Result<Response, ServiceError> {
        if let Some(id) = &asked.replication_group_id {
            self.known(id)?;
        }
        let wanted =
            |id: &&String| asked.replication_group_id.as_ref().is_none_or(|one| one == *id);
        let alone = self.alone_id.iter().map(|id| (id, &self.alone));
        let replication_groups = alone
            .chain(&self.groups)
            .filter(|(id, _)| wanted(id))
            .map(|(id, group)| ReplicationGroupDescription::of(id, group))
            .collect();
        Ok(Response::ReplicationGroups { replication_groups })
    }

    fn test_failover(
        &mut self,
        now: Time,
        chance: &mut Chance,
        asked: &TestFailover,
    ) -> Result<Response, ServiceError> {
        let group = self.known(&asked.replication_group_id)?;
        if !group.layout().automatic_failover {
            return Err(ServiceError::new(
                "InvalidReplicationGroupState",
                "Automatic failover is not enabled for the replication group.",
            ));
        }
        let shard =
            asked.node_group_id.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if !shard.is_some_and(|shard| group.test_failover(now, chance, shard)) {
            return Err(ServiceError::new(
                "NodeGroupNotFoundFault",
                format!("Node group {} not found.", asked.node_group_id),
            ));
        }
        let replication_group = ReplicationGroupDescription::of(&asked.replication_group_id, group);
        Ok(Response::ReplicationGroup { replication_group })
    }

    fn reshard(
        &mut self,
        now: Time,
        asked: &ModifyReplicationGroupShardConfiguration,
    ) -> Result<Response, ServiceError> {
        let invalid = |message: &str| Err(ServiceError::new("InvalidParameterValue", message));
        let group = self.known(&asked.replication_group_id)?;
        if group.layout().mode == group::ClusterMode::Disabled {
            return invalid("Cluster mode must be enabled to change the number of node groups.");
        }
        if group.resharding().is_some() {
            return Err(ServiceError::new(
                "InvalidReplicationGroupState",
                "The replication group is being modified.",
            ));
        }
        let (now_there, wanted) = (group.shards().len(), asked.node_group_count.clamp(1, 500));
        let mut going = asked.node_group_ids_to_remove.clone();
        going.sort_unstable();
        let last = (wanted as usize..now_there).map(|index| format!("{:04}", index + 1));
        if !going.iter().cloned().eq(last) {
            return invalid(
                "To have fewer node groups, name those to remove: this model takes the last ones.",
            );
        }
        group.reshard(now, wanted as u16);
        let replication_group = ReplicationGroupDescription::of(&asked.replication_group_id, group);
        Ok(Response::ReplicationGroup { replication_group })
    }
}

fn known<'a>(
    groups: &'a mut BTreeMap<String, ReplicationGroup>,
    id: &str,
) -> Result<&'a mut ReplicationGroup, ServiceError> {
    groups.get_mut(id).ok_or_else(|| {
        ServiceError::new(
            "ReplicationGroupNotFoundFault",
            format!("ReplicationGroup {id} not found."),
        )
    })
}

/// The client's own error where no server answered.
fn unreachable(error: Unreachable) -> ServiceError {
    let message = match error {
        Unreachable::NoSuchNode(name) => format!("there is no node {name}"),
        Unreachable::Down(name) => format!("node {name} does not answer: it is down"),
        Unreachable::NoPrimary(shard) => {
            format!("shard {shard:04} does not answer: it has no primary now")
        }
    };
    ServiceError::new("ConnectionError", message)
}

impl Service for ElastiCache {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        Answer::Now(match operation {
            Operation::Command(call) => self.command(now, chance, &call),
            Operation::CreateReplicationGroup(asked) => self.create(&asked),
            Operation::DescribeReplicationGroups(asked) => self.describe(&asked),
            Operation::DeleteReplicationGroup(asked) => {
                let id = asked.replication_group_id;
                self.known(&id).map(|group| ReplicationGroupDescription::of(&id, group)).map(
                    |replication_group| {
                        self.groups.remove(&id);
                        Response::ReplicationGroup { replication_group }
                    },
                )
            }
            Operation::TestFailover(asked) => self.test_failover(now, chance, &asked),
            Operation::ModifyReplicationGroupShardConfiguration(asked) => self.reshard(now, &asked),
            Operation::ModifyCacheCluster(asked) => self.resize(&asked),
        })
    }

    fn take_errands(&mut self) -> Vec<Errand> {
        std::mem::take(&mut self.errands)
    }

    fn next_wakeup(&self) -> Option<Time> {
        let groups = self.groups.values().chain([&self.alone]);
        groups.filter_map(ReplicationGroup::next_wakeup).min()
    }

    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        for group in self.groups.values_mut().chain([&mut self.alone]) {
            group.advance(now, chance);
        }
        Vec::new()
    }
}
