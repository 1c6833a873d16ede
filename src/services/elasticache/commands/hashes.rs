//! Commands on hashes.

use super::super::reply::{Bytes, Reply};
use super::super::value::{Table, take_out};
use super::access::{alter_hash, change_hash, read_hash};
use super::numbers::{Long, integer, not_a_float, whole};
use super::strings::{long_sum, whole_sum};
use super::{Context, Ran, Words, bulk, count, draw_options, drawn, wrong_number};

fn set_fields(context: &mut Context<'_>, words: Words<'_>) -> Result<usize, Reply> {
    change_hash(context, words[1], |hash| {
        let new =
            |pair: &&[&[u8]]| hash.insert(Bytes::from(pair[0]), Bytes::from(pair[1])).is_none();
        words[2..].chunks_exact(2).filter(new).count()
    })
}

pub fn hset(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    if words.len() % 2 == 1 {
        return Err(wrong_number("HSET"));
    }
    set_fields(context, words).map(count)
}

pub fn hmset(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    if words.len() % 2 == 1 {
        return Err(wrong_number("HMSET"));
    }
    set_fields(context, words).map(|_| Reply::OK)
}

pub fn hsetnx(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    change_hash(context, words[1], |hash| {
        let free = !hash.contains_key(words[2]);
        if free {
            hash.insert(Bytes::from(words[2]), Bytes::from(words[3]));
        }
        Reply::truth(free)
    })
}

pub fn hget(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let found = read_hash(context, words[1], |hash| hash.get(words[2]).map(bulk))?;
    Ok(found.flatten().unwrap_or(Reply::Nil))
}

pub fn hmget(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let fields = &words[2..];
    let found = read_hash(context, words[1], |hash| {
        fields.iter().map(|field| hash.get(*field).map_or(Reply::Nil, bulk)).collect()
    })?;
    Ok(Reply::Array(found.unwrap_or_else(|| vec![Reply::Nil; fields.len()])))
}

/// What `tell` makes of a hash; an empty array where there is none.
fn all(
    context: &mut Context<'_>,
    words: Words<'_>,
    tell: impl FnOnce(&Table<Bytes>) -> Vec<Reply>,
) -> Ran {
    Ok(Reply::Array(read_hash(context, words[1], tell)?.unwrap_or_default()))
}

pub fn hgetall(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    all(context, words, |hash| {
        hash.iter().flat_map(|(field, value)| [bulk(field), bulk(value)]).collect()
    })
}

pub fn hkeys(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    all(context, words, |hash| hash.keys().map(bulk).collect())
}

pub fn hvals(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    all(context, words, |hash| hash.values().map(bulk).collect())
}

pub fn hlen(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(count(read_hash(context, words[1], Table::len)?.unwrap_or(0)))
}

pub fn hexists(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let there = read_hash(context, words[1], |hash| hash.contains_key(words[2]))?;
    Ok(Reply::truth(there.unwrap_or(false)))
}

pub fn hstrlen(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let length =
        read_hash(context, words[1], |hash| hash.get(words[2]).map_or(0, |value| value.len()))?;
    Ok(count(length.unwrap_or(0)))
}

pub fn hdel(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let gone = alter_hash(context, words[1], |hash| {
        words[2..].iter().filter(|field| take_out(hash, field).is_some()).count()
    })?;
    Ok(count(gone.unwrap_or(0)))
}

/// What a field holds, looked up for writing.
fn field(context: &mut Context<'_>, words: Words<'_>) -> Result<Option<Bytes>, Reply> {
    Ok(alter_hash(context, words[1], |hash| hash.get(words[2]).map(Bytes::clone))?.flatten())
}

fn set_field(context: &mut Context<'_>, words: Words<'_>, value: &str) -> Result<(), Reply> {
    change_hash(context, words[1], |hash| {
        hash.insert(Bytes::from(words[2]), Bytes::from(value.as_bytes()));
    })
}

pub fn hincrby(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let amount = integer(words[3])?;
    let old = match field(context, words)? {
        None => 0,
        Some(text) => {
            whole(&text).ok_or_else(|| Reply::error("ERR hash value is not an integer"))?
        }
    };
    let sum = whole_sum(old, amount)?;
    set_field(context, words, &sum.to_string())?;
    Ok(Reply::Integer(sum))
}

pub fn hincrbyfloat(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let amount = Long::read(words[3]).ok_or_else(not_a_float)?;
    if amount == Long::Infinite {
        return Err(Reply::error("ERR value is NaN or Infinity"));
    }
    let old = field(context, words)?;
    let old = old.map_or_else(|| Long::read(b"0"), |text| Long::read(&text));
    let old = old.ok_or_else(|| Reply::error("ERR hash value is not a float"))?;
    let text = long_sum(old, amount)?;
    set_field(context, words, &text)?;
    Ok(Reply::text(text))
}

pub fn hrandfield(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (wanted, with_values) = draw_options(words, "WITHVALUES")?;
    let len = read_hash(context, words[1], Table::len)?.unwrap_or(0);
    let places = drawn(context.chance, len, wanted.unwrap_or(1));
    let fields = read_hash(context, words[1], |hash| {
        let chosen = places.iter().filter_map(|place| hash.get_index(*place));
        let told = chosen.flat_map(|(field, value)| {
            [Some(bulk(field)), with_values.then(|| bulk(value))].into_iter().flatten()
        });
        told.collect::<Vec<Reply>>()
    })?;
    let mut fields = fields.unwrap_or_default();
    Ok(match wanted {
        None => fields.pop().unwrap_or(Reply::Nil),
        Some(_) => Reply::Array(fields),
    })
}
