//! The live models' speed: `cargo bench --bench models`.
//!
//! Events a second of each preset without a screen, and the time that going to a moment of a long
//! history takes. Each figure is the best of some rounds, so that a busy machine disturbs it less.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::time::{Duration, Instant};

use awslearn::models::Scene;
use awslearn::models::catalog::Setup;
use awslearn::models::duel::Duel;
use awslearn::models::dynamodb::Dynamo;
use awslearn::models::fanout::Fanout;
use awslearn::models::journal::Keeping;
use awslearn::models::queue::Queue;
use awslearn::models::timeline::Timeline;
use awslearn::services::time::{Span, Time};

const EVENTS: usize = 200_000;
const ROUNDS: usize = 3;

fn timeline<S: Scene>(preset: &str, knobs: &[(&str, i64)], keeping: Keeping) -> Timeline<S> {
    let setup = Setup::new(S::PRESETS, S::KNOBS, preset, knobs, 7)
        .expect("a preset and knobs of the model");
    Timeline::new(setup, keeping)
}

fn best<T>(mut measure: impl FnMut() -> (Duration, T)) -> (Duration, T) {
    let mut best = measure();
    for _ in 1..ROUNDS {
        let next = measure();
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

/// Plays until so many events have happened.
fn play<S: Scene>(timeline: &mut Timeline<S>, events: usize) {
    while timeline.events() < events {
        let ahead = timeline.now().at + Span::hours(1);
        timeline.play(ahead, 10_000);
    }
}

fn main() {
    rates::<Queue>(EVENTS);
    rates::<Duel>(EVENTS / 10);
    rates::<Fanout>(EVENTS / 10);
    rates::<Dynamo>(EVENTS / 10);
    scrub();
}

/// Events a second of each preset of a model.
fn rates<S: Scene>(count: usize) {
    println!("events a second, {count} events of the {} model", S::ID);
    for preset in S::PRESETS {
        let (took, events) = best(|| {
            let mut timeline = timeline::<S>(preset.id, &[], Keeping::None);
            let start = Instant::now();
            play(&mut timeline, count);
            (start.elapsed(), timeline.events())
        });
        println!("  {:<22} {:>10.0}", preset.id, events as f64 / took.as_secs_f64());
    }
}

fn scrub() {
    let mut timeline = timeline::<Queue>("basic", &[], Keeping::All);
    let start = Instant::now();
    play(&mut timeline, 1_000_000);
    let end = timeline.now().at;
    println!("a history of 1,000,000 events (basic), played in {:.2?}", start.elapsed());
    let mut slowest = Duration::ZERO;
    for part in [0, 13, 27, 50, 51, 77, 99, 3] {
        let at = Time(end.0 / 100 * part);
        let start = Instant::now();
        timeline.seek_time(at, 0);
        slowest = slowest.max(start.elapsed());
    }
    println!("  going to any of 8 moments takes at most {slowest:.2?}");
}
