//! The tables of the question types: mdbook-quiz's three, and ours.

use std::ops::Range;

use super::extra::{self, Extra};
use super::predict;
use super::table::{Bad, Table};
use crate::quiz::options::speaks_of_the_others;
use crate::quiz::question::{
    Choice, Kind, Matching, MultipleChoice, Number, Numeric, OptionOrder, Ordering, Part, Question,
    ReplySize, ShortAnswer, Tracing,
};

const COMMON: &[&str] =
    &["type", "id", "multipart", "prompt", "answer", "context", "promptExplanation", "awslearn"];

type Read = fn(&Table<'_>, &Table<'_>, &Extra) -> Result<(String, Kind), Bad>;

const MDBOOK: &[(&str, Read)] =
    &[("ShortAnswer", short_answer), ("MultipleChoice", multiple_choice), ("Tracing", tracing)];
const OURS: &[(&str, Read)] = &[
    ("Numeric", numeric),
    ("Ordering", ordering),
    ("Matching", matching),
    (PREDICT, predict::asked),
];
/// The type whose answer a model works out.
const PREDICT: &str = "Predict";

/// One of `[[questions]]`.
pub(super) fn mdbook(table: &Table<'_>) -> Result<Question, Bad> {
    question(table, MDBOOK)
}

/// One of `[[awslearn.questions]]`.
pub(super) fn ours(table: &Table<'_>) -> Result<Question, Bad> {
    question(table, OURS)
}

fn question(table: &Table<'_>, types: &[(&str, Read)]) -> Result<Question, Bad> {
    table.check_keys(COMMON);
    let name = table.need_text("type")?;
    let Some((_, read)) = types.iter().find(|(known, _)| *known == name) else {
        let known: Vec<String> = types.iter().map(|(known, _)| format!("`{known}`")).collect();
        let span = table.get("type").map_or(table.span.clone(), |value| table.span_of(value));
        return Err(table.bad(
            span,
            format!("there is no question type `{name}`; there are {}", known.join(", ")),
        ));
    };
    let id = table.text("id")?;
    let multipart = table.text("multipart")?;
    let context = table.text("context")?;
    let prompt_explanation = table.flag("promptExplanation")?.unwrap_or(false);
    let extra = extra::read(table);
    let prompt_table = table.need_table("prompt", "prompt.")?;
    let answer_table = table.need_table("answer", "answer.")?;
    let (prompt, kind) = read(&prompt_table, &answer_table, &extra)?;
    extra.check_feedback(table.log, &kind);
    let predict = match name.as_str() {
        PREDICT => Some(Box::new(predict::read(&prompt_table, &answer_table)?)),
        _ => None,
    };
    Ok(Question {
        named: id.is_some(),
        id: id.unwrap_or_default(),
        content: String::new(),
        number: Number::default(),
        multipart,
        prompt,
        kind,
        context,
        prompt_explanation,
        hints: extra.hints,
        objective: extra.objective,
        links: extra.links,
        difficulty: extra.difficulty,
        predict,
        span: table.span.clone(),
    })
}

fn short_answer(
    prompt: &Table<'_>,
    answer: &Table<'_>,
    extra: &Extra,
) -> Result<(String, Kind), Bad> {
    prompt.check_keys(&["prompt", "response"]);
    answer.check_keys(&["answer", "alternatives"]);
    let text = prompt.need_text("prompt")?;
    let size = match prompt.text("response")?.as_deref() {
        None | Some("short") => ReplySize::Short,
        Some("long") => ReplySize::Long,
        Some("code") => ReplySize::Code,
        Some(other) => {
            let span = prompt.get("response").map_or(0..0, |value| prompt.span_of(value));
            let message =
                format!("`prompt.response` must be `short`, `long` or `code`, not `{other}`");
            return Err(prompt.bad(span, message));
        }
    };
    let alternatives = answer.texts("alternatives")?.unwrap_or_default();
    let short = ShortAnswer {
        size,
        answer: answer.need_text("answer")?,
        alternatives: alternatives.into_iter().map(|(text, _)| text).collect(),
        tolerance: extra.tolerance,
    };
    Ok((text, Kind::ShortAnswer(short)))
}

fn multiple_choice(
    prompt: &Table<'_>,
    answer: &Table<'_>,
    extra: &Extra,
) -> Result<(String, Kind), Bad> {
    prompt.check_keys(&["prompt", "distractors", "answerIndex", "sortAnswers"]);
    answer.check_keys(&["answer"]);
    let text = prompt.need_text("prompt")?;
    let distractors = prompt.need_texts("distractors")?;
    let at = prompt.count("answerIndex")?;
    let sorted = prompt.flag("sortAnswers")?;
    let (answers, many) = answer.need_one_or_many("answer")?;
    if answers.is_empty() {
        return Err(
            answer.bad(answer.span.clone(), "`answer.answer` has no right option".to_owned())
        );
    }
    if at.is_some() && sorted.is_some() {
        prompt.bad(
            prompt.span.clone(),
            "`prompt.answerIndex` and `prompt.sortAnswers` exclude each other".to_owned(),
        );
    }
    let order = match (at, sorted) {
        (Some((at, span)), _) if at > distractors.len() => {
            let most = distractors.len();
            prompt.bad(span, format!("`prompt.answerIndex` is {at}, and may be at most {most}"));
            OptionOrder::AnswersAt(most)
        }
        (Some((at, _)), _) => OptionOrder::AnswersAt(at),
        (None, Some(true)) => OptionOrder::Sorted,
        (None, _) => OptionOrder::Shuffled,
    };
    let mut options: Vec<Choice> = Vec::new();
    let all =
        answers.into_iter().map(|o| (o, true)).chain(distractors.into_iter().map(|o| (o, false)));
    for ((text, span), correct) in all {
        // Equal options cannot be told apart: the first stands for both.
        if options.iter().any(|option| option.text == text) {
            same_twice(prompt, span);
            continue;
        }
        options.push(Choice {
            correct,
            why: extra.why(&text),
            pinned: extra.pins(&text) || speaks_of_the_others(&text),
            text,
        });
    }
    Ok((text, Kind::MultipleChoice(MultipleChoice { options, many, order })))
}

fn same_twice(table: &Table<'_>, span: Range<usize>) {
    table
        .log
        .warning("quiz-option", span, "this option stands here twice".to_owned())
        .help("two equal options cannot be told apart; take one out");
}

fn tracing(prompt: &Table<'_>, answer: &Table<'_>, _: &Extra) -> Result<(String, Kind), Bad> {
    prompt.check_keys(&["program"]);
    answer.check_keys(&["doesCompile", "stdout", "lineNumber"]);
    let program = prompt.need_text("program")?;
    let compiles = answer.need_flag("doesCompile")?;
    let mut stdout = answer.text("stdout")?;
    answer.count("lineNumber")?;
    match (compiles, &stdout) {
        (true, None) => {
            return Err(answer.bad(
                answer.span.clone(),
                "`answer.stdout` is missing: a program that compiles needs its output".to_owned(),
            ));
        }
        (false, Some(_)) => {
            let span = answer.get("stdout").map_or(0..0, |value| answer.span_of(value));
            answer.bad(
                span,
                "`answer.stdout` has no meaning: the program does not compile".to_owned(),
            );
            stdout = None;
        }
        _ => {}
    }
    Ok((program, Kind::Tracing(Tracing { compiles, stdout })))
}

fn numeric(prompt: &Table<'_>, answer: &Table<'_>, _: &Extra) -> Result<(String, Kind), Bad> {
    prompt.check_keys(&["prompt"]);
    answer.check_keys(&["answer", "tolerance", "unit"]);
    let text = prompt.need_text("prompt")?;
    let (number, written) = answer.need_number("answer")?;
    let tolerance = answer.number("tolerance")?.map_or(0.0, |(tolerance, _)| tolerance.abs());
    let unit = answer.text("unit")?;
    Ok((text, Kind::Numeric(Numeric { answer: number, written, tolerance, unit })))
}

fn ordering(prompt: &Table<'_>, answer: &Table<'_>, extra: &Extra) -> Result<(String, Kind), Bad> {
    prompt.check_keys(&["prompt"]);
    answer.check_keys(&["order"]);
    let text = prompt.need_text("prompt")?;
    let items: Vec<Part> = answer
        .need_texts("order")?
        .into_iter()
        .map(|(text, _)| Part { why: extra.why(&text), text })
        .collect();
    if items.len() < 2 {
        let message = "`answer.order` needs two items or more".to_owned();
        return Err(answer.bad(answer.span.clone(), message));
    }
    Ok((text, Kind::Ordering(Ordering { items })))
}

fn matching(prompt: &Table<'_>, answer: &Table<'_>, extra: &Extra) -> Result<(String, Kind), Bad> {
    prompt.check_keys(&["prompt", "distractors"]);
    answer.check_keys(&["pairs"]);
    let text = prompt.need_text("prompt")?;
    let extra_rights = prompt.texts("distractors")?.unwrap_or_default();
    let wanted = "`answer.pairs` must be an array of two or more pairs of strings";
    let pairs: Option<Vec<(Part, String)>> = answer.get("pairs").and_then(|value| {
        let pairs = value.get_ref().as_array()?;
        pairs
            .iter()
            .map(|pair| {
                let pair = pair.get_ref().as_array()?;
                let side = |at: usize| pair.get(at)?.get_ref().as_str().map(str::to_owned);
                let (left, right) = (side(0)?, side(1)?);
                (pair.len() == 2).then(|| (Part { why: extra.why(&left), text: left }, right))
            })
            .collect()
    });
    match pairs {
        Some(pairs) if pairs.len() >= 2 => {
            let extra = extra_rights.into_iter().map(|(text, _)| text).collect();
            Ok((text, Kind::Matching(Matching { pairs, extra })))
        }
        _ => {
            let span = answer.get("pairs").map_or(answer.span.clone(), |v| answer.span_of(v));
            Err(answer.bad(span, wanted.to_owned()))
        }
    }
}
