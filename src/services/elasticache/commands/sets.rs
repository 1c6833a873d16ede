//! Commands on sets.

use super::super::reply::syntax_error;
use super::super::reply::{Bytes, Reply};
use super::super::value::{Names, drop_out, parse_integer};
use super::access::{alter_set, change_set, read_set};
use super::numbers::positive;
use super::{Context, Ran, Words, bulk, count, draw_count, drawn};

pub fn sadd(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    change_set(context, words[1], |set| {
        count(words[2..].iter().filter(|member| set.insert(Bytes::from(**member))).count())
    })
}

pub fn srem(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let gone = alter_set(context, words[1], |set| {
        words[2..].iter().filter(|member| drop_out(set, member)).count()
    })?;
    Ok(count(gone.unwrap_or(0)))
}

pub fn sismember(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let there = read_set(context, words[1], |set| set.contains(words[2]))?;
    Ok(Reply::truth(there.unwrap_or(false)))
}

pub fn smismember(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let there = read_set(context, words[1], |set| {
        words[2..].iter().map(|member| Reply::truth(set.contains(*member))).collect()
    })?;
    Ok(Reply::Array(there.unwrap_or_else(|| vec![Reply::Integer(0); words.len() - 2])))
}

/// The members of a set as a reply. Numbers come in their order, as from a server that stores them so;
/// other members as they were added.
pub fn told(set: &Names) -> Vec<Reply> {
    let mut members: Vec<&Bytes> = set.iter().collect();
    if members.iter().all(|member| parse_integer(member).is_some()) {
        members.sort_by_key(|member| parse_integer(member));
    }
    members.into_iter().map(bulk).collect()
}

pub fn smembers(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(Reply::Array(read_set(context, words[1], told)?.unwrap_or_default()))
}

pub fn scard(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(count(read_set(context, words[1], Names::len)?.unwrap_or(0)))
}

pub fn smove(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (source, target, member) = (words[1], words[2], words[3]);
    let Some(there) = read_set(context, source, |set| set.contains(member))? else {
        return Ok(Reply::Integer(0));
    };
    read_set(context, target, |_| ())?;
    if there && source != target {
        alter_set(context, source, |set| drop_out(set, member))?;
        change_set(context, target, |set| set.insert(Bytes::from(member)))?;
    }
    Ok(Reply::truth(there))
}

/// Some members of a set by their places.
fn at(context: &mut Context<'_>, key: &[u8], wanted: i64) -> Result<Vec<Bytes>, Reply> {
    let len = read_set(context, key, Names::len)?.unwrap_or(0);
    let places = drawn(context.chance, len, wanted);
    let members = read_set(context, key, |set| {
        places.iter().filter_map(|place| set.get_index(*place)).map(Bytes::clone).collect()
    })?;
    Ok(members.unwrap_or_default())
}

pub fn srandmember(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let wanted = match &words[2..] {
        [] => None,
        [wanted] => Some(draw_count(wanted)?),
        _ => return Err(syntax_error()),
    };
    let mut members = at(context, words[1], wanted.unwrap_or(1))?;
    Ok(match wanted {
        None => members.pop().map_or(Reply::Nil, Reply::Bulk),
        Some(_) => Reply::Array(members.into_iter().map(Reply::Bulk).collect()),
    })
}

pub fn spop(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let wanted = match &words[2..] {
        [] => None,
        [wanted] => Some(positive(wanted)?),
        _ => return Err(syntax_error()),
    };
    let many = i64::try_from(wanted.unwrap_or(1)).unwrap_or(i64::MAX);
    let mut members = at(context, words[1], many)?;
    alter_set(context, words[1], |set| {
        for member in &members {
            drop_out(set, member);
        }
    })?;
    Ok(match wanted {
        None => members.pop().map_or(Reply::Nil, Reply::Bulk),
        Some(_) => Reply::Array(members.into_iter().map(Reply::Bulk).collect()),
    })
}
