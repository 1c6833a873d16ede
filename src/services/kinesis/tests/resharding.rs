//! KDS-4 to 8: splits, merges, and new shard counts.

use serde_json::json;

use super::{ARN, Desk, text};

const MIDDLE_OF_THIRD: &str = "56713727820156410577229101238628035242";

#[test]
fn kds_4_a_split_cuts_at_the_new_starting_hash_key() {
    let mut desk = Desk::with_shards(3);
    let end = "113427455640312821154458202477256070484";
    for bad in ["0", "1", end, "113427455640312821154458202477256070485"] {
        let error = desk.split(0, bad).unwrap_err();
        assert_eq!(error.code, "InvalidArgumentException", "{bad}");
        assert!(
            error.message.contains("is not both greater than one plus the shard's StartingHashKey")
        );
    }
    desk.split(0, MIDDLE_OF_THIRD).unwrap();
    desk.wait(1000);
    let shards = desk.shards();
    let range = |index: usize| {
        let range = &shards[index]["HashKeyRange"];
        (text(&range["StartingHashKey"]), text(&range["EndingHashKey"]))
    };
    assert_eq!(range(3), ("0".into(), "56713727820156410577229101238628035241".into()));
    assert_eq!(range(4), (MIDDLE_OF_THIRD.into(), end.into()));
    desk.split(4, "113427455640312821154458202477256070483").expect("end - 1 is the last allowed");
}

#[test]
fn kds_5_after_a_split_the_parent_is_closed_and_keeps_its_records() {
    let mut desk = Desk::with_shards(1);
    desk.put_at("7");
    desk.split(0, "1000").unwrap();
    let summary = desk.ok("DescribeStreamSummary", json!({"StreamName": "s"}));
    assert_eq!(summary["StreamDescriptionSummary"]["StreamStatus"], "UPDATING");
    assert_eq!(desk.put_at("7")["ShardId"], "shardId-000000000000", "until it is done");
    desk.wait(1000);
    let shards = desk.shards();
    let ending = |index: usize| shards[index]["SequenceNumberRange"].get("EndingSequenceNumber");
    assert!(ending(0).is_some() && ending(1).is_none() && ending(2).is_none());
    for child in [1, 2] {
        assert_eq!(shards[child]["ParentShardId"], "shardId-000000000000");
        assert!(shards[child].get("AdjacentParentShardId").is_none());
    }
    assert_eq!(desk.put_at("7")["ShardId"], "shardId-000000000001");
    assert_eq!(desk.put_at("1000")["ShardId"], "shardId-000000000002");
    let parent = desk.iterator(0, "TRIM_HORIZON");
    assert_eq!(desk.data(&parent).len(), 2);
    assert_eq!(desk.split(0, "500").unwrap_err().code, "ResourceInUseException", "it is closed");
    assert_eq!(desk.split(9, "500").unwrap_err().code, "ResourceNotFoundException");
}

#[test]
fn kds_6_only_neighbours_merge_and_the_child_owns_both_ranges() {
    let mut desk = Desk::with_shards(3);
    for (one, other) in [(0, 2), (1, 0), (1, 1)] {
        let error = desk.merge(one, other).unwrap_err();
        assert_eq!(error.code, "InvalidArgumentException");
        assert!(error.message.ends_with("are not an adjacent pair of shards eligible for merging"));
    }
    desk.merge(0, 1).unwrap();
    desk.wait(1000);
    let child = &desk.shards()[3];
    assert_eq!(child["ParentShardId"], "shardId-000000000000");
    assert_eq!(child["AdjacentParentShardId"], "shardId-000000000001");
    assert_eq!(child["HashKeyRange"]["StartingHashKey"], "0");
    assert_eq!(child["HashKeyRange"]["EndingHashKey"], "226854911280625642308916404954512140969");
}

#[test]
fn kds_7_resharding_needs_an_active_provisioned_stream_and_puts_go_on() {
    let mut desk = Desk::with_shards(2);
    desk.split(0, "1000").unwrap();
    assert_eq!(
        desk.split(1, "170141183460469231731687303715884105999").unwrap_err().code,
        "ResourceInUseException"
    );
    assert_eq!(desk.merge(0, 1).unwrap_err().code, "ResourceInUseException");
    desk.put("k", "x");
    let iterator = desk.iterator(1, "TRIM_HORIZON");
    desk.read(&iterator);
    let mut on_demand = Desk::on_demand();
    assert_eq!(on_demand.split(0, "1000").unwrap_err().code, "ValidationException");
    assert_eq!(on_demand.merge(0, 1).unwrap_err().code, "ValidationException");
    let count = json!({"StreamName": "s", "TargetShardCount": 8, "ScalingType": "UNIFORM_SCALING"});
    assert_eq!(on_demand.refused("UpdateShardCount", count), "ValidationException");
}

#[test]
fn kds_8_the_shard_count_at_most_doubles_or_halves_ten_times_a_day() {
    let mut desk = Desk::with_shards(4);
    let to = |count: i64| json!({"StreamName": "s", "TargetShardCount": count, "ScalingType": "UNIFORM_SCALING"});
    assert_eq!(desk.refused("UpdateShardCount", to(9)), "InvalidArgumentException");
    assert_eq!(desk.refused("UpdateShardCount", to(1)), "InvalidArgumentException");
    let mut count = 4;
    for turn in 0..10 {
        count = if turn % 2 == 0 { 8 } else { 4 };
        let answer = desk.ok("UpdateShardCount", to(count));
        assert_eq!(answer["TargetShardCount"], count);
        desk.wait(1000);
        assert_eq!(desk.world.kinesis.stream("s").unwrap().open_shards().len() as i64, count);
    }
    assert_eq!(count, 4);
    assert_eq!(desk.refused("UpdateShardCount", to(8)), "LimitExceededException", "the eleventh");
    desk.wait(24 * 3_600_000);
    desk.ok("UpdateShardCount", to(8));
}

#[test]
fn kds_8_any_allowed_count_gives_even_shards() {
    for (from, to) in [(3, 6), (6, 3), (4, 3), (3, 4), (5, 7), (7, 5), (1, 2), (2, 1), (10, 13)] {
        let mut desk = Desk::with_shards(from);
        let params =
            json!({"StreamName": "s", "TargetShardCount": to, "ScalingType": "UNIFORM_SCALING"});
        desk.ok("UpdateShardCount", params);
        desk.wait(1000);
        let stream = desk.world.kinesis.stream("s").unwrap();
        let sizes: Vec<u128> =
            stream.open_shards().map(|shard| shard.range().end - shard.range().start).collect();
        assert_eq!(sizes.len(), to as usize, "{from} to {to}");
        let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
        assert!(most - least <= 4 * 13, "{from} to {to}: {least} and {most}");
    }
}

#[test]
fn a_busy_on_demand_shard_is_split_within_fifteen_minutes() {
    let mut desk = Desk::on_demand();
    let data = super::super::super::blob::Blob(vec![0; 600_000]).to_base64();
    for _ in 0..60 {
        desk.ok("PutRecord", json!({"StreamARN": ARN, "PartitionKey": "hot", "Data": data}));
        desk.wait(1000);
    }
    assert_eq!(desk.world.kinesis.stream("s").unwrap().open_shards().len(), 4);
    desk.wait(15 * 60_000);
    assert_eq!(desk.world.kinesis.stream("s").unwrap().open_shards().len(), 5);
}
