//! What authors and learners rely on, with quizzes of our own.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::problem::{Position, Severity};

const GOOD: &str = r#"
[multipart]
worker = "A worker takes **45 s**."

[[questions]]
id = "a"
type = "MultipleChoice"
multipart = "worker"
prompt.prompt = "What happens?"
prompt.distractors = ["It is deleted.", "None of these", "It moves away."]
answer.answer = "It becomes visible."
context = "Only a delete removes it."
[questions.awslearn]
hints = ["Think of the timeout."]
links = ["standard.md#visibility"]
difficulty = 2
objective = "Tell hidden from deleted"
feedback = { "It is deleted." = "Nobody deleted it.", "It becomes visible." = "The timeout ended." }

[[questions]]
id = "b"
type = "MultipleChoice"
multipart = "worker"
prompt.prompt = "Which help?"
prompt.sortAnswers = true
prompt.distractors = ["Long polling"]
answer.answer = ["A longer timeout", "Heartbeats"]

[[questions]]
id = "c"
type = "ShortAnswer"
prompt.prompt = "Retention, in days?"
answer.answer = "4"
answer.alternatives = ["Four"]
awslearn.accept.numeric_tolerance = 0.5

[[questions]]
type = "Tracing"
prompt.program = 'fn main() { println!("hi"); }'
answer.doesCompile = true
answer.stdout = "hi\n"

[[awslearn.questions]]
id = "e"
type = "Numeric"
prompt.prompt = "Default visibility timeout?"
answer = { answer = 30, tolerance = 0.5, unit = "s" }

[[awslearn.questions]]
id = "f"
type = "Ordering"
prompt.prompt = "Put in order"
answer.order = ["send", "receive", "delete"]

[[awslearn.questions]]
id = "g"
type = "Matching"
prompt.prompt = "Match"
prompt.distractors = ["a table"]
answer.pairs = [["SQS", "a queue"], ["Kinesis", "a stream"]]
"#;

fn good() -> Quiz {
    let parsed = parse("good.toml", GOOD);
    assert_eq!(parsed.problems, []);
    parsed.quiz
}

fn places(text: &str) -> Vec<(String, &'static str)> {
    parse("q.toml", text)
        .problems
        .iter()
        .map(|problem| (Position::of(text, problem.span.start).to_string(), problem.code))
        .collect()
}

#[test]
fn every_type_is_read_in_file_order_with_numbers_and_identities() {
    let quiz = good();
    let numbers: Vec<String> = quiz.questions.iter().map(|q| q.number.to_string()).collect();
    assert_eq!(numbers, ["1a", "1b", "2", "3", "4", "5", "6"]);
    let first = &quiz.questions[0];
    assert_eq!(quiz.shared_context(first), Some("A worker takes **45 s**."));
    assert_eq!(first.links[0].target, "standard.md#visibility");
    assert_eq!(&GOOD[first.links[0].span.clone()], "\"standard.md#visibility\"");
    assert!(GOOD[first.span.clone()].contains("Nobody deleted it."));
    assert!(!GOOD[first.span.clone()].contains("Which help?"));
    let tracing = &quiz.questions[3];
    assert!(!tracing.named && tracing.id.starts_with("h-"), "{}", tracing.id);
    assert!(first.texts().any(|text| text == "Nobody deleted it."));
}

#[test]
fn an_edit_changes_the_content_hash_but_not_the_identity() {
    let moved = GOOD.replace("[[questions]]\nid = \"a\"", "\n\n[[questions]]\nid = \"a\"");
    assert_eq!(parse("", &moved).quiz.questions[3].id, good().questions[3].id);
    let edited =
        parse("", &GOOD.replace("answer.stdout = \"hi\\n\"", "answer.stdout = \"ho\"")).quiz;
    assert_eq!(edited.questions[3].id, good().questions[3].id);
    assert_ne!(edited.questions[3].content, good().questions[3].content);
}

#[test]
fn one_bad_question_leaves_the_others_and_says_where_it_is() {
    let text = "[[questions]]\ntype = \"Tracing\"\nanswer.doesCompile = false\n\n\
        [[questions]]\ntype = \"Tracing\"\nprompt.program = \"x\"\nanswer.doesCompile = false\n";
    let parsed = parse("q.toml", text);
    assert!(!parsed.strict());
    assert_eq!(parsed.quiz.questions.len(), 1);
    assert_eq!(places(text), [("1:1".to_owned(), "quiz-question")]);
    assert_eq!(parsed.problems[0].message, "`prompt` is missing; it must be a table");
}

#[test]
fn broken_toml_costs_only_the_question_it_is_in() {
    let text = GOOD.replace("answer.answer = \"4\"", "answer.answer = \"4");
    let parsed = parse("q.toml", &text);
    assert!(!parsed.strict());
    let ids: Vec<&str> = parsed.quiz.questions.iter().map(|q| q.id.as_str()).collect();
    assert_eq!(ids.len(), 6, "{ids:?}");
    assert!(!ids.contains(&"c"));
    let line = text.lines().position(|line| line.ends_with("\"4")).unwrap() + 1;
    assert_eq!(Position::of(&text, parsed.problems[0].span.start).line, line);
}

#[test]
fn a_shared_context_survives_broken_toml_elsewhere() {
    let text = GOOD.replace("answer.stdout = \"hi\\n\"", "answer.stdout = ");
    let quiz = parse("q.toml", &text).quiz;
    assert!(quiz.shared_context(&quiz.questions[0]).is_some());
}

#[test]
fn strict_gives_the_verdict_of_mdbook_quiz() {
    let question = |body: &str| format!("[[questions]]\n{body}\n");
    let choice =
        |body: &str| question(&format!("type = \"MultipleChoice\"\nprompt.prompt = \"p\"\n{body}"));
    let short = |body: &str| question(&format!("type = \"ShortAnswer\"\n{body}"));
    let trace =
        |body: &str| question(&format!("type = \"Tracing\"\nprompt.program = \"p\"\n{body}"));
    let refused = [
        "questions = []".to_owned(),
        "".to_owned(),
        "questions = 3".to_owned(),
        "[[questions]]\nprompt.prompt = \"p\"".to_owned(),
        question("type = \"multipleChoice\""),
        choice("answer.answer = \"a\""),
        choice("prompt.distractors = []\nanswer = \"a\""),
        choice("prompt.distractors = []\nanswer.answer = []"),
        choice("prompt.distractors = [\"b\"]\nprompt.answerIndex = 2\nanswer.answer = \"a\""),
        choice("prompt.distractors = [\"b\"]\nprompt.answerIndex = -1\nanswer.answer = \"a\""),
        choice(
            "prompt.distractors = []\nprompt.answerIndex = 0\nprompt.sortAnswers = false\nanswer.answer = \"a\"",
        ),
        choice("prompt.distractors = []\nid = 4\nanswer.answer = \"a\""),
        choice("prompt.distractors = []\nmultipart = \"no\"\nanswer.answer = \"a\""),
        choice("prompt.distractors = []\ncontext = 3\nanswer.answer = \"a\""),
        short("prompt.prompt = \"p\"\nanswer.answer = 4"),
        short("prompt.prompt = \"p\"\nprompt.response = \"tall\"\nanswer.answer = \"4\""),
        short("prompt.prompt = \"p\"\nanswer.answer = \"4\"\nanswer.alternatives = \"four\""),
        trace("answer.doesCompile = true"),
        trace("answer.doesCompile = false\nanswer.stdout = \"x\""),
        trace("answer.doesCompile = \"no\""),
        trace("answer.doesCompile = false\nid = \"x\"")
            + &trace("answer.doesCompile = false\nid = \"x\""),
        format!("multipart = {{ a = 1 }}\n{}", trace("answer.doesCompile = false")),
    ];
    for text in refused {
        assert!(!parse("", &text).strict(), "taken: {text}");
    }
    let taken = [
        choice("prompt.distractors = []\nanswer.answer = [\"a\"]"),
        choice("prompt.distractors = [\"b\"]\nprompt.answerIndex = 1\nanswer.answer = \"a\""),
        choice("prompt.distractors = [\"b\"]\nprompt.answer_index = 9\nanswer.answer = \"a\""),
        trace("answer.doesCompile = false\nanswer.lineNumber = 3\nanything = 3"),
        "questions = [{ type = \"Tracing\", prompt = { program = \"\" }, answer = { doesCompile = false } }]"
            .to_owned(),
        format!("\u{feff}{}", trace("answer.doesCompile = false").replace('\n', "\r\n")),
        GOOD.to_owned(),
    ];
    for text in taken {
        let parsed = parse("", &text);
        assert!(parsed.strict(), "refused: {text}\n{:?}", parsed.problems);
        assert!(!parsed.quiz.questions.is_empty());
    }
}

#[test]
fn our_own_tables_are_checked_without_losing_the_question() {
    let text = GOOD
        .replace("\"It is deleted.\" = ", "\"It is gone.\" = ")
        .replace("difficulty = 2", "difficulty = 9")
        .replace("prompt.sortAnswers", "prompt.sort_answers");
    let parsed = parse("q.toml", &text);
    let found: Vec<_> = parsed.problems.iter().map(|p| (p.code, p.severity)).collect();
    assert_eq!(
        found,
        [
            ("quiz-extra", Severity::Error),
            ("quiz-option", Severity::Error),
            ("quiz-key", Severity::Warning)
        ]
    );
    assert!(parsed.strict(), "mdbook-quiz does not know our tables");
    assert_eq!(parsed.quiz.questions.len(), 7);
    assert_eq!(parsed.problems[2].help.as_deref(), Some("did you mean `sortAnswers`?"));
}

fn text(words: &str) -> Response {
    Response::Text(words.to_owned())
}

fn ticked(options: &[usize]) -> Response {
    Response::Choice(options.iter().copied().collect())
}

#[test]
fn answers_are_judged_with_reasons() {
    let quiz = good();
    let judged = |at: usize, response: Response| {
        let grade = grade(&quiz.questions[at], &response);
        (grade.right, grade.reason)
    };
    assert_eq!(judged(0, ticked(&[0])), (true, Reason::Exact));
    assert_eq!(judged(0, ticked(&[1])), (false, Reason::WrongOption));
    assert_eq!(judged(1, ticked(&[0, 1])), (true, Reason::Exact));
    assert_eq!(judged(1, ticked(&[0, 2])), (false, Reason::WrongSet { missed: 1, extra: 1 }));
    assert_eq!(judged(2, text(" 4 ")), (true, Reason::Exact));
    assert_eq!(judged(2, text("FOUR")), (true, Reason::Alternative));
    assert_eq!(judged(2, text("4.4")), (true, Reason::WithinTolerance));
    assert_eq!(judged(2, text("5")), (false, Reason::OtherNumber));
    assert_eq!(judged(2, text("4  days")), (false, Reason::OtherWords));
    let trace = |compiles, stdout: &str| Response::Trace { compiles, stdout: stdout.to_owned() };
    assert_eq!(judged(3, trace(true, "hi")), (true, Reason::Exact));
    assert_eq!(judged(3, trace(true, "Hi")), (false, Reason::OtherOutput));
    assert_eq!(judged(3, trace(false, "hi")), (false, Reason::ItCompiles));
    assert_eq!(judged(4, text("30 S")), (true, Reason::Exact));
    assert_eq!(judged(4, text("30.5")), (true, Reason::WithinTolerance));
    assert_eq!(judged(4, text("30 min")), (false, Reason::NotANumber));
    assert_eq!(judged(4, text("3,000")), (false, Reason::OtherNumber));
    assert_eq!(judged(5, Response::Order(vec![0, 1, 2])), (true, Reason::Exact));
    assert_eq!(
        judged(5, Response::Order(vec![1, 0, 2])),
        (false, Reason::WrongOrder { in_place: 1 })
    );
    assert_eq!(judged(6, Response::Pairs(vec![0, 1])), (true, Reason::Exact));
    assert_eq!(judged(6, Response::Pairs(vec![0, 2])), (false, Reason::WrongPairs { right: 1 }));
    assert_eq!(judged(0, text("x")), (false, Reason::OtherWords));
    let marks: Vec<Mark> = grade(&quiz.questions[1], &ticked(&[0, 2]))
        .parts
        .into_iter()
        .map(PartGrade::mark)
        .collect();
    assert_eq!(marks, [Mark::Hit, Mark::Missed, Mark::Mistaken]);
}

#[test]
fn the_right_answer_to_every_type_is_right() {
    for question in &good().questions {
        assert!(grade(question, &Response::right_to(question)).right, "{}", question.id);
    }
}

#[test]
fn none_of_these_stays_last_and_written_orders_are_kept() {
    let quiz = Arc::new(good());
    for seed in 0..50 {
        let run = Run::new(Arc::clone(&quiz), seed, false);
        assert_eq!(run.order().last(), Some(&2), "`None of these` is the second distractor");
    }
    let text = "[[questions]]\ntype = \"MultipleChoice\"\nprompt.prompt = \"p\"\n\
        prompt.distractors = [\"x\", \"y\"]\nprompt.answerIndex = 1\nanswer.answer = [\"r\", \"s\"]";
    let placed = Run::new(Arc::new(parse("", text).quiz), 7, false);
    assert_eq!(placed.order(), [2, 0, 1, 3]);
    let sorted = text.replace("answerIndex = 1", "sortAnswers = true").replace("\"r\"", "\"z\"");
    assert_eq!(Run::new(Arc::new(parse("", &sorted).quiz), 7, false).order(), [1, 2, 3, 0]);
}

#[test]
fn a_wrong_question_comes_back_in_another_order_until_it_is_right() {
    let mut run = Run::new(Arc::new(good()), 3, false);
    let before = run.order().to_vec();
    let wrong = run.submit(ticked(&[1])).unwrap().unwrap();
    assert!(!wrong.right && wrong.attempt == 1);
    run.go_on().unwrap();
    while run.question().is_some_and(|question| question.id != "a") {
        let right = Response::right_to(run.question().unwrap());
        assert!(run.submit(right).unwrap().unwrap().right);
        run.go_on().unwrap();
    }
    assert_eq!(run.attempt(), 2);
    assert_ne!(run.order(), before);
    assert_eq!(run.submit(ticked(&[])), Err(Refusal::Empty));
    assert_eq!(run.submit(ticked(&[0])).unwrap().unwrap().attempt, 2);
    run.go_on().unwrap();
    assert_eq!(run.phase(), &Phase::Done);
    let summary = run.summary();
    assert_eq!((summary.first_right, summary.total, summary.missed), (6, 7, vec![0]));
}

#[test]
fn confidence_is_asked_before_the_verdict_and_only_once_a_question() {
    let mut run = Run::new(Arc::new(good()), 3, true);
    assert_eq!(run.submit(ticked(&[1])), Ok(None));
    assert!(matches!(run.phase(), Phase::Confiding { .. }));
    run.reconsider().unwrap();
    assert_eq!(run.submit(ticked(&[1])), Ok(None));
    let answered = run.confide(Confidence::Sure).unwrap();
    assert_eq!(answered.confidence, Some(Confidence::Sure));
    assert_eq!(run.summary().surprises, [0]);
    assert_eq!(run.confide(Confidence::Sure), Err(Refusal::NotNow));
}

#[test]
fn a_reason_in_words_is_asked_for_where_the_file_says_so() {
    let text = "[[questions]]\ntype = \"ShortAnswer\"\npromptExplanation = true\n\
        prompt.prompt = \"p\"\nanswer.answer = \"a\"";
    let mut run = Run::new(Arc::new(parse("", text).quiz), 1, false);
    assert_eq!(run.submit(Response::Text("a".into())), Ok(None));
    assert_eq!(run.explain("  "), Err(Refusal::Empty));
    let answered = run.explain(" because ").unwrap().unwrap();
    assert_eq!(answered.explanation.as_deref(), Some("because"));
}

#[test]
fn the_same_quiz_in_another_language_goes_on_where_it_was() {
    let mut run = Run::new(Arc::new(good()), 3, false);
    run.submit(ticked(&[1])).unwrap();
    let order = run.order().to_vec();
    let korean = parse("", &GOOD.replace("It is deleted.", "삭제됩니다.")).quiz;
    assert!(run.translate(Arc::new(korean)));
    assert_eq!(run.order(), order);
    assert!(matches!(run.phase(), Phase::Shown { .. }));
    let other = parse("", &GOOD.replace("id = \"b\"", "id = \"bb\"")).quiz;
    assert!(!run.translate(Arc::new(other)));
}

proptest! {
    /// Whatever is answered, whenever the program is killed: going on shows the same question in
    /// the same order, and the score is the same.
    #[test]
    fn a_run_can_be_resumed_after_any_answer(seed: u32, picks in proptest::collection::vec(0..4_usize, 1..40)) {
        let quiz = Arc::new(good());
        let mut run = Run::new(Arc::clone(&quiz), seed.into(), false);
        let mut past = Vec::new();
        for pick in picks {
            let Some(question) = run.question() else { break };
            let response = match pick {
                0 => Response::Text("?".to_owned()),
                1 => Response::Choice(BTreeSet::from([pick])),
                _ => Response::right_to(question),
            };
            let answered = run.submit(response).unwrap().unwrap();
            past.push(Past {
                question: answered.question,
                right: answered.right,
                confidence: answered.confidence,
            });
            run.go_on().unwrap();
            let again = Run::resume(Arc::clone(&quiz), seed.into(), false, &past);
            prop_assert_eq!(&again, &run);
        }
    }

    /// No text makes the reader panic, and every problem lies in the text.
    #[test]
    fn any_mangled_file_is_read(cut in 0..GOOD.len(), insert in "[\\[\\]\"'={}a\n]{0,6}") {
        let mut text = GOOD.to_owned();
        text.insert_str(cut, &insert);
        let parsed = parse("q.toml", &text);
        for problem in &parsed.problems {
            prop_assert!(problem.span.end <= text.len() && problem.span.start <= problem.span.end);
        }
        for question in &parsed.quiz.questions {
            prop_assert!(grade(question, &Response::right_to(question)).right);
        }
    }
}

const PREDICT: &str = r#"questions = []
[[awslearn.questions]]
id = "p"
type = "Predict"
[awslearn.questions.prompt]
prompt = "How often, in {t}?"
model = "queue"
until = "t"
draw = { t = ["1 s", 3] }
steps = [{ at = 1, run = "do send" }]
[[awslearn.questions.answer.options]]
text = "once"
when = "n == 1"
why = "Why."
[[awslearn.questions.answer.options]]
text = "never"
when = "n == 0"
"#;

#[test]
fn a_predict_question_is_a_choice_whose_key_is_open_and_needs_numbers() {
    let parsed = parse("q.toml", PREDICT);
    let question = &parsed.quiz.questions[0];
    let Kind::MultipleChoice(choice) = &question.kind else { panic!("{question:?}") };
    assert!(choice.options.iter().all(|option| !option.correct));
    assert_eq!(choice.options[0].why.as_deref(), Some("Why."));
    let predict = question.predict.as_ref().unwrap();
    assert_eq!(predict.scenario.draw[0].1.value.len(), 2);
    assert_eq!(predict.scenario.steps[0].run.value, "do send");
    assert!(predict.source().contains("when n == 1"));
    let other = parse("q.toml", &PREDICT.replace("n == 1", "n == 2"));
    assert_ne!(question.content, other.quiz.questions[0].content, "another key, another question");

    let mut run = Run::new(Arc::new(parsed.quiz), 5, false);
    let (open, seed) = run.unposed().expect("a model has to work it out");
    assert!(seed < predict::SEEDS);
    let value = |formula: &formula::Formula| formula.value(&mut |_| Ok(1));
    let posed = predict::pose(open, &|_| Some("4 s".to_owned()), &mut { value }).unwrap();
    run.pose(posed);
    assert_eq!(run.unposed(), None);
    assert_eq!(run.question().unwrap().prompt, "How often, in 4 s?");
    let wrong = run.submit(Response::Choice(BTreeSet::from([1]))).unwrap().unwrap();
    assert!(!wrong.right);
    run.go_on().unwrap();
    let (_, again) = run.unposed().expect("fresh numbers at each showing");
    assert_ne!(seed, again);
}

#[test]
fn what_is_wrong_in_a_predict_question_is_said_where_it_stands() {
    for (from, to, place, message) in [
        ("until = \"t\"", "", "5:1", "`prompt.until` is missing; it must be a string"),
        ("until = \"t\"", "until = \"t +\"", "8:9", "cannot be understood"),
        ("[\"1 s\", 3]", "[]", "9:14", "`draw.t` must be an array of numbers"),
        ("at = 1", "at = 1.5", "10:17", "a formula is a string or a whole number"),
        ("\"never\"", "\"once\"", "15:1", "this option stands here twice"),
        ("when = \"n == 0\"", "", "15:1", "`when` is missing"),
        ("model = \"queue\"", "model = 3", "7:9", "`prompt.model` must be a string"),
    ] {
        assert!(PREDICT.contains(from), "{from}");
        let text = PREDICT.replacen(from, to, 1);
        let parsed = parse("q.toml", &text);
        let found = parsed.problems.iter().find(|problem| problem.code == "quiz-question");
        let found = found.unwrap_or_else(|| panic!("{to}: {:?}", parsed.problems));
        assert_eq!(Position::of(&text, found.span.start).to_string(), place, "{to}: {found:?}");
        assert!(found.message.contains(message), "{to}: {found:?}");
        assert!(parsed.quiz.questions.is_empty());
    }
}
