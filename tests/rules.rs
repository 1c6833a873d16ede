//! Holds the ledger of rules and the tests to each other, by the names of the tests: the test of
//! SQS-16 is `fn sqs_16_…`, in `src/` or `tests/`.

#![expect(clippy::disallowed_methods, reason = "a test reads the sources it checks")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use awslearn::services::rules::{State, ledger};

/// The names of all test functions of the project.
fn test_names() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = vec![root.join("src"), root.join("tests")];
    let mut names = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of ours").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("a source of ours");
                let mut is_test = false;
                for line in text.lines().map(str::trim) {
                    if line.starts_with("#[test]") {
                        is_test = true;
                    } else if let Some(rest) = line.strip_prefix("fn ") {
                        if is_test {
                            let end = rest.find('(').unwrap_or(rest.len());
                            names.insert(rest[..end].to_owned());
                        }
                        is_test = false;
                    }
                }
            }
        }
    }
    names
}

#[test]
fn every_rule_that_is_kept_has_a_test_and_every_test_of_a_rule_has_one() {
    let names = test_names();
    let families = ledger();
    let rules: Vec<_> = families.iter().flat_map(|family| &family.rules).collect();
    let mut wrong = Vec::new();
    for rule in &rules {
        let has_test = names.iter().any(|name| name.starts_with(&rule.test_prefix()));
        match (rule.state, has_test) {
            (State::Exact | State::Choice, false) => {
                wrong.push(format!("{} has no test `fn {}…`", rule.id, rule.test_prefix()));
            }
            (State::LeftOut, true) => wrong.push(format!("{} is left out but tested", rule.id)),
            _ => {}
        }
    }
    for family in &families {
        let start = format!("{}_", family.family.to_lowercase());
        for name in
            names.iter().filter_map(|name| name.strip_prefix(&start).map(|rest| (name, rest)))
        {
            let (name, rest) = name;
            let number = rest.split('_').next().unwrap_or_default();
            let is_known =
                rules.iter().any(|rule| rule.id == format!("{}-{number}", family.family));
            if number.parse::<u32>().is_ok() && !is_known {
                wrong.push(format!("the test `{name}` names no rule"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_ledger_is_well_formed() {
    let mut seen = BTreeSet::new();
    for family in ledger() {
        for rule in &family.rules {
            let id = &rule.id;
            assert!(id.starts_with(&format!("{}-", family.family)), "{id} is in the wrong file");
            assert!(seen.insert(id.clone()), "{id} is there twice");
            assert!(rule.says.ends_with('.'), "{id} says no sentence");
            assert!(!rule.source.is_empty(), "{id} has no source");
            assert_eq!(rule.why.is_some(), rule.state != State::Exact, "{id}: exact or why");
        }
    }
}
