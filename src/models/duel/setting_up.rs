//! The world before anything happens: queue, stream, functions and their mappings.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use super::{APPS, DEAD_LETTERS, DESTINATION, Due, Duel, FUNCTIONS, ORDERS, Side, Tally, tables};
use crate::models::agenda::Agenda;
use crate::models::catalog::Setup;
use crate::models::dials::Dials;
use crate::models::prompt::Prompt;
use crate::models::workload::{Arrivals, Keys, Zipf};
use crate::services::arn::arn;
use crate::services::chance::Chance;
use crate::services::roll::Roll;
use crate::services::sqs::queue_arn;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response, ServiceId, World};
use crate::services::{Answer, ServiceError};

/// The numbers of the streams of chance.
const ARRIVALS: u64 = 1;
const CUSTOMERS: u64 = 2;

/// With one hot customer, its share of the orders in thousandths.
const HOT: u32 = 900;

/// Which customers order, as the knobs say.
pub(super) fn customers(dials: &Dials) -> Keys {
    let count = u32::try_from(dials.get("customers")).unwrap_or(1).max(1);
    match dials.get("keys") {
        1 => Keys::Zipf(Zipf::new(count)),
        2 => Keys::OneHot { count, per_mille: HOT },
        _ => Keys::Uniform { count },
    }
}

impl Duel {
    pub(super) fn set_up(setup: &Setup) -> Duel {
        let dials = Dials::new(tables::KNOBS, setup);
        let shards = usize::try_from(dials.get("shards")).unwrap_or(1);
        let rate = dials.get("arrival-rate").unsigned_abs();
        let mut duel = Duel {
            world: World::new(setup.seed),
            prompt: Prompt::default(),
            agenda: Agenda::default(),
            arrivals: Arrivals::new(
                dials.arrival_shape(),
                rate,
                Chance::stream(setup.seed, ARRIVALS),
            ),
            customers: customers(&dials),
            chance: Chance::stream(setup.seed, CUSTOMERS),
            life: 0,
            plan: 0,
            orders: Roll::default(),
            messages: BTreeMap::new(),
            held: BTreeMap::new(),
            records: vec![Vec::new(); shards],
            retained: VecDeque::new(),
            refused: VecDeque::new(),
            mappings: Default::default(),
            runs: BTreeMap::new(),
            lanes: BTreeMap::new(),
            next: vec![[0; APPS]; shards],
            blocked: vec![[None; APPS]; shards],
            sending: None,
            next_is_poison: false,
            dead: false,
            off: false,
            fixed: false,
            queue: Tally::default(),
            stream: Tally::default(),
            given_up: 0,
            stream_open: 0,
            throttled: 0,
            oldest: [0; 2],
            began: None,
            producer_event: None,
            function_events: [None; APPS],
            your_event: None,
            dials,
        };
        duel.make_sources();
        duel.make_application(Time::START, 0);
        if duel.has_second() {
            duel.make_application(Time::START, 1);
        }
        duel.world.sqs.trace.watch();
        duel.world.kinesis.trace.watch();
        duel.world.lambda.trace.watch();
        duel.agenda.enter(Time::START, Due::Begin);
        duel
    }

    fn make_sources(&mut self) {
        let now = Time::START;
        for name in [DEAD_LETTERS, DESTINATION, ORDERS] {
            let _ = self.ask(now, ServiceId::Sqs, "CreateQueue", json!({ "QueueName": name }));
        }
        let attributes = self.queue_attributes();
        let _ = self.ask(now, ServiceId::Sqs, "SetQueueAttributes", attributes);
        // The stream has long been there when the story begins.
        let timings = self.world.kinesis.timings;
        self.world.kinesis.timings.create = Span::ZERO;
        self.world.kinesis.timings.update = Span::ZERO;
        let shards = self.dials.get("shards");
        let create = json!({ "StreamName": ORDERS, "ShardCount": shards });
        let _ = self.ask(now, ServiceId::Kinesis, "CreateStream", create);
        let hours = self.dials.get("stream-retention") / 3_600_000;
        if hours > 24 {
            let keep = json!({ "StreamName": ORDERS, "RetentionPeriodHours": hours });
            let _ = self.ask(now, ServiceId::Kinesis, "IncreaseStreamRetentionPeriod", keep);
        }
        self.world.kinesis.timings = timings;
    }

    /// Makes a function and its mappings on both sources; on the stream it begins at the horizon.
    pub(super) fn make_application(&mut self, now: Time, app: usize) {
        let function = json!({
            "FunctionName": FUNCTIONS[app], "Role": "arn:aws:iam::000000000000:role/worker",
            "Timeout": self.timeout(), "Script": self.script(app),
        });
        let _ = self.ask(now, ServiceId::Lambda, "CreateFunction", function);
        for side in [Side::Queue, Side::Stream] {
            let mut mapping = self.mapping_settings(side);
            mapping["FunctionName"] = json!(FUNCTIONS[app]);
            mapping["Enabled"] = json!(self.consumes());
            match side {
                Side::Queue => mapping["EventSourceArn"] = json!(queue_arn(ORDERS)),
                Side::Stream => {
                    mapping["EventSourceArn"] = json!(stream_arn());
                    mapping["StartingPosition"] = json!("TRIM_HORIZON");
                }
            }
            let made = self.ask(now, ServiceId::Lambda, "CreateEventSourceMapping", mapping);
            let uuid =
                made.ok().and_then(|made| made.to_json()["UUID"].as_str().map(str::to_owned));
            self.mappings[app][side as usize] = uuid;
        }
    }

    /// What the knobs say about a mapping, for creating and for updating it.
    pub(super) fn mapping_settings(&self, side: Side) -> Value {
        let partial = self.dials.get("partial-responses") == tables::SECOND;
        let types: &[&str] = if partial { &["ReportBatchItemFailures"] } else { &[] };
        let mut settings = json!({ "FunctionResponseTypes": types });
        if side == Side::Stream {
            settings["MaximumRetryAttempts"] = json!(self.dials.get("max-retries"));
            settings["BisectBatchOnFunctionError"] =
                json!(self.dials.get("bisect") == tables::SECOND);
            let to = if self.dials.get("on-failure") == tables::SECOND {
                json!({ "OnFailure": { "Destination": queue_arn(DESTINATION) } })
            } else {
                json!({ "OnFailure": {} })
            };
            settings["DestinationConfig"] = to;
        }
        settings
    }

    /// What the knobs say about the queue.
    pub(super) fn queue_attributes(&self) -> Value {
        let redrive = json!({
            "deadLetterTargetArn": queue_arn(DEAD_LETTERS),
            "maxReceiveCount": self.dials.get("max-receive-count"),
        });
        json!({ "QueueUrl": ORDERS, "Attributes": {
            "VisibilityTimeout": (self.dials.get("visibility-timeout") / 1000).to_string(),
            "MessageRetentionPeriod": (self.dials.get("queue-retention") / 1000).to_string(),
            "RedrivePolicy": redrive.to_string(),
        }})
    }

    /// The function's timeout in seconds: a sixth of the queue's visibility timeout, as recommended.
    pub(super) fn timeout(&self) -> i64 {
        (self.dials.get("visibility-timeout") / 6000).clamp(1, 900)
    }

    /// What a function does: so long for each order, and poison fails. Only the worker dies.
    pub(super) fn script(&self, app: usize) -> Value {
        let partial = self.dials.get("partial-responses") == tables::SECOND;
        let fail_on: &[&str] = if self.fixed { &[] } else { &["poison"] };
        let outcomes: &[&str] = if self.dead && app == 0 { &["Fail"] } else { &[] };
        json!({
            "DurationMillis": 50, "MillisPerItem": self.dials.get("work-time"),
            "FailOn": fail_on, "Outcomes": outcomes,
            "OnFailedItem": if partial { "Report" } else { "Throw" },
        })
    }

    /// Whether the consumers are to work.
    pub(super) fn consumes(&self) -> bool {
        !self.off && !self.is_still()
    }

    /// Whether everybody stands still.
    pub(super) fn is_still(&self) -> bool {
        self.dials.get("actors") == tables::SECOND
    }

    /// Makes a call and waits for its answer if that comes at the same moment.
    pub(super) fn ask(
        &mut self,
        now: Time,
        service: ServiceId,
        name: &str,
        params: Value,
    ) -> Result<Response, ServiceError> {
        let operation = Operation::from_json(service, name, params)?;
        match self.world.call(now, operation) {
            Answer::Now(result) => {
                if self.orders.is_empty() && self.began.is_none() {
                    let _ = self.world.advance(now);
                }
                result
            }
            Answer::Later(ticket) => {
                let late = self.world.advance(now);
                for late in &late {
                    self.prompt.take(late);
                }
                let mine = late.into_iter().find(|late| late.ticket == ticket);
                mine.map_or(Ok(Response::Sqs(crate::services::sqs::Response::Empty)), |late| {
                    late.result
                })
            }
        }
    }
}

/// The stream's ARN.
pub(super) fn stream_arn() -> String {
    arn("kinesis", &format!("stream/{ORDERS}"))
}
