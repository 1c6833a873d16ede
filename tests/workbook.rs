//! The real program in a pseudo-terminal: reading, searching, sizes, signals, coming back.
//!
//! Every wait is for a condition on the screen, with a deadline; nothing sleeps.

mod workbook {
    pub(crate) mod terminal;

    mod ending;
    mod reading;
}
