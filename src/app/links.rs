//! Letters on what can be opened on the page: its links and its quizzes.

use std::ops::Range;

use super::key::Key;
use super::lesson::Lesson;
use crate::course::{Course, QuizId};
use crate::page::LineKind;

/// What can be opened on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// What this link points at.
    Link(String),
    /// This quiz.
    Quiz(QuizId),
}

/// Something with a letter on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Its bytes in the source.
    pub source: Range<usize>,
    /// What it opens.
    pub aim: Aim,
    /// The letter to type, or two of them.
    pub label: String,
}

/// Letters on the links and quizzes of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// What has letters, from the top of the page.
    pub spots: Vec<Spot>,
    /// Which is selected.
    pub chosen: usize,
    /// Letters typed so far.
    pub typed: String,
}

/// Letters, the easiest to reach first.
const LETTERS: &str = "asdfghjklqwertyuiopzxcvbnm";

impl Links {
    /// The links and quizzes on the page that is shown, if there are any.
    pub fn of(lesson: &Lesson, course: &Course, height: usize) -> Option<Links> {
        let mut found: Vec<(Range<usize>, Aim)> = Vec::new();
        for (row, line) in lesson.page.lines(lesson.top, height).iter().enumerate() {
            for link in line.spans.iter().filter_map(|span| span.link.as_ref()) {
                if !found.iter().any(|(known, _)| *known == link.source) {
                    found.push((link.source.clone(), Aim::Link(link.target.clone())));
                }
            }
            if matches!(line.kind, LineKind::Slot { .. })
                && let Some(quiz) = lesson.quiz_at_row(row, course)
            {
                found.push((line.source.clone(), Aim::Quiz(quiz)));
            }
        }
        let letters: Vec<char> = LETTERS.chars().collect();
        let is_single = found.len() <= letters.len();
        let label = |n: usize| match is_single {
            true => letters[n].to_string(),
            false => [letters[n / letters.len() % letters.len()], letters[n % letters.len()]]
                .iter()
                .collect(),
        };
        let spots = found.into_iter().enumerate();
        let spots: Vec<Spot> =
            spots.map(|(n, (source, aim))| Spot { source, aim, label: label(n) }).collect();
        (!spots.is_empty()).then(|| Links { spots, chosen: 0, typed: String::new() })
    }

    /// What is selected.
    pub fn aim(&self) -> Option<&Aim> {
        self.spots.get(self.chosen).map(|spot| &spot.aim)
    }

    /// Selects so many further on, round and round.
    pub fn step(&mut self, by: isize) {
        let len = self.spots.len() as isize;
        self.chosen = (self.chosen as isize + by).rem_euclid(len.max(1)) as usize;
    }

    /// Takes a letter and selects what begins with those typed; says whether one is typed whole.
    pub fn key(&mut self, key: Key) -> bool {
        match key.without_hangul().typed() {
            Some(letter) => self.typed.push(letter),
            None => self.typed.clear(),
        }
        match self.spots.iter().position(|spot| spot.label.starts_with(&self.typed)) {
            Some(at) => self.chosen = at,
            None => self.typed.clear(),
        }
        self.spots.get(self.chosen).is_some_and(|spot| spot.label == self.typed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::app::key::Size;
    use crate::app::overlay::Overlay;
    use crate::app::testing::Desk;
    use crate::app::{Action, Screen};
    use crate::course::InMemory;
    use crate::words::Lang;

    #[test]
    fn each_quiz_of_a_page_has_a_letter_as_its_links_have() {
        let quiz = |id: &str| {
            format!(
                "[[questions]]\nid = \"{id}\"\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\n\
                 answer.answer = \"!\"\n"
            )
        };
        let files = InMemory::new([
            ("src/SUMMARY.md", "# S\n\n- [One](one.md)\n".to_owned()),
            (
                "src/one.md",
                "# One\n\n{{#quiz ../quizzes/a.toml}}\n\nA [link](https://x.y).\n\n\
                 {{#quiz ../quizzes/b.toml}}\n"
                    .to_owned(),
            ),
            ("quizzes/a.toml", quiz("a")),
            ("quizzes/b.toml", quiz("b")),
        ]);
        let mut desk = Desk::with(Arc::new(files), Lang::En, Size::new(80, 24));
        desk.act(Action::Read);
        desk.press("f d");
        assert_eq!(desk.app.screen, Screen::Quiz);
        let open = desk.app.quiz.as_ref().and_then(|quiz| quiz.run.question());
        assert_eq!(open.map(|question| question.id.as_str()), Some("b"));
        desk.press("esc f s");
        assert!(matches!(desk.app.overlays.last(), Some(Overlay::Card(_))));
    }
}
