//! Sequence numbers: 188-bit decimals that grow within a shard.
//!
//! AWS promises only that they grow; the layout (version, the shard's creation, a counter, the
//! second, the shard) is the one that decoding real ones shows (KDS-15), and the one by which the
//! error texts name the shard that a number "encodes".

/// What a sequence number is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequenceNumber {
    /// Version 2 is what streams give out; 0 and 1 are older.
    pub version: u8,
    /// When the shard was made, in seconds since 1970.
    pub created: u64,
    /// The counter within the shard.
    pub counter: u64,
    /// When the record came, in seconds since 1970.
    pub second: u64,
    /// Which shard; negative only in numbers that no stream gave out.
    pub shard: i64,
}

/// The counter of a closed shard's end, above every record's.
pub const LAST: u64 = 0x7fff_ffff_ffff_ffff;

/// A number of 192 bits: two halves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wide {
    high: u64,
    low: u128,
}

/// Ten to the nineteenth, the greatest power of ten in 64 bits.
const CHUNK: u64 = 10_000_000_000_000_000_000;
/// A shard's creation this late (in seconds since 1970) is no date.
const TOO_LATE: u64 = 16_025_175_000;

impl SequenceNumber {
    /// The number in decimal, as AWS hands it out (version 2).
    pub fn text(self) -> String {
        let shard = u64::from(self.shard as u32);
        let low = (u128::from(self.counter) << 80)
            | (u128::from(self.second & 0xf_ffff_ffff) << 36)
            | (u128::from(shard) << 4)
            | 2;
        let high = (2 << 56)
            | ((self.created & 0xf_ffff_ffff) << 20)
            | ((shard & 0xf) << 16)
            | (self.counter >> 48);
        decimal(Wide { high, low })
    }

    /// Reads a number; nothing if no stream could have given it out.
    pub fn parse(text: &str) -> Option<SequenceNumber> {
        let wide = parsed(text)?;
        let (two_124, two_129) = (1 << 124, Wide { high: 2, low: 0 });
        if wide < two_129 {
            return SequenceNumber::oldest(if wide.high == 0 && wide.low < two_124 {
                Wide { high: 0, low: wide.low + two_124 }
            } else {
                wide
            });
        }
        let from = Wide { high: 2 << 56, low: 0 };
        let to = Wide { high: 3 << 56, low: 0 };
        if !(from < wide && wide < to) {
            return None;
        }
        let version = (wide.low & 0xf) as u8;
        let created = (wide.high >> 20) & 0xf_ffff_ffff;
        let shard = ((wide.low >> 4) & 0xffff_ffff) as i64;
        match version {
            2 => {
                let counter = ((wide.high & 0xffff) << 48) | (wide.low >> 80) as u64;
                let fits = counter <= LAST && created < TOO_LATE;
                let shard = if shard > 0x7fff_ffff { -shard } else { shard };
                let second = ((wide.low >> 36) & 0xf_ffff_ffff) as u64;
                fits.then_some(SequenceNumber { version, created, counter, second, shard })
            }
            1 => {
                let counter = ((wide.low >> 36) & 0xff) as u64;
                let second = ((wide.low >> 100) & 0xfff_ffff) as u64 | ((wide.high & 0xff) << 28);
                Some(SequenceNumber { version, created, counter, second, shard })
            }
            _ => None,
        }
    }

    /// Version 0: creation and shard in the first 32 hexadecimal digits.
    fn oldest(wide: Wide) -> Option<SequenceNumber> {
        // 32 digits, or 33 from 2^128 on; then everything lies one digit higher.
        let extra = if wide.high > 0 { 4 } else { 0 };
        let all = (wide.low >> extra)
            | u128::from(wide.high).checked_shl(128 - extra).filter(|_| extra > 0).unwrap_or(0);
        let created = ((all >> 88) & 0xf_ffff_ffff) as u64;
        let shard = (all & 0xffff) as i64;
        (created < TOO_LATE).then_some(SequenceNumber {
            version: 0,
            created,
            counter: 0,
            second: 0,
            shard,
        })
    }
}

fn decimal(mut wide: Wide) -> String {
    // At most 58 digits: chunks of nineteen, lowest first.
    let mut chunks = [0_u64; 4];
    let mut used = 0;
    loop {
        let chunk = u128::from(CHUNK);
        let high = wide.high / CHUNK;
        let middle = (u128::from(wide.high % CHUNK) << 64) | (wide.low >> 64);
        let low = ((middle % chunk) << 64) | (wide.low & u128::from(u64::MAX));
        chunks[used] = (low % chunk) as u64;
        wide = Wide { high, low: ((middle / chunk) << 64) | (low / chunk) };
        used += 1;
        if wide.high == 0 && wide.low == 0 {
            break;
        }
    }
    let mut text = String::with_capacity(58);
    let mut digits = [0_u8; 19];
    for (place, chunk) in chunks[..used].iter().rev().enumerate() {
        let mut rest = *chunk;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let shown = std::str::from_utf8(&digits).expect("digits are ASCII");
        let lead = if place == 0 { shown.trim_start_matches('0') } else { shown };
        text.push_str(lead);
    }
    if text.is_empty() { "0".to_owned() } else { text }
}

fn parsed(text: &str) -> Option<Wide> {
    if text.is_empty() {
        return None;
    }
    let mut wide = Wide { high: 0, low: 0 };
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        let low = (wide.low & u128::from(u64::MAX)) * 10 + u128::from(byte - b'0');
        let middle = (wide.low >> 64) * 10 + (low >> 64);
        let high = u128::from(wide.high) * 10 + (middle >> 64);
        wide = Wide {
            high: u64::try_from(high).ok()?,
            low: (middle << 64) | (low & u128::from(u64::MAX)),
        };
    }
    Some(wide)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn kds_15_the_documented_sample_decodes_to_shard_6_and_its_own_second() {
        let sample = "49590338271490256608559692538361571095921575989136588898";
        let number = SequenceNumber::parse(sample).unwrap();
        assert_eq!((number.version, number.shard, number.second), (2, 6, 1_545_084_650));
        assert_eq!(number.text().len(), sample.len());
    }

    #[test]
    fn small_numbers_are_read_as_the_oldest_version_and_name_a_shard() {
        assert_eq!(SequenceNumber::parse("123").unwrap().shard, 123);
        assert_eq!(SequenceNumber::parse("0").unwrap().version, 0);
        for bad in ["", "-1", "x", &"9".repeat(129), &"9".repeat(50), "1".repeat(58).as_str()] {
            assert_eq!(SequenceNumber::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_was_written_and_grows_with_the_counter(
            created in 1_u64..TOO_LATE, counter in 0..LAST, second in 1_u64..TOO_LATE, shard in 0_i64..100_000,
        ) {
            let number = SequenceNumber { version: 2, created, counter, second, shard };
            let text = number.text();
            prop_assert_eq!(SequenceNumber::parse(&text), Some(number));
            let next = SequenceNumber { counter: counter + 1, ..number }.text();
            prop_assert!((text.len(), &text) < (next.len(), &next));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "[0-9x-]{0,140}") {
            let _ = SequenceNumber::parse(&text);
        }
    }
}
