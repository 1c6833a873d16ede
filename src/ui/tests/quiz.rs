//! Pictures of the quiz in each of its states.

use super::{DARK, SIZES, draw, text};
use crate::app::quiz::tests::{desk, predict};
use crate::progress::{Entry, What};
use crate::words::Lang;

/// Every state by name: the keys that lead to it from the lesson.
const STATES: &[(&str, &str)] = &[
    ("choice", "t 2 i"),
    ("sure", "t 1 enter"),
    ("wrong", "t 1 enter 3"),
    ("right", "t 2 enter 2"),
    ("words", "t 2 enter 2 enter 4"),
    ("words-wrong", "t 2 enter 2 enter 5 enter 1"),
    ("trace", "t 2 enter 2 enter 4 enter 2 enter y 1 1"),
    ("order", "t 2 enter 2 enter 4 enter 2 enter y 1 1 enter 2 enter space"),
    ("order-wrong", "t 2 enter 2 enter 4 enter 2 enter y 1 1 enter 2 enter enter 1"),
    ("pairs", "t 2 enter 2 enter 4 enter 2 enter y 1 1 enter 2 enter enter 1 enter 1"),
    ("cover", "t 2 enter 2 esc t"),
];

#[test]
fn each_state_of_a_quiz_looks_as_it_should() {
    for (lang, (width, height)) in
        Lang::ALL.into_iter().flat_map(|lang| SIZES.map(|size| (lang, size)))
    {
        for (name, keys) in STATES {
            let mut desk = desk(lang, width, height, false);
            desk.press(keys);
            let picture = text(&draw(&desk, DARK));
            insta::with_settings!({ snapshot_path => "screens", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("quiz-{name}-{}-{width}x{height}", lang.code()), picture);
            });
        }
        let mut desk = desk(lang, width, height, true);
        desk.press("t");
        let picture = text(&draw(&desk, DARK));
        insta::with_settings!({ snapshot_path => "screens", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("quiz-faults-{}-{width}x{height}", lang.code()), picture);
        });
    }
}

#[test]
fn a_prediction_is_asked_watched_and_explained_beside_its_model() {
    for (lang, (width, height)) in
        Lang::ALL.into_iter().flat_map(|lang| SIZES.map(|size| (lang, size)))
    {
        let mut desk = predict::desk(lang, width, height, false);
        let mut pin = |name: &str, keys: &str, millis: u64| {
            desk.press(keys);
            predict::wait(&mut desk, millis);
            let picture = text(&draw(&desk, DARK));
            insta::with_settings!({ snapshot_path => "screens", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("quiz-predict-{name}-{}-{width}x{height}", lang.code()), picture);
            });
        };
        pin("asked", "1", 0);
        pin("watched", "enter 2", 3_000);
        pin("shown", "", 9_000);
    }
}

#[test]
fn the_contents_show_the_last_score_of_a_lesson() {
    let mut desk = desk(Lang::En, 120, 40, false);
    let (quiz, run) = ("std".to_owned(), "r".to_owned());
    let started = What::QuizStarted {
        quiz: quiz.clone(),
        run: run.clone(),
        lesson: "mq/standard".to_owned(),
        seed: 1,
        total: 5,
    };
    let finished = What::QuizFinished { quiz, run, right: 4, total: 5 };
    for (at, what) in (1..).zip([started, finished]) {
        desk.app.progress.apply(&Entry::new(format!("e{at}"), at, "", what));
    }
    assert!(text(&draw(&desk, DARK)).contains("4/5 │"));
}
