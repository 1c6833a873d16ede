//! What a quiz file holds, once read.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::predict::Predict;

/// One quiz file: questions in file order and the contexts that multi-part questions share.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quiz {
    /// The questions that can be asked, in the order of the file.
    pub questions: Vec<Question>,
    /// Shared contexts (Markdown) by name.
    pub multipart: BTreeMap<String, String>,
}

impl Quiz {
    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The context that `question` shares with its neighbours (Markdown).
    pub fn shared_context(&self, question: &Question) -> Option<&str> {
        self.multipart.get(question.multipart.as_ref()?).map(String::as_str)
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Its stable identity: the file's `id`, or `h-…` made from type, prompt and sorted options.
    pub id: String,
    /// Whether `id` was written in the file.
    pub named: bool,
    /// A hash of everything that is asked and answered: when it changes, the question was edited.
    pub content: String,
    /// Its number on the screen.
    pub number: Number,
    /// The name of its shared context in [`Quiz::multipart`].
    pub multipart: Option<String>,
    /// What is asked (Markdown); for Tracing the program, which is not Markdown.
    pub prompt: String,
    /// The type with its answer.
    pub kind: Kind,
    /// The explanation (Markdown).
    pub context: Option<String>,
    /// Ask for a reason in words before the first attempt is judged.
    pub prompt_explanation: bool,
    /// Hints (Markdown), the gentlest first.
    pub hints: Vec<String>,
    /// What the learner should be able to do.
    pub objective: Option<String>,
    /// The ways to the paragraphs that teach it.
    pub links: Vec<Link>,
    /// From 1 (easy) to 5.
    pub difficulty: Option<u8>,
    /// What a model works out before the question can be put: its texts have holes till then.
    pub predict: Option<Box<Predict>>,
    /// Where in the file its table stands.
    pub span: Range<usize>,
}

impl Question {
    /// How many options, items or pairs it has; 0 for questions answered in words.
    pub fn option_count(&self) -> usize {
        match &self.kind {
            Kind::MultipleChoice(choice) => choice.options.len(),
            Kind::Ordering(ordering) => ordering.items.len(),
            Kind::Matching(matching) => matching.pairs.len() + matching.extra.len(),
            Kind::ShortAnswer(_) | Kind::Tracing(_) | Kind::Numeric(_) => 0,
        }
    }

    /// Every Markdown text of the question, for searching and checking.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let mut texts = Vec::new();
        if !matches!(self.kind, Kind::Tracing(_)) {
            texts.push(self.prompt.as_str());
        }
        match &self.kind {
            Kind::MultipleChoice(choice) => {
                for option in &choice.options {
                    texts.push(&option.text);
                    texts.extend(option.why.as_deref());
                }
            }
            Kind::Ordering(ordering) => {
                for item in &ordering.items {
                    texts.push(&item.text);
                    texts.extend(item.why.as_deref());
                }
            }
            Kind::Matching(matching) => {
                for (left, right) in &matching.pairs {
                    texts.push(&left.text);
                    texts.extend(left.why.as_deref());
                    texts.push(right);
                }
                texts.extend(matching.extra.iter().map(String::as_str));
            }
            Kind::ShortAnswer(_) | Kind::Tracing(_) | Kind::Numeric(_) => {}
        }
        texts.extend(self.context.as_deref());
        texts.extend(self.hints.iter().map(String::as_str));
        texts.into_iter()
    }
}

/// The number of a question: neighbours with one shared context are 2a, 2b.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Number {
    /// From 1.
    pub whole: usize,
    /// From 0 for a question of several parts.
    pub part: Option<usize>,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.whole)?;
        let Some(mut part) = self.part else { return Ok(()) };
        let mut letters = Vec::new();
        loop {
            letters.push(char::from(b'a' + (part % 26) as u8));
            if part < 26 {
                break;
            }
            part = part / 26 - 1;
        }
        letters.iter().rev().try_for_each(|letter| write!(f, "{letter}"))
    }
}

/// A way to the paragraph that teaches something: a path beside the lesson, and an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As written: `sqs-standard.md#visibility-timeout`.
    pub target: String,
    /// Where it is written.
    pub span: Range<usize>,
}

/// The types of questions, with their answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Words typed in.
    ShortAnswer(ShortAnswer),
    /// One right option, or several.
    MultipleChoice(MultipleChoice),
    /// Does the program compile, and what does it print?
    Tracing(Tracing),
    /// A number, within a tolerance. Ours.
    Numeric(Numeric),
    /// Items to put in order. Ours.
    Ordering(Ordering),
    /// Pairs to find. Ours.
    Matching(Matching),
}

/// How much room a reply in words needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplySize {
    /// One line.
    #[default]
    Short,
    /// A text area.
    Long,
    /// A text area for code.
    Code,
}

/// An answer in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ShortAnswer {
    /// Room for the reply.
    pub size: ReplySize,
    /// The answer that is shown.
    pub answer: String,
    /// Answers that are right as well.
    pub alternatives: Vec<String>,
    /// A number within this distance of the answer is right as well.
    pub tolerance: Option<f64>,
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Markdown, often many lines.
    pub text: String,
    /// Whether it belongs to the answer.
    pub correct: bool,
    /// Why it is right or wrong (Markdown).
    pub why: Option<String>,
    /// Stays last when the options are shuffled ("None of these").
    pub pinned: bool,
}

/// The order in which options are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OptionOrder {
    /// By chance, pinned options last.
    #[default]
    Shuffled,
    /// As strings compare.
    Sorted,
    /// As in the file, the right ones inserted at this place among the distractors.
    AnswersAt(usize),
}

/// Options to choose from: first the right ones, then the distractors, each in file order.
#[derive(Debug, Clone, PartialEq)]
pub struct MultipleChoice {
    /// The options. An option's index here is what progress records.
    pub options: Vec<Choice>,
    /// Several may be ticked, and exactly the right set must be.
    pub many: bool,
    /// How they are laid out.
    pub order: OptionOrder,
}

/// A program to run in the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracing {
    /// Does it pass the compiler?
    pub compiles: bool,
    /// What it prints, if it compiles.
    pub stdout: Option<String>,
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub struct Numeric {
    /// The right number.
    pub answer: f64,
    /// How the file writes it.
    pub written: String,
    /// How far off is still right.
    pub tolerance: f64,
    /// The unit, shown behind the input.
    pub unit: Option<String>,
}

/// A text that can be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Markdown.
    pub text: String,
    /// Why it belongs where it belongs (Markdown).
    pub why: Option<String>,
}

/// Items in their right order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordering {
    /// First to last.
    pub items: Vec<Part>,
}

/// Pairs that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    /// Left and right side.
    pub pairs: Vec<(Part, String)>,
    /// Right sides that belong to nothing.
    pub extra: Vec<String>,
}

impl Matching {
    /// The right sides: those of the pairs in order, then the extra ones.
    pub fn rights(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(_, right)| right.as_str()).chain(self.extra.iter().map(|s| &**s))
    }
}
