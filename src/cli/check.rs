//! `awslearn check [DIR]`: what is wrong with a course, for its authors and for CI.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{Global, Outcome, course};
use crate::check::{Look, Report, check, shown};
use crate::course::{Files, read_text};
use crate::problem::{Position, Problem, Severity};
use crate::quiz::predict::SEEDS;
use crate::words::Lang;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The folder of the course [default: --course, else the one that is built in]
    dir: Option<PathBuf>,
    /// Work each predict question out with so many seeds
    #[arg(long, default_value_t = SEEDS, value_name = "N")]
    seeds: u64,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let folder = self.dir.as_ref().or(global.course.as_ref());
        let global = Global { course: folder.cloned(), ..global.clone() };
        // A folder that is no course is wrong use, not a finding.
        course::open(&global)?;
        let files = course::files(global.course.as_deref())?;
        let report = check(&files, self.seeds);
        let mut texts = Texts { files: &*files, read: BTreeMap::new() };
        if self.json {
            serde_json::to_writer_pretty(&mut *out, &json(&report, &mut texts))?;
            writeln!(out)?;
        } else {
            let look = match (global.is_coloured(), std::io::stdout().is_terminal()) {
                (true, _) => Look::Coloured,
                (false, true) => Look::Plain,
                (false, false) => Look::Ascii,
            };
            for problem in &report.problems {
                writeln!(out, "{}\n", shown(problem, texts.of(&problem.file), look))?;
            }
            writeln!(out, "{}", total(&report))?;
        }
        let failed = report.count(Severity::Error) > 0;
        Ok(if failed { Outcome::Failed } else { Outcome::Fine })
    }
}

/// The texts that findings point into, each read once.
struct Texts<'f> {
    files: &'f dyn Files,
    read: BTreeMap<String, String>,
}

impl Texts<'_> {
    fn of(&mut self, file: &str) -> &str {
        if !self.read.contains_key(file) {
            let text = read_text(self.files, file).map(|(text, _)| text).unwrap_or_default();
            self.read.insert(file.to_owned(), text);
        }
        &self.read[file]
    }
}

fn total(report: &Report) -> String {
    let languages: Vec<_> = report.languages.iter().map(|lang| lang.code()).collect();
    let languages = match languages.as_slice() {
        [] => String::new(),
        codes => format!(" in each of {}", codes.join(", ")),
    };
    let counted = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    format!(
        "{}, {}, {}{languages}: {}, {}",
        counted(report.lessons, "lesson", "lessons"),
        counted(report.quizzes, "quiz", "quizzes"),
        counted(report.questions, "question", "questions"),
        counted(report.count(Severity::Error), "error", "errors"),
        counted(report.count(Severity::Warning), "warning", "warnings"),
    )
}

#[derive(Serialize)]
struct Json<'r> {
    languages: Vec<&'static str>,
    lessons: usize,
    quizzes: usize,
    questions: usize,
    errors: usize,
    warnings: usize,
    problems: Vec<JsonProblem<'r>>,
}

#[derive(Serialize)]
struct JsonProblem<'r> {
    file: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    severity: &'static str,
    code: &'r str,
    message: &'r str,
    help: Option<&'r str>,
}

fn json<'r>(report: &'r Report, texts: &mut Texts<'_>) -> Json<'r> {
    let problem = |problem: &'r Problem| {
        let text = texts.of(&problem.file);
        let start = Position::of(text, problem.span.start);
        let end = Position::of(text, problem.span.end);
        JsonProblem {
            file: &problem.file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: problem.code,
            message: &problem.message,
            help: problem.help.as_deref(),
        }
    };
    Json {
        languages: report.languages.iter().copied().map(Lang::code).collect(),
        lessons: report.lessons,
        quizzes: report.quizzes,
        questions: report.questions,
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        problems: report.problems.iter().map(problem).collect(),
    }
}
