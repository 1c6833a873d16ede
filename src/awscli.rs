//! The grammar of `aws SERVICE OPERATION --flag value …`: command text ⇄ operation.
