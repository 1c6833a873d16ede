//! The state of the whole program: input, actions, update, effects.
