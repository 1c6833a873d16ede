//! Console blocks of lessons: the lines in them, run in a model, and compared with what is written there.
//!
//! A line that begins with `$ ` is a command; a backslash at its end joins the next line. What follows
//! up to the next command is what it prints: `[..]` stands for any text of a line, `...` alone for any
//! lines. Blocks run in the preset that the lesson names with the model's actors standing still: the
//! preset's queues and streams are there, and nothing moves but by the block's own commands.

use std::ops::Range;

use super::catalog::{Setup, SetupError};
use super::command::{Command, Refusal};
use super::registry::{Bench, ModelId};
use super::timeline::Played;
use crate::services::time::Span;

/// The knob, of models that have actors, with which they work or stand still.
pub const ACTORS: &str = "actors";
/// Its choice for standing still.
const STILL: &str = "still";
/// The seed of the world that a lesson's blocks run in.
pub const SEED: u64 = 1;
/// How long, in virtual time, a line may wait for its answer.
pub const PATIENCE: Span = Span::seconds(60);
/// So many moves may one line take.
const BUDGET: usize = 2_000_000;

/// One command of a block and what is written under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The command, joined to one line.
    pub line: String,
    /// Where it stands in the block, its continuation lines included.
    pub place: Range<usize>,
    /// What it should print.
    pub expected: Vec<String>,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// What it printed, without a newline at its end.
    pub output: String,
    /// Whether that is the error of a service.
    pub failed: bool,
}

/// Why a command came to no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// It was refused and nothing was done.
    Refused(Refusal),
    /// Its answer did not come, or the time it lets pass was too full of events.
    TooLong,
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// Written and printed.
    Same(String),
    /// Written, but not printed.
    Missing(String),
    /// Printed, but not written.
    Extra(String),
}

/// The commands of a block's text.
pub fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut joins = false;
    let mut at = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let place = at..at + line.len();
        at += whole.len();
        let is_command = line.strip_prefix("$ ");
        match (steps.last_mut(), is_command) {
            (Some(step), _) if joins => {
                step.line.push_str(line.trim_start());
                step.place.end = place.end;
                joins = unjoin(&mut step.line);
            }
            (_, Some(command)) => {
                let mut line = command.to_owned();
                joins = unjoin(&mut line);
                steps.push(Step { line, place, expected: Vec::new() });
            }
            (Some(step), None) => step.expected.push(line.trim_end().to_owned()),
            (None, None) => {}
        }
    }
    for step in &mut steps {
        while step.expected.last().is_some_and(String::is_empty) {
            step.expected.pop();
        }
    }
    steps
}

/// Takes the backslash off the end of a line; says whether there was one.
fn unjoin(line: &mut String) -> bool {
    match line.trim_end().strip_suffix('\\') {
        Some(open) => {
            *line = format!("{} ", open.trim_end());
            true
        }
        None => false,
    }
}

/// The setup that a lesson's blocks run in: its preset and knobs, with the actors standing still.
///
/// # Errors
/// A preset or knob that the model does not have, or a value out of its range.
pub fn still_setup(
    id: ModelId,
    preset: Option<&str>,
    knobs: &[(&str, i64)],
    seed: u64,
) -> Result<Setup, SetupError> {
    let mut knobs = knobs.to_vec();
    if let Some(still) = stillness(id) {
        knobs.push((ACTORS, still));
    }
    id.setup(preset, &knobs, seed)
}

/// The value of [`ACTORS`] with which the model's actors stand still; none if it has no such knob.
pub fn stillness(id: ModelId) -> Option<i64> {
    let knob = id.knobs().iter().find(|knob| knob.id == ACTORS)?;
    knob.choices.iter().position(|choice| *choice == STILL).and_then(|at| i64::try_from(at).ok())
}

/// Runs one command at the cursor, and lets time run until its answer has come.
///
/// # Errors
/// The command was refused, or did not come to an end.
pub fn run(bench: &mut dyn Bench, line: &str) -> Result<Ran, Stopped> {
    let outcome = bench.act(Command::Aws(line.trim().to_owned())).map_err(Stopped::Refused)?;
    if outcome.sleep > Span::ZERO {
        let until = bench.now().at + outcome.sleep;
        if bench.play(until, BUDGET) == Played::OutOfBudget {
            return Err(Stopped::TooLong);
        }
    }
    if !outcome.waits {
        return Ok(Ran { output: outcome.output, failed: outcome.failed });
    }
    let limit = bench.now().at + PATIENCE;
    for _ in 0..BUDGET {
        if !bench.prompt().is_waiting() {
            break;
        }
        match bench.next_at() {
            Some(due) if due <= limit => bench.play(due, 1),
            _ => return Err(Stopped::TooLong),
        };
    }
    let answered = bench.prompt().answered().ok_or(Stopped::TooLong)?;
    Ok(Ran { output: answered.text.clone(), failed: answered.failed })
}

/// Whether `printed` is what is written.
pub fn agrees(expected: &[String], printed: &str) -> bool {
    compare(expected, printed).iter().all(|line| matches!(line, Compared::Same(_)))
}

/// What is written beside what was printed, line by line, with as much in common as there is.
pub fn compare(expected: &[String], printed: &str) -> Vec<Compared> {
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let (rows, columns) = (expected.len(), printed.len());
    // `best[r][c]`: how much agrees from expected line r and printed line c on; a line that is written
    // counts twice what `...` swallows, so that it is never swallowed while it is needed.
    let mut best = vec![vec![0usize; columns + 1]; rows + 1];
    for r in (0..rows).rev() {
        for c in (0..=columns).rev() {
            let mut most = best[r + 1][c];
            if c < columns {
                most = most.max(best[r][c + 1]);
                if line_agrees(&expected[r], printed[c]) {
                    most = most.max(2 + best[r + 1][c + 1]);
                }
                if expected[r] == "..." {
                    most = most.max(1 + best[r][c + 1]);
                }
            }
            best[r][c] = most;
        }
    }
    let (mut r, mut c) = (0, 0);
    let mut lines = Vec::new();
    while r < rows || c < columns {
        let any = r < rows && expected[r] == "...";
        if any && c < columns && best[r][c] == 1 + best[r][c + 1] {
            lines.push(Compared::Same(printed[c].to_owned()));
            c += 1;
        } else if any {
            r += 1;
        } else if r < rows
            && c < columns
            && line_agrees(&expected[r], printed[c])
            && best[r][c] == 2 + best[r + 1][c + 1]
        {
            lines.push(Compared::Same(printed[c].to_owned()));
            (r, c) = (r + 1, c + 1);
        } else if r < rows && (c == columns || best[r][c] == best[r + 1][c]) {
            lines.push(Compared::Missing(expected[r].clone()));
            r += 1;
        } else {
            lines.push(Compared::Extra(printed[c].to_owned()));
            c += 1;
        }
    }
    lines
}

/// Whether a printed line is the one that is written, `[..]` standing for any text.
fn line_agrees(written: &str, printed: &str) -> bool {
    let mut parts = written.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_block_is_commands_and_what_they_print() {
        let steps = steps("$ aws a \\\n    --b c\n{\n}\n\n$ sleep 3\n$ aws d\nlast\n");
        assert_eq!(
            steps.iter().map(|step| step.line.as_str()).collect::<Vec<_>>(),
            ["aws a --b c", "sleep 3", "aws d"]
        );
        assert_eq!(steps[0].expected, ["{", "}"]);
        assert_eq!(steps[0].place, 0..19);
        assert!(steps[1].expected.is_empty());
        assert_eq!(steps[2].expected, ["last"]);
    }

    #[test]
    fn holes_stand_for_any_text_and_dots_for_any_lines() {
        assert!(agrees(
            &lines("{\n  \"Url\": \"[..]/orders\"\n}"),
            "{\n  \"Url\": \"x/orders\"\n}"
        ));
        assert!(!agrees(&lines("a[..]c"), "ab"));
        assert!(agrees(&lines("a[..]b[..]c"), "a1b2b3c"));
        assert!(!agrees(&lines("same"), "same here"));
        assert!(agrees(&lines("first\n...\nlast"), "first\n1\n2\nlast"));
        assert!(agrees(&lines("first\n...\nlast"), "first\nlast"));
        assert!(agrees(&lines("..."), ""));
        assert!(!agrees(&[], "something"));
        assert!(!agrees(&lines("something"), ""));
        assert!(agrees(&[], ""));
    }

    #[test]
    fn a_comparison_names_what_is_missing_and_what_is_too_much() {
        assert_eq!(
            compare(&lines("a\nb\nd"), "a\nc\nd"),
            [
                Compared::Same("a".to_owned()),
                Compared::Missing("b".to_owned()),
                Compared::Extra("c".to_owned()),
                Compared::Same("d".to_owned()),
            ]
        );
    }
}
