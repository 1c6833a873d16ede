//! The command line: one file a subcommand.

use std::process::ExitCode;

/// Runs the program with the arguments of this process and says how it ended.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
