//! Commands on lists.

use std::collections::VecDeque;

use super::super::reply::{Bytes, Reply, syntax_error};
use super::access::{alter_list, change_list, read_list};
use super::numbers::{at_least_one, at_least_zero, integer, positive};
use super::{Context, Ran, Words, bulk, bulk_or_nil, count, counted, is, places, wrong_number};

type List = VecDeque<Bytes>;

/// An end of a list.
#[derive(Clone, Copy)]
enum End {
    Left,
    Right,
}

impl End {
    fn named(word: &[u8]) -> Result<End, Reply> {
        match word {
            word if is(word, "LEFT") => Ok(End::Left),
            word if is(word, "RIGHT") => Ok(End::Right),
            _ => Err(syntax_error()),
        }
    }

    fn push(self, list: &mut List, items: Words<'_>) -> usize {
        for item in items {
            match self {
                End::Left => list.push_front(Bytes::from(*item)),
                End::Right => list.push_back(Bytes::from(*item)),
            }
        }
        list.len()
    }

    fn pop(self, list: &mut List) -> Option<Bytes> {
        match self {
            End::Left => list.pop_front(),
            End::Right => list.pop_back(),
        }
    }

    fn pop_many(self, list: &mut List, many: usize) -> Reply {
        let many = many.min(list.len());
        Reply::Array((0..many).filter_map(|_| self.pop(list)).map(Reply::Bulk).collect())
    }
}

pub fn lpush(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    change_list(context, words[1], |list| End::Left.push(list, &words[2..])).map(count)
}

pub fn rpush(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    change_list(context, words[1], |list| End::Right.push(list, &words[2..])).map(count)
}

fn push_there(context: &mut Context<'_>, words: Words<'_>, end: End) -> Ran {
    let length = alter_list(context, words[1], |list| end.push(list, &words[2..]))?;
    Ok(count(length.unwrap_or(0)))
}

pub fn lpushx(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    push_there(context, words, End::Left)
}

pub fn rpushx(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    push_there(context, words, End::Right)
}

fn pop(context: &mut Context<'_>, words: Words<'_>, end: End, name: &str) -> Ran {
    let many = match &words[2..] {
        [] => None,
        [many] => Some(positive(many)?),
        _ => return Err(wrong_number(name)),
    };
    let popped = alter_list(context, words[1], |list| match many {
        None => bulk_or_nil(end.pop(list)),
        Some(many) => end.pop_many(list, many),
    })?;
    Ok(popped.unwrap_or(Reply::Nil))
}

pub fn lpop(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    pop(context, words, End::Left, "LPOP")
}

pub fn rpop(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    pop(context, words, End::Right, "RPOP")
}

pub fn lmpop(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let popping = Popping::read(words, ("LEFT", "RIGHT"))?;
    let end = if popping.first { End::Left } else { End::Right };
    for key in popping.keys {
        if let Some(popped) = alter_list(context, key, |list| end.pop_many(list, popping.many))? {
            return Ok(Reply::Array(vec![Reply::text(key), popped]));
        }
    }
    Ok(Reply::Nil)
}

/// What LMPOP and ZMPOP are asked for.
pub struct Popping<'a> {
    /// The keys to try in turn.
    pub keys: Words<'a>,
    /// Whether the first of the two ends was named.
    pub first: bool,
    /// How many are popped.
    pub many: usize,
}

impl<'a> Popping<'a> {
    /// The words after the command's name; the two ends are called `ends`.
    pub fn read(words: Words<'a>, ends: (&str, &str)) -> Result<Popping<'a>, Reply> {
        let keys = at_least_one(words[1], "ERR numkeys should be greater than 0")?;
        let (keys, rest) = counted(&words[2..], keys)?;
        let (end, options) = rest.split_first().ok_or_else(syntax_error)?;
        let first = is(end, ends.0);
        if !first && !is(end, ends.1) {
            return Err(syntax_error());
        }
        let mut many = None;
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match options.next() {
                Some(value) if is(option, "COUNT") && many.is_none() => {
                    many = Some(at_least_one(value, "ERR count should be greater than 0")?);
                }
                _ => return Err(syntax_error()),
            }
        }
        Ok(Popping { keys, first, many: many.unwrap_or(1) })
    }
}

fn move_item(context: &mut Context<'_>, words: Words<'_>, from: End, to: End) -> Ran {
    let (source, target) = (words[1], words[2]);
    if read_list(context, source, |_| ())?.is_none() {
        return Ok(Reply::Nil);
    }
    // Both must be lists before anything moves.
    read_list(context, target, |_| ())?;
    let item = alter_list(context, source, |list| from.pop(list))?.flatten();
    let Some(item) = item else { return Ok(Reply::Nil) };
    change_list(context, target, |list| to.push(list, &[&item]))?;
    Ok(Reply::Bulk(item))
}

pub fn lmove(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (from, to) = (End::named(words[3])?, End::named(words[4])?);
    move_item(context, words, from, to)
}

pub fn rpoplpush(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    move_item(context, words, End::Right, End::Left)
}

pub fn llen(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(count(read_list(context, words[1], VecDeque::len)?.unwrap_or(0)))
}

/// The place that an index means; negative ones count from the end.
fn place(index: i64, len: usize) -> Option<usize> {
    places(index, index, len).next().filter(|_| index >= -(len as i64))
}

pub fn lindex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    // The list is looked up first: without one the index does not matter.
    if read_list(context, words[1], |_| ())?.is_none() {
        return Ok(Reply::Nil);
    }
    let index = integer(words[2])?;
    let item = read_list(context, words[1], |list| list.get(place(index, list.len())?).map(bulk))?;
    Ok(item.flatten().unwrap_or(Reply::Nil))
}

pub fn lset(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    if read_list(context, words[1], |_| ())?.is_none() {
        return Err(Reply::error("ERR no such key"));
    }
    let index = integer(words[2])?;
    let set = alter_list(context, words[1], |list| {
        let place = place(index, list.len())?;
        *list.get_mut(place)? = Bytes::from(words[3]);
        Some(Reply::OK)
    })?;
    set.flatten().ok_or_else(|| Reply::error("ERR index out of range"))
}

pub fn linsert(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let after = match words[2] {
        word if is(word, "BEFORE") => 0,
        word if is(word, "AFTER") => 1,
        _ => return Err(syntax_error()),
    };
    let length = alter_list(context, words[1], |list| {
        match list.iter().position(|item| item.as_ref() == words[3]) {
            None => -1,
            Some(pivot) => {
                list.insert(pivot + after, Bytes::from(words[4]));
                list.len() as i64
            }
        }
    })?;
    Ok(Reply::Integer(length.unwrap_or(0)))
}

/// The options of LPOS.
struct Search {
    rank: i64,
    many: Option<usize>,
    most: usize,
}

fn search(words: Words<'_>) -> Result<Search, Reply> {
    let mut search = Search { rank: 1, many: None, most: 0 };
    for pair in words.chunks(2) {
        let [option, value] = pair else { return Err(syntax_error()) };
        if is(option, "RANK") {
            search.rank = integer(value)?;
            if search.rank == 0 {
                return Err(Reply::error(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second \
                     ... or use negative to start from the end of the list",
                ));
            }
        } else if is(option, "COUNT") {
            search.many = Some(at_least_zero(value, "ERR COUNT can't be negative")?);
        } else if is(option, "MAXLEN") {
            search.most = at_least_zero(value, "ERR MAXLEN can't be negative")?;
        } else {
            return Err(syntax_error());
        }
    }
    Ok(search)
}

pub fn lpos(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let Search { rank, many, most } = search(&words[3..])?;
    let skip = usize::try_from(rank.unsigned_abs() - 1).unwrap_or(usize::MAX);
    let most = if most == 0 { usize::MAX } else { most };
    let wanted = match many {
        None => 1,
        Some(0) => usize::MAX,
        Some(many) => many,
    };
    let found: Option<Vec<Reply>> = read_list(context, words[1], |list| {
        let fits = |place: &usize| list[*place].as_ref() == words[2];
        let tell = |places: &mut dyn Iterator<Item = usize>| {
            places.take(most).filter(fits).skip(skip).take(wanted).map(count).collect()
        };
        if rank < 0 { tell(&mut (0..list.len()).rev()) } else { tell(&mut (0..list.len())) }
    })?;
    let mut found = found.unwrap_or_default();
    Ok(match many {
        Some(_) => Reply::Array(found),
        None => found.pop().unwrap_or(Reply::Nil),
    })
}

pub fn lrange(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (start, stop) = (integer(words[2])?, integer(words[3])?);
    let items = read_list(context, words[1], |list| {
        list.range(places(start, stop, list.len())).map(bulk).collect()
    })?;
    Ok(Reply::Array(items.unwrap_or_default()))
}

pub fn ltrim(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (start, stop) = (integer(words[2])?, integer(words[3])?);
    alter_list(context, words[1], |list| {
        let kept = places(start, stop, list.len());
        list.truncate(kept.end);
        list.drain(..kept.start.min(list.len()));
    })?;
    Ok(Reply::OK)
}

pub fn lrem(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let many = integer(words[2])?;
    let limit = if many == 0 { usize::MAX } else { many.unsigned_abs() as usize };
    let gone = alter_list(context, words[1], |list| {
        let fits = |place: &usize| list[*place].as_ref() == words[3];
        let mut places: Vec<usize> = (0..list.len()).filter(fits).collect();
        if many < 0 {
            places.reverse();
        }
        places.truncate(limit);
        places.sort_unstable();
        for place in places.iter().rev() {
            list.remove(*place);
        }
        places.len()
    })?;
    Ok(count(gone.unwrap_or(0)))
}
