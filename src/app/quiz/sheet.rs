//! What the quiz shows, laid out in rows for a width: built at each update, so that drawing only draws.

use std::ops::Range;

use tui_textarea::TextArea;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{CoverItem, Reply, Stage, Taking};
use crate::page::{self, LineKind, LineRef, Options, Symbols};
use crate::quiz::{
    Choice, Confidence, Grade, Kind, Mark, Phase, Question, Reason, Response, ShortAnswer,
};
use crate::words::quiz::{self as words, Quiz as Words};
use crate::words::{Lang, fill};

/// What a piece of the sheet is, for the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after what it marks")]
pub enum Ink {
    Text,
    Strong,
    Muted,
    Faint,
    Accent,
    Good,
    Warn,
    Bad,
    Code,
    Link,
}

/// What stands in a row after its lead.
#[derive(Debug, Clone)]
pub enum Body {
    /// Pieces of text.
    Pieces(Vec<(String, Ink)>),
    /// A line of Markdown, perhaps all in one ink.
    Page(LineRef, Option<Ink>),
    /// A line being typed, with the cell of the cursor if it is here.
    Field(String, Option<usize>),
}

/// Something that the mouse can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// An option, an item, a line of a list: its place on the screen, from 0.
    Line(usize),
    /// A way to read again.
    Way(usize),
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Marker and number, from the left edge.
    pub lead: Vec<(String, Ink)>,
    /// The column at which the body begins.
    pub hang: usize,
    /// The body.
    pub body: Body,
    /// What a press on the row means.
    pub spot: Option<Spot>,
    /// Whether the keys are at it.
    pub is_at: bool,
}

/// Everything that the quiz shows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The rows.
    pub rows: Vec<Row>,
    /// The rows that must stay in sight.
    pub focus: Option<Range<usize>>,
    /// How many rows the screen shows.
    pub height: usize,
}

impl Sheet {
    /// The greatest first row.
    pub fn last_top(&self) -> usize {
        self.rows.len().saturating_sub(self.height)
    }
}

/// The signs before options and verdicts.
struct Signs {
    pointer: &'static str,
    radio: [&'static str; 2],
    tick: [&'static str; 2],
    hit: &'static str,
    mistaken: &'static str,
    left: &'static str,
    held: &'static str,
    arrow: &'static str,
    way: &'static str,
    prompt: &'static str,
}

const UNICODE: Signs = Signs {
    pointer: "▸",
    radio: ["○", "●"],
    tick: ["□", "■"],
    hit: "✓",
    mistaken: "✗",
    left: "·",
    held: "↕",
    arrow: "→",
    way: "→",
    prompt: "›",
};

const ASCII: Signs = Signs {
    pointer: ">",
    radio: ["o", "@"],
    tick: ["-", "x"],
    hit: "+",
    mistaken: "x",
    left: ".",
    held: "|",
    arrow: "->",
    way: "->",
    prompt: ">",
};

/// Builds the rows of a sheet.
struct Paper {
    rows: Vec<Row>,
    focus: Option<Range<usize>>,
    width: usize,
    options: Options,
    signs: &'static Signs,
    words: &'static Words,
}

type Pieces = Vec<(String, Ink)>;

fn piece(text: impl Into<String>, ink: Ink) -> Pieces {
    vec![(text.into(), ink)]
}

/// Lays out what the quiz shows now.
pub(super) fn lay_out(taking: &Taking, width: usize, lang: Lang, symbols: Symbols) -> Sheet {
    let mut paper = Paper {
        rows: Vec::new(),
        focus: None,
        width: width.max(8),
        options: Options { lang, symbols, ..Options::default() },
        signs: if symbols == Symbols::Ascii { &ASCII } else { &UNICODE },
        words: words::of(lang),
    };
    match (&taking.stage, taking.run.phase()) {
        (Stage::Cover { .. }, _) => paper.cover(taking),
        (_, Phase::Done) => paper.done(taking),
        (_, phase) => {
            if let Some(question) = taking.run.question() {
                paper.question(taking, question, phase);
            }
        }
    }
    let Paper { rows, focus, .. } = paper;
    Sheet { rows, focus, height: 1 }
}

impl Paper {
    fn row(&mut self, lead: Pieces, hang: usize, body: Body) {
        self.rows.push(Row { lead, hang, body, spot: None, is_at: false });
    }

    fn blank(&mut self) {
        if !self.rows.is_empty() {
            self.row(Vec::new(), 0, Body::Pieces(Vec::new()));
        }
    }

    /// Markdown from column `hang` on; the first row carries the lead.
    fn markdown(&mut self, text: &str, mut lead: Pieces, hang: usize, ink: Option<Ink>) {
        let width = self.width.saturating_sub(hang).max(1);
        let options = Options { width, ..self.options.clone() };
        for line in page::lay_out(text, &options) {
            self.row(std::mem::take(&mut lead), hang, Body::Page(line, ink));
        }
        if !lead.is_empty() {
            self.row(lead, hang, Body::Pieces(Vec::new()));
        }
    }

    /// Words of the program: wrapped, in one ink.
    fn say(&mut self, text: &str, lead: Pieces, hang: usize, ink: Ink) {
        self.markdown(text, lead, hang, Some(ink));
    }

    /// Text as it was typed or must be typed, line by line.
    fn verbatim(&mut self, text: &str, hang: usize, ink: Ink) {
        let room = self.width.saturating_sub(hang).max(1);
        for line in text.trim_end().lines() {
            for (part, _) in chop(&printable(line), room) {
                self.row(Vec::new(), hang, Body::Pieces(piece(part, ink)));
            }
        }
    }

    /// Makes the rows since `from` belong to a spot.
    fn mark(&mut self, from: usize, spot: Spot, is_at: bool) {
        for row in &mut self.rows[from..] {
            (row.spot, row.is_at) = (Some(spot), is_at);
        }
        if is_at {
            self.focus = Some(from..self.rows.len());
        }
    }

    fn pointer(&self, is_at: bool) -> (String, Ink) {
        let sign = if is_at { self.signs.pointer } else { " " };
        (format!("{sign} "), Ink::Accent)
    }

    fn cover(&mut self, taking: &Taking) {
        let words = self.words;
        let Stage::Cover { open } = &taking.stage else { return };
        let total = taking.run.quiz().questions.len();
        if total == 0 {
            self.say(words.nothing_to_ask, Vec::new(), 0, Ink::Strong);
        } else if let Some(open) = open {
            self.say(words.resume_title, Vec::new(), 0, Ink::Strong);
            let text = fill(words.resume_text, &[("n", &open.answered()), ("total", &total)]);
            self.say(&text, Vec::new(), 0, Ink::Muted);
        }
        if !taking.faults.is_empty() {
            self.blank();
            let text = match taking.faults.len() {
                1 => words.problems_one.to_owned(),
                n => fill(words.problems_many, &[("n", &n)]),
            };
            self.say(&text, Vec::new(), 0, Ink::Warn);
            for fault in &taking.faults {
                self.verbatim(&fault.place, 2, Ink::Code);
                self.verbatim(&fault.message, 4, Ink::Muted);
            }
        }
        self.blank();
        let items: Vec<&str> = taking
            .cover()
            .into_iter()
            .map(|item| match item {
                CoverItem::GoOn => words.resume_go_on,
                CoverItem::Anew if open.is_none() => words.start,
                CoverItem::Anew => words.resume_anew,
                CoverItem::Later => words.resume_later,
            })
            .collect();
        self.list(&items, taking.cursor);
    }

    fn list(&mut self, items: &[&str], cursor: usize) {
        for (at, item) in items.iter().enumerate() {
            let from = self.rows.len();
            let lead = vec![self.pointer(at == cursor), (format!("{} ", at + 1), Ink::Muted)];
            self.say(item, lead, 4, if at == cursor { Ink::Strong } else { Ink::Text });
            self.mark(from, Spot::Line(at), at == cursor);
        }
    }

    fn question(&mut self, taking: &Taking, question: &Question, phase: &Phase) {
        if let Phase::Shown { response, grade, confidence } = phase {
            self.verdict(question, grade, *confidence);
            self.blank();
            self.asked(taking, question);
            self.blank();
            self.judged(taking, question, response, grade);
            self.explained(taking, question);
            return;
        }
        self.asked(taking, question);
        self.blank();
        self.reply(taking, question, phase);
        for (at, hint) in question.hints.iter().take(taking.hints).enumerate() {
            self.blank();
            let (n, total) = (at + 1, question.hints.len());
            let title = fill(self.words.hint, &[("n", &n), ("total", &total)]);
            self.say(&title, Vec::new(), 0, Ink::Accent);
            self.markdown(hint, Vec::new(), 2, None);
        }
        match phase {
            Phase::Explaining { .. } => {
                self.blank();
                self.say(self.words.explain_why, Vec::new(), 0, Ink::Strong);
                self.area(&taking.reason, true);
            }
            Phase::Confiding { .. } => {
                self.blank();
                self.say(self.words.how_sure, Vec::new(), 0, Ink::Strong);
                let levels = Confidence::ALL.map(|level| match level {
                    Confidence::Guess => self.words.guess,
                    Confidence::Likely => self.words.likely,
                    Confidence::Sure => self.words.sure,
                });
                self.list(&levels, taking.cursor);
            }
            _ => {}
        }
    }

    /// The shared context, the number and what is asked.
    fn asked(&mut self, taking: &Taking, question: &Question) {
        let number = question.number.to_string();
        let hang = (number.width() + 2).min(self.width / 4);
        if let Some(context) = taking.run.quiz().shared_context(question) {
            let context = context.to_owned();
            self.markdown(&context, Vec::new(), hang, None);
            self.blank();
        }
        let lead = piece(number, Ink::Accent);
        match &question.kind {
            Kind::Tracing(_) => {
                self.say(self.words.trace_task, lead, hang, Ink::Text);
                self.blank();
                self.program(&question.prompt, hang);
            }
            _ => self.markdown(question.prompt.trim(), lead, hang, None),
        }
    }

    /// A program on its own ground, with line numbers.
    fn program(&mut self, program: &str, hang: usize) {
        let longest = program.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let program = program.trim_matches('\n');
        let digits = program.lines().count().to_string().len();
        let hang = hang + digits + 1;
        let from = self.rows.len();
        self.markdown(&format!("{fence}rust\n{program}\n{fence}\n"), Vec::new(), hang, None);
        let mut number = 0;
        for row in &mut self.rows[from..] {
            let Body::Page(line, _) = &row.body else { continue };
            if matches!(line.kind, LineKind::Code { .. }) {
                number += 1;
                let text = format!("{number:>width$}", width = hang - 1);
                row.lead = piece(text, Ink::Faint);
            }
        }
    }

    fn reply(&mut self, taking: &Taking, question: &Question, phase: &Phase) {
        let is_open = *phase == Phase::Asking;
        let order = taking.run.order();
        match (&question.kind, &taking.reply) {
            (Kind::MultipleChoice(choice), Reply::Choice { cursor, ticked, many }) => {
                let words = self.words;
                let task = if *many { words.choose_many } else { words.choose_one };
                self.say(task, Vec::new(), 0, Ink::Muted);
                self.blank();
                let first = self.rows.len();
                let signs = if *many { self.signs.tick } else { self.signs.radio };
                for (at, option) in order.iter().enumerate() {
                    let is_ticked = ticked.contains(option);
                    let lead = vec![
                        self.pointer(is_open && at == *cursor),
                        (format!("{} ", at + 1), Ink::Muted),
                        (
                            format!("{} ", signs[usize::from(is_ticked)]),
                            if is_ticked { Ink::Accent } else { Ink::Muted },
                        ),
                    ];
                    self.option(&choice.options[*option].text, lead, at, is_open && at == *cursor);
                }
                self.part_long_options(first, order.len());
            }
            (_, Reply::Line(prompt)) => {
                let unit = match &question.kind {
                    Kind::Numeric(numeric) => numeric.unit.clone().unwrap_or_default(),
                    _ => String::new(),
                };
                let numeric = matches!(question.kind, Kind::Numeric(_));
                let words = self.words;
                let mut task =
                    if numeric { words.type_number } else { words.type_answer }.to_owned();
                if !unit.is_empty() {
                    task = format!("{task} ({unit})");
                }
                self.say(&task, Vec::new(), 0, Ink::Muted);
                let cursor = prompt.before_cursor().graphemes(true).count();
                self.field(&[prompt.text()], is_open.then_some((0, cursor)));
            }
            (_, Reply::Text(area)) => {
                self.say(self.words.type_long, Vec::new(), 0, Ink::Muted);
                self.area(area, is_open);
            }
            (_, Reply::Trace { compiles, output }) => {
                self.say(self.words.does_it_compile, Vec::new(), 0, Ink::Strong);
                let words = self.words;
                for (at, label) in [words.compiles_yes, words.compiles_no].into_iter().enumerate() {
                    let is_said = *compiles == Some(at == 0);
                    let sign = self.signs.radio[usize::from(is_said)];
                    let lead = vec![
                        self.pointer(is_open && is_said),
                        (format!("{} ", at + 1), Ink::Muted),
                        (format!("{sign} "), if is_said { Ink::Accent } else { Ink::Muted }),
                    ];
                    self.option(label, lead, at, is_open && is_said);
                }
                self.blank();
                if *compiles == Some(true) {
                    self.say(words.what_stdout, Vec::new(), 0, Ink::Strong);
                    self.area(output, is_open);
                } else if compiles.is_none() {
                    self.say(words.what_stdout_later, Vec::new(), 0, Ink::Faint);
                }
            }
            (Kind::Ordering(ordering), Reply::Order { cursor, is_held, items }) => {
                self.say(self.words.put_in_order, Vec::new(), 0, Ink::Muted);
                for (at, item) in items.iter().enumerate() {
                    let is_at = is_open && at == *cursor;
                    let mut pointer = self.pointer(is_at);
                    if is_at && *is_held {
                        pointer.0 = format!("{} ", self.signs.held);
                    }
                    let lead = vec![pointer, (format!("{} ", at + 1), Ink::Muted)];
                    self.option(&ordering.items[*item].text, lead, at, is_at);
                }
            }
            (Kind::Matching(matching), Reply::Pairs { cursor, chosen }) => {
                self.say(self.words.match_pairs, Vec::new(), 0, Ink::Muted);
                let rights: Vec<&str> = matching.rights().collect();
                for (at, (left, _)) in matching.pairs.iter().enumerate() {
                    let is_at = is_open && at == *cursor;
                    let from = self.rows.len();
                    let lead = vec![self.pointer(is_at)];
                    self.markdown(left.text.trim(), lead, 2, None);
                    let arrow = format!("{:<3}", self.signs.arrow);
                    match chosen[at].and_then(|place| Some((place, *order.get(place)?))) {
                        Some((place, side)) => {
                            let lead = vec![
                                ("    ".to_owned(), Ink::Muted),
                                (format!("{arrow}{} ", place + 1), Ink::Accent),
                            ];
                            self.markdown(rights[side].trim(), lead, 9, None);
                        }
                        None => {
                            let lead = piece(format!("    {arrow}"), Ink::Muted);
                            self.say(self.words.match_none, lead, 9, Ink::Faint);
                        }
                    }
                    self.mark(from, Spot::Line(at), is_at);
                }
                self.blank();
                for (place, side) in order.iter().enumerate() {
                    let lead = piece(format!("  {} ", place + 1), Ink::Muted);
                    self.markdown(rights[*side].trim(), lead, 4, None);
                }
            }
            _ => {}
        }
    }

    fn option(&mut self, text: &str, lead: Pieces, at: usize, is_at: bool) {
        let from = self.rows.len();
        let hang = lead.iter().map(|(text, _)| text.width()).sum();
        self.markdown(text.trim(), lead, hang, None);
        self.mark(from, Spot::Line(at), is_at);
    }

    /// Puts a blank row between options if any of them takes more than one.
    fn part_long_options(&mut self, first: usize, count: usize) {
        if self.rows.len() - first == count {
            return;
        }
        let options = self.rows.split_off(first);
        let mut before = None;
        for row in options {
            if before.is_some() && before != row.spot {
                self.blank();
            }
            before = row.spot;
            let at = self.rows.len();
            if row.is_at {
                let from =
                    self.focus.as_ref().filter(|focus| focus.end == at && focus.start >= first);
                self.focus = Some(from.map_or(at, |focus| focus.start)..at + 1);
            }
            self.rows.push(row);
        }
    }

    fn area(&mut self, area: &TextArea<'_>, is_open: bool) {
        let lines: Vec<&str> = area.lines().iter().map(String::as_str).collect();
        let (row, column) = {
            let cursor = area.cursor();
            (cursor.0, cursor.1)
        };
        let column = lines.get(row).map_or(0, |line| {
            let before: String = line.chars().take(column).collect();
            before.graphemes(true).count()
        });
        self.field(&lines, is_open.then_some((row, column)));
    }

    /// Lines being typed; the cursor is a line and a count of graphemes.
    fn field(&mut self, lines: &[&str], cursor: Option<(usize, usize)>) {
        let from = self.rows.len();
        let hang = 2;
        // One cell stays free for the cursor behind the last character.
        let room = self.width.saturating_sub(hang + 1).max(2);
        for (number, line) in lines.iter().enumerate() {
            let mut before = 0;
            let parts = chop(line, room);
            let last = parts.len() - 1;
            for (index, (part, count)) in parts.into_iter().enumerate() {
                let at = cursor.filter(|(row, _)| *row == number).and_then(|(_, column)| {
                    let here = before..before + count;
                    let is_here = here.contains(&column) || (index == last && column >= here.end);
                    is_here.then(|| {
                        let cells: String = part.graphemes(true).take(column - before).collect();
                        cells.width()
                    })
                });
                before += count;
                if at.is_some() {
                    self.focus = Some(self.rows.len()..self.rows.len() + 1);
                }
                let sign = if number == 0 && index == 0 { self.signs.prompt } else { " " };
                self.row(piece(format!("{sign} "), Ink::Accent), hang, Body::Field(part, at));
            }
        }
        debug_assert!(self.rows.len() > from, "a field has at least one row");
    }

    /// Right or wrong, and why.
    fn verdict(&mut self, question: &Question, grade: &Grade, confidence: Option<Confidence>) {
        let words = self.words;
        let (sign, ink) = match grade.right {
            true => (self.signs.hit, Ink::Good),
            false => (self.signs.mistaken, Ink::Bad),
        };
        let text = match (grade.right, confidence) {
            (true, Some(Confidence::Guess)) => words.right_guess,
            (true, _) => words.right,
            (false, Some(Confidence::Sure)) => words.wrong_sure,
            (false, _) => words.wrong,
        };
        self.say(text, piece(format!("{sign} "), ink), 2, ink);
        let mut reason = self.reason(question, &grade.reason);
        if !grade.right {
            reason = format!("{reason} {}", words.comes_back);
        }
        if !reason.trim().is_empty() {
            self.say(reason.trim(), Vec::new(), 2, Ink::Muted);
        }
    }

    fn reason(&self, question: &Question, reason: &Reason) -> String {
        let words = self.words;
        let total = question.option_count();
        match reason {
            Reason::Exact => String::new(),
            Reason::Alternative => words.by_alternative.to_owned(),
            Reason::WithinTolerance => words.by_tolerance.to_owned(),
            Reason::OtherWords => words.other_words.to_owned(),
            Reason::OtherNumber => words.other_number.to_owned(),
            Reason::NotANumber => words.not_a_number.to_owned(),
            Reason::WrongOption => words.wrong_option.to_owned(),
            Reason::WrongSet { missed, extra } => {
                let text = match (missed, extra) {
                    (_, 0) => words.missed,
                    (0, _) => words.extra,
                    _ => words.missed_and_extra,
                };
                fill(text, &[("missed", missed), ("extra", extra)])
            }
            Reason::ItCompiles => words.it_compiles.to_owned(),
            Reason::ItDoesNotCompile => words.it_does_not_compile.to_owned(),
            Reason::OtherOutput => words.other_output.to_owned(),
            Reason::WrongOrder { in_place } => {
                fill(words.wrong_order, &[("n", in_place), ("total", &total)])
            }
            Reason::WrongPairs { right } => {
                let Kind::Matching(matching) = &question.kind else { return String::new() };
                fill(words.wrong_pairs, &[("n", right), ("total", &matching.pairs.len())])
            }
        }
    }

    /// The answer beside the right one; of options every one, with why.
    fn judged(&mut self, taking: &Taking, question: &Question, response: &Response, grade: &Grade) {
        match (&question.kind, response) {
            (Kind::MultipleChoice(choice), _) => {
                for (at, option) in taking.run.order().iter().enumerate() {
                    let Some(part) = grade.parts.get(*option) else { continue };
                    let option = &choice.options[*option];
                    let is_last = at + 1 == taking.run.order().len();
                    self.judged_option(at, option, part.mark(), choice.many);
                    if !is_last && option.why.is_some() {
                        self.blank();
                    }
                }
            }
            (Kind::ShortAnswer(short), Response::Text(text)) => {
                self.judged_words(text, grade.right);
                self.right_words(short, grade);
            }
            (Kind::Numeric(numeric), Response::Text(text)) => {
                self.judged_words(text, grade.right);
                if grade.reason != Reason::Exact {
                    let unit = numeric.unit.as_deref().unwrap_or_default();
                    self.right_text(
                        self.words.right_answer,
                        &format!("{} {unit}", numeric.written),
                    );
                }
            }
            (Kind::Tracing(tracing), Response::Trace { compiles, stdout }) => {
                let words = self.words;
                let mine = if *compiles { stdout.as_str() } else { words.compiles_no };
                self.judged_words(
                    if mine.is_empty() { words.compiles_yes } else { mine },
                    grade.right,
                );
                if !grade.right {
                    match &tracing.stdout {
                        Some(stdout) if stdout.trim().is_empty() => {
                            self.right_text(words.right_answer, words.compiles_yes);
                        }
                        Some(stdout) => self.right_text(words.prints, stdout.trim()),
                        None => self.right_text(words.right_answer, words.compiles_no),
                    }
                }
            }
            (Kind::Ordering(ordering), Response::Order(items)) => {
                for (at, item) in ordering.items.iter().enumerate() {
                    let is_right = items.get(at) == Some(&at);
                    let mark = if is_right { Mark::Hit } else { Mark::Mistaken };
                    self.placed(at, &item.text, item.why.as_deref(), mark);
                    if let (false, Some(other)) = (is_right, items.get(at)) {
                        let mine = ordering.items[*other].text.trim();
                        let text = format!("{}: {mine}", self.words.your_answer);
                        self.markdown(&text, Vec::new(), 4, Some(Ink::Bad));
                    }
                }
            }
            (Kind::Matching(matching), Response::Pairs(chosen)) => {
                let rights: Vec<&str> = matching.rights().collect();
                for (at, (left, right)) in matching.pairs.iter().enumerate() {
                    let is_right = grade.parts.get(at).is_some_and(|part| part.correct);
                    let mark = if is_right { Mark::Hit } else { Mark::Mistaken };
                    let text = format!("{} {} {right}", left.text.trim(), self.signs.arrow);
                    self.placed(at, &text, left.why.as_deref(), mark);
                    let mine = chosen.get(at).and_then(|side| rights.get(*side));
                    if let (false, Some(mine)) = (is_right, mine) {
                        let text = format!("{}: {mine}", self.words.your_answer);
                        self.markdown(&text, Vec::new(), 4, Some(Ink::Bad));
                    }
                }
            }
            _ => {}
        }
    }

    fn sign_of(&self, mark: Mark) -> (&'static str, Ink) {
        match mark {
            Mark::Hit => (self.signs.hit, Ink::Good),
            Mark::Missed => (self.signs.hit, Ink::Warn),
            Mark::Mistaken => (self.signs.mistaken, Ink::Bad),
            Mark::Left => (self.signs.left, Ink::Faint),
        }
    }

    fn judged_option(&mut self, at: usize, option: &Choice, mark: Mark, many: bool) {
        let (text, why) = (&option.text, option.why.as_deref());
        let (sign, ink) = self.sign_of(mark);
        let lead = vec![(format!("{sign} "), ink), (format!("{} ", at + 1), Ink::Muted)];
        let dim = (mark == Mark::Left).then_some(Ink::Muted);
        self.markdown(text.trim(), lead, 4, dim);
        let tag = match mark {
            Mark::Hit | Mark::Mistaken => Some((self.words.your_answer, ink)),
            Mark::Missed if many => Some((self.words.you_left_out, ink)),
            Mark::Missed => Some((self.words.right_answer, ink)),
            Mark::Left => None,
        };
        if let Some((tag, ink)) = tag {
            self.say(tag, Vec::new(), 6, ink);
        }
        if let Some(why) = why {
            self.markdown(why.trim(), Vec::new(), 6, Some(Ink::Muted));
        }
    }

    fn placed(&mut self, at: usize, text: &str, why: Option<&str>, mark: Mark) {
        let (sign, ink) = self.sign_of(mark);
        let lead = vec![(format!("{sign} "), ink), (format!("{} ", at + 1), Ink::Muted)];
        self.markdown(text.trim(), lead, 4, None);
        if let Some(why) = why {
            self.markdown(why.trim(), Vec::new(), 6, Some(Ink::Muted));
        }
    }

    fn judged_words(&mut self, text: &str, is_right: bool) {
        let ink = if is_right { Ink::Good } else { Ink::Bad };
        self.say(self.words.your_answer, Vec::new(), 0, Ink::Muted);
        self.verbatim(text, 2, ink);
    }

    fn right_text(&mut self, title: &str, text: &str) {
        self.blank();
        self.say(title, Vec::new(), 0, Ink::Muted);
        self.verbatim(text, 2, Ink::Strong);
    }

    fn right_words(&mut self, short: &ShortAnswer, grade: &Grade) {
        if grade.reason != Reason::Exact {
            self.right_text(self.words.right_answer, &short.answer);
        }
        if !grade.right && !short.alternatives.is_empty() {
            self.blank();
            self.say(self.words.also_right, Vec::new(), 0, Ink::Muted);
            self.verbatim(&short.alternatives.join("   "), 2, Ink::Text);
        }
    }

    fn explained(&mut self, taking: &Taking, question: &Question) {
        if let Some(context) = &question.context {
            self.blank();
            self.say(self.words.explanation, Vec::new(), 0, Ink::Accent);
            self.markdown(context.trim(), Vec::new(), 0, None);
        }
        if !taking.ways.is_empty() {
            self.blank();
            self.say(self.words.taught_in, Vec::new(), 0, Ink::Accent);
            self.ways(taking, None);
        }
    }

    fn ways(&mut self, taking: &Taking, cursor: Option<usize>) {
        for (at, way) in taking.ways.iter().enumerate() {
            let from = self.rows.len();
            let lead =
                vec![self.pointer(cursor == Some(at)), (format!("{} ", self.signs.way), Ink::Link)];
            let hang = 3 + self.signs.way.width();
            let name = printable(&way.name);
            let pieces = vec![(name, Ink::Link)];
            self.row(lead, hang, Body::Pieces(pieces));
            self.mark(from, Spot::Way(at), cursor == Some(at));
        }
    }

    fn done(&mut self, taking: &Taking) {
        let words = self.words;
        let summary = taking.run.summary();
        let (right, total) = (summary.first_right, summary.total);
        self.say(words.done_title, Vec::new(), 0, Ink::Strong);
        self.blank();
        let room = self.width.min(40);
        let filled = (right * room).checked_div(total).unwrap_or(0);
        let [full, empty] = match self.options.symbols {
            Symbols::Unicode => ["━", "─"],
            Symbols::Ascii => ["=", "-"],
        };
        let ink = if right == total { Ink::Good } else { Ink::Accent };
        let bar = vec![(full.repeat(filled), ink), (empty.repeat(room - filled), Ink::Faint)];
        self.row(Vec::new(), 0, Body::Pieces(bar));
        let score = fill(words.score, &[("right", &right), ("total", &total)]);
        self.say(&score, Vec::new(), 0, Ink::Strong);
        let change = match taking.before {
            None => words.first_time.to_owned(),
            Some(before) => {
                // Between two editions of a quiz only parts of the whole compare.
                let (text, n) = match (right * before.total.max(1)).cmp(&(before.right * total)) {
                    std::cmp::Ordering::Greater => (words.better, right.abs_diff(before.right)),
                    std::cmp::Ordering::Less => (words.worse, right.abs_diff(before.right)),
                    std::cmp::Ordering::Equal => (words.same, 0),
                };
                fill(text, &[("n", &n), ("before", &before.right), ("total", &before.total)])
            }
        };
        self.say(&change, Vec::new(), 0, Ink::Muted);
        if summary.missed.is_empty() {
            self.say(words.perfect, Vec::new(), 0, Ink::Good);
            return;
        }
        self.blank();
        self.say(words.missed_title, Vec::new(), 0, Ink::Accent);
        for at in &summary.missed {
            self.missed(taking, *at, summary.surprises.contains(at));
        }
        self.blank();
        if taking.ways.is_empty() {
            self.say(words.nothing_to_reread, Vec::new(), 0, Ink::Muted);
        } else {
            self.say(words.reread, Vec::new(), 0, Ink::Accent);
            self.ways(taking, Some(taking.cursor));
        }
    }

    /// One line about a question that was wrong at first.
    fn missed(&mut self, taking: &Taking, at: usize, was_sure: bool) {
        let question = &taking.run.quiz().questions[at];
        let tries = taking.run.tallies()[at].attempts;
        let mut notes = fill(self.words.tries, &[("n", &tries)]);
        if was_sure {
            notes = format!("{notes}, {}", self.words.was_sure);
        }
        let number = question.number.to_string();
        let hang = number.width() + 3;
        let first = match &question.kind {
            Kind::Tracing(_) => self.words.trace_task.to_owned(),
            _ => question.objective.clone().unwrap_or_else(|| first_line(&question.prompt)),
        };
        let lead = vec![(format!("  {number} "), Ink::Bad)];
        self.say(&first, lead, hang, Ink::Text);
        self.say(&notes, Vec::new(), hang, Ink::Muted);
    }
}

/// The first line of a Markdown text that says something.
fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

/// Text without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A line in parts of at most `room` cells, each with its count of graphemes; at least one part.
fn chop(line: &str, room: usize) -> Vec<(String, usize)> {
    let mut parts = vec![(String::new(), 0)];
    let mut used = 0;
    for grapheme in line.graphemes(true) {
        let cells = grapheme.width();
        if used + cells > room && used > 0 {
            parts.push((String::new(), 0));
            used = 0;
        }
        if let Some((part, count)) = parts.last_mut() {
            part.push_str(grapheme);
            *count += 1;
        }
        used += cells;
    }
    parts
}
