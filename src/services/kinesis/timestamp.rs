//! Moments in AWS's JSON: seconds since 1970 on the outside, whole milliseconds on the inside.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::time::{Time, WORLD_START_UNIX_MS};

/// A moment in milliseconds since 1970; may lie before the start of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl From<Time> for Timestamp {
    fn from(time: Time) -> Timestamp {
        Timestamp(i64::try_from(time.unix_millis()).unwrap_or(i64::MAX))
    }
}

impl Timestamp {
    /// The same moment on the world's clock; before its start counts as its start.
    pub fn time(self) -> Time {
        Time(u64::try_from(self.0).unwrap_or(0).saturating_sub(WORLD_START_UNIX_MS))
    }
}

impl Timestamp {
    /// Whole seconds since 1970; before that counts as then.
    pub fn seconds(self) -> u64 {
        u64::try_from(self.0).unwrap_or(0) / 1000
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1000.0)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Seconds(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Seconds(seconds) => Ok(Timestamp((seconds * 1000.0).round() as i64)),
            Written::Text(text) => parsed(&text).ok_or_else(|| {
                serde::de::Error::custom(format_args!("Invalid timestamp {text:.40?}"))
            }),
        }
    }
}

/// Seconds since 1970 as text, or ISO 8601: `2026-01-01`, `2026-01-01T00:00:00.5Z`, `…+09:00`.
fn parsed(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then(|| Timestamp((seconds * 1000.0).round() as i64));
    }
    let (date, rest) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let sign = rest.rfind(['+', '-', 'Z', 'z']);
    let (clock, zone) = sign.map_or((rest, "Z"), |at| rest.split_at(at));
    let mut clock = clock.splitn(3, ':');
    let (hour, minute) = (number(clock.next()?)?, number(clock.next()?)?);
    let seconds: f64 = clock.next().map_or(Some(0.0), |s| s.parse().ok())?;
    let plausible = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..=9999).contains(&year)
        && hour < 24
        && minute < 60
        && (0.0..61.0).contains(&seconds);
    let minutes = days_since_1970(year, month, day) * 1440 + hour * 60 + minute - offset(zone)?;
    plausible.then(|| Timestamp(minutes * 60_000 + (seconds * 1000.0).round() as i64))
}

fn number(text: &str) -> Option<i64> {
    let plain = text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A zone's minutes ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    Some(sign * (number(hours)? * 60 + number(minutes)?))
}

/// Days of the proleptic Gregorian calendar, counted with years that begin in March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_from_seconds_and_from_iso_texts() {
        for (text, millis) in [
            ("1459799926.480", Some(1_459_799_926_480)),
            ("\"2016-04-04T19:58:46.480-00:00\"", Some(1_459_799_926_480)),
            ("\"2016-04-05T04:58:46.48+09:00\"", Some(1_459_799_926_480)),
            ("\"2026-01-01\"", Some(WORLD_START_UNIX_MS as i64)),
            ("\"2026-13-01\"", None),
            ("\"soon\"", None),
            ("\"\"", None),
            ("1e300", Some(i64::MAX)),
        ] {
            let read: Option<Timestamp> = serde_json::from_str(text).ok();
            assert_eq!(read.map(|t| t.0), millis, "{text}");
        }
        assert_eq!(serde_json::to_string(&Timestamp::from(Time(1500))).unwrap(), "1767225601.5");
    }
}
