//! The picture at three sizes in both languages, and with more messages than fit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::app::key::Shade;
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::models::catalog::Setup;
use crate::models::command::Command;
use crate::models::journal::Keeping;
use crate::ui::theme::Depth;
use crate::words::Lang;

fn played(preset: &str, knobs: &[(&str, i64)], millis: u64) -> Timeline<Queue> {
    let setup = Setup::new(Queue::PRESETS, Queue::KNOBS, preset, knobs, 7).unwrap();
    let mut timeline = Timeline::new(setup, Keeping::All);
    timeline.play(Time(millis), 1_000_000);
    timeline
}

fn theme() -> Theme {
    Theme::new(ThemeChoice::default(), Shade::Dark, Depth::True, SymbolSet::Unicode)
}

/// The picture as text, drawn into the middle of a larger buffer: nothing may lie outside of it.
fn picture(timeline: &Timeline<Queue>, (wide, high): (u16, u16), lang: Lang) -> String {
    let theme = theme();
    let area = Rect::new(1, 1, wide, high);
    let whole = Rect::new(0, 0, wide + 2, high + 2);
    let mut buf = Buffer::empty(whole);
    for cell in &mut buf.content {
        cell.set_symbol("~");
    }
    for position in area.positions() {
        buf[position].set_symbol(" ");
    }
    let fresh = [];
    let stage = Stage { theme: &theme, lang, area, selected: None, fresh: &fresh };
    draw(timeline, &stage, &mut buf);
    for position in whole.positions().filter(|position| !area.contains(*position)) {
        assert_eq!(buf[position].symbol(), "~", "drawn outside at {position}");
    }
    area.rows()
        .map(|row| {
            let mut line = String::new();
            let mut x = row.x;
            while x < row.right() {
                let symbol = buf[(x, row.y)].symbol();
                line += symbol;
                // The second cell of a wide character is nothing of its own.
                x += width(symbol).max(1);
            }
            line.trim_end().to_owned() + "\n"
        })
        .collect()
}

const SIZES: [(u16, u16); 3] = [(38, 9), (60, 14), (100, 20)];

#[test]
fn each_preset_has_its_picture_at_three_sizes_in_both_languages() {
    for preset in Queue::PRESETS {
        let timeline = played(preset.id, &[], 131_400);
        let mut all = String::new();
        for lang in Lang::ALL {
            for size in SIZES {
                all += &format!("{} {}x{}\n", lang.code(), size.0, size.1);
                all += &picture(&timeline, size, lang);
            }
        }
        insta::assert_snapshot!(preset.id, all);
    }
}

#[test]
fn a_hundred_thousand_messages_are_count_and_shape() {
    let knobs = [("arrival-rate", 1_000_000), ("workers", 3), ("arrival-shape", 1)];
    let timeline = played("basic", &knobs, 100_300);
    let text = picture(&timeline, (60, 12), Lang::En);
    assert!(text.contains("100,0"), "{text}");
    insta::assert_snapshot!("a_hundred_thousand", text);
}

#[test]
fn what_is_selected_and_what_just_changed_look_different() {
    let timeline = played("basic", &[("workers", 0)], 5_000);
    let theme = theme();
    let area = Rect::new(0, 0, 60, 10);
    let object = ObjectId { kind: MESSAGE, number: 1 };
    let drawn = |selected: Option<ObjectId>, fresh: &[ObjectId]| {
        let mut buf = Buffer::empty(area);
        draw(&timeline, &Stage { theme: &theme, lang: Lang::En, area, selected, fresh }, &mut buf);
        buf
    };
    let plain = drawn(None, &[]);
    assert_ne!(drawn(Some(object), &[]), plain);
    assert_ne!(drawn(None, &[object]), plain);
}

#[test]
fn any_size_from_nothing_up_can_be_drawn() {
    let mut timeline = played("worker-crash", &[("crashes", 5_000), ("dlq", 1)], 60_000);
    let kill = Command::Do {
        action: "kill".to_owned(),
        target: Some("worker-1".to_owned()),
        argument: None,
    };
    let _ = timeline.act(kill);
    for wide in [1, 4, 12, 20, 38, 39, 61, 200] {
        for high in [1, 2, 4, 5, 30] {
            for lang in Lang::ALL {
                picture(&timeline, (wide, high), lang);
            }
        }
    }
    assert!(height(&timeline, 60, 100) >= 6);
}
