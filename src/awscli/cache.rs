//! `valkey-cli` and `redis-cli` lines: the commands of a cache, printed as that client prints replies.

use serde_json::Value as Json;

use super::Mistake;
use super::shell::quote;
use crate::services::ServiceError;
use crate::services::elasticache::operation::{CommandCall, Operation as Cache};
use crate::services::elasticache::transaction::TRANSACTIONS;
use crate::services::world::{Operation, ServiceId};

/// The names under which the client is called.
pub const CLIENTS: [&str; 2] = ["valkey-cli", "redis-cli"];

/// The command that the words of a client's line ask for. `-h NODE` picks a node and `-c` a client that
/// knows the cluster; `-g GROUP` and `-r` are ours: the replication group, and its reader endpoint.
///
/// # Errors
/// An option that the model does not know, or no command.
pub fn invocation(words: &[String]) -> Result<Operation, Mistake> {
    let mut call = CommandCall::default();
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        let mut value = |what: &str| {
            rest.next().cloned().ok_or_else(|| Mistake::Refused(format!("{word}: expected {what}")))
        };
        match word.as_str() {
            "-h" => call.node = Some(value("the name of a node")?),
            "-g" => call.replication_group_id = Some(value("the id of a replication group")?),
            "-c" => {}
            "-r" => call.reader = true,
            option if option.starts_with('-') => {
                return Err(Mistake::Refused(format!(
                    "unrecognized option or bad number of args for: '{option}'"
                )));
            }
            name => {
                call.name = name.to_ascii_uppercase();
                if TRANSACTIONS.contains(&call.name.as_str()) {
                    return Err(Mistake::Refused(format!(
                        "each line here is a connection of its own, and {} would end with it",
                        call.name
                    )));
                }
                call.args = rest.cloned().collect();
                join_subcommand(&mut call);
                return Ok(Operation::ElastiCache(Cache::Command(call)));
            }
        }
    }
    Err(Mistake::Refused("the prompt of the client is not open here: give it a command".to_owned()))
}

/// Some subcommands are operations of their own at the door: `OBJECT FREQ`.
fn join_subcommand(call: &mut CommandCall) {
    let Some(second) = call.args.first() else { return };
    let joined = format!("{} {}", call.name, second.to_ascii_uppercase());
    if ServiceId::ElastiCache.api().operation(&joined).is_some() {
        call.name = joined;
        call.args.remove(0);
    }
}

/// The client's line for a cache's command; `None` for every other operation.
pub fn command_for(operation: &Operation) -> Option<String> {
    let Operation::ElastiCache(Cache::Command(call)) = operation else { return None };
    let mut line = CLIENTS[0].to_owned();
    for (flag, value) in [("-g", &call.replication_group_id), ("-h", &call.node)] {
        if let Some(value) = value {
            line.push_str(&format!(" {flag} {}", quote(value)));
        }
    }
    if call.reader {
        line.push_str(" -r");
    }
    for word in call.name.split(' ').chain(call.args.iter().map(String::as_str)) {
        line.push(' ');
        line.push_str(&quote(word));
    }
    Some(line)
}

/// A reply as the client prints it.
pub fn reply_text(reply: &Json) -> String {
    let mut lines = Vec::new();
    reply_lines(reply, "", &mut lines);
    lines.join("\n")
}

fn reply_lines(reply: &Json, indent: &str, lines: &mut Vec<String>) {
    match reply {
        Json::Null => lines.push("(nil)".to_owned()),
        Json::Number(number) => lines.push(format!("(integer) {number}")),
        // A status comes without quotes; of all strings only these are ever a status.
        Json::String(text) if matches!(text.as_str(), "OK" | "PONG") => lines.push(text.clone()),
        Json::String(text) => lines.push(format!("{text:?}")),
        Json::Array(items) if items.is_empty() => lines.push("(empty array)".to_owned()),
        Json::Array(items) => {
            let wide = items.len().to_string().len();
            for (index, item) in items.iter().enumerate() {
                let mut inner = Vec::new();
                let deeper = format!("{indent}{}", " ".repeat(wide + 2));
                reply_lines(item, &deeper, &mut inner);
                let number = format!("{:>wide$}) ", index + 1);
                for (at, line) in inner.into_iter().enumerate() {
                    let lead = if at == 0 { number.clone() } else { " ".repeat(wide + 2) };
                    lines.push(format!("{lead}{line}"));
                }
            }
        }
        other => lines.push(other.to_string()),
    }
}

/// An error as the client prints it.
pub fn error_text(error: &ServiceError) -> String {
    let bare = error.code.chars().any(|c| c.is_ascii_lowercase());
    match error.code.as_ref() {
        "ConnectionError" => format!("Could not connect: {}", error.message),
        _ if bare => format!("(error) ERR {}", error.message),
        _ => format!("(error) {}", error.message),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_a_connection_of_its_own_and_no_part_of_a_transaction() {
        let words = ["valkey-cli", "multi"].map(str::to_owned);
        let Err(Mistake::Refused(refusal)) = invocation(&words) else { panic!("refused") };
        assert!(refusal.contains("MULTI"), "{refusal}");
    }

    #[test]
    fn replies_are_printed_as_the_client_prints_them() {
        assert_eq!(reply_text(&json!("OK")), "OK");
        assert_eq!(reply_text(&json!("v")), "\"v\"");
        assert_eq!(reply_text(&json!(7)), "(integer) 7");
        assert_eq!(reply_text(&json!(null)), "(nil)");
        assert_eq!(reply_text(&json!([])), "(empty array)");
        assert_eq!(reply_text(&json!(["a", ["b", 1]])), "1) \"a\"\n2) 1) \"b\"\n   2) (integer) 1");
    }
}
