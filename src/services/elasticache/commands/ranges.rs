//! Commands on ranges of sorted sets: by rank, by score, and by name among equal scores.

use super::super::reply::{Bytes, Reply, syntax_error};
use super::super::value::{Sorted, Value};
use super::access::{alter_sorted, put, read_sorted};
use super::numbers::{float, integer};
use super::sorted::told;
use super::{Context, Ran, Words, count, is, places};

/// What the two ends of a range count.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Rank,
    Score,
    Lex,
}

/// A range of members.
enum Range<'a> {
    Rank(i64, i64),
    Score(ScoreEnd, ScoreEnd),
    Lex(LexEnd<'a>, LexEnd<'a>),
}

/// A score, and whether it does not belong to the range itself.
#[derive(Clone, Copy)]
struct ScoreEnd {
    at: f64,
    open: bool,
}

impl ScoreEnd {
    /// A number, with `(` before it if it does not belong to the range.
    fn read(word: &[u8]) -> Result<ScoreEnd, Reply> {
        let (rest, open) = match word.strip_prefix(b"(") {
            Some(rest) => (rest, true),
            None => (word, false),
        };
        // Blanks before the number are passed over, and no number at all is 0.
        let rest = rest.trim_ascii_start();
        let at = if rest.is_empty() { Some(0.0) } else { float(rest) };
        let at = at.ok_or_else(|| Reply::error("ERR min or max is not a float"))?;
        Ok(ScoreEnd { at, open })
    }
}

/// A name as the end of a range.
enum LexEnd<'a> {
    Lowest,
    Highest,
    Closed(&'a [u8]),
    Open(&'a [u8]),
}

impl<'a> LexEnd<'a> {
    fn read(word: &'a [u8]) -> Result<LexEnd<'a>, Reply> {
        match (word.split_first(), word) {
            (_, b"-") => Ok(LexEnd::Lowest),
            (_, b"+") => Ok(LexEnd::Highest),
            (Some((b'[', rest)), _) => Ok(LexEnd::Closed(rest)),
            (Some((b'(', rest)), _) => Ok(LexEnd::Open(rest)),
            _ => Err(Reply::error("ERR min or max not valid string range item")),
        }
    }
}

impl<'a> Range<'a> {
    fn read(by: By, low: &'a [u8], high: &'a [u8]) -> Result<Range<'a>, Reply> {
        Ok(match by {
            By::Rank => Range::Rank(integer(low)?, integer(high)?),
            By::Score => Range::Score(ScoreEnd::read(low)?, ScoreEnd::read(high)?),
            By::Lex => Range::Lex(LexEnd::read(low)?, LexEnd::read(high)?),
        })
    }

    fn holds(&self, member: &[u8], score: f64) -> bool {
        match self {
            Range::Rank(..) => true,
            Range::Score(low, high) => {
                let above = if low.open { score > low.at } else { score >= low.at };
                let below = if high.open { score < high.at } else { score <= high.at };
                above && below
            }
            Range::Lex(low, high) => {
                let above = match low {
                    LexEnd::Lowest => true,
                    LexEnd::Highest => false,
                    LexEnd::Closed(low) => member >= *low,
                    LexEnd::Open(low) => member > *low,
                };
                let below = match high {
                    LexEnd::Lowest => false,
                    LexEnd::Highest => true,
                    LexEnd::Closed(high) => member <= *high,
                    LexEnd::Open(high) => member < *high,
                };
                above && below
            }
        }
    }

    /// The members in the range, from the lowest or, turned, from the highest.
    fn of(&self, sorted: &Sorted, turned: bool) -> Vec<(Bytes, f64)> {
        let own = |(member, score): (&Bytes, f64)| (Bytes::clone(member), score);
        if let Range::Rank(start, stop) = self {
            let wanted = places(*start, *stop, sorted.len());
            return if turned {
                sorted.iter().rev().skip(wanted.start).take(wanted.len()).map(own).collect()
            } else {
                sorted.iter().skip(wanted.start).take(wanted.len()).map(own).collect()
            };
        }
        let fits = |(member, score): &(&Bytes, f64)| self.holds(member, *score);
        let mut fitting: Vec<(Bytes, f64)> = sorted.iter().filter(fits).map(own).collect();
        if turned {
            fitting.reverse();
        }
        fitting
    }
}

/// What a command of this family leaves open, and what it has settled already.
#[derive(Clone, Copy, Default)]
struct Asked {
    by: Option<By>,
    turned: Option<bool>,
    with_scores: bool,
    stores: bool,
    limit: (i64, i64),
}

const RANKS: Asked = Asked {
    by: Some(By::Rank),
    turned: Some(false),
    with_scores: false,
    stores: false,
    limit: (0, -1),
};

impl Asked {
    fn options(mut self, words: Words<'_>) -> Result<Asked, Reply> {
        let (by_is_open, turned_is_open) = (self.by.is_none(), self.turned.is_none());
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if is(word, "WITHSCORES") && !self.stores {
                self.with_scores = true;
            } else if is(word, "LIMIT") && rest.len() >= 2 {
                let mut number = || integer(rest.next().ok_or_else(syntax_error)?);
                self.limit = (number()?, number()?);
            } else if is(word, "REV") && turned_is_open && self.turned.is_none() {
                self.turned = Some(true);
            } else if is(word, "BYLEX") && by_is_open && self.by.is_none() {
                self.by = Some(By::Lex);
            } else if is(word, "BYSCORE") && by_is_open && self.by.is_none() {
                self.by = Some(By::Score);
            } else {
                return Err(syntax_error());
            }
        }
        let by = self.by.unwrap_or(By::Rank);
        if self.limit.1 != -1 && by == By::Rank {
            return Err(Reply::error(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if self.with_scores && by == By::Lex {
            return Err(Reply::error(
                "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
            ));
        }
        Ok(self)
    }

    /// The members between two ends of what is under a key; `None` if there is no key.
    fn find(
        self,
        context: &mut Context<'_>,
        key: &[u8],
        ends: (&[u8], &[u8]),
    ) -> Result<Option<Vec<(Bytes, f64)>>, Reply> {
        let (by, turned) = (self.by.unwrap_or(By::Rank), self.turned.unwrap_or(false));
        // Turned, scores and names are given from the highest to the lowest.
        let (low, high) = if turned && by != By::Rank { (ends.1, ends.0) } else { ends };
        let range = Range::read(by, low, high)?;
        let chosen = read_sorted(context, key, |sorted| range.of(sorted, turned))?;
        let skip = usize::try_from(self.limit.0).unwrap_or(usize::MAX);
        let most = usize::try_from(self.limit.1).unwrap_or(usize::MAX);
        let (skip, most) = if by == By::Rank { (0, usize::MAX) } else { (skip, most) };
        Ok(chosen.map(|chosen| chosen.into_iter().skip(skip).take(most).collect()))
    }
}

fn range(context: &mut Context<'_>, words: Words<'_>, asked: Asked) -> Ran {
    let asked = asked.options(&words[4..])?;
    let chosen = asked.find(context, words[1], (words[2], words[3]))?;
    Ok(told(chosen.unwrap_or_default(), asked.with_scores))
}

pub fn zrange(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    range(context, words, Asked { by: None, turned: None, ..RANKS })
}

pub fn zrevrange(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    range(context, words, Asked { turned: Some(true), ..RANKS })
}

pub fn zrangebyscore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    range(context, words, Asked { by: Some(By::Score), ..RANKS })
}

pub fn zrevrangebyscore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    range(context, words, Asked { by: Some(By::Score), turned: Some(true), ..RANKS })
}

pub fn zrangebylex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    range(context, words, Asked { by: Some(By::Lex), ..RANKS })
}

pub fn zrevrangebylex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    range(context, words, Asked { by: Some(By::Lex), turned: Some(true), ..RANKS })
}

pub fn zrangestore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let asked = Asked { by: None, turned: None, stores: true, ..RANKS };
    let asked = asked.options(&words[5..])?;
    let chosen = asked.find(context, words[2], (words[3], words[4]))?;
    let sorted: Sorted = chosen.unwrap_or_default().into_iter().collect();
    let stored = sorted.len();
    put(context, words[1], Value::Sorted(Box::new(sorted)));
    Ok(count(stored))
}

fn count_of(context: &mut Context<'_>, words: Words<'_>, by: By) -> Ran {
    let range = Range::read(by, words[2], words[3])?;
    let fits = |(member, score): &(&Bytes, f64)| range.holds(member, *score);
    let found = read_sorted(context, words[1], |sorted| sorted.iter().filter(fits).count())?;
    Ok(count(found.unwrap_or(0)))
}

pub fn zcount(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    count_of(context, words, By::Score)
}

pub fn zlexcount(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    count_of(context, words, By::Lex)
}

fn remove(context: &mut Context<'_>, words: Words<'_>, by: By) -> Ran {
    let range = Range::read(by, words[2], words[3])?;
    let gone = alter_sorted(context, words[1], |sorted| {
        let chosen = range.of(sorted, false);
        for (member, _) in &chosen {
            sorted.remove(member);
        }
        chosen.len()
    })?;
    Ok(count(gone.unwrap_or(0)))
}

pub fn zremrangebyrank(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    remove(context, words, By::Rank)
}

pub fn zremrangebyscore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    remove(context, words, By::Score)
}

pub fn zremrangebylex(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    remove(context, words, By::Lex)
}
