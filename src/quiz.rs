//! Questions, their grading with reasons, and one run through a quiz.
//!
//! A quiz is one TOML file in [mdbook-quiz](https://github.com/cognitive-engineering-lab/mdbook-quiz)'s
//! format; [`parse`] reads it, [`grade()`] judges an answer, a [`Run`] leads through it.

pub mod formula;
mod grade;
mod identity;
mod options;
mod parse;
pub mod predict;
mod question;
mod run;

pub use grade::{Grade, Mark, PartGrade, Reason, Response, grade};
pub use parse::{Parsed, parse};
pub use question::{
    Choice, Kind, Link, Matching, MultipleChoice, Number, Numeric, OptionOrder, Ordering, Part,
    Question, Quiz, ReplySize, ShortAnswer, Tracing,
};
pub use run::{Answered, Confidence, Past, Phase, Refusal, Run, Summary, Tally};

#[cfg(test)]
mod tests;
