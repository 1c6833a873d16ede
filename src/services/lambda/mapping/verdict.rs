//! What a function's result means for its batch: the partial batch response contract.

use serde_json::Value;

use crate::services::lambda::script::FunctionResult;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Everything was handled.
    Success,
    /// All but the items at these positions, in order.
    Partial(Vec<usize>),
    /// Nothing counts as handled.
    Failure,
}

/// Reads a result. `reports` is whether the mapping has `ReportBatchItemFailures`; without it only
/// an exception is a failure. An item that is not in the batch makes the whole batch fail.
pub(super) fn verdict(result: &FunctionResult, reports: bool, ids: &[&str]) -> Verdict {
    let FunctionResult::Returned(text) = result else { return Verdict::Failure };
    if !reports || text.is_empty() {
        return Verdict::Success;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Verdict::Failure };
    let Some(failures) = value.get("batchItemFailures") else { return Verdict::Success };
    let failures = match failures {
        Value::Null => return Verdict::Success,
        Value::Array(failures) => failures,
        _ => return Verdict::Failure,
    };
    let position = |failure: &Value| {
        let id = failure.get("itemIdentifier")?.as_str()?;
        ids.iter().position(|known| *known == id)
    };
    let Some(mut positions) = failures.iter().map(position).collect::<Option<Vec<usize>>>() else {
        return Verdict::Failure;
    };
    positions.sort_unstable();
    positions.dedup();
    if positions.is_empty() { Verdict::Success } else { Verdict::Partial(positions) }
}
