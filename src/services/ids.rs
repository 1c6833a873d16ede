//! Random identifiers in the forms that AWS uses.

use sha2::{Digest as _, Sha256};

use super::chance::Chance;

/// A random UUID, version 4.
pub(crate) fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.bits(), chance.bits());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48 & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

/// The SHA-256 of a body in hexadecimal: what content-based deduplication knows it by.
pub(crate) fn content_id(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
