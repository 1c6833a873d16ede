//! Backtrack.

use super::*;

fn seconds_ago(account: &Account, seconds: u64) -> Json {
    json!(account.now().unix_seconds() - seconds as f64)
}

#[test]
fn aur_17_backtrack_rewinds_the_same_cluster() {
    let mut account = Account::with_shop(json!({"BacktrackWindow": 259_200}));
    account.put("w", "k", "good");
    account.wait(Span::minutes(10));
    account.put("w", "k", "bad");
    let endpoint = account.endpoint("Endpoint");
    let open = account.connect(&endpoint).unwrap();
    let to = json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 60)});
    account.ok("BacktrackDBCluster", to);
    assert_eq!(account.cluster("shop")["Status"], "backtracking");
    assert_eq!(account.write(open, "k", "no"), Err("ConnectionLost".to_owned()), "a brief outage");
    account.wait(AFTERWARDS);
    assert_eq!(account.endpoint("Endpoint"), endpoint, "no new endpoint");
    assert_eq!(account.read("w", "k"), some("good"));
    assert_eq!(account.rds().clusters().count(), 1, "and no new cluster");
    let forward =
        json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 15 * 60 + 1)});
    account.ok("BacktrackDBCluster", forward);
    account.wait(AFTERWARDS);
    assert_eq!(account.read("w", "k"), some("good"), "a second before the change");
    let done = account.ok("DescribeDBClusterBacktracks", json!({"DBClusterIdentifier": "shop"}));
    assert_eq!(done["DBClusterBacktracks"].as_array().unwrap().len(), 2);
    assert_eq!(done["DBClusterBacktracks"][0]["Status"], "completed");
}

#[test]
fn aur_17_a_backtrack_can_be_undone_by_another_one() {
    let mut account = Account::with_shop(json!({"BacktrackWindow": 86_400}));
    account.put("w", "k", "1");
    account.wait(Span::minutes(5));
    account.put("w", "k", "2");
    account.wait(Span::minutes(1));
    account.ok(
        "BacktrackDBCluster",
        json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 120)}),
    );
    account.wait(Span::minutes(5));
    assert_eq!(account.read("w", "k"), some("1"));
    account.ok(
        "BacktrackDBCluster",
        json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 301)}),
    );
    account.wait(Span::minutes(5));
    assert_eq!(account.read("w", "k"), some("2"), "as it was just before the first one");
}

#[test]
fn aur_17_backtrack_is_for_mysql_and_72_hours_at_most() {
    let mut account = Account::with_shop(json!({}));
    let create = |engine: &str, window: i64| {
        json!({"DBClusterIdentifier": format!("c{window}-{engine}"),
        "Engine": engine, "BacktrackWindow": window})
    };
    account.ok("CreateDBCluster", create("aurora-mysql", 259_200));
    assert_eq!(
        account.refused("CreateDBCluster", create("aurora-mysql", 259_201)),
        "InvalidParameterValue"
    );
    assert_eq!(
        account.refused("CreateDBCluster", create("aurora-postgresql", 3600)),
        "InvalidParameterCombination"
    );
    let rewind = json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 60)});
    assert_eq!(
        account.refused("BacktrackDBCluster", rewind),
        "InvalidDBClusterStateFault",
        "never enabled"
    );
    let enable = json!({"DBClusterIdentifier": "shop", "BacktrackWindow": 3600});
    assert_eq!(account.refused("ModifyDBCluster", enable), "InvalidParameterCombination");
}

#[test]
fn aur_17_only_what_lies_in_the_window_can_be_rewound_to() {
    let mut account = Account::with_shop(json!({"BacktrackWindow": 3600}));
    account.wait(Span::hours(5));
    let mut rewind =
        json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 3601)});
    assert_eq!(account.refused("BacktrackDBCluster", rewind.clone()), "InvalidParameterValue");
    let future =
        json!({"DBClusterIdentifier": "shop", "BacktrackTo": account.now().unix_seconds() + 60.0});
    assert_eq!(account.refused("BacktrackDBCluster", future), "InvalidParameterValue");
    rewind["UseEarliestTimeOnPointInTimeUnavailable"] = json!(true);
    account.ok("BacktrackDBCluster", rewind);
}

#[test]
fn a_restore_to_a_moment_that_was_rewound_brings_back_what_was_there() {
    let mut account = Account::with_shop(json!({"BacktrackWindow": 86_400}));
    account.put("w", "k", "1");
    account.wait(Span::minutes(5));
    account.put("w", "k", "2");
    account.wait(Span::minutes(1));
    let then = account.now().unix_seconds();
    account.wait(Span::minutes(1));
    account.ok(
        "BacktrackDBCluster",
        json!({"DBClusterIdentifier": "shop", "BacktrackTo": seconds_ago(&account, 240)}),
    );
    account.wait(AFTERWARDS);
    assert_eq!(account.read("w", "k"), some("1"));
    account.ok(
        "RestoreDBClusterToPointInTime",
        json!({"SourceDBClusterIdentifier": "shop",
        "DBClusterIdentifier": "old", "RestoreToTime": then}),
    );
    account.wait(AFTERWARDS);
    account.add("o", json!({"DBClusterIdentifier": "old"}));
    account.wait(AFTERWARDS);
    assert_eq!(account.read("o", "k"), some("2"));
}
