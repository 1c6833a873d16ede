//! What DynamoDB and DynamoDB Streams can be asked, as data (botocore 1.44.5).

use super::super::shape::{
    ANY, Api, INTEGER, Kind, Limits, Member, Operation, Pattern, Ranges, TEXT, TEXT_MAP, TEXTS,
    at_least, integer, optional, required, text, within,
};

const NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9_.-]+",
    matches: |text| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
    },
};
const NAMED: Limits = within(3, 255).like(NAME);
/// A table that is read or written; an ARN is not taken.
const TABLE: Member = required("TableName", Kind::Text(NAMED));
/// A table of the control plane: the service words its length itself.
const ANY_TABLE: Member = required("TableName", Kind::Text(ANY.like(NAME)));
const INDEX: Kind = Kind::Text(NAMED);

static VALUE_MEMBERS: [Member; 10] = [
    optional("S", TEXT),
    optional("N", TEXT),
    optional("B", Kind::Blob(ANY)),
    optional("SS", TEXTS),
    optional("NS", TEXTS),
    optional("BS", Kind::List(&Kind::Blob(ANY), ANY)),
    optional("M", Kind::Map(&VALUE, ANY)),
    optional("L", Kind::List(&VALUE, ANY)),
    optional("NULL", Kind::Boolean),
    optional("BOOL", Kind::Boolean),
];
static VALUE: Kind = Kind::Structure(&VALUE_MEMBERS);
const VALUES: Kind = Kind::List(&VALUE, ANY);
const ITEM: Kind = Kind::Map(&VALUE, ANY);
static AN_ITEM: Kind = ITEM;
const KEY: Member = required("Key", ITEM);
const CONSUMED: Member =
    optional("ReturnConsumedCapacity", Kind::Choice(&["INDEXES", "TOTAL", "NONE"]));
const METRICS: Member = optional("ReturnItemCollectionMetrics", Kind::Choice(&["SIZE", "NONE"]));
const NAMES: Member = optional("ExpressionAttributeNames", TEXT_MAP);
const VALUE_MAP: Member = optional("ExpressionAttributeValues", ITEM);
const CONDITION: Member = optional("ConditionExpression", TEXT);
const PROJECTION: Member = optional("ProjectionExpression", TEXT);
const FILTER: Member = optional("FilterExpression", TEXT);
const CONSISTENT: Member = optional("ConsistentRead", Kind::Boolean);
const TO_GET: Member = optional("AttributesToGet", Kind::List(&TEXT, within(1, 255)));
const ON_FAILURE: Member =
    optional("ReturnValuesOnConditionCheckFailure", Kind::Choice(&["ALL_OLD", "NONE"]));
const RETURNED: Member = optional(
    "ReturnValues",
    Kind::Choice(&["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"]),
);
const OPERATORS: Kind = Kind::Choice(&[
    "IN",
    "NULL",
    "BETWEEN",
    "LT",
    "NOT_CONTAINS",
    "EQ",
    "GT",
    "NOT_NULL",
    "NE",
    "LE",
    "BEGINS_WITH",
    "GE",
    "CONTAINS",
]);
const JOINED: Member = optional("ConditionalOperator", Kind::Choice(&["OR", "AND"]));
const LEGACY: Kind = Kind::Map(
    &Kind::Structure(&[
        required("ComparisonOperator", OPERATORS),
        optional("AttributeValueList", VALUES),
    ]),
    ANY,
);
static EXPECTED_MEMBERS: [Member; 4] = [
    optional("ComparisonOperator", OPERATORS),
    optional("AttributeValueList", VALUES),
    optional("Value", Kind::Structure(&VALUE_MEMBERS)),
    optional("Exists", Kind::Boolean),
];
static EXPECTED_VALUE: Kind = Kind::Structure(&EXPECTED_MEMBERS);
const EXPECTED: Member = optional("Expected", Kind::Map(&EXPECTED_VALUE, ANY));
static UPDATE_MEMBERS: [Member; 2] = [
    optional("Action", Kind::Choice(&["ADD", "PUT", "DELETE"])),
    optional("Value", Kind::Structure(&VALUE_MEMBERS)),
];
static UPDATE_VALUE: Kind = Kind::Structure(&UPDATE_MEMBERS);
const LIMIT: Member = optional("Limit", Kind::Integer(at_least(1)));
const START: Member = optional("ExclusiveStartKey", ITEM);
const SELECT: Member = optional(
    "Select",
    Kind::Choice(&["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]),
);
const DEFINITIONS: Kind = Kind::List(
    &Kind::Structure(&[
        required("AttributeName", text(1, 255)),
        required("AttributeType", Kind::Choice(&["B", "N", "S"])),
    ]),
    ANY,
);
const SCHEMA: Member = required(
    "KeySchema",
    Kind::List(
        &Kind::Structure(&[
            required("AttributeName", text(1, 255)),
            required("KeyType", Kind::Choice(&["HASH", "RANGE"])),
        ]),
        within(1, 2),
    ),
);
const PROJECTED: Member = required(
    "Projection",
    Kind::Structure(&[
        optional("ProjectionType", Kind::Choice(&["ALL", "INCLUDE", "KEYS_ONLY"])),
        optional("NonKeyAttributes", Kind::List(&text(1, 255), within(1, 20))),
    ]),
);
const UNITS: Kind = Kind::Structure(&[
    required("ReadCapacityUnits", Kind::Integer(at_least(1))),
    required("WriteCapacityUnits", Kind::Integer(at_least(1))),
]);
const PROVISIONED: Member = optional("ProvisionedThroughput", UNITS);
const CEILINGS: Member = optional(
    "OnDemandThroughput",
    Kind::Structure(&[
        optional("MaxReadRequestUnits", INTEGER),
        optional("MaxWriteRequestUnits", INTEGER),
    ]),
);
const WARM: Member = optional(
    "WarmThroughput",
    Kind::Structure(&[
        optional("ReadUnitsPerSecond", Kind::Integer(at_least(1))),
        optional("WriteUnitsPerSecond", Kind::Integer(at_least(1))),
    ]),
);
const BILLING: Member = optional("BillingMode", Kind::Choice(&["PROVISIONED", "PAY_PER_REQUEST"]));
const GLOBAL: &[Member] =
    &[required("IndexName", INDEX), SCHEMA, PROJECTED, PROVISIONED, CEILINGS, WARM];
const STREAM: Member = optional(
    "StreamSpecification",
    Kind::Structure(&[
        required("StreamEnabled", Kind::Boolean),
        optional(
            "StreamViewType",
            Kind::Choice(&["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"]),
        ),
    ]),
);
const PROTECTED: Member = optional("DeletionProtectionEnabled", Kind::Boolean);
const CLASS: Member =
    optional("TableClass", Kind::Choice(&["STANDARD", "STANDARD_INFREQUENT_ACCESS"]));
const TAGS: Kind = Kind::List(
    &Kind::Structure(&[required("Key", text(1, 128)), required("Value", text(0, 256))]),
    ANY,
);
const ARN: Member = required("ResourceArn", text(1, 1283));
const KEYS_OF_TABLE: Kind = Kind::Structure(&[
    required("Keys", Kind::List(&AN_ITEM, within(1, 100))),
    TO_GET,
    CONSISTENT,
    PROJECTION,
    NAMES,
]);
const WRITE: Kind = Kind::Structure(&[
    optional("PutRequest", Kind::Structure(&[required("Item", ITEM)])),
    optional("DeleteRequest", Kind::Structure(&[KEY])),
]);
const TRANSACT_GET: Kind =
    Kind::Structure(&[required("Get", Kind::Structure(&[TABLE, KEY, PROJECTION, NAMES]))]);
const TRANSACT_WRITE: Kind = Kind::Structure(&[
    optional(
        "ConditionCheck",
        Kind::Structure(&[
            TABLE,
            KEY,
            required("ConditionExpression", TEXT),
            NAMES,
            VALUE_MAP,
            ON_FAILURE,
        ]),
    ),
    optional(
        "Put",
        Kind::Structure(&[TABLE, required("Item", ITEM), CONDITION, NAMES, VALUE_MAP, ON_FAILURE]),
    ),
    optional("Delete", Kind::Structure(&[TABLE, KEY, CONDITION, NAMES, VALUE_MAP, ON_FAILURE])),
    optional(
        "Update",
        Kind::Structure(&[
            TABLE,
            KEY,
            required("UpdateExpression", TEXT),
            CONDITION,
            NAMES,
            VALUE_MAP,
            ON_FAILURE,
        ]),
    ),
]);

/// The shapes.
pub(super) static API: Api = Api {
    service: "dynamodb",
    ranges: Ranges::AtTheDoor("ValidationException"),
    operations: &[
        Operation {
            name: "BatchGetItem",
            input: &[required("RequestItems", Kind::Map(&KEYS_OF_TABLE, at_least(1))), CONSUMED],
        },
        Operation {
            name: "BatchWriteItem",
            input: &[
                required(
                    "RequestItems",
                    Kind::Map(&Kind::List(&WRITE, within(1, 25)), at_least(1)),
                ),
                CONSUMED,
                METRICS,
            ],
        },
        Operation {
            name: "CreateTable",
            input: &[
                ANY_TABLE,
                required("AttributeDefinitions", DEFINITIONS),
                SCHEMA,
                BILLING,
                PROVISIONED,
                CEILINGS,
                WARM,
                optional(
                    "LocalSecondaryIndexes",
                    Kind::List(
                        &Kind::Structure(&[required("IndexName", INDEX), SCHEMA, PROJECTED]),
                        ANY,
                    ),
                ),
                optional("GlobalSecondaryIndexes", Kind::List(&Kind::Structure(GLOBAL), ANY)),
                STREAM,
                PROTECTED,
                CLASS,
                optional("Tags", TAGS),
            ],
        },
        Operation {
            name: "DeleteItem",
            input: &[
                TABLE, KEY, CONDITION, NAMES, VALUE_MAP, EXPECTED, JOINED, RETURNED, ON_FAILURE,
                CONSUMED, METRICS,
            ],
        },
        Operation { name: "DeleteTable", input: &[ANY_TABLE] },
        Operation { name: "DescribeContinuousBackups", input: &[ANY_TABLE] },
        Operation { name: "DescribeLimits", input: &[] },
        Operation {
            name: "DescribeStream",
            input: &[
                required("StreamArn", text(37, 1024)),
                optional("Limit", integer(1, 100)),
                optional("ExclusiveStartShardId", text(28, 65)),
            ],
        },
        Operation { name: "DescribeTable", input: &[ANY_TABLE] },
        Operation { name: "DescribeTimeToLive", input: &[ANY_TABLE] },
        Operation {
            name: "GetItem",
            input: &[TABLE, KEY, CONSISTENT, PROJECTION, NAMES, TO_GET, CONSUMED],
        },
        Operation {
            name: "GetRecords",
            input: &[required("ShardIterator", text(1, 2048)), optional("Limit", integer(1, 1000))],
        },
        Operation {
            name: "GetShardIterator",
            input: &[
                required("StreamArn", text(37, 1024)),
                required("ShardId", text(28, 65)),
                required(
                    "ShardIteratorType",
                    Kind::Choice(&[
                        "TRIM_HORIZON",
                        "LATEST",
                        "AT_SEQUENCE_NUMBER",
                        "AFTER_SEQUENCE_NUMBER",
                    ]),
                ),
                optional("SequenceNumber", text(21, 40)),
            ],
        },
        Operation {
            name: "ListStreams",
            input: &[
                optional("TableName", INDEX),
                optional("Limit", integer(1, 100)),
                optional("ExclusiveStartStreamArn", text(37, 1024)),
            ],
        },
        Operation {
            name: "ListTables",
            input: &[
                optional("ExclusiveStartTableName", INDEX),
                optional("Limit", integer(1, 100)),
            ],
        },
        Operation { name: "ListTagsOfResource", input: &[ARN, optional("NextToken", TEXT)] },
        Operation {
            name: "PutItem",
            input: &[
                TABLE,
                required("Item", ITEM),
                CONDITION,
                NAMES,
                VALUE_MAP,
                EXPECTED,
                JOINED,
                RETURNED,
                ON_FAILURE,
                CONSUMED,
                METRICS,
            ],
        },
        Operation {
            name: "Query",
            input: &[
                TABLE,
                optional("IndexName", INDEX),
                optional("KeyConditionExpression", TEXT),
                FILTER,
                PROJECTION,
                NAMES,
                VALUE_MAP,
                optional("KeyConditions", LEGACY),
                optional("QueryFilter", LEGACY),
                JOINED,
                TO_GET,
                SELECT,
                LIMIT,
                START,
                optional("ScanIndexForward", Kind::Boolean),
                CONSISTENT,
                CONSUMED,
            ],
        },
        Operation {
            name: "RestoreTableToPointInTime",
            input: &[
                required("SourceTableName", INDEX),
                required("TargetTableName", INDEX),
                optional("UseLatestRestorableTime", Kind::Boolean),
                optional("RestoreDateTime", Kind::Timestamp),
            ],
        },
        Operation {
            name: "Scan",
            input: &[
                TABLE,
                optional("IndexName", INDEX),
                FILTER,
                PROJECTION,
                NAMES,
                VALUE_MAP,
                optional("ScanFilter", LEGACY),
                JOINED,
                TO_GET,
                SELECT,
                LIMIT,
                START,
                optional("Segment", integer(0, 999_999)),
                optional("TotalSegments", integer(1, 1_000_000)),
                CONSISTENT,
                CONSUMED,
            ],
        },
        Operation { name: "TagResource", input: &[ARN, required("Tags", TAGS)] },
        Operation {
            name: "TransactGetItems",
            input: &[required("TransactItems", Kind::List(&TRANSACT_GET, at_least(1))), CONSUMED],
        },
        Operation {
            name: "TransactWriteItems",
            input: &[
                required("TransactItems", Kind::List(&TRANSACT_WRITE, at_least(1))),
                optional("ClientRequestToken", text(1, 36)),
                CONSUMED,
                METRICS,
            ],
        },
        Operation { name: "UntagResource", input: &[ARN, required("TagKeys", TEXTS)] },
        Operation {
            name: "UpdateContinuousBackups",
            input: &[
                ANY_TABLE,
                required(
                    "PointInTimeRecoverySpecification",
                    Kind::Structure(&[
                        required("PointInTimeRecoveryEnabled", Kind::Boolean),
                        optional("RecoveryPeriodInDays", integer(1, 35)),
                    ]),
                ),
            ],
        },
        Operation {
            name: "UpdateItem",
            input: &[
                TABLE,
                KEY,
                optional("UpdateExpression", TEXT),
                CONDITION,
                NAMES,
                VALUE_MAP,
                optional("AttributeUpdates", Kind::Map(&UPDATE_VALUE, ANY)),
                EXPECTED,
                JOINED,
                RETURNED,
                ON_FAILURE,
                CONSUMED,
                METRICS,
            ],
        },
        Operation {
            name: "UpdateTable",
            input: &[
                ANY_TABLE,
                optional("AttributeDefinitions", DEFINITIONS),
                BILLING,
                PROVISIONED,
                CEILINGS,
                WARM,
                optional(
                    "GlobalSecondaryIndexUpdates",
                    Kind::List(
                        &Kind::Structure(&[
                            optional(
                                "Update",
                                Kind::Structure(&[
                                    required("IndexName", INDEX),
                                    PROVISIONED,
                                    CEILINGS,
                                    WARM,
                                ]),
                            ),
                            optional("Create", Kind::Structure(GLOBAL)),
                            optional("Delete", Kind::Structure(&[required("IndexName", INDEX)])),
                        ]),
                        ANY,
                    ),
                ),
                STREAM,
                PROTECTED,
                CLASS,
            ],
        },
        Operation {
            name: "UpdateTimeToLive",
            input: &[
                ANY_TABLE,
                required(
                    "TimeToLiveSpecification",
                    Kind::Structure(&[
                        required("Enabled", Kind::Boolean),
                        required("AttributeName", text(1, 255)),
                    ]),
                ),
            ],
        },
    ],
};
