//! `awslearn fidelity`: the rules of the services and how exactly each is kept.

use std::io::{self, Write};

use clap::Args;
use serde_json::json;

use super::Outcome;
use crate::services::rules::{Family, Rule, State, ledger};

/// List the rules of AWS that the services keep, and how exactly
#[derive(Debug, Args)]
pub struct Fidelity {
    /// Only the rules of this service
    service: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Fidelity {
    /// Prints the ledger.
    ///
    /// # Errors
    /// When the service has no rules, or the output cannot be written.
    pub fn run(&self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let mut families = ledger();
        if let Some(service) = &self.service {
            let mut known: Vec<String> = families.iter().map(|f| f.service.clone()).collect();
            known.dedup();
            families.retain(|family| family.service == *service);
            if families.is_empty() {
                anyhow::bail!("no rules for {service}: there are some for {}", known.join(", "));
            }
        }
        if self.json {
            let counts: serde_json::Map<String, serde_json::Value> = State::ALL
                .into_iter()
                .map(|state| (state.name().to_owned(), json!(count(&families, state))))
                .collect();
            let ledger = json!({ "families": families, "counts": counts });
            writeln!(out, "{}", serde_json::to_string_pretty(&ledger)?)?;
        } else {
            write_text(&families, out)?;
        }
        Ok(Outcome::Fine)
    }
}

fn count(families: &[Family], state: State) -> usize {
    families.iter().flat_map(|family| &family.rules).filter(|rule| rule.state == state).count()
}

fn write_text(families: &[Family], out: &mut dyn Write) -> io::Result<()> {
    for family in families {
        writeln!(out, "{} ({})", family.title, family.service)?;
        for rule in &family.rules {
            write_rule(rule, out)?;
        }
        writeln!(out)?;
    }
    let total: usize = families.iter().map(|family| family.rules.len()).sum();
    let counts: Vec<String> = State::ALL
        .into_iter()
        .map(|state| format!("{} {}", count(families, state), state.name()))
        .collect();
    writeln!(out, "{total} rules: {}", counts.join(", "))
}

fn write_rule(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {:<8} {:<14}  {}", rule.id, rule.state.name(), rule.says)?;
    if let Some(why) = &rule.why {
        writeln!(out, "  {:<24} {why}", "")?;
    }
    writeln!(out, "  {:<24} source: {}", "", rule.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_is_listed_with_its_counts() {
        let mut out = Vec::new();
        Fidelity { service: Some("sqs".into()), json: false }.run(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("SQS-16   exact"), "{text}");
        assert!(text.lines().last().unwrap().starts_with("54 rules: "), "{text}");
    }

    #[test]
    fn the_ledger_is_listed_as_json_and_an_unknown_service_is_refused() {
        let mut out = Vec::new();
        Fidelity { service: None, json: true }.run(&mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(json["families"][0]["rule"][0]["id"], "SQS-1");
        assert!(Fidelity { service: Some("s3".into()), json: false }.run(&mut out).is_err());
    }
}
