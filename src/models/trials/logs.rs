//! Golden traces: what happens first in each preset, event by event.

use super::*;

/// So many events of each preset are pinned.
const EVENTS: usize = 60;
/// So many moves bring an event, or there is none to come.
const MOVES: usize = 100_000;

#[test]
fn each_preset_with_its_seed_gives_its_log() {
    for (id, preset) in presets() {
        let mut model = started(id, preset, 7, Keeping::All);
        let bench = model.bench_mut();
        while bench.events() < EVENTS && bench.step_event(MOVES) {}
        insta::with_settings!({
            snapshot_path => format!("../golden/{}", id.id()),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(preset, log(bench, EVENTS));
        });
    }
}
