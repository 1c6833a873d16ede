//! Throttling: who refused, why, and how AWS says it (2.3.5, DDB-23).

use serde_json::json;

use super::ServiceError;
use super::capacity::{Direction, Limit};
use super::shapes::BillingMode;

/// A request that was not let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttled {
    /// The table.
    pub table: String,
    /// The global index that refused, if it was not the table.
    pub index: Option<String>,
    /// Reads or writes.
    pub direction: Direction,
    /// Which limit was reached.
    pub limit: Limit,
    /// The partition that was at its limit, if that was the reason.
    pub partition: Option<usize>,
    /// How the table is paid for.
    pub billing: BillingMode,
}

impl Throttled {
    /// The value of `ThrottlingReasons[].reason`.
    pub fn reason(&self) -> String {
        let resource = if self.index.is_some() { "Index" } else { "Table" };
        let direction = match self.direction {
            Direction::Read => "Read",
            Direction::Write => "Write",
        };
        let what = match self.limit {
            Limit::Throughput if self.billing == BillingMode::Provisioned => {
                "ProvisionedThroughputExceeded"
            }
            // An on-demand table that outgrew twice its peak: its ranges of keys have to be split first.
            Limit::Throughput | Limit::KeyRange => "KeyRangeThroughputExceeded",
            Limit::Ceiling => "MaxOnDemandThroughputExceeded",
        };
        format!("{resource}{direction}{what}")
    }

    /// The ARN of the table or index that refused.
    pub fn resource(&self) -> String {
        let index = self.index.as_ref().map(|index| format!("/index/{index}")).unwrap_or_default();
        super::super::arn::arn("dynamodb", &format!("table/{}{index}", self.table))
    }

    /// The code of the error, which depends on the billing mode.
    pub fn code(&self) -> &'static str {
        match self.billing {
            BillingMode::Provisioned => "ProvisionedThroughputExceededException",
            BillingMode::PayPerRequest => "ThrottlingException",
        }
    }

    fn message(&self) -> &'static str {
        match self.billing {
            BillingMode::Provisioned => {
                "You exceeded your maximum allowed provisioned throughput for a table or for one \
                 or more global secondary indexes. To view performance metrics for provisioned \
                 throughput vs. consumed throughput, open the Amazon CloudWatch console."
            }
            BillingMode::PayPerRequest => {
                "Throughput exceeds the current capacity of your table or index. DynamoDB is \
                 automatically scaling your table or index so please try again shortly. If \
                 exceptions persist, check if you have a hot key."
            }
        }
    }

    /// As AWS answers it.
    pub fn error(&self) -> ServiceError {
        ServiceError::new(self.code(), self.message()).with(
            "ThrottlingReasons",
            json!([{ "reason": self.reason(), "resource": self.resource() }]),
        )
    }
}
