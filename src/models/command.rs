//! What the learner does to a model, and how it is written in share lines and journals.

use std::fmt;

use crate::services::time::{Span, Time};

/// One thing the learner did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Turned a knob to a value, in the knob's unit.
    Set {
        /// The knob's id.
        knob: String,
        /// The value.
        value: i64,
    },
    /// Did one of the model's actions.
    Do {
        /// The action's id.
        action: String,
        /// The name of the thing it is done to.
        target: Option<String>,
        /// What else was typed: a key, a body.
        argument: Option<String>,
    },
    /// Ran one `aws …` line, as typed.
    Aws(String),
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What the command line prints, exactly as `aws` would; empty for most actions.
    pub output: String,
    /// Whether that is the error of a service.
    pub failed: bool,
    /// Whether the call still waits: its answer comes to the model's prompt later.
    pub waits: bool,
    /// How long the line lets time pass: whoever holds the clock does it.
    pub sleep: Span,
}

/// Why a command was not done; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The model has no such knob.
    UnknownKnob(String, Option<&'static str>),
    /// The value lies outside of the knob's range.
    OutOfRange {
        /// The knob.
        knob: &'static str,
        /// What was asked for.
        value: i64,
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// The model has no such action.
    UnknownAction(String, Option<&'static str>),
    /// The action needs a thing that is not there (any more).
    NoSuchTarget(String),
    /// The action needs something selected.
    NeedsTarget,
    /// It makes no sense now: the key of a sentence in the model's language file.
    NotNow(&'static str),
    /// The `aws` command line or the service refused: the text, as `aws` would print it.
    Aws(String),
}

impl From<super::catalog::SetupError> for Refusal {
    fn from(error: super::catalog::SetupError) -> Refusal {
        use super::catalog::SetupError;
        match error {
            SetupError::UnknownPreset(name, near) => Refusal::UnknownAction(name, near),
            SetupError::UnknownKnob(name, near) => Refusal::UnknownKnob(name, near),
            SetupError::OutOfRange { knob, value, min, max } => {
                Refusal::OutOfRange { knob, value, min, max }
            }
        }
    }
}

/// A command with its place in history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// How many moves (steps and commands) came before it.
    pub position: u64,
    /// When it was given.
    pub at: Time,
    /// What was done.
    pub command: Command,
}

/// Why a share line's commands could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandTextError {
    /// A part does not begin with `@SECONDS/POSITION`.
    #[error("`{0}`: a command begins with its time and place, such as `@12.500/431`")]
    Stamp(String),
    /// Nothing follows the stamp, or not one of the known forms.
    #[error(
        "`{0}`: expected `set KNOB VALUE`, `do ACTION [TARGET] [with TEXT]`, `aws …` or `run 'LINE'`"
    )]
    Form(String),
    /// Commands must stand in the order in which they were given.
    #[error("`{0}`: commands stand in the order in which they were given")]
    Order(String),
    /// A quotation mark is not closed.
    #[error("a quotation mark is not closed")]
    Quote,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Command::Set { knob, value } => write!(f, "set {knob} {value}"),
            Command::Do { action, target, argument } => {
                write!(f, "do {action}")?;
                if let Some(target) = target {
                    write!(f, " {}", shell_words::quote(target))?;
                }
                match argument {
                    Some(text) => write!(f, " with {}", shell_words::quote(text)),
                    None => Ok(()),
                }
            }
            Command::Aws(line) if is_aws(line) => f.write_str(line),
            Command::Aws(line) => write!(f, "run {}", shell_words::quote(line)),
        }
    }
}

impl Command {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Result<Command, CommandTextError> {
        let text = text.trim();
        let wrong = || CommandTextError::Form(text.to_owned());
        if is_aws(text) {
            return Ok(Command::Aws(text.to_owned()));
        }
        let words = shell_words::split(text).map_err(|_| CommandTextError::Quote)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let own = |word: &str| Some(word.to_owned());
        match words.as_slice() {
            ["run", line] => Ok(Command::Aws((*line).to_owned())),
            ["set", knob, value] => Ok(Command::Set {
                knob: (*knob).to_owned(),
                value: value.parse().map_err(|_| wrong())?,
            }),
            ["do", action, rest @ ..] => {
                let (target, argument) = match rest {
                    [] => (None, None),
                    ["with", text] => (None, own(text)),
                    [target] => (own(target), None),
                    [target, "with", text] => (own(target), own(text)),
                    _ => return Err(wrong()),
                };
                Ok(Command::Do { action: (*action).to_owned(), target, argument })
            }
            _ => Err(wrong()),
        }
    }
}

/// Whether a line of the prompt is written as it is; others (variables, `sleep`) after `run`.
fn is_aws(line: &str) -> bool {
    line == "aws" || line.starts_with("aws ")
}

/// Writes commands as one text: `@3.200/17 do kill worker-1; @10.000/44 aws sqs …`.
pub fn write_all(commands: &[Stamped]) -> String {
    let parts: Vec<String> = commands
        .iter()
        .map(|stamped| format!("@{}/{} {}", stamped.at, stamped.position, stamped.command))
        .collect();
    parts.join("; ")
}

/// Reads what [`write_all`] writes. A `;` inside quotation marks does not end a command.
pub fn read_all(text: &str) -> Result<Vec<Stamped>, CommandTextError> {
    let mut commands: Vec<Stamped> = Vec::new();
    for part in split_outside_quotes(text)? {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let stamp = || CommandTextError::Stamp(part.to_owned());
        let (head, body) = part
            .strip_prefix('@')
            .and_then(|rest| rest.split_once(char::is_whitespace))
            .ok_or_else(stamp)?;
        let (seconds, position) = head.split_once('/').ok_or_else(stamp)?;
        let at = read_seconds(seconds).ok_or_else(stamp)?;
        let position = position.parse().map_err(|_| stamp())?;
        if commands.last().is_some_and(|last| last.position >= position || last.at > at) {
            return Err(CommandTextError::Order(part.to_owned()));
        }
        commands.push(Stamped { position, at, command: Command::parse(body)? });
    }
    Ok(commands)
}

/// `12.5` as 12,500 ms; at most three decimals.
fn read_seconds(text: &str) -> Option<Time> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: u64 = format!("{part:0<3}").parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    Some(Time::START + Span(whole.checked_mul(1000)?.checked_add(millis)?))
}

fn split_outside_quotes(text: &str) -> Result<Vec<&str>, CommandTextError> {
    let (mut parts, mut start, mut quote, mut escaped) = (Vec::new(), 0, None, false);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), '\\') => escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ';') => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if quote.is_some() {
        return Err(CommandTextError::Quote);
    }
    parts.push(&text[start..]);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamped(position: u64, at: u64, command: Command) -> Stamped {
        Stamped { position, at: Time(at), command }
    }

    #[test]
    fn commands_are_read_as_they_were_written() {
        let commands = [
            stamped(0, 0, Command::Set { knob: "visibility-timeout".into(), value: -5 }),
            stamped(
                17,
                3200,
                Command::Do {
                    action: "send".into(),
                    target: None,
                    argument: Some("it's; \"here\" ".into()),
                },
            ),
            stamped(
                18,
                3200,
                Command::Do {
                    action: "kill".into(),
                    target: Some("worker 1".into()),
                    argument: None,
                },
            ),
            stamped(44, 10_007, Command::Aws("aws sqs send-message --message-body 'a; b'".into())),
            stamped(45, 10_007, Command::Aws("URL=$(aws sqs get-queue-url; 'x')".into())),
        ];
        let text = write_all(&commands);
        assert_eq!(read_all(&text).unwrap(), commands, "{text}");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert_eq!(read_all("").unwrap(), []);
        assert!(matches!(read_all("kill x"), Err(CommandTextError::Stamp(_))));
        assert!(matches!(read_all("@1/x set a 1"), Err(CommandTextError::Stamp(_))));
        assert!(matches!(read_all("@1/2 fly away"), Err(CommandTextError::Form(_))));
        assert!(matches!(read_all("@1/2 set a 'b"), Err(CommandTextError::Quote)));
        assert!(matches!(read_all("@2/2 set a 1; @1/3 set a 1"), Err(CommandTextError::Order(_))));
        assert!(matches!(
            read_all("@99999999999999999999/2 set a 1"),
            Err(CommandTextError::Stamp(_))
        ));
    }
}
