//! What holds whatever one does to a stream.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::super::Answer;
use super::super::{ShardState, api};
use super::{ARN, Desk, list, text};

#[derive(Debug, Clone)]
enum Step {
    Put(u8),
    Split(u8, u128),
    Merge(u8),
    Recount(u8),
    Wait(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => any::<u8>().prop_map(Step::Put),
        2 => (any::<u8>(), any::<u128>()).prop_map(|(shard, at)| Step::Split(shard, at)),
        2 => any::<u8>().prop_map(Step::Merge),
        1 => (1..12_u8).prop_map(Step::Recount),
        3 => (0..2000_u16).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..40)
}

/// Does a step; refusals are fine. Returns the key and the data of a record that was stored.
fn run(desk: &mut Desk, step: &Step, number: usize) -> Option<(String, String)> {
    let open: Vec<u32> =
        desk.world.kinesis.stream("s").unwrap().open_shards().map(ShardState::index).collect();
    let pick = |shard: u8| usize::from(shard) % open.len();
    match step {
        Step::Put(key) => {
            let key = format!("k{}", key % 16);
            desk.put(&key, &number.to_string());
            return Some((key, number.to_string()));
        }
        Step::Split(shard, at) => {
            let shard = open[pick(*shard)];
            let range = desk.world.kinesis.stream("s").unwrap().shards()[shard as usize].range();
            let at = range.start + at % (range.end - range.start).max(1);
            let _ = desk.split(shard, &at.to_string());
        }
        Step::Merge(shard) => {
            let place = pick(*shard);
            let _ = desk.merge(open[place], open[(place + 1) % open.len()]);
        }
        Step::Recount(count) => {
            let params = json!({"StreamName": "s", "TargetShardCount": count, "ScalingType": "UNIFORM_SCALING"});
            let _ = desk.call("UpdateShardCount", params);
        }
        Step::Wait(millis) => desk.wait(u64::from(*millis)),
    }
    None
}

fn decoded(data: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(data).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What a parameter may be given: of any type, far out of range, or nearly right.
fn absurd() -> impl Strategy<Value = Value> {
    let digits = proptest::collection::vec("[0-9]", 1..200).prop_map(|digits| digits.concat());
    let single = prop_oneof![
        2 => Just(json!("s")),
        2 => Just(json!(ARN)),
        2 => Just(json!("shardId-000000000000")),
        1 => proptest::sample::select(vec!["", "TRIM_HORIZON", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "LATEST", "ON_DEMAND", "AUTO"])
            .prop_map(|text| json!(text)),
        1 => digits.prop_map(Value::from),
        1 => ".{0,300}".prop_map(Value::from),
        2 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => proptest::sample::select(vec![-1, 0, 1, 2, 24, 8760, 10_000]).prop_map(|number: i64| json!(number)),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    single.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((names(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn names() -> impl Strategy<Value = String> {
    let known =
        ["Data", "PartitionKey", "StreamMode", "Type", "Timestamp", "ShardId", "Id", "StreamARN"];
    prop_oneof![4 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,20}"]
}

/// Calls of any operation: its own parameters, each there or not, with absurd values.
fn calls() -> impl Strategy<Value = Vec<(usize, Vec<Option<Value>>)>> {
    let values = proptest::collection::vec(proptest::option::weighted(0.8, absurd()), 10);
    proptest::collection::vec((0..api::API.operations.len(), values), 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn absurd_parameters_are_refused_and_break_nothing(calls in calls()) {
        let mut desk = Desk::with_shards(2);
        for (operation, values) in calls {
            let operation = &api::API.operations[operation];
            let given = operation.input.iter().zip(values);
            let params: Map<String, Value> = given
                .filter_map(|(member, value)| Some((member.name.to_owned(), value?)))
                .collect();
            if let Answer::Now(Err(error)) = desk.answer(operation.name, Value::Object(params)) {
                prop_assert!(!error.code.is_empty());
            }
            desk.wait(700);
            let Some(stream) = desk.world.kinesis.stream("s") else { continue };
            let ranges: Vec<_> = stream.open_shards().map(ShardState::range).collect();
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end.wrapping_add(1) == pair[1].start));
        }
    }

    #[test]
    fn open_shards_tile_the_space_and_every_record_is_read_once_in_order(
        steps in steps(), shards in 1..6_u32,
    ) {
        let mut desk = Desk::with_shards(shards);
        let mut put: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (number, step) in steps.iter().enumerate() {
            if let Some((key, data)) = run(&mut desk, step, number) {
                put.entry(key).or_default().push(data);
            }
            let ranges: Vec<_> =
                desk.world.kinesis.stream("s").unwrap().open_shards().map(ShardState::range).collect();
            prop_assert_eq!(ranges[0].start, 0);
            prop_assert_eq!(ranges.last().unwrap().end, u128::MAX);
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end.wrapping_add(1) == pair[1].start));
        }
        desk.wait(2000);
        // Shard ids grow from parent to child: reading them in order is reading parents first.
        let mut read: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for shard in 0..desk.world.kinesis.stream("s").unwrap().shards().len() {
            let mut iterator = Some(desk.iterator(shard as u32, "TRIM_HORIZON"));
            while let Some(at) = iterator {
                desk.wait(1000);
                let answer = desk.ok("GetRecords", json!({"ShardIterator": at, "Limit": 3}));
                for record in list(&answer["Records"]) {
                    let data = decoded(&text(&record["Data"]));
                    read.entry(text(&record["PartitionKey"])).or_default().push(data);
                }
                let done = answer["Records"] == json!([]);
                iterator = answer["NextShardIterator"].as_str().filter(|_| !done).map(str::to_owned);
            }
        }
        prop_assert_eq!(read, put);
    }

    #[test]
    fn a_replay_and_a_clone_come_to_the_same_state(steps in steps(), cut in 0..40_usize) {
        let (mut one, mut other) = (Desk::with_shards(2), Desk::with_shards(2));
        let mut clone = None;
        for (number, step) in steps.iter().enumerate() {
            if number == cut {
                clone = Some(one.clone());
            }
            run(&mut one, step, number);
            run(&mut other, step, number);
            if let Some(clone) = &mut clone {
                run(clone, step, number);
            }
        }
        prop_assert_eq!(&one, &other);
        if let Some(clone) = clone {
            prop_assert_eq!(&clone, &one);
        }
    }
}
