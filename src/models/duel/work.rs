//! What the actors do: orders come in and are sent to both sides.

use super::orders::{Order, THE_PRODUCER, THE_QUEUE, THE_STREAM, YOU, order};
use super::{Due, Duel, ORDERS};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::blob::Blob;
use crate::services::sqs::operation::SendMessage;
use crate::services::time::{Span, Time};
use crate::services::world::Operation;
use crate::services::{Answer, ServiceError, kinesis, sqs};

/// After so long, what the stream refused is put again.
const PUT_AGAIN: Span = Span::seconds(1);

impl Duel {
    pub(super) fn let_happen(&mut self, now: Time, due: Due, journal: &mut Journal) {
        match due {
            Due::Begin => {
                let note = Note::new(THE_PRODUCER, "began", "preset");
                self.began = Some(journal.write(now, note));
                self.expect_next_order(now);
                self.enter_plan(now);
            }
            Due::Arrive(life) if life == self.life => {
                self.enter_next(now);
                let poison_at = self.dials.get("poison-at");
                let is_poison = poison_at > 0 && self.orders.len() as i64 + 1 == poison_at;
                let index = self.new_order(now, is_poison, "customer-ordered", journal);
                self.send(now, index, journal);
            }
            Due::Arrive(_) => {}
            Due::PutAgain => {
                for index in std::mem::take(&mut self.refused) {
                    self.put(now, index, self.orders[index as usize].body(index), journal);
                }
            }
            Due::PutBig(index) => {
                self.put(now, index, big_body(index), journal);
            }
            Due::Dead(dead, plan) if plan == self.plan => {
                self.turn_dead(now, dead, "plan", journal);
            }
            Due::Off(off, plan) if plan == self.plan => self.turn_off(now, off, "plan", journal),
            Due::Dead(..) | Due::Off(..) => {}
        }
    }

    /// Enters the next order; what was entered before counts no more.
    pub(super) fn expect_next_order(&mut self, now: Time) {
        self.life += 1;
        self.enter_next(now);
    }

    fn enter_next(&mut self, now: Time) {
        if self.is_still() {
            return;
        }
        if let Some(at) = self.arrivals.next_after(now) {
            self.agenda.enter(at, Due::Arrive(self.life));
        }
    }

    /// Enters what dies and goes off when, counted from `now`.
    pub(super) fn enter_plan(&mut self, now: Time) {
        self.plan += 1;
        if self.is_still() {
            return;
        }
        let span = |id: &str| Span(self.dials.get(id).unsigned_abs());
        let (dead_for, off_for) = (span("dead-for"), span("off-for"));
        if dead_for > Span::ZERO {
            let at = now + span("dead-at");
            self.agenda.enter(at, Due::Dead(true, self.plan));
            self.agenda.enter(at + dead_for, Due::Dead(false, self.plan));
        }
        if off_for > Span::ZERO {
            let at = now + span("off-at");
            self.agenda.enter(at, Due::Off(true, self.plan));
            self.agenda.enter(at + off_for, Due::Off(false, self.plan));
        }
    }

    /// An order comes; nothing is sent yet.
    pub(super) fn new_order(
        &mut self,
        now: Time,
        poison: bool,
        why: &'static str,
        journal: &mut Journal,
    ) -> u32 {
        let customer = self.customers.draw(&mut self.chance);
        let poison = poison || std::mem::take(&mut self.next_is_poison);
        let index = self.orders.len() as u32;
        let what = if poison { "came-poison" } else { "came" };
        let note = Note::new(order(index), what, why).because(self.producer_event.or(self.began));
        let event = journal.write(now, note);
        self.producer_event = Some(event);
        self.orders.push(Order::new(now, poison, customer, Some(event)));
        index
    }

    /// Sends an order to both sides.
    pub(super) fn send(&mut self, now: Time, index: u32, journal: &mut Journal) {
        let body = self.orders[index as usize].body(index);
        let _ = self.send_message(now, index, body.clone(), journal);
        self.put(now, index, body, journal);
    }

    fn send_message(
        &mut self,
        now: Time,
        index: u32,
        body: String,
        journal: &mut Journal,
    ) -> Result<(), ServiceError> {
        self.sending = Some(index);
        let send = SendMessage {
            queue_url: ORDERS.to_owned(),
            message_body: body,
            ..SendMessage::default()
        };
        let answer = self.world.call(now, Operation::Sqs(sqs::Operation::SendMessage(send)));
        self.heed_now(now, journal);
        self.sending = None;
        match answer {
            Answer::Now(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }

    fn put(&mut self, now: Time, index: u32, body: String, journal: &mut Journal) {
        self.sending = Some(index);
        let customer = self.orders[index as usize].customer;
        let put = kinesis::PutRecord {
            stream_name: Some(ORDERS.to_owned()),
            data: Blob(body.into_bytes()),
            partition_key: Some(format!("customer-{}", customer + 1)),
            explicit_hash_key: None,
            sequence_number_for_ordering: None,
            stream_arn: None,
            stream_id: None,
            dry_run: None,
        };
        let answer = self.world.call(now, Operation::Kinesis(kinesis::Operation::PutRecord(put)));
        self.heed_now(now, journal);
        self.sending = None;
        let Answer::Now(Err(error)) = answer else { return };
        let cause = self.orders[index as usize].event;
        if error.code == "ProvisionedThroughputExceededException" {
            self.throttled += 1;
            let note = Note::new(order(index), "put-refused", "shard-full")
                .arg(Arg::Span(PUT_AGAIN))
                .because(cause)
                .rule("KDS-13");
            self.orders[index as usize].stream[0].last = Some(journal.write(now, note));
            if self.refused.is_empty() {
                self.agenda.enter(now + PUT_AGAIN, Due::PutAgain);
            }
            self.refused.push_back(index);
        } else {
            let note = Note::new(order(index), "too-big", "limit-of-stream")
                .arg(Arg::Object(THE_STREAM))
                .because(cause)
                .rule("KDS-17");
            self.orders[index as usize].stream[0].last = Some(journal.write(now, note));
        }
    }

    /// An order that is bigger than the queue takes, and than the stream takes as it is.
    pub(super) fn send_big(&mut self, now: Time, journal: &mut Journal) {
        let index = self.new_order(now, false, "you-asked", journal);
        if self.send_message(now, index, big_body(index), journal).is_err() {
            let note = Note::new(order(index), "too-big", "limit-of-queue")
                .arg(Arg::Object(THE_QUEUE))
                .because(self.orders[index as usize].event)
                .rule("SQS-16");
            self.orders[index as usize].queue.last = Some(journal.write(now, note));
        }
        self.put(now, index, big_body(index), journal);
        if self.orders[index as usize].stored.is_some() {
            return;
        }
        let raise = serde_json::json!({
            "StreamARN": super::setting_up::stream_arn(), "MaxRecordSizeInKiB": 10_240,
        });
        let raised =
            self.ask(now, crate::services::world::ServiceId::Kinesis, "UpdateMaxRecordSize", raise);
        if raised.is_ok() {
            let note = Note::new(THE_STREAM, "limit-raised", "you-asked")
                .because(self.orders[index as usize].stream[0].last)
                .rule("KDS-17");
            self.orders[index as usize].stream[0].last = Some(journal.write(now, note));
            self.agenda.enter(now + PUT_AGAIN, Due::PutBig(index));
        }
    }

    /// Writes down what the learner did.
    pub(super) fn told(&mut self, now: Time, what: &'static str, journal: &mut Journal) -> EventId {
        let note = Note::new(YOU, what, "you-asked").because(self.your_event.or(self.began));
        let event = journal.write(now, note);
        self.your_event = Some(event);
        event
    }
}

impl Order {
    /// What is sent.
    pub(super) fn body(&self, index: u32) -> String {
        let poison = if self.poison { " poison" } else { "" };
        format!("order-{}{poison}", index + 1)
    }
}

/// One byte more than SQS takes, and than a stream takes as it is made.
fn big_body(index: u32) -> String {
    let mut body = format!("order-{} ", index + 1);
    body.extend(std::iter::repeat_n('x', 1_048_577 - body.len()));
    body
}
