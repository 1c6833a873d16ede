//! Every predict question has one right answer, and no distractor is right, whatever its seed.
//!
//! The model is run once for each seed; what it shows is held against the texts of every language. Questions
//! are shared out among the machine's cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Edition, Finding, ReadQuiz};
use crate::models::journal::Keeping;
use crate::predict::{Case, Plan, Trouble};
use crate::problem::Problem;
use crate::quiz::predict::holes;
use crate::quiz::{Kind, Question};
use crate::words::Lang;

pub(super) fn check(editions: &[Edition], seeds: u64, problems: &mut Vec<Problem>) {
    let questions = questions(editions);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(texts) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
            predicted(texts, seeds, &mut found);
        }
        found
    };
    // Each question is worked out by itself, so that as many can be at a time as there are cores.
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        problems.extend(work());
        for other in others {
            problems.extend(other.join().expect("checking does not panic"));
        }
    });
}

/// The predict questions of the first edition, each with its twins in the others.
fn questions(editions: &[Edition]) -> Vec<Vec<Text<'_>>> {
    let Some((one, others)) = editions.split_first() else { return Vec::new() };
    let mut all = Vec::new();
    for (id, quiz) in &one.quizzes {
        for question in &quiz.parsed.quiz.questions {
            let twins = others.iter().filter_map(|edition| {
                let quiz = edition.quizzes.get(id)?;
                Some((edition, quiz, quiz.parsed.quiz.question(&question.id)?))
            });
            let texts = std::iter::once((one, quiz, question))
                .chain(twins)
                .map(|(edition, quiz, question)| Text {
                    lang: edition.course.lang().unwrap_or(Lang::En),
                    quiz,
                    question,
                })
                .collect();
            all.push(texts);
        }
    }
    all
}

/// A question in one language.
struct Text<'e> {
    lang: Lang,
    quiz: &'e ReadQuiz,
    question: &'e Question,
}

/// A question in all its languages.
fn predicted(texts: &[Text<'_>], seeds: u64, problems: &mut Vec<Problem>) {
    let mut plans = Vec::new();
    for text in texts {
        match Plan::of(text.question, &text.quiz.file) {
            Ok(plan) => plans.extend(plan.map(|plan| (text, plan))),
            Err(found) => problems.extend(found),
        }
    }
    if plans.len() < texts.len() {
        return;
    }
    let source = |text: &Text<'_>| text.question.predict.as_ref().map(|predict| predict.source());
    for text in &texts[1..] {
        if source(text) != source(&texts[0]) {
            let message = "The scenario or the key is another one than in the first language";
            let finding = Finding::error("predict-language", message.to_owned())
                .help("only the texts may differ");
            problems.push(finding.at(&text.quiz.file, text.question.span.clone()));
            return;
        }
    }
    let Some((first, plan)) = plans.first() else { return };
    for seed in 0..seeds {
        let case = match plan.case(seed, Keeping::Events) {
            Ok(case) => case,
            Err(trouble) => {
                return problems.push(with(seed, trouble).into_problem(&first.quiz.file));
            }
        };
        for text in texts {
            if let Err(trouble) = one_is_right(&case, text) {
                return problems.push(with(seed, trouble).into_problem(&text.quiz.file));
            }
        }
    }
}

fn with(seed: u64, trouble: Trouble) -> Trouble {
    Trouble { message: format!("With seed {seed}: {}", trouble.message), ..trouble }
}

/// Whether one option is right, and all of them read differently.
fn one_is_right(case: &Case<'_>, text: &Text<'_>) -> Result<(), Trouble> {
    let posed = case.pose(text.question, text.lang)?;
    let span = text.question.span.clone();
    let asked: Vec<&str> = text.question.texts().flat_map(holes).collect();
    if let Some(hole) = posed.texts().flat_map(holes).find(|hole| asked.contains(hole)) {
        let message =
            format!("the hole `{{{hole}}}` has no value, or what it tells of never happened");
        return Err(Trouble { span, message });
    }
    let Kind::MultipleChoice(choice) = &posed.kind else { return Ok(()) };
    for (at, option) in choice.options.iter().enumerate() {
        if choice.options[..at].iter().any(|other| other.text == option.text) {
            return Err(Trouble {
                span, message: format!("two options read “{}”", option.text)
            });
        }
    }
    let right: Vec<&str> =
        choice.options.iter().filter(|o| o.correct).map(|option| option.text.as_str()).collect();
    match right.len() {
        1 => Ok(()),
        0 => Err(Trouble { span, message: "no option is right".to_owned() }),
        count => {
            let message = format!("{count} options are right: “{}”", right.join("”, “"));
            Err(Trouble { span, message })
        }
    }
}
