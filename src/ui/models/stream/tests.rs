//! The picture at three sizes in both languages, at high rates, in ASCII; and every word of the model.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::app::key::Shade;
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::models::catalog::{Setup, Unit};
use crate::models::command::Command;
use crate::models::journal::Keeping;
use crate::ui::theme::{Depth, Theme};
use crate::words::Lang;

fn played(preset: &str, knobs: &[(&str, i64)], millis: u64) -> Timeline<Stream> {
    let setup = Setup::new(Stream::PRESETS, Stream::KNOBS, preset, knobs, 7).unwrap();
    let mut timeline = Timeline::new(setup, Keeping::All);
    timeline.play(Time(millis), 2_000_000);
    timeline
}

fn act(timeline: &mut Timeline<Stream>, action: &str, target: Option<&str>, with: Option<&str>) {
    let command = Command::Do {
        action: action.to_owned(),
        target: target.map(str::to_owned),
        argument: with.map(str::to_owned),
    };
    timeline.act(command).unwrap();
}

fn theme(symbols: SymbolSet) -> Theme {
    Theme::new(ThemeChoice::Dark, Shade::Dark, Depth::True, symbols)
}

/// The picture as text, drawn into the middle of a larger buffer: nothing may lie outside of it.
fn picture(
    timeline: &Timeline<Stream>,
    (wide, high): (u16, u16),
    lang: Lang,
    theme: &Theme,
) -> String {
    let area = Rect::new(1, 1, wide, high);
    let whole = Rect::new(0, 0, wide + 2, high + 2);
    let mut buf = Buffer::empty(whole);
    for cell in &mut buf.content {
        cell.set_symbol("~");
    }
    for position in area.positions() {
        buf[position].set_symbol(" ");
    }
    let stage = Stage { theme, lang, area, selected: None, fresh: &[] };
    draw(timeline, &stage, &mut buf);
    for position in whole.positions().filter(|position| !area.contains(*position)) {
        assert_eq!(buf[position].symbol(), "~", "drawn outside at {position}");
    }
    let row = |row: Rect| {
        let (mut line, mut covered) = (String::new(), 0);
        for position in row.positions() {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            let sign = buf[position].symbol();
            line.push_str(sign);
            covered = width(sign).saturating_sub(1);
        }
        line.trim_end().to_owned() + "\n"
    };
    area.rows().map(row).collect()
}

const SIZES: [(u16, u16); 3] = [(38, 9), (60, 14), (100, 18)];

fn pictures(timeline: &Timeline<Stream>, theme: &Theme) -> String {
    let mut all = String::new();
    for lang in Lang::ALL {
        for size in SIZES {
            all += &format!("== {lang:?} {}x{}\n", size.0, size.1);
            all += &picture(timeline, size, lang, theme);
        }
    }
    all
}

fn pin(name: &str, text: String) {
    insta::with_settings!({snapshot_path => "pictures", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn each_preset_has_its_picture_at_three_sizes_in_both_languages() {
    for preset in Stream::PRESETS {
        let mut timeline = played(preset.id, &[], 44_700);
        match preset.id {
            "routing" => act(&mut timeline, "put", None, Some("customer-7")),
            "merge" => act(&mut timeline, "split", Some("shardId-000000000001"), None),
            "two-consumers" => act(&mut timeline, "kill", Some("search"), None),
            "kafka-rebalance" => act(&mut timeline, "kill", Some("member-2"), None),
            _ => {}
        }
        timeline.play(timeline.now().at + Span::seconds(8), 1_000_000);
        pin(preset.id, pictures(&timeline, &theme(SymbolSet::Unicode)));
    }
}

#[test]
fn a_consumer_a_day_late_stands_at_the_horizon() {
    let timeline = played("slow-consumer", &[], 34 * 3_600_000);
    pin("at-the-horizon", pictures(&timeline, &theme(SymbolSet::Unicode)));
}

#[test]
fn many_shards_and_consumers_are_counted_where_there_is_no_room() {
    let knobs = [("shards", 32), ("consumers", 8), ("arrival-rate", 1_000_000)];
    let mut timeline = played("two-consumers", &knobs, 3_000);
    act(&mut timeline, "burst", None, Some("user-5"));
    pin("crowded", pictures(&timeline, &theme(SymbolSet::Ascii)));
}

#[test]
fn nothing_is_drawn_outside_at_any_size() {
    let theme = theme(SymbolSet::Unicode);
    for preset in ["merge", "kafka-rebalance"] {
        let timeline = played(preset, &[], 20_000);
        for wide in 1..=70 {
            for high in 1..=12 {
                picture(&timeline, (wide, high), Lang::Ko, &theme);
            }
        }
    }
}

#[test]
fn every_word_of_the_model_is_there_in_both_languages() {
    for lang in Lang::ALL {
        let words = of(Stream::ID, lang).unwrap();
        let mut missing = Vec::new();
        let mut check = |kind: &str, id: &str, is: bool| {
            if !is {
                missing.push(format!("{kind} {id}"));
            }
        };
        for preset in Stream::PRESETS {
            check("preset", preset.id, !words.preset(preset.id).text.is_empty());
        }
        for knob in Stream::KNOBS {
            check("knob", knob.id, !words.knob(knob.id).text.is_empty());
            for choice in knob.choices.iter().filter(|_| knob.unit == Unit::Choice) {
                check("choice", choice, words.tables.choices.iter().any(|row| row[0] == *choice));
            }
        }
        for action in Stream::ACTIONS {
            check("action", action.id, !words.action(action.id).text.is_empty());
        }
        for metric in Stream::METRICS {
            check("metric", metric.name, !words.metric(metric.name).text.is_empty());
        }
        for preset in Stream::PRESETS {
            let timeline = played(preset.id, &[], 200_000);
            for event in timeline.journal().range(0..timeline.events()) {
                check("event", event.what, words.tables.events.iter().any(|r| r[0] == event.what));
                check("why", event.why, words.tables.whys.iter().any(|r| r[0] == event.why));
            }
        }
        missing.dedup();
        assert_eq!(missing, Vec::<String>::new());
    }
}
