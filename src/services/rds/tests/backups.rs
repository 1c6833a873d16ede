//! Snapshots and restores.

use super::*;

fn restore(target: &str, second: u64) -> Json {
    let time = Time::START + Span::seconds(second);
    json!({"SourceDBInstanceIdentifier": "mydb", "TargetDBInstanceIdentifier": target,
           "RestoreTime": time.unix_seconds()})
}

#[test]
fn rds_4_backups_are_kept_for_0_to_35_days_and_0_means_none() {
    let mut account = Account::new();
    for days in [36, -1] {
        let made = account.try_create("mydb", json!({"BackupRetentionPeriod": days}));
        assert_eq!(made, Err("InvalidParameterValue".to_owned()));
    }
    let mut account = Account::with_mydb(json!({"BackupRetentionPeriod": 0}));
    assert_eq!(
        account.refused("RestoreDBInstanceToPointInTime", restore("copy", 0)),
        "PointInTimeRestoreNotEnabled"
    );
    let replica = json!({"DBInstanceIdentifier": "r", "SourceDBInstanceIdentifier": "mydb"});
    assert_eq!(account.refused("CreateDBInstanceReadReplica", replica), "InvalidDBInstanceState");
    account.ok(
        "ModifyDBInstance",
        json!({"DBInstanceIdentifier": "mydb", "BackupRetentionPeriod": 1, "ApplyImmediately": true}),
    );
    assert_eq!(account.status("mydb"), "rebooting", "from nothing to something is an outage");
}

#[test]
fn rds_5_restores_reach_from_the_oldest_backup_to_the_last_stored_log() {
    let mut account = Account::with_mydb(json!({}));
    account.until(1_199);
    let latest = account.describe("mydb")["LatestRestorableTime"].as_f64().unwrap();
    assert_eq!(latest, (Time::START + Span::seconds(900)).unix_seconds());
    let outside = "InvalidParameterValue";
    for second in [901, 1_199, 5_000, 299, 0] {
        let asked = restore("copy", second);
        assert_eq!(account.refused("RestoreDBInstanceToPointInTime", asked), outside, "{second}");
    }
    account.ok("RestoreDBInstanceToPointInTime", restore("from-the-start", 300));
    account.ok("RestoreDBInstanceToPointInTime", restore("to-the-end", 900));
    account.wait(Span::days(2));
    assert_eq!(account.refused("RestoreDBInstanceToPointInTime", restore("copy", 900)), outside);
}

#[test]
fn rds_6_a_restore_is_told_exactly_one_time() {
    let mut account = Account::with_mydb(json!({}));
    let mut both = restore("copy", 600);
    both["UseLatestRestorableTime"] = json!(true);
    let neither =
        json!({"SourceDBInstanceIdentifier": "mydb", "TargetDBInstanceIdentifier": "copy"});
    for wrong in [both, neither.clone()] {
        let refused = account.refused("RestoreDBInstanceToPointInTime", wrong);
        assert_eq!(refused, "InvalidParameterCombination");
    }
    let mut latest = neither;
    latest["UseLatestRestorableTime"] = json!(true);
    account.ok("RestoreDBInstanceToPointInTime", latest);
}

#[test]
fn rds_7_a_point_in_time_is_a_second() {
    let mut account = Account::with_mydb(json!({}));
    account.until(1000);
    account.put("mydb", "early", "1");
    account.until(1002);
    account.put("mydb", "late", "1");
    account.until(1300);
    account.ok("RestoreDBInstanceToPointInTime", restore("copy", 1001));
    account.wait(AFTERWARDS);
    assert_eq!(account.read("copy", "early"), some("1"));
    assert_eq!(account.read("copy", "late"), Ok(None));
}

#[test]
fn rds_8_every_restore_is_a_new_instance() {
    let mut account = Account::with_mydb(
        json!({"MultiAZ": true, "DBParameterGroupName": "mine", "VpcSecurityGroupIds": ["sg-1"]}),
    );
    account.put("mydb", "k", "old");
    account.ok(
        "CreateDBSnapshot",
        json!({"DBInstanceIdentifier": "mydb", "DBSnapshotIdentifier": "s"}),
    );
    let asked = |id: &str| json!({"DBInstanceIdentifier": id, "DBSnapshotIdentifier": "s"});
    assert_eq!(
        account.refused("RestoreDBInstanceFromDBSnapshot", asked("copy")),
        "InvalidDBSnapshotState",
        "not available yet"
    );
    account.wait(AFTERWARDS);
    account.put("mydb", "k", "new");
    assert_eq!(
        account.refused("RestoreDBInstanceFromDBSnapshot", asked("mydb")),
        "DBInstanceAlreadyExists"
    );
    account.ok("RestoreDBInstanceFromDBSnapshot", asked("copy"));
    account.wait(AFTERWARDS);
    assert_eq!(account.read("copy", "k"), some("old"));
    assert_eq!(account.read("mydb", "k"), some("new"), "the source is left alone");
    let copy = account.describe("copy");
    assert_eq!(copy["MultiAZ"], false);
    assert_eq!(copy["DBParameterGroups"][0]["DBParameterGroupName"], "default.mysql");
    assert_eq!(copy["VpcSecurityGroups"][0]["VpcSecurityGroupId"], "default");
    assert_ne!(copy["Endpoint"], account.describe("mydb")["Endpoint"]);
}

#[test]
fn rds_9_manual_snapshots_survive_and_automated_backups_only_when_told() {
    for keep in [false, true] {
        let mut account = Account::with_mydb(json!({}));
        account.put("mydb", "k", "v");
        account.ok(
            "CreateDBSnapshot",
            json!({"DBInstanceIdentifier": "mydb", "DBSnapshotIdentifier": "s"}),
        );
        account.wait(AFTERWARDS);
        let resource = account.describe("mydb")["DbiResourceId"].clone();
        account.ok(
            "DeleteDBInstance",
            json!({"DBInstanceIdentifier": "mydb", "SkipFinalSnapshot": true, "DeleteAutomatedBackups": !keep}),
        );
        account.wait(AFTERWARDS);
        let left = account.ok("DescribeDBSnapshots", json!({}));
        let left = left["DBSnapshots"].as_array().unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0]["SnapshotType"], "manual");
        let restored = account.call(
            "RestoreDBInstanceToPointInTime",
            json!({"SourceDbiResourceId": resource, "TargetDBInstanceIdentifier": "copy",
                   "UseLatestRestorableTime": true}),
        );
        if keep {
            account.wait(AFTERWARDS);
            assert_eq!(account.read("copy", "k"), some("v"));
        } else {
            assert_eq!(restored, Err("DBInstanceAutomatedBackupNotFound".to_owned()));
        }
    }
}

#[test]
fn rds_11_there_are_a_hundred_manual_snapshots() {
    let mut account = Account::with_mydb(json!({}));
    let snapshot = |number: u32| json!({"DBInstanceIdentifier": "mydb", "DBSnapshotIdentifier": format!("s{number}")});
    for number in 1..=100 {
        account.ok("CreateDBSnapshot", snapshot(number));
    }
    assert_eq!(account.refused("CreateDBSnapshot", snapshot(101)), "SnapshotQuotaExceeded");
    assert_eq!(account.refused("CreateDBSnapshot", snapshot(7)), "DBSnapshotAlreadyExists");
    account.wait(Span::days(1));
    let automated = account.ok("DescribeDBSnapshots", json!({"SnapshotType": "automated"}));
    assert!(!automated["DBSnapshots"].as_array().unwrap().is_empty(), "these do not count");
    account.ok("DeleteDBSnapshot", json!({"DBSnapshotIdentifier": "s1"}));
    account.ok("CreateDBSnapshot", snapshot(101));
}

#[test]
fn a_snapshot_is_copied_and_unknown_ones_are_told() {
    let mut account = Account::with_mydb(json!({}));
    account.ok(
        "CreateDBSnapshot",
        json!({"DBInstanceIdentifier": "mydb", "DBSnapshotIdentifier": "s"}),
    );
    account.wait(AFTERWARDS);
    let copy = json!({"SourceDBSnapshotIdentifier": "s", "TargetDBSnapshotIdentifier": "t"});
    account.ok("CopyDBSnapshot", copy.clone());
    assert_eq!(account.refused("CopyDBSnapshot", copy), "DBSnapshotAlreadyExists");
    let unknown = json!({"DBSnapshotIdentifier": "u"});
    assert_eq!(account.refused("DeleteDBSnapshot", unknown.clone()), "DBSnapshotNotFound");
    assert_eq!(account.refused("DescribeDBSnapshots", unknown), "DBSnapshotNotFound");
}
