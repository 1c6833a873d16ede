//! What can lie over the screen about a model: its presets, knobs, branches, events, causes.

use super::super::overlay::Kind;
use super::super::scroll::List;
use super::{Live, Request};
use crate::models::catalog::{Direction, Knob};
use crate::models::journal::{EventId, Keeping};
use crate::models::registry::Model;
use crate::words::{self, Lang, fill};

/// The links of a causal chain that are shown at most.
const LONGEST_CHAIN: usize = 200;

/// A sheet about the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Which.
    pub kind: Kind,
    /// Its list.
    pub list: List,
    /// The event whose causes are shown.
    pub event: Option<EventId>,
    /// The values turned on it that are not yet in force: one for each knob, on the sheet for comparing.
    pub values: Vec<i64>,
}

impl Sheet {
    /// The sheet of this kind over a model.
    pub fn of(kind: Kind, live: &Live, height: usize) -> Sheet {
        let bench = live.bench();
        let mut sheet = Sheet { kind, list: List::default(), event: None, values: Vec::new() };
        let selected = match kind {
            Kind::Presets => {
                let presets = live.model.id().presets();
                presets.iter().position(|preset| preset.id == bench.setup().preset)
            }
            Kind::Branches => Some(bench.current_branch().0),
            Kind::Events => bench.events().checked_sub(1),
            _ => None,
        };
        if kind == Kind::Why {
            sheet.event = last_event(live);
        }
        if kind == Kind::Compare {
            sheet.values = live.model.id().knobs().iter().map(|knob| bench.knob(knob.id)).collect();
        }
        sheet.list.select(selected.unwrap_or(0), sheet.len(live), height);
        sheet
    }

    /// How many lines the list has.
    pub fn len(&self, live: &Live) -> usize {
        match self.kind {
            Kind::Presets => live.model.id().presets().len(),
            Kind::Knobs | Kind::Compare => live.model.id().knobs().len(),
            Kind::Branches => live.bench().branches().len(),
            Kind::Events => live.bench().events(),
            Kind::Why => self.chain(live).len(),
            Kind::LeavesOut => live.words(Lang::En).left_out().count(),
            _ => 0,
        }
    }

    /// Whether there is nothing in the list.
    pub fn is_empty(&self, live: &Live) -> bool {
        self.len(live) == 0
    }

    /// The event and what led to it, the event first.
    pub fn chain<'a>(&self, live: &'a Live) -> Vec<&'a crate::models::journal::Event> {
        let journal = live.bench().journal();
        self.event.map(|event| journal.chain(event, LONGEST_CHAIN)).unwrap_or_default()
    }

    /// The knob that is selected.
    fn knob(&self, live: &Live) -> Option<&'static Knob> {
        live.model.id().knobs().get(self.list.selected)
    }

    /// Turns the knob that is selected; on the sheet for comparing, only its value there.
    pub fn turn(&mut self, live: &mut Live, turn: Turn, lang: Lang) -> Option<Request> {
        let knob = self.knob(live)?;
        let value = |old: i64| match turn {
            Turn::To(direction) => knob.next_stop(old, direction),
            Turn::Default => {
                live.bench().setup().knobs.get(knob.id).copied().unwrap_or(knob.default)
            }
        };
        if self.kind == Kind::Compare {
            let old = *self.values.get(self.list.selected)?;
            let new = value(old);
            *self.values.get_mut(self.list.selected)? = new;
            return None;
        }
        let old = live.bench().knob(knob.id);
        let new = value(old);
        if new == old { None } else { live.turn(knob, new, lang) }
    }

    /// Takes what is selected.
    pub fn choose(self, live: &mut Live, lang: Lang) -> Chosen {
        let words = words::model::of(lang);
        match self.kind {
            Kind::Presets => {
                let id = live.model.id();
                let Some(preset) = id.presets().get(self.list.selected) else {
                    return Chosen::Done;
                };
                let seed = live.bench().setup().seed;
                let Ok(setup) = id.setup(Some(preset.id), &[], seed) else { return Chosen::Done };
                live.restart(Model::new(id, setup, Keeping::All));
                let name = live.words(lang).preset(preset.id).name;
                Chosen::Notice(fill(words.set_up, &[("name", &name)]))
            }
            Kind::Branches => {
                let branches = live.bench().branches();
                if let Some(branch) = branches.get(self.list.selected) {
                    live.playback.pause();
                    live.model.bench_mut().switch(branch.id);
                }
                Chosen::Done
            }
            Kind::Events => {
                let event = live.bench().journal().range(self.list.selected..live.bench().events());
                let event = event.map(|event| event.id).next();
                let why =
                    Sheet { kind: Kind::Why, list: List::default(), event, values: Vec::new() };
                Chosen::Over(Box::new([self, why]))
            }
            Kind::Why => {
                let event = self.chain(live).get(self.list.selected).map(|event| event.id);
                if let Some(event) = event {
                    live.playback.pause();
                    live.model.bench_mut().seek_event(event.0 as usize);
                }
                Chosen::Done
            }
            Kind::Compare => {
                let turned =
                    live.model.id().knobs().iter().zip(&self.values).find(|(knob, value)| {
                        live.bench().setup().knobs.get(knob.id) != Some(value)
                    });
                match turned.map(|(knob, value)| live.compare(knob, *value)) {
                    Some(_) => Chosen::Done,
                    None => Chosen::Stay(Box::new(self), words.compare_same.to_owned()),
                }
            }
            _ => Chosen::Done,
        }
    }
}

/// How a knob is turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// One stop on.
    To(Direction),
    /// To what the preset says.
    Default,
}

/// What came of choosing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// The sheet closes.
    Done,
    /// It closes, and something is said.
    Notice(String),
    /// It stays, and something is said.
    Stay(Box<Sheet>, String),
    /// It stays, with another one over it.
    Over(Box<[Sheet; 2]>),
}

/// The last event before the cursor: of what is selected, if anything of it happened.
fn last_event(live: &Live) -> Option<EventId> {
    let bench = live.bench();
    let count = bench.events();
    let own = live
        .selected
        .and_then(|object| bench.journal().of_object(object, count).next().map(|event| event.id));
    own.or_else(|| bench.journal().range(count.saturating_sub(1)..count).map(|it| it.id).next())
}
