//! Courses as their readers and authors meet them: opened, expanded, checked, listed, rendered.

#![expect(clippy::disallowed_methods, reason = "the tests lay out courses on the disk")]

#[path = "course/checking.rs"]
mod checking;
#[path = "course/command_line.rs"]
mod command_line;
#[path = "course/reading.rs"]
mod reading;
