use serde_json::{Value, json};

use crate::services::arn::arn;
use crate::services::lambda::tests::Play;

/// A rule for gold customers with the queue `gold` as its target.
fn play(target: Value) -> Play {
    let mut play = Play::new();
    let queue = play.queue("gold", json!({}));
    play.queue("dead", json!({}));
    for name in ["gold", "dead"] {
        let policy = json!({"Statement": [{
            "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage", "Resource": "*",
        }]});
        let params = json!({"QueueUrl": name, "Attributes": {"Policy": policy.to_string()}});
        play.call(0, "sqs", "SetQueueAttributes", params);
    }
    let pattern = json!({"source": ["shop"], "detail": {"tier": ["gold"]}}).to_string();
    play.call(0, "events", "PutRule", json!({"Name": "gold", "EventPattern": pattern}));
    let mut entry = json!({"Id": "1", "Arn": queue});
    if let (Value::Object(entry), Value::Object(more)) = (&mut entry, target) {
        entry.extend(more);
    }
    play.call(0, "events", "PutTargets", json!({"Rule": "gold", "Targets": [entry]}));
    play
}

fn put(play: &mut Play, at: u64, tier: &str) -> Value {
    let entry = json!({
        "Source": "shop", "DetailType": "order", "Detail": json!({"tier": tier}).to_string(),
    });
    let answer = play.call(at, "events", "PutEvents", json!({"Entries": [entry]}));
    play.until(at);
    answer
}

#[test]
fn a_rule_sends_matching_events_to_its_targets() {
    let mut play = play(json!({}));
    assert_eq!(put(&mut play, 0, "gold")["FailedEntryCount"], 0);
    put(&mut play, 0, "tin");
    assert_eq!(play.counts("gold")[0], 1);
    let params = json!({"QueueUrl": "gold", "WaitTimeSeconds": 1});
    let message = play.call(0, "sqs", "ReceiveMessage", params)["Messages"][0].take();
    let event: Value =
        serde_json::from_str(message["Body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(event["detail-type"], "order");
    assert_eq!(event["detail"]["tier"], "gold");
    assert_eq!(event["time"], "2026-01-01T00:00:00Z");
    play.call(0, "events", "DisableRule", json!({"Name": "gold"}));
    put(&mut play, 0, "gold");
    assert_eq!(play.counts("gold")[0], 0);
}

#[test]
fn a_target_out_of_order_is_tried_185_times_in_a_day_and_then_goes_to_the_dlq() {
    let mut play = play(json!({"DeadLetterConfig": {"Arn": arn("sqs", "dead")}}));
    play.world.events.trace.watch();
    play.world.events.set_outage(&arn("sqs", "gold"), true);
    put(&mut play, 0, "gold");
    play.until(86_400_000 + 1);
    assert_eq!(play.world.events.pending_deliveries(), 0);
    let tries = play.world.events.trace.drain().into_iter();
    let failures = |fact: crate::services::trace::Fact<super::Happened>| match fact.what {
        super::Happened::DeliveryFailed { failures, .. } => Some(failures),
        _ => None,
    };
    let most = tries.filter_map(failures).max();
    assert!(most.is_some_and(|most| (180..=186).contains(&most)), "{most:?}");
    assert_eq!([play.counts("gold")[0], play.counts("dead")[0]], [0, 1]);
}

#[test]
fn retries_can_be_cut_for_each_target() {
    let policy =
        json!({"RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60}});
    let mut play = play(policy);
    play.world.events.set_outage(&arn("sqs", "gold"), true);
    put(&mut play, 0, "gold");
    play.until(61_000);
    assert_eq!(play.world.events.pending_deliveries(), 0, "dropped without a DLQ");
    assert_eq!(play.counts("dead")[0], 0);
}

#[test]
fn bad_entries_fail_one_by_one_and_bad_calls_as_a_whole() {
    let mut play = play(json!({}));
    let good = json!({"Source": "shop", "DetailType": "order", "Detail": "{}"});
    let entries = json!([good, {"DetailType": "order", "Detail": "{}"}, {
        "Source": "shop", "DetailType": "order", "Detail": "no json",
    }]);
    let answer = play.call(0, "events", "PutEvents", json!({"Entries": entries}));
    assert_eq!(answer["FailedEntryCount"], 2);
    assert!(answer["Entries"][0]["EventId"].is_string());
    assert_eq!(answer["Entries"][1]["ErrorCode"], "InvalidArgument");
    assert_eq!(answer["Entries"][2]["ErrorCode"], "MalformedDetail");
    let eleven = json!({"Entries": vec![good; 11]});
    play.refused(0, "events", "PutEvents", eleven, "ValidationException");
    let bad = json!({"Name": "bad", "EventPattern": "{\"source\": \"shop\"}"});
    play.refused(0, "events", "PutRule", bad, "InvalidEventPatternException");
    let none = json!({"Rule": "none", "Targets": [{"Id": "1", "Arn": arn("sqs", "gold")}]});
    play.refused(0, "events", "PutTargets", none, "ResourceNotFoundException");
}
