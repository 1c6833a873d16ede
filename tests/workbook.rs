//! The real program in a pseudo-terminal: reading, searching, sizes, signals, coming back.
//!
//! Every wait is for a condition on the screen, with a deadline; nothing sleeps.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests wait with a deadline and read the terminal on a thread"
)]

mod workbook {
    pub(crate) mod terminal;

    mod ending;
    mod mashing;
    mod model;
    mod quiz;
    mod reading;
}
