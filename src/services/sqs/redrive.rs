//! Dead letters: the policies that send them, and the tasks that move them back.

use std::collections::BTreeMap;

use super::attributes::{Redrive, check_allow_policy};
use super::handle::{read_task, write_task};
use super::message::{Extras, Message, MessageId};
use super::operation::{CancelMessageMoveTask, ListMessageMoveTasks, StartMessageMoveTask};
use super::queue::{Draft, Queue};
use super::response::{self, CancelledTask, MoveTasks, Response, StartedTask};
use super::trace::Happened;
use super::{Sqs, error, queue_arn};
use crate::services::ServiceError;
use crate::services::arn::resource_of;
use crate::services::time::{Span, Time};

/// How fast a task moves messages when nothing is said, and the most that can be asked for.
pub(super) const FASTEST: i64 = 500;

/// A task that moves messages out of a dead-letter queue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MoveTask {
    number: u64,
    /// The name of the dead-letter queue.
    source: String,
    /// The name of the queue they go to; else each goes back to where it came from.
    destination: Option<String>,
    /// As it was asked for.
    rate: Option<i64>,
    status: Status,
    started: Time,
    /// When the next message moves.
    next: Time,
    moved: u64,
    to_move: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Running,
    Completed,
    Cancelling,
    Cancelled,
    Failed(&'static str),
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::Completed => "COMPLETED",
            Status::Cancelling => "CANCELLING",
            Status::Cancelled => "CANCELLED",
            Status::Failed(_) => "FAILED",
        }
    }

    fn is_active(self) -> bool {
        matches!(self, Status::Running | Status::Cancelling)
    }
}

impl MoveTask {
    pub fn next_wakeup(&self) -> Option<Time> {
        self.status.is_active().then_some(self.next)
    }

    /// The time between two messages.
    fn pace(&self) -> Span {
        let rate = self.rate.unwrap_or(FASTEST).unsigned_abs().max(1);
        Span::millis((1000 / rate).max(1))
    }

    fn id(&self) -> String {
        MessageId(self.number ^ 0x7a5c_0000_0000_0000).to_uuid()
    }

    fn handle(&self) -> String {
        write_task(&self.id(), &queue_arn(&self.source))
    }

    fn listed(&self) -> response::MoveTask {
        response::MoveTask {
            approximate_number_of_messages_moved: self.moved,
            approximate_number_of_messages_to_move: self.to_move,
            destination_arn: self.destination.as_deref().map(queue_arn),
            failure_reason: match self.status {
                Status::Failed(reason) => Some(reason),
                _ => None,
            },
            max_number_of_messages_per_second: self.rate,
            source_arn: queue_arn(&self.source),
            started_timestamp: self.started.unix_millis(),
            status: self.status.name(),
            task_handle: (self.status == Status::Running).then(|| self.handle()),
        }
    }
}

impl Sqs {
    /// Checks the redrive policies among attributes that a queue of this name asks for.
    pub(super) fn check_policies(
        &self,
        name: &str,
        is_fifo: bool,
        asked: &BTreeMap<String, String>,
    ) -> Result<(), ServiceError> {
        if let Some(policy) = asked.get("RedriveAllowPolicy").filter(|policy| !policy.is_empty()) {
            check_allow_policy(policy)?;
        }
        let Some(policy) = asked.get("RedrivePolicy").filter(|policy| !policy.is_empty()) else {
            return Ok(());
        };
        let redrive = Redrive::read(policy)?;
        let refuse = |reason: &str| Err(error::invalid_value(policy, "RedrivePolicy", reason));
        let Some(target) = self.queues.get(&redrive.target) else {
            return refuse("Dead letter target does not exist.");
        };
        if target.is_fifo() != is_fifo {
            return refuse("Dead-letter queue must be same type of queue as the source.");
        }
        if !target.attributes.allows_source(&queue_arn(name)) {
            return refuse("The dead letter target does not allow this queue as a source.");
        }
        Ok(())
    }

    /// After how many receives a message of this queue is a dead letter. While the dead-letter
    /// queue is not there, messages stay.
    pub(super) fn max_receives(&self, name: &str) -> Option<u32> {
        let redrive = self.queues.get(name)?.attributes.redrive.as_ref()?;
        self.queues.contains_key(&redrive.target).then_some(redrive.max_receives)
    }

    /// Puts a message that left its queue into the dead-letter queue: the same message. On a
    /// standard queue it keeps its age; on a FIFO queue it starts anew, told by its own id.
    pub(super) fn dead_letter(
        &mut self,
        now: Time,
        source: &str,
        mut message: Message,
        group: Option<String>,
    ) {
        let target = self.queues.get(source).and_then(|queue| queue.attributes.redrive.as_ref());
        let Some(target) = target.map(|redrive| redrive.target.clone()) else { return };
        let Some(queue) = self.queues.get_mut(&target) else { return };
        let receives = message.total_receives();
        let (id, here) = (message.id, message.receives);
        let extras = message.extras_mut();
        extras.receives_before = receives;
        extras.dead_letter_source = Some(source.to_owned());
        if queue.is_fifo() {
            extras.deduplication_id = Some(id.to_uuid().into());
        }
        let sent = if queue.is_fifo() { now } else { message.sent };
        queue.insert(
            now,
            Draft {
                id,
                sent,
                body: message.body,
                extras: message.extras,
                group: group.as_deref(),
                delay: Span::ZERO,
                first_received: message.first_received,
            },
        );
        self.trace.note(now, || Happened::DeadLettered {
            queue: source.into(),
            target: target.into(),
            message: id,
            receives: here,
        });
    }

    pub(super) fn start_message_move_task(
        &mut self,
        now: Time,
        params: StartMessageMoveTask,
    ) -> Result<Response, ServiceError> {
        let source = self.queue_of_arn(&params.source_arn, "SourceArn")?;
        let (is_fifo, to_move) = (source.is_fifo(), source.counts.visible as u64);
        let source = source.name.clone();
        let is_target = |queue: &Queue| {
            queue.attributes.redrive.as_ref().is_some_and(|redrive| redrive.target == source)
        };
        if !self.queues.values().any(is_target) {
            return Err(error::invalid("Source queue must be configured as a Dead Letter Queue."));
        }
        let destination = match params.destination_arn.as_deref() {
            None | Some("") => None,
            Some(arn) => {
                let destination = self.queue_of_arn(arn, "DestinationArn")?;
                if destination.name == source {
                    return Err(error::invalid("Source and destination cannot be the same queue."));
                }
                if destination.is_fifo() != is_fifo {
                    let text = "Destination must be same type of queue as the source.";
                    return Err(error::invalid(text));
                }
                Some(destination.name.clone())
            }
        };
        let rate = params.max_number_of_messages_per_second;
        if let Some(rate) = rate
            && !(1..=FASTEST).contains(&rate)
        {
            return Err(error::invalid_value(
                rate,
                "MaxNumberOfMessagesPerSecond",
                format_args!("Must be between 1 and {FASTEST}, if provided."),
            ));
        }
        if self.tasks.iter().any(|task| task.source == source && task.status.is_active()) {
            return Err(error::invalid(
                "There is already a task running. Only one active task is allowed for a source \
                 queue arn at a given time.",
            ));
        }
        let task = MoveTask {
            number: self.tasks.len() as u64 + 1,
            source,
            destination,
            rate,
            status: Status::Running,
            started: now,
            next: now,
            moved: 0,
            to_move,
        };
        let task_handle = task.handle();
        self.tasks.push(task);
        Ok(Response::StartedTask(StartedTask { task_handle }))
    }

    pub(super) fn list_message_move_tasks(
        &self,
        params: &ListMessageMoveTasks,
    ) -> Result<Response, ServiceError> {
        let source = &self.queue_of_arn(&params.source_arn, "SourceArn")?.name;
        let most = match params.max_results {
            None => 1,
            Some(most @ 1..=10) => most as usize,
            Some(most) => {
                return Err(error::invalid_value(
                    most,
                    "MaxResults",
                    "Must be between 1 and 10, if provided.",
                ));
            }
        };
        let of_source = self.tasks.iter().rev().filter(|task| task.source == *source);
        let results = of_source.take(most).map(MoveTask::listed).collect();
        Ok(Response::MoveTasks(MoveTasks { results }))
    }

    pub(super) fn cancel_message_move_task(
        &mut self,
        params: &CancelMessageMoveTask,
    ) -> Result<Response, ServiceError> {
        let Some((id, source_arn)) = read_task(&params.task_handle) else {
            return Err(error::invalid("Value for parameter TaskHandle is invalid."));
        };
        self.queue_of_arn(&source_arn, "SourceArn")?;
        let gone = || ServiceError::new("ResourceNotFoundException", "Task does not exist.");
        let task = self.tasks.iter_mut().find(|task| task.id() == id).ok_or_else(gone)?;
        if task.status != Status::Running {
            return Err(error::invalid("Only active tasks can be cancelled."));
        }
        task.status = Status::Cancelling;
        Ok(Response::CancelMessageMoveTask(CancelledTask {
            approximate_number_of_messages_moved: task.moved,
        }))
    }

    /// Lets the tasks do what is due at `now`.
    pub(super) fn run_move_tasks(&mut self, now: Time) {
        for index in 0..self.tasks.len() {
            while self.tasks[index].next_wakeup().is_some_and(|at| at <= now) {
                self.step_task(now, index);
            }
        }
    }

    /// Moves one message, or ends the task.
    fn step_task(&mut self, now: Time, index: usize) {
        let task = self.tasks[index].clone();
        let mut status = task.status;
        if status == Status::Cancelling {
            status = Status::Cancelled;
        } else {
            match self.move_one(now, &task) {
                Ok(true) => self.tasks[index].moved += 1,
                Ok(false) => status = Status::Completed,
                Err(reason) => status = Status::Failed(reason),
            }
        }
        // The last message ends the task; nothing is gained by looking once more.
        let is_empty = self.queues.get(&task.source).is_none_or(|queue| !queue.has_deliverable());
        if status == Status::Running && is_empty {
            status = Status::Completed;
        }
        self.tasks[index].status = status;
        self.tasks[index].next = task.next + task.pace();
    }

    /// Moves the oldest message; false when there is none.
    fn move_one(&mut self, now: Time, task: &MoveTask) -> Result<bool, &'static str> {
        let gone = "AWS.SimpleQueueService.NonExistentQueue";
        if task.destination.as_ref().is_some_and(|name| !self.queues.contains_key(name)) {
            return Err(gone);
        }
        let source = self.queues.get_mut(&task.source).ok_or(gone)?;
        let Some((message, group)) = source.take_oldest(now) else { return Ok(false) };
        let origin = message.extras.as_ref().and_then(|extras| extras.dead_letter_source.clone());
        let target =
            task.destination.clone().or(origin).filter(|name| self.queues.contains_key(name));
        let Some(target) = target else {
            self.put_back(now, &task.source, message, group);
            return Err("CouldNotDetermineMessageSource");
        };
        let id = self.next_message_id();
        let Some(queue) = self.queues.get_mut(&target) else { return Err(gone) };
        let is_fifo = queue.is_fifo();
        let (old, extras) = (message.id, renewed(message.extras, is_fifo, id));
        queue.insert(
            now,
            Draft {
                id,
                sent: now,
                body: message.body,
                extras,
                group: group.as_deref(),
                delay: Span::ZERO,
                first_received: Time::START,
            },
        );
        self.trace.note(now, || Happened::Redriven {
            queue: task.source.as_str().into(),
            target: target.into(),
            message: old,
            new: id,
        });
        Ok(true)
    }

    /// Gives a message back to its dead-letter queue as it was.
    fn put_back(&mut self, now: Time, name: &str, mut message: Message, group: Option<String>) {
        let receives = message.total_receives();
        if receives > 0 {
            message.extras_mut().receives_before = receives;
        }
        if let Some(queue) = self.queues.get_mut(name) {
            let draft = Draft {
                id: message.id,
                sent: message.sent,
                body: message.body,
                extras: message.extras,
                group: group.as_deref(),
                delay: Span::ZERO,
                first_received: message.first_received,
            };
            queue.insert(now, draft);
        }
    }

    fn queue_of_arn(&self, arn: &str, parameter: &str) -> Result<&Queue, ServiceError> {
        if arn.splitn(6, ':').count() < 6 || !arn.starts_with("arn:") {
            return Err(error::invalid(format!(
                "You must use this format to specify the {parameter}: \
                 arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
            )));
        }
        resource_of(arn, "sqs")
            .and_then(|name| self.queues.get(name))
            .ok_or_else(|| error::no_resource(parameter))
    }
}

/// What is beside the body of a message that starts anew.
fn renewed(extras: Option<Box<Extras>>, is_fifo: bool, id: MessageId) -> Option<Box<Extras>> {
    let mut extras = extras?;
    extras.dead_letter_source = None;
    extras.receives_before = 0;
    extras.deduplication_id = is_fifo.then(|| id.to_uuid().into());
    let is_plain = *extras == Extras::default();
    (!is_plain).then_some(extras)
}
