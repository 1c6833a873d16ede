//! Serverless v2: ranges, scaling, pausing, resuming, and what it costs.

use super::*;
use crate::services::LateAnswer;
use crate::services::rds::cluster::KeepsAwake;
use crate::services::rds::instance::pace;
use crate::services::rds::serverless::Capacity;
use crate::services::world::Response;

fn range(min: f64, max: f64) -> Json {
    json!({"ServerlessV2ScalingConfiguration": {"MinCapacity": min, "MaxCapacity": max}})
}

/// The cluster `shop` with the serverless writer `s`.
fn serverless(min: f64, max: f64) -> Account {
    let mut account = Account::new();
    account.create_cluster("shop", range(min, max));
    account.wait(AFTERWARDS);
    account.add("s", json!({"DBInstanceClass": "db.serverless"}));
    account.wait(pace::CREATE);
    account
}

impl Account {
    fn capacity(&mut self, id: &str) -> Capacity {
        self.rds().instance(id).unwrap().capacity.clone().unwrap()
    }

    fn demand(&mut self, id: &str, halves: u32) {
        let now = self.now();
        self.rds().demand_acu(now, id, halves);
    }

    fn is_paused(&mut self, id: &str) -> bool {
        self.capacity(id).paused.is_some()
    }

    /// Connects to a paused member, and says after how long it was let in.
    fn woken_after(&mut self, endpoint: &str) -> Span {
        let from = self.now();
        let connect =
            Operation::from_json(ServiceId::Rds, "Connect", json!({"Endpoint": endpoint})).unwrap();
        let Answer::Later(ticket) = self.world.call(from, connect) else { panic!("it was awake") };
        let answers: Vec<LateAnswer<Response>> = self.world.advance(from + Span::minutes(5));
        let answer = answers.iter().find(|answer| answer.ticket == ticket).unwrap();
        assert!(answer.result.is_ok(), "it is not refused");
        let connection = answer.result.as_ref().unwrap().to_json()["ConnectionId"].clone();
        self.ok("Disconnect", json!({"ConnectionId": connection}));
        answer.at.since(from)
    }
}

#[test]
fn aur_18_capacity_comes_in_halves_of_an_acu_up_to_256() {
    let mut account = Account::new();
    let mut made = 0;
    let mut create = |min: f64, max: f64| {
        made += 1;
        let mut asked =
            json!({"DBClusterIdentifier": format!("c{made}"), "Engine": "aurora-mysql"});
        merge(&mut asked, &range(min, max));
        account.call("CreateDBCluster", asked).map(drop)
    };
    for (min, max) in [(0.0, 256.0), (0.5, 0.5), (1.5, 128.0), (8.0, 8.0)] {
        assert_eq!(create(min, max), Ok(()), "{min} to {max}");
    }
    for (min, max) in [(0.3, 8.0), (0.5, 8.3), (0.5, 256.5), (-0.5, 8.0), (9.0, 8.0), (0.0, 0.0)] {
        assert_eq!(create(min, max), Err("InvalidParameterValue".to_owned()), "{min} to {max}");
    }
    let half = json!({"DBClusterIdentifier": "x", "Engine": "aurora-mysql",
                      "ServerlessV2ScalingConfiguration": {"MinCapacity": 1}});
    assert_eq!(account.refused("CreateDBCluster", half), "InvalidParameterValue");
}

#[test]
fn aur_18_capacity_follows_the_load_within_its_range() {
    let mut account = serverless(0.5, 16.0);
    assert_eq!(account.capacity("s").halves, 1);
    account.demand("s", 200);
    let mut before = 1;
    for _ in 0..60 {
        account.wait(Span::seconds(1));
        let now = account.capacity("s").halves;
        assert!((before..=32).contains(&now));
        before = now;
    }
    assert_eq!(account.capacity("s").halves, 32, "no more than the maximum");
    assert_eq!(account.capacity("s").utilization(), 100);
    account.demand("s", 0);
    account.wait(Span::minutes(10));
    assert_eq!(account.capacity("s").halves, 1);
    let larger = json!({"DBClusterIdentifier": "shop",
                        "ServerlessV2ScalingConfiguration": {"MinCapacity": 4}});
    account.ok("ModifyDBCluster", larger);
    account.wait(Span::minutes(1));
    assert_eq!(account.capacity("s").halves, 8);
}

#[test]
fn aur_18_two_acu_for_a_month_cost_175_dollars_20() {
    let mut account = serverless(2.0, 2.0);
    let from = account.now();
    let before = account.capacity("s").used(from);
    account.wait(Span::hours(730));
    let now = account.now();
    let used = account.capacity("s").used(now) - before;
    assert_eq!(crate::services::rds::cost::serverless(used), 175_200_000);
}

#[test]
fn readers_of_the_first_two_tiers_follow_their_writer_and_others_their_own_load() {
    let mut account = serverless(0.5, 16.0);
    account.add("near", json!({"DBInstanceClass": "db.serverless", "PromotionTier": 1}));
    account.add("far", json!({"DBInstanceClass": "db.serverless", "PromotionTier": 2}));
    account.wait(AFTERWARDS);
    account.demand("s", 20);
    account.wait(Span::minutes(5));
    assert_eq!((account.capacity("near").halves, account.capacity("far").halves), (20, 1));
}

#[test]
fn aur_19_an_idle_cluster_pauses_and_the_first_client_waits() {
    let mut account = serverless(0.0, 8.0);
    account.wait(Span::seconds(299));
    assert!(!account.is_paused("s"));
    account.wait(Span::seconds(1));
    assert!(account.is_paused("s"));
    let (halves, status) = (account.capacity("s").halves, account.status("s"));
    assert_eq!((halves, status.as_str()), (0, "available"));
    let cost = |account: &mut Account| {
        let now = account.now();
        account.capacity("s").cost(now)
    };
    let before = cost(&mut account);
    account.wait(Span::hours(5));
    assert_eq!(cost(&mut account), before, "compute is not billed while it is paused");
    assert_eq!(account.woken_after("s"), pace::RESUME);
    account.wait(Span::days(2));
    assert_eq!(account.woken_after("s"), pace::RESUME_DEEP, "after more than a day");
}

#[test]
fn aur_19_the_idle_time_is_300_seconds_to_a_day() {
    let mut account = Account::new();
    for (seconds, fits) in [(299, false), (300, true), (86_400, true), (86_401, false)] {
        let asked = json!({"DBClusterIdentifier": format!("c{seconds}"), "Engine": "aurora-mysql",
            "ServerlessV2ScalingConfiguration":
                {"MinCapacity": 0, "MaxCapacity": 8, "SecondsUntilAutoPause": seconds}});
        assert_eq!(account.call("CreateDBCluster", asked).is_ok(), fits, "{seconds}");
    }
    let shown = account.cluster("c300")["ServerlessV2ScalingConfiguration"].clone();
    assert_eq!(
        shown,
        json!({"MinCapacity": 0.0, "MaxCapacity": 8.0, "SecondsUntilAutoPause": 300})
    );
}

#[test]
fn aur_19_what_keeps_a_cluster_awake() {
    let mut account = serverless(0.0, 8.0);
    let connection = account.connect("s").unwrap();
    account.wait(Span::hours(2));
    assert!(!account.is_paused("s"), "an open connection does");
    account.ok("Disconnect", json!({"ConnectionId": connection}));
    account.wait(Span::seconds(300));
    assert!(account.is_paused("s"));
    account.woken_after("s");
    for what in [KeepsAwake::Proxy, KeepsAwake::Binlog, KeepsAwake::ZeroEtl] {
        let now = account.now();
        account.rds().keep_awake(now, "shop", what);
        account.wait(Span::hours(1));
        assert!(!account.is_paused("s"), "{what:?} does");
        let now = account.now();
        account.rds().let_sleep(now, "shop", what);
        account.wait(Span::seconds(300));
        assert!(account.is_paused("s"));
        account.woken_after("s");
    }
    for _ in 0..30 {
        let connection = account.connect("s").unwrap();
        account.ok("Disconnect", json!({"ConnectionId": connection}));
        account.wait(Span::minutes(1));
    }
    assert!(!account.is_paused("s"), "a monitor that connects every minute does");
    let global = json!({"GlobalClusterIdentifier": "g", "SourceDBClusterIdentifier": "shop"});
    account.ok("CreateGlobalCluster", global);
    account.wait(Span::hours(1));
    assert!(!account.is_paused("s"), "the primary of a Global Database does not");
}

#[test]
fn a_reader_that_follows_its_writer_pauses_and_wakes_with_it() {
    let mut account = serverless(0.0, 8.0);
    account.add("near", json!({"DBInstanceClass": "db.serverless", "PromotionTier": 0}));
    account.wait(AFTERWARDS);
    account.wait(AFTERWARDS);
    assert!(account.is_paused("s") && account.is_paused("near"));
    let connect =
        Operation::from_json(ServiceId::Rds, "Connect", json!({"Endpoint": "near"})).unwrap();
    account.world.call(account.now(), connect);
    account.wait(pace::RESUME);
    assert!(!account.is_paused("near") && !account.is_paused("s"));
}

#[test]
fn who_waits_for_a_paused_member_that_dies_hears_so() {
    let mut account = serverless(0.0, 8.0);
    account.wait(AFTERWARDS);
    let connect =
        Operation::from_json(ServiceId::Rds, "Connect", json!({"Endpoint": "s"})).unwrap();
    let now = account.now();
    let Answer::Later(_) = account.world.call(now, connect) else { panic!("it was awake") };
    assert!(account.rds().lose_instance(now, "s"));
    let answers = account.world.advance(now + Span::seconds(1));
    assert_eq!(answers[0].result.as_ref().unwrap_err().code, "ConnectionTimedOut");
}
