//! Predict questions, worked out: the one place where quizzes and models meet.
//!
//! A [`Plan`] is a question held against the models: every name in it is known. For a seed it gives a
//! [`Case`]: numbers drawn, the model run to the question's moment, and from that the question as it is
//! put, its key computed and not written by hand.

mod case;
mod plan;

pub use case::{Case, Trouble};
pub use plan::Plan;

#[cfg(test)]
mod tests;
