//! From files to a `Course`: summary, chapters, directives, quizzes; every problem with its place.
