//! The learner's history: events, the state computed from them, merge.
//!
//! The progress file is JSON lines: a header, then one event a line. It only grows; what the
//! program knows of the learner is computed from it. Two machines' histories merge by union of the
//! events' ids. Nothing here touches the disk: `shell::store` does.

mod event;
mod history;
mod state;

pub use event::{Answer, Entry, FORMAT, What, header};
pub use history::{History, Reading, Refusal, Tail};
pub use state::{Given, OpenRun, QuizState, Score, State};

#[cfg(test)]
mod tests;
