//! Every link of every lesson leads to a lesson, an anchor or a file that is there.

use super::{Edition, Finding, ReadLesson};
use crate::course::{Lesson, LinkTarget};
use crate::page::Document;
use crate::problem::Problem;

pub(super) fn check(edition: &Edition, problems: &mut Vec<Problem>) {
    for read in &edition.lessons {
        for place in read.document.links() {
            let target = &place.link.target;
            if let Some(finding) = broken(edition, &read.lesson, target) {
                problems.push(read.problem(place.link.source.clone(), finding));
            }
        }
    }
    for quiz in edition.quizzes.values() {
        let lesson = &edition.lessons[quiz.lesson].lesson;
        for question in &quiz.parsed.quiz.questions {
            for link in &question.links {
                let finding = leads_nowhere(edition, &edition.course.question_link(&link.target));
                let finding = finding
                    .map(|finding| finding.help("the path counts from the folder of SUMMARY.md"));
                problems.extend(finding.map(|finding| finding.at(&quiz.file, link.span.clone())));
            }
            for text in question.texts() {
                for place in Document::parse(text).links() {
                    let finding = broken(edition, lesson, &place.link.target);
                    problems.extend(
                        finding.map(|finding| finding.at(&quiz.file, question.span.clone())),
                    );
                }
            }
        }
    }
}

/// What is wrong with a link in `lesson`.
fn broken(edition: &Edition, lesson: &Lesson, target: &str) -> Option<Finding> {
    if target.is_empty() {
        let finding = Finding::error("link-target", "This link leads nowhere".to_owned());
        return Some(finding.help("name a chapter's file, an #anchor or an address"));
    }
    leads_nowhere(edition, &edition.course.link(lesson, target))
}

fn leads_nowhere(edition: &Edition, target: &LinkTarget) -> Option<Finding> {
    match target {
        LinkTarget::Url { .. } => None,
        LinkTarget::Lesson { anchor: None, .. } => None,
        LinkTarget::Lesson { id, anchor: Some(anchor) } => {
            // A chapter that cannot be read has its own finding.
            let lesson = edition.lesson(id).filter(|lesson| !lesson.text.files().is_empty())?;
            (!has_anchor(lesson, anchor)).then(|| missing_anchor(lesson, anchor))
        }
        LinkTarget::Outside(path) => Some(Finding::warning(
            "link-outside",
            format!("`{path}` leads out of the book; whether it is there cannot be checked"),
        )),
        LinkTarget::File(path) if !edition.course.files().exists(path) => {
            let finding = Finding::error("link-target", format!("There is no file `{path}`"));
            let files = edition.lessons.iter().map(|read| read.lesson.file.as_str());
            Some(match nearest(path, files) {
                Some(file) => finding.help(format!("did you mean `{file}`?")),
                None => finding,
            })
        }
        LinkTarget::File(path) if path.ends_with(".md") => Some(
            Finding::error("link-target", format!("`{path}` is no chapter of the course"))
                .help("list it in SUMMARY.md"),
        ),
        LinkTarget::File(_) => None,
    }
}

/// A heading's anchor, or an `id` or `name` that HTML in the text gives.
fn has_anchor(lesson: &ReadLesson, anchor: &str) -> bool {
    let text = lesson.document.text();
    lesson.document.anchor(anchor).is_some()
        || ["id", "name"].iter().any(|key| {
            text.contains(&format!("{key}=\"{anchor}\""))
                || text.contains(&format!("{key}='{anchor}'"))
        })
}

fn missing_anchor(lesson: &ReadLesson, anchor: &str) -> Finding {
    let file = &lesson.lesson.file;
    let finding = Finding::error("link-anchor", format!("`{file}` has no heading `#{anchor}`"));
    let anchors = lesson.document.outline().iter().map(|heading| heading.anchor.as_str());
    match nearest(anchor, anchors) {
        Some(near) => finding.help(format!("did you mean `#{near}`?")),
        None => finding,
    }
}

/// The name most like `wanted`, if one is like it at all.
fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|name| (strsim::normalized_damerau_levenshtein(wanted, name), name))
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
