//! A plan worked out for one seed: numbers drawn, the model run, the question put.

use std::collections::BTreeMap;
use std::ops::Range;

use super::plan::{self, Plan};
use crate::models::catalog::{Unit, find_knob};
use crate::models::command::Command;
use crate::models::journal::{Arg, Event, Keeping};
use crate::models::registry::{Bench, Model};
use crate::models::timeline::Played;
use crate::problem::{Problem, Severity};
use crate::quiz::Question;
use crate::quiz::formula::{Ask, Formula, NoValue, Sort};
use crate::quiz::predict::{self, Placed};
use crate::services::chance::Chance;
use crate::services::time::Time;
use crate::tell;
use crate::words::Lang;

/// So many moves may a scenario take, so that checking it a thousand times stays quick.
const MOST_MOVES: usize = 5_000;
/// A figure may be made of figures this deep.
const DEEPEST: usize = 8;
/// The stream of chance that draws the numbers; the models' own streams have small numbers.
const DRAWS: u64 = 0x7072_6564_6963_7400;

/// A scenario played to its moment.
#[derive(Debug, Clone)]
pub struct Case<'q> {
    plan: Plan<'q>,
    /// The model, at the moment that is judged.
    pub model: Model,
    drawn: BTreeMap<&'q str, i64>,
}

/// Why a scenario gives no question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What in the file is to blame.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl Trouble {
    /// The same as a finding in `file`.
    pub fn into_problem(self, file: &str) -> Problem {
        let Trouble { span, message } = self;
        let file = file.to_owned();
        let severity = Severity::Error;
        Problem { file, span, severity, code: "predict-answer", message, help: None }
    }
}

/// Draws the numbers and runs the model.
pub(super) fn run<'q>(plan: &Plan<'q>, seed: u64, keeping: Keeping) -> Result<Case<'q>, Trouble> {
    let drawn = draw(plan, seed)?;
    let scenario = plan.scenario();
    let mut knobs: BTreeMap<&str, i64> = BTreeMap::new();
    for (name, value) in &drawn {
        if find_knob(plan.model.knobs(), name).is_ok() {
            knobs.insert(name, *value);
        }
    }
    for (name, formula) in &scenario.knobs {
        knobs.insert(name, before(plan, &drawn, None, Some(name), formula)?);
    }
    let knobs: Vec<(&str, i64)> = knobs.into_iter().collect();
    let setup = plan::setup(plan, &knobs, seed)
        .map_err(|error| trouble(&plan.question.span, tell::setup_error(&error, Lang::En)))?;
    let mut model = Model::new(plan.model, setup, keeping);
    let mut moves = MOST_MOVES;
    for step in &scenario.steps {
        let at = before(plan, &drawn, Some(model.bench()), None, &step.at)?;
        play(&mut model, at, &mut moves, &step.at.span)?;
        let text = predict::filled(&step.run.value, &|name| {
            let number = drawn.get(name).copied();
            Some(number.unwrap_or_else(|| model.bench().knob(name)).to_string())
        });
        let command =
            Command::parse(&text).map_err(|error| trouble(&step.run.span, error.to_string()))?;
        model.bench_mut().act(command).map_err(|refusal| {
            let why = tell::refused(plan.model, &refusal, Lang::En);
            trouble(&step.run.span, format!("`{text}` is refused: {why}"))
        })?;
    }
    let until = before(plan, &drawn, Some(model.bench()), None, &scenario.until)?;
    play(&mut model, until, &mut moves, &scenario.until.span)?;
    Ok(Case { plan: plan.clone(), model, drawn })
}

fn draw<'q>(plan: &Plan<'q>, seed: u64) -> Result<BTreeMap<&'q str, i64>, Trouble> {
    let mut chance = Chance::stream(seed, DRAWS);
    let mut drawn = BTreeMap::new();
    for (name, values) in &plan.scenario().draw {
        let at = chance.below(values.value.len() as u64) as usize;
        let formula = Placed { value: values.value[at].clone(), span: values.span.clone() };
        let value = before(plan, &drawn, None, Some(name), &formula)?;
        drawn.insert(name.as_str(), value);
    }
    Ok(drawn)
}

/// The value of a formula from before the run: it knows what was drawn, the choices of the knob that it
/// turns, and the knobs of the model once that is there.
fn before(
    plan: &Plan<'_>,
    drawn: &BTreeMap<&str, i64>,
    bench: Option<&dyn Bench>,
    knob: Option<&str>,
    formula: &Placed<Formula>,
) -> Result<i64, Trouble> {
    let knobs = plan.model.knobs();
    let choices =
        knob.and_then(|id| find_knob(knobs, id).ok()).map_or(&[][..], |knob| knob.choices);
    let mut tell = |ask: Ask<'_>| match ask {
        Ask::Name(name) => choices
            .iter()
            .position(|choice| *choice == name)
            .and_then(|at| i64::try_from(at).ok())
            .or_else(|| drawn.get(name).copied())
            .or_else(|| {
                let is_knob = find_knob(knobs, name).is_ok();
                bench.filter(|_| is_knob).map(|bench| bench.knob(name))
            })
            .ok_or_else(|| NoValue::Unknown(name.to_owned())),
        Ask::Events { what, .. } => Err(NoValue::Unknown(what.to_owned())),
    };
    formula
        .value
        .value(&mut tell)
        .map_err(|error| trouble(&formula.span, format!("`{}`: {error}", formula.value)))
}

fn play(model: &mut Model, at: i64, moves: &mut usize, span: &Range<usize>) -> Result<(), Trouble> {
    let bench = model.bench_mut();
    let until = u64::try_from(at).map(Time).unwrap_or(Time::START);
    if until < bench.now().at {
        return Err(trouble(span, format!("{at} ms lies before what was done already")));
    }
    let from = bench.now().position;
    let played = bench.play(until, *moves);
    *moves = moves.saturating_sub((bench.now().position - from) as usize);
    match played {
        Played::Reached => Ok(()),
        Played::OutOfBudget => Err(trouble(
            span,
            format!(
                "The scenario takes more than {MOST_MOVES} moves: shorten it, or let less come in"
            ),
        )),
    }
}

fn trouble(span: &Range<usize>, message: String) -> Trouble {
    Trouble { span: span.clone(), message }
}

impl<'q> Case<'q> {
    /// The question as it is put, in the words of `question`: the plan's own or its translation.
    ///
    /// # Errors
    /// A formula without a value.
    pub fn pose(&self, question: &Question, lang: Lang) -> Result<Question, Trouble> {
        let text = |name: &str| {
            let number = self.tell(Ask::Name(name), 0).ok()?;
            let knob = find_knob(self.plan.model.knobs(), name).ok();
            let choices = knob.map_or(&[][..], |knob| knob.choices);
            let own = tell::words(self.plan.model, lang);
            let unit = self.plan.unit(name);
            // What never happened has no moment.
            let is_never = unit == Unit::Millis && number < 0;
            (!is_never).then(|| tell::value(unit, number, choices, own, lang))
        };
        let mut value = |formula: &Formula| formula.value(&mut |ask| self.tell(ask, 0));
        predict::pose(question, &text, &mut value)
            .map_err(|(span, error)| trouble(&span, error.to_string()))
    }

    /// The last event of the kind that the question names as its cause.
    pub fn cause(&self) -> Option<&Event> {
        let what = &self.plan.scenario().cause.as_ref()?.value;
        let bench = self.model.bench();
        bench.journal().range(0..bench.events()).filter(|event| event.what == *what).last()
    }

    fn tell(&self, ask: Ask<'_>, depth: usize) -> Result<i64, NoValue> {
        match ask {
            Ask::Name(name) => self.number(name, depth),
            Ask::Events { sort, what, object } => Ok(self.events(sort, what, object)),
        }
    }

    fn number(&self, name: &str, depth: usize) -> Result<i64, NoValue> {
        let bench = self.model.bench();
        if let Some(number) = self.drawn.get(name) {
            return Ok(*number);
        }
        if find_knob(self.plan.model.knobs(), name).is_ok() {
            return Ok(bench.knob(name));
        }
        let unknown = || NoValue::Unknown(name.to_owned());
        match Plan::row(&self.plan.scenario().figures, name) {
            Some(figure) if depth < DEEPEST => {
                figure.value.value(&mut |ask| self.tell(ask, depth + 1))
            }
            Some(_) => Err(unknown()),
            None => bench.probe(name).ok_or_else(unknown),
        }
    }

    fn events(&self, sort: Sort, what: &str, object: Option<&str>) -> i64 {
        let bench = self.model.bench();
        let is_meant = |event: &&Event| {
            let names = |name: &str| {
                bench.name(event.object) == name
                    || event.args.iter().flatten().any(|arg| match arg {
                        Arg::Object(other) => bench.name(*other) == name,
                        Arg::Word(word) => *word == name,
                        _ => false,
                    })
            };
            event.what == what && object.is_none_or(names)
        };
        let mut events = bench.journal().range(0..bench.events()).filter(is_meant);
        let moment = |event: Option<&Event>| {
            event.and_then(|event| i64::try_from(event.at.0).ok()).unwrap_or(-1)
        };
        match sort {
            Sort::Count => i64::try_from(events.count()).unwrap_or(i64::MAX),
            Sort::First => moment(events.next()),
            Sort::Last => moment(events.last()),
        }
    }
}
