//! Commands on keys whatever they hold: existence, expiry, names.

use super::super::reply::{Reply, syntax_error};
use super::super::value::{Value, parse_integer};
use super::numbers::integer;
use super::{Context, Ran, Words, count, is, strings};
use crate::services::time::{Time, WORLD_START_UNIX_MS};

/// The unit of an expiry option, and what it counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Seconds,
    Millis,
    UnixSeconds,
    UnixMillis,
}

/// An expiry as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    unit: Unit,
    amount: i64,
}

impl Unit {
    /// The unit that the option `EX`, `PX`, `EXAT` or `PXAT` stands for.
    pub fn option(word: &[u8]) -> Option<Unit> {
        [
            ("EX", Unit::Seconds),
            ("PX", Unit::Millis),
            ("EXAT", Unit::UnixSeconds),
            ("PXAT", Unit::UnixMillis),
        ]
        .into_iter()
        .find(|(name, _)| is(word, name))
        .map(|(_, unit)| unit)
    }
}

impl Expiry {
    /// The expiry of a unit and the word after it.
    pub fn given(unit: Unit, amount: &[u8]) -> Result<Expiry, Reply> {
        Ok(Expiry { unit, amount: integer(amount)? })
    }

    /// When it falls due, for commands that refuse an amount that is not positive.
    pub fn at(self, now: Time, command: &str) -> Result<Time, Reply> {
        let invalid = || Reply::error(format!("ERR invalid expire time in '{command}' command"));
        if self.amount <= 0 {
            return Err(invalid());
        }
        self.moment(now).ok_or_else(invalid)
    }

    /// When it falls due; the past counts as the start of the world. `None` if no time can hold it.
    fn moment(self, now: Time) -> Option<Time> {
        let unix_now = i64::try_from(now.unix_millis()).ok()?;
        let unix = match self.unit {
            Unit::Seconds => unix_now.checked_add(self.amount.checked_mul(1000)?)?,
            Unit::Millis => unix_now.checked_add(self.amount)?,
            Unit::UnixSeconds => self.amount.checked_mul(1000)?,
            Unit::UnixMillis => self.amount,
        };
        let start = i64::try_from(WORLD_START_UNIX_MS).ok()?;
        Some(Time(u64::try_from(unix - start).unwrap_or(0)))
    }
}

pub fn del(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(count(words[1..].iter().filter(|key| context.keys.remove(key).is_some()).count()))
}

pub fn exists(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let there = |key: &&&[u8]| context.keys.read(key, context.now, context.chance).is_some();
    Ok(count(words[1..].iter().filter(there).count()))
}

pub fn touch(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let there = |key: &&&[u8]| context.keys.touch(key, context.now, context.chance);
    Ok(count(words[1..].iter().filter(there).count()))
}

/// The conditions of EXPIRE and its relatives.
#[derive(Default)]
struct Conditions {
    only_without: bool,
    only_with: bool,
    only_later: bool,
    only_sooner: bool,
}

fn conditions(words: Words<'_>) -> Result<Conditions, Reply> {
    let mut given = Conditions::default();
    for word in &words[3..] {
        let flags = [
            ("NX", &mut given.only_without),
            ("XX", &mut given.only_with),
            ("GT", &mut given.only_later),
            ("LT", &mut given.only_sooner),
        ];
        let Some((_, flag)) = flags.into_iter().find(|(name, _)| is(word, name)) else {
            let word = String::from_utf8_lossy(word);
            return Err(Reply::error(format!("ERR Unsupported option {word}")));
        };
        *flag = true;
    }
    if given.only_without && (given.only_with || given.only_later || given.only_sooner) {
        return Err(Reply::error(
            "ERR NX and XX, GT or LT options at the same time are not compatible",
        ));
    }
    if given.only_later && given.only_sooner {
        return Err(Reply::error("ERR GT and LT options at the same time are not compatible"));
    }
    Ok(given)
}

fn set_expiry(context: &mut Context<'_>, words: Words<'_>, unit: Unit, name: &str) -> Ran {
    let given = conditions(words)?;
    let invalid = || Reply::error(format!("ERR invalid expire time in '{name}' command"));
    let at = Expiry::given(unit, words[2])?.moment(context.now).ok_or_else(invalid)?;
    let Some(before) = context.keys.expiry(words[1]) else { return Ok(Reply::Integer(0)) };
    // A key that never expires counts as expiring later than any.
    let refused = (given.only_without && before.is_some())
        || (given.only_with && before.is_none())
        || (given.only_later && before.is_none_or(|before| at <= before))
        || (given.only_sooner && before.is_some_and(|before| at >= before));
    if !refused && at <= context.now {
        context.keys.remove(words[1]);
    } else if !refused {
        context.keys.set_expiry(words[1], Some(at));
    }
    Ok(Reply::truth(!refused))
}

pub fn expire(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    set_expiry(context, words, Unit::Seconds, "expire")
}

pub fn pexpire(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    set_expiry(context, words, Unit::Millis, "pexpire")
}

pub fn expireat(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    set_expiry(context, words, Unit::UnixSeconds, "expireat")
}

pub fn pexpireat(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    set_expiry(context, words, Unit::UnixMillis, "pexpireat")
}

/// −2 for no key, −1 for no expiry, else what `number` makes of the expiry (EC-16).
fn tell_expiry(context: &Context<'_>, key: &[u8], number: impl Fn(Time) -> u64) -> Ran {
    Ok(Reply::Integer(match context.keys.expiry(key) {
        None => -2,
        Some(None) => -1,
        Some(Some(at)) => number(at) as i64,
    }))
}

pub fn ttl(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let now = context.now;
    // Rounded to the nearest second, as the server does.
    tell_expiry(context, words[1], |at| (at.since(now).0 + 500) / 1000)
}

pub fn pttl(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let now = context.now;
    tell_expiry(context, words[1], |at| at.since(now).0)
}

pub fn expiretime(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    tell_expiry(context, words[1], |at| (at.unix_millis() + 500) / 1000)
}

pub fn pexpiretime(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    tell_expiry(context, words[1], Time::unix_millis)
}

pub fn persist(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let had = context.keys.expiry(words[1]).flatten().is_some();
    if had {
        context.keys.set_expiry(words[1], None);
    }
    Ok(Reply::truth(had))
}

pub fn type_of(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(Reply::Simple(context.keys.peek(words[1]).map_or("none", Value::type_name)))
}

/// Gives what a key holds, its expiry included, another name (EC-16).
fn move_key(context: &mut Context<'_>, from: &[u8], to: &[u8]) -> Result<(), Reply> {
    let no_such_key = || Reply::error("ERR no such key");
    let expires = context.keys.expiry(from).ok_or_else(no_such_key)?;
    if from == to {
        return Ok(());
    }
    let value = context.keys.remove(from).ok_or_else(no_such_key)?;
    context.keys.set(to, value, expires, context.now);
    Ok(())
}

pub fn rename(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    move_key(context, words[1], words[2]).map(|()| Reply::OK)
}

pub fn renamenx(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    if context.keys.peek(words[1]).is_some() && context.keys.peek(words[2]).is_some() {
        return Ok(Reply::Integer(0));
    }
    move_key(context, words[1], words[2]).map(|()| Reply::Integer(1))
}

pub fn copy(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let mut replaces = false;
    let mut rest = words[3..].iter();
    while let Some(option) = rest.next() {
        if is(option, "REPLACE") {
            replaces = true;
        } else if is(option, "DB") && rest.len() >= 1 {
            // The model keeps one database; a copy into another is a copy out of sight.
            match rest.next().map(|index| integer(index)).transpose()? {
                Some(0) | None => {}
                Some(_) => return Err(Reply::error("ERR DB index is out of range")),
            }
        } else {
            return Err(syntax_error());
        }
    }
    if words[1] == words[2] {
        return Err(Reply::error("ERR source and destination objects are the same"));
    }
    let expires = context.keys.expiry(words[1]).flatten();
    let Some(value) = context.keys.peek(words[1]).cloned() else { return Ok(Reply::Integer(0)) };
    let free = replaces || context.keys.peek(words[2]).is_none();
    if free {
        context.keys.set(words[2], value, expires, context.now);
    }
    Ok(Reply::truth(free))
}

pub fn randomkey(context: &mut Context<'_>, _words: Words<'_>) -> Ran {
    Ok(context.keys.any_key(context.chance).map_or(Reply::Nil, Reply::text))
}

const NO_FREQUENCY: &str = "ERR An LFU maxmemory policy is not selected, access frequency not tracked. \
    Please note that when switching between policies at runtime LRU and LFU data will take some time to \
    adjust.";
const NO_IDLE_TIME: &str = "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note \
    that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

pub fn object(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let key = words[2];
    let counts_uses = context.keys.settings().policy.counts_uses();
    let Some(value) = context.keys.peek(key) else { return Ok(Reply::Nil) };
    match words[1] {
        verb if is(verb, "ENCODING") => Ok(Reply::text(encoding(value))),
        verb if is(verb, "REFCOUNT") => Ok(Reply::Integer(1)),
        verb if is(verb, "FREQ") && !counts_uses => Err(Reply::error(NO_FREQUENCY)),
        verb if is(verb, "FREQ") => {
            Ok(Reply::Integer(i64::from(context.keys.frequency(key, context.now).unwrap_or(0))))
        }
        _ if counts_uses => Err(Reply::error(NO_IDLE_TIME)),
        _ => Ok(Reply::Integer(context.keys.idle_seconds(key, context.now).unwrap_or(0) as i64)),
    }
}

/// How a redis-server 7.0 with its default limits would store a value.
fn encoding(value: &Value) -> &'static str {
    const SMALL: usize = 64;
    let small = |items: usize, most: usize, longest: usize| items <= most && longest <= SMALL;
    match value {
        Value::Text(text) => strings::encoding(text),
        Value::List(_) => "quicklist",
        Value::Hash(hash) => {
            let longest = hash.iter().map(|(field, value)| field.len().max(value.len())).max();
            if small(hash.len(), 512, longest.unwrap_or(0)) { "listpack" } else { "hashtable" }
        }
        Value::Set(set) => {
            let numbers = set.iter().all(|member| parse_integer(member).is_some());
            if numbers && set.len() <= 512 { "intset" } else { "hashtable" }
        }
        Value::Sorted(sorted) => {
            let longest = sorted.iter().map(|(member, _)| member.len()).max();
            if small(sorted.len(), 128, longest.unwrap_or(0)) { "listpack" } else { "skiplist" }
        }
    }
}
