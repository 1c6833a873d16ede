//! What the learner does: knobs, actions, lines at the prompt, and the `aws` command of each.

use serde_json::{Value, json};

use super::actors::{Pending, Request, THE_CLIENT, THE_READER};
use super::facts::{Cause, Round};
use super::flow::FLOOD;
use super::setting_up::{operation, set_delays, stream_on, ttl_setting};
use super::{Dynamo, INDEX_NAME, READER_NAME, Settings, TABLE_NAME, YOU, partition_object, tables};
use crate::awscli::command_for;
use crate::models::catalog::nearest;
use crate::models::command::{Command, Outcome, Refusal};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::Answer;
use crate::services::dynamodb::BillingMode;
use crate::services::time::Time;
use crate::services::world::Operation;

/// So many writes come at once with `burst`.
const BURST: usize = 1_000;
/// So many keys are tried for one that falls into a partition.
const TRIED: u32 = 100_000;
/// Whose key is used when none was typed.
const FIRST: &str = "user-1";
/// Decided when the table is made.
const FIXED: &[&str] =
    &["billing", "partitions", "bucket", "previous-peak", "index", "orders", "accounts"];

impl Dynamo {
    pub(super) fn obey(
        &mut self,
        now: Time,
        command: &Command,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        match command {
            Command::Set { knob, value } => self.turn(now, knob, *value, journal),
            Command::Do { action, target, argument } => {
                self.perform(now, action, target.as_deref(), argument.as_deref(), journal)?;
                Ok(Outcome::default())
            }
            Command::Aws(line) => {
                let outcome = self.prompt.run(&mut self.world, now, line)?;
                let event = self.you(now, "typed", journal);
                let mut round = Round::default();
                self.gather(&mut round);
                if let Some(table) = table_in(line).or(round.table.clone()) {
                    self.show(table);
                }
                self.tell(now, Cause::Asked(event), &round, journal);
                Ok(outcome)
            }
        }
    }

    /// Whatever the learner does is an event of its own.
    fn you(&mut self, now: Time, what: &'static str, journal: &mut Journal) -> EventId {
        self.told_you(now, Note::new(YOU, what, "you-asked"), journal)
    }

    fn told_you(&mut self, now: Time, note: Note, journal: &mut Journal) -> EventId {
        let event = journal.write(now, note.because(self.asked.or(self.began)));
        self.asked = Some(event);
        event
    }

    fn turn(
        &mut self,
        now: Time,
        id: &str,
        value: i64,
        journal: &mut Journal,
    ) -> Result<Outcome, Refusal> {
        let before = self.dials.get(id);
        let knob = self.dials.set(id, value)?;
        if FIXED.contains(&knob.id) && before != value {
            return Err(Refusal::NotNow("fixed-at-start"));
        }
        let operation = if before == value { None } else { self.turning(knob.id, value)? };
        self.settings = Settings::of(&self.dials);
        let note = Note::new(YOU, "turned", "you-asked").arg(Arg::Word(knob.id));
        let event = self.told_you(now, note.arg(Arg::Count(value)), journal);
        if let Some(operation) = operation {
            self.change(now, operation, event, journal)?;
        }
        set_delays(&mut self.world, &self.dials);
        match knob.id {
            "actors" => {
                self.start_flow(now);
                self.start_clerks(now);
                self.start_reader(now);
            }
            "write-rate" | "write-shape" | "burst-size" | "burst-every" | "read-rate" => {
                self.start_flow(now);
            }
            "clerks" | "task" => {
                self.recruit();
                self.start_clerks(now);
            }
            "stream" | "poll-interval" => self.start_reader(now),
            _ => {}
        }
        Ok(Outcome::default())
    }

    /// The call that turning a knob means, if it means one.
    fn turning(&self, knob: &str, value: i64) -> Result<Option<Operation>, Refusal> {
        let table = json!({ "TableName": TABLE_NAME });
        let with = |name: &str, value: Value| {
            let mut params = table.clone();
            params[name] = value;
            Ok(Some(operation("UpdateTable", params)))
        };
        let units = |reads: &str, writes: &str| {
            let unit = |id: &str| if id == knob { value } else { self.dials.get(id) };
            json!({ "ReadCapacityUnits": unit(reads), "WriteCapacityUnits": unit(writes) })
        };
        match knob {
            "write-capacity" | "read-capacity" | "index-capacity" if !self.settings.provisioned => {
                Err(Refusal::NotNow("on-demand"))
            }
            "write-capacity" | "read-capacity" => {
                with("ProvisionedThroughput", units("read-capacity", "write-capacity"))
            }
            "index-capacity" if !self.has_index() => Err(Refusal::NotNow("no-index")),
            "index-capacity" => with(
                "GlobalSecondaryIndexUpdates",
                json!([{ "Update": {
                    "IndexName": INDEX_NAME,
                    "ProvisionedThroughput": units("read-capacity", "index-capacity"),
                }}]),
            ),
            "stream" if value == tables::SECOND => with("StreamSpecification", stream_on()),
            "stream" => with("StreamSpecification", json!({ "StreamEnabled": false })),
            "ttl" if (value == 0) != (self.settings.ttl.0 == 0) => Ok(Some(ttl_setting(value > 0))),
            _ => Ok(None),
        }
    }

    /// A call that changes the table; what comes of it later follows from `event`.
    fn change(
        &mut self,
        now: Time,
        operation: Operation,
        event: EventId,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let (name, _) = operation.to_json();
        if let Answer::Now(Err(error)) = self.world.call(now, operation) {
            return Err(Refusal::Aws(format!(
                "An error occurred ({}) when calling the {name} operation: {}",
                error.code, error.message
            )));
        }
        let mut round = Round::default();
        self.gather(&mut round);
        self.tell(now, Cause::Asked(event), &round, journal);
        Ok(())
    }

    fn perform(
        &mut self,
        now: Time,
        action: &str,
        target: Option<&str>,
        argument: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let spec = tables::ACTIONS.iter().find(|spec| spec.id == action).ok_or_else(|| {
            let near = nearest(action, tables::ACTIONS.iter().map(|spec| spec.id));
            Refusal::UnknownAction(action.to_owned(), near)
        })?;
        let pk = argument.map(str::trim).filter(|pk| !pk.is_empty()).unwrap_or(FIRST);
        match spec.id {
            "put" => self.send_by_hand(now, pk, 1, journal),
            "burst" => self.send_by_hand(now, pk, BURST, journal),
            "get" => {
                let key = self.key_called(pk);
                self.ask_by_hand(now, pk, Request::Read(key), 1, journal);
            }
            "scan" => self.scan_by_hand(now, journal),
            "double" => {
                let value = (self.dials.get("write-capacity") * 2).min(40_000);
                self.turn(now, "write-capacity", value, journal)?;
            }
            "pause" => self.pause(now, journal),
            "flood" => self.start_flood(now, target, journal)?,
            "calm" => self.calm(now, journal)?,
            "lose" => {
                let index = self.clerk_called(target)?;
                let note = Note::new(self.clerks[index].object(), "will-lose", "you-asked");
                let event = self.told_you(now, note.rule("DDB-38"), journal);
                self.clerks[index].loses = true;
                self.clerks[index].last = Some(event);
            }
            "kill" | "revive" if target != Some(READER_NAME) => {
                let other = target.ok_or(Refusal::NeedsTarget)?;
                return Err(Refusal::NoSuchTarget(other.to_owned()));
            }
            "kill" if self.reader.dead.is_some() => return Err(Refusal::NotNow("is-dead")),
            "kill" => self.turn_reader(now, true, journal)?,
            _ if self.reader.dead.is_none() => return Err(Refusal::NotNow("is-well")),
            _ => self.turn_reader(now, false, journal)?,
        }
        Ok(())
    }

    fn send_by_hand(&mut self, now: Time, pk: &str, count: usize, journal: &mut Journal) {
        let key = self.key_called(pk);
        let version = self.client.version + 1;
        self.client.version += count as i64;
        self.ask_by_hand(now, pk, Request::Put(key, version), count, journal);
    }

    /// Sends the same request so many times, the versions of puts going up, and never again.
    fn ask_by_hand(
        &mut self,
        now: Time,
        pk: &str,
        request: Request,
        count: usize,
        journal: &mut Journal,
    ) {
        let note = Note::new(YOU, "asks", "you-asked")
            .arg(Arg::Count(count as i64))
            .arg(Arg::Object(request.key().object()));
        let event = self.told_you(now, note, journal);
        self.show(TABLE_NAME.to_owned());
        self.marked = Some(pk.to_owned());
        let versioned = |number: usize| match request {
            Request::Put(key, version) => Request::Put(key, version + number as i64),
            other => other,
        };
        let one = |number| Pending { request: versioned(number), refused: 0, retries: 0 };
        let batch = (0..count).map(one).collect();
        self.send(now, batch, Cause::Asked(event), journal);
    }

    fn scan_by_hand(&mut self, now: Time, journal: &mut Journal) {
        let event = self.you(now, "scans", journal);
        self.show(TABLE_NAME.to_owned());
        let mut round = Round::default();
        self.scan_all(now, FIRST, &mut round);
        self.gather(&mut round);
        self.tell(now, Cause::Asked(event), &round, journal);
    }

    fn pause(&mut self, now: Time, journal: &mut Journal) {
        self.client.paused = !self.client.paused;
        let what = if self.client.paused { "paused" } else { "goes-on" };
        let event = self.told_you(now, Note::new(THE_CLIENT, what, "you-asked"), journal);
        self.client.last = Some(event);
        self.start_flow(now);
    }

    fn start_flood(
        &mut self,
        now: Time,
        target: Option<&str>,
        journal: &mut Journal,
    ) -> Result<(), Refusal> {
        let target = target.ok_or(Refusal::NeedsTarget)?;
        let no_such = || Refusal::NoSuchTarget(target.to_owned());
        let table = self.world.dynamodb.table(TABLE_NAME).ok_or_else(no_such)?;
        let count = table.throughput.partitions().len();
        let number = (0..count).find(|number| super::partition_name(*number) == target);
        let number = number.ok_or_else(no_such)?;
        let key = (0..TRIED)
            .map(|index| super::Key::user(index, None))
            .find(|key| table.throughput.partition_of(super::hash_of(&key.text())) == number)
            .ok_or_else(no_such)?;
        let note = Note::new(partition_object(number), "floods", "you-asked")
            .arg(Arg::Count(FLOOD as i64))
            .arg(Arg::Object(key.object()));
        let event = self.told_you(now, note, journal);
        self.client.flood = Some((key, event));
        self.marked = Some(key.text());
        self.show(TABLE_NAME.to_owned());
        self.start_flow(now);
        Ok(())
    }

    fn calm(&mut self, now: Time, journal: &mut Journal) -> Result<(), Refusal> {
        let Some((key, _)) = self.client.flood.take() else {
            return Err(Refusal::NotNow("no-flood"));
        };
        self.told_you(now, Note::new(key.object(), "calms", "you-asked"), journal);
        self.start_flow(now);
        Ok(())
    }

    fn clerk_called(&self, target: Option<&str>) -> Result<usize, Refusal> {
        let target = target.ok_or(Refusal::NeedsTarget)?;
        let found = self.clerks.iter().position(|clerk| clerk.name() == target);
        found.ok_or_else(|| Refusal::NoSuchTarget(target.to_owned()))
    }

    fn turn_reader(&mut self, now: Time, dead: bool, journal: &mut Journal) -> Result<(), Refusal> {
        if self.stream().is_none() {
            return Err(Refusal::NotNow("no-stream"));
        }
        let (what, why) = match dead {
            true => ("killed", "you-asked"),
            false => ("revived", "after-sequence"),
        };
        let note = Note::new(THE_READER, what, why);
        let event = self.told_you(now, note.rule("DDB-33"), journal);
        self.reader.last = Some(event);
        self.reader.dead = dead.then_some(now);
        self.start_reader(now);
        Ok(())
    }

    /// Shows another table, if it is there.
    fn show(&mut self, table: String) {
        if self.world.dynamodb.table(&table).is_some() {
            self.shown = table;
        }
    }

    /// The `aws` command of an action or a knob.
    pub(super) fn equivalent(&self, command: &Command, now: Time) -> Option<String> {
        let dynamodb = |operation| Some(Operation::DynamoDb(operation));
        let operation = match command {
            Command::Set { knob, value } => self.turning(knob, *value).ok()?,
            Command::Do { action, argument, .. } => {
                let pk = argument.as_deref().map(str::trim).filter(|pk| !pk.is_empty());
                let pk = pk.unwrap_or(FIRST);
                match action.as_str() {
                    "put" => dynamodb(self.put_cart_in_short(now, pk)),
                    "get" => dynamodb(self.get(pk, self.settings.strong)),
                    "scan" => dynamodb(self.scan(FIRST, None)),
                    "double" => {
                        let value = (self.dials.get("write-capacity") * 2).min(40_000);
                        self.turning("write-capacity", value).ok()?
                    }
                    _ => None,
                }
            }
            Command::Aws(_) => None,
        };
        operation.map(|operation| command_for(&operation))
    }

    /// Whether units of the shown table are reserved.
    pub fn is_provisioned(&self) -> bool {
        self.shown_table().is_some_and(|table| table.billing() == BillingMode::Provisioned)
    }
}

/// The table that a line names.
fn table_in(line: &str) -> Option<String> {
    let words = shell_words::split(line).ok()?;
    let at = words.iter().position(|word| word == "--table-name")?;
    words.get(at + 1).cloned()
}
