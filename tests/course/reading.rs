//! Any file that somebody may hand us is read, and never with a panic.

use std::sync::Arc;

use awslearn::course::{Course, Embedded, Entry, Files, InMemory, LessonId, read_chapter};
use awslearn::words::Lang;
use proptest::prelude::*;

fn open(files: &[(&str, &str)]) -> (Course, Vec<awslearn::problem::Problem>) {
    let files = InMemory::new(files.iter().copied());
    Course::open(Arc::new(files), Lang::En)
}

fn ids(course: &Course) -> Vec<&str> {
    course.lessons().map(|lesson| lesson.id.as_str()).collect()
}

#[test]
fn the_built_in_course_has_the_same_lessons_in_both_languages() {
    let (english, problems) = Course::open(Arc::new(Embedded), Lang::En);
    assert_eq!(problems, []);
    let (korean, problems) = english.in_lang(Lang::Ko);
    assert_eq!(problems, []);
    assert_eq!(ids(&english), ids(&korean));
    assert_eq!((english.lang(), korean.lang()), (Some(Lang::En), Some(Lang::Ko)));
    assert_eq!(english.quizzes_in(english.lessons().nth(1).expect("why queues")).len(), 1);
}

#[test]
fn the_repository_itself_is_a_course_in_two_languages() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = awslearn::shell::folder::Folder::open(root).expect("it is a folder");
    let (course, problems) = Course::open(Arc::new(folder), Lang::Ko);
    assert_eq!(problems, []);
    assert_eq!(course.languages(), Lang::ALL);
    let (embedded, _) = Course::open(Arc::new(Embedded), Lang::Ko);
    assert_eq!(course.entries(), embedded.entries());
}

#[test]
fn a_book_says_where_its_source_is_and_what_it_is_called() {
    let (course, problems) = open(&[
        ("book.toml", "[book]\ntitle = \"Ours\"\nsrc = \"text\"\n[preprocessor.quiz]\n"),
        ("text/SUMMARY.md", "# Summary\n\n- [A](a.md)\n"),
        ("text/a.md", "{{#quiz ../quizzes/q.toml}}"),
        (
            "quizzes/q.toml",
            "[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"?\"\nanswer.answer = \"!\"\n",
        ),
    ]);
    assert_eq!(problems, []);
    assert_eq!((course.title(), course.languages()), ("Ours", [].as_slice()));
    let quizzes = course.quizzes();
    assert_eq!(quizzes[0].0.as_str(), "q");
    assert_eq!(course.quiz(&quizzes[0].0).quiz.questions.len(), 1);
}

#[test]
fn a_folder_without_book_toml_is_a_book_too() {
    for summary in ["SUMMARY.md", "src/SUMMARY.md"] {
        let (course, problems) = open(&[(summary, "# Mine\n\n- [A](a.md)\n")]);
        assert_eq!((ids(&course), course.title()), (vec!["a"], "Mine"));
        assert_eq!(problems, []);
    }
}

#[test]
fn a_folder_without_a_summary_says_so() {
    let (course, problems) = open(&[("README.md", "# A\n")]);
    assert_eq!(course.entries(), []);
    assert_eq!(problems[0].code, "summary-file");
}

#[test]
fn opening_reads_no_chapter() {
    /// Fails the test when anything but the two files is read.
    #[derive(Debug)]
    struct OnlySummary;
    impl Files for OnlySummary {
        fn read(
            &self,
            path: &str,
        ) -> Result<std::borrow::Cow<'static, [u8]>, awslearn::course::ReadError> {
            match path {
                "book.toml" => Ok(b"[book]".as_slice().into()),
                "src/SUMMARY.md" => Ok(b"- [A](a.md)\n".as_slice().into()),
                other => panic!("`{other}` was read"),
            }
        }
        fn exists(&self, _: &str) -> bool {
            false
        }
        fn list(&self, _: &str) -> Vec<String> {
            panic!("the files were listed")
        }
    }
    let (course, _) = Course::open(Arc::new(OnlySummary), Lang::En);
    assert_eq!(ids(&course), ["a"]);
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = "# T\n\n- [A](a.md)\n  - [B](b.md)\n";
    let windows = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    let (one, _) = open(&[("SUMMARY.md", plain)]);
    let (other, problems) = open(&[("SUMMARY.md", &windows)]);
    assert_eq!(problems, []);
    assert_eq!(ids(&one), ids(&other));
    assert_eq!(one.title(), other.title());
}

#[test]
fn a_lesson_without_a_file_is_empty_with_a_problem() {
    let (course, _) = open(&[("SUMMARY.md", "- [A](a.md)\n- [Later]()\n")]);
    let lesson = course.lesson(&LessonId::from("a".to_owned())).expect("it is listed");
    let (text, problems) = course.text(lesson);
    assert_eq!((text.as_str(), problems[0].code), ("", "chapter-file"));
    assert!(matches!(course.entries()[1], Entry::Draft { .. }));
}

/// Text with much of what Markdown and directives are made of.
pub(super) fn chapters() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{{#include a.md}}"),
        Just("{{#include b.md:2:}}"),
        Just("{{#include b.md:x}}"),
        Just("{{#rustdoc_include b.md:x}}"),
        Just("{{#playground b.md"),
        Just("{{#title é}}"),
        Just("\\{{#quiz x}}"),
        Just("{{#quiz a.toml}}"),
        Just("ANCHOR: x"),
        Just("ANCHOR_END: x"),
        Just("\n"),
        Just("\r\n"),
        Just("> "),
        Just("    "),
        Just("- [A](a.md)"),
        Just("[B]()"),
        Just("# "),
        Just("---\n"),
        Just("`"),
        Just("```\n"),
        Just("큐"),
        Just("{{"),
        Just("}}"),
        Just("<!--"),
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_text_is_a_summary(text in chapters()) {
        let (course, problems) = open(&[("src/SUMMARY.md", &text)]);
        let (again, same) = open(&[("src/SUMMARY.md", &text)]);
        prop_assert_eq!(course.entries(), again.entries());
        prop_assert_eq!(&problems, &same);
        for problem in problems {
            prop_assert!(text.get(problem.span.clone()).is_some(), "{:?}", problem.span);
        }
    }

    #[test]
    fn any_text_is_a_chapter_and_every_byte_of_it_leads_to_a_place(
        a in chapters(), b in chapters()
    ) {
        let files = InMemory::new([("a.md", a.clone()), ("b.md", b.clone())]);
        // Both may include each other: what multiplies is cut off, and still has its places.
        let (text, problems) = read_chapter(&files, "a.md");
        let source = |file: &str| if file == "a.md" { &a } else { &b };
        let shown = text.as_str();
        for (at, c) in shown.char_indices().take(2000) {
            let (file, span) = text.source(at..at + c.len_utf8());
            let from = source(file).trim_start_matches('\u{feff}');
            let found = from.get(span.clone());
            prop_assert!(found.is_some(), "{file} {span:?}");
            prop_assert!(span.is_empty() || found.is_some_and(|found|
                found.contains(c) || found.starts_with("{{") || found.starts_with("\\{{")));
        }
        for problem in problems {
            let from = source(&problem.file).trim_start_matches('\u{feff}');
            prop_assert!(from.get(problem.span.clone()).is_some());
        }
        text.quizzes();
    }

    #[test]
    fn any_bytes_are_a_course(summary in any::<Vec<u8>>(), book in any::<Vec<u8>>()) {
        let files = InMemory::new([("src/SUMMARY.md", summary), ("book.toml", book)]);
        let (course, _) = Course::open(Arc::new(files), Lang::En);
        for lesson in course.lessons() {
            course.text(lesson);
        }
    }
}
