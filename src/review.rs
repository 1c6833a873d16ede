//! When a question is due; a day is handed in.
