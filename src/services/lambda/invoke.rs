//! `Invoke`.

use super::concurrency::{Run, Wanted};
use super::errors::{invalid, no_function, throttled, too_large};
use super::function::{function_arn, parse_name};
use super::happened::Cause;
use super::operation::{Invoke, InvokeOutput, Response};
use super::script::Item;
use super::{Lambda, errors};
use crate::services::blob::Blob;
use crate::services::chance::Chance;
use crate::services::time::Time;
use crate::services::{Answer, ServiceError, Ticket};

/// The greatest payload of a synchronous invocation, in bytes.
const SYNCHRONOUS: usize = 6 * 1024 * 1024;
/// The greatest payload of an asynchronous invocation, in bytes.
const ASYNCHRONOUS: usize = 1024 * 1024;

/// How a function is invoked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    RequestResponse,
    Event,
    DryRun,
}

impl Lambda {
    pub(super) fn invoke(
        &mut self,
        now: Time,
        chance: &mut Chance,
        invoke: Invoke,
    ) -> Answer<Response> {
        match self.checked(&invoke) {
            Err(error) => Answer::Now(Err(error)),
            Ok(Mode::DryRun) => Answer::Now(Ok(status(204))),
            Ok(mode) => {
                let (name, in_name) = parse_name(&invoke.function_name);
                let qualifier = invoke.qualifier.as_deref().or(in_name);
                let payload = invoke.payload.as_ref().map_or(&[][..], |blob| &blob.0);
                let payload = String::from_utf8_lossy(payload).into_owned();
                if mode == Mode::Event {
                    self.enqueue(now, chance, name, qualifier, payload);
                    return Answer::Now(Ok(status(202)));
                }
                let ticket = Ticket(self.next_number());
                let items = [Item { id: "", text: &payload }];
                let cause = Cause::Caller(ticket);
                let wanted = Wanted { function: name, qualifier, cause, items: &items };
                match self.start(now, chance, wanted) {
                    Ok(_) => Answer::Later(ticket),
                    Err(throttle) => Answer::Now(Err(throttled(throttle.reason))),
                }
            }
        }
    }

    fn checked(&self, invoke: &Invoke) -> Result<Mode, ServiceError> {
        let (name, in_name) = parse_name(&invoke.function_name);
        let qualifier = invoke.qualifier.as_deref().or(in_name);
        if let (Some(given), Some(named)) = (invoke.qualifier.as_deref(), in_name)
            && given != named
        {
            return Err(invalid(
                "The derived qualifier from the function name does not match the specified \
                 qualifier.",
            ));
        }
        let known = self.functions.get(name).and_then(|function| function.version(qualifier));
        if known.is_none() {
            return Err(no_function(&function_arn(name, qualifier)));
        }
        let mode = match invoke.invocation_type.as_deref() {
            Some("Event") => Mode::Event,
            Some("DryRun") => Mode::DryRun,
            _ => Mode::RequestResponse,
        };
        let payload = invoke.payload.as_ref().map_or(&[][..], |blob| &blob.0);
        let limit = if mode == Mode::Event { ASYNCHRONOUS } else { SYNCHRONOUS };
        if payload.len() > limit {
            return Err(too_large(payload.len(), limit));
        }
        let json =
            payload.is_empty() || serde_json::from_slice::<serde::de::IgnoredAny>(payload).is_ok();
        if !json {
            return Err(errors::not_json());
        }
        Ok(mode)
    }

    pub(super) fn answer_caller(&mut self, now: Time, ticket: Ticket, run: &Run) {
        let output = InvokeOutput {
            status_code: 200,
            function_error: run.result.is_error().then(|| "Unhandled".to_owned()),
            executed_version: Some(run.version.clone()),
            payload: Some(Blob(run.result.payload().into_bytes())),
        };
        self.answer(now, ticket, Ok(Response::Invoke(output)));
    }
}

fn status(status_code: u16) -> Response {
    Response::Invoke(InvokeOutput { status_code, ..InvokeOutput::default() })
}
