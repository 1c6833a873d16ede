//! The rules of SQS as tests, through the JSON door of a world.

mod dlq;
mod fair;
mod fifo;
mod operations;
mod properties;
mod standard;

use serde_json::{Map, Value, json};

use crate::services::time::Time;
use crate::services::world::{Operation, Response, ServiceId, World};
use crate::services::{Answer, LateAnswer, ServiceError, Ticket};

/// An account with SQS, called with seconds and JSON.
struct Account {
    world: World,
}

fn account() -> Account {
    Account { world: World::new(7) }
}

fn at(seconds: f64) -> Time {
    Time((seconds * 1000.0).round() as u64)
}

/// Strings to strings, as attributes are set.
fn map(pairs: &[(&str, &str)]) -> Value {
    let map: Map<String, Value> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    Value::Object(map)
}

fn arn(queue: &str) -> String {
    super::queue_arn(queue)
}

impl Account {
    fn call(&mut self, t: f64, op: &str, params: Value) -> Answer<Response> {
        let late = self.world.advance(at(t));
        assert!(late.is_empty(), "answers nobody asked for: {late:?}");
        let operation = Operation::from_json(ServiceId::Sqs, op, params).expect("a known call");
        self.world.call(at(t), operation)
    }

    fn ask(&mut self, t: f64, op: &str, params: Value) -> Result<Value, ServiceError> {
        match self.call(t, op, params) {
            Answer::Now(result) => result.map(|response| response.to_json()),
            Answer::Later(_) => panic!("{op} waits"),
        }
    }

    fn ok(&mut self, t: f64, op: &str, params: Value) -> Value {
        self.ask(t, op, params).unwrap_or_else(|error| panic!("{op} is refused: {error}"))
    }

    fn refused(&mut self, t: f64, op: &str, params: Value) -> ServiceError {
        self.ask(t, op, params).expect_err("to be refused")
    }

    /// The error code of a call.
    fn code(&mut self, t: f64, op: &str, params: Value) -> String {
        self.refused(t, op, params).code.into_owned()
    }

    fn wait(&mut self, t: f64, params: Value) -> Ticket {
        match self.call(t, "ReceiveMessage", params) {
            Answer::Later(ticket) => ticket,
            Answer::Now(result) => panic!("answered at once: {result:?}"),
        }
    }

    fn due(&mut self, t: f64) -> Vec<LateAnswer<Response>> {
        self.world.advance(at(t))
    }

    fn queue(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let now = self.world.now().0 as f64 / 1000.0;
        self.ok(now, "CreateQueue", json!({"QueueName": name, "Attributes": map(attributes)}));
    }

    /// A FIFO queue.
    fn fifo(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let mut all = vec![("FifoQueue", "true")];
        all.extend(attributes);
        self.queue(name, &all);
    }

    /// A queue whose dead letters go to another one.
    fn queue_with_dlq(&mut self, name: &str, target: &str, most: u32, more: &[(&str, &str)]) {
        let policy = json!({"deadLetterTargetArn": arn(target), "maxReceiveCount": most});
        let policy = policy.to_string();
        let mut all = vec![("RedrivePolicy", policy.as_str())];
        all.extend(more);
        self.queue(name, &all);
    }

    /// The id of a message sent with this body.
    fn send(&mut self, t: f64, queue: &str, body: &str) -> String {
        let sent = self.ok(t, "SendMessage", json!({"QueueUrl": queue, "MessageBody": body}));
        sent["MessageId"].as_str().unwrap().to_owned()
    }

    /// Sends to a FIFO queue; the body is the deduplication id.
    fn send_to(&mut self, t: f64, queue: &str, group: &str, body: &str) -> Value {
        let params = json!({
            "QueueUrl": queue,
            "MessageBody": body,
            "MessageGroupId": group,
            "MessageDeduplicationId": body,
        });
        self.ok(t, "SendMessage", params)
    }

    fn receive_with(&mut self, t: f64, queue: &str, more: Value) -> Vec<Value> {
        let mut params = json!({
            "QueueUrl": queue,
            "MaxNumberOfMessages": 10,
            "MessageSystemAttributeNames": ["All"],
        });
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        let received = self.ok(t, "ReceiveMessage", params);
        received["Messages"].as_array().cloned().unwrap_or_default()
    }

    fn receive(&mut self, t: f64, queue: &str) -> Vec<Value> {
        self.receive_with(t, queue, json!({}))
    }

    /// The one message that a receive gets.
    fn receive_one(&mut self, t: f64, queue: &str) -> Value {
        let mut received = self.receive_with(t, queue, json!({"MaxNumberOfMessages": 1}));
        assert_eq!(received.len(), 1, "one message");
        received.remove(0)
    }

    /// The bodies that a receive of up to `most` gets.
    fn bodies(&mut self, t: f64, queue: &str, most: usize) -> Vec<String> {
        let received = self.receive_with(t, queue, json!({"MaxNumberOfMessages": most}));
        received.iter().map(|m| m["Body"].as_str().unwrap().to_owned()).collect()
    }

    fn delete(&mut self, t: f64, queue: &str, message: &Value) {
        let params = json!({"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]});
        self.ok(t, "DeleteMessage", params);
    }

    fn hide(&mut self, t: f64, queue: &str, message: &Value, seconds: i64) {
        let params = json!({
            "QueueUrl": queue,
            "ReceiptHandle": message["ReceiptHandle"],
            "VisibilityTimeout": seconds,
        });
        self.ok(t, "ChangeMessageVisibility", params);
    }

    fn set(&mut self, t: f64, queue: &str, attributes: &[(&str, &str)]) {
        let params = json!({"QueueUrl": queue, "Attributes": map(attributes)});
        self.ok(t, "SetQueueAttributes", params);
    }

    /// Visible, in flight, delayed.
    fn counts(&mut self, t: f64, queue: &str) -> [usize; 3] {
        let late = self.world.advance(at(t));
        assert!(late.is_empty());
        let counts = self.world.sqs.view(queue).expect("the queue").counts();
        [counts.visible, counts.in_flight, counts.delayed]
    }
}
