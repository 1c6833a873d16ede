//! The tables every model brings: presets, knobs, actions, metrics. Names here are ids; what they
//! are called on screen and what they teach stands in the language files under the same ids.

use std::collections::BTreeMap;

/// A named starting state of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Its id, such as `visibility-too-short`.
    pub id: &'static str,
    /// The knobs that differ from their defaults.
    pub knobs: &'static [(&'static str, i64)],
}

/// What a knob's or a metric's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Milliseconds, shown as the fitting unit of time.
    Millis,
    /// Things a second, in thousandths (2500 is 2.5/s).
    MilliPerSecond,
    /// Halves of something whole, such as of an ACU.
    Halves,
    /// Bytes.
    Bytes,
    /// Hundredths of a percent (10000 is 100 %).
    BasisPoints,
    /// Millionths of a US dollar.
    MicroDollars,
    /// One of a list of choices; the number is the index into [`Knob::choices`].
    Choice,
}

/// A named parameter of a model that the learner turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knob {
    /// Its id, such as `visibility-timeout`.
    pub id: &'static str,
    /// What its number counts.
    pub unit: Unit,
    /// The smallest value.
    pub min: i64,
    /// The largest value.
    pub max: i64,
    /// The value where a preset says nothing.
    pub default: i64,
    /// The values that one key press walks through, ascending, all within the range.
    pub stops: &'static [i64],
    /// The ids of the choices, for [`Unit::Choice`].
    pub choices: &'static [&'static str],
}

impl Knob {
    /// A knob that turns a number.
    pub const fn number(
        id: &'static str,
        unit: Unit,
        (min, max): (i64, i64),
        default: i64,
        stops: &'static [i64],
    ) -> Knob {
        Knob { id, unit, min, max, default, stops, choices: &[] }
    }

    /// A knob that chooses; the first of at most four choices is the default.
    pub const fn choice(id: &'static str, choices: &'static [&'static str]) -> Knob {
        const STOPS: &[i64] = &[0, 1, 2, 3];
        let max = choices.len() as i64 - 1;
        let (stops, _) = STOPS.split_at(choices.len());
        Knob { id, unit: Unit::Choice, min: 0, max, default: 0, stops, choices }
    }

    /// The next larger (or, downwards, smaller) stop after `value`; the last stays.
    pub fn next_stop(&self, value: i64, direction: Direction) -> i64 {
        let next = match direction {
            Direction::Up => self.stops.iter().copied().find(|stop| *stop > value),
            Direction::Down => self.stops.iter().rev().copied().find(|stop| *stop < value),
        };
        next.unwrap_or(value).clamp(self.min, self.max)
    }
}

/// Which way a knob is turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To larger values.
    Up,
    /// To smaller values.
    Down,
}

/// Something the learner can do to a model with one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionSpec {
    /// Its id, the word in commands: `kill`, `poison`, `split`.
    pub id: &'static str,
    /// The key that does it while the model has the focus.
    pub key: char,
    /// Which kind of thing must be selected (the model's own number for the kind); none if it needs no target.
    pub target: Option<u16>,
    /// Which kind of thing it is about if such a thing is selected, where none need be.
    pub takes: Option<u16>,
    /// Whether it breaks something or is an ordinary call.
    pub sort: ActionSort,
}

impl ActionSpec {
    /// An action on a kind of thing, or on none.
    pub const fn new(
        id: &'static str,
        key: char,
        target: Option<u16>,
        sort: ActionSort,
    ) -> ActionSpec {
        ActionSpec { id, key, target, takes: None, sort }
    }

    /// The same, about a thing of this kind if one is selected.
    pub const fn taking(self, kind: u16) -> ActionSpec {
        ActionSpec { takes: Some(kind), ..self }
    }
}

/// What an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionSort {
    /// An everyday act: send, receive, delete.
    Use,
    /// Breaks something on purpose: kill, poison, cut off.
    Break,
    /// Mends what a break-it action broke.
    Mend,
}

/// Something a model measures all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricSpec {
    /// CloudWatch's name where it has one (`ApproximateAgeOfOldestMessage`), else ours.
    pub name: &'static str,
    /// What its number counts.
    pub unit: Unit,
}

/// How a scene starts: everything that decides what will happen, but the commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The preset's id; always one of the model's.
    pub preset: &'static str,
    /// Every knob's value, by id: defaults, then the preset's, then what was asked.
    pub knobs: BTreeMap<&'static str, i64>,
    /// The seed.
    pub seed: u64,
}

/// Why a setup could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetupError {
    /// No preset has this id; the nearest that exists, if one is near.
    UnknownPreset(String, Option<&'static str>),
    /// No knob has this id; the nearest that exists, if one is near.
    UnknownKnob(String, Option<&'static str>),
    /// The value lies outside the knob's range.
    OutOfRange {
        /// The knob.
        knob: &'static str,
        /// What was asked for.
        value: i64,
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
}

impl Setup {
    /// The setup of `preset` with `knobs` turned.
    pub fn new(
        presets: &'static [Preset],
        table: &'static [Knob],
        preset: &str,
        knobs: &[(&str, i64)],
        seed: u64,
    ) -> Result<Setup, SetupError> {
        let known = presets.iter().find(|known| known.id == preset).ok_or_else(|| {
            let near = nearest(preset, presets.iter().map(|known| known.id));
            SetupError::UnknownPreset(preset.to_owned(), near)
        })?;
        let mut values: BTreeMap<&'static str, i64> =
            table.iter().map(|knob| (knob.id, knob.default)).collect();
        for (id, value) in known.knobs.iter().chain(knobs) {
            let knob = find_knob(table, id)?;
            values.insert(knob.id, in_range(knob, *value)?);
        }
        Ok(Setup { preset: known.id, knobs: values, seed })
    }

    /// The value of a knob of the model's table.
    pub fn knob(&self, id: &str) -> i64 {
        self.knobs.get(id).copied().unwrap_or_default()
    }
}

/// The knob of this id in a model's table.
pub fn find_knob(table: &'static [Knob], id: &str) -> Result<&'static Knob, SetupError> {
    table.iter().find(|knob| knob.id == id).ok_or_else(|| {
        SetupError::UnknownKnob(id.to_owned(), nearest(id, table.iter().map(|knob| knob.id)))
    })
}

/// The value itself if the knob can take it.
pub fn in_range(knob: &Knob, value: i64) -> Result<i64, SetupError> {
    if (knob.min..=knob.max).contains(&value) {
        Ok(value)
    } else {
        Err(SetupError::OutOfRange { knob: knob.id, value, min: knob.min, max: knob.max })
    }
}

/// The name most like `wanted`, if any is like it at all.
pub fn nearest(wanted: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    names
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
