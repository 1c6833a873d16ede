//! Commands on the members of sorted sets.

use super::super::reply::{Bytes, Reply, syntax_error};
use super::super::value::Sorted;
use super::access::{alter_sorted, change_sorted, read_sorted};
use super::lists::Popping;
use super::numbers::{float, float_text, not_a_float, positive};
use super::{Context, Ran, Words, count, draw_options, drawn, is};

/// The options of ZADD.
#[derive(Default, Clone, Copy)]
struct AddOptions {
    only_new: bool,
    only_old: bool,
    only_greater: bool,
    only_less: bool,
    count_changes: bool,
    increment: bool,
}

impl AddOptions {
    fn take(&mut self, word: &[u8]) -> bool {
        let flags = [
            ("NX", &mut self.only_new),
            ("XX", &mut self.only_old),
            ("GT", &mut self.only_greater),
            ("LT", &mut self.only_less),
            ("CH", &mut self.count_changes),
            ("INCR", &mut self.increment),
        ];
        let Some((_, flag)) = flags.into_iter().find(|(name, _)| is(word, name)) else {
            return false;
        };
        *flag = true;
        true
    }

    fn check(self) -> Result<(), Reply> {
        if self.only_new && self.only_old {
            return Err(Reply::error("ERR XX and NX options at the same time are not compatible"));
        }
        if (self.only_greater && self.only_less)
            || (self.only_new && (self.only_greater || self.only_less))
        {
            return Err(Reply::error(
                "ERR GT, LT, and/or NX options at the same time are not compatible",
            ));
        }
        Ok(())
    }

    /// The score that a member gets, or `None` if the options keep it as it is.
    fn score(self, old: Option<f64>, given: f64) -> Option<f64> {
        let score = old.filter(|_| self.increment).map_or(given, |old| old + given);
        match old {
            None => (!self.only_old).then_some(score),
            Some(old) => {
                let refused = self.only_new
                    || (self.only_greater && score <= old)
                    || (self.only_less && score >= old);
                (!refused).then_some(score)
            }
        }
    }
}

fn score_reply(score: f64) -> Reply {
    Reply::text(float_text(score))
}

fn not_a_number() -> Reply {
    Reply::error("ERR resulting score is not a number (NaN)")
}

pub fn zadd(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let mut options = AddOptions::default();
    let mut start = 2;
    while words.get(start).is_some_and(|word| options.take(word)) {
        start += 1;
    }
    let pairs = &words[start..];
    if pairs.is_empty() || pairs.len() % 2 == 1 {
        return Err(syntax_error());
    }
    options.check()?;
    if options.increment && pairs.len() > 2 {
        return Err(Reply::error("ERR INCR option supports a single increment-element pair"));
    }
    let pairs =
        pairs.chunks_exact(2).map(|pair| Ok((float(pair[0]).ok_or_else(not_a_float)?, pair[1])));
    let pairs: Vec<(f64, &[u8])> = pairs.collect::<Result<_, Reply>>()?;
    if context.keys.peek(words[1]).is_none() && options.only_old {
        return Ok(if options.increment { Reply::Nil } else { Reply::Integer(0) });
    }
    change_sorted(context, words[1], |sorted| add(sorted, options, &pairs))?
}

fn add(sorted: &mut Sorted, options: AddOptions, pairs: &[(f64, &[u8])]) -> Ran {
    let (mut new, mut changed, mut last) = (0, 0, None);
    for (given, member) in pairs {
        let old = sorted.score(member);
        let Some(score) = options.score(old, *given) else { continue };
        if score.is_nan() {
            return Err(not_a_number());
        }
        if old != Some(score) {
            new += i64::from(sorted.insert(member, score));
            changed += 1;
        }
        last = Some(score);
    }
    Ok(match options {
        AddOptions { increment: true, .. } => last.map_or(Reply::Nil, score_reply),
        AddOptions { count_changes: true, .. } => Reply::Integer(changed),
        _ => Reply::Integer(new),
    })
}

pub fn zincrby(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let amount = float(words[2]).ok_or_else(not_a_float)?;
    let options = AddOptions { increment: true, ..AddOptions::default() };
    change_sorted(context, words[1], |sorted| add(sorted, options, &[(amount, words[3])]))?
}

pub fn zscore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let score = read_sorted(context, words[1], |sorted| sorted.score(words[2]))?;
    Ok(score.flatten().map_or(Reply::Nil, score_reply))
}

pub fn zmscore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let scores = read_sorted(context, words[1], |sorted| {
        let score = |member: &&[u8]| sorted.score(member).map_or(Reply::Nil, score_reply);
        words[2..].iter().map(score).collect()
    })?;
    Ok(Reply::Array(scores.unwrap_or_else(|| vec![Reply::Nil; words.len() - 2])))
}

pub fn zcard(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    Ok(count(read_sorted(context, words[1], Sorted::len)?.unwrap_or(0)))
}

pub fn zrem(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let gone = alter_sorted(context, words[1], |sorted| {
        words[2..].iter().filter(|member| sorted.remove(member)).count()
    })?;
    Ok(count(gone.unwrap_or(0)))
}

fn rank(context: &mut Context<'_>, words: Words<'_>, turned: bool) -> Ran {
    let rank = read_sorted(context, words[1], |sorted| {
        sorted.score(words[2])?;
        let place = sorted.iter().position(|(member, _)| member.as_ref() == words[2])?;
        Some(if turned { sorted.len() - 1 - place } else { place })
    })?;
    Ok(rank.flatten().map_or(Reply::Nil, count))
}

pub fn zrank(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    rank(context, words, false)
}

pub fn zrevrank(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    rank(context, words, true)
}

/// Members and, where they are asked for, their scores: one flat array.
pub fn told(chosen: impl IntoIterator<Item = (Bytes, f64)>, with_scores: bool) -> Reply {
    let mut replies = Vec::new();
    for (member, score) in chosen {
        replies.push(Reply::Bulk(member));
        if with_scores {
            replies.push(score_reply(score));
        }
    }
    Reply::Array(replies)
}

/// Which end of a sorted set is taken first.
#[derive(Clone, Copy)]
enum First {
    Lowest,
    Highest,
}

fn take(sorted: &mut Sorted, first: First, many: usize) -> Vec<(Bytes, f64)> {
    let own = |(member, score): (&Bytes, f64)| (Bytes::clone(member), score);
    let taken: Vec<(Bytes, f64)> = match first {
        First::Lowest => sorted.iter().take(many).map(own).collect(),
        First::Highest => sorted.iter().rev().take(many).map(own).collect(),
    };
    for (member, _) in &taken {
        sorted.remove(member);
    }
    taken
}

fn pop(context: &mut Context<'_>, words: Words<'_>, first: First) -> Ran {
    let many = match &words[2..] {
        [] => 1,
        [many] => positive(many)?,
        _ => return Err(syntax_error()),
    };
    let taken = alter_sorted(context, words[1], |sorted| take(sorted, first, many))?;
    Ok(told(taken.unwrap_or_default(), true))
}

pub fn zpopmin(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    pop(context, words, First::Lowest)
}

pub fn zpopmax(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    pop(context, words, First::Highest)
}

pub fn zmpop(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let popping = Popping::read(words, ("MIN", "MAX"))?;
    let first = if popping.first { First::Lowest } else { First::Highest };
    for key in popping.keys {
        let taken = alter_sorted(context, key, |sorted| take(sorted, first, popping.many))?;
        if let Some(taken) = taken {
            let pairs = taken.into_iter();
            let pairs = pairs
                .map(|(member, score)| Reply::Array(vec![Reply::Bulk(member), score_reply(score)]));
            return Ok(Reply::Array(vec![Reply::text(key), Reply::Array(pairs.collect())]));
        }
    }
    Ok(Reply::Nil)
}

pub fn zrandmember(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (wanted, with_scores) = draw_options(words, "WITHSCORES")?;
    let len = read_sorted(context, words[1], Sorted::len)?.unwrap_or(0);
    let places = drawn(context.chance, len, wanted.unwrap_or(1));
    let members = read_sorted(context, words[1], |sorted| {
        let chosen = places.iter().filter_map(|place| sorted.iter().nth(*place));
        chosen.map(|(member, score)| (Bytes::clone(member), score)).collect::<Vec<_>>()
    })?;
    let mut members = members.unwrap_or_default();
    Ok(match wanted {
        None => members.pop().map_or(Reply::Nil, |(member, _)| Reply::Bulk(member)),
        Some(_) => told(members, with_scores),
    })
}
