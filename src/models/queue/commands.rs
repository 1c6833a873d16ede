//! What the learner asks for: knobs, actions and `aws` lines.

use super::actors::{THE_PRODUCER, Worker};
use super::facts::Caller;
use super::setting_up::{attributes_of, sqs};
use super::tables::ACTIONS;
use super::work::next_order_of;
use super::{Phase, Place, Queue, Settings, THE_QUEUE, YOU};
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, Journal, Note};
use crate::services::sqs::operation::{
    ChangeMessageVisibility, DeleteMessage, GetQueueUrl, OfQueue, ReceiveMessage, SendEntry,
    SendMessage, SendMessageBatch, SetQueueAttributes, StartMessageMoveTask,
};
use crate::services::sqs::{MessageId, Operation, Response, queue_arn, queue_url};
use crate::services::time::Time;
use crate::services::world;
use crate::services::{Answer, world::Response as WorldResponse};

/// So many messages make a burst: one batch.
const BURST: usize = 10;

/// The knobs that are attributes of the queue.
const ATTRIBUTES: [&str; 5] =
    ["visibility-timeout", "delay", "retention", "dlq", "max-receive-count"];

impl Queue {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal),
            Command::Do { action, target, argument } => {
                let known = ACTIONS.iter().find(|known| known.id == *action).ok_or_else(|| {
                    let near = nearest(action, ACTIONS.iter().map(|known| known.id));
                    Refusal::UnknownAction(action.clone(), near)
                })?;
                let target = target.as_deref();
                self.act_on(now, known.id, target, argument.as_deref(), command, journal)
            }
            Command::Aws(line) => self.run_line(now, line, journal),
        }
    }

    fn run_line(
        &mut self,
        now: Time,
        line: &str,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        // A refusal must change nothing, so the line is tried before the moment's own events are told.
        let outcome = self.prompt.run(&mut self.world, now, line)?;
        let receives = line.contains(" receive-message");
        self.heed(now, done(), &Caller::Prompt { receives }, journal);
        Ok(outcome)
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let before = self.settings.clone();
        let knob = self.dials.set(id, value)?;
        self.settings = Settings::of(&self.dials);
        if before.is_fifo != self.settings.is_fifo {
            // As in SQS: "Modifying queue type is not supported."
            return Err(Refusal::NotNow("fixed-at-start"));
        }
        let note = Note::new(THE_QUEUE, "knob-turned", "you-asked")
            .arg(Arg::Word(knob.id))
            .arg(Arg::Count(value))
            .because(self.queue_event.or(self.began));
        self.queue_event = Some(journal.write(now, note));
        self.name_groups();
        if ATTRIBUTES.contains(&knob.id) {
            let set = Operation::SetQueueAttributes(self.attributes());
            self.call(now, sqs(set), &Caller::You(Vec::new()), journal);
        }
        self.world.sqs.settings.servers =
            u32::try_from(self.dials.get("servers")).unwrap_or(1).max(1);
        self.producer.arrivals.set_rate(self.settings.rate);
        if before.shape != self.settings.shape {
            self.producer.arrivals.set_shape(self.settings.shape);
        }
        if (before.rate, before.shape) != (self.settings.rate, self.settings.shape)
            && before.still == self.settings.still
        {
            self.expect_next_order(now);
        }
        self.hire(now, before.workers);
        let starts = before.still && !self.settings.still;
        let changes_consumer = before.by_lambda && !self.settings.by_lambda;
        if starts {
            self.start_actors(now);
        } else if changes_consumer {
            (0..self.workers.len() as u32).for_each(|index| self.poll_at(now, index));
        }
        if self.settings.by_lambda || before.by_lambda {
            self.adjust_function(now);
            self.heed(now, done(), &Caller::You(Vec::new()), journal);
        }
        Ok(Outcome::default())
    }

    /// Brings the number of workers to what the knob says. Those who go finish nothing: what they
    /// have in hand comes back.
    fn hire(&mut self, now: Time, before: u32) {
        let wanted = self.settings.workers;
        if wanted < before {
            let gone = self.workers.split_off(wanted as usize);
            for job in gone.iter().flat_map(|worker| &worker.jobs) {
                if let Some(tale) = self.book.get_mut(job.message) {
                    tale.undeleted = "holder-died";
                }
            }
        }
        for number in self.workers.len() as u32 + 1..=wanted {
            let mut worker = Worker::new(number, self.next_life());
            worker.last = self.queue_event;
            self.workers.push(worker);
            self.poll_at(now, number - 1);
        }
    }

    fn attributes(&self) -> SetQueueAttributes {
        SetQueueAttributes {
            queue_url: queue_url(self.settings.queue()),
            attributes: attributes_of(&self.dials, self.settings.dead_letters()),
        }
    }

    fn act_on(
        &mut self,
        now: Time,
        action: &str,
        target: Option<&str>,
        argument: Option<&str>,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match action {
            "kill" | "revive" => {
                let index = self.worker(target)?;
                let is_alive = self.workers[index as usize].is_alive();
                match (action, is_alive) {
                    ("kill", true) => self.kill(now, index, "killed", "you-asked", None, journal),
                    ("revive", false) => self.revive(now, index, "revived", "you-asked", journal),
                    ("kill", false) => return Err(Refusal::NotNow("already-dead")),
                    _ => return Err(Refusal::NotNow("already-alive")),
                }
            }
            "pause" => self.pause(now, journal),
            "fix" => self.fix(now, journal),
            "poison" => self.poison(now, target, journal)?,
            "duplicate" => self.duplicate(now, target, journal)?,
            "lose-delete" => self.lose_delete(now, target, journal)?,
            "send" if argument.is_none() => {
                let order = self.next_order();
                let send = self.send_operation(&order, &queue_url(self.settings.queue()));
                return Ok(self.ask(now, Operation::SendMessage(send), vec![order], journal));
            }
            "burst" => {
                let orders: Vec<_> = (0..BURST).map(|_| self.next_order()).collect();
                let sends = orders.iter().map(|order| self.send_operation(order, ""));
                let batch = batch_of(sends, &queue_url(self.settings.queue()));
                return Ok(self.ask(now, Operation::SendMessageBatch(batch), orders, journal));
            }
            _ => {
                let operation = self.sqs_operation_of(command).ok_or(match target {
                    None => Refusal::NeedsTarget,
                    Some(name) if self.message(Some(name)).is_err() => {
                        Refusal::NoSuchTarget(name.to_owned())
                    }
                    Some(_) => Refusal::NotNow("nobody-holds-it"),
                })?;
                return Ok(self.ask(now, operation, Vec::new(), journal));
            }
        }
        Ok(Outcome::default())
    }

    /// Makes a call in the learner's name.
    fn ask(
        &mut self,
        now: Time,
        operation: Operation,
        orders: Vec<super::Order>,
        journal: &mut Journal,
    ) -> Outcome {
        let starts_redrive = matches!(operation, Operation::StartMessageMoveTask(_));
        if starts_redrive {
            let note = Note::new(super::THE_DEAD_LETTERS, "redrive-asked", "you-asked")
                .because(self.queue_event.or(self.began))
                .rule("DLQ-8");
            self.redrive = Some(journal.write(now, note));
        }
        match self.call(now, sqs(operation), &Caller::You(orders), journal) {
            Answer::Now(Err(error)) => {
                Outcome { output: error.to_string(), failed: true, ..Outcome::default() }
            }
            Answer::Now(Ok(_)) | Answer::Later(_) => Outcome::default(),
        }
    }

    fn pause(&mut self, now: Time, journal: &mut Journal) {
        self.producer.paused = !self.producer.paused;
        let what = if self.producer.paused { "paused" } else { "resumed" };
        let note =
            Note::new(THE_PRODUCER, what, "you-asked").because(self.producer.last.or(self.began));
        self.producer.last = Some(journal.write(now, note));
        self.expect_next_order(now);
    }

    fn fix(&mut self, now: Time, journal: &mut Journal) {
        self.fixed = !self.fixed;
        let what = if self.fixed { "code-fixed" } else { "code-broken" };
        let note = Note::new(YOU, what, "you-asked").because(self.queue_event.or(self.began));
        self.queue_event = Some(journal.write(now, note));
        if self.function.mapping.is_some() {
            self.adjust_function(now);
        }
    }

    fn poison(
        &mut self,
        now: Time,
        target: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let (_, id) = self.message(target)?;
        let Some(tale) = self.book.get_mut(id) else { return Ok(()) };
        tale.poison = true;
        let note = Note::new(tale.object(), "poisoned", "you-asked").because(tale.last);
        tale.last = Some(journal.write(now, note));
        Ok(())
    }

    fn duplicate(
        &mut self,
        now: Time,
        target: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        if self.settings.is_fifo {
            return Err(Refusal::NotNow("fifo-never-duplicates"));
        }
        let (place, id) = self.message(target)?;
        let flies =
            self.book.get(id).is_some_and(|tale| matches!(tale.phase, Phase::InFlight { .. }));
        if !flies {
            return Err(Refusal::NotNow("not-in-flight"));
        }
        // What is due at this very moment comes first; the message may be gone then.
        self.heed(now, done(), &Caller::Nobody, journal);
        let queue = self.queue_of(place);
        self.world.sqs.forget_receive(now, queue, id);
        // Any call serves the receives that wait.
        let ask = GetQueueUrl { queue_name: queue.to_owned(), ..GetQueueUrl::default() };
        self.call(now, sqs(Operation::GetQueueUrl(ask)), &Caller::Nobody, journal);
        Ok(())
    }

    fn lose_delete(
        &mut self,
        now: Time,
        target: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let (_, id) = self.message(target)?;
        let Some(tale) = self.book.get_mut(id).filter(|tale| tale.holder.is_some()) else {
            return Err(Refusal::NotNow("not-in-flight"));
        };
        tale.loses_delete = true;
        let note = Note::new(tale.object(), "will-lose-delete", "you-asked").because(tale.last);
        tale.last = Some(journal.write(now, note));
        Ok(())
    }

    fn worker(&self, target: Option<&str>) -> Result<u32, Refusal> {
        let name = target.ok_or(Refusal::NeedsTarget)?;
        let number = name.strip_prefix("worker-").and_then(|number| number.parse::<u32>().ok());
        let index = number.and_then(|number| number.checked_sub(1));
        index
            .filter(|index| (*index as usize) < self.workers.len())
            .ok_or_else(|| Refusal::NoSuchTarget(name.to_owned()))
    }

    fn message(&self, target: Option<&str>) -> Result<(Place, MessageId), Refusal> {
        let name = target.ok_or(Refusal::NeedsTarget)?;
        let number = name.strip_prefix('m').and_then(|number| number.parse().ok());
        let found = number.and_then(|number| self.book.numbered(number));
        let (place, id, _) = found.ok_or_else(|| Refusal::NoSuchTarget(name.to_owned()))?;
        Ok((place, id))
    }

    /// The call that a command stands for, if AWS has one.
    pub(super) fn operation_of(&self, command: &Command) -> Option<world::Operation> {
        if let Command::Do { action, argument: None, .. } = command {
            let url = queue_url(self.settings.queue());
            let mut producer = self.producer.clone();
            let mut next = || next_order_of(&mut producer, &self.settings);
            match action.as_str() {
                "send" => {
                    let order = next();
                    let send = self.send_operation(&order, &url);
                    return Some(sqs(Operation::SendMessage(send)));
                }
                "burst" => {
                    let orders: Vec<_> = (0..BURST).map(|_| next()).collect();
                    let sends = orders.iter().map(|order| self.send_operation(order, ""));
                    return Some(sqs(Operation::SendMessageBatch(batch_of(sends, &url))));
                }
                _ => {}
            }
        }
        self.sqs_operation_of(command).map(sqs)
    }

    fn sqs_operation_of(&self, command: &Command) -> Option<Operation> {
        let queue_url = queue_url(self.settings.queue());
        match command {
            Command::Set { knob, value } if ATTRIBUTES.contains(&knob.as_str()) => {
                let mut dials = self.dials.clone();
                dials.set(knob, *value).ok()?;
                Some(Operation::SetQueueAttributes(SetQueueAttributes {
                    queue_url,
                    attributes: attributes_of(&dials, self.settings.dead_letters()),
                }))
            }
            Command::Do { action, target, argument } => match action.as_str() {
                "send" => Some(Operation::SendMessage(SendMessage {
                    queue_url,
                    message_body: argument.clone()?,
                    message_group_id: self.settings.is_fifo.then(|| "by-hand".to_owned()),
                    message_deduplication_id: self.settings.is_fifo.then(|| argument.clone())?,
                    ..SendMessage::default()
                })),
                "receive" => Some(Operation::ReceiveMessage(ReceiveMessage {
                    queue_url,
                    max_number_of_messages: Some(self.settings.batch),
                    wait_time_seconds: Some(0),
                    ..ReceiveMessage::default()
                })),
                "delete" => Some(Operation::DeleteMessage(DeleteMessage {
                    queue_url,
                    receipt_handle: self.handle_of(target.as_deref())?,
                })),
                "release" => Some(Operation::ChangeMessageVisibility(ChangeMessageVisibility {
                    queue_url,
                    receipt_handle: self.handle_of(target.as_deref())?,
                    visibility_timeout: 0,
                })),
                "purge" => Some(Operation::PurgeQueue(OfQueue { queue_url })),
                "redrive" => Some(Operation::StartMessageMoveTask(StartMessageMoveTask {
                    source_arn: queue_arn(self.settings.dead_letters()),
                    ..StartMessageMoveTask::default()
                })),
                _ => None,
            },
            _ => None,
        }
    }

    /// The latest handle of a message: the learner's, else its holder's.
    fn handle_of(&self, target: Option<&str>) -> Option<String> {
        let (_, id) = self.message(target).ok()?;
        let job = || {
            let jobs = self.workers.iter().flat_map(|worker| &worker.jobs);
            jobs.filter(|job| job.message == id).max_by_key(|job| job.receives)
        };
        self.hands.get(&id).cloned().or_else(|| job().map(|job| job.handle.clone()))
    }
}

/// The answer of a call that has nothing to say.
fn done() -> Answer<WorldResponse> {
    Answer::Now(Ok(WorldResponse::Sqs(Response::Empty)))
}

fn batch_of(sends: impl Iterator<Item = SendMessage>, url: &str) -> SendMessageBatch {
    let entries = sends
        .enumerate()
        .map(|(index, send)| SendEntry {
            id: format!("e{index}"),
            message_body: send.message_body,
            message_group_id: send.message_group_id,
            message_deduplication_id: send.message_deduplication_id,
            ..SendEntry::default()
        })
        .collect();
    SendMessageBatch { queue_url: url.to_owned(), entries }
}
