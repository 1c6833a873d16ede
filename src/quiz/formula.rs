//! Small sums and conditions in question files: `3 * visibility-timeout + 500 ms`,
//! `count(received, m1) > 1 and deleted == 0`.
//!
//! All numbers are whole: times in milliseconds, rates in thousandths a second, shares in hundredths of a
//! percent, sizes in bytes, as the models count them. A condition is 1 or 0.

use std::fmt;

use winnow::Parser;
use winnow::ascii::{alpha1, digit1, multispace0};
use winnow::combinator::{alt, delimited, not, opt, preceded, separated, separated_foldl1};
use winnow::error::EmptyError;
use winnow::token::{one_of, take_while};

/// The longest formula that is read, in bytes.
const LONGEST: usize = 240;

/// A formula, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    source: String,
    root: Node,
}

/// What the number that a formula gives counts, as far as the formula says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Things.
    Count,
    /// Milliseconds.
    Time,
    /// Bytes.
    Bytes,
    /// Thousandths a second.
    Rate,
    /// Hundredths of a percent.
    Share,
    /// Millionths of a US dollar.
    Money,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(i64, Measure),
    Name(String),
    Call(Function, Vec<Node>),
    Events(Sort, String, Option<String>),
    Negative(Box<Node>),
    Not(Box<Node>),
    Pair(Operator, Box<Node>, Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Function {
    Least,
    Most,
    Ceiling,
    Remainder,
}

/// What is asked of the events that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// How many there were.
    Count,
    /// When the first was; -1 if there was none.
    First,
    /// When the last was; -1 if there was none.
    Last,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
}

/// Something that a formula must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask<'f> {
    /// The number of this name.
    Name(&'f str),
    /// About the events of this kind, of one thing or of all.
    Events {
        /// What about them.
        sort: Sort,
        /// Their kind, such as `visible-again`.
        what: &'f str,
        /// The thing's name, such as `m7`.
        object: Option<&'f str>,
    },
}

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoValue {
    /// Nobody knows the name.
    #[error("there is no `{0}`")]
    Unknown(String),
    /// A division by zero.
    #[error("a division by zero")]
    Division,
    /// A number too large.
    #[error("a number is too large")]
    TooLarge,
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAFormula {
    /// From this byte on it cannot be understood.
    #[error(
        "`{0}` cannot be understood here; a formula is like `2 * work-time + 500 ms` or `count(received) > 1`"
    )]
    At(String, usize),
    /// Too long.
    #[error("a formula has at most {LONGEST} letters")]
    TooLong,
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// Where the text cannot be understood.
    pub fn parse(text: &str) -> Result<Formula, NotAFormula> {
        if text.len() > LONGEST {
            return Err(NotAFormula::TooLong);
        }
        let mut rest = text;
        let mut whole = delimited(multispace0::<_, EmptyError>, either, multispace0);
        match whole.parse_next(&mut rest) {
            Ok(root) if rest.is_empty() => Ok(Formula { source: text.trim().to_owned(), root }),
            _ => Err(NotAFormula::At(rest.to_owned(), text.len() - rest.len())),
        }
    }

    /// All that it must be told, in the order in which it is written.
    pub fn asks(&self) -> Vec<Ask<'_>> {
        let mut asks = Vec::new();
        self.root.collect(&mut asks);
        asks
    }

    /// Its value; `tell` answers what it asks.
    ///
    /// # Errors
    /// A name that nobody knows, a division by zero, a number too large.
    pub fn value(
        &self,
        tell: &mut dyn FnMut(Ask<'_>) -> Result<i64, NoValue>,
    ) -> Result<i64, NoValue> {
        self.root.value(tell)
    }

    /// What its value counts; `of` says it of a name.
    pub fn measure(&self, of: &dyn Fn(&str) -> Measure) -> Measure {
        self.root.measure(of)
    }
}

impl Node {
    fn collect<'f>(&'f self, asks: &mut Vec<Ask<'f>>) {
        match self {
            Node::Number(..) => {}
            Node::Name(name) => asks.push(Ask::Name(name)),
            Node::Events(sort, what, object) => {
                asks.push(Ask::Events { sort: *sort, what, object: object.as_deref() });
            }
            Node::Call(_, inner) => inner.iter().for_each(|node| node.collect(asks)),
            Node::Negative(inner) | Node::Not(inner) => inner.collect(asks),
            Node::Pair(_, left, right) => {
                left.collect(asks);
                right.collect(asks);
            }
        }
    }

    fn value(&self, tell: &mut dyn FnMut(Ask<'_>) -> Result<i64, NoValue>) -> Result<i64, NoValue> {
        match self {
            Node::Number(number, _) => Ok(*number),
            Node::Name(name) => tell(Ask::Name(name)),
            Node::Events(sort, what, object) => {
                tell(Ask::Events { sort: *sort, what, object: object.as_deref() })
            }
            Node::Negative(inner) => inner.value(tell)?.checked_neg().ok_or(NoValue::TooLarge),
            Node::Not(inner) => Ok(i64::from(inner.value(tell)? == 0)),
            Node::Call(function, inner) => {
                let [a, b] = [&inner[0], &inner[1]].map(|node| node.value(tell));
                let (a, b) = (a?, b?);
                match function {
                    Function::Least => Ok(a.min(b)),
                    Function::Most => Ok(a.max(b)),
                    Function::Remainder => a.checked_rem_euclid(b).ok_or(NoValue::Division),
                    Function::Ceiling => {
                        let whole = a.checked_div_euclid(b).ok_or(NoValue::Division)?;
                        Ok(whole + i64::from(a.rem_euclid(b) != 0))
                    }
                }
            }
            Node::Pair(Operator::Or, left, right) => {
                Ok(i64::from(left.value(tell)? != 0 || right.value(tell)? != 0))
            }
            Node::Pair(Operator::And, left, right) => {
                Ok(i64::from(left.value(tell)? != 0 && right.value(tell)? != 0))
            }
            Node::Pair(operator, left, right) => {
                operator.apply(left.value(tell)?, right.value(tell)?)
            }
        }
    }

    fn measure(&self, of: &dyn Fn(&str) -> Measure) -> Measure {
        match self {
            Node::Number(_, measure) => *measure,
            Node::Name(name) => of(name),
            Node::Events(Sort::Count, ..) | Node::Not(_) => Measure::Count,
            Node::Events(Sort::First | Sort::Last, ..) => Measure::Time,
            Node::Negative(inner) => inner.measure(of),
            Node::Call(Function::Ceiling, inner) => over(&inner[0], &inner[1], of),
            Node::Call(_, inner) => inner[0].measure(of),
            Node::Pair(Operator::Over, left, right) => over(left, right, of),
            Node::Pair(Operator::Plus | Operator::Minus | Operator::Times, left, right) => {
                match left.measure(of) {
                    Measure::Count => right.measure(of),
                    measure => measure,
                }
            }
            Node::Pair(..) => Measure::Count,
        }
    }
}

/// What a quotient counts: a time over a time is a count.
fn over(left: &Node, right: &Node, of: &dyn Fn(&str) -> Measure) -> Measure {
    let measure = left.measure(of);
    if right.measure(of) == measure { Measure::Count } else { measure }
}

impl Operator {
    fn apply(self, a: i64, b: i64) -> Result<i64, NoValue> {
        let number = match self {
            Operator::Plus => a.checked_add(b),
            Operator::Minus => a.checked_sub(b),
            Operator::Times => a.checked_mul(b),
            Operator::Over => return a.checked_div_euclid(b).ok_or(NoValue::Division),
            Operator::Equal => Some(i64::from(a == b)),
            Operator::Unequal => Some(i64::from(a != b)),
            Operator::Less => Some(i64::from(a < b)),
            Operator::AtMost => Some(i64::from(a <= b)),
            Operator::More => Some(i64::from(a > b)),
            Operator::AtLeast => Some(i64::from(a >= b)),
            Operator::And => Some(i64::from(a != 0 && b != 0)),
            Operator::Or => Some(i64::from(a != 0 || b != 0)),
        };
        number.ok_or(NoValue::TooLarge)
    }
}

type Parsed<T> = Result<T, EmptyError>;

fn pair(left: Node, operator: Operator, right: Node) -> Node {
    Node::Pair(operator, Box::new(left), Box::new(right))
}

/// A word of the grammar itself, with the space before it.
fn keyword<'i>(word: &'static str) -> impl Parser<&'i str, &'i str, EmptyError> {
    delimited(multispace0, word, not(one_of(is_inside_name)))
}

fn symbol<'i>(sign: &'static str) -> impl Parser<&'i str, &'i str, EmptyError> {
    preceded(multispace0, sign)
}

fn either(input: &mut &str) -> Parsed<Node> {
    separated_foldl1(both, keyword("or"), |left, _, right| pair(left, Operator::Or, right))
        .parse_next(input)
}

fn both(input: &mut &str) -> Parsed<Node> {
    separated_foldl1(negation, keyword("and"), |left, _, right| pair(left, Operator::And, right))
        .parse_next(input)
}

fn negation(input: &mut &str) -> Parsed<Node> {
    let negated = preceded(keyword("not"), negation).map(|inner| Node::Not(Box::new(inner)));
    alt((negated, comparison)).parse_next(input)
}

fn comparison(input: &mut &str) -> Parsed<Node> {
    let operator = alt((
        symbol("==").value(Operator::Equal),
        symbol("!=").value(Operator::Unequal),
        symbol("<=").value(Operator::AtMost),
        symbol(">=").value(Operator::AtLeast),
        symbol("<").value(Operator::Less),
        symbol(">").value(Operator::More),
    ));
    (sum, opt((operator, sum)))
        .map(|(left, rest)| match rest {
            Some((operator, right)) => pair(left, operator, right),
            None => left,
        })
        .parse_next(input)
}

fn sum(input: &mut &str) -> Parsed<Node> {
    let operator = alt((symbol("+").value(Operator::Plus), symbol("-").value(Operator::Minus)));
    separated_foldl1(product, operator, pair).parse_next(input)
}

fn product(input: &mut &str) -> Parsed<Node> {
    let operator = alt((symbol("*").value(Operator::Times), symbol("/").value(Operator::Over)));
    separated_foldl1(unary, operator, pair).parse_next(input)
}

fn unary(input: &mut &str) -> Parsed<Node> {
    let negative = preceded(symbol("-"), unary).map(|inner| Node::Negative(Box::new(inner)));
    preceded(multispace0, alt((negative, number, call, name.map(Node::Name), inner)))
        .parse_next(input)
}

fn inner(input: &mut &str) -> Parsed<Node> {
    delimited("(", either, symbol(")")).parse_next(input)
}

/// The units that a number may carry: what they count, and how many of it.
const UNITS: &[(&str, Measure, i64)] = &[
    ("ms", Measure::Time, 1),
    ("s", Measure::Time, 1_000),
    ("min", Measure::Time, 60_000),
    ("h", Measure::Time, 3_600_000),
    ("d", Measure::Time, 86_400_000),
    ("B", Measure::Bytes, 1),
    ("KiB", Measure::Bytes, 1_024),
    ("MiB", Measure::Bytes, 1_048_576),
    ("GiB", Measure::Bytes, 1_073_741_824),
];

/// A number, with a unit or not: `30`, `30 s`, `1.5/s`, `90%`.
fn number(input: &mut &str) -> Parsed<Node> {
    let (whole, decimals) = (digit1, opt(preceded('.', digit1))).parse_next(input)?;
    let unit = opt(alt((
        "/s".value((Measure::Rate, 1_000)),
        "%".value((Measure::Share, 100)),
        preceded(
            multispace0,
            alpha1.verify_map(|unit: &str| {
                let (_, measure, size) = UNITS.iter().find(|(name, ..)| *name == unit)?;
                Some((*measure, *size))
            }),
        ),
    )))
    .parse_next(input)?;
    let (measure, size) = unit.unwrap_or((Measure::Count, 1));
    let decimals = decimals.unwrap_or_default();
    let number = (|| {
        let scale = 10_i64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let digits: i64 = format!("{whole}{decimals}").parse().ok()?;
        let scaled = digits.checked_mul(size)?;
        (scaled % scale == 0).then_some(scaled / scale)
    })();
    not(one_of(is_inside_name)).parse_next(input)?;
    number.map(|number| Node::Number(number, measure)).ok_or(EmptyError)
}

fn is_inside_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Letters, digits, hyphens and dots; the first is a letter.
fn name(input: &mut &str) -> Parsed<String> {
    (one_of(|c: char| c.is_ascii_alphabetic()), take_while(0.., is_inside_name))
        .take()
        .verify(|name: &str| !matches!(name, "and" | "or" | "not"))
        .map(str::to_owned)
        .parse_next(input)
}

fn call(input: &mut &str) -> Parsed<Node> {
    alt((events, arithmetic)).parse_next(input)
}

fn events(input: &mut &str) -> Parsed<Node> {
    let sort =
        alt(("count".value(Sort::Count), "first".value(Sort::First), "last".value(Sort::Last)));
    let word = || preceded(multispace0, name);
    let arguments = (word(), opt(preceded(symbol(","), word())));
    (sort, delimited(symbol("("), arguments, symbol(")")))
        .map(|(sort, (what, object))| Node::Events(sort, what, object))
        .parse_next(input)
}

fn arithmetic(input: &mut &str) -> Parsed<Node> {
    let function = alt((
        "min".value(Function::Least),
        "max".value(Function::Most),
        "ceil".value(Function::Ceiling),
        "rem".value(Function::Remainder),
    ));
    let arguments = separated(2..=2, either, symbol(","));
    (function, delimited(symbol("("), arguments, symbol(")")))
        .map(|(function, inner)| Node::Call(function, inner))
        .parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<i64, NoValue> {
        Formula::parse(text).unwrap().value(&mut |ask| match ask {
            Ask::Name("work-time") => Ok(40_000),
            Ask::Name("a.b") => Ok(7),
            Ask::Name(name) => Err(NoValue::Unknown(name.to_owned())),
            Ask::Events { sort: Sort::Count, what: "received", object: Some("m1") } => Ok(2),
            Ask::Events { .. } => Ok(-1),
        })
    }

    #[test]
    fn formulas_follow_the_usual_order_of_signs_and_know_units() {
        for (text, number) in [
            ("1 + 2 * 3", 7),
            ("(1 + 2) * 3", 9),
            ("10 - 2 - 3", 5),
            ("-work-time + 1", -39_999),
            ("2 * work-time + 500 ms", 80_500),
            ("1.5 min", 90_000),
            ("2.5/s", 2_500),
            ("12.5%", 1_250),
            ("1 MiB / 4 KiB", 256),
            ("a.b + 1", 8),
            ("ceil(7, 2) + rem(7, 2) + min(1, 2) + max(1, 2)", 8),
            ("count(received, m1) > 1 and not 2 < 1", 1),
            ("first(gone) == -1 or 1 / 0 == 1", 1),
            ("1 == 2 or 3 != 3", 0),
            ("7 / 2", 3),
        ] {
            assert_eq!(value(text), Ok(number), "{text}");
        }
        assert_eq!(value("1 / 0"), Err(NoValue::Division));
        assert_eq!(value("9223372036854775807 + 1"), Err(NoValue::TooLarge));
        assert_eq!(value("nobody"), Err(NoValue::Unknown("nobody".to_owned())));
    }

    #[test]
    fn what_is_no_formula_says_from_where_on() {
        for (text, at) in
            [("", 0), ("1 +", 2), ("2 * (3", 2), ("count()", 5), ("3 apples", 2), ("1 2", 2)]
        {
            match Formula::parse(text) {
                Err(NotAFormula::At(_, found)) => assert_eq!(found, at, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        assert_eq!(Formula::parse(&"(".repeat(300)), Err(NotAFormula::TooLong));
        assert!(Formula::parse(&"(".repeat(240)).is_err());
    }

    #[test]
    fn a_formula_knows_what_it_counts() {
        let measure = |text: &str| {
            Formula::parse(text).unwrap().measure(&|name| match name {
                "work-time" => Measure::Time,
                _ => Measure::Count,
            })
        };
        assert_eq!(measure("2 * work-time"), Measure::Time);
        assert_eq!(measure("work-time / 10 s"), Measure::Count);
        assert_eq!(measure("work-time / 10"), Measure::Time);
        assert_eq!(measure("first(sent) - 3"), Measure::Time);
        assert_eq!(measure("work-time > 1 s"), Measure::Count);
        assert_eq!(measure("64 KiB"), Measure::Bytes);
    }
}
