//! What writes set off: batches, transactions, indexes, streams, expiry and recovery.

use super::*;

fn put_request(key: &str) -> Value {
    json!({ "PutRequest": { "Item": { "p": s(key) } } })
}

fn put_action(key: &str) -> Value {
    json!({ "Put": { "TableName": "tab", "Item": { "p": s(key) }, "ConditionExpression": "attribute_not_exists(p)" } })
}

#[test]
fn ddb_13_a_write_reaches_a_global_index_later_and_only_with_its_key() {
    let mut bench = Bench::with(indexed(json!({ "ProjectionType": "ALL" }), units(100, 100)));
    bench.world.dynamodb.settings.index_lag = Span::millis(300);
    for key in ["a", "b"] {
        bench.put(json!({ "p": s(key), "g": s("x") }));
    }
    bench.put(json!({ "p": s("sparse") }));
    let query = json!({
        "TableName": "tab", "IndexName": "by-g",
        "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": { ":g": s("x") },
    });
    assert_eq!(bench.ok("Query", query.clone())["Count"], 0, "not yet");
    assert_eq!(bench.table().global_indexes()[0].pending(), 2);
    bench.wait(300);
    assert_eq!(bench.ok("Query", query)["Count"], 2, "two items of one index key");
    assert_eq!(bench.ok("Scan", json!({ "TableName": "tab", "IndexName": "by-g" }))["Count"], 2);
    assert_eq!(bench.ok("Scan", json!({ "TableName": "tab" }))["Count"], 3);
}

#[test]
fn ddb_24_a_batch_is_not_atomic_and_hands_back_what_was_throttled() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(10, 10) }));
    let batch = |keys: std::ops::Range<usize>| {
        let requests: Vec<Value> = keys.map(|number| put_request(&number.to_string())).collect();
        json!({ "RequestItems": { "tab": requests } })
    };
    assert_eq!(bench.error("BatchWriteItem", batch(0..26)).code, "ValidationException");
    let answer = bench.ok("BatchWriteItem", batch(0..25));
    assert_eq!(answer["UnprocessedItems"]["tab"].as_array().unwrap().len(), 15);
    assert_eq!(bench.table().items().len(), 10, "what was done stays");
    let error = bench.error("BatchWriteItem", batch(25..30));
    assert_eq!(error.code, "ProvisionedThroughputExceededException");
    bench.wait(1000);
    let twice = json!({ "RequestItems": { "tab": [put_request("a"), put_request("a")] } });
    let error = bench.error("BatchWriteItem", twice);
    assert_eq!(error.message, "Provided list of item keys contains duplicates");
}

#[test]
fn ddb_25_a_batch_reads_16_mb_at_most() {
    let mut bench = Bench::with_table();
    for number in 0..100 {
        let item = serde_json::from_value(item_of(&format!("{number:03}"), 300 * 1024)).unwrap();
        bench.table().seed(item);
    }
    let keys: Vec<Value> =
        (0..100).map(|number| json!({ "p": s(&format!("{number:03}")) })).collect();
    let table = bench.table();
    table.throughput.split_into(1_000);
    let answer = bench.ok("BatchGetItem", json!({ "RequestItems": { "tab": { "Keys": keys } } }));
    let (done, left) = (&answer["Responses"]["tab"], &answer["UnprocessedKeys"]["tab"]["Keys"]);
    let count = |list: &Value| list.as_array().unwrap().len();
    assert_eq!((count(done), count(left)), (52, 48));
}

#[test]
fn ddb_26_a_transaction_is_done_whole_or_not_at_all() {
    let mut bench = Bench::with_table();
    bench.put(json!({ "p": s("c") }));
    let transact = |keys: &[&str]| {
        let actions: Vec<Value> = keys.iter().map(|key| put_action(key)).collect();
        json!({ "TransactItems": actions })
    };
    let error = bench.error("TransactWriteItems", transact(&["a", "b", "c"]));
    assert_eq!(error.code, "TransactionCanceledException");
    assert!(error.message.ends_with("[None, None, ConditionalCheckFailed]"), "{error}");
    assert_eq!(error.members.unwrap()["CancellationReasons"][2]["Code"], "ConditionalCheckFailed");
    assert_eq!(bench.table().items().len(), 1, "nothing was applied");
    let error = bench.error("TransactWriteItems", transact(&["a", "a"]));
    assert_eq!(error.code, "ValidationException");
    let keys: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert_eq!(bench.error("TransactWriteItems", transact(&keys)).code, "ValidationException");

    let mut once = transact(&["a", "b"]);
    once["ClientRequestToken"] = json!("token");
    bench.ok("TransactWriteItems", once.clone());
    bench.wait(9 * 60_000);
    bench.ok("TransactWriteItems", once.clone());
    let mut other = transact(&["z"]);
    other["ClientRequestToken"] = json!("token");
    assert_eq!(
        bench.error("TransactWriteItems", other).code,
        "IdempotentParameterMismatchException"
    );
    bench.wait(2 * 60_000);
    assert_eq!(bench.error("TransactWriteItems", once).code, "TransactionCanceledException");
}

#[test]
fn ddb_27_a_transaction_takes_two_units_where_a_plain_request_takes_one() {
    let mut bench = Bench::with_table();
    let puts: Vec<Value> = ["a", "b", "c"]
        .iter()
        .map(|key| json!({ "Put": { "TableName": "tab", "Item": item_of(key, 500) } }))
        .collect();
    let done = bench.ok(
        "TransactWriteItems",
        json!({ "TransactItems": puts, "ReturnConsumedCapacity": "TOTAL" }),
    );
    assert_eq!(done["ConsumedCapacity"][0]["CapacityUnits"], 6.0);
    bench.put(item_of("k", 5 * 1024));
    let get = json!({ "Get": { "TableName": "tab", "Key": { "p": s("k") } } });
    let read = bench.ok(
        "TransactGetItems",
        json!({ "TransactItems": [get], "ReturnConsumedCapacity": "TOTAL" }),
    );
    assert_eq!(read["ConsumedCapacity"][0]["CapacityUnits"], 4.0);
}

#[test]
fn a_transaction_that_lasts_keeps_others_off_its_items() {
    let mut bench = Bench::with_table();
    bench.world.dynamodb.settings.transaction = Span::millis(100);
    let transact = json!({ "TransactItems": [put_action("a")], "ClientRequestToken": "one" });
    bench.ok("TransactWriteItems", transact.clone());
    let put = json!({ "TableName": "tab", "Item": { "p": s("a") } });
    assert_eq!(bench.error("PutItem", put.clone()).code, "TransactionConflictException");
    assert_eq!(bench.error("TransactWriteItems", transact).code, "TransactionInProgressException");
    let error = bench.error("TransactWriteItems", json!({ "TransactItems": [put_action("a")] }));
    assert!(error.message.ends_with("[TransactionConflict]"), "{error}");
    bench.wait(100);
    bench.ok("PutItem", put);
}

fn enable_ttl(bench: &mut Bench) {
    bench.ok(
        "UpdateTimeToLive",
        json!({ "TableName": "tab", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "e" } }),
    );
}

#[test]
fn ddb_31_expired_items_stay_for_a_while_and_go_without_units() {
    let stream =
        json!({ "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "OLD_IMAGE" } });
    let mut bench = Bench::with(stream);
    enable_ttl(&mut bench);
    let unix = Time(bench.now).unix_millis() as i64 / 1000;
    let old = unix - 6 * 365 * 86_400;
    for (key, expiry) in [
        ("gone", n(unix - 1)),
        ("millis", n((unix - 1) * 1000)),
        ("old", n(old)),
        ("text", s(&(unix - 1).to_string())),
        ("later", n(unix + 10 * 86_400)),
    ] {
        bench.put(json!({ "p": s(key), "e": expiry }));
    }
    assert!(bench.get(json!({ "p": s("gone") })).is_object(), "still readable");
    let before = bench.written();
    bench.wait(48 * 3_600_000);
    assert_eq!(bench.written(), before, "an expiry costs nothing");
    assert!(bench.get(json!({ "p": s("gone") })).is_null());
    assert_eq!(bench.table().items().len(), 4);
    bench.wait(10 * 86_400_000);
    assert_eq!(bench.table().items().len(), 3, "milliseconds, old and texts never expire");
    let error = {
        let setting = json!({ "TableName": "tab", "TimeToLiveSpecification": { "Enabled": false, "AttributeName": "e" } });
        bench.ok("UpdateTimeToLive", setting.clone());
        bench.error("UpdateTimeToLive", setting)
    };
    assert_eq!(error.code, "ValidationException", "a second change within the hour");
}

/// Where a kind of place lies in the only shard of the table's stream.
fn iterator(bench: &mut Bench, kind: &str) -> String {
    let arn = bench.table().stream().unwrap().arn().to_owned();
    let shard = bench.ok("DescribeStream", json!({ "StreamArn": arn }))["StreamDescription"]["Shards"][0]["ShardId"].clone();
    let found = bench.ok(
        "GetShardIterator",
        json!({ "StreamArn": arn, "ShardId": shard, "ShardIteratorType": kind }),
    );
    found["ShardIterator"].as_str().unwrap().to_owned()
}

fn records(bench: &mut Bench, iterator: &str) -> Vec<Value> {
    bench.ok("GetRecords", json!({ "ShardIterator": iterator }))["Records"]
        .as_array()
        .unwrap()
        .clone()
}

fn with_stream(view: &str) -> Bench {
    Bench::with(json!({ "StreamSpecification": { "StreamEnabled": true, "StreamViewType": view } }))
}

#[test]
fn ddb_31_an_expiry_is_told_in_the_stream_as_the_services_own() {
    let mut bench = with_stream("NEW_AND_OLD_IMAGES");
    bench.world.dynamodb.settings.ttl_delay = Span::seconds(10);
    enable_ttl(&mut bench);
    let unix = Time(bench.now).unix_millis() as i64 / 1000;
    bench.put(json!({ "p": s("a"), "e": n(unix + 5) }));
    bench.wait(16_000);
    let start = iterator(&mut bench, "TRIM_HORIZON");
    let all = records(&mut bench, &start);
    assert_eq!(all[1]["eventName"], "REMOVE");
    assert_eq!(all[1]["userIdentity"]["PrincipalId"], "dynamodb.amazonaws.com");
    assert!(all[0]["userIdentity"].is_null());
}

#[test]
fn ddb_32_each_change_writes_one_record_and_no_change_none() {
    let mut bench = with_stream("NEW_IMAGE");
    bench.put(json!({ "p": s("a"), "x": n(1) }));
    bench.put(json!({ "p": s("a"), "x": n(2) }));
    bench.put(json!({ "p": s("a"), "x": n(2) }));
    for _ in 0..2 {
        bench.ok("DeleteItem", json!({ "TableName": "tab", "Key": { "p": s("a") } }));
    }
    let start = iterator(&mut bench, "TRIM_HORIZON");
    let all = records(&mut bench, &start);
    let names: Vec<&Value> = all.iter().map(|record| &record["eventName"]).collect();
    assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
    assert_eq!(all[1]["dynamodb"]["NewImage"]["x"], n(2));
    assert!(all[2]["dynamodb"]["NewImage"].is_null(), "nothing new about a removal");
    let mut keys = with_stream("KEYS_ONLY");
    keys.put(json!({ "p": s("a"), "x": n(1) }));
    let start = iterator(&mut keys, "TRIM_HORIZON");
    let change = records(&mut keys, &start)[0]["dynamodb"].clone();
    assert!(change["NewImage"].is_null() && change["OldImage"].is_null());
    assert_eq!(change["Keys"], json!({ "p": s("a") }));
    keys.wait(24 * 3_600_000);
    let start = iterator(&mut keys, "TRIM_HORIZON");
    assert!(records(&mut keys, &start).is_empty(), "kept for 24 hours");
}

#[test]
fn ddb_33_trim_horizon_reads_all_that_is_kept_and_latest_what_comes() {
    let mut bench = with_stream("KEYS_ONLY");
    bench.put(json!({ "p": s("a") }));
    let (first, latest) = (iterator(&mut bench, "TRIM_HORIZON"), iterator(&mut bench, "LATEST"));
    bench.put(json!({ "p": s("b") }));
    assert_eq!(records(&mut bench, &first).len(), 2);
    assert_eq!(records(&mut bench, &first).len(), 2, "again");
    assert_eq!(records(&mut bench, &latest).len(), 1);
    bench.wait(15 * 60_000 + 1);
    let error = bench.error("GetRecords", json!({ "ShardIterator": first }));
    assert_eq!(error.code, "ExpiredIteratorException");
    bench.wait(24 * 3_600_000 - 10 * 60_000);
    let old = bench.table().stream().unwrap().arn().to_owned();
    let error = bench.error(
        "GetShardIterator",
        json!({
            "StreamArn": old, "ShardId": "shardId-00000001767225600000-00000001",
            "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "100000000000000000000",
        }),
    );
    assert_eq!(error.code, "TrimmedDataAccessException");
}

#[test]
fn ddb_34_a_restore_makes_a_new_table_without_ttl_and_stream() {
    let mut bench = with_stream("KEYS_ONLY");
    enable_ttl(&mut bench);
    bench.ok("UpdateContinuousBackups", json!({
        "TableName": "tab", "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true },
    }));
    bench.put(json!({ "p": s("a"), "x": n(1) }));
    bench.wait(60_000);
    let before = Time(bench.now).unix_seconds();
    bench.wait(60_000);
    bench.put(json!({ "p": s("a"), "x": n(2) }));
    bench.put(json!({ "p": s("b") }));
    bench.wait(10 * 60_000);
    let restore = |target: &str, at: f64| json!({ "SourceTableName": "tab", "TargetTableName": target, "RestoreDateTime": at });
    assert_eq!(
        bench.error("RestoreTableToPointInTime", restore("tab", before)).code,
        "TableAlreadyExistsException"
    );
    assert_eq!(
        bench.error("RestoreTableToPointInTime", restore("new", before - 9e5)).code,
        "InvalidRestoreTimeException"
    );
    bench.ok("RestoreTableToPointInTime", restore("new", before));
    bench.wait(1000);
    let restored = bench.world.dynamodb.table("new").unwrap();
    let items: Vec<_> = restored.items().collections().flat_map(Collection::items).collect();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].get("x"), Some(&AttributeValue::N(1.into())));
    assert!(restored.stream().is_none() && restored.ttl().attribute().is_none());
}

#[test]
fn ddb_38_trying_a_counter_again_counts_twice_and_a_transaction_with_a_token_does_not() {
    let mut bench = Bench::with_table();
    let add = json!({
        "TableName": "tab", "Key": { "p": s("a") }, "UpdateExpression": "ADD c :one",
        "ExpressionAttributeValues": { ":one": n(1) },
    });
    for _ in 0..2 {
        bench.ok("UpdateItem", add.clone());
    }
    assert_eq!(bench.get(json!({ "p": s("a") }))["c"], n(2));
    let transact = json!({ "TransactItems": [{ "Update": add }], "ClientRequestToken": "once" });
    for _ in 0..2 {
        bench.ok("TransactWriteItems", transact.clone());
    }
    assert_eq!(bench.get(json!({ "p": s("a") }))["c"], n(3));
}
