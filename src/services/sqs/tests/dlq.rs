//! DLQ-1 to DLQ-11.

use serde_json::json;

use super::{Account, account, arn, at};
use crate::services::time::WORLD_START_UNIX_MS;

/// A queue `q` with one-second timeouts whose messages are dead after `most` receives.
fn with_dlq(most: u32) -> Account {
    let mut a = account();
    a.queue("dlq", &[]);
    a.queue_with_dlq("q", "dlq", most, &[("VisibilityTimeout", "1")]);
    a
}

/// Receives from the queue every second until nothing comes; how often something did.
fn fail_all(a: &mut Account, from: f64, queue: &str) -> usize {
    (0..).take_while(|n| !a.receive(from + f64::from(*n), queue).is_empty()).count()
}

#[test]
fn dlq_1_max_receive_count_n_allows_n_deliveries() {
    for most in [1, 2, 5] {
        let mut a = with_dlq(most);
        a.send(0.0, "q", "m");
        assert_eq!(fail_all(&mut a, 0.0, "q"), most as usize);
        assert_eq!(a.counts(100.0, "q"), [0, 0, 0]);
        assert_eq!(a.counts(100.0, "dlq"), [1, 0, 0]);
    }
}

#[test]
fn dlq_2_the_move_happens_on_a_receive() {
    let mut a = with_dlq(1);
    a.send(0.0, "q", "m");
    a.receive_one(0.0, "q");
    assert_eq!(a.counts(3_600.0, "q"), [1, 0, 0], "nobody polls");
    assert_eq!(a.counts(3_600.0, "dlq"), [0, 0, 0]);
    assert!(a.receive(3_600.0, "q").is_empty());
    assert_eq!(a.counts(3_600.0, "dlq"), [1, 0, 0]);
}

#[test]
fn dlq_3_a_dead_letter_is_the_same_message() {
    let mut a = with_dlq(1);
    let attributes = json!({"k": {"DataType": "String", "StringValue": "v"}});
    let sent = a.ok(
        0.0,
        "SendMessage",
        json!({"QueueUrl": "q", "MessageBody": "m", "MessageAttributes": attributes}),
    );
    a.receive_one(0.0, "q");
    a.receive(1.0, "q");
    let dead = a.receive_with(2.0, "dlq", json!({"MessageAttributeNames": ["All"]}));
    assert_eq!(dead[0]["MessageId"], sent["MessageId"]);
    assert_eq!(dead[0]["Body"], "m");
    assert_eq!(dead[0]["MessageAttributes"], attributes);
    assert_eq!(dead[0]["Attributes"]["DeadLetterQueueSourceArn"], arn("q"));
    assert_eq!(dead[0]["Attributes"]["ApproximateReceiveCount"], "2");
    assert_eq!(
        dead[0]["Attributes"]["ApproximateFirstReceiveTimestamp"],
        WORLD_START_UNIX_MS.to_string()
    );
}

#[test]
fn dlq_4_a_standard_dead_letter_keeps_its_age_and_a_fifo_one_starts_anew() {
    const DAY: f64 = 86_400.0;
    let four_days = [("MessageRetentionPeriod", "345600")];
    let mut a = account();
    a.queue("dlq", &four_days);
    a.queue_with_dlq("q", "dlq", 1, &four_days);
    a.fifo("dlq.fifo", &four_days);
    a.queue_with_dlq("q.fifo", "dlq.fifo", 1, &[("FifoQueue", "true")]);
    a.send(0.0, "q", "m");
    a.send_to(0.0, "q.fifo", "g", "m");
    a.receive_one(0.0, "q");
    a.receive_one(0.0, "q.fifo");
    assert!(a.receive(DAY, "q").is_empty());
    assert!(a.receive(DAY, "q.fifo").is_empty());
    assert_eq!(a.counts(4.0 * DAY - 1.0, "dlq"), [1, 0, 0]);
    assert_eq!(a.counts(4.0 * DAY, "dlq"), [0, 0, 0], "three days after the move");
    assert_eq!(a.counts(5.0 * DAY - 1.0, "dlq.fifo"), [1, 0, 0]);
    assert_eq!(a.counts(5.0 * DAY, "dlq.fifo"), [0, 0, 0], "four days after the move");
}

#[test]
fn dlq_5_a_dead_letter_too_old_for_its_queue_is_gone_at_once() {
    let mut a = account();
    a.queue("dlq", &[("MessageRetentionPeriod", "60")]);
    a.queue_with_dlq("q", "dlq", 1, &[("VisibilityTimeout", "1")]);
    a.send(0.0, "q", "m");
    a.receive_one(70.0, "q");
    assert!(a.receive(80.0, "q").is_empty());
    assert_eq!(a.counts(80.0, "dlq"), [0, 0, 0]);
}

#[test]
fn dlq_6_a_dead_letter_queue_is_of_the_same_type_and_an_empty_policy_turns_it_off() {
    let mut a = with_dlq(1);
    a.fifo("dlq.fifo", &[]);
    let policy = |target: &str| {
        let policy = json!({"deadLetterTargetArn": arn(target), "maxReceiveCount": "1"});
        json!({"QueueUrl": "q", "Attributes": {"RedrivePolicy": policy.to_string()}})
    };
    let error = a.refused(0.0, "SetQueueAttributes", policy("dlq.fifo"));
    assert_eq!(error.code, "InvalidParameterValue");
    assert!(error.message.contains("must be same type of queue as the source"), "{error}");
    assert_eq!(a.code(0.0, "SetQueueAttributes", policy("nowhere")), "InvalidParameterValue");

    a.set(0.0, "q", &[("RedrivePolicy", "")]);
    a.send(0.0, "q", "m");
    for second in 0..20 {
        assert_eq!(a.receive(f64::from(second), "q").len(), 1);
    }
}

#[test]
fn dlq_7_a_dead_letter_queue_may_refuse_sources() {
    let mut a = account();
    a.queue("dlq", &[]);
    for name in ["good", "bad"] {
        a.queue(name, &[]);
    }
    let policy = json!({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": 3}).to_string();
    let aim = |name: &str| json!({"QueueUrl": name, "Attributes": {"RedrivePolicy": policy}});
    a.set(0.0, "dlq", &[("RedriveAllowPolicy", r#"{"redrivePermission":"denyAll"}"#)]);
    assert_eq!(a.code(0.0, "SetQueueAttributes", aim("good")), "InvalidParameterValue");
    let by_queue = json!({"redrivePermission": "byQueue", "sourceQueueArns": [arn("good")]});
    a.set(0.0, "dlq", &[("RedriveAllowPolicy", &by_queue.to_string())]);
    a.ok(0.0, "SetQueueAttributes", aim("good"));
    assert_eq!(a.code(0.0, "SetQueueAttributes", aim("bad")), "InvalidParameterValue");

    let eleven: Vec<String> = (0..11).map(|number| arn(&number.to_string())).collect();
    let too_many = json!({"redrivePermission": "byQueue", "sourceQueueArns": eleven}).to_string();
    let params = json!({"QueueUrl": "dlq", "Attributes": {"RedriveAllowPolicy": too_many}});
    assert_eq!(a.code(0.0, "SetQueueAttributes", params), "InvalidParameterValue");
}

/// Two sources with one dead letter each in `dlq`, at t=10.
fn two_dead_letters() -> Account {
    let mut a = with_dlq(1);
    a.queue_with_dlq("other", "dlq", 1, &[("VisibilityTimeout", "1")]);
    for queue in ["q", "other"] {
        a.send(0.0, queue, queue);
        a.receive_one(0.0, queue);
    }
    assert!(a.receive(10.0, "q").is_empty() && a.receive(10.0, "other").is_empty());
    assert_eq!(a.counts(10.0, "dlq"), [2, 0, 0]);
    a
}

#[test]
fn dlq_8_a_move_task_brings_each_message_back_to_its_own_source() {
    let mut a = two_dead_letters();
    let dead: Vec<String> =
        a.world.sqs.view("dlq").unwrap().messages().iter().map(|m| m.id.to_uuid()).collect();
    a.ok(20.0, "StartMessageMoveTask", json!({"SourceArn": arn("dlq")}));
    for queue in ["q", "other"] {
        let back = a.receive_one(30.0, queue);
        assert_eq!(back["Body"], queue);
        assert!(!dead.contains(&back["MessageId"].as_str().unwrap().to_owned()), "a new message");
        let sent: u64 = back["Attributes"]["SentTimestamp"].as_str().unwrap().parse().unwrap();
        assert!(sent >= at(20.0).unix_millis());
        assert_eq!(back["Attributes"].get("DeadLetterQueueSourceArn"), None);
    }
    let tasks = a.ok(30.0, "ListMessageMoveTasks", json!({"SourceArn": arn("dlq")}));
    assert_eq!(tasks["Results"][0]["Status"], "COMPLETED");
    assert_eq!(tasks["Results"][0]["ApproximateNumberOfMessagesMoved"], 2);
    assert_eq!(tasks["Results"][0]["ApproximateNumberOfMessagesToMove"], 2);
    assert_eq!(tasks["Results"][0].get("TaskHandle"), None);
}

#[test]
fn dlq_8_a_move_task_is_refused_or_fails_as_on_aws() {
    let mut a = two_dead_letters();
    let error = a.refused(10.0, "StartMessageMoveTask", json!({"SourceArn": arn("q")}));
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(error.message, "Source queue must be configured as a Dead Letter Queue.");
    let start = |destination: &str| {
        json!({
            "SourceArn": arn("dlq"),
            "DestinationArn": arn(destination),
            "MaxNumberOfMessagesPerSecond": 1,
        })
    };
    let error = a.refused(10.0, "StartMessageMoveTask", start("nowhere"));
    assert_eq!(error.code, "ResourceNotFoundException");
    assert_eq!(
        error.message,
        "The resource that you specified for the DestinationArn parameter doesn't exist."
    );
    a.queue("target.fifo", &[("FifoQueue", "true")]);
    for destination in ["dlq", "target.fifo"] {
        let error = a.refused(10.0, "StartMessageMoveTask", start(destination));
        assert_eq!(error.code, "InvalidParameterValue", "{destination}");
    }
    a.queue("target", &[]);
    a.ok(10.0, "StartMessageMoveTask", start("target"));
    let error = a.refused(10.0, "StartMessageMoveTask", start("target"));
    assert_eq!(error.code, "InvalidParameterValue");
    assert!(error.message.starts_with("There is already a task running."), "{error}");
    a.ok(10.5, "DeleteQueue", json!({"QueueUrl": "target"}));
    let tasks = a.ok(20.0, "ListMessageMoveTasks", json!({"SourceArn": arn("dlq")}));
    assert_eq!(tasks["Results"][0]["Status"], "FAILED");
    assert_eq!(tasks["Results"][0]["FailureReason"], "AWS.SimpleQueueService.NonExistentQueue");
    assert_eq!(tasks["Results"][0]["ApproximateNumberOfMessagesMoved"], 1);
}

#[test]
fn dlq_9_a_cancelled_task_leaves_what_has_moved() {
    let mut a = with_dlq(1);
    a.queue("target", &[]);
    for number in 0..10 {
        a.send(0.0, "dlq", &number.to_string());
    }
    let started = a.ok(
        10.0,
        "StartMessageMoveTask",
        json!({
            "SourceArn": arn("dlq"),
            "DestinationArn": arn("target"),
            "MaxNumberOfMessagesPerSecond": 1,
        }),
    );
    let list = json!({"SourceArn": arn("dlq")});
    let running = a.ok(12.5, "ListMessageMoveTasks", list.clone());
    assert_eq!(running["Results"][0]["Status"], "RUNNING");
    assert_eq!(running["Results"][0]["TaskHandle"], started["TaskHandle"]);
    let cancel = json!({"TaskHandle": started["TaskHandle"]});
    let cancelled = a.ok(12.5, "CancelMessageMoveTask", cancel.clone());
    assert_eq!(cancelled["ApproximateNumberOfMessagesMoved"], 3);
    let cancelling = a.ok(12.6, "ListMessageMoveTasks", list.clone());
    assert_eq!(cancelling["Results"][0]["Status"], "CANCELLING");
    let after = a.ok(20.0, "ListMessageMoveTasks", list);
    assert_eq!(after["Results"][0]["Status"], "CANCELLED");
    assert_eq!(a.counts(20.0, "target"), [3, 0, 0]);
    assert_eq!(a.counts(20.0, "dlq"), [7, 0, 0]);
    assert_eq!(a.code(20.0, "CancelMessageMoveTask", cancel), "InvalidParameterValue");
    let bad = a.refused(20.0, "CancelMessageMoveTask", json!({"TaskHandle": "foobared"}));
    assert_eq!(bad.message, "Value for parameter TaskHandle is invalid.");
}

#[test]
fn dlq_10_a_redriven_message_that_fails_on_comes_back_after_n_receives() {
    let mut a = with_dlq(3);
    a.send(0.0, "q", "poison");
    assert_eq!(fail_all(&mut a, 0.0, "q"), 3);
    a.ok(10.0, "StartMessageMoveTask", json!({"SourceArn": arn("dlq")}));
    assert_eq!(a.counts(11.0, "q"), [1, 0, 0]);
    assert_eq!(fail_all(&mut a, 11.0, "q"), 3);
    assert_eq!(a.counts(20.0, "dlq"), [1, 0, 0]);
}

#[test]
fn dlq_11_a_dead_letter_queue_may_have_one_of_its_own() {
    let mut a = account();
    a.queue("last", &[]);
    a.queue_with_dlq("middle", "last", 2, &[("VisibilityTimeout", "1")]);
    a.queue_with_dlq("q", "middle", 3, &[("VisibilityTimeout", "1")]);
    a.send(0.0, "q", "m");
    assert_eq!(fail_all(&mut a, 0.0, "q"), 3);
    assert_eq!(fail_all(&mut a, 10.0, "middle"), 2);
    let last = a.receive_one(20.0, "last");
    assert_eq!(last["Attributes"]["ApproximateReceiveCount"], "6");
    assert_eq!(last["Attributes"]["DeadLetterQueueSourceArn"], arn("middle"));
}
