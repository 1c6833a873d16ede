//! `awslearn status`: where am I, what is next, and how did the quizzes go.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::{Global, Outcome, course, printable};
use crate::course::{Course, Lesson};
use crate::progress::{QuizState, Score, State};

/// Say where you are, what is next, and your scores.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

/// What is said, in the order in which it is said.
#[derive(Debug, Serialize)]
struct Report {
    course: String,
    lessons: Count,
    quizzes: Count,
    /// Where reading stopped.
    here: Option<Named>,
    /// The first lesson not read yet.
    next: Option<Named>,
    scores: Vec<QuizReport>,
    notes: usize,
}

#[derive(Debug, Serialize)]
struct Count {
    done: usize,
    total: usize,
}

#[derive(Debug, Serialize)]
struct Named {
    id: String,
    title: String,
}

#[derive(Debug, Serialize)]
struct QuizReport {
    quiz: String,
    lesson: String,
    questions: usize,
    /// Questions right at the first attempt, in the last run.
    right: Option<usize>,
    /// Questions in the quiz when that run was made.
    of: Option<usize>,
    /// The same of the run before.
    before: Option<usize>,
    best: Option<usize>,
    runs: usize,
    /// Questions answered in a run that was left in the middle.
    in_the_middle: Option<usize>,
}

impl Status {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let (course, _) = course::open(global)?;
        let state = global.history()?.state(&global.course_key(&course));
        let report = Report::of(&course, &state);
        if self.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)?;
        } else {
            report.print(out)?;
        }
        Ok(Outcome::Fine)
    }
}

fn named(lesson: &Lesson) -> Named {
    Named { id: lesson.id.to_string(), title: lesson.title.clone() }
}

impl Report {
    fn of(course: &Course, state: &State) -> Report {
        let lessons: Vec<&Lesson> = course.lessons().collect();
        let here = state
            .last_place()
            .and_then(|(id, _)| lessons.iter().find(|lesson| lesson.id.as_str() == id));
        let unread = |lesson: &&&Lesson| !state.is_read(lesson.id.as_str());
        let scores: Vec<QuizReport> = course
            .quizzes()
            .into_iter()
            .map(|(id, lesson)| {
                let questions = course.quiz(&id).quiz.questions.len();
                QuizReport::of(id.as_str(), lesson, questions, state)
            })
            .collect();
        Report {
            course: course.title().to_owned(),
            lessons: Count {
                done: lessons.iter().filter(|lesson| state.is_read(lesson.id.as_str())).count(),
                total: lessons.len(),
            },
            quizzes: Count {
                done: scores.iter().filter(|score| score.right.is_some()).count(),
                total: scores.len(),
            },
            here: here.map(|lesson| named(lesson)),
            next: lessons.iter().find(unread).map(|lesson| named(lesson)),
            scores,
            notes: state.notes().count(),
        }
    }

    fn print(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        writeln!(out, "{}", printable(&self.course))?;
        let Count { done, total } = self.lessons;
        writeln!(out, "  lessons read  {done} of {total}")?;
        let Count { done, total } = self.quizzes;
        writeln!(out, "  quizzes taken {done} of {total}")?;
        let line = |out: &mut dyn Write, what: &str, lesson: &Option<Named>| match lesson {
            Some(Named { id, title }) => {
                writeln!(out, "  {what}  {} ({})", printable(title), printable(id))
            }
            None => Ok(()),
        };
        line(out, "you are at  ", &self.here)?;
        line(out, "next unread ", &self.next)?;
        let known: Vec<&QuizReport> = self
            .scores
            .iter()
            .filter(|score| score.right.is_some() || score.in_the_middle.is_some())
            .collect();
        if !known.is_empty() {
            writeln!(out, "\nscores, at the first attempt")?;
        }
        for score in known {
            writeln!(out, "{}", score.line())?;
        }
        Ok(())
    }
}

impl QuizReport {
    fn of(quiz: &str, lesson: &Lesson, questions: usize, state: &State) -> QuizReport {
        let known = state.quiz(quiz);
        let scores: Vec<Score> = known.map(QuizState::scores).unwrap_or_default();
        let right = |score: &Score| score.right;
        QuizReport {
            quiz: quiz.to_owned(),
            lesson: lesson.id.to_string(),
            questions,
            right: scores.last().map(right),
            of: scores.last().map(|score| score.total),
            before: scores.iter().rev().nth(1).map(right),
            best: known.and_then(QuizState::best).as_ref().map(right),
            runs: scores.len(),
            in_the_middle: known.and_then(QuizState::open_run).map(|run| run.answered()),
        }
    }

    fn line(&self) -> String {
        let mut line = match (self.right, self.of) {
            (Some(right), Some(of)) => format!("  {right:>3} of {of:<3}"),
            _ => format!("  {:10}", ""),
        };
        line += &format!(" {}", printable(&self.quiz));
        match (self.right, self.before) {
            (Some(now), Some(before)) if now > before => line += &format!("  (+{})", now - before),
            (Some(now), Some(before)) if now < before => line += &format!("  (-{})", before - now),
            _ => {}
        }
        if let Some(answered) = self.in_the_middle {
            line += &format!("  left after {answered} of {} questions", self.questions);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::course::InMemory;
    use crate::progress::{Entry, History, What};
    use crate::words::Lang;

    #[test]
    fn the_report_names_place_next_lesson_and_scores_with_their_change() {
        let files = InMemory::new([
            ("SUMMARY.md", "# Q\n\n- [One](one.md)\n- [Two](two.md)\n"),
            ("one.md", "{{#quiz one.toml}}"),
            ("two.md", "text"),
            (
                "one.toml",
                "[[questions]]\ntype = \"Tracing\"\nprompt.program = \"x\"\nanswer.doesCompile = false",
            ),
        ]);
        let course = Course::open(Arc::new(files), Lang::En).0;
        let quiz = course.quizzes()[0].0.to_string();
        let finished = |run: &str, right| What::QuizFinished {
            quiz: quiz.clone(),
            run: run.to_owned(),
            right,
            total: 1,
        };
        let events = [
            What::LessonRead { lesson: "one".to_owned() },
            What::Place { lesson: "two".to_owned(), offset: 3 },
            finished("a", 0),
            finished("b", 1),
        ];
        let mut history = History::default();
        for (at, what) in events.into_iter().enumerate() {
            history.insert(Entry::new(format!("e{at}"), at as u64, "", what));
        }
        let report = Report::of(&course, &history.state(""));
        let mut out = Vec::new();
        report.print(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("lessons read  1 of 2"), "{text}");
        assert!(text.contains("you are at    Two (two)"), "{text}");
        assert!(text.contains("next unread   Two (two)"), "{text}");
        assert!(text.contains("  1 of 1   ") && text.contains("(+1)"), "{text}");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["scores"][0]["right"], 1);
        assert_eq!(json["next"]["id"], "two");
    }
}
