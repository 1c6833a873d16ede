//! What stands beside the lesson: its live model, as the lesson's `model` block names it.

use super::lesson::Lesson;
use super::model::Live;
use crate::models::registry::ModelId;
use crate::page::SlotKind;
use crate::tell;
use crate::words::{self, Lang, fill};

use super::console::Runs;

/// The seed that a lesson's model starts with.
const SEED: u64 = 1;

/// What a lesson says about its model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// Which model.
    pub id: String,
    /// Its starting state.
    pub preset: Option<String>,
    /// Knobs set by the lesson: name and value.
    pub knobs: Vec<(String, i64)>,
}

/// What stands beside the lesson.
#[derive(Debug, Clone, Default)]
pub struct Right {
    /// The model that the lesson names.
    pub model: Option<Named>,
    /// The model, alive; none if the lesson names none, or one that is not there.
    pub live: Option<Box<Live>>,
    /// Why there is no live model although the lesson names one.
    pub trouble: Option<String>,
    /// The console blocks of the lesson that were run in it.
    pub runs: Runs,
}

impl Right {
    /// What the lesson says about its model, with the model alive.
    pub fn of_lesson(lesson: &Lesson, lang: Lang) -> Right {
        let document = lesson.page.document();
        // Most texts name no model; a long one need not be parsed whole to know.
        if !document.text().contains("```model") {
            return Right::default();
        }
        let model = document.slots().iter().find_map(|slot| match &slot.kind {
            SlotKind::Model(body) => named(body),
            SlotKind::Quiz(_) => None,
        });
        let mut right = Right { model, ..Right::default() };
        match right.model.as_ref().map(|named| named.start(lang)) {
            Some(Ok(live)) => right.live = Some(Box::new(live)),
            Some(Err(trouble)) => right.trouble = Some(trouble),
            None => {}
        }
        right
    }

    /// The same for another edition of the lesson: a model that is alive already stays as it is.
    pub fn keep(&mut self, old: &mut Right) {
        if self.model.is_some() && self.model == old.model {
            self.live = old.live.take();
        }
    }
}

impl Named {
    /// The model as the lesson wants it.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn start(&self, lang: Lang) -> Result<Live, String> {
        let words = words::model::of(lang);
        let Some(id) = ModelId::from_id(&self.id) else {
            return Err(fill(words.unknown_model, &[("id", &self.id)]));
        };
        Live::new(id, self.preset.as_deref(), &self.knobs(), SEED).map_err(|error| {
            let reason = tell::setup_error(&error, lang);
            fill(words.unknown_preset, &[("id", &self.id), ("reason", &reason)])
        })
    }

    /// The knobs that the lesson turns.
    pub fn knobs(&self) -> Vec<(&str, i64)> {
        self.knobs.iter().map(|(name, value)| (name.as_str(), *value)).collect()
    }
}

/// Reads the body of a `model` block. A knob that is no whole number is left out.
pub fn named(body: &str) -> Option<Named> {
    let table: toml::Table = body.parse().ok()?;
    let mut named = Named { id: table.get("id")?.as_str()?.to_owned(), ..Named::default() };
    named.preset = table.get("preset").and_then(|preset| preset.as_str()).map(str::to_owned);
    let knobs = table.get("knobs").and_then(|knobs| knobs.as_table());
    for (name, value) in knobs.into_iter().flatten() {
        if let Some(value) = value.as_integer() {
            named.knobs.push((name.clone(), value));
        }
    }
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_block_names_the_model_its_preset_and_its_knobs() {
        let named = named("id = \"queue\"\npreset = \"poison\"\n[knobs]\nworkers = 2\n");
        assert_eq!(
            named,
            Some(Named {
                id: "queue".to_owned(),
                preset: Some("poison".to_owned()),
                knobs: vec![("workers".to_owned(), 2)],
            })
        );
        assert_eq!(super::named("no toml ="), None);
    }
}
