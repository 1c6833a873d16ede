//! The operations of the Data API as data (botocore 1.44.5, `rds-data`; the members that are kept).

use crate::services::shape::{
    ANY, Api, Kind, Limits, Member, Operation, Ranges, TEXT, optional, required, text, within,
};

/// What the Data API can be asked.
pub const API: Api = Api {
    service: "rds-data",
    ranges: Ranges::AtTheDoor("ValidationException"),
    operations: OPERATIONS,
};

const RESOURCE: Member = required("resourceArn", text(11, 100));
const SECRET: Member = required("secretArn", text(11, 100));
const SQL: Member = required("sql", text(0, 65_536));
const DATABASE: Member = optional("database", text(0, 64));
const SCHEMA: Member = optional("schema", text(0, 64));
const ID: Limits = within(0, 192);
const TRANSACTION: Member = optional("transactionId", Kind::Text(ID));
const PARAMETERS: Kind = Kind::List(&PARAMETER, ANY);
const PARAMETER: Kind = Kind::Structure(&[
    optional("name", TEXT),
    optional(
        "value",
        Kind::Structure(&[
            optional("isNull", Kind::Boolean),
            optional("booleanValue", Kind::Boolean),
            optional("longValue", Kind::Integer(ANY)),
            optional("doubleValue", Kind::Number),
            optional("stringValue", TEXT),
        ]),
    ),
]);

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "BatchExecuteStatement",
        input: &[
            RESOURCE,
            SECRET,
            SQL,
            DATABASE,
            SCHEMA,
            optional("parameterSets", Kind::List(&PARAMETERS, ANY)),
            TRANSACTION,
        ],
    },
    Operation { name: "BeginTransaction", input: &[RESOURCE, SECRET, DATABASE, SCHEMA] },
    Operation {
        name: "CommitTransaction",
        input: &[RESOURCE, SECRET, required("transactionId", Kind::Text(ID))],
    },
    Operation {
        name: "ExecuteStatement",
        input: &[
            RESOURCE,
            SECRET,
            SQL,
            DATABASE,
            SCHEMA,
            optional("parameters", PARAMETERS),
            TRANSACTION,
            optional("includeResultMetadata", Kind::Boolean),
            optional("continueAfterTimeout", Kind::Boolean),
            optional("formatRecordsAs", Kind::Choice(&["NONE", "JSON"])),
        ],
    },
    Operation {
        name: "RollbackTransaction",
        input: &[RESOURCE, SECRET, required("transactionId", Kind::Text(ID))],
    },
];
