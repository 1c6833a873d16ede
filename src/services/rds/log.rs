//! What a database holds: its commits in order. A reader sees a prefix of them, so what it sees is old
//! or new, but never a mix.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::services::time::{Span, Time};

/// One committed transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// When it was acknowledged.
    pub at: Time,
    /// What it wrote.
    pub writes: BTreeMap<String, String>,
}

/// The commits of a database, oldest first. Clones share them until one of the two writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    commits: Arc<Vec<Commit>>,
    /// Where each key was written, in order.
    places: Arc<BTreeMap<String, Vec<usize>>>,
}

impl Log {
    /// How many commits there are: the position of a reader that sees everything.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether nothing was ever committed.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// The commits, oldest first.
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// The value of a key for a reader that sees the first `position` commits.
    pub fn read(&self, key: &str, position: usize) -> Option<&str> {
        let places = self.places.get(key)?;
        let last = places.partition_point(|place| *place < position).checked_sub(1)?;
        self.commits[places[last]].writes.get(key).map(String::as_str)
    }

    /// How many commits had been acknowledged at this moment, itself included.
    pub fn position_at(&self, at: Time) -> usize {
        self.commits.partition_point(|commit| commit.at <= at)
    }

    /// How many commits a reader sees that is so far behind.
    pub fn position_behind(&self, now: Time, lag: Span) -> usize {
        self.commits.partition_point(|commit| commit.at + lag <= now)
    }

    pub(crate) fn commit(&mut self, at: Time, writes: BTreeMap<String, String>) {
        let (place, places) = (self.commits.len(), Arc::make_mut(&mut self.places));
        for key in writes.keys() {
            places.entry(key.clone()).or_default().push(place);
        }
        Arc::make_mut(&mut self.commits).push(Commit { at, writes });
    }

    /// The same database with the first `position` commits only.
    pub(crate) fn prefix(&self, position: usize) -> Log {
        let mut log = self.clone();
        if position < log.len() {
            Arc::make_mut(&mut log.commits).truncate(position);
            let places = Arc::make_mut(&mut log.places);
            for places in places.values_mut() {
                places.truncate(places.partition_point(|place| *place < position));
            }
            places.retain(|_, places| !places.is_empty());
        }
        log
    }
}
