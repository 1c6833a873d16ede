//! Proxies: lending, waiting, pinning.

use super::*;
use crate::services::world::Response;
use crate::services::{LateAnswer, Ticket};

/// Clients of a proxy in front of `mydb`, with what has come of their transactions.
struct Crowd {
    account: Account,
    clients: Vec<u64>,
    answers: Vec<LateAnswer<Response>>,
}

const ENDPOINT: &str = "shop.proxy-c0awslearn.us-east-1.rds.amazonaws.com";

impl Crowd {
    fn new(clients: usize, pool: Json) -> Crowd {
        Crowd::before(Account::with_mydb(json!({})), clients, pool)
    }

    fn before(mut account: Account, clients: usize, pool: Json) -> Crowd {
        account.ok(
            "CreateDBProxy",
            json!({"DBProxyName": "shop", "EngineFamily": "MYSQL", "RoleArn": "arn:aws:iam::1:role/shop",
                   "VpcSubnetIds": ["subnet-a", "subnet-b"]}),
        );
        account.ok(
            "RegisterDBProxyTargets",
            json!({"DBProxyName": "shop", "DBInstanceIdentifiers": ["mydb"]}),
        );
        account.ok(
            "ModifyDBProxyTargetGroup",
            json!({"DBProxyName": "shop", "TargetGroupName": "default", "ConnectionPoolConfig": pool}),
        );
        account.wait(AFTERWARDS);
        let clients = (0..clients).map(|_| account.connect(ENDPOINT).unwrap()).collect();
        Crowd { account, clients, answers: Vec::new() }
    }

    /// One transaction of so many milliseconds for each client, all at once.
    fn all(&mut self, millis: u64, pins: bool) -> Vec<Option<Ticket>> {
        let clients = self.clients.clone();
        clients.into_iter().map(|client| self.one(client, millis, pins)).collect()
    }

    fn one(&mut self, client: u64, millis: u64, pins: bool) -> Option<Ticket> {
        let execute = json!({"ConnectionId": client, "Writes": {"x": client.to_string()},
                             "Millis": millis, "PinsSession": pins});
        let operation = Operation::from_json(ServiceId::Rds, "Execute", execute).unwrap();
        match self.account.world.call(self.account.world.now(), operation) {
            Answer::Later(ticket) => Some(ticket),
            Answer::Now(result) => {
                result.unwrap();
                None
            }
        }
    }

    fn wait(&mut self, span: Span) {
        let until = self.account.now() + span;
        while let Some(at) = self.account.world.next_wakeup().filter(|at| *at <= until) {
            self.answers.extend(self.account.world.advance(at));
        }
        self.answers.extend(self.account.world.advance(until));
    }

    fn succeeded(&self) -> usize {
        self.answers.iter().filter(|answer| answer.result.is_ok()).count()
    }

    fn codes(&self) -> Vec<String> {
        let errors = self.answers.iter().filter_map(|answer| answer.result.as_ref().err());
        let mut codes: Vec<String> = errors.map(|error| error.code.to_string()).collect();
        codes.dedup();
        codes
    }

    fn proxy(&self) -> &crate::services::rds::proxy::Proxy {
        self.account.world.rds.proxy("shop").unwrap()
    }
}

#[test]
fn rds_29_at_most_85_transactions_run_at_once_and_the_rest_wait_their_turn() {
    let mut crowd = Crowd::new(200, json!({}));
    assert_eq!(crowd.proxy().clients().len(), 200);
    assert_eq!(crowd.account.rds().connections_of("mydb"), 0, "idle clients hold nothing");
    crowd.all(1_000, false);
    assert_eq!((crowd.proxy().borrowed(), crowd.proxy().queue().len()), (85, 115));
    assert_eq!(crowd.account.rds().connections_of("mydb"), 85);
    crowd.wait(Span::millis(999));
    assert_eq!(crowd.succeeded(), 0);
    crowd.wait(Span::seconds(2) + Span::millis(1));
    assert_eq!((crowd.succeeded(), crowd.codes().len()), (200, 0));
    assert_eq!(crowd.proxy().queue().len(), 0);
    let idle = crowd.account.rds().connections_of("mydb");
    assert_eq!(idle, 42, "half of them may stand idle");
}

#[test]
fn rds_29_the_whole_storm_takes_as_many_rounds_as_the_pool_needs() {
    let account = Account::with_mydb(json!({}));
    let mut crowd = Crowd::before(account, 1_000, json!({}));
    let start = crowd.account.now();
    crowd.account.rds().set_max_connections("mydb", Some(90));
    crowd.all(20, false);
    crowd.wait(Span::seconds(1));
    assert_eq!(crowd.succeeded(), 1_000);
    let last = crowd.answers.iter().map(|answer| answer.at).max().unwrap();
    assert_eq!(last.since(start), Span::millis(240));
}

#[test]
fn rds_29_who_waits_longer_than_the_borrow_timeout_fails_and_just_as_long_does_not() {
    let mut crowd = Crowd::new(1_000, json!({"ConnectionBorrowTimeout": 10}));
    crowd.account.rds().set_max_connections("mydb", Some(90));
    crowd.all(2_000, false);
    crowd.wait(Span::minutes(2));
    // The sixth round begins after exactly 10 s.
    assert_eq!(crowd.succeeded(), 540);
    assert_eq!(crowd.codes(), ["9501"]);
    assert_eq!(crowd.answers.len(), 1_000);
}

#[test]
fn rds_29_a_pinned_client_keeps_its_connection_until_it_leaves() {
    let mut crowd = Crowd::new(100, json!({"ConnectionBorrowTimeout": 5}));
    crowd.all(100, true);
    crowd.wait(Span::seconds(10));
    assert_eq!(crowd.succeeded(), 85);
    assert_eq!(crowd.codes(), ["9501"], "nobody ever gives one back");
    assert_eq!((crowd.proxy().pinned(), crowd.proxy().borrowed()), (85, 85));
    let last = *crowd.clients.last().unwrap();
    let waits = crowd.one(last, 100, false);
    assert!(waits.is_some());
    let first = crowd.clients[0];
    crowd.account.ok("Disconnect", json!({"ConnectionId": first}));
    crowd.wait(Span::seconds(1));
    assert_eq!(crowd.succeeded(), 86, "one left, one was served");
    assert_eq!(crowd.proxy().pinned(), 84);
}

#[test]
fn rds_29_the_pool_is_a_part_of_max_connections_rounded_down() {
    let mut crowd = Crowd::new(1, json!({"MaxConnectionsPercent": 95}));
    for (most, percent, limit) in [(1_000, 95, 950), (630, 90, 567), (4_000, 50, 2_000)] {
        crowd.account.rds().set_max_connections("mydb", Some(most));
        let group = json!({"DBProxyName": "shop", "TargetGroupName": "default",
                           "ConnectionPoolConfig": {"MaxConnectionsPercent": percent}});
        let changed = crowd.account.ok("ModifyDBProxyTargetGroup", group);
        let idle = &changed["DBProxyTargetGroup"]["ConnectionPoolConfig"];
        assert_eq!(idle["MaxIdleConnectionsPercent"], percent / 2);
        assert_eq!(crowd.account.rds().pool_limit("shop"), limit);
    }
}

#[test]
fn rds_29_settings_out_of_range_are_refused() {
    let mut crowd = Crowd::new(0, json!({}));
    for (pool, code) in [
        (json!({"MaxConnectionsPercent": 0}), "InvalidParameterValue"),
        (json!({"MaxConnectionsPercent": 101}), "InvalidParameterValue"),
        (json!({"MaxIdleConnectionsPercent": 10}), "InvalidParameterCombination"),
        (
            json!({"MaxConnectionsPercent": 50, "MaxIdleConnectionsPercent": 51}),
            "InvalidParameterValue",
        ),
        (json!({"ConnectionBorrowTimeout": 301}), "InvalidParameterValue"),
    ] {
        let group = json!({"DBProxyName": "shop", "TargetGroupName": "default",
                           "ConnectionPoolConfig": pool});
        assert_eq!(crowd.account.refused("ModifyDBProxyTargetGroup", group), code);
    }
    let named = |name: &str| json!({"DBProxyName": name, "TargetGroupName": "default"});
    let account = &mut crowd.account;
    assert_eq!(account.refused("DescribeDBProxyTargets", named("no")), "DBProxyNotFoundFault");
    let other = json!({"DBProxyName": "shop", "TargetGroupName": "other"});
    assert_eq!(account.refused("DescribeDBProxyTargets", other), "DBProxyTargetGroupNotFoundFault");
    let again = json!({"DBProxyName": "shop", "DBInstanceIdentifiers": ["mydb"]});
    let code = account.refused("RegisterDBProxyTargets", again);
    assert_eq!(code, "DBProxyTargetAlreadyRegisteredFault");
}

#[test]
fn rds_29_clients_stay_connected_while_the_database_fails_over() {
    let account = Account::with_mydb(json!({"MultiAZ": true}));
    let mut crowd = Crowd::before(account, 100, json!({}));
    crowd.all(5_000, false);
    crowd.wait(Span::seconds(1));
    let now = crowd.account.now();
    crowd.account.rds().lose_instance(now, "mydb");
    crowd.wait(Span::seconds(89));
    assert_eq!(crowd.proxy().clients().len(), 100);
    assert_eq!(crowd.codes(), ["ConnectionLost"], "those under way are cut off");
    let targets = crowd.account.ok("DescribeDBProxyTargets", json!({"DBProxyName": "shop"}));
    assert_eq!(targets["Targets"][0]["TargetHealth"]["State"], "UNAVAILABLE");
    crowd.wait(Span::seconds(30));
    assert_eq!(crowd.succeeded(), 15, "those that waited are served by the new primary");
    let client = crowd.clients[0];
    assert!(crowd.one(client, 0, false).is_none());
}

#[test]
fn rds_29_an_idle_client_is_disconnected_after_its_timeout() {
    let mut crowd = Crowd::new(2, json!({}));
    crowd.wait(Span::minutes(20));
    let first = crowd.clients[0];
    crowd.one(first, 0, false);
    crowd.wait(Span::minutes(15));
    assert_eq!(crowd.proxy().clients().keys().copied().collect::<Vec<_>>(), [first]);
    let gone = crowd.clients[1];
    let execute = json!({"ConnectionId": gone, "Reads": ["x"]});
    assert_eq!(crowd.account.refused("Execute", execute), "ConnectionClosed");
}

#[test]
fn rds_28_a_transaction_that_takes_a_while_holds_its_own_connection() {
    let mut account = Account::with_mydb(json!({}));
    let connection = account.connect("mydb").unwrap();
    let execute = json!({"ConnectionId": connection, "Writes": {"x": "1"}, "Millis": 50});
    assert_eq!(account.refused("Execute", execute), "later");
    account.wait(Span::millis(49));
    assert_eq!(account.read("mydb", "x"), Ok(None), "it is not committed yet");
    account.wait(Span::millis(1));
    assert_eq!(account.read("mydb", "x"), some("1"));
}
