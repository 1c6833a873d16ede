//! Questions, their grading with reasons, and one run through a quiz.
