//! The calls on Kinesis queues.

use super::super::arn::{ACCOUNT_ID, resource_of};
use super::super::chance::Chance;
use super::super::time::{Span, Time};
use super::super::{Answer, Ticket};
use super::Kinesis;
use super::errors::{
    Result, in_use, invalid, limit, no_stream, not_found, on_demand_only, validation,
};
use super::limits::CHANGING_QUEUES;
use super::queue_operations::{
    AcknowledgeDeadLetterQueueRecordsOutput, AcknowledgeQueueRecordsOutput, CreateQueue,
    CreateQueueOutput, DeadLetterConfiguration, DeleteQueue, DescribeQueue, DescribeQueueOutput,
    FailedEntry, ListQueues, ListQueuesOutput, QueueAttributes, QueueDescription, QueueRecord,
    QueueStartingPosition, QueueStartingPositionType, QueueStatus, QueueStreamConfiguration,
    QueueStreamIdentifier, QueueSummary, ReceiptHandleEntry, ReceiveDeadLetterQueueRecordsOutput,
    ReceiveQueueRecordsOutput, RestoreDeadLetterQueueRecordsOutput, SuccessfulEntry, TargetType,
    UpdateDeadLetterQueueRecordsVisibilityOutput, UpdateQueue, UpdateQueueOutput,
    UpdateQueueRecordsVisibilityOutput, VisibilityEntry,
};
use super::queues::{Ask, Place, Queue, Start, Waiting};
use super::responses::Response;
use super::shapes::{StreamMode, StreamStatus};
use super::tags::checked_tags;
use super::token::{Kind, seal};

/// The longest a record can be hidden.
const VISIBILITY_MAX: i64 = 43_200;

/// What a batch on receipt handles answered.
pub(super) type Outcome = (Vec<SuccessfulEntry>, Vec<FailedEntry>);

impl Kinesis {
    fn queue_name<'a>(&self, queue_arn: &'a str) -> Result<&'a str> {
        resource_of(queue_arn, "kinesis")
            .and_then(|resource| resource.strip_prefix("queue/"))
            .filter(|name| self.queues.contains_key(*name))
            .ok_or_else(|| not_found(format!("Queue {queue_arn:.300} not found.")))
    }

    fn queue(&mut self, queue_arn: &str) -> Result<&mut Queue> {
        let name = self.queue_name(queue_arn)?;
        self.queues.get_mut(name).ok_or_else(|| not_found("Queue not found."))
    }

    pub(super) fn create_queue(&mut self, now: Time, create: CreateQueue) -> Result<Response> {
        let name = create.queue_name;
        let [configuration] = create.stream_configuration_list.as_slice() else {
            return Err(invalid("StreamConfigurationList must contain exactly one entry."));
        };
        if self.queues.contains_key(&name) {
            return Err(in_use(format!("Queue {name} under account {ACCOUNT_ID} already exists.")));
        }
        let stream_name = self.stream_name(None, Some(&configuration.stream_arn))?.to_owned();
        let most = self.consumer_limit();
        let stream = self.streams.get(&stream_name).ok_or_else(|| no_stream(&stream_name))?;
        if stream.mode != StreamMode::OnDemand {
            return Err(validation(on_demand_only("CreateQueue", &stream_name)));
        }
        if stream.status != StreamStatus::Active {
            return Err(super::errors::not_active(&stream_name, stream.status));
        }
        if self.consumer_count(stream) >= most {
            return Err(limit(format!(
                "Stream {stream_name} under account {ACCOUNT_ID} already has {most} registered consumers and \
                 queues."
            )));
        }
        let changing =
            |queue: &&Queue| matches!(queue.status, QueueStatus::Creating | QueueStatus::Deleting);
        if self.queues.values().filter(changing).count() >= CHANGING_QUEUES {
            return Err(limit(format!(
                "Only {CHANGING_QUEUES} queues can be in CREATING or DELETING status at once."
            )));
        }
        let start = starting(now, configuration.starting_position.as_ref())?;
        let mut queue = Queue::new(name.clone(), stream_name, now, start);
        queue.apply(&create.queue_attributes.unwrap_or_default())?;
        queue.tags = checked_tags(create.tags.unwrap_or_default(), &queue.tags, &name)?;
        queue.settles = Some(now + self.timings.queue);
        queue.pin_start(stream);
        let queue_description = queue.described(stream.arn());
        self.queues.insert(name, queue);
        Ok(Response::CreateQueue(CreateQueueOutput { queue_description }))
    }

    pub(super) fn update_queue(&mut self, now: Time, call: &UpdateQueue) -> Result<Response> {
        let settles = now + self.timings.queue;
        let queue = self.queue(&call.queue_arn)?;
        if queue.status != QueueStatus::Active {
            return Err(in_use(format!("Queue {} is not ACTIVE.", queue.name)));
        }
        queue.apply(&call.queue_attributes)?;
        queue.status = QueueStatus::Updating;
        queue.settles = Some(settles);
        let queue_description = self.description(&call.queue_arn)?;
        Ok(Response::UpdateQueue(UpdateQueueOutput { queue_description }))
    }

    pub(super) fn delete_queue(&mut self, now: Time, call: &DeleteQueue) -> Result<Response> {
        let settles = now + self.timings.queue;
        let queue = self.queue(&call.queue_arn)?;
        queue.status = QueueStatus::Deleting;
        queue.settles = Some(settles);
        Ok(Response::Empty)
    }

    pub(super) fn describe_queue(&mut self, call: &DescribeQueue) -> Result<Response> {
        let queue_description = self.description(&call.queue_arn)?;
        Ok(Response::DescribeQueue(DescribeQueueOutput { queue_description }))
    }

    fn description(&self, queue_arn: &str) -> Result<QueueDescription> {
        let queue = &self.queues[self.queue_name(queue_arn)?];
        let stream = super::super::arn::arn("kinesis", &format!("stream/{}", queue.stream));
        Ok(queue.described(stream))
    }

    pub(super) fn list_queues(&self, now: Time, list: &ListQueues) -> Result<Response> {
        let after = match &list.next_token {
            Some(token) => Some(self.page_after(now, token)?.1),
            None => None,
        };
        let only = list.stream_filter.as_deref().unwrap_or_default();
        let of = |queue: &Queue| {
            self.streams.get(&queue.stream).map(|stream| QueueStreamIdentifier {
                stream_arn: stream.arn(),
                stream_creation_timestamp: stream.created.into(),
            })
        };
        let wanted = |queue: &&Queue| {
            let later = after.as_ref().is_none_or(|after| queue.name > *after);
            let arn = of(queue).map(|stream| stream.stream_arn);
            later
                && (only.is_empty() || only.iter().any(|one| Some(&one.stream_arn) == arn.as_ref()))
        };
        let limit = list.max_results.map_or(100, |most| usize::try_from(most).unwrap_or(1)).max(1);
        let mut rest = self.queues.values().filter(wanted);
        let queue_summaries: Vec<QueueSummary> = rest
            .by_ref()
            .take(limit)
            .map(|queue| QueueSummary {
                queue_name: queue.name.clone(),
                queue_arn: queue.arn(),
                queue_status: queue.status,
                queue_creation_timestamp: queue.created.into(),
                streams: of(queue).into_iter().collect(),
            })
            .collect();
        let next_token = match (rest.next(), queue_summaries.last()) {
            (Some(_), Some(last)) => Some(seal(Kind::NextToken, [now.0, 0, 0], &last.queue_name)),
            _ => None,
        };
        Ok(Response::ListQueues(ListQueuesOutput { queue_summaries, next_token }))
    }

    pub(super) fn receive(
        &mut self,
        now: Time,
        chance: &mut Chance,
        dead: bool,
        call: &Receive<'_>,
    ) -> Answer<Response> {
        let wait = call.wait_time_seconds.unwrap_or(9);
        let limit = call.limit.unwrap_or(10);
        let hidden = call.visibility_timeout_seconds;
        let fits = (1..=20).contains(&wait)
            && (1..=10).contains(&limit)
            && hidden.is_none_or(|seconds| (0..=VISIBILITY_MAX).contains(&seconds));
        if !fits {
            return Answer::Now(Err(invalid("A parameter of the receive is out of range.")));
        }
        let ask = Ask {
            dead,
            limit: usize::try_from(limit).unwrap_or(1),
            visibility: hidden.map(|seconds| Span::seconds(seconds.unsigned_abs())),
        };
        let name = match self.queue_name(call.queue_arn) {
            Ok(name) => name.to_owned(),
            Err(error) => return Answer::Now(Err(error)),
        };
        let (Some(queue), ticket) = (self.queues.get_mut(&name), Ticket(self.tickets + 1)) else {
            return Answer::Now(Err(not_found("Queue not found.")));
        };
        if queue.status == QueueStatus::Deleting {
            return Answer::Now(Err(not_found(format!("Queue {name} is being deleted."))));
        }
        let records = match self.streams.get(&queue.stream) {
            Some(stream) => queue.receive(now, chance, stream, ask),
            None => Vec::new(),
        };
        if !records.is_empty() {
            return Answer::Now(Ok(received(dead, records)));
        }
        self.tickets += 1;
        let until = now + Span::seconds(wait.unsigned_abs());
        queue.waiting.push_back(Waiting { ticket, until, ask });
        Answer::Later(ticket)
    }

    pub(super) fn acknowledge(
        &mut self,
        dead: bool,
        queue_arn: &str,
        entries: &[ReceiptHandleEntry],
    ) -> Result<Response> {
        let handles = entries.iter().map(|entry| (entry.receipt_handle.as_str(), ()));
        let (successful, failed) = self.batch(queue_arn, dead, handles, |queue, place, ()| {
            queue.forget(place);
            Ok(())
        })?;
        Ok(if dead {
            let answer = AcknowledgeDeadLetterQueueRecordsOutput { successful, failed };
            Response::AcknowledgeDeadLetterQueueRecords(answer)
        } else {
            Response::AcknowledgeQueueRecords(AcknowledgeQueueRecordsOutput { successful, failed })
        })
    }

    pub(super) fn restore(
        &mut self,
        now: Time,
        queue_arn: &str,
        entries: &[ReceiptHandleEntry],
    ) -> Result<Response> {
        let handles = entries.iter().map(|entry| (entry.receipt_handle.as_str(), ()));
        let (successful, failed) = self.batch(queue_arn, true, handles, |queue, place, ()| {
            queue.restore(now, place);
            Ok(())
        })?;
        self.due = Some(now);
        let answer = RestoreDeadLetterQueueRecordsOutput { successful, failed };
        Ok(Response::RestoreDeadLetterQueueRecords(answer))
    }

    pub(super) fn change_visibility(
        &mut self,
        now: Time,
        dead: bool,
        queue_arn: &str,
        entries: &[VisibilityEntry],
    ) -> Result<Response> {
        let handles = entries
            .iter()
            .map(|entry| (entry.receipt_handle.as_str(), entry.visibility_timeout_seconds));
        let (successful, failed) =
            self.batch(queue_arn, dead, handles, |queue, place, seconds| {
                if !(0..=VISIBILITY_MAX).contains(&seconds) {
                    return Err("VisibilityTimeoutSeconds is out of range.");
                }
                queue.hide(now, place, Span::seconds(seconds.unsigned_abs()));
                Ok(())
            })?;
        self.due = Some(now);
        Ok(if dead {
            let answer = UpdateDeadLetterQueueRecordsVisibilityOutput { successful, failed };
            Response::UpdateDeadLetterQueueRecordsVisibility(answer)
        } else {
            let answer = UpdateQueueRecordsVisibilityOutput { successful, failed };
            Response::UpdateQueueRecordsVisibility(answer)
        })
    }

    /// Does one thing to each record that a handle stands for; each entry succeeds or fails by itself.
    fn batch<'a, T>(
        &mut self,
        queue_arn: &str,
        dead: bool,
        entries: impl Iterator<Item = (&'a str, T)>,
        mut each: impl FnMut(&mut Queue, Place, T) -> std::result::Result<(), &'static str>,
    ) -> Result<Outcome> {
        let queue = self.queue(queue_arn)?;
        if queue.status == QueueStatus::Deleting {
            return Err(not_found(format!("Queue {} is being deleted.", queue.name)));
        }
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for (handle, what) in entries {
            let done = match queue.held(handle, dead) {
                Some(place) => each(queue, place, what),
                None => Err("The receipt handle is not of a record in flight."),
            };
            let receipt_handle = handle.to_owned();
            match done {
                Ok(()) => successful.push(SuccessfulEntry { receipt_handle }),
                Err(message) => failed.push(FailedEntry {
                    receipt_handle,
                    error_code: "InvalidArgumentException".to_owned(),
                    error_message: Some(message.to_owned()),
                }),
            }
        }
        Ok((successful, failed))
    }
}

/// What both receives take.
pub(super) struct Receive<'a> {
    pub queue_arn: &'a str,
    pub limit: Option<i64>,
    pub wait_time_seconds: Option<i64>,
    pub visibility_timeout_seconds: Option<i64>,
}

pub(super) fn received(dead: bool, queue_records: Vec<QueueRecord>) -> Response {
    if dead {
        let answer = ReceiveDeadLetterQueueRecordsOutput { queue_records };
        Response::ReceiveDeadLetterQueueRecords(answer)
    } else {
        Response::ReceiveQueueRecords(ReceiveQueueRecordsOutput { queue_records })
    }
}

fn starting(now: Time, position: Option<&QueueStartingPosition>) -> Result<Start> {
    match position {
        None => Ok(Start::Latest(now)),
        Some(position) => match (position.kind, position.timestamp) {
            (QueueStartingPositionType::AtTimestamp, Some(at)) => Ok(Start::At(at.time())),
            (QueueStartingPositionType::AtTimestamp, None) => {
                Err(invalid("A StartingPosition of type AT_TIMESTAMP needs a Timestamp."))
            }
            (_, Some(_)) => {
                Err(invalid("Timestamp goes with a StartingPosition of type AT_TIMESTAMP only."))
            }
            (QueueStartingPositionType::Latest, None) => Ok(Start::Latest(now)),
            (QueueStartingPositionType::TrimHorizon, None) => Ok(Start::TrimHorizon),
        },
    }
}

impl Queue {
    /// Applies attributes; those not given stay.
    fn apply(&mut self, attributes: &QueueAttributes) -> Result<()> {
        let dead = match &attributes.dead_letter_configuration {
            None => None,
            Some(DeadLetterConfiguration { target_type: TargetType::None, .. }) => Some(None),
            Some(DeadLetterConfiguration { max_receive_count, .. }) => {
                let most = max_receive_count.filter(|most| (1..=1000).contains(most));
                Some(Some(most.ok_or_else(|| {
                    invalid("TargetType BUILT_IN needs a MaxReceiveCount from 1 to 1000.")
                })?))
            }
        };
        if let Some(seconds) = attributes.visibility_timeout_seconds {
            if !(0..=VISIBILITY_MAX).contains(&seconds) {
                return Err(invalid("VisibilityTimeoutSeconds is out of range."));
            }
            self.visibility = Span::seconds(seconds.unsigned_abs());
        }
        if let Some(most) = dead {
            self.max_receives = most.map(i64::unsigned_abs);
        }
        Ok(())
    }

    fn described(&self, stream_arn: String) -> QueueDescription {
        let (kind, timestamp) = match self.start {
            Start::TrimHorizon => (QueueStartingPositionType::TrimHorizon, None),
            Start::Latest(_) => (QueueStartingPositionType::Latest, None),
            Start::At(at) => (QueueStartingPositionType::AtTimestamp, Some(at.into())),
        };
        let starting_position = Some(QueueStartingPosition { kind, timestamp });
        let dead = match self.max_receives {
            Some(most) => (TargetType::BuiltIn, Some(i64::try_from(most).unwrap_or(i64::MAX))),
            None => (TargetType::None, None),
        };
        QueueDescription {
            queue_name: self.name.clone(),
            queue_arn: self.arn(),
            queue_status: self.status,
            queue_creation_timestamp: self.created.into(),
            stream_configuration_list: vec![QueueStreamConfiguration {
                stream_arn,
                starting_position,
            }],
            queue_attributes: Some(QueueAttributes {
                visibility_timeout_seconds: i64::try_from(self.visibility.as_seconds()).ok(),
                dead_letter_configuration: Some(DeadLetterConfiguration {
                    target_type: dead.0,
                    max_receive_count: dead.1,
                }),
            }),
        }
    }
}
