//! Amazon SQS.

mod api;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chance::Chance;
use super::shape::Api;
use super::time::Time;
use super::world::Caller;
use super::{Answer, LateAnswer, Service, ServiceError};

/// All queues.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sqs {
    queues: BTreeMap<String, ()>,
}

/// x
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Operation {
    /// x
    GetQueueUrl(GetQueueUrl),
}

/// x
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetQueueUrl {
    queue_name: String,
}

/// x
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Response {
    /// x
    Empty,
}

impl Sqs {
    pub(super) fn may(&self, _caller: &Caller, _operation: &Operation) -> Result<(), ServiceError> {
        Ok(())
    }
}

impl Service for Sqs {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, _now: Time, _chance: &mut Chance, operation: Operation) -> Answer<Response> {
        match operation {
            Operation::GetQueueUrl(params) if self.queues.contains_key(&params.queue_name) => {
                Answer::Now(Ok(Response::Empty))
            }
            Operation::GetQueueUrl(_) => Answer::Now(Err(ServiceError::new("x", ""))),
        }
    }

    fn next_wakeup(&self) -> Option<Time> {
        None
    }

    fn advance(&mut self, _now: Time, _chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        Vec::new()
    }
}
