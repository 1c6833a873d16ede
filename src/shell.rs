//! The only room that touches the world: terminal, signals, clock, disk, worker thread.

pub mod folder;
pub mod store;
pub mod workbook;

mod decode;
mod environment;
mod halves;
mod report;
mod signals;
mod terminal;
mod worker;
