//! The answer that is being made: what is ticked, typed or put in order before it is judged.

use std::collections::BTreeSet;

use tui_textarea::{CursorMove, TextArea};

use crate::app::key::{Code, Key};
use crate::app::notes::area_input;
use crate::app::prompt::Prompt;
use crate::quiz::{Kind, Question, ReplySize, Response};

/// The answer that is being made.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Options, by their place on the screen and their index in the question.
    Choice {
        /// The option that the keys are at, by its place on the screen.
        cursor: usize,
        /// The options ticked, by their index in the question.
        ticked: BTreeSet<usize>,
        /// Whether several may be ticked.
        many: bool,
    },
    /// One line.
    Line(Prompt),
    /// Many lines.
    Text(TextArea<'static>),
    /// Of a program.
    Trace {
        /// Whether it compiles, once that was said.
        compiles: Option<bool>,
        /// What it prints.
        output: TextArea<'static>,
    },
    /// Items in the order on the screen, by their index in the question.
    Order {
        /// The item that the keys are at.
        cursor: usize,
        /// Whether that item goes along with the keys.
        is_held: bool,
        /// The items.
        items: Vec<usize>,
    },
    /// For each left side the place, among the right sides on the screen, of the one chosen.
    Pairs {
        /// The left side that the keys are at.
        cursor: usize,
        /// What was chosen.
        chosen: Vec<Option<usize>>,
    },
}

/// A text area without looks of its own.
pub fn area() -> TextArea<'static> {
    TextArea::default()
}

impl Reply {
    /// Nothing answered yet. `order` is how options, items or right sides stand on the screen.
    pub fn to(question: &Question, order: &[usize]) -> Reply {
        match &question.kind {
            Kind::MultipleChoice(choice) => {
                Reply::Choice { cursor: 0, ticked: BTreeSet::new(), many: choice.many }
            }
            Kind::ShortAnswer(short) if short.size != ReplySize::Short => Reply::Text(area()),
            Kind::ShortAnswer(_) | Kind::Numeric(_) => Reply::Line(Prompt::default()),
            Kind::Tracing(_) => Reply::Trace { compiles: None, output: area() },
            Kind::Ordering(_) => Reply::Order { cursor: 0, is_held: false, items: order.to_vec() },
            Kind::Matching(matching) => {
                Reply::Pairs { cursor: 0, chosen: vec![None; matching.pairs.len()] }
            }
        }
    }

    /// The answer as it stands; nothing while it is unfinished.
    pub fn response(&self, order: &[usize]) -> Option<Response> {
        let joined = |area: &TextArea<'_>| area.lines().join("\n");
        match self {
            Reply::Choice { cursor, ticked, many } => {
                let mut ticked = ticked.clone();
                if !many && ticked.is_empty() {
                    ticked.extend(order.get(*cursor));
                }
                Some(Response::Choice(ticked))
            }
            Reply::Line(prompt) => Some(Response::Text(prompt.text().to_owned())),
            Reply::Text(area) => Some(Response::Text(joined(area))),
            Reply::Trace { compiles: None, .. } => None,
            Reply::Trace { compiles: Some(compiles), output } => {
                let stdout = if *compiles { joined(output) } else { String::new() };
                Some(Response::Trace { compiles: *compiles, stdout })
            }
            Reply::Order { items, .. } => Some(Response::Order(items.clone())),
            Reply::Pairs { chosen, .. } => {
                let sides: Option<Vec<usize>> =
                    chosen.iter().map(|at| order.get((*at)?).copied()).collect();
                sides.map(Response::Pairs)
            }
        }
    }

    /// Puts the keys on the first pair that is still open.
    pub fn go_to_open(&mut self) {
        if let Reply::Pairs { cursor, chosen } = self
            && let Some(open) = chosen.iter().position(Option::is_none)
        {
            *cursor = open;
        }
    }

    /// How many lines the keys can be moved over.
    fn len(&self, order: &[usize]) -> usize {
        match self {
            Reply::Choice { .. } => order.len(),
            Reply::Trace { .. } => 2,
            Reply::Order { items, .. } => items.len(),
            Reply::Pairs { chosen, .. } => chosen.len(),
            Reply::Line(_) | Reply::Text(_) => 0,
        }
    }

    /// Moves the keys by so many options or items; what is held goes along.
    pub fn step(&mut self, by: isize, order: &[usize]) {
        let len = self.len(order);
        let to = |cursor: usize| cursor.saturating_add_signed(by).min(len.saturating_sub(1));
        match self {
            Reply::Choice { cursor, .. } | Reply::Pairs { cursor, .. } => *cursor = to(*cursor),
            Reply::Order { cursor, is_held: false, .. } => *cursor = to(*cursor),
            Reply::Order { is_held: true, .. } => self.carry(by),
            Reply::Trace { compiles, .. } => *compiles = Some(by < 0),
            Reply::Line(_) | Reply::Text(_) => {}
        }
    }

    /// Moves the item that the keys are at, by so many places.
    pub fn carry(&mut self, by: isize) {
        let Reply::Order { cursor, items, .. } = self else { return };
        let to = cursor.saturating_add_signed(by).min(items.len().saturating_sub(1));
        let item = items.remove(*cursor);
        items.insert(to, item);
        *cursor = to;
    }

    /// Ticks or unticks what the keys are at, or takes hold of it.
    pub fn toggle(&mut self, order: &[usize]) {
        match self {
            Reply::Choice { cursor, .. } => {
                let at = *cursor;
                self.tick(at, order);
            }
            Reply::Order { is_held, .. } => *is_held = !*is_held,
            Reply::Pairs { .. } => self.turn(1, order),
            Reply::Line(_) | Reply::Text(_) | Reply::Trace { .. } => {}
        }
    }

    fn tick(&mut self, at: usize, order: &[usize]) {
        let Reply::Choice { cursor, ticked, many } = self else { return };
        let Some(option) = order.get(at) else { return };
        *cursor = at;
        if *many {
            if !ticked.remove(option) {
                ticked.insert(*option);
            }
        } else {
            *ticked = BTreeSet::from([*option]);
        }
    }

    /// What the key of a number does: ticks the option of this place (from 0), chooses the right
    /// side, or says whether the program compiles.
    pub fn pick(&mut self, at: usize, order: &[usize]) {
        match self {
            Reply::Choice { .. } => self.tick(at, order),
            Reply::Pairs { cursor, chosen } if at < order.len() => {
                chosen[*cursor] = Some(at);
                *cursor = (*cursor + 1).min(chosen.len() - 1);
            }
            Reply::Trace { compiles, .. } if at < 2 => *compiles = Some(at == 0),
            Reply::Order { cursor, items, .. } if at < items.len() => *cursor = at,
            _ => {}
        }
    }

    /// Goes to a line by the mouse; a second time on the same one does what the space bar does.
    pub fn click(&mut self, at: usize, order: &[usize]) {
        match self {
            Reply::Pairs { cursor, .. } | Reply::Order { cursor, .. } if *cursor != at => {
                *cursor = at;
            }
            Reply::Pairs { .. } | Reply::Order { .. } => self.toggle(order),
            _ => self.pick(at, order),
        }
    }

    /// Chooses another right side for the left one that the keys are at.
    pub fn turn(&mut self, by: isize, order: &[usize]) {
        let Reply::Pairs { cursor, chosen } = self else { return };
        let len = order.len() as isize;
        let now = chosen[*cursor].map_or(if by > 0 { -1 } else { len }, |at| at as isize);
        chosen[*cursor] = Some((now + by).rem_euclid(len) as usize);
    }

    /// Whether keys are text now.
    pub fn is_typing(&self) -> bool {
        matches!(self, Reply::Line(_) | Reply::Text(_) | Reply::Trace { compiles: Some(true), .. })
    }

    /// Takes a key that is text.
    pub fn key(&mut self, key: Key) {
        match self {
            Reply::Line(prompt) => {
                prompt.key(key);
            }
            // Tab would leave blanks that nobody sees.
            Reply::Text(_) | Reply::Trace { .. } if key.code == Code::Tab => {}
            Reply::Text(area) | Reply::Trace { output: area, .. } => {
                area.input(area_input(key));
            }
            _ => {}
        }
    }

    /// Takes text that was pasted.
    pub fn paste(&mut self, text: &str) {
        match self {
            Reply::Line(prompt) => {
                prompt.insert(text.trim());
            }
            Reply::Text(area) | Reply::Trace { output: area, .. } => insert(area, text),
            _ => {}
        }
    }
}

/// Puts pasted text into an area, without what a terminal would obey.
pub fn insert(area: &mut TextArea<'_>, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    area.insert_str(clean);
    area.move_cursor(CursorMove::InViewport);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_pairing_leads_to_the_first_pair_that_is_open() {
        let mut reply = Reply::Pairs { cursor: 3, chosen: vec![Some(1), None, None, Some(2)] };
        reply.go_to_open();
        let Reply::Pairs { cursor, .. } = reply else { panic!("it is of the same kind") };
        assert_eq!(cursor, 1);
    }
}
