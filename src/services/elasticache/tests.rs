//! The rules of ElastiCache for Valkey and Redis OSS, each by its id.

use super::eviction::Policy;
use super::group::{
    ClusterMode, Coverage, Detour, Durability, Layout, ReplicationGroup, Unreachable, Via, pace,
};
use super::node::Node;
use super::reply::Reply;
use super::slots;
use crate::services::chance::Chance;
use crate::services::time::{Span, Time};

/// A node, or a group, that is spoken to in lines of words.
struct Client<T> {
    to: T,
    now: Time,
    chance: Chance,
}

impl<T: Default> Client<T> {
    fn new() -> Client<T> {
        Client::of(T::default())
    }
}

impl<T> Client<T> {
    fn of(to: T) -> Client<T> {
        Client { to, now: Time(0), chance: Chance::new(1) }
    }

    fn wait(&mut self, span: Span) {
        self.now += span;
    }
}

fn words(line: &str) -> Vec<&[u8]> {
    line.split(' ').map(str::as_bytes).collect()
}

impl Client<Node> {
    fn say(&mut self, line: &str) -> Reply {
        self.to.run(self.now, &mut self.chance, &words(line))
    }

    fn policy(&mut self, policy: Policy, maxmemory: u64) {
        let settings = self.to.keys_mut().settings_mut();
        (settings.policy, settings.maxmemory) = (policy, maxmemory);
    }
}

impl Client<ReplicationGroup> {
    fn via(&mut self, via: Via<'_>, line: &str) -> Result<Reply, Unreachable> {
        self.to.run(self.now, &mut self.chance, via, &words(line))
    }

    fn say(&mut self, line: &str) -> Reply {
        self.via(Via::Primary, line).unwrap()
    }

    fn at(&mut self, node: &str, line: &str) -> Reply {
        self.via(Via::Node(node), line).unwrap()
    }

    fn lose(&mut self, node: &str) {
        assert!(self.to.lose_node(self.now, &mut self.chance, node));
    }
}

fn cluster(shards: u16, replicas: u8) -> Client<ReplicationGroup> {
    Client::of(ReplicationGroup::new(Layout {
        mode: ClusterMode::Enabled,
        shards,
        replicas,
        automatic_failover: true,
        ..Layout::default()
    }))
}

fn one_shard(replicas: u8, durability: Durability) -> Client<ReplicationGroup> {
    Client::of(ReplicationGroup::new(Layout {
        replicas,
        automatic_failover: replicas > 0,
        durability,
        ..Layout::default()
    }))
}

fn bulk(text: &str) -> Reply {
    Reply::text(text)
}

fn error(text: &'static str) -> Reply {
    Reply::error(text)
}

#[test]
fn ec_5_the_wrong_node_names_the_right_one() {
    let mut client = cluster(3, 0);
    assert_eq!(client.at("0001-001", "GET foo"), error("MOVED 12182 0003-001:6379"));
    assert_eq!(client.at("0003-001", "GET foo"), Reply::Nil);
    assert_eq!(client.say("SET foo 1"), Reply::OK, "a cluster client finds the node by itself");
}

#[test]
fn ec_6_keys_of_two_slots_are_refused_even_on_one_node() {
    let mut client = cluster(1, 0);
    let crossed = error("CROSSSLOT Keys in request don't hash to the same slot");
    assert_eq!(client.say("MSET a 1 b 2"), crossed);
    assert_eq!(client.say("MGET a b"), crossed);
    assert_eq!(client.say("MSET {u}a 1 {u}b 2"), Reply::OK);
    assert_eq!(client.say("MGET {u}a {u}b"), Reply::Array(vec![bulk("1"), bulk("2")]));
}

#[test]
fn ec_7_a_cluster_has_one_database() {
    assert_eq!(cluster(3, 0).say("SELECT 1"), error("ERR SELECT is not allowed in cluster mode"));
    assert_eq!(cluster(3, 0).say("SELECT 0"), Reply::OK);
}

#[test]
fn ec_8_a_fourth_shard_takes_a_quarter_of_the_slots() {
    let mut client = cluster(3, 0);
    let keys: Vec<String> = (0..2000).map(|n| format!("key:{n}")).collect();
    for key in &keys {
        client.say(&format!("SET {key} {key}"));
    }
    let before: Vec<usize> =
        keys.iter().map(|key| client.to.owner(slots::slot(key.as_bytes()))).collect();
    assert_eq!(client.to.reshard(client.now, 4), 4096);
    client.wait(Span::minutes(1));
    for (key, before) in keys.iter().zip(before) {
        let after = client.to.owner(slots::slot(key.as_bytes()));
        assert!(after == before || after == 3, "{key} went from {before} to {after}");
        assert_eq!(client.say(&format!("GET {key}")), bulk(key));
    }
    let sizes: Vec<u32> = client
        .to
        .shards()
        .iter()
        .map(|shard| shard.slots.iter().map(|range| range.clone().count() as u32).sum())
        .collect();
    assert_eq!(sizes, [4096; 4]);
}

#[test]
fn ec_8_fewer_shards_give_their_slots_to_those_that_stay() {
    let mut client = cluster(4, 1);
    client.say("SET foo 1");
    assert_eq!(client.to.reshard(client.now, 3), 4096);
    assert_eq!(client.to.reshard(client.now, 2), 0, "one change after the other");
    assert_eq!(client.to.shards().len(), 4, "the last one still serves");
    client.wait(Span::minutes(1));
    assert_eq!(client.say("GET foo"), bulk("1"));
    assert_eq!(client.to.shards().len(), 3);
    let slots = client.to.shards().iter().flat_map(|shard| shard.slots.iter().cloned().flatten());
    assert_eq!(slots.count(), usize::from(slots::SLOTS));
}

#[test]
fn ec_32_while_a_slot_is_on_the_move_a_client_is_asked_to_ask_elsewhere_this_once() {
    let mut client = cluster(3, 0);
    let mut planned = client.to.clone();
    planned.reshard(client.now, 4);
    let run = planned.resharding().unwrap().run().clone();
    let mut names = (0..).map(|n| format!("key:{n}"));
    let mut in_run = || {
        let fits = |key: &String| run.slots.contains(&slots::slot(key.as_bytes()));
        names.find(fits).unwrap()
    };
    let (there, absent) = (in_run(), in_run());
    let (from, to) = (format!("{:04}-001", run.from + 1), format!("{:04}-001", run.to + 1));
    let slot = |key: &str| slots::slot(key.as_bytes());
    let sent = |word: &str, key: &str, node: &str| {
        Reply::error(format!("{word} {} {node}:6379", slot(key)))
    };
    let map = client.to.slot_map();

    client.at(&from, &format!("SET {there} 1"));
    client.to.reshard(client.now, 4);
    // Nothing is asked of the one that gets the slot but by those who were sent to it.
    assert_eq!(client.at(&to, &format!("GET {there}")), sent("MOVED", &there, &from));
    assert_eq!(client.at(&from, &format!("GET {absent}")), sent("ASK", &absent, &to));
    client.wait(pace::SLOTS_ON_THE_MOVE);
    assert_eq!(client.at(&from, &format!("GET {there}")), sent("MOVED", &there, &to));
    assert_eq!(client.say(&format!("GET {there}")), bulk("1"));
    assert_eq!(
        client.to.detour(there.as_bytes(), map),
        Some(Detour::Moved { slot: slot(&there), to: run.to })
    );
    assert_eq!(client.to.detour(there.as_bytes(), client.to.slot_map()), None);
}

#[test]
fn ec_32_keys_of_one_slot_that_lie_apart_for_a_moment_cannot_be_asked_for_together() {
    let mut client = cluster(3, 0);
    client.to.reshard(client.now, 4);
    let run = client.to.resharding().unwrap().run().clone();
    let tag = (0..).find(|n: &u32| run.slots.contains(&slots::slot(n.to_string().as_bytes())));
    let tag = tag.unwrap();
    client.say(&format!("SET {{{tag}}}a 1"));
    client.wait(Span(pace::SLOTS_ON_THE_MOVE.0 / 2));
    // The first has gone over; what is new is stored where it went.
    client.say(&format!("SET {{{tag}}}b 2"));
    assert_eq!(
        client.say(&format!("MGET {{{tag}}}a {{{tag}}}b")),
        Reply::Array(vec![bulk("1"), bulk("2")])
    );
    let mut torn = cluster(3, 0);
    torn.say(&format!("SET {{{tag}}}a 1"));
    torn.to.reshard(torn.now, 4);
    assert_eq!(
        torn.say(&format!("MGET {{{tag}}}a {{{tag}}}b")),
        error("TRYAGAIN Multiple keys request during rehashing of slot")
    );
}

#[test]
fn ec_16_what_keeps_an_expiry_and_what_clears_it() {
    let mut client = Client::<Node>::new();
    assert_eq!(client.say("TTL missing"), Reply::Integer(-2));
    assert_eq!(client.say("EXPIRE missing 5"), Reply::Integer(0));
    client.say("SET k 1");
    assert_eq!(client.say("TTL k"), Reply::Integer(-1));
    client.say("EXPIRE k 100");
    client.wait(Span::seconds(40));
    assert_eq!(client.say("TTL k"), Reply::Integer(60));
    client.say("INCR k");
    assert_eq!(client.say("TTL k"), Reply::Integer(60), "INCR keeps");
    client.say("SET k 7 KEEPTTL");
    assert_eq!(client.say("TTL k"), Reply::Integer(60), "KEEPTTL keeps");
    client.say("RENAME k other");
    assert_eq!(client.say("TTL other"), Reply::Integer(60), "RENAME carries");
    client.say("SET other 1");
    assert_eq!(client.say("TTL other"), Reply::Integer(-1), "a plain SET clears");
    client.say("EXPIRE other 100");
    assert_eq!(client.say("PERSIST other"), Reply::Integer(1));
    assert_eq!(client.say("TTL other"), Reply::Integer(-1));
    assert_eq!(client.say("EXPIRE other -1"), Reply::Integer(1));
    assert_eq!(client.say("EXISTS other"), Reply::Integer(0));
}

#[test]
fn ec_19_comparing_and_deleting_is_one_command() {
    let mut client = Client::<Node>::new();
    assert_eq!(client.say("SET lock mine NX EX 10"), Reply::OK);
    assert_eq!(client.say("SET lock yours NX EX 10"), Reply::Nil);
    client.wait(Span::seconds(10));
    assert_eq!(client.say("SET lock yours NX EX 10"), Reply::OK, "a lock must end by itself");
    assert_eq!(client.say("DELIFEQ lock mine"), Reply::Integer(0), "not mine any more");
    assert_eq!(client.say("GET lock"), bulk("yours"));
    assert_eq!(client.say("DELIFEQ lock yours"), Reply::Integer(1));
    // GET and then DEL would have deleted it: between the two, the lock changed hands.
}

/// Fills a node with 4,000 values of 1 KB into room for 3 MB; says how many writes failed.
fn fill(client: &mut Client<Node>, expiry: impl Fn(usize) -> &'static str) -> usize {
    let value = "v".repeat(1024);
    (0..4000)
        .filter(|n| {
            let line = format!("SET key:{n} {value}{}", expiry(*n));
            client.say(&line) == error("OOM command not allowed when used memory > 'maxmemory'.")
        })
        .count()
}

#[test]
fn ec_20_what_each_policy_does_when_memory_is_full() {
    for (policy, _) in Policy::ALL {
        let mut client = Client::<Node>::new();
        client.policy(policy, 3_000_000);
        let refused = fill(&mut client, |_| "");
        let evicted = client.to.keys().stats().evicted_keys;
        let evicts =
            matches!(policy, Policy::AllkeysLru | Policy::AllkeysLfu | Policy::AllkeysRandom);
        assert_eq!((refused == 0, evicted > 0), (evicts, evicts), "{}", policy.name());
        if !evicts {
            assert_eq!(client.say("STRLEN key:0"), Reply::Integer(1024), "reads go on");
            assert_eq!(client.say("DEL key:0"), Reply::Integer(1), "and so do deletes");
        }
    }
    for policy in [Policy::VolatileLru, Policy::VolatileLfu, Policy::VolatileRandom] {
        let mut client = Client::<Node>::new();
        client.policy(policy, 3_000_000);
        // Half have an expiry: there is enough to evict.
        assert_eq!(fill(&mut client, |n| if n % 2 == 0 { " EX 3600" } else { "" }), 0);
        let kept = client.to.keys().keys().filter(|key| {
            let n: usize = String::from_utf8_lossy(key)[4..].parse().unwrap();
            n % 2 == 1
        });
        assert_eq!(kept.count(), 2000, "{}: only keys with a TTL went", policy.name());
    }
}

#[test]
fn ec_20_volatile_ttl_throws_out_what_expires_soonest() {
    let mut client = Client::<Node>::new();
    client.policy(Policy::VolatileTtl, 0);
    client.to.keys_mut().settings_mut().samples = 64;
    let value = "v".repeat(1000);
    for n in 0..50 {
        client.say(&format!("SET v{n:02} {value} EX {}", 100 * (n + 1)));
        client.say(&format!("SET p{n:02} {value}"));
    }
    let used = client.to.keys().used_bytes();
    client.to.keys_mut().settings_mut().maxmemory = used / 2;
    client.say("SET one more");
    let left: Vec<String> = client
        .to
        .keys()
        .keys()
        .map(|key| String::from_utf8_lossy(key).into_owned())
        .filter(|key| key.starts_with('v'))
        .collect();
    assert!(left.len() < 5, "{left:?}");
    assert!(left.iter().all(|key| key.as_str() >= "v4"), "the last to expire stay: {left:?}");
}

#[test]
fn ec_21_the_default_policy_lets_a_cache_without_expiry_fill_up() {
    let mut client = Client::<Node>::new();
    assert_eq!(client.to.keys().settings().policy, Policy::VolatileLru);
    client.to.keys_mut().settings_mut().maxmemory = 3_000_000;
    assert!(fill(&mut client, |_| "") > 0);
    assert_eq!(client.to.keys().stats().evicted_keys, 0);
}

/// The experiment of EC-22: how many of 1,000 used, 1,000 unused and 1,000 new keys stay.
fn survivors(samples: u32) -> [usize; 3] {
    let mut client = Client::<Node>::new();
    client.policy(Policy::AllkeysLru, 0);
    client.to.keys_mut().settings_mut().samples = samples;
    let value = "v".repeat(100);
    for n in 0..2000 {
        let group = if n % 2 == 0 { "touched" } else { "idle" };
        client.say(&format!("SET {group}:{n:04} {value}"));
    }
    client.wait(Span::seconds(60));
    for n in (0..2000).step_by(2) {
        client.say(&format!("GET touched:{n:04}"));
    }
    client.wait(Span::seconds(60));
    let used = client.to.keys().used_bytes();
    client.to.keys_mut().settings_mut().maxmemory = used;
    for n in 0..1000 {
        client.say(&format!("SET fresh:{n:05} {value}"));
    }
    ["touched", "idle", "fresh"].map(|group| {
        client.to.keys().keys().filter(|key| key.starts_with(group.as_bytes())).count()
    })
}

#[test]
fn ec_22_lru_by_samples_is_approximate() {
    // Measured on redis-server 7.0.15: 641/598/779, 729/289/1000, 840/178/1000, 934/84/1000.
    for (samples, touched) in [(1, 641), (3, 729), (5, 840), (10, 934)] {
        let [stayed, idle, fresh] = survivors(samples);
        assert!(stayed.abs_diff(touched) < 75, "{samples} samples: {stayed}/{idle}/{fresh}");
        assert!(samples == 1 || fresh > 990, "{samples} samples: {stayed}/{idle}/{fresh}");
    }
}

#[test]
fn ec_23_at_random_even_the_hottest_key_may_go() {
    let lost = |policy: Policy| {
        (0..20)
            .filter(|seed| {
                let mut client = Client::<Node>::new();
                client.chance = Chance::new(*seed);
                client.policy(policy, 300_000);
                client.say("SET hot 1");
                for n in 0..600 {
                    client.say(&format!("SET key:{n} {}", "v".repeat(1000)));
                    for _ in 0..20 {
                        client.say("GET hot");
                    }
                    client.wait(Span::seconds(2));
                }
                client.to.keys().peek(b"hot").is_none()
            })
            .count()
    };
    assert!(lost(Policy::AllkeysRandom) > 0);
    assert_eq!((lost(Policy::AllkeysLru), lost(Policy::AllkeysLfu)), (0, 0));
}

#[test]
fn ec_24_the_lfu_counter_is_logarithmic_and_decays() {
    // Ranges around what redis-server 7.0.15 counted after so many hits.
    for (hits, low, high) in [(0, 5, 5), (1, 6, 6), (10, 6, 8), (100, 8, 12), (1000, 15, 26)] {
        let mut client = Client::<Node>::new();
        client.policy(Policy::AllkeysLfu, 0);
        client.say("SET k 1");
        for _ in 0..hits {
            client.say("GET k");
        }
        let Reply::Integer(counter) = client.say("OBJECT FREQ k") else { panic!("a number") };
        assert!((low..=high).contains(&counter), "{hits} hits: {counter}");
        client.wait(Span::minutes(3));
        assert_eq!(client.say("OBJECT FREQ k"), Reply::Integer((counter - 3).max(0)));
    }
}

#[test]
fn ec_25_a_failover_loses_what_had_not_reached_the_replica() {
    for (durability, kept) in [(Durability::Disabled, Reply::Nil), (Durability::Sync, bulk("2"))] {
        let mut client = one_shard(1, durability);
        client.say("SET old 1");
        client.wait(Span::seconds(1));
        assert_eq!(client.say("SET new 2"), Reply::OK, "acknowledged");
        client.lose("0001-001");
        client.wait(pace::PROMOTION);
        assert_eq!(client.say("GET old"), bulk("1"));
        assert_eq!(client.say("GET new"), kept, "{durability:?}");
        let lost = client.to.shards()[0].lost;
        assert_eq!(lost, u64::from(durability == Durability::Disabled));
    }
}

#[test]
fn ec_26_the_replica_with_the_least_lag_is_promoted() {
    let mut client = one_shard(3, Durability::Disabled);
    client.say("SET k 1");
    client.wait(pace::REPLICA_LAG);
    client.lose("0001-001");
    assert_eq!(client.via(Via::Primary, "GET k"), Err(Unreachable::NoPrimary(1)));
    client.wait(pace::PROMOTION);
    assert_eq!(client.say("SET k 2"), Reply::OK, "the primary endpoint leads to the new primary");
    let shard = &client.to.shards()[0];
    assert_eq!(shard.members[shard.primary.unwrap()].name, "0001-002");
    client.wait(Span::seconds(1));
    assert_eq!(client.via(Via::Reader, "GET k").unwrap(), bulk("2"));
    client.wait(pace::REPLACEMENT);
    assert_eq!(client.at("0001-001", "GET k"), bulk("2"), "the lost node is back as a replica");
}

#[test]
fn ec_27_a_replica_takes_no_writes() {
    let mut client = one_shard(1, Durability::Disabled);
    assert_eq!(
        client.at("0001-002", "SET k 1"),
        error("READONLY You can't write against a read only replica.")
    );
}

#[test]
fn ec_28_without_a_replica_the_shards_keys_are_gone() {
    let mut client = one_shard(0, Durability::Disabled);
    client.say("SET k 1");
    client.lose("0001-001");
    assert_eq!(client.via(Via::Primary, "GET k"), Err(Unreachable::NoPrimary(1)));
    client.wait(pace::REPLACEMENT);
    assert_eq!(client.say("GET k"), Reply::Nil, "a cold cache");
    assert_eq!(client.say("SET k 2"), Reply::OK);
}

#[test]
fn ec_29_a_command_for_another_type_is_refused() {
    let mut client = Client::<Node>::new();
    client.say("RPUSH list a");
    let wrong = error("WRONGTYPE Operation against a key holding the wrong kind of value");
    for line in ["INCR list", "GET list", "HGET list f", "SADD list a", "ZADD list 1 a"] {
        assert_eq!(client.say(line), wrong, "{line}");
    }
    assert_eq!(client.say("LRANGE list 0 -1"), Reply::Array(vec![bulk("a")]));
}

#[test]
fn ec_30_a_shard_without_a_primary_stops_all_only_where_coverage_is_required() {
    for coverage in [Coverage::Partial, Coverage::Full] {
        let layout =
            Layout { mode: ClusterMode::Enabled, shards: 3, coverage, ..Layout::default() };
        let mut client = Client::of(ReplicationGroup::new(layout));
        client.lose("0001-001");
        let other = client.say("SET foo 1");
        match coverage {
            Coverage::Partial => assert_eq!(other, Reply::OK),
            Coverage::Full => assert_eq!(other, error("CLUSTERDOWN The cluster is down")),
        }
    }
}

#[test]
fn ec_31_a_sliding_session_ends_after_it_was_idle() {
    let mut client = Client::<Node>::new();
    client.say("HSET session:1 user 7 cart 3");
    client.say("EXPIRE session:1 1800");
    for _ in 0..5 {
        client.wait(Span::seconds(1799));
        assert_eq!(client.say("HGET session:1 user"), bulk("7"));
        client.say("EXPIRE session:1 1800");
    }
    client.wait(Span::seconds(1800));
    assert_eq!(client.say("HGET session:1 user"), Reply::Nil);
}

#[test]
fn a_replica_holds_what_the_primary_held_a_moment_ago() {
    let mut client = one_shard(1, Durability::Disabled);
    for n in 0..50 {
        client.say(&format!("RPUSH list {n}"));
        client.say(&format!("SET k:{n} {n} EX 100"));
        client.wait(Span::millis(1));
    }
    client.wait(pace::REPLICA_LAG);
    assert_eq!(client.at("0001-002", "LRANGE list 0 -1"), client.say("LRANGE list 0 -1"));
    client.wait(Span::seconds(200));
    assert_eq!(client.at("0001-002", "DBSIZE"), Reply::Integer(1));
}

#[test]
fn wrong_calls_are_answered_in_the_servers_words() {
    let mut client = Client::<Node>::new();
    for (line, reply) in [
        ("GET", "ERR wrong number of arguments for 'get' command"),
        ("NOSUCH a b", "ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' "),
        ("SET k v EX 0", "ERR invalid expire time in 'set' command"),
        ("SET k v EX abc", "ERR value is not an integer or out of range"),
        ("SET k v NX XX", "ERR syntax error"),
        (
            "EXPIRE k 10 NX XX",
            "ERR NX and XX, GT or LT options at the same time are not compatible",
        ),
        ("RENAME missing other", "ERR no such key"),
        ("MSET a", "ERR wrong number of arguments for 'mset' command"),
        ("INCRBY k 9999999999999999999", "ERR value is not an integer or out of range"),
    ] {
        assert_eq!(client.say(line), error(reply), "{line}");
    }
}
