//! From Markdown to laid-out lines of roles, with anchors and a map back to the source.
