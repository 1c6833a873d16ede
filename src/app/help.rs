//! The help: every row of the table of keys, in groups, those that apply now first.

use unicode_width::UnicodeWidthStr as _;

use super::App;
use super::keys::{self, Binding, KEYS, Scope};
use super::overlay::{self, Kind};
use crate::words;

/// The groups of keys, in the order in which they are told where none applies more than another.
const GROUPS: &[&[Scope]] = &[
    &[Scope::Lesson, Scope::Plain],
    &[Scope::Reader, Scope::Pages],
    &[Scope::Seek, Scope::Program, Scope::Always],
    &[Scope::Contents],
    &[Scope::Found],
    &[Scope::Model],
    &[Scope::ModelLine],
    &[Scope::Turn],
    &[Scope::Home],
    &[Scope::Search],
    &[Scope::Find],
    &[Scope::Links],
    &[Scope::List],
    &[Scope::Notes],
    &[Scope::Card],
    &[Scope::Help],
    &[Scope::Aside],
    &[Scope::QuizCover],
    &[Scope::QuizOpen],
    &[Scope::QuizChoice],
    &[Scope::QuizTyping, Scope::QuizLine],
    &[Scope::QuizText],
    &[Scope::QuizTrace],
    &[Scope::QuizOutput],
    &[Scope::QuizOrder],
    &[Scope::QuizPairs],
    &[Scope::QuizSure],
    &[Scope::QuizTrial],
    &[Scope::QuizShown],
    &[Scope::QuizDone],
];

/// From this width on the help stands in two columns.
const TWO_COLUMNS: u16 = 96;

/// A line of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Air between two groups.
    Blank,
    /// The heading of a group.
    Title(&'static str),
    /// Keys, and what they do.
    Keys(String, &'static str),
}

/// The lines of the help in one column or two, as the overlay has room for.
pub fn columns(app: &App) -> Vec<Vec<Line>> {
    let count = if overlay::inner(Kind::Help, app).width >= TWO_COLUMNS { 2 } else { 1 };
    in_columns(groups(app), count)
}

/// How far down the help can be scrolled.
pub fn last_top(app: &App) -> usize {
    let rows = columns(app).iter().map(Vec::len).max().unwrap_or(0);
    rows.saturating_sub(usize::from(overlay::inner(Kind::Help, app).height).max(1))
}

/// Cells that the widest keys take.
pub fn keys_width(columns: &[Vec<Line>]) -> usize {
    let widths = columns.iter().flatten().map(|line| match line {
        Line::Keys(keys, _) => keys.width(),
        Line::Blank | Line::Title(_) => 0,
    });
    widths.max().unwrap_or(0)
}

/// The groups that hold in the mode below the help first, the nearest before the others.
fn groups(app: &App) -> Vec<Vec<Line>> {
    let scopes = app.ground().scopes();
    let nearness = |group: &[Scope]| scopes.iter().position(|scope| group.contains(scope));
    let mut groups: Vec<&[Scope]> = GROUPS.to_vec();
    groups.sort_by_key(|group| nearness(group).unwrap_or(usize::MAX));
    groups.into_iter().map(|group| lines(app, group)).filter(|lines| lines.len() > 1).collect()
}

/// A heading and the rows of a group; rows that do the same share a line.
fn lines(app: &App, group: &[Scope]) -> Vec<Line> {
    let words = words::keys::of(app.lang);
    let mut rows: Vec<(Vec<String>, &'static str)> = Vec::new();
    for row in group.iter().flat_map(|scope| KEYS.iter().filter(move |row| row.scope == *scope)) {
        let (signs, label) = (signs(app, row), (row.label)(words));
        match rows.iter_mut().find(|(_, known)| *known == label) {
            Some((known, _)) => known.extend(signs),
            None => rows.push((signs, label)),
        }
    }
    let title = Line::Title(keys::title(group[0])(words));
    let rows = rows.into_iter().map(|(signs, label)| Line::Keys(joined(&signs), label));
    std::iter::once(title).chain(rows).collect()
}

fn signs(app: &App, row: &Binding) -> Vec<String> {
    row.keys.iter().map(|key| key.sign(app.settings.symbols)).collect()
}

/// Keys one after the other; a long run of them by its ends.
fn joined(signs: &[String]) -> String {
    match signs {
        // The digits.
        [first, .., last] if signs.len() > 5 => format!("{first}-{last}"),
        _ => signs.join(" "),
    }
}

/// The groups in so many columns of about the same height; no group is torn.
fn in_columns(groups: Vec<Vec<Line>>, count: usize) -> Vec<Vec<Line>> {
    let total: usize = groups.iter().map(|group| group.len() + 1).sum();
    let mut columns: Vec<Vec<Line>> = vec![Vec::new()];
    for group in groups {
        let is_full = columns
            .last()
            .is_some_and(|column| column.len() + group.len() / 2 > total.div_ceil(count));
        if is_full && columns.len() < count {
            columns.push(Vec::new());
        }
        if let Some(column) = columns.last_mut() {
            if !column.is_empty() {
                column.push(Line::Blank);
            }
            column.extend(group);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::Desk;

    #[test]
    fn every_key_stands_in_the_help() {
        for row in KEYS {
            assert!(GROUPS.iter().any(|group| group.contains(&row.scope)), "{:?}", row.scope);
        }
    }

    #[test]
    fn what_applies_now_stands_first() {
        let first = |keys: &str| {
            let mut desk = Desk::new(80, 24);
            desk.press(keys);
            columns(&desk.app)[0][0].clone()
        };
        assert_eq!(first("?"), Line::Title("Home"));
        assert_eq!(first("enter ] ?"), Line::Title("Lesson"));
        assert_eq!(first("enter ] 3 ?"), Line::Title("Model"));
    }

    #[test]
    fn one_key_up_from_the_end_moves_however_often_down_was_pressed() {
        let mut desk = Desk::new(80, 24);
        desk.press("?");
        for _ in 0..300 {
            desk.press("j");
        }
        let last = last_top(&desk.app);
        assert!(matches!(desk.app.overlays[0], overlay::Overlay::Help(top) if top == last));
    }
}
