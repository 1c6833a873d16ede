//! A service in the world, with the moment at which it wakes: a world is asked for its next moment
//! several times for each thing that happens in it, and nearly all its services stand still.

use std::ops::{Deref, DerefMut};

use super::{Errand, ErrandResult};
use crate::services::chance::Chance;
use crate::services::time::Time;
use crate::services::{Answer, LateAnswer, Service};

/// A service whose next wake-up is known. Reaching into it (`&mut`) makes the wake-up unknown until
/// the world acts again, and changes nothing else.
#[derive(Debug, Clone, Default)]
pub struct Held<S> {
    service: S,
    /// When it wakes by itself; `None` while that has to be asked for.
    wakes_at: Option<Time>,
    /// Whether it may have left errands since they were last taken.
    touched: bool,
}

/// What is known about a service does not matter, only its state.
impl<S: PartialEq> PartialEq for Held<S> {
    fn eq(&self, other: &Held<S>) -> bool {
        self.service == other.service
    }
}

impl<S> Deref for Held<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.service
    }
}

impl<S> DerefMut for Held<S> {
    fn deref_mut(&mut self) -> &mut S {
        (self.wakes_at, self.touched) = (None, true);
        &mut self.service
    }
}

impl<S: Service> Held<S> {
    /// When it wakes by itself; [`Time::END`] if it never will.
    pub(super) fn wakes_at(&self) -> Time {
        self.wakes_at.unwrap_or_else(|| wakes_at(&self.service))
    }

    /// Asks it when it wakes, if that is not known.
    pub(super) fn look_ahead(&mut self) {
        self.wakes_at = Some(self.wakes_at());
    }

    /// [`Service::call`].
    pub(super) fn call(
        &mut self,
        now: Time,
        chance: &mut Chance,
        operation: S::Operation,
    ) -> Answer<S::Response> {
        let answer = self.service.call(now, chance, operation);
        self.note_touched();
        answer
    }

    /// [`Service::advance`].
    pub(super) fn advance(
        &mut self,
        now: Time,
        chance: &mut Chance,
    ) -> Vec<LateAnswer<S::Response>> {
        let late = self.service.advance(now, chance);
        self.note_touched();
        late
    }

    /// Whether it may have left errands since they were last taken.
    pub(super) fn was_touched(&self) -> bool {
        self.touched
    }

    /// [`Service::take_errands`].
    pub(super) fn take_errands(&mut self) -> Vec<Errand> {
        self.touched = false;
        self.service.take_errands()
    }

    /// [`Service::errand_answered`].
    pub(super) fn errand_answered(
        &mut self,
        now: Time,
        chance: &mut Chance,
        number: u64,
        result: ErrandResult,
    ) {
        self.service.errand_answered(now, chance, number, result);
        self.note_touched();
    }

    fn note_touched(&mut self) {
        (self.wakes_at, self.touched) = (Some(wakes_at(&self.service)), true);
    }
}

fn wakes_at<S: Service>(service: &S) -> Time {
    service.next_wakeup().unwrap_or(Time::END)
}
