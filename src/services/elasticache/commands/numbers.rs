//! Numbers as the server reads and writes them: 64-bit integers, doubles, and the long doubles of INCRBYFLOAT.

use bigdecimal::num_bigint::{BigInt, BigUint};
use bigdecimal::{BigDecimal, RoundingMode, Zero};

use super::super::reply::{Reply, not_an_integer};
pub use super::super::value::parse_integer as whole;

/// A word as a whole number, as the server reads one.
pub fn integer(word: &[u8]) -> Result<i64, Reply> {
    whole(word).ok_or_else(not_an_integer)
}

/// A word as a number of things, with the words of the error if it is none or negative.
pub fn at_least_zero(word: &[u8], error: &'static str) -> Result<usize, Reply> {
    let number = whole(word).and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| Reply::error(error))
}

/// The same, if it must not be none either.
pub fn at_least_one(word: &[u8], error: &'static str) -> Result<usize, Reply> {
    match at_least_zero(word, error)? {
        0 => Err(Reply::error(error)),
        number => Ok(number),
    }
}

/// A number of things for LPOP and its kin.
pub fn positive(word: &[u8]) -> Result<usize, Reply> {
    at_least_zero(word, "ERR value is out of range, must be positive")
}

/// A word as a floating-point number: no NaN, no blanks, nothing too large or too small to hold.
pub fn float(word: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(word).ok()?;
    let number: f64 = text.parse().ok()?;
    let fits = match number {
        number if number.is_nan() => false,
        number if number.is_infinite() => is_named(text),
        0.0 => !mantissa(text).contains(|digit: char| ('1'..='9').contains(&digit)),
        _ => true,
    };
    fits.then_some(number)
}

/// Whether a number that was read is a word such as `inf`.
fn is_named(text: &str) -> bool {
    text.trim_start_matches(['+', '-']).starts_with(['i', 'I'])
}

fn mantissa(text: &str) -> &str {
    text.split(['e', 'E']).next().unwrap_or(text)
}

/// The error of a word that is no floating-point number.
pub fn not_a_float() -> Reply {
    Reply::error("ERR value is not a valid float")
}

/// A number as the server writes it: 17 significant digits, and none that are needless (`%.17g`).
pub fn float_text(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "inf".to_owned() } else { "-inf".to_owned() };
    }
    let text = format!("{number:.16e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..17).contains(&exponent) {
        let decimals = usize::try_from(16 - exponent).unwrap_or(0);
        return without_zeros(format!("{number:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", without_zeros(digits.to_owned()), exponent.unsigned_abs())
}

fn without_zeros(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A long double: 64 bits of mantissa, kept as the decimal number that it is exactly.
#[derive(Debug, Clone, PartialEq)]
pub enum Long {
    /// A number.
    Finite(BigDecimal),
    /// Too large, or called so.
    Infinite,
}

/// The longest text of a long double (`MAX_LONG_DOUBLE_CHARS`).
const LONGEST: usize = 5 * 1024;
/// The largest power of ten of a long double; smaller than the smallest is none.
const LARGEST: i64 = 4_932;

impl Long {
    /// A word as a long double; `None` if it is no number.
    pub fn read(word: &[u8]) -> Option<Long> {
        let text = std::str::from_utf8(word).ok().filter(|text| text.len() < LONGEST)?;
        // Rust's grammar of floats is strtod's, but for what it makes of numbers too large for it.
        let number: f64 = text.parse().ok()?;
        if number.is_nan() {
            return None;
        }
        if is_named(text) {
            return Some(Long::Infinite);
        }
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        if exponent.abs() > LARGEST {
            return None;
        }
        let digits = digits.trim_start_matches('+').trim_end_matches('.');
        let number: BigDecimal = format!("{digits}e{exponent}").parse().ok()?;
        Some(Long::Finite(rounded(&number)))
    }

    /// The sum of two, as a long double.
    pub fn plus(self, other: Long) -> Long {
        match (self, other) {
            (Long::Finite(a), Long::Finite(b)) => Long::Finite(rounded(&(a + b))),
            _ => Long::Infinite,
        }
    }

    /// The number with at most 17 decimals; `None` for what is none.
    pub fn text(&self) -> Option<String> {
        let Long::Finite(number) = self else { return None };
        let number = number.with_scale_round(17, RoundingMode::HalfEven);
        Some(if number.is_zero() { "0".to_owned() } else { number.normalized().to_plain_string() })
    }
}

/// The nearest number with 64 bits of mantissa, the even one of two.
fn rounded(number: &BigDecimal) -> BigDecimal {
    let (digits, scale) = number.as_bigint_and_exponent();
    if digits.is_zero() {
        return BigDecimal::zero();
    }
    let ten = |power: i64| BigUint::from(10u8).pow(u32::try_from(power.max(0)).unwrap_or(0));
    let (top, bottom) = (digits.magnitude() * ten(-scale), ten(scale));
    let mut shift = 64 - (top.bits() as i64 - bottom.bits() as i64);
    let quotient = |shift: i64| {
        let (up, down) = (u64::try_from(shift).unwrap_or(0), u64::try_from(-shift).unwrap_or(0));
        let (top, bottom) = (&top << up, &bottom << down);
        let (whole, rest) = (&top / &bottom, &top % &bottom);
        let double: BigUint = rest << 1;
        let up = double > bottom || (double == bottom && whole.bit(0));
        (whole.bits(), whole + u8::from(up))
    };
    let (bits, mut mantissa) = quotient(shift);
    if bits > 64 {
        shift -= 1;
        mantissa = quotient(shift).1;
    }
    let mantissa = BigInt::from_biguint(digits.sign(), mantissa);
    match u32::try_from(shift) {
        Ok(shift) => BigDecimal::new(mantissa * BigInt::from(5).pow(shift), i64::from(shift)),
        Err(_) => BigDecimal::new(mantissa << shift.unsigned_abs(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_server_writes_them() {
        for (number, text) in [
            (3.0, "3"),
            (-0.5, "-0.5"),
            (0.1, "0.10000000000000001"),
            (1e21, "1e+21"),
            (1e-7, "9.9999999999999995e-08"),
            (0.0, "0"),
            (12_345_678_901_234_567.0, "12345678901234568"),
        ] {
            assert_eq!(float_text(number), text);
        }
    }

    #[test]
    fn floats_are_read_as_the_server_reads_them() {
        assert_eq!(float(b"1e5"), Some(1e5));
        assert_eq!(float(b"+inf"), Some(f64::INFINITY));
        for text in ["", " 1", "1 ", "nan", "1e400", "1e-400", "x"] {
            assert_eq!(float(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn long_doubles_have_64_bits_of_mantissa() {
        let sum = |a: &str, b: &str| {
            Long::read(a.as_bytes()).unwrap().plus(Long::read(b.as_bytes()).unwrap()).text()
        };
        assert_eq!(sum("0.1", "0.2").unwrap(), "0.3");
        assert_eq!(sum("10.50", "0.1").unwrap(), "10.6");
        assert_eq!(sum("5.0e3", "2.0e2").unwrap(), "5200");
        assert_eq!(sum("92233720368547758063.5", "2").unwrap(), "92233720368547758064");
        assert_eq!(sum("inf", "1"), None);
        assert_eq!(Long::read(b"1e9999"), None);
    }
}
