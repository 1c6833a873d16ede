//! Commands on hashes, lists and sets.

use std::collections::VecDeque;

use super::super::reply::{Bytes, Reply, wrong_type};
use super::super::value::{Names, Table, Value, parse_integer};
use super::{Context, Words, integer, places, settle, wrong_number};

/// Declares, for one type of value, how it is read and how it is changed.
macro_rules! access {
    ($variant:ident, $of:ty, $read:ident, $change:ident) => {
        /// Reads the collection under a key; `None` if there is no key.
        fn $read<T>(
            context: &mut Context<'_>,
            key: &[u8],
            read: impl FnOnce(&$of) -> T,
        ) -> Result<Option<T>, Reply> {
            match context.keys.read(key, context.now, context.chance) {
                None => Ok(None),
                Some(Value::$variant(collection)) => Ok(Some(read(collection))),
                Some(_) => Err(wrong_type()),
            }
        }

        /// Changes the collection under a key; an empty one is made where there is none.
        fn $change<T>(
            context: &mut Context<'_>,
            key: &[u8],
            change: impl FnOnce(&mut $of) -> T,
        ) -> Result<T, Reply> {
            match context.keys.peek(key) {
                None => {
                    let empty = Value::$variant(<$of>::default());
                    context.keys.set(key, empty, None, context.now);
                }
                Some(Value::$variant(_)) => {}
                Some(_) => return Err(wrong_type()),
            }
            context
                .keys
                .change(key, context.now, context.chance, |value| match value {
                    Value::$variant(collection) => Some(change(collection)),
                    _ => None,
                })
                .flatten()
                .ok_or_else(wrong_type)
        }
    };
}

access!(Hash, Table<Bytes>, read_hash, change_hash);
access!(List, VecDeque<Bytes>, read_list, change_list);
access!(Set, Names, read_set, change_set);

fn bulk(bytes: &Bytes) -> Reply {
    Reply::Bulk(Bytes::clone(bytes))
}

fn count(number: usize) -> Reply {
    Reply::Integer(number as i64)
}

// Hashes.

fn set_fields(context: &mut Context<'_>, words: Words<'_>) -> Result<usize, Reply> {
    change_hash(context, words[1], |hash| {
        let mut new = 0;
        for pair in words[2..].chunks_exact(2) {
            new += usize::from(hash.insert(Bytes::from(pair[0]), Bytes::from(pair[1])).is_none());
        }
        new
    })
}

pub fn hset(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    if words.len() % 2 == 1 {
        return wrong_number("HSET");
    }
    settle(set_fields(context, words).map(count))
}

pub fn hmset(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    if words.len() % 2 == 1 {
        return wrong_number("HMSET");
    }
    settle(set_fields(context, words).map(|_| Reply::OK))
}

pub fn hsetnx(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change_hash(context, words[1], |hash| {
        let free = !hash.contains_key(words[2]);
        if free {
            hash.insert(Bytes::from(words[2]), Bytes::from(words[3]));
        }
        Reply::truth(free)
    }))
}

pub fn hget(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let found = read_hash(context, words[1], |hash| hash.get(words[2]).map(bulk));
    settle(found.map(|found| found.flatten().unwrap_or(Reply::Nil)))
}

pub fn hmget(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let fields = &words[2..];
    let found = read_hash(context, words[1], |hash| {
        fields.iter().map(|field| hash.get(*field).map_or(Reply::Nil, bulk)).collect()
    });
    settle(found.map(|found| {
        Reply::Array(found.unwrap_or_else(|| fields.iter().map(|_| Reply::Nil).collect()))
    }))
}

pub fn hgetall(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let all = read_hash(context, words[1], |hash| {
        hash.iter().flat_map(|(field, value)| [bulk(field), bulk(value)]).collect()
    });
    settle(all.map(|all| Reply::Array(all.unwrap_or_default())))
}

pub fn hkeys(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let keys = read_hash(context, words[1], |hash| hash.keys().map(bulk).collect());
    settle(keys.map(|keys| Reply::Array(keys.unwrap_or_default())))
}

pub fn hvals(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let values = read_hash(context, words[1], |hash| hash.values().map(bulk).collect());
    settle(values.map(|values| Reply::Array(values.unwrap_or_default())))
}

pub fn hlen(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(read_hash(context, words[1], Table::len).map(|len| count(len.unwrap_or(0))))
}

pub fn hexists(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let there = read_hash(context, words[1], |hash| hash.contains_key(words[2]));
    settle(there.map(|there| Reply::truth(there.unwrap_or(false))))
}

pub fn hdel(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change_hash(context, words[1], |hash| {
        count(words[2..].iter().filter(|field| hash.shift_remove(**field).is_some()).count())
    }))
}

pub fn hincrby(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let amount = integer(words[3])?;
        let old = read_hash(context, words[1], |hash| hash.get(words[2]).map(Bytes::clone))?;
        let old = match old.flatten() {
            None => 0,
            Some(text) => parse_integer(&text)
                .ok_or_else(|| Reply::error("ERR hash value is not an integer"))?,
        };
        let sum = old
            .checked_add(amount)
            .ok_or_else(|| Reply::error("ERR increment or decrement would overflow"))?;
        change_hash(context, words[1], |hash| {
            hash.insert(Bytes::from(words[2]), Bytes::from(sum.to_string().as_bytes()));
        })?;
        Ok(Reply::Integer(sum))
    })())
}

// Lists.

pub fn lpush(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change_list(context, words[1], |list| {
        for item in &words[2..] {
            list.push_front(Bytes::from(*item));
        }
        count(list.len())
    }))
}

pub fn rpush(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change_list(context, words[1], |list| {
        list.extend(words[2..].iter().map(|item| Bytes::from(*item)));
        count(list.len())
    }))
}

fn pop(
    context: &mut Context<'_>,
    words: Words<'_>,
    name: &str,
    take: fn(&mut VecDeque<Bytes>) -> Option<Bytes>,
) -> Reply {
    settle((|| {
        let many = match words {
            [_, _] => None,
            [_, _, many] => Some(
                integer(many)
                    .ok()
                    .and_then(|many| usize::try_from(many).ok())
                    .ok_or_else(|| Reply::error("ERR value is out of range, must be positive"))?,
            ),
            _ => return Err(wrong_number(name)),
        };
        if read_list(context, words[1], |_| ())?.is_none() {
            return Ok(Reply::Nil);
        }
        change_list(context, words[1], |list| match many {
            None => take(list).map_or(Reply::Nil, Reply::Bulk),
            Some(many) => {
                let many = many.min(list.len());
                Reply::Array((0..many).filter_map(|_| take(list)).map(Reply::Bulk).collect())
            }
        })
    })())
}

pub fn lpop(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    pop(context, words, "LPOP", VecDeque::pop_front)
}

pub fn rpop(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    pop(context, words, "RPOP", VecDeque::pop_back)
}

pub fn llen(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(read_list(context, words[1], VecDeque::len).map(|len| count(len.unwrap_or(0))))
}

pub fn lindex(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        // The list is looked up first: without one the place does not matter.
        if read_list(context, words[1], |_| ())?.is_none() {
            return Ok(Reply::Nil);
        }
        let place = integer(words[2])?;
        let item = read_list(context, words[1], |list| {
            list.range(places(place, place, list.len())).next().map(bulk)
        })?;
        Ok(item.flatten().unwrap_or(Reply::Nil))
    })())
}

pub fn lrange(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let (start, stop) = (integer(words[2])?, integer(words[3])?);
        let items = read_list(context, words[1], |list| {
            list.range(places(start, stop, list.len())).map(bulk).collect()
        })?;
        Ok(Reply::Array(items.unwrap_or_default()))
    })())
}

pub fn ltrim(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let (start, stop) = (integer(words[2])?, integer(words[3])?);
        change_list(context, words[1], |list| {
            let kept = places(start, stop, list.len());
            list.truncate(kept.end);
            list.drain(..kept.start.min(list.len()));
            Reply::OK
        })
    })())
}

pub fn lrem(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let many = integer(words[2])?;
        let limit = if many == 0 { usize::MAX } else { many.unsigned_abs() as usize };
        change_list(context, words[1], |list| {
            let mut places: Vec<usize> =
                (0..list.len()).filter(|place| list[*place].as_ref() == words[3]).collect();
            if many < 0 {
                places.reverse();
            }
            places.truncate(limit);
            places.sort_unstable();
            for place in places.iter().rev() {
                list.remove(*place);
            }
            count(places.len())
        })
    })())
}

// Sets.

pub fn sadd(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change_set(context, words[1], |set| {
        count(words[2..].iter().filter(|member| set.insert(Bytes::from(**member))).count())
    }))
}

pub fn srem(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change_set(context, words[1], |set| {
        count(words[2..].iter().filter(|member| set.shift_remove(**member)).count())
    }))
}

pub fn sismember(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let there = read_set(context, words[1], |set| set.contains(words[2]));
    settle(there.map(|there| Reply::truth(there.unwrap_or(false))))
}

/// Numbers come in their order, as from a server that stores them so; other members as they were added.
pub fn smembers(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let members = read_set(context, words[1], |set| {
        let mut members: Vec<&Bytes> = set.iter().collect();
        if members.iter().all(|member| parse_integer(member).is_some()) {
            members.sort_by_key(|member| parse_integer(member));
        }
        members.into_iter().map(bulk).collect()
    });
    settle(members.map(|members| Reply::Array(members.unwrap_or_default())))
}

pub fn scard(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(read_set(context, words[1], Names::len).map(|len| count(len.unwrap_or(0))))
}
