//! All events of a learner: a set by id, so that merging is union.

use std::collections::BTreeMap;
use std::collections::btree_map;

use serde::Deserialize;

use super::event::{Entry, FORMAT, header};
use super::state::State;

/// Why a file is not taken as a progress file. It is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A newer program wrote it.
    #[error(
        "the progress file has format {found}, and this awslearn knows formats up to {FORMAT}: update awslearn; the file was left as it is"
    )]
    Newer {
        /// The file's format.
        found: u64,
    },
    /// Something else.
    #[error("this is not a progress file of awslearn; it was left as it is")]
    NotProgress,
}

/// How the last line of a file ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tail {
    /// With a line end, as it should.
    Clean,
    /// The last event is whole, and its line end is missing.
    Unended,
    /// From this byte on there is a piece of a line: writing it was cut off.
    Torn {
        /// Where the piece starts, in bytes.
        from: usize,
    },
}

/// A progress file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The events.
    pub history: History,
    /// How the file ends.
    pub tail: Tail,
    /// Lines (from 1) inside the file that are no events. They are skipped and stay in the file.
    pub unreadable: Vec<usize>,
    /// Whether there was nothing at all, not even a header.
    pub empty: bool,
}

/// All events of a learner.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    entries: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Header {
    awslearn: String,
    format: u64,
}

impl History {
    /// Reads a whole progress file.
    pub fn read(bytes: &[u8]) -> Result<Reading, Refusal> {
        let empty = Reading {
            history: History::default(),
            tail: Tail::Clean,
            unreadable: Vec::new(),
            empty: true,
        };
        if bytes.is_empty() {
            return Ok(empty);
        }
        let first_end = bytes.iter().position(|byte| *byte == b'\n');
        let first = &bytes[..first_end.unwrap_or(bytes.len())];
        let Ok(found) = serde_json::from_slice::<Header>(first) else {
            // The very first write of a file may have been cut off.
            if first_end.is_none() && header().as_bytes().starts_with(bytes) {
                return Ok(Reading { tail: Tail::Torn { from: 0 }, ..empty });
            }
            return Err(Refusal::NotProgress);
        };
        if found.awslearn != "progress" {
            return Err(Refusal::NotProgress);
        }
        if found.format > FORMAT {
            return Err(Refusal::Newer { found: found.format });
        }
        let Some(first_end) = first_end else {
            return Ok(Reading { tail: Tail::Unended, empty: false, ..empty });
        };
        let mut reading = History::read_lines(&bytes[first_end + 1..], 2);
        if let Tail::Torn { from } = &mut reading.tail {
            *from += first_end + 1;
        }
        Ok(reading)
    }

    /// Reads lines without a header, such as those that another copy of the program has appended;
    /// `number` is the first line's.
    pub fn read_lines(bytes: &[u8], number: usize) -> Reading {
        let mut reading = Reading {
            history: History::default(),
            tail: Tail::Clean,
            unreadable: Vec::new(),
            empty: false,
        };
        let mut at = 0;
        for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let from = at;
            at += line.len();
            let whole = line.strip_suffix(b"\n");
            let text = whole.unwrap_or(line);
            let entry = std::str::from_utf8(text).ok().and_then(Entry::read);
            match (entry, whole) {
                (Some(entry), _) => {
                    reading.history.insert(entry);
                    if whole.is_none() {
                        reading.tail = Tail::Unended;
                    }
                }
                (None, None) => reading.tail = Tail::Torn { from },
                (None, Some(_)) if text.trim_ascii().is_empty() => {}
                (None, Some(_)) => reading.unreadable.push(number + index),
            }
        }
        reading
    }

    /// Adds an event; says whether it was new.
    pub fn insert(&mut self, entry: Entry) -> bool {
        match self.entries.entry(entry.id.clone()) {
            btree_map::Entry::Vacant(place) => {
                place.insert(entry);
                true
            }
            btree_map::Entry::Occupied(mut place) => {
                // Ids are unique; should one ever come twice with two texts, every machine must
                // keep the same.
                if entry.line > place.get().line {
                    place.insert(entry);
                }
                false
            }
        }
    }

    /// Takes in all events of another history and gives back those that were new, in their order.
    pub fn merge(&mut self, other: History) -> Vec<Entry> {
        let mut new: Vec<Entry> =
            other.entries.into_values().filter(|entry| self.insert(entry.clone())).collect();
        new.sort_by(|a, b| a.stamp().cmp(&b.stamp()));
        new
    }

    /// The events in the order of their time.
    pub fn in_order(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        entries.sort_by(|a, b| a.stamp().cmp(&b.stamp()));
        entries
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The whole file that holds these events.
    pub fn to_text(&self) -> String {
        let mut text = header() + "\n";
        for entry in self.in_order() {
            text.push_str(&entry.line);
            text.push('\n');
        }
        text
    }

    /// What is known of the learner in one course (empty: the one that is built in).
    pub fn state(&self, course: &str) -> State {
        let mut state = State::new(course);
        for entry in self.entries.values() {
            state.apply(entry);
        }
        state
    }
}
