//! Goals to reach in a model, their hints, and the proof that each can be solved.
