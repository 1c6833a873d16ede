//! What happens in Lambda, as facts for those who watch.

use crate::services::time::{Span, Time};

/// Why an invocation was refused before it ran; AWS's `ThrottleReason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThrottleReason {
    /// The account's unreserved concurrency is used up, or the function scales too fast.
    ConcurrentInvocationLimitExceeded,
    /// The function's reserved concurrency is used up.
    ReservedFunctionConcurrentInvocationLimitExceeded,
    /// The account's requests a second (10 × concurrency) are used up.
    FunctionInvocationRateLimitExceeded,
    /// The function's requests a second (10 × reserved concurrency) are used up.
    ReservedFunctionInvocationRateLimitExceeded,
}

impl ThrottleReason {
    /// The word in AWS's `Reason`.
    pub fn name(self) -> &'static str {
        match self {
            ThrottleReason::ConcurrentInvocationLimitExceeded => {
                "ConcurrentInvocationLimitExceeded"
            }
            ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded => {
                "ReservedFunctionConcurrentInvocationLimitExceeded"
            }
            ThrottleReason::FunctionInvocationRateLimitExceeded => {
                "FunctionInvocationRateLimitExceeded"
            }
            ThrottleReason::ReservedFunctionInvocationRateLimitExceeded => {
                "ReservedFunctionInvocationRateLimitExceeded"
            }
        }
    }
}

/// Which wall a throttled invocation ran into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wall {
    /// Reserved concurrency of the function.
    Reserved,
    /// Unreserved concurrency of the account.
    Account,
    /// 1,000 new environments per 10 s and function.
    ScalingRate,
    /// Requests a second.
    RequestRate,
}

/// Who asked for an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A caller of `Invoke` who waits for the answer.
    Caller(crate::services::Ticket),
    /// An event in the asynchronous queue.
    Event(u64),
    /// A slot of an event source mapping: the mapping's UUID and the slot (SQS) or lane (Kinesis).
    Mapping {
        /// The mapping.
        uuid: String,
        /// Which of its slots or lanes.
        slot: u32,
    },
}

/// Why a poller gave something up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GaveUp {
    /// More attempts than the configured retries.
    RetryAttemptsExhausted,
    /// Older than `MaximumRecordAgeInSeconds` (streams) or the event age (asynchronous).
    AgeExceeded,
    /// The stream no longer keeps the record.
    Expired,
    /// Throttled until the messages' visibility timeout ended.
    VisibilityEnded,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// An invocation started.
    InvocationStarted {
        /// The function's name.
        function: String,
        /// Number of the run, unique within one Lambda.
        run: u64,
        /// The execution environment, unique within one Lambda.
        environment: u64,
        /// Invocations this environment has now had.
        served: u64,
        /// How long its start took, if it was cold.
        cold: Option<Span>,
        /// Whether the environment was provisioned.
        provisioned: bool,
        /// What it was handed: message ids or sequence numbers; one empty id for an `Invoke`.
        ids: Vec<String>,
        /// Who asked.
        cause: Cause,
    },
    /// An invocation ended well (a partial batch response is among these).
    InvocationSucceeded {
        /// The function's name.
        function: String,
        /// Number of the run.
        run: u64,
    },
    /// The function threw or timed out.
    InvocationFailed {
        /// The function's name.
        function: String,
        /// Number of the run.
        run: u64,
        /// `errorType`.
        kind: &'static str,
    },
    /// An invocation was refused before it ran.
    Throttled {
        /// The function's name.
        function: String,
        /// What AWS calls it.
        reason: ThrottleReason,
        /// Which limit it was.
        wall: Wall,
        /// Who asked.
        cause: Cause,
    },
    /// An asynchronous event will be tried again.
    EventWillRetry {
        /// The function's name.
        function: String,
        /// The event's number.
        event: u64,
        /// Attempts so far that ran.
        attempts: u32,
        /// When.
        at: Time,
    },
    /// An asynchronous event was given up.
    EventDiscarded {
        /// The function's name.
        function: String,
        /// The event's number.
        event: u64,
        /// Why.
        why: GaveUp,
    },
    /// A record of an event, or the event itself, was sent on.
    Sent {
        /// ARN of the queue, topic, function or bus.
        to: String,
        /// The function's name.
        function: String,
    },
    /// A poller read messages or records.
    Polled {
        /// The mapping.
        uuid: String,
        /// Slot (SQS) or shard (Kinesis, by its id).
        slot: String,
        /// How many it got.
        items: u32,
    },
    /// A filter let items go: deleted (SQS) or passed over (Kinesis).
    Filtered {
        /// The mapping.
        uuid: String,
        /// How many did not match.
        items: u32,
    },
    /// Items were done with: deleted from the queue, or the shard's position moved past them.
    BatchDone {
        /// The mapping.
        uuid: String,
        /// Slot or lane.
        slot: u32,
        /// How many.
        items: u32,
    },
    /// Items were left for another delivery: the queue shows them again after its visibility timeout.
    BatchReturned {
        /// The mapping.
        uuid: String,
        /// Slot.
        slot: u32,
        /// How many.
        items: u32,
    },
    /// A stream batch will be tried again: until then its lane of the shard is blocked.
    BatchWillRetry {
        /// The mapping.
        uuid: String,
        /// The shard.
        shard: String,
        /// Attempts so far that ran.
        attempts: u32,
        /// Records in the batch.
        items: u32,
        /// When.
        at: Time,
    },
    /// A failed stream batch was halved, or cut at the first reported record.
    BatchSplit {
        /// The mapping.
        uuid: String,
        /// The shard.
        shard: String,
        /// Records in the first and in the second part.
        parts: (u32, u32),
    },
    /// A stream batch was given up.
    BatchDiscarded {
        /// The mapping.
        uuid: String,
        /// The shard or, for a queue, its slot.
        shard: String,
        /// How many.
        items: u32,
        /// Why.
        why: GaveUp,
    },
    /// The poller of a queue gained or lost a slot.
    PollersScaled {
        /// The mapping.
        uuid: String,
        /// Concurrent batches it may now hold.
        slots: u32,
    },
    /// A mapping's state changed (`Creating`, `Enabled`, `Disabled`, `Deleting`).
    MappingState {
        /// The mapping.
        uuid: String,
        /// The new state.
        state: &'static str,
    },
}
