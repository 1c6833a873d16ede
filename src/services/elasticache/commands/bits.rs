//! Commands on the bits of strings.

use super::super::reply::{Reply, syntax_error};
use super::access::{peek_text, read_text, replace_text};
use super::numbers::{integer, whole};
use super::strings::part;
use super::{Context, Ran, Words, is};

/// The last bit of the longest string.
const LAST: i64 = 4_294_967_295;

/// Where a bit lies: its byte, and its place in it from the highest.
fn bit(word: &[u8]) -> Result<(usize, u32), Reply> {
    let offset = whole(word).filter(|offset| (0..=LAST).contains(offset));
    let offset =
        offset.ok_or_else(|| Reply::error("ERR bit offset is not an integer or out of range"))?;
    Ok(((offset / 8) as usize, 7 - (offset % 8) as u32))
}

pub fn setbit(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (byte, place) = bit(words[2])?;
    let value = match whole(words[3]) {
        Some(value @ 0..=1) => value as u8,
        _ => return Err(Reply::error("ERR bit is not an integer or out of range")),
    };
    let mut text = peek_text(context, words[1])?.map_or_else(Vec::new, |old| old.to_vec());
    text.resize(text.len().max(byte + 1), 0);
    let before = text[byte] >> place & 1;
    text[byte] = text[byte] & !(1 << place) | value << place;
    replace_text(context, words[1], text.into());
    Ok(Reply::Integer(i64::from(before)))
}

pub fn getbit(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (byte, place) = bit(words[2])?;
    let text = read_text(context, words[1])?;
    let byte = text.and_then(|text| text.get(byte).copied()).unwrap_or(0);
    Ok(Reply::Integer(i64::from(byte >> place & 1)))
}

pub fn bitcount(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let Some(text) = read_text(context, words[1])? else { return Ok(Reply::Integer(0)) };
    let (wanted, unit) = match &words[2..] {
        [] => (0..text.len(), 1),
        [start, stop, rest @ ..] => {
            let (start, stop) = (integer(start)?, integer(stop)?);
            let unit = match rest {
                _ if stop < start && start < 0 => 1,
                [] => 1,
                [unit] if is(unit, "BYTE") => 1,
                [unit] if is(unit, "BIT") => 8,
                _ => return Err(syntax_error()),
            };
            (part(start, stop, text.len() * unit), unit)
        }
        _ => return Err(syntax_error()),
    };
    let set = |bit: &usize| text[bit / 8] >> (7 - bit % 8) & 1 == 1;
    let bits = wanted.start * 8 / unit..wanted.end * 8 / unit;
    Ok(Reply::Integer(bits.filter(set).count() as i64))
}
