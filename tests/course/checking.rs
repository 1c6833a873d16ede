//! `check` finds what is wrong, where it is wrong, and nothing in the built-in course.

use std::sync::Arc;

use awslearn::check::{Look, Report, check, shown as drawn};
use awslearn::course::{Embedded, Files, InMemory, read_text};
use awslearn::problem::{Position, Severity};
use proptest::prelude::*;

/// Seeds enough to see a mistake.
const FEW: u64 = 5;

const QUESTION: &str = r#"
[[questions]]
id = "first"
type = "MultipleChoice"
prompt.prompt = "Which?"
prompt.distractors = ["that", "neither"]
answer.answer = "this"
"#;

/// A course in two languages in which everything is right.
fn sound() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for lang in ["en", "ko"] {
        let chapter = format!(
            "# Queues {{#queues}}\n\nSee [the other](two.md#two) and [here](#queues).\n\n\
             {{{{#quiz ../../quizzes/{lang}/one.toml}}}}\n"
        );
        files.extend([
            (format!("lessons/{lang}/SUMMARY.md"), "- [One](one.md)\n- [Two](two.md)\n".to_owned()),
            (format!("lessons/{lang}/one.md"), chapter),
            (format!("lessons/{lang}/two.md"), "# Two {#two}\n".to_owned()),
            (format!("quizzes/{lang}/one.toml"), QUESTION.to_owned()),
        ]);
    }
    files
}

fn report_of(files: Vec<(String, String)>) -> (Report, Arc<dyn Files>) {
    let files: Arc<dyn Files> = Arc::new(InMemory::new(files));
    (check(&files, FEW), files)
}

/// The findings in a sound course after `change` in one file: `file:line:column code: message`.
fn findings(file: &str, change: impl Fn(&str) -> String) -> Vec<String> {
    let mut all = sound();
    let found = all.iter_mut().find(|(path, _)| path == file);
    found.expect("the file is there").1 = change(&sound_text(file));
    shown(all)
}

fn sound_text(file: &str) -> String {
    sound().into_iter().find(|(path, _)| path == file).map(|(_, text)| text).unwrap_or_default()
}

fn shown(all: Vec<(String, String)>) -> Vec<String> {
    let (report, files) = report_of(all);
    let show = |problem: &awslearn::problem::Problem| {
        let text = read_text(&*files, &problem.file).map(|(text, _)| text).unwrap_or_default();
        let place = Position::of(&text, problem.span.start);
        format!("{}:{place} {}: {}", problem.file, problem.code, problem.message)
    };
    report.problems.iter().map(show).collect()
}

#[test]
fn a_sound_course_has_no_finding() {
    let (report, _) = report_of(sound());
    assert_eq!(report.problems, []);
    assert_eq!((report.lessons, report.quizzes, report.questions), (2, 1, 1));
}

#[test]
fn the_built_in_course_has_no_finding_but_the_models_that_are_still_to_come() {
    let files: Arc<dyn Files> = Arc::new(Embedded);
    let report = check(&files, FEW);
    let errors: Vec<_> = report
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error || problem.code != "model-unknown")
        .map(|problem| format!("{}: {}: {}", problem.file, problem.code, problem.message))
        .collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(report.languages.len(), 2);
    assert!(report.lessons >= 5 && report.questions >= 40);
}

#[test]
fn a_broken_link_is_found_where_it_stands() {
    let found = findings("lessons/ko/one.md", |text| text.replace("two.md#two", "tow.md"));
    assert_eq!(found, ["lessons/ko/one.md:3:5 link-target: There is no file `lessons/ko/tow.md`"]);
}

#[test]
fn a_broken_anchor_is_found_where_it_stands() {
    let found = findings("lessons/en/one.md", |text| text.replace("#two", "#tow"));
    assert_eq!(
        found,
        ["lessons/en/one.md:3:5 link-anchor: `lessons/en/two.md` has no heading `#tow`"]
    );
}

#[test]
fn an_anchor_may_be_given_by_html() {
    let found = findings("lessons/en/one.md", |text| {
        text.replace("[here](#queues)", "<a id=\"spot\"></a>[here](#spot)")
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_link_in_an_included_file_is_found_in_that_file() {
    let mut all = sound();
    all[1].1.push_str("\n{{#include part.md}}\n");
    all.push(("lessons/en/part.md".into(), "one\ntwo [gone](#gone)\n".into()));
    assert_eq!(
        shown(all),
        ["lessons/en/part.md:2:5 link-anchor: `lessons/en/one.md` has no heading `#gone`"]
    );
}

#[test]
fn links_out_of_the_book_are_warnings_and_addresses_are_not_checked() {
    let mut all = sound();
    all[1].1.push_str("\n[std](../std/index.html) [web](https://a.example) \n");
    let (report, _) = report_of(all);
    let found: Vec<_> = report.problems.iter().map(|p| (p.severity, p.code)).collect();
    assert_eq!(found, [(Severity::Warning, "link-outside")]);
}

#[test]
fn a_quiz_that_is_not_there_is_found_at_its_directive() {
    let found = findings("lessons/en/one.md", |text| text.replace("one.toml", "won.toml"));
    assert!(
        found.contains(
            &"lessons/en/one.md:5:1 quiz-file: There is no quiz file `../../quizzes/en/won.toml`"
                .to_owned()
        ),
        "{found:#?}"
    );
    assert!(found.iter().any(|line| line.starts_with("quizzes/en/one.toml:1:1 unreachable")));
}

#[test]
fn a_question_that_mdbook_quiz_refuses_is_found() {
    let found =
        findings("quizzes/en/one.toml", |text| text.replace("MultipleChoice", "ManyChoices"));
    assert!(found.iter().any(|line| line.starts_with("quizzes/en/one.toml:4:")), "{found:#?}");
}

#[test]
fn ids_are_unique_in_the_whole_course() {
    let mut all = sound();
    for lang in ["en", "ko"] {
        let embed = format!("\n{{{{#quiz ../../quizzes/{lang}/two.toml}}}}\n");
        let chapter = format!("lessons/{lang}/two.md");
        let found = all.iter_mut().find(|(path, _)| *path == chapter);
        found.expect("the chapter is there").1.push_str(&embed);
        all.push((format!("quizzes/{lang}/two.toml"), QUESTION.to_owned()));
    }
    let message = "quiz-duplicate-id: The id `first` is also used in";
    assert_eq!(
        shown(all),
        [
            format!("quizzes/en/two.toml:2:1 {message} `quizzes/en/one.toml`"),
            format!("quizzes/ko/two.toml:2:1 {message} `quizzes/ko/one.toml`"),
        ]
    );
}

#[test]
fn languages_are_held_in_step() {
    let found = findings("lessons/ko/SUMMARY.md", |_| "- [One](one.md)\n".to_owned());
    assert!(found.iter().any(|line| {
        line.starts_with("lessons/en/SUMMARY.md:2:3 languages: The lesson `two` is missing in `ko`")
    }));

    let found = findings("lessons/ko/SUMMARY.md", |_| "- [T](two.md)\n- [O](one.md)\n".to_owned());
    assert_eq!(found, ["lessons/ko/SUMMARY.md:1:3 languages: `two` stands where `en` has `one`"]);

    let found = findings("lessons/ko/two.md", |text| format!("{text}\n## More\n"));
    assert_eq!(
        found,
        ["lessons/ko/two.md:3:1 languages: `lessons/en/two.md` has no heading `#more`"]
    );

    let found = findings("quizzes/ko/one.toml", |text| text.replace("first", "second"));
    assert!(found.iter().any(|line| line.starts_with(
        "quizzes/en/one.toml:2:1 languages: The question `first` is missing in `ko`"
    )));

    let found =
        findings("quizzes/ko/one.toml", |text| text.replace("\"that\", \"neither\"", "\"that\""));
    assert_eq!(
        found,
        ["quizzes/ko/one.toml:2:1 languages: `first` has 2 options here and 3 in \
             `quizzes/en/one.toml`"]
    );

    let found = findings("quizzes/ko/one.toml", |text| text.replace("id = \"first\"\n", ""));
    assert!(found.iter().any(|line| line.contains("needs an id")), "{found:#?}");
}

#[test]
fn every_chapter_is_in_the_summary() {
    let mut all = sound();
    all.push(("lessons/en/lost.md".into(), "# Lost\n".into()));
    assert_eq!(
        shown(all),
        ["lessons/en/lost.md:1:1 unreachable: No line of SUMMARY.md leads here"]
    );
}

#[test]
fn a_chapter_without_a_file_is_found_at_its_line_of_the_summary() {
    let mut all = sound();
    all.retain(|(path, _)| path != "lessons/ko/two.md");
    let found = shown(all);
    assert!(
        found.contains(
            &"lessons/ko/SUMMARY.md:2:3 chapter-file: The chapter `lessons/ko/two.md` cannot be \
              read: there is no such file"
                .to_owned()
        ),
        "{found:#?}"
    );
}

/// The findings in a course with one fact.
fn fact(lines: &str) -> Vec<String> {
    let mut all = sound();
    let text =
        format!("[[facts]]\nsource = \"s\"\nas_of = \"2026-11-17\"\nunit = \"h\"\n{lines}\n");
    all.push(("lessons/facts.toml".to_owned(), text));
    shown(all)
}

#[test]
fn a_fact_agrees_with_the_services_in_both_directions() {
    let key = "key = \"sqs.visibility-timeout.max\"\n";
    let model = "model = \"sqs.visibility-timeout.max\"";
    assert_eq!(fact(&format!("{key}value = 12\n{model}")), [""; 0]);
    for (lines, said) in [
        (format!("{key}value = 11\n{model}"), "says 11 h, the services say 43200000 ms"),
        (format!("{key}value = 12"), "the fact does not name it"),
        (format!("{key}value = 12\nmodel = \"sqs.visibility\""), "no constant `sqs.visibility`"),
        (format!("{key}value = \"long\"\n{model}"), "says long h"),
    ] {
        let found = fact(&lines);
        assert!(found.iter().any(|found| found.contains(said)), "{lines}: {found:?}");
        assert!(found[0].starts_with("lessons/facts.toml:5:7 fact-model:"), "{found:?}");
    }
}

const PREDICT: &str = r#"
[[awslearn.questions]]
id = "second"
type = "Predict"
[awslearn.questions.prompt]
prompt = "One message is sent. How many receives after {until}?"
model = "queue"
draw = { until = ["10 s", "100 s"] }
knobs = { arrival-rate = 0, workers = 1 }
steps = [{ at = "1 s", run = "do send" }]
until = "until"
[[awslearn.questions.answer.options]]
text = "one"
when = "NumberOfMessagesReceived == 1"
[[awslearn.questions.answer.options]]
text = "none"
when = "NumberOfMessagesReceived == 0"
"#;

/// The findings in a course with a predict question in both languages, after a change in one of
/// them, or in both.
fn predicted(lang: &str, from: &str, to: &str) -> Vec<String> {
    assert!(PREDICT.contains(from), "{from}");
    let mut all = sound();
    for (path, text) in &mut all {
        match path {
            path if path.ends_with(&format!("{lang}/one.toml")) => {
                *text += &PREDICT.replace(from, to);
            }
            path if path.ends_with("one.toml") => *text += PREDICT,
            _ => {}
        }
    }
    shown(all)
}

#[test]
fn a_prediction_has_one_right_answer_whatever_its_seed() {
    assert_eq!(predicted("en", "one", "one"), [""; 0]);
    let none = predicted("", "== 1", "== 9");
    assert!(none[0].contains("predict-answer: With seed"), "{none:?}");
    assert!(none[0].ends_with(": no option is right"), "{none:?}");
    let both = predicted("", "Received == 0", "Received < 9");
    assert_eq!(
        both[0],
        "quizzes/en/one.toml:9:1 predict-answer: With seed 0: 2 options are right: “one”, “none”"
    );
}

#[test]
fn a_prediction_is_the_same_in_each_language_but_for_its_words() {
    assert_eq!(predicted("ko", "One message is sent", "메시지 하나"), [""; 0]);
    let found = predicted("ko", "workers = 1", "workers = 2");
    assert_eq!(
        found,
        [
            "quizzes/ko/one.toml:9:1 predict-language: The scenario or the key is another one than in the first language"
        ]
    );
    let found = predicted("ko", "{until}", "{unitl}");
    assert!(found[0].contains("predict-name: A text has the hole `{unitl}`"), "{found:?}");
    let found = predicted("ko", "\"none\"", "\"one \"");
    assert_eq!(found, [""; 0], "another text is another option");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_course_can_be_checked_and_its_findings_drawn(
        summary in super::reading::chapters(),
        chapter in super::reading::chapters(),
        quiz in any::<String>(),
    ) {
        let files: Arc<dyn Files> = Arc::new(InMemory::new([
            ("src/SUMMARY.md", format!("- [C](c.md)\n- [B](b.md)\n{summary}")),
            ("src/c.md", format!("[x](#{chapter})\n{chapter}\n\n{{{{#quiz a.toml}}}}\n")),
            ("src/a.md", "# A\n\n[b](#b) {{#include b.md}}\n".to_owned()),
            ("src/a.toml", format!("{QUESTION}\n{quiz}")),
        ]));
        for problem in check(&files, FEW).problems {
            let text = read_text(&*files, &problem.file).map(|(text, _)| text).unwrap_or_default();
            for look in [Look::Coloured, Look::Plain, Look::Ascii] {
                let drawn = drawn(&problem, &text, look);
                prop_assert!(drawn.contains(problem.code));
                if look != Look::Coloured {
                    prop_assert!(drawn.chars().all(|c| !c.is_control() || c == '\n'), "{drawn:?}");
                }
            }
        }
    }
}
