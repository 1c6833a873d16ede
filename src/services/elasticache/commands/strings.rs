//! Commands on strings.

use super::super::reply::{Bytes, Reply, syntax_error, wrong_type};
use super::super::value::{Value, parse_integer};
use super::access::{peek_text, read_text, replace_text};
use super::keys::{Expiry, Unit};
use super::numbers::{Long, integer, not_a_float};
use super::{Context, Ran, Words, bulk_or_nil, count, is, places, wrong_number};

/// The largest string (`proto-max-bulk-len`).
const LONGEST: usize = 536_870_912;

pub fn get(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    read_text(context, words[1]).map(bulk_or_nil)
}

/// The options that SET and GETEX share, as far as they were given.
#[derive(Default)]
struct Extended<'a> {
    only_if: Option<OnlyIf<'a>>,
    expiry: Option<(Unit, &'a [u8])>,
    keep_ttl: bool,
    persist: bool,
    get: bool,
}

#[derive(PartialEq)]
enum OnlyIf<'a> {
    Missing,
    Present,
    /// Valkey 8.1's IFEQ.
    Equal(&'a [u8]),
}

impl<'a> Extended<'a> {
    /// The options of SET.
    fn of_set(words: Words<'a>) -> Result<Extended<'a>, Reply> {
        let mut given = Extended::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let free = given.expiry.is_none() && !given.keep_ttl;
            if given.take_expiry(word, &mut rest)? {
            } else if is(word, "KEEPTTL") && (free || given.keep_ttl) {
                given.keep_ttl = true;
            } else if is(word, "GET") {
                given.get = true;
            } else {
                let asked = if is(word, "NX") {
                    OnlyIf::Missing
                } else if is(word, "XX") {
                    OnlyIf::Present
                } else if is(word, "IFEQ") {
                    OnlyIf::Equal(rest.next().ok_or_else(syntax_error)?)
                } else {
                    return Err(syntax_error());
                };
                if given.only_if.as_ref().is_some_and(|before| *before != asked) {
                    return Err(syntax_error());
                }
                given.only_if = Some(asked);
            }
        }
        Ok(given)
    }

    /// The options of GETEX.
    fn of_getex(words: Words<'a>) -> Result<Extended<'a>, Reply> {
        let mut given = Extended::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if given.take_expiry(word, &mut rest)? {
            } else if is(word, "PERSIST") && given.expiry.is_none() {
                given.persist = true;
            } else {
                return Err(syntax_error());
            }
        }
        Ok(given)
    }

    /// Takes `EX 10` and its kin; the same unit may be given again, and the last one counts.
    fn take_expiry(
        &mut self,
        word: &'a [u8],
        rest: &mut std::slice::Iter<'_, &'a [u8]>,
    ) -> Result<bool, Reply> {
        let Some(unit) = Unit::option(word) else { return Ok(false) };
        let other = self.expiry.is_some_and(|(before, _)| before != unit);
        if other || self.keep_ttl || self.persist {
            return Err(syntax_error());
        }
        self.expiry = Some((unit, *rest.next().ok_or_else(syntax_error)?));
        Ok(true)
    }

    /// When the key shall expire, if that was asked for.
    fn expires(
        &self,
        context: &Context<'_>,
        name: &str,
    ) -> Result<Option<crate::services::time::Time>, Reply> {
        let expiry =
            self.expiry.map(|(unit, amount)| Expiry::given(unit, amount)?.at(context.now, name));
        expiry.transpose()
    }
}

pub fn set(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let key = words[1];
    if words.len() == 3 {
        set_plain(context, key, words[2]);
        return Ok(Reply::OK);
    }
    let options = Extended::of_set(&words[3..])?;
    let expires = options.expires(context, "set")?;
    let old = match context.keys.peek(key) {
        Some(Value::Text(text)) => Some(Bytes::clone(text)),
        Some(_) if options.get || matches!(options.only_if, Some(OnlyIf::Equal(_))) => {
            return Err(wrong_type());
        }
        _ => None,
    };
    let exists = context.keys.touch(key, context.now, context.chance);
    let allowed = match options.only_if {
        None => true,
        Some(OnlyIf::Missing) => !exists,
        Some(OnlyIf::Present) => exists,
        Some(OnlyIf::Equal(wanted)) => old.as_deref() == Some(wanted),
    };
    if allowed {
        let kept = if options.keep_ttl { context.keys.expiry(key).flatten() } else { expires };
        context.keys.set(key, Value::Text(Bytes::from(words[2])), kept, context.now);
        // An expiry in the past is allowed, and the key is gone at once.
        context.keys.expire(context.now);
    }
    Ok(match (options.get, allowed) {
        (true, _) => bulk_or_nil(old),
        (false, true) => Reply::OK,
        (false, false) => Reply::Nil,
    })
}

fn set_plain(context: &mut Context<'_>, key: &[u8], text: &[u8]) {
    context.keys.put_text(key, text, context.now, context.chance);
}

pub fn setnx(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let free = context.keys.peek(words[1]).is_none();
    if free {
        set_plain(context, words[1], words[2]);
    }
    Ok(Reply::truth(free))
}

fn set_for(context: &mut Context<'_>, words: Words<'_>, unit: Unit, name: &str) -> Ran {
    let expires = Expiry::given(unit, words[2])?.at(context.now, name)?;
    context.keys.touch(words[1], context.now, context.chance);
    context.keys.set(words[1], Value::Text(Bytes::from(words[3])), Some(expires), context.now);
    Ok(Reply::OK)
}

pub fn setex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    set_for(context, words, Unit::Seconds, "setex")
}

pub fn psetex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    set_for(context, words, Unit::Millis, "psetex")
}

pub fn getset(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let old = read_text(context, words[1])?;
    set_plain(context, words[1], words[2]);
    Ok(bulk_or_nil(old))
}

pub fn getdel(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let old = read_text(context, words[1])?;
    context.keys.remove(words[1]);
    Ok(bulk_or_nil(old))
}

pub fn getex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let options = Extended::of_getex(&words[2..])?;
    let Some(text) = read_text(context, words[1])? else { return Ok(Reply::Nil) };
    let expires = options.expires(context, "getex")?;
    if expires.is_some() || options.persist {
        context.keys.set_expiry(words[1], expires);
        context.keys.expire(context.now);
    }
    Ok(Reply::Bulk(text))
}

pub fn mget(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let one = |key: &&[u8]| read_text(context, key).map_or(Reply::Nil, bulk_or_nil);
    Ok(Reply::Array(words[1..].iter().map(one).collect()))
}

pub fn mset(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    if words.len().is_multiple_of(2) {
        return Err(wrong_number("MSET"));
    }
    for pair in words[1..].chunks_exact(2) {
        set_plain(context, pair[0], pair[1]);
    }
    Ok(Reply::OK)
}

pub fn msetnx(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    if words.len().is_multiple_of(2) {
        return Err(wrong_number("MSETNX"));
    }
    let free = words[1..].chunks_exact(2).all(|pair| context.keys.peek(pair[0]).is_none());
    if free {
        mset(context, words)?;
    }
    Ok(Reply::truth(free))
}

/// The error of a string that would be too long.
pub fn too_long() -> Reply {
    Reply::error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
}

pub fn append(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let mut text = peek_text(context, words[1])?.map_or_else(Vec::new, |old| old.to_vec());
    if text.len() + words[2].len() > LONGEST {
        return Err(too_long());
    }
    text.extend_from_slice(words[2]);
    Ok(count(replace_text(context, words[1], text.into())))
}

pub fn strlen(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(count(read_text(context, words[1])?.map_or(0, |text| text.len())))
}

pub fn getrange(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (start, stop) = (integer(words[2])?, integer(words[3])?);
    let text = read_text(context, words[1])?.unwrap_or_else(|| Bytes::from(&b""[..]));
    Ok(Reply::text(&text[part(start, stop, text.len())]))
}

/// The bytes `start..=stop` of a string. Unlike a list's, an end that lies before the first byte counts as
/// the first byte, unless the two ends are the wrong way round to begin with.
pub fn part(start: i64, stop: i64, len: usize) -> std::ops::Range<usize> {
    if start < 0 && stop < 0 && start > stop {
        return 0..0;
    }
    let stop = if stop < 0 { stop.saturating_add(len as i64).max(0) } else { stop };
    places(start, stop, len)
}

pub fn setrange(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let offset = usize::try_from(integer(words[2])?);
    let offset = offset.map_err(|_| Reply::error("ERR offset is out of range"))?;
    let old = peek_text(context, words[1])?;
    let patch = words[3];
    if patch.is_empty() {
        return Ok(count(old.map_or(0, |old| old.len())));
    }
    if offset.saturating_add(patch.len()) > LONGEST {
        return Err(too_long());
    }
    let mut text = old.map_or_else(Vec::new, |old| old.to_vec());
    text.resize(text.len().max(offset + patch.len()), 0);
    text[offset..offset + patch.len()].copy_from_slice(patch);
    Ok(count(replace_text(context, words[1], text.into())))
}

/// The sum of two whole numbers, which must be one that the server can hold.
pub fn whole_sum(a: i64, b: i64) -> Result<i64, Reply> {
    a.checked_add(b).ok_or_else(|| Reply::error("ERR increment or decrement would overflow"))
}

/// The sum of two numbers with fractions, as text.
pub fn long_sum(a: Long, b: Long) -> Result<String, Reply> {
    let sum = a.plus(b).text();
    sum.ok_or_else(|| Reply::error("ERR increment would produce NaN or Infinity"))
}

fn add(context: &mut Context<'_>, key: &[u8], amount: i64) -> Ran {
    let old = match peek_text(context, key)? {
        None => 0,
        Some(text) => integer(&text)?,
    };
    let sum = whole_sum(old, amount)?;
    replace_text(context, key, Bytes::from(sum.to_string().as_bytes()));
    Ok(Reply::Integer(sum))
}

pub fn incr(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    add(context, words[1], 1)
}

pub fn decr(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    add(context, words[1], -1)
}

pub fn incrby(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let amount = integer(words[2])?;
    add(context, words[1], amount)
}

pub fn decrby(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let amount = integer(words[2])?.checked_neg();
    let amount = amount.ok_or_else(|| Reply::error("ERR decrement would overflow"))?;
    add(context, words[1], amount)
}

pub fn incrbyfloat(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let old = peek_text(context, words[1])?;
    let old = old.map_or_else(|| Long::read(b"0"), |text| Long::read(&text));
    let old = old.ok_or_else(not_a_float)?;
    let amount = Long::read(words[2]).ok_or_else(not_a_float)?;
    let text = long_sum(old, amount)?;
    replace_text(context, words[1], Bytes::from(text.as_bytes()));
    Ok(Reply::text(text))
}

/// Valkey 9's compare-and-delete (EC-19): removes the key only if it still holds the value.
pub fn delifeq(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let same = peek_text(context, words[1])?.as_deref() == Some(words[2]);
    if same {
        context.keys.remove(words[1]);
    }
    Ok(Reply::truth(same))
}

/// How a string is stored, for `OBJECT ENCODING`.
pub fn encoding(text: &[u8]) -> &'static str {
    match text.len() {
        _ if parse_integer(text).is_some() => "int",
        0..=44 => "embstr",
        _ => "raw",
    }
}
