//! Draws the app into a buffer.
