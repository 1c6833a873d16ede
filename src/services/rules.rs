//! The ledger: every rule of the services, where it is known from, and how exactly it is kept.
//!
//! One file a family in `rules/`, read on demand. A rule that is kept has a test whose name begins with
//! its id (`fn sqs_16_…`); `tests/rules.rs` holds both to each other.

use serde::{Deserialize, Serialize};

/// The families, in the order in which they are listed.
const FAMILIES: &[(&str, &str)] = &[
    ("sqs.toml", include_str!("rules/sqs.toml")),
    ("dlq.toml", include_str!("rules/dlq.toml")),
    ("fifo.toml", include_str!("rules/fifo.toml")),
    ("fair.toml", include_str!("rules/fair.toml")),
    ("kds.toml", include_str!("rules/kds.toml")),
    ("kq.toml", include_str!("rules/kq.toml")),
    ("msk.toml", include_str!("rules/msk.toml")),
    ("ddb.toml", include_str!("rules/ddb.toml")),
    ("l.toml", include_str!("rules/l.toml")),
    ("ls.toml", include_str!("rules/ls.toml")),
    ("lk.toml", include_str!("rules/lk.toml")),
    ("fan.toml", include_str!("rules/fan.toml")),
    ("ec.toml", include_str!("rules/ec.toml")),
    ("mc.toml", include_str!("rules/mc.toml")),
    ("rds.toml", include_str!("rules/rds.toml")),
    ("aur.toml", include_str!("rules/aur.toml")),
    ("rd.toml", include_str!("rules/rd.toml")),
];

/// Rules that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What the ids of its rules begin with, such as `SQS`.
    pub family: String,
    /// The service they are about, by its name on the command line.
    pub service: String,
    /// What they are about.
    pub title: String,
    /// The rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id, such as `SQS-16`.
    pub id: String,
    /// What it says, in our words.
    pub says: String,
    /// Where it is known from.
    pub source: String,
    /// How it is kept.
    pub state: State,
    /// For a choice, what was chosen; for a rule left out, why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// How a rule is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As AWS has it.
    Exact,
    /// AWS leaves something open, or is not known well enough: the model chose.
    Choice,
    /// Not kept.
    LeftOut,
}

impl State {
    /// Every state, in the order in which they are counted.
    pub const ALL: [State; 3] = [State::Exact, State::Choice, State::LeftOut];

    /// As it is shown.
    pub fn name(self) -> &'static str {
        match self {
            State::Exact => "exact",
            State::Choice => "model's choice",
            State::LeftOut => "left out",
        }
    }
}

impl Rule {
    /// What the name of each of its tests begins with: `sqs_16_` for `SQS-16`.
    pub fn test_prefix(&self) -> String {
        format!("{}_", self.id.to_lowercase().replace('-', "_"))
    }
}

/// All families with their rules.
pub fn ledger() -> Vec<Family> {
    FAMILIES
        .iter()
        .map(|(file, text)| {
            toml::from_str(text).unwrap_or_else(|error| panic!("rules/{file} is built in: {error}"))
        })
        .collect()
}
