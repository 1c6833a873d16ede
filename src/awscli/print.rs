//! An operation → the `aws` command that stands for it.

use serde_json::Value as Json;

use super::line::cli_name;
use super::names::{flag_of, kebab};
use super::shell::quote;
use crate::services::shape::Kind;
use crate::services::world::Operation;

/// The command line that asks for an operation: parsing it gives the operation again. A cache's own
/// command is written for `valkey-cli`, a Memcached node's for `nc`.
pub fn command_for(operation: &Operation) -> String {
    let service = operation.service();
    let (name, params) = operation.to_json();
    let server =
        super::cache::command_for(operation).or_else(|| super::memcached::command_for(operation));
    if let Some(line) = server {
        return line;
    }
    let mut line = format!("aws {} {}", cli_name(service), kebab(&name));
    // A text that looks like the address of a file would be taken for one.
    let looks_like_a_file =
        |value: &Json| value.as_str().is_some_and(|text| text.starts_with("file"));
    if params.as_object().is_some_and(|params| params.values().any(looks_like_a_file)) {
        line.push_str(" --cli-input-json ");
        line.push_str(&quote(&params.to_string()));
        return line;
    }
    let Some(shape) = service.api().operation(&name) else { return line };
    for member in shape.input {
        let Some(value) = params.get(member.name) else { continue };
        let flag = flag_of(&name, member.name);
        match (member.kind, value) {
            (Kind::Boolean, Json::Bool(on)) => {
                line.push_str(if *on { " --" } else { " --no-" });
                line.push_str(&flag);
            }
            (kind, value) => {
                line.push_str(" --");
                line.push_str(&flag);
                for word in words(&kind, value) {
                    // A value that looks like a flag must stand behind an equals sign.
                    line.push(if word.starts_with('-') { '=' } else { ' ' });
                    line.push_str(&quote(&word));
                }
            }
        }
    }
    line
}

/// The words of one value: plain where that is safe, else JSON.
fn words(kind: &Kind, value: &Json) -> Vec<String> {
    match (kind, value) {
        (Kind::List(item, _), Json::Array(items))
            if !items.is_empty()
                && matches!(item, Kind::Text(_) | Kind::Choice(_))
                && items.iter().all(|item| item.as_str().is_some_and(is_plain)) =>
        {
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        (Kind::Map(Kind::Text(_), _), Json::Object(fields))
            if !fields.is_empty()
                && fields
                    .iter()
                    .all(|(key, value)| is_key(key) && value.as_str().is_some_and(is_plain)) =>
        {
            let pairs = fields
                .iter()
                .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
            vec![pairs.collect::<Vec<String>>().join(",")]
        }
        (Kind::List(..) | Kind::Map(..) | Kind::Structure(_) | Kind::Document, value) => {
            vec![value.to_string()]
        }
        (_, Json::String(text)) => vec![text.clone()],
        (_, value) => vec![value.to_string()],
    }
}

/// Whether a text is safe in shorthand and as one of several words.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || "_-.:/@+".contains(c))
        && !text.contains("://")
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-.#/:".contains(c))
}
