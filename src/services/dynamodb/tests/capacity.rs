//! Units, buckets, partitions and throttling.

use super::*;

/// The units that a call says it used.
fn used(answer: &Value) -> f64 {
    answer["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap()
}

fn put_units(bench: &mut Bench, item: Value) -> f64 {
    used(&bench.ok(
        "PutItem",
        json!({ "TableName": "tab", "Item": item, "ReturnConsumedCapacity": "TOTAL" }),
    ))
}

fn get_units(bench: &mut Bench, key: &str, consistent: bool) -> f64 {
    used(&bench.ok(
        "GetItem",
        json!({ "TableName": "tab", "Key": { "p": s(key) }, "ConsistentRead": consistent, "ReturnConsumedCapacity": "TOTAL" }),
    ))
}

fn per_second(bench: &mut Bench, seconds: usize, puts: usize) -> Vec<usize> {
    (0..seconds)
        .map(|second| {
            let served = bench.puts(puts, |number| format!("{second}-{number}"));
            bench.wait(1000);
            served
        })
        .collect()
}

#[test]
fn ddb_4_units_go_by_begun_4_kb_for_reads_and_begun_1_kb_for_writes() {
    let mut bench = Bench::with_table();
    for (bytes, eventual, strong, transact_read, write, transact_write) in [
        (4, 0.5, 1.0, 2.0, 1.0, 2.0),
        (1_024, 0.5, 1.0, 2.0, 1.0, 2.0),
        (1_025, 0.5, 1.0, 2.0, 2.0, 4.0),
        (3_584, 0.5, 1.0, 2.0, 4.0, 8.0),
        (4_096, 0.5, 1.0, 2.0, 4.0, 8.0),
        (4_097, 1.0, 2.0, 4.0, 5.0, 10.0),
        (8_192, 1.0, 2.0, 4.0, 8.0, 16.0),
        (10_240, 1.5, 3.0, 6.0, 10.0, 20.0),
        (20_480, 2.5, 5.0, 10.0, 20.0, 40.0),
        (409_600, 50.0, 100.0, 200.0, 400.0, 800.0),
    ] {
        bench.wait(1000);
        let key = format!("{bytes}");
        let item = if bytes == 4 { json!({ "p": s("4") }) } else { item_of(&key, bytes) };
        assert_eq!(put_units(&mut bench, item.clone()), write, "{bytes}");
        bench.wait(1000);
        assert_eq!(get_units(&mut bench, &key, false), eventual, "{bytes}");
        assert_eq!(get_units(&mut bench, &key, true), strong, "{bytes}");
        let read = bench.ok(
            "TransactGetItems",
            json!({
                "TransactItems": [{ "Get": { "TableName": "tab", "Key": { "p": s(&key) } } }],
                "ReturnConsumedCapacity": "TOTAL",
            }),
        );
        assert_eq!(read["ConsumedCapacity"][0]["CapacityUnits"].as_f64(), Some(transact_read));
        let put = bench.ok(
            "TransactWriteItems",
            json!({
                "TransactItems": [{ "Put": { "TableName": "tab", "Item": item } }],
                "ReturnConsumedCapacity": "TOTAL",
            }),
        );
        assert_eq!(put["ConsumedCapacity"][0]["CapacityUnits"].as_f64(), Some(transact_write));
    }
    assert_eq!(get_units(&mut bench, "missing", false), 0.5);
    assert_eq!(get_units(&mut bench, "missing", true), 1.0);
    let gone = bench.ok("DeleteItem", json!({ "TableName": "tab", "Key": { "p": s("missing") }, "ReturnConsumedCapacity": "TOTAL" }));
    assert_eq!(used(&gone), 1.0);
}

#[test]
fn ddb_5_a_query_adds_and_rounds_once_and_a_batch_rounds_each_item() {
    let mut bench = Bench::with(sorted("N"));
    // Ten items of 4.08 KB.
    for sort in 0..10 {
        let d = "x".repeat(4_178 - 6 - if sort == 0 { 0 } else { 1 });
        bench.put(json!({ "p": s("a"), "r": n(sort), "d": s(&d) }));
    }
    let total = json!({ "ReturnConsumedCapacity": "TOTAL" });
    assert_eq!(used(&bench.query(total)), 5.5);
    assert_eq!(
        used(&bench.query(json!({ "ReturnConsumedCapacity": "TOTAL", "ConsistentRead": true }))),
        11.0
    );

    let mut batch = Bench::with_table();
    batch.put(item_of("a", 1_536));
    batch.put(item_of("b", 6_656));
    for (consistent, units) in [(true, 3.0), (false, 1.5)] {
        let got = batch.ok("BatchGetItem", json!({
            "RequestItems": { "tab": { "Keys": [{ "p": s("a") }, { "p": s("b") }], "ConsistentRead": consistent } },
            "ReturnConsumedCapacity": "TOTAL",
        }));
        assert_eq!(got["ConsumedCapacity"][0]["CapacityUnits"].as_f64(), Some(units));
    }
}

#[test]
fn ddb_6_a_filter_does_not_make_a_page_cheaper() {
    let mut bench = Bench::with(sorted("N"));
    for sort in 0..300 {
        let size = 4_096 - 8 - Number::from(sort).size() as usize - 1;
        let item = json!({ "p": s("a"), "r": n(sort), "x": n(i64::from(sort < 3)), "d": s(&"x".repeat(size)) });
        let item: Item = serde_json::from_value(item).unwrap();
        let over = item.size() as i64 - 4_096;
        let mut item = item;
        item.set("d", AttributeValue::S("x".repeat((size as i64 - over) as usize).into()));
        assert_eq!(item.size(), 4_096);
        bench.table().seed(item);
    }
    let page = bench.query(json!({
        "FilterExpression": "x = :x",
        "ExpressionAttributeValues": { ":p": s("a"), ":x": n(1) },
        "ReturnConsumedCapacity": "TOTAL",
    }));
    assert_eq!((&page["Count"], &page["ScannedCount"]), (&json!(3), &json!(256)));
    assert_eq!(used(&page), 128.0);
    assert!(page["LastEvaluatedKey"].is_object());
}

#[test]
fn ddb_8_an_update_pays_for_the_whole_item_and_the_larger_of_before_and_after() {
    let mut bench = Bench::with_table();
    bench.put(item_of("k", 3_500));
    let update = |text: &str, value: Value| {
        json!({
            "TableName": "tab", "Key": { "p": s("k") }, "UpdateExpression": text,
            "ExpressionAttributeValues": { ":v": value }, "ReturnConsumedCapacity": "TOTAL",
        })
    };
    assert_eq!(used(&bench.ok("UpdateItem", update("SET x = :v", n(1)))), 4.0);
    assert_eq!(used(&bench.ok("UpdateItem", update("SET d = :v", s(&"y".repeat(200))))), 4.0);
    assert_eq!(used(&bench.ok("UpdateItem", update("SET x = :v", n(2)))), 1.0);
}

#[test]
fn ddb_14_a_write_costs_a_global_index_what_it_changes_there() {
    let include = json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["i"] });
    let mut bench = Bench::with(indexed(include, units(1000, 1000)));
    let mut cost = |item: Value| {
        let done = bench.ok(
            "PutItem",
            json!({ "TableName": "tab", "Item": item, "ReturnConsumedCapacity": "INDEXES" }),
        );
        let index = &done["ConsumedCapacity"]["GlobalSecondaryIndexes"]["by-g"]["CapacityUnits"];
        index.as_f64().unwrap_or(0.0)
    };
    assert_eq!(cost(json!({ "p": s("k") })), 0.0, "not in the index");
    assert_eq!(cost(json!({ "p": s("k"), "g": s("x") })), 1.0, "new");
    assert_eq!(cost(json!({ "p": s("k"), "g": s("y") })), 2.0, "another key");
    assert_eq!(cost(json!({ "p": s("k"), "g": s("y"), "i": n(1) })), 1.0, "a projected attribute");
    assert_eq!(
        cost(json!({ "p": s("k"), "g": s("y"), "i": n(1), "o": n(1) })),
        0.0,
        "another attribute"
    );
    assert_eq!(cost(json!({ "p": s("k") })), 1.0, "gone");
}

#[test]
fn ddb_15_a_starved_global_index_throttles_the_writes_of_its_table() {
    let mut more = indexed(json!({ "ProjectionType": "KEYS_ONLY" }), units(10, 10));
    more["ProvisionedThroughput"] = units(100, 100);
    let mut bench = Bench::with(more);
    let now = Time(bench.now);
    bench.table().global_index_mut("by-g").unwrap().throughput.writes.fill_burst(now, 3_000);
    let mut served = Vec::new();
    let mut last = None;
    for second in 0..80 {
        let mut count = 0;
        for number in 0..50 {
            let item =
                json!({ "p": s(&format!("{second}-{number}")), "g": s(&format!("{number}")) });
            match bench.call("PutItem", json!({ "TableName": "tab", "Item": item })) {
                Ok(_) => count += 1,
                Err(error) => last = Some(error),
            }
        }
        served.push(count);
        bench.wait(1000);
    }
    assert!(served[..75].iter().all(|count| *count == 50), "{served:?}");
    assert!(served[75..].iter().all(|count| *count == 10), "{served:?}");
    let error = last.unwrap();
    assert_eq!(error.code, "ProvisionedThroughputExceededException");
    let reasons = &error.members.unwrap()["ThrottlingReasons"];
    assert_eq!(reasons[0]["reason"], "IndexWriteProvisionedThroughputExceeded");
    assert!(reasons[0]["resource"].as_str().unwrap().ends_with("table/tab/index/by-g"));
    assert!(bench.call("GetItem", json!({ "TableName": "tab", "Key": { "p": s("0-0") } })).is_ok());
}

#[test]
fn ddb_16_a_starved_global_index_does_not_throttle_the_reads_of_its_table() {
    let mut bench = Bench::with(indexed(json!({ "ProjectionType": "ALL" }), units(1, 100)));
    bench.put(json!({ "p": s("k"), "g": s("x") }));
    bench.wait(1000);
    let now = Time(bench.now);
    bench.table().global_index_mut("by-g").unwrap().throughput.reads.fill_burst(now, 0);
    let query = json!({
        "TableName": "tab", "IndexName": "by-g",
        "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": { ":g": s("x") },
    });
    let results: Vec<bool> = (0..4).map(|_| bench.call("Query", query.clone()).is_ok()).collect();
    assert_eq!(results, [true, true, false, false], "two eventual reads a unit");
    assert_eq!(bench.get(json!({ "p": s("k") }))["g"], s("x"));
    bench.put(json!({ "p": s("l"), "g": s("x") }));
}

#[test]
fn ddb_17_unused_throughput_of_300_seconds_is_kept_and_spent() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(150, 10) }));
    bench.wait(60_000);
    assert_eq!(per_second(&mut bench, 9, 100), [100, 100, 100, 100, 100, 100, 70, 10, 10]);

    let mut small = Bench::with(json!({ "ProvisionedThroughput": units(5, 5) }));
    small.wait(400_000);
    let now = Time(small.now);
    let full = small.table().throughput.writes.burst(now);
    assert_eq!(full, Units::whole(1_500));
    assert_eq!(per_second(&mut small, 17, 105), [[105; 15].as_slice(), &[5, 5]].concat());
}

#[test]
fn ddb_17_a_full_bucket_of_45000_read_units_lasts_900_seconds_at_50_above_the_rate() {
    let mut meter = Meter::new(Allowance::Provisioned { per_second: 150 }, Time(0));
    meter.fill_burst(Time(0), 45_000);
    let mut first_throttle = None;
    let mut refused = 0;
    for second in 0..902_u64 {
        for _ in 0..200 {
            let now = Time(second * 1000);
            match meter.admits(now) {
                Ok(()) => meter.take(now, Units::whole(1)),
                Err(_) => {
                    first_throttle.get_or_insert(second + 1);
                    refused += u64::from(second == 900);
                }
            }
        }
    }
    assert_eq!((first_throttle, refused), (Some(901), 50));
}

#[test]
fn ddb_18_no_bucket_lifts_a_partition_above_its_limit() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(10_000, 10_000) }));
    bench.wait(300_000);
    assert_eq!(bench.puts(1_200, |_| "hot".to_owned()), 1_000);
    let error = bench.error("PutItem", json!({ "TableName": "tab", "Item": { "p": s("hot") } }));
    assert_eq!(
        error.members.unwrap()["ThrottlingReasons"][0]["reason"],
        "TableWriteKeyRangeThroughputExceeded"
    );
}

/// A key that falls into this of four partitions.
fn key_in(partition: usize) -> String {
    (0..)
        .map(|number: u32| format!("key-{number}"))
        .find(|key| {
            let hash = placement(&KeyValue::S(key.as_str().into()));
            (hash >> 62) as usize == partition
        })
        .unwrap()
}

#[test]
fn ddb_19_a_partition_may_use_what_the_others_leave() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(400, 400) }));
    bench.table().throughput.split_into(4);
    let mut second = |load: [usize; 4]| {
        let served: usize = (0..4).map(|part| bench.puts(load[part], |_| key_in(part))).sum();
        bench.wait(1000);
        served
    };
    for _ in 0..3 {
        assert_eq!(second([50, 50, 50, 150]), 300);
    }
    // 300 units are left over from three seconds: six seconds of 50 above the rate.
    let served: Vec<usize> = (0..8).map(|_| second([50, 50, 50, 300])).collect();
    assert_eq!(served, [450, 450, 450, 450, 450, 450, 400, 400]);
}

#[test]
fn ddb_19_an_item_that_crowds_its_partition_out_is_put_alone_and_no_further() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(3_000, 8_000) }));
    bench.table().throughput.isolate_after = Span::seconds(5);
    let ranges = bench.table().throughput.ranges();
    let hot = "hot".to_owned();
    let hash = placement(&KeyValue::S(hot.as_str().into()));
    let crowded = bench.table().throughput.partition_of(hash);
    let throughput = bench.table().throughput.clone();
    let neighbours: Vec<String> = (0..)
        .map(|number: u32| format!("key-{number}"))
        .filter(|key| {
            throughput.partition_of(placement(&KeyValue::S(key.as_str().into()))) == crowded
        })
        .take(60)
        .collect();
    // 800 units of one item and 400 of sixty others in one partition.
    let mut second = || {
        let served = bench.puts(1_200, |number| match number % 3 {
            0 => neighbours[number / 3 % 60].clone(),
            _ => hot.clone(),
        });
        bench.wait(1000);
        served
    };
    let served: Vec<usize> = (0..8).map(|_| second()).collect();
    // In the sixth second the first refusal is one too many: the 133 others of the hot item get through.
    assert_eq!(served, [1_000, 1_000, 1_000, 1_000, 1_000, 1_133, 1_200, 1_200]);
    assert_eq!(bench.table().throughput.isolated(), [hash]);
    assert_eq!(bench.table().throughput.partition_of(hash), ranges);
    assert_eq!(bench.puts(1_200, |_| hot.clone()), 1_000, "alone, and no further than the limit");
}

#[test]
fn ddb_20_ten_suffixes_raise_the_ceiling_to_ten_partitions_at_best() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(3_000, 20_000) }));
    bench.table().throughput.split_into(1_000);
    assert_eq!(bench.puts(1_500, |_| "D".to_owned()), 1_000);
    bench.wait(1000);
    let parts: std::collections::BTreeSet<usize> = (1..=10)
        .map(|suffix| {
            let hash = placement(&KeyValue::S(format!("D#{suffix}").into()));
            bench.table().throughput.partition_of(hash)
        })
        .collect();
    assert_eq!(bench.puts(3_000, |number| format!("D#{}", number % 10 + 1)), 3_000);
    assert_eq!(parts.len(), 10, "each suffix lies in a partition of its own");
}

#[test]
fn ddb_21_on_demand_takes_twice_the_previous_peak() {
    let mut meter =
        Meter::new(Allowance::OnDemand { at_least: ON_DEMAND_WRITES, ceiling: None }, Time(0));
    let served = |meter: &mut Meter, second: u64, demand: u64| {
        let now = Time(second * 1000);
        (0..demand)
            .filter(|_| {
                meter.admits(now).is_ok().then(|| meter.take(now, Units::whole(1))).is_some()
            })
            .count() as u64
    };
    assert_eq!(served(&mut meter, 1, 5_000), 4_000, "a new table");
    meter.set_previous_peak(Time(2_000), 5_000);
    assert_eq!(served(&mut meter, 3, 10_000), 10_000);
    assert_eq!(served(&mut meter, 4, 15_000), 10_000, "within 30 minutes");
    assert_eq!(served(&mut meter, 3 + 1801, 15_000), 15_000, "later, 10,000 is the previous peak");
}

#[test]
fn ddb_22_a_request_is_let_through_while_any_token_is_left() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(10, 10) }));
    bench.put(item_of("big", 15 * 1024));
    let error = bench.error("PutItem", json!({ "TableName": "tab", "Item": { "p": s("small") } }));
    assert_eq!(error.code, "ProvisionedThroughputExceededException");
    bench.wait(1000);
    assert_eq!(bench.puts(10, |number| number.to_string()), 5, "five were overdrawn");
}

#[test]
fn ddb_23_the_billing_mode_decides_the_exception() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(1, 1) }));
    assert_eq!(bench.puts(2, |number| number.to_string()), 1);
    let error = bench.error("PutItem", json!({ "TableName": "tab", "Item": { "p": s("x") } }));
    assert_eq!(error.code, "ProvisionedThroughputExceededException");
    let mut on_demand = Bench::with(json!({ "BillingMode": "PAY_PER_REQUEST" }));
    assert_eq!(on_demand.puts(1_001, |_| "hot".to_owned()), 1_000);
    let error =
        on_demand.error("PutItem", json!({ "TableName": "tab", "Item": { "p": s("hot") } }));
    assert_eq!(error.code, "ThrottlingException");
    assert_eq!(
        error.members.unwrap()["ThrottlingReasons"][0]["reason"],
        "TableWriteKeyRangeThroughputExceeded"
    );
    let mut capped = Bench::with(json!({
        "BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": { "MaxWriteRequestUnits": 5 },
    }));
    assert_eq!(capped.puts(9, |number| number.to_string()), 5);
    let error = capped.error("PutItem", json!({ "TableName": "tab", "Item": { "p": s("x") } }));
    assert_eq!(
        error.members.unwrap()["ThrottlingReasons"][0]["reason"],
        "TableWriteMaxOnDemandThroughputExceeded"
    );
}

#[test]
fn ddb_37_there_is_no_limit_of_connections_only_of_units() {
    let mut bench = Bench::with(json!({ "ProvisionedThroughput": units(10_000, 10_000) }));
    bench.table().throughput.split_into(100);
    assert_eq!(bench.puts(10_000, |number| format!("client-{number}")), 10_000);
}
