//! What a client does: look up a name, connect, run transactions.

use std::collections::BTreeMap;

use crate::services::time::Time;
use crate::services::{Answer, ServiceError};

use super::cluster::Cluster;
use super::instance::{Instance, Status, domain_in, pace};
use super::operation::{Connect, Execute, Response};
use super::{Happened, Rds, error, invalid_combination};

/// An open connection, or one whose client does not know yet that it is dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The number of the instance.
    pub instance: u64,
    /// Whether the server still knows it.
    pub open: bool,
}

fn unknown_host(endpoint: &str) -> ServiceError {
    error("UnknownHost", format!("No endpoint has the name {endpoint:.80}."))
}

pub(super) fn timed_out(address: &str) -> ServiceError {
    error("ConnectionTimedOut", format!("Nothing answers at {address:.80}."))
}

impl Rds {
    /// The address that an endpoint stands for now.
    ///
    /// # Errors
    /// `UnknownHost` when nothing has this endpoint.
    pub fn address_of(&mut self, endpoint: &str) -> Result<String, ServiceError> {
        let name = endpoint.to_ascii_lowercase();
        if let Some(proxy) = self.proxies.values().find(|proxy| proxy.endpoint() == name) {
            return Ok(proxy.address());
        }
        let own = self.instance_behind(&name);
        let instance = match own {
            Some(instance) => instance,
            None => self.member_behind(&name).ok_or_else(|| unknown_host(endpoint))??,
        };
        if instance.status == Status::Creating {
            return Err(unknown_host(endpoint));
        }
        Ok(instance.address())
    }

    /// The instance whose own endpoint this is.
    fn instance_behind(&self, name: &str) -> Option<Instance> {
        let id = match name.split_once('.') {
            Some((id, domain)) if self.regions().any(|region| domain == domain_in(region)) => id,
            Some(_) => return None,
            None => name,
        };
        self.instance(id).cloned()
    }

    /// Open connections of an instance (`DatabaseConnections`).
    pub fn connections_of(&self, id: &str) -> u64 {
        self.instance(id).map_or(0, |instance| self.open_connections(instance.uid))
    }

    pub(super) fn open_connections(&self, uid: u64) -> u64 {
        let open = |one: &&Connection| one.open && one.instance == uid;
        self.connections.values().filter(open).count() as u64
    }

    pub(super) fn resolved(&mut self, endpoint: &str) -> Result<Response, ServiceError> {
        let address = self.address_of(endpoint)?;
        Ok(Response::Resolved { address, ttl: pace::DNS_TTL.as_seconds() })
    }

    pub(super) fn connect(&mut self, now: Time, asked: &Connect) -> Answer<Response> {
        let address = match (&asked.endpoint, &asked.address) {
            (Some(endpoint), None) => self.address_of(endpoint),
            (None, Some(address)) => Ok(address.clone()),
            _ => Err(invalid_combination("Specify either Endpoint or Address.")),
        };
        match address {
            Ok(address) => match self.connect_to_proxy(now, &address) {
                Some(connected) => Answer::Now(connected),
                None => self.connect_or_wait(now, address),
            },
            Err(error) => Answer::Now(Err(error)),
        }
    }

    /// What a client hears that connects to a host now.
    pub(super) fn connected(
        &mut self,
        now: Time,
        address: String,
    ) -> Result<Response, ServiceError> {
        let connection_id = self.connect_to(now, &address)?;
        Ok(Response::Connected { connection_id, address })
    }

    /// Connects to a host, if its database answers and has a connection left (RDS-28).
    pub(super) fn connect_to(&mut self, now: Time, address: &str) -> Result<u64, ServiceError> {
        let at = |one: &&Instance| one.serves() && one.address() == address;
        let instance = self.instances.values().find(at).ok_or_else(|| timed_out(address))?;
        let (uid, id) = (instance.uid, instance.id.clone());
        let full =
            instance.max_connections().is_some_and(|most| self.open_connections(uid) >= most);
        if full {
            let refused = instance.engine.too_many_connections();
            self.trace.note(now, || Happened::Refused { id });
            return Err(refused);
        }
        let connection = self.number();
        self.connections.insert(connection, Connection { instance: uid, open: true });
        self.trace.note(now, || Happened::Connected { id, connection });
        self.rescale(now, uid);
        Ok(connection)
    }

    pub(super) fn disconnect(
        &mut self,
        now: Time,
        connection: u64,
    ) -> Result<Response, ServiceError> {
        if self.leave_proxy(now, connection) {
            return Ok(Response::Empty);
        }
        let closed =
            self.connections.remove(&connection).ok_or_else(|| no_connection(connection))?;
        self.rescale(now, closed.instance);
        self.serve_all_queues(now);
        Ok(Response::Empty)
    }

    /// Every connection to an instance dies; its client learns so at its next transaction.
    pub(super) fn drop_connections(&mut self, now: Time, uid: u64) {
        self.settle(now, uid);
        let mut count = 0;
        for connection in self.connections.values_mut().filter(|one| one.instance == uid) {
            count += u64::from(connection.open);
            connection.open = false;
        }
        if let Some(id) = self.id_of(uid).filter(|_| count > 0) {
            self.trace.note(now, || Happened::ConnectionsLost { id, count });
        }
        self.refuse_waiting(now, uid);
        self.retry_stalled(now);
        self.rescale(now, uid);
    }

    pub(super) fn execute(&mut self, now: Time, asked: Execute) -> Result<Response, ServiceError> {
        let connection = asked.connection_id;
        let open = self.connections.get(&connection).ok_or_else(|| no_connection(connection))?;
        if !open.open {
            self.connections.remove(&connection);
            return Err(connection_lost());
        }
        let uid = open.instance;
        let id = self.id_of(uid).ok_or_else(|| no_connection(connection))?;
        self.run(now, &id, &asked.reads.unwrap_or_default(), asked.writes.unwrap_or_default())
    }

    /// One transaction: reads what was there before, then writes all or nothing.
    fn run(
        &mut self,
        now: Time,
        id: &str,
        reads: &[String],
        writes: BTreeMap<String, String>,
    ) -> Result<Response, ServiceError> {
        let instance = self.must_know(id)?;
        let target = if writes.is_empty() { None } else { Some(self.written_through(instance)?) };
        if target.is_some() && instance.status == Status::StorageFull {
            return Err(error("StorageFull", format!("The storage of {id} is full.")));
        }
        let (log, position) = self.root(instance);
        if let Some((cluster, _)) = self.cluster_of(instance) {
            readable(cluster, reads)?;
        }
        let value = |key: &String| (key.clone(), log.read(key, position).map(str::to_owned));
        let values = reads.iter().map(value).collect();
        if let Some(target) = target {
            self.commit(now, id, target, writes)?;
        }
        Ok(Response::Executed { values, position: position as u64 })
    }

    /// Where a write through this instance goes: into the instance, or into a cluster.
    fn written_through(&self, instance: &Instance) -> Result<Written, ServiceError> {
        let Some((cluster, writes)) = self.cluster_of(instance) else {
            return match instance.replica {
                Some(_) => Err(instance.engine.read_only()),
                None => Ok(Written::Instance),
            };
        };
        if writes && !self.follows_a_region(cluster) {
            return Ok(Written::Cluster(cluster.id.clone()));
        }
        // A secondary of a Global Database may send writes on to its primary (AUR-22).
        let forwards = cluster.aurora().is_some_and(|aurora| aurora.forwards_writes);
        match self.primary_of(cluster).filter(|(primary, _)| !self.follows_a_region(primary)) {
            Some((primary, _)) if forwards => Ok(Written::Cluster(primary.id.clone())),
            _ => Err(instance.engine.read_only()),
        }
    }

    /// Writes into a volume, or into an instance and, if it has one, its standby, before anybody is told
    /// (RDS-13).
    fn commit(
        &mut self,
        now: Time,
        id: &str,
        target: Written,
        writes: BTreeMap<String, String>,
    ) -> Result<(), ServiceError> {
        let position = match target {
            Written::Instance => {
                let Some(instance) = self.instances.get_mut(id) else { return Ok(()) };
                instance.log.commit(now, writes);
                let position = instance.log.len();
                if let Some(standby) = instance.standby.as_mut().filter(|standby| standby.ready) {
                    standby.position = position;
                }
                position
            }
            Written::Cluster(cluster) => self.commit_to_cluster(now, id, &cluster, writes)?,
        };
        let (id, position) = (id.to_owned(), position as u64);
        self.trace.note(now, || Happened::Committed { id, position });
        Ok(())
    }

    /// A write into a cluster needs the write quorum of every protection group it touches (AUR-2).
    fn commit_to_cluster(
        &mut self,
        now: Time,
        id: &str,
        cluster: &str,
        writes: BTreeMap<String, String>,
    ) -> Result<usize, ServiceError> {
        let cluster = self.known_cluster_mut(cluster)?;
        if let Some(aurora) = cluster.aurora_mut()
            && !aurora.volume.write(writes.keys())
        {
            let groups = writes.keys().map(|key| aurora.volume.group_of(key));
            let group = groups.min_by_key(|group| aurora.volume.group(*group).alive()).unwrap_or(0);
            let alive = aurora.volume.group(group).alive();
            let id = id.to_owned();
            self.trace.note(now, || Happened::NoQuorum { id, group, alive });
            return Err(error(
                "NoWriteQuorum",
                format!("Protection group {group} has {alive} of 6 copies: a write needs 4."),
            ));
        }
        cluster.log.commit(now, writes);
        let (position, id) = (cluster.log.len(), cluster.id.clone());
        self.acknowledge(&id);
        Ok(position)
    }

    /// Whether a transaction that writes cannot be acknowledged now: neither reader of its Multi-AZ
    /// cluster answers (RDS-25).
    pub(super) fn stalls(&self, asked: &Execute, connection: u64) -> bool {
        let writes = asked.writes.as_ref().is_some_and(|writes| !writes.is_empty());
        let open = self.connections.get(&connection).filter(|one| writes && one.open);
        let instance = open.and_then(|open| {
            self.instances.values().find(|instance| instance.uid == open.instance)
        });
        let cluster = instance.and_then(|instance| self.cluster_of(instance));
        cluster.is_some_and(|(cluster, writes)| writes && self.lacks_readers(cluster))
    }
}

/// Where a write goes.
enum Written {
    Instance,
    Cluster(String),
}

/// Whether what was committed under these keys can be read from the volume (AUR-2).
fn readable(cluster: &Cluster, keys: &[String]) -> Result<(), ServiceError> {
    let Some(volume) = cluster.volume() else { return Ok(()) };
    let lost =
        keys.iter().map(|key| volume.group_of(key)).find(|one| !volume.group(*one).can_read());
    match lost {
        None => Ok(()),
        Some(group) => Err(error(
            "NoReadQuorum",
            format!("Protection group {group} has fewer than 3 of 6 copies: it cannot be read."),
        )),
    }
}

/// What a client learns whose connection died with its host.
fn connection_lost() -> ServiceError {
    error(
        "ConnectionLost",
        "Lost connection to the server; whether the last transaction took effect is not known.",
    )
}

pub(super) fn no_connection(connection: u64) -> ServiceError {
    error("ConnectionClosed", format!("There is no connection {connection}."))
}
