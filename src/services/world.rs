//! All services together: one clock, one door, and the calls they make on each other.

mod held;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::chance::Chance;
use super::shape::Api;
use super::time::Time;
pub use held::Held;

use super::{
    Answer, LateAnswer, Service, ServiceError, Ticket, dynamodb, elasticache, eventbridge, kafka,
    kinesis, lambda, memcached, rds, rds_data, sns, sqs,
};

/// Writes down every service of the world once: field, variant and type.
macro_rules! services {
    ($($(#[$doc:meta])* $Variant:ident => $field:ident: $service:ty,)+) => {
        /// Every service with its state, on one clock. Clone it and you have a checkpoint.
        #[derive(Debug, Clone, PartialEq)]
        pub struct World {
            $($(#[$doc])* pub $field: Held<$service>,)+
            now: Time,
            chances: [Chance; ServiceId::ALL.len()],
            waiting: BTreeMap<(ServiceId, Ticket), Waiter>,
            answered: Vec<LateAnswer<Response>>,
            tickets: u64,
        }

        /// Which service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ServiceId {
            $($(#[$doc])* $Variant,)+
        }

        impl ServiceId {
            /// Every service, in the order in which they act at one moment.
            pub const ALL: &[ServiceId] = &[$(ServiceId::$Variant,)+];

            /// What the service can be asked.
            pub fn api(self) -> &'static Api {
                match self {
                    $(ServiceId::$Variant => <$service as Service>::API,)+
                }
            }
        }

        /// One call to one service.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum Operation {
            $($(#[$doc])* $Variant(<$service as Service>::Operation),)+
        }

        /// What one service answered.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Response {
            $($(#[$doc])* $Variant(<$service as Service>::Response),)+
        }

        impl Operation {
            /// Whose operation it is.
            pub fn service(&self) -> ServiceId {
                match self {
                    $(Operation::$Variant(_) => ServiceId::$Variant,)+
                }
            }

            fn checked(service: ServiceId, call: Value) -> serde_json::Result<Operation> {
                match service {
                    $(ServiceId::$Variant => {
                        serde_json::from_value(call).map(Operation::$Variant)
                    })+
                }
            }

            fn tagged(&self) -> serde_json::Result<Value> {
                match self {
                    $(Operation::$Variant(operation) => serde_json::to_value(operation),)+
                }
            }
        }

        impl World {
            /// A world in which nothing has happened yet; `seed` decides what AWS leaves open.
            pub fn new(seed: u64) -> World {
                World {
                    $($field: Held::default(),)+
                    now: Time::START,
                    chances: std::array::from_fn(|number| Chance::stream(seed, number as u64)),
                    waiting: BTreeMap::new(),
                    answered: Vec::new(),
                    tickets: 0,
                }
            }

            fn ask(&mut self, operation: Operation) -> Answer<Response> {
                match operation {
                    $(Operation::$Variant(operation) => {
                        let chance = &mut self.chances[ServiceId::$Variant as usize];
                        self.$field.call(self.now, chance, operation).map(Response::$Variant)
                    })+
                }
            }

            /// When the first service acts by itself; [`Time::END`] if none will.
            fn earliest(&self) -> Time {
                let mut earliest = Time::END;
                $(earliest = earliest.min(self.$field.wakes_at());)+
                earliest
            }

            /// Lets every service act that is due.
            fn step_services(&mut self) {
                $(if self.$field.wakes_at() <= self.now {
                    let chance = &mut self.chances[ServiceId::$Variant as usize];
                    let late = self.$field.advance(self.now, chance);
                    for late in late {
                        self.settle(ServiceId::$Variant, late.map(Response::$Variant));
                    }
                })+
            }

            /// Asks those services when they wake that somebody reached into.
            fn look_ahead(&mut self) {
                $(self.$field.look_ahead();)+
            }

            fn take_errands(&mut self) -> Vec<(ServiceId, Errand)> {
                let mut errands = Vec::new();
                // Nearly always there are none, and this runs after every call.
                $(if self.$field.was_touched() {
                    let taken = self.$field.take_errands();
                    errands.extend(taken.into_iter().map(|e| (ServiceId::$Variant, e)));
                })+
                errands
            }

            fn bring_back(&mut self, to: ServiceId, number: u64, result: ErrandResult) {
                match to {
                    $(ServiceId::$Variant => {
                        let chance = &mut self.chances[ServiceId::$Variant as usize];
                        self.$field.errand_answered(self.now, chance, number, result);
                    })+
                }
            }
        }
    };
}

services! {
    /// Amazon SQS: queues.
    Sqs => sqs: sqs::Sqs,
    /// Amazon ElastiCache for Valkey and Redis OSS: caches.
    ElastiCache => elasticache: elasticache::ElastiCache,
    /// Amazon ElastiCache for Memcached: nodes that know nothing of each other.
    Memcached => memcached: memcached::cluster::Cluster,
    /// AWS Lambda: functions and event source mappings.
    Lambda => lambda: lambda::Lambda,
    /// Amazon SNS: topics.
    Sns => sns: sns::Sns,
    /// Amazon EventBridge: rules on Classic buses.
    EventBridge => events: eventbridge::EventBridge,
    /// Amazon Kinesis Data Streams: streams, shards, queues on streams.
    Kinesis => kinesis: kinesis::Kinesis,
    /// Amazon MSK: Kafka topics and consumer groups.
    Kafka => kafka: kafka::Kafka,
    /// Amazon DynamoDB: tables, and DynamoDB Streams.
    DynamoDb => dynamodb: dynamodb::DynamoDb,
    /// Amazon RDS and Aurora: databases.
    Rds => rds: rds::Rds,
    /// The RDS Data API: SQL over HTTPS.
    RdsData => rds_data: rds_data::RdsData,
}

/// A call that one service makes on another: a poller's `ReceiveMessage`, a topic's delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Errand {
    /// The caller's own number for it; comes back with the answer.
    pub number: u64,
    /// The call.
    pub operation: Operation,
    /// Whom the call is made for, where the called resource's policy decides whether it may.
    pub caller: Option<Caller>,
}

/// A service that calls in the name of one of its resources, as resource policies know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The service principal, such as `sns.amazonaws.com`.
    pub principal: &'static str,
    /// The resource it calls for (`aws:SourceArn`).
    pub source_arn: String,
}

/// What an errand brings back.
pub type ErrandResult = Result<Response, ServiceError>;

/// Who waits for a late answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiter {
    /// Whoever called the world, under the world's ticket.
    Outside(Ticket),
    /// A service, under its number for the errand.
    Errand(ServiceId, u64),
}

impl ServiceId {
    /// The service of this name, as on the command line.
    pub fn from_name(name: &str) -> Option<ServiceId> {
        ServiceId::ALL.iter().copied().find(|id| id.name() == name)
    }

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        self.api().service
    }
}

impl Operation {
    /// The operation `name` of `service` with parameters in AWS's JSON: the door for keys, command
    /// lines, scripts, labs and tests.
    ///
    /// # Errors
    /// `UnknownOperationException`, `ParamValidation`, or the service's code for values out of range.
    pub fn from_json(
        service: ServiceId,
        name: &str,
        params: Value,
    ) -> Result<Operation, ServiceError> {
        let name = service.api().check(name, &params)?;
        Operation::checked(service, json!({ name: params })).map_err(|error| {
            ServiceError::new("ParamValidation", format!("Parameter validation failed:\n{error}"))
        })
    }

    /// The operation's name and parameters, as [`Operation::from_json`] takes them.
    pub fn to_json(&self) -> (String, Value) {
        let tagged = self.tagged().expect("operations are plain data with text keys");
        match tagged {
            Value::Object(entries) => entries.into_iter().next().unwrap_or_default(),
            // An operation without parameters is written as its bare name.
            Value::String(name) => (name, json!({})),
            _ => Default::default(),
        }
    }
}

impl Response {
    /// Whether it is a server's reply, of which nothing is a value of its own.
    fn is_reply(&self) -> bool {
        matches!(self, Response::ElastiCache(_) | Response::Memcached(_))
    }

    /// The response in AWS's JSON.
    pub fn to_json(&self) -> Value {
        match serde_json::to_value(self).expect("responses are plain data with text keys") {
            // A response that carries nothing is written as nothing; AWS answers `{}`.
            Value::Null if !self.is_reply() => json!({}),
            value => value,
        }
    }
}

impl World {
    /// How often the services may act at one single moment before the clock moves on regardless.
    const ROUNDS: usize = 100_000;

    /// The present.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Does one call at `now`, which must not lie before [`World::now`] (then it counts as now).
    /// Everything due before it happens first; late answers are handed out by the next
    /// [`World::advance`], which may be due at once ([`World::next_wakeup`]).
    pub fn call(&mut self, now: Time, operation: Operation) -> Answer<Response> {
        self.move_to(now);
        let service = operation.service();
        let answer = self.ask(operation);
        let answer = match answer {
            Answer::Now(result) => Answer::Now(result),
            Answer::Later(ticket) => {
                self.tickets += 1;
                let own = Ticket(self.tickets);
                self.waiting.insert((service, ticket), Waiter::Outside(own));
                Answer::Later(own)
            }
        };
        self.run_errands();
        answer
    }

    /// When something will next happen by itself.
    pub fn next_wakeup(&self) -> Option<Time> {
        if !self.answered.is_empty() {
            return Some(self.now);
        }
        Some(self.earliest()).filter(|at| *at < Time::END)
    }

    /// Lets everything happen that is due at or before `to`, in order of time, and hands out the
    /// answers that came due.
    pub fn advance(&mut self, to: Time) -> Vec<LateAnswer<Response>> {
        self.move_to(to);
        std::mem::take(&mut self.answered)
    }

    fn move_to(&mut self, to: Time) {
        self.look_ahead();
        let mut rounds = 0;
        loop {
            let at = self.earliest();
            if at > to || at == Time::END {
                break;
            }
            rounds = if at > self.now { 0 } else { rounds + 1 };
            if rounds > World::ROUNDS {
                debug_assert!(false, "a service wakes again and again at {}", self.now);
                break;
            }
            self.now = self.now.max(at);
            self.step_services();
            self.run_errands();
        }
        self.now = self.now.max(to);
    }

    fn run_errands(&mut self) {
        for _ in 0..World::ROUNDS {
            let errands = self.take_errands();
            if errands.is_empty() {
                return;
            }
            for (from, errand) in errands {
                self.run_errand(from, errand);
            }
        }
        debug_assert!(false, "services send each other errands without end at {}", self.now);
    }

    fn run_errand(&mut self, from: ServiceId, errand: Errand) {
        if let Err(refused) = self.may(&errand) {
            return self.bring_back(from, errand.number, Err(refused));
        }
        let service = errand.operation.service();
        match self.ask(errand.operation) {
            Answer::Now(result) => self.bring_back(from, errand.number, result),
            Answer::Later(ticket) => {
                self.waiting.insert((service, ticket), Waiter::Errand(from, errand.number));
            }
        }
    }

    /// Whether the policy of the called resource lets the caller in.
    fn may(&self, errand: &Errand) -> Result<(), ServiceError> {
        match (&errand.caller, &errand.operation) {
            (Some(caller), Operation::Sqs(operation)) => self.sqs.may(caller, operation),
            (Some(caller), Operation::Lambda(operation)) => self.lambda.may(caller, operation),
            _ => Ok(()),
        }
    }

    fn settle(&mut self, service: ServiceId, late: LateAnswer<Response>) {
        match self.waiting.remove(&(service, late.ticket)) {
            Some(Waiter::Outside(ticket)) => self.answered.push(LateAnswer { ticket, ..late }),
            Some(Waiter::Errand(to, number)) => self.bring_back(to, number, late.result),
            None => {}
        }
    }
}
