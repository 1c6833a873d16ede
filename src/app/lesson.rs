//! The lesson that is open: its page, the place in it, the hits of a search.

use std::ops::Range;

use super::settings::SymbolSet;
use crate::course::{Course, LessonId, QuizId};
use crate::page::{Document, LineKind, Options, Page, Pos, SlotKind, Symbols};
use crate::words::Lang;

/// What can be done in the lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Scroll by so many lines.
    Scroll(isize),
    /// Scroll by so many half pages.
    Half(isize),
    /// Scroll by so many pages.
    Page(isize),
    /// To the start.
    Top,
    /// To the end.
    End,
    /// To the next heading, or the one before.
    Heading(isize),
    /// Show code that is longer than the page further to the right.
    Shift(isize),
    /// To the next hit, or the one before.
    Hit(isize),
    /// Mark no hits any more.
    Forget,
    /// Show or hide the hidden lines of code.
    Hidden,
}

/// What was searched for in the lesson, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was searched for.
    pub pattern: String,
    /// Where it stands in the source.
    pub hits: Vec<Range<usize>>,
    /// The hit that one is at.
    pub current: usize,
}

/// The lesson that is open.
#[derive(Debug)]
pub struct Lesson {
    /// Its name.
    pub id: LessonId,
    /// Its title.
    pub title: String,
    /// Its text, laid out.
    pub page: Page,
    /// The line at the top.
    pub top: Pos,
    /// The byte of the source that was brought to the top; survives another width.
    pub offset: usize,
    /// Cells that long code lines are shifted to the left by.
    pub shift: usize,
    /// Hits of a search.
    pub found: Option<Found>,
    /// Whether the end has been on the screen.
    pub seen_end: bool,
    /// Whether hidden lines of code are shown.
    pub shows_hidden: bool,
    height: usize,
    width: u16,
}

impl Lesson {
    /// Opens a lesson of the course. What cannot be read is left out; `check` says what it was.
    pub fn open(course: &Course, id: &LessonId, lang: Lang, symbols: SymbolSet) -> Lesson {
        let found = course.lesson(id);
        let title = found.map_or_else(String::new, |lesson| lesson.title.clone());
        let text = found.map_or_else(String::new, |lesson| course.text(lesson).0.into_string());
        let page = page_of(Document::parse(&text), lang, symbols);
        Lesson {
            id: id.clone(),
            title,
            page,
            top: Pos::default(),
            offset: 0,
            shift: 0,
            found: None,
            seen_end: false,
            shows_hidden: false,
            height: 0,
            width: 0,
        }
    }

    /// Lays the lesson out for a page of this size; the place stays.
    pub fn fit(&mut self, width: u16, height: u16, symbols: SymbolSet) {
        let height = usize::from(height).max(1);
        if width == self.width && height == self.height {
            return;
        }
        if width != self.width {
            self.page.set_symbols(symbols.of_page());
            self.page.set_width(usize::from(width.max(1)));
            self.width = width;
        }
        self.height = height;
        self.top = self.page.bounded(self.page.pos_of(self.offset), height);
        self.note_end();
    }

    /// Rows of the page.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Says its own words (of alerts and slots) in another language.
    pub fn relabel(&mut self, lang: Lang, symbols: SymbolSet) {
        self.page = page_of(self.page.document().clone(), lang, symbols);
        self.width = 0;
    }

    /// Brings a byte of the source to the top.
    pub fn go_to(&mut self, offset: usize) {
        self.offset = offset;
        if self.width > 0 {
            self.top = self.page.bounded(self.page.pos_of(offset), self.height);
            self.note_end();
        }
    }

    /// Brings a heading to the top; says whether there is one of this name.
    pub fn go_to_anchor(&mut self, anchor: &str) -> bool {
        let Some(offset) = self.page.document().anchor(anchor) else { return false };
        self.go_to(offset);
        true
    }

    fn set_top(&mut self, top: Pos) {
        self.top = self.page.bounded(top, self.height);
        self.offset = self.page.source_of(self.top);
        self.note_end();
    }

    fn note_end(&mut self) {
        self.seen_end |= self.page.shows_end(self.top, self.height);
    }

    /// Does what was meant on a page of `height` lines.
    pub fn update(&mut self, action: Action, height: usize) {
        let page = (height.saturating_sub(2)).max(1) as isize;
        let half = (height / 2).max(1) as isize;
        match action {
            Action::Scroll(by) => self.scroll(by),
            Action::Half(by) => self.scroll(by * half),
            Action::Page(by) => self.scroll(by * page),
            Action::Top => self.set_top(self.page.start()),
            Action::End => self.set_top(self.page.last_top(self.height)),
            Action::Heading(by) => self.heading(by),
            Action::Shift(by) => {
                self.shift = self.shift.saturating_add_signed(by).min(400);
                self.page.set_code_shift(self.shift);
            }
            Action::Hit(by) => self.hit(by),
            Action::Forget => self.found = None,
            Action::Hidden => {
                self.shows_hidden = !self.shows_hidden;
                self.page.set_show_hidden(self.shows_hidden);
                self.go_to(self.offset);
            }
        }
    }

    /// The quiz of the first slot from the top of the page on, else of the last one above it.
    pub fn nearest_quiz(&self, course: &Course) -> Option<QuizId> {
        let here = self.page.source_of(self.top);
        let quizzes = || {
            self.page.document().slots().iter().filter_map(|slot| match &slot.kind {
                SlotKind::Quiz(path) => Some((slot.source.end, path)),
                SlotKind::Model(_) => None,
            })
        };
        let (_, path) = quizzes().find(|(end, _)| *end > here).or_else(|| quizzes().next_back())?;
        course.quiz_at(course.lesson(&self.id)?, path)
    }

    /// The quiz whose slot stands on the line at this row of the page.
    pub fn quiz_at_row(&self, row: usize, course: &Course) -> Option<QuizId> {
        let lines = self.page.lines(self.top, row + 1);
        let LineKind::Slot { source } = lines.get(row)?.kind else { return None };
        let slots = self.page.document().slots();
        let path = slots.iter().find(|slot| slot.source.start == source).map(|slot| &slot.kind)?;
        match path {
            SlotKind::Quiz(path) => course.quiz_at(course.lesson(&self.id)?, path),
            SlotKind::Model(_) => None,
        }
    }

    /// The first quiz whose slot stands on the page.
    pub fn quiz_on_page(&self, course: &Course) -> Option<QuizId> {
        (0..self.height).find_map(|row| self.quiz_at_row(row, course))
    }

    fn scroll(&mut self, by: isize) {
        let top = self.page.moved(self.top, by);
        self.set_top(top);
    }

    /// The heading that the top of the page stands under.
    pub fn section(&self) -> Option<usize> {
        let here = self.page.source_of(self.top);
        self.page
            .document()
            .outline()
            .partition_point(|heading| heading.source.start <= here)
            .checked_sub(1)
    }

    fn heading(&mut self, by: isize) {
        let outline = self.page.document().outline();
        let here = self.page.source_of(self.top);
        let target = if by > 0 {
            outline.iter().find(|heading| heading.source.start > here)
        } else {
            outline.iter().rev().find(|heading| heading.source.start < here)
        };
        match target.map(|heading| heading.source.start) {
            Some(offset) => self.go_to(offset),
            None if by < 0 => self.set_top(self.page.start()),
            None => {}
        }
    }

    /// Searches for `pattern` and goes to the first hit at or after `from`.
    pub fn find(&mut self, pattern: &str, from: usize) {
        if pattern.is_empty() {
            self.found = None;
            return;
        }
        let hits = self.page.document().search(pattern);
        let current = hits.iter().position(|hit| hit.start >= from).unwrap_or(0);
        self.found = Some(Found { pattern: pattern.to_owned(), hits, current });
        self.show_hit();
    }

    fn hit(&mut self, by: isize) {
        let Some(found) = &mut self.found else { return };
        if found.hits.is_empty() {
            return;
        }
        let len = found.hits.len() as isize;
        found.current = (found.current as isize + by).rem_euclid(len) as usize;
        self.show_hit();
    }

    /// Scrolls only if the present hit is not on the page, and then with context above it.
    fn show_hit(&mut self) {
        let Some(hit) = self.found.as_ref().and_then(|found| found.hits.get(found.current)) else {
            return;
        };
        let line = self.page.pos_of(hit.start);
        let end = self.page.moved(self.top, self.height as isize - 1);
        if line < self.top || line > end {
            let top = self.page.moved(line, -(self.height as isize / 3));
            self.set_top(top);
        }
    }

    /// The place in `other` (the same lesson in another language) that corresponds to this place:
    /// as far below the same heading.
    pub fn counterpart(&self, other: &Lesson) -> usize {
        let (mine, theirs) = (self.page.document(), other.page.document());
        let here = self.offset.min(mine.text().len());
        let (own, there) = (mine.outline(), theirs.outline());
        let section = own.partition_point(|heading| heading.source.start <= here);
        let span = |headings: &[crate::page::Heading], text: &str, section: usize| {
            let start = match section {
                0 => 0,
                n => headings.get(n - 1).map_or(text.len(), |heading| heading.source.start),
            };
            let end = headings.get(section).map_or(text.len(), |heading| heading.source.start);
            start..end.max(start)
        };
        let from = span(own, mine.text(), section);
        let same = match section {
            0 => 0,
            n => there
                .iter()
                .position(|heading| heading.anchor == own[n - 1].anchor)
                .map_or(n.min(there.len()), |at| at + 1),
        };
        let to = span(there, theirs.text(), same);
        let below = (here - from.start) as u64 * to.len() as u64;
        to.start + below.checked_div(from.len() as u64).unwrap_or(0) as usize
    }
}

fn page_of(document: Document, lang: Lang, symbols: SymbolSet) -> Page {
    let options = Options { lang, symbols: symbols.of_page(), ..Options::default() };
    Page::new(document, options)
}

impl SymbolSet {
    /// The same for a page.
    pub(super) fn of_page(self) -> Symbols {
        match self {
            SymbolSet::Unicode => Symbols::Unicode,
            SymbolSet::Ascii => Symbols::Ascii,
        }
    }
}
