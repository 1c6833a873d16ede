//! Multi-AZ DB clusters: who has what, who acknowledges, who takes over.

use proptest::prelude::*;

use super::*;
use crate::services::rds::instance::{Instance, pace};

const MEMBERS: [&str; 3] = ["shop-instance-1", "shop-instance-2", "shop-instance-3"];

impl Account {
    fn lose_member(&mut self, id: &str) {
        let now = self.now();
        assert!(self.rds().lose_instance(now, id));
    }

    fn received(&mut self, id: &str) -> usize {
        let now = self.now();
        let rds = self.rds();
        rds.received(now, rds.instance(id).unwrap()).unwrap()
    }

    /// A write whose answer comes later, or at once.
    fn begin_write(&mut self, connection: u64, value: &str) -> Answer<Json> {
        let params = json!({"ConnectionId": connection, "Writes": {"k": value}});
        let operation = Operation::from_json(ServiceId::Rds, "Execute", params).unwrap();
        self.world.call(self.world.now(), operation).map(|response| response.to_json())
    }
}

#[test]
fn rds_25_a_multi_az_cluster_is_a_writer_and_two_readers_in_three_zones() {
    let mut account = Account::new();
    let made = account.create_multi_az("Shop", json!({})).unwrap();
    assert_eq!(
        (&made["DBCluster"]["Status"], &made["DBCluster"]["StorageType"]),
        (&json!("creating"), &json!("io1"))
    );
    account.wait(AFTERWARDS);
    let shown = account.cluster("shop");
    assert_eq!((&shown["MultiAZ"], &shown["Status"]), (&json!(true), &json!("available")));
    assert_eq!(shown["DBClusterInstanceClass"], "db.m6gd.large");
    assert_eq!((&shown["AllocatedStorage"], &shown["Iops"]), (&json!(100), &json!(1000)));
    let members = shown["DBClusterMembers"].as_array().unwrap();
    let writers = members.iter().filter(|member| member["IsClusterWriter"] == true).count();
    assert_eq!((members.len(), writers), (3, 1));
    let zones = MEMBERS.map(|id| account.describe(id)["AvailabilityZone"].clone());
    assert_eq!(zones, ["us-east-1a", "us-east-1b", "us-east-1c"]);
    account.put("shop", "k", "1");
    account.wait(Span::seconds(1));
    for id in MEMBERS {
        assert_eq!(account.read(id, "k"), some("1"), "each can be read");
    }
}

#[test]
fn rds_25_the_writer_endpoint_writes_and_the_reader_endpoint_takes_turns_among_the_readers() {
    let mut account = Account::with_multi_az(json!({}));
    let (writer, readers) = (account.endpoint("Endpoint"), account.endpoint("ReaderEndpoint"));
    account.put(&writer, "k", "1");
    let connections: Vec<u64> = (0..4).map(|_| account.connect(&readers).unwrap()).collect();
    let open = MEMBERS.map(|id| account.rds().connections_of(id));
    assert_eq!(open, [0, 2, 2]);
    assert_eq!(account.write(connections[0], "k", "2"), Err("1290".to_owned()));
    account.lose_member(MEMBERS[1]);
    account.lose_member(MEMBERS[2]);
    assert_eq!(account.connect(&readers), Err("UnknownHost".to_owned()), "never the writer");
    account.connect(&writer).unwrap();
}

#[test]
fn rds_25_both_readers_may_show_what_is_old() {
    let mut account = Account::with_multi_az(json!({}));
    account.put("shop", "k", "old");
    account.wait(Span::minutes(1));
    account.put("shop", "k", "new");
    assert_eq!(account.read("shop", "k"), some("new"));
    assert_eq!((account.received(MEMBERS[1]), account.received(MEMBERS[2])), (2, 1), "one has it");
    for reader in [MEMBERS[1], MEMBERS[2]] {
        assert_eq!(account.read(reader, "k"), some("old"), "and neither shows it");
    }
    account.wait(pace::READER_LAG);
    for reader in [MEMBERS[1], MEMBERS[2]] {
        assert_eq!((account.received(reader), account.read(reader, "k")), (2, some("new")));
    }
}

#[test]
fn rds_25_one_reader_can_be_lost_and_without_both_a_commit_waits() {
    let mut account = Account::with_multi_az(json!({}));
    let connection = account.connect("shop").unwrap();
    account.lose_member(MEMBERS[1]);
    account.write(connection, "k", "1").expect("the other reader acknowledges");
    assert_eq!(account.received(MEMBERS[2]), 1, "it is the one that has it now");
    account.lose_member(MEMBERS[2]);
    let Answer::Later(ticket) = account.begin_write(connection, "2") else {
        panic!("nobody can acknowledge it");
    };
    account.wait(Span::minutes(1));
    assert_eq!(account.read("shop", "k"), some("1"), "what is not acknowledged is not shown");
    let late = account.world.advance(account.now() + pace::HOST);
    let answered = late.iter().find(|late| late.ticket == ticket).unwrap();
    assert!(answered.result.is_ok(), "a reader is back: {:?}", answered.result);
    assert_eq!(account.read("shop", "k"), some("2"));
}

#[test]
fn rds_25_a_commit_that_waits_dies_with_its_writer() {
    let mut account = Account::with_multi_az(json!({}));
    let connection = account.connect("shop").unwrap();
    account.lose_member(MEMBERS[1]);
    account.lose_member(MEMBERS[2]);
    let Answer::Later(ticket) = account.begin_write(connection, "1") else { panic!("it waits") };
    account.lose_member(MEMBERS[0]);
    let late = account.world.advance(account.now());
    let answered = late.iter().find(|late| late.ticket == ticket).unwrap();
    assert_eq!(answered.result.as_ref().unwrap_err().code, "ConnectionLost");
    account.wait(Span::hours(1));
    assert_eq!(account.read("shop", "k"), Ok(None));
}

#[test]
fn rds_25_the_reader_that_received_most_takes_over_in_under_35_seconds() {
    let mut account = Account::with_multi_az(json!({}));
    let endpoint = account.endpoint("Endpoint");
    let before = account.ok("Resolve", json!({"Endpoint": endpoint}))["Address"].clone();
    for number in 0..20 {
        account.put("shop", &format!("k{number}"), "v");
        account.wait(Span::millis(20));
    }
    assert!(account.received(MEMBERS[1]) > account.received(MEMBERS[2]));
    let open = account.connect("shop").unwrap();
    account.lose_member(MEMBERS[0]);
    assert_eq!(account.write(open, "k", "v"), Err("ConnectionLost".to_owned()));
    assert_eq!(account.cluster("shop")["Status"], "failing-over");
    account.wait(Span(pace::CLUSTER_FAILOVER.0 - 1));
    assert_eq!(account.connect("shop"), Err("ConnectionTimedOut".to_owned()));
    account.wait(Span(1));
    assert!(pace::CLUSTER_FAILOVER < Span::seconds(35));
    assert_eq!(account.writer(), MEMBERS[1]);
    for number in 0..20 {
        assert_eq!(account.read("shop", &format!("k{number}")), some("v"));
    }
    assert_eq!(account.endpoint("Endpoint"), endpoint, "the name stays");
    assert_ne!(account.ok("Resolve", json!({"Endpoint": endpoint}))["Address"], before);
    account.put("shop", "k", "after");
    account.wait(AFTERWARDS);
    assert_eq!(account.read(MEMBERS[0], "k"), some("after"), "the old writer reads now");
}

#[test]
fn rds_25_the_second_reader_takes_over_where_the_first_is_lost_too() {
    let mut account = Account::with_multi_az(json!({}));
    account.put("shop", "k", "everywhere");
    account.wait(Span::seconds(1));
    account.lose_member(MEMBERS[1]);
    account.put("shop", "k", "acknowledged by the second");
    account.lose_member(MEMBERS[0]);
    account.wait(pace::CLUSTER_FAILOVER);
    assert_eq!(account.writer(), MEMBERS[2]);
    assert_eq!(account.read("shop", "k"), some("acknowledged by the second"));

    let mut account = Account::with_multi_az(json!({}));
    account.put("shop", "k", "everywhere");
    account.wait(Span::seconds(1));
    account.put("shop", "k", "at the first only");
    account.lose_member(MEMBERS[0]);
    account.lose_member(MEMBERS[1]);
    account.wait(pace::CLUSTER_FAILOVER);
    assert_eq!(account.read("shop", "k"), some("everywhere"), "two losses at once are too many");
}

#[test]
fn rds_25_a_failover_can_be_asked_for_and_a_zone_can_be_lost() {
    let mut account = Account::with_multi_az(json!({}));
    account.put("shop", "k", "1");
    let target = json!({"DBClusterIdentifier": "shop", "TargetDBInstanceIdentifier": MEMBERS[2]});
    account.wait(Span::seconds(1));
    account.ok("FailoverDBCluster", target);
    account.wait(pace::CLUSTER_FAILOVER);
    assert_eq!(account.writer(), MEMBERS[2]);
    account.wait(AFTERWARDS);
    account.put("shop", "k", "2");
    let now = account.now();
    account.rds().lose_zone(now, 2);
    account.wait(pace::CLUSTER_FAILOVER);
    assert_ne!(account.writer(), MEMBERS[2]);
    assert_eq!(account.read("shop", "k"), some("2"));
    account.wait(Span::days(1));
    let now = account.now();
    account.rds().restore_zone(now, 2);
    account.wait(AFTERWARDS);
    assert_eq!(account.read(MEMBERS[2], "k"), some("2"));
}

#[test]
fn rds_25_what_such_a_cluster_cannot_do_is_refused() {
    let mut account = Account::with_multi_az(json!({}));
    let combination = Err("InvalidParameterCombination".to_owned());
    let value = Err("InvalidParameterValue".to_owned());
    for lacking in ["DBClusterInstanceClass", "AllocatedStorage", "Iops"] {
        let mut params = json!({"DBClusterIdentifier": "b", "Engine": "mysql", "Iops": 1000,
                                "DBClusterInstanceClass": "db.m6gd.large", "AllocatedStorage": 100});
        params.as_object_mut().unwrap().remove(lacking);
        assert_eq!(account.call("CreateDBCluster", params), combination, "{lacking}");
    }
    for (wrong, code) in [
        (json!({"Engine": "mariadb"}), &value),
        (json!({"DBClusterInstanceClass": "db.t4g.medium"}), &value),
        (json!({"Iops": 5001}), &value),
        (json!({"Iops": 49}), &value),
        (json!({"AllocatedStorage": 99}), &value),
        (json!({"BackupRetentionPeriod": 0}), &value),
        (json!({"StorageType": "gp2"}), &Err("StorageTypeNotSupported".to_owned())),
        (json!({"EnableHttpEndpoint": true}), &combination),
        (json!({"BacktrackWindow": 60}), &combination),
    ] {
        assert_eq!(&account.create_multi_az("b", wrong.clone()), code, "{wrong}");
    }
    let shop = json!({"DBClusterIdentifier": "shop"});
    assert_eq!(account.refused("StopDBCluster", shop), "InvalidDBClusterStateFault");
    let port = json!({"DBClusterIdentifier": "shop", "Port": 3307});
    assert_eq!(account.refused("ModifyDBCluster", port), "InvalidParameterCombination");
    let fourth = account.try_add("fourth", json!({"Engine": "mysql"}));
    assert_eq!(fourth.unwrap_err(), "InvalidDBClusterStateFault");
    let member = json!({"DBInstanceIdentifier": MEMBERS[1], "SkipFinalSnapshot": true});
    assert_eq!(account.refused("DeleteDBInstance", member), "InvalidParameterCombination");
    let endpoint = json!({"DBClusterIdentifier": "shop", "EndpointType": "READER",
                          "DBClusterEndpointIdentifier": "reports"});
    assert_eq!(account.refused("CreateDBClusterEndpoint", endpoint), "InvalidDBClusterStateFault");
}

#[test]
fn a_multi_az_cluster_grows_is_rebooted_and_goes_with_its_instances() {
    let mut account = Account::with_multi_az(json!({}));
    let grow = json!({"DBClusterIdentifier": "shop", "AllocatedStorage": 105, "Iops": 3000});
    account.ok("ModifyDBCluster", grow);
    account.wait(AFTERWARDS);
    for id in MEMBERS {
        assert_eq!(account.describe(id)["AllocatedStorage"], 110, "a tenth at least");
    }
    account.ok("RebootDBCluster", json!({"DBClusterIdentifier": "shop"}));
    assert_eq!(account.cluster("shop")["Status"], "rebooting");
    account.wait(AFTERWARDS);
    let class = json!({"DBClusterIdentifier": "shop", "DBClusterInstanceClass": "db.r6gd.large"});
    account.ok("ModifyDBCluster", class);
    account.wait(AFTERWARDS);
    assert_ne!(account.writer(), MEMBERS[0], "the writer was changed last");
    account
        .ok("DeleteDBCluster", json!({"DBClusterIdentifier": "shop", "SkipFinalSnapshot": true}));
    account.wait(AFTERWARDS);
    assert_eq!((account.rds().clusters().count(), account.rds().instances().count()), (0, 0));
}

#[test]
fn a_multi_az_cluster_is_restored_into_a_new_one() {
    let mut account = Account::with_multi_az(json!({}));
    account.put("shop", "k", "1");
    let cluster = json!({"DBClusterIdentifier": "shop", "DBClusterSnapshotIdentifier": "s"});
    account.ok("CreateDBClusterSnapshot", cluster);
    account.wait(AFTERWARDS);
    account.put("shop", "k", "2");
    account.wait(AFTERWARDS);
    let restore =
        json!({"DBClusterIdentifier": "old", "SnapshotIdentifier": "s", "Engine": "mysql"});
    account.ok("RestoreDBClusterFromSnapshot", restore);
    let now = json!({"DBClusterIdentifier": "new", "SourceDBClusterIdentifier": "shop",
                     "UseLatestRestorableTime": true});
    account.ok("RestoreDBClusterToPointInTime", now);
    account.wait(AFTERWARDS);
    assert_eq!((account.read("old", "k"), account.read("new", "k")), (some("1"), some("2")));
    assert_eq!(account.read("old-instance-3", "k"), some("1"));
    let clone = json!({"DBClusterIdentifier": "c", "SourceDBClusterIdentifier": "shop",
                       "RestoreType": "copy-on-write", "UseLatestRestorableTime": true});
    let refused = account.refused("RestoreDBClusterToPointInTime", clone);
    assert_eq!(refused, "InvalidParameterCombination");
}

/// One thing that is done to a Multi-AZ cluster.
#[derive(Debug, Clone)]
enum Deed {
    Write(u8),
    Wait(u64),
    Lose(usize),
    LoseZone(usize),
    RestoreZone(usize),
    FailOver,
    Reboot,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => any::<u8>().prop_map(Deed::Write),
        5 => prop_oneof![0_u64..500, 0_u64..1_200_000].prop_map(Deed::Wait),
        2 => (0_usize..3).prop_map(Deed::Lose),
        1 => (0_usize..3).prop_map(Deed::LoseZone),
        2 => (0_usize..3).prop_map(Deed::RestoreZone),
        1 => Just(Deed::FailOver),
        1 => Just(Deed::Reboot),
    ]
}

/// Does it, and gives the value that was acknowledged, if one was. `one_at_a_time`: nothing is broken while
/// something else is.
fn perform(account: &mut Account, deed: &Deed, one_at_a_time: bool) -> Option<u8> {
    let now = account.now();
    let whole = account.rds().instances().all(Instance::serves)
        && account.rds().lost_zones() == [false; 3]
        && account.cluster("shop")["Status"] == "available";
    let breaks = matches!(deed, Deed::Lose(_) | Deed::LoseZone(_) | Deed::FailOver | Deed::Reboot);
    if breaks && one_at_a_time && !whole {
        return None;
    }
    match deed {
        Deed::Write(value) => {
            let connection = account.connect("shop").ok()?;
            let both = json!({"x": value.to_string(), "y": value.to_string()});
            let write = json!({"ConnectionId": connection, "Writes": both});
            let done = account.call("Execute", write);
            account.ok("Disconnect", json!({"ConnectionId": connection}));
            return done.ok().map(|_| *value);
        }
        Deed::Wait(millis) => account.wait(Span::millis(*millis)),
        Deed::Lose(member) => drop(account.rds().lose_instance(now, MEMBERS[*member])),
        Deed::LoseZone(zone) => account.rds().lose_zone(now, *zone),
        Deed::RestoreZone(zone) => account.rds().restore_zone(now, *zone),
        Deed::FailOver => {
            drop(account.call("FailoverDBCluster", json!({"DBClusterIdentifier": "shop"})));
        }
        Deed::Reboot => {
            drop(account.call("RebootDBCluster", json!({"DBClusterIdentifier": "shop"})));
        }
    }
    None
}

fn pair(account: &mut Account, endpoint: &str) -> Option<(Json, Json)> {
    let connection = account.connect(endpoint).ok()?;
    let read = account.ok("Execute", json!({"ConnectionId": connection, "Reads": ["x", "y"]}));
    account.ok("Disconnect", json!({"ConnectionId": connection}));
    Some((read["Values"]["x"].clone(), read["Values"]["y"].clone()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rds_25_no_acknowledged_commit_is_lost_while_one_thing_breaks_at_a_time(
        deeds in prop::collection::vec(deed(), 1..60)
    ) {
        let mut account = Account::with_multi_az(json!({}));
        let mut newest = Json::Null;
        for deed in &deeds {
            if let Some(value) = perform(&mut account, deed, true) {
                newest = json!(value.to_string());
            }
            if let Some(read) = pair(&mut account, "shop") {
                prop_assert_eq!(read, (newest.clone(), newest.clone()), "after {:?}", deed);
            }
        }
    }

    #[test]
    fn rds_25_whatever_breaks_a_reader_shows_a_whole_transaction_and_all_come_back(
        deeds in prop::collection::vec(deed(), 1..60)
    ) {
        let mut account = Account::with_multi_az(json!({}));
        let mut acknowledged = vec![Json::Null];
        for deed in &deeds {
            if let Some(value) = perform(&mut account, deed, false) {
                acknowledged.push(json!(value.to_string()));
            }
            for id in MEMBERS {
                if let Some((x, y)) = pair(&mut account, id) {
                    prop_assert_eq!(&x, &y, "old or new, never a mix");
                    prop_assert!(acknowledged.contains(&x), "nothing that was never acknowledged");
                }
            }
        }
        for zone in 0..3 {
            perform(&mut account, &Deed::RestoreZone(zone), false);
        }
        account.wait(Span::hours(1));
        let read = pair(&mut account, "shop");
        prop_assert!(read.is_some(), "the cluster comes back by itself");
        for id in MEMBERS {
            prop_assert_eq!(pair(&mut account, id), read.clone(), "and its members agree");
        }
    }
}
