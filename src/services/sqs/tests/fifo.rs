//! FIFO-1 to FIFO-12.

use serde_json::{Value, json};

use super::{Account, account, arn};

/// A FIFO queue `f.fifo`.
fn fifo() -> Account {
    let mut a = account();
    a.fifo("f.fifo", &[]);
    a
}

/// Messages `m1`… of one group in `f.fifo`.
fn with_messages(a: &mut Account, count: usize) {
    for number in 1..=count {
        a.send_to(0.0, "f.fifo", "g", &format!("m{number}"));
    }
}

fn send(group: Option<&str>, id: Option<&str>, body: &str) -> Value {
    let mut params = json!({"QueueUrl": "f.fifo", "MessageBody": body});
    if let Some(group) = group {
        params["MessageGroupId"] = json!(group);
    }
    if let Some(id) = id {
        params["MessageDeduplicationId"] = json!(id);
    }
    params
}

fn handles(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["ReceiptHandle"].as_str().unwrap()).collect()
}

#[test]
fn fifo_1_a_send_needs_a_group_and_a_deduplication_id() {
    let mut a = fifo();
    let error = a.refused(0.0, "SendMessage", send(None, Some("d"), "m"));
    assert_eq!(error.code, "MissingParameter");
    assert_eq!(error.message, "The request must contain the parameter MessageGroupId.");
    let error = a.refused(0.0, "SendMessage", send(Some("g"), None, "m"));
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(
        error.message,
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId \
         provided explicitly"
    );
    let create = json!({"QueueName": "f", "Attributes": {"FifoQueue": "true"}});
    assert_eq!(a.code(0.0, "CreateQueue", create), "InvalidParameterValue");
    assert_eq!(a.code(0.0, "CreateQueue", json!({"QueueName": "g.fifo"})), "InvalidParameterValue");

    let mut delayed = send(Some("g"), Some("d"), "m");
    delayed["DelaySeconds"] = json!(2);
    let error = a.refused(0.0, "SendMessage", delayed.clone());
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(
        error.message,
        "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter \
         that is not valid for this queue type."
    );
    a.set(0.0, "f.fifo", &[("DelaySeconds", "10")]);
    delayed["DelaySeconds"] = json!(0);
    a.ok(0.0, "SendMessage", delayed);
    assert_eq!(a.counts(9.0, "f.fifo"), [0, 0, 1], "0 means the queue's delay");
    a.set(9.0, "f.fifo", &[("DelaySeconds", "0")]);
    assert_eq!(a.counts(9.0, "f.fifo"), [1, 0, 0], "a changed delay applies at once");
}

#[test]
fn fifo_1_ids_are_up_to_128_characters_without_spaces() {
    let mut a = fifo();
    for id in ["", "group 123", "한", &"a".repeat(129)] {
        let error = a.refused(0.0, "SendMessage", send(Some(id), Some("d"), "m"));
        assert_eq!(error.code, "InvalidParameterValue");
        assert_eq!(
            error.message,
            format!(
                "Value {id} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only \
                 include alphanumeric and punctuation characters. 1 to 128 in length."
            )
        );
        assert_eq!(
            a.code(0.0, "SendMessage", send(Some("g"), Some(id), "m")),
            "InvalidParameterValue"
        );
    }
    a.ok(
        0.0,
        "SendMessage",
        send(Some(&"!~".repeat(64)), Some(r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##), "m"),
    );
}

#[test]
fn fifo_2_an_id_is_remembered_for_five_minutes() {
    let mut a = fifo();
    let first = a.ok(0.0, "SendMessage", send(Some("g"), Some("d"), "one"));
    let again = a.ok(299.0, "SendMessage", send(Some("g"), Some("d"), "two"));
    assert_eq!(again["MessageId"], first["MessageId"]);
    assert_eq!(a.counts(299.0, "f.fifo"), [1, 0, 0]);
    let later = a.ok(301.0, "SendMessage", send(Some("g"), Some("d"), "three"));
    assert_ne!(later["MessageId"], first["MessageId"]);
    assert_eq!(a.counts(301.0, "f.fifo"), [2, 0, 0]);
}

#[test]
fn fifo_3_deduplication_outlives_deletion_and_ends_with_a_purge() {
    let mut a = fifo();
    a.ok(0.0, "SendMessage", send(Some("g"), Some("d"), "m"));
    let message = a.receive_one(0.0, "f.fifo");
    a.delete(0.0, "f.fifo", &message);
    a.ok(1.0, "SendMessage", send(Some("g"), Some("d"), "m"));
    a.ok(1.0, "SendMessage", send(Some("other"), Some("d"), "m"));
    assert_eq!(a.counts(1.0, "f.fifo"), [0, 0, 0]);
    a.ok(1.0, "PurgeQueue", json!({"QueueUrl": "f.fifo"}));
    a.ok(1.0, "SendMessage", send(Some("g"), Some("d"), "m"));
    assert_eq!(a.counts(1.0, "f.fifo"), [1, 0, 0]);
}

#[test]
fn fifo_3_the_scope_may_be_the_group() {
    let mut a = account();
    a.fifo("f.fifo", &[("DeduplicationScope", "messageGroup")]);
    a.ok(0.0, "SendMessage", send(Some("g"), Some("d"), "m"));
    a.ok(0.0, "SendMessage", send(Some("other"), Some("d"), "m"));
    a.ok(0.0, "SendMessage", send(Some("g"), Some("d"), "m"));
    assert_eq!(a.counts(0.0, "f.fifo"), [2, 0, 0]);
}

#[test]
fn fifo_3_the_content_is_the_body_alone_and_an_explicit_id_wins() {
    let mut a = account();
    a.fifo("f.fifo", &[("ContentBasedDeduplication", "true")]);
    let mut with_attribute = send(Some("g"), None, "test");
    with_attribute["MessageAttributes"] = json!({"a": {"DataType": "String", "StringValue": "v"}});
    a.ok(0.0, "SendMessage", send(Some("g"), None, "test"));
    a.ok(0.0, "SendMessage", with_attribute);
    assert_eq!(a.counts(0.0, "f.fifo"), [1, 0, 0]);
    a.ok(0.0, "SendMessage", send(Some("g"), Some("1"), "test"));
    a.ok(0.0, "SendMessage", send(Some("g"), Some("2"), "test"));
    assert_eq!(a.counts(0.0, "f.fifo"), [3, 0, 0]);
    let sha256_of_test = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    a.ok(0.0, "SendMessage", send(Some("g"), Some(sha256_of_test), "another body"));
    assert_eq!(a.counts(0.0, "f.fifo"), [3, 0, 0]);
}

#[test]
fn fifo_4_a_group_in_flight_holds_its_later_messages_back() {
    let mut a = fifo();
    with_messages(&mut a, 4);
    a.send_to(0.0, "f.fifo", "h", "other");
    let held = a.receive_with(0.0, "f.fifo", json!({"MaxNumberOfMessages": 2}));
    assert_eq!(a.bodies(0.0, "f.fifo", 10), ["other"]);
    a.delete(0.0, "f.fifo", &held[0]);
    assert!(a.receive(0.0, "f.fifo").is_empty(), "m2 is still in flight");
    a.delete(0.0, "f.fifo", &held[1]);
    assert_eq!(a.bodies(0.0, "f.fifo", 10), ["m3", "m4"]);
}

#[test]
fn fifo_4_a_message_given_back_is_delivered_although_a_later_one_is_in_flight() {
    let mut a = fifo();
    with_messages(&mut a, 4);
    let held = a.receive_with(0.0, "f.fifo", json!({"MaxNumberOfMessages": 2}));
    a.hide(0.0, "f.fifo", &held[0], 0);
    assert_eq!(a.bodies(0.0, "f.fifo", 10), ["m1"]);
}

#[test]
fn fifo_4_an_extended_message_holds_back_those_after_it() {
    for (extended, delivered) in [(0, &[][..]), (1, &["m1"][..]), (2, &["m1", "m2"][..])] {
        let mut a = account();
        a.fifo("f.fifo", &[("VisibilityTimeout", "1")]);
        with_messages(&mut a, 3);
        let held = a.receive(0.0, "f.fifo");
        a.hide(0.5, "f.fifo", &held[extended], 10);
        assert_eq!(a.bodies(2.0, "f.fifo", 10), delivered, "m{} extended", extended + 1);
    }
}

#[test]
fn fifo_4_a_delayed_message_holds_back_those_after_it() {
    let mut a = account();
    a.fifo("f.fifo", &[("DelaySeconds", "10")]);
    a.send_to(0.0, "f.fifo", "g", "m1");
    a.send_to(5.0, "f.fifo", "g", "m2");
    assert_eq!(a.bodies(12.0, "f.fifo", 1), ["m1"]);
    assert!(a.receive(20.0, "f.fifo").is_empty());
}

#[test]
fn fifo_5_one_receive_takes_a_whole_group_then_the_next() {
    let mut a = fifo();
    for (group, body) in [("g1", "g1-m1"), ("g2", "g2-m1"), ("g1", "g1-m2"), ("g1", "g1-m3")] {
        a.send_to(0.0, "f.fifo", group, body);
    }
    assert_eq!(a.bodies(0.0, "f.fifo", 10), ["g1-m1", "g1-m2", "g1-m3", "g2-m1"]);
}

#[test]
fn fifo_6_after_a_timeout_the_group_comes_in_its_order() {
    let mut a = fifo();
    with_messages(&mut a, 5);
    let order = ["m1", "m2", "m3", "m4", "m5"];
    assert_eq!(a.bodies(0.0, "f.fifo", 5), order);
    assert_eq!(a.bodies(30.0, "f.fifo", 10), order);
}

#[test]
fn fifo_7_a_handle_whose_timeout_is_over_cannot_delete() {
    let mut a = fifo();
    with_messages(&mut a, 2);
    let message = a.receive_one(0.0, "f.fifo");
    let handle = message["ReceiptHandle"].as_str().unwrap();
    let delete = json!({"QueueUrl": "f.fifo", "ReceiptHandle": handle});
    let error = a.refused(30.0, "DeleteMessage", delete.clone());
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(
        error.message,
        format!(
            "Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
        )
    );
    let again = a.receive_one(30.0, "f.fifo");
    assert_eq!(a.code(30.0, "DeleteMessage", delete), "InvalidParameterValue", "nor an older one");
    a.hide(40.0, "f.fifo", &again, 100);
    a.delete(90.0, "f.fifo", &again);
    a.delete(90.0, "f.fifo", &again);
    assert_eq!(a.bodies(90.0, "f.fifo", 10), ["m2"]);
}

#[test]
fn fifo_8_a_repeated_attempt_gets_the_same_messages() {
    let mut a = fifo();
    with_messages(&mut a, 3);
    let attempt = json!({"ReceiveRequestAttemptId": "try-1", "MaxNumberOfMessages": 2});
    let first = a.receive_with(0.0, "f.fifo", attempt.clone());
    let again = a.receive_with(20.0, "f.fifo", attempt.clone());
    assert_eq!(handles(&again), handles(&first));
    assert_eq!(again[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(a.counts(49.0, "f.fifo"), [1, 2, 0], "the timeout was restarted");
    a.delete(49.0, "f.fifo", &first[0]);
    assert!(a.receive_with(49.0, "f.fifo", attempt).is_empty(), "not after a deletion");
    let other = json!({"ReceiveRequestAttemptId": "try-2"});
    assert!(a.receive_with(49.0, "f.fifo", other).is_empty());
}

#[test]
fn fifo_9_sequence_numbers_grow_and_standard_queues_have_none() {
    let mut a = fifo();
    a.queue("q", &[]);
    let number = |sent: &Value| sent["SequenceNumber"].as_str().unwrap().parse::<u128>().unwrap();
    let first = a.send_to(0.0, "f.fifo", "g", "1");
    a.send_to(0.0, "f.fifo", "h", "2");
    let second = a.send_to(0.0, "f.fifo", "g", "3");
    assert!(number(&first) < number(&second));
    let received = a.receive_one(0.0, "f.fifo");
    assert_eq!(received["Attributes"]["SequenceNumber"], first["SequenceNumber"]);
    let plain = a.ok(0.0, "SendMessage", json!({"QueueUrl": "q", "MessageBody": "m"}));
    assert_eq!(plain.get("SequenceNumber"), None);
}

#[test]
fn fifo_10_a_poison_message_leaves_its_group_only_with_a_dead_letter_queue() {
    let mut a = account();
    a.fifo("dlq.fifo", &[]);
    a.queue_with_dlq("f.fifo", "dlq.fifo", 2, &[("FifoQueue", "true"), ("VisibilityTimeout", "1")]);
    with_messages(&mut a, 3);
    assert_eq!(a.bodies(0.0, "f.fifo", 1), ["m1"]);
    assert_eq!(a.bodies(1.0, "f.fifo", 1), ["m1"]);
    assert_eq!(a.bodies(2.0, "f.fifo", 1), ["m2"], "the group goes on");
    let dead = a.receive_one(2.0, "dlq.fifo");
    assert_eq!(dead["Body"], "m1");
    assert_eq!(dead["Attributes"]["MessageGroupId"], "g");
    assert_eq!(dead["Attributes"]["MessageDeduplicationId"], dead["MessageId"]);
    assert_eq!(dead["Attributes"]["DeadLetterQueueSourceArn"], arn("f.fifo"));

    let mut b = account();
    b.fifo("f.fifo", &[("VisibilityTimeout", "1"), ("MessageRetentionPeriod", "60")]);
    with_messages(&mut b, 2);
    b.send_to(30.0, "f.fifo", "g", "m3");
    for second in 31..60 {
        assert_eq!(b.bodies(f64::from(second), "f.fifo", 1), ["m1"], "stuck");
    }
    assert_eq!(b.bodies(61.0, "f.fifo", 1), ["m3"], "until it is too old");
}

#[test]
fn fifo_11_a_queue_takes_300_calls_a_second_of_each_action() {
    let mut a = fifo();
    let mut sent = 0;
    let code = loop {
        let id = format!("d{sent}");
        match a.ask(0.0, "SendMessage", send(Some("g"), Some(&id), "m")) {
            Ok(_) => sent += 1,
            Err(error) => break error.code,
        }
    };
    assert_eq!((sent, code.as_ref()), (300, "RequestThrottled"));
    a.receive_one(0.0, "f.fifo");
    a.ok(1.0, "SendMessage", send(Some("g"), Some("after-a-second"), "m"));

    let mut b = fifo();
    let mut messages = 0;
    for batch in 0..300 {
        let entries: Vec<Value> = (0..10)
            .map(|n| {
                json!({"Id": n.to_string(), "MessageBody": "m", "MessageGroupId": "g",
                       "MessageDeduplicationId": format!("{batch}-{n}")})
            })
            .collect();
        let result =
            b.ok(0.0, "SendMessageBatch", json!({"QueueUrl": "f.fifo", "Entries": entries}));
        messages += result["Successful"].as_array().unwrap().len();
    }
    assert_eq!(messages, 3_000);

    let mut c = account();
    c.fifo(
        "f.fifo",
        &[("DeduplicationScope", "messageGroup"), ("FifoThroughputLimit", "perMessageGroupId")],
    );
    for number in 0..1_000 {
        c.send_to(0.0, "f.fifo", "g", &number.to_string());
    }
}

#[test]
fn fifo_12_no_more_consumers_are_busy_than_there_are_groups() {
    let mut a = fifo();
    for number in 0..30 {
        a.send_to(0.0, "f.fifo", &format!("g{}", number % 3), &format!("m{number}"));
    }
    let busy = (0..10).filter(|_| !a.bodies(0.0, "f.fifo", 1).is_empty()).count();
    assert_eq!(busy, 3);
}
