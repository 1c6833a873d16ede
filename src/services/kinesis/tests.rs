//! The rules of Kinesis as tests, through the same door as everything else.

mod properties;
mod queues;
mod reading;
mod resharding;
mod settings;
mod writing;

use serde_json::{Value, json};

use super::super::time::Time;
use super::super::world::{self, ServiceId, World};
use super::super::{Answer, ServiceError};

/// A world with Kinesis in it, and a hand on its clock.
#[derive(Clone, PartialEq, Debug)]
struct Desk {
    world: World,
    now: u64,
}

impl Desk {
    fn new() -> Desk {
        Desk { world: World::new(1), now: 0 }
    }

    /// With a provisioned stream `s` of so many shards, ACTIVE.
    fn with_shards(count: u32) -> Desk {
        let mut desk = Desk::new();
        desk.ok("CreateStream", json!({"StreamName": "s", "ShardCount": count}));
        desk.wait(1_000);
        desk
    }

    /// With an on-demand stream `s`, ACTIVE.
    fn on_demand() -> Desk {
        let mut desk = Desk::new();
        let mode = json!({"StreamMode": "ON_DEMAND"});
        desk.ok("CreateStream", json!({"StreamName": "s", "StreamModeDetails": mode}));
        desk.wait(1_000);
        desk
    }

    fn wait(&mut self, millis: u64) {
        self.now += millis;
        self.world.advance(Time(self.now));
    }

    fn answer(&mut self, name: &str, params: Value) -> Answer<world::Response> {
        match world::Operation::from_json(ServiceId::Kinesis, name, params) {
            Ok(operation) => self.world.call(Time(self.now), operation),
            Err(error) => Answer::Now(Err(error)),
        }
    }

    fn call(&mut self, name: &str, params: Value) -> Result<Value, ServiceError> {
        match self.answer(name, params) {
            Answer::Now(result) => result.map(|response| response.to_json()),
            Answer::Later(ticket) => panic!("{name} waits under {ticket:?}"),
        }
    }

    #[track_caller]
    fn ok(&mut self, name: &str, params: Value) -> Value {
        self.call(name, params).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The code of the refusal.
    #[track_caller]
    fn refused(&mut self, name: &str, params: Value) -> String {
        match self.call(name, params) {
            Ok(response) => panic!("{name} was answered: {response}"),
            Err(error) => error.code.into_owned(),
        }
    }

    #[track_caller]
    fn put(&mut self, key: &str, data: &str) -> Value {
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(data);
        self.ok("PutRecord", json!({"StreamName": "s", "PartitionKey": key, "Data": data}))
    }

    /// A record for the shard that owns a hash key.
    #[track_caller]
    fn put_at(&mut self, hash_key: &str) -> Value {
        self.ok(
            "PutRecord",
            json!({"StreamName": "s", "PartitionKey": "k", "ExplicitHashKey": hash_key, "Data": "eA=="}),
        )
    }

    #[track_caller]
    fn iterator(&mut self, shard: u32, kind: &str) -> String {
        let shard = format!("shardId-{shard:012}");
        let params = json!({"StreamName": "s", "ShardId": shard, "ShardIteratorType": kind});
        text(&self.ok("GetShardIterator", params)["ShardIterator"])
    }

    #[track_caller]
    fn read(&mut self, iterator: &str) -> Value {
        self.ok("GetRecords", json!({"ShardIterator": iterator}))
    }

    /// The data of every record a read from here gives.
    #[track_caller]
    fn data(&mut self, iterator: &str) -> Vec<String> {
        list(&self.read(iterator)["Records"]).iter().map(|record| text(&record["Data"])).collect()
    }

    #[track_caller]
    fn split(&mut self, shard: u32, at: &str) -> Result<Value, ServiceError> {
        let shard = format!("shardId-{shard:012}");
        self.call(
            "SplitShard",
            json!({"StreamName": "s", "ShardToSplit": shard, "NewStartingHashKey": at}),
        )
    }

    #[track_caller]
    fn merge(&mut self, shard: u32, adjacent: u32) -> Result<Value, ServiceError> {
        let (shard, adjacent) = (format!("shardId-{shard:012}"), format!("shardId-{adjacent:012}"));
        let params =
            json!({"StreamName": "s", "ShardToMerge": shard, "AdjacentShardToMerge": adjacent});
        self.call("MergeShards", params)
    }

    fn shards(&mut self) -> Vec<Value> {
        list(&self.ok("ListShards", json!({"StreamName": "s"}))["Shards"])
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

const ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
