//! A question on the sheet: what is asked, and the answer being made.

use std::collections::BTreeSet;

use tui_textarea::TextArea;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{Body, Ink, Paper, Pieces, Spot, piece};
use crate::app::prompt::Prompt;
use crate::app::quiz::{Reply, Taking};
use crate::page::LineKind;
use crate::quiz::{Confidence, Kind, Matching, MultipleChoice, Numeric, Ordering, Phase, Question};
use crate::words::fill;

impl Paper {
    /// A question: open, or judged with why.
    pub(super) fn question(&mut self, taking: &Taking, question: &Question, phase: &Phase) {
        if taking.is_watching() {
            self.asked(taking, question);
            self.blank();
            self.say(self.words.watching, Vec::new(), 0, Ink::Accent);
            self.reply(taking, question, false);
            return;
        }
        if let Phase::Shown { response, grade, confidence } = phase {
            self.verdict(question, grade, *confidence);
            self.blank();
            self.asked(taking, question);
            self.blank();
            self.judged(taking, question, response, grade);
            self.happened(taking);
            self.explained(taking, question);
            return;
        }
        self.asked(taking, question);
        self.blank();
        if question.predict.is_some() {
            self.say(self.words.predict_first, Vec::new(), 0, Ink::Accent);
        }
        self.reply(taking, question, *phase == Phase::Asking);
        self.hints(&question.hints, taking.hints);
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

    fn hints(&mut self, hints: &[String], shown: usize) {
        for (at, hint) in hints.iter().take(shown).enumerate() {
            self.blank();
            let (n, total) = (at + 1, hints.len());
            let title = fill(self.words.hint, &[("n", &n), ("total", &total)]);
            self.say(&title, Vec::new(), 0, Ink::Accent);
            self.markdown(hint, Vec::new(), 2, None);
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
    /// The answer as it stands.
    fn reply(&mut self, taking: &Taking, question: &Question, is_open: bool) {
        let order = taking.run.order();
        let open = |cursor: &usize| is_open.then_some(*cursor);
        match (&question.kind, &taking.reply) {
            (Kind::MultipleChoice(choice), Reply::Choice { cursor, ticked, .. }) => {
                self.choice(choice, order, ticked, open(cursor));
            }
            (kind, Reply::Line(prompt)) => self.line(kind, prompt, is_open),
            (_, Reply::Text(area)) => {
                self.say(self.words.type_long, Vec::new(), 0, Ink::Muted);
                self.area(area, is_open);
            }
            (_, Reply::Trace { compiles, output }) => self.trace(*compiles, output, is_open),
            (Kind::Ordering(ordering), Reply::Order { cursor, is_held, items }) => {
                self.in_order(ordering, items, open(cursor), *is_held);
            }
            (Kind::Matching(matching), Reply::Pairs { cursor, chosen }) => {
                self.pairs(matching, order, chosen, open(cursor));
            }
            _ => {}
        }
    }

    fn choice(
        &mut self,
        choice: &MultipleChoice,
        order: &[usize],
        ticked: &BTreeSet<usize>,
        cursor: Option<usize>,
    ) {
        let (task, signs) = match choice.many {
            true => (self.words.choose_many, self.signs.tick),
            false => (self.words.choose_one, self.signs.radio),
        };
        self.say(task, Vec::new(), 0, Ink::Muted);
        self.blank();
        let first = self.rows.len();
        for (at, option) in order.iter().enumerate() {
            let is_at = cursor == Some(at);
            let lead = self.ticked(at, is_at, signs, ticked.contains(option));
            self.option(&choice.options[*option].text, lead, at, is_at);
        }
        self.part_long_options(first, order.len());
    }

    /// What stands before an option that can be ticked.
    fn ticked(&self, at: usize, is_at: bool, signs: [&str; 2], is_ticked: bool) -> Pieces {
        let ink = if is_ticked { Ink::Accent } else { Ink::Muted };
        vec![
            self.pointer(is_at),
            (format!("{} ", at + 1), Ink::Muted),
            (format!("{} ", signs[usize::from(is_ticked)]), ink),
        ]
    }

    fn line(&mut self, kind: &Kind, prompt: &Prompt, is_open: bool) {
        let task = match kind {
            Kind::Numeric(Numeric { unit: Some(unit), .. }) => {
                format!("{} ({unit})", self.words.type_number)
            }
            Kind::Numeric(_) => self.words.type_number.to_owned(),
            _ => self.words.type_answer.to_owned(),
        };
        self.say(&task, Vec::new(), 0, Ink::Muted);
        let cursor = prompt.before_cursor().graphemes(true).count();
        self.field(&[prompt.text()], is_open.then_some((0, cursor)));
    }

    fn trace(&mut self, compiles: Option<bool>, output: &TextArea<'_>, is_open: bool) {
        let words = self.words;
        self.say(words.does_it_compile, Vec::new(), 0, Ink::Strong);
        for (at, label) in [words.compiles_yes, words.compiles_no].into_iter().enumerate() {
            let is_said = compiles == Some(at == 0);
            let lead = self.ticked(at, is_open && is_said, self.signs.radio, is_said);
            self.option(label, lead, at, is_open && is_said);
        }
        self.blank();
        if compiles == Some(true) {
            self.say(words.what_stdout, Vec::new(), 0, Ink::Strong);
            self.area(output, is_open);
        } else if compiles.is_none() {
            self.say(words.what_stdout_later, Vec::new(), 0, Ink::Faint);
        }
    }

    fn in_order(
        &mut self,
        ordering: &Ordering,
        items: &[usize],
        cursor: Option<usize>,
        is_held: bool,
    ) {
        self.say(self.words.put_in_order, Vec::new(), 0, Ink::Muted);
        for (at, item) in items.iter().enumerate() {
            let is_at = cursor == Some(at);
            let mut pointer = self.pointer(is_at);
            if is_at && is_held {
                pointer.0 = format!("{} ", self.signs.held);
            }
            let lead = vec![pointer, (format!("{} ", at + 1), Ink::Muted)];
            self.option(&ordering.items[*item].text, lead, at, is_at);
        }
    }

    /// The left sides, each with the right side chosen for it, and the right sides to choose from.
    fn pairs(
        &mut self,
        matching: &Matching,
        order: &[usize],
        chosen: &[Option<usize>],
        cursor: Option<usize>,
    ) {
        self.say(self.words.match_pairs, Vec::new(), 0, Ink::Muted);
        let rights: Vec<&str> = matching.rights().collect();
        let arrow = format!("{:<3}", self.signs.arrow);
        for (at, ((left, _), place)) in matching.pairs.iter().zip(chosen).enumerate() {
            let is_at = cursor == Some(at);
            let from = self.rows.len();
            let lead = vec![self.pointer(is_at)];
            self.markdown(left.text.trim(), lead, 2, None);
            match place.and_then(|place| Some((place, *order.get(place)?))) {
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
}
