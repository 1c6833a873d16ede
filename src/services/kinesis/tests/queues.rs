//! KQ-1 to 10: queues on streams.

use serde_json::{Value, json};

use super::super::super::time::Time;
use super::super::super::{Answer, Ticket};
use super::{ARN, Desk, list, text};

fn queue_arn(name: &str) -> String {
    format!("arn:aws:kinesis:us-east-1:000000000000:queue/{name}")
}

fn create(desk: &mut Desk, name: &str, position: Value, attributes: Value) {
    let mut stream = json!({"StreamARN": ARN});
    if !position.is_null() {
        stream["StartingPosition"] = position;
    }
    let params = json!({"QueueName": name, "StreamConfigurationList": [stream], "QueueAttributes": attributes});
    desk.ok("CreateQueue", params);
    desk.wait(1000);
}

fn horizon() -> Value {
    json!({"Type": "TRIM_HORIZON"})
}

/// Receives what is there at once; an empty receive is left waiting, and comes back as its ticket.
fn try_receive(desk: &mut Desk, operation: &str, name: &str) -> Result<Vec<Value>, Ticket> {
    match desk.answer(operation, json!({"QueueARN": queue_arn(name), "WaitTimeSeconds": 1})) {
        Answer::Now(result) => Ok(list(&result.unwrap().to_json()["QueueRecords"])),
        Answer::Later(ticket) => Err(ticket),
    }
}

fn receive(desk: &mut Desk, name: &str) -> Vec<Value> {
    try_receive(desk, "ReceiveQueueRecords", name).unwrap_or_default()
}

fn dead(desk: &mut Desk, name: &str) -> Vec<Value> {
    try_receive(desk, "ReceiveDeadLetterQueueRecords", name).unwrap_or_default()
}

fn on_handles(name: &str, records: &[Value]) -> Value {
    let entries: Vec<Value> =
        records.iter().map(|record| json!({"ReceiptHandle": record["ReceiptHandle"]})).collect();
    json!({"QueueARN": queue_arn(name), "Entries": entries})
}

#[test]
fn kq_1_two_queues_each_deliver_every_record_and_do_not_touch_the_stream() {
    let mut provisioned = Desk::with_shards(1);
    let params = json!({"QueueName": "q", "StreamConfigurationList": [{"StreamARN": ARN}]});
    assert_eq!(provisioned.refused("CreateQueue", params), "ValidationException");

    let mut desk = Desk::on_demand();
    create(&mut desk, "one", horizon(), json!({}));
    create(&mut desk, "two", horizon(), json!({}));
    for n in 0..5 {
        desk.put(&format!("k{n}"), "x");
    }
    let records = receive(&mut desk, "one");
    assert_eq!(records.len(), 5);
    let done = desk.ok("AcknowledgeQueueRecords", on_handles("one", &records));
    assert_eq!(list(&done["Successful"]).len(), 5);
    let again = desk.ok("AcknowledgeQueueRecords", on_handles("one", &records));
    assert_eq!(list(&again["Failed"]).len(), 5, "each handle is good once");
    let mut ids: Vec<String> = records.iter().map(|record| text(&record["RecordId"])).collect();
    let others = receive(&mut desk, "two");
    let mut same: Vec<String> = others.iter().map(|record| text(&record["RecordId"])).collect();
    ids.sort();
    same.sort();
    assert_eq!(ids, same, "a record has one id in every queue");
    assert!(others[0].get("SequenceNumber").is_none());
    let stored: usize = (0..4)
        .map(|shard| {
            let iterator = desk.iterator(shard, "TRIM_HORIZON");
            desk.data(&iterator).len()
        })
        .sum();
    assert_eq!(stored, 5);
    desk.wait(60_000);
    assert!(receive(&mut desk, "one").is_empty(), "acknowledged for good");
}

#[test]
fn kq_2_a_queue_starts_with_later_records_unless_told_otherwise() {
    let mut desk = Desk::on_demand();
    desk.put("k", "before");
    create(&mut desk, "latest", Value::Null, json!({}));
    create(&mut desk, "all", horizon(), json!({}));
    let from = json!({"Type": "AT_TIMESTAMP", "Timestamp": 1_767_225_600.0 + 3.5});
    create(&mut desk, "from", from, json!({}));
    desk.put("k", "after");
    assert_eq!(receive(&mut desk, "latest").len(), 1);
    assert_eq!(receive(&mut desk, "all").len(), 2);
    assert_eq!(receive(&mut desk, "from").len(), 1);
}

#[test]
fn kq_3_after_six_receives_a_record_is_dead_unless_the_queue_never_gives_up() {
    let mut desk = Desk::on_demand();
    create(&mut desk, "q", horizon(), json!({}));
    let never = json!({"DeadLetterConfiguration": {"TargetType": "NONE"}});
    create(&mut desk, "never", horizon(), never);
    desk.put("k", "poison");
    for count in 1..=6 {
        assert_eq!(receive(&mut desk, "q")[0]["ReceiveCount"], count);
        assert_eq!(receive(&mut desk, "never").len(), 1);
        assert!(receive(&mut desk, "q").is_empty(), "in flight");
        desk.wait(30_000);
    }
    assert!(receive(&mut desk, "q").is_empty());
    assert_eq!(receive(&mut desk, "never")[0]["ReceiveCount"], 7);
    let found = dead(&mut desk, "q");
    assert_eq!(found.len(), 1);
    assert!(dead(&mut desk, "q").is_empty(), "a dead-letter record is in flight too");
}

#[test]
fn kq_4_a_restored_record_starts_anew_and_an_acknowledged_dead_one_is_gone() {
    let mut desk = Desk::on_demand();
    let once = json!({"DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 1}});
    create(&mut desk, "q", horizon(), once);
    desk.put("k", "poison");
    let first = receive(&mut desk, "q");
    desk.wait(30_000);
    let found = dead(&mut desk, "q");
    let wrong_side = desk.ok("AcknowledgeQueueRecords", on_handles("q", &found));
    assert_eq!(wrong_side["Failed"][0]["ErrorCode"], "InvalidArgumentException");
    desk.ok("RestoreDeadLetterQueueRecords", on_handles("q", &found));
    let restored = receive(&mut desk, "q");
    assert_eq!(restored[0]["ReceiveCount"], 1);
    assert_eq!(restored[0]["RecordId"], first[0]["RecordId"]);
    desk.wait(30_000);
    let found = dead(&mut desk, "q");
    desk.ok("AcknowledgeDeadLetterQueueRecords", on_handles("q", &found));
    desk.wait(60_000);
    assert!(dead(&mut desk, "q").is_empty() && receive(&mut desk, "q").is_empty());
}

#[test]
fn kq_5_a_dead_letter_record_goes_with_the_streams_retention() {
    let mut desk = Desk::on_demand();
    let once = json!({"DeadLetterConfiguration": {"TargetType": "BUILT_IN", "MaxReceiveCount": 1}});
    create(&mut desk, "q", horizon(), once);
    desk.put("k", "poison");
    receive(&mut desk, "q");
    desk.wait(30_000);
    assert_eq!(dead(&mut desk, "q").len(), 1);
    desk.wait(24 * 3_600_000);
    assert!(dead(&mut desk, "q").is_empty());
}

#[test]
fn kq_6_each_receive_gives_a_new_handle_and_deleting_the_queue_ends_them_all() {
    let mut desk = Desk::on_demand();
    create(&mut desk, "q", horizon(), json!({"VisibilityTimeoutSeconds": 1}));
    desk.put("k", "x");
    let first = receive(&mut desk, "q");
    desk.wait(1000);
    let second = receive(&mut desk, "q");
    assert_ne!(first[0]["ReceiptHandle"], second[0]["ReceiptHandle"]);
    let old = desk.ok("AcknowledgeQueueRecords", on_handles("q", &first));
    assert_eq!(list(&old["Failed"]).len(), 1);
    desk.ok("DeleteQueue", json!({"QueueARN": queue_arn("q")}));
    let code = desk.refused("AcknowledgeQueueRecords", on_handles("q", &second));
    assert_eq!(code, "ResourceNotFoundException");
    desk.wait(1000);
    assert_eq!(
        desk.refused("DescribeQueue", json!({"QueueARN": queue_arn("q")})),
        "ResourceNotFoundException"
    );
    create(&mut desk, "q", horizon(), json!({}));
    let old = desk.ok("AcknowledgeQueueRecords", on_handles("q", &second));
    assert_eq!(list(&old["Failed"]).len(), 1, "nor in a new queue of that name");
}

#[test]
fn kq_7_a_stream_with_a_queue_is_neither_deleted_nor_made_provisioned() {
    let mut desk = Desk::on_demand();
    create(&mut desk, "q", Value::Null, json!({}));
    let delete = json!({"StreamName": "s", "EnforceConsumerDeletion": true});
    assert_eq!(desk.refused("DeleteStream", delete.clone()), "ResourceInUseException");
    let mode = json!({"StreamARN": ARN, "StreamModeDetails": {"StreamMode": "PROVISIONED"}});
    assert_eq!(desk.refused("UpdateStreamMode", mode.clone()), "ResourceInUseException");
    desk.ok("DeleteQueue", json!({"QueueARN": queue_arn("q")}));
    desk.wait(1000);
    desk.ok("UpdateStreamMode", mode);
    desk.wait(1000);
    desk.ok("DeleteStream", delete);
}

#[test]
fn kq_8_a_new_visibility_timeout_counts_for_later_receives_only() {
    let mut desk = Desk::on_demand();
    create(&mut desk, "q", horizon(), json!({"VisibilityTimeoutSeconds": 60}));
    desk.put("k", "x");
    receive(&mut desk, "q");
    let update =
        json!({"QueueARN": queue_arn("q"), "QueueAttributes": {"VisibilityTimeoutSeconds": 10}});
    let described = desk.ok("UpdateQueue", update)["QueueDescription"].clone();
    assert_eq!(described["QueueStatus"], "UPDATING");
    assert_eq!(described["QueueAttributes"]["DeadLetterConfiguration"]["MaxReceiveCount"], 6);
    desk.wait(58_000);
    assert!(receive(&mut desk, "q").is_empty());
    desk.wait(2000);
    assert_eq!(receive(&mut desk, "q").len(), 1, "after 60 s");
    desk.wait(10_000);
    let held = receive(&mut desk, "q");
    let now = json!({"QueueARN": queue_arn("q"), "Entries": [
        {"ReceiptHandle": held[0]["ReceiptHandle"], "VisibilityTimeoutSeconds": 0}]});
    desk.ok("UpdateQueueRecordsVisibility", now);
    assert_eq!(receive(&mut desk, "q").len(), 1, "visible at once");
}

#[test]
fn kq_9_a_receive_waits_for_a_record_and_takes_no_group_and_no_delay() {
    let mut desk = Desk::on_demand();
    create(&mut desk, "q", horizon(), json!({}));
    let ticket = match desk.answer("ReceiveQueueRecords", json!({"QueueARN": queue_arn("q")})) {
        Answer::Later(ticket) => ticket,
        Answer::Now(result) => panic!("answered at once: {result:?}"),
    };
    desk.wait(8_000);
    desk.put("k", "x");
    let late = desk.world.advance(Time(desk.now));
    assert_eq!((late[0].ticket, late[0].at), (ticket, Time(desk.now)));
    let empty = try_receive(&mut desk, "ReceiveQueueRecords", "q").unwrap_err();
    let late = desk.world.advance(Time(desk.now + 1000));
    assert_eq!((late[0].ticket, late[0].at), (empty, Time(desk.now + 1000)));
    desk.now += 1000;
    for unknown in ["MessageGroupId", "DelaySeconds"] {
        let params = json!({"QueueARN": queue_arn("q"), (unknown): "1"});
        assert_eq!(desk.refused("ReceiveQueueRecords", params), "ParamValidation");
    }
    let short_poll = json!({"QueueARN": queue_arn("q"), "WaitTimeSeconds": 0});
    assert_eq!(desk.refused("ReceiveQueueRecords", short_poll), "ValidationException");
}

#[test]
fn kq_10_queues_and_consumers_share_twenty_places_or_fifty() {
    let mut desk = Desk::on_demand();
    for n in 0..10 {
        desk.ok(
            "RegisterStreamConsumer",
            json!({"StreamARN": ARN, "ConsumerName": format!("c{n}")}),
        );
        desk.wait(1000);
        create(&mut desk, &format!("q{n}"), Value::Null, json!({}));
    }
    let consumer = json!({"StreamARN": ARN, "ConsumerName": "one-more"});
    let queue = json!({"QueueName": "one-more", "StreamConfigurationList": [{"StreamARN": ARN}]});
    assert_eq!(desk.refused("RegisterStreamConsumer", consumer), "LimitExceededException");
    assert_eq!(desk.refused("CreateQueue", queue.clone()), "LimitExceededException");
    let advantage = json!({"MinimumThroughputBillingCommitment": {"Status": "ENABLED"}});
    desk.ok("UpdateAccountSettings", advantage);
    desk.ok("CreateQueue", queue);
    let summary = desk.ok("DescribeStreamSummary", json!({"StreamName": "s"}));
    let summary = &summary["StreamDescriptionSummary"];
    assert_eq!((&summary["ConsumerCount"], &summary["QueueCount"]), (&json!(10), &json!(11)));
}
