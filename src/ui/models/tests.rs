//! Pictures of each preset of the smaller models, at three sizes in both languages.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::app::key::Shade;
use crate::app::settings::{SymbolSet, ThemeChoice};
use crate::models::journal::Keeping;
use crate::models::registry::ModelId;
use crate::services::time::Time;
use crate::ui::text::width;
use crate::ui::theme::Depth;

pub(super) const SIZES: [(u16, u16); 3] = [(38, 20), (60, 16), (100, 20)];

/// The picture as text; nothing may be drawn outside of its area.
pub(super) fn picture(
    model: &Model,
    (wide, high): (u16, u16),
    lang: Lang,
    symbols: SymbolSet,
) -> String {
    let theme = Theme::new(ThemeChoice::default(), Shade::Dark, Depth::True, symbols);
    let area = Rect::new(1, 1, wide, high);
    let whole = Rect::new(0, 0, wide + 2, high + 2);
    let mut buf = Buffer::empty(whole);
    for position in whole.positions().filter(|position| !area.contains(*position)) {
        buf[position].set_symbol("~");
    }
    let stage = Stage { theme: &theme, lang, area, selected: None, fresh: &[] };
    draw(model, &stage, &mut buf);
    for position in whole.positions().filter(|position| !area.contains(*position)) {
        assert_eq!(buf[position].symbol(), "~", "drawn outside at {position}");
    }
    let row = |row: Rect| {
        let (mut line, mut x) = (String::new(), row.x);
        while x < row.right() {
            let symbol = buf[(x, row.y)].symbol();
            line += symbol;
            x += width(symbol).max(1);
        }
        line.trim_end().to_owned() + "\n"
    };
    area.rows().map(row).collect()
}

pub(super) fn played(id: ModelId, preset: &str, seconds: u64) -> Model {
    let mut model = Model::new(id, id.setup(Some(preset), &[], 7).unwrap(), Keeping::None);
    model.bench_mut().play(Time(seconds * 1000), usize::MAX);
    model
}

#[test]
fn each_preset_has_its_picture_at_three_sizes_in_both_languages() {
    let models = [
        (ModelId::Duel, 290),
        (ModelId::Fanout, 120),
        (ModelId::Aurora, 65),
        (ModelId::Cache, 12),
        (ModelId::Connections, 3),
    ];
    for (id, seconds) in models {
        for preset in id.presets() {
            let model = played(id, preset.id, seconds);
            let mut all = String::new();
            for (lang, size) in
                Lang::ALL.into_iter().flat_map(|lang| SIZES.map(|size| (lang, size)))
            {
                all += &format!("── {} {}x{}\n", lang.code(), size.0, size.1);
                all += &picture(&model, size, lang, SymbolSet::Unicode);
            }
            insta::assert_snapshot!(format!("{}-{}", id.id(), preset.id), all);
        }
    }
}

#[test]
fn pictures_need_no_unicode_and_hardly_any_room() {
    let models =
        [ModelId::Duel, ModelId::Fanout, ModelId::Aurora, ModelId::Cache, ModelId::Connections];
    for id in models {
        for preset in id.presets() {
            let model = played(id, preset.id, 60);
            let drawn = picture(&model, (60, 16), Lang::En, SymbolSet::Ascii);
            assert!(drawn.is_ascii(), "{drawn}");
            for size in [(1, 1), (38, 4), (5, 30), (200, 2)] {
                picture(&model, size, Lang::Ko, SymbolSet::Unicode);
            }
        }
    }
}

#[test]
fn nothing_of_aurora_is_cut_at_38_columns() {
    for preset in ModelId::Aurora.presets() {
        for seconds in [1, 65, 900] {
            let model = played(ModelId::Aurora, preset.id, seconds);
            for lang in Lang::ALL {
                let rows = height(&model, 38, 60);
                let drawn = picture(&model, (38, rows), lang, SymbolSet::Unicode);
                assert!(!drawn.contains('…') && rows <= 24, "{} {rows}:\n{drawn}", preset.id);
            }
        }
    }
}
