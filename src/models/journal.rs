//! What happened in a model, and why: small numbered facts that the language files put into words.
//!
//! Attribution only: a journal that is switched off hands out the same numbers and changes nothing
//! in the scene.

use std::sync::Arc;

use crate::services::time::{Span, Time};

/// The number of an event within its branch, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u32);

/// A thing in a model that can be pointed at: a message, a worker, a shard. What `kind` counts is the
/// model's own table of kinds; the pair is unique within a scene and never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Which kind of thing, as the model numbers them.
    pub kind: u16,
    /// Which one of its kind.
    pub number: u32,
}

/// A value in an event's sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arg {
    /// A thing, shown by its name.
    Object(ObjectId),
    /// A length of time.
    Span(Span),
    /// A moment.
    At(Time),
    /// A bare number.
    Count(i64),
    /// A number of halves, such as capacity units: 3 is 1.5.
    Halves(i64),
    /// A word that is the same in every language: an error code, a shard id, an operation.
    Word(&'static str),
}

/// One thing that happened. `what` and `why` are rows of the model's language file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Its number in the branch.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// To which thing.
    pub object: ObjectId,
    /// What happened, such as `visible-again`; the key of its sentence.
    pub what: &'static str,
    /// The values of the sentence's holes, in order (`{0}`, `{1}`, `{2}`); `{object}` is the object.
    pub args: [Option<Arg>; 3],
    /// Why, such as `timeout-ended-undeleted`; the key of its half-sentence.
    pub why: &'static str,
    /// The event that this one follows from, if it follows from one.
    pub because: Option<EventId>,
    /// The rule behind it (`SQS-7`), a row of the ledger.
    pub rule: Option<&'static str>,
}

/// An event about to be written down. Every event says why; what else there is, is added by chaining.
#[derive(Debug, Clone, Copy)]
pub struct Note {
    object: ObjectId,
    what: &'static str,
    args: [Option<Arg>; 3],
    why: &'static str,
    because: Option<EventId>,
    rule: Option<&'static str>,
}

impl Note {
    /// `what` happened to `object`, and `why`.
    pub fn new(object: ObjectId, what: &'static str, why: &'static str) -> Note {
        Note { object, what, why, args: [None; 3], because: None, rule: None }
    }

    /// Fills the next free hole of the sentence; a fourth value is ignored.
    pub fn arg(mut self, arg: Arg) -> Note {
        if let Some(free) = self.args.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(arg);
        }
        self
    }

    /// Names the event that this one follows from.
    pub fn because(mut self, event: impl Into<Option<EventId>>) -> Note {
        self.because = event.into();
        self
    }

    /// Names the rule behind it.
    pub fn rule(mut self, rule: &'static str) -> Note {
        self.rule = Some(rule);
        self
    }
}

/// Whether events are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Every event is kept, and a timeline measures as it goes.
    All,
    /// Every event is kept, and nothing else: no samples of metrics, no checkpoints. For who looks at the
    /// end only.
    Events,
    /// Events get their numbers and are forgotten.
    None,
}

const CHUNK: usize = 1024;

/// The events of one branch in order. Cloning shares all full chunks.
#[derive(Debug, Clone)]
pub struct Journal {
    keeping: Keeping,
    full: Vec<Arc<Vec<Event>>>,
    open: Vec<Event>,
    next: u32,
}

impl Journal {
    /// An empty journal.
    pub fn new(keeping: Keeping) -> Journal {
        Journal { keeping, full: Vec::new(), open: Vec::new(), next: 0 }
    }

    /// Writes an event down and gives its number, which is the same whether events are kept or not.
    pub fn write(&mut self, at: Time, note: Note) -> EventId {
        let id = EventId(self.next);
        self.next += 1;
        if self.keeping != Keeping::None {
            let Note { object, what, args, why, because, rule } = note;
            self.push(Event { id, at, object, what, args, why, because, rule });
        }
        id
    }

    /// Whether events are kept.
    pub fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// How many events there have been.
    pub fn len(&self) -> usize {
        self.next as usize
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.next == 0
    }

    /// The event of this number, if it was kept.
    pub fn get(&self, id: EventId) -> Option<&Event> {
        let (chunk, at) = (id.0 as usize / CHUNK, id.0 as usize % CHUNK);
        match self.full.get(chunk) {
            Some(full) => full.get(at),
            None if chunk == self.full.len() => self.open.get(at),
            None => None,
        }
    }

    /// The kept events numbered `range`, in order.
    pub fn range(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &Event> {
        let end = range.end.min(self.len());
        (range.start.min(end)..end).filter_map(|at| self.get(EventId(at as u32)))
    }

    /// What led to an event, the event itself first, then what it followed from, and so on; at most
    /// `limit` links.
    pub fn chain(&self, id: EventId, limit: usize) -> Vec<&Event> {
        let mut chain = Vec::new();
        let mut next = Some(id);
        while let Some(event) = next.and_then(|id| self.get(id)) {
            if chain.len() == limit {
                break;
            }
            chain.push(event);
            // A cause lies before its effect; anything else would go round for ever.
            next = event.because.filter(|cause| *cause < event.id);
        }
        chain
    }

    /// The events of one thing among the first `before` events, newest first.
    pub fn of_object(&self, object: ObjectId, before: usize) -> impl Iterator<Item = &Event> {
        (0..before.min(self.len()))
            .rev()
            .filter_map(|at| self.get(EventId(at as u32)))
            .filter(move |event| event.object == object)
    }

    /// Forgets every event from number `len` on, as if it had not happened yet.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        self.next = len as u32;
        if self.keeping == Keeping::None {
            return;
        }
        let (chunks, rest) = (len / CHUNK, len % CHUNK);
        if chunks < self.full.len() {
            self.open = self.full[chunks][..rest].to_vec();
            self.full.truncate(chunks);
        } else {
            self.open.truncate(rest);
        }
    }

    /// A journal of what comes after event number `len`, to be thrown away or appended to another.
    pub(super) fn from_number(len: usize, keeping: Keeping) -> Journal {
        Journal { keeping, full: Vec::new(), open: Vec::new(), next: len as u32 }
    }

    /// Writes down what a journal [from this one's end on](Journal::from_number) holds.
    pub(super) fn append(&mut self, more: Journal) {
        let events = more.full.iter().flat_map(|chunk| chunk.iter()).chain(&more.open);
        events.for_each(|event| self.push(*event));
        self.next = more.next;
    }

    fn push(&mut self, event: Event) {
        self.open.push(event);
        if self.open.len() == CHUNK {
            let full = std::mem::replace(&mut self.open, Vec::with_capacity(CHUNK));
            self.full.push(Arc::new(full));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: ObjectId = ObjectId { kind: 0, number: 7 };

    fn filled(count: u32) -> Journal {
        let mut journal = Journal::new(Keeping::All);
        for n in 0..count {
            let note =
                Note::new(MESSAGE, "happened", "asked").because(n.checked_sub(1).map(EventId));
            journal.write(Time(u64::from(n)), note);
        }
        journal
    }

    #[test]
    fn a_chain_leads_back_to_the_first_cause() {
        let journal = filled(3000);
        let chain = journal.chain(EventId(2999), 5000);
        assert_eq!(chain.len(), 3000);
        assert_eq!(chain[2999].id, EventId(0));
        assert_eq!(journal.chain(EventId(2999), 10).len(), 10);
    }

    #[test]
    fn a_cut_journal_is_the_journal_that_was_there_then() {
        for len in [0, 1, 1023, 1024, 1025, 2048, 2999] {
            let mut cut = filled(3000);
            cut.truncate(len);
            let then = filled(len as u32);
            assert_eq!(cut.len(), then.len());
            assert!(cut.range(0..5000).eq(then.range(0..5000)), "cut to {len}");
        }
    }

    #[test]
    fn a_journal_that_keeps_nothing_hands_out_the_same_numbers() {
        let (mut kept, mut silent) = (Journal::new(Keeping::All), Journal::new(Keeping::None));
        for _ in 0..3 {
            let note = Note::new(MESSAGE, "happened", "asked");
            assert_eq!(kept.write(Time(0), note), silent.write(Time(0), note));
        }
        assert_eq!(silent.range(0..9).count(), 0);
    }
}
