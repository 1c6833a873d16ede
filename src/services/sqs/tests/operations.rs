//! Operations on queues, and what no numbered rule says: attributes, lists, tags, permissions.

use serde_json::{Value, json};

use super::{account, arn, map};
use crate::services::world::Caller;

fn get(names: Value) -> Value {
    json!({"QueueUrl": "q", "AttributeNames": names})
}

#[test]
fn a_fresh_queue_reports_the_defaults() {
    let mut a = account();
    a.queue("q", &[]);
    let all = a.ok(0.0, "GetQueueAttributes", get(json!(["All"])));
    let expected = json!({
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "1767225600",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "1767225600",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": arn("q"),
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    });
    assert_eq!(all["Attributes"], expected);
    a.fifo("f.fifo", &[]);
    let params = json!({"QueueUrl": "f.fifo", "AttributeNames": ["All"]});
    let fifo = a.ok(0.0, "GetQueueAttributes", params);
    for (name, value) in [
        ("ContentBasedDeduplication", "false"),
        ("DeduplicationScope", "queue"),
        ("FifoQueue", "true"),
        ("FifoThroughputLimit", "perQueue"),
    ] {
        assert_eq!(fifo["Attributes"][name], value);
    }
}

#[test]
fn attributes_are_given_as_asked() {
    let mut a = account();
    a.queue("q", &[("VisibilityTimeout", "5")]);
    assert_eq!(a.ok(0.0, "GetQueueAttributes", json!({"QueueUrl": "q"})), json!({}));
    assert_eq!(a.ok(0.0, "GetQueueAttributes", get(json!([]))), json!({}));
    assert_eq!(
        a.ok(0.0, "GetQueueAttributes", get(json!(["VisibilityTimeout", "RedrivePolicy"]))),
        json!({"Attributes": {"VisibilityTimeout": "5"}})
    );
    let error = a.refused(0.0, "GetQueueAttributes", get(json!(["Foo"])));
    assert_eq!(error.to_string(), "InvalidAttributeName: Unknown Attribute Foo.");
}

#[test]
fn attributes_that_a_queue_does_not_know_are_refused() {
    let mut a = account();
    a.queue("q", &[]);
    a.fifo("f.fifo", &[]);
    let create = |name: &str, value: &str| json!({"QueueName": "new", "Attributes": {name: value}});
    for (name, value, message) in [
        ("FifoQueue", "false", "Unknown Attribute FifoQueue."),
        ("ContentBasedDeduplication", "true", "Unknown Attribute ContentBasedDeduplication."),
        (
            "DeduplicationScope",
            "queue",
            "You can specify the DeduplicationScope only when FifoQueue is set to true.",
        ),
        (
            "FifoThroughputLimit",
            "perQueue",
            "You can specify the FifoThroughputLimit only when FifoQueue is set to true.",
        ),
        ("QueueArn", "x", "Unknown Attribute QueueArn."),
        ("Bogus", "x", "Unknown Attribute Bogus."),
    ] {
        let error = a.refused(0.0, "CreateQueue", create(name, value));
        assert_eq!(
            (error.code.as_ref(), error.message.as_str()),
            ("InvalidAttributeName", message)
        );
    }
    let set = |queue: &str, name: &str, value: &str| json!({"QueueUrl": queue, "Attributes": {name: value}});
    let error = a.refused(0.0, "SetQueueAttributes", set("f.fifo", "FifoQueue", "false"));
    assert_eq!(error.code, "InvalidAttributeValue");
    assert_eq!(
        error.message,
        "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
    );
    for (name, value) in [
        ("VisibilityTimeout", "43201"),
        ("VisibilityTimeout", "-1"),
        ("VisibilityTimeout", "five"),
        ("DelaySeconds", "901"),
        ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", "1048577"),
        ("MessageRetentionPeriod", "59"),
        ("MessageRetentionPeriod", "1209601"),
        ("ReceiveMessageWaitTimeSeconds", "21"),
        ("KmsDataKeyReusePeriodSeconds", "59"),
        ("SqsManagedSseEnabled", "maybe"),
        ("Policy", "no json"),
    ] {
        let code = a.code(0.0, "SetQueueAttributes", set("q", name, value));
        assert_eq!(code, "InvalidAttributeValue", "{name}={value}");
    }
}

#[test]
fn only_one_kind_of_encryption_is_on() {
    let mut a = account();
    a.queue("q", &[]);
    let both = [("KmsMasterKeyId", "key"), ("SqsManagedSseEnabled", "true")];
    let params = json!({"QueueUrl": "q", "Attributes": map(&both)});
    assert_eq!(a.code(0.0, "SetQueueAttributes", params), "InvalidAttributeName");
    let names = json!(["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]);
    a.set(0.0, "q", &[("KmsMasterKeyId", "key"), ("KmsDataKeyReusePeriodSeconds", "6000")]);
    assert_eq!(
        a.ok(0.0, "GetQueueAttributes", get(names.clone()))["Attributes"],
        json!({
            "KmsMasterKeyId": "key",
            "KmsDataKeyReusePeriodSeconds": "6000",
            "SqsManagedSseEnabled": "false",
        })
    );
    a.set(0.0, "q", &[("KmsMasterKeyId", ""), ("KmsDataKeyReusePeriodSeconds", "300")]);
    assert_eq!(
        a.ok(0.0, "GetQueueAttributes", get(names))["Attributes"],
        json!({"SqsManagedSseEnabled": "false"})
    );
}

#[test]
fn a_redrive_policy_must_be_whole() {
    let mut a = account();
    a.queue("dlq", &[]);
    a.queue("q", &[]);
    for policy in [
        json!({"deadLetterTargetArn": arn("dlq")}),
        json!({"maxReceiveCount": 42}),
        json!({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": "invalid"}),
        json!({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": 0}),
        json!({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": 1001}),
        json!({"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}),
        json!({"deadLetterTargetArn": arn("nowhere"), "maxReceiveCount": 42}),
    ] {
        let attributes = json!({"RedrivePolicy": policy.to_string()});
        let params = json!({"QueueUrl": "q", "Attributes": attributes});
        assert_eq!(a.code(0.0, "SetQueueAttributes", params), "InvalidParameterValue", "{policy}");
        let params = json!({"QueueName": "new", "Attributes": attributes});
        assert_eq!(a.code(0.0, "CreateQueue", params), "InvalidParameterValue", "{policy}");
    }
    let policy = json!({"deadLetterTargetArn": arn("dlq"), "maxReceiveCount": "42"}).to_string();
    a.set(0.0, "q", &[("RedrivePolicy", &policy)]);
    let sources = a.ok(0.0, "ListDeadLetterSourceQueues", json!({"QueueUrl": "dlq"}));
    assert_eq!(sources, json!({"queueUrls": [super::super::queue_url("q")]}));
}

#[test]
fn queues_are_named_by_the_rules_and_found_by_url_or_name() {
    let mut a = account();
    for name in ["", "a b", "a/b", "a.b", "q.fifo", &"x".repeat(81)] {
        assert_eq!(a.code(0.0, "CreateQueue", json!({"QueueName": name})), "InvalidParameterValue");
    }
    let longest = "x".repeat(80);
    let url = a.ok(0.0, "CreateQueue", json!({"QueueName": longest}));
    a.ok(0.0, "SendMessage", json!({"QueueUrl": url["QueueUrl"], "MessageBody": "m"}));
    a.ok(0.0, "SendMessage", json!({"QueueUrl": longest, "MessageBody": "m"}));
    assert_eq!(a.ok(0.0, "GetQueueUrl", json!({"QueueName": longest})), url);
    for url in ["nope", "https://sqs.us-east-1.amazonaws.com/111111111111/x", "", "///"] {
        let error = a.refused(0.0, "SendMessage", json!({"QueueUrl": url, "MessageBody": "m"}));
        assert_eq!(error.code, "AWS.SimpleQueueService.NonExistentQueue");
        assert_eq!(error.message, "The specified queue does not exist.");
    }
}

#[test]
fn lists_of_queues_have_prefixes_and_pages() {
    let mut a = account();
    for name in ["a-2", "a-1", "b-1", "a-3"] {
        a.queue(name, &[]);
    }
    let url = super::super::queue_url;
    let all = a.ok(0.0, "ListQueues", json!({"QueueNamePrefix": "a-"}));
    assert_eq!(all, json!({"QueueUrls": [url("a-2"), url("a-1"), url("a-3")]}));
    let page = json!({"QueueNamePrefix": "a-", "MaxResults": 2});
    let first = a.ok(0.0, "ListQueues", page.clone());
    assert_eq!(first["QueueUrls"], json!([url("a-2"), url("a-1")]));
    let mut next = page;
    next["NextToken"] = first["NextToken"].clone();
    assert_eq!(a.ok(0.0, "ListQueues", next), json!({"QueueUrls": [url("a-3")]}));
    assert_eq!(a.ok(0.0, "ListQueues", json!({"QueueNamePrefix": "z"})), json!({}));
    for bad in [json!({"MaxResults": 0}), json!({"MaxResults": 1001}), json!({"NextToken": "x"})] {
        assert_eq!(a.code(0.0, "ListQueues", bad), "InvalidParameterValue");
    }
}

#[test]
fn tags_are_added_overwritten_and_removed() {
    let mut a = account();
    a.ok(0.0, "CreateQueue", json!({"QueueName": "q", "tags": {"a": "1"}}));
    a.ok(0.0, "TagQueue", json!({"QueueUrl": "q", "Tags": {"A": "2", "a": "3", "e": ""}}));
    let list = json!({"QueueUrl": "q"});
    let tags = a.ok(0.0, "ListQueueTags", list.clone());
    assert_eq!(tags, json!({"Tags": {"A": "2", "a": "3", "e": ""}}));
    a.ok(0.0, "UntagQueue", json!({"QueueUrl": "q", "TagKeys": ["A", "e", "a", "unknown"]}));
    assert_eq!(a.ok(0.0, "ListQueueTags", list), json!({}));
}

#[test]
fn permissions_are_statements_of_the_policy() {
    let mut a = account();
    a.queue("q", &[]);
    let add = |label: &str, accounts: Value, actions: Value| json!({"QueueUrl": "q", "Label": label, "AWSAccountIds": accounts, "Actions": actions});
    let two = json!(["111111111111", "222222222222"]);
    a.ok(0.0, "AddPermission", add("one", two.clone(), json!(["ReceiveMessage"])));
    let policy = a.ok(0.0, "GetQueueAttributes", get(json!(["Policy"])));
    let policy: Value =
        serde_json::from_str(policy["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(
        policy,
        json!({
            "Version": "2008-10-17",
            "Id": format!("{}/SQSDefaultPolicy", arn("q")),
            "Statement": [{
                "Sid": "one",
                "Effect": "Allow",
                "Principal": {
                    "AWS": ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"],
                },
                "Action": "SQS:ReceiveMessage",
                "Resource": arn("q"),
            }],
        })
    );
    let error = a.refused(0.0, "AddPermission", add("one", two.clone(), json!(["SendMessage"])));
    assert_eq!(
        error.to_string(),
        "InvalidParameterValue: Value one for parameter Label is invalid. Reason: Already exists."
    );
    assert_eq!(
        a.code(0.0, "AddPermission", add("two", two, json!(["FlyToTheMoon"]))),
        "InvalidParameterValue"
    );
    let remove = |label: &str| json!({"QueueUrl": "q", "Label": label});
    let error = a.refused(0.0, "RemovePermission", remove("two"));
    assert_eq!(
        error.message,
        "Value two for parameter Label is invalid. Reason: can't find label."
    );
    a.ok(0.0, "RemovePermission", remove("one"));
    assert_eq!(a.ok(0.0, "GetQueueAttributes", get(json!(["Policy"]))), json!({}));
}

#[test]
fn another_service_needs_a_policy_that_lets_it_in() {
    let mut a = account();
    a.queue("q", &[]);
    let operation = super::super::Operation::SendMessage(super::super::operation::SendMessage {
        queue_url: "q".into(),
        message_body: "m".into(),
        ..Default::default()
    });
    let caller = Caller {
        principal: "sns.amazonaws.com",
        source_arn: "arn:aws:sns:us-east-1:000000000000:topic".into(),
    };
    let error = a.world.sqs.may(&caller, &operation).unwrap_err();
    assert_eq!(error.code, "AccessDenied");
    let policy = |source: &str, effect: &str| {
        json!({"Statement": [{
            "Effect": effect,
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn("q"),
            "Condition": {"ArnLike": {"aws:SourceArn": source}},
        }]})
        .to_string()
    };
    for (source, effect, may) in [
        ("arn:aws:sns:*:*:topic", "Allow", true),
        ("arn:aws:sns:*:*:other", "Allow", false),
        ("arn:aws:sns:*:*:topic", "Deny", false),
    ] {
        a.set(0.0, "q", &[("Policy", &policy(source, effect))]);
        assert_eq!(a.world.sqs.may(&caller, &operation).is_ok(), may, "{source} {effect}");
    }
}

#[test]
fn user_attributes_are_checked() {
    let mut a = account();
    a.queue("q", &[]);
    let send = |name: &str, value: Value| json!({"QueueUrl": "q", "MessageBody": "m", "MessageAttributes": {name: value}});
    let text = |value: &str| json!({"DataType": "String", "StringValue": value});
    a.ok(0.0, "SendMessage", send("attr.1øßä", text("v")));
    a.ok(0.0, "SendMessage", send("n", json!({"DataType": "Number.int", "StringValue": "-1.5e3"})));
    a.ok(0.0, "SendMessage", send("b", json!({"DataType": "Binary", "BinaryValue": "AAEC"})));
    let long = "L".repeat(257);
    for name in ["aWs.x", "AMAZON.x", ".x", "x.", "x..y", "a!b", "a\"b", "a§b", "a(b", "", &long] {
        let code = a.code(0.0, "SendMessage", send(name, text("v")));
        assert_eq!(code, "InvalidParameterValue", "{name}");
    }
    for value in [
        text(""),
        text("\u{8}"),
        json!({"DataType": "Invalid", "StringValue": "v"}),
        json!({"DataType": "", "StringValue": "v"}),
        json!({"DataType": "String"}),
        json!({"DataType": "Number", "StringValue": "seven"}),
        json!({"DataType": "Binary", "BinaryValue": ""}),
        json!({"DataType": format!("Number.{}", "L".repeat(256)), "StringValue": "1"}),
    ] {
        let code = a.code(0.0, "SendMessage", send("name", value.clone()));
        assert_eq!(code, "InvalidParameterValue", "{value}");
    }
    let error = a.refused(0.0, "SendMessage", send("ErrorDetails", text("")));
    assert_eq!(
        error.message,
        "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."
    );
    let many: serde_json::Map<String, Value> =
        (0..11).map(|number| (format!("a{number}"), text("v"))).collect();
    let params = json!({"QueueUrl": "q", "MessageBody": "m", "MessageAttributes": many});
    assert_eq!(a.code(0.0, "SendMessage", params), "InvalidParameterValue");
}

#[test]
fn the_trace_header_is_the_one_system_attribute_to_send() {
    let mut a = account();
    a.queue("q", &[]);
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let send = |name: &str| {
        json!({
            "QueueUrl": "q",
            "MessageBody": "test",
            "MessageAttributes": {
                "timestamp": {"DataType": "Number", "StringValue": "1493147359900"},
            },
            "MessageSystemAttributes": {name: {"DataType": "String", "StringValue": header}},
        })
    };
    let sent = a.ok(0.0, "SendMessage", send("AWSTraceHeader"));
    assert_eq!(sent["MD5OfMessageSystemAttributes"], "5ae4d5d7636402d80f4eb6d213245a88");
    assert_eq!(sent["MD5OfMessageAttributes"], "235c5c510d26fb653d073faed50ae77c");
    assert_eq!(a.receive_one(0.0, "q")["Attributes"]["AWSTraceHeader"], header);
    assert_eq!(a.code(0.0, "SendMessage", send("Other")), "InvalidParameterValue");
}

#[test]
fn a_handle_of_an_earlier_peek_changes_the_visibility_of_the_message_in_flight() {
    let mut a = account();
    a.queue("q", &[]);
    a.send(0.0, "q", "m");
    let peeked = a.receive_with(0.0, "q", json!({"VisibilityTimeout": 0}));
    a.receive_one(0.0, "q");
    a.hide(0.0, "q", &peeked[0], 0);
    assert_eq!(a.counts(0.0, "q"), [1, 0, 0]);
}

#[test]
fn deleting_a_queue_answers_those_who_wait_at_it() {
    let mut a = account();
    a.queue("q", &[]);
    a.wait(0.0, json!({"QueueUrl": "q", "WaitTimeSeconds": 20}));
    a.ok(3.0, "DeleteQueue", json!({"QueueUrl": "q"}));
    let late = a.due(3.0);
    let error = late[0].result.clone().unwrap_err();
    assert_eq!(error.code, "AWS.SimpleQueueService.NonExistentQueue");
}
