//! Every id of a model's tables and every word of its events has its text.

use super::*;
use crate::words::Lang;
use crate::words::models::of;

/// So many moves of each preset are looked at.
const MOVES: usize = 1_500;

/// Each event has its sentence, whose holes it fills, and its reason.
pub(super) fn of_events(id: ModelId, bench: &dyn Bench) {
    let tables = of(id.id(), Lang::En).expect("words for each model").tables;
    for event in bench.journal().range(0..bench.events()) {
        let sentence = tables.events.iter().find(|line| line[0] == event.what);
        let sentence = sentence.unwrap_or_else(|| panic!("no words for {event:?}"))[1];
        for (hole, arg) in ["{0}", "{1}", "{2}"].iter().zip(event.args) {
            assert!(arg.is_some() || !sentence.contains(hole), "{hole} of {event:?}");
        }
        assert!(tables.whys.iter().any(|line| line[0] == event.why), "no reason for {event:?}");
    }
}

#[test]
fn each_id_of_each_model_has_its_words() {
    for id in ModelId::ALL {
        let tables = of(id.id(), Lang::En).expect("words for each model").tables;
        let rows = [
            (tables.presets, id.presets().iter().map(|preset| preset.id).collect::<Vec<_>>()),
            (tables.knobs, id.knobs().iter().map(|knob| knob.id).collect()),
            (tables.actions, id.actions().iter().map(|action| action.id).collect()),
            (tables.metrics, id.metrics().iter().map(|metric| metric.name).collect()),
        ];
        for (rows, ids) in rows {
            assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), ids, "{}", id.id());
        }
        for choice in id.knobs().iter().flat_map(|knob| knob.choices) {
            assert!(tables.choices.iter().any(|line| line[0] == *choice), "{choice}");
        }
    }
}

#[test]
fn each_event_of_each_preset_has_its_sentence_and_its_reason() {
    for (id, preset) in presets() {
        let mut model = started(id, preset, 7, Keeping::All);
        let bench = model.bench_mut();
        bench.play(crate::services::time::Time(u64::MAX / 4), MOVES);
        of_events(id, bench);
    }
}
