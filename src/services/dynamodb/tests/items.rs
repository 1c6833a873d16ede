//! Items, keys, conditions and queries.

use super::*;

fn values_of(page: &Value, name: &str) -> Vec<String> {
    let items = page["Items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item[name].as_object().unwrap().values().next().unwrap().to_string())
        .collect()
}

#[test]
fn ddb_1_a_partition_key_always_falls_into_the_same_partition_whatever_the_sort_key() {
    let mut bench = Bench::with(sorted("S"));
    let partitions = bench.table().throughput.partitions().len();
    assert!(partitions > 1);
    for key in ["a", "b", "c"] {
        for sort in ["1", "2", "3"] {
            bench.put(json!({ "p": s(key), "r": s(sort) }));
        }
    }
    let table = bench.world.dynamodb.table("tab").unwrap();
    assert_eq!(table.items().collections().count(), 3, "one place for each partition key");
    for collection in table.items().collections() {
        assert_eq!(collection.items().count(), 3);
        assert_eq!(collection.hash(), placement(collection.key()));
        assert!(table.throughput.partition_of(collection.hash()) < partitions);
    }
}

#[test]
fn ddb_2_a_query_needs_the_partition_key_and_answers_in_the_order_of_the_sort_key() {
    let mut bench = Bench::with(sorted("N"));
    for sort in [10, 2, 33] {
        bench.put(json!({ "p": s("a"), "r": n(sort) }));
    }
    let page = bench.query(json!({}));
    assert_eq!(values_of(&page, "r"), ["\"2\"", "\"10\"", "\"33\""]);
    let back = bench.query(json!({ "ScanIndexForward": false }));
    assert_eq!(values_of(&back, "r"), ["\"33\"", "\"10\"", "\"2\""]);
    let error = bench.error(
        "Query",
        json!({ "TableName": "tab", "KeyConditionExpression": "r = :r", "ExpressionAttributeValues": { ":r": n(2) } }),
    );
    assert_eq!(error.code, "ValidationException");
    assert_eq!(error.message, "Query condition missed key schema element: p");

    let mut texts = Bench::with(sorted("S"));
    for sort in ["2", "10"] {
        texts.put(json!({ "p": s("a"), "r": s(sort) }));
    }
    assert_eq!(values_of(&texts.query(json!({})), "r"), ["\"10\"", "\"2\""]);
}

#[test]
fn ddb_3_a_put_replaces_the_whole_item_and_an_update_only_what_it_names() {
    let mut bench = Bench::with_table();
    bench.put(json!({ "p": s("a"), "x": n(1), "y": n(2) }));
    bench.put(json!({ "p": s("a"), "x": n(3) }));
    assert_eq!(bench.get(json!({ "p": s("a") })), json!({ "p": s("a"), "x": n(3) }));
    for key in ["a", "new"] {
        bench.ok(
            "UpdateItem",
            json!({ "TableName": "tab", "Key": { "p": s(key) }, "UpdateExpression": "SET z = :z", "ExpressionAttributeValues": { ":z": n(9) } }),
        );
    }
    assert_eq!(bench.get(json!({ "p": s("a") })), json!({ "p": s("a"), "x": n(3), "z": n(9) }));
    assert_eq!(bench.get(json!({ "p": s("new") })), json!({ "p": s("new"), "z": n(9) }));
}

#[test]
fn ddb_7_a_page_may_hold_nothing_and_still_not_be_the_last() {
    let mut bench = Bench::with(sorted("N"));
    for sort in 0..25 {
        bench.put(json!({ "p": s("a"), "r": n(sort), "x": n(i64::from(sort == 24)) }));
    }
    let mut start = Value::Null;
    let mut pages = Vec::new();
    loop {
        let mut params = json!({
            "Limit": 10,
            "FilterExpression": "x = :x",
            "ExpressionAttributeValues": { ":p": s("a"), ":x": n(1) },
        });
        if !start.is_null() {
            params["ExclusiveStartKey"] = start;
        }
        let page = bench.query(params);
        pages.push(page["Count"].as_u64().unwrap());
        start = page["LastEvaluatedKey"].clone();
        if start.is_null() {
            break;
        }
    }
    assert_eq!(pages, [0, 0, 1]);
}

#[test]
fn ddb_9_a_failed_condition_leaves_the_item_and_costs_units() {
    let mut bench = Bench::with_table();
    let put = |x: i64| json!({ "TableName": "tab", "Item": { "p": s("a"), "x": n(x) }, "ConditionExpression": "attribute_not_exists(p)" });
    bench.ok("PutItem", put(1));
    let before = bench.written();
    assert_eq!(bench.error("PutItem", put(2)).code, "ConditionalCheckFailedException");
    assert_eq!(bench.written().halves - before.halves, 2, "one write unit");
    assert_eq!(bench.get(json!({ "p": s("a") }))["x"], n(1));
}

#[test]
fn ddb_10_of_two_conditional_updates_one_wins_and_a_counter_counts_both() {
    let mut bench = Bench::with_table();
    bench.put(json!({ "p": s("a"), "v": n(3), "c": n(0) }));
    let update = |new: &str| {
        json!({
            "TableName": "tab", "Key": { "p": s("a") },
            "UpdateExpression": "SET v = :new", "ConditionExpression": "v = :old",
            "ExpressionAttributeValues": { ":old": n(3), ":new": { "N": new } },
        })
    };
    bench.ok("UpdateItem", update("4"));
    assert_eq!(bench.error("UpdateItem", update("5")).code, "ConditionalCheckFailedException");
    for _ in 0..2 {
        bench.ok(
            "UpdateItem",
            json!({ "TableName": "tab", "Key": { "p": s("a") }, "UpdateExpression": "ADD c :one", "ExpressionAttributeValues": { ":one": n(1) } }),
        );
    }
    let item = bench.get(json!({ "p": s("a") }));
    assert_eq!((&item["v"], &item["c"]), (&n(4), &n(2)));
}

#[test]
fn ddb_11_an_eventual_read_is_old_or_new_and_a_strong_one_new() {
    let mut bench = Bench::with_table();
    bench.world.dynamodb.settings.replica_lag = Span::millis(500);
    let old = json!({ "p": s("a"), "x": n(1), "y": n(1) });
    let new = json!({ "p": s("a"), "x": n(2), "y": n(2) });
    bench.put(old.clone());
    bench.wait(1000);
    bench.put(new.clone());
    assert_eq!(bench.get(json!({ "p": s("a") })), new, "strong");
    let mut seen = [0, 0];
    for _ in 0..100 {
        let item =
            bench.ok("GetItem", json!({ "TableName": "tab", "Key": { "p": s("a") } }))["Item"]
                .clone();
        let which = [&old, &new].iter().position(|one| **one == item).expect("never a mix");
        seen[which] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
    bench.wait(500);
    for _ in 0..50 {
        let item =
            bench.ok("GetItem", json!({ "TableName": "tab", "Key": { "p": s("a") } }))["Item"]
                .clone();
        assert_eq!(item, new, "after the lag");
    }
}

#[test]
fn ddb_12_a_global_index_has_no_consistent_reads_and_a_local_one_has() {
    let mut bench = Bench::with(indexed(json!({ "ProjectionType": "ALL" }), units(10, 10)));
    let error = bench.error(
        "Query",
        json!({
            "TableName": "tab", "IndexName": "by-g", "ConsistentRead": true,
            "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": { ":g": s("x") },
        }),
    );
    assert_eq!(error.code, "ValidationException");
    assert_eq!(error.message, "Consistent reads are not supported on global secondary indexes");
    let mut local = Bench::with(with_local_index());
    assert_eq!(local.query(json!({ "IndexName": "by-l", "ConsistentRead": true }))["Count"], 0);
}

#[test]
fn ddb_28_an_item_may_have_409600_bytes_names_included() {
    let mut bench = Bench::with_table();
    bench.put(item_of("k", 409_600));
    let error =
        bench.error("PutItem", json!({ "TableName": "tab", "Item": item_of("k", 409_601) }));
    assert_eq!(error.message, "Item size has exceeded the maximum allowed size");
    let shirt = Item::from_iter([
        ("shirt-color", AttributeValue::S("R".into())),
        ("shirt-size", AttributeValue::S("M".into())),
    ]);
    assert_eq!(shirt.size(), 23);
}

#[test]
fn ddb_29_a_key_of_another_type_missing_empty_or_too_long_is_refused() {
    let mut bench = Bench::with(sorted("S"));
    let mut refusal = |item: Value| {
        let error = bench.error("PutItem", json!({ "TableName": "tab", "Item": item }));
        assert_eq!(error.code, "ValidationException");
        error.message
    };
    assert!(
        refusal(json!({ "p": n(1), "r": s("x") }))
            .contains("Type mismatch for key p expected: S actual: N")
    );
    assert!(refusal(json!({ "p": s("a") })).contains("Missing the key r in the item"));
    assert!(refusal(json!({ "p": s(""), "r": s("x") })).contains("empty string value. Key: p"));
    assert!(refusal(json!({ "p": s(&"x".repeat(2049)), "r": s("x") })).contains("2048 bytes"));
    assert!(refusal(json!({ "p": s("a"), "r": s(&"x".repeat(1025)) })).contains("1024 bytes"));
    bench.put(json!({ "p": s(&"x".repeat(2048)), "r": s(&"x".repeat(1024)) }));
}

#[test]
fn ddb_30_local_indexes_come_with_the_table_and_limit_its_item_collections() {
    let mut bench = Bench::with(with_local_index());
    bench.world.dynamodb.settings.item_collection_bytes = 10_000;
    let item = |sort: &str, bytes: usize| json!({ "p": s("a"), "r": s(sort), "l": n(1), "d": s(&"x".repeat(bytes)) });
    bench.put(item("1", 5_000));
    let error = bench.error("PutItem", json!({ "TableName": "tab", "Item": item("2", 6_000) }));
    assert_eq!(error.code, "ItemCollectionSizeLimitExceededException");
    assert_eq!(bench.query(json!({}))["Count"], 1, "reads go on");
    bench.ok("DeleteItem", json!({ "TableName": "tab", "Key": { "p": s("a"), "r": s("1") } }));
    bench.put(item("2", 6_000));

    let mut many = with_local_index();
    let one = many["LocalSecondaryIndexes"][0].clone();
    let named = |number: usize| {
        let mut one = one.clone();
        one["IndexName"] = json!(format!("by-{number}"));
        one
    };
    many["LocalSecondaryIndexes"] = (0..6).map(named).collect();
    many["TableName"] = json!("many");
    many["ProvisionedThroughput"] = units(1, 1);
    let error = bench.error("CreateTable", many);
    assert!(error.message.contains("per-table limit of 5"), "{error}");

    let mut globals = indexed(json!({ "ProjectionType": "ALL" }), units(1, 1));
    let one = globals["GlobalSecondaryIndexes"][0].clone();
    let named = |number: usize| {
        let mut one = one.clone();
        one["IndexName"] = json!(format!("by-{number}"));
        one
    };
    globals["GlobalSecondaryIndexes"] = (0..21).map(named).collect();
    globals["TableName"] = json!("globals");
    globals["KeySchema"] = json!([{ "AttributeName": "p", "KeyType": "HASH" }]);
    globals["ProvisionedThroughput"] = units(1, 1);
    let error = bench.error("CreateTable", globals);
    assert!(error.message.contains("per-table limit of 20"), "{error}");
}

#[test]
fn a_projection_into_lists_and_maps_closes_up_over_what_was_not_asked_for() {
    let mut bench = Bench::with_table();
    bench.put(json!({
        "p": s("a"),
        "l": { "L": [n(0), n(1), { "M": { "x": n(2), "y": n(3) } }] },
        "m": { "M": { "b": n(4), "c": n(5) } },
    }));
    let got = bench.ok(
        "GetItem",
        json!({ "TableName": "tab", "Key": { "p": s("a") }, "ProjectionExpression": "l[2].x, l[0], m.b" }),
    );
    assert_eq!(
        got["Item"],
        json!({ "l": { "L": [n(0), { "M": { "x": n(2) } }] }, "m": { "M": { "b": n(4) } } })
    );
}

#[test]
fn absurd_expressions_are_refused_and_never_more() {
    let mut bench = Bench::with_table();
    let nested = format!("{}p = :v{}", "(".repeat(500), ")".repeat(500));
    let calls = "f(".repeat(1000);
    let nots = format!("{} p = :v", "NOT ".repeat(1000));
    for text in [
        &nested,
        &calls,
        &nots,
        "((((",
        "p =",
        "size(size(size(p))) = :v",
        ":v",
        "[",
        "p[99999999999999999999] = :v",
        "가 = :v",
        "\u{0} = :v",
    ] {
        let op = json!({
            "TableName": "tab", "Item": { "p": s("a") },
            "ConditionExpression": text, "ExpressionAttributeValues": { ":v": n(1) },
        });
        if let Err(error) = bench.call("PutItem", op) {
            assert!(
                ["ValidationException", "ConditionalCheckFailedException"].contains(&&*error.code),
                "{error}"
            );
        }
        let op = json!({
            "TableName": "tab", "Key": { "p": s("a") },
            "UpdateExpression": format!("SET {text}"), "ExpressionAttributeValues": { ":v": n(1) },
        });
        assert_eq!(bench.error("UpdateItem", op).code, "ValidationException");
    }
}
