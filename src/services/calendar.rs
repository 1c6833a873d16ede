//! Moments as texts, in UTC.

/// `2026-01-01T00:00:00.000Z`, from milliseconds since 1970.
pub(crate) fn iso_8601(unix_millis: u64) -> String {
    let (seconds, millis) = (unix_millis / 1000, unix_millis % 1000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{millis:03}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// The year, month and day that lie so many days after 1970-01-01. Counts in the 400-year eras of
/// the Gregorian calendar, with years that begin in March, so that leap days come last.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::time::{Span, Time};

    #[test]
    fn moments_are_written_in_iso_8601() {
        assert_eq!(iso_8601(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso_8601(951_827_696_789), "2000-02-29T12:34:56.789Z");
        let later = Time::START + Span::days(59) + Span::millis(1);
        assert_eq!(iso_8601(later.unix_millis()), "2026-03-01T00:00:00.001Z");
    }
}
