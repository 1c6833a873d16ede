//! The page: the examples of the specifications, properties that hold for any text, and pictures.

#[path = "page/content.rs"]
mod content;
#[path = "page/pictures.rs"]
mod pictures;
#[path = "page/properties.rs"]
mod properties;
#[path = "page/specs.rs"]
mod specs;
