//! The picture at three sizes in both languages, with many partitions, in ASCII; and every word of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::app::key::Shade;
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::models::catalog::Setup;
use crate::models::command::Command;
use crate::models::journal::Keeping;
use crate::ui::theme::{Depth, Theme};
use crate::words::Lang;

fn played(preset: &str, knobs: &[(&str, i64)], millis: u64) -> Timeline<Dynamo> {
    let setup = Setup::new(Dynamo::PRESETS, Dynamo::KNOBS, preset, knobs, 7).unwrap();
    let mut timeline = Timeline::new(setup, Keeping::All);
    timeline.play(Time(millis), 2_000_000);
    timeline
}

fn act(timeline: &mut Timeline<Dynamo>, action: &str, target: Option<&str>, with: Option<&str>) {
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
    timeline: &Timeline<Dynamo>,
    (wide, high): (u16, u16),
    lang: Lang,
    theme: &Theme,
) -> String {
    let area = Rect::new(1, 1, wide, high);
    let whole = Rect::new(0, 0, wide + 2, high + 2);
    let mut buf = Buffer::empty(whole);
    for position in whole.positions().filter(|position| !area.contains(*position)) {
        buf[position].set_symbol("~");
    }
    let stage = Stage { theme, lang, area, selected: None, fresh: &[] };
    draw(timeline, &stage, &mut buf);
    for position in whole.positions().filter(|position| !area.contains(*position)) {
        assert_eq!(buf[position].symbol(), "~", "drawn outside at {position}");
    }
    let row = |row: Rect| {
        let (mut line, mut x) = (String::new(), row.x);
        while x < row.right() {
            let sign = buf[(x, row.y)].symbol();
            line.push_str(sign);
            x += width(sign).max(1);
        }
        line.trim_end().to_owned() + "\n"
    };
    area.rows().map(row).collect()
}

const SIZES: [(u16, u16); 3] = [(38, 10), (60, 14), (100, 18)];

fn pictures(timeline: &Timeline<Dynamo>, theme: &Theme) -> String {
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
    for preset in Dynamo::PRESETS {
        let mut timeline = played(preset.id, &[], 30_400);
        match preset.id {
            "basic" => act(&mut timeline, "put", None, Some("customer-7")),
            "burst" => act(&mut timeline, "burst", None, None),
            "streams" => act(&mut timeline, "kill", Some("reader"), None),
            "lost-answer" => act(&mut timeline, "lose", Some("clerk-1"), None),
            _ => {}
        }
        timeline.play(timeline.now().at + crate::services::time::Span::seconds(4), 1_000_000);
        pin(preset.id, pictures(&timeline, &theme(SymbolSet::Unicode)));
    }
}

#[test]
fn many_partitions_and_clerks_are_counted_where_there_is_no_room() {
    let knobs = [("write-capacity", 40_000), ("write-rate", 1_000_000), ("clerks", 8)];
    let mut timeline = played("hot-key", &knobs, 3_000);
    act(&mut timeline, "flood", Some("partition-5"), None);
    timeline.play(Time(5_500), 1_000_000);
    pin("crowded", pictures(&timeline, &theme(SymbolSet::Ascii)));
}

#[test]
fn a_hundred_thousand_items_are_a_number() {
    let timeline = played("scan-against-query", &[("orders", 50), ("key-count", 2_000)], 100);
    let picture = picture(&timeline, (38, 10), Lang::En, &theme(SymbolSet::Unicode));
    assert!(picture.contains("items 100,000"), "{picture}");
}

#[test]
fn nothing_is_drawn_outside_at_any_size() {
    let theme = theme(SymbolSet::Unicode);
    for preset in ["isolation", "streams", "lost-update", "gsi-backpressure"] {
        let timeline = played(preset, &[], 12_000);
        for wide in 1..=70 {
            for high in 1..=14 {
                picture(&timeline, (wide, high), Lang::Ko, &theme);
            }
        }
    }
}

#[test]
fn pictures_need_no_unicode() {
    for preset in Dynamo::PRESETS {
        let timeline = played(preset.id, &[], 5_000);
        let drawn = picture(&timeline, (60, 16), Lang::En, &theme(SymbolSet::Ascii));
        assert!(drawn.is_ascii(), "{drawn}");
    }
}
