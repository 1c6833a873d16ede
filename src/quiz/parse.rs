//! TOML → quiz: what mdbook-quiz takes is taken, and what it refuses is said with its place.
//!
//! Reading never fails as a whole: a bad question is left out and named, the others are kept.
//! [`Parsed::strict`] gives mdbook-quiz's own verdict on the file.

mod extra;
mod kinds;
mod predict;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::identity;
use super::question::{Number, Question, Quiz};
use crate::problem::{Problem, Severity};
use table::{Bad, Log, Table};

/// The findings that are about our own tables, of which mdbook-quiz knows nothing.
const OURS: &[&str] = &["quiz-extra", "quiz-option", "quiz-key"];

/// A quiz file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What can be asked.
    pub quiz: Quiz,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

impl Parsed {
    /// Whether mdbook-quiz's schema and validator would take the file.
    pub fn strict(&self) -> bool {
        !self
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error && !OURS.contains(&problem.code))
    }
}

/// Reads a quiz file. `file` only names it in the problems.
pub fn parse(file: &str, text: &str) -> Parsed {
    let log = Log::new(file);
    let mut found = Found::default();
    let pieces = pieces(text, &log);
    for (base, document) in &pieces {
        found.document(&Table::root(document, *base, &log));
    }
    if !found.has_key && !pieces.is_empty() {
        log.error("quiz-empty", 0..0, "there is no `questions` array".to_owned())
            .help("start each question with a line `[[questions]]`");
    } else if found.has_key && found.asked_by_mdbook == 0 {
        log.error("quiz-empty", 0..0, "`questions` is empty".to_owned())
            .help("add a question, or take the quiz out of its chapter");
    }
    found.questions.sort_by_key(|question| question.span.start);
    let Found { mut questions, multipart, .. } = found;
    close_spans(&mut questions, &found.starts, text.len());
    identify(&mut questions, &multipart, &log);
    number(&mut questions);
    Parsed { quiz: Quiz { questions, multipart }, problems: log.into_problems() }
}

/// The documents in a file, with the byte at which each starts: one, unless its TOML is broken.
/// Then each question's part is read by itself, so that only the broken one is lost.
fn pieces<'i>(text: &'i str, log: &Log<'_>) -> Vec<(usize, DeTable<'i>)> {
    let whole = match DeTable::parse(text) {
        Ok(document) => return vec![(0, document.into_inner())],
        Err(error) => error,
    };
    let mut pieces = Vec::new();
    let mut said = false;
    for piece in cut(text) {
        match DeTable::parse(&text[piece.clone()]) {
            Ok(document) => pieces.push((piece.start, document.into_inner())),
            Err(error) => {
                said = true;
                syntax(log, &error, piece.start, text.len());
            }
        }
    }
    if !said {
        syntax(log, &whole, 0, text.len());
    }
    pieces
}

fn syntax(log: &Log<'_>, error: &toml::de::Error, base: usize, len: usize) {
    let span =
        error.span().map_or(0..0, |span| (base + span.start).min(len)..(base + span.end).min(len));
    log.error("quiz-syntax", span, format!("this is not TOML: {}", error.message().trim()));
}

/// Where the file can be cut: before each question and before the contexts.
fn cut(text: &str) -> Vec<Range<usize>> {
    let mut cuts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let header: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        if ["[[questions]]", "[[awslearn.questions]]", "[multipart]"].contains(&&*header) {
            cuts.push(at);
        }
        at += line.len();
    }
    cuts.push(text.len());
    cuts.windows(2).map(|pair| pair[0]..pair[1]).filter(|piece| !piece.is_empty()).collect()
}

/// What was found so far.
#[derive(Default)]
struct Found {
    has_key: bool,
    asked_by_mdbook: usize,
    questions: Vec<Question>,
    multipart: BTreeMap<String, String>,
    /// Where every question starts, also those left out.
    starts: Vec<usize>,
}

impl Found {
    fn document(&mut self, root: &Table<'_>) {
        root.check_keys(&["questions", "multipart", "awslearn"]);
        if let Ok(Some(shared)) = root.table("multipart") {
            for (name, value) in shared.entries() {
                match value.get_ref().as_str() {
                    Some(text) => {
                        self.multipart.insert(name.to_owned(), text.to_owned());
                    }
                    None => {
                        root.log.error(
                            "quiz-multipart",
                            root.span_of(value),
                            format!("the context `{name}` must be a string"),
                        );
                    }
                }
            }
        }
        if let Some(questions) = root.get("questions") {
            self.has_key = true;
            self.asked_by_mdbook += self.array(root, questions, kinds::mdbook);
        }
        if let Ok(Some(ours)) = root.table("awslearn")
            && let Some(questions) = ours.get("questions")
        {
            self.array(root, questions, kinds::ours);
        }
    }

    /// Reads an array of questions and says how many tables it holds.
    fn array(
        &mut self,
        root: &Table<'_>,
        value: &table::Value<'_>,
        read: fn(&Table<'_>) -> Result<Question, Bad>,
    ) -> usize {
        let DeValue::Array(items) = value.get_ref() else {
            root.log.error(
                "quiz-question",
                root.span_of(value),
                "`questions` must be an array of tables".to_owned(),
            );
            return 0;
        };
        for item in items.iter() {
            let span = root.span_of(item);
            self.starts.push(span.start);
            match item.get_ref().as_table() {
                Some(table) => {
                    let table = root.child(table, span, "");
                    self.questions.extend(read(&table));
                }
                None => {
                    root.log.error("quiz-question", span, "a question must be a table".to_owned());
                }
            }
        }
        items.len()
    }
}

/// TOML gives a table only its header as span: a question reaches to the next one.
fn close_spans(questions: &mut [Question], starts: &[usize], len: usize) {
    for question in questions {
        let next = starts.iter().copied().filter(|start| *start > question.span.start).min();
        question.span.end = question.span.end.max(next.unwrap_or(len));
    }
}

/// Gives each question its identity, and says where two have the same.
fn identify(questions: &mut Vec<Question>, multipart: &BTreeMap<String, String>, log: &Log<'_>) {
    questions.retain(|question| {
        let Some(name) = &question.multipart else { return true };
        let known = multipart.contains_key(name);
        if !known {
            log.error(
                "quiz-multipart",
                question.span.start..question.span.start + 1,
                format!("the context `{name}` is not in the table `multipart`"),
            )
            .help("add it under `[multipart]`, or mend the name");
        }
        known
    });
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for question in questions.iter_mut() {
        let shared = question.multipart.as_ref().and_then(|name| multipart.get(name));
        if question.named && taken.contains(&question.id) {
            log.error(
                "quiz-duplicate-id",
                question.span.start..question.span.start + 1,
                format!("the id `{}` is used by an earlier question", question.id),
            )
            .help("an id must be unique among all quizzes of a course");
            question.named = false;
        }
        if !question.named {
            let base = identity::identity(&question.prompt, &question.kind);
            let mut id = base.clone();
            let mut copy = 2;
            while taken.contains(&id) {
                id = format!("{base}-{copy}");
                copy += 1;
            }
            question.id = id;
        }
        taken.insert(question.id.clone());
        question.content = identity::content(question, shared.map(String::as_str));
    }
}

/// Consecutive questions with the same context share a number: 1, 2a, 2b, 3.
fn number(questions: &mut [Question]) {
    let mut whole = 0;
    let mut start = 0;
    while start < questions.len() {
        whole += 1;
        let shared = questions[start].multipart.clone();
        let run = match shared {
            None => 1,
            Some(_) => questions[start..]
                .iter()
                .take_while(|question| question.multipart == shared)
                .count(),
        };
        for (part, question) in questions[start..start + run].iter_mut().enumerate() {
            question.number = Number { whole, part: question.multipart.is_some().then_some(part) };
        }
        start += run;
    }
}
