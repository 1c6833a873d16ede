//! The picture of each preset at three sizes in both languages, in the middle of what it teaches.

use super::*;
use crate::app::settings::SymbolSet;
use crate::models::command::Command;
use crate::models::registry::{Model, ModelId};
use crate::ui::models::tests::{SIZES, picture, played};
use crate::words::Lang;

fn act(model: &mut Model, action: &str, target: Option<&str>) {
    let target = target.map(str::to_owned);
    let command = Command::Do { action: action.to_owned(), target, argument: None };
    model.bench_mut().act(command).unwrap();
}

fn play(model: &mut Model, seconds: u64) {
    let bench = model.bench_mut();
    let until = bench.now().at + Span::seconds(seconds);
    bench.play(until, usize::MAX);
}

/// A preset when there is something to see.
fn shown(preset: &str) -> Model {
    let mut model = played(ModelId::Rds, preset, 400);
    match preset {
        "basic" => act(&mut model, "lose", Some("shop")),
        "multi-az" => act(&mut model, "lose", Some("shop")),
        "multi-az-cluster" => {
            act(&mut model, "lose", Some("shop-instance-1"));
            play(&mut model, 40);
        }
        "dns-cache" => {
            act(&mut model, "failover", Some("shop"));
            play(&mut model, 100);
        }
        "backups" => {
            act(&mut model, "snapshot", Some("shop"));
            act(&mut model, "damage", None);
            play(&mut model, 240);
            act(&mut model, "restore", Some("shop"));
        }
        "monitoring" => {
            act(&mut model, "slow-query", None);
            play(&mut model, 200);
        }
        "promote-replica" => {
            act(&mut model, "lose", Some("shop"));
            act(&mut model, "promote", Some("shop-replica-1"));
            play(&mut model, 60);
            act(&mut model, "switch", Some("shop-replica-1"));
        }
        "storage-burst" => play(&mut model, 1_700),
        "storage-full" => play(&mut model, 400),
        "max-connections" => act(&mut model, "scale-out", None),
        "replica-lag" | "sync-commit" => {
            model.bench_mut().seek_time(Time(45_600), usize::MAX);
            return model;
        }
        _ => {}
    }
    play(&mut model, 7);
    model
}

#[test]
fn each_preset_has_its_picture_at_three_sizes_in_both_languages() {
    for preset in ModelId::Rds.presets() {
        let model = shown(preset.id);
        let mut all = String::new();
        for (lang, size) in Lang::ALL.into_iter().flat_map(|lang| SIZES.map(|size| (lang, size))) {
            all += &format!("── {} {}x{}\n", lang.code(), size.0, size.1);
            all += &picture(&model, size, lang, SymbolSet::Unicode);
        }
        insta::with_settings!({snapshot_path => "pictures", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(preset.id, all);
        });
    }
}

#[test]
fn the_picture_needs_no_unicode_and_hardly_any_room() {
    for preset in ModelId::Rds.presets() {
        let model = shown(preset.id);
        let drawn = picture(&model, (60, 16), Lang::En, SymbolSet::Ascii);
        assert!(drawn.is_ascii(), "{drawn}");
        for size in [(1, 1), (38, 4), (5, 30), (200, 2), (20, 7)] {
            picture(&model, size, Lang::Ko, SymbolSet::Unicode);
        }
    }
}
