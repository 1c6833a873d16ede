//! `printf 'get k\r\n' | nc 0001 11211` lines: Memcached's text protocol as one types it without a client,
//! to one node and no other.

use serde_json::Value as Json;

use super::Mistake;
use super::shell::{Piece, quote, split};
use crate::services::ServiceError;
use crate::services::memcached::Operation as Call;
use crate::services::world::Operation;

/// Memcached's port.
const PORT: &str = "11211";
/// Commands after which a value follows on a line of its own.
const STORING: [&str; 6] = ["add", "append", "cas", "prepend", "replace", "set"];

/// Whether the line is meant for a node of Memcached.
pub fn is_meant(line: &str) -> bool {
    let line = line.trim_start();
    let sends = line.starts_with("printf ") || line.starts_with("echo ");
    let to = line.rsplit_once('|').map(|(_, to)| to.trim_start());
    sends && to.is_some_and(|to| to.starts_with("nc ") || to.trim_end() == "nc")
}

fn refused(text: impl Into<String>) -> Mistake {
    Mistake::Refused(text.into())
}

fn words(text: &str) -> Result<Vec<String>, Mistake> {
    let plain = |piece: &Piece| match piece {
        Piece::Text(text) => Ok(text.clone()),
        _ => Err(refused("a variable cannot stand in a line to nc here")),
    };
    split(text)?.iter().map(|word| word.pieces.iter().map(plain).collect()).collect()
}

/// The one command that a line sends to a node.
///
/// # Errors
/// Anything but one `printf` or `echo` and one `nc NODE 11211`, or no whole command in it.
pub fn invocation(line: &str) -> Result<Operation, Mistake> {
    let (sends, to) = line.rsplit_once('|').ok_or(Mistake::ShellOnly('|'))?;
    let node = match words(to)?.as_slice() {
        [_, node, port] if port == PORT => node.clone(),
        _ => return Err(refused(format!("nc: give it a node and the port: nc 0001 {PORT}"))),
    };
    let sent = match words(sends)?.as_slice() {
        [printf, text] if printf == "printf" => unescaped(text),
        [_, text] => format!("{text}\n"),
        _ => return Err(refused("give it one text in quotation marks: printf 'get k\\r\\n'")),
    };
    let (name, args) = command(&sent)?;
    Ok(Operation::Memcached(Call { name, args, node: Some(node) }))
}

/// `\r`, `\n`, `\t` and `\\` as `printf` reads them.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('r') => out.push('\r'),
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('\\') | None => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
            },
            _ => out.push(c),
        }
    }
    out
}

/// A command of the protocol as its name and words; the value stands for the count of its bytes.
fn command(sent: &str) -> Result<(String, Vec<String>), Mistake> {
    let (line, rest) = sent
        .split_once('\n')
        .ok_or_else(|| refused("the server still waits for the end of the line: \\r\\n"))?;
    let mut args = line.split_whitespace().map(str::to_owned);
    let name = args.next().unwrap_or_default();
    let mut args: Vec<String> = args.collect();
    if STORING.contains(&name.as_str()) {
        // `cas` has its number after the count.
        let count = args.get(3).and_then(|count| count.parse::<usize>().ok());
        let count = count.ok_or_else(|| refused("ERROR"))?;
        let value = rest.strip_suffix('\n').map(|value| value.strip_suffix('\r').unwrap_or(value));
        match value {
            Some(value) if value.len() == count => args[3] = value.to_owned(),
            Some(value) if value.len() > count => {
                return Err(refused("CLIENT_ERROR bad data chunk\nERROR"));
            }
            _ => return Err(refused(format!("the server still waits for {count} bytes of value"))),
        }
    } else if !rest.is_empty() {
        return Err(refused("one command a line here"));
    }
    Ok((name, args))
}

/// The line that sends a command; `None` for every other operation.
pub fn command_for(operation: &Operation) -> Option<String> {
    let Operation::Memcached(call) = operation else { return None };
    let mut args = call.args.clone();
    let mut value = String::new();
    if STORING.contains(&call.name.as_str())
        && let Some(place) = args.get_mut(3)
    {
        let bytes = place.len().to_string();
        value = format!("{}\\r\\n", std::mem::replace(place, bytes));
    }
    let words = [call.name.clone()].into_iter().chain(args).collect::<Vec<String>>().join(" ");
    let node = call.node.as_deref().unwrap_or("0001");
    Some(format!("printf '{words}\\r\\n{value}' | nc {} {PORT}", quote(node)))
}

/// A reply as the server sends it. `get` brings values without their CAS numbers.
pub fn reply_text(command: &str, reply: &Json) -> String {
    match reply {
        Json::Null => "END".to_owned(),
        Json::String(word) => word.clone(),
        Json::Object(found) => {
            let lines = found.iter().map(|(key, found)| {
                let (value, flags) = (found["value"].as_str().unwrap_or_default(), &found["flags"]);
                let head = format!("VALUE {key} {} {}", flags.as_u64().unwrap_or(0), value.len());
                match command {
                    "gets" => format!("{head} {}\n{value}\n", found["cas"]),
                    _ => format!("{head}\n{value}\n"),
                }
            });
            lines.collect::<String>() + "END"
        }
        Json::Array(stats) => {
            let line = |row: &Json| format!("STAT {} {}\n", row[0].as_str().unwrap_or(""), row[1]);
            stats.iter().map(line).collect::<String>() + "END"
        }
        other => other.to_string(),
    }
}

/// An error as the server sends it, or as `nc` prints it where none answers.
pub fn error_text(error: &ServiceError, node: &str) -> String {
    match error.code.as_ref() {
        "UnknownHost" => {
            format!("nc: getaddrinfo for host \"{node}\" port {PORT}: Name or service not known")
        }
        "ConnectionError" => {
            format!("nc: connect to {node} port {PORT} (tcp) failed: Connection refused")
        }
        _ => error.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(line: &str) -> Result<(String, Vec<String>), Mistake> {
        match invocation(line)? {
            Operation::Memcached(call) => Ok((call.name, call.args)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_command_of_the_protocol_is_read_and_written_again() {
        for line in [
            "printf 'get product:1\\r\\n' | nc 0001 11211",
            "printf 'set k 0 60 5\\r\\nhello\\r\\n' | nc 0002 11211",
            "printf 'cas k 0 60 5 7\\r\\nhello\\r\\n' | nc 0002 11211",
            "printf 'stats slabs\\r\\n' | nc 0003 11211",
        ] {
            assert!(is_meant(line));
            assert_eq!(command_for(&invocation(line).unwrap()).unwrap(), line);
        }
        assert_eq!(call("echo 'get k' | nc 0001 11211"), Ok(("get".into(), vec!["k".into()])));
    }

    #[test]
    fn what_is_no_whole_command_is_refused_in_words() {
        for line in [
            "printf 'get k' | nc 0001 11211",
            "printf 'set k 0 0 5\\r\\nhell\\r\\n' | nc 0001 11211",
            "printf 'set k 0 0 5\\r\\nhello!\\r\\n' | nc 0001 11211",
            "printf 'set k 0 0\\r\\nhello\\r\\n' | nc 0001 11211",
            "printf 'get k\\r\\nget l\\r\\n' | nc 0001 11211",
            "printf 'get k\\r\\n' | nc",
            "printf 'get k\\r\\n' | nc 0001 80",
            "printf | nc 0001 11211",
            "echo $X | nc 0001 11211",
        ] {
            assert!(is_meant(line) && matches!(call(line), Err(Mistake::Refused(_))), "{line}");
        }
        assert!(!is_meant("printf x | cat") && !is_meant("ls | nc 0001 11211"));
    }

    #[test]
    fn replies_are_printed_as_the_server_sends_them() {
        assert_eq!(reply_text("set", &json!("STORED")), "STORED");
        assert_eq!(reply_text("get", &json!({})), "END");
        let found = json!({"k": {"value": "hello", "cas": 3, "flags": 9}});
        assert_eq!(reply_text("get", &found), "VALUE k 9 5\nhello\nEND");
        assert_eq!(reply_text("gets", &found), "VALUE k 9 5 3\nhello\nEND");
        assert_eq!(
            reply_text("stats", &json!([["2:total_pages", 4]])),
            "STAT 2:total_pages 4\nEND"
        );
    }
}
