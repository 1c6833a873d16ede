#!/usr/bin/env python3
"""Drives moto's SQS and `awslearn sim sqs` with the same calls and prints each difference.

Usage: tests/conformance/sqs.py [path of awslearn]     (default: target/debug/awslearn)
Makes a virtual environment in target/conformance and installs moto[server] and boto3 there.
Not part of `cargo test`: it needs PyPI, and waits in real time.
"""

import json
import sys

import sides

# A scenario is a list of steps: (operation, parameters) or a number of seconds to wait.
# "$x" in parameters is the value saved by an earlier step as (operation, parameters, {"x": path}).
Q = {"QueueUrl": "$q"}
CREATE = ("CreateQueue", {"QueueName": "q"}, {"q": "QueueUrl"})
FIFO = ("CreateQueue", {"QueueName": "f.fifo", "Attributes": {"FifoQueue": "true"}}, {"q": "QueueUrl"})
HANDLE = {"h": "Messages.0.ReceiptHandle"}
COUNTS = ("GetQueueAttributes", {**Q, "AttributeNames": [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]})


def send(body="m", **more):
    return ("SendMessage", {**Q, "MessageBody": body, **more})


def receive(**more):
    return ("ReceiveMessage", {**Q, **more}, HANDLE)


def text(value):
    return {"DataType": "String", "StringValue": value}


SCENARIOS = {
    "send, receive, delete": [
        CREATE, send("hello"), COUNTS, receive(AttributeNames=["All"]), COUNTS,
        ("DeleteMessage", {**Q, "ReceiptHandle": "$h"}), COUNTS, receive(),
        ("DeleteMessage", {**Q, "ReceiptHandle": "$h"}),
    ],
    "default attributes": [CREATE, ("GetQueueAttributes", {**Q, "AttributeNames": ["All"]})],
    "default attributes of a FIFO queue": [FIFO, ("GetQueueAttributes", {**Q, "AttributeNames": ["All"]})],
    "visibility": [
        CREATE, send(), receive(VisibilityTimeout=1), receive(), 2.4, receive(VisibilityTimeout=30),
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h", "VisibilityTimeout": 0}),
        receive(AttributeNames=["ApproximateReceiveCount"]),
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h", "VisibilityTimeout": 43201}),
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "garbage", "VisibilityTimeout": 1}),
        ("DeleteMessage", {**Q, "ReceiptHandle": "garbage"}),
    ],
    "ranges of a receive": [
        CREATE, receive(MaxNumberOfMessages=11), receive(MaxNumberOfMessages=0),
        receive(WaitTimeSeconds=21), receive(WaitTimeSeconds=-1),
    ],
    "delays": [
        CREATE, send(DelaySeconds=1), COUNTS, receive(), 2.4, receive(),
        send(DelaySeconds=901), send(DelaySeconds=-1),
    ],
    "bodies": [CREATE, send(""), send("\u0000"), send("x" * 1_048_577), send("가" * 10)],
    "message attributes": [
        CREATE,
        send(MessageAttributes={"Hello": text("There"), "Help.Me": text("Me"), "n": {"DataType": "Number", "StringValue": "1"}}),
        receive(MessageAttributeNames=["Hel.*"], VisibilityTimeout=0),
        receive(MessageAttributeNames=["All"], VisibilityTimeout=0),
        receive(MessageAttributeNames=["nothing"], VisibilityTimeout=0),
        send(MessageAttributes={"aws.x": text("v")}), send(MessageAttributes={"x": text("")}),
        send(MessageAttributes={"x": {"DataType": "Bogus", "StringValue": "v"}}),
    ],
    "batches": [
        CREATE,
        ("SendMessageBatch", {**Q, "Entries": []}),
        ("SendMessageBatch", {**Q, "Entries": [{"Id": str(n), "MessageBody": "m"} for n in range(11)]}),
        ("SendMessageBatch", {**Q, "Entries": [{"Id": "a", "MessageBody": "m"}, {"Id": "a", "MessageBody": "m"}]}),
        ("SendMessageBatch", {**Q, "Entries": [{"Id": "a:b", "MessageBody": "m"}]}),
        ("SendMessageBatch", {**Q, "Entries": [{"Id": "1", "MessageBody": "m"}, {"Id": "2", "MessageBody": "n"}]}),
        COUNTS,
    ],
    "queues": [
        CREATE, CREATE, ("CreateQueue", {"QueueName": "q", "Attributes": {"DelaySeconds": "3"}}),
        ("CreateQueue", {"QueueName": "a b"}), ("CreateQueue", {"QueueName": "x.fifo"}),
        ("CreateQueue", {"QueueName": "x", "Attributes": {"FifoQueue": "true"}}),
        ("GetQueueUrl", {"QueueName": "none"}),
        ("SetQueueAttributes", {**Q, "Attributes": {"VisibilityTimeout": "43201"}}),
        ("SetQueueAttributes", {**Q, "Attributes": {"Bogus": "1"}}),
        ("DeleteQueue", Q), ("SendMessage", {**Q, "MessageBody": "m"}), CREATE,
    ],
    "tags": [
        CREATE, ("TagQueue", {**Q, "Tags": {"a": "1", "b": ""}}), ("ListQueueTags", Q),
        ("UntagQueue", {**Q, "TagKeys": ["a"]}), ("ListQueueTags", Q),
    ],
    "FIFO order and deduplication": [
        FIFO,
        send("1", MessageGroupId="g", MessageDeduplicationId="1"),
        send("2", MessageGroupId="g", MessageDeduplicationId="2"),
        send("3", MessageGroupId="h", MessageDeduplicationId="3"),
        send("again", MessageGroupId="g", MessageDeduplicationId="1"),
        COUNTS, receive(MaxNumberOfMessages=1), receive(MaxNumberOfMessages=10), receive(MaxNumberOfMessages=10),
        send("m", MessageDeduplicationId="4"), send("m", MessageGroupId="g"),
        send("m", MessageGroupId="g", MessageDeduplicationId="5", DelaySeconds=2),
        send("m", MessageGroupId="a b", MessageDeduplicationId="6"),
    ],
    "dead letters": [
        ("CreateQueue", {"QueueName": "dlq"}, {"d": "QueueUrl"}),
        ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(
            {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 1})}}, {"q": "QueueUrl"}),
        send(), receive(), 2.4, receive(), COUNTS,
        ("ReceiveMessage", {"QueueUrl": "$d", "AttributeNames": ["All"]}),
        ("ListDeadLetterSourceQueues", {"QueueUrl": "$d"}),
        ("SetQueueAttributes", {**Q, "Attributes": {"RedrivePolicy": "{}"}}),
        ("SetQueueAttributes", {**Q, "Attributes": {"RedrivePolicy": ""}}),
    ],
    "permissions": [
        CREATE,
        ("AddPermission", {**Q, "Label": "one", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]}),
        ("AddPermission", {**Q, "Label": "one", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]}),
        ("RemovePermission", {**Q, "Label": "two"}), ("RemovePermission", {**Q, "Label": "one"}),
    ],
    "purge": [CREATE, send(), send(DelaySeconds=5), receive(), ("PurgeQueue", Q), COUNTS, ("PurgeQueue", Q), ("PurgeQueue", {"QueueUrl": "http://x/000000000000/nobody"})],
    "attributes of a queue": [
        CREATE,
        *(("GetQueueAttributes", {**Q, "AttributeNames": names}) for names in (
            [], ["All", "QueueArn"], ["QueueArn"], ["QueueArn", "DelaySeconds"], ["Bogus"], ["QueueArn", "Bogus"], ["Policy"], ["RedrivePolicy"], ["FifoQueue"],
            ["ContentBasedDeduplication"], ["DeduplicationScope"], ["KmsMasterKeyId"], ["SqsManagedSseEnabled"], ["RedriveAllowPolicy"])),
        ("GetQueueAttributes", Q),
        *(("SetQueueAttributes", {**Q, "Attributes": {name: value}}) for name, value in (
            ("VisibilityTimeout", "-1"), ("VisibilityTimeout", "0"), ("VisibilityTimeout", "43200"), ("VisibilityTimeout", "x"), ("VisibilityTimeout", ""), ("VisibilityTimeout", "1.5"),
            ("DelaySeconds", "900"), ("DelaySeconds", "901"), ("DelaySeconds", "-1"), ("DelaySeconds", "x"),
            ("MaximumMessageSize", "1023"), ("MaximumMessageSize", "1024"), ("MaximumMessageSize", "262145"), ("MaximumMessageSize", "1048576"), ("MaximumMessageSize", "1048577"),
            ("MessageRetentionPeriod", "59"), ("MessageRetentionPeriod", "60"), ("MessageRetentionPeriod", "1209600"), ("MessageRetentionPeriod", "1209601"),
            ("ReceiveMessageWaitTimeSeconds", "20"), ("ReceiveMessageWaitTimeSeconds", "21"), ("ReceiveMessageWaitTimeSeconds", "-1"),
            ("FifoQueue", "true"), ("FifoQueue", "false"), ("ContentBasedDeduplication", "true"), ("DeduplicationScope", "queue"), ("FifoThroughputLimit", "perQueue"),
            ("KmsMasterKeyId", "alias/aws/sqs"), ("KmsDataKeyReusePeriodSeconds", "59"), ("KmsDataKeyReusePeriodSeconds", "300"), ("SqsManagedSseEnabled", "false"), ("SqsManagedSseEnabled", "maybe"),
            ("Policy", ""), ("Policy", "{"), ("Policy", "{}"), ("QueueArn", "x"), ("ApproximateNumberOfMessages", "1"), ("CreatedTimestamp", "1"),
            ("RedriveAllowPolicy", json.dumps({"redrivePermission": "allowAll"})), ("RedriveAllowPolicy", json.dumps({"redrivePermission": "denyAll"})),
            ("RedriveAllowPolicy", json.dumps({"redrivePermission": "byQueue"})), ("RedriveAllowPolicy", json.dumps({"redrivePermission": "x"})), ("RedriveAllowPolicy", "{}"), ("RedriveAllowPolicy", "x"), ("RedriveAllowPolicy", ""))),
        ("GetQueueAttributes", {**Q, "AttributeNames": ["All"]}),
        ("SetQueueAttributes", {**Q, "Attributes": {}}), ("SetQueueAttributes", Q),
        ("SetQueueAttributes", {**Q, "Attributes": {"VisibilityTimeout": "7", "DelaySeconds": "901"}}), ("GetQueueAttributes", {**Q, "AttributeNames": ["VisibilityTimeout"]}),
    ],
    "attributes of a FIFO queue": [
        FIFO,
        *(("SetQueueAttributes", {**Q, "Attributes": attributes}) for attributes in (
            {"ContentBasedDeduplication": "true"}, {"ContentBasedDeduplication": "x"}, {"FifoQueue": "false"}, {"FifoQueue": "true"},
            {"DeduplicationScope": "messageGroup"}, {"FifoThroughputLimit": "perMessageGroupId"}, {"DeduplicationScope": "queue"},
            {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}, {"DeduplicationScope": "x"}, {"FifoThroughputLimit": "x"},
            {"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"})),
        ("GetQueueAttributes", {**Q, "AttributeNames": ["All"]}),
        *(("CreateQueue", {"QueueName": name, "Attributes": attributes}) for name, attributes in (
            ("a.fifo", {"FifoQueue": "false"}), ("a.fifo", {"FifoQueue": "x"}), ("a.fifo", {}), ("b", {"FifoQueue": "false"}), ("c", {"ContentBasedDeduplication": "true"}),
            ("d.fifo", {"FifoQueue": "true", "ContentBasedDeduplication": "true"}), ("d.fifo", {"FifoQueue": "true"}), ("d.fifo", {"FifoQueue": "true", "ContentBasedDeduplication": "false"}),
            ("e.fifo", {"FifoQueue": "true", "FifoThroughputLimit": "perMessageGroupId"}),
            ("g.fifo", {"FifoQueue": "true", "FifoThroughputLimit": "perMessageGroupId", "DeduplicationScope": "messageGroup"}))),
    ],
    "names of queues": [
        *(("CreateQueue", {"QueueName": name}) for name in ("", "a", "A-b_9", "x" * 80, "x" * 81, "a.b", "a/b", "é", "a.fifo.fifo")),
        ("CreateQueue", {}), ("ListQueues", {}), ("ListQueues", {"QueueNamePrefix": "x"}), ("ListQueues", {"QueueNamePrefix": ""}), ("ListQueues", {"MaxResults": 0}),
        ("ListQueues", {"MaxResults": 1001}), ("ListQueues", {"MaxResults": 1}, {"t": "NextToken"}), ("ListQueues", {"MaxResults": 1, "NextToken": "$t"}), ("ListQueues", {"NextToken": "garbage", "MaxResults": 1}),
        ("GetQueueUrl", {"QueueName": "a"}), ("GetQueueUrl", {"QueueName": "a", "QueueOwnerAWSAccountId": "111111111111"}), ("GetQueueUrl", {"QueueName": ""}), ("GetQueueUrl", {}),
        ("DeleteQueue", {"QueueUrl": "http://x/000000000000/nobody"}), ("DeleteQueue", {}), ("SendMessage", {"QueueUrl": "nobody", "MessageBody": "m"}), ("SendMessage", {"MessageBody": "m"}),
    ],
    "creating again": [
        ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "5", "DelaySeconds": "0"}}, {"q": "QueueUrl"}),
        *(("CreateQueue", {"QueueName": "q", "Attributes": attributes}) for attributes in (
            {"VisibilityTimeout": "5"}, {}, {"DelaySeconds": "0"}, {"VisibilityTimeout": "30"}, {"MessageRetentionPeriod": "345600"}, {"MessageRetentionPeriod": "60"},
            {"VisibilityTimeout": "5", "Bogus": "1"}, {"Policy": ""}, {"RedrivePolicy": ""})),
        ("CreateQueue", {"QueueName": "q", "tags": {"a": "1"}}), ("ListQueueTags", Q),
        ("SetQueueAttributes", {**Q, "Attributes": {"VisibilityTimeout": "6"}}), ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "5"}}),
        ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "6"}}),
        ("CreateQueue", {"QueueName": "t", "tags": {"a": "1", "b": "2"}}, {"q": "QueueUrl"}), ("ListQueueTags", Q),
    ],
    "tags in all shapes": [
        CREATE, ("ListQueueTags", Q), ("TagQueue", {**Q, "Tags": {}}), ("TagQueue", Q), ("TagQueue", {**Q, "Tags": {"": "1"}}), ("TagQueue", {**Q, "Tags": {"aws:x": "1"}}),
        ("TagQueue", {**Q, "Tags": {"x" * 129: "1"}}), ("TagQueue", {**Q, "Tags": {"a": "x" * 257}}), ("TagQueue", {**Q, "Tags": {f"t{n}": "" for n in range(50)}}),
        ("TagQueue", {**Q, "Tags": {"one more": "1"}}), ("TagQueue", {**Q, "Tags": {"t1": "again"}}), ("UntagQueue", {**Q, "TagKeys": ["nobody"]}), ("UntagQueue", {**Q, "TagKeys": []}), ("UntagQueue", Q),
        ("ListQueueTags", Q), ("ListQueueTags", {"QueueUrl": "http://x/000000000000/nobody"}), ("TagQueue", {"QueueUrl": "http://x/000000000000/nobody", "Tags": {"a": "1"}}),
    ],
    "message attributes in all shapes": [
        CREATE,
        *(send(MessageAttributes={"x": value}) for value in (
            text("v"), {"DataType": "String"}, {"StringValue": "v"}, {"DataType": "", "StringValue": "v"}, {"DataType": "string", "StringValue": "v"}, {"DataType": "String.custom", "StringValue": "v"},
            {"DataType": "String.", "StringValue": "v"}, {"DataType": "Number", "StringValue": "12.5e3"}, {"DataType": "Number", "StringValue": "x"}, {"DataType": "Number.int", "StringValue": "1"}, {"DataType": "Number", "StringValue": ""},
            {"DataType": "Binary", "BinaryValue": sides.Blob("b")}, {"DataType": "Binary", "StringValue": "b"}, {"DataType": "String", "BinaryValue": sides.Blob("b")}, {"DataType": "Binary", "BinaryValue": sides.Blob("")},
            {"DataType": "Binary.png", "BinaryValue": sides.Blob("b")}, {"DataType": "String", "StringValue": "v", "BinaryValue": sides.Blob("b")}, {"DataType": "StringList", "StringListValues": ["a"]}, {"DataType": "x" * 257, "StringValue": "v"},
            {"DataType": "String", "StringValue": "\u0001"}, {"DataType": "String", "StringValue": "x" * 1_048_600}, {})),
        *(send(MessageAttributes={name: text("v")}) for name in (
            "", "a b", "a.b", ".a", "a.", "a..b", "AWS.x", "aws.x", "Amazon.x", "amazon.x", "AWSx", "é", "x" * 256, "x" * 257, "a-b_c")),
        send(MessageAttributes={f"a{n}": text("v") for n in range(10)}), send(MessageAttributes={f"a{n}": text("v") for n in range(11)}), send(MessageAttributes={}),
        send(MessageSystemAttributes={"AWSTraceHeader": text("Root=1-5759e988-bd862e3fe1be46a994272793")}), send(MessageSystemAttributes={"Bogus": text("v")}),
        send(MessageSystemAttributes={"AWSTraceHeader": {"DataType": "Number", "StringValue": "1"}}), COUNTS,
    ],
    "asking for attributes": [
        CREATE,
        send("m", MessageAttributes={"a": text("1"), "b.c": text("2"), "b.d": {"DataType": "Number", "StringValue": "3"}, "z": {"DataType": "Binary", "BinaryValue": sides.Blob("zz")}},
             MessageSystemAttributes={"AWSTraceHeader": text("Root=1")}),
        *(receive(VisibilityTimeout=0, MessageAttributeNames=names) for names in (["a"], ["b.*"], [".*"], ["All"], ["*"], ["b"], ["b.c", "a"], ["a", "a"], ["A"], [], ["z", "nothing"], ["a.*"], [""])),
        *(receive(VisibilityTimeout=0, AttributeNames=names) for names in (["SentTimestamp"], ["AWSTraceHeader"], ["All"], ["ApproximateReceiveCount", "SenderId"], ["Bogus"], ["MessageGroupId"], ["SequenceNumber"], ["ApproximateFirstReceiveTimestamp"], [])),
        *(receive(VisibilityTimeout=0, MessageSystemAttributeNames=names) for names in (["SentTimestamp"], ["All"], ["Bogus"], [])),
        receive(VisibilityTimeout=0, MessageSystemAttributeNames=["SentTimestamp"], AttributeNames=["SenderId"]),
    ],
    "bodies in all shapes": [
        ("CreateQueue", {"QueueName": "q", "Attributes": {"MaximumMessageSize": "1024"}}, {"q": "QueueUrl"}),
        *(send(body) for body in ("x" * 1024, "x" * 1025, "é" * 512, "é" * 513, " ", "\t\n\r", "\u0008", "\u000b", "\u001f", "\ud7ff", "\ue000", "\ufffd", "\ufffe", "\uffff", "😀", "<&>\"'")),
        send("x" * 1020, MessageAttributes={"a": text("v")}), send("x" * 1000, MessageAttributes={"abc": text("v" * 15)}), send("x" * 1000, MessageAttributes={"abc": text("v" * 16)}),
        ("SendMessageBatch", {**Q, "Entries": [{"Id": "1", "MessageBody": "x" * 1025}, {"Id": "2", "MessageBody": "m"}]}),
        ("SendMessageBatch", {**Q, "Entries": [{"Id": str(n), "MessageBody": "x" * 1024} for n in range(10)]}),
        ("SendMessage", Q), COUNTS, receive(MaxNumberOfMessages=10),
    ],
    "batches of sends": [
        CREATE,
        *(("SendMessageBatch", {**Q, "Entries": entries}) for entries in (
            [{"Id": "", "MessageBody": "m"}], [{"Id": "x" * 80, "MessageBody": "m"}], [{"Id": "x" * 81, "MessageBody": "m"}], [{"Id": "a b", "MessageBody": "m"}], [{"Id": "a-_9", "MessageBody": "m"}],
            [{"Id": "é", "MessageBody": "m"}], [{"Id": "1"}], [{"MessageBody": "m"}], [{"Id": "1", "MessageBody": ""}], [{"Id": "1", "MessageBody": ""}, {"Id": "2", "MessageBody": "m"}],
            [{"Id": "1", "MessageBody": "m", "DelaySeconds": 901}], [{"Id": "1", "MessageBody": "m", "DelaySeconds": 901}, {"Id": "2", "MessageBody": "m", "DelaySeconds": 1}],
            [{"Id": "1", "MessageBody": "m", "MessageAttributes": {"x": text("")}}, {"Id": "2", "MessageBody": "m", "MessageAttributes": {"x": text("v")}}],
            [{"Id": "1", "MessageBody": "m", "MessageGroupId": "g"}], [{"Id": "1", "MessageBody": "m", "MessageDeduplicationId": "g"}], [{"Id": "a", "MessageBody": "m"}, {"Id": "b", "MessageBody": "\u0000"}, {"Id": "a", "MessageBody": "m"}],
            [{"Id": str(n), "MessageBody": "x" * 150_000} for n in range(10)], [{"Id": str(n), "MessageBody": "x" * 100_000} for n in range(10)],
            [{"Id": "1", "MessageBody": "x" * 1_048_577}], [{"Id": "1", "MessageBody": "x" * 1_048_576}],
        )),
        ("SendMessageBatch", Q), ("SendMessageBatch", {"QueueUrl": "http://x/000000000000/nobody", "Entries": [{"Id": "1", "MessageBody": "m"}]}), COUNTS,
    ],
    "batches of deletes and changes": [
        CREATE, send("1"), send("2"), send("3"), receive(MaxNumberOfMessages=1), receive(MaxNumberOfMessages=1, VisibilityTimeout=1),
        *((f"{op}", {**Q, "Entries": entries}) for op, entries in (
            ("DeleteMessageBatch", []), ("DeleteMessageBatch", [{"Id": "1", "ReceiptHandle": "garbage"}]), ("DeleteMessageBatch", [{"Id": "1", "ReceiptHandle": "$h"}, {"Id": "1", "ReceiptHandle": "$h"}]),
            ("DeleteMessageBatch", [{"Id": "a b", "ReceiptHandle": "$h"}]), ("DeleteMessageBatch", [{"Id": str(n), "ReceiptHandle": "$h"} for n in range(11)]), ("DeleteMessageBatch", [{"Id": "", "ReceiptHandle": "$h"}]),
            ("DeleteMessageBatch", [{"Id": "1"}]), ("DeleteMessageBatch", [{"Id": "1", "ReceiptHandle": ""}]),
            ("ChangeMessageVisibilityBatch", []), ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "garbage", "VisibilityTimeout": 1}]), ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "$h", "VisibilityTimeout": 43201}]),
            ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "$h", "VisibilityTimeout": -1}]), ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "$h"}]),
            ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "$h", "VisibilityTimeout": 10}, {"Id": "2", "ReceiptHandle": "garbage", "VisibilityTimeout": 10}]),
            ("ChangeMessageVisibilityBatch", [{"Id": str(n), "ReceiptHandle": "$h", "VisibilityTimeout": 10} for n in range(11)]), ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "$h", "VisibilityTimeout": 1}, {"Id": "1", "ReceiptHandle": "$h", "VisibilityTimeout": 1}]),
            ("DeleteMessageBatch", [{"Id": "1", "ReceiptHandle": "$h"}, {"Id": "2", "ReceiptHandle": "garbage"}]), ("DeleteMessageBatch", [{"Id": "1", "ReceiptHandle": "$h"}]),
            ("ChangeMessageVisibilityBatch", [{"Id": "1", "ReceiptHandle": "$h", "VisibilityTimeout": 1}]),
        )), COUNTS,
        ("DeleteMessage", {**Q, "ReceiptHandle": ""}), ("DeleteMessage", Q), ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h"}), ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h", "VisibilityTimeout": 1}),
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h", "VisibilityTimeout": -1}),
    ],
    "handles": [
        CREATE, ("CreateQueue", {"QueueName": "r"}, {"r": "QueueUrl"}), send(), ("ReceiveMessage", {**Q, "VisibilityTimeout": 1}, {"h1": "Messages.0.ReceiptHandle"}), 2.4,
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h1", "VisibilityTimeout": 5}), ("ReceiveMessage", {**Q, "VisibilityTimeout": 20}, {"h2": "Messages.0.ReceiptHandle"}),
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h1", "VisibilityTimeout": 5}), ("DeleteMessage", {"QueueUrl": "$r", "ReceiptHandle": "$h2"}), COUNTS,
        ("DeleteMessage", {**Q, "ReceiptHandle": "$h1"}), COUNTS, ("DeleteMessage", {**Q, "ReceiptHandle": "$h2"}), COUNTS, ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h2", "VisibilityTimeout": 5}),
    ],
    "counts over a life": [
        ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "1", "DelaySeconds": "1"}}, {"q": "QueueUrl"}),
        send("1"), send("2", DelaySeconds=0), COUNTS, receive(AttributeNames=["ApproximateReceiveCount"]), COUNTS, 2.4, COUNTS, receive(MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]), COUNTS,
        ("ChangeMessageVisibility", {**Q, "ReceiptHandle": "$h", "VisibilityTimeout": 0}), COUNTS, 2.4, COUNTS,
    ],
    "long polls": [
        ("CreateQueue", {"QueueName": "q", "Attributes": {"ReceiveMessageWaitTimeSeconds": "1"}}, {"q": "QueueUrl"}), receive(), receive(WaitTimeSeconds=0), send(DelaySeconds=1), receive(WaitTimeSeconds=3), receive(WaitTimeSeconds=1),
    ],
    "retention": [
        ("CreateQueue", {"QueueName": "q", "Attributes": {"MessageRetentionPeriod": "60", "VisibilityTimeout": "1"}}, {"q": "QueueUrl"}), send(), receive(), COUNTS,
    ],
    "sending to FIFO queues": [
        ("CreateQueue", {"QueueName": "f.fifo", "Attributes": {"FifoQueue": "true", "ContentBasedDeduplication": "true"}}, {"q": "QueueUrl"}),
        send("a"), send("a", MessageGroupId="g"), send("a", MessageGroupId="g"), send("a", MessageGroupId="h"), send("b", MessageGroupId="g", MessageDeduplicationId="a"), send("c", MessageGroupId="g", MessageDeduplicationId="a"),
        send("a", MessageGroupId=""), send("d", MessageGroupId="x" * 128), send("d", MessageGroupId="x" * 129), send("d", MessageGroupId="é"), send("d2", MessageGroupId="!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        send("e", MessageGroupId="g", MessageDeduplicationId=""), send("e", MessageGroupId="g", MessageDeduplicationId="x" * 129), send("e", MessageGroupId="g", MessageDeduplicationId="a b"), send("f", MessageGroupId="g", DelaySeconds=0), send("g", MessageGroupId="g", DelaySeconds=1),
        send("a", MessageGroupId="g", MessageAttributes={"x": text("other")}), COUNTS,
        ("SendMessageBatch", {**Q, "Entries": [{"Id": "1", "MessageBody": "p", "MessageGroupId": "g"}, {"Id": "2", "MessageBody": "p", "MessageGroupId": "g"}, {"Id": "3", "MessageBody": "q"}, {"Id": "4", "MessageBody": "r", "MessageGroupId": "g", "DelaySeconds": 3}]}),
        receive(MaxNumberOfMessages=10, AttributeNames=["MessageGroupId", "MessageDeduplicationId", "ApproximateReceiveCount"]), receive(MaxNumberOfMessages=10), COUNTS,
    ],
    "groups and deduplication on a standard queue": [
        CREATE, send("a", MessageGroupId="g"), send("a", MessageGroupId="g", MessageDeduplicationId="d"), send("a", MessageDeduplicationId="d"), receive(AttributeNames=["All"], VisibilityTimeout=0), receive(AttributeNames=["All"]),
        send("a", MessageGroupId="a b"), send("a", MessageGroupId=""),
    ],
    "order of FIFO receives": [
        FIFO, *(send(f"{group}{n}", MessageGroupId=group, MessageDeduplicationId=f"{group}{n}") for n in range(4) for group in "abc"),
        receive(MaxNumberOfMessages=2), receive(MaxNumberOfMessages=5), receive(MaxNumberOfMessages=10), ("DeleteMessage", {**Q, "ReceiptHandle": "$h"}), receive(MaxNumberOfMessages=10), COUNTS,
    ],
    "receive attempts": [
        FIFO, *(send(str(n), MessageGroupId="g", MessageDeduplicationId=str(n)) for n in range(3)),
        receive(ReceiveRequestAttemptId="one", MaxNumberOfMessages=2), receive(ReceiveRequestAttemptId="one", MaxNumberOfMessages=2), receive(ReceiveRequestAttemptId="two"), receive(ReceiveRequestAttemptId="a b"), receive(ReceiveRequestAttemptId="x" * 129),
    ],
    "attempts on a standard queue": [CREATE, receive(ReceiveRequestAttemptId="one")],
    "a delay on a FIFO queue": [
        ("CreateQueue", {"QueueName": "f.fifo", "Attributes": {"FifoQueue": "true", "DelaySeconds": "1"}}, {"q": "QueueUrl"}), send("1", MessageGroupId="g", MessageDeduplicationId="1"), receive(), COUNTS, 2.4, receive(), COUNTS,
    ],
    "FIFO visibility": [
        ("CreateQueue", {"QueueName": "f.fifo", "Attributes": {"FifoQueue": "true", "VisibilityTimeout": "1"}}, {"q": "QueueUrl"}), *(send(f"{group}{n}", MessageGroupId=group, MessageDeduplicationId=f"{group}{n}") for n in range(2) for group in "ab"),
        receive(), receive(), receive(), 2.4, receive(MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]), receive(), ("DeleteMessage", {**Q, "ReceiptHandle": "$h"}), receive(MaxNumberOfMessages=10), 2.4, ("DeleteMessage", {**Q, "ReceiptHandle": "$h"}), receive(MaxNumberOfMessages=10),
    ],
    "deduplication after delete": [
        FIFO, send("1", MessageGroupId="g", MessageDeduplicationId="d"), receive(), ("DeleteMessage", {**Q, "ReceiptHandle": "$h"}), send("1", MessageGroupId="g", MessageDeduplicationId="d"), COUNTS, ("PurgeQueue", Q), send("1", MessageGroupId="g", MessageDeduplicationId="d"), COUNTS,
    ],
    "deduplication by group": [
        ("CreateQueue", {"QueueName": "f.fifo", "Attributes": {"FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}}, {"q": "QueueUrl"}),
        send("1", MessageGroupId="g", MessageDeduplicationId="d"), send("1", MessageGroupId="h", MessageDeduplicationId="d"), send("1", MessageGroupId="g", MessageDeduplicationId="d"), COUNTS,
    ],
    "redrive policies": [
        ("CreateQueue", {"QueueName": "dlq"}, {"d": "QueueUrl"}), ("CreateQueue", {"QueueName": "dlq.fifo", "Attributes": {"FifoQueue": "true"}}, {"df": "QueueUrl"}), CREATE,
        *(("SetQueueAttributes", {**Q, "Attributes": {"RedrivePolicy": policy if isinstance(policy, str) else json.dumps(policy)}}) for policy in (
            {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq"}, {"maxReceiveCount": 1}, {"deadLetterTargetArn": "", "maxReceiveCount": 1}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:nobody", "maxReceiveCount": 1},
            {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 0}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 1001}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": "x"},
            {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": "3"}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 1000}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 1, "x": 1},
            {"deadLetterTargetArn": "dlq", "maxReceiveCount": 1}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq.fifo", "maxReceiveCount": 1}, {"deadLetterTargetArn": "arn:aws:sqs:us-west-2:123456789012:dlq", "maxReceiveCount": 1}, {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:q", "maxReceiveCount": 1}, "{", "[]", "1")),
        ("GetQueueAttributes", {**Q, "AttributeNames": ["RedrivePolicy"]}), ("ListDeadLetterSourceQueues", {"QueueUrl": "$d"}), ("ListDeadLetterSourceQueues", Q), ("ListDeadLetterSourceQueues", {"QueueUrl": "$d", "MaxResults": 1}), ("ListDeadLetterSourceQueues", {"QueueUrl": "http://x/000000000000/nobody"}),
        ("SetQueueAttributes", {**Q, "Attributes": {"RedrivePolicy": ""}}), ("GetQueueAttributes", {**Q, "AttributeNames": ["RedrivePolicy"]}), ("ListDeadLetterSourceQueues", {"QueueUrl": "$d"}),
        ("CreateQueue", {"QueueName": "z", "Attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:nobody", "maxReceiveCount": 1})}}), ("DeleteQueue", {"QueueUrl": "$d"}),
    ],
    "a dead letter's life": [
        ("CreateQueue", {"QueueName": "dlq"}, {"d": "QueueUrl"}),
        ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 2})}}, {"q": "QueueUrl"}),
        send("m", MessageAttributes={"a": text("1")}), receive(AttributeNames=["ApproximateReceiveCount"]), receive(AttributeNames=["ApproximateReceiveCount"]), receive(), COUNTS,
        ("ReceiveMessage", {"QueueUrl": "$d", "AttributeNames": ["ApproximateReceiveCount", "DeadLetterQueueSourceArn"], "MessageAttributeNames": ["All"], "VisibilityTimeout": 0}, {"h": "Messages.0.ReceiptHandle"}), ("ReceiveMessage", {"QueueUrl": "$d", "AttributeNames": ["ApproximateReceiveCount"]}, {"h": "Messages.0.ReceiptHandle"}),
        ("DeleteMessage", {"QueueUrl": "$d", "ReceiptHandle": "$h"}), ("GetQueueAttributes", {"QueueUrl": "$d", "AttributeNames": ["ApproximateNumberOfMessages"]}),
    ],
    "move tasks": [
        ("CreateQueue", {"QueueName": "dlq"}, {"d": "QueueUrl"}), ("CreateQueue", {"QueueName": "to"}, {"to": "QueueUrl"}),
        ("CreateQueue", {"QueueName": "q", "Attributes": {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps({"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "maxReceiveCount": 1})}}, {"q": "QueueUrl"}),
        send("1"), send("2"), receive(MaxNumberOfMessages=10), receive(MaxNumberOfMessages=10), COUNTS,
        *(("StartMessageMoveTask", params) for params in (
            {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:nobody"}, {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:q"}, {"SourceArn": "x"}, {"SourceArn": ""}, {}, {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "DestinationArn": "arn:aws:sqs:us-east-1:123456789012:nobody"},
            {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "MaxNumberOfMessagesPerSecond": 0}, {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "MaxNumberOfMessagesPerSecond": 501}, {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "DestinationArn": "arn:aws:sqs:us-east-1:123456789012:dlq"})),
        ("StartMessageMoveTask", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "DestinationArn": "arn:aws:sqs:us-east-1:123456789012:to", "MaxNumberOfMessagesPerSecond": 1}, {"task": "TaskHandle"}), ("StartMessageMoveTask", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq"}),
        0.3, ("CancelMessageMoveTask", {"TaskHandle": "$task"}), 1.2, ("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq"}), ("CancelMessageMoveTask", {"TaskHandle": "$task"}), ("CancelMessageMoveTask", {"TaskHandle": "garbage"}), ("CancelMessageMoveTask", {}),
        ("StartMessageMoveTask", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq"}), 1.5, ("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "MaxResults": 10}), ("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "MaxResults": 11}), ("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:dlq", "MaxResults": 0}),
        ("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:nobody"}), ("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:123456789012:q"}), COUNTS,
    ],
    "permissions in all shapes": [
        CREATE,
        *(("AddPermission", {**Q, **more}) for more in (
            {"Label": "one", "AWSAccountIds": ["111111111111", "222222222222"], "Actions": ["SendMessage", "ReceiveMessage"]}, {"Label": "all", "AWSAccountIds": ["111111111111"], "Actions": ["*"]}, {"Label": "x", "AWSAccountIds": ["111111111111"], "Actions": ["Bogus"]}, {"Label": "x", "AWSAccountIds": [], "Actions": ["SendMessage"]},
            {"Label": "x", "AWSAccountIds": ["111111111111"], "Actions": []}, {"Label": "", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]}, {"Label": "x" * 81, "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]}, {"Label": "a b", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"]},
            {"Label": "x", "AWSAccountIds": ["1"], "Actions": ["SendMessage"]}, {"Label": "y", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage", "DeleteMessage", "ReceiveMessage", "GetQueueUrl", "GetQueueAttributes", "ChangeMessageVisibility", "ListDeadLetterSourceQueues", "PurgeQueue"]}, {"Label": "z", "AWSAccountIds": ["111111111111"], "Actions": ["AddPermission"]})),
        ("GetQueueAttributes", {**Q, "AttributeNames": ["Policy"]}), ("RemovePermission", {**Q, "Label": "one"}), ("RemovePermission", {**Q, "Label": "one"}), ("RemovePermission", {**Q, "Label": "all"}), ("GetQueueAttributes", {**Q, "AttributeNames": ["Policy"]}), ("RemovePermission", {**Q}),
    ],
}

# Values that differ from run to run, or that each side makes up.
MADE_UP = {"MessageId", "ReceiptHandle", "SequenceNumber", "SenderId", "QueueUrl", "SentTimestamp",
           "ApproximateFirstReceiveTimestamp", "CreatedTimestamp", "LastModifiedTimestamp", "DeadLetterQueueSourceArn",
           "QueueArn", "queueUrls", "TaskHandle", "StartedTimestamp"}


def plain(value, name=""):
    """A response without what differs from run to run, and without empty lists and maps."""
    if name in MADE_UP and value:
        return f"<{name}>"
    if name == "QueueUrls":
        return [url.rsplit("/", 1)[1] for url in value]
    if name == "Policy" and value:
        return json.loads(value)
    if name == "BinaryValue" and isinstance(value, bytes):
        return sides.base64.b64encode(value).decode()
    if isinstance(value, dict):
        pairs = {key: plain(item, key) for key, item in value.items() if key != "ResponseMetadata"}
        return {key: item for key, item in pairs.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        sides.in_environment(__file__)
    others = [sides.Moto("sqs"), *([sides.LocalStack("sqs")] if sides.LocalStack.is_possible() else [])]
    try:
        sides.compare(others, sides.Awslearn(sides.program(), "sqs"), SCENARIOS, plain)
    finally:
        for other in others[1:]:
            other.stop()
