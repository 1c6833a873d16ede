//! What the program does with an action that concerns more than one pane, by what it concerns.

mod arrange;
mod model;
mod quiz;
mod read;
