//! The only room that touches the world: terminal, signals, clock, disk, worker thread.

pub mod folder;
pub mod store;
