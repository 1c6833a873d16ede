//! A cluster of nodes that know nothing of each other, and the client that spreads keys over them.
//!
//! The nodes neither replicate nor redirect: whoever asks the wrong one is told that there is nothing.

use std::sync::Arc;

use super::hashing::{Ring, modulo};
use super::slabs::Slabs;
use super::{Memcached, Operation, Reply, Response, api};
use crate::services::chance::Chance;
use crate::services::elasticache::group::pace;
use crate::services::shape::Api;
use crate::services::time::Time;
use crate::services::{Answer, LateAnswer, Service, ServiceError};

/// How many nodes a cluster has at most here.
pub const MOST_NODES: usize = 40;

/// How a client finds a key's node (MC-4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hashing {
    /// CRC-32 modulo the number of nodes.
    Modulo,
    /// A ring with points of each node.
    Ketama(Arc<Ring>),
}

/// The name of a way of hashing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashingKind {
    /// [`Hashing::Modulo`].
    #[default]
    Modulo,
    /// [`Hashing::Ketama`].
    Ketama,
}

impl Hashing {
    /// The hashing of this kind over so many nodes.
    pub fn over(kind: HashingKind, nodes: usize) -> Hashing {
        match kind {
            HashingKind::Modulo => Hashing::Modulo,
            HashingKind::Ketama => Hashing::Ketama(Arc::new(Ring::new(nodes as u32))),
        }
    }
}

/// One node of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The server itself.
    pub server: Memcached,
    /// Whether it runs.
    pub up: bool,
    /// When a lost node's replacement will be there.
    replaced_at: Option<Time>,
}

impl Node {
    fn new(memory: u64) -> Node {
        Node { server: Memcached::with_memory(memory), up: true, replaced_at: None }
    }
}

/// Why a command was not answered: there is no such node, or it is down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreachable {
    /// There is no node of this name.
    NoSuchNode(String),
    /// The node is lost and not replaced yet.
    Down(String),
}

/// Nodes and their clients' common way of hashing.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    nodes: Vec<Node>,
    memory: u64,
    kind: HashingKind,
    hashing: Hashing,
}

impl Default for Cluster {
    /// One node with the memory of a server that was told nothing (`-m 64`).
    fn default() -> Cluster {
        Cluster::new(1, 64 << 20, HashingKind::Modulo)
    }
}

impl Cluster {
    /// A cluster of so many empty nodes, each with so many bytes.
    pub fn new(nodes: usize, memory: u64, kind: HashingKind) -> Cluster {
        let count = nodes.clamp(1, MOST_NODES);
        Cluster {
            nodes: vec![Node::new(memory); count],
            memory,
            kind,
            hashing: Hashing::over(kind, count),
        }
    }

    /// The nodes in order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The items of the nodes that run.
    pub fn slabs(&self) -> impl Iterator<Item = &Slabs> {
        self.nodes.iter().filter(|node| node.up).map(|node| node.server.slabs())
    }

    /// The name of a node: ElastiCache counts them in four digits.
    pub fn name(index: usize) -> String {
        format!("{:04}", index + 1)
    }

    /// The node at which every client looks for a key.
    pub fn node_of(&self, key: &str) -> usize {
        let node = match &self.hashing {
            Hashing::Modulo => modulo(key, self.nodes.len() as u32),
            Hashing::Ketama(ring) => ring.node(key),
        };
        (node as usize).min(self.nodes.len() - 1)
    }

    /// Runs a command at the node where the client's hashing puts its key.
    ///
    /// # Errors
    /// The node is down.
    pub fn run(&mut self, now: Time, name: &str, args: &[&str]) -> Result<Reply, Unreachable> {
        let key = if name == "gat" { args.get(1) } else { args.first() };
        let node = key.map_or(0, |key| self.node_of(key));
        self.run_at(now, node, name, args)
    }

    fn run_at(
        &mut self,
        now: Time,
        node: usize,
        name: &str,
        args: &[&str],
    ) -> Result<Reply, Unreachable> {
        self.settle(now);
        match self.nodes.get_mut(node) {
            Some(node) if node.up => Ok(node.server.run(now, name, args)),
            _ => Err(Unreachable::Down(Cluster::name(node))),
        }
    }

    /// `flush_all` at every node.
    pub fn flush_all(&mut self, now: Time) {
        for node in &mut self.nodes {
            node.server.run(now, "flush_all", &[]);
        }
    }

    /// A node is lost with all that it held; nobody else had a copy (MC-5).
    pub fn lose_node(&mut self, now: Time, index: usize) -> bool {
        self.settle(now);
        let memory = self.memory;
        match self.nodes.get_mut(index).filter(|node| node.up) {
            Some(node) => {
                *node = Node {
                    up: false,
                    replaced_at: Some(now + pace::REPLACEMENT),
                    ..Node::new(memory)
                };
                true
            }
            None => false,
        }
    }

    /// Changes the number of nodes. The clients hash over the new list from now on; what the nodes hold
    /// stays where it is (MC-4).
    pub fn resize(&mut self, nodes: usize) {
        let count = nodes.clamp(1, MOST_NODES);
        let memory = self.memory;
        self.nodes.resize_with(count, || Node::new(memory));
        self.hashing = Hashing::over(self.kind, count);
    }

    /// Changes how the clients hash; what the nodes hold stays where it is.
    pub fn rehash(&mut self, kind: HashingKind) {
        self.kind = kind;
        self.hashing = Hashing::over(kind, self.nodes.len());
    }

    /// The items and replacements that are due.
    fn settle(&mut self, now: Time) {
        for node in &mut self.nodes {
            if node.replaced_at.is_some_and(|at| at <= now) {
                (node.up, node.replaced_at) = (true, None);
            }
            node.server.expire(now);
        }
    }
}

impl Service for Cluster {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, _chance: &mut Chance, operation: Operation) -> Answer<Response> {
        if let Some(nodes) = operation.resized() {
            self.resize(nodes);
            return Answer::Now(Reply::Word("OK").into_result());
        }
        let args: Vec<&str> = operation.args.iter().map(String::as_str).collect();
        let name = operation.name.to_ascii_lowercase();
        let reply = match &operation.node {
            None => self.run(now, &name, &args),
            Some(node) => match (0..self.nodes.len()).find(|at| Cluster::name(*at) == *node) {
                Some(at) => self.run_at(now, at, &name, &args),
                None => Err(Unreachable::NoSuchNode(node.clone())),
            },
        };
        Answer::Now(match reply {
            Ok(reply) => reply.into_result(),
            Err(Unreachable::NoSuchNode(name)) => {
                Err(ServiceError::new("UnknownHost", format!("there is no node {name}")))
            }
            Err(Unreachable::Down(name)) => Err(ServiceError::new(
                "ConnectionError",
                format!("node {name} does not answer: it is down"),
            )),
        })
    }

    fn next_wakeup(&self) -> Option<Time> {
        let dues = self.nodes.iter().map(|node| node.server.slabs().next_expiry());
        let replacements = self.nodes.iter().map(|node| node.replaced_at);
        dues.chain(replacements).flatten().min()
    }

    fn advance(&mut self, now: Time, _chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        self.settle(now);
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::time::Span;

    fn filled(nodes: usize, kind: HashingKind) -> (Cluster, Vec<String>) {
        let mut cluster = Cluster::new(nodes, 64 << 20, kind);
        let keys: Vec<String> = (0..1_000).map(|n| format!("key:{n}")).collect();
        for key in &keys {
            let stored = cluster.run(Time(0), "set", &[key, "0", "0", "v"]);
            assert_eq!(stored, Ok(Reply::Word("STORED")));
        }
        (cluster, keys)
    }

    fn hits(cluster: &mut Cluster, now: Time, keys: &[String]) -> usize {
        let mut hit =
            |key: &String| matches!(cluster.run(now, "get", &[key]), Ok(Reply::Value(Some(_))));
        keys.iter().filter(|key| hit(key)).count()
    }

    #[test]
    fn mc_4_a_node_more_makes_most_keys_miss_by_modulo_and_few_by_a_ring() {
        let (mut modulo, keys) = filled(3, HashingKind::Modulo);
        modulo.resize(4);
        let (mut ring, _) = filled(3, HashingKind::Ketama);
        ring.resize(4);
        let (modulo, ring) = (hits(&mut modulo, Time(1), &keys), hits(&mut ring, Time(1), &keys));
        assert!((200..300).contains(&modulo), "{modulo} of 1,000");
        assert!((700..800).contains(&ring), "{ring} of 1,000");
    }

    #[test]
    fn mc_5_a_lost_node_answers_nothing_and_comes_back_empty() {
        let (mut cluster, keys) = filled(3, HashingKind::Ketama);
        let share = cluster.nodes()[1].server.slabs().len();
        assert!(cluster.lose_node(Time(1), 1) && !cluster.lose_node(Time(1), 1));
        let silent = keys.iter().filter(|key| cluster.run(Time(2), "get", &[key]).is_err());
        assert_eq!(silent.count(), share);
        assert_eq!(cluster.next_wakeup(), Some(Time(1) + pace::REPLACEMENT));
        let later = Time(1) + pace::REPLACEMENT + Span(1);
        assert_eq!(hits(&mut cluster, later, &keys), 1_000 - share);
    }

    #[test]
    fn mc_4_values_left_on_old_nodes_are_found_again_when_the_nodes_are_as_before() {
        let (mut cluster, keys) = filled(3, HashingKind::Modulo);
        cluster.resize(4);
        for key in &keys {
            cluster.run(Time(1), "set", &[key, "0", "0", "new"]).unwrap();
        }
        cluster.resize(3);
        let old = keys.iter().filter(|key| {
            cluster.run(Time(2), "get", &[key]) == Ok(Reply::Value(Some("v".to_owned())))
        });
        assert!(old.count() > 500, "the old values were never deleted");
    }
}
