//! A quiz at the keys: what is recorded, what comes back, where one lands.

use std::sync::Arc;

use crate::app::key::{Input, Mouse, MouseKind, Size};
use crate::app::keys::Mode;
use crate::app::panes::TrialPlace;
use crate::app::quiz::Spot;
use crate::app::testing::Desk;
use crate::app::{Action, Screen};
use crate::course::{Files, InMemory};
use crate::words::Lang;

pub(crate) mod predict;

const QUIZ: &str = r#"
[[questions]]
id = "visible"
type = "MultipleChoice"
prompt.prompt = "What happens at the deadline?"
prompt.answerIndex = 1
prompt.distractors = ["The message is deleted.", "None of these"]
answer.answer = "The message is visible again."
context = "Only a delete removes a message."
[questions.awslearn]
hints = ["Think of the timeout."]
links = ["mq/standard.md#part-3"]
[questions.awslearn.feedback]
"The message is deleted." = "Nobody deleted it."
"The message is visible again." = "The deadline passed."
"None of these" = "One of them is right."

[[questions]]
id = "days"
type = "ShortAnswer"
prompt.prompt = "Retention, in days?"
answer.answer = "4"
answer.alternatives = ["four"]

[[questions]]
id = "prints"
type = "Tracing"
prompt.program = "fn main() {\n    println!(\"{}\", 14 - 3);\n}"
answer.doesCompile = true
answer.stdout = "11"

[[awslearn.questions]]
id = "order"
type = "Ordering"
prompt.prompt = "A message's life"
answer.order = ["send", "receive", "delete"]

[[awslearn.questions]]
id = "match"
type = "Matching"
prompt.prompt = "Which is which?"
answer.pairs = [["SQS", "a queue"], ["Kinesis", "a stream"]]
"#;

/// A course with the quiz in both languages; `broken` spoils its second question.
pub(crate) fn files(broken: bool) -> Arc<dyn Files> {
    let mut lesson =
        "# Standard queues\n\nA message.\n\n{{#quiz ../../../quizzes/en/std.toml}}\n\n".to_owned();
    for n in 1..=30 {
        lesson += &format!("## Part {n} {{#part-{n}}}\n\nText {n}.\n\n");
    }
    let quiz = if broken {
        QUIZ.replace("answer.answer = \"4\"", "answer.answer = 4")
    } else {
        QUIZ.to_owned()
    };
    let korean = quiz
        .replace("What happens at the deadline?", "마감이 지나면 어떻게 됩니까?")
        .replace("The message is deleted.", "메시지가 삭제됩니다.")
        .replace("The message is visible again.", "메시지가 다시 보입니다.")
        .replace("None of these", "해당 없음")
        .replace("Only a delete removes a message.", "메시지는 삭제해야만 없어집니다.")
        .replace("Nobody deleted it.", "아무도 삭제하지 않았습니다.")
        .replace("The deadline passed.", "마감이 지났습니다.")
        .replace("One of them is right.", "하나는 맞습니다.")
        .replace("Think of the timeout.", "제한 시간을 떠올리십시오.")
        .replace("Retention, in days?", "보존 기간은 며칠입니까?")
        .replace("A message's life", "메시지의 일생")
        .replace("Which is which?", "무엇이 무엇입니까?")
        .replace("a queue", "큐")
        .replace("a stream", "스트림");
    let korean_lesson = lesson
        .replace("quizzes/en", "quizzes/ko")
        .replace("Standard queues", "표준 큐")
        .replace("Part", "부분");
    Arc::new(InMemory::new([
        ("lessons/en/SUMMARY.md", "# A course\n\n- [Standard queues](mq/standard.md)\n".to_owned()),
        ("lessons/ko/SUMMARY.md", "# 강의\n\n- [표준 큐](mq/standard.md)\n".to_owned()),
        ("lessons/en/mq/standard.md", lesson),
        ("lessons/ko/mq/standard.md", korean_lesson),
        ("quizzes/en/std.toml", quiz),
        ("quizzes/ko/std.toml", korean),
    ]))
}

/// A desk with the lesson open.
pub(crate) fn desk(lang: Lang, width: u16, height: u16, broken: bool) -> Desk {
    let mut desk = Desk::with(files(broken), lang, Size::new(width, height));
    desk.act(Action::Read);
    desk
}

fn english() -> Desk {
    desk(Lang::En, 80, 24, false)
}

fn mode(desk: &Desk) -> Mode {
    desk.app.mode()
}

/// The text of everything that the quiz shows, scrolled away or not.
fn shown(desk: &Desk) -> String {
    use crate::app::quiz::Body;
    let taking = desk.app.quiz.as_ref().expect("a quiz is open");
    let mut text = String::new();
    for row in &taking.sheet.rows {
        for (piece, _) in &row.lead {
            text += piece;
        }
        match &row.body {
            Body::Pieces(pieces) => pieces.iter().for_each(|(piece, _)| text += piece),
            Body::Page(line, _) => text += &line.text(),
            Body::Field(line, _) => text += line,
        }
        text.push('\n');
    }
    text
}

/// Answers the question that is open rightly and goes on.
fn answer_right(desk: &mut Desk) {
    let question =
        desk.app.quiz.as_ref().and_then(|quiz| quiz.run.question()).expect("one is open");
    let keys = match question.id.as_str() {
        "visible" => "2 enter",
        "days" => "4 enter",
        "prints" => "y 1 1 enter",
        "order" => return in_order(desk),
        _ => return in_pairs(desk),
    };
    desk.press(keys);
    settle(desk);
}

fn settle(desk: &mut Desk) {
    if mode(desk) == Mode::QuizSure {
        desk.press("2");
    }
    assert_eq!(mode(desk), Mode::QuizShown);
    assert!(shown(desk).contains("Right."), "{}", shown(desk));
    desk.press("enter");
}

fn in_order(desk: &mut Desk) {
    use crate::app::quiz::Reply;
    for wanted in 0..3 {
        let Reply::Order { items, .. } = &desk.app.quiz.as_ref().unwrap().reply else { panic!() };
        let at = items.iter().position(|item| *item == wanted).unwrap();
        desk.press(&format!("{} {}", at + 1, "K ".repeat(at - wanted)));
    }
    desk.press("enter");
    settle(desk);
}

fn in_pairs(desk: &mut Desk) {
    let order = desk.app.quiz.as_ref().unwrap().run.order().to_vec();
    for left in 0..2 {
        let place = order.iter().position(|side| *side == left).unwrap() + 1;
        desk.press(&place.to_string());
    }
    desk.press("enter");
    settle(desk);
}

#[test]
fn a_wrong_answer_explains_every_option_and_comes_back_until_it_is_right() {
    let mut desk = english();
    desk.press("t");
    assert_eq!((desk.app.screen, mode(&desk)), (Screen::Quiz, Mode::QuizChoice));
    desk.press("1 enter 3");
    let text = shown(&desk);
    for said in [
        "you were certain",
        "Nobody deleted it.",
        "The deadline passed.",
        "One of them is right.",
        "Only a delete",
        "→ Part 3",
    ] {
        assert!(text.contains(said), "{said} in\n{text}");
    }
    desk.press("enter");
    for _ in 0..4 {
        answer_right(&mut desk);
    }
    assert!(shown(&desk).contains("What happens at the deadline?"), "it came back");
    answer_right(&mut desk);
    assert_eq!(mode(&desk), Mode::QuizDone);
    let text = shown(&desk);
    assert!(text.contains("4 of 5 right at the first try"), "{text}");
    assert!(text.contains("2 tries, you were certain") && text.contains("→ Part 3"), "{text}");
    let score = desk.app.progress.score("std").expect("a score is kept");
    assert_eq!((score.right, score.total), (4, 5));
    let lesson = desk.app.progress.lesson_score("mq/standard").expect("the lesson has it too");
    assert_eq!((lesson.right, lesson.total), (4, 5));
    desk.press("a");
    for _ in 0..5 {
        answer_right(&mut desk);
    }
    assert!(shown(&desk).contains("1 more than last time (4 of 5)"), "{}", shown(&desk));
}

#[test]
fn leaving_in_the_middle_keeps_what_was_answered_and_offers_to_go_on() {
    let mut desk = english();
    desk.press("t 1 enter 1 enter");
    answer_right(&mut desk);
    desk.press("esc");
    assert_eq!((desk.app.screen, desk.app.quiz.is_none()), (Screen::Reader, true));
    desk.press("t");
    assert_eq!(mode(&desk), Mode::QuizCover);
    assert!(shown(&desk).contains("2 of 5 questions are answered"), "{}", shown(&desk));
    desk.press("enter");
    let taking = desk.app.quiz.as_ref().unwrap();
    assert_eq!(taking.run.question().unwrap().id, "prints");
    for _ in 0..4 {
        answer_right(&mut desk);
    }
    assert!(shown(&desk).contains("4 of 5 right"), "the first answer still counts");
    // Anew gives up the run that was left.
    desk.press("esc t 2 enter 2 enter esc t j enter");
    let taking = desk.app.quiz.as_ref().unwrap();
    assert_eq!(taking.run.question().unwrap().id, "visible");
    assert!(taking.run.tallies().iter().all(|tally| tally.attempts == 0));
}

#[test]
fn an_empty_answer_is_refused_and_said() {
    let mut desk = english();
    desk.press("t");
    answer_right(&mut desk);
    desk.press("enter");
    assert_eq!(mode(&desk), Mode::QuizLine);
    assert_eq!(desk.app.notice.as_deref(), Some("There is no answer yet"));
}

#[test]
fn a_peek_and_the_taught_paragraph_come_back_to_the_same_question() {
    let mut desk = english();
    desk.press("t 2 p");
    assert_eq!((desk.app.screen, mode(&desk)), (Screen::Reader, Mode::Aside));
    desk.press("j esc");
    assert_eq!(mode(&desk), Mode::QuizChoice);
    desk.press("enter 2 r");
    assert_eq!(desk.app.screen, Screen::Reader);
    assert!(desk.top_line().contains("Part 3"), "{}", desk.top_line());
    desk.press("esc");
    assert_eq!(mode(&desk), Mode::QuizShown);
}

#[test]
fn confidence_can_be_switched_off_and_stays_off() {
    let mut desk = english();
    desk.press("t 2 enter C");
    assert_eq!(mode(&desk), Mode::QuizShown, "the answer is judged at once");
    assert_eq!(desk.app.progress.setting("confidence"), Some("off"));
    desk.press("enter 4 enter");
    assert_eq!(mode(&desk), Mode::QuizShown);
}

#[test]
fn hints_are_shown_one_by_one() {
    let mut desk = english();
    desk.press("t i");
    assert!(shown(&desk).contains("Hint 1 of 1") && shown(&desk).contains("Think of the timeout."));
    desk.press("i");
    assert_eq!(desk.app.notice.as_deref(), Some("There is no further hint"));
}

#[test]
fn the_mouse_ticks_an_option() {
    let mut desk = english();
    desk.press("t");
    let place = desk.app.panes().quiz(TrialPlace::None).sheet;
    let rows = &desk.app.quiz.as_ref().unwrap().sheet.rows;
    let row = rows.iter().position(|row| row.spot == Some(Spot::Line(1))).unwrap();
    let mouse = Mouse { kind: MouseKind::Press, x: place.x + 4, y: place.y + row as u16 };
    desk.input(&Input::Mouse(mouse)).press("enter 2");
    assert!(shown(&desk).contains("Right."));
}

#[test]
fn a_bad_question_is_named_with_its_place_and_the_others_are_asked() {
    let mut desk = desk(Lang::En, 80, 24, true);
    desk.press("t");
    assert_eq!(mode(&desk), Mode::QuizCover);
    let text = shown(&desk);
    assert!(text.contains("quizzes/en/std.toml:22:17"), "{text}");
    assert!(text.contains("`answer.answer` must be a string"), "{text}");
    desk.press("enter");
    assert_eq!(desk.app.quiz.as_ref().unwrap().run.quiz().questions.len(), 4);
}

#[test]
fn the_language_changes_in_the_middle_of_a_question() {
    let mut desk = english();
    desk.press("t 2 L");
    assert!(shown(&desk).contains("메시지가 다시 보입니다."));
    desk.press("enter 3");
    assert!(shown(&desk).contains("맞았습니다."), "the tick is still there");
    assert!(shown(&desk).contains("→ 부분 3"));
}

#[test]
fn any_keys_at_any_size_break_nothing() {
    let keys = "t j space enter 1 ctrl-d i p esc enter x y enter tab n enter 3 J K l h space enter esc L C r a";
    for (width, height) in [(24, 6), (1, 1), (40, 9), (300, 100)] {
        let mut desk = desk(Lang::Ko, width, height, false);
        for round in 0..12 {
            for (at, key) in keys.split(' ').enumerate() {
                desk.press(key);
                if (at + round) % 5 == 0 {
                    desk.act(Action::Resize(Size::new(30 + round as u16 * 7, 8 + at as u16)));
                }
            }
        }
    }
}
