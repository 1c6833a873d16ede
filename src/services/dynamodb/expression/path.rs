//! Document paths: `a.b[3]`, reading along them, and projections made of them.

use std::fmt;

use super::super::reserved::is_reserved;
use super::super::value::{AttributeValue, Item};
use super::{Found, Placeholders, reserved_text, undefined_name_text};

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Piece<'e> {
    /// An attribute or a map's key.
    Name(&'e str),
    /// `#name`, not looked up yet.
    Placeholder(&'e str),
    /// A place in a list.
    Index(usize),
}

/// An attribute, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Path<'e> {
    /// The attribute.
    pub(in super::super) head: Piece<'e>,
    /// The way into it.
    pub(in super::super) rest: Vec<Piece<'e>>,
}

/// The parts of an item that are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Projection<'e>(pub(in super::super) Vec<Path<'e>>);

impl<'e> Path<'e> {
    /// A top-level attribute.
    pub(in super::super) fn of(name: &'e str) -> Path<'e> {
        Path { head: Piece::Name(name), rest: Vec::new() }
    }

    /// The attribute's name.
    pub(in super::super) fn attribute(&self) -> &'e str {
        match self.head {
            Piece::Name(name) | Piece::Placeholder(name) => name,
            Piece::Index(_) => "",
        }
    }

    /// Whether it leads into an attribute.
    pub(in super::super) fn is_nested(&self) -> bool {
        !self.rest.is_empty()
    }

    fn pieces(&self) -> impl Iterator<Item = Piece<'e>> + '_ {
        std::iter::once(self.head).chain(self.rest.iter().copied())
    }

    /// What it leads to.
    pub(in super::super) fn find<'i>(&self, item: &'i Item) -> Option<&'i AttributeValue> {
        let head = item.get(self.attribute())?;
        self.rest.iter().try_fold(head, |value, piece| match (value, piece) {
            (AttributeValue::M(map), Piece::Name(name)) => map.get(name),
            (AttributeValue::L(list), Piece::Index(at)) => list.get(*at),
            _ => None,
        })
    }

    /// Looks up its `#names`; notes reserved words and names that are not defined.
    pub(super) fn resolve(
        &mut self,
        placeholders: &mut Placeholders<'e>,
        mut reserved: impl FnMut(&'e str),
        mut undefined: impl FnMut(&'e str),
    ) {
        for piece in std::iter::once(&mut self.head).chain(&mut self.rest) {
            match *piece {
                Piece::Name(name) if is_reserved(name) => reserved(name),
                Piece::Placeholder(name) => match placeholders.name(name) {
                    Some(found) => *piece = Piece::Name(found),
                    None => undefined(name),
                },
                _ => {}
            }
        }
    }

    /// How it clashes with another path of the same expression.
    pub(super) fn clash(&self, other: &Path<'_>) -> Option<Clash> {
        for (own, theirs) in self.pieces().zip(other.pieces()) {
            match (own, theirs) {
                (Piece::Index(a), Piece::Index(b)) if a == b => {}
                (Piece::Index(_), Piece::Index(_)) => return None,
                (Piece::Index(_), _) | (_, Piece::Index(_)) => return Some(Clash::Conflict),
                (a, b) if a == b => {}
                _ => return None,
            }
        }
        Some(Clash::Overlap)
    }
}

/// How two paths of one expression clash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    Overlap,
    Conflict,
}

impl Clash {
    pub(super) fn text(self, one: &Path<'_>, two: &Path<'_>) -> String {
        let how = match self {
            Clash::Overlap => "overlap",
            Clash::Conflict => "conflict",
        };
        format!(
            "Two document paths {how} with each other; must remove or rewrite one of these paths; \
             path one: {one}, path two: {two}"
        )
    }
}

/// `[a, [0], b]`, as DynamoDB prints paths in its errors.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (number, piece) in self.pieces().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            match piece {
                Piece::Name(name) | Piece::Placeholder(name) => write!(f, "{comma}{name}")?,
                Piece::Index(at) => write!(f, "{comma}[{at}]")?,
            }
        }
        f.write_str("]")
    }
}

/// Looks up the names of a projection and refuses paths that clash.
pub(super) fn resolve_projection<'e>(
    paths: &mut [Path<'e>],
    placeholders: &mut Placeholders<'e>,
) -> Result<(), String> {
    // Ranks: a reserved word, a name not defined, an overlap, a conflict.
    let mut found = Found::<4>::default();
    for at in 0..paths.len() {
        let (mut reserved, mut undefined) = (None, None);
        paths[at].resolve(
            placeholders,
            |name| _ = reserved.get_or_insert(name),
            |name| _ = undefined.get_or_insert(name),
        );
        if let Some(name) = reserved {
            found.note(0, || reserved_text(name));
        }
        if let Some(name) = undefined {
            found.note(1, || undefined_name_text(name));
        }
        let (before, rest) = paths.split_at(at);
        for earlier in before {
            if let Some(clash) = earlier.clash(&rest[0]) {
                let rank = if clash == Clash::Overlap { 2 } else { 3 };
                found.note(rank, || clash.text(earlier, &rest[0]));
            }
        }
    }
    found.first()
}

impl Projection<'_> {
    /// The parts of an item; lists close up over what was not asked for.
    pub(in super::super) fn of(&self, item: &Item) -> Item {
        if self.0.iter().all(|path| !path.is_nested()) {
            return self
                .0
                .iter()
                .filter_map(|path| {
                    let name = path.attribute();
                    item.get(name).map(|value| (name, value.clone()))
                })
                .collect();
        }
        item.iter()
            .filter_map(|(name, value)| {
                let ways: Vec<&[Piece<'_>]> = self
                    .0
                    .iter()
                    .filter(|path| path.attribute() == name)
                    .map(|path| &path.rest[..])
                    .collect();
                cut(value, &ways).map(|part| (name, part))
            })
            .collect()
    }
}

/// The part of a value that some ways lead to.
fn cut(value: &AttributeValue, ways: &[&[Piece<'_>]]) -> Option<AttributeValue> {
    if ways.is_empty() {
        return None;
    }
    if ways.iter().any(|way| way.is_empty()) {
        return Some(value.clone());
    }
    let on = |wanted: Piece<'_>| -> Vec<&[Piece<'_>]> {
        ways.iter().filter(|way| way[0] == wanted).map(|way| &way[1..]).collect()
    };
    match value {
        AttributeValue::M(map) => {
            let parts: Item = map
                .iter()
                .filter_map(|(name, value)| {
                    cut(value, &on(Piece::Name(name))).map(|part| (name, part))
                })
                .collect();
            (!parts.is_empty()).then_some(AttributeValue::M(parts))
        }
        AttributeValue::L(list) => {
            let parts: Vec<AttributeValue> = list
                .iter()
                .enumerate()
                .filter_map(|(at, value)| cut(value, &on(Piece::Index(at))))
                .collect();
            (!parts.is_empty()).then_some(AttributeValue::L(parts))
        }
        _ => None,
    }
}
