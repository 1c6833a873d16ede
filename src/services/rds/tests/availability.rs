//! Standbys, failovers, lost hosts and zones, connections.

use super::*;
use crate::services::rds::instance::Instance;
use crate::services::rds::{Happened, Resolver};

const FAILOVER: Span = Span::seconds(90);

fn multi_az() -> Account {
    Account::with_mydb(json!({"MultiAZ": true}))
}

fn fail_over(account: &mut Account) -> Result<Json, String> {
    account.call("RebootDBInstance", json!({"DBInstanceIdentifier": "mydb", "ForceFailover": true}))
}

#[test]
fn rds_12_a_standby_cannot_be_asked() {
    let mut account = multi_az();
    let shown = account.describe("mydb");
    assert_eq!(shown["MultiAZ"], true);
    assert_eq!(shown["SecondaryAvailabilityZone"], "us-east-1b");
    let standby = account.rds().instance("mydb").unwrap().standby.clone().unwrap();
    let address = format!("10.0.{}.{}", standby.az + 1, standby.host);
    assert_eq!(account.refused("Connect", json!({"Address": address})), "ConnectionTimedOut");
    let endpoints: Vec<_> = account.rds().instances().map(Instance::endpoint).collect();
    assert_eq!(endpoints.len(), 1);
}

#[test]
fn rds_13_an_acknowledged_commit_survives_the_primary() {
    let mut account = multi_az();
    let connection = account.connect("mydb").unwrap();
    for number in 0..50 {
        account.write(connection, &format!("k{number}"), "v").unwrap();
    }
    let now = account.now();
    assert!(account.rds().lose_instance(now, "mydb"));
    account.wait(FAILOVER);
    for number in 0..50 {
        assert_eq!(account.read("mydb", &format!("k{number}")), some("v"));
    }
}

#[test]
fn rds_14_a_failover_keeps_the_name_and_changes_the_address() {
    let mut account = multi_az();
    let connection = account.connect("mydb").unwrap();
    let endpoint = account.describe("mydb")["Endpoint"].clone();
    let mut patient = Resolver::new(Span::seconds(60));
    let mut stubborn = Resolver::new(Span::days(365));
    let now = account.now();
    let old = stubborn.resolve(now, account.rds(), "mydb").unwrap();
    patient.resolve(now, account.rds(), "mydb");
    account.rds().lose_instance(now, "mydb");
    assert_eq!(account.write(connection, "k", "v"), Err("ConnectionLost".to_owned()));
    account.wait(Span(FAILOVER.0 - 1));
    assert_eq!(account.connect("mydb"), Err("ConnectionTimedOut".to_owned()));
    account.wait(Span::millis(1));
    account.connect("mydb").unwrap();
    assert_eq!(account.describe("mydb")["Endpoint"], endpoint);
    let now = account.now();
    let new = patient.resolve(now, account.rds(), "mydb").unwrap();
    assert_ne!(new, old);
    account.ok("Connect", json!({"Address": new}));
    assert_eq!(stubborn.resolve(now, account.rds(), "mydb"), Some(old.clone()));
    assert_eq!(account.refused("Connect", json!({"Address": old})), "ConnectionTimedOut");
}

#[test]
fn rds_15_the_events_of_a_failover_come_in_order_and_it_can_fail_over_again() {
    let mut account = multi_az();
    let zones = |account: &mut Account| {
        let shown = account.describe("mydb");
        [shown["AvailabilityZone"].clone(), shown["SecondaryAvailabilityZone"].clone()]
    };
    let [first, second] = zones(&mut account);
    account.rds().trace.watch();
    fail_over(&mut account).unwrap();
    account.wait(FAILOVER);
    assert_eq!(zones(&mut account), [second.clone(), first.clone()]);
    let happened: Vec<_> = account.rds().trace.drain().into_iter().map(|fact| fact.what).collect();
    let place = |wanted: fn(&Happened) -> bool| happened.iter().position(wanted).unwrap();
    let started = place(|what| matches!(what, Happened::FailoverStarted { .. }));
    let flipped = place(|what| matches!(what, Happened::DnsFlipped { .. }));
    let ended = place(|what| matches!(what, Happened::FailoverEnded { .. }));
    assert!(started < flipped && flipped < ended);
    let numbers: Vec<_> = account.rds().events().iter().filter_map(|told| told.number).collect();
    assert_eq!(numbers, ["RDS-EVENT-0013", "RDS-EVENT-0015"]);
    fail_over(&mut account).unwrap();
    account.wait(FAILOVER);
    assert_eq!(zones(&mut account), [first, second]);
}

#[test]
fn rds_16_without_a_standby_there_is_no_failover() {
    let mut account = Account::with_mydb(json!({}));
    assert_eq!(fail_over(&mut account), Err("InvalidParameterCombination".to_owned()));
    account.ok("RebootDBInstance", json!({"DBInstanceIdentifier": "mydb"}));
    assert_eq!(account.status("mydb"), "rebooting");
}

#[test]
fn rds_17_multi_az_comes_and_goes_without_downtime() {
    let mut account = Account::with_mydb(json!({}));
    let connection = account.connect("mydb").unwrap();
    let modify =
        |on: bool| json!({"DBInstanceIdentifier": "mydb", "MultiAZ": on, "ApplyImmediately": true});
    account.ok("ModifyDBInstance", modify(true));
    for _ in 0..10 {
        account.write(connection, "k", "v").unwrap();
        account.wait(Span::minutes(1));
    }
    assert!(account.rds().instance("mydb").unwrap().standby.as_ref().unwrap().ready);
    account.ok("ModifyDBInstance", modify(false));
    account.write(connection, "k", "w").unwrap();
    assert_eq!(account.rds().instance("mydb").unwrap().standby, None);
}

#[test]
fn rds_18_a_lost_zone_takes_a_single_az_instance_with_it() {
    let mut account = Account::with_mydb(json!({"AvailabilityZone": "us-east-1a"}));
    account.ok(
        "CreateDBInstanceReadReplica",
        json!({"DBInstanceIdentifier": "r", "SourceDBInstanceIdentifier": "mydb"}),
    );
    account.wait(AFTERWARDS);
    account.put("mydb", "k", "v");
    account.wait(Span::seconds(1));
    let now = account.now();
    account.rds().lose_zone(now, 0);
    account.wait(Span::days(1));
    assert_eq!(account.connect("mydb"), Err("ConnectionTimedOut".to_owned()));
    assert!(account.rds().instance("r").unwrap().replica.is_some(), "nobody promoted it");
    assert_eq!(account.read("r", "k"), some("v"), "but it still answers");
    let now = account.now();
    account.rds().restore_zone(now, 0);
    account.wait(AFTERWARDS);
    assert_eq!(account.read("mydb", "k"), some("v"));
}

#[test]
fn a_lost_zone_fails_over_to_the_other_and_a_third_gets_the_new_standby() {
    let mut account = multi_az();
    account.put("mydb", "k", "v");
    let now = account.now();
    account.rds().lose_zone(now, 0);
    account.wait(FAILOVER);
    assert_eq!(account.read("mydb", "k"), some("v"));
    account.wait(AFTERWARDS);
    let standby = account.rds().instance("mydb").unwrap().standby.clone().unwrap();
    assert_eq!((standby.az, standby.ready), (2, true));
}

#[test]
fn rds_28_one_client_too_many_is_refused_with_the_engines_error() {
    let mut account = Account::with_mydb(json!({}));
    let tries: Vec<_> = (0..200).map(|_| account.connect("mydb")).collect();
    assert_eq!(tries.iter().filter(|one| one.is_ok()).count(), 85);
    assert_eq!(tries.iter().filter(|one| **one == Err("1040".to_owned())).count(), 115);
    let first = tries[0].clone().unwrap();
    account.write(first, "k", "v").expect("the others are not disturbed");
    account.ok("Disconnect", json!({"ConnectionId": first}));
    account.connect("mydb").unwrap();

    let mut account = Account::with_mydb(json!({"Engine": "postgres"}));
    let tries: Vec<_> = (0..200).map(|_| account.connect("mydb")).collect();
    assert_eq!(tries.iter().filter(|one| **one == Err("53300".to_owned())).count(), 200 - 112);
}
