//! In which order options are shown: by chance unless the file says otherwise, pinned ones last.

use rand_core::Rng as _;
use rand_pcg::Pcg64Mcg;

use super::identity::spread;
use super::question::{Kind, MultipleChoice, OptionOrder, Question};

/// Openings (in small letters) of options that speak about the other options: they only make
/// sense at the end of the list.
const LAST: &[&str] = &[
    "none of",
    "neither of",
    "all of the above",
    "all of these",
    "any of the above",
    "both of the above",
    "no permissions",
    "위 모두",
    "위의 모두",
    "위 전부",
    "모두 해당",
    "모두 맞",
    "모두 아니",
    "모두 옳",
    "모두 틀",
    "해당 없음",
    "해당 사항 없음",
    "이 중에 없",
    "이 중에는 없",
    "정답 없음",
    "보기에 없",
];

/// Whether an option with this text speaks about the other options.
pub(super) fn speaks_of_the_others(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['*', '_', '"', '“']).to_lowercase();
    LAST.iter().any(|opening| text.starts_with(opening))
}

/// A shuffle that is the same for the same seed, question and attempt, on every machine.
fn shuffle(items: &mut [usize], seed: u64, question: &str, attempt: u32) {
    let stream = spread([question, &seed.to_string(), &attempt.to_string()]);
    let mut chance = Pcg64Mcg::new(stream);
    for last in (1..items.len()).rev() {
        let bits = u128::from(chance.next_u64());
        items.swap(last, ((bits * (last as u128 + 1)) >> 64) as usize);
    }
}

/// The order of the options, items or right sides of `question` at this attempt (from 1), as
/// indices into the question's own lists. Empty for questions answered in words.
///
/// A wrong answer must not be remembered by its place: what is shuffled never comes twice running
/// in the same order.
pub(super) fn order(question: &Question, seed: u64, attempt: u32) -> Vec<usize> {
    let (mut free, fixed) = match &question.kind {
        Kind::MultipleChoice(choice) => match free_and_fixed(choice) {
            (free, fixed) if free.is_empty() => return fixed,
            parted => parted,
        },
        Kind::Ordering(ordering) => ((0..ordering.items.len()).collect(), Vec::new()),
        Kind::Matching(matching) => ((0..matching.rights().count()).collect(), Vec::new()),
        Kind::ShortAnswer(_) | Kind::Tracing(_) | Kind::Numeric(_) => return Vec::new(),
    };
    let file_order = free.clone();
    // An ordering must not be shown solved.
    let mut before = matches!(question.kind, Kind::Ordering(_)).then(|| file_order.clone());
    for attempt in 1..=attempt {
        free.clone_from(&file_order);
        shuffle(&mut free, seed, &question.id, attempt);
        if before.as_ref() == Some(&free) {
            free.rotate_left(1);
        }
        before = Some(free.clone());
    }
    free.extend(fixed);
    free
}

/// The options that are shuffled, and those that follow in this order.
fn free_and_fixed(choice: &MultipleChoice) -> (Vec<usize>, Vec<usize>) {
    let all = 0..choice.options.len();
    match choice.order {
        OptionOrder::Shuffled => all.partition(|index| !choice.options[*index].pinned),
        OptionOrder::Sorted => {
            let mut order: Vec<usize> = all.collect();
            order.sort_by(|a, b| {
                let [a, b] = [a, b].map(|index| choice.options[*index].text.encode_utf16());
                a.cmp(b)
            });
            (Vec::new(), order)
        }
        OptionOrder::AnswersAt(at) => {
            let (answers, mut order): (Vec<usize>, Vec<usize>) =
                all.partition(|index| choice.options[*index].correct);
            let at = at.min(order.len());
            order.splice(at..at, answers);
            (Vec::new(), order)
        }
    }
}
