//! The operations of SQS as data (botocore 1.44.5, `sqs`). SQS words its own ranges.

use crate::services::shape::{
    ANY, Api, Kind, Member, Operation, Ranges, TEXT, TEXT_MAP, TEXTS, integer, optional, required,
    text,
};

/// What SQS can be asked.
pub const API: Api = Api { service: "sqs", ranges: Ranges::ByService, operations: OPERATIONS };

const QUEUE_URL: Member = required("QueueUrl", TEXT);

/// The names of queue attributes, as `GetQueueAttributes` takes them.
pub const ATTRIBUTE_NAMES: &[&str] = &[
    "All",
    "Policy",
    "VisibilityTimeout",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
    "ApproximateNumberOfMessagesDelayed",
    "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

/// The names of a message's system attributes, as `ReceiveMessage` takes them.
pub const SYSTEM_ATTRIBUTE_NAMES: &[&str] = &[
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
];

const ATTRIBUTE_VALUE: Kind = Kind::Structure(&[
    required("DataType", TEXT),
    optional("StringValue", TEXT),
    optional("BinaryValue", Kind::Blob(ANY)),
    optional("StringListValues", TEXTS),
    optional("BinaryListValues", Kind::List(&Kind::Blob(ANY), ANY)),
]);

const SEND_ENTRY: Kind = Kind::Structure(&[
    required("Id", text(1, 80)),
    required("MessageBody", TEXT),
    optional("DelaySeconds", integer(0, 900)),
    optional("MessageAttributes", Kind::Map(&ATTRIBUTE_VALUE, ANY)),
    optional("MessageSystemAttributes", Kind::Map(&ATTRIBUTE_VALUE, ANY)),
    optional("MessageDeduplicationId", text(1, 128)),
    optional("MessageGroupId", text(1, 128)),
]);

const DELETE_ENTRY: Kind =
    Kind::Structure(&[required("Id", text(1, 80)), required("ReceiptHandle", TEXT)]);

const VISIBILITY_ENTRY: Kind = Kind::Structure(&[
    required("Id", text(1, 80)),
    required("ReceiptHandle", TEXT),
    optional("VisibilityTimeout", integer(0, 43_200)),
]);

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AddPermission",
        input: &[
            QUEUE_URL,
            required("Label", text(1, 80)),
            required("AWSAccountIds", TEXTS),
            required("Actions", TEXTS),
        ],
    },
    Operation { name: "CancelMessageMoveTask", input: &[required("TaskHandle", TEXT)] },
    Operation {
        name: "ChangeMessageVisibility",
        input: &[
            QUEUE_URL,
            required("ReceiptHandle", TEXT),
            required("VisibilityTimeout", integer(0, 43_200)),
        ],
    },
    Operation {
        name: "ChangeMessageVisibilityBatch",
        input: &[QUEUE_URL, required("Entries", Kind::List(&VISIBILITY_ENTRY, ANY))],
    },
    Operation {
        name: "CreateQueue",
        input: &[
            required("QueueName", text(1, 80)),
            optional("Attributes", TEXT_MAP),
            optional("tags", TEXT_MAP),
        ],
    },
    Operation { name: "DeleteMessage", input: &[QUEUE_URL, required("ReceiptHandle", TEXT)] },
    Operation {
        name: "DeleteMessageBatch",
        input: &[QUEUE_URL, required("Entries", Kind::List(&DELETE_ENTRY, ANY))],
    },
    Operation { name: "DeleteQueue", input: &[QUEUE_URL] },
    Operation {
        name: "GetQueueAttributes",
        input: &[
            QUEUE_URL,
            optional("AttributeNames", Kind::List(&Kind::Choice(ATTRIBUTE_NAMES), ANY)),
        ],
    },
    Operation {
        name: "GetQueueUrl",
        input: &[required("QueueName", text(1, 80)), optional("QueueOwnerAWSAccountId", TEXT)],
    },
    Operation {
        name: "ListDeadLetterSourceQueues",
        input: &[QUEUE_URL, optional("NextToken", TEXT), optional("MaxResults", integer(1, 1000))],
    },
    Operation {
        name: "ListMessageMoveTasks",
        input: &[required("SourceArn", TEXT), optional("MaxResults", integer(1, 10))],
    },
    Operation { name: "ListQueueTags", input: &[QUEUE_URL] },
    Operation {
        name: "ListQueues",
        input: &[
            optional("QueueNamePrefix", TEXT),
            optional("NextToken", TEXT),
            optional("MaxResults", integer(1, 1000)),
        ],
    },
    Operation { name: "PurgeQueue", input: &[QUEUE_URL] },
    Operation {
        name: "ReceiveMessage",
        input: &[
            QUEUE_URL,
            optional("AttributeNames", Kind::List(&Kind::Choice(SYSTEM_ATTRIBUTE_NAMES), ANY)),
            optional(
                "MessageSystemAttributeNames",
                Kind::List(&Kind::Choice(SYSTEM_ATTRIBUTE_NAMES), ANY),
            ),
            optional("MessageAttributeNames", TEXTS),
            optional("MaxNumberOfMessages", integer(1, 10)),
            optional("VisibilityTimeout", integer(0, 43_200)),
            optional("WaitTimeSeconds", integer(0, 20)),
            optional("ReceiveRequestAttemptId", text(1, 128)),
        ],
    },
    Operation { name: "RemovePermission", input: &[QUEUE_URL, required("Label", text(1, 80))] },
    Operation {
        name: "SendMessage",
        input: &[
            QUEUE_URL,
            required("MessageBody", TEXT),
            optional("DelaySeconds", integer(0, 900)),
            optional("MessageAttributes", Kind::Map(&ATTRIBUTE_VALUE, ANY)),
            optional("MessageSystemAttributes", Kind::Map(&ATTRIBUTE_VALUE, ANY)),
            optional("MessageDeduplicationId", text(1, 128)),
            optional("MessageGroupId", text(1, 128)),
        ],
    },
    Operation {
        name: "SendMessageBatch",
        input: &[QUEUE_URL, required("Entries", Kind::List(&SEND_ENTRY, ANY))],
    },
    Operation { name: "SetQueueAttributes", input: &[QUEUE_URL, required("Attributes", TEXT_MAP)] },
    Operation {
        name: "StartMessageMoveTask",
        input: &[
            required("SourceArn", TEXT),
            optional("DestinationArn", TEXT),
            optional("MaxNumberOfMessagesPerSecond", integer(1, 500)),
        ],
    },
    Operation { name: "TagQueue", input: &[QUEUE_URL, required("Tags", TEXT_MAP)] },
    Operation { name: "UntagQueue", input: &[QUEUE_URL, required("TagKeys", TEXTS)] },
];
