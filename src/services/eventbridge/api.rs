//! The shapes of EventBridge's operations (service `events`), from botocore 1.44.5.

use crate::services::shape::{
    ANY, Api, Kind, Member, Operation, Ranges, TEXT, integer, optional, required, text, within,
};

const RULE: Member = required("Name", text(1, 64));
const OF_RULE: Member = required("Rule", text(1, 64));
const BUS: Member = optional("EventBusName", text(1, 1600));
const ONE_RULE: &[Member] = &[RULE, BUS];
const TARGET: Kind = Kind::Structure(&[
    required("Id", text(1, 64)),
    required("Arn", text(1, 1600)),
    optional("RoleArn", text(1, 1600)),
    optional("Input", text(0, 8192)),
    optional("InputPath", text(0, 256)),
    optional(
        "RetryPolicy",
        Kind::Structure(&[
            optional("MaximumRetryAttempts", integer(0, 185)),
            optional("MaximumEventAgeInSeconds", integer(60, 86_400)),
        ]),
    ),
    optional("DeadLetterConfig", Kind::Structure(&[optional("Arn", text(1, 1600))])),
    optional("SqsParameters", Kind::Structure(&[optional("MessageGroupId", TEXT)])),
]);
const ENTRY: Kind = Kind::Structure(&[
    optional("Time", Kind::Timestamp),
    optional("Source", TEXT),
    optional("Resources", Kind::List(&TEXT, ANY)),
    optional("DetailType", TEXT),
    optional("Detail", TEXT),
    optional("EventBusName", text(1, 1600)),
]);

/// Every operation of EventBridge that the model knows.
pub(super) const API: Api = Api {
    service: "events",
    ranges: Ranges::AtTheDoor("ValidationException"),
    operations: &[
        Operation { name: "CreateEventBus", input: &[required("Name", text(1, 256))] },
        Operation { name: "DeleteEventBus", input: &[required("Name", text(1, 256))] },
        Operation { name: "DeleteRule", input: ONE_RULE },
        Operation { name: "DescribeRule", input: ONE_RULE },
        Operation { name: "DisableRule", input: ONE_RULE },
        Operation { name: "EnableRule", input: ONE_RULE },
        Operation { name: "ListEventBuses", input: &[] },
        Operation { name: "ListRules", input: &[optional("NamePrefix", text(1, 64)), BUS] },
        Operation { name: "ListTargetsByRule", input: &[OF_RULE, BUS] },
        Operation {
            name: "PutEvents",
            input: &[required("Entries", Kind::List(&ENTRY, within(1, 10)))],
        },
        Operation {
            name: "PutRule",
            input: &[
                RULE,
                optional("EventPattern", text(0, 4096)),
                optional("State", Kind::Choice(&["ENABLED", "DISABLED"])),
                optional("Description", text(0, 512)),
                BUS,
            ],
        },
        Operation {
            name: "PutTargets",
            input: &[OF_RULE, required("Targets", Kind::List(&TARGET, within(1, 100))), BUS],
        },
        Operation {
            name: "RemoveTargets",
            input: &[OF_RULE, required("Ids", Kind::List(&text(1, 64), within(1, 100))), BUS],
        },
        Operation {
            name: "TestEventPattern",
            input: &[required("EventPattern", text(0, 4096)), required("Event", TEXT)],
        },
    ],
};
