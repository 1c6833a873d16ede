//! `awslearn man`: one manual page, with every subcommand in it.

use std::io::Write;

use clap::{Arg, Args, Command, CommandFactory};
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use super::{Cli, Outcome};

#[derive(Debug, Args)]
pub(super) struct Man {}

/// The sections that clap does not know: title, then term and meaning.
const SECTIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "EXIT STATUS",
        &[
            ("0", "Fine; also when the reader of a pipe goes away."),
            ("1", "A check failed."),
            ("2", "Wrong use, or input that cannot be read."),
        ],
    ),
    (
        "ENVIRONMENT",
        &[
            ("LC_ALL, LC_MESSAGES, LANG", "The language, unless --lang names one."),
            ("NO_COLOR", "Switches colours off if it is not empty."),
        ],
    ),
];

impl Man {
    pub(super) fn run(&self, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let mut command = Cli::command();
        command.build();
        let man = clap_mangen::Man::new(command.clone());
        man.render_title(out)?;
        man.render_name_section(out)?;
        man.render_synopsis_section(out)?;
        man.render_description_section(out)?;
        man.render_options_section(out)?;
        let mut roff = Roff::new();
        roff.control("SH", ["COMMANDS"]);
        for subcommand in command.get_subcommands() {
            describe(subcommand, &mut roff);
        }
        for (title, rows) in SECTIONS {
            roff.control("SH", [*title]);
            for (term, meaning) in *rows {
                roff.control("TP", []);
                roff.text([bold(*term)]);
                roff.text([roman(*meaning)]);
            }
        }
        roff.to_writer(out)?;
        Ok(Outcome::Fine)
    }
}

/// A subcommand and those below it: how it is called, what it does, its own options.
fn describe(command: &Command, roff: &mut Roff) {
    if command.is_hide_set() || command.get_name() == "help" {
        return;
    }
    let own = || command.get_arguments().filter(|arg| !arg.is_global_set() && !is_help(arg));
    roff.control("TP", []);
    let mut call = vec![bold(command.get_bin_name().unwrap_or(command.get_name()))];
    for arg in own() {
        call.push(roman(" "));
        call.extend(usage(arg));
    }
    roff.text(call);
    roff.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
    roff.control("RS", []);
    for arg in own() {
        roff.control("TP", []);
        roff.text(usage(arg));
        roff.text([roman(arg.get_help().map(ToString::to_string).unwrap_or_default())]);
    }
    roff.control("RE", []);
    for subcommand in command.get_subcommands() {
        describe(subcommand, roff);
    }
}

fn is_help(arg: &Arg) -> bool {
    matches!(arg.get_id().as_str(), "help" | "version")
}

/// `--width N`, `FILE`, `[DIR]`.
fn usage(arg: &Arg) -> Vec<Inline> {
    let value = arg.get_value_names().and_then(|names| names.first());
    let value = value.filter(|_| arg.get_action().takes_values()).map(ToString::to_string);
    match (arg.get_long(), value) {
        (Some(long), None) => vec![bold(format!("--{long}"))],
        (Some(long), Some(value)) => {
            vec![bold(format!("--{long}")), roman(" "), italic(value)]
        }
        (None, Some(value)) if arg.is_required_set() => vec![italic(value)],
        (None, value) => vec![roman("["), italic(value.unwrap_or_default()), roman("]")],
    }
}
