//! Live models: the engine (virtual clock, event queue, timeline) and one folder a model.
