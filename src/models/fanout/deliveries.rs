//! An order's way to everybody who wants to know, told as events with their causes.

use super::{Desk, Due, Fanout, Job, ORDERS, Order, SERVICES, THE_SHOP, Way, order, service};
use crate::models::journal::{Arg, EventId, Journal, Note, ObjectId};
use crate::services::blob::Blob;
use crate::services::sns::Happened;
use crate::services::sqs::operation::{DeleteMessage, ReceiveMessage, SendMessage};
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, Response};
use crate::services::{Answer, LateAnswer, ServiceError, kinesis, sns, sqs};

/// How often a reader of the stream asks for more.
const READ_EACH: Span = Span::seconds(1);
/// How long a poller rests after a refused poll.
const AFTER_REFUSAL: Span = Span::seconds(5);

impl Fanout {
    pub(super) fn let_happen(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => {
                let note = Note::new(THE_SHOP, "began", "preset");
                self.began = Some(journal.write(now, note));
                self.start_actors(now);
            }
            Due::Arrive(life) if life == self.life => {
                self.enter_next(now);
                self.place(now, "customer-orders", journal);
            }
            Due::Arrive(_) => {}
            Due::Call(index, desk) => self.call_service(now, index, desk, journal),
            Due::Called(index, desk, life) => self.called(now, index, desk, life, journal),
            Due::GaveUp(index, desk) => self.gave_up(now, index, desk, journal),
            Due::Send(index) => self.send(now, index, journal),
            Due::Poll(desk, life) => self.poll(now, desk, life, journal),
            Due::Logged(desk, life) if life == self.desks[desk].life => {
                self.finish(now, desk, journal);
            }
            Due::Logged(..) => {}
        }
    }

    /// Sets everybody going.
    pub(super) fn start_actors(&mut self, now: Time) {
        self.life += 1;
        self.enter_next(now);
        for desk in 0..SERVICES.len() {
            self.poll_at(now, desk);
        }
    }

    pub(super) fn enter_next(&mut self, now: Time) {
        if self.is_still() {
            return;
        }
        if let Some(at) = self.arrivals.next_after(now) {
            self.agenda.enter(at, Due::Arrive(self.life));
        }
    }

    pub(super) fn poll_at(&mut self, at: Time, desk: usize) {
        let state = &self.desks[desk];
        if state.here && !state.down && !self.is_still() && self.way() != Way::OneByOne {
            self.agenda.enter(at, Due::Poll(desk, state.life));
        }
    }

    /// An order is placed.
    pub(super) fn place(&mut self, now: Time, why: &'static str, journal: &mut Journal) {
        let index = self.orders.len() as u32;
        let note = Note::new(order(index), "placed", why).because(self.shop_event.or(self.began));
        let event = journal.write(now, note);
        self.shop_event = Some(event);
        self.orders.push(Order {
            placed: now,
            answered: None,
            logged: [0; SERVICES.len()],
            last: Some(event),
            attempts: 1,
        });
        if self.way() == Way::OneByOne {
            self.agenda.enter(now, Due::Call(index, 0));
        } else {
            self.agenda.enter(now + self.hop(), Due::Send(index));
        }
    }

    fn hop(&self) -> Span {
        Span(self.dials.get("hop").unsigned_abs())
    }

    fn told(&mut self, now: Time, index: u32, note: Note, journal: &mut Journal) -> EventId {
        let event = journal.write(now, note.because(self.orders[index as usize].last));
        self.orders[index as usize].last = Some(event);
        event
    }

    // ── one after another ──────────────────────────────────────────────────────────────────────

    fn call_service(&mut self, now: Time, index: u32, desk: usize, journal: &mut Journal) {
        let Some(desk) = (desk..SERVICES.len()).find(|desk| self.desks[*desk].here) else {
            return self.answer(now, index, "all-answered", journal);
        };
        let note = Note::new(order(index), "called", "one-after-another");
        self.told(now, index, note.arg(Arg::Object(service(desk))), journal);
        let takes = self.hop() + self.work_time(desk);
        let timeout = self.call_timeout();
        if !self.desks[desk].down {
            self.agenda.enter(now + takes, Due::Called(index, desk, self.desks[desk].life));
        }
        if self.desks[desk].down || takes > timeout {
            self.agenda.enter(now + timeout, Due::GaveUp(index, desk));
        }
    }

    fn call_timeout(&self) -> Span {
        Span(self.dials.get("call-timeout").unsigned_abs())
    }

    fn called(&mut self, now: Time, index: u32, desk: usize, life: u32, journal: &mut Journal) {
        let takes = self.hop() + self.work_time(desk);
        let left = Span(self.call_timeout().0.saturating_sub(takes.0));
        if life != self.desks[desk].life {
            // It died over the call: the caller hears nothing.
            self.agenda.enter(now + left, Due::GaveUp(index, desk));
            return;
        }
        self.log(now, desk, index, None, journal);
        let waits = self.orders[index as usize].answered.is_none();
        if waits && takes <= self.call_timeout() {
            self.call_service(now, index, desk + 1, journal);
        }
    }

    fn gave_up(&mut self, now: Time, index: u32, desk: usize, journal: &mut Journal) {
        if self.orders[index as usize].answered.is_some() {
            return;
        }
        let why = if self.desks[desk].down { "service-down" } else { "service-slow" };
        let note = Note::new(order(index), "no-answer", why)
            .arg(Arg::Object(service(desk)))
            .arg(Arg::Span(self.call_timeout()));
        self.told(now, index, note, journal);
        let attempts = i64::from(self.orders[index as usize].attempts);
        if attempts <= self.dials.get("retries") {
            self.orders[index as usize].attempts += 1;
            let note = Note::new(order(index), "tried-again", "customer-tries-again")
                .arg(Arg::Count(attempts + 1));
            self.told(now, index, note, journal);
            return self.call_service(now, index, 0, journal);
        }
        let placed = &mut self.orders[index as usize];
        placed.answered = Some((now, false));
        let logged = placed.logged;
        let missed =
            (0..SERVICES.len()).filter(|desk| self.desks[*desk].here && logged[*desk] == 0);
        let missed = missed.count() as u64;
        self.missing += missed;
        self.failed += 1;
        let note = Note::new(order(index), "order-failed", "no-answer-in-time")
            .arg(Arg::Count(missed as i64));
        self.told(now, index, note, journal);
    }

    /// The customer has an answer.
    fn answer(&mut self, now: Time, index: u32, why: &'static str, journal: &mut Journal) {
        let placed = &mut self.orders[index as usize];
        placed.answered = Some((now, true));
        let took = now.since(placed.placed);
        self.accepted += 1;
        ease(&mut self.latency, took);
        let note = Note::new(order(index), "accepted", why).arg(Arg::Span(took));
        self.told(now, index, note, journal);
    }

    // ── something between ──────────────────────────────────────────────────────────────────────

    fn send(&mut self, now: Time, index: u32, journal: &mut Journal) {
        let body = format!("order-{}", index + 1);
        let (operation, what, why, rule) = match self.way() {
            Way::StreamReaders => {
                let put = kinesis::PutRecord {
                    stream_name: Some(ORDERS.to_owned()),
                    data: Blob(body.clone().into_bytes()),
                    partition_key: Some(body),
                    explicit_hash_key: None,
                    sequence_number_for_ordering: None,
                    stream_arn: None,
                    stream_id: None,
                    dry_run: None,
                };
                let put = Operation::Kinesis(kinesis::Operation::PutRecord(put));
                (put, "stored", "stream-keeps-it", "KDS-1")
            }
            Way::SnsQueues => {
                let publish = sns::Publish {
                    message: body,
                    topic_arn: Some(super::setting_up::topic_arn()),
                    ..sns::Publish::default()
                };
                let publish = Operation::Sns(sns::Operation::Publish(publish));
                (publish, "published", "once-for-all", "FAN-1")
            }
            Way::SharedQueue | Way::OneByOne => {
                let send = SendMessage {
                    queue_url: ORDERS.to_owned(),
                    message_body: body,
                    ..SendMessage::default()
                };
                let send = Operation::Sqs(sqs::Operation::SendMessage(send));
                (send, "queued", "queue-keeps-it", "SQS-1")
            }
        };
        match self.world.call(now, operation) {
            Answer::Now(Err(error)) => self.refused(now, index, &error, journal),
            _ => {
                let note = Note::new(order(index), what, why).rule(rule);
                let event = self.told(now, index, note, journal);
                self.tell_copies(Some((index, event)), journal);
                self.answer(now, index, "stored-is-enough", journal);
            }
        }
    }

    fn refused(&mut self, now: Time, index: u32, error: &ServiceError, journal: &mut Journal) {
        let code = match &error.code {
            std::borrow::Cow::Borrowed(code) => code,
            std::borrow::Cow::Owned(_) => "error",
        };
        self.failed += 1;
        self.orders[index as usize].answered = Some((now, false));
        let note = Note::new(order(index), "send-refused", "service-refused").arg(Arg::Word(code));
        self.told(now, index, note, journal);
    }

    /// What became of the topic's copies.
    pub(super) fn tell_copies(&mut self, published: Option<(u32, EventId)>, journal: &mut Journal) {
        for fact in self.world.sns.trace.drain() {
            match fact.what {
                Happened::Published { message, copies, .. } => {
                    if let Some((index, _)) = published.filter(|_| copies > 0) {
                        self.copies.insert(message, (index, copies));
                    }
                }
                Happened::Delivered { subscription, message } => {
                    let Some((index, desk)) = self.copy(&subscription, &message) else { continue };
                    let note = Note::new(order(index), "copy-arrived", "own-copy")
                        .arg(Arg::Object(service(desk)))
                        .because(self.orders[index as usize].last)
                        .rule("FAN-1");
                    journal.write(fact.at, note);
                }
                Happened::DeliveryFailed { subscription, message, again: None, .. } => {
                    let Some((index, desk)) = self.copy(&subscription, &message) else { continue };
                    self.missing += 1;
                    let note = Note::new(order(index), "copy-lost", "queue-lets-nobody-in")
                        .arg(Arg::Object(service(desk)))
                        .because(self.orders[index as usize].last)
                        .rule("FAN-5");
                    journal.write(fact.at, note);
                }
                _ => {}
            }
        }
    }

    /// A copy that is on its way no more: of which order, and whose.
    fn copy(&mut self, subscription: &str, message: &str) -> Option<(u32, usize)> {
        let (index, left) = self.copies.get_mut(message)?;
        let index = *index;
        *left -= 1;
        if *left == 0 {
            self.copies.remove(message);
        }
        let is_it = |desk: &Desk| desk.subscription.as_deref() == Some(subscription);
        Some((index, self.desks.iter().position(is_it)?))
    }

    // ── the services ───────────────────────────────────────────────────────────────────────────

    /// The queue that a service polls.
    fn queue_of(&self, desk: usize) -> &'static str {
        if self.way() == Way::SharedQueue { ORDERS } else { SERVICES[desk] }
    }

    fn poll(&mut self, now: Time, desk: usize, life: u32, journal: &mut Journal) {
        let state = &self.desks[desk];
        if life != state.life || state.down || !state.here || self.is_still() {
            return;
        }
        if self.way() == Way::StreamReaders {
            return self.read(now, desk, journal);
        }
        if state.polls.is_some() || state.busy.is_some() {
            return;
        }
        let receive = ReceiveMessage {
            queue_url: self.queue_of(desk).to_owned(),
            max_number_of_messages: Some(1),
            wait_time_seconds: Some(20),
            ..ReceiveMessage::default()
        };
        match self.world.call(now, Operation::Sqs(sqs::Operation::ReceiveMessage(receive))) {
            Answer::Later(ticket) => self.desks[desk].polls = Some(ticket),
            Answer::Now(result) => self.take_messages(now, desk, &result, journal),
        }
    }

    /// Tells what came of calls that waited.
    pub(super) fn heed(&mut self, late: Vec<LateAnswer<Response>>, journal: &mut Journal) {
        let now = self.world.now();
        for late in late {
            let waits = |desk: &Desk| desk.polls == Some(late.ticket);
            if let Some(desk) = self.desks.iter().position(waits) {
                self.desks[desk].polls = None;
                self.take_messages(now, desk, &late.result, journal);
            } else {
                self.prompt.take(&late);
            }
        }
        self.tell_copies(None, journal);
    }

    fn take_messages(
        &mut self,
        now: Time,
        desk: usize,
        result: &Result<Response, ServiceError>,
        journal: &mut Journal,
    ) {
        let messages = match result {
            Ok(Response::Sqs(sqs::Response::Messages(answer))) => &answer.messages,
            _ => return self.poll_at(now + AFTER_REFUSAL, desk),
        };
        for message in messages {
            let queue = self.queue_of(desk).to_owned();
            let receipt = Some((queue, message.receipt_handle.clone()));
            match self.order_in(&message.body) {
                Some(index) => {
                    let (why, rule) = match self.way() {
                        Way::SharedQueue => ("first-to-ask", "LK-11"),
                        _ => ("own-queue", "FAN-1"),
                    };
                    self.take(now, desk, index, receipt, (why, rule), journal);
                }
                // The learner's own message: taken off the queue, and that is all.
                None => self.delete(now, receipt),
            }
        }
        self.work(now, desk);
        if self.desks[desk].busy.is_none() {
            self.poll_at(now, desk);
        }
    }

    fn read(&mut self, now: Time, desk: usize, journal: &mut Journal) {
        self.poll_at(now + READ_EACH, desk);
        let Some(iterator) = self.desks[desk].iterator.clone() else { return };
        let get = kinesis::GetRecords {
            shard_iterator: iterator,
            limit: None,
            stream_arn: None,
            stream_id: None,
            dry_run: None,
        };
        let answer = self.world.call(now, Operation::Kinesis(kinesis::Operation::GetRecords(get)));
        let Answer::Now(Ok(Response::Kinesis(kinesis::Response::GetRecords(answer)))) = answer
        else {
            return self.resume(now, desk);
        };
        self.desks[desk].iterator = answer.next_shard_iterator;
        for record in answer.records {
            self.desks[desk].read += 1;
            let text = String::from_utf8_lossy(&record.data.0).into_owned();
            if let Some(index) = self.order_in(&text) {
                self.take(now, desk, index, None, ("own-position", "KDS-11"), journal);
            }
        }
        self.work(now, desk);
    }

    /// A reader goes on at its position, or at the oldest record kept if that is gone.
    pub(super) fn resume(&mut self, now: Time, desk: usize) {
        let Some(stream) = self.world.kinesis.stream(ORDERS) else { return };
        let Some(shard) = stream.shards().first() else { return };
        let (first, read) = (shard.records().first(), self.desks[desk].read);
        let at = shard.records().get(read.max(first));
        let number = at.map(|record| shard.sequence_number(record.position, record.at));
        self.missing += first.saturating_sub(read);
        self.desks[desk].read = read.max(first);
        let ask = kinesis::GetShardIterator {
            stream_name: Some(ORDERS.to_owned()),
            shard_id: kinesis::shard_id(0),
            shard_iterator_type: match number {
                Some(_) => kinesis::ShardIteratorType::AtSequenceNumber,
                None => kinesis::ShardIteratorType::Latest,
            },
            starting_sequence_number: number,
            timestamp: None,
            stream_arn: None,
            stream_id: None,
            dry_run: None,
        };
        let ask = Operation::Kinesis(kinesis::Operation::GetShardIterator(ask));
        self.desks[desk].iterator = match self.world.call(now, ask) {
            Answer::Now(Ok(Response::Kinesis(kinesis::Response::GetShardIterator(answer)))) => {
                Some(answer.shard_iterator)
            }
            _ => None,
        };
    }

    fn take(
        &mut self,
        now: Time,
        desk: usize,
        index: u32,
        receipt: Option<(String, String)>,
        (why, rule): (&'static str, &'static str),
        journal: &mut Journal,
    ) {
        let note = Note::new(order(index), "received", why)
            .arg(Arg::Object(service(desk)))
            .because(self.orders[index as usize].last)
            .rule(rule);
        let because = Some(journal.write(now, note));
        self.desks[desk].jobs.push_back(Job { order: index, receipt, because });
    }

    /// Begins with the next job.
    fn work(&mut self, now: Time, desk: usize) {
        let until = now + self.work_time(desk);
        let state = &mut self.desks[desk];
        if state.busy.is_none() && !state.jobs.is_empty() {
            state.busy = Some(until);
            self.agenda.enter(until, Due::Logged(desk, state.life));
        }
    }

    fn finish(&mut self, now: Time, desk: usize, journal: &mut Journal) {
        self.desks[desk].busy = None;
        let Some(job) = self.desks[desk].jobs.pop_front() else { return };
        let first = self.orders[job.order as usize].logged.iter().all(|times| *times == 0);
        let logged = self.log(now, desk, job.order, job.because, journal);
        self.delete(now, job.receipt);
        let others = self.desks.iter().filter(|desk| desk.here).count() as u64 - 1;
        if self.way() == Way::SharedQueue && first && others > 0 {
            self.missing += others;
            let note = Note::new(order(job.order), "others-miss", "deleted-by-one")
                .arg(Arg::Count(others as i64))
                .because(logged)
                .rule("LK-11");
            journal.write(now, note);
        }
        self.work(now, desk);
        if self.way() != Way::StreamReaders && self.desks[desk].busy.is_none() {
            self.poll_at(now, desk);
        }
    }

    fn delete(&mut self, now: Time, receipt: Option<(String, String)>) {
        if let Some((queue_url, receipt_handle)) = receipt {
            let delete = DeleteMessage { queue_url, receipt_handle };
            let _ = self.world.call(now, Operation::Sqs(sqs::Operation::DeleteMessage(delete)));
        }
    }

    /// A service has logged an order.
    fn log(
        &mut self,
        now: Time,
        desk: usize,
        index: u32,
        because: Option<EventId>,
        journal: &mut Journal,
    ) -> EventId {
        let placed = &mut self.orders[index as usize];
        let again = placed.logged[desk] > 0;
        placed.logged[desk] = placed.logged[desk].saturating_add(1);
        let (cause, since) = (because.or(placed.last), placed.placed);
        let logged = placed.logged;
        let (what, why) =
            if again { ("logged-again", "told-twice") } else { ("logged", "work-over") };
        let note = Note::new(order(index), what, why).arg(Arg::Object(service(desk)));
        let event = journal.write(now, note.because(cause));
        let state = &mut self.desks[desk];
        state.lines += 1;
        state.newest = Some(index);
        state.last = Some(event);
        self.twice += u64::from(again);
        let all = self.desks.iter().zip(logged).all(|(desk, times)| !desk.here || times > 0);
        if all && !again {
            ease(&mut self.time_to_all, now.since(since));
        }
        if because.is_none() {
            self.orders[index as usize].last = Some(event);
        }
        event
    }

    /// The order that a message speaks of.
    pub(super) fn order_in(&self, body: &str) -> Option<u32> {
        let number = body.match_indices("order-").find_map(|(at, found)| {
            let rest = &body[at + found.len()..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest[..digits].parse::<u32>().ok()
        })?;
        let index = number.checked_sub(1)?;
        ((index as usize) < self.orders.len()).then_some(index)
    }

    /// What happened to a service by the learner's hand.
    pub(super) fn told_of_service(
        &mut self,
        now: Time,
        desk: usize,
        (what, why, rule): (&'static str, &'static str, Option<&'static str>),
        journal: &mut Journal,
    ) {
        let known = self.desks[desk].last.or(self.your_event).or(self.began);
        let cause = known
            .unwrap_or_else(|| journal.write(now, Note::new(super::YOU, "asked", "you-asked")));
        let object: ObjectId = service(desk);
        let mut note = Note::new(object, what, why).because(cause);
        if let Some(rule) = rule {
            note = note.rule(rule);
        }
        self.desks[desk].last = Some(journal.write(now, note));
    }
}

/// Moves a running mean over about eight values.
fn ease(mean: &mut u64, took: Span) {
    *mean = if *mean == 0 { took.0 } else { (*mean * 7 + took.0) / 8 };
}
