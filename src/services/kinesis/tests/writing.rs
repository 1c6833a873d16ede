//! KDS-2, 13, 14, 15, 17, 18: routing, throttles and sizes of writes.

use serde_json::json;

use super::super::super::blob::Blob;
use super::{ARN, Desk, list, text};

#[test]
fn kds_2_ranges_include_both_ends_and_the_explicit_hash_key_beats_the_partition_key() {
    let mut desk = Desk::with_shards(2);
    let half = "170141183460469231731687303715884105728";
    for (hash_key, shard) in [
        ("0", "shardId-000000000000"),
        ("170141183460469231731687303715884105727", "shardId-000000000000"),
        (half, "shardId-000000000001"),
        ("340282366920938463463374607431768211455", "shardId-000000000001"),
    ] {
        assert_eq!(desk.put_at(hash_key)["ShardId"], shard, "{hash_key}");
    }
    let beyond = json!({"StreamName": "s", "PartitionKey": "k", "Data": "",
        "ExplicitHashKey": "340282366920938463463374607431768211456"});
    assert_eq!(desk.refused("PutRecord", beyond), "InvalidArgumentException");
}

#[test]
fn kds_13_a_shard_takes_a_thousand_records_and_a_mebibyte_a_second() {
    let mut desk = Desk::with_shards(2);
    for _ in 0..1000 {
        desk.put_at("0");
    }
    let one_more =
        json!({"StreamName": "s", "PartitionKey": "k", "ExplicitHashKey": "0", "Data": ""});
    let error = desk.call("PutRecord", one_more.clone()).unwrap_err();
    assert_eq!(error.code, "ProvisionedThroughputExceededException");
    assert_eq!(
        error.message,
        "Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000."
    );
    let other = desk.put_at("340282366920938463463374607431768211455");
    assert_eq!(other["ShardId"], "shardId-000000000001", "other shards are not affected");
    desk.wait(1000);
    desk.ok("PutRecord", one_more);

    desk.wait(1000);
    let large = Blob(vec![b'x'; 1_048_576 / 2 - 1]).to_base64();
    let entry = |key: &str, hash: &str, data: &str| json!({"PartitionKey": key, "ExplicitHashKey": hash, "Data": data});
    let records = [
        entry("k", "0", &large),
        entry("k", "0", &large),
        entry("kk", "0", ""),
        entry("k", "9", ""),
    ];
    let answer = desk.ok("PutRecords", json!({"StreamName": "s", "Records": records}));
    assert_eq!(answer["FailedRecordCount"], 2, "exactly a mebibyte with the keys, then two more");
    let failed = &answer["Records"][2];
    assert_eq!(failed["ErrorCode"], "ProvisionedThroughputExceededException");
    assert!(failed.get("SequenceNumber").is_none());
    assert!(answer["Records"][1].get("ErrorCode").is_none());
}

#[test]
fn kds_14_put_records_takes_500_records_and_ten_mebibytes() {
    let mut desk = Desk::with_shards(1);
    let entry = json!({"PartitionKey": "k", "Data": ""});
    let many = |count: usize| json!({"StreamName": "s", "Records": vec![entry.clone(); count]});
    assert_eq!(list(&desk.ok("PutRecords", many(500))["Records"]).len(), 500);
    assert_eq!(desk.refused("PutRecords", many(501)), "ValidationException");
    assert_eq!(desk.refused("PutRecords", many(0)), "ValidationException");
    let mebibyte = Blob(vec![0; 1_048_575]).to_base64();
    let full = json!({"PartitionKey": "k", "Data": mebibyte});
    let request = |count: usize| json!({"StreamName": "s", "Records": vec![full.clone(); count]});
    assert_eq!(desk.refused("PutRecords", request(11)), "InvalidArgumentException");
    desk.ok("PutRecords", request(10));
}

#[test]
fn kds_15_sequence_numbers_grow_numerically_within_a_shard() {
    let mut desk = Desk::with_shards(1);
    let mut before = String::new();
    for turn in 0..300 {
        let number = text(&desk.put("k", "x")["SequenceNumber"]);
        assert!((before.len(), &before) < (number.len(), &number), "put {turn}");
        before = number;
        desk.wait(10);
    }
    let from = json!({"StreamName": "s", "PartitionKey": "k", "Data": "", "SequenceNumberForOrdering": before});
    desk.ok("PutRecord", from);
    let bad = json!({"StreamName": "s", "PartitionKey": "k", "Data": "", "SequenceNumberForOrdering": "9".repeat(129)});
    assert_eq!(desk.refused("PutRecord", bad), "InvalidArgumentException");
}

#[test]
fn kds_17_a_record_is_a_mebibyte_at_most_until_the_stream_allows_more() {
    let mut desk = Desk::with_shards(1);
    let put = |bytes: usize| json!({"StreamName": "s", "PartitionKey": "k", "Data": Blob(vec![0; bytes]).to_base64()});
    desk.ok("PutRecord", put(1_048_575));
    desk.wait(1000);
    assert_eq!(
        desk.refused("PutRecord", put(1_048_576)),
        "InvalidArgumentException",
        "with the key"
    );
    assert_eq!(desk.refused("PutRecord", put(1_048_577)), "ValidationException");
    let size = |kib: i64| json!({"StreamARN": ARN, "MaxRecordSizeInKiB": kib});
    assert_eq!(desk.refused("UpdateMaxRecordSize", size(1023)), "ValidationException");
    assert_eq!(desk.refused("UpdateMaxRecordSize", size(10_241)), "ValidationException");
    desk.ok("UpdateMaxRecordSize", size(10_240));
    desk.wait(1000);
    desk.ok("PutRecord", put(10 * 1_048_576 - 1));
    assert_eq!(desk.refused("PutRecord", put(1)), "ProvisionedThroughputExceededException");
    desk.wait(10_000);
    desk.ok("PutRecord", put(1));
}

#[test]
fn kds_18_auto_distribution_spreads_one_key_over_the_shards_and_needs_no_key() {
    let mut desk = Desk::on_demand();
    let strategy = |name: &str| json!({"StreamARN": ARN, "RecordDistributionStrategy": name});
    let shards_of_puts = |desk: &mut Desk| {
        let mut shards: Vec<String> =
            (0..8).map(|_| text(&desk.put("same", "x")["ShardId"])).collect();
        shards.sort();
        shards.dedup();
        shards.len()
    };
    assert_eq!(shards_of_puts(&mut desk), 1);
    let keyless = json!({"StreamName": "s", "Data": "eA=="});
    assert_eq!(desk.refused("PutRecord", keyless.clone()), "ValidationException");
    desk.ok("UpdateStreamRecordDistributionStrategy", strategy("AUTO"));
    assert_eq!(shards_of_puts(&mut desk), 4);
    let shard = text(&desk.ok("PutRecord", keyless)["ShardId"]);
    desk.ok("UpdateStreamRecordDistributionStrategy", strategy("USER_PARTITION_KEY"));
    assert_eq!(shards_of_puts(&mut desk), 1, "switching back affects new records");
    let index = shard.trim_start_matches("shardId-").parse().unwrap();
    let iterator = desk.iterator(index, "TRIM_HORIZON");
    let read = desk.read(&iterator);
    assert!(list(&read["Records"]).iter().any(|record| record.get("PartitionKey").is_none()));

    let mut provisioned = Desk::with_shards(1);
    let refused = provisioned.refused("UpdateStreamRecordDistributionStrategy", strategy("AUTO"));
    assert_eq!(refused, "InvalidArgumentException");
}
