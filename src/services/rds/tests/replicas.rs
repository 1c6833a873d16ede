//! Read replicas.

use super::*;

fn with_replica(more: Json) -> Account {
    let mut account = Account::with_mydb(more);
    account.ok("CreateDBInstanceReadReplica", replica("r"));
    account.wait(AFTERWARDS);
    account
}

fn replica(id: &str) -> Json {
    json!({"DBInstanceIdentifier": id, "SourceDBInstanceIdentifier": "mydb"})
}

#[test]
fn rds_19_a_replica_shows_a_commit_when_its_lag_is_over() {
    let mut account = with_replica(json!({}));
    let now = account.now();
    account.rds().pace_replica(now, "r", Span::seconds(2), None);
    account.put("mydb", "k", "new");
    assert_eq!(account.read("mydb", "k"), some("new"), "the source shows it at once");
    account.wait(Span::millis(1_999));
    assert_eq!(account.read("r", "k"), Ok(None));
    account.wait(Span::millis(1));
    assert_eq!(account.read("r", "k"), some("new"));
}

#[test]
fn rds_20_a_backlog_grows_while_more_is_written_than_applied() {
    let mut account = with_replica(json!({}));
    let now = account.now();
    account.rds().pace_replica(now, "r", Span::ZERO, Some(80));
    let connection = account.connect("mydb").unwrap();
    for number in 0..6000 {
        account.write(connection, "k", &number.to_string()).unwrap();
        account.wait(Span::millis(10));
    }
    let now = account.now();
    assert_eq!(account.rds().replica_lag(now, "r").unwrap().0, 1200);
    account.wait(Span::millis(14_987));
    let now = account.now();
    assert_eq!(account.rds().replica_lag(now, "r").unwrap().0, 1 + 1);
    account.wait(Span::millis(13));
    let now = account.now();
    assert_eq!(account.rds().replica_lag(now, "r"), Some((0, Span::ZERO)));
}

#[test]
fn rds_21_a_replica_cannot_be_written_to() {
    for (engine, code) in [("mysql", "1290"), ("postgres", "25006")] {
        let mut account = with_replica(json!({"Engine": engine}));
        let connection = account.connect("r").unwrap();
        assert_eq!(account.write(connection, "k", "v"), Err(code.to_owned()));
    }
}

#[test]
fn rds_22_a_promoted_replica_stands_alone_without_what_it_had_not_applied() {
    let mut account = with_replica(json!({}));
    let now = account.now();
    account.rds().pace_replica(now, "r", Span::seconds(5), None);
    account.put("mydb", "early", "v");
    account.wait(Span::seconds(5));
    account.put("mydb", "late", "v");
    account.wait(Span::seconds(1));
    let promote = json!({"DBInstanceIdentifier": "r"});
    account.ok("PromoteReadReplica", promote.clone());
    account.wait(AFTERWARDS);
    account.put("mydb", "later", "v");
    account.wait(AFTERWARDS);
    assert_eq!(account.read("r", "early"), some("v"));
    assert_eq!(account.read("r", "late"), Ok(None));
    assert_eq!(account.read("r", "later"), Ok(None));
    account.put("r", "own", "v");
    assert_eq!(account.read("mydb", "own"), Ok(None));
    assert_ne!(account.describe("r")["Endpoint"], account.describe("mydb")["Endpoint"]);
    assert_eq!(account.refused("PromoteReadReplica", promote), "InvalidDBInstanceState");
}

#[test]
fn rds_23_a_source_has_as_many_replicas_as_its_engine_allows() {
    for (engine, most) in [("mysql", 15), ("postgres", 15), ("sqlserver-se", 5), ("db2-se", 3)] {
        let mut account = Account::with_mydb(json!({"Engine": engine}));
        for number in 0..most {
            account.ok("CreateDBInstanceReadReplica", replica(&format!("r{number}")));
        }
        let one_more = account.call("CreateDBInstanceReadReplica", replica("one-more"));
        assert_eq!(one_more, Err("InstanceQuotaExceeded".to_owned()), "{engine}");
    }
}

#[test]
fn rds_24_replicas_outlive_their_source() {
    let mut account = with_replica(json!({}));
    account.put("mydb", "k", "v");
    account.wait(Span::seconds(1));
    account
        .ok("DeleteDBInstance", json!({"DBInstanceIdentifier": "mydb", "SkipFinalSnapshot": true}));
    account.wait(AFTERWARDS);
    assert_eq!(account.describe("r")["ReadReplicaSourceDBInstanceIdentifier"], Json::Null);
    assert_eq!(account.read("r", "k"), some("v"));
    account.put("r", "k", "w");
    assert_eq!(account.read("r", "k"), some("w"));
}

#[test]
fn a_replica_follows_its_source_through_a_failover() {
    let mut account = with_replica(json!({"MultiAZ": true}));
    account.put("mydb", "k", "v");
    let now = account.now();
    account.rds().lose_instance(now, "mydb");
    account.wait(AFTERWARDS);
    account.put("mydb", "k", "w");
    account.wait(Span::seconds(1));
    assert_eq!(account.read("r", "k"), some("w"));
}
