//! Event source mappings: their settings, validation and life; polling is in `mapping/queue.rs`
//! and `mapping/stream.rs`.

pub(super) mod queue;
pub(super) mod settings;
mod stream;
mod verdict;
mod view;

pub use view::MappingView;

use serde_json::{Value, json};

use super::Lambda;
use super::concurrency::Run;
use super::errands::Asked;
use super::errors::{conflict, invalid, no_function, not_found};
use super::function::{function_arn, parse_name};
use super::happened::Happened;
use super::operation::*;
use super::timers::Timer;
use crate::services::arn::{arn, resource_of};
use crate::services::chance::Chance;
use crate::services::pattern::Pattern;
use crate::services::time::{Span, Time};
use crate::services::world::ErrandResult;
use crate::services::{Answer, ServiceError, Ticket};
use queue::QueuePoller;
use settings::Settings;
use stream::StreamPoller;

/// How long a mapping is `Creating`, `Updating` or `Deleting`: the model's choice ("several
/// seconds" in AWS's words).
const SETTLES: Span = Span::seconds(2);

/// Where a mapping is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Creating,
    Enabled,
    Disabled,
    Updating,
    Deleting,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Creating => "Creating",
            State::Enabled => "Enabled",
            State::Disabled => "Disabled",
            State::Updating => "Updating",
            State::Deleting => "Deleting",
        }
    }
}

/// What is polled, with what the mapping does at the moment.
#[derive(Debug, Clone, PartialEq)]
enum Poller {
    Queue(QueuePoller),
    Stream(StreamPoller),
}

/// One event source mapping.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mapping {
    uuid: String,
    function: String,
    qualifier: Option<String>,
    source: String,
    settings: Settings,
    filters: Vec<Pattern>,
    state: State,
    enabled: bool,
    modified: Time,
    last_result: &'static str,
    poller: Poller,
}

/// A mapping that is made or changed once its source has been looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pending {
    ticket: Ticket,
    mapping: Mapping,
    fresh: bool,
}

impl Mapping {
    fn polls(&self) -> bool {
        self.enabled && matches!(self.state, State::Enabled | State::Updating)
    }

    fn describe(&self) -> EventSourceMappingConfiguration {
        let mut described = self.settings.describe(matches!(self.poller, Poller::Stream(_)));
        described.uuid.clone_from(&self.uuid);
        described.event_source_arn.clone_from(&self.source);
        described.function_arn = function_arn(&self.function, self.qualifier.as_deref());
        described.event_source_mapping_arn =
            arn("lambda", &format!("event-source-mapping:{}", self.uuid));
        described.last_modified = self.modified.unix_seconds();
        described.state = self.state.name().to_owned();
        described.state_transition_reason = "USER_INITIATED".to_owned();
        if matches!(self.poller, Poller::Stream(_)) {
            described.last_processing_result = Some(self.last_result.to_owned());
        }
        described
    }
}

impl Lambda {
    pub(super) fn create_mapping(
        &mut self,
        now: Time,
        chance: &mut Chance,
        create: CreateEventSourceMapping,
    ) -> Answer<Response> {
        match self.draft(now, chance, create) {
            Err(error) => Answer::Now(Err(error)),
            Ok(mapping) => self.look_at_source(mapping, true),
        }
    }

    fn draft(
        &mut self,
        now: Time,
        chance: &mut Chance,
        create: CreateEventSourceMapping,
    ) -> Result<Mapping, ServiceError> {
        let (function, qualifier) = self.target(&create.function_name)?;
        let source = create.event_source_arn.clone();
        let stream = resource_of(&source, "kinesis").is_some();
        if !stream && resource_of(&source, "sqs").is_none() {
            return Err(invalid(format!("Unrecognized event source: {source}")));
        }
        let twin = self.mappings.values().find(|other| {
            other.source == source && other.function == function && other.qualifier == qualifier
        });
        if let Some(twin) = twin {
            return Err(conflict(format!(
                "The event source arn (\" {source} \") and function (\" {function} \") provided \
                 mapping already exists. Please update or delete the existing mapping with UUID {}",
                twin.uuid
            )));
        }
        let enabled = create.enabled.unwrap_or(true);
        let settings = Settings::new(create, stream)?;
        let poller = if stream {
            Poller::Stream(StreamPoller::new(settings.start.clone()))
        } else {
            Poller::Queue(QueuePoller::default())
        };
        Ok(Mapping {
            uuid: crate::services::ids::uuid(chance),
            function,
            qualifier,
            source,
            filters: settings.filters()?,
            settings,
            state: State::Creating,
            enabled,
            modified: now,
            last_result: "No records processed",
            poller,
        })
    }

    fn target(&self, name: &str) -> Result<(String, Option<String>), ServiceError> {
        let (name, qualifier) = parse_name(name);
        let known = self.functions.get(name).and_then(|function| function.version(qualifier));
        match known {
            Some(_) => Ok((name.to_owned(), qualifier.map(str::to_owned))),
            None => Err(no_function(&function_arn(name, qualifier))),
        }
    }

    pub(super) fn update_mapping(
        &mut self,
        now: Time,
        update: UpdateEventSourceMapping,
    ) -> Answer<Response> {
        match self.redraft(now, update) {
            Err(error) => Answer::Now(Err(error)),
            Ok(mapping) => self.look_at_source(mapping, false),
        }
    }

    fn redraft(
        &mut self,
        now: Time,
        update: UpdateEventSourceMapping,
    ) -> Result<Mapping, ServiceError> {
        let mut mapping = self.existing(&update.uuid)?.clone();
        if matches!(mapping.state, State::Creating | State::Deleting) {
            return Err(ServiceError::new(
                "ResourceInUseException",
                format!(
                    "Cannot update the event source mapping because it is in use: it is {}.",
                    mapping.state.name()
                ),
            ));
        }
        if let Some(name) = &update.function_name {
            (mapping.function, mapping.qualifier) = self.target(name)?;
        }
        mapping.enabled = update.enabled.unwrap_or(mapping.enabled);
        let stream = matches!(mapping.poller, Poller::Stream(_));
        mapping.settings = mapping.settings.updated(update, stream)?;
        mapping.filters = mapping.settings.filters()?;
        mapping.state = State::Updating;
        mapping.modified = now;
        Ok(mapping)
    }

    /// Whether the source exists and suits is only known from the other service.
    fn look_at_source(&mut self, mapping: Mapping, fresh: bool) -> Answer<Response> {
        let ticket = Ticket(self.next_number());
        let source = mapping.source.clone();
        let pending = Asked::Source(Box::new(Pending { ticket, mapping, fresh }));
        let asked = if let Some(queue) = resource_of(&source, "sqs") {
            let params = json!({"QueueUrl": queue, "AttributeNames": ["All"]});
            self.errands.ask("sqs", "GetQueueAttributes", params, pending)
        } else {
            let stream = stream_name(&source);
            let params = json!({"StreamName": stream});
            self.errands.ask("kinesis", "DescribeStreamSummary", params, pending)
        };
        match asked {
            Ok(()) => Answer::Later(ticket),
            Err(error) => Answer::Now(Err(invalid(error.message))),
        }
    }

    fn source_seen(&mut self, now: Time, pending: Pending, result: ErrandResult) {
        let Pending { ticket, mut mapping, fresh } = pending;
        let suits = self.suits(&mut mapping, result);
        let answer = suits.and_then(|()| {
            // While the question was out, time stood still: nothing else can have changed it.
            if !fresh {
                let kept = self.existing(&mapping.uuid)?;
                mapping.poller = kept.poller.clone();
            }
            let described = mapping.describe();
            self.timers.set(now + SETTLES, Timer::MappingSettles(mapping.uuid.clone()));
            self.state_noted(now, &mapping);
            self.mappings.insert(mapping.uuid.clone(), Box::new(mapping));
            Ok(Response::EventSourceMapping(Box::new(described)))
        });
        self.answer(now, ticket, answer);
    }

    fn suits(&self, mapping: &mut Mapping, result: ErrandResult) -> Result<(), ServiceError> {
        let stream = matches!(mapping.poller, Poller::Stream(_));
        let facts = match result {
            Ok(response) => response.to_json(),
            Err(_) if stream => {
                return Err(invalid(format!("Stream not found: {}", mapping.source)));
            }
            Err(error) => {
                return Err(invalid(format!(
                    "Error occurred while ReceiveMessage. SQS Error Code: {}. SQS Error Message: {}",
                    error.code, error.message
                )));
            }
        };
        if stream {
            let hours = facts["StreamDescriptionSummary"]["RetentionPeriodHours"].as_u64();
            mapping.settings.retention = Span::hours(hours.unwrap_or(24));
            return Ok(());
        }
        let attribute = |name: &str| facts["Attributes"][name].as_str().unwrap_or_default();
        let visibility: u64 = attribute("VisibilityTimeout").parse().unwrap_or(30);
        mapping.settings.visibility = Span::seconds(visibility);
        mapping.settings.suits_queue(attribute("FifoQueue") == "true")?;
        let function = &self.functions[&mapping.function];
        let version = function.version(mapping.qualifier.as_deref()).unwrap_or_default();
        let timeout = function.configuration(&version).timeout.unsigned_abs();
        if timeout > visibility {
            return Err(invalid(format!(
                "Queue visibility timeout: {visibility} seconds is less than Function timeout: \
                 {timeout} seconds"
            )));
        }
        Ok(())
    }

    fn existing(&self, uuid: &str) -> Result<&Mapping, ServiceError> {
        let known = self.mappings.get(uuid);
        known
            .map(|mapping| &**mapping)
            .ok_or_else(|| not_found("The resource you requested does not exist."))
    }

    pub(super) fn get_mapping(&self, which: &MappingName) -> Result<Response, ServiceError> {
        let mapping = self.existing(&which.uuid)?;
        Ok(Response::EventSourceMapping(Box::new(mapping.describe())))
    }

    pub(super) fn list_mappings(&self, list: &ListEventSourceMappings) -> Response {
        let function = list.function_name.as_deref().map(parse_name);
        let wanted = |mapping: &&Mapping| {
            list.event_source_arn.as_ref().is_none_or(|source| *source == mapping.source)
                && function.is_none_or(|(name, _)| name == mapping.function)
        };
        let found = self.mappings.values().map(|mapping| &**mapping).filter(wanted);
        Response::EventSourceMappings(EventSourceMappings {
            event_source_mappings: found.map(Mapping::describe).collect(),
        })
    }

    pub(super) fn delete_mapping(
        &mut self,
        now: Time,
        which: &MappingName,
    ) -> Result<Response, ServiceError> {
        self.existing(&which.uuid)?;
        let mapping = self.mappings.get_mut(&which.uuid).expect("just looked up");
        mapping.state = State::Deleting;
        mapping.enabled = false;
        let described = mapping.describe();
        let uuid = &which.uuid;
        self.trace.note(now, || Happened::MappingState {
            uuid: uuid.clone(),
            state: State::Deleting.name(),
        });
        self.timers.set(now + SETTLES, Timer::MappingSettles(which.uuid.clone()));
        Ok(Response::EventSourceMapping(Box::new(described)))
    }

    fn state_noted(&mut self, now: Time, mapping: &Mapping) {
        self.trace.note(now, || Happened::MappingState {
            uuid: mapping.uuid.clone(),
            state: mapping.state.name(),
        });
    }

    /// A mapping leaves its passing state.
    pub(super) fn mapping_settles(&mut self, now: Time, chance: &mut Chance, uuid: &str) {
        let Some(mut mapping) = self.mappings.remove(uuid) else { return };
        if mapping.state == State::Deleting {
            if mapping.runs_something() {
                // What runs is still finished, and its messages deleted.
                self.timers.set(now + SETTLES, Timer::MappingSettles(uuid.to_owned()));
                self.mappings.insert(uuid.to_owned(), mapping);
            }
            return;
        }
        mapping.state = if mapping.enabled { State::Enabled } else { State::Disabled };
        self.state_noted(now, &mapping);
        match (&mut mapping.poller, mapping.enabled) {
            (Poller::Queue(_), true) => self.start_queue(now, &mut mapping),
            (Poller::Queue(poller), false) => poller.let_go(),
            (Poller::Stream(_), true) => self.start_stream(now, chance, &mut mapping),
            (Poller::Stream(_), false) => {}
        }
        self.mappings.insert(uuid.to_owned(), mapping);
    }

    /// A run of a batch is over.
    pub(super) fn batch_ran(
        &mut self,
        now: Time,
        chance: &mut Chance,
        uuid: &str,
        slot: u32,
        run: &Run,
    ) {
        self.with_mapping(uuid, |lambda, mapping| {
            mapping.last_result =
                if run.result.is_error() { "PROBLEM: Function call failed" } else { "OK" };
            match mapping.poller {
                Poller::Queue(_) => lambda.messages_ran(now, chance, mapping, slot, run),
                Poller::Stream(_) => lambda.records_ran(now, chance, mapping, slot, run),
            }
        });
    }

    /// A slot or lane has waited enough.
    pub(super) fn slot_due(&mut self, now: Time, chance: &mut Chance, uuid: &str, slot: u32) {
        self.with_mapping(uuid, |lambda, mapping| match mapping.poller {
            Poller::Queue(_) => lambda.queue_slot_due(now, chance, mapping, slot),
            Poller::Stream(_) => lambda.lane_due(now, chance, mapping, slot),
        });
    }

    /// An errand came back.
    pub(super) fn answer_came(
        &mut self,
        now: Time,
        chance: &mut Chance,
        asked: Asked,
        result: ErrandResult,
    ) {
        match asked {
            Asked::Nothing => {}
            Asked::Source(pending) => self.source_seen(now, *pending, result),
            Asked::Messages { uuid, slot } => self.with_mapping(&uuid, |lambda, mapping| {
                lambda.messages_came(now, chance, mapping, slot, result);
            }),
            Asked::Shards { uuid } => self.with_mapping(&uuid, |lambda, mapping| {
                lambda.shards_came(now, mapping, result);
            }),
            Asked::Iterator { uuid, shard } => self.with_mapping(&uuid, |lambda, mapping| {
                lambda.iterator_came(now, mapping, &shard, result);
            }),
            Asked::Records { uuid, shard } => self.with_mapping(&uuid, |lambda, mapping| {
                lambda.records_came(now, chance, mapping, &shard, result);
            }),
        }
    }

    /// Works on a mapping that is still there; it is out of the table meanwhile, so that the work
    /// can use everything else.
    fn with_mapping(&mut self, uuid: &str, work: impl FnOnce(&mut Lambda, &mut Mapping)) {
        if let Some((uuid, mut mapping)) = self.mappings.remove_entry(uuid) {
            work(self, &mut mapping);
            self.mappings.insert(uuid, mapping);
        }
    }
}

/// The stream's name in its ARN.
fn stream_name(source: &str) -> &str {
    let resource = resource_of(source, "kinesis").unwrap_or_default();
    resource.strip_prefix("stream/").unwrap_or(resource)
}

/// A text in JSON that is another JSON, or the text itself.
fn parsed(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}
