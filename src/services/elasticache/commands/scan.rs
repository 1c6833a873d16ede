//! Walking over keys and members: KEYS, SCAN and its kin, and the patterns they take.

use super::super::name::Name;
use super::super::reply::{Reply, syntax_error, wrong_type};
use super::super::value::Value;
use super::numbers::{float_text, integer};
use super::{Context, Ran, Words, bulk, is, sets};

pub fn keys(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let fitting = context.keys.keys().filter(|key| glob(words[1], key));
    Ok(Reply::Array(fitting.map(Reply::text).collect()))
}

/// The options of SCAN and its kin.
struct Options<'a> {
    count: usize,
    pattern: Option<&'a [u8]>,
    sort: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn read(words: Words<'a>, may_sort: bool) -> Result<Options<'a>, Reply> {
        let mut options = Options { count: 10, pattern: None, sort: None };
        for pair in words.chunks(2) {
            let [option, value] = pair else { return Err(syntax_error()) };
            if is(option, "COUNT") {
                let count = usize::try_from(integer(value)?).ok().filter(|count| *count > 0);
                options.count = count.ok_or_else(syntax_error)?;
            } else if is(option, "MATCH") {
                options.pattern = Some(value);
            } else if is(option, "TYPE") && may_sort {
                options.sort = Some(value);
            } else {
                return Err(syntax_error());
            }
        }
        Ok(options)
    }

    fn fits(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob(pattern, name))
    }
}

fn cursor(word: &[u8]) -> Result<u64, Reply> {
    let text = std::str::from_utf8(word).unwrap_or_default();
    text.parse().map_err(|_| Reply::error("ERR invalid cursor"))
}

fn page(next: u64, found: Vec<Reply>) -> Reply {
    Reply::Array(vec![Reply::text(next.to_string()), Reply::Array(found)])
}

/// The cursor is the hash of the next key: a key that is there all the while is given once, whatever else
/// comes and goes.
pub fn scan(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    let cursor = cursor(words[1])?;
    let options = Options::read(&words[2..], true)?;
    let sorted_right = |key: &Name| {
        let value = context.keys.peek(key).map(Value::type_name);
        options.sort.is_none_or(|sort| value.is_some_and(|name| is(sort, name)))
    };
    let mut rest = context.keys.keys_from(cursor).peekable();
    let (mut looked_at, mut last, mut found) = (0, None, Vec::new());
    // Keys of one hash have one cursor: they come together.
    while let Some((hash, key)) =
        rest.next_if(|(hash, _)| looked_at < options.count || last == Some(*hash))
    {
        (looked_at, last) = (looked_at + 1, Some(hash));
        if options.fits(key) && sorted_right(key) {
            found.push(Reply::text(key));
        }
    }
    Ok(page(rest.peek().map_or(0, |(hash, _)| *hash), found))
}

/// What a collection shows of itself, a name or a name and what goes with it at a time; it is told at
/// once, as a server tells a small one. Whether it is of the right type comes before the options.
fn members(
    context: &Context<'_>,
    words: Words<'_>,
    tell: fn(&Value) -> Option<Vec<Vec<Reply>>>,
) -> Ran {
    cursor(words[2])?;
    let Some(value) = context.keys.peek(words[1]) else { return Ok(page(0, Vec::new())) };
    let members = tell(value).ok_or_else(wrong_type)?.into_iter();
    let options = Options::read(&words[3..], false)?;
    let fits = |member: &Vec<Reply>| match member.first() {
        Some(Reply::Bulk(name)) => options.fits(name),
        _ => false,
    };
    Ok(page(0, members.filter(fits).flatten().collect()))
}

pub fn sscan(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    members(context, words, |value| match value {
        Value::Set(set) => Some(sets::told(set).into_iter().map(|member| vec![member]).collect()),
        _ => None,
    })
}

pub fn hscan(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    members(context, words, |value| match value {
        Value::Hash(hash) => {
            Some(hash.iter().map(|(field, value)| vec![bulk(field), bulk(value)]).collect())
        }
        _ => None,
    })
}

pub fn zscan(context: &mut Context<'_>, words: Words<'_>) -> Ran {
    members(context, words, |value| match value {
        Value::Sorted(sorted) => {
            let members = sorted.iter();
            let told =
                members.map(|(name, score)| vec![bulk(name), Reply::text(float_text(score))]);
            Some(told.collect())
        }
        _ => None,
    })
}

/// Whether a text fits a glob pattern of `*`, `?`, `[a-z]`, `[^x]` and `\`.
pub fn glob(pattern: &[u8], text: &[u8]) -> bool {
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
