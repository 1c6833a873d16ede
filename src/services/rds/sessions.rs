//! What a client does: look up a name, connect, run transactions.

use std::collections::BTreeMap;

use crate::services::ServiceError;
use crate::services::time::Time;

use super::instance::{DOMAIN, Instance, Status, pace};
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

fn timed_out(address: &str) -> ServiceError {
    error("ConnectionTimedOut", format!("Nothing answers at {address:.80}."))
}

impl Rds {
    /// The address that an endpoint stands for now.
    ///
    /// # Errors
    /// `UnknownHost` when nothing has this endpoint.
    pub fn address_of(&mut self, endpoint: &str) -> Result<String, ServiceError> {
        let name = endpoint.to_ascii_lowercase();
        let id = name.strip_suffix(DOMAIN).and_then(|name| name.strip_suffix('.')).unwrap_or(&name);
        let instance = self.must_know(id).map_err(|_| unknown_host(endpoint))?;
        if instance.status == Status::Creating {
            return Err(unknown_host(endpoint));
        }
        Ok(instance.address())
    }

    /// Open connections of an instance (`DatabaseConnections`).
    pub fn connections_of(&self, id: &str) -> u64 {
        self.instance(id).map_or(0, |instance| self.open_connections(instance.uid))
    }

    fn open_connections(&self, uid: u64) -> u64 {
        let open = |one: &&Connection| one.open && one.instance == uid;
        self.connections.values().filter(open).count() as u64
    }

    pub(super) fn resolved(&mut self, endpoint: &str) -> Result<Response, ServiceError> {
        let address = self.address_of(endpoint)?;
        Ok(Response::Resolved { address, ttl: pace::DNS_TTL.as_seconds() })
    }

    pub(super) fn connect(&mut self, now: Time, asked: &Connect) -> Result<Response, ServiceError> {
        let address = match (&asked.endpoint, &asked.address) {
            (Some(endpoint), None) => self.address_of(endpoint)?,
            (None, Some(address)) => address.clone(),
            _ => return Err(invalid_combination("Specify either Endpoint or Address.")),
        };
        let connection_id = self.connect_to(now, &address)?;
        Ok(Response::Connected { connection_id, address })
    }

    /// Connects to a host, if its database answers and has a connection left (RDS-28).
    fn connect_to(&mut self, now: Time, address: &str) -> Result<u64, ServiceError> {
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
        Ok(connection)
    }

    pub(super) fn disconnect(&mut self, connection: u64) -> Result<Response, ServiceError> {
        match self.connections.remove(&connection) {
            Some(_) => Ok(Response::Empty),
            None => Err(no_connection(connection)),
        }
    }

    /// Every connection to an instance dies; its client learns so at its next transaction.
    pub(super) fn drop_connections(&mut self, now: Time, uid: u64) {
        let mut count = 0;
        for connection in self.connections.values_mut().filter(|one| one.instance == uid) {
            count += u64::from(connection.open);
            connection.open = false;
        }
        if let Some(id) = self.id_of(uid).filter(|_| count > 0) {
            self.trace.note(now, || Happened::ConnectionsLost { id, count });
        }
    }

    pub(super) fn execute(&mut self, now: Time, asked: Execute) -> Result<Response, ServiceError> {
        let connection = asked.connection_id;
        let open = self.connections.get(&connection).ok_or_else(|| no_connection(connection))?;
        if !open.open {
            self.connections.remove(&connection);
            return Err(error(
                "ConnectionLost",
                "Lost connection to the server; whether the last transaction took effect is not known.",
            ));
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
        if !writes.is_empty() && instance.replica.is_some() {
            return Err(instance.engine.read_only());
        }
        if !writes.is_empty() && instance.status == Status::StorageFull {
            return Err(error("StorageFull", format!("The storage of {id} is full.")));
        }
        let (log, position) = self.root(instance);
        let value = |key: &String| (key.clone(), log.read(key, position).map(str::to_owned));
        let values = reads.iter().map(value).collect();
        drop(log);
        if !writes.is_empty() {
            self.commit(now, id, writes);
        }
        Ok(Response::Executed { values, position: position as u64 })
    }

    /// Writes to an instance and, if it has one, to its standby, before anybody is told (RDS-13).
    fn commit(&mut self, now: Time, id: &str, writes: BTreeMap<String, String>) {
        let Some(instance) = self.instances.get_mut(id) else { return };
        instance.log.commit(now, writes);
        let position = instance.log.len();
        if let Some(standby) = instance.standby.as_mut().filter(|standby| standby.ready) {
            standby.position = position;
        }
        let (id, position) = (id.to_owned(), position as u64);
        self.trace.note(now, || Happened::Committed { id, position });
    }
}

fn no_connection(connection: u64) -> ServiceError {
    error("ConnectionClosed", format!("There is no connection {connection}."))
}
