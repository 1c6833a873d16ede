//! Commands on keys whatever they hold: existence, expiry, names.

use super::super::reply::{Bytes, Reply, syntax_error};
use super::super::value::{Value, parse_integer};
use super::{Context, Words, integer, is, settle, strings};
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

impl Expiry {
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

    /// The expiry of a unit and the word after it.
    pub fn given((unit, amount): (Unit, &[u8])) -> Result<Expiry, Reply> {
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

pub fn del(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let gone = words[1..].iter().filter(|key| context.keys.remove(key).is_some()).count();
    Reply::Integer(gone as i64)
}

pub fn exists(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let mut found = 0;
    for key in &words[1..] {
        found += i64::from(context.keys.read(key, context.now, context.chance).is_some());
    }
    Reply::Integer(found)
}

pub fn touch(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let mut found = 0;
    for key in &words[1..] {
        found += i64::from(context.keys.touch(key, context.now, context.chance));
    }
    Reply::Integer(found)
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
        if is(word, "NX") {
            given.only_without = true;
        } else if is(word, "XX") {
            given.only_with = true;
        } else if is(word, "GT") {
            given.only_later = true;
        } else if is(word, "LT") {
            given.only_sooner = true;
        } else {
            let word = String::from_utf8_lossy(word);
            return Err(Reply::error(format!("ERR Unsupported option {word}")));
        }
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

fn set_expiry(context: &mut Context<'_>, words: Words<'_>, unit: Unit, name: &str) -> Reply {
    settle((|| {
        let given = conditions(words)?;
        let expiry = Expiry { unit, amount: integer(words[2])? };
        let at = expiry
            .moment(context.now)
            .ok_or_else(|| Reply::error(format!("ERR invalid expire time in '{name}' command")))?;
        let Some(before) = context.keys.expiry(words[1]) else { return Ok(Reply::Integer(0)) };
        // A key that never expires counts as expiring later than any.
        let refused = (given.only_without && before.is_some())
            || (given.only_with && before.is_none())
            || (given.only_later && before.is_none_or(|before| at <= before))
            || (given.only_sooner && before.is_some_and(|before| at >= before));
        if refused {
            return Ok(Reply::Integer(0));
        }
        if at <= context.now {
            context.keys.remove(words[1]);
        } else {
            context.keys.set_expiry(words[1], Some(at));
        }
        Ok(Reply::Integer(1))
    })())
}

pub fn expire(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    set_expiry(context, words, Unit::Seconds, "expire")
}

pub fn pexpire(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    set_expiry(context, words, Unit::Millis, "pexpire")
}

pub fn expireat(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    set_expiry(context, words, Unit::UnixSeconds, "expireat")
}

pub fn pexpireat(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    set_expiry(context, words, Unit::UnixMillis, "pexpireat")
}

/// −2 for no key, −1 for no expiry, else what `number` makes of the expiry (EC-16).
fn tell_expiry(context: &Context<'_>, key: &[u8], number: impl Fn(Time) -> u64) -> Reply {
    Reply::Integer(match context.keys.expiry(key) {
        None => -2,
        Some(None) => -1,
        Some(Some(at)) => number(at) as i64,
    })
}

pub fn ttl(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let now = context.now;
    // Rounded to the nearest second, as the server does.
    tell_expiry(context, words[1], |at| (at.since(now).0 + 500) / 1000)
}

pub fn pttl(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let now = context.now;
    tell_expiry(context, words[1], |at| at.since(now).0)
}

pub fn expiretime(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    tell_expiry(context, words[1], |at| (at.unix_millis() + 500) / 1000)
}

pub fn pexpiretime(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    tell_expiry(context, words[1], Time::unix_millis)
}

pub fn persist(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let had = context.keys.expiry(words[1]).flatten().is_some();
    if had {
        context.keys.set_expiry(words[1], None);
    }
    Reply::truth(had)
}

pub fn type_of(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    Reply::Simple(context.keys.peek(words[1]).map_or("none", Value::type_name))
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

pub fn rename(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(move_key(context, words[1], words[2]).map(|()| Reply::OK))
}

pub fn renamenx(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    if context.keys.peek(words[1]).is_some() && context.keys.peek(words[2]).is_some() {
        return Reply::Integer(0);
    }
    settle(move_key(context, words[1], words[2]).map(|()| Reply::Integer(1)))
}

pub fn randomkey(context: &mut Context<'_>, _words: Words<'_>) -> Reply {
    let place = context.chance.below(context.keys.len() as u64) as usize;
    context.keys.key_at(place).map_or(Reply::Nil, |key| Reply::Bulk(Bytes::clone(key)))
}

pub fn keys(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let fitting = context.keys.keys().filter(|key| glob(words[1], key));
    Reply::Array(fitting.map(|key| Reply::Bulk(Bytes::clone(key))).collect())
}

/// The cursor is the place of the next key: the order of keys is kept while none is removed.
pub fn scan(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let cursor = parse_integer(words[1])
            .and_then(|cursor| usize::try_from(cursor).ok())
            .ok_or_else(|| Reply::error("ERR invalid cursor"))?;
        let (mut count, mut pattern, mut sort) = (10, None, None);
        let mut rest = words[2..].iter();
        while let Some(option) = rest.next() {
            let value = rest.next().ok_or_else(syntax_error)?;
            if is(option, "COUNT") {
                count = usize::try_from(integer(value)?).unwrap_or(0);
                if count == 0 {
                    return Err(syntax_error());
                }
            } else if is(option, "MATCH") {
                pattern = Some(*value);
            } else if is(option, "TYPE") {
                sort = Some(*value);
            } else {
                return Err(syntax_error());
            }
        }
        let end = cursor.saturating_add(count).min(context.keys.len());
        let found = (cursor..end)
            .filter_map(|place| context.keys.key_at(place))
            .filter(|key| pattern.is_none_or(|pattern| glob(pattern, key)))
            .filter(|key| {
                sort.is_none_or(|sort| {
                    context.keys.peek(key).is_some_and(|value| is(sort, value.type_name()))
                })
            })
            .map(|key| Reply::Bulk(Bytes::clone(key)))
            .collect();
        let next = if end >= context.keys.len() { 0 } else { end };
        Ok(Reply::Array(vec![Reply::text(next.to_string()), Reply::Array(found)]))
    })())
}

pub fn object(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let [_, verb, key] = words else {
        return Reply::error(
            "ERR unknown subcommand or wrong number of arguments for 'object'. Try OBJECT HELP.",
        );
    };
    let policy = context.keys.settings().policy;
    let Some(value) = context.keys.peek(key) else { return Reply::Nil };
    if is(verb, "FREQ") {
        if !policy.counts_uses() {
            return Reply::error(
                "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please \
                 note that when switching between policies at runtime LRU and LFU data will take some \
                 time to adjust.",
            );
        }
        let counter = context.keys.frequency(key, context.now).unwrap_or(0);
        Reply::Integer(i64::from(counter))
    } else if is(verb, "IDLETIME") {
        if policy.counts_uses() {
            return Reply::error(
                "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when \
                 switching between policies at runtime LRU and LFU data will take some time to adjust.",
            );
        }
        Reply::Integer(context.keys.idle_seconds(key, context.now).unwrap_or(0) as i64)
    } else if is(verb, "ENCODING") {
        Reply::text(encoding(value))
    } else if is(verb, "REFCOUNT") {
        Reply::Integer(1)
    } else {
        let verb = String::from_utf8_lossy(verb).into_owned();
        Reply::error(format!("ERR unknown subcommand '{verb}'. Try OBJECT HELP."))
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

/// Whether a text fits a glob pattern of `*`, `?`, `[a-z]`, `[^x]` and `\`.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    // One place to go back to is enough: a later `*` makes an earlier one needless.
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p + 1, t));
            p += 1;
            continue;
        }
        match one(&pattern[p.min(pattern.len())..], text[t]) {
            Some(width) => {
                p += width;
                t += 1;
            }
            None => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p.min(pattern.len())..].iter().all(|byte| *byte == b'*')
}

/// How many bytes of the pattern the byte takes, if it fits.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match *pattern.first()? {
        b'?' => Some(1),
        b'\\' if pattern.len() > 1 => (pattern[1] == byte).then_some(2),
        b'[' => {
            let negated = pattern.get(1) == Some(&b'^');
            let (mut at, mut fits) = (1 + usize::from(negated), false);
            while at < pattern.len() && pattern[at] != b']' {
                if pattern[at] == b'\\' && at + 1 < pattern.len() {
                    at += 1;
                    fits |= pattern[at] == byte;
                } else if pattern.get(at + 1) == Some(&b'-') && at + 2 < pattern.len() {
                    let (low, high) =
                        (pattern[at].min(pattern[at + 2]), pattern[at].max(pattern[at + 2]));
                    fits |= (low..=high).contains(&byte);
                    at += 2;
                } else {
                    fits |= pattern[at] == byte;
                }
                at += 1;
            }
            (fits != negated).then_some((at + 1).min(pattern.len()))
        }
        same if same == byte => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_match_as_the_server_matches() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("user:*", "user:1", true),
            ("user:*", "uses:1", false),
            ("h?llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hallo", true),
            ("h[a-b]llo", "hbllo", true),
            ("a*b*c", "aXbYbZc", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("", "a", false),
            ("[", "a", false),
        ] {
            assert_eq!(glob(pattern.as_bytes(), text.as_bytes()), fits, "{pattern} {text}");
        }
    }
}
