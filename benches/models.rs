//! The live models' speed: `cargo bench --bench models`, or `… -- rates queue`, `… -- frames`, `… -- history`.
//!
//! Events a second of each preset of each model without a screen; the time that its frame takes on a
//! screen of 200 by 60; and for each model the memory of a history of 1,000,000 events and the time
//! that going to any moment of it takes. Each figure is the best of some rounds, so that a busy machine
//! disturbs it less.

#![expect(clippy::disallowed_methods, reason = "a bench reads the clock and the system's counters")]

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use awslearn::app::App;
use awslearn::app::key::{Shade, Size};
use awslearn::app::launch::{Launch, Start, Wall};
use awslearn::app::model::Live;
use awslearn::app::settings::{Settings, SymbolSet, ThemeChoice};
use awslearn::course::{Course, InMemory};
use awslearn::models::journal::Keeping;
use awslearn::models::registry::{Model, ModelId};
use awslearn::progress::State;
use awslearn::services::time::{Span, Time};
use awslearn::ui::theme::{Depth, Theme};
use awslearn::words::Lang;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// So many events of each preset are timed.
const EVENTS: usize = 200_000;
/// A preset in which less happens is timed for this long.
const LONG: Duration = Duration::from_millis(500);
const ROUNDS: usize = 3;
const FRAMES: u32 = 50;
const SCREEN: Size = Size { width: 200, height: 60 };
const HISTORY: usize = 1_000_000;

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let what = words.first().map(String::as_str);
    let wanted = |id: &&ModelId| words.get(1).is_none_or(|word| word == id.id());
    let models = || ModelId::ALL.iter().filter(wanted).copied();
    if matches!(what, None | Some("rates")) {
        println!("events and moves a second, of about {EVENTS} events");
        models().for_each(rates);
    }
    if matches!(what, None | Some("frames")) {
        println!("a frame of {} by {}", SCREEN.width, SCREEN.height);
        models().for_each(frames);
    }
    match (what, words.get(1)) {
        (None | Some("history"), None) => {
            println!("a history of {HISTORY} events of the first preset");
            models().for_each(history_alone);
        }
        (Some("history"), Some(_)) => models().for_each(history),
        _ => {}
    }
}

fn model(id: ModelId, preset: &str) -> Model {
    let setup = id.setup(Some(preset), &[], 7).expect("a preset of the model");
    Model::new(id, setup, Keeping::All)
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

/// Plays until so many events have happened, nothing more comes, or it has taken that long.
fn play(model: &mut Model, events: usize, long: Duration) -> Duration {
    let (bench, start) = (model.bench_mut(), Instant::now());
    while bench.events() < events && bench.next_at().is_some() && start.elapsed() < long {
        let ahead = bench.now().at + Span::hours(1);
        bench.play(ahead, 1_000.min(events - bench.events()));
    }
    start.elapsed()
}

/// Events and moves a second of each preset of a model.
fn rates(id: ModelId) {
    for preset in id.presets() {
        let (took, (events, moves)) = best(|| {
            let mut model = model(id, preset.id);
            let took = play(&mut model, EVENTS, LONG);
            (took, (model.bench().events(), model.bench().now().position))
        });
        let rate = |count: f64| count / took.as_secs_f64();
        println!(
            "  {:<12} {:<22} {:>10.0} {:>10.0}",
            id.id(),
            preset.id,
            rate(events as f64),
            rate(moves as f64)
        );
    }
}

/// The time that drawing each preset takes, two minutes after its start.
fn frames(id: ModelId) {
    let theme = Theme::new(ThemeChoice::Dark, Shade::Dark, Depth::True, SymbolSet::Unicode);
    let area = Rect::new(0, 0, SCREEN.width, SCREEN.height);
    for preset in id.presets() {
        let mut model = model(id, preset.id);
        model.bench_mut().play(Time::START + Span::minutes(2), 200_000);
        let app = alone(model);
        let (took, _) = best(|| {
            let start = Instant::now();
            for _ in 0..FRAMES {
                let mut buf = Buffer::empty(area);
                awslearn::ui::render(&app, &theme, area, &mut buf);
                black_box(buf);
            }
            (start.elapsed(), ())
        });
        println!("  {:<12} {:<22} {:>10.2?}", id.id(), preset.id, took / FRAMES);
    }
}

/// The program with one model on the whole screen, as `awslearn model` shows it.
fn alone(model: Model) -> App {
    let files = InMemory::new([("en/SUMMARY.md", "# Summary\n")]);
    let (course, _) = Course::open(Arc::new(files), Lang::En);
    App::new(Launch {
        size: SCREEN,
        course: Arc::new(course),
        lang: Lang::En,
        progress: State::default(),
        settings: Settings::default(),
        start: Start::Model(Box::new(Live::of(model))),
        seed: 1,
        wall: Wall::default(),
        notice: None,
    })
}

/// The same in a process of its own, so that no memory of another model is counted or used again.
fn history_alone(id: ModelId) {
    let program = env::current_exe().expect("this program");
    let status = Command::new(program).args(["history", id.id()]).status();
    assert!(status.is_ok_and(|status| status.success()), "{}", id.id());
}

fn history(id: ModelId) {
    let before = resident();
    let mut model = model(id, id.presets()[0].id);
    let took = play(&mut model, HISTORY, Duration::from_secs(60));
    let (bytes, bench) = (resident().saturating_sub(before), model.bench_mut());
    let (events, end) = (bench.events(), bench.now().at);
    let mut slowest = Duration::ZERO;
    for part in [0, 13, 27, 50, 51, 77, 99, 3, 100, 42, 8, 63] {
        let at = Time(end.0 / 100 * part);
        let start = Instant::now();
        bench.seek_time(at, 0);
        slowest = slowest.max(start.elapsed());
    }
    println!(
        "  {:<12} {events:>8} events played in {took:>8.2?}, {:>4} MiB, any of 12 moments in at most {slowest:.2?}",
        id.id(),
        bytes >> 20
    );
}

/// The bytes of memory in use, as the system counts them.
fn resident() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
