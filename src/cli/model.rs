//! `awslearn model ID`: one live model alone on the screen, or the log of a run of it as text.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use serde_json::json;

use super::{Global, Outcome, printable, workbook};
use crate::app::model::Live;
use crate::models::catalog::{self, Knob, nearest};
use crate::models::command::read_all;
use crate::models::journal::Event;
use crate::models::registry::{Bench, Model, ModelId};
use crate::models::timeline::Played;
use crate::services::time::{Span, Time};
use crate::tell;
use crate::words::Lang;

/// So many moves may a printed run take.
const BUDGET: usize = 50_000_000;

/// Open one live model on the whole screen, or replay a share line
#[derive(Debug, Args)]
pub(super) struct ModelCommand {
    /// The model, such as `queue`; left out, the models are listed
    model: Option<String>,
    /// The preset to start from [default: the model's first]
    #[arg(long, value_name = "PRESET")]
    preset: Option<String>,
    /// The seed of everything that is left to chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Turn a knob: its name and its value in the knob's unit, or the name of a choice
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// The commands of a share line
    #[arg(long, value_name = "TEXT")]
    commands: Option<String>,
    /// Print what happens, and why, without a terminal
    #[arg(long)]
    print: bool,
    /// With --print: how far to play, in virtual seconds
    #[arg(long, value_name = "SECONDS", requires = "print")]
    until: Option<u64>,
    /// With --print, or for the list: one JSON object a line
    #[arg(long)]
    json: bool,
}

impl ModelCommand {
    pub(super) fn run(&self, global: &Global, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let lang = global.lang();
        let Some(name) = &self.model else { return self.list(lang, out) };
        if self.json && !self.print {
            bail!("--json goes with --print, or without a model to list them all");
        }
        let id = find(name)?;
        let mut model = self.start(id, lang)?;
        if self.print {
            return self.print(&mut model, lang, out);
        }
        if !io::stdout().is_terminal() {
            bail!("a model needs a terminal; --print says what happens in it without one");
        }
        workbook::model(global, Box::new(Live::of(model)))
    }

    /// Every model with its presets; as JSON, with what each preset teaches.
    fn list(&self, lang: Lang, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        for id in ModelId::ALL {
            let words = tell::words(*id, lang);
            if !self.json {
                writeln!(out, "{:<12} {}", id.id(), words.title())?;
            }
            for preset in id.presets() {
                let told = words.preset(preset.id);
                if !self.json {
                    writeln!(out, "  {:<24} {}", preset.id, told.name)?;
                    continue;
                }
                let (model, title) = (id.id(), words.title());
                let row = json!({
                    "model": model,
                    "title": title,
                    "preset": preset.id,
                    "name": told.name,
                    "teaches": told.text,
                });
                writeln!(out, "{row}")?;
            }
        }
        Ok(Outcome::Fine)
    }

    /// The model as the options make it.
    fn start(&self, id: ModelId, lang: Lang) -> anyhow::Result<Model> {
        let mut knobs = Vec::new();
        for text in &self.set {
            knobs.push(turned(id, text)?);
        }
        let setup = id
            .setup(self.preset.as_deref(), &knobs, self.seed)
            .map_err(|error| anyhow!(tell::setup_error(&error, lang)))?;
        let commands = match &self.commands {
            Some(text) => read_all(text).context("--commands")?,
            None => Vec::new(),
        };
        Model::replay(id, setup, &commands).map_err(|(number, refusal)| {
            let command =
                commands.get(number).map_or_else(String::new, |it| it.command.to_string());
            let reason = tell::refused(id, &refusal, lang);
            anyhow!("--commands: number {}, `{command}`: {reason}", number + 1)
        })
    }

    fn print(&self, model: &mut Model, lang: Lang, out: &mut dyn Write) -> anyhow::Result<Outcome> {
        let words = tell::words(model.id(), lang);
        let bench = model.bench_mut();
        let until = match self.until {
            Some(seconds) => Time::START + Span::seconds(seconds),
            None => bench.now().at.max(Time::START + Span::seconds(60)),
        };
        if bench.play(until, BUDGET) == Played::OutOfBudget {
            bail!(
                "more than {BUDGET} moves before {} s: choose an earlier --until",
                until.0 / 1000
            );
        }
        for event in bench.journal().range(0..bench.events()) {
            if self.json {
                writeln!(out, "{}", as_json(bench, event))?;
            } else {
                let sentence = printable(&tell::event(bench, words, event, lang));
                let rule = event.rule.map_or_else(String::new, |rule| format!("  [{rule}]"));
                writeln!(out, "{:>10}  {sentence}{rule}", tell::clock(event.at))?;
            }
        }
        Ok(Outcome::Fine)
    }
}

fn as_json(bench: &dyn Bench, event: &Event) -> serde_json::Value {
    json!({
        "event": event.id.0,
        "at": event.at.0,
        "object": bench.name(event.object),
        "what": event.what,
        "why": event.why,
        "because": event.because.map(|cause| cause.0),
        "rule": event.rule,
    })
}

fn find(name: &str) -> anyhow::Result<ModelId> {
    ModelId::from_id(name).ok_or_else(|| {
        match nearest(name, ModelId::ALL.iter().map(|id| id.id())) {
            Some(near) => anyhow!("there is no model `{name}`; did you mean `{near}`?"),
            None => anyhow!("there is no model `{name}`; `awslearn model` lists them"),
        }
    })
}

/// `KNOB=VALUE`, the value a number or the name of a choice.
fn turned(id: ModelId, text: &str) -> anyhow::Result<(&'static str, i64)> {
    let (name, value) =
        text.split_once('=').with_context(|| format!("--set {text}: expected KNOB=VALUE"))?;
    let knob: &'static Knob = catalog::find_knob(id.knobs(), name).map_err(|_| {
        let near = nearest(name, id.knobs().iter().map(|knob| knob.id));
        match near {
            Some(near) => {
                anyhow!("--set {text}: there is no knob `{name}`; did you mean `{near}`?")
            }
            None => {
                let all: Vec<&str> = id.knobs().iter().map(|knob| knob.id).collect();
                anyhow!("--set {text}: there is no knob `{name}`; there are {}", all.join(", "))
            }
        }
    })?;
    let choice = knob.choices.iter().position(|choice| *choice == value);
    let number = match choice {
        Some(at) => at as i64,
        None => value.parse().map_err(|_| match knob.choices {
            [] => anyhow!("--set {text}: `{value}` is no whole number"),
            choices => anyhow!("--set {text}: `{value}` is none of {}", choices.join(", ")),
        })?,
    };
    if !(knob.min..=knob.max).contains(&number) {
        bail!("--set {text}: {name} goes from {} to {}", knob.min, knob.max);
    }
    Ok((knob.id, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(arguments: &[&str]) -> ModelCommand {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            command: ModelCommand,
        }
        let line = ["model"].iter().chain(arguments);
        <Line as clap::Parser>::parse_from(line).command
    }

    fn said(arguments: &[&str]) -> Result<String, String> {
        let mut out = Vec::new();
        let ran = command(arguments).run(&Global::default(), &mut out);
        ran.map(|_| String::from_utf8(out).expect("text")).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn the_same_line_prints_the_same_run() {
        let line = ["queue", "--print", "--until", "30", "--seed", "7"];
        let first = said(&line).expect("it runs");
        assert_eq!(Ok(&first), said(&line).as_ref());
        assert!(first.lines().count() > 3, "{first}");
        let json = said(&[&line[..], &["--json"]].concat()).expect("it runs");
        assert_eq!(json.lines().count(), first.lines().count());
    }

    #[test]
    fn the_list_names_every_preset_and_as_json_what_it_teaches() {
        let rows = said(&["--json"]).expect("it lists");
        let presets: usize = ModelId::ALL.iter().map(|id| id.presets().len()).sum();
        assert_eq!(rows.lines().count(), presets);
        assert!(rows.lines().all(|row| row.contains("\"teaches\"")), "{rows}");
        assert!(said(&["queue", "--json"]).is_err(), "it opens a screen");
    }

    #[test]
    fn a_share_line_replays_what_was_done() {
        let line = ["queue", "--print", "--commands", "@0.000/0 set visibility-timeout 5000"];
        assert!(said(&line).is_ok(), "{:?}", said(&line));
    }

    #[test]
    fn a_bad_share_line_says_what_is_wrong_with_it() {
        for (line, wrong) in [
            (&["quue"][..], "did you mean `queue`?"),
            (&["queue", "--preset", "basik"], "basic"),
            (&["queue", "--set", "visibility"], "KNOB=VALUE"),
            (&["queue", "--set", "visibility-timeut=3"], "did you mean `visibility-timeout`?"),
            (&["queue", "--set", "visibility-timeout=soon"], "no whole number"),
            (&["queue", "--set", "actors=asleep"], "working, still"),
            (&["queue", "--set", "workers=-4"], "goes from"),
            (&["queue", "--commands", "kill"], "begins with its time and place"),
            (&["queue", "--commands", "@1.000/0 do explode"], "explode"),
            (&["queue", "--commands", "@9.000/99999 do send"], "do not fit"),
        ] {
            let message = said(line).expect_err("it is wrong");
            assert!(message.contains(wrong), "{line:?}: {message}");
        }
    }
}
