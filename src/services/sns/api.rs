//! The shapes of SNS's operations, from botocore 1.44.5.

use crate::services::shape::{
    ANY, Api, Kind, Member, Operation, Ranges, TEXT, TEXT_MAP, optional, required,
};

const TOPIC: Member = required("TopicArn", TEXT);
const SUBSCRIPTION: Member = required("SubscriptionArn", TEXT);
const NEXT: Member = optional("NextToken", TEXT);
const ATTRIBUTES: Kind = Kind::Map(
    &Kind::Structure(&[
        required("DataType", TEXT),
        optional("StringValue", TEXT),
        optional("BinaryValue", Kind::Blob(ANY)),
    ]),
    ANY,
);
const TAGS: Kind =
    Kind::List(&Kind::Structure(&[required("Key", TEXT), required("Value", TEXT)]), ANY);

/// Every operation of SNS that the model knows.
pub(super) const API: Api = Api {
    service: "sns",
    ranges: Ranges::ByService,
    operations: &[
        Operation {
            name: "CreateTopic",
            input: &[
                required("Name", TEXT),
                optional("Attributes", TEXT_MAP),
                optional("Tags", TAGS),
            ],
        },
        Operation { name: "DeleteTopic", input: &[TOPIC] },
        Operation { name: "GetSubscriptionAttributes", input: &[SUBSCRIPTION] },
        Operation { name: "GetTopicAttributes", input: &[TOPIC] },
        Operation { name: "ListSubscriptions", input: &[NEXT] },
        Operation { name: "ListSubscriptionsByTopic", input: &[TOPIC, NEXT] },
        Operation { name: "ListTopics", input: &[NEXT] },
        Operation {
            name: "Publish",
            input: &[
                required("Message", TEXT),
                optional("TopicArn", TEXT),
                optional("TargetArn", TEXT),
                optional("Subject", TEXT),
                optional("MessageStructure", TEXT),
                optional("MessageAttributes", ATTRIBUTES),
                optional("MessageDeduplicationId", TEXT),
                optional("MessageGroupId", TEXT),
            ],
        },
        Operation {
            name: "PublishBatch",
            input: &[
                TOPIC,
                required(
                    "PublishBatchRequestEntries",
                    Kind::List(
                        &Kind::Structure(&[
                            required("Id", TEXT),
                            required("Message", TEXT),
                            optional("Subject", TEXT),
                            optional("MessageStructure", TEXT),
                            optional("MessageAttributes", ATTRIBUTES),
                            optional("MessageDeduplicationId", TEXT),
                            optional("MessageGroupId", TEXT),
                        ]),
                        ANY,
                    ),
                ),
            ],
        },
        Operation {
            name: "SetSubscriptionAttributes",
            input: &[
                SUBSCRIPTION,
                required("AttributeName", TEXT),
                optional("AttributeValue", TEXT),
            ],
        },
        Operation {
            name: "SetTopicAttributes",
            input: &[TOPIC, required("AttributeName", TEXT), optional("AttributeValue", TEXT)],
        },
        Operation {
            name: "Subscribe",
            input: &[
                TOPIC,
                required("Protocol", TEXT),
                optional("Endpoint", TEXT),
                optional("Attributes", TEXT_MAP),
                optional("ReturnSubscriptionArn", Kind::Boolean),
            ],
        },
        Operation { name: "Unsubscribe", input: &[SUBSCRIPTION] },
    ],
};
