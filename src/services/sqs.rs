//! Amazon SQS: standard, FIFO and fair queues, dead letters, move tasks, permissions and tags.
//!
//! Queues are found by name; a `QueueUrl` may be the URL that was returned or the bare name. The
//! cost of a call does not grow with the messages in a queue: they lie in a slab, the visible ones
//! wait in order, ends of delays and timeouts in a heap, and deduplication ids in a hash table.

pub mod api;
pub mod operation;
pub mod response;

mod attributes;
mod dedup;
mod error;
mod faults;
mod groups;
mod handle;
mod message;
mod messages;
mod policy;
mod polls;
mod queue;
mod queues;
mod redrive;
mod sampling;
mod shelves;
mod store;
mod throttle;
mod trace;
mod view;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use message::{MessageId, State};
pub use operation::Operation;
pub use queue::Counts;
pub use response::Response;
pub use trace::{Happened, Why};
pub use view::{MessageView, QueueView};

use self::operation::OfQueue;
use self::queue::Queue;
use self::redrive::MoveTask;
use self::throttle::Action;
use super::chance::Chance;
use super::constants;
use super::shape::Api;
use super::time::{Span, Time};
use super::trace::Trace;
use super::{Answer, LateAnswer, Service, ServiceError, arn};

/// The service's numbers by name.
pub(super) const CONSTANTS: &[constants::Constant] = &[
    constants::bytes("sqs.message-size.max", message::LARGEST_MESSAGE),
    constants::time("sqs.visibility-timeout.max", Span::seconds(MAX_VISIBILITY as u64)),
    constants::count("sqs.batch.max", messages::MOST as u64),
    constants::time("sqs.fifo.dedup", dedup::INTERVAL),
    constants::count("sqs.dlq.move-rate", redrive::FASTEST as u64),
    constants::time("sqs.purge.interval", queues::MINUTE),
    constants::time("sqs.recreate.wait", queues::MINUTE),
    constants::time(
        "sqs.visibility-timeout.default",
        Span::seconds(constants::number(attributes::VISIBILITY)),
    ),
    constants::time(
        "sqs.retention.default",
        Span::seconds(constants::number(attributes::RETENTION)),
    ),
    constants::time("sqs.retention.max", Span::seconds(attributes::MAX_RETENTION)),
    constants::time("sqs.wait.max", Span::seconds(attributes::MAX_WAIT)),
    constants::time("sqs.delay.max", Span::seconds(attributes::MAX_DELAY)),
    constants::count("sqs.dlq.max-receive-count.max", attributes::MAX_RECEIVES as u64),
    constants::count("sqs.message-attributes.max", message::MOST_ATTRIBUTES as u64),
    constants::count("sqs.in-flight.max", IN_FLIGHT as u64),
    constants::count("sqs.fifo.tps", FIFO_CALLS.0),
    constants::count("sqs.fifo.batched", FIFO_CALLS.0 * messages::MOST as u64),
    constants::count("sqs.fifo.high-tps", FIFO_CALLS.1),
];

/// The longest that a message can be hidden, in seconds: 12 hours.
pub(crate) const MAX_VISIBILITY: i64 = 43_200;

/// What a model may set about SQS as a whole; the defaults are AWS's quotas.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How many messages of a queue may be in flight.
    pub in_flight_limit: usize,
    /// Calls a second that a FIFO queue takes of each action.
    pub fifo_calls_per_second: u64,
    /// The same with `FifoThroughputLimit=perMessageGroupId` (N. Virginia).
    pub fifo_high_calls_per_second: u64,
    /// On how many servers a standard queue lies. With one, every receive sees everything and
    /// messages come as they were sent; with more, short polls may miss some and the order is mixed.
    pub servers: u32,
}

/// The most messages of a queue in flight.
const IN_FLIGHT: usize = 120_000;
/// Calls a second of each action that a FIFO queue takes, and the same with high throughput in N. Virginia.
const FIFO_CALLS: (u64, u64) = (300, 70_000);

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            in_flight_limit: IN_FLIGHT,
            fifo_calls_per_second: FIFO_CALLS.0,
            fifo_high_calls_per_second: FIFO_CALLS.1,
            servers: 1,
        }
    }
}

/// All queues of the account in its region.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sqs {
    /// What a model may set.
    pub settings: Settings,
    /// What happens to messages, when somebody watches.
    pub trace: Trace<Happened>,
    queues: BTreeMap<String, Queue>,
    /// Names that were deleted, and when.
    deleted: BTreeMap<String, Time>,
    /// Queues that receives wait at.
    polled: BTreeSet<String>,
    tasks: Vec<MoveTask>,
    ready: Vec<LateAnswer<Response>>,
    numbers: u32,
    messages: u64,
    tickets: u64,
    now: Time,
    /// When something will next happen by itself: kept, because it is asked for several times a call.
    wakeup: Option<Time>,
}

/// The URL of the queue of this name.
pub fn queue_url(name: &str) -> String {
    format!("https://sqs.{}.amazonaws.com/{}/{name}", arn::REGION, arn::ACCOUNT_ID)
}

/// The ARN of the queue of this name.
pub fn queue_arn(name: &str) -> String {
    arn::arn("sqs", name)
}

/// The name in a queue URL, which may be the bare name; nothing if it is another account's.
fn name_in_url(url: &str) -> Option<&str> {
    match url.rsplit_once('/') {
        None => Some(url),
        Some((before, name)) => {
            let account = before.rsplit_once('/').map_or(before, |(_, account)| account);
            (account == arn::ACCOUNT_ID).then_some(name)
        }
    }
}

impl Sqs {
    fn queue(&self, url: &str) -> Result<&Queue, ServiceError> {
        name_in_url(url).and_then(|name| self.queues.get(name)).ok_or_else(error::no_queue)
    }

    fn queue_mut(&mut self, url: &str) -> Result<&mut Queue, ServiceError> {
        name_in_url(url).and_then(|name| self.queues.get_mut(name)).ok_or_else(error::no_queue)
    }

    /// Lets a FIFO queue count the call.
    fn throttle(&mut self, now: Time, url: &str, action: Action) -> Result<(), ServiceError> {
        let (normal, high) =
            (self.settings.fifo_calls_per_second, self.settings.fifo_high_calls_per_second);
        let queue = self.queue_mut(url)?;
        let rate = if queue.attributes.per_group_throughput { high } else { normal };
        if queue.is_fifo() && !queue.throttle.admits(now, action, rate) {
            return Err(ServiceError::new("RequestThrottled", "Rate exceeded."));
        }
        Ok(())
    }

    fn next_message_id(&mut self) -> MessageId {
        self.messages += 1;
        MessageId(self.messages)
    }

    /// Finds out when something will next happen; to be done after every change.
    fn look_ahead(&mut self) {
        self.wakeup = if self.ready.is_empty() {
            let messages = self.queues.values().filter_map(Queue::next_wakeup);
            let polls = self.next_poll_end();
            let tasks = self.tasks.iter().filter_map(MoveTask::next_wakeup);
            messages.chain(polls).chain(tasks).min()
        } else {
            Some(self.now)
        };
    }

    /// What is answered at once; a receive that waits is the one exception, and not done here.
    fn answer(
        &mut self,
        now: Time,
        chance: &mut Chance,
        operation: Operation,
    ) -> Result<Response, ServiceError> {
        match operation {
            Operation::AddPermission(params) => self.add_permission(&params),
            Operation::CancelMessageMoveTask(params) => self.cancel_message_move_task(&params),
            Operation::ChangeMessageVisibility(params) => {
                self.change_message_visibility(now, &params)
            }
            Operation::ChangeMessageVisibilityBatch(params) => {
                self.change_message_visibility_batch(now, &params)
            }
            Operation::CreateQueue(params) => self.create_queue(now, params),
            Operation::DeleteMessage(params) => self.delete_message(now, &params),
            Operation::DeleteMessageBatch(params) => self.delete_message_batch(now, &params),
            Operation::DeleteQueue(OfQueue { queue_url }) => self.delete_queue(now, &queue_url),
            Operation::GetQueueAttributes(params) => self.get_queue_attributes(&params),
            Operation::GetQueueUrl(params) => self.get_queue_url(&params),
            Operation::ListDeadLetterSourceQueues(params) => {
                self.list_dead_letter_source_queues(&params)
            }
            Operation::ListMessageMoveTasks(params) => self.list_message_move_tasks(&params),
            Operation::ListQueueTags(OfQueue { queue_url }) => self.list_queue_tags(&queue_url),
            Operation::ListQueues(params) => self.list_queues(&params),
            Operation::PurgeQueue(OfQueue { queue_url }) => self.purge_queue(now, &queue_url),
            Operation::ReceiveMessage(params) => {
                self.receive(now, chance, &params, false).map(Response::Messages)
            }
            Operation::RemovePermission(params) => self.remove_permission(&params),
            Operation::SendMessage(params) => self.send_message(now, params),
            Operation::SendMessageBatch(params) => self.send_message_batch(now, params),
            Operation::SetQueueAttributes(params) => self.set_queue_attributes(now, &params),
            Operation::StartMessageMoveTask(params) => self.start_message_move_task(now, params),
            Operation::TagQueue(params) => self.tag_queue(params),
            Operation::UntagQueue(params) => self.untag_queue(&params),
        }
    }
}

impl Service for Sqs {
    const API: &'static Api = &api::API;
    type Operation = Operation;
    type Response = Response;

    fn call(&mut self, now: Time, chance: &mut Chance, operation: Operation) -> Answer<Response> {
        self.now = now;
        let answer = match operation {
            Operation::ReceiveMessage(params) => self.receive_or_wait(now, chance, params),
            operation => Answer::Now(self.answer(now, chance, operation)),
        };
        self.serve_polls(now, chance);
        self.look_ahead();
        answer
    }

    fn next_wakeup(&self) -> Option<Time> {
        self.wakeup
    }

    fn advance(&mut self, now: Time, chance: &mut Chance) -> Vec<LateAnswer<Response>> {
        let mut answers = std::mem::take(&mut self.ready);
        self.look_ahead();
        while let Some(at) = self.next_wakeup().filter(|at| *at <= now) {
            let at = at.max(self.now);
            self.now = at;
            for queue in self.queues.values_mut() {
                queue.advance(at, &mut self.trace);
            }
            self.run_move_tasks(at);
            self.serve_polls(at, chance);
            self.end_polls(at);
            answers.append(&mut self.ready);
            self.look_ahead();
        }
        self.now = self.now.max(now);
        answers
    }
}
