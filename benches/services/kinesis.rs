//! Kinesis: puts and gets, one record and many a call, by the records that a stream holds.

use std::time::Instant;

use awslearn::services::Answer;
use awslearn::services::blob::Blob;
use awslearn::services::kinesis::{
    CreateStream, GetRecords, GetShardIterator, Operation as Kinesis, PutRecord, PutRecords,
    PutRecordsRequestEntry, Response as Answered, ShardIteratorType, shard_id,
};
use awslearn::services::time::{Span, Time};
use awslearn::services::world::{Operation, Response, World};

use super::{CALLS, ROUNDS, SIZES};

const STREAM: &str = "s";
const SHARDS: u32 = 4;
/// Records a call of `PutRecords`, and at most of `GetRecords` where many are read.
const MANY: usize = 500;
/// A record a millisecond keeps four shards below their 1,000 a second.
const PUT_EVERY: Span = Span::millis(1);
/// Calls so far apart keep every shard below its five reads a second.
const GET_EVERY: Span = Span::millis(60);

/// Prints the figures.
pub fn figures() {
    println!("Kinesis, on one core, {SHARDS} shards, best of {ROUNDS} rounds");
    println!(
        "{:>10} {:>12} {:>12} {:>20} {:>20}",
        "records", "put calls/s", "get calls/s", "put records/s by 500", "get records/s by 500"
    );
    for size in SIZES {
        let [put, get, put_many, get_many] = Bench::filled(size).rates();
        println!("{size:>10} {put:>12} {get:>12} {put_many:>20} {get_many:>20}");
    }
}

/// A world with a stream, and what goes into it.
pub struct Bench {
    world: World,
    now: Time,
    /// The number of the next record.
    number: usize,
}

impl Bench {
    /// With so many records.
    pub fn filled(size: usize) -> Bench {
        let mut bench = Bench { world: World::new(1), now: Time::START, number: 0 };
        bench.call(Kinesis::CreateStream(CreateStream {
            stream_name: STREAM.to_owned(),
            shard_count: Some(SHARDS.into()),
            ..Default::default()
        }));
        bench.now += Span::seconds(60);
        bench.world.advance(bench.now);
        for call in bench.puts(size) {
            bench.now += PUT_EVERY;
            bench.call(call);
        }
        bench
    }

    fn call(&mut self, operation: Kinesis) -> Answered {
        match self.world.call(self.now, Operation::Kinesis(operation)) {
            Answer::Now(Ok(Response::Kinesis(response))) => response,
            other => panic!("{other:?}"),
        }
    }

    fn puts(&mut self, calls: usize) -> impl Iterator<Item = Kinesis> + use<> {
        let from = self.number;
        self.number += calls;
        (from..from + calls).map(|number| {
            Kinesis::PutRecord(PutRecord {
                stream_name: Some(STREAM.to_owned()),
                data: data(number),
                partition_key: Some(key(number)),
                ..Default::default()
            })
        })
    }

    fn puts_of_many(&mut self, calls: usize) -> Vec<Kinesis> {
        let from = self.number;
        self.number += calls * MANY;
        let entry = |number| PutRecordsRequestEntry {
            data: data(number),
            partition_key: Some(key(number)),
            ..Default::default()
        };
        (0..calls)
            .map(|call| from + call * MANY)
            .map(|from| PutRecords {
                stream_name: Some(STREAM.to_owned()),
                records: (from..from + MANY).map(entry).collect(),
                ..Default::default()
            })
            .map(Kinesis::PutRecords)
            .collect()
    }

    /// Iterators at the oldest record of each shard.
    fn iterators(&mut self) -> Vec<String> {
        let shards = (0..SHARDS).map(shard_id);
        shards
            .map(|shard_id| {
                let get = Kinesis::GetShardIterator(GetShardIterator {
                    stream_name: Some(STREAM.to_owned()),
                    shard_id,
                    shard_iterator_type: ShardIteratorType::TrimHorizon,
                    starting_sequence_number: None,
                    timestamp: None,
                    stream_arn: None,
                    stream_id: None,
                    dry_run: None,
                });
                match self.call(get) {
                    Answered::GetShardIterator(output) => output.shard_iterator,
                    other => panic!("{other:?}"),
                }
            })
            .collect()
    }

    /// Calls, or where they carry many, records a second.
    fn rates(&mut self) -> [u64; 4] {
        let mut best = [0; 4];
        let mut keep = |kind: usize, done: usize, seconds: f64| {
            best[kind] = best[kind].max((done as f64 / seconds) as u64);
        };
        for _ in 0..ROUNDS {
            let puts: Vec<_> = self.puts(CALLS).collect();
            let started = Instant::now();
            for put in puts {
                self.now += PUT_EVERY;
                self.call(put);
            }
            keep(0, CALLS, started.elapsed().as_secs_f64());
            let (records, seconds) = self.read(CALLS, 1);
            assert!(records > 0);
            keep(1, CALLS, seconds);

            let puts = self.puts_of_many(CALLS / MANY);
            let started = Instant::now();
            for put in puts {
                self.now += Span::millis(PUT_EVERY.0 * MANY as u64);
                self.call(put);
            }
            keep(2, CALLS / MANY * MANY, started.elapsed().as_secs_f64());
            let (records, seconds) = self.read(CALLS / MANY, MANY);
            keep(3, records, seconds);
        }
        best
    }

    /// How many records so many calls read, and how long that took.
    fn read(&mut self, calls: usize, limit: usize) -> (usize, f64) {
        let mut iterators = self.iterators();
        let (mut records, mut seconds) = (0, 0.0);
        for call in 0..calls {
            let iterator = &mut iterators[call % SHARDS as usize];
            let get = Kinesis::GetRecords(GetRecords {
                shard_iterator: std::mem::take(iterator),
                limit: Some(limit as i64),
                ..Default::default()
            });
            self.now += GET_EVERY;
            let started = Instant::now();
            let answer = self.call(get);
            seconds += started.elapsed().as_secs_f64();
            let Answered::GetRecords(output) = answer else { panic!("{answer:?}") };
            records += output.records.len();
            iterators[call % SHARDS as usize] =
                output.next_shard_iterator.expect("the shard is open");
        }
        (records, seconds)
    }
}

fn data(number: usize) -> Blob {
    Blob(format!("record {number:9}").into_bytes())
}

fn key(number: usize) -> String {
    format!("key-{:08}", number % 100_000)
}
