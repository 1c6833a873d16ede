//! Aurora clusters: members, endpoints, settings, storage modes, snapshots and clones.

use super::*;
use crate::services::rds::instance::pace;

#[test]
fn a_cluster_comes_first_and_then_its_instances() {
    let mut account = Account::new();
    let made = account.create_cluster("Shop", json!({"ManageMasterUserPassword": true}));
    assert_eq!(
        (&made["DBClusterIdentifier"], &made["Status"]),
        (&json!("shop"), &json!("creating"))
    );
    account.wait(AFTERWARDS);
    assert_eq!(account.cluster("shop")["Status"], "available");
    let endpoint = account.endpoint("Endpoint");
    assert_eq!(
        account.connect(&endpoint),
        Err("UnknownHost".to_owned()),
        "storage, but nobody to talk to"
    );
    account.add("w", json!({}));
    account.wait(AFTERWARDS);
    account.put(&endpoint, "k", "1");
    assert_eq!(account.read("w", "k"), some("1"));
    assert_eq!(account.cluster("shop")["DBClusterMembers"][0]["IsClusterWriter"], true);
}

#[test]
fn clusters_are_refused_what_aws_refuses() {
    let mut account = Account::with_shop(json!({}));
    let create = |id: &str| json!({"DBClusterIdentifier": id, "Engine": "aurora-mysql"});
    assert_eq!(account.refused("CreateDBCluster", create("SHOP")), "DBClusterAlreadyExistsFault");
    assert_eq!(account.refused("CreateDBCluster", create("a--b")), "InvalidParameterValue");
    let unknown = json!({"DBClusterIdentifier": "no"});
    assert_eq!(account.refused("DescribeDBClusters", unknown), "DBClusterNotFoundFault");
    let other_engine = json!({"Engine": "aurora-postgresql"});
    assert_eq!(account.try_add("p", other_engine).unwrap_err(), "InvalidParameterCombination");
    let serverless = json!({"DBInstanceClass": "db.serverless"});
    assert_eq!(account.try_add("s", serverless).unwrap_err(), "InvalidDBClusterStateFault");
    let retention = json!({"DBInstanceIdentifier": "w", "BackupRetentionPeriod": 3});
    assert_eq!(account.refused("ModifyDBInstance", retention), "InvalidParameterCombination");
    let stop = json!({"DBInstanceIdentifier": "w"});
    assert_eq!(account.refused("StopDBInstance", stop), "InvalidParameterCombination");
    let delete = json!({"DBClusterIdentifier": "shop", "SkipFinalSnapshot": true});
    assert_eq!(account.refused("DeleteDBCluster", delete.clone()), "InvalidDBClusterStateFault");
    account.ok("DeleteDBInstance", json!({"DBInstanceIdentifier": "w", "SkipFinalSnapshot": true}));
    account.ok("DeleteDBCluster", delete);
    account.wait(AFTERWARDS);
    assert_eq!(account.rds().clusters().count(), 0);
}

#[test]
fn aur_8_a_replica_copies_no_data() {
    let mut account = Account::with_shop(json!({}));
    account.put("w", "k", "1");
    account.rds().change_volume("shop", |volume| assert!(volume.grow(50_000)));
    for number in 1..=15 {
        account.add(&format!("r{number}"), json!({}));
    }
    account.wait(pace::CREATE);
    for number in 1..=15 {
        assert_eq!(
            account.status(&format!("r{number}")),
            "available",
            "as quick as for an empty one"
        );
        assert_eq!(account.read(&format!("r{number}"), "k"), some("1"));
    }
    assert_eq!(account.rds().cluster("shop").unwrap().volume().unwrap().billed_gb(), 50_000);
}

#[test]
fn aur_9_a_cluster_has_no_sixteenth_replica() {
    let mut account = Account::with_shop(json!({}));
    for number in 1..=15 {
        account.add(&format!("r{number}"), json!({}));
    }
    assert_eq!(account.try_add("r16", json!({})).unwrap_err(), "InstanceQuotaExceeded");
}

#[test]
fn aur_10_a_read_from_a_replica_is_a_little_old() {
    let mut account = Account::with_shop(json!({}));
    account.add("r", json!({}));
    account.wait(AFTERWARDS);
    account.put("w", "k", "old");
    account.wait(Span::seconds(1));
    account.put("w", "k", "new");
    account.wait(Span::millis(pace::AURORA_LAG.0 - 1));
    assert_eq!((account.read("r", "k"), account.read("w", "k")), (some("old"), some("new")));
    account.wait(Span::millis(1));
    assert_eq!(account.read("r", "k"), some("new"));
    let connection = account.connect("r").unwrap();
    assert_eq!(account.write(connection, "k", "no"), Err("1290".to_owned()));
}

#[test]
fn aur_14_the_reader_endpoint_spreads_connections_and_not_queries() {
    let mut account = Account::with_shop(json!({}));
    let readers = account.endpoint("ReaderEndpoint");
    let resolve = |account: &mut Account, name: &str| {
        account.ok("Resolve", json!({"Endpoint": name}))["Address"].as_str().unwrap().to_owned()
    };
    let writer = resolve(&mut account, "w");
    assert_eq!(resolve(&mut account, &readers), writer, "without replicas it leads to the writer");
    account.add("r1", json!({}));
    account.add("r2", json!({}));
    account.wait(AFTERWARDS);
    let connections: Vec<u64> = (0..6).map(|_| account.connect(&readers).unwrap()).collect();
    let count = |account: &mut Account, id: &str| account.rds().connections_of(id);
    assert_eq!((count(&mut account, "r1"), count(&mut account, "r2")), (3, 3));
    assert_eq!(count(&mut account, "w"), 0);
    for _ in 0..20 {
        account.ok("Execute", json!({"ConnectionId": connections[0], "Reads": ["k"]}));
    }
    assert_eq!(
        (count(&mut account, "r1"), count(&mut account, "r2")),
        (3, 3),
        "a connection stays where it is"
    );
    let now = account.now();
    assert!(account.rds().lose_instance(now, "r1"));
    let r2 = resolve(&mut account, "r2");
    assert_eq!(resolve(&mut account, &readers), r2);
    assert_eq!(resolve(&mut account, &readers), r2, "only those that answer");
}

#[test]
fn a_custom_endpoint_leads_to_its_members() {
    let mut account = Account::with_shop(json!({}));
    account.add("r1", json!({}));
    account.add("r2", json!({}));
    account.wait(AFTERWARDS);
    let made = account.ok(
        "CreateDBClusterEndpoint",
        json!({"DBClusterIdentifier": "shop", "DBClusterEndpointIdentifier": "reports",
               "EndpointType": "READER", "StaticMembers": ["r2"]}),
    );
    assert_eq!(made["CustomEndpointType"], "READER");
    let name = made["Endpoint"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        account.connect(&name).unwrap();
    }
    assert_eq!(account.rds().connections_of("r2"), 3);
    let change = json!({"DBClusterEndpointIdentifier": "reports", "EndpointType": "ANY",
                        "ExcludedMembers": ["r2"]});
    account.ok("ModifyDBClusterEndpoint", change);
    account.connect(&name).unwrap();
    account.connect(&name).unwrap();
    assert_eq!((account.rds().connections_of("w"), account.rds().connections_of("r1")), (1, 1));
    let all = account.ok("DescribeDBClusterEndpoints", json!({"DBClusterIdentifier": "shop"}));
    let kinds: Vec<_> = all["DBClusterEndpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["EndpointType"])
        .collect();
    assert_eq!(kinds, ["WRITER", "READER", "CUSTOM"]);
    account.ok("DeleteDBClusterEndpoint", json!({"DBClusterEndpointIdentifier": "reports"}));
    assert_eq!(account.connect(&name), Err("UnknownHost".to_owned()));
}

#[test]
fn aur_15_backups_cannot_be_turned_off() {
    let mut account = Account::with_shop(json!({"BackupRetentionPeriod": 35}));
    for days in [0, 36, -1] {
        let create = json!({"DBClusterIdentifier": "b", "Engine": "aurora-mysql", "BackupRetentionPeriod": days});
        assert_eq!(account.refused("CreateDBCluster", create), "InvalidParameterValue");
        let modify = json!({"DBClusterIdentifier": "shop", "BackupRetentionPeriod": days});
        assert_eq!(account.refused("ModifyDBCluster", modify), "InvalidParameterValue");
    }
    assert_eq!(account.create_cluster("c", json!({}))["BackupRetentionPeriod"], 1);
    account.wait(Span::days(2));
    let kept = account.ok("DescribeDBClusterSnapshots", json!({"DBClusterIdentifier": "shop"}));
    assert_eq!(kept["DBClusterSnapshots"][0]["SnapshotType"], "automated");
}

#[test]
fn aur_16_a_clone_is_made_at_once_and_shares_its_pages() {
    let mut account = Account::with_shop(json!({}));
    account.put("w", "k", "1");
    account.rds().change_volume("shop", |volume| assert!(volume.grow(1000)));
    let clone = json!({"SourceDBClusterIdentifier": "shop", "DBClusterIdentifier": "copy",
                       "RestoreType": "copy-on-write", "UseLatestRestorableTime": true});
    account.ok("RestoreDBClusterToPointInTime", clone);
    account.wait(pace::CLUSTER);
    let made = account.cluster("copy");
    assert_eq!(made["Status"], "available", "whatever its size");
    assert_eq!(made["CloneGroupId"], account.cluster("shop")["CloneGroupId"]);
    account.add("c", json!({"DBClusterIdentifier": "copy"}));
    account.wait(AFTERWARDS);
    account.put("c", "k", "2");
    assert_eq!((account.read("w", "k"), account.read("c", "k")), (some("1"), some("2")));
    account.rds().change_volume("copy", |volume| volume.change(5));
    let billed = |account: &mut Account, id: &str| {
        account.rds().cluster(id).unwrap().volume().unwrap().billed_gb()
    };
    assert_eq!((billed(&mut account, "shop"), billed(&mut account, "copy")), (1000, 5));
}

#[test]
fn a_restore_makes_a_cluster_without_instances() {
    let mut account = Account::with_shop(json!({}));
    account.put("w", "k", "1");
    let snapshot = json!({"DBClusterIdentifier": "shop", "DBClusterSnapshotIdentifier": "s1"});
    account.ok("CreateDBClusterSnapshot", snapshot.clone());
    assert_eq!(
        account.refused("CreateDBClusterSnapshot", snapshot),
        "DBClusterSnapshotAlreadyExistsFault"
    );
    account.wait(Span::minutes(10));
    let before = account.now().unix_seconds();
    account.wait(Span::minutes(1));
    account.put("w", "k", "2");
    account.wait(Span::minutes(10));
    account.ok(
        "RestoreDBClusterToPointInTime",
        json!({"SourceDBClusterIdentifier": "shop",
        "DBClusterIdentifier": "then", "RestoreToTime": before}),
    );
    account.ok(
        "RestoreDBClusterFromSnapshot",
        json!({"SnapshotIdentifier": "s1", "Engine": "aurora-mysql",
        "DBClusterIdentifier": "from-s1"}),
    );
    account.wait(AFTERWARDS);
    for id in ["then", "from-s1"] {
        assert_eq!(
            account.cluster(id)["DBClusterMembers"],
            json!([]),
            "instances are added by hand"
        );
        account.add(&format!("{id}-w"), json!({"DBClusterIdentifier": id}));
    }
    account.wait(AFTERWARDS);
    assert_eq!(account.read("then-w", "k"), some("1"));
    assert_eq!(account.read("from-s1-w", "k"), some("1"));
    assert_eq!(account.read("w", "k"), some("2"), "the source is as it was");
    let future = json!({"SourceDBClusterIdentifier": "shop", "DBClusterIdentifier": "x",
                        "RestoreToTime": before + 86_400.0});
    assert_eq!(account.refused("RestoreDBClusterToPointInTime", future), "InvalidParameterValue");
}

#[test]
fn aur_21_a_cluster_is_switched_to_io_optimized_once_in_thirty_days() {
    let mut account = Account::with_shop(json!({}));
    let switch = |account: &mut Account, kind: &str| {
        let asked =
            json!({"DBClusterIdentifier": "shop", "StorageType": kind, "ApplyImmediately": true});
        let answer = account
            .call("ModifyDBCluster", asked)
            .map(|answer| answer["DBCluster"]["StorageType"].clone());
        account.wait(AFTERWARDS);
        answer
    };
    assert_eq!(switch(&mut account, "aurora-iopt1"), Ok(json!("aurora-iopt1")));
    assert_eq!(switch(&mut account, "aurora"), Ok(json!("aurora")), "back at once");
    assert_eq!(switch(&mut account, "aurora-iopt1"), Err("InvalidDBClusterStateFault".to_owned()));
    assert!(account.cluster("shop")["IOOptimizedNextAllowedModificationTime"].is_number());
    account.wait(Span::days(30));
    assert_eq!(switch(&mut account, "aurora-iopt1"), Ok(json!("aurora-iopt1")));
}

#[test]
fn a_stopped_cluster_stops_its_members_and_starts_again_after_seven_days() {
    let mut account = Account::with_shop(json!({}));
    account.ok("StopDBCluster", json!({"DBClusterIdentifier": "shop"}));
    account.wait(AFTERWARDS);
    assert_eq!(account.cluster("shop")["Status"], "stopped");
    assert_eq!(
        (account.status("w"), account.connect("w")),
        ("stopped".to_owned(), Err("ConnectionTimedOut".to_owned()))
    );
    account.wait(Span::days(7));
    assert_eq!(
        (account.cluster("shop")["Status"].clone(), account.status("w")),
        (json!("available"), "available".to_owned())
    );
}
