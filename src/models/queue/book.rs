//! What the model knows of each message that is there: its number, its state and holder, and the
//! event that brought it there, so that the next one can name its cause.

use std::collections::{BTreeMap, VecDeque};

use super::tables::MESSAGE;
use crate::models::journal::{EventId, ObjectId};
use crate::services::sqs::MessageId;
use crate::services::time::Time;

/// Which of the two queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The queue that workers use.
    Main,
    /// Its dead-letter queue.
    Dead,
}

/// Which state a message is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not receivable before this time.
    Delayed(Time),
    /// Waiting for a receive.
    Visible,
    /// Received; hidden until then unless it is deleted.
    InFlight {
        /// When it was received, or its timeout restarted.
        since: Time,
        /// When it becomes visible again.
        until: Time,
    },
}

/// One message that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Tale {
    /// Its number by first appearance.
    pub number: u32,
    /// The order it carries; none for what was sent by hand.
    pub order: Option<u32>,
    /// Whether working on it fails.
    pub poison: bool,
    /// Group or tenant, an index into [`Book::groups`].
    pub group: Option<u16>,
    /// Which state it is in.
    pub phase: Phase,
    /// When it came into that state.
    pub changed: Time,
    /// When it was sent.
    pub sent: Time,
    /// How often it was received from where it is.
    pub receives: u32,
    /// Who holds it: a worker's number, or nobody of those.
    pub holder: Option<u32>,
    /// Whether it was worked on to the end.
    pub done: bool,
    /// Whether the next delete of it gets lost.
    pub loses_delete: bool,
    /// Why its holder has not deleted it.
    pub undeleted: &'static str,
    /// The last event it was in.
    pub last: Option<EventId>,
}

impl Tale {
    /// The message as a thing that can be pointed at.
    pub fn object(&self) -> ObjectId {
        ObjectId { kind: MESSAGE, number: self.number }
    }
}

/// How a message left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Deleted by whoever had it.
    Deleted,
    /// Became too old.
    Expired,
}

/// A message that has left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gone {
    /// Its number.
    pub number: u32,
    /// Whether it was poison.
    pub poison: bool,
    /// How it left.
    pub end: End,
    /// When.
    pub at: Time,
}

/// A message group or tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its id.
    pub name: String,
    /// Visible messages in it.
    pub visible: u32,
    /// Messages of it in flight.
    pub in_flight: u32,
}

/// All messages that are there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    main: BTreeMap<MessageId, Tale>,
    dead: BTreeMap<MessageId, Tale>,
    /// The groups or tenants seen, in order of appearance.
    pub groups: Vec<Group>,
    /// The last messages that left, the latest at the end.
    pub gone: VecDeque<Gone>,
    numbers: u32,
}

const REMEMBERED: usize = 12;

impl Book {
    /// The number of a message that appears.
    pub fn next_number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    /// The index of a group.
    pub fn group(&mut self, name: &str) -> u16 {
        let known = self.groups.iter().position(|group| group.name == name);
        let index = known.unwrap_or_else(|| {
            self.groups.push(Group { name: name.to_owned(), visible: 0, in_flight: 0 });
            self.groups.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// The messages of a queue by age.
    pub fn of(&self, place: Place) -> &BTreeMap<MessageId, Tale> {
        match place {
            Place::Main => &self.main,
            Place::Dead => &self.dead,
        }
    }

    fn of_mut(&mut self, place: Place) -> &mut BTreeMap<MessageId, Tale> {
        match place {
            Place::Main => &mut self.main,
            Place::Dead => &mut self.dead,
        }
    }

    /// A message wherever it is.
    pub fn get(&self, id: MessageId) -> Option<&Tale> {
        self.main.get(&id).or_else(|| self.dead.get(&id))
    }

    /// A message to change, but not its phase: that is [`Book::enter`]'s.
    pub fn get_mut(&mut self, id: MessageId) -> Option<&mut Tale> {
        match self.main.get_mut(&id) {
            Some(tale) => Some(tale),
            None => self.dead.get_mut(&id),
        }
    }

    /// The message of a number.
    pub fn numbered(&self, number: u32) -> Option<(Place, MessageId, &Tale)> {
        [Place::Main, Place::Dead].into_iter().find_map(|place| {
            let (id, tale) = self.of(place).iter().find(|(_, tale)| tale.number == number)?;
            Some((place, *id, tale))
        })
    }

    /// When the oldest message of the main queue was sent.
    pub fn oldest(&self) -> Option<Time> {
        self.main.first_key_value().map(|(_, tale)| tale.sent)
    }

    /// Puts a message in.
    pub fn insert(&mut self, place: Place, id: MessageId, tale: Tale) {
        if place == Place::Main {
            self.count(&tale, 1);
        }
        self.of_mut(place).insert(id, tale);
    }

    /// Brings a message into another state.
    pub fn enter(&mut self, id: MessageId, phase: Phase, now: Time) {
        let Some(mut tale) = self.main.remove(&id) else {
            if let Some(tale) = self.dead.get_mut(&id) {
                (tale.phase, tale.changed) = (phase, now);
            }
            return;
        };
        self.count(&tale, -1);
        (tale.phase, tale.changed) = (phase, now);
        self.count(&tale, 1);
        self.main.insert(id, tale);
    }

    /// Takes a message out.
    pub fn remove(&mut self, id: MessageId) -> Option<Tale> {
        match self.main.remove(&id) {
            Some(tale) => {
                self.count(&tale, -1);
                Some(tale)
            }
            None => self.dead.remove(&id),
        }
    }

    /// Remembers that a message has left.
    pub fn left(&mut self, tale: &Tale, end: End, at: Time) {
        if self.gone.len() == REMEMBERED {
            self.gone.pop_front();
        }
        self.gone.push_back(Gone { number: tale.number, poison: tale.poison, end, at });
    }

    /// Takes everything out of a queue.
    pub fn clear(&mut self, place: Place) {
        self.of_mut(place).clear();
        if place == Place::Main {
            for group in &mut self.groups {
                (group.visible, group.in_flight) = (0, 0);
            }
        }
    }

    fn count(&mut self, tale: &Tale, by: i32) {
        let Some(group) = tale.group.and_then(|group| self.groups.get_mut(usize::from(group)))
        else {
            return;
        };
        match tale.phase {
            Phase::Delayed(_) => {}
            Phase::Visible => group.visible = group.visible.saturating_add_signed(by),
            Phase::InFlight { .. } => group.in_flight = group.in_flight.saturating_add_signed(by),
        }
    }
}
