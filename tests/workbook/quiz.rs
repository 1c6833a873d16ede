use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::terminal::{Start, Terminal};

const QUIZ: &str = r#"
[[questions]]
id = "hidden"
type = "MultipleChoice"
prompt.prompt = "What does a receive do?"
prompt.answerIndex = 1
prompt.distractors = ["It deletes the message."]
answer.answer = "It hides the message."
context = "Only a delete removes it."
[questions.awslearn]
feedback = { "It deletes the message." = "Nobody asked for that." }

[[questions]]
id = "days"
type = "ShortAnswer"
prompt.prompt = "Retention, in days?"
answer.answer = "4"
"#;

/// A book of one lesson with a quiz.
fn book() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let write = |file: &str, text: &str| {
        fs::write(folder.path().join(file), text).expect("a file of the book is written");
    };
    fs::create_dir(folder.path().join("src")).expect("the book's folder");
    write("book.toml", "[book]\ntitle = \"A book\"\n");
    write("src/SUMMARY.md", "# Summary\n\n- [Receiving](receiving.md)\n");
    write("src/receiving.md", "# Receiving\n\nA lesson.\n\n{{#quiz receiving.toml}}\n");
    write("src/receiving.toml", QUIZ);
    folder
}

fn quiz(book: &Path, home: Option<TempDir>) -> Terminal {
    let book = book.to_str().expect("a plain path");
    let args = ["--lang", "en", "--course", book, "quiz", "receiving"];
    let start = Start { args: &args, ..Start::default() };
    match home {
        None => Terminal::start(&start),
        Some(home) => Terminal::start_in(home, &start),
    }
}

#[test]
fn a_quiz_taken_wrong_and_right_leaves_its_score_for_the_next_start() {
    let book = book();
    let mut terminal = quiz(book.path(), None);
    terminal.see("What does a receive do?").send("1\r").see("How sure are you?").send("3");
    terminal.see("you were certain").see("Nobody asked for that.").see("Only a delete removes it.");
    terminal.send("\r").see("Retention, in days?").send("4\r").see("How sure").send("2");
    terminal.see("Right.").send("\r").see("What does a receive do?");
    terminal.send("2\r").see("Right.").send("\r").see("1 of 2 right at the first try");
    terminal.send("q");
    let (status, home) = terminal.end();
    assert!(status.success());
    terminal.is_given_back();
    let mut again = quiz(book.path(), Some(home));
    again.see("What does a receive do?").send("\x1b").see("1/2");
}

#[test]
fn a_kill_in_the_middle_of_a_quiz_loses_no_answer() {
    let book = book();
    let mut terminal = quiz(book.path(), None);
    terminal.see("What does a receive do?").send("2\r").see("How sure").send("2").see("Right.");
    terminal.signal("KILL");
    let (_, home) = terminal.end();
    let mut again = quiz(book.path(), Some(home));
    again.see("1 of 2 questions are answered").send("\r").see("Retention, in days?");
    again.send("4\r").see("How sure").send("3").see("Right.").send("\r");
    again.see("2 of 2 right at the first try");
}

#[test]
fn leaving_and_going_on_later_starts_at_the_open_question() {
    let book = book();
    let mut terminal = quiz(book.path(), None);
    terminal.see("What does a receive do?").send("2\r").see("How sure").send("2").see("Right.");
    terminal.send("\r").see("Retention, in days?").send("\x1b").see("The quiz is kept");
    terminal.send("t").see("1 of 2 questions are answered").send("\r").see("Retention, in days?");
}

const PREDICT: &str = r#"
[[awslearn.questions]]
id = "back"
type = "Predict"
context = "The timeout of {visibility-timeout} began with the receive."
[awslearn.questions.prompt]
prompt = "After how many seconds is it visible again?"
model = "queue"
knobs = { arrival-rate = 0, workers = 0, visibility-timeout = "20 s" }
steps = [{ at = "1 s", run = "do send" }, { at = "2 s", run = "do receive" }]
until = "30 s"
cause = "visible-again"
[awslearn.questions.answer]
answer = "(first(visible-again) - first(received)) / 1000"
unit = "s"

[[questions]]
id = "days"
type = "ShortAnswer"
prompt.prompt = "Retention, in days?"
answer.answer = "4"
"#;

#[test]
fn a_prediction_made_wrong_is_seen_in_the_model_and_comes_back_until_it_is_right() {
    let book = book();
    fs::write(book.path().join("src/receiving.toml"), PREDICT).expect("the quiz is written");
    let mut terminal = quiz(book.path(), None);
    terminal.see("After how many seconds").see("Predict, then watch").send("30\r");
    terminal.see("How sure are you?").send("3").see("The model runs.").send("\r");
    terminal.see("Not right, though you were certain").see("The timeout of 20 s began");
    terminal.see("How it came about in the model").send("w").see("The model runs.");
    terminal.send("\r").see("Not right").send("\r").see("Retention, in days?");
    terminal.send("4\r").see("How sure").send("2").see("Right.").send("\r");
    terminal
        .see("After how many seconds")
        .send("20\r")
        .see("The model runs.")
        .send("\r")
        .see("Right.")
        .send("\r");
    terminal.see("1 of 2 right at the first try").send("q");
    let (status, home) = terminal.end();
    assert!(status.success());
    let mut again = quiz(book.path(), Some(home));
    again.see("After how many seconds").send("\x1b").see("1/2");
}
