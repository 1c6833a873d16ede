//! Replays what real implementations answered (`tests/recordings/`) through the engine of
//! `awslearn sim`: every step must agree.

#![expect(clippy::disallowed_methods, reason = "a test reads its recordings")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use awslearn::services::ServiceError;
use awslearn::services::script::{Answered, Script};
use awslearn::services::world::ServiceId;
use serde_json::{Map, Value, json};

/// One scenario being replayed.
struct Replay {
    script: Script,
    bound: BTreeMap<String, Value>,
    /// How much later everything is than it was recorded, in milliseconds.
    late: u64,
}

/// How a step's answer is compared.
struct Comparison<'a> {
    ignore: Vec<&'a str>,
    unordered: bool,
    range: bool,
    at_most: Option<usize>,
}

/// Variables that stand for any value.
const ANYTHING: &[&str] = &["$ts", "$time", "$sender", "$open", "$closed"];

/// What all made-up names begin with.
const PREFIX: &str = "replayed-";

/// Variables that stand for names the replayer makes up.
const MADE_UP: &[&str] = &["$name", "$stream", "$table"];

/// What the recordings of streams never carry although AWS answers with it (botocore 1.44.5).
const NEVER_RECORDED: &[&str] = &[
    "EncryptionType",
    "EnhancedMonitoring",
    "MaxRecordSizeInKiB",
    "MillisBehindLatest",
    "StreamARN",
    "StreamModeDetails",
];

/// A long poll may have been answered that much earlier or later, in seconds.
const TOLERANCE: f64 = 0.6;

impl Replay {
    fn new(service: &str) -> Replay {
        let service = ServiceId::from_name(service).expect("a service of ours");
        let bound = BTreeMap::from([("$prefix".to_owned(), json!(PREFIX))]);
        Replay { script: Script::new(Some(service), 7), bound, late: 0 }
    }

    /// Runs one step; the difference from what was recorded, if there is one.
    fn step(&mut self, step: &Value) -> Result<(), String> {
        let t = step["t"].as_f64().expect("t") + self.late as f64 / 1000.0;
        let op = step["op"].as_str().expect("op");
        self.make_up_names(&step["params"]);
        let params = self.filled(&step["params"]);
        let answered = self.call(t, op, &params);
        self.wait_until_active(op, &params);
        if let Some(elapsed) = step["elapsed"].as_f64() {
            let took = answered.at.0 as f64 / 1000.0 - t;
            if (took - elapsed).abs() > TOLERANCE {
                return Err(format!("took {took} s, recorded {elapsed} s"));
            }
        }
        let comparison = Comparison::of(step);
        match (&answered.result, step["error"].as_str()) {
            (Ok(_), None) if step["match"] == "status-only" => Ok(()),
            (Err(_), Some(_)) if step["match"] == "status-only" => Ok(()),
            (Err(error), Some(code)) if error.code == code => match self.text_of(step) {
                Some(text) if text != error.message => {
                    Err(format!("said {:?}, recorded {text:?}", error.message))
                }
                _ => self.members_agree(step, error, &comparison),
            },
            (Err(error), _) => Err(format!("answered {error}")),
            (Ok(response), Some(code)) => Err(format!("answered {response}, recorded {code}")),
            (Ok(response), None) => {
                let mut bound = self.bound.clone();
                comparison.agrees("", &step["response"], response, &mut bound)?;
                self.bound = bound;
                Ok(())
            }
        }
    }

    /// Compares what an error carries besides.
    fn members_agree(
        &self,
        step: &Value,
        error: &ServiceError,
        comparison: &Comparison<'_>,
    ) -> Result<(), String> {
        let name = "CancellationReasons";
        let Some(expected) = step.get(name) else { return Ok(()) };
        let actual = error.members.as_ref().and_then(|members| members.get(name));
        comparison.agrees(name, expected, actual.unwrap_or(&Value::Null), &mut self.bound.clone())
    }

    /// The sentence that came with a recorded error.
    fn text_of(&self, step: &Value) -> Option<String> {
        let mut text = step["message"].as_str()?.to_owned();
        for (variable, value) in self.bound.iter().rev() {
            text = text.replace(variable.as_str(), value.as_str().unwrap_or_default());
        }
        Some(text)
    }

    fn call(&mut self, t: f64, op: &str, params: &Value) -> Answered {
        let line = json!({ "t": t, "op": op, "params": params }).to_string();
        let mut answers = self.script.line(&line);
        if answers.is_empty() {
            answers = self.script.finish();
        }
        assert_eq!(answers.len(), 1, "{line}");
        answers.remove(0)
    }

    /// Moves the clock until what was made or reshaped is active, as the recorder did.
    fn wait_until_active(&mut self, op: &str, params: &Value) {
        let (describe, name, status) = match op {
            "CreateStream" | "SplitShard" | "MergeShards" | "UpdateShardCount" => {
                ("DescribeStreamSummary", "StreamName", "/StreamDescriptionSummary/StreamStatus")
            }
            "CreateTable" => ("DescribeTable", "TableName", "/Table/TableStatus"),
            _ => return,
        };
        let start = self.script.world().now();
        let what = json!({ name: params[name] });
        for _ in 0..100 {
            let now = self.script.world().now().0 as f64 / 1000.0;
            let is_active = match self.call(now, describe, &what).result {
                Ok(described) => described.pointer(status).is_none_or(|status| status == "ACTIVE"),
                Err(_) => true,
            };
            let next = self.script.world().next_wakeup();
            let (false, Some(next)) = (is_active, next) else { break };
            self.script.line(&json!({ "t": next.0 as f64 / 1000.0 }).to_string());
        }
        self.late += self.script.world().now().since(start).0;
    }

    fn make_up_names(&mut self, params: &Value) {
        for name in ["QueueName", "StreamName", "TableName"] {
            let Some(variable) = params[name].as_str() else { continue };
            let is_made_up = MADE_UP.iter().any(|start| variable.starts_with(start));
            if is_made_up && !self.bound.contains_key(variable) {
                let is_fifo = params["Attributes"]["FifoQueue"] == "true";
                let end = if is_fifo { ".fifo" } else { "" };
                let made = format!("{PREFIX}{}{end}", &variable[1..]);
                self.bound.insert(variable.to_owned(), json!(made));
            }
        }
    }

    /// Parameters as they are sent: variables, bytes and repetitions written out.
    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.filled_text(text),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(fields) => literal(fields).unwrap_or_else(|| {
                let pairs = fields.iter().map(|(name, value)| {
                    let name = self.filled_text(name).as_str().unwrap_or(name).to_owned();
                    (name, self.filled(value))
                });
                Value::Object(pairs.collect())
            }),
            other => other.clone(),
        }
    }

    fn filled_text(&self, text: &str) -> Value {
        if let Some(value) = self.bound.get(text) {
            return value.clone();
        }
        let mut out = text.to_owned();
        // ARNs stand inside policies, too. The longest names first: `$arn1` begins `$arn10`.
        for (variable, value) in self.bound.iter().rev() {
            let Some(number) = variable.strip_prefix("$q") else { continue };
            let url = value.as_str().unwrap_or_default();
            let name = url.rsplit('/').next().unwrap_or_default();
            let arn = format!("arn:aws:sqs:us-east-1:000000000000:{name}");
            out = out.replace(&format!("$arn{number}"), &arn);
        }
        Value::String(out)
    }
}

/// `{"$bytes": …}` and `{"$repeat": […]}`.
fn literal(fields: &Map<String, Value>) -> Option<Value> {
    if let Some(bytes) = fields.get("$bytes") {
        return Some(bytes.clone());
    }
    let repeat = fields.get("$repeat")?;
    let count = repeat[1].as_u64().expect("a count") as usize;
    Some(Value::String(repeat[0].as_str().expect("a text").repeat(count)))
}

impl<'a> Comparison<'a> {
    fn of(step: &'a Value) -> Comparison<'a> {
        let how = step["match"].as_str().unwrap_or_default();
        Comparison {
            ignore: step["ignore"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect(),
            unordered: matches!(how, "unordered" | "ordered-within-group"),
            range: how == "range",
            at_most: how.strip_prefix("at-most:").and_then(|most| most.parse().ok()),
        }
    }

    fn ignores(&self, path: &str, name: &str) -> bool {
        let parent = path.rsplit('.').next().unwrap_or_default();
        self.ignore.iter().any(|ignored| match ignored.split_once('.') {
            Some((of, field)) => of == parent && field == name,
            None => *ignored == name,
        })
    }

    fn agrees(
        &self,
        path: &str,
        expected: &Value,
        actual: &Value,
        bound: &mut BTreeMap<String, Value>,
    ) -> Result<(), String> {
        let differ = || Err(format!("at {path}: answered {actual}, recorded {expected}"));
        match (expected, actual) {
            (Value::String(variable), _) if variable.starts_with('$') => {
                if ANYTHING.contains(&variable.as_str()) {
                    return Ok(());
                }
                let arn = variable.strip_prefix("$arn").and_then(|n| bound.get(&format!("$q{n}")));
                if let (Some(url), Some(arn)) = (arn.and_then(Value::as_str), actual.as_str()) {
                    let same = url.rsplit('/').next() == arn.rsplit(':').next();
                    return if same { Ok(()) } else { differ() };
                }
                match bound.get(variable) {
                    Some(value) if value == actual => Ok(()),
                    Some(_) => differ(),
                    None => {
                        bound.insert(variable.clone(), actual.clone());
                        Ok(())
                    }
                }
            }
            (Value::Array(ends), Value::Number(number)) if self.range && ends.len() == 2 => {
                let number = number.as_f64();
                let within = ends[0].as_f64() <= number && number <= ends[1].as_f64();
                if within { Ok(()) } else { differ() }
            }
            (Value::Array(expected), Value::Array(actual)) => {
                self.lists_agree(path, expected, actual, bound)
            }
            (Value::Object(fields), _) if literal(fields).is_some() => {
                if literal(fields).as_ref() == Some(actual) { Ok(()) } else { differ() }
            }
            (Value::Object(expected), Value::Object(actual)) => {
                let names = expected.keys().chain(actual.keys());
                for name in names.filter(|name| !self.ignores(path, name)) {
                    match (expected.get(name), actual.get(name)) {
                        (Some(e), Some(a)) => {
                            self.agrees(&format!("{path}.{name}"), e, a, bound)?;
                        }
                        (None, Some(_)) if NEVER_RECORDED.contains(&name.as_str()) => {}
                        (Some(alone), None) | (None, Some(alone)) if !is_empty(alone) => {
                            let who = if expected.contains_key(name) { "we" } else { "they" };
                            return Err(format!("at {path}: {who} have no {name} ({alone})"));
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
            (expected, actual) if expected == actual => Ok(()),
            // JSON has one kind of number: the recorder wrote units without a point.
            (Value::Number(e), Value::Number(a)) if e.as_f64() == a.as_f64() => Ok(()),
            (Value::Bool(read), actual) if *read == client_reads(actual) => Ok(()),
            _ => differ(),
        }
    }

    fn lists_agree(
        &self,
        path: &str,
        expected: &[Value],
        actual: &[Value],
        bound: &mut BTreeMap<String, Value>,
    ) -> Result<(), String> {
        if let Some(most) = self.at_most {
            return match actual.len() <= most {
                true => Ok(()),
                false => Err(format!("at {path}: {} items, at most {most}", actual.len())),
            };
        }
        if expected.len() != actual.len() {
            return Err(format!("at {path}: {} items, recorded {}", actual.len(), expected.len()));
        }
        if !self.unordered {
            return expected
                .iter()
                .zip(actual)
                .try_for_each(|(expected, actual)| self.agrees(path, expected, actual, bound));
        }
        let mut rest: Vec<&Value> = actual.iter().collect();
        for expected in expected {
            let found = rest.iter().position(|actual| {
                let mut tried = bound.clone();
                let agrees = self.agrees(path, expected, actual, &mut tried).is_ok();
                if agrees {
                    *bound = tried;
                }
                agrees
            });
            match found {
                Some(index) => drop(rest.remove(index)),
                None => return Err(format!("at {path}: no {expected} among {rest:?}")),
            }
        }
        Ok(())
    }
}

/// How a cache's client reads a reply where it expects yes or no.
fn client_reads(reply: &Value) -> bool {
    *reply == json!("OK") || *reply == json!(1)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Replays every recording of a service and lists the steps that differ.
fn differences(service: &str) -> (usize, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the recordings").flatten().collect();
    files.sort_by_key(fs::DirEntry::path);
    let mut steps = 0;
    let mut differences = Vec::new();
    for file in files {
        let name = file.file_name().into_string().expect("a plain name");
        if !(name.starts_with(&format!("{service}-")) && name.ends_with(".jsonl")) {
            continue;
        }
        let text = fs::read_to_string(file.path()).expect("a recording");
        let mut replay = Replay::new(service);
        for (number, line) in text.lines().enumerate() {
            steps += 1;
            let step: Value = serde_json::from_str(line).expect("JSON");
            if let Err(difference) = replay.step(&step) {
                let op = step["op"].as_str().unwrap_or_default();
                differences.push(format!("{name}:{}: {op}: {difference}", number + 1));
            }
        }
    }
    (steps, differences)
}

#[test]
fn every_recorded_step_of_sqs_agrees() {
    let (steps, differences) = differences("sqs");
    assert!(steps > 200, "{steps} steps");
    assert!(differences.is_empty(), "{} of {steps}\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_recorded_step_of_kinesis_agrees() {
    let (steps, differences) = differences("kinesis");
    assert!(steps > 700, "{steps} steps");
    assert!(differences.is_empty(), "{} of {steps}\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_recorded_step_of_dynamodb_agrees() {
    let (steps, differences) = differences("dynamodb");
    assert!(steps > 120, "{steps} steps");
    assert!(differences.is_empty(), "{} of {steps}\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_recorded_step_of_elasticache_agrees() {
    let (steps, differences) = differences("elasticache");
    assert_eq!(steps, 650);
    assert!(differences.is_empty(), "{} of {steps}\n{}", differences.len(), differences.join("\n"));
}
