#!/usr/bin/env python3
"""Drives moto's SQS and `awslearn sim sqs` with the same calls and prints each difference.

Usage: tests/conformance/sqs.py [path of awslearn]     (default: target/debug/awslearn)
Makes a virtual environment in target/conformance and installs moto[server] and boto3 there.
Not part of `cargo test`: it needs PyPI, and waits in real time.
"""

import json
import pathlib
import subprocess
import sys
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "target" / "conformance"
PORT = 5717


def in_environment():
    """Runs this script again with moto and boto3 at hand."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "moto[server]", "boto3"], check=True)
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:], "--inside"]).returncode)


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


class Moto:
    account = "123456789012"

    def __init__(self):
        import boto3
        from botocore.config import Config
        from moto.server import ThreadedMotoServer
        self.server = ThreadedMotoServer(port=PORT)
        self.server.start()
        self.client = boto3.client(
            "sqs", endpoint_url=f"http://127.0.0.1:{PORT}", region_name="us-east-1",
            aws_access_key_id="x", aws_secret_access_key="x",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))

    def start(self):
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).read()

    def call(self, op, params):
        from botocore import xform_name
        from botocore.exceptions import ClientError
        try:
            return getattr(self.client, xform_name(op))(**params)
        except ClientError as error:
            return {"error": error.response["Error"].get("Code"), "message": error.response["Error"].get("Message")}

    def wait(self, seconds):
        time.sleep(seconds)


class Awslearn:
    account = "000000000000"

    def __init__(self, program):
        self.program = program

    def start(self):
        self.now = 0.0
        self.process = subprocess.Popen(
            [self.program, "sim", "sqs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(self, op, params):
        line = json.dumps({"t": self.now, "op": op, "params": params})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            return {"error": answer["error"]["code"], "message": answer["error"]["message"]}
        return answer["response"]

    def wait(self, seconds):
        self.now += seconds


def run(side, steps):
    """What one side answers to each step of a scenario."""
    side.start()
    saved, answers = {}, []

    def filled(value):
        if isinstance(value, str):
            return saved.get(value[1:], value) if value.startswith("$") else value.replace("123456789012", side.account)
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    for step in steps:
        if isinstance(step, (int, float)):
            side.wait(step)
            continue
        op, params, *save = step
        answer = side.call(op, filled(params))
        for name, path in (save[0] if save else {}).items():
            found = answer
            for part in path.split("."):
                if isinstance(found, list):
                    found = found[int(part)] if int(part) < len(found) else None
                else:
                    found = (found or {}).get(part)
            if found is not None:
                saved[name] = found
        answers.append((op, params, plain(answer)))
    return answers


def main():
    program = next((a for a in sys.argv[1:] if not a.startswith("--")), str(ROOT / "target/debug/awslearn"))
    sides = [Moto(), Awslearn(program)]
    steps = differences = 0
    for name, scenario in SCENARIOS.items():
        for (op, params, theirs), (_, _, ours) in zip(*(run(side, scenario) for side in sides)):
            steps += 1
            if theirs != ours:
                differences += 1
                print(f"{name}: {op} {json.dumps(params, ensure_ascii=False)[:200]}")
                print(f"    moto     {json.dumps(theirs, ensure_ascii=False)[:400]}")
                print(f"    awslearn {json.dumps(ours, ensure_ascii=False)[:400]}")
    print(f"{differences} of {steps} steps differ; tests/conformance/README.md says who is right")


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        in_environment()
    main()
