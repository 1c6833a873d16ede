//! What the history promises: nothing is lost, and the order of events does not matter.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::quiz::{Confidence, Response};

fn answer(quiz: &str, run: &str, question: &str, right: bool) -> What {
    What::Answer(Answer {
        quiz: quiz.to_owned(),
        run: run.to_owned(),
        question: question.to_owned(),
        content: "c".to_owned(),
        lang: "en".to_owned(),
        chosen: Response::Choice(BTreeSet::from([0, 2])),
        right,
        confidence: Some(Confidence::Sure),
        attempt: 1,
        ms: 1500,
        explanation: None,
    })
}

fn started(run: &str) -> What {
    What::QuizStarted { quiz: "sqs".into(), run: run.into(), lesson: "a".into(), seed: 7, total: 2 }
}

fn finished(run: &str, right: usize) -> What {
    What::QuizFinished { quiz: "sqs".into(), run: run.into(), right, total: 2 }
}

fn history(events: impl IntoIterator<Item = (u64, What)>) -> History {
    let mut history = History::default();
    for (at, what) in events {
        history.insert(Entry::new(format!("id{at}"), at, "", what));
    }
    history
}

#[test]
fn an_event_is_one_plain_line_that_reads_back() {
    let entry = Entry::new("x1".into(), 5, "", answer("sqs", "r", "q1", true));
    assert_eq!(
        entry.line,
        r#"{"id":"x1","at":5,"kind":"answer","quiz":"sqs","run":"r","question":"q1","content":"c","lang":"en","chosen":{"choice":[0,2]},"right":true,"confidence":"sure","attempt":1,"ms":1500}"#
    );
    assert_eq!(Entry::read(&entry.line), Some(entry));
    let note = What::Note { lesson: "a".into(), text: "two\nlines".into() };
    let entry = Entry::new("x2".into(), 6, "book", note);
    assert!(!entry.line.contains('\n'));
    assert_eq!(Entry::read(&entry.line), Some(entry));
}

#[test]
fn a_file_reads_back_as_it_was_written() {
    let history = history([(1, started("r")), (2, answer("sqs", "r", "q1", false))]);
    let reading = History::read(history.to_text().as_bytes()).unwrap();
    assert_eq!(reading.history, history);
    assert_eq!(reading.tail, Tail::Clean);
}

#[test]
fn a_newer_format_and_a_foreign_file_are_refused() {
    let newer = b"{\"awslearn\":\"progress\",\"format\":2}\n";
    let refusal = History::read(newer).unwrap_err();
    assert_eq!(refusal, Refusal::Newer { found: 2 });
    assert!(refusal.to_string().contains("update awslearn"));
    assert_eq!(History::read(b"my diary\n"), Err(Refusal::NotProgress));
    assert_eq!(History::read(b"{\"format\":1}\n"), Err(Refusal::NotProgress));
}

#[test]
fn an_event_of_an_unknown_kind_is_kept_word_for_word() {
    let line = r#"{"id":"n","at":3,"kind":"lab_solved","lab":"x","new":[1]}"#;
    let text = format!("{}\n{line}\n", header());
    let reading = History::read(text.as_bytes()).unwrap();
    assert_eq!(reading.unreadable, Vec::<usize>::new());
    assert_eq!(reading.history.to_text(), text);
    assert_eq!(reading.history.state(""), State::new(""));
}

#[test]
fn a_garbled_line_inside_costs_only_itself() {
    let history = history([(1, started("r")), (2, finished("r", 1))]);
    let mut lines: Vec<String> = history.to_text().lines().map(str::to_owned).collect();
    lines.insert(2, "garbage".to_owned());
    let reading = History::read((lines.join("\n") + "\n").as_bytes()).unwrap();
    assert_eq!(reading.unreadable, [3]);
    assert_eq!(reading.history, history);
}

#[test]
fn scores_notes_places_and_the_open_run_come_out_of_the_events() {
    let history = history([
        (1, started("one")),
        (2, answer("sqs", "one", "q1", false)),
        (3, finished("one", 1)),
        (4, started("two")),
        (5, answer("sqs", "two", "q1", true)),
        (6, What::Note { lesson: "a".into(), text: "old".into() }),
        (7, What::Note { lesson: "a".into(), text: "new".into() }),
        (8, What::Place { lesson: "a".into(), offset: 10 }),
        (9, What::Place { lesson: "b".into(), offset: 20 }),
        (10, What::LessonRead { lesson: "a".into() }),
        (11, What::Setting { name: "theme".into(), value: "dark".into() }),
    ]);
    let state = history.state("");
    assert_eq!(state.score("sqs"), Some(Score { right: 1, total: 2, at: 3 }));
    assert_eq!(state.lesson_score("a"), state.score("sqs"));
    assert_eq!(state.lesson_score("b"), None);
    let open = state.quiz("sqs").unwrap().open_run().unwrap();
    assert_eq!((open.run.as_str(), open.seed, open.past.len()), ("two", 7, 1));
    assert_eq!(state.note("a"), Some("new"));
    assert_eq!(state.last_place(), Some(("b", 20)));
    assert!(state.is_read("a") && !state.is_read("b"));
    assert_eq!(history.state("other").note("a"), None);
    assert_eq!(history.state("other").setting("theme"), Some("dark"));
    let mut after = state.clone();
    let abandoned = What::QuizAbandoned { quiz: "sqs".into(), run: "two".into() };
    after.apply(&Entry::new("z".into(), 12, "", abandoned));
    assert_eq!(after.quiz("sqs").unwrap().open_run(), None);
}

#[test]
fn a_streak_counts_local_days_up_to_today_or_yesterday() {
    let day = 24 * 60 * 60 * 1000;
    let read = |at| (at, What::LessonRead { lesson: "a".into() });
    let state =
        history([read(day * 10), read(day * 11 + 5), read(day * 12 - 1), read(day * 8)]).state("");
    assert_eq!(state.streak(day * 11, 0), 2);
    assert_eq!(state.streak(day * 12, 0), 2);
    assert_eq!(state.streak(day * 13, 0), 0);
    // In Korea day 12 has begun with the last of them.
    assert_eq!(state.streak(day * 12, 9 * 60), 3);
}

fn any_event() -> impl Strategy<Value = Entry> {
    let what = prop_oneof![
        (0..3_u8, any::<bool>()).prop_map(|(run, right)| answer(
            "sqs",
            &format!("r{run}"),
            "q",
            right
        )),
        (0..3_u8).prop_map(|run| started(&format!("r{run}"))),
        (0..3_u8, 0..3_usize).prop_map(|(run, right)| finished(&format!("r{run}"), right)),
        (0..2_u8, ".{0,6}").prop_map(|(l, text)| What::Note { lesson: format!("l{l}"), text }),
        (0..2_u8, 0..9_usize)
            .prop_map(|(l, offset)| What::Place { lesson: format!("l{l}"), offset }),
        (0..2_u8).prop_map(|l| What::LessonRead { lesson: format!("l{l}") }),
    ];
    // Ids from a small pool, so that the same one comes twice, once even with two texts.
    (0..20_u8, 0..6_u64, what).prop_map(|(id, at, what)| Entry::new(format!("e{id}"), at, "", what))
}

fn any_history() -> impl Strategy<Value = History> {
    proptest::collection::vec(any_event(), 0..15).prop_map(|entries| {
        let mut history = History::default();
        for entry in entries {
            history.insert(entry);
        }
        history
    })
}

fn union(a: &History, b: &History) -> History {
    let mut both = a.clone();
    both.merge(b.clone());
    both
}

proptest! {
    #[test]
    fn merging_is_commutative_associative_and_idempotent(a in any_history(), b in any_history(), c in any_history()) {
        prop_assert_eq!(union(&a, &b), union(&b, &a));
        prop_assert_eq!(union(&union(&a, &b), &c), union(&a, &union(&b, &c)));
        prop_assert_eq!(union(&a, &a), a.clone());
        prop_assert_eq!(union(&union(&a, &b), &b), union(&a, &b));
    }

    #[test]
    fn the_state_does_not_depend_on_the_order_of_the_events(
        (entries, mixed) in any_history()
            .prop_map(|h| h.in_order().into_iter().cloned().collect::<Vec<_>>())
            .prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle()))
    ) {
        let state_of = |entries: &[Entry]| {
            let mut state = State::new("");
            entries.iter().for_each(|entry| state.apply(entry));
            state
        };
        let state = state_of(&entries);
        prop_assert_eq!(&state, &state_of(&mixed));
        let twice: Vec<Entry> = [mixed, entries].concat();
        prop_assert_eq!(&state, &state_of(&twice));
    }

    /// A file cut anywhere (the machine lost power) gives every event whose line is whole.
    #[test]
    fn a_torn_file_loses_only_the_torn_line(history in any_history(), part in 0.0..1.0_f64) {
        let text = history.to_text();
        let cut = (text.len() as f64 * part) as usize;
        let reading = History::read(&text.as_bytes()[..cut]).unwrap();
        let whole = text.as_bytes()[..cut].iter().filter(|byte| **byte == b'\n').count();
        let unended = usize::from(reading.tail == Tail::Unended && whole > 0);
        prop_assert_eq!(reading.history.len(), whole.saturating_sub(1) + unended);
        if let Tail::Torn { from } = reading.tail {
            prop_assert!(from == 0 || text.as_bytes()[from - 1] == b'\n');
        }
    }
}
