//! Numbers as DynamoDB keeps them: at most 38 significant digits, from 1E-130 to 9.99…E+125.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr as _;

use bigdecimal::BigDecimal;

/// Most significant digits (DDB23:HowItWorks.NamingRulesDataTypes).
const DIGITS: usize = 38;
/// Whole numbers below this are kept as they are; everything else is a [`BigDecimal`].
const SMALL: i64 = 1_000_000_000_000_000_000;

/// A number of DynamoDB's range and precision, exact.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(Kept);

/// One value has one form: a small whole number is never kept as a decimal.
#[derive(Clone, PartialEq, Eq)]
enum Kept {
    Small(i64),
    Large(Box<BigDecimal>),
}

/// A number taken apart: sign, digits without zeros at either end, and the exponent of the first.
struct Parts {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Number {
    /// The number that a text stands for.
    ///
    /// # Errors
    /// DynamoDB's sentence about a text that is no number, or is out of its range.
    pub fn parse(text: &str) -> Result<Number, String> {
        if let Some(small) = small(text) {
            return Ok(small);
        }
        if text.is_empty() {
            return Err("The parameter cannot be converted to a numeric value".to_owned());
        }
        let parts = taken_apart(text).ok_or_else(|| {
            format!("The parameter cannot be converted to a numeric value: {text:.100}")
        })?;
        Number::of(&parts)
    }

    fn of(parts: &Parts) -> Result<Number, String> {
        if parts.digits.is_empty() {
            return Ok(Number(Kept::Small(0)));
        }
        if parts.exponent > 125 {
            return Err(
                "Number overflow. Attempting to store a number with magnitude larger than \
                        supported range"
                    .to_owned(),
            );
        }
        if parts.exponent < -130 {
            return Err("Number underflow. Attempting to store a number with magnitude smaller \
                        than supported range"
                .to_owned());
        }
        if parts.digits.len() > DIGITS {
            return Err(
                "Attempting to store more than 38 significant digits in a Number".to_owned()
            );
        }
        let plain = parts.plain();
        if let Some(small) = small(&plain) {
            return Ok(small);
        }
        let decimal = BigDecimal::from_str(&plain).expect("digits with at most one point");
        Ok(Number(Kept::Large(Box::new(decimal.normalized()))))
    }

    /// The sum.
    ///
    /// # Errors
    /// When it is out of DynamoDB's range or precision.
    pub fn plus(&self, other: &Number) -> Result<Number, String> {
        if let (Kept::Small(a), Kept::Small(b)) = (&self.0, &other.0)
            && (a + b).abs() < SMALL
        {
            return Ok(Number(Kept::Small(a + b)));
        }
        Number::parse(&(self.decimal() + other.decimal()).to_plain_string())
    }

    /// The difference.
    ///
    /// # Errors
    /// When it is out of DynamoDB's range or precision.
    pub fn minus(&self, other: &Number) -> Result<Number, String> {
        if let (Kept::Small(a), Kept::Small(b)) = (&self.0, &other.0)
            && (a - b).abs() < SMALL
        {
            return Ok(Number(Kept::Small(a - b)));
        }
        Number::parse(&(self.decimal() - other.decimal()).to_plain_string())
    }

    /// Whole seconds, if it is a whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Kept::Small(small) => Some(*small),
            Kept::Large(_) => None,
        }
    }

    fn decimal(&self) -> BigDecimal {
        match &self.0 {
            Kept::Small(small) => BigDecimal::from(*small),
            Kept::Large(large) => (**large).clone(),
        }
    }

    fn parts(&self) -> Parts {
        taken_apart(&self.to_string()).expect("a number's own text is a number")
    }

    /// Bytes it counts for in an item: about one for two digits, and one (2.3.3; dynalite's formula).
    pub fn size(&self) -> u64 {
        let (negative, digits, exponent) = match &self.0 {
            Kept::Small(0) => return 1,
            Kept::Small(small) => {
                let (digits, exponent) = counted(small.unsigned_abs());
                (*small < 0, digits, exponent)
            }
            Kept::Large(_) => {
                let parts = self.parts();
                (parts.negative, parts.digits.len() as u64, parts.exponent)
            }
        };
        let is_even = digits.is_multiple_of(2) && exponent % 2 == 0;
        1 + digits.div_ceil(2) + u64::from(is_even) + u64::from(negative)
    }

    /// Bytes that stand for it where it is hashed as a partition key: exponent and digits in pairs.
    pub(super) fn hashed_bytes(&self) -> Vec<u8> {
        if self.0 == Kept::Small(0) {
            return vec![0x80];
        }
        let Parts { negative, digits, exponent } = self.parts();
        let exponent = exponent + 1;
        let pad = usize::from(exponent % 2 != 0);
        let mut padded = vec![0; pad];
        padded.extend(digits.bytes().map(|digit| digit - b'0'));
        if !padded.len().is_multiple_of(2) {
            padded.push(0);
        }
        let head = ((exponent + pad as i64).div_euclid(2) - 64) as i8 as u8;
        let mut bytes = vec![if negative { !head } else { head }];
        for pair in padded.chunks_exact(2) {
            let value = pair[0] * 10 + pair[1];
            bytes.push(if negative { 101 - value } else { value + 1 });
        }
        if negative && bytes.len() < 21 {
            bytes.push(102);
        }
        bytes
    }
}

/// How many digits a whole number above zero has without the zeros at its end, and its exponent.
fn counted(number: u64) -> (u64, i64) {
    let exponent = number.ilog10();
    let mut zeros = 0;
    let mut rest = number;
    while rest.is_multiple_of(10) {
        rest /= 10;
        zeros += 1;
    }
    (u64::from(exponent + 1 - zeros), i64::from(exponent))
}

/// The common case, without any arithmetic: a whole number of at most 18 digits in plain writing.
fn small(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty()
        && digits.len() <= 18
        && (digits.len() == 1 || !digits.starts_with('0'))
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !plain {
        return None;
    }
    text.parse().ok().map(|value| Number(Kept::Small(value)))
}

/// Digits, at most one point, an exponent; nothing for any other text.
fn taken_apart(text: &str) -> Option<Parts> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], exponent_of(&rest[at + 1..])?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let all = [whole, fraction].concat();
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0').to_owned();
    let first = whole.len() as i64 - 1 - leading as i64;
    Some(Parts { negative, digits, exponent: exponent.saturating_add(first) })
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -size } else { size })
}

impl Parts {
    /// Without an exponent.
    fn plain(&self) -> String {
        let mut out = String::with_capacity(self.digits.len() + 2);
        if self.negative {
            out.push('-');
        }
        let point = self.exponent + 1;
        let length = self.digits.len() as i64;
        if point <= 0 {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', -point as usize));
            out.push_str(&self.digits);
        } else if point >= length {
            out.push_str(&self.digits);
            out.extend(std::iter::repeat_n('0', (point - length) as usize));
        } else {
            out.push_str(&self.digits[..point as usize]);
            out.push('.');
            out.push_str(&self.digits[point as usize..]);
        }
        out
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        if value.abs() < SMALL {
            return Number(Kept::Small(value));
        }
        Number::parse(&value.to_string()).expect("19 digits are within the range")
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Kept::Small(a), Kept::Small(b)) => a.cmp(b),
            _ => self.decimal().cmp(&other.decimal()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Small(small) => small.fmt(f),
            Kept::Large(large) => f.write_str(&large.to_plain_string()),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        Number::parse(text).map_or_else(|error| error, |number| number.to_string())
    }

    #[test]
    fn a_number_is_written_without_exponent_and_needless_zeros() {
        for (text, plain) in [
            ("1.0", "1"),
            ("001", "1"),
            ("1e2", "100"),
            ("1.23E-5", "0.0000123"),
            ("-0", "0"),
            ("0.10", "0.1"),
            ("-12.50e1", "-125"),
            ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
            ("1234567890123456789", "1234567890123456789"),
        ] {
            assert_eq!(kept(text), plain, "{text}");
        }
        assert_eq!(kept("1e125").len(), 126);
        assert_eq!(kept("1e-130").len(), 132);
    }

    #[test]
    fn a_number_out_of_range_is_refused_in_dynamodbs_words() {
        assert!(kept(&"9".repeat(39)).contains("38 significant digits"));
        assert!(kept("1e126").contains("overflow"));
        assert!(kept("1e99999999999999999999").contains("overflow"));
        assert!(kept("1e-131").contains("underflow"));
        for bad in ["+5", "1e", "", "x", ".", "1_0", "--1", "0x10", "NaN", "1e+", "١"] {
            assert!(kept(bad).contains("cannot be converted"), "{bad}");
        }
    }

    #[test]
    fn numbers_are_ordered_and_added_exactly() {
        let n = |text| Number::parse(text).unwrap();
        assert!(n("2") < n("10") && n("-2.25") < n("-1") && n("0.001") < n("1.5"));
        assert_eq!(n("0.1").plus(&n("0.2")).unwrap(), n("0.3"));
        assert_eq!(n("999999999999999999").plus(&n("1")).unwrap(), n("1e18"));
        assert_eq!(n("1e18").minus(&n("1")).unwrap(), n("999999999999999999"));
        assert!(n("1e38").plus(&n("1")).is_err(), "39 digits");
    }

    #[test]
    fn a_number_takes_a_byte_for_two_digits_and_one_more() {
        for (text, size) in [("0", 1), ("5", 2), ("100", 2), ("12", 2), ("123", 3), ("-5", 3)] {
            assert_eq!(Number::parse(text).unwrap().size(), size, "{text}");
        }
        for small in [1, 10, 12, 120, 1200, 1234, 10_203_040, 999_999_999_999_999_999] {
            for number in [small, -small] {
                let (small, large) =
                    (Number::from(number), Kept::Large(BigDecimal::from(number).into()));
                assert_eq!(small.size(), Number(large).size(), "{number}");
            }
        }
    }
}
