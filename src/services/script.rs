//! Scripts of calls in JSON lines: the engine of `awslearn sim` and of replayed recordings.
//!
//! In: `{"t": seconds, "op": "SendMessage", "params": {…}}`, with `"service"` when the script is for
//! the whole world, and an `"id"` that comes back. Out, one line for each call:
//! `{"t": …, "op": …, "response": {…}}` or `{"t": …, "op": …, "error": {"code": …, "message": …}}`.
//!
//! `t` never goes back; without it, time stands. A line with only `t` moves the clock. A call that
//! waits (a long poll) is answered when a later line moves the clock past its end or brings it what it
//! waits for, or at the end; what is answered at one line comes in the order of the calls' lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::time::Time;
use super::world::{Operation, Response, ServiceId, World};
use super::{Answer, ServiceError, Ticket};

/// Ten years: no script needs more, and a slip of the hand must not run for ever.
const LATEST: f64 = 315_360_000.0;

/// A script being run.
#[derive(Debug, Clone)]
pub struct Script {
    world: World,
    /// The service that every line is for; nothing when each line names its own.
    service: Option<ServiceId>,
    lines: usize,
    waiting: BTreeMap<Ticket, Asked>,
}

/// A call as it was asked for, to be said again in its answer.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    line: usize,
    id: Option<Value>,
    service: Option<String>,
    op: Option<String>,
}

/// What one call was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    asked: Asked,
    /// When.
    pub at: Time,
    /// The response in AWS's JSON.
    pub result: Result<Value, ServiceError>,
}

impl Script {
    /// A script for one service, or for all with `None`.
    pub fn new(service: Option<ServiceId>, seed: u64) -> Script {
        Script { world: World::new(seed), service, lines: 0, waiting: BTreeMap::new() }
    }

    /// The world as it is now.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The world as it is now, to be set up before the first line.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// Runs one line and hands out what was answered by then, in the order of the lines.
    pub fn line(&mut self, text: &str) -> Vec<Answered> {
        self.lines += 1;
        if text.trim().is_empty() {
            return Vec::new();
        }
        let mut asked = Asked { line: self.lines, id: None, service: None, op: None };
        let (mut answers, result) = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => self.run(fields, &mut asked),
            Ok(_) => (Vec::new(), Some(invalid("the line is not a JSON object"))),
            Err(error) => (Vec::new(), Some(invalid(error))),
        };
        if let Some(result) = result {
            answers.push(Answered { asked, at: self.world.now(), result });
        }
        answers.sort_by_key(|answer| answer.asked.line);
        answers
    }

    /// The end of the script: what still waits is answered at its own time.
    pub fn finish(&mut self) -> Vec<Answered> {
        let mut answers = Vec::new();
        while !self.waiting.is_empty() {
            let Some(next) = self.world.next_wakeup() else { break };
            answers.append(&mut self.move_to(next));
        }
        answers
    }

    /// What came due by moving the clock, and what the line itself is answered, if it is at once.
    fn run(
        &mut self,
        mut fields: Map<String, Value>,
        asked: &mut Asked,
    ) -> (Vec<Answered>, Option<Result<Value, ServiceError>>) {
        asked.id = fields.remove("id");
        asked.op = fields.get("op").and_then(Value::as_str).map(str::to_owned);
        if self.service.is_none() {
            asked.service = fields.get("service").and_then(Value::as_str).map(str::to_owned);
        }
        let now = match self.time_of(fields.get("t")) {
            Ok(now) => now,
            Err(error) => return (Vec::new(), Some(Err(error))),
        };
        let mut answers = self.move_to(now);
        let operation = match self.operation_of(fields, asked) {
            Ok(Some(operation)) => operation,
            Ok(None) => return (answers, None),
            Err(error) => return (answers, Some(Err(error))),
        };
        let result = match self.world.call(now, operation) {
            Answer::Now(result) => Some(result.map(|response| response.to_json())),
            Answer::Later(ticket) => {
                self.waiting.insert(ticket, asked.clone());
                None
            }
        };
        // The call may have brought others what they waited for.
        answers.append(&mut self.move_to(now));
        (answers, result)
    }

    fn move_to(&mut self, to: Time) -> Vec<Answered> {
        let late = self.world.advance(to);
        late.into_iter()
            .filter_map(|late| {
                let asked = self.waiting.remove(&late.ticket)?;
                let result = late.result.map(|response: Response| response.to_json());
                Some(Answered { asked, at: late.at, result })
            })
            .collect()
    }

    fn time_of(&self, t: Option<&Value>) -> Result<Time, ServiceError> {
        let now = self.world.now();
        let Some(t) = t else { return Ok(now) };
        let seconds = t.as_f64().filter(|seconds| (0.0..=LATEST).contains(seconds));
        let seconds = seconds.ok_or_else(|| {
            input_error(format!("\"t\" must be a number of seconds from 0 to {LATEST}"))
        })?;
        let time = Time((seconds * 1000.0).round() as u64);
        if time < now {
            return Err(input_error(format!(
                "\"t\" goes back: the clock stands at {} already",
                seconds_text(now)
            )));
        }
        Ok(time)
    }

    /// The operation of a line; nothing if the line only moves the clock.
    fn operation_of(
        &self,
        mut fields: Map<String, Value>,
        asked: &Asked,
    ) -> Result<Option<Operation>, ServiceError> {
        let Some(op) = fields.get("op") else {
            return match fields.contains_key("t") && !fields.contains_key("params") {
                true => Ok(None),
                false => Err(input_error("\"op\" is missing")),
            };
        };
        let Some(op) = op.as_str() else {
            return Err(input_error("\"op\" must be the name of an operation"));
        };
        let service = match (self.service, &asked.service) {
            (Some(service), _) => service,
            (None, Some(name)) => ServiceId::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = ServiceId::ALL.iter().map(|id| id.name()).collect();
                input_error(format!("\"service\" must be one of {}", known.join(", ")))
            })?,
            (None, None) => return Err(input_error("\"service\" is missing")),
        };
        let op = op.to_owned();
        let params = fields.remove("params").unwrap_or_else(|| Value::Object(Map::new()));
        Operation::from_json(service, &op, params).map(Some)
    }
}

impl Answered {
    /// The line that is written for it, without the line's end.
    pub fn to_line(&self) -> String {
        let mut out = format!("{{\"t\":{}", seconds_text(self.at));
        let mut field = |name: &str, value: Value| {
            write!(out, ",\"{name}\":{value}").expect("a String takes any text");
        };
        if let Some(id) = &self.asked.id {
            field("id", id.clone());
        }
        if let Some(service) = &self.asked.service {
            field("service", service.as_str().into());
        }
        if let Some(op) = &self.asked.op {
            field("op", op.as_str().into());
        }
        match &self.result {
            Ok(response) => field("response", response.clone()),
            Err(error) => {
                let pairs = [("code", error.code.as_ref()), ("message", error.message.as_str())];
                let members = error.members.iter().flat_map(|members| members.iter());
                let error: Map<String, Value> = pairs
                    .into_iter()
                    .map(|(name, text)| (name.to_owned(), Value::from(text)))
                    .chain(members.map(|(name, value)| (name.clone(), value.clone())))
                    .collect();
                field("error", Value::Object(error));
            }
        }
        out.push('}');
        out
    }

    /// The line of the script that it answers, from 1.
    pub fn line(&self) -> usize {
        self.asked.line
    }
}

fn input_error(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidInput", message)
}

fn invalid(what: impl std::fmt::Display) -> Result<Value, ServiceError> {
    Err(input_error(format!("not a line of a script: {what}")))
}

/// Seconds as JSON writes them, without a fraction that is zero.
fn seconds_text(time: Time) -> String {
    let (whole, millis) = (time.0 / 1000, time.0 % 1000);
    match millis {
        0 => whole.to_string(),
        _ => format!("{whole}.{millis:03}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(lines: &[&str]) -> Vec<String> {
        let mut script = Script::new(ServiceId::from_name("sqs"), 1);
        let mut out: Vec<String> =
            lines.iter().flat_map(|line| script.line(line)).map(|a| a.to_line()).collect();
        out.extend(script.finish().iter().map(Answered::to_line));
        out
    }

    const CREATE: &str = r#"{"t": 0, "op": "CreateQueue", "params": {"QueueName": "q"}}"#;

    #[test]
    fn a_call_is_answered_on_a_line_with_its_time_name_and_id() {
        assert_eq!(
            run(&[r#"{"t": 1.5, "id": 7, "op": "CreateQueue", "params": {"QueueName": "q"}}"#]),
            [concat!(
                r#"{"t":1.5,"id":7,"op":"CreateQueue","response":"#,
                r#"{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/000000000000/q"}}"#
            )]
        );
    }

    #[test]
    fn a_long_poll_is_answered_at_its_own_time_before_what_brought_it_its_message() {
        let out = run(&[
            CREATE,
            r#"{"t": 1, "op": "ReceiveMessage", "params": {"QueueUrl": "q", "WaitTimeSeconds": 20}}"#,
            r#"{"t": 7, "op": "SendMessage", "params": {"QueueUrl": "q", "MessageBody": "m"}}"#,
            r#"{"t": 9, "op": "ReceiveMessage", "params": {"QueueUrl": "q", "WaitTimeSeconds": 20}}"#,
            r#"{"t": 29.5}"#,
            r#"{"op": "ReceiveMessage", "params": {"QueueUrl": "q", "WaitTimeSeconds": 5}}"#,
        ]);
        let starts: Vec<&str> = out.iter().map(|line| &line[..line.len().min(32)]).collect();
        assert!(starts[1].starts_with(r#"{"t":7,"op":"ReceiveMessage""#), "{starts:?}");
        assert!(starts[2].starts_with(r#"{"t":7,"op":"SendMessage""#), "{starts:?}");
        assert_eq!(out[3], r#"{"t":29,"op":"ReceiveMessage","response":{}}"#);
        assert_eq!(out[4], r#"{"t":34.5,"op":"ReceiveMessage","response":{}}"#);
        assert_eq!(out.len(), 5);
    }

    #[test]
    fn a_bad_line_is_answered_and_the_script_goes_on() {
        let codes: Vec<String> = run(&[
            "{",
            "[1]",
            r#"{"t": 5}"#,
            r#"{"t": 4, "op": "ListQueues"}"#,
            r#"{"t": "x", "op": "ListQueues"}"#,
            r#"{"t": -1, "op": "ListQueues"}"#,
            r#"{"params": {}}"#,
            r#"{"op": 3}"#,
            r#"{"op": "Nope"}"#,
            r#"{"op": "ListQueues", "params": 4}"#,
            r#"{"op": "ListQueues", "params": {"QueueNamePrefix": "\ud800"}}"#,
            "",
            r#"{"op": "ListQueues"}"#,
        ])
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["error"]["code"].to_string())
        .collect();
        let bad = "\"InvalidInput\"";
        let unknown = "\"UnknownOperationException\"";
        let expected =
            [bad, bad, bad, bad, bad, bad, bad, unknown, "\"ParamValidation\"", bad, "null"];
        assert_eq!(codes, expected);
    }

    #[test]
    fn a_world_script_names_the_service_in_each_line() {
        let mut script = Script::new(None, 0);
        let out = script.line(r#"{"service": "sqs", "op": "ListQueues"}"#);
        assert_eq!(out[0].to_line(), r#"{"t":0,"service":"sqs","op":"ListQueues","response":{}}"#);
        let refused = script.line(r#"{"op": "ListQueues"}"#)[0].to_line();
        assert!(refused.contains("InvalidInput"), "{refused}");
    }
}
