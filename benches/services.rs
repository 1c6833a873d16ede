//! The services' speed and size, by what they hold: `cargo bench --bench services [-- sqs|kinesis]`.
//!
//! Each figure is the best of some rounds, so that a busy machine disturbs it less.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::fs;
use std::time::Instant;

use awslearn::services::Answer;
use awslearn::services::sqs::Response as Sqs;
use awslearn::services::sqs::operation as sqs;
use awslearn::services::time::Time;
use awslearn::services::world::{Operation, Response, World};

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Calls a round.
const CALLS: usize = 20_000;
const ROUNDS: usize = 5;

#[path = "services/kinesis.rs"]
mod kinesis;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let wants = |name: &str| {
        let is_all = !wanted.iter().any(|word| word == "sqs" || word == "kinesis");
        is_all || wanted.iter().any(|word| word == name)
    };
    if wants("sqs") {
        let bytes = bytes_for_each(1_000_000, |size| filled("q", size));
        println!("SQS, bytes for each queued message with a body of 16 bytes: {bytes:.0}");
    }
    if wants("kinesis") {
        let bytes = bytes_for_each(1_000_000, kinesis::Bench::filled);
        println!("Kinesis, bytes for each record of 16 bytes with a key of 12: {bytes:.0}");
    }
    if wants("sqs") {
        sqs_figures();
    }
    if wants("kinesis") {
        kinesis::figures();
    }
}

/// What each of so many takes, measured where nothing that was freed lies about.
fn bytes_for_each<T>(size: usize, fill: impl FnOnce(usize) -> T) -> f64 {
    let before = resident();
    let filled = fill(size);
    let bytes = resident().saturating_sub(before) as f64 / size as f64;
    // Freed, it would be used again and the next figure be too small.
    std::mem::forget(filled);
    bytes
}

fn sqs_figures() {
    println!("SQS, calls a second on one core, {CALLS} calls a round, best of {ROUNDS}");
    println!(
        "{:>10} {:>9} {:>12} {:>12} {:>12} {:>12}",
        "messages", "queue", "send", "receive", "delete", "send dedup"
    );
    for queue in ["q", "q.fifo"] {
        for size in SIZES {
            let [send, receive, delete, duplicate] = sqs_rates(queue, size);
            println!(
                "{size:>10} {queue:>9} {send:>12} {receive:>12} {delete:>12} {}",
                if queue == "q" { String::new() } else { format!("{duplicate:>12}") }
            );
        }
    }
}

/// The bytes of memory in use, as the system counts them.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split_whitespace().nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_u64) * 4096
}

fn call(world: &mut World, now: Time, operation: sqs::Operation) -> Sqs {
    match world.call(now, Operation::Sqs(operation)) {
        Answer::Now(Ok(Response::Sqs(response))) => response,
        other => panic!("{other:?}"),
    }
}

/// The number of the message is in its body, its group and its deduplication id.
fn send(queue: &str, number: usize) -> sqs::Operation {
    let is_fifo = queue.ends_with(".fifo");
    sqs::Operation::SendMessage(sqs::SendMessage {
        queue_url: queue.to_owned(),
        message_body: format!("message {number:8}"),
        message_group_id: is_fifo.then(|| format!("group-{}", number % 1_000)),
        message_deduplication_id: is_fifo.then(|| number.to_string()),
        ..Default::default()
    })
}

fn filled(queue: &str, size: usize) -> World {
    let mut world = World::new(1);
    // The throttle of FIFO queues is not what is measured here.
    world.sqs.settings.fifo_calls_per_second = u64::from(u32::MAX);
    let create = sqs::CreateQueue {
        queue_name: queue.to_owned(),
        attributes: queue
            .ends_with(".fifo")
            .then(|| [("FifoQueue".to_owned(), "true".to_owned())].into()),
        ..Default::default()
    };
    call(&mut world, Time::START, sqs::Operation::CreateQueue(create));
    for number in 0..size {
        call(&mut world, Time::START, send(queue, number));
    }
    world
}

/// Calls a second of send, receive, delete, and of a send that repeats an id.
fn sqs_rates(queue: &str, size: usize) -> [u64; 4] {
    let mut world = filled(queue, size);
    let mut best = [0; 4];
    let mut number = size;
    for round in 0..ROUNDS {
        let now = Time(round as u64);
        let sends: Vec<_> = (number..number + CALLS).map(|n| send(queue, n)).collect();
        let repeats: Vec<_> = (number..number + CALLS).map(|n| send(queue, n)).collect();
        number += CALLS;
        let mut rate = |kind: usize, started: Instant, calls: usize| {
            let rate = (calls as f64 / started.elapsed().as_secs_f64()) as u64;
            best[kind] = best[kind].max(rate);
        };
        let started = Instant::now();
        for operation in sends {
            call(&mut world, now, operation);
        }
        rate(0, started, CALLS);
        if queue.ends_with(".fifo") {
            let started = Instant::now();
            for operation in repeats {
                call(&mut world, now, operation);
            }
            rate(3, started, CALLS);
        }
        // A group in flight gives nothing more: receives and deletes alternate by the thousand.
        let mut left = CALLS;
        let (mut receiving, mut deleting) = (0.0, 0.0);
        while left > 0 {
            let receives: Vec<_> = (0..1_000)
                .map(|_| {
                    sqs::Operation::ReceiveMessage(sqs::ReceiveMessage {
                        queue_url: queue.to_owned(),
                        ..Default::default()
                    })
                })
                .collect();
            let started = Instant::now();
            let received: Vec<Sqs> =
                receives.into_iter().map(|operation| call(&mut world, now, operation)).collect();
            receiving += started.elapsed().as_secs_f64();
            let deletes: Vec<_> = received
                .into_iter()
                .flat_map(|response| match response {
                    Sqs::Messages(messages) => messages.messages,
                    other => panic!("{other:?}"),
                })
                .map(|message| {
                    sqs::Operation::DeleteMessage(sqs::DeleteMessage {
                        queue_url: queue.to_owned(),
                        receipt_handle: message.receipt_handle,
                    })
                })
                .collect();
            assert_eq!(deletes.len(), 1_000);
            let started = Instant::now();
            for operation in deletes {
                call(&mut world, now, operation);
            }
            deleting += started.elapsed().as_secs_f64();
            left -= 1_000;
        }
        best[1] = best[1].max((CALLS as f64 / receiving) as u64);
        best[2] = best[2].max((CALLS as f64 / deleting) as u64);
    }
    best
}
