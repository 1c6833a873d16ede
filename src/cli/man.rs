//! `awslearn man`.

use std::io::Write;

use clap::{Args, CommandFactory};

use super::{Cli, Outcome};

#[derive(Debug, Args)]
pub(super) struct Man {}

impl Man {
    pub(super) fn run(&self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        clap_mangen::Man::new(Cli::command()).render(out)?;
        Ok(Outcome::Fine)
    }
}
