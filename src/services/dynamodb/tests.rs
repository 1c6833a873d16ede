//! The rules of DynamoDB by their ids (`rules/ddb.toml`), through the door that everybody uses.

mod capacity;
mod changes;
mod items;
mod properties;

use serde_json::{Value, json};

use super::*;
use crate::services::world::{self, ServiceId, World};

/// DynamoDB behind the common door, with a clock.
struct Bench {
    world: World,
    /// Milliseconds.
    now: u64,
}

/// What came of a call.
type Outcome = std::result::Result<Value, ServiceError>;

impl Bench {
    fn new() -> Bench {
        Bench { world: World::new(1), now: 0 }
    }

    /// With a table `tab` of partition key `p` and 1,000 units of each kind, full buckets.
    fn with_table() -> Bench {
        Bench::with(json!({}))
    }

    /// With a table `tab` that differs in these parameters, metered from now on.
    fn with(more: Value) -> Bench {
        let mut bench = Bench::new();
        bench.create("tab", more);
        bench
    }

    fn create(&mut self, name: &str, more: Value) {
        let mut params = json!({
            "TableName": name,
            "KeySchema": [{ "AttributeName": "p", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "p", "AttributeType": "S" }],
            "ProvisionedThroughput": units(100_000, 100_000),
        });
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        if params["BillingMode"] == "PAY_PER_REQUEST" {
            params.as_object_mut().unwrap().remove("ProvisionedThroughput");
        }
        self.ok("CreateTable", params);
        self.now = (self.now + 1000).next_multiple_of(1000);
        self.world.advance(Time(self.now));
    }

    fn call(&mut self, op: &str, params: Value) -> Outcome {
        let operation = world::Operation::from_json(ServiceId::DynamoDb, op, params)?;
        match self.world.call(Time(self.now), operation) {
            Answer::Now(result) => result.map(|response| response.to_json()),
            Answer::Later(_) => panic!("DynamoDB answers at once"),
        }
    }

    fn ok(&mut self, op: &str, params: Value) -> Value {
        self.call(op, params.clone()).unwrap_or_else(|error| panic!("{op} {params}: {error}"))
    }

    fn error(&mut self, op: &str, params: Value) -> ServiceError {
        match self.call(op, params.clone()) {
            Ok(response) => panic!("{op} {params} answered {response}"),
            Err(error) => error,
        }
    }

    fn put(&mut self, item: Value) -> Value {
        self.ok("PutItem", json!({ "TableName": "tab", "Item": item }))
    }

    fn get(&mut self, key: Value) -> Value {
        self.ok("GetItem", json!({ "TableName": "tab", "Key": key, "ConsistentRead": true }))["Item"]
            .clone()
    }

    fn query(&mut self, more: Value) -> Value {
        let mut params = json!({
            "TableName": "tab",
            "KeyConditionExpression": "p = :p",
            "ExpressionAttributeValues": { ":p": { "S": "a" } },
        });
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        self.ok("Query", params)
    }

    fn wait(&mut self, millis: u64) {
        self.now += millis;
        self.world.advance(Time(self.now));
    }

    fn table(&mut self) -> &mut Table {
        self.world.dynamodb.table_mut("tab").unwrap()
    }

    fn written(&self) -> Units {
        self.world.dynamodb.table("tab").unwrap().throughput.writes.total()
    }

    /// How many of so many puts of 1 KB are let through at this moment.
    fn puts(&mut self, count: usize, key: impl Fn(usize) -> String) -> usize {
        (0..count)
            .filter(|number| {
                let item = json!({ "p": { "S": key(*number) }, "x": { "N": number.to_string() } });
                let put = self.call("PutItem", json!({ "TableName": "tab", "Item": item }));
                if let Err(error) = &put {
                    assert!(error.message.contains("hroughput"), "{error}");
                }
                put.is_ok()
            })
            .count()
    }
}

fn units(reads: u64, writes: u64) -> Value {
    json!({ "ReadCapacityUnits": reads, "WriteCapacityUnits": writes })
}

/// The parameters that make a key of `p` and a sort key `r`.
fn sorted(kind: &str) -> Value {
    json!({
        "KeySchema": [
            { "AttributeName": "p", "KeyType": "HASH" },
            { "AttributeName": "r", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [
            { "AttributeName": "p", "AttributeType": "S" },
            { "AttributeName": "r", "AttributeType": kind },
        ],
    })
}

/// A table with a global index `g` on the attribute `g` that holds `KEYS_ONLY` or as given.
fn indexed(projection: Value, index_units: Value) -> Value {
    json!({
        "AttributeDefinitions": [
            { "AttributeName": "p", "AttributeType": "S" },
            { "AttributeName": "g", "AttributeType": "S" },
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-g",
            "KeySchema": [{ "AttributeName": "g", "KeyType": "HASH" }],
            "Projection": projection,
            "ProvisionedThroughput": index_units,
        }],
    })
}

/// A table with a local index `by-l` on the number `l`.
fn with_local_index() -> Value {
    let mut params = sorted("S");
    params["AttributeDefinitions"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "AttributeName": "l", "AttributeType": "N" }));
    params["LocalSecondaryIndexes"] = json!([{
        "IndexName": "by-l",
        "KeySchema": [
            { "AttributeName": "p", "KeyType": "HASH" },
            { "AttributeName": "l", "KeyType": "RANGE" },
        ],
        "Projection": { "ProjectionType": "KEYS_ONLY" },
    }]);
    params
}

fn s(text: &str) -> Value {
    json!({ "S": text })
}

fn n(number: i64) -> Value {
    json!({ "N": number.to_string() })
}

/// An item of exactly so many bytes, its key included.
fn item_of(key: &str, bytes: usize) -> Value {
    json!({ "p": s(key), "d": s(&"x".repeat(bytes - key.len() - 2)) })
}
