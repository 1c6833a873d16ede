//! Commands and share lines that make no sense: a clear refusal, and nothing changed.

use proptest::prelude::*;

use super::moves::{Move, make, moves};
use super::*;
use crate::models::command::{Refusal, read_all, write_all};
use crate::services::time::{Span, Time};

fn bad_commands(id: ModelId) -> Vec<Command> {
    let act = |action: &str, target: Option<&str>| Command::Do {
        action: action.to_owned(),
        target: target.map(str::to_owned),
        argument: None,
    };
    let set = |knob: &str, value| Command::Set { knob: knob.to_owned(), value };
    let mut bad = vec![act("fly", None), act("", Some("x")), set("fly", 1)];
    for knob in id.knobs() {
        bad.extend(
            [knob.min.checked_sub(1), knob.max.checked_add(1)]
                .into_iter()
                .flatten()
                .map(|value| set(knob.id, value)),
        );
    }
    for spec in id.actions().iter().filter(|spec| spec.target.is_some()) {
        bad.extend([act(spec.id, None), act(spec.id, Some("nobody")), act(spec.id, Some(""))]);
    }
    let lines = ["aws", "aws sqs", "aws sqs fly", "ls", "aws sqs send-message 'a", "sleep x"];
    bad.extend(lines.map(|line| Command::Aws(line.to_owned())));
    bad
}

#[test]
fn a_command_that_makes_no_sense_is_refused_and_changes_nothing() {
    for (id, preset) in presets() {
        let mut model = started(id, preset, 7, Keeping::All);
        model.bench_mut().play(Time::START + Span::seconds(5), 5_000);
        let before = model.clone();
        for command in bad_commands(id) {
            let done = model.bench_mut().act(command.clone());
            assert!(done.is_err(), "{} {preset}: {command} was done: {done:?}", id.id());
            assert!(model.is_where(&before), "{} {preset}: {command}", id.id());
        }
        let (bench, before) = (model.bench(), before.bench());
        assert_eq!((bench.events(), bench.now()), (before.events(), before.now()));
        assert!(bench.commands().is_empty());
        assert_eq!(bench.branches(), before.branches());
    }
}

#[test]
fn a_share_line_that_asks_for_the_end_of_time_is_refused_at_once() {
    for id in ModelId::ALL {
        let text = format!("@9999999999/{} do fly", u64::MAX);
        let commands = read_all(&text).expect("it is well formed");
        let refused = Model::replay(*id, id.setup(None, &[], 1).unwrap(), &commands);
        let misfit = (0, Refusal::NotNow("history-does-not-fit"));
        assert_eq!(refused.map(|_| ()), Err(misfit), "{}", id.id());
    }
}

/// A share line of some history, with a hole cut into it and something else put there.
fn spoilt(model: &Model, from: usize, long: usize, instead: &str) -> String {
    let mut chars: Vec<char> = write_all(model.bench().commands()).chars().collect();
    let from = from % (chars.len() + 1);
    let to = (from + long).min(chars.len());
    chars.splice(from..to, instead.chars());
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is left of a share line is read or refused, with the words it is about.
    #[test]
    fn a_spoilt_share_line_never_breaks_anything(
        model in 0usize..100,
        moves in moves(),
        (from, long, instead) in (0usize..400, 0usize..6, "[@/;'\" a-z.é-]{0,4}"),
    ) {
        let id = ModelId::ALL[model % ModelId::ALL.len()];
        let preset = id.presets()[model % id.presets().len()].id;
        let mut model = started(id, preset, 3, Keeping::None);
        for a_move in moves.iter().filter(|a_move| !matches!(a_move, Move::Reset)) {
            make(&mut model, a_move);
        }
        match read_all(&spoilt(&model, from, long, &instead)) {
            Ok(commands) => {
                // Refused or not, it comes to an end.
                let limit = 4 * model.bench().end().position + 100;
                if commands.iter().all(|stamped| stamped.position < limit) {
                    let _ = Model::replay(id, model.bench().setup().clone(), &commands);
                }
            }
            Err(error) => prop_assert!(error.to_string().len() > 10),
        }
    }
}
