//! AWS services as pure state machines: operations in, responses or AWS error codes out.
//!
//! A service is a plain value. Clone it and you have a checkpoint; feed two copies the same calls
//! and they stay equal. Time and chance are handed in with each call; nothing here reads a
//! clock, a file or the environment, and nothing depends on the order of a hash map.

pub mod arn;
pub mod blob;
mod bucket;
mod calendar;
pub mod chance;
pub mod constants;
mod courier;
pub mod dynamodb;
pub mod elasticache;
pub mod eventbridge;
mod ids;
pub mod kafka;
pub mod kinesis;
pub mod lambda;
pub mod memcached;
mod params;
mod pattern;
mod places;
pub(crate) mod policy;
pub mod rds;
pub mod rds_data;
pub mod roll;
pub mod rules;
pub mod script;
pub mod shape;
pub mod sns;
pub mod sqs;
pub mod time;
pub mod trace;
pub mod world;

use std::borrow::Cow;
use std::fmt;

use chance::Chance;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shape::Api;
use time::Time;
use world::{Errand, ErrandResult};

/// What AWS answers when it refuses: `code` is what boto3 shows as `Error.Code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceError {
    /// The error code, such as `AWS.SimpleQueueService.NonExistentQueue`.
    pub code: Cow<'static, str>,
    /// The sentence that comes with it.
    pub message: String,
    /// What some errors carry besides (`CancellationReasons`, `Item`), as members of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Box<serde_json::Map<String, serde_json::Value>>>,
}

impl ServiceError {
    /// An error with this code and message.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> ServiceError {
        ServiceError { code: code.into(), message: message.into(), members: None }
    }

    /// The same with one more member.
    pub fn with(mut self, name: &str, value: serde_json::Value) -> ServiceError {
        self.members.get_or_insert_default().insert(name.to_owned(), value);
        self
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ServiceError {}

/// A call that a service has taken but not yet answered (a long poll). Unique within one service value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u64);

/// What a service says to a call at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<R> {
    /// The answer itself.
    Now(Result<R, ServiceError>),
    /// The answer comes later, from [`Service::advance`], under this ticket.
    Later(Ticket),
}

impl<R> Answer<R> {
    /// The same answer with another kind of response.
    pub fn map<S>(self, wrap: impl FnOnce(R) -> S) -> Answer<S> {
        match self {
            Answer::Now(result) => Answer::Now(result.map(wrap)),
            Answer::Later(ticket) => Answer::Later(ticket),
        }
    }
}

/// An answer that came later than its call.
#[derive(Debug, Clone, PartialEq)]
pub struct LateAnswer<R> {
    /// The ticket that [`Answer::Later`] gave.
    pub ticket: Ticket,
    /// When the answer came.
    pub at: Time,
    /// The answer.
    pub result: Result<R, ServiceError>,
}

impl<R> LateAnswer<R> {
    /// The same answer with another kind of response.
    pub fn map<S>(self, wrap: impl FnOnce(R) -> S) -> LateAnswer<S> {
        LateAnswer { ticket: self.ticket, at: self.at, result: self.result.map(wrap) }
    }
}

/// One AWS service as a state machine.
///
/// The caller keeps `now` from ever going back and calls [`advance`](Service::advance) up to `now`
/// before each call, so that everything due before it has happened. A call may settle others
/// that wait (a send ends a long poll): then [`next_wakeup`](Service::next_wakeup) is due at once.
pub trait Service: Clone + PartialEq + fmt::Debug + Default {
    /// What it can be asked, as data: JSON parameters are checked against it.
    const API: &'static Api;

    /// One API call, with AWS's name and parameters: an enum that serde reads and writes as
    /// `{"SendMessage": {"QueueUrl": …}}`.
    type Operation: Serialize + DeserializeOwned + Clone + PartialEq + fmt::Debug;
    /// What AWS answers; serde writes it as AWS's JSON (an untagged enum; no null members).
    type Response: Serialize + Clone + PartialEq + fmt::Debug;

    /// Does one call at `now`. `chance` decides what AWS leaves open.
    fn call(
        &mut self,
        now: Time,
        chance: &mut Chance,
        operation: Self::Operation,
    ) -> Answer<Self::Response>;

    /// When something will next happen by itself (a long poll ends, a shard splits, …).
    fn next_wakeup(&self) -> Option<Time>;

    /// Lets everything happen that is due at or before `now`, in order of time, and hands out the
    /// answers that came due.
    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Self::Response>>;

    /// The calls on other services that it wants made now, in order; asked for after each call and
    /// each step of time. A service that calls nobody keeps this default.
    fn take_errands(&mut self) -> Vec<Errand> {
        Vec::new()
    }

    /// The answer to one of its errands, at the moment it came (a long poll's comes later).
    fn errand_answered(
        &mut self,
        _now: Time,
        _chance: &mut Chance,
        _number: u64,
        _result: ErrandResult,
    ) {
    }
}
