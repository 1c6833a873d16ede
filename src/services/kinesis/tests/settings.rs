//! Lifecycles, lists, tags, encryption and metrics of streams.

use serde_json::{Value, json};

use super::{ARN, Desk, list, text};

#[test]
fn a_stream_is_creating_before_it_is_active_and_its_name_is_taken_at_once() {
    let mut desk = Desk::new();
    desk.ok("CreateStream", json!({"StreamName": "s", "ShardCount": 2}));
    let status = |desk: &mut Desk| {
        let described = desk.ok("DescribeStream", json!({"StreamName": "s"}));
        text(&described["StreamDescription"]["StreamStatus"])
    };
    assert_eq!(status(&mut desk), "CREATING");
    let put = json!({"StreamName": "s", "PartitionKey": "k", "Data": ""});
    assert_eq!(desk.refused("PutRecord", put), "ResourceNotFoundException");
    let again = desk.call("CreateStream", json!({"StreamName": "s", "ShardCount": 2})).unwrap_err();
    assert_eq!(
        again.to_string(),
        "ResourceInUseException: Stream s under account 000000000000 already exists."
    );
    desk.wait(500);
    assert_eq!(status(&mut desk), "ACTIVE");
    desk.ok("DeleteStream", json!({"StreamARN": ARN}));
    assert_eq!(
        desk.refused("DescribeStream", json!({"StreamName": "s"})),
        "ResourceNotFoundException"
    );
}

#[test]
fn a_slow_deletion_shows_the_stream_deleting() {
    let mut desk = Desk::with_shards(1);
    desk.world.kinesis.timings.delete = super::super::super::time::Span::seconds(5);
    desk.ok("DeleteStream", json!({"StreamName": "s"}));
    let summary = desk.ok("DescribeStreamSummary", json!({"StreamName": "s"}));
    assert_eq!(summary["StreamDescriptionSummary"]["StreamStatus"], "DELETING");
    desk.wait(5000);
    assert_eq!(desk.ok("ListStreams", json!({}))["StreamNames"], json!([]));
}

#[test]
fn the_account_has_limits() {
    let mut desk = Desk::new();
    for n in 0..5 {
        desk.ok("CreateStream", json!({"StreamName": format!("s{n}"), "ShardCount": 1}));
    }
    let sixth = json!({"StreamName": "s5", "ShardCount": 1});
    assert_eq!(desk.refused("CreateStream", sixth.clone()), "LimitExceededException");
    desk.wait(1000);
    desk.ok("CreateStream", sixth);
    let huge = json!({"StreamName": "huge", "ShardCount": 20_000});
    assert_eq!(desk.refused("CreateStream", huge), "LimitExceededException");
    let absurd = json!({"StreamName": "huge", "ShardCount": i64::MAX});
    assert_eq!(desk.refused("CreateStream", absurd), "LimitExceededException");
    let limits = desk.ok("DescribeLimits", json!({}));
    assert_eq!((&limits["ShardLimit"], &limits["OpenShardCount"]), (&json!(20_000), &json!(5)));
}

#[test]
fn lists_come_in_pages() {
    let mut desk = Desk::with_shards(5);
    let ids = |answer: &Value| -> Vec<String> {
        list(&answer["Shards"]).iter().map(|shard| text(&shard["ShardId"])).collect()
    };
    let first = desk.ok("ListShards", json!({"StreamName": "s", "MaxResults": 2}));
    assert_eq!(ids(&first), ["shardId-000000000000", "shardId-000000000001"]);
    let token = text(&first["NextToken"]);
    let second = desk.ok("ListShards", json!({"NextToken": token, "MaxResults": 2}));
    assert_eq!(ids(&second), ["shardId-000000000002", "shardId-000000000003"]);
    let both = json!({"NextToken": token, "StreamName": "s"});
    assert_eq!(desk.refused("ListShards", both), "InvalidArgumentException");
    assert_eq!(desk.refused("ListShards", json!({})), "InvalidArgumentException");
    desk.wait(300_001);
    assert_eq!(
        desk.refused("ListShards", json!({"NextToken": token})),
        "ExpiredNextTokenException"
    );
    let described = desk.ok("DescribeStream", json!({"StreamName": "s", "Limit": 2}));
    assert_eq!(described["StreamDescription"]["HasMoreShards"], true);
    let streams = desk.ok("ListStreams", json!({"Limit": 1}));
    assert_eq!(
        (&streams["StreamNames"], &streams["HasMoreStreams"]),
        (&json!(["s"]), &json!(false))
    );
}

#[test]
fn shard_filters_know_open_closed_and_moments() {
    let mut desk = Desk::with_shards(1);
    desk.wait(9_000);
    desk.split(0, "1000").unwrap();
    desk.wait(1_000);
    let mut filtered = |filter: Value| -> Vec<String> {
        let answer = desk.ok("ListShards", json!({"StreamName": "s", "ShardFilter": filter}));
        list(&answer["Shards"])
            .iter()
            .map(|shard| text(&shard["ShardId"])[20..].to_owned())
            .collect()
    };
    let at =
        |kind: &str, seconds: f64| json!({"Type": kind, "Timestamp": 1_767_225_600.0 + seconds});
    assert_eq!(filtered(json!({"Type": "AT_LATEST"})).len(), 2);
    assert_eq!(filtered(json!({"Type": "AT_TRIM_HORIZON"})).len(), 1);
    assert_eq!(filtered(json!({"Type": "FROM_TRIM_HORIZON"})).len(), 3);
    assert_eq!(filtered(at("AT_TIMESTAMP", 5.0)).len(), 1);
    assert_eq!(filtered(at("AT_TIMESTAMP", 10.9)).len(), 2);
    assert_eq!(filtered(at("FROM_TIMESTAMP", 0.0)).len(), 3);
    assert_eq!(filtered(at("FROM_TIMESTAMP", 10.9)).len(), 2);
    let after = json!({"Type": "AFTER_SHARD_ID", "ShardId": "shardId-000000000000"});
    assert_eq!(filtered(after).len(), 2);
    for bad in [
        json!({"Type": "AT_TIMESTAMP"}),
        json!({"Type": "AFTER_SHARD_ID"}),
        json!({"Type": "AT_LATEST", "ShardId": "shardId-000000000000"}),
        at("AT_LATEST", 0.0),
    ] {
        let params = json!({"StreamName": "s", "ShardFilter": bad});
        assert_eq!(desk.refused("ListShards", params), "InvalidArgumentException");
    }
    desk.wait(24 * 3_600_000);
    assert_eq!(desk.shards().len(), 2, "a closed shard goes when its records have expired");
}

#[test]
fn tags_encryption_and_metrics_are_kept() {
    let mut desk = Desk::with_shards(1);
    desk.ok("AddTagsToStream", json!({"StreamName": "s", "Tags": {"team": "a", "이름": "b"}}));
    desk.ok("TagResource", json!({"ResourceARN": ARN, "Tags": {"cost": "c"}}));
    desk.ok("RemoveTagsFromStream", json!({"StreamName": "s", "TagKeys": ["team"]}));
    let page = desk.ok("ListTagsForStream", json!({"StreamName": "s", "Limit": 1}));
    assert_eq!(
        (&page["Tags"], &page["HasMoreTags"]),
        (&json!([{"Key": "cost", "Value": "c"}]), &json!(true))
    );
    for bad in [json!({"a*": "b"}), json!({"aws:x": "b"})] {
        let params = json!({"StreamName": "s", "Tags": bad});
        assert_eq!(desk.refused("AddTagsToStream", params), "InvalidArgumentException");
    }
    let many: serde_json::Map<String, Value> =
        (0..49).map(|n| (n.to_string(), json!(""))).collect();
    let params = json!({"StreamName": "s", "Tags": many});
    assert_eq!(desk.refused("AddTagsToStream", params), "InvalidArgumentException", "more than 50");

    let key = |kind: &str| json!({"StreamName": "s", "EncryptionType": kind, "KeyId": "alias/aws/kinesis"});
    assert_eq!(desk.refused("StartStreamEncryption", key("NONE")), "InvalidArgumentException");
    desk.ok("StartStreamEncryption", key("KMS"));
    assert_eq!(desk.refused("StopStreamEncryption", key("KMS")), "ResourceInUseException");
    desk.wait(1000);
    assert_eq!(desk.put("k", "x")["EncryptionType"], "KMS");

    let metrics = |names: Value| json!({"StreamName": "s", "ShardLevelMetrics": names});
    let on = desk.ok("EnableEnhancedMonitoring", metrics(json!(["ALL"])));
    assert_eq!(
        (list(&on["CurrentShardLevelMetrics"]).len(), list(&on["DesiredShardLevelMetrics"]).len()),
        (0, 7)
    );
    let off = desk.ok("DisableEnhancedMonitoring", metrics(json!(["IncomingBytes"])));
    assert_eq!(list(&off["DesiredShardLevelMetrics"]).len(), 6);
}

#[test]
fn the_capacity_mode_changes_twice_a_day() {
    let mut desk = Desk::with_shards(1);
    let mode = |mode: &str| json!({"StreamARN": ARN, "StreamModeDetails": {"StreamMode": mode}});
    for name in ["ON_DEMAND", "PROVISIONED"] {
        desk.ok("UpdateStreamMode", mode(name));
        desk.wait(1000);
    }
    assert_eq!(desk.refused("UpdateStreamMode", mode("ON_DEMAND")), "LimitExceededException");
    desk.wait(24 * 3_600_000);
    desk.ok("UpdateStreamMode", mode("ON_DEMAND"));
}

#[test]
fn tags_that_are_too_long_too_many_or_badly_spelt_are_refused() {
    let mut desk = Desk::with_shards(1);
    let add = |desk: &mut Desk, key: &str, value: &str| {
        desk.refused("AddTagsToStream", json!({"StreamName": "s", "Tags": {key: value}}))
    };
    assert_eq!(add(&mut desk, "", "1"), "ValidationException");
    assert_eq!(add(&mut desk, &"k".repeat(129), "1"), "ValidationException");
    assert_eq!(add(&mut desk, "k", &"v".repeat(257)), "ValidationException");
    assert_eq!(add(&mut desk, "a;b", "1"), "InvalidArgumentException");
    assert_eq!(add(&mut desk, "a%b", "1"), "InvalidArgumentException");
    desk.ok("AddTagsToStream", json!({"StreamName": "s", "Tags": {"k".repeat(128): "값 1"}}));
    let tags: serde_json::Map<String, Value> =
        (0..50).map(|number| (format!("t{number}"), json!(""))).collect();
    assert_eq!(
        desk.refused("AddTagsToStream", json!({"StreamName": "s", "Tags": tags})),
        "InvalidArgumentException",
        "51 tags"
    );
    let listed = desk.ok("ListTagsForStream", json!({"StreamName": "s"}));
    assert_eq!(list(&listed["Tags"]).len(), 1);
}
