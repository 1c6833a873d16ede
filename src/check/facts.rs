//! Every `fact:` link leads to a fact, and says its value.

use std::collections::BTreeMap;

use super::{Edition, Finding};
use crate::course::LinkTarget;
use crate::course::facts::{self, FILE, Fact, Value};
use crate::models::catalog::nearest;
use crate::problem::Problem;
use crate::services::constants::{self, Amount};
use crate::words::Lang;

pub(super) fn check(edition: &Edition, problems: &mut Vec<Problem>) {
    let (facts, found) = facts::read(edition.course.files());
    problems.extend(found);
    let mut known: BTreeMap<&str, &Fact> = BTreeMap::new();
    for fact in &facts {
        if known.insert(fact.key.get_ref(), fact).is_some() {
            let message = format!("The fact `{}` stands twice", fact.key.get_ref());
            problems.push(Finding::error("fact-twice", message).at(FILE, fact.span()));
        }
    }
    for fact in &facts {
        if let Some(finding) = against_model(fact) {
            problems.push(finding.at(FILE, fact.span()));
        }
    }
    let lang = edition.course.lang().unwrap_or(Lang::En);
    for read in &edition.lessons {
        for place in read.document.links() {
            let target = edition.course.link(&read.lesson, &place.link.target);
            let LinkTarget::Url { scheme, rest } = target else { continue };
            if scheme != "fact" {
                continue;
            }
            let finding = match known.get(rest.as_str()) {
                None => missing(&rest, &known),
                Some(fact) if fact.allows(&place.text, lang) => continue,
                Some(fact) => {
                    let message = format!(
                        "The text says “{}”, the fact `{rest}` says {} {}",
                        place.text, fact.value, fact.unit
                    );
                    Finding::error("fact-text", message)
                        .help("write the value, or list the text under `text` of the fact")
                }
            };
            problems.push(read.problem(place.link.source.clone(), finding));
        }
    }
}

/// What is wrong between a fact and the constant of the services that it names.
fn against_model(fact: &Fact) -> Option<Finding> {
    let key = fact.key.get_ref();
    if fact.model.is_empty() {
        let known = constants::all().find(|constant| constant.name == key)?;
        let message = format!("The services know `{}`, and the fact does not name it", known.name);
        return Some(
            Finding::error("fact-model", message).help(format!("write `model = \"{key}\"`")),
        );
    }
    let Some(constant) = constants::all().find(|constant| constant.name == fact.model) else {
        let message = format!("The services have no constant `{}`", fact.model);
        let finding = Finding::error("fact-model", message);
        let names = constants::all().map(|constant| constant.name);
        return Some(match nearest(&fact.model, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    };
    let value = match fact.value {
        Value::Number(number) => Some(number as f64),
        Value::Decimal(number) => Some(number),
        Value::Words(_) => None,
    };
    let said = value.and_then(|value| Amount::of(value, &fact.unit));
    (said != Some(constant.amount)).then(|| {
        let message = format!(
            "The fact `{key}` says {} {}, the services say {}",
            fact.value, fact.unit, constant.amount
        );
        Finding::error("fact-model", message).help("look it up, and mend the one that is wrong")
    })
}

fn missing(key: &str, known: &BTreeMap<&str, &Fact>) -> Finding {
    let finding = Finding::error("fact-missing", format!("There is no fact `{key}` in {FILE}"));
    let like = known
        .keys()
        .map(|name| (strsim::jaro_winkler(key, name), *name))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match like {
        Some((_, name)) => finding.help(format!("did you mean `{name}`?")),
        None => finding,
    }
}
