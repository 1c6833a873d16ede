//! What the Data API can be asked and what it answers, in AWS's shapes.

use serde::{Deserialize, Serialize};

use super::sql::Value;

/// Declares structures with AWS's member names, required members before the `;`.
macro_rules! structures {
    ($(
        $(#[$doc:meta])*
        $Name:ident { $($required:ident: $rtype:ty,)* ; $($optional:ident: $otype:ty,)* }
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $Name {
            $(pub(crate) $required: $rtype,)*
            $(
                #[serde(skip_serializing_if = "Option::is_none", default)]
                pub(crate) $optional: Option<$otype>,
            )*
        }
    )+};
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub enum Operation {
    BatchExecuteStatement(Box<BatchExecuteStatement>),
    BeginTransaction(BeginTransaction),
    CommitTransaction(EndTransaction),
    ExecuteStatement(Box<ExecuteStatement>),
    RollbackTransaction(EndTransaction),
}

structures! {
    /// `ExecuteStatement`.
    ExecuteStatement {
        resource_arn: String, secret_arn: String, sql: String,
        ;
        database: String, schema: String, parameters: Vec<SqlParameter>, transaction_id: String,
        include_result_metadata: bool, continue_after_timeout: bool, format_records_as: String,
    }
    /// `BatchExecuteStatement`: the statement once for each set of parameters.
    BatchExecuteStatement {
        resource_arn: String, secret_arn: String, sql: String,
        ;
        database: String, schema: String, parameter_sets: Vec<Vec<SqlParameter>>,
        transaction_id: String,
    }
    /// `BeginTransaction`.
    BeginTransaction {
        resource_arn: String, secret_arn: String, ; database: String, schema: String,
    }
    /// `CommitTransaction` and `RollbackTransaction`.
    EndTransaction { resource_arn: String, secret_arn: String, transaction_id: String, ; }
    /// The value of a `:name` in a statement.
    SqlParameter { ; name: String, value: Field, }
    /// A value of one of these kinds.
    Field {
        ;
        is_null: bool, boolean_value: bool, long_value: i64, double_value: f64,
        string_value: String,
    }
    /// A column of a result.
    ColumnMetadata { name: String, label: String, type_name: String, ; }
    /// What became of one set of a batch.
    UpdateResult { generated_fields: Vec<Field>, ; }
    /// What a statement answers.
    Executed {
        number_of_records_updated: u64,
        ;
        records: Vec<Vec<Field>>, column_metadata: Vec<ColumnMetadata>,
        generated_fields: Vec<Field>, formatted_records: String,
    }
}

impl From<&Value> for Field {
    fn from(value: &Value) -> Field {
        match value {
            Value::Null => Field { is_null: Some(true), ..Field::default() },
            Value::Long(number) => Field { long_value: Some(*number), ..Field::default() },
            Value::Text(text) => Field { string_value: Some(text.clone()), ..Field::default() },
        }
    }
}

impl From<&Field> for Value {
    fn from(field: &Field) -> Value {
        match field {
            Field { long_value: Some(number), .. } => Value::Long(*number),
            Field { boolean_value: Some(is), .. } => Value::Long(i64::from(*is)),
            Field { double_value: Some(number), .. } => Value::Text(number.to_string()),
            Field { string_value: Some(text), .. } => Value::Text(text.clone()),
            _ => Value::Null,
        }
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "AWS's own names, documented by AWS")]
pub enum Response {
    Executed(Box<Executed>),
    #[serde(rename_all = "camelCase")]
    Batch {
        update_results: Vec<UpdateResult>,
    },
    #[serde(rename_all = "camelCase")]
    Begun {
        transaction_id: String,
    },
    #[serde(rename_all = "camelCase")]
    Ended {
        transaction_status: String,
    },
}
