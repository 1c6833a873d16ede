//! The live model: in its pane beside a lesson, and alone on the screen.

use super::terminal::{Start, Terminal};

/// In a lesson, at a block that runs in the model beside it.
fn beside_a_lesson() -> Terminal {
    let start = Start { args: &["--lang", "en", "open", "sqs-standard"], ..Start::default() };
    let mut terminal = Terminal::start(&start);
    terminal.see("j/k scroll").send("}}}");
    terminal.until("a block shows the key that runs it", |screen| {
        screen.rows(0, 120).any(|row| row.contains("console") && row.contains("r run"))
    });
    terminal
}

/// The queue, alone.
fn alone() -> Terminal {
    let start = Start { args: &["--lang", "en", "model", "queue"], ..Start::default() };
    let mut terminal = Terminal::start(&start);
    terminal.see("Nothing has happened yet").see("space play");
    terminal
}

#[test]
fn a_block_runs_whole_with_one_key_and_says_whether_it_is_as_written() {
    let mut terminal = beside_a_lesson();
    terminal.send("r").see("as written above").see("ReceiptHandleIsInvalid");
}

#[test]
fn a_block_runs_line_by_line_with_enter() {
    let mut terminal = beside_a_lesson();
    terminal.send("\r").see("enter next line").send("\r").see("as written above");
}

#[test]
fn time_plays_pauses_steps_and_goes_back() {
    let mut terminal = alone();
    terminal.send("+++ ").see_no("00:00.0").see_no("Nothing has happened yet");
    terminal.send(" ").see("‖").send(".,").send("R").see("Back to the start.").see("00:00.0");
}

#[test]
fn acting_in_the_past_starts_a_branch_and_undo_takes_it_back() {
    let mut terminal = alone();
    terminal.send("\x1b[C\x1b[C\x1b[C").see("00:03.0").send("\x1b[D").see("in the past");
    terminal.send("s").see("aws sqs send-message").see("A new branch begins here");
    terminal.send("G").see("from branch 1").send("\x1b").see_no("from branch 1");
    terminal.send("u").see("Taken back");
}

#[test]
fn presets_are_set_up_knobs_turned_and_things_broken() {
    let mut terminal = alone();
    terminal.send("P").see("Poison message").send("jj\r").see("Set up: Poison message");
    terminal.send("K").see("left and right turn").send("\x1b[C").see("FIFO");
    terminal.send("\x1b").see_no("left and right turn").send("L").see("재생").send("L");
    terminal.see("space play").send("R").see("Back to the start.").send("Z").see("Why queues");
}

#[test]
fn a_command_line_runs_and_its_error_is_shown() {
    let mut terminal = alone();
    terminal.send("i").see("aws>").send("aws sqs list-queues\r").see("QueueUrls");
    terminal.send("aws sqs receive-message --queue-url nowhere\r").see("An error occurred");
    terminal.send("aws sqs recieve-message\r").see("receive-message").send("\x1b");
    terminal.see("space play");
}

#[test]
fn a_share_line_is_copied_and_replays() {
    let mut terminal = alone();
    terminal.send("s").see("aws sqs send-message").send("y").see("awslearn model queue --preset");
    assert!(terminal.bytes.windows(5).any(|bytes| bytes == b"\x1b]52;"), "it is on the clipboard");
}

#[test]
fn two_settings_are_compared_side_by_side() {
    let mut terminal = alone();
    terminal.send("C").see("Compare").send("j\x1b[C\r").see_no("Compare: choose");
    terminal.send("\x1b[C").see("00:01.0").send("C").see("Back to one side.");
}

#[test]
fn a_model_lives_through_sizes_and_a_kill() {
    let mut terminal = alone();
    terminal.send("\x1b[C\x1b[C").see("00:02.0").resize(20, 5).see("awslearn needs");
    terminal.resize(80, 24).see("00:02.0").resize(300, 100).see("00:02.0");
    terminal.signal("KILL");
    let (status, home) = terminal.end();
    assert!(!status.success());
    Terminal::start_in(home, &Start::default()).see("Begin");
}
