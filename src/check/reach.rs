//! Every chapter file is in the summary, and every quiz file in a lesson.

use std::collections::BTreeSet;

use super::{Edition, Finding};
use crate::course::join;
use crate::problem::Problem;

pub(super) fn check(edition: &Edition, problems: &mut Vec<Problem>) {
    let course = &edition.course;
    let summary = course.summary_file();
    let mut reached: BTreeSet<&str> = BTreeSet::from([summary.as_str()]);
    for read in &edition.lessons {
        // A text's files are the chapter's own and all that it includes.
        reached.extend(read.text.files().iter().map(String::as_str));
    }
    let chapters = course.files().list(course.source_folder());
    // mdBook makes the page for unknown addresses of it (`output.html.input-404`).
    let not_found = join(course.source_folder(), "404.md").unwrap_or_default();
    for file in chapters.iter().filter(|file| file.ends_with(".md")) {
        if !reached.contains(file.as_str()) && *file != not_found {
            let finding = Finding::error("unreachable", "No line of SUMMARY.md leads here".into());
            problems.push(finding.help("list it, include it, or take it out").at(file, 0..0));
        }
    }
    let embedded: BTreeSet<&str> =
        edition.quizzes.values().map(|quiz| quiz.file.as_str()).collect();
    let quizzes = course.files().list(course.quiz_folder());
    for file in quizzes.iter().filter(|file| file.ends_with(".toml")) {
        if !embedded.contains(file.as_str()) {
            let finding = Finding::error("unreachable", "No lesson embeds this quiz".into());
            let help = "embed it with a {{#quiz …}} line, or take it out";
            problems.push(finding.help(help).at(file, 0..0));
        }
    }
}
