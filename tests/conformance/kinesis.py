#!/usr/bin/env python3
"""Drives kinesalite, moto's Kinesis and `awslearn sim kinesis` with the same calls and prints each difference.

Usage: tests/conformance/kinesis.py [path of awslearn]     (default: target/debug/awslearn)
Installs moto[server] and boto3 (PyPI) and kinesalite (npm) into target/conformance.
Not part of `cargo test`: it needs the network, and waits in real time.
"""

import sys

import sides
from sides import Ago, Blob

# A scenario is a list of steps: (operation, parameters) or a number of seconds to wait.
# "$x" in parameters is the value saved by an earlier step as (operation, parameters, {"x": path}).
S = {"StreamName": "s"}
FIRST, SECOND, THIRD, FOURTH = (f"shardId-{number:012}" for number in range(4))
MIDDLE = str(2**127)


def create(shards=1, name="s"):
    return ("CreateStream", {"StreamName": name, "ShardCount": shards})


def put(key="k", data="d", save="n", **more):
    return ("PutRecord", {**S, "Data": Blob(data), "PartitionKey": key, **more}, {save: "SequenceNumber"})


def puts(*records):
    return ("PutRecords", {**S, "Records": list(records)})


def record(key="k", data="d", **more):
    return {"Data": Blob(data), "PartitionKey": key, **more}


def iterator(kind="TRIM_HORIZON", shard=FIRST, **more):
    return ("GetShardIterator", {**S, "ShardId": shard, "ShardIteratorType": kind, **more}, {"i": "ShardIterator"})


def get(**more):
    return ("GetRecords", {"ShardIterator": "$i", **more}, {"i": "NextShardIterator"})


def retention(word, hours):
    return (f"{word}StreamRetentionPeriod", {**S, "RetentionPeriodHours": hours})


DESCRIBE = ("DescribeStream", S)
SUMMARY = ("DescribeStreamSummary", S)
LONG = "x" * 129
TAGS = ("ListTagsForStream", S)


def tag(**tags):
    return ("AddTagsToStream", {**S, "Tags": tags})


def scale(shards):
    return ("UpdateShardCount", {**S, "TargetShardCount": shards, "ScalingType": "UNIFORM_SCALING"})


def shards(**criteria):
    return ("ListShards", {**S, "ShardFilter": criteria})


def describe(name, path):
    return ("DescribeStream", S, {name.removeprefix("$"): path})


def register(name, save="c"):
    return ("RegisterStreamConsumer", {"StreamARN": "$arn", "ConsumerName": name}, {save: "Consumer.ConsumerARN"})


def monitoring(word, *metrics):
    return (f"{word}EnhancedMonitoring", {**S, "ShardLevelMetrics": list(metrics)})


def encryption(word, **more):
    return (f"{word}StreamEncryption", {**S, "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis", **more})


def mode(mode):
    return ("UpdateStreamMode", {"StreamARN": "$arn", "StreamModeDetails": {"StreamMode": mode}})


SCENARIOS = {
    "streams": [
        create(3), DESCRIBE, SUMMARY, create(3), create(2), create(0, "t"), create(-1, "t"), create(1, ""),
        create(1, "a b"), create(1, LONG), ("CreateStream", {"ShardCount": 1}),
        ("DeleteStream", S), DESCRIBE, SUMMARY, ("DeleteStream", S), create(1), ("DeleteStream", {}),
        ("DeleteStream", {"StreamName": "a b"}), ("DescribeStream", {"StreamName": ""}), ("DescribeStream", {}),
        ("DescribeStreamSummary", {"StreamName": "nobody"}),
    ],
    "list streams": [
        *(create(1, name) for name in ["b", "a", "d", "c"]), ("ListStreams", {}), ("ListStreams", {"Limit": 2}),
        ("ListStreams", {"Limit": 2, "ExclusiveStartStreamName": "b"}), ("ListStreams", {"ExclusiveStartStreamName": "bb"}),
        ("ListStreams", {"ExclusiveStartStreamName": "z"}), ("ListStreams", {"Limit": 0}), ("ListStreams", {"Limit": 10001}),
        ("ListStreams", {"ExclusiveStartStreamName": "a b"}), ("ListStreams", {"ExclusiveStartStreamName": LONG}),
    ],
    "describe by pages": [
        create(5), ("DescribeStream", {**S, "Limit": 2}), ("DescribeStream", {**S, "Limit": 2, "ExclusiveStartShardId": SECOND}),
        ("DescribeStream", {**S, "Limit": 0}), ("DescribeStream", {**S, "Limit": 10001}),
        ("DescribeStream", {**S, "ExclusiveStartShardId": ""}), ("DescribeStream", {**S, "ExclusiveStartShardId": "a b"}),
        ("DescribeStream", {**S, "ExclusiveStartShardId": "shardId-000000000099"}),
    ],
    "list shards": [
        create(4), ("ListShards", S), ("ListShards", {**S, "ExclusiveStartShardId": SECOND}),
        ("ListShards", {**S, "ExclusiveStartShardId": "shardId-000000000099"}), ("ListShards", {"StreamName": "nobody"}),
        ("ListShards", {}), ("ListShards", {**S, "NextToken": "x"}), ("ListShards", {**S, "MaxResults": 0}),
        ("ListShards", {**S, "MaxResults": 10001}), ("ListShards", {**S, "MaxResults": 2}, {"t": "NextToken"}),
        ("ListShards", {"NextToken": "$t"}), ("ListShards", {"NextToken": "$t", "ExclusiveStartShardId": FIRST}),
        ("ListShards", {**S, "ExclusiveStartShardId": ""}),
    ],
    "put": [
        create(2), put("a"), put("b"), put("hello"), put("한국"), put("x" * 256), put("x" * 257), put(""), put("k", ""),
        put(ExplicitHashKey="0"), put(ExplicitHashKey=str(2**128 - 1)), put(ExplicitHashKey=str(2**128)),
        put(ExplicitHashKey="-1"), put(ExplicitHashKey="01"), put(ExplicitHashKey=""), put(ExplicitHashKey=MIDDLE),
        put(ExplicitHashKey="9" * 39), put(ExplicitHashKey="9" * 40),
        put(SequenceNumberForOrdering="$n"), put(SequenceNumberForOrdering="0"), put(SequenceNumberForOrdering="1"),
        put(SequenceNumberForOrdering="01"), put(SequenceNumberForOrdering="x"), put(SequenceNumberForOrdering=""),
        put(SequenceNumberForOrdering="9" * 56), put(SequenceNumberForOrdering="9" * 130),
        ("PutRecord", {**S, "PartitionKey": "k"}), ("PutRecord", {**S, "Data": Blob("d")}), ("PutRecord", {"Data": Blob("d"), "PartitionKey": "k"}),
        ("PutRecord", {"StreamName": "nobody", "Data": Blob("d"), "PartitionKey": "k"}),
        ("PutRecord", {"StreamName": "a b", "Data": Blob("d"), "PartitionKey": ""}),
        put(data="x" * 1_048_576, key="k"), put(data="x" * 1_048_577),
    ],
    "put records": [
        create(3), puts(*(record(f"user-{n}") for n in range(12))), puts(), puts(*(record() for _ in range(501))),
        puts(record(""), record("x" * 257)), puts(record(ExplicitHashKey="x")), puts(record(ExplicitHashKey=str(2**128))),
        puts(record(), {"Data": Blob("d")}), puts(record(), {"PartitionKey": "k"}), ("PutRecords", S),
        ("PutRecords", {"StreamName": "nobody", "Records": [record()]}), ("PutRecords", {"Records": [record()]}),
        puts(record(ExplicitHashKey="0"), record(ExplicitHashKey=MIDDLE), record(ExplicitHashKey=str(2**128 - 1))),
        puts(*(record(data="x" * 1_000_000) for _ in range(6))),
    ],
    "iterators": [
        create(2), put("a", "1", "n1"), put("a", "2", "n2"), put("b", "3", "n3"), 0.1,
        iterator(), get(), get(), iterator("LATEST"), get(), put("a", "4", "n4"), get(),
        iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="$n2"), get(),
        iterator("AFTER_SEQUENCE_NUMBER", StartingSequenceNumber="$n2"), get(Limit=1), get(Limit=1),
        iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="$n3"),
        iterator("AT_SEQUENCE_NUMBER", SECOND, StartingSequenceNumber="$n3"), get(),
        iterator("AT_SEQUENCE_NUMBER"), iterator("AFTER_SEQUENCE_NUMBER"),
        iterator("TRIM_HORIZON", StartingSequenceNumber="$n1"), iterator("LATEST", StartingSequenceNumber="$n1"),
        iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="0"), iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="1"),
        iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="x"), iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber=""),
        iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="9" * 56), iterator("AT_SEQUENCE_NUMBER", StartingSequenceNumber="00"),
        iterator("AT_TIMESTAMP"), iterator("AT_TIMESTAMP", Timestamp=Ago(-1000)), iterator("AT_TIMESTAMP", Timestamp=Ago(60)), get(),
        iterator("BOGUS"), iterator(""), iterator(shard=THIRD), iterator(shard="bogus"), iterator(shard="shardId-"), iterator(shard=""),
        iterator(shard="shardId-1"), iterator(shard="1"), iterator(shard="shard-0"), iterator(shard="shardId-2147483648"),
        ("GetShardIterator", {"StreamName": "nobody", "ShardId": FIRST, "ShardIteratorType": "LATEST"}),
        ("GetShardIterator", {"StreamName": "nobody", "ShardId": "bogus", "ShardIteratorType": "LATEST"}),
        ("GetShardIterator", S), ("GetShardIterator", {**S, "ShardId": FIRST}),
    ],
    "at a timestamp": [
        create(1), put("a", "1"), 1.2, put("a", "2"), 1.2, put("a", "3"), 0.3,
        iterator("AT_TIMESTAMP", Timestamp=Ago(2)), get(), iterator("AT_TIMESTAMP", Timestamp=Ago(0.9)), get(),
        iterator("AT_TIMESTAMP", Timestamp=Ago(100)), get(Limit=2), get(Limit=2), get(Limit=2),
    ],
    "get records": [
        create(1), put("a", "1"), put("a", "2"), put("b", "3"), iterator(), get(Limit=0), get(Limit=10001), get(Limit=-1), get(Limit=2), get(Limit=2),
        ("GetRecords", {}), ("GetRecords", {"ShardIterator": ""}), ("GetRecords", {"ShardIterator": "garbage"}),
        ("GetRecords", {"ShardIterator": "AAAAAAAAAAE="}), ("GetRecords", {"ShardIterator": "x" * 513}),
    ],
    "an iterator of a stream that is gone": [
        create(1), put(), iterator(), ("DeleteStream", S), get(), ("GetShardIterator", {**S, "ShardId": FIRST, "ShardIteratorType": "LATEST"}),
        create(1), get(), put(data="new"), get(),
    ],
    "split": [
        create(1), ("SplitShard", {**S, "ShardToSplit": FIRST, "NewStartingHashKey": MIDDLE}), DESCRIBE,
        ("SplitShard", {**S, "ShardToSplit": FIRST, "NewStartingHashKey": MIDDLE}),
        ("SplitShard", {**S, "ShardToSplit": SECOND, "NewStartingHashKey": "0"}), ("SplitShard", {**S, "ShardToSplit": SECOND, "NewStartingHashKey": "1"}),
        ("SplitShard", {**S, "ShardToSplit": SECOND, "NewStartingHashKey": "2"}), DESCRIBE,
        ("SplitShard", {**S, "ShardToSplit": THIRD, "NewStartingHashKey": MIDDLE}), ("SplitShard", {**S, "ShardToSplit": THIRD, "NewStartingHashKey": str(2**128 - 1)}),
        ("SplitShard", {**S, "ShardToSplit": THIRD, "NewStartingHashKey": str(2**128)}), ("SplitShard", {**S, "ShardToSplit": THIRD, "NewStartingHashKey": "x"}),
        ("SplitShard", {**S, "ShardToSplit": THIRD, "NewStartingHashKey": "9" * 40}), ("SplitShard", {**S, "ShardToSplit": THIRD, "NewStartingHashKey": "007"}),
        ("SplitShard", {**S, "ShardToSplit": "shardId-000000000009", "NewStartingHashKey": MIDDLE}), ("SplitShard", {**S, "ShardToSplit": "bogus", "NewStartingHashKey": MIDDLE}),
        ("SplitShard", {"StreamName": "nobody", "ShardToSplit": FIRST, "NewStartingHashKey": MIDDLE}), ("SplitShard", S), ("SplitShard", {**S, "ShardToSplit": "", "NewStartingHashKey": ""}),
    ],
    "merge": [
        create(4), ("MergeShards", {**S, "ShardToMerge": FIRST, "AdjacentShardToMerge": THIRD}), ("MergeShards", {**S, "ShardToMerge": SECOND, "AdjacentShardToMerge": FIRST}),
        ("MergeShards", {**S, "ShardToMerge": FIRST, "AdjacentShardToMerge": FIRST}), ("MergeShards", {**S, "ShardToMerge": FIRST, "AdjacentShardToMerge": SECOND}), DESCRIBE,
        ("MergeShards", {**S, "ShardToMerge": FIRST, "AdjacentShardToMerge": SECOND}),
        ("MergeShards", {**S, "ShardToMerge": "shardId-000000000004", "AdjacentShardToMerge": THIRD}), DESCRIBE,
        ("MergeShards", {**S, "ShardToMerge": "bogus", "AdjacentShardToMerge": THIRD}), ("MergeShards", {**S, "ShardToMerge": FOURTH, "AdjacentShardToMerge": "shardId-000000000077"}),
        ("MergeShards", {"StreamName": "nobody", "ShardToMerge": FIRST, "AdjacentShardToMerge": SECOND}), ("MergeShards", S),
    ],
    "records across a split and a merge": [
        create(1), put("a", "1"), put("b", "2"), ("SplitShard", {**S, "ShardToSplit": FIRST, "NewStartingHashKey": MIDDLE}),
        1.1, put("a", "3"), put("b", "4"), iterator(), get(), get(), iterator(shard=SECOND), get(), iterator(shard=THIRD), get(),
        iterator("LATEST"), get(), ("MergeShards", {**S, "ShardToMerge": SECOND, "AdjacentShardToMerge": THIRD}), 1.1, put("a", "5"), put("b", "6"),
        iterator(shard=SECOND), get(Limit=1), get(), iterator(shard=FOURTH), get(), ("ListShards", S), SUMMARY,
    ],
    "retention": [
        create(1), retention("Increase", 48), SUMMARY, retention("Increase", 24), retention("Increase", 48), retention("Increase", 8760), retention("Increase", 8761),
        retention("Decrease", 8761), retention("Decrease", 24), retention("Decrease", 24), retention("Decrease", 25), retention("Decrease", 23), retention("Increase", 23),
        retention("Decrease", 0), retention("Increase", 0), retention("Increase", -1), ("IncreaseStreamRetentionPeriod", S), ("DecreaseStreamRetentionPeriod", {"RetentionPeriodHours": 24}),
        ("IncreaseStreamRetentionPeriod", {"StreamName": "nobody", "RetentionPeriodHours": 48}), ("DecreaseStreamRetentionPeriod", {"StreamName": "nobody", "RetentionPeriodHours": 24}), SUMMARY,
    ],
    "tags": [
        create(1), TAGS, tag(b="2", a="1"), TAGS, tag(a="3", c=""), ("ListTagsForStream", {**S, "Limit": 1}),
        ("ListTagsForStream", {**S, "Limit": 2, "ExclusiveStartTagKey": "a"}), ("ListTagsForStream", {**S, "Limit": 0}), ("ListTagsForStream", {**S, "Limit": 51}),
        ("ListTagsForStream", {**S, "ExclusiveStartTagKey": ""}), ("RemoveTagsFromStream", {**S, "TagKeys": ["a", "nobody"]}), TAGS,
        ("RemoveTagsFromStream", {**S, "TagKeys": []}), ("RemoveTagsFromStream", {**S, "TagKeys": ["x" * 129]}), ("RemoveTagsFromStream", {**S, "TagKeys": [""]}),
        ("RemoveTagsFromStream", {**S, "TagKeys": ["a;b"]}), ("RemoveTagsFromStream", {**S, "TagKeys": [str(n) for n in range(51)]}),
        tag(**{"a;b": "1"}), tag(a="b;c"), tag(**{"a%b": "1"}), tag(**{"": "1"}), tag(**{"x" * 129: "1"}), tag(a="x" * 257), tag(),
        tag(**{"한 글_./=+-@": "값"}), tag(**{f"t{n}": "" for n in range(11)}), *(tag(**{f"t{m}{n}": "" for n in range(10)}) for m in range(5)), TAGS,
        ("AddTagsToStream", {"StreamName": "nobody", "Tags": {"a": "1"}}), ("ListTagsForStream", {"StreamName": "nobody"}),
        ("RemoveTagsFromStream", {"StreamName": "nobody", "TagKeys": ["a"]}), ("AddTagsToStream", S), ("RemoveTagsFromStream", S), ("ListTagsForStream", {}),
    ],
    "shard count": [
        create(2), ("UpdateShardCount", {**S, "TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"}), SUMMARY, ("ListShards", S),
        ("UpdateShardCount", {**S, "TargetShardCount": 9, "ScalingType": "UNIFORM_SCALING"}), ("UpdateShardCount", {**S, "TargetShardCount": 1, "ScalingType": "UNIFORM_SCALING"}),
        ("UpdateShardCount", {**S, "TargetShardCount": 4, "ScalingType": "BOGUS"}),
        ("UpdateShardCount", {**S, "TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}), SUMMARY,
        ("UpdateShardCount", {"StreamName": "nobody", "TargetShardCount": 4, "ScalingType": "UNIFORM_SCALING"}),
    ],
    "shard count down and up again": [
        create(4), put("a", "1"), put("b", "2"), scale(2), ("ListShards", S), scale(4), ("ListShards", S), scale(3), ("ListShards", S), SUMMARY,
        iterator(), get(), get(), iterator(shard=SECOND), get(), scale(0), scale(-1), ("UpdateShardCount", {**S, "ScalingType": "UNIFORM_SCALING"}),
    ],
    "filters of shards": [
        create(2), ("SplitShard", {**S, "ShardToSplit": FIRST, "NewStartingHashKey": str(2**126)}), shards(Type="AT_LATEST"), shards(Type="AT_TRIM_HORIZON"),
        shards(Type="FROM_TRIM_HORIZON"), shards(Type="AFTER_SHARD_ID", ShardId=FIRST), shards(Type="AFTER_SHARD_ID", ShardId=THIRD), shards(Type="AFTER_SHARD_ID"),
        shards(Type="AT_TIMESTAMP", Timestamp=Ago(0)), shards(Type="FROM_TIMESTAMP", Timestamp=Ago(0)), shards(Type="FROM_TIMESTAMP", Timestamp=Ago(100)),
        shards(Type="AT_TIMESTAMP"), shards(Type="FROM_TIMESTAMP"), shards(Type="BOGUS"), shards(), shards(Type="AT_LATEST", ShardId=FIRST),
    ],
    "consumers": [
        create(), describe("$arn", "StreamDescription.StreamARN"), ("ListStreamConsumers", {"StreamARN": "$arn"}), register("one"), 0.7, register("one"),
        ("DescribeStreamConsumer", {"ConsumerARN": "$c"}), ("DescribeStreamConsumer", {"StreamARN": "$arn", "ConsumerName": "one"}), SUMMARY,
        *(register(f"c{n}", save="d") for n in range(4)), 0.7, ("ListStreamConsumers", {"StreamARN": "$arn"}), ("ListStreamConsumers", {"StreamARN": "$arn", "MaxResults": 2}, {"t": "NextToken"}),
        ("ListStreamConsumers", {"StreamARN": "$arn", "NextToken": "$t"}), ("ListStreamConsumers", {"StreamARN": "$arn", "MaxResults": 0}), register(""), register("a b"), register("x" * 129),
        ("RegisterStreamConsumer", {"StreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/nobody", "ConsumerName": "x"}), ("RegisterStreamConsumer", {"StreamARN": "bogus", "ConsumerName": "x"}),
        ("DescribeStreamConsumer", {"StreamARN": "$arn", "ConsumerName": "nobody"}), ("DescribeStreamConsumer", {}),
        ("DeregisterStreamConsumer", {"StreamARN": "$arn", "ConsumerName": "one"}), 0.7, ("DescribeStreamConsumer", {"ConsumerARN": "$c"}),
        ("DeregisterStreamConsumer", {"StreamARN": "$arn", "ConsumerName": "one"}), ("DeregisterStreamConsumer", {}), ("ListStreamConsumers", {"StreamARN": "$arn"}),
        ("DeleteStream", S), ("DeleteStream", {**S, "EnforceConsumerDeletion": True}), DESCRIBE,
    ],
    "monitoring": [
        create(), monitoring("Enable", "IncomingBytes", "IncomingRecords"), monitoring("Enable", "OutgoingBytes"), monitoring("Disable", "IncomingBytes"), monitoring("Enable", "ALL"),
        monitoring("Disable", "ALL"), monitoring("Enable", "Bogus"), monitoring("Enable"), ("EnableEnhancedMonitoring", S), ("DisableEnhancedMonitoring", {"StreamName": "nobody", "ShardLevelMetrics": ["ALL"]}),
    ],
    "encryption": [
        create(), encryption("Start"), 0.7, DESCRIBE, encryption("Start"), 0.7, put(), encryption("Stop"), 0.7, DESCRIBE, encryption("Start", KeyId=""), encryption("Start", EncryptionType="BOGUS"),
        encryption("Start", EncryptionType="NONE"), ("StartStreamEncryption", {**S, "EncryptionType": "KMS"}), ("StartStreamEncryption", {"StreamName": "nobody", "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
    ],
    "modes": [
        ("CreateStream", {**S, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}), ("ListShards", S), SUMMARY, scale(8), ("SplitShard", {**S, "ShardToSplit": FIRST, "NewStartingHashKey": "5"}),
        ("MergeShards", {**S, "ShardToMerge": FIRST, "AdjacentShardToMerge": SECOND}), put(), describe("$arn", "StreamDescription.StreamARN"), mode("PROVISIONED"), 0.7, SUMMARY, mode("BOGUS"), mode("ON_DEMAND"), 0.7,
        mode("PROVISIONED"), ("UpdateStreamMode", {"StreamARN": "$arn"}), ("CreateStream", {"StreamName": "t", "ShardCount": 2, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}}),
        ("CreateStream", {"StreamName": "u", "StreamModeDetails": {"StreamMode": "PROVISIONED"}}), ("CreateStream", {"StreamName": "v", "ShardCount": 1, "StreamModeDetails": {"StreamMode": "x"}}),
        ("CreateStream", {"StreamName": "w", "ShardCount": 1, "Tags": {"a": "1"}}), ("ListTagsForStream", {"StreamName": "w"}),
    ],
    "by ARN": [
        create(2), describe("$arn", "StreamDescription.StreamARN"), ("DescribeStreamSummary", {"StreamARN": "$arn"}), ("ListShards", {"StreamARN": "$arn"}),
        ("PutRecord", {"StreamARN": "$arn", "Data": Blob("d"), "PartitionKey": "k"}), ("PutRecords", {"StreamARN": "$arn", "Records": [record()]}),
        ("GetShardIterator", {"StreamARN": "$arn", "ShardId": FIRST, "ShardIteratorType": "TRIM_HORIZON"}, {"i": "ShardIterator"}), get(),
        ("DescribeStream", {"StreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/nobody"}), ("DescribeStream", {"StreamARN": "bogus"}),
        ("AddTagsToStream", {"StreamARN": "$arn", "Tags": {"a": "1"}}), ("ListTagsForStream", {"StreamARN": "$arn"}), ("DeleteStream", {"StreamARN": "$arn"}), SUMMARY,
    ],
    "order within a key": [
        create(3), *(put(f"user-{n % 4}", f"{n}", f"n{n}") for n in range(12)), *(step for shard in (FIRST, SECOND, THIRD) for step in (iterator(shard=shard), get(Limit=3), get(Limit=10), get())),
        iterator("AFTER_SEQUENCE_NUMBER", FIRST, StartingSequenceNumber="$n2"), iterator("AFTER_SEQUENCE_NUMBER", SECOND, StartingSequenceNumber="$n1"), iterator("AFTER_SEQUENCE_NUMBER", THIRD, StartingSequenceNumber="$n1"),
    ],
    "limits of the account": [("DescribeLimits", {}), create(3), ("DescribeLimits", {})],
}

#: After these the sides are given time to become ACTIVE.
SETTLES = {"CreateStream", "DeleteStream", "SplitShard", "MergeShards", "UpdateShardCount"}

# Values that differ from run to run, or that each side makes up.
MADE_UP = {"SequenceNumber", "ShardIterator", "NextShardIterator", "ApproximateArrivalTimestamp", "StreamCreationTimestamp",
           "StartingSequenceNumber", "EndingSequenceNumber", "NextToken",
           "ConsumerARN", "ConsumerCreationTimestamp"}
# What AWS answers with and one of the others does not know of.
NEWER = {"EncryptionType", "EnhancedMonitoring", "MaxRecordSizeInKiB", "MillisBehindLatest", "StreamARN", "StreamId", "KeyId",
         "StreamModeDetails", "StreamSummaries", "WarmThroughput", "ConsumerCount", "ChildShards", "RecordDistributionStrategy",
         "ResponseMetadata"}


def plain(value, name=""):
    """A response without what differs from run to run, and without empty lists and maps."""
    if name in MADE_UP and value:
        return f"<{name}>"
    if name == "Data":
        return value.decode() if isinstance(value, bytes) else sides.base64.b64decode(value).decode()
    if isinstance(value, dict):
        pairs = {key: plain(item, key) for key, item in value.items() if key not in NEWER}
        return {key: item for key, item in sorted(pairs.items()) if item not in ({}, [])}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


if __name__ == "__main__":
    if "--inside" not in sys.argv:
        sides.in_environment(__file__)
    others = [sides.Kinesalite(), sides.KinesisMock(), sides.Moto("kinesis")]
    try:
        sides.compare(others, sides.Awslearn(sides.program(), "kinesis"), SCENARIOS, plain, SETTLES)
    finally:
        for other in others[:2]:
            other.stop()
