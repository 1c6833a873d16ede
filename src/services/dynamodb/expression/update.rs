//! Updates: what they are made of, what DynamoDB refuses in them, and what they make of an item.

use super::super::value::{AttributeValue, Item};
use super::path::Clash;
use super::{
    Found, Operand, Path, Piece, Placeholders, Sign, operand_count_text, operand_type_text,
    path_needed_text, reserved_text, undefined_name_text, undefined_value_text,
};

/// An `UpdateExpression`.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Update<'e> {
    /// In the order in which they are written.
    pub(in super::super) sections: Vec<Section<'e>>,
}

/// `SET …`, `REMOVE …`, `ADD …` or `DELETE …`.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Section<'e> {
    /// The word it begins with.
    pub(in super::super) name: &'static str,
    /// What it does, in order.
    pub(in super::super) actions: Vec<Action<'e>>,
}

/// One thing that an update does.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Action<'e> {
    Set(Path<'e>, Operand<'e>),
    Remove(Path<'e>),
    Add(Path<'e>, Operand<'e>),
    Delete(Path<'e>, Operand<'e>),
}

impl<'e> Action<'e> {
    /// Where it does it.
    pub(in super::super) fn path(&self) -> &Path<'e> {
        match self {
            Action::Set(path, _) | Action::Add(path, _) | Action::Delete(path, _) => path,
            Action::Remove(path) => path,
        }
    }

    /// The type that the attribute will have, as far as it is known beforehand.
    pub(in super::super) fn known_type(&self) -> Option<&'static str> {
        match self {
            Action::Set(_, operand) => operand.known_type(),
            Action::Add(_, operand) | Action::Delete(_, operand) => operand.value_type(),
            Action::Remove(_) => None,
        }
    }
}

impl<'e> Update<'e> {
    /// Everything it does.
    pub(in super::super) fn actions(&self) -> impl Iterator<Item = &Action<'e>> {
        self.sections.iter().flat_map(|section| &section.actions)
    }

    /// Does it to an item; sets see the item as it was.
    ///
    /// # Errors
    /// DynamoDB's sentence when the item does not allow it; the item is then half changed.
    pub(in super::super) fn apply(&self, item: &mut Item) -> Result<(), String> {
        let mut sets = Vec::new();
        for action in self.actions() {
            if let Action::Set(path, operand) = action {
                sets.push((path, value_of(operand, item)?));
            }
        }
        let mut sets = sets.into_iter();
        let mut removed = Vec::new();
        for action in self.actions() {
            match action {
                Action::Set(..) => {
                    let (path, value) = sets.next().expect("one value for each set");
                    put(item, path, value)?;
                }
                Action::Remove(path) => removed.push(path),
                Action::Add(path, operand) => add(item, path, operand)?,
                Action::Delete(path, operand) => delete(item, path, operand)?,
            }
        }
        // From the back, so that places in lists stay true while others go.
        removed.sort_by(|a, b| match (a.rest.last(), b.rest.last()) {
            (Some(Piece::Index(a)), Some(Piece::Index(b))) => b.cmp(a),
            _ => std::cmp::Ordering::Equal,
        });
        removed.into_iter().try_for_each(|path| remove(item, path))
    }
}

const WRONG_TYPE: &str = "An operand in the update expression has an incorrect data type";

fn value_of(operand: &Operand<'_>, item: &Item) -> Result<AttributeValue, String> {
    const MISSING: &str =
        "The provided expression refers to an attribute that does not exist in the item";
    match operand {
        Operand::Value(value) => Ok((*value).clone()),
        Operand::Path(path) => path.find(item).cloned().ok_or_else(|| MISSING.to_owned()),
        Operand::Arithmetic(sign, both) => {
            let (a, b) = (value_of(&both.0, item)?, value_of(&both.1, item)?);
            let (AttributeValue::N(a), AttributeValue::N(b)) = (a, b) else {
                return Err(WRONG_TYPE.to_owned());
            };
            let result = match sign {
                Sign::Plus => a.plus(&b),
                Sign::Minus => a.minus(&b),
            };
            result.map(AttributeValue::N)
        }
        Operand::Function("if_not_exists", args) => {
            if let Some(Operand::Path(path)) = args.first()
                && let Some(value) = path.find(item)
            {
                return Ok(value.clone());
            }
            args.get(1).map_or_else(|| Err(MISSING.to_owned()), |arg| value_of(arg, item))
        }
        Operand::Function("list_append", args) => {
            let mut whole = Vec::new();
            for arg in args {
                match value_of(arg, item)? {
                    AttributeValue::L(mut list) => whole.append(&mut list),
                    _ => return Err(WRONG_TYPE.to_owned()),
                }
            }
            Ok(AttributeValue::L(whole))
        }
        Operand::Function(..) | Operand::Named(_) => Err(MISSING.to_owned()),
    }
}

/// Where a path ends: in a map (or the item itself), or in a list.
enum Place<'i, 'e> {
    Map(&'i mut Item, &'e str),
    List(&'i mut Vec<AttributeValue>, usize),
}

fn place<'i, 'e>(item: &'i mut Item, path: &Path<'e>) -> Result<Place<'i, 'e>, String> {
    const INVALID: &str =
        "The document path provided in the update expression is invalid for update";
    let Some((last, between)) = path.rest.split_last() else {
        return Ok(Place::Map(item, path.attribute()));
    };
    let mut value = item.get_mut(path.attribute()).ok_or(INVALID)?;
    for piece in between {
        value = match (value, piece) {
            (AttributeValue::M(map), Piece::Name(name)) => map.get_mut(name).ok_or(INVALID)?,
            (AttributeValue::L(list), Piece::Index(at)) => list.get_mut(*at).ok_or(INVALID)?,
            _ => return Err(INVALID.to_owned()),
        };
    }
    match (value, *last) {
        (AttributeValue::M(map), Piece::Name(name)) => Ok(Place::Map(map, name)),
        (AttributeValue::L(list), Piece::Index(at)) => Ok(Place::List(list, at)),
        _ => Err(INVALID.to_owned()),
    }
}

fn put(item: &mut Item, path: &Path<'_>, value: AttributeValue) -> Result<(), String> {
    match place(item, path)? {
        Place::Map(map, name) => map.set(name, value),
        // Past its end, a list grows by one.
        Place::List(list, at) if at >= list.len() => list.push(value),
        Place::List(list, at) => list[at] = value,
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path<'_>) -> Result<(), String> {
    match place(item, path)? {
        Place::Map(map, name) => drop(map.remove(name)),
        Place::List(list, at) if at < list.len() => drop(list.remove(at)),
        Place::List(..) => {}
    }
    Ok(())
}

fn add(item: &mut Item, path: &Path<'_>, operand: &Operand<'_>) -> Result<(), String> {
    let more = value_of(operand, item)?;
    let existing = path.find(item).cloned();
    let sum = match existing {
        None if matches!(more, AttributeValue::L(_)) => return Err(WRONG_TYPE.to_owned()),
        None => more,
        Some(existing) => added(existing, &more).map_err(|error| match error {
            Mismatch::Type => WRONG_TYPE.to_owned(),
            Mismatch::Range(message) => message,
        })?,
    };
    put(item, path, sum)
}

fn delete(item: &mut Item, path: &Path<'_>, operand: &Operand<'_>) -> Result<(), String> {
    let less = value_of(operand, item)?;
    let Some(existing) = path.find(item).cloned() else {
        return place(item, path).map(drop);
    };
    match without(existing, &less).ok_or(WRONG_TYPE)? {
        Some(rest) => put(item, path, rest),
        None => remove(item, path),
    }
}

/// Why one value cannot be added to another.
pub(in super::super) enum Mismatch {
    Type,
    Range(String),
}

/// A number and another, or a set and more of it.
pub(in super::super) fn added(
    existing: AttributeValue,
    more: &AttributeValue,
) -> Result<AttributeValue, Mismatch> {
    fn join<T: Clone + PartialEq>(mut set: Vec<T>, more: &[T]) -> Vec<T> {
        for one in more {
            if !set.contains(one) {
                set.push(one.clone());
            }
        }
        set
    }
    Ok(match (existing, more) {
        (AttributeValue::N(a), AttributeValue::N(b)) => {
            AttributeValue::N(a.plus(b).map_err(Mismatch::Range)?)
        }
        (AttributeValue::Ss(a), AttributeValue::Ss(b)) => AttributeValue::Ss(join(a, b)),
        (AttributeValue::Ns(a), AttributeValue::Ns(b)) => AttributeValue::Ns(join(a, b)),
        (AttributeValue::Bs(a), AttributeValue::Bs(b)) => AttributeValue::Bs(join(a, b)),
        (AttributeValue::L(mut a), AttributeValue::L(b)) => {
            a.extend(b.iter().cloned());
            AttributeValue::L(a)
        }
        _ => return Err(Mismatch::Type),
    })
}

/// A set without some of it: nothing for other types, and nothing inside when the set ends up empty.
pub(in super::super) fn without(
    existing: AttributeValue,
    less: &AttributeValue,
) -> Option<Option<AttributeValue>> {
    fn rest<T: PartialEq>(mut set: Vec<T>, less: &[T]) -> Option<Vec<T>> {
        set.retain(|one| !less.contains(one));
        (!set.is_empty()).then_some(set)
    }
    match (existing, less) {
        (AttributeValue::Ss(a), AttributeValue::Ss(b)) => Some(rest(a, b).map(AttributeValue::Ss)),
        (AttributeValue::Ns(a), AttributeValue::Ns(b)) => Some(rest(a, b).map(AttributeValue::Ns)),
        (AttributeValue::Bs(a), AttributeValue::Bs(b)) => Some(rest(a, b).map(AttributeValue::Bs)),
        _ => None,
    }
}

/// Ranks of errors.
const RESERVED: usize = 0;
const UNKNOWN: usize = 1;
const SECTION: usize = 2;
const NAME: usize = 3;
const VALUE: usize = 4;
const OVERLAP: usize = 5;
const CONFLICT: usize = 6;
const OPERAND: usize = 7;
const FUNCTION: usize = 8;

/// Looks up names and values, and refuses what DynamoDB refuses.
pub(super) fn resolve<'e>(
    update: &mut Update<'e>,
    placeholders: &mut Placeholders<'e>,
) -> Result<(), String> {
    let mut resolver = Resolver { placeholders, found: Found::default() };
    let mut seen: Vec<&str> = Vec::new();
    let mut paths: Vec<Path<'e>> = Vec::new();
    for section in &mut update.sections {
        for action in &mut section.actions {
            resolver.action(action);
            let path = action.path().clone();
            if let Some((clash, earlier)) =
                paths.iter().find_map(|earlier| earlier.clash(&path).map(|clash| (clash, earlier)))
            {
                let rank = if clash == Clash::Overlap { OVERLAP } else { CONFLICT };
                resolver.found.note(rank, || clash.text(earlier, &path));
            }
            paths.push(path);
        }
        if seen.contains(&section.name) {
            let name = section.name;
            resolver.found.note(SECTION, || {
                format!("The \"{name}\" section can only be used once in an update expression;")
            });
        }
        seen.push(section.name);
    }
    resolver.found.first()
}

struct Resolver<'p, 'e> {
    placeholders: &'p mut Placeholders<'e>,
    found: Found<9>,
}

impl<'e> Resolver<'_, 'e> {
    fn action(&mut self, action: &mut Action<'e>) {
        match action {
            Action::Set(path, operand) => {
                self.path(path);
                self.operand(operand);
            }
            Action::Remove(path) => self.path(path),
            Action::Add(path, operand) => {
                self.path(path);
                self.operand(operand);
                self.check_operand("ADD", operand);
            }
            Action::Delete(path, operand) => {
                self.path(path);
                self.operand(operand);
                self.check_operand("DELETE", operand);
            }
        }
    }

    fn path(&mut self, path: &mut Path<'e>) {
        let (mut reserved, mut undefined) = (None, None);
        path.resolve(
            self.placeholders,
            |name| _ = reserved.get_or_insert(name),
            |name| _ = undefined.get_or_insert(name),
        );
        if let Some(name) = reserved {
            self.found.note(RESERVED, || reserved_text(name));
        }
        if let Some(name) = undefined {
            self.found.note(NAME, || undefined_name_text(name));
        }
    }

    fn operand(&mut self, operand: &mut Operand<'e>) {
        match operand {
            Operand::Path(path) => self.path(path),
            Operand::Named(name) => match self.placeholders.value(name) {
                Some(value) => *operand = Operand::Value(value),
                None => self.found.note(VALUE, || undefined_value_text(name)),
            },
            Operand::Function(name, args) => {
                args.iter_mut().for_each(|arg| self.operand(arg));
                self.function(name, args);
            }
            Operand::Arithmetic(sign, both) => {
                let both = &mut **both;
                let name = if *sign == Sign::Plus { "+" } else { "-" };
                for side in [&mut both.0, &mut both.1] {
                    self.operand(side);
                    self.wants(name, side, "N");
                }
            }
            Operand::Value(_) => {}
        }
    }

    fn function(&mut self, name: &str, args: &[Operand<'e>]) {
        if !matches!(name, "if_not_exists" | "list_append") {
            let text = || format!("Invalid function name; function: {name}");
            return self.found.note(UNKNOWN, text);
        }
        if args.len() != 2 {
            return self.found.note(FUNCTION, || operand_count_text(name, args.len()));
        }
        if name == "list_append" {
            args.iter().for_each(|arg| self.wants(name, arg, "L"));
        } else if !matches!(args[0], Operand::Path(_)) {
            self.found.note(FUNCTION, || path_needed_text(name));
        }
    }

    fn wants(&mut self, name: &str, operand: &Operand<'e>, wanted: &str) {
        if let Some(kind) = operand.value_type().filter(|kind| *kind != wanted) {
            self.found.note(FUNCTION, || operand_type_text(name, kind));
        }
    }

    fn check_operand(&mut self, operator: &str, operand: &Operand<'e>) {
        let kind = match operand.value_type() {
            Some("N") if operator == "ADD" => return,
            Some("S") => "STRING",
            Some("N") => "NUMBER",
            Some("B") => "BINARY",
            Some("NULL") => "NULL",
            Some("BOOL") => "BOOLEAN",
            Some("L") => "LIST",
            Some("M") => "MAP",
            _ => return,
        };
        self.found.note(OPERAND, || {
            format!(
                "Incorrect operand type for operator or function; operator: {operator}, operand \
                 type: {kind}"
            )
        });
    }
}
