//! The command line: one file a subcommand.
//!
//! To add a subcommand: one file in `cli/` with a clap struct and its `run`, and its two lines in
//! `Command` and `Command::run`. A subcommand writes to the `out` that it is handed, never to
//! standard output by itself, so that tests read what it says.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod check;
mod completions;
mod course;
mod fidelity;
mod list;
mod locale;
mod man;
mod model;
mod progress;
mod render;
mod sim;
mod status;
mod workbook;

use crate::words::Lang;

/// Learn how AWS databases, message queues and streams behave, beside live models of them.
#[derive(Debug, Parser)]
#[command(name = "awslearn", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The options that every subcommand takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Open the course in this folder (an mdBook) instead of the one that is built in
    #[arg(long, global = true, value_name = "DIR")]
    pub course: Option<PathBuf>,
    /// Keep the progress in this file
    #[arg(long, global = true, value_name = "FILE")]
    pub progress: Option<PathBuf>,
    /// Speak this language [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_name = "LANG", value_parser = locale::parse)]
    lang: Option<Lang>,
    /// Colours [default: by the terminal's background; none if NO_COLOR is set]
    #[arg(long, global = true, value_enum, value_name = "THEME")]
    pub theme: Option<ThemeChoice>,
    /// Leave the mouse to the terminal
    #[arg(long, global = true)]
    pub no_mouse: bool,
}

impl Global {
    /// The language asked for, else the environment's, else English.
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(locale::from_environment)
    }

    /// Whether what is printed may have colours: on a terminal, unless `NO_COLOR` or the theme
    /// says no.
    fn is_coloured(&self) -> bool {
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line reads the environment once"
        )]
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        io::stdout().is_terminal() && !refused && self.theme != Some(ThemeChoice::None)
    }
}

/// The themes that `--theme` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ThemeChoice {
    /// Light text on a dark ground
    Dark,
    /// Dark text on a light ground
    Light,
    /// Strong contrast on a dark ground
    HighContrast,
    /// No colour
    None,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open a lesson in the workbook
    Open(workbook::Open),
    /// Take a quiz in the workbook
    Quiz(workbook::Quiz),
    /// List the lessons and quizzes of the course
    List(list::List),
    /// Print a lesson or a Markdown file as the workbook shows it
    Render(render::Render),
    /// Check a course: links, anchors, quizzes, languages in step
    Check(check::Check),
    /// Print a completion script for a shell
    Completions(completions::Completions),
    /// Print the manual page (roff)
    Man(man::Man),
    /// Say where you are, what is next, and your scores
    Status(status::Status),
    /// Keep, copy, join or reset the record of what you did
    Progress(progress::Progress),
    Model(model::ModelCommand),
    Sim(sim::Sim),
    Fidelity(fidelity::Fidelity),
}

impl Command {
    fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        match self {
            Command::Open(command) => command.run(global),
            Command::Quiz(command) => command.run(global),
            Command::List(command) => command.run(global, out),
            Command::Render(command) => command.run(global, out),
            Command::Check(command) => command.run(global, out),
            Command::Completions(command) => command.run(out),
            Command::Man(command) => command.run(out),
            Command::Status(command) => command.run(global, out),
            Command::Progress(command) => command.run(global, out),
            Command::Model(command) => command.run(global, out),
            Command::Sim(command) => command.run(out),
            Command::Fidelity(command) => command.run(out),
        }
    }
}

/// How a subcommand ended when nothing went wrong with running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit status 0.
    Fine,
    /// A check found something: exit status 1.
    Failed,
}

/// Runs the program with the arguments of this process and says how it ended: 0 fine, 1 a check
/// failed, 2 wrong use or unreadable input.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let ended = run(&cli, &mut out).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match ended {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // What was written before the error still belongs to the reader.
            out.flush().ok();
            eprintln!("awslearn: {}", printable(&format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    match &cli.command {
        Some(command) => command.run(&cli.global, out),
        None => workbook::go_on(&cli.global),
    }
}

/// Whether the reader of our output went away (`awslearn list | head -1`): that is no error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// A text without the control characters that a file may hold: a terminal obeys them.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        let pipe = io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&anyhow::Error::from(pipe).context("writing the list")));
        assert!(!is_broken_pipe(&anyhow::anyhow!("another")));
    }
}
