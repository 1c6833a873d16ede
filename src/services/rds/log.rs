//! What a database holds: its commits in order. A reader sees a prefix of them, so what it sees is old
//! or new, but never a mix.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use compact_str::CompactString;

use crate::services::roll::Roll;
use crate::services::time::{Span, Time};

/// One committed transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Commit {
    /// When it was acknowledged.
    at: Time,
    /// How many writes there had been with it.
    writes: u32,
}

/// One key's value from some commit on. Writes are numbered from 1; number 0 stands for none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Write {
    key: u32,
    value: CompactString,
    /// The write of this key before.
    before: u32,
    /// One of those further before, so that any of n is found in about log n steps.
    leap: u32,
    /// How many writes of this key there are up to here.
    nth: u32,
}

/// The commits of a database, oldest first. Clones share what neither of them changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Log {
    commits: Roll<Commit>,
    writes: Roll<Write>,
    /// The keys ever written, numbered.
    keys: Arc<BTreeMap<CompactString, u32>>,
    /// The last write of each key, by its number.
    latest: Arc<Vec<u32>>,
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

    /// When the commit at this position was acknowledged, if there is one.
    pub fn time(&self, position: usize) -> Option<Time> {
        self.commits.get(position).map(|commit| commit.at)
    }

    /// When each of these commits was acknowledged.
    pub fn times(&self, positions: Range<usize>) -> impl Iterator<Item = Time> {
        positions.map_while(|position| self.time(position))
    }

    /// The value of a key for a reader that sees the first `position` commits.
    pub fn read(&self, key: &str, position: usize) -> Option<&str> {
        let last = self.last_write(*self.keys.get(key)?, self.writes_of(position));
        self.write(last).map(|write| write.value.as_str())
    }

    /// How many of the first `position` commits wrote this key.
    pub fn count(&self, key: &str, position: usize) -> usize {
        let last = self.keys.get(key).map(|key| self.last_write(*key, self.writes_of(position)));
        last.and_then(|last| self.write(last)).map_or(0, |write| write.nth as usize)
    }

    /// How many commits had been acknowledged at this moment, itself included.
    pub fn position_at(&self, at: Time) -> usize {
        self.commits.partition_point(|commit| commit.at <= at)
    }

    /// How many commits a reader sees that is so far behind.
    pub fn position_behind(&self, now: Time, lag: Span) -> usize {
        let newest = self.len().checked_sub(1).and_then(|last| self.time(last));
        if newest.is_none_or(|at| at + lag <= now) {
            return self.len();
        }
        self.commits.partition_point(|commit| commit.at + lag <= now)
    }

    /// About how many bytes a clone comes to have for itself.
    pub fn weight(&self) -> usize {
        self.commits.weight() + self.writes.weight() + self.latest.len() * size_of::<u32>()
    }

    pub(crate) fn commit(&mut self, at: Time, writes: BTreeMap<String, String>) {
        for (key, value) in writes {
            let key = self.number_of(&key);
            let before = self.latest[key as usize];
            let write = Write {
                key,
                value: value.into(),
                before,
                leap: self.leap_over(before),
                nth: self.nth(before) + 1,
            };
            self.writes.push(write);
            Arc::make_mut(&mut self.latest)[key as usize] = self.last_number();
        }
        self.commits.push(Commit { at, writes: self.last_number() });
    }

    /// The same database with the first `position` commits only.
    pub(crate) fn prefix(&self, position: usize) -> Log {
        let mut log = self.clone();
        if position < log.len() {
            let until = self.writes_of(position);
            log.commits.truncate(position);
            log.writes.truncate(until as usize);
            let latest = (0..self.latest.len()).map(|key| self.last_write(key as u32, until));
            log.latest = Arc::new(latest.collect());
        }
        log
    }

    /// How many writes the first `position` commits made: the number of the last one.
    fn writes_of(&self, position: usize) -> u32 {
        let last = position.min(self.len()).checked_sub(1);
        last.and_then(|last| self.commits.get(last)).map_or(0, |commit| commit.writes)
    }

    fn last_number(&self) -> u32 {
        u32::try_from(self.writes.len()).expect("a history of four thousand million writes")
    }

    fn write(&self, number: u32) -> Option<&Write> {
        self.writes.get((number as usize).checked_sub(1)?)
    }

    fn nth(&self, number: u32) -> u32 {
        self.write(number).map_or(0, |write| write.nth)
    }

    fn leap(&self, number: u32) -> u32 {
        self.write(number).map_or(0, |write| write.leap)
    }

    /// Where the write after `before` leaps: as far again as the two leaps before it, if these are alike.
    fn leap_over(&self, before: u32) -> u32 {
        let near = self.leap(before);
        let far = self.leap(near);
        if self.nth(before) - self.nth(near) == self.nth(near) - self.nth(far) {
            far
        } else {
            before
        }
    }

    /// The last write of a key among the first `until` writes.
    fn last_write(&self, key: u32, until: u32) -> u32 {
        let mut number = self.latest[key as usize];
        while number > until {
            let write = self.write(number).expect("it was numbered when it was written");
            number = if write.leap > until { write.leap } else { write.before };
        }
        number
    }

    fn number_of(&mut self, key: &str) -> u32 {
        if let Some(number) = self.keys.get(key) {
            return *number;
        }
        let number = self.keys.len() as u32;
        Arc::make_mut(&mut self.keys).insert(key.into(), number);
        Arc::make_mut(&mut self.latest).push(0);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> String {
        format!("row-{}", number % 7)
    }

    fn filled(commits: u64) -> Log {
        let mut log = Log::default();
        for number in 0..commits {
            log.commit(Time(number), BTreeMap::from([(row(number), number.to_string())]));
        }
        log
    }

    #[test]
    fn a_reader_sees_the_last_value_before_its_position() {
        let log = filled(1_000);
        for position in [0, 1, 7, 8, 255, 256, 257, 700, 1_000, 2_000] {
            for key in 0..7 {
                let seen = (0..position.min(1_000)).rev().find(|number| number % 7 == key);
                let seen = seen.map(|number| number.to_string());
                assert_eq!(log.read(&row(key), position as usize), seen.as_deref(), "{position}");
                let count = (0..position.min(1_000)).filter(|number| number % 7 == key).count();
                assert_eq!(log.count(&row(key), position as usize), count);
            }
        }
        assert_eq!(log.read("nothing", 1_000), None);
        assert_eq!(log.position_at(Time(299)), 300);
        assert_eq!(log.position_behind(Time(299), Span(100)), 200);
        assert_eq!(log.position_behind(Time(2_000), Span(100)), 1_000);
    }

    #[test]
    fn a_prefix_is_what_was_there_and_goes_its_own_way() {
        let log = filled(600);
        let mut then = log.prefix(300);
        assert_eq!(then, filled(300));
        then.commit(Time(300), BTreeMap::from([("row-0".to_owned(), "other".to_owned())]));
        assert_eq!((then.len(), then.read("row-0", 301)), (301, Some("other")));
        assert_eq!(then.read("row-1", 301), filled(300).read("row-1", 300));
        assert_eq!(log, filled(600));
    }
}
