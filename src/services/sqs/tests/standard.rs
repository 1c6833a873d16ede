//! SQS-1 to SQS-26.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::message::LARGEST_MESSAGE;
use super::{account, at};

#[test]
fn sqs_1_a_message_is_sent_received_and_deleted_and_the_counters_follow() {
    let mut a = account();
    a.queue("q", &[]);
    let id = a.send(0.0, "q", "hello");
    assert_eq!(a.counts(0.0, "q"), [1, 0, 0]);
    let message = a.receive_one(0.0, "q");
    assert_eq!((&message["MessageId"], &message["Body"]), (&json!(id), &json!("hello")));
    assert_eq!(a.counts(0.0, "q"), [0, 1, 0]);
    a.delete(0.0, "q", &message);
    assert_eq!(a.counts(0.0, "q"), [0, 0, 0]);
    assert!(a.receive(100.0, "q").is_empty());
}

#[test]
fn sqs_2_a_received_message_is_hidden_until_its_timeout_ends() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let first = a.receive_one(0.0, "q");
    assert!(a.receive(0.0, "q").is_empty());
    assert!(a.receive(29.999, "q").is_empty());
    let again = a.receive_one(30.0, "q");
    assert_eq!(again["MessageId"], first["MessageId"]);
    assert_ne!(again["ReceiptHandle"], first["ReceiptHandle"]);
    assert_eq!(again["Attributes"]["ApproximateReceiveCount"], "2");
    let received_first = |message: &Value| {
        message["Attributes"]["ApproximateFirstReceiveTimestamp"].as_str().unwrap().to_owned()
    };
    assert_eq!(received_first(&again), received_first(&first));
    assert_eq!(received_first(&first), at(0.0).unix_millis().to_string());
}

#[test]
fn sqs_3_a_timeout_of_the_receive_holds_for_that_receive_only() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    assert_eq!(a.receive_with(0.0, "q", json!({"VisibilityTimeout": 5})).len(), 1);
    assert_eq!(a.receive(5.0, "q").len(), 1);
    assert!(a.receive(10.0, "q").is_empty(), "the queue's 30 s again");
    let peeked = a.receive_with(35.0, "q", json!({"VisibilityTimeout": 0}));
    assert_eq!(peeked.len(), 1, "returned once, although still visible");
    assert_eq!(a.counts(35.0, "q"), [1, 0, 0]);
    assert_eq!(a.receive_one(35.0, "q")["Attributes"]["ApproximateReceiveCount"], "4");
}

#[test]
fn sqs_4_changing_the_visibility_restarts_the_countdown_from_now() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "60")]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    a.hide(15.0, "q", &message, 10);
    assert!(a.receive(24.999, "q").is_empty());
    assert_eq!(a.receive(25.0, "q").len(), 1);
    assert!(a.receive(84.999, "q").is_empty(), "the next receive uses the queue's 60 again");
    assert_eq!(a.receive(85.0, "q").len(), 1);
}

#[test]
fn sqs_5_changing_the_visibility_to_zero_makes_the_message_receivable_at_once() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    a.hide(1.0, "q", &message, 0);
    assert_eq!(a.receive_one(1.0, "q")["Attributes"]["ApproximateReceiveCount"], "2");
}

#[test]
fn sqs_6_changing_the_visibility_after_the_timeout_succeeds() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    a.hide(31.0, "q", &message, 10);
    assert_eq!(a.counts(31.0, "q"), [1, 0, 0]);
}

#[test]
fn sqs_7_the_visibility_of_a_deleted_message_cannot_be_changed() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    a.delete(0.0, "q", &message);
    let handle = message["ReceiptHandle"].as_str().unwrap();
    let error = a.refused(
        0.0,
        "ChangeMessageVisibility",
        json!({"QueueUrl": "q", "ReceiptHandle": handle, "VisibilityTimeout": 5}),
    );
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(
        error.message,
        format!(
            "Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist \
             or is not available for visibility timeout change."
        )
    );
}

#[test]
fn sqs_8_a_text_that_never_was_a_handle_is_refused() {
    let mut a = account();
    a.queue("q", &[]);
    a.queue("other", &[]);
    a.send(0.0, "other", "m");
    let foreign = a.receive_one(0.0, "other")["ReceiptHandle"].as_str().unwrap().to_owned();
    for handle in ["garbage", "", &foreign] {
        let delete = json!({"QueueUrl": "q", "ReceiptHandle": handle});
        let error = a.refused(0.0, "DeleteMessage", delete);
        assert_eq!(error.code, "ReceiptHandleIsInvalid");
        assert_eq!(
            error.message,
            format!("The input receipt handle \"{handle}\" is not a valid receipt handle.")
        );
        let change = json!({"QueueUrl": "q", "ReceiptHandle": handle, "VisibilityTimeout": 1});
        assert_eq!(a.code(0.0, "ChangeMessageVisibility", change), "ReceiptHandleIsInvalid");
    }
}

#[test]
fn sqs_9_deleting_twice_succeeds_twice() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    a.delete(0.0, "q", &message);
    a.send(0.0, "q", "another in its slot");
    a.delete(0.0, "q", &message);
    assert_eq!(a.counts(0.0, "q"), [1, 0, 0]);
}

#[test]
fn sqs_10_an_old_handle_deletes_until_the_message_is_received_again() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    a.delete(31.0, "q", &message);
    assert_eq!(a.counts(31.0, "q"), [0, 0, 0]);

    a.send(31.0, "q", "n");
    let first = a.receive_one(31.0, "q");
    a.receive_one(61.0, "q");
    a.delete(61.0, "q", &first);
    assert_eq!(a.counts(61.0, "q"), [0, 1, 0], "the later receiver keeps it");
}

#[test]
fn sqs_11_a_message_is_hidden_for_twelve_hours_at_most() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "43200")]);
    a.send(0.0, "q", "m");
    let message = a.receive_one(0.0, "q");
    let change = |seconds: i64| json!({"QueueUrl": "q", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds});
    let error = a.refused(40_000.0, "ChangeMessageVisibility", change(4_000));
    assert_eq!(error.code, "InvalidParameterValue");
    assert!(error.message.contains("beyond the limit [43200 seconds]"), "{error}");
    a.ok(40_000.0, "ChangeMessageVisibility", change(3_200));
    assert_eq!(
        a.code(40_000.0, "ChangeMessageVisibility", change(43_201)),
        "InvalidParameterValue"
    );
    assert_eq!(a.code(40_000.0, "ChangeMessageVisibility", change(-1)), "InvalidParameterValue");
}

#[test]
fn sqs_12_a_receive_asks_for_up_to_ten_messages_and_waits_up_to_twenty_seconds() {
    let mut a = account();
    a.queue("q", &[]);
    for (parameter, value, reason) in [
        ("MaxNumberOfMessages", 11, "Must be between 1 and 10, if provided."),
        ("MaxNumberOfMessages", -1, "Must be between 1 and 10, if provided."),
        ("WaitTimeSeconds", 21, "Must be >= 0 and <= 20, if provided."),
        ("WaitTimeSeconds", -1, "Must be >= 0 and <= 20, if provided."),
    ] {
        let error = a.refused(0.0, "ReceiveMessage", json!({"QueueUrl": "q", parameter: value}));
        assert_eq!(error.code, "InvalidParameterValue");
        assert_eq!(
            error.message,
            format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}")
        );
    }
    for number in 0..15 {
        a.send(0.0, "q", &number.to_string());
    }
    assert_eq!(a.receive_with(0.0, "q", json!({"MaxNumberOfMessages": 0})).len(), 1);
    assert_eq!(a.receive_with(0.0, "q", json!({"MaxNumberOfMessages": 10})).len(), 10);
}

#[test]
fn sqs_13_a_long_poll_answers_with_the_first_message_or_when_its_time_is_over() {
    let mut a = account();
    a.queue("q", &[]);
    let poll = a.wait(0.0, json!({"QueueUrl": "q", "WaitTimeSeconds": 20}));
    assert!(a.due(6.999).is_empty());
    a.send(7.0, "q", "m");
    let answers = a.due(7.0);
    assert_eq!((answers[0].ticket, answers[0].at), (poll, at(7.0)));
    let json = answers[0].result.clone().unwrap().to_json();
    assert_eq!(json["Messages"][0]["Body"], "m");

    a.wait(7.0, json!({"QueueUrl": "q", "WaitTimeSeconds": 20}));
    let answers = a.due(100.0);
    assert_eq!((answers.len(), answers[0].at), (1, at(27.0)));
    assert_eq!(answers[0].result.clone().unwrap().to_json(), json!({}));

    a.queue("slow", &[("ReceiveMessageWaitTimeSeconds", "20")]);
    let short = a.ok(100.0, "ReceiveMessage", json!({"QueueUrl": "slow", "WaitTimeSeconds": 0}));
    assert_eq!(short, json!({}), "the call wins");
    a.wait(100.0, json!({"QueueUrl": "slow"}));
    assert_eq!(a.due(200.0)[0].at, at(120.0));
}

#[test]
fn sqs_13_a_long_poll_gets_a_message_whose_delay_or_timeout_ends() {
    let mut a = account();
    a.queue("q", &[]);
    a.ok(0.0, "SendMessage", json!({"QueueUrl": "q", "MessageBody": "m", "DelaySeconds": 5}));
    a.wait(0.0, json!({"QueueUrl": "q", "WaitTimeSeconds": 20, "VisibilityTimeout": 3}));
    assert_eq!(a.due(5.0)[0].at, at(5.0));
    a.wait(5.0, json!({"QueueUrl": "q", "WaitTimeSeconds": 20}));
    assert_eq!(a.due(20.0)[0].at, at(8.0));
}

#[test]
fn sqs_14_a_short_poll_may_miss_what_a_long_poll_finds() {
    let mut a = account();
    a.world.sqs.settings.servers = 8;
    a.queue("q", &[]);
    let mut missed = 0;
    for round in 0..40 {
        let now = f64::from(round) * 100.0;
        a.send(now, "q", "m");
        if a.receive(now, "q").is_empty() {
            missed += 1;
            let found = a.receive_with(now, "q", json!({"WaitTimeSeconds": 1}));
            assert_eq!(found.len(), 1, "a long poll asks all servers");
        }
        a.ok(now + 61.0, "PurgeQueue", json!({"QueueUrl": "q"}));
    }
    assert!((5..35).contains(&missed), "{missed} of 40 short polls were empty");
}

#[test]
fn sqs_15_a_delayed_message_is_not_receivable_before_its_delay_is_over() {
    let mut a = account();
    a.queue("q", &[("DelaySeconds", "10")]);
    a.send(0.0, "q", "by the queue");
    a.ok(0.0, "SendMessage", json!({"QueueUrl": "q", "MessageBody": "at once", "DelaySeconds": 0}));
    assert_eq!(a.counts(0.0, "q"), [1, 0, 1]);
    assert_eq!(a.bodies(9.999, "q", 10), ["at once"]);
    assert_eq!(a.bodies(10.0, "q", 10), ["by the queue"]);
    for seconds in [-1, 901] {
        let params = json!({"QueueUrl": "q", "MessageBody": "m", "DelaySeconds": seconds});
        assert_eq!(a.code(10.0, "SendMessage", params), "InvalidParameterValue");
    }
}

#[test]
fn sqs_15_a_changed_delay_leaves_what_is_in_a_standard_queue_alone() {
    let mut a = account();
    a.queue("q", &[("DelaySeconds", "10")]);
    a.send(0.0, "q", "m");
    a.set(1.0, "q", &[("DelaySeconds", "0")]);
    assert_eq!(a.counts(9.0, "q"), [0, 0, 1]);
    assert_eq!(a.counts(10.0, "q"), [1, 0, 0]);
}

#[test]
fn sqs_16_a_message_too_old_is_gone_also_in_flight() {
    let mut a = account();
    a.queue("dlq", &[]);
    a.queue_with_dlq("q", "dlq", 1, &[("MessageRetentionPeriod", "60")]);
    a.send(0.0, "q", "m");
    let received = a.receive_with(50.0, "q", json!({"VisibilityTimeout": 120}));
    assert_eq!(a.counts(59.999, "q"), [0, 1, 0]);
    assert_eq!(a.counts(60.0, "q"), [0, 0, 0]);
    a.delete(61.0, "q", &received[0]);
    assert!(a.receive(200.0, "q").is_empty());
    assert_eq!(a.counts(200.0, "dlq"), [0, 0, 0]);
}

#[test]
fn sqs_17_a_shorter_retention_deletes_what_is_older() {
    let mut a = account();
    a.queue("q", &[("MessageRetentionPeriod", "1209600")]);
    a.send(0.0, "q", "old");
    a.send(3_500.0, "q", "young");
    a.set(3_700.0, "q", &[("MessageRetentionPeriod", "3600")]);
    assert_eq!(a.bodies(3_700.0, "q", 10), ["young"]);
}

#[test]
fn sqs_18_a_message_has_at_most_one_mebibyte_with_its_attributes() {
    let mut a = account();
    a.queue("q", &[]);
    let most = LARGEST_MESSAGE as usize;
    let send = |body: String| json!({"QueueUrl": "q", "MessageBody": body});
    a.ok(0.0, "SendMessage", send("x".repeat(most)));
    let error = a.refused(0.0, "SendMessage", send("x".repeat(most + 1)));
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(
        error.message,
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    );
    let syllables = most / 3;
    a.ok(0.0, "SendMessage", send("가".repeat(syllables)));
    assert_eq!(
        a.code(0.0, "SendMessage", send("가".repeat(syllables + 1))),
        "InvalidParameterValue"
    );

    // name 3 + type 6 + value 1 = 10 bytes
    let with_attribute = |length: usize| {
        json!({
            "QueueUrl": "q",
            "MessageBody": "x".repeat(length),
            "MessageAttributes": {"abc": {"DataType": "String", "StringValue": "v"}},
            "MessageSystemAttributes": {
                "AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3f"},
            },
        })
    };
    a.ok(0.0, "SendMessage", with_attribute(most - 10));
    assert_eq!(a.code(0.0, "SendMessage", with_attribute(most - 9)), "InvalidParameterValue");

    let entries = json!([
        {"Id": "a", "MessageBody": "x".repeat(most)},
        {"Id": "b", "MessageBody": "x"},
    ]);
    let before = a.counts(0.0, "q");
    let error = a.refused(0.0, "SendMessageBatch", json!({"QueueUrl": "q", "Entries": entries}));
    assert_eq!(error.code, "AWS.SimpleQueueService.BatchRequestTooLong");
    assert_eq!(
        error.message,
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    );
    assert_eq!(a.counts(0.0, "q"), before);
}

#[test]
fn sqs_19_a_batch_has_one_to_ten_entries_with_distinct_ids() {
    let mut a = account();
    a.queue("q", &[]);
    let batch = |ids: &[&str]| {
        let entries: Vec<Value> =
            ids.iter().map(|id| json!({"Id": id, "MessageBody": "m"})).collect();
        json!({"QueueUrl": "q", "Entries": entries})
    };
    let eleven = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    let prefix = "AWS.SimpleQueueService.";
    let mut code = |params| a.code(0.0, "SendMessageBatch", params);
    assert_eq!(code(batch(&eleven)), format!("{prefix}TooManyEntriesInBatchRequest"));
    assert_eq!(code(batch(&[])), format!("{prefix}EmptyBatchRequest"));
    assert_eq!(code(batch(&["a", "a"])), format!("{prefix}BatchEntryIdsNotDistinct"));
    assert_eq!(code(batch(&["a:b"])), format!("{prefix}InvalidBatchEntryId"));
    assert_eq!(code(batch(&["x".repeat(81).as_str()])), format!("{prefix}InvalidBatchEntryId"));

    let mut one_bad = batch(&eleven[..10]);
    one_bad["Entries"][3]["MessageBody"] = json!("a\u{1}b");
    let result = a.ok(0.0, "SendMessageBatch", one_bad);
    assert_eq!(result["Successful"].as_array().unwrap().len(), 9);
    assert_eq!(result["Failed"].as_array().unwrap().len(), 1);
    assert_eq!(result["Failed"][0]["Id"], "3");
    assert_eq!(result["Failed"][0]["Code"], "InvalidMessageContents");
    assert_eq!(a.counts(0.0, "q"), [9, 0, 0]);
}

#[test]
fn sqs_20_a_queue_is_created_once() {
    let mut a = account();
    let create = |delay: &str| json!({"QueueName": "q", "Attributes": {"DelaySeconds": delay}});
    let url = a.ok(0.0, "CreateQueue", create("1"));
    assert_eq!(a.ok(0.0, "CreateQueue", create("1")), url);
    assert_eq!(a.ok(0.0, "CreateQueue", json!({"QueueName": "q"})), url);
    let error = a.refused(0.0, "CreateQueue", create("2"));
    assert_eq!(error.code, "QueueAlreadyExists");
    assert_eq!(
        error.message,
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    );
    a.ok(10.0, "DeleteQueue", json!({"QueueUrl": "q"}));
    let recreate = json!({"QueueName": "q"});
    assert_eq!(
        a.code(69.9, "CreateQueue", recreate.clone()),
        "AWS.SimpleQueueService.QueueDeletedRecently"
    );
    a.ok(70.0, "CreateQueue", recreate);
}

#[test]
fn sqs_21_a_purge_deletes_everything_and_not_again_for_a_minute() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "in flight");
    let message = a.receive_one(0.0, "q");
    a.send(0.0, "q", "visible");
    a.ok(0.0, "SendMessage", json!({"QueueUrl": "q", "MessageBody": "late", "DelaySeconds": 9}));
    assert_eq!(a.counts(0.0, "q"), [1, 1, 1]);
    a.ok(0.0, "PurgeQueue", json!({"QueueUrl": "q"}));
    assert_eq!(a.counts(0.0, "q"), [0, 0, 0]);
    a.delete(0.0, "q", &message);
    assert!(a.receive(50.0, "q").is_empty());
    let error = a.refused(59.9, "PurgeQueue", json!({"QueueUrl": "q"}));
    assert_eq!(error.code, "AWS.SimpleQueueService.PurgeQueueInProgress");
    assert_eq!(error.message, "Only one PurgeQueue operation on q is allowed every 60 seconds.");
    a.ok(60.0, "PurgeQueue", json!({"QueueUrl": "q"}));
}

#[test]
fn sqs_22_a_standard_queue_full_in_flight_refuses_and_a_fifo_queue_gives_nothing() {
    assert_eq!(account().world.sqs.settings.in_flight_limit, 120_000);
    let mut a = account();
    a.world.sqs.settings.in_flight_limit = 5;
    a.queue("q", &[]);
    a.fifo("q.fifo", &[]);
    for number in 0..8 {
        a.send(0.0, "q", "m");
        a.send_to(0.0, "q.fifo", &number.to_string(), &number.to_string());
    }
    assert_eq!(a.receive(0.0, "q").len(), 5);
    assert_eq!(a.code(0.0, "ReceiveMessage", json!({"QueueUrl": "q"})), "OverLimit");
    assert_eq!(a.receive(0.0, "q.fifo").len(), 5);
    assert!(a.receive(0.0, "q.fifo").is_empty());
}

#[test]
fn sqs_23_two_consumers_never_hold_one_message() {
    let mut a = account();
    a.queue("q", &[]);
    for _ in 0..30 {
        a.send(0.0, "q", "m");
    }
    let mut held = BTreeSet::new();
    for _consumer in 0..5 {
        for message in a.receive_with(0.0, "q", json!({"MaxNumberOfMessages": 6})) {
            assert!(held.insert(message["MessageId"].to_string()), "held twice");
        }
    }
    assert_eq!(held.len(), 30);
}

#[test]
fn sqs_24_with_several_servers_the_order_is_mixed() {
    let mut a = account();
    a.world.sqs.settings.servers = 4;
    a.queue("q", &[]);
    let sent: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    for body in &sent {
        a.send(0.0, "q", body);
    }
    let mut received = Vec::new();
    while received.len() < 10 {
        received.extend(a.bodies(0.0, "q", 10));
    }
    assert_ne!(received, sent);
    received.sort();
    assert_eq!(received, sent);
}

#[test]
fn sqs_25_the_digest_of_the_body_is_its_md5() {
    let mut a = account();
    a.queue("q", &[]);
    for (body, digest) in [
        ("test", "098f6bcd4621d373cade4e832627b4f6"),
        ("foobar", "3858f62230ac3c915f300c664312c63f"),
        ("message-1", "3d6b824fd8c1520e9a047d21fee6fb1f"),
        ("message-2", "95ef155b66299d14edf7ed57c468c13b"),
        ("Test", "0cbc6611f5540bd0809a388dc95a615b"),
    ] {
        let sent = a.ok(0.0, "SendMessage", json!({"QueueUrl": "q", "MessageBody": body}));
        assert_eq!(sent["MD5OfMessageBody"], digest);
        assert_eq!(a.receive_one(0.0, "q")["MD5OfBody"], digest);
    }
}

#[test]
fn sqs_26_the_digest_of_attributes_covers_those_that_are_returned() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "0")]);
    let text = |value: &str| json!({"DataType": "String", "StringValue": value});
    let send = |attributes: Value| json!({"QueueUrl": "q", "MessageBody": "msg", "MessageAttributes": attributes});
    let one = a.ok(0.0, "SendMessage", send(json!({"MyAttribute": text("foobar")})));
    assert_eq!(one["MD5OfMessageAttributes"], "adb59cd4678ea5a855436b949cd07ab6");
    a.ok(0.0, "PurgeQueue", json!({"QueueUrl": "q"}));

    let three = json!({"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")});
    let sent = a.ok(0.0, "SendMessage", send(three));
    assert_eq!(sent["MD5OfMessageAttributes"], "4c360f3fdafd970e05fae2f149d997f5");
    for (asked, names, digest) in [
        (json!(["All"]), 3, json!("4c360f3fdafd970e05fae2f149d997f5")),
        (json!(["*"]), 3, json!("4c360f3fdafd970e05fae2f149d997f5")),
        (json!([".*"]), 3, json!("4c360f3fdafd970e05fae2f149d997f5")),
        (json!(["Hello", "General"]), 2, json!("fca026605781cb4126a1e9044df24232")),
        (json!(["Foo", "Hello"]), 1, json!("a311262e065454b75da111d535b8dacd")),
        (json!(["Hel.*"]), 2, json!("83fee93c1bcd8b9a5a923ffacdc636c7")),
        (json!(["Foo", "Help"]), 0, Value::Null),
        (json!([]), 0, Value::Null),
        (json!(["..foo"]), 0, Value::Null),
    ] {
        let received = a.receive_with(0.0, "q", json!({"MessageAttributeNames": asked}));
        let got = received[0]["MessageAttributes"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(got, names, "{asked}");
        assert_eq!(received[0]["MD5OfMessageAttributes"], digest, "{asked}");
    }
}
