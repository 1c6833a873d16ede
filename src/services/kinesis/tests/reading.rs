//! KDS-9 to 12, 16, 19 to 21: iterators, reads, retention and fan-out.

use serde_json::{Value, json};

use super::{ARN, Desk, list, text};

fn sequenced(desk: &mut Desk, kind: &str, number: &Value) -> Vec<String> {
    let params = json!({"StreamName": "s", "ShardId": "shardId-000000000000",
        "ShardIteratorType": kind, "StartingSequenceNumber": number});
    let iterator = text(&desk.ok("GetShardIterator", params)["ShardIterator"]);
    desk.data(&iterator)
}

#[test]
fn kds_9_the_five_iterator_types_start_where_they_say() {
    let mut desk = Desk::with_shards(1);
    let early = desk.iterator(0, "LATEST");
    let numbers: Vec<Value> = ["a", "b", "c"]
        .iter()
        .map(|data| {
            desk.wait(1000);
            desk.put("k", data)["SequenceNumber"].clone()
        })
        .collect();
    let (a, b, c) = ("YQ==".to_owned(), "Yg==".to_owned(), "Yw==".to_owned());
    assert_eq!(desk.data(&early), [&a[..], &b, &c], "LATEST, then put: seen");
    let late = desk.iterator(0, "LATEST");
    assert!(desk.data(&late).is_empty(), "put, then LATEST: not seen");
    let horizon = desk.iterator(0, "TRIM_HORIZON");
    assert_eq!(desk.data(&horizon), [&a[..], &b, &c]);
    desk.wait(1000);
    assert_eq!(sequenced(&mut desk, "AT_SEQUENCE_NUMBER", &numbers[1]), [&b[..], &c]);
    assert_eq!(sequenced(&mut desk, "AFTER_SEQUENCE_NUMBER", &numbers[1]), [c.as_str()]);
    let second = 1_767_225_600.0;
    for (at, expected) in [(second + 3.0, 2), (second + 3.001, 1), (0.0, 3), (second + 5.0, 0)] {
        desk.wait(1000);
        let params = json!({"StreamName": "s", "ShardId": "shardId-000000000000",
            "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": at});
        let iterator = text(&desk.ok("GetShardIterator", params)["ShardIterator"]);
        assert_eq!(desk.data(&iterator).len(), expected, "{at}");
    }
    let get = |kind: &str, more: Value| {
        let mut params = json!({"StreamName": "s", "ShardId": "shardId-000000000000", "ShardIteratorType": kind});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        params
    };
    for (kind, more) in [
        ("TRIM_HORIZON", json!({"StartingSequenceNumber": numbers[0]})),
        ("LATEST", json!({"StartingSequenceNumber": numbers[0]})),
        ("AT_SEQUENCE_NUMBER", json!({})),
        ("AT_TIMESTAMP", json!({})),
        ("AT_TIMESTAMP", json!({"Timestamp": 9e9})),
        ("AT_SEQUENCE_NUMBER", json!({"StartingSequenceNumber": "123"})),
        ("AT_SEQUENCE_NUMBER", json!({"StartingSequenceNumber": "9".repeat(129)})),
    ] {
        let code = desk.refused("GetShardIterator", get(kind, more));
        assert_eq!(code, "InvalidArgumentException", "{kind}");
    }
    assert_eq!(desk.refused("GetShardIterator", get("BOGUS", json!({}))), "ValidationException");
}

#[test]
fn kds_10_an_iterator_lasts_five_minutes_and_every_read_gives_a_new_one() {
    let mut desk = Desk::with_shards(1);
    desk.put("k", "x");
    let iterator = desk.iterator(0, "TRIM_HORIZON");
    let first = desk.read(&iterator)["NextShardIterator"].clone();
    let second = desk.read(&iterator)["NextShardIterator"].clone();
    assert!(first.is_string() && first != second);
    desk.wait(300_000);
    desk.read(&iterator);
    desk.wait(1);
    let params = json!({"ShardIterator": iterator});
    assert_eq!(desk.refused("GetRecords", params), "ExpiredIteratorException");

    desk.split(0, "1000").unwrap();
    desk.wait(1000);
    let parent = desk.iterator(0, "TRIM_HORIZON");
    let read = desk.read(&parent);
    assert_eq!(list(&read["Records"]).len(), 1);
    let end = desk.read(&text(&read["NextShardIterator"]));
    assert!(end.get("NextShardIterator").is_none(), "a closed shard at its end");
    let children: Vec<String> =
        list(&end["ChildShards"]).iter().map(|child| text(&child["ShardId"])).collect();
    assert_eq!(children, ["shardId-000000000001", "shardId-000000000002"]);
    assert_eq!(end["ChildShards"][0]["ParentShards"], json!(["shardId-000000000000"]));
}

#[test]
fn kds_11_reading_takes_nothing_away() {
    let mut desk = Desk::with_shards(1);
    desk.put("k", "a");
    desk.put("k", "b");
    let (one, other) = (desk.iterator(0, "TRIM_HORIZON"), desk.iterator(0, "TRIM_HORIZON"));
    assert_eq!(desk.data(&one).len(), 2);
    assert_eq!(desk.data(&other).len(), 2);
    assert_eq!(desk.data(&one).len(), 2, "an iterator can be used again");
}

#[test]
fn kds_12_five_reads_a_second_for_all_shared_consumers_together() {
    let mut desk = Desk::with_shards(2);
    let (one, other) = (desk.iterator(0, "TRIM_HORIZON"), desk.iterator(0, "LATEST"));
    for _ in 0..2 {
        desk.read(&one);
        desk.read(&other);
    }
    desk.read(&one);
    let error = desk.call("GetRecords", json!({"ShardIterator": other})).unwrap_err();
    assert_eq!(error.code, "ProvisionedThroughputExceededException");
    let elsewhere = desk.iterator(1, "LATEST");
    desk.read(&elsewhere);
    desk.wait(1000);
    desk.read(&other);
    let limit = |limit: i64| json!({"ShardIterator": one, "Limit": limit});
    assert_eq!(desk.refused("GetRecords", limit(10_001)), "InvalidArgumentException");
    assert_eq!(desk.refused("GetRecords", limit(0)), "ValidationException");
    desk.ok("GetRecords", limit(10_000));
    let forged = json!({"ShardIterator": "AAAAAAAAAAE="});
    assert_eq!(desk.refused("GetRecords", forged), "InvalidArgumentException");
}

#[test]
fn kds_12_a_read_of_ten_mebibytes_is_paid_back_over_five_seconds() {
    let mut desk = Desk::with_shards(1);
    let data = super::super::super::blob::Blob(vec![0; 1_000_000]).to_base64();
    for _ in 0..12 {
        desk.ok("PutRecord", json!({"StreamName": "s", "PartitionKey": "k", "Data": data}));
        desk.wait(1000);
    }
    let iterator = desk.iterator(0, "TRIM_HORIZON");
    let read = desk.read(&iterator);
    assert_eq!(list(&read["Records"]).len(), 10, "ten mebibytes at most");
    assert!(read["MillisBehindLatest"].as_i64().unwrap() > 0);
    let next = json!({"ShardIterator": read["NextShardIterator"]});
    desk.wait(4_700);
    assert_eq!(desk.refused("GetRecords", next.clone()), "ProvisionedThroughputExceededException");
    desk.wait(300);
    let rest = desk.ok("GetRecords", next);
    assert_eq!((list(&rest["Records"]).len(), &rest["MillisBehindLatest"]), (2, &json!(0)));
}

#[test]
fn kds_16_records_go_when_the_retention_is_over_and_never_come_back() {
    const HOUR: u64 = 3_600_000;
    let mut desk = Desk::with_shards(1);
    desk.put("k", "old");
    desk.wait(24 * HOUR);
    let at_the_end = desk.iterator(0, "TRIM_HORIZON");
    assert_eq!(desk.data(&at_the_end).len(), 1);
    desk.wait(1);
    assert_eq!(desk.data(&at_the_end).len(), 0);
    let set = |hours: i64| json!({"StreamName": "s", "RetentionPeriodHours": hours});
    desk.ok("IncreaseStreamRetentionPeriod", set(168));
    let iterator = desk.iterator(0, "TRIM_HORIZON");
    assert!(desk.data(&iterator).is_empty(), "an increase revives nothing");
    desk.put("k", "new");
    desk.wait(30 * HOUR);
    let iterator = desk.iterator(0, "TRIM_HORIZON");
    assert_eq!(desk.data(&iterator).len(), 1);
    desk.ok("DecreaseStreamRetentionPeriod", set(24));
    assert!(desk.data(&iterator).is_empty(), "a decrease hides at once");
    for (name, hours) in [
        ("DecreaseStreamRetentionPeriod", 23),
        ("DecreaseStreamRetentionPeriod", 48),
        ("IncreaseStreamRetentionPeriod", 8761),
        ("IncreaseStreamRetentionPeriod", -1),
    ] {
        assert_eq!(desk.refused(name, set(hours)), "InvalidArgumentException", "{name} {hours}");
    }
    desk.ok("IncreaseStreamRetentionPeriod", set(8760));
}

#[test]
fn kds_19_a_consumer_that_resumes_from_its_checkpoint_sees_records_twice() {
    let mut desk = Desk::with_shards(1);
    for n in 1..=200 {
        desk.put("k", &n.to_string());
    }
    let start = desk.iterator(0, "TRIM_HORIZON");
    let read = desk.ok("GetRecords", json!({"ShardIterator": start, "Limit": 150}));
    let seen = list(&read["Records"]);
    let checkpoint = &seen[99]["SequenceNumber"];
    let again = sequenced(&mut desk, "AFTER_SEQUENCE_NUMBER", checkpoint);
    let twice: Vec<String> = seen[100..].iter().map(|record| text(&record["Data"])).collect();
    assert_eq!(again[..50], twice, "101 to 150 come twice");
    assert_eq!(again.len(), 100);
}

#[test]
fn kds_20_children_before_the_parent_shows_a_key_out_of_order() {
    let mut desk = Desk::with_shards(1);
    desk.put("k", "1");
    desk.split(0, "1000").unwrap();
    desk.wait(1000);
    let child = text(&desk.put("k", "2")["ShardId"]);
    let child: u32 = child.trim_start_matches("shardId-").parse().unwrap();
    let order = |desk: &mut Desk, shards: [u32; 2]| -> Vec<String> {
        desk.wait(1000);
        let read = |shard: u32| {
            let iterator = desk.iterator(shard, "TRIM_HORIZON");
            desk.data(&iterator)
        };
        shards.into_iter().flat_map(read).collect()
    };
    assert_eq!(order(&mut desk, [0, child]), ["MQ==", "Mg=="]);
    assert_eq!(order(&mut desk, [child, 0]), ["Mg==", "MQ=="]);
}

#[test]
fn kds_21_a_subscription_ends_after_five_minutes_and_guards_itself_for_five_seconds() {
    let mut desk = Desk::with_shards(1);
    desk.put("k", "a");
    let register = json!({"StreamARN": ARN, "ConsumerName": "app"});
    let consumer = desk.ok("RegisterStreamConsumer", register.clone())["Consumer"].clone();
    assert_eq!(consumer["ConsumerStatus"], "CREATING");
    assert_eq!(desk.refused("RegisterStreamConsumer", register), "ResourceInUseException");
    let subscribe = json!({"ConsumerARN": consumer["ConsumerARN"], "ShardId": "shardId-000000000000",
        "StartingPosition": {"Type": "TRIM_HORIZON"}});
    assert_eq!(desk.refused("SubscribeToShard", subscribe.clone()), "ResourceInUseException");
    desk.wait(1000);
    let events = desk.ok("SubscribeToShard", subscribe.clone());
    let event = &events["EventStream"][0]["SubscribeToShardEvent"];
    assert_eq!(list(&event["Records"]).len(), 1);
    desk.wait(4_999);
    assert_eq!(desk.refused("SubscribeToShard", subscribe.clone()), "ResourceInUseException");
    desk.wait(1);
    desk.ok("SubscribeToShard", subscribe.clone());
    desk.put("k", "b");
    desk.wait(1000);
    let now = super::Time(desk.now);
    let event = desk.world.kinesis.push(now, "s", "app", 0).unwrap();
    assert_eq!((event.records.len(), event.millis_behind_latest), (1, 0));
    for _ in 0..5 {
        let iterator = desk.iterator(0, "TRIM_HORIZON");
        desk.read(&iterator);
    }
    desk.wait(299_000);
    desk.put("k", "c");
    let now = super::Time(desk.now);
    assert!(desk.world.kinesis.push(now, "s", "app", 0).is_none(), "five minutes are over");
    desk.ok("SubscribeToShard", subscribe);
}
