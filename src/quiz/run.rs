//! One run through a quiz: which question is open, what comes back, how it ended.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::grade::{Grade, Response, grade};
use super::identity::spread;
use super::options;
use super::predict::SEEDS;
use super::question::{Question, Quiz};

/// How sure the learner was before seeing the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess.
    Guess,
    /// Fairly sure.
    Likely,
    /// Certain.
    Sure,
}

impl Confidence {
    /// From the least to the most sure.
    pub const ALL: [Confidence; 3] = [Confidence::Guess, Confidence::Likely, Confidence::Sure];
}

/// Where the run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The question is open.
    Asking,
    /// Answered; a reason in words is asked for (`promptExplanation`).
    Explaining {
        /// The answer.
        response: Response,
    },
    /// Answered; how sure?
    Confiding {
        /// The answer.
        response: Response,
        /// The reason in words.
        explanation: Option<String>,
    },
    /// The answer is judged and explained.
    Shown {
        /// The answer.
        response: Response,
        /// The verdict.
        grade: Grade,
        /// How sure the learner was.
        confidence: Option<Confidence>,
    },
    /// Every question was answered right in the end.
    Done,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing was answered.
    Empty,
    /// Not what is asked for now.
    NotNow,
}

/// A judged answer, as it is written into the progress file.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// [`Question::id`].
    pub question: String,
    /// [`Question::content`].
    pub content: String,
    /// The answer.
    pub response: Response,
    /// The verdict.
    pub right: bool,
    /// How sure the learner was.
    pub confidence: Option<Confidence>,
    /// From 1.
    pub attempt: u32,
    /// The reason in words.
    pub explanation: Option<String>,
}

/// An answer given earlier in the same run, for going on with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// [`Question::id`].
    pub question: String,
    /// Whether it was right.
    pub right: bool,
    /// How sure the learner was.
    pub confidence: Option<Confidence>,
}

/// What became of one question in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Answers given.
    pub attempts: u32,
    /// Whether the first was right.
    pub first_right: Option<bool>,
    /// How sure the learner was at the first.
    pub confidence: Option<Confidence>,
    /// Whether the last was right.
    pub settled: bool,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Questions in the quiz.
    pub total: usize,
    /// Right at the first attempt.
    pub first_right: usize,
    /// Indices of questions that were wrong at first, in order.
    pub missed: Vec<usize>,
    /// Of those: the learner was certain.
    pub surprises: Vec<usize>,
    /// Indices of questions that were right, but by a guess.
    pub guessed: Vec<usize>,
}

/// One run through a quiz: each question in order; a wrong one comes back later, its options in
/// another order, until it is right. The same seed shows everything in the same order.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    quiz: Arc<Quiz>,
    seed: u64,
    ask_confidence: bool,
    /// The questions still to be answered right; the first is open.
    queue: VecDeque<usize>,
    tallies: Vec<Tally>,
    phase: Phase,
    /// The open question with its numbers, if a model had to work them out.
    posed: Option<Box<Question>>,
    /// How the open question's options are shown.
    order: Vec<usize>,
}

impl Run {
    /// A run from the first question.
    pub fn new(quiz: Arc<Quiz>, seed: u64, ask_confidence: bool) -> Run {
        Run::resume(quiz, seed, ask_confidence, &[])
    }

    /// A run that goes on after these answers, given in this order.
    pub fn resume(quiz: Arc<Quiz>, seed: u64, ask_confidence: bool, past: &[Past]) -> Run {
        let count = quiz.questions.len();
        let mut run = Run {
            seed,
            ask_confidence,
            queue: (0..count).collect(),
            tallies: vec![Tally::default(); count],
            phase: Phase::Asking,
            posed: None,
            order: Vec::new(),
            quiz,
        };
        for past in past {
            let found = run.quiz.questions.iter().position(|q| q.id == past.question);
            // An edited file may have lost the question.
            let Some(question) = found else { continue };
            run.queue.retain(|queued| *queued != question);
            run.record(question, past.right, past.confidence);
            if !past.right {
                run.queue.push_back(question);
            }
        }
        run.open();
        run
    }

    fn record(&mut self, question: usize, right: bool, confidence: Option<Confidence>) {
        let tally = &mut self.tallies[question];
        if tally.first_right.is_none() {
            tally.first_right = Some(right);
            tally.confidence = confidence;
        }
        tally.attempts += 1;
        tally.settled = right;
    }

    fn open(&mut self) {
        self.posed = None;
        match self.queue.front() {
            Some(question) => {
                self.order =
                    options::order(&self.quiz.questions[*question], self.seed, self.attempt());
                self.phase = Phase::Asking;
            }
            None => {
                self.order.clear();
                self.phase = Phase::Done;
            }
        }
    }

    /// The quiz.
    pub fn quiz(&self) -> &Arc<Quiz> {
        &self.quiz
    }

    /// Where the run stands.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The index of the open question.
    pub fn index(&self) -> Option<usize> {
        self.queue.front().copied()
    }

    /// The open question.
    pub fn question(&self) -> Option<&Question> {
        Some(self.posed.as_deref().unwrap_or(&self.quiz.questions[self.index()?]))
    }

    /// The open question as the file has it, and a seed, if a model has to work its numbers out before
    /// it can be put: give it to [`Run::pose`] then. The seed is another one at each attempt.
    pub fn unposed(&self) -> Option<(&Question, u64)> {
        let question = &self.quiz.questions[self.index()?];
        let is_open = self.posed.is_none() && question.predict.is_some();
        let parts = [&question.id, &self.seed.to_string(), &self.attempt().to_string()];
        is_open.then(|| (question, (spread(parts.map(String::as_str)) % u128::from(SEEDS)) as u64))
    }

    /// Puts the open question with its numbers.
    pub fn pose(&mut self, question: Question) {
        if let Phase::Shown { response, confidence, .. } = &self.phase {
            let (response, confidence) = (response.clone(), *confidence);
            let grade = grade(&question, &response);
            self.phase = Phase::Shown { response, grade, confidence };
        }
        self.posed = Some(Box::new(question));
    }

    /// The order in which the open question's options, items or right sides are shown: indices
    /// into the question's own lists.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The number of the attempt that is open or was just judged, from 1.
    pub fn attempt(&self) -> u32 {
        let Some(index) = self.index() else { return 0 };
        let judged = matches!(self.phase, Phase::Shown { .. });
        self.tallies[index].attempts + u32::from(!judged)
    }

    /// What became of each question so far, in the order of the quiz.
    pub fn tallies(&self) -> &[Tally] {
        &self.tallies
    }

    /// Takes the answer to the open question. `Ok(None)` when something is asked before it is
    /// judged: a reason in words, or how sure the learner is.
    pub fn submit(&mut self, response: Response) -> Result<Option<Answered>, Refusal> {
        if self.phase != Phase::Asking {
            return Err(Refusal::NotNow);
        }
        if response.is_empty() {
            return Err(Refusal::Empty);
        }
        let question = self.question().ok_or(Refusal::NotNow)?;
        if question.prompt_explanation && self.attempt() == 1 {
            self.phase = Phase::Explaining { response };
            return Ok(None);
        }
        Ok(self.confide_or_judge(response, None))
    }

    /// Takes the reason in words.
    pub fn explain(&mut self, words: &str) -> Result<Option<Answered>, Refusal> {
        let Phase::Explaining { response } = &self.phase else { return Err(Refusal::NotNow) };
        if words.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        let response = response.clone();
        Ok(self.confide_or_judge(response, Some(words.trim().to_owned())))
    }

    fn confide_or_judge(
        &mut self,
        response: Response,
        explanation: Option<String>,
    ) -> Option<Answered> {
        if self.ask_confidence && self.attempt() == 1 {
            self.phase = Phase::Confiding { response, explanation };
            return None;
        }
        self.judge(response, explanation, None)
    }

    /// Takes how sure the learner is, and judges.
    pub fn confide(&mut self, confidence: Confidence) -> Result<Answered, Refusal> {
        let Phase::Confiding { response, explanation } = &self.phase else {
            return Err(Refusal::NotNow);
        };
        let (response, explanation) = (response.clone(), explanation.clone());
        self.judge(response, explanation, Some(confidence)).ok_or(Refusal::NotNow)
    }

    /// Goes back from what is asked before the judgement to the open question.
    pub fn reconsider(&mut self) -> Result<(), Refusal> {
        match self.phase {
            Phase::Explaining { .. } | Phase::Confiding { .. } => {
                self.phase = Phase::Asking;
                Ok(())
            }
            _ => Err(Refusal::NotNow),
        }
    }

    fn judge(
        &mut self,
        response: Response,
        explanation: Option<String>,
        confidence: Option<Confidence>,
    ) -> Option<Answered> {
        let attempt = self.attempt();
        let index = self.index()?;
        let question = self.question()?;
        let grade = grade(question, &response);
        let answered = Answered {
            question: question.id.clone(),
            content: question.content.clone(),
            response: response.clone(),
            right: grade.right,
            confidence,
            attempt,
            explanation,
        };
        self.record(index, grade.right, confidence);
        self.phase = Phase::Shown { response, grade, confidence };
        Some(answered)
    }

    /// Goes on after the verdict: to the next question, or to the end.
    pub fn go_on(&mut self) -> Result<(), Refusal> {
        let Phase::Shown { grade, .. } = &self.phase else { return Err(Refusal::NotNow) };
        let right = grade.right;
        let judged = self.queue.pop_front().ok_or(Refusal::NotNow)?;
        if !right {
            self.queue.push_back(judged);
        }
        self.phase = Phase::Asking;
        self.open();
        Ok(())
    }

    /// Asks for confidence from now on, or no longer.
    pub fn set_ask_confidence(&mut self, ask: bool) {
        self.ask_confidence = ask;
    }

    /// Goes on in the same quiz of another language, if it has the same questions with as many
    /// options; says whether it does.
    pub fn translate(&mut self, quiz: Arc<Quiz>) -> bool {
        let same = quiz.questions.len() == self.quiz.questions.len()
            && quiz.questions.iter().zip(&self.quiz.questions).all(|(new, old)| {
                new.id == old.id
                    && new.option_count() == old.option_count()
                    && std::mem::discriminant(&new.kind) == std::mem::discriminant(&old.kind)
            });
        if same {
            self.quiz = quiz;
            self.posed = None;
            // The order on the screen stays, except for options that sort by their text.
            let attempt = self.attempt();
            if let Some(question) = self.question() {
                self.order = options::order(question, self.seed, attempt);
            }
            if let (Phase::Shown { response, confidence, .. }, Some(question)) =
                (&self.phase, self.question())
            {
                self.phase = Phase::Shown {
                    grade: grade(question, response),
                    response: response.clone(),
                    confidence: *confidence,
                };
            }
        }
        same
    }

    /// The score so far: questions right at the first attempt, and questions in all.
    pub fn summary(&self) -> Summary {
        let with = |wanted: &dyn Fn(&Tally) -> bool| -> Vec<usize> {
            (0..self.tallies.len()).filter(|at| wanted(&self.tallies[*at])).collect()
        };
        let missed = with(&|tally| tally.first_right == Some(false));
        Summary {
            total: self.tallies.len(),
            first_right: with(&|tally| tally.first_right == Some(true)).len(),
            surprises: missed
                .iter()
                .copied()
                .filter(|at| self.tallies[*at].confidence == Some(Confidence::Sure))
                .collect(),
            guessed: with(&|tally| {
                tally.first_right == Some(true) && tally.confidence == Some(Confidence::Guess)
            }),
            missed,
        }
    }
}
