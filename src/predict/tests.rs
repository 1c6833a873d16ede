//! What authors of predict questions rely on.

use super::*;
use crate::models::journal::Keeping;
use crate::problem::{Position, Problem};
use crate::quiz::{Kind, Question, parse};
use crate::words::Lang;

/// A job that takes longer than its visibility timeout, on a queue with as many workers as are drawn.
pub(crate) const QUESTION: &str = r#"
[[awslearn.questions]]
id = "double"
type = "Predict"
context = "It was received {deliveries} times."
[awslearn.questions.prompt]
prompt = "Work takes {work-time}, the timeout is {visibility-timeout}. {not a hole}"
model = "queue"
preset = "basic"
draw = { work-time = ["20 s", "40 s", "60 s"], late = [1, 2] }
knobs = { arrival-rate = 0, workers = 1, work-jitter = 0, dlq = "on", visibility-timeout = "work-time / 2" }
steps = [{ at = "late * 1 s", run = "do send" }, { at = "late * 1 s", run = "set workers {late}" }]
until = "work-time + 3 s"
figures = { deliveries = "count(received, m1)", half = "first(visible-again) - first(received)" }
cause = "visible-again"
[[awslearn.questions.answer.options]]
text = "It comes back after {half}"
when = "first(visible-again, m1) == first(received) + visibility-timeout"
why = "{half} is the timeout."
[[awslearn.questions.answer.options]]
text = "It never comes back"
when = "count(visible-again) == 0"
"#;

pub(crate) fn question(text: &str) -> Question {
    let parsed = parse("q.toml", &format!("questions = []\n{text}"));
    let found: Vec<&Problem> =
        parsed.problems.iter().filter(|problem| problem.code != "quiz-empty").collect();
    assert!(found.is_empty(), "{found:?}");
    parsed.quiz.questions.into_iter().next().expect("the question can be read")
}

fn posed(question: &Question, seed: u64, lang: Lang) -> Question {
    let plan = Plan::of(question, "q.toml").unwrap().unwrap();
    plan.case(seed, Keeping::All).unwrap().pose(question, lang).unwrap()
}

#[test]
fn the_key_is_worked_out_by_the_model_and_every_hole_is_filled() {
    let question = question(QUESTION);
    let mut prompts = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let posed = posed(&question, seed, Lang::En);
        let Kind::MultipleChoice(choice) = &posed.kind else { panic!("{posed:?}") };
        let right: Vec<bool> = choice.options.iter().map(|option| option.correct).collect();
        assert_eq!(right, [true, false], "seed {seed}");
        assert!(posed.texts().all(|text| !text.replace("{not a hole}", "").contains('{')));
        assert_eq!((&posed.id, &posed.content), (&question.id, &question.content));
        prompts.insert(posed.prompt);
    }
    assert_eq!(
        prompts.into_iter().collect::<Vec<_>>(),
        [
            "Work takes 20 s, the timeout is 10 s. {not a hole}",
            "Work takes 40 s, the timeout is 20 s. {not a hole}",
            "Work takes 60 s, the timeout is 30 s. {not a hole}",
        ]
    );
}

#[test]
fn the_same_seed_gives_the_same_question_in_each_language() {
    let question = question(QUESTION);
    let (first, second) = (posed(&question, 7, Lang::En), posed(&question, 7, Lang::En));
    assert_eq!(first, second);
    let korean = posed(&question, 7, Lang::Ko);
    assert_eq!(first.prompt.replace(" s", "초"), korean.prompt);
}

#[test]
fn what_happened_in_the_model_can_be_explained() {
    let question = question(QUESTION);
    let plan = Plan::of(&question, "q.toml").unwrap().unwrap();
    let case = plan.case(1, Keeping::All).unwrap();
    let cause = case.cause().expect("it came back").id;
    let chain = case.model.bench().journal().chain(cause, 9);
    assert_eq!(chain[0].what, "visible-again");
    assert!(chain.len() > 1);
}

#[test]
fn a_number_to_type_is_worked_out_too() {
    let start = QUESTION.find("[[awslearn.questions.answer").unwrap();
    let answer = "[awslearn.questions.answer]\nanswer = \"deliveries\"\nunit = \"deliveries\"\n";
    let question = question(&format!("{}{answer}", &QUESTION[..start]));
    let Kind::Numeric(numeric) = posed(&question, 3, Lang::En).kind else { panic!() };
    assert!(numeric.answer >= 2.0);
    assert_eq!(numeric.written, format!("{}", numeric.answer));
}

/// The findings of the plan after a change of the question: `line:column message`.
fn findings(from: &str, to: &str) -> Vec<String> {
    assert!(QUESTION.contains(from), "{from}");
    let text = format!("questions = []\n{}", QUESTION.replace(from, to));
    let parsed = parse("q.toml", &text);
    let question = parsed.quiz.questions.first().expect("the question can be read");
    let problems = match Plan::of(question, "q.toml") {
        Err(problems) => problems,
        Ok(plan) => {
            let trouble =
                plan.unwrap().case(0, Keeping::All).and_then(|case| case.pose(question, Lang::En));
            trouble.err().map(|trouble| trouble.into_problem("q.toml")).into_iter().collect()
        }
    };
    let show = |problem: &Problem| {
        let help = problem.help.as_ref().map_or(String::new(), |help| format!("; {help}"));
        format!("{} {}{help}", Position::of(&text, problem.span.start), problem.message)
    };
    problems.iter().map(show).collect()
}

#[test]
fn every_name_that_nobody_knows_is_found_where_it_stands() {
    for (from, to, found) in [
        ("\"queue\"", "\"quewe\"", "9:9 There is no model `quewe`; did you mean `queue`?"),
        ("\"basic\"", "\"basics\"", "10:10 There is no preset `basics`; did you mean `basic`?"),
        (
            "workers = 1",
            "worker = 1",
            "12:38 The model `queue` has no knob `worker`; did you mean `workers`?",
        ),
        (
            "\"on\"",
            "\"maybe\"",
            "12:65 Nobody knows `maybe` here: it is no draw, knob, figure or metric",
        ),
        (
            "\"work-time + 3 s\"",
            "\"deliveries\"",
            "14:9 Nobody knows `deliveries` here: it is no draw, knob, figure or metric",
        ),
        (
            "count(received, m1)",
            "count(receive, m1)",
            "15:26 The model `queue` tells of no event `receive`; did you mean `received`?",
        ),
        (
            "cause = \"visible-again\"",
            "cause = \"x\"",
            "16:9 The model `queue` tells of no event `x`",
        ),
        (
            "{half} is",
            "{quarter} is",
            "3:1 A text has the hole `{quarter}`: Nobody knows `quarter` here: it is no draw, knob, figure or metric",
        ),
    ] {
        assert_eq!(findings(from, to), [found], "{to}");
    }
}

#[test]
fn a_scenario_that_the_model_does_not_play_says_where_and_why() {
    for (from, to, found) in [
        ("do send", "do fly", "13:37 `do fly` is refused: there is no action “fly”"),
        (
            "until = \"work-time + 3 s\"",
            "until = \"0 s\"",
            "14:9 0 ms lies before what was done already",
        ),
        (
            "arrival-rate = 0",
            "arrival-rate = \"1000/s\"",
            "14:9 The scenario takes more than 5000 moves: shorten it, or let less come in",
        ),
        ("\"count(visible-again) == 0\"", "\"1 / 0 == 1\"", "23:8 a division by zero"),
        ("workers = 1", "workers = 101", "3:1"),
    ] {
        let all = findings(from, to);
        assert_eq!(all.len(), 1, "{to}: {all:?}");
        assert!(all[0].starts_with(found), "{to}: {all:?}");
    }
}

#[test]
fn a_figure_that_goes_round_has_no_value() {
    let found = findings("count(received, m1)\"", "half\", half2 = \"half2 + 1\"");
    assert_eq!(found, [""; 0], "nobody asks for it");
    let found = findings("when = \"count(visible-again) == 0\"", "when = \"half == deliveries\"");
    assert_eq!(found, [""; 0]);
    let found = findings("count(received, m1)\"", "deliveries + 1\"");
    assert_eq!(found, [""; 0], "the hole stays, and `check` says so");
}
