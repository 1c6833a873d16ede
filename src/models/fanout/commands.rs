//! What the learner asks for: knobs, actions and `aws` lines.

use serde_json::json;

use super::setting_up::{policy_of, topic_arn};
use super::tables::ACTIONS;
use super::{AT_START, Fanout, ORDERS, SERVICES, Way, YOU};
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, Journal, Note};
use crate::services::sqs::queue_arn;
use crate::services::time::Time;
use crate::services::world::{Operation, ServiceId};

impl Fanout {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal)?,
            Command::Do { action, target, .. } => {
                let known = ACTIONS.iter().find(|known| known.id == *action).ok_or_else(|| {
                    let near = nearest(action, ACTIONS.iter().map(|known| known.id));
                    Refusal::UnknownAction(action.clone(), near)
                })?;
                match known.id {
                    "order" => self.place(now, "you-asked", journal),
                    "join" => self.join(now, journal)?,
                    known => {
                        let desk = self.desk(target.as_deref())?;
                        self.act_on(now, known, desk, journal)?;
                    }
                }
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let cause = self.your_event.or(self.began);
                let note = Note::new(YOU, "typed", "you-asked").because(cause);
                self.your_event = Some(journal.write(now, note));
                self.tell_copies(None, journal);
                return Ok(outcome);
            }
        }
        Ok(Outcome::default())
    }

    fn desk(&self, target: Option<&str>) -> Result<usize, Refusal> {
        let name = target.ok_or(Refusal::NeedsTarget)?;
        let desk = SERVICES.iter().position(|service| *service == name);
        desk.filter(|desk| self.desks[*desk].here)
            .ok_or_else(|| Refusal::NoSuchTarget(name.to_owned()))
    }

    fn act_on(
        &mut self,
        now: Time,
        action: &'static str,
        desk: usize,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let (is_down, way) = (self.desks[desk].down, self.way());
        match action {
            "down" if is_down => Err(Refusal::NotNow("already-down")),
            "down" => {
                let state = &mut self.desks[desk];
                state.down = true;
                state.life += 1;
                state.polls = None;
                state.busy = None;
                // What a reader had fetched and not done lies after its checkpoint.
                let in_hand = std::mem::take(&mut state.jobs).len() as u64;
                if way == Way::StreamReaders {
                    state.read -= in_hand;
                }
                self.told_of_service(now, desk, ("down", "you-asked", None), journal);
                Ok(())
            }
            "up" if self.desks[desk].closed => {
                self.set_policy(now, desk, true);
                self.desks[desk].closed = false;
                let told = ("policy-set", "you-asked", Some("FAN-5"));
                self.told_of_service(now, desk, told, journal);
                Ok(())
            }
            "up" if !is_down => Err(Refusal::NotNow("already-up")),
            "up" => {
                self.desks[desk].down = false;
                self.desks[desk].life += 1;
                if way == Way::StreamReaders {
                    self.resume(now, desk);
                }
                let why = match way {
                    Way::OneByOne => "nothing-waits-for-it",
                    Way::SharedQueue | Way::SnsQueues => "its-queue-waited",
                    Way::StreamReaders => "its-position-stayed",
                };
                self.told_of_service(now, desk, ("up", why, None), journal);
                self.poll_at(now, desk);
                Ok(())
            }
            _ if way != Way::SnsQueues => Err(Refusal::NotNow("no-topic-here")),
            _ if self.desks[desk].closed => Err(Refusal::NotNow("no-policy-already")),
            _ => {
                self.set_policy(now, desk, false);
                self.desks[desk].closed = true;
                let told = ("policy-gone", "you-asked", Some("FAN-5"));
                self.told_of_service(now, desk, told, journal);
                Ok(())
            }
        }
    }

    /// Another service wants to know, from now on.
    fn join(&mut self, now: Time, journal: &mut Journal) -> Result<(), Refusal> {
        let desk = AT_START;
        if self.desks[desk].here {
            return Err(Refusal::NotNow("already-here"));
        }
        self.desks[desk].here = true;
        let (why, rule) = match self.way() {
            Way::OneByOne => ("called-from-now-on", None),
            Way::SharedQueue => ("shares-the-queue", Some("LK-11")),
            Way::SnsQueues => {
                self.subscribe(now, desk);
                ("copies-from-now-on", Some("FAN-2"))
            }
            Way::StreamReaders => {
                self.take_iterator(now, desk);
                ("reads-from-the-oldest", Some("KDS-11"))
            }
        };
        self.told_of_service(now, desk, ("joined", why, rule), journal);
        self.poll_at(now, desk);
        Ok(())
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let mut dials = self.dials.clone();
        let knob = dials.set(id, value)?;
        if knob.id == "way" && value != self.dials.get("way") {
            return Err(Refusal::NotNow("way-at-start"));
        }
        let was_still = self.is_still();
        self.dials = dials;
        let note = Note::new(YOU, "knob-turned", "you-asked")
            .arg(Arg::Word(knob.id))
            .arg(Arg::Count(value))
            .because(self.your_event.or(self.began));
        self.your_event = Some(journal.write(now, note));
        match knob.id {
            "arrival-rate" | "arrival-shape" | "burst-size" | "burst-every" => {
                self.arrivals.set_rate(self.dials.get("arrival-rate").unsigned_abs());
                self.arrivals.set_shape(self.dials.arrival_shape());
                self.life += 1;
                self.enter_next(now);
            }
            "actors" if was_still && !self.is_still() => self.start_actors(now),
            "actors" => self.life += 1,
            _ => {}
        }
        Ok(())
    }

    /// The `aws` lines that a command stands for.
    pub(super) fn equivalent(&self, command: &Command) -> Option<String> {
        let Command::Do { action, target, .. } = command else { return None };
        let body = format!("order-{}", self.orders.len() + 1);
        let call = match (action.as_str(), self.way()) {
            ("order", Way::SharedQueue) => {
                (ServiceId::Sqs, "SendMessage", json!({ "QueueUrl": ORDERS, "MessageBody": body }))
            }
            ("order", Way::SnsQueues) => {
                (ServiceId::Sns, "Publish", json!({ "TopicArn": topic_arn(), "Message": body }))
            }
            ("order", Way::StreamReaders) => {
                let data = crate::services::blob::Blob(body.clone().into_bytes()).to_base64();
                let put = json!({ "StreamName": ORDERS, "Data": data, "PartitionKey": body });
                (ServiceId::Kinesis, "PutRecord", put)
            }
            ("forget-policy", Way::SnsQueues) => {
                let desk = self.desk(target.as_deref()).ok()?;
                (ServiceId::Sqs, "SetQueueAttributes", policy_of(desk, false))
            }
            ("join", Way::SnsQueues) => {
                let endpoint = queue_arn(SERVICES[AT_START]);
                let subscribe =
                    json!({ "TopicArn": topic_arn(), "Protocol": "sqs", "Endpoint": endpoint });
                (ServiceId::Sns, "Subscribe", subscribe)
            }
            ("join", Way::StreamReaders) => {
                let iterator = json!({
                    "StreamName": ORDERS, "ShardId": "shardId-000000000000",
                    "ShardIteratorType": "TRIM_HORIZON",
                });
                (ServiceId::Kinesis, "GetShardIterator", iterator)
            }
            _ => return None,
        };
        let operation = Operation::from_json(call.0, call.1, call.2).ok()?;
        Some(crate::awscli::command_for(&operation))
    }
}
