//! The settings of a mapping: defaults, ranges, and what does not go together.

use serde_json::Value;

use crate::services::ServiceError;
use crate::services::lambda::errors::invalid;
use crate::services::lambda::operation::*;
use crate::services::pattern::Pattern;
use crate::services::time::{Span, Time, WORLD_START_UNIX_MS};

/// The first read of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Start {
    TrimHorizon,
    Latest,
    At(Time),
}

/// What a mapping is set to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) batch_size: i64,
    pub(super) window: i64,
    pub(super) reports: bool,
    pub(super) filter: Option<FilterCriteria>,
    pub(super) start: Start,
    pub(super) parallelization: i64,
    pub(super) retries: i64,
    pub(super) max_age: i64,
    pub(super) bisect: bool,
    pub(super) tumbling: i64,
    pub(super) on_failure: Option<String>,
    pub(super) max_concurrency: Option<i64>,
    pub(super) pollers: Option<(i64, i64)>,
    pub(super) retention: Span,
    pub(super) visibility: Span,
}

/// Messages and records of a batch, if nothing is said.
pub(in crate::services::lambda) const MESSAGES: i64 = 10;
const RECORDS: i64 = 100;
/// The youngest age at which records may be given up, in seconds.
pub(in crate::services::lambda) const LEAST_AGE: i64 = 60;
const WINDOW_NEEDED: &str = "Maximum batch window in seconds must be greater than 0 if maximum \
                             batch size is greater than 10";

impl Settings {
    pub(super) fn new(
        create: CreateEventSourceMapping,
        stream: bool,
    ) -> Result<Settings, ServiceError> {
        let start = match (create.starting_position.as_deref(), stream) {
            (None, true) => {
                return Err(invalid(
                    "1 validation error detected: Value null at 'startingPosition' failed to \
                     satisfy constraint: Member must not be null.",
                ));
            }
            (Some(_), false) => {
                return Err(invalid("StartingPosition is not valid for SQS event sources."));
            }
            (Some("LATEST"), true) => Start::Latest,
            (Some("AT_TIMESTAMP"), true) => Start::At(moment(&create.starting_position_timestamp)?),
            _ => Start::TrimHorizon,
        };
        let settings = Settings {
            batch_size: if stream { RECORDS } else { MESSAGES },
            window: 0,
            reports: false,
            filter: None,
            start,
            parallelization: 1,
            retries: -1,
            max_age: -1,
            bisect: false,
            tumbling: 0,
            on_failure: None,
            max_concurrency: None,
            pollers: None,
            retention: Span::hours(24),
            visibility: Span::seconds(30),
        };
        let update = UpdateEventSourceMapping {
            uuid: String::new(),
            function_name: None,
            enabled: None,
            batch_size: create.batch_size,
            filter_criteria: create.filter_criteria,
            scaling_config: create.scaling_config,
            maximum_batching_window_in_seconds: create.maximum_batching_window_in_seconds,
            parallelization_factor: create.parallelization_factor,
            destination_config: create.destination_config,
            maximum_record_age_in_seconds: create.maximum_record_age_in_seconds,
            bisect_batch_on_function_error: create.bisect_batch_on_function_error,
            maximum_retry_attempts: create.maximum_retry_attempts,
            tumbling_window_in_seconds: create.tumbling_window_in_seconds,
            function_response_types: create.function_response_types,
            provisioned_poller_config: create.provisioned_poller_config,
        };
        settings.updated(update, stream)
    }

    /// These settings with the members that are there changed.
    pub(super) fn updated(
        &self,
        update: UpdateEventSourceMapping,
        stream: bool,
    ) -> Result<Settings, ServiceError> {
        refuse_foreign(&update, stream)?;
        let mut new = self.clone();
        let put = |value: &mut i64, given: Option<i64>| *value = given.unwrap_or(*value);
        put(&mut new.batch_size, update.batch_size);
        put(&mut new.window, update.maximum_batching_window_in_seconds);
        put(&mut new.parallelization, update.parallelization_factor);
        put(&mut new.retries, update.maximum_retry_attempts);
        put(&mut new.max_age, update.maximum_record_age_in_seconds);
        put(&mut new.tumbling, update.tumbling_window_in_seconds);
        new.bisect = update.bisect_batch_on_function_error.unwrap_or(new.bisect);
        if let Some(types) = update.function_response_types {
            new.reports = !types.is_empty();
        }
        if let Some(criteria) = update.filter_criteria {
            let empty = criteria.filters.as_ref().is_none_or(Vec::is_empty);
            new.filter = (!empty).then_some(criteria);
        }
        if let Some(scaling) = update.scaling_config {
            new.max_concurrency = scaling.maximum_concurrency;
        }
        if let Some(pollers) = update.provisioned_poller_config {
            let given = (pollers.minimum_pollers, pollers.maximum_pollers);
            new.pollers =
                (given != (None, None)).then(|| (given.0.unwrap_or(2), given.1.unwrap_or(200)));
        }
        if let Some(destinations) = update.destination_config {
            let on_failure = destinations.on_failure.and_then(|each| each.destination);
            new.on_failure = on_failure.filter(|arn| !arn.is_empty());
        }
        new.checked(stream)
    }

    fn checked(self, stream: bool) -> Result<Settings, ServiceError> {
        if !stream && self.batch_size > 10 && self.window == 0 {
            return Err(invalid(WINDOW_NEEDED));
        }
        if (0..LEAST_AGE).contains(&self.max_age) {
            return Err(invalid(format!(
                "MaximumRecordAgeInSeconds {} is invalid: it must be -1 or between 60 and 604800.",
                self.max_age
            )));
        }
        if self.tumbling > 0 && self.parallelization > 1 {
            return Err(invalid(
                "A tumbling window cannot be combined with a ParallelizationFactor above 1.",
            ));
        }
        if let Some((min, max)) = self.pollers {
            if self.max_concurrency.is_some() {
                return Err(invalid(
                    "MaximumConcurrency and ProvisionedPollerConfig cannot be set together.",
                ));
            }
            if min < 2 || max < min {
                return Err(invalid(
                    "MinimumPollers must be at least 2 and not above MaximumPollers.",
                ));
            }
        }
        Ok(self)
    }

    /// What only a standard queue may have.
    pub(super) fn suits_queue(&self, fifo: bool) -> Result<(), ServiceError> {
        if fifo && self.batch_size > 10 {
            return Err(invalid("Maximum batch size for SQS FIFO queues is 10."));
        }
        if fifo && self.window > 0 {
            return Err(invalid("Batching window is not supported for FIFO queues."));
        }
        Ok(())
    }

    pub(super) fn filters(&self) -> Result<Vec<Pattern>, ServiceError> {
        let filters = self.filter.iter().flat_map(|criteria| criteria.filters.iter().flatten());
        filters
            .map(|filter| Pattern::parse(filter.pattern.as_deref().unwrap_or_default()))
            .collect::<Result<_, _>>()
            .map_err(|_| invalid("Invalid filter pattern definition."))
    }

    /// Everything of a mapping's description that comes from its settings.
    pub(super) fn describe(&self, stream: bool) -> EventSourceMappingConfiguration {
        let reports = self.reports.then(|| "ReportBatchItemFailures".to_owned());
        let mut described = EventSourceMappingConfiguration {
            batch_size: self.batch_size,
            maximum_batching_window_in_seconds: self.window,
            function_response_types: reports.into_iter().collect(),
            filter_criteria: self.filter.clone(),
            ..EventSourceMappingConfiguration::default()
        };
        if stream {
            let (position, at) = match self.start {
                Start::TrimHorizon => ("TRIM_HORIZON", None),
                Start::Latest => ("LATEST", None),
                Start::At(at) => ("AT_TIMESTAMP", Some(at.unix_seconds())),
            };
            described.starting_position = Some(position.to_owned());
            described.starting_position_timestamp = at;
            described.parallelization_factor = Some(self.parallelization);
            described.maximum_record_age_in_seconds = Some(self.max_age);
            described.maximum_retry_attempts = Some(self.retries);
            described.bisect_batch_on_function_error = Some(self.bisect);
            described.tumbling_window_in_seconds = Some(self.tumbling);
            let on_failure = Destination { destination: self.on_failure.clone() };
            described.destination_config =
                Some(DestinationConfig { on_success: None, on_failure: Some(on_failure) });
        } else {
            described.scaling_config =
                self.max_concurrency.map(|most| ScalingConfig { maximum_concurrency: Some(most) });
            described.provisioned_poller_config = self.pollers.map(|(min, max)| {
                ProvisionedPollerConfig { minimum_pollers: Some(min), maximum_pollers: Some(max) }
            });
        }
        described
    }
}

/// Refuses the members that belong to the other kind of source.
fn refuse_foreign(update: &UpdateEventSourceMapping, stream: bool) -> Result<(), ServiceError> {
    let destinations = update.destination_config.as_ref();
    let on_success = destinations.and_then(|each| each.on_success.as_ref());
    if on_success.and_then(|each| each.destination.as_ref()).is_some() {
        return Err(invalid("OnSuccess destination is not supported for event source mappings."));
    }
    let streams_only = [
        ("ParallelizationFactor", update.parallelization_factor.is_some()),
        ("MaximumRetryAttempts", update.maximum_retry_attempts.is_some()),
        ("MaximumRecordAgeInSeconds", update.maximum_record_age_in_seconds.is_some()),
        ("BisectBatchOnFunctionError", update.bisect_batch_on_function_error.is_some()),
        ("TumblingWindowInSeconds", update.tumbling_window_in_seconds.is_some()),
        ("DestinationConfig", destinations.is_some()),
    ];
    let queues_only = [
        ("ScalingConfig", update.scaling_config.is_some()),
        ("ProvisionedPollerConfig", update.provisioned_poller_config.is_some()),
    ];
    let foreign = if stream { &queues_only[..] } else { &streams_only[..] };
    match foreign.iter().find(|(_, given)| *given) {
        Some((name, _)) => {
            let source = if stream { "Kinesis" } else { "SQS" };
            Err(invalid(format!(
                "Unsupported {name} parameter for given event source mapping type: {source}."
            )))
        }
        None => Ok(()),
    }
}

fn moment(given: &Option<Value>) -> Result<Time, ServiceError> {
    match given.as_ref().and_then(Value::as_f64) {
        Some(seconds) => {
            // Saturating: a moment before the world is its start.
            let millis = (seconds * 1000.0) as u64;
            Ok(Time(millis.saturating_sub(WORLD_START_UNIX_MS)))
        }
        None => Err(invalid("StartingPositionTimestamp is required with AT_TIMESTAMP.")),
    }
}
