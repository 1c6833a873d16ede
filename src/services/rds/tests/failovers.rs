//! Aurora clusters whose members and zones die.

use proptest::prelude::*;

use super::*;
use crate::services::rds::cluster::Cluster;
use crate::services::rds::instance::{Instance, pace};

fn with_replicas(replicas: &[(&str, i64, &str)]) -> Account {
    let mut account = Account::with_shop(json!({}));
    for (id, tier, class) in replicas {
        account.add(id, json!({"PromotionTier": tier, "DBInstanceClass": class}));
    }
    account.wait(AFTERWARDS);
    account
}

impl Account {
    fn lose(&mut self, id: &str) {
        let now = self.now();
        assert!(self.rds().lose_instance(now, id));
    }
}

#[test]
fn aur_11_the_lowest_tier_is_promoted_and_then_the_largest() {
    let mut account = with_replicas(&[
        ("r1", 1, "db.r6g.large"),
        ("r2", 0, "db.r6g.large"),
        ("r3", 0, "db.r6g.2xlarge"),
    ]);
    assert_eq!(account.rds().next_writer("shop").unwrap().id, "r3");
    account.lose("w");
    assert_eq!(account.cluster("shop")["Status"], "failing-over");
    account.wait(pace::AURORA_FAILOVER);
    assert_eq!(account.writer(), "r3");
    account.lose("r3");
    account.wait(pace::AURORA_FAILOVER);
    assert_eq!(account.writer(), "r2");
    let tier = json!({"DBInstanceIdentifier": "r1", "PromotionTier": 16});
    assert_eq!(account.refused("ModifyDBInstance", tier), "InvalidParameterValue");
}

#[test]
fn aur_12_the_endpoint_moves_the_old_writer_comes_back_as_a_reader_and_nothing_is_lost() {
    let mut account = with_replicas(&[("r", 1, "db.r6g.large")]);
    let endpoint = account.endpoint("Endpoint");
    account.put(&endpoint, "k", "1");
    let open = account.connect(&endpoint).unwrap();
    account.put(&endpoint, "k", "last");
    account.lose("w");
    assert_eq!(account.write(open, "k", "no"), Err("ConnectionLost".to_owned()));
    assert_eq!(
        account.connect(&endpoint),
        Err("ConnectionTimedOut".to_owned()),
        "nobody writes yet"
    );
    account.wait(pace::AURORA_FAILOVER);
    assert_eq!(account.writer(), "r");
    assert_eq!(
        account.read(&endpoint, "k"),
        some("last"),
        "even what was written in the last instant"
    );
    account.put(&endpoint, "k", "after");
    account.wait(pace::HOST);
    let connection = account.connect("w").unwrap();
    assert_eq!(account.write(connection, "k", "no"), Err("1290".to_owned()), "a reader now");
    assert_eq!(account.read("w", "k"), some("after"));
}

#[test]
fn aur_12_a_failover_that_is_asked_for_can_name_its_target() {
    let mut account = with_replicas(&[("r1", 0, "db.r6g.large"), ("r2", 5, "db.r6g.large")]);
    let to =
        |target: &str| json!({"DBClusterIdentifier": "shop", "TargetDBInstanceIdentifier": target});
    assert_eq!(account.refused("FailoverDBCluster", to("w")), "InvalidDBInstanceState");
    account.ok("FailoverDBCluster", to("r2"));
    assert_eq!(account.refused("FailoverDBCluster", to("r1")), "InvalidDBClusterStateFault");
    account.wait(pace::AURORA_FAILOVER);
    assert_eq!(account.writer(), "r2");
    account.wait(pace::REBOOT);
    assert_eq!(account.status("w"), "available");
    account.ok("FailoverDBCluster", json!({"DBClusterIdentifier": "shop"}));
    account.wait(pace::AURORA_FAILOVER);
    assert_eq!(account.writer(), "r1");
    let events = account.ok("DescribeEvents", json!({"SourceIdentifier": "shop", "Duration": 60}));
    let told = events["Events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(told["Message"], "Completed failover to DB instance: r1");
    assert_eq!(told["SourceType"], "db-cluster");
}

#[test]
fn aur_13_without_a_replica_the_writer_is_made_anew_within_ten_minutes() {
    let mut account = Account::with_shop(json!({}));
    let asked = json!({"DBClusterIdentifier": "shop"});
    assert_eq!(account.refused("FailoverDBCluster", asked), "InvalidDBClusterStateFault");
    account.put("w", "k", "1");
    let zone = account.describe("w")["AvailabilityZone"].clone();
    account.lose("w");
    account.wait(Span::minutes(1));
    assert_eq!(
        account.connect("w"),
        Err("ConnectionTimedOut".to_owned()),
        "a minute is not enough"
    );
    account.wait(Span::minutes(9));
    assert_eq!(account.read("w", "k"), some("1"));
    assert_eq!(account.describe("w")["AvailabilityZone"], zone);
}

#[test]
fn aur_3_the_loss_of_a_zone_and_of_one_copy_more_stops_writes_but_not_reads() {
    let mut account = with_replicas(&[("r1", 1, "db.r6g.large"), ("r2", 1, "db.r6g.large")]);
    account.put("w", "k", "1");
    let (now, zone) = (account.now(), account.rds().writer_of("shop").unwrap().az);
    account.rds().lose_zone(now, zone);
    account.wait(pace::AURORA_FAILOVER);
    let endpoint = account.endpoint("Endpoint");
    account.put(&endpoint, "k", "2");
    let other = 2 * ((zone + 1) % 3);
    account.rds().change_volume("shop", |volume| volume.kill(0, other));
    let connection = account.connect(&endpoint).unwrap();
    assert_eq!(account.write(connection, "k", "3"), Err("NoWriteQuorum".to_owned()));
    assert_eq!(account.read(&endpoint, "k"), some("2"));
    account.rds().change_volume("shop", |volume| volume.kill(0, other + 1));
    assert_eq!(account.read(&endpoint, "k"), Err("NoReadQuorum".to_owned()));
    account.rds().change_volume("shop", |volume| {
        volume.repair(0, other);
        volume.repair(0, other + 1);
    });
    account.put(&endpoint, "k", "4");
    let now = account.now();
    account.rds().restore_zone(now, zone);
    account.wait(AFTERWARDS);
    assert_eq!(account.rds().members_of("shop").filter(|one| one.serves()).count(), 3);
}

#[test]
fn a_deleted_writer_leaves_its_place_to_a_replica() {
    let mut account = with_replicas(&[("r", 1, "db.r6g.large")]);
    account.ok("DeleteDBInstance", json!({"DBInstanceIdentifier": "w"}));
    account.wait(AFTERWARDS);
    assert_eq!(account.writer(), "r");
    assert_eq!(account.cluster("shop")["DBClusterMembers"].as_array().unwrap().len(), 1);
}

/// One thing that is done to a cluster of a writer and two replicas.
#[derive(Debug, Clone)]
enum Deed {
    Write(u8),
    Wait(u64),
    Lose(usize),
    LoseZone(usize),
    RestoreZone(usize),
    FailOver,
    Kill(usize),
    Repair(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => any::<u8>().prop_map(Deed::Write),
        5 => (0_u64..400_000).prop_map(Deed::Wait),
        2 => (0_usize..3).prop_map(Deed::Lose),
        1 => (0_usize..3).prop_map(Deed::LoseZone),
        2 => (0_usize..3).prop_map(Deed::RestoreZone),
        1 => Just(Deed::FailOver),
        2 => (0_usize..6).prop_map(Deed::Kill),
        3 => (0_usize..6).prop_map(Deed::Repair),
    ]
}

const MEMBERS: [&str; 3] = ["r1", "r2", "w"];

impl Account {
    fn do_to_shop(&mut self, deed: &Deed, last: &mut Option<u8>) {
        let now = self.now();
        match deed {
            Deed::Write(value) => {
                let Some(endpoint) = self.rds().cluster("shop").map(Cluster::endpoint) else {
                    return;
                };
                let Ok(connection) = self.connect(&endpoint) else { return };
                let both = json!({"x": value.to_string(), "y": value.to_string()});
                let wrote =
                    self.call("Execute", json!({"ConnectionId": connection, "Writes": both}));
                self.ok("Disconnect", json!({"ConnectionId": connection}));
                if wrote.is_ok() {
                    *last = Some(*value);
                }
            }
            Deed::Wait(millis) => self.wait(Span::millis(*millis)),
            Deed::Lose(member) => drop(self.rds().lose_instance(now, MEMBERS[*member])),
            Deed::LoseZone(zone) => self.rds().lose_zone(now, *zone),
            Deed::RestoreZone(zone) => self.rds().restore_zone(now, *zone),
            Deed::FailOver => {
                drop(self.call("FailoverDBCluster", json!({"DBClusterIdentifier": "shop"})));
            }
            Deed::Kill(copy) => self.rds().change_volume("shop", |volume| volume.kill(0, *copy)),
            Deed::Repair(copy) => {
                self.rds().change_volume("shop", |volume| volume.repair(0, *copy));
            }
        }
    }

    fn both(&mut self, endpoint: &str) -> Option<(Json, Json)> {
        let connection = self.connect(endpoint).ok()?;
        let read = self.call("Execute", json!({"ConnectionId": connection, "Reads": ["x", "y"]}));
        self.ok("Disconnect", json!({"ConnectionId": connection}));
        let read = read.ok()?;
        Some((read["Values"]["x"].clone(), read["Values"]["y"].clone()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_commit_acknowledged_by_a_cluster_is_lost(deeds in prop::collection::vec(deed(), 1..60)) {
        let mut account = with_replicas(&[("r1", 1, "db.r6g.large"), ("r2", 2, "db.r6g.large")]);
        let endpoint = account.endpoint("Endpoint");
        let mut last = None;
        for deed in &deeds {
            account.do_to_shop(deed, &mut last);
            let newest = last.map_or(Json::Null, |value| json!(value.to_string()));
            if let Some(read) = account.both(&endpoint) {
                prop_assert_eq!(read, (newest.clone(), newest), "after {:?}", deed);
            }
            for member in MEMBERS {
                if let Some((x, y)) = account.both(member) {
                    prop_assert_eq!(x, y, "a member shows a whole transaction or none");
                }
            }
            let serving = account.rds().writer_of("shop").is_some_and(Instance::serves);
            prop_assert!(!serving || account.connect(&endpoint).is_ok());
        }
        for zone in 0..3 {
            account.do_to_shop(&Deed::RestoreZone(zone), &mut last);
        }
        for copy in 0..6 {
            account.do_to_shop(&Deed::Repair(copy), &mut last);
        }
        account.wait(Span::hours(1));
        let newest = last.map_or(Json::Null, |value| json!(value.to_string()));
        prop_assert_eq!(account.both(&endpoint), Some((newest.clone(), newest)), "it comes back by itself");
        prop_assert_eq!(account.rds().members_of("shop").filter(|one| one.serves()).count(), 3);
    }
}
