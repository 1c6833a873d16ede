//! Unions, intersections and differences of sets and of sorted sets.

use super::super::reply::{Bytes, Reply, syntax_error, wrong_type};
use super::super::value::{Names, Sorted, Value};
use super::access::put;
use super::numbers::{at_least_one, at_least_zero, float, integer};
use super::sets;
use super::sorted::told;
use super::{Context, Ran, Words, count, counted, is};

/// How several sets make one.
#[derive(Clone, Copy, PartialEq)]
enum Join {
    Union,
    Intersection,
    Difference,
}

/// How the scores of a member that several sets have make one.
#[derive(Clone, Copy)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

impl Aggregate {
    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            // Infinities that cancel out count as nothing.
            Aggregate::Sum if (a + b).is_nan() => 0.0,
            Aggregate::Sum => a + b,
            Aggregate::Min => a.min(b),
            Aggregate::Max => a.max(b),
        }
    }
}

/// The sets under keys; an empty one where there is no key.
fn names(context: &mut Context<'_>, keys: Words<'_>) -> Result<Vec<Names>, Reply> {
    let mut all = Vec::new();
    for key in keys {
        all.push(super::access::read_set(context, key, Names::clone)?.unwrap_or_default());
    }
    Ok(all)
}

fn joined(all: &[Names], join: Join) -> Names {
    let Some((first, rest)) = all.split_first() else { return Names::default() };
    let others = |member: &&Bytes| match join {
        Join::Intersection => rest.iter().all(|other| other.contains(*member)),
        Join::Difference => !rest.iter().any(|other| other.contains(*member)),
        Join::Union => true,
    };
    let mut result: Names = first.iter().filter(others).map(Bytes::clone).collect();
    if join == Join::Union {
        result.extend(rest.iter().flatten().map(Bytes::clone));
    }
    result
}

fn join_sets(context: &mut Context<'_>, words: Words<'_>, join: Join) -> Ran {
    let all = names(context, &words[1..])?;
    Ok(Reply::Array(sets::told(&joined(&all, join))))
}

fn store_sets(context: &mut Context<'_>, words: Words<'_>, join: Join) -> Ran {
    let all = names(context, &words[2..])?;
    let result = joined(&all, join);
    let stored = result.len();
    put(context, words[1], Value::Set(Box::new(result)));
    Ok(count(stored))
}

pub fn sunion(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    join_sets(context, words, Join::Union)
}

pub fn sinter(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    join_sets(context, words, Join::Intersection)
}

pub fn sdiff(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    join_sets(context, words, Join::Difference)
}

pub fn sunionstore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    store_sets(context, words, Join::Union)
}

pub fn sinterstore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    store_sets(context, words, Join::Intersection)
}

pub fn sdiffstore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    store_sets(context, words, Join::Difference)
}

/// The limit of SINTERCARD and ZINTERCARD: none where it is 0 or not given.
fn limit(options: Words<'_>) -> Result<usize, Reply> {
    let mut most = 0;
    for pair in options.chunks(2) {
        match pair {
            [option, value] if is(option, "LIMIT") => {
                most = at_least_zero(value, "ERR LIMIT can't be negative")?;
            }
            _ => return Err(syntax_error()),
        }
    }
    Ok(if most == 0 { usize::MAX } else { most })
}

pub fn sintercard(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let keys = at_least_one(words[1], "ERR numkeys should be greater than 0")?;
    let too_many = || Reply::error("ERR Number of keys can't be greater than number of args");
    let (keys, options) = words[2..].split_at_checked(keys).ok_or_else(too_many)?;
    let most = limit(options)?;
    let all = names(context, keys)?;
    Ok(count(joined(&all, Join::Intersection).len().min(most)))
}

/// Sets and sorted sets to be joined: what is under each key, as members with scores.
type Inputs = Vec<Vec<(Bytes, f64)>>;

/// The inputs of ZUNION and its kin, whose count stands at `at`, and the options after them. Whether the
/// inputs are of the right types comes before the options.
fn inputs<'a>(
    context: &mut Context<'_>,
    words: Words<'a>,
    at: usize,
    name: &str,
) -> Result<(Inputs, Words<'a>), Reply> {
    let keys = usize::try_from(integer(words[at])?).ok().filter(|keys| *keys > 0);
    let none = || Reply::error(format!("ERR at least 1 input key is needed for '{name}' command"));
    let (keys, options) = counted(&words[at + 1..], keys.ok_or_else(none)?)?;
    let inputs = keys.iter().map(|key| scored(context, key)).collect::<Result<Inputs, Reply>>()?;
    Ok((inputs, options))
}

/// What is under a key as members with scores: those of a plain set have the score 1.
fn scored(context: &mut Context<'_>, key: &[u8]) -> Result<Vec<(Bytes, f64)>, Reply> {
    match context.keys.read(key, context.now, context.chance) {
        None => Ok(Vec::new()),
        Some(Value::Sorted(sorted)) => {
            Ok(sorted.iter().map(|(member, score)| (Bytes::clone(member), score)).collect())
        }
        Some(Value::Set(set)) => Ok(set.iter().map(|member| (Bytes::clone(member), 1.0)).collect()),
        Some(_) => Err(wrong_type()),
    }
}

/// How the inputs are joined.
struct Joining {
    join: Join,
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
}

impl Joining {
    fn plain(join: Join, inputs: &Inputs) -> Joining {
        let weights = vec![1.0; inputs.len()];
        Joining { join, weights, aggregate: Aggregate::Sum, with_scores: false }
    }

    /// As the options say; scores can be asked for only where the result is told.
    fn options(mut self, options: Words<'_>, told: Told) -> Result<Joining, Reply> {
        let weighs = self.join != Join::Difference;
        let mut rest = options.iter();
        while let Some(word) = rest.next() {
            if weighs && is(word, "WEIGHTS") && rest.len() >= self.weights.len() {
                for weight in &mut self.weights {
                    let given = rest.next().and_then(|word| float(word));
                    *weight =
                        given.ok_or_else(|| Reply::error("ERR weight value is not a float"))?;
                }
            } else if weighs && is(word, "AGGREGATE") {
                self.aggregate = match rest.next() {
                    Some(word) if is(word, "SUM") => Aggregate::Sum,
                    Some(word) if is(word, "MIN") => Aggregate::Min,
                    Some(word) if is(word, "MAX") => Aggregate::Max,
                    _ => return Err(syntax_error()),
                };
            } else if told == Told::ToClient && is(word, "WITHSCORES") {
                self.with_scores = true;
            } else {
                return Err(syntax_error());
            }
        }
        Ok(self)
    }

    fn of(&self, inputs: Inputs) -> Sorted {
        let weighted = |score: f64, weight: f64| {
            let score = score * weight;
            if score.is_nan() { 0.0 } else { score }
        };
        let mut inputs = inputs.into_iter().zip(&self.weights).map(|(members, weight)| {
            let members = members.into_iter();
            members.map(|(member, score)| (member, weighted(score, *weight))).collect::<Sorted>()
        });
        let mut result = inputs.next().unwrap_or_default();
        for other in inputs {
            result = self.two(&result, &other);
        }
        result
    }

    fn two(&self, one: &Sorted, other: &Sorted) -> Sorted {
        let mut result = Sorted::default();
        for (member, score) in one.iter() {
            match (self.join, other.score(member)) {
                (Join::Difference | Join::Union, None) => result.insert(member, score),
                (Join::Union | Join::Intersection, Some(theirs)) => {
                    result.insert(member, self.aggregate.of(score, theirs))
                }
                _ => continue,
            };
        }
        if self.join == Join::Union {
            for (member, score) in other.iter().filter(|(member, _)| one.score(member).is_none()) {
                result.insert(member, score);
            }
        }
        result
    }
}

/// Where the result goes.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    ToClient,
    ToKey,
}

fn tell_sorted(context: &mut Context<'_>, words: Words<'_>, join: Join, name: &str) -> Ran {
    let (inputs, options) = inputs(context, words, 1, name)?;
    let joining = Joining::plain(join, &inputs).options(options, Told::ToClient)?;
    let result = joining.of(inputs);
    let members = result.iter().map(|(member, score)| (Bytes::clone(member), score));
    Ok(told(members, joining.with_scores))
}

fn store_sorted(context: &mut Context<'_>, words: Words<'_>, join: Join, name: &str) -> Ran {
    let (inputs, options) = inputs(context, words, 2, name)?;
    let joining = Joining::plain(join, &inputs).options(options, Told::ToKey)?;
    let result = joining.of(inputs);
    let stored = result.len();
    put(context, words[1], Value::Sorted(Box::new(result)));
    Ok(count(stored))
}

pub fn zunion(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    tell_sorted(context, words, Join::Union, "zunion")
}

pub fn zinter(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    tell_sorted(context, words, Join::Intersection, "zinter")
}

pub fn zdiff(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    tell_sorted(context, words, Join::Difference, "zdiff")
}

pub fn zintercard(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let (inputs, options) = inputs(context, words, 1, "zintercard")?;
    let most = limit(options)?;
    Ok(count(Joining::plain(Join::Intersection, &inputs).of(inputs).len().min(most)))
}

pub fn zunionstore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    store_sorted(context, words, Join::Union, "zunionstore")
}

pub fn zinterstore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    store_sorted(context, words, Join::Intersection, "zinterstore")
}

pub fn zdiffstore(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    store_sorted(context, words, Join::Difference, "zdiffstore")
}
