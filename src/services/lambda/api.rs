//! The shapes of Lambda's operations, from botocore 1.44.5, and `Script`, which is `awslearn`'s own.

use crate::services::shape::{
    ANY, Api, Kind, Member, Operation, Ranges, TEXT, TEXT_MAP, TEXTS, at_least, integer, optional,
    required, text, within,
};

const FUNCTION: Member = required("FunctionName", text(1, 256));
const QUALIFIER: Member = optional("Qualifier", text(1, 128));
const UUID: Member = required("UUID", TEXT);
const NAMED: &[Member] = &[FUNCTION];
const QUALIFIED: &[Member] = &[FUNCTION, QUALIFIER];
const QUALIFIED_STRICTLY: &[Member] = &[FUNCTION, required("Qualifier", text(1, 128))];
const MAPPING: &[Member] = &[UUID];

const DESTINATION: Kind = Kind::Structure(&[optional("Destination", text(0, 350))]);
const DESTINATIONS: Kind =
    Kind::Structure(&[optional("OnSuccess", DESTINATION), optional("OnFailure", DESTINATION)]);
const FILTERS: Kind = Kind::Structure(&[optional(
    "Filters",
    Kind::List(&Kind::Structure(&[optional("Pattern", text(0, 4096))]), ANY),
)]);
const SCALING: Kind = Kind::Structure(&[optional("MaximumConcurrency", integer(2, 1000))]);
const POLLERS: Kind = Kind::Structure(&[
    optional("MinimumPollers", integer(1, 200)),
    optional("MaximumPollers", integer(1, 10_000)),
]);
const RESPONSE_TYPES: Kind = Kind::List(&Kind::Choice(&["ReportBatchItemFailures"]), within(0, 1));
const CODE: Kind = Kind::Structure(&[
    optional("ZipFile", Kind::Blob(ANY)),
    optional("S3Bucket", TEXT),
    optional("S3Key", TEXT),
    optional("S3ObjectVersion", TEXT),
    optional("ImageUri", TEXT),
]);
const SCRIPT: Kind = Kind::Structure(&[
    optional("InitMillis", integer(0, 10_000)),
    optional("DurationMillis", integer(0, 900_000)),
    optional("MillisPerItem", integer(0, 900_000)),
    optional("Outcomes", Kind::List(&Kind::Document, ANY)),
    optional("FailOn", TEXTS),
    optional("OnFailedItem", Kind::Choice(&["Throw", "Report", "ReportFromFirst"])),
]);
const TIMEOUT: Kind = integer(1, 900);
const MEMORY: Kind = integer(128, 10_240);
const DEAD_LETTER: Kind = Kind::Structure(&[optional("TargetArn", TEXT)]);
const ENVIRONMENT: Kind = Kind::Structure(&[optional("Variables", TEXT_MAP)]);
const RETRIES: Member = optional("MaximumRetryAttempts", integer(-1, 10_000));
const RECORD_AGE: Member = optional("MaximumRecordAgeInSeconds", integer(-1, 604_800));

/// Every operation of Lambda that the model knows.
pub(super) const API: Api = Api {
    service: "lambda",
    ranges: Ranges::AtTheDoor("ValidationException"),
    operations: &[
        Operation {
            name: "AddPermission",
            input: &[
                FUNCTION,
                required("StatementId", text(1, 100)),
                required("Action", TEXT),
                required("Principal", TEXT),
                optional("SourceArn", TEXT),
                optional("SourceAccount", TEXT),
                QUALIFIER,
            ],
        },
        Operation { name: "CreateAlias", input: ALIAS_WITH_VERSION },
        Operation {
            name: "CreateEventSourceMapping",
            input: &[
                FUNCTION,
                required("EventSourceArn", TEXT),
                optional("Enabled", Kind::Boolean),
                optional("BatchSize", integer(1, 10_000)),
                optional("FilterCriteria", FILTERS),
                optional("ScalingConfig", SCALING),
                optional("MaximumBatchingWindowInSeconds", integer(0, 300)),
                optional("ParallelizationFactor", integer(1, 10)),
                optional(
                    "StartingPosition",
                    Kind::Choice(&["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
                ),
                optional("StartingPositionTimestamp", Kind::Timestamp),
                optional("DestinationConfig", DESTINATIONS),
                RECORD_AGE,
                optional("BisectBatchOnFunctionError", Kind::Boolean),
                RETRIES,
                optional("TumblingWindowInSeconds", integer(0, 900)),
                optional("FunctionResponseTypes", RESPONSE_TYPES),
                optional("ProvisionedPollerConfig", POLLERS),
            ],
        },
        Operation {
            name: "CreateFunction",
            input: &[
                FUNCTION,
                required("Role", TEXT),
                optional("Runtime", TEXT),
                optional("Handler", text(0, 128)),
                optional("Description", text(0, 256)),
                optional("Timeout", TIMEOUT),
                optional("MemorySize", MEMORY),
                optional("DeadLetterConfig", DEAD_LETTER),
                optional("Environment", ENVIRONMENT),
                optional("Publish", Kind::Boolean),
                optional("Code", CODE),
                optional("Script", SCRIPT),
            ],
        },
        Operation { name: "DeleteEventSourceMapping", input: MAPPING },
        Operation { name: "DeleteFunction", input: QUALIFIED },
        Operation { name: "DeleteFunctionConcurrency", input: NAMED },
        Operation { name: "DeleteFunctionEventInvokeConfig", input: QUALIFIED },
        Operation { name: "DeleteProvisionedConcurrencyConfig", input: QUALIFIED_STRICTLY },
        Operation { name: "GetAccountSettings", input: &[] },
        Operation { name: "GetEventSourceMapping", input: MAPPING },
        Operation { name: "GetFunction", input: QUALIFIED },
        Operation { name: "GetFunctionConcurrency", input: NAMED },
        Operation { name: "GetFunctionConfiguration", input: QUALIFIED },
        Operation { name: "GetFunctionEventInvokeConfig", input: QUALIFIED },
        Operation { name: "GetPolicy", input: QUALIFIED },
        Operation { name: "GetProvisionedConcurrencyConfig", input: QUALIFIED_STRICTLY },
        Operation {
            name: "Invoke",
            input: &[
                FUNCTION,
                optional("InvocationType", Kind::Choice(&["Event", "RequestResponse", "DryRun"])),
                optional("LogType", Kind::Choice(&["None", "Tail"])),
                optional("ClientContext", TEXT),
                optional("Payload", Kind::Blob(ANY)),
                QUALIFIER,
            ],
        },
        Operation {
            name: "ListEventSourceMappings",
            input: &[
                optional("EventSourceArn", TEXT),
                optional("FunctionName", text(1, 256)),
                optional("Marker", TEXT),
                optional("MaxItems", integer(1, 10_000)),
            ],
        },
        Operation {
            name: "ListFunctions",
            input: &[optional("Marker", TEXT), optional("MaxItems", integer(1, 10_000))],
        },
        Operation {
            name: "PublishVersion",
            input: &[FUNCTION, optional("Description", text(0, 256))],
        },
        Operation {
            name: "PutFunctionConcurrency",
            input: &[
                FUNCTION,
                required("ReservedConcurrentExecutions", Kind::Integer(at_least(0))),
            ],
        },
        Operation {
            name: "PutFunctionEventInvokeConfig",
            input: &[
                FUNCTION,
                QUALIFIER,
                optional("MaximumRetryAttempts", integer(0, 2)),
                optional("MaximumEventAgeInSeconds", integer(60, 21_600)),
                optional("DestinationConfig", DESTINATIONS),
            ],
        },
        Operation {
            name: "PutProvisionedConcurrencyConfig",
            input: &[
                FUNCTION,
                required("Qualifier", text(1, 128)),
                required("ProvisionedConcurrentExecutions", Kind::Integer(at_least(1))),
            ],
        },
        Operation {
            name: "RemovePermission",
            input: &[FUNCTION, required("StatementId", text(1, 100)), QUALIFIER],
        },
        Operation {
            name: "UpdateAlias",
            input: &[
                FUNCTION,
                required("Name", text(1, 128)),
                optional("FunctionVersion", text(1, 1024)),
                optional("Description", text(0, 256)),
            ],
        },
        Operation {
            name: "UpdateEventSourceMapping",
            input: &[
                UUID,
                optional("FunctionName", text(1, 256)),
                optional("Enabled", Kind::Boolean),
                optional("BatchSize", integer(1, 10_000)),
                optional("FilterCriteria", FILTERS),
                optional("ScalingConfig", SCALING),
                optional("MaximumBatchingWindowInSeconds", integer(0, 300)),
                optional("ParallelizationFactor", integer(1, 10)),
                optional("DestinationConfig", DESTINATIONS),
                RECORD_AGE,
                optional("BisectBatchOnFunctionError", Kind::Boolean),
                RETRIES,
                optional("TumblingWindowInSeconds", integer(0, 900)),
                optional("FunctionResponseTypes", RESPONSE_TYPES),
                optional("ProvisionedPollerConfig", POLLERS),
            ],
        },
        Operation {
            name: "UpdateFunctionConfiguration",
            input: &[
                FUNCTION,
                optional("Role", TEXT),
                optional("Runtime", TEXT),
                optional("Handler", text(0, 128)),
                optional("Description", text(0, 256)),
                optional("Timeout", TIMEOUT),
                optional("MemorySize", MEMORY),
                optional("DeadLetterConfig", DEAD_LETTER),
                optional("Environment", ENVIRONMENT),
                optional("Script", SCRIPT),
            ],
        },
    ],
};

const ALIAS_WITH_VERSION: &[Member] = &[
    FUNCTION,
    required("Name", text(1, 128)),
    required("FunctionVersion", text(1, 1024)),
    optional("Description", text(0, 256)),
];
