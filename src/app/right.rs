//! What stands beside the lesson: the place of its live model, as the lesson's `model` block names it.

use super::lesson::Lesson;
use crate::page::SlotKind;

/// What can be done in the pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Scroll by so many lines.
    Scroll(isize),
}

/// What a lesson says about its model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// Which model.
    pub id: String,
    /// Its starting state.
    pub preset: Option<String>,
    /// Knobs set by the lesson: name and value.
    pub knobs: Vec<(String, String)>,
}

/// What stands beside the lesson.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Right {
    /// The model that the lesson names.
    pub model: Option<Named>,
    /// Console blocks of the lesson: what will run in the model.
    pub blocks: usize,
}

impl Right {
    /// What the lesson says about its model.
    pub fn of_lesson(lesson: &Lesson) -> Right {
        let document = lesson.page.document();
        // Most texts name no model; a long one need not be parsed whole to know.
        if !document.text().contains("```model") {
            return Right::default();
        }
        let model = document.slots().iter().find_map(|slot| match &slot.kind {
            SlotKind::Model(body) => named(body),
            SlotKind::Quiz(_) => None,
        });
        let blocks = document.codes().iter().filter(|code| code.info.lang == "console").count();
        Right { model, blocks }
    }

    /// Does what was meant.
    pub fn update(&mut self, action: Action) {
        match action {
            Action::Scroll(_) => {}
        }
    }
}

/// Reads the body of a `model` block.
fn named(body: &str) -> Option<Named> {
    let table: toml::Table = body.parse().ok()?;
    let mut named = Named { id: table.get("id")?.as_str()?.to_owned(), ..Named::default() };
    named.preset = table.get("preset").and_then(|preset| preset.as_str()).map(str::to_owned);
    let knobs = table.get("knobs").and_then(|knobs| knobs.as_table());
    for (name, value) in knobs.into_iter().flatten() {
        named.knobs.push((name.clone(), value.to_string().trim_matches('"').to_owned()));
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
                knobs: vec![("workers".to_owned(), "2".to_owned())],
            })
        );
        assert_eq!(super::named("no toml ="), None);
    }
}
