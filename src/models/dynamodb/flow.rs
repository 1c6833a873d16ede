//! The application at work: writes and reads come in, are sent, and are sent again when they are
//! refused.

use super::actors::{Due, Key, Pending, Placed, Request, THE_CLIENT};
use super::calls::VERSION;
use super::facts::{Cause, Round};
use super::settings::{Pattern, Reads};
use super::{Dynamo, calls};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::models::workload::Shape;
use crate::services::dynamodb::{KeyValue, Response, Table, placement};
use crate::services::time::{Span, Time};

/// What comes in within this long goes out together.
const LINGER: Span = Span::millis(100);
/// So many of the last keys are remembered for the picture.
const REMEMBERED: usize = 48;
/// A backoff does not grow past this many doublings.
const DOUBLINGS: u32 = 8;
/// So many writes a second a flood is.
pub(super) const FLOOD: u64 = 1_500;
/// So many pages one scan may have.
const MOST_PAGES: usize = 64;

impl Dynamo {
    /// Lets writes and reads come from now on, as the knobs say.
    pub(super) fn start_flow(&mut self, now: Time) {
        let (client, settings) = (&mut self.client, &self.settings);
        client.life += 1;
        client.writes.set_rate(settings.write_rate);
        client.writes.set_shape(settings.shape);
        client.reads.set_rate(settings.read_rate);
        (client.next_write, client.next_read) = (None, None);
        if settings.still || client.paused {
            return;
        }
        client.next_write = client.writes.next_after(now);
        client.next_read = client.reads.next_after(now);
        self.enter_send(now, Span::ZERO);
        if self.client.flood.is_some() {
            self.agenda.enter(now, Due::Flood { life: self.client.life });
        }
    }

    fn enter_send(&mut self, now: Time, linger: Span) {
        let next = [self.client.next_write, self.client.next_read].into_iter().flatten().min();
        if let Some(next) = next {
            self.agenda.enter(next.max(now + linger), Due::Send { life: self.client.life });
        }
    }

    /// Sends everything that has come in.
    pub(super) fn send_arrivals(&mut self, now: Time, journal: &mut Journal) {
        let mut batch = Vec::new();
        while let Some(next) = self.client.next_write.filter(|next| *next <= now) {
            batch.push(self.next_write());
            self.client.next_write = self.client.writes.next_after(next);
        }
        while let Some(next) = self.client.next_read.filter(|next| *next <= now) {
            batch.push(self.next_read());
            self.client.next_read = self.client.reads.next_after(next);
        }
        let bursts = matches!(self.settings.shape, Shape::Burst { .. });
        self.enter_send(now, if bursts { Span::ZERO } else { LINGER });
        self.send(now, batch, Cause::Flow, journal);
    }

    fn next_write(&mut self) -> Pending {
        let (client, settings) = (&mut self.client, &self.settings);
        let key = match &settings.pattern {
            Pattern::Fresh => {
                client.fresh += 1;
                Key::user(client.fresh - 1, None)
            }
            Pattern::Drawn(keys) => {
                let index = keys.draw(&mut client.write_keys);
                let suffixes = u64::from(settings.suffixes);
                let suffix = (suffixes > 1).then(|| client.write_keys.below(suffixes) as u32);
                Key::user(index, suffix)
            }
        };
        let is_same = settings.same > 0 && client.write_keys.parts_in(settings.same, 10_000);
        let request = if is_same {
            Request::Same(key)
        } else {
            client.version += 1;
            Request::Put(key, client.version)
        };
        Pending { request, refused: 0, retries: settings.retries }
    }

    fn next_read(&mut self) -> Pending {
        let (client, settings) = (&mut self.client, &self.settings);
        let key = match &settings.pattern {
            Pattern::Fresh => {
                let back =
                    client.read_keys.below(u64::from(settings.keys.min(client.fresh.max(1))));
                Key::user(client.fresh.saturating_sub(1 + back as u32), None)
            }
            Pattern::Drawn(keys) => {
                let suffixes = u64::from(settings.suffixes);
                let index = keys.draw(&mut client.read_keys);
                let suffix = (suffixes > 1).then(|| client.read_keys.below(suffixes) as u32);
                Key::user(index, suffix)
            }
        };
        Pending { request: Request::Read(key), refused: 0, retries: settings.retries }
    }

    /// Sends refused requests another time.
    pub(super) fn send_again(&mut self, now: Time, wait: u32, journal: &mut Journal) {
        if let Some((batch, refused)) = self.client.waiting.remove(&wait) {
            self.send(now, batch, Cause::Again(refused), journal);
        }
    }

    /// The flood's writes of the last tenth of a second.
    pub(super) fn flood(&mut self, now: Time, journal: &mut Journal) {
        let Some((key, cause)) = self.client.flood else { return };
        let batch = (0..FLOOD / 10).map(|_| {
            self.client.version += 1;
            Pending { request: Request::Put(key, self.client.version), refused: 0, retries: 0 }
        });
        let batch = batch.collect();
        self.send(now, batch, Cause::Flood(cause), journal);
        self.agenda.enter(now + LINGER, Due::Flood { life: self.client.life });
    }

    /// Sends requests; refused ones will be sent again.
    pub(super) fn send(
        &mut self,
        now: Time,
        batch: Vec<Pending>,
        cause: Cause,
        journal: &mut Journal,
    ) -> Option<EventId> {
        if batch.is_empty() {
            return None;
        }
        let mut round = Round::default();
        let mut refused = Vec::new();
        for pending in batch {
            if !self.ask(now, pending.request, &mut round) {
                refused.push(pending);
            }
        }
        self.gather(&mut round);
        let told = self.tell(now, cause, &round, journal);
        if !refused.is_empty() {
            self.hold_back(now, refused, told, journal);
        }
        told
    }

    /// Sends one request; whether it was let through.
    fn ask(&mut self, now: Time, request: Request, round: &mut Round) -> bool {
        let key = request.key();
        let pk = self.key_text(key);
        self.place(now, &pk);
        let operation = match request {
            Request::Put(_, version) => self.put_cart(now, &pk, version),
            Request::Same(_) => {
                round.same = Some(key);
                self.put_same(&pk).unwrap_or_else(|| self.put_cart(now, &pk, 0))
            }
            Request::Read(_) => return self.read(now, key, &pk, round),
        };
        self.call(now, operation).is_ok()
    }

    /// Reads what belongs to a key, and looks whether the answer is old; whether it was let through.
    fn read(&mut self, now: Time, key: Key, pk: &str, round: &mut Round) -> bool {
        let operation = match self.settings.reads {
            Reads::Get => self.get(pk, self.settings.strong),
            Reads::Query => self.query(pk),
            Reads::Index if self.has_index() => self.query_index(pk),
            Reads::Index => self.query(pk),
            Reads::Scan => return self.scan_all(now, pk, round),
        };
        round.asked = Some(key);
        let answer = match self.call(now, operation) {
            Ok(Response::Get(answer)) => answer.item,
            Ok(Response::Page(page)) => {
                round.returned += page.count;
                page.items.and_then(|mut items| items.pop())
            }
            _ => return false,
        };
        if matches!(self.settings.reads, Reads::Query) {
            return true;
        }
        let version = |item: &_| calls::number_in(item, VERSION);
        let answered = answer.as_deref().and_then(version);
        let present = self.item_of(pk).and_then(|item| version(item));
        if answered != present && present.is_some() {
            round.stale += 1;
            round.old = Some((key, answered.unwrap_or_default(), present.unwrap_or_default()));
        }
        let ttl = self.world.dynamodb.table(super::TABLE_NAME).map(Table::ttl);
        if let (Some(item), Some(ttl)) = (answer, ttl)
            && ttl.is_expired(now, &item)
        {
            round.expired_read = Some(key);
        }
        true
    }

    /// Scans the table to its end; whether the first page was let through.
    pub(super) fn scan_all(&mut self, now: Time, pk: &str, round: &mut Round) -> bool {
        let mut start = None;
        for page_number in 0..MOST_PAGES {
            let operation = self.scan(pk, start.take());
            let Ok(Response::Page(page)) = self.call(now, operation) else {
                return page_number > 0;
            };
            round.returned += page.count;
            round.scanned += page.scanned_count;
            start = page.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        true
    }

    /// Remembers where a key fell.
    pub(super) fn place(&mut self, now: Time, pk: &str) {
        let placed = &mut self.client.placed;
        if placed.len() == REMEMBERED {
            placed.pop_front();
        }
        placed.push_back(Placed { hash: hash_of(pk), at: now });
    }

    /// Keeps refused requests for later; those refused too often are given up.
    fn hold_back(
        &mut self,
        now: Time,
        refused: Vec<Pending>,
        told: Option<EventId>,
        journal: &mut Journal,
    ) {
        let mut waits: Vec<Vec<Pending>> = Vec::new();
        let (mut given_up, mut tries) = (0, 0);
        for mut pending in refused {
            if pending.refused >= pending.retries {
                given_up += 1;
                tries = tries.max(pending.retries);
                continue;
            }
            let turn = pending.refused as usize;
            pending.refused += 1;
            waits.resize_with(waits.len().max(turn + 1), Vec::new);
            waits[turn].push(pending);
        }
        for (turn, pending) in waits.into_iter().enumerate().filter(|(_, all)| !all.is_empty()) {
            let longest = self.settings.retry_after.0 << (turn as u32).min(DOUBLINGS);
            let after = Span(self.client.jitter.between(longest / 2, longest).max(1));
            self.client.waits += 1;
            let wait = self.client.waits;
            let note = Note::new(THE_CLIENT, "waits", "backs-off")
                .arg(Arg::Count(pending.len() as i64))
                .arg(Arg::Span(after));
            let event = journal.write(now, note.because(told).rule("DDB-23"));
            self.client.waiting.insert(wait, (pending, Some(event)));
            self.agenda.enter(now + after, Due::Again { wait });
        }
        if given_up > 0 {
            self.tally.given_up += given_up;
            let note = Note::new(THE_CLIENT, "gave-up", "refused-too-often")
                .arg(Arg::Count(given_up as i64))
                .arg(Arg::Count(i64::from(tries)));
            journal.write(now, note.because(told).rule("DDB-23"));
        }
    }
}

/// The hash of a partition key that is a text.
pub(super) fn hash_of(pk: &str) -> u64 {
    placement(&KeyValue::S(pk.into()))
}
