use super::terminal::{Start, Terminal, text};

#[test]
fn the_first_start_shows_the_course_and_enter_begins_it() {
    let mut terminal = Terminal::start(&Start::default());
    terminal.see("Begin").see("Message queues");
    terminal.send("\r").see("j/k scroll");
    assert!(terminal.modes().alternate_screen());
    terminal.send("q");
    let (status, _) = terminal.end();
    assert!(status.success());
    terminal.is_given_back();
}

#[test]
fn the_place_is_found_again_after_quitting() {
    let start = Start { args: &["--lang", "en", "open", "sqs-standard"], ..Start::default() };
    let mut terminal = Terminal::start(&start);
    terminal.see("j/k scroll").send("}");
    // The footer is written last: with it the frame is whole.
    terminal.until("the footer has moved on", |screen| {
        let text = text(screen);
        text.trim_end().ends_with('%') && !text.trim_end().ends_with(" 0%")
    });
    let before = terminal.screen();
    terminal.send("q");
    let (_, home) = terminal.end();
    let mut again = Terminal::start_in(home, &Start::default());
    again.see("Continue").send("\r").see("j/k scroll");
    again.until("the place is found", |screen| text(screen) == before);
}

#[test]
fn the_course_is_searched_and_the_hit_is_shown() {
    let mut terminal = Terminal::start(&Start::default());
    terminal.see("Begin").send("s").see("Search the course");
    terminal.send("visibility timeout").see("visibility timeout").see("found");
    terminal.until("hits are listed", |screen| screen.contents().matches("isibility").count() > 2);
    terminal.send("\r").see("n/N hit");
}

#[test]
fn the_language_is_switched_in_place_and_kept() {
    let mut terminal = Terminal::start(&Start { args: &[], ..Start::default() });
    terminal.see("Begin").send("L").see("시작하기");
    terminal.send("\r").see("j/k 스크롤").send("q");
    let (_, home) = terminal.end();
    let mut again = Terminal::start_in(home, &Start { args: &[], ..Start::default() });
    again.see("이어서 읽기");
}

#[test]
fn notes_are_written_and_kept() {
    let mut terminal = Terminal::start(&Start::default());
    terminal.see("Begin").send("\r").see("j/k scroll").send("n").see("What do you want");
    terminal.send("큐는 버퍼").see("큐는 버퍼").send("\x1b").see("Notes saved.");
    terminal.send("q");
    let (_, home) = terminal.end();
    let mut again = Terminal::start_in(home, &Start::default());
    again.see("Continue").send("\rn").see("큐는 버퍼");
}

#[test]
fn any_size_is_drawn_and_the_screen_comes_back() {
    let mut terminal = Terminal::start(&Start::default());
    terminal.see("Begin").send("\r").see("j/k scroll");
    terminal.until("the frame is whole", |screen| text(screen).trim_end().ends_with(" 0%"));
    let before = terminal.screen();
    terminal.resize(1, 1).resize(300, 100);
    terminal.until("the footer is on the last row", |screen| {
        screen.rows(0, 300).nth(99).is_some_and(|row| row.contains("j/k scroll"))
    });
    terminal.resize(20, 5).see("awslearn needs");
    terminal.resize(80, 24);
    terminal.until("one pane is shown", |screen| {
        screen.rows(0, 80).nth(23).is_some_and(|row| row.contains("j/k scroll"))
    });
    terminal.resize(120, 40);
    terminal.until("all is as before", |screen| text(screen) == before);
}

#[test]
fn what_the_terminal_tells_about_itself_is_never_typed() {
    let mut terminal = Terminal::start(&Start::default());
    terminal.see("Begin").send("s").see("Search the course");
    terminal.send("\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?62;22c\x1b[2;1$y").send("deadletter");
    terminal.see("› deadletter").send("\x1b").see_no("deadletter");
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let mut terminal = Terminal::start(&Start::default());
    // A frame is written from the top to the bottom: when the footer is there, all is.
    terminal.see("Begin").send("\r").see("j/k scroll").see("0%");
    let written = terminal.bytes.len();
    // Keys that mean nothing here change nothing, and so nothing is written.
    terminal.send("XXXXXXXXXX").send("q");
    let (status, _) = terminal.end();
    assert!(status.success());
    let farewell = terminal.bytes.len() - written;
    assert!(farewell < 120, "{farewell} bytes to end with");
}

#[test]
fn without_a_terminal_it_says_so_and_exits_with_2() {
    let home = tempfile::TempDir::new().expect("a temporary folder");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_awslearn"))
        .env("HOME", home.path())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"));
}
