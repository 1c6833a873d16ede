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
        CREATE, send(), receive(VisibilityTimeout=1), receive(), 1.3, receive(VisibilityTimeout=30),
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
        CREATE, send(DelaySeconds=1), COUNTS, receive(), 1.3, receive(),
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
        send(), receive(), 1.3, receive(), COUNTS,
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
    "purge": [CREATE, send(), ("PurgeQueue", Q), COUNTS],
}

# Values that differ from run to run, or that each side makes up.
MADE_UP = {"MessageId", "ReceiptHandle", "SequenceNumber", "SenderId", "QueueUrl", "SentTimestamp",
           "ApproximateFirstReceiveTimestamp", "CreatedTimestamp", "LastModifiedTimestamp", "DeadLetterQueueSourceArn",
           "QueueArn", "queueUrls"}


def plain(value, name=""):
    """A response without what differs from run to run, and without empty lists and maps."""
    if name in MADE_UP and value:
        return f"<{name}>"
    if isinstance(value, dict):
        pairs = {key: plain(item, key) for key, item in value.items() if key != "ResponseMetadata"}
        return {key: item for key, item in pairs.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        sides.in_environment(__file__)
    sides.compare([sides.Moto("sqs")], sides.Awslearn(sides.program(), "sqs"), SCENARIOS, plain)
