//! Who a question is, whatever its place in the file, and whether it was edited.

use md5::{Digest as _, Md5};

use super::question::{Kind, Question};

/// The MD5 of `parts`. Each part's length counts, so that `["ab", "c"]` and `["a", "bc"]` differ.
pub(super) fn spread<'a>(parts: impl IntoIterator<Item = &'a str>) -> u128 {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update((part.len() as u64).to_le_bytes());
        md5.update(part.as_bytes());
    }
    u128::from_be_bytes(md5.finalize().into())
}

/// The first 64 bits of [`spread`] as 16 hex digits.
fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    format!("{:016x}", spread(parts) >> 64)
}

fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::ShortAnswer(_) => "ShortAnswer",
        Kind::MultipleChoice(_) => "MultipleChoice",
        Kind::Tracing(_) => "Tracing",
        Kind::Numeric(_) => "Numeric",
        Kind::Ordering(_) => "Ordering",
        Kind::Matching(_) => "Matching",
    }
}

/// The identity of a question without an `id`: type, prompt and sorted options.
pub(super) fn identity(prompt: &str, kind: &Kind) -> String {
    let mut options: Vec<&str> = match kind {
        Kind::MultipleChoice(choice) => choice.options.iter().map(|o| o.text.as_str()).collect(),
        Kind::Ordering(ordering) => ordering.items.iter().map(|item| item.text.as_str()).collect(),
        Kind::Matching(matching) => matching
            .pairs
            .iter()
            .map(|(left, _)| left.text.as_str())
            .chain(matching.rights())
            .collect(),
        Kind::ShortAnswer(_) | Kind::Tracing(_) | Kind::Numeric(_) => Vec::new(),
    };
    options.sort_unstable();
    format!("h-{}", hash([type_name(kind), prompt].into_iter().chain(options)))
}

/// The hash of all that is asked and answered (not of how it is explained).
pub(super) fn content(question: &Question, shared: Option<&str>) -> String {
    let mut parts = vec![
        type_name(&question.kind).to_owned(),
        question.prompt.clone(),
        shared.unwrap_or("").to_owned(),
    ];
    match &question.kind {
        Kind::ShortAnswer(short) => {
            parts.push(short.answer.clone());
            parts.extend(short.alternatives.iter().cloned());
            parts.extend(short.tolerance.map(|tolerance| tolerance.to_string()));
        }
        Kind::MultipleChoice(choice) => {
            for option in &choice.options {
                parts.push(if option.correct { "+" } else { "-" }.to_owned());
                parts.push(option.text.clone());
            }
        }
        Kind::Tracing(tracing) => {
            parts.push(tracing.compiles.to_string());
            parts.extend(tracing.stdout.clone());
        }
        Kind::Numeric(numeric) => {
            parts.extend([numeric.written.clone(), numeric.tolerance.to_string()]);
            parts.extend(numeric.unit.clone());
        }
        Kind::Ordering(ordering) => parts.extend(ordering.items.iter().map(|i| i.text.clone())),
        Kind::Matching(matching) => {
            parts.extend(matching.pairs.iter().map(|(left, _)| left.text.clone()));
            parts.extend(matching.rights().map(str::to_owned));
        }
    }
    parts.extend(question.predict.as_ref().map(|predict| predict.source()));
    hash(parts.iter().map(String::as_str))
}
