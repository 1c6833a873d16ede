//! One event, and the line it is in the progress file.

use serde::{Deserialize, Serialize};

use crate::quiz::{Confidence, Response};

/// The newest format of progress files that this program knows.
pub const FORMAT: u64 = 1;

/// The first line of a progress file.
pub fn header() -> String {
    format!("{{\"awslearn\":\"progress\",\"format\":{FORMAT}}}")
}

/// What happened. Lessons, quizzes and questions go by the names that are the same in every
/// language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// A question was answered.
    Answer(Answer),
    /// A run through a quiz began.
    QuizStarted {
        /// The quiz.
        quiz: String,
        /// The run's own name, unique on every machine.
        run: String,
        /// The lesson it was taken from.
        #[serde(default)]
        lesson: String,
        /// What the order of the options is drawn from.
        seed: u32,
        /// Questions in the quiz.
        total: usize,
    },
    /// A run came to its end.
    QuizFinished {
        /// The quiz.
        quiz: String,
        /// The run.
        run: String,
        /// Questions right at the first attempt.
        right: usize,
        /// Questions in the quiz.
        total: usize,
    },
    /// A run was given up for a new one.
    QuizAbandoned {
        /// The quiz.
        quiz: String,
        /// The run.
        run: String,
    },
    /// A lesson was read to its end.
    LessonRead {
        /// The lesson.
        lesson: String,
    },
    /// Reading stopped here.
    Place {
        /// The lesson.
        lesson: String,
        /// A byte offset in the lesson's text.
        offset: usize,
    },
    /// The note to a lesson now reads like this.
    Note {
        /// The lesson.
        lesson: String,
        /// The whole note; empty when it was taken away.
        text: String,
    },
    /// A setting now has this value.
    Setting {
        /// The setting.
        name: String,
        /// Its value.
        value: String,
    },
}

/// One answer to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The quiz.
    pub quiz: String,
    /// The run through it.
    pub run: String,
    /// The question's identity.
    pub question: String,
    /// The hash of what was asked.
    pub content: String,
    /// The language it was asked in (the hash is of that language's text).
    pub lang: String,
    /// The answer.
    pub chosen: Response,
    /// Whether it was right.
    pub right: bool,
    /// How sure the learner was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Which attempt in this run, from 1.
    pub attempt: u32,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// The learner's reason in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// The line of an event, as serde writes and reads it.
#[derive(Serialize, Deserialize)]
struct Written<W> {
    id: String,
    at: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    course: String,
    #[serde(flatten)]
    what: W,
}

/// One line of a progress file.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Unique among all machines.
    pub id: String,
    /// When, in milliseconds since 1970 UTC.
    pub at: u64,
    /// The course it belongs to: empty for the one that is built in.
    pub course: String,
    /// What happened; `None` for an event of a kind that only a newer program knows.
    pub what: Option<What>,
    /// The line as it stands in the file, without its end. It is kept as it is, so that nothing a
    /// newer program wrote is lost.
    pub line: String,
}

impl Entry {
    /// A new event.
    pub fn new(id: String, at: u64, course: &str, what: What) -> Entry {
        let written = Written { id, at, course: course.to_owned(), what };
        let line = serde_json::to_string(&written).expect("events are plain data");
        let Written { id, at, course, what } = written;
        Entry { id, at, course, what: Some(what), line }
    }

    /// Reads a line; `None` if it is no event.
    pub fn read(line: &str) -> Option<Entry> {
        let line = line.trim_end_matches('\r');
        if let Ok(Written { id, at, course, what }) = serde_json::from_str::<Written<What>>(line) {
            return Some(Entry { id, at, course, what: Some(what), line: line.to_owned() });
        }
        let any: Written<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(line).ok()?;
        let Written { id, at, course, .. } = any;
        Some(Entry { id, at, course, what: None, line: line.to_owned() })
    }

    /// What orders events: their time, and their id where two have the same.
    pub fn stamp(&self) -> (u64, &str) {
        (self.at, &self.id)
    }
}
