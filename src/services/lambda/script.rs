//! What a function does when it is invoked: `awslearn`'s stand-in for code.
//!
//! `Script` is a parameter that only `awslearn` has, of `CreateFunction` and
//! `UpdateFunctionConfiguration`. Without one, a function takes 100 ms and succeeds.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::services::chance::Chance;
use crate::services::time::Span;

/// How long one invocation takes unless the script says otherwise; the model's choice.
const DURATION: u64 = 100;
/// The range a cold start is drawn from unless the script says otherwise; the model's choice
/// within AWS's "from under 100 ms to over 1 second".
const INIT: (u64, u64) = (100, 1000);
/// The INIT phase is cut off here.
const LONGEST_INIT: u64 = 10_000;

/// A scripted function.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub struct Script {
    /// Milliseconds of a cold start (at most 10,000). Drawn from the seed when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_millis: Option<u64>,
    /// Milliseconds that each invocation takes; 100 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<u64>,
    /// Milliseconds more for each item of the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub millis_per_item: Option<u64>,
    /// How the first, second, … invocation ends; the last one repeats.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// An item whose body holds one of these texts fails.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fail_on: Vec<String>,
    /// What the function does about failed items.
    pub on_failed_item: OnFailedItem,
}

/// How an invocation ends.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Outcome {
    /// Every item that is not in `FailOn` is handled.
    #[default]
    Succeed,
    /// The function throws.
    Fail,
    /// The function runs until its timeout.
    Timeout,
    /// The function returns this JSON.
    Return(Value),
    /// The function returns this text as it is, JSON or not.
    ReturnText(String),
}

/// What a function does when items of its batch fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum OnFailedItem {
    /// It throws: the whole batch fails.
    #[default]
    Throw,
    /// It reports just the failed items in `batchItemFailures`.
    Report,
    /// It stops at the first failed item and reports it and all after it (right for FIFO queues).
    ReportFromFirst,
}

/// One thing a function is handed: a message, a record, or the payload of an `Invoke`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// What a partial batch response names it by.
    pub id: &'a str,
    /// Its body as text.
    pub text: &'a str,
}

/// How one invocation goes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Performance {
    /// The time in the handler.
    pub(crate) took: Span,
    /// What comes out.
    pub(crate) result: FunctionResult,
}

/// What an invocation comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum FunctionResult {
    /// The function returned this text (JSON unless its script says otherwise).
    Returned(String),
    /// The function threw or timed out.
    Failed {
        /// `errorType`.
        kind: &'static str,
        /// `errorMessage`.
        message: String,
    },
}

impl FunctionResult {
    /// Whether the function threw or timed out.
    pub fn is_error(&self) -> bool {
        matches!(self, FunctionResult::Failed { .. })
    }

    /// What a caller finds in `Payload`.
    pub fn payload(&self) -> String {
        match self {
            FunctionResult::Returned(text) => text.clone(),
            FunctionResult::Failed { kind, message } => {
                serde_json::json!({"errorMessage": message, "errorType": kind}).to_string()
            }
        }
    }
}

impl Script {
    /// How long a cold start takes.
    pub(crate) fn init(&self, chance: &mut Chance) -> Span {
        match self.init_millis {
            Some(millis) => Span(millis.min(LONGEST_INIT)),
            None => Span(chance.between(INIT.0, INIT.1)),
        }
    }

    /// The invocation number `nth` (from 0) of the function, with these items.
    pub(crate) fn play(&self, nth: u64, items: &[Item<'_>], timeout: Span) -> Performance {
        let per_item = self.millis_per_item.unwrap_or(0).saturating_mul(items.len() as u64);
        let took = Span(self.duration_millis.unwrap_or(DURATION).saturating_add(per_item));
        let last = self.outcomes.len().saturating_sub(1);
        let outcome = self.outcomes.get(usize::try_from(nth).unwrap_or(last).min(last));
        if took > timeout || outcome == Some(&Outcome::Timeout) {
            return Performance { took: timeout, result: timed_out(timeout) };
        }
        Performance { took, result: self.ends(outcome, items) }
    }

    fn ends(&self, outcome: Option<&Outcome>, items: &[Item<'_>]) -> FunctionResult {
        match outcome.unwrap_or(&Outcome::Succeed) {
            Outcome::Return(value) => FunctionResult::Returned(value.to_string()),
            Outcome::ReturnText(text) => FunctionResult::Returned(text.clone()),
            Outcome::Fail | Outcome::Timeout => thrown("the script says so"),
            Outcome::Succeed => self.handles(items),
        }
    }

    fn handles(&self, items: &[Item<'_>]) -> FunctionResult {
        let fails =
            |item: &Item<'_>| self.fail_on.iter().any(|text| item.text.contains(text.as_str()));
        let Some(first) = items.iter().position(fails) else {
            return FunctionResult::Returned("null".to_owned());
        };
        let reported: Vec<&str> = match self.on_failed_item {
            OnFailedItem::Throw => {
                return thrown(&format!("item {} of {}", first + 1, items.len()));
            }
            OnFailedItem::Report => {
                items.iter().filter(|item| fails(item)).map(|item| item.id).collect()
            }
            OnFailedItem::ReportFromFirst => items[first..].iter().map(|item| item.id).collect(),
        };
        let failures: Vec<Value> =
            reported.iter().map(|id| serde_json::json!({"itemIdentifier": id})).collect();
        FunctionResult::Returned(serde_json::json!({"batchItemFailures": failures}).to_string())
    }
}

fn thrown(why: &str) -> FunctionResult {
    FunctionResult::Failed { kind: "Exception", message: format!("scripted failure: {why}") }
}

fn timed_out(timeout: Span) -> FunctionResult {
    FunctionResult::Failed {
        kind: "Sandbox.Timedout",
        message: format!("Error: Task timed out after {}.00 seconds", timeout.as_seconds()),
    }
}
