//! How fast event source mappings step: messages and records a second through a whole world.

use awslearn::services::time::Time;
use awslearn::services::world::{Operation, ServiceId, World};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

fn call(world: &mut World, at: u64, service: ServiceId, name: &str, params: Value) {
    let operation = Operation::from_json(service, name, params).expect("a call");
    let _ = world.call(Time(at), operation);
}

fn with_function() -> World {
    let mut world = World::new(7);
    let script = json!({"InitMillis": 0, "DurationMillis": 20});
    let params = json!({"FunctionName": "f", "Role": "r", "Script": script});
    call(&mut world, 0, ServiceId::Lambda, "CreateFunction", params);
    world
}

const ITEMS: u64 = 10_000;

/// A queue with a backlog and a mapping that is about to poll it.
fn queue() -> World {
    let mut world = with_function();
    call(&mut world, 0, ServiceId::Sqs, "CreateQueue", json!({"QueueName": "jobs"}));
    for _ in 0..ITEMS / 10 {
        let entries: Vec<Value> =
            (0..10).map(|id| json!({"Id": id.to_string(), "MessageBody": "x"})).collect();
        let params = json!({"QueueUrl": "jobs", "Entries": entries});
        call(&mut world, 0, ServiceId::Sqs, "SendMessageBatch", params);
    }
    let params =
        json!({"FunctionName": "f", "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:jobs"});
    call(&mut world, 0, ServiceId::Lambda, "CreateEventSourceMapping", params);
    world
}

/// A stream with a backlog and a mapping that is about to read it.
fn stream() -> World {
    let mut world = with_function();
    let params = json!({"StreamName": "clicks", "ShardCount": 10});
    call(&mut world, 0, ServiceId::Kinesis, "CreateStream", params);
    for at in 0..ITEMS / 500 {
        let record = |id| json!({"PartitionKey": format!("{at}-{id}"), "Data": "eA=="});
        let records: Vec<Value> = (0..500).map(record).collect();
        let params = json!({"StreamName": "clicks", "Records": records});
        call(&mut world, 1000 + at * 200, ServiceId::Kinesis, "PutRecords", params);
    }
    let params = json!({
        "FunctionName": "f", "StartingPosition": "TRIM_HORIZON",
        "EventSourceArn": "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
    });
    call(&mut world, 6000, ServiceId::Lambda, "CreateEventSourceMapping", params);
    world
}

#[divan::bench]
fn messages_through_a_queue(bencher: divan::Bencher<'_, '_>) {
    bencher
        .counter(divan::counter::ItemsCount::new(ITEMS))
        .with_inputs(queue)
        .bench_local_values(|mut world| world.advance(Time(60_000)).len());
}

#[divan::bench]
fn records_through_a_stream(bencher: divan::Bencher<'_, '_>) {
    bencher
        .counter(divan::counter::ItemsCount::new(ITEMS))
        .with_inputs(stream)
        .bench_local_values(|mut world| world.advance(Time(60_000)).len());
}
