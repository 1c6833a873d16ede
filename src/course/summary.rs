//! `SUMMARY.md`: which lessons a course has, in which order, under which titles.
//!
//! The rules are mdBook's (the `mdbook-summary` crate), with one difference: where mdBook refuses
//! the whole book, this reads on and reports a [`Problem`].

use std::fmt;
use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, OffsetIter, Parser, Tag, TagEnd};

use super::files::{below, join};
use super::ids::LessonId;
use crate::problem::{Problem, Severity};

/// One line of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The title of the part that begins here.
    Part(String),
    /// A lesson that can be opened.
    Lesson(Lesson),
    /// A lesson that is planned and has no file yet.
    Draft {
        /// What it will be called.
        title: String,
        /// Its number, if it is a numbered chapter.
        number: Option<Number>,
        /// How deep it is nested; 0 is the top.
        depth: usize,
    },
    /// A line between lessons.
    Separator,
}

/// A lesson as the table of contents knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Its stable name.
    pub id: LessonId,
    /// Its title, without markup.
    pub title: String,
    /// Its number; none for a prefix or suffix chapter.
    pub number: Option<Number>,
    /// How deep it is nested; 0 is the top.
    pub depth: usize,
    /// Its file, from the course's root.
    pub file: String,
    /// Where `SUMMARY.md` names it.
    pub span: Range<usize>,
}

/// The number of a chapter, such as `2.1.`; each part counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub Vec<u32>);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| write!(f, "{part}."))
    }
}

/// What a `SUMMARY.md` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The heading before everything else.
    pub title: Option<String>,
    /// The table of contents, in order.
    pub entries: Vec<Entry>,
}

/// Reads the text of the summary in the file `file`; chapters lie below the folder `src`.
pub fn parse(text: &str, file: &str, src: &str) -> (Summary, Vec<Problem>) {
    let mut reader = Reader {
        events: Parser::new(text).into_offset_iter().peekable(),
        file,
        src,
        summary: Summary::default(),
        problems: Vec::new(),
        top_level: 0,
    };
    reader.read_title();
    reader.read_blocks();
    (reader.summary, reader.problems)
}

/// Where in the summary the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Prefix,
    /// Numbered chapters; `fresh` right after a part's title, where a paragraph is still no suffix.
    Numbered {
        fresh: bool,
    },
    Suffix,
}

struct Reader<'a> {
    events: Peekable<OffsetIter<'a>>,
    file: &'a str,
    src: &'a str,
    summary: Summary,
    problems: Vec<Problem>,
    /// How many numbered chapters stand at the top level so far: numbers go on across parts.
    top_level: u32,
}

impl Reader<'_> {
    fn read_title(&mut self) {
        while let Some((event, _)) = self.events.peek() {
            match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
                    self.events.next();
                    self.summary.title = Some(self.flat_text(TagEnd::Heading(HeadingLevel::H1)));
                    return;
                }
                Event::Html(_) | Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {
                    self.events.next();
                }
                _ => return,
            }
        }
    }

    fn read_blocks(&mut self) {
        let mut section = Section::Prefix;
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => {
                    self.no_list_after_suffix(section, span);
                    let title = self.flat_text(TagEnd::Heading(HeadingLevel::H1));
                    self.summary.entries.push(Entry::Part(title));
                    section = Section::Numbered { fresh: true };
                }
                Event::Start(Tag::Heading { .. }) => self.skip(),
                Event::Start(Tag::List(_)) => {
                    self.no_list_after_suffix(section, span);
                    self.read_list(&[], 0);
                    section = Section::Numbered { fresh: false };
                }
                Event::Start(Tag::Paragraph) if section == (Section::Numbered { fresh: false }) => {
                    section = Section::Suffix;
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    if section == (Section::Numbered { fresh: true }) {
                        self.report(
                            span,
                            "summary-link",
                            "mdBook leaves out a link that follows a part's title",
                            "make it an item of a list, or move it before the part's title",
                        );
                        self.skip();
                    } else {
                        self.add_chapter(&dest_url, span, None, 0);
                    }
                }
                Event::Rule => self.summary.entries.push(Entry::Separator),
                _ => {}
            }
        }
    }

    /// Reads the items of the list just opened, numbered below `parent`.
    fn read_list(&mut self, parent: &[u32], depth: usize) {
        let mut count = if depth == 0 { self.top_level } else { 0 };
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => self.read_item(parent, depth, &mut count, span),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        if depth == 0 {
            self.top_level = count;
        }
    }

    /// Reads one item: a link, then perhaps lists of what is nested below it.
    fn read_item(&mut self, parent: &[u32], depth: usize, count: &mut u32, item: Range<usize>) {
        let mut own: Option<Vec<u32>> = None;
        let mut reported = false;
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::Item) => break,
                Event::Start(Tag::Link { dest_url, .. }) if own.is_none() => {
                    *count += 1;
                    let number = [parent, &[*count]].concat();
                    self.add_chapter(&dest_url, span, Some(Number(number.clone())), depth);
                    own = Some(number);
                }
                Event::Start(Tag::List(_)) => match &own {
                    Some(number) => self.read_list(&number.clone(), depth + 1),
                    // Without a chapter above them they are its siblings.
                    None => self.read_siblings(parent, depth, count),
                },
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Html(_) | Event::InlineHtml(_) => {}
                Event::SoftBreak | Event::HardBreak => {}
                _ if own.is_none() => {
                    if !reported {
                        reported = true;
                        self.report(
                            first_line(item.clone(), &span),
                            "summary-item",
                            "An item of the summary must begin with a link to a chapter",
                            "write it as [Title](file.md), or [Title]() for one that has no file yet",
                        );
                    }
                    if matches!(event, Event::Start(_)) {
                        self.skip();
                    }
                }
                Event::Start(_) => self.skip(),
                _ => {}
            }
        }
    }

    fn read_siblings(&mut self, parent: &[u32], depth: usize, count: &mut u32) {
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => self.read_item(parent, depth, count, span),
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
    }

    fn add_chapter(
        &mut self,
        target: &str,
        span: Range<usize>,
        number: Option<Number>,
        depth: usize,
    ) {
        let title = self.flat_text(TagEnd::Link);
        if target.is_empty() {
            self.summary.entries.push(Entry::Draft { title, number, depth });
            return;
        }
        let target = target.replace("%20", " ");
        let Some(file) = join(self.src, &target) else {
            self.report(
                span,
                "outside",
                &format!("`{target}` lies outside the course's folder"),
                "name a file below the folder of SUMMARY.md",
            );
            return;
        };
        let id = LessonId::of_file(below(&file, self.src).unwrap_or(&file));
        if self.summary.entries.iter().any(
            |entry| matches!(entry, Entry::Lesson(lesson) if lesson.file == file || lesson.id == id),
        ) {
            self.report(
                span,
                "summary-duplicate",
                &format!("`{target}` is listed twice; only the first counts"),
                "take one of the two lines out",
            );
            return;
        }
        let lesson = Lesson { id, title, number, depth, file, span };
        self.summary.entries.push(Entry::Lesson(lesson));
    }

    /// The text up to `end` without its markup.
    fn flat_text(&mut self, end: TagEnd) -> String {
        let mut flat = String::new();
        for (event, _) in self.events.by_ref() {
            match event {
                Event::End(tag) if tag == end => break,
                Event::Text(text) | Event::Code(text) => flat.push_str(&text),
                Event::SoftBreak | Event::HardBreak => flat.push(' '),
                _ => {}
            }
        }
        flat
    }

    /// Skips what the tag just opened holds.
    fn skip(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.events.next() {
                Some((Event::Start(_), _)) => depth += 1,
                Some((Event::End(_), _)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    fn no_list_after_suffix(&mut self, section: Section, span: Range<usize>) {
        if section == Section::Suffix {
            self.report(
                first_line(span.clone(), &span),
                "summary-order",
                "Numbered chapters cannot follow a suffix chapter; mdBook refuses such a book",
                "move the suffix chapters (links outside of lists) to the end",
            );
        }
    }

    fn report(&mut self, span: Range<usize>, code: &'static str, message: &str, help: &str) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            span,
            severity: Severity::Error,
            code,
            message: message.to_owned(),
            help: Some(help.to_owned()),
        });
    }
}

/// From where `block` begins to where `inner` does or ends: short enough to be shown.
fn first_line(block: Range<usize>, inner: &Range<usize>) -> Range<usize> {
    if inner.start > block.start { block.start..inner.end.min(block.end) } else { block }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<&'static str>) {
        let (summary, problems) = parse(text, "src/SUMMARY.md", "src");
        let show = |entry: &Entry| match entry {
            Entry::Part(title) => format!("# {title}"),
            Entry::Separator => "---".to_owned(),
            Entry::Draft { title, number, depth } => {
                format!("{}{}draft {title}", "  ".repeat(*depth), shown(number))
            }
            Entry::Lesson(lesson) => format!(
                "{}{}{} <{}>",
                "  ".repeat(lesson.depth),
                shown(&lesson.number),
                lesson.title,
                lesson.id
            ),
        };
        let codes = problems.iter().map(|problem| problem.code).collect();
        (summary.entries.iter().map(show).collect(), codes)
    }

    fn shown(number: &Option<Number>) -> String {
        number.as_ref().map_or_else(String::new, |number| format!("{number} "))
    }

    #[test]
    fn prefix_numbered_and_suffix_chapters_parts_drafts_and_separators() {
        let (entries, problems) = read(
            "\
# Summary

[Foreword](foreword.md) [Thanks](./thanks.md)
[Before *you* `begin`](begin.md)

---

# First part

- [One](one.md)
  - [One **and** a half](one/half.md)
    - [Deeper]()
- [Two](two%20words.md)

---

* [Three](three.md)

# Second part

1. [Four](four/README.md)

[Afterword](after.md)
",
        );
        assert_eq!(
            entries,
            [
                "Foreword <foreword>",
                "Thanks <thanks>",
                "Before you begin <begin>",
                "---",
                "# First part",
                "1. One <one>",
                "  1.1. One and a half <one/half>",
                "    1.1.1. draft Deeper",
                "2. Two <two words>",
                "---",
                "3. Three <three>",
                "# Second part",
                "4. Four <four/README>",
                "Afterword <after>",
            ]
        );
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn other_headings_are_no_parts_and_a_comment_may_stand_before_the_title() {
        let (summary, problems) =
            parse("<!-- ours -->\n# A *title*\n\n## Begin\n\n- [A](a.md)\n", "SUMMARY.md", "");
        assert_eq!(summary.title.as_deref(), Some("A title"));
        assert_eq!(summary.entries.len(), 1);
        assert!(problems.is_empty());
    }

    #[test]
    fn what_mdbook_refuses_is_reported_and_the_rest_is_read() {
        let (entries, problems) = read(
            "\
- [A](a.md)
- no link
  - [B](b.md)
- [A again](./a.md)

[Last](last.md)

- [C](c.md)
",
        );
        assert_eq!(entries, ["1. A <a>", "2. B <b>", "Last <last>", "4. C <c>"]);
        assert_eq!(problems, ["summary-item", "summary-duplicate", "summary-order"]);
    }

    #[test]
    fn a_chapter_outside_of_the_course_is_refused() {
        let (entries, problems) = read("- [A](../../a.md)\n- [B](/etc/passwd)\n");
        assert!(entries.is_empty());
        assert_eq!(problems, ["outside", "outside"]);
    }

    #[test]
    fn a_problem_says_where_it_is() {
        let text = "# Summary\n\n- [A](a.md)\n- plain\n";
        let (_, problems) = parse(text, "SUMMARY.md", "");
        let position = crate::problem::Position::of(text, problems[0].span.start);
        assert_eq!((position.line, position.column), (4, 1));
    }
}
