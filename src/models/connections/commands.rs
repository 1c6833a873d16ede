//! What the learner does: knobs, actions, lines at the prompt, and the `aws` command of each.

use serde_json::{Value, json};

use super::setting_up::ORDERS;
use super::tables::ACTIONS;
use super::{Connections, SHOP, THE_DATABASE, THE_FUNCTION, YOU};
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::Answer;
use crate::services::time::Time;
use crate::services::world::{Operation, ServiceId};

/// So many requests come at once with `burst`.
const BURST: u64 = 200;

impl Connections {
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
                if known.target.is_some() {
                    let name = target.as_deref().ok_or(Refusal::NeedsTarget)?;
                    if name != SHOP {
                        return Err(Refusal::NoSuchTarget(name.to_owned()));
                    }
                }
                self.perform(now, known.id, journal)?;
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let event = self.yours(now, Note::new(YOU, "typed", "you-asked"), journal);
                self.tell(Some(event), journal);
                return Ok(outcome);
            }
        }
        Ok(Outcome::default())
    }

    fn yours(&mut self, now: Time, note: Note, journal: &mut Journal) -> EventId {
        let event = journal.write(now, note.because(self.yours.or(self.began)));
        self.yours = Some(event);
        event
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let before = self.dials.get(id);
        let knob = self.dials.set(id, value)?;
        if matches!(knob.id, "path" | "database" | "slow-after" | "write-capacity")
            && before != value
        {
            return Err(Refusal::NotNow("fixed-at-start"));
        }
        if let Some((name, params)) = self.call_of_knob(knob.id)
            && let Answer::Now(Err(error)) = self.ask(now, ServiceId::Rds, name, params)
        {
            return Err(Refusal::Aws(format!(
                "An error occurred ({}) when calling the {name} operation: {}",
                error.code, error.message
            )));
        }
        let note = Note::new(YOU, "turned", "you-asked");
        let note = note.arg(Arg::Word(knob.id)).arg(Arg::Count(value));
        let event = self.yours(now, note, journal);
        self.tell(Some(event), journal);
        match knob.id {
            "actors" | "arrival-rate" | "burst-size" | "burst-every" => self.start_flow(now),
            "max-connections" => self.set_max_connections(),
            _ => {}
        }
        Ok(())
    }

    /// The call that turning a knob stands for.
    fn call_of_knob(&self, knob: &str) -> Option<(&'static str, Value)> {
        let of_pool = matches!(knob, "pool-percent" | "borrow-timeout");
        let is_there = self.world.rds.proxy(SHOP).is_some();
        (of_pool && is_there).then(|| ("ModifyDBProxyTargetGroup", self.pool()))
    }

    fn perform(
        &mut self,
        now: Time,
        action: &'static str,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        match action {
            "burst" => {
                let event = self.yours(now, Note::new(YOU, "asks-for-burst", "you-asked"), journal);
                self.flow = Some(event);
                self.burst(now, BURST, "you-asked", journal);
            }
            "slow" if self.slow => return Err(Refusal::NotNow("slow-already")),
            "mend" if !self.slow => return Err(Refusal::NotNow("nothing-to-mend")),
            "slow" | "mend" => {
                self.slow = action == "slow";
                let note = Note::new(THE_DATABASE, action, "you-asked");
                let event = self.yours(now, note.arg(Arg::Span(self.query_time())), journal);
                self.database = Some(event);
            }
            "recycle" => {
                self.yours(now, Note::new(THE_FUNCTION, "deployed", "you-asked"), journal);
                self.recycle_idle(now, journal);
            }
            _ => {
                if !self.database_serves() {
                    return Err(Refusal::NotNow("down-already"));
                }
                let event =
                    self.yours(now, Note::new(THE_DATABASE, "struck", "you-asked"), journal);
                self.world.rds.lose_instance(now, SHOP);
                self.tell(Some(event), journal);
            }
        }
        Ok(())
    }

    /// The `aws` line that a command stands for.
    pub(super) fn equivalent(&self, command: &Command) -> Option<String> {
        let (service, name, params) = match command {
            Command::Set { knob, value } => {
                let mut turned = self.clone();
                turned.dials.set(knob, *value).ok()?;
                let (name, params) = turned.call_of_knob(knob)?;
                (ServiceId::Rds, name, params)
            }
            Command::Do { action, .. }
                if action == "burst" && self.path() == super::Path::DynamoDb =>
            {
                let put = json!({ "TableName": ORDERS, "Item": { "id": { "S": "order-1" } } });
                (ServiceId::DynamoDb, "PutItem", put)
            }
            _ => return None,
        };
        let operation = Operation::from_json(service, name, params).ok()?;
        Some(crate::awscli::command_for(&operation))
    }
}
