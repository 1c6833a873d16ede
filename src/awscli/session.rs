//! A session at the prompt: lines one after the other, with the variables they set.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::cache::{self, CLIENTS};
use super::line::{Refused, invocation};
use super::memcached;
use super::names::nearest;
use super::output::{self, Format};
use super::shell::{Piece, Word, split};
use super::{Mistake, shell};
use crate::services::time::Span;
use crate::services::world::{Operation, Response};
use crate::services::{Answer, ServiceError, Ticket};

/// What a line put on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printed {
    /// The text, without a newline at its end.
    pub text: String,
    /// Whether it is an error.
    pub failed: bool,
}

/// What came of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Ran {
    /// It is done.
    Printed(Printed),
    /// Its answer comes later, under the ticket; the rendering turns it into text.
    Waits(Ticket, Rendering),
    /// It lets time pass.
    Sleep(Span),
}

/// How an answer is to be shown, and where its text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    operation: String,
    format: Format,
    query: Option<String>,
    style: Style,
    assign: Option<String>,
}

/// Whose way of printing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Style {
    Aws,
    Cache,
    /// A server's own text: the command that was sent, and to which node.
    Memcached {
        node: String,
    },
}

/// The variables of a prompt. Cloning it makes a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    variables: BTreeMap<String, String>,
}

/// How deep `$(…)` may be nested.
const DEEPEST: usize = 8;

impl Session {
    /// The value of a variable; one that was never set is empty, as in a shell.
    pub fn variable(&self, name: &str) -> &str {
        self.variables.get(name).map_or("", String::as_str)
    }

    /// Runs one line. `call` makes the calls.
    pub fn run(&mut self, line: &str, call: &mut dyn FnMut(Operation) -> Answer<Response>) -> Ran {
        self.run_at(line, call, 0).unwrap_or_else(|mistake| failed(mistake.to_string()))
    }

    /// Shows a late answer, and sets the variable that waited for it.
    pub fn finish(
        &mut self,
        rendering: &Rendering,
        result: Result<Response, ServiceError>,
    ) -> Printed {
        let printed = rendering.print(result);
        self.settle(rendering.assign.as_deref(), printed)
    }

    fn settle(&mut self, assign: Option<&str>, printed: Printed) -> Printed {
        match assign {
            Some(name) if !printed.failed => {
                self.variables.insert(name.to_owned(), printed.text);
                Printed::default()
            }
            _ => printed,
        }
    }

    fn run_at(
        &mut self,
        line: &str,
        call: &mut dyn FnMut(Operation) -> Answer<Response>,
        depth: usize,
    ) -> Result<Ran, Mistake> {
        if memcached::is_meant(line) {
            return sent(memcached::invocation(line)?, call);
        }
        let words = split(line)?;
        let Some(first) = words.first() else { return Ok(Ran::Printed(Printed::default())) };
        if let Some((name, value)) = first.assignment() {
            if words.len() > 1 {
                return Err(Mistake::Refused(
                    "set a variable on a line of its own: NAME=value".to_owned(),
                ));
            }
            return self.assign(&name, &value, call, depth);
        }
        let mut plain = Vec::new();
        for word in &words {
            match self.expand(word, call, depth)? {
                Ok(texts) => plain.extend(texts),
                Err(printed) => return Ok(Ran::Printed(printed)),
            }
        }
        self.command(&plain, call)
    }

    /// `NAME=value`. A value that is one `$(…)` may come later.
    fn assign(
        &mut self,
        name: &str,
        value: &Word,
        call: &mut dyn FnMut(Operation) -> Answer<Response>,
        depth: usize,
    ) -> Result<Ran, Mistake> {
        let only = value.pieces.iter().filter(|piece| **piece != Piece::Text(String::new()));
        if let [Piece::Command { line, .. }] = only.collect::<Vec<_>>().as_slice() {
            return Ok(match self.run_inner(line, call, depth)? {
                Ran::Waits(ticket, rendering) => {
                    Ran::Waits(ticket, Rendering { assign: Some(name.to_owned()), ..rendering })
                }
                Ran::Printed(printed) => Ran::Printed(self.settle(Some(name), printed)),
                sleep @ Ran::Sleep(_) => sleep,
            });
        }
        let mut text = String::new();
        for piece in &value.pieces {
            match self.piece(piece, call, depth)? {
                Ok(part) => text.push_str(&part),
                Err(printed) => return Ok(Ran::Printed(printed)),
            }
        }
        self.variables.insert(name.to_owned(), text);
        Ok(Ran::Printed(Printed::default()))
    }

    fn run_inner(
        &mut self,
        line: &str,
        call: &mut dyn FnMut(Operation) -> Answer<Response>,
        depth: usize,
    ) -> Result<Ran, Mistake> {
        if depth >= DEEPEST {
            return Err(Mistake::Refused("$(…) is nested too deeply".to_owned()));
        }
        self.run_at(line, call, depth + 1)
    }

    /// The words that a word becomes: one, or several where a variable outside of quotes holds blanks.
    fn expand(
        &mut self,
        word: &Word,
        call: &mut dyn FnMut(Operation) -> Answer<Response>,
        depth: usize,
    ) -> Result<Result<Vec<String>, Printed>, Mistake> {
        let mut texts = vec![String::new()];
        let mut quoted_somewhere = false;
        for piece in &word.pieces {
            let part = match self.piece(piece, call, depth)? {
                Ok(part) => part,
                Err(printed) => return Ok(Err(printed)),
            };
            let splits = matches!(
                piece,
                Piece::Variable { quoted: false, .. } | Piece::Command { quoted: false, .. }
            );
            quoted_somewhere |= !splits;
            if !splits {
                if let Some(last) = texts.last_mut() {
                    last.push_str(&part);
                }
                continue;
            }
            let mut parts = part.split_whitespace();
            if let (Some(last), Some(first)) = (texts.last_mut(), parts.next()) {
                last.push_str(first);
            }
            texts.extend(parts.map(str::to_owned));
        }
        if !quoted_somewhere && texts.iter().all(String::is_empty) {
            texts.clear();
        }
        Ok(Ok(texts))
    }

    fn piece(
        &mut self,
        piece: &Piece,
        call: &mut dyn FnMut(Operation) -> Answer<Response>,
        depth: usize,
    ) -> Result<Result<String, Printed>, Mistake> {
        match piece {
            Piece::Text(text) => Ok(Ok(text.clone())),
            Piece::Variable { name, .. } => Ok(Ok(self.variable(name).to_owned())),
            Piece::Command { line, .. } => match self.run_inner(line, call, depth)? {
                Ran::Printed(printed) if printed.failed => Ok(Err(printed)),
                Ran::Printed(printed) => Ok(Ok(printed.text)),
                Ran::Waits(..) => Err(Mistake::Refused(
                    "a call that waits cannot stand inside another one: set a variable with it first"
                        .to_owned(),
                )),
                Ran::Sleep(_) => Ok(Ok(String::new())),
            },
        }
    }

    fn command(
        &mut self,
        words: &[String],
        call: &mut dyn FnMut(Operation) -> Answer<Response>,
    ) -> Result<Ran, Mistake> {
        let Some(name) = words.first() else { return Ok(Ran::Printed(Printed::default())) };
        match name.as_str() {
            "aws" => match invocation(words) {
                Ok(asked) => {
                    let operation = asked.operation.to_json().0;
                    let rendering = Rendering {
                        operation,
                        format: asked.format,
                        query: asked.query,
                        style: Style::Aws,
                        assign: None,
                    };
                    Ok(answered(rendering, call(asked.operation)))
                }
                Err(Refused::Mistake(mistake)) => Err(mistake),
                Err(Refused::Service { operation, error }) => {
                    Ok(failed(output::error_text(&operation, &error)))
                }
            },
            client if CLIENTS.contains(&client) => {
                let operation = cache::invocation(words)?;
                let rendering = Rendering {
                    operation: String::new(),
                    format: Format::Json,
                    query: None,
                    style: Style::Cache,
                    assign: None,
                };
                Ok(answered(rendering, call(operation)))
            }
            "sleep" => match words {
                [_, time] => seconds(time).map(Ran::Sleep).ok_or_else(|| {
                    Mistake::Refused(format!("sleep: invalid time interval '{time}'"))
                }),
                _ => Err(Mistake::Refused("sleep: give it one number of seconds".to_owned())),
            },
            "echo" => Ok(Ran::Printed(Printed { text: words[1..].join(" "), failed: false })),
            other => {
                let known = ["aws", "sleep", "echo", CLIENTS[0], CLIENTS[1]];
                let near = nearest(other, known.into_iter());
                Err(Mistake::NotACommand { name: shell::quote(other), near })
            }
        }
    }
}

/// A command that was sent to a Memcached node.
fn sent(
    operation: Operation,
    call: &mut dyn FnMut(Operation) -> Answer<Response>,
) -> Result<Ran, Mistake> {
    let Operation::Memcached(mut asked) = operation else { return Err(Mistake::ShellOnly('|')) };
    let rendering = Rendering {
        operation: asked.name.clone(),
        format: Format::Json,
        query: None,
        style: Style::Memcached { node: asked.node.clone().unwrap_or_default() },
        assign: None,
    };
    // At the door `get` of one key is a bare value; the protocol's answer has its key and flags, too.
    if asked.name == "get" {
        asked.name = "gets".to_owned();
    }
    Ok(answered(rendering, call(Operation::Memcached(asked))))
}

/// `30`, `0.5`, `2m`, `1h`, `3d`, as `sleep` takes them; at most 400 days.
fn seconds(text: &str) -> Option<Span> {
    let (number, unit) = match text.char_indices().last()? {
        (at, 's') => (&text[..at], 1.0),
        (at, 'm') => (&text[..at], 60.0),
        (at, 'h') => (&text[..at], 3600.0),
        (at, 'd') => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    let plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let seconds = number.parse::<f64>().ok().filter(|_| plain)? * unit;
    (seconds <= 400.0 * 86_400.0).then(|| Span((seconds * 1000.0).round() as u64))
}

fn failed(text: String) -> Ran {
    Ran::Printed(Printed { text, failed: true })
}

fn answered(rendering: Rendering, answer: Answer<Response>) -> Ran {
    match answer {
        Answer::Now(result) => Ran::Printed(rendering.print(result)),
        Answer::Later(ticket) => Ran::Waits(ticket, rendering),
    }
}

impl Rendering {
    /// The text of an answer.
    pub fn print(&self, result: Result<Response, ServiceError>) -> Printed {
        let answer: Result<Json, ServiceError> = result.map(|response| response.to_json());
        let text = match (answer, &self.style) {
            (Ok(reply), Style::Cache) => Ok(cache::reply_text(&reply)),
            (Err(error), Style::Cache) => Err(cache::error_text(&error)),
            (Ok(reply), Style::Memcached { .. }) => {
                Ok(memcached::reply_text(&self.operation, &reply))
            }
            (Err(error), Style::Memcached { node }) => Err(memcached::error_text(&error, node)),
            (Ok(answer), Style::Aws) => {
                output::text(&self.operation, answer, self.query.as_deref(), self.format)
            }
            (Err(error), Style::Aws) => Err(output::error_text(&self.operation, &error)),
        };
        match text {
            Ok(text) => Printed { text, failed: false },
            Err(text) => Printed { text, failed: true },
        }
    }
}
