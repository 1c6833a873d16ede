//! The world before the first order: what lies between, and the services behind it.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::{AT_START, Desk, Due, Fanout, ORDERS, SERVICES, TOPIC, Way, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::models::workload::Arrivals;
use crate::services::arn::arn;
use crate::services::chance::Chance;
use crate::services::roll::Roll;
use crate::services::sqs::queue_arn;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response, ServiceId, World};
use crate::services::{Answer, ServiceError};

/// The number of the stream of chance.
const ARRIVALS: u64 = 1;

impl Desk {
    fn new(here: bool) -> Desk {
        Desk {
            here,
            down: false,
            life: 0,
            polls: None,
            jobs: VecDeque::new(),
            busy: None,
            iterator: None,
            subscription: None,
            read: 0,
            lines: 0,
            newest: None,
            closed: false,
            last: None,
        }
    }
}

impl Fanout {
    pub(super) fn set_up(setup: &Setup) -> Fanout {
        let dials = Dials::new(tables::KNOBS, setup);
        let rate = dials.get("arrival-rate").unsigned_abs();
        let mut fanout = Fanout {
            world: World::new(setup.seed),
            prompt: Prompt::default(),
            agenda: Agenda::default(),
            arrivals: Arrivals::new(
                dials.arrival_shape(),
                rate,
                Chance::stream(setup.seed, ARRIVALS),
            ),
            life: 0,
            orders: Roll::default(),
            desks: std::array::from_fn(|desk| Desk::new(desk < AT_START)),
            copies: BTreeMap::new(),
            accepted: 0,
            failed: 0,
            missing: 0,
            twice: 0,
            latency: 0,
            time_to_all: 0,
            began: None,
            shop_event: None,
            your_event: None,
            dials,
        };
        fanout.make_between();
        fanout.world.sns.trace.watch();
        fanout.agenda.enter(Time::START, Due::Begin);
        fanout
    }

    fn make_between(&mut self) {
        let now = Time::START;
        match self.way() {
            Way::OneByOne => {}
            Way::SharedQueue => {
                let _ =
                    self.ask(now, ServiceId::Sqs, "CreateQueue", json!({ "QueueName": ORDERS }));
            }
            Way::SnsQueues => {
                let _ = self.ask(now, ServiceId::Sns, "CreateTopic", json!({ "Name": TOPIC }));
                for desk in 0..AT_START {
                    self.subscribe(now, desk);
                }
            }
            Way::StreamReaders => {
                let timings = self.world.kinesis.timings;
                self.world.kinesis.timings.create = Span::ZERO;
                let create = json!({ "StreamName": ORDERS, "ShardCount": 1 });
                let _ = self.ask(now, ServiceId::Kinesis, "CreateStream", create);
                self.world.kinesis.timings = timings;
                let _ = self.world.advance(now);
                for desk in 0..AT_START {
                    self.take_iterator(now, desk);
                }
            }
        }
    }

    /// Makes a service's queue, lets the topic in, and subscribes it.
    pub(super) fn subscribe(&mut self, now: Time, desk: usize) {
        let name = SERVICES[desk];
        let _ = self.ask(now, ServiceId::Sqs, "CreateQueue", json!({ "QueueName": name }));
        self.set_policy(now, desk, true);
        let subscribe = json!({
            "TopicArn": topic_arn(), "Protocol": "sqs", "Endpoint": queue_arn(name),
        });
        let made = self.ask(now, ServiceId::Sns, "Subscribe", subscribe);
        let made = made.ok().map(|made| made.to_json());
        self.desks[desk].subscription =
            made.and_then(|made| made["SubscriptionArn"].as_str().map(str::to_owned));
    }

    /// Writes the policy of a service's queue, or none.
    pub(super) fn set_policy(&mut self, now: Time, desk: usize, open: bool) {
        let set = policy_of(desk, open);
        let _ = self.ask(now, ServiceId::Sqs, "SetQueueAttributes", set);
    }

    /// A reader begins at the oldest record that the stream keeps.
    pub(super) fn take_iterator(&mut self, now: Time, desk: usize) {
        let ask = json!({
            "StreamName": ORDERS, "ShardId": "shardId-000000000000",
            "ShardIteratorType": "TRIM_HORIZON",
        });
        let answer = self.ask(now, ServiceId::Kinesis, "GetShardIterator", ask);
        let answer = answer.ok().map(|answer| answer.to_json());
        self.desks[desk].iterator =
            answer.and_then(|answer| answer["ShardIterator"].as_str().map(str::to_owned));
    }

    pub(super) fn ask(
        &mut self,
        now: Time,
        service: ServiceId,
        name: &str,
        params: Value,
    ) -> Result<Response, ServiceError> {
        match self.world.call(now, Operation::from_json(service, name, params)?) {
            Answer::Now(result) => result,
            Answer::Later(_) => Ok(Response::Sqs(crate::services::sqs::Response::Empty)),
        }
    }
}

/// The topic's ARN.
pub(super) fn topic_arn() -> String {
    arn("sns", TOPIC)
}

/// The call that lets the topic into a service's queue, or shuts it out.
pub(super) fn policy_of(desk: usize, open: bool) -> Value {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" },
            "Action": "sqs:SendMessage", "Resource": queue_arn(SERVICES[desk]),
            "Condition": { "ArnEquals": { "aws:SourceArn": topic_arn() } },
        }],
    });
    let policy = if open { policy.to_string() } else { String::new() };
    json!({ "QueueUrl": SERVICES[desk], "Attributes": { "Policy": policy } })
}
