//! What each preset teaches, and that Aurora's history holds together.

use super::*;
use crate::models::journal::Keeping;
use crate::models::timeline::Timeline;

fn timeline(preset: &str, knobs: &[(&str, i64)]) -> Timeline<Aurora> {
    let setup = Setup::new(Aurora::PRESETS, Aurora::KNOBS, preset, knobs, 7).unwrap();
    Timeline::new(setup, Keeping::All)
}

fn played(preset: &str, until: Span) -> Timeline<Aurora> {
    let mut timeline = timeline(preset, &[]);
    timeline.play(Time::START + until, usize::MAX);
    timeline
}

fn play(timeline: &mut Timeline<Aurora>, span: Span) {
    timeline.play(timeline.now().at + span, usize::MAX);
}

fn probe(timeline: &Timeline<Aurora>, name: &str) -> i64 {
    timeline.scene().probe(name, timeline.now().at).unwrap()
}

fn act(
    timeline: &mut Timeline<Aurora>,
    action: &str,
    target: Option<&str>,
) -> Result<Outcome, Refusal> {
    let target = target.map(str::to_owned);
    timeline.act(Command::Do { action: action.to_owned(), target, argument: None })
}

fn set(timeline: &mut Timeline<Aurora>, knob: &str, value: i64) {
    timeline.act(Command::Set { knob: knob.to_owned(), value }).unwrap();
}

fn writer(timeline: &Timeline<Aurora>) -> String {
    timeline.scene().writer().unwrap().id.clone()
}

fn happened(timeline: &Timeline<Aurora>, what: &str) -> usize {
    let events = timeline.journal().range(0..timeline.events());
    events.filter(|event| event.what == what).count()
}

#[test]
fn aur_5_a_slow_copy_or_two_are_not_noticed_and_a_third_is() {
    let mut timeline = played("quorum", Span::seconds(10));
    assert!(probe(&timeline, "CommitLatency") < 10);
    for (copy, slow) in [("g0-a1", false), ("g0-b2", false), ("g0-c1", true)] {
        act(&mut timeline, "slow-copy", Some(copy)).unwrap();
        play(&mut timeline, Span::seconds(5));
        assert_eq!(probe(&timeline, "CommitLatency") > 100, slow, "{copy}");
    }
    act(&mut timeline, "mend-copy", Some("g0-c1")).unwrap();
    play(&mut timeline, Span::seconds(5));
    assert!(probe(&timeline, "CommitLatency") < 10);
}

#[test]
fn aur_2_the_third_dead_copy_stops_writes_and_a_mended_one_lets_them_go_on() {
    let mut timeline = played("quorum", Span::seconds(10));
    for copy in ["g0-a1", "g0-a2", "g0-b1"] {
        act(&mut timeline, "kill-copy", Some(copy)).unwrap();
    }
    let before = probe(&timeline, "Commits");
    play(&mut timeline, Span::seconds(30));
    assert!(probe(&timeline, "Commits") <= before + 1);
    assert!(probe(&timeline, "Downtime") > 25_000);
    act(&mut timeline, "mend-copy", Some("g0-b1")).unwrap();
    play(&mut timeline, Span::seconds(10));
    assert!(probe(&timeline, "Commits") > before + 5);
    assert_eq!(probe(&timeline, "CommitsLost"), 0);
}

#[test]
fn aur_3_a_zone_and_one_copy_more_lose_nothing() {
    let mut timeline = played("zone-lost", Span::seconds(55));
    assert_ne!(writer(&timeline), "app-1", "a replica has taken over");
    assert_eq!(probe(&timeline, "CopiesDead"), 6, "two of each of three groups");
    let between = probe(&timeline, "Commits");
    play(&mut timeline, Span::seconds(40));
    assert_eq!(happened(&timeline, "copy-dead-no-writes"), 1);
    play(&mut timeline, Span::minutes(20));
    assert!(probe(&timeline, "Commits") > between + 600);
    assert_eq!((probe(&timeline, "CopiesDead"), probe(&timeline, "CommitsLost")), (0, 0));
    assert_eq!(timeline.scene().members().filter(|one| one.serves()).count(), 3);
}

#[test]
fn aur_11_the_lowest_tier_and_then_the_largest_takes_over() {
    let timeline = played("failover", Span::minutes(2));
    assert_eq!(writer(&timeline), "app-4", "tier 0, as app-3 is, and larger");
    let down = probe(&timeline, "Downtime");
    assert!((20_000..40_000).contains(&down), "{down}");
    assert_eq!(probe(&timeline, "CommitsLost"), 0);
}

#[test]
fn aur_12_the_old_writer_comes_back_as_a_reader() {
    let timeline = played("failover", Span::minutes(15));
    assert_eq!(writer(&timeline), "app-4");
    let old = timeline.scene().members().find(|one| one.id == "app-1").unwrap();
    assert!(old.serves());
}

#[test]
fn aur_13_without_a_replica_it_takes_minutes_and_loses_nothing() {
    let timeline = played("no-replica", Span::minutes(15));
    assert_eq!(writer(&timeline), "app-1");
    let down = probe(&timeline, "Downtime");
    assert!((240_000..600_000).contains(&down), "{down}");
    assert_eq!(probe(&timeline, "CommitsLost"), 0);
}

#[test]
fn aur_14_readers_stay_where_they_connected() {
    let mut timeline = played("endpoints", Span::seconds(30));
    let on =
        |timeline: &Timeline<Aurora>, id: &str| timeline.scene().world().rds.connections_of(id);
    assert_eq!(["app-2", "app-3", "app-4"].map(|id| on(&timeline, id)), [2, 2, 2]);
    act(&mut timeline, "add-replica", None).unwrap();
    play(&mut timeline, Span::minutes(10));
    assert_eq!(on(&timeline, "app-5"), 0, "the new one gets no old connection");
    act(&mut timeline, "kill", Some("app-2")).unwrap();
    act(&mut timeline, "kill", Some("app-3")).unwrap();
    play(&mut timeline, Span::seconds(10));
    assert!(on(&timeline, "app-5") > 0, "but those that connect anew");
}

#[test]
fn aur_10_a_replica_far_behind_shows_old_rows() {
    let mut timeline = played("basic", Span::minutes(1));
    assert_eq!(probe(&timeline, "AuroraReplicaLag"), 20);
    let before = probe(&timeline, "StaleReads");
    set(&mut timeline, "lag", 5_000);
    play(&mut timeline, Span::seconds(30));
    assert!(probe(&timeline, "StaleReads") > before + 50);
}

#[test]
fn aur_16_a_clone_costs_what_it_changes() {
    const GIB: i64 = 1 << 30;
    let mut timeline = played("clone", Span::seconds(5));
    let own = |timeline: &Timeline<Aurora>| {
        timeline.scene().clone_cluster().unwrap().volume().unwrap().billed_gb()
    };
    assert_eq!(own(&timeline), 0);
    act(&mut timeline, "edit-clone", None).unwrap();
    assert_eq!((own(&timeline), probe(&timeline, "BilledStorage")), (5, 500 * GIB));
    let mut other = played("basic", Span::seconds(5));
    assert_eq!(act(&mut other, "edit-clone", None), Err(Refusal::NotNow("no-clone")));
    act(&mut other, "clone", None).unwrap();
    play(&mut other, Span::minutes(10));
    assert!(other.scene().clone_cluster().is_some());
}

#[test]
fn aur_17_backtrack_undoes_a_bad_deployment_in_the_same_cluster() {
    let mut timeline = played("backtrack", Span::seconds(40));
    assert!(timeline.scene().spoilt().is_some());
    timeline
        .act(Command::Do { action: "backtrack".into(), target: None, argument: Some("25".into()) })
        .unwrap();
    play(&mut timeline, Span::minutes(3));
    assert!(timeline.scene().spoilt().is_none());
    assert_eq!(timeline.scene().world().rds.clusters().count(), 1);
    assert_eq!(probe(&timeline, "CommitsLost"), 0, "what is undone on purpose is not lost");
}

#[test]
fn aur_20_dropped_tables_lower_the_bill() {
    const GIB: i64 = 1 << 30;
    let mut timeline = played("basic", Span::seconds(5));
    act(&mut timeline, "drop-tables", None).unwrap();
    assert_eq!(probe(&timeline, "BilledStorage"), 20 * GIB);
}

#[test]
fn aur_21_to_io_optimized_and_back_and_not_again_at_once() {
    let mut timeline = played("io-optimized", Span::seconds(5));
    assert_eq!(probe(&timeline, "MonthStandard") / 1_000_000, 1_835);
    assert_eq!(probe(&timeline, "MonthIoOptimized") / 1_000_000, 2_150);
    assert_eq!(probe(&timeline, "IoShare"), 1_300);
    for refused in [false, false, true] {
        let answer = act(&mut timeline, "switch-storage", None);
        assert_eq!(answer == Err(Refusal::NotNow("switched-lately")), refused, "{answer:?}");
        play(&mut timeline, Span::minutes(5));
    }
}

#[test]
fn aur_19_a_day_of_visitors_ends_in_a_pause_and_begins_with_a_wait() {
    let mut timeline = played("serverless", Span::minutes(30));
    assert!(timeline.scene().writer().unwrap().is_paused(), "nobody is there at half past six");
    play(&mut timeline, Span::hours(4));
    assert_eq!(probe(&timeline, "ResumeWait"), 15_000);
    assert!(probe(&timeline, "ServerlessDatabaseCapacity") > 20, "at half past ten");
    play(&mut timeline, Span::hours(19));
    assert!(probe(&timeline, "ServerlessCost") < probe(&timeline, "FixedCost"));
    assert!(timeline.scene().average_capacity(timeline.now().at) < Aurora::break_even());
}

#[test]
fn aur_18_an_even_load_is_cheaper_on_a_fixed_instance() {
    let mut timeline = timeline("serverless", &[("load", 1)]);
    timeline.play(Time::START + Span::hours(24), usize::MAX);
    assert!(probe(&timeline, "ServerlessCost") > probe(&timeline, "FixedCost"));
}

#[test]
fn aur_19_a_client_with_a_short_timeout_gives_up_on_a_paused_database() {
    let mut timeline = timeline("never-pauses", &[("monitor-every", 0), ("report-tool", 0)]);
    timeline.play(Time::START + Span::minutes(10), usize::MAX);
    assert!(timeline.scene().writer().unwrap().is_paused());
    set(&mut timeline, "client-timeout", 10_000);
    act(&mut timeline, "visit", None).unwrap();
    play(&mut timeline, Span::seconds(12));
    assert_eq!(probe(&timeline, "VisitorsTurnedAway"), 1);
    play(&mut timeline, Span::minutes(10));
    assert!(timeline.scene().writer().unwrap().is_paused(), "who gave up holds no connection");
    set(&mut timeline, "client-timeout", 30_000);
    act(&mut timeline, "visit", None).unwrap();
    play(&mut timeline, Span::seconds(20));
    assert_eq!(
        (probe(&timeline, "VisitorsTurnedAway"), probe(&timeline, "ResumeWait")),
        (1, 15_000)
    );
}

#[test]
fn aur_19_one_culprit_found_is_not_enough_where_there_are_two() {
    let paused = |timeline: &Timeline<Aurora>| timeline.scene().writer().unwrap().is_paused();
    let mut timeline = played("never-pauses", Span::hours(1));
    assert!(!paused(&timeline));
    set(&mut timeline, "monitor-every", 0);
    play(&mut timeline, Span::hours(1));
    assert!(!paused(&timeline), "the report tool's connection is open");
    set(&mut timeline, "report-tool", 0);
    play(&mut timeline, Span::minutes(6));
    assert!(paused(&timeline));
    for knob in ["proxy", "binlog"] {
        let mut timeline =
            self::timeline("never-pauses", &[("monitor-every", 0), ("report-tool", 0), (knob, 1)]);
        timeline.play(Time::START + Span::hours(1), usize::MAX);
        assert!(!paused(&timeline), "{knob}");
    }
}

#[test]
fn a_refused_action_changes_nothing() {
    let mut timeline = played("basic", Span::seconds(30));
    let before = timeline.scene().clone();
    let refused = [
        (act(&mut timeline, "kill", None), Refusal::NeedsTarget),
        (act(&mut timeline, "kill", Some("app-9")), Refusal::NoSuchTarget("app-9".to_owned())),
        (act(&mut timeline, "mend-copy", Some("g0-a1")), Refusal::NotNow("copy-is-whole")),
        (act(&mut timeline, "restore-zone", Some("us-east-1a")), Refusal::NotNow("zone-is-there")),
        (act(&mut timeline, "failover", Some("app-1")), Refusal::NotNow("not-promotable")),
    ];
    for (answer, refusal) in refused {
        assert_eq!(answer, Err(refusal));
    }
    assert_eq!(*timeline.scene(), before);
}

#[test]
fn actions_show_the_aws_command_that_they_stand_for() {
    let timeline = played("basic", Span::seconds(90));
    let line = |action: &str, target: Option<&str>| {
        let target = target.map(str::to_owned);
        let command = Command::Do { action: action.to_owned(), target, argument: None };
        timeline.scene().aws_equivalent(&command, timeline.now().at).unwrap()
    };
    assert_eq!(
        line("failover", Some("app-2")),
        "aws rds failover-db-cluster --db-cluster-identifier app --target-db-instance-identifier app-2"
    );
    assert!(line("clone", None).contains("--restore-type copy-on-write"));
    assert!(line("add-replica", None).contains("--db-instance-identifier app-4"));
    assert!(line("backtrack", None).starts_with("aws rds backtrack-db-cluster"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    #[test]
    fn no_commit_acknowledged_to_the_application_is_ever_lost(
        preset in 0usize..6,
        seed in 0u64..50,
        deeds in proptest::collection::vec((0usize..7, 0usize..30, 0u64..60_000), 0..20),
    ) {
        let setup =
            Setup::new(Aurora::PRESETS, Aurora::KNOBS, Aurora::PRESETS[preset].id, &[], seed).unwrap();
        let mut timeline = Timeline::<Aurora>::new(setup, Keeping::None);
        for (deed, which, span) in deeds {
            let spec = ["kill", "lose-zone", "restore-zone", "kill-copy", "mend-copy", "failover", "slow-copy"];
            let spec = Aurora::ACTIONS.iter().find(|one| one.id == spec[deed]).unwrap();
            let things = timeline.scene().objects(timeline.now().at);
            let things: Vec<_> =
                things.into_iter().filter(|one| Some(one.kind) == spec.target).collect();
            let target = timeline.scene().name(things[which % things.len()]);
            drop(act(&mut timeline, spec.id, Some(&target)));
            play(&mut timeline, Span(span));
            proptest::prop_assert_eq!(probe(&timeline, "CommitsLost"), 0);
        }
    }
}
