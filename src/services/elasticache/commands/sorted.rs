//! Commands on sorted sets.

use super::super::reply::{Bytes, Reply, syntax_error, wrong_type};
use super::super::value::{Sorted, Value};
use super::{Context, Words, float, float_text, integer, is, places, settle};

fn not_a_float() -> Reply {
    Reply::error("ERR value is not a valid float")
}

fn read<T>(
    context: &mut Context<'_>,
    key: &[u8],
    read: impl FnOnce(&Sorted) -> T,
) -> Result<Option<T>, Reply> {
    match context.keys.read(key, context.now, context.chance) {
        None => Ok(None),
        Some(Value::Sorted(sorted)) => Ok(Some(read(sorted))),
        Some(_) => Err(wrong_type()),
    }
}

fn change<T>(
    context: &mut Context<'_>,
    key: &[u8],
    change: impl FnOnce(&mut Sorted) -> T,
) -> Result<T, Reply> {
    match context.keys.peek(key) {
        None => context.keys.set(key, Value::Sorted(Sorted::default()), None, context.now),
        Some(Value::Sorted(_)) => {}
        Some(_) => return Err(wrong_type()),
    }
    context
        .keys
        .change(key, context.now, context.chance, |value| match value {
            Value::Sorted(sorted) => Some(change(sorted)),
            _ => None,
        })
        .flatten()
        .ok_or_else(wrong_type)
}

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
        for (name, flag) in [
            ("NX", &mut self.only_new),
            ("XX", &mut self.only_old),
            ("GT", &mut self.only_greater),
            ("LT", &mut self.only_less),
            ("CH", &mut self.count_changes),
            ("INCR", &mut self.increment),
        ] {
            if is(word, name) {
                *flag = true;
                return true;
            }
        }
        false
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
        let score = if self.increment { old.unwrap_or(0.0) + given } else { given };
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

pub fn zadd(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
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
        let pairs: Vec<(f64, &[u8])> = pairs
            .chunks_exact(2)
            .map(|pair| Ok((float(pair[0]).ok_or_else(not_a_float)?, pair[1])))
            .collect::<Result<_, Reply>>()?;
        if context.keys.peek(words[1]).is_none() && options.only_old {
            return Ok(if options.increment { Reply::Nil } else { Reply::Integer(0) });
        }
        change(context, words[1], |sorted| {
            let (mut new, mut changed, mut last) = (0, 0, None);
            for (given, member) in pairs {
                let old = sorted.score(member);
                let Some(score) = options.score(old, given) else { continue };
                if score.is_nan() {
                    return Reply::error("ERR resulting score is not a number (NaN)");
                }
                new += i64::from(sorted.insert(member, score));
                changed += i64::from(old != Some(score));
                last = Some(score);
            }
            if options.increment {
                last.map_or(Reply::Nil, |score| Reply::text(float_text(score)))
            } else {
                Reply::Integer(if options.count_changes { changed } else { new })
            }
        })
    })())
}

pub fn zincrby(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let amount = float(words[2]).ok_or_else(not_a_float)?;
        change(context, words[1], |sorted| {
            let score = sorted.score(words[3]).unwrap_or(0.0) + amount;
            if score.is_nan() {
                return Reply::error("ERR resulting score is not a number (NaN)");
            }
            sorted.insert(words[3], score);
            Reply::text(float_text(score))
        })
    })())
}

pub fn zscore(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let score = read(context, words[1], |sorted| sorted.score(words[2]));
    settle(
        score.map(|score| {
            score.flatten().map_or(Reply::Nil, |score| Reply::text(float_text(score)))
        }),
    )
}

pub fn zcard(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    let len = read(context, words[1], Sorted::len);
    settle(len.map(|len| Reply::Integer(len.unwrap_or(0) as i64)))
}

pub fn zrem(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle(change(context, words[1], |sorted| {
        Reply::Integer(words[2..].iter().filter(|member| sorted.remove(member)).count() as i64)
    }))
}

fn rank(context: &mut Context<'_>, words: Words<'_>, turned: bool) -> Reply {
    let rank = read(context, words[1], |sorted| {
        let place = sorted.iter().position(|(member, _)| member.as_ref() == words[2])?;
        Some(if turned { sorted.len() - 1 - place } else { place })
    });
    settle(rank.map(|rank| rank.flatten().map_or(Reply::Nil, |rank| Reply::Integer(rank as i64))))
}

pub fn zrank(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    rank(context, words, false)
}

pub fn zrevrank(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    rank(context, words, true)
}

/// An end of a range of scores: a number, with `(` before it if it does not belong to the range.
fn score_end(word: &[u8]) -> Result<(f64, bool), Reply> {
    let (word, open) = match word.strip_prefix(b"(") {
        Some(rest) => (rest, true),
        None => (word, false),
    };
    let end = float(word).ok_or_else(|| Reply::error("ERR min or max is not a float"))?;
    Ok((end, open))
}

fn within(score: f64, low: (f64, bool), high: (f64, bool)) -> bool {
    let above = if low.1 { score > low.0 } else { score >= low.0 };
    let below = if high.1 { score < high.0 } else { score <= high.0 };
    above && below
}

pub fn zcount(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    settle((|| {
        let (low, high) = (score_end(words[2])?, score_end(words[3])?);
        let count = read(context, words[1], |sorted| {
            sorted.iter().filter(|(_, score)| within(*score, low, high)).count()
        })?;
        Ok(Reply::Integer(count.unwrap_or(0) as i64))
    })())
}

/// What a range command asked for beside its two ends.
#[derive(Default)]
struct RangeOptions {
    by_score: bool,
    turned: bool,
    with_scores: bool,
    limit: Option<(i64, i64)>,
}

fn range_options(words: Words<'_>, mut options: RangeOptions) -> Result<RangeOptions, Reply> {
    let mut rest = words[4..].iter();
    while let Some(word) = rest.next() {
        if is(word, "WITHSCORES") {
            options.with_scores = true;
        } else if is(word, "BYSCORE") {
            options.by_score = true;
        } else if is(word, "REV") {
            options.turned = true;
        } else if is(word, "LIMIT") {
            let mut number = || integer(rest.next().ok_or_else(syntax_error)?);
            options.limit = Some((number()?, number()?));
        } else {
            return Err(syntax_error());
        }
    }
    if options.limit.is_some() && !options.by_score {
        return Err(Reply::error(
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
        ));
    }
    Ok(options)
}

fn range(context: &mut Context<'_>, words: Words<'_>, options: RangeOptions) -> Reply {
    settle((|| {
        let options = range_options(words, options)?;
        let chosen: Vec<(Bytes, f64)> = if options.by_score {
            // Turned, the ends are given from the highest to the lowest.
            let (low, high) =
                if options.turned { (words[3], words[2]) } else { (words[2], words[3]) };
            let (low, high) = (score_end(low)?, score_end(high)?);
            let (skip, most) = options.limit.unwrap_or((0, -1));
            read(context, words[1], |sorted| {
                let mut fitting: Vec<(Bytes, f64)> = sorted
                    .iter()
                    .filter(|(_, score)| within(*score, low, high))
                    .map(|(member, score)| (Bytes::clone(member), score))
                    .collect();
                if options.turned {
                    fitting.reverse();
                }
                let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                let most = usize::try_from(most).unwrap_or(usize::MAX);
                fitting.into_iter().skip(skip).take(most).collect()
            })?
        } else {
            let (start, stop) = (integer(words[2])?, integer(words[3])?);
            read(context, words[1], |sorted| {
                let wanted = places(start, stop, sorted.len());
                let own = |(member, score): (&Bytes, f64)| (Bytes::clone(member), score);
                if options.turned {
                    sorted.iter().rev().skip(wanted.start).take(wanted.len()).map(own).collect()
                } else {
                    sorted.iter().skip(wanted.start).take(wanted.len()).map(own).collect()
                }
            })?
        }
        .unwrap_or_default();
        let mut replies = Vec::new();
        for (member, score) in chosen {
            replies.push(Reply::Bulk(member));
            if options.with_scores {
                replies.push(Reply::text(float_text(score)));
            }
        }
        Ok(Reply::Array(replies))
    })())
}

pub fn zrange(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    range(context, words, RangeOptions::default())
}

pub fn zrevrange(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    range(context, words, RangeOptions { turned: true, ..RangeOptions::default() })
}

pub fn zrangebyscore(context: &mut Context<'_>, words: Words<'_>) -> Reply {
    range(context, words, RangeOptions { by_score: true, ..RangeOptions::default() })
}
