//! Each preset's pinned events, what presets teach, and that no way through time changes anything.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::models::command::Command;
use crate::models::journal::{Arg, Event, Keeping};
use crate::models::registry::{Bench, ModelId};
use crate::models::timeline::{Played, Timeline};

fn started(preset: &str, knobs: &[(&str, i64)]) -> Timeline<Stream> {
    let setup = ModelId::Stream.setup(Some(preset), knobs, 7).unwrap();
    Timeline::new(setup, Keeping::All)
}

fn played(preset: &str, knobs: &[(&str, i64)], seconds: u64) -> Timeline<Stream> {
    let mut timeline = started(preset, knobs);
    play(&mut timeline, seconds);
    timeline
}

fn play(timeline: &mut Timeline<Stream>, seconds: u64) {
    let until = timeline.now().at + Span::seconds(seconds);
    assert_eq!(timeline.play(until, 5_000_000), Played::Reached);
}

fn act(timeline: &mut Timeline<Stream>, action: &str, target: Option<&str>, with: Option<&str>) {
    timeline.act(doing(action, target, with)).unwrap();
}

fn doing(action: &str, target: Option<&str>, with: Option<&str>) -> Command {
    Command::Do {
        action: action.to_owned(),
        target: target.map(str::to_owned),
        argument: with.map(str::to_owned),
    }
}

fn probe(timeline: &Timeline<Stream>, name: &str) -> i64 {
    Bench::probe(timeline, name).unwrap()
}

fn told(scene: &Stream, event: &Event) -> String {
    let mut line = format!(
        "{:>8} {} {}",
        format!("{}.{:03}", event.at.0 / 1000, event.at.0 % 1000),
        scene.name(event.object),
        event.what
    );
    for arg in event.args.iter().flatten() {
        let text = match arg {
            Arg::Object(object) => scene.name(*object),
            Arg::Span(span) => format!("{}ms", span.0),
            Arg::At(at) => format!("@{}", at.0),
            Arg::Count(count) => count.to_string(),
            Arg::Word(word) => (*word).to_owned(),
        };
        write!(line, " {text}").unwrap();
    }
    write!(line, " | {}", event.why).unwrap();
    if let Some(rule) = event.rule {
        write!(line, " [{rule}]").unwrap();
    }
    if let Some(cause) = event.because {
        write!(line, " <- {}", cause.0).unwrap();
    }
    line
}

fn log(timeline: &Timeline<Stream>, most: usize) -> String {
    let scene = timeline.scene();
    let events = timeline.journal().range(0..most);
    events.map(|event| format!("{:>3} {}\n", event.id.0, told(scene, event))).collect()
}

#[test]
fn each_preset_with_its_seed_tells_the_same_story() {
    for preset in ModelId::Stream.presets() {
        let timeline = played(preset.id, &[], 20);
        insta::with_settings!({snapshot_path => "golden", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(preset.id, log(&timeline, 60));
        });
    }
}

/// What the learner and the preset do needs no cause.
const ROOTS: &[&str] = &["began", "typed", "turned", "puts", "acts", "asks-for-one-more"];

fn uncaused(timeline: &Timeline<Stream>) -> Vec<String> {
    let events = timeline.journal().range(0..timeline.events());
    events
        .filter(|event| match event.because {
            Some(cause) => cause >= event.id,
            None => !ROOTS.contains(&event.what),
        })
        .map(|event| told(timeline.scene(), event))
        .collect()
}

#[test]
fn every_event_of_every_preset_has_a_cause_that_lies_before_it() {
    for preset in ModelId::Stream.presets() {
        let timeline = played(preset.id, &[], 40);
        assert_eq!(uncaused(&timeline), Vec::<String>::new(), "{}", preset.id);
    }
}

#[test]
fn kds_1_the_typed_key_falls_where_its_md5_says() {
    let mut timeline = played("routing", &[("actors", 1)], 1);
    for (key, shard) in [("user-1", 1), ("user-2", 0), ("a", 0), ("hello", 0)] {
        act(&mut timeline, "put", None, Some(key));
        let (marked, hash) = timeline.scene().marked().unwrap();
        assert_eq!((marked, hash), (key, kinesis::hash_key(key)));
        assert_eq!(timeline.scene().flow().next_back().unwrap().shard, shard, "{key}");
    }
}

#[test]
fn kds_13_a_hot_key_fills_one_shard_and_no_split_helps() {
    let mut timeline = played("hot-shard", &[], 30);
    let refused = probe(&timeline, "RecordsRefused");
    assert!(refused > 100, "{refused}");
    let hot = timeline.scene().place_of("user-1").unwrap().1;
    act(&mut timeline, "split", Some(&shard_id(hot)), None);
    play(&mut timeline, 30);
    assert_eq!(probe(&timeline, "OpenShardCount"), 5);
    assert!(probe(&timeline, "RecordsRefused") > refused + 100, "one key never outgrows one shard");
}

#[test]
fn kds_20_children_are_read_once_their_parents_are_drained() {
    let mut timeline = played("merge", &[("work-time", 3_000)], 15);
    act(&mut timeline, "merge", Some("shardId-000000000001"), None);
    play(&mut timeline, 4);
    assert_eq!(probe(&timeline, "OpenShardCount"), 3);
    let lease =
        |timeline: &Timeline<Stream>, shard| timeline.scene().apps()[0].leases.get(&shard).cloned();
    let drained = |timeline: &Timeline<Stream>, shard| lease(timeline, shard).unwrap().drained;
    for _ in 0..600 {
        let both = drained(&timeline, 1) && drained(&timeline, 2);
        assert_eq!(lease(&timeline, 4).is_some(), both);
        play(&mut timeline, 1);
    }
    assert!(lease(&timeline, 4).is_some(), "the parents came to their end");
}

#[test]
fn kds_19_a_killed_application_repeats_what_it_had_not_checkpointed() {
    let mut timeline = played("two-consumers", &[("work-time", 1_500), ("batch-size", 10)], 60);
    act(&mut timeline, "kill", Some("billing"), None);
    play(&mut timeline, 20);
    act(&mut timeline, "revive", Some("billing"), None);
    play(&mut timeline, 60);
    assert_eq!(probe(&timeline, "RecordsProcessedAgain"), 0, "the work was cut short, not done");
    act(&mut timeline, "rewind", Some("search"), Some("TRIM_HORIZON"));
    play(&mut timeline, 60);
    assert!(probe(&timeline, "RecordsProcessedAgain") > 10);
    assert!(timeline.scene().apps()[0].again == 0, "the other application notices nothing");
}

#[test]
fn kds_16_a_slow_consumer_loses_records_when_they_expire() {
    let mut timeline = played("slow-consumer", &[], 30 * 3600);
    assert_eq!(probe(&timeline, "RecordsExpiredUnread"), 0);
    assert!(probe(&timeline, "GetRecords.IteratorAgeMilliseconds") > 20 * 3_600_000);
    play(&mut timeline, 6 * 3600);
    assert!(probe(&timeline, "RecordsExpiredUnread") > 10);
    assert_eq!(timeline.scene().apps()[0].missed, 0, "the quick one lost nothing");
}

#[test]
fn kds_14_a_producer_that_does_not_retry_loses_what_was_refused() {
    let without = played("throttled-producer", &[("retries", 0)], 60);
    let with = played("throttled-producer", &[("retries", 8)], 60);
    assert!(probe(&without, "RecordsGivenUp") > 1_000);
    assert_eq!(probe(&with, "RecordsGivenUp"), 0);
    assert!(probe(&with, "RecordsStored") > probe(&without, "RecordsStored"));
}

#[test]
fn on_demand_splits_a_busy_shard_by_itself() {
    let timeline = played("on-demand", &[], 240);
    assert!(probe(&timeline, "OpenShardCount") > 4);
}

#[test]
fn kds_12_six_readers_of_one_shard_are_refused_and_fan_out_is_not() {
    let knobs = [("consumers", 7), ("shards", 1)];
    let shared = played("two-consumers", &knobs, 60);
    let pushed = played("two-consumers", &[knobs[0], knobs[1], ("reading", 1)], 60);
    assert!(probe(&shared, "ReadsRefused") > 10);
    assert_eq!(probe(&pushed, "ReadsRefused"), 0);
    assert!(probe(&pushed, "RecordsProcessed") > 6 * 40);
}

#[test]
fn msk_7_a_killed_members_uncommitted_records_are_read_again_by_who_takes_over() {
    let mut timeline = played("kafka-rebalance", &[], 60);
    let group = timeline.scene().group().unwrap();
    assert_eq!(group.members.values().map(|member| member.partitions.len()).max(), Some(2));
    act(&mut timeline, "kill", Some("member-2"), None);
    play(&mut timeline, 40);
    assert!(timeline.scene().group().unwrap().members.contains_key("member-2"), "45 s of silence");
    play(&mut timeline, 20);
    let group = timeline.scene().group().unwrap();
    assert_eq!(group.members.len(), 2);
    assert!(group.members.values().all(|member| member.partitions.len() == 3));
}

#[test]
fn msk_6_a_slow_member_is_thrown_out_and_its_work_is_done_twice() {
    let mut timeline = played("kafka-rebalance", &[], 30);
    act(&mut timeline, "slow", Some("member-1"), None);
    play(&mut timeline, 900);
    assert!(probe(&timeline, "Rebalances") > 4);
    assert!(probe(&timeline, "RecordsProcessedAgain") > 0);
    assert_eq!(uncaused(&timeline), Vec::<String>::new());
}

#[test]
fn msk_8_partitions_are_added_and_never_taken_away() {
    let mut timeline = played("kafka-rebalance", &[], 10);
    act(&mut timeline, "more-partitions", None, None);
    assert_eq!(timeline.scene().topic().unwrap().partitions.len(), 7);
    let fewer = Command::Set { knob: "shards".to_owned(), value: 3 };
    assert!(matches!(timeline.act(fewer), Err(Refusal::Aws(_))));
}

#[test]
fn lines_at_the_prompt_act_on_the_stream_of_the_scene() {
    let mut timeline = played("routing", &[("actors", 1)], 1);
    let line = "aws kinesis put-record --stream-name clicks --partition-key user-1 --data aGVsbG8= --query ShardId";
    let outcome = timeline.act(Command::Aws(line.to_owned())).unwrap();
    assert_eq!(outcome.output.trim(), "\"shardId-000000000001\"");
    let event = timeline.journal().range(0..timeline.events()).last().unwrap();
    assert_eq!((event.what, event.rule), ("stored", Some("KDS-1")));
    assert_eq!(timeline.journal().chain(event.id, 9).len(), 2);
}

#[test]
fn actions_show_the_aws_command_they_stand_for() {
    let timeline = played("merge", &[], 1);
    let command = doing("split", Some("shardId-000000000001"), None);
    let line = Bench::aws_equivalent(&timeline, &command).unwrap();
    assert!(line.starts_with("aws kinesis split-shard"), "{line}");
    let mut again = timeline.clone();
    again.act(Command::Aws(line)).unwrap();
    play(&mut again, 5);
    assert_eq!(probe(&again, "OpenShardCount"), 5);
}

#[test]
fn without_a_journal_the_state_is_the_same() {
    for preset in ModelId::Stream.presets() {
        let kept = played(preset.id, &[], 20);
        let setup = ModelId::Stream.setup(Some(preset.id), &[], 7).unwrap();
        let mut silent: Timeline<Stream> = Timeline::new(setup, Keeping::None);
        play(&mut silent, 20);
        assert!(silent.scene() == kept.scene(), "{}", preset.id);
        assert_eq!(silent.events(), kept.events(), "{}", preset.id);
    }
}

#[derive(Debug, Clone)]
enum Move {
    Play(u64),
    Event,
    Back,
    Seek(u64),
    Undo,
    Act(usize, usize),
    Turn(usize, usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        4 => (1..20_u64).prop_map(Move::Play),
        2 => Just(Move::Event),
        1 => Just(Move::Back),
        2 => (0..60_u64).prop_map(Move::Seek),
        1 => Just(Move::Undo),
        4 => (0..tables::ACTIONS.len(), 0..9_usize).prop_map(|(a, t)| Move::Act(a, t)),
        2 => (0..tables::KNOBS.len(), 0..9_usize).prop_map(|(k, s)| Move::Turn(k, s)),
    ];
    prop::collection::vec(one, 1..12)
}

/// The stops of this knob are walked through; what would make a test long is left out.
fn is_light(knob: &Knob, value: i64) -> bool {
    match knob.id {
        "arrival-rate" | "record-size" => value <= 60_000,
        "burst-every" => value >= 4_000,
        "burst-size" => value <= 2_000,
        _ => true,
    }
}

fn make(timeline: &mut Timeline<Stream>, one: &Move) {
    match one {
        Move::Play(seconds) => {
            let until = timeline.now().at + Span::seconds(*seconds);
            timeline.play(until, 20_000);
        }
        Move::Event => {
            timeline.step_event(10_000);
        }
        Move::Back => {
            timeline.step_back();
        }
        Move::Seek(seconds) => {
            timeline.seek_time(Time(seconds * 1000), 20_000);
        }
        Move::Undo => {
            timeline.undo();
        }
        Move::Act(action, target) => {
            let spec = &tables::ACTIONS[*action];
            let objects = timeline.scene().objects(timeline.now().at);
            let fits: Vec<&ObjectId> =
                objects.iter().filter(|object| Some(object.kind) == spec.target).collect();
            let object = (!fits.is_empty()).then(|| *fits[target % fits.len()]);
            let name = object.map(|object| timeline.scene().name(object));
            // Refusals are part of the game.
            let _ = timeline.act(doing(spec.id, name.as_deref(), None));
        }
        Move::Turn(knob, stop) => {
            let knob = &tables::KNOBS[*knob];
            let value = knob.stops[stop % knob.stops.len()];
            if is_light(knob, value) {
                let _ = timeline.act(Command::Set { knob: knob.id.to_owned(), value });
            }
        }
    }
}

const LIGHT: &[&str] = &["routing", "merge", "two-consumers", "kafka-rebalance", "slow-consumer"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_way_through_time_ends_where_a_straight_run_ends(
        preset in prop::sample::select(LIGHT),
        moves in moves(),
    ) {
        let mut timeline = started(preset, &[]);
        for one in &moves {
            make(&mut timeline, one);
        }
        prop_assert_eq!(uncaused(&timeline), Vec::<String>::new());
        let mut straight: Timeline<Stream> =
            Timeline::replay(timeline.setup().clone(), timeline.commands(), Keeping::None).unwrap();
        straight.play(timeline.now().at, usize::MAX);
        while straight.now().position > timeline.now().position {
            // The cursor may stand between two moves of one moment.
            timeline.step_event(1);
        }
        prop_assert!(straight.scene() == timeline.scene(), "another state");
        prop_assert_eq!(straight.events(), timeline.events());
    }
}
