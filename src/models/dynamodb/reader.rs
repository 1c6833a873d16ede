//! Who reads the table's stream: record by record, at its own place.

use serde_json::Value;

use super::actors::{Due, THE_READER};
use super::{Dynamo, THE_STREAM};
use crate::models::journal::{Arg, EventId, Journal, Note};
use crate::services::dynamodb::{
    DescribeStream, GetRecords, GetShardIterator, Operation, Response, ShardIteratorType, Stream,
};
use crate::services::time::{Span, Time};

/// So many records of one answer are told one by one.
const TOLD: usize = 3;

impl Dynamo {
    /// The stream of the table that is shown, while it takes changes.
    pub fn stream(&self) -> Option<&Stream> {
        self.shown_table()?.stream()
    }

    /// The reader begins, or goes on.
    pub(super) fn start_reader(&mut self, now: Time) {
        self.reader.life += 1;
        let is_off = self.settings.still || self.stream().is_none();
        if !is_off && self.reader.dead.is_none() {
            self.agenda.enter(now + self.settings.poll, Due::Poll { life: self.reader.life });
        }
    }

    /// The reader asks the stream once.
    pub(super) fn poll(&mut self, now: Time, journal: &mut Journal) {
        self.agenda.enter(now + self.settings.poll, Due::Poll { life: self.reader.life });
        // An iterator may turn out to be too old, and its place to be trimmed: then once more.
        for _ in 0..3 {
            let kept = self.reader.iterator.take();
            let Some(iterator) = kept.or_else(|| self.new_iterator(now)) else {
                // The place to go on from is gone, unless there was none.
                if self.reader.sequence.is_some() {
                    self.trimmed(now, journal);
                }
                continue;
            };
            let operation = GetRecords { shard_iterator: iterator, limit: None };
            match self.call(now, Operation::GetRecords(operation)) {
                Ok(Response::Json(answer)) => return self.take_records(now, &answer, journal),
                Err(error) if error.code == "ExpiredIteratorException" => {
                    let note = Note::new(THE_READER, "iterator-expired", "fifteen-minutes");
                    self.reader_notes(now, note.rule("DDB-33"), journal);
                }
                _ => self.trimmed(now, journal),
            }
        }
    }

    fn reader_notes(&mut self, now: Time, note: Note, journal: &mut Journal) -> EventId {
        let because = self.reader.last.or(self.began);
        let event = journal.write(now, note.because(because));
        self.reader.last = Some(event);
        event
    }

    /// What the reader would read next is gone: it goes on with the oldest record there is.
    fn trimmed(&mut self, now: Time, journal: &mut Journal) {
        let first = self.stream().map_or(0, |stream| stream.range().start);
        let missed = first.saturating_sub(self.reader.next);
        (self.reader.sequence, self.reader.next) = (None, first.max(self.reader.next));
        self.reader.missed += missed;
        let note = Note::new(THE_READER, "missed", "day-over").arg(Arg::Count(missed as i64));
        self.reader_notes(now, note.rule("DDB-33"), journal);
    }

    fn new_iterator(&mut self, now: Time) -> Option<String> {
        let stream_arn = self.stream()?.arn().to_owned();
        let describe = DescribeStream { stream_arn: stream_arn.clone(), ..Default::default() };
        let Ok(Response::Json(answer)) = self.call(now, Operation::DescribeStream(describe)) else {
            return None;
        };
        let shard_id = text_at(&answer, "/StreamDescription/Shards/0/ShardId")?;
        let sequence_number = self.reader.sequence.clone();
        let shard_iterator_type = match sequence_number {
            Some(_) => ShardIteratorType::AfterSequenceNumber,
            None => ShardIteratorType::TrimHorizon,
        };
        let ask = GetShardIterator { stream_arn, shard_id, shard_iterator_type, sequence_number };
        match self.call(now, Operation::GetShardIterator(ask)) {
            Ok(Response::Json(answer)) => text_at(&answer, "/ShardIterator"),
            _ => None,
        }
    }

    fn take_records(&mut self, now: Time, answer: &Value, journal: &mut Journal) {
        self.reader.iterator = text_at(answer, "/NextShardIterator");
        let Some(records) = answer["Records"].as_array().filter(|records| !records.is_empty())
        else {
            return;
        };
        let mut counts = [0; 4];
        for record in records {
            let kind = kind_of(record);
            counts[kind] += 1;
            if records.len() <= TOLD {
                let pk = text_at(record, "/dynamodb/Keys/pk/S").unwrap_or_default();
                let key = self.key_called(&pk).object();
                let note = Note::new(THE_READER, "record", WHYS[kind])
                    .arg(Arg::Word(NAMES[kind]))
                    .arg(Arg::Object(key));
                self.tell_record(now, note.rule("DDB-32"), journal);
            }
        }
        if records.len() > TOLD {
            let note = Note::new(THE_READER, "records", "in-order")
                .arg(Arg::Count(counts[0]))
                .arg(Arg::Count(counts[1]))
                .arg(Arg::Count(counts[2] + counts[3]));
            self.tell_record(now, note.rule("DDB-32"), journal);
        }
        for (read, count) in self.reader.read.iter_mut().zip(counts) {
            *read += count.unsigned_abs();
        }
        self.tally.records += records.len() as u64;
        self.reader.next += records.len() as u64;
        let last = records.last().and_then(|record| text_at(record, "/dynamodb/SequenceNumber"));
        self.reader.sequence = last;
    }

    /// A record follows from the write that made it.
    fn tell_record(&mut self, now: Time, note: Note, journal: &mut Journal) {
        let because = self.last_change.or(self.began);
        self.reader.last = Some(journal.write(now, note.because(because)));
    }

    /// How many records the reader has not read yet.
    pub fn unread(&self) -> u64 {
        self.stream().map_or(0, |stream| stream.range().end.saturating_sub(self.reader.next))
    }

    /// How old the next record is that the reader has not read yet.
    pub fn iterator_age(&self, now: Time) -> Span {
        let Some(stream) = self.stream() else { return Span::ZERO };
        let at = self.reader.next.saturating_sub(stream.range().start);
        let next = usize::try_from(at).ok().and_then(|at| stream.records().nth(at));
        next.map_or(Span::ZERO, |record| now.since(record.at))
    }

    /// Tells that a put changed nothing, so that no record comes of it.
    pub(super) fn tell_no_record(&self, now: Time, because: EventId, journal: &mut Journal) {
        if self.stream().is_some() {
            let note = Note::new(THE_STREAM, "no-record", "nothing-changed");
            journal.write(now, note.because(because).rule("DDB-32"));
        }
    }
}

/// What a record tells, by its kind.
const NAMES: [&str; 4] = ["INSERT", "MODIFY", "REMOVE", "REMOVE"];
const WHYS: [&str; 4] = ["was-put", "was-changed", "was-deleted", "had-expired"];

fn kind_of(record: &Value) -> usize {
    match record["eventName"].as_str() {
        Some("INSERT") => 0,
        Some("MODIFY") => 1,
        _ if record["userIdentity"].is_null() => 2,
        _ => 3,
    }
}

fn text_at(json: &Value, pointer: &str) -> Option<String> {
    json.pointer(pointer)?.as_str().map(str::to_owned)
}
