//! Amazon DynamoDB: tables, items, indexes, capacity, transactions and streams.
//!
//! The rules carry the ids of `rules/ddb.toml`. What a model wants to show it reads from
//! [`DynamoDb::tables`] and from the [`Happened`] it is told.

mod api;
mod batch;
mod capacity;
mod control;
mod create;
mod errors;
mod expression;
mod index;
mod items;
mod keys;
mod legacy;
mod number;
mod operations;
mod query;
mod reading;
mod recovery;
mod reserved;
mod responses;
mod scan;
mod shapes;
mod store;
mod streams;
mod table;
#[cfg(test)]
mod tests;
mod throttling;
mod transactions;
mod ttl;
mod update_table;
mod value;

use std::collections::BTreeMap;

pub use capacity::{
    Allowance, BURST_SECONDS, Direction, Limit, Meter, ON_DEMAND_READS, ON_DEMAND_WRITES,
    PARTITION_READS, PARTITION_WRITES, PartitionLoad, Throughput, Units,
};
pub use index::{GlobalIndex, Index};
pub use keys::{KeyAttribute, KeySchema, KeyValue, TableKey, placement};
pub use number::Number;
pub use operations::*;
pub use responses::*;
pub use shapes::*;
pub use store::{Collection, Store};
pub use streams::{Stream, StreamRecord};
pub use table::{ITEM_BYTES, Table};
pub use throttling::Throttled;
pub use ttl::TimeToLive;
pub use value::{AttributeValue, Item, SharedItem};

use super::chance::Chance;
use super::constants;
use super::shape::Api;
use super::time::{Span, Time};
use super::trace::Trace;
use super::{Answer, LateAnswer, Service, ServiceError};
use errors::{Result, no_table, not_found};
use transactions::Token;

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::bytes("dynamodb.item.max", ITEM_BYTES),
    constants::count("dynamodb.on-demand.initial-writes", ON_DEMAND_WRITES),
    constants::time("dynamodb.burst.seconds", Span::seconds(BURST_SECONDS)),
    constants::count("dynamodb.partition.rcu", PARTITION_READS),
    constants::count("dynamodb.partition.wcu", PARTITION_WRITES),
    constants::count("dynamodb.lsi.max", create::LOCALS as u64),
    constants::count("dynamodb.gsi.max", create::GLOBALS as u64),
    constants::count("dynamodb.transaction.max", transactions::ACTIONS as u64),
];

/// DynamoDB in one account and region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DynamoDb {
    /// What AWS gives no figure for.
    pub settings: Settings,
    /// What happened and why, for whoever watches.
    pub trace: Trace<Happened>,
    tables: BTreeMap<String, Table>,
    /// Streams of tables that are gone, or that were turned off.
    old_streams: Vec<Stream>,
    tokens: BTreeMap<String, Token>,
}

/// How long things take, and limits that a scene may want smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// From `CreateTable` to `ACTIVE`.
    pub create_table: Span,
    /// How long `UpdateTable` takes.
    pub update_table: Span,
    /// From `DeleteTable` until the table is gone.
    pub delete_table: Span,
    /// How long a write takes to reach a global index (DDB-13).
    pub index_lag: Span,
    /// How long a write takes to reach the last replica (DDB-11).
    pub replica_lag: Span,
    /// The longest that an expired item stays (DDB-31).
    pub ttl_delay: Span,
    /// How long a change of the TTL setting takes to take hold.
    pub ttl_change: Span,
    /// How long a transaction holds its items.
    pub transaction: Span,
    /// Most bytes of an item collection in a table with local indexes (DDB-30).
    pub item_collection_bytes: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            create_table: Span::millis(500),
            update_table: Span::millis(500),
            delete_table: Span::millis(500),
            index_lag: Span::ZERO,
            replica_lag: Span::ZERO,
            ttl_delay: Span::hours(48),
            ttl_change: Span::ZERO,
            transaction: Span::ZERO,
            item_collection_bytes: 10 * 1024 * 1024 * 1024,
        }
    }
}

/// Something that happened in DynamoDB.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// A table's creation, or another change, was done.
    TableSettled {
        /// The table.
        table: String,
    },
    /// A table was gone.
    TableDeleted {
        /// The table.
        table: String,
    },
    /// An item was put, changed or deleted.
    Written {
        /// The table.
        table: String,
        /// The item.
        key: TableKey,
        /// The partition it lies in.
        partition: usize,
        /// What the table and its local indexes took.
        units: Units,
    },
    /// Items were read from one partition key, or from everywhere.
    Read {
        /// The table.
        table: String,
        /// The index, if one was read.
        index: Option<String>,
        /// The partition, if it was one.
        partition: Option<usize>,
        /// What it took.
        units: Units,
    },
    /// A condition did not hold: nothing was written, but paid for (DDB-9).
    ConditionFailed {
        /// The table.
        table: String,
        /// The item.
        key: TableKey,
        /// What it took.
        units: Units,
    },
    /// A request was not let through.
    Throttled(Throttled),
    /// A transaction was cancelled: nothing of it was done.
    TransactionCancelled {
        /// The code of each action's reason.
        reasons: Vec<String>,
    },
    /// An item expired and was deleted.
    Expired {
        /// The table.
        table: String,
        /// The item.
        key: TableKey,
    },
}

impl DynamoDb {
    /// Every table, by name.
    pub fn tables(&self) -> impl ExactSizeIterator<Item = &Table> {
        self.tables.values()
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The table of this name, to set up a scene: its buckets, peaks, partitions, items.
    pub fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(name)
    }

    /// A table that may be asked about.
    fn known(&self, name: &str) -> Result<&Table> {
        self.tables.get(name).ok_or_else(|| no_table(name))
    }

    fn known_mut(&mut self, name: &str) -> Result<&mut Table> {
        self.tables.get_mut(name).ok_or_else(|| no_table(name))
    }

    /// A table that may be read and written.
    fn live_mut(&mut self, name: &str) -> Result<&mut Table> {
        self.tables.get_mut(name).filter(|table| table.is_live()).ok_or_else(not_found)
    }

    /// Notes that a request was not let through, and says so.
    fn refuse(&mut self, now: Time, throttled: Throttled) -> ServiceError {
        let error = throttled.error();
        self.trace.note(now, || Happened::Throttled(throttled));
        error
    }

    fn answer(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Result<Response> {
        use Operation as Op;
        match operation {
            Op::BatchGetItem(op) => self.batch_get(now, chance, op),
            Op::BatchWriteItem(op) => self.batch_write(now, chance, op),
            Op::CreateTable(op) => self.create_table(now, chance, op),
            Op::DeleteItem(op) => self.delete_item(now, chance, op),
            Op::DeleteTable(op) => self.delete_table(now, &op),
            Op::DescribeContinuousBackups(op) => self.describe_backups(now, &op),
            Op::DescribeLimits(_) => Ok(control::describe_limits()),
            Op::DescribeStream(op) => self.describe_stream(&op),
            Op::DescribeTable(op) => self.describe_table(&op),
            Op::DescribeTimeToLive(op) => self.describe_ttl(now, &op),
            Op::GetItem(op) => self.get_item(now, chance, op),
            Op::GetRecords(op) => self.get_records(now, &op),
            Op::GetShardIterator(op) => self.get_shard_iterator(now, &op),
            Op::ListStreams(op) => self.list_streams(&op),
            Op::ListTables(op) => Ok(self.list_tables(&op)),
            Op::ListTagsOfResource(op) => self.list_tags(&op),
            Op::PutItem(op) => self.put_item(now, chance, op),
            Op::Query(op) => self.query(now, &op),
            Op::RestoreTableToPointInTime(op) => self.restore(now, chance, &op),
            Op::Scan(op) => self.scan(now, &op),
            Op::TagResource(op) => self.tag(op),
            Op::TransactGetItems(op) => self.transact_get(now, &op),
            Op::TransactWriteItems(op) => self.transact_write(now, chance, op),
            Op::UntagResource(op) => self.untag(&op),
            Op::UpdateContinuousBackups(op) => self.update_backups(now, &op),
            Op::UpdateItem(op) => self.update_item(now, chance, op),
            Op::UpdateTable(op) => self.update_table(now, op),
            Op::UpdateTimeToLive(op) => self.update_ttl(now, chance, op),
        }
    }

    /// Finishes what is due, without handing anything out.
    fn settle(&mut self, now: Time, chance: &mut Chance) {
        self.settle_tables(now);
        for global in self.tables.values_mut().flat_map(|table| &mut table.globals) {
            global.catch_up(now);
        }
        self.expire(now, chance);
    }
}

impl Service for DynamoDb {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        Answer::Now(self.answer(now, chance, operation))
    }

    fn next_wakeup(&self) -> Option<Time> {
        self.tables
            .values()
            .flat_map(|table| {
                let applied = table.globals.iter().filter_map(GlobalIndex::next_applied);
                table.settles.into_iter().chain(applied).chain(table.ttl.next())
            })
            .min()
    }

    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        while let Some(at) = self.next_wakeup().filter(|at| *at <= now) {
            self.settle(at, chance);
        }
        Vec::new()
    }
}
