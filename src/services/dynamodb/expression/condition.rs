//! Conditions: what they are made of, what DynamoDB refuses in them, and whether an item fulfils one.

use super::super::value::{AttributeValue, Item};
use super::{
    Found, Operand, Path, Placeholders, operand_count_text, operand_type_text, path_needed_text,
    reserved_text, undefined_name_text, undefined_value_text,
};

/// A condition, a filter or a key condition.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Condition<'e> {
    Or(Box<(Condition<'e>, Condition<'e>)>),
    And(Box<(Condition<'e>, Condition<'e>)>),
    Not(Box<Condition<'e>>),
    Parens(Box<Condition<'e>>),
    Compare(Comparator, Operand<'e>, Operand<'e>),
    Between(Operand<'e>, Operand<'e>, Operand<'e>),
    In(Operand<'e>, Vec<Operand<'e>>),
    /// A function that is true or false.
    Function(Operand<'e>),
}

/// How two operands are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Comparator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparator {
    /// As it is written.
    pub(in super::super) fn text(self) -> &'static str {
        match self {
            Comparator::Eq => "=",
            Comparator::Ne => "<>",
            Comparator::Lt => "<",
            Comparator::Le => "<=",
            Comparator::Gt => ">",
            Comparator::Ge => ">=",
        }
    }

    /// Whether it holds between two values; a missing one equals nothing.
    pub(in super::super) fn holds(
        self,
        a: Option<&AttributeValue>,
        b: Option<&AttributeValue>,
    ) -> bool {
        let (Some(a), Some(b)) = (a, b) else { return self == Comparator::Ne };
        match self {
            Comparator::Eq => return a.same(b),
            Comparator::Ne => return !a.same(b),
            _ => {}
        }
        use std::cmp::Ordering::{Equal, Greater, Less};
        let order = match (a, b) {
            (AttributeValue::S(a), AttributeValue::S(b)) => a.cmp(b),
            (AttributeValue::N(a), AttributeValue::N(b)) => a.cmp(b),
            (AttributeValue::B(a), AttributeValue::B(b)) => a.cmp(b),
            _ => return false,
        };
        match self {
            Comparator::Lt => order == Less,
            Comparator::Le => order != Greater,
            Comparator::Gt => order == Greater,
            Comparator::Ge => order != Less,
            Comparator::Eq | Comparator::Ne => order == Equal,
        }
    }
}

/// Whether `whole` begins with `start`.
pub(in super::super) fn begins_with(whole: &AttributeValue, start: &AttributeValue) -> bool {
    match (whole, start) {
        (AttributeValue::S(whole), AttributeValue::S(start)) => whole.starts_with(start.as_str()),
        (AttributeValue::B(whole), AttributeValue::B(start)) => whole.0.starts_with(&start.0),
        _ => false,
    }
}

/// Whether `whole` contains `part`: a text in a text, a value in a set or list.
pub(in super::super) fn contains(whole: &AttributeValue, part: &AttributeValue) -> bool {
    match (whole, part) {
        (AttributeValue::S(whole), AttributeValue::S(part)) => whole.contains(part.as_str()),
        (AttributeValue::B(whole), AttributeValue::B(part)) => {
            part.0.is_empty() || whole.0.windows(part.0.len()).any(|window| window == part.0)
        }
        (AttributeValue::Ss(set), AttributeValue::S(part)) => set.iter().any(|one| one == part),
        (AttributeValue::Ns(set), AttributeValue::N(part)) => set.contains(part),
        (AttributeValue::Bs(set), AttributeValue::B(part)) => set.contains(part),
        (AttributeValue::L(list), part) => list.iter().any(|value| value.same(part)),
        _ => false,
    }
}

fn size_of(value: &AttributeValue) -> Option<i64> {
    let size = match value {
        AttributeValue::S(text) => text.chars().count(),
        AttributeValue::B(blob) => blob.0.len(),
        AttributeValue::Ss(set) => set.len(),
        AttributeValue::Ns(set) => set.len(),
        AttributeValue::Bs(set) => set.len(),
        AttributeValue::L(list) => list.len(),
        AttributeValue::M(map) => map.len(),
        _ => return None,
    };
    i64::try_from(size).ok()
}

impl Condition<'_> {
    /// Whether an item fulfils it.
    pub(in super::super) fn holds(&self, item: &Item) -> bool {
        match self {
            Condition::Or(both) => both.0.holds(item) || both.1.holds(item),
            Condition::And(both) => both.0.holds(item) && both.1.holds(item),
            Condition::Not(inner) => !inner.holds(item),
            Condition::Parens(inner) => inner.holds(item),
            Condition::Compare(how, a, b) => with(a, item, |a| with(b, item, |b| how.holds(a, b))),
            Condition::Between(a, low, high) => with(a, item, |a| {
                with(low, item, |low| Comparator::Ge.holds(a, low))
                    && with(high, item, |high| Comparator::Le.holds(a, high))
            }),
            Condition::In(a, choices) => with(a, item, |a| {
                let mut choices = choices.iter();
                choices.any(|choice| with(choice, item, |b| Comparator::Eq.holds(a, b)))
            }),
            Condition::Function(Operand::Function(name, args)) => is_true(name, args, item),
            Condition::Function(_) => false,
        }
    }

    /// Every path in it.
    pub(in super::super) fn paths<'c>(&'c self, visit: &mut impl FnMut(&'c Path<'c>)) {
        match self {
            Condition::Or(both) | Condition::And(both) => {
                both.0.paths(visit);
                both.1.paths(visit);
            }
            Condition::Not(inner) | Condition::Parens(inner) => inner.paths(visit),
            Condition::Compare(_, a, b) => [a, b].into_iter().for_each(|one| paths_in(one, visit)),
            Condition::Between(a, b, c) => {
                [a, b, c].into_iter().for_each(|one| paths_in(one, visit));
            }
            Condition::In(a, choices) => {
                paths_in(a, visit);
                choices.iter().for_each(|one| paths_in(one, visit));
            }
            Condition::Function(call) => paths_in(call, visit),
        }
    }
}

fn paths_in<'c>(operand: &'c Operand<'c>, visit: &mut impl FnMut(&'c Path<'c>)) {
    match operand {
        Operand::Path(path) => visit(path),
        Operand::Function(_, args) => args.iter().for_each(|arg| paths_in(arg, visit)),
        _ => {}
    }
}

/// Hands on what an operand stands for in an item.
fn with<T>(
    operand: &Operand<'_>,
    item: &Item,
    then: impl FnOnce(Option<&AttributeValue>) -> T,
) -> T {
    match operand {
        Operand::Path(path) => then(path.find(item)),
        Operand::Value(value) => then(Some(value)),
        Operand::Function("size", args) => {
            let size = args.first().and_then(|arg| size_in(arg, item));
            then(size.map(|size| AttributeValue::N(size.into())).as_ref())
        }
        _ => then(None),
    }
}

/// The size of what an operand stands for; a size has none itself.
fn size_in(operand: &Operand<'_>, item: &Item) -> Option<i64> {
    match operand {
        Operand::Path(path) => size_of(path.find(item)?),
        Operand::Value(value) => size_of(value),
        _ => None,
    }
}

fn is_true(name: &str, args: &[Operand<'_>], item: &Item) -> bool {
    let Some(first) = args.first() else { return false };
    with(first, item, |first| {
        let second = |then: fn(&AttributeValue, &AttributeValue) -> bool| {
            let (Some(first), Some(second)) = (first, args.get(1)) else { return false };
            with(second, item, |second| second.is_some_and(|second| then(first, second)))
        };
        match name {
            "attribute_exists" => first.is_some(),
            "attribute_not_exists" => first.is_none(),
            "attribute_type" => second(
                |value, kind| matches!(kind, AttributeValue::S(kind) if value.type_name() == kind),
            ),
            "begins_with" => second(begins_with),
            "contains" => second(contains),
            _ => false,
        }
    })
}

/// The functions of conditions and how many operands each takes.
const FUNCTIONS: &[(&str, usize)] = &[
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];

const TYPES: &[&str] = &["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/// Looks up names and values, and refuses what DynamoDB refuses.
pub(super) fn resolve<'e>(
    condition: &mut Condition<'e>,
    placeholders: &mut Placeholders<'e>,
) -> Result<(), String> {
    let mut resolver = Resolver { placeholders, found: Found::default(), leaf: Found::default() };
    resolver.condition(condition);
    if matches!(condition, Condition::Function(Operand::Function("size", _))) {
        resolver.misused("size");
    }
    resolver.found.first()
}

/// Ranks of errors over the whole condition.
const PARENS: usize = 0;
const UNKNOWN: usize = 1;
const MISUSED: usize = 2;
const RESERVED: usize = 3;
const LEAF: usize = 4;

/// Ranks of errors within one comparison or function.
const UNDEFINED: usize = 0;
const COUNT: usize = 1;
const DISTINCT: usize = 2;
const TYPE: usize = 3;

struct Resolver<'p, 'e> {
    placeholders: &'p mut Placeholders<'e>,
    found: Found<5>,
    leaf: Found<4>,
}

impl<'e> Resolver<'_, 'e> {
    fn condition(&mut self, condition: &mut Condition<'e>) {
        match condition {
            Condition::Or(both) | Condition::And(both) => {
                let both = &mut **both;
                for side in [&mut both.0, &mut both.1] {
                    self.condition(side);
                    self.refuse_size(side);
                }
            }
            Condition::Not(inner) => {
                self.condition(inner);
                self.refuse_size(inner);
            }
            Condition::Parens(inner) => {
                if matches!(**inner, Condition::Parens(_)) {
                    self.found
                        .note(PARENS, || "The expression has redundant parentheses;".to_owned());
                }
                self.condition(inner);
            }
            Condition::Compare(how, a, b) => {
                self.operand(a);
                self.operand(b);
                self.refuse_functions([&*a, b]);
                self.distinct(how.text(), a, b);
                self.end_leaf();
            }
            Condition::Between(a, low, high) => {
                self.operand(a);
                self.operand(low);
                self.operand(high);
                self.refuse_functions([&*a, low, high]);
                self.bounds(low, high);
                self.end_leaf();
            }
            Condition::In(a, choices) => {
                self.operand(a);
                choices.iter_mut().for_each(|choice| self.operand(choice));
                self.refuse_functions(std::iter::once(&*a).chain(choices.iter()));
                self.end_leaf();
            }
            Condition::Function(call) => {
                self.operand(call);
                self.end_leaf();
            }
        }
    }

    fn operand(&mut self, operand: &mut Operand<'e>) {
        match operand {
            Operand::Path(path) => {
                let Resolver { placeholders, found, leaf } = self;
                path.resolve(
                    placeholders,
                    |name| found.note(RESERVED, || reserved_text(name)),
                    |name| leaf.note(UNDEFINED, || undefined_name_text(name)),
                );
            }
            Operand::Named(name) => match self.placeholders.value(name) {
                Some(value) => *operand = Operand::Value(value),
                None => self.leaf.note(UNDEFINED, || undefined_value_text(name)),
            },
            Operand::Function(name, args) => {
                args.iter_mut().for_each(|arg| self.operand(arg));
                self.refuse_functions(&*args);
                self.function(name, args);
            }
            Operand::Value(_) | Operand::Arithmetic(..) => {}
        }
    }

    fn function(&mut self, name: &str, args: &[Operand<'e>]) {
        let Some((_, count)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let text = || format!("Invalid function name; function: {name}");
            return self.found.note(UNKNOWN, text);
        };
        if args.len() != *count {
            return self.leaf.note(COUNT, || operand_count_text(name, args.len()));
        }
        if let [a, b] = args {
            self.distinct(name, a, b);
        }
        let mut wrong_type = |kind: &str| self.leaf.note(TYPE, || operand_type_text(name, kind));
        match name {
            "attribute_exists" | "attribute_not_exists" if !is_path(&args[0]) => {
                self.leaf.note(TYPE, || path_needed_text(name));
            }
            "begins_with" => {
                let mut kinds = args.iter().filter_map(Operand::known_type);
                if let Some(kind) = kinds.find(|kind| !matches!(*kind, "S" | "B")) {
                    wrong_type(kind);
                }
            }
            "attribute_type" => match args.get(1) {
                Some(Operand::Value(AttributeValue::S(kind))) => {
                    if !TYPES.contains(&kind.as_str()) {
                        self.leaf.note(TYPE, || {
                            format!(
                                "Invalid attribute type name found; type: {kind:.100}, valid \
                                 types: {{{}}}",
                                TYPES.join(",")
                            )
                        });
                    }
                }
                Some(Operand::Value(value)) => wrong_type(value.type_name()),
                _ => wrong_type("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"),
            },
            "size" => {
                if let Some(kind @ ("N" | "BOOL" | "NULL")) = args[0].known_type() {
                    wrong_type(kind);
                }
            }
            _ => {}
        }
    }

    fn distinct(&mut self, name: &str, a: &Operand<'e>, b: &Operand<'e>) {
        if let (Operand::Path(a), Operand::Path(b)) = (a, b)
            && a == b
        {
            self.leaf.note(DISTINCT, || {
                format!(
                    "The first operand must be distinct from the remaining operands for this \
                     operator or function; operator: {name}, first operand: {a}"
                )
            });
        }
    }

    fn bounds(&mut self, low: &Operand<'e>, high: &Operand<'e>) {
        let (Operand::Value(low), Operand::Value(high)) = (low, high) else { return };
        let wanted = if low.type_name() != high.type_name() {
            "same data type for lower and upper bounds"
        } else if Comparator::Gt.holds(Some(low), Some(high)) {
            "upper bound to be greater than or equal to lower bound"
        } else {
            return;
        };
        self.leaf.note(TYPE, || {
            format!(
                "The BETWEEN operator requires {wanted}; lower bound operand: AttributeValue: \
                 {}, upper bound operand: AttributeValue: {}",
                shown(low),
                shown(high)
            )
        });
    }

    /// Functions other than `size` stand alone.
    fn refuse_functions<'o>(&mut self, operands: impl IntoIterator<Item = &'o Operand<'e>>)
    where
        'e: 'o,
    {
        for operand in operands {
            if let Operand::Function(name, _) = operand
                && *name != "size"
            {
                self.misused(name);
            }
        }
    }

    /// `size` is no condition.
    fn refuse_size(&mut self, condition: &Condition<'e>) {
        if matches!(condition, Condition::Function(Operand::Function("size", _))) {
            self.misused("size");
        }
    }

    fn misused(&mut self, name: &str) {
        self.found.note(MISUSED, || {
            format!(
                "The function is not allowed to be used this way in an expression; function: {name}"
            )
        });
    }

    /// The first comparison or function with an error decides which error of that rank is told.
    fn end_leaf(&mut self) {
        if let Err(message) = std::mem::take(&mut self.leaf).first() {
            self.found.note(LEAF, || message);
        }
    }
}

fn is_path(operand: &Operand<'_>) -> bool {
    matches!(operand, Operand::Path(_))
}

fn shown(value: &AttributeValue) -> String {
    let plain = match value {
        AttributeValue::S(text) => format!("{text:.100}"),
        AttributeValue::N(number) => number.to_string(),
        AttributeValue::B(blob) => format!("{:.100}", blob.to_base64()),
        _ => "…".to_owned(),
    };
    format!("{{{}:{plain}}}", value.type_name())
}
