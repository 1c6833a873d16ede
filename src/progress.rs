//! The learner's history: events, the state computed from them, merge.
