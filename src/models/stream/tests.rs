//! Each preset's pinned events, what presets teach, and that no way through time changes anything.

use super::*;
use crate::models::command::Command;
use crate::models::journal::Keeping;
use crate::models::registry::{Bench, ModelId};
use crate::models::timeline::{Played, Timeline};
use crate::models::trials;

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

/// What the learner and the preset do needs no cause.
const ROOTS: &[&str] = &["began", "typed", "turned", "puts", "acts", "asks-for-one-more"];

fn uncaused(timeline: &Timeline<Stream>) -> Vec<String> {
    let events = timeline.journal().range(0..timeline.events());
    events
        .filter(|event| match event.because {
            Some(cause) => cause >= event.id,
            None => !ROOTS.contains(&event.what),
        })
        .map(|event| trials::line(timeline, event))
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
    let group = timeline.scene().group(0).unwrap();
    assert_eq!(group.members.values().map(|member| member.partitions.len()).max(), Some(2));
    act(&mut timeline, "kill", Some("member-2"), None);
    play(&mut timeline, 40);
    assert!(timeline.scene().group(0).unwrap().members.contains_key("member-2"), "45 s of silence");
    play(&mut timeline, 20);
    let group = timeline.scene().group(0).unwrap();
    assert_eq!(group.members.len(), 2);
    assert!(group.members.values().all(|member| member.partitions.len() == 3));
}

#[test]
fn msk_5_two_groups_read_everything_and_the_rebalance_of_one_leaves_the_other_alone() {
    let mut timeline = played("kafka-two-groups", &[], 120);
    let lag = |timeline: &Timeline<Stream>, group| timeline.scene().lags(group).sum::<u64>();
    let generations = |timeline: &Timeline<Stream>| {
        [0, 1].map(|group| timeline.scene().group(group).unwrap().generation)
    };
    assert!(lag(&timeline, 0) < 60 && lag(&timeline, 1) > 100, "one member for six partitions");
    let before = generations(&timeline);
    act(&mut timeline, "join", None, Some("search"));
    play(&mut timeline, 10);
    let after = generations(&timeline);
    assert_eq!((after[0], after[1]), (before[0], before[1] + 1));
    act(&mut timeline, "leave", Some("member-2"), None);
    play(&mut timeline, 10);
    assert_eq!(generations(&timeline), [before[0] + 1, after[1]]);
    let behind = lag(&timeline, 1);
    play(&mut timeline, 300);
    assert!(lag(&timeline, 1) < behind, "two members catch up");
    assert_eq!(uncaused(&timeline), Vec::<String>::new());
    let refused = started("two-consumers", &[])
        .act(Command::Set { knob: "second-group".to_owned(), value: 1 });
    assert!(matches!(refused, Err(Refusal::NotNow("kinesis-has-no-groups"))));
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
fn msk_9_a_topic_keeps_records_as_long_as_its_own_configuration_says() {
    let mut timeline = played("kafka-rebalance", &[("arrival-rate", 20)], 10);
    let retention = |timeline: &Timeline<Stream>| timeline.scene().topic().unwrap().retention;
    assert_eq!(retention(&timeline), Span::days(7));
    let shorter = Command::Set { knob: "retention".to_owned(), value: 86_400_000 };
    let line = Bench::aws_equivalent(&timeline, &shorter).unwrap();
    assert!(line.starts_with("aws kafka update-topic"), "{line}");
    timeline.act(shorter).unwrap();
    assert_eq!(retention(&timeline), Span::days(1));
    play(&mut timeline, 26 * 3600);
    assert!(timeline.journal().range(0..usize::MAX).any(|event| event.what == "expired"));
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
