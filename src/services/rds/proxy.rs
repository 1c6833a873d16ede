//! One proxy: its clients, the database connections it keeps, who has borrowed one, and who waits.

use std::collections::{BTreeMap, VecDeque};

use crate::services::time::{Span, Time};
use crate::services::{ServiceError, Ticket};

use super::engine::Family;
use super::operation::{Execute, PoolConfiguration, PoolInfo};
use super::{error, invalid, invalid_combination};

/// What a proxy stands in front of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An instance by its identifier.
    Instance(String),
    /// The writer of a cluster.
    Cluster(String),
}

/// How a proxy treats its pool (`ConnectionPoolConfig`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Per cent of `max_connections` that the pool has at most.
    pub most: u64,
    /// Per cent of `max_connections` that may stand idle.
    pub idle: u64,
    /// For how long a client waits for a connection.
    pub borrow_timeout: Span,
}

/// For how long a client waits for a connection, if nothing is said.
pub(super) const BORROW_TIMEOUT: Span = Span::seconds(120);

impl Pool {
    /// The defaults for an engine.
    pub(super) fn of(family: Family) -> Pool {
        let most = if family == Family::SqlServer { 10 } else { 100 };
        Pool { most, idle: most / 2, borrow_timeout: BORROW_TIMEOUT }
    }

    /// As asked for; what is not named stays, but the idle part follows its larger one.
    pub(super) fn changed(self, asked: &PoolConfiguration) -> Result<Pool, ServiceError> {
        let within = |name: &str, value: i64, least: i64, most: i64| {
            let fits = u64::try_from(value).ok().filter(|_| (least..=most).contains(&value));
            fits.ok_or_else(|| {
                invalid(format!("Invalid {name} {value}: it must be between {least} and {most}."))
            })
        };
        let most = match asked.max_connections_percent {
            Some(most) => within("MaxConnectionsPercent", most, 1, 100)?,
            None => self.most,
        };
        let idle = match (asked.max_idle_connections_percent, asked.max_connections_percent) {
            (Some(_), None) => {
                return Err(invalid_combination(
                    "MaxConnectionsPercent is required with MaxIdleConnectionsPercent.",
                ));
            }
            (Some(idle), Some(most)) => within("MaxIdleConnectionsPercent", idle, 0, most)?,
            (None, Some(_)) => most / 2,
            (None, None) => self.idle,
        };
        let borrow_timeout = match asked.connection_borrow_timeout {
            Some(seconds) => Span::seconds(within("ConnectionBorrowTimeout", seconds, 0, 300)?),
            None => self.borrow_timeout,
        };
        Ok(Pool { most, idle, borrow_timeout })
    }

    pub(super) fn shown(self) -> PoolInfo {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        PoolInfo {
            max_connections_percent: number(self.most),
            max_idle_connections_percent: number(self.idle),
            connection_borrow_timeout: number(self.borrow_timeout.as_seconds()),
            session_pinning_filters: Vec::new(),
        }
    }
}

/// A client of a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The database connection it is tied to by its session's state.
    pub pinned: Option<u64>,
    /// Whether a transaction of its runs or waits.
    pub busy: bool,
    pub(super) idle_since: Time,
}

/// A transaction that waits for a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Whose it is.
    pub client: u64,
    /// Since when.
    pub since: Time,
    pub(super) ticket: Ticket,
    pub(super) asked: Execute,
}

/// A proxy.
#[derive(Debug, Clone, PartialEq)]
pub struct Proxy {
    /// Its number.
    pub uid: u64,
    /// Its name.
    pub name: String,
    /// The engines it speaks for: `MYSQL`, `POSTGRESQL`, `SQLSERVER`.
    pub family: &'static str,
    /// Whether it answers; until then it is being made.
    pub available: bool,
    /// Since when there is one.
    pub created: Time,
    /// After how long an idle client is disconnected.
    pub idle_client_timeout: Span,
    /// What it stands in front of.
    pub target: Option<Target>,
    /// How it treats its pool.
    pub pool: Pool,
    pub(super) role: String,
    pub(super) subnets: Vec<String>,
    /// Its database connections, each with the client that has it.
    pub(super) connections: BTreeMap<u64, Option<u64>>,
    pub(super) clients: BTreeMap<u64, Client>,
    pub(super) queue: VecDeque<Wait>,
}

impl Proxy {
    /// The name of its endpoint.
    pub fn endpoint(&self) -> String {
        format!("{}.proxy-c0awslearn.us-east-1.rds.amazonaws.com", self.name)
    }

    /// The address behind that name; it never changes.
    pub fn address(&self) -> String {
        format!("10.0.9.{}", self.uid)
    }

    /// Its clients, by their number (`ClientConnections` counts them).
    pub fn clients(&self) -> &BTreeMap<u64, Client> {
        &self.clients
    }

    /// Its database connections, each with the client that has borrowed it or is pinned to it.
    pub fn connections(&self) -> &BTreeMap<u64, Option<u64>> {
        &self.connections
    }

    /// Who waits, first come first.
    pub fn queue(&self) -> impl ExactSizeIterator<Item = &Wait> {
        self.queue.iter()
    }

    /// How many clients are pinned (`DatabaseConnectionsCurrentlySessionPinned`).
    pub fn pinned(&self) -> usize {
        self.clients.values().filter(|client| client.pinned.is_some()).count()
    }

    /// How many database connections somebody has (`DatabaseConnectionsCurrentlyBorrowed`).
    pub fn borrowed(&self) -> usize {
        self.connections.values().flatten().count()
    }
}

/// The families of engines that a proxy speaks for.
pub(super) fn family_named(name: &str) -> Option<(&'static str, Family)> {
    const FAMILIES: &[(&str, Family)] = &[
        ("MYSQL", Family::MySql),
        ("POSTGRESQL", Family::Postgres),
        ("SQLSERVER", Family::SqlServer),
    ];
    FAMILIES.iter().copied().find(|(known, _)| *known == name)
}

/// Whether a proxy of this family stands in front of such an engine.
pub(super) fn speaks_for(family: &str, engine: Family) -> bool {
    let engine = if engine == Family::MariaDb { Family::MySql } else { engine };
    family_named(family).is_some_and(|(_, known)| known == engine)
}

/// What a client hears that waited too long. MySQL's number is known; elsewhere the code is ours.
pub(super) fn borrow_timed_out(family: &str) -> ServiceError {
    let code = if family == "MYSQL" { "9501" } else { "BorrowTimeout" };
    error(code, "Timed-out waiting to acquire database connection")
}
