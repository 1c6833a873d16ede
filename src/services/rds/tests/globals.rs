//! Global Database.

use super::*;
use crate::services::rds::instance::pace;

/// The primary `shop` in us-east-1 with the writer `w`, and the secondary `west` with the reader `x`.
fn two_regions(more: Json) -> Account {
    let mut account = Account::with_shop(json!({}));
    account.ok(
        "CreateGlobalCluster",
        json!({"GlobalClusterIdentifier": "g",
        "SourceDBClusterIdentifier": "arn:aws:rds:us-east-1:000000000000:cluster:shop"}),
    );
    let mut secondary =
        json!({"GlobalClusterIdentifier": "g", "AvailabilityZones": ["us-west-2a", "us-west-2b"]});
    merge(&mut secondary, &more);
    account.create_cluster("west", secondary);
    account.wait(AFTERWARDS);
    account.add("x", json!({"DBClusterIdentifier": "west"}));
    account.wait(AFTERWARDS);
    account
}

fn to(target: &str) -> Json {
    json!({"GlobalClusterIdentifier": "g", "TargetDbClusterIdentifier": target})
}

#[test]
fn aur_22_a_secondary_region_reads_a_little_later_and_refuses_writes() {
    let mut account = two_regions(json!({}));
    let arn = account.cluster("west")["DBClusterArn"].clone();
    assert_eq!(arn, "arn:aws:rds:us-west-2:000000000000:cluster:west");
    account.put("w", "k", "1");
    assert_eq!(account.read("x", "k"), Ok(None));
    account.wait(Span::seconds(1));
    assert_eq!(account.read("x", "k"), some("1"));
    let connection = account.connect("x").unwrap();
    assert_eq!(account.write(connection, "k", "2"), Err("1290".to_owned()));
    let members = account.ok("DescribeGlobalClusters", json!({}))["GlobalClusters"][0]["GlobalClusterMembers"].clone();
    assert_eq!((&members[0]["IsWriter"], &members[1]["IsWriter"]), (&json!(true), &json!(false)));
}

#[test]
fn aur_22_with_forwarding_a_write_in_a_secondary_region_reaches_the_primary() {
    let mut account = two_regions(json!({"EnableGlobalWriteForwarding": true}));
    let connection = account.connect("x").unwrap();
    account.write(connection, "k", "2").unwrap();
    assert_eq!(account.read("w", "k"), some("2"));
}

#[test]
fn aur_22_a_switchover_loses_nothing() {
    let mut account = two_regions(json!({}));
    account.put("w", "k", "last");
    account.ok("SwitchoverGlobalCluster", to("west"));
    let connection = account.connect("w").unwrap();
    assert_eq!(
        account.write(connection, "k", "no"),
        Err("1290".to_owned()),
        "nobody writes meanwhile"
    );
    account.wait(pace::GLOBAL_CHANGE);
    assert_eq!(account.read("x", "k"), some("last"));
    account.put("x", "k", "new");
    account.wait(Span::seconds(1));
    assert_eq!(account.read("w", "k"), some("new"), "the old primary follows");
    let connection = account.connect("w").unwrap();
    assert_eq!(account.write(connection, "k", "no"), Err("1290".to_owned()));
}

#[test]
fn aur_22_a_failover_loses_what_had_not_been_replicated() {
    let mut account = two_regions(json!({}));
    account.rds().pace_global("west", Span::seconds(2));
    account.put("w", "k", "replicated");
    account.wait(Span::seconds(2));
    account.put("w", "k", "lost");
    account.wait(Span::seconds(1));
    let mut asked = to("west");
    asked["AllowDataLoss"] = json!(true);
    account.ok("FailoverGlobalCluster", asked);
    account.wait(pace::GLOBAL_CHANGE);
    assert_eq!(account.read("x", "k"), some("replicated"));
    account.wait(Span::seconds(10));
    assert_eq!(
        account.read("w", "k"),
        some("replicated"),
        "the old primary has the new one's state"
    );
}

#[test]
fn a_failover_without_leave_to_lose_data_is_a_switchover() {
    let mut account = two_regions(json!({}));
    account.put("w", "k", "last");
    account.ok("FailoverGlobalCluster", to("west"));
    assert_eq!(
        account.refused("SwitchoverGlobalCluster", to("west")),
        "InvalidGlobalClusterStateFault"
    );
    account.wait(pace::GLOBAL_CHANGE);
    assert_eq!(account.read("x", "k"), some("last"));
}

#[test]
fn a_secondary_that_leaves_stands_alone_with_what_has_reached_it() {
    let mut account = two_regions(json!({}));
    account.put("w", "k", "1");
    account.wait(Span::seconds(1));
    account.put("w", "k", "2");
    let delete = json!({"DBClusterIdentifier": "west", "SkipFinalSnapshot": true});
    account.ok("DeleteDBInstance", json!({"DBInstanceIdentifier": "w"}));
    assert_eq!(account.refused("DeleteDBCluster", delete), "InvalidDBClusterStateFault");
    let remove = json!({"GlobalClusterIdentifier": "g", "DbClusterIdentifier": "west"});
    account.ok("RemoveFromGlobalCluster", remove);
    assert_eq!(account.read("x", "k"), some("1"));
    account.put("x", "k", "mine");
    let last = json!({"GlobalClusterIdentifier": "g"});
    assert_eq!(
        account.refused("DeleteGlobalCluster", last.clone()),
        "InvalidGlobalClusterStateFault"
    );
    account.ok(
        "RemoveFromGlobalCluster",
        json!({"GlobalClusterIdentifier": "g", "DbClusterIdentifier": "shop"}),
    );
    account.ok("DeleteGlobalCluster", last);
}

#[test]
fn a_region_has_one_cluster_of_a_global_database() {
    let mut account = two_regions(json!({}));
    let again = json!({"DBClusterIdentifier": "also-west", "Engine": "aurora-mysql",
        "GlobalClusterIdentifier": "g", "AvailabilityZones": ["us-west-2a"]});
    assert_eq!(account.refused("CreateDBCluster", again), "InvalidGlobalClusterStateFault");
    let nowhere = json!({"DBClusterIdentifier": "n", "Engine": "aurora-mysql", "AvailabilityZones": ["moon"]});
    assert_eq!(account.refused("CreateDBCluster", nowhere), "InvalidParameterValue");
}
