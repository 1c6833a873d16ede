//! Memcached beside Valkey, and shards or nodes that come and go.

use super::*;
use crate::models::cache::Doubt;
use crate::models::command::Refusal;

const MEMCACHED: (&str, i64) = ("engine", 1);

/// Hits of the reads of the last seconds before now, in hundredths.
fn hits(timeline: &Timeline<Cache>, seconds: usize) -> u32 {
    let last = timeline.scene().seconds().iter().rev().skip(1).take(seconds);
    let (hits, reads) =
        last.fold((0, 0), |sum, second| (sum.0 + second.hits, sum.1 + second.reads));
    hits * 100 / reads.max(1)
}

#[test]
fn mc_5_a_lost_node_of_three_takes_a_third_of_the_keys_and_nobody_takes_over() {
    let timeline = played("memcached", &[], 30);
    let silent = events(&timeline, "cache-silent");
    assert!(silent.iter().all(|event| event.why == "node-is-down"));
    assert!(hits(&timeline, 10) > 40 && hits(&timeline, 10) < 85, "{}", hits(&timeline, 10));
    assert!(events(&timeline, "promoted").is_empty());
    let later = played("memcached", &[], 10 + 181);
    assert_eq!(events(&later, "replaced-empty").len(), 1);
    // The same workload on Valkey with replicas.
    let valkey = played("memcached", &[("engine", 0), ("replicas", 1)], 30);
    assert_eq!(events(&valkey, "promoted").len(), 1);
    assert!(hits(&valkey, 10) > 90, "{}", hits(&valkey, 10));
}

#[test]
fn mc_4_a_fourth_node_cools_three_quarters_by_modulo_a_quarter_by_a_ring_and_valkey_not() {
    let cooled = |knobs: &[(&str, i64)]| {
        let timeline = played("memcached-scale-out", knobs, 12);
        let added = events(&timeline, "node-added")[0];
        added.args.map(|arg| match arg {
            Some(crate::models::journal::Arg::Count(count)) => count,
            _ => 0,
        })
    };
    let (modulo, ring) = (cooled(&[]), cooled(&[("hashing", 1)]));
    assert!((65..85).contains(&(modulo[1] * 100 / modulo[2])), "{modulo:?}");
    assert!((12..38).contains(&(ring[1] * 100 / ring[2])), "{ring:?}");
    let valkey = played("memcached-scale-out", &[("engine", 0)], 30);
    assert_eq!(events(&valkey, "reshard-ended").len(), 1);
    assert!(hits(&valkey, 20) > 90, "{}", hits(&valkey, 20));
}

#[test]
fn mc_4_a_node_that_goes_again_leaves_the_clients_with_old_values() {
    let mut timeline = quiet(&[MEMCACHED, ("shards", 3), ("rows", 40), ("ttl", 0), ("warm", 1)]);
    then(&mut timeline, act("scale-out", None), 10);
    let moved: Vec<u32> = (0..40).filter(|row| !timeline.scene().present(*row)).collect();
    let key = timeline.scene().key(moved[0]);
    then(&mut timeline, act("write", Some(&key)), 100);
    then(&mut timeline, act("scale-in", None), 10);
    assert_eq!(timeline.scene().rows[moved[0] as usize].doubt, Doubt::LeftBehind);
    then(&mut timeline, act("read", Some(&key)), 100);
    let stale = events(&timeline, "hit-stale");
    assert_eq!(stale.last().unwrap().why, "left-behind");
}

#[test]
fn mc_6_larger_values_fight_for_one_page_while_the_small_class_keeps_the_memory() {
    let rate = |engine| {
        let timeline = played("memcached-slabs", &[("engine", engine)], 60);
        (hits(&timeline, 5), metric(&timeline, "Evictions"))
    };
    let (memcached, valkey) = (rate(1), rate(0));
    assert!(memcached.1 > 1_000, "{memcached:?}");
    assert!(memcached.0 * 2 < valkey.0, "Memcached {memcached:?}, Valkey {valkey:?}");
}

#[test]
fn mc_3_a_session_and_a_lock_live_for_whole_seconds() {
    let mut timeline = quiet(&[MEMCACHED, ("data", 1), ("ttl", 1_500)]);
    then(&mut timeline, act("read", None), 100);
    go(&mut timeline, 1_400);
    then(&mut timeline, act("read", None), 100);
    assert_eq!(events(&timeline, "hit").len(), 1, "1.5 s are 2 s");
    let queries = |lock: i64| {
        let mut timeline = quiet(&[MEMCACHED, ("db-time", 200), ("lock", lock)]);
        then(&mut timeline, act("crowd", None), 2_000);
        metric(&timeline, "DatabaseQueries")
    };
    assert_eq!((queries(0), queries(1)), (100, 1));
}

#[test]
fn a_memcached_node_is_spoken_to_in_its_own_protocol_and_sends_nobody_on() {
    let mut timeline = timeline("memcached", &[("actors", 1)], 7);
    let mut say = |line: &str| timeline.act(Command::Aws(line.to_owned())).unwrap().output;
    assert_eq!(say("printf 'set product:1 0 60 5\\r\\nhello\\r\\n' | nc 0001 11211"), "STORED");
    let found = ["0001", "0002", "0003"].map(|node| {
        say(&format!("printf 'get product:1\\r\\n' | nc {node} 11211")).starts_with("VALUE")
    });
    assert_eq!(found, [true, false, false], "it lies where it was put, wherever it belongs");
    assert_eq!(say("printf 'lpush l 1\\r\\n' | nc 0001 11211"), "ERROR");
    let read = timeline.scene().aws_equivalent(&act("read", Some("product:3")), Time::START);
    let read = read.unwrap();
    assert!(read.starts_with("printf 'get product:3\\r\\n' | nc 000"), "{read}");
}

#[test]
fn mc_4_the_api_changes_the_nodes_of_the_model() {
    let mut timeline = timeline("memcached", &[("actors", 1), ("warm", 1)], 7);
    let line = timeline.scene().aws_equivalent(&act("scale-out", None), Time::START).unwrap();
    assert_eq!(
        line,
        "aws elasticache modify-cache-cluster --cache-cluster-id cache --num-cache-nodes 4 --apply-immediately"
    );
    timeline.act(Command::Aws(line)).unwrap();
    assert_eq!(timeline.scene().memcached().nodes().len(), 4);
    assert_eq!((timeline.scene().knob("shards"), events(&timeline, "node-added").len()), (4, 1));
    let line = timeline.scene().aws_equivalent(&act("scale-in", None), Time::START).unwrap();
    assert!(line.ends_with("--cache-node-ids-to-remove 0004"), "{line}");
    timeline.act(Command::Aws(line)).unwrap();
    assert_eq!(events(&timeline, "node-removed").len(), 1);
    let few = "aws elasticache modify-cache-cluster --cache-cluster-id cache --num-cache-nodes 1 --apply-immediately";
    let refused = timeline.act(Command::Aws(few.to_owned())).unwrap();
    assert!(refused.failed && refused.output.contains("InvalidParameterCombination"));
}

#[test]
fn ec_8_a_fourth_shard_cools_nothing_and_clients_are_sent_after_the_slots() {
    let timeline = played("reshard", &[], 40);
    assert_eq!(events(&timeline, "reshard-ended").len(), 1);
    assert!(hits(&timeline, 30) > 90, "{}", hits(&timeline, 30));
    assert!(!events(&timeline, "told-moved").is_empty());
    assert!(!events(&timeline, "told-ask").is_empty());
    let group = timeline.scene().group().unwrap();
    assert_eq!(group.shards().len(), 4);
}

#[test]
fn ec_8_the_api_changes_the_shards_of_the_model_and_waits_for_what_goes_on() {
    let mut timeline = quiet(&[("shards", 3)]);
    let line = timeline.scene().aws_equivalent(&act("scale-out", None), Time::START).unwrap();
    assert!(line.starts_with("aws elasticache modify-replication-group-shard-configuration"));
    timeline.act(Command::Aws(line)).unwrap();
    assert_eq!(timeline.scene().knob("shards"), 4);
    assert_eq!(timeline.act(act("scale-out", None)), Err(Refusal::NotNow("slots-move")));
    go(&mut timeline, 60_000);
    assert_eq!(events(&timeline, "reshard-ended").len(), 1);
    let line = timeline.scene().aws_equivalent(&act("scale-in", None), Time::START).unwrap();
    assert!(line.ends_with("--node-groups-to-remove 0004"), "{line}");
    timeline.act(Command::Aws(line)).unwrap();
    go(&mut timeline, 60_000);
    assert_eq!(timeline.scene().shards().len(), 3);
    let mut alone = quiet(&[]);
    assert_eq!(alone.act(act("scale-out", None)), Err(Refusal::NotNow("no-cluster")));
}
