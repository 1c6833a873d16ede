//! What the live models say: names and lessons of presets, knobs, actions and metrics, and the
//! sentences of events, one file a model.
//!
//! Every text stands beside its id in both languages. Ids are the models' own; a test outside of
//! this room holds both complete, since words know no models.

mod aurora;
mod cache;
mod connections;
mod duel;
mod dynamodb;
mod fanout;
mod queue;
mod rds;
mod stream;

use super::Lang;

/// The texts of one model in both languages, as tables by id.
#[derive(Debug, PartialEq, Eq)]
pub struct ModelWords {
    /// The model's id.
    pub id: &'static str,
    /// Its name.
    pub title: [&'static str; 2],
    /// What it shows, in a sentence or two.
    pub intro: [&'static str; 2],
    /// Presets: id, names, what they teach.
    pub presets: &'static [Row],
    /// Knobs: id, names, what they do.
    pub knobs: &'static [Row],
    /// Actions: id, names, what they do.
    pub actions: &'static [Row],
    /// Metrics: id, short names, what they mean.
    pub metrics: &'static [Row],
    /// Choices of knobs.
    pub choices: &'static [Line],
    /// Sentences of events, by their `what`; holes `{object}`, `{0}`, `{1}`, `{2}`.
    pub events: &'static [Line],
    /// Half sentences that say why.
    pub whys: &'static [Line],
    /// Why a command makes no sense now.
    pub refusals: &'static [Line],
    /// Labels in the picture.
    pub picture: &'static [Line],
    /// What the model leaves out.
    pub left_out: &'static [[&'static str; 2]],
}

/// An id, its name in English and Korean, its text in English and Korean.
pub type Row = [&'static str; 5];
/// An id, its text in English and Korean.
pub type Line = [&'static str; 3];

/// A name and the text that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// The name.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
}

/// One model's texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The tables.
    pub tables: &'static ModelWords,
    lang: Lang,
}

const MODELS: &[&ModelWords] = &[
    &queue::WORDS,
    &stream::WORDS,
    &duel::WORDS,
    &fanout::WORDS,
    &aurora::WORDS,
    &cache::WORDS,
    &rds::WORDS,
    &connections::WORDS,
    &dynamodb::WORDS,
];

/// What the model of this id says.
pub fn of(id: &str, lang: Lang) -> Option<Words> {
    let tables = MODELS.iter().find(|words| words.id == id)?;
    Some(Words { tables, lang })
}

impl Words {
    fn pick(self, both: [&'static str; 2]) -> &'static str {
        match self.lang {
            Lang::En => both[0],
            Lang::Ko => both[1],
        }
    }

    fn row<'a>(self, rows: &'static [Row], id: &'a str) -> Told<'a> {
        match rows.iter().find(|row| row[0] == id) {
            Some([_, en, ko, en_text, ko_text]) => {
                Told { name: self.pick([en, ko]), text: self.pick([en_text, ko_text]) }
            }
            None => Told { name: id, text: "" },
        }
    }

    fn line<'a>(self, lines: &'static [Line], id: &'a str) -> &'a str {
        match lines.iter().find(|line| line[0] == id) {
            Some([_, en, ko]) => self.pick([en, ko]),
            None => id,
        }
    }

    /// The model's name.
    pub fn title(self) -> &'static str {
        self.pick(self.tables.title)
    }

    /// What the model shows.
    pub fn intro(self) -> &'static str {
        self.pick(self.tables.intro)
    }

    /// A preset: its name and what it teaches.
    pub fn preset(self, id: &str) -> Told<'_> {
        self.row(self.tables.presets, id)
    }

    /// A knob: its name and what it does.
    pub fn knob(self, id: &str) -> Told<'_> {
        self.row(self.tables.knobs, id)
    }

    /// An action: its name and what it does.
    pub fn action(self, id: &str) -> Told<'_> {
        self.row(self.tables.actions, id)
    }

    /// A metric: its short name and what it means.
    pub fn metric(self, id: &str) -> Told<'_> {
        self.row(self.tables.metrics, id)
    }

    /// A choice of a knob.
    pub fn choice(self, id: &str) -> &str {
        self.line(self.tables.choices, id)
    }

    /// The sentence of an event.
    pub fn event(self, what: &str) -> &str {
        self.line(self.tables.events, what)
    }

    /// The half sentence that says why.
    pub fn why(self, key: &str) -> &str {
        self.line(self.tables.whys, key)
    }

    /// Why a command makes no sense now.
    pub fn refusal(self, key: &str) -> &str {
        self.line(self.tables.refusals, key)
    }

    /// A label of the picture.
    pub fn picture(self, key: &str) -> &str {
        self.line(self.tables.picture, key)
    }

    /// What the model leaves out.
    pub fn left_out(self) -> impl Iterator<Item = &'static str> {
        self.tables.left_out.iter().map(move |both| self.pick(*both))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::holes;

    #[test]
    fn each_text_has_the_same_holes_in_both_languages_and_each_id_stands_once() {
        for model in MODELS {
            let rows = [model.presets, model.knobs, model.actions, model.metrics];
            for row in rows.into_iter().flatten() {
                assert_eq!(holes(row[3]), holes(row[4]), "{row:?}");
                assert!(row.iter().all(|text| !text.is_empty()), "{row:?}");
            }
            let lines = [model.choices, model.events, model.whys, model.refusals, model.picture];
            for line in lines.into_iter().flatten() {
                assert_eq!(holes(line[1]), holes(line[2]), "{line:?}");
                assert!(line.iter().all(|text| !text.is_empty()), "{line:?}");
            }
            for lines in lines {
                let mut ids: Vec<&str> = lines.iter().map(|line| line[0]).collect();
                let count = ids.len();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), count, "{}: an id stands twice", model.id);
            }
        }
    }
}
