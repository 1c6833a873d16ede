//! What holds whatever is asked: all or nothing, sums of units, replays, clones, and no panic.

use proptest::prelude::*;

use super::*;

/// A few keys and small values, so that calls meet.
fn any_write() -> impl Strategy<Value = (String, Value)> {
    let key = prop::sample::select(vec!["a", "b", "c", "d"]);
    let params = (key, 0..4_i64, 1..3_000_usize);
    params.prop_flat_map(|(key, number, size)| {
        let item = json!({ "p": s(key), "x": n(number), "g": s(&number.to_string()), "d": s(&"x".repeat(size)) });
        let known = json!({ "TableName": "tab", "Key": { "p": s(key) } });
        let mut update = known.clone();
        update["UpdateExpression"] = json!("ADD x :n SET g = :g");
        update["ExpressionAttributeValues"] = json!({ ":n": n(number), ":g": s(&number.to_string()) });
        let mut guarded = json!({ "TableName": "tab", "Item": item });
        guarded["ConditionExpression"] = json!("x < :n OR attribute_not_exists(p)");
        guarded["ExpressionAttributeValues"] = json!({ ":n": n(number) });
        let check = json!({ "ConditionCheck": { "TableName": "tab", "Key": { "p": s("d") }, "ConditionExpression": "attribute_exists(p)" } });
        let actions = [json!({ "Put": guarded }), check];
        let actions = if key == "d" { &actions[..1] } else { &actions[..] };
        prop::sample::select(vec![
            ("PutItem".to_owned(), json!({ "TableName": "tab", "Item": item })),
            ("PutItem".to_owned(), guarded.clone()),
            ("UpdateItem".to_owned(), update),
            ("DeleteItem".to_owned(), known.clone()),
            ("GetItem".to_owned(), known),
            ("TransactWriteItems".to_owned(), json!({ "TransactItems": actions })),
            ("Scan".to_owned(), json!({ "TableName": "tab" })),
        ])
    })
}

/// Any JSON, with the words of DynamoDB in it.
fn any_json() -> impl Strategy<Value = Value> {
    let words = vec![
        "tab",
        "p",
        ":v",
        "#n",
        "a = :v",
        "SET a = :v",
        "ADD",
        "(",
        "1e999",
        "-1",
        "",
        "가",
        "ALL_OLD",
        "TOTAL",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(words).prop_map(Value::from),
    ];
    let names = vec![
        "TableName",
        "Item",
        "Key",
        "p",
        "S",
        "N",
        "SS",
        "NS",
        "B",
        "L",
        "M",
        "NULL",
        ":v",
        "#n",
        "UpdateExpression",
        "ConditionExpression",
        "KeyConditionExpression",
        "ExpressionAttributeValues",
        "ExpressionAttributeNames",
        "Limit",
        "ExclusiveStartKey",
        "Segment",
        "TotalSegments",
        "RequestItems",
        "TransactItems",
        "Expected",
        "AttributeUpdates",
        "tab",
        "Put",
        "Keys",
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(
                prop::sample::select(names.clone()).prop_map(str::to_owned),
                inner,
                0..6
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn scene() -> Bench {
    let mut more = indexed(json!({ "ProjectionType": "ALL" }), units(50, 20));
    more["ProvisionedThroughput"] = units(50, 40);
    Bench::with(more)
}

/// The index, made anew from the table.
fn expected_entries(bench: &mut Bench) -> u64 {
    let items = bench.table().items().collections().flat_map(Collection::items);
    items.filter(|item| item.get("g").is_some()).count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn writes_keep_sums_indexes_and_replays_true(writes in prop::collection::vec((any_write(), 0..400_u64), 1..40)) {
        let mut bench = scene();
        let mut again = scene();
        let mut before = Units::ZERO;
        for ((op, params), wait) in &writes {
            let copy = bench.world.clone();
            prop_assert_eq!(&copy, &bench.world);
            let answer = bench.call(op, params.clone());
            if let Err(error) = &answer {
                let unchanged = copy.dynamodb.table("tab").unwrap().items() == bench.table().items();
                prop_assert!(unchanged, "{} refused and yet did something: {}", op, error);
            }
            prop_assert_eq!(again.call(op, params.clone()), answer);
            prop_assert!(bench.written() >= before, "units only add up");
            before = bench.written();
            bench.wait(*wait);
            again.wait(*wait);
        }
        prop_assert_eq!(&again.world, &bench.world);
        let (items, bytes) = {
            let all = bench.table().items().collections().flat_map(Collection::items);
            all.fold((0, 0), |(count, bytes), item| (count + 1, bytes + item.size()))
        };
        prop_assert_eq!((bench.table().items().len(), bench.table().items().bytes()), (items, bytes));
        let entries = expected_entries(&mut bench);
        prop_assert_eq!(bench.table().global_indexes()[0].index.entries().len(), entries);
    }

    #[test]
    fn a_transaction_does_all_or_nothing(keys in prop::collection::vec(0..6_u8, 1..6), taken in prop::collection::vec(0..6_u8, 0..3)) {
        let mut bench = Bench::with_table();
        for key in &taken {
            bench.put(json!({ "p": s(&key.to_string()), "old": n(1) }));
        }
        let before = bench.table().items().clone();
        let actions: Vec<Value> = keys.iter().map(|key| json!({ "Put": {
            "TableName": "tab", "Item": { "p": s(&key.to_string()) }, "ConditionExpression": "attribute_not_exists(p)",
        }})).collect();
        match bench.call("TransactWriteItems", json!({ "TransactItems": actions })) {
            Ok(_) => {
                for key in &keys {
                    prop_assert!(!taken.contains(key));
                    let is_there = bench.get(json!({ "p": s(&key.to_string()) })).is_object();
                    prop_assert!(is_there);
                }
            }
            Err(_) => prop_assert_eq!(bench.table().items(), &before),
        }
    }

    #[test]
    fn absurd_parameters_are_refused_and_never_panic(op in 0..api::API.operations.len(), params in any_json()) {
        let mut bench = scene();
        let mut params = params;
        if let Value::Object(fields) = &mut params {
            fields.entry("TableName").or_insert(json!("tab"));
        }
        let _ = bench.call(api::API.operations[op].name, params);
        bench.wait(1000);
        prop_assert!(bench.world.dynamodb.tables().len() <= 2);
    }

    #[test]
    fn absurd_expressions_never_panic(text in "[ab:v#n()\\[\\]0-9., =<>+-]{0,40}|(SET|ADD|REMOVE|DELETE|NOT|a|:v|BETWEEN|AND|OR|IN|size|=|<|\\(|\\)| ){0,30}") {
        let mut bench = Bench::with_table();
        bench.put(json!({ "p": s("a"), "a": { "L": [n(1), { "M": { "b": n(2) } }] } }));
        for (op, name) in [("PutItem", "ConditionExpression"), ("UpdateItem", "UpdateExpression"), ("Query", "KeyConditionExpression"), ("Scan", "FilterExpression"), ("GetItem", "ProjectionExpression")] {
            let mut params = json!({ "TableName": "tab" });
            params[name] = json!(text);
            if op != "GetItem" {
                params["ExpressionAttributeValues"] = json!({ ":v": n(1) });
            }
            match op {
                "PutItem" => params["Item"] = json!({ "p": s("a") }),
                "UpdateItem" | "GetItem" => params["Key"] = json!({ "p": s("a") }),
                _ => {}
            }
            let _ = bench.call(op, params);
        }
    }
}
