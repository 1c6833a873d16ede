//! Making, naming, changing and deleting instances.

use super::*;

#[test]
fn rds_1_an_instance_is_made_backed_up_and_then_available() {
    let mut account = Account::new();
    account.create("mydb", json!({}));
    assert_eq!(account.status("mydb"), "creating");
    let snapshot = json!({"DBInstanceIdentifier": "mydb", "DBSnapshotIdentifier": "early"});
    assert_eq!(account.refused("CreateDBSnapshot", snapshot.clone()), "InvalidDBInstanceState");
    assert!(account.connect("mydb").is_err(), "nothing answers yet");
    account.wait(Span::minutes(5));
    assert_eq!(account.status("mydb"), "backing-up");
    account.wait(Span::minutes(2));
    assert_eq!(account.status("mydb"), "available");
    account.ok("CreateDBSnapshot", snapshot);
    account.create("bare", json!({"BackupRetentionPeriod": 0}));
    account.wait(Span::minutes(5));
    assert_eq!(account.status("bare"), "available", "nothing to back up");
}

#[test]
fn rds_2_names_are_taken_in_whatever_case() {
    let mut account = Account::with_mydb(json!({}));
    assert_eq!(account.try_create("MyDB", json!({})), Err("DBInstanceAlreadyExists".to_owned()));
    let unknown = json!({"DBInstanceIdentifier": "other"});
    for name in ["DescribeDBInstances", "StopDBInstance", "RebootDBInstance", "ModifyDBInstance"] {
        assert_eq!(account.refused(name, unknown.clone()), "DBInstanceNotFound");
    }
    assert_eq!(account.describe("MYDB")["DBInstanceIdentifier"], "mydb");
}

#[test]
fn rds_3_identifiers_are_checked_and_kept_in_lower_case() {
    let mut account = Account::new();
    let (long, longer) = ("a".repeat(63), "a".repeat(64));
    for bad in ["my--db", "1db", "db-", &longer, "", "db_1", "디비"] {
        assert_eq!(
            account.try_create(bad, json!({})),
            Err("InvalidParameterValue".to_owned()),
            "{bad}"
        );
    }
    for good in ["a", &long, "MyDb"] {
        let made = account.create(good, json!({}));
        assert_eq!(made["DBInstance"]["DBInstanceIdentifier"], good.to_lowercase());
    }
}

#[test]
fn rds_10_deleting_says_what_becomes_of_the_data() {
    let mut account = Account::with_mydb(json!({"DeletionProtection": true}));
    let id = "mydb";
    let skip = json!({"DBInstanceIdentifier": id, "SkipFinalSnapshot": true});
    assert_eq!(account.refused("DeleteDBInstance", skip.clone()), "InvalidParameterCombination");
    account
        .ok("ModifyDBInstance", json!({"DBInstanceIdentifier": id, "DeletionProtection": false}));
    for wrong in [
        json!({"DBInstanceIdentifier": id}),
        json!({"DBInstanceIdentifier": id, "SkipFinalSnapshot": true, "FinalDBSnapshotIdentifier": "last"}),
    ] {
        assert_eq!(account.refused("DeleteDBInstance", wrong), "InvalidParameterCombination");
    }
    account.ok("DeleteDBInstance", skip);
    assert_eq!(account.status(id), "deleting");
    account.wait(AFTERWARDS);
    assert!(account.call("DescribeDBInstances", json!({"DBInstanceIdentifier": id})).is_err());
}

#[test]
fn rds_26_storage_grows_by_a_tenth_at_least_and_never_shrinks() {
    let mut account = Account::with_mydb(json!({"AllocatedStorage": 100}));
    let modify = |gib: i64| json!({"DBInstanceIdentifier": "mydb", "AllocatedStorage": gib, "ApplyImmediately": true});
    assert_eq!(account.refused("ModifyDBInstance", modify(90)), "InvalidParameterValue");
    assert_eq!(account.refused("ModifyDBInstance", modify(i64::MAX)), "InvalidParameterValue");
    let grown = account.ok("ModifyDBInstance", modify(105));
    assert_eq!(grown["DBInstance"]["AllocatedStorage"], 110);
    account.wait(AFTERWARDS);
    let grown = account.ok("ModifyDBInstance", modify(200));
    assert_eq!(grown["DBInstance"]["AllocatedStorage"], 200);
}

#[test]
fn rds_30_enhanced_monitoring_knows_seven_intervals_and_wants_a_role() {
    let mut account = Account::new();
    for interval in [-1, 2, 20, 61] {
        let asked =
            json!({"MonitoringInterval": interval, "MonitoringRoleArn": "arn:aws:iam::1:role/r"});
        assert!(account.try_create("m", asked).is_err(), "{interval}");
    }
    assert!(account.try_create("m", json!({"MonitoringInterval": 60})).is_err(), "without a role");
    for interval in [0, 1, 5, 10, 15, 30, 60] {
        let asked =
            json!({"MonitoringInterval": interval, "MonitoringRoleArn": "arn:aws:iam::1:role/r"});
        account.create(&format!("m{interval}"), asked);
    }
}

#[test]
fn a_change_waits_for_the_maintenance_window_unless_told_otherwise() {
    let mut account = Account::with_mydb(json!({}));
    account.ok(
        "ModifyDBInstance",
        json!({"DBInstanceIdentifier": "mydb", "DBInstanceClass": "db.t4g.small"}),
    );
    account.wait(AFTERWARDS);
    assert_eq!(account.describe("mydb")["DBInstanceClass"], "db.t4g.micro");
    account.wait(Span::days(7));
    assert_eq!(account.describe("mydb")["DBInstanceClass"], "db.t4g.small");
}

#[test]
fn a_stopped_instance_is_started_again_after_seven_days() {
    let mut account = Account::with_mydb(json!({}));
    account.put("mydb", "k", "v");
    let id = json!({"DBInstanceIdentifier": "mydb"});
    account.ok("StopDBInstance", id.clone());
    assert_eq!(account.status("mydb"), "stopping");
    account.wait(AFTERWARDS);
    assert_eq!(account.status("mydb"), "stopped");
    assert!(account.connect("mydb").is_err());
    account.ok("StartDBInstance", id.clone());
    account.wait(AFTERWARDS);
    assert_eq!(account.read("mydb", "k"), some("v"));
    account.ok("StopDBInstance", id);
    account.wait(Span::days(7));
    assert_eq!(account.status("mydb"), "stopped", "not yet: it became stopped a minute later");
    account.wait(AFTERWARDS);
    assert_eq!(account.status("mydb"), "available");
}

#[test]
fn a_full_volume_can_be_read_and_grown_but_not_written_to() {
    let mut account = Account::with_mydb(json!({}));
    account.put("mydb", "x", "1");
    let now = account.now();
    account.rds().fill_storage(now, "mydb");
    assert_eq!(account.status("mydb"), "storage-full");
    assert_eq!(account.read("mydb", "x"), some("1"));
    let connection = account.connect("mydb").unwrap();
    assert_eq!(account.write(connection, "x", "2"), Err("StorageFull".to_owned()));
    let grow =
        json!({"DBInstanceIdentifier": "mydb", "AllocatedStorage": 30, "ApplyImmediately": true});
    account.ok("ModifyDBInstance", grow);
    account.wait(AFTERWARDS);
    assert_eq!(account.status("mydb"), "available");
    assert_eq!(account.write(connection, "x", "2"), Ok(()));
}

#[test]
fn what_a_scene_begins_with_is_made_at_once() {
    let mut account = Account::new();
    account.create("mydb", json!({"MultiAZ": true}));
    let now = account.now();
    account.rds().finish_making(now);
    assert_eq!(account.status("mydb"), "available");
    assert!(account.rds().instance("mydb").unwrap().standby.as_ref().unwrap().ready);
    assert!(account.rds().snapshots().all(|(_, snapshot)| snapshot.available));
    assert_eq!(account.now(), now);
}
