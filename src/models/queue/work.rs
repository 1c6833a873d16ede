//! What the actors do when their time comes.

use super::actors::{Doing, Due, Order, Producer, THE_PRODUCER};
use super::facts::Caller;
use super::setting_up::sqs;
use super::{Job, MESSAGE, Place, Queue, Settings, THE_QUEUE};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::chance::Chance;
use crate::services::sqs::operation::{DeleteMessage, ReceiveMessage, SendMessage};
use crate::services::sqs::{MessageId, Operation};
use crate::services::time::{Span, Time};
use crate::services::{Answer, ServiceError};

/// The numbers of the streams that orders draw from.
const WORK_TIME: u64 = 1 << 32;
const CRASH: u64 = 2 << 32;
const LOST_ANSWER: u64 = 3 << 32;
const LOST_DELETE: u64 = 4 << 32;

/// Sends of one order at most.
const MOST_SENDS: u32 = 4;

/// How long anybody waits after a call that was refused.
const AFTER_REFUSAL: Span = Span::seconds(1);

impl Queue {
    pub(super) fn let_actor_act(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => self.begin(now, journal),
            Due::Arrive { life } if life == self.producer.life => self.arrive(now, journal),
            Due::SendAgain(order) => self.send_again(now, order, journal),
            Due::Poll { worker, life } if self.lives(worker, life) => {
                self.poll(now, worker, journal);
            }
            Due::Finish { worker, life } if self.lives(worker, life) => {
                self.finish(now, worker, journal);
            }
            Due::Crash { worker, life } if self.lives(worker, life) => {
                let at = self.settings.restart;
                let job = self.workers[worker as usize].jobs.front();
                let cause = job.map(|job| job.received);
                self.kill(now, worker, "crashed", "bug", cause, journal);
                let life = self.workers[worker as usize].life;
                self.agenda.enter(now + at, Due::Restart { worker, life });
            }
            Due::Restart { worker, life }
                if self.workers.get(worker as usize).is_some_and(|it| it.life == life) =>
            {
                self.revive(now, worker, "restarted", "supervisor", journal);
            }
            _ => {}
        }
    }

    fn lives(&self, worker: u32, life: u32) -> bool {
        let worker = self.workers.get(worker as usize);
        worker.is_some_and(|worker| worker.life == life && worker.is_alive())
    }

    fn begin(&mut self, now: Time, journal: &mut Journal) {
        self.began = Some(journal.write(now, Note::new(THE_QUEUE, "began", "preset")));
        self.start_actors(now);
    }

    /// Sets everybody going who stands still.
    pub(super) fn start_actors(&mut self, now: Time) {
        if self.settings.still {
            return;
        }
        self.expect_next_order(now);
        for index in 0..self.workers.len() as u32 {
            self.poll_at(now, index);
        }
    }

    /// Enters the producer's next order; what was entered before counts no more.
    pub(super) fn expect_next_order(&mut self, now: Time) {
        self.producer.life += 1;
        if self.producer.paused || self.settings.still {
            return;
        }
        if let Some(at) = self.producer.arrivals.next_after(now) {
            self.agenda.enter(at, Due::Arrive { life: self.producer.life });
        }
    }

    /// Lets a worker that rests ask at `at`.
    pub(super) fn poll_at(&mut self, at: Time, index: u32) {
        let worker = &self.workers[index as usize];
        if worker.doing == Doing::Rests && !self.settings.still && !self.settings.by_lambda {
            self.agenda.enter(at, Due::Poll { worker: index, life: worker.life });
        }
    }

    fn arrive(&mut self, now: Time, journal: &mut Journal) {
        let order = self.next_order();
        if let Some(at) = self.producer.arrivals.next_after(now) {
            self.agenda.enter(at, Due::Arrive { life: self.producer.life });
        }
        self.send(now, order, journal);
    }

    pub(super) fn next_order(&mut self) -> Order {
        next_order_of(&mut self.producer, &self.settings)
    }

    /// A stream of chance of one order for one purpose, the same whatever else happens.
    fn draw(&self, purpose: u64, order: u32, attempt: u32) -> Chance {
        Chance::stream(self.seed ^ (u64::from(attempt) << 40), purpose | u64::from(order))
    }

    fn send(&mut self, now: Time, order: Order, journal: &mut Journal) {
        self.producer.sent = Some(now);
        let result = self.call(
            now,
            sqs(Operation::SendMessage(self.send_operation(&order, self.settings.queue()))),
            &Caller::Producer(order),
            journal,
        );
        let lost = self.draw(LOST_ANSWER, order.number, order.attempt).below(10_000)
            < self.settings.lost_answers;
        let again = Order { attempt: order.attempt + 1, ..order };
        match result {
            Answer::Now(Err(error)) => {
                let note = Note::new(THE_PRODUCER, "send-refused", "service-refused")
                    .arg(Arg::Word(code_of(&error)))
                    .because(order.told.or(self.producer.last).or(self.began));
                let told = Some(journal.write(now, note));
                self.agenda.enter(now + AFTER_REFUSAL, Due::SendAgain(Order { told, ..again }));
            }
            _ if lost && again.attempt < MOST_SENDS => {
                let after = self.settings.retry_after;
                let note = Note::new(THE_PRODUCER, "answer-lost", "network")
                    .arg(Arg::Count(i64::from(order.number)))
                    .arg(Arg::Span(after))
                    .because(self.last_send.or(self.began));
                let told = Some(journal.write(now, note));
                self.agenda.enter(now + after, Due::SendAgain(Order { told, ..again }));
            }
            _ => {}
        }
    }

    fn send_again(&mut self, now: Time, order: Order, journal: &mut Journal) {
        let note = Note::new(THE_PRODUCER, "sends-again", "no-answer")
            .arg(Arg::Count(i64::from(order.number)))
            .because(order.told.or(self.began));
        let told = Some(journal.write(now, note));
        self.send(now, Order { told, ..order }, journal);
    }

    pub(super) fn send_operation(&self, order: &Order, url: &str) -> SendMessage {
        let is_fifo = self.settings.is_fifo;
        SendMessage {
            queue_url: url.to_owned(),
            message_body: order.body(),
            message_deduplication_id: is_fifo.then(|| format!("order-{}", order.number)),
            message_group_id: order.group.map(|group| group_name(group, is_fifo)),
            ..SendMessage::default()
        }
    }

    fn poll(&mut self, now: Time, index: u32, journal: &mut Journal) {
        let worker = &self.workers[index as usize];
        if worker.doing != Doing::Rests || self.settings.still || self.settings.by_lambda {
            return;
        }
        let is_short = worker.number <= self.settings.short_pollers;
        let receive = ReceiveMessage {
            queue_url: self.settings.queue().to_owned(),
            max_number_of_messages: Some(self.settings.batch),
            wait_time_seconds: Some(if is_short { 0 } else { self.settings.wait }),
            ..ReceiveMessage::default()
        };
        let operation = sqs(Operation::ReceiveMessage(receive));
        let answer = self.call(now, operation, &Caller::Worker(index), journal);
        match answer {
            Answer::Now(Err(error)) => {
                let note = Note::new(
                    self.workers[index as usize].object(),
                    "receive-refused",
                    "service-refused",
                )
                .arg(Arg::Word(code_of(&error)))
                .because(self.workers[index as usize].last.or(self.began))
                .rule(if self.settings.is_fifo { "FIFO-11" } else { "SQS-22" });
                self.workers[index as usize].last = Some(journal.write(now, note));
                self.poll_at(now + AFTER_REFUSAL, index);
            }
            Answer::Now(Ok(_)) | Answer::Later(_) => {}
        }
    }

    /// A receive brought nothing.
    pub(super) fn came_back_empty(
        &mut self,
        now: Time,
        index: u32,
        waited: bool,
        journal: &mut Journal,
    ) {
        let counts = self.counts(Place::Main);
        let (why, rule) = match (waited, counts.visible, self.settings.is_fifo) {
            (_, 1.., true) => ("groups-blocked", "FIFO-4"),
            (true, ..) => ("wait-over", "SQS-13"),
            (false, 0, _) => ("nothing-there", "SQS-14"),
            (false, ..) => ("servers-missed", "SQS-14"),
        };
        self.tally.empty += 1;
        let began = self.began;
        let worker = &mut self.workers[index as usize];
        worker.empty += 1;
        worker.doing = Doing::Rests;
        let note = Note::new(worker.object(), "got-nothing", why)
            .because(worker.last.or(began))
            .rule(rule);
        worker.last = Some(journal.write(now, note));
        let pause = if waited { Span::ZERO } else { self.settings.pause };
        self.poll_at(now + pause, index);
    }

    /// Begins to work on the first job in hand, or asks for more.
    pub(super) fn go_on(&mut self, now: Time, index: u32) {
        let worker = &self.workers[index as usize];
        let Some(job) = worker.jobs.front() else {
            self.workers[index as usize].doing = Doing::Rests;
            self.poll_at(now, index);
            return;
        };
        let (life, key) = (worker.life, job.order.unwrap_or(job.number));
        let took = self.work_time(key);
        let until = now + took;
        let crashes = self.settings.crashes > 0
            && self.draw(CRASH, key, job.receives).below(10_000) < self.settings.crashes;
        let due = if crashes {
            self.agenda.enter(now + Span(took.0 / 2), Due::Crash { worker: index, life });
            None
        } else {
            Some(Due::Finish { worker: index, life })
        };
        if let Some(due) = due {
            self.agenda.enter(until, due);
        }
        self.workers[index as usize].doing = Doing::Works { since: now, until };
    }

    /// How long a job takes: the same for an order whoever does it and however often.
    fn work_time(&self, key: u32) -> Span {
        let (base, jitter) = (self.settings.work.0, self.settings.jitter);
        let by = base / 100 * jitter / 100;
        Span(self.draw(WORK_TIME, key, 0).between(base.saturating_sub(by), base + by))
    }

    fn finish(&mut self, now: Time, index: u32, journal: &mut Journal) {
        let worker = &mut self.workers[index as usize];
        let Some(job) = worker.jobs.pop_front() else { return };
        let (holder, number) = (worker.object(), worker.number);
        let object = ObjectId { kind: MESSAGE, number: job.number };
        let is_poison = self.book.get(job.message).is_some_and(|tale| tale.poison);
        if is_poison && !self.fixed {
            self.tally.failed += 1;
            let note = Note::new(object, "failed", "poison")
                .arg(Arg::Object(holder))
                .because(job.received);
            let event = journal.write(now, note);
            self.remember(&job.message, event, "holder-failed");
            self.go_on(now, index);
            return;
        }
        self.tally.done += 1;
        self.workers[index as usize].done += 1;
        self.count_time(now.since(job.sent), job.group);
        let before = match job.order {
            Some(order) => self.mark_done(order),
            None => self.book.get(job.message).is_some_and(|tale| tale.done),
        };
        self.tally.twice += u64::from(before);
        let (what, why) =
            if before { ("done-again", "done-before") } else { ("done", "work-over") };
        let note = Note::new(object, what, why).arg(Arg::Object(holder)).because(job.received);
        let done = journal.write(now, note);
        if let Some(tale) = self.book.get_mut(job.message) {
            tale.done = true;
            if tale.holder == Some(number) {
                tale.last = Some(done);
            }
        }
        self.delete(now, index, &job, object, done, journal);
        self.go_on(now, index);
    }

    fn delete(
        &mut self,
        now: Time,
        index: u32,
        job: &Job,
        object: ObjectId,
        done: EventId,
        journal: &mut Journal,
    ) {
        let asked = self
            .book
            .get_mut(job.message)
            .is_some_and(|tale| std::mem::take(&mut tale.loses_delete));
        let key = job.order.unwrap_or(job.number);
        let share = self.settings.lost_deletes;
        let lost =
            asked || (share > 0 && self.draw(LOST_DELETE, key, job.receives).below(10_000) < share);
        let holder = self.workers[index as usize].object();
        if lost {
            let note =
                Note::new(object, "delete-lost", "network").arg(Arg::Object(holder)).because(done);
            let event = journal.write(now, note);
            self.remember(&job.message, event, "delete-was-lost");
            return;
        }
        let deleted = self.tally.deleted;
        let delete = DeleteMessage {
            queue_url: self.settings.queue().to_owned(),
            receipt_handle: job.handle.clone(),
        };
        let operation = sqs(Operation::DeleteMessage(delete));
        let answer = self.call(now, operation, &Caller::Deleter(done), journal);
        let (what, why, rule) = match answer {
            Answer::Now(Err(_)) => ("delete-refused", "handle-expired", "FIFO-7"),
            _ if self.tally.deleted > deleted => return,
            _ if self.book.get(job.message).is_none() => ("delete-idle", "already-gone", "SQS-9"),
            _ => ("delete-idle", "received-since", "SQS-10"),
        };
        let note = Note::new(object, what, why).arg(Arg::Object(holder)).because(done).rule(rule);
        journal.write(now, note);
    }

    /// What the next event of a message follows from, and why it is still there.
    fn remember(&mut self, message: &MessageId, event: EventId, undeleted: &'static str) {
        if let Some(tale) = self.book.get_mut(*message) {
            tale.last = Some(event);
            tale.undeleted = undeleted;
        }
    }

    /// A worker dies; what it has in hand stays hidden until its timeout ends.
    pub(super) fn kill(
        &mut self,
        now: Time,
        index: u32,
        what: &'static str,
        why: &'static str,
        cause: Option<EventId>,
        journal: &mut Journal,
    ) {
        let (began, life) = (self.began, self.next_life());
        let worker = &mut self.workers[index as usize];
        worker.life = life;
        worker.doing = Doing::Dead { since: now };
        let jobs = std::mem::take(&mut worker.jobs);
        let note = Note::new(worker.object(), what, why)
            .arg(Arg::Count(jobs.len() as i64))
            .because(cause.or(worker.last).or(began));
        let event = journal.write(now, note);
        worker.last = Some(event);
        let number = worker.number;
        for job in jobs {
            if self.book.get(job.message).is_some_and(|tale| tale.holder == Some(number)) {
                self.remember(&job.message, event, "holder-died");
            }
        }
    }

    /// A dead worker is back, with nothing in hand.
    pub(super) fn revive(
        &mut self,
        now: Time,
        index: u32,
        what: &'static str,
        why: &'static str,
        journal: &mut Journal,
    ) {
        let life = self.next_life();
        let worker = &mut self.workers[index as usize];
        if worker.is_alive() {
            return;
        }
        worker.life = life;
        worker.doing = Doing::Rests;
        let note = Note::new(worker.object(), what, why).because(worker.last);
        worker.last = Some(journal.write(now, note));
        self.poll_at(now, index);
    }
}

/// The next order. The same is drawn for each whatever the knobs, so that two settings of the
/// model see the same orders.
pub(super) fn next_order_of(producer: &mut Producer, settings: &Settings) -> Order {
    producer.orders += 1;
    let poison = producer.chance.below(10_000) < settings.poison;
    let mut chance = Chance::new(producer.chance.bits());
    let group = settings.groups.as_ref().map(|keys| keys.draw(&mut chance));
    Order { number: producer.orders, poison, group, attempt: 0, told: None }
}

/// The id of a group or tenant: `customer-a`, `tenant-b`.
pub(super) fn group_name(group: u32, is_fifo: bool) -> String {
    let kind = if is_fifo { "customer" } else { "tenant" };
    match u8::try_from(group).ok().filter(|group| *group < 26) {
        Some(letter) => format!("{kind}-{}", char::from(b'a' + letter)),
        None => format!("{kind}-{group}"),
    }
}

/// The code of an error, as a word of every language.
pub(super) fn code_of(error: &ServiceError) -> &'static str {
    match &error.code {
        std::borrow::Cow::Borrowed(code) => code,
        std::borrow::Cow::Owned(_) => "error",
    }
}
