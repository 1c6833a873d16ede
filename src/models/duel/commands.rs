//! What the learner asks for: knobs, actions and `aws` lines.

use serde_json::{Value, json};

use super::orders::{THE_PRODUCER, YOU, function};
use super::setting_up::{self, stream_arn};
use super::tables::{ACTIONS, SECOND};
use super::{APPS, DEAD_LETTERS, Due, Duel, FUNCTIONS, ORDERS, Side};
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, Journal, Note};
use crate::services::sqs::queue_arn;
use crate::services::time::{Span, Time};
use crate::services::world::{Operation, ServiceId};

/// More than a shard takes in a second, for one customer.
const FLOOD: u32 = 1_200;
/// A day off, and the morning until somebody notices.
const DAY_OFF: Span = Span::hours(26);

impl Duel {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal),
            Command::Do { action, .. } => {
                let known = ACTIONS.iter().find(|known| known.id == *action).ok_or_else(|| {
                    let near = nearest(action, ACTIONS.iter().map(|known| known.id));
                    Refusal::UnknownAction(action.clone(), near)
                })?;
                self.do_action(now, known.id, journal)?;
                Ok(Outcome::default())
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let note =
                    Note::new(YOU, "typed", "you-asked").because(self.your_event.or(self.began));
                self.your_event = Some(journal.write(now, note));
                self.heed_now(now, journal);
                Ok(outcome)
            }
        }
    }

    fn do_action(
        &mut self,
        now: Time,
        action: &'static str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        match action {
            "order" | "poison" => {
                let index = self.new_order(now, action == "poison", "you-asked", journal);
                self.send(now, index, journal);
            }
            "kill" if self.dead => return Err(Refusal::NotNow("already-dead")),
            "kill" => self.turn_dead(now, true, "you-asked", journal),
            "mend" if !self.dead && self.fixed => return Err(Refusal::NotNow("nothing-broken")),
            "mend" => self.mend(now, journal),
            "stop" => {
                self.may_update(now)?;
                self.turn_off(now, !self.off, "you-asked", journal);
            }
            "day-off" if self.off => return Err(Refusal::NotNow("already-off")),
            "day-off" => {
                self.may_update(now)?;
                self.plan += 1;
                self.turn_off(now, true, "you-asked", journal);
                self.agenda.enter(now + DAY_OFF, Due::Off(false, self.plan));
            }
            "flood" => self.flood(now, journal),
            "oversize" => self.send_big(now, journal),
            "second" if self.has_second() => return Err(Refusal::NotNow("already-there")),
            "second" => {
                self.turn(now, "second", SECOND, journal)?;
            }
            "destination" => {
                self.may_update(now)?;
                let on = self.dials.get("on-failure") != SECOND;
                self.turn(now, "on-failure", i64::from(on), journal)?;
                self.turn(now, "max-retries", if on { 2 } else { -1 }, journal)?;
            }
            _ => self.redrive(now, journal)?,
        }
        Ok(())
    }

    fn flood(&mut self, now: Time, journal: &mut Journal) {
        let note = Note::new(THE_PRODUCER, "flood", "you-asked")
            .arg(Arg::Count(i64::from(FLOOD)))
            .because(self.producer_event.or(self.began));
        let event = journal.write(now, note);
        self.producer_event = Some(event);
        for _ in 0..FLOOD {
            let index = self.orders.len() as u32;
            self.orders.push(super::Order::new(now, false, 0, Some(event)));
            self.send(now, index, journal);
        }
    }

    fn redrive(&mut self, now: Time, journal: &mut Journal) -> Result<(), Refusal> {
        if self.dead_letters() == 0 {
            return Err(Refusal::NotNow("no-dead-letters"));
        }
        let task = json!({ "SourceArn": queue_arn(DEAD_LETTERS) });
        self.told(now, "redrive-asked", journal);
        let started = self.ask(now, ServiceId::Sqs, "StartMessageMoveTask", task);
        self.heed_now(now, journal);
        started.map(|_| ()).map_err(|error| Refusal::Aws(error.to_string()))
    }

    /// The function fails at everything from now on, or works again.
    pub(super) fn turn_dead(
        &mut self,
        now: Time,
        dead: bool,
        why: &'static str,
        journal: &mut Journal,
    ) {
        self.dead = dead;
        let what = if dead { "died" } else { "revived" };
        let cause = self.function_events[0].or(self.began);
        let event = journal.write(now, Note::new(function(0), what, why).because(cause));
        self.function_events[0] = Some(event);
        self.update_functions(now, journal);
    }

    fn mend(&mut self, now: Time, journal: &mut Journal) {
        if self.dead {
            self.plan += 1;
            return self.turn_dead(now, false, "you-asked", journal);
        }
        self.fixed = true;
        let cause = self.function_events[0].or(self.began);
        let note = Note::new(function(0), "code-fixed", "you-asked").because(cause);
        self.function_events[0] = Some(journal.write(now, note));
        self.update_functions(now, journal);
    }

    /// The consumers go off, or come back.
    pub(super) fn turn_off(
        &mut self,
        now: Time,
        off: bool,
        why: &'static str,
        journal: &mut Journal,
    ) {
        self.off = off;
        let what = if off { "went-off" } else { "came-back" };
        let cause = self.function_events[0].or(self.began);
        let event = journal.write(now, Note::new(function(0), what, why).because(cause));
        self.function_events[0] = Some(event);
        self.update_mappings(now, journal);
    }

    /// Mappings cannot be changed while they come up.
    fn may_update(&self, now: Time) -> Result<(), Refusal> {
        let busy = (0..APPS)
            .flat_map(|app| {
                [self.mapping(app, Side::Queue, now), self.mapping(app, Side::Stream, now)]
            })
            .flatten()
            .any(|mapping| matches!(mapping.state, "Creating" | "Deleting"));
        if busy { Err(Refusal::NotNow("mapping-comes-up")) } else { Ok(()) }
    }

    fn update_functions(&mut self, now: Time, journal: &mut Journal) {
        for (app, name) in FUNCTIONS.iter().enumerate() {
            if self.mappings[app][0].is_some() {
                let update = json!({
                    "FunctionName": name, "Script": self.script(app),
                    "Timeout": self.timeout(),
                });
                let _ = self.ask(now, ServiceId::Lambda, "UpdateFunctionConfiguration", update);
            }
        }
        self.heed_now(now, journal);
    }

    fn update_mappings(&mut self, now: Time, journal: &mut Journal) {
        for app in 0..APPS {
            for side in [Side::Queue, Side::Stream] {
                let Some(uuid) = self.mappings[app][side as usize].clone() else { continue };
                let mut update = self.mapping_settings(side);
                update["UUID"] = json!(uuid);
                update["Enabled"] = json!(self.consumes());
                let _ = self.ask(now, ServiceId::Lambda, "UpdateEventSourceMapping", update);
            }
        }
        self.heed_now(now, journal);
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let before = self.dials.get(id);
        let mut dials = self.dials.clone();
        let knob = dials.set(id, value)?;
        let of_mapping = ["actors", "partial-responses", "max-retries", "bisect", "on-failure"]
            .contains(&knob.id);
        if of_mapping {
            self.may_update(now)?;
        }
        if knob.id == "shards" && value != before {
            return Err(Refusal::NotNow("shards-at-start"));
        }
        if knob.id == "second" && value < before {
            return Err(Refusal::NotNow("second-stays"));
        }
        if knob.id == "stream-retention" {
            self.keep_records(now, value)?;
        }
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
                self.expect_next_order(now);
            }
            "customers" | "keys" => self.customers = setting_up::customers(&self.dials),
            "visibility-timeout" | "max-receive-count" | "queue-retention" => {
                let attributes = self.queue_attributes();
                let _ = self.ask(now, ServiceId::Sqs, "SetQueueAttributes", attributes);
                self.update_functions(now, journal);
            }
            "work-time" => self.update_functions(now, journal),
            "second" if value > before => {
                self.join_stream(1, now);
                self.make_application(now, 1);
                let note = Note::new(function(1), "joined", "you-asked")
                    .because(self.your_event)
                    .rule("LK-11");
                self.function_events[1] = Some(journal.write(now, note));
            }
            "dead-at" | "dead-for" | "off-at" | "off-for" => self.enter_plan(now),
            "actors" => {
                self.expect_next_order(now);
                self.enter_plan(now);
            }
            _ => {}
        }
        if knob.id == "partial-responses" {
            self.update_functions(now, journal);
        }
        if of_mapping {
            self.update_mappings(now, journal);
        }
        self.heed_now(now, journal);
        Ok(Outcome::default())
    }

    /// Brings the stream's retention to what is asked for.
    fn keep_records(&mut self, now: Time, millis: i64) -> Result<(), Refusal> {
        let (wanted, is) = (millis / 3_600_000, self.dials.get("stream-retention") / 3_600_000);
        let name = match wanted.cmp(&is) {
            std::cmp::Ordering::Equal => return Ok(()),
            std::cmp::Ordering::Greater => "IncreaseStreamRetentionPeriod",
            std::cmp::Ordering::Less => "DecreaseStreamRetentionPeriod",
        };
        let keep = json!({ "StreamName": ORDERS, "RetentionPeriodHours": wanted });
        let kept = self.ask(now, ServiceId::Kinesis, name, keep);
        kept.map(|_| ()).map_err(|error| Refusal::Aws(error.to_string()))
    }

    /// The `aws` lines that a command stands for; two where it does something on both sides.
    pub(super) fn equivalent(&self, command: &Command) -> Option<String> {
        let calls: Vec<(ServiceId, &str, Value)> = match command {
            Command::Do { action, .. } => match action.as_str() {
                "order" | "poison" => self.send_calls(action == "poison"),
                "stop" => self.enable_calls(self.off),
                "day-off" => self.enable_calls(false),
                "oversize" => vec![(
                    ServiceId::Kinesis,
                    "UpdateMaxRecordSize",
                    json!({ "StreamARN": stream_arn(), "MaxRecordSizeInKiB": 10_240 }),
                )],
                "second" => vec![(
                    ServiceId::Lambda,
                    "CreateEventSourceMapping",
                    json!({
                        "FunctionName": FUNCTIONS[1], "EventSourceArn": stream_arn(),
                        "StartingPosition": "TRIM_HORIZON",
                    }),
                )],
                "destination" => {
                    let uuid = self.mappings[0][1].clone()?;
                    let mut dials = self.dials.clone();
                    let on = self.dials.get("on-failure") != SECOND;
                    dials.set("on-failure", i64::from(on)).ok()?;
                    dials.set("max-retries", if on { 2 } else { -1 }).ok()?;
                    let mut update = Duel { dials, ..self.clone() }.mapping_settings(Side::Stream);
                    update["UUID"] = json!(uuid);
                    vec![(ServiceId::Lambda, "UpdateEventSourceMapping", update)]
                }
                "redrive" => vec![(
                    ServiceId::Sqs,
                    "StartMessageMoveTask",
                    json!({ "SourceArn": queue_arn(DEAD_LETTERS) }),
                )],
                _ => return None,
            },
            Command::Set { knob, value } => {
                let mut dials = self.dials.clone();
                dials.set(knob, *value).ok()?;
                match knob.as_str() {
                    "visibility-timeout" | "max-receive-count" | "queue-retention" => {
                        let attributes = Duel { dials, ..self.clone() }.queue_attributes();
                        vec![(ServiceId::Sqs, "SetQueueAttributes", attributes)]
                    }
                    _ => return None,
                }
            }
            Command::Aws(_) => return None,
        };
        let lines: Vec<String> = calls
            .into_iter()
            .filter_map(|(service, name, params)| Operation::from_json(service, name, params).ok())
            .map(|operation| crate::awscli::command_for(&operation))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn send_calls(&self, poison: bool) -> Vec<(ServiceId, &'static str, Value)> {
        let mut next = super::Order::new(Time::START, poison, 0, None);
        next.poison |= self.next_is_poison;
        let body = next.body(self.orders.len() as u32);
        let customer = self.customers.draw(&mut self.chance.clone()) + 1;
        let data = crate::services::blob::Blob(body.clone().into_bytes());
        vec![
            (ServiceId::Sqs, "SendMessage", json!({ "QueueUrl": ORDERS, "MessageBody": body })),
            (
                ServiceId::Kinesis,
                "PutRecord",
                json!({
                    "StreamName": ORDERS, "Data": data.to_base64(),
                    "PartitionKey": format!("customer-{customer}"),
                }),
            ),
        ]
    }

    fn enable_calls(&self, on: bool) -> Vec<(ServiceId, &'static str, Value)> {
        let uuids = self.mappings[0].iter().flatten();
        let call = |uuid: &String| {
            let update = json!({ "UUID": uuid, "Enabled": on });
            (ServiceId::Lambda, "UpdateEventSourceMapping", update)
        };
        uuids.map(call).collect()
    }
}
