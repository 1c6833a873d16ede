//! Pictures of the screens, and every screen at every size.

mod quiz;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::render;
use super::theme::{Depth, Theme};
use crate::app::key::{Input, Shade, Size};
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::app::testing::Desk;
use crate::words::Lang;

const DARK: ThemeChoice = ThemeChoice::Dark;

fn draw(desk: &Desk, choice: ThemeChoice) -> Buffer {
    let area = Rect::new(0, 0, desk.app.size.width, desk.app.size.height);
    let symbols = desk.app.settings.symbols;
    let theme = Theme::new(choice, Shade::Dark, Depth::True, symbols);
    let mut buf = Buffer::empty(area);
    render(&desk.app, &theme, area, &mut buf);
    buf
}

/// The screen as text, without blanks at the ends of lines.
fn text(buf: &Buffer) -> String {
    let width = usize::from(buf.area.width);
    let mut out = String::new();
    for row in buf.content.chunks(width.max(1)) {
        let mut line = String::new();
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            line.push_str(cell.symbol());
            covered = usize::from(super::text::width(cell.symbol())).saturating_sub(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Every screen by name: the keys that lead to it from home.
const SCREENS: &[(&str, &str)] = &[
    ("home", ""),
    ("lesson", "enter ]"),
    ("contents", "enter ] m 1 j"),
    ("model", "enter ] 3"),
    ("model-acted", "enter ] 3 right right right right down s"),
    ("model-past", "enter ] 3 right right right right right left left"),
    ("model-whole", "enter ] 3 right right right right s Z"),
    ("model-typing", "enter ] 3 i a w s space s q s space l i tab enter up"),
    ("model-presets", "enter ] 3 P j"),
    ("model-knobs", "enter ] 3 K j right"),
    ("model-why", "enter ] 3 right right right right enter"),
    ("model-events", "enter ] 3 right right right right right right E"),
    ("model-branches", "enter ] 3 right right s left s G"),
    ("model-left-out", "enter ] 3 W"),
    ("model-share", "enter ] 3 right s y"),
    ("model-compare", "enter ] 3 C j right enter right right right"),
    ("lesson-run", "enter ] r"),
    ("help", "enter ?"),
    ("outline", "enter ] o"),
    ("search", "s v i s i"),
    ("find", "enter ] / m e s s a g e"),
    ("found", "enter ] / 2 enter n"),
    ("links", "enter ] f"),
    ("notes", "enter n h i"),
    ("palette", "enter : t h"),
];

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn each_screen_looks_as_it_should() {
    for (lang, (width, height)) in
        Lang::ALL.into_iter().flat_map(|lang| SIZES.map(|size| (lang, size)))
    {
        for (name, keys) in SCREENS {
            let mut desk = Desk::speaking(lang, Size::new(width, height));
            desk.press(keys);
            let picture = text(&draw(&desk, DARK));
            insta::with_settings!({ snapshot_path => "tests/screens", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{name}-{}-{width}x{height}", lang.code()), picture);
            });
        }
    }
}

#[test]
fn every_cell_around_an_overlay_has_the_ground_of_the_theme() {
    for width in 80..130 {
        for keys in ["enter ] ?", "enter ] o", "enter ] : t", "s", "enter ] 3 P"] {
            let mut desk = Desk::speaking(Lang::Ko, Size::new(width, 30));
            desk.press(keys);
            let buf = draw(&desk, ThemeChoice::Light);
            for (y, row) in buf.content.chunks(usize::from(width)).enumerate() {
                let mut covered = 0;
                for (x, cell) in row.iter().enumerate() {
                    if covered > 0 {
                        covered -= 1;
                        continue;
                    }
                    covered = super::text::width(cell.symbol()).saturating_sub(1);
                    assert_ne!(
                        cell.bg,
                        ratatui::style::Color::Reset,
                        "{keys}: {x}, {y} of {width}"
                    );
                }
            }
        }
    }
}

#[test]
fn no_line_of_the_help_is_cut() {
    for (lang, (width, height)) in
        Lang::ALL.into_iter().flat_map(|lang| SIZES.map(|size| (lang, size)))
    {
        let mut desk = Desk::speaking(lang, Size::new(width, height));
        desk.press("enter ] ?");
        for _ in 0..20 {
            let picture = text(&draw(&desk, DARK));
            let cut = picture.lines().find(|line| line.contains('…'));
            assert_eq!(cut, None, "{lang:?} at {width}x{height}");
            desk.press("space");
        }
    }
}

/// What stands on a screen in one look, line by line: `style: text`.
fn looks(buf: &Buffer) -> String {
    let width = usize::from(buf.area.width);
    let mut out = String::new();
    for (y, row) in buf.content.chunks(width.max(1)).enumerate() {
        let mut before: Option<Style> = None;
        for cell in row {
            let style = cell.style();
            if before != Some(style) {
                let colour = |colour: Option<ratatui::style::Color>| {
                    colour.map_or_else(|| "-".to_owned(), |colour| colour.to_string())
                };
                out.push_str(&format!(
                    "\n{y:>2} {} on {} {:?}: ",
                    colour(style.fg),
                    colour(style.bg),
                    style.add_modifier
                ));
                before = Some(style);
            }
            out.push_str(cell.symbol());
        }
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn each_theme_looks_as_it_should() {
    for choice in ThemeChoice::ALL.into_iter().filter(|choice| *choice != ThemeChoice::Auto) {
        let mut desk = Desk::new(110, 20);
        desk.press("j j enter / v i s i b l e enter 1");
        let picture = looks(&draw(&desk, choice));
        insta::with_settings!({ snapshot_path => "tests/screens", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("theme-{}", choice.code()), picture);
        });
    }
}

#[test]
fn no_screen_breaks_at_any_size() {
    for (name, keys) in SCREENS {
        let mut desk = Desk::new(120, 40);
        desk.press(keys);
        for height in 0..=20 {
            for width in (0..=40).chain([60, 107, 108, 300]) {
                desk.input(&Input::Resize(Size::new(width, height)));
                let picture = draw(&desk, DARK);
                assert_eq!(picture.area, Rect::new(0, 0, width, height), "{name}");
            }
        }
    }
}

#[test]
fn a_buffer_of_another_size_than_the_app_knows_breaks_nothing() {
    let mut desk = Desk::new(120, 40);
    desk.press("enter ]");
    let theme = Theme::new(DARK, Shade::Dark, Depth::True, SymbolSet::Unicode);
    for (width, height) in [(0, 0), (1, 1), (80, 24), (119, 40), (200, 60)] {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        render(&desk.app, &theme, area, &mut buf);
    }
}

#[test]
fn below_the_least_size_one_line_says_what_is_needed() {
    let desk = Desk::new(60, 5);
    assert!(text(&draw(&desk, DARK)).contains("awslearn needs 24 × 6 cells"));
    let desk = Desk::new(20, 6);
    let words: Vec<String> =
        text(&draw(&desk, DARK)).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words.join(" "), "awslearn needs 24 × 6 cells");
}

#[test]
fn without_unicode_only_ascii_is_drawn() {
    for (name, keys) in SCREENS {
        let mut desk = Desk::new(120, 40);
        desk.app.settings.symbols = SymbolSet::Ascii;
        desk.input(&Input::Resize(Size::new(130, 40))).input(&Input::Resize(Size::new(120, 40)));
        desk.press(keys);
        let picture = text(&draw(&desk, ThemeChoice::None));
        let strange: String = picture.chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(strange, "", "{name}\n{picture}");
    }
}

#[test]
fn nothing_is_said_by_colour_alone() {
    // Read, begun and unread lessons, and the focus, differ without any colour.
    let mut desk = Desk::new(120, 40);
    desk.press("enter m ] 1");
    let picture = text(&draw(&desk, ThemeChoice::None));
    for sign in ["●", "◐", "○", "▌", "━"] {
        assert!(picture.contains(sign), "{sign} is missing in\n{picture}");
    }
}
