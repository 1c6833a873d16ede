//! A predict question held against the models: what it names is there.

use std::ops::Range;

use super::case::{self, Case, Trouble};
use crate::models::catalog::{Knob, Setup, SetupError, Unit, find_knob, nearest};
use crate::models::journal::Keeping;
use crate::models::registry::{Model, ModelId};
use crate::problem::{Problem, Severity};
use crate::quiz::Question;
use crate::quiz::formula::{Ask, Formula, Measure};
use crate::quiz::predict::{Key, Named, Placed, Predict, Scenario, holes};
use crate::tell;
use crate::words::Lang;

/// A predict question whose names are all known.
#[derive(Debug, Clone)]
pub struct Plan<'q> {
    pub(super) question: &'q Question,
    pub(super) predict: &'q Predict,
    pub(super) model: ModelId,
}

impl<'q> Plan<'q> {
    /// The plan of a question; none for a question of another type.
    ///
    /// # Errors
    /// Everything that the models do not know, with its place in `file`.
    pub fn of(question: &'q Question, file: &str) -> Result<Option<Plan<'q>>, Vec<Problem>> {
        let Some(predict) = question.predict.as_deref() else { return Ok(None) };
        let mut found = Findings { file, problems: Vec::new() };
        let name = &predict.scenario.model;
        let Some(model) = ModelId::from_id(&name.value) else {
            found.unknown("model", name, ModelId::ALL.iter().map(|model| model.id()));
            return Err(found.problems);
        };
        let plan = Plan { question, predict, model };
        plan.look(&mut found);
        if found.problems.is_empty() { Ok(Some(plan)) } else { Err(found.problems) }
    }

    /// Which model works it out.
    pub fn model(&self) -> ModelId {
        self.model
    }

    /// What comes of it with this seed. The model keeps what it takes to show it, or with
    /// [`Keeping::Events`] what it takes to judge.
    ///
    /// # Errors
    /// The model refuses a step, or does not come to the end.
    pub fn case(&self, seed: u64, keeping: Keeping) -> Result<Case<'q>, Trouble> {
        case::run(self, seed, keeping)
    }

    /// The scenario.
    pub(super) fn scenario(&self) -> &'q Scenario {
        &self.predict.scenario
    }

    /// A row of a table of the scenario.
    pub(super) fn row<T>(rows: &'q [Named<T>], name: &str) -> Option<&'q Placed<T>> {
        rows.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// What the number of this name counts.
    pub(super) fn unit(&self, name: &str) -> Unit {
        let known = self.model.knobs().iter().find(|knob| knob.id == name).map(|knob| knob.unit);
        let metrics = || self.model.metrics().iter().find(|metric| metric.name == name);
        known
            .or_else(|| {
                let scenario = self.scenario();
                let drawn = Self::row(&scenario.draw, name).and_then(|values| values.value.first());
                let formula = drawn.or(Self::row(&scenario.figures, name).map(|row| &row.value))?;
                // A figure that names itself would go round for ever; it has no value either.
                let of =
                    |other: &str| if other == name { Measure::Count } else { self.measure(other) };
                Some(unit_of(formula.measure(&of)))
            })
            .or_else(|| metrics().map(|metric| metric.unit))
            .unwrap_or(Unit::Count)
    }

    fn measure(&self, name: &str) -> Measure {
        match self.unit(name) {
            Unit::Millis => Measure::Time,
            Unit::MilliPerSecond => Measure::Rate,
            Unit::Bytes => Measure::Bytes,
            Unit::BasisPoints => Measure::Share,
            Unit::MicroDollars => Measure::Money,
            _ => Measure::Count,
        }
    }

    /// Looks every name up.
    fn look(&self, found: &mut Findings<'_>) {
        let Scenario { preset, draw, knobs, steps, until, figures, cause, .. } = self.scenario();
        let started = self.model.setup(preset.as_ref().map(|preset| preset.value.as_str()), &[], 0);
        let setup = match (started, preset) {
            (Ok(setup), _) => setup,
            (Err(_), Some(preset)) => {
                found.unknown("preset", preset, self.model.presets().iter().map(|known| known.id));
                return;
            }
            (Err(error), None) => {
                found.error(self.question.span.clone(), tell::setup_error(&error, Lang::En));
                return;
            }
        };
        for (name, values) in draw {
            let knob = find_knob(self.model.knobs(), name).ok();
            for formula in &values.value {
                self.names(formula, &values.span, found, &|ask| is_choice(knob, ask));
            }
        }
        for (name, formula) in knobs {
            match find_knob(self.model.knobs(), name) {
                Ok(knob) => self.names(&formula.value, &formula.span, found, &|ask| {
                    is_choice(Some(knob), ask) || self.is_drawn(ask)
                }),
                Err(SetupError::UnknownKnob(_, near)) => found.push(
                    formula.span.clone(),
                    format!("The model `{}` has no knob `{name}`", self.model.id()),
                    near,
                ),
                Err(_) => {}
            }
        }
        let is_known_before = |ask: Ask<'_>| self.is_drawn(ask) || self.is_knob(ask);
        for at in steps.iter().map(|step| &step.at).chain([until]) {
            self.names(&at.value, &at.span, found, &is_known_before);
        }
        for step in steps {
            for name in holes(&step.run.value).filter(|name| !is_known_before(Ask::Name(name))) {
                found.error(step.run.span.clone(), nobody(name));
            }
        }
        let fresh = Model::new(self.model, setup, Keeping::None);
        let is_known = |ask: Ask<'_>| self.is_known(ask, &fresh);
        for (_, figure) in figures {
            self.names(&figure.value, &figure.span, found, &is_known);
        }
        let keys = match &self.predict.key {
            Key::Options(whens) => whens.as_slice(),
            Key::Number(answer) => std::slice::from_ref(answer),
        };
        for key in keys {
            self.names(&key.value, &key.span, found, &is_known);
        }
        if let Some(cause) = cause.as_ref().filter(|cause| !self.is_event(&cause.value)) {
            found.error(cause.span.clone(), self.no_event(&cause.value));
        }
        let start = self.question.span.start;
        for text in self.question.texts() {
            for name in holes(text).filter(|name| !is_known(Ask::Name(name))) {
                found.error(
                    start..start + 1,
                    format!("A text has the hole `{{{name}}}`: {}", nobody(name)),
                );
            }
        }
    }

    fn names(
        &self,
        formula: &Formula,
        span: &Range<usize>,
        found: &mut Findings<'_>,
        is_known: &dyn Fn(Ask<'_>) -> bool,
    ) {
        for ask in formula.asks().into_iter().filter(|ask| !is_known(*ask)) {
            let message = match ask {
                Ask::Name(name) => nobody(name),
                Ask::Events { what, .. } => self.no_event(what),
            };
            found.error(span.clone(), message);
        }
    }

    fn is_drawn(&self, ask: Ask<'_>) -> bool {
        matches!(ask, Ask::Name(name) if Self::row(&self.scenario().draw, name).is_some())
    }

    fn is_knob(&self, ask: Ask<'_>) -> bool {
        matches!(ask, Ask::Name(name) if self.model.knobs().iter().any(|knob| knob.id == name))
    }

    fn is_known(&self, ask: Ask<'_>, fresh: &Model) -> bool {
        match ask {
            Ask::Events { what, .. } => self.is_event(what),
            Ask::Name(name) => {
                self.is_drawn(ask)
                    || self.is_knob(ask)
                    || Self::row(&self.scenario().figures, name).is_some()
                    || fresh.bench().probe(name).is_some()
            }
        }
    }

    fn is_event(&self, what: &str) -> bool {
        tell::words(self.model, Lang::En).tables.events.iter().any(|line| line[0] == what)
    }

    fn no_event(&self, what: &str) -> String {
        let words = tell::words(self.model, Lang::En).tables.events.iter().map(|line| line[0]);
        let near = match nearest(what, words) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        format!("The model `{}` tells of no event `{what}`{near}", self.model.id())
    }
}

fn nobody(name: &str) -> String {
    format!("Nobody knows `{name}` here: it is no draw, knob, figure or metric")
}

/// Whether it is asked for a choice of this knob.
fn is_choice(knob: Option<&Knob>, ask: Ask<'_>) -> bool {
    matches!((knob, ask), (Some(knob), Ask::Name(name)) if knob.choices.contains(&name))
}

fn unit_of(measure: Measure) -> Unit {
    match measure {
        Measure::Count => Unit::Count,
        Measure::Time => Unit::Millis,
        Measure::Bytes => Unit::Bytes,
        Measure::Rate => Unit::MilliPerSecond,
        Measure::Share => Unit::BasisPoints,
        Measure::Money => Unit::MicroDollars,
    }
}

/// The starting state of a scenario, for its numbers.
pub(super) fn setup(
    plan: &Plan<'_>,
    knobs: &[(&str, i64)],
    seed: u64,
) -> Result<Setup, SetupError> {
    let preset = plan.scenario().preset.as_ref().map(|preset| preset.value.as_str());
    plan.model.setup(preset, knobs, seed)
}

/// What was found.
struct Findings<'f> {
    file: &'f str,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    fn error(&mut self, span: Range<usize>, message: String) {
        self.push(span, message, None);
    }

    fn push(&mut self, span: Range<usize>, message: String, near: Option<&str>) {
        let problem = Problem {
            file: self.file.to_owned(),
            span,
            severity: Severity::Error,
            code: "predict-name",
            message,
            help: near.map(|near| format!("did you mean `{near}`?")),
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn unknown(
        &mut self,
        what: &str,
        name: &Placed<String>,
        known: impl Iterator<Item = &'static str>,
    ) {
        let near = nearest(&name.value, known);
        self.push(name.span.clone(), format!("There is no {what} `{}`", name.value), near);
    }
}
