//! The fan-out's picture: the customer, what lies between, and a row for each service.

use ratatui::buffer::Buffer;

use super::Stage;
use super::lines::{Line, dots, put_lines, span};
use crate::models::Scene;
use crate::models::fanout::{Fanout, SERVICES, Way, service};
use crate::models::timeline::Timeline;
use crate::services::time::Span;
use crate::ui::theme::Tone;
use crate::words::fill;
use crate::words::models::{Words, of};

/// So many waiting orders are shown one by one.
const SHOWN: usize = 10;

/// Draws the fan-out.
pub(super) fn draw(timeline: &Timeline<Fanout>, stage: &Stage<'_>, buf: &mut Buffer) {
    let Some(words) = of(Fanout::ID, stage.lang) else { return };
    put_lines(&lines(timeline, stage, words), stage, stage.area, buf);
}

/// How many rows the picture would like.
pub(super) fn height(timeline: &Timeline<Fanout>, _width: u16, most: u16) -> u16 {
    let services = timeline.scene().desks().iter().filter(|desk| desk.here).count() as u16;
    (4 + 2 * services).min(most)
}

fn lines(timeline: &Timeline<Fanout>, stage: &Stage<'_>, words: Words) -> Vec<Line> {
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let probe = |name: &str| scene.probe(name, now).unwrap_or_default().unsigned_abs();
    let (failed, missing, twice) = (probe("OrdersFailed"), probe("Missing"), probe("LoggedTwice"));
    let latency = span(Span(probe("OrderLatency")), stage);
    let between = match scene.way() {
        Way::OneByOne => words.picture("calls"),
        Way::SharedQueue => words.picture("queue"),
        Way::SnsQueues => words.picture("topic"),
        Way::StreamReaders => words.picture("stream"),
    };
    let arrow = format!(" {} ", stage.theme.symbols.pointer);
    let alarm = |count: u64, tone: Tone| if count > 0 { tone } else { Tone::Muted };
    let mut lines: Vec<Line> = vec![
        vec![
            (words.picture("customer").to_owned(), Tone::Strong),
            (arrow.clone(), Tone::Faint),
            (words.picture("order-service").to_owned(), Tone::Strong),
            (arrow, Tone::Faint),
            (between.to_owned(), Tone::Accent),
        ],
        vec![
            (fill(words.picture("waits"), &[("0", &latency)]), Tone::Text),
            (format!("  {} {failed}", words.picture("failed")), alarm(failed, Tone::Bad)),
            (format!("  {} {missing}", words.picture("missing")), alarm(missing, Tone::Bad)),
            (format!("  {} {twice}", words.picture("twice")), alarm(twice, Tone::Warn)),
        ],
        Vec::new(),
    ];
    for (desk, name) in SERVICES.iter().enumerate().filter(|(desk, _)| scene.desks()[*desk].here) {
        lines.extend(service_lines(scene, stage, words, desk, name));
    }
    lines
}

fn service_lines(
    scene: &Fanout,
    stage: &Stage<'_>,
    words: Words,
    desk: usize,
    name: &str,
) -> [Line; 2] {
    let state = &scene.desks()[desk];
    let waiting = scene.waiting(desk) as usize;
    let is_selected = stage.selected == Some(service(desk));
    let tone = if is_selected { Tone::Selected } else { Tone::Strong };
    let share = fill(words.picture("of"), &[("0", &state.lines), ("1", &scene.orders().len())]);
    let mut head: Line = vec![
        (format!("{name:<8}"), tone),
        (format!(" {} {share}", words.picture("logged")), Tone::Text),
    ];
    if waiting > 0 {
        let row = dots(stage, waiting, 0, SHOWN);
        head.push((format!("  {row} {} {waiting}", words.picture("waiting")), Tone::Accent));
    }
    if state.down {
        head.push((format!("  {}", words.picture("down")), Tone::Bad));
    }
    if state.closed {
        head.push((format!("  {}", words.picture("no-policy")), Tone::Warn));
    }
    let newest = match state.newest {
        Some(index) => entry(desk, index + 1),
        None => words.picture("nothing").to_owned(),
    };
    [head, vec![(format!("         {newest}"), Tone::Muted)]]
}

/// How a service writes an order down: each in its own form.
fn entry(desk: usize, order: u32) -> String {
    match desk {
        0 => format!("INV-{order:05} order {order}"),
        1 => format!("{{\"_id\":{order},\"kind\":\"order\"}}"),
        2 => format!("order-placed;{order};ok"),
        _ => format!("To: customer  Your order {order}"),
    }
}
