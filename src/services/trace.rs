//! A record of what happened and why, as plain data, for whoever wants to watch a service.
//!
//! Each service keeps a [`Trace`] of its own kind of facts (an enum of typed fields, no sentences:
//! the languages put them into words). Nothing a service does may depend on it: a trace that is
//! off, full or drained compares equal to any other, so that watching never changes a state.

use std::mem;

use super::time::Time;

/// A fact and the moment it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact<T> {
    /// When it happened.
    pub at: Time,
    /// What happened, to which object, and why.
    pub what: T,
}

/// The facts noted since they were last drained; off until somebody [watches](Trace::watch).
#[derive(Debug, Clone)]
pub struct Trace<T> {
    watched: bool,
    facts: Vec<Fact<T>>,
}

impl<T> Default for Trace<T> {
    fn default() -> Self {
        Trace { watched: false, facts: Vec::new() }
    }
}

/// Attribution only: any two traces are equal.
impl<T> PartialEq for Trace<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Trace<T> {
    /// Notes facts from now on.
    pub fn watch(&mut self) {
        self.watched = true;
    }

    /// Notes a fact; `what` is only built when somebody watches.
    pub fn note(&mut self, at: Time, what: impl FnOnce() -> T) {
        if self.watched {
            self.facts.push(Fact { at, what: what() });
        }
    }

    /// Hands out the facts noted since the last time, oldest first.
    pub fn drain(&mut self) -> Vec<Fact<T>> {
        mem::take(&mut self.facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unwatched_trace_keeps_nothing_and_watching_changes_no_state() {
        let mut off = Trace::default();
        off.note(Time(1), || -> u8 { panic!("built although nobody watches") });
        assert!(off.drain().is_empty());

        let mut on = Trace::default();
        on.watch();
        on.note(Time(1), || 7);
        assert_eq!(on, off);
        assert_eq!(on.drain(), [Fact { at: Time(1), what: 7 }]);
        assert!(on.drain().is_empty());
    }
}
