//! The home screen: where to go on, how far one is.

use ratatui::layout::Rect;

use super::scroll::List;
use super::{Action as AppAction, App, contents::Row};
use crate::course::LessonId;

/// What can be done on the home screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Move the selection by so many items.
    Step(isize),
    /// Do what the selected item says.
    Choose,
    /// Do what this item says.
    Click(usize),
}

/// The home screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Home {
    /// Which item is selected.
    pub list: List,
}

/// Something to choose on the home screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Go on reading where one left off, or begin.
    Continue {
        /// The lesson.
        id: LessonId,
        /// Whether nothing has been read yet.
        first_time: bool,
    },
    /// A part of the course.
    Part {
        /// Its title; empty for lessons before the first part.
        title: String,
        /// Lessons of it that have been read.
        read: usize,
        /// All its lessons.
        total: usize,
        /// The lesson to open: the first unread one.
        open: LessonId,
    },
}

/// How the quizzes that were taken went, the last time of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scores {
    /// Questions right at the first try.
    pub right: usize,
    /// All their questions.
    pub total: usize,
    /// How many quizzes were taken to their end.
    pub taken: usize,
}

impl Scores {
    /// What is known of the learner's quizzes.
    pub fn of(app: &App) -> Scores {
        let last = app.progress.quizzes().filter_map(|(_, quiz)| quiz.scores().pop());
        last.fold(Scores::default(), |sum, score| Scores {
            right: sum.right + score.right,
            total: sum.total + score.total,
            taken: sum.taken + 1,
        })
    }
}

/// What there is to choose now.
pub fn items(app: &App) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(lesson) = &app.lesson {
        items.push(Item::Continue {
            id: lesson.id.clone(),
            first_time: app.progress.last_place().is_none(),
        });
    }
    items.extend(parts(app));
    items
}

/// The parts of the course; of a book without parts, each chapter that has others below it.
fn parts(app: &App) -> Vec<Item> {
    let rows = &app.contents.rows;
    let has_parts = rows.iter().any(|row| matches!(row, Row::Part(_)));
    let leads = |at: usize| {
        let next = rows[at + 1..].iter().find(|row| !matches!(row, Row::Blank));
        matches!(next, Some(Row::Lesson { depth, .. } | Row::Draft { depth, .. }) if *depth > 0)
    };
    let mut parts: Vec<Item> = Vec::new();
    let mut heading = "";
    let mut fresh = true;
    let mut is_below = false;
    for (at, row) in rows.iter().enumerate() {
        match row {
            Row::Part(title) => (heading, fresh) = (title, true),
            Row::Lesson { id, title, depth } => {
                if !has_parts && *depth == 0 {
                    let is_above = leads(at);
                    // Chapters that stand alone are counted together, under the first of them.
                    if is_above || is_below {
                        (heading, fresh) = (title, true);
                    }
                    is_below = is_above;
                }
                let is_read = app.progress.is_read(id.as_str());
                if fresh {
                    let title = heading.to_owned();
                    parts.push(Item::Part { title, read: 0, total: 0, open: id.clone() });
                    fresh = false;
                }
                if let Some(Item::Part { read, total, open, .. }) = parts.last_mut() {
                    if !is_read && *read == *total {
                        *open = id.clone();
                    }
                    *read += usize::from(is_read);
                    *total += 1;
                }
            }
            Row::Blank | Row::Draft { .. } => {}
        }
    }
    parts
}

impl Home {
    /// Does what was meant; says what follows from it for the program.
    pub fn update(&mut self, action: Action, items: &[Item]) -> Option<AppAction> {
        let chosen = match action {
            Action::Step(by) => {
                self.list.step(by, items.len(), items.len().max(1));
                return None;
            }
            Action::Choose => self.list.selected,
            Action::Click(item) => item,
        };
        self.list.selected = chosen.min(items.len().saturating_sub(1));
        match items.get(chosen)? {
            Item::Continue { .. } => Some(AppAction::Read),
            Item::Part { open, .. } => Some(AppAction::Open(open.clone(), None)),
        }
    }
}

/// Where the home screen's lines stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The column that everything stands in.
    pub column: Rect,
    /// The row of the title and the line under it, where there is room.
    pub title: Option<u16>,
    /// The items that are shown: which, and where.
    pub rows: Vec<(usize, Rect)>,
    /// The row above the parts that says what they show.
    pub heading: Option<u16>,
    /// The row of scores under everything.
    pub scores: Option<u16>,
}

impl Layout {
    /// The lines of the home screen in `place`: the list scrolls when it does not fit, and air and
    /// title give way first.
    pub fn of(place: Rect, items: &[Item], home: &Home) -> Layout {
        let column = super::panes::column(place, 72);
        let column = Rect { y: place.y, height: place.height, ..column };
        let has_continue = matches!(items.first(), Some(Item::Continue { .. }));
        let parts = items.len() - usize::from(has_continue);
        let full = 3 + 2 * usize::from(has_continue) + 2 + parts + 3;
        let height = usize::from(place.height);
        let roomy = height >= full;
        let mut y = place.y + if roomy { (height - full) as u16 / 3 } else { 0 };
        let mut layout = Layout { column, ..Layout::default() };
        if roomy {
            layout.title = Some(y);
            y += 4;
        }
        let bottom = place.bottom();
        let room = usize::from(bottom.saturating_sub(y));
        let first = if roomy { 0 } else { (home.list.selected + 1).saturating_sub(room) };
        for (at, item) in items.iter().enumerate().skip(first) {
            if y >= bottom {
                break;
            }
            if matches!(item, Item::Part { .. }) && layout.heading.is_none() && roomy {
                layout.heading = Some(y + 1);
                y += 2;
            }
            layout.rows.push((at, Rect { y, height: 1, ..column }));
            y += 1;
        }
        if roomy && y + 1 < bottom {
            layout.scores = Some(y + 1);
        }
        layout
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Size;
    use crate::app::launch::Wall;
    use crate::app::testing::Desk;
    use crate::course::InMemory;
    use crate::progress::{Entry, What};
    use crate::words::Lang;

    #[test]
    fn a_book_without_parts_shows_its_chapters() {
        let summary = "# Summary\n\n[Foreword](a.md)\n[Hello](b.md)\n\n- [One](c.md)\n  \
                       - [One one](d.md)\n- [Two](e.md)\n  - [Two one](f.md)\n- [Three](g.md)\n";
        let mut files = vec![("src/SUMMARY.md".to_owned(), summary.to_owned())];
        files.extend("abcdefg".chars().map(|c| (format!("src/{c}.md"), format!("# {c}\n"))));
        let files = InMemory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let desk = Desk::with(std::sync::Arc::new(files), Lang::En, Size::new(80, 24));
        let told: Vec<(String, usize)> = parts(&desk.app)
            .into_iter()
            .filter_map(|item| match item {
                Item::Part { title, total, .. } => Some((title, total)),
                Item::Continue { .. } => None,
            })
            .collect();
        let told: Vec<(&str, usize)> =
            told.iter().map(|(title, total)| (title.as_str(), *total)).collect();
        assert_eq!(told, [("", 2), ("One", 2), ("Two", 2), ("Three", 1)]);
    }

    #[test]
    fn days_in_a_row_are_those_of_the_learner() {
        const HOUR: u64 = 60 * 60 * 1000;
        let mut desk = Desk::new(80, 24);
        for (at, hour) in [(1, 20), (2, 30)] {
            let what = What::LessonRead { lesson: format!("l{at}") };
            desk.app.progress.apply(&Entry::new(format!("{at}"), hour * HOUR, "", what));
        }
        // 20:00 and 06:00 UTC are two days there, and 05:00 and 15:00 of one day in Korea.
        desk.app.wall = Wall { ms: 30 * HOUR, offset_minutes: 0 };
        assert_eq!(desk.app.streak(), 2);
        desk.app.wall.offset_minutes = 9 * 60;
        assert_eq!(desk.app.streak(), 1);
        desk.app.now_ms = 48 * HOUR;
        assert_eq!(desk.app.streak(), 0);
    }
}
