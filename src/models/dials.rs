//! The present values of a scene's knobs.

use super::catalog::{Knob, Setup, find_knob, in_range};
use super::command::Refusal;
use super::workload::Shape;
use crate::services::time::Span;

/// The choices of the knob `arrival-shape`, which [`Dials::arrival_shape`] reads.
pub const ARRIVAL_SHAPES: &[&str] = &["random", "steady", "burst", "daily"];

/// Where a scene's knobs stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dials {
    table: &'static [Knob],
    values: Vec<i64>,
}

impl Dials {
    /// As `setup` puts them.
    pub fn new(table: &'static [Knob], setup: &Setup) -> Dials {
        Dials { table, values: table.iter().map(|knob| setup.knob(knob.id)).collect() }
    }

    /// The value of a knob; 0 for one that is not there.
    pub fn get(&self, id: &str) -> i64 {
        let index = self.table.iter().position(|knob| knob.id == id);
        index.map_or(0, |index| self.values[index])
    }

    /// How things arrive over time, as the knobs `arrival-shape`, `burst-size` and `burst-every` say.
    pub fn arrival_shape(&self) -> Shape {
        match self.get("arrival-shape") {
            1 => Shape::Steady,
            2 => Shape::Burst {
                count: u32::try_from(self.get("burst-size")).unwrap_or_default(),
                every: Span(self.get("burst-every").unsigned_abs()),
            },
            3 => Shape::Daily,
            _ => Shape::Random,
        }
    }

    /// Turns a knob; the knob comes back.
    ///
    /// # Errors
    /// A knob that is not there, or a value out of its range.
    pub fn set(&mut self, id: &str, value: i64) -> Result<&'static Knob, Refusal> {
        let knob = find_knob(self.table, id)?;
        let value = in_range(knob, value)?;
        let index = self.table.iter().position(|known| known.id == knob.id);
        if let Some(index) = index {
            self.values[index] = value;
        }
        Ok(knob)
    }
}
