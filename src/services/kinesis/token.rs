//! Opaque texts that carry a position: shard iterators, next tokens, receipt handles.
//!
//! All they say is in themselves, so that nothing has to be remembered; a checksum tells a made-up
//! one from a real one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crc::{CRC_32_ISO_HDLC, Crc, Table};

static CHECK: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISO_HDLC);
/// AWS's shard iterators begin with these bytes too.
const HEAD: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, 1];

/// What a token is for; one kind is not taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Iterator = 1,
    NextToken = 2,
    Handle = 3,
}

/// A token of `kind` with these numbers and this name.
pub(super) fn seal<const N: usize>(kind: Kind, numbers: [u64; N], name: &str) -> String {
    let mut bytes = Vec::with_capacity(HEAD.len() + 1 + 8 * N + name.len() + 4);
    bytes.extend_from_slice(&HEAD);
    bytes.push(kind as u8);
    for number in numbers {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(&CHECK.checksum(&bytes).to_be_bytes());
    STANDARD.encode(bytes)
}

/// The numbers and the name in a token, if it is one of `kind`.
pub(super) fn open<const N: usize>(kind: Kind, token: &str) -> Option<([u64; N], String)> {
    let bytes = STANDARD.decode(token).ok()?;
    let (body, check) = bytes.split_last_chunk::<4>()?;
    let rest = body.strip_prefix(&HEAD)?.strip_prefix(&[kind as u8])?;
    if CHECK.checksum(body) != u32::from_be_bytes(*check) {
        return None;
    }
    let (numbers, name) = rest.split_at_checked(8 * N)?;
    let mut read = [0; N];
    for (slot, chunk) in read.iter_mut().zip(numbers.chunks_exact(8)) {
        *slot = u64::from_be_bytes(chunk.try_into().ok()?);
    }
    Some((read, String::from_utf8(name.to_vec()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_as_it_was_sealed_and_no_other_text_does() {
        let token = seal(Kind::Iterator, [1, u64::MAX], "orders");
        assert_eq!(open(Kind::Iterator, &token), Some(([1, u64::MAX], "orders".to_owned())));
        assert_eq!(open::<2>(Kind::Handle, &token), None, "another kind");
        let mut forged = token.clone();
        forged.replace_range(12..13, if &token[12..13] == "A" { "B" } else { "A" });
        assert_eq!(open::<2>(Kind::Iterator, &forged), None, "a changed character");
        for bad in ["", "AAAA", "not base64!"] {
            assert_eq!(open::<2>(Kind::Iterator, bad), None);
        }
    }
}
