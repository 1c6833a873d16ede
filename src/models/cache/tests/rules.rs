//! The rules of the application's side, and what each preset teaches.

use super::super::{Cache, Verdict};
use super::*;

fn last(timeline: &Timeline<Cache>) -> (Verdict, u32, u64) {
    let ended = timeline.scene().ended().back().unwrap();
    (ended.verdict, ended.trips, ended.took.0)
}

#[test]
fn ec_9_a_hit_takes_one_trip_and_leaves_the_database_alone() {
    let mut timeline = quiet(&[]);
    then(&mut timeline, act("read", None), 100);
    let queries = metric(&timeline, "DatabaseQueries");
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline), (Verdict::Hit, 1, 1));
    assert_eq!(metric(&timeline, "DatabaseQueries"), queries);
}

#[test]
fn ec_10_a_miss_takes_three_trips_and_the_next_read_is_a_hit() {
    let mut timeline = quiet(&[]);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline), (Verdict::Miss, 3, 22));
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Hit);
}

#[test]
fn ec_11_without_the_cache_it_is_slow_and_without_the_database_hits_go_on() {
    let mut timeline = quiet(&[]);
    then(&mut timeline, act("read", Some("product:1")), 100);
    then(&mut timeline, act("stop-database", None), 1);
    then(&mut timeline, act("read", Some("product:1")), 100);
    assert_eq!(last(&timeline).0, Verdict::Hit);
    then(&mut timeline, act("read", Some("product:2")), 100);
    assert_eq!(last(&timeline).0, Verdict::Failed);
    then(&mut timeline, act("start-database", None), 1);
    then(&mut timeline, act("kill", Some("0001-001")), 1);
    then(&mut timeline, act("read", Some("product:1")), 100);
    assert_eq!(last(&timeline), (Verdict::Miss, 2, 21));
}

#[test]
fn ec_12_a_change_behind_the_cache_is_not_seen_until_the_ttl_or_a_delete() {
    let mut timeline = quiet(&[("ttl", 10_000)]);
    then(&mut timeline, act("read", None), 100);
    then(&mut timeline, act("sneak", None), 100);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Stale);
    go(&mut timeline, 10_000);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Miss);
    then(&mut timeline, act("write", None), 100);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Miss);
    assert_eq!(metric(&timeline, "StaleReads"), 1);
}

#[test]
fn ec_13_after_a_write_through_the_read_is_a_hit_but_a_new_node_knows_nothing() {
    let mut timeline = quiet(&[("write", 2)]);
    then(&mut timeline, act("write", None), 100);
    assert_eq!(last(&timeline), (Verdict::Written, 2, 21));
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Hit);
    then(&mut timeline, act("flush", None), 1);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Miss);
}

#[test]
fn ec_14_remembering_that_a_row_is_missing_spares_the_database() {
    let without = played("missing-rows", &[], 60);
    let with = played("missing-rows", &[("negative-ttl", 30_000)], 60);
    let (without, with) = (metric(&without, "DatabaseQueries"), metric(&with, "DatabaseQueries"));
    assert!(with * 4 < without * 3, "{with} against {without}");
}

#[test]
fn ec_15_a_reader_that_lost_a_race_leaves_an_old_value_until_the_ttl() {
    let mut timeline = quiet(&[("ttl", 5_000)]);
    then(&mut timeline, act("read", None), 100);
    then(&mut timeline, act("race", None), 1_000);
    assert_eq!(events(&timeline, "stored-stale").len(), 1);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Stale);
    go(&mut timeline, 5_000);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(last(&timeline).0, Verdict::Miss);
    let preset = played("stale-race", &[], 300);
    assert!(!events(&preset, "stored-stale").is_empty());
}

#[test]
fn ec_15_without_a_ttl_the_old_value_stays_for_ever_and_the_log_says_so() {
    let mut timeline = quiet(&[("ttl", 0), ("write", 2)]);
    then(&mut timeline, act("write", None), 100);
    assert_eq!(events(&timeline, "stored-for-ever")[0].why, "write-through");
    then(&mut timeline, act("race", None), 1_000);
    assert_eq!(events(&timeline, "stored-stale-for-ever").len(), 1);
}

#[test]
fn ec_17_a_stampede_asks_for_the_row_once_for_each_reader_and_with_a_lock_once() {
    let queries = |lock: i64| {
        let knobs = [("db-time", 200), ("db-connections", 1_000), ("lock", lock)];
        let mut timeline = quiet(&knobs);
        for _ in 0..10 {
            timeline.act(act("crowd", None)).unwrap();
        }
        go(&mut timeline, 2_000);
        assert_eq!(metric(&timeline, "DatabaseBusy"), 0);
        metric(&timeline, "DatabaseQueries")
    };
    assert_eq!((queries(0), queries(1)), (1_000, 1));
}

#[test]
fn ec_17_a_lock_whose_holder_died_goes_by_itself() {
    let mut timeline = quiet(&[("db-time", 200), ("lock", 1), ("lock-ttl", 1_000)]);
    then(&mut timeline, act("crowd", None), 50);
    then(&mut timeline, act("crash", None), 700);
    assert_eq!(metric(&timeline, "CurrItems"), 1, "only the lock is there");
    go(&mut timeline, 1_000);
    assert_eq!(metric(&timeline, "DatabaseQueries"), 2);
    assert_eq!(timeline.scene().requests().count(), 0);
}

#[test]
fn ec_17_who_waits_long_for_a_lock_counts_every_trip() {
    let mut timeline = quiet(&[("db-time", 200), ("lock", 1), ("lock-ttl", 30_000)]);
    for _ in 0..2 {
        timeline.act(act("read", None)).unwrap();
    }
    go(&mut timeline, 50);
    then(&mut timeline, act("crash", None), 40_000);
    assert!(last(&timeline).1 > 255, "{:?}", last(&timeline));
    assert_eq!(last(&timeline).0, Verdict::Miss);
}

#[test]
fn ec_18_without_jitter_keys_expire_together_and_with_it_83_a_second() {
    let expired = |jitter: i64, second: u64| {
        let knobs =
            [("rows", 10_000), ("ttl", 3_600_000), ("ttl-jitter", jitter), ("memory", 67_108_864)];
        let mut timeline = timeline("jitter", &[&knobs[..], &[("read-rate", 0)]].concat(), 7);
        timeline.play(Time(second * 1_000), 1_000_000);
        metric(&timeline, "Reclaimed")
    };
    assert_eq!(expired(0, 3_600), 10_000);
    let ten_seconds = expired(119_000, 3_660) - expired(119_000, 3_650);
    assert!((750..930).contains(&ten_seconds), "{ten_seconds}");
}

#[test]
fn a_scan_costs_lru_its_popular_keys_and_lfu_not() {
    let rate = |policy: i64| {
        let timeline = played("eviction", &[("policy", policy)], 180);
        assert!(metric(&timeline, "Evictions") > 100);
        metric(&timeline, "CacheHits") * 10_000
            / (metric(&timeline, "CacheHits") + metric(&timeline, "CacheMisses"))
    };
    let (lru, lfu, random) = (rate(1), rate(2), rate(3));
    assert!(lfu > lru && lru > random, "lfu {lfu}, lru {lru}, random {random}");
}

#[test]
fn volatile_lru_without_ttls_stores_nothing_once_it_is_full() {
    let timeline = played("volatile-no-ttl", &[], 60);
    assert_eq!(metric(&timeline, "Evictions"), 0);
    assert!(metric(&timeline, "StoresRefused") > 100);
}

#[test]
fn a_lost_node_leaves_the_load_to_the_database_and_comes_back_empty() {
    let mut timeline = played("node-loss", &[], 9);
    assert!(metric(&timeline, "CacheHitRate") > 9_900);
    timeline.play(Time(60_000), 1_000_000);
    assert!(metric(&timeline, "RequestsFailed") > 1_000);
    timeline.play(Time(191_000), 1_000_000);
    assert_eq!(events(&timeline, "replaced-empty").len(), 1);
}

#[test]
fn a_failover_loses_the_writes_that_were_not_replicated() {
    let timeline = played("failover", &[], 60);
    assert!(metric(&timeline, "WritesLost") > 0);
    assert_eq!(events(&timeline, "promoted").len(), 1);
    let near = played("failover", &[("replica-lag", 0)], 60);
    assert_eq!(metric(&near, "WritesLost"), 0);
}

#[test]
fn a_stampede_is_tamed_by_its_cures() {
    let queries = |knobs: &[(&str, i64)]| metric(&played("stampede", knobs, 25), "DatabaseQueries");
    let none = queries(&[]);
    let (lock, early) = (queries(&[("lock", 1)]), queries(&[("early-refresh", 1)]));
    assert!(lock * 4 < none && early * 4 < none, "{none}: lock {lock}, early {early}");
}

#[test]
fn jitter_spreads_the_load_of_a_nightly_fill() {
    let busiest = |jitter: i64| {
        let mut timeline = played("jitter", &[("ttl-jitter", jitter)], 19);
        let mut busiest = 0;
        for _ in 0..150 {
            go(&mut timeline, 100);
            busiest = busiest.max(metric(&timeline, "DatabaseBusy"));
        }
        busiest
    };
    let (together, spread) = (busiest(0), busiest(10_000));
    assert!(spread * 4 < together, "{together} queries at once, with jitter {spread}");
}

#[test]
fn sessions_are_renewed_until_they_are_idle() {
    let timeline = played("sessions", &[], 300);
    assert!(!events(&timeline, "logged-out").is_empty());
    assert_eq!(metric(&timeline, "LoginsAgain"), 0);
}

#[test]
fn a_key_that_is_typed_is_shown_with_its_slot_and_shard() {
    let mut timeline = timeline("cluster", &[("actors", 1)], 7);
    let line = "valkey-cli SET user:1001 1";
    timeline.act(Command::Aws(line.to_owned())).unwrap();
    let typed = timeline.scene().typed().unwrap();
    assert_eq!((typed.slot, typed.shard), (Some(5712), 1));
    let line = "valkey-cli MGET foo bar";
    let outcome = timeline.act(Command::Aws(line.to_owned())).unwrap();
    assert!(outcome.output.contains("CROSSSLOT"), "{}", outcome.output);
}

#[test]
fn actions_show_the_command_that_they_stand_for() {
    let timeline = played("failover", &[], 5);
    let shown = |action: &str, target: Option<&str>| {
        timeline.scene().aws_equivalent(&act(action, target), timeline.now().at)
    };
    assert_eq!(shown("read", Some("product:3")).unwrap(), "valkey-cli GET product:3");
    assert_eq!(shown("flush", None).unwrap(), "valkey-cli FLUSHALL");
    assert!(shown("failover", None).unwrap().contains("test-failover"));
    assert_eq!(shown("kill", Some("0001-001")), None);
}
