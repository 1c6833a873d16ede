//! Whether an invocation may run, and on which execution environment (rules `L1` to `L8`, `L10`).

use super::Lambda;
use super::function::Environment;
use super::happened::{Cause, Happened, ThrottleReason, Wall};
use super::script::{FunctionResult, Item};
use super::timers::Timer;
use crate::services::bucket::Bucket;
use crate::services::chance::Chance;
use crate::services::time::{Span, Time};

/// An invocation that is wanted.
pub(super) struct Wanted<'a> {
    pub(super) function: &'a str,
    pub(super) qualifier: Option<&'a str>,
    pub(super) cause: Cause,
    pub(super) items: &'a [Item<'a>],
}

/// An invocation that runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) function: String,
    pub(super) version: String,
    pub(super) provisioned: Option<String>,
    pub(super) environment: Environment,
    pub(super) cause: Cause,
    pub(super) result: FunctionResult,
}

/// Why an invocation may not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Throttle {
    pub(super) reason: ThrottleReason,
    pub(super) wall: Wall,
}

const RESERVED: Throttle = Throttle {
    reason: ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded,
    wall: Wall::Reserved,
};
const ACCOUNT: Throttle =
    Throttle { reason: ThrottleReason::ConcurrentInvocationLimitExceeded, wall: Wall::Account };
/// Which reason AWS gives for the scaling rate is not documented: the model's choice.
const SCALING: Throttle =
    Throttle { reason: ThrottleReason::ConcurrentInvocationLimitExceeded, wall: Wall::ScalingRate };
const RATE: Throttle = Throttle {
    reason: ThrottleReason::FunctionInvocationRateLimitExceeded,
    wall: Wall::RequestRate,
};
const RESERVED_RATE: Throttle = Throttle {
    reason: ThrottleReason::ReservedFunctionInvocationRateLimitExceeded,
    wall: Wall::RequestRate,
};

/// Requests a second for each unit of concurrency (`L10`).
const REQUESTS_PER_CONCURRENCY: u64 = 10;

/// The bucket of requests a second that goes with so much concurrency.
pub(super) fn request_rate(concurrency: u64) -> Bucket {
    let rate = concurrency.saturating_mul(REQUESTS_PER_CONCURRENCY);
    Bucket::new(rate, rate)
}

/// An environment to run on, and how long its start takes if it is cold.
struct Seat {
    environment: Environment,
    cold: Option<Span>,
    provisioned: Option<String>,
}

impl Lambda {
    /// Starts an invocation, or says which limit forbids it. The function and version must exist.
    pub(super) fn start(
        &mut self,
        now: Time,
        chance: &mut Chance,
        wanted: Wanted<'_>,
    ) -> Result<u64, Throttle> {
        let seat = self.seat(now, chance, &wanted).inspect_err(|throttle| {
            self.trace.note(now, || Happened::Throttled {
                function: wanted.function.to_owned(),
                reason: throttle.reason,
                wall: throttle.wall,
                cause: wanted.cause.clone(),
            });
        })?;
        let run = self.next_number();
        let function = self.functions.get_mut(wanted.function).expect("the caller looked it up");
        let version = function.version(wanted.qualifier).expect("the caller looked it up");
        let configuration = function.configuration(&version);
        let timeout = Span::seconds(configuration.timeout.unsigned_abs());
        let performance = configuration.script.play(function.invocations, wanted.items, timeout);
        function.invocations += 1;
        let mut environment = seat.environment;
        environment.served += 1;
        self.trace.note(now, || Happened::InvocationStarted {
            function: wanted.function.to_owned(),
            run,
            environment: environment.id,
            served: environment.served,
            cold: seat.cold,
            provisioned: seat.provisioned.is_some(),
            ids: wanted.items.iter().map(|item| item.id.to_owned()).collect(),
            cause: wanted.cause.clone(),
        });
        let ends = now + seat.cold.unwrap_or(Span::ZERO) + performance.took;
        self.timers.set(ends, Timer::RunEnds(run));
        let begun = Run {
            function: wanted.function.to_owned(),
            version,
            provisioned: seat.provisioned,
            environment,
            cause: wanted.cause,
            result: performance.result,
        };
        self.runs.insert(run, begun);
        Ok(run)
    }

    fn seat(
        &mut self,
        now: Time,
        chance: &mut Chance,
        wanted: &Wanted<'_>,
    ) -> Result<Seat, Throttle> {
        let unreserved_left = self.unreserved_limit() > self.unreserved_in_use();
        let fresh = self.numbers + 1;
        let function = self.functions.get_mut(wanted.function).expect("the caller looked it up");
        if function.reserved == Some(0) {
            return Err(RESERVED);
        }
        // The rate is a quota of synchronous invocations.
        let synchronous = !matches!(wanted.cause, Cause::Event(_));
        if synchronous {
            let (rate, refusal) = match &mut function.rate {
                Some(rate) => (rate, RESERVED_RATE),
                None => (&mut self.rate, RATE),
            };
            if !rate.take(now) {
                return Err(refusal);
            }
        }
        let version = function.version(wanted.qualifier).expect("the caller looked it up");
        if let Some(qualifier) = wanted.qualifier
            && let Some(provisioned) = function.provisioned.get_mut(qualifier)
            && now >= provisioned.ready_at
            && provisioned.busy < provisioned.requested
        {
            provisioned.busy += 1;
            let environment = provisioned.idle.pop().unwrap_or_else(|| {
                self.numbers = fresh;
                Environment { id: fresh, served: 0, idle_since: now }
            });
            let provisioned = Some(qualifier.to_owned());
            return Ok(Seat { environment, cold: None, provisioned });
        }
        match function.reserved {
            Some(limit) if function.in_use() >= limit => return Err(RESERVED),
            None if !unreserved_left => return Err(ACCOUNT),
            _ => {}
        }
        if let Some(environment) = function.warm(now, &version) {
            function.on_demand_busy += 1;
            return Ok(Seat { environment, cold: None, provisioned: None });
        }
        if !function.scaling.take(now) {
            return Err(SCALING);
        }
        function.on_demand_busy += 1;
        let init = function.configuration(&version).script.init(chance);
        self.numbers = fresh;
        let environment = Environment { id: fresh, served: 0, idle_since: now };
        Ok(Seat { environment, cold: Some(init), provisioned: None })
    }

    /// Takes a finished run off its environment.
    pub(super) fn finish(&mut self, now: Time, number: u64) -> Option<Run> {
        let run = self.runs.remove(&number)?;
        if let Some(function) = self.functions.get_mut(&run.function) {
            let environment = Environment { idle_since: now, ..run.environment.clone() };
            match &run.provisioned {
                Some(qualifier) => {
                    if let Some(provisioned) = function.provisioned.get_mut(qualifier) {
                        provisioned.busy = provisioned.busy.saturating_sub(1);
                        provisioned.idle.push(environment);
                    }
                }
                None => {
                    function.on_demand_busy = function.on_demand_busy.saturating_sub(1);
                    function.idle.entry(run.version.clone()).or_default().push_back(environment);
                }
            }
        }
        self.trace.note(now, || match &run.result {
            FunctionResult::Returned(_) => {
                Happened::InvocationSucceeded { function: run.function.clone(), run: number }
            }
            FunctionResult::Failed { kind, .. } => {
                Happened::InvocationFailed { function: run.function.clone(), run: number, kind }
            }
        });
        Some(run)
    }

    /// The account's limit without all reservations (`L5`).
    pub(super) fn unreserved_limit(&self) -> u64 {
        let reserved = self.functions.values().filter_map(|function| function.reserved);
        self.account_limit.saturating_sub(reserved.fold(0, u64::saturating_add))
    }

    pub(super) fn unreserved_in_use(&self) -> u64 {
        let unreserved = self.functions.values().filter(|function| function.reserved.is_none());
        unreserved.fold(0, |sum, function| sum.saturating_add(function.in_use()))
    }

    /// Invocations of a function that run now.
    pub fn busy(&self, function: &str) -> u64 {
        self.functions.get(function).map_or(0, |function| {
            let provisioned: u64 = function.provisioned.values().map(|each| each.busy).sum();
            function.on_demand_busy + provisioned
        })
    }

    /// Execution environments of a function that are warm and idle.
    pub fn idle(&self, function: &str, now: Time) -> usize {
        self.functions.get(function).map_or(0, |function| function.idle_count(now))
    }
}
