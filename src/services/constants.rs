//! Numbers of the services by name: what a fact of a lesson must agree with.
//!
//! Each service lists its own; a name is the key of the fact that says the same.

use super::time::Span;

/// A number that AWS documents and a service is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant {
    /// Its name, such as `sqs.message-size.max`.
    pub name: &'static str,
    /// How much.
    pub amount: Amount,
}

/// A number with what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// A length of time.
    Time(Span),
    /// Bytes.
    Bytes(u64),
    /// Things, whatever they are.
    Count(u64),
    /// Millionths of a US dollar.
    MicroDollars(u64),
}

/// Every constant of every service.
pub fn all() -> impl Iterator<Item = &'static Constant> {
    [
        super::sqs::CONSTANTS,
        super::sns::CONSTANTS,
        super::eventbridge::CONSTANTS,
        super::kinesis::CONSTANTS,
        super::lambda::CONSTANTS,
        super::dynamodb::CONSTANTS,
        super::rds::CONSTANTS,
        super::rds_data::CONSTANTS,
        super::elasticache::CONSTANTS,
        super::memcached::CONSTANTS,
    ]
    .into_iter()
    .flatten()
}

impl Amount {
    /// The amount of `value` in a unit as lessons write it: `s`, `KiB`, `$/ACU-hour`; any other unit
    /// counts things. Nothing for an amount that is no whole number of the smallest unit.
    pub fn of(value: f64, unit: &str) -> Option<Amount> {
        let whole = |size: f64| {
            let number = (value * size).round();
            let is_whole = (number - value * size).abs() < 1e-6 && number >= 0.0;
            is_whole.then_some(number as u64)
        };
        let time = |size: f64| whole(size).map(|millis| Amount::Time(Span(millis)));
        let bytes = |power: i32| whole(1024_f64.powi(power)).map(Amount::Bytes);
        match unit {
            "ms" => time(1.0),
            "s" => time(1e3),
            "min" => time(6e4),
            "h" => time(3.6e6),
            "d" => time(8.64e7),
            // DynamoDB's pages write KB and GB, and mean the binary ones.
            "KiB" | "KB" => bytes(1),
            "MiB" | "MiB/s" => bytes(2),
            "GiB" | "GB" => bytes(3),
            "TiB" => bytes(4),
            unit if unit.starts_with('$') => whole(1e6).map(Amount::MicroDollars),
            _ => whole(1.0).map(Amount::Count),
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Amount::Time(span) => write!(f, "{} ms", span.0),
            Amount::Bytes(bytes) => write!(f, "{bytes} bytes"),
            Amount::Count(count) => write!(f, "{count}"),
            Amount::MicroDollars(micros) => write!(f, "{micros} millionths of a dollar"),
        }
    }
}

/// The number that a text of digits says.
pub(super) const fn number(digits: &str) -> u64 {
    let digits = digits.as_bytes();
    let (mut at, mut sum) = (0, 0);
    while at < digits.len() {
        sum = sum * 10 + (digits[at] - b'0') as u64;
        at += 1;
    }
    sum
}

/// A length of time by name.
pub(super) const fn time(name: &'static str, span: Span) -> Constant {
    Constant { name, amount: Amount::Time(span) }
}

/// A size by name.
pub(super) const fn bytes(name: &'static str, bytes: u64) -> Constant {
    Constant { name, amount: Amount::Bytes(bytes) }
}

/// A number of things by name.
pub(super) const fn count(name: &'static str, count: u64) -> Constant {
    Constant { name, amount: Amount::Count(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_equal_whatever_unit_they_are_written_in() {
        assert_eq!(Amount::of(12.0, "h"), Some(Amount::Time(Span::seconds(43_200))));
        assert_eq!(Amount::of(1.0, "MiB"), Amount::of(1024.0, "KiB"));
        assert_eq!(Amount::of(0.12, "$/ACU-hour"), Some(Amount::MicroDollars(120_000)));
        assert_eq!(Amount::of(120_000.0, "messages"), Some(Amount::Count(120_000)));
        assert_eq!(Amount::of(0.5, "messages"), None);
    }

    #[test]
    fn no_name_stands_twice() {
        let mut names: Vec<&str> = all().map(|constant| constant.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count >= 25);
    }
}
