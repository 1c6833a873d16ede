//! The answer judged: right or wrong and why, every option, the explanation, the way to read it again.

use unicode_width::UnicodeWidthStr as _;

use super::{Body, Ink, Paper, Spot, piece, printable};
use crate::app::quiz::Taking;
use crate::quiz::{Choice, Confidence, Grade, Kind, Mark, Question, Reason, Response, ShortAnswer};
use crate::tell;
use crate::words::fill;

/// So many links of a causal chain are told.
const LONGEST_CHAIN: usize = 6;

impl Paper {
    /// Right or wrong, and why.
    pub(super) fn verdict(
        &mut self,
        question: &Question,
        grade: &Grade,
        confidence: Option<Confidence>,
    ) {
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
    pub(super) fn judged(
        &mut self,
        taking: &Taking,
        question: &Question,
        response: &Response,
        grade: &Grade,
    ) {
        match (&question.kind, response) {
            (Kind::MultipleChoice(choice), _) => {
                let has_long = choice.options.iter().any(|option| self.is_long(&option.text));
                for (at, option) in taking.run.order().iter().enumerate() {
                    let Some(part) = grade.parts.get(*option) else { continue };
                    let option = &choice.options[*option];
                    let is_last = at + 1 == taking.run.order().len();
                    self.judged_option(at, option, part.mark(), choice.many);
                    if !is_last && (option.why.is_some() || has_long) {
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

    /// Whether an option takes more than one line.
    fn is_long(&self, option: &str) -> bool {
        option.trim().contains('\n') || option.width() + 6 > self.width
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

    /// What led to the moment that was predicted, the last link first.
    pub(super) fn happened(&mut self, taking: &Taking) {
        let Some(trial) = &taking.trial else { return };
        self.blank();
        if let Some(cause) = trial.cause {
            self.say(self.words.happened, Vec::new(), 0, Ink::Accent);
            let (bench, lang) = (trial.live.bench(), self.options.lang);
            let own = trial.live.words(lang);
            for event in bench.journal().chain(cause, LONGEST_CHAIN) {
                let lead = piece(format!("{} ", tell::clock(event.at)), Ink::Muted);
                let hang = lead[0].0.width();
                self.say(&tell::event(bench, own, event, lang), lead, hang, Ink::Text);
            }
        }
        self.say(self.words.watch_hint, Vec::new(), 0, Ink::Faint);
    }

    pub(super) fn explained(&mut self, taking: &Taking, question: &Question) {
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

    pub(super) fn ways(&mut self, taking: &Taking, cursor: Option<usize>) {
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
}
