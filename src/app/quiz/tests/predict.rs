//! A prediction at the keys: made, seen in the model, explained.

use std::sync::Arc;

use super::{mode, shown};
use crate::app::Action;
use crate::app::key::Size;
use crate::app::keys::Mode;
use crate::app::testing::Desk;
use crate::course::{Files, InMemory};
use crate::progress::QuizState;
use crate::words::Lang;

const QUIZ: &str = r#"
[[awslearn.questions]]
id = "back"
type = "Predict"
context = "The timeout of {visibility-timeout} began with the receive."
[awslearn.questions.prompt]
prompt = "A message is received; the timeout is {visibility-timeout}. When is it visible again?"
model = "queue"
draw = { visibility-timeout = ["20 s", "40 s"] }
knobs = { arrival-rate = 0, workers = 0 }
steps = [{ at = "1 s", run = "do send" }, { at = "2 s", run = "do receive" }]
until = "visibility-timeout + 8 s"
cause = "visible-again"
figures = { back = "first(visible-again) - first(received)" }
[[awslearn.questions.answer.options]]
text = "After {back}"
when = "back == visibility-timeout"
why = "The deadline passed."
[[awslearn.questions.answer.options]]
text = "Never"
when = "count(visible-again) == 0"
why = "It was not deleted."

[[questions]]
id = "days"
type = "ShortAnswer"
prompt.prompt = "Retention, in days?"
answer.answer = "4"

[[awslearn.questions]]
id = "broken"
type = "Predict"
[awslearn.questions.prompt]
prompt = "?"
model = "nobody"
until = 1
[awslearn.questions.answer]
answer = 1
"#;

/// A course with a quiz of predictions; `broken` leaves the one in that no model can work out.
pub(crate) fn desk(lang: Lang, width: u16, height: u16, broken: bool) -> Desk {
    let end = if broken { QUIZ.len() } else { QUIZ.rfind("[[awslearn.questions]]").unwrap() };
    let quiz = &QUIZ[..end];
    let korean = quiz
        .replace(
            "The timeout of {visibility-timeout} began with the receive.",
            "제한 시간 {visibility-timeout}는 수신과 함께 시작됐습니다.",
        )
        .replace(
            "A message is received; the timeout is {visibility-timeout}. When is it visible again?",
            "메시지를 받았고 제한 시간은 {visibility-timeout}입니다. 언제 다시 보입니까?",
        )
        .replace("After {back}", "{back} 뒤")
        .replace("\"Never\"", "\"다시 보이지 않는다\"")
        .replace("The deadline passed.", "마감이 지났습니다.")
        .replace("It was not deleted.", "삭제되지 않았습니다.");
    let lesson = |lang: &str| format!("# One\n\n{{{{#quiz ../../quizzes/{lang}/one.toml}}}}\n");
    let files: Arc<dyn Files> = Arc::new(InMemory::new([
        ("lessons/en/SUMMARY.md", "# A course\n\n- [One](one.md)\n".to_owned()),
        ("lessons/ko/SUMMARY.md", "# 강의\n\n- [하나](one.md)\n".to_owned()),
        ("lessons/en/one.md", lesson("en")),
        ("lessons/ko/one.md", lesson("ko")),
        ("quizzes/en/one.toml", quiz.to_owned()),
        ("quizzes/ko/one.toml", korean),
    ]));
    let mut desk = Desk::with(files, lang, Size::new(width, height));
    desk.act(Action::Read).press("t");
    desk
}

/// Lets real time pass, a frame at a time.
pub(crate) fn wait(desk: &mut Desk, millis: u64) {
    let end = desk.app.now_ms + millis;
    while let Some(due) = desk.app.deadline().filter(|due| *due <= end) {
        desk.app.now_ms = due;
        desk.act(Action::Tick);
    }
    desk.app.now_ms = end;
}

/// The key that chooses the option of this index.
fn option(desk: &Desk, wanted: usize) -> String {
    let order = desk.app.quiz.as_ref().unwrap().run.order();
    (order.iter().position(|index| *index == wanted).unwrap() + 1).to_string()
}

#[test]
fn a_prediction_is_seen_in_the_model_before_the_verdict_and_comes_back_with_fresh_numbers() {
    let mut desk = desk(Lang::En, 120, 40, false);
    assert_eq!(mode(&desk), Mode::QuizChoice);
    assert!(shown(&desk).contains("Predict, then watch"), "{}", shown(&desk));
    let wrong = option(&desk, 1);
    desk.press(&format!("{wrong} enter 3"));
    assert_eq!(mode(&desk), Mode::QuizTrial);
    let score = desk.app.progress.quiz("one").and_then(QuizState::open_run);
    assert_eq!(score.expect("the answer is kept at once").answered(), 1);
    assert!(!shown(&desk).contains("The deadline passed."), "nothing is given away");
    wait(&mut desk, 1_000);
    assert_eq!(mode(&desk), Mode::QuizTrial);
    wait(&mut desk, 9_000);
    assert_eq!(mode(&desk), Mode::QuizShown, "it takes about eight seconds");
    assert_eq!(desk.app.deadline(), None, "nothing moves any more");
    let text = shown(&desk);
    for said in
        ["Not right", "The deadline passed.", "began with the receive", "visible again after"]
    {
        assert!(text.contains(said), "{said} in\n{text}");
    }
    let prompts =
        |desk: &Desk| desk.app.quiz.as_ref().unwrap().run.question().unwrap().prompt.clone();
    let before = prompts(&desk);
    let mut fresh = false;
    for _ in 0..8 {
        desk.press("enter");
        if mode(&desk) == Mode::QuizLine {
            desk.press("4 enter 2 enter");
        }
        fresh |= prompts(&desk) != before;
        let wrong = option(&desk, 1);
        desk.press(&format!("{wrong} enter enter"));
        assert_eq!(mode(&desk), Mode::QuizShown, "enter goes to the verdict");
    }
    assert!(fresh, "the numbers are drawn anew");
    desk.press("enter");
    let right = option(&desk, 0);
    desk.press(&format!("{right} enter enter"));
    assert!(shown(&desk).contains("Right."), "{}", shown(&desk));
}

#[test]
fn the_run_can_be_paused_stepped_and_seen_again() {
    let mut desk = desk(Lang::En, 80, 24, false);
    desk.press("1 enter 2 space");
    assert_eq!(desk.app.deadline(), None, "paused");
    let at =
        |desk: &Desk| desk.app.quiz.as_ref().unwrap().trial.as_ref().unwrap().live.bench().now().at;
    let before = at(&desk);
    desk.press(".");
    assert!(at(&desk) > before);
    desk.press("left left left , end");
    assert_eq!(mode(&desk), Mode::QuizShown);
    let end = at(&desk);
    desk.press("w");
    assert_eq!(mode(&desk), Mode::QuizTrial);
    assert!(at(&desk) < end);
    for _ in 0..60 {
        desk.press("right . +");
    }
    assert_eq!((mode(&desk), at(&desk)), (Mode::QuizShown, end), "never past the moment");
}

#[test]
fn the_language_changes_and_the_numbers_stay() {
    let mut desk = desk(Lang::En, 80, 24, false);
    let right = option(&desk, 0);
    let seconds = if shown(&desk).contains("20 s") { "20초" } else { "40초" };
    desk.press("L");
    assert!(shown(&desk).contains(seconds), "{}", shown(&desk));
    desk.press(&format!("{right} enter 2 enter"));
    assert!(shown(&desk).contains("맞았습니다."), "{}", shown(&desk));
    desk.press("L");
    assert!(shown(&desk).contains("Right."), "{}", shown(&desk));
}

#[test]
fn a_prediction_that_no_model_can_work_out_is_named_and_left_out() {
    let mut desk = desk(Lang::En, 80, 24, true);
    assert_eq!(mode(&desk), Mode::QuizCover);
    let text = shown(&desk);
    assert!(text.contains("quizzes/en/one.toml:35:9"), "{text}");
    assert!(text.contains("There is no model `nobody`"), "{text}");
    desk.press("enter");
    assert_eq!(desk.app.quiz.as_ref().unwrap().run.quiz().questions.len(), 2);
}
