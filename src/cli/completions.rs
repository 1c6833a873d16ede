//! `awslearn completions SHELL`.

use std::io::Write;

use clap::{Args, CommandFactory};

use super::{Cli, Outcome};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that will read the script
    shell: clap_complete::Shell,
}

impl Completions {
    pub(super) fn run(&self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        // Through a buffer: the generator panics when its writer fails.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "awslearn", &mut script);
        out.write_all(&script)?;
        Ok(Outcome::Fine)
    }
}
