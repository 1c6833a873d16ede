//! Random lines for `awslearn sim`, made from the services' own tables: calls that are right, calls
//! that are nearly right, and texts that are no calls at all.

use awslearn::services::chance::Chance;
use awslearn::services::script::Answered;
use awslearn::services::shape::{Kind, Member, Operation};
use awslearn::services::time::Time;
use awslearn::services::world::ServiceId;
use serde_json::{Map, Value, json};

/// Makes lines, and learns from the answers what handles, URLs and tokens look like.
pub struct Lines {
    chance: Chance,
    clock: u64,
    /// Names and what they were seen with: `ReceiptHandle`, `QueueUrl`, `ShardIterator`, …
    seen: Vec<(String, Value)>,
}

/// How many values are remembered.
const MEMORY: usize = 400;

impl Lines {
    pub fn new(seed: u64) -> Lines {
        Lines { chance: Chance::new(seed), clock: 0, seen: Vec::new() }
    }

    /// The next line; the clock of the script stands at `now`.
    pub fn line(&mut self, now: Time) -> String {
        self.clock = now.0;
        let services = ServiceId::ALL;
        let service = services[self.pick(services.len())];
        let operations = service.api().operations;
        let operation = &operations[self.pick(operations.len())];
        let mut line = json!({
            "service": service.name(),
            "op": operation.name,
            "params": self.params(operation),
        });
        self.clock += match self.pick(20) {
            0 => 40_000,
            1..=5 => self.chance.below(3_000),
            _ => 0,
        };
        line["t"] = json!(self.clock as f64 / 1000.0);
        if self.one_in(50) {
            line["id"] = self.anything(2);
        }
        if self.one_in(200) {
            line["t"] = self.anything(0);
        }
        let text = line.to_string();
        if self.one_in(10) { self.mutated(text) } else { text }
    }

    /// Remembers what an answer showed.
    pub fn learn(&mut self, answer: &Answered) {
        if let Ok(response) = &answer.result {
            self.remember("", response);
        }
    }

    fn remember(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.remember(name, value);
                }
            }
            Value::Array(items) => {
                for item in items.iter().take(3) {
                    self.remember(name, item);
                }
            }
            Value::String(_) if self.seen.len() >= MEMORY => {
                let place = self.pick(MEMORY);
                self.seen[place] = (name.to_owned(), value.clone());
            }
            Value::String(_) => self.seen.push((name.to_owned(), value.clone())),
            _ => {}
        }
    }

    fn params(&mut self, operation: &Operation) -> Value {
        if self.one_in(100) { self.anything(2) } else { self.structure(operation.input, 0) }
    }

    fn structure(&mut self, members: &[Member], depth: u32) -> Value {
        let mut fields = Map::new();
        for member in members {
            let wanted = if member.required { !self.one_in(60) } else { self.one_in(3) };
            if wanted {
                let value = self.member(member, depth);
                fields.insert(member.name.to_owned(), value);
            }
        }
        if self.one_in(100) {
            fields.insert("Bogus".to_owned(), self.anything(1));
        }
        Value::Object(fields)
    }

    fn member(&mut self, member: &Member, depth: u32) -> Value {
        if self.one_in(40) {
            return self.anything(2);
        }
        let known: Vec<&Value> =
            self.seen.iter().filter(|(name, _)| name == member.name).map(|(_, v)| v).collect();
        if !known.is_empty() && !self.chance.parts_in(1, 5) {
            return known[self.chance.below(known.len() as u64) as usize].clone();
        }
        self.value(member.name, &member.kind, depth)
    }

    fn value(&mut self, name: &str, kind: &Kind, depth: u32) -> Value {
        if depth > 6 {
            return Value::Null;
        }
        match kind {
            Kind::Text(_) => self.text(name),
            Kind::Choice(choices) => json!(choices[self.pick(choices.len())]),
            Kind::Blob(_) => json!(["", "AAEC", "aGVsbG8=", "%%"][self.pick(4)]),
            Kind::Integer(limits) => {
                let (min, max) = (limits.min.unwrap_or(-5), limits.max.unwrap_or(100_000));
                let near = self.chance.between(0, 3) as i64;
                match self.pick(8) {
                    0 => json!(min.saturating_sub(near)),
                    1 => json!(max.saturating_add(near)),
                    2 => json!([i64::MIN, i64::MAX, 0, -1][self.pick(4)]),
                    _ => json!(min.saturating_add(near)),
                }
            }
            Kind::Number => json!([0.5, -1.0, 1e300, 0.0][self.pick(4)]),
            Kind::Boolean => json!(self.one_in(2)),
            Kind::Timestamp => json!(self.clock as f64 / 1000.0),
            Kind::List(item, _) => {
                let count = [1, 1, 2, 3, 10, 11, 0][self.pick(7)];
                (0..count).map(|_| self.value(name, item, depth + 1)).collect()
            }
            Kind::Map(item, _) => {
                let count = self.pick(3);
                let pairs: Vec<(String, Value)> = (0..count)
                    .map(|_| {
                        let key = ATTRIBUTES[self.pick(ATTRIBUTES.len())];
                        (key.to_owned(), self.value(key, item, depth + 1))
                    })
                    .collect();
                Value::Object(pairs.into_iter().collect())
            }
            Kind::Structure(members) => self.structure(members, depth + 1),
            Kind::Document if self.one_in(8) => self.anything(3),
            Kind::Document => self.attribute_value(3),
        }
    }

    /// A value of DynamoDB, now and then one nested too deeply.
    fn attribute_value(&mut self, depth: u32) -> Value {
        const NUMBERS: [&str; 7] = ["0", "1", "-2.5", "1e125", "1e-130", "9e999", "x"];
        let number = |lines: &mut Lines| json!(NUMBERS[lines.pick(NUMBERS.len())]);
        match self.pick(if depth == 0 { 6 } else { 10 }) {
            0..=2 => json!({ "S": self.text("") }),
            3 => json!({ "N": number(self) }),
            4 => json!({ "B": "AAEC" }),
            5 => json!({ "NS": [number(self), number(self)] }),
            6 => json!({ "BOOL": self.one_in(2), "NULL": true }),
            7 => json!({ "L": [self.attribute_value(depth - 1), self.attribute_value(depth - 1)] }),
            8 => json!({ "M": { "k": self.attribute_value(depth - 1) } }),
            _ => (0..[2, 31, 32, 40][self.pick(4)])
                .fold(json!({ "S": "" }), |inner, _| json!({ "L": [inner] })),
        }
    }

    /// Words of DynamoDB's expressions, in an order that is sometimes right.
    fn expression(&mut self) -> String {
        let whole = EXPRESSIONS[self.pick(EXPRESSIONS.len())];
        if !self.one_in(3) {
            return whole.to_owned();
        }
        let mut words: Vec<&str> = whole.split(' ').collect();
        for _ in 0..self.pick(8) {
            let other = EXPRESSIONS[self.pick(EXPRESSIONS.len())];
            let others: Vec<&str> = other.split(' ').collect();
            words.insert(self.pick(words.len() + 1), others[self.pick(others.len())]);
        }
        let nested = if self.one_in(10) { 200 } else { 0 };
        "(".repeat(nested) + &words.join(" ") + &")".repeat(nested)
    }

    fn text(&mut self, name: &str) -> Value {
        let small = self.pick(6);
        let plain = match name {
            "QueueName" | "QueueUrl" => {
                ["a", "b", "f.fifo", "dlq", "d.fifo", "c"][small].to_owned()
            }
            _ if name.ends_with("Arn") => {
                let queue = ["a", "b", "f.fifo", "dlq", "d.fifo", "c"][small];
                format!("arn:aws:sqs:us-east-1:000000000000:{queue}")
            }
            "RedrivePolicy" => json!({
                "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dlq",
                "maxReceiveCount": small,
            })
            .to_string(),
            "TableName" | "IndexName" => {
                ["tab", "tab", "tab", "two", "lix", "gix"][small].to_owned()
            }
            "AttributeName" => ["p", "p", "r", "r", "g", "e"][small].to_owned(),
            "args" => ARGUMENTS[self.pick(ARGUMENTS.len())].to_owned(),
            _ if name.ends_with("Expression") => self.expression(),
            _ => ["x", "1", "true", "name-1", "0", "60"][small].to_owned(),
        };
        match self.pick(40) {
            0 => json!(""),
            1 => json!("\u{0}\u{ffff}한글 🙂"),
            2 => json!("y".repeat([255, 1 << 10, 1 << 16, (1 << 20) + 1][self.pick(4)])),
            _ => json!(plain),
        }
    }

    fn anything(&mut self, depth: u32) -> Value {
        match self.pick(if depth == 0 { 8 } else { 10 }) {
            0 => Value::Null,
            1 => json!(self.one_in(2)),
            2 => json!(self.chance.bits() as i64),
            3 => json!(self.chance.bits()),
            4 => json!(-1.5e300),
            5 => json!("text"),
            6 => json!(""),
            7 => json!(0),
            8 => (0..self.pick(3)).map(|_| self.anything(depth - 1)).collect(),
            _ => json!({ "key": self.anything(depth - 1) }),
        }
    }

    /// The text with some of its bytes changed, doubled or cut away.
    fn mutated(&mut self, text: String) -> String {
        let mut bytes = text.into_bytes();
        for _ in 0..self.chance.between(1, 4) {
            if bytes.is_empty() {
                break;
            }
            let at = self.pick(bytes.len());
            let mut insert = |more: &[u8]| drop(bytes.splice(at..at, more.iter().copied()));
            match self.chance.below(6) {
                4 => insert(b"\\ud800"),
                5 => insert(&[b'['; 300]),
                0 => bytes[at] = b' ' + self.pick(95) as u8,
                1 => bytes.truncate(at),
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, b"{}[]\",:\\u0"[self.pick(10)]),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn pick(&mut self, count: usize) -> usize {
        self.chance.below(count as u64) as usize
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.chance.parts_in(1, count)
    }
}

/// Expressions of DynamoDB.
const EXPRESSIONS: &[&str] = &[
    "p = :v AND r > :v",
    "p = :v AND begins_with ( r , :v )",
    "#n = :v AND r BETWEEN :v AND :w",
    "attribute_not_exists ( p ) OR NOT ( #n <> :v )",
    "size ( e ) > :v AND contains ( #n , :v ) AND e IN ( :v , :w )",
    "SET e = :v , g = if_not_exists ( g , :v ) REMOVE #n . a [ 3 ]",
    "SET e = e + :v ADD g :w DELETE #n :v",
    "SET e = list_append ( :v , :w )",
    "p , r , #n . a [ 0 ]",
];

/// Arguments of the caches' commands.
const ARGUMENTS: &[&str] = &[
    "k",
    "k",
    "{k}2",
    "h",
    "v",
    "0",
    "1",
    "-1",
    "10",
    "EX",
    "PX",
    "NX",
    "XX",
    "GET",
    "LIMIT",
    "WITHSCORES",
    "inf",
    "nan",
    "1e400",
    "9223372036854775807",
    "-9223372036854775808",
    "(1",
    "[a",
    "+",
    "-",
    "*",
    "noreply",
    "4294967296",
];

/// Keys for maps of texts: attributes of queues, and some that are none.
const ATTRIBUTES: &[&str] = &[
    "FifoQueue",
    "VisibilityTimeout",
    "DelaySeconds",
    "RedrivePolicy",
    "ContentBasedDeduplication",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "Policy",
    "key",
    ":v",
    ":w",
    "#n",
    "p",
    "r",
    "e",
    "",
];
