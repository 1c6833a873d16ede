use serde_json::{Value, json};

use crate::services::arn::arn;
use crate::services::lambda::tests::Play;

const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:orders";

/// Lets the topic send to a queue.
fn allow(play: &mut Play, at: u64, queue: &str) {
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage", "Resource": arn("sqs", queue),
        "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
    }]});
    let params = json!({"QueueUrl": queue, "Attributes": {"Policy": policy.to_string()}});
    play.call(at, "sqs", "SetQueueAttributes", params);
}

fn subscribe(play: &mut Play, at: u64, queue: &str, attributes: Value) -> String {
    let params = json!({
        "TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": arn("sqs", queue),
        "Attributes": attributes,
    });
    let answer = play.call(at, "sns", "Subscribe", params);
    answer["SubscriptionArn"].as_str().expect("an ARN").to_owned()
}

/// A topic with a raw subscription for each queue.
fn fan(queues: &[&str]) -> Play {
    let mut play = Play::new();
    play.call(0, "sns", "CreateTopic", json!({"Name": "orders"}));
    for queue in queues {
        play.queue(queue, json!({}));
        allow(&mut play, 0, queue);
        subscribe(&mut play, 0, queue, json!({"RawMessageDelivery": "true"}));
    }
    play
}

fn publish(play: &mut Play, at: u64, message: &str, attributes: Value) {
    let params = json!({"TopicArn": TOPIC, "Message": message, "MessageAttributes": attributes});
    play.call(at, "sns", "Publish", params);
    play.until(at);
}

fn receive(play: &mut Play, at: u64, queue: &str) -> Value {
    let params = json!({"QueueUrl": queue, "WaitTimeSeconds": 1});
    play.call(at, "sqs", "ReceiveMessage", params)["Messages"][0].take()
}

#[test]
fn fan_1_one_publish_makes_independent_copies() {
    let mut play = fan(&["billing", "search", "mail"]);
    publish(&mut play, 0, "order 1", json!({}));
    for queue in ["billing", "search", "mail"] {
        assert_eq!(play.counts(queue), [1, 0, 0], "{queue}");
    }
    let message = receive(&mut play, 0, "billing");
    assert_eq!(message["Body"], "order 1");
    let params = json!({"QueueUrl": "billing", "ReceiptHandle": message["ReceiptHandle"]});
    play.call(0, "sqs", "DeleteMessage", params);
    assert_eq!(["billing", "search", "mail"].map(|q| play.counts(q)[0]), [0, 1, 1]);
}

#[test]
fn fan_2_a_queue_that_subscribes_later_gets_nothing_of_before() {
    let mut play = fan(&["billing"]);
    publish(&mut play, 0, "early", json!({}));
    play.queue("late", json!({}));
    allow(&mut play, 1000, "late");
    subscribe(&mut play, 1000, "late", json!({}));
    publish(&mut play, 2000, "now", json!({}));
    assert_eq!([play.counts("billing")[0], play.counts("late")[0]], [2, 1]);
    let body = receive(&mut play, 2000, "late")["Body"].as_str().map(str::to_owned);
    let envelope: Value = serde_json::from_str(&body.expect("a body")).expect("JSON");
    assert_eq!((&envelope["Type"], &envelope["Message"]), (&json!("Notification"), &json!("now")));
}

#[test]
fn fan_3_a_filter_policy_keeps_back_the_copy_of_its_own_subscription_only() {
    let mut play = fan(&["all"]);
    for queue in ["big", "body"] {
        play.queue(queue, json!({}));
        allow(&mut play, 0, queue);
    }
    let policy = json!({"total": [{"numeric": [">=", 100]}], "tags": ["eu"]}).to_string();
    subscribe(&mut play, 0, "big", json!({"FilterPolicy": policy}));
    let policy = json!({"customer": {"tier": ["gold"]}}).to_string();
    let on_body = json!({"FilterPolicy": policy, "FilterPolicyScope": "MessageBody"});
    subscribe(&mut play, 0, "body", on_body);
    let attributes = |total: &str, tags: &str| {
        json!({
            "total": {"DataType": "Number", "StringValue": total},
            "tags": {"DataType": "String.Array", "StringValue": tags},
        })
    };
    publish(&mut play, 0, "{\"customer\":{\"tier\":\"gold\"}}", attributes("99", "[\"eu\"]"));
    publish(&mut play, 0, "not json", attributes("100", "[\"us\",\"eu\"]"));
    publish(&mut play, 0, "{\"customer\":{\"tier\":\"tin\"}}", json!({}));
    assert_eq!(["all", "big", "body"].map(|q| play.counts(q)[0]), [3, 1, 1]);
}

#[test]
fn fan_4_a_message_over_256_kib_is_refused_by_a_default_topic() {
    let mut play = fan(&["jobs"]);
    let big = "x".repeat(262_145);
    let params = json!({"TopicArn": TOPIC, "Message": big});
    play.refused(0, "sns", "Publish", params.clone(), "InvalidParameter");
    play.send(0, "jobs", &big);
    let raise = json!({
        "TopicArn": TOPIC, "AttributeName": "MaximumMessageSize", "AttributeValue": "1048576",
    });
    play.call(0, "sns", "SetTopicAttributes", raise);
    play.call(0, "sns", "Publish", params);
    publish(&mut play, 0, &"x".repeat(1000), json!({}));
    assert_eq!(play.counts("jobs")[0], 3);
}

#[test]
fn fan_5_without_a_queue_policy_the_publish_succeeds_and_nothing_arrives() {
    let mut play = fan(&[]);
    play.queue("closed", json!({}));
    play.queue("dead", json!({}));
    allow(&mut play, 0, "dead");
    let redrive = json!({"deadLetterTargetArn": arn("sqs", "dead")}).to_string();
    subscribe(&mut play, 0, "closed", json!({"RedrivePolicy": redrive}));
    publish(&mut play, 0, "lost", json!({}));
    play.until(100_000);
    assert_eq!(play.counts("closed"), [0, 0, 0]);
    assert_eq!(play.world.sns.pending_deliveries(), 0, "a client-side error is not tried again");
    assert_eq!(play.counts("dead")[0], 1, "the subscription's own queue for it");
}

#[test]
fn an_endpoint_that_is_out_of_order_is_tried_again_until_it_is_back() {
    let mut play = fan(&["jobs"]);
    play.world.sns.set_outage(&arn("sqs", "jobs"), true);
    publish(&mut play, 0, "patient", json!({}));
    play.until(100_000);
    assert_eq!(play.counts("jobs"), [0, 0, 0]);
    assert_eq!(play.world.sns.pending_deliveries(), 1);
    play.world.sns.set_outage(&arn("sqs", "jobs"), false);
    play.until(121_000);
    assert_eq!(play.counts("jobs"), [1, 0, 0]);
}

#[test]
fn a_function_that_lets_the_topic_in_is_invoked_asynchronously() {
    let mut play = fan(&[]);
    play.function("f", 3, json!({"InitMillis": 0}));
    let params = json!({
        "TopicArn": TOPIC, "Protocol": "lambda", "Endpoint": arn("lambda", "function:f"),
    });
    play.call(0, "sns", "Subscribe", params);
    publish(&mut play, 0, "unheard", json!({}));
    play.until(1000);
    assert_eq!(play.batches().len(), 0, "no permission yet");
    let permission = json!({
        "FunctionName": "f", "StatementId": "topic", "Action": "lambda:InvokeFunction",
        "Principal": "sns.amazonaws.com", "SourceArn": TOPIC,
    });
    play.call(1000, "lambda", "AddPermission", permission);
    publish(&mut play, 1000, "heard", json!({}));
    play.until(2000);
    assert_eq!(play.batches(), [1]);
}

#[test]
fn a_fifo_topic_drops_what_it_had_within_five_minutes() {
    let mut play = Play::new();
    let attributes = json!({"FifoTopic": "true", "ContentBasedDeduplication": "true"});
    let made =
        play.call(0, "sns", "CreateTopic", json!({"Name": "o.fifo", "Attributes": attributes}));
    let topic = made["TopicArn"].clone();
    let publish = |group: Option<&str>| {
        let mut params = json!({"TopicArn": topic, "Message": "same"});
        if let Some(group) = group {
            params["MessageGroupId"] = json!(group);
        }
        params
    };
    play.refused(0, "sns", "Publish", publish(None), "InvalidParameter");
    let first = play.call(0, "sns", "Publish", publish(Some("g")));
    let again = play.call(299_999, "sns", "Publish", publish(Some("g")));
    assert_eq!(first["MessageId"], again["MessageId"]);
    let later = play.call(300_000, "sns", "Publish", publish(Some("g")));
    assert_ne!(first["MessageId"], later["MessageId"]);
}

#[test]
fn a_batch_is_at_most_ten_messages_and_their_total_counts() {
    let mut play = fan(&["jobs"]);
    let batch = |count: usize, bytes: usize| {
        let entries: Vec<Value> = (0..count)
            .map(|at| json!({"Id": at.to_string(), "Message": "x".repeat(bytes)}))
            .collect();
        json!({"TopicArn": TOPIC, "PublishBatchRequestEntries": entries})
    };
    let answer = play.call(0, "sns", "PublishBatch", batch(10, 10));
    assert_eq!(answer["Successful"].as_array().map(Vec::len), Some(10));
    play.refused(0, "sns", "PublishBatch", batch(11, 1), "TooManyEntriesInBatchRequest");
    play.refused(0, "sns", "PublishBatch", batch(0, 1), "EmptyBatchRequest");
    play.refused(0, "sns", "PublishBatch", batch(2, 131_073), "BatchRequestTooLong");
}
