//! `awslearn sim` from the outside: the same bytes for the same script and seed, a conversation over
//! its pipes, how it ends on input that cannot be read, and no panic on any line.

#![expect(clippy::disallowed_methods, reason = "a test writes the scripts it runs")]

#[path = "fuzz/lines.rs"]
mod lines;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};

use awslearn::services::script::Script;

use lines::Lines;

fn sim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awslearn"));
    command.arg("sim").args(arguments);
    command
}

fn sim_file(script: &[u8], arguments: &[&str]) -> Output {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), script).expect("written");
    let path = file.path().to_str().expect("a plain path");
    sim(arguments).args(["--script", path]).output().expect("it runs")
}

const SCRIPT: &str = r#"{"t": 0, "op": "CreateQueue", "params": {"QueueName": "q"}}
{"t": 0, "op": "SendMessage", "params": {"QueueUrl": "q", "MessageBody": "hello"}}
{"t": 0.5, "op": "ReceiveMessage", "params": {"QueueUrl": "q"}}
{"t": 1, "op": "ReceiveMessage", "params": {"QueueUrl": "q", "WaitTimeSeconds": 2}}
"#;

#[test]
fn the_same_script_and_seed_give_the_same_bytes() {
    let first = sim_file(SCRIPT.as_bytes(), &["sqs", "--seed", "5"]);
    let again = sim_file(SCRIPT.as_bytes(), &["sqs", "--seed", "5"]);
    assert!(first.status.success());
    assert_eq!(first.stdout, again.stdout);
    insta::assert_snapshot!(String::from_utf8(first.stdout).expect("text"));
}

#[test]
fn a_program_holds_a_conversation_line_by_line() {
    let mut child =
        sim(&["sqs"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    let mut input = child.stdin.take().expect("its input");
    let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut next = || output.next().expect("an answer").expect("text");
    writeln!(input, r#"{{"id": 1, "op": "CreateQueue", "params": {{"QueueName": "q"}}}}"#).unwrap();
    assert!(next().contains("\"id\":1"));
    let poll =
        r#"{"id": 2, "op": "ReceiveMessage", "params": {"QueueUrl": "q", "WaitTimeSeconds": 20}}"#;
    writeln!(input, "{poll}").unwrap();
    writeln!(input, r#"{{"t": 3, "id": 3, "op": "ListQueues"}}"#).unwrap();
    assert!(next().contains("\"id\":3"), "the poll still waits");
    writeln!(input, r#"{{"t": 20}}"#).unwrap();
    assert_eq!(next(), r#"{"t":20,"id":2,"op":"ReceiveMessage","response":{}}"#);
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn input_that_cannot_be_read_ends_with_status_2_and_the_line() {
    let output = sim_file(b"{\"op\": \"ListQueues\"}\n\xff\n", &["sqs"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 2"));
    let missing = sim(&["sqs", "--script", "no/such/file"]).output().expect("it runs");
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn no_line_brings_it_down() {
    for seed in 0..4 {
        let mut lines = Lines::new(seed);
        let mut script = Script::new(None, seed);
        for _ in 0..500 {
            let line = lines.line(script.world().now());
            for answer in script.line(&line) {
                assert!(!answer.to_line().is_empty());
                lines.learn(&answer);
            }
        }
        script.finish();
    }
}
