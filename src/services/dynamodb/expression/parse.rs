//! The grammar: text → words → the tree of an expression, with `winnow`.

use std::cell::Cell;

use winnow::Parser;
use winnow::Stateful;
use winnow::combinator::{alt, delimited, opt, preceded, repeat, separated, separated_foldl1};
use winnow::error::EmptyError;
use winnow::stream::Stream as _;

use super::condition::{Comparator, Condition};
use super::update::{Action, Section, Update};
use super::{Operand, Path, Piece, Sign};

/// Deepest nesting of parentheses that is read.
const DEEPEST: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Word,
    Name,
    Value,
    Digits,
    Symbol,
}

/// A word of an expression, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Word<'e> {
    kind: Kind,
    text: &'e str,
    start: usize,
}

/// The words that are left, and a note of the fewest there ever were.
type Words<'w, 'e> = Stateful<&'w [Word<'e>], &'w Cell<usize>>;
type Parsed<T> = Result<T, EmptyError>;

/// Reads a condition.
pub(super) fn condition(text: &str) -> Result<Condition<'_>, String> {
    whole(text, or)
}

/// Reads an update.
pub(super) fn update(text: &str) -> Result<Update<'_>, String> {
    whole(text, |input: &mut Words<'_, '_>| {
        repeat(1.., section).map(|sections| Update { sections }).parse_next(input)
    })
}

/// Reads a projection.
pub(super) fn projection(text: &str) -> Result<Vec<Path<'_>>, String> {
    whole(text, |input: &mut Words<'_, '_>| separated(1.., path, symbol(",")).parse_next(input))
}

/// Reads all of a text, or says at which word it goes wrong.
fn whole<'e, T>(
    text: &'e str,
    mut parser: impl FnMut(&mut Words<'_, 'e>) -> Parsed<T>,
) -> Result<T, String> {
    let words = words(text)?;
    let fewest = Cell::new(words.len());
    let mut input = Stateful { input: &words[..], state: &fewest };
    match parser(&mut input) {
        Ok(done) if input.input.is_empty() => Ok(done),
        _ => {
            let left = fewest.get().min(words.len());
            Err(syntax_error(text, &words, words.len() - left))
        }
    }
}

fn syntax_error(text: &str, words: &[Word<'_>], at: usize) -> String {
    let start = words.get(at.saturating_sub(1)).map_or(0, |word| word.start);
    let last = words.get(at + 1).or(words.get(at)).or(words.last());
    let end = last.map_or(text.len(), |word| word.start + word.text.len());
    let token = words.get(at).map_or("<EOF>", |word| word.text);
    format!("Syntax error; token: \"{token}\", near: \"{}\"", text.get(start..end).unwrap_or(text))
}

fn words(text: &str) -> Result<Vec<Word<'_>>, String> {
    let mut words = Vec::with_capacity(text.len() / 3 + 1);
    let mut depth = 0_usize;
    let mut start = 0;
    while let Some(first) = text.as_bytes().get(start) {
        if matches!(first, b' ' | b'\t' | b'\r' | b'\n') {
            start += 1;
            continue;
        }
        let Some((kind, length)) = first_word(&text.as_bytes()[start..]) else {
            let length = text[start..].chars().next().map_or(0, char::len_utf8);
            words.push(Word { kind: Kind::Symbol, text: &text[start..start + length], start });
            return Err(syntax_error(text, &words, words.len() - 1));
        };
        let word = Word { kind, text: &text[start..start + length], start };
        match word.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err("The expression is nested too deeply;".to_owned());
        }
        words.push(word);
        start += length;
    }
    Ok(words)
}

/// The kind and the length of the word that a text begins with.
fn first_word(bytes: &[u8]) -> Option<(Kind, usize)> {
    let run = |from: usize, fits: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|byte| fits(byte)).count()
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    match bytes {
        [b'a'..=b'z' | b'A'..=b'Z' | b'_', ..] => Some((Kind::Word, run(1, is_word))),
        [b'0'..=b'9', ..] => Some((Kind::Digits, run(1, u8::is_ascii_digit))),
        [mark @ (b'#' | b':'), next, ..] if is_word(next) => {
            let kind = if *mark == b'#' { Kind::Name } else { Kind::Value };
            Some((kind, run(1, is_word)))
        }
        [b'<' | b'>', b'=', ..] | [b'<', b'>', ..] => Some((Kind::Symbol, 2)),
        [symbol, ..] if b"<>=()[],.+-".contains(symbol) => Some((Kind::Symbol, 1)),
        _ => None,
    }
}

fn word<'e>(input: &mut Words<'_, 'e>, fits: impl Fn(&Word<'e>) -> bool) -> Parsed<&'e str> {
    let left = input.input.len();
    input.state.set(input.state.get().min(left));
    match input.input.first() {
        Some(first) if fits(first) => {
            let text = first.text;
            _ = input.next_token();
            input.state.set(input.state.get().min(left - 1));
            Ok(text)
        }
        _ => Err(EmptyError),
    }
}

fn kind<'w, 'e: 'w>(kind: Kind) -> impl Parser<Words<'w, 'e>, &'e str, EmptyError> {
    move |input: &mut Words<'w, 'e>| word(input, |word| word.kind == kind)
}

fn symbol<'w, 'e: 'w>(text: &'static str) -> impl Parser<Words<'w, 'e>, &'e str, EmptyError> {
    move |input: &mut Words<'w, 'e>| {
        word(input, |word| word.kind == Kind::Symbol && word.text == text)
    }
}

fn keyword<'w, 'e: 'w>(text: &'static str) -> impl Parser<Words<'w, 'e>, &'e str, EmptyError> {
    move |input: &mut Words<'w, 'e>| {
        word(input, |word| word.kind == Kind::Word && word.text.eq_ignore_ascii_case(text))
    }
}

/// `a`, `#a`, `a.b`, `a[0].#b`.
fn path<'e>(input: &mut Words<'_, 'e>) -> Parsed<Path<'e>> {
    const KEYWORDS: &[&str] =
        &["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];
    let is_name = |word: &Word<'e>| {
        word.kind == Kind::Word && !KEYWORDS.iter().any(|k| k.eq_ignore_ascii_case(word.text))
    };
    let head = alt((
        (move |input: &mut Words<'_, 'e>| word(input, is_name)).map(Piece::Name),
        kind(Kind::Name).map(Piece::Placeholder),
    ))
    .parse_next(input)?;
    let step = alt((
        preceded(
            symbol("."),
            alt((kind(Kind::Word).map(Piece::Name), kind(Kind::Name).map(Piece::Placeholder))),
        ),
        delimited(symbol("["), kind(Kind::Digits), symbol("]"))
            .map(|digits| Piece::Index(digits.parse().unwrap_or(usize::MAX))),
    ));
    let rest = repeat(0.., step).parse_next(input)?;
    Ok(Path { head, rest })
}

fn call<'e>(
    operand: fn(&mut Words<'_, 'e>) -> Parsed<Operand<'e>>,
    input: &mut Words<'_, 'e>,
) -> Parsed<Operand<'e>> {
    let name = kind(Kind::Word).parse_next(input)?;
    let args = delimited(symbol("("), separated(1.., operand, symbol(",")), symbol(")"))
        .parse_next(input)?;
    Ok(Operand::Function(name, args))
}

fn or<'e>(input: &mut Words<'_, 'e>) -> Parsed<Condition<'e>> {
    separated_foldl1(and, keyword("OR"), |a, _, b| Condition::Or(Box::new((a, b))))
        .parse_next(input)
}

fn and<'e>(input: &mut Words<'_, 'e>) -> Parsed<Condition<'e>> {
    separated_foldl1(not, keyword("AND"), |a, _, b| Condition::And(Box::new((a, b))))
        .parse_next(input)
}

fn not<'e>(input: &mut Words<'_, 'e>) -> Parsed<Condition<'e>> {
    let nots: usize = repeat(0.., keyword("NOT").void()).parse_next(input)?;
    let inner = alt((
        comparison,
        delimited(symbol("("), or, symbol(")")).map(|inner| Condition::Parens(Box::new(inner))),
        (|input: &mut Words<'_, 'e>| call(operand, input)).map(Condition::Function),
    ))
    .parse_next(input)?;
    Ok((0..nots).fold(inner, |inner, _| Condition::Not(Box::new(inner))))
}

fn operand<'e>(input: &mut Words<'_, 'e>) -> Parsed<Operand<'e>> {
    alt((
        |input: &mut Words<'_, 'e>| call(operand, input),
        kind(Kind::Value).map(Operand::Named),
        path.map(Operand::Path),
        delimited(symbol("("), operand, symbol(")")),
    ))
    .parse_next(input)
}

/// A comparison, `BETWEEN` or `IN`; a function alone is tried after it.
fn comparison<'e>(input: &mut Words<'_, 'e>) -> Parsed<Condition<'e>> {
    let start = input.checkpoint();
    let first = operand(input)?;
    let rest = alt((
        (comparator, operand).map(Rest::Compare),
        preceded(keyword("BETWEEN"), (operand, preceded(keyword("AND"), operand)))
            .map(Rest::Between),
        preceded(
            keyword("IN"),
            delimited(symbol("("), separated(1.., operand, symbol(",")), symbol(")")),
        )
        .map(Rest::In),
    ));
    let mut rest = opt(rest);
    match rest.parse_next(input)? {
        Some(Rest::Compare((how, second))) => Ok(Condition::Compare(how, first, second)),
        Some(Rest::Between((low, high))) => Ok(Condition::Between(first, low, high)),
        Some(Rest::In(choices)) => Ok(Condition::In(first, choices)),
        None => {
            input.reset(&start);
            Err(EmptyError)
        }
    }
}

enum Rest<'e> {
    Compare((Comparator, Operand<'e>)),
    Between((Operand<'e>, Operand<'e>)),
    In(Vec<Operand<'e>>),
}

fn comparator(input: &mut Words<'_, '_>) -> Parsed<Comparator> {
    alt((
        symbol("=").value(Comparator::Eq),
        symbol("<>").value(Comparator::Ne),
        symbol("<=").value(Comparator::Le),
        symbol("<").value(Comparator::Lt),
        symbol(">=").value(Comparator::Ge),
        symbol(">").value(Comparator::Gt),
    ))
    .parse_next(input)
}

fn section<'e>(input: &mut Words<'_, 'e>) -> Parsed<Section<'e>> {
    let set =
        (path, preceded(symbol("="), set_value)).map(|(path, value)| Action::Set(path, value));
    let change = || (path, alt((kind(Kind::Value).map(Operand::Named), path.map(Operand::Path))));
    alt((
        preceded(keyword("SET"), separated(1.., set, symbol(",")))
            .map(|actions| Section { name: "SET", actions }),
        preceded(keyword("REMOVE"), separated(1.., path.map(Action::Remove), symbol(",")))
            .map(|actions| Section { name: "REMOVE", actions }),
        preceded(
            keyword("ADD"),
            separated(1.., change().map(|(path, value)| Action::Add(path, value)), symbol(",")),
        )
        .map(|actions| Section { name: "ADD", actions }),
        preceded(
            keyword("DELETE"),
            separated(1.., change().map(|(path, value)| Action::Delete(path, value)), symbol(",")),
        )
        .map(|actions| Section { name: "DELETE", actions }),
    ))
    .parse_next(input)
}

/// An operand, or one sum or difference of two.
fn set_value<'e>(input: &mut Words<'_, 'e>) -> Parsed<Operand<'e>> {
    let first = set_operand(input)?;
    let sign = alt((symbol("+").value(Sign::Plus), symbol("-").value(Sign::Minus)));
    match opt((sign, set_operand)).parse_next(input)? {
        None => Ok(first),
        // Parentheses may hold a sum, but a sum holds no other.
        Some((_, second)) if is_sum(&first) || is_sum(&second) => Err(EmptyError),
        Some((sign, second)) => Ok(Operand::Arithmetic(sign, Box::new((first, second)))),
    }
}

fn is_sum(operand: &Operand<'_>) -> bool {
    matches!(operand, Operand::Arithmetic(..))
}

fn set_operand<'e>(input: &mut Words<'_, 'e>) -> Parsed<Operand<'e>> {
    alt((
        |input: &mut Words<'_, 'e>| call(set_value, input),
        kind(Kind::Value).map(Operand::Named),
        path.map(Operand::Path),
        delimited(symbol("("), set_value, symbol(")")),
    ))
    .parse_next(input)
}
