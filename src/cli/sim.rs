//! `awslearn sim`: feeds a script of AWS operations to the services and prints what AWS answers.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Outcome;
use crate::awscli::Transcript;
use crate::services::script::{Answered, Script};
use crate::services::world::ServiceId;

/// Feed a script of AWS operations (JSON lines) to a service and print its answers
///
/// In: {"t": SECONDS, "op": "SendMessage", "params": {...}}. Out, a line for each call, with
/// "response" or "error". The clock is virtual: it moves to each line's "t", which never goes back;
/// a line with only "t" moves it. An "id" comes back in the answer. A long poll is answered at its
/// own later time. With `world` in place of a service, each line names its "service".
///
/// With --cli the lines are commands as one types them: `aws sqs send-message ...`,
/// `URL=$(aws ... --query QueueUrl --output text)`, `sleep 30`. Each prints what `aws` would print.
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
    /// The script is lines of `aws ...` commands in place of JSON
    #[arg(long)]
    cli: bool,
}

/// Whatever runs the lines of a script.
trait Engine {
    /// Runs one line and writes what it answers.
    fn line(&mut self, text: &str, out: &mut dyn Write) -> io::Result<()>;

    /// The end of the script: writes what is still to be answered.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

impl Engine for Script {
    fn line(&mut self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        write_all(&Script::line(self, text), out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write_all(&Script::finish(self), out)
    }
}

impl Engine for Transcript {
    fn line(&mut self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let printed = Transcript::line(self, text).text;
        if printed.is_empty() {
            return Ok(());
        }
        writeln!(out, "{printed}")?;
        out.flush()
    }

    fn finish(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
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
        let mut engine: Box<dyn Engine> = if self.cli {
            Box::new(Transcript::new(self.seed))
        } else {
            Box::new(Script::new(ServiceId::from_name(&self.service), self.seed))
        };
        let script = engine.as_mut();
        match &self.script {
            None => run(script, io::stdin().lock(), out),
            Some(path) => {
                #[expect(clippy::disallowed_methods, reason = "the script is read as it comes")]
                let file = File::open(path);
                let file = file.with_context(|| format!("cannot read {}", path.display()))?;
                run(script, BufReader::new(file), out)
            }
        }
    }
}

fn run(
    script: &mut dyn Engine,
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
        script.line(text, out)?;
    }
    script.finish(out)?;
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
