//! Expands the directives of a chapter, as mdBook's `links` preprocessor does.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::directive::{self, Directive, Kind, Part, Target};
use super::files::{Files, ReadError, folder_of, join, read_text};
use super::parts;
use super::text::{Text, silent_ranges};
use crate::problem::{Problem, Severity};

/// How deep includes may lie in each other; mdBook's own limit.
const DEEPEST: usize = 10;
/// How many directives one chapter may expand: includes that include twice grow as `2^depth`.
const MOST: usize = 10_000;
/// How long a chapter may get by including, in bytes.
const LONGEST: usize = 64 << 20;

/// The chapter in `file` with its directives expanded. What cannot be expanded stays as written.
pub(super) fn chapter(files: &dyn Files, file: &str) -> (Text, Vec<Problem>) {
    let mut expander = Expander {
        files,
        names: Vec::new(),
        read: BTreeMap::new(),
        problems: Vec::new(),
        title: None,
        expanded: 0,
        included: 0,
    };
    let Some((index, text)) = expander.read_root(file) else {
        return (Text::default(), expander.problems);
    };
    let mut text = expander.expand(Text::whole(Vec::new(), index, text), folder_of(file), 0);
    text.set_files(expander.names);
    text.set_title(expander.title);
    (text, expander.problems)
}

struct Expander<'f> {
    files: &'f dyn Files,
    /// Every file read so far, by index.
    names: Vec<String>,
    read: BTreeMap<String, Result<(usize, Rc<Text>), ReadError>>,
    problems: Vec<Problem>,
    title: Option<String>,
    expanded: usize,
    included: usize,
}

/// Where something stands: the index of a file and a range in it.
type Place = (usize, Range<usize>);

impl Expander<'_> {
    fn read_root(&mut self, file: &str) -> Option<(usize, String)> {
        self.names.push(file.to_owned());
        match read_text(self.files, file) {
            Ok((text, problems)) => {
                self.problems.extend(problems);
                Some((0, text))
            }
            Err(error) => {
                let message = format!("The chapter `{file}` cannot be read: {error}");
                self.report(&(0, 0..0), Severity::Error, "chapter-file", message, None);
                None
            }
        }
    }

    /// `text` with its directives expanded; paths in it count from `folder`.
    fn expand(&mut self, text: Text, folder: &str, depth: usize) -> Text {
        let mut from = 0;
        let mut out: Option<Text> = None;
        while let Some(directive) = directive::find(text.as_str(), from) {
            let start = directive.span.start;
            let done = out.get_or_insert_default();
            done.push(&text, from..start);
            from = directive.span.end;
            match self.content(&directive, &text, folder, depth) {
                Content::Text(content) => push_lines(done, &content, &text, &directive.span),
                Content::Bytes(range) => done.push(&text, range),
            }
        }
        match out {
            Some(mut out) => {
                out.push(&text, from..text.as_str().len());
                out
            }
            None => text,
        }
    }

    /// What a directive stands for.
    fn content(
        &mut self,
        directive: &Directive<'_>,
        text: &Text,
        folder: &str,
        depth: usize,
    ) -> Content {
        let span = &directive.span;
        let place = text.place(span.clone());
        let (path, content) = match &directive.kind {
            Kind::Escaped => return escaped(text.as_str(), span),
            Kind::Quiz(_) => return Content::Bytes(span.clone()),
            Kind::Title(title) => {
                self.title = Some((*title).trim_end().to_owned());
                return Content::Bytes(span.end..span.end);
            }
            Kind::Include(target) => (target.path, self.part(folder, target, &place, parts::taken)),
            Kind::RustdocInclude(target) => {
                (target.path, self.part(folder, target, &place, parts::rustdoc))
            }
            Kind::Playground { path, attributes } => {
                let file = self.file(folder, path, &place);
                (*path, file.map(|file| playground(&file, attributes, &place)))
            }
        };
        let Some(content) = content else { return Content::Bytes(span.clone()) };
        if !self.within_limits(&content, &place) {
            return Content::Bytes(span.clone());
        }
        if depth == DEEPEST {
            let message = format!("Includes lie more than {DEEPEST} deep in each other here");
            let help = "look for a file that includes itself";
            self.report(&place, Severity::Error, "include-depth", message, Some(help));
            return Content::Bytes(span.end..span.end);
        }
        let inner_folder = join(folder, path).unwrap_or_default();
        Content::Text(self.expand(content, folder_of(&inner_folder), depth + 1))
    }

    fn within_limits(&mut self, content: &Text, place: &Place) -> bool {
        self.expanded += 1;
        self.included += content.as_str().len();
        let within = self.expanded <= MOST && self.included <= LONGEST;
        if !within {
            let message = "This chapter includes more than can be shown".to_owned();
            let help = "look for a file that includes itself";
            self.report(place, Severity::Error, "include-size", message, Some(help));
        }
        within
    }

    fn part(
        &mut self,
        folder: &str,
        target: &Target<'_>,
        place: &Place,
        take: fn(&Text, &Part<'_>, &Place) -> Text,
    ) -> Option<Text> {
        let file = self.file(folder, target.path, place)?;
        if let Some(missing) = parts::missing(file.as_str(), &target.part) {
            let message = format!("`{}` has no {missing}", target.path);
            self.report(place, Severity::Warning, "include-part", message, None);
        }
        Some(take(&file, &target.part, place))
    }

    /// The file that `path` means, read once however often it is included.
    fn file(&mut self, folder: &str, path: &str, place: &Place) -> Option<Rc<Text>> {
        let found = match join(folder, path) {
            None => Err(ReadError::Outside),
            Some(full) => match self.read.get(&full) {
                Some(found) => found.clone(),
                None => {
                    let found = self.read_included(&full);
                    self.read.insert(full, found.clone());
                    found
                }
            },
        };
        match found {
            Ok((_, text)) => Some(text),
            Err(error) => {
                let message = format!("`{path}` cannot be included: {error}");
                let help = match error {
                    ReadError::Missing => "a path counts from the folder of the file it stands in",
                    ReadError::Outside => "only files of the course can be included",
                    ReadError::Unreadable(_) => "make it a text file that can be read",
                };
                self.report(place, Severity::Error, "include-file", message, Some(help));
                None
            }
        }
    }

    fn read_included(&mut self, path: &str) -> Result<(usize, Rc<Text>), ReadError> {
        let (text, problems) = read_text(self.files, path)?;
        self.problems.extend(problems);
        let index = match self.names.iter().position(|name| name == path) {
            Some(index) => index,
            None => {
                self.names.push(path.to_owned());
                self.names.len() - 1
            }
        };
        Ok((index, Rc::new(Text::whole(Vec::new(), index, text))))
    }

    fn report(
        &mut self,
        (file, span): &Place,
        severity: Severity,
        code: &'static str,
        message: String,
        help: Option<&str>,
    ) {
        let file = self.names[*file].clone();
        let problem = Problem {
            file,
            span: span.clone(),
            severity,
            code,
            message,
            help: help.map(str::to_owned),
        };
        // A file that is included twice has its problems once.
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }
}

enum Content {
    /// This text, line by line.
    Text(Text),
    /// These bytes of the text that holds the directive.
    Bytes(Range<usize>),
}

/// An escaped directive loses its backslash. A quiz keeps it outside of code, where Markdown takes
/// it away: without it the page would show the quiz.
fn escaped(text: &str, span: &Range<usize>) -> Content {
    let keeps = text[span.start + 1..].starts_with("{{#quiz ")
        && !silent_ranges(text).iter().any(|range| range.contains(&span.start));
    Content::Bytes(if keeps { span.clone() } else { span.start + 1..span.end })
}

fn playground(file: &Text, attributes: &[&str], place: &Place) -> Text {
    let mut out = Text::default();
    let comma = if attributes.is_empty() { "" } else { "," };
    out.push_made(&format!("```rust{comma}{}\n", attributes.join(",")), place);
    out.push(file, 0..file.as_str().len());
    let end = if file.as_str().ends_with('\n') { "```\n" } else { "\n```\n" };
    out.push_made(end, place);
    out
}

/// Adds the lines of `content` without the last line's end. What stands before the directive on
/// its line is put before every further line if it is only indentation or the marks of a quote, so
/// that an include stays in its list item or quote.
fn push_lines(out: &mut Text, content: &Text, holder: &Text, directive: &Range<usize>) {
    let line_start = out.as_str().rfind('\n').map_or(0, |newline| newline + 1);
    let before = &out.as_str()[line_start..];
    let keeps = before.chars().all(|c| matches!(c, ' ' | '\t' | '>'));
    let prefix = if keeps { before.to_owned() } else { String::new() };
    let place = holder.place(directive.clone());
    parts::push_lines(out, content, &parts::lines(content.as_str()), &prefix, &place);
}

#[cfg(test)]
mod tests {
    use super::super::files::InMemory;
    use super::*;

    fn expand(chapter_text: &str, others: &[(&str, &str)]) -> (Text, Vec<Problem>) {
        let mut all = vec![("src/a.md", chapter_text)];
        all.extend(others);
        chapter(&InMemory::new(all), "src/a.md")
    }

    fn expanded(chapter_text: &str, others: &[(&str, &str)]) -> String {
        let (text, problems) = expand(chapter_text, others);
        assert_eq!(problems, []);
        text.into_string()
    }

    const LISTING: &str = "\
use std::io;
// ANCHOR: all
fn main() {
    // ANCHOR: body
    run();
    // ANCHOR_END: body
}
// ANCHOR_END: all
";

    #[test]
    fn include_takes_the_whole_lines_or_an_anchor() {
        let files = [("listings/x.rs", LISTING)];
        let of =
            |part: &str| expanded(&format!("{{{{#include ../listings/x.rs{part}}}}}|"), &files);
        assert_eq!(of(":1"), "use std::io;|");
        assert_eq!(of(":7:"), "}\n// ANCHOR_END: all|");
        assert_eq!(of("::1"), "use std::io;|");
        assert_eq!(of(":all"), "fn main() {\n    run();\n}|");
        assert_eq!(of(":body"), "    run();|");
        assert_eq!(of(""), format!("{}|", LISTING.trim_end()));
    }

    #[test]
    fn rustdoc_include_hides_the_other_lines() {
        let files = [("src/x.rs", LISTING)];
        assert_eq!(
            expanded("{{#rustdoc_include x.rs:body}}", &files),
            "# use std::io;\n# fn main() {\n    run();\n# }"
        );
        assert_eq!(expanded("{{#rustdoc_include x.rs:1}}", &[("src/x.rs", "a\nb\n")]), "a\n# b");
    }

    #[test]
    fn playground_becomes_a_rust_block() {
        assert_eq!(
            expanded("{{#playground x.rs editable hidden}}\n", &[("src/x.rs", "fn x() {}")]),
            "```rust,editable,hidden\nfn x() {}\n```\n"
        );
    }

    #[test]
    fn title_is_taken_out_and_kept() {
        let (text, _) = expand("{{#title On the page}}\n# A\n", &[]);
        assert_eq!((text.as_str(), text.title()), ("\n# A\n", Some("On the page")));
    }

    #[test]
    fn an_escape_loses_its_backslash_but_a_quiz_does_not_fire_by_it() {
        assert_eq!(expanded(r"Write \{{#include x.rs}}.", &[]), "Write {{#include x.rs}}.");
        assert_eq!(expanded(r"Write `\{{#quiz x}}`.", &[]), "Write `{{#quiz x}}`.");
        assert_eq!(expanded(r"Write \{{#quiz x}}.", &[]), r"Write \{{#quiz x}}.");
    }

    #[test]
    fn quizzes_and_foreign_directives_stay_in_the_text() {
        let text = "{{#quiz ../q.toml}} {{#label here}} {{#ref there}} {{ x }}";
        assert_eq!(expanded(text, &[]), text);
    }

    #[test]
    fn includes_may_include_and_paths_count_from_the_including_file() {
        let files = [
            ("src/deep/b.md", "b {{#include c.md}} {{#include ../d.md}}\n"),
            ("src/deep/c.md", "c"),
            ("src/d.md", "d"),
        ];
        assert_eq!(expanded("{{#include deep/b.md}}!", &files), "b c d!");
    }

    #[test]
    fn an_include_in_a_list_or_quote_stays_in_it() {
        let files = [("src/x.txt", "one\ntwo\n")];
        assert_eq!(expanded("> {{#include x.txt}}\n", &files), "> one\n> two\n");
        assert_eq!(expanded("- a\n\n  {{#include x.txt}}\n", &files), "- a\n\n  one\n  two\n");
        assert_eq!(expanded("see {{#include x.txt}}", &files), "see one\ntwo");
    }

    #[test]
    fn a_file_that_includes_itself_ends_with_a_problem() {
        let (text, problems) = expand("x\n{{#include a.md}}", &[]);
        assert_eq!(text.as_str().matches('x').count(), 11);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, "include-depth");
    }

    #[test]
    fn includes_that_multiply_end_with_a_problem() {
        let twenty = "{{#include a.md}}\n".repeat(20);
        let (_, problems) = expand(&twenty, &[]);
        assert!(problems.iter().any(|problem| problem.code == "include-size"));
    }

    #[test]
    fn what_cannot_be_included_stays_and_is_reported_at_the_directive() {
        let text = "é\n{{#include gone.rs}} {{#include ../../x}} {{#include /etc/passwd}}";
        let (out, problems) = expand(text, &[]);
        assert_eq!(out.as_str(), text);
        let shown: Vec<_> = problems.iter().map(|p| &text[p.span.clone()]).collect();
        assert_eq!(
            shown,
            ["{{#include gone.rs}}", "{{#include ../../x}}", "{{#include /etc/passwd}}"]
        );
        assert!(problems[1].message.contains("outside"));
    }

    #[test]
    fn a_problem_in_an_included_file_names_that_file() {
        let (_, problems) =
            expand("one\n{{#include b.md}}", &[("src/b.md", "two\n{{#include gone.md}}")]);
        assert_eq!((problems[0].file.as_str(), problems[0].span.clone()), ("src/b.md", 4..24));
    }

    #[test]
    fn a_part_that_is_not_there_is_reported() {
        let files = [("src/x.rs", LISTING)];
        for (part, message) in [("nowhere", "anchor"), ("99", "line")] {
            let (_, problems) = expand(&format!("{{{{#include x.rs:{part}}}}}"), &files);
            assert_eq!(problems[0].code, "include-part");
            assert!(problems[0].message.contains(message), "{}", problems[0].message);
        }
    }

    #[test]
    fn lines_lead_back_to_where_they_came_from() {
        let chapter_text = "# A\n\n{{#rustdoc_include x.rs:body}}\nend";
        let (text, _) = expand(chapter_text, &[("src/x.rs", "\r\n// ANCHOR: body\r\nrun();\r\n")]);
        assert_eq!(text.as_str(), "# A\n\n# \nrun();\nend");
        let at = text.as_str().find("run").expect("it is there");
        assert_eq!(text.source(at..at + 3), ("src/x.rs", 19..22));
        let at = text.as_str().find("end").expect("it is there");
        assert_eq!(text.source(at..at + 3), ("src/a.md", 36..39));
        assert_eq!(text.source(5..7), ("src/a.md", 5..35), "what was made came from the directive");
    }
}
