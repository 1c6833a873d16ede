use super::terminal::{Start, Terminal};

fn reading() -> Terminal {
    let start = Start { args: &["--lang", "en", "open", "sqs-standard"], ..Start::default() };
    let mut terminal = Terminal::start(&start);
    terminal.see("j/k scroll").send("}}}").see_no("After this lesson");
    terminal
}

/// That the place was written down: the next start goes on with it.
fn goes_on_in_the_same_lesson(home: tempfile::TempDir) {
    let mut again = Terminal::start_in(home, &Start::default());
    again.see("Continue").see("SQS: standard queues");
}

#[test]
fn signals_that_end_it_save_and_give_the_terminal_back() {
    for signal in ["TERM", "INT", "HUP", "QUIT"] {
        let mut terminal = reading();
        terminal.signal(signal);
        let (status, home) = terminal.end();
        assert!(!status.success(), "{signal}: whoever started it sees why it ended");
        terminal.is_given_back();
        goes_on_in_the_same_lesson(home);
    }
}

#[test]
fn a_terminal_that_goes_away_ends_it_saved() {
    let mut terminal = reading();
    terminal.hang_up();
    let (_, home) = terminal.end();
    goes_on_in_the_same_lesson(home);
}

#[test]
fn a_terminal_that_goes_away_ends_it_even_if_hang_ups_are_ignored() {
    let script = "trap '' HUP; exec \"$AWSLEARN\" --lang en open sqs-standard";
    let mut terminal = Terminal::script(script, &Start::default());
    terminal.see("j/k scroll").send("}}}").see_no("After this lesson");
    terminal.hang_up();
    let (_, home) = terminal.end();
    goes_on_in_the_same_lesson(home);
}

#[test]
fn a_panic_gives_the_terminal_back_and_leaves_a_report() {
    let start = Start { environment: &[("AWSLEARN_PANIC", "1")], ..Start::default() };
    let mut terminal = Terminal::start(&start);
    let (status, home) = terminal.end();
    assert!(!status.success());
    terminal.is_given_back();
    let folder = home.path().join(".local/state/awslearn");
    let report = folder.read_dir().ok().and_then(|mut files| files.next()?.ok());
    let report = report.unwrap_or_else(|| panic!("no report in {}", folder.display()));
    let name = report.file_name().into_string().expect("a plain name");
    let said: String = terminal.screen().split_whitespace().collect();
    assert!(said.contains(&name), "{said}");
}

#[test]
fn ctrl_z_steps_back_behind_the_shell_and_fg_comes_back() {
    let script = "set -m; \"$AWSLEARN\" --lang en open sqs-standard; \
        echo stopped; read line; fg >/dev/null; echo ended";
    let mut terminal = Terminal::script(script, &Start::default());
    terminal.see("j/k scroll").send("\x1a").see("stopped");
    terminal.is_given_back();
    terminal.send("\n").see("j/k scroll");
    assert!(terminal.modes().alternate_screen());
    terminal.send("}}}").see_no("After this lesson").send("q").see("ended");
    terminal.is_given_back();
}

#[test]
fn a_kill_loses_only_what_was_not_written_down() {
    let mut terminal = reading();
    terminal.send("n").see("What do you want").send("kept").see("kept").send("\x1b");
    terminal.see("Notes saved.").signal("KILL");
    let (_, home) = terminal.end();
    let mut again = Terminal::start_in(
        home,
        &Start { args: &["--lang", "en", "open", "sqs-standard"], ..Start::default() },
    );
    again.see("j/k scroll").send("n").see("kept");
}
