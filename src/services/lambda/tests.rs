//! Lambda's rules, each a test by its id, driven through the world's door.

mod concurrency;
mod events;
mod mappings;
mod queue;
mod random;
mod stream;
mod worlds;

use serde_json::{Value, json};

use super::happened::{Happened, Wall};
use crate::services::arn::arn;
use crate::services::time::Time;
use crate::services::trace::Fact;
use crate::services::world::{Operation, ServiceId, World};
use crate::services::{Answer, ServiceError, Ticket};

/// A world with someone in it who makes calls and watches Lambda.
pub(crate) struct Play {
    pub(crate) world: World,
    facts: Vec<Fact<Happened>>,
}

impl Play {
    pub(crate) fn new() -> Play {
        Play::seeded(7)
    }

    pub(crate) fn seeded(seed: u64) -> Play {
        let mut world = World::new(seed);
        world.lambda.trace.watch();
        Play { world, facts: Vec::new() }
    }

    /// Makes a call at a moment in milliseconds.
    pub(crate) fn try_call(
        &mut self,
        at: u64,
        service: &str,
        name: &str,
        params: Value,
    ) -> Result<Value, ServiceError> {
        let service = ServiceId::from_name(service).expect("a service");
        let operation = Operation::from_json(service, name, params)?;
        match self.world.call(Time(at), operation) {
            Answer::Now(result) => result.map(|response| response.to_json()),
            Answer::Later(ticket) => self.wait_for(ticket),
        }
    }

    fn wait_for(&mut self, ticket: Ticket) -> Result<Value, ServiceError> {
        for _ in 0..100_000 {
            let at = self.world.next_wakeup().expect("an answer that comes");
            let late = self.world.advance(at);
            if let Some(late) = late.into_iter().find(|late| late.ticket == ticket) {
                return late.result.map(|response| response.to_json());
            }
        }
        panic!("no answer comes");
    }

    /// A call that must succeed.
    pub(crate) fn call(&mut self, at: u64, service: &str, name: &str, params: Value) -> Value {
        self.try_call(at, service, name, params.clone())
            .unwrap_or_else(|error| panic!("{name} {params}: {error}"))
    }

    /// A call that must fail, with this code.
    pub(crate) fn refused(
        &mut self,
        at: u64,
        service: &str,
        name: &str,
        params: Value,
        code: &str,
    ) -> String {
        match self.try_call(at, service, name, params.clone()) {
            Ok(answer) => panic!("{name} {params} was answered {answer}"),
            Err(error) => {
                assert_eq!(error.code, code, "{error}");
                error.message
            }
        }
    }

    pub(crate) fn function(&mut self, name: &str, timeout: u64, script: Value) {
        let params = json!({
            "FunctionName": name, "Role": "arn:aws:iam::000000000000:role/any",
            "Timeout": timeout, "Script": script,
        });
        let now = self.world.now().0;
        self.call(now, "lambda", "CreateFunction", params);
    }

    pub(crate) fn queue(&mut self, name: &str, attributes: Value) -> String {
        let params = json!({"QueueName": name, "Attributes": attributes});
        self.call(self.world.now().0, "sqs", "CreateQueue", params);
        arn("sqs", name)
    }

    /// A mapping, made now and enabled 2 s later.
    pub(crate) fn mapping(&mut self, source: &str, function: &str, more: Value) -> String {
        let mut params = json!({"EventSourceArn": source, "FunctionName": function});
        merge(&mut params, more);
        let now = self.world.now().0;
        let made = self.call(now, "lambda", "CreateEventSourceMapping", params);
        made["UUID"].as_str().expect("a UUID").to_owned()
    }

    pub(crate) fn send(&mut self, at: u64, queue: &str, body: &str) -> String {
        let params = json!({"QueueUrl": queue, "MessageBody": body});
        let sent = self.call(at, "sqs", "SendMessage", params);
        sent["MessageId"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn until(&mut self, at: u64) {
        self.world.advance(Time(at));
    }

    /// Visible, hidden and delayed messages of a queue.
    pub(crate) fn counts(&mut self, queue: &str) -> [u64; 3] {
        let now = self.world.now().0;
        let params = json!({"QueueUrl": queue, "AttributeNames": ["All"]});
        let answer = self.call(now, "sqs", "GetQueueAttributes", params);
        ["", "NotVisible", "Delayed"].map(|kind| {
            let name = format!("ApproximateNumberOfMessages{kind}");
            answer["Attributes"][name].as_str().expect("a count").parse().expect("a number")
        })
    }

    pub(crate) fn facts(&mut self) -> &[Fact<Happened>] {
        let new = self.world.lambda.trace.drain();
        self.facts.extend(new);
        &self.facts
    }

    /// Moments, in milliseconds, of the facts that `pick` picks.
    pub(crate) fn moments(&mut self, pick: impl Fn(&Happened) -> bool) -> Vec<u64> {
        self.facts().iter().filter(|fact| pick(&fact.what)).map(|fact| fact.at.0).collect()
    }

    /// Items of each invocation of the mappings, oldest first.
    pub(crate) fn batches(&mut self) -> Vec<u32> {
        self.handed().iter().map(|ids| u32::try_from(ids.len()).expect("few")).collect()
    }

    /// What each invocation was handed, oldest first.
    pub(crate) fn handed(&mut self) -> Vec<Vec<String>> {
        let handed = |fact: &Fact<Happened>| match &fact.what {
            Happened::InvocationStarted { ids, .. } => Some(ids.clone()),
            _ => None,
        };
        self.facts().iter().filter_map(handed).collect()
    }

    /// Puts records with these keys and data, all at once; their shards and sequence numbers.
    pub(crate) fn put(
        &mut self,
        at: u64,
        stream: &str,
        records: &[(&str, &str)],
    ) -> Vec<(String, String)> {
        let records: Vec<Value> = records
            .iter()
            .map(|(key, data)| {
                let data = crate::services::blob::Blob(data.as_bytes().to_vec());
                json!({"PartitionKey": key, "Data": data})
            })
            .collect();
        let params = json!({"StreamName": stream, "Records": records});
        let answer = self.call(at, "kinesis", "PutRecords", params);
        assert_eq!(answer["FailedRecordCount"], 0, "{answer}");
        let text = |record: &Value, name: &str| record[name].as_str().expect(name).to_owned();
        let records = answer["Records"].as_array().expect("records");
        records.iter().map(|each| (text(each, "ShardId"), text(each, "SequenceNumber"))).collect()
    }

    /// A stream of so many shards, ready at 1 s.
    pub(crate) fn stream(&mut self, name: &str, shards: u64) -> String {
        let params = json!({"StreamName": name, "ShardCount": shards});
        self.call(0, "kinesis", "CreateStream", params);
        self.until(1000);
        arn("kinesis", &format!("stream/{name}"))
    }

    /// The most invocations that ran at one moment.
    pub(crate) fn most_at_once(&mut self) -> i64 {
        let (mut now, mut most) = (0, 0);
        for fact in self.facts() {
            match fact.what {
                Happened::InvocationStarted { .. } => now += 1,
                Happened::InvocationSucceeded { .. } | Happened::InvocationFailed { .. } => {
                    now -= 1;
                }
                _ => {}
            }
            most = most.max(now);
        }
        most
    }

    /// Starts so many invocations at one moment: cold, warm and throttled ones among them.
    fn burst(&mut self, at: u64, function: &str, count: usize) -> [usize; 3] {
        self.until(at);
        let seen = self.facts().len();
        for _ in 0..count {
            let params = json!({"FunctionName": function});
            let operation = Operation::from_json(ServiceId::Lambda, "Invoke", params);
            let _ = self.world.call(Time(at), operation.expect("a call"));
        }
        let mut counts = [0; 3];
        for fact in &self.facts()[seen..] {
            match &fact.what {
                Happened::InvocationStarted { cold: Some(_), .. } => counts[0] += 1,
                Happened::InvocationStarted { .. } => counts[1] += 1,
                Happened::Throttled { .. } => counts[2] += 1,
                _ => {}
            }
        }
        counts
    }

    fn walls(&mut self) -> Vec<Wall> {
        let wall = |fact: &Fact<Happened>| match fact.what {
            Happened::Throttled { wall, .. } => Some(wall),
            _ => None,
        };
        let mut walls: Vec<Wall> = self.facts().iter().filter_map(wall).collect();
        walls.dedup();
        walls
    }
}

fn merge(into: &mut Value, more: Value) {
    let (Value::Object(into), Value::Object(more)) = (into, more) else { return };
    into.extend(more);
}

fn failed(what: &Happened) -> bool {
    matches!(what, Happened::InvocationFailed { .. })
}

fn started(what: &Happened) -> bool {
    matches!(what, Happened::InvocationStarted { .. })
}
