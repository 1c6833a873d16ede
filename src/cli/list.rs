//! `awslearn list`: the table of contents.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{Global, Outcome, course, printable};
use crate::course::{Course, Entry, Lesson, Number};

#[derive(Debug, Args)]
pub(super) struct List {
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let (course, _) = course::open(global)?;
        if self.json {
            serde_json::to_writer_pretty(&mut *out, &contents(&course))?;
            writeln!(out)?;
        } else {
            write_table(&course, out)?;
        }
        Ok(Outcome::Fine)
    }
}

#[derive(Serialize)]
struct Contents<'c> {
    title: &'c str,
    lang: Option<&'static str>,
    languages: Vec<&'static str>,
    entries: Vec<Row<'c>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Row<'c> {
    Part {
        title: &'c str,
    },
    Lesson {
        id: &'c str,
        title: &'c str,
        number: Option<String>,
        depth: usize,
        file: &'c str,
        quizzes: Vec<String>,
    },
    Draft {
        title: &'c str,
        number: Option<String>,
        depth: usize,
    },
    Separator,
}

fn contents(course: &Course) -> Contents<'_> {
    Contents {
        title: course.title(),
        lang: course.lang().map(crate::words::Lang::code),
        languages: course.languages().iter().map(|lang| lang.code()).collect(),
        entries: course.entries().iter().map(|entry| row(course, entry)).collect(),
    }
}

fn row<'c>(course: &Course, entry: &'c Entry) -> Row<'c> {
    let shown = |number: &Option<Number>| number.as_ref().map(Number::to_string);
    match entry {
        Entry::Part(title) => Row::Part { title },
        Entry::Lesson(lesson) => Row::Lesson {
            id: lesson.id.as_str(),
            title: &lesson.title,
            number: shown(&lesson.number),
            depth: lesson.depth,
            file: &lesson.file,
            quizzes: quizzes(course, lesson),
        },
        Entry::Draft { title, number, depth } => {
            Row::Draft { title, number: shown(number), depth: *depth }
        }
        Entry::Separator => Row::Separator,
    }
}

fn quizzes(course: &Course, lesson: &Lesson) -> Vec<String> {
    course.quizzes_in(lesson).iter().map(|quiz| quiz.as_str().to_owned()).collect()
}

/// The titles, and beside them the ids that `open` and `quiz` take.
fn write_table(course: &Course, out: &mut dyn Write) -> std::io::Result<()> {
    let indent = |depth: usize| "  ".repeat(depth + 1);
    let titled = |number: &Option<Number>, title: &str, depth: usize| {
        let number = number.as_ref().map_or_else(String::new, |number| format!("{number} "));
        format!("{}{number}{}", indent(depth), printable(title))
    };
    let rows: Vec<(String, String)> = course
        .entries()
        .iter()
        .map(|entry| match entry {
            Entry::Part(title) => (format!("\n{}", printable(title)), String::new()),
            Entry::Separator => (String::new(), String::new()),
            Entry::Draft { title, number, depth } => {
                (titled(number, title, *depth), "(no file yet)".to_owned())
            }
            Entry::Lesson(lesson) => {
                let quizzes: String =
                    quizzes(course, lesson).iter().map(|quiz| format!("  quiz {quiz}")).collect();
                let names = printable(&format!("{}{quizzes}", lesson.id));
                (titled(&lesson.number, &lesson.title, lesson.depth), names)
            }
        })
        .collect();
    let width = rows.iter().map(|(title, _)| title.width()).max().unwrap_or_default();
    writeln!(out, "{}", printable(course.title()))?;
    for (title, names) in rows {
        let gap = if names.is_empty() { 0 } else { width - title.width() + 2 };
        writeln!(out, "{title}{:gap$}{names}", "")?;
    }
    Ok(())
}
