//! What is known of the learner, computed from the events in whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Answer, Entry, What};
use crate::quiz::Past;

/// The time and the id of an event: the later one wins, and no two are equal.
type Stamp = (u64, String);

/// Something of which the last word counts.
type Latest<T> = (Stamp, T);

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is known of the learner in one course. Settings are the same for all courses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    course: String,
    read: BTreeMap<String, u64>,
    places: BTreeMap<String, Latest<usize>>,
    notes: BTreeMap<String, Latest<String>>,
    settings: BTreeMap<String, Latest<String>>,
    quizzes: BTreeMap<String, QuizState>,
    /// When something was learned: answers and lessons read.
    active: BTreeSet<u64>,
}

/// The score of one run: questions right at the first attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Right at the first attempt.
    pub right: usize,
    /// Questions in the quiz then.
    pub total: usize,
    /// When the run ended, in milliseconds since 1970 UTC.
    pub at: u64,
}

/// What is known of one quiz.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QuizState {
    runs: BTreeMap<String, RunState>,
    /// The lessons it was taken from.
    lessons: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct RunState {
    /// When it began, and its seed.
    started: Option<Latest<u32>>,
    answers: BTreeMap<Stamp, Answer>,
    finished: Option<Latest<(usize, usize)>>,
    abandoned: bool,
}

/// A run that was left in the middle.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRun {
    /// The run's name.
    pub run: String,
    /// What the order of its options is drawn from.
    pub seed: u32,
    /// When it began.
    pub at: u64,
    /// What was answered, in order.
    pub past: Vec<Past>,
}

impl OpenRun {
    /// How many different questions were answered.
    pub fn answered(&self) -> usize {
        let questions: BTreeSet<&str> =
            self.past.iter().map(|past| past.question.as_str()).collect();
        questions.len()
    }
}

/// An answer once given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given<'s> {
    /// When, in milliseconds since 1970 UTC.
    pub at: u64,
    /// The answer.
    pub answer: &'s Answer,
}

fn later<T>(slot: &mut Option<Latest<T>>, stamp: Stamp, value: T) {
    if slot.as_ref().is_none_or(|(known, _)| *known < stamp) {
        *slot = Some((stamp, value));
    }
}

fn later_in<T>(map: &mut BTreeMap<String, Latest<T>>, key: &str, stamp: Stamp, value: T) {
    match map.get_mut(key) {
        Some((known, _)) if *known >= stamp => {}
        Some(slot) => *slot = (stamp, value),
        None => {
            map.insert(key.to_owned(), (stamp, value));
        }
    }
}

impl State {
    /// Nothing known yet of this course.
    pub fn new(course: &str) -> State {
        State { course: course.to_owned(), ..State::default() }
    }

    /// Takes in one event. The order in which events come does not matter, nor does it if one
    /// comes twice.
    pub fn apply(&mut self, entry: &Entry) {
        let Some(what) = &entry.what else { return };
        let stamp = (entry.at, entry.id.clone());
        if let What::Setting { name, value } = what {
            return later_in(&mut self.settings, name, stamp, value.clone());
        }
        if entry.course != self.course {
            return;
        }
        match what {
            What::Setting { .. } => {}
            What::LessonRead { lesson } => {
                let at = self.read.entry(lesson.clone()).or_insert(entry.at);
                *at = entry.at.min(*at);
                self.active.insert(entry.at);
            }
            What::Place { lesson, offset } => later_in(&mut self.places, lesson, stamp, *offset),
            What::Note { lesson, text } => later_in(&mut self.notes, lesson, stamp, text.clone()),
            What::Answer(answer) => {
                self.active.insert(entry.at);
                self.run(&answer.quiz, &answer.run).answers.insert(stamp, answer.clone());
            }
            What::QuizStarted { quiz, run, lesson, seed, .. } => {
                later(&mut self.run(quiz, run).started, stamp, *seed);
                self.quizzes.entry(quiz.clone()).or_default().lessons.insert(lesson.clone());
            }
            What::QuizFinished { quiz, run, right, total } => {
                later(&mut self.run(quiz, run).finished, stamp, (*right, *total));
            }
            What::QuizAbandoned { quiz, run } => self.run(quiz, run).abandoned = true,
        }
    }

    fn run(&mut self, quiz: &str, run: &str) -> &mut RunState {
        let quiz = self.quizzes.entry(quiz.to_owned()).or_default();
        quiz.runs.entry(run.to_owned()).or_default()
    }

    /// Whether the lesson was read to its end.
    pub fn is_read(&self, lesson: &str) -> bool {
        self.read.contains_key(lesson)
    }

    /// The lessons read to their end, and when each was for the first time.
    pub fn lessons_read(&self) -> impl Iterator<Item = (&str, u64)> {
        self.read.iter().map(|(lesson, at)| (lesson.as_str(), *at))
    }

    /// Where reading of this lesson stopped: a byte offset in its text.
    pub fn place(&self, lesson: &str) -> Option<usize> {
        self.places.get(lesson).map(|(_, offset)| *offset)
    }

    /// Where reading stopped last: the lesson and the byte offset in it.
    pub fn last_place(&self) -> Option<(&str, usize)> {
        let last = self.places.iter().max_by(|(_, (a, _)), (_, (b, _))| a.cmp(b));
        last.map(|(lesson, (_, offset))| (lesson.as_str(), *offset))
    }

    /// The note to this lesson.
    pub fn note(&self, lesson: &str) -> Option<&str> {
        self.notes.get(lesson).map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }

    /// All notes: lesson and text.
    pub fn notes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.notes
            .iter()
            .map(|(lesson, (_, text))| (lesson.as_str(), text.as_str()))
            .filter(|(_, text)| !text.is_empty())
    }

    /// The value of a setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(|(_, value)| value.as_str())
    }

    /// What is known of this quiz.
    pub fn quiz(&self, quiz: &str) -> Option<&QuizState> {
        self.quizzes.get(quiz)
    }

    /// The last score of this quiz.
    pub fn score(&self, quiz: &str) -> Option<Score> {
        self.quiz(quiz)?.scores().pop()
    }

    /// The last scores of all quizzes taken from this lesson, added up.
    pub fn lesson_score(&self, lesson: &str) -> Option<Score> {
        self.quizzes
            .values()
            .filter(|quiz| quiz.lessons.contains(lesson))
            .filter_map(|quiz| quiz.scores().pop())
            .reduce(|a, b| Score {
                right: a.right + b.right,
                total: a.total + b.total,
                at: a.at.max(b.at),
            })
    }

    /// Every quiz of which something is known.
    pub fn quizzes(&self) -> impl Iterator<Item = (&str, &QuizState)> {
        self.quizzes.iter().map(|(name, quiz)| (name.as_str(), quiz))
    }

    /// How many days running something was learned, up to the day of `now_ms` or the day before.
    /// `offset_minutes` is the local time's distance from UTC.
    pub fn streak(&self, now_ms: u64, offset_minutes: i32) -> u32 {
        let day = |at: u64| {
            let local =
                i64::try_from(at).unwrap_or(i64::MAX / 2) + i64::from(offset_minutes) * 60_000;
            local.div_euclid(DAY_MS)
        };
        let days: BTreeSet<i64> = self.active.iter().map(|at| day(*at)).collect();
        let today = day(now_ms);
        let last = if days.contains(&today) { today } else { today - 1 };
        (0..).take_while(|back| days.contains(&(last - i64::from(*back)))).count() as u32
    }
}

impl QuizState {
    /// The scores of all finished runs, the last one last.
    pub fn scores(&self) -> Vec<Score> {
        let mut scores: Vec<(&Stamp, Score)> = self
            .runs
            .values()
            .filter_map(|run| run.finished.as_ref())
            .map(|(stamp, (right, total))| {
                (stamp, Score { right: *right, total: *total, at: stamp.0 })
            })
            .collect();
        scores.sort_by(|a, b| a.0.cmp(b.0));
        scores.into_iter().map(|(_, score)| score).collect()
    }

    /// The score of the first finished run.
    pub fn first_score(&self) -> Option<Score> {
        self.scores().first().copied()
    }

    /// The best score.
    pub fn best(&self) -> Option<Score> {
        // As parts of the whole, since a quiz may have grown.
        let parts = |score: &Score| (score.right * 1_000_000) / score.total.max(1);
        self.scores().into_iter().max_by_key(parts)
    }

    /// The run to go on with: the last one begun, if it has answers and no end.
    pub fn open_run(&self) -> Option<OpenRun> {
        let begun = |run: &RunState| run.started.as_ref().map(|(stamp, _)| stamp.clone());
        let (name, run) = self.runs.iter().max_by_key(|(_, run)| begun(run))?;
        let (stamp, seed) = run.started.as_ref()?;
        if run.finished.is_some() || run.abandoned || run.answers.is_empty() {
            return None;
        }
        let past = run
            .answers
            .values()
            .map(|answer| Past {
                question: answer.question.clone(),
                right: answer.right,
                confidence: answer.confidence,
            })
            .collect();
        Some(OpenRun { run: name.clone(), seed: *seed, at: stamp.0, past })
    }

    /// Every answer ever given, in order.
    pub fn answers(&self) -> Vec<Given<'_>> {
        let mut all: Vec<(&Stamp, &Answer)> =
            self.runs.values().flat_map(|run| &run.answers).collect();
        all.sort_by(|a, b| a.0.cmp(b.0));
        all.into_iter().map(|(stamp, answer)| Given { at: stamp.0, answer }).collect()
    }
}
