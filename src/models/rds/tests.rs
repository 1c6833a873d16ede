//! What presets teach, by the rules' numbers.

use proptest::prelude::*;

use super::*;
use crate::models::command::Command;
use crate::models::console::still_setup;
use crate::models::journal::Keeping;
use crate::models::registry::{Bench, ModelId};
use crate::models::timeline::Timeline;

fn started(preset: &str, knobs: &[(&str, i64)]) -> Timeline<Rds> {
    let setup = Setup::new(Rds::PRESETS, Rds::KNOBS, preset, knobs, 7).unwrap();
    Timeline::new(setup, Keeping::All)
}

fn played(preset: &str, knobs: &[(&str, i64)], seconds: u64) -> Timeline<Rds> {
    let mut timeline = started(preset, knobs);
    play(&mut timeline, seconds);
    timeline
}

fn play(timeline: &mut Timeline<Rds>, seconds: u64) {
    timeline.play(timeline.now().at + Span::seconds(seconds), usize::MAX);
}

fn act(timeline: &mut Timeline<Rds>, action: &str, target: Option<&str>) {
    timeline.act(doing(action, target, None)).unwrap();
}

fn doing(action: &str, target: Option<&str>, with: Option<&str>) -> Command {
    Command::Do {
        action: action.to_owned(),
        target: target.map(str::to_owned),
        argument: with.map(str::to_owned),
    }
}

fn probe(timeline: &Timeline<Rds>, name: &str) -> i64 {
    Bench::probe(timeline, name).unwrap()
}

fn happened(timeline: &Timeline<Rds>, what: &str) -> usize {
    timeline.journal().range(0..timeline.events()).filter(|event| event.what == what).count()
}

fn state(timeline: &Timeline<Rds>, metric: &str) -> alarms::State {
    let index = ALARMS.iter().position(|alarm| alarm.metric == metric).unwrap();
    timeline.scene().alarms()[index].state
}

#[test]
fn rds_13_a_synchronous_failover_loses_no_acknowledged_commit() {
    let mut timeline = played("multi-az", &[("writes", 20_000)], 60);
    act(&mut timeline, "lose", Some("shop"));
    play(&mut timeline, 200);
    assert!(probe(&timeline, "Failed") > 1_000);
    assert!(probe(&timeline, "Acknowledged") > 2_000);
    assert_eq!(probe(&timeline, "CommitsLost"), 0);
    let outage = probe(&timeline, "Outage");
    assert!((85_000..=100_000).contains(&outage), "{outage}");
}

#[test]
fn rds_14_whoever_remembers_the_old_address_stays_away_until_it_forgets() {
    let outage = |ttl| {
        let mut timeline = played("dns-cache", &[("dns-ttl", ttl)], 30);
        act(&mut timeline, "failover", Some("shop"));
        play(&mut timeline, 1_800);
        (probe(&timeline, "Outage"), timeline.scene().app().outage().is_some())
    };
    assert!(outage(5_000).0 < 100_000);
    assert!(!outage(5_000).1);
    let (late, still_away) = outage(600_000);
    assert!((500_000..=600_000).contains(&late) && !still_away, "{late}");
    assert!(outage(86_400_000).1);
}

#[test]
fn rds_15_after_a_failover_another_one_works() {
    let mut timeline = played("multi-az", &[], 30);
    let zones = |timeline: &Timeline<Rds>| {
        let shop = timeline.scene().watched().unwrap();
        (shop.az, shop.standby.as_ref().unwrap().az)
    };
    let (primary, standby) = zones(&timeline);
    act(&mut timeline, "failover", Some("shop"));
    play(&mut timeline, 120);
    assert_eq!(zones(&timeline), (standby, primary));
    act(&mut timeline, "failover", Some("shop"));
    play(&mut timeline, 120);
    assert_eq!(zones(&timeline), (primary, standby));
    assert_eq!(happened(&timeline, "dns-flipped"), 2);
}

#[test]
fn rds_25_a_cluster_is_away_for_a_third_of_the_time_and_loses_nothing() {
    let outage = |multi_az, victim| {
        let mut timeline =
            played("multi-az-cluster", &[("multi-az", multi_az), ("writes", 20_000)], 60);
        act(&mut timeline, "lose", Some(victim));
        play(&mut timeline, 900);
        assert_eq!(probe(&timeline, "CommitsLost"), 0);
        assert!(timeline.scene().app().outage().is_none());
        probe(&timeline, "Outage")
    };
    let (single, instance, cluster) =
        (outage(0, "shop"), outage(1, "shop"), outage(2, "shop-instance-1"));
    assert!((30_000..=36_000).contains(&cluster), "{cluster}");
    assert!((85_000..=100_000).contains(&instance), "{instance}");
    assert!(single > 500_000, "{single}");
}

#[test]
fn rds_25_readers_of_a_cluster_answer_with_old_rows_and_its_writer_never_does() {
    let timeline = played("multi-az-cluster", &[], 60);
    assert!(probe(&timeline, "StaleReads") > 20);
    assert!(happened(&timeline, "read-old") > 20);
    let asked = |id: &str| {
        let reader = timeline.scene().object(id);
        let mut events = timeline.journal().range(0..timeline.events());
        events.any(|event| event.what == "read-old" && event.object == reader)
    };
    assert!(asked("shop-instance-2") && asked("shop-instance-3"), "they take turns");
    let fresh = played("multi-az-cluster", &[("replica-lag", 100)], 60);
    assert_eq!(probe(&fresh, "StaleReads"), 0);
    let writer = played("multi-az-cluster", &[("reads-from", 0)], 60);
    assert_eq!(probe(&writer, "StaleReads"), 0);
}

#[test]
fn rds_25_a_cluster_commits_on_with_one_reader_more_slowly_and_waits_without_any() {
    let mut timeline = played("multi-az-cluster", &[("connections", 3)], 60);
    assert_eq!(probe(&timeline, "CommitLatency"), 5);
    act(&mut timeline, "lose", Some("shop-instance-2"));
    play(&mut timeline, 30);
    assert!(timeline.scene().app().outage().is_none());
    assert_eq!(probe(&timeline, "CommitLatency"), 1_005, "the further one acknowledges now");
    act(&mut timeline, "lose", Some("shop-instance-3"));
    play(&mut timeline, 60);
    let acknowledged = probe(&timeline, "Acknowledged");
    play(&mut timeline, 60);
    assert_eq!(probe(&timeline, "Acknowledged"), acknowledged);
    assert_eq!(timeline.scene().app().sent().count(), 3, "each connection waits with its commit");
    assert_eq!(probe(&timeline, "Unanswered"), 0);
    play(&mut timeline, 600);
    assert!(timeline.scene().app().outage().is_none(), "a reader is back");
    assert!(probe(&timeline, "Acknowledged") > acknowledged);
}

#[test]
fn a_cluster_fails_over_to_the_reader_that_is_meant_and_knows_its_own_calls() {
    let mut timeline = played("multi-az-cluster", &[], 30);
    let line = |timeline: &Timeline<Rds>, target| {
        let command = doing("failover", Some(target), None);
        timeline.scene().aws_equivalent(&command, timeline.now().at).unwrap()
    };
    let asked = line(&timeline, "shop-instance-3");
    let target = "--target-db-instance-identifier shop-instance-3";
    assert!(asked.starts_with("aws rds failover-db-cluster") && asked.contains(target), "{asked}");
    assert!(!line(&timeline, "shop-instance-1").contains("target"));
    act(&mut timeline, "failover", Some("shop-instance-3"));
    play(&mut timeline, 60);
    assert_eq!(timeline.scene().watched().unwrap().id, "shop-instance-3");
    act(&mut timeline, "switch", Some("shop-instance-1"));
    play(&mut timeline, 60);
    assert!(timeline.scene().app().outage().is_some(), "a reader takes no writes");
    act(&mut timeline, "switch", Some("shop-instance-3"));
    play(&mut timeline, 10);
    assert_eq!(timeline.scene().app().endpoint(), "shop", "the writer has the cluster's name");
    assert!(timeline.scene().app().outage().is_none());
}

#[test]
fn rds_18_nothing_takes_over_for_a_single_az_instance() {
    let mut timeline = played("promote-replica", &[], 60);
    let zone = ZONES[timeline.scene().watched().unwrap().az];
    act(&mut timeline, "lose-zone", Some(zone));
    play(&mut timeline, 3_600);
    assert!(timeline.scene().app().outage().is_some());
    act(&mut timeline, "restore-zone", Some(zone));
    play(&mut timeline, 120);
    assert!(timeline.scene().app().outage().is_none());
    assert_eq!(probe(&timeline, "CommitsLost"), 0, "its volume was there all the time");
}

#[test]
fn rds_22_a_promoted_replica_lacks_what_had_not_arrived() {
    let mut timeline = played("promote-replica", &[], 60);
    act(&mut timeline, "lose", Some("shop"));
    act(&mut timeline, "promote", Some("shop-replica-1"));
    play(&mut timeline, 60);
    act(&mut timeline, "switch", Some("shop-replica-1"));
    let lost = probe(&timeline, "CommitsLost");
    assert!((10..=20).contains(&lost), "3 s at 5 a second: {lost}");
    play(&mut timeline, 60);
    assert!(timeline.scene().app().outage().is_none());
    assert_eq!(probe(&timeline, "CommitsLost"), lost);
}

#[test]
fn rds_20_a_replica_that_applies_80_of_100_a_second_is_1200_behind_after_a_minute() {
    let mut timeline = played("replica-lag", &[], 60);
    let missing = |timeline: &Timeline<Rds>| {
        timeline.scene().replication("shop-replica-1", timeline.now().at).unwrap().missing
    };
    let behind = missing(&timeline);
    assert!((1_180..=1_220).contains(&behind), "{behind}");
    assert!(probe(&timeline, "StaleReads") > 100);
    play(&mut timeline, 14);
    assert!(missing(&timeline) > 0);
    play(&mut timeline, 2);
    assert_eq!(missing(&timeline), 0);
}

#[test]
fn rds_19_a_read_is_old_until_the_commit_has_arrived_and_new_from_then_on() {
    let early = played("stale-reads", &[("read-after", 1_000)], 60);
    assert_eq!(happened(&early, "read-new"), 0);
    assert!(probe(&early, "StaleReads") > 20);
    let late = played("stale-reads", &[("read-after", 5_000)], 60);
    assert_eq!(probe(&late, "StaleReads"), 0);
    assert!(happened(&late, "read-new") > 20);
    let source = played("stale-reads", &[("reads-from", 0)], 60);
    assert_eq!(probe(&source, "StaleReads"), 0);
}

#[test]
fn rds_7_the_wrong_delete_is_undone_beside_the_running_database() {
    let mut timeline = played("backups", &[], 400);
    act(&mut timeline, "damage", None);
    let refused = timeline.act(doing("restore", Some("shop"), None));
    assert_eq!(refused, Err(Refusal::NotNow("logs-come-later")));
    play(&mut timeline, 300);
    act(&mut timeline, "restore", Some("shop"));
    play(&mut timeline, 600);
    let (scene, now) = (timeline.scene(), timeline.now().at);
    let restored = scene.service().instance("shop-restored-1").unwrap();
    assert!(!scene.is_damaged(restored, now));
    assert!(scene.is_damaged(scene.watched().unwrap(), now), "the source is as it was");
    act(&mut timeline, "switch", Some("shop-restored-1"));
    assert!(probe(&timeline, "CommitsLost") > 800, "what was written since is not there");
    act(&mut timeline, "switch", Some("shop"));
    assert_eq!(probe(&timeline, "CommitsLost"), 0);
}

#[test]
fn rds_8_any_second_and_any_snapshot_makes_an_instance_of_its_own() {
    let mut timeline = played("backups", &[], 120);
    act(&mut timeline, "snapshot", Some("shop"));
    play(&mut timeline, 480);
    timeline.act(doing("restore", Some("shop"), Some("2:30"))).unwrap();
    act(&mut timeline, "restore-snapshot", Some("shop-snapshot-1"));
    play(&mut timeline, 600);
    let held = |id: &str| {
        let scene = timeline.scene();
        scene.position(scene.service().instance(id).unwrap(), timeline.now().at)
    };
    assert!((145..=150).contains(&held("shop-restored-1")), "{}", held("shop-restored-1"));
    assert!((115..=120).contains(&held("shop-restored-2")), "{}", held("shop-restored-2"));
    let wrong = timeline.act(doing("restore", Some("shop"), Some("soon")));
    assert_eq!(wrong, Err(Refusal::NotNow("which-second")));
    let late = timeline.act(doing("restore", Some("shop"), Some("99:00:00")));
    assert!(matches!(late, Err(Refusal::Aws(_))));
}

#[test]
fn rds_28_a_second_copy_of_the_application_finds_no_connections_left() {
    let mut timeline = played("max-connections", &[], 10);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 60);
    act(&mut timeline, "scale-out", None);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 85);
    assert_eq!(probe(&timeline, "ConnectionsRefused"), 35);
    timeline.act(Command::Set { knob: "class".to_owned(), value: 1 }).unwrap();
    play(&mut timeline, 180);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 120);
}

#[test]
fn rds_27_the_burst_ends_after_2000_seconds_and_the_volume_falls_to_300() {
    let mut timeline = played("storage-burst", &[], 1_999);
    assert_eq!(probe(&timeline, "ReadIOPS") + probe(&timeline, "WriteIOPS"), 3_000);
    assert_eq!(state(&timeline, "BurstBalance"), alarms::State::Alarm);
    play(&mut timeline, 2);
    assert_eq!(probe(&timeline, "ReadIOPS") + probe(&timeline, "WriteIOPS"), 300);
    assert_eq!((probe(&timeline, "DiskQueueDepth"), probe(&timeline, "WriteLatency")), (64, 214));
    assert_eq!(happened(&timeline, "burst-empty"), 1);
}

#[test]
fn rds_26_a_full_volume_takes_no_writes_until_it_has_grown() {
    let mut timeline = played("storage-full", &[], 11 * 60);
    assert_eq!(state(&timeline, "FreeStorageSpace"), alarms::State::Alarm);
    play(&mut timeline, 120);
    assert!(timeline.scene().app().outage().is_some());
    assert_eq!(probe(&timeline, "FreeStorageSpace"), 0);
    act(&mut timeline, "grow", Some("shop"));
    play(&mut timeline, 60);
    assert!(timeline.scene().app().outage().is_none());
    assert!(probe(&timeline, "FreeStorageSpace") > 1 << 30);
    assert_eq!(timeline.scene().watched().unwrap().gib, 44);
}

#[test]
fn each_fault_shows_in_its_own_metrics_and_rings() {
    let mut timeline = played("monitoring", &[], 120);
    let idle = probe(&timeline, "CommitLatency");
    act(&mut timeline, "slow-query", None);
    assert!(probe(&timeline, "CPUUtilization") > 9_000);
    assert!(probe(&timeline, "CommitLatency") > idle * 3);
    play(&mut timeline, 240);
    assert_eq!(state(&timeline, "CPUUtilization"), alarms::State::Alarm);
    act(&mut timeline, "mend", None);
    let memory = probe(&timeline, "FreeableMemory");
    act(&mut timeline, "leak", None);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 70);
    assert!(probe(&timeline, "FreeableMemory") < memory);
    play(&mut timeline, 300);
    assert_eq!(state(&timeline, "CPUUtilization"), alarms::State::Ok);
    assert_eq!(state(&timeline, "DatabaseConnections"), alarms::State::Alarm);
}

#[test]
fn a_dead_instance_sends_no_metrics_and_the_alarm_is_what_silence_is_taken_for() {
    let dead = |missing: i64| {
        let mut timeline = played("basic", &[("missing-data", missing)], 300);
        assert_eq!(state(&timeline, "CPUUtilization"), alarms::State::Ok);
        act(&mut timeline, "lose", Some("shop"));
        play(&mut timeline, 360);
        state(&timeline, "CPUUtilization")
    };
    assert_eq!(dead(0), alarms::State::NoData);
    assert_eq!(dead(1), alarms::State::Alarm);
    assert_eq!(dead(2), alarms::State::Ok);
}

#[test]
fn lines_at_the_prompt_act_on_the_same_databases() {
    let mut timeline = played("basic", &[], 10);
    let line = "aws rds modify-db-instance --db-instance-identifier shop --multi-az --apply-immediately \
                --query DBInstance.MultiAZ";
    let outcome = timeline.act(Command::Aws(line.to_owned())).unwrap();
    assert_eq!(outcome.output.trim(), "true");
    play(&mut timeline, 400);
    assert_eq!(happened(&timeline, "standby-ready"), 1);
    assert_eq!(probe(&timeline, "Failed"), 0, "it costs no downtime");
}

#[test]
fn actions_and_knobs_show_the_aws_command_they_stand_for() {
    let timeline = played("multi-az", &[], 400);
    let shown = |command: Command| Bench::aws_equivalent(&timeline, &command).unwrap();
    let failover = shown(doing("failover", Some("shop"), None));
    assert_eq!(
        failover,
        "aws rds reboot-db-instance --db-instance-identifier shop --force-failover"
    );
    let restore = shown(doing("restore", Some("shop"), Some("90")));
    assert!(restore.contains("restore-db-instance-to-point-in-time"), "{restore}");
    let mut again = timeline.clone();
    again.act(Command::Aws(restore)).unwrap();
    assert!(again.scene().service().instance("shop-restored-1").is_some());
    let grown = shown(Command::Set { knob: "storage".to_owned(), value: 200 });
    assert!(grown.starts_with("aws rds modify-db-instance"), "{grown}");
    assert_eq!(Bench::aws_equivalent(&timeline, &doing("lose", Some("shop"), None)), None);
}

#[test]
fn a_lessons_blocks_run_beside_a_scene_that_stands_still() {
    let setup = still_setup(ModelId::Rds, Some("multi-az"), &[], 1).unwrap();
    let mut timeline: Timeline<Rds> = Timeline::new(setup, Keeping::All);
    play(&mut timeline, 3_600);
    assert_eq!(probe(&timeline, "Acknowledged"), 0);
    assert_eq!(probe(&timeline, "DatabaseConnections"), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever breaks: while there is a ready standby at each moment of loss, nothing acknowledged is lost.
    #[test]
    fn no_acknowledged_commit_is_lost_in_a_synchronous_failover(
        waits in proptest::collection::vec((0_u64..700_000, 0_u8..4), 1..8),
    ) {
        let mut timeline = started("multi-az", &[("writes", 500)]);
        for (wait, deed) in waits {
            timeline.play(timeline.now().at + Span::millis(wait), usize::MAX);
            let zone = ZONES[timeline.scene().watched().unwrap().az];
            let command = match deed {
                0 => doing("lose", Some("shop"), None),
                1 => doing("failover", Some("shop"), None),
                2 => doing("lose-zone", Some(zone), None),
                _ => doing("restore-zone", Some(zone), None),
            };
            let _ = timeline.act(command);
        }
        play(&mut timeline, 900);
        prop_assert_eq!(probe(&timeline, "CommitsLost"), 0);
    }
}
