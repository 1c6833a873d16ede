//! Commands on strings.

use bigdecimal::{BigDecimal, RoundingMode};

use super::super::reply::{Bytes, Reply, syntax_error, wrong_type};
use super::super::value::{Value, parse_integer};
use super::keys::Expiry;
use super::{Context, Words, float, integer, is, places, read_text, settle, wrong_number};

/// The largest string (`proto-max-bulk-len`).
const LONGEST: usize = 536_870_912;

pub fn get(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(read_text(context, words[1]).map(|text| text.map_or(Reply::Nil, Reply::Bulk)))
}

/// The options of SET, as far as they were given.
#[derive(Default)]
struct SetOptions<'a> {
    only_if: Option<OnlyIf<'a>>,
    expiry: Option<Expiry>,
    keep_ttl: bool,
    get: bool,
}

enum OnlyIf<'a> {
    Missing,
    Present,
    /// Valkey 8.1's IFEQ.
    Equal(&'a [u8]),
}

fn set_options<'a>(words: Words<'a>) -> Result<SetOptions<'a>, Reply> {
    let mut options = SetOptions::default();
    let mut rest = words[3..].iter();
    while let Some(word) = rest.next() {
        if let Some(unit) = Expiry::option(word) {
            if options.expiry.is_some() || options.keep_ttl {
                return Err(syntax_error());
            }
            options.expiry =
                Some(Expiry::given((unit, *rest.next().ok_or_else(syntax_error)?))).transpose()?;
        } else if is(word, "KEEPTTL") && options.expiry.is_none() {
            options.keep_ttl = true;
        } else if is(word, "GET") {
            options.get = true;
        } else if options.only_if.is_none() && is(word, "NX") {
            options.only_if = Some(OnlyIf::Missing);
        } else if options.only_if.is_none() && is(word, "XX") {
            options.only_if = Some(OnlyIf::Present);
        } else if options.only_if.is_none() && is(word, "IFEQ") {
            options.only_if = Some(OnlyIf::Equal(rest.next().ok_or_else(syntax_error)?));
        } else {
            return Err(syntax_error());
        }
    }
    Ok(options)
}

pub fn set(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let key = words[1];
    settle((|| {
        let options = if words.len() == 3 { SetOptions::default() } else { set_options(words)? };
        let expires = match options.expiry {
            Some(expiry) => Some(expiry.at(context.now, "set")?),
            None => None,
        };
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
        let before = || old.clone().map_or(Reply::Nil, Reply::Bulk);
        if !allowed {
            return Ok(if options.get { before() } else { Reply::Nil });
        }
        let expires = if options.keep_ttl { context.keys.expiry(key).flatten() } else { expires };
        context.keys.set(key, Value::Text(Bytes::from(words[2])), expires, context.now);
        // An expiry in the past is allowed, and the key is gone at once.
        context.keys.expire(context.now);
        Ok(if options.get { before() } else { Reply::OK })
    })())
}

fn set_plain(context: &mut Context<'_>, key: &[u8], text: &[u8]) {
    context.keys.touch(key, context.now, context.chance);
    context.keys.set(key, Value::Text(Bytes::from(text)), None, context.now);
}

pub fn setnx(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let free = context.keys.peek(words[1]).is_none();
    if free {
        set_plain(context, words[1], words[2]);
    }
    Reply::truth(free)
}

fn set_for(context: &mut Context<'_>, words: Words<'_>, unit: &'static str, name: &str) -> Reply {
    settle((|| {
        let unit = Expiry::option(unit.as_bytes()).ok_or_else(syntax_error)?;
        let expires = Expiry::given((unit, words[2]))?.at(context.now, name)?;
        context.keys.touch(words[1], context.now, context.chance);
        context.keys.set(words[1], Value::Text(Bytes::from(words[3])), Some(expires), context.now);
        Ok(Reply::OK)
    })())
}

pub fn setex(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    set_for(context, words, "EX", "setex")
}

pub fn psetex(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    set_for(context, words, "PX", "psetex")
}

pub fn getset(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(read_text(context, words[1]).map(|old| {
        set_plain(context, words[1], words[2]);
        old.map_or(Reply::Nil, Reply::Bulk)
    }))
}

pub fn getdel(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(read_text(context, words[1]).map(|old| {
        context.keys.remove(words[1]);
        old.map_or(Reply::Nil, Reply::Bulk)
    }))
}

pub fn getex(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let change = match &words[2..] {
            [] => None,
            [persist] if is(persist, "PERSIST") => Some(None),
            [unit, amount] => {
                let unit = Expiry::option(unit).ok_or_else(syntax_error)?;
                Some(Some(Expiry::given((unit, *amount))?.at(context.now, "getex")?))
            }
            _ => return Err(syntax_error()),
        };
        let text = read_text(context, words[1])?;
        if let (Some(_), Some(expires)) = (&text, change) {
            context.keys.set_expiry(words[1], expires);
            context.keys.expire(context.now);
        }
        Ok(text.map_or(Reply::Nil, Reply::Bulk))
    })())
}

pub fn mget(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let one = |key: &&[u8]| match read_text(context, key) {
        Ok(Some(text)) => Reply::Bulk(text),
        _ => Reply::Nil,
    };
    Reply::Array(words[1..].iter().map(one).collect())
}

pub fn mset(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    if words.len().is_multiple_of(2) {
        return wrong_number("MSET");
    }
    for pair in words[1..].chunks_exact(2) {
        set_plain(context, pair[0], pair[1]);
    }
    Reply::OK
}

pub fn msetnx(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    if words.len().is_multiple_of(2) {
        return wrong_number("MSETNX");
    }
    let free = words[1..].chunks_exact(2).all(|pair| context.keys.peek(pair[0]).is_none());
    if free {
        mset(context, words);
    }
    Reply::truth(free)
}

/// Replaces a string and keeps its expiry; says how long it is now.
fn replace(context: &mut Context<'_>, key: &[u8], text: Bytes) -> usize {
    let length = text.len();
    let expires = context.keys.expiry(key).flatten();
    context.keys.touch(key, context.now, context.chance);
    context.keys.set(key, Value::Text(text), expires, context.now);
    length
}

/// A string as it is, without counting a hit.
fn current(context: &Context<'_>, key: &[u8]) -> Result<Option<Bytes>, Reply> {
    match context.keys.peek(key) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(Bytes::clone(text))),
        Some(_) => Err(wrong_type()),
    }
}

fn too_long() -> Reply {
    Reply::error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
}

pub fn append(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(current(context, words[1]).and_then(|old| {
        let mut text = old.map_or_else(Vec::new, |old| old.to_vec());
        if text.len() + words[2].len() > LONGEST {
            return Err(too_long());
        }
        text.extend_from_slice(words[2]);
        Ok(Reply::Integer(replace(context, words[1], text.into()) as i64))
    }))
}

pub fn strlen(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(
        read_text(context, words[1])
            .map(|text| Reply::Integer(text.map_or(0, |text| text.len()) as i64)),
    )
}

pub fn getrange(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let (start, stop) = (integer(words[2])?, integer(words[3])?);
        let text = read_text(context, words[1])?.unwrap_or_else(|| Bytes::from(&b""[..]));
        Ok(Reply::text(&text[part(start, stop, text.len())]))
    })())
}

/// The bytes `start..=stop` of a string. Unlike a list's, an end that lies before the first byte counts as
/// the first byte, unless the two ends are the wrong way round to begin with.
fn part(start: i64, stop: i64, len: usize) -> std::ops::Range<usize> {
    if start < 0 && stop < 0 && start > stop {
        return 0..0;
    }
    let stop = if stop < 0 { stop.saturating_add(len as i64).max(0) } else { stop };
    places(start, stop, len)
}

pub fn setrange(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let offset = integer(words[2])?;
        let offset =
            usize::try_from(offset).map_err(|_| Reply::error("ERR offset is out of range"))?;
        let old = current(context, words[1])?;
        let patch = words[3];
        if patch.is_empty() {
            return Ok(Reply::Integer(old.map_or(0, |old| old.len()) as i64));
        }
        if offset.saturating_add(patch.len()) > LONGEST {
            return Err(too_long());
        }
        let mut text = old.map_or_else(Vec::new, |old| old.to_vec());
        text.resize(text.len().max(offset + patch.len()), 0);
        text[offset..offset + patch.len()].copy_from_slice(patch);
        Ok(Reply::Integer(replace(context, words[1], text.into()) as i64))
    })())
}

fn add(context: &mut Context<'_>, key: &[u8], amount: i64) -> Reply {
    settle((|| {
        let old = match current(context, key)? {
            None => 0,
            Some(text) => integer(&text)?,
        };
        let sum = old
            .checked_add(amount)
            .ok_or_else(|| Reply::error("ERR increment or decrement would overflow"))?;
        replace(context, key, Bytes::from(sum.to_string().as_bytes()));
        Ok(Reply::Integer(sum))
    })())
}

pub fn incr(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    add(context, words[1], 1)
}

pub fn decr(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    add(context, words[1], -1)
}

pub fn incrby(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(integer(words[2]).map(|amount| add(context, words[1], amount)))
}

pub fn decrby(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(integer(words[2]).and_then(|amount| match amount.checked_neg() {
        Some(amount) => Ok(add(context, words[1], amount)),
        None => Err(Reply::error("ERR decrement would overflow")),
    }))
}

pub fn incrbyfloat(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let old = match current(context, words[1])? {
            None => BigDecimal::from(0),
            Some(text) => decimal(&text)?,
        };
        // A server counts in long doubles and prints 17 decimals; decimals are at least as exact.
        let sum = (old + decimal(words[2])?).with_scale_round(17, RoundingMode::HalfEven);
        let text = sum.normalized().to_plain_string();
        replace(context, words[1], Bytes::from(text.as_bytes()));
        Ok(Reply::text(text))
    })())
}

/// A word as a decimal number; an infinity is a number too, but no sum of one is.
fn decimal(word: &[u8]) -> Result<BigDecimal, Reply> {
    match float(word) {
        Some(number) if number.is_finite() => std::str::from_utf8(word)
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or_else(not_a_float),
        Some(_) => Err(Reply::error("ERR increment would produce NaN or Infinity")),
        None => Err(not_a_float()),
    }
}

fn not_a_float() -> Reply {
    Reply::error("ERR value is not a valid float")
}

/// Valkey 9's compare-and-delete (EC-19): removes the key only if it still holds the value.
pub fn delifeq(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(current(context, words[1]).map(|text| {
        let same = text.as_deref() == Some(words[2]);
        if same {
            context.keys.remove(words[1]);
        }
        Reply::truth(same)
    }))
}

/// Whether a text is a number for `OBJECT ENCODING`.
pub fn encoding(text: &[u8]) -> &'static str {
    match text.len() {
        _ if parse_integer(text).is_some() => "int",
        0..=44 => "embstr",
        _ => "raw",
    }
}
