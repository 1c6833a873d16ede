//! What Kinesis can be asked, as data (botocore 1.44.5).
//!
//! One limit is left to the service: `Limit` above 10,000 of `GetRecords` is refused there, with the
//! code of its documentation (KDS-12).

use super::super::shape::{
    ANY, Api, Kind, Operation, Pattern, Ranges, at_least, optional, required, within,
};

/// Everything Kinesis can be asked.
pub const API: Api = Api {
    service: "kinesis",
    ranges: Ranges::AtTheDoor("ValidationException"),
    operations: OPERATIONS,
};

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AcknowledgeDeadLetterQueueRecords",
        input: &[
            required("QueueARN", QUEUE_ARN),
            required("Entries", ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY_LIST),
        ],
    },
    Operation {
        name: "AcknowledgeQueueRecords",
        input: &[
            required("QueueARN", QUEUE_ARN),
            required("Entries", ACKNOWLEDGE_QUEUE_RECORDS_REQUEST_ENTRY_LIST),
        ],
    },
    Operation {
        name: "AddTagsToStream",
        input: &[
            required("Tags", TAG_MAP),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "CreateQueue",
        input: &[
            required("QueueName", QUEUE_NAME),
            required("StreamConfigurationList", QUEUE_STREAM_CONFIGURATION_LIST),
            optional("QueueAttributes", QUEUE_ATTRIBUTES),
            optional("Tags", TAG_MAP),
        ],
    },
    Operation {
        name: "CreateStream",
        input: &[
            required("StreamName", STREAM_NAME),
            optional("ShardCount", POSITIVE_INTEGER_OBJECT),
            optional("StreamModeDetails", STREAM_MODE_DETAILS),
            optional("Tags", TAG_MAP),
            optional("WarmThroughputMiBps", NATURAL_INTEGER_OBJECT),
            optional("MaxRecordSizeInKiB", MAX_RECORD_SIZE_IN_KI_B),
            optional("RecordDistributionStrategy", RECORD_DISTRIBUTION_STRATEGY),
        ],
    },
    Operation {
        name: "DecreaseStreamRetentionPeriod",
        input: &[
            required("RetentionPeriodHours", RETENTION_PERIOD_HOURS),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation { name: "DeleteQueue", input: &[required("QueueARN", QUEUE_ARN)] },
    Operation {
        name: "DeleteStream",
        input: &[
            optional("StreamName", STREAM_NAME),
            optional("EnforceConsumerDeletion", Kind::Boolean),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "DeregisterStreamConsumer",
        input: &[
            optional("StreamARN", STREAM_ARN),
            optional("ConsumerName", CONSUMER_NAME),
            optional("ConsumerARN", CONSUMER_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation { name: "DescribeAccountSettings", input: &[] },
    Operation { name: "DescribeLimits", input: &[] },
    Operation { name: "DescribeQueue", input: &[required("QueueARN", QUEUE_ARN)] },
    Operation {
        name: "DescribeStream",
        input: &[
            optional("StreamName", STREAM_NAME),
            optional("Limit", DESCRIBE_STREAM_INPUT_LIMIT),
            optional("ExclusiveStartShardId", SHARD_ID),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "DescribeStreamConsumer",
        input: &[
            optional("StreamARN", STREAM_ARN),
            optional("ConsumerName", CONSUMER_NAME),
            optional("ConsumerARN", CONSUMER_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "DescribeStreamSummary",
        input: &[
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "DisableEnhancedMonitoring",
        input: &[
            required("ShardLevelMetrics", METRICS_NAME_LIST),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "EnableEnhancedMonitoring",
        input: &[
            required("ShardLevelMetrics", METRICS_NAME_LIST),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "GetRecords",
        input: &[
            required("ShardIterator", SHARD_ITERATOR),
            optional("Limit", GET_RECORDS_INPUT_LIMIT),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
            optional("DryRun", Kind::Boolean),
        ],
    },
    Operation {
        name: "GetShardIterator",
        input: &[
            required("ShardId", SHARD_ID),
            required("ShardIteratorType", SHARD_ITERATOR_TYPE),
            optional("StreamName", STREAM_NAME),
            optional("StartingSequenceNumber", SEQUENCE_NUMBER),
            optional("Timestamp", Kind::Timestamp),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
            optional("DryRun", Kind::Boolean),
        ],
    },
    Operation {
        name: "IncreaseStreamRetentionPeriod",
        input: &[
            required("RetentionPeriodHours", RETENTION_PERIOD_HOURS),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "ListQueues",
        input: &[
            optional("MaxResults", LIST_QUEUES_INPUT_LIMIT),
            optional("NextToken", NEXT_TOKEN),
            optional("StreamFilter", QUEUE_STREAM_FILTER_LIST),
        ],
    },
    Operation {
        name: "ListShards",
        input: &[
            optional("StreamName", STREAM_NAME),
            optional("NextToken", NEXT_TOKEN),
            optional("ExclusiveStartShardId", SHARD_ID),
            optional("MaxResults", LIST_SHARDS_INPUT_LIMIT),
            optional("StreamCreationTimestamp", Kind::Timestamp),
            optional("ShardFilter", SHARD_FILTER),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "ListStreamConsumers",
        input: &[
            required("StreamARN", STREAM_ARN),
            optional("NextToken", NEXT_TOKEN),
            optional("MaxResults", LIST_STREAM_CONSUMERS_INPUT_LIMIT),
            optional("StreamCreationTimestamp", Kind::Timestamp),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "ListStreams",
        input: &[
            optional("Limit", LIST_STREAMS_INPUT_LIMIT),
            optional("ExclusiveStartStreamName", STREAM_NAME),
            optional("NextToken", NEXT_TOKEN),
        ],
    },
    Operation {
        name: "ListTagsForResource",
        input: &[required("ResourceARN", RESOURCE_ARN), optional("StreamId", STREAM_ID)],
    },
    Operation {
        name: "ListTagsForStream",
        input: &[
            optional("StreamName", STREAM_NAME),
            optional("ExclusiveStartTagKey", TAG_KEY),
            optional("Limit", LIST_TAGS_FOR_STREAM_INPUT_LIMIT),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "MergeShards",
        input: &[
            required("ShardToMerge", SHARD_ID),
            required("AdjacentShardToMerge", SHARD_ID),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "PutRecord",
        input: &[
            required("Data", DATA),
            optional("StreamName", STREAM_NAME),
            optional("PartitionKey", PARTITION_KEY),
            optional("ExplicitHashKey", HASH_KEY),
            optional("SequenceNumberForOrdering", SEQUENCE_NUMBER),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
            optional("DryRun", Kind::Boolean),
        ],
    },
    Operation {
        name: "PutRecords",
        input: &[
            required("Records", PUT_RECORDS_REQUEST_ENTRY_LIST),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
            optional("DryRun", Kind::Boolean),
        ],
    },
    Operation {
        name: "ReceiveDeadLetterQueueRecords",
        input: &[
            required("QueueARN", QUEUE_ARN),
            optional("Limit", RECEIVE_QUEUE_RECORDS_INPUT_LIMIT),
            optional("WaitTimeSeconds", RECEIVE_QUEUE_RECORDS_WAIT_TIME_SECONDS),
            optional("VisibilityTimeoutSeconds", VISIBILITY_TIMEOUT_SECONDS),
        ],
    },
    Operation {
        name: "ReceiveQueueRecords",
        input: &[
            required("QueueARN", QUEUE_ARN),
            optional("Limit", RECEIVE_QUEUE_RECORDS_INPUT_LIMIT),
            optional("WaitTimeSeconds", RECEIVE_QUEUE_RECORDS_WAIT_TIME_SECONDS),
            optional("VisibilityTimeoutSeconds", VISIBILITY_TIMEOUT_SECONDS),
        ],
    },
    Operation {
        name: "RegisterStreamConsumer",
        input: &[
            required("StreamARN", STREAM_ARN),
            required("ConsumerName", CONSUMER_NAME),
            optional("StreamId", STREAM_ID),
            optional("Tags", TAG_MAP),
        ],
    },
    Operation {
        name: "RemoveTagsFromStream",
        input: &[
            required("TagKeys", TAG_KEY_LIST),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "RestoreDeadLetterQueueRecords",
        input: &[
            required("QueueARN", QUEUE_ARN),
            required("Entries", RESTORE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY_LIST),
        ],
    },
    Operation {
        name: "SplitShard",
        input: &[
            required("ShardToSplit", SHARD_ID),
            required("NewStartingHashKey", HASH_KEY),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "StartStreamEncryption",
        input: &[
            required("EncryptionType", ENCRYPTION_TYPE),
            required("KeyId", KEY_ID),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "StopStreamEncryption",
        input: &[
            required("EncryptionType", ENCRYPTION_TYPE),
            required("KeyId", KEY_ID),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "SubscribeToShard",
        input: &[
            required("ConsumerARN", CONSUMER_ARN),
            required("ShardId", SHARD_ID),
            required("StartingPosition", STARTING_POSITION),
            optional("StreamId", STREAM_ID),
            optional("DryRun", Kind::Boolean),
        ],
    },
    Operation {
        name: "TagResource",
        input: &[
            required("Tags", TAG_MAP),
            required("ResourceARN", RESOURCE_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "UntagResource",
        input: &[
            required("TagKeys", TAG_KEY_LIST),
            required("ResourceARN", RESOURCE_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "UpdateAccountSettings",
        input: &[required(
            "MinimumThroughputBillingCommitment",
            MINIMUM_THROUGHPUT_BILLING_COMMITMENT_INPUT,
        )],
    },
    Operation {
        name: "UpdateDeadLetterQueueRecordsVisibility",
        input: &[
            required("QueueARN", QUEUE_ARN),
            required("Entries", UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY_LIST),
        ],
    },
    Operation {
        name: "UpdateMaxRecordSize",
        input: &[
            required("MaxRecordSizeInKiB", MAX_RECORD_SIZE_IN_KI_B),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "UpdateQueue",
        input: &[required("QueueARN", QUEUE_ARN), required("QueueAttributes", QUEUE_ATTRIBUTES)],
    },
    Operation {
        name: "UpdateQueueRecordsVisibility",
        input: &[
            required("QueueARN", QUEUE_ARN),
            required("Entries", UPDATE_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY_LIST),
        ],
    },
    Operation {
        name: "UpdateShardCount",
        input: &[
            required("TargetShardCount", POSITIVE_INTEGER_OBJECT),
            required("ScalingType", SCALING_TYPE),
            optional("StreamName", STREAM_NAME),
            optional("StreamARN", STREAM_ARN),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "UpdateStreamMode",
        input: &[
            required("StreamARN", STREAM_ARN),
            required("StreamModeDetails", STREAM_MODE_DETAILS),
            optional("StreamId", STREAM_ID),
            optional("WarmThroughputMiBps", NATURAL_INTEGER_OBJECT),
        ],
    },
    Operation {
        name: "UpdateStreamRecordDistributionStrategy",
        input: &[
            required("StreamARN", STREAM_ARN),
            required("RecordDistributionStrategy", RECORD_DISTRIBUTION_STRATEGY),
            optional("StreamId", STREAM_ID),
        ],
    },
    Operation {
        name: "UpdateStreamWarmThroughput",
        input: &[
            required("WarmThroughputMiBps", NATURAL_INTEGER_OBJECT),
            optional("StreamARN", STREAM_ARN),
            optional("StreamName", STREAM_NAME),
            optional("StreamId", STREAM_ID),
        ],
    },
];

const QUEUE_ARN: Kind = Kind::Text(within(1, 2048).like(QUEUE_ARN_PATTERN));
const RECEIPT_HANDLE: Kind = Kind::Text(within(1, 1024));
const ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY: Kind =
    Kind::Structure(&[required("ReceiptHandle", RECEIPT_HANDLE)]);
const ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY_LIST: Kind =
    Kind::List(&ACKNOWLEDGE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY, within(1, 10));
const ACKNOWLEDGE_QUEUE_RECORDS_REQUEST_ENTRY: Kind =
    Kind::Structure(&[required("ReceiptHandle", RECEIPT_HANDLE)]);
const ACKNOWLEDGE_QUEUE_RECORDS_REQUEST_ENTRY_LIST: Kind =
    Kind::List(&ACKNOWLEDGE_QUEUE_RECORDS_REQUEST_ENTRY, within(1, 10));
const TAG_VALUE: Kind = Kind::Text(within(0, 256));
const TAG_MAP: Kind = Kind::Map(&TAG_VALUE, within(1, 200));
const STREAM_NAME: Kind = Kind::Text(within(1, 128).like(NAME_PATTERN));
const STREAM_ARN: Kind = Kind::Text(within(1, 2048).like(STREAM_ARN_PATTERN));
const STREAM_ID: Kind = Kind::Text(within(1, 24).like(STREAM_ID_PATTERN));
const QUEUE_NAME: Kind = Kind::Text(within(1, 128).like(NAME_PATTERN));
const QUEUE_STARTING_POSITION_TYPE: Kind =
    Kind::Choice(&["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]);
const QUEUE_STARTING_POSITION: Kind = Kind::Structure(&[
    required("Type", QUEUE_STARTING_POSITION_TYPE),
    optional("Timestamp", Kind::Timestamp),
]);
const QUEUE_STREAM_CONFIGURATION: Kind = Kind::Structure(&[
    required("StreamARN", STREAM_ARN),
    optional("StartingPosition", QUEUE_STARTING_POSITION),
]);
const QUEUE_STREAM_CONFIGURATION_LIST: Kind =
    Kind::List(&QUEUE_STREAM_CONFIGURATION, within(1, 10000));
const VISIBILITY_TIMEOUT_SECONDS: Kind = Kind::Integer(within(0, 43200));
const TARGET_TYPE: Kind = Kind::Choice(&["BUILT_IN", "NONE"]);
const MAX_RECEIVE_COUNT: Kind = Kind::Integer(within(1, 1000));
const DEAD_LETTER_CONFIGURATION: Kind = Kind::Structure(&[
    required("TargetType", TARGET_TYPE),
    optional("MaxReceiveCount", MAX_RECEIVE_COUNT),
]);
const QUEUE_ATTRIBUTES: Kind = Kind::Structure(&[
    optional("VisibilityTimeoutSeconds", VISIBILITY_TIMEOUT_SECONDS),
    optional("DeadLetterConfiguration", DEAD_LETTER_CONFIGURATION),
]);
const POSITIVE_INTEGER_OBJECT: Kind = Kind::Integer(at_least(1));
const STREAM_MODE: Kind = Kind::Choice(&["PROVISIONED", "ON_DEMAND"]);
const STREAM_MODE_DETAILS: Kind = Kind::Structure(&[required("StreamMode", STREAM_MODE)]);
const NATURAL_INTEGER_OBJECT: Kind = Kind::Integer(at_least(0));
const MAX_RECORD_SIZE_IN_KI_B: Kind = Kind::Integer(within(1024, 10240));
const RECORD_DISTRIBUTION_STRATEGY: Kind = Kind::Choice(&["AUTO", "USER_PARTITION_KEY"]);
const RETENTION_PERIOD_HOURS: Kind = Kind::Integer(ANY);
const CONSUMER_NAME: Kind = Kind::Text(within(1, 128).like(NAME_PATTERN));
const CONSUMER_ARN: Kind = Kind::Text(within(1, 2048).like(CONSUMER_ARN_PATTERN));
const DESCRIBE_STREAM_INPUT_LIMIT: Kind = Kind::Integer(within(1, 10000));
const SHARD_ID: Kind = Kind::Text(within(1, 128).like(NAME_PATTERN));
const METRICS_NAME: Kind = Kind::Choice(&[
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
    "ALL",
]);
const METRICS_NAME_LIST: Kind = Kind::List(&METRICS_NAME, within(1, 7));
const SHARD_ITERATOR: Kind = Kind::Text(within(1, 512));
const GET_RECORDS_INPUT_LIMIT: Kind = Kind::Integer(at_least(1));
const SHARD_ITERATOR_TYPE: Kind = Kind::Choice(&[
    "AFTER_SEQUENCE_NUMBER",
    "LATEST",
    "AT_TIMESTAMP",
    "AT_SEQUENCE_NUMBER",
    "TRIM_HORIZON",
]);
const SEQUENCE_NUMBER: Kind = Kind::Text(ANY.like(SEQUENCE_NUMBER_PATTERN));
const LIST_QUEUES_INPUT_LIMIT: Kind = Kind::Integer(within(1, 10000));
const NEXT_TOKEN: Kind = Kind::Text(within(1, 1048576));
const QUEUE_STREAM_FILTER: Kind = Kind::Structure(&[
    required("StreamARN", STREAM_ARN),
    optional("StreamCreationTimestamp", Kind::Timestamp),
]);
const QUEUE_STREAM_FILTER_LIST: Kind = Kind::List(&QUEUE_STREAM_FILTER, within(1, 10000));
const LIST_SHARDS_INPUT_LIMIT: Kind = Kind::Integer(within(1, 10000));
const SHARD_FILTER_TYPE: Kind = Kind::Choice(&[
    "AFTER_SHARD_ID",
    "AT_TRIM_HORIZON",
    "FROM_TRIM_HORIZON",
    "AT_LATEST",
    "AT_TIMESTAMP",
    "FROM_TIMESTAMP",
]);
const SHARD_FILTER: Kind = Kind::Structure(&[
    required("Type", SHARD_FILTER_TYPE),
    optional("ShardId", SHARD_ID),
    optional("Timestamp", Kind::Timestamp),
]);
const LIST_STREAM_CONSUMERS_INPUT_LIMIT: Kind = Kind::Integer(within(1, 10000));
const LIST_STREAMS_INPUT_LIMIT: Kind = Kind::Integer(within(1, 10000));
const RESOURCE_ARN: Kind = Kind::Text(within(1, 2048).like(RESOURCE_ARN_PATTERN));
const TAG_KEY: Kind = Kind::Text(within(1, 128));
const LIST_TAGS_FOR_STREAM_INPUT_LIMIT: Kind = Kind::Integer(within(1, 50));
const DATA: Kind = Kind::Blob(within(0, 10485760));
const PARTITION_KEY: Kind = Kind::Text(within(1, 256));
const HASH_KEY: Kind = Kind::Text(ANY.like(HASH_KEY_PATTERN));
const PUT_RECORDS_REQUEST_ENTRY: Kind = Kind::Structure(&[
    required("Data", DATA),
    optional("ExplicitHashKey", HASH_KEY),
    optional("PartitionKey", PARTITION_KEY),
]);
const PUT_RECORDS_REQUEST_ENTRY_LIST: Kind = Kind::List(&PUT_RECORDS_REQUEST_ENTRY, within(1, 500));
const RECEIVE_QUEUE_RECORDS_INPUT_LIMIT: Kind = Kind::Integer(within(1, 10));
const RECEIVE_QUEUE_RECORDS_WAIT_TIME_SECONDS: Kind = Kind::Integer(within(1, 20));
const TAG_KEY_LIST: Kind = Kind::List(&TAG_KEY, within(1, 50));
const RESTORE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY: Kind =
    Kind::Structure(&[required("ReceiptHandle", RECEIPT_HANDLE)]);
const RESTORE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY_LIST: Kind =
    Kind::List(&RESTORE_DEAD_LETTER_QUEUE_RECORDS_REQUEST_ENTRY, within(1, 10));
const ENCRYPTION_TYPE: Kind = Kind::Choice(&["NONE", "KMS"]);
const KEY_ID: Kind = Kind::Text(within(1, 2048));
const STARTING_POSITION: Kind = Kind::Structure(&[
    required("Type", SHARD_ITERATOR_TYPE),
    optional("SequenceNumber", SEQUENCE_NUMBER),
    optional("Timestamp", Kind::Timestamp),
]);
const MINIMUM_THROUGHPUT_BILLING_COMMITMENT_INPUT_STATUS: Kind =
    Kind::Choice(&["ENABLED", "DISABLED"]);
const MINIMUM_THROUGHPUT_BILLING_COMMITMENT_INPUT: Kind =
    Kind::Structure(&[required("Status", MINIMUM_THROUGHPUT_BILLING_COMMITMENT_INPUT_STATUS)]);
const UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY: Kind = Kind::Structure(&[
    required("ReceiptHandle", RECEIPT_HANDLE),
    required("VisibilityTimeoutSeconds", VISIBILITY_TIMEOUT_SECONDS),
]);
const UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY_LIST: Kind =
    Kind::List(&UPDATE_DEAD_LETTER_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY, within(1, 10));
const UPDATE_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY: Kind = Kind::Structure(&[
    required("ReceiptHandle", RECEIPT_HANDLE),
    required("VisibilityTimeoutSeconds", VISIBILITY_TIMEOUT_SECONDS),
]);
const UPDATE_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY_LIST: Kind =
    Kind::List(&UPDATE_QUEUE_RECORDS_VISIBILITY_REQUEST_ENTRY, within(1, 10));
const SCALING_TYPE: Kind = Kind::Choice(&["UNIFORM_SCALING"]);

const QUEUE_ARN_PATTERN: Pattern =
    Pattern { text: "arn:aws.*:kinesis:.*:\\d{12}:queue/\\S+", matches: is_queue_arn };
const NAME_PATTERN: Pattern = Pattern { text: "[a-zA-Z0-9_.-]+", matches: is_name };
const STREAM_ARN_PATTERN: Pattern =
    Pattern { text: "arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+", matches: is_stream_arn };
const STREAM_ID_PATTERN: Pattern =
    Pattern { text: "[a-z0-9]{20}-[a-z0-9]{3}", matches: is_stream_id };
const CONSUMER_ARN_PATTERN: Pattern = Pattern {
    text: "^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+",
    matches: is_consumer_arn,
};
const SEQUENCE_NUMBER_PATTERN: Pattern =
    Pattern { text: "^(0|([1-9]\\d{0,128}))$", matches: is_sequence_number };
const RESOURCE_ARN_PATTERN: Pattern = Pattern {
    text: "arn:aws.*:kinesis:.*:\\d{12}:.*(stream|channel|queue)/\\S+",
    matches: is_resource_arn,
};
const HASH_KEY_PATTERN: Pattern = Pattern { text: "^(0|([1-9]\\d{0,38}))$", matches: is_hash_key };

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

fn is_stream_id(text: &str) -> bool {
    let word = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    match text.split_once('-') {
        Some((long, short)) => long.len() == 20 && short.len() == 3 && word(long) && word(short),
        None => false,
    }
}

/// Zero, or digits without a leading zero, `longest` at most.
fn is_decimal(text: &str, longest: usize) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits && text.len() <= longest && (text == "0" || !text.starts_with('0'))
}

fn is_hash_key(text: &str) -> bool {
    is_decimal(text, 39)
}

fn is_sequence_number(text: &str) -> bool {
    is_decimal(text, 129)
}

/// `arn:aws…:kinesis:…:ACCOUNT:` and then the resource.
fn resource(text: &str) -> Option<&str> {
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (_region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let account_fits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let head_fits = arn == "arn" && partition.starts_with("aws") && service == "kinesis";
    (head_fits && account_fits).then_some(resource)
}

fn is_resource_of(text: &str, kind: &str) -> bool {
    let name = resource(text).and_then(|resource| resource.strip_prefix(kind));
    name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

fn is_stream_arn(text: &str) -> bool {
    is_resource_of(text, "stream/")
}

fn is_queue_arn(text: &str) -> bool {
    is_resource_of(text, "queue/")
}

fn is_resource_arn(text: &str) -> bool {
    ["stream/", "channel/", "queue/"].iter().any(|kind| is_resource_of(text, kind))
}

fn is_consumer_arn(text: &str) -> bool {
    let Some((stream, consumer)) =
        resource(text).and_then(|r| r.strip_prefix("stream/")?.split_once("/consumer/"))
    else {
        return false;
    };
    let named = consumer.rsplit_once(':').is_some_and(|(name, created)| {
        is_name(name) && !created.is_empty() && created.bytes().all(|b| b.is_ascii_digit())
    });
    is_name(stream) && named
}
