//! The grammar of `aws SERVICE OPERATION --flag value …`: command text ⇄ operation.
//!
//! A [`Session`] runs lines as one types them at a shell's prompt: `aws …`, `NAME=$(aws … --query …)`,
//! `sleep 30`, `echo $NAME`, `valkey-cli …` for the commands of a cache, and `printf … | nc NODE 11211` for
//! those of a Memcached node. Nothing here reads a file, a network or the environment, and nothing can:
//! such lines are refused in words.

mod cache;
mod line;
mod memcached;
mod names;
mod output;
mod print;
mod session;
mod shell;
mod transcript;
mod value;

pub use line::{complete, parse};
pub use print::command_for;
pub use session::{Printed, Ran, Rendering, Session};
pub use transcript::Transcript;

/// Why a line was not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// A quotation mark or parenthesis without its partner.
    #[error("unexpected end of the line while looking for matching `{}`", closing(*.0))]
    Unclosed(char),
    /// Something that only a shell can do.
    #[error(
        "`{0}`: no shell runs here, so there are no pipes, files or further commands; one `aws` command a line"
    )]
    ShellOnly(char),
    /// `${…}` with something other than a name.
    #[error("${{{0}}}: bad substitution")]
    BadSubstitution(String),
    /// The line begins with a program that does not exist here.
    #[error("{name}: command not found{}", maybe(.near))]
    NotACommand {
        /// What was typed.
        name: String,
        /// What may have been meant.
        near: Vec<String>,
    },
    /// Another line that cannot be run: the whole text.
    #[error("{0}")]
    Refused(String),
    /// `aws` was called wrongly: the text after `aws: [ERROR]: `.
    #[error("aws: [ERROR]: {0}")]
    Usage(String),
}

fn closing(open: char) -> char {
    if open == '(' { ')' } else { open }
}

fn maybe(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let list: Vec<String> = near.iter().map(|name| format!("  * {name}")).collect();
    format!(", maybe you meant:\n\n{}", list.join("\n"))
}
