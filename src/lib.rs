#![doc = include_str!("../ARCHITECTURE.md")]

// The rooms, lowest first: a room knows only rooms above it in this list
// (exactly which ones, `tests/tidy.rs` says).
pub mod problem;
pub mod words;

pub mod awscli;
pub mod labs;
pub mod models;
pub mod services;
pub mod tell;

pub mod check;
pub mod course;
pub mod page;
pub mod predict;
pub mod progress;
pub mod quiz;
pub mod review;

pub mod app;
pub mod cli;
pub mod shell;
pub mod ui;
