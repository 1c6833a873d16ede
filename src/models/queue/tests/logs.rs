//! Golden traces: what happens first in each preset, event by event.

use super::*;

#[test]
fn each_preset_with_its_seed_gives_its_log() {
    for preset in Queue::PRESETS {
        let timeline = played(preset.id, &[], 600);
        insta::assert_snapshot!(preset.id, log(&timeline, 60));
    }
}
