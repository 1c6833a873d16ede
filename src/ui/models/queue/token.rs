//! Messages, numbers and times as short texts.

use crate::models::queue::Tale;
use crate::services::time::Span;
use crate::words::fill;
use crate::words::models::Words;

/// A message: its tenant's letter on a fair queue, its number, how often it was received, and a
/// mark if it is poison.
pub(super) fn text(tale: &Tale, is_fifo: bool) -> String {
    let tenant = match tale.group {
        Some(group) if !is_fifo && group < 26 => char::from(b'a' + group as u8).to_string(),
        _ => "m".to_owned(),
    };
    let poison = if tale.poison { "!" } else { "" };
    match tale.receives {
        0 | 1 => format!("{poison}{tenant}{}", tale.number),
        times => format!("{poison}{tenant}{}×{times}", tale.number),
    }
}

/// A count with its thousands parted.
pub(super) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A length of time in the unit that fits.
pub(super) fn span(span: Span, words: Words) -> String {
    let (key, text) = match span.0 {
        0..10_000 => ("seconds", format!("{}.{}", span.0 / 1000, span.0 % 1000 / 100)),
        10_000..120_000 => ("seconds", (span.0 / 1000).to_string()),
        120_000..7_200_000 => ("minutes", (span.0 / 60_000).to_string()),
        7_200_000..172_800_000 => ("hours", (span.0 / 3_600_000).to_string()),
        _ => ("days", (span.0 / 86_400_000).to_string()),
    };
    fill(words.picture(key), &[("n", &text)])
}

/// Cells of the bar for so many messages that are not shown one by one: three for each power of two.
pub(super) fn bar(count: u64) -> u16 {
    let bits = u64::BITS - count.leading_zeros();
    u16::try_from(bits * 3).unwrap_or(u16::MAX)
}
