//! One `aws` command as words → the operation it means and how its answer is to be shown.

use serde_json::{Map, Value as Json};

use super::names::{flag_of, kebab, nearest};
use super::output::Format;
use super::value::{self, BinaryFormat};
use super::{Mistake, maybe};
use crate::services::ServiceError;
use crate::services::shape::{Kind, Member, Operation as Shape};
use crate::services::world::{Operation, ServiceId};

/// A command that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// What is asked of which service.
    pub operation: Operation,
    /// How the answer is shown.
    pub format: Format,
    /// The JMESPath expression of `--query`.
    pub query: Option<String>,
}

/// Why a command was not sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The command line itself is wrong.
    Mistake(Mistake),
    /// The parameters do not fit the operation.
    Service {
        /// The operation's AWS name.
        operation: String,
        /// What the door said.
        error: ServiceError,
    },
}

impl From<Mistake> for Refused {
    fn from(mistake: Mistake) -> Refused {
        Refused::Mistake(mistake)
    }
}

/// The name of a service on the command line.
pub fn cli_name(service: ServiceId) -> &'static str {
    match service.name() {
        "eventbridge" => "events",
        name => name,
    }
}

/// Whether the service is one of the AWS API, not only of a server's own protocol.
fn on_the_command_line(service: &ServiceId) -> bool {
    service.name() != "memcached"
}

/// The operations of a service that the AWS API has: a cache's own commands are not among them.
fn operations(service: ServiceId) -> impl Iterator<Item = &'static Shape> {
    let is_server_command =
        |shape: &Shape| shape.input.first().is_some_and(|member| member.name == "args");
    service.api().operations.iter().filter(move |shape| !is_server_command(shape))
}

/// The operation of a plain `aws …` or `valkey-cli …` line without variables.
///
/// # Errors
/// The text that the command line would print.
pub fn parse(line: &str) -> Result<Operation, String> {
    if super::memcached::is_meant(line) {
        return super::memcached::invocation(line).map_err(|mistake| mistake.to_string());
    }
    let words = super::shell::split(line).map_err(|mistake| mistake.to_string())?;
    let words: Vec<String> = words
        .iter()
        .map(|word| word.pieces.iter().map(plain).collect::<Option<String>>())
        .collect::<Option<Vec<String>>>()
        .ok_or_else(|| "a variable has no value here".to_owned())?;
    match operation_of(&words) {
        Ok(operation) => Ok(operation),
        Err(Refused::Mistake(mistake)) => Err(mistake.to_string()),
        Err(Refused::Service { operation, error }) => {
            Err(super::output::error_text(&operation, &error))
        }
    }
}

/// The operation that the words of a line ask for, whichever client they begin with.
fn operation_of(words: &[String]) -> Result<Operation, Refused> {
    match words.first() {
        Some(client) if super::cache::CLIENTS.contains(&client.as_str()) => {
            Ok(super::cache::invocation(words)?)
        }
        _ => invocation(words).map(|invocation| invocation.operation),
    }
}

fn plain(piece: &super::shell::Piece) -> Option<&str> {
    match piece {
        super::shell::Piece::Text(text) => Some(text),
        _ => None,
    }
}

fn usage(text: impl Into<String>) -> Refused {
    Refused::Mistake(Mistake::Usage(text.into()))
}

/// A name that is none: those that are like it, or else all there are.
fn invalid_choice(what: &str, name: &str, known: &[String]) -> Refused {
    let near = nearest(name, known.iter().map(String::as_str));
    let instead = match near.is_empty() {
        true => format!(", choose from {}", known.join(", ")),
        false => maybe(&near),
    };
    usage(format!("argument {what}: Found invalid choice '{name}'{instead}"))
}

/// Understands the words of a line that begins with `aws`.
pub fn invocation(words: &[String]) -> Result<Invocation, Refused> {
    let mut globals = Globals::default();
    let rest = globals.take(words.get(1..).unwrap_or_default())?;
    let mut rest = rest.into_iter();
    let Some(Token { text: command, .. }) = rest.next() else {
        return Err(usage("the following arguments are required: command"));
    };
    let service = ServiceId::ALL
        .iter()
        .filter(|id| on_the_command_line(id))
        .find(|id| cli_name(**id) == command)
        .ok_or_else(|| {
            let known = ServiceId::ALL.iter().filter(|id| on_the_command_line(id));
            let known: Vec<String> = known.map(|id| cli_name(*id).to_owned()).collect();
            invalid_choice("command", &command, &known)
        })?;
    let Some(Token { text: name, .. }) = rest.next() else {
        return Err(usage("the following arguments are required: operation"));
    };
    let shape = operations(*service).find(|shape| kebab(shape.name) == name).ok_or_else(|| {
        let known: Vec<String> = operations(*service).map(|shape| kebab(shape.name)).collect();
        invalid_choice("operation", &name, &known)
    })?;
    let params = parameters(shape, &rest.collect::<Vec<Token>>(), &globals)?;
    let operation = Operation::from_json(*service, shape.name, Json::Object(params))
        .map_err(|error| Refused::Service { operation: shape.name.to_owned(), error })?;
    Ok(Invocation { operation, format: globals.format, query: globals.query })
}

/// The options that every command takes.
#[derive(Default)]
struct Globals {
    format: Format,
    query: Option<String>,
    binary: BinaryFormat,
    input: Option<Map<String, Json>>,
}

/// Global options that change nothing in a model: whether a value follows them.
const IGNORED: [(&str, bool); 7] = [
    ("--region", true),
    ("--color", true),
    ("--no-cli-pager", false),
    ("--no-paginate", false),
    ("--no-cli-auto-prompt", false),
    ("--cli-read-timeout", true),
    ("--cli-connect-timeout", true),
];

/// Global options that reach out of the model.
const REACH_OUT: [&str; 6] = [
    "--endpoint-url",
    "--profile",
    "--ca-bundle",
    "--no-verify-ssl",
    "--no-sign-request",
    "--debug",
];

/// A word of a line, after `--flag=value` has become two.
#[derive(Debug, Clone)]
struct Token {
    text: String,
    /// Whether it stood behind an equals sign: then it is a value whatever it looks like.
    is_value: bool,
}

impl Token {
    fn is_flag(&self) -> bool {
        !self.is_value && self.text.len() > 2 && self.text.starts_with("--")
    }
}

impl Globals {
    /// Takes the global options out of the words; gives the others.
    fn take(&mut self, words: &[String]) -> Result<Vec<Token>, Refused> {
        let mut others = Vec::new();
        let mut rest = words.iter().flat_map(|word| tokens(word));
        while let Some(token) = rest.next() {
            if !token.is_flag() {
                others.push(token);
                continue;
            }
            let flag = token.text.as_str();
            let mut value = || {
                let next = rest.next().map(|token| token.text);
                next.ok_or_else(|| usage(format!("argument {flag}: expected one argument")))
            };
            match flag {
                "--output" => self.format = output_format(&value()?)?,
                "--query" => self.query = Some(query(value()?)?),
                "--cli-binary-format" => self.binary = binary_format(&value()?)?,
                "--cli-input-json" => self.input = Some(input(value()?)?),
                name if REACH_OUT.contains(&name) => {
                    return Err(usage(format!(
                        "{name} would reach out of this model; nothing here talks to AWS"
                    )));
                }
                name => match IGNORED.iter().find(|(ignored, _)| *ignored == name) {
                    Some((_, true)) => {
                        value()?;
                    }
                    Some((_, false)) => {}
                    None => others.push(token),
                },
            }
        }
        Ok(others)
    }
}

fn output_format(name: &str) -> Result<Format, Refused> {
    Format::from_name(name).ok_or_else(|| {
        usage(format!(
            "argument --output: Found invalid choice '{name}', choose from json, text, table"
        ))
    })
}

fn query(expression: String) -> Result<String, Refused> {
    match jmespath::compile(&expression) {
        Ok(_) => Ok(expression),
        Err(error) => Err(usage(format!("Bad value for --query {expression}: {error}"))),
    }
}

fn binary_format(name: &str) -> Result<BinaryFormat, Refused> {
    match name {
        "base64" => Ok(BinaryFormat::Base64),
        "raw-in-base64-out" => Ok(BinaryFormat::Raw),
        other => Err(usage(format!(
            "argument --cli-binary-format: Found invalid choice '{other}', choose from base64, \
             raw-in-base64-out"
        ))),
    }
}

fn input(text: String) -> Result<Map<String, Json>, Refused> {
    match value::parse(&Kind::Document, &[text], BinaryFormat::Base64) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err(usage("argument --cli-input-json: expected a JSON object")),
        Err(error) => Err(usage(format!("Error parsing parameter '--cli-input-json': {error}"))),
    }
}

fn tokens(word: &str) -> Vec<Token> {
    let is_flag = |name: &str| {
        name.len() > 2
            && name.starts_with("--")
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let token = |text: &str, is_value| Token { text: text.to_owned(), is_value };
    match word.split_once('=') {
        Some((name, value)) if is_flag(name) => vec![token(name, false), token(value, true)],
        _ => vec![token(word, false)],
    }
}

/// What a flag stands for.
enum Flag<'a> {
    /// Values follow.
    Value(&'a Member),
    /// The flag says it itself.
    Switch(&'a Member, bool),
}

fn flag<'a>(shape: &'a Shape, word: &str) -> Option<Flag<'a>> {
    let name = word.strip_prefix("--")?;
    let named =
        |name: &str| shape.input.iter().find(|member| flag_of(shape.name, member.name) == name);
    match named(name) {
        Some(member) if matches!(member.kind, Kind::Boolean) => Some(Flag::Switch(member, true)),
        Some(member) => Some(Flag::Value(member)),
        None => {
            let member = named(name.strip_prefix("no-")?)?;
            matches!(member.kind, Kind::Boolean).then_some(Flag::Switch(member, false))
        }
    }
}

fn parameters(
    shape: &Shape,
    words: &[Token],
    globals: &Globals,
) -> Result<Map<String, Json>, Refused> {
    let mut params = globals.input.clone().unwrap_or_default();
    let mut unknown = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let named = if word.is_flag() { flag(shape, &word.text) } else { None };
        let word = &word.text;
        match named {
            Some(Flag::Switch(member, on)) => {
                params.insert(member.name.to_owned(), Json::Bool(on));
            }
            Some(Flag::Value(member)) => {
                let many = matches!(member.kind, Kind::List(..));
                let end = words[at..]
                    .iter()
                    .position(Token::is_flag)
                    .map_or(words.len(), |count| at + count);
                let end = if many { end } else { end.min(at + 1) };
                let values: Vec<String> =
                    words[at..end].iter().map(|word| word.text.clone()).collect();
                at = end;
                if values.is_empty() {
                    let expected = if many { "at least one argument" } else { "one argument" };
                    return Err(usage(format!("argument {word}: expected {expected}")));
                }
                let value = value::parse(&member.kind, &values, globals.binary)
                    .map_err(|error| usage(format!("Error parsing parameter '{word}': {error}")))?;
                params.insert(member.name.to_owned(), value);
            }
            None => unknown.push(word.clone()),
        }
    }
    let missing: Vec<String> = shape
        .input
        .iter()
        .filter(|member| member.required && !params.contains_key(member.name))
        .map(|member| format!("--{}", flag_of(shape.name, member.name)))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown_options(shape, &unknown));
    }
    if !missing.is_empty() {
        return Err(usage(format!("the following arguments are required: {}", missing.join(", "))));
    }
    Ok(params)
}

fn unknown_options(shape: &Shape, unknown: &[String]) -> Refused {
    let flags: Vec<String> = shape
        .input
        .iter()
        .map(|member| format!("--{}", flag_of(shape.name, member.name)))
        .collect();
    let near = unknown
        .iter()
        .find(|word| word.starts_with("--"))
        .map(|word| nearest(word, flags.iter().map(String::as_str)))
        .unwrap_or_default();
    usage(format!("Unknown options: {}{}", unknown.join(", "), maybe(&near)))
}

/// What may follow a line that is being typed: candidates for its last word, in the order of the tables.
pub fn complete(line: &str) -> Vec<String> {
    let (before, last) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    let words: Vec<&str> = before.split_whitespace().collect();
    let fitting = |all: Vec<String>| -> Vec<String> {
        all.into_iter().filter(|name| name.starts_with(last) && name != last).collect()
    };
    match words.as_slice() {
        [] => fitting(vec!["aws".to_owned(), "valkey-cli".to_owned(), "sleep".to_owned()]),
        ["aws"] => fitting(
            ServiceId::ALL
                .iter()
                .filter(|id| on_the_command_line(id))
                .map(|id| cli_name(*id).to_owned())
                .collect(),
        ),
        ["aws", service] => {
            let service = ServiceId::ALL.iter().find(|id| cli_name(**id) == *service);
            let names = service.map(|id| operations(*id).map(|shape| kebab(shape.name)).collect());
            fitting(names.unwrap_or_default())
        }
        ["aws", service, operation, rest @ ..] => {
            let shape = ServiceId::ALL
                .iter()
                .find(|id| cli_name(**id) == *service)
                .and_then(|id| operations(*id).find(|shape| kebab(shape.name) == *operation));
            shape.map(|shape| fitting(arguments(shape, rest))).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The flags of an operation that are not given yet, or the choices of the flag that was given last.
fn arguments(shape: &Shape, given: &[&str]) -> Vec<String> {
    if let Some(Flag::Value(member)) = given.last().and_then(|word| flag(shape, word)) {
        return match member.kind {
            Kind::Choice(choices) | Kind::List(&Kind::Choice(choices), _) => {
                choices.iter().map(|choice| (*choice).to_owned()).collect()
            }
            kind => value::member_names(&kind)
                .iter()
                .map(|member| format!("{}=", member.name))
                .collect(),
        };
    }
    let mut flags: Vec<String> = shape
        .input
        .iter()
        .map(|member| format!("--{}", flag_of(shape.name, member.name)))
        .filter(|flag| !given.contains(&flag.as_str()))
        .collect();
    flags.extend(["--query".to_owned(), "--output".to_owned()]);
    flags
}
