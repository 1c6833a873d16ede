//! The commands about courses, run as a person or a script runs them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn awslearn(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awslearn"));
    command.args(arguments).env_clear().env("LC_ALL", "en_US.UTF-8").stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    awslearn(arguments).output().expect("the program runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it prints UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("it prints UTF-8")
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn course(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in the folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    dir
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("a path of ours is UTF-8")
}

#[test]
fn list_shows_titles_and_the_names_that_open_takes() {
    let english = out(&run(&["list"]));
    assert!(english.contains("2. SQS: standard queues"), "{english}");
    assert!(english.contains("messaging/sqs-standard  quiz sqs-standard"));
    let korean = out(&run(&["list", "--lang", "ko"]));
    assert!(korean.contains("메시지 큐") && korean.contains("messaging/sqs-standard"));
}

#[test]
fn list_speaks_the_language_of_the_environment() {
    let output = awslearn(&["list"]).env("LC_ALL", "ko_KR.UTF-8").output().expect("it runs");
    assert!(out(&output).contains("메시지 큐"));
}

#[test]
fn list_as_json_is_read_by_programs() {
    let json: serde_json::Value =
        serde_json::from_str(&out(&run(&["list", "--json"]))).expect("it is JSON");
    assert_eq!(json["languages"], serde_json::json!(["en", "ko"]));
    let lesson = json["entries"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["id"] == "messaging/sqs-fifo");
    assert_eq!(lesson.expect("it is listed")["quizzes"], serde_json::json!(["sqs-fifo"]));
}

#[test]
fn check_of_a_sound_course_is_0() {
    // Few seeds: that each prediction holds with all of them is for the check itself to prove.
    let output = run(&["check", "--seeds", "5"]);
    assert_eq!((status(&output), err(&output).as_str()), (0, ""));
    assert!(out(&output).contains(" 0 errors, "));
}

#[test]
fn check_shows_each_finding_with_its_place_and_lines_and_is_1() {
    let dir = course(&[
        ("SUMMARY.md", "# 책\n\n- [하나](a.md)\n"),
        ("a.md", "# A\n\n가나다 [링크](#nowhere) 라마바\n"),
    ]);
    let output = run(&["check", text_of(dir.path())]);
    assert_eq!(status(&output), 1);
    insta::assert_snapshot!(out(&output), @r"
    error[link-anchor]: `a.md` has no heading `#nowhere`
     --> a.md:3:5
      |
    3 | 가나다 [링크](#nowhere) 라마바
      |        ^^^^^^^^^^^^^^^^

    1 lesson, 0 quizzes, 0 questions: 1 error, 0 warnings
    ");
}

#[test]
fn check_as_json_counts_lines_and_columns_as_people_do() {
    let dir = course(&[("SUMMARY.md", "- [A](a.md)\n"), ("a.md", "# A\n\n둘 [x](#no)\n")]);
    let output = run(&["check", "--json", text_of(dir.path())]);
    let json: serde_json::Value = serde_json::from_str(&out(&output)).expect("it is JSON");
    let problem = &json["problems"][0];
    assert_eq!((&problem["line"], &problem["column"]), (&3.into(), &3.into()));
    assert_eq!((status(&output), &json["errors"]), (1, &1.into()));
}

#[test]
fn a_file_cannot_send_escape_sequences_through_a_finding() {
    let dir = course(&[
        ("SUMMARY.md", "- [A\u{1b}[31m](a.md)\n- plain \u{1b}]0;x\u{7}\n"),
        ("a.md", "[x](\u{1b}[2J.md) \u{9b}31m\n"),
    ]);
    for arguments in [["check"].as_slice(), &["list"], &["render", "a", "--plain"]] {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--course", text_of(dir.path())]);
        let text = out(&run(&arguments));
        let bad = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(bad, None, "{arguments:?}: {text:?}");
    }
}

#[test]
fn what_is_no_course_is_2() {
    let dir = course(&[("README.md", "# A\n")]);
    for arguments in [
        ["check", text_of(dir.path())].as_slice(),
        &["list", "--course", text_of(dir.path())],
        &["list", "--course", "/nowhere/at/all"],
        &["list", "--lang", "xx"],
        &["lists"],
    ] {
        let output = run(arguments);
        assert_eq!((status(&output), out(&output).as_str()), (2, ""), "{arguments:?}");
        assert!(!err(&output).is_empty());
    }
}

#[test]
fn render_prints_a_lesson_a_file_and_standard_input() {
    let lesson = out(&run(&["render", "sqs-fifo", "--width", "40"]));
    assert!(lesson.starts_with("SQS: FIFO queues\n"), "{lesson}");
    let dir = course(&[
        ("book.toml", ""),
        ("src/deep/a.md", "{{#include ../../part.txt}}\n"),
        ("part.txt", "*From* elsewhere"),
    ]);
    let file = dir.path().join("src/deep/a.md");
    assert_eq!(out(&run(&["render", text_of(&file)])), "From elsewhere\n");

    let input = fs::File::open(dir.path().join("part.txt")).expect("it opens");
    let output = awslearn(&["render", "-"]).stdin(input).output().expect("it runs");
    assert_eq!(out(&output), "From elsewhere\n");
}

#[test]
fn a_wrong_lesson_gets_a_did_you_mean() {
    let output = run(&["render", "sqs-fivo"]);
    assert_eq!(status(&output), 2);
    assert_eq!(
        err(&output),
        "awslearn: there is no lesson `sqs-fivo`; did you mean `messaging/sqs-fifo`?\n"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    // The pipe's reading end is closed before the program writes.
    let mut child = awslearn(&["render", "sqs-standard"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((status(&output), err(&output).as_str()), (0, ""));
}

#[test]
fn completions_and_the_manual_page_know_every_command() {
    let man = out(&run(&["man"]));
    assert!(man.contains("EXIT STATUS") && man.contains("\\-\\-width"), "{man}");
    for shell in ["bash", "zsh", "fish"] {
        let script = out(&run(&["completions", shell]));
        for command in ["list", "render", "check"] {
            assert!(script.contains(command), "{shell}: {command}");
            assert!(man.contains(&format!("awslearn {command}")), "{command}");
        }
    }
}
