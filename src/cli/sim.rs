//! `awslearn sim`: feeds a script of AWS operations to the services and prints what AWS answers.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Outcome;
use crate::services::script::{Answered, Script};
use crate::services::world::ServiceId;

/// Feed a script of AWS operations (JSON lines) to a service and print its answers
///
/// In: {"t": SECONDS, "op": "SendMessage", "params": {...}}. Out, a line for each call, with
/// "response" or "error". The clock is virtual: it moves to each line's "t", which never goes back;
/// a line with only "t" moves it. An "id" comes back in the answer. A long poll is answered at its
/// own later time. With `world` in place of a service, each line names its "service".
#[derive(Debug, Args)]
pub struct Sim {
    /// The service, or `world` for all
    #[arg(value_parser = PossibleValuesParser::new(names()))]
    service: String,
    /// Read the script from this file instead of standard input
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Decides what AWS leaves open; the same seed gives the same answers
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

const WORLD: &str = "world";

fn names() -> Vec<&'static str> {
    ServiceId::ALL.iter().map(|id| id.name()).chain([WORLD]).collect()
}

impl Sim {
    /// Runs the script to its end.
    ///
    /// # Errors
    /// When the script cannot be read, with the number of the line.
    pub fn run(&self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let mut script = Script::new(ServiceId::from_name(&self.service), self.seed);
        match &self.script {
            None => run(&mut script, io::stdin().lock(), out),
            Some(path) => {
                #[expect(clippy::disallowed_methods, reason = "the script is read as it comes")]
                let file = File::open(path);
                let file = file.with_context(|| format!("cannot read {}", path.display()))?;
                run(&mut script, BufReader::new(file), out)
            }
        }
    }
}

fn run(
    script: &mut Script,
    mut input: impl BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<Outcome> {
    let mut line = Vec::new();
    for number in 1_usize.. {
        line.clear();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => bail!("line {number} of the script cannot be read: {error}"),
        }
        let Ok(text) = std::str::from_utf8(&line) else {
            bail!("line {number} of the script is not UTF-8");
        };
        write_all(&script.line(text), out)?;
    }
    write_all(&script.finish(), out)?;
    Ok(Outcome::Fine)
}

/// Writes the answers and hands them on at once: a program may wait for them.
fn write_all(answers: &[Answered], out: &mut dyn Write) -> io::Result<()> {
    for answer in answers {
        writeln!(out, "{}", answer.to_line())?;
    }
    if answers.is_empty() { Ok(()) } else { out.flush() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_is_not_text_ends_the_run_with_the_number_of_the_line() {
        let mut script = Script::new(ServiceId::from_name("sqs"), 0);
        let mut out = Vec::new();
        let input = b"{\"op\": \"ListQueues\"}\n\xff\xfe\n".as_slice();
        let error = run(&mut script, input, &mut out).unwrap_err();
        assert_eq!(error.to_string(), "line 2 of the script is not UTF-8");
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"t\":0,\"op\":\"ListQueues\",\"response\":{}}\n"
        );
    }
}
