//! Deliveries that a service makes on others in its own time: tried, tried again after server
//! errors, and given up.
//!
//! What a called service refuses is the caller's fault (a client-side error: the target is gone or
//! its policy says no) and is not tried again; a target that is out of order is.

use std::collections::{BTreeMap, BTreeSet};

use super::time::{Span, Time};
use super::world::{Caller, Errand, Operation};

/// Something on its way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parcel<T> {
    /// ARN of the target.
    pub(crate) to: String,
    /// The call that delivers it.
    pub(crate) operation: Operation,
    /// In whose name.
    pub(crate) caller: Caller,
    /// Failed tries so far.
    pub(crate) failures: u32,
    /// When it was first tried.
    pub(crate) since: Time,
    /// What the sender wants to know when it is over.
    pub(crate) about: T,
}

/// Deliveries under way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Courier<T> {
    parcels: BTreeMap<u64, Parcel<T>>,
    due: BTreeSet<(Time, u64)>,
    errands: Vec<Errand>,
    outages: BTreeSet<String>,
    numbers: u64,
}

impl<T> Default for Courier<T> {
    fn default() -> Courier<T> {
        Courier {
            parcels: BTreeMap::new(),
            due: BTreeSet::new(),
            errands: Vec::new(),
            outages: BTreeSet::new(),
            numbers: 0,
        }
    }
}

/// What came of a failed try.
pub(crate) enum Failed<T> {
    /// It is tried again at this moment, after so many failures.
    Again(Time, u32),
    /// No try is left.
    Over(Box<Parcel<T>>),
}

impl<T: Clone> Courier<T> {
    /// Sends something off; [`Courier::due`] hands out its first try at once.
    pub(crate) fn send(
        &mut self,
        now: Time,
        to: &str,
        operation: Operation,
        caller: Caller,
        about: T,
    ) {
        self.numbers += 1;
        let parcel =
            Parcel { to: to.to_owned(), operation, caller, failures: 0, since: now, about };
        self.parcels.insert(self.numbers, parcel);
        self.due.insert((now, self.numbers));
    }

    /// When something is next tried.
    pub(crate) fn next(&self) -> Option<Time> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Tries everything that is due. The numbers handed out met a target that is out of order.
    pub(crate) fn try_due(&mut self, now: Time) -> Vec<(Time, u64)> {
        let mut met_outage = Vec::new();
        while let Some((at, number)) = self.due.first().copied().filter(|(at, _)| *at <= now) {
            self.due.pop_first();
            let Some(parcel) = self.parcels.get(&number) else { continue };
            if self.outages.contains(&parcel.to) {
                met_outage.push((at, number));
                continue;
            }
            self.errands.push(Errand {
                number,
                operation: parcel.operation.clone(),
                caller: Some(parcel.caller.clone()),
            });
        }
        met_outage
    }

    /// The calls that are wanted now.
    pub(crate) fn take_errands(&mut self) -> Vec<Errand> {
        std::mem::take(&mut self.errands)
    }

    /// A delivery is over, for better or worse.
    pub(crate) fn done(&mut self, number: u64) -> Option<Parcel<T>> {
        self.parcels.remove(&number)
    }

    /// A try met a server error; `wait` tells how long until the next, if there is one.
    pub(crate) fn failed(
        &mut self,
        now: Time,
        number: u64,
        wait: impl Fn(&Parcel<T>) -> Option<Span>,
    ) -> Option<Failed<T>> {
        let parcel = self.parcels.get_mut(&number)?;
        parcel.failures += 1;
        match wait(parcel) {
            Some(wait) => {
                self.due.insert((now + wait, number));
                Some(Failed::Again(now + wait, parcel.failures))
            }
            None => self.done(number).map(|parcel| Failed::Over(Box::new(parcel))),
        }
    }

    /// Puts a target out of order, or back into it.
    pub(crate) fn set_outage(&mut self, target: &str, out: bool) {
        if out {
            self.outages.insert(target.to_owned());
        } else {
            self.outages.remove(target);
        }
    }

    /// Deliveries under way.
    pub(crate) fn under_way(&self) -> usize {
        self.parcels.len()
    }

    /// What is under way, for whoever wants to know.
    pub(crate) fn about(&self, number: u64) -> Option<&T> {
        self.parcels.get(&number).map(|parcel| &parcel.about)
    }
}
